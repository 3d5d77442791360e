/* toy_coverage.h - do the intervals of a toy problem cover? */
#ifndef FAIRU_CLI_TOY_COVERAGE_H
#define FAIRU_CLI_TOY_COVERAGE_H

#include "toy_events.h"
#include "toy_problem.h"

/* Bins of a pool of events at every knot, events made at z_true: what event-level toys are drawn from. */
typedef struct toy_tables {
  fairu_grid *grid;
  fairu_bin_table *of[2]; /* by toy_process */
} toy_tables;

/* distinct: rows with equal bins everywhere are merged (fast); 0 keeps one row per event, so that tables of different
 * knots see the same events. */
int toy_tables_create(fairu_context *ctx, const toy_pool *pool, const fairu_classifier *classifier,
                      const fairu_binning *binning, size_t n_knots, double z_true, int distinct,
                      toy_tables *out);
/* Those of the closed-form aware classifier of the settings. */
int toy_tables_aware(fairu_context *ctx, const toy_settings *settings, const toy_pool *pool, size_t n_knots,
                     int distinct, toy_tables *out);
void toy_tables_clear(toy_tables *tables);

/* Expected moving observation of the pool at mu: one process. */
int toy_tables_observed(const toy_tables *tables, fairu_context *ctx, double mu, fairu_templates **out);

/* Toys 0 .. n_toys-1 of seed at the truth of the problem: Poisson counts per bin, or event-level toys where tables are
 * given. results [n_toys] or NULL. */
int toy_coverage_measure(const toy_problem *problem, fairu_context *ctx, const toy_tables *tables,
                         size_t n_toys, uint64_t seed, fairu_toy_result *results, fairu_coverage *out);

/* Closed-form problem of the settings; the aware method draws from the pool on n_knots, and tells its deviation if that is not NULL. */
int toy_coverage_closed(fairu_context *ctx, const toy_settings *settings, const toy_pool *pool,
                        size_t n_knots, size_t n_toys, uint64_t seed, double *deviation, fairu_coverage *out);

/* Largest |pool - closed form| over bins and knots of the moving observation, in standard deviations of a toy. */
int toy_pool_deviation(fairu_context *ctx, const toy_settings *settings, const toy_tables *tables,
                       double *deviation);

/* The aware classifier and binning of the settings as handles of the library. */
int toy_aware_classifier(fairu_context *ctx, const toy_settings *settings, fairu_classifier **classifier);
int toy_binning_create(fairu_context *ctx, const toy_settings *settings, fairu_binning **out);

#endif /* FAIRU_CLI_TOY_COVERAGE_H */
