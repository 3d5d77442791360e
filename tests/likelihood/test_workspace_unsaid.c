/* What a workspace cannot say is refused before a file is begun, by what is wrong and where; what was there before stays. */
#include "built_model.h"
#include "valleys.h"

static void add_signal(fairu_context *ctx, built *b, const char *name)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 10.0);
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 1, add(ctx, b, name, &options)));
}

static void factor_and_norm(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.1, 5.0);
  const size_t p = add(ctx, b, "twofold", &options);
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 0, p));
  CHECK_OK(ctx, fairu_model_add_norm(b->model, ctx, 1, p, 0.9, 1.1, FAIRU_CODE_4));
}
static void norm_without_constraint(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(0.0, -5.0, 5.0);
  CHECK_OK(ctx,
           fairu_model_add_norm(b->model, ctx, 0, add(ctx, b, "loose", &options), 0.9, 1.1, FAIRU_CODE_4));
}
static void shift_of_other_code(fairu_context *ctx, built *b)
{
  static const double up[2] = { 55.0, 57.0 }, down[2] = { 45.0, 47.0 };
  fairu_nuisance prior = gaussian("kink", 0.0, 1.0);
  fairu_parameter_options options = ranged(0.0, -5.0, 5.0);
  options.prior = &prior;
  CHECK_OK(ctx,
           fairu_model_add_shift(b->model, ctx, 0, add(ctx, b, "kink", &options), down, up, 2, FAIRU_CODE_0));
}
static void half_open(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, HUGE_VAL);
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 0, add(ctx, b, "half", &options)));
}
static void name_of_a_bin(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 5.0);
  CHECK_OK(ctx, fairu_model_add_factor(b->model, ctx, 0, add(ctx, b, "norm[0]", &options)));
}

/* Two parameters of these names on the bins of the background, with a prior (or NULL) each. */
static void add_bins(fairu_context *ctx, built *b, const char *first, const char *second,
                     const fairu_nuisance *prior, int fixed)
{
  fairu_parameter_options options = ranged(1.0, 0.1, 5.0);
  size_t bins[2];
  options.prior = prior;
  options.fixed = fixed;
  bins[0] = add(ctx, b, first, &options);
  options.fixed = 0;
  bins[1] = add(ctx, b, second, &options);
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}

static void bins_log_normal(fairu_context *ctx, built *b)
{
  fairu_nuisance prior = gaussian("skew", 1.0, 0.1);
  prior.prior = FAIRU_PRIOR_LOG_NORMAL;
  add_bins(ctx, b, "skew[0]", "skew[1]", &prior, 0);
}
static void bins_from_one(fairu_context *ctx, built *b)
{
  add_bins(ctx, b, "late[1]", "late[2]", NULL, 0);
}
static void bins_with_a_gap(fairu_context *ctx, built *b)
{
  add_bins(ctx, b, "gap[0]", "gap[2]", NULL, 0);
}
static void bins_without_base(fairu_context *ctx, built *b)
{
  add_bins(ctx, b, "[0]", "[1]", NULL, 0);
}
static void bins_of_two_names(fairu_context *ctx, built *b)
{
  add_bins(ctx, b, "left[0]", "right[1]", NULL, 0);
}
static void two_kinds_of_bins(fairu_context *ctx, built *b)
{
  fairu_nuisance prior = gaussian("mix", 1.0, 0.1);
  fairu_parameter_options options = ranged(1.0, 0.1, 5.0);
  size_t bins[2];
  bins[0] = add(ctx, b, "mix[0]", &options);
  options.prior = &prior;
  bins[1] = add(ctx, b, "mix[1]", &options);
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}
static void base_taken(fairu_context *ctx, built *b)
{
  add_bins(ctx, b, "mu[0]", "mu[1]", NULL, 0);
}
static void other_number_of_bins(fairu_context *ctx, built *b)
{
  static const double yields[1] = { 5.0 };
  fairu_nuisance prior = gaussian("stat", 1.0, 0.1);
  size_t channel = 0, sample = 0;
  add_bins(ctx, b, "stat[0]", "stat[1]", &prior, 0);
  CHECK_OK(ctx, fairu_model_add_channel(b->model, ctx, "CR", 1, &channel));
  CHECK_OK(ctx, fairu_model_add_sample(b->model, ctx, channel, "other", yields, 1, &sample));
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, sample, (const size_t[]){ 1 }, 1));
}

