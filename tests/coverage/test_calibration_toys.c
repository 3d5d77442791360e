/* The ensemble of a calibration: true nuisances, statistics of templates and pool, counts; coverage with all of these; likelihoods of other kinds, and with two
 * minima. */
#include "coverage/challenge_model.h"
#include "likelihood/small_model.h"
#include "support/support.h"

#include "numeric/special.h"

static fairu_likelihood *challenge(fairu_context *ctx, double variance, int mc_stat)
{
  fairu_likelihood *lh = NULL;
  const challenge_settings settings = { variance, mc_stat };
  CHECK_OK(ctx, challenge_create(ctx, settings, &lh));
  return lh;
}

static fairu_interval_calibration_options options_of(uint64_t n_toys, double template_statistics,
                                                     double pool_statistics)
{
  fairu_interval_calibration_options o;
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  o.n_toys = n_toys;
  o.template_statistics = template_statistics;
  o.pool_statistics = pool_statistics;
  return o;
}

/* ---- one toy ------------------------------------------------------------------------------------------- */

typedef struct ensemble_sums {
  double mean[challenge_params], square[challenge_params];
  double counts[challenge_bins], squares[challenge_bins];
  int atoms; /* at the upper bound of log_soft_met */
} ensemble_sums;

enum { MANY = 20000 };

static void add_up(fairu_context *ctx, const fairu_likelihood *lh,
                   const fairu_interval_calibration_options *o, ensemble_sums *sums)
{
  fairu_data *data = NULL;
  double params[challenge_params], counts[challenge_bins];
  memset(sums, 0, sizeof *sums);
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  for (uint64_t k = 0; k < MANY; k++) {
    CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, o, 1.3, 77, k, params, challenge_params, data));
    CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, counts));
    for (int i = 0; i < challenge_params; i++) {
      sums->mean[i] += params[i] / MANY;
      sums->square[i] += params[i] * params[i] / MANY;
    }
    for (int j = 0; j < challenge_bins; j++) {
      sums->counts[j] += counts[j] / MANY;
      sums->squares[j] += counts[j] * counts[j] / MANY;
    }
    sums->atoms += params[6] == log(5.0);
    for (size_t i = 0; i < challenge_params; i++) {
      double aux;
      if (i > 0) {
        CHECK_OK(ctx, fairu_data_aux(data, ctx, i, &aux));
        assert_true(aux == (i == 6 ? 0.0 : 1.0)); /* at the centre, always */
      }
    }
  }
  fairu_data_destroy(data);
}

