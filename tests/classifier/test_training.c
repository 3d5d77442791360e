/* Training: reaches the Bayes classifier where that is known; same bits for any threads and any units. */
#include "classifier/gaussians.h"
#include "numeric/special.h"

/* The closed form on the same events takes the fluctuation of the test sample away. */
static void check_auc(fairu_context *ctx, const fairu_classifier *trained, double z, double within)
{
  enum { EVENTS = 100000 };
  fairu_events *events = gaussians(ctx, 99, EVENTS, z);
  fairu_classifier *bayes = NULL;
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 2.0 * radius / (sigma * sigma), &bayes));
  const double best = auc_at(bayes, ctx, events, z);
  CHECK_NEAR(best, fairu_normal__cdf(sqrt(2.0) * radius / sigma), 5.0 * 0.0005); /* 5 sigma of 50000 pairs */
  CHECK_NEAR(auc_at(trained, ctx, events, z), best, within);
  fairu_classifier_destroy(bayes);
  fairu_events_destroy(events);
}

static void baseline_reaches_the_bayes_classifier(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 1, 100000, quarter_pi);
  fairu_training_options options = options_for(ctx, 0, NULL);
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  options.batch = 512;
  options.epochs = 5;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, &result, &trained));
  check_auc(ctx, trained, quarter_pi, 5e-4);
  CHECK_NEAR(result.training_loss, 0.188421,
             0.004); /* cross-entropy of the Bayes classifier; sample noise 0.001 */
  assert_int_equal(result.epochs, 5);
  assert_int_equal(result.best_epoch, 4);
  assert_int_equal(result.steps, 5 * 196);
  assert_true(isnan(result.validation_loss));
  fairu_classifier_destroy(trained);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void aware_and_gated_are_optimal_at_every_angle(void **state)
{
  (void)state;
  const size_t hidden[2] = { 32, 32 };
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 2, 100000, -1.0);
  fairu_training_options options = options_for(ctx, 1, NULL);
  options.hidden = hidden;
  options.learning_rate = 5e-3;
  options.batch = 256;
  options.epochs = 8;
  for (int gated = 0; gated < 2; gated++) {
    fairu_classifier *trained = NULL;
    double lower = 0.0, upper = 0.0;
    options.gate = gated ? "z" : NULL;
    options.gate_nominal = quarter_pi;
    CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
    check_auc(ctx, trained, 0.0, 1e-3);
    check_auc(ctx, trained, quarter_pi, 1e-3);
    check_auc(ctx, trained, 2.0 * quarter_pi, 1e-3);
    CHECK_OK(ctx, fairu_classifier_nuisance_range(trained, ctx, 0, &lower, &upper));
    CHECK_NEAR(lower, 0.0, 1e-12);
    CHECK_NEAR(upper, 2.0 * quarter_pi, 1e-6);
    fairu_classifier_destroy(trained);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void threads_do_not_change_a_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 3, 5000, -1.0);
  fairu_training_options options = options_for(ctx, 1, NULL);
  static curve one, many;
  float scores[500], again[500];
  options.batch = 700; /* the last batch and the last slice are not full */
  options.epochs = 3;
  options.validation_fraction = 0.3;
  options.gate_nominal = quarter_pi;
  for (int gated = 0; gated < 2; gated++) {
    options.gate = gated ? "z" : NULL;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    train_and_score(ctx, events, options, &one, scores);
    for (int threads = 1; threads <= 3; threads++) {
      CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
      train_and_score(ctx, events, options, &many, again);
      assert_memory_equal(&one, &many, sizeof one);
      assert_memory_equal(scores, again, sizeof scores);
    }
  }
  options.seed = 2;
  train_and_score(ctx, events, options, &many, again);
  assert_memory_not_equal(&one, &many, sizeof one);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Powers of two are exact: with standardised inputs and balanced classes no unit of a feature or of a weight matters. */
static void units_do_not_change_a_bit(void **state)
{
  (void)state;
  enum { EVENTS = 3000 };
  static curve plain, scaled;
  static double weights[EVENTS];
  float scores[500], again[500], *column;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 4, EVENTS, -1.0);
  fairu_training_options options = options_for(ctx, 1, NULL);
  options.epochs = 2;
  options.batch = 256;
  for (size_t i = 0; i < EVENTS; i++)
    weights[i] = i % 5 ? 1.0 : -0.25; /* signed */
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  train_and_score(ctx, events, options, &plain, scores);
  for (size_t i = 0; i < EVENTS; i++)
    weights[i] *= i & 1 ? 1024.0 : 0.125; /* by class */
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  train_and_score(ctx, events, options, &scaled, again);
  assert_memory_equal(&plain, &scaled, sizeof plain);
  assert_memory_equal(scores, again, sizeof scores);
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 1, &column));
  for (size_t i = 0; i < EVENTS; i++)
    column[i] *= 4096.0F;
  train_and_score(ctx, events, options, &scaled, again);
  assert_memory_equal(&plain, &scaled, sizeof plain);
  options.balance = 0;
  train_and_score(ctx, events, options, &scaled, again);
  assert_memory_not_equal(&plain, &scaled, sizeof plain);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Without balance the logit learns the ratio of the classes too: ln(w_1 / w_0). */
