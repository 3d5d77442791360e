/* interval_table.c - intervals from a CSV file. */
#include <fairu/interval_score.h>

#include "base/context_internal.h"
#include "events/events_internal.h"

enum { MU_TRUE, P16, P84, MU_HAT, DELTA, SET, COLUMNS, REQUIRED = MU_HAT };

struct fairu_interval_table {
  fairu_allocator allocator;
  size_t n;
  double *values; /* [COLUMNS][n] */
  int64_t *sets;  /* [n], NULL without the column */
  unsigned char present[COLUMNS];
};

static int take_sets(fairu_interval_table *table, fairu_context *ctx)
{
  if (!table->present[SET])
    return FAIRU_OK;
  table->sets = fairu_context__new(ctx, table->n, sizeof *table->sets, "sets of intervals");
  if (!table->sets)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < table->n; i++)
    table->sets[i] = (int64_t)table->values[SET * table->n + i];
  return FAIRU_OK;
}

static int read_table(fairu_context *ctx, const char *path, fairu_interval_table *table)
{
  static const char *const names[COLUMNS] = { "mu_true", "p16", "p84", "mu_hat", "delta_mu_hat", "set" };
  static const int kinds[COLUMNS] = { FAIRU_CSV_FINITE_NUMBER, FAIRU_CSV_ANY_NUMBER, FAIRU_CSV_ANY_NUMBER,
                                      FAIRU_CSV_ANY_NUMBER,    FAIRU_CSV_ANY_NUMBER, FAIRU_CSV_WHOLE_NUMBER };
  const int status = fairu_events__read_numbers(ctx, path, names, kinds, COLUMNS, REQUIRED, table->present,
                                                &table->values, &table->n);
  if (status != FAIRU_OK)
    return status;
  if (table->n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "%s: no rows", path);
  if (table->present[MU_HAT] != table->present[DELTA])
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "%s: column %s is there without %s", path,
                               names[table->present[MU_HAT] ? MU_HAT : DELTA],
                               names[table->present[MU_HAT] ? DELTA : MU_HAT]);
  return take_sets(table, ctx);
}

int fairu_interval_table_read_csv(fairu_context *ctx, const char *path, fairu_interval_table **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score table: %s is NULL", path ? "out" : "path");
  fairu_interval_table *table = fairu_context__new(ctx, 1, sizeof *table, "score table");
  if (!table)
    return FAIRU_ERR_OUT_OF_MEMORY;
  table->allocator = *fairu_context__allocator(ctx);
  const int status = read_table(ctx, path, table);
  if (status == FAIRU_OK)
    *out = table;
  else
    fairu_interval_table_destroy(table);
  return status;
}

void fairu_interval_table_destroy(fairu_interval_table *table)
{
  if (!table)
    return;
  const fairu_allocator allocator = table->allocator;
  fairu_allocator__free(&allocator, table->values);
  fairu_allocator__free(&allocator, table->sets);
  fairu_allocator__free(&allocator, table);
}

int fairu_interval_table_entries(const fairu_interval_table *table, fairu_context *ctx,
                                 fairu_interval_entries *entries)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!table || !entries)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score table: %s is NULL", table ? "entries" : "table");
  const double *v = table->values;
  const size_t n = table->n;
  const int has_estimates = table->present[MU_HAT];
  const fairu_interval_entries ours = { .struct_size = sizeof ours,
                                        .n = n,
                                        .mu_true = v + MU_TRUE * n,
                                        .p16 = v + P16 * n,
                                        .p84 = v + P84 * n,
                                        .mu_hat = has_estimates ? v + MU_HAT * n : NULL,
                                        .delta_mu_hat = has_estimates ? v + DELTA * n : NULL,
                                        .set = table->sets };
  return fairu_result__write(ctx, entries, &ours, sizeof ours, "fairu_interval_entries");
}
