/* probability.c - maps from logits to probabilities: made, applied, described. */
#include "classifier/probability.h"

#include <math.h>
#include <stddef.h>

static const fairu_probability_options defaults = {
  .struct_size = sizeof defaults, .method = FAIRU_PROBABILITY_PLATT, .n_bins = 20, .margin = (double)NAN
};

enum { MOST_BINS = 1 << 20 };

int fairu_probability_options_init(fairu_probability_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* ---- the object ---------------------------------------------------------------------------------------- */

int fairu_probability__new(fairu_context *ctx, int method, fairu_probability_map **out)
{
  fairu_probability_map *map = fairu_context__new(ctx, 1, sizeof *map, "probability map");
  *out = map;
  if (!map)
    return FAIRU_ERR_OUT_OF_MEMORY;
  map->allocator = *fairu_context__allocator(ctx);
  map->method = method;
  map->margin = map->slope = map->offset = (double)NAN;
  for (int k = 0; k < 3; k++)
    map->covariance[k] = (double)NAN;
  return FAIRU_OK;
}

int fairu_probability__reserve(fairu_probability_map *map, fairu_context *ctx, size_t n_knots)
{
  map->logits = fairu_context__new(ctx, n_knots, sizeof *map->logits, "knots of a probability map");
  map->values = fairu_context__new(ctx, n_knots, sizeof *map->values, "knots of a probability map");
  return map->logits && map->values ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_probability__copy(const fairu_probability_map *from, fairu_context *ctx,
                            fairu_probability_map **out)
{
  fairu_probability_map *map;
  int status = fairu_probability__new(ctx, from->method, &map);
  if (status == FAIRU_OK) {
    const fairu_allocator allocator = map->allocator;
    *map = *from;
    map->allocator = allocator;
    map->logits = map->values = NULL;
    status = fairu_probability__reserve(map, ctx, from->n_knots);
  }
  for (size_t k = 0; k < from->n_knots && status == FAIRU_OK; k++) {
    map->logits[k] = from->logits[k];
    map->values[k] = from->values[k];
  }
  if (status != FAIRU_OK) {
    fairu_probability_map_destroy(map);
    map = NULL;
  }
  *out = map;
  return status;
}

void fairu_probability_map_destroy(fairu_probability_map *map)
{
  if (!map)
    return;
  const fairu_allocator allocator = map->allocator;
  fairu_allocator__free(&allocator, map->logits);
  fairu_allocator__free(&allocator, map->values);
  fairu_allocator__free(&allocator, map);
}

/* ---- making -------------------------------------------------------------------------------------------- */

static int check_options(fairu_context *ctx, const fairu_probability_options *o)
{
  if (o->method < FAIRU_PROBABILITY_PLATT || o->method > FAIRU_PROBABILITY_HISTOGRAM)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown method %d of a probability map", o->method);
  if (o->n_bins < 1 || o->n_bins > MOST_BINS)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "n_bins is %zu, allowed are 1 to %d", o->n_bins,
                               (int)MOST_BINS);
  if (!isnan(o->margin) && !(o->margin >= 0.0 && o->margin < 0.5))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "margin is %g, must be at least 0 and less than 0.5",
                               o->margin);
  return FAIRU_OK;
}

static int check_event(const fairu_probability_sample *s, fairu_context *ctx, size_t i)
{
  const double w = fairu_probability_sample__weight(s, i);
  if (!isfinite(s->logits[i]) || !isfinite(w))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "event %zu has logit %g and weight %g", i,
                               (double)s->logits[i], w);
  if (s->labels[i] != 0 && s->labels[i] != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "labels[%zu] is %ld, not 0 or 1", i, (long)s->labels[i]);
  return FAIRU_OK;
}

