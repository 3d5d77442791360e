/* minima.c - all local minima that the starts of a fit lead to. */
#include <string.h>

#include "likelihood/plan.h"

/* Place of the minimum of each rank, lowest first. */
static void rank(const fairu_minima *minima, size_t *order)
{
  for (size_t i = 0; i < minima->count; i++) {
    size_t k = i;
    for (; k > 0 && minima->value[order[k - 1]] > minima->value[i]; k--)
      order[k] = order[k - 1];
    order[k] = i;
  }
}

static int list(fairu_context *ctx, fairu_plan *plan, const fairu_minima *minima, size_t capacity,
                double *nll, double *params)
{
  const size_t n = plan->likelihood->n_params;
  const size_t count = minima->count < capacity ? minima->count : capacity;
  size_t *order = fairu_context__scratch(ctx, minima->count, sizeof *order, "minima");
  double *all = fairu_context__scratch(ctx, count, n * sizeof *all, "minima");
  if (!order || !all)
    return FAIRU_ERR_OUT_OF_MEMORY;
  rank(minima, order);
  for (size_t i = 0; i < count; i++) {
    const fairu_minimize_state at = { .x = minima->x + order[i] * plan->n,
                                      .n_edges = minima->n_edges[order[i]] };
    const int status = fairu_plan__expand(ctx, plan, &at, all + i * n);
    if (status != FAIRU_OK)
      return status;
  }
  for (size_t i = 0; i < count; i++) {
    nll[i] = minima->value[order[i]];
    memcpy(params + i * n, all + i * n, n * sizeof *params);
  }
  return FAIRU_OK;
}

static int run(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, size_t capacity, double *nll, double *params, size_t *n)
{
  fairu_plan plan;
  fairu_minimize_state best;
  fairu_minima minima = { .count = 0 };
  int status = fairu_plan__create(ctx, lh, data, options, NULL, 0, &plan);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, &plan, &best);
  if (status == FAIRU_OK)
    status = fairu_plan__minima(ctx, &plan, 0, &minima);
  if (status == FAIRU_OK)
    status = fairu_plan__lowest(ctx, &plan, plan.n, 0.0, &best, &minima);
  if (status == FAIRU_OK && minima.count == 0)
    status =
        fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "minima: no start led to one (edm %g)", best.edm);
  if (status == FAIRU_OK)
    status = list(ctx, &plan, &minima, capacity, nll, params);
  if (status == FAIRU_OK)
    *n = minima.count;
  return status;
}

int fairu_likelihood_minima(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                            const fairu_fit_options *options, size_t capacity, double *nll, double *params,
                            size_t n_params, size_t *n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !n || (capacity && (!nll || !params)))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "minima: likelihood, data, nll, params or n is NULL");
  if (n_params != lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", lh->n_params,
                               n_params);
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run(ctx, lh, data, options, capacity, nll, params, n);
  fairu_context__release(ctx, mark);
  return status;
}
