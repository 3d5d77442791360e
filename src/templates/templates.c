/* templates.c - making templates from arrays and functions, and what they are made of.
 *
 * Variances are interpolated as logarithms (they stay > 0), or as square roots as soon as one function is 0 at some
 * points and not at others: a logarithm cannot pass through 0.
 */
#include "templates/templates_private.h"

#include <math.h>
#include <string.h>

#include "templates/names.h"
#include "templates/templates_internal.h"

/* [process][point][bin] -> [point][process][bin]: all functions of a point side by side. */
static void by_point(const fairu_templates *t, const double *values, double *out)
{
  const size_t width = t->n_processes * t->n_bins;
  for (size_t q = 0; q < t->n_processes; q++)
    for (size_t p = 0; p < t->grid->n_points; p++)
      memcpy(out + p * width + q * t->n_bins, values + (q * t->grid->n_points + p) * t->n_bins,
             t->n_bins * sizeof *out);
}

static int any_positive(const double *values, size_t n)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    count += (size_t)(values[i] > 0.0);
  return count > 0;
}

static int variance_scale(const double *values, size_t n_points, size_t width)
{
  for (size_t b = 0; b < width; b++) {
    size_t n_zero = 0;
    for (size_t p = 0; p < n_points; p++)
      n_zero += (size_t)(values[p * width + b] == 0.0);
    if (n_zero > 0 && n_zero < n_points)
      return FAIRU_INTERPOLATION_SQRT;
  }
  return FAIRU_INTERPOLATION_LOG;
}

/* Own copy of values and a surface through them. */
static int add_surface(fairu_context *ctx, fairu_templates *t, int scale, const double *values, double **copy,
                       fairu_surface **surface)
{
  const size_t width = t->n_processes * t->n_bins;
  *copy = fairu_context__new(ctx, t->grid->n_points * width, sizeof **copy, "values of templates");
  if (!*copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  by_point(t, values, *copy);
  if (surface == &t->variance)
    scale = variance_scale(*copy, t->grid->n_points, width);
  const int status = fairu_surface__create(ctx, t->grid, scale, width, surface);
  if (status == FAIRU_OK)
    fairu_surface__set(*surface, *copy);
  return status;
}

static int fill_templates(fairu_context *ctx, fairu_templates *t, const fairu_grid *grid,
                          const char *const *names, const double *yields, const double *variances)
{
  int status = fairu_grid__copy(grid, ctx, &t->grid);
  if (status == FAIRU_OK)
    status = fairu_names__copy(ctx, names, t->n_processes, &t->names);
  if (status == FAIRU_OK)
    status = add_surface(ctx, t, t->interpolation, yields, &t->yields, &t->yield);
  if (status == FAIRU_OK && variances && any_positive(variances, t->n_processes * grid->n_points * t->n_bins))
    status = add_surface(ctx, t, FAIRU_INTERPOLATION_LOG, variances, &t->variances, &t->variance);
  return status;
}

static int check_shape(fairu_context *ctx, const fairu_grid *grid, size_t n_processes, size_t n_bins,
                       int interpolation)
{
  const uint64_t limit = fairu_context__limits(ctx)->bins;
  if (n_bins == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "templates need at least one bin");
  if (n_processes > limit / grid->n_points || n_bins > limit / (grid->n_points * n_processes))
    return fairu_context__fail(
        ctx, FAIRU_ERR_LIMIT,
        "templates of %zu processes x %zu points x %zu bins: the limit bins is %llu in all", n_processes,
        grid->n_points, n_bins, (unsigned long long)limit);
  if (interpolation < FAIRU_INTERPOLATION_LOG || interpolation > FAIRU_INTERPOLATION_SQRT)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "templates: %d is not a fairu_interpolation",
                               interpolation);
  return FAIRU_OK;
}

static int check_values(fairu_context *ctx, const fairu_grid *grid, const char *const *names,
                        size_t n_processes, size_t n_bins, int interpolation, const double *yields,
                        const double *variances)
{
  int status = fairu_yields__check(ctx, grid, names, n_processes, n_bins, interpolation, yields);
  if (status == FAIRU_OK && variances)
    status = fairu_variances__check(ctx, grid, names, n_processes, n_bins, variances);
  return status;
}

