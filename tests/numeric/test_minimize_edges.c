/* test_minimize_edges.c - the minimiser on bounds, saddles, forbidden regions, flat directions and failures. */
#include "minimize_problems.h"

/* NLopt's side minimum: cosh in each of four, minimum beyond the bound. */
static int cosh_sum(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                    void *data)
{
  (void)ctx;
  (void)data;
  double f = 0.0, g[4], h[16] = { 0 };
  for (int i = 0; i < 4; i++) {
    f += cosh(x[i]);
    g[i] = sinh(x[i]);
    h[5 * i] = cosh(x[i]);
  }
  *value = f;
  fill(gradient, hessian, g, h, 4);
  return FAIRU_OK;
}

static void minima_on_bounds_are_found_from_any_start(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int k = 0; k < 3; k++) {
    const double at = (double[]){ 1.0, 3.0, 2.0 }[k]; /* on the bound, inside, on the other bound */
    run r = prepare(4, cosh_sum, NULL, (double[]){ at, at, at, at });
    for (int i = 0; i < 4; i++) {
      r.lower[i] = i == 3 ? -5.0 : 1.0;
      r.upper[i] = 10.0;
    }
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    for (int i = 0; i < 3; i++)
      assert_true(r.x[i] == 1.0 && r.at_bound[i]);
    CHECK_NEAR(r.x[3], 0.0, 1e-6);
    assert_false(r.at_bound[3]);
  }
  fairu_context_destroy(ctx);
}

/* Poisson: n bins of s mu + b gamma with a unit constraint on gamma; deviance form. */
typedef struct counting {
  double n, s, b, width;
} counting;

