/* Summaries of the tau-energy-scale study: widths and differences over splits, the bootstrap, what is significant, and its files. */
#include "written.h"

#include "cli/higgs_results.h"
#include "cli/out.h"
#include "cli/toy_events.h"

enum { SPLITS = 6 };

static int same_condition(const higgs_condition *a, const higgs_condition *b)
{
  return a->truth == b->truth && a->luminosity == b->luminosity && a->mc_stat == b->mc_stat &&
         a->profiled == b->profiled;
}

/* Every combination once; the first is the one that the studies quote: template statistics in, Z profiled. */
static void conditions_are_all_combinations(void **state)
{
  (void)state;
  const higgs_condition first = higgs_condition_at(0);
  assert_true(first.truth == 0 && first.luminosity == 0 && first.mc_stat == 1 && first.profiled == 1);
  for (int i = 0; i < HIGGS_CONDITIONS; i++) {
    const higgs_condition at = higgs_condition_at(i);
    assert_true(at.truth >= 0 && at.truth < HIGGS_TRUTHS && (at.luminosity | at.mc_stat | at.profiled) < 2);
    for (int k = 0; k < i; k++) {
      const higgs_condition other = higgs_condition_at(k);
      assert_false(same_condition(&at, &other));
    }
  }
}

static void networks_of_methods(void **state)
{
  (void)state;
  static const int nets[HIGGS_TRUTHS][HIGGS_METHODS] = {
    { HIGGS_NET_BASELINE, HIGGS_NET_AUGMENTED, HIGGS_NET_AWARE, HIGGS_NET_TRUE_DOWN },
    { HIGGS_NET_BASELINE, HIGGS_NET_AUGMENTED, HIGGS_NET_AWARE, HIGGS_NET_BASELINE },
    { HIGGS_NET_BASELINE, HIGGS_NET_AUGMENTED, HIGGS_NET_AWARE, HIGGS_NET_TRUE_UP }
  };
  for (int truth = 0; truth < HIGGS_TRUTHS; truth++)
    for (int method = 0; method < HIGGS_METHODS; method++)
      assert_int_equal(higgs_net_of(method, truth), nets[truth][method]);
}

/* ---- made results ------------------------------------------------------------------------------------- */

static double width_of(uint32_t split, uint32_t fold, int method, int condition)
{
  return 0.5 + 0.2 * toy_uniform(split * 3 + fold + 1, (uint64_t)(condition * HIGGS_METHODS + method)) -
         0.03 * method;
}

/* No interval: the aware network at condition 5, in one fold of split 2; everything of split 4 at condition 9. */
static int is_open(uint32_t split, uint32_t fold, int method, int condition)
{
  return (split == 2 && fold == 1 && method == HIGGS_AWARE && condition == 5) ||
         (split == 4 && condition == 9);
}

static higgs_case case_of(uint32_t split, uint32_t fold, int method, int condition)
{
  const higgs_condition at = higgs_condition_at(condition);
  const int open = is_open(split, fold, method, condition);
  const double nan = (double)NAN, width = open ? nan : width_of(split, fold, method, condition);
  return (higgs_case){ .split = split,
                       .fold = fold,
                       .method = method,
                       .truth = at.truth,
                       .luminosity = at.luminosity,
                       .mc_stat = at.mc_stat,
                       .profiled = at.profiled,
                       .n_bins = 4 + fold,
                       .mu_hat = open ? nan : 1.0 + 0.1 * width,
                       .z_hat = 0.99,
                       .lower = open ? nan : 1.0 - width,
                       .upper = open ? nan : 1.0 + width,
                       .half_width = width,
                       .upper_end = FAIRU_INTERVAL_CROSSING,
                       .status = open ? FAIRU_ERR_NOT_CONVERGED : FAIRU_OK };
}

typedef struct made {
  cli c;
  higgs_options options;
  higgs_inputs inputs;
  higgs_results results;
} made;

