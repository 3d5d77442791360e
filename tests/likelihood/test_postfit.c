/* Impacts, breakdowns, goodness, yields: closed forms of the Gaussian limit, and relations that hold at any counts. */
#include "likelihood/channel_model.h"
#include "likelihood/linear_model.h"
#include "likelihood/small_model.h"

static const double huge_counts =
    1e9; /* per unit: deviations from the Gaussian limit are of relative order 1e-4 */

static void errors_and_correlations(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double c[9] = { 4.0, 1.0, 0.0, 1.0, 0.25, 0.0, 0.0, 0.0, 0.0 };
  double errors[3], rho[9], bad[1] = { -1e-3 };
  CHECK_OK(ctx, fairu_covariance_errors(ctx, c, 3, errors, rho));
  assert_true(errors[0] == 2.0 && errors[1] == 0.5 && errors[2] == 0.0);
  const double wanted[9] = { 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0 };
  assert_memory_equal(rho, wanted, sizeof wanted);
  CHECK_OK(ctx, fairu_covariance_errors(ctx, c, 3, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_covariance_errors(ctx, bad, 1, errors, NULL));
  CHECK_SAYS(ctx, "parameter 0 is -0.001");
  bad[0] = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_covariance_errors(ctx, bad, 1, errors, NULL));
  fairu_context_destroy(ctx);
}

static void impacts_of_a_linear_model(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m;
  fairu_impact impacts[4] = { { .struct_size = sizeof impacts[0] } };
  double c[linear_params][linear_params];
  size_t n = 0;
  CHECK_OK(ctx, linear_create(ctx, huge_counts, &m));
  linear_covariance(&m, NULL, c);
  CHECK_OK(ctx, fairu_likelihood_impacts(m.likelihood, ctx, m.data, NULL, impacts, 4, &n));
  assert_int_equal(n, 3);
  for (size_t k = 0; k < 3; k++) {
    const fairu_impact *p = &impacts[k];
    const size_t i = k + 1;
    const double error = sqrt(c[i][i]), shift = c[0][i] / error;
    assert_int_equal(p->struct_size, sizeof *p);
    assert_int_equal(p->parameter, i);
    CHECK_NEAR(p->value, linear_start[i], 1e-9);
    CHECK_CLOSE(p->error, error, 1e-8);
    CHECK_NEAR(p->impact_up, shift, 1e-3 * fabs(shift));
    CHECK_NEAR(p->impact_down, -shift, 1e-3 * fabs(shift));
    if (i < 2) {
      assert_true(isnan(p->prefit_error) && isnan(p->pull) && isnan(p->constraint) && isnan(p->prefit_up) &&
                  isnan(p->prefit_down) && isnan(p->contribution));
      continue;
    }
    const double width = linear_width[i - 2];
    CHECK_NEAR(p->prefit_error, width, 0.0);
    CHECK_NEAR(p->pull, 0.0, 1e-9);
    CHECK_CLOSE(p->constraint, error / width, 1e-8);
    CHECK_CLOSE(p->contribution, c[0][i] / width, 1e-8);
  }
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* C_mm = sum over auxiliary data of contributions^2 + sum over bins of (d mu^/d n)^2 n: exact on Asimov data. */
static void contributions_add_up_in_quadrature(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m;
  fairu_impact impacts[4] = { { .struct_size = sizeof impacts[0] } };
  double c[linear_params][linear_params], sum = 0.0;
  size_t n = 0;
  CHECK_OK(ctx, linear_create(ctx, 7.0, &m));
  linear_covariance(&m, NULL, c);
  CHECK_OK(ctx, fairu_likelihood_impacts(m.likelihood, ctx, m.data, NULL, impacts, 4, &n));
  for (size_t k = 0; k < n; k++)
    sum += isnan(impacts[k].contribution) ? 0.0 : impacts[k].contribution * impacts[k].contribution;
  for (size_t j = 0; j < linear_bins; j++) {
    double slope = 0.0;
    for (size_t i = 0; i < linear_params; i++)
      slope += c[0][i] * linear_slope(&m, i, j) / linear_nu(&m, j);
    sum += slope * slope * linear_nu(&m, j);
  }
  CHECK_CLOSE(sum, c[0][0], 1e-8);
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* The contribution is what a fit with the auxiliary value moved says. */
static void contributions_are_derivatives(void **state)
{
  (void)state;
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN };
  static const unsigned char fixed[small_params] = { 0, 0, 1, 0, 0 };
  const double aux = 0.1, width = 0.4, step = 1e-4;
  fairu_context *ctx = support_context();
  small_model m;
  fairu_fit_options fit;
  fairu_impact impacts[small_params] = { { .struct_size = sizeof impacts[0] } };
  double mu[2], params[small_params];
  size_t n;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.fixed = fixed;
  CHECK_OK(ctx, fairu_likelihood_impacts(m.likelihood, ctx, m.data, &fit, impacts, small_params, &n));
  assert_int_equal(n, 3); /* beta, a, b */
  assert_int_equal(impacts[1].parameter, 3);
  for (int s = 0; s < 2; s++) {
    CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, 3, aux + (s ? step : -step)));
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &fit, params, small_params, NULL, NULL));
    mu[s] = params[0];
  }
  CHECK_NEAR(impacts[1].prefit_error, width, 1e-15);
  CHECK_CLOSE(impacts[1].contribution, (mu[1] - mu[0]) / (2.0 * step) * width, 1e-5);
  CHECK_CLOSE(impacts[1].pull, (impacts[1].value - aux) / width, 1e-12);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Gaussian, log-normal and Poisson data, gammas that fits profile among them. */
