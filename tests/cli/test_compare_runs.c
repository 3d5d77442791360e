/* The comparison as a whole, in the small: what a method finds does not depend on its neighbours, the number of seeds or threads; files that are left. */
#include "program.h"
#include "written.h"

#include "cli/compare_methods.h"

/* A run into folder `name`; what it printed. Methods as in --methods. */
typedef struct run {
  const compare_problem *problem;
  const char *methods;
  uint64_t seed, n_seeds;
  int threads, json, quantile;
  size_t training;
} run;

static const run usual = { &compare_gamma_hard, "optimal,baseline,optimal-aware", 3, 2, 1, 0, 0, 400 };

static printed compare(const run *r, const char *name, char folder[512])
{
  cli c = { .ctx = support_context(), .json = r->json };
  compare_options o = { .seed = r->seed,
                        .n_seeds = r->n_seeds,
                        .quick = 1,
                        .quantile = r->quantile,
                        .problem = r->problem,
                        .scale = { r->training, 1500, 1024, 3 } };
  support_path(folder, 512, name);
  o.out = folder;
  assert_int_equal(compare_methods_read(&c, r->methods, &o), FAIRU_OK);
  CHECK_OK(c.ctx, fairu_context_set_threads(c.ctx, r->threads));
  printed p = { 0 };
  const taken t = take_output();
  const int status = compare_run(&c, &o);
  take_back(&t, &p);
  p.status = status;
  fairu_context_destroy(c.ctx);
  return p;
}

/* The row of a method, seed and truth. */
static size_t row_of(const written_table *t, const char *method, double seed, const char *truth)
{
  for (size_t i = 0; i < t->n_rows; i++)
    if (strcmp(written_text(t, i, "method"), method) == 0 && written_number(t, i, "seed") == seed &&
        strcmp(written_text(t, i, "truth"), truth) == 0)
      return i;
  fail_msg("no row of %s", method);
  return 0;
}

/* Every row of b is in a, cell by cell; their number. */
static size_t rows_within(const char *a_folder, const char *b_folder)
{
  written_table a = written_read(a_folder, "seeds.csv"), b = written_read(b_folder, "seeds.csv");
  const size_t n = b.n_rows;
  for (size_t i = 0; i < n; i++) {
    const size_t row = row_of(&a, written_text(&b, i, "method"), written_number(&b, i, "seed"),
                              written_text(&b, i, "truth"));
    for (size_t k = 0; k < b.n_columns; k++)
      assert_string_equal(a.cells[row * a.n_columns + k], b.cells[i * b.n_columns + k]);
  }
  written_free(&a);
  written_free(&b);
  return n;
}

static int same_file(const char *a_folder, const char *b_folder, const char *name)
{
  char path[700];
  size_t sizes[2];
  char *bytes[2];
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", i ? b_folder : a_folder, name);
    bytes[i] = support_read_file(path, &sizes[i]);
  }
  const int same = sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0;
  free(bytes[0]);
  free(bytes[1]);
  return same;
}

/* Neither the order of methods nor who else is there nor a further seed changes a row. */
static void rows_stand_alone(void **state)
{
  (void)state;
  char all[512], part[512];
  printed p = compare(&usual, "all", all);
  assert_int_equal(p.status, FAIRU_OK);
  forget(&p);
  static const struct {
    const char *methods;
    uint64_t n_seeds;
    size_t rows;
  } parts[] = { { "optimal-aware,baseline,optimal", 2, 12 },
                { "baseline", 2, 4 },
                { "optimal-aware,optimal", 1, 4 },
                { "baseline,optimal", 1, 4 } };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    run r = usual;
    r.methods = parts[i].methods;
    r.n_seeds = parts[i].n_seeds;
    p = compare(&r, "part", part);
    assert_int_equal(p.status, FAIRU_OK);
    forget(&p);
    assert_int_equal(rows_within(all, part), parts[i].rows);
    assert_true(same_file(all, part, "exact.csv"));
  }
}

/* Two threads write the same bytes, but for the times. Six files are left and no half one. */
static void threads_write_the_same(void **state)
{
  (void)state;
  static const char *const files[] = { "exact.csv", "methods.csv", "seeds.csv", "results.json" };
  char one[512], two[512];
  run r = usual;
  printed p = compare(&r, "one", one);
  forget(&p);
  r.threads = 2;
  p = compare(&r, "two", two);
  forget(&p);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    assert_true(same_file(one, two, files[i]));
  assert_int_equal(support_count_files(two), 6);
}

/* Other seeds other findings, the same exact rows; other bins other widths, the same areas under the curve. */
static void what_changes_what(void **state)
{
  (void)state;
  char base[512], other[512];
  run r = usual;
  r.n_seeds = 1;
  printed p = compare(&r, "base", base);
  forget(&p);
  r.seed = 4;
  p = compare(&r, "seed", other);
  forget(&p);
  assert_true(same_file(base, other, "exact.csv") && !same_file(base, other, "seeds.csv"));
  r = usual;
  r.n_seeds = 1;
  r.quantile = 1;
  p = compare(&r, "quantile", other);
  forget(&p);
  written_table a = written_read(base, "seeds.csv"), b = written_read(other, "seeds.csv");
  assert_int_equal(a.n_rows, 6);
  for (size_t i = 0; i < a.n_rows; i++) {
    CHECK_SAME(written_number(&b, i, "auc"), written_number(&a, i, "auc"));
    CHECK_SAME(written_number(&b, i, "loss"), written_number(&a, i, "loss"));
    assert_true(written_number(&b, i, "fixed") != written_number(&a, i, "fixed"));
  }
  written_free(&a);
  written_free(&b);
}