static void make_networks(higgs_results *r)
{
  for (uint32_t split = 0; split < SPLITS; split++)
    for (uint32_t fold = 0; fold < HIGGS_FOLDS; fold++)
      for (int net = 0; net < HIGGS_NETS; net++) {
        higgs_network_record *x = &r->networks[r->n_networks++];
        *x = (higgs_network_record){ .split = split, .fold = fold, .net = net, .n_bins = 5 };
        x->effective = 15.0 + net;
        x->loss = 0.1 * net;
        for (int t = 0; t < HIGGS_TRUTHS; t++)
          x->auc[t] = 0.8 + 0.01 * t + 0.001 * net;
      }
  for (int net = 0; net < HIGGS_NETS; net++) {
    r->losses[net].n = 3 + (size_t)net;
    r->fills[net].bins.n = 2 + (size_t)net;
    for (size_t i = 0; i < 256; i++)
      r->losses[net].values[i] = toy_uniform((uint64_t)net, i);
    for (size_t j = 0; j < HIGGS_BINS; j++)
      r->fills[net].bins.edges[j] = (double)j - 1.5;
    for (size_t i = 0; i < HIGGS_CLASSES * HIGGS_KNOTS * HIGGS_BINS; i++) {
      r->fills[net].yields[i] = toy_uniform(50 + (uint64_t)net, i);
      r->fills[net].variances[i] = toy_uniform(60 + (uint64_t)net, i);
    }
  }
}

static void made_create(made *m)
{
  *m = (made){ .options = { .seed = 17, .splits = SPLITS, .gated = 1, .min_effective = 12.5 } };
  m->inputs = (higgs_inputs){ .sums = { 400.0, 7.0 },
                              .cut_sums = { { 10, 11, 12 }, { 1, 2, 3 } },
                              .rows = { 100, 50 } };
  m->results = (higgs_results){ .options = &m->options, .inputs = &m->inputs, .n_replicas = 9 };
  higgs_results *r = &m->results;
  assert_int_equal(higgs_results_create(&m->c, SPLITS, r), FAIRU_OK);
  assert_int_equal(r->n_splits, SPLITS);
  for (uint32_t split = 0; split < SPLITS; split++)
    for (uint32_t fold = 0; fold < HIGGS_FOLDS; fold++)
      for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
        higgs_case *x = &r->cases[r->n_cases++];
        *x = case_of(split, fold, i % HIGGS_METHODS, i / HIGGS_METHODS);
        r->n_failed += x->status != FAIRU_OK;
      }
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++)
    r->boot[i / HIGGS_METHODS][i % HIGGS_METHODS] =
        (higgs_boot_sum){ (size_t)(i % 7), 0.001 * i, 1e-4 * (double)(i % 5) * (double)(i % 7) };
  for (int i = 0; i < 4; i++) {
    for (int k = 0; k < HIGGS_COURSES; k++)
      r->checks[r->n_checks].by_course[k] = (higgs_case){
        .fold = (uint32_t)i % 3, .method = i, .truth = i % 3, .half_width = 0.1 * i + 0.01 * k
      };
    r->n_checks++;
  }
  make_networks(r);
}

/* ---- summaries ---------------------------------------------------------------------------------------- */

/* Mean over the folds. */
static double plain_width(uint32_t split, int method, int condition)
{
  double sum = 0.0;
  for (uint32_t fold = 0; fold < HIGGS_FOLDS; fold++)
    sum += is_open(split, fold, method, condition) ? (double)NAN : width_of(split, fold, method, condition);
  return sum / HIGGS_FOLDS;
}

/* In two passes, over the splits that have a number. */
static higgs_spread plain_spread(int method, int reference, int condition)
{
  higgs_spread s = { .least = HUGE_VAL, .most = -HUGE_VAL };
  double values[SPLITS], squares = 0.0;
  for (uint32_t split = 0; split < SPLITS; split++) {
    const double x = plain_width(split, method, condition) -
                     (reference < 0 ? 0.0 : plain_width(split, reference, condition));
    if (isnan(x))
      continue;
    values[s.n++] = x;
    s.mean += x;
    s.least = fmin(s.least, x);
    s.most = fmax(s.most, x);
    s.n_negative += x < 0.0;
  }
  s.mean /= (double)s.n;
  for (size_t i = 0; i < s.n; i++)
    squares += (values[i] - s.mean) * (values[i] - s.mean);
  s.deviation = sqrt(squares / (double)(s.n - 1));
  return s;
}

