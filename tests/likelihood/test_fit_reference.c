/* test_fit_reference.c - fits of the shared workspaces against the numbers that come with them. */
#include <fairu/fit.h>
#include <fairu/histfactory.h>

#include "likelihood/histfactory_reference.h"

#include "numeric/philox.h"

static void for_all(void (*body)(const reference *))
{
  for (size_t k = 0; k < REFERENCES; k++) {
    reference r = reference_open(reference_names[k]);
    body(&r);
    reference_close(&r);
  }
}

static double number(const reference *r, const char *object, const char *key)
{
  return json_number_value(reference_member(reference_member(r->expected, object), key));
}

/* params within 1e-4 of the errors of the free fit; where there is none the value itself. */
static void check_params(const reference *r, const char *object, const double *params)
{
  const json_t *found = json_object_get(reference_member(r->expected, object), "pars");
  double *sigma =
      reference_numbers(reference_member(reference_member(r->expected, "hesse"), "errors_free"), r->n_params);
  double *wanted = reference_numbers(found, r->n_params);
  for (size_t i = 0; i < r->n_params; i++)
    CHECK_NEAR(params[i], wanted[i], 1e-4 * (sigma[i] > 0.0 ? sigma[i] : 0.01));
  free(sigma);
  free(wanted);
}

static void best_fit_body(const reference *r)
{
  const size_t n = r->n_params;
  double *params = calloc(n * (n + 1), sizeof *params), *covariance = params + n;
  fairu_fit_result result = { .struct_size = sizeof result };
  CHECK_OK(r->ctx,
           fairu_likelihood_fit(r->likelihood, r->ctx, r->data, NULL, params, n, covariance, &result));
  CHECK_NEAR(2.0 * (result.nll[0] + result.nll[1]), number(r, "bestfit", "twice_nll"), 1e-8);
  check_params(r, "bestfit", params);
  assert_int_equal(result.status, FAIRU_OK);
  assert_true(result.min_eigenvalue > 0.0);
  assert_true(result.iterations <= 12 * (result.n_minima > 1 ? 3 : 1));
  double *sigma =
      reference_numbers(reference_member(reference_member(r->expected, "hesse"), "errors_free"), n);
  for (size_t i = 0; i < n; i++)
    CHECK_CLOSE(sqrt(covariance[i * n + i]), sigma[i], 1e-7);
  free(sigma);
  free(params);
}

static void best_fits_and_their_errors(void **state)
{
  (void)state;
  for_all(best_fit_body);
}

static void conditional_body(const reference *r)
{
  static const char *const names[2] = { "fixed_poi_0", "fixed_poi_1" };
  const size_t n = r->n_params, poi = fairu_likelihood_poi_index(r->likelihood);
  double *params = calloc(2 * n, sizeof *params);
  for (int value = 0; value < 2; value++) {
    const double mu = value;
    double nll;
    if (!json_is_object(json_object_get(r->expected, names[value])))
      continue;
    CHECK_OK(r->ctx,
             fairu_likelihood_profile(r->likelihood, r->ctx, r->data, NULL, poi, &mu, 1, &nll, params, n));
    if (2.0 * nll < number(r, names[value], "twice_nll") - 1e-8) { /* the other valley is lower */
      assert_string_equal(r->name, "pyhf_2bin_2channel_coupledhistosys");
      continue;
    }
    CHECK_NEAR(2.0 * nll, number(r, names[value], "twice_nll"), 1e-8);
    check_params(r, names[value], params);
  }
  free(params);
}

static void conditional_fits(void **state)
{
  (void)state;
  for_all(conditional_body);
}

static void interval_body(const reference *r)
{
  const json_t *minos = reference_member(r->expected, "minos_profile");
  const json_t *lower = reference_member(minos, "lower"), *upper = reference_member(minos, "upper");
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(r->ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = 0.5;
  CHECK_OK(r->ctx, fairu_likelihood_interval(r->likelihood, r->ctx, r->data, &options, &interval, NULL, NULL,
                                             r->n_params));
  if (json_is_null(lower))
    assert_int_equal(interval.lower_end, FAIRU_INTERVAL_BOUND);
  else
    CHECK_NEAR(interval.lower - interval.best, json_number_value(lower), 1e-7);
  CHECK_NEAR(interval.upper - interval.best, json_number_value(upper), 1e-7);
}

static void profile_intervals(void **state)
{
  (void)state;
  for_all(interval_body);
}

/* Ends of nuisance parameters: the profile there, made by another path, rises by delta_nll. Profiled gammas too. */
static void nuisance_body(const reference *r)
{
  const size_t n = r->n_params, step = n / 8 + 1;
  double *params = calloc(2 * n, sizeof *params);
  for (size_t i = 0; i < n; i += step) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    fairu_interval_options options;
    fairu_interval interval = { .struct_size = sizeof interval };
    CHECK_OK(r->ctx, fairu_likelihood_parameter(r->likelihood, r->ctx, i, &parameter));
    if (parameter.fixed)
      continue;
    CHECK_OK(r->ctx, fairu_interval_options_init(&options, sizeof options));
    options.level = 0.0;
    options.parameter = i;
    CHECK_OK(r->ctx, fairu_likelihood_interval(r->likelihood, r->ctx, r->data, &options, &interval, params,
                                               params + n, n));
    const double ends[2] = { interval.lower, interval.upper };
    const int kinds[2] = { interval.lower_end, interval.upper_end };
    for (int side = 0; side < 2; side++) {
      double nll;
      assert_true(params[(size_t)side * n + i] == ends[side]);
      if (kinds[side] != FAIRU_INTERVAL_CROSSING)
        continue;
      CHECK_OK(r->ctx, fairu_likelihood_profile(r->likelihood, r->ctx, r->data, NULL, i, &ends[side], 1, &nll,
                                                NULL, n));
      CHECK_NEAR(nll, interval.nll_minimum + options.delta_nll, 2e-8);
    }
  }
  free(params);
}

