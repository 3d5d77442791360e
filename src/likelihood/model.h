/* model.h - what the files of the likelihood layer share: the model, the data, one evaluation. */
#ifndef FAIRU_LIKELIHOOD_MODEL_H
#define FAIRU_LIKELIHOOD_MODEL_H

#include <fairu/event_terms.h>
#include <fairu/model.h>

#include "likelihood/param.h"
#include "likelihood/reduction.h"

typedef struct fairu_event_term {
  double signal_yield, background_yield;
  fairu_event_term_fn term;
  void *user_data;
  const fairu_event_terms *terms; /* a table; term is then its own */
  fairu_event_yield_fn yields;    /* NULL: constant */
  void *yield_data;
} fairu_event_term;

/* Parameters, and one main term: templates, events, channels or parts. */
struct fairu_likelihood {
  fairu_allocator allocator;
  size_t n_params, n_bins, n_aux_bins;
  size_t poi;          /* FAIRU_NONE: none */
  fairu_param *params; /* [n_params] */
  int constant;        /* fairu_nll_constant */
  /* templates and events: factors are the first parameters, axes or nuisances of events the others */
  size_t n_factors, n_nuisances, n_processes;
  unsigned char *scales; /* [n_factors][n_processes] 1: the factor scales the process */
  int mc_stat;           /* in effect: MOVING only where templates have variances */
  fairu_templates *templates;
  fairu_event_term event; /* term NULL: not event-wise */
  /* made from a model */
  struct fairu_channels *channels;
  fairu_model *source; /* a copy */
  /* combined: parts of others, and the parameter of the whole for each of theirs */
  const fairu_likelihood **parts; /* [n_parts] */
  size_t n_parts;
  size_t **part_params; /* [n_parts][n_params of the part] */
  size_t *owners;       /* [n_params] part whose constraint (and auxiliary value) counts */
};

struct fairu_data {
  fairu_allocator allocator;
  const fairu_likelihood *likelihood;
  double *observed; /* [n_bins] */
  double constant;  /* saturated part of observed, summed */
  int moves;        /* main counts come from `moving` */
  fairu_templates *moving;
  int moving_is_toy;   /* `moving` is ours, to be refilled */
  size_t n_moving;     /* axes of `moving` */
  size_t *moving_axes; /* [n_nuisances] nuisance of each axis */
  double *aux;         /* [n_params] auxiliary values, counts of FAIRU_CONSTRAINT_POISSON among them */
  double *aux_counts;  /* [n_aux_bins] of all auxiliary measurements */
  double
      aux_constant; /* saturated part of aux_counts; for models the constants of all constraint densities */
  double *weights;  /* [n_events] */
  double weight_sum;
  size_t n_events;
  const fairu_event_terms *terms; /* of events of their own, NULL: the model's */
  fairu_data **parts;             /* [n_parts] of a combined likelihood, whose own counts are not used */
  double *density_sums; /* weights times the columns of the table's density, summed; NULL: no table */
};

/* NLL at params [n_params] without checks of arguments: nll [2], gradient and hessian or NULL. Scratch is given back.
 * reduction NULL: gradient [n_params], hessian [n_params^2]. Else [n] and [n^2] of its coordinates, and profiled gammas are
 * written into params. */
int fairu_likelihood__evaluate(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                               const fairu_reduction *reduction, double *params, double *nll,
                               double *gradient, double *hessian);

/* The main term alone, in the same way, of a likelihood without parts; with the constraints of profiled gammas. */
int fairu_likelihood__main(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                           const fairu_reduction *reduction, double *params, double *nll, double *gradient,
                           double *hessian);

/* The two forms of the main term over all parameters, in the same way; without constraints. hessian: upper triangle. */
int fairu_likelihood__bins(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                           const double *params, double *nll, double *gradient, double *hessian);
int fairu_likelihood__events(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                             const double *params, double *nll, double *gradient, double *hessian);

/* Add constraint terms, all but those of profiled gammas, which belong to the main term. */
int fairu_likelihood__constrain(const fairu_likelihood *likelihood, fairu_context *ctx,
                                const fairu_data *data, const fairu_reduction *reduction,
                                const double *params, double *nll, double *gradient, double *hessian);

/* Main term of a likelihood without parts at a minus that at b. */
int fairu_likelihood__main_difference(const fairu_likelihood *likelihood, fairu_context *ctx,
                                      const fairu_data *data, const double *a, const double *b,
                                      double *difference);

