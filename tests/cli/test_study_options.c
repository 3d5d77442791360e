/* What the options of the studies do: one case of the toy against the same case by hand, small comparisons with one option changed at a time,
 * and what is refused before any work. */
#include "program.h"
#include "written.h"

#include "cli/study.h"
#include "cli/toy_results.h"

#define RUN(command, ...)                                                                                    \
  run_words(command, (const char *const[]){ "study", __VA_ARGS__ },                                          \
            (int)(sizeof((const char *const[]){ "study", __VA_ARGS__ }) / sizeof(char *)))

/* ---- toy-rotation ------------------------------------------------------------------------------------- */

static json_t *toy_json(printed *p)
{
  json_error_t error;
  assert_int_equal(p->status, 0);
  json_t *root = json_loads(p->out, 0, &error);
  if (!root)
    fail_msg("no JSON: %s", error.text);
  return root;
}

/* Cases of the printed JSON against settings and methods by hand. */
static void check_cases(printed *p, const toy_settings *wanted, int first, int last)
{
  fairu_context *ctx = support_context();
  json_t *root = toy_json(p);
  size_t at = 0;
  for (int method = first; method <= last; method++) {
    toy_settings s = *wanted;
    toy_problem problem;
    s.method = method;
    CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
    for (int z_mode = 0; z_mode < TOY_Z_MODES; z_mode++, at++) {
      json_t *o = json_array_get(written_at(root, "cases"), at);
      toy_interval i;
      CHECK_OK(ctx, toy_problem_interval(&problem, ctx, z_mode, &i));
      assert_string_equal(json_string_value(written_at(o, "method")), toy_method_name(method));
      assert_string_equal(json_string_value(written_at(o, "constraint")), s.aux ? "aux" : "prior");
      assert_string_equal(json_string_value(written_at(o, "z_mode")), toy_z_mode_name(z_mode));
      static const char *const keys[] = { "z_true",   "mu_true",       "mu_hat",   "z_hat",   "mu_lo_1s",
                                          "mu_hi_1s", "half_width_1s", "mu_lo_2s", "mu_hi_2s" };
      const double values[] = { s.z_true,   s.mu_true,    i.mu_hat,   i.z_hat,   i.lower[0],
                                i.upper[0], i.half_width, i.lower[1], i.upper[1] };
      for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        CHECK_SAME(written_value(o, keys[k]), values[k]);
    }
    toy_problem_clear(&problem);
  }
  assert_int_equal(json_array_size(written_at(root, "cases")), at);
  assert_null(json_object_get(root, "seed")); /* nothing random in it */
  json_decref(root);
  forget(p);
  fairu_context_destroy(ctx);
}

/* One option changed at a time: the case is that of the changed settings, and no other. */
static void options_of_one_case(void **state)
{
  (void)state;
  static const struct {
    const char *option, *value;
    double z_true, mu_true, slope, prior;
    size_t bins;
    int binning, aux, constant;
  } rows[] = { { "--z-true", "1.1", 1.1, 1, 0, 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON },
               { "--mu-true", "2.5", 0, 2.5, 0, 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON },
               { "--bins", "7", 0, 1, 0, 0.5, 7, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON },
               { "--binning", "t", 0, 1, 0, 0.5, 10, TOY_T, 0, FAIRU_CONSTANT_POISSON },
               { "--binning", "logit", 0, 1, 0, 0.5, 10, TOY_LOGIT, 0, FAIRU_CONSTANT_POISSON },
               { "--binning", "quantile", 0, 1, 0, 0.5, 10, TOY_QUANTILE, 0, FAIRU_CONSTANT_POISSON },
               { "--slope", "pub", 0, 1, 2.0 / 0.7, 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON },
               { "--slope", "opt", 0, 1, 2.0 / (0.7 * 0.7), 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON },
               { "--constraint", "aux", 0, 1, 0, 0.5, 10, TOY_UNIFORM, 1, FAIRU_CONSTANT_POISSON },
               { "--prior-width", "0.25", 0, 1, 0, 0.25, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON },
               { "--lgamma", "g0", 0, 1, 0, 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_PUBLISHED },
               { "--lgamma", "sat", 0, 1, 0, 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_SATURATED },
               { "--lgamma", "g1", 0, 1, 0, 0.5, 10, TOY_UNIFORM, 0, FAIRU_CONSTANT_POISSON } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    toy_settings s = toy_settings_default();
    printed p = RUN(study_toy_rotation, "--closed-form", "--method", "aware", rows[i].option, rows[i].value);
    s.z_true = rows[i].z_true > 0.0 ? rows[i].z_true : M_PI_4;
    s.mu_true = rows[i].mu_true;
    s.slope = rows[i].slope > 0.0 ? rows[i].slope : 2.0 / (0.7 * 0.7);
    s.prior_width = rows[i].prior;
    s.n_bins = rows[i].bins;
    s.binning = rows[i].binning;
    s.aux = rows[i].aux;
    s.constant = rows[i].constant;
    check_cases(&p, &s, TOY_AWARE, TOY_AWARE);
  }
}

