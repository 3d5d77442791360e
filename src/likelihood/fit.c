/* fit.c - the fit: lowest minimum of all starts, covariance, honest status. */
#include <math.h>
#include <string.h>

#include "likelihood/covariance_fill.h"
#include "likelihood/edge.h"
#include "numeric/linalg.h"

static const double flat_eigenvalue = 1e-11; /* of the Hessian scaled to unit diagonal */
static const double flat_at_most = 1e-8;
static const double no_multiplier = 1e-9; /* slope per unit of the curvature: of NLL 1e-18 */

/* The Hessian of the free parameters, scaled to unit diagonal and factorised. */
typedef struct free_part {
  size_t m;
  size_t *index;  /* [m] */
  double *factor; /* [m * m] */
  double *work;   /* [m * m] */
  double *scale;  /* [m] 1 / sqrt of the diagonal */
  int ok;         /* positive definite */
} free_part;

/* Unit diagonal; a parameter without curvature stays as it is: the eigenvalues then say that it is flat. */
static double scale_of(double curvature)
{
  return curvature != 0.0 ? 1.0 / sqrt(fabs(curvature)) : 1.0;
}

/* fixed [n] or NULL. */
static int factorise(fairu_context *ctx, size_t n, const unsigned char *fixed,
                     const fairu_minimize_state *state, free_part *f)
{
  const double *h = state->hessian;
  f->m = 0;
  f->index = fairu_context__scratch(ctx, n, sizeof *f->index, "covariance");
  f->factor = fairu_context__scratch(ctx, 2 * n + 1, n * sizeof *f->factor, "covariance");
  if (!f->index || !f->factor)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    if (!(fixed && fixed[i]) && !state->at_bound[i])
      f->index[f->m++] = i;
  f->work = f->factor + n * n;
  f->scale = f->work + n * n;
  for (size_t i = 0; i < f->m; i++)
    f->scale[i] = scale_of(h[f->index[i] * n + f->index[i]]);
  for (size_t i = 0; i < f->m; i++)
    for (size_t k = 0; k < f->m; k++)
      f->factor[i * f->m + k] = h[f->index[i] * n + f->index[k]] * f->scale[i] * f->scale[k];
  f->ok = f->m == 0 || fairu_linalg__cholesky(ctx, f->factor, f->m) == 0;
  return FAIRU_OK;
}

/* Bounds that hold nothing are let go: the slope there is that of rounding, and a flat direction may lie behind. Returns how many. */
static int let_go(const fairu_plan *plan, fairu_minimize_state *state)
{
  int count = 0;
  for (size_t c = 0; c < plan->n; c++) {
    const double unit = fmin(scale_of(state->hessian[c * plan->n + c]), plan->scale[c]);
    const int on_bound = state->x[c] <= plan->lower[c] || state->x[c] >= plan->upper[c];
    if (!plan->fixed[c] && on_bound && fabs(state->gradient[c]) * unit < no_multiplier) {
      state->at_bound[c] = 0;
      count++;
    }
  }
  return count;
}

/* A curved valley is flat at its bottom alone, where a search does not go by itself: look again after polishing. The smallest pivot
 * of the factor bounds the lowest eigenvalue from above, so that most fits are spared the eigenvalues. */
static int judge_curvature(fairu_context *ctx, const fairu_plan *plan, fairu_minimize_state *best)
{
  free_part f;
  fairu_minimize_state loose = *best;
  if (!fairu_plan__settled(best) || best->n_edges) /* a barrier is stiff, not the likelihood flat */
    return FAIRU_OK;
  loose.at_bound = fairu_context__scratch(ctx, plan->n, 1, "bounds");
  if (!loose.at_bound)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(loose.at_bound, best->at_bound, plan->n);
  if (!let_go(plan, &loose) && best->smallest_pivot > 1e-6)
    return FAIRU_OK;
  int status = factorise(ctx, plan->n, plan->fixed, &loose, &f);
  if (status != FAIRU_OK)
    return status;
  double *values = fairu_context__scratch(ctx, f.m, sizeof *values, "eigenvalues");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < f.m; i++)
    for (size_t k = 0; k < f.m; k++)
      f.factor[i * f.m + k] = best->hessian[f.index[i] * plan->n + f.index[k]] * f.scale[i] * f.scale[k];
  status = fairu_linalg__eigen(ctx, f.factor, f.m, values, f.work);
  if (status != FAIRU_OK)
    return status;
  best->min_eigenvalue = values[0];
  /* beside the bottom of a curved valley its curvature is as large as the slope that is left */
  const double flat = fmin(fmax(sqrt(2.0 * fabs(best->edm)), flat_eigenvalue), flat_at_most);
  if (values[0] < flat)
    best->status = values[0] < -flat ? FAIRU_ERR_NOT_POSITIVE_DEFINITE : FAIRU_ERR_FLAT;
  return FAIRU_OK;
}

