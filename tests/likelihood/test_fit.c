/* Fits and intervals against closed forms: counting experiments, bounds, missing ends, empty regions, bad input. */
#include "likelihood/small_model.h"

/* nu = mu s + b in one bin, or several. */
typedef struct counting {
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data;
} counting;

static void counting_destroy(counting *c)
{
  fairu_data_destroy(c->data);
  fairu_likelihood_destroy(c->likelihood);
  fairu_templates_destroy(c->templates);
}

/* yields [2 * n_bins]: signal, background */
static int counting_create(fairu_context *ctx, const double *yields, const double *observed, size_t n_bins,
                           double lower, double upper, counting *c)
{
  const char *const names[2] = { "signal", "background" };
  const fairu_factor mu = { "mu", "signal", 1.0, lower, upper };
  fairu_likelihood_options options;
  fairu_grid *grid = NULL;
  memset(c, 0, sizeof *c);
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create(ctx, grid, names, 2, n_bins, yields, NULL, FAIRU_INTERPOLATION_LINEAR,
                                    &c->templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, c->templates, &options, &c->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, c->likelihood, &c->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(c->data, ctx, observed, n_bins);
  fairu_grid_destroy(grid);
  if (status != FAIRU_OK)
    counting_destroy(c);
  return status;
}

/* nu with nu - n - n ln(nu / n) = delta on one side of n, by bisection. */
static double deviance_root(double n, double delta, double inside, double outside)
{
  long double a = inside, b = outside;
  for (int i = 0; i < 200; i++) {
    const long double m = 0.5L * (a + b);
    if (m - n - n * logl(m / (long double)n) < (long double)delta)
      a = m;
    else
      b = m;
  }
  return (double)a;
}

static void counting_experiment_is_exact(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double yields[2] = { 4.0, 10.0 };
  for (double n = 3.0; n < 40.0; n += 9.0) {
    counting c;
    double params[1], covariance[1], nll[2];
    fairu_fit_result result = { .struct_size = sizeof result };
    fairu_interval_options options;
    fairu_interval interval = { .struct_size = sizeof interval };
    CHECK_OK(ctx, counting_create(ctx, yields, &n, 1, -HUGE_VAL, HUGE_VAL, &c));
    CHECK_OK(ctx, fairu_likelihood_fit(c.likelihood, ctx, c.data, NULL, params, 1, covariance, &result));
    CHECK_NEAR(params[0], (n - 10.0) / 4.0, 1e-8);
    CHECK_CLOSE(covariance[0], n / 16.0, 1e-7); /* 1 / (s^2 n / nu^2) */
    CHECK_NEAR(result.nll[0], 0.0, 1e-12);
    assert_int_equal(result.n_minima, 1);
    CHECK_OK(ctx, fairu_likelihood_nll(c.likelihood, ctx, c.data, params, 1, nll, NULL, NULL));
    CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
    options.level = 0.0;
    for (options.delta_nll = 0.125; options.delta_nll < 20.0; options.delta_nll *= 4.0) {
      CHECK_OK(ctx, fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
      CHECK_NEAR(interval.lower, (deviance_root(n, options.delta_nll, n, 1e-12) - 10.0) / 4.0, 1e-8);
      CHECK_NEAR(interval.upper, (deviance_root(n, options.delta_nll, n, 500.0) - 10.0) / 4.0, 1e-8);
      assert_int_equal(interval.lower_end, FAIRU_INTERVAL_CROSSING);
      assert_int_equal(interval.upper_end, FAIRU_INTERVAL_CROSSING);
      CHECK_NEAR(interval.nll_minimum, nll[0] + nll[1], 1e-10);
    }
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

/* n = 0: -ln L = nu falls until nu = 0, so there is no lower end. */
static void missing_lower_end_is_flagged(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double yields[4] = { 4.0, 1.0, 10.0, 2.0 }, observed[2] = { 3.0, 0.0 };
  counting c;
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(ctx, counting_create(ctx, yields, observed, 2, -HUGE_VAL, HUGE_VAL, &c));
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.999999;
  CHECK_OK(ctx, fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
  assert_int_equal(interval.lower_end, FAIRU_INTERVAL_YIELD); /* the second bin empties at mu = -2 */
  CHECK_NEAR(interval.lower, -2.0, 1e-9);
  assert_true(interval.lower > -2.0 - 1e-12);
  assert_int_equal(interval.upper_end, FAIRU_INTERVAL_CROSSING);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static void bounds_hold_and_are_flagged(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double yields[2] = { 4.0, 10.0 }, n = 5.0, n_near = 12.0;
  counting c;
  double params[1], covariance[1];
  fairu_fit_result result = { .struct_size = sizeof result };
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(ctx, counting_create(ctx, yields, &n, 1, 0.0, 10.0, &c));
  CHECK_OK(ctx, fairu_likelihood_fit(c.likelihood, ctx, c.data, NULL, params, 1, covariance, &result));
  assert_int_equal(result.n_at_bound, 1);
  assert_true(params[0] == 0.0 && covariance[0] == 0.0);
  CHECK_OK(ctx, fairu_likelihood_interval(c.likelihood, ctx, c.data, NULL, &interval, NULL, NULL, 1));
  assert_true(interval.lower == 0.0);
  assert_int_equal(interval.lower_end, FAIRU_INTERVAL_BOUND);
  CHECK_OK(ctx, fairu_data_set_observed(c.data, ctx, &n_near, 1));
  CHECK_OK(ctx, fairu_likelihood_interval(c.likelihood, ctx, c.data, NULL, &interval, NULL, NULL, 1));
  CHECK_NEAR(interval.best, 0.5, 1e-5); /* sqrt(2 edm) sigma */
  assert_true(interval.lower == 0.0);
  assert_int_equal(interval.lower_end, FAIRU_INTERVAL_BOUND);
  assert_int_equal(interval.upper_end, FAIRU_INTERVAL_CROSSING);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static void given_minimum_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double yields[2] = { 4.0, 10.0 }, n = 14.0;
  counting c;
  double nll[2];
  const double best = 1.0;
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(ctx, counting_create(ctx, yields, &n, 1, -HUGE_VAL, HUGE_VAL, &c));
  CHECK_OK(ctx, fairu_likelihood_nll(c.likelihood, ctx, c.data, &best, 1, nll, NULL, NULL));
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = 2.0;
  options.nll_minimum = nll[0] + nll[1] - 1.5; /* so that 0.5 is left */
  CHECK_OK(ctx, fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
  CHECK_NEAR(interval.upper, (deviance_root(n, 0.5, n, 500.0) - 10.0) / 4.0, 1e-8);
  options.nll_minimum = nll[0] + nll[1] - 2.5;
  CHECK_OK(ctx, fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
  assert_int_equal(interval.lower_end, FAIRU_INTERVAL_EMPTY);
  assert_int_equal(interval.upper_end, FAIRU_INTERVAL_EMPTY);
  assert_true(isnan(interval.lower) && isnan(interval.upper));
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* Closure: Asimov data give the truth back from any start; profile and scan agree with the conditional fit. */
static void asimov_truth_is_recovered(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR,
                            .prior = FAIRU_PRIOR_GAUSSIAN,
                            .mc_stat = FAIRU_MC_STAT_MOVING };
  const double truth[small_params] = { 1.3, 0.9, 1.1, 0.3, -0.2 };
  const unsigned char fixed[small_params] = { 0, 0, 1, 0, 0 };
  small_model m;
  fairu_fit_options options;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, truth, small_params, m.data));
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  options.fixed = fixed;
  for (int s = 0; s < 20; s++) {
    const double start[small_params] = { 0.3 + 0.1 * s, 1.4 - 0.04 * s, 1.1, -0.9 + 0.09 * s,
                                         0.8 - 0.085 * s };
    double found[small_params], covariance[small_params * small_params];
    options.start = start;
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &options, found, small_params, covariance,
                                       NULL));
    for (size_t i = 0; i < small_params; i++)
      CHECK_NEAR(found[i], truth[i], 1e-6 * sqrt(covariance[i * small_params + i]));
  }
  options.start = truth;
  const double mus[3] = { 1.0, 1.3, 1.6 }, as[2] = { 0.1, 0.3 };
  double profile[3], params[3 * small_params], scan[6];
  CHECK_OK(ctx, fairu_likelihood_profile(m.likelihood, ctx, m.data, &options, 0, mus, 3, profile, params,
                                         small_params));
  CHECK_OK(ctx, fairu_likelihood_scan(m.likelihood, ctx, m.data, &options, 0, mus, 3, 3, as, 2, scan));
  assert_true(profile[0] > profile[1] && profile[2] > profile[1]);
  CHECK_NEAR(scan[3], profile[1], 1e-9); /* at the truth both are the minimum */
  for (int i = 0; i < 3; i++) {
    double nll[2];
    CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, params + i * small_params, small_params,
                                       nll, NULL, NULL));
    CHECK_NEAR(nll[0] + nll[1], profile[i], 1e-10);
    CHECK_NEAR(params[i * small_params], mus[i], 0.0);
    for (int k = 0; k < 2; k++)
      assert_true(scan[2 * i + k] >= profile[i] - 1e-9);
  }
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

/* A factor on a process nobody sees, and two factors on one process: no curvature, and said so. */
static void flat_directions_are_reported(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN };
  small_model m;
  double found[small_params];
  fairu_fit_result result = { .struct_size = sizeof result };
  const double truth[small_params] = { 1.2, 1.0, 1.1, 0.1, 0.2 };
  CHECK_OK(ctx, small_create(ctx, &o, &m)); /* beta and kappa scale the same process */
  CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, truth, small_params, m.data));
  const int status =
      fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, found, small_params, NULL, &result);
  assert_true(status == FAIRU_ERR_FLAT || status == FAIRU_ERR_NOT_POSITIVE_DEFINITE);
  assert_int_equal(status, result.status);
  CHECK_NEAR(result.min_eigenvalue, 0.0, 1e-6);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

