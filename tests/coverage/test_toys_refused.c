/* What tallies, tests with toys, studies and scores refuse, by name and value, at and beyond each limit; and what they just allow. */
#include "likelihood/counting.h"
#include "support/support.h"

/* ---- tallies ---------------------------------------------------------------------------------------------------- */

static void results_that_cannot_be_are_refused(void **state)
{
  static const struct {
    double estimate, lower, upper, nuisance;
    int status, code;
    const char *says;
  } rows[] = {
    { 1.0, 0.5, 1.5, (double)NAN, FAIRU_OK, FAIRU_OK, "" },
    { (double)NAN, 0.5, 1.5, 0.0, FAIRU_OK, FAIRU_ERR_NON_FINITE, "toy 9 has estimate nan in [0.5, 1.5]" },
    { HUGE_VAL, 0.5, 1.5, 0.0, FAIRU_OK, FAIRU_ERR_NON_FINITE, "toy 9 has estimate inf" },
    { 1.0, (double)NAN, 1.5, 0.0, FAIRU_OK, FAIRU_ERR_NON_FINITE, "in [nan, 1.5]" },
    { 1.0, 0.5, (double)NAN, 0.0, FAIRU_OK, FAIRU_ERR_NON_FINITE, "in [0.5, nan]" },
    { 1.0, 0.5, HUGE_VAL, 0.0, FAIRU_OK, FAIRU_ERR_NON_FINITE, "in [0.5, inf]" },
    { 1.0, 0.5, 1.5, HUGE_VAL, FAIRU_OK, FAIRU_ERR_NON_FINITE, "nuisance inf, but status 0" },
    { 1.0, 0.5, 1.5, -HUGE_VAL, FAIRU_OK, FAIRU_ERR_NON_FINITE, "nuisance -inf" },
    { (double)NAN, HUGE_VAL, -HUGE_VAL, HUGE_VAL, FAIRU_ERR_FLAT, FAIRU_OK,
      "" }, /* of a toy that failed nothing is read */
    { 1.0, 1.5, 0.5, 0.0, FAIRU_OK, FAIRU_ERR_RANGE, "lower end 1.5 above upper end 0.5" },
    { 1.0, 1.5, 1.5, 0.0, FAIRU_OK, FAIRU_OK, "" },
    { 1e150, 0.5, 1.5, 0.0, FAIRU_OK, FAIRU_OK, "" },
    { 1.1e150, 0.5, 1.5, 0.0, FAIRU_OK, FAIRU_ERR_RANGE, "at most 1e150 away is possible" },
    { -1.1e150, 0.5, 1.5, 0.0, FAIRU_OK, FAIRU_ERR_RANGE, "estimate -1.1e+150" },
    { 1.0, 0.5, 1.5, 1.1e150, FAIRU_OK, FAIRU_ERR_RANGE, "nuisance 1.1e+150" },
    { 1.0, -1.7e308, 1.7e308, 0.0, FAIRU_OK, FAIRU_ERR_RANGE, "in [-1.7e+308, 1.7e+308]" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fairu_toy_result good = { 8, 1.0, 0.5, 1.5, 0.25, FAIRU_OK };
    const fairu_toy_result results[2] = {
      good, { 9, rows[i].estimate, rows[i].lower, rows[i].upper, rows[i].nuisance, rows[i].status }
    };
    fairu_tally *tally = NULL;
    fairu_coverage c = { .struct_size = sizeof c };
    CHECK_OK(ctx, fairu_tally_create(ctx, 0.0, &tally));
    CHECK_FAILS(ctx, rows[i].code, fairu_tally_add(tally, ctx, results, 2));
    if (rows[i].code == FAIRU_OK) {
      CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &c));
      assert_int_equal(c.n + c.n_failed, 2);
    } else {
      CHECK_SAYS(ctx, rows[i].says);
      CHECK_SAYS(ctx, "tally: toy 9 has");
      CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_tally_coverage(tally, ctx, 0.9, &c)); /* all or none */
    }
    fairu_tally_destroy(tally);
  }
  fairu_context_destroy(ctx);
}

