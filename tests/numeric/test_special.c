/* test_special.c - special functions against long double sums, identities and inverses. */
#include "support/support.h"

#include "numeric/polygamma.h"

#include <float.h>

#include "numeric/pinned.h"
#include "numeric/special.h"

static void normal_tails_have_relative_accuracy(void **state)
{
  (void)state;
  for (double x = -37.0; x <= 8.0; x += 0.0371) {
    const double wanted = (double)(0.5L * erfcl(-(long double)x * 0.707106781186547524400844362104849039L));
    CHECK_CLOSE(fairu_normal__cdf(x), wanted, 1e-15);
    CHECK_CLOSE(fairu_normal__sf(-x), wanted, 1e-15);
    if (x < -0.01)
      CHECK_CLOSE(fairu_normal__quantile(fairu_normal__cdf(x)), x, 1e-14);
    if (x < -0.01)
      CHECK_CLOSE(fairu_normal__quantile_sf(fairu_normal__sf(-x)), -x, 1e-14);
  }
  assert_true(fairu_normal__quantile(0.5) == 0.0);
  assert_true(isinf(fairu_normal__quantile(0.0)) && isinf(fairu_normal__quantile(1.0)));
  assert_true(isnan(fairu_normal__quantile(-0.1)) && isnan(fairu_normal__quantile((double)NAN)));
}

static void log_tail_goes_on_beyond_underflow(void **state)
{
  (void)state;
  for (double x = -8.0; x < 100.0; x += 0.173) {
    const long double sf = 0.5L * erfcl((long double)x * 0.707106781186547524400844362104849039L);
    const long double wanted = x < 0.0 ? log1pl(sf - 1.0L) : logl(sf);
    CHECK_CLOSE(fairu_normal__log_sf(x), (double)wanted, x < 0.0 ? 1e-3 : 1e-15);
  }
  CHECK_CLOSE(fairu_normal__log_sf(-8.0), -fairu_normal__sf(8.0), 1e-14);
}

/* Difference of long double tails where it does not cancel, else Simpson's rule. */
static double integral(double a, double b)
{
  const long double r = 0.707106781186547524400844362104849039L, low = fminl(fabsl(a), fabsl(b));
  if ((b - a) * fabs(a) > 0.3 && a * b > 0.0)
    return (double)(0.5L * (erfcl(low * r) - erfcl(fmaxl(fabsl(a), fabsl(b)) * r)));
  const long double h = ((long double)b - a) / 4000.0L;
  long double s = 0.0L;
  for (int i = 0; i <= 4000; i++) {
    const long double x = a + h * i;
    s += (i == 0 || i == 4000 ? 1.0L : i % 2 ? 4.0L : 2.0L) * expl(-0.5L * x * x);
  }
  return (double)(s * h / 3.0L * 0.398942280401432677939946059934381868L);
}

static void intervals_do_not_cancel(void **state)
{
  (void)state;
  const double widths[] = { 1e-9, 1e-3, 0.019, 0.021, 0.3, 1.0 };
  for (double a = -30.0; a < 30.0; a += 0.77)
    for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++)
      CHECK_CLOSE(fairu_normal__interval(a, a + widths[k]), integral(a, a + widths[k]), 2e-13);
  assert_true(fairu_normal__interval(1.0, 1.0) == 0.0);
  CHECK_CLOSE(fairu_normal__interval(-(double)INFINITY, (double)INFINITY), 1.0, 1e-15);
}

static void gamma_and_its_derivatives_obey_the_recurrence(void **state)
{
  (void)state;
  const double euler = 0.57721566490153286061, pi = 3.14159265358979323846;
  CHECK_CLOSE(digamma(1.0), -euler, 1e-15);
  CHECK_CLOSE(digamma(0.5), -euler - 2.0 * log(2.0), 1e-15);
  CHECK_CLOSE(trigamma(1.0), pi * pi / 6.0, 2e-15);
  CHECK_CLOSE(trigamma(0.5), pi * pi / 2.0, 2e-15);
  for (double x = 0.01; x < 1e6; x *= 1.37) {
    CHECK_NEAR(digamma(x + 1.0) - digamma(x), 1.0 / x, 1e-14 * fmax(1.0 / x, log(x) + 1.0));
    CHECK_NEAR(trigamma(x) - trigamma(x + 1.0), 1.0 / (x * x), 2e-15 * trigamma(x));
    int sign;
    CHECK_CLOSE(fairu_log_gamma(x), (double)lgammal_r((long double)x, &sign), 1e-14);
  }
}

