/* Tallies: what they count, and that parts merge in any grouping to the same bits. */
#include "support/support.h"

enum { N = 1000 };

/* Results of very different size, so that a rounded sum would depend on the order. */
static void fill(fairu_toy_result *results)
{
  uint64_t x = 88172645463325252u;
  for (size_t i = 0; i < N; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    const double u = (double)(x >> 11) / 9007199254740992.0;
    const double big = i % 97 == 0 ? 1e13 : 1.0;
    results[i] = (fairu_toy_result){ .toy = i, .estimate = 1.0 + (u - 0.5) * big, .nuisance = 0.1 * u * big };
    results[i].lower = results[i].estimate - 0.3 * big;
    results[i].upper = results[i].estimate + (0.2 + 0.1 * u) * big;
    if (i % 10 == 3)
      results[i] = (fairu_toy_result){ .toy = i, .estimate = NAN, .status = FAIRU_ERR_NOT_CONVERGED };
  }
}

static fairu_coverage summary(fairu_context *ctx, const fairu_tally *tally)
{
  fairu_coverage c = { .struct_size = sizeof c };
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.95, &c));
  return c;
}

static void sums_are_what_they_say(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_toy_result results[] = {
    { 0, 1.2, 1.0, 1.3, 0.5, FAIRU_OK }, /* truth 1 on the lower side, at the edge */
    { 1, 0.8, 0.6, 0.9, 0.7, FAIRU_OK }, /* above its interval */
    { 2, 1.1, 0.9, 1.5, NAN, FAIRU_OK },
    { 3, NAN, NAN, NAN, NAN, FAIRU_ERR_NOT_CONVERGED },
  };
  fairu_tally *tally;
  CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, 4));
  const fairu_coverage c = summary(ctx, tally);
  assert_int_equal(c.n, 3);
  assert_int_equal(c.n_failed, 1);
  assert_int_equal(c.n_covered, 2);
  CHECK_CLOSE(c.coverage, 2.0 / 3.0, 1e-15);
  CHECK_CLOSE(c.mean_half_width, (0.15 + 0.15 + 0.3) / 3.0, 1e-14);
  CHECK_CLOSE(c.mean_estimate, 3.1 / 3.0, 1e-14);
  CHECK_CLOSE(c.bias, 0.1 / 3.0, 1e-13);
  CHECK_CLOSE(c.std_estimate, sqrt((0.2 * 0.2 + 0.2 * 0.2 + 0.1 * 0.1 - 0.1 * 0.1 / 3.0) / 2.0), 1e-13);
  CHECK_CLOSE(c.mean_nuisance, 0.6, 1e-14);
  CHECK_CLOSE(c.std_nuisance, sqrt(0.02), 1e-12);
  const double pulls[3] = { 0.2 / 0.2, -0.2 / 0.1, 0.1 / 0.2 };
  const double mean = (pulls[0] + pulls[1] + pulls[2]) / 3.0;
  CHECK_CLOSE(c.pull_mean, mean, 1e-12);
  CHECK_CLOSE(c.pull_width,
              sqrt((pow(pulls[0] - mean, 2) + pow(pulls[1] - mean, 2) + pow(pulls[2] - mean, 2)) / 2.0),
              1e-12);
  double lower, upper;
  CHECK_OK(ctx, fairu_binomial_interval(ctx, 2, 3, 0.95, &lower, &upper));
  CHECK_NEAR(c.coverage_lower, lower, 0.0);
  CHECK_NEAR(c.coverage_upper, upper, 0.0);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

/* Spreads of values far from 0: of 2 k + 1 whole numbers about any centre the variance is (k + 1) (2 k + 1) / 6. */
static void spreads_far_from_zero_are_kept(void **state)
{
  (void)state;
  static const double centres[] = { 0.0, -3.0, 91188.0, 1e9, -1e12, 9007199254740000.0 };
  enum { K = 50 };
  fairu_context *ctx = support_context();
  for (size_t c = 0; c < sizeof centres / sizeof centres[0]; c++) {
    fairu_tally *tally;
    CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &tally));
    for (int i = -K; i <= K; i++) {
      const double x = centres[c] + i;
      const fairu_toy_result r = { (uint64_t)(i + K), x, x - 2.0, x + 2.0, x, FAIRU_OK };
      CHECK_OK(ctx, fairu_tally_add(tally, ctx, &r, 1));
    }
    const fairu_coverage s = summary(ctx, tally);
    CHECK_CLOSE(s.std_nuisance, sqrt((K + 1.0) * (2.0 * K + 1.0) / 6.0), 1e-15);
    CHECK_CLOSE(s.std_estimate, s.std_nuisance, 1e-15);
    CHECK_CLOSE(s.mean_nuisance, centres[c], 3e-16); /* two roundings */
    CHECK_CLOSE(s.bias, centres[c] - 1.0, 3e-16);
    assert_true(s.mean_half_width == 2.0);
    fairu_tally_destroy(tally);
  }
  fairu_context_destroy(ctx);
}

