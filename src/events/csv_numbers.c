/* csv_numbers.c - chosen columns of a CSV file as doubles, for tables that are not of events. */
#include "events/events_internal.h"

#include <math.h>
#include <string.h>

#include "events/csv_columns.h"
#include "events/csv_message.h"
#include "events/number.h"

enum { FIRST_ROWS = 1 << 10, ABSENT = -1 };

typedef struct reading {
  fairu_cells cells;
  fairu_csv_columns columns;
  const char *const *names; /* [n_wanted], the first n_required must be there */
  const int *kinds;
  size_t n_wanted, n_required;
  int *wanted_at; /* [columns.n]: which of the wanted, or ABSENT */
  double *rows;   /* [capacity] rows of n_wanted */
  size_t n, capacity;
  locale_t c;
} reading;

static int read_header(reading *r, fairu_context *ctx)
{
  fairu_csv_options defaults;
  int status = fairu_csv_options__read(ctx, NULL, &defaults);
  if (status == FAIRU_OK)
    status = fairu_csv_columns__read(&r->cells, ctx, &defaults, &r->columns);
  if (status != FAIRU_OK)
    return status;
  r->wanted_at = fairu_context__new(ctx, r->columns.n, sizeof *r->wanted_at, "CSV columns");
  if (!r->wanted_at)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < r->columns.n; i++) {
    r->wanted_at[i] = ABSENT;
    for (size_t k = 0; k < r->n_wanted; k++)
      if (strcmp(r->columns.list[i].name, r->names[k]) == 0)
        r->wanted_at[i] = (int)k;
  }
  for (size_t k = 0; k < r->n_wanted; k++) {
    size_t i = 0;
    while (i < r->columns.n && r->wanted_at[i] != (int)k)
      i++;
    if (i == r->columns.n && k < r->n_required)
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "no column \"%s\"", r->names[k]);
  }
  return FAIRU_OK;
}

/* Room for one more row. */
static int extend(reading *r, fairu_context *ctx)
{
  const uint64_t limit = fairu_context__limits(ctx)->rows;
  if (r->n >= limit)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "more than %llu rows (limit rows)",
                               (unsigned long long)limit);
  if (r->n < r->capacity)
    return FAIRU_OK;
  const size_t capacity = r->capacity ? 2 * r->capacity : FIRST_ROWS;
  double *rows = fairu_context__new(ctx, capacity, r->n_wanted * sizeof *rows, "CSV rows");
  if (!rows)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (r->n > 0)
    memcpy(rows, r->rows, r->n * r->n_wanted * sizeof *rows);
  fairu_context__free(ctx, r->rows);
  r->rows = rows;
  r->capacity = capacity;
  return FAIRU_OK;
}

static int take_cell(reading *r, fairu_context *ctx, size_t column, const fairu_cell *cell)
{
  const int k = r->wanted_at[column];
  if (k == ABSENT)
    return FAIRU_OK;
  double value = 0.0;
  const int number = fairu_number__double(cell->text, cell->size, r->c, &value);
  const int kind = r->kinds[k];
  if (number == FAIRU_NUMBER_NAN && kind == FAIRU_CSV_ANY_NUMBER)
    value = (double)NAN;
  else if (number == FAIRU_NUMBER_INFINITE && kind == FAIRU_CSV_ANY_NUMBER)
    value = memchr(cell->text, '-', cell->size) ? -(double)INFINITY : (double)INFINITY;
  else if (number != FAIRU_NUMBER_OK)
    return fairu_cell__refuse(ctx, number, cell);
  if (kind == FAIRU_CSV_WHOLE_NUMBER && !(fabs(value) <= 0x1p53 && fabs(value - rint(value)) <= 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "\"%s\" is not a whole number",
                               fairu_cell__show(cell).text);
  r->rows[r->n * r->n_wanted + (size_t)k] = value;
  return FAIRU_OK;
}

static int read_row(reading *r, fairu_context *ctx)
{
  for (size_t i = 0; i < r->columns.n; i++) {
    fairu_cell cell;
    int status = fairu_cells__next(&r->cells, ctx, &cell);
    if (status == FAIRU_OK)
      status = fairu_cell__check_place(ctx, &cell, i, r->columns.n);
    if (status == FAIRU_OK && i == 0)
      status = extend(r, ctx);
    if (status == FAIRU_OK)
      status = take_cell(r, ctx, i, &cell);
    if (status != FAIRU_OK)
      return fairu_cells__within(&r->cells, ctx, status, r->columns.list[i].name);
  }
  r->n++;
  return FAIRU_OK;
}

/* Empty lines are passed over. */
static int read_rows(reading *r, fairu_context *ctx)
{
  for (;;) {
    int more = 0, skipped = 0;
    int status = fairu_cells__more(&r->cells, ctx, &more);
    if (status != FAIRU_OK || !more)
      return status;
    status = fairu_cells__skip_empty_line(&r->cells, ctx, &skipped);
    if (status == FAIRU_OK && !skipped)
      status = read_row(r, ctx);
    if (status != FAIRU_OK)
      return status;
  }
}

static int read_table(reading *r, fairu_context *ctx)
{
  const int status = read_header(r, ctx);
  if (status == FAIRU_OK)
    return read_rows(r, ctx);
  if (r->cells.stream_failed || status == FAIRU_ERR_OUT_OF_MEMORY)
    return status;
  return fairu_context__within(ctx, status, "%s:%zu", fairu_reader__path(r->cells.reader), r->cells.row_line);
}

/* Rows become columns. */
static int hand_over(const reading *r, fairu_context *ctx, unsigned char *present, double **values)
{
  *values = fairu_context__new(ctx, r->n_wanted, r->n * sizeof **values, "CSV columns");
  if (!*values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < r->n_wanted; k++)
    for (size_t i = 0; i < r->n; i++)
      (*values)[k * r->n + i] = r->rows[i * r->n_wanted + k];
  memset(present, 0, r->n_wanted);
  for (size_t i = 0; i < r->columns.n; i++)
    if (r->wanted_at[i] != ABSENT)
      present[r->wanted_at[i]] = 1;
  return FAIRU_OK;
}

int fairu_events__read_numbers(fairu_context *ctx, const char *path, const char *const *names,
                               const int *kinds, size_t n_names, size_t n_required, unsigned char *present,
                               double **values, size_t *n_rows)
{
  reading r = { .names = names,
                .kinds = kinds,
                .n_wanted = n_names,
                .n_required = n_required,
                .c = newlocale(LC_ALL_MASK, "C", (locale_t)0) };
  if (!r.c)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: C locale");
  int status = fairu_cells__open(ctx, path, ',', &r.cells);
  if (status == FAIRU_OK)
    status = read_table(&r, ctx);
  if (status == FAIRU_OK)
    status = hand_over(&r, ctx, present, values);
  if (status == FAIRU_OK)
    *n_rows = r.n;
  fairu_context__free(ctx, r.rows);
  fairu_context__free(ctx, r.wanted_at);
  fairu_csv_columns__free(&r.columns);
  fairu_cells__close(&r.cells);
  freelocale(r.c);
  return status;
}
