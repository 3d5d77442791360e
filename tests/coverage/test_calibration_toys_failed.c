/* Toys of calibrations that fail or have nothing to vary: fits that do not converge, yields below zero, bins and processes without statistics, measurements that lie
 * beyond what a nuisance may be. */
#include "coverage/bin_model.h"
#include "likelihood/counting.h"
#include "likelihood/event_rotation.h"

#include "coverage/calibration.h"

enum { N_MU = 5, N_TOYS = 400, N_BINS = 3 };

static fairu_interval_calibration_options few(void)
{
  fairu_interval_calibration_options o;
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  o.n_toys = N_TOYS;
  o.n_mu = N_MU;
  o.template_statistics = 0.0;
  return o;
}

static counting on_off(fairu_context *ctx, double b)
{
  counting c = { .s = 5.0, .b = b, .tau = 2.0, .n = 9.0, .m = 8.0, .lower = -3.0, .upper = 20.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  return c;
}

/* ---- fits ------------------------------------------------------------------------------------------------- */

typedef struct toy_values {
  double statistics[N_MU * N_TOYS], estimates[N_MU * N_TOYS];
} toy_values;

/* All toys with at most so many iterations. */
static void run_toys(fairu_context *ctx, const fairu_likelihood *lh, int max_iterations,
                     fairu_interval_calibration_options *o, fairu_fit_options *fit, toy_values *values)
{
  fairu_interval_calibration *c = NULL;
  CHECK_OK(ctx, fairu_fit_options_init(fit, sizeof *fit));
  fit->max_iterations = max_iterations;
  o->fit = fit;
  CHECK_OK(ctx, fairu_interval_calibration__allocate(ctx, o, 2, &c));
  CHECK_OK(ctx, fairu_interval_calibration__run(ctx, c, lh, fit, values->statistics, values->estimates));
  fairu_interval_calibration_destroy(c);
}

/* Three iterations are too few for one toy in four hundred or so: it is counted, the others are as they are. */
static void fits_that_fail_are_counted(void **state)
{
  static toy_values all, hurried;
  (void)state;
  fairu_context *ctx = support_context();
  counting c = on_off(ctx, 40.0);
  fairu_interval_calibration_options o = few();
  fairu_fit_options fit;
  fairu_interval_calibration *calibration = NULL;
  size_t failed[N_MU] = { 0 }, in_all = 0;
  run_toys(ctx, c.likelihood, 200, &o, &fit, &all);
  run_toys(ctx, c.likelihood, 3, &o, &fit, &hurried);
  for (size_t k = 0; k < N_MU * N_TOYS; k++) {
    assert_true(isfinite(all.statistics[k]) && isfinite(all.estimates[k]));
    assert_true(isnan(hurried.statistics[k]) == isnan(hurried.estimates[k]));
    if (isnan(hurried.statistics[k])) {
      failed[k / N_TOYS]++;
      in_all++;
    } else { /* minima are found to an edm of 1e-10: sigma of it is 1e-5 */
      CHECK_NEAR(hurried.statistics[k], all.statistics[k], 1e-6 * (1.0 + all.statistics[k]));
      CHECK_NEAR(hurried.estimates[k], all.estimates[k], 1e-4);
    }
  }
  assert_true(in_all > 0);
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, c.likelihood, &o, &calibration));
  for (size_t i = 0; i < N_MU; i++) {
    uint64_t n;
    CHECK_OK(ctx, fairu_interval_calibration_point(calibration, ctx, i, NULL, NULL, NULL, NULL, &n));
    assert_int_equal(n, failed[i]);
  }
  fairu_interval_calibration_destroy(calibration);
  fit.max_iterations = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_CONVERGED,
              fairu_interval_calibration_create(ctx, c.likelihood, &o, &calibration));
  CHECK_SAYS(ctx, "of 400 toys at hypothesis 0.1 failed, more than 1 %");
  assert_null(calibration);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- templates of three bins -------------------------------------------------------------------------------- */

