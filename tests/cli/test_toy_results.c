/* Rows of the toy study and of the study of untrained nuisances: added, found, refused when there are too many, and told alike in every file. */
#include "written.h"

#include "cli/out.h"
#include "cli/study.h"
#include "cli/toy_results.h"
#include "cli/untrained_results.h"

static void names_of_networks_and_cases(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    int method;
  } nets[TOY_ALL_NETS] = { { "baseline_net", TOY_BASELINE },
                           { "augmented_net", TOY_AUG_LDA },
                           { "aware_net", TOY_AWARE },
                           { "ratio_net", TOY_AWARE },
                           { "density_net", TOY_AWARE } };
  for (int net = 0; net < TOY_ALL_NETS; net++) {
    assert_string_equal(toy_net_name(net), nets[net].name);
    assert_int_equal(toy_net_method(net), nets[net].method);
  }
  for (int i = 0; i < 4; i++) {
    static const char *const names[4] = { "z=pi/4 mu=1", "z=pi/4 mu=2", "z=pi/2 mu=1", "z=pi/2 mu=2" };
    const toy_settings s = { .z_true = i / 2 ? M_PI_2 : M_PI_4, .mu_true = 1.0 + i % 2 };
    assert_string_equal(toy_case_name(&s), names[i]);
  }
}

static toy_settings settings_of(size_t i)
{
  toy_settings s = toy_settings_default();
  s.binning = (int)(i % 4);
  s.n_bins = 5 + i;
  s.z_true = i % 2 ? M_PI_2 : M_PI_4;
  s.mu_true = i % 3 ? 1.0 : 2.0;
  s.aux = i % 5 == 1;
  return s;
}

static fairu_coverage coverage_of(size_t i)
{
  const double x = (double)i;
  return (fairu_coverage){ .n = 100 + i,
                           .n_failed = i,
                           .n_covered = 70,
                           .coverage = 0.7 + 0.01 * x,
                           .coverage_lower = 0.6 - 0.01 * x,
                           .coverage_upper = 0.8 + 0.01 * x,
                           .mean_half_width = 0.1 + x,
                           .mean_estimate = 1.0 / (x + 1.0),
                           .std_estimate = x / 3.0,
                           .mean_nuisance = i == 2 ? (double)NAN : x,
                           .std_nuisance = 0.5 * x,
                           .pull_mean = -x,
                           .pull_width = 1.0 + x };
}

enum { ROWS = 7 };

/* A study whose rows are made up; one interval is open. */
static toy_results *made_results(const toy_options *options)
{
  toy_results *r = calloc(1, sizeof *r);
  cli c = { .json = 0 };
  assert_non_null(r);
  r->options = options;
  r->scale = (toy_scale){ 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 41 };
  for (size_t i = 0; i < ROWS; i++) {
    const toy_settings s = settings_of(i);
    const fairu_coverage found = coverage_of(i);
    const double x = (double)i;
    toy_interval_row *row = &r->intervals[r->n_intervals++];
    *row = (toy_interval_row){
      i % 2 ? "aware" : "baseline_net",
      i % 2 == 0,
      s,
      (int)(i % 3),
      { 1.0 + 0.1 * x, 0.3 * x, { 0.9, i == 3 ? (double)NAN : 0.8 }, { 1.1, 1.25 }, 0.1 }
    };
    const toy_unbinned_fit fit = { 1.0 + x, 0.5 * x, 0.06, 0.004, 0.93, 1.0 + 0.07 * x };
    assert_int_equal(toy_add_coverage(&c, r, row->method, row->trained, &s, &found), FAIRU_OK);
    assert_int_equal(toy_add_unbinned(&c, r, "unbinned", &s, &fit), FAIRU_OK);
    r->aucs[r->n_aucs++] = (toy_auc_row){ (int)(i % 3), 0.1 * x, 0.9 + 0.001 * x, 0.95 };
    r->losses[r->n_losses++] = (toy_loss_row){ (int)(i % TOY_ALL_NETS), i / TOY_ALL_NETS, 0.5 - 0.01 * x };
    r->widths[r->n_widths++] = (toy_width_row){ (int)(i % 4), 10 + i, 0.07 + 0.01 * x };
  }
  r->pool_deviation[0] = 0.25;
  r->pool_deviation[1] = 0.5;
  r->step = (toy_step_check){ 81, coverage_of(4) };
  return r;
}

