/* challenge_normalise.c - weights of a pool brought to the yield of the whole, as the challenge's own loader does it. */
#include <fairu/challenge.h>

#include <float.h>
#include <math.h>

#include "base/context_internal.h"

static int check(fairu_context *ctx, const fairu_events *pool, double sum_weights)
{
  if (!isfinite(sum_weights))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "pool: sum_weights is %g", sum_weights);
  if (!(sum_weights > 0.0 && sum_weights <= (double)FLT_MAX))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pool: sum_weights is %g, must be a float above 0",
                               sum_weights);
  const double *weights = fairu_events_weights(pool);
  if (!weights)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "pool: the table has no weights");
  for (size_t i = 0; i < fairu_events_n_events(pool); i++)
    if (!(weights[i] >= 0.0))
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                                 "pool: row %zu has weight %g, a Poisson mean cannot be negative", i,
                                 weights[i]);
  return FAIRU_OK;
}

/* One rounding for each operation, in the loader's order; the sum in the order of rows. */
static int rescale(fairu_context *ctx, const double *weights, size_t n, double sum_weights, double *scaled)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += (double)(float)weights[i];
  if (!(sum > 0.0 && (float)sum <= FLT_MAX))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pool: weights add up to %g over %zu events", sum, n);
  const float wanted = (float)sum_weights, have = (float)sum;
  for (size_t i = 0; i < n; i++) {
    const float product = wanted * (float)weights[i];
    scaled[i] = (double)(product / have);
    if (!isfinite(scaled[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "pool: row %zu has weight %g, times %g beyond the range of float", i,
                                 weights[i], sum_weights);
  }
  return FAIRU_OK;
}

int fairu_challenge_normalise(fairu_events *pool, fairu_context *ctx, double sum_weights)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!pool)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pool is NULL");
  int status = check(ctx, pool, sum_weights);
  if (status != FAIRU_OK)
    return status;
  const size_t n = fairu_events_n_events(pool);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *scaled = fairu_context__scratch(ctx, n, sizeof *scaled, "weights of the pool");
  if (!scaled)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = rescale(ctx, fairu_events_weights(pool), n, sum_weights, scaled);
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(pool, ctx, scaled, n);
  fairu_context__release(ctx, mark);
  return status;
}
