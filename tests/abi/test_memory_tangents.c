/* No memory: derivatives of shifted events. */
#include "abi/memory.h"

static const char *const names[] = { "systematics" };

static int fairu_systematics_tangents_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  float tangents[2 * WORLD_EVENTS];
  return fairu_systematics_tangents(w->parts.systematics, ctx, w->events, world_z, 1, 1, world_features, 2,
                                    tangents);
}

static const memory_case cases[] = { ROW(fairu_systematics_tangents, 1) };

static void every_allocation_may_fail(void **state)
{
  (void)state;
  world w = world_make();
  memory_check_complete(names, 1, cases, 1);
  memory_check_all(cases, 1, &w);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_allocation_may_fail) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
