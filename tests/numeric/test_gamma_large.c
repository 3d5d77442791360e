/* The incomplete gamma function beyond a = 1e8, where one expansion takes over: sums made in the test on both sides of that place, the steps and
 * slopes that define it, its median, and its tails against the normal distribution that it becomes. */
#include <float.h>

#include "support/draws.h"
#include "support/support.h"

#include "numeric/special.h"

static const double pi = 3.14159265358979323846;

/* ln of the Poisson probability of a at mean x, by Stirling: the terms left out are below 1e-27 here. */
static double log_front(double a, double x)
{
  const double d = (x - a) / a; /* at most 1e-2 */
  double deviance = 0.0, power = d * d;
  for (int k = 2; k < 12; k++, power *= -d) /* d - ln(1 + d) */
    deviance += power / k;
  return -a * deviance - 0.5 * log(2.0 * pi * a) - 1.0 / (12.0 * a);
}

/* P below a, Q above, each by its sum of terms of one sign: rising powers of x, falling ones. */
static double plain_tail(double a, double x)
{
  double term = 1.0, sum = 1.0;
  for (double n = 1.0; term > 1e-18 * sum; n += 1.0) {
    term *= x < a ? x / (a + n) : (a - n) / x;
    sum += term;
  }
  return sum * exp(log_front(a, x)) * (x < a ? 1.0 : a / x);
}

static void both_sides_of_the_change_are_sums(void **state)
{
  (void)state;
  static const double as[] = { 99999999.0, 100000000.0, 100000001.0, 123456789.5 };
  static const double zs[] = { -25.0, -7.0, -2.0, -0.3, 0.3, 2.0, 7.0, 25.0 };
  for (size_t i = 0; i < sizeof as / sizeof as[0]; i++)
    for (size_t k = 0; k < sizeof zs / sizeof zs[0]; k++) {
      const double a = as[i], x = floor(a + zs[k] * sqrt(a)), plain = plain_tail(a, x);
      /* the exponent zs^2 / 2 is rounded in the series of the deviance, and 6e4 products of the sum are */
      const double near = 3e-12;
      CHECK_CLOSE(x < a ? fairu_gamma__p(a, x) : fairu_gamma__q(a, x), plain, near);
      CHECK_NEAR(x < a ? fairu_gamma__q(a, x) : fairu_gamma__p(a, x), 1.0 - plain, near * plain + 1e-14);
    }
}

/* Values stay in order where one formula follows the other, and go on as smoothly as they should: in a as in x. */
static void no_step_at_the_change(void **state)
{
  (void)state;
  for (double z = -6.0; z <= 6.0; z += 0.5) {
    const double x = floor(1e8 + z * 1e4);
    double q[5];
    for (int k = 0; k < 5; k++)
      q[k] = fairu_gamma__q(1e8 - 2.0 + k, x);
    for (int k = 1; k < 5; k++) {
      const double term = exp(log_front(1e8 - 3.0 + k, x)); /* Q(a + 1) - Q(a) */
      CHECK_NEAR(q[k] - q[k - 1], term, 1e-13);
    }
  }
}

static void sums_to_one_and_rises(void **state)
{
  (void)state;
  draws d = { 11 };
  for (int i = 0; i < 20000; i++) {
    const double a = exp(draw_between(&d, log(1.1e8), log(1e300))), z = draw_between(&d, -45.0, 45.0);
    const double x = a * (1.0 + z / sqrt(a)), further = x * (1.0 + 0.1 / sqrt(a));
    const double p = fairu_gamma__p(a, x), q = fairu_gamma__q(a, x);
    assert_true(p >= 0.0 && q >= 0.0 && p <= 1.0 && q <= 1.0);
    CHECK_NEAR(p + q, 1.0, 3e-16);
    assert_true(fairu_gamma__p(a, further) >= p - 2e-16 && fairu_gamma__q(a, further) <= q + 2e-16);
    assert_true((p < q) == (x <= a - 1.0 / 3.0) || fabs(p - q) < 1e-4); /* the median is at a - 1/3 */
  }
}

