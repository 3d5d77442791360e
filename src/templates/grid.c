/* grid.c - making grids of Z points from axes and pairs. */
#include "templates/grid.h"

#include <math.h>
#include <string.h>

static int check_knots(fairu_context *ctx, const fairu_axis *axis)
{
  if (axis->n_knots == 0 || axis->n_knots == 2 || axis->n_knots == 3)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "axis '%s' has %zu knots: a spline needs 4 or more, a constant has 1",
                               axis->name, axis->n_knots);
  if (!axis->knots)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "axis '%s': knots is NULL", axis->name);
  for (size_t i = 0; i < axis->n_knots; i++) {
    if (!isfinite(axis->knots[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "axis '%s': knot %zu is %g", axis->name, i,
                                 axis->knots[i]);
    if (i > 0 && !(axis->knots[i] > axis->knots[i - 1]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "axis '%s': knots must rise strictly, but knot %zu is %.17g after %.17g",
                                 axis->name, i, axis->knots[i], axis->knots[i - 1]);
  }
  if (!isfinite(axis->knots[axis->n_knots - 1] - axis->knots[0]))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "axis '%s': the range of the knots overflows",
                               axis->name);
  return FAIRU_OK;
}

static size_t nearest_knot(const fairu_axis *axis)
{
  size_t best = 0;
  for (size_t i = 1; i < axis->n_knots; i++)
    if (fabs(axis->knots[i] - axis->nominal) < fabs(axis->knots[best] - axis->nominal))
      best = i;
  return best;
}

static int check_nominal(fairu_context *ctx, const fairu_axis *axis, size_t n_axes)
{
  if (!isfinite(axis->nominal))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "axis '%s': nominal is %g", axis->name,
                               axis->nominal);
  if (!(axis->nominal >= axis->knots[0] && axis->nominal <= axis->knots[axis->n_knots - 1]))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "axis '%s': nominal %.17g is outside the knots [%g, %g]",
                               axis->name, axis->nominal, axis->knots[0], axis->knots[axis->n_knots - 1]);
  if (n_axes > 1 && !(axis->knots[nearest_knot(axis)] == axis->nominal))
    return fairu_context__fail(
        ctx, FAIRU_ERR_RANGE,
        "axis '%s': with several axes nominal must be one of the knots, but %.17g is not", axis->name,
        axis->nominal);
  return FAIRU_OK;
}

static int check_axes(fairu_context *ctx, const fairu_axis *axes, size_t n_axes)
{
  for (size_t k = 0; k < n_axes; k++) {
    if (!axes[k].name)
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "axis %zu has no name", k);
    if (axes[k].name[0] == '\0')
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "axis %zu has an empty name", k);
    for (size_t j = 0; j < k; j++)
      if (strcmp(axes[j].name, axes[k].name) == 0)
        return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "axes %zu and %zu are both named '%s'", j, k,
                                   axes[k].name);
    int status = check_knots(ctx, &axes[k]);
    if (status == FAIRU_OK)
      status = check_nominal(ctx, &axes[k], n_axes);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int check_pairs(fairu_context *ctx, const fairu_axis *axes, size_t n_axes, const size_t *pairs,
                       size_t n_pairs)
{
  for (size_t q = 0; q < n_pairs; q++) {
    const size_t a = pairs[2 * q], b = pairs[2 * q + 1];
    if (a >= n_axes || b >= n_axes || a == b)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "pair %zu is (%zu, %zu): two different axes below %zu are needed", q, a, b,
                                 n_axes);
    if (axes[a].n_knots == 1 || axes[b].n_knots == 1)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pair %zu: axis '%s' has a single knot", q,
                                 axes[axes[a].n_knots == 1 ? a : b].name);
    for (size_t p = 0; p < q; p++)
      if ((pairs[2 * p] == a && pairs[2 * p + 1] == b) || (pairs[2 * p] == b && pairs[2 * p + 1] == a))
        return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "pairs %zu and %zu are both of '%s' and '%s'", p,
                                   q, axes[a].name, axes[b].name);
  }
  return FAIRU_OK;
}

static int add_points(fairu_context *ctx, fairu_grid *grid, size_t rows, size_t columns)
{
  const uint64_t limit = fairu_context__limits(ctx)->bins;
  if (columns != 0 && rows > limit / columns)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "a grid of more points than the limit bins, %llu",
                               (unsigned long long)limit);
  grid->n_points += rows * columns;
  if (grid->n_points > limit)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "a grid of %zu or more points: the limit bins is %llu",
                               grid->n_points, (unsigned long long)limit);
  return FAIRU_OK;
}

