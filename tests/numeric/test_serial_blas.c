/* An OpenBLAS without threads has no locks: FAIRU_BLAS_AUTO never calls it. This program has one of its own, which counts. */
#include "numeric/linalg.h"
#include "support/support.h"

static int calls;

int openblas_get_parallel(void);
int openblas_get_parallel(void)
{
  return 0;
}

void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t length);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t length)
{
  (void)uplo;
  (void)a;
  (void)lda;
  (void)length;
  calls++;
  *info = *n; /* refuses: an answer of its own that shows */
}

enum { ORDER = 520 }; /* beyond what own kernels take where BLAS may be used */

/* n on the diagonal, 1 elsewhere: det = (n - 1)^(n - 1) (2 n - 1), so the product of the factor's diagonal is known. */
static double *matrix(void)
{
  double *a = (double *)malloc(sizeof *a * ORDER * ORDER);
  assert_non_null(a);
  for (size_t i = 0; i < ORDER; i++)
    for (size_t k = 0; k < ORDER; k++)
      a[i * ORDER + k] = i == k ? (double)ORDER : 1.0;
  return a;
}

static void a_blas_without_locks_is_left_alone(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double *a = matrix(), log_diagonal = 0.0;
  calls = 0;
  assert_int_equal(fairu_linalg__cholesky(ctx, a, ORDER), 0);
  assert_int_equal(calls, 0);
  for (size_t i = 0; i < ORDER; i++)
    log_diagonal += log(a[i * ORDER + i]);
  CHECK_NEAR(2.0 * log_diagonal, (ORDER - 1) * log(ORDER - 1.0) + log(2.0 * ORDER - 1.0), 1e-9);
  assert_int_equal(fairu_linalg__blas_policy(ctx), FAIRU_BLAS_NEVER);
  free(a);
  fairu_context_destroy(ctx);
}

static void who_asks_for_it_gets_it(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double *a = matrix();
  calls = 0;
  CHECK_OK(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_ALWAYS));
  assert_int_equal(fairu_linalg__cholesky(ctx, a, ORDER), ORDER);
  assert_int_equal(calls, 1);
  assert_int_equal(fairu_linalg__blas_policy(ctx), FAIRU_BLAS_ALWAYS);
  free(a);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_blas_without_locks_is_left_alone),
    cmocka_unit_test(who_asks_for_it_gets_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
