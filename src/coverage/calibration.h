/* calibration.h - what a calibration holds, and the steps that fill it. */
#ifndef FAIRU_COVERAGE_CALIBRATION_H
#define FAIRU_COVERAGE_CALIBRATION_H

#include <fairu/interval_calibration.h>

#include "coverage/ensemble.h"
#include "numeric/smoothing.h"

enum {
  FAIRU_INTERVAL_CALIBRATION_MOST = 200, /* hypotheses */
  FAIRU_INTERVAL_CALIBRATION_ROWS = 9    /* of numbers in fairu_interval_calibration_points */
};

/* What toys said about each hypothesis. */
typedef struct fairu_interval_calibration_points {
  double *mu;                  /* [n] */
  double *angle;               /* [n] coordinate in which they are evenly spaced, 0 .. 1 */
  double *quantile, *error;    /* [n] of t */
  double *below, *below_error; /* [n] from mu down to the 16 % point of the estimates, logarithms */
  double *above, *above_error; /* [n] up to the 84 % point */
  double *critical;            /* [n] smoothed */
  uint64_t *n_failed;          /* [n] */
} fairu_interval_calibration_points;

struct fairu_interval_calibration {
  fairu_allocator allocator;
  fairu_interval_calibration_options options; /* fit NULL */
  size_t n;                                   /* hypotheses */
  fairu_interval_calibration_points points;
  double *memory; /* of points and smoothings */
  size_t n_params, n_bins, poi;
  char **names; /* [n_params] */
  /* ratio: quantiles over what the Gaussian limit says for the spreads of the estimates */
  fairu_smoothing below, above, ratio;
  double lambda[3]; /* of these; NaN: to be found */
};

/* An empty one of the right size. */
int fairu_interval_calibration__allocate(fairu_context *ctx,
                                         const fairu_interval_calibration_options *options, size_t n_params,
                                         fairu_interval_calibration **out);

int fairu_interval_calibration__read_options(fairu_context *ctx,
                                             const fairu_interval_calibration_options *theirs,
                                             fairu_interval_calibration_options *ours);
int fairu_interval_calibration__check_options(fairu_context *ctx,
                                              const fairu_interval_calibration_options *options);

/* The range lies within what the likelihood allows, its parameter of interest is free. */
int fairu_interval_calibration__check_likelihood(fairu_context *ctx, const fairu_likelihood *likelihood,
                                                 const fairu_interval_calibration_options *options,
                                                 const fairu_fit_options *fit);

/* Coordinate of mu. */
double fairu_interval_calibration__angle(const fairu_interval_calibration *calibration, double mu);

/* Toys of all hypotheses: statistics and estimates [n * n_toys], NaN where a fit failed. */
int fairu_interval_calibration__run(fairu_context *ctx, const fairu_interval_calibration *calibration,
                                    const fairu_likelihood *likelihood, const fairu_fit_options *fit,
                                    double *statistics, double *estimates);

/* Points from toys; both arrays [n_toys] of hypothesis i are sorted. FAIRU_ERR_NOT_CONVERGED. */
int fairu_interval_calibration__summarise(fairu_context *ctx, fairu_interval_calibration *calibration,
                                          size_t i, double *statistics, double *estimates);

/* Smoothings from points. */
int fairu_interval_calibration__smooth(fairu_context *ctx, fairu_interval_calibration *calibration);

/* Smoothed critical value within the range. */
double fairu_interval_calibration__critical(const fairu_interval_calibration *calibration, double mu,
                                            double *error);

/* c of the Gaussian limit: quantile at `level` of t where the estimate is mu plus a normal deviate, at distances below and above to the ends of the range
 * in units of its spread on that side. */
double fairu_interval_calibration__limit(double level, double below, double above);

/* SHA-256 of all that is frozen. */
void fairu_interval_calibration__digest(const fairu_interval_calibration *calibration,
                                        char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST]);

#endif /* FAIRU_COVERAGE_CALIBRATION_H */
