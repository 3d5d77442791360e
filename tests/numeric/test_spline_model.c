/* Splines beside dense systems in long double, written row by row from their conditions: not-a-knot splines of one function and of many, and
 * smoothing splines by the matrices of Green and Silverman. */
#include "exact_matrices.h"

#include "numeric/moments.h"
#include "numeric/smoothing.h"
#include "numeric/spline.h"

enum { KNOTS_MOST = 24, WIDTH = 5 };

/* Rising places, spacings between 1 and `uneven`. */
static void draw_places(draws *d, size_t n, double uneven, double *x)
{
  x[0] = draw_between(d, -3.0, 3.0);
  for (size_t i = 1; i < n; i++)
    x[i] = x[i - 1] + pow(uneven, draw_unit(d));
}

/* Second derivatives m of the not-a-knot spline: slopes agree at each inner knot, third derivatives at the second and the last but one. */
static void dense_moments(const double *x, size_t n, const double *y, size_t stride, long double *m)
{
  static long double a[KNOTS_MOST * KNOTS_MOST];
  long double h[KNOTS_MOST];
  memset(a, 0, sizeof a);
  for (size_t i = 0; i + 1 < n; i++)
    h[i] = (long double)x[i + 1] - (long double)x[i];
  for (size_t i = 1; i + 1 < n; i++) {
    a[i * n + i - 1] = h[i - 1];
    a[i * n + i] = 2.0L * (h[i - 1] + h[i]);
    a[i * n + i + 1] = h[i];
    m[i] = 6.0L * (((long double)y[(i + 1) * stride] - (long double)y[i * stride]) / h[i] -
                   ((long double)y[i * stride] - (long double)y[(i - 1) * stride]) / h[i - 1]);
  }
  const size_t ends[2] = { 0, n - 1 };
  for (size_t e = 0; e < 2; e++) { /* (m1 - m0) / h0 = (m2 - m1) / h1, and at the end */
    const size_t k = e ? n - 3 : 0;
    long double *row = a + ends[e] * n;
    row[k] = -1.0L / h[k];
    row[k + 1] = 1.0L / h[k] + 1.0L / h[k + 1];
    row[k + 2] = -1.0L / h[k + 1];
    m[ends[e]] = 0.0L;
  }
  long_gauss(a, n, m);
}

static void check_moments(size_t n, double uneven, uint64_t seed)
{
  draws d = { seed };
  double x[KNOTS_MOST], one[KNOTS_MOST], rows[KNOTS_MOST * 2 * WIDTH], factors[4 * KNOTS_MOST + 2];
  double work[4 * KNOTS_MOST];
  long double wanted[KNOTS_MOST];
  draw_places(&d, n, uneven, x);
  for (size_t i = 0; i < n * 2 * WIDTH; i++)
    rows[i] = draw_between(&d, -1.0, 1.0);
  assert_true(fairu_moments__size(n) <= sizeof factors / sizeof *factors);
  fairu_moments__factor(x, n, factors);
  fairu_moments__solve(factors, n, rows, 2 * WIDTH, WIDTH, WIDTH);
  for (size_t f = 0; f < WIDTH; f++) {
    double largest = 0.0;
    dense_moments(x, n, rows + f, 2 * WIDTH, wanted);
    fairu_spline__moments(x, n, rows + f, 2 * WIDTH, one, 1, work);
    for (size_t i = 0; i < n; i++)
      largest = fmax(largest, (double)fabsl(wanted[i]));
    for (size_t i = 0; i < n; i++) { /* places of a few units cost as many digits in their differences */
      CHECK_NEAR(one[i], (double)wanted[i], 1e-13 * uneven * largest);
      CHECK_NEAR(rows[i * 2 * WIDTH + WIDTH + f], (double)wanted[i], 1e-13 * uneven * largest);
    }
  }
}

