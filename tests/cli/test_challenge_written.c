/* CSV tables and results.json of `fairu challenge`, read back number by number from results that are made up. */
#include "cli/challenge_made.h"
#include "cli/written.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };
#define LARGE 0.5 /* multiplicity beyond the limit of rare rows */

static void check_score_row(const written_table *t, size_t row, const fairu_interval_score *s)
{
  CHECK_SAME(written_number(t, row, "n"), (double)s->n);
  CHECK_SAME(written_number(t, row, "n_covered"), (double)s->n_covered);
  CHECK_SAME(written_number(t, row, "coverage"), s->coverage);
  CHECK_SAME(written_number(t, row, "coverage_lower"), s->coverage_lower);
  CHECK_SAME(written_number(t, row, "coverage_upper"), s->coverage_upper);
  CHECK_SAME(written_number(t, row, "interval"), s->interval);
  CHECK_SAME(written_number(t, row, "quantile_score"), s->quantile_score);
}

/* scores.csv, sets.csv, repartitions.csv: estimators that are wanted, in order, and no others. */
static void tables_of_scores(void **state)
{
  (void)state;
  made m;
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_write_tables(&m.c, &m.results), FAIRU_OK);
  written_table scores = written_read(m.folder, "scores.csv"), sets = written_read(m.folder, "sets.csv"),
                again = written_read(m.folder, "repartitions.csv");
  size_t row = 0, set_row = 0;
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    if (e == CHALLENGE_HESSE)
      continue;
    assert_string_equal(written_text(&scores, row, "estimator"), challenge_estimator_names[e]);
    check_score_row(&scores, row, &m.round.scores[e]);
    for (size_t s = 0; s < MADE_SETS; s++, set_row++) {
      assert_string_equal(written_text(&sets, set_row, "estimator"), challenge_estimator_names[e]);
      CHECK_SAME(written_number(&sets, set_row, "set"), (double)s);
      CHECK_SAME(written_number(&sets, set_row, "mu"), 0.5 + 0.75 * (double)s);
      check_score_row(&sets, set_row, &m.results.sets[(size_t)e * MADE_SETS + s]);
    }
    for (size_t k = 0; k < MADE_REPETITIONS; k++) {
      const size_t at = k * (CHALLENGE_ESTIMATORS - 1) + row;
      CHECK_SAME(written_number(&again, at, "part_seed"), (double)(8 + k));
      assert_string_equal(written_text(&again, at, "estimator"), challenge_estimator_names[e]);
      check_score_row(&again, at, &m.results.repetitions[k].scores[e]);
    }
    row++;
  }
  assert_int_equal(scores.n_rows, row);
  assert_int_equal(sets.n_rows, set_row);
  assert_int_equal(again.n_rows, row * MADE_REPETITIONS);
  written_free(&scores);
  written_free(&sets);
  written_free(&again);
  made_free(&m);
}

static void tables_of_intervals(void **state)
{
  (void)state;
  made m;
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_write_tables(&m.c, &m.results), FAIRU_OK);
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    char name[64], path[1024];
    snprintf(name, sizeof name, "%s.csv", challenge_estimator_names[e]);
    snprintf(path, sizeof path, "%s/%s", m.folder, name);
    if (e == CHALLENGE_HESSE) {
      assert_int_not_equal(access(path, F_OK), 0);
      continue;
    }
    written_table t = written_read(m.folder, name);
    assert_int_equal(t.n_rows, MADE_N);
    for (size_t k = 0; k < MADE_N; k++) {
      const challenge_interval *x = &m.outcomes[k].intervals[e];
      CHECK_SAME(written_number(&t, k, "set"), (double)(k / MADE_PE));
      CHECK_SAME(written_number(&t, k, "pe"), (double)(k % MADE_PE));
      CHECK_SAME(written_number(&t, k, "mu_true"), m.outcomes[k].truth.mu);
      CHECK_SAME(written_number(&t, k, "mu_hat"), x->estimate);
      CHECK_SAME(written_number(&t, k, "delta_mu_hat"),
                 e == CHALLENGE_COUNTING ? 0.5 * (x->upper - x->lower) : x->upper - x->lower);
      CHECK_SAME(written_number(&t, k, "p16"), x->lower);
      CHECK_SAME(written_number(&t, k, "p84"), x->upper);
      CHECK_SAME(written_number(&t, k, "before_cut_p16"), x->raw_lower);
      CHECK_SAME(written_number(&t, k, "before_cut_p84"), x->raw_upper);
      CHECK_SAME(written_number(&t, k, "status"), x->status);
    }
    written_free(&t);
  }
  made_free(&m);
}

