/* csv_columns.c - the header of a CSV file and what each column is for. */
#include "events/csv_columns.h"

#include <math.h>
#include <string.h>

#include "base/texts.h"
#include "events/names.h"

static const fairu_csv_options defaults = { .struct_size = sizeof defaults, .delimiter = ',' };

int fairu_csv_options_init(fairu_csv_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

int fairu_csv_options__read(fairu_context *ctx, const fairu_csv_options *theirs, fairu_csv_options *options)
{
  *options = defaults;
  int status = theirs ? fairu_options__read(ctx, options, sizeof *options, theirs, sizeof defaults,
                                            "fairu_csv_options")
                      : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  if (!options->delimiter || strchr("\r\n\"+-.", options->delimiter) ||
      (options->delimiter >= '0' && options->delimiter <= '9'))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "delimiter is byte 0x%02x, which numbers or lines use",
                               (unsigned)(unsigned char)options->delimiter);
  if ((options->n_columns > 0 && !options->columns) || (options->n_missing > 0 && !options->missing))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               options->n_columns > 0 && !options->columns ? "columns" : "missing");
  return fairu_event_names__check(ctx, options->columns, options->n_columns, "column");
}

static int add(fairu_csv_columns *columns, fairu_context *ctx, const fairu_cell *cell)
{
  const fairu_limits *limits = fairu_context__limits(ctx);
  if (columns->n >= limits->csv_columns)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "more than %llu columns (limit csv_columns)",
                               (unsigned long long)limits->csv_columns);
  if (cell->size > limits->name_bytes)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "name of column %zu has %zu bytes, limit name_bytes %llu", columns->n,
                               cell->size, (unsigned long long)limits->name_bytes);
  if (columns->n == columns->capacity) {
    const size_t capacity = columns->capacity ? 2 * columns->capacity : 32;
    fairu_csv_column *list = fairu_context__new(ctx, capacity, sizeof *list, "CSV columns");
    if (!list)
      return FAIRU_ERR_OUT_OF_MEMORY;
    if (columns->n > 0)
      memcpy(list, columns->list, columns->n * sizeof *list);
    fairu_context__free(ctx, columns->list);
    columns->list = list;
    columns->capacity = capacity;
  }
  cell->text[cell->size] = '\0';
  char *name = fairu_context__copy_string(ctx, cell->text, "column name");
  if (!name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  columns->list[columns->n++] = (fairu_csv_column){ .name = name };
  return FAIRU_OK;
}

static int read_names(fairu_cells *cells, fairu_context *ctx, fairu_csv_columns *columns)
{
  int more = 0;
  int status = fairu_cells__skip_mark(cells, ctx);
  if (status == FAIRU_OK)
    status = fairu_cells__more(cells, ctx, &more);
  if (status == FAIRU_OK && !more)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no header line");
  fairu_cell cell = { .end = FAIRU_CELL_DELIMITED };
  while (status == FAIRU_OK && cell.end == FAIRU_CELL_DELIMITED) {
    status = fairu_cells__next(cells, ctx, &cell);
    if (status == FAIRU_OK)
      status = add(columns, ctx, &cell);
  }
  return status;
}

/* Names of all columns, in scratch. */
static const char **names_of(const fairu_csv_columns *columns, fairu_context *ctx)
{
  const char **names = fairu_context__scratch(ctx, columns->n, sizeof *names, "column names");
  for (size_t i = 0; names && i < columns->n; i++)
    names[i] = columns->list[i].name;
  return names;
}

/* Two columns of one name: which is meant? Nameless ones are nobody's. */
static int check_unique(const fairu_csv_columns *columns, fairu_context *ctx)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **names = names_of(columns, ctx);
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = FAIRU_OK;
  fairu_texts__sort(names, columns->n);
  for (size_t i = 1; i < columns->n && status == FAIRU_OK; i++)
    if (*names[i] && strcmp(names[i - 1], names[i]) == 0)
      status = fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "column \"%.60s\" occurs twice in the header",
                                   names[i]);
  fairu_context__release(ctx, mark);
  return status;
}

static int has(const fairu_csv_columns *columns, const char *name, size_t *index)
{
  for (*index = 0; *index < columns->n; ++*index)
    if (strcmp(columns->list[*index].name, name) == 0)
      return 1;
  return 0;
}

static int find(const fairu_csv_columns *columns, fairu_context *ctx, const char *name, size_t *index)
{
  if (has(columns, name, index))
    return FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **names = names_of(columns, ctx);
  const int status =
      names ? fairu_event_names__not_found(ctx, names, columns->n, "column", name) : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__release(ctx, mark);
  return status;
}

