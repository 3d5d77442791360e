/* Training against an adversary: entropies that are known. */
#include "classifier/made_columns.h"
#include "classifier/gaussians.h"

static const double half_log_2pi_e = 1.41893853320467274178;
static const char *const line_names[2] = { "x", "z" };

/* One feature, x = +-1 + noise by class; Z from it by a rule. */
typedef double (*nuisance_fn)(fairu_philox *rng, double x, int label);

static fairu_events *line_events(fairu_context *ctx, uint64_t seed, size_t n, nuisance_fn nuisance)
{
  float *column[2];
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7);
  fairu_events *events = made_columns(ctx, line_names, 2, n, column);
  for (size_t i = 0; i < n; i++) {
    const double x = (i & 1 ? 1.0 : -1.0) + fairu_philox__normal(&rng);
    column[0][i] = (float)x;
    column[1][i] = (float)nuisance(&rng, x, (int)(i & 1));
  }
  made_turns(ctx, events);
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
  training.activation = adversary.activation = FAIRU_ACTIVATION_TANH;
  adversary.sees = FAIRU_OUTPUT_SCORE;
  training.optimiser = FAIRU_OPTIMISER_SGD;
  training.momentum = 0.0;
  training.learning_rate = 0.05;
  training.schedule = FAIRU_SCHEDULE_CONSTANT;
  adversary.optimiser = FAIRU_OPTIMISER_ADAM;
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

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_sees_nothing_finds_the_entropy),
    cmocka_unit_test(an_adversary_learns_the_conditional_density),
    cmocka_unit_test(within_a_class_nothing_is_to_hide),
    cmocka_unit_test(a_squared_error_sees_the_mean_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
