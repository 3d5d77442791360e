/* A likelihood written as a workspace and read again is the same one: names, order, ranges, constraints, numbers. */
#include "built_model.h"
#include "reference_names.h"
#include "workspace_text.h"

#include "likelihood/model.h"

enum { MOST = 256 };

static void check_parameters(const fairu_likelihood *a, const fairu_likelihood *b)
{
  assert_int_equal(a->n_params, b->n_params);
  assert_int_equal(a->poi, b->poi);
  for (size_t i = 0; i < a->n_params; i++) {
    const fairu_param *p = &a->params[i], *q = &b->params[i];
    assert_string_equal(p->name, q->name);
    assert_true(p->start == q->start && p->lower == q->lower && p->upper == q->upper);
    assert_int_equal(p->fixed, q->fixed);
    assert_int_equal(p->constraint, q->constraint);
    CHECK_CLOSE(p->aux, q->aux, 1e-15);
    CHECK_CLOSE(p->width, q->width, 1e-15);
    CHECK_CLOSE(p->tau, q->tau, 1e-15);
  }
}

/* Somewhere within the ranges, not at the start. */
static void shake(const fairu_likelihood *lh, unsigned turn, double *params)
{
  for (size_t i = 0; i < lh->n_params; i++) {
    const fairu_param *p = &lh->params[i];
    const double step = 0.1 * sin((double)(i * 7 + turn * 3 + 1)) * fmin(p->scale, 1.0);
    params[i] = fmin(fmax(p->start + step, p->lower), p->upper);
  }
}

static void check_values(fairu_context *ctx, const fairu_likelihood *a, const fairu_data *x,
                         const fairu_likelihood *b, const fairu_data *y)
{
  static double params[MOST];
  for (unsigned turn = 0; turn < 3; turn++) {
    double first[2], second[2];
    shake(a, turn, params);
    CHECK_OK(ctx, fairu_likelihood_nll(a, ctx, x, params, a->n_params, first, NULL, NULL));
    CHECK_OK(ctx, fairu_likelihood_nll(b, ctx, y, params, b->n_params, second, NULL, NULL));
    CHECK_CLOSE(first[0] + first[1], second[0] + second[1], 1e-12);
  }
}

/* Write, read, compare; with `sorted`, the order of a workspace, the text written from what was read is the same. */
static void check_round_trip(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                             const char *name, int sorted)
{
  char path[512], again[512];
  fairu_workspace *workspace = NULL;
  fairu_likelihood *read = NULL;
  fairu_data *read_data = NULL;
  support_path(path, sizeof path, name);
  CHECK_OK(ctx, fairu_likelihood_write_workspace(lh, ctx, data, path, "written"));
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  assert_int_equal(fairu_workspace_n_measurements(workspace), 1);
  assert_string_equal(fairu_workspace_measurement_name(workspace, 0), "written");
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &read));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, read, &read_data));
  check_parameters(lh, read);
  check_values(ctx, lh, data, read, read_data);
  support_path(again, sizeof again, "again.json");
  CHECK_OK(ctx, fairu_likelihood_write_workspace(read, ctx, read_data, again, "written"));
  if (sorted) {
    size_t n = 0, m = 0;
    char *first = support_read_file(path, &n), *second = support_read_file(again, &m);
    assert_string_equal(first, second);
    free(first);
    free(second);
  }
  fairu_data_destroy(read_data);
  fairu_likelihood_destroy(read);
  fairu_workspace_destroy(workspace);
}

static void check_file(fairu_context *ctx, const char *path, const char *name)
{
  fairu_workspace *workspace = NULL;
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &lh));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, lh, &data));
  check_round_trip(ctx, lh, data, name, strstr(name, ".gz") == NULL);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_workspace_destroy(workspace);
}