/* Where rows may be found, and where not. */
static void rows_are_found(void **state)
{
  (void)state;
  toy_options options = { .seed = 1 };
  toy_results *r = made_results(&options);
  for (size_t i = 0; i < ROWS; i++) {
    const toy_interval_row *row = &r->intervals[i];
    const toy_settings *s = &row->settings;
    assert_ptr_equal(
        toy_find_interval(r, row->method, s->binning, s->z_true, s->mu_true, s->aux, row->z_mode), row);
    assert_null(toy_find_interval(r, "awar", s->binning, s->z_true, s->mu_true, s->aux, row->z_mode));
    assert_null(
        toy_find_interval(r, row->method, s->binning, s->z_true + 1e-6, s->mu_true, s->aux, row->z_mode));
    assert_null(
        toy_find_interval(r, row->method, s->binning, s->z_true, s->mu_true + 1e-6, s->aux, row->z_mode));
    assert_null(toy_find_interval(r, row->method, s->binning, s->z_true, s->mu_true, !s->aux, row->z_mode));
    assert_null(toy_find_interval(r, row->method, s->binning, s->z_true, s->mu_true, s->aux, TOY_Z_MODES));
    assert_null(
        toy_find_interval(r, row->method, s->binning + 4, s->z_true, s->mu_true, s->aux, row->z_mode));
  }
  free(r);
}

/* The last row fits; one more is refused with the number of rows, and nothing is written past the end. */
static void tables_that_are_full(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  cli c = { .ctx = ctx };
  toy_options options = { .seed = 1 };
  toy_results *r = made_results(&options);
  const toy_settings s = toy_settings_default();
  const fairu_coverage found = coverage_of(1);
  const toy_unbinned_fit fit = { 1, 2, 3, 4, 5, 6 };
  toy_problem problem;
  CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
  r->n_intervals = TOY_MAX_INTERVALS - 1;
  assert_int_equal(toy_add_interval(&c, r, "baseline", 0, &problem, TOY_FIXED), FAIRU_OK);
  assert_int_equal(toy_add_interval(&c, r, "baseline", 0, &problem, TOY_FIXED), FAIRU_ERR_INTERNAL);
  assert_non_null(strstr(c.message, "more than 512 intervals"));
  r->n_coverages = TOY_MAX_COVERAGES;
  assert_int_equal(toy_add_coverage(&c, r, "baseline", 0, &s, &found), FAIRU_ERR_INTERNAL);
  assert_non_null(strstr(c.message, "more than 32 coverages"));
  r->n_unbinned = TOY_MAX_UNBINNED;
  assert_int_equal(toy_add_unbinned(&c, r, "unbinned", &s, &fit), FAIRU_ERR_INTERNAL);
  assert_non_null(strstr(c.message, "more than 8 event-wise fits"));
  assert_true(r->n_intervals == TOY_MAX_INTERVALS && r->n_coverages == TOY_MAX_COVERAGES &&
              r->n_unbinned == TOY_MAX_UNBINNED);
  toy_problem_clear(&problem);
  free(r);
  fairu_context_destroy(ctx);
}

/* ---- files -------------------------------------------------------------------------------------------- */

static void check_setting(const written_table *t, size_t i, json_t *o, const char *method, int trained,
                          const toy_settings *s)
{
  static const char *const binnings[] = { "uniform", "t", "logit", "quantile" };
  const char *const texts[][2] = { { "method", method },
                                   { "kind", trained ? "trained" : "closed" },
                                   { "binning", binnings[s->binning] },
                                   { "constraint", s->aux ? "aux" : "prior" } };
  for (size_t k = 0; k < 4; k++) {
    assert_string_equal(written_text(t, i, texts[k][0]), texts[k][1]);
    assert_string_equal(json_string_value(written_at(o, texts[k][0])), texts[k][1]);
  }
  CHECK_SAME(written_number(t, i, "n_bins"), (double)s->n_bins);
  CHECK_SAME(written_value(o, "z_true"), s->z_true);
  CHECK_SAME(written_number(t, i, "z_true"), s->z_true);
  CHECK_SAME(written_number(t, i, "mu_true"), s->mu_true);
}

