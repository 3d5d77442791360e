#include "methods/widths.h"

#include <math.h>

#include "systematics/systematics_internal.h"

/* Of a density that is linear between its points. */
static double table_width(const fairu_nuisance *nuisance)
{
  double norm = 0.0, mean = 0.0, square = 0.0;
  for (size_t i = 0; i + 1 < nuisance->n_table; i++) {
    const double a = nuisance->table_z[i], b = nuisance->table_z[i + 1], h = b - a;
    const double p = nuisance->table_density[i], q = nuisance->table_density[i + 1], m = 0.5 * (p + q);
    const double middle = 0.5 * (a + b);
    norm += h * m; /* Simpson's rule: exact for what stands here */
    mean += h / 6.0 * (a * p + 4.0 * middle * m + b * q);
    square += h / 6.0 * (a * a * p + 4.0 * middle * middle * m + b * b * q);
  }
  mean /= norm;
  return sqrt(fmax(square / norm - mean * mean, 0.0));
}

double fairu_method__width(const fairu_nuisance *nuisance)
{
  switch (nuisance->prior) {
  case FAIRU_PRIOR_LOG_NORMAL:
    return nuisance->width * fairu_nuisance__center(nuisance);
  case FAIRU_PRIOR_UNIFORM:
    return (nuisance->upper - nuisance->lower) / sqrt(12.0);
  case FAIRU_PRIOR_TABULATED:
    return table_width(nuisance);
  default:
    return nuisance->width;
  }
}

int fairu_method__steps(const fairu_method_job *job, fairu_context *ctx, size_t k, fairu_method_steps *steps)
{
  const fairu_nuisance *nuisance = &job->nuisances[job->chosen[k]];
  const double step =
      job->options.steps ? job->options.steps[k] : job->options.step * fairu_method__width(nuisance);
  if (!(step > 0.0) || !isfinite(step))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: step of \"%s\" is %g, wanted > 0",
                               nuisance->name, step);
  steps->up = fmin(step, nuisance->upper - nuisance->nominal);
  steps->down = fmin(step, nuisance->nominal - nuisance->lower);
  if (steps->up > 0.0 || steps->down > 0.0)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "method: the range of \"%s\" is the point %g",
                             nuisance->name, nuisance->nominal);
}
