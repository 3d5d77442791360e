/* nuisance.c - a nuisance parameter: defaults, checks, copies. */
#include "systematics/systematics.h"

#include <math.h>
#include <string.h>

#include "systematics/systematics_internal.h"

static const fairu_nuisance defaults = { .prior = FAIRU_PRIOR_GAUSSIAN,
                                         .width = 1.0,
                                         .lower = -HUGE_VAL,
                                         .upper = HUGE_VAL,
                                         .statistical_origin = 1,
                                         .centre = (double)NAN };

int fairu_nuisance_init(fairu_nuisance *nuisance, size_t struct_size)
{
  return fairu_options__init(nuisance, struct_size, &defaults, sizeof defaults);
}

static int check_range(fairu_context *ctx, const fairu_nuisance *nu)
{
  if (!isfinite(nu->nominal))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nuisance %s: nominal is %g", nu->name,
                               nu->nominal);
  if (isnan(nu->lower) || isnan(nu->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nuisance %s: range is [%g, %g]", nu->name,
                               nu->lower, nu->upper);
  if (!(nu->lower < nu->upper) || nu->nominal < nu->lower || nu->nominal > nu->upper)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: nominal %g, range [%g, %g]", nu->name,
                               nu->nominal, nu->lower, nu->upper);
  return FAIRU_OK;
}

double fairu_nuisance__center(const fairu_nuisance *nuisance)
{
  return isnan(nuisance->centre) ? nuisance->nominal : nuisance->centre;
}

static int check_center(fairu_context *ctx, const fairu_nuisance *nu)
{
  const double centre = fairu_nuisance__center(nu);
  if (isinf(centre))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nuisance %s: centre is %g", nu->name, centre);
  if (!isnan(nu->centre) && (nu->prior == FAIRU_PRIOR_UNIFORM || nu->prior == FAIRU_PRIOR_TABULATED))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "nuisance %s: centre is %g; only Gaussian and log-normal priors have one, "
                               "NaN elsewhere",
                               nu->name, centre);
  if (nu->prior == FAIRU_PRIOR_LOG_NORMAL && centre <= 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: %s is %g, a log-normal prior wants > 0",
                               nu->name, isnan(nu->centre) ? "nominal" : "centre", centre);
  return FAIRU_OK;
}

static int check_width(fairu_context *ctx, const fairu_nuisance *nu)
{
  if (!isfinite(nu->width))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nuisance %s: width is %g", nu->name, nu->width);
  if (nu->width <= 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: width is %g, wanted > 0", nu->name,
                               nu->width);
  return FAIRU_OK;
}

static int check_table(fairu_context *ctx, const fairu_nuisance *nu)
{
  if (!nu->table_z || !nu->table_density)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "nuisance %s: %s is NULL", nu->name,
                               nu->table_z ? "table_density" : "table_z");
  if (nu->n_table < 2)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: table of %zu points, wanted at least 2",
                               nu->name, nu->n_table);
  for (size_t i = 0; i < nu->n_table; i++) {
    if (!isfinite(nu->table_z[i]) || !isfinite(nu->table_density[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nuisance %s: table point %zu is (%g, %g)",
                                 nu->name, i, nu->table_z[i], nu->table_density[i]);
    if (i > 0 && nu->table_z[i] <= nu->table_z[i - 1])
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: table_z[%zu] is %g, not above %g",
                                 nu->name, i, nu->table_z[i], nu->table_z[i - 1]);
    if (nu->table_density[i] <= 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "nuisance %s: table_density[%zu] is %g, wanted > 0",
                                 nu->name, i, nu->table_density[i]);
  }
  return FAIRU_OK;
}

static int check_prior(fairu_context *ctx, const fairu_nuisance *nu)
{
  switch (nu->prior) {
  case FAIRU_PRIOR_GAUSSIAN:
  case FAIRU_PRIOR_LOG_NORMAL:
    return check_width(ctx, nu);
  case FAIRU_PRIOR_UNIFORM:
    if (!isfinite(nu->lower) || !isfinite(nu->upper))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "nuisance %s: a uniform prior wants a finite range, not [%g, %g]", nu->name,
                                 nu->lower, nu->upper);
    return FAIRU_OK;
  case FAIRU_PRIOR_TABULATED:
    return check_table(ctx, nu);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "nuisance %s: prior is %d, not a fairu_prior",
                               nu->name, nu->prior);
  }
}

static int check(fairu_context *ctx, const fairu_nuisance *nu, size_t i)
{
  if (!nu->name || !*nu->name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "nuisance %zu has no name", i);
  if (strlen(nu->name) > fairu_context__limits(ctx)->name_bytes)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "name of nuisance %zu has %zu bytes (limit name_bytes)",
                               i, strlen(nu->name));
  if (nu->statistical_origin != 0 && nu->statistical_origin != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "nuisance %s: statistical_origin is %d, not 0 or 1",
                               nu->name, nu->statistical_origin);
  int status = check_range(ctx, nu);
  if (status == FAIRU_OK)
    status = check_center(ctx, nu);
  return status == FAIRU_OK ? check_prior(ctx, nu) : status;
}

/* One block: z table, density table, name; its address is the address of the z table. */
static int copy_block(fairu_context *ctx, fairu_nuisance *nu)
{
  const size_t n = nu->prior == FAIRU_PRIOR_TABULATED ? nu->n_table : 0, size = strlen(nu->name) + 1;
  double *table = fairu_context__new(ctx, 2 * n * sizeof(double) + size, 1, "nuisance");
  if (!table)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (n > 0) {
    memcpy(table, nu->table_z, n * sizeof *table);
    memcpy(table + n, nu->table_density, n * sizeof *table);
  }
  nu->name = memcpy(table + 2 * n, nu->name, size);
  nu->table_z = table;
  nu->table_density = n > 0 ? table + n : NULL;
  nu->n_table = n;
  return FAIRU_OK;
}

int fairu_nuisance__read(fairu_context *ctx, const fairu_nuisance *theirs, size_t i, fairu_nuisance *ours)
{
  *ours = defaults;
  ours->struct_size = sizeof *ours;
  const int status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "nuisance");
  ours->struct_size = sizeof *ours;
  return status == FAIRU_OK ? check(ctx, ours, i) : status;
}

int fairu_nuisance__copy(fairu_context *ctx, const fairu_nuisance *theirs, size_t i, fairu_nuisance *ours)
{
  fairu_nuisance nu;
  int status = fairu_nuisance__read(ctx, theirs, i, &nu);
  if (status == FAIRU_OK)
    status = copy_block(ctx, &nu);
  if (status == FAIRU_OK)
    *ours = nu;
  return status;
}