static double truth_of(const challenge_outcome *x, int nuisance)
{
  const double truths[CHALLENGE_NUISANCES] = { x->truth.tes,
                                               x->truth.jes,
                                               x->truth.soft_met < exp(-2.5) ? -2.5 : log(x->truth.soft_met),
                                               x->truth.ttbar_scale,
                                               x->truth.diboson_scale,
                                               x->truth.bkg_scale };
  return truths[nuisance];
}

static void tables_of_the_model(void **state)
{
  (void)state;
  made m;
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_write_tables(&m.c, &m.results), FAIRU_OK);
  written_table t = written_read(m.folder, "nuisances.csv");
  assert_int_equal(t.n_rows, MADE_N * CHALLENGE_NUISANCES);
  for (size_t row = 0; row < t.n_rows; row++) {
    const challenge_outcome *x = &m.outcomes[row / CHALLENGE_NUISANCES];
    const int i = (int)(row % CHALLENGE_NUISANCES);
    CHECK_SAME(written_number(&t, row, "set"), (double)x->truth.set);
    CHECK_SAME(written_number(&t, row, "pe"), (double)x->truth.pe);
    assert_string_equal(written_text(&t, row, "nuisance"), challenge_nuisance_names[i]);
    CHECK_SAME(written_number(&t, row, "true"), truth_of(x, i));
    CHECK_SAME(written_number(&t, row, "fitted"), x->fitted[i]);
    CHECK_SAME(written_number(&t, row, "error"), x->errors[i]);
  }
  written_free(&t);
  t = written_read(m.folder, "templates.csv");
  const double edges[] = { -(double)INFINITY, -2.25, 0.5, 3.75, (double)INFINITY };
  assert_int_equal(t.n_rows, CHALLENGE_PROCESSES * MADE_BINS);
  for (size_t row = 0; row < t.n_rows; row++) {
    const size_t p = row / MADE_BINS, j = row % MADE_BINS;
    const double yield = 100.0 * (double)(p + 1) + 10.0 * (double)j;
    assert_string_equal(written_text(&t, row, "process"), challenge_processes[p]);
    CHECK_SAME(written_number(&t, row, "bin"), (double)j);
    CHECK_SAME(written_number(&t, row, "lower"), edges[j]);
    CHECK_SAME(written_number(&t, row, "upper"), edges[j + 1]);
    CHECK_SAME(written_number(&t, row, "yield"), yield);
    CHECK_SAME(written_number(&t, row, "variance"), 0.125 * yield);
  }
  written_free(&t);
  made_free(&m);
}

static void check_count_row(const written_table *t, size_t row, const char *kind, double value,
                            const challenge_count *x)
{
  assert_string_equal(written_text(t, row, "kind"), kind);
  CHECK_SAME(written_number(t, row, "value"), value);
  CHECK_SAME(written_number(t, row, "n"), (double)x->n);
  CHECK_SAME(written_number(t, row, "n_covered"), (double)x->covered);
  CHECK_SAME(written_number(t, row, "interval"), x->width);
}

static void table_of_the_closure(void **state)
{
  (void)state;
  made m;
  size_t row = 0;
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_write_tables(&m.c, &m.results), FAIRU_OK);
  written_table t = written_read(m.folder, "closure.csv");
  const challenge_closure *x = &m.closure;
  check_count_row(&t, row++, "all", (double)NAN, &x->calibrated);
  check_count_row(&t, row++, "profile", (double)NAN, &x->profile);
  check_count_row(&t, row++, "profile_cut", (double)NAN, &x->profile_cut);
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++)
    check_count_row(&t, row++, "mu", x->mu[k], &x->by_mu[k]);
  for (int i = 0; i < CHALLENGE_NUISANCES; i++)
    for (int k = 0; k < 3; k++)
      check_count_row(&t, row++, challenge_nuisance_names[i], k - 1.0, &x->by_third[i][k]);
  assert_int_equal(t.n_rows, row);
  written_free(&t);
  made_free(&m);
}

