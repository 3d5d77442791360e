/* Intervals of `fairu challenge` as columns and as the challenge's own files, written and read again; spreads beside plain sums. */
#include "cli/program.h"

#include "cli/challenge_results.h"
#include "cli/out.h"
#include "cli/score_layout.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

static double number(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

static void spreads(void **state)
{
  (void)state;
  uint64_t seed = 3;
  for (size_t n = 0; n < 40; n++) {
    double values[40] = { 0.0 };
    long double sum = 0.0L, squares = 0.0L;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
      values[i] = number(&seed) < 0.25 ? (double)NAN : 1e3 + number(&seed);
      kept += isnan(values[i]) ? 0 : 1;
      sum += isnan(values[i]) ? 0.0L : (long double)values[i];
    }
    for (size_t i = 0; i < n; i++)
      if (!isnan(values[i]))
        squares += ((long double)values[i] - sum / (long double)kept) *
                   ((long double)values[i] - sum / (long double)kept);
    const challenge_spread s = challenge_spread_of(values, n);
    assert_int_equal(s.n, kept);
    if (kept > 0)
      CHECK_CLOSE(s.mean, (double)(sum / (long double)kept), 1e-14);
    else
      assert_true(isnan(s.mean));
    if (kept > 1)
      CHECK_CLOSE(s.deviation, (double)sqrtl(squares / (long double)(kept - 1)), 1e-9); /* of 1000 + x */
    else
      assert_true(isnan(s.deviation));
  }
}

/* Outcomes of n_sets sets with n_pe pseudo-experiments each; every interval has a number of its own. */
static challenge_outcome *make_outcomes(const challenge_options *o)
{
  const size_t n = (size_t)(o->n_sets * o->n_pe);
  challenge_outcome *outcomes = (challenge_outcome *)calloc(n, sizeof *outcomes);
  for (size_t k = 0; k < n; k++) {
    outcomes[k].truth.set = k / o->n_pe;
    outcomes[k].truth.mu = 0.5 + 0.25 * (double)(k / o->n_pe);
    for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
      const double centre = 1.0 + 0.01 * (double)k + 0.1 * e;
      outcomes[k].intervals[e] =
          (challenge_interval){ centre,  centre - 0.3 - 0.01 * e, centre + 0.2 + 0.001 * (double)k, -5.0, 5.0,
                                FAIRU_OK };
    }
  }
  return outcomes;
}

static void same_columns(const fairu_interval_entries *got, const challenge_round *round, int estimator)
{
  assert_int_equal(got->n, round->n);
  for (size_t k = 0; k < round->n; k++) {
    const challenge_interval *x = &round->outcomes[k].intervals[estimator];
    assert_true(got->mu_true[k] == round->outcomes[k].truth.mu && got->mu_hat[k] == x->estimate);
    assert_true(got->p16[k] == x->lower && got->p84[k] == x->upper);
    assert_true(got->delta_mu_hat[k] == challenge_delta(estimator, x));
    assert_int_equal(got->set[k], round->outcomes[k].truth.set);
  }
}

static int exists(const char *folder, const char *name)
{
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return access(path, F_OK) == 0;
}

