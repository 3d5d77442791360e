/* compare_fit.h - the likelihood of a problem from templates, its data, and what is measured on it. Processes are in the order of labels. */
#ifndef FAIRU_CLI_COMPARE_FIT_H
#define FAIRU_CLI_COMPARE_FIT_H

#include "compare_problem.h"

extern const char *const compare_process_names[COMPARE_CLASSES];

/* mu times the signal, Gaussian priors of Z. mc_stat: fairu_mc_stat. */
int compare_likelihood_create(fairu_context *ctx, const compare_problem *problem,
                              const fairu_templates *templates, int mc_stat, fairu_likelihood **out);

/* Data at mu = 1 and the truth z: counts that move with Z, or NULL: what the likelihood itself expects. The priors stay at nominal
 * Z, which is what the experiment believes. */
int compare_data_create(fairu_context *ctx, const compare_problem *problem,
                        const fairu_likelihood *likelihood, const double *z, const fairu_templates *moving,
                        fairu_data **out);

/* Half-width of mu at one sigma (the profile rises by 1/2), Z known or profiled; mu_hat may be NULL. NaN where an end is no
 * crossing. */
int compare_interval(fairu_context *ctx, const compare_problem *problem, const fairu_likelihood *likelihood,
                     const fairu_data *data, const double *z, int profiled, double *half_width,
                     double *mu_hat);

/* Gaussian limit at mu = 1 and z, priors included: sigma of mu with Z known and with Z profiled. */
int compare_fisher(fairu_context *ctx, const compare_problem *problem, const fairu_likelihood *likelihood,
                   const double *z, double *fixed, double *profiled);

/* sqrt of element 0 of the inverse of a symmetric positive definite matrix [n * n], n <= COMPARE_PARAMETERS + 1; NaN if it is not. */
double compare_sigma(const double *matrix, size_t n);

#endif /* FAIRU_CLI_COMPARE_FIT_H */
