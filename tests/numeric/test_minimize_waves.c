/* The minimiser among waves: from any start a minimum is reached, also where steps of negative curvature overshoot into
 * the next wave again and again (their rejection must shrink the radius). */
#include "support/support.h"

#include "numeric/minimize.h"

/* sin(x) A + x^2 / 2 S^2: inflections everywhere; data: A, S. */
static int waves(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                 void *data)
{
  const double *p = data;
  (void)ctx;
  *value = p[0] * sin(x[0]) + 0.5 * x[0] * x[0] / (p[1] * p[1]);
  if (gradient)
    gradient[0] = p[0] * cos(x[0]) + x[0] / (p[1] * p[1]);
  if (hessian)
    hessian[0] = -p[0] * sin(x[0]) + 1.0 / (p[1] * p[1]);
  return FAIRU_OK;
}

static void every_start_reaches_a_minimum(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double lower = -40.0, upper = 40.0;
  for (int k = 0; k < 20; k++)
    for (int i = 0; i <= 400; i++) {
      double shape[2] = { 1.0, 20.0 }, scale = 0.05 * pow(1.5, k);
      double x = -20.0 + 0.1 * i, gradient, hessian;
      unsigned char at_bound;
      fairu_minimize_problem problem = { .n = 1,
                                         .objective = waves,
                                         .data = shape,
                                         .lower = &lower,
                                         .upper = &upper,
                                         .scale = &scale,
                                         .max_iterations = 200,
                                         .edm_tolerance = 1e-10 };
      fairu_minimize_state found = {
        .x = &x, .gradient = &gradient, .hessian = &hessian, .at_bound = &at_bound
      };
      CHECK_OK(ctx, fairu_minimize(ctx, &problem, &found));
      assert_int_equal(found.status, FAIRU_OK);
      assert_true(found.iterations < 100);
      CHECK_NEAR(gradient, 0.0, 1e-4);
      assert_true(hessian > 0.0);
    }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_start_reaches_a_minimum) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
