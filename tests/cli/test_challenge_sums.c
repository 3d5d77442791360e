/* Histograms, bins and area under the curve of the challenge with a network that is one plain sum, beside counting row by row. */
#include "cli/program.h"

#include "cli/challenge.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

enum { ROWS = 900, LEP_PT = 0, HAD_PT = 3, JET_PT = 6, N_JETS = 12, MET = 14 };

typedef struct row {
  double lep, had, weight;
  int process;
} row;

static double uniform(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Momenta in quarters of a GeV, which rounding to 0.001 keeps, some below the cuts; signal has harder taus. */
static void make_rows(row *rows)
{
  uint64_t seed = 23;
  for (size_t i = 0; i < ROWS; i++) {
    rows[i].process = (int)(i % CHALLENGE_PROCESSES);
    rows[i].lep = 16.0 + 0.25 * floor(200.0 * uniform(&seed));
    rows[i].had = 22.0 + 0.25 * floor(200.0 * uniform(&seed)) +
                  (rows[i].process == FAIRU_CHALLENGE_HTAUTAU ? 15.0 : 0.0);
    rows[i].weight = 0.125 * floor(1.0 + 20.0 * uniform(&seed));
  }
}

static fairu_events *make_events(cli *c, const row *rows)
{
  fairu_events *events = NULL;
  double weights[ROWS];
  int32_t labels[ROWS];
  CHECK_OK(c->ctx, fairu_events_create(c->ctx, ROWS, CHALLENGE_FEATURES, challenge_features, &events));
  for (size_t k = 0; k < CHALLENGE_FEATURES; k++) {
    float *to = NULL;
    CHECK_OK(c->ctx, fairu_events_column_data(events, c->ctx, k, &to));
    for (size_t i = 0; i < ROWS; i++)
      to[i] = k == LEP_PT                 ? (float)rows[i].lep
              : k == HAD_PT               ? (float)rows[i].had
              : k >= JET_PT && k < N_JETS ? -25.0F
              : k == MET                  ? 30.0F
              : k < CHALLENGE_PRIMARY     ? (float)(k == N_JETS || k == N_JETS + 1 ? 0.0 : 0.25)
                                          : 0.0F;
  }
  for (size_t i = 0; i < ROWS; i++) {
    weights[i] = rows[i].weight;
    labels[i] = rows[i].process;
  }
  CHECK_OK(c->ctx, fairu_events_set_weights(events, c->ctx, weights, ROWS));
  CHECK_OK(c->ctx, fairu_events_set_labels(events, c->ctx, labels, ROWS));
  CHECK_OK(c->ctx, fairu_events_set_categories(events, c->ctx, challenge_processes, CHALLENGE_PROCESSES));
  return events;
}

/* logit = (tau + lepton / 2 - 60) / 16: exact in a float */
static double logit_of(const row *r, double tes)
{
  return (tes * r->had + 0.5 * r->lep - 60.0) / 16.0;
}

static int passes(const row *r, double tes)
{
  return r->lep > 20.0 && tes * r->had > 26.0;
}

static fairu_classifier *make_network(cli *c)
{
  static const char *const features[] = { "PRI_had_pt", "PRI_lep_pt" };
  static const double weights[] = { 0.0625, 0.03125 };
  fairu_classifier *network = NULL;
  CHECK_OK(c->ctx, fairu_classifier_create_linear(c->ctx, features, weights, 2, -3.75, &network));
  return network;
}

static int on_a_border(const row *r, double tes)
{
  return fabs(r->lep - 20.0) < 1e-9 || fabs(tes * r->had - 26.0) < 1e-9;
}

static void begin(cli *c, row *rows)
{
  begin_command(c, &usage);
  make_rows(rows);
  for (size_t i = 0; i < ROWS; i++) /* whichever side a border belongs to */
    if (on_a_border(&rows[i], 1.0) || on_a_border(&rows[i], 1.5))
      rows[i].lep = 40.25, rows[i].had = 50.25;
}

static void histograms_are_sums(void **state)
{
  (void)state;
  static const double edges[] = { -1.0, -0.25, 0.5, 1.125 }, scales[] = { 1.0, 1.5 };
  row rows[ROWS];
  cli c;
  begin(&c, rows);
  fairu_events *events = make_events(&c, rows);
  fairu_classifier *network = make_network(&c);
  fairu_systematics *chain = NULL;
  fairu_binning *binning = NULL;
  fairu_nuisance tes;
  fairu_higgsml_options options;
  CHECK_OK(c.ctx, fairu_nuisance_init(&tes, sizeof tes));
  CHECK_OK(c.ctx, fairu_higgsml_options_init(&options, sizeof options));
  tes.name = options.tes = "tes"; /* the challenge's own chain ends at 1.1 */
  tes.nominal = 1.0;
  CHECK_OK(c.ctx, fairu_systematics_create(c.ctx, &tes, 1, &chain));
  CHECK_OK(c.ctx, fairu_systematics_add_higgsml(chain, c.ctx, &options));
  CHECK_OK(c.ctx, fairu_binning_create_edges(c.ctx, FAIRU_OUTPUT_LOGIT, edges, 4, &binning));
  for (int s = 0; s < 2; s++) {
    challenge_histogram got, wanted = { .n_bins = 5 };
    CHECK_OK(c.ctx, challenge_histogram_make(&c, chain, &scales[s], 1, events, network, binning, &got));
    for (size_t i = 0; i < ROWS; i++) {
      const double logit = logit_of(&rows[i], scales[s]);
      size_t bin = 0;
      if (!passes(&rows[i], scales[s]))
        continue;
      while (bin < 4 && edges[bin] <= logit)
        bin++;
      wanted.sum[rows[i].process][bin] += rows[i].weight;
      wanted.squares[rows[i].process][bin] += rows[i].weight * rows[i].weight;
    }
    assert_int_equal(got.n_bins, 5);
    for (int p = 0; p < CHALLENGE_PROCESSES; p++)
      for (size_t j = 0; j < 5; j++) /* eighths: sums are exact; half as much again rounds to nothing new */
        assert_true(got.sum[p][j] == wanted.sum[p][j] && got.squares[p][j] == wanted.squares[p][j]);
  }
  fairu_binning_destroy(binning);
  fairu_systematics_destroy(chain);
  fairu_classifier_destroy(network);
  fairu_events_destroy(events);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Over all pairs of a signal and a background event that pass: how often signal is above, half where they are equal. */
static void area_counts_pairs(void **state)
{
  (void)state;
  row rows[ROWS];
  cli c;
  double above = 0.0, all = 0.0, auc = 0.0;
  begin(&c, rows);
  fairu_events *events = make_events(&c, rows);
  fairu_classifier *network = make_network(&c);
  CHECK_OK(c.ctx, challenge_network_auc(&c, events, network, &auc));
  for (size_t i = 0; i < ROWS; i++)
    for (size_t k = 0; k < ROWS; k++) {
      if (rows[i].process != FAIRU_CHALLENGE_HTAUTAU || rows[k].process == FAIRU_CHALLENGE_HTAUTAU ||
          !passes(&rows[i], 1.0) || !passes(&rows[k], 1.0))
        continue;
      const double w = rows[i].weight * rows[k].weight, a = logit_of(&rows[i], 1.0),
                   b = logit_of(&rows[k], 1.0);
      all += w;
      above += a > b ? w : a == b ? 0.5 * w : 0.0;
    }
  CHECK_CLOSE(auc, above / all, 1e-12);
  fairu_classifier_destroy(network);
  fairu_events_destroy(events);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* What is told of the bins is what lies in them; each has enough, unless only two are left; no edge is made up. */
static void bins_have_enough_background(void **state)
{
  (void)state;
  static const double least[] = { 0.0, 10.0, 40.0, 150.0, 1e9 };
  row rows[ROWS];
  cli c;
  size_t before = 0;
  begin(&c, rows);
  fairu_events *events = make_events(&c, rows);
  fairu_classifier *network = make_network(&c);
  for (int k = 0; k < 5; k++) {
    const challenge_options o = { .bins = 12, .min_effective = fmax(least[k], 1e-3) };
    challenge_parts parts = { .events = { events } };
    challenge_bins bins;
    CHECK_OK(c.ctx, challenge_bins_choose(&c, &o, &parts, network, &bins));
    assert_true(bins.n >= 2 && bins.n <= 12 && (k == 0 || bins.n <= before));
    before = bins.n;
    for (size_t j = 0; j < bins.n; j++) {
      double sum = 0.0, squares = 0.0;
      for (size_t i = 0; i < ROWS; i++) {
        const double logit = logit_of(&rows[i], 1.0);
        if (!passes(&rows[i], 1.0) || rows[i].process == FAIRU_CHALLENGE_HTAUTAU ||
            (j > 0 && logit < bins.edges[j - 1]) || (j + 1 < bins.n && logit >= bins.edges[j]))
          continue;
        sum += rows[i].weight;
        squares += rows[i].weight * rows[i].weight;
      }
      assert_true(bins.sum[j] == sum && bins.squares[j] == squares);
      assert_true(j + 2 > bins.n - 1 || bins.edges[j] < bins.edges[j + 1]);
      if (bins.n > 2)
        assert_true(sum * sum / squares >= o.min_effective && sum >= 4.0);
    }
  }
  assert_int_equal(before, 2);
  fairu_classifier_destroy(network);
  fairu_events_destroy(events);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(histograms_are_sums),
    cmocka_unit_test(area_counts_pairs),
    cmocka_unit_test(bins_have_enough_background),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
