/* Cholesky, solutions, inverses and eigenvalues of all sizes on every instruction set: exact where the factors are integers, else within
 * the bounds of error analysis of a textbook's algorithm in long double. */
#include "exact_matrices.h"

#include "numeric/jacobi.h"

enum { SQUARE = MATRIX_MOST * MATRIX_MOST };

static double a[SQUARE], b[SQUARE], l[SQUARE], inverse[SQUARE], v[SQUARE];
static long double exact_l[SQUARE], exact_inverse[SQUARE];

/* ---- integers: not one rounding ------------------------------------------------------------------------ */

static void integer_factors_body(fairu_context *ctx, size_t n)
{
  draws d = { 100 + n };
  double x[MATRIX_MOST], wanted[MATRIX_MOST];
  integer_factor(&d, n, l);
  square_of_lower(l, n, a);
  for (size_t i = 0; i < n; i++) {
    wanted[i] = (double)draw_below(&d, 19) - 9.0;
    for (size_t j = i + 1; j < n; j++)
      b[i * n + j] = NAN; /* above the diagonal nothing is read */
    memcpy(b + i * n, a + i * n, (i + 1) * sizeof *b);
  }
  for (size_t i = 0; i < n; i++) {
    x[i] = 0.0;
    for (size_t j = 0; j < n; j++)
      x[i] += a[i * n + j] * wanted[j];
  }
  assert_int_equal(fairu_linalg__cholesky(ctx, b, n), 0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++)
      assert_true(b[i * n + j] == l[i * n + j]);
  fairu_linalg__cholesky_solve(ctx, b, n, x);
  for (size_t i = 0; i < n; i++)
    assert_true(x[i] == wanted[i]);
}

static void integer_factors_are_found_exactly(void **state)
{
  (void)state;
  for_all_kernels(integer_factors_body, MATRIX_MOST, 1);
}

/* A pivot that is exactly 0, or -1, at every place. */
static void zero_pivot_body(fairu_context *ctx, size_t n)
{
  draws d = { 200 + n };
  for (size_t bad = 0; bad < n; bad += 1 + n / 16) {
    integer_factor(&d, n, l);
    square_of_lower(l, n, a);
    a[bad * n + bad] -= l[bad * n + bad] * l[bad * n + bad] + (double)draw_below(&d, 2);
    assert_int_equal(fairu_linalg__cholesky(ctx, a, n), bad + 1);
  }
}

static void pivots_of_zero_are_found_at_every_place(void **state)
{
  (void)state;
  for_all_kernels(zero_pivot_body, MATRIX_MOST, 1);
}

/* Of two bad pivots the first is named, also across the blocks of the kernels; an element that is NaN spoils the pivot of its row. */
static void first_bad_body(fairu_context *ctx, size_t n)
{
  draws d = { 300 + n };
  for (int round = 0; round < 4; round++) {
    integer_factor(&d, n, l);
    square_of_lower(l, n, a);
    const size_t first = draw_below(&d, n), second = first + draw_below(&d, n - first);
    a[first * n + first] = round & 1 ? (double)NAN : -1e9;
    if (second > first)
      a[second * n + second] = round & 2 ? (double)NAN : -1.0;
    assert_int_equal(fairu_linalg__cholesky(ctx, a, n), first + 1);
    integer_factor(&d, n, l);
    square_of_lower(l, n, a);
    if (n > 1) { /* an element that is NaN spoils the pivot of its row */
      const size_t row = 1 + draw_below(&d, n - 1);
      a[row * n + draw_below(&d, row)] = NAN;
      assert_int_equal(fairu_linalg__cholesky(ctx, a, n), row + 1);
    }
  }
}

static void the_first_bad_pivot_is_named(void **state)
{
  (void)state;
  for_all_kernels(first_bad_body, MATRIX_MOST, 1);
}

/* L with ones on the diagonal and +-1 below it: the inverse of L L^T is of integers too. */
static void integer_inverse_body(fairu_context *ctx, size_t n)
{
  draws d = { 400 + n };
  memset(l, 0, sizeof l);
  for (size_t i = 0; i < n; i++) {
    l[i * n + i] = 1.0;
    if (i > 0)
      l[i * n + i - 1] = draw_below(&d, 2) ? 1.0 : -1.0;
  }
  square_of_lower(l, n, a);
  fairu_linalg__cholesky_inverse(ctx, l, n, inverse);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      assert_true(product_element(a, inverse, n, i, j) == (i == j ? 1.0 : 0.0));
      assert_true(inverse[i * n + j] == inverse[j * n + i]);
    }
}

static void integer_inverses_are_found_exactly(void **state)
{
  (void)state;
  for_all_kernels(integer_inverse_body, MATRIX_MOST, 1);
}

/* ---- any numbers: within the bounds of error analysis -------------------------------------------------- */

