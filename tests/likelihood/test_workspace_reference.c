/* Published and generated workspaces: the model of each is that of pyhf, identical in shape, equal in value. */
#include "likelihood/histfactory_reference.h"

static int wrong;

static void check_identical(const reference *r, const char *what, size_t i, double got, double wanted)
{
  if (got == wanted || (isnan(got) && isnan(wanted)))
    return;
  print_error("%s: %s[%zu] is %.17g, wanted %.17g\n", r->name, what, i, got, wanted);
  wrong++;
}

/* 1e-12 relative, 1e-10 near zero; what is not finite there (NaN here) is not finite here. */
static void check_equal(const reference *r, const char *what, size_t i, double got, double wanted)
{
  const double tolerance = fmax(1e-10, 1e-12 * fabs(wanted));
  if (isnan(wanted) ? !isfinite(got) : fabs(got - wanted) <= tolerance)
    return;
  print_error("%s: %s[%zu] is %.17g, wanted %.17g: %.3g relative\n", r->name, what, i, got, wanted,
              (got - wanted) / wanted);
  wrong++;
}

static void check_name(const reference *r, const char *what, const char *got, const json_t *wanted)
{
  if (strcmp(got, json_string_value(wanted)) == 0)
    return;
  print_error("%s: %s is \"%s\", wanted \"%s\"\n", r->name, what, got, json_string_value(wanted));
  wrong++;
}

/* ---- shape --------------------------------------------------------------------------------------------- */

static void check_counts(const reference *r)
{
  const json_t *e = r->expected;
  assert_int_equal(r->n_params, json_integer_value(reference_member(e, "npars")));
  assert_int_equal(r->n_bins, json_integer_value(reference_member(e, "nbins")));
  assert_int_equal(fairu_likelihood_poi_index(r->likelihood),
                   json_integer_value(reference_member(e, "poi_index")));
  check_name(r, "measurement", fairu_workspace_measurement_name(r->workspace, 0),
             reference_member(e, "measurement"));
  const json_t *channels = reference_member(e, "channels");
  assert_int_equal(fairu_likelihood_n_channels(r->likelihood), json_array_size(channels));
  for (size_t c = 0; c < json_array_size(channels); c++)
    check_name(r, "channel", fairu_likelihood_channel_name(r->likelihood, c), json_array_get(channels, c));
}

/* The sorted union over channels of those of each channel, which are sorted. */
static void check_samples(const reference *r)
{
  const json_t *samples = reference_member(r->expected, "samples");
  const size_t n = fairu_likelihood_n_samples(r->likelihood);
  for (size_t s = 0; s < n; s++) {
    const char *name = fairu_likelihood_sample_name(r->likelihood, s);
    size_t i = 0;
    while (i < json_array_size(samples) && strcmp(json_string_value(json_array_get(samples, i)), name) != 0)
      i++;
    assert_true(i < json_array_size(samples));
    if (s > 0 && fairu_likelihood_sample_channel(r->likelihood, s) ==
                     fairu_likelihood_sample_channel(r->likelihood, s - 1))
      assert_true(strcmp(fairu_likelihood_sample_name(r->likelihood, s - 1), name) < 0);
  }
}

/* Observed counts, then auxiliary values of constrained parameters. */
static void check_data(const reference *r)
{
  const size_t n_aux = (size_t)json_integer_value(reference_member(r->expected, "nauxdata"));
  double *wanted = reference_numbers(reference_member(r->expected, "data"), r->n_bins + n_aux);
  double *counts = (double *)calloc(r->n_bins + 1, sizeof *counts);
  size_t k = r->n_bins;
  assert_non_null(counts);
  CHECK_OK(r->ctx, fairu_data_observed(r->data, r->ctx, NULL, 0, counts));
  for (size_t b = 0; b < r->n_bins; b++)
    check_identical(r, "data", b, counts[b], wanted[b]);
  for (size_t i = 0; i < r->n_params; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    double aux = NAN;
    CHECK_OK(r->ctx, fairu_likelihood_parameter(r->likelihood, r->ctx, i, &parameter));
    if (parameter.constraint == FAIRU_CONSTRAINT_NONE)
      continue;
    assert_true(k < r->n_bins + n_aux);
    CHECK_OK(r->ctx, fairu_data_aux(r->data, r->ctx, i, &aux));
    check_identical(r, "auxdata", k - r->n_bins, aux, wanted[k]);
    k++;
  }
  assert_int_equal(k, r->n_bins + n_aux);
  free(counts);
  free(wanted);
}

