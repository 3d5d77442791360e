/* Tests with toys: tail probabilities of counting experiments against their enumeration, the same toys in any company, failures counted. */
#include "likelihood/counting.h"
#include "support/support.h"

static fairu_toy_test test_of(uint64_t n_toys, uint64_t seed)
{
  fairu_toy_test test;
  assert_int_equal(fairu_toy_test_init(&test, sizeof test), FAIRU_OK);
  assert_int_equal(test.n_toys, 2000);
  test.n_toys = n_toys;
  test.seed = seed;
  return test;
}

/* Probability of q~(mu) >= q_obs for n ~ Poisson(nu). */
static double exact_tail(const counting *c, double mu, double nu, double q_obs)
{
  double sum = 0.0;
  for (int n = 0; n < 300; n++)
    if (counting_q(c, n, 0.0, 0.0, mu) >= q_obs * (1.0 - 1e-9))
      sum += exp(n * log(nu) - nu - lgamma(n + 1.0));
  return fmin(sum, 1.0);
}

static void tails_are_those_of_the_enumeration(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_toy_test test = test_of(20000, 11);
  for (int n = 0; n <= 12; n += 3) { /* ties are common: 3 or 0 expected events */
    counting c = { .s = 4.0, .b = 3.0, .n = n, .upper = 20.0 };
    fairu_toy_test_result r = { .struct_size = sizeof r };
    CHECK_OK(ctx, counting_create(ctx, &c));
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.2, &r, NULL, NULL));
    const double q = counting_q(&c, n, 0.0, 0.0, 1.2);
    const double p_sb = exact_tail(&c, 1.2, 7.8, q), p_b = exact_tail(&c, 1.2, 3.0, q);
    CHECK_CLOSE(r.statistic, q, 1e-11);
    CHECK_NEAR(r.p_sb, p_sb, 5.0 * sqrt(p_sb * (1.0 - p_sb) / 20000) + 1e-12);
    CHECK_NEAR(r.p_b, p_b, 5.0 * sqrt(p_b * (1.0 - p_b) / 20000) + 1e-12);
    CHECK_NEAR(r.p_sb_error, sqrt(r.p_sb * (1.0 - r.p_sb) / 20000), 1e-15);
    CHECK_CLOSE(r.cls, r.p_sb / r.p_b, 1e-14);
    assert_int_equal(r.n_sb + r.n_b, 40000);
    assert_int_equal(r.n_failed_sb + r.n_failed_b, 0);
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

/* The band by its definition: CLs of the count that each percentile of the background distribution of n falls on, the CLs of a count being a
 * rising function of it. */
