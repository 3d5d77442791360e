/* Training on soft counts where single numbers, names and weights are wrong, and where a part has no events: what is said, and where. A
 * step far below what a float sees leaves the counts of the first network, which are sums over its scores. */
#include "classifier/summary_made.h"

enum { N = 400 };

static int train(fairu_context *ctx, const fairu_events *events, const fairu_training_options *training,
                 const fairu_summary_options *summary)
{
  fairu_classifier *trained = NULL;
  const int status = fairu_classifier_train_summary(ctx, events, training, summary, NULL, &trained);
  assert_true((status == FAIRU_OK) == (trained != NULL));
  fairu_classifier_destroy(trained);
  return status;
}

static int first_count(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                       double *d_tangents, void *user_data)
{
  (void)ctx, (void)d_tangents, (void)user_data;
  *loss = counts->counts[0];
  d_counts[0] = 1.0;
  return 0;
}

/* ---- events and names ----------------------------------------------------------------------------------- */

static void a_process_of_a_batch_has_weight(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  double weights[N];
  watch w = { .n_calls = 0 };
  fairu_training_options training = training_for(ctx);
  const fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, pull_apart, &w);
  training.epochs = 2;
  for (int process = 0; process < 2; process++) {
    char says[64];
    for (size_t i = 0; i < N;
         i++) /* one event has what all the others take away: most batches are without it */
      weights[i] = (int)(i & 1) != process ? 1.0 : i < 2 ? 1000.0 : -1.0;
    CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, N));
    training.batch = 40;
    CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, train(ctx, events, &training, &summary));
    snprintf(says, sizeof says, "events of process %d have total weight -", process);
    CHECK_SAYS(ctx, says);
    training.batch = N; /* with it */
    CHECK_OK(ctx, train(ctx, events, &training, &summary));
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Doubles that no float holds. */
static void weights_of_variations_are_finite(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0), *up = made_events(ctx, N, 0.2);
  const fairu_events *variations[2] = { events, up };
  double weights[N];
  watch w = { .n_calls = 0 };
  const fairu_training_options training = training_for(ctx);
  fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, pull_apart, &w);
  summary.variations = variations;
  summary.n_variations = 2;
  for (size_t i = 0; i < N; i++)
    weights[i] = i == 17 ? 1e39 : 1.0;
  CHECK_OK(ctx, fairu_events_set_weights(up, ctx, weights, N));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, train(ctx, events, &training, &summary));
  CHECK_SAYS(ctx, "variation 1, row 17: weight is inf");
  weights[17] = -1e39;
  CHECK_OK(ctx, fairu_events_set_weights(up, ctx, weights, N));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, train(ctx, events, &training, &summary));
  CHECK_SAYS(ctx, "variation 1, row 17: weight is -inf");
  assert_int_equal(w.n_calls, 0); /* before any step */
  fairu_events_destroy(events);
  fairu_events_destroy(up);
  fairu_context_destroy(ctx);
}

static void tangents_are_finite(void **state)
{
  (void)state;
  static float tangents[N * 2 * 3];
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  watch w = { .n_calls = 0 };
  fairu_training_options training = training_for(ctx);
  const fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, pull_apart, &w);
  training.n_features = 2;
  training.tangents = tangents;
  training.n_tangents = 3;
  training.epochs = 1;
  CHECK_OK(ctx, train(ctx, events, &training, &summary));
  w.n_calls = 0;
  for (size_t at = 0; at < N * 2 * 3; at += 397) {
    char says[96];
    tangents[at] = at % 2 ? (float)NAN : -(float)INFINITY;
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, train(ctx, events, &training, &summary));
    snprintf(says, sizeof says, "row %zu: tangent %zu of \"%s\" is %s", at / 6, at % 3, names[at / 3 % 2],
             at % 2 ? "nan" : "-inf");
    CHECK_SAYS(ctx, says);
    tangents[at] = 0.0F;
  }
  assert_int_equal(w.n_calls, 0);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void names_are_there(void **state)
{
  (void)state;
  static const char *const features[2] = { "x", NULL }, *const empty[2] = { "x", "" },
                           *const twice[2] = { "x", "x" };
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  const fairu_events *variations[1] = { events };
  watch w = { .n_calls = 0 };
  fairu_training_options training = training_for(ctx);
  fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, pull_apart, &w);
  training.n_features = 2;
  for (size_t n = 0; n < 2; n++) { /* without variations and with one */
    summary.variations = variations;
    summary.n_variations = n;
    training.features = features;
    CHECK_FAILS(ctx, FAIRU_ERR_NULL, train(ctx, events, &training, &summary));
    CHECK_SAYS(ctx, "name of training input 1 is NULL");
    training.features = twice;
    CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, train(ctx, events, &training, &summary));
    CHECK_SAYS(ctx, "training inputs 0 and 1 are both \"x\"");
    training.features = empty;
    CHECK_FAILS(ctx, n ? FAIRU_ERR_NOT_FOUND : FAIRU_ERR_ARGUMENT, train(ctx, events, &training, &summary));
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Two events of a process, of which none is in the validation part: which that is, only the seed knows. */
static void both_parts_have_every_process(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  int32_t labels[N] = { 0 };
  watch w = { .n_calls = 0 };
  fairu_training_options training = training_for(ctx);
  const fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_SCORE, pull_apart, &w);
  size_t outcomes[3] = { 0 };
  labels[5] = labels[200] = 1;
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, N));
  training.epochs = 1;
  training.validation_fraction = 0.4;
  for (training.seed = 0; training.seed < 40; training.seed++) {
    const int status = train(ctx, events, &training, &summary);
    if (status == FAIRU_OK) {
      outcomes[0]++;
      continue;
    }
    assert_int_equal(status, FAIRU_ERR_EMPTY);
    if (strstr(fairu_context_message(ctx), "validation part has no events of process 1"))
      outcomes[1]++;
    else
      outcomes[2]++;
  }
  /* one each 0.48, both in training 0.36, both in validation 0.16: 19, 14, 6 of 40, all of them seen */
  assert_true(outcomes[0] > 8 && outcomes[1] > 5 && outcomes[2] > 0);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Numbers at their largest and one above; what a kind does not use may be anything that is a number. */