/* Constraint terms at a minus those at b; done [n_params] (or NULL): 1 leaves one out. FAIRU_ERR_RANGE where one does not allow a
 * point. */
int fairu_likelihood__constraint_difference(const fairu_likelihood *likelihood, fairu_context *ctx,
                                            const fairu_data *data, const unsigned char *done,
                                            const double *a, const double *b, double *difference);

/* Terms of bins of templates with their constants [n_bins]; without constraints. */
int fairu_likelihood__bin_terms(const fairu_likelihood *likelihood, fairu_context *ctx,
                                const fairu_data *data, const double *params, double *terms);

/* phi [n_processes]: products of the factors of each; without [n_factors][n_processes] or NULL: the same without this factor. */
void fairu_likelihood__scales(const fairu_likelihood *likelihood, const double *params, double *phi,
                              double *without);

/* Product of the factors of process p without f and g. */
double fairu_likelihood__scale_without(const fairu_likelihood *likelihood, const double *params, size_t p,
                                       size_t f, size_t g);

/* Expected yields [n_bins]; expected auxiliary counts of one parameter [n_aux_bins]. */
int fairu_likelihood__expected(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                               double *nu);
int fairu_likelihood__expected_aux(const fairu_likelihood *likelihood, fairu_context *ctx,
                                   const double *params, size_t parameter, double *nu);

/* Length and finiteness of params; every nuisance of templates and events inside its range (channels are defined
 * everywhere, their constraints say where). */
int fairu_likelihood__check(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                            size_t n_params);

double fairu_likelihood__lower(const fairu_likelihood *likelihood, size_t i);
double fairu_likelihood__upper(const fairu_likelihood *likelihood, size_t i);
double fairu_likelihood__start(const fairu_likelihood *likelihood, size_t i);
double fairu_likelihood__scale(const fairu_likelihood *likelihood, size_t i);
const char *fairu_likelihood__name(const fairu_likelihood *likelihood, size_t i);

/* Has it main counts? Event-wise models have none. */
int fairu_likelihood__is_binned(const fairu_likelihood *likelihood);

/* A choice between two simulations, which no data measure. */
int fairu_likelihood__is_two_point(const fairu_likelihood *likelihood, size_t i);

/* Constant part of counts [n] under the model's choice. */
double fairu_likelihood__constant(const fairu_likelihood *likelihood, const double *counts, size_t n);

/* After a change of auxiliary values or counts. */
void fairu_data__refresh_aux(fairu_data *data);
/* Do any main counts move with Z? */
int fairu_data__moves(const fairu_data *data);
/* Main counts in data->observed have been set: they do not move. */
void fairu_data__fix(fairu_data *data);

/* Table behind the events, NULL: a function. */
const fairu_event_terms *fairu_data__terms(const fairu_data *data);
/* Take over weights [n] (of data->allocator) of rows of terms (NULL: the model's). On failure they are freed. */
int fairu_data__take_events(fairu_data *data, fairu_context *ctx, double *weights, size_t n,
                            const fairu_event_terms *terms);
/* Events as those of other data of the same likelihood. */
int fairu_data__copy_events(fairu_data *data, fairu_context *ctx, const fairu_data *from);

/* Events expected at params, as weights [n] of the model's pool: means of a toy, weights of Asimov data. */
int fairu_likelihood__pool_means(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                                 double *means);
/* Asimov events, or those of a toy, into data. */
int fairu_likelihood__asimov_events(const fairu_likelihood *likelihood, fairu_context *ctx,
                                    const double *params, fairu_data *data);
int fairu_likelihood__toy_of_events(const fairu_likelihood *likelihood, fairu_context *ctx,
                                    const double *params, uint64_t seed, uint64_t toy, fairu_data *data);

/* Yields S and B at z with derivatives: yields [2], d [2 * n_z], d2 [2 * n_z * n_z]. */
int fairu_likelihood__event_yields(const fairu_likelihood *likelihood, fairu_context *ctx, const double *z,
                                   double *yields, double *d, double *d2);

/* Does a moving observation fit the model? axes [n_nuisances]: nuisance of each of its axes. */
int fairu_data__match(const fairu_data *data, fairu_context *ctx, const fairu_templates *observed,
                      size_t *axes);
/* Take over observed as the moving main counts. */
void fairu_data__move(fairu_data *data, fairu_templates *observed, int is_toy, const size_t *axes);

#endif /* FAIRU_LIKELIHOOD_MODEL_H */
