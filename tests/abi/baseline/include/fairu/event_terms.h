/* fairu/event_terms.h - tables of event-wise log ratios at the knots of the nuisances, and pools of events
 * behind Asimov data and toys.
 *
 * For each event, ln r (signal over background at Z) and ln[p_b(x|z)/p_b(x|z_ref)] are known at the points of
 * a grid without pairs, and
 *
 *   f(z) = f(nominal) + sum_k [S_k(z_k) - S_k(nominal)],   S_k: cubic spline through the knots of axis k, not-a-knot ends.
 *
 * One fit touches all events some thirty times: at a given Z the interval and the weights of the spline are
 * the same for all events, so that an evaluation streams through four columns of the table. The second term
 * is linear in the table: it is summed over events once per data.
 *
 * A pool is a table whose rows stand for the distribution of events. Row i was made with number density
 * q(x_i); its reference weight is p_b(x_i|z_ref) / q(x_i), in any unit: B p_b / q = B / (n_b + n_s r(x_i,
 * z_ref)) for a pool of n_b background and n_s signal events made at z_ref, a constant for background alone.
 * Then any integral over p_b(x|z_ref) is a sum over rows, and rows expect
 *
 *   w_i [p_b(x_i|z) / p_b(x_i|z_ref)] [B(z) + mu S(z) r(x_i, z)] / sum_j w_j
 *
 * events at (mu, z): the weights of Asimov data (fairu_likelihood_asimov) and the means of Poisson
 * multiplicities of toys (fairu_likelihood_toy). Only the weights at z_ref are asked for; a region where
 * signal is rich needs signal in the pool, or few rows carry large weights.
 *
 * A table may be used by many threads once it is made; it must outlive the likelihoods and data that use it.
 */
#ifndef FAIRU_EVENT_TERMS_H
#define FAIRU_EVENT_TERMS_H

#include <fairu/likelihood.h>

FAIRU_BEGIN_DECLS

/* Table from arrays [n_points * n_events], point by point; log_density NULL: 0, the background does not
 * depend on Z. All copied. FAIRU_ERR_NON_FINITE (names event and point), FAIRU_ERR_UNSUPPORTED (a grid with
 * pairs), FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_terms_create(fairu_context *ctx, const fairu_grid *grid,
                                                       size_t n_events, const double *log_ratio,
                                                       const double *log_density, fairu_event_terms **out);

/* Table from a function (closed forms), called for values alone: all d_ and d2_ are NULL. From worker
 * threads. FAIRU_ERR_CALLBACK. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_terms_create_from_function(fairu_context *ctx,
                                                                     const fairu_grid *grid, size_t n_events,
                                                                     fairu_event_term_fn term,
                                                                     void *user_data,
                                                                     fairu_event_terms **out);

typedef struct fairu_event_classifiers {
  size_t struct_size;
  /* signal against background, its nuisances among the axes; ln r = logit - ratio_prior */
  const fairu_classifier *ratio;
  /* ln(weight of signal / weight of background) in training, default 0: balanced */
  double ratio_prior;
  /* background at z against background at z_ref, z a nuisance of the classifier that is also given to the
   * events of z_ref; NULL: the background does not depend on Z */
  const fairu_classifier *density;
  double density_prior; /* ln(weight at z / weight at z_ref) in training, default 0 */
} fairu_event_classifiers;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_classifiers_init(fairu_event_classifiers *classifiers,
                                                           size_t struct_size);

/* Table from calibrated, parameterised classifiers: the events as they are, scored at each point of the grid.
 * Errors of fairu_classifier_score_events, FAIRU_ERR_NOT_FOUND (a nuisance that is no axis). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_terms_create_from_classifiers(
    fairu_context *ctx, const fairu_grid *grid, const fairu_events *events,
    const fairu_event_classifiers *classifiers, fairu_event_terms **out);

FAIRU_API void fairu_event_terms_destroy(fairu_event_terms *terms); /* NULL is a no-op. Since 0.2 */

/* Rows of the table. Since 0.2 */
FAIRU_API size_t fairu_event_terms_n_events(const fairu_event_terms *terms);

/* A fairu_event_term_fn on a table (user_data: fairu_event_terms): FAIRU_OK, FAIRU_ERR_NULL, FAIRU_ERR_SHAPE
 * (n_z, rows), FAIRU_ERR_RANGE (Z outside the knots). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_terms_evaluate(size_t first, size_t n, const double *z, size_t n_z,
                                                         double *log_ratio, double *d_log_ratio,
                                                         double *d2_log_ratio, double *log_density,
                                                         double *d_log_density, double *d2_log_density,
                                                         void *terms);

/* Make the table a pool: reference weights [n] >= 0, in any unit, n its rows. Before anything uses it.
 * FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_NEGATIVE_WEIGHT, FAIRU_ERR_EMPTY (all 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_terms_set_pool(fairu_event_terms *terms, fairu_context *ctx,
                                                         const double *weights, size_t n);

/* What to normalise; add them up. */
enum fairu_normalise {
  FAIRU_NORMALISE_BACKGROUND = 1, /* ln p_b/p_b, so that p_b(x|z) integrates to one at each knot */
  /* ln r, so that r p_b(x|z) does. Only with a density ratio that is right where signal is rich and
   * background is rare: a mistake there moves mu by its size */
  FAIRU_NORMALISE_SIGNAL = 2
};

/* Learned ratios are not ratios of normalised densities. At each point of the grid subtract from the terms of
 * `terms` what makes densities (`which`: fairu_normalise) integrate to one over `pool` (same grid; may be
 * `terms`; change the pool last). What is left of a learner's mistakes is shape. Before anything uses it.
 * FAIRU_ERR_SHAPE (grids), FAIRU_ERR_ARGUMENT (not a pool, which). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_terms_normalise(fairu_event_terms *terms, fairu_context *ctx,
                                                          const fairu_event_terms *pool, int which);

/* Observed events: rows of a table of their own, with the axes of the model's, and weights [n] (NULL: 1
 * each). The model's own table is then a pool that this data do not use, until Asimov data or a toy of the
 * model are written into them. FAIRU_ERR_ARGUMENT (model without a table), FAIRU_ERR_SHAPE (axes, n),
 * FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_set_event_terms(fairu_data *data, fairu_context *ctx,
                                                         const fairu_event_terms *terms,
                                                         const double *weights, size_t n);

/* Toy of the events that the data have now, with means [n] from elsewhere (weights of a simulation that is
 * not the model): weights become Poisson multiplicities, the same draws as fairu_likelihood_toy makes of
 * equal means. Auxiliary data stay. FAIRU_ERR_NEGATIVE_WEIGHT. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_draw_events(fairu_data *data, fairu_context *ctx,
                                                     const double *means, size_t n, uint64_t seed,
                                                     uint64_t toy);

FAIRU_END_DECLS

#endif /* FAIRU_EVENT_TERMS_H */
