/* No memory: training on soft counts. */
#include "abi/memory.h"

static const char *const names[] = { "summary" };

static int fairu_significance_loss_body(fairu_context *ctx, void *data)
{
  const double shares[4] = { 0.5, 0.5, 0.5, 0.5 };
  const fairu_summary_counts counts = { 2, 1, 0, 2, shares, NULL };
  double loss = 0.0, d[4];
  fairu_significance_options options;
  (void)data;
  int status = fairu_significance_options_init(&options, sizeof options);
  options.signal = 10.0;
  options.background = 100.0;
  return status == FAIRU_OK ? fairu_significance_loss(ctx, &counts, &loss, d, NULL, &options) : status;
}

static const memory_case cases[] = { ROW(fairu_significance_loss, 0) };

static void every_allocation_may_fail(void **state)
{
  (void)state;
  world w = world_make();
  memory_check_complete(names, 1, cases, sizeof cases / sizeof *cases);
  memory_check_all(cases, sizeof cases / sizeof *cases, &w);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_allocation_may_fail) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
