/* What the studies share: coverage of results against a plain count, how it is told, expected counts of tables against their sum,
 * one-sigma intervals, the last file. */
#include "support/support.h"

#include "cli/out.h"
#include "cli/study.h"
#include "cli/toy_coverage.h"

/* P(X <= k) of a binomial, term by term. */
static long double binomial_cdf(uint64_t k, uint64_t n, long double p)
{
  long double sum = 0.0L;
  for (uint64_t i = 0; i <= k; i++)
    sum +=
        expl(lgammal((long double)n + 1) - lgammal((long double)i + 1) - lgammal((long double)(n - i) + 1) +
             (long double)i * logl(p) + (long double)(n - i) * log1pl(-p));
  return sum;
}

/* Clopper-Pearson end by bisection of its definition. */
static double end_of(uint64_t k, uint64_t n, int upper)
{
  long double a = 0.0L, b = 1.0L;
  if (upper ? k == n : k == 0)
    return upper;
  for (int i = 0; i < 90; i++) {
    const long double p = 0.5L * (a + b),
                      tail = upper ? binomial_cdf(k, n, p) : 1.0L - binomial_cdf(k - 1, n, p);
    if ((tail > 0.025L) == upper)
      a = p;
    else
      b = p;
  }
  return (double)a;
}

static double mean(const double *values, size_t n)
{
  long double sum = 0.0L;
  for (size_t i = 0; i < n; i++)
    sum += (long double)values[i];
  return (double)(sum / n);
}

static double deviation(const double *values, size_t n)
{
  long double sum = 0.0L;
  const double centre = mean(values, n);
  for (size_t i = 0; i < n; i++)
    sum += ((long double)values[i] - (long double)centre) * ((long double)values[i] - (long double)centre);
  return (double)sqrtl(sum / (n - 1));
}

/* Results with every 7th failed; plain arrays of those that count. */
enum { TOYS = 200, FAILED = 29 };
typedef struct plain {
  fairu_toy_result results[TOYS];
  double estimates[TOYS], widths[TOYS], nuisances[TOYS], pulls[TOYS];
  size_t n, covered;
} plain;

static void make_results(plain *p, double truth)
{
  *p = (plain){ .n = 0 };
  for (uint64_t i = 0; i < TOYS; i++) {
    fairu_toy_result *r = &p->results[i];
    const double t = 0.2 * toy_normal_quantile(toy_uniform(8, i));
    *r = (fairu_toy_result){ .toy = i, .estimate = truth + t, .nuisance = 0.5 * t + toy_uniform(9, i) };
    r->lower = r->estimate - 0.15 * (1.0 + toy_uniform(10, i));
    r->upper = r->estimate + 0.25;
    r->status = i % 7 == 3 ? FAIRU_ERR_NOT_CONVERGED : FAIRU_OK;
    if (r->status != FAIRU_OK)
      continue;
    p->estimates[p->n] = r->estimate;
    p->widths[p->n] = 0.5 * (r->upper - r->lower);
    p->nuisances[p->n] = r->nuisance;
    p->pulls[p->n++] = t / (t > 0.0 ? r->estimate - r->lower : r->upper - r->estimate);
    p->covered += r->lower <= truth && truth <= r->upper;
  }
}

static void coverage_is_a_count(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  plain p;
  fairu_coverage found;
  make_results(&p, 1.3);
  CHECK_OK(ctx, study_coverage(ctx, 1.3, p.results, TOYS, &found));
  assert_int_equal(found.n, p.n);
  assert_int_equal(found.n_failed, FAILED);
  assert_int_equal(found.n + found.n_failed, TOYS);
  assert_int_equal(found.n_covered, p.covered);
  CHECK_CLOSE(found.coverage, (double)p.covered / (double)p.n, 1e-15);
  CHECK_NEAR(found.coverage_lower, end_of(p.covered, p.n, 0), 1e-10);
  CHECK_NEAR(found.coverage_upper, end_of(p.covered, p.n, 1), 1e-10);
  CHECK_CLOSE(found.mean_half_width, mean(p.widths, p.n), 1e-13);
  CHECK_CLOSE(found.mean_estimate, mean(p.estimates, p.n), 1e-13);
  CHECK_CLOSE(found.std_estimate, deviation(p.estimates, p.n), 1e-12);
  CHECK_CLOSE(found.mean_nuisance, mean(p.nuisances, p.n), 1e-13);
  CHECK_CLOSE(found.std_nuisance, deviation(p.nuisances, p.n), 1e-12);
  CHECK_NEAR(found.pull_mean, mean(p.pulls, p.n), 1e-13);
  CHECK_CLOSE(found.pull_width, deviation(p.pulls, p.n), 1e-12);
  fairu_context_destroy(ctx);
}