/* P(a, x) - P(a + 1, x) = x^a e^-x / Gamma(a + 1), and a / x times it is the slope in x. */
static void steps_and_slopes(void **state)
{
  (void)state;
  draws d = { 12 };
  for (int i = 0; i < 5000; i++) {
    const double a = floor(exp(draw_between(&d, log(1.1e8), log(1e12)))), z = draw_between(&d, -8.0, 8.0);
    const double x = floor(a + z * sqrt(a)), term = exp(log_front(a, x)), h = floor(1e-3 * sqrt(a));
    CHECK_NEAR(fairu_gamma__p(a, x) - fairu_gamma__p(a + 1.0, x), term, 1e-15 + 1e-9 * term);
    CHECK_NEAR(fairu_gamma__q(a + 1.0, x) - fairu_gamma__q(a, x), term, 1e-15 + 1e-9 * term);
    const double rise = fairu_gamma__p(a, x + h) - fairu_gamma__p(a, x - h);
    /* third derivative: (z^2 - 1) / a of the slope */
    CHECK_NEAR(rise, 2.0 * h * a / x * term, 1e-15 + 2.0 * h * term * (1e-6 * (1.0 + z * z)));
  }
}

/* Q(a, a) = 1/2 - (1/3 + 1 / (540 a)) / sqrt(2 pi a), and the median a - 1/3 + 8 / (405 a) (Choi 1994). */
static void the_middle(void **state)
{
  (void)state;
  for (double a = 2e8; a < 1e19; a *= 7.0) {
    const double density = 1.0 / sqrt(2.0 * pi * a), step = nextafter(a, HUGE_VAL) - a;
    CHECK_NEAR(fairu_gamma__q(a, a), 0.5 - density * (1.0 / 3.0 + 1.0 / (540.0 * a)), 2e-16);
    CHECK_NEAR(fairu_gamma__p(a, a), 0.5 + density * (1.0 / 3.0 + 1.0 / (540.0 * a)), 2e-16);
    if (a < 1e15) /* beyond, a third is lost */
      CHECK_NEAR(fairu_gamma__p(a, a - 1.0 / 3.0), 0.5 - density * 8.0 / (405.0 * a), 3e-16 + density * step);
  }
  CHECK_NEAR(fairu_gamma__p(1e18, 1e18), 0.5 + 1.0 / (3.0 * sqrt(2.0 * pi * 1e18)), 2e-16);
}

/* Q(a, a + z sqrt(a)) = 1 - Phi(z) + phi(z) (z^2 - 1) / (3 sqrt(a)) + O(1 / a), Edgeworth. */
static void it_becomes_normal(void **state)
{
  (void)state;
  for (double a = 0x1p40; a < 0x1p300; a *= 0x1p20) /* roots are exact */
    for (double z = -6.0; z <= 6.0; z += 0.125) {
      const double x = a + z * sqrt(a), lost = fabs((x - a) / sqrt(a) - z);
      const double phi = exp(-0.5 * z * z) / sqrt(2.0 * pi);
      const double skew = phi * (z * z - 1.0) / (3.0 * sqrt(a));
      const double least = 1e-15 + 8.0 * (1.0 + pow(fabs(z), 5)) * phi / a + lost * phi;
      if (lost < 1e-4) {
        CHECK_NEAR(fairu_gamma__q(a, x), fairu_normal__sf(z) + skew, least);
        CHECK_NEAR(fairu_gamma__p(a, x), fairu_normal__cdf(z) - skew, least);
      }
    }
}

static void the_ends(void **state)
{
  (void)state;
  static const double as[] = { 1.5e8, 1e12, 1e100, 1e300, DBL_MAX };
  for (size_t i = 0; i < sizeof as / sizeof as[0]; i++) {
    const double a = as[i];
    static const double below[] = { 0.0, 0x1p-1074, 1.0, 1e7 };
    for (size_t k = 0; k < 4; k++)
      assert_true(fairu_gamma__p(a, below[k]) == 0.0 && fairu_gamma__q(a, below[k]) == 1.0);
    assert_true(fairu_gamma__p(a, (double)INFINITY) == 1.0 && fairu_gamma__q(a, (double)INFINITY) == 0.0);
    if (a < 1e300)
      assert_true(fairu_gamma__p(a, 2.0 * a) == 1.0 && fairu_gamma__q(a, 2.0 * a) == 0.0);
    assert_true(fairu_gamma__p(a, 0.5 * a) == 0.0 && fairu_gamma__q(a, 0.5 * a) == 1.0);
    assert_true(isnan(fairu_gamma__p(a, -1.0)) && isnan(fairu_gamma__q(a, (double)NAN)));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(both_sides_of_the_change_are_sums),
    cmocka_unit_test(no_step_at_the_change),
    cmocka_unit_test(sums_to_one_and_rises),
    cmocka_unit_test(steps_and_slopes),
    cmocka_unit_test(the_middle),
    cmocka_unit_test(it_becomes_normal),
    cmocka_unit_test(the_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
