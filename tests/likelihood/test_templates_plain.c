/* Random likelihoods of templates against their definition: factors that share processes, constraints of every kind, template statistics
 * minimised by search, each constant; gradients and Hessians against differences of the definition. */
#include "support/support.h"

#include "numeric/philox.h"

enum {
  BINS = 5,
  PROCESSES = 3,
  AXES = 2,
  KNOTS = 5,
  FACTORS = 4,
  PARAMS = FACTORS + AXES,
  MODELS = 60,
  AUX_BINS = 3
};

static const char *const process_names[PROCESSES] = { "signal", "top", "rest" };
static const char *const axis_names[AXES] = { "a", "b" };
static const double knots[KNOTS] = { -2.0, -1.2, 0.0, 0.7, 2.0 };
static const double table_z[4] = { -2.0, -0.5, 1.0, 2.0 };

/* What is known of one nuisance. */
enum { NONE, GAUSSIAN, LOG_NORMAL, UNIFORM, TABULATED, AUXILIARY, KINDS };

typedef struct known {
  int kind;
  double centre, width, density[4], counts[AUX_BINS];
} known;

typedef struct model {
  fairu_philox rng;
  size_t n_axes;
  int interpolation, mc_stat, constant;
  double base[PROCESSES][BINS], slope[PROCESSES][AXES][BINS], variance[PROCESSES];
  double observed[BINS];
  known about_norm, about_axis[AXES]; /* of the factor "norm" */
  fairu_templates *templates, *auxiliary;
  fairu_likelihood *likelihood;
  fairu_data *data;
  size_t n_params;
} model;

static double between(model *m, double low, double high)
{
  return low + (high - low) * fairu_philox__uniform(&m->rng);
}

/* Yields between the knots are those of the templates, which have tests of their own. */
static int yields_of(size_t p, const double *z, size_t n_axes, size_t n_bins, double *yields,
                     double *variances, void *user_data)
{
  const model *m = (const model *)user_data;
  for (size_t j = 0; j < n_bins; j++) {
    double x = 0.0;
    for (size_t k = 0; k < n_axes; k++)
      x += m->slope[p][k][j] * z[k] + 0.02 * z[k] * z[k];
    yields[j] = m->base[p][j] * exp(x);
    variances[j] = m->mc_stat ? m->variance[p] * yields[j] : 0.0;
  }
  return 0;
}

static int auxiliary_yields(size_t p, const double *z, size_t n_axes, size_t n_bins, double *yields,
                            double *variances, void *user_data)
{
  (void)p, (void)n_axes, (void)variances, (void)user_data;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = 40.0 * exp(0.2 * ((double)j - 1.0) * z[0]);
  return 0;
}

/* ---- drawn --------------------------------------------------------------------------------------------- */

static void draw_known(model *m, known *k, int kind)
{
  k->kind = kind;
  k->centre = kind == LOG_NORMAL ? between(m, 0.8, 1.2) : kind == GAUSSIAN ? between(m, -0.3, 0.3) : 0.0;
  k->width = between(m, 0.2, 1.5);
  for (size_t i = 0; i < 4; i++)
    k->density[i] = between(m, 0.2, 1.0);
  for (size_t j = 0; j < AUX_BINS; j++)
    k->counts[j] = floor(between(m, 20.0, 60.0));
}

static void draw(model *m, uint64_t number)
{
  memset(m, 0, sizeof *m);
  m->rng = fairu_philox__start(59, 0, number, 0);
  m->n_axes = 1 + number % AXES;
  m->interpolation = (int)(number % 3);
  m->mc_stat = (int)(number / 2 % 2);
  m->constant = (int)(number / 4 % 3);
  for (size_t p = 0; p < PROCESSES; p++) {
    m->variance[p] = between(m, 0.05, 0.5);
    for (size_t j = 0; j < BINS; j++) {
      m->base[p][j] = p == 0 ? between(m, 3.0, 15.0) : between(m, 30.0, 80.0);
      for (size_t k = 0; k < AXES; k++)
        m->slope[p][k][j] = between(m, -0.15, 0.15);
    }
  }
  for (size_t j = 0; j < BINS; j++)
    m->observed[j] = j == 0 && number % 5 == 0 ? 0.0 : floor(between(m, 60.0, 180.0));
  draw_known(m, &m->about_norm, number % 3 == 0 ? NONE : number % 3 == 1 ? GAUSSIAN : LOG_NORMAL);
  m->about_norm.centre =
      m->about_norm.kind == GAUSSIAN ? 1.0 + 0.1 * m->about_norm.centre : m->about_norm.centre;
  static const int kinds[] = { NONE, GAUSSIAN, UNIFORM, TABULATED, AUXILIARY };
  for (size_t k = 0; k < m->n_axes; k++)
    draw_known(m, &m->about_axis[k], kinds[(number + 2 * k) % 5]);
}

