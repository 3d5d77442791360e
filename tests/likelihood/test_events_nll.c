/* The event-wise model on the rotating toy: Asimov data by quadrature against the Fisher information of the full likelihood. */
#include "likelihood/event_rotation.h"

#define PI 3.14159265358979323846

enum { side_points = 121, all_points = side_points * side_points };

static const double sigma = 0.7, s_yield = 500.0, b_yield = 50000.0, z_true = 0.9;

typedef struct plane {
  double x[all_points], y[all_points], weight[all_points];
} plane;

static double density(double x, double y, double sign)
{
  const double dx = x - sign * cos(z_true), dy = y - sign * sin(z_true);
  return exp(-0.5 * (dx * dx + dy * dy) / (sigma * sigma)) / (2.0 * PI * sigma * sigma);
}

/* The trapezoid rule is spectrally exact for Gaussians that have died out at the ends. */
static void fill_plane(double mu, plane *p)
{
  const double h = 14.0 / (side_points - 1);
  for (int i = 0; i < all_points; i++) {
    p->x[i] = -7.0 + h * (i / side_points);
    p->y[i] = -7.0 + h * (i % side_points);
    p->weight[i] =
        h * h * (mu * s_yield * density(p->x[i], p->y[i], 1.0) + b_yield * density(p->x[i], p->y[i], -1.0));
  }
}

/* ln r = 2 x.u / sigma^2; ln p_b(x|z) / p_b(x|0) = -x.(u(z) - u(0)) / sigma^2 */
static int term(size_t first, size_t n, const double *z, size_t n_z, double *r, double *dr, double *d2r,
                double *d, double *dd, double *d2d, void *user_data)
{
  const plane *p = user_data;
  const double c = cos(*z), s = sin(*z), k = 1.0 / (sigma * sigma);
  (void)n_z;
  for (size_t i = 0; i < n; i++) {
    const double x = p->x[first + i], y = p->y[first + i];
    const double t = k * (x * c + y * s), dt = k * (y * c - x * s);
    r[i] = 2.0 * t;
    d[i] = -(t - k * x);
    rotation_slopes(t, dt, i, dr, d2r, dd, d2d);
  }
  return *z > 50.0;
}

static int create(fairu_context *ctx, plane *p, fairu_likelihood **likelihood, fairu_data **data)
{
  static const char *const names[1] = { "z" };
  const fairu_factor mu = { "mu", NULL, 1.0, -HUGE_VAL, HUGE_VAL };
  const double start = 0.8;
  fairu_event_model model;
  fairu_likelihood_options options;
  int status = fairu_event_model_init(&model, sizeof model);
  *likelihood = NULL;
  *data = NULL;
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  model.signal_yield = s_yield;
  model.background_yield = b_yield;
  model.nuisances = names;
  model.start = &start;
  model.n_nuisances = 1;
  model.term = term;
  model.term_data = p;
  options.factors = &mu;
  options.n_factors = 1;
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_unbinned(ctx, &model, &options, likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, *likelihood, data);
  if (status == FAIRU_OK)
    status = fairu_data_set_events(*data, ctx, p->weight, all_points);
  return status;
}

static void the_floor_is_reached(void **state)
{
  (void)state;
  const double floor[5][3] = { { 0.5, 0.052833, 0.0031428 },
                               { 1.0, 0.067582, 0.0031502 },
                               { 1.5, 0.078572, 0.0031556 },
                               { 2.0, 0.087689, 0.0031597 },
                               { 3.0, 0.102764, 0.0031652 } };
  fairu_context *ctx = support_context();
  plane *p = malloc(sizeof *p);
  assert_non_null(p);
  for (int i = 0; i < 5; i++) {
    fairu_likelihood *likelihood;
    fairu_data *data;
    double params[2], covariance[4];
    fairu_interval_options options;
    fairu_interval interval = { .struct_size = sizeof interval };
    fill_plane(floor[i][0], p);
    CHECK_OK(ctx, create(ctx, p, &likelihood, &data));
    CHECK_OK(ctx, fairu_likelihood_fit(likelihood, ctx, data, NULL, params, 2, covariance, NULL));
    CHECK_NEAR(params[0], floor[i][0], 1e-6);
    CHECK_NEAR(params[1], z_true, 1e-7);
    CHECK_NEAR(sqrt(covariance[0]), floor[i][1], 6e-7);
    CHECK_NEAR(sqrt(covariance[3]), floor[i][2], 6e-8);
    CHECK_NEAR(covariance[1], 0.0, 1e-9);
    CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
    CHECK_OK(ctx, fairu_likelihood_interval(likelihood, ctx, data, &options, &interval, NULL, NULL, 2));
    CHECK_CLOSE(0.5 * (interval.upper - interval.lower), floor[i][1], 2e-3);
    fairu_data_destroy(data);
    fairu_likelihood_destroy(likelihood);
  }
  free(p);
  fairu_context_destroy(ctx);
}