static void contributions_of_all_kinds_are_derivatives(void **state)
{
  (void)state;
  static const double observed[CHANNEL_BINS] = { 66.0, 42.0, 25.0, 231.0, 49.0 };
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  fairu_impact impacts[CHANNEL_PARAMS] = { { .struct_size = sizeof impacts[0] } };
  size_t n = 0, checked = 0;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, observed, CHANNEL_BINS));
  CHECK_OK(ctx, fairu_likelihood_impacts(lh, ctx, data, NULL, impacts, CHANNEL_PARAMS, &n));
  assert_int_equal(n, CHANNEL_PARAMS - 2); /* all but mu and the fixed luminosity */
  for (size_t k = 0; k < n; k++) {
    const size_t i = impacts[k].parameter;
    fairu_parameter p = { .struct_size = sizeof p };
    double aux, mu[2], x[CHANNEL_PARAMS];
    CHECK_OK(ctx, fairu_likelihood_parameter(lh, ctx, i, &p));
    if (p.constraint == FAIRU_CONSTRAINT_NONE) {
      assert_true(isnan(impacts[k].contribution));
      continue;
    }
    CHECK_OK(ctx, fairu_data_aux(data, ctx, i, &aux));
    const int is_count = p.constraint == FAIRU_CONSTRAINT_POISSON;
    const double spread = is_count ? sqrt(aux) : p.width, step = 1e-3 * spread;
    for (int s = 0; s < 2; s++) {
      CHECK_OK(ctx, fairu_data_set_aux(data, ctx, i, aux + (s ? step : -step)));
      CHECK_OK(ctx, fairu_likelihood_fit(lh, ctx, data, NULL, x, CHANNEL_PARAMS, NULL, NULL));
      mu[s] = x[CHANNEL_MU];
    }
    CHECK_OK(ctx, fairu_data_set_aux(data, ctx, i, aux));
    CHECK_NEAR(impacts[k].contribution, (mu[1] - mu[0]) / 2e-3, 1e-6);
    CHECK_CLOSE(impacts[k].prefit_error, is_count ? 1.0 / sqrt(channel_tau[i - CHANNEL_SHAPE]) : p.width,
                1e-13);
    CHECK_NEAR(impacts[k].pull, (impacts[k].value - (is_count ? 1.0 : aux)) / impacts[k].prefit_error, 1e-12);
    checked++;
  }
  assert_int_equal(checked, 7);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* The gammas are what template statistics are. */
static void template_statistics_are_the_gammas(void **state)
{
  (void)state;
  static const size_t gammas[5] = { CHANNEL_STAT, CHANNEL_STAT + 1, CHANNEL_STAT + 2, CHANNEL_SHAPE,
                                    CHANNEL_SHAPE + 1 };
  static const size_t constrained[7] = { CHANNEL_ALPHA,    CHANNEL_KAPPA, CHANNEL_STAT,     CHANNEL_STAT + 1,
                                         CHANNEL_STAT + 2, CHANNEL_SHAPE, CHANNEL_SHAPE + 1 };
  const fairu_group groups[2] = { { "all", constrained, 7 }, { "gammas", gammas, 5 } };
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  fairu_breakdown parts[4] = { { .struct_size = sizeof parts[0] } };
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, channel_point, CHANNEL_PARAMS, data));
  CHECK_OK(ctx, fairu_likelihood_breakdown(lh, ctx, data, NULL, groups, 2, parts));
  for (int k = 0; k < 2; k++) {
    CHECK_NEAR(parts[k].fixed_up, parts[k + 2].fixed_up, 1e-9);
    CHECK_NEAR(parts[k].part_down, parts[k + 2].part_down, 1e-9);
    assert_true(parts[k].part_up > 0.0 && parts[k].fixed_up < parts[k].error_up);
  }
  assert_true(parts[0].part_up > parts[1].part_up);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* An auxiliary histogram is many data: their contributions in quadrature. */
