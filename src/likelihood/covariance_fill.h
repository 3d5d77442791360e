/* covariance_fill.h - what the curvature at a minimum says about errors. */
#ifndef FAIRU_LIKELIHOOD_COVARIANCE_FILL_H
#define FAIRU_LIKELIHOOD_COVARIANCE_FILL_H

#include "likelihood/plan.h"

/* Inverse Hessian of the free parameters into covariance [n_params * n_params]; NaN where there is none. held: bins
 * whose yield profiled gammas hold at 0. */
int fairu_covariance__fill(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *best, int held,
                           double *covariance);

/* A fit that gives the variances [n_params] of its coordinates alone, 0 for other parameters: for models of very many gammas. */
int fairu_fit__variances(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                         const fairu_fit_options *options, double *variances);

#endif /* FAIRU_LIKELIHOOD_COVARIANCE_FILL_H */
