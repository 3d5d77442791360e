/* contour.h - a contour being made: best fit, rays, what was met on them. */
#ifndef FAIRU_LIKELIHOOD_CONTOUR_H
#define FAIRU_LIKELIHOOD_CONTOUR_H

#include "likelihood/refit.h"

typedef struct fairu_contour {
  fairu_refit refit;
  size_t parameter[2];
  size_t n_points;
  double delta, given;    /* given: nll_minimum of the caller or NaN */
  double minimum, target; /* NLL */
  double metric[3];       /* L of the covariance: 11, 21, 22 */
  double direction[2];    /* of the ray at hand, per unit of r */
  double beyond;          /* look for more of the region up to here; 0: nothing known */
  double lowest;          /* NLL met so far */
  double *lowest_x;       /* [n] */
  double *x;              /* [n] latest solution */
  double *along;          /* [2 * n] d theta / d first, second */
  double *gradient;       /* [n] */
  double *radius;         /* [n_points] */
  double *first, *second; /* [n_points] */
  int n_minima;           /* met by the best fit */
} fairu_contour;

/* All rays; again from a lower minimum where one was met. */
int fairu_contour__run(fairu_contour *contour, fairu_context *ctx);

#endif /* FAIRU_LIKELIHOOD_CONTOUR_H */
