/* toy_events.c - toys on event level: one Poisson multiplicity per row, counted at every Z point. */
#include <math.h>
#include <string.h>

#include "likelihood/toy.h"
#include "numeric/philox.h"
#include "templates/templates_internal.h"

enum { rows_per_block = 4096 };

static int check_tables(const fairu_likelihood *lh, fairu_context *ctx, const fairu_grid *grid,
                        const fairu_bin_table *const *tables, const double *scales, size_t n_tables)
{
  if (!grid || ((!tables || !scales) && n_tables))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy of events: grid, tables or scales is NULL");
  for (size_t t = 0; t < n_tables; t++) {
    if (!tables[t])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy of events: tables[%zu] is NULL", t);
    if (fairu_bin_table_n_bins(tables[t]) != lh->n_bins)
      return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                                 "toy of events: tables[%zu] has %zu bins, the model %zu", t,
                                 fairu_bin_table_n_bins(tables[t]), lh->n_bins);
    if (fairu_bin_table_n_points(tables[t]) != fairu_grid_n_points(grid))
      return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                                 "toy of events: tables[%zu] has %zu points, the grid %zu", t,
                                 fairu_bin_table_n_points(tables[t]), fairu_grid_n_points(grid));
    if (!isfinite(scales[t]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "toy of events: scales[%zu] is %g", t, scales[t]);
    if (scales[t] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, "toy of events: scales[%zu] is %g", t,
                                 scales[t]);
  }
  return FAIRU_OK;
}

static int check_weights(fairu_context *ctx, size_t t, const double *weights, size_t first, size_t n)
{
  double lowest = 0.0;
  for (size_t r = 0; r < n; r++)
    lowest = weights[r] < lowest ? weights[r] : lowest;
  if (lowest >= 0.0)
    return FAIRU_OK;
  size_t r = 0;
  while (weights[r] >= 0.0)
    r++;
  return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                             "toy of events: row %zu of tables[%zu] has weight %g", first + r, t, weights[r]);
}

/* Rows that were hit go to all their bins; the others cost one comparison. */
static void count_rows(const uint32_t *hits, size_t n, const uint16_t *bins, size_t n_points, size_t n_bins,
                       double *counts)
{
  for (size_t r = 0; r < n; r++) {
    if (hits[r] == 0)
      continue;
    const double times = (double)hits[r];
    const uint16_t *row = bins + r * n_points;
    double *at = counts;
    for (size_t p = 0; p < n_points; p++, at += n_bins)
      if (row[p] != FAIRU_NO_BIN)
        at[row[p]] += times;
  }
}

static int count_table(fairu_context *ctx, const fairu_bin_table *table, size_t t, double scale,
                       uint64_t seed, uint64_t toy, uint32_t *hits, double *counts)
{
  const size_t n_rows = fairu_bin_table_n_rows(table), n_points = fairu_bin_table_n_points(table);
  const double *weights = fairu_bin_table_weights(table);
  const uint16_t *bins = fairu_bin_table_bins(table);
  for (size_t first = 0; first < n_rows; first += rows_per_block) {
    const size_t n = n_rows - first < rows_per_block ? n_rows - first : rows_per_block;
    int status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = check_weights(ctx, t, weights + first, first, n);
    if (status != FAIRU_OK)
      return status;
    fairu_philox__poisson_rows(seed, toy, (uint32_t)t, first, n, weights + first, scale, hits);
    count_rows(hits, n, bins + first * n_points, n_points, fairu_bin_table_n_bins(table), counts);
  }
  return FAIRU_OK;
}

static int same_axes(fairu_context *ctx, const fairu_grid *a, const fairu_grid *b)
{
  if (fairu_grid_n_axes(a) != fairu_grid_n_axes(b) || fairu_grid_n_points(a) != fairu_grid_n_points(b))
    return 0;
  for (size_t i = 0; i < fairu_grid_n_axes(a); i++) {
    fairu_axis x, y;
    if (fairu_grid_axis(a, ctx, i, &x) != FAIRU_OK || fairu_grid_axis(b, ctx, i, &y) != FAIRU_OK ||
        x.n_knots != y.n_knots || strcmp(x.name, y.name) != 0 ||
        memcmp(x.knots, y.knots, x.n_knots * sizeof *x.knots) != 0)
      return 0;
  }
  return 1;
}

