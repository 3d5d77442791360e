/* events_yield.c - expected events of an event-wise model: in all, and of each row of its pool. */
#include <math.h>
#include <string.h>

#include "likelihood/event_terms.h"
#include "likelihood/model.h"
#include "numeric/pinned.h"

int fairu_likelihood__event_yields(const fairu_likelihood *lh, fairu_context *ctx, const double *z,
                                   double *yields, double *d, double *d2)
{
  const size_t k = lh->n_nuisances;
  memset(d, 0, 2 * k * sizeof *d);
  memset(d2, 0, 2 * k * k * sizeof *d2);
  yields[0] = lh->event.signal_yield;
  yields[1] = lh->event.background_yield;
  if (!lh->event.yields)
    return FAIRU_OK;
  const int stop = lh->event.yields(z, k, yields, d, d2, lh->event.yield_data);
  if (stop)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "the yields of the event model returned %d", stop);
  for (size_t i = 0; i < 2 * k + 2 * k * k; i++)
    if (!isfinite(i < 2 * k ? d[i] : d2[i - 2 * k]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "derivatives of the event model's yields");
  if (!(yields[0] > 0.0 && yields[1] > 0.0 && isfinite(yields[0]) && isfinite(yields[1])))
    return fairu_context__fail(
        ctx, isfinite(yields[0] + yields[1]) ? FAIRU_ERR_NEGATIVE_YIELD : FAIRU_ERR_NON_FINITE,
        "the event model yields %g signal and %g background", yields[0], yields[1]);
  return FAIRU_OK;
}

enum { rows_per_block = 128 };

static int block_means(const fairu_event_terms *terms, fairu_context *ctx, const double *params,
                       const double *yields, size_t first, size_t n, double *means)
{
  double ratio[rows_per_block], density[rows_per_block];
  fairu_event_terms__values(terms, params + 1, first, n, ratio, density);
  for (size_t i = 0; i < n; i++) {
    const double b = fairu_pinned__exp(density[i]) * yields[1];
    const double s = fairu_pinned__exp(density[i] + ratio[i]) * yields[0];
    const double mean = terms->pool[first + i] * (b + params[0] * s);
    if (!isfinite(mean))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu of the pool expects %g events",
                                 first + i, mean);
    if (mean < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "row %zu of the pool expects %g events",
                                 first + i, mean);
    means[i] = mean;
  }
  return FAIRU_OK;
}

int fairu_likelihood__pool_means(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                 double *means)
{
  const fairu_event_terms *terms = lh->event.terms;
  const size_t k = lh->n_nuisances;
  double yields[2];
  const fairu_mark mark = fairu_context__mark(ctx);
  double *d = fairu_context__scratch(ctx, 2 * k * (1 + k) + 1, sizeof *d, "yields of events");
  int status =
      d ? fairu_likelihood__event_yields(lh, ctx, params + 1, yields, d, d + 2 * k) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = 0; first < terms->n_events && status == FAIRU_OK; first += rows_per_block) {
    const size_t left = terms->n_events - first, n = left < rows_per_block ? left : rows_per_block;
    if (first % (64 * (size_t)rows_per_block) == 0)
      status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = block_means(terms, ctx, params, yields, first, n, means + first);
  }
  fairu_context__release(ctx, mark);
  return status;
}
