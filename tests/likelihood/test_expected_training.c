/* Networks trained for what they will measure, on the toy of neos (arXiv:2203.05570): signal about (-1, 1), background about (1, -1), which a
 * nuisance moves to (2.5, 2) and (-2.5, -1.5); all of unit covariance. */
#include "support/support.h"

enum { EACH = 2000, ROWS = 2 * EACH, BINS = 5, VARIATIONS = 3 };

typedef struct toy {
  fairu_context *ctx;
  float *columns[VARIATIONS][2];
  fairu_events *tables[VARIATIONS];
} toy;

static const char *const features[2] = { "x", "y" };

static void draw(fairu_context *ctx, const char *name, uint64_t seed, double *values)
{
  fairu_nuisance normal;
  assert_int_equal(fairu_nuisance_init(&normal, sizeof normal), FAIRU_OK);
  normal.name = name;
  CHECK_OK(ctx, fairu_nuisance_draw(ctx, &normal, seed, 0, ROWS, 1, values));
}

/* The background is the first half of the rows. */
static toy toy_create(uint64_t seed)
{
  static const float background[VARIATIONS][2] = { { 1.0F, -1.0F }, { 2.5F, 2.0F }, { -2.5F, -1.5F } };
  static const float signal[2] = { -1.0F, 1.0F };
  static double values[ROWS];
  static int32_t labels[ROWS];
  toy t = { .ctx = support_context() };
  for (size_t i = 0; i < ROWS; i++)
    labels[i] = i >= EACH;
  for (size_t v = 0; v < VARIATIONS; v++) {
    for (size_t f = 0; f < 2; f++) {
      float *x = t.columns[v][f] = malloc(ROWS * sizeof *x);
      draw(t.ctx, features[f], seed, values);
      for (size_t i = 0; i < ROWS; i++)
        x[i] = (float)values[i] + (i < EACH ? background[v][f] : signal[f]);
    }
    const float *const columns[2] = { t.columns[v][0], t.columns[v][1] };
    CHECK_OK(t.ctx, fairu_events_create_view(t.ctx, ROWS, 2, features, columns, 1, &t.tables[v]));
    CHECK_OK(t.ctx, fairu_events_set_labels(t.tables[v], t.ctx, labels, ROWS));
  }
  return t;
}

static void toy_destroy(toy *t)
{
  for (size_t v = 0; v < VARIATIONS; v++) {
    fairu_events_destroy(t->tables[v]);
    free(t->columns[v][0]);
    free(t->columns[v][1]);
  }
  fairu_context_destroy(t->ctx);
}

static fairu_expected_loss_options loss_of(int quantity)
{
  static const double yields[2] = { 100.0, 20.0 };
  static const fairu_expected_nuisance shift = { .struct_size = sizeof shift,
                                                 .source = FAIRU_SOURCE_VARIATIONS,
                                                 .up = 1,
                                                 .down = 2,
                                                 .step_up = 1.0,
                                                 .step_down = -1.0,
                                                 .width = 1.0 };
  fairu_expected_loss_options loss;
  assert_int_equal(fairu_expected_loss_options_init(&loss, sizeof loss), FAIRU_OK);
  loss.yields = yields;
  loss.n_processes = 2;
  loss.nuisances = &shift;
  loss.n_nuisances = 1;
  loss.floor = 1e-3;
  loss.quantity = quantity;
  loss.logarithm = 1;
  return loss;
}