/* The points, in order, tell nominal values and pairs apart as well. */
static int compare_grids(fairu_context *ctx, const fairu_grid *a, const fairu_grid *b, int *same)
{
  *same = same_axes(ctx, a, b);
  if (!*same || fairu_grid_n_axes(a) == 1)
    return FAIRU_OK;
  const size_t size = fairu_grid_n_points(a) * fairu_grid_n_axes(a);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *z = fairu_context__scratch(ctx, size, 2 * sizeof *z, "points of a grid");
  if (!z)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_grid_points(a, ctx, z);
  if (status == FAIRU_OK)
    status = fairu_grid_points(b, ctx, z + size);
  *same = status == FAIRU_OK && memcmp(z, z + size, size * sizeof *z) == 0;
  fairu_context__release(ctx, mark);
  return status;
}

/* First toy on this grid: an observation of our own, refilled by all later ones. */
static int make_moving(fairu_data *data, fairu_context *ctx, const fairu_grid *grid, const double *counts)
{
  const char *name = "observed";
  fairu_templates *observed = NULL;
  size_t *axes = fairu_context__scratch(ctx, data->likelihood->n_nuisances, sizeof *axes, "axes");
  if (!axes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_templates_create(ctx, grid, &name, 1, data->likelihood->n_bins, counts, NULL,
                                      FAIRU_INTERPOLATION_SQRT, &observed);
  if (status == FAIRU_OK)
    status = fairu_data__match(data, ctx, observed, axes);
  if (status == FAIRU_OK)
    fairu_data__move(data, observed, 1, axes);
  else
    fairu_templates_destroy(observed);
  return status;
}

static int set_counts(fairu_data *data, fairu_context *ctx, const fairu_grid *grid, const double *counts)
{
  if (fairu_grid_n_axes(grid) == 0) {
    memcpy(data->observed, counts, data->likelihood->n_bins * sizeof *counts);
    fairu_data__fix(data);
    return FAIRU_OK;
  }
  int same = 0, status = FAIRU_OK;
  if (data->moving && data->moving_is_toy)
    status = compare_grids(ctx, grid, fairu_templates_grid(data->moving), &same);
  if (status == FAIRU_OK && !same)
    return make_moving(data, ctx, grid, counts);
  if (status == FAIRU_OK)
    status = fairu_templates__refill(data->moving, ctx, counts);
  if (status == FAIRU_OK)
    data->moves = 1;
  return status;
}

int fairu_likelihood_toy_events(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                size_t n_params, const fairu_grid *grid, const fairu_bin_table *const *tables,
                                const double *scales, size_t n_tables, uint64_t seed, uint64_t toy,
                                fairu_data *data)
{
  int status = fairu_toy__check(lh, ctx, params, n_params, data);
  if (status == FAIRU_OK && !lh->templates)
    status = fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "toy of events: the model has no templates");
  if (status == FAIRU_OK)
    status = check_tables(lh, ctx, grid, tables, scales, n_tables);
  if (status != FAIRU_OK)
    return status;
  const size_t size = fairu_grid_n_points(grid) * lh->n_bins;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *counts = fairu_context__scratch(ctx, size, sizeof *counts, "counts of a toy");
  uint32_t *hits = fairu_context__scratch(ctx, rows_per_block, sizeof *hits, "multiplicities");
  if (!counts || !hits)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  else
    memset(counts, 0, size * sizeof *counts);
  for (size_t t = 0; t < n_tables && status == FAIRU_OK; t++)
    status = count_table(ctx, tables[t], t, scales[t], seed, toy, hits, counts);
  if (status == FAIRU_OK)
    status = set_counts(data, ctx, grid, counts);
  if (status == FAIRU_OK)
    status = fairu_toy__draw_auxiliary(lh, ctx, params, seed, toy, data);
  fairu_context__release(ctx, mark);
  return status;
}
