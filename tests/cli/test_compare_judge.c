/* What the comparison says of its methods: medians and quantiles, who covers, ranks, and the same numbers in every file. */
#include "written.h"

#include "cli/compare_methods.h"
#include "cli/study.h"
#include "cli/toy_events.h"

enum { SEEDS = 5, METHODS = 5, TOYS = 100, TRUTHS = 2 };

/* Of each method: does it train in a seed, how many of 100 toys cover, its width. */
typedef struct made {
  int method;
  unsigned trains; /* a bit per seed */
  int covered[TRUTHS];
  double width;
} made;

/* The first is as wide as the third, the second narrower by its failed seed; the fourth is narrowest and does not cover at one truth; the last never trains. */
static const made list[METHODS] = { { COMPARE_OPTIMAL, 31, { 68, 70 }, 0.1 },
                                    { COMPARE_BASELINE, 23, { 64, 75 }, 0.1 },
                                    { COMPARE_NEOS, 31, { 66, 66 }, 0.1 },
                                    { COMPARE_BASELINE + 2, 31, { 68, 55 }, 0.05 },
                                    { COMPARE_INFERNO_AWARE, 0, { 0, 0 }, 0.0 } };

typedef struct judged {
  cli c;
  compare_options options;
  compare_results results;
  compare_row rows[SEEDS * METHODS];
} judged;

static double number(size_t method, size_t seed, size_t what)
{
  return toy_uniform(method + 1, 100 * seed + what);
}

static void fill_row(size_t m, size_t seed, compare_row *row)
{
  const double nan = (double)NAN;
  *row = (compare_row){ .method = list[m].method, .seed = seed, .n_bins = 3 + 2 * seed % 5, .epochs = 20 };
  row->seconds = number(m, seed, 50);
  row->loss = number(m, seed, 51);
  row->dependence[0] = number(m, seed, 52);
  row->dependence[1] = number(m, seed, 53);
  if (!(list[m].trains >> seed & 1)) {
    row->status = FAIRU_ERR_NON_FINITE;
    strcpy(row->message, "loss is nan, in epoch 3");
  }
  for (size_t t = 0; t < TRUTHS; t++) {
    compare_at *at = &row->at[t];
    const size_t k = 10 * t;
    *at = (compare_at){ .auc = number(m, seed, k),
                        .fixed = number(m, seed, k + 1),
                        .fisher_fixed = number(m, seed, k + 2),
                        .fisher = number(m, seed, k + 3),
                        .profiled = seed == 1 ? nan : number(m, seed, k + 4),
                        .width = list[m].width * (1.0 + 0.1 * ((double)seed - 2.0)),
                        .mu_hat = number(m, seed, k + 5) };
    at->toys = study_unmeasured();
  }
}

/* Toys of one seed, a fifth of what the method covers in it. */
static void add_toys(judged *j, size_t m, size_t t, compare_row *row)
{
  fairu_toy_result results[TOYS];
  for (uint64_t i = 0; i < TOYS; i++)
    results[i] = (fairu_toy_result){ .toy = row->seed * TOYS + i,
                                     .estimate = 1.0,
                                     .lower = 0.8,
                                     .upper = (int)i < list[m].covered[t] ? 1.1 : 0.99,
                                     .nuisance = (double)NAN };
  CHECK_OK(j->c.ctx, study_coverage(j->c.ctx, 1.0, results, TOYS, &row->at[t].toys));
  CHECK_OK(j->c.ctx, fairu_tally_add(j->results.tallies[m][t], j->c.ctx, results, TOYS));
}