static void nuisances_follow_their_priors_with_atoms_at_bounds(void **state)
{
  static const double width[challenge_params] = { 0.0, 0.02, 0.25, 0.001, 0.01, 0.01, 0.0 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 0.0, FAIRU_MC_STAT_NONE);
  fairu_interval_calibration_options o = options_of(100, 0.0, 0.0);
  ensemble_sums sums;
  add_up(ctx, lh, &o, &sums);
  CHECK_NEAR(sums.mean[0], 1.3, 1e-12);
  for (int i = 1; i < 6; i++) {
    CHECK_NEAR(sums.mean[i], 1.0, 5.0 * width[i] / sqrt(MANY));
    CHECK_CLOSE(sqrt(sums.square[i] - sums.mean[i] * sums.mean[i]), width[i], 0.03);
  }
  const double atom = fairu_normal__sf(log(5.0));
  CHECK_NEAR(sums.atoms / (double)MANY, atom, 5.0 * sqrt(atom / MANY));
  o.draw_nuisances = 0;
  add_up(ctx, lh, &o, &sums);
  for (int i = 1; i < challenge_params; i++)
    CHECK_NEAR(sums.mean[i], i == 6 ? 0.0 : 1.0, 1e-12);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* With known sums of processes the total is Poisson about its expectation whatever the statistics, and bins still fluctuate. */
static void sums_of_processes_can_be_fixed(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 20.0, FAIRU_MC_STAT_NONE);
  fairu_interval_calibration_options o = options_of(100, 1.0, 1.0);
  const double at[challenge_params] = { 1.3, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0 };
  double nu[challenge_bins], params[challenge_params], counts[challenge_bins], total = 0.0;
  double square[2] = { 0.0, 0.0 }, bin = 0.0;
  fairu_data *data = NULL;
  enum { TOYS = 4000 };
  CHECK_OK(ctx, fairu_likelihood_expected(lh, ctx, at, challenge_params, nu));
  for (int j = 0; j < challenge_bins; j++)
    total += nu[j];
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  o.draw_nuisances = 0;
  for (int fixed = 0; fixed < 2; fixed++)
    for (uint64_t k = 0; k < TOYS; k++) {
      double sum = 0.0;
      o.fixed_sums = fixed;
      CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, &o, 1.3, 5, k, params, challenge_params, data));
      CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, counts));
      for (int j = 0; j < challenge_bins; j++)
        sum += counts[j];
      square[fixed] += (sum - total) * (sum - total) / TOYS;
      bin += fixed * (counts[0] - nu[0]) * (counts[0] - nu[0]) / TOYS;
    }
  CHECK_CLOSE(square[1], total, 5.0 * sqrt(2.0 / TOYS)); /* Poisson: variance = mean */
  assert_true(square[0] > 10.0 * total);
  assert_true(bin > 5.0 * nu[0]);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* Counts at fixed nuisances: mean nu, variance nu + sum_p (a + b) V_p with V_p = 0.8 phi_p nu_p, a and b the multiples of the two statistics, and a product
 * of both that is less than a b. phi is 1 but for the signal, 1.3. */
static void counts_have_the_variance_of_all_statistics(void **state)
{
  static const double settings[4][2] = { { 0.0, 0.0 }, { 1.0, 0.0 }, { 0.0, 0.5 }, { 2.0, 1.5 } };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 0.8, FAIRU_MC_STAT_NONE);
  const double at[challenge_params] = { 1.3, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0 };
  double nu[challenge_bins];
  CHECK_OK(ctx, fairu_likelihood_expected(lh, ctx, at, challenge_params, nu));
  for (int s = 0; s < 4; s++) {
    const double a = settings[s][0], b = settings[s][1];
    fairu_interval_calibration_options o = options_of(100, a, b);
    ensemble_sums sums;
    o.draw_nuisances = 0;
    add_up(ctx, lh, &o, &sums);
    for (int j = 0; j < challenge_bins; j++) {
      const double variance = sums.squares[j] - sums.counts[j] * sums.counts[j];
      const double least = nu[j] * (1.0 + 0.8 * (a + b)),
                   most = nu[j] * (1.0 + 0.8 * 1.3 * (a + b)) + a * b * 0.7;
      CHECK_NEAR(sums.counts[j], nu[j], 5.0 * sqrt(most / MANY));
      assert_true(variance > 0.94 * least && variance < 1.06 * most);
    }
  }
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void a_toy_is_the_same_in_any_company(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 0.5, FAIRU_MC_STAT_MOVING);
  fairu_data *data = NULL;
  double first[challenge_bins], again[challenge_bins], p[2][challenge_params];
  fairu_interval_calibration_options o = options_of(100, 1.0, 1.0);
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, &o, 1.0, 5, 9, p[0], challenge_params, data));
  CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, first));
  for (int other = 0; other < 4; other++) {
    o.seed = other == 1 ? 2 : 1;
    CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, &o, 1.0, other == 2 ? 6 : 5, other == 3 ? 10 : 9,
                                                 p[1], challenge_params, data));
    CHECK_OK(ctx, fairu_data_observed(data, ctx, NULL, 0, again));
    assert_int_equal(memcmp(first, again, sizeof first) == 0, other == 0);
    assert_int_equal(memcmp(p[0], p[1], sizeof p[0]) == 0, other == 0);
  }
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* ---- priors of any kind: the nuisance `a` of the small model ------------------------------------------- */