static void check_spread(const higgs_spread *a, const higgs_spread *b)
{
  assert_int_equal(a->n, b->n);
  assert_int_equal(a->n_negative, b->n_negative);
  CHECK_NEAR(a->mean, b->mean, 1e-14);
  CHECK_NEAR(a->deviation, b->deviation, 1e-13);
  CHECK_NEAR(a->least, b->least, 1e-14);
  CHECK_NEAR(a->most, b->most, 1e-14);
}

static void widths_over_splits(void **state)
{
  (void)state;
  made *m = malloc(sizeof *m);
  made_create(m);
  for (int i = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    const int method = i % HIGGS_METHODS, condition = i / HIGGS_METHODS;
    const higgs_condition at = higgs_condition_at(condition);
    for (uint32_t split = 0; split < SPLITS; split++) {
      const double found = higgs_half_width(&m->results, split, method, &at),
                   wanted = plain_width(split, method, condition);
      if (isnan(wanted))
        assert_true(isnan(found)); /* one fold without an interval leaves the split without a number */
      else
        CHECK_NEAR(found, wanted, 1e-15);
    }
    const higgs_spread found = higgs_widths(&m->results, method, &at),
                       wanted = plain_spread(method, -1, condition);
    check_spread(&found, &wanted);
    for (int reference = 0; reference < HIGGS_METHODS; reference++) {
      const higgs_spread difference = higgs_differences(&m->results, method, reference, &at);
      const higgs_spread plain = plain_spread(method, reference, condition);
      check_spread(&difference, &plain);
    }
  }
  const higgs_condition at = higgs_condition_at(0);
  assert_true(isnan(higgs_half_width(&m->results, SPLITS, 0, &at)));
  higgs_results_free(&m->results);
  free(m);
}

/* No split, one split: no spread, and no number where there is none. */
static void few_splits(void **state)
{
  (void)state;
  const higgs_condition at = higgs_condition_at(0);
  higgs_case cases[3];
  higgs_results r = { .cases = cases, .n_splits = 1 };
  higgs_spread s = higgs_widths(&r, HIGGS_AWARE, &at);
  assert_true(s.n == 0 && isnan(s.mean) && isnan(s.deviation));
  for (uint32_t fold = 0; fold < 3; fold++)
    cases[r.n_cases++] = case_of(0, fold, HIGGS_AWARE, 0);
  s = higgs_widths(&r, HIGGS_AWARE, &at);
  assert_true(s.n == 1 && isnan(s.deviation) && s.least == s.mean && s.most == s.mean);
  s = higgs_differences(&r, HIGGS_AWARE, HIGGS_BASELINE, &at);
  assert_true(s.n == 0 && isnan(s.mean)); /* nothing to subtract */
  assert_false(higgs_is_significant(&r, HIGGS_AWARE, 0));
}

/* |mean| > 2 sqrt(sd of splits^2 + sd of events^2), at its very border. */
static void what_is_significant(void **state)
{
  (void)state;
  for (int i = 0; i < 5; i++) {
    higgs_case cases[12];
    higgs_results r = { .cases = cases, .n_splits = 2 };
    for (uint32_t k = 0; k < 12; k++) { /* differences -0.5 and -0.7 of two splits: mean -0.6, sd 0.1414 */
      const uint32_t split = k / 6;
      cases[r.n_cases++] = case_of(split, k % 3, k / 3 % 2 ? HIGGS_AWARE : HIGGS_BASELINE, 0);
      cases[k].half_width = k / 3 % 2 ? (split ? 0.3 : 0.5) : 1.0;
    }
    /* sd of events: 0.3^2 - 0.02 = 0.07 is the border, of 3 replicas */
    static const double squares[5] = { 0.0, 2 * 0.0699, 2 * 0.0701, 0.0, 0.0 };
    r.boot[0][HIGGS_AWARE] = (higgs_boot_sum){ i < 3 ? 3 : (size_t)(i - 3), 0.0, squares[i] };
    assert_int_equal(higgs_is_significant(&r, HIGGS_AWARE, 0), i < 2);
    const double deviation = higgs_boot_deviation(&r, HIGGS_AWARE, 0);
    if (i < 3)
      CHECK_NEAR(deviation, sqrt(squares[i] / 2.0), 1e-15);
    else
      assert_true(isnan(deviation)); /* none or one replica: nothing is known, nothing is significant */
  }
}

