/* made_columns.h - tables to be filled column by column, and labels by turns. */
#ifndef FAIRU_TESTS_MADE_COLUMNS_H
#define FAIRU_TESTS_MADE_COLUMNS_H

#include "support/support.h"

/* columns [n_columns]: where their values [n] go. */
static inline fairu_events *made_columns(fairu_context *ctx, const char *const *names, size_t n_columns,
                                         size_t n, float **columns)
{
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, n, n_columns, names, &events));
  for (size_t c = 0; c < n_columns; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &columns[c]));
  return events;
}

/* 0, 1, 0, 1, ... */
static inline void made_turns(fairu_context *ctx, fairu_events *events)
{
  const size_t n = fairu_events_n_events(events);
  int32_t *labels = malloc(n * sizeof *labels);
  assert_non_null(labels);
  for (size_t i = 0; i < n; i++)
    labels[i] = (int32_t)(i & 1);
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  free(labels);
}

#endif /* FAIRU_TESTS_MADE_COLUMNS_H */
