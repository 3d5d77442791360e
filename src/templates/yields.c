/* yields.c - are these numbers fit for a scale? The common answer is found in one pass; only where it is no does a
 * second pass ask which process, bin and Z is to blame. */
#include "templates/templates_private.h"

#include <float.h>
#include <math.h>

typedef struct yields {
  fairu_context *ctx;
  const fairu_grid *grid;
  const char *const *names;
  size_t n_processes, n_bins;
  const double *values; /* [process][point][bin] */
} yields;

static int all_within(const double *values, size_t n, double lower, int open)
{
  size_t bad = 0;
  for (size_t i = 0; i < n; i++)
    bad += (size_t) !((open ? values[i] > lower : values[i] >= lower) && values[i] <= DBL_MAX);
  return bad == 0;
}

static double value_at(const yields *y, size_t process, size_t point, size_t bin)
{
  return y->values[(process * y->grid->n_points + point) * y->n_bins + bin];
}

static int blame(const yields *y, int code, size_t process, size_t point, size_t bin, const char *what,
                 const char *advice)
{
  char where[256];
  fairu_grid__describe(y->grid, point, where, sizeof where);
  return fairu_context__fail(y->ctx, code, "process '%s', bin %zu, at %s: %s is %.17g%s", y->names[process],
                             bin, where, what, value_at(y, process, point, bin), advice);
}

static int check_negative(const yields *y, int interpolation, size_t process, size_t bin)
{
  const int log_scale = interpolation == FAIRU_INTERPOLATION_LOG;
  size_t n_zero = 0, zero = 0;
  for (size_t p = 0; p < y->grid->n_points; p++) {
    const double value = value_at(y, process, p, bin);
    if (value < 0.0)
      return blame(y, FAIRU_ERR_NEGATIVE_YIELD, process, p, bin, "yield",
                   "; merge bins until it is positive, or interpolate with FAIRU_INTERPOLATION_LINEAR");
    if (value == 0.0 && n_zero++ == 0)
      zero = p;
  }
  if (log_scale && n_zero > 0 && n_zero < y->grid->n_points)
    return blame(
        y, FAIRU_ERR_NEGATIVE_YIELD, process, zero, bin, "yield",
        " but positive at other points; a logarithm cannot pass through 0: merge bins, use more events, "
        "or interpolate with FAIRU_INTERPOLATION_SQRT");
  return FAIRU_OK;
}

static int check_finite(const yields *y, const char *what)
{
  for (size_t q = 0; q < y->n_processes; q++)
    for (size_t p = 0; p < y->grid->n_points; p++)
      for (size_t b = 0; b < y->n_bins; b++)
        if (!isfinite(value_at(y, q, p, b)))
          return blame(y, FAIRU_ERR_NON_FINITE, q, p, b, what, "");
  return FAIRU_OK;
}

int fairu_yields__check(fairu_context *ctx, const fairu_grid *grid, const char *const *names,
                        size_t n_processes, size_t n_bins, int interpolation, const double *values)
{
  const yields y = { ctx, grid, names, n_processes, n_bins, values };
  const int linear = interpolation == FAIRU_INTERPOLATION_LINEAR;
  if (all_within(values, n_processes * grid->n_points * n_bins, linear ? -DBL_MAX : 0.0,
                 interpolation == FAIRU_INTERPOLATION_LOG))
    return FAIRU_OK;
  int status = check_finite(&y, "yield");
  for (size_t q = 0; q < n_processes; q++)
    for (size_t b = 0; b < n_bins && status == FAIRU_OK && !linear; b++)
      status = check_negative(&y, interpolation, q, b);
  return status;
}

int fairu_variances__check(fairu_context *ctx, const fairu_grid *grid, const char *const *names,
                           size_t n_processes, size_t n_bins, const double *values)
{
  const yields y = { ctx, grid, names, n_processes, n_bins, values };
  if (all_within(values, n_processes * grid->n_points * n_bins, 0.0, 0))
    return FAIRU_OK;
  const int status = check_finite(&y, "variance");
  if (status != FAIRU_OK)
    return status;
  for (size_t q = 0; q < n_processes; q++)
    for (size_t p = 0; p < grid->n_points; p++)
      for (size_t b = 0; b < n_bins; b++)
        if (value_at(&y, q, p, b) < 0.0)
          return blame(&y, FAIRU_ERR_RANGE, q, p, b, "variance", "; it cannot be negative");
  return FAIRU_OK;
}
