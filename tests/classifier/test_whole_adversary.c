/* Whole trainings of a classifier f against an adversary r, one event at a time in double: losses of every epoch, what the result says, and
 * the classifier handed out. */
#include "classifier/made_columns.h"
#include "classifier/plain_adversary.h"
#include "classifier/plain_compare.h"

enum { ROWS = 160 };

static const char *const columns[3] = { "x", "y", "z" };

/* Z of five values or of many, which x follows; labels and weights that know of it. */
static fairu_events *table(fairu_context *ctx, int few, int n_labels)
{
  float *column[3];
  int32_t labels[ROWS];
  double weights[ROWS];
  fairu_philox rng = fairu_philox__start(41, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, columns, 3, ROWS, column);
  for (size_t i = 0; i < ROWS; i++) {
    labels[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_labels);
    weights[i] = i % 13 == 2 ? -0.2 : 0.3 + fairu_philox__uniform(&rng);
    const double z = few ? (double)fairu_philox__below(&rng, 5) : 2.0 * fairu_philox__normal(&rng);
    column[2][i] = (float)(20.0 + 3.0 * z);
    column[0][i] = (float)((double)labels[i] + 0.5 * z + fairu_philox__normal(&rng));
    column[1][i] = (float)(fairu_philox__normal(&rng) - (double)labels[i]);
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, ROWS));
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, ROWS));
  return events;
}

/* ---- comparisons ---------------------------------------------------------------------------------------- */

/* Float against double, through two networks. */
static const double within = 5e-4;

static double in_units(const game *g, double loss)
{
  if (g->options->density == FAIRU_DENSITY_SQUARED)
    return loss * g->spread * g->spread;
  return g->options->density == FAIRU_DENSITY_DISCRETE ? loss : loss + log(g->spread);
}

static double blind(const game *g)
{
  switch (g->options->density) {
  case FAIRU_DENSITY_SQUARED:
    return g->spread * g->spread;
  case FAIRU_DENSITY_GAUSSIAN:
    return log(g->spread) + (1.0 + log(2.0 * acos(-1.0))) / 2.0;
  default:
    return g->blind;
  }
}

static void compare(fairu_context *ctx, const fairu_events *events, fairu_training_options training,
                    const fairu_adversary_options *options, size_t n_outputs)
{
  static game g;
  static curve c;
  fairu_adversary_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  plain_listen(&training, &c);
  CHECK_OK(ctx, fairu_classifier_train_adversarial(ctx, events, &training, options, NULL, &result, &trained));
  play(&g, ctx, events, &training, options, n_outputs);
  plain_check_losses(&c, g.training_loss, g.validation_loss, training.epochs, within);
  CHECK_NEAR(result.classifier_loss, g.loss_f, within);
  CHECK_CLOSE(result.adversary_loss, in_units(&g, g.loss_r), within);
  CHECK_NEAR(result.validation_classifier_loss, g.validation_f, within);
  CHECK_CLOSE(result.validation_adversary_loss, in_units(&g, g.validation_r), within);
  if (options->density == FAIRU_DENSITY_MIXTURE)
    assert_true(isnan(result.blind_loss));
  else
    CHECK_CLOSE(result.blind_loss, blind(&g), 1e-6);
  memcpy(g.f.best, g.f.net, sizeof g.f.best);
  plain_check_logits(ctx, trained, events, &g.f, NULL, 1.0, within);
  fairu_classifier_destroy(trained);
}

static const size_t widths[2] = { 5, 4 };

static fairu_training_options begin(fairu_context *ctx, fairu_adversary_options *adversary, int density)
{
  fairu_training_options o = plain_options(ctx, columns);
  CHECK_OK(ctx, fairu_adversary_options_init(adversary, sizeof *adversary));
  o.hidden = widths;
  o.batch = 50;
  o.epochs = 3;
  o.learning_rate = 0.01;
  o.validation_fraction = 0.2;
  o.l2 = 0.01;
  o.seed = 5;
  adversary->nuisance = "z";
  adversary->hidden = widths;
  adversary->activation = FAIRU_ACTIVATION_TANH;
  adversary->density = density;
  adversary->components = 2;
  adversary->lambda = 2.0;
  return o;
}

