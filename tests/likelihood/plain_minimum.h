/* plain_minimum.h - derivatives by differences, a dense inverse and a minimum within bounds, all in long double: slow and obvious. */
#ifndef FAIRU_TESTS_PLAIN_MINIMUM_H
#define FAIRU_TESTS_PLAIN_MINIMUM_H

#include "support/draws.h"
#include "support/support.h"

enum { PM_MOST = 8 };

typedef long double (*pm_fn)(const long double *x, const void *data);

typedef struct pm_problem {
  pm_fn f;
  const void *data;
  size_t n;
  long double scale[PM_MOST]; /* over which the function changes its shape */
  long double lower[PM_MOST], upper[PM_MOST];
  int held[PM_MOST];
} pm_problem;

typedef struct pm_minimum {
  long double x[PM_MOST], value, gradient[PM_MOST], hessian[PM_MOST * PM_MOST];
  long double covariance[PM_MOST * PM_MOST]; /* 0 for what is held or at a bound */
  int at_bound[PM_MOST];
  int n_at_bound;
} pm_minimum;

typedef long double (*pm_along)(const pm_problem *p, const long double *x, size_t j);

/* The derivative along i of what `value` says of (x, j), by seven points: error h^6. */
static inline long double pm_differ(const pm_problem *p, const long double *at, size_t i, pm_along value,
                                    size_t j)
{
  static const long double c[3] = { 45.0L, -9.0L, 1.0L };
  const long double h = 2e-3L * p->scale[i];
  long double x[PM_MOST], sum = 0.0L;
  memcpy(x, at, sizeof x);
  for (int k = 0; k < 3; k++) {
    x[i] = at[i] + (k + 1) * h;
    sum += c[k] * value(p, x, j);
    x[i] = at[i] - (k + 1) * h;
    sum -= c[k] * value(p, x, j);
  }
  return sum / (60.0L * h);
}

static inline long double pm_value(const pm_problem *p, const long double *x, size_t unused)
{
  (void)unused;
  return p->f(x, p->data);
}

static inline long double pm_slope(const pm_problem *p, const long double *at, size_t i)
{
  return pm_differ(p, at, i, pm_value, 0);
}

/* d2 f / dx_i dx_j: the slope in j at seven points along i. */
static inline long double pm_bend(const pm_problem *p, const long double *at, size_t i, size_t j)
{
  return pm_differ(p, at, i, pm_slope, j);
}

/* Gauss-Jordan with pivots; 0: singular. Rows and columns of `out` are those of the identity: 1 on the diagonal, taken as 0 later. */
static inline int pm_invert(size_t n, const long double *matrix, long double *inverse)
{
  long double a[PM_MOST][2 * PM_MOST] = { { 0.0L } };
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < n; k++)
      a[i][k] = matrix[i * n + k];
    a[i][n + i] = 1.0L;
  }
  for (size_t p = 0; p < n; p++) {
    size_t best = p;
    for (size_t i = p + 1; i < n; i++)
      if (fabsl(a[i][p]) > fabsl(a[best][p]))
        best = i;
    if (a[best][p] == 0.0L)
      return 0;
    for (size_t k = 0; k < 2 * n; k++) {
      const long double keep = a[p][k];
      a[p][k] = a[best][k];
      a[best][k] = keep;
    }
    for (size_t i = 0; i < n; i++) {
      const long double factor = i == p ? 0.0L : a[i][p] / a[p][p];
      for (size_t k = 0; k < 2 * n; k++)
        a[i][k] -= factor * a[p][k];
    }
  }
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      inverse[i * n + k] = a[i][n + k] / a[i][i];
  return 1;
}

static inline void pm_derivatives(const pm_problem *p, pm_minimum *m)
{
  m->value = p->f(m->x, p->data);
  for (size_t i = 0; i < p->n; i++) {
    m->gradient[i] = pm_slope(p, m->x, i);
    for (size_t j = 0; j <= i; j++)
      m->hessian[i * p->n + j] = m->hessian[j * p->n + i] = pm_bend(p, m->x, i, j);
  }
}

/* At a bound: there, and the function falls beyond it. */
static inline int pm_inside(const pm_problem *p, pm_minimum *m, size_t i)
{
  m->at_bound[i] = !p->held[i] && ((m->x[i] <= p->lower[i] && m->gradient[i] > 0.0L) ||
                                   (m->x[i] >= p->upper[i] && m->gradient[i] < 0.0L));
  return !p->held[i] && !m->at_bound[i];
}

/* Inverse of the Hessian of what is inside; `push` is added to its diagonal in units of the scales. */
static inline int pm_covariance(const pm_problem *p, pm_minimum *m, long double push)
{
  long double h[PM_MOST * PM_MOST] = { 0.0L };
  const size_t n = p->n;
  int inside[PM_MOST];
  m->n_at_bound = 0;
  for (size_t i = 0; i < n; i++) {
    inside[i] = pm_inside(p, m, i);
    m->n_at_bound += m->at_bound[i];
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      h[i * n + j] = inside[i] && inside[j]
                         ? m->hessian[i * n + j] + (i == j ? push / (p->scale[i] * p->scale[i]) : 0.0L)
                         : (long double)(i == j);
  if (!pm_invert(n, h, m->covariance))
    return 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (!inside[i] || !inside[j])
        m->covariance[i * n + j] = 0.0L;
  return 1;
}

static inline void pm_step(const pm_problem *p, pm_minimum *m, long double *to)
{
  for (size_t i = 0; i < p->n; i++) {
    to[i] = m->x[i];
    for (size_t j = 0; j < p->n; j++)
      to[i] -= m->covariance[i * p->n + j] * m->gradient[j];
    if (!p->held[i])
      to[i] = fminl(fmaxl(to[i], p->lower[i]), p->upper[i]);
  }
}

/* Newton steps that must lower the value; shorter ones where they do not. From m->x; 1: arrived. */
static inline int pm_minimise(const pm_problem *p, pm_minimum *m)
{
  long double push = 0.0L, to[PM_MOST] = { 0.0L };
  pm_derivatives(p, m);
  for (int k = 0; k < 400; k++) {
    long double size = 0.0L;
    if (!pm_covariance(p, m, push))
      return 0;
    pm_step(p, m, to);
    for (size_t i = 0; i < p->n; i++)
      size = fmaxl(size, fabsl(to[i] - m->x[i]) / p->scale[i]);
    if (size < 1e-13L)
      return push < 1e6L;
    const long double value = p->f(to, p->data);
    if (value <= m->value + 1e-17L * fabsl(m->value)) {
      memcpy(m->x, to, sizeof to);
      pm_derivatives(p, m);
      push = push > 1e-3L ? push / 10.0L : 0.0L;
    } else
      push = push > 0.0L ? 4.0L * push : 1e-2L;
    if (push > 1e16L)
      break; /* rounding alone is left */
  }
  return pm_covariance(p, m, 0.0L);
}

#endif /* FAIRU_TESTS_PLAIN_MINIMUM_H */