static void the_band_is_that_of_background_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_toy_test test = test_of(20000, 12);
  counting c = { .s = 4.0, .b = 3.5, .n = 3, .upper = 20.0 };
  fairu_toy_test_result r = { .struct_size = sizeof r };
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, NULL, NULL));
  const int counts[5] = {
    0, 2, 3, 5, 8
  }; /* Poisson(3.5): cumulative 0.030 0.136 0.321 0.537 0.725 0.858 0.935 0.973 0.990 */
  for (int i = 0; i < 5; i++) {
    const double q = counting_q(&c, counts[i], 0.0, 0.0, 1.0);
    const double p_sb = exact_tail(&c, 1.0, 7.5, q), p_b = exact_tail(&c, 1.0, 3.5, q);
    CHECK_NEAR(r.expected[i], p_sb / p_b, 5.0 * sqrt(p_sb / 20000) / p_b + 5.0 * sqrt((1.0 - p_b) / 20000));
  }
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static void discovery_swaps_the_hypotheses(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_test test = test_of(40000, 13);
  fairu_hypotest_options options;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  counting c = { .s = 4.0, .b = 1.0, .n = 3.0, .upper = 20.0 };
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  options.statistic = FAIRU_TEST_Q0;
  test.options = &options;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 7.0, &r, NULL, NULL));
  const double p0 = 1.0 - 2.5 * exp(-1.0), p1 = 1.0 - (1.0 + 5.0 + 12.5) * exp(-5.0); /* P(n >= 3) */
  CHECK_NEAR(r.p_sb, p0, 5.0 * sqrt(p0 / 40000));
  CHECK_NEAR(r.p_b, p1, 5.0 * sqrt((1.0 - p1) / 40000));
  CHECK_NEAR(r.cls, r.p_sb, 0.0);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static void toys_are_the_same_in_any_company(void **state)
{
  (void)state;
  enum { TOYS = 150 };
  static double sb[3][TOYS], b[3][TOYS];
  fairu_context *ctx = support_context();
  fairu_toy_test_result r[3];
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 7.0, .upper = 20.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  for (int i = 0; i < 3; i++) { /* one thread, three, and fewer toys */
    const fairu_toy_test test = test_of(i == 2 ? 70 : TOYS, 5);
    memset(&r[i], 0, sizeof r[i]);
    r[i].struct_size = sizeof r[i];
    CHECK_OK(ctx, fairu_context_set_threads(ctx, i == 1 ? 3 : 1));
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r[i], sb[i], b[i]));
  }
  assert_memory_equal(sb[0], sb[1], sizeof sb[0]);
  assert_memory_equal(b[0], b[1], sizeof b[0]);
  assert_memory_equal(&r[0], &r[1], sizeof r[0]);
  assert_memory_equal(sb[0], sb[2], 70 * sizeof(double));
  assert_memory_equal(b[0], b[2], 70 * sizeof(double));
  assert_memory_not_equal(sb[0], b[0], 70 * sizeof(double));
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* Toy k of the header: number 2 k or 2 k + 1 of the seed at the conditional best fit. */
static void a_toy_can_be_drawn_by_hand(void **state)
{
  (void)state;
  enum { TOYS = 20 };
  double sb[TOYS], b[TOYS], params[2];
  fairu_context *ctx = support_context();
  const fairu_toy_test test = test_of(TOYS, 99);
  fairu_toy_test_result r = { .struct_size = sizeof r };
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 7.0, .upper = 20.0 };
  fairu_data *toy = NULL;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_data_create(ctx, c.likelihood, &toy));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.5, &r, sb, b));
  for (int h = 0; h < 2; h++) {
    const double mu = h ? 0.0 : 1.5;
    CHECK_OK(ctx, fairu_likelihood_asimov_at(c.likelihood, ctx, c.data, NULL, mu, toy, params, 2));
    CHECK_CLOSE(params[1], counting_beta(&c, c.n, c.m, mu), 1e-9);
    for (uint64_t k = 0; k < TOYS; k++) {
      double q, counts[2];
      CHECK_OK(ctx, fairu_likelihood_toy(c.likelihood, ctx, params, 2, 99, 2 * k + (uint64_t)h, toy));
      CHECK_OK(ctx, fairu_data_observed(toy, ctx, NULL, 0, counts));
      CHECK_OK(ctx, fairu_likelihood_test_statistic(c.likelihood, ctx, toy, NULL, 1.5, &q, NULL));
      CHECK_NEAR(h ? b[k] : sb[k], q, 1e-9 * q);
      CHECK_NEAR(q, counting_q(&c, counts[0], counts[1], 0.0, 1.5), 1e-9);
    }
  }
  fairu_data_destroy(toy);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* Four iterations are too few for some toys, yet enough for the data: such toys are left out and counted. */