static void methods_of_one_case(void **state)
{
  (void)state;
  toy_settings s = toy_settings_default();
  printed p = RUN(study_toy_rotation, "--closed-form");
  check_cases(&p, &s, 0, TOY_METHODS - 1);
  p = RUN(study_toy_rotation, "--closed-form", "--method", "all");
  check_cases(&p, &s, 0, TOY_METHODS - 1);
  p = RUN(study_toy_rotation, "--closed-form", "--method", "aug_lda");
  check_cases(&p, &s, TOY_AUG_LDA, TOY_AUG_LDA);
  p = RUN(study_toy_rotation, "--closed-form", "--method", "unbinned", "--mu-true", "2", "--z-true", "1");
  json_t *root = toy_json(&p), *o = written_at(root, "cases.0");
  assert_int_equal(json_array_size(written_at(root, "cases")), 1);
  CHECK_SAME(written_value(o, "floor"), toy_unbinned_floor(2.0));
  CHECK_NEAR(written_value(o, "half_width_1s"), 0.0877, 5e-4);
  CHECK_NEAR(written_value(o, "z_hat"), 1.0, 1e-3);
  json_decref(root);
  forget(&p);
}

/* Coverage: its toys, its seed, the pool and the knots of what moves, the same numbers on two threads. */
static void options_of_coverage(void **state)
{
  (void)state;
  static const char *const changed[][2] = {
    { "--seed", "4" }, { "--threads", "2" }, { "--pool", "2048" }, { "--knots", "25" }
  };
  fairu_context *ctx = support_context();
  double first = 0.0;
  for (size_t i = 0; i < 5; i++) {
    toy_settings s = toy_settings_default();
    toy_pool pool;
    fairu_coverage found;
    const uint64_t seed = i == 1 ? 4 : 1;
    printed p = i == 0 ? RUN(study_toy_rotation, "--closed-form", "--method", "aware", "--coverage", "6",
                             "--pool", "1024")
                       : RUN(study_toy_rotation, "--closed-form", "--method", "aware", "--coverage", "6",
                             "--pool", "1024", changed[i - 1][0], changed[i - 1][1]);
    json_t *root = toy_json(&p), *o = written_at(root, "cases.0");
    s.method = TOY_AWARE;
    CHECK_OK(ctx, toy_pool_create(ctx, i == 3 ? 2048 : 1024, TOY_EVEN, seed, &pool));
    CHECK_OK(ctx, toy_coverage_closed(ctx, &s, &pool, i == 4 ? 25 : 41, 6, seed, NULL, &found));
    CHECK_SAME(written_value(root, "seed"), (double)seed);
    CHECK_SAME(written_value(o, "toys") + written_value(o, "failed"), 6.0);
    CHECK_SAME(written_value(o, "mean_mu_hat"), found.mean_estimate);
    CHECK_SAME(written_value(o, "mean_half_width"), found.mean_half_width);
    CHECK_SAME(written_value(o, "std_z_hat"), found.std_nuisance);
    if (i == 0)
      first = found.mean_estimate;
    else
      assert_int_equal(found.mean_estimate == first, i == 2); /* threads alone change nothing */
    toy_pool_clear(&pool);
    json_decref(root);
    forget(&p);
  }
  fairu_context_destroy(ctx);
}

