/* combine.h - a likelihood of parts: what the files of the layer ask of it. */
#ifndef FAIRU_LIKELIHOOD_COMBINE_H
#define FAIRU_LIKELIHOOD_COMBINE_H

#include "likelihood/model.h"

/* As fairu_likelihood__evaluate: the main terms of all parts, and each constraint once. */
int fairu_combined__evaluate(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                             const fairu_reduction *reduction, double *params, double *nll, double *gradient,
                             double *hessian);

/* As fairu_likelihood_nll_difference, after its checks. */
int fairu_combined__difference(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                               const double *a, const double *b, double *difference);

/* The point of part p in scratch of ctx; NULL when there is no memory. */
double *fairu_combined__point(const fairu_likelihood *likelihood, fairu_context *ctx, size_t p,
                              const double *params);

/* Ranges of all parts. */
int fairu_combined__check(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params);

int fairu_combined__expected(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                             double *nu);
/* sample counts through the parts. */
int fairu_combined__expected_sample(const fairu_likelihood *likelihood, fairu_context *ctx, size_t sample,
                                    const double *params, double *nu);

/* Is parameter i a gamma that its part, and no other, profiles? */
int fairu_combined__can_profile(const fairu_likelihood *likelihood, size_t i);

/* Part that has the `place`-th of what `count` counts; *within: its place there. NULL beyond the end. */
const fairu_likelihood *fairu_combined__find(const fairu_likelihood *likelihood,
                                             size_t (*count)(const fairu_likelihood *), size_t place,
                                             size_t *part, size_t *within);

/* Data of the parts. */
int fairu_combined__create_data(fairu_data *data, fairu_context *ctx);
int fairu_combined__set_observed(fairu_data *data, fairu_context *ctx, const double *observed);
int fairu_combined__observed(const fairu_data *data, fairu_context *ctx, const double *params,
                             double *observed);
int fairu_combined__set_aux(fairu_data *data, fairu_context *ctx, size_t parameter, double value);
double fairu_combined__aux(const fairu_data *data, size_t parameter);
int fairu_combined__asimov(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                           fairu_data *data);
int fairu_combined__toy(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                        uint64_t seed, uint64_t toy, fairu_data *data);

/* Free what only combined likelihoods have. */
void fairu_combined__clear(fairu_likelihood *likelihood);

#endif /* FAIRU_LIKELIHOOD_COMBINE_H */