static int counting_nll(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                        void *data)
{
  const counting *c = data;
  const double nu = c->s * x[0] + c->b * x[1], pull = (x[1] - 1.0) / c->width;
  if (!(nu > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "expects %g", nu);
  *value = nu - c->n + (c->n > 0.0 ? c->n * log(c->n / nu) : 0.0) + 0.5 * pull * pull;
  const double d = 1.0 - c->n / nu, e = c->n / (nu * nu);
  const double g[2] = { d * c->s, d * c->b + pull / c->width };
  const double h[4] = { e * c->s * c->s, e * c->s * c->b, e * c->s * c->b,
                        e * c->b * c->b + 1.0 / (c->width * c->width) };
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

static void poisson_likelihoods_inside_and_on_the_bound(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int k = 0; k <= 30; k++) {
    counting c = { (double)k, 5.0, 10.0, 0.1 };
    run r = prepare(2, counting_nll, &c, (double[]){ 1.0, 1.0 });
    r.lower[0] = r.lower[1] = 0.0;
    r.scale[1] = 0.1;
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    assert_true(r.state.edm < 1e-12 && r.state.evaluations < 12);
    if (k >= 10) {
      CHECK_NEAR(r.x[0], (k - 10.0) / 5.0, 1e-6);
      CHECK_NEAR(r.x[1], 1.0, 1e-7);
    } else { /* mu = 0, and gamma from its quadratic equation */
      assert_true(r.x[0] == 0.0 && r.at_bound[0]);
      const double t = 1.0 - c.b * c.width * c.width;
      CHECK_NEAR(r.x[1], 0.5 * (t + sqrt(t * t + 4.0 * k * c.width * c.width)),
                 2e-7); /* edm 1e-12: 1.4e-6 of the error */
    }
  }
  counting huge = { 4e6, 1.0, 4e6, 1e-5 }; /* curvatures 2.5e-7 and 1e10: a ratio of 4e16 */
  run r = prepare(2, counting_nll, &huge, (double[]){ 1000.0, 1.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  CHECK_NEAR(r.x[0], 0.0, 1e-2); /* its error is 2000 */
  fairu_context_destroy(ctx);
}

static void curvature_ratios_of_1e11_are_no_obstacle(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  quadratic q = { .n = 3, .a = { 1.0, 1e5, 0.1, 1e5, 4e11, 2e4, 0.1, 2e4, 2.0 }, .b = { 1.0, -2e5, 0.5 } };
  run r = prepare(3, quadratic_form, &q, (double[]){ 3.0, 2.0, -1.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  double l[9], x[3] = { 1.0, -2e5, 0.5 };
  memcpy(l, q.a, sizeof l);
  assert_int_equal(fairu_linalg__cholesky(ctx, l, 3), 0);
  fairu_linalg__cholesky_solve(ctx, l, 3, x);
  for (int i = 0; i < 3; i++)
    CHECK_CLOSE(r.x[i], x[i], 1e-6);
  fairu_context_destroy(ctx);
}

/* (x^2 - 1)^2 + y^2 */
static int double_well(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                       void *data)
{
  (void)ctx;
  (void)data;
  const double w = x[0] * x[0] - 1.0;
  const double g[2] = { 4.0 * w * x[0], 2.0 * x[1] }, h[4] = { 12.0 * x[0] * x[0] - 4.0, 0, 0, 2.0 };
  *value = w * w + x[1] * x[1];
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

/* x y + (x^4 + y^4) / 4: zero diagonal at the saddle. */
static int twisted_saddle(fairu_context *ctx, const double *x, double *value, double *gradient,
                          double *hessian, void *data)
{
  (void)ctx;
  (void)data;
  const double x3 = x[0] * x[0] * x[0], y3 = x[1] * x[1] * x[1];
  const double g[2] = { x[1] + x3, x[0] + y3 }, h[4] = { 3.0 * x[0] * x[0], 1.0, 1.0, 3.0 * x[1] * x[1] };
  *value = x[0] * x[1] + 0.25 * (x3 * x[0] + y3 * x[1]);
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

static void saddles_without_gradient_are_left_the_same_way_each_time(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double first = 0.0;
  for (int k = 0; k < 2; k++) {
    run r = prepare(2, double_well, NULL, (double[]){ 0.0, 0.0 });
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    CHECK_NEAR(fabs(r.x[0]), 1.0, 1e-6);
    if (k)
      assert_true(r.x[0] == first);
    first = r.x[0];
  }
  run r = prepare(2, double_well, NULL, (double[]){ 0.0, 0.0 });
  r.upper[0] = 0.5; /* one side alone is open */
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  CHECK_NEAR(r.x[0], -1.0, 1e-6);
  r = prepare(2, twisted_saddle, NULL, (double[]){ 0.0, 0.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  CHECK_NEAR(r.x[0] * r.x[1], -1.0, 1e-6);
  CHECK_NEAR(r.state.value, -0.5, 1e-11);
  fairu_context_destroy(ctx);
}

static void start_on_the_minimum_takes_one_evaluation(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  run r = prepare(2, double_well, NULL, (double[]){ 1.0, 0.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  assert_int_equal(r.state.evaluations, 1);
  assert_int_equal(r.state.iterations, 0);
  assert_true(r.x[0] == 1.0 && r.state.edm == 0.0);
  fairu_context_destroy(ctx);
}

static void fixed_parameters_stay(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t n = 2;
  run r = prepare(2, rosenbrock, &n, (double[]){ -1.2, 5.0 });
  r.fixed[0] = 1;
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  assert_true(r.x[0] == -1.2);
  CHECK_NEAR(r.x[1], 1.44, 1e-9);
  r = prepare(2, rosenbrock, &n, (double[]){ -1.2, 5.0 });
  r.fixed[0] = r.fixed[1] = 1;
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  assert_true(r.x[1] == 5.0 && r.state.evaluations == 1);
  fairu_context_destroy(ctx);
}

/* x - ln x - ln(3 - x), allowed only on (0, 3). */
static int barrier(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                   void *data)
{
  (void)data;
  if (!(x[0] > 0.0 && x[0] < 3.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "x is %g", x[0]);
  *value = x[0] - log(x[0]) - log(3.0 - x[0]);
  const double a = 1.0 / x[0], b = 1.0 / (3.0 - x[0]), g = 1.0 - a + b, h = a * a + b * b;
  fill(gradient, hessian, &g, &h, 1);
  return FAIRU_OK;
}

static void forbidden_points_shorten_the_step(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double starts[] = { 1e-3, 1.0, 2.999, 2.9999999 };
  for (int k = 0; k < 4; k++) {
    run r = prepare(1, barrier, NULL, &starts[k]);
    CHECK_OK(ctx, minimise(ctx, &r));
    assert_int_equal(r.state.status, FAIRU_OK);
    CHECK_NEAR(r.x[0], 0.5 * (5.0 - sqrt(13.0)), 1e-6);
  }
  run r = prepare(1, barrier, NULL, (double[]){ -1.0 });
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, minimise(ctx, &r));
  CHECK_SAYS(ctx, "x is -1");
  fairu_context_destroy(ctx);
}

static int fails(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                 void *data)
{
  if (x[0] != 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "no more");
  return rosenbrock(ctx, x, value, gradient, hessian, data);
}

static int not_a_number(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                        void *data)
{
  const int status = rosenbrock(ctx, x, value, gradient, hessian, data);
  gradient[0] = (double)NAN;
  return status;
}

static void failures_of_the_objective_come_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t n = 2;
  run r = prepare(2, fails, &n, (double[]){ 0.0, 0.0 });
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, minimise(ctx, &r));
  CHECK_SAYS(ctx, "no more");
  assert_true(r.x[0] == 0.0); /* untouched */
  r = prepare(2, not_a_number, &n, (double[]){ 0.0, 0.0 });
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, minimise(ctx, &r));
  CHECK_SAYS(ctx, "not finite");
  fairu_context_cancel(ctx);
  r = prepare(2, rosenbrock, &n, (double[]){ 0.0, 0.0 });
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, minimise(ctx, &r));
  fairu_context_destroy(ctx);
}

static void the_iteration_limit_leaves_the_best_point(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t n = 2;
  run r = prepare(2, rosenbrock, &n, (double[]){ -1.2, 1.0 });
  r.problem.max_iterations = 3;
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_ERR_NOT_CONVERGED);
  assert_int_equal(r.state.iterations, 3);
  assert_true(r.state.value < 24.2 && r.state.edm > 1e-12);
  fairu_context_destroy(ctx);
}

static void flat_and_degenerate_directions_are_reported(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  quadratic q = { .n = 2, .a = { 1.0, 0, 0, 0 }, .b = { 1.0, 0 } }; /* the second has no effect */
  run r = prepare(2, quadratic_form, &q, (double[]){ 0.0, 0.7 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_ERR_FLAT);
  CHECK_NEAR(r.x[0], 1.0, 1e-9);
  assert_true(r.x[1] == 0.7 && r.state.min_eigenvalue == 0.0);
  quadratic sum = { .n = 2, .a = { 1.0, 1.0, 1.0, 1.0 }, .b = { 1.0, 1.0 } }; /* x + y alone matters */
  r = prepare(2, quadratic_form, &sum, (double[]){ 0.0, 0.7 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_ERR_NOT_POSITIVE_DEFINITE);
  CHECK_NEAR(r.x[0] + r.x[1], 1.0, 1e-6);
  CHECK_NEAR(r.state.min_eigenvalue, 0.0, 1e-9);
  fairu_context_destroy(ctx);
}

static int quartic(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                   void *data)
{
  (void)ctx;
  const double c = *(const double *)data, g = 4.0 * x[0] * x[0] * x[0] - 3.0 * c * x[0] * x[0];
  const double h = 12.0 * x[0] * x[0] - 6.0 * c * x[0];
  *value = x[0] * x[0] * x[0] * (x[0] - c);
  fill(gradient, hessian, &g, &h, 1);
  return FAIRU_OK;
}

static void vanishing_curvature_is_not_taken_for_flatness(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double c = 0.0; /* x^4 from its minimum */
  run r = prepare(1, quartic, &c, (double[]){ 0.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  assert_true(r.x[0] == 0.0);
  c = 2.0; /* x^4 - 2 x^3 from its point of inflection, minimum at 3/2 */
  r = prepare(1, quartic, &c, (double[]){ 0.0 });
  CHECK_OK(ctx, minimise(ctx, &r));
  assert_int_equal(r.state.status, FAIRU_OK);
  CHECK_NEAR(r.x[0], 1.5, 1e-6);
  fairu_context_destroy(ctx);
}

static int allocating_body(fairu_context *ctx, void *data)
{
  run r = prepare(30, rosenbrock, data, (double[MOST]){ 0 });
  return minimise(ctx, &r);
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  size_t n = 30;
  assert_true(support_every_need_fails(allocating_body, &n) >= 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(minima_on_bounds_are_found_from_any_start),
    cmocka_unit_test(poisson_likelihoods_inside_and_on_the_bound),
    cmocka_unit_test(curvature_ratios_of_1e11_are_no_obstacle),
    cmocka_unit_test(saddles_without_gradient_are_left_the_same_way_each_time),
    cmocka_unit_test(start_on_the_minimum_takes_one_evaluation),
    cmocka_unit_test(fixed_parameters_stay),
    cmocka_unit_test(forbidden_points_shorten_the_step),
    cmocka_unit_test(failures_of_the_objective_come_back),
    cmocka_unit_test(the_iteration_limit_leaves_the_best_point),
    cmocka_unit_test(flat_and_degenerate_directions_are_reported),
    cmocka_unit_test(vanishing_curvature_is_not_taken_for_flatness),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
