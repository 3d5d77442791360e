/* Hypothesis tests, discoveries, conditional fits and limits of published and made workspaces against their reference numbers. */
#include <jansson.h>

#include "reference_names.h"
#include "support/support.h"

typedef struct reference {
  const char *name;
  fairu_context *ctx;
  json_t *expected;
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
  fairu_hypotest_options options;
} reference;

/* Its reference numbers at mu = 1 and above follow the valley of the best fit, as tests do unless told otherwise. The other valley is lower
 * there: the_other_valley_counts() looks at both. */
static const char *const two_valleys = "pyhf_2bin_2channel_coupledhistosys";

static double number(const json_t *object, const char *key)
{
  return json_number_value(json_object_get(object, key));
}

static const json_t *part(const reference *r, const char *key)
{
  const json_t *p = json_object_get(r->expected, key);
  assert_non_null(p);
  return p;
}

/* 0: the data folder is missing. */
static int reference_open(fairu_context *ctx, const char *name, reference *r)
{
  char path[1024], relative[256];
  memset(r, 0, sizeof *r);
  r->name = name;
  r->ctx = ctx;
  snprintf(relative, sizeof relative, "histfactory/%s.expected.json", name);
  if (!support_data(path, sizeof path, relative))
    return 0;
  r->expected = json_load_file(path, 0, NULL);
  assert_non_null(r->expected);
  snprintf(relative, sizeof relative, "histfactory/%s.json", name);
  assert_non_null(support_data(path, sizeof path, relative));
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &r->workspace));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, r->workspace, NULL, &r->likelihood));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, r->workspace, r->likelihood, &r->data));
  CHECK_OK(ctx, fairu_hypotest_options_init(&r->options, sizeof r->options));
  return 1;
}

static void reference_close(reference *r)
{
  fairu_data_destroy(r->data);
  fairu_likelihood_destroy(r->likelihood);
  fairu_workspace_destroy(r->workspace);
  json_decref(r->expected);
}

/* Says which workspace it is about before the tests proper do. */
static int close_to(const reference *r, const char *what, double got, double wanted, double absolute,
                    double relative)
{
  const double off = fabs(got - wanted);
  if (off <= absolute + relative * fabs(wanted))
    return 1;
  print_error("%s: %s is %.15g, wanted %.15g (off by %.3g)\n", r->name, what, got, wanted, off);
  return 0;
}

static int check_tests(const reference *r)
{
  static const char *const bands[5] = { "exp -2", "exp -1", "exp 0", "exp 1", "exp 2" };
  const json_t *e = part(r, "hypotest_mu1_qtilde"), *band = json_object_get(e, "CLs_exp");
  fairu_hypotest_result result = { .struct_size = sizeof result };
  int good = 1;
  CHECK_OK(r->ctx, fairu_likelihood_hypotest(r->likelihood, r->ctx, r->data, &r->options, 1.0, &result));
  good &= close_to(r, "q", result.statistic, number(e, "q"), 1e-7, 0.0);
  good &= close_to(r, "qA", result.asimov, number(e, "qA"), 1e-7, 0.0);
  good &= close_to(r, "CLsb", result.p_sb, number(e, "CLsb"), 1e-7, 0.0);
  good &= close_to(r, "CLb", result.p_b, number(e, "CLb"), 1e-7, 0.0);
  good &= close_to(r, "CLs", result.cls, number(e, "CLs"), 1e-7, 0.0);
  good &= close_to(r, "muhat", result.mu_hat, number(e, "muhat"), 1e-5, 0.0);
  for (size_t i = 0; i < 5; i++)
    good &= close_to(r, bands[i], result.expected[i], json_number_value(json_array_get(band, i)), 1e-7, 0.0);
  return good;
}

static int check_discovery(const reference *r)
{
  const json_t *e = part(r, "discovery_q0");
  fairu_hypotest_options options = r->options;
  fairu_hypotest_result result = { .struct_size = sizeof result };
  options.statistic = FAIRU_TEST_Q0;
  CHECK_OK(r->ctx, fairu_likelihood_hypotest(r->likelihood, r->ctx, r->data, &options, 0.0, &result));
  return close_to(r, "q0", result.statistic, number(e, "q0"), 1e-7, 0.0) &
         close_to(r, "p0", result.p_sb, number(e, "p0"), 1e-7, 0.0) &
         close_to(r, "Z", result.significance, number(e, "Z"), 1e-7, 0.0);
}

static int check_limits(const reference *r)
{
  const json_t *e = part(r, "upper_limit_95_qtilde"), *band = json_object_get(e, "exp");
  fairu_limit limit = { .struct_size = sizeof limit };
  CHECK_OK(r->ctx, fairu_likelihood_limit(r->likelihood, r->ctx, r->data, &r->options, 0.95, &limit));
  int good = close_to(r, "limit", limit.observed, number(e, "obs"), 0.0, 1e-6);
  for (size_t i = 0; i < 5; i++)
    good &= close_to(r, "expected limit", limit.expected[i], json_number_value(json_array_get(band, i)), 0.0,
                     1e-6);
  return good;
}

