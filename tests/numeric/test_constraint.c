/* Constraint densities over the whole range of what fits meet: values against long double, slopes and curvatures against differences, and
 * what must hold between them. */
#include "support/draws.h"
#include "support/support.h"

#include "numeric/constraint.h"
#include "numeric/remainder.h"
#include "numeric/spline.h"

static double draw_scale(draws *d, double low, double high)
{
  return exp(draw_between(d, log(low), log(high)));
}

/* y - ln(1 + y): its series near 0, where log1pl would cancel. */
static long double remainder_of(long double y)
{
  if (fabsl(y) > 0.4L)
    return y - log1pl(y);
  long double sum = 0.0L, power = y * y;
  for (int k = 2; k < 60; k++, power *= -y)
    sum += power / k;
  return sum;
}

static void logarithms_leave_their_remainder(void **state)
{
  (void)state;
  draws d = { 1 };
  for (int i = 0; i < 50000; i++) {
    const double size = draw_scale(&d, 1e-150, i % 2 ? 0.999999 : 1e15),
                 y = i % 3 && size < 1.0 ? -size : size;
    CHECK_CLOSE(fairu_remainder__log(y), (double)remainder_of(y),
                4e-15); /* where long double is double, too */
  }
  assert_true(fairu_remainder__log(0.0) == 0.0);
  assert_true(isinf(fairu_remainder__log(-1.0)));
}

/* A count n of expectation tau theta: the deviance of Poisson, whatever tau is. */
static void poisson_constraints_are_deviances(void **state)
{
  (void)state;
  draws d = { 2 };
  for (int i = 0; i < 50000; i++) {
    const double n = draw_scale(&d, 1e-3, 1e11), tau = draw_scale(&d, 1e-6, 1e12);
    const double theta = n / tau * (i % 2 ? draw_scale(&d, 1e-6, 1e6) : 1.0 + draw_between(&d, -1e-3, 1e-3));
    double v[3];
    fairu_constraint__poisson(theta, n, tau, v);
    const double product = tau * theta, rest = fma(tau, theta, -product);
    const long double y =
        ((long double)(product - n) + rest) / n; /* nothing is lost where the two are near */
    /* near y = -1 its logarithm wants the quotient itself */
    const long double kept = fabsl(y) > 0.4L ? y - logl((long double)product / n) : remainder_of(y);
    CHECK_CLOSE(v[0], (double)(n * kept), 8e-15);
    CHECK_CLOSE(v[1], (double)(n * y / theta), 2e-15);
    CHECK_CLOSE(v[2], n / theta / theta, 1e-15);
    assert_true(v[0] >= 0.0);
    double again[3]; /* theta in other units */
    fairu_constraint__poisson(theta * 1024.0, n, tau / 1024.0, again);
    assert_true(again[0] == v[0] && again[1] * 1024.0 == v[1] && again[2] * 0x1p20 == v[2]);
  }
}

static void poisson_constraints_at_their_ends(void **state)
{
  (void)state;
  double v[3];
  for (double tau = 1e-6; tau < 1e12; tau *= 7.0) {
    fairu_constraint__poisson(3.0, 0.0, tau, v); /* nothing was counted: the expectation itself */
    assert_true(v[0] == 3.0 * tau && v[1] == tau && v[2] == 0.0);
    fairu_constraint__poisson(0.0, 0.0, tau, v);
    assert_true(v[0] == 0.0 && v[1] == tau);
    fairu_constraint__poisson(0.0, 5.0, tau, v);
    assert_true(isinf(v[0]) && v[0] > 0.0);
    fairu_constraint__poisson(-1e-300, 0.0, tau, v);
    assert_true(isinf(v[0]) && v[0] > 0.0);
    fairu_constraint__poisson(NAN, 5.0, tau, v);
    assert_true(!isfinite(v[0]));
  }
}

typedef void (*density_fn)(double theta, double aux, double width, double value[3]);

/* Slope and curvature are differences of value and slope; the minimum is 0 at aux; steps of `width` about aux cost 1/2 (in theta, or in its
 * logarithm). */
static void check_density(density_fn fn, double aux, double width, double theta, double log_scale)
{
  const double h = 1e-4 * (log_scale > 0.0 ? theta * fmin(1.0, width) : width);
  double at[3], up[3], down[3];
  fn(theta, aux, width, at);
  fn(theta + h, aux, width, up);
  fn(theta - h, aux, width, down);
  const double step = (theta + h) - (theta - h);
  /* relative h^2 of higher derivatives; rounding of values over the step */
  CHECK_NEAR(at[1], (up[0] - down[0]) / step,
             1e-6 * (fabs(at[1]) + 1.0 / (h * 1e4)) + 4e-15 * fabs(at[0]) / h +
                 1e-16 * fabs(theta) / h * fabs(at[1]));
  CHECK_NEAR(at[2], (up[1] - down[1]) / step,
             1e-6 * (fabs(at[2]) + fabs(at[1] * 1e-4 / h)) + 4e-15 * fabs(at[1]) / h + 1e-7 / (h * h * 1e8));
}

