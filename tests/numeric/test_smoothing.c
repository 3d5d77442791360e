/* test_smoothing.c - smoothing splines: limits with closed forms, the minimum they are, errors that hold. */
#include "support/support.h"

#include "numeric/philox.h"
#include "numeric/smoothing.h"
#include "numeric/spline.h"

enum { N = 12, MOST = 2 * N + 2 * N * N };

static const double places[N] = { 0.0, 0.02, 0.1, 0.15, 0.3, 0.42, 0.5, 0.61, 0.7, 0.88, 0.95, 1.0 };

static double bumps(double x)
{
  return 1.0 + 0.5 * sin(5.0 * x) + 0.3 * x;
}

static void make(fairu_context *ctx, const double *y, const double *e, double lambda, double *block,
                 fairu_smoothing *s)
{
  assert_int_equal(fairu_smoothing__size(N), MOST);
  CHECK_OK(ctx, fairu_smoothing__create(ctx, places, y, e, N, lambda, block, s));
}

static void fill_noise(uint64_t seed, double (*truth)(double), double *y, double *e)
{
  for (uint64_t i = 0; i < N; i++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, i);
    e[i] = 0.02 * (1.0 + 0.5 * sin(7.0 * (double)i));
    y[i] = truth(places[i]) + e[i] * fairu_philox__normal(&rng);
  }
}

/* Weighted least squares. */
static void line_of(const double *y, const double *e, double *intercept, double *slope)
{
  double s = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (int i = 0; i < N; i++) {
    const double w = 1.0 / (e[i] * e[i]);
    s += w;
    sx += w * places[i];
    sy += w * y[i];
    sxx += w * places[i] * places[i];
    sxy += w * places[i] * y[i];
  }
  *slope = (s * sxy - sx * sy) / (s * sxx - sx * sx);
  *intercept = (sy - *slope * sx) / s;
}

static void limits_are_the_line_and_the_interpolating_spline(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double y[N], e[N], block[MOST], a, b, error;
  fairu_smoothing s;
  fill_noise(1, bumps, y, e);
  line_of(y, e, &a, &b);
  make(ctx, y, e, 1e12, block, &s);
  CHECK_NEAR(s.freedom, 2.0, 1e-5);
  for (int k = 0; k <= 20; k++)
    CHECK_NEAR(fairu_smoothing__at(&s, k / 20.0, NULL), a + b * k / 20.0, 1e-6);
  make(ctx, y, e, 1e-16, block, &s);
  CHECK_NEAR(s.freedom, N, 1e-5);
  for (int i = 0; i < N; i++) {
    CHECK_NEAR(fairu_smoothing__at(&s, places[i], &error), y[i], 1e-8);
    CHECK_CLOSE(error, e[i], 1e-5);
  }
  fairu_context_destroy(ctx);
}

static void a_line_is_kept_and_its_errors_are_those_of_least_squares(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double y[N], e[N], block[MOST], error, s0 = 0.0, s1 = 0.0, s2 = 0.0;
  fairu_smoothing s;
  for (int i = 0; i < N; i++) {
    e[i] = 0.1 + 0.02 * i;
    y[i] = 3.0 - 2.0 * places[i];
    s0 += 1.0 / (e[i] * e[i]);
    s1 += places[i] / (e[i] * e[i]);
    s2 += places[i] * places[i] / (e[i] * e[i]);
  }
  make(ctx, y, e, (double)NAN, block, &s);
  CHECK_NEAR(s.chi2, 0.0, 1e-15);
  CHECK_NEAR(s.freedom, 2.0, 1e-3);
  for (int k = 0; k <= 10; k++) {
    const double x = k / 10.0;
    CHECK_NEAR(fairu_smoothing__at(&s, x, &error), 3.0 - 2.0 * x, 1e-12);
    CHECK_CLOSE(error, sqrt((s2 - 2.0 * x * s1 + x * x * s0) / (s0 * s2 - s1 * s1)), 1e-3);
  }
  fairu_context_destroy(ctx);
}

