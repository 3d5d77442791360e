#include "toy_events.h"

#include <stdlib.h>

/* SplitMix64 (Steele, Lea, Flood 2014) as a function of its counter. */
static uint64_t mix(uint64_t x)
{
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static double open_unit(uint64_t bits)
{
  return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

/* Point i of one process. The even sequence steps by 1/g and 1/g^2 with g^3 = g + 1, in fixed point of 64 bits. */
static void point(uint64_t key, int sampling, uint64_t i, double u[2])
{
  if (sampling == TOY_EVEN) {
    u[0] = open_unit(mix(key) + i * 0xc13fa9a902a6328fu);
    u[1] = open_unit(mix(key + 1) + i * 0x91e10da5c79e7b1du);
  } else {
    u[0] = open_unit(mix(mix(key) + 2 * i));
    u[1] = open_unit(mix(mix(key) + 2 * i + 1));
  }
}

static int set_weights(fairu_context *ctx, fairu_events *events, size_t n, double yield, int32_t label)
{
  double *weights = malloc(n * sizeof *weights);
  int32_t *labels = malloc(n * sizeof *labels);
  int status = weights && labels ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    weights[i] = yield / (double)n;
    labels[i] = label;
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(events, ctx, weights, n);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(events, ctx, labels, n);
  free(weights);
  free(labels);
  return status;
}

int toy_events_create(fairu_context *ctx, int process, size_t n, int sampling, uint64_t seed,
                      fairu_events **out)
{
  static const char *const names[2] = { "x", "y" };
  const int signal = process == TOY_SIGNAL_PROCESS;
  const uint64_t key = mix(seed * 4 + (uint64_t)process * 2 + (uint64_t)sampling);
  const double mean = (signal ? TOY_RADIUS : -TOY_RADIUS) * M_SQRT1_2; /* of x and of y at pi/4 */
  float *x, *y;
  *out = NULL;
  int status = fairu_events_create(ctx, n, 2, names, out);
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 0, &x);
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 1, &y);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    double u[2];
    point(key, sampling, i, u);
    x[i] = (float)(mean + TOY_SIGMA * toy_normal_quantile(u[0]));
    y[i] = (float)(mean + TOY_SIGMA * toy_normal_quantile(u[1]));
  }
  if (status == FAIRU_OK)
    status = set_weights(ctx, *out, n, signal ? TOY_SIGNAL : TOY_BACKGROUND, signal);
  if (status == FAIRU_OK)
    return status;
  fairu_events_destroy(*out);
  *out = NULL;
  return status;
}

int toy_systematics_create(fairu_context *ctx, fairu_systematics **out)
{
  fairu_nuisance z;
  *out = NULL;
  int status = fairu_nuisance_init(&z, sizeof z);
  z.name = "z";
  z.nominal = TOY_NOMINAL;
  z.width = 0.5;
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, &z, 1, out);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_rotation(*out, ctx, "z", "x", "y", TOY_NOMINAL);
  if (status == FAIRU_OK)
    return status;
  fairu_systematics_destroy(*out);
  *out = NULL;
  return status;
}

int toy_pool_create(fairu_context *ctx, size_t n_per_class, int sampling, uint64_t seed, toy_pool *out)
{
  *out = (toy_pool){ 0 };
  int status = toy_systematics_create(ctx, &out->systematics);
  for (int process = 0; process < 2 && status == FAIRU_OK; process++)
    status = toy_events_create(ctx, process, n_per_class, sampling, seed, &out->events[process]);
  if (status != FAIRU_OK)
    toy_pool_clear(out);
  return status;
}

void toy_pool_clear(toy_pool *pool)
{
  fairu_events_destroy(pool->events[0]);
  fairu_events_destroy(pool->events[1]);
  fairu_systematics_destroy(pool->systematics);
  *pool = (toy_pool){ 0 };
}
