/* Data, splits, bins and histograms of higgs-tes against events taken one by one. */
#include "higgs_events.h"

#include "cli/higgs_boot.h"

static void yields_of_the_file(void **state)
{
  (void)state;
  enum { N = 1500 };
  cli c = { .ctx = support_context() };
  higgs_inputs in;
  double sums[2] = { 0.0 }, cut[2][HIGGS_TRUTHS] = { { 0.0 } };
  size_t rows[2] = { 0 };
  higgs_inputs_make(&c, N, &in);
  for (uint64_t i = 0; i < N; i++) {
    const int label = higgs_is_signal(i);
    char digits[32];
    snprintf(digits, sizeof digits, "%.3f", higgs_value(i, 12, 20.5, 80) + 10 * label);
    rows[label]++;
    sums[label] += higgs_weight(i);
    for (int t = 0; t < HIGGS_TRUTHS; t++) /* tau pT of 22 GeV or less after the shift is cut */
      cut[label][t] += (double)((float)atof(digits) * (float)(0.9 + 0.1 * t)) > 22.0 ? higgs_weight(i) : 0.0;
  }
  for (int label = 0; label < 2; label++) {
    assert_int_equal(in.rows[label], rows[label]);
    CHECK_CLOSE(in.sums[label], sums[label], 1e-12);
    for (int t = 0; t < HIGGS_TRUTHS; t++)
      CHECK_CLOSE(in.cut_sums[label][t], cut[label][t], 1e-12);
  }
  assert_true(in.cut_sums[0][0] < in.cut_sums[0][1] && in.cut_sums[0][1] < in.cut_sums[0][2]);
  assert_true(in.prior.nominal == 1.0 && in.prior.width == 0.05 && in.prior.lower == 0.9 &&
              in.prior.upper == 1.1);
  double knots[HIGGS_KNOTS];
  assert_int_equal(fairu_grid_n_points(in.grid), HIGGS_KNOTS);
  CHECK_OK(c.ctx, fairu_grid_points(in.grid, c.ctx, knots));
  for (int k = 0; k < HIGGS_KNOTS; k++)
    CHECK_NEAR(knots[k], 0.9 + 0.02 * k, 1e-15);
  higgs_inputs_free(&in);
  fairu_context_destroy(c.ctx);
}

/* Files that are none, and what the message says of them. */
static void files_that_are_refused(void **state)
{
  (void)state;
  cli c = { .ctx = support_context() };
  higgs_inputs in;
  char path[512];
  support_path(path, sizeof path, "signal.csv");
  higgs_write_csv(path, 30, "s");
  assert_int_equal(higgs_inputs_read(&c, path, &in), FAIRU_ERR_FORMAT);
  assert_non_null(strstr(c.message, "column Label must hold exactly the classes 'b' and 's'"));
  assert_null(in.events);
  remove(path);
  assert_int_equal(higgs_inputs_read(&c, path, &in), FAIRU_ERR_IO);
  CHECK_SAYS(c.ctx, "signal.csv");
  assert_null(in.tes);
  /* too few events for three parts with both classes */
  support_path(path, sizeof path, "few.csv");
  higgs_write_csv(path, 3, "sb");
  higgs_part parts[HIGGS_FOLDS];
  assert_int_equal(higgs_inputs_read(&c, path, &in), FAIRU_OK);
  assert_int_equal(higgs_split(&c, &in, 1, parts), FAIRU_ERR_EMPTY);
  assert_non_null(strstr(c.message, "of a split has no "));
  assert_null(parts[0].classes[0]);
  higgs_inputs_free(&in);
  fairu_context_destroy(c.ctx);
}

