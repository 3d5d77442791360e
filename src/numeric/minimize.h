/* minimize.h - bounded Newton with an active set and a trust region, on exact derivatives.
 *
 * No variable transformation: bounds are met by projection, and a parameter stays on its bound only while the multiplier has the
 * right sign. Negative curvature is followed, saddle points with vanishing gradient are left along the lowest eigenvector. Near the end
 * plain Newton steps converge quadratically. Convergence: edm = g^T H^-1 g / 2 on the free set.
 */
#ifndef FAIRU_NUMERIC_MINIMIZE_H
#define FAIRU_NUMERIC_MINIMIZE_H

#include "base/context_internal.h"

/* Value, gradient [n] and Hessian [n * n] at x. Return FAIRU_OK; FAIRU_ERR_NEGATIVE_YIELD or FAIRU_ERR_RANGE: x is not allowed,
 * the step is shortened; any other code ends the search. gradient and hessian may be NULL (value only). */
typedef int (*fairu_objective_fn)(fairu_context *ctx, const double *x, double *value, double *gradient,
                                  double *hessian, void *data);

typedef struct fairu_minimize_problem {
  size_t n;
  fairu_objective_fn objective;
  void *data;
  const double *lower, *upper; /* [n], may be infinite */
  const unsigned char *fixed;  /* [n] or NULL */
  const double *scale;         /* [n] typical step of each parameter, for the first trust radius; NULL: 1 */
  int max_iterations;
  int rough; /* 1: end where edm_tolerance is met, without the one more step that makes x good to rounding */
  int patience; /* steps in a row that are not allowed before the search ends; 0: as many as for other reasons */
  double edm_tolerance;
  int wants_eigenvalue; /* 1: fill min_eigenvalue */
} fairu_minimize_problem;

typedef struct fairu_minimize_state {
  double *x;               /* [n] in: start (projected into the bounds); out: best point */
  double *gradient;        /* [n] at x */
  double *hessian;         /* [n * n] at x */
  unsigned char *at_bound; /* [n] 1: on a bound with binding multiplier */
  double value, edm;
  double min_eigenvalue; /* of the free Hessian scaled to unit diagonal, if wanted; else an upper bound */
  double smallest_pivot; /* of its Cholesky factor; <= 0: not positive definite */
  int iterations, evaluations;
  int status;  /* FAIRU_OK, FAIRU_ERR_NOT_CONVERGED, FAIRU_ERR_NOT_POSITIVE_DEFINITE, FAIRU_ERR_FLAT */
  int n_edges; /* set to 0: for callers who know edges beyond bounds */
} fairu_minimize_state;

/* Minimise. The arrays of state belong to the caller. Returns FAIRU_OK also when state->status says otherwise; other codes are
 * failures of the objective (message in ctx), the start not allowed, cancel, memory. */
int fairu_minimize(fairu_context *ctx, const fairu_minimize_problem *problem, fairu_minimize_state *state);

#endif /* FAIRU_NUMERIC_MINIMIZE_H */
