/* bandwidth.c - widths of Gaussian kernels by the usual rules. */
#include <math.h>

#include "numeric/sum.h"
#include "templates/binning.h"

/* Mean, width and effective number of values. */
typedef struct spread {
  double mean, sigma, n_effective;
} spread;

static spread spread_of(const float *values, const double *weights, size_t n)
{
  const int exponent = fairu_binning__exponent(weights, n);
  fairu_sum w = { 0.0, 0.0 }, w2 = { 0.0, 0.0 }, first = { 0.0, 0.0 }, second = { 0.0, 0.0 };
  for (size_t i = 0; i < n; i++) {
    const double weight = weights ? ldexp(weights[i], -exponent) : 1.0;
    fairu_sum__add(&w, weight);
    fairu_sum__add(&w2, weight * weight);
    fairu_sum__add(&first, weight * (double)values[i]);
  }
  const double total = fairu_sum__value(&w), mean = fairu_sum__value(&first) / total;
  for (size_t i = 0; i < n; i++) {
    const double d = (double)values[i] - mean;
    fairu_sum__add(&second, (weights ? ldexp(weights[i], -exponent) : 1.0) * d * d);
  }
  return (spread){ mean, sqrt(fairu_sum__value(&second) / total), total * total / fairu_sum__value(&w2) };
}

int fairu_kernel_bandwidth(fairu_context *ctx, int rule, const float *values, const double *weights, size_t n,
                           double *bandwidth)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!values || !bandwidth)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "kernel bandwidth: values or bandwidth is NULL");
  if (rule != FAIRU_BANDWIDTH_SILVERMAN && rule != FAIRU_BANDWIDTH_SCOTT)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "kernel bandwidth: %d is not a rule", rule);
  fairu_binning *quartiles = NULL; /* checks values and weights as well */
  const int status =
      fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, values, weights, n, 4, &quartiles);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "kernel bandwidth, quartiles");
  const spread s = spread_of(values, weights, n);
  const double *edges = fairu_binning_edges(quartiles);
  const double narrow = fmin(s.sigma, (edges[2] - edges[0]) / 1.34), factor = pow(s.n_effective, -0.2);
  fairu_binning_destroy(quartiles);
  *bandwidth = rule == FAIRU_BANDWIDTH_SCOTT ? 1.06 * s.sigma * factor : 0.9 * narrow * factor;
  return FAIRU_OK;
}