enum { DRAWS = 4000 };

static double fraction_below(const double *values, double x)
{
  int below = 0;
  for (int k = 0; k < DRAWS; k++)
    below += values[k] <= x;
  return (double)below / DRAWS;
}

/* Against fairu_nuisance_draw, which is another implementation: Kolmogorov's distance of two samples. */
static void check_prior(fairu_context *ctx, const fairu_likelihood *lh, const char *name,
                        fairu_nuisance prior, double lower, double upper)
{
  static double ours[DRAWS], theirs[DRAWS];
  double params[small_params], worst = 0.0;
  const fairu_interval_calibration_options o = options_of(100, 0.0, 0.0);
  const size_t n = fairu_likelihood_n_parameters(lh);
  fairu_data *data = NULL;
  size_t i = 0;
  prior.lower = lower;
  prior.upper = upper;
  CHECK_OK(ctx, fairu_likelihood_find_parameter(lh, ctx, name, &i));
  CHECK_OK(ctx, fairu_nuisance_draw(ctx, &prior, 99, 0, DRAWS, 1, theirs));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  for (uint64_t k = 0; k < DRAWS; k++) {
    CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, &o, 1.0, 3, k, params, n, data));
    ours[k] = params[i];
    assert_true(ours[k] >= lower && ours[k] <= upper);
  }
  for (int g = 0; g < 40; g++) {
    const double x = lower + (upper - lower) * g / 40.0;
    worst = fmax(worst, fabs(fraction_below(ours, x) - fraction_below(theirs, x)));
  }
  assert_true(worst < 2.0 * sqrt(2.0 / DRAWS));
  fairu_data_destroy(data);
}

static void priors_of_all_kinds_are_drawn_from(void **state)
{
  static const int families[] = { FAIRU_PRIOR_GAUSSIAN, FAIRU_PRIOR_UNIFORM, FAIRU_PRIOR_TABULATED };
  (void)state;
  fairu_context *ctx = support_context();
  for (int f = 0; f < 3; f++) {
    const small_options so = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = families[f] };
    small_model m;
    fairu_nuisance prior;
    CHECK_OK(ctx, small_create(ctx, &so, &m));
    CHECK_OK(ctx, small_prior(families[f], &prior));
    check_prior(ctx, m.likelihood, "a", prior, -1.0, 1.0);
    small_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* One bin, a factor of the background with a log-normal prior about 1.2, centre apart from the start of fits. */
static void log_normal_factors_are_drawn_about_their_centre(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const char *const names[2] = { "signal", "background" };
  static const double yields[2] = { 100.0, 1000.0 };
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL },
                                    { "beta", "background", 1.0, 0.7, 1.6 } };
  fairu_nuisance prior;
  fairu_likelihood_options options;
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  fairu_likelihood *lh = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  prior.name = "beta";
  prior.prior = FAIRU_PRIOR_LOG_NORMAL;
  prior.nominal = 1.2;
  prior.width = 0.3;
  prior.lower = 0.7;
  prior.upper = 1.6;
  const fairu_constraint constraint = { "beta", FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = factors;
  options.n_factors = 2;
  options.constraints = &constraint;
  options.n_constraints = 1;
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, 1, yields, NULL, FAIRU_INTERPOLATION_LINEAR,
                                       &templates));
  CHECK_OK(ctx, fairu_likelihood_create(ctx, templates, &options, &lh));
  check_prior(ctx, lh, "beta", prior, 0.7, 1.6);
  fairu_likelihood_destroy(lh);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* ---- coverage ------------------------------------------------------------------------------------------ */