static int check_sample(fairu_probability_sample *s, fairu_context *ctx)
{
  for (size_t i = 0; i < s->n; i++) {
    int status = i % FAIRU_PROBABILITY_STRIDE == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status == FAIRU_OK)
      status = check_event(s, ctx, i);
    if (status != FAIRU_OK)
      return status;
    const double w = fairu_probability_sample__weight(s, i);
    s->total[s->labels[i]] += w;
    s->squares[s->labels[i]] += w * w;
    s->signed_weights |= w < 0.0;
  }
  for (int c = 0; c < 2; c++)
    if (!(s->total[c] > 0.0 && isfinite(s->total[c]) && s->squares[c] > 0.0 && isfinite(s->squares[c])))
      return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "class %d has sum of weights %g, of squares %g", c,
                                 s->total[c], s->squares[c]);
  return FAIRU_OK;
}

static int make(fairu_context *ctx, const fairu_probability_options *o, const fairu_probability_sample *s,
                fairu_probability_map *map)
{
  const double total = s->total[0] + s->total[1];
  map->log_prior_odds = log(s->total[1]) - log(s->total[0]);
  if (o->method == FAIRU_PROBABILITY_PLATT)
    return fairu_probability__platt(map, ctx, s, o->soft_targets);
  map->margin = isnan(o->margin) ? 1.0 / (total * total / (s->squares[0] + s->squares[1]) + 2.0) : o->margin;
  if (o->method == FAIRU_PROBABILITY_ISOTONIC)
    return fairu_probability__isotonic(map, ctx, s);
  return fairu_probability__histogram(map, ctx, s, o->n_bins, o->equal_width);
}

int fairu_probability_map_create(fairu_context *ctx, const float *logits, const int32_t *labels,
                                 const double *weights, size_t n, const fairu_probability_options *options,
                                 fairu_probability_map **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!logits || !labels || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "probability map: logits, labels or out is NULL");
  if (n > UINT32_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "probability map of %zu events", n);
  fairu_probability_options o = defaults;
  fairu_probability_sample sample = { .n = n, .logits = logits, .labels = labels, .weights = weights };
  int status = options
                   ? fairu_options__read(ctx, &o, sizeof o, options, sizeof defaults, "probability options")
                   : FAIRU_OK;
  if (status == FAIRU_OK)
    status = check_options(ctx, &o);
  if (status == FAIRU_OK)
    status = check_sample(&sample, ctx);
  fairu_probability_map *map = NULL;
  if (status == FAIRU_OK)
    status = fairu_probability__new(ctx, o.method, &map);
  if (status == FAIRU_OK)
    status = make(ctx, &o, &sample, map);
  if (status != FAIRU_OK) {
    fairu_probability_map_destroy(map);
    map = NULL;
  }
  *out = map;
  return status;
}

/* ---- applying ------------------------------------------------------------------------------------------ */

static double logit_of(double p)
{
  return log(p) - log1p(-p);
}

/* The last knot at or below a logit; the first if there is none. */
static size_t find_knot(const fairu_probability_map *map, double t)
{
  size_t low = 0, high = map->n_knots;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (map->logits[middle] <= t)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static double knot_value(const fairu_probability_map *map, double t)
{
  if (isnan(t)) /* a classifier that passes such features on */
    return t;
  const size_t k = find_knot(map, t);
  const double value = map->values[k];
  if (map->method == FAIRU_PROBABILITY_HISTOGRAM || k + 1 == map->n_knots || t <= map->logits[k])
    return value;
  const double part = (t - map->logits[k]) / (map->logits[k + 1] - map->logits[k]);
  return value + part * (map->values[k + 1] - value);
}

double fairu_probability__logit_at(const fairu_probability_map *map, double logit)
{
  if (map->method == FAIRU_PROBABILITY_PLATT)
    return map->slope * logit + map->offset;
  return logit_of(knot_value(map, logit));
}

double fairu_probability__at(const fairu_probability_map *map, double logit)
{
  if (map->method != FAIRU_PROBABILITY_PLATT)
    return knot_value(map, logit);
  const double u = map->slope * logit + map->offset, e = exp(-fabs(u));
  return u >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

static int check_logits(fairu_context *ctx, const float *logits, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!isfinite(logits[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "logits[%zu] is %g", i, (double)logits[i]);
  return FAIRU_OK;
}

/* A number for each logit. map NULL: the logit itself; probability: not its logit. */
static int apply(const fairu_probability_map *map, fairu_context *ctx, const float *logits, size_t n,
                 int probability, double shift, double *out)
{
  int status = check_logits(ctx, logits, n);
  for (size_t first = 0; first < n && status == FAIRU_OK; first += FAIRU_PROBABILITY_STRIDE) {
    const size_t left = n - first,
                 end = first + (left < FAIRU_PROBABILITY_STRIDE ? left : FAIRU_PROBABILITY_STRIDE);
    status = fairu_context__poll(ctx);
    for (size_t i = first; i < end && status == FAIRU_OK; i++) {
      const double t = (double)logits[i];
      out[i] = (!map          ? t
                : probability ? fairu_probability__at(map, t)
                              : fairu_probability__logit_at(map, t)) -
               shift;
    }
  }
  return status;
}

int fairu_probability_map_apply(const fairu_probability_map *map, fairu_context *ctx, const float *logits,
                                size_t n, int output, double *probabilities)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!map || (n > 0 && (!logits || !probabilities)))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "probability: map, logits or probabilities is NULL");
  if (output != FAIRU_OUTPUT_SCORE && output != FAIRU_OUTPUT_LOGIT)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown output %d", output);
  return apply(map, ctx, logits, n, output == FAIRU_OUTPUT_SCORE, 0.0, probabilities);
}

