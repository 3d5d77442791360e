/* challenge_baseline.h - what the files of the baseline likelihood share. */
#ifndef FAIRU_LIKELIHOOD_CHALLENGE_BASELINE_H
#define FAIRU_LIKELIHOOD_CHALLENGE_BASELINE_H

#include <fairu/challenge_baseline.h>

#include "base/context_internal.h"

/* Polynomials in t = (alpha - middle) / half, coefficients [n_nuisances][n_powers][n_bins], highest power first. */
struct fairu_challenge_baseline {
  fairu_allocator allocator;
  size_t n_bins, n_nuisances, n_powers;
  fairu_challenge_baseline_nuisance *nuisances; /* names are owned */
  double *middle, *half;                        /* [n_nuisances] */
  double *signal, *background;
};

/* Shape and nuisances checked and copied; middle 0, half 1, coefficients 0. */
int fairu_challenge_baseline__create(fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances,
                                     size_t n_nuisances, size_t n_bins, size_t degree,
                                     fairu_challenge_baseline **out);

/* Value and derivatives (NULL: not wanted) of the polynomials of nuisance k at alpha: each [n_bins], second after first. */
void fairu_challenge_baseline__polynomial(const fairu_challenge_baseline *baseline,
                                          const double *coefficients, size_t k, double alpha, double *value,
                                          double *first, double *second);

/* NLL less fairu_challenge_baseline__constant, without cancellation near its minimum; gradient and hessian or NULL. */
int fairu_challenge_baseline__deviance(const fairu_challenge_baseline *baseline, fairu_context *ctx,
                                       const double *observed, const double *params, double *value,
                                       double *gradient, double *hessian);

/* sum_i [n_i - n_i ln n_i] */
double fairu_challenge_baseline__constant(const double *observed, size_t n_bins);

/* Counts [n_bins], finite and >= 0. */
int fairu_challenge_baseline__check_counts(const fairu_challenge_baseline *baseline, fairu_context *ctx,
                                           const double *observed, size_t n_bins);

#endif /* FAIRU_LIKELIHOOD_CHALLENGE_BASELINE_H */
