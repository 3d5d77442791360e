/* random_network.h - networks with random weights, and their forward pass in double with an error bound. */
#ifndef FAIRU_TESTS_RANDOM_NETWORK_H
#define FAIRU_TESTS_RANDOM_NETWORK_H

#include "numeric/philox.h"
#include "support/support.h"

enum { MOST_LAYERS = 6, MOST_WIDTH = 160, MOST_INPUTS = 12 };

typedef struct random_network {
  size_t n_features, n_nuisances, n_layers;
  fairu_layer layers[MOST_LAYERS];
  float weights[MOST_LAYERS][MOST_WIDTH * MOST_WIDTH], bias[MOST_LAYERS][MOST_WIDTH];
  double offset[MOST_INPUTS], scale[MOST_INPUTS];
  double z_lower[MOST_INPUTS], z_upper[MOST_INPUTS];
} random_network;

static const char *const feature_names[MOST_INPUTS] = { "f0", "f1", "f2", "f3", "f4",  "f5",
                                                        "f6", "f7", "f8", "f9", "f10", "f11" };
static const char *const nuisance_names[MOST_INPUTS] = { "z0", "z1", "z2", "z3", "z4",  "z5",
                                                         "z6", "z7", "z8", "z9", "z10", "z11" };

/* widths [n_layers + 1], the first of them n_features + n_nuisances. */
static inline void random_network_fill(random_network *net, uint64_t seed, size_t n_features,
                                       size_t n_nuisances, const size_t *widths, size_t n_layers, int hidden,
                                       int last)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 1);
  net->n_features = n_features;
  net->n_nuisances = n_nuisances;
  net->n_layers = n_layers;
  for (size_t l = 0; l < n_layers; l++) {
    const size_t n_in = widths[l], n_out = widths[l + 1];
    for (size_t i = 0; i < n_in * n_out; i++)
      net->weights[l][i] = (float)(fairu_philox__normal(&rng) * sqrt(2.0 / (double)n_in));
    for (size_t o = 0; o < n_out; o++)
      net->bias[l][o] = (float)(0.3 * fairu_philox__normal(&rng));
    net->layers[l] =
        (fairu_layer){ n_in, n_out, l + 1 < n_layers ? hidden : last, net->weights[l], net->bias[l] };
  }
  for (size_t i = 0; i < n_features + n_nuisances; i++) {
    net->offset[i] = fairu_philox__normal(&rng);
    net->scale[i] = 0.5 + fairu_philox__uniform(&rng);
    net->z_lower[i] = -1.0 - (double)i;
    net->z_upper[i] = 1.0 + (double)i;
  }
}

static inline int random_network_make(const random_network *net, fairu_context *ctx, fairu_classifier **out)
{
  fairu_network_options options;
  int status = fairu_network_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  options.features = feature_names;
  options.n_features = net->n_features;
  options.nuisances = nuisance_names;
  options.n_nuisances = net->n_nuisances;
  options.offset = net->offset;
  options.scale = net->scale;
  options.z_lower = net->z_lower;
  options.z_upper = net->z_upper;
  return fairu_classifier_create_network(ctx, &options, net->layers, net->n_layers, out);
}

/* h and its error bound after an activation; every one but softmax has slope <= 1. */
static inline void oracle_activate(int activation, double *h, double *error, size_t n)
{
  const double u = ldexp(1.0, -24);
  double sum = 0.0, top = -(double)INFINITY, worst = 0.0;
  for (size_t i = 0; i < n; i++) {
    top = fmax(top, h[i]);
    worst = fmax(worst, error[i]);
  }
  for (size_t i = 0; i < n && activation == FAIRU_ACTIVATION_SOFTMAX; i++)
    sum += exp(h[i] - top);
  for (size_t i = 0; i < n; i++) {
    switch (activation) {
    case FAIRU_ACTIVATION_RELU:
      h[i] = fmax(h[i], 0.0);
      break;
    case FAIRU_ACTIVATION_TANH:
      h[i] = tanh(h[i]);
      error[i] += 8.0 * u * fabs(h[i]);
      break;
    case FAIRU_ACTIVATION_SIGMOID:
      h[i] = 1.0 / (1.0 + exp(-h[i]));
      error[i] = error[i] / 4.0 + 8.0 * u * h[i];
      break;
    case FAIRU_ACTIVATION_ELU:
      h[i] = h[i] > 0.0 ? h[i] : expm1(h[i]);
      error[i] += 6.0 * u; /* exp(x) - 1 rounds at 1 */
      break;
    case FAIRU_ACTIVATION_SOFTMAX: /* d ln s <= 2 max|d h| */
      h[i] = exp(h[i] - top) / sum;
      error[i] = h[i] * (expm1(2.0 * worst) + ((double)n + 12.0 + 2.0 * fabs(top)) * u) + 1e-40;
      break;
    default:
      break;
    }
  }
}

/* Outputs of one event in double, each with a bound on what float may do: gamma_n sum |w x| per layer (Higham), carried on. */
static inline void oracle_score(const random_network *net, const float *features, const double *z, int logit,
                                double *h, double *error)
{
  const double u = ldexp(1.0, -24);
  const size_t n_inputs = net->n_features + net->n_nuisances;
  for (size_t i = 0; i < n_inputs; i++) {
    const double value = i < net->n_features ? (double)features[i] : z[i - net->n_features];
    h[i] = (value - net->offset[i]) * net->scale[i];
    error[i] = u * fabs(h[i]);
  }
  for (size_t l = 0; l < net->n_layers; l++) {
    const fairu_layer *layer = &net->layers[l];
    double next[MOST_WIDTH], next_error[MOST_WIDTH];
    for (size_t o = 0; o < layer->n_out; o++) {
      double sum = (double)layer->bias[o], size = fabs(sum), carried = 0.0;
      for (size_t i = 0; i < layer->n_in; i++) {
        const double w = (double)layer->weights[o * layer->n_in + i];
        sum += w * h[i];
        size += fabs(w) * (fabs(h[i]) + error[i]);
        carried += fabs(w) * error[i];
      }
      next[o] = sum;
      next_error[o] = carried + ((double)layer->n_in + 4.0) * u * size;
    }
    const int saturates =
        layer->activation == FAIRU_ACTIVATION_SIGMOID || layer->activation == FAIRU_ACTIVATION_SOFTMAX;
    if (l + 1 < net->n_layers || !logit || !saturates)
      oracle_activate(layer->activation, next, next_error, layer->n_out);
    memcpy(h, next, layer->n_out * sizeof *h);
    memcpy(error, next_error, layer->n_out * sizeof *error);
  }
}

static inline float *random_features(uint64_t seed, size_t n)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 2);
  float *values = malloc((n + 1) * sizeof *values);
  for (size_t i = 0; i < n; i++)
    values[i] = (float)(2.0 * fairu_philox__normal(&rng));
  return values;
}

#endif /* FAIRU_TESTS_RANDOM_NETWORK_H */