/* Sum of squares plus lambda times the integral of f''^2, which is piecewise linear. */
static double functional(const fairu_smoothing *s, const double *y, const double *e, const double *value)
{
  double moment[N], sum = 0.0;
  for (int i = 0; i < N; i++) {
    moment[i] = 0.0;
    for (int j = 0; j < N; j++)
      moment[i] += s->map[i * N + j] * value[j];
    sum += (y[i] - value[i]) * (y[i] - value[i]) / (e[i] * e[i]);
  }
  for (int i = 0; i + 1 < N; i++)
    sum += s->lambda * (places[i + 1] - places[i]) / 3.0 *
           (moment[i] * moment[i] + moment[i] * moment[i + 1] + moment[i + 1] * moment[i + 1]);
  return sum;
}

static void the_spline_is_the_minimum_of_its_functional(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double y[N], e[N], block[MOST], moved[N];
  fairu_smoothing s;
  fill_noise(2, bumps, y, e);
  make(ctx, y, e, (double)NAN, block, &s);
  const double least = functional(&s, y, e, s.value);
  for (int i = 0; i < N; i++)
    for (int sign = -1; sign <= 1; sign += 2) {
      memcpy(moved, s.value, sizeof moved);
      moved[i] += sign * 1e-4;
      assert_true(functional(&s, y, e, moved) > least);
      const double up = functional(&s, y, e, moved);
      moved[i] -= 2.0 * sign * 1e-4;
      CHECK_NEAR(functional(&s, y, e, moved), up, 1e-5 * up); /* no slope */
    }
  fairu_context_destroy(ctx);
}

/* The map gives moments of natural splines: C2 at the knots, 0 at the ends. */
static void moments_make_a_smooth_curve(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double y[N], e[N], block[MOST], left[3], right[3];
  fairu_smoothing s;
  fill_noise(3, bumps, y, e);
  make(ctx, y, e, 1e-16, block, &s);
  assert_true(s.moment[0] == 0.0 && s.moment[N - 1] == 0.0);
  for (int i = 1; i + 1 < N; i++) {
    fairu_spline__evaluate(places[i - 1], places[i], s.value[i - 1], s.value[i], s.moment[i - 1], s.moment[i],
                           places[i], left);
    fairu_spline__evaluate(places[i], places[i + 1], s.value[i], s.value[i + 1], s.moment[i], s.moment[i + 1],
                           places[i], right);
    CHECK_NEAR(left[1], right[1], 1e-9);
  }
  fairu_context_destroy(ctx);
}

static double constant(double x)
{
  (void)x;
  return 1.0;
}

/* Pulls over many samples: width 1, and a curve is not washed out. */
static void errors_hold(double (*truth)(double), double *width, double *gain)
{
  fairu_context *ctx = support_context();
  enum { SAMPLES = 300 };
  double y[N], e[N], block[MOST], squares = 0.0, raw = 0.0, smooth = 0.0;
  fairu_smoothing s;
  for (uint64_t k = 0; k < SAMPLES; k++) {
    fill_noise(100 + k, truth, y, e);
    make(ctx, y, e, (double)NAN, block, &s);
    for (int i = 0; i < N; i++) {
      double error;
      const double miss = fairu_smoothing__at(&s, places[i], &error) - truth(places[i]);
      squares += miss * miss / (error * error);
      smooth += miss * miss / (e[i] * e[i]);
      raw += 1.0;
    }
  }
  *width = sqrt(squares / (SAMPLES * N));
  *gain = sqrt(smooth / raw);
  fairu_context_destroy(ctx);
}

static void errors_hold_on_the_average(void **state)
{
  double width, gain;
  (void)state;
  errors_hold(constant, &width, &gain);
  CHECK_NEAR(width, 1.0, 0.15);
  assert_true(gain < 0.55); /* a line: sqrt(2 / 12) = 0.41 */
  errors_hold(bumps, &width, &gain);
  CHECK_NEAR(width, 1.0, 0.2);
  assert_true(gain < 0.9);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(limits_are_the_line_and_the_interpolating_spline),
    cmocka_unit_test(a_line_is_kept_and_its_errors_are_those_of_least_squares),
    cmocka_unit_test(the_spline_is_the_minimum_of_its_functional),
    cmocka_unit_test(moments_make_a_smooth_curve),
    cmocka_unit_test(errors_hold_on_the_average),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