static void reference_workspaces(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < REFERENCES; i++) {
    char relative[128], path[512];
    snprintf(relative, sizeof relative, "histfactory/%s.json", reference_names[i]);
    if (!support_data(path, sizeof path, relative)) {
      fairu_context_destroy(ctx);
      support_skip("no ../shared/data");
      return;
    }
    check_file(ctx, path, i % 2 == 0 ? "written.json" : "written.json.gz");
  }
  fairu_context_destroy(ctx);
}

/* ---- models built call by call ------------------------------------------------------------------------- */

/* All kinds of modifiers, constraints away from their defaults, odd numbers, auxiliary values of the data. */
static void a_model_of_everything(void **state)
{
  (void)state;
  static const double up[2] = { 55.1, 51.7 }, down[2] = { 44.0, 1.0 / 3.0 };
  fairu_context *ctx = support_context();
  built b;
  begin(ctx, &b);
  fairu_nuisance tilt_prior = gaussian("tilt", 0.25, 1.0), lumi_prior = gaussian("lumi", 1.01, 0.017);
  fairu_nuisance stat_prior = gaussian("stat", 1.0, 0.1);
  fairu_parameter_options tilt_options = ranged(0.1, -4.0, 4.0), lumi_options = ranged(1.0, 0.9, 1.1);
  fairu_parameter_options mu_options = ranged(1.0, -3.0, 10.0), count_options = ranged(1.0, 1e-10, 10.0);
  tilt_options.prior = &tilt_prior;
  lumi_options.prior = &lumi_prior;
  const size_t tilt = add(ctx, &b, "tilt", &tilt_options), lumi = add(ctx, &b, "lumi", &lumi_options);
  const size_t mu = add(ctx, &b, "mu \"quoted\" \xC3\xA4", &mu_options);
  size_t shape[2], stat[2];
  count_options.poisson_scale = 77.7;
  shape[0] = add(ctx, &b, "shape[0]", &count_options);
  count_options.fixed = 1;
  count_options.poisson_scale = 0.1;
  shape[1] = add(ctx, &b, "shape[1]", &count_options);
  fairu_parameter_options stat_options = ranged(1.0, 0.0, 3.0);
  stat_options.prior = &stat_prior;
  stat[0] = add(ctx, &b, "stat[0]", &stat_options);
  stat_prior.width = 0.123456789;
  stat[1] = add(ctx, &b, "stat[1]", &stat_options);
  CHECK_OK(ctx, fairu_model_add_shift(b.model, ctx, 0, tilt, down, up, 2, FAIRU_CODE_4P));
  CHECK_OK(ctx, fairu_model_add_norm(b.model, ctx, 1, tilt, 0.9, 1.07, FAIRU_CODE_4));
  CHECK_OK(ctx, fairu_model_add_factor(b.model, ctx, 0, lumi));
  CHECK_OK(ctx, fairu_model_add_factor(b.model, ctx, 1, lumi));
  CHECK_OK(ctx, fairu_model_add_factor(b.model, ctx, 1, mu));
  CHECK_OK(ctx, fairu_model_add_bin_factors(b.model, ctx, 0, shape, 2));
  CHECK_OK(ctx, fairu_model_add_bin_factors(b.model, ctx, 0, stat, 2));
  CHECK_OK(ctx, fairu_model_add_bin_factors(b.model, ctx, 1, stat, 2));
  CHECK_OK(ctx, finish(ctx, &b, "mu \"quoted\" \xC3\xA4"));
  check_round_trip(ctx, b.likelihood, b.data, "everything.json", 0);
  CHECK_OK(ctx, fairu_data_set_aux(b.data, ctx, tilt, -0.3)); /* what the data say is what is written */
  CHECK_OK(ctx, fairu_data_set_aux(b.data, ctx, shape[0], 70.0));
  CHECK_OK(ctx, fairu_data_set_aux(b.data, ctx, stat[1], 1.1));
  char path[512];
  fairu_workspace *workspace = NULL;
  fairu_likelihood *read = NULL;
  fairu_data *data = NULL;
  support_path(path, sizeof path, "aux.json");
  CHECK_OK(ctx, fairu_likelihood_write_workspace(b.likelihood, ctx, b.data, path, "m"));
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &workspace));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &read));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, read, &data));
  check_values(ctx, b.likelihood, b.data, read, data);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(read);
  fairu_workspace_destroy(workspace);
  clear(&b);
  fairu_context_destroy(ctx);
}

