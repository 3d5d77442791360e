/* scan_plan.c - options of a fill, and what follows from them.
 *
 * A nuisance of the classifier must be an axis: nothing else could say at which value to score. A nuisance of the
 * systematics that is no axis stays nominal.
 */
#include "templates/scan_plan.h"

#include <math.h>
#include <string.h>

static const fairu_fill_options defaults = { .mode = FAIRU_FILL_AT_POINT, .scale = 1.0, .seed = 1 };

int fairu_fill_options_init(fairu_fill_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

static int check_z(fairu_context *ctx, const fairu_grid *grid, const double *z, const char *what)
{
  for (size_t k = 0; k < grid->n_axes && z; k++)
    if (!isfinite(z[k]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "fill options: %s[%zu] ('%s') is %g", what, k,
                                 grid->axes[k].name, z[k]);
  return FAIRU_OK;
}

/* One number per event can be binned: a score, a logit, or the number of a class. */
static int check_outputs(fairu_context *ctx, const fairu_scan *scan)
{
  const size_t n = fairu_classifier_n_outputs(scan->options.classifier);
  const size_t n_bins = fairu_binning_n_bins(scan->binning);
  if (fairu_binning_variable(scan->binning) != FAIRU_OUTPUT_CLASS)
    return n == 1 ? FAIRU_OK
                  : fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                                        "a classifier of %zu outputs: bins by class are what it can fill", n);
  if (n != n_bins)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu classes as bins, the classifier has %zu outputs",
                               n_bins, n);
  if (scan->options.bandwidth > 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "fill options: bandwidth %g of bins by class",
                               scan->options.bandwidth);
  return FAIRU_OK;
}

static int check_options(fairu_context *ctx, const fairu_scan *scan)
{
  const fairu_fill_options *o = &scan->options;
  int status = FAIRU_OK;
  if (!o->classifier)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fill options: classifier is NULL");
  status = check_outputs(ctx, scan);
  if (status != FAIRU_OK)
    return status;
  if (o->mode < FAIRU_FILL_AT_POINT || o->mode > FAIRU_FILL_SHIFTED_AT)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "fill options: mode %d is not a fairu_fill_mode",
                               o->mode);
  if (o->mode == FAIRU_FILL_SCORED_AT && !o->score_z && scan->grid->n_axes > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fill options: FAIRU_FILL_SCORED_AT without score_z");
  if (!isfinite(o->scale))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "fill options: scale is %g", o->scale);
  if (!(o->bandwidth >= 0.0 && isfinite(o->bandwidth)))
    return fairu_context__fail(ctx, isnan(o->bandwidth) ? FAIRU_ERR_NON_FINITE : FAIRU_ERR_RANGE,
                               "fill options: bandwidth is %g", o->bandwidth);
  status = check_z(ctx, scan->grid, o->score_z, "score_z");
  return status == FAIRU_OK ? check_z(ctx, scan->grid, o->shift_z, "shift_z") : status;
}

/* Z of all points [n_points][n_axes] in scratch. */
static double *all_points(fairu_context *ctx, const fairu_grid *grid)
{
  double *z = fairu_context__scratch(ctx, grid->n_points * grid->n_axes + 1, sizeof *z, "points of a grid");
  return z && fairu_grid_points(grid, ctx, z) == FAIRU_OK ? z : NULL;
}

/* out [n_rows][n] from rows of Z by axis: entry i of a row is axis[i], or fixed[i] where axis[i] is n_axes. */
static double *by_axis(fairu_context *ctx, const fairu_grid *grid, const double *z, size_t n_rows,
                       const size_t *axis, const double *fixed, size_t n)
{
  double *out = fairu_context__scratch(ctx, n_rows * n + 1, sizeof *out, "Z of a fill");
  for (size_t r = 0; r < n_rows && out; r++)
    for (size_t i = 0; i < n; i++)
      out[r * n + i] = axis[i] < grid->n_axes ? z[r * grid->n_axes + axis[i]] : fixed[i];
  return out;
}

