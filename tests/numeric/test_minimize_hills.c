/* test_minimize_hills.c - functions with several minima: every start ends in one of the known ones; many dimensions. */
#include "minimize_problems.h"

#include "numeric/philox.h"

#define PI 3.14159265358979323846

static int branin(fairu_context *ctx, const double *p, double *value, double *gradient, double *hessian,
                  void *data)
{
  (void)ctx;
  (void)data;
  const double b = 5.1 / (4.0 * PI * PI), c = 5.0 / PI, t = 10.0 * (1.0 - 0.125 / PI), x = p[0], y = p[1];
  const double a = y - b * x * x + c * x - 6.0, ax = c - 2.0 * b * x;
  const double g[2] = { 2.0 * a * ax - t * sin(x), 2.0 * a };
  const double h[4] = { 2.0 * ax * ax - 4.0 * b * a - t * cos(x), 2.0 * ax, 2.0 * ax, 2.0 };
  *value = a * a + t * cos(x) + 10.0;
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

static int camel(fairu_context *ctx, const double *p, double *value, double *gradient, double *hessian,
                 void *data)
{
  (void)ctx;
  (void)data;
  const double x = p[0], y = p[1], x2 = x * x, y2 = y * y;
  const double g[2] = { 8.0 * x - 8.4 * x2 * x + 2.0 * x2 * x2 * x + y, x - 8.0 * y + 16.0 * y2 * y };
  const double h[4] = { 8.0 - 25.2 * x2 + 10.0 * x2 * x2, 1.0, 1.0, 48.0 * y2 - 8.0 };
  *value = (4.0 - 2.1 * x2 + x2 * x2 / 3.0) * x2 + x * y + (4.0 * y2 - 4.0) * y2;
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

static int mc_cormick(fairu_context *ctx, const double *p, double *value, double *gradient, double *hessian,
                      void *data)
{
  (void)ctx;
  (void)data;
  const double x = p[0], y = p[1], s = sin(x + y), c = cos(x + y);
  const double g[2] = { c + 2.0 * (x - y) - 1.5, c - 2.0 * (x - y) + 2.5 };
  const double h[4] = { 2.0 - s, -2.0 - s, -2.0 - s, 2.0 - s };
  *value = s + (x - y) * (x - y) - 1.5 * x + 2.5 * y + 1.0;
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
}

typedef struct hills {
  fairu_objective_fn objective;
  double lower[2], upper[2];
  double minima[6]; /* values */
  size_t n_minima;
} hills;

/* Local minima: of Branin's function three equal ones; of the camel's three pairs; of McCormick's two, pi apart. */
static const hills all[] = {
  { branin, { -5.0, 0.0 }, { 10.0, 15.0 }, { 0.39788735772973816 }, 1 },
  { camel,
    { -3.0, -2.0 },
    { 3.0, 2.0 },
    { -1.0316284534898774, -0.2154638243837012, 2.1042503103090083 },
    3 },
  { mc_cormick, { -1.5, -3.0 }, { 4.0, 4.0 }, { -1.9132229549810362, -1.9132229549810362 + PI }, 2 },
};

static void every_start_ends_in_a_known_minimum(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
    for (uint64_t s = 0; s < 300; s++) {
      fairu_philox rng = fairu_philox__start(1, 0, s, k);
      const double start[2] = {
        all[k].lower[0] + (all[k].upper[0] - all[k].lower[0]) * fairu_philox__uniform(&rng),
        all[k].lower[1] + (all[k].upper[1] - all[k].lower[1]) * fairu_philox__uniform(&rng)
      };
      run r = prepare(2, all[k].objective, NULL, start);
      memcpy(r.lower, all[k].lower, sizeof all[k].lower);
      memcpy(r.upper, all[k].upper, sizeof all[k].upper);
      CHECK_OK(ctx, minimise(ctx, &r));
      assert_int_equal(r.state.status, FAIRU_OK);
      assert_true(r.state.iterations < 40);
      int known = 0;
      for (size_t m = 0; m < all[k].n_minima; m++)
        known |= fabs(r.state.value - all[k].minima[m]) < 1e-7;
      if (!known)
        print_error("function %zu from (%.9g, %.9g): %.12g at (%.9g, %.9g)\n", k, start[0], start[1],
                    r.state.value, r.x[0], r.x[1]);
      assert_true(known);
    }
  fairu_context_destroy(ctx);
}

/* A chain of double wells, sum (x_i^2 - 1)^2 / 4 + c (x_i - x_{i+1})^2 / 2 - e x_i: not convex in between; one global minimum. */
typedef struct chain {
  size_t n;
  double coupling, field;
} chain;

static int wells(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                 void *data)
{
  (void)ctx;
  const chain *w = data;
  const size_t n = w->n;
  double f = 0.0;
  if (gradient)
    memset(gradient, 0, n * sizeof *gradient);
  if (hessian)
    memset(hessian, 0, n * n * sizeof *hessian);
  for (size_t i = 0; i < n; i++) {
    const double a = x[i] * x[i] - 1.0;
    f += 0.25 * a * a - w->field * x[i];
    if (gradient)
      gradient[i] += a * x[i] - w->field;
    if (hessian)
      hessian[i * n + i] += 3.0 * x[i] * x[i] - 1.0;
    if (i + 1 == n)
      continue;
    const double d = x[i] - x[i + 1];
    f += 0.5 * w->coupling * d * d;
    if (gradient) {
      gradient[i] += w->coupling * d;
      gradient[i + 1] -= w->coupling * d;
    }
    if (hessian) {
      hessian[i * n + i] += w->coupling;
      hessian[(i + 1) * (n + 1)] += w->coupling;
      hessian[i * n + i + 1] -= w->coupling;
      hessian[(i + 1) * n + i] -= w->coupling;
    }
  }
  *value = f;
  return FAIRU_OK;
}

static void many_dimensions_without_eigenvalues(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const size_t sizes[] = { 50, 300 };
  for (int k = 0; k < 2; k++) {
    const size_t n = sizes[k];
    chain w = { .n = n, .coupling = 1.0, .field = 0.3 };
    double *x = calloc(n * (n + 5), sizeof *x), *lower = x + 2 * n, *upper = lower + n, *scale = upper + n;
    unsigned char *at_bound = calloc(n, 1);
    fairu_minimize_state found = { .x = x, .gradient = x + n, .hessian = scale + n, .at_bound = at_bound };
    const fairu_minimize_problem problem = { .n = n,
                                             .objective = wells,
                                             .data = &w,
                                             .lower = lower,
                                             .upper = upper,
                                             .scale = scale,
                                             .max_iterations = 200,
                                             .edm_tolerance = 1e-10,
                                             .wants_eigenvalue = 1 };
    fairu_philox rng = fairu_philox__start(2, 0, n, 0);
    for (size_t i = 0; i < n; i++) {
      x[i] = 0.4 * fairu_philox__uniform(&rng) - 0.2; /* on the ridge */
      lower[i] = -5.0;
      upper[i] = 5.0;
      scale[i] = 1.0;
    }
    CHECK_OK(ctx, fairu_minimize(ctx, &problem, &found));
    assert_int_equal(found.status, FAIRU_OK);
    assert_true(found.iterations < 100);
    assert_true(found.min_eigenvalue > 0.0);
    for (size_t i = 0; i < n; i++)
      CHECK_NEAR(found.gradient[i], 0.0, 1e-6);
    free(at_bound);
    free(x);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_start_ends_in_a_known_minimum),
                                      cmocka_unit_test(many_dimensions_without_eigenvalues) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
