/* csv_read.c - event tables from CSV files. */
#include "events/table.h"

#include <math.h>
#include <string.h>

#include "events/csv_message.h"
#include "events/csv_rows.h"
#include "events/number.h"

typedef struct reading {
  fairu_cells cells;
  fairu_csv_columns columns;
  fairu_csv_rows rows;
  fairu_categories categories;
  int text_labels; /* what the first label was: -1 not seen, 0 a number, 1 text */
  locale_t c;
} reading;

static int take_feature(reading *r, fairu_context *ctx, const fairu_csv_column *column,
                        const fairu_cell *cell)
{
  float value = 0.0f;
  const int kind = fairu_number__float(cell->text, cell->size, r->c, &value);
  const int is_absent = kind == FAIRU_NUMBER_NAN || kind == FAIRU_NUMBER_EMPTY;
  int is_known = kind == FAIRU_NUMBER_OK;
  for (size_t i = 0; i < column->n_rules; i++) {
    const fairu_csv_rule *rule = &column->rules[i];
    if (rule->is_nan ? is_absent : kind == FAIRU_NUMBER_OK && value == rule->value) {
      value = rule->replacement;
      is_known = 1;
      break;
    }
  }
  if (!is_known)
    return fairu_cell__refuse(ctx, kind, cell);
  fairu_csv_block *block = r->rows.last;
  block->features[column->slot * r->rows.rows_per_block + block->n] = value;
  return FAIRU_OK;
}

/* The first cell of a column that nobody named says whether it is a feature. */
static int decide(reading *r, fairu_context *ctx, fairu_csv_column *column, const fairu_cell *cell)
{
  float value;
  if (fairu_number__float(cell->text, cell->size, r->c, &value) == FAIRU_NUMBER_BAD) {
    column->role = FAIRU_CSV_SKIPPED;
    return FAIRU_OK;
  }
  column->role = FAIRU_CSV_FEATURE;
  column->slot = r->columns.n_features++;
  return take_feature(r, ctx, column, cell);
}

static int take_weight(reading *r, fairu_context *ctx, const fairu_cell *cell)
{
  const int kind =
      fairu_number__double(cell->text, cell->size, r->c, &r->rows.last->weights[r->rows.last->n]);
  return kind == FAIRU_NUMBER_OK ? FAIRU_OK : fairu_cell__refuse(ctx, kind, cell);
}

static int take_id(reading *r, fairu_context *ctx, const fairu_cell *cell)
{
  const int kind = fairu_number__u64(cell->text, cell->size, &r->rows.last->ids[r->rows.last->n]);
  if (kind == FAIRU_NUMBER_OK)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "\"%s\" is not an unsigned 64-bit integer",
                             fairu_cell__show(cell).text);
}

static int take_label(reading *r, fairu_context *ctx, const fairu_cell *cell)
{
  int32_t *label = &r->rows.last->labels[r->rows.last->n];
  double value = 0.0;
  const int kind = fairu_number__double(cell->text, cell->size, r->c, &value);
  if (kind == FAIRU_NUMBER_EMPTY)
    return fairu_cell__refuse(ctx, kind, cell);
  if (r->text_labels < 0)
    r->text_labels = kind != FAIRU_NUMBER_OK;
  if (r->text_labels) {
    cell->text[cell->size] = '\0';
    return fairu_categories__code(&r->categories, ctx, cell->text, label);
  }
  if (kind != FAIRU_NUMBER_OK || value < INT32_MIN || value > INT32_MAX || value != floor(value))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "label \"%s\" is not a 32-bit integer as the first one",
                               fairu_cell__show(cell).text);
  *label = (int32_t)value;
  return FAIRU_OK;
}