/* An end is reached in 0 and in all toys; the ends are those of the definition. */
static void intervals_of_the_fraction(void **state)
{
  (void)state;
  static const uint64_t covered[] = { 0, 1, 7, 13, 19, 20 };
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof covered / sizeof *covered; k++) {
    fairu_toy_result results[20];
    fairu_coverage found;
    for (uint64_t i = 0; i < 20; i++)
      results[i] =
          (fairu_toy_result){ .toy = i, .estimate = 1.0, .lower = 0.9, .upper = i < covered[k] ? 1.0 : 0.99 };
    CHECK_OK(ctx, study_coverage(ctx, 1.0, results, 20, &found));
    assert_int_equal(found.n_covered, covered[k]); /* the very end counts */
    CHECK_NEAR(found.coverage_lower, end_of(covered[k], 20, 0), 1e-10);
    CHECK_NEAR(found.coverage_upper, end_of(covered[k], 20, 1), 1e-10);
  }
  fairu_context_destroy(ctx);
}

/* That no toy has an interval ends no study: it is told, without numbers. */
static void no_toy_has_an_interval(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_result results[3] = { { .status = FAIRU_ERR_NOT_CONVERGED },
                                  { .toy = 1, .status = FAIRU_ERR_NON_FINITE },
                                  { .toy = 2, .status = FAIRU_ERR_EMPTY } };
  fairu_coverage found;
  CHECK_OK(ctx, study_coverage(ctx, 1.0, results, 3, &found));
  assert_int_equal(found.n, 0);
  assert_int_equal(found.n_failed, 3);
  assert_true(isnan(found.coverage) && isnan(found.coverage_lower) && isnan(found.coverage_upper) &&
              isnan(found.mean_half_width) && isnan(found.mean_estimate) && isnan(found.std_estimate) &&
              isnan(found.pull_width) && isnan(found.std_nuisance) && isnan(found.bias));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, study_coverage(ctx, (double)NAN, results, 3, &found));
  fairu_context_destroy(ctx);
}

/* ---- how it is told ----------------------------------------------------------------------------------- */

static const char *const keys[] = { "toys",           "failed",          "coverage",    "coverage_lower",
                                    "coverage_upper", "mean_half_width", "mean_mu_hat", "std_mu_hat" };

