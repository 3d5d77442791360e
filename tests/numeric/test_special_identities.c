/* test_special_identities.c - special functions against what must hold between their values: recurrences, reflections, derivatives,
 * order, inverses; over the whole range of doubles, from the smallest subnormal on. */
#include "support/draws.h"
#include "support/support.h"

#include "numeric/significance.h"
#include "numeric/special.h"
#include "numeric/stirling.h"

static const double pi = 3.14159265358979323846, euler = 0.57721566490153286061;

/* Evenly in the logarithm. */
static double draw_scale(draws *d, double low, double high)
{
  return exp(draw_between(d, log(low), log(high)));
}

/* ---- Poisson -------------------------------------------------------------------------------------------- */

/* ln Gamma(n + 1) - n ln n + n: near 0 its Taylor series, to the last bits and never below 0. */
static void the_saturated_term_near_zero(void **state)
{
  (void)state;
  for (double n = 0x1p-1074; n < 1e-9; n *= 3.0) {
    const double s = fairu_poisson__saturated(n);
    CHECK_CLOSE(s, n * (1.0 - euler - log(n)), n < 1e-300 ? 1e-2 : 1e-9); /* subnormals have few digits */
    assert_true(s >= 0.0);
  }
  double before = 0.0;
  for (double n = 1e-300; n < 1e8; n *= 1.01) {
    const double s = fairu_poisson__saturated(n);
    assert_true(s >= before - 1e-14);
    before = s;
  }
}

/* s(n + 1) - s(n) = 1 - n ln(1 + 1 / n), and Gamma(1 + n) Gamma(1 - n) = pi n / sin(pi n). */
static void the_saturated_term_steps_and_mirrors(void **state)
{
  (void)state;
  draws d = { 1 };
  for (int i = 0; i < 20000; i++) {
    const double n = draw_scale(&d, 1e-12, 1e6);
    CHECK_NEAR(fairu_poisson__saturated(n + 1.0) - fairu_poisson__saturated(n), 1.0 - n * log1p(1.0 / n),
               3e-14);
    const double u = draw_unit(&d), x = u < 0.5 ? u + 1e-9 : u - 1e-9; /* in (0, 1) */
    const double up = fairu_poisson__saturated(x) + x * log(x) - x;
    const double y = 1.0 - x; /* Gamma(1 - x) = Gamma(1 + y) / y */
    const double down = fairu_poisson__saturated(y) + y * log(y) - y - log(y);
    CHECK_NEAR(up + down, log(pi * x / sin(pi * fmin(x, y))), 1e-13);
  }
}

/* deviance(n, nu) is 0 at nu = n alone, convex in nu, with slope 1 - n / nu; doubling both doubles it. */
static void the_deviance_is_a_bowl(void **state)
{
  (void)state;
  draws d = { 2 };
  for (int i = 0; i < 20000; i++) {
    const double n = draw_scale(&d, 1e-290, 1e290), nu = n * draw_scale(&d, 1e-3, 1e3), h = 1e-4 * nu;
    const double at = fairu_poisson__deviance(n, nu);
    assert_true(at > 0.0 || n == nu);
    assert_true(fairu_poisson__deviance(2.0 * n, 2.0 * nu) == 2.0 * at);
    assert_true(fairu_poisson__deviance(n, n) == 0.0);
    const double up = fairu_poisson__deviance(n, nu + h), down = fairu_poisson__deviance(n, nu - h);
    assert_true(up + down >= 2.0 * at);
    /* third derivative: 2 n / nu^3 h^2 / 6; digits lost: of at over h */
    CHECK_NEAR((up - down) / (2.0 * h), 1.0 - n / nu, 1e-8 * n / nu + 1e-11 * (1.0 + at / nu));
  }
}

