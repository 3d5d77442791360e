/* test_minimize.c - the minimiser on the classical functions and on quadratic forms. */
#include "minimize_problems.h"

static void rosenbrock_in_2_and_30_dimensions(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t n = 2; n <= 30; n += 28) {
    double start[MOST];
    for (size_t i = 0; i < n; i++)
      start[i] = i % 2 ? 1.0 : -1.2;
    run r = prepare(n, rosenbrock, &n, start);
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    assert_true(r.state.edm < 1e-12);
    assert_true(r.state.iterations < (n == 2 ? 40 : 120));
    if (n == 2) /* in 30 dimensions there is a second minimum */
      for (size_t i = 0; i < n; i++)
        CHECK_NEAR(r.x[i], 1.0, 1e-6);
  }
  fairu_context_destroy(ctx);
}

/* Least squares of polynomial residuals, with derivatives: f = sum w r^2. */
typedef struct residual {
  double w, r, g[4], h[4][4];
} residual;

static void add_square(const residual *a, size_t n, double *f, double *g, double *h)
{
  *f += a->w * a->r * a->r;
  for (size_t i = 0; i < n; i++) {
    g[i] += 2.0 * a->w * a->r * a->g[i];
    for (size_t j = 0; j < n; j++)
      h[i * n + j] += 2.0 * a->w * (a->g[i] * a->g[j] + a->r * a->h[i][j]);
  }
}

static int sum_squares(const residual *a, size_t n_residuals, size_t n, double *value, double *gradient,
                       double *hessian)
{
  double g[4] = { 0 }, h[16] = { 0 }, f = 0.0;
  for (size_t k = 0; k < n_residuals; k++)
    add_square(&a[k], n, &f, g, h);
  *value = f;
  fill(gradient, hessian, g, h, n);
  return FAIRU_OK;
}

static int wood(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                void *data)
{
  (void)ctx;
  (void)data;
  const residual a[] = {
    { 100.0, x[1] - x[0] * x[0], { -2.0 * x[0], 1.0, 0, 0 }, { { -2.0 } } },
    { 1.0, 1.0 - x[0], { -1.0 }, { { 0 } } },
    { 90.0, x[3] - x[2] * x[2], { 0, 0, -2.0 * x[2], 1.0 }, { { 0 }, { 0 }, { 0, 0, -2.0 } } },
    { 1.0, 1.0 - x[2], { 0, 0, -1.0 }, { { 0 } } },
    { 10.0, x[1] + x[3] - 2.0, { 0, 1.0, 0, 1.0 }, { { 0 } } },
    { 0.1, x[1] - x[3], { 0, 1.0, 0, -1.0 }, { { 0 } } },
  };
  return sum_squares(a, sizeof a / sizeof a[0], 4, value, gradient, hessian);
}

static int powell(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                  void *data)
{
  (void)ctx;
  (void)data;
  const double c = x[1] - 2.0 * x[2], d = x[0] - x[3];
  const residual a[] = {
    { 1.0, x[0] + 10.0 * x[1], { 1.0, 10.0 }, { { 0 } } },
    { 5.0, x[2] - x[3], { 0, 0, 1.0, -1.0 }, { { 0 } } },
    { 1.0, c * c, { 0, 2.0 * c, -4.0 * c }, { { 0 }, { 0, 2.0, -4.0 }, { 0, -4.0, 8.0 } } },
    { 10.0, d * d, { 2.0 * d, 0, 0, -2.0 * d }, { { 2.0, 0, 0, -2.0 }, { 0 }, { 0 }, { -2.0, 0, 0, 2.0 } } },
  };
  return sum_squares(a, sizeof a / sizeof a[0], 4, value, gradient, hessian);
}

static int beale(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                 void *data)
{
  (void)ctx;
  (void)data;
  const double c[3] = { 1.5, 2.25, 2.625 };
  residual a[3];
  double power = 1.0;
  for (int k = 0; k < 3; k++) { /* c - x + x y^(k+1) */
    const double next = power * x[1], m = k + 1.0,
                 second = k ? m * (m - 1.0) * x[0] * pow(x[1], m - 2.0) : 0.0;
    a[k] = (residual){ 1.0,
                       c[k] - x[0] + x[0] * next,
                       { next - 1.0, m * x[0] * power },
                       { { 0, m * power }, { m * power, second } } };
    power = next;
  }
  return sum_squares(a, 3, 2, value, gradient, hessian);
}

