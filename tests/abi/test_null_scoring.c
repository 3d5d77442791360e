/* NULL, one pointer at a time: single events, derivatives, policies of inputs. */
#include "abi/null.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_classifier *c = t->w.network;
  const fairu_input_options options = { .struct_size = sizeof options };
  float *f = t->out.f;
  REFUSES_CTX(fairu_input_options_init(NULL, sizeof options));
  NO_OBJECT_CTX(fairu_classifier_create_with_inputs(NULL, c, &options, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_with_inputs(ctx, NULL, &options, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_with_inputs(ctx, c, NULL, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_with_inputs(ctx, c, &options, NULL));
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

int main(void)
{
  static const char *const names[] = { "classifier" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