/* Toys with statistics that the likelihood does not know: the profile interval covers too seldom, the calibrated one as often as said. */
static void calibrated_intervals_cover_with_all_statistics(void **state)
{
  enum { TOYS = 500, PLACES = 4 };
  static const double mus[PLACES] = { 0.13, 0.75, 1.9, 2.9 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 0.5, FAIRU_MC_STAT_NONE);
  fairu_interval_calibration_options o = options_of(400, 1.0, 1.0);
  fairu_interval_calibration *c = NULL;
  fairu_data *data = NULL;
  double params[challenge_params];
  int covered = 0, plain = 0;
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  for (uint64_t m = 0; m < PLACES; m++)
    for (uint64_t k = 0; k < TOYS; k++) {
      fairu_calibrated_interval interval = { .struct_size = sizeof interval };
      CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, lh, &o, mus[m], 1000 + m, k, params, challenge_params,
                                                   data));
      CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, params,
                                                        challenge_params));
      assert_true(params[0] == interval.estimate);
      covered += interval.lower <= mus[m] && mus[m] <= interval.upper;
      if (k < TOYS / 5) {
        fairu_interval crossings = { .struct_size = sizeof crossings };
        CHECK_OK(ctx,
                 fairu_likelihood_interval(lh, ctx, data, NULL, &crossings, NULL, NULL, challenge_params));
        plain += crossings.lower <= mus[m] && mus[m] <= crossings.upper;
      }
    }
  /* binomial of 2000, and of the 400 toys behind each critical value */
  CHECK_NEAR(covered / 2000.0, 0.6827, 4.0 * sqrt(0.2166 / 2000.0 + 0.2166 / (400.0 * 6.0)));
  assert_true(plain / 400.0 < 0.6827 - 3.0 * sqrt(0.2166 / 400.0));
  fairu_data_destroy(data);
  fairu_interval_calibration_destroy(c);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void threads_change_no_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 0.5, FAIRU_MC_STAT_MOVING);
  const fairu_interval_calibration_options o = options_of(130, 1.0, 0.3); /* chunks that are not full */
  char first[FAIRU_INTERVAL_CALIBRATION_DIGEST], other[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  for (int threads = 1; threads <= 3; threads++) {
    fairu_interval_calibration *c = NULL;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
    CHECK_OK(ctx, fairu_interval_calibration_digest(c, ctx, threads == 1 ? first : other));
    if (threads > 1)
      assert_string_equal(first, other);
    fairu_interval_calibration_destroy(c);
  }
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* ---- other likelihoods, other ends --------------------------------------------------------------------- */

static int stop(const char *what, uint64_t done, uint64_t total, void *data)
{
  (void)what;
  ++*(int *)data;
  return done > total / 3;
}

static void a_calibration_can_be_stopped(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = challenge(ctx, 0.0, FAIRU_MC_STAT_NONE);
  const fairu_interval_calibration_options o = options_of(100, 0.0, 0.0);
  fairu_interval_calibration *c = NULL;
  int calls = 0;
  CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, &calls));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_interval_calibration_create(ctx, lh, &o, &c));
  assert_null(c);
  assert_true(calls > 1);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_interval_calibration_create(ctx, lh, &o, &c));
  assert_null(c);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* Yields 1e4 (1 + (a - 0.3)^2) + ...: a and its mirror image about 0.3 are alike, and both lie in the range. */
static int mirrored(size_t p, const double *z, size_t n_axes, size_t n_bins, double *yields,
                    double *variances, void *data)
{
  (void)p, (void)n_axes, (void)data;
  for (size_t b = 0; b < n_bins; b++)
    yields[b] = 1e4 * (1.0 + (double)b) * (1.0 + (z[0] - 0.3) * (z[0] - 0.3));
  if (variances)
    memset(variances, 0, n_bins * sizeof *variances);
  return 0;
}