/* A signal; a background with statistics in bin 0 alone; a process that expects nothing. */
static fairu_likelihood *three_bins(fairu_context *ctx, double variance)
{
  static const char *const names[3] = { "signal", "background", "nothing" };
  static const double yields[3 * N_BINS] = { 4.0, 6.0, 8.0, 30.0, 20.0, 10.0, 0.0, 0.0, 0.0 };
  const double variances[3 * N_BINS] = { 0.0, 0.0, 0.0, variance, 0.0, 0.0, 0.0, 0.0, 0.0 };
  const fairu_factor mu = { "mu", "signal", 1.0, -20.0, 20.0 };
  fairu_likelihood_options options;
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = &mu;
  options.n_factors = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  return bin_model(ctx, names, 3, N_BINS, yields, variances, &options);
}

static void draw_counts(fairu_context *ctx, const fairu_likelihood *lh,
                        const fairu_interval_calibration_options *o, uint64_t toy, double counts[N_BINS])
{
  fairu_data *data = NULL;
  double mu;
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, o, 1.5, 3, toy, &mu, 1, data));
  assert_true(mu == 1.5);
  CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, counts));
  fairu_data_destroy(data);
}

/* Where templates are exact nothing moves but the count itself, to the very same numbers; with sums held fixed all bins of that process do, and a process of
 * nothing stays nothing. */
static void only_what_has_statistics_varies(void **state)
{
  enum { TOYS = 4000 };
  (void)state;
  fairu_context *ctx = support_context();
  const double variance = 36.0, nu = 30.0 + 1.5 * 4.0; /* (6 / 30)^2 of bin 0 */
  fairu_likelihood *lh = three_bins(ctx, variance), *exact = three_bins(ctx, 0.0);
  fairu_interval_calibration_options plain = few(), moving = few(), held = few();
  double sum = 0.0, square = 0.0;
  size_t other = 0;
  moving.template_statistics = held.template_statistics = 1.0;
  held.fixed_sums = 1;
  for (uint64_t k = 0; k < TOYS; k++) {
    double counts[4][N_BINS];
    draw_counts(ctx, lh, &plain, k, counts[0]);
    draw_counts(ctx, lh, &moving, k, counts[1]);
    draw_counts(ctx, lh, &held, k, counts[2]);
    draw_counts(ctx, exact, &held, k, counts[3]);
    assert_memory_equal(&counts[0][1], &counts[1][1], 2 * sizeof(double));
    assert_memory_equal(counts[0], counts[3], sizeof counts[0]); /* no variance at all */
    other += counts[2][1] != counts[0][1];
    for (int j = 0; j < N_BINS; j++)
      assert_true(isfinite(counts[2][j]));
    sum += counts[1][0];
    square += (counts[1][0] - nu) * (counts[1][0] - nu);
  }
  CHECK_NEAR(sum / TOYS, nu, 5.0 * sqrt((nu + variance) / TOYS));
  CHECK_NEAR(square / TOYS, nu + variance, 5.0 * sqrt(2.5 / TOYS) * (nu + variance)); /* tails: 2 is normal */
  assert_true(other > TOYS / 4);
  fairu_likelihood_destroy(exact);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* ---- yields below zero ---------------------------------------------------------------------------------------- */

static void yields_below_zero_are_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = three_bins(ctx, 9.0);
  fairu_interval_calibration_options o = few();
  fairu_interval_calibration *c = NULL;
  fairu_data *data = NULL;
  double mu = 7.0;
  o.lower = -5.0;
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  for (int statistics = 0; statistics < 2; statistics++) {
    o.template_statistics = statistics;
    CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                fairu_interval_calibration_toy(ctx, lh, &o, -5.0, 0, 0, &mu, 1, data));
    CHECK_SAYS(ctx, statistics ? "calibration: bin 1 of a toy expects -10" : "-10"); /* 20 - 5 6 */
    assert_true(mu == 7.0);
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_CONVERGED, fairu_interval_calibration_create(ctx, lh, &o, &c));
    CHECK_SAYS(ctx, "400 of 400 toys at hypothesis -5 failed");
    assert_null(c);
  }
  o.lower = -1.0; /* 8 to 10 are left of the least bin */
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
  fairu_interval_calibration_destroy(c);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* ---- measurements beyond the range ------------------------------------------------------------------------------- */

