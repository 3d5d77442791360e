/* calibration_made.h - calibrations from numbers a test makes up instead of toys, and their limit by its definition. */
#ifndef FAIRU_TESTS_COVERAGE_CALIBRATION_MADE_H
#define FAIRU_TESTS_COVERAGE_CALIBRATION_MADE_H

#include "support/draws.h"
#include "support/support.h"

#include "coverage/calibration.h"

/* t where the estimate is mu + z, the range ends `distance` beyond mu on the side of z. */
static inline double made_t(double z, double distance)
{
  const double beyond = z > distance ? z - distance : 0.0;
  return z * z - beyond * beyond;
}

/* The largest z >= 0 whose t does not exceed c. */
static inline double made_reach(double c, double distance)
{
  double low = 0.0, high = 60.0; /* a normal deviate ends far below */
  if (made_t(high, distance) <= c)
    return high;
  for (int k = 0; k < 60; k++) {
    const double middle = 0.5 * (low + high);
    if (made_t(middle, distance) <= c)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* P(t <= c) */
static inline double made_content(double c, double below, double above)
{
  return 1.0 - 0.5 * erfc(made_reach(c, above) / sqrt(2.0)) - 0.5 * erfc(made_reach(c, below) / sqrt(2.0));
}

/* The smallest c with P(t <= c) >= level. */
static inline double made_limit(double level, double below, double above)
{
  double low = 0.0, high = 100.0;
  if (made_content(0.0, below, above) >= level)
    return 0.0;
  for (int k = 0; k < 80; k++) {
    const double middle = 0.5 * (low + high);
    if (made_content(middle, below, above) >= level)
      high = middle;
    else
      low = middle;
  }
  return high;
}

/* What the numbers of a made calibration follow: straight lines in the angle, which any smoothing leaves alone. */
typedef struct made_lines {
  double below[2], above[2]; /* logarithms of the spreads */
  double ratio[2];           /* of quantiles to the limit */
} made_lines;

static inline double made_on(const double line[2], double angle)
{
  return line[0] + line[1] * angle;
}

/* The limit at a place, nowhere less than a fiftieth of that far from the ends. */
static inline double made_limit_at(const fairu_interval_calibration_options *o, const made_lines *lines,
                                   double mu, double angle)
{
  const double below = (mu - o->lower) / exp(made_on(lines->below, angle));
  const double above = (o->upper - mu) / exp(made_on(lines->above, angle));
  return fmax(made_limit(o->level, below, above), 0.02 * made_limit(o->level, 1e3, 1e3));
}

static inline fairu_interval_calibration_options made_options(size_t n_mu, double lower, double upper,
                                                              double level)
{
  fairu_interval_calibration_options o;
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  o.n_mu = n_mu;
  o.lower = lower;
  o.upper = upper;
  o.level = level;
  return o;
}

/* With names p0, p1, ..., the second is of interest if there is one. */
static inline fairu_interval_calibration *made_calibration(fairu_context *ctx,
                                                           const fairu_interval_calibration_options *o,
                                                           size_t n_params, const made_lines *lines)
{
  fairu_interval_calibration *c = NULL;
  CHECK_OK(ctx, fairu_interval_calibration__allocate(ctx, o, n_params, &c));
  for (size_t i = 0; i < n_params; i++) {
    char name[32];
    snprintf(name, sizeof name, "p%zu", i);
    c->names[i] = fairu_context__copy_string(ctx, name, "name");
    assert_non_null(c->names[i]);
  }
  c->poi = n_params > 1;
  c->n_bins = 7;
  fairu_interval_calibration_points *p = &c->points;
  for (size_t i = 0; i < c->n; i++) {
    const double x = (double)i / (double)(c->n - 1);
    p->below[i] = made_on(lines->below, x);
    p->above[i] = made_on(lines->above, x);
    p->quantile[i] = made_on(lines->ratio, x) * made_limit_at(o, lines, p->mu[i], x);
    p->below_error[i] = 0.01 + 0.02 * x;
    p->above_error[i] = 0.03 - 0.02 * x;
    p->error[i] = 0.02 + 0.01 * sin(3.0 * (double)i);
    p->n_failed[i] = i % 3;
  }
  CHECK_OK(ctx, fairu_interval_calibration__smooth(ctx, c));
  return c;
}

#endif /* FAIRU_TESTS_COVERAGE_CALIBRATION_MADE_H */