/* A part of what the parameter is known to before the fit. */
static double tolerance_of(const reference *r, size_t i, double at)
{
  fairu_parameter p = { .struct_size = sizeof p };
  CHECK_OK(r->ctx, fairu_likelihood_parameter(r->likelihood, r->ctx, i, &p));
  return 1e-4 * (isfinite(p.width) ? p.width : fmax(fabs(at), 0.1));
}

static int check_conditional(const reference *r, const char *key, double mu)
{
  const json_t *e = part(r, key), *wanted = json_object_get(e, "pars");
  const size_t n = fairu_likelihood_n_parameters(r->likelihood);
  double *params = calloc(n, sizeof *params), nll[2];
  const double valley[2] = { 0.5, 0.5 };
  fairu_fit_options options;
  fairu_data *asimov = NULL;
  int good = 1;
  CHECK_OK(r->ctx, fairu_fit_options_init(&options, sizeof options));
  if (strcmp(r->name, two_valleys) == 0) { /* a fit takes the lowest */
    options.start = valley;
    options.spread_starts = 0;
  }
  assert_non_null(params);
  CHECK_OK(r->ctx, fairu_data_create(r->ctx, r->likelihood, &asimov));
  CHECK_OK(r->ctx,
           fairu_likelihood_asimov_at(r->likelihood, r->ctx, r->data, &options, mu, asimov, params, n));
  CHECK_OK(r->ctx, fairu_likelihood_nll(r->likelihood, r->ctx, r->data, params, n, nll, NULL, NULL));
  good &= close_to(r, key, 2.0 * (nll[0] + nll[1]), number(e, "twice_nll"), 1e-8, 0.0);
  for (size_t i = 0; i < n; i++) {
    const double at = json_number_value(json_array_get(wanted, i));
    if (!close_to(r, key, params[i], at, tolerance_of(r, i, at), 0.0)) {
      print_error("  (parameter %zu)\n", i);
      good = 0;
    }
  }
  fairu_data_destroy(asimov);
  free(params);
  return good;
}

typedef int (*check_fn)(const reference *r);

static void all_workspaces(check_fn check)
{
  fairu_context *ctx = support_context();
  int wrong = 0, missing = 0;
  for (size_t i = 0; i < REFERENCES && !missing; i++) {
    reference r;
    missing = !reference_open(ctx, reference_names[i], &r);
    if (missing)
      break;
    wrong += !check(&r);
    reference_close(&r);
  }
  fairu_context_destroy(ctx);
  if (missing)
    support_skip(NULL);
  assert_int_equal(wrong, 0);
}

static int check_both_conditionals(const reference *r)
{
  return check_conditional(r, "fixed_poi_1", 1.0) & check_conditional(r, "fixed_poi_0", 0.0);
}

static void tests_of_mu_1(void **state)
{
  (void)state;
  all_workspaces(check_tests);
}

static void discoveries(void **state)
{
  (void)state;
  all_workspaces(check_discovery);
}

static void limits(void **state)
{
  (void)state;
  all_workspaces(check_limits);
}

static void conditional_fits(void **state)
{
  (void)state;
  all_workspaces(check_both_conditionals);
}

/* NLL * 2 at mu, the lowest over a dense grid of the one nuisance. */
static double lowest_at(const reference *r, double mu)
{
  double lowest = HUGE_VAL;
  for (int i = 0; i <= 20000; i++) {
    const double params[2] = { -5.0 + 10.0 * i / 20000.0, mu };
    double nll[2];
    if (fairu_likelihood_nll(r->likelihood, r->ctx, r->data, params, 2, nll, NULL, NULL) == FAIRU_OK)
      lowest = fmin(lowest, 2.0 * (nll[0] + nll[1]));
  }
  return lowest;
}

/* Seen from several starts, the statistic is the difference of the lowest points, whichever valley they lie in; so is the limit. */
static void the_other_valley_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  reference r;
  if (!reference_open(ctx, two_valleys, &r)) {
    fairu_context_destroy(ctx);
    support_skip(NULL);
    return;
  }
  const double best = number(part(&r, "bestfit"), "twice_nll");
  fairu_limit limit = { .struct_size = sizeof limit };
  fairu_hypotest_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_likelihood_hypotest(r.likelihood, ctx, r.data, &r.options, 1.0, &result));
  CHECK_NEAR(result.statistic - result.lower_branch, lowest_at(&r, 1.0) - best, 1e-5); /* told, not taken */
  r.options.all_branches = 1;
  for (double mu = 0.5; mu < 2.0; mu += 0.25) {
    double q;
    CHECK_OK(ctx, fairu_likelihood_test_statistic(r.likelihood, ctx, r.data, &r.options, mu, &q, NULL));
    CHECK_NEAR(q, lowest_at(&r, mu) - best, 1e-5);
  }
  CHECK_OK(ctx, fairu_likelihood_limit(r.likelihood, ctx, r.data, &r.options, 0.95, &limit));
  CHECK_OK(ctx, fairu_likelihood_hypotest(r.likelihood, ctx, r.data, &r.options, limit.observed, &result));
  CHECK_CLOSE(result.cls, 0.05, 1e-7);
  assert_true(result.lower_branch == 0.0);
  reference_close(&r);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(tests_of_mu_1), cmocka_unit_test(discoveries),
                                      cmocka_unit_test(limits), cmocka_unit_test(conditional_fits),
                                      cmocka_unit_test(the_other_valley_counts) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