/* value[1] and value[2] are the derivatives of value[0] and [1], and all three step as Gamma does. */
static void stirling_terms_are_each_others_derivatives(void **state)
{
  (void)state;
  draws d = { 3 };
  for (int i = 0; i < 20000; i++) {
    const double n = draw_scale(&d, 1e-3, 1e6), h = 1e-4 * n;
    double at[3], up[3], down[3], next[3];
    fairu_stirling__terms(n, at);
    fairu_stirling__terms(n + h, up);
    fairu_stirling__terms(n - h, down);
    fairu_stirling__terms(n + 1.0, next);
    CHECK_NEAR(at[0], fairu_poisson__saturated(n), 2e-14 * (1.0 + log1p(n)));
    /* h^2 / 6 of the third derivative, below 4 / n^2 and 12 / n^3; what rounding of values about ln n leaves over h */
    CHECK_NEAR((up[0] - down[0]) / (2.0 * h), at[1], 1e-8 + 5e-9 / n + 4e-14 / h * (1.0 + log1p(n)));
    CHECK_NEAR((up[1] - down[1]) / (2.0 * h), at[2],
               1e-8 + 5e-9 / (n * n) + 4e-14 / h * (1.0 + fabs(log(n))));
    CHECK_NEAR(next[1] + log(n + 1.0) - at[1] - log(n), 1.0 / (n + 1.0), 2e-14 * (1.0 + fabs(log(n))));
    CHECK_NEAR(next[2] + 1.0 / (n + 1.0) - at[2] - 1.0 / n, -1.0 / ((n + 1.0) * (n + 1.0)),
               1e-15 * (10.0 + 1.0 / n));
  }
}

/* ---- the normal distribution ---------------------------------------------------------------------------- */

static void normal_tails_mirror_add_up_and_keep_their_order(void **state)
{
  (void)state;
  draws d = { 4 };
  for (int i = 0; i < 30000; i++) {
    const double x = i % 2 ? draw_between(&d, -39.0, 39.0) : draw_scale(&d, 1e-300, 1.0),
                 y = x + draw_scale(&d, 1e-10, 2.0);
    assert_true(fairu_normal__cdf(x) == fairu_normal__sf(-x));
    CHECK_NEAR(fairu_normal__cdf(x) + fairu_normal__sf(x), 1.0, 3e-16);
    assert_true(fairu_normal__cdf(x) <= fairu_normal__cdf(y) * (1.0 + 1e-15));
    assert_true(fairu_normal__interval(x, y) ==
                    -fairu_normal__interval(-y, -x) + 2.0 * fairu_normal__interval(x, y) ||
                fabs(fairu_normal__interval(x, y) / fairu_normal__interval(-y, -x) - 1.0) < 1e-12);
    if (fabs(x) < 36.0) { /* where the interval ends, another begins */
      const double z = x + draw_scale(&d, 1e-6, 1.0);
      CHECK_CLOSE(fairu_normal__interval(x, z) + fairu_normal__interval(z, z + 0.5),
                  fairu_normal__interval(x, z + 0.5), 1e-12);
    }
  }
}

/* The hazard phi / (1 - Phi) is the derivative of -ln(1 - Phi), and lies between x and x + 1 / x. */
static void the_log_tail_has_the_right_slope(void **state)
{
  (void)state;
  draws d = { 5 };
  for (int i = 0; i < 20000; i++) {
    const double x = i % 3 ? draw_between(&d, 0.5, 60.0) : draw_scale(&d, 60.0, 1e4),
                 h = 1e-4 * fmin(1.0, 10.0 / x);
    const double at = fairu_normal__log_sf(x), up = fairu_normal__log_sf(x + h),
                 down = fairu_normal__log_sf(x - h);
    const double width = (x + h) - (x - h);
    const double hazard = exp(-0.5 * x * x - 0.91893853320467274178 - at);
    if (x < 1e3) /* beyond, the exponent has lost its digits */
      CHECK_NEAR((down - up) / width, hazard, 1e-8 + 1e-15 * x * x / h);
    assert_true((down - up) / width > x - 1e-7 - 1e-15 * x * x / h);
    assert_true((down - up) / width < x + 1.0 / x + 1e-7 + 1e-15 * x * x / h);
  }
  for (double x = 36.9; x < 37.1; x += 1e-3) /* where one formula follows another */
    CHECK_CLOSE(fairu_normal__log_sf(x),
                -0.5 * x * x - log(x) - 0.91893853320467274178 +
                    log1p(-1.0 / (x * x) + 3.0 / pow(x, 4) - 15.0 / pow(x, 6) + 105.0 / pow(x, 8)),
                1e-15);
  assert_true(fairu_normal__log_sf((double)INFINITY) == -(double)INFINITY);
  assert_true(fairu_normal__log_sf(-(double)INFINITY) == 0.0);
  assert_true(isnan(fairu_normal__log_sf((double)NAN)) && isnan(fairu_normal__cdf((double)NAN)));
}

