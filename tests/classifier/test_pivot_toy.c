/* The toy of "Learning to pivot": bounds that no training can leave, and the trade-off that lambda buys. The published recipe at its
 * full length, seed by seed, is in tests/validate/pivot.c. */
#include "classifier/pivot_toy.h"
#include "support/support.h"

enum { EVENTS = 40000 };

static fairu_adversary_result play(fairu_context *ctx, const fairu_events *events, double lambda,
                                   int reversal)
{
  static const size_t hidden[2] = { 20, 20 };
  fairu_training_options training;
  fairu_adversary_options adversary;
  fairu_adversary_result result = { .struct_size = sizeof result };
  fairu_classifier *f = NULL;
  CHECK_OK(ctx, fairu_training_options_init(&training, sizeof training));
  CHECK_OK(ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  training.features = pivot_names;
  training.n_features = 2;
  training.hidden = hidden;
  training.optimiser = FAIRU_OPTIMISER_SGD;
  training.momentum = 0.0;
  training.learning_rate = 0.02;
  training.schedule = FAIRU_SCHEDULE_CONSTANT;
  training.batch = 128;
  training.epochs = 1;
  training.validation_fraction = 0.5;
  adversary.nuisance = pivot_names[2];
  adversary.lambda = lambda;
  adversary.optimiser = FAIRU_OPTIMISER_ADAM;
  adversary.learning_rate = 2e-3;
  adversary.reversal = reversal;
  adversary.classifier_epochs = 10;
  adversary.adversary_epochs = 4;
  adversary.adversary_steps = reversal ? 1 : 10;
  CHECK_OK(ctx, fairu_classifier_train_adversarial(ctx, events, &training, &adversary, NULL, &result, &f));
  fairu_classifier_destroy(f);
  return result;
}

/* Errors of means over 20000 events: 0.5 / 141 = 0.0035 for L_f, 0.7 / 141 = 0.005 for L_r; four of them. */
static void no_training_leaves_the_bounds(const fairu_adversary_result *r)
{
  assert_true(r->validation_classifier_loss > pivot_bayes_loss - 0.014);
  assert_true(r->validation_adversary_loss > pivot_bayes_entropy - 0.02);
  assert_true(r->validation_adversary_loss < pivot_entropy + 0.03);
}

static void lambda_trades_separation_for_independence(void **state)
{
  (void)state;
  const double lambdas[3] = { 0.0, 2.0, 50.0 };
  fairu_adversary_result r[3];
  fairu_context *ctx = support_context();
  fairu_events *events = pivot_events(ctx, 1, EVENTS);
  assert_non_null(events);
  for (size_t i = 0; i < 3; i++) {
    r[i] = play(ctx, events, lambdas[i], 0);
    no_training_leaves_the_bounds(&r[i]);
  }
  CHECK_NEAR(r[0].validation_classifier_loss, pivot_bayes_loss, 0.02);
  CHECK_NEAR(r[0].validation_adversary_loss, pivot_bayes_entropy, 0.03);
  for (size_t i = 1; i < 3; i++) { /* differences on the same events */
    assert_true(r[i].validation_classifier_loss > r[i - 1].validation_classifier_loss + 0.01);
    assert_true(r[i].validation_adversary_loss > r[i - 1].validation_adversary_loss + 0.01);
  }
  CHECK_NEAR(r[2].validation_adversary_loss, pivot_entropy, 0.02);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void reversal_trades_too(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = pivot_events(ctx, 1, EVENTS);
  assert_non_null(events);
  const fairu_adversary_result without = play(ctx, events, 0.0, 1), with = play(ctx, events, 10.0, 1);
  no_training_leaves_the_bounds(&without);
  no_training_leaves_the_bounds(&with);
  assert_true(with.validation_classifier_loss > without.validation_classifier_loss + 0.01);
  assert_true(with.validation_adversary_loss > without.validation_adversary_loss + 0.02);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(lambda_trades_separation_for_independence),
    cmocka_unit_test(reversal_trades_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