/* Higham, Accuracy and Stability, theorem 10.3: |L L^T - A| <= gamma_(n+1) sqrt(a_ii a_jj), to first order. */
static double gamma_of(size_t n)
{
  return 1.05 * (double)(n + 1) * 0x1p-53;
}

static void check_factor(size_t n)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      long double s = (long double)a[i * n + j];
      for (size_t k = 0; k <= j; k++)
        s -= (long double)l[i * n + k] * (long double)l[j * n + k];
      assert_true(fabsl(s) <= gamma_of(n) * sqrtl((long double)a[i * n + i] * (long double)a[j * n + j]));
    }
}

/* Theorem 10.4: residual below gamma_(3n+1) |L| |L^T| |x|. */
static void check_solution(fairu_context *ctx, size_t n, draws *d)
{
  double x[MATRIX_MOST], right[MATRIX_MOST];
  for (size_t i = 0; i < n; i++)
    x[i] = right[i] = draw_between(d, -1.0, 1.0) * sqrt(a[i * n + i]);
  fairu_linalg__cholesky_solve(ctx, l, n, x);
  for (size_t i = 0; i < n; i++) {
    long double rest = (long double)right[i], size = 0.0L;
    for (size_t j = 0; j < n; j++) {
      rest -= (long double)a[i * n + j] * (long double)x[j];
      size += sqrtl((long double)a[i * n + i] * (long double)a[j * n + j]) * fabsl((long double)x[j]);
    }
    assert_true(fabsl(rest) <= gamma_of(3 * n + 1) * size);
  }
}

/* The scaled matrix (ones on the diagonal) decides on the digits: its condition is at most trace times trace of its inverse. */
static void check_inverse(fairu_context *ctx, size_t n)
{
  long double condition = 0.0L;
  if (!long_cholesky(a, n, exact_l))
    fail();
  long_inverse(exact_l, n, exact_inverse);
  for (size_t i = 0; i < n; i++)
    condition += (long double)n * exact_inverse[i * n + i] * (long double)a[i * n + i];
  fairu_linalg__cholesky_inverse(ctx, l, n, inverse);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      const long double size = sqrtl(exact_inverse[i * n + i] * exact_inverse[j * n + j]);
      assert_true(fabsl((long double)inverse[i * n + j] - exact_inverse[i * n + j]) <=
                  gamma_of(4 * n) * condition * size);
      assert_true(inverse[i * n + j] == inverse[j * n + i]);
    }
}

static void check_all_of(fairu_context *ctx, size_t n, draws *d)
{
  memcpy(l, a, n * n * sizeof *l);
  assert_int_equal(fairu_linalg__cholesky(ctx, l, n), 0);
  check_factor(n);
  check_solution(ctx, n, d);
  check_inverse(ctx, n);
}

static void dominant_body(fairu_context *ctx, size_t n)
{
  draws d = { 500 + n };
  dominant_matrix(&d, n, a);
  check_all_of(ctx, n, &d);
}

/* Units of the variables between 1e-40 and 1e40: the errors keep to them. */
static void scaled_body(fairu_context *ctx, size_t n)
{
  draws d = { 600 + n };
  double s[MATRIX_MOST];
  dominant_matrix(&d, n, a);
  for (size_t i = 0; i < n; i++)
    s[i] = pow(10.0, draw_between(&d, -40.0, 40.0));
  scale_matrix(s, n, a);
  check_all_of(ctx, n, &d);
}

/* Correlations exp(-((i - j) / w)^2): the condition grows up to 1e10. */
static void ill_conditioned_body(fairu_context *ctx, size_t n)
{
  draws d = { 700 + n };
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      const double r = ((double)i - (double)j) / 2.2;
      a[i * n + j] = exp(-r * r);
    }
  check_all_of(ctx, n, &d);
}

static void factors_keep_the_bounds_of_error_analysis(void **state)
{
  (void)state;
  for_all_kernels(dominant_body, MATRIX_MOST, 3);
  for_all_kernels(scaled_body, MATRIX_MOST, 3);
  for_all_kernels(ill_conditioned_body, MATRIX_MOST, 3);
}

/* Powers of two as units change no digit, and the leading block has the factor of its own. */
static void powers_of_two_body(fairu_context *ctx, size_t n)
{
  draws d = { 800 + n };
  double s[MATRIX_MOST];
  dominant_matrix(&d, n, a);
  memcpy(l, a, n * n * sizeof *l);
  for (size_t i = 0; i < n; i++)
    s[i] = ldexp(1.0, (int)draw_below(&d, 200) - 100);
  memcpy(b, a, n * n * sizeof *b);
  scale_matrix(s, n, b);
  assert_int_equal(fairu_linalg__cholesky(ctx, l, n), 0);
  assert_int_equal(fairu_linalg__cholesky(ctx, b, n), 0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++)
      assert_true(b[i * n + j] == l[i * n + j] * s[i]);
}

static void units_of_powers_of_two_change_no_digit(void **state)
{
  (void)state;
  for_all_kernels(powers_of_two_body, MATRIX_MOST, 1);
}

