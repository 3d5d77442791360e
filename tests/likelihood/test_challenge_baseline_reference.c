/* The organisers' baseline: histograms of their sample, polynomials, NLL and fits against baseline_nll.json. */
#include <jansson.h>

#include "support/support.h"

enum { BINS = 20, NUISANCES = 6, PARAMS = 7, POWERS = 6, POINTS = 15 };

static json_t *reference(void)
{
  char path[512];
  if (!support_data(path, sizeof path, "fair-universe/baseline_nll.json"))
    support_skip("no ../shared/data");
  json_t *root = json_load_file(path, 0, NULL);
  assert_non_null(root);
  return root;
}

/* Numbers are written as text with all their digits. */
static double number(const json_t *value)
{
  assert_non_null(value);
  return json_is_string(value) ? strtod(json_string_value(value), NULL) : json_number_value(value);
}

static const char *name_of(size_t k)
{
  return fairu_challenge_baseline_nuisance_default(k)->name;
}

static void coefficients(const json_t *root, const char *key, double *out)
{
  for (size_t k = 0; k < NUISANCES; k++)
    for (size_t i = 0; i < BINS; i++)
      for (size_t p = 0; p < POWERS; p++)
        *out++ = number(
            json_array_get(json_array_get(json_object_get(json_object_get(root, key), name_of(k)), i), p));
}

static fairu_challenge_baseline *from_coefficients(fairu_context *ctx, const json_t *root)
{
  static double signal[NUISANCES * BINS * POWERS], background[NUISANCES * BINS * POWERS];
  fairu_challenge_baseline *b = NULL;
  coefficients(root, "coef_s", signal);
  coefficients(root, "coef_b", background);
  CHECK_OK(ctx, fairu_challenge_baseline_create(ctx, fairu_challenge_baseline_nuisance_default(0), NUISANCES,
                                                BINS, POWERS - 1, signal, background, &b));
  return b;
}

/* The baseline of the organisers' coefficients, against what stands beside them. */
static void check_reference(void (*check)(fairu_context *ctx, const fairu_challenge_baseline *b,
                                          const json_t *root))
{
  json_t *root = reference();
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = from_coefficients(ctx, root);
  check(ctx, b, root);
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
  json_decref(root);
}

static void observed_of(const json_t *root, double *observed)
{
  for (size_t i = 0; i < BINS; i++)
    observed[i] = number(json_array_get(json_object_get(root, "N_obs"), i));
}

static void point_of(const json_t *values, double *params)
{
  params[0] = number(json_object_get(values, "mu"));
  for (size_t k = 0; k < NUISANCES; k++)
    params[1 + k] = number(json_object_get(values, name_of(k)));
}

static void default_nuisances_are_those_of_the_baseline(void **state)
{
  (void)state;
  json_t *root = reference();
  for (size_t k = 0; k < NUISANCES; k++) {
    const fairu_challenge_baseline_nuisance *n = fairu_challenge_baseline_nuisance_default(k);
    const json_t *range = json_object_get(json_object_get(root, "alpha_ranges"), n->name);
    assert_true(n->nominal == number(json_object_get(range, "mean")));
    assert_true(n->width == number(json_object_get(range, "std")));
    assert_true(n->lower == number(json_object_get(range, "first")));
    assert_true(n->upper == number(json_object_get(range, "last")));
  }
  json_decref(root);
}

static void check_nll(fairu_context *ctx, const fairu_challenge_baseline *b, const json_t *root)
{
  double observed[BINS], params[PARAMS], nll;
  const json_t *points = json_object_get(root, "nll_points");
  observed_of(root, observed);
  assert_int_equal(json_array_size(points), 4);
  for (size_t i = 0; i < json_array_size(points); i++) {
    const json_t *point = json_array_get(points, i);
    point_of(point, params);
    CHECK_OK(ctx, fairu_challenge_baseline_nll(b, ctx, observed, BINS, params, PARAMS, &nll, NULL, NULL));
    CHECK_NEAR(nll, number(json_object_get(point, "nll")), 1e-6); /* 1e-13 of it */
  }
}