static void check_parameters(const reference *r)
{
  const size_t n = r->n_params, n_aux = (size_t)json_integer_value(reference_member(r->expected, "nauxdata"));
  const json_t *names = reference_member(r->expected, "par_names"),
               *fixed = reference_member(r->expected, "fixed");
  const json_t *bounds = reference_member(r->expected, "bounds");
  double *init = reference_numbers(reference_member(r->expected, "init"), n);
  double *aux = reference_numbers(reference_member(r->expected, "auxdata"), n_aux);
  size_t k = 0;
  for (size_t i = 0; i < n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    CHECK_OK(r->ctx, fairu_likelihood_parameter(r->likelihood, r->ctx, i, &p));
    check_name(r, "parameter", p.name, json_array_get(names, i));
    check_identical(r, "init", i, p.start, init[i]);
    check_identical(r, "lower", i, p.lower, json_number_value(json_array_get(json_array_get(bounds, i), 0)));
    check_identical(r, "upper", i, p.upper, json_number_value(json_array_get(json_array_get(bounds, i), 1)));
    check_identical(r, "fixed", i, p.fixed, json_is_true(json_array_get(fixed, i)));
    if (p.constraint != FAIRU_CONSTRAINT_NONE && k++ < n_aux)
      check_identical(r, "auxdata", k - 1, p.aux, aux[k - 1]);
  }
  assert_int_equal(k, n_aux);
  free(init);
  free(aux);
}

static void models_are_identical(void **state)
{
  (void)state;
  wrong = 0;
  for (size_t i = 0; i < REFERENCES; i++) {
    reference r = reference_open(reference_names[i]);
    check_counts(&r);
    check_samples(&r);
    check_data(&r);
    check_parameters(&r);
    reference_close(&r);
  }
  assert_int_equal(wrong, 0);
}

/* ---- values -------------------------------------------------------------------------------------------- */

static void check_point(const reference *r, const double *params, const json_t *yields, double twice_nll)
{
  double *wanted = reference_numbers(yields, r->n_bins);
  double *nu = (double *)calloc(r->n_bins + 1, sizeof *nu), nll[2];
  assert_non_null(nu);
  CHECK_OK(r->ctx, fairu_likelihood_expected(r->likelihood, r->ctx, params, r->n_params, nu));
  for (size_t b = 0; b < r->n_bins; b++)
    check_equal(r, "expected", b, nu[b], wanted[b]);
  const int status =
      fairu_likelihood_nll(r->likelihood, r->ctx, r->data, params, r->n_params, nll, NULL, NULL);
  if (isnan(twice_nll) && status == FAIRU_ERR_NEGATIVE_YIELD)
    nll[0] = nll[1] = HUGE_VAL;
  else
    CHECK_OK(r->ctx, status);
  check_equal(r, "twice_nll", 0, 2.0 * (nll[0] + nll[1]), twice_nll);
  free(nu);
  free(wanted);
}

static double number_or_nan(const json_t *value)
{
  return json_is_null(value) ? (double)NAN : json_number_value(value);
}

static void values_are_equal(void **state)
{
  (void)state;
  wrong = 0;
  for (size_t i = 0; i < REFERENCES; i++) {
    reference r = reference_open(reference_names[i]);
    double *init = reference_numbers(reference_member(r.expected, "init"), r.n_params);
    check_point(&r, init, reference_member(r.expected, "expected_actualdata_init"),
                number_or_nan(reference_member(r.expected, "twice_nll_init")));
    const json_t *points = reference_member(r.expected, "test_points");
    assert_true(json_array_size(points) >= 3);
    for (size_t k = 0; k < json_array_size(points); k++) {
      const json_t *point = json_array_get(points, k);
      double *params = reference_numbers(reference_member(point, "pars"), r.n_params);
      check_point(&r, params, reference_member(point, "main"),
                  number_or_nan(reference_member(point, "twice_nll")));
      free(params);
    }
    free(init);
    reference_close(&r);
  }
  assert_int_equal(wrong, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(models_are_identical),
    cmocka_unit_test(values_are_equal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