static void judged_create(judged *j, const compare_problem *problem)
{
  *j = (judged){ .c = { .ctx = support_context() } };
  compare_options *o = &j->options;
  *o = (compare_options){ .seed = 3, .n_seeds = SEEDS, .problem = problem, .n_methods = METHODS };
  o->scale = (compare_scale){ 1000, 2000, 3000, TOYS };
  compare_results *r = &j->results;
  r->options = o;
  r->rows = j->rows;
  for (size_t t = 0; t < TRUTHS; t++) {
    const double floor = problem->log_density ? 0.05 * (double)(t + 1) : (double)NAN;
    r->exact[t] = (compare_exact_row){ 0.9 * floor, floor, { 1, 2, 3, 4, 5 }, { 6, 7, 8, 9, 10 } };
  }
  for (size_t m = 0; m < METHODS; m++) {
    o->methods[m] = list[m].method;
    for (size_t t = 0; t < TRUTHS; t++)
      CHECK_OK(j->c.ctx, fairu_tally_create(j->c.ctx, 1.0, &r->tallies[m][t]));
  }
  for (size_t seed = 0; seed < SEEDS; seed++) /* as the study runs: all methods of a seed */
    for (size_t m = 0; m < METHODS; m++) {
      compare_row *row = &r->rows[r->n_rows++];
      fill_row(m, seed, row);
      for (size_t t = 0; t < TRUTHS && row->status == FAIRU_OK; t++)
        add_toys(j, m, t, row);
    }
  CHECK_OK(j->c.ctx, compare_judge(&j->c, r));
}

static void judged_clear(judged *j)
{
  for (size_t m = 0; m < METHODS; m++)
    for (size_t t = 0; t < TRUTHS; t++)
      fairu_tally_destroy(j->results.tallies[m][t]);
  fairu_context_destroy(j->c.ctx);
}

/* Quantile p of the values that a method has in the seeds it trained in, those that are finite: by counting who is smaller. */
static double plain_quantile(const judged *j, size_t m, size_t offset, double p)
{
  double values[SEEDS], sorted[SEEDS];
  size_t n = 0;
  for (size_t i = 0; i < j->results.n_rows; i++) {
    const compare_row *row = &j->rows[i];
    const double value = *(const double *)(const void *)((const char *)row + offset);
    if (row->method == list[m].method && row->status == FAIRU_OK && isfinite(value))
      values[n++] = value;
  }
  for (size_t i = 0; i < n; i++) {
    size_t below = 0;
    for (size_t k = 0; k < n; k++)
      below += values[k] < values[i];
    sorted[below] = values[i];
  }
  if (n == 0)
    return (double)NAN;
  const double place = p * (double)(n - 1), whole = floor(place);
  const size_t i = (size_t)whole;
  return whole == place ? sorted[i] : (1.0 - (place - whole)) * sorted[i] + (place - whole) * sorted[i + 1];
}

static void check_spread(const judged *j, size_t m, size_t offset, const compare_spread *found)
{
  const double wanted[3] = { plain_quantile(j, m, offset, 0.5), plain_quantile(j, m, offset, 0.16),
                             plain_quantile(j, m, offset, 0.84) };
  const double got[3] = { found->median, found->lower, found->upper };
  for (int i = 0; i < 3; i++)
    if (isnan(wanted[i]))
      assert_true(isnan(got[i]));
    else
      CHECK_NEAR(got[i], wanted[i], 1e-15);
}

static void medians_and_quantiles(void **state)
{
  (void)state;
  static const size_t offsets[COMPARE_QUANTITIES] = {
    offsetof(compare_at, auc),    offsetof(compare_at, fixed),    offsetof(compare_at, fisher_fixed),
    offsetof(compare_at, fisher), offsetof(compare_at, profiled), offsetof(compare_at, width),
    offsetof(compare_at, mu_hat)
  };
  judged *j = malloc(sizeof *j);
  judged_create(j, compare_problem_find("rotation"));
  for (size_t m = 0; m < METHODS; m++) {
    const compare_verdict *v = &j->results.verdicts[m];
    for (size_t t = 0; t < TRUTHS; t++)
      for (int q = 0; q < COMPARE_QUANTITIES; q++)
        check_spread(j, m, offsetof(compare_row, at) + t * sizeof(compare_at) + offsets[q], &v->of[t][q]);
    for (size_t label = 0; label < 2; label++)
      check_spread(j, m, offsetof(compare_row, dependence) + label * sizeof(double), &v->dependence[label]);
    CHECK_SAME(v->seconds, plain_quantile(j, m, offsetof(compare_row, seconds), 0.5));
    assert_int_equal(v->method, list[m].method);
    assert_int_equal(v->n_trained + v->n_failed, SEEDS);
    assert_int_equal(v->n_failed, m == 1 ? 1 : m == 4 ? SEEDS : 0);
  }
  judged_clear(j);
  free(j);
}

