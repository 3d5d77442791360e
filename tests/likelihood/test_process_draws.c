/* What ensembles take from a likelihood: yields and variances by process, from the function behind the templates; true values of parameters drawn
 * from their priors, against their distributions. */
#include "factor_model.h"

#include "likelihood/likelihood_internal.h"

/* ---- yields -------------------------------------------------------------------------------------------- */

/* Factors of each process, by their list: one of its own, and the common one of all backgrounds. */
static double plain_scale(size_t process, const double *params)
{
  const char *name = factor_process_names[process];
  double scale = 1.0;
  static const char *const names[FACTOR_A] = { "mu", "ttbar_scale", "diboson_scale", "bkg_scale" };
  for (size_t f = 0; f < factor_entries; f++)
    for (size_t i = 0; i < FACTOR_A && strcmp(factor_list[f].process, name) == 0; i++)
      if (strcmp(factor_list[f].name, names[i]) == 0)
        scale *= params[i];
  return scale;
}

static void check_point(fairu_context *ctx, const factor_model *m, const factor_options *o,
                        const double *params)
{
  double yields[factor_processes * factor_bins], relative[factor_processes * factor_bins],
      sum[factor_bins] = { 0.0 }, nu[factor_bins];
  CHECK_OK(ctx, fairu_likelihood__process_yields(m->likelihood, ctx, params, yields));
  CHECK_OK(ctx, fairu_likelihood__process_variances(m->likelihood, ctx, params, relative));
  for (size_t p = 0; p < factor_processes; p++)
    for (size_t j = 0; j < factor_bins; j++) {
      const double bare = factor_yield(p, params[FACTOR_A], params[FACTOR_A + 1], j, o->pair);
      const size_t k = p * factor_bins + j;
      CHECK_CLOSE(yields[k], plain_scale(p, params) * bare, 1e-11);
      CHECK_CLOSE(relative[k], o->mc_stat ? (0.3 + 0.5 * (double)p) / bare : 0.0,
                  1e-10); /* no factor in it */
      sum[j] += yields[k];
    }
  CHECK_OK(ctx, fairu_likelihood_expected(m->likelihood, ctx, params, FACTOR_PARAMS, nu));
  for (size_t j = 0; j < factor_bins; j++)
    CHECK_CLOSE(nu[j], sum[j], 1e-13);
}

/* At knots of the grid, where nothing is interpolated: on both axes, and where they cross if there is a pair. */
static void yields_of_processes(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < 8; kind++) {
    const factor_options o = { kind & 1 ? FAIRU_MC_STAT_MOVING : FAIRU_MC_STAT_NONE,
                               kind & 2 ? FAIRU_INTERPOLATION_LOG : FAIRU_INTERPOLATION_LINEAR,
                               (kind & 4) != 0 };
    factor_model m;
    CHECK_OK(ctx, factor_create(ctx, o, &m));
    assert_int_equal(fairu_likelihood__n_processes(m.likelihood), factor_processes);
    for (size_t i = 1; i < factor_knots; i++) /* the prior of a ends before its first */
      for (size_t k = 0; k < factor_knots; k++) {
        const double params[FACTOR_PARAMS] = { 0.3 * (double)i - 0.7, 0.9,           1.3, 1.05,
                                               factor_knot[i],        factor_knot[k] };
        if (o.pair || factor_knot[i] == 0.0 || factor_knot[k] == 0.0)
          check_point(ctx, &m, &o, params);
      }
    factor_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* A process that expects nothing in a bin has no relative error there, whatever its variance. */
static void nothing_expected(void **state)
{
  (void)state;
  static const char *const names[2] = { "signal", "background" };
  static const double yields[4] = { 3.0, 0.0, 50.0, 60.0 }, variances[4] = { 0.9, 0.5, 0.0, 6.0 };
  static const double wanted[4] = { 0.1, 0.0, 0.0, 1.0 / 600.0 }, params[1] = { 2.0 };
  const fairu_factor factor = { "mu", "signal", 1.0, 0.0, 10.0 };
  fairu_likelihood_options options;
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  fairu_likelihood *likelihood = NULL;
  double relative[4], shown[4];
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = &factor;
  options.n_factors = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, 2, yields, variances, FAIRU_INTERPOLATION_LINEAR,
                                       &templates));
  CHECK_OK(ctx, fairu_likelihood_create(ctx, templates, &options, &likelihood));
  CHECK_OK(ctx, fairu_likelihood__process_variances(likelihood, ctx, params, relative));
  CHECK_OK(ctx, fairu_likelihood__process_yields(likelihood, ctx, params, shown));
  for (size_t i = 0; i < 4; i++) {
    CHECK_NEAR(relative[i], wanted[i], 1e-15);
    assert_true(shown[i] == yields[i] * (i < 2 ? 2.0 : 1.0));
  }
  fairu_likelihood_destroy(likelihood);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* ---- draws --------------------------------------------------------------------------------------------- */

