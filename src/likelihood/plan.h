/* plan.h - one minimisation problem made ready: bounds, starts, workspace; fits, profiles, scans and intervals run it. */
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
} fairu_minima;

typedef struct fairu_plan {
  const fairu_likelihood *likelihood;
  const fairu_data *data;
  size_t n;
  double *lower, *upper, *scale; /* [n] */
  unsigned char *fixed;          /* [n] */
  double *starts;                /* [n_starts * n], the first is options.start */
  size_t n_starts;
  int max_iterations;
  double edm_tolerance;
  int iterations, evaluations; /* so far */
  double lowest;               /* value met so far, anywhere */
  double *lowest_x;            /* [n] */
  double *point;               /* [n] where the likelihood is evaluated */
  fairu_minimize_state trial;  /* workspace of fairu_plan__lowest */
} fairu_plan;

/* Read and check options (NULL: defaults) and take scratch of ctx, given back by the caller's mark. */
int fairu_plan__create(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                       const fairu_fit_options *options, fairu_plan *plan);

/* Scratch for a state. */
int fairu_plan__state(fairu_context *ctx, const fairu_plan *plan, fairu_minimize_state *state);
void fairu_plan__copy(const fairu_plan *plan, const fairu_minimize_state *from, fairu_minimize_state *to);

/* Scratch for at most `extra` minima beside one per start. */
int fairu_plan__minima(fairu_context *ctx, const fairu_plan *plan, size_t extra, fairu_minima *minima);

/* Minimise from state->x. */
int fairu_plan__minimize(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state);

/* Minimise from all starts into *best; minima (or NULL) collects distinct ones. Starts that are not allowed are left out as long
 * as one is. parameter < n: it stays at value in all starts. */
int fairu_plan__lowest(fairu_context *ctx, fairu_plan *plan, size_t parameter, double value,
                       fairu_minimize_state *best, fairu_minima *minima);

/* Value (sum of both parts), gradient and Hessian at x. */
int fairu_plan__evaluate(fairu_context *ctx, fairu_plan *plan, const double *x, double *value,
                         double *gradient, double *hessian);

/* A point the model does not allow: shorten the step. */
int fairu_plan__not_allowed(int status);

/* A minimum for our purposes, curvature or not. */
int fairu_plan__settled(const fairu_minimize_state *state);

/* Add state if it is not there yet. */
void fairu_minima__add(fairu_minima *minima, size_t n, const fairu_minimize_state *state);

#endif /* FAIRU_LIKELIHOOD_PLAN_H */