static void moments_solve_the_conditions_of_the_spline(void **state)
{
  (void)state;
  for (size_t n = 4; n <= KNOTS_MOST; n++)
    for (uint64_t round = 0; round < 10; round++)
      check_moments(n, round % 2 ? 30.0 : 1.0, 100 * n + round);
}

/* Every knot belongs to the interval it begins, the last one to the last interval. */
static void every_place_has_its_interval(void **state)
{
  (void)state;
  for (size_t n = 2; n <= KNOTS_MOST; n++) {
    draws d = { n };
    double x[KNOTS_MOST];
    draw_places(&d, n, 10.0, x);
    for (size_t i = 0; i + 1 < n; i++) {
      assert_int_equal(fairu_spline__find(x, n, x[i]), i);
      assert_int_equal(fairu_spline__find(x, n, nextafter(x[i + 1], x[i])), i);
      assert_int_equal(fairu_spline__find(x, n, 0.5 * (x[i] + x[i + 1])), i);
    }
    assert_int_equal(fairu_spline__find(x, n, x[n - 1]), n - 2);
  }
}

/* ---- smoothing: f = (W + lambda K)^-1 W y, K = Q R^-1 Q^T -------------------------------------------------- */

typedef struct dense_smoothing {
  long double k[KNOTS_MOST * KNOTS_MOST];     /* roughness */
  long double cover[KNOTS_MOST * KNOTS_MOST]; /* (W + lambda K)^-1 */
  long double value[KNOTS_MOST];
  long double freedom, chi2;
} dense_smoothing;

static void dense_roughness(const double *x, size_t n, long double *k)
{
  static long double r[KNOTS_MOST * KNOTS_MOST], q[KNOTS_MOST * KNOTS_MOST];
  const size_t inner = n - 2;
  memset(q, 0, sizeof q);
  for (size_t j = 0; j < inner; j++) { /* second divided differences: column j of Q */
    const long double a = (long double)x[j + 1] - (long double)x[j];
    const long double b = (long double)x[j + 2] - (long double)x[j + 1];
    q[j * inner + j] = 1.0L / a;
    q[(j + 1) * inner + j] = -1.0L / a - 1.0L / b;
    q[(j + 2) * inner + j] = 1.0L / b;
  }
  for (size_t column = 0; column < n; column++) { /* R z = Q^T e_column, then Q z */
    long double z[KNOTS_MOST];
    memset(r, 0, sizeof r);
    for (size_t j = 0; j < inner; j++) {
      r[j * inner + j] = ((long double)x[j + 2] - (long double)x[j]) / 3.0L;
      if (j + 1 < inner)
        r[j * inner + j + 1] = r[(j + 1) * inner + j] =
            ((long double)x[j + 2] - (long double)x[j + 1]) / 6.0L;
      z[j] = q[column * inner + j];
    }
    long_gauss(r, inner, z);
    for (size_t i = 0; i < n; i++) {
      k[i * n + column] = 0.0L;
      for (size_t j = 0; j < inner; j++)
        k[i * n + column] += q[i * inner + j] * z[j];
    }
  }
}

static void dense_smooth(const double *x, const double *y, const double *e, size_t n, double lambda,
                         dense_smoothing *s)
{
  static long double a[KNOTS_MOST * KNOTS_MOST];
  dense_roughness(x, n, s->k);
  memset(s->value, 0, sizeof s->value);
  s->freedom = s->chi2 = 0.0L;
  for (size_t column = 0; column < n; column++) {
    long double z[KNOTS_MOST] = { 0.0L };
    const long double w = 1.0L / ((long double)e[column] * (long double)e[column]);
    z[column] = 1.0L;
    for (size_t i = 0; i < n * n; i++) {
      const long double ei = (long double)e[i / n];
      a[i] = (long double)lambda * s->k[i] + (i / n == i % n ? 1.0L / (ei * ei) : 0.0L);
    }
    long_gauss(a, n, z);
    for (size_t i = 0; i < n; i++) {
      s->cover[i * n + column] = z[i];
      s->value[i] += z[i] * w * (long double)y[column];
    }
    s->freedom += z[column] * w;
  }
  for (size_t i = 0; i < n; i++) {
    const long double pull = ((long double)y[i] - s->value[i]) / (long double)e[i];
    s->chi2 += pull * pull;
  }
}

