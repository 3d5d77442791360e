/* compare_exact.h - what is known without events: the floor of the unbinned likelihood, and the Bayes score in bins. */
#ifndef FAIRU_CLI_COMPARE_EXACT_H
#define FAIRU_CLI_COMPARE_EXACT_H

#include "compare_fit.h"

/* Fisher matrix [(2 + n_axes)^2] of (mu, Z, relative background yield) of the unbinned extended likelihood at mu = 1 and z, without
 * priors, by Gauss-Legendre quadrature. FAIRU_ERR_OUT_OF_MEMORY. */
int compare_information(fairu_context *ctx, const compare_problem *problem, const double *z, double *matrix);

/* The smallest sigma of mu: Z known, and Z profiled with its priors. */
int compare_floor(fairu_context *ctx, const compare_problem *problem, const double *z, double *fixed,
                  double *profiled);

typedef struct compare_widths {
  double fixed;        /* half-width, Z known */
  double fisher_fixed; /* its Gaussian limit */
  double fisher;       /* Gaussian limit, Z profiled */
  double profiled;     /* half-width, Z profiled */
  double mu_hat;       /* of the profiled fit */
} compare_widths;

/* The Bayes score in n_bins uniform bins, templates and data by quadrature: at nominal Z, or (aware) at the Z of each hypothesis. */
int compare_exact_widths(fairu_context *ctx, const compare_problem *problem, const double *z, int aware,
                         size_t n_bins, compare_widths *out);

#endif /* FAIRU_CLI_COMPARE_EXACT_H */
