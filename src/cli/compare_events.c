#include "compare_events.h"

#include "toy_events.h"

#include <stdlib.h>

/* Powers of 1 / g with g^(d + 1) = g + 1, in fixed point of 64 bits. */
static const uint64_t steps[COMPARE_DIMS][COMPARE_DIMS] = { { 0x9e3779b97f4a7c15u, 0, 0 },
                                                            { 0xc13fa9a902a6328fu, 0x91e10da5c79e7b1cu, 0 },
                                                            { 0xd1b54a32d192ed03u, 0xabc98388fb8fac02u,
                                                              0x8cb92ba72f3d8dd7u } };

/* Point i of the unit cube. */
static void point(uint64_t key, int sampling, uint64_t i, size_t n_dims, double *u)
{
  for (size_t k = 0; k < n_dims; k++)
    u[k] = sampling == COMPARE_RANDOM
               ? toy_uniform(key, i * n_dims + k)
               : ((double)((toy_mix(key + k) + i * steps[n_dims - 1][k]) >> 11) + 0.5) * 0x1p-53;
}

static void fill(const compare_problem *problem, int label, size_t n, int sampling, uint64_t key,
                 float *const *columns)
{
  double u[COMPARE_DIMS], x[COMPARE_DIMS];
  for (size_t i = 0; i < n; i++) {
    point(key, sampling, i, problem->n_features, u);
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
    fill(problem, label, n, sampling, key, columns);
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
