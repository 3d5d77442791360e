/* Scores: the challenge's own examples, its edge cases, and what the formulas say. */
#include "coverage/reference_file.h"

enum { MOST = 10000 };

static size_t numbers_of(const json_t *object, const char *key, double *out)
{
  const json_t *list = json_object_get(object, key);
  for (size_t i = 0; i < json_array_size(list); i++)
    out[i] = value_of(json_array_get(list, i));
  return json_array_size(list);
}

/* Written with 10 digits; zero is zero. */
static void check_written(double value, double wanted)
{
  CHECK_NEAR(value, wanted, 1e-9 * fmax(fabs(wanted), 1.0));
}

static fairu_interval_score score_of(fairu_context *ctx, const fairu_interval_entries *entries)
{
  fairu_interval_score s = { .struct_size = sizeof s };
  CHECK_OK(ctx, fairu_interval_score_compute(ctx, entries, &s));
  return s;
}

static fairu_interval_entries entries_of(size_t n, const double *mu, const double *p16, const double *p84)
{
  return (fairu_interval_entries){
    .struct_size = sizeof(fairu_interval_entries), .n = n, .mu_true = mu, .p16 = p16, .p84 = p84
  };
}

static void check_score(const fairu_interval_score *s, const json_t *wanted)
{
  check_written(s->interval, number_of(wanted, "interval"));
  check_written(s->coverage, number_of(wanted, "coverage"));
  CHECK_CLOSE(s->penalty, number_of(wanted, "f"), 1e-9);
  check_written(s->quantile_score, number_of(wanted, "score"));
}

static void lists_of_the_challenge(fairu_context *ctx, const json_t *root)
{
  const json_t *list = json_object_get(root, "explicit");
  for (size_t k = 0; k < json_array_size(list); k++) {
    const json_t *c = json_array_get(list, k);
    double mu[16], p16[16], p84[16];
    const size_t n = numbers_of(c, "mu", mu);
    numbers_of(c, "p16", p16);
    numbers_of(c, "p84", p84);
    const fairu_interval_entries e = entries_of(n, mu, p16, p84);
    const fairu_interval_score s = score_of(ctx, &e);
    check_score(&s, c);
    assert_true(isnan(s.rmse) && isnan(s.mae));
  }
  assert_int_equal(json_array_size(list), 4);
}

/* N intervals of one width, of which the first n hold the truth. */
static void counts_of_the_challenge(fairu_context *ctx, const json_t *root)
{
  static double mu[MOST], p16[MOST], p84[MOST];
  const json_t *list = json_object_get(root, "coverage");
  for (size_t k = 0; k < json_array_size(list); k++) {
    const json_t *c = json_array_get(list, k);
    const size_t n = (size_t)number_of(c, "n"), covered = (size_t)number_of(c, "covered");
    const double width = number_of(c, "width");
    double score, penalty;
    assert_true(n <= MOST);
    for (size_t i = 0; i < n; i++) {
      mu[i] = i < covered ? 0.5 * width : -1.0;
      p16[i] = 0.0;
      p84[i] = width;
    }
    const fairu_interval_entries e = entries_of(n, mu, p16, p84);
    const fairu_interval_score s = score_of(ctx, &e);
    check_score(&s, c);
    check_written(s.sigma, number_of(c, "sigma68"));
    assert_int_equal(s.n_covered, covered);
    CHECK_OK(ctx,
             fairu_interval_score_quantile(ctx, n, width, (double)covered / (double)n, &score, &penalty));
    CHECK_NEAR(score, s.quantile_score, 1e-12); /* a logarithm */
  }
  assert_int_equal(json_array_size(list), 14);
}

static void errors_of_the_challenge(fairu_context *ctx, const json_t *root)
{
  const json_t *list = json_object_get(root, "rmse_mae");
  for (size_t k = 0; k < json_array_size(list); k++) {
    const json_t *c = json_array_get(list, k);
    const double mu = number_of(c, "mu"), hat = number_of(c, "mu_hat"), delta = number_of(c, "delta_mu_hat");
    fairu_interval_entries e = entries_of(1, &mu, &mu, &mu);
    e.mu_hat = &hat;
    e.delta_mu_hat = &delta;
    const fairu_interval_score s = score_of(ctx, &e);
    check_written(s.rmse, number_of(c, "rmse"));
    check_written(s.mae, number_of(c, "mae"));
  }
}

/* 10 sets of 20, as the file's text describes them; sets interleaved, so that order does not help. */
typedef struct made {
  double mu[200], hat[200], delta[200], p16[200], p84[200];
  int64_t set[200];
} made;