/* Every event is in one part; parts are about as large; each stands for the whole. */
static void parts_are_a_partition(void **state)
{
  (void)state;
  enum { N = 900 };
  cli c = { .ctx = support_context() };
  higgs_inputs in;
  unsigned char where[4][N];
  higgs_inputs_make(&c, N, &in);
  memset(where, 99, sizeof where);
  for (size_t run = 0; run < 4; run++) { /* seeds 5, 6, 7 and 5 again */
    higgs_part parts[HIGGS_FOLDS];
    assert_int_equal(higgs_split(&c, &in, 5 + run % 3, parts), FAIRU_OK);
    for (unsigned char p = 0; p < HIGGS_FOLDS; p++)
      for (int label = 0; label < 2; label++) {
        const fairu_events *events = parts[p].classes[label];
        const size_t n = fairu_events_n_events(events), expected = label ? N / 3 : 2 * N / 3;
        double sum = 0.0;
        for (size_t i = 0; i < n; i++) {
          const uint64_t id = fairu_events_ids(events)[i] - 1000;
          assert_int_equal(higgs_is_signal(id), label);
          assert_int_equal(where[run][id], 99);
          where[run][id] = p;
          sum += fairu_events_weights(events)[i];
          CHECK_CLOSE(fairu_events_weights(events)[i], higgs_weight(id), 1e-15);
        }
        CHECK_NEAR((double)n, (double)expected / 3.0, 4.5 * sqrt((double)expected * 2.0 / 9.0));
        CHECK_CLOSE(parts[p].scales[label] * sum, in.sums[label], 1e-12);
      }
    for (size_t i = 0; i < N; i++)
      assert_true(where[run][i] < HIGGS_FOLDS);
    higgs_split_free(parts);
  }
  assert_memory_equal(where[0], where[3], N);
  for (size_t run = 1; run < 3; run++) { /* other seeds: a third of the events stay */
    int same = 0;
    for (size_t i = 0; i < N; i++)
      same += where[0][i] == where[run][i];
    CHECK_NEAR(same, N / 3.0, 4.5 * sqrt(N * 2.0 / 9.0));
  }
  higgs_inputs_free(&in);
  fairu_context_destroy(c.ctx);
}

/* ---- bins --------------------------------------------------------------------------------------------- */

/* Merging until every bin has enough, against lists of the raw bins. */
static void weakest_bins_are_merged(void **state)
{
  (void)state;
  for (uint64_t seed = 0; seed < 200; seed++) {
    higgs_bins bins = { .n = HIGGS_BINS };
    double sum[HIGGS_BINS][HIGGS_KNOTS], squares[HIGGS_BINS][HIGGS_KNOTS], border[HIGGS_BINS];
    for (size_t j = 0; j < HIGGS_BINS; j++) {
      bins.edges[j] = border[j] = (double)j + 0.5;
      for (size_t k = 0; k < HIGGS_KNOTS; k++) {
        const double n = floor(30.0 * toy_uniform(seed, j * HIGGS_KNOTS + k));
        bins.sum[k * HIGGS_BINS + j] = sum[j][k] = 2.0 * n;
        bins.sum_squares[k * HIGGS_BINS + j] = squares[j][k] = 5.0 * n;
      }
    }
    for (size_t n = HIGGS_BINS; n > 1; n--) {
      double effective[HIGGS_BINS];
      size_t weak = 0;
      assert_int_equal(bins.n, n);
      for (size_t j = 0; j < n; j++) {
        effective[j] = HUGE_VAL;
        for (size_t k = 0; k < HIGGS_KNOTS; k++)
          effective[j] =
              fmin(effective[j], squares[j][k] > 0.0 ? sum[j][k] * sum[j][k] / squares[j][k] : 0.0);
        CHECK_NEAR(higgs_bins_effective(&bins, j), effective[j], 1e-12);
        assert_true(j + 1 == n || bins.edges[j] == border[j]);
        if (effective[j] < effective[weak])
          weak = j;
      }
      const double left = weak > 0 ? effective[weak - 1] : HUGE_VAL,
                   right = weak + 1 < n ? effective[weak + 1] : HUGE_VAL;
      const size_t to = left < right ? weak - 1 : weak;
      for (size_t k = 0; k < HIGGS_KNOTS; k++) {
        sum[to][k] += sum[to + 1][k];
        squares[to][k] += squares[to + 1][k];
      }
      border[to] = border[to + 1];
      for (size_t j = to + 1; j + 1 < n; j++) {
        memcpy(sum[j], sum[j + 1], sizeof sum[j]);
        memcpy(squares[j], squares[j + 1], sizeof squares[j]);
        border[j] = border[j + 1];
      }
      higgs_bins_merge_weakest(&bins);
    }
  }
}

static size_t bin_of(const higgs_bins *bins, float logit)
{
  size_t j = 0;
  while (j + 1 < bins->n && (double)logit >= bins->edges[j])
    j++;
  return j;
}

