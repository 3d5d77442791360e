/* Training against an adversary: limits in which it is plain training, same bits for any threads, units, interruptions. */
#include "classifier/gaussians.h"

enum { SCORED = 200 };

typedef struct outcome {
  curve losses;
  fairu_adversary_result result;
  float scores[2 * SCORED];
} outcome;

static void outcome_of(fairu_context *ctx, const fairu_events *events, fairu_training_options training,
                       const fairu_adversary_options *adversary, outcome *o)
{
  fairu_classifier *trained = NULL;
  fairu_events *test = gaussians(ctx, 77, SCORED, 0.9);
  const double z = 0.9;
  const size_t stop_after = o->losses.stop_after, first = o->losses.n;
  memset(o, 0, sizeof *o);
  o->losses.stop_after = stop_after;
  o->losses.n = training.resume ? first : 0;
  o->result.struct_size = sizeof o->result;
  training.on_epoch = note_epoch;
  training.user_data = &o->losses;
  if (adversary)
    CHECK_OK(ctx, fairu_classifier_train_adversarial(ctx, events, &training, adversary, NULL, &o->result,
                                                     &trained));
  else
    CHECK_OK(ctx, fairu_classifier_train(ctx, events, &training, NULL, &trained));
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, &z, 1, training.n_nuisances, 0, o->scores));
  fairu_events_destroy(test);
  fairu_classifier_destroy(trained);
}

/* Angles in between, so that a mixture of Gaussians has a meaning. */
static fairu_events *all_angles(fairu_context *ctx)
{
  enum { N = 4000 };
  float *z = NULL;
  fairu_events *events = gaussians(ctx, 3, N, -1.0);
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &z));
  for (size_t i = 0; i < N; i++)
    z[i] += 1e-4F * (float)(i % 701);
  return events;
}

static fairu_training_options small_training(fairu_context *ctx, int aware)
{
  static const size_t hidden[2] = { 9, 6 };
  fairu_training_options training = options_for(ctx, aware, NULL);
  training.hidden = hidden;
  training.activation = FAIRU_ACTIVATION_TANH;
  training.batch = 300; /* the last batch and the last slice are not full */
  training.epochs = 3;
  training.validation_fraction = 0.3;
  training.learning_rate = 1e-2;
  return training;
}