static int take_cell(reading *r, fairu_context *ctx, fairu_csv_column *column, const fairu_cell *cell)
{
  switch (column->role) {
  case FAIRU_CSV_FEATURE:
    return take_feature(r, ctx, column, cell);
  case FAIRU_CSV_WEIGHT:
    return take_weight(r, ctx, cell);
  case FAIRU_CSV_LABEL:
    return take_label(r, ctx, cell);
  case FAIRU_CSV_ID:
    return take_id(r, ctx, cell);
  case FAIRU_CSV_UNDECIDED:
    return decide(r, ctx, column, cell);
  default:
    return FAIRU_OK;
  }
}

static int read_row(reading *r, fairu_context *ctx)
{
  int status = fairu_csv_rows__extend(&r->rows, ctx, &r->columns);
  for (size_t i = 0; i < r->columns.n && status == FAIRU_OK; i++) {
    fairu_cell cell;
    status = fairu_cells__next(&r->cells, ctx, &cell);
    if (status == FAIRU_OK)
      status = take_cell(r, ctx, &r->columns.list[i], &cell);
    if (status == FAIRU_OK)
      status = fairu_cell__check_place(ctx, &cell, i, r->columns.n);
    if (status != FAIRU_OK)
      return fairu_cells__within(&r->cells, ctx, status, r->columns.list[i].name);
  }
  if (status == FAIRU_OK) {
    r->rows.last->n++;
    r->rows.n++;
  }
  return status;
}

/* Empty lines may stand at the end of the file, nowhere else. */
static int read_rows(reading *r, fairu_context *ctx)
{
  enum { REPORT = 1 << 14 };
  size_t empty_line = 0;
  for (;;) {
    int more = 0, skipped = 0;
    const size_t line = r->cells.line;
    int status = fairu_cells__more(&r->cells, ctx, &more);
    if (status != FAIRU_OK || !more)
      return status;
    status = fairu_cells__skip_empty_line(&r->cells, ctx, &skipped);
    if (status == FAIRU_OK && skipped) {
      empty_line = empty_line ? empty_line : line;
      continue;
    }
    if (status == FAIRU_OK && empty_line)
      status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%s:%zu: column %.60s: empty line",
                                   fairu_reader__path(r->cells.reader), empty_line, r->columns.list[0].name);
    if (status == FAIRU_OK)
      status = read_row(r, ctx);
    if (status == FAIRU_OK && r->rows.n % REPORT == 0)
      status = fairu_context__progress(ctx, "rows read", r->rows.n, 0);
    if (status != FAIRU_OK)
      return status;
  }
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

static int read_table(reading *r, fairu_context *ctx, const fairu_csv_options *options, fairu_events **out)
{
  int status = fairu_csv_columns__read(&r->cells, ctx, options, &r->columns);
  if (status != FAIRU_OK)
    return r->cells.stream_failed || status == FAIRU_ERR_OUT_OF_MEMORY
               ? status
               : fairu_context__within(ctx, status, "%s:%zu", fairu_reader__path(r->cells.reader),
                                       r->cells.row_line);
  status = read_rows(r, ctx);
  if (status != FAIRU_OK)
    return status;
  decide_rest(&r->columns);
  status = fairu_csv_rows__finish(&r->rows, ctx, &r->columns, &r->categories, out);
  if (status == FAIRU_ERR_DUPLICATE && options->id)
    status = fairu_context__within(ctx, status, "%s: column %.60s", fairu_reader__path(r->cells.reader),
                                   options->id);
  return status;
}

int fairu_events_read_csv(fairu_context *ctx, const char *path, const fairu_csv_options *options,
                          fairu_events **out)
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
  reading r = { .text_labels = -1, .c = newlocale(LC_ALL_MASK, "C", (locale_t)0) };
  if (!r.c)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: C locale");
  status = fairu_cells__open(ctx, path, ours.delimiter, &r.cells);
  if (status == FAIRU_OK)
    status = read_table(&r, ctx, &ours, out);
  fairu_csv_rows__free(&r.rows, ctx);
  fairu_csv_columns__free(&r.columns, ctx);
  fairu_categories__free(&r.categories, ctx);
  fairu_cells__close(&r.cells, ctx);
  freelocale(r.c);
  return status;
}
