/* arrow.c - event tables on record batches of the Arrow C data interface. */
#include <fairu/arrow.h>

#include <string.h>

#include "events/arrow_column.h"
#include "events/names.h"

int fairu_arrow_options_init(fairu_arrow_options *options, size_t struct_size)
{
  static const fairu_arrow_options defaults = { .columns = NULL };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

typedef struct import {
  const struct ArrowSchema *schema;
  const struct ArrowArray *batch;
  fairu_arrow_options options;
  size_t n_all;
  const char **all;     /* [n_all] names of the batch */
  const char **names;   /* [n] of features */
  const float **values; /* [n] */
  size_t n;
} import;

static int check_batch(fairu_context *ctx, const struct ArrowSchema *schema, const struct ArrowArray *batch)
{
  if (!schema->release || !batch->release || !schema->format)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "Arrow batch: schema or array is released");
  if (strcmp(schema->format, "+s") != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "Arrow batch has format \"%.20s\", wanted a record batch (\"+s\")",
                               schema->format);
  if (schema->n_children < 0 || schema->n_children != batch->n_children || batch->length < 0 ||
      batch->offset < 0 || batch->length > INT64_MAX - batch->offset ||
      (schema->n_children > 0 && (!schema->children || !batch->children)))
    return fairu_context__fail(
        ctx, FAIRU_ERR_FORMAT, "Arrow batch: %lld columns in the schema, %lld in the array, %lld rows",
        (long long)schema->n_children, (long long)batch->n_children, (long long)batch->length);
  if (batch->null_count != 0 && batch->n_buffers > 0 && batch->buffers && batch->buffers[0])
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "Arrow batch: rows that are null");
  const uint64_t limit = fairu_context__limits(ctx)->csv_columns;
  if ((uint64_t)schema->n_children > limit)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "Arrow batch: %lld columns, limit csv_columns %llu",
                               (long long)schema->n_children, (unsigned long long)limit);
  return FAIRU_OK;
}

static int list_names(import *m, fairu_context *ctx)
{
  m->all = fairu_context__scratch(ctx, m->n_all, sizeof *m->all, "Arrow columns");
  const size_t most = m->options.columns ? m->options.n_columns : m->n_all;
  m->names = fairu_context__scratch(ctx, most, sizeof *m->names, "Arrow columns");
  m->values = fairu_context__scratch(ctx, most, sizeof *m->values, "Arrow columns");
  if (!m->all || !m->names || !m->values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < m->n_all; i++) {
    const struct ArrowSchema *child = m->schema->children[i];
    if (!child || !child->name)
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "Arrow column %zu has no name", i);
    m->all[i] = child->name;
  }
  return fairu_event_names__check(ctx, m->all, m->n_all, "Arrow column");
}

static int open_named(const import *m, fairu_context *ctx, const char *name, fairu_arrow_column *column)
{
  size_t i = 0;
  while (i < m->n_all && strcmp(m->all[i], name) != 0)
    i++;
  if (i == m->n_all)
    return fairu_event_names__not_found(ctx, m->all, m->n_all, "Arrow column", name);
  return fairu_arrow_column__open(ctx, m->schema, m->batch, i, column);
}

static int add_feature(import *m, fairu_context *ctx, const fairu_arrow_column *column)
{
  if (column->type != 'f' || column->schema->dictionary)
    return fairu_arrow_column__refuse(column, ctx, "float (\"f\")");
  const char *bytes = (const char *)column->array->buffers[1];
  static const float nothing = 0.0f;
  if ((uintptr_t)bytes % sizeof(float) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "Arrow column %.60s is not aligned", column->name);
  m->names[m->n] = column->name;
  m->values[m->n++] = bytes ? (const float *)(const void *)bytes + column->first : &nothing;
  return FAIRU_OK;
}

static int is_named(const char *option, const char *name)
{
  return option && strcmp(option, name) == 0;
}

