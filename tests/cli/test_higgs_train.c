/* Networks of higgs-tes: who is shown and told which Z, losses of the epochs, seeds and threads; bins that are merged until they hold enough. */
#include "higgs_events.h"

typedef struct trial {
  cli c;
  higgs_inputs in;
  higgs_options options;
  higgs_part parts[HIGGS_FOLDS];
} trial;

static void trial_create(trial *t, size_t n)
{
  *t = (trial){ .c = { .ctx = support_context() },
                .options = { .seed = 1, .quick = 1, .min_effective = 5.0 } };
  higgs_inputs_make(&t->c, n, &t->in);
  assert_int_equal(higgs_split(&t->c, &t->in, 1, t->parts), FAIRU_OK);
}

static void trial_clear(trial *t)
{
  higgs_split_free(t->parts);
  higgs_inputs_free(&t->in);
  fairu_context_destroy(t->c.ctx);
}

/* Logits of the events of a part at z. */
enum { MOST = 400 };
static size_t logits_at(trial *t, const fairu_classifier *network, const fairu_events *events, double z,
                        float *logits)
{
  const size_t n_z = fairu_classifier_n_nuisances(network);
  assert_true(fairu_events_n_events(events) <= MOST);
  CHECK_OK(t->c.ctx, fairu_classifier_score_events(network, t->c.ctx, events, n_z ? &z : NULL, 1, n_z,
                                                   FAIRU_OUTPUT_LOGIT, logits));
  return fairu_events_n_events(events);
}

static fairu_classifier *trained(trial *t, const higgs_part *part, int net, uint64_t seed,
                                 higgs_losses *losses)
{
  fairu_classifier *network;
  CHECK_OK(t->c.ctx, higgs_train(&t->c, &t->in, &t->options, part, net, seed, losses, &network));
  return network;
}

/* All but the aware one have no input for Z; five epochs in a quick look, one where every event is shown at five Z; features by name and in order. */
static void networks_and_their_epochs(void **state)
{
  (void)state;
  trial t;
  trial_create(&t, 600);
  for (int net = 0; net < HIGGS_NETS; net++) {
    const int shown = net == HIGGS_NET_AUGMENTED || net == HIGGS_NET_AWARE;
    higgs_losses losses = { .n = 99 };
    fairu_classifier *network = trained(&t, &t.parts[0], net, 3, &losses);
    assert_int_equal(fairu_classifier_n_outputs(network), 1);
    assert_int_equal(fairu_classifier_n_nuisances(network), net == HIGGS_NET_AWARE);
    if (net == HIGGS_NET_AWARE)
      assert_string_equal(fairu_classifier_nuisance_name(network, 0), HIGGS_NUISANCE);
    assert_int_equal(fairu_classifier_n_features(network), HIGGS_FEATURES);
    for (size_t k = 0; k < HIGGS_FEATURES; k++)
      assert_string_equal(fairu_classifier_feature_name(network, k), higgs_features[k]);
    assert_int_equal(losses.n, shown ? 1 : 5); /* what was there before is forgotten */
    for (size_t i = 0; i < losses.n; i++)
      assert_true(losses.values[i] > 0.0 && losses.values[i] < 2.0);
    if (!shown)
      assert_true(losses.values[4] < losses.values[0]);
    fairu_classifier_destroy(network);
  }
  trial_clear(&t);
}

/* The same network from the same seed, with or without a log of losses and on any number of threads; others of another seed or another part. */
static void networks_of_seeds(void **state)
{
  (void)state;
  trial t;
  float first[MOST], found[MOST];
  trial_create(&t, 600);
  const fairu_events *asked = t.parts[2].classes[HIGGS_SIGNAL];
  for (int net = HIGGS_NET_BASELINE; net <= HIGGS_NET_AWARE; net++) {
    size_t n = 0;
    for (int run = 0; run < 5;
         run++) { /* as it is, without a log, on two threads, another seed, another part */
      higgs_losses losses;
      CHECK_OK(t.c.ctx, fairu_context_set_threads(t.c.ctx, run == 2 ? 2 : 1));
      fairu_classifier *network =
          trained(&t, &t.parts[run == 4], net, run == 3 ? 8 : 7, run == 1 ? NULL : &losses);
      n = logits_at(&t, network, asked, 1.0, run == 0 ? first : found);
      if (run > 0)
        assert_int_equal(memcmp(first, found, n * sizeof *found) == 0, run < 3);
      fairu_classifier_destroy(network);
    }
    assert_true(n > 30);
  }
  trial_clear(&t);
}

