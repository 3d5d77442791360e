/* Training on soft counts from outside: optima known in closed form, what the finished classifier says, threads, checkpoints. */
#include "classifier/summary_made.h"

#include "numeric/special.h"

/* ---- the optimum of a counting experiment --------------------------------------------------------------- */

static const double signal = 60.0, background = 1500.0;

/* Loss of the cut x > t, in closed form. */
static double loss_of_cut(fairu_context *ctx, fairu_significance_options *options, double t)
{
  const double counts[4] = { fairu_normal__cdf(t + 1.0), fairu_normal__sf(t + 1.0),
                             fairu_normal__cdf(t - 1.0), fairu_normal__sf(t - 1.0) };
  const fairu_summary_counts seen = { 2, 1, 0, 2, counts, NULL };
  double loss = 0.0, d[4];
  CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &loss, d, NULL, options));
  return loss;
}

static double best_cut(fairu_context *ctx, fairu_significance_options *options)
{
  double best = INFINITY;
  for (double t = -3.0; t < 4.0; t += 0.001)
    best = fmin(best, loss_of_cut(ctx, options, t));
  return best;
}

/* Where the score goes through one half, upwards. */
static double cut_of(fairu_context *ctx, const fairu_classifier *classifier)
{
  double lower = -4.0, upper = 5.0;
  while (upper - lower > 1e-4) {
    const float x = (float)(0.5 * (lower + upper));
    float score = 0.0F;
    CHECK_OK(ctx, fairu_classifier_score_event(classifier, ctx, &x, 1, NULL, 0, FAIRU_OUTPUT_SCORE, &score));
    *(score > 0.5F ? &upper : &lower) = (double)x;
  }
  return 0.5 * (lower + upper);
}

/* Events without fluctuations: x at equal steps of the cumulated density. */
static fairu_events *even_events(fairu_context *ctx, size_t n)
{
  fairu_events *events = made_events(ctx, n, 0.0);
  float *column = NULL;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &column));
  for (size_t i = 0; i < n; i++)
    column[i] =
        (float)((i & 1 ? 1.0 : -1.0) + fairu_normal__quantile(((double)(i / 2) + 0.5) / (double)(n / 2)));
  return events;
}

/* A selection that minimises either loss is a cut on the likelihood ratio, here on x: soft selections become steps there. */
static void significance_finds_the_best_cut(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = even_events(ctx, 8000);
  for (int formula = FAIRU_SIGNIFICANCE_SIMPLE; formula <= FAIRU_SIGNIFICANCE_ASIMOV; formula++) {
    fairu_significance_options significance;
    CHECK_OK(ctx, fairu_significance_options_init(&significance, sizeof significance));
    significance.signal = signal;
    significance.background = background;
    significance.uncertainty = 0.1;
    significance.formula = formula;
    fairu_training_options training = training_for(ctx);
    training.epochs = 500;
    training.batch = 8000;
    training.learning_rate = 0.05;
    const fairu_summary_options summary =
        summary_for(ctx, FAIRU_SUMMARY_SCORE, fairu_significance_loss, &significance);
    fairu_training_result result = { .struct_size = sizeof result };
    fairu_classifier *classifier = NULL;
    CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, &result, &classifier));
    const double best = best_cut(ctx, &significance), t = cut_of(ctx, classifier);
    const double reached = loss_of_cut(ctx, &significance, t);
    print_message("formula %d: best cut %.6g, x > %.3f has %.6g, soft %.6g\n", formula, best, t, reached,
                  result.training_loss);
    assert_true(reached < 1.001 * best);
    /* no soft selection is better; this one's edge is not infinitely steep */
    assert_true(result.training_loss > 0.999 * best && result.training_loss < 1.15 * best);
    fairu_classifier_destroy(classifier);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* The Bayes score of equal classes is sigmoid(2 x). */
