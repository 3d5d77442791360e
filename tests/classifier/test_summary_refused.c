/* Training on soft counts: what a loss may do, what is refused. */
#include "classifier/summary_made.h"

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
    cmocka_unit_test(a_loss_may_fail),
    cmocka_unit_test(bad_options_are_refused),
    cmocka_unit_test(bad_variations_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
