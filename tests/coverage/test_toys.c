/* Toys: reproducible in any range and on any threads; coverage of a counting experiment against its enumeration. */
#include "likelihood/valleys.h"

#define SIGNAL 10.0
#define BACKGROUND 15.0

/* mu times the signal, and a background, with these yields or those of a function of the axis. */
static int make_likelihood(fairu_context *ctx, const double *yields, const fairu_axis *axis,
                           fairu_yield_fn function, fairu_likelihood **out)
{
  static const char *const processes[2] = { "signal", "background" };
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_likelihood_options options;
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  *out = NULL;
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, axis, axis != NULL, NULL, 0, &grid);
  if (status == FAIRU_OK && yields)
    status =
        fairu_templates_create(ctx, grid, processes, 2, 1, yields, NULL, FAIRU_INTERPOLATION_LOG, &templates);
  if (status == FAIRU_OK && !yields)
    status = fairu_templates_create_from_function(ctx, grid, processes, 2, 2, function, NULL,
                                                  FAIRU_INTERPOLATION_LINEAR, &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, templates, &options, out);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  return status;
}

/* One bin: n ~ Poisson(mu * 10 + 15), no nuisance. */
static int make_counting(fairu_context *ctx, fairu_likelihood **out)
{
  static const double yields[2] = { SIGNAL, BACKGROUND };
  return make_likelihood(ctx, yields, NULL, NULL, out);
}

static fairu_toy_study study_at(const fairu_likelihood *likelihood, const double *truth)
{
  fairu_toy_study study;
  assert_int_equal(fairu_toy_study_init(&study, sizeof study), FAIRU_OK);
  study.likelihood = likelihood;
  study.truth = truth;
  study.n_params = 1;
  study.seed = 4711;
  return study;
}

/* mu at which nu - n ln nu has risen by 0.5 (one sigma, two sided 0.6827) above its minimum, on one side. */
static double crossing(double n, double direction)
{
  const double rise = 0.5 * 1.0000217133; /* half the 0.6827 quantile of chi2 with one degree of freedom */
  double inside = n, outside = direction < 0.0 ? 1e-9 * n : n + 10.0 * sqrt(n) + 10.0;
  for (int i = 0; i < 200; i++) {
    const double nu = 0.5 * (inside + outside);
    if (nu - n - n * log(nu / n) < rise)
      inside = nu;
    else
      outside = nu;
  }
  return (inside - BACKGROUND) / SIGNAL;
}

static double enumerated_coverage(double mu)
{
  const double nu = mu * SIGNAL + BACKGROUND;
  double probability = exp(-nu), covered = 0.0;
  for (int n = 1; n < 300; n++) {
    probability *= nu / n;
    if (crossing(n, -1.0) <= mu && mu <= crossing(n, 1.0))
      covered += probability;
  }
  return covered;
}

static void coverage_is_that_of_the_enumeration(void **state)
{
  (void)state;
  enum { TOYS = 4000 };
  static fairu_toy_result results[TOYS];
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood;
  CHECK_OK(ctx, make_counting(ctx, &likelihood));
  const double truths[] = { 0.5, 1.0, 2.0 };
  for (size_t i = 0; i < 3; i++) {
    fairu_toy_study study = study_at(likelihood, &truths[i]);
    fairu_tally *tally;
    fairu_coverage c = { .struct_size = sizeof c };
    CHECK_OK(ctx, fairu_toys_run(ctx, 0, TOYS, fairu_toy_study_estimate, &study, results));
    CHECK_OK(ctx, fairu_tally_create(ctx, truths[i], &tally));
    CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, TOYS));
    CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9999, &c));
    const double exact = enumerated_coverage(truths[i]), nu = truths[i] * SIGNAL + BACKGROUND;
    assert_int_equal(c.n, TOYS);
    assert_int_equal(c.n_failed, 0);
    assert_true(c.coverage_lower <= exact && exact <= c.coverage_upper);
    CHECK_NEAR(c.bias, 0.0, 4.0 * sqrt(nu / TOYS) / SIGNAL); /* mu_hat = (n - b) / s is unbiased */
    CHECK_CLOSE(c.std_estimate, sqrt(nu) / SIGNAL, 0.05);
    CHECK_CLOSE(c.pull_width, 1.0, 0.08);
    fairu_tally_destroy(tally);
  }
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