/* ---- what the format cannot say ------------------------------------------------------------------------ */

typedef void (*spoil_fn)(fairu_context *ctx, built *b);

static void unused_parameter(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 10.0);
  (void)add(ctx, b, "idle", &options);
}
static void no_bounds(fairu_context *ctx, built *b)
{
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 0, add(ctx, b, "loose", NULL)));
}
static void norm_of(fairu_context *ctx, built *b, const char *name, double width, int code)
{
  fairu_nuisance prior = gaussian(name, 0.0, width);
  fairu_parameter_options options = ranged(0.0, -5.0, 5.0);
  options.prior = &prior;
  CHECK_OK(ctx, fairu_model_add_norm(b->model, ctx, 0, add(ctx, b, name, &options), 0.9, 1.1, code));
}
static void other_code(fairu_context *ctx, built *b)
{
  norm_of(ctx, b, "tilt", 1.0, FAIRU_CODE_1);
}
static void spline(fairu_context *ctx, built *b)
{
  static const double knots[4] = { -1.0, 0.0, 1.0, 2.0 },
                      yields[8] = { 40.0, 50.0, 50.0, 52.0, 60.0, 54.0, 70.0, 56.0 };
  fairu_nuisance prior = gaussian("bend", 0.0, 1.0);
  fairu_parameter_options options = ranged(0.0, -1.0, 2.0);
  options.prior = &prior;
  CHECK_OK(ctx,
           fairu_model_add_spline(b->model, ctx, 0, add(ctx, b, "bend", &options), knots, 4, 0.0, yields, 2));
}
static void wide_prior(fairu_context *ctx, built *b)
{
  norm_of(ctx, b, "wide", 2.0, FAIRU_CODE_4);
}
static void factor_of(fairu_context *ctx, built *b, const char *name, int family)
{
  fairu_nuisance prior = gaussian(name, 1.0, 0.1);
  fairu_parameter_options options = ranged(1.0, 0.1, 5.0);
  prior.prior = family;
  options.prior = &prior;
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 0, add(ctx, b, name, &options)));
}
static void log_normal(fairu_context *ctx, built *b)
{
  factor_of(ctx, b, "scale", FAIRU_PRIOR_LOG_NORMAL);
}
static void second_luminosity(fairu_context *ctx, built *b)
{
  factor_of(ctx, b, "luminosity", FAIRU_PRIOR_GAUSSIAN);
}
static void bin_without_index(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 5.0);
  const size_t bins[2] = { add(ctx, b, "left", &options), add(ctx, b, "right", &options) };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}
static void bin_left_out(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 5.0);
  const size_t bins[2] = { add(ctx, b, "some[0]", &options), FAIRU_NONE };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}
static void bins_swapped(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 5.0);
  const size_t first = add(ctx, b, "cross[0]", &options), second = add(ctx, b, "cross[1]", &options);
  const size_t bins[2] = { second, first };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}
static void shared_count(fairu_context *ctx, built *b)
{
  fairu_parameter_options options = ranged(1.0, 1e-10, 10.0);
  options.poisson_scale = 30.0;
  const size_t bins[2] = { add(ctx, b, "count[0]", &options), add(ctx, b, "count[1]", &options) };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 1, bins, 2));
}
static void bin_and_factor(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 5.0);
  const size_t bins[2] = { add(ctx, b, "both[0]", &options), add(ctx, b, "both[1]", &options) };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 1, bins[0]));
}
static void flags_of_shapefactor(fairu_context *ctx, built *b)
{
  fairu_parameter_options options = ranged(1.0, 0.0, 5.0);
  size_t bins[2];
  bins[0] = add(ctx, b, "free[0]", &options);
  options.fixed = 1;
  bins[1] = add(ctx, b, "free[1]", &options);
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}