/* Which point is where: see the header of fairu_grid_create. */
static int number_points(fairu_context *ctx, fairu_grid *grid)
{
  int status = FAIRU_OK;
  grid->n_points = 1;
  for (size_t k = 0; k < grid->n_axes && status == FAIRU_OK; k++) {
    grid->nominal_knot[k] = nearest_knot(&grid->axes[k]);
    grid->axis_first[k] = grid->n_points;
    status = add_points(ctx, grid, grid->axes[k].n_knots - 1, 1);
  }
  for (size_t q = 0; q < grid->n_pairs && status == FAIRU_OK; q++) {
    grid->pair_first[q] = grid->n_points;
    status = add_points(ctx, grid, grid->axes[grid->pairs[2 * q]].n_knots - 1,
                        grid->axes[grid->pairs[2 * q + 1]].n_knots - 1);
  }
  return status;
}

static int copy_axes(fairu_context *ctx, fairu_grid *grid, const fairu_axis *axes)
{
  for (size_t k = 0; k < grid->n_axes; k++) {
    fairu_axis *to = &grid->axes[k];
    to->n_knots = axes[k].n_knots;
    to->nominal = axes[k].nominal;
    to->name = fairu_context__copy_string(ctx, axes[k].name, "name of an axis");
    to->knots =
        fairu_context__copy(ctx, axes[k].knots, axes[k].n_knots, sizeof *to->knots, "knots of an axis");
    if (!to->name || !to->knots)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

static int fill_grid(fairu_context *ctx, fairu_grid *grid, const fairu_axis *axes, size_t n_axes,
                     const size_t *pairs, size_t n_pairs)
{
  grid->axes = fairu_context__new(ctx, n_axes, sizeof *grid->axes, "axes of a grid");
  if (!grid->axes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  grid->n_axes = n_axes;
  grid->n_pairs = n_pairs;
  int status = copy_axes(ctx, grid, axes);
  if (status != FAIRU_OK)
    return status;
  grid->nominal_knot = fairu_context__new(ctx, n_axes, sizeof *grid->nominal_knot, "nominal knots");
  grid->axis_first = fairu_context__new(ctx, n_axes, sizeof *grid->axis_first, "points of axes");
  grid->pairs = fairu_context__new(ctx, 2 * n_pairs, sizeof *grid->pairs, "pairs of axes");
  grid->pair_first = fairu_context__new(ctx, n_pairs, sizeof *grid->pair_first, "points of pairs");
  if (!grid->nominal_knot || !grid->axis_first || !grid->pairs || !grid->pair_first)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (n_pairs > 0)
    memcpy(grid->pairs, pairs, 2 * n_pairs * sizeof *pairs);
  return number_points(ctx, grid);
}

int fairu_grid_create(fairu_context *ctx, const fairu_axis *axes, size_t n_axes, const size_t *pairs,
                      size_t n_pairs, fairu_grid **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out || (!axes && n_axes > 0) || (!pairs && n_pairs > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_grid_create: axes, pairs or out is NULL");
  int status = check_axes(ctx, axes, n_axes);
  if (status == FAIRU_OK)
    status = check_pairs(ctx, axes, n_axes, pairs, n_pairs);
  if (status != FAIRU_OK)
    return status;
  fairu_grid *grid = fairu_context__new(ctx, 1, sizeof *grid, "a grid");
  if (!grid)
    return FAIRU_ERR_OUT_OF_MEMORY;
  grid->allocator = *fairu_context__allocator(ctx);
  status = fill_grid(ctx, grid, axes, n_axes, pairs, n_pairs);
  if (status == FAIRU_OK)
    *out = grid;
  else
    fairu_grid_destroy(grid);
  return status;
}

void fairu_grid_destroy(fairu_grid *grid)
{
  if (!grid)
    return;
  const fairu_allocator allocator = grid->allocator;
  for (size_t k = 0; k < grid->n_axes; k++) {
    fairu_allocator__free(&allocator, (void *)grid->axes[k].name);
    fairu_allocator__free(&allocator, (void *)grid->axes[k].knots);
  }
  fairu_allocator__free(&allocator, grid->axes);
  fairu_allocator__free(&allocator, grid->nominal_knot);
  fairu_allocator__free(&allocator, grid->axis_first);
  fairu_allocator__free(&allocator, grid->pairs);
  fairu_allocator__free(&allocator, grid->pair_first);
  fairu_allocator__free(&allocator, grid);
}

int fairu_grid__copy(const fairu_grid *grid, fairu_context *ctx, fairu_grid **out)
{
  return fairu_grid_create(ctx, grid->axes, grid->n_axes, grid->pairs, grid->n_pairs, out);
}