static void a_warm_up_learns_labels(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = even_events(ctx, 20000);
  fairu_significance_options significance;
  CHECK_OK(ctx, fairu_significance_options_init(&significance, sizeof significance));
  significance.signal = signal;
  significance.background = background;
  fairu_training_options training = training_for(ctx);
  training.epochs = 12;
  training.batch = 500;
  fairu_summary_options summary =
      summary_for(ctx, FAIRU_SUMMARY_SCORE, fairu_significance_loss, &significance);
  for (summary.warm_up = 12; summary.warm_up >= 10; summary.warm_up -= 2) {
    fairu_training_result result = { .struct_size = sizeof result };
    fairu_classifier *classifier = NULL;
    CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, &result, &classifier));
    assert_int_equal(result.steps, 12 * 40);
    const double t = cut_of(ctx, classifier);
    if (summary.warm_up == 12) {
      CHECK_NEAR(t, 0.0, 0.05);
      CHECK_NEAR(result.training_loss, 0.356316, 0.002); /* E ln(1 + exp(-2 x)), x ~ N(1, 1), by quadrature */
    } else {
      assert_true(t > 0.1); /* on its way to the best cut, 1.03 */
    }
    fairu_classifier_destroy(classifier);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- counts of the finished classifier ------------------------------------------------------------------ */

static double share_of(int kind, const fairu_summary_options *options, const float *scores, size_t bin)
{
  if (kind == FAIRU_SUMMARY_SOFTMAX)
    return (double)scores[bin];
  if (kind == FAIRU_SUMMARY_SCORE)
    return bin ? (double)scores[0] : 1.0 - (double)scores[0];
  const double width = 1.0 / (double)options->n_bins, low = (double)bin * width - (double)scores[0];
  return fairu_normal__interval(low / options->bandwidth, (low + width) / options->bandwidth);
}

/* The last counts that the loss saw are those of the validation part by the finished classifier. */
static void a_classifier_has_the_counts_it_was_trained_to(void **state)
{
  (void)state;
  enum { N = 3000, BINS = 5 };
  static float scores[N * BINS];
  static uint32_t parts[N];
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  const int32_t *labels = fairu_events_labels(events);
  CHECK_OK(ctx, fairu_events_split(events, ctx, 1, 1U << 20, parts));
  for (int kind = FAIRU_SUMMARY_SOFTMAX; kind <= FAIRU_SUMMARY_SCORE; kind++) {
    watch w = { .n_calls = 0 };
    fairu_training_options training = training_for(ctx);
    training.epochs = 2;
    training.batch = 500;
    training.validation_fraction = 0.25;
    fairu_summary_options summary = summary_for(ctx, kind, pull_apart, &w);
    summary.n_bins = BINS;
    fairu_training_result result = { .struct_size = sizeof result };
    fairu_classifier *classifier = NULL;
    CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, &result, &classifier));
    const size_t n_bins = kind == FAIRU_SUMMARY_SCORE ? 2 : BINS;
    const size_t n_outputs = kind == FAIRU_SUMMARY_SOFTMAX ? BINS : 1;
    assert_int_equal(fairu_classifier_n_outputs(classifier), n_outputs);
    assert_int_equal(w.n_calls, result.steps + 2);
    CHECK_OK(ctx,
             fairu_classifier_score_events(classifier, ctx, events, NULL, 1, 0, FAIRU_OUTPUT_SCORE, scores));
    double loss = 0.0;
    for (size_t b = 0; b < n_bins; b++)
      for (int process = 0; process < 2; process++) {
        double sum = 0.0, n = 0.0;
        for (size_t i = 0; i < N; i++)
          if (labels[i] == process && parts[i] < 1U << 18) {
            sum += share_of(kind, &summary, scores + i * n_outputs, b);
            n += 1.0;
          }
        CHECK_NEAR(w.counts[(size_t)process * n_bins + b], sum / n, 2e-6);
        loss += (process ? -1.0 : 1.0) * (double)b * sum / n;
      }
    CHECK_NEAR(result.validation_loss, loss, 1e-4);
    assert_true(loss < -0.3); /* it has learnt something */
    fairu_classifier_destroy(classifier);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- threads -------------------------------------------------------------------------------------------- */