static void pinned_functions_are_within_an_ulp(void **state)
{
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < 300000; i++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const double u = (double)(seed >> 11) * 0x1p-53;
    const double near = 0.5 + u, x = i & 1 ? near : exp(1400.0 * (u - 0.5)), y = 1415.0 * (u - 0.5);
    const long double l = logl(x), e = expl(y);
    assert_true(fabsl(fairu_pinned__log(x) - l) <= 1.0 * DBL_EPSILON * fabsl(l));
    assert_true(fabsl(fairu_pinned__exp(y) - e) <= 1.0 * DBL_EPSILON * e);
  }
  assert_true(fairu_pinned__log(1.0) == 0.0 && fairu_pinned__exp(0.0) == 1.0);
  assert_true(fairu_pinned__log(0.0) == -(double)INFINITY && isnan(fairu_pinned__log(-1.0)));
  assert_true(isinf(fairu_pinned__exp(710.0)) && fairu_pinned__exp(-746.0) == 0.0);
  assert_true(isnan(fairu_pinned__exp((double)NAN)) && isnan(fairu_pinned__log((double)NAN)));
  CHECK_CLOSE(fairu_pinned__log(0x1p-1074), -1074.0 * log(2.0), 1e-15);
  CHECK_CLOSE(fairu_pinned__exp(-720.0), exp(-720.0), 1e-9); /* subnormal */
}

/* n ln(n/nu) - n + nu in long double: by the series of log1p where it cancels. */
static long double deviance(long double n, long double nu)
{
  const long double d = (nu - n) / n; /* nu = n (1 + d) */
  if (fabsl(d) > 0.01L)
    return nu - n + n * logl(n / nu);
  long double sum = 0.0L, power = d * d; /* n (d - ln(1 + d)) */
  for (int k = 2; k < 40; k++) {
    sum += (k % 2 ? -1.0L : 1.0L) * power / k;
    power *= d;
  }
  return n * sum;
}

static void deviance_keeps_its_digits_to_1e12(void **state)
{
  (void)state;
  const double off[] = {
    1e-12, -1e-9, 3e-7, -1e-4, 0.003, 0.1, -0.18, 0.23, -0.5, 0.7, 1.99, 2.01, 3.0, 100.0
  };
  for (double n = 0.01; n < 2e12; n *= 3.7)
    for (size_t k = 0; k < sizeof off / sizeof off[0]; k++) {
      const double nu = n * (1.0 + off[k]);
      CHECK_CLOSE(fairu_poisson__deviance(n, nu), (double)deviance(n, nu), 3e-15);
    }
  assert_true(fairu_poisson__deviance(0.0, 3.0) == 3.0 && fairu_poisson__deviance(0.0, 0.0) == 0.0);
  assert_true(isinf(fairu_poisson__deviance(1.0, 0.0)) && isinf(fairu_poisson__deviance(1.0, -2.0)));
  assert_true(fairu_poisson__deviance(7.0, 7.0) == 0.0);
  CHECK_CLOSE(fairu_poisson__deviance(1e300, 1e-300), 1e300 * (600.0 * log(10.0) - 1.0), 1e-14);
}

static void saturated_term_completes_the_poisson_probability(void **state)
{
  (void)state;
  long double log_factorial = 0.0L;
  for (int n = 0; n < 150; n++) {
    if (n > 0)
      log_factorial += logl((long double)n);
    const long double wanted = log_factorial - (n ? n * logl((long double)n) : 0.0L) + n;
    CHECK_NEAR(fairu_poisson__saturated(n), (double)wanted, 4e-15);
  }
  for (double n = 0.013; n < 30.0; n += 0.11) { /* between the integers */
    int sign;
    const long double x = n, wanted = lgammal_r(x + 1.0L, &sign) - x * logl(x) + x;
    CHECK_NEAR(fairu_poisson__saturated(n), (double)wanted, 1e-14);
  }
}

/* Q(k, nu) = P(N < k), P(a, x) of half-integers = erf. */
static void incomplete_gamma_sums_the_poisson_distribution(void **state)
{
  (void)state;
  const double means[] = { 0.01, 0.5, 3.0, 30.0, 400.0 };
  for (size_t m = 0; m < sizeof means / sizeof means[0]; m++) {
    long double term = expl(-(long double)means[m]), below = term;
    for (int k = 1; k < 600; k++) {
      if (below > 1e-300L)
        CHECK_CLOSE(fairu_gamma__q(k, means[m]), (double)below, 1e-13);
      term *= means[m] / (long double)k;
      below += term;
    }
  }
  for (double x = 0.001; x < 50.0; x *= 1.3)
    CHECK_CLOSE(fairu_gamma__p(0.5, x), erf(sqrt(x)), 1e-13);
  CHECK_NEAR(fairu_gamma__p(1e10, 1e10), 0.5 + 1.0 / (3.0 * sqrt(2.0 * 3.14159265358979 * 1e10)), 1e-10);
  assert_true(fairu_gamma__p(2.0, 0.0) == 0.0 && fairu_gamma__q(2.0, (double)INFINITY) == 0.0);
  assert_true(isnan(fairu_gamma__p(-1.0, 1.0)) && isnan(fairu_gamma__q(1.0, -1.0)));
}

