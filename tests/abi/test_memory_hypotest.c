/* No memory: hypothesis tests, limits, significances. */
#include "abi/memory.h"

#include "likelihood/counting.h"

static const char *const names[] = { "hypotest" };

enum { STATISTIC, TEST, LIMIT, ASIMOV_AT };

static int with_counts(fairu_context *ctx, int which)
{
  counting c = { .s = 5.0, .b = 10.0, .tau = 2.0, .n = 13.0, .m = 21.0, .upper = 10.0 };
  fairu_hypotest_result result = { .struct_size = sizeof result };
  fairu_limit limit = { .struct_size = sizeof limit };
  double q;
  int status = counting_create(ctx, &c);
  if (status == FAIRU_OK)
    status =
        which == STATISTIC ? fairu_likelihood_test_statistic(c.likelihood, ctx, c.data, NULL, 1.0, &q, NULL)
        : which == TEST    ? fairu_likelihood_hypotest(c.likelihood, ctx, c.data, NULL, 1.0, &result)
        : which == LIMIT   ? fairu_likelihood_limit(c.likelihood, ctx, c.data, NULL, 0.95, &limit)
                         : fairu_likelihood_asimov_at(c.likelihood, ctx, c.data, NULL, 1.0, c.data, NULL, 0);
  counting_destroy(&c);
  return status;
}

#define TESTS(function, which) BODY(function, with_counts(ctx, which))
TESTS(fairu_likelihood_test_statistic, STATISTIC)
TESTS(fairu_likelihood_hypotest, TEST)
TESTS(fairu_likelihood_limit, LIMIT)
TESTS(fairu_likelihood_asimov_at, ASIMOV_AT)

#define FORMULA(function, n, ...)                                                                            \
  static int function##_body(fairu_context *ctx, void *data)                                                 \
  {                                                                                                          \
    double out[n];                                                                                           \
    (void)data;                                                                                              \
    return function(ctx, __VA_ARGS__, out);                                                                  \
  }
FORMULA(fairu_asymptotic_pvalues, 3, FAIRU_TEST_Q, 1.0, 2.0)
FORMULA(fairu_significance_of_p, 1, 0.1)
FORMULA(fairu_p_of_significance, 1, 1.0)
FORMULA(fairu_significance_ams, 1, 1.0, 2.0, 0.0)
FORMULA(fairu_significance_asimov, 1, 1.0, 2.0, 0.5)
FORMULA(fairu_significance_ams1, 1, 1.0, 2.0, 0.5)

static const memory_case cases[] = {
  ROW(fairu_likelihood_test_statistic, 1), ROW(fairu_likelihood_hypotest, 1),
  ROW(fairu_likelihood_limit, 1),          ROW(fairu_likelihood_asimov_at, 1),
  ROW(fairu_asymptotic_pvalues, 0),        ROW(fairu_significance_of_p, 0),
  ROW(fairu_p_of_significance, 0),         ROW(fairu_significance_ams, 0),
  ROW(fairu_significance_asimov, 0),       ROW(fairu_significance_ams1, 0),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
