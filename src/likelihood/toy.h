/* toy.h - what toys of counts and toys of events share. */
#ifndef FAIRU_LIKELIHOOD_TOY_H
#define FAIRU_LIKELIHOOD_TOY_H

#include "likelihood/model.h"

int fairu_toy__check(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                     size_t n_params, const fairu_data *data);

/* Auxiliary values and counts about the nuisances of params. */
int fairu_toy__draw_auxiliary(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                              uint64_t seed, uint64_t toy, fairu_data *data);

#endif /* FAIRU_LIKELIHOOD_TOY_H */
