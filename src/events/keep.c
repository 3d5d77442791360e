/* keep.c - rows taken out of a table in place: what a selection does to a table that nobody else has seen. */
#include "events/table.h"

#include <string.h>

typedef struct keep_job {
  fairu_events *events;
  const unsigned char *mask;
  size_t first; /* row that goes */
} keep_job;

enum { PART_WEIGHTS, PART_LABELS, PART_IDS, N_PARTS };

/* Without a branch per row: what goes is overwritten by the next. */
#define KEEP(type, values)                                                                                   \
  do {                                                                                                       \
    type *x = (values);                                                                                      \
    size_t kept = j->first;                                                                                  \
    for (size_t row = j->first; x && row < j->events->n_events; row++) {                                     \
      x[kept] = x[row];                                                                                      \
      kept += j->mask[row] != 0;                                                                             \
    }                                                                                                        \
  } while (0)

static int keep_part(fairu_context *worker, size_t part, void *data)
{
  const keep_job *j = data;
  fairu_events *events = j->events;
  const size_t n_columns = events->n_columns;
  const int status = fairu_context__poll(worker);
  if (status != FAIRU_OK)
    return status;
  if (part < n_columns)
    KEEP(float, events->data + (events->columns[part] - events->data));
  else if (part - n_columns == PART_WEIGHTS)
    KEEP(double, events->weights);
  else if (part - n_columns == PART_LABELS)
    KEEP(int32_t, events->labels);
  else
    KEEP(uint64_t, events->ids);
  return FAIRU_OK;
}

int fairu_events__keep(fairu_events *events, fairu_context *ctx, const unsigned char *mask)
{
  const unsigned char *gone = memchr(mask, 0, events->n_events);
  if (!gone)
    return FAIRU_OK;
  keep_job job = { .events = events, .mask = mask, .first = (size_t)(gone - mask) };
  size_t left = job.first;
  for (size_t row = job.first; row < events->n_events; row++)
    left += mask[row] != 0;
  const int status = fairu_context__parallel(ctx, events->n_columns + N_PARTS, keep_part, &job, NULL);
  if (status == FAIRU_OK)
    events->n_events = left;
  return status;
}
