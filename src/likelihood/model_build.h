/* model_build.h - steps of building a likelihood. */
#ifndef FAIRU_LIKELIHOOD_MODEL_BUILD_H
#define FAIRU_LIKELIHOOD_MODEL_BUILD_H

#include <string.h>

#include "likelihood/model.h"

int fairu_model__read_options(fairu_context *ctx, const fairu_likelihood_options *theirs,
                              fairu_likelihood_options *ours);
int fairu_model__allocate(fairu_context *ctx, size_t n_factors, size_t n_nuisances, fairu_likelihood **out);
/* Parameter f as its entry among the caller's factors says. */
int fairu_model__set_factor(fairu_likelihood *likelihood, fairu_context *ctx, size_t f, size_t entry,
                            const fairu_factor *factor);

/* Parameters that factors [n] make: entries of one name are one. */
size_t fairu_model__count_factors(const fairu_factor *factors, size_t n);
/* Set them, in order of first appearance, and what each scales: axes have their names, processes are known. */
int fairu_model__add_factors(fairu_likelihood *likelihood, fairu_context *ctx, const fairu_factor *factors,
                             size_t n);

int fairu_model__set_poi(fairu_likelihood *likelihood, fairu_context *ctx, size_t poi);
int fairu_model__add_constraints(fairu_likelihood *likelihood, fairu_context *ctx,
                                 const fairu_constraint *constraints, size_t n);

/* A bin with signal must have background enough for a gamma, at every point of the grid. */
int fairu_model__check_gammas(const fairu_likelihood *likelihood, fairu_context *ctx);

#endif /* FAIRU_LIKELIHOOD_MODEL_BUILD_H */
