/* likelihood_internal.h - what calibrations use of likelihoods: yields by process, draws of parameters, the profile of the parameter of
 * interest within a range. Functions only.
 *
 * Handles are not NULL and arrays are large enough: the caller has checked.
 */
#ifndef FAIRU_LIKELIHOOD_INTERNAL_H
#define FAIRU_LIKELIHOOD_INTERNAL_H

#include <fairu/fit.h>

#include "base/context_internal.h"
#include "numeric/philox.h"

/* Processes of a likelihood of templates; 0 for other kinds. */
size_t fairu_likelihood__n_processes(const fairu_likelihood *likelihood);

/* Yields by process at params, factors included: yields [n_processes * n_bins]. Of templates alone. */
int fairu_likelihood__process_yields(const fairu_likelihood *likelihood, fairu_context *ctx,
                                     const double *params, double *yields);

/* Their variances, as squared relative errors [n_processes * n_bins]; 0 where nothing is expected. */
int fairu_likelihood__process_variances(const fairu_likelihood *likelihood, fairu_context *ctx,
                                        const double *params, double *relative);

/* A value of parameter i from its prior about the centre, clipped at its bounds. Parameters without a prior, and those that are fixed,
 * stay where fits begin. */
double fairu_likelihood__draw_parameter(const fairu_likelihood *likelihood, size_t i, fairu_philox *rng);

/* Defaults, or what theirs says. FAIRU_ERR_STRUCT_SIZE. Values are checked by the fit. */
int fairu_fit_options__read(fairu_context *ctx, const fairu_fit_options *theirs, fairu_fit_options *ours);

/* The refusals of a fit with these options (NULL: defaults), without the fit. */
int fairu_fit_options__check(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                             const fairu_fit_options *options);

/* Profile of the parameter of interest on one data set, counted from its minimum within [lower, upper]:
 * t(mu) = 2 [NLL(mu) - min over [lower, upper] of NLL]. Scratch of ctx, given back by the caller's mark. */
typedef struct fairu_poi_range fairu_poi_range;

/* The fit, in which a factor has no bounds, and where it ends outside the range conditional fits at the ends. The nuisances are first brought near the
 * data with mu at `first`. rough: the estimate is good to 1e-3 of its error, no more; t is good to 1e-6 in any case. FAIRU_ERR_NOT_CONVERGED. */
int fairu_poi_range__create(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                            const fairu_fit_options *options, double lower, double upper, double first,
                            int rough, fairu_poi_range **out);

/* Where that fit ended, params [n_params] too (or NULL); and the place of the minimum within the range. */
double fairu_poi_range__estimate(const fairu_poi_range *range, double *params);
double fairu_poi_range__lowest(const fairu_poi_range *range);

/* t and its slope (or NULL) at mu within the range. Takes the lowest of the valleys met so far; the minimum may fall when a lower one is
 * met. */
int fairu_poi_range__at(fairu_context *ctx, fairu_poi_range *range, double mu, double *t, double *slope);

/* Second derivative of t at the estimate; 0 where it cannot be told. */
int fairu_poi_range__curvature(fairu_context *ctx, fairu_poi_range *range, double *curvature);

/* Grows with each lower minimum: values of t known before are void. */
int fairu_poi_range__generation(const fairu_poi_range *range);

#endif /* FAIRU_LIKELIHOOD_INTERNAL_H */