static void one_for_two_bins(fairu_context *ctx, built *b)
{
  const fairu_parameter_options options = ranged(1.0, 0.0, 10.0);
  const size_t p = add(ctx, b, "same[0]", &options), bins[2] = { p, p };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}
static void one_stat_for_two_bins(fairu_context *ctx, built *b)
{
  fairu_nuisance prior = gaussian("stat", 1.0, 0.1);
  fairu_parameter_options options = ranged(1.0, 0.1, 5.0);
  options.prior = &prior;
  const size_t p = add(ctx, b, "same[0]", &options), bins[2] = { p, p };
  CHECK_OK(ctx, fairu_model_add_bin_factors(b->model, ctx, 0, bins, 2));
}

typedef struct refusal {
  void (*spoil)(fairu_context *ctx, built *b);
  const char *says;
} refusal;

static const refusal refusals[] = {
  { factor_and_norm, "workspace: parameter 'twofold' acts in ways that no one type of modifier has" },
  { norm_without_constraint,
    "'loose' shifts or scales yields, and its constraint is no Gaussian of width 1" },
  { shift_of_other_code, "'kink' acts along a spline, or by an interpolation code other than 4 and 4p" },
  { half_open, "parameter 'half' has no finite bounds" },
  { name_of_a_bin, "'norm[0]' is called like one of a set for single bins, which it is not" },
  { bins_log_normal, "'skew[0]' has a constraint on single bins that is no Gaussian and no count" },
  { bins_from_one,
    "'late[1]' acts on single bins; those are called name[0], name[1] and so on, in this order" },
  { bins_with_a_gap, "'gap[2]' acts on single bins; those are called name[0]" },
  { bins_without_base, "'[0]' acts on single bins; those are called name[0]" },
  { bins_of_two_names, "'right[1]' acts on single bins; those are called name[0]" },
  { two_kinds_of_bins, "'mix[1]' acts on single bins; those are called name[0]" },
  { base_taken,
    "the format cannot say this model: workspace to be written: /channels/0/samples/1/modifiers/0: a "
    "normfactor cannot share the name \"mu\" with a shapefactor" },
  { one_for_two_bins, "the format does not keep what acts on sample 'background' of channel 'SR'" },
  { one_stat_for_two_bins, "the format cannot say this model: workspace to be written: " },
  { other_number_of_bins, "the samples with staterror \"stat\" are not the same in all of its channels" },
};

static void what_no_workspace_says(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  support_write_file(support_path(path, sizeof path, "built.json"), "mine", 4);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    built b;
    begin(ctx, &b);
    add_signal(ctx, &b, "mu");
    refusals[i].spoil(ctx, &b);
    const size_t before = support_count_files(support_directory());
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, finish(ctx, &b, "mu"));
    CHECK_SAYS(ctx, refusals[i].says);
    assert_int_equal(support_count_files(support_directory()), before);
    clear(&b);
  }
  char *kept = support_read_file(path, NULL);
  assert_string_equal(kept, "mine");
  free(kept);
  fairu_context_destroy(ctx);
}

/* Uncertainties of single bins: which of them may be fixed, and which may have nothing to act on. */
static int write_stat(fairu_context *ctx, const double yields[2], const int fixed[2], const double widths[2])
{
  built b;
  size_t bins[2], sample = 0;
  begin(ctx, &b);
  add_signal(ctx, &b, "mu");
  CHECK_OK(ctx, fairu_model_add_sample(b.model, ctx, 0, "third", yields, 2, &sample));
  for (size_t i = 0; i < 2; i++) {
    fairu_nuisance prior = gaussian("stat", 1.0, widths[i]);
    fairu_parameter_options options = ranged(1.0, 0.0, 3.0);
    options.prior = &prior;
    options.fixed = fixed[i];
    bins[i] = add(ctx, &b, i ? "stat[1]" : "stat[0]", &options);
  }
  CHECK_OK(ctx, fairu_model_add_bin_factors(b.model, ctx, sample, bins, 2));
  const int status = finish(ctx, &b, "mu");
  clear(&b);
  return status;
}

