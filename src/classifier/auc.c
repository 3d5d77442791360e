/* auc.c - weighted area under the ROC curve: events sorted by score, ties taken together, sums with signs. */
#include <fairu/classifier.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "numeric/sum.h"

enum { PIECE = 1 << 17 }; /* rows between two looks at the deadline */

typedef struct ranked {
  uint32_t key; /* rises with the score */
  uint32_t row;
} ranked;

static uint32_t rank_key(float score)
{
  uint32_t bits;
  score += 0.0F; /* -0 and 0 tie */
  memcpy(&bits, &score, sizeof bits);
  return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}

static int look_around(fairu_context *ctx, size_t row)
{
  return row % PIECE == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
}

/* One stable pass of a radix sort on 8 bits. */
static int sort_pass(fairu_context *ctx, const ranked *from, ranked *to, size_t n, unsigned shift)
{
  uint32_t start[256] = { 0 };
  uint32_t total = 0;
  int status = FAIRU_OK;
  for (size_t i = 0; i < n; i++)
    start[(from[i].key >> shift) & 255]++;
  for (size_t d = 0; d < 256; d++) {
    const uint32_t count = start[d];
    start[d] = total;
    total += count;
  }
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = look_around(ctx, i);
    to[start[(from[i].key >> shift) & 255]++] = from[i];
  }
  return status;
}

/* order [2 n] serves as two halves; the result is in the first. */
static int sort_scores(fairu_context *ctx, const float *scores, size_t n, ranked *order)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < n; i++) {
    order[i].key = rank_key(scores[i]);
    order[i].row = (uint32_t)i;
  }
  for (unsigned shift = 0; shift < 32 && status == FAIRU_OK; shift += 16) {
    status = sort_pass(ctx, order, order + n, n, shift);
    if (status == FAIRU_OK)
      status = sort_pass(ctx, order + n, order, n, shift + 8);
  }
  return status;
}

/* Events of one class, and their sum of weights in a unit that is a power of two: products of weights neither overflow nor vanish. */
typedef struct class_sum {
  size_t count;
  double largest, unit; /* |weight|; what weights are multiplied with */
  fairu_sum weight;
} class_sum;

typedef struct events {
  const float *scores;
  const int32_t *labels;
  const double *weights; /* or NULL */
  size_t n;
  class_sum classes[2];
} events;

static double weight_of(const events *e, size_t row)
{
  return (e->weights ? e->weights[row] : 1.0) * e->classes[e->labels[row]].unit;
}

static int check_event(const events *e, fairu_context *ctx, size_t i)
{
  const double weight = e->weights ? e->weights[i] : 1.0;
  if (!isfinite(e->scores[i]) || !isfinite(weight))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "event %zu has score %g and weight %g", i,
                               (double)e->scores[i], weight);
  if (e->labels[i] != 0 && e->labels[i] != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "labels[%zu] is %ld, not 0 or 1", i, (long)e->labels[i]);
  return FAIRU_OK;
}

static int sum_classes(events *e, fairu_context *ctx)
{
  for (size_t i = 0; i < e->n; i++) {
    const int status = check_event(e, ctx, i);
    if (status != FAIRU_OK)
      return status;
    class_sum *class = &e->classes[e->labels[i]];
    class->count++;
    class->largest = fmax(class->largest, e->weights ? fabs(e->weights[i]) : 1.0);
  }
  for (int c = 0; c < 2; c++)
    e->classes[c].unit = fairu_sum__unit(e->classes[c].largest);
  for (size_t i = 0; i < e->n; i++)
    fairu_sum__add(&e->classes[e->labels[i]].weight, weight_of(e, i));
  for (int c = 0; c < 2; c++)
    if (fairu_sum__value(&e->classes[c].weight) == 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "class %d has %zu events of total weight 0", c,
                                 e->classes[c].count);
  return FAIRU_OK;
}

/* sum_ij w_i w_j ([s_i > s_j] + [s_i = s_j] / 2) over sorted events. */
static double pair_sum(const ranked *order, const events *e)
{
  fairu_sum pairs = { 0.0, 0.0 }, below = { 0.0, 0.0 };
  for (size_t i = 0; i < e->n;) {
    fairu_sum tied[2] = { { 0.0, 0.0 }, { 0.0, 0.0 } };
    const uint32_t key = order[i].key;
    for (; i < e->n && order[i].key == key; i++)
      fairu_sum__add(&tied[e->labels[order[i].row]], weight_of(e, order[i].row));
    const double background = fairu_sum__value(&tied[0]);
    fairu_sum__add(&pairs, fairu_sum__value(&tied[1]) * (fairu_sum__value(&below) + background / 2.0));
    fairu_sum__add(&below, background);
  }
  return fairu_sum__value(&pairs);
}

int fairu_auc(fairu_context *ctx, const float *scores, const int32_t *labels, const double *weights, size_t n,
              double *auc)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if ((n > 0 && (!scores || !labels)) || !auc)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "auc: scores, labels or auc is NULL");
  if (n > UINT32_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "auc of %zu events", n);
  events e = { .scores = scores, .labels = labels, .weights = weights, .n = n };
  int status = sum_classes(&e, ctx);
  if (status != FAIRU_OK)
    return status;
  ranked *order = fairu_context__new(ctx, 2 * n, sizeof *order, "auc order");
  if (!order)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = sort_scores(ctx, scores, n, order);
  if (status == FAIRU_OK)
    *auc = pair_sum(order, &e) /
           (fairu_sum__value(&e.classes[0].weight) * fairu_sum__value(&e.classes[1].weight));
  fairu_context__free(ctx, order);
  return status;
}
