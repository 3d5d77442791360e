/* Binnings: exact edges, quantiles, bad input. */
#include "support/support.h"

#include <float.h>

static size_t bin_of(fairu_context *ctx, const fairu_binning *binning, float value)
{
  uint16_t bin = 0;
  CHECK_OK(ctx, fairu_binning_index(binning, ctx, &value, 1, &bin));
  return bin;
}

/* edges[j] <= v < edges[j + 1] in double, by counting. */
static size_t counted_bin(const fairu_binning *binning, float value)
{
  size_t bin = 0;
  for (size_t i = 0; i + 1 < fairu_binning_n_bins(binning); i++)
    bin += (double)value >= fairu_binning_edges(binning)[i];
  return bin;
}

static void bins_agree_with_comparison_in_double(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t n = 1; n < 70; n++) {
    fairu_binning *binning = NULL;
    CHECK_OK(ctx, fairu_binning_create_uniform(ctx, n, &binning));
    assert_int_equal(fairu_binning_n_bins(binning), n);
    assert_int_equal(fairu_binning_variable(binning), FAIRU_OUTPUT_SCORE);
    for (size_t j = 1; j < n; j++) {
      const float near = (float)((double)j / (double)n);
      const float around[3] = { nextafterf(near, -1.0f), near, nextafterf(near, 2.0f) };
      for (size_t i = 0; i < 3; i++)
        assert_int_equal(bin_of(ctx, binning, around[i]), counted_bin(binning, around[i]));
    }
    assert_int_equal(bin_of(ctx, binning, 0.0f), 0);
    assert_int_equal(bin_of(ctx, binning, -3.0f), 0);
    assert_int_equal(bin_of(ctx, binning, 1.0f), n - 1);
    assert_int_equal(bin_of(ctx, binning, INFINITY), n - 1);
    fairu_binning_destroy(binning);
  }
  fairu_context_destroy(ctx);
}

static void edges_beyond_float_are_right(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_binning *binning = NULL;
  const double edges[5] = { -1e300, -1e-60, 1e-60, 1.0 + 1e-12, 1e300 };
  CHECK_OK(ctx, fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, 5, &binning));
  const float values[8] = { -FLT_MAX, -0.0f, 0.0f, 1e-45f, 1.0f, nextafterf(1.0f, 2.0f), FLT_MAX, -INFINITY };
  for (size_t i = 0; i < 8; i++)
    assert_int_equal(bin_of(ctx, binning, values[i]), counted_bin(binning, values[i]));
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

static void logit_bins_are_equal(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_binning *binning = NULL;
  CHECK_OK(ctx, fairu_binning_create_logit(ctx, 9, -2.0, 2.5, &binning));
  assert_int_equal(fairu_binning_variable(binning), FAIRU_OUTPUT_LOGIT);
  for (size_t i = 0; i < 8; i++)
    CHECK_NEAR(fairu_binning_edges(binning)[i], -1.5 + 0.5 * (double)i, 1e-15);
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

/* Weight per bin of values drawn without ties: equal up to the largest weight. */
static void quantiles_share_the_weight(void **state)
{
  (void)state;
  enum { N = 5000, BINS = 7 };
  fairu_context *ctx = support_context();
  static float values[N];
  static double weights[N];
  double total = 0.0, share[BINS] = { 0.0 };
  uint64_t x = 12345;
  for (size_t i = 0; i < N; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    values[i] = (float)((double)(x >> 40) * 1e-6 - 8.0);
    weights[i] = (double)(1 + (x >> 20) % 5);
    total += weights[i];
  }
  fairu_binning *binning = NULL;
  CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, values, weights, N, BINS, &binning));
  for (size_t i = 0; i < N; i++)
    share[bin_of(ctx, binning, values[i])] += weights[i];
  for (size_t j = 0; j < BINS; j++)
    CHECK_NEAR(share[j], total / BINS, 6.0);
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

