/* fairu/coverage.h - do intervals cover? Toys in parallel, any estimator.
 *
 * A tally is mergeable: sums are exact, so parts run on any machine merge in any grouping to the same bits.
 */
#ifndef FAIRU_COVERAGE_H
#define FAIRU_COVERAGE_H

#include <fairu/hypotest.h>

FAIRU_BEGIN_DECLS

/* One toy, one interval. status: FAIRU_OK or why the estimator failed. */
typedef struct fairu_toy_result {
  uint64_t toy;
  double estimate; /* mu_hat */
  double lower, upper;
  double nuisance; /* best-fit value of one nuisance parameter, NaN if not of interest */
  int status;
} fairu_toy_result;

/* The estimator: fill `result` (its toy is set) for toy number `toy`, using ctx, which is one of the worker's
 * own. Called from worker threads. Return a status: FAIRU_OK also for a toy whose result->status says it
 * failed; other codes stop the run. */
typedef int (*fairu_estimator_fn)(fairu_context *ctx, uint64_t toy, fairu_toy_result *result,
                                  void *user_data);

/* Run toys first .. first + n - 1; results [n], in toy order, whatever the threads. Polls cancel and
 * deadline, reports progress. FAIRU_ERR_CALLBACK and codes of the estimator. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_toys_run(fairu_context *ctx, uint64_t first, size_t n,
                                             fairu_estimator_fn estimator, void *user_data,
                                             fairu_toy_result *results);

/* Results [n] as bytes, versioned and with a checksum, to be sent to another process, whatever its machine:
 * bytes [capacity]; *size is how many they are. bytes NULL and capacity 0: only that. FAIRU_ERR_SHAPE
 * (capacity too small; *size is written). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_toys_pack(fairu_context *ctx, const fairu_toy_result *results, size_t n,
                                              void *bytes, size_t capacity, size_t *size);

/* And back, to the bit: results [capacity]; *n is how many they are. results NULL and capacity 0: only that.
 * FAIRU_ERR_SHAPE (capacity too small; *n is written). Bytes whose content is cut or changed give
 * FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED, FAIRU_ERR_CHECKSUM, FAIRU_ERR_VERSION or FAIRU_ERR_LIMIT, and no
 * result. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_toys_unpack(fairu_context *ctx, const void *bytes, size_t size,
                                                fairu_toy_result *results, size_t capacity, size_t *n);

/* The estimator most people want: draws toy `toy` of `seed` at truth and returns the profile interval. */
typedef struct fairu_toy_study {
  size_t struct_size;
  const fairu_likelihood *likelihood;
  const double *truth; /* [n_params] */
  size_t n_params;
  uint64_t seed;
  size_t nuisance; /* parameter reported in fairu_toy_result.nuisance; FAIRU_NONE (default): none */
  const fairu_interval_options *interval; /* NULL: defaults */
  const fairu_grid *grid;                 /* with tables: event-level toys, see fairu_likelihood_toy_events */
  const fairu_bin_table *const *tables;
  const double *scales;
  size_t n_tables;
} fairu_toy_study;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_toy_study_init(fairu_toy_study *study, size_t struct_size);

/* A fairu_estimator_fn; user_data: a fairu_toy_study. Fits that do not converge are reported in
 * result->status. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_toy_study_estimate(fairu_context *ctx, uint64_t toy,
                                                       fairu_toy_result *result, void *study);

typedef struct fairu_tally fairu_tally;

/* Make an empty tally of intervals for one true value of the parameter. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_tally_create(fairu_context *ctx, double truth, fairu_tally **out);
FAIRU_API void fairu_tally_destroy(fairu_tally *tally); /* NULL is a no-op. Since 0.2 */

/* Add results [n]; failed toys are counted apart and reported, never dropped in silence. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_tally_add(fairu_tally *tally, fairu_context *ctx,
                                              const fairu_toy_result *results, size_t n);

/* Add all that other holds; same truth (FAIRU_ERR_ARGUMENT). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_tally_merge(fairu_tally *tally, fairu_context *ctx,
                                                const fairu_tally *other);

/* True value of the parameter; NaN for NULL. Since 0.2 */
FAIRU_API double fairu_tally_truth(const fairu_tally *tally);