/* A width over the floor is the mean of two; the narrowest of those that cover comes first, equals share a rank. */
static void ranks_of_those_that_cover(void **state)
{
  (void)state;
  static const int ranks[METHODS] = { 2, 1, 2, 0, 0 };
  judged *j = malloc(sizeof *j);
  for (int floor = 1; floor >= 0; floor--) {
    judged_create(j, compare_problem_find(floor ? "rotation" : "higgs-tes"));
    for (size_t m = 0; m < METHODS; m++) {
      const compare_verdict *v = &j->results.verdicts[m];
      const uint64_t n = m == 4 ? 0 : TOYS * v->n_trained;
      assert_int_equal(v->rank, ranks[m]);
      assert_int_equal(v->covers, m < 3);
      for (size_t t = 0; t < TRUTHS; t++) {
        assert_int_equal(v->toys[t].n, n);
        assert_int_equal(v->toys[t].n_covered, n / TOYS * (uint64_t)list[m].covered[t]);
      }
      const double median = list[m].width * (m == 1 ? 0.5 * (0.9 + 1.0) : 1.0); /* its seed 3 failed */
      if (m < 4)
        CHECK_CLOSE(v->over, floor ? 0.5 * (median / 0.05 + median / 0.1) : median, 1e-12);
      else
        assert_true(isnan(v->over) && isnan(v->toys[0].coverage) && isnan(v->of[1][COMPARE_WIDTH].median));
    }
    judged_clear(j);
  }
  free(j);
}

/* ---- the files ---------------------------------------------------------------------------------------- */

static void check_coverage(json_t *at, const fairu_coverage *f)
{
  const double wanted[] = { (double)f->n,      (double)f->n_failed, f->coverage,      f->coverage_lower,
                            f->coverage_upper, f->mean_half_width,  f->mean_estimate, f->std_estimate };
  static const char *const keys[] = { "toys",  "failed",          "coverage",    "lower",
                                      "upper", "mean_half_width", "mean_mu_hat", "std_mu_hat" };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    CHECK_SAME(written_value(at, keys[i]), wanted[i]);
}

static void check_spread_json(json_t *object, const char *key, const compare_spread *s)
{
  json_t *at = written_at(object, key);
  CHECK_SAME(written_value(at, "median"), s->median);
  CHECK_SAME(written_value(at, "lower"), s->lower);
  CHECK_SAME(written_value(at, "upper"), s->upper);
}

static void check_method_json(const judged *j, size_t m, json_t *o)
{
  const compare_verdict *v = &j->results.verdicts[m];
  assert_string_equal(json_string_value(written_at(o, "method")), compare_method_name(v->method));
  assert_int_equal(json_is_true(written_at(o, "covers")), v->covers);
  CHECK_SAME(written_value(o, "rank"), v->rank ? v->rank : (double)NAN);
  CHECK_SAME(written_value(o, "width_over_floor"), v->over);
  CHECK_SAME(written_value(o, "trained"), (double)v->n_trained);
  CHECK_SAME(written_value(o, "failed"), (double)v->n_failed);
  check_spread_json(o, "bins", &v->bins);
  check_spread_json(o, "dependence_background", &v->dependence[0]);
  check_spread_json(o, "dependence_signal", &v->dependence[1]);
  for (size_t t = 0; t < TRUTHS; t++) {
    json_t *at = json_array_get(written_at(o, "truths"), t);
    CHECK_SAME(written_value(at, "z.z"), j->options.problem->truths[t].z[0]);
    for (int q = 0; q < COMPARE_QUANTITIES; q++)
      check_spread_json(at, compare_quantity_names[q], &v->of[t][q]);
    check_coverage(written_at(at, "toys"), &v->toys[t]);
  }
}

