/* table.c - event tables: making them, asking them.
 *
 * An owned table is one block of floats, column after column; a view keeps the caller's pointers and stride. Readers see
 * no difference: row r of column i is columns[i][r * stride].
 */
#include "events/table.h"

#include <string.h>
#include <sys/mman.h>

int fairu_events__check_shape(fairu_context *ctx, size_t n_events, size_t n_columns)
{
  const fairu_limits *limits = fairu_context__limits(ctx);
  if (n_events > limits->rows)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu events, limit rows %llu", n_events,
                               (unsigned long long)limits->rows);
  if (n_columns > limits->csv_columns)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu columns, limit csv_columns %llu", n_columns,
                               (unsigned long long)limits->csv_columns);
  return FAIRU_OK;
}

/* A table with names and room for column pointers; no values yet. Names have been checked. */
static int create_frame(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names,
                        fairu_events **out)
{
  fairu_events *events = fairu_context__new(ctx, 1, sizeof *events, "event table");
  if (!events)
    return FAIRU_ERR_OUT_OF_MEMORY;
  events->allocator = *fairu_context__allocator(ctx);
  events->n_events = n_events;
  events->n_columns = n_columns;
  events->stride = 1;
  events->names = fairu_event_names__copy(ctx, &events->allocator, names, n_columns, "column names");
  events->columns =
      events->names ? fairu_context__new(ctx, n_columns, sizeof *events->columns, "columns") : NULL;
  if (!events->columns) {
    fairu_events_destroy(events);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  *out = events;
  return FAIRU_OK;
}

/* A large table is written from end to end at once: fewer pages are fewer faults. A hint that may be refused. */
static void prefer_large_pages(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
  const uintptr_t page = (uintptr_t)1 << 21, first = ((uintptr_t)memory + page - 1) & ~(page - 1);
  const uintptr_t end = ((uintptr_t)memory + size) & ~(page - 1);
  if (memory && size >= 4 * page && end > first)
    (void)madvise((char *)memory + (first - (uintptr_t)memory), end - first, MADV_HUGEPAGE);
#else
  (void)memory, (void)size;
#endif
}

/* Values are zeros, or whatever is there where the caller writes them all. */
static int create_owned(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names,
                        int zeroed, fairu_events **out)
{
  fairu_events *events = NULL;
  int status = create_frame(ctx, n_events, n_columns, names, &events);
  if (status != FAIRU_OK)
    return status;
  /* n_columns * sizeof(float) is small (names are in memory): only the product with n_events can overflow */
  events->data = fairu_context__new_unset(ctx, n_events, n_columns * sizeof(float), "event features");
  prefer_large_pages(events->data, n_events * n_columns * sizeof(float));
  if (events->data && zeroed)
    memset(events->data, 0, n_events * n_columns * sizeof(float));
  if (!events->data) {
    fairu_events_destroy(events);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t i = 0; i < n_columns; i++)
    events->columns[i] = events->data + i * n_events;
  *out = events;
  return FAIRU_OK;
}

int fairu_events_create(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names,
                        fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  int status = fairu_events__check_shape(ctx, n_events, n_columns);
  if (status == FAIRU_OK)
    status = fairu_event_names__check(ctx, names, n_columns, "column");
  return status == FAIRU_OK ? create_owned(ctx, n_events, n_columns, names, 1, out) : status;
}

static int check_view(fairu_context *ctx, size_t n_columns, const char *const *names,
                      const float *const *columns, size_t stride)
{
  int status = fairu_event_names__check(ctx, names, n_columns, "column");
  if (status != FAIRU_OK)
    return status;
  if (stride == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "stride is 0, wanted at least 1");
  if (!columns && n_columns > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "columns is NULL");
  for (size_t i = 0; i < n_columns; i++)
    if (!columns[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "columns[%zu] (%s) is NULL", i, names[i]);
  return FAIRU_OK;
}

int fairu_events_create_view(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names,
                             const float *const *columns, size_t stride, fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  int status = fairu_events__check_shape(ctx, n_events, n_columns);
  if (status == FAIRU_OK)
    status = check_view(ctx, n_columns, names, columns, stride);
  fairu_events *events = NULL;
  if (status == FAIRU_OK)
    status = create_frame(ctx, n_events, n_columns, names, &events);
  if (status != FAIRU_OK)
    return status;
  events->stride = stride;
  for (size_t i = 0; i < n_columns; i++)
    events->columns[i] = columns[i];
  *out = events;
  return FAIRU_OK;
}

void fairu_events_destroy(fairu_events *events)
{
  if (!events)
    return;
  const fairu_allocator allocator = events->allocator;
  fairu_allocator__free(&allocator, events->names);
  fairu_allocator__free(&allocator, events->columns);
  fairu_allocator__free(&allocator, events->data);
  fairu_allocator__free(&allocator, events->weights);
  fairu_allocator__free(&allocator, events->labels);
  fairu_allocator__free(&allocator, events->ids);
  fairu_allocator__free(&allocator, events->categories);
  fairu_allocator__free(&allocator, events);
}

int fairu_events__create_shape(const fairu_events *model, fairu_context *ctx, size_t n_events,
                               fairu_events **out)
{
  fairu_events *events = NULL;
  int status = fairu_events__check_shape(ctx, n_events, model->n_columns);
  if (status == FAIRU_OK)
    status = create_owned(ctx, n_events, model->n_columns, (const char *const *)model->names, 0, &events);
  if (status == FAIRU_OK && model->n_categories > 0)
    status =
        fairu_events_set_categories(events, ctx, (const char *const *)model->categories, model->n_categories);
  if (status != FAIRU_OK) {
    fairu_events_destroy(events);
    return status;
  }
  *out = events;
  return FAIRU_OK;
}

size_t fairu_events_n_events(const fairu_events *events)
{
  return events ? events->n_events : 0;
}

size_t fairu_events_n_columns(const fairu_events *events)
{
  return events ? events->n_columns : 0;
}

const char *fairu_events_column_name(const fairu_events *events, size_t column)
{
  return events && column < events->n_columns ? events->names[column] : NULL;
}

int fairu_events_find_column(const fairu_events *events, fairu_context *ctx, const char *name, size_t *column)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !name || !column)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               !events ? "events"
                               : !name ? "column name"
                                       : "column");
  for (size_t i = 0; i < events->n_columns; i++)
    if (strcmp(events->names[i], name) == 0) {
      *column = i;
      return FAIRU_OK;
    }
  return fairu_event_names__not_found(ctx, (const char *const *)events->names, events->n_columns, "column",
                                      name);
}

const float *fairu_events_column(const fairu_events *events, size_t column, size_t *stride)
{
  if (!events || column >= events->n_columns)
    return NULL;
  if (stride)
    *stride = events->stride;
  return events->columns[column];
}

int fairu_events_column_data(fairu_events *events, fairu_context *ctx, size_t column, float **values)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !values)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !events ? "events" : "values");
  if (!events->data)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "the table is a view: its values are the caller's");
  if (column >= events->n_columns)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "column %zu of %zu", column, events->n_columns);
  *values = events->data + (events->columns[column] - events->data);
  return FAIRU_OK;
}
