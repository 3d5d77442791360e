/* Training against an adversary: entropies that are known, limits in which it is plain training, same bits for any threads. */
#include "classifier/gaussians.h"

static const double half_log_2pi_e = 1.41893853320467274178;
static const char *const line_names[2] = { "x", "z" };

/* One feature, x = +-1 + noise by class; Z from it by a rule. */
typedef double (*nuisance_fn)(fairu_philox *rng, double x, int label);

static fairu_events *line_events(fairu_context *ctx, uint64_t seed, size_t n, nuisance_fn nuisance)
{
  fairu_events *events = NULL;
  float *column[2];
  int32_t *labels = malloc(n * sizeof *labels);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7);
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, line_names, &events));
  for (size_t c = 0; c < 2; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &column[c]));
  for (size_t i = 0; i < n; i++) {
    labels[i] = (int32_t)(i & 1);
    const double x = (labels[i] ? 1.0 : -1.0) + fairu_philox__normal(&rng);
    column[0][i] = (float)x;
    column[1][i] = (float)nuisance(&rng, x, labels[i]);
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  free(labels);
  return events;
}

static double independent(fairu_philox *rng, double x, int label)
{
  (void)x;
  (void)label;
  return 4.0 + 3.0 * fairu_philox__normal(rng);
}

static double one_of_three(fairu_philox *rng, double x, int label)
{
  (void)x;
  (void)label;
  return 50.0 * (double)fairu_philox__below(rng, 3);
}

static double linear(fairu_philox *rng, double x, int label)
{
  (void)label;
  return 10.0 + 2.0 * x + 0.5 * fairu_philox__normal(rng);
}

static double two_lines(fairu_philox *rng, double x, int label)
{
  (void)label;
  return x + (fairu_philox__below(rng, 4) ? 1.0 : -2.0) + 0.5 * fairu_philox__normal(rng);
}

static double by_class(fairu_philox *rng, double x, int label)
{
  (void)x;
  return label ? 5.0 + 0.5 * fairu_philox__normal(rng) : fairu_philox__normal(rng);
}

/* f is logistic regression, r linear in its logit. */
static fairu_training_options line_options(fairu_context *ctx)
{
  fairu_training_options training;
  CHECK_OK(ctx, fairu_training_options_init(&training, sizeof training));
  training.features = line_names;
  training.n_features = 1;
  training.n_hidden = 0;
  training.learning_rate = 0.02;
  training.batch = 512;
  training.epochs = 5;
  training.validation_fraction = 0.5;
  return training;
}

static fairu_adversary_options adversary_for(fairu_context *ctx, int density, double lambda)
{
  fairu_adversary_options adversary;
  CHECK_OK(ctx, fairu_adversary_options_init(&adversary, sizeof adversary));
  adversary.nuisance = "z";
  adversary.density = density;
  adversary.lambda = lambda;
  adversary.n_hidden = 0;
  adversary.sees = FAIRU_OUTPUT_LOGIT;
  return adversary;
}

static fairu_adversary_result train(fairu_context *ctx, const fairu_events *events,
                                    const fairu_training_options *training,
                                    const fairu_adversary_options *adversary)
{
  fairu_adversary_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  CHECK_OK(ctx,
           fairu_classifier_train_adversarial(ctx, events, training, adversary, NULL, &result, &trained));
  fairu_classifier_destroy(trained);
  return result;
}

/* ---- entropies ---------------------------------------------------------------------------------------------- */

/* Statistical errors of means of -ln p over 20000 events: 0.7 / sqrt(20000) = 0.005; four of them. */
enum { EVENTS = 40000 };
static const double noise = 0.02;