static void contribution_of_an_auxiliary_histogram(void **state)
{
  (void)state;
  const small_options o = { .kind = FAIRU_CONSTRAINT_AUXILIARY, .prior = FAIRU_PRIOR_GAUSSIAN };
  static const unsigned char fixed[small_params] = { 0, 1, 1, 0, 1 };
  fairu_context *ctx = support_context();
  small_model m;
  fairu_fit_options fit;
  fairu_impact impact = { .struct_size = sizeof impact };
  double params[small_params] = { 1.0, 1.0, 1.1, 0.2, 0.0 }, nu[small_bins], sum = 0.0;
  size_t n;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.fixed = fixed;
  fit.start = params;
  CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, params, small_params, m.data));
  CHECK_OK(ctx, fairu_likelihood_impacts(m.likelihood, ctx, m.data, &fit, &impact, 1, &n));
  for (size_t j = 0; j < small_bins; j++)
    nu[j] = small_yield(0, params[3], 0.0, j);
  for (size_t j = 0; j < small_bins; j++) {
    double mu[2], moved[small_bins], x[small_params];
    for (int s = 0; s < 2; s++) {
      memcpy(moved, nu, sizeof nu);
      moved[j] += s ? 1e-3 : -1e-3;
      CHECK_OK(ctx, fairu_data_set_aux_counts(m.data, ctx, 3, moved, small_bins));
      CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &fit, x, small_params, NULL, NULL));
      mu[s] = x[0];
    }
    sum += (mu[1] - mu[0]) * (mu[1] - mu[0]) / 4e-6 * nu[j];
  }
  CHECK_CLOSE(fabs(impact.contribution), sqrt(sum), 1e-4);
  assert_true(impact.prefit_error > 0.0);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Impacts are conditional fits, wherever the start was, and stop at bounds. */
static void impacts_are_conditional_fits(void **state)
{
  (void)state;
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN };
  unsigned char fixed[small_params] = { 0, 0, 1, 0, 0 };
  fairu_context *ctx = support_context();
  small_model m;
  fairu_fit_options fit;
  fairu_impact impacts[small_params] = { { .struct_size = sizeof impacts[0] } };
  double best[small_params], params[small_params];
  size_t n;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.fixed = fixed;
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &fit, best, small_params, NULL, NULL));
  CHECK_OK(ctx, fairu_likelihood_impacts(m.likelihood, ctx, m.data, &fit, impacts, small_params, &n));
  for (size_t k = 0; k < n; k++) {
    const size_t i = impacts[k].parameter;
    const double moves[4] = { impacts[k].error, -impacts[k].error, impacts[k].prefit_error,
                              -impacts[k].prefit_error };
    const double shifts[4] = { impacts[k].impact_up, impacts[k].impact_down, impacts[k].prefit_up,
                               impacts[k].prefit_down };
    fixed[i] = 1;
    for (int s = 0; s < (i == 3 ? 4 : 2); s++) {
      double start[small_params];
      memcpy(start, best, sizeof start);
      start[i] = fmin(fmax(best[i] + moves[s], i >= 3 ? -1.0 : 0.0), i >= 3 ? 1.0 : 10.0);
      fit.start = start;
      CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &fit, params, small_params, NULL, NULL));
      CHECK_NEAR(shifts[s], params[0] - best[0], 1e-7);
    }
    fixed[i] = 0;
  }
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

