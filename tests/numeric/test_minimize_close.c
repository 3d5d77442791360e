/* The last steps of the minimiser, which make do with gradients: the place of the minimum is as good as with Hessians. */
#include <float.h>

#include "support/support.h"

#include "numeric/minimize.h"

enum { N = 12 };

typedef struct bowl {
  int hessians, gradients;
  int refuses; /* points asked for without a Hessian are not allowed */
} bowl;

/* Sum of exp(a) - a, of neighbours' (a - b)^2, and of a slope: convex, its curvature changes everywhere. */
static int objective(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                     void *data)
{
  bowl *b = (bowl *)data;
  b->hessians += hessian != NULL;
  b->gradients += gradient && !hessian;
  if (b->refuses && !hessian)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "not allowed");
  *value = 0.0;
  for (size_t i = 0; i < N; i++) {
    const double next = x[(i + 1) % N], before = x[(i + N - 1) % N];
    *value += exp(x[i]) - x[i] + 0.1 * (x[i] - next) * (x[i] - next) + 0.05 * (double)i * x[i];
    if (gradient)
      gradient[i] = exp(x[i]) - 1.0 + 0.2 * (2.0 * x[i] - next - before) + 0.05 * (double)i;
  }
  for (size_t i = 0; hessian && i < N; i++)
    for (size_t k = 0; k < N; k++)
      hessian[i * N + k] = i == k ? exp(x[i]) + 0.4 : (i + 1) % N == k || (k + 1) % N == i ? -0.2 : 0.0;
  return FAIRU_OK;
}

/* Minimise from 1; lower: bound of the first one. */
static void minimise(fairu_context *ctx, bowl *b, double lower_of_first, double tolerance,
                     fairu_minimize_state *state)
{
  double lower[N], upper[N];
  for (size_t i = 0; i < N; i++) {
    lower[i] = i == 0 ? lower_of_first : -50.0;
    upper[i] = 50.0;
    state->x[i] = 1.0;
  }
  const fairu_minimize_problem problem = { .n = N,
                                           .objective = objective,
                                           .data = b,
                                           .lower = lower,
                                           .upper = upper,
                                           .max_iterations = 100,
                                           .edm_tolerance = tolerance };
  CHECK_OK(ctx, fairu_minimize(ctx, &problem, state));
  assert_int_equal(state->status, FAIRU_OK);
  assert_true(state->edm < tolerance || state->edm < 1e-14);
}

typedef struct room {
  double x[N], gradient[N], hessian[N * N];
  unsigned char at_bound[N];
} room;

static fairu_minimize_state state_in(room *r)
{
  return (fairu_minimize_state){
    .x = r->x, .gradient = r->gradient, .hessian = r->hessian, .at_bound = r->at_bound
  };
}

/* Gradient at the place found: only rounding is left, beside what a bound holds. */
static void check_place(fairu_context *ctx, const double *x, size_t held)
{
  double value, gradient[N];
  bowl b = { 0, 0, 0 };
  CHECK_OK(ctx, objective(ctx, x, &value, gradient, NULL, &b));
  for (size_t i = held; i < N; i++)
    assert_true(fabs(gradient[i]) < 1e-8);
}

static void gradients_find_the_minimum(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  room r;
  bowl b = { 0, 0, 0 };
  fairu_minimize_state found = state_in(&r);
  minimise(ctx, &b, -50.0, 1e-10, &found);
  assert_true(b.gradients > 0);
  check_place(ctx, r.x, 0);
  fairu_context_destroy(ctx);
}

static void bounds_stay_held(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  room r;
  bowl b = { 0, 0, 0 };
  fairu_minimize_state found = state_in(&r);
  minimise(ctx, &b, 0.5, 1e-10, &found);
  assert_true(b.gradients > 0);
  assert_true(r.x[0] == 0.5);
  assert_int_equal(r.at_bound[0], 1);
  assert_true(r.gradient[0] > 0.1);
  check_place(ctx, r.x, 1);
  fairu_context_destroy(ctx);
}

/* A tolerance below what gradients promise, and points that are refused: Hessians take over. */
static void hessians_take_over(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  room r;
  bowl b = { 0, 0, 0 }, refusing = { 0, 0, 1 };
  fairu_minimize_state found = state_in(&r);
  minimise(ctx, &b, -50.0, 1e-28, &found);
  check_place(ctx, r.x, 0);
  minimise(ctx, &refusing, -50.0, 1e-10, &found);
  assert_int_equal(refusing.gradients, 1);
  check_place(ctx, r.x, 0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(gradients_find_the_minimum),
    cmocka_unit_test(bounds_stay_held),
    cmocka_unit_test(hessians_take_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