static fairu_interval_entries make_sets(made *m)
{
  for (size_t i = 0; i < 200; i++) {
    const double j = (double)(i % 10), t = (double)(i / 10);
    m->set[i] = (int64_t)(i % 10);
    m->mu[i] = 0.1 + 2.9 * j / 9.0;
    m->hat[i] = m->mu[i] + 0.3 * sin(1.7 * j + 0.9 * t);
    m->delta[i] = 0.25 + 0.05 * cos(0.3 * t + j);
    m->p16[i] = m->hat[i] - m->delta[i];
    m->p84[i] = m->hat[i] + m->delta[i];
  }
  fairu_interval_entries e = entries_of(200, m->mu, m->p16, m->p84);
  e.mu_hat = m->hat;
  e.delta_mu_hat = m->delta;
  e.set = m->set;
  return e;
}

static void check_replicas(fairu_context *ctx, const fairu_interval_entries *e, const json_t *wanted)
{
  double intervals[8], coverages[8], scores[8], numbers[8];
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  CHECK_OK(ctx, fairu_interval_score_bootstrap(ctx, e, 42, 8, &b, intervals, coverages, scores));
  numbers_of(wanted, "boot_interval", numbers);
  for (size_t k = 0; k < 8; k++)
    check_written(intervals[k], numbers[k]);
  numbers_of(wanted, "boot_coverage", numbers);
  for (size_t k = 0; k < 8; k++)
    check_written(coverages[k], numbers[k]);
  numbers_of(wanted, "boot_score", numbers);
  double mean = 0.0;
  for (size_t k = 0; k < 8; k++) {
    check_written(scores[k], numbers[k]);
    mean += numbers[k] / 8.0;
  }
  check_written(b.quantile_score, mean);
  check_written(b.quantile_score_std, number_of(wanted, "std_err_score"));
}

static void sets_of_the_challenge(fairu_context *ctx, const json_t *root)
{
  static made m;
  const json_t *wanted = json_object_get(root, "bootstrap"), *overall = json_object_get(wanted, "overall");
  const fairu_interval_entries e = make_sets(&m);
  const fairu_interval_score s = score_of(ctx, &e);
  check_written(s.rmse, number_of(overall, "rmse"));
  check_written(s.mae, number_of(overall, "mae"));
  check_written(s.interval, number_of(overall, "interval"));
  check_written(s.coverage, number_of(overall, "coverage"));
  check_written(s.quantile_score, number_of(overall, "quantiles_score"));
  assert_int_equal(s.n_sets, 10);
  const json_t *sets = json_object_get(wanted, "per_set");
  for (size_t j = 0; j < json_array_size(sets); j++) {
    const json_t *one = json_array_get(sets, j);
    fairu_interval_score of_set = { .struct_size = sizeof of_set };
    CHECK_OK(ctx, fairu_interval_score_compute_set(ctx, &e, (int64_t)j, &of_set));
    check_written(of_set.rmse, number_of(one, "rmse_mean"));
    check_written(of_set.mae, number_of(one, "mae_mean"));
    check_written(of_set.interval, number_of(one, "interval"));
    check_written(of_set.coverage, number_of(one, "coverage"));
    check_written(of_set.quantile_score, number_of(one, "quantiles_score"));
  }
  check_replicas(ctx, &e, wanted);
}

static void examples_of_the_challenge(void **state)
{
  (void)state;
  json_t *root = reference_file("fair-universe/score_vectors.json");
  fairu_context *ctx = support_context();
  lists_of_the_challenge(ctx, root);
  counts_of_the_challenge(ctx, root);
  errors_of_the_challenge(ctx, root);
  sets_of_the_challenge(ctx, root);
  fairu_context_destroy(ctx);
  json_decref(root);
}

/* ---- without the reference ---------------------------------------------------------------------------- */