static void breakdown_of_a_linear_model(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const size_t b[1] = { 3 }, beta_and_a[2] = { 1, 2 };
  const fairu_group groups[3] = { { "b", b, 1 }, { "beta and a", beta_and_a, 2 }, { "empty", NULL, 0 } };
  static const unsigned char fixed[5][linear_params] = {
    { 0, 0, 1, 1 }, { 0, 0, 0, 0 }, { 0, 0, 0, 1 }, { 0, 1, 1, 0 }, { 0, 0, 0, 0 }
  };
  linear_model m;
  fairu_breakdown parts[5] = { { .struct_size = sizeof parts[0] } };
  double whole[linear_params][linear_params], c[linear_params][linear_params];
  CHECK_OK(ctx, linear_create(ctx, huge_counts, &m));
  CHECK_OK(ctx, fairu_likelihood_breakdown(m.likelihood, ctx, m.data, NULL, groups, 3, parts));
  linear_covariance(&m, NULL, whole);
  for (int k = 0; k < 5; k++) {
    linear_covariance(&m, fixed[k], c);
    assert_int_equal(parts[k].struct_size, sizeof parts[k]);
    CHECK_CLOSE(parts[k].error_up, sqrt(whole[0][0]), 1e-3);
    CHECK_CLOSE(parts[k].error_down, sqrt(whole[0][0]), 1e-3);
    CHECK_CLOSE(parts[k].fixed_up, sqrt(c[0][0]), 1e-3);
    CHECK_CLOSE(parts[k].fixed_down, sqrt(c[0][0]), 1e-3);
    CHECK_NEAR(parts[k].part_up, sqrt(fmax(0.0, whole[0][0] - c[0][0])), 2e-3 * sqrt(whole[0][0]));
    CHECK_NEAR(parts[k].error_down * parts[k].error_down,
               parts[k].fixed_down * parts[k].fixed_down + parts[k].part_down * parts[k].part_down,
               1e-12 * whole[0][0]);
  }
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* One bin, nothing free: the deviance of a Poisson count, chi^2 of 1. Two bins: exp(-d/2) of 2. */
static int two_bins(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                    double *variances, void *user_data)
{
  (void)process, (void)z, (void)n_axes, (void)variances, (void)user_data;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = 10.0 + 2.0 * (double)j;
  return 0;
}

static int counting_create(fairu_context *ctx, size_t n_bins, linear_model *m)
{
  static const char *const names[1] = { "signal" };
  static const double knots[4] = { 0.0, 1.0, 2.0, 3.0 }, observed[2] = { 13.0, 9.0 };
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  const fairu_axis axis = { "a", knots, 4, 1.0 };
  fairu_grid *grid = NULL;
  fairu_likelihood_options options;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  memset(m, 0, sizeof *m);
  options.factors = &mu;
  options.n_factors = 1;
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 1, n_bins, two_bins, NULL,
                                                  FAIRU_INTERPOLATION_LINEAR, &m->templates);
  fairu_grid_destroy(grid);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, m->templates, &options, &m->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, m->likelihood, &m->data);
  return status == FAIRU_OK ? fairu_data_set_observed(m->data, ctx, observed, n_bins) : status;
}