/* Without closure and repetitions their tables are not there. */
static void tables_that_are_left_out(void **state)
{
  (void)state;
  static const char *const gone[] = { "closure.csv", "repartitions.csv", "critical.csv" };
  made m;
  made_begin(&m, &usage, LARGE);
  m.results.closure = NULL;
  m.results.n_repetitions = 1;
  for (size_t k = 0; k < 3; k++)
    assert_int_equal(out_remove(&m.c, m.folder, gone[k]), FAIRU_OK);
  assert_int_equal(challenge_write_tables(&m.c, &m.results), FAIRU_OK);
  for (size_t k = 0; k < 3; k++) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", m.folder, gone[k]);
    assert_int_not_equal(access(path, F_OK), 0);
  }
  json_t *root = NULL;
  assert_int_equal(challenge_results_json(&m.c, &m.results, &root), FAIRU_OK);
  assert_null(json_object_get(root, "closure"));
  assert_null(json_object_get(root, "repartitions"));
  assert_null(json_object_get(root, "calibration"));
  json_decref(root);
  m.options.out = "/no/such/folder";
  CHECK_REFUSED(&m.c, FAIRU_ERR_IO, "/no/such/folder", challenge_write_tables(&m.c, &m.results));
  m.c.status = 0;
  made_free(&m);
}

/* ---- results.json ------------------------------------------------------------------------------------- */

static double at(json_t *root, const char *format, ...)
{
  char path[256];
  va_list args;
  va_start(args, format);
  vsnprintf(path, sizeof path, format, args);
  va_end(args);
  return written_value(root, path);
}

static const char *text_at(json_t *root, const char *path)
{
  return json_string_value(written_at(root, path));
}

static void json_of_the_settings(void **state)
{
  (void)state;
  made m;
  json_t *root = NULL;
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_results_json(&m.c, &m.results, &root), FAIRU_OK);
  assert_string_equal(text_at(root, "study"), "challenge");
  assert_string_equal(text_at(root, "version"), fairu_version_string());
  CHECK_SAME(at(root, "settings.sets"), 3.0);
  CHECK_SAME(at(root, "settings.pseudo_experiments_per_set"), 4.0);
  CHECK_SAME(at(root, "settings.seed"), 21.0);
  CHECK_SAME(at(root, "settings.part_seed"), 8.0);
  CHECK_SAME(at(root, "settings.luminosity"), 0.375);
  CHECK_SAME(at(root, "settings.signal_scale"), 20.0);
  CHECK_SAME(at(root, "settings.toys"), 900.0);
  assert_string_equal(text_at(root, "settings.rng"), "philox");
  assert_string_equal(text_at(root, "settings.estimator"), "profile");
  assert_true(json_is_true(written_at(root, "settings.quick")));
  for (int k = 0; k < CHALLENGE_PARTS; k++)
    CHECK_SAME(at(root, "settings.percent.%s", challenge_part_names[k]), (double)m.options.percent[k]);
  json_decref(root);
  made_free(&m);
}

static void json_of_events_and_model(void **state)
{
  (void)state;
  static const double multiplicities[] = { LARGE, CHALLENGE_RARE };
  for (int rare = 0; rare < 2; rare++) {
    made m;
    json_t *root = NULL;
    made_begin(&m, &usage, multiplicities[rare]);
    m.options.model = rare ? "given.onnx" : NULL;
    m.round.model.interpolation = rare ? FAIRU_INTERPOLATION_LINEAR : FAIRU_INTERPOLATION_LOG;
    assert_int_equal(challenge_results_json(&m.c, &m.results, &root), FAIRU_OK);
    CHECK_SAME(at(root, "events.rows"), 28000.0);
    CHECK_SAME(at(root, "events.pool_over_template_variance"), m.round.parts.variance_ratio);
    CHECK_SAME(at(root, "events.rare_limit"), 0.02);
    assert_int_equal(json_is_true(written_at(root, "events.coverage_is_binomial")), rare);
    for (int p = 0; p < CHALLENGE_PROCESSES; p++)
      CHECK_SAME(at(root, "events.yields.%s", challenge_processes[p]), m.round.parts.yields[p]);
    for (int k = 0; k < CHALLENGE_PARTS; k++) {
      const char *part = challenge_part_names[k];
      CHECK_SAME(at(root, "events.parts.%s.largest_multiplicity", part), m.round.parts.multiplicity[k]);
      for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
        CHECK_SAME(at(root, "events.parts.%s.rows.%s", part, challenge_processes[p]), 7000.0 + 10 * k + p);
        CHECK_SAME(at(root, "events.parts.%s.effective.%s", part, challenge_processes[p]),
                   500.25 + 10 * k + p);
      }
    }
    assert_string_equal(text_at(root, "model.network"), rare ? "given" : "trained");
    assert_string_equal(text_at(root, "model.interpolation"), rare ? "linear" : "logarithm");
    CHECK_SAME(at(root, "model.auc.train"), 0.8125);
    CHECK_SAME(at(root, "model.auc.calibration"), 0.7875);
    CHECK_SAME(at(root, "model.bins"), MADE_BINS);
    assert_int_equal(json_array_size(written_at(root, "model.edges")), MADE_BINS - 1);
    for (int j = 0; j < MADE_BINS - 1; j++)
      CHECK_SAME(at(root, "model.edges.%d", j), m.round.model.bins.edges[j]);
    CHECK_SAME(at(root, "model.smearings_per_event"), 6.0);
    CHECK_SAME(at(root, "model.least_effective_background"), 23.5);
    CHECK_SAME(at(root, "model.least_effective_process"), 11.5);
    CHECK_SAME(at(root, "model.empty_process_bins"), 2.0);
    for (int k = 0; k < CHALLENGE_CHECKS; k++) {
      CHECK_SAME(at(root, "model.calibration_part_against_templates.%d.chi2", k),
                 m.round.model.check_chi2[k]);
      for (int i = 0; i < CHALLENGE_AXES; i++)
        CHECK_SAME(at(root, "model.calibration_part_against_templates.%d.point.%d", k, i),
                   m.round.model.check_point[k][i]);
    }
    for (int k = 0; k < CHALLENGE_WIDTHS; k++)
      CHECK_SAME(at(root, "model.expected_widths_at_mu_1.%s", challenge_width_names[k]),
                 m.results.expected[k]);
    json_decref(root);
    made_free(&m);
  }
}