static void derivatives_are_right_and_threads_agree(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  plane *p = malloc(sizeof *p);
  fairu_likelihood *likelihood;
  fairu_data *data;
  assert_non_null(p);
  fill_plane(1.0, p);
  CHECK_OK(ctx, create(ctx, p, &likelihood, &data));
  const double at[2] = { 1.4, 1.0 };
  double nll[2][2], gradient[2][2], hessian[2][4];
  for (int threads = 1; threads < 3; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_likelihood_nll(likelihood, ctx, data, at, 2, nll[threads - 1], gradient[threads - 1],
                                       hessian[threads - 1]));
  }
  assert_memory_equal(nll[0], nll[1], sizeof nll[0]);
  assert_memory_equal(gradient[0], gradient[1], sizeof gradient[0]);
  assert_memory_equal(hessian[0], hessian[1], sizeof hessian[0]);
  for (int i = 0; i < 2; i++) {
    double g[2][2], f[2][2], x[2], d[2][3];
    for (int level = 0; level < 2; level++) { /* two steps, extrapolated */
      const double h = (i ? 2e-3 : 2e-2) / (1 + level);
      for (int s = 0; s < 2; s++) {
        memcpy(x, at, sizeof x);
        x[i] += s ? h : -h;
        CHECK_OK(ctx, fairu_likelihood_nll(likelihood, ctx, data, x, 2, f[s], g[s], NULL));
      }
      d[level][0] = (f[1][0] - f[0][0]) / (2.0 * h);
      for (int k = 0; k < 2; k++)
        d[level][1 + k] = (g[1][k] - g[0][k]) / (2.0 * h);
    }
    CHECK_CLOSE(gradient[0][i], (4.0 * d[1][0] - d[0][0]) / 3.0, 1e-7);
    for (int k = 0; k < 2; k++)
      CHECK_CLOSE(hessian[0][2 * i + k], (4.0 * d[1][1 + k] - d[0][1 + k]) / 3.0, 1e-7);
  }
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  free(p);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  plane *p = malloc(sizeof *p);
  fairu_likelihood *likelihood;
  fairu_data *data;
  const double far[2] = { 1.0, 51.0 }, below[2] = { -1e9, 0.0 }, nan = NAN;
  double nll[2];
  assert_non_null(p);
  fill_plane(1.0, p);
  CHECK_OK(ctx, create(ctx, p, &likelihood, &data));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_likelihood_nll(likelihood, ctx, data, far, 2, nll, NULL, NULL));
  CHECK_SAYS(ctx, "returned 1");
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
              fairu_likelihood_nll(likelihood, ctx, data, below, 2, nll, NULL, NULL));
  CHECK_SAYS(ctx, "event ");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_data_set_events(data, ctx, &nan, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_observed(data, ctx, far, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_expected(likelihood, ctx, far, 2, nll));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_asimov(likelihood, ctx, far, 2, data));
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  free(p);
  fairu_context_destroy(ctx);
}

static int body(fairu_context *ctx, void *user)
{
  fairu_likelihood *likelihood;
  fairu_data *data;
  const double at[2] = { 1.4, 1.0 };
  double nll[2], gradient[2], hessian[4];
  int status = create(ctx, user, &likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(likelihood, ctx, data, at, 2, nll, gradient, hessian);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  plane *p = malloc(sizeof *p);
  assert_non_null(p);
  fill_plane(1.0, p);
  assert_true(support_every_need_fails(body, p) > 5);
  free(p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_floor_is_reached),
    cmocka_unit_test(derivatives_are_right_and_threads_agree),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