static fairu_adversary_options small_adversary(fairu_context *ctx, double lambda)
{
  static const size_t hidden[1] = { 7 };
  fairu_adversary_options adversary;
  CHECK_OK(ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  adversary.nuisance = "z";
  adversary.lambda = lambda;
  adversary.hidden = hidden;
  adversary.n_hidden = 1;
  return adversary;
}

/* Losses of several outputs, dropout and batch normalisation included: r sees what f does in its steps, and changes nothing of it. */
static void without_lambda_it_is_plain_training(void **state)
{
  (void)state;
  static const char *const target[1] = { "z" };
  static outcome plain, against;
  fairu_context *ctx = support_context();
  fairu_events *events = all_angles(ctx);
  for (int variant = 0; variant < 5; variant++) {
    fairu_training_options training = small_training(ctx, 0);
    fairu_adversary_options adversary = small_adversary(ctx, 0.0);
    training.dropout = variant == 1 ? 0.2 : 0.0;
    training.batch_norm = variant == 2;
    training.loss = variant == 3   ? FAIRU_LOSS_CATEGORICAL
                    : variant == 4 ? FAIRU_LOSS_SQUARED
                                   : FAIRU_LOSS_BINARY;
    training.targets = target;
    training.n_targets = variant == 4;
    adversary.classifier_epochs = 0;
    outcome_of(ctx, events, training, NULL, &plain);
    for (int reversal = 0; reversal < 2; reversal++) {
      adversary.reversal = reversal;
      outcome_of(ctx, events, training, &adversary, &against);
      assert_memory_equal(&plain.losses, &against.losses, sizeof plain.losses);
      assert_memory_equal(plain.scores, against.scores, sizeof plain.scores);
    }
    adversary.lambda = 1.0;
    outcome_of(ctx, events, training, &adversary, &against);
    assert_memory_not_equal(plain.scores, against.scores, sizeof plain.scores);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  static outcome one, many;
  fairu_context *ctx = support_context();
  for (int variant = 0; variant < 4; variant++) {
    fairu_events *events = variant == 3 ? gaussians(ctx, 3, 4000, -1.0) : all_angles(ctx);
    fairu_training_options training = small_training(ctx, variant == 1);
    fairu_adversary_options adversary = small_adversary(ctx, 2.0);
    training.gate = variant == 1 ? "z" : NULL; /* f may have two sides, and see Z */
    training.gate_nominal = quarter_pi;
    adversary.adversary_steps = variant == 2 ? 1 : 2;
    adversary.reversal = variant == 2;
    adversary.only_label = variant == 3 ? 0 : -1;
    adversary.density = variant == 3 ? FAIRU_DENSITY_DISCRETE : FAIRU_DENSITY_AUTO;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    outcome_of(ctx, events, training, &adversary, &one);
    for (int threads = 2; threads <= 3; threads++) {
      CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
      outcome_of(ctx, events, training, &adversary, &many);
      assert_memory_equal(&one, &many, sizeof one);
    }
    training.seed = 2;
    outcome_of(ctx, events, training, &adversary, &many);
    assert_memory_not_equal(&one, &many, sizeof one);
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* An adversary that cannot move gives f the same gradient in both ways of playing. */
static void reversal_is_the_same_game(void **state)
{
  (void)state;
  static outcome rounds, reversed;
  fairu_context *ctx = support_context();
  fairu_events *events = all_angles(ctx);
  fairu_training_options training = small_training(ctx, 0);
  fairu_adversary_options adversary = small_adversary(ctx, 2.0);
  adversary.optimiser = FAIRU_OPTIMISER_SGD;
  adversary.learning_rate = 1e-30;
  outcome_of(ctx, events, training, &adversary, &rounds);
  adversary.reversal = 1;
  outcome_of(ctx, events, training, &adversary, &reversed);
  assert_memory_equal(&rounds, &reversed, sizeof rounds);
  adversary.learning_rate = 0.0;
  outcome_of(ctx, events, training, &adversary, &reversed);
  assert_memory_not_equal(rounds.scores, reversed.scores, sizeof rounds.scores);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Z in units 8 times as large (exact in float): the same classifier, L_r larger by ln 8. */
static void units_of_the_nuisance_do_not_matter(void **state)
{
  (void)state;
  static outcome one, eight;
  float *z = NULL;
  fairu_context *ctx = support_context();
  fairu_events *events = all_angles(ctx);
  fairu_training_options training = small_training(ctx, 0);
  fairu_adversary_options adversary = small_adversary(ctx, 2.0);
  outcome_of(ctx, events, training, &adversary, &one);
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &z));
  for (size_t i = 0; i < 4000; i++)
    z[i] *= 8.0F;
  outcome_of(ctx, events, training, &adversary, &eight);
  assert_memory_equal(one.scores, eight.scores, sizeof one.scores);
  CHECK_NEAR(eight.result.adversary_loss - one.result.adversary_loss, log(8.0), 1e-12);
  CHECK_NEAR(eight.result.validation_adversary_loss - one.result.validation_adversary_loss, log(8.0), 1e-12);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void a_checkpoint_goes_on_to_the_same_bits(void **state)
{
  (void)state;
  static outcome whole, half;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_events *events = all_angles(ctx);
  fairu_training_options training = small_training(ctx, 0);
  fairu_adversary_options adversary = small_adversary(ctx, 2.0);
  adversary.adversary_steps = 3;
  for (size_t patience = 0; patience < 3; patience += 2) {
    training.epochs = 6;
    training.patience = patience;
    training.checkpoint = NULL;
    training.resume = 0;
    outcome_of(ctx, events, training, &adversary, &whole);
    training.checkpoint = support_path(path, sizeof path, patience ? "patient.train" : "adversary.train");
    half.losses.stop_after = 2;
    outcome_of(ctx, events, training, &adversary, &half);
    assert_int_equal(half.losses.n, 2);
    half.losses.stop_after = 0;
    training.resume = 1;
    outcome_of(ctx, events, training, &adversary, &half);
    assert_memory_equal(whole.scores, half.scores, sizeof whole.scores);
    assert_memory_equal(&whole.result, &half.result, sizeof whole.result);
    half.losses.n = 0;
    adversary.lambda = 3.0;
    fairu_classifier *none = NULL;
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
                fairu_classifier_train_adversarial(ctx, events, &training, &adversary, NULL, NULL, &none));
    CHECK_SAYS(ctx, "of a training with other options");
    assert_null(none);
    adversary.lambda = 2.0;
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* The mean over members is the mean of their trainings one by one; a checkpoint knows members that are finished. */
static void members_are_trained_one_after_the_other(void **state)
{
  (void)state;
  char path[512];
  double mean = 0.0;
  static outcome whole, half;
  fairu_context *ctx = support_context();
  fairu_events *events = all_angles(ctx);
  fairu_training_options training = small_training(ctx, 0);
  const fairu_adversary_options adversary = small_adversary(ctx, 2.0);
  for (uint64_t seed = 1; seed <= 3; seed++) {
    training.seed = seed;
    outcome_of(ctx, events, training, &adversary, &half);
    mean += half.result.validation_adversary_loss / 3.0;
  }
  training.seed = 1;
  training.members = 3;
  outcome_of(ctx, events, training, &adversary, &whole);
  CHECK_NEAR(whole.result.validation_adversary_loss, mean, 1e-14);
  training.checkpoint = support_path(path, sizeof path, "members.train");
  half.losses.stop_after = 5; /* in the middle of the second */
  outcome_of(ctx, events, training, &adversary, &half);
  half.losses.stop_after = 0;
  training.resume = 1;
  outcome_of(ctx, events, training, &adversary, &half);
  assert_memory_equal(whole.scores, half.scores, sizeof whole.scores);
  assert_memory_equal(&whole.result, &half.result, sizeof whole.result);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(without_lambda_it_is_plain_training),
    cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(reversal_is_the_same_game),
    cmocka_unit_test(units_of_the_nuisance_do_not_matter),
    cmocka_unit_test(a_checkpoint_goes_on_to_the_same_bits),
    cmocka_unit_test(members_are_trained_one_after_the_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