static void every_density_plays_its_game(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int density = FAIRU_DENSITY_MIXTURE; density <= FAIRU_DENSITY_SQUARED; density++)
    for (int k = 0; k < 4; k++) {
      fairu_events *events = table(ctx, density == FAIRU_DENSITY_DISCRETE, 2);
      fairu_adversary_options adversary;
      fairu_training_options training = begin(ctx, &adversary, density);
      adversary.sees = k & 1 ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE;
      adversary.reversal = k & 2 ? 1 : 0;
      compare(ctx, events, training, &adversary, 1);
      fairu_events_destroy(events);
    }
  fairu_context_destroy(ctx);
}

static void every_option_of_the_game(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 0, 2);
  for (int k = 0; k < 9; k++) {
    fairu_adversary_options adversary;
    fairu_training_options training = begin(ctx, &adversary, FAIRU_DENSITY_GAUSSIAN);
    adversary.only_label = k == 0 ? 0 : k == 1 ? 1 : -1;
    adversary.classifier_epochs = k == 2 ? 0 : 2;
    adversary.adversary_epochs = k == 3 ? 0 : 2;
    adversary.adversary_steps = k == 4 ? 3 : 1;
    adversary.rounds = k == 5 ? 2 : 0;
    adversary.optimiser = k == 6 ? FAIRU_OPTIMISER_ADAM : 0;
    adversary.learning_rate = k == 7 ? 0.03 : 0.0;
    adversary.l2 = k == 8 ? 0.2 : 0.0;
    training.schedule = k % 3;
    compare(ctx, events, training, &adversary, 1);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* r sees every output, behind a softmax, or as it is. */
static void every_loss_of_f(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 0, 3);
  for (int k = 0; k < 4; k++) {
    fairu_adversary_options adversary;
    fairu_training_options training = begin(ctx, &adversary, FAIRU_DENSITY_GAUSSIAN);
    training.loss = k < 2 ? FAIRU_LOSS_CATEGORICAL : FAIRU_LOSS_SQUARED;
    training.targets = columns + 1;
    training.n_targets = 2;
    training.learning_rate = k < 2 ? 0.01 : 1e-4;
    adversary.sees = k & 1 ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE;
    adversary.learning_rate = 0.01;
    compare(ctx, events, training, &adversary, k < 2 ? 3 : 2);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Left to itself an adversary takes values as such where there are at most 64, and ten events of each on average; else a mixture, which has no
 * loss of its own without f. */
static void few_values_are_at_most_a_tenth_of_the_events(void **state)
{
  (void)state;
  enum { MOST = 8000 };
  static const struct {
    size_t values, events;
    int few;
  } cases[] = { { 2, 20, 1 },   { 2, 19, 0 },   { 7, 70, 1 },    { 7, 69, 0 },
                { 64, 640, 1 }, { 64, 639, 0 }, { 65, MOST, 0 }, { 1000, MOST, 0 } };
  static int32_t labels[MOST];
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < MOST; i++)
    labels[i] = (int32_t)(i & 1);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const size_t n = cases[k].events;
    float *column[3];
    double share = 0.0, entropy = 0.0;
    fairu_adversary_options adversary;
    fairu_training_options training = begin(ctx, &adversary, FAIRU_DENSITY_AUTO);
    fairu_adversary_result result = { .struct_size = sizeof result };
    fairu_classifier *trained = NULL;
    fairu_events *events = made_columns(ctx, columns, 3, n, column);
    for (size_t i = 0; i < n; i++) {
      column[0][i] = (float)(i % 11);
      column[1][i] = (float)(i % 3);
      column[2][i] =
          -1.5F *
          (float)(i % cases[k].values); /* in turn: all at first, and rising shares differ by one event */
    }
    CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
    training.validation_fraction = 0.0;
    training.epochs = 1;
    training.balance = 0;
    CHECK_OK(ctx,
             fairu_classifier_train_adversarial(ctx, events, &training, &adversary, NULL, &result, &trained));
    for (size_t v = 0; v < cases[k].values; v++) {
      share = (double)(n / cases[k].values + (v < n % cases[k].values)) / (double)n;
      entropy -= share * log(share);
    }
    if (cases[k].few)
      CHECK_CLOSE(result.blind_loss, entropy, 1e-6);
    else
      assert_true(isnan(result.blind_loss));
    fairu_classifier_destroy(trained);
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_density_plays_its_game),
    cmocka_unit_test(every_option_of_the_game),
    cmocka_unit_test(every_loss_of_f),
    cmocka_unit_test(few_values_are_at_most_a_tenth_of_the_events),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
