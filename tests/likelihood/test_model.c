/* Building models and data: what is refused and how it is said, what is kept. */
#include "likelihood/small_model.h"

static const small_options plain = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN };

static void parameters_are_described(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  small_model m;
  size_t index = 99;
  fairu_parameter p = { .struct_size = sizeof p };
  CHECK_OK(ctx, small_create(ctx, &plain, &m));
  assert_int_equal(fairu_likelihood_n_parameters(m.likelihood), small_params);
  assert_int_equal(fairu_likelihood_n_bins(m.likelihood), small_bins);
  assert_int_equal(fairu_likelihood_poi_index(m.likelihood), 0);
  CHECK_OK(ctx, fairu_likelihood_find_parameter(m.likelihood, ctx, "a", &index));
  assert_int_equal(index, 3);
  CHECK_OK(ctx, fairu_likelihood_parameter(m.likelihood, ctx, 3, &p));
  assert_string_equal(p.name, "a");
  assert_int_equal(p.kind, FAIRU_PARAMETER_NUISANCE);
  assert_int_equal(p.constraint, FAIRU_CONSTRAINT_PRIOR);
  assert_true(p.start == 0.1 && p.lower == -1.0 && p.upper == 1.0);
  CHECK_OK(ctx, fairu_likelihood_parameter(m.likelihood, ctx, 2, &p));
  assert_true(!strcmp(p.name, "kappa") && p.start == 1.1 && p.upper == 10.0);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_parameter(m.likelihood, ctx, 5, &p));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_likelihood_find_parameter(m.likelihood, ctx, "tes", &index));
  CHECK_SAYS(ctx, "'tes'");
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

static void refuse(fairu_context *ctx, const small_model *m, const fairu_likelihood_options *o, int code,
                   const char *says)
{
  fairu_likelihood *likelihood = (fairu_likelihood *)&code; /* must become NULL */
  CHECK_FAILS(ctx, code, fairu_likelihood_create(ctx, m->templates, o, &likelihood));
  CHECK_SAYS(ctx, says);
  assert_null(likelihood);
}

