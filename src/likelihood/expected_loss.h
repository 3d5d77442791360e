/* expected_loss.h - what counts per process and variation are expected to measure: parts of fairu_expected_loss().
 *
 * Parameters: 0 is the signal (its yield in Fisher matrices, its strength in fits), 1 + k nuisance k.
 */
#ifndef FAIRU_LIKELIHOOD_EXPECTED_LOSS_H
#define FAIRU_LIKELIHOOD_EXPECTED_LOSS_H

#include <fairu/summary_losses.h>

#include "base/context_internal.h"

typedef struct fairu_expected {
  const fairu_summary_counts *counts;
  fairu_expected_loss_options options;
  fairu_expected_nuisance *nuisances; /* [n_nuisances] */
  size_t n_processes, n_bins, n_nuisances;
  size_t n; /* parameters: 1 + n_nuisances */
} fairu_expected;

/* Read and check options against counts. Scratch of ctx, given back by the caller's mark. */
int fairu_expected__create(fairu_context *ctx, const fairu_summary_counts *counts,
                           const fairu_expected_loss_options *options, fairu_expected *expected);

/* ---- shifts: linear in the counts ---------------------------------------------------------------------- */

/* What a nuisance at Z adds to the share of a process: these times counts of up, nominal and down, and times the tangent. */
typedef struct fairu_stencil {
  double up, nominal, down, tangent;
} fairu_stencil;

/* Delta (order 0), its slope (1) or its curvature (2) in Z by code 4p or 0, where the sign of a zero tells the side. A rate has none: zeros. */
fairu_stencil fairu_stencil__at(const fairu_expected_nuisance *nuisance, int code, double z, int order);

/* 1: its slope jumps at nominal. */
int fairu_expected__has_kink(const fairu_expected *expected, size_t nuisance);

/* Share of process p in bin b by the stencil. */
double fairu_stencil__share(const fairu_expected *expected, const fairu_expected_nuisance *nuisance,
                            const fairu_stencil *stencil, size_t p, size_t b);

/* Gradient arrays [as counts, as tangents]; tangents may be NULL if there are none. */
typedef struct fairu_expected_gradient {
  double *counts, *tangents;
} fairu_expected_gradient;

/* d loss / d share, passed on to what the share is made of. */
void fairu_stencil__spread(const fairu_expected *expected, const fairu_expected_nuisance *nuisance,
                           const fairu_stencil *stencil, size_t p, size_t b, double slope,
                           const fairu_expected_gradient *gradient);

/* Nominal share of process p in bin b, and its place in arrays shaped as the counts. */
size_t fairu_expected__nominal(const fairu_expected *expected, size_t p, size_t b);

/* ---- the information at nominal ------------------------------------------------------------------------ */

typedef struct fairu_fisher {
  double *nu;             /* [n_bins] */
  double *d;              /* [n * n_bins] d nu / d parameter */
  double *matrix;         /* [n * n] F + C */
  double *covariance;     /* [n * n] its inverse */
  double log_determinant; /* of the covariance */
} fairu_fisher;

int fairu_fisher__create(fairu_context *ctx, const fairu_expected *expected, fairu_fisher *fisher);

/* Variance, sigma or determinant; weights [n * n] or NULL: its derivative by the elements of the matrix. */
double fairu_fisher__quantity(const fairu_expected *expected, const fairu_fisher *fisher, int quantity,
                              double *weights);

/* Add the gradient of a quantity that has these weights. */
void fairu_fisher__spread(const fairu_expected *expected, const fairu_fisher *fisher, const double *weights,
                          const fairu_expected_gradient *gradient);

/* ---- the profile fit ----------------------------------------------------------------------------------- */

/* Test of mu on what is expected at mu_asimov. */
typedef struct fairu_expected_test {
  double mu, mu_asimov;
  double q;
  double *z;        /* [n_nuisances] where the conditional fit ends; zeros have the sign of their side */
  double *observed; /* [n_bins] */
  double *nu;       /* [n_bins] of the fit */
} fairu_expected_test;

int fairu_expected_test__create(fairu_context *ctx, const fairu_expected *expected, double mu,
                                double mu_asimov, fairu_expected_test *test);

/* Add scale times the gradient of q. */
void fairu_expected_test__spread(const fairu_expected *expected, const fairu_expected_test *test,
                                 double scale, const fairu_expected_gradient *gradient);

#endif /* FAIRU_LIKELIHOOD_EXPECTED_LOSS_H */