/* Exact state in a file (versioned, checksummed, zlib), atomically; and back. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_tally_save(const fairu_tally *tally, fairu_context *ctx,
                                               const char *path);
FAIRU_API FAIRU_NODISCARD int fairu_tally_load(fairu_context *ctx, const char *path, fairu_tally **out);

/* The bytes of such a file in memory, as fairu_fill_pack() and fairu_fill_unpack() do it for fills. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_tally_pack(const fairu_tally *tally, fairu_context *ctx, void *bytes,
                                               size_t capacity, size_t *size);
FAIRU_API FAIRU_NODISCARD int fairu_tally_unpack(fairu_context *ctx, const void *bytes, size_t size,
                                                 fairu_tally **out);

typedef struct fairu_coverage {
  size_t struct_size;
  uint64_t n;        /* toys with an interval */
  uint64_t n_failed; /* toys without */
  uint64_t n_covered;
  double coverage;       /* n_covered / n */
  double coverage_lower; /* Clopper-Pearson interval at `level` */
  double coverage_upper;
  double mean_half_width; /* of (upper - lower) / 2 */
  double mean_estimate;
  double bias; /* mean_estimate - truth */
  double std_estimate;
  double mean_nuisance; /* NaN if not given */
  double std_nuisance;
  double pull_mean; /* of (estimate - truth) / (half width on the side of the truth) */
  double pull_width;
} fairu_coverage;

/* Summary; level of the binomial interval, 0 < level < 1. set struct_size first. FAIRU_ERR_EMPTY (no toys).
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_tally_coverage(const fairu_tally *tally, fairu_context *ctx, double level,
                                                   fairu_coverage *coverage);

/* Exact (Clopper and Pearson 1934) interval of a binomial probability: k of n at `level`. FAIRU_ERR_RANGE.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binomial_interval(fairu_context *ctx, uint64_t k, uint64_t n,
                                                      double level, double *lower, double *upper);

/* ---- tests with toys ---------------------------------------------------------------------------------- */

typedef struct fairu_toy_test {
  size_t struct_size;
  const fairu_hypotest_options *options; /* statistic and fits; NULL: defaults */
  uint64_t n_toys;                       /* of each hypothesis, default 2000 */
  /* default 1; toy k of signal plus background is toy 2 k of it, background toy k is 2 k + 1
   * (fairu_likelihood_toy) */
  uint64_t seed;
} fairu_toy_test;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_toy_test_init(fairu_toy_test *test, size_t struct_size);

typedef struct fairu_toy_test_result {
  size_t struct_size;
  double statistic; /* observed */
  /* fractions of toys with a statistic >= the observed one (ties, to 1e-9 of it, count); NaN without toys.
   * For q0 cls is p_sb */
  double p_sb, p_b, cls;
  double p_sb_error, p_b_error;     /* binomial standard errors */
  double expected[5];               /* CLs at -2 .. 2 sigma: percentiles of the CLs of each background toy */
  uint64_t n_sb, n_b;               /* toys that gave a value */
  uint64_t n_failed_sb, n_failed_b; /* toys whose fit failed: counted, reported, left out */
} fairu_toy_test_result;

/* Test of mu with toys of both hypotheses (mu and 0; 0 and 1 for q0), all data, main and auxiliary, drawn at
 * the conditional best fit of each. Statistics of the toys: sb [n_toys] and b [n_toys], NaN where failed, or
 * NULL. Toy k is the same alone, in a batch, on any thread. Threads of ctx. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_hypotest_toys(fairu_context *ctx, const fairu_likelihood *likelihood,
                                                  const fairu_data *data, const fairu_toy_test *test,
                                                  double mu, fairu_toy_test_result *result, double *sb,
                                                  double *b);

/* ---- Neyman construction ------------------------------------------------------------------------------ */

/* Feldman-Cousins interval of a counting experiment with expectation mu + background (arXiv:physics/9711021),
 * exact: the belt is built from the Poisson probabilities themselves, the ends solved to rounding. n <= 2^20
 * observed, background 0 to 2^20, 0 < level < 1. Where acceptance regions of neighbouring mu leave gaps the
 * interval is the hull; upper ends are lengthened, as in the paper's tables, to the largest of any larger
 * background, so that they never rise with it. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_feldman_cousins(fairu_context *ctx, uint64_t n, double background,
                                                    double level, double *lower, double *upper);

/* Neyman construction with toys, likelihood-ratio ordering, nuisances profiled (the "profile construction"):
 * p-value of each tested mu [n_mu] as the fraction of toys (n_toys for each mu, toys 2 k of the seed), drawn
 * at (mu, theta^^(mu)), with t >= the observed one; mu is in the interval at `level` where p >= 1 - level.
 * Statistic: that of test->options (t~ for Feldman-Cousins ordering with mu >= 0; not q0:
 * FAIRU_ERR_ARGUMENT). p [n_mu]. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_neyman_pvalues(fairu_context *ctx, const fairu_likelihood *likelihood,
                                                   const fairu_data *data, const fairu_toy_test *test,
                                                   const double *mu, size_t n_mu, double *p);

FAIRU_END_DECLS

#endif /* FAIRU_COVERAGE_H */
