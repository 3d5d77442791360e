/* Losses per event: the categorical one reaches the Bayes cross-entropy, the squared one the conditional mean; classes, weights, targets. */
#include "classifier/gaussians.h"
#include "classifier/train_small.h"

enum { CLASSES = 3 };

static const double centre[CLASSES][2] = { { 0.0, 0.0 }, { 1.5, 0.3 }, { 0.4, 1.7 } };
static const double width[CLASSES] = { 0.8, 1.0, 0.6 };
static const char *const columns[4] = { "x", "y", "t", "u" };
static const size_t two_layers[2] = { 32, 32 };

/* Classes in turn, each a round Gaussian. */
static fairu_events *three_gaussians(fairu_context *ctx, uint64_t seed, size_t n)
{
  float *x[2];
  int32_t *labels = malloc(n * sizeof *labels);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 6);
  fairu_events *events = made_columns(ctx, columns, 2, n, x);
  for (size_t i = 0; i < n; i++) {
    const size_t c = i % CLASSES;
    labels[i] = (int32_t)c;
    for (size_t f = 0; f < 2; f++)
      x[f][i] = (float)(centre[c][f] + width[c] * fairu_philox__normal(&rng));
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  free(labels);
  return events;
}

/* Posterior of the classes at one event, with prior weights. */
static void posterior(double x, double y, const double prior[CLASSES], double p[CLASSES])
{
  double sum = 0.0;
  for (size_t c = 0; c < CLASSES; c++) {
    const double dx = (x - centre[c][0]) / width[c], dy = (y - centre[c][1]) / width[c];
    p[c] = prior[c] * exp(-0.5 * (dx * dx + dy * dy)) / (width[c] * width[c]);
    sum += p[c];
  }
  for (size_t c = 0; c < CLASSES; c++)
    p[c] /= sum;
}

static fairu_training_options small_options(fairu_context *ctx, int loss)
{
  fairu_training_options options;
  CHECK_OK(ctx, fairu_training_options_init(&options, sizeof options));
  options.features = columns;
  options.n_features = 2;
  options.hidden = two_layers;
  options.loss = loss;
  options.batch = 256;
  options.learning_rate = 5e-3;
  return options;
}

/* Mean losses of the network and of Bayes on the same fresh events, and the mean distance of probabilities. */
static void compare_to_bayes(fairu_context *ctx, const fairu_classifier *trained, const double prior[CLASSES],
                             double *network, double *bayes, double *distance)
{
  enum { TESTS = 30000 };
  static float scores[TESTS * CLASSES];
  fairu_events *test = three_gaussians(ctx, 50, TESTS);
  size_t stride[2];
  const float *x = fairu_events_column(test, 0, &stride[0]), *y = fairu_events_column(test, 1, &stride[1]);
  double total = 0.0;
  *network = *bayes = *distance = 0.0;
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_SCORE, scores));
  for (size_t i = 0; i < TESTS; i++) {
    double p[CLASSES], sum = 0.0;
    const size_t c = i % CLASSES;
    posterior((double)x[i * stride[0]], (double)y[i * stride[1]], prior, p);
    *network -= prior[c] * log((double)scores[i * CLASSES + c]);
    *bayes -= prior[c] * log(p[c]);
    total += prior[c];
    for (size_t k = 0; k < CLASSES; k++) {
      sum += (double)scores[i * CLASSES + k];
      *distance += fabs((double)scores[i * CLASSES + k] - p[k]) / (CLASSES * TESTS);
    }
    CHECK_NEAR(sum, 1.0, 1e-6);
  }
  *network /= total;
  *bayes /= total;
  fairu_events_destroy(test);
}

static void categorical_reaches_the_bayes_cross_entropy(void **state)
{
  (void)state;
  enum { EVENTS = 60000 };
  static double weights[EVENTS];
  const double priors[2][CLASSES] = { { 1.0, 1.0, 1.0 }, { 0.5, 2.0, 1.0 } };
  fairu_context *ctx = support_context();
  fairu_events *events = three_gaussians(ctx, 1, EVENTS);
  fairu_training_options options = small_options(ctx, FAIRU_LOSS_CATEGORICAL);
  fairu_training_result result = { .struct_size = sizeof result };
  options.epochs = 6;
  for (size_t i = 0; i < EVENTS; i++)
    weights[i] = priors[1][i % CLASSES];
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
  for (int k = 0; k < 2; k++) { /* balanced classes are all alike; else their weights are the prior */
    fairu_classifier *trained = NULL;
    double network, bayes, distance;
    options.balance = k == 0;
    options.n_classes = k == 0 ? 0 : CLASSES;
    CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, &result, &trained));
    assert_int_equal(fairu_classifier_n_outputs(trained), CLASSES);
    compare_to_bayes(ctx, trained, priors[k], &network, &bayes, &distance);
    assert_true(network > bayes - 2e-4);
    CHECK_NEAR(network, bayes, 4e-3);
    CHECK_NEAR(result.training_loss, bayes, 0.015);
    CHECK_NEAR(distance, 0.0, 0.015);
    fairu_classifier_destroy(trained);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* The softmax of two classes is the sigmoid of the difference of logits: same optimum; here of a linear model, where it is unique. */