static void check_score(json_t *root, const char *path, const fairu_interval_score *s)
{
  CHECK_SAME(at(root, "%s.quantile_score", path), s->quantile_score);
  CHECK_SAME(at(root, "%s.interval", path), s->interval);
  CHECK_SAME(at(root, "%s.coverage", path), s->coverage);
  CHECK_SAME(at(root, "%s.coverage_lower", path), s->coverage_lower);
  CHECK_SAME(at(root, "%s.coverage_upper", path), s->coverage_upper);
  CHECK_SAME(at(root, "%s.penalty", path), s->penalty);
  CHECK_SAME(at(root, "%s.rmse", path), s->rmse);
  CHECK_SAME(at(root, "%s.mae", path), s->mae);
  CHECK_SAME(at(root, "%s.n", path), (double)s->n);
  CHECK_SAME(at(root, "%s.n_covered", path), (double)s->n_covered);
}

/* Mean and deviation over the repetitions, in two passes. */
static void check_spread(json_t *root, const made *m, int e, int which, const char *name)
{
  double values[MADE_REPETITIONS], mean = 0.0, squares = 0.0;
  for (size_t k = 0; k < MADE_REPETITIONS; k++) {
    const fairu_interval_score *s = &m->results.repetitions[k].scores[e];
    values[k] = which == 0 ? s->coverage : which == 1 ? s->interval : s->quantile_score;
    mean += values[k] / MADE_REPETITIONS;
  }
  for (size_t k = 0; k < MADE_REPETITIONS; k++)
    squares += (values[k] - mean) * (values[k] - mean);
  CHECK_CLOSE(at(root, "repartitions.%s.%s.mean", challenge_estimator_names[e], name), mean, 1e-13);
  CHECK_CLOSE(at(root, "repartitions.%s.%s.deviation", challenge_estimator_names[e], name),
              sqrt(squares / (MADE_REPETITIONS - 1)), 1e-11);
}