/* Those asked for, or all but what has another use and text. */
static int find_features(import *m, fairu_context *ctx)
{
  const fairu_arrow_options *o = &m->options;
  fairu_arrow_column column;
  int status = FAIRU_OK;
  for (size_t i = 0; o->columns && i < o->n_columns && status == FAIRU_OK; i++) {
    if (!o->columns[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "columns[%zu] is NULL", i);
    status = open_named(m, ctx, o->columns[i], &column);
    if (status == FAIRU_OK)
      status = add_feature(m, ctx, &column);
  }
  for (size_t i = 0; !o->columns && i < m->n_all && status == FAIRU_OK; i++) {
    if (is_named(o->label, m->all[i]) || is_named(o->weight, m->all[i]) || is_named(o->id, m->all[i]))
      continue;
    status = fairu_arrow_column__open(ctx, m->schema, m->batch, i, &column);
    if (status == FAIRU_OK && !fairu_arrow_column__is_text(&column))
      status = add_feature(m, ctx, &column);
  }
  return status;
}

static int set_weights(const import *m, fairu_context *ctx, fairu_events *events)
{
  fairu_arrow_column column;
  int status = open_named(m, ctx, m->options.weight, &column);
  if (status != FAIRU_OK)
    return status;
  if (column.schema->dictionary || (column.type != 'f' && column.type != 'g'))
    return fairu_arrow_column__refuse(&column, ctx, "float or double");
  double *weights = fairu_context__scratch(ctx, column.n, sizeof *weights, "Arrow weights");
  status = weights ? fairu_arrow_column__numbers(&column, ctx, weights) : FAIRU_ERR_OUT_OF_MEMORY;
  return status == FAIRU_OK ? fairu_events_set_weights(events, ctx, weights, column.n) : status;
}

static int set_ids(const import *m, fairu_context *ctx, fairu_events *events)
{
  fairu_arrow_column column;
  int status = open_named(m, ctx, m->options.id, &column);
  if (status != FAIRU_OK)
    return status;
  uint64_t *ids = fairu_context__scratch(ctx, column.n, sizeof *ids, "Arrow ids");
  status = ids ? fairu_arrow_column__ids(&column, ctx, ids) : FAIRU_ERR_OUT_OF_MEMORY;
  return status == FAIRU_OK ? fairu_events_set_ids(events, ctx, ids, column.n) : status;
}

static int set_labels(const import *m, fairu_context *ctx, fairu_events *events)
{
  fairu_arrow_column column;
  const int status = open_named(m, ctx, m->options.label, &column);
  return status == FAIRU_OK ? fairu_arrow_column__set_labels(&column, ctx, events) : status;
}

static int make(import *m, fairu_context *ctx, fairu_events **out)
{
  const fairu_arrow_options *o = &m->options;
  m->n_all = (size_t)m->schema->n_children;
  int status = list_names(m, ctx);
  if (status == FAIRU_OK)
    status = find_features(m, ctx);
  if (status == FAIRU_OK)
    status = fairu_events_create_view(ctx, (size_t)m->batch->length, m->n, m->names, m->values, 1, out);
  if (status == FAIRU_OK && o->weight)
    status = set_weights(m, ctx, *out);
  if (status == FAIRU_OK && o->label)
    status = set_labels(m, ctx, *out);
  if (status == FAIRU_OK && o->id)
    status = set_ids(m, ctx, *out);
  if (status != FAIRU_OK) {
    fairu_events_destroy(*out);
    *out = NULL;
  }
  return status;
}

int fairu_events_create_view_arrow(fairu_context *ctx, const struct ArrowSchema *schema,
                                   const struct ArrowArray *array, const fairu_arrow_options *options,
                                   fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!schema || !array || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "Arrow batch: %s is NULL",
                               !schema  ? "schema"
                               : !array ? "array"
                                        : "out");
import m = {.schema = schema, .batch = array };
  int status = fairu_arrow_options_init(&m.options, sizeof m.options);
  if (status == FAIRU_OK && options)
    status = fairu_options__read(ctx, &m.options, sizeof m.options, options, sizeof m.options,
                                 "fairu_arrow_options");
  if (status == FAIRU_OK)
    status = check_batch(ctx, schema, array);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = make(&m, ctx, out);
  fairu_context__release(ctx, mark);
  return status;
}
