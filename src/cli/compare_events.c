#include "compare_events.h"

#include "toy_events.h"

#include <math.h>
#include <stdlib.h>

/* i in base `base`, digits mirrored at the point (van der Corput). */
static double mirrored(uint64_t i, uint64_t base)
{
  double value = 0.0, place = 1.0;
  for (; i > 0; i /= base) {
    place /= (double)base;
    value += place * (double)(i % base);
  }
  return value;
}

/* Point i of the unit cube. Even points: Halton's, shifted around the unit interval by the key. */
static void cube_point(uint64_t key, int sampling, uint64_t i, size_t n_dims, double *u)
{
  static const uint64_t bases[COMPARE_DIMS] = { 2, 3, 5 };
  for (size_t k = 0; k < n_dims; k++) {
    if (sampling == COMPARE_RANDOM) {
      u[k] = toy_uniform(key, i * n_dims + k);
      continue;
    }
    const double shifted = mirrored(i, bases[k]) + toy_uniform(key, k);
    u[k] = fmin(fmax(shifted - floor(shifted), 0x1p-53), 1.0 - 0x1p-53);
  }
}

static void fill_columns(const compare_problem *problem, int label, size_t n, int sampling, uint64_t key,
                         float *const *columns)
{
  double u[COMPARE_DIMS], x[COMPARE_DIMS];
  for (size_t i = 0; i < n; i++) {
    cube_point(key, sampling, i, problem->n_features, u);
    problem->event(label, u, x);
    for (size_t k = 0; k < problem->n_features; k++)
      columns[k][i] = (float)x[k];
    columns[problem->n_features][i] = (float)problem->moves[label];
  }
}

static int set_weights(fairu_context *ctx, const compare_problem *problem, int label, fairu_events *events,
                       size_t n)
{
  double *weights = malloc(n * sizeof *weights);
  int32_t *labels = malloc(n * sizeof *labels);
  int status = weights && labels ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    weights[i] = compare_yield(problem, label) / (double)n;
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

int compare_events_create(fairu_context *ctx, const compare_problem *problem, int label, size_t n,
                          int sampling, uint64_t seed, fairu_events **out)
{
  const char *names[COMPARE_DIMS + 1];
  float *columns[COMPARE_DIMS + 1];
  const uint64_t key = toy_mix(toy_mix(seed * 4 + (uint64_t)sampling * 2) + (uint64_t)label);
  for (size_t k = 0; k < problem->n_features; k++)
    names[k] = problem->features[k];
  names[problem->n_features] = COMPARE_MOVES;
  int status = fairu_events_create(ctx, n, problem->n_features + 1, names, out);
  for (size_t k = 0; k <= problem->n_features && status == FAIRU_OK; k++)
    status = fairu_events_column_data(*out, ctx, k, &columns[k]);
  if (status == FAIRU_OK) {
    fill_columns(problem, label, n, sampling, key, columns);
    status = set_weights(ctx, problem, label, *out, n);
  }
  if (status == FAIRU_OK)
    return status;
  fairu_events_destroy(*out);
  *out = NULL;
  return status;
}

int compare_pool_create(fairu_context *ctx, const compare_problem *problem, size_t n_per_class, int sampling,
                        uint64_t seed, compare_pool *out)
{
  int status = FAIRU_OK;
  *out = (compare_pool){ { NULL, NULL } };
  for (int label = 0; label < COMPARE_CLASSES && status == FAIRU_OK; label++)
    status = compare_events_create(ctx, problem, label, n_per_class, sampling, seed, &out->classes[label]);
  if (status != FAIRU_OK)
    compare_pool_clear(out);
  return status;
}

void compare_pool_clear(compare_pool *pool)
{
  for (int label = 0; label < COMPARE_CLASSES; label++)
    fairu_events_destroy(pool->classes[label]);
  *pool = (compare_pool){ { NULL, NULL } };
}
