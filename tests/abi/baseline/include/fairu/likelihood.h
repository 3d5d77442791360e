/* fairu/likelihood.h - models and data; negative log-likelihood (NLL) with derivatives; combination; one toy.
 *
 * A fairu_likelihood is the model: templates (or an event-wise term), factors such as mu, nuisance parameters
 * with their constraint terms. A fairu_data is what was observed: main counts, auxiliary values, and for
 * aware classifiers an observed histogram that moves with Z. Model and data are two things: toys cost a fill,
 * not a rebuild. The model is immutable and shared by threads; a fairu_data may be read by many threads,
 * changed by one.
 *
 * Parameters: first the factors, in the order in which their names first appear (mu first, by convention),
 * then the nuisances in the order of the grid axes; natural units. phi_p is the product of all factors of
 * process p.
 *
 *   -ln L = sum_j [ nu_j - n_j ln nu_j + ln Gamma(n_j + 1) ] + constraint terms,   nu_j = sum_p phi_p nu_pj(z)
 *
 * returned as two numbers, nll[0] + nll[1]: the deviance form sum_j [nu_j - n_j + n_j ln(n_j/nu_j)] +
 * constraints relative to their maximum, and the saturated constant. Differences at fixed data use the first;
 * when the observation moves with Z the sum is what is minimised, because then the constant is not one.
 */
#ifndef FAIRU_LIKELIHOOD_H
#define FAIRU_LIKELIHOOD_H

#include <fairu/templates.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_likelihood fairu_likelihood;
typedef struct fairu_data fairu_data;

/* A factor: scales the yield of one process. Several entries of one name are one parameter that scales all
 * their processes (FAIRU_ERR_DUPLICATE: one process twice); those after the first repeat its start and
 * bounds, or say 0, 0, 0. Free, unless a fairu_constraint names it: then it is a nuisance that starts at the
 * centre of its prior, within what its bounds and the prior's range have in common. */
typedef struct fairu_factor {
  const char *name;    /* "mu" */
  const char *process; /* it scales */
  double start;        /* where fits begin */
  /* bounds; -inf and +inf: free as long as every nu_j > 0. Where a bin of signal counts nothing, the minimum
   * may lie at nu_j = 0: n_zero_yield of fairu/fit.h */
  double lower, upper;
} fairu_factor;

enum fairu_constraint_kind {
  FAIRU_CONSTRAINT_NONE = 0,
  FAIRU_CONSTRAINT_PRIOR = 1, /* density of a fairu_nuisance about its auxiliary value */
  /* Poisson counts of an auxiliary measurement with templates of their own */
  FAIRU_CONSTRAINT_AUXILIARY = 2,
  /* one auxiliary count with expectation tau * theta; models of model.h only. */
  FAIRU_CONSTRAINT_POISSON = 3
};

/* What is known about one nuisance besides the main counts. */
typedef struct fairu_constraint {
  const char *nuisance; /* an axis of the templates, or (kind PRIOR) a factor */
  int kind;
  const fairu_nuisance *prior; /* kind PRIOR; its centre is the default auxiliary value */
  /* kind AUXILIARY: all processes are summed; axes: this nuisance alone */
  const fairu_templates *auxiliary;
} fairu_constraint;

enum fairu_mc_stat {
  FAIRU_MC_STAT_NONE = 0, /* templates are taken as exact */
  /* default where templates have variances: one gamma per bin, shared over Z, Gaussian about 1 with variance
   * (sum_p phi_p^2 V_pj(z)) / nu_j^2 at the current point, profiled in closed form (Conway, arXiv:1103.0354) */
  FAIRU_MC_STAT_MOVING = 1
};

enum fairu_nll_constant {
  FAIRU_CONSTANT_POISSON = 0, /* ln Gamma(n + 1): a true Poisson probability (default) */
  /* ln Gamma(n), as the code of arXiv:2105.08742 has it; matters when n moves with Z */
  FAIRU_CONSTANT_PUBLISHED = 1,
  FAIRU_CONSTANT_SATURATED = 2 /* none: the deviance alone */
};