/* Scores of events shifted to `made`, asked at `asked`; their weights. */
static size_t scores_of(cli *c, const higgs_inputs *in, const fairu_classifier *classifier,
                        const fairu_events *events, double made, double asked, float *scores, double *weights)
{
  fairu_events *shifted;
  const size_t n_z = fairu_classifier_n_nuisances(classifier);
  CHECK_OK(c->ctx, fairu_systematics_apply(in->tes, c->ctx, events, &made, 1, 1, NULL, &shifted));
  const size_t n = fairu_events_n_events(shifted);
  CHECK_OK(c->ctx, fairu_classifier_score_events(classifier, c->ctx, shifted, n_z ? &asked : NULL, 1, n_z,
                                                 FAIRU_OUTPUT_LOGIT, scores));
  memcpy(weights, fairu_events_weights(shifted), n * sizeof *weights);
  fairu_events_destroy(shifted);
  return n;
}

enum { MOST = 2000 };

/* Templates, observations and AUC of a fill: at every knot each event is shifted, scored and dropped into its bin. */
static void check_fill(cli *c, const higgs_inputs *in, const higgs_part *parts,
                       const fairu_classifier *classifier, const higgs_fill *fill)
{
  const size_t n_bins = fill->bins.n;
  static float scores[2][MOST];
  static double weights[2][MOST];
  size_t n[2];
  for (int k = 0; k < HIGGS_KNOTS; k++) {
    const double z = (90 + 2 * k) / 100.0;
    for (int label = 0; label < 2; label++) {
      double yields[HIGGS_BINS] = { 0.0 }, squares[HIGGS_BINS] = { 0.0 };
      const double scale = parts[1].scales[label];
      n[0] = scores_of(c, in, classifier, parts[1].classes[label], z, z, scores[0], weights[0]);
      for (size_t i = 0; i < n[0]; i++) {
        yields[bin_of(&fill->bins, scores[0][i])] += scale * weights[0][i];
        squares[bin_of(&fill->bins, scores[0][i])] += scale * scale * weights[0][i] * weights[0][i];
      }
      for (size_t j = 0; j < n_bins; j++) {
        CHECK_CLOSE(fill->yields[((size_t)label * HIGGS_KNOTS + (size_t)k) * n_bins + j], yields[j], 1e-11);
        CHECK_CLOSE(fill->variances[((size_t)label * HIGGS_KNOTS + (size_t)k) * n_bins + j], squares[j],
                    1e-11);
      }
    }
    for (int t = 0; t < HIGGS_TRUTHS; t++) {
      double observed[HIGGS_BINS] = { 0.0 };
      for (int label = 0; label < 2; label++) {
        n[0] =
            scores_of(c, in, classifier, parts[2].classes[label], higgs_truths[t], z, scores[0], weights[0]);
        for (size_t i = 0; i < n[0]; i++)
          observed[bin_of(&fill->bins, scores[0][i])] += parts[2].scales[label] * weights[0][i];
      }
      for (size_t j = 0; j < n_bins; j++) /* the same at all knots where the network does not know Z */
        CHECK_CLOSE(fill->observed[t][(size_t)k * n_bins + j], observed[j], 1e-11);
    }
  }
  for (int t = 0; t < HIGGS_TRUTHS; t++) {
    double pairs = 0.0, all = 0.0;
    for (int label = 0; label < 2; label++)
      n[label] = scores_of(c, in, classifier, parts[2].classes[label], higgs_truths[t], higgs_truths[t],
                           scores[label], weights[label]);
    for (size_t i = 0; i < n[1]; i++)
      for (size_t k = 0; k < n[0]; k++) {
        const double weight = weights[1][i] * weights[0][k];
        all += weight;
        pairs += weight * (scores[1][i] > scores[0][k] ? 1.0 : scores[1][i] == scores[0][k] ? 0.5 : 0.0);
      }
    CHECK_NEAR(fill->auc[t], pairs / all, 1e-11);
  }
}

/* Histograms of a bootstrap before any draw are those of the fill. */
static void check_boot(cli *c, const higgs_inputs *in, const higgs_part *parts,
                       const fairu_classifier *classifier, const higgs_fill *fill)
{
  higgs_boot *boot = calloc(1, sizeof *boot);
  assert_non_null(boot);
  higgs_boot_net *net = &boot->nets[0][0];
  double counts[HIGGS_KNOTS * HIGGS_BINS];
  assert_int_equal(higgs_boot_add(c, in, &parts[1], &parts[2], classifier, fill, net), FAIRU_OK);
  assert_int_equal(net->moving, fill->moving);
  for (size_t label = 0; label < 2; label++) {
    CHECK_OK(c->ctx, fairu_bin_table_histogram(net->templates[label], c->ctx, NULL, 1, counts));
    for (size_t i = 0; i < HIGGS_KNOTS * fill->bins.n; i++)
      CHECK_CLOSE(parts[1].scales[label] * counts[i], fill->yields[label * HIGGS_KNOTS * fill->bins.n + i],
                  1e-11);
    assert_int_equal(net->test[label][1] != NULL, fill->moving);
  }
  higgs_boot_free(boot);
  higgs_boot_free(NULL);
}