static int assign(fairu_csv_columns *columns, fairu_context *ctx, const char *name, int role, size_t slot)
{
  size_t i = 0;
  const int status = find(columns, ctx, name, &i);
  if (status != FAIRU_OK)
    return status;
  if (columns->list[i].role != FAIRU_CSV_SKIPPED)
    return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "column \"%.60s\" is asked for twice", name);
  columns->list[i].role = role;
  columns->list[i].slot = slot;
  return FAIRU_OK;
}

static int assign_named(fairu_csv_columns *columns, fairu_context *ctx, const char *name, int optional,
                        int role, int *is_there)
{
  size_t index = 0;
  *is_there = name && (!optional || has(columns, name, &index));
  return *is_there ? assign(columns, ctx, name, role, 0) : FAIRU_OK;
}

static int assign_roles(fairu_csv_columns *columns, fairu_context *ctx, const fairu_csv_options *options)
{
  const int optional = options->optional;
  int status = assign_named(columns, ctx, options->label, optional, FAIRU_CSV_LABEL, &columns->has_label);
  if (status == FAIRU_OK)
    status = assign_named(columns, ctx, options->weight, optional, FAIRU_CSV_WEIGHT, &columns->has_weight);
  if (status == FAIRU_OK)
    status = assign_named(columns, ctx, options->id, optional, FAIRU_CSV_ID, &columns->has_id);
  for (size_t i = 0; i < options->n_columns && status == FAIRU_OK; i++)
    status = assign(columns, ctx, options->columns[i], FAIRU_CSV_FEATURE, i);
  columns->n_features = columns->n_slots = options->n_columns;
  for (size_t i = 0; i < columns->n && !options->columns && status == FAIRU_OK; i++)
    if (columns->list[i].role == FAIRU_CSV_SKIPPED && *columns->list[i].name) {
      columns->list[i].role = FAIRU_CSV_UNDECIDED;
      columns->n_slots++;
    }
  return status;
}

static int is_feature(const fairu_csv_column *column)
{
  return column->role == FAIRU_CSV_FEATURE || column->role == FAIRU_CSV_UNDECIDED;
}

static int applies(const fairu_missing *missing, const fairu_csv_column *column)
{
  return is_feature(column) && (!missing->column || strcmp(missing->column, column->name) == 0);
}

/* Every rule that names a column must name one of the features. */
static int check_missing(const fairu_csv_columns *columns, fairu_context *ctx,
                         const fairu_csv_options *options)
{
  for (size_t m = 0; m < options->n_missing; m++) {
    size_t i = 0;
    if (!options->missing[m].column)
      continue;
    const int status = find(columns, ctx, options->missing[m].column, &i);
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "missing[%zu]", m);
    if (!is_feature(&columns->list[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "missing[%zu]: column \"%.60s\" is not a feature",
                                 m, options->missing[m].column);
  }
  return FAIRU_OK;
}

static size_t count_rules(const fairu_csv_columns *columns, const fairu_csv_options *options)
{
  size_t n = 0;
  for (size_t i = 0; i < columns->n; i++)
    for (size_t m = 0; m < options->n_missing; m++)
      n += applies(&options->missing[m], &columns->list[i]) != 0;
  return n;
}

/* Each column gets its own rules, so that a cell is compared with nothing else. */
static int deal_rules(fairu_csv_columns *columns, fairu_context *ctx, const fairu_csv_options *options)
{
  const int status = check_missing(columns, ctx, options);
  if (status != FAIRU_OK || options->n_missing == 0)
    return status;
  columns->rules = fairu_context__new(ctx, count_rules(columns, options), sizeof *columns->rules, "missing");
  if (!columns->rules)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_csv_rule *next = columns->rules;
  for (size_t i = 0; i < columns->n; i++) {
    columns->list[i].rules = next;
    for (size_t m = 0; m < options->n_missing; m++)
      if (applies(&options->missing[m], &columns->list[i]))
        *next++ = (fairu_csv_rule){ (float)options->missing[m].value, isnan(options->missing[m].value),
                                    options->missing[m].replacement };
    columns->list[i].n_rules = (size_t)(next - columns->list[i].rules);
  }
  return FAIRU_OK;
}

int fairu_csv_columns__read(fairu_cells *cells, fairu_context *ctx, const fairu_csv_options *options,
                            fairu_csv_columns *columns)
{
  columns->allocator = *fairu_context__allocator(ctx);
  int status = read_names(cells, ctx, columns);
  if (status == FAIRU_OK)
    status = check_unique(columns, ctx);
  if (status == FAIRU_OK)
    status = assign_roles(columns, ctx, options);
  return status == FAIRU_OK ? deal_rules(columns, ctx, options) : status;
}

void fairu_csv_columns__free(fairu_csv_columns *columns)
{
  for (size_t i = 0; i < columns->n; i++)
    fairu_allocator__free(&columns->allocator, columns->list[i].name);
  fairu_allocator__free(&columns->allocator, columns->list);
  fairu_allocator__free(&columns->allocator, columns->rules);
}
