/* select.c - new tables from rows of others: by index, mask or label, and one behind the other. */
#include "events/table.h"

#include <string.h>

enum { POLL_ROWS = 1 << 16 };

static void gather_column(const float *values, size_t stride, const size_t *rows, size_t n, float *out)
{
  for (size_t i = 0; i < n; i++)
    out[i] = values[rows[i] * stride];
}

/* Features of the rows, in blocks so that a cancelled call ends soon. */
static int gather_features(const fairu_events *events, fairu_context *ctx, const size_t *rows,
                           fairu_events *out)
{
  for (size_t i = 0; i < events->n_columns; i++)
    for (size_t first = 0; first < out->n_events; first += POLL_ROWS) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
      const size_t left = out->n_events - first, n = left < POLL_ROWS ? left : POLL_ROWS;
      gather_column(events->columns[i], events->stride, rows + first, n,
                    out->data + i * out->n_events + first);
    }
  return FAIRU_OK;
}

/* 1 if a row stands twice in rows; -1 without memory. */
static int has_repeats(fairu_context *ctx, const size_t *rows, size_t n_rows, size_t n_events)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  unsigned char *seen = fairu_context__scratch(ctx, n_events / 8 + 1, 1, "search for repeated rows");
  if (!seen)
    return -1;
  memset(seen, 0, n_events / 8 + 1);
  int repeats = 0;
  for (size_t i = 0; i < n_rows && !repeats; i++) {
    const unsigned char bit = (unsigned char)(1u << rows[i] % 8);
    repeats = (seen[rows[i] / 8] & bit) != 0;
    seen[rows[i] / 8] = (unsigned char)(seen[rows[i] / 8] | bit);
  }
  fairu_context__release(ctx, mark);
  return repeats;
}

static int gather_ids(const fairu_events *events, fairu_context *ctx, const size_t *rows, fairu_events *out)
{
  const int repeats = has_repeats(ctx, rows, out->n_events, events->n_events);
  if (repeats != 0)
    return repeats < 0 ? FAIRU_ERR_OUT_OF_MEMORY : FAIRU_OK;
  const int status = fairu_events__new_ids(out, ctx);
  for (size_t i = 0; i < out->n_events && status == FAIRU_OK; i++)
    out->ids[i] = events->ids[rows[i]];
  return status;
}

static int gather_attributes(const fairu_events *events, fairu_context *ctx, const size_t *rows,
                             fairu_events *out)
{
  int status = events->weights ? fairu_events__new_weights(out, ctx) : FAIRU_OK;
  for (size_t i = 0; out->weights && i < out->n_events; i++)
    out->weights[i] = events->weights[rows[i]];
  if (status == FAIRU_OK && events->labels)
    status = fairu_events__new_labels(out, ctx);
  for (size_t i = 0; out->labels && i < out->n_events; i++)
    out->labels[i] = events->labels[rows[i]];
  if (status == FAIRU_OK && events->ids)
    status = gather_ids(events, ctx, rows, out);
  return status;
}

/* rows have been checked. */
static int select_rows(const fairu_events *events, fairu_context *ctx, const size_t *rows, size_t n_rows,
                       fairu_events **out)
{
  fairu_events *selected = NULL;
  int status = fairu_events__create_shape(events, ctx, n_rows, &selected);
  if (status == FAIRU_OK)
    status = gather_features(events, ctx, rows, selected);
  if (status == FAIRU_OK)
    status = gather_attributes(events, ctx, rows, selected);
  if (status != FAIRU_OK) {
    fairu_events_destroy(selected);
    return status;
  }
  *out = selected;
  return FAIRU_OK;
}

/* NULL checks that the three ways to select share; *out becomes NULL. */
static int begin(const fairu_events *events, fairu_context *ctx, fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !events ? "events" : "out");
  return FAIRU_OK;
}

int fairu_events_select(const fairu_events *events, fairu_context *ctx, const size_t *rows, size_t n_rows,
                        fairu_events **out)
{
  int status = begin(events, ctx, out);
  if (status == FAIRU_OK && !rows && n_rows > 0)
    status = fairu_context__fail(ctx, FAIRU_ERR_NULL, "%zu rows are NULL", n_rows);
  for (size_t i = 0; status == FAIRU_OK && i < n_rows; i++)
    if (rows[i] >= events->n_events)
      status = fairu_context__fail(ctx, FAIRU_ERR_RANGE, "rows[%zu] is %zu, the table has %zu", i, rows[i],
                                   events->n_events);
  return status == FAIRU_OK ? select_rows(events, ctx, rows, n_rows, out) : status;
}

int fairu_events_select_mask(const fairu_events *events, fairu_context *ctx, const unsigned char *mask,
                             size_t n, fairu_events **out)
{
  int status = begin(events, ctx, out);
  if (status == FAIRU_OK && !mask && n > 0)
    status = fairu_context__fail(ctx, FAIRU_ERR_NULL, "mask of %zu rows is NULL", n);
  if (status == FAIRU_OK && n != events->n_events)
    status = fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "mask has %zu rows, the table has %zu", n,
                                 events->n_events);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *rows = fairu_context__scratch(ctx, n, sizeof *rows, "selected rows"), n_rows = 0;
  if (!rows)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = 0; row < n; row++) {
    rows[n_rows] = row;
    n_rows += mask[row] != 0;
  }
  status = select_rows(events, ctx, rows, n_rows, out);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_events_select_label(const fairu_events *events, fairu_context *ctx, int32_t label,
                              fairu_events **out)
{
  int status = begin(events, ctx, out);
  if (status == FAIRU_OK && !events->labels)
    status = fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "select label %ld: the table has no labels",
                                 (long)label);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *rows = fairu_context__scratch(ctx, events->n_events, sizeof *rows, "selected rows"), n_rows = 0;
  if (!rows)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = 0; row < events->n_events; row++) {
    rows[n_rows] = row;
    n_rows += events->labels[row] == label;
  }
  status = n_rows > 0 ? select_rows(events, ctx, rows, n_rows, out)
                      : fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no event of %zu has label %ld",
                                            events->n_events, (long)label);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_events__create_like(const fairu_events *events, fairu_context *ctx, int weighs, fairu_events **out)
{
  fairu_events *like = NULL;
  int status = fairu_events__create_shape(events, ctx, events->n_events, &like);
  if (status == FAIRU_OK && (weighs || events->weights))
    status = fairu_events__new_weights(like, ctx);
  if (status == FAIRU_OK && events->labels)
    status = fairu_events__new_labels(like, ctx);
  if (status == FAIRU_OK && events->ids)
    status = fairu_events__new_ids(like, ctx);
  if (status != FAIRU_OK) {
    fairu_events_destroy(like);
    return status;
  }
  *out = like;
  return FAIRU_OK;
}

int fairu_events__create_full(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names,
                              fairu_events **out)
{
  fairu_events *full = NULL;
  int status = fairu_events_create(ctx, n_events, n_columns, names, &full);
  if (status == FAIRU_OK)
    status = fairu_events__new_weights(full, ctx);
  if (status == FAIRU_OK)
    status = fairu_events__new_labels(full, ctx);
  if (status == FAIRU_OK)
    status = fairu_events__new_ids(full, ctx);
  if (status != FAIRU_OK) {
    fairu_events_destroy(full);
    return status;
  }
  *out = full;
  return FAIRU_OK;
}

double *fairu_events__weights_data(fairu_events *events)
{
  return events->weights;
}

int32_t *fairu_events__labels_data(fairu_events *events)
{
  return events->labels;
}

uint64_t *fairu_events__ids_data(fairu_events *events)
{
  return events->ids;
}