static void nll_is_that_of_the_organisers(void **state)
{
  (void)state;
  check_reference(check_nll);
}

static int contains(const json_t *list, const char *name)
{
  for (size_t i = 0; i < json_array_size(list); i++)
    if (strcmp(json_string_value(json_array_get(list, i)), name) == 0)
      return 1;
  return 0;
}

/* Theirs come from differences and are good to 2e-4 (0.50383414 where sum n S^2 / nu^2 gives 0.50393170). */
static const double error_tolerance = 3e-4;

static void check_errors(const json_t *wanted, const double *errors)
{
  const json_t *at_limit = json_object_get(wanted, "at_limit");
  for (size_t i = 0; i < PARAMS; i++) {
    const char *name = i ? name_of(i - 1) : "mu";
    if (contains(json_object_get(wanted, "free"), name) && !contains(at_limit, name))
      CHECK_CLOSE(errors[i], number(json_object_get(json_object_get(wanted, "errors"), name)),
                  error_tolerance);
    else
      assert_true(isnan(errors[i]));
  }
}

static void check_fit(fairu_context *ctx, const fairu_challenge_baseline *b, const double *observed,
                      const json_t *wanted)
{
  unsigned char is_free[NUISANCES];
  double params[PARAMS], errors[PARAMS], values[PARAMS];
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  for (size_t k = 0; k < NUISANCES; k++)
    is_free[k] = (unsigned char)contains(json_object_get(wanted, "free"), name_of(k));
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, observed, BINS, is_free, params, errors, PARAMS, &r));
  const double sigma = number(json_object_get(json_object_get(wanted, "errors"), "mu"));
  CHECK_NEAR(r.mu_hat, number(json_object_get(wanted, "mu_hat")), 1e-4 * sigma);
  CHECK_NEAR(r.p16, number(json_object_get(wanted, "p16")), error_tolerance * sigma);
  CHECK_NEAR(r.p84, number(json_object_get(wanted, "p84")), error_tolerance * sigma);
  CHECK_NEAR(r.delta_mu_hat, number(json_object_get(wanted, "delta_mu_hat")), 2.0 * error_tolerance * sigma);
  CHECK_NEAR(r.nll, number(json_object_get(wanted, "nll_min")), 1e-6);
  assert_int_equal(r.n_at_limit, (int)json_array_size(json_object_get(wanted, "at_limit")));
  point_of(json_object_get(wanted, "values"), values);
  check_errors(wanted, errors);
  for (size_t i = 0; i < PARAMS; i++)
    CHECK_NEAR(params[i], values[i], isnan(errors[i]) ? 0.0 : 1e-4 * errors[i]);
}

static void check_fits(fairu_context *ctx, const fairu_challenge_baseline *b, const json_t *root)
{
  double observed[BINS];
  const json_t *fits = json_object_get(root, "fits");
  observed_of(root, observed);
  assert_int_equal(json_array_size(fits), 5);
  for (size_t i = 0; i < json_array_size(fits); i++)
    check_fit(ctx, b, observed, json_array_get(fits, i));
}

static void fits_are_those_of_the_organisers(void **state)
{
  (void)state;
  check_reference(check_fits);
}

static void check_row(const double *got, const json_t *wanted, double relative)
{
  double most = 0.0;
  for (size_t i = 0; i < BINS; i++)
    most = fmax(most, fabs(number(json_array_get(wanted, i))));
  for (size_t i = 0; i < BINS; i++) {
    const double w = number(json_array_get(wanted, i));
    if (fabs(w) > 1e-6 * most)
      CHECK_CLOSE(got[i], w, relative);
    else
      CHECK_NEAR(got[i], w, relative * most);
  }
}