typedef struct fairu_likelihood_options {
  size_t struct_size;
  /* [n_factors]; several may name the same process, or have one name */
  const fairu_factor *factors;
  size_t n_factors;
  size_t poi; /* index of the parameter of interest, default 0 */
  /* [n_constraints]; axes without one are free within the knots */
  const fairu_constraint *constraints;
  size_t n_constraints;
  int mc_stat;  /* fairu_mc_stat, default FAIRU_MC_STAT_MOVING */
  int constant; /* fairu_nll_constant */
} fairu_likelihood_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_options_init(fairu_likelihood_options *options,
                                                            size_t struct_size);

/* Build a binned model. Everything is copied; templates may be destroyed afterwards. FAIRU_ERR_NOT_FOUND
 * (process, nuisance), FAIRU_ERR_DUPLICATE, FAIRU_ERR_RANGE, FAIRU_ERR_SHAPE, FAIRU_ERR_NEGATIVE_YIELD (with
 * mc_stat: a bin with signal and too little background to carry a gamma: merge it), FAIRU_ERR_OUT_OF_MEMORY.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_create(fairu_context *ctx, const fairu_templates *templates,
                                                      const fairu_likelihood_options *options,
                                                      fairu_likelihood **out);

/* Terms of events first .. first + n - 1 at Z: log_ratio[i] = ln r, the density ratio signal over background
 * at Z; log_density[i] = ln[p_b(x|z) / p_b(x|z_ref)]. d_*: [n * n_z] first, d2_*: [n * n_z * n_z] second
 * derivatives in Z, NULL when not wanted. Called from worker threads. Non-zero stops with
 * FAIRU_ERR_CALLBACK. */
typedef int (*fairu_event_term_fn)(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio,
                                   double *d_log_ratio, double *d2_log_ratio, double *log_density,
                                   double *d_log_density, double *d2_log_density, void *user_data);

/* Expected events at Z: yields [2] = S (at mu = 1) and B, both > 0; d_yields [2 * n_z] first and d2_yields [2
 * * n_z * n_z] second derivatives in Z, all zero when called, those of S first. Called from the thread of the
 * caller. Non-zero stops with FAIRU_ERR_CALLBACK. */
typedef int (*fairu_event_yield_fn)(const double *z, size_t n_z, double *yields, double *d_yields,
                                    double *d2_yields, void *user_data);

typedef struct fairu_event_terms fairu_event_terms; /* event_terms.h */

/* Where the terms come from: a table (terms), or a function (term). */
typedef struct fairu_event_model {
  size_t struct_size;
  double signal_yield;     /* S at mu = 1, > 0; not read with `yields` */
  double background_yield; /* B > 0; the same */
  /* [n_nuisances]; NULL with a table: its axes, their knots as ranges */
  const char *const *nuisances;
  const double *lower; /* [n_nuisances] ranges; NULL: unbounded */
  const double *upper;
  const double *start; /* [n_nuisances] where fits begin */
  size_t n_nuisances;
  fairu_event_term_fn term;
  void *term_data;                /* outlives the likelihood */
  const fairu_event_terms *terms; /* instead of term; outlives the likelihood */
  fairu_event_yield_fn yields;    /* NULL: the same at all Z */
  void *yield_data;               /* outlives the likelihood */
} fairu_event_model;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_event_model_init(fairu_event_model *model, size_t struct_size);

/* Build the event-wise (unbinned, extended) model: the consistent form for summaries that depend on Z,
 *   -ln L = mu S(z) + B(z) - sum_i w_i { ln[B(z) + mu S(z) r(x_i, z)] + ln p_b(x_i|z)/p_b(x_i|z_ref) } + constraint terms.
 * It is B(z), not B(z_ref): the density of events is B(z) p_b(x|z) + mu S(z) p_s(x|z) = p_b(x|z_ref)
 * [p_b(x|z)/p_b(x|z_ref)] [B(z) + mu S(z) r], and only p_b(x|z_ref), which no parameter moves, is dropped.
 * nll[1] = W - W ln W with W = sum_i w_i. options: exactly one factor (its process is not read). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_create_unbinned(fairu_context *ctx,
                                                               const fairu_event_model *model,
                                                               const fairu_likelihood_options *options,
                                                               fairu_likelihood **out);

FAIRU_API void fairu_likelihood_destroy(fairu_likelihood *likelihood); /* NULL is a no-op. Since 0.2 */

enum fairu_parameter_kind {
  FAIRU_PARAMETER_FACTOR = 1,   /* no constraint */
  FAIRU_PARAMETER_NUISANCE = 2, /* with a constraint (a factor, too), or an axis of templates */
  /* with a constraint, and scales one bin (template statistics, shapesys). */
  FAIRU_PARAMETER_GAMMA = 3
};

