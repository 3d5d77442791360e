/* Whole trainings against one event at a time in double: losses of every epoch, which epoch is best, and the network handed out. */
#include "classifier/made_columns.h"
#include "classifier/plain_compare.h"

enum { ROWS = 220 };

static const char *const columns[6] = { "x", "y", "v", "z", "t", "u" };

/* Columns of different units, one of them constant but for a few rows; 3 labels; weights of both signs; targets of both sizes. */
static fairu_events *table(fairu_context *ctx, int n_labels)
{
  float *column[6];
  int32_t labels[ROWS];
  double weights[ROWS];
  fairu_philox rng = fairu_philox__start(31, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, columns, 6, ROWS, column);
  for (size_t i = 0; i < ROWS; i++) {
    labels[i] = (int32_t)fairu_philox__below(&rng, (uint64_t)n_labels);
    weights[i] = i % 11 == 3 ? -0.3 : 0.2 + (double)labels[i] + fairu_philox__uniform(&rng);
    const double x = labels[i] - 0.7 + fairu_philox__normal(&rng), y = fairu_philox__normal(&rng);
    column[0][i] = (float)(120.0 + 30.0 * x);
    column[1][i] = (float)(0.01 * y);
    column[2][i] = i % 5 ? -25.0F : (float)x;
    column[3][i] = (float)(0.5 + 0.25 * (double)fairu_philox__below(&rng, 5));
    column[4][i] = (float)(x * (double)column[3][i] + 0.3 * fairu_philox__normal(&rng));
    column[5][i] = (float)(4.0 - y * y);
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, ROWS));
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, ROWS));
  return events;
}

static plain_trainer plain;

/* The network at one Z on both sides of a gate, logits of all rows. */
static void compare_network(fairu_context *ctx, const fairu_classifier *trained, const fairu_events *events,
                            double within)
{
  static const double places[3][2] = { { 0.6, -25.0 },
                                       { 1.2, 0.5 },
                                       { 1.2, -25.0 } }; /* of one nuisance the first */
  for (size_t p = 0; p < 3; p++)
    plain_check_logits(ctx, trained, events, &plain, plain.options->n_nuisances > 0 ? places[p] : NULL, 1.0,
                       within);
}

/* Float against double: rounding of 1e-7 a step, which Adam and RMSprop pass on in units of the rate. */
static const double within = 2e-4;

static void compare(fairu_context *ctx, const fairu_events *events, fairu_training_options o,
                    size_t n_outputs)
{
  curve c;
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  plain_listen(&o, &c);
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &o, &result, &trained));
  plain_train(&plain, ctx, events, &o, n_outputs);
  assert_int_equal(result.epochs, plain.epochs);
  assert_int_equal(result.best_epoch, o.patience > 0 ? plain.best_epoch : plain.epochs - 1);
  assert_int_equal(result.steps, plain.steps);
  plain_check_losses(&c, plain.training_loss, plain.validation_loss, plain.epochs, within);
  CHECK_CLOSE(result.training_loss, plain.training_loss[plain.epochs - 1], within);
  compare_network(ctx, trained, events, within);
  fairu_classifier_destroy(trained);
}

static const size_t widths[4] = { 6, 5, 4, 3 };
static const int mixed[4] = { FAIRU_ACTIVATION_ELU, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID,
                              FAIRU_ACTIVATION_LINEAR };

static fairu_training_options begin(fairu_context *ctx, size_t n_hidden)
{
  fairu_training_options o;
  CHECK_OK(ctx, fairu_training_options_init(&o, sizeof o));
  o.features = columns;
  o.n_features = 3;
  o.hidden = widths;
  o.n_hidden = n_hidden;
  o.activation = FAIRU_ACTIVATION_TANH; /* smooth: a ReLU in float may open one step earlier than in double */
  o.batch = 50;                         /* 220 rows: the last batch is short */
  o.epochs = 6;
  o.learning_rate = 0.01;
  o.seed = 17;
  return o;
}

