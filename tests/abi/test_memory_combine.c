/* No memory: likelihoods joined. */
#include "abi/memory.h"

static const char *const names[] = { "likelihood" };

static int fairu_likelihood_create_combined_body(fairu_context *ctx, void *data)
{
  const fairu_likelihood *parts[1] = { ((const world *)data)->small.likelihood };
  fairu_likelihood *whole = NULL;
  const int status = fairu_likelihood_create_combined(ctx, parts, 1, NULL, &whole);
  fairu_likelihood_destroy(whole);
  return status;
}

static const memory_case cases[] = { ROW(fairu_likelihood_create_combined, 1) };
enum { N_CASES = sizeof cases / sizeof *cases };

static void no_function_is_forgotten(void **state)
{
  (void)state;
  memory_check_complete(names, sizeof names / sizeof *names, cases, N_CASES);
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  world w = world_make();
  memory_check_all(cases, N_CASES, &w);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_function_is_forgotten),
                                      cmocka_unit_test(every_allocation_may_fail) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
