/* No memory: training against an adversary. */
#include "abi/memory.h"

static const char *const names[] = { "adversary" };

static int train(fairu_context *ctx, const world *w, int reversal)
{
  static const size_t hidden[1] = { 3 };
  fairu_training_options training;
  fairu_adversary_options adversary;
  fairu_classifier *out = NULL;
  int status = world_training(&training, hidden);
  if (status == FAIRU_OK)
    status = fairu_adversary_options_init(&adversary, sizeof adversary);
  if (status != FAIRU_OK)
    return status;
  training.batch = 64;
  training.validation_fraction = 0.3;
  adversary.nuisance = world_features[0];
  adversary.components = 2;
  adversary.hidden = hidden;
  adversary.n_hidden = 1;
  adversary.reversal = reversal;
  status = fairu_classifier_train_adversarial(ctx, w->events, &training, &adversary, NULL, NULL, &out);
  fairu_classifier_destroy(out);
  return status;
}

static int rounds_body(fairu_context *ctx, void *data)
{
  return train(ctx, (const world *)data, 0);
}

static int reversal_body(fairu_context *ctx, void *data)
{
  return train(ctx, (const world *)data, 1);
}

static const memory_case cases[] = {
  { "fairu_classifier_train_adversarial", rounds_body, 1 },
  { "fairu_classifier_train_adversarial", reversal_body, 1 },
};

int main(void)
{
  return memory_main(names, 1, cases, sizeof cases / sizeof *cases, NULL);
}
