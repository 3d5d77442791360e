/* Training on soft counts from outside: optima known in closed form, what the finished classifier says, threads, refusals. */
#include "numeric/philox.h"
#include "numeric/special.h"
#include "support/support.h"

static const char *const names[2] = { "x", "z" };

/* x ~ N(+1 or -1 + shift, 1), labels 1 and 0 by turns; z is the shift. */
static fairu_events *made_events(fairu_context *ctx, size_t n, double shift)
{
  fairu_events *events = NULL;
  float *column[2];
  int32_t *labels = malloc(n * sizeof *labels);
  fairu_philox rng = fairu_philox__start(8, FAIRU_STREAM_USER, 0, 0);
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, names, &events));
  for (size_t c = 0; c < 2; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &column[c]));
  for (size_t i = 0; i < n; i++) {
    labels[i] = (int32_t)(i & 1);
    column[0][i] = (float)(fairu_philox__normal(&rng) + (labels[i] ? 1.0 : shift - 1.0));
    column[1][i] = (float)shift;
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  free(labels);
  return events;
}

static fairu_training_options training_for(fairu_context *ctx)
{
  static const size_t hidden[1] = { 12 };
  fairu_training_options options;
  CHECK_OK(ctx, fairu_training_options_init(&options, sizeof options));
  options.features = names;
  options.n_features = 1;
  options.hidden = hidden;
  options.n_hidden = 1;
  options.activation = FAIRU_TANH;
  options.learning_rate = 0.03;
  options.batch = 4000;
  return options;
}

static fairu_summary_options summary_for(fairu_context *ctx, int kind, fairu_summary_loss_fn loss, void *data)
{
  fairu_summary_options options;
  CHECK_OK(ctx, fairu_summary_options_init(&options, sizeof options));
  options.kind = kind;
  options.loss = loss;
  options.loss_data = data;
  return options;
}

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

typedef struct watch {
  double counts[64];
  size_t n_calls;
} watch;

/* Signal into the upper bins, background into the lower ones. */
static int pull_apart(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                      double *d_tangents, void *user_data)
{
  watch *w = user_data;
  const size_t n = counts->n_variations * counts->n_bins;
  (void)ctx, (void)d_tangents;
  *loss = 0.0;
  for (size_t b = 0; b < counts->n_bins; b++) {
    *loss += (double)b * (counts->counts[b] - counts->counts[n + b]);
    d_counts[b] = (double)b;
    d_counts[n + b] = -(double)b;
  }
  memcpy(w->counts, counts->counts, counts->n_processes * n * sizeof *w->counts);
  w->n_calls++;
  return 0;
}

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

/* ---- refusals ------------------------------------------------------------------------------------------- */

typedef struct trouble {
  int answer, spoils; /* what the loss returns; 1: NaN loss, 2: NaN slope, 3: cancels */
} trouble;

static int make_trouble(fairu_context *ctx, const fairu_summary_counts *counts, double *loss,
                        double *d_counts, double *d_tangents, void *user_data)
{
  const trouble *t = user_data;
  (void)d_tangents;
  *loss = t->spoils == 1 ? (double)NAN : counts->counts[0];
  d_counts[counts->n_bins + 1] = t->spoils == 2 ? (double)NAN : 1.0;
  if (t->spoils == 3)
    fairu_context_cancel(ctx);
  if (t->answer == FAIRU_ERR_RANGE)
    return fairu_context_set_threads(ctx, 0);
  return t->answer;
}

static void a_loss_may_fail(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, 400, 0.0);
  fairu_training_options training = training_for(ctx);
  trouble t = { 0, 0 };
  const fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, make_trouble, &t);
  fairu_classifier *out = NULL;
#define TRAIN fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &out)
  t.answer = 7;
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, TRAIN);
  CHECK_SAYS(ctx, "returned 7");
  t.answer = -1;
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, TRAIN);
  CHECK_SAYS(ctx, "returned -1");
  t.answer = FAIRU_ERR_SHAPE; /* says so, but left no message */
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, TRAIN);
  t.answer = FAIRU_ERR_RANGE;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, TRAIN);
  CHECK_SAYS(ctx, "threads");
  t.answer = 0;
  t.spoils = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, TRAIN);
  CHECK_SAYS(ctx, "summary is nan");
  t.spoils = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, TRAIN);
  CHECK_SAYS(ctx, "process 1, variation 0, bin 1 is nan");
  t.spoils = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, TRAIN);
  assert_null(out);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void bad_options_are_refused(void **state)
{
  (void)state;
  const double falling[3] = { 0.0, 0.5, 0.5 }, broken[3] = { 0.0, (double)NAN, 1.0 };
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, 400, 0.0);
  watch w = { .n_calls = 0 };
  const fairu_training_options good_training = training_for(ctx);
  const fairu_summary_options good = summary_for(ctx, FAIRU_SUMMARY_KDE, pull_apart, &w);
  fairu_training_options training = good_training;
  fairu_summary_options summary = good;
  fairu_classifier *out = NULL;