/* ---- compare ------------------------------------------------------------------------------------------ */

/* A small comparison with more words; its results. */
static json_t *small(const char *name, const char *a, const char *b, const char *c, const char *d)
{
  char folder[512], path[600];
  support_path(folder, sizeof folder, name);
  const char *words[24] = { "study",  "--problem", "rotation",    "--methods", "optimal", "--seeds", "1",
                            "--toys", "4",         "--templates", "2000",      "--out",   folder };
  int n = 13;
  const char *const more[4] = { a, b, c, d };
  for (int i = 0; i < 4 && more[i]; i++)
    words[n++] = more[i];
  printed p = run_words(study_compare, words, n);
  assert_int_equal(p.status, 0);
  snprintf(path, sizeof path, "%s/results.json", folder);
  json_t *root = json_load_file(path, 0, NULL);
  assert_non_null(root);
  forget(&p);
  return root;
}

/* All but the settings. */
static int same_findings(json_t *a, json_t *b)
{
  return json_equal(written_at(a, "methods"), written_at(b, "methods"));
}

static void options_of_compare(void **state)
{
  (void)state;
  static const struct {
    const char *words[4], *key;
    double value;
    int same;
  } rows[] = { { { NULL }, "toys_per_seed_and_truth", 4, 1 },
               { { "--threads", "2" }, "template_events_per_class", 2000, 1 },
               { { "--seed", "2" }, "seed", 2, 0 },
               { { "--toys", "5" }, "toys_per_seed_and_truth", 5, 0 },
               { { "--templates", "3000" }, "template_events_per_class", 3000, 0 },
               { { "--seeds", "2" }, "seeds", 2, 0 },
               { { "--binning", "quantile" }, "bins", 10, 0 } };
  json_t *base = small("base", NULL, NULL, NULL, NULL);
  assert_string_equal(json_string_value(written_at(base, "settings.binning")), "uniform");
  assert_true(json_is_false(written_at(base, "settings.quick")));
  CHECK_SAME(written_value(base, "settings.data_events_per_class"), 65536.0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *root = small("changed", rows[i].words[0], rows[i].words[1], NULL, NULL);
    CHECK_SAME(written_value(written_at(root, "settings"), rows[i].key), rows[i].value);
    assert_int_equal(same_findings(root, base), rows[i].same);
    assert_true(json_equal(written_at(root, "exact"), written_at(base, "exact"))); /* no event in it */
    json_decref(root);
  }
  json_t *quick = small("quick", "--quick", NULL, NULL, NULL);
  CHECK_SAME(written_value(quick, "settings.data_events_per_class"), 32768.0);
  CHECK_SAME(written_value(quick, "settings.training_events_signal"), 4000.0);
  CHECK_SAME(written_value(quick, "settings.toys_per_seed_and_truth"),
             4.0); /* said, so not that of a quick look */
  assert_true(json_is_true(written_at(quick, "settings.quick")));
  json_decref(quick);
  json_decref(base);
}

/* ---- refusals ----------------------------------------------------------------------------------------- */