/* Profiled gammas may hold yields of bins without counts at 0, which the search does not see. */
static int find_held(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *best, int *held)
{
  if (!plan->n_zero || best->n_edges || !(plan->likelihood->channels || plan->likelihood->n_parts))
    return FAIRU_OK;
  const int status = fairu_edge__count_held(ctx, plan, best, held);
  best->n_edges = *held;
  return status;
}

/* Variances of the coordinates at the minimum. */
static int fill_variances(fairu_context *ctx, const fairu_plan *plan, const fairu_minimize_state *best,
                          double *variances)
{
  free_part f;
  const int status = factorise(ctx, plan->n, plan->fixed, best, &f);
  if (status != FAIRU_OK)
    return status;
  if (f.ok && f.m)
    fairu_linalg__cholesky_inverse(ctx, f.factor, f.m, f.work);
  memset(variances, 0, plan->likelihood->n_params * sizeof *variances);
  for (size_t i = 0; i < f.m; i++)
    variances[plan->reduction.index[f.index[i]]] =
        f.ok ? f.work[i * (f.m + 1)] * f.scale[i] * f.scale[i] : (double)NAN;
  return FAIRU_OK;
}

static int count_at_bound(const fairu_plan *plan, const fairu_minimize_state *best)
{
  int count = 0;
  for (size_t c = 0; c < plan->n; c++)
    count += best->at_bound[c] != 0;
  for (size_t i = 0; i < plan->likelihood->n_params; i++) {
    const fairu_param *p = &plan->likelihood->params[i];
    count += plan->reduction.profiled[i] && (plan->full[i] <= p->lower || plan->full[i] >= p->upper);
  }
  return count;
}

/* plan->full holds the minimum. */
static int write_result(fairu_context *ctx, const fairu_plan *plan, const fairu_minimize_state *best,
                        const fairu_minima *minima, fairu_fit_result *result)
{
  fairu_fit_result ours = { .struct_size = sizeof ours,
                            .edm = best->edm,
                            .min_eigenvalue = best->min_eigenvalue,
                            .status = best->status,
                            .iterations = plan->iterations,
                            .evaluations = plan->evaluations,
                            .n_minima = (int)minima->count,
                            .n_at_bound = count_at_bound(plan, best),
                            .n_zero_yield = best->n_edges };
  const int status =
      fairu_likelihood__evaluate(plan->likelihood, ctx, plan->data, NULL, plan->full, ours.nll, NULL, NULL);
  return status != FAIRU_OK ? status : fairu_result__write(ctx, result, &ours, sizeof ours, "fit result");
}

static int run(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, double *params, double *covariance, fairu_fit_result *result)
{
  fairu_plan plan;
  fairu_minimize_state best;
  fairu_minima minima;
  int held = 0, status = fairu_plan__create(ctx, lh, data, options, NULL, 0, &plan);
  plan.wants_eigenvalue = result != NULL;
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, &plan, &best);
  if (status == FAIRU_OK)
    status = fairu_plan__minima(ctx, &plan, 0, &minima);
  if (status == FAIRU_OK)
    status = fairu_plan__lowest(ctx, &plan, plan.n, 0.0, &best, &minima);
  if (status == FAIRU_OK)
    status = judge_curvature(ctx, &plan, &best);
  if (status == FAIRU_OK)
    status = find_held(ctx, &plan, &best, &held);
  if (status == FAIRU_OK && covariance)
    status = fairu_covariance__fill(ctx, &plan, &best, held, covariance);
  if (status == FAIRU_OK)
    status = fairu_plan__expand(ctx, &plan, &best, plan.full);
  if (status == FAIRU_OK && result)
    status = write_result(ctx, &plan, &best, &minima, result);
  if (status != FAIRU_OK)
    return status;
  memcpy(params, plan.full, lh->n_params * sizeof *params);
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

static int run_variances(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                         const fairu_fit_options *options, double *variances)
{
  fairu_plan plan;
  fairu_minimize_state best;
  int status = fairu_plan__create(ctx, lh, data, options, NULL, 0, &plan);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, &plan, &best);
  if (status == FAIRU_OK)
    status = fairu_plan__lowest(ctx, &plan, plan.n, 0.0, &best, NULL);
  if (status == FAIRU_OK)
    status = judge_curvature(ctx, &plan, &best);
  if (status == FAIRU_OK)
    status = fill_variances(ctx, &plan, &best, variances);
  if (status == FAIRU_OK && best.status != FAIRU_OK)
    return fairu_context__fail(ctx, best.status, "fit: %s", fairu_status_text(best.status));
  return status;
}

int fairu_fit__variances(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                         const fairu_fit_options *options, double *variances)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run_variances(ctx, lh, data, options, variances);
  fairu_context__release(ctx, mark);
  return status;
}
