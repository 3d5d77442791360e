/* test_edge.c - bins without counts whose expectation ends at 0: fits, profiles and intervals against closed forms. */
#include "likelihood/small_model.h"

/* nu_on = mu s + b, nu_off = tau b; without an off region (tau 0) b is known. mu and b are free below, down to yields of 0. */
typedef struct on_off {
  double s, b, tau;
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data;
} on_off;

static void on_off_destroy(on_off *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
}

static void on_off_create(fairu_context *ctx, double s, double b, double tau, double lower, on_off *m)
{
  const char *const names[2] = { "signal", "background" };
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL },
                                    { "b", "background", b, lower, HUGE_VAL } };
  const double on_yields[2] = { s, b }, both_yields[4] = { s, 0.0, 1.0, tau };
  fairu_likelihood_options options;
  fairu_grid *grid = NULL;
  memset(m, 0, sizeof *m);
  m->s = s;
  m->b = b;
  m->tau = tau;
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = factors;
  options.n_factors = tau > 0.0 ? 2 : 1;
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, names, 2, tau > 0.0 ? 2 : 1, tau > 0.0 ? both_yields : on_yields,
                                  NULL, FAIRU_INTERPOLATION_LINEAR, &m->templates));
  CHECK_OK(ctx, fairu_likelihood_create(ctx, m->templates, &options, &m->likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, m->likelihood, &m->data));
  fairu_grid_destroy(grid);
}

static void observe(fairu_context *ctx, on_off *m, double n_on, double n_off)
{
  const double n[2] = { n_on, n_off };
  CHECK_OK(ctx, fairu_data_set_observed(m->data, ctx, n, m->tau > 0.0 ? 2 : 1));
}

typedef struct interval_work {
  const on_off *m;
  const fairu_interval_options *options;
} interval_work;

static int interval_body(fairu_context *ctx, void *data)
{
  const interval_work *work = (const interval_work *)data;
  fairu_interval interval = { .struct_size = sizeof interval };
  return fairu_likelihood_interval(work->m->likelihood, ctx, work->m->data, work->options, &interval, NULL,
                                   NULL, work->m->tau > 0.0 ? 2 : 1);
}

/* Also with every allocation failing. */
static fairu_interval interval_of(fairu_context *ctx, on_off *m, double delta)
{
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = delta;
  CHECK_OK(ctx, fairu_likelihood_interval(m->likelihood, ctx, m->data, &options, &interval, NULL, NULL,
                                          m->tau > 0.0 ? 2 : 1));
  interval_work work = { m, &options };
  assert_true(support_every_allocation_fails(interval_body, &work) > 0);
  return interval;
}

/* nu - n - n ln(nu / n) = delta, between inside and outside. */
static double deviance_root(double n, double delta, double inside, double outside)
{
  long double a = inside, b = outside;
  for (int i = 0; i < 200; i++) {
    const long double c = 0.5L * (a + b);
    if (c - n - n * logl(c / (long double)n) < (long double)delta)
      a = c;
    else
      b = c;
  }
  return (double)a;
}

static void an_empty_bin_ends_at_the_edge(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double bs[] = { 0.1, 1.0, 3.0, 10.0, 300.0 };
  for (size_t k = 0; k < sizeof bs / sizeof bs[0]; k++) {
    const double s = 4.0, b = bs[k];
    on_off m;
    double mu;
    fairu_fit_result result = { .struct_size = sizeof result };
    on_off_create(ctx, s, b, 0.0, 0.0, &m);
    observe(ctx, &m, 0.0, 0.0);
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, &mu, 1, NULL, &result));
    CHECK_NEAR(mu, -b / s, 1e-10);
    CHECK_NEAR(result.nll[0], 0.0, 1e-10);
    assert_int_equal(result.n_zero_yield, 1);
    assert_int_equal(result.status, FAIRU_OK);
    for (double delta = 0.5; delta < 10.0; delta *= 2.0) {
      const fairu_interval interval = interval_of(ctx, &m, delta);
      CHECK_NEAR(interval.best, -b / s, 1e-10);
      CHECK_NEAR(interval.lower, -b / s, 1e-10);
      CHECK_NEAR(interval.upper, (delta - b) / s, 1e-10);
      assert_int_equal(interval.lower_end, FAIRU_INTERVAL_YIELD);
      assert_int_equal(interval.upper_end, FAIRU_INTERVAL_CROSSING);
    }
    on_off_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* n_on = 0: the fit ends where nu_on = 0; profiles run along that edge downward and leave it upward. */