/* Files of each estimator read back to the same numbers; those of an earlier run with more sets are gone. */
static void files_read_back(void **state)
{
  (void)state;
  char folder[512];
  cli c;
  begin_command(&c, &usage);
  support_path(folder, sizeof folder, "layout");
  assert_int_equal(out_directory(&c, folder), FAIRU_OK);
  for (uint64_t n_sets = 5; n_sets >= 1 && n_sets <= 5; n_sets -= 2)
    for (int e = 0; e < CHALLENGE_ESTIMATORS; e++) {
      challenge_options o = { .out = folder, .n_sets = n_sets, .n_pe = 3 + n_sets, .chosen = e, .seed = 4 };
      challenge_round round = { .options = &o, .n = (size_t)(o.n_sets * o.n_pe) };
      round.outcomes = make_outcomes(&o);
      const challenge_results results = { .options = &o, .round = &round, .n_sets = (size_t)n_sets };
      fairu_interval_entries entries = { .struct_size = sizeof entries }, columns;
      score_layout layout;
      assert_int_equal(challenge_write_layout(&c, &results), FAIRU_OK);
      assert_true(score_layout_is(folder));
      assert_int_equal(score_layout_read(&c, folder, &layout, &entries), FAIRU_OK);
      same_columns(&entries, &round, e);
      assert_int_equal(challenge_entries_make(&c, &round, e, &columns), FAIRU_OK);
      same_columns(&columns, &round, e);
      challenge_entries_free(&columns);
      challenge_entries_free(&columns);
      score_layout_free(&layout);
      for (uint64_t s = 0; s < 7; s++) {
        char name[64];
        snprintf(name, sizeof name, "result_%llu.json", (unsigned long long)s);
        assert_int_equal(exists(folder, name), s < n_sets);
      }
      free(round.outcomes);
    }
  assert_int_equal(support_count_files(folder), 2);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void files_that_are_wrong(void **state)
{
  (void)state;
  static const struct {
    const char *settings, *result;
    int code;
    const char *text;
  } cases[] = {
    { NULL, NULL, FAIRU_ERR_IO, "wrong/test_settings.json" },
    { "[", NULL, FAIRU_ERR_FORMAT, "wrong/test_settings.json:1: " },
    { "[1]", NULL, FAIRU_ERR_FORMAT, "test_settings.json: there is no array \"ground_truth_mus\"" },
    { "{\"ground_truth_mus\": 1}", NULL, FAIRU_ERR_FORMAT, "there is no array \"ground_truth_mus\"" },
    { "{\"ground_truth_mus\": []}", NULL, FAIRU_ERR_EMPTY, "wrong: no intervals" },
    { "{\"ground_truth_mus\": [1]}", NULL, FAIRU_ERR_IO, "wrong/result_0.json" },
    { "{\"ground_truth_mus\": [\"1\"]}", NULL, FAIRU_ERR_FORMAT,
      "test_settings.json: ground_truth_mus[0] is not a number" },
    { "{\"ground_truth_mus\": [1]}", "{\"p16\": [1], \"p84\": [2], \"mu_hats\": [1.5]}", FAIRU_ERR_FORMAT,
      "result_0.json: \"delta_mu_hats\" must be an array as long as \"p16\", 1" },
    { "{\"ground_truth_mus\": [1]}",
      "{\"p16\": [1], \"p84\": [2, 3], \"mu_hats\": [1.5], \"delta_mu_hats\": [1]}", FAIRU_ERR_FORMAT,
      "\"p84\" must be an array as long as" },
    { "{\"ground_truth_mus\": [1]}",
      "{\"p16\": [null], \"p84\": [2], \"mu_hats\": [1.5], \"delta_mu_hats\": [1]}", FAIRU_ERR_FORMAT,
      "\"p16\"[0] is not a number" },
    { "{\"ground_truth_mus\": [1]}", "{\"p16\": [], \"p84\": [], \"mu_hats\": [], \"delta_mu_hats\": []}",
      FAIRU_ERR_EMPTY, "wrong: no intervals" },
    { "{\"ground_truth_mus\": [1, 2]}",
      "{\"p16\": [1], \"p84\": [2], \"mu_hats\": [1.5], \"delta_mu_hats\": [1]}", FAIRU_ERR_IO,
      "wrong/result_1.json" },
  };
  char folder[512];
  cli c;
  begin_command(&c, &usage);
  support_path(folder, sizeof folder, "wrong");
  assert_int_equal(out_directory(&c, folder), FAIRU_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fairu_interval_entries entries = { .struct_size = sizeof entries };
    score_layout layout;
    assert_int_equal(out_remove(&c, folder, "result_0.json"), FAIRU_OK);
    if (cases[i].settings)
      assert_int_equal(
          out_file(&c, folder, "test_settings.json", cases[i].settings, strlen(cases[i].settings)), FAIRU_OK);
    if (cases[i].result)
      assert_int_equal(out_file(&c, folder, "result_0.json", cases[i].result, strlen(cases[i].result)),
                       FAIRU_OK);
    CHECK_REFUSED(&c, cases[i].code, cases[i].text, score_layout_read(&c, folder, &layout, &entries));
    score_layout_free(&layout);
  }
  assert_false(score_layout_is("/dev/null"));
  assert_false(score_layout_is("/no/such/folder"));
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(spreads),
    cmocka_unit_test(files_read_back),
    cmocka_unit_test(files_that_are_wrong),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
