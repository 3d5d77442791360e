/* csv_read.c - event tables from CSV files, whole or in pieces. A whole file is one piece without end. */
#include "events/csv_reader.h"

#include <math.h>
#include <stdint.h>

#include "events/csv_message.h"

/* ---- opening ------------------------------------------------------------------------------------------ */

static int read_header(fairu_csv_reader *r, fairu_context *ctx, const fairu_csv_options *options)
{
  const int status = fairu_csv_columns__read(&r->cells, ctx, options, &r->columns);
  if (status == FAIRU_OK || r->cells.stream_failed || status == FAIRU_ERR_OUT_OF_MEMORY)
    return status;
  return fairu_context__within(ctx, status, "%s:%zu", fairu_reader__path(r->cells.reader), r->cells.row_line);
}

static int open_reader(fairu_csv_reader *r, fairu_context *ctx, const char *path,
                       const fairu_csv_options *options)
{
  r->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!r->c)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: C locale");
  if (options->id) {
    r->id = fairu_context__copy_string(ctx, options->id, "column name");
    if (!r->id)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  const int status = fairu_cells__open(ctx, path, options->delimiter, &r->cells);
  return status == FAIRU_OK ? read_header(r, ctx, options) : status;
}

int fairu_csv_reader_create(fairu_context *ctx, const char *path, const fairu_csv_options *options,
                            fairu_csv_reader **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !path ? "path" : "out");
  fairu_csv_options ours;
  int status = fairu_csv_options__read(ctx, options, &ours);
  if (status != FAIRU_OK)
    return status;
  fairu_csv_reader *r = fairu_context__new(ctx, 1, sizeof *r, "CSV reader");
  if (!r)
    return FAIRU_ERR_OUT_OF_MEMORY;
  r->allocator = r->categories.allocator = *fairu_context__allocator(ctx);
  r->text_labels = -1;
  status = open_reader(r, ctx, path, &ours);
  if (status == FAIRU_OK)
    *out = r;
  else
    fairu_csv_reader_destroy(r);
  return status;
}

void fairu_csv_reader_destroy(fairu_csv_reader *reader)
{
  if (!reader)
    return;
  const fairu_allocator allocator = reader->allocator;
  fairu_csv_columns__free(&reader->columns);
  fairu_categories__free(&reader->categories);
  fairu_cells__close(&reader->cells);
  if (reader->c)
    freelocale(reader->c);
  fairu_allocator__free(&allocator, reader->id);
  fairu_allocator__free(&allocator, reader);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

/* Empty lines may stand at the end of the file, nowhere else. *more = 0 at the end. */
static int find_row(fairu_csv_reader *r, fairu_context *ctx, int *more)
{
  for (;;) {
    int skipped = 0;
    const size_t line = r->cells.line;
    int status = fairu_cells__more(&r->cells, ctx, more);
    if (status != FAIRU_OK || !*more)
      return status;
    status = fairu_cells__skip_empty_line(&r->cells, ctx, &skipped);
    if (status == FAIRU_OK && skipped) {
      r->empty_line = r->empty_line ? r->empty_line : line;
      continue;
    }
    if (status == FAIRU_OK && r->empty_line)
      status =
          fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%s:%zu: column %.60s: empty line",
                              fairu_reader__path(r->cells.reader), r->empty_line, r->columns.list[0].name);
    return status;
  }
}

static int read_rows(fairu_csv_reader *r, fairu_context *ctx, size_t max_rows)
{
  enum { REPORT = 1 << 14 };
  while (r->rows.n < max_rows) {
    int more = 0;
    int status = find_row(r, ctx, &more);
    if (status == FAIRU_OK && more)
      status = fairu_csv_reader__take_row(r, ctx);
    if (status == FAIRU_OK && more && r->rows.n % REPORT == 0)
      status = fairu_context__progress(ctx, "rows read", r->n_rows + r->rows.n, 0);
    if (status != FAIRU_OK || !more)
      return status;
  }
  return FAIRU_OK;
}

/* Columns that met no cell: a file without rows has features of any kind. */
static void decide_rest(fairu_csv_columns *columns)
{
  for (size_t i = 0; i < columns->n; i++)
    if (columns->list[i].role == FAIRU_CSV_UNDECIDED) {
      columns->list[i].role = FAIRU_CSV_FEATURE;
      columns->list[i].slot = columns->n_features++;
    }
}

static int finish_piece(fairu_csv_reader *r, fairu_context *ctx, int sorted, fairu_events **out)
{
  decide_rest(&r->columns);
  const int status = fairu_csv_rows__finish(&r->rows, ctx, &r->columns, &r->categories, sorted, out);
  if (status != FAIRU_ERR_DUPLICATE || !r->id)
    return status;
  const char *path = fairu_reader__path(r->cells.reader);
  if (r->n_rows == 0)
    return fairu_context__within(ctx, status, "%s: column %.60s", path, r->id);
  return fairu_context__within(ctx, status, "%s: column %.60s, counted from row %zu", path, r->id, r->n_rows);
}

static int next(fairu_csv_reader *r, fairu_context *ctx, size_t max_rows, int sorted, fairu_events **out)
{
  if (r->failed)
    return fairu_context__fail(ctx, r->failed, "%.400s: reading has failed before",
                               fairu_reader__path(r->cells.reader));
  r->failed = read_rows(r, ctx, max_rows);
  const size_t n = r->rows.n;
  if (r->failed == FAIRU_OK && (n > 0 || !r->has_begun))
    r->failed = finish_piece(r, ctx, sorted, out);
  fairu_csv_rows__free(&r->rows, ctx);
  r->rows = (fairu_csv_rows){ 0 };
  r->n_rows += n;
  r->has_begun = 1;
  return r->failed;
}

int fairu_csv_reader_next(fairu_csv_reader *reader, fairu_context *ctx, size_t max_rows, fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!reader || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !reader ? "reader" : "out");
  if (max_rows == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "max_rows is 0, wanted at least 1");
  return next(reader, ctx, max_rows, 0, out);
}

double fairu_csv_reader_fraction(const fairu_csv_reader *reader)
{
  return reader ? fairu_reader__fraction(reader->cells.reader) : (double)NAN;
}

int fairu_events_read_csv(fairu_context *ctx, const char *path, const fairu_csv_options *options,
                          fairu_events **out)
{
  fairu_csv_reader *reader = NULL;
  if (out)
    *out = NULL;
  if (ctx && !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  int status = fairu_csv_reader_create(ctx, path, options, &reader);
  if (status == FAIRU_OK)
    status = next(reader, ctx, SIZE_MAX, 1, out);
  fairu_csv_reader_destroy(reader);
  return status;
}
