/* split.c - parts of a table by a hash of the id, so that a row keeps its part whatever stands around it. */
#include "events/table.h"

#include "numeric/philox.h"

enum { POLL_ROWS = 1 << 14 };

/* High 64 bits of word * n. */
static uint32_t part_of(uint64_t word, uint32_t n)
{
  const uint64_t low = (word & UINT32_MAX) * n, high = (word >> 32) * n;
  return (uint32_t)((high + (low >> 32)) >> 32);
}

static uint32_t part_of_id(uint64_t seed, uint64_t id, uint32_t n_parts)
{
  const uint32_t counter[4] = { (uint32_t)id, (uint32_t)(id >> 32), 0, FAIRU_STREAM_SPLIT };
  uint32_t words[4];
  fairu_philox__block(seed, counter, words);
  return part_of(words[0] | (uint64_t)words[1] << 32, n_parts);
}

int fairu_events_split(const fairu_events *events, fairu_context *ctx, uint64_t seed, uint32_t n_parts,
                       uint32_t *parts)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !parts)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !events ? "events" : "parts");
  if (n_parts == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "n_parts is 0, wanted at least 1");
  for (size_t row = 0; row < events->n_events; row++) {
    if (row % POLL_ROWS == 0) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
    }
    parts[row] = part_of_id(seed, events->ids ? events->ids[row] : row, n_parts);
  }
  return FAIRU_OK;
}
