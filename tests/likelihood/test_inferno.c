/* INFERNO on its own problem with few events: derivatives of yields by moved events and by tangents, beside a classifier. The benchmark with all of
 * them is tests/bench/bench_inferno.c. */
#include "support/support.h"

#include "bench/inferno_problem.h"

enum { EACH = 20000, TESTED = 50000 };

static fairu_training_options training_of(fairu_context *ctx)
{
  static const size_t hidden[2] = { 64, 64 };
  fairu_training_options t;
  CHECK_OK(ctx, fairu_training_options_init(&t, sizeof t));
  t.features = inferno_names;
  t.n_features = INFERNO_FEATURES;
  t.hidden = hidden;
  t.n_hidden = 2;
  t.schedule = FAIRU_SCHEDULE_COSINE;
  t.learning_rate = 8e-3;
  t.batch = 1000;
  t.epochs = 6;
  return t;
}

/* d x0 / dr = 1 and d x2 / dlambda = -x2 / lambda of background, which stands first. */
static float *tangents_of(const inferno_events *e)
{
  float *tangents = inferno_new(2 * e->n * INFERNO_FEATURES * 2, sizeof *tangents);
  for (size_t i = 0; i < e->n; i++) {
    float *row = tangents + i * INFERNO_FEATURES * 2;
    row[0 * 2 + 0] = 1.0F;
    row[2 * 2 + 1] = -e->x[2][i] / 3.0F;
  }
  return tangents;
}

/* Expected sigma of s on B2, trained for it. */
static double train(fairu_context *ctx, const inferno_events *events, const inferno_events *tested,
                    const float *tangents)
{
  const fairu_events *variations[INFERNO_SHIFTS];
  fairu_expected_nuisance nuisances[3];
  fairu_expected_loss_options loss;
  fairu_summary_options summary;
  fairu_training_options training = training_of(ctx);
  fairu_classifier *classifier = NULL;
  double sigma[INFERNO_BENCHMARKS];
  for (size_t v = 0; v < INFERNO_SHIFTS; v++)
    variations[v] = events->shifts[v];
  inferno_loss(ctx, 2, nuisances, &loss);
  CHECK_OK(ctx, fairu_summary_options_init(&summary, sizeof summary));
  summary.temperature = 1.0;
  summary.variations = variations;
  summary.n_variations = tangents ? 0 : INFERNO_SHIFTS;
  summary.loss = fairu_expected_loss;
  summary.loss_data = &loss;
  training.tangents = tangents;
  training.n_tangents = tangents ? 2 : 0;
  for (size_t k = 0; k < 2 && tangents; k++) {
    nuisances[k].source = FAIRU_SOURCE_TANGENT;
    nuisances[k].tangent = k;
  }
  CHECK_OK(ctx, fairu_classifier_train_summary(ctx, events->nominal, &training, &summary, NULL, &classifier));
  inferno_sigmas(ctx, classifier, tested, sigma);
  fairu_classifier_destroy(classifier);
  return sigma[2];
}

static double train_classifier(fairu_context *ctx, const inferno_events *events, const inferno_events *tested)
{
  const fairu_training_options training = training_of(ctx);
  fairu_classifier *classifier = NULL;
  double sigma[INFERNO_BENCHMARKS];
  CHECK_OK(ctx, fairu_classifier_train(ctx, events->nominal, &training, NULL, &classifier));
  inferno_sigmas(ctx, classifier, tested, sigma);
  fairu_classifier_destroy(classifier);
  return sigma[2];
}

static void bins_that_know_the_nuisances(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  inferno_events *events = inferno_create(ctx, EACH, INFERNO_TRAINING);
  inferno_events *tested = inferno_create(ctx, TESTED, INFERNO_TEST);
  float *tangents = tangents_of(events);
  const double moved = train(ctx, events, tested, NULL), followed = train(ctx, events, tested, tangents);
  const double classifier = train_classifier(ctx, events, tested);
  print_message("sigma of s: moved events %.2f, tangents %.2f, classifier %.2f\n", moved, followed,
                classifier);
  assert_true(moved < 17.29 && moved > 15.63); /* target with five times as many events; floor */
  assert_true(followed < 17.29 && followed > 15.63);
  assert_true(classifier > 1.2 * moved);
  free(tangents);
  inferno_destroy(events);
  inferno_destroy(tested);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(bins_that_know_the_nuisances) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