static void results_as_json(void **state)
{
  (void)state;
  judged *j = malloc(sizeof *j);
  judged_create(j, compare_problem_find("rotation"));
  j->results.n_events[0] = 11;
  j->results.n_events[1] = 12;
  json_t *tree = compare_json(&j->results);
  char *text = json_dumps(tree, 0);
  json_t *root = json_loads(text, 0, NULL);
  assert_string_equal(json_string_value(written_at(root, "study")), "compare");
  assert_string_equal(json_string_value(written_at(root, "problem")), "rotation");
  assert_string_equal(json_string_value(written_at(root, "version")), fairu_version_string());
  assert_string_equal(json_string_value(written_at(root, "settings.binning")), "uniform");
  static const struct {
    const char *key;
    double value;
  } settings[] = { { "seed", 3 },
                   { "seeds", SEEDS },
                   { "signal", 500 },
                   { "background", 50000 },
                   { "training_events_background", 11 },
                   { "training_events_signal", 12 },
                   { "template_events_per_class", 2000 },
                   { "data_events_per_class", 3000 },
                   { "toys_per_seed_and_truth", TOYS },
                   { "bins", 10 } };
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    CHECK_SAME(written_value(written_at(root, "settings"), settings[i].key), settings[i].value);
  assert_int_equal(json_array_size(written_at(root, "exact")), TRUTHS);
  CHECK_SAME(written_value(root, "exact.1.floor"), 0.1);
  CHECK_SAME(written_value(root, "exact.1.floor_fixed"), 0.9 * 0.1);
  static const char *const widths[] = { "fixed", "fisher_fixed", "fisher", "profiled", "mu_hat" };
  for (int i = 0; i < 5; i++) {
    CHECK_SAME(written_value(written_at(root, "exact.0.optimal"), widths[i]), i + 1);
    CHECK_SAME(written_value(written_at(root, "exact.0.optimal-aware"), widths[i]), i + 6);
  }
  for (size_t m = 0; m < METHODS; m++)
    check_method_json(j, m, json_array_get(written_at(root, "methods"), m));
  assert_int_equal(json_array_size(written_at(root, "methods")), METHODS);
  json_decref(root);
  json_decref(tree);
  free(text);
  judged_clear(j);
  free(j);
}

static void check_seeds_table(const judged *j, const char *folder)
{
  static const char *const columns[] = {
    "bins",     "auc",   "fixed",  "fisher_fixed",          "fisher",
    "profiled", "width", "mu_hat", "dependence_background", "dependence_signal",
    "epochs",   "loss"
  };
  written_table t = written_read(folder, "seeds.csv");
  assert_int_equal(t.n_rows, SEEDS * METHODS * TRUTHS);
  for (size_t i = 0; i < t.n_rows; i++) {
    const compare_row *row = &j->rows[i / TRUTHS];
    const compare_at *at = &row->at[i % TRUTHS];
    const double numbers[] = {
      (double)row->n_bins, at->auc,   at->fixed,  at->fisher_fixed,   at->fisher,
      at->profiled,        at->width, at->mu_hat, row->dependence[0], row->dependence[1],
      (double)row->epochs, row->loss
    };
    assert_string_equal(written_text(&t, i, "method"), compare_method_name(row->method));
    assert_string_equal(written_text(&t, i, "truth"), j->options.problem->truths[i % TRUTHS].name);
    assert_string_equal(written_text(&t, i, "status"), row->status ? row->message : "ok");
    CHECK_SAME(written_number(&t, i, "seed"), (double)row->seed);
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
      CHECK_SAME(written_number(&t, i, columns[k]), row->status ? (double)NAN : numbers[k]);
    CHECK_SAME(written_number(&t, i, "toys"), row->status ? 0.0 : TOYS);
    CHECK_SAME(written_number(&t, i, "coverage"), at->toys.coverage); /* none where nothing was trained */
    CHECK_SAME(written_number(&t, i, "toy_half_width"), at->toys.mean_half_width);
  }
  written_free(&t);
}

