/* The AUC against its definition, a double loop over pairs. */
#include "numeric/philox.h"
#include "support/support.h"

static void known_value_with_ties(void **state)
{
  (void)state;
  const float scores[8] = { 0.9F, 0.8F, 0.8F, 0.6F, 0.4F, 0.3F, 0.2F, 0.1F };
  const int32_t labels[8] = { 1, 1, 0, 1, 0, 0, 1, 0 };
  const double weights[8] = { 1, 2, 0.5, 1, 3, 1, 0.5, 2 };
  double auc = 0.0;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_auc(ctx, scores, labels, weights, 8, &auc));
  CHECK_NEAR(auc, 26.0 / 29.25, 1e-15);
  fairu_context_destroy(ctx);
}

static double pairs(const float *scores, const int32_t *labels, const double *weights, size_t n)
{
  double sum = 0.0, total[2] = { 0.0, 0.0 };
  for (size_t i = 0; i < n; i++)
    total[labels[i]] += weights ? weights[i] : 1.0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (labels[i] == 1 && labels[j] == 0)
        sum += (weights ? weights[i] * weights[j] : 1.0) * (scores[i] > scores[j]    ? 1.0
                                                            : scores[i] == scores[j] ? 0.5
                                                                                     : 0.0);
  return sum / (total[0] * total[1]);
}

/* Scores of both signs, far apart in size, a quarter of them tied; weights of both signs. */
static void random_events_equal_the_double_loop(void **state)
{
  (void)state;
  enum { EVENTS = 700 };
  float scores[EVENTS];
  int32_t labels[EVENTS];
  double weights[EVENTS], auc = 0.0;
  fairu_context *ctx = support_context();
  for (uint64_t toy = 0; toy < 10; toy++) {
    fairu_philox rng = fairu_philox__start(1, FAIRU_STREAM_USER, toy, 0);
    for (size_t i = 0; i < EVENTS; i++) {
      labels[i] = (int32_t)fairu_philox__below(&rng, 2);
      scores[i] =
          (float)(pow(10.0, 8.0 * fairu_philox__normal(&rng)) * (fairu_philox__below(&rng, 2) ? 1 : -1));
      if (i % 4 == 0)
        scores[i] = (float)fairu_philox__below(&rng, 5) - 2.0F;
      if (i % 16 == 0)
        scores[i] = i % 32 ? 0.0F : -0.0F;
      weights[i] = fairu_philox__normal(&rng) + 0.5;
    }
    CHECK_OK(ctx, fairu_auc(ctx, scores, labels, NULL, EVENTS, &auc));
    CHECK_CLOSE(auc, pairs(scores, labels, NULL, EVENTS), 1e-14);
    CHECK_OK(ctx, fairu_auc(ctx, scores, labels, weights, EVENTS, &auc));
    CHECK_CLOSE(auc, pairs(scores, labels, weights, EVENTS), 1e-11);
  }
  fairu_context_destroy(ctx);
}

static void wrong_events_are_refused(void **state)
{
  (void)state;
  float scores[3] = { 0.1F, 0.2F, 0.3F };
  int32_t labels[3] = { 0, 1, 1 };
  double weights[3] = { 1.0, 1.0, -1.0 }, auc = 7.0;
  fairu_context *ctx = support_context();
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_auc(ctx, scores, labels, weights, 3, &auc));
  CHECK_SAYS(ctx, "class 1 has 2 events of total weight 0");
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_auc(ctx, scores, labels, NULL, 1, &auc));
  CHECK_SAYS(ctx, "class 1 has 0 events");
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_auc(ctx, NULL, NULL, NULL, 0, &auc));
  weights[1] = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_auc(ctx, scores, labels, weights, 3, &auc));
  CHECK_SAYS(ctx, "event 1");
  scores[0] = INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_auc(ctx, scores, labels, NULL, 3, &auc));
  scores[0] = 0.0F;
  labels[2] = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_auc(ctx, scores, labels, NULL, 3, &auc));
  CHECK_SAYS(ctx, "labels[2] is 2");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_auc(ctx, scores, labels, NULL, 3, NULL));
  assert_int_equal(fairu_auc(NULL, scores, labels, NULL, 3, &auc), FAIRU_ERR_NULL);
  assert_true(auc == 7.0);
  fairu_context_destroy(ctx);
}

static int auc_of_two(fairu_context *ctx, void *data)
{
  const float scores[2] = { 0.1F, 0.2F };
  const int32_t labels[2] = { 0, 1 };
  double auc = 0.0;
  (void)data;
  return fairu_auc(ctx, scores, labels, NULL, 2, &auc);
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(auc_of_two, NULL) > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(known_value_with_ties),
    cmocka_unit_test(random_events_equal_the_double_loop),
    cmocka_unit_test(wrong_events_are_refused),
    cmocka_unit_test(failing_allocations_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