static void check_smoothing(fairu_context *ctx, size_t n, uint64_t seed)
{
  static dense_smoothing wanted;
  static double block[2 * KNOTS_MOST + 2 * KNOTS_MOST * KNOTS_MOST];
  draws d = { seed };
  double x[KNOTS_MOST], y[KNOTS_MOST], e[KNOTS_MOST];
  fairu_smoothing s;
  draw_places(&d, n, 4.0, x);
  for (size_t i = 0; i < n; i++) {
    e[i] = draw_between(&d, 0.05, 0.2);
    y[i] = sin(0.3 * x[i]) + e[i] * draw_between(&d, -2.0, 2.0);
  }
  const double lambda = seed % 3 == 0 ? (double)NAN : pow(10.0, draw_between(&d, -3.0, 3.0));
  assert_int_equal(fairu_smoothing__size(n), 2 * n + 2 * n * n);
  CHECK_OK(ctx, fairu_smoothing__create(ctx, x, y, e, n, lambda, block, &s));
  if (!isnan(lambda))
    assert_true(s.lambda == lambda);
  dense_smooth(x, y, e, n, s.lambda, &wanted);
  CHECK_CLOSE(s.freedom, (double)wanted.freedom, 1e-8);
  CHECK_NEAR(s.chi2, (double)wanted.chi2, 1e-7 * (double)n);
  for (size_t i = 0; i < n; i++) {
    double error = 0.0;
    CHECK_NEAR(s.value[i], (double)wanted.value[i], 1e-8);
    for (size_t j = 0; j < n; j++)
      CHECK_NEAR(s.covariance[i * n + j], (double)wanted.cover[i * n + j], 1e-9);
    CHECK_NEAR(fairu_smoothing__at(&s, x[i], &error), (double)wanted.value[i], 1e-8);
    CHECK_CLOSE(error, (double)sqrtl(wanted.cover[i * n + i]), 1e-6);
  }
}

static void smoothing_is_the_dense_solution(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t n = 3; n <= KNOTS_MOST; n += 3)
    for (uint64_t round = 0; round < 6; round++)
      check_smoothing(ctx, n, 1000 * n + round);
  fairu_context_destroy(ctx);
}

/* No lambda of a finer table has a clearly smaller risk than the one chosen: steps of the library's own differ by some percent. */
static void the_chosen_lambda_has_the_smallest_risk(void **state)
{
  (void)state;
  static dense_smoothing other;
  static double block[2 * KNOTS_MOST + 2 * KNOTS_MOST * KNOTS_MOST];
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 4; seed++) {
    enum { N = 14 };
    draws d = { seed };
    double x[N], y[N], e[N];
    fairu_smoothing s;
    draw_places(&d, N, 3.0, x);
    for (size_t i = 0; i < N; i++) {
      e[i] = 0.1;
      y[i] = sin(0.4 * x[i]) + draw_between(&d, -0.17, 0.17);
    }
    CHECK_OK(ctx, fairu_smoothing__create(ctx, x, y, e, N, (double)NAN, block, &s));
    const double risk = s.chi2 + 2.8 * s.freedom;
    for (double power = -6.0; power <= 6.0; power += 0.25) {
      dense_smooth(x, y, e, N, pow(10.0, power), &other);
      assert_true((double)(other.chi2 + 2.8L * other.freedom) > risk - 0.05);
    }
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(moments_solve_the_conditions_of_the_spline),
    cmocka_unit_test(every_place_has_its_interval),
    cmocka_unit_test(smoothing_is_the_dense_solution),
    cmocka_unit_test(the_chosen_lambda_has_the_smallest_risk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