static void unbalanced_weights_shift_the_logit(void **state)
{
  (void)state;
  enum { EVENTS = 40000 };
  static double weights[EVENTS];
  double mean[2] = { 0.0, 0.0 };
  const size_t no_hidden = 0;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 5, EVENTS, quarter_pi), *test = gaussians(ctx, 6, 1000, quarter_pi);
  fairu_training_options options = options_for(ctx, 0, NULL);
  for (size_t i = 0; i < EVENTS; i++)
    weights[i] = i & 1 ? 7.0 : 1.0;
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  options.hidden = &no_hidden;
  options.n_hidden = 0; /* logistic regression: exact for Gaussians of equal width */
  options.epochs = 12;
  options.batch = 256;
  options.learning_rate = 0.02;
  for (int balance = 0; balance < 2; balance++) {
    fairu_classifier *trained = NULL;
    float logits[1000];
    options.balance = balance;
    CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
    CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, logits));
    for (size_t i = 0; i < 1000; i++)
      mean[balance] += (double)logits[i] / 1000.0;
    fairu_classifier_destroy(trained);
  }
  CHECK_NEAR(mean[0] - mean[1], log(7.0), 0.1);
  fairu_events_destroy(test);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* The network handed out is the one of best_epoch: its loss on the validation rows is the one reported. */
static void early_stopping_returns_the_best_epoch(void **state)
{
  (void)state;
  enum { EVENTS = 1000, PARTS = 1 << 20 };
  static curve c;
  static uint32_t parts[EVENTS];
  static float logits[EVENTS];
  double sum[2] = { 0.0, 0.0 }, n[2] = { 0.0, 0.0 };
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 7, EVENTS, quarter_pi);
  fairu_training_options options = options_for(ctx, 0, &c);
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  options.learning_rate = 0.02;
  options.batch = 32;
  options.epochs = 60;
  options.validation_fraction = 0.4;
  options.patience = 3;
  options.balance = 0;
  options.schedule = FAIRU_SCHEDULE_CONSTANT;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, &result, &trained));
  assert_true(result.epochs < 60 && result.epochs == c.n);
  assert_int_equal(result.epochs - 1 - result.best_epoch, 3);
  for (size_t e = 0; e < c.n; e++)
    assert_true(c.validation[e] >= c.validation[result.best_epoch]);
  assert_true(c.validation[result.best_epoch] == result.validation_loss);
  assert_true(c.training[c.n - 1] == result.training_loss);
  CHECK_OK(ctx, fairu_events_split(events, ctx, options.seed, PARTS, parts));
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, events, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, logits));
  for (size_t i = 0; i < EVENTS; i++) {
    const int part = parts[i] < 0.4 * PARTS;
    const double logit = (double)logits[i];
    sum[part] += fmax(logit, 0.0) - (i & 1 ? logit : 0.0) + log1p(exp(-fabs(logit)));
    n[part] += 1.0;
  }
  CHECK_CLOSE(sum[1] / n[1], result.validation_loss, 1e-5);
  CHECK_NEAR(n[1] / EVENTS, 0.4, 0.08);
  fairu_classifier_destroy(trained);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void a_callback_ends_training_well(void **state)
{
  (void)state;
  static curve c;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 8, 500, quarter_pi);
  fairu_training_options options = options_for(ctx, 0, &c);
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  c.stop_after = 2;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, &result, &trained));
  assert_non_null(trained);
  assert_int_equal(result.epochs, 2);
  fairu_classifier_destroy(trained);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void every_rule_and_schedule_learns(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 9, 20000, quarter_pi);
  for (int rule = FAIRU_OPTIMISER_ADAM; rule <= FAIRU_OPTIMISER_RMSPROP; rule++)
    for (int schedule = FAIRU_SCHEDULE_CONSTANT; schedule <= FAIRU_SCHEDULE_STEP; schedule++) {
      static const size_t hidden[1] = { 16 };
      fairu_training_options options = options_for(ctx, 0, NULL);
      fairu_classifier *trained = NULL;
      options.hidden = hidden;
      options.n_hidden = 1;
      options.activation = schedule == 0   ? FAIRU_ACTIVATION_TANH
                           : schedule == 1 ? FAIRU_ACTIVATION_ELU
                                           : FAIRU_ACTIVATION_SIGMOID;
      options.optimiser = rule;
      options.schedule = schedule;
      options.learning_rate = rule == FAIRU_OPTIMISER_SGD ? 0.05 : 0.005;
      options.batch = 200;
      options.epochs = 3;
      CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
      check_auc(ctx, trained, quarter_pi, 2e-3);
      fairu_classifier_destroy(trained);
    }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(baseline_reaches_the_bayes_classifier),
    cmocka_unit_test(aware_and_gated_are_optimal_at_every_angle),
    cmocka_unit_test(threads_do_not_change_a_bit),
    cmocka_unit_test(units_do_not_change_a_bit),
    cmocka_unit_test(unbalanced_weights_shift_the_logit),
    cmocka_unit_test(early_stopping_returns_the_best_epoch),
    cmocka_unit_test(a_callback_ends_training_well),
    cmocka_unit_test(every_rule_and_schedule_learns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
