/* published.c: B3, the numbers that pyhf gives for published and made workspaces (D/histfactory), as largest differences. */
#include "likelihood/histfactory_reference.h"
#include "validate/table.h"

typedef struct differences {
  double rates;  /* relative */
  double nll;    /* of 2 NLL, relative to max(1, |2 NLL|) */
  double best;   /* in errors of the fit */
  double q, cls; /* absolute, expected bands among them */
  double limit;  /* relative */
} differences;

static double number(const json_t *object, const char *key)
{
  return json_number_value(reference_member(object, key));
}

static void keep(double *largest, double off)
{
  *largest = off > *largest || isnan(off) ? off : *largest;
}

static void at_point(const reference *r, const double *params, const json_t *rates, const json_t *twice_nll,
                     differences *d)
{
  double *wanted = reference_numbers(rates, r->n_bins), nll[2];
  double *nu = (double *)calloc(r->n_bins + 1, sizeof *nu);
  CHECK_OK(r->ctx, fairu_likelihood_expected(r->likelihood, r->ctx, params, r->n_params, nu));
  for (size_t b = 0; b < r->n_bins; b++)
    if (isfinite(wanted[b]))
      keep(&d->rates, fabs(nu[b] - wanted[b]) / fmax(fabs(wanted[b]), 1.0));
  if (!json_is_null(twice_nll)) {
    const double value = json_number_value(twice_nll);
    CHECK_OK(r->ctx,
             fairu_likelihood_nll(r->likelihood, r->ctx, r->data, params, r->n_params, nll, NULL, NULL));
    keep(&d->nll, fabs(2.0 * (nll[0] + nll[1]) - value) / fmax(1.0, fabs(value)));
  }
  free(nu);
  free(wanted);
}

static void points(const reference *r, differences *d)
{
  const json_t *all = reference_member(r->expected, "test_points");
  for (size_t k = 0; k < json_array_size(all); k++) {
    const json_t *point = json_array_get(all, k);
    double *params = reference_numbers(reference_member(point, "pars"), r->n_params);
    at_point(r, params, reference_member(point, "main"), reference_member(point, "twice_nll"), d);
    free(params);
  }
}

static void best_fit(const reference *r, differences *d)
{
  const size_t n = r->n_params;
  double *sigma =
      reference_numbers(reference_member(reference_member(r->expected, "hesse"), "errors_free"), n);
  double *wanted = reference_numbers(reference_member(reference_member(r->expected, "bestfit"), "pars"), n);
  double *params = (double *)calloc(n, sizeof *params);
  CHECK_OK(r->ctx, fairu_likelihood_fit(r->likelihood, r->ctx, r->data, NULL, params, n, NULL, NULL));
  for (size_t i = 0; i < n; i++)
    if (sigma[i] > 0.0)
      keep(&d->best, fabs(params[i] - wanted[i]) / sigma[i]);
  free(params);
  free(wanted);
  free(sigma);
}

static void tests_and_limits(const reference *r, differences *d)
{
  const json_t *e = reference_member(r->expected, "hypotest_mu1_qtilde"),
               *expected = reference_member(e, "CLs_exp");
  const json_t *l = reference_member(r->expected, "upper_limit_95_qtilde"),
               *bands = reference_member(l, "exp");
  fairu_hypotest_result result = { .struct_size = sizeof result };
  fairu_limit limit = { .struct_size = sizeof limit };
  CHECK_OK(r->ctx, fairu_likelihood_hypotest(r->likelihood, r->ctx, r->data, NULL, 1.0, &result));
  CHECK_OK(r->ctx, fairu_likelihood_limit(r->likelihood, r->ctx, r->data, NULL, 0.95, &limit));
  keep(&d->q, fabs(result.statistic - number(e, "q")));
  keep(&d->cls, fabs(result.cls - number(e, "CLs")));
  keep(&d->limit, fabs(limit.observed / number(l, "obs") - 1.0));
  for (size_t i = 0; i < 5; i++) {
    keep(&d->cls, fabs(result.expected[i] - json_number_value(json_array_get(expected, i))));
    keep(&d->limit, fabs(limit.expected[i] / json_number_value(json_array_get(bands, i)) - 1.0));
  }
}

static void reference_row(validation *v, const char *name)
{
  reference r = reference_open(name);
  differences d = { 0 };
  points(&r, &d);
  best_fit(&r, &d);
  tests_and_limits(&r, &d);
  table_row(v,
            d.rates <= 1e-12 && d.nll <= 1e-10 && d.best <= 1e-5 && d.q <= 1e-7 && d.cls <= 1e-6 &&
                d.limit <= 1e-6,
            "\"workspace\": \"%s\", \"parameters\": %zu, \"bins\": %zu, \"rates\": %.1e, \"2 NLL\": %.1e, "
            "\"best fit, sigma\": %.1e, \"q\": %.1e, \"CLs\": %.1e, \"limits\": %.1e",
            name, r.n_params, r.n_bins, d.rates, d.nll, d.best, d.q, d.cls, d.limit);
  reference_close(&r);
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  char path[1024];
  table_begin(
      "B3", "Largest differences from the numbers stored with pyhf",
      "rates 1e-12 and 2 NLL 1e-10 relative, best fit 1e-5 sigma, q 1e-7, CLs 1e-6, limits 1e-6 relative");
  if (!support_data(path, sizeof path, "histfactory/pyhf_1bin_lumi.json")) {
    printf("skipped: no ../shared/data\n");
    return 0;
  }
  for (size_t i = 0; i < REFERENCES; i++)
    reference_row(&v, reference_names[i]);
  return v.failed > 0;
}
