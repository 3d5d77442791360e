/* fairu/calibration.h - intervals calibrated by test inversion: a test of each hypothesised mu whose critical value comes from toys at
 * that mu.
 *
 * Statistic: t(mu) = 2 [NLL_prof(mu) - min over mu' in [lower, upper] of NLL_prof(mu')], nuisances profiled. c(mu) is its quantile at
 * `level` in toys made at mu; the interval is the hull of {mu in [lower, upper]: t(mu) <= c(mu)}. c is looked up at the hypothesis, so
 * that each mu is covered as often as `level` says, whatever the truth; a correction that depends on the estimate alone does not do that.
 *
 * Toys: nuisances are drawn from their priors about the centres, clipped to the bounds of the parameters, while auxiliary data stay
 * at the centres (the ensemble of the FAIR Universe challenge); counts are Poisson about expectations in which the finite
 * statistics of templates and of the pool the data come from are drawn, too.
 */
#ifndef FAIRU_CALIBRATION_H
#define FAIRU_CALIBRATION_H

#include <fairu/coverage.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_calibration_options {
  size_t struct_size;
  double lower, upper; /* of the parameter of interest, defaults 0.1 and 3 */
  size_t n_mu;         /* hypotheses, evenly spaced, both ends included; default 15, at least 5 */
  uint64_t n_toys;     /* at each, default 2000, at least 100 */
  double level;        /* default 0.6827 */
  uint64_t seed;       /* default 1 */
  int draw_nuisances;  /* 1 (default): from their priors; 0: at the centres */
  double template_statistics; /* times the variances of the templates (default 1; 0: none): each process and bin of the truth gets a
                                 Gamma factor of mean 1, the same at all Z, because all points are filled from the same events */
  double pool_statistics;     /* the same for the pool the data are drawn from: variance of the pool over that of the templates, default 0 */
  const fairu_fit_options *fit; /* NULL: defaults */
} fairu_calibration_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_options_init(fairu_calibration_options *options,
                                                             size_t struct_size);

typedef struct fairu_calibration fairu_calibration;

/* Run the toys and fit the critical values. likelihood: made of templates, its parameter of interest free; it is not kept. Toy k of hypothesis h
 * is keyed by (seed, h, k): the same on any threads. Polls cancel and deadline, reports progress. Fits that fail are counted, and an error beyond 1 % of the toys
 * of a hypothesis. FAIRU_ERR_RANGE, FAIRU_ERR_UNSUPPORTED (another kind of likelihood with statistics > 0), FAIRU_ERR_NOT_CONVERGED. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_create(fairu_context *ctx, const fairu_likelihood *likelihood,
                                                       const fairu_calibration_options *options,
                                                       fairu_calibration **out);
FAIRU_API void fairu_calibration_destroy(fairu_calibration *calibration); /* NULL is a no-op. Since 0.1 */

/* Hypotheses: their number; mu, raw quantile and its standard error, smoothed critical value, failed toys of hypothesis i (pointers may be
 * NULL). FAIRU_ERR_RANGE. Since 0.1 */
FAIRU_API size_t fairu_calibration_n_mu(const fairu_calibration *calibration);
FAIRU_API FAIRU_NODISCARD int fairu_calibration_point(const fairu_calibration *calibration,
                                                      fairu_context *ctx, size_t i, double *mu,
                                                      double *quantile, double *quantile_error,
                                                      double *critical, uint64_t *n_failed);

/* Critical value at mu in [lower, upper] and its standard error (may be NULL): a smoothing spline through the quantiles, weighted by their
 * errors, never negative. FAIRU_ERR_RANGE. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_critical(const fairu_calibration *calibration,
                                                         fairu_context *ctx, double mu, double *critical,
                                                         double *error);

#define FAIRU_CALIBRATION_DIGEST 65 /* 64 hexadecimal digits and the end */

/* SHA-256 over options, quantiles and critical values: written down before a test, it proves that nothing was changed after. digest
 * [FAIRU_CALIBRATION_DIGEST]. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_digest(const fairu_calibration *calibration,
                                                       fairu_context *ctx, char *digest);

/* Save as JSON (atomically) and load; the digest is in the file and is checked. FAIRU_ERR_IO, FAIRU_ERR_FORMAT, FAIRU_ERR_CHECKSUM. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_save(const fairu_calibration *calibration, fairu_context *ctx,
                                                     const char *path);
FAIRU_API FAIRU_NODISCARD int fairu_calibration_load(fairu_context *ctx, const char *path,
                                                     fairu_calibration **out);

typedef struct fairu_calibrated_interval {
  size_t struct_size;
  double estimate; /* fitted without bounds but nu > 0 */
  double lower, upper;
  int n_pieces;    /* of {t <= c}; more than 1: the hull is given */
  int lower_end, upper_end; /* fairu_interval_end: CROSSING or BOUND (an end of [lower, upper]) */
} fairu_calibrated_interval;

/* Interval for data. Never empty: t is 0 somewhere. likelihood: that of the calibration, by its parameters (FAIRU_ERR_ARGUMENT). interval: set struct_size
 * first. params [n_params] gets the unbounded fit, or NULL. FAIRU_ERR_NOT_CONVERGED. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_interval(const fairu_calibration *calibration,
                                                         fairu_context *ctx,
                                                         const fairu_likelihood *likelihood,
                                                         const fairu_data *data,
                                                         const fairu_fit_options *options,
                                                         fairu_calibrated_interval *interval, double *params,
                                                         size_t n_params);

/* Draw toy `toy` of hypothesis `stream` at value mu of the parameter of interest, as for calibration: params [n_params] get the true values, data the counts. The closure
 * of a calibration draws streams beyond n_mu. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_calibration_toy(fairu_context *ctx, const fairu_likelihood *likelihood,
                                                    const fairu_calibration_options *options, double mu,
                                                    uint64_t stream, uint64_t toy, double *params,
                                                    size_t n_params, fairu_data *data);

FAIRU_END_DECLS

#endif /* FAIRU_CALIBRATION_H */
