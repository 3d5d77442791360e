/* minimize_internal.h - the halves of the minimiser: the search (minimize.c), its quadratic model (minimize_model.c), the steps
 * on it (minimize_step.c), and the last of them (minimize_close.c). */
#ifndef FAIRU_NUMERIC_MINIMIZE_INTERNAL_H
#define FAIRU_NUMERIC_MINIMIZE_INTERNAL_H

#include "numeric/minimize.h"

enum { FAIRU_KRYLOV = 12 };

/* The quadratic model b q + q h q / 2 about the present point. Steps are in units of the curvature, x = now + unit q, so that h has unit
 * diagonal (where there is curvature) whatever the units of the parameters. */
typedef struct minimize_model {
  size_t n;             /* parameters in it: neither fixed nor flat */
  size_t *index;        /* [n] which */
  double *unit;         /* [n] */
  double *lower;        /* [n] room to the bounds, <= 0 */
  double *upper;        /* [n] >= 0 */
  double *b;            /* [n] gradient */
  double *h;            /* [n * n] Hessian */
  unsigned char *bound; /* [n] on its lower (1) or upper (2) bound, and the multiplier holds it there */
  size_t m;             /* the others are free */
  size_t *map;          /* [m] */
  double *l;            /* [m * m] Cholesky factor of h + shift on the free ones */
  double shift;         /* 0 if positive_definite */
  double lowest;        /* eigenvalue of h on the free ones, if not positive_definite */
  double *valley;       /* [n] its eigenvector, unit length */
  double *newton;       /* [n] -(h + shift)^-1 b */
  double *q;            /* [n] the step */
  double *from, *to;    /* [n] box of the step: bounds and trust region */
  unsigned char *held;  /* [n] 1: at its lower, 2: at its upper end of the box in this step */
  double *work;         /* [2 n] */
  double *krylov;       /* [(FAIRU_KRYLOV + 1) n] vectors of the search for the lowest eigenvalue */
  int positive_definite;
  double
      pivot; /* smallest of l over its diagonal, an upper bound of the lowest eigenvalue; 0 if not positive_definite */
  double edm;
} minimize_model;

/* Scratch for a model of at most n parameters. */
int fairu_minimize__reserve(fairu_context *ctx, size_t n, minimize_model *model);

/* Factor h: newton, edm, positive_definite; else shift, lowest and valley. Overwrites l. */
void fairu_minimize__factor(fairu_context *ctx, minimize_model *model);

/* Factor h + shift on those of held 0 into l, their places into map, number into m; 0 if a pivot is not > 0 beyond rounding. */
int fairu_minimize__factor_part(fairu_context *ctx, minimize_model *model, const unsigned char *held,
                                double shift);

/* step [n] = -(h + shift)^-1 b with the factor at hand; 0 for those that are held. */
void fairu_minimize__solve(const fairu_context *ctx, minimize_model *model, double *step);

/* Step q within box and bounds. Returns the decrease predicted by the model; <= 0: no step is left. Overwrites l. */
double fairu_minimize__step(fairu_context *ctx, minimize_model *model);

/* Lowest eigenvalue of h on the free parameters, scaled to unit diagonal. Overwrites l. */
double fairu_minimize__lowest_eigenvalue(fairu_context *ctx, minimize_model *model);

/* A minimum is left alone below this edm: its place is then good to 5e-9 of the curvature's unit. */
#define FAIRU_MINIMIZE_POLISHED 1e-17

/* hessian NULL: not wanted. */
typedef struct point {
  double *x, *gradient, *hessian;
  double value;
} point;

typedef struct search {
  fairu_context *ctx;
  const fairu_minimize_problem *problem;
  point now, trial; /* after a step is taken, trial is the point before it */
  minimize_model model;
  unsigned char *flat;
  double radius; /* in units of the curvature, each parameter */
  double reach;  /* in units of the scale */
  int iterations, evaluations, stalls, rejections;
  int refusals; /* steps in a row that were not allowed */
  int closed;   /* the last steps were made without Hessians; 2: they did not do, and are not tried again */
} search;

/* FAIRU_OK, or FAIRU_ERR_RANGE and the like if the point is not allowed, or a failure. */
int fairu_minimize__evaluate(search *s, point *p);

/* A point the objective refuses: the step is shortened. */
int fairu_minimize__not_allowed(int status);

/* Model at the present point, factored. */
void fairu_minimize__make_model(search *s);

/* Box of the next step: bounds and trust region. */
void fairu_minimize__make_box(search *s);

/* trial.x = now.x + step, exactly on a bound where the step ends there. Returns 0 if nothing moves. */
int fairu_minimize__place_trial(search *s);

/* The Newton step at the end, for nothing: so near the minimum value and gradient follow from the model to rounding. */
void fairu_minimize__step_by_model(search *s);

/* Near a minimum: go on with the factor at hand and gradients alone; s->closed tells whether that led to the minimum. */
int fairu_minimize__close(search *s);

#endif /* FAIRU_NUMERIC_MINIMIZE_INTERNAL_H */
