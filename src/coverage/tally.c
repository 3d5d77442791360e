/* tally.c - sums over the intervals of toys. Every sum is exact, so tallies of parts merge in any grouping to the same
 * bits. Second moments are taken about the truth, where little cancels. */
#include "coverage/tally.h"

#include <math.h>

#include "numeric/special.h"

/* Of what is squared: beyond, sums of squares would overflow. As for the weights of a fill. */
static const double most = 1e150;

static void moments_add(fairu_tally_moments *m, double x)
{
  m->n++;
  fairu_exact_sum__add(&m->sum, x);
  fairu_exact_sum__add_product(&m->squares, x, x);
}

static void moments_merge(fairu_tally_moments *m, const fairu_tally_moments *other)
{
  m->n += other->n;
  fairu_exact_sum__merge(&m->sum, &other->sum);
  fairu_exact_sum__merge(&m->squares, &other->squares);
}

static double moments_mean(const fairu_tally_moments *m)
{
  if (m->n == 0)
    return NAN;
  return fairu_exact_sum__value(&m->sum) / (double)m->n;
}

/* Sum of (x - mean)^2. Exact sums are moved there before anything is rounded, so that values whose spread is nothing beside
 * their size keep it; but not where n mean^2 could go over. */
static double moments_spread(const fairu_tally_moments *m)
{
  const double n = (double)m->n, mean = moments_mean(m), sum = fairu_exact_sum__value(&m->sum);
  if (fabs(mean) > 1e140)
    return fairu_exact_sum__value(&m->squares) - mean * sum;
  const double square = mean * mean;
  fairu_exact_sum rest = m->sum, spread = m->squares;
  fairu_exact_sum__add(&rest, -sum);
  fairu_exact_sum__add_product(&spread, -2.0 * mean, sum);
  fairu_exact_sum__add_product(&spread, -2.0 * mean, fairu_exact_sum__value(&rest));
  fairu_exact_sum__add_product(&spread, n, square);
  fairu_exact_sum__add_product(&spread, n, fma(mean, mean, -square));
  fairu_exact_sum__add(&rest, sum);
  fairu_exact_sum__add_product(&rest, -n, mean);
  const double off = fairu_exact_sum__value(&rest); /* what the rounded mean leaves */
  return fairu_exact_sum__value(&spread) - off * off / n;
}

/* Sample standard deviation; NaN for fewer than two values. */
static double moments_std(const fairu_tally_moments *m)
{
  if (m->n < 2)
    return NAN;
  return sqrt(fmax(moments_spread(m), 0.0) / (double)(m->n - 1));
}

int fairu_tally_create(fairu_context *ctx, double truth, fairu_tally **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "tally: out is NULL");
  if (!isfinite(truth))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "tally: truth is %g", truth);
  fairu_tally *tally = fairu_context__new(ctx, 1, sizeof *tally, "tally");
  if (!tally)
    return FAIRU_ERR_OUT_OF_MEMORY;
  tally->allocator = *fairu_context__allocator(ctx);
  tally->truth = truth;
  *out = tally;
  return FAIRU_OK;
}

void fairu_tally_destroy(fairu_tally *tally)
{
  if (!tally)
    return;
  const fairu_allocator allocator = tally->allocator;
  fairu_allocator__free(&allocator, tally);
}

double fairu_tally_truth(const fairu_tally *tally)
{
  return tally ? tally->truth : (double)NAN;
}

static int check_result(fairu_context *ctx, double truth, const fairu_toy_result *r)
{
  if (r->status != FAIRU_OK)
    return FAIRU_OK;
  if (!isfinite(r->estimate) || !isfinite(r->lower) || !isfinite(r->upper) || isinf(r->nuisance))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                               "tally: toy %llu has estimate %g in [%g, %g], nuisance %g, but status 0",
                               (unsigned long long)r->toy, r->estimate, r->lower, r->upper, r->nuisance);
  if (r->lower > r->upper)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "tally: toy %llu has lower end %g above upper end %g",
                               (unsigned long long)r->toy, r->lower, r->upper);
  if (fabs(r->estimate - truth) > most || fabs(r->nuisance) > most || isinf(r->upper - r->lower))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "tally: toy %llu has estimate %g in [%g, %g], nuisance %g, truth is %g; at "
                               "most 1e150 away is possible",
                               (unsigned long long)r->toy, r->estimate, r->lower, r->upper, r->nuisance,
                               truth);
  return FAIRU_OK;
}

