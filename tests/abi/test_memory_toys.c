/* No memory: tests with toys, Neyman and Feldman-Cousins. */
#include "abi/memory.h"

#include "likelihood/counting.h"

static const char *const names[] = { "coverage" };

static int with_toys(fairu_context *ctx, int neyman)
{
  counting c = { .s = 5.0, .b = 10.0, .tau = 2.0, .n = 13.0, .m = 21.0, .upper = 10.0 };
  fairu_toy_test_result result = { .struct_size = sizeof result };
  const double mu[2] = { 0.5, 1.0 };
  double p[2];
  fairu_toy_test test;
  int status = fairu_toy_test_init(&test, sizeof test);
  test.n_toys = 70; /* two chunks */
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = counting_create(ctx, &c);
  if (status == FAIRU_OK)
    status = neyman ? fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, 2, p)
                    : fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, 1.0, &result, NULL, NULL);
  counting_destroy(&c);
  return status;
}

BODY(fairu_hypotest_toys, with_toys(ctx, 0))

BODY(fairu_neyman_pvalues, with_toys(ctx, 1))

static int fairu_feldman_cousins_body(fairu_context *ctx, void *data)
{
  double lower, upper;
  (void)data;
  return fairu_feldman_cousins(ctx, 3, 1.0, 0.9, &lower, &upper);
}

static const memory_case cases[] = {
  ROW(fairu_hypotest_toys, 1),
  ROW(fairu_neyman_pvalues, 1),
  ROW(fairu_feldman_cousins, 0),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
