/* csv_row.c - one row of a CSV file: cells become values of columns. */
#include "events/csv_reader.h"

#include <math.h>
#include <string.h>

#include "events/csv_message.h"
#include "events/number.h"

/* A declared missing value may be infinite, too. */
static int is_infinity(int kind, const fairu_cell *cell, float value)
{
  return kind == FAIRU_NUMBER_INFINITE && isinf(value) &&
         (memchr(cell->text, '-', cell->size) != NULL) == (value < 0.0f);
}

static int take_feature(fairu_csv_reader *r, fairu_context *ctx, const fairu_csv_column *column,
                        const fairu_cell *cell)
{
  float value = 0.0f;
  const int kind = fairu_number__float(cell->text, cell->size, r->c, &value);
  const int is_absent = kind == FAIRU_NUMBER_NAN || kind == FAIRU_NUMBER_EMPTY;
  int is_known = kind == FAIRU_NUMBER_OK;
  for (size_t i = 0; i < column->n_rules; i++) {
    const fairu_csv_rule *rule = &column->rules[i];
    if (rule->is_nan
            ? is_absent
            : (kind == FAIRU_NUMBER_OK && value == rule->value) || is_infinity(kind, cell, rule->value)) {
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
static int decide(fairu_csv_reader *r, fairu_context *ctx, fairu_csv_column *column, const fairu_cell *cell)
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

static int take_weight(fairu_csv_reader *r, fairu_context *ctx, const fairu_cell *cell)
{
  const int kind =
      fairu_number__double(cell->text, cell->size, r->c, &r->rows.last->weights[r->rows.last->n]);
  return kind == FAIRU_NUMBER_OK ? FAIRU_OK : fairu_cell__refuse(ctx, kind, cell);
}

static int take_id(fairu_csv_reader *r, fairu_context *ctx, const fairu_cell *cell)
{
  const int kind = fairu_number__u64(cell->text, cell->size, &r->rows.last->ids[r->rows.last->n]);
  if (kind == FAIRU_NUMBER_OK)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "\"%s\" is not an unsigned 64-bit integer",
                             fairu_cell__show(cell).text);
}

static int take_label(fairu_csv_reader *r, fairu_context *ctx, const fairu_cell *cell)
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

static int take_cell(fairu_csv_reader *r, fairu_context *ctx, fairu_csv_column *column,
                     const fairu_cell *cell)
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

int fairu_csv_reader__take_row(fairu_csv_reader *r, fairu_context *ctx)
{
  int status = fairu_csv_rows__extend(&r->rows, ctx, &r->columns);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "%s:%zu", fairu_reader__path(r->cells.reader),
                                 r->cells.row_line);
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
