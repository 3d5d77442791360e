/* The loader's rule for weights: its roundings one by one, and what it refuses. The challenge's own pool is in test_challenge.c. */
#include "support/support.h"

enum { N = 1000 };

static fairu_events *pool_of(fairu_context *ctx, const double *weights, size_t n)
{
  fairu_events *pool = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, n, 0, NULL, &pool));
  CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, n));
  return pool;
}

static void weights_add_up_to_what_was_asked(void **state)
{
  double weights[N], sum = 0.0;
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N; i++)
    weights[i] = i % 7 == 0 ? 0.0 : 0.1 + (double)(i % 13);
  fairu_events *pool = pool_of(ctx, weights, N);
  CHECK_OK(ctx, fairu_challenge_normalise(pool, ctx, 1051433.0));
  for (size_t i = 0; i < N; i++) {
    sum += fairu_events_weights(pool)[i];
    assert_true((double)(float)fairu_events_weights(pool)[i] == fairu_events_weights(pool)[i]);
    assert_int_equal(fairu_events_weights(pool)[i] > 0.0, i % 7 != 0);
  }
  CHECK_CLOSE(sum, 1051433.0, 1e-6);
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

/* 3 / 10 in float is 0.300000012; 1 / 10 of the sum 10, and the product is rounded before the quotient: 16777217 has no float. */
static void every_operation_is_rounded_once(void **state)
{
  const double weights[3] = { 1.0, 3.0, 6.0 }, large[2] = { 3.0, 1.0 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *pool = pool_of(ctx, weights, 3);
  CHECK_OK(ctx, fairu_challenge_normalise(pool, ctx, 1.0));
  CHECK_NEAR(fairu_events_weights(pool)[0], (double)0.1f, 0.0);
  CHECK_NEAR(fairu_events_weights(pool)[1], (double)0.3f, 0.0);
  fairu_events_destroy(pool);
  pool = pool_of(ctx, large, 2);
  CHECK_OK(ctx, fairu_challenge_normalise(pool, ctx, 5592407.0)); /* 3 x is 16777221, rounded to 16777220 */
  CHECK_NEAR(fairu_events_weights(pool)[0], 4194305.0, 0.0);
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

static void what_has_no_yield_is_refused(void **state)
{
  const double negative[3] = { 1.0, -0.5, 1.0 }, none[2] = { 0.0, 0.0 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *pool = pool_of(ctx, negative, 3);
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, fairu_challenge_normalise(pool, ctx, 10.0));
  CHECK_SAYS(ctx, "row 1 has weight -0.5");
  CHECK_NEAR(fairu_events_weights(pool)[0], 1.0, 0.0);
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_challenge_normalise(pool, ctx, (double)NAN));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_normalise(pool, ctx, 0.0));
  CHECK_SAYS(ctx, "sum_weights is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_normalise(pool, ctx, 1e39));
  CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, NULL, 0));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_challenge_normalise(pool, ctx, 10.0));
  fairu_events_destroy(pool);
  pool = pool_of(ctx, none, 2);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_normalise(pool, ctx, 10.0));
  CHECK_SAYS(ctx, "weights add up to 0 over 2 events");
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(weights_add_up_to_what_was_asked),
    cmocka_unit_test(every_operation_is_rounded_once),
    cmocka_unit_test(what_has_no_yield_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
