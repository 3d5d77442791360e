/* pieces.h - a range of the rows of a pool, for tests that cut it. */
#ifndef FAIRU_TESTS_COVERAGE_PIECES_H
#define FAIRU_TESTS_COVERAGE_PIECES_H

#include "support/support.h"

static inline fairu_events *piece_of(fairu_context *ctx, const fairu_events *pool, size_t first, size_t n)
{
  fairu_events *piece = NULL;
  size_t *rows = (size_t *)calloc(n, sizeof *rows);
  assert_non_null(rows);
  for (size_t i = 0; i < n; i++)
    rows[i] = first + i;
  CHECK_OK(ctx, fairu_events_select(pool, ctx, rows, n, &piece));
  free(rows);
  return piece;
}

#endif /* FAIRU_TESTS_COVERAGE_PIECES_H */
