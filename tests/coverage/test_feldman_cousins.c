/* Feldman-Cousins intervals: rows of the paper's tables, ends against a belt ranked count by count, coverage of the whole construction; the
 * Neyman construction with toys against exact tails. */
#include "likelihood/counting.h"
#include "support/support.h"

/* arXiv:physics/9711021, 90 % (tables IV and V), two printed digits. */
static const struct {
  double b;
  uint64_t n;
  double lower, upper;
} table[] = {
  { 0.0, 0, 0.00, 2.44 },   { 0.0, 1, 0.11, 4.36 },   { 0.0, 2, 0.53, 5.91 },   { 0.0, 3, 1.10, 7.42 },
  { 0.0, 4, 1.47, 8.60 },   { 0.0, 5, 1.84, 9.99 },   { 0.0, 6, 2.21, 11.47 },  { 0.0, 7, 3.56, 12.53 },
  { 0.0, 8, 3.96, 13.99 },  { 0.0, 9, 4.36, 15.30 },  { 0.0, 10, 5.50, 16.50 }, { 3.0, 0, 0.00, 1.08 },
  { 3.0, 1, 0.00, 1.88 },   { 3.0, 2, 0.00, 3.04 },   { 3.0, 3, 0.00, 4.42 },   { 3.0, 4, 0.00, 5.60 },
  { 3.0, 5, 0.00, 6.99 },   { 3.0, 6, 0.15, 8.47 },   { 3.0, 7, 0.89, 9.53 },   { 3.0, 8, 1.51, 10.99 },
  { 3.0, 9, 1.88, 12.30 },  { 3.0, 10, 2.63, 13.50 }, { 0.5, 0, 0.00, 1.94 },   { 1.0, 0, 0.00, 1.61 },
  { 2.0, 0, 0.00, 1.26 },   { 5.0, 0, 0.00, 0.98 },   { 15.0, 0, 0.00, 0.92 },  { 0.5, 3, 0.60, 6.92 },
  { 1.0, 10, 4.50, 15.50 },
};

static void the_tables_of_the_paper_come_out(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    double lower, upper;
    CHECK_OK(ctx, fairu_feldman_cousins(ctx, table[i].n, table[i].b, 0.9, &lower, &upper));
    CHECK_NEAR(lower, table[i].lower, 0.0055);
    CHECK_NEAR(upper, table[i].upper, 0.0055);
  }
  fairu_context_destroy(ctx);
}

static double probability(int k, double nu)
{
  return nu > 0.0 ? exp(k * log(nu) - nu - lgamma(k + 1.0)) : k == 0;
}

/* ln of the ratio that ranks */
static double rank_of(int k, double b, double nu)
{
  const double best = fmax(k, b);
  return best > 0.0 ? k * log(nu / best) - nu + best : -nu;
}

static int accepts(int n, double b, double level, double mu)
{
  const double nu = mu + b;
  double sum = 0.0;
  for (int k = 0; k < (int)(nu + 9.0 * sqrt(nu) + 20.0); k++)
    if (k != n && rank_of(k, b, nu) > rank_of(n, b, nu))
      sum += probability(k, nu);
  return sum < level;
}

/* No accepted mu lies beyond the ends; they themselves are accepted, the upper one maybe at a larger background. */
static void ends_are_those_of_the_belt(void **state)
{
  (void)state;
  static const double backgrounds[] = { 0.0, 0.3, 1.0, 2.7, 3.0, 8.4 }, levels[] = { 0.6827, 0.95 };
  fairu_context *ctx = support_context();
  for (int i = 0; i < 12; i++)
    for (int n = 0; n < 25; n += n < 6 ? 1 : 6) {
      const double b = backgrounds[i % 6], level = levels[i / 6], step = 0.03;
      double lower, upper, shift = 0.0;
      CHECK_OK(ctx, fairu_feldman_cousins(ctx, (uint64_t)n, b, level, &lower, &upper));
      for (double mu = upper + 1e-9; mu < upper + 20.0; mu += mu < upper + 0.1 ? step : 0.5)
        assert_false(accepts(n, b, level, mu));
      for (double mu = lower - 1e-9; mu > 0.0; mu -= step)
        assert_false(accepts(n, b, level, mu));
      assert_true(lower <= 0.0 || accepts(n, b, level, lower + 1e-9 * fmax(1.0, lower)));
      while (!accepts(n, b + shift, level, upper - 8e-3) && shift < 20.0)
        shift += 4e-3;
      assert_true(upper < 8e-3 || shift < 20.0);
    }
  fairu_context_destroy(ctx);
}

