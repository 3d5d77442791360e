/* peak.h - a peak on a falling background with a free factor and three shape parameters; exact templates, 4e4 events. */
#ifndef FAIRU_TESTS_VALIDATE_PEAK_H
#define FAIRU_TESTS_VALIDATE_PEAK_H

#include "validate/finite_templates.h"

enum { PEAK_PARAMS = 2 + FINITE_SHAPES }; /* mu, beta, shapes */

static inline fairu_likelihood *peak_create(fairu_context *ctx, size_t n_bins, double lower)
{
  finite_templates t = { .n_bins = n_bins, .events = 40000.0, .signal_events = 1.0, .lower = lower };
  fairu_likelihood *likelihood = NULL;
  finite_exact(&t);
  for (size_t b = 0; b < n_bins; b++) /* a peak on top of it */
    t.signal[b] = 400.0 * exp(-0.5 * pow(((double)b + 0.5) / (double)n_bins - 0.55, 2.0) / 0.0144);
  CHECK_OK(ctx, finite_likelihood(ctx, &t, &likelihood));
  return likelihood;
}

/* Error of mu on the Asimov set. */
static inline double peak_sigma(fairu_context *ctx, size_t n_bins)
{
  const double truth[5] = { 0.0, 1.0, 0.0, 0.0, 0.0 };
  double params[5], covariance[25];
  fairu_likelihood *likelihood = peak_create(ctx, n_bins, -100.0);
  fairu_data *data = NULL;
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, truth, 5, data));
  CHECK_OK(ctx, fairu_likelihood_fit(likelihood, ctx, data, NULL, params, 5, covariance, NULL));
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  return sqrt(covariance[0]);
}

#endif /* FAIRU_TESTS_VALIDATE_PEAK_H */
