/* NULL, one pointer at a time: derivatives of shifted events. */
#include "abi/null.h"

static void no_pointer_is_taken_on_trust(void **state)
{
  static const char *const names[] = { "systematics" };
  (void)state;
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  const fairu_systematics *s = t->w.parts.systematics;
  fairu_context *ctx = t->w.ctx;
  const fairu_events *e = t->w.events;
  const char *const *f = world_features;
  float *out = t->out.f;
  ANSWERS(fairu_systematics_tangents(NULL, ctx, e, NULL, 0, 1, f, 2, out) == FAIRU_OK);
  REFUSES_CTX(fairu_systematics_tangents(s, NULL, e, world_z, 1, 1, f, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, NULL, world_z, 1, 1, f, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, e, NULL, 1, 1, f, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, e, world_z, 1, 1, NULL, 2, out));
  REFUSES(fairu_systematics_tangents(s, ctx, e, world_z, 1, 1, f, 2, NULL));
  null_end(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