/* One coverage as CSV, JSON and cells of a page: the same eight numbers in the same order. */
static void tell(const fairu_coverage *f, const double *wanted)
{
  out_csv csv;
  report page;
  char cell[96];
  out_csv_begin(&csv, "a");
  study_coverage_csv(&csv, f);
  out_csv_end_row(&csv);
  fflush(csv.stream);
  char *text = strchr(csv.bytes, '\n') + 1;
  for (size_t i = 0; i < 8; i++, text += strcspn(text, ",\n") + 1) {
    const double value = strtod(text, NULL);
    assert_true(value == wanted[i] || (isnan(value) && isnan(wanted[i])));
  }
  assert_int_equal(*text, '\0');
  cli c = { .json = 0 };
  assert_int_equal(out_csv_write(&csv, &c, NULL, ""), FAIRU_OK);

  json_t *object = json_object();
  study_coverage_json(object, f);
  assert_int_equal(json_object_size(object), 8);
  void *at = json_object_iter(object);
  for (size_t i = 0; i < 8; i++, at = json_object_iter_next(object, at)) {
    assert_string_equal(json_object_iter_key(at), keys[i]);
    const json_t *value = json_object_iter_value(at);
    if (i < 2)
      assert_true(json_is_integer(value) && (double)json_integer_value(value) == wanted[i]);
    else
      assert_true(isnan(wanted[i]) ? json_is_null(value) : json_real_value(value) == wanted[i]);
  }
  json_decref(object);

  report_begin(&page, "t", "s");
  report_table_begin(&page, "c", "1|2|3|4|5|6|7", "rrrcrrr");
  study_coverage_cells(&page, f);
  report_table_end(&page);
  fflush(page.stream);
  snprintf(cell, sizeof cell,
           isnan(wanted[3]) ? "<td class=\"c\">\xe2\x80\x94</td>" : "<td class=\"c\">%.4f to %.4f</td>",
           wanted[3], wanted[4]);
  assert_non_null(strstr(page.bytes, cell));
  assert_null(strstr(page.bytes, "nan"));
  snprintf(cell, sizeof cell, "<td class=\"r\">%.0f</td>\n<td class=\"r\">%.0f</td>", wanted[0], wanted[1]);
  assert_non_null(strstr(page.bytes, cell));
  assert_int_equal(report_write(&page, &c, NULL, ""), FAIRU_OK);
}

static void coverage_is_told(void **state)
{
  (void)state;
  const double nan = (double)NAN;
  const fairu_coverage found = { .n = 17,
                                 .n_failed = 2,
                                 .n_covered = 12,
                                 .coverage = 12.0 / 17.0,
                                 .coverage_lower = 0.44,
                                 .coverage_upper = 0.897,
                                 .mean_half_width = 0.1,
                                 .mean_estimate = 1.01,
                                 .bias = 0.01,
                                 .std_estimate = 1.0 / 3.0,
                                 .mean_nuisance = 5.0,
                                 .std_nuisance = 6.0,
                                 .pull_mean = 7.0,
                                 .pull_width = 8.0 };
  const double wanted[8] = { 17, 2, 12.0 / 17.0, 0.44, 0.897, 0.1, 1.01, 1.0 / 3.0 };
  const double nothing[8] = { 0, 0, nan, nan, nan, nan, nan, nan };
  const fairu_coverage unmeasured = study_unmeasured();
  tell(&found, wanted);
  tell(&unmeasured, nothing);
}

/* ---- expected counts ---------------------------------------------------------------------------------- */

