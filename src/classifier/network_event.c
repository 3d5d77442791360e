/* network_event.c - one event at a time through a dense network: outputs in lanes, weights packed by input, the same bits as in a
 * block (numeric/kernels.h). */
#include <math.h>
#include <string.h>

#include "classifier/network.h"

/* ---- making ------------------------------------------------------------------------------------------- */

enum { STACK_FLOATS = 768 };

static size_t packed_weights(size_t n_in, size_t n_out)
{
  return fairu_dense__order(n_in, n_out) == FAIRU_EIGHTHS ? n_out * fairu_dense__pad(n_in)
                                                          : n_in * fairu_dense__pad(n_out);
}

/* w [n_out] rows of n_in, `stride` apart. */
static void pack_weights(float *to, const float *w, size_t stride, size_t n_in, size_t n_out)
{
  const int narrow = fairu_dense__order(n_in, n_out) == FAIRU_EIGHTHS;
  const size_t row = fairu_dense__pad(narrow ? n_in : n_out);
  for (size_t o = 0; o < n_out; o++)
    for (size_t i = 0; i < n_in; i++)
      to[narrow ? o * row + i : i * row + o] = w[o * stride + i];
}

static size_t inputs_of(const fairu_classifier *classifier, size_t l)
{
  return l == 0 ? classifier->n_features : classifier->as.network.layers[l].n_in;
}

static size_t packed_size(const fairu_classifier *classifier)
{
  const fairu_network *network = &classifier->as.network;
  size_t n = FAIRU_PACKED_ALIGNMENT + classifier->n_nuisances * fairu_dense__pad(network->layers[0].n_out);
  for (size_t l = 0; l < network->n_layers; l++)
    n += fairu_packed__floats(inputs_of(classifier, l), network->layers[l].n_out);
  return n;
}

size_t fairu_packed__floats(size_t n_in, size_t n_out)
{
  return packed_weights(n_in, n_out) + fairu_dense__pad(n_out);
}

float *fairu_packed__fill(fairu_packed_dense *packed, const fairu_layer *layer, size_t n_in, float *at)
{
  const size_t width = fairu_dense__pad(layer->n_out);
  float *bias = at + packed_weights(n_in, layer->n_out);
  pack_weights(at, layer->weights, layer->n_in, n_in, layer->n_out);
  memcpy(bias, layer->bias, layer->n_out * sizeof *bias);
  *packed = (fairu_packed_dense){ n_in, layer->n_out, width, at, bias };
  return bias + width;
}

float *fairu_packed__align(float *memory)
{
  const size_t past = (uintptr_t)memory / sizeof(float) % FAIRU_PACKED_ALIGNMENT;
  return memory + (FAIRU_PACKED_ALIGNMENT - past) % FAIRU_PACKED_ALIGNMENT;
}

int fairu_network__pack(fairu_classifier *classifier, fairu_context *ctx)
{
  fairu_network *network = &classifier->as.network;
  const fairu_layer *first = &network->layers[0];
  network->packed = fairu_context__new(ctx, network->n_layers, sizeof *network->packed, "network weights");
  network->packed_memory = fairu_context__new(ctx, packed_size(classifier), sizeof(float), "network weights");
  if (!network->packed || !network->packed_memory)
    return FAIRU_ERR_OUT_OF_MEMORY;
  float *at = fairu_packed__align(network->packed_memory);
  size_t widest = fairu_dense__pad(classifier->n_features);
  for (size_t l = 0; l < network->n_layers; l++) {
    at = fairu_packed__fill(&network->packed[l], &network->layers[l], inputs_of(classifier, l), at);
    if (network->packed[l].width > widest)
      widest = network->packed[l].width;
  }
  network->event_floats =
      2 * fairu_dense__pad(classifier->n_nuisances) + network->packed[0].width + 2 * widest;
  network->nuisance_rows = at;
  for (size_t j = 0; j < classifier->n_nuisances; j++)
    for (size_t o = 0; o < first->n_out; o++)
      at[j * network->packed[0].width + o] = first->weights[o * first->n_in + classifier->n_features + j];
  return FAIRU_OK;
}

/* ---- scoring ------------------------------------------------------------------------------------------ */

void fairu_network__shift(const fairu_classifier *classifier, const fairu_engine *engine, const double *z,
                          double *standard, float *shift)
{
  const fairu_network *network = &classifier->as.network;
  const size_t n = classifier->n_nuisances;
  const double *offset = network->offset ? network->offset + classifier->n_features : NULL;
  const double *scale = network->offset ? network->scale + classifier->n_features : NULL;
  for (size_t j = 0; j < n; j++)
    standard[j] = offset ? (z[j] - offset[j]) * scale[j] : z[j];
  engine->kernels->shift_units(network->nuisance_rows, standard, n, network->packed[0].width, shift);
}

static void elu(const fairu_kernels *kernels, float *x, float *work, size_t n)
{
  for (size_t i = 0; i < n; i++)
    work[i] = x[i] < 0 ? x[i] : 0;
  kernels->exp_f(work, n);
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < 0 ? work[i] - 1 : x[i];
}