static void check_methods_table(const judged *j, const char *folder)
{
  written_table t = written_read(folder, "methods.csv");
  assert_int_equal(t.n_rows, METHODS * TRUTHS);
  for (size_t i = 0; i < t.n_rows; i++) {
    const compare_verdict *v = &j->results.verdicts[i / TRUTHS];
    const size_t truth = i % TRUTHS;
    char column[64];
    assert_string_equal(written_text(&t, i, "method"), compare_method_name(v->method));
    assert_string_equal(written_text(&t, i, "truth"), j->options.problem->truths[truth].name);
    CHECK_SAME(written_number(&t, i, "rank"), v->rank);
    CHECK_SAME(written_number(&t, i, "covers"), v->covers);
    CHECK_SAME(written_number(&t, i, "trained"), (double)v->n_trained);
    CHECK_SAME(written_number(&t, i, "failed"), (double)v->n_failed);
    CHECK_SAME(written_number(&t, i, "floor"), 0.05 * (double)(truth + 1));
    for (int q = 0; q < COMPARE_QUANTITIES; q++) {
      CHECK_SAME(written_number(&t, i, compare_quantity_names[q]), v->of[truth][q].median);
      snprintf(column, sizeof column, "%s_lower", compare_quantity_names[q]);
      CHECK_SAME(written_number(&t, i, column), v->of[truth][q].lower);
      snprintf(column, sizeof column, "%s_upper", compare_quantity_names[q]);
      CHECK_SAME(written_number(&t, i, column), v->of[truth][q].upper);
    }
    CHECK_SAME(written_number(&t, i, "dependence_signal"), v->dependence[1].median);
    CHECK_SAME(written_number(&t, i, "dependence_background_upper"), v->dependence[0].upper);
    CHECK_SAME(written_number(&t, i, "toys"), (double)v->toys[truth].n);
    CHECK_SAME(written_number(&t, i, "coverage_lower"), v->toys[truth].coverage_lower);
    CHECK_SAME(written_number(&t, i, "toy_mu_hat"), v->toys[truth].mean_estimate);
  }
  written_free(&t);
}

static void check_other_tables(const judged *j, const char *folder)
{
  static const char *const names[3] = { "floor", "optimal", "optimal-aware" };
  written_table t = written_read(folder, "exact.csv");
  assert_int_equal(t.n_rows, 3 * TRUTHS);
  for (size_t i = 0; i < t.n_rows; i++) {
    assert_string_equal(written_text(&t, i, "summary"), names[i % 3]);
    assert_string_equal(written_text(&t, i, "truth"), j->options.problem->truths[i / 3].name);
    CHECK_SAME(written_number(&t, i, "fisher"), i % 3 == 0 ? 0.05 * (double)(i / 3 + 1) : i % 3 == 1 ? 3 : 8);
    CHECK_SAME(written_number(&t, i, "profiled"), i % 3 == 0 ? (double)NAN : i % 3 == 1 ? 4 : 9);
  }
  written_free(&t);
  t = written_read(folder, "timing.csv");
  assert_int_equal(t.n_rows, SEEDS * METHODS);
  for (size_t i = 0; i < t.n_rows; i++) {
    CHECK_SAME(written_number(&t, i, "training_seconds"), j->rows[i].seconds);
    CHECK_SAME(written_number(&t, i, "seed"), (double)j->rows[i].seed);
  }
  written_free(&t);
}

static void results_as_tables(void **state)
{
  (void)state;
  char folder[512];
  judged *j = malloc(sizeof *j);
  support_path(folder, sizeof folder, "judged");
  judged_create(j, compare_problem_find("rotation"));
  j->options.out = folder;
  CHECK_OK(j->c.ctx, out_directory(&j->c, folder));
  CHECK_OK(j->c.ctx, compare_write_tables(&j->c, &j->results));
  check_seeds_table(j, folder);
  check_methods_table(j, folder);
  check_other_tables(j, folder);
  CHECK_OK(j->c.ctx, compare_write_report(&j->c, &j->results));
  assert_int_equal(support_count_files(folder), 5);
  char path[600];
  snprintf(path, sizeof path, "%s/report.html", folder);
  char *page = support_read_file(path, NULL);
  assert_null(strstr(page, "nan"));
  assert_non_null(strstr(page, compare_method_about(COMPARE_INFERNO_AWARE)));
  free(page);
  judged_clear(j);
  free(j);
}

