/* made_events.h - tables from a formula: a value for each row and column. */
#ifndef FAIRU_TESTS_SYSTEMATICS_MADE_EVENTS_H
#define FAIRU_TESTS_SYSTEMATICS_MADE_EVENTS_H

#include "support/support.h"

/* Even over 0 to 1 in every column, no two columns in step. */
static inline double made_uniform(size_t row, size_t column)
{
  return fmod(0.618033988749895 * (double)((row + 1) * (column + 3)), 1.0);
}

static inline fairu_events *made_events(fairu_context *ctx, size_t n, const char *const *column_names,
                                        size_t n_columns, double (*value)(size_t row, size_t column))
{
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, n, n_columns, column_names, &events));
  for (size_t c = 0; c < n_columns; c++) {
    float *values = NULL;
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &values));
    for (size_t row = 0; row < n; row++)
      values[row] = (float)value(row, c);
  }
  return events;
}

#endif /* FAIRU_TESTS_SYSTEMATICS_MADE_EVENTS_H */