static void add_result(fairu_tally *tally, const fairu_toy_result *r)
{
  if (r->status != FAIRU_OK) {
    tally->n_failed++;
    return;
  }
  const double deviation = r->estimate - tally->truth;
  const double side = deviation < 0.0 ? r->upper - r->estimate : r->estimate - r->lower;
  tally->n++;
  tally->n_covered += r->lower <= tally->truth && tally->truth <= r->upper;
  fairu_exact_sum__add(&tally->half_width, 0.5 * (r->upper - r->lower));
  moments_add(&tally->deviation, deviation);
  if (!isnan(r->nuisance))
    moments_add(&tally->nuisance, r->nuisance);
  if (side > 0.0 && fabs(deviation / side) <= most)
    moments_add(&tally->pull, deviation / side);
}

int fairu_tally_add(fairu_tally *tally, fairu_context *ctx, const fairu_toy_result *results, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!tally || (!results && n > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "tally: %s is NULL", tally ? "results" : "tally");
  for (size_t i = 0; i < n; i++) {
    const int status = check_result(ctx, tally->truth, &results[i]);
    if (status != FAIRU_OK)
      return status;
  }
  for (size_t i = 0; i < n; i++)
    add_result(tally, &results[i]);
  return FAIRU_OK;
}

int fairu_tally_merge(fairu_tally *tally, fairu_context *ctx, const fairu_tally *other)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!tally || !other)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "tally: %s is NULL", tally ? "other" : "tally");
  if (!(tally->truth >= other->truth && tally->truth <= other->truth))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "tally: truth %.17g merged with truth %.17g",
                               tally->truth, other->truth);
  tally->n += other->n;
  tally->n_failed += other->n_failed;
  tally->n_covered += other->n_covered;
  fairu_exact_sum__merge(&tally->half_width, &other->half_width);
  moments_merge(&tally->deviation, &other->deviation);
  moments_merge(&tally->nuisance, &other->nuisance);
  moments_merge(&tally->pull, &other->pull);
  return FAIRU_OK;
}

static void summarise(const fairu_tally *tally, double level, fairu_coverage *c)
{
  const double n = (double)tally->n;
  c->n = tally->n;
  c->n_failed = tally->n_failed;
  c->n_covered = tally->n_covered;
  c->coverage = (double)tally->n_covered / n;
  fairu_binomial__interval((double)tally->n_covered, n, level, &c->coverage_lower, &c->coverage_upper);
  c->mean_half_width = fairu_exact_sum__value(&tally->half_width) / n;
  c->bias = moments_mean(&tally->deviation);
  c->mean_estimate = tally->truth + c->bias;
  c->std_estimate = moments_std(&tally->deviation);
  c->mean_nuisance = moments_mean(&tally->nuisance);
  c->std_nuisance = moments_std(&tally->nuisance);
  c->pull_mean = moments_mean(&tally->pull);
  c->pull_width = moments_std(&tally->pull);
}

int fairu_tally_coverage(const fairu_tally *tally, fairu_context *ctx, double level, fairu_coverage *coverage)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!tally || !coverage)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "coverage: %s is NULL", tally ? "coverage" : "tally");
  if (!(level > 0.0 && level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "coverage: level is %g, must lie between 0 and 1",
                               level);
  if (tally->n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "coverage: no toy with an interval, %llu failed",
                               (unsigned long long)tally->n_failed);
  fairu_coverage ours = { .struct_size = sizeof ours };
  summarise(tally, level, &ours);
  return fairu_result__write(ctx, coverage, &ours, sizeof ours, "fairu_coverage");
}