/* Values near the end of what is allowed: their squares, and n times those, are beyond all doubles, the spread is not. */
static void spreads_of_huge_values(void **state)
{
  (void)state;
  static const double values[3] = { 1e149, 3e149, 5e149 };
  fairu_context *ctx = support_context();
  fairu_tally *tally;
  CHECK_OK(ctx, fairu_tally_create(ctx, 0.0, &tally));
  for (int i = 0; i < 300; i++) {
    const double x = values[i % 3];
    const fairu_toy_result r = { (uint64_t)i, x, 0.5 * x, 2.0 * x, -x, FAIRU_OK };
    CHECK_OK(ctx, fairu_tally_add(tally, ctx, &r, 1));
  }
  const fairu_coverage s = summary(ctx, tally);
  CHECK_CLOSE(s.std_estimate, 2e149 * sqrt(200.0 / 299.0), 1e-13);
  CHECK_CLOSE(s.std_nuisance, s.std_estimate, 1e-13);
  CHECK_CLOSE(s.mean_nuisance, -3e149, 1e-15);
  CHECK_NEAR(s.pull_width, 0.0, 1e-7); /* every pull is 2 */
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

/* The same against sums over all values twice, in long double: any number of toys, some failed, some without the nuisance. */
static void summaries_are_their_definitions(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_result results[N];
  fill(results);
  for (size_t n = 5; n <= N; n = 2 * n + 1) {
    fairu_tally *tally;
    long double sum[3] = { 0.0L }, square[3] = { 0.0L }, width = 0.0L;
    double count[3] = { 0.0 }, covered = 0.0;
    CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &tally));
    CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, n));
    for (int pass = 0; pass < 2; pass++)
      for (size_t i = 0; i < n; i++) {
        const fairu_toy_result *r = &results[i];
        const double d = r->estimate - 1.0, side = d < 0.0 ? r->upper - r->estimate : r->estimate - r->lower;
        const double values[3] = { d, r->nuisance, d / side };
        if (r->status != FAIRU_OK)
          continue;
        for (int v = 0; v < 3; v++)
          if (pass == 0) {
            sum[v] += (long double)values[v];
            count[v] += 1.0;
          } else {
            const long double off = (long double)values[v] - sum[v] / (long double)count[v];
            square[v] += off * off;
          }
        width += pass ? 0.0L : 0.5L * ((long double)r->upper - (long double)r->lower);
        covered += pass == 0 && r->lower <= 1.0 && 1.0 <= r->upper;
      }
    const fairu_coverage c = summary(ctx, tally);
    const double mean[3] = { c.bias, c.mean_nuisance, c.pull_mean };
    const double spread[3] = { c.std_estimate, c.std_nuisance, c.pull_width };
    for (int v = 0; v < 3; v++) {
      const double wanted = (double)sqrtl(square[v] / (long double)(count[v] - 1.0));
      CHECK_NEAR(mean[v], (double)(sum[v] / (long double)count[v]), 1e-13 * wanted);
      CHECK_CLOSE(spread[v], wanted, 1e-13);
    }
    assert_true((double)c.n == count[0] && (double)c.n_covered == covered && c.n + c.n_failed == n);
    CHECK_CLOSE(c.mean_half_width, (double)(width / (long double)count[0]), 1e-14);
    CHECK_CLOSE(c.mean_estimate, 1.0 + c.bias, 1e-15);
    fairu_tally_destroy(tally);
  }
  fairu_context_destroy(ctx);
}

/* Parts of `size` toys, merged from the last to the first, or as a tree of pairs. */
static fairu_coverage merged(fairu_context *ctx, const fairu_toy_result *results, size_t size, int tree)
{
  fairu_tally *parts[N];
  size_t n = 0;
  for (size_t i = 0; i < N; i += size, n++) {
    CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &parts[n]));
    CHECK_OK(ctx, fairu_tally_add(parts[n], ctx, results + i, N - i < size ? N - i : size));
  }
  if (tree)
    for (size_t step = 1; step < n; step *= 2)
      for (size_t i = 0; i + step < n; i += 2 * step)
        CHECK_OK(ctx, fairu_tally_merge(parts[i], ctx, parts[i + step]));
  else
    for (size_t i = n - 1; i > 0; i--)
      CHECK_OK(ctx, fairu_tally_merge(parts[i - 1], ctx, parts[i]));
  const fairu_coverage c = summary(ctx, parts[0]);
  for (size_t i = 0; i < n; i++)
    fairu_tally_destroy(parts[i]);
  return c;
}

static void any_grouping_gives_the_same_bits(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static fairu_toy_result results[N], reversed[N];
  fill(results);
  for (size_t i = 0; i < N; i++)
    reversed[i] = results[N - 1 - i];
  const fairu_coverage whole = merged(ctx, results, N, 0);
  assert_int_equal(whole.n, 900);
  assert_int_equal(whole.n_failed, 100);
  const size_t sizes[] = { 1, 7, 100, 333, 999 };
  for (size_t i = 0; i < 5; i++)
    for (int tree = 0; tree < 2; tree++) {
      const fairu_coverage a = merged(ctx, results, sizes[i], tree);
      const fairu_coverage b = merged(ctx, reversed, sizes[i], tree);
      assert_memory_equal(&a, &whole, sizeof a);
      assert_memory_equal(&b, &whole, sizeof b);
    }
  fairu_context_destroy(ctx);
}

