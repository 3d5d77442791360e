/* plan.h - one minimisation problem made ready: bounds, starts, workspace; fits, profiles, scans and intervals run it.
 *
 * It works in coordinates: parameters that are neither fixed nor profiled gammas, and those a profile or an interval is about. Vectors x
 * are over coordinates, `params` over all parameters.
 */
#ifndef FAIRU_LIKELIHOOD_PLAN_H
#define FAIRU_LIKELIHOOD_PLAN_H

#include <fairu/fit.h>

#include "likelihood/model.h"
#include "numeric/minimize.h"

/* Distinct local minima met. */
typedef struct fairu_minima {
  size_t count, capacity;
  double *x;     /* [capacity * n] */
  double *value; /* [capacity] */
  int *n_edges;  /* [capacity] */
} fairu_minima;

typedef struct fairu_plan {
  const fairu_likelihood *likelihood;
  const fairu_data *data;
  fairu_reduction reduction;
  size_t n;                      /* coordinates */
  size_t n_zero;                 /* bins without counts: their yields may end at 0 */
  double *lower, *upper, *scale; /* [n] */
  unsigned char *fixed;          /* [n] for the time being */
  double *starts;                /* [n_starts * n], the first is options.start */
  size_t n_starts;
  int max_iterations;
  double edm_tolerance;
  int rough;                   /* see numeric/minimize.h */
  int wants_eigenvalue;        /* states get their min_eigenvalue */
  int iterations, evaluations; /* so far */
  double lowest;               /* value met so far, anywhere */
  double *lowest_x;            /* [n] */
  double *full;                /* [n_params] of the latest evaluation; fixed parameters stay */
  fairu_minimize_state trial;  /* workspace of fairu_plan__lowest, if there are several starts */
} fairu_plan;

/* Read and check options (NULL: defaults) and take scratch of ctx, given back by the caller's mark. subjects [n_subjects]: parameters that
 * get a coordinate in any case. */
int fairu_plan__create(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                       const fairu_fit_options *options, const size_t *subjects, size_t n_subjects,
                       fairu_plan *plan);

/* Scratch for a state. */
int fairu_plan__state(fairu_context *ctx, const fairu_plan *plan, fairu_minimize_state *state);
void fairu_plan__copy(const fairu_plan *plan, const fairu_minimize_state *from, fairu_minimize_state *to);

/* Scratch for at most `extra` minima beside one per start. */
int fairu_plan__minima(fairu_context *ctx, const fairu_plan *plan, size_t extra, fairu_minima *minima);

/* Minimise from state->x, at the edge of what is allowed too. */
int fairu_plan__minimize(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state);

/* The search alone; an edge is NOT_CONVERGED. */
int fairu_plan__descend(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state);

/* Minimise from all starts into *best; minima (or NULL) collects distinct ones. Starts that are not allowed are left out as long
 * as one is. coordinate < n: it stays at value in all starts. */
int fairu_plan__lowest(fairu_context *ctx, fairu_plan *plan, size_t coordinate, double value,
                       fairu_minimize_state *best, fairu_minima *minima);

/* Value (sum of both parts), gradient and Hessian at x. */
int fairu_plan__evaluate(fairu_context *ctx, fairu_plan *plan, const double *x, double *value,
                         double *gradient, double *hessian);

/* All parameters where a minimisation ended, profiled gammas among them: params [n_params], may be plan->full. */
int fairu_plan__expand(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *state,
                       double *params);

/* Coordinates into plan->full. */
void fairu_plan__set_full(fairu_plan *plan, const double *x);

/* Name of the parameter of a coordinate. */
const char *fairu_plan__name(const fairu_plan *plan, size_t coordinate);

/* A point the model does not allow: shorten the step. */
int fairu_plan__not_allowed(int status);

/* A minimum for our purposes, curvature or not. */
int fairu_plan__settled(const fairu_minimize_state *state);

/* Add state if it is not there yet. */
void fairu_minima__add(fairu_minima *minima, size_t n, const fairu_minimize_state *state);

#endif /* FAIRU_LIKELIHOOD_PLAN_H */