static fairu_likelihood *measured_at(fairu_context *ctx, double centre)
{
  static const char *const names[2] = { "signal", "background" };
  static const double yields[2] = { 20.0, 50.0 };
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, -1.0, 20.0 },
                                    { "k", "background", 1.0, 0.8, 1.2 } };
  fairu_nuisance prior;
  const fairu_constraint constraint = { .nuisance = "k", .kind = FAIRU_CONSTRAINT_PRIOR, .prior = &prior };
  fairu_likelihood_options options;
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  prior.name = "k";
  prior.nominal = 1.0;
  prior.centre = centre;
  prior.width = 0.1;
  prior.lower = 0.8;
  prior.upper = 1.2;
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = factors;
  options.n_factors = 2;
  options.constraints = &constraint;
  options.n_constraints = 1;
  return bin_model(ctx, names, 2, 1, yields, NULL, &options);
}

/* The data of a toy have what was measured, be it where the nuisance cannot go; its true value is drawn about that and put on the bound. */
static void measurements_stay_where_they_were(void **state)
{
  static const double centres[3] = { 1.0, 0.9, 1.5 };
  (void)state;
  fairu_context *ctx = support_context();
  for (int i = 0; i < 3; i++) {
    fairu_likelihood *lh = measured_at(ctx, centres[i]);
    fairu_interval_calibration_options o = few();
    fairu_data *data = NULL;
    size_t on_bound = 0;
    CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
    for (uint64_t k = 0; k < 200; k++) {
      double params[2], aux;
      CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, &o, 2.0, 0, k, params, 2, data));
      CHECK_OK(ctx, fairu_data_aux(data, ctx, 1, &aux));
      assert_true(aux == centres[i] && params[0] == 2.0);
      assert_true(params[1] >= 0.8 && params[1] <= 1.2);
      on_bound += params[1] == 1.2;
    }
    assert_true(i == 2 ? on_bound > 190
                       : on_bound < 40); /* 99.9 % of N(1.5, 0.1) lie above 1.2; 2.3 % of N(1, 0.1) */
    fairu_data_destroy(data);
    fairu_likelihood_destroy(lh);
  }
  fairu_context_destroy(ctx);
}

/* ---- events without bins ------------------------------------------------------------------------------------------- */

static int no_terms(size_t first, size_t n, const double *z, size_t n_z, double *ratio, double *d_ratio,
                    double *d2_ratio, double *density, double *d_density, double *d2_density, void *data)
{
  (void)first, (void)z, (void)n_z, (void)d_ratio, (void)d2_ratio, (void)d_density, (void)d2_density,
      (void)data;
  for (size_t i = 0; i < n; i++)
    ratio[i] = density[i] = 0.0;
  return 0;
}

static void events_without_bins_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_interval_calibration_options o = few();
  fairu_likelihood_options options;
  fairu_event_model model;
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  fairu_interval_calibration *c = NULL;
  double mu = 7.0;
  rotation_model_of_mu(ctx, &model, &options);
  model.term = no_terms;
  model.signal_yield = 10.0;
  model.background_yield = 100.0;
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, &model, &options, &lh));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_interval_calibration_create(ctx, lh, &o, &c));
  CHECK_SAYS(ctx, "an event-wise model has no counts");
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_interval_calibration_toy(ctx, lh, &o, 1.0, 0, 0, &mu, 1, data));
  CHECK_SAYS(ctx, "an event-wise model has no counts");
  assert_true(mu == 7.0 && c == NULL);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(fits_that_fail_are_counted),      cmocka_unit_test(only_what_has_statistics_varies),
    cmocka_unit_test(yields_below_zero_are_told),      cmocka_unit_test(measurements_stay_where_they_were),
    cmocka_unit_test(events_without_bins_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