typedef struct fairu_parameter {
  size_t struct_size;
  const char *name; /* lives as long as the likelihood */
  int kind;         /* fairu_parameter_kind */
  double start;
  double lower, upper;
  int constraint; /* fairu_constraint_kind */
  int fixed;      /* fits keep it at start unless told otherwise */
  /* prefit error: width of a Gaussian prior, width * aux of a log-normal, tau^-1/2 of a Poisson count; NaN
   * without. */
  double width;
  double aux; /* default auxiliary value (a count for FAIRU_CONSTRAINT_POISSON); NaN without. */
  /* 0: a two-point choice, whose error after a fit is no measurement (fairu_nuisance); else 1. */
  int statistical_origin;
} fairu_parameter;

/* Shape; index of the parameter of interest; parameter i (set struct_size first; FAIRU_ERR_RANGE); index by
 * name (FAIRU_ERR_NOT_FOUND). n_bins is 0 for an event-wise model. Since 0.2 */
FAIRU_API size_t fairu_likelihood_n_parameters(const fairu_likelihood *likelihood);
FAIRU_API size_t fairu_likelihood_n_bins(const fairu_likelihood *likelihood);
FAIRU_API size_t fairu_likelihood_poi_index(const fairu_likelihood *likelihood);
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_parameter(const fairu_likelihood *likelihood,
                                                         fairu_context *ctx, size_t i,
                                                         fairu_parameter *parameter);
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_find_parameter(const fairu_likelihood *likelihood,
                                                              fairu_context *ctx, const char *name,
                                                              size_t *index);

/* Expected yields nu [n_bins] at params [n_params]; FAIRU_ERR_SHAPE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_expected(const fairu_likelihood *likelihood,
                                                        fairu_context *ctx, const double *params,
                                                        size_t n_params, double *nu);

/* NLL at params [n_params] for data. nll [2]: deviance part and saturated part, see above. gradient
 * [n_params] and hessian [n_params * n_params] of their sum, or NULL. Analytic. FAIRU_ERR_SHAPE,
 * FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE (a nuisance outside the knots; a point its constraint does not
 * allow), FAIRU_ERR_NEGATIVE_YIELD (names bin and yield), FAIRU_ERR_ARGUMENT (data of another model). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_nll(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                   const fairu_data *data, const double *params,
                                                   size_t n_params, double *nll, double *gradient,
                                                   double *hessian);

/* NLL(a) - NLL(b) at fixed data, summed from differences of each term, so that a small difference keeps its
 * digits (relative 1e-13 where the difference of the deviance parts would have lost them). Both points
 * [n_params]. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_nll_difference(const fairu_likelihood *likelihood,
                                                              fairu_context *ctx, const fairu_data *data,
                                                              const double *a, const double *b,
                                                              size_t n_params, double *difference);

/* ---- combination -------------------------------------------------------------------------------------- */

typedef struct fairu_combine_options {
  size_t struct_size;
  const char *poi; /* NULL (default): that of the first part */
  /* 1: channels of equal name in two parts are known to hold different events; default 0: refused */
  int allow_same_events;
} fairu_combine_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_combine_options_init(fairu_combine_options *options, size_t struct_size);

/* Join independent likelihoods (of any kind: templates, models, event-wise) on parameters of the same name.
 * The parts [n_parts >= 1] must outlive *out and are shared, not copied. Parameters: those of part 0, then
 * the new ones of part 1, ... A constraint that two parts have alike (kind, auxiliary value, width, table) is
 * one measurement and counts once; one that only one part has holds for all; two auxiliary measurements
 * (FAIRU_CONSTRAINT_AUXILIARY) with data of their own multiply; anything else under one name is refused with
 * FAIRU_ERR_ARGUMENT, which names both meanings: a prior and an auxiliary histogram of the same nuisance too,
 * unless they are in one part. Bounds: the intersection (FAIRU_ERR_RANGE if empty). Channels of equal name
 * are refused unless allow_same_events. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_create_combined(fairu_context *ctx,
                                                               const fairu_likelihood *const *parts,
                                                               size_t n_parts,
                                                               const fairu_combine_options *options,
                                                               fairu_likelihood **out);

/* Parts of a combined likelihood; 0 and NULL for others. Since 0.2 */
FAIRU_API size_t fairu_likelihood_n_parts(const fairu_likelihood *likelihood);
FAIRU_API const fairu_likelihood *fairu_likelihood_part(const fairu_likelihood *likelihood, size_t i);

