/* smoothing.h - a smoothing spline through values of known errors.
 *
 * Minimises sum (y_i - f(x_i))^2 / e_i^2 + lambda integral f''^2 over natural cubic splines with knots at all x. lambda: the smallest estimated risk,
 * sum (y_i - f_i)^2 / e_i^2 + 2 * 1.4 tr A (Mallows; the factor 1.4 guards against following the noise of few points: Kim and Gu 2004). Errors:
 * Bayesian (Wahba 1983), covariance (W + lambda K)^-1, which hold on the average over x, bias included.
 */
#ifndef FAIRU_NUMERIC_SMOOTHING_H
#define FAIRU_NUMERIC_SMOOTHING_H

#include "base/context_internal.h"

typedef struct fairu_smoothing {
  size_t n;
  const double *x;    /* [n], the caller's */
  double *value;      /* [n] smoothed values at the knots */
  double *moment;     /* [n] second derivatives there */
  double *map;        /* [n * n] moments = map * values */
  double *covariance; /* [n * n] of values */
  double lambda;
  double freedom; /* tr A: 2 for a straight line, n for the interpolating spline */
  double chi2;    /* sum (y_i - f_i)^2 / e_i^2 */
} fairu_smoothing;

/* Doubles that a smoothing of n points keeps. */
size_t fairu_smoothing__size(size_t n);

/* Smooth y [n] with errors e [n] > 0 at x [n] strictly rising, n >= 3, into block [fairu_smoothing__size(n)]. lambda: as it was found
 * before, or NaN: find it. FAIRU_ERR_NOT_CONVERGED, FAIRU_ERR_OUT_OF_MEMORY. */
int fairu_smoothing__create(fairu_context *ctx, const double *x, const double *y, const double *e, size_t n,
                            double lambda, double *block, fairu_smoothing *smoothing);

/* Value at t between the first and the last knot, and its standard error (or NULL). */
double fairu_smoothing__at(const fairu_smoothing *smoothing, double t, double *error);

#endif /* FAIRU_NUMERIC_SMOOTHING_H */