static void who_sees_nothing_finds_the_entropy(void **state)
{
  (void)state;
  const struct {
    nuisance_fn nuisance;
    int density;
    double wanted, relative; /* of the squared error, by the spread of a chi-squared */
  } cases[] = {
    { independent, FAIRU_DENSITY_GAUSSIAN, 1.41893853320467274178 + 1.09861228866810969140, 0.0 },
    { independent, FAIRU_DENSITY_MIXTURE, 1.41893853320467274178 + 1.09861228866810969140, 0.0 },
    { one_of_three, FAIRU_DENSITY_DISCRETE, 1.09861228866810969140, 0.0 },
    { independent, FAIRU_DENSITY_SQUARED, 9.0, 0.04 },
  };
  fairu_context *ctx = support_context();
  fairu_training_options training = line_options(ctx);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const double within = cases[i].relative > 0.0 ? cases[i].relative * cases[i].wanted : noise;
    fairu_events *events = line_events(ctx, 1 + i, EVENTS, cases[i].nuisance);
    fairu_adversary_options adversary = adversary_for(ctx, cases[i].density, 1.0);
    const fairu_adversary_result result = train(ctx, events, &training, &adversary);
    CHECK_NEAR(result.adversary_loss, cases[i].wanted, within);
    CHECK_NEAR(result.validation_adversary_loss, cases[i].wanted, within);
    if (cases[i].density == FAIRU_DENSITY_MIXTURE)
      assert_true(isnan(result.blind_loss));
    else
      CHECK_NEAR(result.blind_loss, cases[i].wanted, within);
    if (cases[i].density == FAIRU_DENSITY_DISCRETE)
      assert_true(result.blind_loss <= log(3.0));
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* -int p ln p of a mixture 3/4 N(1, s) + 1/4 N(-2, s), trapezoidal. */
static double entropy_of_two(double s)
{
  const double step = 1e-3;
  double h = 0.0;
  for (double z = -8.0; z < 8.0; z += step) {
    const double a = (z - 1.0) / s, b = (z + 2.0) / s;
    const double p = (0.75 * exp(-0.5 * a * a) + 0.25 * exp(-0.5 * b * b)) / (s * sqrt(8.0 * atan(1.0)));
    h -= p > 0.0 ? step * p * log(p) : 0.0;
  }
  return h;
}

/* Z depends on x alone, and the logit of f is linear in x: H(Z | f) = H(Z | x) whatever f has learnt. */
static void an_adversary_learns_the_conditional_density(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_training_options training = line_options(ctx);
  fairu_events *events = line_events(ctx, 11, EVENTS, linear);
  fairu_adversary_options adversary = adversary_for(ctx, FAIRU_DENSITY_GAUSSIAN, 0.0);
  CHECK_NEAR(train(ctx, events, &training, &adversary).validation_adversary_loss, half_log_2pi_e + log(0.5),
             noise);
  adversary.density = FAIRU_DENSITY_SQUARED;
  CHECK_NEAR(train(ctx, events, &training, &adversary).validation_adversary_loss, 0.25, 0.04 * 0.25);
  fairu_events_destroy(events);
  events = line_events(ctx, 12, EVENTS, two_lines);
  adversary.density = FAIRU_DENSITY_MIXTURE;
  adversary.components = 3;
  const double mixed = train(ctx, events, &training, &adversary).validation_adversary_loss;
  CHECK_NEAR(mixed, entropy_of_two(0.5), noise);
  adversary.density = FAIRU_DENSITY_GAUSSIAN; /* knows mean and width: 0.25 + 27/16 */
  const double single = train(ctx, events, &training, &adversary).validation_adversary_loss;
  CHECK_NEAR(single, half_log_2pi_e + 0.5 * log(0.25 + 27.0 / 16.0), noise);
  assert_true(single > mixed + 0.2);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Z is known from the class: f must give up its classes to hide it (ln 2 is a classifier that tells nothing), but not to hide it within one
 * class. */
static void within_a_class_nothing_is_to_hide(void **state)
{
  (void)state;
  const size_t hidden[1] = { 16 };
  fairu_context *ctx = support_context();
  fairu_training_options training = line_options(ctx);
  fairu_events *events = line_events(ctx, 21, EVENTS, by_class);
  fairu_adversary_options adversary = adversary_for(ctx, FAIRU_DENSITY_GAUSSIAN, 0.0);
  training.hidden = adversary.hidden = hidden;
  training.n_hidden = adversary.n_hidden = 1;
  training.activation = adversary.activation = FAIRU_TANH;
  adversary.sees = FAIRU_OUTPUT_SCORE;
  training.optimizer = FAIRU_SGD;
  training.momentum = 0.0;
  training.learning_rate = 0.05;
  training.schedule = FAIRU_SCHEDULE_CONSTANT;
  adversary.optimizer = FAIRU_ADAM;
  adversary.learning_rate = 0.01;
  adversary.classifier_epochs = 5;
  adversary.adversary_steps = 20;
  const double free_loss = train(ctx, events, &training, &adversary).validation_classifier_loss;
  adversary.lambda = 32.0;
  const fairu_adversary_result pivot = train(ctx, events, &training, &adversary);
  adversary.only_label = 0;
  const fairu_adversary_result within = train(ctx, events, &training, &adversary);
  CHECK_NEAR(within.validation_adversary_loss, half_log_2pi_e, noise * sqrt(2.0));
  CHECK_NEAR(within.blind_loss, half_log_2pi_e, noise);
  CHECK_NEAR(within.validation_classifier_loss, free_loss, 0.01);
  CHECK_NEAR(pivot.blind_loss, half_log_2pi_e + 0.5 * log(0.5 * (1.0 + 0.25) + 6.25), noise);
  assert_true(pivot.validation_adversary_loss > pivot.blind_loss - 0.1);
  assert_true(pivot.validation_classifier_loss > log(2.0) - 0.02 && free_loss < 0.4);
  adversary.only_label = 1;
  CHECK_NEAR(train(ctx, events, &training, &adversary).validation_adversary_loss, half_log_2pi_e + log(0.5),
             noise * sqrt(2.0));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Classes opposite each other at angle z: reflection at pi / 4 leaves the score and turns z into pi / 2 - z, so E[z | score] is constant.
 * A squared error sees nothing, and removes nothing; a density does see that the score is less sure away from pi / 4. */
static void a_squared_error_sees_the_mean_alone(void **state)
{
  (void)state;
  const size_t hidden[1] = { 24 };
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 31, EVENTS, -1.0);
  fairu_training_options training = options_for(ctx, 0, NULL);
  training.hidden = hidden;
  training.n_hidden = 1;
  training.batch = 256;
  training.epochs = 4;
  training.learning_rate = 5e-3;
  training.validation_fraction = 0.5;
  fairu_adversary_options adversary = adversary_for(ctx, FAIRU_DENSITY_SQUARED, 0.0);
  adversary.hidden = hidden;
  adversary.n_hidden = 1;
  const fairu_adversary_result without = train(ctx, events, &training, &adversary);
  adversary.lambda = 1.0;
  const fairu_adversary_result with = train(ctx, events, &training, &adversary);
  CHECK_NEAR(without.adversary_loss / without.blind_loss, 1.0, 0.01);
  CHECK_NEAR(with.adversary_loss / with.blind_loss, 1.0, 0.01);
  CHECK_NEAR(with.validation_classifier_loss, without.validation_classifier_loss, 0.004);
  adversary.lambda = 0.0;
  adversary.density = FAIRU_DENSITY_DISCRETE;
  const fairu_adversary_result sees = train(ctx, events, &training, &adversary);
  CHECK_NEAR(sees.blind_loss, log(21.0), 1e-3);
  assert_true(sees.validation_adversary_loss <
              sees.blind_loss - 0.002); /* 0.005; its statistical error is 0.0007 */
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- bits ---------------------------------------------------------------------------------------------------- */

enum { SCORED = 200 };

typedef struct outcome {
  curve losses;
  fairu_adversary_result result;
  float scores[SCORED];
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

static fairu_training_options small_training(fairu_context *ctx, int aware)
{
  static const size_t hidden[2] = { 9, 6 };
  fairu_training_options training = options_for(ctx, aware, NULL);
  training.hidden = hidden;
  training.activation = FAIRU_TANH;
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

static void without_lambda_it_is_plain_training(void **state)
{
  (void)state;
  static outcome plain, against;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
  fairu_training_options training = small_training(ctx, 0);
  fairu_adversary_options adversary = small_adversary(ctx, 0.0);
  adversary.classifier_epochs = 0;
  outcome_of(ctx, events, training, NULL, &plain);
  for (int reversal = 0; reversal < 2; reversal++) {
    adversary.reversal = reversal;
    outcome_of(ctx, events, training, &adversary, &against);
    assert_memory_equal(&plain.losses, &against.losses, sizeof plain.losses);
    assert_memory_equal(plain.scores, against.scores, sizeof plain.scores);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  static outcome one, many;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
  for (int variant = 0; variant < 4; variant++) {
    fairu_training_options training = small_training(ctx, variant == 1);
    fairu_adversary_options adversary = small_adversary(ctx, 2.0);
    training.gate = variant == 1 ? "z" : NULL; /* f may have two sides, and see Z */
    training.gate_nominal = quarter_pi;
    adversary.adversary_steps = variant == 2 ? 1 : 2;
    adversary.reversal = variant == 2;
    adversary.only_label = variant == 3 ? 0 : -1;
    adversary.density = variant == 3 ? FAIRU_DENSITY_DISCRETE : FAIRU_DENSITY_MIXTURE;
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
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* An adversary that cannot move gives f the same gradient in both ways of playing. */
static void reversal_is_the_same_game(void **state)
{
  (void)state;
  static outcome rounds, reversed;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
  fairu_training_options training = small_training(ctx, 0);
  fairu_adversary_options adversary = small_adversary(ctx, 2.0);
  adversary.optimizer = FAIRU_SGD;
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
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
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
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
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
  fairu_events *events = gaussians(ctx, 3, 4000, -1.0);
  fairu_training_options training = small_training(ctx, 0);
  const fairu_adversary_options adversary = small_adversary(ctx, 2.0);
  for (uint64_t seed = 1; seed <= 3; seed++) {
    training.seed = seed;
    mean += train(ctx, events, &training, &adversary).validation_adversary_loss / 3.0;
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
    cmocka_unit_test(who_sees_nothing_finds_the_entropy),
    cmocka_unit_test(an_adversary_learns_the_conditional_density),
    cmocka_unit_test(within_a_class_nothing_is_to_hide),
    cmocka_unit_test(a_squared_error_sees_the_mean_alone),
    cmocka_unit_test(without_lambda_it_is_plain_training),
    cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(reversal_is_the_same_game),
    cmocka_unit_test(units_of_the_nuisance_do_not_matter),
    cmocka_unit_test(a_checkpoint_goes_on_to_the_same_bits),
    cmocka_unit_test(members_are_trained_one_after_the_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
