/* fairu/interval_calibration.h - intervals calibrated by test inversion: a test of each hypothesised mu whose
 * critical value comes from toys at that mu.
 *
 * Statistic: t(mu) = 2 [NLL_prof(mu) - min over mu' in [lower, upper] of NLL_prof(mu')], nuisances profiled.
 * c(mu) is its quantile at `level` in toys made at mu; the interval is the hull of {mu in [lower, upper]:
 * t(mu) <= c(mu)}. c is looked up at the hypothesis, so that each mu is covered as often as `level` says,
 * whatever the truth; a correction that depends on the estimate alone does not do that. What holds at each mu
 * is the average over the nuisances as they are drawn, not the coverage at each of their values.
 *
 * Toys: nuisances are drawn from their priors about the centres, clipped to the bounds of the parameters,
 * while auxiliary data stay at the centres (the ensemble of the FAIR Universe challenge); counts are Poisson
 * about expectations in which the finite statistics of templates and of the pool the data come from are
 * drawn, too.
 */
#ifndef FAIRU_INTERVAL_CALIBRATION_H
#define FAIRU_INTERVAL_CALIBRATION_H

#include <fairu/coverage.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_interval_calibration_options {
  size_t struct_size;
  double lower, upper; /* of the parameter of interest, defaults 0.1 and 3 */
  /* hypotheses, both ends included, default 15, 5 to 200: lower + (upper - lower) sin^2(pi i / (2 (n_mu -
   * 1))), closer towards the ends, where c changes within a fraction of the spread of estimates */
  size_t n_mu;
  uint64_t n_toys; /* at each, default 2000, at least 100 */
  double level;    /* default 0.6827 */
  uint64_t seed;   /* default 1 */
  /* 1 (default): from their priors; 0: where fits start. Those without a prior, and those the model fixes,
   * stay there in any case */
  int draw_nuisances;
  /* times the variances of the templates (default 1; 0: none): each process and bin of the truth gets a Gamma
   * factor of mean 1, whose variance is the squared relative error of the template where fits start; the same
   * at all Z, because all points are filled from the same events */
  double template_statistics;
  /* the same for the pool the data are drawn from: variance of the pool over that of the templates, default 0 */
  double pool_statistics;
  /* 1: the factors of a process are scaled to leave the sum of its bins alone, as the weights of templates
   * and pool are normalised to a known yield; 0 (default): sums vary, too */
  int fixed_sums;
  const fairu_fit_options *fit; /* NULL: defaults */
} fairu_interval_calibration_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_options_init(
    fairu_interval_calibration_options *options, size_t struct_size);

typedef struct fairu_interval_calibration fairu_interval_calibration;

/* Run the toys and fit the critical values. likelihood: its parameter of interest free, its bounds no
 * narrower than [lower, upper]; it is not kept. Toy k of hypothesis h is keyed by (seed, h, k): the same on
 * any threads. Polls cancel and deadline, reports progress. Fits that fail are counted, and an error beyond 1
 * % of the toys of a hypothesis. Options NULL: defaults. FAIRU_ERR_RANGE, FAIRU_ERR_ARGUMENT,
 * FAIRU_ERR_UNSUPPORTED (events without bins; statistics > 0 for a likelihood that is not made of templates),
 * FAIRU_ERR_NOT_CONVERGED. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_create(
    fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_interval_calibration_options *options,
    fairu_interval_calibration **out);

/* Free; NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_interval_calibration_destroy(fairu_interval_calibration *calibration);

/* Hypotheses: their number; mu, raw quantile and its standard error (half the distance of the order
 * statistics one standard deviation of the rank below and above, taken at two), smoothed critical value,
 * failed toys of hypothesis i (pointers may be NULL). FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API size_t fairu_interval_calibration_n_mu(const fairu_interval_calibration *calibration);
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_point(const fairu_interval_calibration *calibration,
                                                               fairu_context *ctx, size_t i, double *mu,
                                                               double *quantile, double *quantile_error,
                                                               double *critical, uint64_t *n_failed);

/* Critical value at mu in [lower, upper] and its standard error (may be NULL), never negative. What the
 * smoothing spline goes through, weighted by their errors, are the quantiles over those of the Gaussian limit
 * with the spread of the estimates that the toys have: t = (mu^ - mu)^2 / sigma^2 less the same from the
 * nearer end where mu^ lies beyond it, whose quantile falls from 1 (at 68.27 %) to 0.2 within one spread of
 * an end. So the ends are not washed out. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_critical(
    const fairu_interval_calibration *calibration, fairu_context *ctx, double mu, double *critical,
    double *error);

#define FAIRU_INTERVAL_CALIBRATION_DIGEST 65 /* 64 hexadecimal digits and the end */

/* SHA-256 over options (but `fit`), names of the parameters, quantiles, spreads, smoothing and critical
 * values: written down before a test, it proves that nothing was changed after. digest
 * [FAIRU_INTERVAL_CALIBRATION_DIGEST]. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_digest(const fairu_interval_calibration *calibration,
                                                                fairu_context *ctx, char *digest);

/* Save as JSON (atomically) and load; the digest is in the file and is checked; options.fit is not kept.
 * FAIRU_ERR_IO, FAIRU_ERR_FORMAT, FAIRU_ERR_CHECKSUM. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_save(const fairu_interval_calibration *calibration,
                                                              fairu_context *ctx, const char *path);
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_load(fairu_context *ctx, const char *path,
                                                              fairu_interval_calibration **out);

typedef struct fairu_calibrated_interval {
  size_t struct_size;
  double estimate; /* fitted without bounds but nu > 0 */
  double lower, upper;
  int n_pieces;             /* of {t <= c}; more than 1: the hull is given */
  int lower_end, upper_end; /* fairu_interval_end: CROSSING or BOUND (an end of [lower, upper]) */
} fairu_calibrated_interval;

/* Interval for data. Never empty: t is 0 somewhere. Ends are solved for to 1e-7 of the range, all pieces are
 * looked for at the hypotheses and at standard deviations about the minimum. likelihood: that of the
 * calibration, by number and names of its parameters and its bins (FAIRU_ERR_ARGUMENT). options: of the fits,
 * as in the calibration; NULL: defaults. interval: set struct_size first. params [n_params] gets the
 * unbounded fit, or NULL. FAIRU_ERR_NOT_CONVERGED. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_interval(
    const fairu_interval_calibration *calibration, fairu_context *ctx, const fairu_likelihood *likelihood,
    const fairu_data *data, const fairu_fit_options *options, fairu_calibrated_interval *interval,
    double *params, size_t n_params);

/* Draw toy `toy` (< 2^44) of hypothesis `stream` at value mu of the parameter of interest, as for
 * calibration: params [n_params] get the true values, data the counts and the auxiliary data. Streams 0 to
 * n_mu - 1 are those of a calibration: its closure draws others. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_interval_calibration_toy(
    fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_interval_calibration_options *options,
    double mu, uint64_t stream, uint64_t toy, double *params, size_t n_params, fairu_data *data);

FAIRU_END_DECLS

#endif /* FAIRU_INTERVAL_CALIBRATION_H */