static void wrong_models_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  small_model m;
  fairu_likelihood_options o;
  fairu_nuisance prior;
  CHECK_OK(ctx, small_create(ctx, &plain, &m));
  CHECK_OK(ctx, fairu_likelihood_options_init(&o, sizeof o));
  CHECK_OK(ctx, small_prior(FAIRU_PRIOR_GAUSSIAN, &prior));
  fairu_factor factors[2] = { { "mu", "signl", 1.0, -HUGE_VAL, HUGE_VAL },
                              { "mu", "background", 1.0, 0.0, 2.0 } };
  fairu_constraint constraints[2] = { { "a", FAIRU_CONSTRAINT_PRIOR, &prior, NULL },
                                      { "a", FAIRU_CONSTRAINT_PRIOR, &prior, NULL } };
  o.factors = factors;
  o.n_factors = 2;
  refuse(ctx, &m, &o, FAIRU_ERR_NOT_FOUND, "no process 'signl'");
  factors[0].process = "signal";
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "'mu'");
  factors[1].name = "a";
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "'a'");
  factors[1].name = "beta";
  factors[1].start = 3.0;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "start 3 is not within 0 to 2");
  factors[1].start = NAN;
  refuse(ctx, &m, &o, FAIRU_ERR_NON_FINITE, "start is nan");
  factors[1].start = 1.0;
  o.poi = 4;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "poi is 4");
  o.poi = 0;
  o.constraints = constraints;
  o.n_constraints = 2;
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "'a' has two constraints");
  constraints[1].nuisance = "c";
  refuse(ctx, &m, &o, FAIRU_ERR_NOT_FOUND, "no nuisance 'c'");
  o.n_constraints = 1;
  prior.width = -1.0;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "width is -1");
  prior.width = 0.3;
  prior.prior = 17;
  refuse(ctx, &m, &o, FAIRU_ERR_ARGUMENT, "unknown kind 17");
  prior.prior = FAIRU_PRIOR_LOG_NORMAL;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "log-normal needs values > 0");
  prior.prior = FAIRU_PRIOR_GAUSSIAN;
  prior.lower = 1.5;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "nothing in common");
  constraints[0].kind = FAIRU_CONSTRAINT_AUXILIARY;
  refuse(ctx, &m, &o, FAIRU_ERR_NULL, "auxiliary is NULL");
  constraints[0].auxiliary = m.templates;
  refuse(ctx, &m, &o, FAIRU_ERR_SHAPE, "2 axes");
  o.constant = 9;
  refuse(ctx, &m, &o, FAIRU_ERR_ARGUMENT, "constant is 9");
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Signal on a background of less than one effective event. */
static void bins_that_carry_no_gamma_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const char *const names[2] = { "signal", "background" };
  const double yields[4] = { 1.0, 2.0, 5.0, 0.3 }, variances[4] = { 0.1, 0.1, 0.5, 0.2 };
  const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_grid *grid;
  fairu_likelihood_options o;
  small_model m = { 0 };
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, 2, yields, variances, FAIRU_INTERPOLATION_LOG,
                                       &m.templates));
  CHECK_OK(ctx, fairu_likelihood_options_init(&o, sizeof o));
  o.factors = &mu;
  o.n_factors = 1;
  refuse(ctx, &m, &o, FAIRU_ERR_NEGATIVE_YIELD, "bin 1 at point 0 has signal 2, but background 0.3");
  CHECK_SAYS(ctx, "merge bins");
  o.mc_stat = FAIRU_MC_STAT_NONE;
  CHECK_OK(ctx, fairu_likelihood_create(ctx, m.templates, &o, &m.likelihood));
  small_destroy(&m);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void log_normal_prior_has_its_minimum_at_the_aux(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const char *const names[1] = { "signal" };
  const double knots[4] = { 0.5, 1.0, 1.5, 2.0 }, yields[4] = { 10.0, 10.0, 10.0, 10.0 };
  const fairu_axis axis = { "scale", knots, 4, 1.0 };
  const fairu_factor mu = { "mu", "signal", 1.0, 0.0, HUGE_VAL };
  fairu_nuisance prior;
  fairu_grid *grid;
  fairu_likelihood_options o;
  small_model m = { 0 };
  CHECK_OK(ctx, small_prior(FAIRU_PRIOR_LOG_NORMAL, &prior));
  prior.nominal = 1.0;
  prior.width = 0.2;
  const fairu_constraint constraint = { "scale", FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 1, 1, yields, NULL, FAIRU_INTERPOLATION_LOG,
                                       &m.templates));
  CHECK_OK(ctx, fairu_likelihood_options_init(&o, sizeof o));
  o.factors = &mu;
  o.n_factors = 1;
  o.constraints = &constraint;
  o.n_constraints = 1;
  CHECK_OK(ctx, fairu_likelihood_create(ctx, m.templates, &o, &m.likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, m.likelihood, &m.data));
  CHECK_OK(ctx, fairu_data_set_observed(m.data, ctx, yields, 1));
  CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, 1, 1.3));
  for (double z = 0.6; z < 2.0; z += 0.15) {
    const double x[2] = { 1.0, z }, t = log(z / 1.3) / 0.2;
    double nll[2], g[2], h[4];
    CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, 2, nll, g, h));
    CHECK_NEAR(nll[0], 0.5 * t * t, 1e-12); /* as a density of the auxiliary value */
    CHECK_NEAR(g[1], t / (0.2 * z), 1e-10);
    CHECK_NEAR(h[3], (1.0 / 0.2 - t) / (0.2 * z * z), 1e-9);
  }
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_data_set_aux(m.data, ctx, 1, -1.0));
  small_destroy(&m);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void wrong_data_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  small_model m, other;
  double counts[small_bins] = { 1.0, 2.0, 3.0, 4.0, 5.0 }, seen[small_bins], value;
  CHECK_OK(ctx, small_create(ctx, &plain, &m));
  CHECK_OK(ctx, fairu_data_set_observed(m.data, ctx, counts, small_bins));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_observed(m.data, ctx, counts, 4));
  CHECK_SAYS(ctx, "5 bins, got 4");
  counts[2] = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_data_set_observed(m.data, ctx, counts, small_bins));
  CHECK_SAYS(ctx, "bin 2 is -1");
  counts[2] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_data_set_observed(m.data, ctx, counts, small_bins));
  CHECK_OK(ctx, fairu_data_observed(m.data, ctx, NULL, 0, seen));
  assert_true(seen[2] == 3.0 && seen[4] == 5.0); /* as before */
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_observed_moving(m.data, ctx, m.templates));
  CHECK_SAYS(ctx, "3 processes, not 1");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_aux(m.data, ctx, 4, 0.0));
  CHECK_SAYS(ctx, "'b' has no prior");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_aux_counts(m.data, ctx, 3, counts, 5));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_data_aux(m.data, ctx, 9, &value));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_data_set_aux(m.data, ctx, 3, NAN));
  CHECK_OK(ctx, fairu_data_set_observed_moving(m.data, ctx, m.observed));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_data_observed(m.data, ctx, NULL, 0, seen));
  CHECK_OK(ctx, small_create(ctx, &plain, &other));
  small_destroy(&other);
  small_destroy(&m);
  fairu_likelihood_destroy(NULL);
  fairu_data_destroy(NULL);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_are_described),
    cmocka_unit_test(wrong_models_are_refused),
    cmocka_unit_test(bins_that_carry_no_gamma_are_refused),
    cmocka_unit_test(log_normal_prior_has_its_minimum_at_the_aux),
    cmocka_unit_test(wrong_data_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
