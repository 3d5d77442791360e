/* NULL, one pointer at a time: single events, derivatives, policies of inputs. */
#include "abi/null.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_classifier *c = t->w.network;
  float *f = t->out.f;
  REFUSES(fairu_classifier_score_event(NULL, ctx, world_rows, 2, world_z, 1, 0, f));
  REFUSES_CTX(fairu_classifier_score_event(c, NULL, world_rows, 2, world_z, 1, 0, f));
  REFUSES(fairu_classifier_score_event(c, ctx, NULL, 2, world_z, 1, 0, f));
  REFUSES(fairu_classifier_score_event(c, ctx, world_rows, 2, NULL, 1, 0, f));
  REFUSES(fairu_classifier_score_event(c, ctx, world_rows, 2, world_z, 1, 0, NULL));
  REFUSES(fairu_classifier_score_derivative(NULL, ctx, world_rows, 2, 2, world_z, 1, 0, f, f + 2, f + 6));
  REFUSES_CTX(fairu_classifier_score_derivative(c, NULL, world_rows, 2, 2, world_z, 1, 0, f, f + 2, f + 6));
  REFUSES(fairu_classifier_score_derivative(c, ctx, NULL, 2, 2, world_z, 1, 0, f, f + 2, f + 6));
  REFUSES(fairu_classifier_score_derivative(c, ctx, world_rows, 2, 2, NULL, 1, 0, f, f + 2, f + 6));
  ANSWERS(fairu_classifier_score_derivative(c, ctx, world_rows, 2, 2, world_z, 1, 0, NULL, f + 2, f + 6) ==
          FAIRU_OK);
  ANSWERS(fairu_classifier_score_derivative(c, ctx, world_rows, 2, 2, world_z, 1, 0, f, NULL, f + 6) ==
          FAIRU_OK);
  ANSWERS(fairu_classifier_score_derivative(c, ctx, world_rows, 2, 2, world_z, 1, 0, f, f + 2, NULL) ==
          FAIRU_OK);
}

static void no_pointer_is_taken_on_trust(void **state)
{
  static const char *const names[] = { "classifier" };
  (void)state;
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  rows(t);
  null_end(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
