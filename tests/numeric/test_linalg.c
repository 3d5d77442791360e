/* test_linalg.c - factorisations reproduce their matrix, with own code and LAPACK; NaN never passes. */
#include "exact_matrices.h"

#include "numeric/philox.h"

enum { MOST = 130 };

static void random_matrix(double *a, size_t n, uint64_t seed, double diagonal)
{
  fairu_philox rng = fairu_philox__start(seed, 0, 0, n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++)
      a[i * n + j] = a[j * n + i] = fairu_philox__uniform(&rng) - 0.5 + (i == j ? diagonal : 0.0);
}

static const int policies[] = { FAIRU_BLAS_AUTO, FAIRU_BLAS_NEVER, FAIRU_BLAS_ALWAYS };
static const size_t sizes[] = { 1, 2, 3, 12, 13, 17, 64, 65, MOST };

/* body(ctx, n) for all sizes and policies. */
static void for_all(void (*body)(fairu_context *, size_t))
{
  fairu_context *ctx = support_context();
  for (size_t p = 0; p < 3; p++)
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
      CHECK_OK(ctx, fairu_context_set_blas(ctx, policies[p]));
      body(ctx, sizes[k]);
    }
  fairu_context_destroy(ctx);
}

static void cholesky_body(fairu_context *ctx, size_t n)
{
  double *a = calloc(3 * n * n + n, sizeof *a), *l = a + n * n, *inverse = l + n * n, *x = inverse + n * n;
  random_matrix(a, n, 1, (double)n);
  memcpy(l, a, n * n * sizeof *a);
  assert_int_equal(fairu_linalg__cholesky(ctx, l, n), 0);
  for (size_t i = 0; i < n; i++) {
    x[i] = 0.0;
    for (size_t j = 0; j < n; j++)
      x[i] += a[i * n + j] * (double)(j + 1);
    for (size_t j = 0; j <= i; j++) {
      double s = 0.0;
      for (size_t k = 0; k <= j; k++)
        s += l[i * n + k] * l[j * n + k];
      CHECK_NEAR(s, a[i * n + j], 1e-12 * (double)n);
    }
  }
  fairu_linalg__cholesky_solve(ctx, l, n, x);
  for (size_t i = 0; i < n; i++)
    CHECK_CLOSE(x[i], (double)(i + 1), 1e-11);
  fairu_linalg__cholesky_inverse(ctx, l, n, inverse);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      CHECK_NEAR(product_element(a, inverse, n, i, j), i == j ? 1.0 : 0.0, 1e-12);
    }
  free(a);
}

static void cholesky_factors_solves_and_inverts(void **state)
{
  (void)state;
  for_all(cholesky_body);
}

static void bad_pivot_body(fairu_context *ctx, size_t n)
{
  double *a = calloc(n * n, sizeof *a);
  for (size_t bad = 0; bad < n; bad += 1 + n / 3) {
    random_matrix(a, n, 2, (double)n);
    a[bad * n + bad] = -1.0;
    assert_int_equal(fairu_linalg__cholesky(ctx, a, n), bad + 1);
    random_matrix(a, n, 2, (double)n);
    a[bad * n + bad] = (double)NAN;
    assert_int_equal(fairu_linalg__cholesky(ctx, a, n), bad + 1);
  }
  free(a);
}

static void pivots_that_are_negative_or_nan_are_named(void **state)
{
  (void)state;
  for_all(bad_pivot_body);
}

static void eigen_body(fairu_context *ctx, size_t n)
{
  double *a = calloc(3 * n * n + n, sizeof *a), *copy = a + n * n, *v = copy + n * n, *w = v + n * n,
         trace = 0.0;
  random_matrix(a, n, 3, 0.0);
  memcpy(copy, a, n * n * sizeof *a);
  CHECK_OK(ctx, fairu_linalg__eigen(ctx, copy, n, w, v));
  for (size_t j = 0; j < n; j++) {
    assert_true(j == 0 || w[j] >= w[j - 1]);
    trace += w[j] - a[j * n + j];
    for (size_t i = 0; i < n; i++) {
      double av = 0.0, vv = 0.0;
      for (size_t k = 0; k < n; k++) {
        av += a[i * n + k] * v[k * n + j];
        vv += v[k * n + i] * v[k * n + j];
      }
      CHECK_NEAR(av, w[j] * v[i * n + j], 1e-12);
      CHECK_NEAR(vv, i == j ? 1.0 : 0.0, 1e-12);
    }
  }
  CHECK_NEAR(trace, 0.0, 1e-11);
  copy[n * n - 1] = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_linalg__eigen(ctx, copy, n, w, v));
  CHECK_SAYS(ctx, "is nan");
  free(a);
}