/* Trained at 0.9 and 1.1: those of nominal events that were moved there beforehand (columns are rounded to floats in between). */
static void trained_at_the_truth(void **state)
{
  (void)state;
  static const int nets[2] = { HIGGS_NET_TRUE_DOWN, HIGGS_NET_TRUE_UP };
  trial t;
  trial_create(&t, 600);
  for (int i = 0; i < 2; i++) {
    const double z = higgs_truths[2 * i];
    float direct[MOST], moved[MOST], nominal[MOST];
    higgs_part part = { .scales = { 1.0, 1.0 } };
    for (int k = 0; k < HIGGS_CLASSES; k++)
      CHECK_OK(t.c.ctx, fairu_systematics_apply(t.in.tes, t.c.ctx, t.parts[0].classes[k], &z, 1, 1, NULL,
                                                &part.classes[k]));
    fairu_classifier *networks[3] = { trained(&t, &t.parts[0], nets[i], 5, NULL),
                                      trained(&t, &part, HIGGS_NET_BASELINE, 5, NULL),
                                      trained(&t, &t.parts[0], HIGGS_NET_BASELINE, 5, NULL) };
    const fairu_events *asked = t.parts[1].classes[HIGGS_BACKGROUND];
    const size_t n = logits_at(&t, networks[0], asked, z, direct);
    logits_at(&t, networks[1], asked, z, moved);
    logits_at(&t, networks[2], asked, z, nominal);
    double same = 0.0, other = 0.0;
    for (size_t e = 0; e < n; e++) {
      same += fabs((double)direct[e] - (double)moved[e]) / (double)n;
      other += fabs((double)direct[e] - (double)nominal[e]) / (double)n;
    }
    assert_true(other > 0.0 && same < 0.2 * other);
    for (int k = 0; k < 3; k++)
      fairu_classifier_destroy(networks[k]);
    for (int k = 0; k < HIGGS_CLASSES; k++)
      fairu_events_destroy(part.classes[k]);
  }
  trial_clear(&t);
}

/* --gated makes two networks of the aware one and changes no other. */
static void gates(void **state)
{
  (void)state;
  trial t;
  float logits[2][MOST];
  trial_create(&t, 600);
  for (int net = HIGGS_NET_BASELINE; net <= HIGGS_NET_AWARE; net++) {
    size_t n = 0;
    for (int gated = 0; gated < 2; gated++) {
      t.options.gated = gated;
      fairu_classifier *network = trained(&t, &t.parts[0], net, 2, NULL);
      n = logits_at(&t, network, t.parts[1].classes[HIGGS_SIGNAL], 0.95, logits[gated]);
      assert_int_equal(fairu_classifier_n_nuisances(network), net == HIGGS_NET_AWARE);
      fairu_classifier_destroy(network);
    }
    assert_int_equal(memcmp(logits[0], logits[1], n * sizeof **logits) != 0, net == HIGGS_NET_AWARE);
  }
  trial_clear(&t);
}

/* ---- bins ----------------------------------------------------------------------------------------------- */

/* Bins for ever larger demands: each list of edges is part of the one before, every bin holds enough at every Z or two are left, and sums over bins
 * stay what they are. */
static void demands_on_bins(void **state)
{
  (void)state;
  trial t;
  higgs_bins last = { 0 }, bins;
  double totals[HIGGS_KNOTS] = { 0.0 };
  trial_create(&t, 900);
  fairu_classifier *classifier = higgs_linear(&t.c, 0.05, -4.0);
  for (int demand = 0; demand < 8; demand++) {
    t.options.min_effective = demand == 7 ? 1e9 : demand == 0 ? 0.0 : 4.0 * demand;
    CHECK_OK(t.c.ctx,
             higgs_bins_choose(&t.c, &t.in, &t.options, &t.parts[0], HIGGS_NET_BASELINE, classifier, &bins));
    assert_true(bins.n >= 2 && bins.n <= HIGGS_BINS);
    for (size_t j = 0; j < bins.n && bins.n > 2; j++)
      assert_true(higgs_bins_effective(&bins, j) >= t.options.min_effective);
    for (size_t p = 0; p < HIGGS_KNOTS; p++) {
      double total = 0.0;
      for (size_t j = 0; j < bins.n; j++)
        total += bins.sum[p * bins.n + j];
      if (demand == 0)
        totals[p] = total;
      else
        CHECK_CLOSE(total, totals[p], 1e-12);
    }
    for (size_t j = 0; j + 1 < bins.n && demand > 0; j++) {
      int found = 0;
      for (size_t k = 0; k + 1 < last.n; k++)
        found += last.edges[k] == bins.edges[j];
      assert_int_equal(found, 1);
      assert_true(j == 0 || bins.edges[j] > bins.edges[j - 1]);
    }
    last = bins;
  }
  assert_int_equal(last.n, 2); /* nothing holds so much */
  fairu_classifier_destroy(classifier);
  trial_clear(&t);
}