static void an_empty_on_region(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s = 2.0, taus[] = { 0.5, 1.0, 4.0 };
  for (size_t t = 0; t < 3; t++)
    for (double n = 1.0; n < 60.0; n = 3.0 * n + 1.0) {
      const double tau = taus[t], delta = 0.5, leave = -n / (s * (1.0 + tau));
      on_off m;
      double x[2];
      fairu_fit_result result = { .struct_size = sizeof result };
      on_off_create(ctx, s, 3.0, tau, -HUGE_VAL, &m);
      observe(ctx, &m, 0.0, n);
      CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, 2, NULL, &result));
      CHECK_NEAR(x[1], n / tau, 1e-7 * n);
      CHECK_NEAR(x[0], -n / (tau * s), 1e-7 * n);
      CHECK_NEAR(result.nll[0], 0.0, 1e-10);
      assert_int_equal(result.n_zero_yield, 1);
      const fairu_interval interval = interval_of(ctx, &m, delta);
      CHECK_NEAR(interval.lower, -deviance_root(n, delta, n, 200.0 * n) / (tau * s), 1e-9 * n);
      assert_int_equal(interval.lower_end, FAIRU_INTERVAL_CROSSING);
      /* on the edge b = -s mu up to `leave`, then b = n / (1 + tau) */
      double upper = -deviance_root(n, delta, n, 1e-9) / (tau * s);
      if (upper > leave) {
        const double nu = n * tau / (1.0 + tau), at_leave = nu - n - n * log(nu / n);
        upper = leave + (delta - at_leave) / s;
      }
      CHECK_NEAR(interval.upper, upper, 1e-9 * n);
      assert_int_equal(interval.upper_end, FAIRU_INTERVAL_CROSSING);
      on_off_destroy(&m);
    }
  fairu_context_destroy(ctx);
}

/* n_off = 0: b ends at 0, by its bound or by the edge of the off region. */
static void an_empty_off_region(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s = 2.0, tau = 1.5, delta = 0.5;
  for (int bounded = 0; bounded < 2; bounded++)
    for (double n = 1.0; n < 60.0; n = 3.0 * n + 1.0) {
      on_off m;
      double x[2];
      fairu_fit_result result = { .struct_size = sizeof result };
      on_off_create(ctx, s, 3.0, tau, bounded ? 0.0 : -HUGE_VAL, &m);
      observe(ctx, &m, n, 0.0);
      CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, 2, NULL, &result));
      CHECK_NEAR(x[1], 0.0, 1e-10);
      CHECK_NEAR(x[0], n / s, 1e-7 * n);
      assert_int_equal(bounded ? result.n_at_bound : result.n_zero_yield, 1);
      const fairu_interval interval = interval_of(ctx, &m, delta);
      CHECK_NEAR(interval.upper, deviance_root(n, delta, n, 100.0 * n) / s, 1e-9 * n);
      double lower = deviance_root(n, delta, n, 1e-9) / s;
      const double nu = n / (1.0 + tau), there = nu - n - n * log(nu / n);
      if (s * lower < nu) /* b takes over */
        lower = (nu - (delta - there) / tau) / s;
      CHECK_NEAR(interval.lower, lower, 1e-9 * n);
      on_off_destroy(&m);
    }
  fairu_context_destroy(ctx);
}

static void both_regions_empty(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s = 2.0;
  for (double tau = 0.25; tau < 5.0; tau *= 2.0) {
    on_off m;
    double x[2];
    fairu_fit_result result = { .struct_size = sizeof result };
    on_off_create(ctx, s, 3.0, tau, -HUGE_VAL, &m);
    observe(ctx, &m, 0.0, 0.0);
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, 2, NULL, &result));
    CHECK_NEAR(x[0], 0.0, 1e-10);
    CHECK_NEAR(x[1], 0.0, 1e-10);
    CHECK_NEAR(result.nll[0], 0.0, 1e-10);
    assert_int_equal(result.n_zero_yield, 2);
    const fairu_interval interval = interval_of(ctx, &m, 0.5);
    CHECK_NEAR(interval.lower, -0.5 / (tau * s), 1e-10);
    CHECK_NEAR(interval.upper, 0.5 / s, 1e-10);
    on_off_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_empty_bin_ends_at_the_edge),
    cmocka_unit_test(an_empty_on_region),
    cmocka_unit_test(an_empty_off_region),
    cmocka_unit_test(both_regions_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