static void numbers_have_bounds(void **state)
{
  (void)state;
  static const struct {
    int kind;
    size_t n_bins, n_processes, n_variations;
    double temperature, bandwidth;
    const char *says; /* NULL: taken */
  } cases[] = {
    { FAIRU_SUMMARY_KDE, 4097, 2, 0, 0.1, 0.1, "summary: n_bins is 4097" },
    { FAIRU_SUMMARY_KDE, 4096, 2, 0, 0.1, 0.1, NULL },
    { FAIRU_SUMMARY_KDE, 4, 1025, 0, 0.1, 0.1, "summary: n_processes is 1025" },
    { FAIRU_SUMMARY_KDE, 4, 2, 1025, 0.1, 0.1, "summary: n_variations is 1025" },
    { FAIRU_SUMMARY_KDE, 4, 2, 0, -1.0, 0.1, NULL },
    { FAIRU_SUMMARY_KDE, 4, 2, 0, (double)NAN, 0.1, "summary: temperature is nan" },
    { FAIRU_SUMMARY_KDE, 4, 2, 0, 0.1, 0.0, "summary: bandwidth is 0" },
    { FAIRU_SUMMARY_KDE, 4, 2, 0, 0.1, (double)INFINITY, "summary: bandwidth is inf" },
    { FAIRU_SUMMARY_SOFTMAX, 4, 2, 0, -0.1, 0.1, "summary: temperature is -0.1" },
    { FAIRU_SUMMARY_SOFTMAX, 4, 2, 0, (double)INFINITY, 0.1, "summary: temperature is inf" },
    { FAIRU_SUMMARY_SOFTMAX, 4, 2, 0, 0.1, -3.0, NULL },
    { FAIRU_SUMMARY_SCORE, 4, 2, 0, 0.1, (double)NAN, "summary: bandwidth is nan" },
    { FAIRU_SUMMARY_SCORE, 4097, 2, 0, 0.0, 0.0, NULL },
    { FAIRU_SUMMARY_SCORE, 4, 2, 0, 0.0, 0.0, NULL },
  };
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  const fairu_events *variations[1] = { events };
  fairu_training_options training = training_for(ctx);
  training.epochs = 1;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fairu_summary_options summary = summary_for(ctx, cases[i].kind, first_count, NULL);
    summary.n_bins = cases[i].n_bins;
    summary.n_processes = cases[i].n_processes;
    summary.n_variations = cases[i].n_variations;
    summary.variations = variations;
    summary.temperature = cases[i].temperature;
    summary.bandwidth = cases[i].bandwidth;
    const int status = train(ctx, events, &training, &summary);
    assert_int_equal(status, cases[i].says ? FAIRU_ERR_RANGE : FAIRU_OK);
    if (cases[i].says)
      CHECK_SAYS(ctx, cases[i].says);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- losses --------------------------------------------------------------------------------------------- */

typedef struct spoiler {
  size_t at, n_tangents;
  int of_tangents;
} spoiler;

static int spoil(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                 double *d_tangents, void *user_data)
{
  const spoiler *s = user_data;
  (void)ctx;
  *loss = counts->counts[0];
  (s->of_tangents ? d_tangents : d_counts)[s->at] = s->at % 2 ? (double)INFINITY : (double)NAN;
  return 0;
}

/* Any slope that is no number is told by its process, variation or tangent, and bin. */
static void slopes_are_finite(void **state)
{
  (void)state;
  static float tangents[N * 3];
  enum { BINS = 4, PROCESSES = 2, VARIATIONS = 2, TANGENTS = 3 };
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0), *up = made_events(ctx, N, 0.2);
  const fairu_events *variations[1] = { up };
  spoiler s = { 0, 0, 0 };
  fairu_training_options training = training_for(ctx);
  fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_KDE, spoil, &s);
  training.tangents = tangents;
  training.n_tangents = TANGENTS;
  training.epochs = 1;
  summary.variations = variations;
  summary.n_variations = 1;
  summary.n_bins = BINS;
  for (s.of_tangents = 0; s.of_tangents < 2; s.of_tangents++) {
    const size_t middle = s.of_tangents ? TANGENTS : VARIATIONS;
    for (s.at = 0; s.at < PROCESSES * middle * BINS; s.at++) {
      char says[96];
      const size_t process = s.at / (middle * BINS), k = s.at / BINS % middle, bin = s.at % BINS;
      CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, train(ctx, events, &training, &summary));
      if (s.of_tangents)
        snprintf(says, sizeof says, "d loss / d tangent %zu of process %zu, bin %zu is ", k, process, bin);
      else
        snprintf(says, sizeof says, "d loss / d count of process %zu, variation %zu, bin %zu is ", process, k,
                 bin);
      CHECK_SAYS(ctx, says);
      CHECK_SAYS(ctx, s.at % 2 ? " is inf" : " is nan");
    }
  }
  fairu_events_destroy(events);
  fairu_events_destroy(up);
  fairu_context_destroy(ctx);
}