int fairu_probability_map_log_ratio(const fairu_probability_map *map, fairu_context *ctx, const float *logits,
                                    size_t n, double *log_ratios)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!map || (n > 0 && (!logits || !log_ratios)))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "log ratio: map, logits or log_ratios is NULL");
  return apply(map, ctx, logits, n, 0, map->log_prior_odds, log_ratios);
}

int fairu_probability_log_ratio(fairu_context *ctx, const float *logits, size_t n, double signal,
                                double background, double *log_ratios)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (n > 0 && (!logits || !log_ratios))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "log ratio: logits or log_ratios is NULL");
  if (!(signal > 0.0 && background > 0.0 && isfinite(signal) && isfinite(background)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "log ratio: sums of weights are %g and %g, must be positive", signal,
                               background);
  return apply(NULL, ctx, logits, n, 0, log(signal) - log(background), log_ratios);
}

int fairu_probability_logit(fairu_context *ctx, const float *scores, size_t n, float *logits)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (n > 0 && (!scores || !logits))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "logit: scores or logits is NULL");
  for (size_t i = 0; i < n; i++)
    if (!(scores[i] > 0.0F && scores[i] < 1.0F))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "scores[%zu] is %g, which has no logit; ask the classifier for logits", i,
                                 (double)scores[i]);
  for (size_t first = 0; first < n; first += FAIRU_PROBABILITY_STRIDE) {
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    for (size_t i = first; i < n && i < first + FAIRU_PROBABILITY_STRIDE; i++)
      logits[i] = (float)logit_of((double)scores[i]);
  }
  return FAIRU_OK;
}

/* ---- describing ---------------------------------------------------------------------------------------- */

int fairu_probability_map_describe(const fairu_probability_map *map, fairu_context *ctx,
                                   fairu_probability_summary *summary)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!map || !summary)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "probability map: map or summary is NULL");
  const fairu_probability_summary ours = { .struct_size = sizeof ours,
                                           .method = map->method,
                                           .n_knots = map->n_knots,
                                           .slope = map->slope,
                                           .offset = map->offset,
                                           .covariance = { map->covariance[0], map->covariance[1],
                                                           map->covariance[2] },
                                           .log_prior_odds = map->log_prior_odds,
                                           .margin = map->margin };
  return fairu_result__write(ctx, summary, &ours, sizeof ours, "probability summary");
}

int fairu_probability_map_knot(const fairu_probability_map *map, fairu_context *ctx, size_t i, double *logit,
                               double *probability)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!map || !logit || !probability)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "probability map: map, logit or probability is NULL");
  if (i >= map->n_knots)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "knot %zu of a map with %zu", i, map->n_knots);
  *logit = map->logits[i];
  *probability = map->values[i];
  return FAIRU_OK;
}