/* ---- files -------------------------------------------------------------------------------------------- */

static void check_condition(const written_table *t, size_t row, const higgs_condition *at)
{
  CHECK_SAME(written_number(t, row, "z_true"), 0.9 + 0.1 * at->truth > 1.05 ? 1.1 : at->truth ? 1.0 : 0.9);
  CHECK_SAME(written_number(t, row, "luminosity"), at->luminosity ? 10.0 : 1.0);
  assert_string_equal(written_text(t, row, "mc_stat"), at->mc_stat ? "moving" : "none");
  assert_string_equal(written_text(t, row, "z_mode"), at->profiled ? "cont" : "fixed");
}

static void check_intervals(const made *m, const char *folder)
{
  written_table t = written_read(folder, "intervals.csv");
  assert_int_equal(t.n_rows, m->results.n_cases);
  for (size_t i = 0; i < t.n_rows; i++) {
    const higgs_case *x = &m->results.cases[i];
    const higgs_condition at = { x->truth, x->luminosity, x->mc_stat, x->profiled };
    check_condition(&t, i, &at);
    CHECK_SAME(written_number(&t, i, "split"), x->split + 1.0);
    CHECK_SAME(written_number(&t, i, "fold"), x->fold + 1.0);
    CHECK_SAME(written_number(&t, i, "n_bins"), (double)x->n_bins);
    CHECK_SAME(written_number(&t, i, "mu_hat"), x->mu_hat);
    CHECK_SAME(written_number(&t, i, "mu_lo_1s"), x->lower);
    CHECK_SAME(written_number(&t, i, "mu_hi_1s"), x->upper);
    CHECK_SAME(written_number(&t, i, "half_width_1s"), x->half_width);
    assert_string_equal(written_text(&t, i, "method"), higgs_method_names[x->method]);
    assert_string_equal(written_text(&t, i, "status"), x->status ? "FAIRU_ERR_NOT_CONVERGED" : "FAIRU_OK");
  }
  written_free(&t);
}

static void check_summaries(const made *m, const char *folder, json_t *root)
{
  written_table widths = written_read(folder, "widths.csv"),
                differences = written_read(folder, "differences.csv");
  assert_int_equal(widths.n_rows, HIGGS_CONDITIONS * HIGGS_METHODS);
  assert_int_equal(differences.n_rows, HIGGS_CONDITIONS * (HIGGS_METHODS - 1));
  for (int i = 0, k = 0; i < HIGGS_CONDITIONS * HIGGS_METHODS; i++) {
    const int method = i % HIGGS_METHODS, condition = i / HIGGS_METHODS;
    const higgs_condition at = higgs_condition_at(condition);
    for (int relative = 0; relative < (method == HIGGS_BASELINE ? 1 : 2); relative++) {
      const higgs_spread s =
          relative ? higgs_differences(&m->results, method, 0, &at) : higgs_widths(&m->results, method, &at);
      const written_table *t = relative ? &differences : &widths;
      const size_t row = (size_t)(relative ? k : i);
      json_t *o = json_array_get(written_at(root, relative ? "paired_differences" : "half_widths"), row);
      check_condition(t, row, &at);
      assert_string_equal(written_text(t, row, "method"), higgs_method_names[method]);
      assert_string_equal(json_string_value(written_at(o, "method")), higgs_method_names[method]);
      static const char *const columns[] = { "mean", "sd_splits", "min", "max", "n_splits" };
      const double values[] = { s.mean, s.deviation, s.least, s.most, (double)s.n };
      for (int c = 0; c < 5; c++) {
        CHECK_SAME(written_number(t, row, columns[c]), values[c]);
        CHECK_SAME(written_value(o, columns[c]), values[c]);
      }
      if (!relative)
        continue;
      CHECK_SAME(written_number(t, row, "n_negative"), (double)s.n_negative);
      CHECK_SAME(written_number(t, row, "sd_events"), higgs_boot_deviation(&m->results, method, condition));
      CHECK_SAME(written_value(o, "sd_events"), higgs_boot_deviation(&m->results, method, condition));
      const int significant = higgs_is_significant(&m->results, method, condition);
      CHECK_SAME(written_number(t, row, "significant"), significant);
      json_t *said = written_at(o, "significant"); /* the bootstrap has template statistics in */
      assert_true(at.mc_stat ? json_is_true(said) == significant : json_is_null(said));
      k++;
    }
  }
  written_free(&widths);
  written_free(&differences);
}