/* Rows of two seeds: the median is their mean, the quantiles lie 16 and 84 % of the way; the JSON says the same as the tables. */
static void tables_and_json_agree(void **state)
{
  (void)state;
  static const char *const quantities[] = { "auc", "fixed", "fisher_fixed", "fisher", "width", "mu_hat" };
  char folder[512], path[700];
  run r = usual;
  r.json = 1;
  printed p = compare(&r, "json", folder);
  assert_int_equal(p.status, FAIRU_OK);
  snprintf(path, sizeof path, "%s/results.json", folder);
  json_t *file = json_load_file(path, 0, NULL), *said = json_loads(p.out, 0, NULL);
  assert_non_null(file);
  assert_true(said && json_equal(file, said)); /* --json prints what is in the file */
  written_table seeds = written_read(folder, "seeds.csv"), methods = written_read(folder, "methods.csv");
  assert_int_equal(methods.n_rows, 6);
  for (size_t i = 0; i < methods.n_rows; i++) {
    const char *method = written_text(&methods, i, "method"), *truth = written_text(&methods, i, "truth");
    const size_t first = row_of(&seeds, method, 0.0, truth), second = row_of(&seeds, method, 1.0, truth);
    char at[64];
    snprintf(at, sizeof at, "methods.%zu.truths.%zu", i / 2, i % 2);
    json_t *of = written_at(file, at);
    assert_string_equal(json_string_value(written_at(of, "name")), truth);
    for (size_t q = 0; q < sizeof quantities / sizeof *quantities; q++) {
      const double x = written_number(&seeds, first, quantities[q]),
                   y = written_number(&seeds, second, quantities[q]);
      const double low = fmin(x, y), step = fabs(y - x);
      char name[64];
      if (!isfinite(x + y))
        continue;
      CHECK_NEAR(written_number(&methods, i, quantities[q]), low + 0.5 * step, 1e-12);
      snprintf(name, sizeof name, "%s_lower", quantities[q]);
      CHECK_NEAR(written_number(&methods, i, name), low + 0.16 * step, 1e-12);
      snprintf(name, sizeof name, "%s_upper", quantities[q]);
      CHECK_NEAR(written_number(&methods, i, name), low + 0.84 * step, 1e-12);
      snprintf(name, sizeof name, "%s.upper", quantities[q]);
      CHECK_NEAR(written_value(of, name), low + 0.84 * step, 1e-12);
    }
    /* toys of both seeds together */
    CHECK_SAME(written_number(&methods, i, "toys") + written_number(&methods, i, "toys_failed"), 6.0);
    CHECK_NEAR(written_number(&methods, i, "coverage") * written_number(&methods, i, "toys"),
               written_number(&seeds, first, "coverage") * written_number(&seeds, first, "toys") +
                   written_number(&seeds, second, "coverage") * written_number(&seeds, second, "toys"),
               1e-9);
  }
  written_free(&seeds);
  written_free(&methods);
  json_decref(file);
  json_decref(said);
  forget(&p);
}

/* The first event ever made is no number; it is one for training. */
static size_t n_made;
static void once_broken_event(int label, const double *u, double *x)
{
  compare_gamma_hard.event(label, u, x);
  if (n_made++ == 0)
    x[0] = (double)NAN;
}

/* A training that fails is told in its row, in the verdict and on the screen; the others go on. */
static void failures_are_results(void **state)
{
  (void)state;
  char folder[512];
  run r = usual;
  compare_problem broken = compare_gamma_hard;
  broken.event = once_broken_event;
  n_made = 0;
  r.problem = &broken;
  r.methods = "baseline,optimal";
  r.n_seeds = 1;
  printed p = compare(&r, "failed", folder);
  assert_int_equal(p.status, FAIRU_OK);
  written_table seeds = written_read(folder, "seeds.csv"), methods = written_read(folder, "methods.csv");
  assert_string_not_equal(written_text(&seeds, 0, "status"), "ok");
  CHECK_SAME(written_number(&methods, 0, "failed"), 1.0);
  CHECK_SAME(written_number(&methods, 0, "trained"), 0.0);
  CHECK_HAS(p.out, "baseline: 1 of 1 trainings failed");
  assert_true(isnan(written_number(&methods, 0, "width")));
  CHECK_SAME(written_number(&methods, 0, "rank"), 0.0);
  CHECK_SAME(written_number(&methods, 2, "trained"), 1.0);
  assert_true(isfinite(written_number(&methods, 2, "fixed")));
  CHECK_HAS(p.out, "optimal ");
  CHECK_HAS(p.out, "report: ");
  written_free(&seeds);
  written_free(&methods);
  forget(&p);
}

/* Where a file stands no folder is made: nothing is trained, the message names it. */
static void folders_that_are_files(void **state)
{
  (void)state;
  char file[512];
  cli c = { .ctx = support_context() };
  compare_options o = {
    .seed = 1, .n_seeds = 1, .problem = compare_problem_find("gamma-gauss"), .scale = { 10, 10, 10, 1 }
  };
  support_path(file, sizeof file, "taken");
  support_write_file(file, "x", 1);
  o.out = file;
  assert_int_equal(compare_methods_read(&c, "optimal", &o), FAIRU_OK);
  assert_int_not_equal(compare_run(&c, &o), FAIRU_OK);
  assert_non_null(strstr(c.message, "taken"));
  remove(file);
  fairu_context_destroy(c.ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_stand_alone),     cmocka_unit_test(threads_write_the_same),
    cmocka_unit_test(what_changes_what),    cmocka_unit_test(tables_and_json_agree),
    cmocka_unit_test(failures_are_results), cmocka_unit_test(folders_that_are_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