/* ---- which methods ------------------------------------------------------------------------------------ */

static void methods_by_name(void **state)
{
  (void)state;
  static const struct {
    const char *problem, *list, *says;
    int status, n, methods[3];
  } rows[] = {
    { "rotation", "baseline", "", FAIRU_OK, 1, { COMPARE_BASELINE } },
    { "rotation",
      "inferno-aware,optimal,neos",
      "",
      FAIRU_OK,
      3,
      { COMPARE_INFERNO_AWARE, COMPARE_OPTIMAL, COMPARE_NEOS } },
    { "rotation", "aware,optimal-aware", "", FAIRU_OK, 2, { COMPARE_BASELINE + 2, COMPARE_OPTIMAL_AWARE } },
    { "rotation", "optima", "no method 'optima'", FAIRU_ERR_ARGUMENT, 0, { 0 } },
    { "rotation", "baseline,optimall", "no method 'optimall'", FAIRU_ERR_ARGUMENT, 0, { 0 } },
    { "rotation", "baseline,", "no method ''", FAIRU_ERR_ARGUMENT, 0, { 0 } },
    { "rotation", "baseline, aware", "no method ' aware'", FAIRU_ERR_ARGUMENT, 0, { 0 } },
    { "rotation", "aware,neos,aware", "'aware' twice", FAIRU_ERR_DUPLICATE, 0, { 0 } },
    { "higgs-tes", "optimal", "'optimal' is not known for higgs-tes", FAIRU_ERR_ARGUMENT, 0, { 0 } },
    { "higgs-tes", "aware,optimal-aware", "'optimal-aware' is not known", FAIRU_ERR_ARGUMENT, 0, { 0 } },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    cli c = { .json = 0 };
    compare_options o = { .problem = compare_problem_find(rows[i].problem), .n_methods = 7 };
    assert_int_equal(compare_methods_read(&c, rows[i].list, &o), rows[i].status);
    assert_non_null(strstr(c.message, rows[i].says));
    for (int k = 0; k < rows[i].n; k++)
      assert_int_equal(o.methods[k], rows[i].methods[k]);
    assert_true(rows[i].status != FAIRU_OK || o.n_methods == (size_t)rows[i].n);
  }
}

/* Without a list: all but inferno-aware, the exact ones where there are some. */
static void all_methods(void **state)
{
  (void)state;
  cli c = { .json = 0 };
  for (int known = 0; known < 2; known++) {
    compare_options o = { .problem = compare_problem_find(known ? "pivot-toy" : "higgs-tes") };
    assert_int_equal(compare_methods_read(&c, NULL, &o), FAIRU_OK);
    assert_int_equal(o.n_methods, COMPARE_INFERNO_AWARE - (known ? 0 : COMPARE_BASELINE));
    for (size_t i = 0; i < o.n_methods; i++)
      assert_int_equal(o.methods[i], (int)i + (known ? 0 : COMPARE_BASELINE));
  }
  for (int m = 0; m < COMPARE_METHODS;
       m++) { /* every name is read back as its method, and every trained one has a recipe */
    compare_options o = { .problem = compare_problem_find("rotation") };
    assert_int_equal(compare_methods_read(&c, compare_method_name(m), &o), FAIRU_OK);
    assert_int_equal(o.methods[0], m);
    const compare_recipe *r = compare_recipe_of(m);
    assert_true(m < COMPARE_BASELINE ||
                (r->epochs > 0 && r->batch > 0 && r->rate > 0.0 && r->copies > 0 && r->spread > 0.0));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(medians_and_quantiles), cmocka_unit_test(ranks_of_those_that_cover),
    cmocka_unit_test(results_as_json),       cmocka_unit_test(results_as_tables),
    cmocka_unit_test(methods_by_name),       cmocka_unit_test(all_methods),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