static void check_splits(const made *m, const char *folder)
{
  written_table t = written_read(folder, "splits.csv");
  assert_int_equal(t.n_rows, SPLITS * HIGGS_CONDITIONS * HIGGS_METHODS);
  for (size_t i = 0; i < t.n_rows; i++) {
    const uint32_t split = (uint32_t)(i / (HIGGS_CONDITIONS * HIGGS_METHODS));
    const int of = (int)(i % (HIGGS_CONDITIONS * HIGGS_METHODS));
    const higgs_condition at = higgs_condition_at(of / HIGGS_METHODS);
    const double width = higgs_half_width(&m->results, split, of % HIGGS_METHODS, &at);
    check_condition(&t, i, &at);
    CHECK_SAME(written_number(&t, i, "split"), split + 1.0);
    CHECK_SAME(written_number(&t, i, "half_width_1s"), width);
    CHECK_SAME(written_number(&t, i, "minus_baseline"),
               width - higgs_half_width(&m->results, split, HIGGS_BASELINE, &at));
  }
  written_free(&t);
}

static void check_networks(const made *m, const char *folder)
{
  static const char *const processes[] = { "background", "signal" };
  written_table t = written_read(folder, "networks.csv");
  assert_int_equal(t.n_rows, SPLITS * HIGGS_FOLDS * HIGGS_NETS);
  for (size_t i = 0; i < t.n_rows; i++) {
    const higgs_network_record *x = &m->results.networks[i];
    assert_string_equal(written_text(&t, i, "network"), higgs_net_names[x->net]);
    CHECK_SAME(written_number(&t, i, "least_effective_background"), x->effective);
    CHECK_SAME(written_number(&t, i, "auc_0.9"), x->auc[0]);
    CHECK_SAME(written_number(&t, i, "auc_1.1"), x->auc[2]);
  }
  written_free(&t);
  t = written_read(folder, "templates.csv");
  size_t row = 0;
  for (int net = 0; net < HIGGS_NETS; net++) {
    const higgs_fill *f = &m->results.fills[net];
    for (size_t i = 0; i < 2 * HIGGS_KNOTS * f->bins.n; i++, row++) {
      const size_t bin = i % f->bins.n;
      assert_string_equal(written_text(&t, row, "network"), higgs_net_names[net]);
      assert_string_equal(written_text(&t, row, "process"), processes[i / (HIGGS_KNOTS * f->bins.n)]);
      CHECK_NEAR(written_number(&t, row, "z"), 0.9 + 0.02 * (double)(i / f->bins.n % HIGGS_KNOTS), 1e-15);
      CHECK_SAME(written_number(&t, row, "bin"), (double)bin);
      CHECK_SAME(written_number(&t, row, "logit_lower"), bin ? (double)bin - 2.5 : -HUGE_VAL);
      CHECK_SAME(written_number(&t, row, "logit_upper"), bin + 1 < f->bins.n ? (double)bin - 1.5 : HUGE_VAL);
      CHECK_SAME(written_number(&t, row, "yield"), f->yields[i]);
      CHECK_SAME(written_number(&t, row, "variance"), f->variances[i]);
    }
  }
  assert_int_equal(t.n_rows, row);
  written_free(&t);
  t = written_read(folder, "losses.csv");
  row = 0;
  for (int net = 0; net < HIGGS_NETS; net++)
    for (size_t e = 0; e < m->results.losses[net].n; e++, row++) {
      CHECK_SAME(written_number(&t, row, "epoch"), (double)e + 1.0);
      CHECK_SAME(written_number(&t, row, "training_loss"), m->results.losses[net].values[e]);
    }
  assert_int_equal(t.n_rows, row);
  written_free(&t);
  t = written_read(folder, "course_check.csv");
  assert_int_equal(t.n_rows, m->results.n_checks * HIGGS_COURSES);
  for (size_t i = 0; i < t.n_rows; i++) {
    const size_t course = i % HIGGS_COURSES;
    CHECK_SAME(written_number(&t, i, "half_width_1s"),
               m->results.checks[i / HIGGS_COURSES].by_course[course].half_width);
    CHECK_SAME(written_number(&t, i, "step"), course % 2 ? 0.04 : 0.02);
    assert_string_equal(written_text(&t, i, "course"), course < 2 ? "parabola" : "spline");
  }
  written_free(&t);
}

