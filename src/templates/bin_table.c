/* bin_table.c - the bin of each event at each point, made once and counted many times. */
#include <math.h>
#include <string.h>

#include "templates/rows.h"
#include "templates/scan.h"

struct fairu_bin_table {
  fairu_allocator allocator;
  size_t n_bins;
  fairu_rows rows;
};

typedef struct making {
  fairu_rows *rows;
  const fairu_grid *grid;
} making;

/* A table has one weight per row: that of the first point, which all others must repeat. */
static int check_weights(fairu_context *worker, const making *m, const fairu_slice *slice)
{
  const double *weights = m->rows->weights + slice->first;
  for (size_t i = 0; i < slice->n; i++)
    if (weights[i] != slice->weights[i] && slice->bins[i] != FAIRU_NO_BIN) {
      char where[256];
      fairu_grid__describe(m->grid, slice->point, where, sizeof where);
      return fairu_context__fail(
          worker, FAIRU_ERR_UNSUPPORTED,
          "row %zu: the weight is %g at %s but %g at the first point; a bin table has one "
          "weight per row: use fairu_fill_add",
          slice->first + i, slice->weights[i], where, weights[i]);
    }
  return FAIRU_OK;
}

static int take_slice(fairu_context *worker, const fairu_slice *slice, void *data)
{
  const making *m = data;
  const size_t width = m->rows->width;
  uint16_t *out = m->rows->bins + slice->first * width + slice->point;
  if (slice->bandwidth > 0.0)
    return fairu_context__fail(worker, FAIRU_ERR_ARGUMENT,
                               "a bin table holds one bin per event: bandwidth %g is not possible",
                               slice->bandwidth);
  for (size_t i = 0; i < slice->n; i++)
    out[i * width] = slice->bins[i];
  if (slice->point == 0) {
    memcpy(m->rows->weights + slice->first, slice->weights, slice->n * sizeof *slice->weights);
    return FAIRU_OK;
  }
  return check_weights(worker, m, slice);
}

static int merge_rows(fairu_context *ctx, fairu_rows *rows)
{
  fairu_rows merged = { 0, 0, NULL, NULL };
  for (size_t r = 0; r < rows->n; r++)
    if (rows->weights[r] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                                 "bin table: row %zu has weight %g; only rows of weights >= 0 can be merged",
                                 r, rows->weights[r]);
  const int status = fairu_rows__merge(ctx, rows, &merged);
  if (status != FAIRU_OK)
    return status;
  fairu_context__free(ctx, rows->bins);
  fairu_context__free(ctx, rows->weights);
  *rows = merged;
  return FAIRU_OK;
}

static int check_size(fairu_context *ctx, size_t n_events)
{
  const uint64_t limit = fairu_context__limits(ctx)->rows;
  if (n_events > limit)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "bin table: %zu events; the limit is %llu rows",
                               n_events, (unsigned long long)limit);
  return FAIRU_OK;
}

static int fill_table(fairu_context *ctx, fairu_bin_table *table, const fairu_grid *grid,
                      const fairu_binning *binning, const fairu_events *events,
                      const fairu_fill_options *options, int distinct)
{
  fairu_rows *rows = &table->rows;
  rows->n = fairu_events_n_events(events);
  rows->width = grid->n_points;
  rows->bins = fairu_context__new_unset(ctx, rows->n, rows->width * sizeof *rows->bins, "a bin table");
  rows->weights = fairu_context__new(ctx, rows->n, sizeof *rows->weights, "weights of a bin table");
  if (!rows->bins || !rows->weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  making m = { rows, grid };
  const int status = fairu_scan__run(ctx, grid, binning, events, options, take_slice, &m);
  return status == FAIRU_OK && distinct ? merge_rows(ctx, rows) : status;
}

int fairu_bin_table_create(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning,
                           const fairu_events *events, const fairu_fill_options *options, int distinct,
                           fairu_bin_table **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || !binning || !events || !options || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "fairu_bin_table_create: grid, binning, events, options or out is NULL");
  int status = check_size(ctx, fairu_events_n_events(events));
  if (status != FAIRU_OK)
    return status;
  fairu_bin_table *table = fairu_context__new(ctx, 1, sizeof *table, "a bin table");
  if (!table)
    return FAIRU_ERR_OUT_OF_MEMORY;
  table->allocator = *fairu_context__allocator(ctx);
  table->n_bins = fairu_binning_n_bins(binning);
  status = fill_table(ctx, table, grid, binning, events, options, distinct);
  if (status == FAIRU_OK)
    *out = table;
  else
    fairu_bin_table_destroy(table);
  return status;
}

void fairu_bin_table_destroy(fairu_bin_table *table)
{
  if (!table)
    return;
  const fairu_allocator allocator = table->allocator;
  fairu_allocator__free(&allocator, table->rows.bins);
  fairu_allocator__free(&allocator, table->rows.weights);
  fairu_allocator__free(&allocator, table);
}

size_t fairu_bin_table_n_rows(const fairu_bin_table *table)
{
  return table ? table->rows.n : 0;
}

size_t fairu_bin_table_n_points(const fairu_bin_table *table)
{
  return table ? table->rows.width : 0;
}

size_t fairu_bin_table_n_bins(const fairu_bin_table *table)
{
  return table ? table->n_bins : 0;
}

const uint16_t *fairu_bin_table_bins(const fairu_bin_table *table)
{
  return table ? table->rows.bins : NULL;
}

const double *fairu_bin_table_weights(const fairu_bin_table *table)
{
  return table ? table->rows.weights : NULL;
}

static int check_multiplicities(fairu_context *ctx, const double *multiplicities, size_t n)
{
  size_t bad = 0;
  for (size_t r = 0; r < n; r++)
    bad += (size_t)!isfinite(multiplicities[r]);
  for (size_t r = 0; r < n && bad > 0; r++)
    if (!isfinite(multiplicities[r]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "bin table: multiplicity %zu is %g", r,
                                 multiplicities[r]);
  return FAIRU_OK;
}

static void count_row(const uint16_t *bins, size_t n_points, size_t n_bins, double weight, double *counts)
{
  for (size_t p = 0; p < n_points; p++)
    if (bins[p] != FAIRU_NO_BIN)
      counts[p * n_bins + bins[p]] += weight;
}

int fairu_bin_table_histogram(const fairu_bin_table *table, fairu_context *ctx, const double *multiplicities,
                              int use_weights, double *counts)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!table || !counts)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_bin_table_histogram: table or counts is NULL");
  const fairu_rows *rows = &table->rows;
  const int status = multiplicities ? check_multiplicities(ctx, multiplicities, rows->n) : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  memset(counts, 0, rows->width * table->n_bins * sizeof *counts);
  for (size_t r = 0; r < rows->n; r++) {
    const double times = multiplicities ? multiplicities[r] : 1.0;
    const double weight = use_weights ? times * rows->weights[r] : times;
    if (weight != 0.0) /* most rows of a toy are not drawn */
      count_row(rows->bins + r * rows->width, rows->width, table->n_bins, weight, counts);
  }
  return FAIRU_OK;
}
