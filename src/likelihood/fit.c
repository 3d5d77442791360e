/* fit.c - the fit: lowest minimum of all starts, covariance, honest status. */
#include <math.h>
#include <string.h>

#include "likelihood/plan.h"
#include "numeric/linalg.h"

static int is_free(const fairu_plan *plan, const fairu_minimize_state *state, size_t i)
{
  return !plan->fixed[i] && !state->at_bound[i];
}

/* Inverse Hessian of the free parameters, scaled to unit diagonal for the factorisation; NaN where there is none. */
static int fill_covariance(fairu_context *ctx, const fairu_plan *plan, const fairu_minimize_state *state,
                           double *covariance)
{
  const size_t n = plan->n;
  size_t m = 0;
  size_t *index = fairu_context__scratch(ctx, n, sizeof *index, "covariance");
  double *a = fairu_context__scratch(ctx, 2 * n, n * sizeof *a, "covariance");
  if (!index || !a)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    if (is_free(plan, state, i))
      index[m++] = i;
  double *inverse = a + m * m;
  const double *h = state->hessian;
  for (size_t i = 0; i < m; i++)
    for (size_t k = 0; k < m; k++)
      a[i * m + k] = h[index[i] * n + index[k]] /
                     sqrt(fabs(h[index[i] * n + index[i]]) * fabs(h[index[k] * n + index[k]]));
  const int ok = m == 0 || fairu_linalg__cholesky(ctx, a, m) == 0;
  if (ok && m)
    fairu_linalg__cholesky_inverse(a, m, inverse);
  memset(covariance, 0, n * n * sizeof *covariance);
  for (size_t i = 0; i < m; i++)
    for (size_t k = 0; k < m; k++)
      covariance[index[i] * n + index[k]] =
          ok ? inverse[i * m + k] / sqrt(h[index[i] * n + index[i]] * h[index[k] * n + index[k]])
             : (double)NAN;
  return FAIRU_OK;
}

static int write_result(fairu_context *ctx, const fairu_plan *plan, const fairu_minimize_state *best,
                        const fairu_minima *minima, fairu_fit_result *result)
{
  fairu_fit_result ours = { .struct_size = sizeof ours,
                            .edm = best->edm,
                            .min_eigenvalue = best->min_eigenvalue,
                            .status = best->status,
                            .iterations = plan->iterations,
                            .evaluations = plan->evaluations,
                            .n_minima = (int)minima->count };
  for (size_t i = 0; i < plan->n; i++)
    ours.n_at_bound += best->at_bound[i] != 0;
  const int status =
      fairu_likelihood__evaluate(plan->likelihood, ctx, plan->data, best->x, ours.nll, NULL, NULL);
  return status != FAIRU_OK ? status : fairu_result__write(ctx, result, &ours, sizeof ours, "fit result");
}

static int run(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, double *params, double *covariance, fairu_fit_result *result)
{
  fairu_plan plan;
  fairu_minimize_state best;
  fairu_minima minima;
  int status = fairu_plan__create(ctx, lh, data, options, &plan);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, &plan, &best);
  if (status == FAIRU_OK)
    status = fairu_plan__minima(ctx, &plan, 0, &minima);
  if (status == FAIRU_OK)
    status = fairu_plan__lowest(ctx, &plan, plan.n, 0.0, &best, &minima);
  if (status == FAIRU_OK && result)
    status = write_result(ctx, &plan, &best, &minima, result);
  if (status == FAIRU_OK && covariance)
    status = fill_covariance(ctx, &plan, &best, covariance);
  if (status != FAIRU_OK)
    return status;
  memcpy(params, best.x, plan.n * sizeof *params);
  if (best.status != FAIRU_OK)
    return fairu_context__fail(ctx, best.status, "fit: %s (edm %g, %d evaluations)",
                               fairu_status_text(best.status), best.edm, plan.evaluations);
  return FAIRU_OK;
}

int fairu_likelihood_fit(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                         const fairu_fit_options *options, double *params, size_t n_params,
                         double *covariance, fairu_fit_result *result)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !params)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fit: likelihood, data or params is NULL");
  if (n_params != lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", lh->n_params,
                               n_params);
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run(ctx, lh, data, options, params, covariance, result);
  fairu_context__release(ctx, mark);
  return status;
}