static void quantiles_invert_for_any_p(void **state)
{
  (void)state;
  draws d = { 6 };
  for (int i = 0; i < 30000; i++) {
    const double p = draw_scale(&d, 1e-307, 0.5), z = fairu_normal__quantile(p);
    CHECK_CLOSE(log(fairu_normal__cdf(z)), log(p),
                3e-15 * (1.0 + z * z / 700.0)); /* half an ulp of z moves ln p by z^2 */
    assert_true(fairu_normal__quantile_sf(p) == -z);
    CHECK_CLOSE(fairu_significance__of_p(p), -z, 2e-15 + (p > 0.4 ? 1e-12 : 0.0));
    const double up = fairu_normal__quantile(1.0 - p); /* 1 - p is rounded: mirrored where it is not */
    if (1.0 - (1.0 - p) == p)
      assert_true(up == -z);
  }
  for (double z = 0.01; z < 37.0; z += 0.013)
    CHECK_CLOSE(fairu_significance__of_p(fairu_significance__p_of(z)), z, 1e-14);
}

/* ---- incomplete gamma ----------------------------------------------------------------------------------- */

/* P(a, x) - P(a + 1, x) = x^a e^-x / Gamma(a + 1), which is the Poisson probability of a. */
static void incomplete_gamma_steps_adds_up_and_rises(void **state)
{
  (void)state;
  draws d = { 7 };
  for (int i = 0; i < 20000; i++) {
    const double a = draw_scale(&d, 1e-300, 1e7), x = (a + (i % 2 ? 1.0 : 0.0)) * draw_scale(&d, 1e-2, 1e2);
    const double p = fairu_gamma__p(a, x), q = fairu_gamma__q(a, x);
    const double term = exp(-fairu_poisson__deviance(a, x) - fairu_poisson__saturated(a));
    CHECK_NEAR(p + q, 1.0, 1e-13);
    assert_true(p >= 0.0 && q >= -1e-13 && p <= 1.0 + 1e-13 && q <= 1.0);
    CHECK_NEAR(p - fairu_gamma__p(a + 1.0, x), term, 1e-13 + 1e-12 * term);
    CHECK_NEAR(fairu_gamma__q(a + 1.0, x) - q, term, 1e-13 + 1e-12 * term);
    assert_true(fairu_gamma__p(a, 1.01 * x) >= p - 1e-13);
  }
  for (double a = 0x1p-1074; a < 1e-15; a *= 5.0) { /* all of it lies at 0; what does not is a E1(x) */
    CHECK_CLOSE(fairu_gamma__p(a, 1.0), 1.0, 1e-15);
    if (a > 1e-300)
      CHECK_CLOSE(fairu_gamma__q(a, 2.0), a * 0.048900510708061119567, 1e-13);
  }
}

/* ---- incomplete beta ------------------------------------------------------------------------------------ */

/* I_x(a, b) = 1 - I_y(b, a); I_x(a + 1, b) = I_x(a, b) - x^a y^b / (a B(a, b)). */
static void incomplete_beta_mirrors_and_steps(void **state)
{
  (void)state;
  draws d = { 8 };
  for (int i = 0; i < 20000; i++) {
    const double a = draw_scale(&d, 1e-3, 1e5), b = draw_scale(&d, 1e-3, 1e5);
    const double x = (double)(1 + draw_below(&d, 1023)) / 1024.0; /* 1 - x is exact */
    const double at = fairu_beta__i(a, b, x);
    CHECK_NEAR(at + fairu_beta__i(b, a, 1.0 - x), 1.0, 1e-12);
    const double log_beta = fairu_log_gamma(a) + fairu_log_gamma(b) - fairu_log_gamma(a + b);
    const double scale =
        fabs(a * log(x)) + fabs(b * log1p(-x)) + fabs(log_beta) + (a + b); /* what the exponent is made of */
    const double term = exp(a * log(x) + b * log1p(-x) - log_beta - log(a));
    CHECK_NEAR(at - fairu_beta__i(a + 1.0, b, x), term, 1e-12 + 1e-14 * scale * term);
    assert_true(at >= -1e-13 && at <= 1.0 + 1e-13);
    assert_true(fairu_beta__i(a, b, x + 0.0004) >= at - 1e-13);
  }
  CHECK_CLOSE(fairu_beta__i(0x1p-1074, 2.0, 0.3), 1.0, 1e-15);
  CHECK_CLOSE(fairu_beta__i(1e-300, 2.0, 0.3), 1.0, 1e-15);
  /* B(a, b) of small a is 1 / a: what is above x is a times the integral of (1 - t)^(b - 1) / t */
  CHECK_CLOSE(fairu_beta__i(2.0, 1e-300, 0.5), 1e-300 * (log(2.0) - 0.5), 1e-13);
}

