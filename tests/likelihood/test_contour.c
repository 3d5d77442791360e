/* Contours: ellipses where the profile is quadratic, the right height everywhere, bounds, several minima. */
#include "likelihood/channel_model.h"
#include "likelihood/linear_model.h"
#include "likelihood/small_model.h"
#include "likelihood/valleys.h"

enum { n_points = 24 };

static int two_dimensional_options(fairu_interval_options *o, double delta)
{
  const int status = fairu_interval_options_init(o, sizeof *o);
  o->level = 0.0;
  o->delta_nll = delta;
  return status;
}

/* Nuisances without effect on the counts: the profile over them is their priors, exactly. */
static int idle_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                       double *variances, void *user_data)
{
  (void)z, (void)n_axes, (void)variances, (void)user_data;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = process == 0 ? 5.0 : 20.0 + (double)j;
  return 0;
}

static linear_model idle_make(fairu_context *ctx)
{
  static const double knots[5] = { -2.0, 0.0, 3.0, 6.0, 9.0 };
  static const double observed[linear_bins] = { 22.0, 27.0, 26.0, 35.0 };
  linear_model m;
  CHECK_OK(ctx, linear_create_of(ctx, knots, idle_yields, 1.0, &m));
  CHECK_OK(ctx, fairu_data_set_observed(m.data, ctx, observed, linear_bins));
  return m;
}

static void quadratic_profile_gives_the_ellipse(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m = idle_make(ctx);
  fairu_interval_options o;
  double a[n_points], b[n_points], best[2];
  CHECK_OK(ctx, two_dimensional_options(&o, 0.9));
  CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 2, 3, n_points, a, b, best));
  CHECK_NEAR(best[0], 0.0, 1e-9);
  CHECK_NEAR(best[1], 0.0, 1e-9);
  for (int k = 0; k < n_points; k++) {
    const double phi = 2.0 * M_PI * k / n_points, r = sqrt(2.0 * 0.9);
    CHECK_NEAR(a[k], r * linear_width[0] * cos(phi), 1e-9);
    CHECK_NEAR(b[k], r * linear_width[1] * sin(phi), 1e-9);
  }
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

static void levels_are_those_of_two_parameters(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m = idle_make(ctx);
  fairu_interval_options o;
  double a[n_points], b[n_points];
  CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, NULL, 2, 3, n_points, a, b, NULL));
  CHECK_NEAR(a[0], linear_width[0] * sqrt(-2.0 * log(1.0 - 0.6827)), 1e-9);
  CHECK_OK(ctx, fairu_interval_options_init(&o, sizeof o));
  o.level = 0.3934693402873666; /* 1 - exp(-1/2): one sigma of each alone */
  CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 3, 2, n_points, b, a, NULL));
  CHECK_NEAR(b[0], linear_width[1], 1e-9);
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Bounds at -2: rays end there. */
static void points_end_at_bounds(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m = idle_make(ctx);
  fairu_interval_options o;
  double a[n_points], b[n_points];
  CHECK_OK(ctx, two_dimensional_options(&o, 4.0)); /* radius 2.83: a to 2.26, b to 3.68 */
  CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 2, 3, n_points, a, b, NULL));
  int at_bound = 0;
  for (int k = 0; k < n_points; k++) {
    const double u = a[k] / linear_width[0], v = b[k] / linear_width[1];
    const double rise = 0.5 * (u * u + v * v);
    const double phi = 2.0 * M_PI * k / n_points;
    CHECK_NEAR(u * sin(phi), v * cos(phi), 1e-9);
    assert_true(a[k] >= -2.0 && b[k] >= -2.0);
    if (a[k] > -2.0 + 1e-12 && b[k] > -2.0 + 1e-12)
      CHECK_NEAR(rise, 4.0, 1e-8);
    else
      at_bound += rise < 4.0;
  }
  assert_true(at_bound >= 6);
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