/* A toy without a half width on the side of the truth has no pull, nor one that is beyond all numbers; both count for the rest. */
static void pulls_need_a_width(void **state)
{
  static const fairu_toy_result results[4] = {
    { 0, 2.0, 1.0, 4.0, (double)NAN, FAIRU_OK },      /* the truth 1 lies below: (2 - 1) / (2 - 1) */
    { 1, 2.0, 2.0, 4.0, (double)NAN, FAIRU_OK },      /* no width below */
    { 2, 0.0, -1.0, 0.0, (double)NAN, FAIRU_OK },     /* none above */
    { 3, 1e149, 0.0, 1.1e149, (double)NAN, FAIRU_OK } /* (1e149 - 1) / 1e149 */
  };
  const fairu_toy_result thin = { 4, 3.0, 3.0 - 1e-300, 4.0, (double)NAN, FAIRU_OK }; /* 3 - 1e-300 is 3 */
  const fairu_toy_result far = { 5, 1e-10, -1.0, 1e-10 + 1e-26, (double)NAN, FAIRU_OK };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_tally *tally = NULL;
  fairu_coverage c = { .struct_size = sizeof c };
  CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, 3));
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &c));
  assert_true(c.n == 3 && c.pull_mean == 1.0 && isnan(c.pull_width));
  CHECK_CLOSE(c.mean_half_width, (1.5 + 1.0 + 0.5) / 3.0, 1e-15);
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, &thin, 1));
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &c));
  assert_true(c.n == 4 && c.pull_mean == 1.0 && isnan(c.pull_width));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, results + 3, 1));
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &c));
  assert_true(c.n == 5 && c.n_covered == 2);
  CHECK_CLOSE(c.pull_mean, 1.0, 1e-15);
  CHECK_NEAR(c.pull_width, 0.0, 1e-7);
  fairu_tally_destroy(tally);
  CHECK_OK(ctx, fairu_tally_create(ctx, 1e140, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, &far, 1)); /* 1e140 / 1.3e-26 is more than 1e150 */
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &c));
  assert_true(c.n == 1 && isnan(c.pull_mean) && c.bias == -1e140);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

static void truths_and_levels_are_checked(void **state)
{
  static const double truths[4] = { 0.5, 1.5, -1.0, 1.0000000000000002 };
  static const double levels[4] = { 0.0, 1.0, -0.5, (double)NAN };
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_toy_result result = { 8, 1.0, 0.5, 1.5, 0.25, FAIRU_OK };
  fairu_tally *tally = NULL, *other = NULL;
  fairu_coverage c = { .struct_size = sizeof c };
  CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, &result, 1));
  for (int i = 0; i < 4; i++) {
    CHECK_OK(ctx, fairu_tally_create(ctx, truths[i], &other));
    CHECK_OK(ctx, fairu_tally_add(other, ctx, &result, 1));
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_tally_merge(tally, ctx, other));
    CHECK_SAYS(ctx, "truth 1 merged with truth ");
    fairu_tally_destroy(other);
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_tally_coverage(tally, ctx, levels[i], &c));
    CHECK_SAYS(ctx, "must lie between 0 and 1");
  }
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &c));
  assert_int_equal(c.n, 1);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

/* ---- tests with toys and studies -------------------------------------------------------------------------------- */

/* Both calls that throw toys refuse alike, and leave what they were to fill. */
static void check_test(fairu_context *ctx, const counting *c, const fairu_toy_test *test, int code,
                       const char *says)
{
  fairu_toy_test_result r = { .struct_size = sizeof r, .statistic = 77.0 };
  const double mu = 1.0;
  double p = 88.0;
  CHECK_FAILS(ctx, code, fairu_hypotest_toys(ctx, c->likelihood, c->data, test, mu, &r, NULL, NULL));
  CHECK_SAYS(ctx, says);
  CHECK_FAILS(ctx, code, fairu_neyman_pvalues(ctx, c->likelihood, c->data, test, &mu, 1, &p));
  CHECK_SAYS(ctx, says);
  assert_true(r.statistic == 77.0 && p == 88.0);
}

