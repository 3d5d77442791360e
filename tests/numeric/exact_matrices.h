/* exact_matrices.h - plain linear algebra in long double, and matrices whose factors are integers: there every sum is exact. */
#ifndef FAIRU_TESTS_NUMERIC_EXACT_MATRICES_H
#define FAIRU_TESTS_NUMERIC_EXACT_MATRICES_H

#include "support/draws.h"
#include "support/support.h"

#include "base/context_internal.h"
#include "numeric/linalg.h"

enum { MATRIX_MOST = 70 };

static const char *const matrix_kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };

/* body(ctx, n) on every instruction set of this machine, for n = 1 .. most in the given steps. */
static inline void for_all_kernels(void (*body)(fairu_context *, size_t), size_t most, size_t step)
{
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_NEVER));
  for (size_t k = 0; k < 3; k++)
    if (fairu_context_set_kernel(ctx, matrix_kernels[k]) == FAIRU_OK)
      for (size_t n = 1; n <= most; n += step)
        body(ctx, n);
  fairu_context_destroy(ctx);
}

/* Element (i, j) of the product of a and b. */
static inline double product_element(const double *a, const double *b, size_t n, size_t i, size_t j)
{
  double s = 0.0;
  for (size_t k = 0; k < n; k++)
    s += a[i * n + k] * b[k * n + j];
  return s;
}

/* a = m m^T from its lower triangle, both [n * n]. */
static inline void square_of_lower(const double *m, size_t n, double *a)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      long double s = 0.0L;
      for (size_t k = 0; k <= j; k++)
        s += (long double)m[i * n + k] * (long double)m[j * n + k];
      a[i * n + j] = a[j * n + i] = (double)s;
    }
}

/* Lower triangle of small integers, the diagonal of powers of two: in L L^T and in finding L again nothing is rounded. */
static inline void integer_factor(draws *d, size_t n, double *l)
{
  memset(l, 0, n * n * sizeof *l);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++)
      l[i * n + j] = (double)draw_below(d, 7) - 3.0;
    l[i * n + i] = (double)(1u << draw_below(d, 4));
  }
}

/* Symmetric, eigenvalues near those of the diagonal: random numbers around it, the diagonal dominant. */
static inline void dominant_matrix(draws *d, size_t n, double *a)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++)
      a[i * n + j] = a[j * n + i] =
          i == j ? draw_between(d, 1.0, 2.0) : draw_between(d, -0.5, 0.5) / (double)n;
}

/* a[i][j] *= s[i] s[j] */
static inline void scale_matrix(const double *s, size_t n, double *a)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      a[i * n + j] *= s[i] * s[j];
}

/* Cholesky as in a textbook; 0 if a pivot is not > 0. */
static inline int long_cholesky(const double *a, size_t n, long double *l)
{
  memset(l, 0, n * n * sizeof *l);
  for (size_t j = 0; j < n; j++)
    for (size_t i = j; i < n; i++) {
      long double s = (long double)a[i * n + j];
      for (size_t k = 0; k < j; k++)
        s -= l[i * n + k] * l[j * n + k];
      if (i == j && !(s > 0.0L))
        return 0;
      l[i * n + j] = i == j ? sqrtl(s) : s / l[j * n + j];
    }
  return 1;
}

/* x of L L^T x = b, in place. */
static inline void long_solve(const long double *l, size_t n, long double *x)
{
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < i; k++)
      x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; k++)
      x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
}

static inline void long_inverse(const long double *l, size_t n, long double *out)
{
  long double column[MATRIX_MOST];
  for (size_t j = 0; j < n; j++) {
    for (size_t i = 0; i < n; i++)
      column[i] = i == j ? 1.0L : 0.0L;
    long_solve(l, n, column);
    for (size_t i = 0; i < n; i++)
      out[i * n + j] = column[i];
  }
}

/* How many eigenvalues of symmetric a lie below t: negative pivots of a - t (Sylvester). work [n * n] */
static inline size_t eigenvalues_below(const double *a, size_t n, long double t, long double *work)
{
  size_t negative = 0;
  for (size_t i = 0; i < n * n; i++)
    work[i] = (long double)a[i] - (i / n == i % n ? t : 0.0L);
  for (size_t k = 0; k < n; k++) {
    const long double pivot = work[k * n + k];
    negative += pivot < 0.0L;
    for (size_t i = k + 1; i < n; i++) {
      const long double f = work[i * n + k] / pivot;
      for (size_t j = k + 1; j < n; j++)
        work[i * n + j] -= f * work[k * n + j];
    }
  }
  return negative;
}

/* Solve the square system a x = b by elimination with row exchanges; a [n * n] is destroyed, b becomes x. */
static inline void long_gauss(long double *a, size_t n, long double *b)
{
  for (size_t k = 0; k < n; k++) {
    size_t best = k;
    for (size_t i = k + 1; i < n; i++)
      if (fabsl(a[i * n + k]) > fabsl(a[best * n + k]))
        best = i;
    for (size_t j = 0; j < n; j++) {
      const long double t = a[k * n + j];
      a[k * n + j] = a[best * n + j];
      a[best * n + j] = t;
    }
    const long double t = b[k];
    b[k] = b[best];
    b[best] = t;
    for (size_t i = k + 1; i < n; i++) {
      const long double f = a[i * n + k] / a[k * n + k];
      for (size_t j = k; j < n; j++)
        a[i * n + j] -= f * a[k * n + j];
      b[i] -= f * b[k];
    }
  }
  for (size_t k = n; k-- > 0;) {
    for (size_t j = k + 1; j < n; j++)
      b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
}

#endif /* FAIRU_TESTS_NUMERIC_EXACT_MATRICES_H */