/* ---- data --------------------------------------------------------------------------------------------- */

/* Make data for a model: counts 0; auxiliary values at the centres of the priors, auxiliary counts 0. The
 * likelihood must outlive it. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_create(fairu_context *ctx, const fairu_likelihood *likelihood,
                                                fairu_data **out);
FAIRU_API void fairu_data_destroy(fairu_data *data); /* NULL is a no-op. Since 0.2 */

/* Data of part i of a combined likelihood, to be set with the calls below; belongs to `data`. NULL for
 * others. fairu_data_set_observed on the whole takes the bins of all parts, one after the other. A constraint
 * that counts once is that of the first part that has it. Since 0.2 */
FAIRU_API fairu_data *fairu_data_part(fairu_data *data, size_t i);

/* Make data of the same likelihood equal to `from`: main, moving and auxiliary. FAIRU_ERR_ARGUMENT (another
 * likelihood). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_copy(fairu_data *data, fairu_context *ctx, const fairu_data *from);

/* Set main counts [n_bins], finite and >= 0 (fractions allowed); they no longer move with Z. FAIRU_ERR_SHAPE,
 * FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_set_observed(fairu_data *data, fairu_context *ctx,
                                                      const double *observed, size_t n_bins);

/* Set main counts that move with Z: templates with the model's bins and one process, whose axes are nuisances
 * of the model. Copied. Made with FAIRU_INTERPOLATION_SQRT, or LOG where no bin is ever empty. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_set_observed_moving(fairu_data *data, fairu_context *ctx,
                                                             const fairu_templates *observed);

/* Set the auxiliary value of the prior of one nuisance (parameter index), or the counts [n] of its auxiliary
 * measurement. FAIRU_ERR_ARGUMENT (no such constraint there). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_set_aux(fairu_data *data, fairu_context *ctx, size_t parameter,
                                                 double value);
FAIRU_API FAIRU_NODISCARD int fairu_data_set_aux_counts(fairu_data *data, fairu_context *ctx,
                                                        size_t parameter, const double *counts, size_t n);

/* Set the weights w_i [n] of the events of an event-wise model (1 for real events, expected density for
 * Asimov data). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_set_events(fairu_data *data, fairu_context *ctx,
                                                    const double *weights, size_t n);

/* Current counts [n_bins] (those at params' Z if they move, else params may be NULL) and auxiliary value.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_data_observed(const fairu_data *data, fairu_context *ctx,
                                                  const double *params, size_t n_params, double *observed);
FAIRU_API FAIRU_NODISCARD int fairu_data_aux(const fairu_data *data, fairu_context *ctx, size_t parameter,
                                             double *value);

/* Asimov data at params: counts equal expected yields, auxiliary data equal their expectation. Does not move
 * with Z. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_asimov(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                      const double *params, size_t n_params,
                                                      fairu_data *data);

/* Toy number `toy` of `seed` at params: main counts Poisson(nu_j), auxiliary values and counts drawn about
 * the nuisances of params. Philox4x32-10, counter = (draw, bin, toy, stream): the same alone, in a batch and
 * on any thread. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_toy(const fairu_likelihood *likelihood, fairu_context *ctx,
                                                   const double *params, size_t n_params, uint64_t seed,
                                                   uint64_t toy, fairu_data *data);

/* The same with event-level main counts, for observations that move with Z: row r of tables[t] gets a
 * multiplicity Poisson(weight_r * scales[t]) and its bins at all Z points are filled from it; never an
 * independent draw per Z. grid: that of the tables. Auxiliary data are drawn as in fairu_likelihood_toy.
 * FAIRU_ERR_NEGATIVE_WEIGHT. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_likelihood_toy_events(const fairu_likelihood *likelihood,
                                                          fairu_context *ctx, const double *params,
                                                          size_t n_params, const fairu_grid *grid,
                                                          const fairu_bin_table *const *tables,
                                                          const double *scales, size_t n_tables,
                                                          uint64_t seed, uint64_t toy, fairu_data *data);

FAIRU_END_DECLS

#endif /* FAIRU_LIKELIHOOD_H */