static void check_head(json_t *root)
{
  static const struct {
    const char *path;
    double value;
  } rows[] = { { "settings.seed", 17 },
               { "settings.splits", SPLITS },
               { "settings.folds", 3 },
               { "settings.replicas", 9 },
               { "settings.least_effective_background", 12.5 },
               { "settings.prior_width", 0.05 },
               { "settings.tau_pt_min", 22 },
               { "rows.signal", 50 },
               { "rows.background", 100 },
               { "n_intervals", SPLITS * HIGGS_FOLDS * HIGGS_CONDITIONS * HIGGS_METHODS },
               { "n_failed", 1 + HIGGS_FOLDS * HIGGS_METHODS },
               { "n_open", 0 },
               { "luminosities.0.sum_weights.background", 400 },
               { "luminosities.1.factor", 10 },
               { "luminosities.1.sum_weights.signal", 70 },
               { "luminosities.1.after_cut.2.signal", 30 },
               { "luminosities.0.after_cut.0.background", 10 },
               { "luminosities.1.after_cut.1.z_true", 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_SAME(written_value(root, rows[i].path), rows[i].value);
  assert_true(json_is_true(written_at(root, "settings.gated")) &&
              json_is_false(written_at(root, "settings.quick")));
}

static void everything_is_written(void **state)
{
  (void)state;
  char folder[512];
  made *m = malloc(sizeof *m);
  support_path(folder, sizeof folder, "made");
  made_create(m);
  m->options.out = folder;
  assert_int_equal(out_directory(&m->c, folder), FAIRU_OK);
  assert_int_equal(higgs_write_tables(&m->c, &m->results), FAIRU_OK);
  assert_int_equal(higgs_write_report(&m->c, &m->results), FAIRU_OK);
  assert_int_equal(support_count_files(folder), 9);
  json_t *root = higgs_results_json(&m->results);
  check_intervals(m, folder);
  check_summaries(m, folder, root);
  check_splits(m, folder);
  check_networks(m, folder);
  check_head(root);
  json_decref(root);
  /* where no split has a number the page has a dash */
  for (size_t i = 0; i < m->results.n_cases; i++)
    m->results.cases[i].half_width = (double)NAN;
  assert_int_equal(higgs_write_report(&m->c, &m->results), FAIRU_OK);
  strcat(folder, "/report.html");
  char *page = support_read_file(folder, NULL);
  assert_null(strstr(page, ">nan"));
  assert_null(strstr(page, "\xc2\xb1 nan"));
  free(page);
  higgs_results_free(&m->results);
  free(m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(conditions_are_all_combinations),
    cmocka_unit_test(networks_of_methods),
    cmocka_unit_test(widths_over_splits),
    cmocka_unit_test(few_splits),
    cmocka_unit_test(what_is_significant),
    cmocka_unit_test(everything_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