/* I_x(k, n - k + 1) = P(at least k of n). */
static void incomplete_beta_sums_the_binomial_distribution(void **state)
{
  (void)state;
  const double ps[] = { 1e-6, 0.01, 0.3, 0.5, 0.83, 0.999 };
  for (int n = 1; n <= 120; n += 7)
    for (size_t i = 0; i < sizeof ps / sizeof ps[0]; i++) {
      const long double p = ps[i], q = 1.0L - p;
      long double upper = 0.0L, term = powl(p, n);
      for (int k = n; k >= 1; k--) {
        upper += term;
        if (upper > 1e-300L)
          CHECK_CLOSE(fairu_beta__i(k, n - k + 1.0, ps[i]), (double)upper, 3e-13);
        term *= q / p * k / (n - k + 1.0L);
      }
    }
  assert_true(fairu_beta__i(2.0, 3.0, 0.0) == 0.0 && fairu_beta__i(2.0, 3.0, 1.0) == 1.0);
}

static void inverse_beta_inverts(void **state)
{
  (void)state;
  const double shapes[] = { 0.3, 1.0, 2.5, 40.0, 1e3, 1e5 }, ps[] = { 1e-40, 1e-6, 0.1, 0.5, 0.84, 0.9999 };
  for (int a = 0; a < 6; a++)
    for (int b = 0; b < 6; b++)
      for (int k = 0; k < 6; k++) {
        const double x = fairu_beta__i_inverse(shapes[a], shapes[b], ps[k]);
        if (x > 1e-300 && 1.0 - x > 1e-3) /* close to 1, x itself has too few digits */
          CHECK_CLOSE(fairu_beta__i(shapes[a], shapes[b], x), ps[k], 1e-11);
      }
  for (double p = 0.01; p < 1.0; p += 0.07) /* closed forms */
    for (double a = 0.5; a < 30.0; a *= 2.0) {
      CHECK_CLOSE(fairu_beta__i_inverse(a, 1.0, p), pow(p, 1.0 / a), 1e-14);
      CHECK_CLOSE(fairu_beta__i_inverse(1.0, a, p), -expm1(log1p(-p) / a), 1e-14);
    }
}

static void clopper_pearson_bounds_have_the_stated_tails(void **state)
{
  (void)state;
  double lower, upper;
  fairu_binomial__interval(0.0, 10.0, 0.9, &lower, &upper);
  assert_true(lower == 0.0);
  CHECK_CLOSE(upper, 1.0 - pow(0.05, 0.1), 1e-14);
  fairu_binomial__interval(10.0, 10.0, 0.9, &lower, &upper);
  assert_true(upper == 1.0);
  CHECK_CLOSE(lower, pow(0.05, 0.1), 1e-14);
  for (double k = 1.0; k < 100.0; k += 7.0) {
    fairu_binomial__interval(k, 100.0, 0.6827, &lower, &upper);
    CHECK_CLOSE(fairu_beta__i(k, 101.0 - k, lower), 0.5 * (1.0 - 0.6827), 1e-12);
    CHECK_CLOSE(1.0 - fairu_beta__i(k + 1.0, 100.0 - k, upper), 0.5 * (1.0 - 0.6827), 1e-12);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(normal_tails_have_relative_accuracy),
    cmocka_unit_test(log_tail_goes_on_beyond_underflow),
    cmocka_unit_test(intervals_do_not_cancel),
    cmocka_unit_test(gamma_and_its_derivatives_obey_the_recurrence),
    cmocka_unit_test(pinned_functions_are_within_an_ulp),
    cmocka_unit_test(deviance_keeps_its_digits_to_1e12),
    cmocka_unit_test(saturated_term_completes_the_poisson_probability),
    cmocka_unit_test(incomplete_gamma_sums_the_poisson_distribution),
    cmocka_unit_test(incomplete_beta_sums_the_binomial_distribution),
    cmocka_unit_test(inverse_beta_inverts),
    cmocka_unit_test(clopper_pearson_bounds_have_the_stated_tails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
