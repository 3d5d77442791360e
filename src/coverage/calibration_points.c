/* calibration_points.c - quantiles of toys with their errors, from order statistics. */
#include "coverage/calibration.h"

#include <math.h>

#include "coverage/toy_sample.h"

/* Order statistics this many standard deviations of the rank on either side give the error: fewer are too noisy, more see curvature. */
static const double ranks = 2.0;
static const double most_failures = 0.01;

/* Smallest value that a fraction p of the sorted values [n] does not exceed; its standard error is the distance of the order statistics n p +- 2 sqrt(n p (1 - p)),
 * over 4. */
static double quantile(const double *sorted, size_t n, double p, double *error)
{
  const double rank = (double)n * p, spread = ranks * sqrt(rank * (1.0 - p));
  const double above = fmin(ceil(rank + spread), (double)n - 1.0);
  const double below = fmin(fmax(floor(rank - spread), 0.0), above - 1.0); /* never one and the same */
  const double at = fmin(fmax(ceil(rank) - 1.0, 0.0), (double)n - 1.0);
  const double low = sorted[(size_t)below], high = sorted[(size_t)above];
  *error = (high - low) / (above - below) * sqrt(rank * (1.0 - p));
  return sorted[(size_t)at];
}

/* Distance from mu to one point of the distribution of estimates as a logarithm with its error; a biased or one-sided distribution does not bring it below half of
 * the half-width. */
static void set_distance(double distance, double half_width, double error, double *log_distance,
                         double *log_error)
{
  const double d = fmax(distance, fmax(0.5 * half_width, 1e-300));
  *log_distance = log(d);
  *log_error = fmin(fmax(error / d, 1e-4), 1.0);
}

static void set_spread(fairu_interval_calibration_points *p, size_t i, const double *sorted, size_t n)
{
  double low_error, high_error;
  const double low = quantile(sorted, n, 0.15865525393145707, &low_error);
  const double high = quantile(sorted, n, 0.8413447460685429, &high_error);
  const double half = 0.5 * (high - low);
  set_distance(p->mu[i] - low, half, low_error, &p->below[i], &p->below_error[i]);
  set_distance(high - p->mu[i], half, high_error, &p->above[i], &p->above_error[i]);
}

int fairu_interval_calibration__summarise(fairu_context *ctx, fairu_interval_calibration *c, size_t i,
                                          double *statistics, double *estimates)
{
  fairu_interval_calibration_points *p = &c->points;
  const size_t n_toys = (size_t)c->options.n_toys;
  const size_t n = fairu_toy_sample__sort(statistics, n_toys), m = fairu_toy_sample__sort(estimates, n_toys);
  p->n_failed[i] = n_toys - n;
  if ((double)p->n_failed[i] > most_failures * (double)n_toys)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                               "calibration: %zu of %zu toys at hypothesis %g failed, more than 1 %%",
                               n_toys - n, n_toys, p->mu[i]);
  p->quantile[i] = quantile(statistics, n, c->options.level, &p->error[i]);
  set_spread(p, i, estimates, m);
  return FAIRU_OK;
}
