/* reliability.c - observed fractions of signal against predicted probabilities. */
#include "classifier/probability.h"

#include <math.h>
#include <stddef.h>

#include "numeric/special.h"
#include "numeric/sum.h"

static const fairu_reliability_options defaults = { .struct_size = sizeof defaults,
                                                    .n_bins = 15,
                                                    .level = 0.6827 };

enum { MOST_BINS = 1 << 20 };

int fairu_reliability_options_init(fairu_reliability_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* Events to judge. */
typedef struct events {
  const double *p;
  const int32_t *labels;
  const double *weights;
  size_t n;
  double
      unit; /* a power of two that weights are multiplied with: their squares neither overflow nor vanish */
} events;

/* Sums over events. */
typedef struct sums {
  double weight, squares, p, signal, variance;
  double lower, upper; /* range of p */
  size_t n;
} sums;

/* Sums of everything, where the loss needs care. */
typedef struct totals {
  fairu_sum weight, size, brier, loss;
} totals;

static double weight_of(const events *e, size_t i)
{
  return (e->weights ? e->weights[i] : 1.0) * e->unit;
}

static int check_event(const events *e, fairu_context *ctx, size_t i)
{
  const double weight = e->weights ? e->weights[i] : 1.0;
  if (!isfinite(e->p[i]) || !isfinite(weight))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "event %zu has probability %g and weight %g", i,
                               e->p[i], weight);
  if (!(e->p[i] >= 0.0 && e->p[i] <= 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "probabilities[%zu] is %g, outside 0 to 1", i, e->p[i]);
  if (e->labels[i] != 0 && e->labels[i] != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "labels[%zu] is %ld, not 0 or 1", i, (long)e->labels[i]);
  return FAIRU_OK;
}

static int check_events(events *e, fairu_context *ctx)
{
  double largest = e->weights ? 0.0 : 1.0;
  for (size_t i = 0; i < e->n; i++) {
    int status = i % FAIRU_PROBABILITY_STRIDE == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status == FAIRU_OK)
      status = check_event(e, ctx, i);
    if (status != FAIRU_OK)
      return status;
    largest = e->weights ? fmax(largest, fabs(e->weights[i])) : largest;
  }
  e->unit = fairu_sum__unit(largest);
  return FAIRU_OK;
}

static int add_totals(const events *e, fairu_context *ctx, totals *t)
{
  for (size_t i = 0; i < e->n; i++) {
    const int status = i % FAIRU_PROBABILITY_STRIDE == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    const double w = weight_of(e, i), p = e->p[i], off = p - (double)e->labels[i];
    fairu_sum__add(&t->weight, w);
    fairu_sum__add(&t->size, fabs(w));
    fairu_sum__add(&t->brier, w * off * off);
    if (w != 0.0)
      fairu_sum__add(&t->loss, -w * (e->labels[i] ? log(p) : log1p(-p)));
  }
  const double weight = fairu_sum__value(&t->weight) / e->unit;
  if (!(weight > 0.0 && isfinite(weight)))
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "reliability: sum of weights of %zu events is %g", e->n,
                               weight);
  return FAIRU_OK;
}

static void add_event(const events *e, size_t i, sums *bin)
{
  const double w = weight_of(e, i), p = e->p[i];
  bin->lower = bin->n == 0 ? p : fmin(bin->lower, p);
  bin->upper = bin->n == 0 ? p : fmax(bin->upper, p);
  bin->weight += w;
  bin->squares += w * w;
  bin->p += w * p;
  bin->signal += e->labels[i] ? w : 0.0;
  bin->variance += w * w * p * (1.0 - p);
  bin->n++;
}

/* k / n_bins <= p < (k + 1) / n_bins: p * n_bins may be rounded to the other side of an edge. */
static size_t bin_at(double p, size_t n_bins)
{
  const double n = (double)n_bins;
  const size_t near = (size_t)(p * n), k = near < n_bins ? near : n_bins - 1;
  if (k + 1 < n_bins && p >= (double)(k + 1) / n)
    return k + 1;
  return p < (double)k / n ? k - 1 : k;
}

static int fill_widths(const events *e, fairu_context *ctx, sums *bins, size_t n_bins)
{
  for (size_t i = 0; i < e->n; i++) {
    if (i % FAIRU_PROBABILITY_STRIDE == 0) {
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
    }
    if (weight_of(e, i) != 0.0)
      add_event(e, i, &bins[bin_at(e->p[i], n_bins)]);
  }
  for (size_t k = 0; k < n_bins; k++) {
    bins[k].lower = (double)k / (double)n_bins;
    bins[k].upper = (double)(k + 1) / (double)n_bins;
  }
  return FAIRU_OK;
}

/* Bins of equal sum of |w| from events in rising order of p; equal p stay together. */
static int fill_shares(const events *e, fairu_context *ctx, double total, sums *bins, size_t n_bins)
{
  fairu_ranked *order =
      e->n > SIZE_MAX / 2 ? NULL
                          : fairu_context__new_unset(ctx, 2 * e->n, sizeof *order, "order of probabilities");
  if (!order)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t n = 0, k = 0;
  for (size_t i = 0; i < e->n; i++)
    if (weight_of(e, i) != 0.0)
      order[n++] = (fairu_ranked){ fairu_ranked__key(e->p[i]), (uint32_t)i };
  int status = fairu_ranked__sort(ctx, order, n);
  double seen = 0.0, next = 1.0;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const double share = seen / total * (double)n_bins;
    if (i > 0 && order[i].key != order[i - 1].key && k + 1 < n_bins && share >= next * (1.0 - 1e-12)) {
      next = floor(share * (1.0 + 1e-12)) + 1.0;
      k++;
    }
    if (i % FAIRU_PROBABILITY_STRIDE == 0)
      status = fairu_context__poll(ctx);
    add_event(e, order[i].row, &bins[k]);
    seen += fabs(weight_of(e, order[i].row));
  }
  fairu_context__free(ctx, order);
  return status;
}

