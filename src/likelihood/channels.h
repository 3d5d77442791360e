/* channels.h - channels of bins compiled from a fairu_model: expected yields, and the main term with exact derivatives.
 *
 * The compiled form knows yields and effects; parameters of constraints only of gammas that can be profiled. It holds no
 * pointer into the model.
 */
#ifndef FAIRU_LIKELIHOOD_CHANNELS_H
#define FAIRU_LIKELIHOOD_CHANNELS_H

#include "likelihood/build.h"
#include "likelihood/reduction.h"

typedef struct fairu_channels fairu_channels;

/* FAIRU_ERR_OUT_OF_MEMORY, FAIRU_ERR_LIMIT (more than 2^32 - 1 of anything). */
int fairu_channels__compile(fairu_context *ctx, const fairu_model *model, fairu_channels **out);
void fairu_channels__destroy(fairu_channels *channels);

/* nu [n_bins]: expected yields of all bins, of any sign. */
int fairu_channels__expected(const fairu_channels *channels, fairu_context *ctx, const double *params,
                             double *nu);
/* nu [n_bins of the channel of the sample]. Sample: place in the model. */
int fairu_channels__expected_sample(const fairu_channels *channels, fairu_context *ctx, size_t sample,
                                    const double *params, double *nu);

/* nu [n_bins] and jacobian [n_params * n_bins]: dnu_b / dtheta_p at p * n_bins + b. */
int fairu_channels__jacobian(const fairu_channels *channels, fairu_context *ctx, const double *params,
                             double *nu, double *jacobian);

/* 1: parameter is a gamma that a reduction may profile: it has a Gaussian or Poisson constraint, is not fixed by default, scales
 * one bin alone and does nothing else, and no other such gamma scales the same sample in this bin. */
int fairu_channels__can_profile(const fairu_channels *channels, size_t parameter);

/* Main term plus the constraint terms of the gammas the reduction profiles, without constants. observed [n_bins],
 * aux [n_params]. reduction NULL: all parameters, none profiled. gradient [n], hessian [n * n] or NULL, of the profile (see
 * reduction.h); profiled gammas are written into params. Overwrites nll, gradient, hessian (both triangles).
 * FAIRU_ERR_NEGATIVE_YIELD. */
int fairu_channels__evaluate(const fairu_channels *channels, fairu_context *ctx, const double *observed,
                             const double *aux, const fairu_reduction *reduction, double *params, double *nll,
                             double *gradient, double *hessian);

/* Main term at a minus that at b, summed from differences of bins: small differences keep their digits. */
int fairu_channels__difference(const fairu_channels *channels, fairu_context *ctx, const double *observed,
                               const double *a, const double *b, double *difference);

#endif /* FAIRU_LIKELIHOOD_CHANNELS_H */