static void check_polynomials(fairu_context *ctx, const fairu_challenge_baseline *b, const json_t *root)
{
  const json_t *all = json_object_get(root, "fit_values_at_grid");
  size_t n = 0;
  for (size_t k = 0; k < NUISANCES; k++) {
    const char *z;
    json_t *wanted;
    double signal[BINS], background[BINS];
    json_object_foreach(json_object_get(all, name_of(k)), z, wanted)
    {
      CHECK_OK(ctx, fairu_challenge_baseline_polynomials(b, ctx, k, strtod(z, NULL), signal, background));
      check_row(signal, json_object_get(wanted, "s"), 1e-6);
      check_row(background, json_object_get(wanted, "b"), 1e-6);
      n++;
    }
  }
  assert_int_equal(n, 12);
}

static void polynomials_take_the_values_they_had(void **state)
{
  (void)state;
  check_reference(check_polynomials);
}

/* ---- the whole way from the sample -------------------------------------------------------------------- */

static const char *const features[] = { "DER_mass_vis", "DER_met_phi_centrality", "DER_pt_h" };

/* In float, as the organisers' tables are. */
static int logit(const float *x, size_t n_events, size_t n_features, const double *z, size_t n_nuisances,
                 float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances, (void)z;
  (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    logits[i] = 0.2f + 0.05f * (x[3 * i] - 75.0f) + 0.6f * x[3 * i + 1] + 0.01f * (x[3 * i + 2] - 45.0f);
  return 0;
}

/* Normalisation scales do nothing: the rule of the public program. */
static fairu_systematics *chain(fairu_context *ctx)
{
  fairu_nuisance nuisances[NUISANCES];
  fairu_systematics *sys = NULL;
  fairu_higgsml_options o;
  for (size_t k = 0; k < NUISANCES; k++) {
    CHECK_OK(ctx, fairu_nuisance_init(&nuisances[k], sizeof nuisances[k]));
    nuisances[k].name = name_of(k);
    nuisances[k].nominal = fairu_challenge_baseline_nuisance_default(k)->nominal;
  }
  CHECK_OK(ctx, fairu_higgsml_options_init(&o, sizeof o));
  o.tes = "tes";
  o.jes = "jes";
  o.soft_met = "soft_met";
  o.arithmetic = FAIRU_ARITHMETIC_REFERENCE;
  o.generator = FAIRU_GENERATOR_NUMPY;
  CHECK_OK(ctx, fairu_systematics_create(ctx, nuisances, NUISANCES, &sys));
  CHECK_OK(ctx, fairu_systematics_add_higgsml(sys, ctx, &o));
  return sys;
}

static fairu_grid *grid_of(fairu_context *ctx)
{
  double knots[NUISANCES][POINTS];
  fairu_axis axes[NUISANCES];
  fairu_grid *grid = NULL;
  for (size_t k = 0; k < NUISANCES; k++) {
    const fairu_challenge_baseline_nuisance *n = fairu_challenge_baseline_nuisance_default(k);
    for (size_t i = 0; i < POINTS; i++)
      knots[k][i] = i + 1 < POINTS ? (double)i * ((n->upper - n->lower) / (POINTS - 1)) + n->lower : n->upper;
    axes[k] = (fairu_axis){ n->name, knots[k], POINTS, n->nominal };
  }
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, NUISANCES, NULL, 0, &grid));
  return grid;
}

/* All rows, as deviates go by place in the table; weights of the other class are 0. Nine digits tell a float, no more. */
static fairu_events *sample(fairu_context *ctx, int signal)
{
  char path[512];
  double weights[1000];
  fairu_csv_options o;
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_csv_options_init(&o, sizeof o));
  o.label = "detailed_labels";
  o.weight = "weights";
  assert_non_null(support_data(path, sizeof path, "fair-universe/sample.csv.gz"));
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &o, &events));
  assert_int_equal(fairu_events_n_events(events), 1000);
  for (size_t r = 0; r < 1000; r++) {
    const char *label = fairu_events_category_name(events, (size_t)fairu_events_labels(events)[r]);
    weights[r] = (strcmp(label, "htautau") == 0) == signal ? (float)fairu_events_weights(events)[r] : 0.0f;
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, 1000));
  return events;
}