#define REFUSED(code, text, ...)                                                                             \
  do {                                                                                                       \
    __VA_ARGS__;                                                                                             \
    CHECK_FAILS(ctx, code, TRAIN);                                                                           \
    CHECK_SAYS(ctx, text);                                                                                   \
    training = good_training;                                                                                \
    summary = good;                                                                                          \
  } while (0)
  REFUSED(FAIRU_ERR_STRUCT_SIZE, "summary options", summary.struct_size = 8);
  REFUSED(FAIRU_ERR_ARGUMENT, "unknown kind 4", summary.kind = 4);
  REFUSED(FAIRU_ERR_NULL, "loss", summary.loss = NULL);
  REFUSED(FAIRU_ERR_NULL, "variations", summary.n_variations = 1);
  REFUSED(FAIRU_ERR_RANGE, "n_bins is 0", summary.n_bins = 0);
  REFUSED(FAIRU_ERR_RANGE, "n_processes is 0", summary.n_processes = 0);
  REFUSED(FAIRU_ERR_RANGE, "temperature is 0", summary.temperature = 0.0,
          summary.kind = FAIRU_SUMMARY_SOFTMAX);
  REFUSED(FAIRU_ERR_RANGE, "bandwidth is -1", summary.bandwidth = -1.0);
  REFUSED(FAIRU_ERR_RANGE, "edge 2 is 0.5", summary.edges = falling, summary.n_bins = 2);
  REFUSED(FAIRU_ERR_NON_FINITE, "edge 1 is nan", summary.edges = broken, summary.n_bins = 2);
  REFUSED(FAIRU_ERR_ARGUMENT, "warm_up", summary.warm_up = 1, summary.kind = FAIRU_SUMMARY_SOFTMAX);
  REFUSED(FAIRU_ERR_ARGUMENT, "warm_up", summary.warm_up = 1, summary.n_processes = 3);
  REFUSED(FAIRU_ERR_EMPTY, "class 2", summary.n_processes = 3);
  REFUSED(FAIRU_ERR_UNSUPPORTED, "gate", training.gate = "z", training.nuisances = names + 1,
          training.n_nuisances = 1);
  REFUSED(FAIRU_ERR_RANGE, "learning_rate", training.learning_rate = -1.0);
  const float tangent[400] = { 0.0F };
  REFUSED(FAIRU_ERR_UNSUPPORTED, "batch normalisation", training.batch_norm = 1);
  REFUSED(FAIRU_ERR_UNSUPPORTED, "batch normalisation", training.batch_norm = 1, training.tangents = tangent,
          training.n_tangents = 1);
  REFUSED(FAIRU_ERR_NULL, "tangents is NULL", training.n_tangents = 1);
  REFUSED(FAIRU_ERR_UNSUPPORTED, "members", training.members = 2, summary.kind = FAIRU_SUMMARY_SOFTMAX);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void bad_variations_are_refused(void **state)
{
  (void)state;
  enum { N = 400 };
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0), *up = made_events(ctx, N, 0.1),
               *longer = made_events(ctx, N + 1, 0.1);
  fairu_events *other = NULL;
  const fairu_events *variations[2] = { events, NULL };
  watch w = { .n_calls = 0 };
  fairu_training_options training = training_for(ctx);
  fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, pull_apart, &w);
  fairu_classifier *out = NULL;
  float *column = NULL;
  int32_t labels[N];
  uint64_t ids[N];
  double weights[N];
  summary.variations = variations;
  summary.n_variations = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, TRAIN);
  CHECK_SAYS(ctx, "variation 1");
  variations[1] = longer;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, TRAIN);
  CHECK_SAYS(ctx, "variation 1 has 401 events");
  CHECK_OK(ctx, fairu_events_create(ctx, N, 1, names + 1, &other));
  variations[1] = other;
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, TRAIN);
  CHECK_SAYS(ctx, "variation 1");
  variations[1] = up;
  for (size_t i = 0; i < N; i++) {
    labels[i] = (int32_t)(i & 1);
    ids[i] = 1000 + i;
    weights[i] = i == 6 ? 0.0 : 1.0;
  }
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, N));
  ids[3] = 7;
  CHECK_OK(ctx, fairu_events_set_ids(up, ctx, ids, N));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, TRAIN);
  CHECK_SAYS(ctx, "variation 1, row 3: id is 7, not 1003");
  CHECK_OK(ctx, fairu_events_set_ids(up, ctx, NULL, 0));
  labels[5] = 0;
  CHECK_OK(ctx, fairu_events_set_labels(up, ctx, labels, N));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, TRAIN);
  CHECK_SAYS(ctx, "variation 1, row 5: label is 0, not 1");
  CHECK_OK(ctx, fairu_events_set_labels(up, ctx, NULL, 0));
  CHECK_OK(ctx, fairu_events_column_data(up, ctx, 0, &column));
  column[6] = (float)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, TRAIN);
  CHECK_SAYS(ctx, "variation 1, row 6: column \"x\" is nan");
  CHECK_OK(ctx, fairu_events_set_weights(up, ctx, weights, N)); /* cut: nobody asks */
  CHECK_OK(ctx, TRAIN);
  fairu_classifier_destroy(out);
  fairu_events_destroy(events);
  fairu_events_destroy(up);
  fairu_events_destroy(longer);
  fairu_events_destroy(other);
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
    cmocka_unit_test(a_loss_may_fail),
    cmocka_unit_test(bad_options_are_refused),
    cmocka_unit_test(bad_variations_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