static void refused_before_any_work(void **state)
{
  (void)state;
  static const struct {
    int (*study)(int, char **);
    const char *words[6], *says;
  } rows[] = {
    { study_toy_rotation,
      { "--closed-form", "--method", "unbinned", "--constraint", "aux" },
      "--constraint aux is not for --method unbinned" },
    { study_toy_rotation, { "--closed-form", "--z-true", "2.36" }, "--z-true" },
    { study_toy_rotation, { "--closed-form", "--z-true", "-0.79" }, "--z-true" },
    { study_toy_rotation, { "--bins", "1" }, "--bins" },
    { study_toy_rotation, { "--bins", "201" }, "--bins" },
    { study_toy_rotation, { "--prior-width", "0" }, "--prior-width" },
    { study_toy_rotation, { "--knots", "3" }, "--knots" },
    { study_toy_rotation, { "--knots", "645" }, "--knots" },
    { study_toy_rotation, { "--pool", "1023" }, "--pool" },
    { study_toy_rotation, { "--coverage", "0" }, "--coverage" },
    { study_toy_rotation, { "--lgamma", "g2" }, "--lgamma" },
    { study_toy_rotation, { "--mu-true", "-1" }, "--mu-true" },
    { study_toy_rotation, { "--method", "aware" }, "options of a closed form want --closed-form" },
    { study_toy_rotation, { "--quick", "--bins", "11" }, "options of a closed form want --closed-form" },
    { study_toy_rotation, { "--z-true", "1" }, "--closed-form" },
    { study_toy_rotation, { "--mu-true", "2" }, "--closed-form" },
    { study_toy_rotation, { "--binning", "t" }, "--closed-form" },
    { study_toy_rotation, { "--slope", "pub" }, "--closed-form" },
    { study_toy_rotation, { "--constraint", "aux" }, "--closed-form" },
    { study_toy_rotation, { "--prior-width", "0.4" }, "--closed-form" },
    { study_toy_rotation, { "--lgamma", "sat" }, "--closed-form" },
    { study_toy_rotation, { "--coverage", "5" }, "--closed-form" },
    { study_compare,
      { "--problem", "higgs-tes", "--data", "x", "--templates", "2000" },
      "--templates is not for --problem higgs-tes" },
    { study_compare, { "--methods", "baseline" }, "--problem is required: rotation|inferno3d" },
    { study_compare, { "--problem", "rotation", "--data", "x.csv" }, "--data is for --problem higgs-tes" },
    { study_compare, { "--problem", "higgs-tes" }, "--problem higgs-tes wants --data FILE" },
    { study_compare,
      { "--problem", "higgs-tes", "--data", "x", "--methods", "optimal" },
      "'optimal' is not known for higgs-tes" },
    { study_compare, { "--problem", "rotation", "--methods", "baseline,nothing" }, "'nothing'" },
    { study_compare, { "--problem", "rotation", "--seeds", "0" }, "--seeds" },
    { study_compare, { "--problem", "rotation", "--seeds", "1001" }, "--seeds" },
    { study_compare, { "--problem", "rotation", "--toys", "0" }, "--toys" },
    { study_compare, { "--problem", "rotation", "--templates", "999" }, "--templates" },
    { study_higgs_tes, { "--quick" }, "--data FILE is required" },
    { study_higgs_tes, { "--data", "x", "--splits", "9" }, "--splits" },
    { study_higgs_tes, { "--data", "x", "--splits", "1001" }, "--splits" },
    { study_higgs_tes, { "--data", "x", "--min-background", "0.5" }, "--min-background" },
    { study_untrained, { "--seed", "-1" }, "--seed" },
    { study_untrained, { "--toys", "3" }, "--toys" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *words[8] = { "study" };
    int n = 1;
    for (size_t k = 0; k < 6 && rows[i].words[k]; k++)
      words[n++] = rows[i].words[k];
    printed p = run_words(rows[i].study, words, n);
    assert_int_equal(p.status, CLI_USAGE);
    CHECK_HAS(p.err, rows[i].says);
    assert_string_equal(p.out, "");
    forget(&p);
  }
}

/* A folder that cannot be made is told before the first toy is thrown. */
static void folders_that_cannot_be_made(void **state)
{
  (void)state;
  char path[512], folder[600];
  support_path(path, sizeof path, "in-the-way");
  support_write_file(path, "x", 1);
  snprintf(folder, sizeof folder, "%s/folder", path);
  printed of[3] = { RUN(study_toy_rotation, "--out", folder), RUN(study_untrained, "--out", folder),
                    RUN(study_compare, "--problem", "inferno3d", "--out", folder) };
  for (int i = 0; i < 3; i++) {
    assert_int_equal(of[i].status, CLI_FAILED);
    CHECK_HAS(of[i].err, "in-the-way");
    forget(&of[i]);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(options_of_one_case),     cmocka_unit_test(methods_of_one_case),
    cmocka_unit_test(options_of_coverage),     cmocka_unit_test(options_of_compare),
    cmocka_unit_test(refused_before_any_work), cmocka_unit_test(folders_that_cannot_be_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
