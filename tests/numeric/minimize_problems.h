/* minimize_problems.h - what the tests of the minimiser share: one run, and problems that several of them minimise. */
#ifndef FAIRU_TESTS_NUMERIC_MINIMIZE_PROBLEMS_H
#define FAIRU_TESTS_NUMERIC_MINIMIZE_PROBLEMS_H

#include "support/support.h"

#include <float.h>
#include <time.h>

#include "base/context_internal.h"
#include "numeric/linalg.h"
#include "numeric/minimize.h"

enum { MOST = 40 };

typedef struct run {
  double x[MOST], gradient[MOST], hessian[MOST * MOST], lower[MOST], upper[MOST], scale[MOST];
  unsigned char at_bound[MOST], fixed[MOST];
  fairu_minimize_problem problem;
  fairu_minimize_state state;
} run;

static inline run prepare(size_t n, fairu_objective_fn objective, void *data, const double *start)
{
  run r;
  memset(&r, 0, sizeof r);
  for (size_t i = 0; i < n; i++) {
    r.x[i] = start[i];
    r.lower[i] = -(double)INFINITY;
    r.upper[i] = (double)INFINITY;
    r.scale[i] = 1.0;
  }
  r.problem.n = n;
  r.problem.objective = objective;
  r.problem.data = data;
  r.problem.max_iterations = 200;
  r.problem.edm_tolerance = 1e-12;
  r.problem.wants_eigenvalue = 1;
  return r;
}

/* The pointers are set here: a run is passed by value. */
static inline int minimise(fairu_context *ctx, run *r)
{
  r->problem.lower = r->lower;
  r->problem.upper = r->upper;
  r->problem.fixed = r->fixed;
  r->problem.scale = r->scale;
  r->state.x = r->x;
  r->state.gradient = r->gradient;
  r->state.hessian = r->hessian;
  r->state.at_bound = r->at_bound;
  return fairu_minimize(ctx, &r->problem, &r->state);
}

static inline void fill(double *gradient, double *hessian, const double *g, const double *h, size_t n)
{
  if (gradient)
    memcpy(gradient, g, n * sizeof *g);
  if (hessian)
    memcpy(hessian, h, n * n * sizeof *h);
}

/* sum_i 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2; data: n */
static inline int rosenbrock(fairu_context *ctx, const double *x, double *value, double *gradient,
                             double *hessian, void *data)
{
  (void)ctx;
  const size_t n = *(const size_t *)data;
  double g[MOST] = { 0 }, h[MOST * MOST] = { 0 }, f = 0.0;
  for (size_t i = 0; i + 1 < n; i++) {
    const double a = x[i + 1] - x[i] * x[i], b = 1.0 - x[i];
    f += 100.0 * a * a + b * b;
    g[i] += -400.0 * a * x[i] - 2.0 * b;
    g[i + 1] += 200.0 * a;
    h[i * n + i] += -400.0 * a + 800.0 * x[i] * x[i] + 2.0;
    h[i * n + i + 1] -= 400.0 * x[i];
    h[(i + 1) * n + i] -= 400.0 * x[i];
    h[(i + 1) * n + i + 1] += 200.0;
  }
  *value = f;
  fill(gradient, hessian, g, h, n);
  return FAIRU_OK;
}

/* x^T A x / 2 - b^T x, n <= MOST. */
typedef struct quadratic {
  size_t n;
  double a[MOST * MOST], b[MOST];
} quadratic;

static inline int quadratic_form(fairu_context *ctx, const double *x, double *value, double *gradient,
                                 double *hessian, void *data)
{
  (void)ctx;
  const quadratic *q = data;
  double f = 0.0;
  for (size_t i = 0; i < q->n; i++) {
    double s = 0.0;
    for (size_t j = 0; j < q->n; j++)
      s += q->a[i * q->n + j] * x[j];
    f += x[i] * (0.5 * s - q->b[i]);
    if (gradient)
      gradient[i] = s - q->b[i];
  }
  if (hessian)
    memcpy(hessian, q->a, q->n * q->n * sizeof(double));
  *value = f;
  return FAIRU_OK;
}

#endif /* FAIRU_TESTS_NUMERIC_MINIMIZE_PROBLEMS_H */