static void flags_of_bins(void **state)
{
  (void)state;
  static const struct {
    double yields[2];
    int fixed[2];
    double widths[2];
    int code;
  } cases[] = {
    { { 5.0, 6.0 }, { 0, 0 }, { 0.1, 0.2 }, FAIRU_OK },
    { { 5.0, 6.0 }, { 1, 1 }, { 0.1, 0.2 }, FAIRU_OK }, /* one flag for all */
    { { 5.0, 6.0 }, { 0, 1 }, { 0.1, 0.2 }, FAIRU_OK }, /* no uncertainty: fixed */
    { { 5.0, 0.0 }, { 0, 1 }, { 0.1, 1.0 }, FAIRU_OK }, /* nothing to be uncertain of: fixed */
    { { 5.0, 0.0 }, { 0, 0 }, { 0.1, 1.0 }, FAIRU_OK }, /* free all the same, as all others */
    { { 5.0, 0.0 }, { 1, 0 }, { 0.1, 1.0 }, FAIRU_ERR_UNSUPPORTED },
    { { 0.0, 0.0 }, { 0, 1 }, { 0.1, 0.2 }, FAIRU_ERR_UNSUPPORTED },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const int status = write_stat(ctx, cases[i].yields, cases[i].fixed, cases[i].widths);
    support_check_status(ctx, status, cases[i].code, "write_stat", __FILE__, __LINE__);
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx,
                 "workspace: some parameters of 'stat' are fixed that have an uncertainty, and some are not");
  }
  fairu_context_destroy(ctx);
}

/* A parameter of interest must have a name of its own. */
static void a_bin_of_interest(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  built b;
  begin(ctx, &b);
  add_signal(ctx, &b, "mu");
  add_bins(ctx, &b, "free[0]", "free[1]", NULL, 0);
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, finish(ctx, &b, "free[1]"));
  CHECK_SAYS(ctx, "workspace: the parameter of interest 'free[1]' is that of one bin");
  clear(&b);
  fairu_context_destroy(ctx);
}

static void what_is_asked_for(void **state)
{
  (void)state;
  static const double observed[2] = { 50.0, 60.0 };
  char path[512];
  fairu_context *ctx = support_context();
  built a, b;
  valley_model v;
  begin(ctx, &a);
  begin(ctx, &b);
  add_signal(ctx, &a, "mu");
  add_signal(ctx, &b, "mu");
  CHECK_OK(ctx, finish(ctx, &a, "mu"));
  CHECK_OK(ctx, finish(ctx, &b, "mu"));
  CHECK_OK(ctx, valley_create(ctx, swing_yields, 1, observed, 2, &v));
  support_path(path, sizeof path, "asked.json");
  const struct {
    const fairu_likelihood *likelihood;
    const fairu_data *data;
    const char *path, *measurement, *says;
    int code;
  } cases[] = {
    { a.likelihood, a.data, NULL, "m", "workspace: path is NULL", FAIRU_ERR_NULL },
    { NULL, a.data, path, "m", "workspace: likelihood is NULL", FAIRU_ERR_NULL },
    { a.likelihood, NULL, path, "m", "workspace: data is NULL", FAIRU_ERR_NULL },
    { a.likelihood, a.data, path, NULL, "workspace: measurement is NULL", FAIRU_ERR_NULL },
    { a.likelihood, b.data, path, "m", "workspace: data of another likelihood", FAIRU_ERR_ARGUMENT },
    { a.likelihood, a.data, path, "", "workspace: the measurement has no name", FAIRU_ERR_ARGUMENT },
    { v.likelihood, v.data, path, "m", "this likelihood was not made from a model of channels and samples",
      FAIRU_ERR_UNSUPPORTED },
    { a.likelihood, a.data, "/no/such/folder/x.json", "m", "/no/such/folder/x.json", FAIRU_ERR_IO },
  };
  assert_int_equal(fairu_likelihood_write_workspace(a.likelihood, NULL, a.data, path, "m"), FAIRU_ERR_NULL);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const size_t before = support_count_files(support_directory());
    CHECK_FAILS(ctx, cases[i].code,
                fairu_likelihood_write_workspace(cases[i].likelihood, ctx, cases[i].data, cases[i].path,
                                                 cases[i].measurement));
    CHECK_SAYS(ctx, cases[i].says);
    assert_int_equal(support_count_files(support_directory()), before);
  }
  valley_destroy(&v);
  clear(&a);
  clear(&b);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(what_no_workspace_says),
                                      cmocka_unit_test(flags_of_bins), cmocka_unit_test(a_bin_of_interest),
                                      cmocka_unit_test(what_is_asked_for) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
