/* test_spline.c - splines and constraint densities: exact on cubics, right order of convergence, derivatives. */
#include "support/support.h"

#include "numeric/constraint.h"
#include "numeric/spline.h"

enum { MOST = 1030 };

static double cubic(double t, int derivative)
{
  const double value[] = { 1.0 + t * (-2.0 + t * (0.7 + 0.3 * t)), -2.0 + t * (1.4 + 0.9 * t),
                           1.4 + 1.8 * t };
  return value[derivative];
}

static void evaluate(const double *x, const double *y, const double *m, size_t n, double t, double value[3])
{
  const size_t i = fairu_spline__find(x, n, t);
  fairu_spline__evaluate(x[i], x[i + 1], y[i], y[i + 1], m[i], m[i + 1], t, value);
}

static void cubics_are_reproduced_on_uneven_knots(void **state)
{
  (void)state;
  const double x[] = { -2.0, -1.7, -0.4, 0.1, 0.9, 2.5, 2.6 };
  for (size_t n = 4; n <= 7; n++) {
    double y[21], m[14], work[28];
    for (size_t i = 0; i < n; i++)
      y[3 * i] = cubic(x[i], 0);
    fairu_spline__moments(x, n, y, 3, m, 2, work);
    for (double t = x[0]; t <= x[n - 1]; t += 0.05) {
      const size_t i = fairu_spline__find(x, n, t);
      assert_true(i + 1 < n && x[i] <= t && t <= x[i + 1]);
      double value[3];
      fairu_spline__evaluate(x[i], x[i + 1], y[3 * i], y[3 * i + 3], m[2 * i], m[2 * i + 2], t, value);
      for (int d = 0; d < 3; d++)
        CHECK_NEAR(value[d], cubic(t, d), 1e-12);
    }
  }
}

/* Largest error of value, slope, curvature for exp(sin t) on n intervals of [0, 3]. */
static void errors_on(size_t n, double error[3])
{
  static const double end = 3.0;
  double x[MOST], y[MOST], m[MOST], work[4 * MOST];
  for (size_t i = 0; i <= n; i++) {
    x[i] = end * (double)i / (double)n;
    y[i] = exp(sin(x[i]));
  }
  fairu_spline__moments(x, n + 1, y, 1, m, 1, work);
  error[0] = error[1] = error[2] = 0.0;
  for (int k = 0; k <= 4999; k++) {
    const double t = end * k / 4999.0, e = exp(sin(t)), c = cos(t);
    const double wanted[3] = { e, c * e, (c * c - sin(t)) * e };
    double value[3];
    evaluate(x, y, m, n + 1, t, value);
    for (int d = 0; d < 3; d++)
      error[d] = fmax(error[d], fabs(value[d] - wanted[d]));
  }
}

static void errors_fall_with_the_fourth_third_and_second_power(void **state)
{
  (void)state;
  double coarse[3], fine[3];
  errors_on(64, coarse);
  errors_on(128, fine);
  for (int d = 0; d < 3; d++)
    CHECK_NEAR(log2(coarse[d] / fine[d]), 4.0 - d, 0.15);
  assert_true(coarse[0] < 1e-6);
}

static void intervals_are_found_at_the_ends(void **state)
{
  (void)state;
  const double x[] = { 0.0, 1.0, 2.0, 3.0 };
  assert_int_equal(fairu_spline__find(x, 4, 0.0), 0);
  assert_int_equal(fairu_spline__find(x, 4, 1.0), 1);
  assert_int_equal(fairu_spline__find(x, 4, 3.0), 2);
  assert_int_equal(fairu_spline__find(x, 4, 1.999), 1);
}

typedef void (*constraint_fn)(double, double, double, double[3]);

static void constraints_have_the_derivatives_of_their_values(void **state)
{
  (void)state;
  const constraint_fn all[] = { fairu_constraint__gaussian, fairu_constraint__log_normal };
  const double h = 1e-4;
  for (int k = 0; k < 2; k++)
    for (double theta = 0.5; theta < 2.0; theta += 0.3) {
      double low[3], mid[3], high[3];
      all[k](theta - h, 1.1, 0.2, low);
      all[k](theta, 1.1, 0.2, mid);
      all[k](theta + h, 1.1, 0.2, high);
      CHECK_NEAR(mid[1], (high[0] - low[0]) / (2.0 * h), 1e-4);
      CHECK_NEAR(mid[2], (high[1] - low[1]) / (2.0 * h), 1e-4);
      assert_true(mid[0] >= 0.0);
      all[k](1.1, 1.1, 0.2, mid);
      assert_true(mid[0] == 0.0 && mid[1] == 0.0 && mid[2] > 0.0);
    }
  double value[3]; /* closed forms */
  fairu_constraint__gaussian(3.0, 1.0, 2.0, value);
  CHECK_NEAR(value[0], 0.5, 1e-15);
  fairu_constraint__log_normal(exp(2.0), 1.0, 2.0, value);
  CHECK_NEAR(value[0], 0.5, 1e-15);
}

/* A parabola in the table is the Gaussian constraint. */
static void a_tabulated_gaussian_is_a_gaussian(void **state)
{
  (void)state;
  double z[9], density[9], m[9], work[36];
  for (int i = 0; i < 9; i++) {
    z[i] = i - 4.0;
    density[i] = -0.5 * (z[i] - 0.3) * (z[i] - 0.3) / 1.44;
  }
  fairu_spline__moments(z, 9, density, 1, m, 1, work);
  for (double theta = -3.9; theta < 4.0; theta += 0.37) {
    double value[3], wanted[3];
    fairu_constraint__tabulated(z, density, m, 9, theta, value);
    fairu_constraint__gaussian(theta, 0.3, 1.2, wanted);
    for (int d = 0; d < 3; d++)
      CHECK_NEAR(value[d], wanted[d], 1e-13);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(cubics_are_reproduced_on_uneven_knots),
    cmocka_unit_test(errors_fall_with_the_fourth_third_and_second_power),
    cmocka_unit_test(intervals_are_found_at_the_ends),
    cmocka_unit_test(constraints_have_the_derivatives_of_their_values),
    cmocka_unit_test(a_tabulated_gaussian_is_a_gaussian),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