static void histograms_are_counted_events(void **state)
{
  (void)state;
  cli c = { .ctx = support_context() };
  higgs_inputs in;
  higgs_part parts[HIGGS_FOLDS];
  higgs_inputs_make(&c, MOST, &in);
  assert_int_equal(higgs_split(&c, &in, 1, parts), FAIRU_OK);
  for (int aware = 0; aware < 2; aware++) {
    fairu_classifier *classifier = aware ? higgs_aware(&c) : higgs_linear(&c, 0.05, -4.0);
    higgs_bins bins;
    static higgs_fill fill;
    double last = 0.0;
    for (int i = 0; i < 4; i++) { /* the more background a bin must hold, the fewer bins */
      const higgs_options options = { .min_effective = 5.0 * (1 << (2 * i)) };
      assert_int_equal(higgs_bins_choose(&c, &in, &options, &parts[0], HIGGS_NET_BASELINE, classifier, &bins),
                       FAIRU_OK);
      assert_true(bins.n >= 2 && (last == 0.0 || (double)bins.n <= last));
      last = (double)bins.n;
      for (size_t j = 0; j < bins.n && bins.n > 2; j++)
        assert_true(higgs_bins_effective(&bins, j) >= options.min_effective);
    }
    const higgs_options options = { .min_effective = 10.0 };
    assert_int_equal(higgs_bins_choose(&c, &in, &options, &parts[0], HIGGS_NET_BASELINE, classifier, &bins),
                     FAIRU_OK);
    assert_int_equal(higgs_fill_make(&c, &in, &parts[1], &parts[2], classifier, &bins, &fill), FAIRU_OK);
    assert_int_equal(fill.moving, aware);
    check_fill(&c, &in, parts, classifier, &fill);
    check_boot(&c, &in, parts, classifier, &fill);
    fairu_classifier_destroy(classifier);
  }
  higgs_split_free(parts);
  higgs_inputs_free(&in);
  fairu_context_destroy(c.ctx);
}

/* Quantiles of the signal at the Z that a network was made for: with nothing to merge, bins hold equal weights there. */
static void bins_of_equal_signal(void **state)
{
  (void)state;
  static const int nets[3] = { HIGGS_NET_TRUE_DOWN, HIGGS_NET_BASELINE, HIGGS_NET_TRUE_UP };
  cli c = { .ctx = support_context() };
  higgs_inputs in;
  higgs_part parts[HIGGS_FOLDS];
  static float scores[MOST];
  static double weights[MOST];
  higgs_inputs_make(&c, MOST, &in);
  assert_int_equal(higgs_split(&c, &in, 1, parts), FAIRU_OK);
  fairu_classifier *classifier = higgs_linear(&c, 0.05, -4.0);
  for (int t = 0; t < 3; t++) {
    const higgs_options options = { .min_effective = 0.0 };
    higgs_bins bins;
    double sums[HIGGS_BINS] = { 0.0 }, all = 0.0;
    assert_int_equal(higgs_bins_choose(&c, &in, &options, &parts[0], nets[t], classifier, &bins), FAIRU_OK);
    assert_int_equal(bins.n, HIGGS_BINS);
    const size_t n =
        scores_of(&c, &in, classifier, parts[0].classes[1], higgs_truths[t], 1.0, scores, weights);
    for (size_t i = 0; i < n; i++) {
      sums[bin_of(&bins, scores[i])] += weights[i];
      all += weights[i];
    }
    for (size_t j = 0; j < HIGGS_BINS; j++)
      CHECK_NEAR(sums[j], all / HIGGS_BINS, 0.051); /* an event on each side of an edge weighs at most 0.05 */
  }
  fairu_classifier_destroy(classifier);
  higgs_split_free(parts);
  higgs_inputs_free(&in);
  fairu_context_destroy(c.ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yields_of_the_file),
    cmocka_unit_test(files_that_are_refused),
    cmocka_unit_test(parts_are_a_partition),
    cmocka_unit_test(weakest_bins_are_merged),
    cmocka_unit_test(histograms_are_counted_events),
    cmocka_unit_test(bins_of_equal_signal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
