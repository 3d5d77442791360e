/* linalg.c - the only file that calls BLAS and LAPACK. See linalg.h.
 *
 * LAPACK does not report NaN (OpenBLAS gives info = 0 and garbage), so inputs and outputs are checked here. Its
 * matrices are column-major: a row-major lower triangle is its upper one. */
#include "numeric/linalg.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "numeric/jacobi.h"
#include "numeric/kernels.h"

enum {
  SMALL_MOST = 12,     /* plain loops are as fast, the same bits on every processor */
  CHOLESKY_MOST = 512, /* own kernels are as fast, and the bits do not depend on the BLAS */
  EIGEN_MOST = 64
};

void sgemm_(const char *trans_a, const char *trans_b, const int *m, const int *n, const int *k,
            const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
            const float *beta, float *c, const int *ldc, size_t, size_t);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dsyevd_(const char *job, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t);
char *openblas_get_corename(void) __attribute__((weak));
int openblas_get_parallel(void) __attribute__((weak));

const char *fairu_blas_core(void)
{
  const char *name = openblas_get_corename ? openblas_get_corename() : NULL;
  return name ? name : "unknown";
}

void fairu_linalg__sgemm(int a_transposed, int b_transposed, size_t m, size_t n, size_t k, const float *a,
                         const float *b, int accumulate, float *c)
{
  const int rows = (int)m, columns = (int)n, inner = (int)k;
  const int lda = a_transposed ? rows : inner, ldb = b_transposed ? inner : columns;
  const float one = 1.0f, beta = accumulate ? 1.0f : 0.0f;
  /* row-major c = a b is column-major c^T = b^T a^T */
  sgemm_(b_transposed ? "T" : "N", a_transposed ? "T" : "N", &columns, &rows, &inner, &one, b, &ldb, a, &lda,
         &beta, c, &columns, 1, 1);
}

/* OpenBLAS built without threads is built without locks, too: called from several threads it gives wrong numbers, in silence. Whether
 * the host has others in it nobody here can know. */
int fairu_linalg__blas_policy(const fairu_context *ctx)
{
  const int policy = fairu_context__blas_policy(ctx);
  const int unsafe = openblas_get_parallel && openblas_get_parallel() == 0;
  return policy == FAIRU_BLAS_AUTO && unsafe ? FAIRU_BLAS_NEVER : policy;
}

static int use_lapack(const fairu_context *ctx, size_t n, size_t own_most)
{
  const int policy = fairu_linalg__blas_policy(ctx);
  if (policy == FAIRU_BLAS_NEVER || n > INT_MAX / 4)
    return 0;
  return policy == FAIRU_BLAS_ALWAYS || n > own_most;
}

int fairu_linalg__finite(const double *a, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!isfinite(a[i]))
      return 0;
  return 1;
}

/* Row by row: the sums run along contiguous rows of L. */
static size_t own_cholesky(double *a, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    double *row = a + i * n;
    for (size_t j = 0; j <= i; j++) {
      const double *other = a + j * n;
      double s = row[j];
      for (size_t k = 0; k < j; k++)
        s -= row[k] * other[k];
      if (j < i)
        row[j] = s / other[j];
      else if (!(s > 0.0))
        return i + 1;
      else
        row[i] = sqrt(s);
    }
  }
  return 0;
}

static int lower_finite(const double *a, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!fairu_linalg__finite(a + i * n, i + 1))
      return 0;
  return 1;
}

size_t fairu_linalg__cholesky(const fairu_context *ctx, double *a, size_t n)
{
  if (!use_lapack(ctx, n, CHOLESKY_MOST) ||
      !lower_finite(a, n)) /* own code stops at the first pivot that is NaN */
    return n <= SMALL_MOST ? own_cholesky(a, n) : fairu_kernels__of(ctx)->cholesky(a, n);
  const int order = (int)n;
  int info = 0;
  dpotrf_("U", &order, a, &order, &info, 1);
  if (info > 0)
    return (size_t)info;
  for (size_t i = 0; i < n; i++)
    if (!(a[i * n + i] > 0.0))
      return i + 1;
  return info ? 1 : 0;
}

double fairu_linalg__dot(const double *a, const double *b, size_t n)
{
  double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < n; i++)
    s0 += a[i] * b[i];
  return (s0 + s1) + (s2 + s3);
}

static void own_solve(const double *l, size_t n, double *b)
{
  for (size_t i = 0; i < n; i++)
    b[i] = (b[i] - fairu_linalg__dot(l + i * n, b, i)) / l[i * n + i];
  for (size_t i = n; i-- > 0;) {
    b[i] /= l[i * n + i];
    for (size_t k = 0; k < i; k++)
      b[k] -= l[i * n + k] * b[i];
  }
}

void fairu_linalg__cholesky_solve(const fairu_context *ctx, const double *l, size_t n, double *b)
{
  if (n <= SMALL_MOST)
    own_solve(l, n, b);
  else
    fairu_kernels__of(ctx)->cholesky_solve(l, n, b);
}

void fairu_linalg__cholesky_inverse(const fairu_context *ctx, const double *l, size_t n, double *out)
{
  fairu_kernels__of(ctx)->cholesky_inverse(l, n, out);
}

static int lapack_eigen(fairu_context *ctx, double *a, size_t n, double *eigenvalues, double *v)
{
  const size_t size = 1 + 6 * n + 2 * n * n, isize = 3 + 5 * n;
  if (size > INT_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "eigenvalues of a matrix of order %zu", n);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *work = fairu_context__scratch(ctx, size, sizeof *work, "eigenvalues");
  int *iwork = work ? fairu_context__scratch(ctx, isize, sizeof *iwork, "eigenvalues") : NULL;
  const int order = (int)n, lwork = (int)size, liwork = (int)isize;
  int info = 0;
  if (iwork)
    dsyevd_("V", "U", &order, a, &order, eigenvalues, work, &lwork, iwork, &liwork, &info, 1, 1);
  fairu_context__release(ctx, mark);
  if (!iwork)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (info || !fairu_linalg__finite(eigenvalues, n) || !fairu_linalg__finite(a, n * n))
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "eigenvalues of a matrix of order %zu: info %d",
                               n, info);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      v[i * n + j] = a[j * n + i];
  return FAIRU_OK;
}

/* The component of largest magnitude (the first of equals) is positive, so that a direction has one sign. */
static void fix_signs(size_t n, double *v)
{
  for (size_t j = 0; j < n; j++) {
    double largest = 0.0;
    for (size_t i = 0; i < n; i++)
      if (fabs(v[i * n + j]) > fabs(largest))
        largest = v[i * n + j];
    for (size_t i = 0; largest < 0.0 && i < n; i++)
      v[i * n + j] = -v[i * n + j];
  }
}

int fairu_linalg__eigen(fairu_context *ctx, double *a, size_t n, double *eigenvalues, double *v)
{
  for (size_t i = 0; i < n * n; i++)
    if (!isfinite(a[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "matrix element [%zu][%zu] is %g", i / n, i % n,
                                 a[i]);
  if (use_lapack(ctx, n, EIGEN_MOST)) {
    const int status = lapack_eigen(ctx, a, n, eigenvalues, v);
    if (status != FAIRU_OK)
      return status;
  } else if (fairu_jacobi__eigen(a, n, eigenvalues, v) != 0) {
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "eigenvalues of a matrix of order %zu", n);
  }
  fix_signs(n, v);
  return FAIRU_OK;
}
