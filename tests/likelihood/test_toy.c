/* Toys of counts: reproducible one by one, right in distribution. */
#include "likelihood/rotation.h"

static void toys_do_not_depend_on_the_batch(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double at[2] = { 1.0, 1.2 };
  rotation_toy t;
  double batch[20][rotation_bins], aux[20], alone[rotation_bins], value;
  CHECK_OK(ctx, rotation_create(ctx, &rotation_aware, &t));
  for (uint64_t i = 0; i < 20; i++) {
    CHECK_OK(ctx, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 7, i, t.data));
    CHECK_OK(ctx, fairu_data_observed(t.data, ctx, NULL, 0, batch[i]));
    CHECK_OK(ctx, fairu_data_aux(t.data, ctx, 1, &aux[i]));
  }
  for (uint64_t i = 20; i-- > 0;) {
    CHECK_OK(ctx, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 7, i, t.data));
    CHECK_OK(ctx, fairu_data_observed(t.data, ctx, NULL, 0, alone));
    CHECK_OK(ctx, fairu_data_aux(t.data, ctx, 1, &value));
    assert_memory_equal(alone, batch[i], sizeof alone);
    assert_true(value == aux[i] && (i == 0 || aux[i] != aux[i - 1]));
  }
  rotation_destroy(&t);
  fairu_context_destroy(ctx);
}

/* Score: mean 0 and covariance equal to the Fisher information, on average over toys. */
static void score_has_mean_zero_and_fisher_covariance(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const rotation_case c = { .axis = 0.25 * ROTATION_PI, .slope = 2.0 / 0.49, .mu = 1.0, .z_true = 1.2 };
  const double at[2] = { 1.0, 1.2 };
  enum { n_toys = 4000 };
  rotation_toy t;
  double nll[2], fisher[4], mean[2] = { 0.0, 0.0 }, covariance[4] = { 0.0, 0.0, 0.0, 0.0 };
  CHECK_OK(ctx, rotation_create(ctx, &c, &t));
  CHECK_OK(ctx, fairu_likelihood_asimov(t.likelihood, ctx, at, 2, t.data));
  CHECK_OK(ctx, fairu_likelihood_nll(t.likelihood, ctx, t.data, at, 2, nll, NULL, fisher));
  for (uint64_t i = 0; i < n_toys; i++) {
    double g[2];
    CHECK_OK(ctx, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 3, i, t.data));
    CHECK_OK(ctx, fairu_likelihood_nll(t.likelihood, ctx, t.data, at, 2, nll, g, NULL));
    for (int a = 0; a < 2; a++) {
      mean[a] += g[a] / n_toys;
      for (int b = 0; b < 2; b++)
        covariance[2 * a + b] += g[a] * g[b] / n_toys;
    }
  }
  for (int a = 0; a < 2; a++) {
    CHECK_NEAR(mean[a], 0.0, 5.0 * sqrt(fisher[3 * a] / n_toys));
    for (int b = 0; b < 2; b++) /* error of a covariance of nearly Gaussian scores */
      CHECK_NEAR(covariance[2 * a + b], fisher[2 * a + b],
                 5.0 * sqrt(2.0 * fisher[3 * a] * fisher[3 * b] / n_toys));
  }
  rotation_destroy(&t);
  fairu_context_destroy(ctx);
}

static void auxiliary_data_follow_their_density(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double at[2] = { 1.0, 1.2 };
  enum { n_toys = 4000 };
  rotation_toy t;
  double mean = 0.0, square = 0.0, value, first = 0.0;
  CHECK_OK(ctx, rotation_create(ctx, &rotation_aware, &t));
  for (uint64_t i = 0; i < n_toys; i++) {
    CHECK_OK(ctx, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 11, i, t.data));
    CHECK_OK(ctx, fairu_data_aux(t.data, ctx, 1, &value));
    mean += (value - 1.2) / n_toys;
    square += (value - 1.2) * (value - 1.2) / n_toys;
    first = i ? first : value;
  }
  CHECK_NEAR(mean, 0.0, 5.0 * 0.5 / sqrt(n_toys));
  CHECK_NEAR(square, 0.25, 5.0 * 0.25 * sqrt(2.0 / n_toys));
  CHECK_OK(ctx, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 12, 0, t.data));
  CHECK_OK(ctx, fairu_data_aux(t.data, ctx, 1, &value));
  assert_true(value != first); /* another seed */
  rotation_destroy(&t);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double at[2] = { 1.0, 1.2 }, below[2] = { -1e4, 1.2 }, outside[2] = { 1.0, 3.0 };
  rotation_toy t, other;
  CHECK_OK(ctx, rotation_create(ctx, &rotation_aware, &t));
  CHECK_OK(ctx, rotation_create(ctx, &rotation_aware, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 1, 0, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_toy(t.likelihood, ctx, at, 2, 1, 0, other.data));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_likelihood_toy(t.likelihood, ctx, at, 1, 1, 0, t.data));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_asimov(t.likelihood, ctx, outside, 2, t.data));
  CHECK_SAYS(ctx, "(z) is 3");
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD, fairu_likelihood_toy(t.likelihood, ctx, below, 2, 1, 0, t.data));
  CHECK_SAYS(ctx, "expects -");
  rotation_destroy(&t);
  rotation_destroy(&other);
  fairu_context_destroy(ctx);
}

static int toy_and_asimov(fairu_context *ctx, void *data)
{
  const rotation_case c = { .axis = 0.5, .slope = 3.0, .mu = 1.0, .z_true = 1.2, .auxiliary = 1 };
  const double at[2] = { 1.0, 1.2 };
  rotation_toy t;
  (void)data;
  int status = rotation_create(ctx, &c, &t);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(t.likelihood, ctx, at, 2, 1, 0, t.data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(t.likelihood, ctx, at, 2, t.data);
  rotation_destroy(&t);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(toy_and_asimov, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(toys_do_not_depend_on_the_batch),
    cmocka_unit_test(score_has_mean_zero_and_fisher_covariance),
    cmocka_unit_test(auxiliary_data_follow_their_density),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
