/* No memory: tables on Arrow batches. */
#include "abi/memory.h"
#include "events/arrow_batch.h"

static const char *const names[] = { "arrow" };

static int fairu_events_create_view_arrow_body(fairu_context *ctx, void *data)
{
  arrow_batch *b = arrow_make();
  fairu_arrow_options o = arrow_options();
  fairu_events *events = NULL;
  (void)data;
  int status = fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events);
  fairu_events_destroy(events);
  o.label = "id";
  if (status == FAIRU_OK) {
    status = fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events);
    fairu_events_destroy(events);
  }
  free(b);
  return status;
}

static const memory_case cases[] = { ROW(fairu_events_create_view_arrow, 1) };
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