static void goodness_of_a_counting_experiment(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_goodness g = { .struct_size = sizeof g };
  fairu_fit_options fit;
  const double d[2] = { 2.0 * (10.0 - 13.0 + 13.0 * log(1.3)), 2.0 * (12.0 - 9.0 + 9.0 * log(0.75)) };
  unsigned char fixed[2] = { 1, 1 };
  linear_model m;
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.fixed = fixed;
  CHECK_OK(ctx, counting_create(ctx, 1, &m));
  CHECK_OK(ctx, fairu_likelihood_goodness(m.likelihood, ctx, m.data, &fit, &g));
  assert_true(g.n_data == 1 && g.n_free == 0 && g.dof == 1);
  CHECK_CLOSE(g.deviance, d[0], 1e-13);
  CHECK_CLOSE(g.p_value, erfc(sqrt(0.5 * d[0])), 1e-12);
  fixed[0] = 0;
  CHECK_OK(ctx, fairu_likelihood_goodness(m.likelihood, ctx, m.data, &fit, &g));
  assert_true(g.dof == 0 && isnan(g.p_value));
  CHECK_NEAR(g.deviance, 0.0, 1e-12);
  linear_destroy(&m);
  fixed[0] = 1;
  CHECK_OK(ctx, counting_create(ctx, 2, &m));
  CHECK_OK(ctx, fairu_likelihood_goodness(m.likelihood, ctx, m.data, &fit, &g));
  CHECK_CLOSE(g.deviance, d[0] + d[1], 1e-13);
  CHECK_CLOSE(g.p_value, exp(-0.5 * g.deviance), 1e-12);
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Constraints are data: Asimov gives 0, and an auxiliary value off by d with nothing to pull it gives d^2 / width^2. */
static void goodness_counts_constraints(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_goodness g = { .struct_size = sizeof g };
  linear_model m;
  CHECK_OK(ctx, linear_create(ctx, 100.0, &m));
  CHECK_OK(ctx, fairu_likelihood_goodness(m.likelihood, ctx, m.data, NULL, &g));
  assert_true(g.n_data == 6 && g.n_free == 4 && g.dof == 2);
  CHECK_NEAR(g.deviance, 0.0, 1e-9);
  CHECK_NEAR(g.p_value, 1.0, 1e-9);
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

static void wrong_calls_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const size_t none[1] = { 9 }, poi[1] = { 0 };
  static const unsigned char fixed[linear_params] = { 1, 0, 0, 0 };
  const fairu_group out_of_range = { "far", none, 1 }, with_poi = { "mu itself", poi, 1 };
  linear_model m;
  fairu_fit_options fit;
  fairu_impact impacts[4] = { { .struct_size = sizeof impacts[0] } };
  fairu_breakdown parts[3] = { { .struct_size = sizeof parts[0] } };
  size_t n = 77;
  CHECK_OK(ctx, linear_create(ctx, 10.0, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_likelihood_impacts(m.likelihood, ctx, m.data, NULL, impacts, 2, &n));
  CHECK_SAYS(ctx, "room for 2, there are 3");
  assert_int_equal(n, 77);
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.fixed = fixed;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_impacts(m.likelihood, ctx, m.data, &fit, impacts, 4, &n));
  CHECK_SAYS(ctx, "parameter of interest is fixed");
  impacts[0].struct_size = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_likelihood_impacts(m.likelihood, ctx, m.data, NULL, impacts, 4, &n));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_breakdown(m.likelihood, ctx, m.data, NULL, &out_of_range, 1, parts));
  CHECK_SAYS(ctx, "group 'far': parameter 9 of 4");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_breakdown(m.likelihood, ctx, m.data, NULL, &with_poi, 1, parts));
  CHECK_SAYS(ctx, "'mu itself' holds the parameter of interest");
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

enum { IMPACTS, BREAKDOWN, GOODNESS, YIELDS, PREFIT, ERRORS };

static int postfit_body(fairu_context *ctx, void *data)
{
  const int which = *(int *)data;
  static const size_t a[1] = { 2 };
  const fairu_group group = { "a", a, 1 };
  fairu_impact impacts[4] = { { .struct_size = sizeof impacts[0] } };
  fairu_breakdown parts[3] = { { .struct_size = sizeof parts[0] } };
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  double c[linear_params * linear_params] = { 0.0 }, x[linear_bins], y[linear_bins], z[1], w[1];
  linear_model m;
  size_t n;
  int status = linear_create(ctx, 10.0, &m);
  if (status != FAIRU_OK)
    return status;
  if (which == IMPACTS)
    status = fairu_likelihood_impacts(m.likelihood, ctx, m.data, NULL, impacts, 4, &n);
  else if (which == BREAKDOWN)
    status = fairu_likelihood_breakdown(m.likelihood, ctx, m.data, NULL, &group, 1, parts);
  else if (which == GOODNESS)
    status = fairu_likelihood_goodness(m.likelihood, ctx, m.data, NULL, &goodness);
  else if (which == YIELDS)
    status = fairu_likelihood_yields(m.likelihood, ctx, linear_start, c, linear_params, x, y, z, w);
  else
    status = fairu_likelihood_prefit_covariance(m.likelihood, ctx, c, linear_params);
  linear_destroy(&m);
  return status;
}

static void allocation_failures_are_clean(void **state)
{
  (void)state;
  for (int which = IMPACTS; which <= PREFIT; which++)
    assert_true(support_every_need_fails(postfit_body, &which) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(errors_and_correlations),
    cmocka_unit_test(impacts_of_a_linear_model),
    cmocka_unit_test(contributions_add_up_in_quadrature),
    cmocka_unit_test(contributions_are_derivatives),
    cmocka_unit_test(contributions_of_all_kinds_are_derivatives),
    cmocka_unit_test(template_statistics_are_the_gammas),
    cmocka_unit_test(contribution_of_an_auxiliary_histogram),
    cmocka_unit_test(impacts_are_conditional_fits),
    cmocka_unit_test(breakdown_of_a_linear_model),
    cmocka_unit_test(goodness_of_a_counting_experiment),
    cmocka_unit_test(goodness_counts_constraints),
    cmocka_unit_test(wrong_calls_are_refused),
    cmocka_unit_test(allocation_failures_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