static void two_classes_are_the_binary_loss(void **state)
{
  (void)state;
  enum { EVENTS = 20000 };
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 2, EVENTS, quarter_pi), *test = gaussians(ctx, 3, 500, quarter_pi);
  fairu_training_options options = small_options(ctx, FAIRU_LOSS_BINARY);
  static float one[500], two[1000];
  fairu_classifier *trained = NULL;
  options.n_hidden = 0;
  options.learning_rate = 0.05;
  options.schedule = FAIRU_SCHEDULE_COSINE;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_SCORE, one));
  fairu_classifier_destroy(trained);
  options.loss = FAIRU_LOSS_CATEGORICAL;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_SCORE, two));
  fairu_classifier_destroy(trained);
  for (size_t i = 0; i < 500; i++)
    CHECK_NEAR((double)two[2 * i + 1], (double)one[i], 0.01);
  fairu_events_destroy(test);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Powers of two on the weights of a class are exact: balanced classes do not see them. */
static void balance_takes_the_weight_of_a_class_away(void **state)
{
  (void)state;
  enum { EVENTS = 3000, TESTS = 300 };
  static double weights[EVENTS];
  static float scores[2][TESTS * CLASSES];
  fairu_context *ctx = support_context();
  fairu_events *events = three_gaussians(ctx, 4, EVENTS), *test = three_gaussians(ctx, 5, TESTS);
  fairu_training_options options = small_options(ctx, FAIRU_LOSS_CATEGORICAL);
  options.epochs = 2;
  for (int k = 0; k < 2; k++) {
    fairu_classifier *trained = NULL;
    for (size_t i = 0; i < EVENTS; i++)
      weights[i] = (i % 5 ? 1.0 : -0.25) * (k == 0 ? 1.0 : ldexp(1.0, (int)(i % CLASSES) * 7 - 5));
    CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, EVENTS));
    CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
    CHECK_OK(ctx,
             fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_SCORE, scores[k]));
    fairu_classifier_destroy(trained);
  }
  assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
  fairu_events_destroy(test);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- squared -------------------------------------------------------------------------------------------- */

static double mean_t(double x, double y)
{
  return sin(2.0 * x) + 0.5 * y;
}

static double mean_u(double x, double y)
{
  return 10.0 + x * y;
}

/* Noise of a width that depends on x, so that weights and means are told apart; no labels. */
static fairu_events *regression(fairu_context *ctx, uint64_t seed, size_t n)
{
  float *column[4];
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7);
  fairu_events *events = made_columns(ctx, columns, 4, n, column);
  for (size_t i = 0; i < n; i++) {
    const double x = 3.0 * fairu_philox__uniform(&rng) - 1.5, y = 2.0 * fairu_philox__uniform(&rng) - 1.0;
    column[0][i] = (float)x;
    column[1][i] = (float)y;
    column[2][i] = (float)(mean_t(x, y) + 0.3 * (1.5 + x) * fairu_philox__normal(&rng));
    column[3][i] = (float)(mean_u(x, y) - 0.4 * log(fairu_philox__uniform(&rng)) - 0.4); /* skew, mean 0 */
  }
  return events;
}

static void squared_reaches_the_conditional_mean(void **state)
{
  (void)state;
  enum { EVENTS = 60000, TESTS = 3000 };
  static float out[2 * TESTS];
  fairu_context *ctx = support_context();
  fairu_events *events = regression(ctx, 8, EVENTS), *test = regression(ctx, 9, TESTS);
  fairu_training_options options = small_options(ctx, FAIRU_LOSS_SQUARED);
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  size_t stride[2];
  double square[2] = { 0.0, 0.0 };
  options.targets = columns + 2;
  options.n_targets = 2;
  options.epochs = 8;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, &result, &trained));
  assert_int_equal(fairu_classifier_n_outputs(trained), 2);
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, NULL, 1, 0, FAIRU_OUTPUT_SCORE, out));
  const float *x = fairu_events_column(test, 0, &stride[0]), *y = fairu_events_column(test, 1, &stride[1]);
  for (size_t i = 0; i < TESTS; i++) {
    const double at_x = (double)x[i * stride[0]], at_y = (double)y[i * stride[1]];
    const double dt = (double)out[2 * i] - mean_t(at_x, at_y),
                 du = (double)out[2 * i + 1] - mean_u(at_x, at_y);
    square[0] += dt * dt / TESTS;
    square[1] += du * du / TESTS;
  }
  /* all 1218 parameters fitted to noise of 0.52 and 0.4 would be off by noise * sqrt(parameters / events) */
  CHECK_NEAR(sqrt(square[0]), 0.0, 0.52 * sqrt(1218.0 / EVENTS));
  CHECK_NEAR(sqrt(square[1]), 0.0, 0.4 * sqrt(1218.0 / EVENTS));
  /* mean over both targets of the noise: (0.09 E(1.5 + x)^2 + 0.16) / 2, E = 3 */
  CHECK_NEAR(result.training_loss, 0.5 * (0.09 * 3.0 + 0.16), 0.01);
  fairu_classifier_destroy(trained);
  fairu_events_destroy(test);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- all of it together, and refusals ------------------------------------------------------------------- */

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int loss = FAIRU_LOSS_CATEGORICAL; loss <= FAIRU_LOSS_SQUARED; loss++) {
    const int squares = loss == FAIRU_LOSS_SQUARED;
    case_data c = { squares ? regression(ctx, 3, 90) : three_gaussians(ctx, 3, 90),
                    small_options(ctx, loss) };
    c.options.epochs = 1;
    c.options.validation_fraction = 0.2;
    c.options.members = 2;
    c.options.nuisances = columns + 1;
    c.options.n_nuisances = 1;
    c.options.n_features = 1;
    c.options.gate = "y"; /* several outputs behind a gate */
    c.options.targets = columns + 2;
    c.options.n_targets = squares ? 2 : 0;
    assert_true(support_every_allocation_fails(train_small, &c) > 60);
    fairu_events_destroy(c.events);
  }
  fairu_context_destroy(ctx);
}