static void eigenvectors_diagonalise(void **state)
{
  (void)state;
  for_all(eigen_body);
}

/* The second difference has eigenvalues 2 - 2 cos(k pi / (n + 1)); a multiple of one has one eigenvalue. */
static void known_spectra(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double a[400] = { 0 }, w[20], v[400];
  for (size_t i = 0; i < 20; i++) {
    a[i * 20 + i] = 2.0;
    if (i > 0)
      a[i * 20 + i - 1] = a[(i - 1) * 20 + i] = -1.0;
  }
  CHECK_OK(ctx, fairu_linalg__eigen(ctx, a, 20, w, v));
  for (int k = 0; k < 20; k++)
    CHECK_NEAR(w[k], 2.0 - 2.0 * cos((k + 1) * 3.14159265358979323846 / 21.0), 1e-14);
  memset(a, 0, sizeof a);
  CHECK_OK(ctx, fairu_linalg__eigen(ctx, a, 20, w, v));
  for (int k = 0; k < 20; k++)
    assert_true(w[k] == 0.0);
  fairu_context_destroy(ctx);
}

static void products_agree_with_plain_loops(void **state)
{
  (void)state;
  enum { M = 7, N = 5, K = 9 };
  float a[M * K], b[K * N], c[M * N], at[M * K], bt[K * N];
  fairu_philox rng = fairu_philox__start(4, 0, 0, 0);
  for (int i = 0; i < M * K; i++)
    a[i] = (float)fairu_philox__uniform(&rng);
  for (int i = 0; i < K * N; i++)
    b[i] = (float)fairu_philox__uniform(&rng);
  for (int i = 0; i < M; i++)
    for (int k = 0; k < K; k++)
      at[k * M + i] = a[i * K + k];
  for (int k = 0; k < K; k++)
    for (int j = 0; j < N; j++)
      bt[j * K + k] = b[k * N + j];
  for (int form = 0; form < 8; form++) {
    for (int i = 0; i < M * N; i++)
      c[i] = 1.0f;
    fairu_linalg__sgemm(form & 1, (form >> 1) & 1, M, N, K, form & 1 ? at : a, form & 2 ? bt : b, form >> 2,
                        c);
    for (int i = 0; i < M; i++)
      for (int j = 0; j < N; j++) {
        double s = form >> 2 ? 1.0 : 0.0;
        for (int k = 0; k < K; k++)
          s += (double)a[i * K + k] * (double)b[k * N + j];
        CHECK_NEAR((double)c[i * N + j], s, 1e-5);
      }
  }
}

static void the_blas_has_a_name(void **state)
{
  (void)state;
  assert_non_null(fairu_blas_core());
  assert_true(strlen(fairu_blas_core()) > 0);
}

static int eigen_allocates(fairu_context *ctx, void *data)
{
  double *a = data, *v = a + MOST * MOST, *w = v + MOST * MOST;
  random_matrix(a, MOST, 5, 0.0);
  return fairu_linalg__eigen(ctx, a, MOST, w, v);
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  double *a = calloc(2 * MOST * MOST + MOST, sizeof *a);
  assert_true(support_every_need_fails(eigen_allocates, a) >= 2);
  free(a);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(cholesky_factors_solves_and_inverts),
    cmocka_unit_test(pivots_that_are_negative_or_nan_are_named),
    cmocka_unit_test(eigenvectors_diagonalise),
    cmocka_unit_test(known_spectra),
    cmocka_unit_test(products_agree_with_plain_loops),
    cmocka_unit_test(the_blas_has_a_name),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