static void intervals_of_nuisances(void **state)
{
  (void)state;
  for_all(nuisance_body);
}

/* ---- random starts -------------------------------------------------------------------------------------- */

static int is_known(const reference *r, double twice_nll)
{
  const json_t *minima = reference_member(r->expected, "local_minima");
  for (size_t m = 0; m < json_array_size(minima); m++) {
    const double wanted = json_number_value(json_object_get(json_array_get(minima, m), "twice_nll"));
    if (fabs(twice_nll - wanted) <= 1e-8)
      return 1;
  }
  print_error("%s: twice_nll %.12g is no known minimum\n", r->name, twice_nll);
  return 0;
}

/* FAIRU_TEST_STARTS in the environment: how many, default 20. */
static int n_starts(void)
{
  const char *text = getenv("FAIRU_TEST_STARTS");
  const int n = text ? atoi(text) : 20;
  return n > 0 ? n : 20;
}

static void random_body(const reference *r)
{
  const size_t n = r->n_params;
  double *start = calloc(2 * n, sizeof *start), *params = start + n;
  unsigned char *fixed = calloc(n, 1);
  fairu_fit_options options;
  CHECK_OK(r->ctx, fairu_fit_options_init(&options, sizeof options));
  options.start = start;
  options.fixed = fixed;
  options.spread_starts = 0;
  for (int s = 0; s < n_starts(); s++) {
    fairu_philox rng = fairu_philox__start(2026, 1, (uint64_t)s, n);
    fairu_fit_result result = { .struct_size = sizeof result };
    for (size_t i = 0; i < n; i++) {
      fairu_parameter p = { .struct_size = sizeof p };
      CHECK_OK(r->ctx, fairu_likelihood_parameter(r->likelihood, r->ctx, i, &p));
      fixed[i] = (unsigned char)p.fixed;
      start[i] = p.fixed ? p.start : p.lower + (p.upper - p.lower) * fairu_philox__uniform(&rng);
    }
    CHECK_OK(r->ctx,
             fairu_likelihood_fit(r->likelihood, r->ctx, r->data, &options, params, n, NULL, &result));
    assert_true(is_known(r, 2.0 * (result.nll[0] + result.nll[1])));
  }
  free(fixed);
  free(start);
}

static void random_starts_end_in_known_minima(void **state)
{
  (void)state;
  for_all(random_body);
}

static void both_minima_are_listed(void **state)
{
  (void)state;
  reference r = reference_open("pyhf_2bin_2channel_coupledhistosys");
  double nll[4], params[8];
  size_t n = 0;
  CHECK_OK(r.ctx, fairu_likelihood_minima(r.likelihood, r.ctx, r.data, NULL, 4, nll, params, 2, &n));
  assert_int_equal(n, 2);
  CHECK_NEAR(2.0 * nll[0], 29.331131536882353, 1e-8);
  CHECK_NEAR(2.0 * nll[1], 30.80035598863075, 1e-8);
  CHECK_OK(r.ctx, fairu_likelihood_minima(r.likelihood, r.ctx, r.data, NULL, 0, NULL, NULL, 2, &n));
  assert_int_equal(n, 2);
  CHECK_FAILS(r.ctx, FAIRU_ERR_SHAPE,
              fairu_likelihood_minima(r.likelihood, r.ctx, r.data, NULL, 4, nll, params, 3, &n));
  CHECK_SAYS(r.ctx, "the model has 2 parameters, got 3");
  reference_close(&r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(best_fits_and_their_errors),
    cmocka_unit_test(conditional_fits),
    cmocka_unit_test(profile_intervals),
    cmocka_unit_test(intervals_of_nuisances),
    cmocka_unit_test(random_starts_end_in_known_minima),
    cmocka_unit_test(both_minima_are_listed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
