/* challenge_baseline_fit.c - fit of the baseline likelihood; errors from the inverse Hessian. */
#include <math.h>
#include <string.h>

#include "likelihood/challenge_baseline.h"
#include "numeric/linalg.h"
#include "numeric/minimize.h"

static const double mu_limit = 50.0, mu_start = 1.0;

typedef struct baseline_fit {
  const fairu_challenge_baseline *baseline;
  const double *observed;
  size_t n;                      /* parameters */
  double *lower, *upper, *scale; /* [n] */
  unsigned char *fixed;          /* [n] */
  double *errors;                /* [n] */
  fairu_minimize_state state;
} baseline_fit;

static int objective(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                     void *data)
{
  const baseline_fit *fit = data;
  return fairu_challenge_baseline__deviance(fit->baseline, ctx, fit->observed, x, value, gradient, hessian);
}

static int take(fairu_context *ctx, baseline_fit *fit)
{
  const size_t n = fit->n;
  double *block = fairu_context__scratch(ctx, n, (6 + n) * sizeof *block, "fit of the baseline");
  unsigned char *flags = fairu_context__scratch(ctx, n, 2, "fit of the baseline");
  if (!block || !flags)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fit->lower = block;
  fit->upper = block + n;
  fit->scale = block + 2 * n;
  fit->errors = block + 3 * n;
  fit->fixed = flags;
  fit->state = (fairu_minimize_state){
    .x = block + 4 * n, .gradient = block + 5 * n, .hessian = block + 6 * n, .at_bound = flags + n
  };
  return FAIRU_OK;
}

static void prepare(baseline_fit *fit, const unsigned char *is_free)
{
  fit->lower[0] = -mu_limit;
  fit->upper[0] = mu_limit;
  fit->scale[0] = fit->state.x[0] = mu_start;
  fit->fixed[0] = 0;
  for (size_t i = 1; i < fit->n; i++) {
    const fairu_challenge_baseline_nuisance *nuisance = &fit->baseline->nuisances[i - 1];
    fit->lower[i] = nuisance->lower;
    fit->upper[i] = nuisance->upper;
    fit->scale[i] = nuisance->width;
    fit->state.x[i] = nuisance->nominal;
    fit->fixed[i] = is_free && !is_free[i - 1];
  }
  memset(fit->state.at_bound, 0, fit->n);
}

static int is_inside(const baseline_fit *fit, size_t i)
{
  return !fit->fixed[i] && !fit->state.at_bound[i];
}

/* From the inverse of the Hessian of what is inside its limits. */
static int fill_errors(fairu_context *ctx, baseline_fit *fit)
{
  const size_t n = fit->n;
  size_t m = 0;
  double *h = fairu_context__scratch(ctx, n, 2 * n * sizeof *h, "errors of the baseline");
  if (!h)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *inverse = h + n * n;
  for (size_t i = 0; i < n; i++)
    m += is_inside(fit, i) != 0;
  for (size_t i = 0, a = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      if (is_inside(fit, i) && is_inside(fit, k))
        h[a++] = fit->state.hessian[i * n + k];
  const int positive = fairu_linalg__cholesky(ctx, h, m) == 0;
  if (positive)
    fairu_linalg__cholesky_inverse(ctx, h, m, inverse);
  for (size_t i = 0, a = 0; i < n; i++)
    fit->errors[i] = is_inside(fit, i) && positive ? sqrt(inverse[(m + 1) * a++]) : (double)NAN;
  return FAIRU_OK;
}

static fairu_challenge_baseline_result result_of(const baseline_fit *fit)
{
  const double mu = fit->state.x[0], error = fit->errors[0];
  fairu_challenge_baseline_result result = {
    .struct_size = sizeof result,
    .mu_hat = mu,
    .p16 = mu - error,
    .p84 = mu + error,
    .delta_mu_hat = (mu + error) - (mu - error),
    .nll = fit->state.value + fairu_challenge_baseline__constant(fit->observed, fit->baseline->n_bins)
  };
  for (size_t i = 1; i < fit->n; i++)
    result.n_at_limit += !fit->fixed[i] && fit->state.at_bound[i];
  return result;
}

static int run(fairu_context *ctx, baseline_fit *fit, const unsigned char *is_free)
{
  int status = take(ctx, fit);
  if (status != FAIRU_OK)
    return status;
  prepare(fit, is_free);
  const fairu_minimize_problem problem = { .n = fit->n,
                                           .objective = objective,
                                           .data = fit,
                                           .lower = fit->lower,
                                           .upper = fit->upper,
                                           .fixed = fit->fixed,
                                           .scale = fit->scale,
                                           .max_iterations = 500,
                                           .edm_tolerance = 1e-10 };
  status = fairu_minimize(ctx, &problem, &fit->state);
  return status == FAIRU_OK ? fill_errors(ctx, fit) : status;
}

static int check(const fairu_challenge_baseline *b, fairu_context *ctx, const double *observed, size_t n_bins,
                 size_t n_params, const fairu_challenge_baseline_result *result)
{
  if (!b || !observed || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "fit of the baseline: baseline, observed or result is NULL");
  if (n_params != 1 + b->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "fit of the baseline: %zu parameters, not %zu", n_params,
                               1 + b->n_nuisances);
  return fairu_challenge_baseline__check_counts(b, ctx, observed, n_bins);
}

static int write(fairu_context *ctx, const baseline_fit *fit, double *params, double *errors,
                 fairu_challenge_baseline_result *result)
{
  const fairu_challenge_baseline_result ours = result_of(fit);
  const int status = fairu_result__write(ctx, result, &ours, sizeof ours, "baseline result");
  if (status != FAIRU_OK)
    return status;
  if (params)
    memcpy(params, fit->state.x, fit->n * sizeof *params);
  if (errors)
    memcpy(errors, fit->errors, fit->n * sizeof *errors);
  if (fit->state.status != FAIRU_OK)
    return fairu_context__fail(ctx, fit->state.status, "fit of the baseline: %s (edm %g, %d evaluations)",
                               fairu_status_text(fit->state.status), fit->state.edm, fit->state.evaluations);
  return FAIRU_OK;
}

int fairu_challenge_baseline_fit(const fairu_challenge_baseline *b, fairu_context *ctx,
                                 const double *observed, size_t n_bins, const unsigned char *is_free,
                                 double *params, double *errors, size_t n_params,
                                 fairu_challenge_baseline_result *result)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check(b, ctx, observed, n_bins, n_params, result);
  if (status != FAIRU_OK)
    return status;
  baseline_fit fit = { .baseline = b, .observed = observed, .n = n_params };
  const fairu_mark mark = fairu_context__mark(ctx);
  status = run(ctx, &fit, is_free);
  if (status == FAIRU_OK)
    status = write(ctx, &fit, params, errors, result);
  fairu_context__release(ctx, mark);
  return status;
}
