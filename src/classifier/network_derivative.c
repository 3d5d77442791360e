/* network_derivative.c - derivatives of a network's output by all its inputs, features and nuisances: one pass back, whatever
 * their number. */
#include "classifier/network.h"
#include "classifier/pass.h"

#include <string.h>

typedef struct block_memory {
  float *x;       /* [n_features][FAIRU_LANES] */
  float *shift;   /* [width of the first layer] */
  float *units;   /* [all units][FAIRU_LANES], activated but those of the last layer */
  float *work[2]; /* [most of inputs and widths][FAIRU_LANES] */
} block_memory;

static int take_memory(const fairu_classifier *classifier, fairu_context *worker, const double *z,
                       block_memory *memory)
{
  const fairu_network *network = &classifier->as.network;
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t bytes = FAIRU_LANES * sizeof(float);
  size_t n_units = 0, widest = classifier->n_features + classifier->n_nuisances;
  for (size_t l = 0; l < network->n_layers; l++) {
    n_units += network->layers[l].n_out;
    if (network->layers[l].n_out > widest)
      widest = network->layers[l].n_out;
  }
  double *standard =
      fairu_context__scratch(worker, classifier->n_nuisances, sizeof *standard, "network shifts");
  memory->x = fairu_context__scratch(worker, classifier->n_features, bytes, "network inputs");
  memory->shift = fairu_context__scratch(worker, network->packed[0].width, sizeof(float), "network shifts");
  memory->units = fairu_context__scratch(worker, n_units, bytes, "network units");
  memory->work[0] = fairu_context__scratch(worker, widest, bytes, "network units");
  memory->work[1] = fairu_context__scratch(worker, widest, bytes, "network units");
  if (!standard || !memory->x || !memory->shift || !memory->units || !memory->work[0] || !memory->work[1])
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_network__shift(classifier, &engine, z, standard, memory->shift);
  return FAIRU_OK;
}

/* All units; returns the logits, the last of them. The same bits as in a score. */
static float *forward(const fairu_classifier *classifier, const fairu_engine *engine,
                      const block_memory *memory)
{
  const fairu_network *network = &classifier->as.network;
  const fairu_layer *layer = &network->layers[0];
  const float *in = memory->x;
  float *out = memory->units;
  if (network->offset)
    engine->kernels->standardise(network->offset, network->scale, classifier->n_features, memory->x);
  fairu_engine__dense(engine, network->first, layer->bias, classifier->n_features, layer->n_out, in, out);
  engine->kernels->shift_lanes(out, memory->shift, layer->n_out, 0, out);
  for (size_t l = 1; l < network->n_layers; l++) {
    fairu_pass__activate(engine, layer->activation, out, layer->n_out);
    in = out;
    out += layer->n_out * FAIRU_LANES;
    layer = &network->layers[l];
    fairu_engine__dense(engine, layer->weights, layer->bias, layer->n_in, layer->n_out, in, out);
  }
  return out;
}

/* d = work[0] by the logit, to the derivatives by all inputs of the network, standardised: the returned one of work. */
static float *backward(const fairu_classifier *classifier, const fairu_engine *engine, const float *logits,
                       const block_memory *memory)
{
  const fairu_network *network = &classifier->as.network;
  const float *h = logits;
  float *d = memory->work[0], *next = memory->work[1];
  for (size_t l = network->n_layers; l-- > 0;) {
    const fairu_layer *layer = &network->layers[l];
    fairu_engine__backward(engine, layer->weights, layer->n_in, layer->n_out, d, next);
    float *swap = d;
    d = next;
    next = swap;
    if (l == 0)
      break;
    h -= layer->n_in * FAIRU_LANES;
    for (size_t u = 0; u < layer->n_in; u++)
      fairu_pass__slope(network->layers[l - 1].activation, h + u * FAIRU_LANES, d + u * FAIRU_LANES);
  }
  return d;
}

/* By the inputs as they come: (value - offset) * scale. */
static void scale_back(const fairu_network *network, size_t n, float *d)
{
  for (size_t i = 0; network->scale && i < n; i++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[i * FAIRU_LANES + lane] = (float)((double)d[i * FAIRU_LANES + lane] * network->scale[i]);
}

static int derive_block(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                        const fairu_slopes *slopes, const block_memory *memory, size_t first, size_t lanes)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t n = classifier->n_features;
  float scores[FAIRU_LANES];
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status = fairu_job__gather(job, classifier, worker, first, lanes, memory->x);
  if (status != FAIRU_OK)
    return status;
  const float *logits = forward(classifier, &engine, memory);
  fairu_job__outer(job, classifier, &engine, logits, memory->work[0]);
  memcpy(scores, logits, sizeof scores);
  fairu_job__put(job, classifier, &engine, 0, first, lanes, scores);
  float *d = backward(classifier, &engine, logits, memory);
  scale_back(&classifier->as.network, n + classifier->n_nuisances, d);
  fairu_slopes__put(slopes->features, d, n, first, lanes);
  fairu_slopes__put(slopes->nuisances, d + n * FAIRU_LANES, classifier->n_nuisances, first, lanes);
  return FAIRU_OK;
}

int fairu_network__derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          const fairu_slopes *slopes, size_t first, size_t n)
{
  block_memory memory;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_memory(classifier, worker, job->z, &memory);
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES)
    status = derive_block(classifier, worker, job, slopes, &memory, row, fairu_job__lanes(row, first + n));
  fairu_context__release(worker, mark);
  return status;
}
