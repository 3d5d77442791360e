/* probability_histogram.c - fractions of signal in bins of the logit. */
#include "classifier/probability.h"

#include <math.h>

/* Bins being filled by events in rising order. */
typedef struct filling {
  fairu_probability_map *map;
  size_t n_bins, filled; /* wanted, begun */
  double low, width;     /* of equal width; 0: of equal sum */
  double total, seen;    /* sums of |w| */
  double next;           /* of equal sum: share of the total, in bins, from which the next one begins */
  double weight, signal; /* of the bin */
} filling;

/* Does an event at t open a bin? before: logit of the event below, less than t. */
static int opens(const filling *f, double before, double t)
{
  const double last = (double)(f->n_bins - 1);
  if (f->filled == f->n_bins)
    return 0;
  if (f->width > 0.0)
    return fmin(floor((t - f->low) / f->width), last) > fmin(floor((before - f->low) / f->width), last);
  return f->seen * (double)f->n_bins / f->total >= f->next * (1.0 - 1e-12);
}

/* Where it begins: above the event below. */
static double edge_at(const filling *f, double before, double t)
{
  const double middle = before + (t - before) / 2.0;
  if (!(f->width > 0.0))
    return middle;
  const double edge = f->low + f->width * fmin(floor((t - f->low) / f->width), (double)(f->n_bins - 1));
  return edge > before && edge <= t ? edge : middle;
}

static int close_bin(filling *f, fairu_context *ctx)
{
  const size_t k = f->filled - 1;
  if (!(f->weight > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                               "histogram: the bin from logit %g has sum of weights %g; take fewer bins",
                               f->map->logits[k], f->weight);
  const double p = f->signal / f->weight;
  f->map->values[k] = fmin(fmax(p, f->map->margin), 1.0 - f->map->margin);
  f->weight = f->signal = 0.0;
  return FAIRU_OK;
}

static int open_bin(filling *f, fairu_context *ctx, double edge)
{
  int status = f->filled > 0 ? close_bin(f, ctx) : FAIRU_OK;
  if (status == FAIRU_OK)
    status = fairu_context__poll(ctx);
  f->map->logits[f->filled++] = edge;
  f->next = floor(f->seen * (double)f->n_bins / f->total * (1.0 + 1e-12)) + 1.0;
  return status;
}

static int fill(filling *f, fairu_context *ctx, const fairu_probability_sample *sample,
                const fairu_ranked *order, size_t n)
{
  int status = open_bin(f, ctx, (double)sample->logits[order[0].row]);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const uint32_t row = order[i].row;
    const double t = (double)sample->logits[row], w = fairu_probability_sample__weight(sample, row);
    const double before = i > 0 ? (double)sample->logits[order[i - 1].row] : t;
    if (before < t && opens(f, before, t))
      status = open_bin(f, ctx, edge_at(f, before, t));
    if (i % FAIRU_PROBABILITY_STRIDE == 0 && status == FAIRU_OK)
      status = fairu_context__poll(ctx);
    f->weight += w;
    f->signal += sample->labels[row] ? w : 0.0;
    f->seen += fabs(w);
  }
  return status == FAIRU_OK ? close_bin(f, ctx) : status;
}

int fairu_probability__histogram(fairu_probability_map *map, fairu_context *ctx,
                                 const fairu_probability_sample *sample, size_t n_bins, int equal_width)
{
  fairu_ranked *order = NULL;
  size_t n = 0;
  int status = fairu_probability__reserve(map, ctx, n_bins);
  if (status == FAIRU_OK)
    status = fairu_probability_sample__sort(sample, ctx, &order, &n);
  if (status != FAIRU_OK)
    return status;
  filling f = { .map = map, .n_bins = n_bins, .low = (double)sample->logits[order[0].row] };
  if (equal_width)
    f.width = ((double)sample->logits[order[n - 1].row] - f.low) / (double)n_bins;
  for (size_t i = 0; i < n; i++)
    f.total += fabs(fairu_probability_sample__weight(sample, order[i].row));
  status = fill(&f, ctx, sample, order, n);
  map->n_knots = f.filled;
  fairu_context__free(ctx, order);
  return status;
}
