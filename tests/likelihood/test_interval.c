/* Intervals of profiles that are not one smooth well: several minima of a nuisance, paths that meet a yield of 0. */
#include "likelihood/small_model.h"
#include "likelihood/valleys.h"

/* Bin 0 measures a nuisance z up to its sign, bin 1 the signal on a background that depends on the sign. */
static int mirror_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  (void)n_axes;
  (void)n_bins;
  (void)variances;
  (void)user_data;
  yields[0] = process == 0 ? 0.0 : 100.0 * exp(0.4 * (z[0] * z[0] - 1.0));
  yields[1] = process == 0 ? 20.0 : 100.0 * exp(0.2 * z[0]);
  return 0;
}

/* min over a dense grid of z, at mu */
static double brute_profile(fairu_context *ctx, const valley_model *m, double mu, double lower, double upper)
{
  double lowest = HUGE_VAL;
  for (int i = 0; i <= 4000; i++) {
    const double params[2] = { mu, lower + (upper - lower) * i / 4000.0 };
    double nll[2];
    if (fairu_likelihood_nll(m->likelihood, ctx, m->data, params, 2, nll, NULL, NULL) == FAIRU_OK)
      lowest = fmin(lowest, nll[0] + nll[1]);
  }
  return lowest;
}

static void default_options_see_both_minima(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double observed[2] = { 100.0, 120.0 };
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_fit_options options;
  valley_model m;
  CHECK_OK(ctx, valley_create(ctx, mirror_yields, 1, observed, 2, &m));
  CHECK_OK(ctx, fairu_likelihood_interval(m.likelihood, ctx, m.data, NULL, &interval, NULL, NULL, 2));
  assert_int_equal(interval.lower_end, FAIRU_INTERVAL_CROSSING);
  assert_int_equal(interval.upper_end, FAIRU_INTERVAL_CROSSING);
  assert_true(interval.lower < (120.0 - 100.0 * exp(0.2)) / 20.0); /* both exact solutions are inside */
  assert_true(interval.upper > (120.0 - 100.0 * exp(-0.2)) / 20.0);
  const double target = interval.nll_minimum + 0.5 * 1.000022 * 1.000022; /* level 0.6827 */
  CHECK_NEAR(brute_profile(ctx, &m, interval.lower, -2.0, 2.0), target, 1e-4);
  CHECK_NEAR(brute_profile(ctx, &m, interval.upper, -2.0, 2.0), target, 1e-4);
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  double params[2];
  fairu_fit_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &options, params, 2, NULL, &result));
  assert_int_equal(result.n_minima, 2);
  options.spread_starts = 0;
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &options, params, 2, NULL, &result));
  assert_int_equal(result.n_minima, 1);
  options.spread_starts = -2;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_fit(m.likelihood, ctx, m.data, &options, params, 2, NULL, &result));
  CHECK_SAYS(ctx, "spread_starts is -2");
  valley_destroy(&m);
  fairu_context_destroy(ctx);
}

static int valley_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  (void)n_axes;
  (void)n_bins;
  (void)variances;
  (void)user_data;
  yields[0] = process == 0 ? 5.0 : 5.0 * exp(0.8 * z[0]);
  return 0;
}

/* nu with nu - 4 - 4 ln(nu / 4) = delta below 4, by bisection */
static double low_yield(double delta)
{
  double inside = 4.0, outside = 1e-6;
  for (int i = 0; i < 100; i++) {
    const double nu = 0.5 * (inside + outside);
    if (nu - 4.0 - 4.0 * log(nu / 4.0) < delta)
      inside = nu;
    else
      outside = nu;
  }
  return inside;
}

/* One bin, three parameters: the profile is flat from the largest background on, and on the way outward steps meet
 * yields below 0. That is not the end: theta has to follow. */
static void a_flat_valley_is_followed_to_its_end(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double observed[1] = { 4.0 };
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_fit_options fit;
  fairu_interval_options options;
  valley_model m;
  CHECK_OK(ctx, valley_create(ctx, valley_yields, 2, observed, 1, &m));
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  options.level = 0.0;
  options.delta_nll = 0.5;
  for (int spread = 0; spread < 6; spread++) {
    fit.spread_starts = spread;
    CHECK_OK(ctx, fairu_likelihood_interval(m.likelihood, ctx, m.data, &options, &interval, NULL, NULL, 3));
    assert_int_equal(interval.lower_end, FAIRU_INTERVAL_CROSSING);
    CHECK_NEAR(interval.lower, (low_yield(0.5) - 3.0 * 5.0 * exp(1.6)) / 5.0, 1e-7);
  }
  valley_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Steps of theta that land in another valley made the end a place where nothing is crossed. */
static void an_end_is_where_the_nll_has_risen(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_fit_options fit;
  fairu_interval_options options;
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  options.level = 0.0;
  fit.spread_starts = 0;
  for (int k = 0; k < 400; k++) {
    const double observed[2] = { 35.0 + k % 20 * 2.0, 40.0 + k / 20 * 2.0 };
    double ends[2][2], nll[2];
    valley_model m;
    CHECK_OK(ctx, valley_create(ctx, swing_yields, 1, observed, 2, &m));
    CHECK_OK(ctx,
             fairu_likelihood_interval(m.likelihood, ctx, m.data, &options, &interval, ends[0], ends[1], 2));
    for (int side = 0; side < 2; side++) {
      CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, ends[side], 2, nll, NULL, NULL));
      CHECK_NEAR(nll[0] + nll[1], interval.nll_minimum + 0.5, 1e-8);
    }
    valley_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(default_options_see_both_minima),
    cmocka_unit_test(a_flat_valley_is_followed_to_its_end),
    cmocka_unit_test(an_end_is_where_the_nll_has_risen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