/* quantity 0: cross-entropy. */
static fairu_classifier *train(const toy *t, int quantity)
{
  static const size_t hidden[2] = { 32, 32 };
  const fairu_events *const variations[2] = { t->tables[1], t->tables[2] };
  fairu_training_options training;
  fairu_summary_options summary;
  fairu_expected_loss_options loss = loss_of(quantity);
  fairu_classifier *classifier = NULL;
  assert_int_equal(fairu_training_options_init(&training, sizeof training), FAIRU_OK);
  training.features = features;
  training.n_features = 2;
  training.hidden = hidden;
  training.n_hidden = 2;
  training.batch = 500;
  training.epochs = 20;
  training.learning_rate = 5e-3;
  if (quantity == 0) {
    CHECK_OK(t->ctx, fairu_classifier_train(t->ctx, t->tables[0], &training, NULL, &classifier));
    return classifier;
  }
  assert_int_equal(fairu_summary_options_init(&summary, sizeof summary), FAIRU_OK);
  summary.kind = FAIRU_SUMMARY_KDE;
  summary.n_bins = BINS;
  summary.bandwidth = 0.09;
  summary.variations = variations;
  summary.n_variations = 2;
  summary.loss = fairu_expected_loss;
  summary.loss_data = &loss;
  CHECK_OK(t->ctx,
           fairu_classifier_train_summary(t->ctx, t->tables[0], &training, &summary, NULL, &classifier));
  return classifier;
}

/* Uniform bins of the score, no Gaussian. */
static void hard_counts(const toy *t, const fairu_classifier *classifier, double *counts)
{
  static float rows[ROWS * 2], scores[ROWS];
  memset(counts, 0, 2 * VARIATIONS * BINS * sizeof *counts);
  for (size_t v = 0; v < VARIATIONS; v++) {
    for (size_t i = 0; i < 2 * ROWS; i++)
      rows[i] = t->columns[v][i % 2][i / 2];
    CHECK_OK(t->ctx,
             fairu_classifier_score(classifier, t->ctx, rows, ROWS, 2, NULL, 0, FAIRU_OUTPUT_SCORE, scores));
    for (size_t i = 0; i < ROWS; i++) {
      const size_t bin = scores[i] < 1.0F ? (size_t)(scores[i] * (float)BINS) : BINS - 1;
      counts[((i / EACH) * VARIATIONS + v) * BINS + bin] += 1.0 / EACH;
    }
  }
}

static fairu_expected_result measure(const toy *test, const toy *training, int quantity)
{
  double counts[2 * VARIATIONS * BINS];
  const fairu_summary_counts summary = { 2, VARIATIONS, 0, BINS, counts, NULL };
  const fairu_expected_loss_options loss = loss_of(FAIRU_EXPECTED_CLS);
  fairu_expected_result result = { .struct_size = sizeof result };
  fairu_classifier *classifier = train(training, quantity);
  hard_counts(test, classifier, counts);
  CHECK_OK(test->ctx, fairu_expected_loss_report(test->ctx, &summary, &loss, &result));
  fairu_classifier_destroy(classifier);
  return result;
}

/* Each loss is best at what it is the loss of, beside the others and far beyond cross-entropy. (That of p0 likes bins without background, where
 * the floor is all that is expected.) */
static void training_finds_what_the_loss_asks_for(void **state)
{
  (void)state;
  toy training = toy_create(1), test = toy_create(2);
  const fairu_expected_result entropy = measure(&test, &training, 0);
  const fairu_expected_result cls = measure(&test, &training, FAIRU_EXPECTED_CLS);
  const fairu_expected_result p0 = measure(&test, &training, FAIRU_EXPECTED_P0);
  const fairu_expected_result sigma = measure(&test, &training, FAIRU_EXPECTED_SIGMA);
  const fairu_expected_result determinant = measure(&test, &training, FAIRU_EXPECTED_DETERMINANT);
  const fairu_expected_result *all[5] = { &entropy, &cls, &p0, &sigma, &determinant };
  for (int i = 0; i < 5; i++) {
    assert_true(all[i]->cls >= cls.cls);
    assert_true(all[i]->p0 >= p0.p0);
    assert_true(all[i]->determinant >= determinant.determinant);
  }
  assert_true(cls.cls < 0.3 * entropy.cls);
  assert_true(p0.p0 < 0.1 * entropy.p0);
  assert_true(sigma.sigma_mu < 0.7 * entropy.sigma_mu);
  assert_true(determinant.determinant < 0.1 * entropy.determinant);
  toy_destroy(&training);
  toy_destroy(&test);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(training_finds_what_the_loss_asks_for) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