static fairu_reliability_bin describe(const sums *s, double level, double unit)
{
  const double none = (double)NAN;
  fairu_reliability_bin bin = { .lower = s->n ? s->lower : none,
                                .upper = s->n ? s->upper : none,
                                .mean = none,
                                .fraction = none,
                                .fraction_lower = none,
                                .fraction_upper = none,
                                .spread = none,
                                .n = s->n };
  if (s->upper > s->lower) { /* also of an empty bin of a given width */
    bin.lower = s->lower;
    bin.upper = s->upper;
  }
  if (s->n == 0)
    return bin;
  bin.weight = s->weight / unit;
  bin.effective = s->weight * s->weight / s->squares;
  bin.mean = s->p / s->weight;
  bin.fraction = s->signal / s->weight;
  bin.spread = sqrt(s->variance) / s->weight;
  fairu_binomial__interval(fmin(fmax(bin.fraction, 0.0), 1.0) * bin.effective, bin.effective, level,
                           &bin.fraction_lower, &bin.fraction_upper);
  return bin;
}

static void add_bin(const fairu_reliability_bin *bin, fairu_reliability *r)
{
  const double off = bin->fraction - bin->mean, share = bin->weight / r->weight;
  r->n += bin->n;
  r->n_filled++;
  r->mean += share * bin->mean;
  r->fraction += share * bin->fraction;
  r->expected_error += share * fabs(off);
  r->sampling_error += share * bin->spread * sqrt(2.0 / 3.14159265358979323846);
  r->maximum_error = fmax(r->maximum_error, fabs(off));
  if (off != 0.0)
    r->chi_square += off / bin->spread * (off / bin->spread);
}

/* All bins are good before any is written. */
static int check_bins(fairu_context *ctx, const sums *bins, size_t n_bins, double unit)
{
  for (size_t k = 0; k < n_bins; k++)
    if (bins[k].n > 0 && !(bins[k].weight > 0.0))
      return fairu_context__fail(
          ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
          "reliability: bin %zu, from %g to %g, has sum of weights %g; take fewer bins", k, bins[k].lower,
          bins[k].upper, bins[k].weight / unit);
  return FAIRU_OK;
}

static int measure(fairu_context *ctx, const fairu_reliability_options *o, events *e, sums *bins,
                   fairu_reliability *r)
{
  totals t = { { 0.0, 0.0 }, { 0.0, 0.0 }, { 0.0, 0.0 }, { 0.0, 0.0 } };
  int status = check_events(e, ctx);
  if (status == FAIRU_OK)
    status = add_totals(e, ctx, &t);
  if (status == FAIRU_OK)
    status = o->equal_weights ? fill_shares(e, ctx, fairu_sum__value(&t.size), bins, o->n_bins)
                              : fill_widths(e, ctx, bins, o->n_bins);
  if (status == FAIRU_OK)
    status = check_bins(ctx, bins, o->n_bins, e->unit);
  if (status != FAIRU_OK)
    return status;
  const double weight = fairu_sum__value(&t.weight);
  r->weight = weight / e->unit;
  r->brier = fairu_sum__value(&t.brier) / weight;
  r->log_loss = isfinite(t.loss.total) ? fairu_sum__value(&t.loss) / weight : t.loss.total;
  for (size_t k = 0; k < o->n_bins; k++)
    if (bins[k].n > 0) {
      const fairu_reliability_bin bin = describe(&bins[k], o->level, e->unit);
      add_bin(&bin, r);
    }
  return FAIRU_OK;
}

static int check_options(fairu_context *ctx, const fairu_reliability_options *o)
{
  if (o->n_bins < 1 || o->n_bins > MOST_BINS)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "n_bins is %zu, allowed are 1 to %d", o->n_bins,
                               (int)MOST_BINS);
  if (!(o->level > 0.0 && o->level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "level is %g, must lie between 0 and 1", o->level);
  return FAIRU_OK;
}

int fairu_reliability_measure(fairu_context *ctx, const double *probabilities, const int32_t *labels,
                              const double *weights, size_t n, const fairu_reliability_options *options,
                              fairu_reliability_bin *bins, fairu_reliability *result)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!probabilities || !labels || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "reliability: probabilities, labels or result is NULL");
  if (n > UINT32_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "reliability of %zu events", n);
  fairu_reliability_options o = defaults;
  int status = options
                   ? fairu_options__read(ctx, &o, sizeof o, options, sizeof defaults, "reliability options")
                   : FAIRU_OK;
  if (status == FAIRU_OK)
    status = check_options(ctx, &o);
  if (status != FAIRU_OK)
    return status;
  events e = { probabilities, labels, weights, n, 1.0 };
  fairu_reliability ours = { .struct_size = sizeof ours };
  sums *filled = fairu_context__new(ctx, o.n_bins, sizeof *filled, "reliability bins");
  status = filled ? measure(ctx, &o, &e, filled, &ours) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_result__write(ctx, result, &ours, sizeof ours, "reliability");
  for (size_t k = 0; bins && k < o.n_bins && status == FAIRU_OK; k++)
    bins[k] = describe(&filled[k], o.level, e.unit);
  fairu_context__free(ctx, filled);
  return status;
}