/* A score that rises with the logit has the same bins: sums of background are those of the first, edges move along. */
static void bins_of_rising_scores(void **state)
{
  (void)state;
  trial t;
  higgs_bins bins[2];
  trial_create(&t, 900);
  for (int i = 0; i < 2; i++) { /* the same line, twice as steep and a little lower */
    fairu_classifier *classifier = i ? higgs_linear(&t.c, 0.125, -9.0) : higgs_linear(&t.c, 0.0625, -4.0);
    CHECK_OK(t.c.ctx, higgs_bins_choose(&t.c, &t.in, &t.options, &t.parts[0], HIGGS_NET_BASELINE, classifier,
                                        &bins[i]));
    fairu_classifier_destroy(classifier);
  }
  assert_int_equal(bins[0].n, bins[1].n);
  for (size_t j = 0; j + 1 < bins[0].n; j++)
    CHECK_NEAR(bins[1].edges[j], 2.0 * bins[0].edges[j] - 1.0, 1e-5); /* logits are floats */
  for (size_t i = 0; i < HIGGS_KNOTS * bins[0].n; i++) {
    CHECK_NEAR(bins[0].sum[i], bins[1].sum[i], 2.51); /* an event upon the edge, of 2.5 at most */
    CHECK_NEAR(bins[0].sum_squares[i], bins[1].sum_squares[i], 6.26);
  }
  trial_clear(&t);
}

/* Bins of a network that was made for 0.9 or 1.1 hold equal signal there, not at 1; the background of all Z is behind both. */
static void bins_at_the_truth(void **state)
{
  (void)state;
  static const int nets[3] = { HIGGS_NET_TRUE_DOWN, HIGGS_NET_BASELINE, HIGGS_NET_TRUE_UP };
  trial t;
  trial_create(&t, 900);
  t.options.min_effective = 0.0;
  fairu_classifier *classifier = higgs_linear(&t.c, 0.05, -4.0);
  for (int i = 0; i < 3; i++) {
    higgs_bins bins;
    fairu_events *moved;
    float logits[MOST];
    double held[HIGGS_BINS] = { 0.0 }, all = 0.0;
    CHECK_OK(t.c.ctx, higgs_bins_choose(&t.c, &t.in, &t.options, &t.parts[0], nets[i], classifier, &bins));
    CHECK_OK(t.c.ctx, fairu_systematics_apply(t.in.tes, t.c.ctx, t.parts[0].classes[HIGGS_SIGNAL],
                                              &higgs_truths[i], 1, 1, NULL, &moved));
    const size_t n = logits_at(&t, classifier, moved, 1.0, logits);
    for (size_t e = 0; e < n; e++) {
      size_t j = 0;
      while (j + 1 < bins.n && (double)logits[e] >= bins.edges[j])
        j++;
      held[j] += fairu_events_weights(moved)[e];
      all += fairu_events_weights(moved)[e];
    }
    for (size_t j = 0; j < bins.n && bins.n == HIGGS_BINS; j++)
      CHECK_NEAR(held[j], all / HIGGS_BINS, 0.1); /* two events of at most 0.05 */
    assert_true(bins.n >= 8);
    fairu_events_destroy(moved);
  }
  fairu_classifier_destroy(classifier);
  trial_clear(&t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(networks_and_their_epochs), cmocka_unit_test(networks_of_seeds),
    cmocka_unit_test(trained_at_the_truth),      cmocka_unit_test(gates),
    cmocka_unit_test(demands_on_bins),           cmocka_unit_test(bins_of_rising_scores),
    cmocka_unit_test(bins_at_the_truth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
