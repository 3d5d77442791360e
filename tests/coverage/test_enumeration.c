/* Exact coverage of 1-sigma intervals by enumeration (enumeration.h): the library's intervals and closed forms agree to 1e-9. */
#include "coverage/enumeration.h"

static double single(double s, double b, double mu, double lower)
{
  const enumerated sums = enumerated_single(s, b, mu, lower);
  CHECK_NEAR(sums.coverage, sums.closed, 1e-9);
  return sums.coverage;
}

static double on_off(int form, double s, double b, double tau, double mu, double lower)
{
  const enumerated sums = enumerated_on_off(form, s, b, tau, mu, lower);
  CHECK_NEAR(sums.coverage, sums.closed, 1e-9);
  return sums.coverage;
}

static void one_bin_at_the_listed_points(void **state)
{
  (void)state;
  CHECK_NEAR(single(3.0, 1.0, 1.0, -HUGE_VAL), 0.651, 5e-4);
  CHECK_NEAR(single(3.0, 1.0, 0.0, -HUGE_VAL), 0.552, 5e-4);
  CHECK_NEAR(single(3.0, 1.0, 0.0, 0.0), 0.920, 5e-4);
}

static void one_bin_everywhere(void **state)
{
  (void)state;
  static const double signals[] = { 0.7, 3.0, 25.0 }, backgrounds[] = { 0.3, 1.0, 4.3, 60.0 };
  static const double truths[] = { 0.0, 0.17, 1.0, 2.9 };
  for (int i = 0; i < 48; i++) {
    const double s = signals[i % 3], b = backgrounds[i / 3 % 4], mu = truths[i / 12];
    const double free = single(s, b, mu, -HUGE_VAL), bounded = single(s, b, mu, 0.0);
    assert_true(free > 0.3 && free < 1.0 && bounded >= free - 1e-9);
  }
}

/* Signal below 0, down to no expectation at all. */
static void one_bin_with_less_than_its_background(void **state)
{
  (void)state;
  static const double truths[] = { -0.1, -0.3, -0.45, -0.4999, -0.5 };
  for (int i = 0; i < 5; i++)
    (void)single(2.0, 1.0, truths[i], -HUGE_VAL);
  CHECK_NEAR(single(2.0, 1.0, -0.5, -HUGE_VAL), 1.0, 1e-15);
}

static void on_off_at_the_listed_points(void **state)
{
  (void)state;
  for (int form = FACTOR; form <= GAMMA; form++) {
    CHECK_NEAR(on_off(form, 3.0, 1.0, 1.0, 1.0, -HUGE_VAL), 0.615, 5e-4);
    (void)on_off(form, 3.0, 1.0, 1.0, 1.0, 0.0);
  }
}

static void on_off_everywhere(void **state)
{
  (void)state;
  static const double signals[] = { 1.0, 5.0 }, backgrounds[] = { 0.3, 2.3 }, taus[] = { 0.7, 3.1 };
  static const double truths[] = { 0.0, 0.23, 1.3 };
  for (int form = FACTOR; form <= GAMMA; form++)
    for (int i = 0; i < 24; i++) {
      const double s = signals[i % 2], b = backgrounds[i / 2 % 2], tau = taus[i / 4 % 2], mu = truths[i / 8];
      const double free = on_off(form, s, b, tau, mu, -HUGE_VAL), bounded = on_off(form, s, b, tau, mu, 0.0);
      assert_true(free > 0.3 && free < 1.0 && bounded >= free - 1e-9);
    }
}

/* ---- discovery ---------------------------------------------------------------------------------------- */

/* n = 5 on b = 1: the library's q0 orders the counts; P(n >= 5) against the asymptotic p0. */
static void discovery_with_few_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 3.0, .b = 1.0, .n = 5.0, .lower = -HUGE_VAL, .upper = HUGE_VAL };
  fairu_hypotest_options options;
  fairu_hypotest_result result = { .struct_size = sizeof result };
  double sum = 0.0, exact = 0.0;
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  options.statistic = FAIRU_TEST_Q0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_likelihood_hypotest(c.likelihood, ctx, c.data, &options, 0.0, &result));
  for (int n = 0; n < 40; n++) {
    const double count = n;
    double q;
    CHECK_OK(ctx, fairu_data_set_observed(c.data, ctx, &count, 1));
    CHECK_OK(ctx, fairu_likelihood_test_statistic(c.likelihood, ctx, c.data, &options, 0.0, &q, NULL));
    sum += q >= result.statistic * (1.0 - 1e-9) ? probability(n, 1.0) : 0.0;
    exact += n >= 5 ? probability(n, 1.0) : 0.0;
  }
  CHECK_NEAR(sum, exact, 1e-9);
  CHECK_NEAR(sum, 0.00366, 5e-6);
  CHECK_NEAR(result.p_sb, 0.00222, 5e-6);
  CHECK_CLOSE(result.p_sb, counting_sf(sqrt(2.0 * counting_deviance(5.0, 1.0))), 1e-9);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_bin_at_the_listed_points),
    cmocka_unit_test(one_bin_everywhere),
    cmocka_unit_test(one_bin_with_less_than_its_background),
    cmocka_unit_test(on_off_at_the_listed_points),
    cmocka_unit_test(on_off_everywhere),
    cmocka_unit_test(discovery_with_few_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
