/* calibration_curve.c - the critical value as a function of mu.
 *
 * Near the ends of the range t changes within a fraction of the spread of the estimates, faster than any spline through the hypotheses may go: there part of the toys has
 * its minimum on the end. How it does follows from the Gaussian limit (calibration_limit.c) and the spread, so what is smoothed is the ratio of quantiles
 * to that limit, which is 1 where the limit holds and varies slowly where it does not. All is smoothed in the angle in which hypotheses are evenly spaced.
 */
#include "coverage/calibration.h"

#include <math.h>

static const double least_limit = 0.02; /* of the value far from the ends: below it the ratio says nothing */
static const double least_error = 1e-4; /* of the same: ties have no spacing */

double fairu_interval_calibration__angle(const fairu_interval_calibration *c, double mu)
{
  const double place = (mu - c->options.lower) / (c->options.upper - c->options.lower);
  return acos(1.0 - 2.0 * fmin(fmax(place, 0.0), 1.0)) / 3.14159265358979323846;
}

/* The Gaussian limit at mu. */
static double limit_at(const fairu_interval_calibration *c, double mu, double angle)
{
  const fairu_interval_calibration_options *o = &c->options;
  const double below = exp(fairu_smoothing__at(&c->below, angle, NULL));
  const double above = exp(fairu_smoothing__at(&c->above, angle, NULL));
  const double most = fairu_interval_calibration__limit(o->level, HUGE_VAL, HUGE_VAL);
  return fmax(fairu_interval_calibration__limit(o->level, (mu - o->lower) / below, (o->upper - mu) / above),
              least_limit * most);
}

double fairu_interval_calibration__critical(const fairu_interval_calibration *c, double mu, double *error)
{
  double ratio_error;
  const double angle = fairu_interval_calibration__angle(c, mu), limit = limit_at(c, mu, angle);
  const double ratio = fairu_smoothing__at(&c->ratio, angle, error ? &ratio_error : NULL);
  if (error)
    *error = limit * ratio_error;
  return fmax(limit * ratio, 0.0);
}

static double *block_of(const fairu_interval_calibration *c, int k)
{
  return c->memory + FAIRU_INTERVAL_CALIBRATION_ROWS * c->n + (size_t)k * fairu_smoothing__size(c->n);
}

static int smooth_spreads(fairu_context *ctx, fairu_interval_calibration *c)
{
  const fairu_interval_calibration_points *p = &c->points;
  int status = fairu_smoothing__create(ctx, p->angle, p->below, p->below_error, c->n, c->lambda[0],
                                       block_of(c, 0), &c->below);
  if (status == FAIRU_OK)
    status = fairu_smoothing__create(ctx, p->angle, p->above, p->above_error, c->n, c->lambda[1],
                                     block_of(c, 1), &c->above);
  c->lambda[0] = c->below.lambda;
  c->lambda[1] = c->above.lambda;
  return status;
}

static int smooth_ratio(fairu_context *ctx, fairu_interval_calibration *c)
{
  const fairu_interval_calibration_points *p = &c->points;
  const double most = fairu_interval_calibration__limit(c->options.level, HUGE_VAL, HUGE_VAL);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *ratio = fairu_context__scratch(ctx, c->n, 2 * sizeof *ratio, "critical values");
  int status = ratio ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++) {
    const double limit = limit_at(c, p->mu[i], p->angle[i]);
    ratio[i] = p->quantile[i] / limit;
    ratio[c->n + i] = fmax(p->error[i], least_error * most) / limit;
  }
  if (status == FAIRU_OK)
    status = fairu_smoothing__create(ctx, p->angle, ratio, ratio + c->n, c->n, c->lambda[2], block_of(c, 2),
                                     &c->ratio);
  c->lambda[2] = c->ratio.lambda;
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_interval_calibration__smooth(fairu_context *ctx, fairu_interval_calibration *c)
{
  int status = smooth_spreads(ctx, c);
  if (status == FAIRU_OK)
    status = smooth_ratio(ctx, c);
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++)
    c->points.critical[i] = fairu_interval_calibration__critical(c, c->points.mu[i], NULL);
  return status;
}
