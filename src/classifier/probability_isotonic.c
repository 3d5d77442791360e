/* probability_isotonic.c - pool adjacent violators, on a stack of blocks: each event enters once and is pooled once. */
#include "classifier/probability.h"

#include <math.h>

typedef struct block {
  double first, last; /* logits */
  double weight, signal;
} block;

static int rises(const block *below, const block *above)
{
  return below->signal / below->weight < above->signal / above->weight;
}

/* Events of one logit, from order[i] on; returns where the next one begins. */
static size_t take_point(const fairu_probability_sample *sample, const fairu_ranked *order, size_t n,
                         size_t i, block *point)
{
  const uint64_t key = order[i].key;
  point->first = point->last = (double)sample->logits[order[i].row];
  point->weight = point->signal = 0.0;
  for (; i < n && order[i].key == key; i++) {
    const double w = fairu_probability_sample__weight(sample, order[i].row);
    point->weight += w;
    point->signal += sample->labels[order[i].row] ? w : 0.0;
  }
  return i;
}

static int pool(const fairu_probability_sample *sample, fairu_context *ctx, const fairu_ranked *order,
                size_t n, block *blocks, size_t *n_blocks)
{
  size_t top = 0, polled = 0;
  for (size_t i = 0; i < n;) {
    if (i >= polled) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
      polled = i + FAIRU_PROBABILITY_STRIDE;
    }
    i = take_point(sample, order, n, i, &blocks[top]);
    for (; top > 0 && !rises(&blocks[top - 1], &blocks[top]); top--) {
      blocks[top - 1].last = blocks[top].last;
      blocks[top - 1].weight += blocks[top].weight;
      blocks[top - 1].signal += blocks[top].signal;
    }
    top++;
  }
  *n_blocks = top;
  return FAIRU_OK;
}

static int put_knots(fairu_probability_map *map, fairu_context *ctx, const block *blocks, size_t n_blocks)
{
  size_t k = 0;
  int status = fairu_probability__reserve(map, ctx, 2 * n_blocks);
  if (status != FAIRU_OK)
    return status;
  for (size_t b = 0; b < n_blocks; b++) {
    const double p = blocks[b].signal / blocks[b].weight;
    const double value = fmin(fmax(p, map->margin), 1.0 - map->margin);
    map->logits[k] = blocks[b].first;
    map->values[k++] = value;
    if (blocks[b].last > blocks[b].first) {
      map->logits[k] = blocks[b].last;
      map->values[k++] = value;
    }
  }
  map->n_knots = k;
  return FAIRU_OK;
}

int fairu_probability__isotonic(fairu_probability_map *map, fairu_context *ctx,
                                const fairu_probability_sample *sample)
{
  if (sample->signed_weights)
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                               "isotonic: some weights are negative, pooling has no minimum then; Platt and "
                               "histogram take them");
  fairu_ranked *order = NULL;
  size_t n = 0, n_blocks = 0;
  int status = fairu_probability_sample__sort(sample, ctx, &order, &n);
  if (status != FAIRU_OK)
    return status;
  block *blocks = fairu_context__new_unset(ctx, n, sizeof *blocks, "blocks of events");
  status = blocks ? pool(sample, ctx, order, n, blocks, &n_blocks) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = put_knots(map, ctx, blocks, n_blocks);
  fairu_context__free(ctx, blocks);
  fairu_context__free(ctx, order);
  return status;
}