/* Tables of the aware toy: at each knot the events of a class fall into the bins of the logit under that angle. */
static void counts_of_tables(void **state)
{
  (void)state;
  enum { N = 500, KNOTS = 5 };
  fairu_context *ctx = support_context();
  toy_settings s = toy_settings_default();
  toy_pool pool;
  toy_tables tables;
  fairu_templates *observed;
  double edges[TOY_MAX_BINS], counts[KNOTS * 10], sums[KNOTS * 10] = { 0.0 };
  const double scales[2] = { 1.7, 0.4 };
  s.method = TOY_AWARE;
  s.z_true = 1.1;
  CHECK_OK(ctx, toy_pool_create(ctx, N, TOY_RANDOM, 3, &pool));
  CHECK_OK(ctx, toy_tables_aware(ctx, &s, &pool, KNOTS, 0, &tables));
  toy_logit_edges(s.method, s.binning, s.n_bins, s.slope, edges);
  for (int process = 0; process < 2; process++) {
    size_t stride;
    const float *x = fairu_events_column(pool.events[process], 0, &stride);
    const float *y = fairu_events_column(pool.events[process], 1, &stride);
    const double turn = s.z_true - TOY_NOMINAL;
    for (size_t i = 0; i < N; i++)
      for (size_t k = 0; k < KNOTS; k++) {
        const double z = TOY_Z_LOWER + M_PI * (double)k / (KNOTS - 1);
        const double t = (double)x[i] * cos(z - turn) + (double)y[i] * sin(z - turn);
        size_t bin = 0;
        while (bin < 9 && s.slope * t >= edges[bin])
          bin++;
        sums[k * 10 + bin] += scales[process] * fairu_events_weights(pool.events[process])[i];
      }
  }
  CHECK_OK(ctx, study_counts(ctx, tables.of, scales, counts));
  CHECK_OK(ctx, study_observed(ctx, tables.grid, tables.of, scales, &observed));
  for (size_t i = 0; i < KNOTS * 10; i++) {
    CHECK_NEAR(counts[i], sums[i], 1e-9); /* no event lies on an edge to float precision with this seed */
    assert_true(fairu_templates_yields(observed, 0, i / 10)[i % 10] == counts[i]);
  }
  assert_int_equal(fairu_templates_n_processes(observed), 1);
  fairu_templates_destroy(observed);
  /* and as the moving observation of the toy at mu */
  CHECK_OK(ctx, toy_tables_observed(&tables, ctx, 2.0, &observed));
  const double twice[2] = { 2.0, 1.0 };
  CHECK_OK(ctx, study_counts(ctx, tables.of, twice, counts));
  for (size_t i = 0; i < KNOTS * 10; i++)
    assert_true(fairu_templates_yields(observed, 0, i / 10)[i % 10] == counts[i]);
  fairu_templates_destroy(observed);
  toy_tables_clear(&tables);
  toy_pool_clear(&pool);
  fairu_context_destroy(ctx);
}

static void one_sigma(void **state)
{
  (void)state;
  fairu_interval_options options;
  fairu_fit_options fit, defaults;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_fit_options_init(&defaults, sizeof defaults));
  memset(&fit, 0x5a, sizeof fit);
  CHECK_OK(ctx, study_interval_options(&options, &fit));
  assert_memory_equal(&fit, &defaults, sizeof fit);
  assert_ptr_equal(options.fit, &fit);
  assert_true(options.level == 0.0 && options.delta_nll == 0.5);
  CHECK_OK(ctx, study_interval_options(&options, NULL));
  assert_null(options.fit);
  fairu_context_destroy(ctx);
}

/* ---- the end ------------------------------------------------------------------------------------------ */

static void results_are_the_last_file(void **state)
{
  (void)state;
  char folder[512], path[600];
  cli c = { .json = 0 };
  support_path(folder, sizeof folder, "finished");
  assert_int_equal(out_directory(&c, folder), FAIRU_OK);
  /* a failure before stays what it was, and leaves no file */
  assert_int_equal(study_finish(&c, FAIRU_ERR_LIMIT, json_pack("{s:i}", "a", 1), folder), FAIRU_ERR_LIMIT);
  assert_int_equal(support_count_files(folder), 0);
  assert_int_equal(study_finish(&c, FAIRU_OK, json_pack("{s:i,s:n}", "a", 1, "b"), folder), FAIRU_OK);
  assert_int_equal(support_count_files(folder), 1);
  snprintf(path, sizeof path, "%s/results.json", folder);
  json_t *read = json_load_file(path, 0, NULL);
  assert_int_equal(json_integer_value(json_object_get(read, "a")), 1);
  assert_true(json_is_null(json_object_get(read, "b")));
  json_decref(read);
  strcat(folder, "/nowhere");
  assert_int_equal(study_finish(&c, FAIRU_OK, json_object(), folder), FAIRU_ERR_IO);
  assert_non_null(strstr(c.message, "nowhere/results.json"));
  assert_int_equal(study_finish(&c, FAIRU_OK, NULL, folder),
                   FAIRU_ERR_OUT_OF_MEMORY); /* what jansson refused */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(coverage_is_a_count),       cmocka_unit_test(intervals_of_the_fraction),
    cmocka_unit_test(no_toy_has_an_interval),    cmocka_unit_test(coverage_is_told),
    cmocka_unit_test(counts_of_tables),          cmocka_unit_test(one_sigma),
    cmocka_unit_test(results_are_the_last_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
