/* evaluate.c - questions to templates: shape, given and interpolated yields; references, copies, refills. */
#include "templates/templates_private.h"

#include <math.h>
#include <string.h>

#include "templates/templates_internal.h"

size_t fairu_templates_n_processes(const fairu_templates *t)
{
  return t ? t->n_processes : 0;
}

size_t fairu_templates_n_bins(const fairu_templates *t)
{
  return t ? t->n_bins : 0;
}

size_t fairu_templates_n_axes(const fairu_templates *t)
{
  return t ? t->grid->n_axes : 0;
}

const char *fairu_templates_process_name(const fairu_templates *t, size_t i)
{
  return t && i < t->n_processes ? t->names[i] : NULL;
}

const fairu_grid *fairu_templates_grid(const fairu_templates *t)
{
  return t ? t->grid : NULL;
}

static const double *row_of(const fairu_templates *t, const double *values, size_t process, size_t point)
{
  if (!values || process >= t->n_processes || point >= t->grid->n_points)
    return NULL;
  return values + (point * t->n_processes + process) * t->n_bins;
}

const double *fairu_templates_yields(const fairu_templates *t, size_t process, size_t point)
{
  return t ? row_of(t, t->yields, process, point) : NULL;
}

const double *fairu_templates_variances(const fairu_templates *t, size_t process, size_t point)
{
  return t ? row_of(t, t->variances, process, point) : NULL;
}

int fairu_templates__evaluate(const fairu_templates *t, fairu_context *ctx, const double *z, double *nu,
                              double *d_nu, double *d2_nu)
{
  return fairu_surface__evaluate(t->yield, ctx, z, nu, d_nu, d2_nu);
}

int fairu_templates__evaluate_variance(const fairu_templates *t, fairu_context *ctx, const double *z,
                                       double *var, double *d_var, double *d2_var)
{
  if (t->variance)
    return fairu_surface__evaluate(t->variance, ctx, z, var, d_var, d2_var);
  const size_t n = t->grid->n_axes, width = t->n_processes * t->n_bins;
  const int status = fairu_surface__check_range(t->yield, ctx, z);
  if (status != FAIRU_OK)
    return status;
  memset(var, 0, width * sizeof *var);
  if (d_var)
    memset(d_var, 0, n * width * sizeof *d_var);
  if (d2_var)
    memset(d2_var, 0, n * n * width * sizeof *d2_var);
  return FAIRU_OK;
}

int fairu_templates__has_variances(const fairu_templates *t)
{
  return t->variance != NULL;
}

static int check_z(const fairu_templates *t, fairu_context *ctx, const double *z, size_t n_axes,
                   const double *out)
{
  if (!t || !out || (!z && n_axes > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "templates: the templates, z or the output is NULL");
  if (n_axes != t->grid->n_axes)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "templates have %zu axes, z has %zu", t->grid->n_axes,
                               n_axes);
  for (size_t k = 0; k < n_axes; k++)
    if (!isfinite(z[k]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "templates: '%s' is %g", t->grid->axes[k].name,
                                 z[k]);
  return FAIRU_OK;
}

int fairu_templates_evaluate(const fairu_templates *t, fairu_context *ctx, const double *z, size_t n_axes,
                             double *nu, double *d_nu, double *d2_nu)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  const int status = check_z(t, ctx, z, n_axes, nu);
  return status == FAIRU_OK ? fairu_templates__evaluate(t, ctx, z, nu, d_nu, d2_nu) : status;
}

int fairu_templates_evaluate_variance(const fairu_templates *t, fairu_context *ctx, const double *z,
                                      size_t n_axes, double *variance, double *d_var, double *d2_var)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  const int status = check_z(t, ctx, z, n_axes, variance);
  return status == FAIRU_OK ? fairu_templates__evaluate_variance(t, ctx, z, variance, d_var, d2_var) : status;
}

int fairu_templates__copy(const fairu_templates *t, fairu_context *ctx, fairu_templates **out)
{
  (void)ctx;
  fairu_templates *self = (fairu_templates *)t; /* the count is no part of what is constant */
  atomic_fetch_add(&self->references, 1);
  *out = self;
  return FAIRU_OK;
}

/* [point][process][bin] -> [process][point][bin], as the caller gave them. */
static double *by_process(const fairu_templates *t, fairu_context *ctx, const double *values)
{
  double *out = fairu_context__new(ctx, t->n_processes * t->grid->n_points * t->n_bins, sizeof *out,
                                   "a copy of templates");
  for (size_t q = 0; q < t->n_processes && out; q++)
    for (size_t p = 0; p < t->grid->n_points; p++)
      memcpy(out + (q * t->grid->n_points + p) * t->n_bins, row_of(t, values, q, p), t->n_bins * sizeof *out);
  return out;
}

int fairu_templates__duplicate(const fairu_templates *t, fairu_context *ctx, fairu_templates **out)
{
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  double *variances = NULL, *yields = by_process(t, ctx, t->yields);
  if (yields && t->variances)
    variances = by_process(t, ctx, t->variances);
  if (yields && (variances || !t->variances))
    status = fairu_templates_create(ctx, t->grid, (const char *const *)t->names, t->n_processes, t->n_bins,
                                    yields, variances, t->interpolation, out);
  fairu_context__free(ctx, yields);
  fairu_context__free(ctx, variances);
  return status;
}

int fairu_templates__refill(fairu_templates *t, fairu_context *ctx, const double *yields)
{
  if (atomic_load(&t->references) != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_INTERNAL, "refill of templates that others share");
  const int status = fairu_yields__check(ctx, t->grid, (const char *const *)t->names, t->n_processes,
                                         t->n_bins, t->interpolation, yields);
  if (status != FAIRU_OK)
    return status;
  for (size_t q = 0; q < t->n_processes; q++)
    for (size_t p = 0; p < t->grid->n_points; p++)
      memcpy(t->yields + (p * t->n_processes + q) * t->n_bins,
             yields + (q * t->grid->n_points + p) * t->n_bins, t->n_bins * sizeof *yields);
  fairu_surface__set(t->yield, t->yields);
  return FAIRU_OK;
}