static void every_mu_is_covered(void **state)
{
  (void)state;
  enum { COUNTS = 60 };
  fairu_context *ctx = support_context();
  for (double b = 0.0; b < 7.0; b += 1.7) {
    double lower[COUNTS], upper[COUNTS], least = 1.0;
    for (int n = 0; n < COUNTS; n++)
      CHECK_OK(ctx, fairu_feldman_cousins(ctx, (uint64_t)n, b, 0.9, &lower[n], &upper[n]));
    for (double mu = 0.0; mu < 15.0; mu += 0.013) {
      double covered = 0.0;
      for (int n = 0; n < COUNTS; n++)
        if (lower[n] <= mu && mu <= upper[n])
          covered += probability(n, mu + b);
      least = fmin(least, covered);
    }
    assert_true(least >= 0.9 - 1e-9);
  }
  fairu_context_destroy(ctx);
}

static void upper_ends_fall_with_background(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t n = 0; n < 8; n++) {
    double before = HUGE_VAL, lower, upper;
    for (double b = 0.0; b < 20.0; b += 0.07) {
      CHECK_OK(ctx, fairu_feldman_cousins(ctx, n, b, 0.9, &lower, &upper));
      assert_true(upper <= before + 1e-10);
      before = upper;
    }
  }
  fairu_context_destroy(ctx);
}

static void large_counts_are_gaussian(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double lower, upper;
  CHECK_OK(ctx, fairu_feldman_cousins(ctx, 1000000, 4e5, 0.6826894921370859, &lower, &upper));
  CHECK_NEAR(lower, 6e5 - 1e3, 2.0);
  CHECK_NEAR(upper, 6e5 + 1e3, 2.0);
  fairu_context_destroy(ctx);
}

/* One bin: the p-value of mu is the probability of counts that t~ ranks like n or beyond. */
static void neyman_is_exact_within_toys(void **state)
{
  (void)state;
  enum { N = 4 };
  const double mu[N] = { 0.1, 0.6, 1.5, 3.0 };
  double p[N];
  fairu_context *ctx = support_context();
  fairu_toy_test test;
  fairu_hypotest_options options;
  counting c = { .s = 2.0, .b = 3.0, .n = 4.0, .upper = 50.0 };
  assert_int_equal(fairu_toy_test_init(&test, sizeof test), FAIRU_OK);
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  options.statistic = FAIRU_TEST_T_TILDE;
  test.options = &options;
  test.n_toys = 20000;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, N, p));
  for (int i = 0; i < N; i++) {
    const double nu = c.s * mu[i] + c.b;
    double exact = 0.0;
    for (int k = 0; k < 200; k++)
      if (rank_of(k, c.b, nu) <= rank_of(4, c.b, nu) + 1e-9)
        exact += probability(k, nu);
    CHECK_NEAR(p[i], exact, 5.0 * sqrt(exact * fmax(1.0 - exact, 0.0) / 20000) + 1e-12);
  }
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static void bad_input_is_refused_by_name(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_test test;
  fairu_hypotest_options options;
  double lower, upper, p[2];
  const double mu[2] = { 1.0, -1.0 };
  counting c = { .s = 2.0, .b = 3.0, .n = 4.0, .upper = 50.0 };
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_feldman_cousins(ctx, 3, -1.0, 0.9, &lower, &upper));
  CHECK_SAYS(ctx, "background is -1");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_feldman_cousins(ctx, 3, (double)NAN, 0.9, &lower, &upper));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_feldman_cousins(ctx, 3, 1.0, 1.0, &lower, &upper));
  CHECK_SAYS(ctx, "level is 1");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_feldman_cousins(ctx, UINT64_MAX, 1.0, 0.9, &lower, &upper));
  CHECK_SAYS(ctx, "n is 18446744073709551615");
  assert_int_equal(fairu_toy_test_init(&test, sizeof test), FAIRU_OK);
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  test.n_toys = 5;
  test.options = &options;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, 2, p));
  CHECK_SAYS(ctx, "mu 1: test statistic: 'mu' is -1");
  options.statistic = FAIRU_TEST_Q0;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, 1, p));
  CHECK_SAYS(ctx, "q0");
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static int neyman_with(fairu_context *ctx, void *data)
{
  fairu_toy_test test;
  const double mu[2] = { 0.5, 1.0 };
  double p[2];
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 7.0, .upper = 20.0 };
  (void)data;
  int status = fairu_toy_test_init(&test, sizeof test);
  test.n_toys = 5;
  if (status == FAIRU_OK)
    status = counting_create(ctx, &c);
  if (status == FAIRU_OK)
    status = fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, 2, p);
  counting_destroy(&c);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_allocation_fails(neyman_with, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_tables_of_the_paper_come_out),
    cmocka_unit_test(ends_are_those_of_the_belt),
    cmocka_unit_test(every_mu_is_covered),
    cmocka_unit_test(upper_ends_fall_with_background),
    cmocka_unit_test(large_counts_are_gaussian),
    cmocka_unit_test(neyman_is_exact_within_toys),
    cmocka_unit_test(bad_input_is_refused_by_name),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