/* ---- eigenvalues --------------------------------------------------------------------------------------- */

/* Sylvester's law counts the eigenvalues below each of ours: it has its place, within tol. */
static void check_places(size_t n, const double *w, const double *tol)
{
  for (size_t j = 0; j < n; j++) {
    assert_true(eigenvalues_below(a, n, (long double)w[j] - (long double)tol[j], exact_l) <= j);
    assert_true(eigenvalues_below(a, n, (long double)w[j] + (long double)tol[j], exact_l) >= j + 1);
  }
}

/* The component of largest magnitude is positive, columns are of length 1. */
static void check_directions(size_t n)
{
  for (size_t j = 0; j < n; j++) {
    double largest = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
      square += v[i * n + j] * v[i * n + j];
      if (fabs(v[i * n + j]) > fabs(largest))
        largest = v[i * n + j];
    }
    assert_true(largest > 0.0);
    CHECK_NEAR(square, 1.0, 16.0 * gamma_of(n));
  }
}

static void eigen_body(fairu_context *ctx, size_t n)
{
  draws d = { 900 + n };
  double w[MATRIX_MOST], tol[MATRIX_MOST];
  double norm = 0.0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      a[i * n + j] = a[j * n + i] = draw_between(&d, -1.0, 1.0);
      norm += (i == j ? 1.0 : 2.0) * a[i * n + j] * a[i * n + j];
    }
  memcpy(b, a, n * n * sizeof *b);
  CHECK_OK(ctx, fairu_linalg__eigen(ctx, b, n, w, v));
  for (size_t j = 0; j < n; j++)
    tol[j] = 4.0 * gamma_of(n) * sqrt(norm);
  check_places(n, w, tol);
  check_directions(n);
}

static void eigenvalues_have_their_places(void **state)
{
  (void)state;
  for_all_kernels(eigen_body, 40, 3);
}

/* D M D, M of condition below 10: by Jacobi also eigenvalues of 1e-24 of the largest have their digits (Demmel and Veselic 1992). */
static void graded_matrices_keep_small_eigenvalues(void **state)
{
  (void)state;
  for (size_t n = 2; n <= 24; n++) {
    draws d = { 1000 + n };
    double s[MATRIX_MOST], w[MATRIX_MOST], tol[MATRIX_MOST];
    dominant_matrix(&d, n, a);
    for (size_t i = 0; i < n; i++)
      s[i] = pow(10.0, -12.0 * (double)(i * 5 % n) / (double)n);
    scale_matrix(s, n, a);
    memcpy(b, a, n * n * sizeof *b);
    assert_int_equal(fairu_jacobi__eigen(b, n, w, v), 0);
    for (size_t j = 0; j < n; j++) {
      assert_true(w[j] > 0.0);
      tol[j] = w[j] * 100.0 * gamma_of(n);
    }
    check_places(n, w, tol);
  }
}

/* A direct sum of 2 x 2 blocks, rows mixed: eigenvalues m +- r are those of the blocks; equal ones and zeros among them. */
static void blocks_have_the_eigenvalues_of_their_parts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t pairs = 1; pairs <= 30; pairs++) {
    const size_t n = 2 * pairs;
    double w[MATRIX_MOST], wanted[MATRIX_MOST];
    memset(a, 0, sizeof a);
    for (size_t k = 0; k < pairs; k++) {
      const double m = (double)(k % 5) - 2.0, r = 5.0 * (double)(k % 3); /* 3-4-5: r is exact */
      const size_t p = k, q = n - 1 - k;
      a[p * n + p] = m + 0.6 * r;
      a[q * n + q] = m - 0.6 * r;
      a[p * n + q] = a[q * n + p] = 0.8 * r;
      wanted[2 * k] = m - r;
      wanted[2 * k + 1] = m + r;
    }
    for (size_t i = 1; i < n; i++) /* sort */
      for (size_t j = i; j > 0 && wanted[j] < wanted[j - 1]; j--) {
        const double t = wanted[j];
        wanted[j] = wanted[j - 1];
        wanted[j - 1] = t;
      }
    CHECK_OK(ctx, fairu_linalg__eigen(ctx, a, n, w, v));
    for (size_t j = 0; j < n; j++)
      CHECK_NEAR(w[j], wanted[j], 1e-14);
    check_directions(n);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(integer_factors_are_found_exactly),
    cmocka_unit_test(pivots_of_zero_are_found_at_every_place),
    cmocka_unit_test(the_first_bad_pivot_is_named),
    cmocka_unit_test(integer_inverses_are_found_exactly),
    cmocka_unit_test(factors_keep_the_bounds_of_error_analysis),
    cmocka_unit_test(units_of_powers_of_two_change_no_digit),
    cmocka_unit_test(eigenvalues_have_their_places),
    cmocka_unit_test(graded_matrices_keep_small_eigenvalues),
    cmocka_unit_test(blocks_have_the_eigenvalues_of_their_parts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