static void least_squares_reach_their_known_minima(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  run r = prepare(4, wood, NULL, (double[]){ -3.0, -1.0, -3.0, -1.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  for (int i = 0; i < 4; i++)
    CHECK_NEAR(r.x[i], 1.0, 1e-6);
  r = prepare(4, powell, NULL,
              (double[]){ 3.0, -1.0, 0.0, 1.0 }); /* the Hessian at the minimum is singular */
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_true(r.state.edm < 1e-12);
  for (int i = 0; i < 4; i++)
    CHECK_NEAR(r.x[i], 0.0, 1e-2);
  CHECK_NEAR(r.state.value, 0.0, 1e-11);
  r = prepare(2, beale, NULL, (double[]){ 1.0, 1.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  CHECK_NEAR(r.x[0], 3.0, 1e-5);
  CHECK_NEAR(r.x[1], 0.5, 1e-5);
  fairu_context_destroy(ctx);
}

static double next_number(uint64_t *seed)
{
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (double)(*seed >> 11) * 0x1p-53 - 0.5;
}

/* A = M M^T + c I */
static quadratic random_quadratic(size_t n, uint64_t seed)
{
  quadratic q = { .n = n };
  double m[MOST * MOST];
  for (size_t i = 0; i < n * n; i++)
    m[i] = next_number(&seed);
  for (size_t i = 0; i < n; i++) {
    q.b[i] = next_number(&seed);
    for (size_t j = 0; j < n; j++) {
      q.a[i * n + j] = i == j ? 0.05 : 0.0;
      for (size_t k = 0; k < n; k++)
        q.a[i * n + j] += m[i * n + k] * m[j * n + k];
    }
  }
  return q;
}

static void quadratics_take_one_step(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t n = 1; n <= 12; n++) {
    quadratic q = random_quadratic(n, n);
    const double start[MOST] = { 0.3, -0.2, 0.1 };
    run r = prepare(n, quadratic_form, &q, start);
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    assert_true(r.state.evaluations <= 4);
    for (size_t i = 0; i < n; i++)
      CHECK_NEAR(r.gradient[i], 0.0, 1e-12);
    assert_memory_equal(r.hessian, q.a, n * n * sizeof(double));
    double scaled[MOST * MOST], values[MOST], v[MOST * MOST];
    for (size_t i = 0; i < n * n; i++)
      scaled[i] = q.a[i] / sqrt(q.a[i / n * (n + 1)] * q.a[i % n * (n + 1)]);
    CHECK_OK(ctx, fairu_linalg__eigen(ctx, scaled, n, values, v));
    CHECK_CLOSE(r.state.min_eigenvalue, values[0], 1e-10);
  }
  fairu_context_destroy(ctx);
}

/* Random boxes: the Karush-Kuhn-Tucker conditions hold, whatever the start. */
static void quadratics_in_boxes_satisfy_the_multiplier_rule(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  uint64_t seed = 5;
  for (int trial = 0; trial < 300; trial++) {
    const size_t n = 1 + (size_t)trial % 12;
    quadratic q = random_quadratic(n, 1000 + (uint64_t)trial);
    double start[MOST];
    for (size_t i = 0; i < n; i++)
      start[i] = 4.0 * next_number(&seed);
    run r = prepare(n, quadratic_form, &q, start);
    for (size_t i = 0; i < n; i++) {
      r.lower[i] = 0.4 * next_number(&seed);
      r.upper[i] = r.lower[i] + 0.3 + next_number(&seed) * 0.5;
    }
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    for (size_t i = 0; i < n; i++) {
      assert_true(r.x[i] >= r.lower[i] && r.x[i] <= r.upper[i]);
      if (r.at_bound[i])
        assert_true(r.x[i] == r.lower[i] ? r.gradient[i] > 0.0 : r.x[i] == r.upper[i] && r.gradient[i] < 0.0);
      else
        CHECK_NEAR(r.gradient[i], 0.0, 1e-6);
    }
  }
  fairu_context_destroy(ctx);
}

/* Goldstein and Price, by its two polynomial factors with numeric second derivatives of each in closed form. */
static int goldstein_price(fairu_context *ctx, const double *p, double *value, double *gradient,
                           double *hessian, void *data)
{
  (void)ctx;
  (void)data;
  const double x = p[0], y = p[1], s = x + y + 1.0, t = 2.0 * x - 3.0 * y;
  const double u = 19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y, us = -14 + 6 * x + 6 * y;
  const double w = 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y;
  const double wx = -32 + 24 * x - 36 * y, wy = 48 - 36 * x + 54 * y;
  const double a = 1 + s * s * u, b = 30 + t * t * w;
  const double as = 2 * s * u + s * s * us, ass = 2 * u + 4 * s * us + 6 * s * s; /* in x and in y */
  const double bx = 4 * t * w + t * t * wx, by = -6 * t * w + t * t * wy;
  const double bxx = 8 * w + 8 * t * wx + 24 * t * t, byy = 18 * w - 12 * t * wy + 54 * t * t;
  const double bxy = -12 * w + 4 * t * wy - 6 * t * wx - 36 * t * t;
  const double g[2] = { as * b + a * bx, as * b + a * by };
  const double hxy = ass * b + as * by + as * bx + a * bxy;
  const double h[4] = { ass * b + 2 * as * bx + a * bxx, hxy, hxy, ass * b + 2 * as * by + a * byy };
  *value = a * b;
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

static void goldstein_price_inside_bounds_and_on_one(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  run r = prepare(2, goldstein_price, NULL, (double[]){ 0.1, -0.9 });
  for (int i = 0; i < 2; i++) {
    r.lower[i] = -2.0;
    r.upper[i] = 2.0;
  }
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  CHECK_NEAR(r.state.value, 3.0, 1e-9);
  CHECK_NEAR(r.x[1], -1.0, 1e-7);
  r = prepare(2, goldstein_price, NULL, (double[]){ 0.3, -0.4 });
  r.lower[1] = -0.8; /* the minimum is out of reach now */
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  if (r.at_bound[1])
    assert_true(r.x[1] == -0.8 && r.gradient[1] > 0.0);
  CHECK_NEAR(r.gradient[0], 0.0, 1e-3);
  for (int k = 0; k < 40; k++) { /* from anywhere: a stationary point with the right multipliers */
    uint64_t seed = (uint64_t)k;
    r = prepare(2, goldstein_price, NULL, (double[]){ 4.0 * next_number(&seed), 4.0 * next_number(&seed) });
    for (int i = 0; i < 2; i++) {
      r.lower[i] = -2.0;
      r.upper[i] = 2.0;
    }
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    assert_true(r.state.min_eigenvalue > 0.0);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rosenbrock_in_2_and_30_dimensions),
    cmocka_unit_test(least_squares_reach_their_known_minima),
    cmocka_unit_test(quadratics_take_one_step),
    cmocka_unit_test(quadratics_in_boxes_satisfy_the_multiplier_rule),
    cmocka_unit_test(goldstein_price_inside_bounds_and_on_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