static void failed_toys_are_counted(void **state)
{
  (void)state;
  enum { TOYS = 300 };
  static double sb[TOYS], b[TOYS];
  fairu_context *ctx = support_context();
  fairu_toy_test test = test_of(TOYS, 3);
  fairu_fit_options fit;
  fairu_hypotest_options options;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 8.0, .upper = 20.0 };
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  fit.max_iterations = 4;
  test.options = &options;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, sb, b));
  size_t failed[2] = { 0, 0 }, reach = 0;
  for (size_t k = 0; k < TOYS; k++) {
    failed[0] += isnan(sb[k]) != 0;
    failed[1] += isnan(b[k]) != 0;
    reach += sb[k] >= r.statistic * (1.0 - 1e-9);
  }
  assert_true(failed[0] > 0 && failed[0] < TOYS);
  assert_int_equal(r.n_failed_sb, failed[0]);
  assert_int_equal(r.n_failed_b, failed[1]);
  assert_int_equal(r.n_sb, TOYS - failed[0]);
  CHECK_CLOSE(r.p_sb, (double)reach / (double)(TOYS - failed[0]), 1e-14);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- distributions ------------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static fairu_toy_test test_with_statistic(fairu_context *ctx, fairu_hypotest_options *options, int statistic)
{
  fairu_toy_test test = test_of(2000, 17);
  CHECK_OK(ctx, fairu_hypotest_options_init(options, sizeof *options));
  options->statistic = statistic;
  test.options = options;
  return test;
}

/* Each toy's p-value under its own hypothesis, by the asymptotic formula for t (a chi^2 of one degree of freedom), at large counts where steps are small:
 * Kolmogorov's distance, 1e-6 quantile. */
static void pvalues_are_uniform_under_the_null(void **state)
{
  (void)state;
  enum { TOYS = 100000 };
  static double sb[TOYS];
  fairu_context *ctx = support_context();
  fairu_hypotest_options options;
  fairu_toy_test test = test_with_statistic(ctx, &options, FAIRU_TEST_T);
  fairu_toy_test_result r = { .struct_size = sizeof r };
  counting c = {
    .s = 1e4, .b = 2e5, .tau = 1.7, .n = 2.1e5, .m = 3.4e5, .lower = -HUGE_VAL, .upper = HUGE_VAL
  };
  double distance = 0.0;
  test.n_toys = TOYS;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, sb, NULL));
  assert_int_equal(r.n_failed_sb, 0);
  for (int k = 0; k < TOYS; k++)
    sb[k] = erfc(sqrt(0.5 * sb[k]));
  qsort(sb, TOYS, sizeof *sb, by_size);
  for (int k = 0; k < TOYS; k++)
    distance = fmax(distance, fmax(fabs(sb[k] - (double)k / TOYS), fabs(sb[k] - (k + 1.0) / TOYS)));
  assert_true(distance < sqrt(0.5 * log(2.0 / 1e-6) / TOYS));
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* Large counts: toys and the asymptotic formulas tell the same, within binomial error. */
static void toys_and_asymptotics_agree_at_large_counts(void **state)
{
  (void)state;
  enum { TOYS = 10000 };
  static const int statistics[] = { FAIRU_TEST_Q_TILDE, FAIRU_TEST_Q, FAIRU_TEST_T, FAIRU_TEST_Q0 };
  fairu_context *ctx = support_context();
  for (int i = 0; i < 4; i++) {
    fairu_hypotest_options options;
    fairu_toy_test test = test_with_statistic(ctx, &options, statistics[i]);
    fairu_toy_test_result r = { .struct_size = sizeof r };
    fairu_hypotest_result a = { .struct_size = sizeof a };
    counting c = { .s = 1500.0, .b = 2e5, .tau = 1.7, .n = 200700.0, .m = 3.4e5, .upper = HUGE_VAL };
    c.lower = statistics[i] == FAIRU_TEST_Q_TILDE ? 0.0 : -HUGE_VAL;
    test.n_toys = TOYS;
    CHECK_OK(ctx, counting_create(ctx, &c));
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, NULL, NULL));
    CHECK_OK(ctx, fairu_likelihood_hypotest(c.likelihood, ctx, c.data, &options, 1.0, &a));
    CHECK_CLOSE(r.statistic, a.statistic, 1e-9);
    CHECK_NEAR(r.p_sb, a.p_sb,
               5.0 * r.p_sb_error + 1e-3); /* 1e-3: steps of counts and what the formulas leave out */
    if (statistics[i] != FAIRU_TEST_T && statistics[i] != FAIRU_TEST_Q0) {
      CHECK_NEAR(r.p_b, a.p_b, 5.0 * r.p_b_error + 1e-3);
      CHECK_NEAR(r.expected[2], a.expected[2], 0.03);
      CHECK_NEAR(r.expected[1], a.expected[1], 0.02);
    }
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

