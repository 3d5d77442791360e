/* interval_score.c - width, coverage and score of intervals. The arithmetic is that of the challenge's scorer, edge cases included. */
#include <fairu/interval_score.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "coverage/interval_score.h"
#include "numeric/special.h"

static const double nominal_coverage = 0.6827, width_floor = 1e-3, free_band = 2.0;

static double coverage_sigma(double n)
{
  return sqrt(nominal_coverage * (1.0 - nominal_coverage) * n) / n;
}

double fairu_interval_score__quantile(double n, double interval, double coverage, double *penalty)
{
  const double sigma = coverage_sigma(n);
  const double low = nominal_coverage - free_band * sigma, high = nominal_coverage + free_band * sigma;
  *penalty = 1.0;
  if (coverage < low)
    *penalty = 1.0 + pow(fabs((coverage - low) / sigma), 4.0);
  else if (coverage > high)
    *penalty = 1.0 + pow(fabs((coverage - high) / sigma), 3.0);
  return -log((interval + width_floor) * *penalty);
}

int fairu_interval_score_quantile(fairu_context *ctx, uint64_t n, double interval, double coverage,
                                  double *quantile_score, double *penalty)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!quantile_score || !penalty)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: %s is NULL",
                               quantile_score ? "penalty" : "quantile_score");
  if (n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "score: n is 0");
  if (interval < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "score: interval is %g, a width cannot be negative",
                               interval);
  if (!(coverage >= 0.0 && coverage <= 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "score: coverage is %g, must lie between 0 and 1",
                               coverage);
  *quantile_score = fairu_interval_score__quantile((double)n, interval, coverage, penalty);
  return FAIRU_OK;
}

/* ---- entries ------------------------------------------------------------------------------------------ */

int fairu_interval_score__read(fairu_context *ctx, const fairu_interval_entries *theirs,
                               fairu_interval_entries *entries)
{
  *entries = (fairu_interval_entries){ .struct_size = sizeof *entries };
  const int status =
      fairu_options__read(ctx, entries, sizeof *entries, theirs, sizeof *entries, "fairu_interval_entries");
  if (status != FAIRU_OK)
    return status;
  if (entries->n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "score: no intervals");
  if (!entries->mu_true || !entries->p16 || !entries->p84)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: %s is NULL",
                               !entries->mu_true ? "mu_true"
                               : !entries->p16   ? "p16"
                                                 : "p84");
  if (!entries->mu_hat != !entries->delta_mu_hat)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "score: mu_hat and delta_mu_hat go together, %s is NULL",
                               entries->mu_hat ? "delta_mu_hat" : "mu_hat");
  for (size_t i = 0; i < entries->n; i++)
    if (!isfinite(entries->mu_true[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "score: mu_true[%zu] is %g", i,
                                 entries->mu_true[i]);
  return FAIRU_OK;
}

static void add_entry(const fairu_interval_entries *e, size_t i, fairu_score_sums *s)
{
  const double mu = e->mu_true[i], low = e->p16[i], high = e->p84[i];
  s->n++;
  s->n_covered += low <= mu && mu <= high;
  s->n_inverted += low > high;
  s->width += fabs(high - low);
  s->signed_width += high - low;
  const double d = e->mu_hat ? e->mu_hat[i] - mu : (double)NAN,
               delta = e->mu_hat ? e->delta_mu_hat[i] : (double)NAN;
  const double excess = d * d - delta * delta;
  s->rmse += sqrt(d * d + excess * excess);
  s->mae += fabs(d) + fabs(fabs(d) - delta);
}

typedef struct row {
  int64_t set;
  size_t entry;
} row;

/* Pairs of sorted runs of this length become runs of twice the length; of equal sets the first stays first. */
static void merge_runs(const row *from, size_t n, size_t length, row *to)
{
  for (size_t start = 0; start < n; start += 2 * length) {
    const size_t middle = start + length < n ? start + length : n;
    const size_t end = middle + length < n ? middle + length : n;
    size_t left = start, right = middle;
    for (size_t k = start; k < end; k++)
      to[k] =
          right == end || (left < middle && from[left].set <= from[right].set) ? from[left++] : from[right++];
  }
}

/* Entries by set, those of one set in the order they came in; *n_sets: how many there are. */
static int sort_entries(fairu_context *ctx, const fairu_interval_entries *e, row **out, size_t *n_sets)
{
  row *rows = fairu_context__scratch(ctx, e->n, 2 * sizeof *rows, "sets of intervals");
  int status = rows ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY, sorted = 1;
  row *spare = rows ? rows + e->n : NULL;
  for (size_t i = 0; i < e->n && rows; i++) {
    rows[i] = (row){ e->set ? e->set[i] : 0, i };
    sorted = sorted && (i == 0 || rows[i - 1].set <= rows[i].set);
  }
  for (size_t length = 1; length < e->n && status == FAIRU_OK && !sorted; length *= 2) {
    merge_runs(rows, e->n, length, spare);
    row *swap = rows;
    rows = spare;
    spare = swap;
    status = fairu_context__poll(ctx);
  }
  *n_sets = 1;
  for (size_t i = 1; i < e->n && status == FAIRU_OK; i++)
    *n_sets += rows[i].set != rows[i - 1].set;
  *out = rows;
  return status;
}

int fairu_interval_score__sum_sets(fairu_context *ctx, const fairu_interval_entries *entries,
                                   fairu_score_sums **out, size_t *n_sets)
{
  row *rows = NULL;
  const int status = sort_entries(ctx, entries, &rows, n_sets);
  if (status != FAIRU_OK)
    return status;
  fairu_score_sums *sums = fairu_context__scratch(ctx, *n_sets, sizeof *sums, "sets of intervals"),
                   *at = sums;
  if (!sums)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < entries->n; i++) {
    if (i > 0 && rows[i].set != rows[i - 1].set)
      at++;
    if (i == 0 || rows[i].set != rows[i - 1].set)
      *at = (fairu_score_sums){ .set = rows[i].set };
    add_entry(entries, rows[i].entry, at);
  }
  *out = sums;
  return FAIRU_OK;
}