static void make_templates(fairu_context *ctx, model *m)
{
  static const char *const all[] = { "all" };
  const fairu_axis axes[AXES] = { { axis_names[0], knots, KNOTS, 0.0 },
                                  { axis_names[1], knots, KNOTS, 0.0 } };
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, m->n_axes, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, process_names, PROCESSES, BINS, yields_of, m,
                                                     m->interpolation, &m->templates));
  fairu_grid_destroy(grid);
  for (size_t k = 0; k < m->n_axes; k++)
    if (m->about_axis[k].kind == AUXILIARY) {
      CHECK_OK(ctx, fairu_grid_create(ctx, &axes[k], 1, NULL, 0, &grid));
      CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, all, 1, AUX_BINS, auxiliary_yields, NULL,
                                                         FAIRU_INTERPOLATION_LOG, &m->auxiliary));
      fairu_grid_destroy(grid);
    }
}

static void constrain(fairu_context *ctx, const known *k, const char *name, const fairu_templates *auxiliary,
                      fairu_nuisance *prior, fairu_constraint *constraint)
{
  static const int priors[KINDS] = {
    0, FAIRU_PRIOR_GAUSSIAN, FAIRU_PRIOR_LOG_NORMAL, FAIRU_PRIOR_UNIFORM, FAIRU_PRIOR_TABULATED, 0
  };
  CHECK_OK(ctx, fairu_nuisance_init(prior, sizeof *prior));
  *constraint = (fairu_constraint){ name, FAIRU_CONSTRAINT_PRIOR, prior, NULL };
  if (k->kind == AUXILIARY)
    *constraint = (fairu_constraint){ name, FAIRU_CONSTRAINT_AUXILIARY, NULL, auxiliary };
  else
    prior->prior = priors[k->kind];
  if (k->kind == GAUSSIAN || k->kind == LOG_NORMAL) {
    prior->nominal = k->kind == GAUSSIAN ? 0.0 : 1.0;
    prior->centre = k->centre;
    prior->width = k->width;
  } else if (k->kind == UNIFORM) {
    prior->lower = -1.9;
    prior->upper = 1.9;
  } else if (k->kind == TABULATED) {
    prior->table_z = table_z;
    prior->table_density = k->density;
    prior->n_table = 4;
  }
}

/* mu of the signal; "norm" of the top and the rest; "top" of the top; "all" of everything. */
static void make_likelihood(fairu_context *ctx, model *m)
{
  static const struct {
    const char *name;
    size_t process;
  } list[] = { { "mu", 0 },  { "norm", 1 }, { "norm", 2 }, { "top", 1 },
               { "all", 0 }, { "all", 1 },  { "all", 2 } };
  enum { ENTRIES = sizeof list / sizeof list[0] };
  fairu_factor factors[ENTRIES];
  fairu_nuisance priors[1 + AXES];
  fairu_constraint constraints[1 + AXES];
  fairu_likelihood_options o;
  CHECK_OK(ctx, fairu_likelihood_options_init(&o, sizeof o));
  for (size_t i = 0; i < ENTRIES; i++)
    factors[i] = (fairu_factor){ list[i].name, process_names[list[i].process], 1.0, 0.0, 10.0 };
  if (m->about_norm.kind != NONE)
    constrain(ctx, &m->about_norm, "norm", NULL, &priors[o.n_constraints], &constraints[o.n_constraints]),
        o.n_constraints++;
  for (size_t k = 0; k < m->n_axes; k++)
    if (m->about_axis[k].kind != NONE)
      constrain(ctx, &m->about_axis[k], axis_names[k], m->auxiliary, &priors[o.n_constraints],
                &constraints[o.n_constraints]),
          o.n_constraints++;
  o.factors = factors;
  o.n_factors = ENTRIES;
  o.constraints = constraints;
  o.mc_stat = m->mc_stat ? FAIRU_MC_STAT_MOVING : FAIRU_MC_STAT_NONE;
  o.constant = m->constant;
  CHECK_OK(ctx, fairu_likelihood_create(ctx, m->templates, &o, &m->likelihood));
  m->n_params = fairu_likelihood_n_parameters(m->likelihood);
  assert_int_equal(m->n_params, FACTORS + m->n_axes);
}

