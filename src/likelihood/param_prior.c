/* param_prior.c - the density of a fairu_nuisance as the constraint of a parameter. */
#include <math.h>

#include "likelihood/param.h"
#include "numeric/spline.h"
#include "systematics/systematics_internal.h"

/* z, ln density and spline moments in one block. */
static int fill_table(fairu_param *param, fairu_context *ctx, const fairu_nuisance *prior)
{
  const size_t n = prior->n_table;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *work = fairu_context__scratch(ctx, n, 4 * sizeof *work, "table of a prior");
  if (!work)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    param->table[i] = prior->table_z[i];
    param->table[n + i] = log(prior->table_density[i]);
  }
  fairu_spline__moments(param->table, n, param->table + n, 1, param->table + 2 * n, 1, work);
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}

static int check_table(const fairu_param *param, fairu_context *ctx, const fairu_nuisance *prior)
{
  const size_t n = prior->n_table;
  if (n > 0 && (!prior->table_z || !prior->table_density))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "prior of '%s': table_z or table_density is NULL",
                               param->name);
  if (n < 4)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "prior of '%s': a table of %zu points, needs at least 4",
                               param->name, n);
  for (size_t i = 0; i < n; i++)
    if (!isfinite(prior->table_z[i]) || !isfinite(prior->table_density[i]) ||
        !(prior->table_density[i] > 0.0) || (i && !(prior->table_z[i] > prior->table_z[i - 1])))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "prior of '%s': table entry %zu is (%g, %g)",
                                 param->name, i, prior->table_z[i], prior->table_density[i]);
  return FAIRU_OK;
}

static int copy_table(fairu_param *param, fairu_context *ctx, const fairu_allocator *allocator,
                      const fairu_nuisance *prior)
{
  const size_t n = prior->n_table;
  int status = check_table(param, ctx, prior);
  if (status != FAIRU_OK)
    return status;
  param->table = fairu_allocator__new(allocator, ctx, n, 3 * sizeof *param->table, "table of a prior");
  if (!param->table)
    return FAIRU_ERR_OUT_OF_MEMORY;
  param->n_table = n;
  status = fill_table(param, ctx, prior);
  if (status != FAIRU_OK)
    return status;
  param->lower = fmax(param->lower, param->table[0]);
  param->upper = fmin(param->upper, param->table[n - 1]);
  return FAIRU_OK;
}

static int check_prior(const fairu_param *param, fairu_context *ctx, const fairu_nuisance *prior)
{
  const int has_width = prior->prior == FAIRU_PRIOR_GAUSSIAN || prior->prior == FAIRU_PRIOR_LOG_NORMAL;
  if (prior->statistical_origin != 0 && prior->statistical_origin != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "prior of '%s': statistical_origin is %d, not 0 or 1",
                               param->name, prior->statistical_origin);
  if (prior->prior < FAIRU_PRIOR_GAUSSIAN || prior->prior > FAIRU_PRIOR_TABULATED)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "prior of '%s': unknown kind %d", param->name,
                               prior->prior);
  if (has_width && !(prior->width > 0.0 && isfinite(prior->width)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "prior of '%s': width is %g", param->name, prior->width);
  const double centre = fairu_nuisance__center(prior);
  const char *const field = isnan(prior->centre) ? "nominal" : "centre";
  if (!isfinite(centre))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "prior of '%s': %s is %g", param->name, field,
                               centre);
  if (!has_width && !isnan(prior->centre))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "prior of '%s': centre is %g; only Gaussian and log-normal priors have one, "
                               "NaN elsewhere",
                               param->name, centre);
  if (prior->prior == FAIRU_PRIOR_LOG_NORMAL && !(centre > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "prior of '%s': a log-normal needs values > 0, %s is %g",
                               param->name, field, centre);
  return FAIRU_OK;
}

int fairu_param__set_prior(fairu_param *param, fairu_context *ctx, const fairu_allocator *allocator,
                           const fairu_nuisance *theirs)
{
  fairu_nuisance prior;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, &prior, sizeof prior, theirs, sizeof prior, "nuisance");
  if (status == FAIRU_OK)
    status = check_prior(param, ctx, &prior);
  if (status != FAIRU_OK)
    return status;
  param->prior = prior.prior;
  param->aux = fairu_nuisance__center(&prior);
  param->width = prior.width;
  param->is_two_point = prior.statistical_origin == 0;
  if (prior.prior == FAIRU_PRIOR_GAUSSIAN)
    param->scale = fmin(prior.width, param->scale > 0.0 ? param->scale : prior.width);
  param->lower = fmax(param->lower, prior.lower);
  param->upper = fmin(param->upper, prior.upper);
  if (prior.prior == FAIRU_PRIOR_TABULATED)
    status = copy_table(param, ctx, allocator, &prior);
  if (status != FAIRU_OK)
    return status;
  if (!(param->lower <= param->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "the range of '%s' and that of its prior have nothing in common", param->name);
  param->constraint = FAIRU_CONSTRAINT_PRIOR;
  return FAIRU_OK;
}
