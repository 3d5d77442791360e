/* interval_score_bootstrap.c - scores of sets drawn again, as the challenge's final phase does it. */
#include <fairu/interval_score.h>

#include <math.h>

#include "base/context_internal.h"
#include "coverage/interval_score.h"
#include "numeric/numpy_random.h"

typedef struct replicas {
  const fairu_score_sums *sums;
  size_t n_sets;
  size_t *chosen;                         /* [n_sets] */
  double *intervals, *coverages, *scores; /* [n] */
} replicas;

static void draw_replica(const replicas *r, uint32_t seed, size_t k)
{
  fairu_numpy_random rng;
  double interval = 0.0, coverage = 0.0, n = 0.0, penalty;
  fairu_numpy_random__seed(&rng, seed);
  fairu_numpy_random__choice(&rng, r->n_sets, r->n_sets, r->chosen);
  for (size_t j = 0; j < r->n_sets; j++) {
    const fairu_score_sums *s = &r->sums[r->chosen[j]];
    interval += s->width / (double)s->n;
    coverage += (double)s->n_covered / (double)s->n;
    n += (double)s->n;
  }
  r->intervals[k] = interval / (double)r->n_sets;
  r->coverages[k] = coverage / (double)r->n_sets;
  r->scores[k] = fairu_interval_score__quantile(n, r->intervals[k], r->coverages[k], &penalty);
}

static void mean_and_std(const double *values, size_t n, double *mean, double *std)
{
  double sum = 0.0, squares = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += values[i];
  *mean = sum / (double)n;
  for (size_t i = 0; i < n; i++)
    squares += (values[i] - *mean) * (values[i] - *mean);
  *std = sqrt(squares / (double)n);
}

static int draw_replicas(fairu_context *ctx, replicas *r, uint64_t seed, size_t n)
{
  enum { POLL_REPLICAS = 64 };
  r->chosen = fairu_context__scratch(ctx, r->n_sets, sizeof *r->chosen, "bootstrap of scores");
  r->intervals = fairu_context__scratch(ctx, n, 3 * sizeof *r->intervals, "bootstrap of scores");
  if (!r->chosen || !r->intervals)
    return FAIRU_ERR_OUT_OF_MEMORY;
  r->coverages = r->intervals + n;
  r->scores = r->coverages + n;
  for (size_t k = 0; k < n; k++) {
    const int status = k % POLL_REPLICAS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    draw_replica(r, (uint32_t)(seed + k), k);
  }
  return FAIRU_OK;
}

static void copy_out(const double *values, size_t n, double *out)
{
  for (size_t k = 0; out && k < n; k++)
    out[k] = values[k];
}

static int check(fairu_context *ctx, const fairu_interval_entries *entries, uint64_t seed, size_t n_replicas,
                 const fairu_interval_score_bootstrap_result *result)
{
  if (!entries || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "bootstrap of scores: %s is NULL",
                               entries ? "result" : "entries");
  if (n_replicas == 0 || seed > UINT32_MAX || n_replicas - 1 > UINT32_MAX - seed)
    return fairu_context__fail(
        ctx, FAIRU_ERR_RANGE,
        "bootstrap of scores: %zu replicas from seed %llu on, wanted 1 or more below 2^32", n_replicas,
        (unsigned long long)seed);
  return FAIRU_OK;
}

int fairu_interval_score_bootstrap(fairu_context *ctx, const fairu_interval_entries *entries, uint64_t seed,
                                   size_t n_replicas, fairu_interval_score_bootstrap_result *result,
                                   double *intervals, double *coverages, double *scores)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  fairu_interval_entries e;
  fairu_score_sums *sums = NULL;
  replicas r = { 0 };
  int status = check(ctx, entries, seed, n_replicas, result);
  if (status == FAIRU_OK)
    status = fairu_interval_score__read(ctx, entries, &e);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = fairu_interval_score__sum_sets(ctx, &e, &sums, &r.n_sets);
  r.sums = sums;
  if (status == FAIRU_OK)
    status = draw_replicas(ctx, &r, seed, n_replicas);
  if (status == FAIRU_OK) {
    fairu_interval_score_bootstrap_result ours = { .struct_size = sizeof ours, .n_replicas = n_replicas };
    mean_and_std(r.intervals, n_replicas, &ours.interval, &ours.interval_std);
    mean_and_std(r.coverages, n_replicas, &ours.coverage, &ours.coverage_std);
    mean_and_std(r.scores, n_replicas, &ours.quantile_score, &ours.quantile_score_std);
    status = fairu_result__write(ctx, result, &ours, sizeof ours, "fairu_interval_score_bootstrap_result");
  }
  if (status == FAIRU_OK) {
    copy_out(r.intervals, n_replicas, intervals);
    copy_out(r.coverages, n_replicas, coverages);
    copy_out(r.scores, n_replicas, scores);
  }
  fairu_context__release(ctx, mark);
  return status;
}
