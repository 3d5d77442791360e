/* The exact binomial interval against closed forms and against the binomial sums that define it. */
#include "support/support.h"

/* P(K >= k) and P(K <= k) for n tries of probability p, summed term by term. */
static double tail(uint64_t k_from, uint64_t k_to, uint64_t n, double p)
{
  double sum = 0.0;
  for (uint64_t k = k_from; k <= k_to; k++) {
    double log_term = (double)k * log(p) + (double)(n - k) * log1p(-p);
    for (uint64_t i = 1; i <= k; i++)
      log_term += log((double)(n - k + i) / (double)i);
    sum += exp(log_term);
  }
  return sum;
}

static void edges_have_closed_forms(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const uint64_t ns[] = { 1, 7, 100, 3000, 10000 };
  const double levels[] = { 0.5, 0.6827, 0.95, 0.999 };
  for (size_t i = 0; i < 5; i++)
    for (size_t l = 0; l < 4; l++) {
      const double half = 0.5 * (1.0 - levels[l]);
      double lower, upper;
      CHECK_OK(ctx, fairu_binomial_interval(ctx, 0, ns[i], levels[l], &lower, &upper));
      CHECK_NEAR(lower, 0.0, 0.0);
      CHECK_CLOSE(upper, -expm1(log(half) / (double)ns[i]), 1e-11);
      CHECK_OK(ctx, fairu_binomial_interval(ctx, ns[i], ns[i], levels[l], &lower, &upper));
      CHECK_NEAR(upper, 1.0, 0.0);
      CHECK_CLOSE(lower, exp(log(half) / (double)ns[i]), 1e-11);
    }
  fairu_context_destroy(ctx);
}

static void ends_solve_the_binomial_tails(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const uint64_t cases[][2] = {
    { 1, 2 }, { 3, 10 }, { 50, 100 }, { 99, 100 }, { 683, 1000 }, { 2049, 3000 }
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const uint64_t k = cases[i][0], n = cases[i][1];
    double lower, upper, mirror_lower, mirror_upper;
    CHECK_OK(ctx, fairu_binomial_interval(ctx, k, n, 0.95, &lower, &upper));
    CHECK_CLOSE(tail(k, n, n, lower), 0.025, 1e-8); /* P(K >= k | lower) */
    CHECK_CLOSE(tail(0, k, n, upper), 0.025, 1e-8); /* P(K <= k | upper) */
    CHECK_OK(ctx, fairu_binomial_interval(ctx, n - k, n, 0.95, &mirror_lower, &mirror_upper));
    CHECK_NEAR(mirror_lower, 1.0 - upper, 1e-12);
    CHECK_NEAR(mirror_upper, 1.0 - lower, 1e-12);
  }
  fairu_context_destroy(ctx);
}

/* Clopper and Pearson never cover less than the level, whatever the probability. */
static void covers_at_least_the_level(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const uint64_t n = 20;
  for (int i = 1; i < 40; i++) {
    const double p = i / 40.0;
    double covered = 0.0;
    for (uint64_t k = 0; k <= n; k++) {
      double lower, upper;
      CHECK_OK(ctx, fairu_binomial_interval(ctx, k, n, 0.6827, &lower, &upper));
      if (lower <= p && p <= upper)
        covered += tail(k, k, n, p);
    }
    assert_true(covered >= 0.6827);
  }
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double lower = -1.0, upper = -1.0;
  assert_int_equal(fairu_binomial_interval(NULL, 1, 2, 0.5, &lower, &upper), FAIRU_ERR_NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_binomial_interval(ctx, 1, 2, 0.5, NULL, &upper));
  CHECK_SAYS(ctx, "lower is NULL");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_binomial_interval(ctx, 1, 2, 0.5, &lower, NULL));
  CHECK_SAYS(ctx, "upper is NULL");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binomial_interval(ctx, 0, 0, 0.5, &lower, &upper));
  CHECK_SAYS(ctx, "n is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binomial_interval(ctx, 5, 4, 0.5, &lower, &upper));
  CHECK_SAYS(ctx, "k is 5");
  const double levels[] = { 0.0, 1.0, -1.0, 2.0, NAN };
  for (size_t i = 0; i < 5; i++) {
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binomial_interval(ctx, 1, 4, levels[i], &lower, &upper));
    CHECK_SAYS(ctx, "level is");
  }
  CHECK_NEAR(lower, -1.0, 0.0);
  CHECK_NEAR(upper, -1.0, 0.0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(edges_have_closed_forms),
    cmocka_unit_test(ends_solve_the_binomial_tails),
    cmocka_unit_test(covers_at_least_the_level),
    cmocka_unit_test(bad_input_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