static void wrong_options_are_refused(void **state)
{
  (void)state;
  const char *const missing[2] = { "t", "mass" }, *const null_name[2] = { "t", NULL };
  float *column;
  fairu_context *ctx = support_context();
  case_data c = { regression(ctx, 4, 100), small_options(ctx, FAIRU_LOSS_SQUARED) };
  c.options.targets = columns + 2;
  c.options.n_targets = 2;
  const fairu_training_options good = c.options;
  c.options.loss = 4;
  REFUSED(FAIRU_ERR_ARGUMENT, "unknown loss 4");
  c.options.n_targets = 0;
  REFUSED(FAIRU_ERR_ARGUMENT, "the squared loss needs targets");
  c.options.targets = NULL;
  REFUSED(FAIRU_ERR_NULL, "targets is NULL");
  c.options.targets = missing;
  REFUSED(FAIRU_ERR_NOT_FOUND, "\"mass\"");
  c.options.targets = null_name;
  REFUSED(FAIRU_ERR_NULL, "name of target 1 is NULL");
  c.options.loss = FAIRU_LOSS_CATEGORICAL;
  REFUSED(FAIRU_ERR_ARGUMENT, "labels");
  c.options.loss = FAIRU_LOSS_CATEGORICAL;
  c.options.n_classes = 1;
  REFUSED(FAIRU_ERR_ARGUMENT, "n_classes is 1");
  c.options.dropout = 1.0;
  REFUSED(FAIRU_ERR_RANGE, "dropout is 1");
  c.options.dropout = (double)NAN;
  REFUSED(FAIRU_ERR_RANGE, "dropout is nan");
  c.options.members = 0;
  REFUSED(FAIRU_ERR_RANGE, "members is 0");
  c.options.members = 5000;
  REFUSED(FAIRU_ERR_RANGE, "members is 5000");
  c.options.resume = 1;
  REFUSED(FAIRU_ERR_ARGUMENT, "resume needs a checkpoint");
  c.options.checkpoint_every = 0;
  REFUSED(FAIRU_ERR_RANGE, "checkpoint_every is 0");
  CHECK_OK(ctx, fairu_events_column_data(c.events, ctx, 3, &column));
  column[42] = -INFINITY;
  REFUSED(FAIRU_ERR_NON_FINITE, "row 42: target \"u\" is -inf");
  fairu_events_destroy(c.events);
  c.events = three_gaussians(ctx, 4, 90);
  c.options = small_options(ctx, FAIRU_LOSS_CATEGORICAL);
  c.options.n_classes = 4;
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, train_small(ctx, &c));
  CHECK_SAYS(ctx, "class 3 has 0 training events");
  c.options.n_classes = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, train_small(ctx, &c));
  CHECK_SAYS(ctx, "row 2: label is 2, not 0 or 1");
  int32_t labels[90] = { 0, 1, -1 };
  c.options.n_classes = 3;
  CHECK_OK(ctx, fairu_events_set_labels(c.events, ctx, labels, 90));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, train_small(ctx, &c));
  CHECK_SAYS(ctx, "row 2: label is -1, not 0 to 2");
  labels[2] = INT32_MAX;
  c.options.n_classes = 0;
  CHECK_OK(ctx, fairu_events_set_labels(c.events, ctx, labels, 90));
  assert_true(train_small(ctx, &c) != FAIRU_OK); /* too many classes to hold, or one without events */
  fairu_events_destroy(c.events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(categorical_reaches_the_bayes_cross_entropy),
    cmocka_unit_test(two_classes_are_the_binary_loss),
    cmocka_unit_test(balance_takes_the_weight_of_a_class_away),
    cmocka_unit_test(squared_reaches_the_conditional_mean),
    cmocka_unit_test(failing_allocations_are_clean),
    cmocka_unit_test(wrong_options_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
