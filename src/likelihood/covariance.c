/* covariance.c - errors and correlations of a covariance; the covariance before any fit. */
#include <fairu/postfit.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "likelihood/prefit.h"

static int check_diagonal(fairu_context *ctx, const double *covariance, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double v = covariance[i * n + i];
    if (!isfinite(v))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "covariance: variance of parameter %zu is %g", i,
                                 v);
    if (v < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "covariance: variance of parameter %zu is %g", i, v);
  }
  return FAIRU_OK;
}

int fairu_covariance_errors(fairu_context *ctx, const double *covariance, size_t n, double *errors,
                            double *correlations)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!covariance)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "covariance is NULL");
  const int status = check_diagonal(ctx, covariance, n);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; correlations && i < n; i++)
    for (size_t k = 0; k < n; k++) {
      const double vi = covariance[i * n + i], vk = covariance[k * n + k];
      const double c = vi > 0.0 && vk > 0.0 ? covariance[i * n + k] / (sqrt(vi) * sqrt(vk)) : 0.0;
      correlations[i * n + k] = i == k && vi > 0.0 ? 1.0 : c;
    }
  for (size_t i = 0; errors && i < n; i++)
    errors[i] = sqrt(covariance[i * n + i]);
  return FAIRU_OK;
}

int fairu_likelihood_prefit_covariance(const fairu_likelihood *lh, fairu_context *ctx, double *covariance,
                                       size_t n_params)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !covariance)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "prefit covariance: likelihood or covariance is NULL");
  const size_t n = fairu_likelihood_n_parameters(lh);
  if (n_params != n)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", n, n_params);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *variance = fairu_context__scratch(ctx, n, sizeof *variance, "prefit covariance");
  int status = variance ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_prefit prefit;
    status = fairu_prefit__read(lh, ctx, NULL, i, &prefit);
    variance[i] = status == FAIRU_OK && !prefit.is_fixed && isgreater(prefit.error, 0.0)
                      ? prefit.error * prefit.error
                      : 0.0;
  }
  if (status == FAIRU_OK) {
    memset(covariance, 0, n * n * sizeof *covariance);
    for (size_t i = 0; i < n; i++)
      covariance[i * n + i] = variance[i];
  }
  fairu_context__release(ctx, mark);
  return status;
}