static void intervals_in_pieces_give_their_hull(void **state)
{
  static const char *const names[1] = { "all" };
  static const double knots[9] = { -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0 };
  const fairu_axis axis = { "a", knots, 9, 0.0 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  fairu_likelihood *lh = NULL;
  fairu_likelihood_options options;
  fairu_interval_calibration *c = NULL;
  fairu_data *data = NULL;
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  fairu_interval_calibration_options o = options_of(100, 0.0, 0.0);
  double params;
  o.lower = -0.4;
  o.upper = 0.9;
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, names, 1, 2, mirrored, NULL,
                                                     FAIRU_INTERPOLATION_LINEAR, &templates));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_likelihood_create(ctx, templates, &options, &lh));
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  const double truth = 0.7; /* mirror image: -0.1 */
  CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, &truth, 1, data));
  CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, &params, 1));
  assert_int_equal(interval.n_pieces, 2);
  assert_true(interval.lower > -0.2 && interval.lower < -0.1 && interval.upper > 0.7 && interval.upper < 0.8);
  CHECK_NEAR(interval.lower + interval.upper, 0.6, 1e-2); /* but for c */
  const double inner = 0.3;                               /* the vertex: one piece about it */
  CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, &inner, 1, data));
  CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, lh, data, NULL, &interval, NULL, 0));
  assert_int_equal(interval.n_pieces, 1);
  fairu_data_destroy(data);
  fairu_interval_calibration_destroy(c);
  fairu_likelihood_destroy(lh);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static fairu_likelihood *of_channels(fairu_context *ctx)
{
  static const char *const workspace = "{\"channels\": [{\"name\": \"c\", \"samples\": [{\"name\": \"s\", "
                                       "\"data\": [12, 11], \"modifiers\": [{\"name\": "
                                       "\"mu\", \"type\": \"normfactor\", \"data\": null}]}, {\"name\": "
                                       "\"b\", \"data\": [50, 52], \"modifiers\": [{\"name\": "
                                       "\"bkg\", \"type\": \"normsys\", \"data\": {\"hi\": 1.1, \"lo\": "
                                       "0.9}}]}]}], \"measurements\": [{\"name\": \"m\", "
                                       "\"config\": {\"poi\": \"mu\", \"parameters\": []}}], "
                                       "\"observations\": [{\"name\": \"c\", \"data\": [60, 60]}], "
                                       "\"version\": \"1.0.0\"}";
  char path[512];
  fairu_workspace *w = NULL;
  fairu_likelihood *lh = NULL;
  support_write_file(support_path(path, sizeof path, "two_bins.json"), workspace, strlen(workspace));
  CHECK_OK(ctx, fairu_workspace_read(ctx, path, &w));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, w, NULL, &lh));
  fairu_workspace_destroy(w);
  return lh;
}

static void workspaces_are_calibrated_without_template_statistics(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = of_channels(ctx);
  fairu_interval_calibration *c = NULL;
  double critical;
  fairu_interval_calibration_options o = options_of(300, 1.0, 0.0);
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_interval_calibration_create(ctx, lh, &o, &c));
  CHECK_SAYS(ctx, "template_statistics");
  assert_null(c);
  o.template_statistics = 0.0;
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, &o, &c));
  CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, 1.5, &critical, NULL));
  assert_true(critical > 0.5 && critical < 1.5);
  fairu_interval_calibration_destroy(c);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(nuisances_follow_their_priors_with_atoms_at_bounds),
    cmocka_unit_test(counts_have_the_variance_of_all_statistics),
    cmocka_unit_test(sums_of_processes_can_be_fixed),
    cmocka_unit_test(a_toy_is_the_same_in_any_company),
    cmocka_unit_test(priors_of_all_kinds_are_drawn_from),
    cmocka_unit_test(log_normal_factors_are_drawn_about_their_centre),
    cmocka_unit_test(calibrated_intervals_cover_with_all_statistics),
    cmocka_unit_test(threads_change_no_bit),
    cmocka_unit_test(a_calibration_can_be_stopped),
    cmocka_unit_test(intervals_in_pieces_give_their_hull),
    cmocka_unit_test(workspaces_are_calibrated_without_template_statistics),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