static void a_toy_is_the_same_alone_and_on_any_threads(void **state)
{
  (void)state;
  enum { TOYS = 101 };
  static fairu_toy_result one[TOYS], many[TOYS];
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood;
  const double truth = 1.0;
  CHECK_OK(ctx, make_counting(ctx, &likelihood));
  fairu_toy_study study = study_at(likelihood, &truth);
  CHECK_OK(ctx, fairu_toys_run(ctx, 1000, TOYS, fairu_toy_study_estimate, &study, one));
  for (int threads = 2; threads <= 3; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_toys_run(ctx, 1000, TOYS, fairu_toy_study_estimate, &study, many));
    for (size_t i = 0; i < TOYS; i++)
      assert_true(many[i].toy == one[i].toy &&
                  memcmp(&many[i].estimate, &one[i].estimate, 3 * sizeof(double)) == 0);
  }
  for (size_t i = 0; i < TOYS; i += 25) {
    fairu_toy_result alone;
    CHECK_OK(ctx, fairu_toys_run(ctx, 1000 + i, 1, fairu_toy_study_estimate, &study, &alone));
    assert_int_equal(alone.toy, 1000 + i);
    assert_memory_equal(&alone.estimate, &one[i].estimate, 3 * sizeof(double));
  }
  study.seed++;
  CHECK_OK(ctx, fairu_toys_run(ctx, 1000, TOYS, fairu_toy_study_estimate, &study, many));
  size_t differ = 0;
  for (size_t i = 0; i < TOYS; i++)
    differ += many[i].estimate < one[i].estimate || many[i].estimate > one[i].estimate;
  assert_true(differ > TOYS / 2);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

/* An estimator of the caller: every third toy fails by itself; toy `stop` stops the run with `code`. */
typedef struct own_estimator {
  uint64_t stop;
  int code;
} own_estimator;

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const own_estimator *own = user_data;
  (void)ctx;
  if (toy == own->stop)
    return own->code;
  result->toy = 99999; /* the run knows better */
  result->estimate = (double)toy;
  result->lower = result->estimate - 1.0;
  result->upper = result->estimate + 1.0;
  result->status = toy % 3 == 0 ? FAIRU_ERR_NOT_CONVERGED : FAIRU_OK;
  return FAIRU_OK;
}

static void the_callers_estimator_is_run_and_its_failures_counted(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_result results[30];
  own_estimator own = { UINT64_MAX, 0 };
  fairu_tally *tally;
  fairu_coverage c = { .struct_size = sizeof c };
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, 30, estimate, &own, results));
  CHECK_OK(ctx, fairu_tally_create(ctx, 4.0, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, 30));
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.68, &c));
  assert_int_equal(c.n, 20);
  assert_int_equal(c.n_failed, 10);
  assert_int_equal(c.n_covered, 2); /* toys 4 and 5; 3 failed */
  for (uint64_t i = 0; i < 30; i++) {
    assert_int_equal(results[i].toy, i);
    assert_true(isnan(results[i].nuisance));
  }
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

static void an_estimator_that_stops_the_run_is_reported(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_result results[64];
  memset(results, 0x5a, sizeof results);
  own_estimator own = { 41, FAIRU_ERR_IO };
  for (int threads = 1; threads <= 3; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_toys_run(ctx, 0, 64, estimate, &own, results));
    CHECK_SAYS(ctx, "toy 41");
  }
  own.code = -5;
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_toys_run(ctx, 0, 64, estimate, &own, results));
  CHECK_SAYS(ctx, "returned -5");
  assert_true(((const unsigned char *)results)[0] == 0x5a); /* written only on success */
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_toys_run(ctx, 0, 64, NULL, &own, results));
  CHECK_SAYS(ctx, "estimator is NULL");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_toys_run(ctx, 0, 64, estimate, &own, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_toys_run(ctx, UINT64_MAX - 3, 64, estimate, &own, results));
  assert_int_equal(fairu_toys_run(NULL, 0, 64, estimate, &own, results), FAIRU_ERR_NULL);
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, 0, estimate, &own, NULL));
  fairu_context_cancel(ctx);
  own.stop = UINT64_MAX;
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_toys_run(ctx, 0, 64, estimate, &own, results));
  fairu_context_resume(ctx);
  fairu_context_destroy(ctx);
}