static void large_counts_give_the_ellipse_of_the_covariance(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m;
  fairu_interval_options o;
  double c[linear_params][linear_params], x[n_points], y[n_points];
  CHECK_OK(ctx, linear_create(ctx, 1e9, &m));
  CHECK_OK(ctx, two_dimensional_options(&o, 0.5));
  CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 2, n_points, x, y, NULL));
  linear_covariance(&m, NULL, c);
  const double det = c[0][0] * c[2][2] - c[0][2] * c[0][2];
  assert_true(fabs(c[0][2]) > 0.3 * sqrt(c[0][0] * c[2][2]));
  for (int k = 0; k < n_points; k++) {
    const double u = x[k] - 1.0, v = y[k];
    CHECK_NEAR((u * u * c[2][2] - 2.0 * u * v * c[0][2] + v * v * c[0][0]) / det, 1.0, 1e-3);
  }
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Each point has the height asked for, by the function that knows nothing of contours. */
static void every_point_lies_at_the_height(void **state)
{
  (void)state;
  static const int kinds[2] = { FAIRU_MC_STAT_NONE, FAIRU_MC_STAT_MOVING };
  fairu_context *ctx = support_context();
  for (int t = 0; t < 2; t++) {
    const small_options so = { .kind = FAIRU_CONSTRAINT_PRIOR,
                               .prior = FAIRU_PRIOR_GAUSSIAN,
                               .mc_stat = kinds[t] };
    static const unsigned char fixed[small_params] = { 0, 0, 1, 0, 0 };
    small_model m;
    fairu_fit_options fit;
    fairu_interval_options o;
    fairu_fit_result best = { .struct_size = sizeof best };
    double x[n_points], y[n_points], params[small_params], centre[2];
    CHECK_OK(ctx, small_create(ctx, &so, &m));
    CHECK_OK(ctx, two_dimensional_options(&o, 0.4));
    CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
    o.fit = &fit;
    fit.fixed = fixed;
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &fit, params, small_params, NULL, &best));
    CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 3, n_points, x, y, centre));
    CHECK_NEAR(centre[0], params[0], 1e-6);
    for (int k = 0; k < n_points; k++) {
      double nll;
      CHECK_OK(ctx, fairu_likelihood_scan(m.likelihood, ctx, m.data, &fit, 0, &x[k], 1, 3, &y[k], 1, &nll));
      if (fabs(y[k]) < 1.0 - 1e-9)
        CHECK_NEAR(nll - best.nll[0] - best.nll[1], 0.4, 1e-8);
      else
        assert_true(nll - best.nll[0] - best.nll[1] <= 0.4);
    }
    small_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* The NLL depends on |z| and a little on its sign: two minima, both inside the contour of 5. */
static int mirror_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  (void)n_axes, (void)n_bins, (void)variances, (void)user_data;
  yields[0] = process == 0 ? 0.0 : 100.0 * exp(0.4 * (z[0] * z[0] - 1.0));
  yields[1] = process == 0 ? 20.0 : 100.0 * exp(0.1 * z[0]);
  yields[2] = process == 0 ? 2.0 : 100.0;
  return 0;
}

typedef struct two_valleys {
  const valley_model *m;
  const fairu_interval_options *options;
} two_valleys;

static int two_valleys_body(fairu_context *ctx, void *data)
{
  const two_valleys *v = (const two_valleys *)data;
  double x[8], y[8];
  return fairu_likelihood_contour(v->m->likelihood, ctx, v->m->data, v->options, 1, 0, 8, x, y, NULL);
}

static void the_outermost_crossing_counts(void **state)
{
  (void)state;
  static const double observed[3] = { 100.0, 130.0, 102.0 };
  fairu_context *ctx = support_context();
  valley_model m;
  fairu_fit_options fit;
  fairu_interval_options o;
  fairu_interval interval = { .struct_size = sizeof interval };
  double x[n_points], y[n_points];
  CHECK_OK(ctx, valley_create(ctx, mirror_yields, 1, observed, 3, &m));
  CHECK_OK(ctx, two_dimensional_options(&o, 0.5));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  o.fit = &fit;
  o.parameter = 1;
  CHECK_OK(ctx, fairu_likelihood_interval(m.likelihood, ctx, m.data, &o, &interval, NULL, NULL, 2));
  CHECK_OK(ctx, fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 1, 0, n_points, x, y, NULL));
  assert_true(interval.lower < -1.0 && interval.best > 0.9);
  int beyond = 0;
  for (int k = 0; k < n_points; k++) {
    double nll;
    CHECK_OK(ctx, fairu_likelihood_scan(m.likelihood, ctx, m.data, &fit, 1, &x[k], 1, 0, &y[k], 1, &nll));
    CHECK_NEAR(nll - interval.nll_minimum, 0.5, 1e-8);
    assert_true(x[k] > interval.lower - 1e-9 && x[k] < interval.upper + 1e-9);
    beyond += x[k] < -1.0;
  }
  assert_true(beyond > 0);
  two_valleys valleys = { &m, &o };
  assert_true(support_every_need_fails(two_valleys_body, &valleys) > 0);
  valley_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Fewer counts than background: mu is 0, half of the rays lead out, two run along the bound. */