/* Both have the number. */
static void check_both(const written_table *t, size_t i, json_t *o, const char *key, double value)
{
  CHECK_SAME(written_number(t, i, key), value);
  CHECK_SAME(written_value(o, key), value);
}

static void check_coverage(const written_table *t, size_t i, json_t *o, const fairu_coverage *f, int of_toy)
{
  static const char *const keys[] = { "toys",           "failed",          "coverage",    "coverage_lower",
                                      "coverage_upper", "mean_half_width", "mean_mu_hat", "std_mu_hat",
                                      "mean_z_hat",     "std_z_hat",       "pull_mean",   "pull_width" };
  const double values[] = { (double)f->n,      (double)f->n_failed, f->coverage,      f->coverage_lower,
                            f->coverage_upper, f->mean_half_width,  f->mean_estimate, f->std_estimate,
                            f->mean_nuisance,  f->std_nuisance,     f->pull_mean,     f->pull_width };
  for (size_t k = 0; k < (of_toy ? 12 : 8); k++)
    check_both(t, i, o, keys[k], values[k]);
}

static void check_toy_files(const char *folder, toy_results *r, json_t *root)
{
  written_table intervals = written_read(folder, "intervals.csv"),
                coverage = written_read(folder, "coverage.csv");
  written_table losses = written_read(folder, "training.csv"), aucs = written_read(folder, "auc.csv"),
                widths = written_read(folder, "binnings.csv");
  for (size_t i = 0; i < ROWS; i++) {
    const toy_interval_row *row = &r->intervals[i];
    json_t *o = json_array_get(written_at(root, "intervals"), i);
    check_setting(&intervals, i, o, row->method, row->trained, &row->settings);
    check_both(&intervals, i, o, "mu_hat", row->interval.mu_hat);
    check_both(&intervals, i, o, "z_hat", row->interval.z_hat);
    check_both(&intervals, i, o, "mu_lo_1s", row->interval.lower[0]);
    check_both(&intervals, i, o, "mu_lo_2s", row->interval.lower[1]);
    check_both(&intervals, i, o, "mu_hi_1s", row->interval.upper[0]);
    check_both(&intervals, i, o, "mu_hi_2s", row->interval.upper[1]);
    check_both(&intervals, i, o, "half_width_1s", row->interval.half_width);
    assert_string_equal(written_text(&intervals, i, "z_mode"), toy_z_mode_name((int)(i % 3)));
    o = json_array_get(written_at(root, "coverage"), i);
    check_setting(&coverage, i, o, r->coverages[i].method, r->coverages[i].trained,
                  &r->coverages[i].settings);
    check_coverage(&coverage, i, o, &r->coverages[i].found, 1);
    assert_string_equal(written_text(&losses, i, "method"), toy_net_name(r->losses[i].net));
    CHECK_SAME(written_number(&losses, i, "epoch"), (double)r->losses[i].epoch);
    CHECK_SAME(written_number(&losses, i, "loss"), r->losses[i].loss);
    CHECK_SAME(written_number(&aucs, i, "auc"), r->aucs[i].auc);
    check_both(&widths, i, json_array_get(written_at(root, "binnings"), i), "half_width_fixed_z",
               r->widths[i].half_width);
    CHECK_SAME(written_number(&widths, i, "floor"), TOY_FLOOR);
    o = json_array_get(written_at(root, "unbinned"), i);
    const toy_unbinned_fit *fit = &r->unbinned[i].fit;
    CHECK_SAME(written_value(o, "half_width_1s"), 0.5 * (fit->upper - fit->lower));
    CHECK_SAME(written_value(o, "sigma_z"), fit->sigma_z);
    CHECK_SAME(written_value(o, "floor"), i % 3 ? TOY_FLOOR : 0.087689);
  }
  assert_true(intervals.n_rows == ROWS && coverage.n_rows == ROWS && losses.n_rows == ROWS &&
              aucs.n_rows == ROWS && widths.n_rows == ROWS);
  CHECK_SAME(written_value(root, "half_step_check.z_knots"), 81.0);
  CHECK_SAME(written_value(root, "half_step_check.pull_width"), 5.0);
  CHECK_SAME(written_value(root, "pool_deviation_in_sigma_of_a_toy.1"), 0.5);
  /* the last loss of a network, and its areas alone */
  CHECK_SAME(written_value(root, "networks.1.final_loss"), 0.44);
  assert_int_equal(json_array_size(written_at(root, "networks.0.auc")), 3);
  CHECK_SAME(written_value(root, "networks.2.auc.1.auc"), 0.905);
  written_free(&intervals);
  written_free(&coverage);
  written_free(&losses);
  written_free(&aucs);
  written_free(&widths);
}

