/* probability_sort.c - events in rising order of a number: a stable radix sort that polls. */
#include "classifier/probability.h"

#include <string.h>

uint64_t fairu_ranked__key(double value)
{
  uint64_t bits;
  value += 0.0; /* -0 and 0 tie */
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

/* One stable pass on 8 bits; *same: all have these bits in common, nothing was moved. */
static int sort_pass(fairu_context *ctx, const fairu_ranked *from, fairu_ranked *to, size_t n, unsigned shift,
                     int *same)
{
  size_t start[256] = { 0 }, total = 0;
  for (size_t i = 0; i < n; i++)
    start[(from[i].key >> shift) & 255]++;
  *same = start[(from[0].key >> shift) & 255] == n;
  for (size_t d = 0; d < 256; d++) {
    const size_t count = start[d];
    start[d] = total;
    total += count;
  }
  for (size_t i = 0; i < n && !*same; i++) {
    if (i % FAIRU_PROBABILITY_STRIDE == 0) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
    }
    to[start[(from[i].key >> shift) & 255]++] = from[i];
  }
  return FAIRU_OK;
}

int fairu_ranked__sort(fairu_context *ctx, fairu_ranked *order, size_t n)
{
  fairu_ranked *from = order, *to = order + n;
  for (unsigned shift = 0; shift < 64 && n > 1; shift += 8) {
    int same;
    const int status = sort_pass(ctx, from, to, n, shift, &same);
    if (status != FAIRU_OK)
      return status;
    if (!same) {
      fairu_ranked *const swap = from;
      from = to;
      to = swap;
    }
  }
  if (from != order)
    memcpy(order, from, n * sizeof *order);
  return FAIRU_OK;
}

int fairu_probability_sample__sort(const fairu_probability_sample *sample, fairu_context *ctx,
                                   fairu_ranked **order, size_t *n)
{
  *n = 0;
  *order = sample->n > SIZE_MAX / 2
               ? NULL
               : fairu_context__new_unset(ctx, 2 * sample->n, sizeof **order, "order of logits");
  if (!*order)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < sample->n; i++)
    if (fairu_probability_sample__weight(sample, i) != 0.0)
      (*order)[(*n)++] = (fairu_ranked){ fairu_ranked__key((double)sample->logits[i]), (uint32_t)i };
  const int status = fairu_ranked__sort(ctx, *order, *n);
  if (status != FAIRU_OK) {
    fairu_context__free(ctx, *order);
    *order = NULL;
  }
  return status;
}