/* ---- scores ------------------------------------------------------------------------------------------- */

/* Index of a set in sums [n], or where it belongs. */
static size_t place_of(const fairu_score_sums *sums, size_t n, int64_t set)
{
  size_t low = 0, high = n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (sums[middle].set < set)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static fairu_interval_score score_of(const fairu_score_sums *sums, size_t n_sets)
{
  enum { PERCENT = 95 };
  fairu_interval_score s = { .struct_size = sizeof s, .n_sets = n_sets };
  for (size_t k = 0; k < n_sets; k++) {
    const double n = (double)sums[k].n;
    s.n += sums[k].n;
    s.n_covered += sums[k].n_covered;
    s.n_inverted += sums[k].n_inverted;
    s.interval += sums[k].width;
    s.rmse += sums[k].rmse / n / (double)n_sets;
    s.mae += sums[k].mae / n / (double)n_sets;
  }
  const double n = (double)s.n;
  s.interval /= n;
  s.coverage = (double)s.n_covered / n;
  s.sigma = coverage_sigma(n);
  s.quantile_score = fairu_interval_score__quantile(n, s.interval, s.coverage, &s.penalty);
  fairu_binomial__interval((double)s.n_covered, n, PERCENT / 100.0, &s.coverage_lower, &s.coverage_upper);
  return s;
}

/* The challenge's scorer warns only when the mean is negative; every inverted interval is counted all the same. */
static void warn_of_inverted(fairu_context *ctx, const fairu_score_sums *sums, size_t n_sets)
{
  double width = 0.0;
  for (size_t k = 0; k < n_sets; k++)
    width += sums[k].signed_width;
  if (width < 0.0)
    fairu_context__log(ctx, FAIRU_LOG_WARNING, "score: intervals have p16 above p84 on average");
}

static int scored(fairu_context *ctx, const fairu_interval_entries *entries, const int64_t *set,
                  fairu_interval_score *score)
{
  fairu_interval_entries e;
  if (!entries || !score)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "score: %s is NULL", entries ? "score" : "entries");
  int status = fairu_interval_score__read(ctx, entries, &e);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_score_sums *sums = NULL;
  size_t n_sets = 0, first = 0;
  status = fairu_interval_score__sum_sets(ctx, &e, &sums, &n_sets);
  if (status == FAIRU_OK && set) {
    first = place_of(sums, n_sets, *set);
    if (first == n_sets || sums[first].set != *set)
      status =
          fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "score: no interval of set %lld", (long long)*set);
    n_sets = 1;
  }
  if (status == FAIRU_OK) {
    const fairu_interval_score ours = score_of(sums + first, n_sets);
    warn_of_inverted(ctx, sums + first, n_sets);
    status = fairu_result__write(ctx, score, &ours, sizeof ours, "fairu_interval_score");
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_interval_score_compute(fairu_context *ctx, const fairu_interval_entries *entries,
                                 fairu_interval_score *score)
{
  return ctx ? scored(ctx, entries, NULL, score) : FAIRU_ERR_NULL;
}

int fairu_interval_score_compute_set(fairu_context *ctx, const fairu_interval_entries *entries, int64_t set,
                                     fairu_interval_score *score)
{
  return ctx ? scored(ctx, entries, &set, score) : FAIRU_ERR_NULL;
}