static void toy_study_is_written(void **state)
{
  (void)state;
  char folder[512];
  cli c = { .json = 0 };
  support_path(folder, sizeof folder, "toy");
  toy_options options = { .out = folder, .seed = 77, .quick = 1 };
  toy_results *r = made_results(&options);
  out_csv_begin(&r->decision, "a");
  out_csv_begin(&r->templates, "a");
  out_csv_begin(&r->nll_map, "a");
  out_csv_begin(&r->profile, "a");
  assert_int_equal(out_directory(&c, folder), FAIRU_OK);
  assert_int_equal(toy_write_tables(&c, r), FAIRU_OK);
  assert_int_equal(toy_write_report(&c, r), FAIRU_OK);
  assert_int_equal(support_count_files(folder), 10);
  json_t *root = toy_results_json(r);
  check_toy_files(folder, r, root);
  static const char *const counts[] = { "training_events_per_class",
                                        "epochs",
                                        "auc_events_per_class",
                                        "template_events_per_class",
                                        "pool_events_per_class",
                                        "network_pool_events_per_class",
                                        "toys",
                                        "network_toys" };
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    CHECK_SAME(written_value(written_at(root, "settings"), counts[i]), 101.0 + (double)i);
  CHECK_SAME(written_value(root, "settings.unbinned_network_events_per_class"), 110.0);
  CHECK_SAME(written_value(root, "settings.unbinned_toys"), 111.0);
  CHECK_SAME(written_value(root, "settings.ratio_epochs"), 113.0);
  CHECK_SAME(written_value(root, "settings.z_knots_of_moving_observation"), 41.0);
  CHECK_SAME(written_value(root, "settings.seed"), 77.0);
  assert_true(json_is_true(written_at(root, "settings.quick")));
  json_decref(root);
  free(r);
}

/* ---- untrained ---------------------------------------------------------------------------------------- */

