/* Which likelihoods and which toys a calibration takes: models that have nothing to calibrate, that are not the calibrated one, whose fits fail or whose
 * yields are negative; templates with and without statistics side by side. */
#include "likelihood/counting.h"
#include "support/support.h"

/* ---- workspaces ------------------------------------------------------------------------------------------- */

/* mu on a signal, `nuisance` on its background, 1 to 3 bins. */
typedef struct text_model {
  const char *poi, *parameters, *nuisance;
  int bins;
} text_model;

static fairu_likelihood *model_of(fairu_context *ctx, const text_model *m)
{
  static const char *const signal[] = { "12", "12, 11", "12, 11, 3" };
  static const char *const background[] = { "50", "50, 52", "50, 52, 30" };
  static const char *const form =
      "{\"channels\": [{\"name\": \"c\", \"samples\": [{\"name\": \"s\", \"data\": [%s], \"modifiers\": "
      "[{\"name\": "
      "\"mu\", \"type\": \"normfactor\", \"data\": null}]}, {\"name\": \"b\", \"data\": [%s], \"modifiers\": "
      "[{\"name\": \"%s\", \"type\": \"normsys\", \"data\": {\"hi\": 1.1, \"lo\": 0.9}}]}]}], "
      "\"measurements\": "
      "[{\"name\": \"m\", \"config\": {\"poi\": \"%s\", \"parameters\": [%s]}}], \"observations\": "
      "[{\"name\": "
      "\"c\", \"data\": [%s]}], \"version\": \"1.0.0\"}";
  const char *s = signal[m->bins - 1], *b = background[m->bins - 1];
  char path[512], text[2048];
  fairu_workspace *w = NULL;
  fairu_likelihood *lh = NULL;
  const int length = snprintf(text, sizeof text, form, s, b, m->nuisance, m->poi, m->parameters, b);
  assert_true(length > 0 && length < (int)sizeof text);
  support_write_file(support_path(path, sizeof path, "model.json"), text, (size_t)length);
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &w));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, w, NULL, &lh));
  fairu_workspace_destroy(w);
  return lh;
}

static fairu_interval_calibration_options few(void)
{
  fairu_interval_calibration_options o;
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  o.n_toys = 100;
  o.n_mu = 5;
  o.template_statistics = 0.0;
  return o;
}

/* Refused where a calibration is made and where one of its toys is drawn, which leaves nothing. */
static void check_refused(fairu_context *ctx, const fairu_likelihood *lh,
                          const fairu_interval_calibration_options *o, int code, const char *says)
{
  fairu_interval_calibration *c = NULL;
  fairu_data *data = NULL;
  double params[2] = { 7.0, 8.0 };
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  CHECK_FAILS(ctx, code, fairu_interval_calibration_create(ctx, lh, o, &c));
  CHECK_SAYS(ctx, says);
  assert_null(c);
  CHECK_FAILS(
      ctx, code,
      fairu_interval_calibration_toy(ctx, lh, o, 1.0, 0, 0, params, fairu_likelihood_n_parameters(lh), data));
  CHECK_SAYS(ctx, says);
  assert_true(params[0] == 7.0 && params[1] == 8.0);
  fairu_data_destroy(data);
}