/* Exact tails of q~ with main and auxiliary counts drawn, made for this workspace by summing over all pairs. */
static void exact_tails_of_a_workspace(void **state)
{
  (void)state;
  enum { TOYS = 40000 };
  const double p_sb = 0.31278155303037025, p_b = 0.6882591427776454, q = 0.23960076181518453;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  fairu_toy_test test = test_of(TOYS, 2026);
  fairu_toy_test_result r = { .struct_size = sizeof r };
  if (!support_data(path, sizeof path, "histfactory/pyhf_1bin_shapesys.json")) {
    fairu_context_destroy(ctx);
    support_skip("no ../shared/data");
    return;
  }
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &likelihood));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, likelihood, &data));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, likelihood, data, &test, 1.0, &r, NULL, NULL));
  CHECK_CLOSE(r.statistic, q, 1e-7);
  CHECK_NEAR(r.p_sb, p_sb, 5.0 * sqrt(p_sb * (1.0 - p_sb) / TOYS));
  CHECK_NEAR(r.p_b, p_b, 5.0 * sqrt(p_b * (1.0 - p_b) / TOYS));
  assert_int_equal(r.n_failed_sb + r.n_failed_b, 0);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
}

static int cancel_at_once(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  (void)what, (void)done, (void)total, (void)user_data;
  return 1;
}

static void bad_input_is_refused_by_name(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_test test = test_of(0, 1);
  fairu_hypotest_options options;
  fairu_toy_test_result r = { .struct_size = sizeof r }, small = { .struct_size = 4 };
  counting c = { .s = 5.0, .b = 4.0, .n = 9.0, .upper = 20.0 };
  counting other = { .s = 5.0, .b = 4.0, .n = 9.0, .upper = 20.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, counting_create(ctx, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, NULL, NULL));
  CHECK_SAYS(ctx, "n_toys is 0");
  test.n_toys = 10;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, -1.0, &r, NULL, NULL));
  CHECK_SAYS(ctx, "'mu' is -1");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, (double)NAN, &r, NULL, NULL));
  CHECK_SAYS(ctx, "'mu' is nan");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_hypotest_toys(ctx, c.likelihood, other.data, &test, 1.0, &r, NULL, NULL));
  CHECK_SAYS(ctx, "another likelihood");
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &small, NULL, NULL));
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  options.statistic = 9;
  test.options = &options;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, NULL, NULL));
  CHECK_SAYS(ctx, "unknown statistic 9");
  test.options = NULL;
  CHECK_OK(ctx, fairu_context_set_progress(ctx, cancel_at_once, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK,
              fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, NULL, NULL));
  CHECK_SAYS(ctx, "toys: the progress callback asked to stop");
  counting_destroy(&c);
  counting_destroy(&other);
  fairu_context_destroy(ctx);
}

static int test_with(fairu_context *ctx, void *data)
{
  const fairu_toy_test test = test_of(6, 1);
  fairu_toy_test_result r = { .struct_size = sizeof r };
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 7.0, .upper = 20.0 };
  (void)data;
  int status = counting_create(ctx, &c);
  if (status == FAIRU_OK)
    status = fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &r, NULL, NULL);
  counting_destroy(&c);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_allocation_fails(test_with, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tails_are_those_of_the_enumeration),
    cmocka_unit_test(the_band_is_that_of_background_counts),
    cmocka_unit_test(discovery_swaps_the_hypotheses),
    cmocka_unit_test(toys_are_the_same_in_any_company),
    cmocka_unit_test(a_toy_can_be_drawn_by_hand),
    cmocka_unit_test(failed_toys_are_counted),
    cmocka_unit_test(pvalues_are_uniform_under_the_null),
    cmocka_unit_test(toys_and_asymptotics_agree_at_large_counts),
    cmocka_unit_test(exact_tails_of_a_workspace),
    cmocka_unit_test(bad_input_is_refused_by_name),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
