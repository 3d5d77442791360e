/* network_score.c - blocks of events through a dense network. The features' part of the first layer is worked out once for all points
 * of Z, since Z is the same for every event of a point: it only shifts the units of the first layer. */
#include "classifier/network.h"
#include "classifier/pass.h"

typedef struct block_memory {
  float *x;       /* [n_features][FAIRU_LANES] */
  float *start;   /* [n_out of the first layer][FAIRU_LANES] its part without Z */
  float *shift;   /* [n_points][width of the first layer] what each point adds */
  float *work[2]; /* [widest][FAIRU_LANES] */
} block_memory;

static int take_memory(const fairu_classifier *classifier, fairu_context *worker, size_t n_points,
                       block_memory *memory)
{
  const fairu_network *network = &classifier->as.network;
  size_t widest = 0;
  for (size_t l = 0; l < network->n_layers; l++)
    if (network->layers[l].n_out > widest)
      widest = network->layers[l].n_out;
  const size_t lane_bytes = FAIRU_LANES * sizeof(float);
  memory->x = fairu_context__scratch(worker, classifier->n_features, lane_bytes, "network inputs");
  memory->start = fairu_context__scratch(worker, network->layers[0].n_out, lane_bytes, "network units");
  memory->shift =
      fairu_context__scratch(worker, n_points, network->packed[0].width * sizeof(float), "network shifts");
  memory->work[0] = fairu_context__scratch(worker, widest, lane_bytes, "network units");
  memory->work[1] = fairu_context__scratch(worker, widest, lane_bytes, "network units");
  return memory->x && memory->start && memory->shift && memory->work[0] && memory->work[1]
             ? FAIRU_OK
             : FAIRU_ERR_OUT_OF_MEMORY;
}

static int take_shifts(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                       float *shift)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const size_t width = classifier->as.network.packed[0].width;
  double *standard =
      fairu_context__scratch(worker, classifier->n_nuisances, sizeof *standard, "network shifts");
  if (!standard)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t p = 0; p < job->n_points; p++)
    fairu_network__shift(classifier, &engine, fairu_job__z(job, classifier, p), standard, shift + p * width);
  return FAIRU_OK;
}

static void dense(const fairu_engine *engine, const float *w, const fairu_layer *layer, size_t n_in,
                  const float *in, float *out)
{
  if (layer->activation == FAIRU_ACTIVATION_RELU)
    fairu_engine__dense_relu(engine, w, layer->bias, n_in, layer->n_out, in, out);
  else
    fairu_engine__dense(engine, w, layer->bias, n_in, layer->n_out, in, out);
}

/* All layers but the last activated; ReLU is part of the layer, others follow it. */
static void activate(const fairu_network *network, const fairu_engine *engine, size_t l, float *x)
{
  if (l + 1 < network->n_layers && network->layers[l].activation != FAIRU_ACTIVATION_RELU)
    fairu_pass__activate(engine, network->layers[l].activation, x, network->layers[l].n_out);
}

/* Logits of one block at one point; the returned array is one of work. */
static float *logits_at(const fairu_classifier *classifier, const fairu_engine *engine, const float *shift,
                        const block_memory *memory)
{
  const fairu_network *network = &classifier->as.network;
  float *in = memory->work[0], *out = memory->work[1];
  engine->kernels->shift_lanes(memory->start, shift, network->layers[0].n_out,
                               network->layers[0].activation == FAIRU_ACTIVATION_RELU, in);
  for (size_t l = 1; l < network->n_layers; l++) {
    const fairu_layer *layer = &network->layers[l];
    activate(network, engine, l - 1, in);
    dense(engine, layer->weights, layer, layer->n_in, in, out);
    float *swap = in;
    in = out;
    out = swap;
  }
  return in;
}

static int score_block(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                       const block_memory *memory, size_t first, size_t lanes)
{
  const fairu_engine engine = fairu_engine__of(worker);
  const fairu_network *network = &classifier->as.network;
  const fairu_layer *layer = &network->layers[0];
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status = fairu_job__gather(job, classifier, worker, first, lanes, memory->x);
  if (status != FAIRU_OK)
    return status;
  if (network->offset) /* in double: features far from zero keep their digits */
    engine.kernels->standardise(network->offset, network->scale, classifier->n_features, memory->x);
  fairu_engine__dense(&engine, network->first, layer->bias, classifier->n_features, layer->n_out, memory->x,
                      memory->start);
  for (size_t p = 0; p < job->n_points; p++) {
    float *logits = logits_at(classifier, &engine, memory->shift + p * network->packed[0].width, memory);
    fairu_job__put(job, classifier, &engine, job->points[p], first, lanes, logits);
  }
  return FAIRU_OK;
}

int fairu_network__score(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                         size_t first, size_t n)
{
  block_memory memory;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = take_memory(classifier, worker, job->n_points, &memory);
  if (status == FAIRU_OK)
    status = take_shifts(classifier, worker, job, memory.shift);
  for (size_t row = first; row < first + n && status == FAIRU_OK; row += FAIRU_LANES)
    status = score_block(classifier, worker, job, &memory, row, fairu_job__lanes(row, first + n));
  fairu_context__release(worker, mark);
  return status;
}