static void bad_options_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double yields[2] = { 4.0, 10.0 }, n = 14.0, value = NAN;
  const unsigned char fixed[1] = { 1 };
  counting c;
  double params[1];
  fairu_fit_options fit, held;
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(ctx, counting_create(ctx, yields, &n, 1, 0.0, 10.0, &c));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  fit.start = &value;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_fit(c.likelihood, ctx, c.data, &fit, params, 1, NULL, NULL));
  CHECK_SAYS(ctx, "'mu' is nan");
  fit.start = NULL;
  fit.max_iterations = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_fit(c.likelihood, ctx, c.data, &fit, params, 1, NULL, NULL));
  CHECK_SAYS(ctx, "max_iterations is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_likelihood_fit(c.likelihood, ctx, c.data, NULL, params, 2, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL,
              fairu_likelihood_fit(c.likelihood, ctx, NULL, NULL, params, 1, NULL, NULL));
  options.level = 1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
  CHECK_SAYS(ctx, "level is 1");
  options.level = 0.9;
  CHECK_OK(ctx, fairu_fit_options_init(&held, sizeof held));
  held.fixed = fixed;
  options.fit = &held;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
  CHECK_SAYS(ctx, "'mu' is fixed");
  held.fixed = NULL;
  held.struct_size = sizeof held - 1;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_likelihood_interval(c.likelihood, ctx, c.data, &options, &interval, NULL, NULL, 1));
  CHECK_SAYS(ctx, "fit options: struct_size is");
  const double outside = 11.0;
  double nll = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_profile(c.likelihood, ctx, c.data, NULL, 0, &outside, 1, &nll, NULL, 1));
  CHECK_SAYS(ctx, "'mu' is 11");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_scan(c.likelihood, ctx, c.data, NULL, 0, &n, 1, 0, &n, 1, &nll));
  assert_true(nll == -1.0);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static int run_all(fairu_context *ctx, void *data)
{
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN, .moving = 1 };
  const unsigned char fixed[small_params] = { 0, 0, 1, 0, 0 };
  const double mus[2] = { 1.0, 1.2 }, as[2] = { 0.0, 0.1 };
  small_model m;
  double found[small_params], covariance[small_params * small_params], nll[4], params[2 * small_params];
  fairu_fit_result result = { .struct_size = sizeof result };
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options options;
  fairu_fit_options fit;
  (void)data;
  int status = small_create(ctx, &o, &m);
  if (status == FAIRU_OK)
    status = fairu_interval_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = fairu_fit_options_init(&fit, sizeof fit);
  fit.fixed = fixed;
  options.fit = &fit;
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(m.likelihood, ctx, m.data, &fit, found, small_params, covariance, &result);
  if (status == FAIRU_OK)
    status = fairu_likelihood_profile(m.likelihood, ctx, m.data, &fit, 0, mus, 2, nll, params, small_params);
  if (status == FAIRU_OK)
    status = fairu_likelihood_scan(m.likelihood, ctx, m.data, &fit, 0, mus, 2, 3, as, 2, nll);
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(m.likelihood, ctx, m.data, &options, &interval, params, found,
                                       small_params);
  small_destroy(&m);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(run_all, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(counting_experiment_is_exact), cmocka_unit_test(missing_lower_end_is_flagged),
    cmocka_unit_test(bounds_hold_and_are_flagged),  cmocka_unit_test(given_minimum_counts),
    cmocka_unit_test(asimov_truth_is_recovered),    cmocka_unit_test(flat_directions_are_reported),
    cmocka_unit_test(bad_options_are_named),        cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