static int plan_scores(fairu_context *ctx, fairu_scan *scan, const double *points)
{
  const fairu_fill_options *o = &scan->options;
  const size_t n = fairu_classifier_n_nuisances(o->classifier);
  size_t *axis = fairu_context__scratch(ctx, n + 1, sizeof *axis, "axes of a classifier");
  if (!axis)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    const char *name = fairu_classifier_nuisance_name(o->classifier, i);
    axis[i] = fairu_grid__find(scan->grid, name);
    if (axis[i] == scan->grid->n_axes)
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                                 "nuisance '%s' of the classifier is not an axis of the grid", name);
  }
  const int fixed = o->mode == FAIRU_FILL_SCORED_AT;
  scan->n_scores = n == 0 || fixed ? 1 : scan->grid->n_points;
  scan->score_z = by_axis(ctx, scan->grid, fixed ? o->score_z : points, scan->n_scores, axis, points,
                          n); /* all are axes */
  return scan->score_z ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Axis and nominal value of each nuisance of the systematics; *depends: one of them is an axis with several knots. */
static int match_systematics(fairu_context *ctx, const fairu_scan *scan, size_t *axis, double *nominal,
                             int *depends)
{
  const fairu_systematics *systematics = scan->options.systematics;
  *depends = 0;
  for (size_t i = 0; i < fairu_systematics_n_nuisances(systematics); i++) {
    fairu_nuisance nuisance;
    int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
    if (status == FAIRU_OK)
      status = fairu_systematics_nuisance(systematics, ctx, i, &nuisance);
    if (status != FAIRU_OK)
      return status;
    axis[i] = fairu_grid__find(scan->grid, nuisance.name);
    nominal[i] = nuisance.nominal;
    *depends |= axis[i] < scan->grid->n_axes && scan->grid->axes[axis[i]].n_knots > 1;
  }
  return FAIRU_OK;
}

static int plan_shifts(fairu_context *ctx, fairu_scan *scan, const double *points)
{
  const fairu_fill_options *o = &scan->options;
  const int shift_fixed = o->mode == FAIRU_FILL_SHIFTED_AT;
  if (!o->systematics || (shift_fixed && !o->shift_z))
    return FAIRU_OK;
  const size_t n = fairu_systematics_n_nuisances(o->systematics);
  size_t *axis = fairu_context__scratch(ctx, n + 1, sizeof *axis, "axes of systematics");
  double *nominal = fairu_context__scratch(ctx, n + 1, sizeof *nominal, "nominal values");
  if (!axis || !nominal)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int depends = 0;
  const int status = match_systematics(ctx, scan, axis, nominal, &depends);
  if (status != FAIRU_OK)
    return status;
  scan->n_shifts = depends && !shift_fixed ? scan->grid->n_points : 1;
  scan->shift_z =
      by_axis(ctx, scan->grid, shift_fixed ? o->shift_z : points, scan->n_shifts, axis, nominal, n);
  return scan->shift_z ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* 16384 rows, fewer where the scores of a piece at all points would leave the cache far behind. */
static size_t rows_of_piece(size_t n_scores)
{
  size_t rows = 16384;
  while (rows > 256 && rows > ((size_t)1 << 20) / n_scores)
    rows /= 2;
  return rows;
}

int fairu_scan__plan(fairu_context *ctx, const fairu_fill_options *options, fairu_scan *scan)
{
  scan->options = defaults;
  scan->options.struct_size = sizeof scan->options;
  int status = fairu_options__read(ctx, &scan->options, sizeof scan->options, options, sizeof scan->options,
                                   "fill options");
  if (status == FAIRU_OK)
    status = check_options(ctx, scan);
  if (status != FAIRU_OK)
    return status;
  const double *points = all_points(ctx, scan->grid);
  if (!points)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = plan_scores(ctx, scan, points);
  if (status == FAIRU_OK)
    status = plan_shifts(ctx, scan, points);
  if (status == FAIRU_OK)
    scan->piece = rows_of_piece(scan->n_shifts > 1 ? 1 : scan->n_scores);
  return status;
}
