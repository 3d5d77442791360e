/* minimize_internal.h - the two halves of the minimiser: the search (minimize.c) and its steps (minimize_step.c). */
#ifndef FAIRU_NUMERIC_MINIMIZE_INTERNAL_H
#define FAIRU_NUMERIC_MINIMIZE_INTERNAL_H

#include "numeric/minimize.h"

/* The quadratic model on the free parameters, in units of their scale: q = step / scale. */
typedef struct minimize_model {
  size_t n;        /* free parameters */
  size_t *index;   /* [n] which */
  double *lower;   /* [n] room to the bounds, <= 0 */
  double *upper;   /* [n] >= 0 */
  double *b;       /* [n] gradient */
  double *h;       /* [n * n] Hessian */
  double *l;       /* [n * n] its Cholesky factor, if positive_definite */
  double *newton;  /* [n] -h^-1 b, if positive_definite */
  double *lowest;  /* [n] eigenvector of the lowest eigenvalue, if not positive_definite; unit length in q */
  double *descent; /* [n] -|h|^-1 b, if not positive_definite */
  double *eigenvalue;  /* [n] of h scaled to unit diagonal, if not positive_definite */
  double *q;           /* [n] the step */
  double *work;        /* [2 n * n + 4 n] */
  unsigned char *held; /* [n] 1: at its lower, 2: at its upper bound in this step */
  int positive_definite;
  double edm;
} minimize_model;

/* Factor h: positive_definite and newton, or eigenvalue, lowest and descent; edm. Codes of fairu_linalg__eigen. */
int fairu_minimize__factor(fairu_context *ctx, minimize_model *model);

/* Step q within the bounds, about `radius` long at most. Returns the decrease predicted by the model; <= 0: no step is left. */
double fairu_minimize__step(fairu_context *ctx, minimize_model *model, double radius);

/* Lowest eigenvalue of h scaled to unit diagonal. */
double fairu_minimize__lowest_eigenvalue(minimize_model *model);

double fairu_minimize__length(const double *q, size_t n);

#endif /* FAIRU_NUMERIC_MINIMIZE_INTERNAL_H */
