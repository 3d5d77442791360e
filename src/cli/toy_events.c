#include "toy_events.h"

#include <stdlib.h>

/* SplitMix64 (Steele, Lea, Flood 2014) as a function of its counter. */
uint64_t toy_mix(uint64_t x)
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

double toy_uniform(uint64_t key, uint64_t i)
{
  return open_unit(toy_mix(toy_mix(key) + i));
}

/* Point i of one process. The even sequence steps by 1/g and 1/g^2 with g^3 = g + 1, in fixed point of 64 bits. */
static void point(uint64_t key, int sampling, uint64_t i, double u[2])
{
  if (sampling == TOY_EVEN) {
    u[0] = open_unit(toy_mix(key) + i * 0xc13fa9a902a6328fu);
    u[1] = open_unit(toy_mix(key + 1) + i * 0x91e10da5c79e7b1du);
  } else {
    u[0] = toy_uniform(key, 2 * i);
    u[1] = toy_uniform(key, 2 * i + 1);
  }
}

/* Even events are drawn from a wider normal distribution nearer to the origin and weighted back: more of them where
 * background looks like signal, which is where few of them would lie. */
typedef struct proposal {
  double mean, width; /* along the axis of the class; across it the mean is 0 */
} proposal;

static proposal proposal_of(int sampling)
{
  return sampling == TOY_EVEN ? (proposal){ 0.7 * TOY_RADIUS, 0.8 } : (proposal){ TOY_RADIUS, TOY_SIGMA };
}

/* Density of the class over that of the proposal, up to a constant; along and across in the frame of the class. */
static double weight_of(const proposal *q, double along, double across)
{
  const double a = (along - TOY_RADIUS) / TOY_SIGMA, b = across / TOY_SIGMA;
  const double c = (along - q->mean) / q->width, d = across / q->width;
  return exp(-0.5 * (a * a + b * b - c * c - d * d));
}

static void make(int process, size_t n, int sampling, uint64_t key, float *x, float *y, double *weights)
{
  const proposal q = proposal_of(sampling);
  const double sign = process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0;
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) {
    double u[2];
    point(key, sampling, i, u);
    const double along = q.mean + q.width * toy_normal_quantile(u[0]);
    const double across = q.width * toy_normal_quantile(u[1]);
    x[i] = (float)(M_SQRT1_2 * (sign * along - across));
    y[i] = (float)(M_SQRT1_2 * (sign * along + across));
    weights[i] = weight_of(&q, along, across);
    sum += weights[i];
  }
  const double yield = process == TOY_SIGNAL_PROCESS ? TOY_SIGNAL : TOY_BACKGROUND;
  for (size_t i = 0; i < n; i++)
    weights[i] *= yield / sum;
}

static int set_labels(fairu_context *ctx, fairu_events *events, size_t n, int32_t label)
{
  int32_t *labels = malloc(n * sizeof *labels);
  if (!labels)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    labels[i] = label;
  const int status = fairu_events_set_labels(events, ctx, labels, n);
  free(labels);
  return status;
}

int toy_events_create(fairu_context *ctx, int process, size_t n, int sampling, uint64_t seed,
                      fairu_events **out)
{
  static const char *const names[2] = { "x", "y" };
  const uint64_t key = toy_mix(seed * 4 + (uint64_t)process * 2 + (uint64_t)sampling);
  double *weights = malloc(n * sizeof *weights);
  float *x, *y;
  *out = NULL;
  int status = weights ? fairu_events_create(ctx, n, 2, names, out) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 0, &x);
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 1, &y);
  if (status == FAIRU_OK)
    make(process, n, sampling, key, x, y, weights);
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(*out, ctx, weights, n);
  if (status == FAIRU_OK)
    status = set_labels(ctx, *out, n, process == TOY_SIGNAL_PROCESS);
  free(weights);
  if (status == FAIRU_OK)
    return status;
  fairu_events_destroy(*out);
  *out = NULL;
  return status;
}

int toy_events_both(fairu_context *ctx, size_t n, int sampling, uint64_t seed, fairu_events **out)
{
  fairu_events *signal = NULL, *background = NULL;
  int status = toy_events_create(ctx, TOY_SIGNAL_PROCESS, n, sampling, seed, &signal);
  *out = NULL;
  if (status == FAIRU_OK)
    status = toy_events_create(ctx, TOY_BACKGROUND_PROCESS, n, sampling, seed, &background);
  if (status == FAIRU_OK)
    status = fairu_events_concatenate(signal, ctx, background, out);
  fairu_events_destroy(signal);
  fairu_events_destroy(background);
  return status;
}

static int create_systematics(fairu_context *ctx, const fairu_nuisance *z, fairu_systematics **out)
{
  int status = fairu_systematics_create(ctx, z, 1, out);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_rotation(*out, ctx, "z", "x", "y", TOY_NOMINAL);
  if (status == FAIRU_OK)
    return status;
  fairu_systematics_destroy(*out);
  *out = NULL;
  return status;
}

int toy_systematics_create(fairu_context *ctx, fairu_systematics **out)
{
  fairu_nuisance z;
  *out = NULL;
  const int status = fairu_nuisance_init(&z, sizeof z);
  z.name = "z";
  z.nominal = TOY_NOMINAL;
  z.width = 0.5;
  return status == FAIRU_OK ? create_systematics(ctx, &z, out) : status;
}

int toy_training_create(fairu_context *ctx, double lower, double upper, fairu_systematics **out)
{
  fairu_nuisance z;
  *out = NULL;
  const int status = fairu_nuisance_init(&z, sizeof z);
  z.name = "z";
  z.nominal = TOY_NOMINAL;
  z.prior = FAIRU_PRIOR_UNIFORM;
  z.lower = lower;
  z.upper = upper;
  return status == FAIRU_OK ? create_systematics(ctx, &z, out) : status;
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