static void make(fairu_context *ctx, model *m, uint64_t number)
{
  draw(m, number);
  make_templates(ctx, m);
  make_likelihood(ctx, m);
  CHECK_OK(ctx, fairu_data_create(ctx, m->likelihood, &m->data));
  CHECK_OK(ctx, fairu_data_set_observed(m->data, ctx, m->observed, BINS));
  for (size_t k = 0; k < m->n_axes; k++)
    if (m->about_axis[k].kind == AUXILIARY)
      CHECK_OK(ctx, fairu_data_set_aux_counts(m->data, ctx, FACTORS + k, m->about_axis[k].counts, AUX_BINS));
}

static void clear(model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
  fairu_templates_destroy(m->auxiliary);
}

/* Inside all ranges, off the knots (third derivatives of splines jump there). */
static void move(model *m, double *params)
{
  for (size_t i = 0; i < FACTORS; i++)
    params[i] = between(m, 0.6, 1.5);
  for (size_t k = 0; k < m->n_axes; k++)
    params[FACTORS + k] = between(m, 0.0, 1.0) < 0.5 ? between(m, -1.1, -0.1) : between(m, 0.8, 1.8);
}

/* ---- the definition ------------------------------------------------------------------------------------ */

/* Poisson relative to its saturated value. */
static double deviance(double n, double nu)
{
  return nu - n + (n > 0.0 ? n * log(n / nu) : 0.0);
}

/* The least of deviance(n, gamma nu) + (gamma - 1)^2 / (2 s2) by sections. */
static double least_over_gamma(double n, double nu, double s2)
{
  double low = 1e-9, high = 20.0;
  for (int i = 0; i < 400; i++) { /* the slope rises: nu - n / gamma + (gamma - 1) / s2 */
    const double gamma = 0.5 * (low + high);
    if (nu - n / gamma + (gamma - 1.0) / s2 > 0.0)
      high = gamma;
    else
      low = gamma;
  }
  if (n == 0.0) /* straight down to where the spring holds, or to 0 */
    low = high = fmax(0.0, 1.0 - nu * s2);
  const double gamma = 0.5 * (low + high);
  return deviance(n, gamma * nu) + (gamma - 1.0) * (gamma - 1.0) / (2.0 * s2);
}

static double saturated(double n, int constant)
{
  const double log_n = n > 0.0 ? n * log(n) : 0.0;
  return constant == FAIRU_CONSTANT_SATURATED   ? 0.0
         : constant == FAIRU_CONSTANT_PUBLISHED ? n - log_n + (n > 0.0 ? lgamma(n) : 0.0)
                                                : n - log_n + lgamma(n + 1.0);
}

/* Through four points a not-a-knot spline is the cubic (Lagrange). */
static double log_density(const known *k, double z)
{
  double sum = 0.0;
  for (size_t i = 0; i < 4; i++) {
    double term = log(k->density[i]);
    for (size_t j = 0; j < 4; j++)
      term *= i == j ? 1.0 : (z - table_z[j]) / (table_z[i] - table_z[j]);
    sum += term;
  }
  return sum;
}

static double constraint(const known *k, double x)
{
  double sum = 0.0;
  switch (k->kind) {
  case GAUSSIAN:
    return (x - k->centre) * (x - k->centre) / (2.0 * k->width * k->width);
  case LOG_NORMAL:
    return pow(log(x / k->centre) / k->width, 2.0) / 2.0;
  case TABULATED:
    return -log_density(k, x);
  case AUXILIARY:
    for (size_t j = 0; j < AUX_BINS; j++) /* the logarithm is straight: no spline error */
      sum += deviance(k->counts[j], 40.0 * exp(0.2 * ((double)j - 1.0) * x));
    return sum;
  default:
    return 0.0;
  }
}