/* Both ends cover; inverted and NaN intervals do not; an infinite end covers, and costs everything. */
static void edges_are_as_documented(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double mu[5] = { 1.0, 1.0, 1.0, 1.0, 1.0 };
  const double p16[5] = { 1.0, 0.5, 1.2, NAN, 0.5 }, p84[5] = { 1.5, 1.0, 0.8, 2.0, INFINITY };
  fairu_interval_entries e = entries_of(3, mu, p16, p84);
  fairu_interval_score s = score_of(ctx, &e);
  assert_int_equal(s.n_covered, 2);
  assert_int_equal(s.n_inverted, 1);
  CHECK_CLOSE(s.interval, (0.5 + 0.5 + 0.4) / 3.0, 1e-14);
  e.n = 4;
  s = score_of(ctx, &e);
  assert_int_equal(s.n_covered, 2);
  assert_true(isnan(s.interval) && isnan(s.quantile_score));
  CHECK_CLOSE(s.coverage, 0.5, 0.0);
  e = entries_of(1, mu + 4, p16 + 4, p84 + 4);
  s = score_of(ctx, &e);
  assert_int_equal(s.n_covered, 1);
  assert_true(isinf(s.interval) && isinf(s.quantile_score) && s.quantile_score < 0.0);
  fairu_context_destroy(ctx);
}

/* Inside the band nothing but the width counts; outside, one sigma costs ln 2 on either side, and more below further out. */
static void penalty_has_a_free_band(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double sigma = sqrt(0.6827 * 0.3173 / 1000.0);
  double score, penalty, below, above;
  CHECK_OK(ctx, fairu_interval_score_quantile(ctx, 1000, 0.5, 0.6827 + 1.99 * sigma, &score, &penalty));
  CHECK_NEAR(penalty, 1.0, 0.0);
  CHECK_CLOSE(score, -log(0.501), 1e-14);
  CHECK_OK(ctx, fairu_interval_score_quantile(ctx, 1000, 0.5, 0.6827 + 3.0 * sigma, &score, &above));
  CHECK_OK(ctx, fairu_interval_score_quantile(ctx, 1000, 0.5, 0.6827 - 3.0 * sigma, &score, &below));
  CHECK_CLOSE(above, 2.0, 1e-11);
  CHECK_CLOSE(below, 2.0, 1e-11);
  CHECK_CLOSE(score, -log(2.0 * 0.501), 1e-11);
  CHECK_OK(ctx, fairu_interval_score_quantile(ctx, 1000, 0.5, 0.6827 + 4.0 * sigma, &score, &above));
  CHECK_OK(ctx, fairu_interval_score_quantile(ctx, 1000, 0.5, 0.6827 - 4.0 * sigma, &score, &below));
  CHECK_CLOSE(above, 9.0, 1e-11);
  CHECK_CLOSE(below, 17.0, 1e-11);
  fairu_context_destroy(ctx);
}

/* Entries in any order give the same sets; one set alone bootstraps to itself. */
static void sets_are_found_anywhere(void **state)
{
  enum { N = 500 };
  (void)state;
  fairu_context *ctx = support_context();
  static double mu[N], p16[N], p84[N];
  static int64_t set[N];
  for (size_t i = 0; i < N; i++) {
    set[i] = ((int64_t)(i * 37 % 100) - 50) * 1000000000000;
    mu[i] = 1.0;
    p16[i] = 0.5;
    p84[i] = 1.5 + 0.01 * (double)(i * 37 % 100);
  }
  fairu_interval_entries e = entries_of(N, mu, p16, p84);
  e.set = set;
  fairu_interval_score s = score_of(ctx, &e), one = { .struct_size = sizeof one };
  assert_int_equal(s.n_sets, 100);
  CHECK_OK(ctx, fairu_interval_score_compute_set(ctx, &e, -50 * INT64_C(1000000000000), &one));
  assert_int_equal(one.n, 5);
  CHECK_CLOSE(one.interval, 1.0, 1e-14);
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_interval_score_compute_set(ctx, &e, 1, &one));
  CHECK_SAYS(ctx, "no interval of set 1");
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  e.set = NULL;
  s = score_of(ctx, &e);
  CHECK_OK(ctx, fairu_interval_score_bootstrap(ctx, &e, 0, 3, &b, NULL, NULL, NULL));
  CHECK_CLOSE(b.quantile_score, s.quantile_score, 1e-13);
  CHECK_NEAR(b.quantile_score_std, 0.0, 1e-13);
  fairu_context_destroy(ctx);
}