static void bits_do_not_depend_on_threads(void **state)
{
  (void)state;
  enum { N = 4001 };
  static float scores[2][N * 10];
  for (int kind = FAIRU_SUMMARY_SOFTMAX; kind <= FAIRU_SUMMARY_SCORE; kind++) {
    for (int t = 0; t < 2; t++) {
      fairu_context *ctx = support_context();
      CHECK_OK(ctx, fairu_context_set_threads(ctx, t ? 2 : 1));
      fairu_events *events = made_events(ctx, N, 0.0), *up = made_events(ctx, N, 0.3);
      const fairu_events *variations[1] = { up };
      watch w = { .n_calls = 0 };
      fairu_training_options training = training_for(ctx);
      training.n_nuisances = 1;
      training.nuisances = names + 1;
      training.epochs = 2;
      training.batch = 700;
      training.validation_fraction = 0.2;
      fairu_summary_options summary = summary_for(ctx, kind, pull_apart, &w);
      summary.variations = variations;
      summary.n_variations = 1;
      fairu_classifier *classifier = NULL;
      CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &classifier));
      const double z = 0.0;
      CHECK_OK(ctx, fairu_classifier_score_events(classifier, ctx, events, &z, 1, 1, FAIRU_OUTPUT_SCORE,
                                                  scores[t]));
      fairu_classifier_destroy(classifier);
      fairu_events_destroy(events);
      fairu_events_destroy(up);
      fairu_context_destroy(ctx);
    }
    assert_memory_equal(scores[0], scores[1],
                        N * (size_t)(kind == FAIRU_SUMMARY_SOFTMAX ? 10 : 1) * sizeof(float));
  }
}

/* ---- checkpoints ---------------------------------------------------------------------------------------- */

static int stop_after_two(size_t epoch, double training_loss, double validation_loss, void *user_data)
{
  (void)training_loss, (void)validation_loss, (void)user_data;
  return epoch == 1;
}

/* Two epochs, and two more later, are four epochs: warm-up, order of rows and optimiser go on where they were. */
static void a_resumed_training_has_the_same_bits(void **state)
{
  (void)state;
  enum { N = 2001 };
  static float scores[2][N];
  char path[4096];
  support_path(path, sizeof path, "summary.checkpoint");
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0), *up = made_events(ctx, N, 0.3);
  const fairu_events *variations[1] = { up };
  watch w = { .n_calls = 0 };
  fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_KDE, pull_apart, &w);
  summary.variations = variations;
  summary.n_variations = 1;
  summary.warm_up = 3;
  for (int resumed = 0; resumed < 2; resumed++) {
    fairu_training_options training = training_for(ctx);
    fairu_classifier *classifier = NULL;
    training.epochs = 5;
    training.batch = 300;
    if (resumed) {
      training.checkpoint = path;
      training.on_epoch = stop_after_two;
      CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &classifier));
      fairu_classifier_destroy(classifier);
      training.on_epoch = NULL;
      training.resume = 1;
    }
    CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &classifier));
    CHECK_OK(ctx, fairu_classifier_score_events(classifier, ctx, events, NULL, 1, 0, FAIRU_OUTPUT_SCORE,
                                                scores[resumed]));
    fairu_classifier_destroy(classifier);
    if (resumed) { /* of another bandwidth, it is another training */
      summary.bandwidth = 0.2;
      CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
                  fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &classifier));
    }
  }
  assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
  fairu_events_destroy(events);
  fairu_events_destroy(up);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(significance_finds_the_best_cut),
    cmocka_unit_test(a_warm_up_learns_labels),
    cmocka_unit_test(a_classifier_has_the_counts_it_was_trained_to),
    cmocka_unit_test(bits_do_not_depend_on_threads),
    cmocka_unit_test(a_resumed_training_has_the_same_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
