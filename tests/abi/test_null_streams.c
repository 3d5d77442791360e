/* NULL, one pointer at a time: tables of events in pieces, and side by side. */
#include "abi/null.h"

static void table_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  REFUSES(fairu_events_check_disjoint(NULL, ctx, t->w.events));
  REFUSES_CTX(fairu_events_check_disjoint(t->w.events, NULL, t->w.events));
  REFUSES(fairu_events_check_disjoint(t->w.events, ctx, NULL));
}

static void no_pointer_is_taken_on_trust(void **state)
{
  static const char *const names[] = { "events" };
  (void)state;
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  table_rows(t);
  null_end(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
