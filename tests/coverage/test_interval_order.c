/* Intervals of counts among each other: larger with the level, further up with the count, mirrored with what is counted, less with more background. */
#include "support/draws.h"
#include "support/support.h"

typedef struct interval {
  double lower, upper;
} interval;

static interval binomial(fairu_context *ctx, uint64_t k, uint64_t n, double level)
{
  interval i = { -1.0, -1.0 };
  CHECK_OK(ctx, fairu_binomial_interval(ctx, k, n, level, &i.lower, &i.upper));
  return i;
}

static interval feldman(fairu_context *ctx, uint64_t n, double background, double level)
{
  interval i = { -1.0, -1.0 };
  CHECK_OK(ctx, fairu_feldman_cousins(ctx, n, background, level, &i.lower, &i.upper));
  return i;
}

/* Failures are the mirror of successes; one more success, or one more try without, moves both ends. */
static void binomial_intervals_are_in_order(void **state)
{
  (void)state;
  draws d = { .state = 1 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 400; round++) {
    const uint64_t n = 1 + draw_below(&d, round % 4 ? 40 : 100000), k = draw_below(&d, (size_t)n);
    const double level = draw_between(&d, 0.1, 0.99), more = level + 0.9 * (1.0 - level);
    const interval here = binomial(ctx, k, n, level), wide = binomial(ctx, k, n, more);
    const interval mirror = binomial(ctx, n - k, n, level);
    const interval success = binomial(ctx, k + 1, n, level), failure = binomial(ctx, k, n + 1, level);
    CHECK_NEAR(mirror.lower, 1.0 - here.upper, 1e-12);
    CHECK_NEAR(mirror.upper, 1.0 - here.lower, 1e-12);
    assert_true(wide.lower <= here.lower && here.upper <= wide.upper);
    assert_true(k == 0 || (wide.lower < here.lower && here.lower > failure.lower));
    assert_true(success.lower > here.lower && success.upper > here.upper && failure.upper < here.upper);
    const double share = (double)k / (double)n;
    assert_true(0.0 <= here.lower && here.lower <= share && share <= here.upper && here.upper <= 1.0);
  }
  fairu_context_destroy(ctx);
}

/* The best mu of a count is accepted, since nothing ranks before it; the hull of what is accepted holds it. */
static void feldman_cousins_intervals_are_in_order(void **state)
{
  (void)state;
  draws d = { .state = 2 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 60; round++) {
    const uint64_t n = draw_below(&d, 15);
    const double background = draw_below(&d, 4) ? draw_between(&d, 0.0, 8.0) : 0.0;
    const double level = draw_between(&d, 0.5, 0.95), best = fmax((double)n - background, 0.0);
    const interval here = feldman(ctx, n, background, level), next = feldman(ctx, n + 1, background, level);
    const interval wide = feldman(ctx, n, background, level + 0.7 * (1.0 - level));
    const interval noisy = feldman(ctx, n, background + 1.0, level);
    assert_true(0.0 <= here.lower && here.lower <= best && best <= here.upper);
    assert_true(wide.lower <= here.lower && here.upper <= wide.upper);
    assert_true(here.lower <= next.lower && here.upper < next.upper);
    assert_true(noisy.upper <= here.upper); /* never rises with background, as is promised */
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(binomial_intervals_are_in_order),
                                      cmocka_unit_test(feldman_cousins_intervals_are_in_order) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
