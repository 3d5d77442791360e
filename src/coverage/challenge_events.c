/* challenge_events.c - a pseudo-experiment as a table of events. */
#include <fairu/challenge.h>

#include "base/context_internal.h"
#include "coverage/challenge_fill.h"

/* Copies of a row follow each other. */
static int number_copies(fairu_context *ctx, const fairu_pool *pool, const size_t *rows, size_t n,
                         fairu_events *events)
{
  uint64_t *ids = fairu_context__scratch(ctx, n, sizeof *ids, "ids of a pseudo-experiment");
  if (!ids)
    return FAIRU_ERR_OUT_OF_MEMORY;
  uint64_t copy = 0;
  for (size_t i = 0; i < n; i++) {
    copy = i > 0 && rows[i] == rows[i - 1] ? copy + 1 : 0;
    if (copy >> FAIRU_CHALLENGE_COPY_BITS)
      return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                                 "pseudo-experiment: row %llu is drawn more than 2^%d times",
                                 (unsigned long long)(pool->first_row + rows[i]), FAIRU_CHALLENGE_COPY_BITS);
    ids[i] = (pool->first_row + rows[i]) | copy << FAIRU_CHALLENGE_ROW_BITS;
  }
  return fairu_events_set_ids(events, ctx, ids, n);
}

static int make(const fairu_pool *pool, fairu_context *ctx, const fairu_events *from, fairu_events **events)
{
  uint64_t total = 0;
  uint32_t *counts = fairu_context__scratch(ctx, pool->n, sizeof *counts, "counts of rows");
  int status = counts ? fairu_pool__counts(pool, ctx, counts, &total) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status != FAIRU_OK)
    return status;
  const size_t n = (size_t)total;
  size_t *rows = fairu_context__scratch(ctx, n, sizeof *rows, "rows of a pseudo-experiment");
  if (!rows)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_pool__rows(pool, ctx, counts, rows);
  if (status == FAIRU_OK)
    status = fairu_events_select(from, ctx, rows, n, events);
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(*events, ctx, NULL, 0);
  if (status == FAIRU_OK)
    status = fairu_events_set_ids(*events, ctx, NULL, 0);
  if (status == FAIRU_OK && pool->experiment.generator == FAIRU_GENERATOR_PHILOX)
    status = number_copies(ctx, pool, rows, n, *events);
  return status;
}

int fairu_challenge_events(fairu_context *ctx, const fairu_challenge_experiment *experiment,
                           const fairu_events *pool, uint64_t first_row, fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!experiment || !pool || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: %s is NULL",
                               !experiment ? "experiment"
                               : !pool     ? "pool"
                                           : "out");
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_pool p;
  fairu_events *events = NULL;
  int status = fairu_pool__open(ctx, experiment, pool, first_row, &p);
  if (status == FAIRU_OK)
    status = make(&p, ctx, pool, &events);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK) {
    fairu_events_destroy(events);
    return status;
  }
  *out = events;
  return FAIRU_OK;
}
