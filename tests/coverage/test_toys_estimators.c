/* Estimators of the caller: numbers of toys up to the last, what a failing one says and what is made of codes that are not of this library; which failures of
 * fits belong to a toy and which end a run. */
#include "support/support.h"

#include "base/context_internal.h"
#include "coverage/toy_batch.h"

enum { N = 20 };

typedef struct speaker {
  uint64_t fails_at;
  int code;            /* returned there */
  int says;            /* status of the message before that; 0: none */
  const char *message; /* with it */
} speaker;

static int speak(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const speaker *s = user_data;
  /* what is given is empty but for the number */
  assert_true(result->toy == toy && result->status == FAIRU_OK && isnan(result->nuisance));
  assert_true(result->estimate == 0.0 && result->lower == 0.0 && result->upper == 0.0);
  result->estimate = (double)(toy % 1000);
  if (toy != s->fails_at)
    return FAIRU_OK;
  if (s->says)
    (void)fairu_context__fail(ctx, s->says, "%s", s->message);
  return s->code;
}

static void numbers_go_to_the_last(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  speaker s = { .fails_at = UINT64_MAX };
  fairu_toy_result results[N];
  const uint64_t first = UINT64_MAX - N;
  CHECK_OK(ctx, fairu_toys_run(ctx, first, N, speak, &s, results));
  for (uint64_t i = 0; i < N; i++)
    assert_true(results[i].toy == first + i && results[i].estimate == (double)((first + i) % 1000));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_toys_run(ctx, first + 1, N, speak, &s, results));
  CHECK_SAYS(ctx, "20 toys from number 18446744073709551596 on pass the last number");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_toys_run(ctx, 1, SIZE_MAX, speak, &s, results));
  CHECK_OK(ctx, fairu_toys_run(ctx, UINT64_MAX, 0, speak, &s, NULL));
  assert_true(results[0].toy == first);
  fairu_context_destroy(ctx);
}

static void estimators_are_quoted(void **state)
{
  static const struct {
    int code, says;
    const char *message;
    int told; /* code of the run */
    const char *wanted;
  } rows[] = {
    { FAIRU_ERR_IO, FAIRU_ERR_IO, "the tape is torn", FAIRU_ERR_IO, "toy 13: the tape is torn" },
    { FAIRU_ERR_IO, 0, "", FAIRU_ERR_IO, "toy 13: the estimator returned " },
    { FAIRU_ERR_IO, FAIRU_ERR_RANGE, "of old", FAIRU_ERR_IO,
      "toy 13: the estimator returned " }, /* not about it */
    { -5, 0, "", FAIRU_ERR_CALLBACK, "toy 13: the estimator returned -5" },
    { 987654, 0, "", FAIRU_ERR_CALLBACK, "toy 13: the estimator returned 987654" },
    { FAIRU_ERR_NOT_CONVERGED, FAIRU_ERR_NOT_CONVERGED, "no end", FAIRU_ERR_NOT_CONVERGED, "toy 13: no end" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (int threads = 1; threads <= 2; threads++) {
      speaker s = { 13, rows[i].code, rows[i].says, rows[i].message };
      fairu_toy_result results[N];
      memset(results, 0x5a, sizeof results);
      CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
      CHECK_FAILS(ctx, rows[i].told, fairu_toys_run(ctx, 3, N, speak, &s, results));
      CHECK_SAYS(ctx, rows[i].wanted);
      assert_true(results[0].toy == UINT64_C(0x5a5a5a5a5a5a5a5a));
    }
  fairu_context_destroy(ctx);
}

/* A fit that cannot be done with these data is one toy less; a machine, a caller or a model that fails is not. */
static void failures_of_fits_belong_to_toys(void **state)
{
  static const int of_toys[] = { FAIRU_ERR_NOT_CONVERGED, FAIRU_ERR_NOT_POSITIVE_DEFINITE,
                                 FAIRU_ERR_FLAT,          FAIRU_ERR_NEGATIVE_YIELD,
                                 FAIRU_ERR_RANGE,         FAIRU_ERR_NON_FINITE };
  static const int of_runs[] = {
    FAIRU_OK,       FAIRU_ERR_OUT_OF_MEMORY, FAIRU_ERR_CANCELLED, FAIRU_ERR_DEADLINE, FAIRU_ERR_CALLBACK,
    FAIRU_ERR_NULL, FAIRU_ERR_ARGUMENT,      FAIRU_ERR_IO,        FAIRU_ERR_SHAPE
  };
  size_t n = 0;
  (void)state;
  for (size_t i = 0; i < sizeof of_toys / sizeof *of_toys; i++)
    assert_true(fairu_toy_batch__is_failure(of_toys[i]));
  for (size_t i = 0; i < sizeof of_runs / sizeof *of_runs; i++)
    assert_false(fairu_toy_batch__is_failure(of_runs[i]));
  for (int code = -10; code < 1000; code++)
    n += (size_t)(fairu_toy_batch__is_failure(code) != 0);
  assert_int_equal(n, sizeof of_toys / sizeof *of_toys);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_go_to_the_last),
    cmocka_unit_test(estimators_are_quoted),
    cmocka_unit_test(failures_of_fits_belong_to_toys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
