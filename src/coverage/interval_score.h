/* interval_score.h - what the files of scores share. */
#ifndef FAIRU_COVERAGE_INTERVAL_SCORE_H
#define FAIRU_COVERAGE_INTERVAL_SCORE_H

#include <fairu/interval_score.h>

/* Sums over the entries of one set. */
typedef struct fairu_score_sums {
  int64_t set;
  uint64_t n, n_covered, n_inverted;
  double width, signed_width, rmse, mae;
} fairu_score_sums;

/* The caller's entries, checked: finite truths, at least one, mu_hat and delta_mu_hat both or none. */
int fairu_interval_score__read(fairu_context *ctx, const fairu_interval_entries *theirs,
                               fairu_interval_entries *entries);

/* Sums of each set, sets rising, in scratch of ctx. */
int fairu_interval_score__sum_sets(fairu_context *ctx, const fairu_interval_entries *entries,
                                   fairu_score_sums **sums, size_t *n_sets);

/* -ln((interval + 0.001) f) of n intervals, and f. */
double fairu_interval_score__quantile(double n, double interval, double coverage, double *penalty);

#endif /* FAIRU_COVERAGE_INTERVAL_SCORE_H */
