/* toy_interval.c - best fit and intervals of a toy problem in the three ways z is treated. */
#include "toy_problem.h"

enum { SPREAD = 6 };

static const double rises[2] = { 0.5, 2.0 };

int toy_fit_options(fairu_fit_options *options)
{
  const int status = fairu_fit_options_init(options, sizeof *options);
  options->spread_starts = SPREAD;
  return status;
}

/* Keep the outermost ends; an end that is no crossing, or a region without points, is left out. */
static void widen(toy_interval *out, int level, const fairu_interval *interval)
{
  if (interval->lower_end == FAIRU_INTERVAL_CROSSING)
    out->lower[level] = fmin(out->lower[level], interval->lower);
  else if (interval->lower_end != FAIRU_INTERVAL_EMPTY)
    out->lower[level] = -INFINITY;
  if (interval->upper_end == FAIRU_INTERVAL_CROSSING)
    out->upper[level] = fmax(out->upper[level], interval->upper);
  else if (interval->upper_end != FAIRU_INTERVAL_EMPTY)
    out->upper[level] = INFINITY;
}

/* Both levels of the profile around `start`; z fixed or free as `fit` says. */
static int both_levels(const toy_problem *p, fairu_context *ctx, const fairu_fit_options *fit,
                       double nll_minimum, toy_interval *out)
{
  fairu_interval_options options;
  int status = fairu_interval_options_init(&options, sizeof options);
  options.level = 0.0;
  options.nll_minimum = nll_minimum;
  options.fit = fit;
  for (int level = 0; level < 2 && status == FAIRU_OK; level++) {
    fairu_interval interval = { .struct_size = sizeof interval };
    options.delta_nll = rises[level];
    status = fairu_likelihood_interval(p->likelihood, ctx, p->data, &options, &interval, NULL, NULL,
                                       TOY_PARAMETERS);
    if (status == FAIRU_OK)
      widen(out, level, &interval);
  }
  return status;
}

static int best_fit(const toy_problem *p, fairu_context *ctx, const fairu_fit_options *fit, double *params,
                    double *nll)
{
  fairu_fit_result result = { .struct_size = sizeof result };
  const int status =
      fairu_likelihood_fit(p->likelihood, ctx, p->data, fit, params, TOY_PARAMETERS, NULL, &result);
  *nll = result.nll[0] + result.nll[1];
  return status;
}

/* Lowest minimum over `n` fixed angles, then the union of their regions below its rise. */
static int interval_on_angles(const toy_problem *p, fairu_context *ctx, const double *z, size_t n,
                              toy_interval *out)
{
  static const unsigned char z_fixed[TOY_PARAMETERS] = { 0, 1 };
  double params[TOY_ANGLES][TOY_PARAMETERS], lowest = INFINITY;
  fairu_fit_options fit;
  int status = fairu_fit_options_init(&fit, sizeof fit);
  fit.fixed = z_fixed;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const double start[TOY_PARAMETERS] = { p->settings.mu_true, z[i] };
    double nll;
    fit.start = start;
    status = best_fit(p, ctx, &fit, params[i], &nll);
    if (status == FAIRU_OK && nll < lowest) {
      lowest = nll;
      out->mu_hat = params[i][TOY_MU];
      out->z_hat = z[i];
    }
  }
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fit.start = params[i];
    status = both_levels(p, ctx, &fit, lowest, out);
  }
  return status;
}

static int interval_continuous(const toy_problem *p, fairu_context *ctx, toy_interval *out)
{
  const double start[TOY_PARAMETERS] = { p->settings.mu_true, p->settings.z_true };
  double params[TOY_PARAMETERS], nll;
  fairu_fit_options fit;
  int status = toy_fit_options(&fit);
  fit.start = start;
  if (status == FAIRU_OK)
    status = best_fit(p, ctx, &fit, params, &nll);
  if (status != FAIRU_OK)
    return status;
  out->mu_hat = params[TOY_MU];
  out->z_hat = params[TOY_Z];
  fit.start = params;
  return both_levels(p, ctx, &fit, nll, out);
}

int toy_problem_interval(const toy_problem *problem, fairu_context *ctx, int z_mode, toy_interval *out)
{
  double angles[TOY_ANGLES];
  toy_interval found = { NAN, NAN, { INFINITY, INFINITY }, { -INFINITY, -INFINITY }, NAN };
  int status;
  for (size_t k = 0; k < TOY_ANGLES; k++)
    angles[k] = toy_angle(k);
  if (z_mode == TOY_CONT)
    status = interval_continuous(problem, ctx, &found);
  else if (z_mode == TOY_GRID21)
    status = interval_on_angles(problem, ctx, angles, TOY_ANGLES, &found);
  else
    status = interval_on_angles(problem, ctx, &problem->settings.z_true, 1, &found);
  if (status != FAIRU_OK)
    return status;
  for (int level = 0; level < 2; level++) {
    if (!isfinite(found.lower[level]))
      found.lower[level] = (double)NAN;
    if (!isfinite(found.upper[level]))
      found.upper[level] = (double)NAN;
  }
  found.half_width = 0.5 * (found.upper[0] - found.lower[0]);
  *out = found;
  return FAIRU_OK;
}