static void tests_without_sense_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 4.0, .n = 9.0, .upper = 20.0 };
  fairu_toy_test test, usual;
  fairu_hypotest_options options, right;
  fairu_fit_options fit;
  CHECK_OK(ctx, counting_create(ctx, &c));
  assert_int_equal(fairu_toy_test_init(&usual, sizeof usual), FAIRU_OK);
  CHECK_OK(ctx, fairu_hypotest_options_init(&right, sizeof right));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  usual.n_toys = 5;
  test = usual;
  test.n_toys = 0;
  check_test(ctx, &c, &test, FAIRU_ERR_RANGE, "n_toys is 0, must lie between 1 and 2^40");
  test.n_toys = (UINT64_C(1) << 40) + 1;
  check_test(ctx, &c, &test, FAIRU_ERR_RANGE, "n_toys is 1099511627777");
  test = usual;
  test.struct_size = 4;
  check_test(ctx, &c, &test, FAIRU_ERR_STRUCT_SIZE, "toy test");
  test = usual;
  test.options = &options;
  options = right;
  options.struct_size = 4;
  check_test(ctx, &c, &test, FAIRU_ERR_STRUCT_SIZE, "hypotest options");
  options = right;
  options.statistic = 99;
  check_test(ctx, &c, &test, FAIRU_ERR_ARGUMENT, "unknown statistic 99");
  options = right;
  options.fit = &fit;
  fit.max_iterations = -1;
  check_test(ctx, &c, &test, FAIRU_ERR_RANGE, "fit options: max_iterations is -1");
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* Where fits begin is the truth, or where the study says: a start that cannot be is told with the toy's number, and is no failed toy. */
static void studies_begin_where_they_say(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 4.0, .n = 9.0, .upper = 20.0 };
  fairu_toy_study study;
  fairu_interval_options options;
  fairu_fit_options fit;
  fairu_toy_result here[20], there[20];
  const double truth = 1.0;
  double start = 3.0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  assert_int_equal(fairu_toy_study_init(&study, sizeof study), FAIRU_OK);
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  study.likelihood = c.likelihood;
  study.truth = &truth;
  study.n_params = 1;
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, 20, fairu_toy_study_estimate, &study, here));
  study.interval = &options;
  options.fit = &fit;
  fit.start = &start;
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, 20, fairu_toy_study_estimate, &study, there));
  for (int k = 0; k < 20; k++) { /* one minimum, from wherever */
    CHECK_NEAR(there[k].estimate, here[k].estimate, 1e-6);
    CHECK_NEAR(there[k].lower, here[k].lower, 1e-6);
    CHECK_NEAR(there[k].upper, here[k].upper, 1e-6);
  }
  start = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_toys_run(ctx, 7, 3, fairu_toy_study_estimate, &study, here));
  CHECK_SAYS(ctx, "toy 7: ");
  CHECK_SAYS(ctx, "is nan");
  fit.start = NULL;
  fit.edm_tolerance = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_toys_run(ctx, 7, 3, fairu_toy_study_estimate, &study, here));
  CHECK_SAYS(ctx, "edm_tolerance is 0");
  options.struct_size = 4;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_toys_run(ctx, 7, 3, fairu_toy_study_estimate, &study, here));
  CHECK_SAYS(ctx, "toy 7: ");
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- scores --------------------------------------------------------------------------------------------------------- */