static void ties_stay_together(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const float values[9] = { 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.1f, 0.9f, -0.0f };
  fairu_binning *binning = NULL;
  CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_SCORE, values, NULL, 9, 4, &binning));
  const float distinct[4] = { 0.0f, 0.1f, 0.5f, 0.9f };
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(bin_of(ctx, binning, distinct[i]), i);
  fairu_binning_destroy(binning);
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY,
              fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_SCORE, values, NULL, 9, 5, &binning));
  CHECK_SAYS(ctx, "5 bins of 4 distinct");
  assert_null(binning);
  fairu_context_destroy(ctx);
}

/* The heavy half of the weight in one value: the bins around it still exist. */
static void a_heavy_value_leaves_the_others_their_bins(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const float values[4] = { 1.0f, 2.0f, 3.0f, 4.0f };
  const double weights[4] = { 100.0, 1.0, 1.0, 0.0 };
  fairu_binning *binning = NULL;
  CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, values, weights, 4, 3, &binning));
  CHECK_NEAR(fairu_binning_edges(binning)[0], 1.5, 0.0);
  CHECK_NEAR(fairu_binning_edges(binning)[1], 2.5, 0.0);
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_binning *binning = NULL;
  const double falling[3] = { 0.1, 0.5, 0.5 }, infinite[1] = { HUGE_VAL }, negative[2] = { 1.0, -2.0 };
  const float values[2] = { 0.5f, NAN };
  uint16_t bins[2] = { 77, 77 };
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binning_create_uniform(ctx, 0, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binning_create_uniform(ctx, 65535, &binning));
  CHECK_SAYS(ctx, "65535");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binning_create_logit(ctx, 3, 2.0, 2.0, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_binning_create_logit(ctx, 3, -INFINITY, 2.0, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_binning_create_edges(ctx, 7, falling, 2, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_binning_create_edges(ctx, 0, falling, 3, &binning));
  CHECK_SAYS(ctx, "edge 2");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_binning_create_edges(ctx, 0, infinite, 1, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_binning_create_quantile(ctx, 0, values, NULL, 2, 1, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
              fairu_binning_create_quantile(ctx, 0, (const float[2]){ 0, 1 }, negative, 2, 1, &binning));
  CHECK_SAYS(ctx, "weight 1 is -2");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_binning_create_edges(ctx, 0, NULL, 1, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_binning_create_uniform(ctx, 2, NULL));
  assert_int_equal(fairu_binning_create_uniform(NULL, 2, &binning), FAIRU_ERR_NULL);
  CHECK_OK(ctx, fairu_binning_create_uniform(ctx, 4, &binning));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_binning_index(binning, ctx, values, 2, bins));
  CHECK_SAYS(ctx, "value 1");
  assert_int_equal(bins[0], 77);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_binning_index(binning, ctx, NULL, 2, bins));
  fairu_binning_destroy(binning);
  fairu_binning_destroy(NULL);
  assert_int_equal(fairu_binning_n_bins(NULL), 0);
  assert_null(fairu_binning_edges(NULL));
  fairu_context_destroy(ctx);
}

static int make_all(fairu_context *ctx, void *data)
{
  (void)data;
  const float values[3] = { 0.1f, 0.2f, 0.3f };
  fairu_binning *a = NULL, *b = NULL, *c = NULL, *d = NULL;
  const double edge = 0.5;
  int status = fairu_binning_create_uniform(ctx, 3, &a);
  if (status == FAIRU_OK)
    status = fairu_binning_create_logit(ctx, 3, -1.0, 1.0, &b);
  if (status == FAIRU_OK)
    status = fairu_binning_create_edges(ctx, FAIRU_OUTPUT_SCORE, &edge, 1, &c);
  if (status == FAIRU_OK)
    status = fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_SCORE, values, NULL, 3, 2, &d);
  fairu_binning_destroy(a);
  fairu_binning_destroy(b);
  fairu_binning_destroy(c);
  fairu_binning_destroy(d);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(make_all, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bins_agree_with_comparison_in_double),
    cmocka_unit_test(edges_beyond_float_are_right),
    cmocka_unit_test(logit_bins_are_equal),
    cmocka_unit_test(quantiles_share_the_weight),
    cmocka_unit_test(ties_stay_together),
    cmocka_unit_test(a_heavy_value_leaves_the_others_their_bins),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
