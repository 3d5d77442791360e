/* concatenate.c - the rows of one table behind those of another. */
#include "events/table.h"

#include <string.h>

static int check_columns(const fairu_events *a, fairu_context *ctx, const fairu_events *b)
{
  if (a->n_columns != b->n_columns)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu columns and %zu columns", a->n_columns,
                               b->n_columns);
  for (size_t i = 0; i < a->n_columns; i++)
    if (strcmp(a->names[i], b->names[i]) != 0)
      return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "column %zu is \"%s\" and \"%s\"", i, a->names[i],
                                 b->names[i]);
  if (b->n_events > SIZE_MAX - a->n_events)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu and %zu events", a->n_events, b->n_events);
  return FAIRU_OK;
}

/* The same label value must mean the same category in both. */
static int check_categories(const fairu_events *a, fairu_context *ctx, const fairu_events *b)
{
  if (a->n_categories == 0 || b->n_categories == 0)
    return FAIRU_OK;
  if (a->n_categories != b->n_categories)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu categories and %zu categories", a->n_categories,
                               b->n_categories);
  for (size_t i = 0; i < a->n_categories; i++)
    if (strcmp(a->categories[i], b->categories[i]) != 0)
      return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "category %zu is \"%s\" and \"%s\"", i,
                                 a->categories[i], b->categories[i]);
  return FAIRU_OK;
}

static void copy_features(const fairu_events *from, size_t first, fairu_events *to)
{
  for (size_t i = 0; i < from->n_columns; i++) {
    const float *source = from->columns[i];
    float *target = to->data + i * to->n_events + first;
    for (size_t row = 0; row < from->n_events; row++)
      target[row] = source[row * from->stride];
  }
}

static void copy_weights(const fairu_events *from, size_t first, fairu_events *to)
{
  for (size_t row = 0; row < from->n_events; row++)
    to->weights[first + row] = from->weights ? from->weights[row] : 1.0;
}

static void copy_labels(const fairu_events *from, size_t first, fairu_events *to)
{
  for (size_t row = 0; row < from->n_events; row++)
    to->labels[first + row] = from->labels ? from->labels[row] : 0;
}

static int join_ids(const fairu_events *a, fairu_context *ctx, const fairu_events *b, fairu_events *joined)
{
  if (!a->ids || !b->ids)
    return FAIRU_OK;
  uint64_t *ids = fairu_context__new(ctx, joined->n_events, sizeof *ids, "ids");
  if (!ids)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(ids, a->ids, a->n_events * sizeof *ids);
  memcpy(ids + a->n_events, b->ids, b->n_events * sizeof *ids);
  size_t rows[2];
  int found = 1;
  const int status = fairu_ids__find_duplicate(ctx, ids, joined->n_events, rows, &found);
  if (status == FAIRU_OK && !found)
    joined->ids = ids;
  else
    fairu_context__free(ctx, ids);
  return status;
}

static int join(const fairu_events *a, fairu_context *ctx, const fairu_events *b, fairu_events *joined)
{
  int status = fairu_context__poll(ctx);
  if (status == FAIRU_OK && (a->weights || b->weights))
    status = fairu_events__new_weights(joined, ctx);
  if (status == FAIRU_OK && (a->labels || b->labels))
    status = fairu_events__new_labels(joined, ctx);
  if (status == FAIRU_OK)
    status = join_ids(a, ctx, b, joined);
  if (status != FAIRU_OK)
    return status;
  const fairu_events *parts[2] = { a, b };
  size_t first = 0;
  for (size_t i = 0; i < 2; i++) {
    copy_features(parts[i], first, joined);
    if (joined->weights)
      copy_weights(parts[i], first, joined);
    if (joined->labels)
      copy_labels(parts[i], first, joined);
    first += parts[i]->n_events;
  }
  return FAIRU_OK;
}

int fairu_events_concatenate(const fairu_events *a, fairu_context *ctx, const fairu_events *b,
                             fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!a || !b || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL",
                               !a   ? "first table"
                               : !b ? "second table"
                                    : "out");
  int status = check_columns(a, ctx, b);
  if (status == FAIRU_OK)
    status = check_categories(a, ctx, b);
  fairu_events *joined = NULL;
  if (status == FAIRU_OK)
    status = fairu_events__create_shape(a->n_categories ? a : b, ctx, a->n_events + b->n_events, &joined);
  if (status == FAIRU_OK)
    status = join(a, ctx, b, joined);
  if (status != FAIRU_OK) {
    fairu_events_destroy(joined);
    return status;
  }
  *out = joined;
  return FAIRU_OK;
}