static void untrained_study_is_written(void **state)
{
  (void)state;
  char folder[512];
  cli c = { .json = 0 };
  support_path(folder, sizeof folder, "untrained");
  untrained_options options = { .out = folder, .seed = 5 };
  untrained_results *r = calloc(1, sizeof *r);
  assert_non_null(r);
  r->options = &options;
  r->scale = (untrained_scale){ 1, 2, 3, 4, 5, 6, 7 };
  for (size_t t = 0; t < PLANE_TRUTHS; t++)
    r->floors[t] = (plane_floor){ 0.07 + 0.001 * (double)t, 0.06, 1, 1 };
  for (size_t i = 0; i < 8; i++) {
    const double x = (double)i;
    r->planes[r->n_planes++] = (plane_row){ (int)(i % 4),
                                            i > 3,
                                            i % PLANE_TRUTHS,
                                            { 1 + x, 2 + x, 3 + x, 0.9, 1.2, 0.15, 0.14, 0.2, 0.3 },
                                            coverage_of(i) };
    r->splits[r->n_splits] =
        (split_row){ .analysis = (int)(i % 3), .n_scales = i + 1, .width = { 0.1 + x, 0.2, 0.3, 0.4, 0.5 } };
    for (size_t t = 0; t < SPLIT_TRUTHS; t++)
      r->splits[r->n_splits].at[t] = (split_coverage){ coverage_of(i + t), 0.5 + 0.01 * x, 0.05 * (double)t };
    r->n_splits++;
  }
  for (size_t i = 0; i < 8; i++) {
    assert_ptr_equal(untrained_find(r, (int)(i % 4), i > 3, i % PLANE_TRUTHS), &r->planes[i]);
    assert_null(untrained_find(r, (int)(i % 4), i > 3, (i + 1) % PLANE_TRUTHS));
    assert_null(untrained_find(r, (int)(i % 4), i <= 3, i % PLANE_TRUTHS));
  }
  r->nets[1].final_loss = 0.25;
  assert_int_equal(out_directory(&c, folder), FAIRU_OK);
  assert_int_equal(untrained_write_tables(&c, r), FAIRU_OK);
  assert_int_equal(untrained_write_report(&c, r), FAIRU_OK);
  json_t *root = untrained_results_json(r);
  written_table planes = written_read(folder, "untrained.csv"), splits = written_read(folder, "split.csv");
  assert_true(planes.n_rows == 8 && splits.n_rows == 8 * SPLIT_TRUTHS);
  for (size_t i = 0; i < 8; i++) {
    json_t *o = json_array_get(written_at(root, "untrained"), i);
    const plane_row *p = &r->planes[i];
    assert_string_equal(written_text(&planes, i, "method"), untrained_method_name(p->method, p->trained));
    assert_string_equal(json_string_value(written_at(o, "method")),
                        untrained_method_name(p->method, p->trained));
    assert_string_equal(written_text(&planes, i, "truth"), plane_truth_name(p->truth));
    check_both(&planes, i, o, "z_true", plane_truth(p->truth).z);
    check_both(&planes, i, o, "k_true", plane_truth(p->truth).k);
    check_both(&planes, i, o, "mu_hat", p->interval.mu_hat);
    check_both(&planes, i, o, "k_hat", p->interval.k_hat);
    check_both(&planes, i, o, "half_width_1s", 0.15);
    check_both(&planes, i, o, "half_width_k_known", 0.14);
    check_both(&planes, i, o, "floor", r->floors[p->truth].both);
    CHECK_SAME(written_number(&planes, i, "floor_k_known"), 0.06);
    check_coverage(&planes, i, written_at(o, "coverage"), &p->found, 0);
    o = json_array_get(written_at(root, "split"), i);
    for (size_t t = 0; t < SPLIT_TRUTHS; t++) {
      const size_t row = i * SPLIT_TRUTHS + t;
      json_t *at = written_at(written_at(o, "truth"), split_truth_name(t));
      assert_string_equal(written_text(&splits, row, "truth"), split_truth_name(t));
      assert_string_equal(written_text(&splits, row, "analysis"), split_analysis_name((int)(i % 3)));
      check_both(&splits, row, o, "scales", (double)i + 1.0);
      check_both(&splits, row, o, "half_width_1s", 0.1 + (double)i);
      check_both(&splits, row, o, "sigma_mean_scale", 0.5);
      check_both(&splits, row, o, "systematic", 0.3);
      check_coverage(&splits, row, at, &r->splits[i].at[t].found, 0);
      check_both(&splits, row, at, "mean_p_value", r->splits[i].at[t].mean_p_value);
      check_both(&splits, row, at, "alarm", 0.05 * (double)t);
      CHECK_SAME(written_number(&splits, row, "correlation"), split_correlation(t));
    }
  }
  CHECK_SAME(written_value(root, "final_losses.1"), 0.25);
  CHECK_SAME(written_value(root, "settings.split_toys"), 4.0);
  CHECK_SAME(written_value(root, "settings.template_events_per_class"), 7.0);
  written_free(&planes);
  written_free(&splits);
  json_decref(root);
  free(r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(names_of_networks_and_cases), cmocka_unit_test(rows_are_found),
    cmocka_unit_test(tables_that_are_full),        cmocka_unit_test(toy_study_is_written),
    cmocka_unit_test(untrained_study_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