static void softmax(const fairu_kernels *kernels, float *x, size_t n)
{
  float top = x[0], sum = 0;
  for (size_t i = 1; i < n; i++)
    top = x[i] > top ? x[i] : top;
  for (size_t i = 0; i < n; i++)
    x[i] -= top;
  kernels->exp_f(x, n);
  for (size_t i = 0; i < n; i++)
    sum += x[i];
  for (size_t i = 0; i < n; i++)
    x[i] /= sum;
}

void fairu_event__activate(const fairu_kernels *kernels, int activation, float *x, float *work, size_t n)
{
  const size_t padded = (n + kernels->floats - 1) & ~(kernels->floats - 1);
  if (activation == FAIRU_ACTIVATION_TANH)
    kernels->tanh_f(x, padded);
  else if (activation == FAIRU_ACTIVATION_SIGMOID)
    kernels->sigmoid_f(x, padded);
  else if (activation == FAIRU_ACTIVATION_ELU)
    elu(kernels, x, work, n);
  else if (activation == FAIRU_ACTIVATION_SOFTMAX)
    softmax(kernels, x, n);
}

typedef struct event_memory {
  double *standard; /* [n_nuisances] */
  float *shift;     /* [width of the first layer] */
  float *in, *out;  /* [most of features and widths, padded] */
} event_memory;

/* Floats of network->event_floats, in whole vectors each. */
static event_memory divide_memory(const fairu_classifier *classifier, float *floats)
{
  const fairu_network *network = &classifier->as.network;
  const size_t width = network->packed[0].width, standard = 2 * fairu_dense__pad(classifier->n_nuisances);
  float *in = floats + standard + width, *end = floats + network->event_floats;
  return (event_memory){ (double *)(void *)floats, floats + standard, in, in + (end - in) / 2 };
}

/* What the layer itself does of its activation. */
static int what_then(const fairu_packed_dense *layer, int activation, int active)
{
  if (activation == FAIRU_ACTIVATION_RELU)
    return FAIRU_THEN_RELU;
  return activation == FAIRU_ACTIVATION_SIGMOID && active &&
                 fairu_dense__order(layer->n_in, layer->n_out) == FAIRU_EIGHTHS
             ? FAIRU_THEN_SIGMOID
             : FAIRU_THEN_NOTHING;
}

static void score_event(const fairu_classifier *classifier, const fairu_kernels *kernels,
                        const event_memory *memory, int output, float *scores)
{
  const fairu_network *network = &classifier->as.network;
  const float *shift = memory->shift;
  float *in = memory->in, *out = memory->out;
  const int saturates = classifier->activation == FAIRU_ACTIVATION_SIGMOID ||
                        classifier->activation == FAIRU_ACTIVATION_SOFTMAX;
  const int last = output == FAIRU_OUTPUT_SCORE || !saturates;
  for (size_t l = 0; l < network->n_layers; l++) {
    const int activation = network->layers[l].activation, active = l + 1 < network->n_layers || last;
    const int then = what_then(&network->packed[l], activation, active);
    kernels->dense_one(&network->packed[l], in, shift, then, out);
    if (active && activation > FAIRU_ACTIVATION_RELU && then == FAIRU_THEN_NOTHING)
      fairu_event__activate(kernels, activation, out, in, network->layers[l].n_out);
    float *swap = in;
    in = out;
    out = swap;
    shift = NULL;
  }
  for (size_t o = 0; o < classifier->n_outputs; o++)
    scores[o] = in[o];
}

static int score_rows(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few,
                      float *floats)
{
  const fairu_network *network = &classifier->as.network;
  const fairu_engine engine = fairu_engine__of(ctx);
  const event_memory memory = divide_memory(classifier, floats);
  const size_t n = classifier->n_features;
  fairu_network__shift(classifier, &engine, few->z, memory.standard, memory.shift);
  for (size_t row = 0; row < few->n_events; row++) {
    const float *x = few->features + row * n;
    if (classifier->inputs) {
      int status = fairu_inputs__settle_row(classifier, ctx, row, x, memory.out);
      if (status != FAIRU_OK)
        return status;
      x = memory.out;
    }
    if (!engine.kernels->take_event(x, network->offset, network->scale, n, memory.in) && !classifier->inputs)
      return fairu_job__refuse(classifier, ctx, row, x);
    score_event(classifier, engine.kernels, &memory, few->output, few->scores + row * classifier->n_outputs);
  }
  return FAIRU_OK;
}

/* Networks of usual size need nothing but the stack. */
int fairu_network__few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few)
{
  _Alignas(64) float on_stack[STACK_FLOATS];
  const size_t n = classifier->as.network.event_floats;
  if (n <= STACK_FLOATS)
    return score_rows(classifier, ctx, few, on_stack);
  const fairu_mark mark = fairu_context__mark(ctx);
  float *floats = fairu_context__scratch(ctx, n, sizeof *floats, "network units");
  const int status = floats ? score_rows(classifier, ctx, few, floats) : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__release(ctx, mark);
  return status;
}