static void what_has_no_free_parameter_of_interest_is_refused(void **state)
{
  static const struct {
    text_model model;
    int code;
    const char *says;
  } rows[] = {
    { { "", "", "bkg", 2 }, FAIRU_ERR_ARGUMENT, "the model has no parameter of interest" },
    { { "mu", "{\"name\": \"mu\", \"fixed\": true}", "bkg", 2 },
      FAIRU_ERR_ARGUMENT,
      "interest 'mu' is fixed" },
    { { "mu", "{\"name\": \"mu\", \"bounds\": [[0.5, 9.0]]}", "bkg", 2 },
      FAIRU_ERR_RANGE,
      "the range 0.1 to 3 of 'mu' exceeds its bounds 0.5 to 9" },
    { { "mu", "{\"name\": \"mu\", \"bounds\": [[0.0, 2.0]]}", "bkg", 2 },
      FAIRU_ERR_RANGE,
      "the range 0.1 to 3 of 'mu' exceeds its bounds 0 to 2" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_interval_calibration_options o = few();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fairu_likelihood *lh = model_of(ctx, &rows[i].model);
    check_refused(ctx, lh, &o, rows[i].code, rows[i].says);
    fairu_likelihood_destroy(lh);
  }
  fairu_context_destroy(ctx);
}

/* What the fits cannot be run with is said at once: it does not count as toys that fail. */
static void options_of_no_fit_are_refused(void **state)
{
  static const text_model right = { "mu", "", "bkg", 2 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = model_of(ctx, &right);
  const size_t poi = fairu_likelihood_poi_index(lh);
  double start[2] = { 1.0, 0.0 };
  unsigned char fixed[2] = { 0, 0 };
  fairu_interval_calibration_options o = few();
  fairu_interval_calibration *c = NULL;
  fairu_fit_options fit;
  o.fit = &fit;
#define REFUSED(code, says, change)                                                                          \
  do {                                                                                                       \
    CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));                                                 \
    change;                                                                                                  \
    CHECK_FAILS(ctx, code, fairu_interval_calibration_create(ctx, lh, &o, &c));                              \
    CHECK_SAYS(ctx, says);                                                                                   \
    assert_null(c);                                                                                          \
  } while (0)
  REFUSED(FAIRU_ERR_RANGE, "fit options: edm_tolerance is -1", fit.edm_tolerance = -1.0);
  REFUSED(FAIRU_ERR_RANGE, "fit options: edm_tolerance is nan", fit.edm_tolerance = (double)NAN);
  REFUSED(FAIRU_ERR_RANGE, "fit options: max_iterations is 0", fit.max_iterations = 0);
  REFUSED(FAIRU_ERR_RANGE, "fit options: spread_starts is 10001", fit.spread_starts = 10001);
  REFUSED(FAIRU_ERR_NULL, "fit options: starts is NULL", fit.n_starts = 1);
  REFUSED(FAIRU_ERR_STRUCT_SIZE, "fit options", fit.struct_size = 4);
  start[1 - poi] = (double)NAN;
  REFUSED(FAIRU_ERR_NON_FINITE, "is nan", fit.start = start);
  fixed[poi] = 1; /* by the fit, what the model leaves free */
  REFUSED(FAIRU_ERR_ARGUMENT, "interest 'mu' is fixed", fit.fixed = fixed);
#undef REFUSED
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void ranges_and_numbers_without_sense_are_refused(void **state)
{
  static const text_model right = { "mu", "", "bkg", 2 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = model_of(ctx, &right);
  const struct {
    double lower, upper, templates, pool;
    uint64_t n_toys;
    const char *says;
  } rows[] = {
    { -HUGE_VAL, 3.0, 0.0, 0.0, 100, "from lower -inf to upper 3 is no range" },
    { (double)NAN, 3.0, 0.0, 0.0, 100, "from lower nan to upper 3 is no range" },
    { 0.1, (double)NAN, 0.0, 0.0, 100, "from lower 0.1 to upper nan is no range" },
    { -1.7e308, 1.7e308, 0.0, 0.0, 100, "from lower -1.7e+308 to upper 1.7e+308 is no range" },
    { 0.1, 0.1, 0.0, 0.0, 100, "from lower 0.1 to upper 0.1 is no range" },
    { 0.1, 3.0, HUGE_VAL, 0.0, 100, "template_statistics is inf" },
    { 0.1, 3.0, (double)NAN, 0.0, 100, "template_statistics is nan" },
    { 0.1, 3.0, 0.0, -0.5, 100, "pool_statistics is -0.5" },
    { 0.1, 3.0, 0.0, (double)NAN, 100, "pool_statistics is nan" },
    { 0.1, 3.0, 0.0, 0.0, (UINT64_C(1) << 40) + 1, "n_toys is 1099511627777, must lie between 100 and 2^40" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fairu_interval_calibration_options o = few();
    o.lower = rows[i].lower;
    o.upper = rows[i].upper;
    o.template_statistics = rows[i].templates;
    o.pool_statistics = rows[i].pool;
    o.n_toys = rows[i].n_toys;
    check_refused(ctx, lh, &o, FAIRU_ERR_RANGE, rows[i].says);
  }
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* ---- another likelihood -------------------------------------------------------------------------------------- */

static void intervals_are_of_the_calibrated_likelihood(void **state)
{
  static const text_model right = { "mu", "", "bkg", 2 };
  static const text_model others[3] = { { "mu", "", "scale", 2 },
                                        { "mu", "", "bkg", 3 },
                                        { "bkg", "", "bkg", 2 } };
  static const char *const says[3] = { "of the likelihood 'scale'",
                                       "2 parameters and 2 bins, the likelihood has 2 and 3",
                                       "the calibration is of 2 parameters" };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_interval_calibration *c = NULL;
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  const fairu_interval_calibration_options o = few();
  for (int i = -1; i < 3; i++) {
    fairu_likelihood *lh = model_of(ctx, i < 0 ? &right : &others[i]);
    fairu_data *data = NULL;
    double params[2], *start = params;
    CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
    for (size_t k = 0; k < 2; k++) {
      fairu_parameter p = { .struct_size = sizeof p };
      CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, k, &p));
      start[k] = p.start;
    }
    CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, start, 2, data));
    if (i < 0) {
      CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
      CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, params, 2));
      CHECK_NEAR(interval.estimate, 1.0, 1e-6);
      assert_true(interval.lower < 1.0 && 1.0 < interval.upper);
    } else {
      CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
                  fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, NULL, 0));
      CHECK_SAYS(ctx, says[i]);
    }
    fairu_data_destroy(data);
    fairu_likelihood_destroy(lh);
  }
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_has_no_free_parameter_of_interest_is_refused),
    cmocka_unit_test(options_of_no_fit_are_refused),
    cmocka_unit_test(ranges_and_numbers_without_sense_are_refused),
    cmocka_unit_test(intervals_are_of_the_calibrated_likelihood),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