static void best_fit_on_a_bound(void **state)
{
  (void)state;
  static const double observed[CHANNEL_BINS] = { 50.0, 25.0, 4.0, 222.0, 45.0 };
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  fairu_interval_options o;
  fairu_fit_result fit = { .struct_size = sizeof fit };
  double x[n_points], y[n_points], best[2], params[CHANNEL_PARAMS];
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, observed, CHANNEL_BINS));
  CHECK_OK(ctx, fairu_likelihood_fit(lh, ctx, data, NULL, params, CHANNEL_PARAMS, NULL, &fit));
  CHECK_OK(ctx, two_dimensional_options(&o, 1.0));
  CHECK_OK(ctx, fairu_likelihood_contour(lh, ctx, data, &o, CHANNEL_MU, CHANNEL_ALPHA, n_points, x, y, best));
  assert_true(best[0] == 0.0);
  for (int k = 0; k < n_points; k++) {
    double nll;
    if (k > n_points / 4 && k < 3 * n_points / 4) {
      assert_true(x[k] == 0.0 && y[k] == best[1]);
      continue;
    }
    CHECK_OK(ctx,
             fairu_likelihood_scan(lh, ctx, data, NULL, CHANNEL_MU, &x[k], 1, CHANNEL_ALPHA, &y[k], 1, &nll));
    CHECK_NEAR(nll - fit.nll[0] - fit.nll[1], 1.0, 1e-8);
    assert_true((x[k] == 0.0) == (k == n_points / 4 || k == 3 * n_points / 4));
  }
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void wrong_calls_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const unsigned char fixed[linear_params] = { 0, 0, 1, 0 };
  linear_model m;
  fairu_fit_options fit;
  fairu_interval_options o;
  double x[n_points], y[n_points];
  CHECK_OK(ctx, linear_create(ctx, 10.0, &m));
  CHECK_OK(ctx, fairu_interval_options_init(&o, sizeof o));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  o.fit = &fit;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 7, n_points, x, y, NULL));
  CHECK_SAYS(ctx, "parameter 7 of 4");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 2, 2, n_points, x, y, NULL));
  CHECK_SAYS(ctx, "number 2");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 2, 7, x, y, NULL));
  CHECK_SAYS(ctx, "7 points");
  o.level = 1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 2, n_points, x, y, NULL));
  CHECK_SAYS(ctx, "level is 1");
  o.level = 0.0;
  o.delta_nll = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 2, n_points, x, y, NULL));
  CHECK_SAYS(ctx, "delta_nll is -1");
  o.delta_nll = 0.5;
  fit.fixed = fixed;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 2, n_points, x, y, NULL));
  CHECK_SAYS(ctx, "parameter 2 is fixed");
  fit.fixed = NULL;
  o.nll_minimum = -1e6;
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY,
              fairu_likelihood_contour(m.likelihood, ctx, m.data, &o, 0, 2, n_points, x, y, NULL));
  CHECK_SAYS(ctx, "above nll_minimum");
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

static int contour_body(fairu_context *ctx, void *data)
{
  (void)data;
  linear_model m;
  double x[8], y[8];
  int status = linear_create(ctx, 10.0, &m);
  if (status != FAIRU_OK)
    return status;
  status = fairu_likelihood_contour(m.likelihood, ctx, m.data, NULL, 0, 2, 8, x, y, NULL);
  linear_destroy(&m);
  return status;
}

static void allocation_failures_are_clean(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(contour_body, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(quadratic_profile_gives_the_ellipse),
    cmocka_unit_test(levels_are_those_of_two_parameters),
    cmocka_unit_test(points_end_at_bounds),
    cmocka_unit_test(large_counts_give_the_ellipse_of_the_covariance),
    cmocka_unit_test(every_point_lies_at_the_height),
    cmocka_unit_test(the_outermost_crossing_counts),
    cmocka_unit_test(best_fit_on_a_bound),
    cmocka_unit_test(wrong_calls_are_refused),
    cmocka_unit_test(allocation_failures_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