static void what_is_refused(void **state)
{
  (void)state;
  static const struct {
    spoil_fn spoil;
    const char *says;
  } cases[] = {
    { unused_parameter, "parameter 'idle' acts on nothing" },
    { no_bounds, "parameter 'loose' has no finite bounds" },
    { other_code, "parameter 'tilt' acts along a spline, or by an interpolation code other than 4" },
    { spline, "parameter 'bend' acts along a spline" },
    { wide_prior, "parameter 'wide' shifts or scales yields, and its constraint is no Gaussian of width 1" },
    { log_normal, "parameter 'scale' is a factor with a constraint" },
    { second_luminosity, "parameter 'luminosity' is a factor with a constraint" },
    { bin_without_index, "parameter 'left' acts on single bins; those are called name[0]" },
    { bin_left_out, "sample 'background' of channel 'SR' has parameters for some bins and none for bin 1" },
    { bins_swapped, "the format does not keep what acts on sample 'background' of channel 'SR'" },
    { shared_count,
      "parameter 'count[0]' has a count as its constraint and acts on several bins or samples" },
    { bin_and_factor, "parameter 'both[0]' acts on single bins, and otherwise too" },
    { flags_of_shapefactor, "some parameters of 'free' are fixed that have an uncertainty" }
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++) {
    built b;
    begin(ctx, &b);
    const fairu_parameter_options options = ranged(1.0, 0.0, 10.0);
    CHECK_OK(ctx, fairu_model_add_factor(b.model, ctx, 1, add(ctx, &b, "mu", &options)));
    cases[i].spoil(ctx, &b);
    const size_t before = support_count_files(support_directory());
    support_check_status(ctx, finish(ctx, &b, "mu"), FAIRU_ERR_UNSUPPORTED, cases[i].says, __FILE__,
                         __LINE__);
    support_check_says(ctx, cases[i].says, __FILE__, __LINE__);
    assert_int_equal(support_count_files(support_directory()), before); /* nothing was begun */
    clear(&b);
  }
  fairu_context_destroy(ctx);
}

typedef struct target {
  const char *path;
} target;

static int write_once(fairu_context *ctx, void *data)
{
  const target *t = (const target *)data;
  static const double observed[2] = { 51.0, 48.0 };
  fairu_workspace *workspace = NULL;
  fairu_likelihood *lh = NULL;
  fairu_data *counts = NULL;
  int status = fairu_workspace_parse(ctx, small_workspace_with_signal, sizeof small_workspace_with_signal - 1,
                                     "w", &workspace);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &lh);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, lh, &counts);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(counts, ctx, observed, 2);
  if (status == FAIRU_OK)
    status = fairu_likelihood_write_workspace(lh, ctx, counts, t->path, "m");
  fairu_data_destroy(counts);
  fairu_likelihood_destroy(lh);
  fairu_workspace_destroy(workspace);
  return status;
}

static void memory_failures(void **state)
{
  (void)state;
  char path[512];
  target t = { support_path(path, sizeof path, "memory.json.gz") };
  assert_true(support_every_need_fails(write_once, &t) > 20);
}

static void without_a_parameter_of_interest(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  built b;
  begin(ctx, &b);
  const fairu_parameter_options options = ranged(1.0, 0.0, 10.0);
  CHECK_OK(ctx, fairu_model_add_factor(b.model, ctx, 1, add(ctx, &b, "mu", &options)));
  CHECK_OK(ctx, finish(ctx, &b, ""));
  check_round_trip(ctx, b.likelihood, b.data, "no_poi.json", 1);
  clear(&b);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(reference_workspaces),
                                      cmocka_unit_test(a_model_of_everything),
                                      cmocka_unit_test(what_is_refused), cmocka_unit_test(memory_failures),
                                      cmocka_unit_test(without_a_parameter_of_interest) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
