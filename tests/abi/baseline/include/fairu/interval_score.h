/* fairu/interval_score.h - how good intervals are: mean width, coverage, and the score of the FAIR Universe
 * challenge.
 *
 * For N intervals with mean width w and coverage c: score = -ln((w + 0.001) f), f = 1 while c is within 2
 * sigma of 0.6827, sigma^2 = 0.6827 (1 - 0.6827) / N; 1 + x^4 at x sigma below that band, 1 + x^3 at x sigma
 * above it. Larger is better. The band is wide for few intervals: for N below some 100 the score says little
 * about coverage.
 */
#ifndef FAIRU_INTERVAL_SCORE_H
#define FAIRU_INTERVAL_SCORE_H

#include <fairu/base.h>

FAIRU_BEGIN_DECLS

/* Intervals, one entry each; columns [n]. */
typedef struct fairu_interval_entries {
  size_t struct_size;
  size_t n;
  const double *mu_true; /* finite */
  /* any value: p16 > p84 and NaN do not cover; NaN makes width and score NaN, inf the score -inf */
  const double *p16, *p84;
  const double *mu_hat;       /* with delta_mu_hat, for rmse and mae; NULL: these are NaN */
  const double *delta_mu_hat; /* full width of the interval as the challenge has it */
  const int64_t *set;         /* number of the set each belongs to; NULL: one set, 0 */
} fairu_interval_entries;

typedef struct fairu_interval_score {
  size_t struct_size;
  uint64_t n, n_covered; /* p16 <= mu_true <= p84 */
  uint64_t n_inverted;   /* p16 > p84: their width counts as positive all the same */
  uint64_t n_sets;
  double interval; /* mean of abs(p84 - p16) */
  double coverage;
  double coverage_lower, coverage_upper; /* Clopper and Pearson, 95 % */
  double sigma;                          /* of the coverage, if it were 0.6827 */
  double penalty;                        /* f */
  double quantile_score;
  /* sqrt(d^2 + (d^2 - delta^2)^2), d = mu_hat - mu_true: mean over a set, then over sets */
  double rmse;
  double mae; /* abs(d) + abs(abs(d) - delta): the same */
} fairu_interval_score;

/* Score of all entries. set struct_size of both first. FAIRU_ERR_EMPTY (n 0), FAIRU_ERR_NON_FINITE (mu_true
 * names the entry), FAIRU_ERR_ARGUMENT (mu_hat without delta_mu_hat). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_score_compute(fairu_context *ctx,
                                                           const fairu_interval_entries *entries,
                                                           fairu_interval_score *score);

/* The same for the entries of one set. FAIRU_ERR_NOT_FOUND if there are none. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_score_compute_set(fairu_context *ctx,
                                                               const fairu_interval_entries *entries,
                                                               int64_t set, fairu_interval_score *score);

/* Score of n intervals of which mean width and coverage are known. interval >= 0, n >= 1, 0 <= coverage <= 1.
 * FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_score_quantile(fairu_context *ctx, uint64_t n, double interval,
                                                            double coverage, double *quantile_score,
                                                            double *penalty);

typedef struct fairu_interval_score_bootstrap_result {
  size_t struct_size;
  uint64_t n_replicas;
  double interval, coverage, quantile_score; /* means over replicas */
  /* standard deviations, divisor n_replicas */
  double interval_std, coverage_std, quantile_score_std;
} fairu_interval_score_bootstrap_result;

/* Bootstrap of the challenge's final phase: replica k draws n_sets sets with replacement
 * (numpy.random.RandomState(seed + k).choice, sets in rising order), takes plain means of their widths and
 * coverages, and scores these for as many intervals as the drawn sets have. The challenge: 1000 replicas,
 * seed 42. intervals, coverages, scores [n_replicas] or NULL. FAIRU_ERR_RANGE (n_replicas 0, or seed +
 * n_replicas above 2^32), errors of fairu_interval_score_compute(). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_score_bootstrap(
    fairu_context *ctx, const fairu_interval_entries *entries, uint64_t seed, size_t n_replicas,
    fairu_interval_score_bootstrap_result *result, double *intervals, double *coverages, double *scores);

/* ---- files -------------------------------------------------------------------------------------------- */

typedef struct fairu_interval_table fairu_interval_table;

/* Read a CSV file with the columns mu_true, p16, p84, and optionally mu_hat, delta_mu_hat, set (a whole
 * number); others are skipped. "nan" and "inf" are read in p16 and p84. gzip by content. Messages name file,
 * line and column. FAIRU_ERR_NOT_FOUND (a column), FAIRU_ERR_EMPTY (no rows), FAIRU_ERR_DUPLICATE, and what
 * fairu_events_read_csv() gives. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_table_read_csv(fairu_context *ctx, const char *path,
                                                            fairu_interval_table **out);

/* NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_interval_table_destroy(fairu_interval_table *table);

/* Its entries, which live as long as the table; set struct_size first. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_table_entries(const fairu_interval_table *table,
                                                           fairu_context *ctx,
                                                           fairu_interval_entries *entries);

FAIRU_END_DECLS

#endif /* FAIRU_INTERVAL_SCORE_H */
