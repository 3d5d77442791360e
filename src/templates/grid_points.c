/* grid_points.c - questions to a grid: its points, names, differences, bytes. */
#include "templates/grid.h"

#include <stdio.h>
#include <stdbool.h>
#include <string.h>

size_t fairu_grid_n_axes(const fairu_grid *grid)
{
  return grid ? grid->n_axes : 0;
}

size_t fairu_grid_n_points(const fairu_grid *grid)
{
  return grid ? grid->n_points : 0;
}

int fairu_grid_axis(const fairu_grid *grid, fairu_context *ctx, size_t i, fairu_axis *axis)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || !axis)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_grid_axis: grid or axis is NULL");
  if (i >= grid->n_axes)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "axis %zu of a grid of %zu", i, grid->n_axes);
  *axis = grid->axes[i];
  return FAIRU_OK;
}

size_t fairu_grid__nominal_point(const fairu_grid *grid)
{
  return grid->n_axes == 1 ? grid->nominal_knot[0] : 0;
}

/* Rank of a knot among the knots that are not nominal. */
static size_t other_rank(const fairu_grid *grid, size_t axis, size_t knot)
{
  return knot < grid->nominal_knot[axis] ? knot : knot - 1;
}

size_t fairu_grid__axis_point(const fairu_grid *grid, size_t axis, size_t knot)
{
  if (grid->n_axes == 1)
    return knot;
  return knot == grid->nominal_knot[axis] ? 0 : grid->axis_first[axis] + other_rank(grid, axis, knot);
}

size_t fairu_grid__pair_point(const fairu_grid *grid, size_t pair, size_t i, size_t j)
{
  const size_t a = grid->pairs[2 * pair], b = grid->pairs[2 * pair + 1];
  if (i == grid->nominal_knot[a])
    return fairu_grid__axis_point(grid, b, j);
  if (j == grid->nominal_knot[b])
    return fairu_grid__axis_point(grid, a, i);
  return grid->pair_first[pair] + other_rank(grid, a, i) * (grid->axes[b].n_knots - 1) +
         other_rank(grid, b, j);
}

size_t fairu_grid__find(const fairu_grid *grid, const char *name)
{
  size_t k = 0;
  while (k < grid->n_axes && strcmp(grid->axes[k].name, name) != 0)
    k++;
  return k;
}

static void pair_coordinates(const fairu_grid *grid, size_t pair, double *z)
{
  const size_t a = grid->pairs[2 * pair], b = grid->pairs[2 * pair + 1];
  for (size_t i = 0; i < grid->axes[a].n_knots; i++)
    for (size_t j = 0; j < grid->axes[b].n_knots; j++) {
      double *row = z + fairu_grid__pair_point(grid, pair, i, j) * grid->n_axes;
      row[a] = grid->axes[a].knots[i];
      row[b] = grid->axes[b].knots[j];
    }
}

int fairu_grid_points(const fairu_grid *grid, fairu_context *ctx, double *z)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || (!z && grid->n_axes > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_grid_points: grid or z is NULL");
  for (size_t p = 0; p < grid->n_points; p++)
    for (size_t k = 0; k < grid->n_axes; k++)
      z[p * grid->n_axes + k] = grid->axes[k].nominal;
  for (size_t k = 0; k < grid->n_axes; k++)
    for (size_t i = 0; i < grid->axes[k].n_knots; i++)
      z[fairu_grid__axis_point(grid, k, i) * grid->n_axes + k] = grid->axes[k].knots[i];
  for (size_t q = 0; q < grid->n_pairs; q++)
    pair_coordinates(grid, q, z);
  return FAIRU_OK;
}

/* Knot of axis k at a point, found from the numbering backwards. */
static size_t knot_of_rank(const fairu_grid *grid, size_t axis, size_t rank)
{
  return rank < grid->nominal_knot[axis] ? rank : rank + 1;
}

static double coordinate(const fairu_grid *grid, size_t point, size_t axis)
{
  const fairu_axis *self = &grid->axes[axis];
  if (grid->n_axes == 1)
    return self->knots[point];
  if (point >= grid->axis_first[axis] && point - grid->axis_first[axis] < self->n_knots - 1)
    return self->knots[knot_of_rank(grid, axis, point - grid->axis_first[axis])];
  for (size_t q = 0; q < grid->n_pairs; q++) {
    const size_t a = grid->pairs[2 * q], b = grid->pairs[2 * q + 1], columns = grid->axes[b].n_knots - 1;
    if (point < grid->pair_first[q] || point - grid->pair_first[q] >= (grid->axes[a].n_knots - 1) * columns)
      continue;
    const size_t cell = point - grid->pair_first[q];
    if (axis == a)
      return self->knots[knot_of_rank(grid, a, cell / columns)];
    if (axis == b)
      return self->knots[knot_of_rank(grid, b, cell % columns)];
  }
  return self->nominal;
}

void fairu_grid__describe(const fairu_grid *grid, size_t point, char *text, size_t size)
{
  size_t used = 0;
  snprintf(text, size, "the only point");
  for (size_t k = 0; k < grid->n_axes && used < size; k++) {
    const int n = snprintf(text + used, size - used, "%s%.60s = %.6g", k > 0 ? ", " : "", grid->axes[k].name,
                           coordinate(grid, point, k));
    used += n > 0 ? (size_t)n : size;
  }
}

static bool same_knots(const fairu_axis *x, const fairu_axis *y)
{
  bool same = x->n_knots == y->n_knots;
  for (size_t i = 0; same && i < x->n_knots; i++)
    same = x->knots[i] == y->knots[i];
  return same;
}

const char *fairu_grid__difference(const fairu_grid *a, const fairu_grid *b)
{
  if (a->n_axes != b->n_axes)
    return "the number of axes";
  for (size_t k = 0; k < a->n_axes; k++) {
    const fairu_axis *x = &a->axes[k], *y = &b->axes[k];
    if (strcmp(x->name, y->name) != 0)
      return "the name of an axis";
    if (!same_knots(x, y))
      return "the knots of an axis";
    if (x->nominal != y->nominal)
      return "the nominal value of an axis";
  }
  if (a->n_pairs != b->n_pairs ||
      (a->n_pairs > 0 && memcmp(a->pairs, b->pairs, 2 * a->n_pairs * sizeof *a->pairs) != 0))
    return "the pairs of axes";
  return NULL;
}