static void a_study_that_makes_no_sense_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood;
  fairu_toy_result result;
  const double truth[2] = { 1.0, 0.0 };
  CHECK_OK(ctx, make_counting(ctx, &likelihood));
  fairu_toy_study study = study_at(likelihood, truth);
  assert_int_equal(fairu_toy_study_estimate(NULL, 1, &result, &study), FAIRU_ERR_NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_toy_study_estimate(ctx, 1, NULL, &study));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_toy_study_estimate(ctx, 1, &result, NULL));
  study.n_params = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_toy_study_estimate(ctx, 1, &result, &study));
  CHECK_SAYS(ctx, "1 parameters, truth has 2");
  study = study_at(likelihood, truth);
  study.nuisance = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_toy_study_estimate(ctx, 1, &result, &study));
  study = study_at(likelihood, NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_toy_study_estimate(ctx, 1, &result, &study));
  CHECK_SAYS(ctx, "truth is NULL");
  study = study_at(likelihood, truth);
  study.n_tables = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_toy_study_estimate(ctx, 1, &result, &study));
  CHECK_SAYS(ctx, "tables is NULL");
  study.struct_size = 8;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_toy_study_estimate(ctx, 1, &result, &study));
  assert_int_equal(fairu_toy_study_init(NULL, sizeof study), FAIRU_ERR_NULL);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

static int run_some(fairu_context *ctx, void *data)
{
  const double truth = 1.0;
  fairu_toy_result results[3];
  fairu_likelihood *likelihood = NULL;
  (void)data;
  int status = make_counting(ctx, &likelihood);
  if (status == FAIRU_OK) {
    fairu_toy_study study = study_at(likelihood, &truth);
    status = fairu_toys_run(ctx, 0, 3, fairu_toy_study_estimate, &study, results);
  }
  fairu_likelihood_destroy(likelihood);
  return status;
}

/* Several minima, so that where a search begins matters. */
static int make_swing(fairu_context *ctx, fairu_likelihood **out)
{
  static const double knots[9] = { -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0 };
  const fairu_axis axis = { "z", knots, 9, 0.0 };
  return make_likelihood(ctx, NULL, &axis, swing_yields, out);
}

static void asking_for_a_nuisance_changes_no_interval(void **state)
{
  (void)state;
  enum { TOYS = 300 };
  static fairu_toy_result without[TOYS], with[TOYS];
  const double truth[2] = { 1.0, 0.3 };
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood;
  CHECK_OK(ctx, make_swing(ctx, &likelihood));
  fairu_toy_study study = study_at(likelihood, truth);
  study.n_params = 2;
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, TOYS, fairu_toy_study_estimate, &study, without));
  study.nuisance = 1;
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, TOYS, fairu_toy_study_estimate, &study, with));
  for (size_t i = 0; i < TOYS; i++) {
    assert_true(isnan(without[i].nuisance) && isfinite(with[i].nuisance));
    assert_memory_equal(&without[i].estimate, &with[i].estimate, sizeof(double));
    assert_memory_equal(&without[i].lower, &with[i].lower, sizeof(double));
    assert_memory_equal(&without[i].upper, &with[i].upper, sizeof(double));
  }
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  assert_true(support_every_allocation_fails(run_some, NULL) > 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(coverage_is_that_of_the_enumeration),
    cmocka_unit_test(a_toy_is_the_same_alone_and_on_any_threads),
    cmocka_unit_test(the_callers_estimator_is_run_and_its_failures_counted),
    cmocka_unit_test(an_estimator_that_stops_the_run_is_reported),
    cmocka_unit_test(a_study_that_makes_no_sense_is_refused),
    cmocka_unit_test(asking_for_a_nuisance_changes_no_interval),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