static double define(fairu_context *ctx, const model *m, const double *params)
{
  double nu[PROCESSES * BINS], variance[PROCESSES * BINS], sum = 0.0;
  const double norm = params[1], all = params[3];
  const double phi[PROCESSES] = { params[0] * all, norm * params[2] * all, norm * all };
  CHECK_OK(ctx, fairu_templates_evaluate(m->templates, ctx, params + FACTORS, m->n_axes, nu, NULL, NULL));
  CHECK_OK(ctx, fairu_templates_evaluate_variance(m->templates, ctx, params + FACTORS, m->n_axes, variance,
                                                  NULL, NULL));
  for (size_t j = 0; j < BINS; j++) {
    double total = 0.0, v = 0.0;
    for (size_t p = 0; p < PROCESSES; p++) {
      total += phi[p] * nu[p * BINS + j];
      v += phi[p] * phi[p] * variance[p * BINS + j];
    }
    sum += m->mc_stat ? least_over_gamma(m->observed[j], total, v / (total * total))
                      : deviance(m->observed[j], total);
  }
  sum += constraint(&m->about_norm, norm);
  for (size_t k = 0; k < m->n_axes; k++)
    sum += constraint(&m->about_axis[k], params[FACTORS + k]);
  return sum;
}

static double constant_of(const model *m)
{
  double sum = 0.0;
  for (size_t j = 0; j < BINS; j++)
    sum += saturated(m->observed[j], m->constant);
  for (size_t k = 0; k < m->n_axes; k++)
    for (size_t j = 0; j < AUX_BINS && m->about_axis[k].kind == AUXILIARY; j++)
      sum += saturated(m->about_axis[k].counts[j], m->constant);
  return sum;
}

/* A table's largest density may lie between its points: only differences of its terms are compared. */
static int has_table(const model *m)
{
  return m->about_axis[0].kind == TABULATED || m->about_axis[1].kind == TABULATED;
}

static void values_are_those_of_the_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < MODELS; k++) {
    model m;
    double params[PARAMS], other[PARAMS], nll[2], before[2], difference;
    make(ctx, &m, k);
    move(&m, other);
    CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, other, m.n_params, before, NULL, NULL));
    CHECK_NEAR(before[1], constant_of(&m), 1e-11);
    if (!has_table(&m))
      CHECK_NEAR(before[0], define(ctx, &m, other), 1e-11 * (1.0 + before[0]));
    for (int point = 0; point < 3; point++) {
      move(&m, params);
      CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, params, m.n_params, nll, NULL, NULL));
      assert_true(nll[1] == before[1]);
      const double wanted = define(ctx, &m, params) - define(ctx, &m, other);
      CHECK_NEAR(nll[0] - before[0], wanted, 1e-10 * (1.0 + nll[0]));
      CHECK_OK(ctx, fairu_likelihood_nll_difference(m.likelihood, ctx, m.data, params, other, m.n_params,
                                                    &difference));
      CHECK_NEAR(difference, wanted, 1e-10 * (1.0 + nll[0]));
    }
    clear(&m);
  }
  fairu_context_destroy(ctx);
}

/* Slope by differences at h, h/2, h/4, extrapolated: h^6 is left. */
static double slope(fairu_context *ctx, const model *m, double *params, size_t i)
{
  double at[3], h = 0.02;
  const double x = params[i];
  for (int level = 0; level < 3; level++, h *= 0.5) {
    params[i] = x + h;
    at[level] = define(ctx, m, params);
    params[i] = x - h;
    at[level] = (at[level] - define(ctx, m, params)) / (2.0 * h);
  }
  params[i] = x;
  const double a = (4.0 * at[1] - at[0]) / 3.0, b = (4.0 * at[2] - at[1]) / 3.0;
  return (16.0 * b - a) / 15.0;
}

