/* fill.c - accumulations: making, merging, reading as templates. */
#include "templates/fill_private.h"

#include "templates/names.h"

static int check_size(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning,
                      size_t n_processes)
{
  const uint64_t limit = fairu_context__limits(ctx)->bins;
  const size_t n_cells = grid->n_points * binning->n_bins; /* each is small enough for this */
  if (n_cells > limit || n_processes > limit / n_cells)
    return fairu_context__fail(
        ctx, FAIRU_ERR_LIMIT,
        "a fill of %zu processes x %zu points x %zu bins: the limit bins is %llu in all", n_processes,
        grid->n_points, binning->n_bins, (unsigned long long)limit);
  return FAIRU_OK;
}

static int fill_fill(fairu_context *ctx, fairu_fill *fill, const fairu_grid *grid,
                     const fairu_binning *binning, const char *const *processes, size_t n_processes)
{
  int status = fairu_grid__copy(grid, ctx, &fill->grid);
  if (status == FAIRU_OK)
    status = fairu_binning__copy(binning, ctx, &fill->binning);
  if (status == FAIRU_OK)
    status = fairu_names__copy(ctx, processes, n_processes, &fill->names);
  if (status != FAIRU_OK)
    return status;
  fill->n_processes = n_processes;
  fill->cells =
      fairu_context__new(ctx, n_processes * fairu_fill__n_cells(fill), sizeof *fill->cells, "sums of a fill");
  return fill->cells ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_fill_create(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning,
                      const char *const *processes, size_t n_processes, fairu_fill **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || !binning || (!processes && n_processes > 0) || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "fairu_fill_create: grid, binning, processes or out is NULL");
  int status = fairu_names__check(ctx, processes, n_processes);
  if (status == FAIRU_OK)
    status = check_size(ctx, grid, binning, n_processes);
  if (status != FAIRU_OK)
    return status;
  fairu_fill *fill = fairu_context__new(ctx, 1, sizeof *fill, "a fill");
  if (!fill)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fill->allocator = *fairu_context__allocator(ctx);
  status = fill_fill(ctx, fill, grid, binning, processes, n_processes);
  if (status == FAIRU_OK)
    *out = fill;
  else
    fairu_fill_destroy(fill);
  return status;
}

void fairu_fill_destroy(fairu_fill *fill)
{
  if (!fill)
    return;
  const fairu_allocator allocator = fill->allocator;
  fairu_grid_destroy(fill->grid);
  fairu_binning_destroy(fill->binning);
  fairu_names__free(&allocator, fill->names, fill->n_processes);
  fairu_allocator__free(&allocator, fill->cells);
  fairu_allocator__free(&allocator, fill);
}

const fairu_grid *fairu_fill_grid(const fairu_fill *fill)
{
  return fill ? fill->grid : NULL;
}

static const char *difference(const fairu_fill *a, const fairu_fill *b)
{
  const char *what = fairu_grid__difference(a->grid, b->grid);
  if (!what)
    what = fairu_binning__difference(a->binning, b->binning);
  if (!what && a->n_processes != b->n_processes)
    what = "the number of processes";
  for (size_t q = 0; q < a->n_processes && !what; q++)
    if (fairu_names__find(&b->names[q], 1, a->names[q]) != 0)
      what = "the name of a process";
  return what;
}

int fairu_fill_merge(fairu_fill *fill, fairu_context *ctx, const fairu_fill *other)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!fill || !other)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_fill_merge: fill or other is NULL");
  const char *what = difference(fill, other);
  if (what)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "fills cannot be merged: %s differs", what);
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  for (size_t i = 0; i < n; i++)
    fairu_cell__merge(&fill->cells[i], &other->cells[i]);
  return FAIRU_OK;
}

int fairu_templates_create_from_fill(fairu_context *ctx, const fairu_fill *fill, int interpolation,
                                     fairu_templates **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!fill || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_templates_create_from_fill: fill or out is NULL");
  const size_t n = fill->n_processes * fairu_fill__n_cells(fill);
  double *values = fairu_context__new(ctx, 2 * n, sizeof *values, "yields of a fill");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    values[i] = fairu_exact_sum__value(&fill->cells[i].w);
    values[n + i] = fairu_exact_sum__value(&fill->cells[i].w2);
  }
  const int status =
      fairu_templates_create(ctx, fill->grid, (const char *const *)fill->names, fill->n_processes,
                             fill->binning->n_bins, values, values + n, interpolation, out);
  fairu_context__free(ctx, values);
  return status;
}
