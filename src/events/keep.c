/* keep.c - rows taken out of a table in place: what a selection does to a table that nobody else has seen. */
#include "events/table.h"

typedef struct keep_job {
  fairu_events *events;
  const unsigned char *mask;
} keep_job;

enum { PART_WEIGHTS, PART_LABELS, PART_IDS, N_PARTS };

/* Without a branch per row: what goes is overwritten by the next. */
#define KEEP(type, values)                                                                                   \
  do {                                                                                                       \
    type *x = (values);                                                                                      \
    size_t kept = 0;                                                                                         \
    for (size_t row = 0; x && row < j->events->n_events; row++) {                                            \
      x[kept] = x[row];                                                                                      \
      kept += j->mask[row] != 0;                                                                             \
    }                                                                                                        \
  } while (0)

static int keep_part(fairu_context *worker, size_t part, void *data)
{
  const keep_job *j = data;
  fairu_events *events = j->events;
  const int status = fairu_context__poll(worker);
  if (status != FAIRU_OK)
    return status;
  if (part == PART_WEIGHTS)
    KEEP(double, events->weights);
  else if (part == PART_LABELS)
    KEEP(int32_t, events->labels);
  else
    KEEP(uint64_t, events->ids);
  return FAIRU_OK;
}

int fairu_events__keep(fairu_events *events, fairu_context *ctx, const unsigned char *mask, size_t first,
                       size_t n)
{
  keep_job job = { .events = events, .mask = mask };
  const int has_rows = events->weights || events->labels || events->ids;
  const int status = has_rows && n < events->n_events
                         ? fairu_context__parallel(ctx, N_PARTS, keep_part, &job, NULL)
                         : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  for (size_t c = 0; c < events->n_columns; c++)
    events->columns[c] += first;
  events->n_events = n;
  return FAIRU_OK;
}

void fairu_events__truncate(fairu_events *events, size_t n)
{
  events->n_events = n;
}