int fairu_templates_create(fairu_context *ctx, const fairu_grid *grid, const char *const *processes,
                           size_t n_processes, size_t n_bins, const double *yields, const double *variances,
                           int interpolation, fairu_templates **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || (!processes && n_processes > 0) || !yields || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "fairu_templates_create: grid, processes, yields or out is NULL");
  int status = fairu_names__check(ctx, processes, n_processes);
  if (status == FAIRU_OK)
    status = check_shape(ctx, grid, n_processes, n_bins, interpolation);
  if (status == FAIRU_OK)
    status = check_values(ctx, grid, processes, n_processes, n_bins, interpolation, yields, variances);
  if (status != FAIRU_OK)
    return status;
  fairu_templates *t = fairu_context__new(ctx, 1, sizeof *t, "templates");
  if (!t)
    return FAIRU_ERR_OUT_OF_MEMORY;
  t->allocator = *fairu_context__allocator(ctx);
  atomic_init(&t->references, 1);
  t->n_processes = n_processes;
  t->n_bins = n_bins;
  t->interpolation = interpolation;
  status = fill_templates(ctx, t, grid, processes, yields, variances);
  if (status == FAIRU_OK)
    *out = t;
  else
    fairu_templates_destroy(t);
  return status;
}

/* One call of fn per process and point into values [2][process][point][bin]: yields, then variances. */
static int call_function(fairu_context *ctx, const fairu_grid *grid, const double *z, size_t n_processes,
                         size_t n_bins, fairu_yield_fn fn, void *user_data, double *values)
{
  double *variances = values + n_processes * grid->n_points * n_bins;
  for (size_t q = 0; q < n_processes; q++)
    for (size_t p = 0; p < grid->n_points; p++) {
      const size_t row = (q * grid->n_points + p) * n_bins;
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
      const int stop =
          fn(q, z + p * grid->n_axes, grid->n_axes, n_bins, values + row, variances + row, user_data);
      if (stop != 0) {
        char where[256];
        fairu_grid__describe(grid, p, where, sizeof where);
        return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "yield function of process %zu returned %d at %s",
                                   q, stop, where);
      }
    }
  return FAIRU_OK;
}

static int create_called(fairu_context *ctx, const fairu_grid *grid, const char *const *names,
                         size_t n_processes, size_t n_bins, fairu_yield_fn fn, void *user_data,
                         int interpolation, fairu_templates **out)
{
  const size_t n = n_processes * grid->n_points * n_bins;
  double *z = fairu_context__new(ctx, grid->n_points * grid->n_axes, sizeof *z, "points of a grid");
  double *values = fairu_context__new(ctx, 2 * n, sizeof *values, "yields of a function");
  int status = z && values ? fairu_grid_points(grid, ctx, z) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = call_function(ctx, grid, z, n_processes, n_bins, fn, user_data, values);
  if (status == FAIRU_OK)
    status =
        fairu_templates_create(ctx, grid, names, n_processes, n_bins, values, values + n, interpolation, out);
  fairu_context__free(ctx, z);
  fairu_context__free(ctx, values);
  return status;
}

int fairu_templates_create_from_function(fairu_context *ctx, const fairu_grid *grid,
                                         const char *const *processes, size_t n_processes, size_t n_bins,
                                         fairu_yield_fn fn, void *user_data, int interpolation,
                                         fairu_templates **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || (!processes && n_processes > 0) || !fn || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "fairu_templates_create_from_function: grid, processes, fn or out is NULL");
  int status = fairu_names__check(ctx, processes, n_processes);
  if (status == FAIRU_OK)
    status = check_shape(ctx, grid, n_processes, n_bins, interpolation);
  if (status == FAIRU_OK)
    status = create_called(ctx, grid, processes, n_processes, n_bins, fn, user_data, interpolation, out);
  return status;
}

void fairu_templates_destroy(fairu_templates *t)
{
  if (!t || atomic_fetch_sub(&t->references, 1) != 1)
    return;
  const fairu_allocator allocator = t->allocator;
  fairu_surface__destroy(t->yield);
  fairu_surface__destroy(t->variance);
  fairu_allocator__free(&allocator, t->yields);
  fairu_allocator__free(&allocator, t->variances);
  fairu_names__free(&allocator, t->names, t->n_processes);
  fairu_grid_destroy(t->grid);
  fairu_allocator__free(&allocator, t);
}