static fairu_templates *fill(fairu_context *ctx)
{
  static const char *const processes[2] = { "signal", "background" };
  fairu_systematics *sys = chain(ctx);
  fairu_grid *grid = grid_of(ctx);
  fairu_classifier *classifier = NULL;
  fairu_binning *binning = NULL;
  fairu_fill *fill = NULL;
  fairu_fill_options o;
  fairu_templates *templates = NULL;
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, features, 3, NULL, 0, 1, logit, NULL, &classifier));
  CHECK_OK(ctx, fairu_binning_create_uniform(ctx, BINS, &binning));
  CHECK_OK(ctx, fairu_fill_create(ctx, grid, binning, processes, 2, &fill));
  CHECK_OK(ctx, fairu_fill_options_init(&o, sizeof o));
  o.systematics = sys;
  o.classifier = classifier;
  o.seed = 31415;
  for (int p = 0; p < 2; p++) {
    fairu_events *events = sample(ctx, p == 0);
    CHECK_OK(ctx, fairu_fill_add(fill, ctx, processes[p], events, &o));
    fairu_events_destroy(events);
  }
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates));
  fairu_fill_destroy(fill);
  fairu_binning_destroy(binning);
  fairu_classifier_destroy(classifier);
  fairu_grid_destroy(grid);
  fairu_systematics_destroy(sys);
  return templates;
}

/* Point of the grid where nuisance k is z and all others are nominal. */
static size_t point_at(fairu_context *ctx, const fairu_templates *templates, size_t k, double value)
{
  static double z[100 * NUISANCES];
  const fairu_grid *grid = fairu_templates_grid(templates);
  assert_int_equal(fairu_grid_n_points(grid), 85);
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
  for (size_t p = 0; p < 85; p++) {
    int same = 1;
    for (size_t l = 0; l < NUISANCES; l++)
      same &=
          z[p * NUISANCES + l] == (l == k ? value : fairu_challenge_baseline_nuisance_default(l)->nominal);
    if (same)
      return p;
  }
  fail_msg("no point where %s is %g", name_of(k), value);
  return 0;
}

static void templates_and_fits_from_the_sample(void **state)
{
  (void)state;
  json_t *root = reference();
  fairu_context *ctx = support_context();
  fairu_templates *templates = fill(ctx);
  fairu_challenge_baseline *b = NULL;
  size_t n = 0;
  for (size_t k = 0; k < NUISANCES; k++) {
    const char *z;
    json_t *wanted;
    json_object_foreach(json_object_get(json_object_get(root, "templates_at_grid"), name_of(k)), z, wanted)
    {
      const size_t point = point_at(ctx, templates, k, strtod(z, NULL));
      check_row(fairu_templates_yields(templates, 0, point), json_object_get(wanted, "s"), 1e-9);
      check_row(fairu_templates_yields(templates, 1, point), json_object_get(wanted, "b"), 1e-9);
      n++;
    }
  }
  assert_int_equal(n, 12);
  CHECK_OK(ctx, fairu_challenge_baseline_create_from_templates(ctx, templates, "signal",
                                                               fairu_challenge_baseline_nuisance_default(0),
                                                               NUISANCES, POWERS - 1, &b));
  check_polynomials(ctx, b, root);
  check_fits(ctx, b, root);
  fairu_challenge_baseline_destroy(b);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
  json_decref(root);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(default_nuisances_are_those_of_the_baseline),
    cmocka_unit_test(nll_is_that_of_the_organisers),
    cmocka_unit_test(fits_are_those_of_the_organisers),
    cmocka_unit_test(polynomials_take_the_values_they_had),
    cmocka_unit_test(templates_and_fits_from_the_sample),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