static void bad_entries_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double mu[2] = { 1.0, NAN }, x[2] = { 1.0, 1.0 };
  fairu_interval_score s = { .struct_size = sizeof s };
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  fairu_interval_entries e = entries_of(0, mu, x, x);
  double score, penalty;
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_interval_score_compute(ctx, &e, &s));
  CHECK_SAYS(ctx, "no intervals");
  e.n = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_interval_score_compute(ctx, &e, &s));
  CHECK_SAYS(ctx, "mu_true[1] is nan");
  e.mu_true = x;
  e.mu_hat = x;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_interval_score_compute(ctx, &e, &s));
  CHECK_SAYS(ctx, "delta_mu_hat is NULL");
  e.mu_hat = NULL;
  e.p84 = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_interval_score_compute(ctx, &e, &s));
  CHECK_SAYS(ctx, "p84 is NULL");
  e.p84 = x;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_score_bootstrap(ctx, &e, 42, 0, &b, NULL, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_score_bootstrap(ctx, &e, UINT64_C(4294967295), 2, &b, NULL, NULL, NULL));
  CHECK_SAYS(ctx, "2 replicas from seed 4294967295");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_score_quantile(ctx, 0, 0.5, 0.5, &score, &penalty));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_score_quantile(ctx, 9, -0.5, 0.5, &score, &penalty));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_score_quantile(ctx, 9, 0.5, 1.5, &score, &penalty));
  CHECK_SAYS(ctx, "coverage is 1.5");
  fairu_context_destroy(ctx);
}

/* ---- files -------------------------------------------------------------------------------------------- */

static int read_text(fairu_context *ctx, const char *text, fairu_interval_table **table)
{
  char path[512];
  support_write_file(support_path(path, sizeof path, "scores.csv"), text, strlen(text));
  return fairu_interval_table_read_csv(ctx, path, table);
}

static void tables_are_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval_table *table = NULL;
  fairu_interval_entries e = { .struct_size = sizeof e };
  CHECK_OK(ctx, read_text(
                    ctx, "note,set,p84,p16,mu_true\n\"a, b\",3,1.2345678901234567,-inf,0.1\nx,-4,nan,1e3,2\n",
                    &table));
  CHECK_OK(ctx, fairu_interval_table_entries(table, ctx, &e));
  assert_int_equal(e.n, 2);
  CHECK_NEAR(e.p84[0], 1.2345678901234567, 0.0);
  CHECK_NEAR(e.mu_true[0], 0.1, 0.0);
  assert_true(isinf(e.p16[0]) && e.p16[0] < 0.0 && isnan(e.p84[1]));
  CHECK_NEAR(e.p16[1], 1e3, 0.0);
  assert_int_equal(e.set[0], 3);
  assert_int_equal(e.set[1], -4);
  assert_null(e.mu_hat);
  fairu_interval_table_destroy(table);
  fairu_context_destroy(ctx);
}

static void bad_tables_are_refused(void **state)
{
  static const struct {
    const char *text, *says;
    int code;
  } cases[] = {
    { "", "no header line", FAIRU_ERR_EMPTY },
    { "mu_true,p16,p84\n", "scores.csv: no rows", FAIRU_ERR_EMPTY },
    { "mu_true,p16\n1,2\n", "no column \"p84\"", FAIRU_ERR_NOT_FOUND },
    { "mu_true,p16,p84,p16\n1,2,3,4\n", "occurs twice", FAIRU_ERR_DUPLICATE },
    { "mu_true,p16,p84,mu_hat\n1,2,3,4\n", "mu_hat is there without delta_mu_hat", FAIRU_ERR_NOT_FOUND },
    { "mu_true,p16,p84\n1,2,3\nnan,2,3\n", "scores.csv:3: column mu_true: \"nan\"", FAIRU_ERR_NON_FINITE },
    { "mu_true,p16,p84\n1,two,3\n", "scores.csv:2: column p16: \"two\" is not a number", FAIRU_ERR_FORMAT },
    { "mu_true,p16,p84,set\n1,2,3,0.5\n", "column set: \"0.5\" is not a whole number", FAIRU_ERR_FORMAT },
    { "mu_true,p16,p84\n1,2\n1,2,3\n", "the row has 2 cells, the header 3", FAIRU_ERR_FORMAT },
    { "mu_true,p16,p84\n1,2,3,4\n", "more cells than the header", FAIRU_ERR_FORMAT },
    { "mu_true,p16,p84\n1,2", "the row has 2 cells", FAIRU_ERR_TRUNCATED },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    fairu_interval_table *table = NULL;
    CHECK_FAILS(ctx, cases[k].code, read_text(ctx, cases[k].text, &table));
    CHECK_SAYS(ctx, cases[k].says);
    assert_null(table);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(examples_of_the_challenge), cmocka_unit_test(edges_are_as_documented),
    cmocka_unit_test(penalty_has_a_free_band),   cmocka_unit_test(sets_are_found_anywhere),
    cmocka_unit_test(bad_entries_are_refused),   cmocka_unit_test(tables_are_read),
    cmocka_unit_test(bad_tables_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
