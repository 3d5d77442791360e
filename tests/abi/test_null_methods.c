/* NULL, one pointer at a time: training by a method. */
#include "abi/null.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_events *events = t->w.events;
  const fairu_systematics *s = t->w.parts.systematics;
  const size_t hidden[1] = { 2 };
  fairu_training_options training;
  fairu_method_options o;
  fairu_adversary_result played = { .struct_size = sizeof played };
  int method = 0;
  CHECK_OK(ctx, world_training(&training, hidden));
  CHECK_OK(ctx, fairu_method_options_init(&o, sizeof o));
  o.training = &training;
  null_reset(t);
  ANSWERS(fairu_method_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  REFUSES_CTX(fairu_method_find(NULL, "aware", &method));
  REFUSES(fairu_method_find(ctx, NULL, &method));
  REFUSES(fairu_method_find(ctx, "aware", NULL));
  NO_OBJECT_CTX(fairu_method_train(NULL, events, s, &o, &t->out.training, &played, OUT(fairu_classifier)));
  NO_OBJECT(fairu_method_train(ctx, NULL, s, &o, &t->out.training, &played, OUT(fairu_classifier)));
  MAKES(fairu_method_train(ctx, events, NULL, &o, &t->out.training, &played, OUT(fairu_classifier)),
        fairu_classifier);
  NO_OBJECT(fairu_method_train(ctx, events, s, NULL, &t->out.training, &played, OUT(fairu_classifier)));
  MAKES(fairu_method_train(ctx, events, s, &o, NULL, &played, OUT(fairu_classifier)), fairu_classifier);
  MAKES(fairu_method_train(ctx, events, s, &o, &t->out.training, NULL, OUT(fairu_classifier)),
        fairu_classifier);
  REFUSES(fairu_method_train(ctx, events, s, &o, &t->out.training, &played, NULL));
}

int main(void)
{
  static const char *const names[] = { "methods" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