static void slopes_are_those_of_the_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < MODELS; k++) {
    model m;
    double params[PARAMS], nll[2], gradient[PARAMS];
    make(ctx, &m, k);
    move(&m, params);
    CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, params, m.n_params, nll, gradient, NULL));
    for (size_t i = 0; i < m.n_params; i++)
      CHECK_NEAR(gradient[i], slope(ctx, &m, params, i), 1e-7 * (10.0 + fabs(gradient[i])));
    clear(&m);
  }
  fairu_context_destroy(ctx);
}

/* A fit: stationary in the definition, and nothing near lies below; asked again for the same, the same bits. */
static void fits_are_minima_of_the_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < MODELS; k += 2) {
    model m;
    double params[PARAMS], again[PARAMS], near[PARAMS];
    fairu_fit_options o;
    fairu_fit_result r = { .struct_size = sizeof r };
    unsigned char fixed[PARAMS] = { 0 };
    make(ctx, &m, k);
    CHECK_OK(ctx, fairu_fit_options_init(&o, sizeof o));
    o.fixed = fixed;
    fixed[2] = fixed[3] = 1; /* "norm", "top" and "all" say the same of the top */
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &o, params, m.n_params, NULL, &r));
    CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, &o, again, m.n_params, NULL, NULL));
    assert_memory_equal(params, again, m.n_params * sizeof *params);
    const double least = define(ctx, &m, params);
    for (int point = 0; point < 60; point++) {
      const double size = pow(10.0, between(&m, -3.0, -0.5));
      for (size_t i = 0; i < m.n_params; i++) {
        fairu_parameter p = { .struct_size = sizeof p };
        CHECK_OK(ctx, fairu_likelihood_parameter(m.likelihood, ctx, i, &p));
        near[i] =
            fixed[i] ? params[i] : fmin(fmax(params[i] + size * between(&m, -1.0, 1.0), p.lower), p.upper);
      }
      assert_true(define(ctx, &m, near) >= least - 1e-9);
    }
    clear(&m);
  }
  fairu_context_destroy(ctx);
}

/* Samples are processes: factors times yields, in a likelihood alone and as part of a join; all of them are the bins. */
static void samples_are_processes(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < MODELS; k += 7) {
    model m;
    double params[PARAMS], nu[PROCESSES * BINS], all[BINS], of_sample[BINS];
    fairu_likelihood *whole = NULL;
    make(ctx, &m, k);
    move(&m, params);
    const fairu_likelihood *parts[1] = { m.likelihood };
    CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 1, NULL, &whole));
    const double phi[PROCESSES] = { params[0] * params[3], params[1] * params[2] * params[3],
                                    params[1] * params[3] };
    CHECK_OK(ctx, fairu_templates_evaluate(m.templates, ctx, params + FACTORS, m.n_axes, nu, NULL, NULL));
    for (int joined = 0; joined < 2; joined++) {
      const fairu_likelihood *lh = joined ? whole : m.likelihood;
      double sum[BINS] = { 0.0 };
      assert_int_equal(fairu_likelihood_n_samples(lh), PROCESSES);
      for (size_t p = 0; p < PROCESSES; p++) {
        assert_string_equal(fairu_likelihood_sample_name(lh, p), process_names[p]);
        CHECK_OK(ctx, fairu_likelihood_expected_sample(lh, ctx, p, params, m.n_params, of_sample));
        for (size_t j = 0; j < BINS; j++) {
          CHECK_CLOSE(of_sample[j], phi[p] * nu[p * BINS + j], 1e-14);
          sum[j] += of_sample[j];
        }
      }
      CHECK_OK(ctx, fairu_likelihood_expected(lh, ctx, params, m.n_params, all));
      for (size_t j = 0; j < BINS; j++)
        CHECK_CLOSE(all[j], sum[j], 1e-14);
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
                  fairu_likelihood_expected_sample(lh, ctx, PROCESSES, params, m.n_params, of_sample));
    }
    fairu_likelihood_destroy(whole);
    clear(&m);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_are_those_of_the_definition),
    cmocka_unit_test(slopes_are_those_of_the_definition),
    cmocka_unit_test(fits_are_minima_of_the_definition),
    cmocka_unit_test(samples_are_processes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