/* The Clopper-Pearson interval shrinks with n at the same fraction, moves with k, and widens with the level; mirrored counts mirror it. */
static void binomial_intervals_keep_their_order(void **state)
{
  (void)state;
  draws d = { 9 };
  for (int i = 0; i < 3000; i++) {
    const double n = floor(draw_scale(&d, 1.0, 1e7)), k = floor(draw_unit(&d) * (n + 1.0)),
                 level = draw_between(&d, 0.01, 0.9999);
    double low, high, other_low, other_high;
    fairu_binomial__interval(k, n, level, &low, &high);
    assert_true(low >= 0.0 && high <= 1.0 && low < high && low <= k / n && high >= k / n);
    fairu_binomial__interval(n - k, n, level, &other_low, &other_high);
    CHECK_NEAR(other_low, 1.0 - high, 1e-14);
    CHECK_NEAR(other_high, 1.0 - low, 1e-14);
    fairu_binomial__interval(k, n, 0.5 * (1.0 + level), &other_low, &other_high);
    assert_true(other_low <= low && other_high >= high);
    fairu_binomial__interval(2.0 * k, 2.0 * n, level, &other_low, &other_high);
    assert_true(other_high - other_low < high - low);
    if (k < n) {
      fairu_binomial__interval(k + 1.0, n, level, &other_low, &other_high);
      assert_true(other_low >= low && other_high >= high);
    }
  }
}

/* ---- significances -------------------------------------------------------------------------------------- */

/* A background that is known makes Asimov's significance the AMS, one that is badly known s / sigma_b; it falls with sigma_b and
 * rises with s. */
static void significances_have_their_limits(void **state)
{
  (void)state;
  draws d = { 10 };
  for (int i = 0; i < 20000; i++) {
    const double b = draw_scale(&d, 1e-6, 1e9), s = b * draw_scale(&d, 1e-8, 1e3),
                 g = b * draw_scale(&d, 1e-3, 10.0);
    const double z = fairu_significance__asimov(s, b, g), ams = fairu_significance__ams(s, b);
    CHECK_CLOSE(fairu_significance__asimov(s, b, 0.0), ams, 1e-14);
    assert_true(z <= ams * (1.0 + 1e-14) && fairu_significance__asimov(s, b, 1.1 * g) <= z * (1.0 + 1e-14));
    assert_true(fairu_significance__asimov(1.1 * s, b, g) > z);
    CHECK_CLOSE(fairu_significance__ams1(s, b, 0.0), ams, 1e-14);
    const double tiny = 1e-9 * fmin(b, b * b + g * g); /* so small a signal leaves the counts Gaussian */
    CHECK_CLOSE(fairu_significance__asimov(tiny, b, g), tiny / sqrt(b + g * g), 1e-8 * (1.0 + 1.0 / b));
    double slopes[2], up[2], h = 1e-5;
    const double f = g / b, square = fairu_significance__asimov_square(s, b, f, slopes);
    CHECK_CLOSE(square, z * z, 1e-13);
    const double ds = (fairu_significance__asimov_square(s * (1.0 + h), b, f, up) -
                       fairu_significance__asimov_square(s * (1.0 - h), b, f, up)) /
                      (2.0 * h * s);
    const double db = (fairu_significance__asimov_square(s, b * (1.0 + h), f, up) -
                       fairu_significance__asimov_square(s, b * (1.0 - h), f, up)) /
                      (2.0 * h * b);
    CHECK_NEAR(slopes[0], ds, 1e-8 * square / s);
    CHECK_NEAR(slopes[1], db, 1e-8 * square / b);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(the_saturated_term_near_zero),
                                      cmocka_unit_test(the_saturated_term_steps_and_mirrors),
                                      cmocka_unit_test(the_deviance_is_a_bowl),
                                      cmocka_unit_test(stirling_terms_are_each_others_derivatives),
                                      cmocka_unit_test(normal_tails_mirror_add_up_and_keep_their_order),
                                      cmocka_unit_test(the_log_tail_has_the_right_slope),
                                      cmocka_unit_test(quantiles_invert_for_any_p),
                                      cmocka_unit_test(incomplete_gamma_steps_adds_up_and_rises),
                                      cmocka_unit_test(incomplete_beta_mirrors_and_steps),
                                      cmocka_unit_test(binomial_intervals_keep_their_order),
                                      cmocka_unit_test(significances_have_their_limits) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