enum { DRAWS = 4000, TABLE = 9 };

typedef struct drawn {
  const char *name;
  int prior;
  double centre, width, lower, upper;
  int fixed;
} drawn;

static const drawn kinds[] = {
  { "gaussian", FAIRU_PRIOR_GAUSSIAN, 0.3, 0.5, -HUGE_VAL, HUGE_VAL, 0 },
  { "clipped", FAIRU_PRIOR_GAUSSIAN, 0.3, 0.5, -0.2, 0.6, 0 },
  { "skew", FAIRU_PRIOR_LOG_NORMAL, 2.0, 0.3, 0.0, HUGE_VAL, 0 },
  { "skew_clipped", FAIRU_PRIOR_LOG_NORMAL, 2.0, 0.3, 0.0, 2.2, 0 },
  { "flat", FAIRU_PRIOR_UNIFORM, 0.5, 1.0, -1.0, 3.0, 0 },
  { "table", FAIRU_PRIOR_TABULATED, 0.0, 1.0, -2.0, 2.0, 0 },
  { "table_clipped", FAIRU_PRIOR_TABULATED, 0.0, 1.0, -0.5, 0.75, 0 },
  { "fixed", FAIRU_PRIOR_GAUSSIAN, 0.3, 0.5, -2.0, 2.0, 1 },
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Its logarithm is a cubic, which splines follow to rounding. */
static double table_density(double z)
{
  return exp(-0.8 * z * z + 0.25 * z * z * z + 0.4 * z);
}

/* By the rule of midpoints. */
static double table_cdf(double x)
{
  static double all[1601];
  if (all[1600] == 0.0)
    for (int i = 0; i < 1600; i++)
      all[i + 1] = all[i] + table_density(-2.0 + (i + 0.5) / 400.0);
  const double at = fmin(fmax((x + 2.0) * 400.0, 0.0), 1600.0);
  const int i = (int)fmin(at, 1599.0);
  return (all[i] + (at - i) * (all[i + 1] - all[i])) / all[1600];
}

/* Of the prior before it is clipped. */
static double plain_cdf(const drawn *k, double x)
{
  switch (k->prior) {
  case FAIRU_PRIOR_GAUSSIAN:
    return 0.5 * erfc((k->centre - x) / k->width / sqrt(2.0));
  case FAIRU_PRIOR_LOG_NORMAL:
    return 0.5 * erfc(log(k->centre / x) / k->width / sqrt(2.0));
  case FAIRU_PRIOR_UNIFORM:
    return (x - k->lower) / (k->upper - k->lower);
  default:
    return table_cdf(x);
  }
}

static void add_drawn(fairu_context *ctx, fairu_model *model, const drawn *k, const double *z,
                      const double *density)
{
  fairu_parameter_options options;
  fairu_nuisance prior;
  size_t index = 0;
  CHECK_OK(ctx, fairu_parameter_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  prior.name = k->name;
  prior.prior = k->prior;
  prior.nominal = k->centre;
  prior.width = k->width;
  if (k->prior == FAIRU_PRIOR_UNIFORM) {
    prior.lower = k->lower;
    prior.upper = k->upper;
  }
  if (k->prior == FAIRU_PRIOR_TABULATED) {
    prior.table_z = z;
    prior.table_density = density;
    prior.n_table = TABLE;
  }
  options.start = 0.4;
  options.lower = k->lower;
  options.upper = k->upper;
  options.fixed = k->fixed;
  options.prior = &prior;
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, k->name, &options, &index));
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, 0, index));
}