/* A square beyond the largest double would cancel against its own rounding: the width of wild estimates came out as 0. */
static void squares_do_not_overflow(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_tally *tally = NULL;
  const fairu_toy_result wide[2] = { { 1, 1e150, -1e300, 1e300, 1e150, FAIRU_OK },
                                     { 2, -1e150, -1e300, 1e300, -1e150, FAIRU_OK } };
  const fairu_toy_result wild[4] = { { 17, 1e200, 0.0, 1e200, NAN, FAIRU_OK },
                                     { 18, -1.1e150, -2e150, 0.0, NAN, FAIRU_OK },
                                     { 19, 0.0, -1e308, 1e308, NAN, FAIRU_OK },
                                     { 20, 0.0, -1.0, 1.0, 1e200, FAIRU_OK } };
  CHECK_OK(ctx, fairu_tally_create(ctx, 0.0, &tally));
  for (size_t i = 0; i < 4; i++) {
    char toy[32];
    snprintf(toy, sizeof toy, "toy %d has estimate", (int)wild[i].toy);
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_tally_add(tally, ctx, &wild[i], 1));
    CHECK_SAYS(ctx, toy);
  }
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, wide, 2));
  const fairu_coverage c = summary(ctx, tally);
  assert_int_equal(c.n, 2);
  assert_true(fabs(c.std_estimate / (sqrt(2.0) * 1e150) - 1.0) < 1e-15);
  assert_true(fabs(c.std_nuisance / c.std_estimate - 1.0) < 1e-15);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_tally *tally, *other;
  fairu_coverage c = { .struct_size = sizeof c };
  fairu_tally_destroy(NULL);
  assert_int_equal(fairu_tally_create(NULL, 1.0, &tally), FAIRU_ERR_NULL);
  assert_null(tally);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_tally_create(ctx, 1.0, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_tally_create(ctx, NAN, &tally));
  CHECK_SAYS(ctx, "truth is nan");
  CHECK_OK(ctx, fairu_tally_create(ctx, 1.0, &tally));
  CHECK_OK(ctx, fairu_tally_create(ctx, 2.0, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_tally_merge(tally, ctx, other));
  CHECK_SAYS(ctx, "truth 2");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_tally_merge(tally, ctx, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_tally_add(tally, ctx, NULL, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_tally_coverage(tally, ctx, 0.95, &c));
  CHECK_SAYS(ctx, "no toy");
  fairu_toy_result good_and_bad[2] = { { 1, 1.0, 0.9, 1.1, NAN, FAIRU_OK },
                                       { 17, 1.0, -INFINITY, 1.1, NAN, FAIRU_OK } };
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_tally_add(tally, ctx, good_and_bad, 2));
  CHECK_SAYS(ctx, "toy 17");
  good_and_bad[1].lower = 1.2;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_tally_add(tally, ctx, good_and_bad, 2));
  CHECK_SAYS(ctx, "lower end 1.2");
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_tally_coverage(tally, ctx, 0.95, &c)); /* all or none */
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, good_and_bad, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_tally_coverage(tally, ctx, 1.0, &c));
  CHECK_SAYS(ctx, "level is 1");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_tally_coverage(tally, ctx, 0.95, NULL));
  c.struct_size = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_tally_coverage(tally, ctx, 0.95, &c));
  c.struct_size = sizeof c;
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.95, &c));
  assert_true(isnan(c.mean_nuisance) && isnan(c.std_nuisance) && isnan(c.std_estimate));
  fairu_tally_destroy(other);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

static int create_add_merge(fairu_context *ctx, void *data)
{
  (void)data;
  const fairu_toy_result result = { 1, 1.0, 0.9, 1.1, NAN, FAIRU_OK };
  fairu_tally *a = NULL, *b = NULL;
  fairu_coverage c = { .struct_size = sizeof c };
  int status = fairu_tally_create(ctx, 1.0, &a);
  if (status == FAIRU_OK)
    status = fairu_tally_create(ctx, 1.0, &b);
  if (status == FAIRU_OK)
    status = fairu_tally_add(a, ctx, &result, 1);
  if (status == FAIRU_OK)
    status = fairu_tally_merge(b, ctx, a);
  if (status == FAIRU_OK)
    status = fairu_tally_coverage(b, ctx, 0.95, &c);
  fairu_tally_destroy(a);
  fairu_tally_destroy(b);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  assert_true(support_every_allocation_fails(create_add_merge, NULL) >= 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sums_are_what_they_say),
    cmocka_unit_test(spreads_far_from_zero_are_kept),
    cmocka_unit_test(spreads_of_huge_values),
    cmocka_unit_test(summaries_are_their_definitions),
    cmocka_unit_test(any_grouping_gives_the_same_bits),
    cmocka_unit_test(squares_do_not_overflow),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
