/* study.h - what the studies share: one-sigma intervals, coverage of toys and how it is told, expected counts of events in bins, the end. */
#ifndef FAIRU_CLI_STUDY_H
#define FAIRU_CLI_STUDY_H

#include "out.h"
#include "report.h"

/* Intervals where the profile rises by 1/2, their fits as `fit` says; fit is filled with defaults, or NULL. */
int study_interval_options(fairu_interval_options *options, fairu_fit_options *fit);

/* Toys of a study: defaults, intervals as above, their fits from points spread over the whole range of the nuisances, never from the truth, which no analysis
 * knows: a fixed score has two basins, an observation that moves with them has more. All three live as long as the toys are thrown. */
int study_toys(fairu_toy_study *study, fairu_interval_options *interval, fairu_fit_options *fit, int moving);

/* Nothing measured: no toys, all else NaN. */
fairu_coverage study_unmeasured(void);

/* What the tally of n toys says, with the 95 % interval of the fraction. That none of them has an interval is a result too. */
int study_tally(fairu_context *ctx, const fairu_tally *tally, uint64_t n, fairu_coverage *out);

/* The same of results, their intervals about `truth`. */
int study_coverage(fairu_context *ctx, double truth, const fairu_toy_result *results, size_t n,
                   fairu_coverage *out);

/* Expected counts of two classes in bins, scales[0] of the first + scales[1] of the second, at every point: one process. Of
 * the one point of tables that do not move: counts [bins]. */
int study_observed(fairu_context *ctx, const fairu_grid *grid, fairu_bin_table *const tables[2],
                   const double scales[2], fairu_templates **out);
int study_counts(fairu_context *ctx, fairu_bin_table *const tables[2], const double scales[2],
                 double *counts);

/* A coverage in the order of its columns: toys, failed, coverage, its interval, mean half-width, mean and standard deviation of mu_hat. */
void study_coverage_csv(out_csv *csv, const fairu_coverage *found);
void study_coverage_json(json_t *object, const fairu_coverage *found);
void study_coverage_cells(report *r, const fairu_coverage *found);

/* The last step of a study, `status` being that of all before: results.json into the directory, which says that the other files are there, and with --json
 * on standard output. Takes the reference. */
int study_finish(cli *c, int status, json_t *results, const char *directory);

#endif /* FAIRU_CLI_STUDY_H */
