/* channels_profile.h - the gammas of one bin at their best: nu = fixed + sum_k g_k yield_k against a count n. */
#ifndef FAIRU_LIKELIHOOD_CHANNELS_PROFILE_H
#define FAIRU_LIKELIHOOD_CHANNELS_PROFILE_H

#include <stddef.h>

#include "likelihood/channels_private.h"

/* One gamma. Given: yield, aux, gamma. Found: value, term (its constraint), curvature of the constraint; free: not at a bound. */
typedef struct fairu_bin_gamma {
  const fairu_gamma *gamma;
  double aux, yield;
  double value, term, curvature;
  int free;
} fairu_bin_gamma;

/* slope 1 - n / nu, or the multiplier of nu >= 0 where that holds nu at 0; weight n / nu^2. */
typedef struct fairu_bin_state {
  double nu, slope, weight;
} fairu_bin_state;

/* nu < 0 in *state if no gammas within bounds make the yield positive. */
void fairu_profile__bin(double fixed, double n, fairu_bin_gamma *gammas, size_t n_gammas,
                        fairu_bin_state *state);

/* Derivatives of the profile: with M = weight A A^T + diag(curvature) of the free gammas,
 * *kept = weight / (1 + weight s); lift [n] = weight M^-1 A; inverse [n * n] = M^-1. Zero where a gamma is at a bound. */
void fairu_profile__eliminate(const fairu_bin_gamma *gammas, size_t n_gammas, double weight, double *kept,
                              double *lift, double *inverse);

#endif /* FAIRU_LIKELIHOOD_CHANNELS_PROFILE_H */