/* All kinds, then one without a constraint and one with a count. */
static fairu_likelihood *make_drawn(fairu_context *ctx)
{
  static const double yields[1] = { 10.0 };
  double z[TABLE], density[TABLE];
  fairu_model *model = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_parameter_options options;
  for (int i = 0; i < TABLE; i++)
    density[i] = table_density(z[i] = -2.0 + 0.5 * i);
  CHECK_OK(ctx, fairu_model_create(ctx, &model));
  CHECK_OK(ctx, fairu_model_add_channel(model, ctx, "SR", 1, NULL));
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, 0, "all", yields, 1, NULL));
  for (size_t k = 0; k < KINDS; k++)
    add_drawn(ctx, model, &kinds[k], z, density);
  CHECK_OK(ctx, fairu_parameter_options_init(&options, sizeof options));
  options.start = 0.7;
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, "free", &options, NULL));
  options.poisson_scale = 9.0;
  CHECK_OK(ctx, fairu_model_add_parameter(model, ctx, "count", &options, NULL));
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, model, NULL, &likelihood));
  fairu_model_destroy(model);
  return likelihood;
}

static int by_value(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Kolmogorov's distance within the bounds, and the weight on each of them. */
static void check_distribution(const drawn *k, double *values)
{
  double distance = 0.0;
  qsort(values, DRAWS, sizeof *values, by_value);
  for (int i = 0; i < DRAWS; i++) {
    assert_true(values[i] >= k->lower && values[i] <= k->upper);
    if (values[i] == k->lower || values[i] == k->upper)
      continue;
    const double cdf = plain_cdf(k, values[i]);
    distance = fmax(distance, fmax(fabs(i / (double)DRAWS - cdf), fabs((i + 1) / (double)DRAWS - cdf)));
  }
  if (!(distance < 1.95 / sqrt(DRAWS))) /* one in a thousand */
    print_error("%s: distance %g\n", k->name, distance);
  assert_true(distance < 1.95 / sqrt(DRAWS) && distance > 0.2 / sqrt(DRAWS));
}

static void draws_follow_their_priors(void **state)
{
  (void)state;
  static double values[DRAWS];
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood = make_drawn(ctx);
  for (size_t k = 0; k < KINDS; k++) {
    for (uint64_t i = 0; i < DRAWS; i++) {
      fairu_philox rng = fairu_philox__start(5, FAIRU_STREAM_USER, (uint32_t)k, i), again = rng;
      values[i] = fairu_likelihood__draw_parameter(likelihood, k, &rng);
      assert_true(values[i] == fairu_likelihood__draw_parameter(likelihood, k, &again));
    }
    if (!kinds[k].fixed)
      check_distribution(&kinds[k], values);
    else
      assert_true(values[0] == 0.4 && values[DRAWS - 1] == 0.4);
  }
  fairu_philox rng = fairu_philox__start(5, FAIRU_STREAM_USER, 0, 0);
  for (size_t i = KINDS; i < KINDS + 2; i++)
    assert_true(fairu_likelihood__draw_parameter(likelihood, i, &rng) == 0.7);
  assert_int_equal(fairu_likelihood__n_processes(likelihood), 0); /* no templates */
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(yields_of_processes),
                                      cmocka_unit_test(nothing_expected),
                                      cmocka_unit_test(draws_follow_their_priors) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
