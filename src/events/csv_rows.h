/* csv_rows.h - rows of a CSV file while their number is not known: blocks, made into a table in the end. */
#ifndef FAIRU_EVENTS_CSV_ROWS_H
#define FAIRU_EVENTS_CSV_ROWS_H

#include <fairu/events.h>

#include "base/context_internal.h"
#include "events/categories.h"
#include "events/csv_columns.h"

/* Rows of one block: [rows_per_block] each, features column after column. */
typedef struct fairu_csv_block {
  struct fairu_csv_block *next;
  size_t n; /* rows filled */
  double *weights;
  uint64_t *ids;
  int32_t *labels;
  float *features;
} fairu_csv_block;

typedef struct fairu_csv_rows {
  fairu_csv_block *first, *last;
  size_t rows_per_block;
  size_t n; /* rows in all */
} fairu_csv_rows;

/* Room for one more row, at last->n of last; the caller fills it and counts it (last->n, n). FAIRU_ERR_LIMIT (rows). */
int fairu_csv_rows__extend(fairu_csv_rows *rows, fairu_context *ctx, const fairu_csv_columns *columns);

/* A table of all rows; categories sorted by byte value, or as they came. Blocks are freed on the way. */
int fairu_csv_rows__finish(fairu_csv_rows *rows, fairu_context *ctx, const fairu_csv_columns *columns,
                           const fairu_categories *categories, int sorted, fairu_events **out);
void fairu_csv_rows__free(fairu_csv_rows *rows, fairu_context *ctx);

#endif /* FAIRU_EVENTS_CSV_ROWS_H */