static void json_of_the_estimators(void **state)
{
  (void)state;
  made m;
  json_t *root = NULL;
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_results_json(&m.c, &m.results, &root), FAIRU_OK);
  assert_int_equal(json_object_size(written_at(root, "estimators")), CHALLENGE_ESTIMATORS - 1);
  for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
    char path[128];
    if (e == CHALLENGE_HESSE)
      continue;
    snprintf(path, sizeof path, "estimators.%s", challenge_estimator_names[e]);
    check_score(root, path, &m.round.scores[e]);
    CHECK_SAME(at(root, "%s.interval_before_cut", path), m.results.raw_width[e]);
    CHECK_SAME(at(root, "%s.n_failed", path), 10.0 + e);
    const json_t *hulls = json_object_get(written_at(root, path), "n_hulls");
    assert_int_equal(json_integer_value(hulls), e == CHALLENGE_CALIBRATED ? 4 : 0);
    for (size_t s = 0; s < MADE_SETS; s++) {
      snprintf(path, sizeof path, "estimators.%s.sets.%zu", challenge_estimator_names[e], s);
      check_score(root, path, &m.results.sets[(size_t)e * MADE_SETS + s]);
      CHECK_SAME(at(root, "%s.mu", path), 0.5 + 0.75 * (double)s);
    }
    check_spread(root, &m, e, 0, "coverage");
    check_spread(root, &m, e, 1, "interval");
    check_spread(root, &m, e, 2, "quantile_score");
  }
  CHECK_SAME(at(root, "repartitions.n"), MADE_REPETITIONS);
  CHECK_SAME(at(root, "pseudo_experiments.n"), MADE_N);
  CHECK_CLOSE(at(root, "pseudo_experiments.mean_events"), 1055.0, 1e-14); /* 1000 + 10 (0 + ... + 11) / 12 */
  CHECK_CLOSE(at(root, "pseudo_experiments.mean_events_passing"), 605.5, 1e-14);
  for (int i = 0; i < CHALLENGE_NUISANCES; i++) {
    const char *name = challenge_nuisance_names[i];
    CHECK_SAME(at(root, "nuisances.%s.pull_mean", name), m.results.pull[i].mean);
    CHECK_SAME(at(root, "nuisances.%s.pull_width", name), m.results.pull[i].deviation);
    CHECK_SAME(at(root, "nuisances.%s.n", name), 30.0 + i);
    CHECK_SAME(at(root, "nuisances.%s.error_over_prior", name), m.results.constraint[i]);
  }
  json_decref(root);
  made_free(&m);
}

/* Chance that a binomial of n and p is at least k: sums of the terms. */
static double at_least(size_t k, size_t n, double p)
{
  double sum = 0.0;
  for (size_t i = k; i <= n; i++)
    sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) +
               (double)i * log(p) + (double)(n - i) * log1p(-p));
  return sum;
}

static void check_count(json_t *root, const char *path, const challenge_count *x)
{
  CHECK_SAME(at(root, "%s.n", path), (double)x->n);
  CHECK_SAME(at(root, "%s.n_covered", path), (double)x->covered);
  CHECK_SAME(at(root, "%s.interval", path), x->width);
  const double lower = at(root, "%s.coverage_lower", path), upper = at(root, "%s.coverage_upper", path);
  if (x->n == 0) { /* nothing is known */
    assert_true(isnan(at(root, "%s.coverage", path)) && lower == 0.0 && upper == 1.0);
    return;
  }
  CHECK_SAME(at(root, "%s.coverage", path), (double)x->covered / (double)x->n);
  CHECK_NEAR(at_least(x->covered, x->n, lower), 0.025, 1e-9); /* Clopper and Pearson */
  CHECK_NEAR(1.0 - at_least(x->covered + 1, x->n, upper), 0.025, 1e-9);
}

static void json_of_the_closure(void **state)
{
  (void)state;
  static const char *const thirds[3] = { "lower", "middle", "upper" };
  made m;
  json_t *root = NULL;
  char path[128];
  made_begin(&m, &usage, LARGE);
  assert_int_equal(challenge_results_json(&m.c, &m.results, &root), FAIRU_OK);
  check_count(root, "closure.calibrated", &m.closure.calibrated);
  check_count(root, "closure.profile", &m.closure.profile);
  check_count(root, "closure.profile_cut", &m.closure.profile_cut);
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++) {
    snprintf(path, sizeof path, "closure.by_mu.%d", k);
    check_count(root, path, &m.closure.by_mu[k]);
    CHECK_SAME(at(root, "%s.mu", path), 0.25 * (k + 1));
  }
  for (int i = 0; i < CHALLENGE_NUISANCES; i++)
    for (int k = 0; k < 3; k++) {
      snprintf(path, sizeof path, "closure.thirds.%s.%s", challenge_nuisance_names[i], thirds[k]);
      check_count(root, path, &m.closure.by_third[i][k]);
    }
  for (int k = 0; k < CHALLENGE_WIDTHS; k++)
    CHECK_SAME(at(root, "closure.expected_widths.%s", challenge_width_names[k]), m.closure.expected[k]);
  CHECK_SAME(at(root, "closure.n_failed"), 3.0);
  assert_string_equal(text_at(root, "closure.digest"), "c105ed");
  json_decref(root);
  made_free(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tables_of_scores),         cmocka_unit_test(tables_of_intervals),
    cmocka_unit_test(tables_of_the_model),      cmocka_unit_test(table_of_the_closure),
    cmocka_unit_test(tables_that_are_left_out), cmocka_unit_test(json_of_the_settings),
    cmocka_unit_test(json_of_events_and_model), cmocka_unit_test(json_of_the_estimators),
    cmocka_unit_test(json_of_the_closure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