static void every_activation_learns_its_formula(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  for (int activation = FAIRU_ACTIVATION_LINEAR; activation <= FAIRU_ACTIVATION_ELU; activation++)
    for (size_t n_hidden = 0; n_hidden <= 3; n_hidden++) {
      fairu_training_options o = begin(ctx, n_hidden);
      o.activation = activation;
      o.optimiser = FAIRU_OPTIMISER_SGD;
      compare(ctx, events, o, 1);
    }
  fairu_training_options o = begin(ctx, 4);
  o.activations = mixed;
  compare(ctx, events, o, 1);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void every_rule_and_schedule_is_its_formula(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  for (int rule = FAIRU_OPTIMISER_ADAM; rule <= FAIRU_OPTIMISER_RMSPROP; rule++)
    for (int schedule = FAIRU_SCHEDULE_CONSTANT; schedule <= FAIRU_SCHEDULE_STEP; schedule++) {
      fairu_training_options o = begin(ctx, 2);
      o.optimiser = rule;
      o.schedule = schedule;
      o.final_rate = 0.3;
      o.momentum = 0.6;
      o.batch = 64;
      compare(ctx, events, o, 1);
    }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void every_loss_is_its_formula(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *two = table(ctx, 2), *three = table(ctx, 3);
  for (int balance = 0; balance < 2; balance++) {
    fairu_training_options o = begin(ctx, 1);
    o.balance = balance;
    compare(ctx, two, o, 1);
    o.loss = FAIRU_LOSS_CATEGORICAL;
    compare(ctx, two, o, 2);
    compare(ctx, three, o, 3);
    o.n_classes = 3;
    compare(ctx, three, o, 3);
    o.loss = FAIRU_LOSS_SQUARED; /* not balanced, whatever the option */
    o.targets = columns + 4;
    o.n_targets = 1;
    compare(ctx, three, o, 1);
    o.n_targets = 2;
    compare(ctx, three, o, 2);
  }
  fairu_events_destroy(three);
  fairu_events_destroy(two);
  fairu_context_destroy(ctx);
}

/* The penalty is on hidden weight matrices but the first: with one hidden layer there is none. */
static void penalties_pull_hidden_matrices_alone(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  for (size_t n_hidden = 0; n_hidden <= 4; n_hidden++)
    for (int rule = FAIRU_OPTIMISER_ADAM; rule <= FAIRU_OPTIMISER_SGD; rule++) {
      fairu_training_options o = begin(ctx, n_hidden);
      o.l2 = 0.2;
      o.optimiser = rule;
      o.nuisances = columns + 3;
      o.n_nuisances = 1;
      compare(ctx, events, o, 1);
      o.gate = "z";
      o.gate_nominal = 1.0;
      compare(ctx, events, o, 1);
    }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void gates_train_two_networks(void **state)
{
  (void)state;
  const double nominal[4] = { 0.5, 0.75, 1.5,
                              1.0 + 1e-9 }; /* all above; two of five sides; values on the edge are above */
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 3);
  for (size_t k = 0; k < 4; k++)
    for (int loss = FAIRU_LOSS_CATEGORICAL; loss <= FAIRU_LOSS_SQUARED; loss++) {
      fairu_training_options o = begin(ctx, 2);
      o.nuisances = columns + 3;
      o.n_nuisances = 1;
      o.gate = "z";
      o.gate_nominal = nominal[k];
      o.loss = loss;
      o.targets = columns + 4;
      o.n_targets = 2;
      o.batch = 33;
      compare(ctx, events, o, loss == FAIRU_LOSS_SQUARED ? 2 : 3);
    }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* The gate may be any of the nuisances, which may be any columns. */
static void gates_are_found_by_name(void **state)
{
  (void)state;
  static const char *const two[2] = { "z", "v" };
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  for (size_t k = 0; k < 2; k++) {
    fairu_training_options o = begin(ctx, 1);
    o.n_features = 2;
    o.nuisances = two;
    o.n_nuisances = 2;
    o.gate = two[k];
    o.gate_nominal = k == 0 ? 1.0 : -3.0;
    compare(ctx, events, o, 1);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Inputs that need no scaling; a constant one has scale 1. */
static void inputs_as_they_come(void **state)
{
  (void)state;
  float *column;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &column));
  for (size_t i = 0; i < ROWS; i++)
    column[i] = -2.5F;
  for (int standardise = 0; standardise < 2; standardise++) {
    fairu_training_options o = begin(ctx, 2);
    o.features = columns + 1;
    o.n_features = 3;
    o.standardise = standardise;
    compare(ctx, events, o, 1);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void batches_of_any_size(void **state)
{
  (void)state;
  const size_t batch[] = { 1, 7, 63, 64, 65, 219, 220, 221, 5000, SIZE_MAX };
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  for (size_t k = 0; k < sizeof batch / sizeof *batch; k++) {
    fairu_training_options o = begin(ctx, 1);
    o.batch = batch[k];
    o.epochs = batch[k] == 1 ? 2 : 5;
    o.optimiser = FAIRU_OPTIMISER_SGD;
    compare(ctx, events, o, 1);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Overtraining on purpose: the loss of the validation part turns, and the best epoch is handed out. */
static void early_stopping_is_its_rule(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = table(ctx, 2);
  size_t stopped = 0;
  for (uint64_t seed = 1; seed <= 6; seed++)
    for (size_t patience = 0; patience <= 3; patience++) {
      fairu_training_options o = begin(ctx, 2);
      o.seed = seed;
      o.learning_rate = 0.05;
      o.schedule = FAIRU_SCHEDULE_CONSTANT;
      o.optimiser = FAIRU_OPTIMISER_SGD;
      o.validation_fraction = 0.2 + 0.1 * (double)patience;
      o.patience = patience;
      o.epochs = 30;
      compare(ctx, events, o, 1);
      stopped += plain.epochs < 30;
      assert_true(patience > 0 || plain.epochs == 30);
    }
  assert_true(stopped >= 6);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_activation_learns_its_formula),
    cmocka_unit_test(every_rule_and_schedule_is_its_formula),
    cmocka_unit_test(every_loss_is_its_formula),
    cmocka_unit_test(penalties_pull_hidden_matrices_alone),
    cmocka_unit_test(gates_train_two_networks),
    cmocka_unit_test(gates_are_found_by_name),
    cmocka_unit_test(inputs_as_they_come),
    cmocka_unit_test(batches_of_any_size),
    cmocka_unit_test(early_stopping_is_its_rule),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
