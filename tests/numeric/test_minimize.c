/* test_minimize.c - the minimiser on the classical functions, on bounds, saddles, infeasible regions and flat directions. */
#include "support/support.h"

#include <float.h>
#include <time.h>

#include "base/context_internal.h"
#include "numeric/linalg.h"
#include "numeric/minimize.h"

enum { MOST = 40 };

typedef struct run {
  double x[MOST], gradient[MOST], hessian[MOST * MOST], lower[MOST], upper[MOST], scale[MOST];
  unsigned char at_bound[MOST], fixed[MOST];
  fairu_minimize_problem problem;
  fairu_minimize_state state;
} run;

static run prepare(size_t n, fairu_objective_fn objective, void *data, const double *start)
{
  run r;
  memset(&r, 0, sizeof r);
  for (size_t i = 0; i < n; i++) {
    r.x[i] = start[i];
    r.lower[i] = -(double)INFINITY;
    r.upper[i] = (double)INFINITY;
    r.scale[i] = 1.0;
  }
  r.problem.n = n;
  r.problem.objective = objective;
  r.problem.data = data;
  r.problem.max_iterations = 200;
  r.problem.edm_tolerance = 1e-12;
  return r;
}

/* The pointers are set here: a run is passed by value. */
static int minimise(fairu_context *ctx, run *r)
{
  r->problem.lower = r->lower;
  r->problem.upper = r->upper;
  r->problem.fixed = r->fixed;
  r->problem.scale = r->scale;
  r->state.x = r->x;
  r->state.gradient = r->gradient;
  r->state.hessian = r->hessian;
  r->state.at_bound = r->at_bound;
  return fairu_minimize(ctx, &r->problem, &r->state);
}

static void fill(double *gradient, double *hessian, const double *g, const double *h, size_t n)
{
  if (gradient)
    memcpy(gradient, g, n * sizeof *g);
  if (hessian)
    memcpy(hessian, h, n * n * sizeof *h);
}

/* sum_i 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2; data: n */
static int rosenbrock(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                      void *data)
{
  (void)ctx;
  const size_t n = *(const size_t *)data;
  double g[MOST] = { 0 }, h[MOST * MOST] = { 0 }, f = 0.0;
  for (size_t i = 0; i + 1 < n; i++) {
    const double a = x[i + 1] - x[i] * x[i], b = 1.0 - x[i];
    f += 100.0 * a * a + b * b;
    g[i] += -400.0 * a * x[i] - 2.0 * b;
    g[i + 1] += 200.0 * a;
    h[i * n + i] += -400.0 * a + 800.0 * x[i] * x[i] + 2.0;
    h[i * n + i + 1] -= 400.0 * x[i];
    h[(i + 1) * n + i] -= 400.0 * x[i];
    h[(i + 1) * n + i + 1] += 200.0;
  }
  *value = f;
  fill(gradient, hessian, g, h, n);
  return FAIRU_OK;
}

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
  double g[4] = { 0 }, h[16] = { 0 }, f = 0.0;
  for (size_t k = 0; k < sizeof a / sizeof a[0]; k++)
    add_square(&a[k], 4, &f, g, h);
  *value = f;
  fill(gradient, hessian, g, h, 4);
  return FAIRU_OK;
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
  double g[4] = { 0 }, h[16] = { 0 }, f = 0.0;
  for (size_t k = 0; k < sizeof a / sizeof a[0]; k++)
    add_square(&a[k], 4, &f, g, h);
  *value = f;
  fill(gradient, hessian, g, h, 4);
  return FAIRU_OK;
}

static int beale(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                 void *data)
{
  (void)ctx;
  (void)data;
  const double c[3] = { 1.5, 2.25, 2.625 };
  double g[2] = { 0 }, h[4] = { 0 }, f = 0.0, power = 1.0;
  for (int k = 0; k < 3; k++) { /* c - x + x y^(k+1) */
    const double next = power * x[1], m = k + 1.0,
                 second = k ? m * (m - 1.0) * x[0] * pow(x[1], m - 2.0) : 0.0;
    const residual a = { 1.0,
                         c[k] - x[0] + x[0] * next,
                         { next - 1.0, m * x[0] * power },
                         { { 0, m * power }, { m * power, second } } };
    add_square(&a, 2, &f, g, h);
    power = next;
  }
  *value = f;
  fill(gradient, hessian, g, h, 2);
  return FAIRU_OK;
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

/* x^T A x / 2 - b^T x, n <= MOST. */
typedef struct quadratic {
  size_t n;
  double a[MOST * MOST], b[MOST];
} quadratic;

static int quadratic_form(fairu_context *ctx, const double *x, double *value, double *gradient,
                          double *hessian, void *data)
{
  (void)ctx;
  const quadratic *q = data;
  double f = 0.0;
  for (size_t i = 0; i < q->n; i++) {
    double s = 0.0;
    for (size_t j = 0; j < q->n; j++)
      s += q->a[i * q->n + j] * x[j];
    f += x[i] * (0.5 * s - q->b[i]);
    if (gradient)
      gradient[i] = s - q->b[i];
  }
  if (hessian)
    memcpy(hessian, q->a, q->n * q->n * sizeof(double));
  *value = f;
  return FAIRU_OK;
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
    CHECK_CLOSE(r.state.min_eigenvalue, values[0], 1e-3);
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
  fairu_linalg__cholesky_solve(l, 3, x);
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
  assert_true(support_every_allocation_fails(allocating_body, &n) >= 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rosenbrock_in_2_and_30_dimensions),
    cmocka_unit_test(least_squares_reach_their_known_minima),
    cmocka_unit_test(quadratics_take_one_step),
    cmocka_unit_test(quadratics_in_boxes_satisfy_the_multiplier_rule),
    cmocka_unit_test(goldstein_price_inside_bounds_and_on_one),
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
