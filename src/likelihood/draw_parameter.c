/* draw_parameter.c - true values of nuisances for ensembles in which they vary: draws from their priors. */
#include <math.h>

#include "likelihood/likelihood_internal.h"
#include "likelihood/model.h"
#include "numeric/pinned.h"
#include "numeric/spline.h"

enum { STEPS = 16 }; /* of Simpson's rule between two points of a table */

/* Density of a table at t between points i and i + 1. */
static double table_density(const fairu_param *param, size_t i, double t)
{
  const double *z = param->table, *y = z + param->n_table, *m = y + param->n_table;
  double value[3];
  fairu_spline__evaluate(z[i], z[i + 1], y[i], y[i + 1], m[i], m[i + 1], t, value);
  return fairu_pinned__exp(value[0]);
}

/* Integral over step s of interval i: Simpson's rule. */
static double step_integral(const fairu_param *param, size_t i, int s, double *a, double *width)
{
  const double *z = param->table;
  *width = (z[i + 1] - z[i]) / STEPS;
  *a = z[i] + s * *width;
  return *width / 6.0 *
         (table_density(param, i, *a) + 4.0 * table_density(param, i, *a + 0.5 * *width) +
          table_density(param, i, *a + *width));
}

/* Inverse of the integrated density, which is taken as linear in each step. */
static double draw_table(const fairu_param *param, double u)
{
  double a, width, total = 0.0, sum = 0.0;
  for (size_t i = 0; i + 1 < param->n_table; i++)
    for (int s = 0; s < STEPS; s++)
      total += step_integral(param, i, s, &a, &width);
  for (size_t i = 0; i + 1 < param->n_table; i++)
    for (int s = 0; s < STEPS; s++) {
      const double part = step_integral(param, i, s, &a, &width);
      if (sum + part >= u * total && part > 0.0)
        return a + width * (u * total - sum) / part;
      sum += part;
    }
  return param->table[param->n_table - 1];
}

static double draw_prior(const fairu_param *param, fairu_philox *rng)
{
  switch (param->prior) {
  case FAIRU_PRIOR_GAUSSIAN:
    return param->aux + param->width * fairu_philox__normal(rng);
  case FAIRU_PRIOR_LOG_NORMAL:
    return param->aux * fairu_pinned__exp(param->width * fairu_philox__normal(rng));
  case FAIRU_PRIOR_TABULATED:
    return draw_table(param, fairu_philox__uniform(rng));
  default:
    return isfinite(param->upper - param->lower)
               ? param->lower + (param->upper - param->lower) * fairu_philox__uniform(rng)
               : param->start;
  }
}

double fairu_likelihood__draw_parameter(const fairu_likelihood *lh, size_t i, fairu_philox *rng)
{
  const fairu_param *param = &lh->params[i];
  if (param->constraint != FAIRU_CONSTRAINT_PRIOR || param->fixed || !(param->lower < param->upper))
    return param->start;
  return fmin(fmax(draw_prior(param, rng), param->lower), param->upper);
}