/* ---- counts of a network that does not move ------------------------------------------------------------- */

/* Share of a score in each bin: a Gaussian around it, of which some lies outside. */
static void kernel_shares(double score, double width, size_t n_bins, double *shares)
{
  for (size_t b = 0; b < n_bins; b++) {
    const double low = (double)b / (double)n_bins, high = (double)(b + 1) / (double)n_bins;
    shares[b] = 0.5 * (erf((high - score) / (width * sqrt(2.0))) - erf((low - score) / (width * sqrt(2.0))));
  }
}

static float *scores_of(fairu_context *ctx, const fairu_classifier *c, const fairu_events *events,
                        size_t n_outputs)
{
  float *scores = calloc(N * n_outputs, sizeof *scores);
  assert_non_null(scores);
  CHECK_OK(ctx, fairu_classifier_score_events(c, ctx, events, NULL, 1, 0, FAIRU_OUTPUT_SCORE, scores));
  return scores;
}

/* Bins of kernels over the score, against scores of the classifier that comes out: all events of a process, each with its weight, over
 * the weights of the process. */
static void counts_are_sums_over_scores(void **state)
{
  (void)state;
  enum { BINS = 5 };
  static const double width = 0.15;
  fairu_context *ctx = support_context();
  fairu_events *events = made_events(ctx, N, 0.0);
  double weights[N], wanted[2][BINS] = { { 0.0 } }, sums[2] = { 0.0 };
  watch w = { .n_calls = 0 };
  fairu_training_options training = training_for(ctx);
  fairu_summary_options summary = summary_for(ctx, FAIRU_SUMMARY_KDE, pull_apart, &w);
  fairu_classifier *trained = NULL;
  for (size_t i = 0; i < N; i++)
    weights[i] = 0.5 + (double)(i * i % 7) - (i % 11 == 3 ? 2.0 : 0.0);
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, N));
  training.epochs = 1;
  training.learning_rate = training.final_rate = 1e-30;
  summary.n_bins = BINS;
  summary.bandwidth = width;
  CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events, &training, &summary, NULL, &trained));
  float *scores = scores_of(ctx, trained, events, 1);
  for (size_t i = 0; i < N; i++) {
    double shares[BINS];
    kernel_shares((double)scores[i], width, BINS, shares);
    for (size_t b = 0; b < BINS; b++)
      wanted[i & 1][b] += weights[i] * shares[b];
    sums[i & 1] += weights[i];
  }
  for (size_t p = 0; p < 2; p++)
    for (size_t b = 0; b < BINS; b++)
      CHECK_NEAR(w.counts[p * BINS + b], wanted[p][b] / sums[p], 2e-6); /* shares are floats */
  free(scores);
  fairu_classifier_destroy(trained);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_process_of_a_batch_has_weight),
    cmocka_unit_test(weights_of_variations_are_finite),
    cmocka_unit_test(tangents_are_finite),
    cmocka_unit_test(names_are_there),
    cmocka_unit_test(both_parts_have_every_process),
    cmocka_unit_test(numbers_have_bounds),
    cmocka_unit_test(slopes_are_finite),
    cmocka_unit_test(counts_are_sums_over_scores),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