static void scores_name_what_is_missing(void **state)
{
  static const double x[2] = { 1.0, 2.0 };
  static const struct {
    int there[5]; /* mu_true, p16, p84, mu_hat, delta_mu_hat */
    int code;
    const char *says;
  } rows[] = {
    { { 0, 1, 1, 0, 0 }, FAIRU_ERR_NULL, "mu_true is NULL" },
    { { 1, 0, 1, 0, 0 }, FAIRU_ERR_NULL, "p16 is NULL" },
    { { 1, 1, 0, 0, 0 }, FAIRU_ERR_NULL, "p84 is NULL" },
    { { 1, 1, 1, 1, 0 }, FAIRU_ERR_ARGUMENT, "delta_mu_hat is NULL" },
    { { 1, 1, 1, 0, 1 }, FAIRU_ERR_ARGUMENT, "together, mu_hat is NULL" },
    { { 1, 1, 1, 1, 1 }, FAIRU_OK, "" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fairu_interval_entries e = { .struct_size = sizeof e, .n = 2 };
    fairu_interval_score s = { .struct_size = sizeof s };
    fairu_interval_score_bootstrap_result r = { .struct_size = sizeof r };
    const double **const fields[5] = { &e.mu_true, &e.p16, &e.p84, &e.mu_hat, &e.delta_mu_hat };
    for (int k = 0; k < 5; k++)
      *fields[k] = rows[i].there[k] ? x : NULL;
    CHECK_FAILS(ctx, rows[i].code, fairu_interval_score_compute(ctx, &e, &s));
    if (rows[i].code != FAIRU_OK)
      CHECK_SAYS(ctx, rows[i].says);
    CHECK_FAILS(ctx, rows[i].code, fairu_interval_score_bootstrap(ctx, &e, 1, 2, &r, NULL, NULL, NULL));
    if (rows[i].code != FAIRU_OK)
      CHECK_SAYS(ctx, rows[i].says);
  }
  fairu_context_destroy(ctx);
}

static void scores_have_limits(void **state)
{
  static const double x[2] = { 1.0, 2.0 };
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_interval_entries e = { .struct_size = sizeof e, .n = 2, .mu_true = x, .p16 = x, .p84 = x };
  fairu_interval_score_bootstrap_result r = { .struct_size = sizeof r };
  double score = 77.0, penalty = 88.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_score_bootstrap(ctx, &e, UINT64_C(1) << 32, 1, &r, NULL, NULL, NULL));
  CHECK_SAYS(ctx, "1 replicas from seed 4294967296");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_score_bootstrap(ctx, &e, 1, SIZE_MAX, &r, NULL, NULL, NULL));
  CHECK_OK(ctx, fairu_interval_score_bootstrap(ctx, &e, UINT32_MAX, 1, &r, NULL, NULL, NULL));
  assert_true(r.n_replicas == 1 && r.coverage == 1.0 && r.interval == 0.0 && r.coverage_std == 0.0);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_score_quantile(ctx, 9, 0.5, (double)NAN, &score, &penalty));
  CHECK_SAYS(ctx, "coverage is nan");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_score_quantile(ctx, 9, 0.5, -1e-9, &score, &penalty));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_score_quantile(ctx, 9, -1e-300, 0.5, &score, &penalty));
  CHECK_SAYS(ctx, "interval is -1e-300, a width cannot be negative");
  assert_true(score == 77.0 && penalty == 88.0);
  CHECK_OK(ctx, fairu_interval_score_quantile(ctx, 9, 0.0, 0.6827, &score, &penalty));
  assert_true(penalty == 1.0);
  CHECK_CLOSE(score, -log(0.001), 1e-15);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(results_that_cannot_be_are_refused),
    cmocka_unit_test(pulls_need_a_width),
    cmocka_unit_test(truths_and_levels_are_checked),
    cmocka_unit_test(tests_without_sense_are_refused),
    cmocka_unit_test(studies_begin_where_they_say),
    cmocka_unit_test(scores_name_what_is_missing),
    cmocka_unit_test(scores_have_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