static void gaussians_and_log_normals_have_their_derivatives(void **state)
{
  (void)state;
  draws d = { 3 };
  for (int i = 0; i < 20000; i++) {
    const double width = draw_scale(&d, 1e-3, 2.0), pull = draw_between(&d, -5.0, 5.0);
    const double aux = draw_scale(&d, 1e-3, 1e3);
    double v[3], mirrored[3];
    check_density(fairu_constraint__gaussian, aux, width, aux + pull * width, 0.0);
    check_density(fairu_constraint__log_normal, aux, width, aux * exp(pull * width), 1.0);
    fairu_constraint__gaussian(aux, aux, width, v);
    assert_true(v[0] == 0.0 && v[1] == 0.0);
    fairu_constraint__log_normal(aux, aux, width, v);
    assert_true(v[0] == 0.0 && v[1] == 0.0);
    CHECK_CLOSE(v[2], 1.0 / (aux * aux * width * width), 1e-15);
    fairu_constraint__log_normal(aux * 4.0, aux, width, v); /* as far above as below */
    fairu_constraint__log_normal(aux / 4.0, aux, width, mirrored);
    CHECK_CLOSE(v[0], mirrored[0], 1e-15);
    CHECK_CLOSE(v[0], 0.5 * pow(log(4.0) / width, 2.0), 1e-14);
    fairu_constraint__gaussian(aux + width, aux, width, v);
    CHECK_CLOSE(v[0], 0.5, 1e-12 * aux / width);
  }
}

/* ---- tables ------------------------------------------------------------------------------------------------ */

/* The logarithm of the density at the knots is given back there, with its sign; in between value, slope and curvature belong together and go on
 * without a jump. */
static void tables_are_smooth_and_pass_through_their_points(void **state)
{
  (void)state;
  draws d = { 4 };
  for (int round = 0; round < 500; round++) {
    enum { MOST = 20 };
    const size_t n = 4 + draw_below(&d, MOST - 3);
    double z[MOST + 1], l[MOST + 1], m[MOST + 1], work[4 * (MOST + 1)];
    for (size_t i = 0; i < n; i++) {
      z[i] = (i > 0 ? z[i - 1] : draw_between(&d, -5.0, 0.0)) + draw_scale(&d, 0.05, 2.0);
      l[i] = draw_between(&d, -10.0, 2.0);
    }
    fairu_spline__moments(z, n, l, 1, m, 1, work);
    for (size_t i = 0; i < n; i++) {
      double v[3], left[3], right[3];
      fairu_constraint__tabulated(z, l, m, n, z[i], v);
      CHECK_NEAR(v[0], -l[i], 1e-12);
      if (i == 0 || i + 1 == n)
        continue;
      const double h = 1e-7 * fmin(z[i] - z[i - 1], z[i + 1] - z[i]);
      fairu_constraint__tabulated(z, l, m, n, z[i] - h, left);
      fairu_constraint__tabulated(z, l, m, n, z[i] + h, right);
      const double size = fabs(v[1]) + fabs(v[2]) + fabs(m[i - 1]) + fabs(m[i + 1]) + 1.0;
      CHECK_NEAR(left[1], right[1], 1e-5 * size);
      CHECK_NEAR(left[2], right[2], 1e-4 * size);
    }
    for (size_t i = 0; i + 1 < n; i++) {
      const double t = z[i] + draw_between(&d, 0.1, 0.9) * (z[i + 1] - z[i]), h = 1e-4 * (z[i + 1] - z[i]);
      double at[3], up[3], down[3];
      fairu_constraint__tabulated(z, l, m, n, t, at);
      fairu_constraint__tabulated(z, l, m, n, t + h, up);
      fairu_constraint__tabulated(z, l, m, n, t - h, down);
      const double size = (fabs(at[0]) + fabs(m[i]) + fabs(m[i + 1]) + 10.0) / h;
      CHECK_NEAR(at[1], (up[0] - down[0]) / (2.0 * h),
                 1e-7 * fabs(at[1]) + 1e-8 * (fabs(m[i]) + fabs(m[i + 1])) + 1e-15 * size);
      CHECK_NEAR(at[2], (up[1] - down[1]) / (2.0 * h),
                 1e-7 * fabs(at[2]) + 1e-14 * size + 1e-13 * size / (z[i + 1] - z[i]));
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(logarithms_leave_their_remainder),
                                      cmocka_unit_test(poisson_constraints_are_deviances),
                                      cmocka_unit_test(poisson_constraints_at_their_ends),
                                      cmocka_unit_test(gaussians_and_log_normals_have_their_derivatives),
                                      cmocka_unit_test(tables_are_smooth_and_pass_through_their_points) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
