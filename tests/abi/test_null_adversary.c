/* NULL, one pointer at a time: training against an adversary. */
#include "abi/null.h"

static void rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_events *e = t->w.events;
  fairu_classifier **out = OUT(fairu_classifier);
  fairu_training_result *result = &t->out.training;
  fairu_adversary_result played = { .struct_size = sizeof played };
  fairu_training_options o;
  fairu_adversary_options r;
  ANSWERS(fairu_adversary_options_init(NULL, sizeof r) == FAIRU_ERR_NULL);
  CHECK_OK(ctx, world_training(&o, NULL));
  CHECK_OK(ctx, fairu_adversary_options_init(&r, sizeof r));
  r.nuisance = world_features[0];
  null_reset(t);
  NO_OBJECT_CTX(fairu_classifier_train_adversarial(NULL, e, &o, &r, result, &played, out));
  NO_OBJECT(fairu_classifier_train_adversarial(ctx, NULL, &o, &r, result, &played, out));
  NO_OBJECT(fairu_classifier_train_adversarial(ctx, e, NULL, &r, result, &played, out));
  NO_OBJECT(fairu_classifier_train_adversarial(ctx, e, &o, NULL, result, &played, out));
  MAKES(fairu_classifier_train_adversarial(ctx, e, &o, &r, NULL, &played, out), fairu_classifier);
  MAKES(fairu_classifier_train_adversarial(ctx, e, &o, &r, result, NULL, out), fairu_classifier);
  REFUSES(fairu_classifier_train_adversarial(ctx, e, &o, &r, result, &played, NULL));
}

int main(void)
{
  static const char *const names[] = { "adversary" };
  return null_main(names, sizeof names / sizeof *names, rows);
}
