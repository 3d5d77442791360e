/* Factors of several processes, and factors with priors: against the same model made of channels, against the definition, against
 * differences; fits, toys, combination; what is refused. */
#include "likelihood/factor_model.h"

static const factor_options exact = { .mc_stat = FAIRU_MC_STAT_NONE,
                                      .interpolation = FAIRU_INTERPOLATION_LINEAR };
static const factor_options moving = { .mc_stat = FAIRU_MC_STAT_MOVING,
                                       .interpolation = FAIRU_INTERPOLATION_LOG,
                                       .pair = 1 };

/* Away from knots. */
static const double points[4][FACTOR_PARAMS] = { { 1.0, 1.0, 1.0, 1.0, 0.1, -0.2 },
                                                 { 2.3, 0.93, 1.6, 1.01, -1.3, 1.4 },
                                                 { -0.4, 1.08, 0.4, 0.985, 0.7, 0.6 },
                                                 { 0.2, 1.25, 0.05, 1.2, 1.9, -1.7 } };

static void parameters_are_described(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    int kind, constraint;
    double start, lower, upper, width, aux;
  } wanted[FACTOR_PARAMS] = {
    { "mu", FAIRU_PARAMETER_FACTOR, FAIRU_CONSTRAINT_NONE, 1, -50, 50, (double)NAN, (double)NAN },
    { "ttbar_scale", FAIRU_PARAMETER_NUISANCE, FAIRU_CONSTRAINT_PRIOR, 1, 0.8, 1.15, 0.02, 1 },
    { "diboson_scale", FAIRU_PARAMETER_NUISANCE, FAIRU_CONSTRAINT_PRIOR, 1, 0, 2, 0.25, 1 },
    { "bkg_scale", FAIRU_PARAMETER_NUISANCE, FAIRU_CONSTRAINT_PRIOR, 1, 0.9, 1.1, 0.004, 1 },
    { "a", FAIRU_PARAMETER_NUISANCE, FAIRU_CONSTRAINT_PRIOR, 0, -1.5, 2, 1, 0 },
    { "b", FAIRU_PARAMETER_NUISANCE, FAIRU_CONSTRAINT_PRIOR, 0, -2, 2, 0.5, 0 },
  };
  fairu_context *ctx = support_context();
  factor_model m;
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  assert_int_equal(fairu_likelihood_n_parameters(m.likelihood), FACTOR_PARAMS);
  for (size_t i = 0; i < FACTOR_PARAMS; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    double aux = NAN;
    CHECK_OK(ctx, fairu_likelihood_parameter(m.likelihood, ctx, i, &p));
    assert_string_equal(p.name, wanted[i].name);
    assert_int_equal(p.kind, wanted[i].kind);
    assert_int_equal(p.constraint, wanted[i].constraint);
    assert_true(p.start == wanted[i].start && p.lower == wanted[i].lower && p.upper == wanted[i].upper);
    if (i == FACTOR_MU) {
      assert_true(isnan(p.width) && isnan(p.aux));
      continue;
    }
    assert_true(p.width == wanted[i].width && p.aux == wanted[i].aux);
    CHECK_OK(ctx, fairu_data_aux(m.data, ctx, i, &aux));
    assert_true(aux == wanted[i].aux);
  }
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static double largest(const double *x, size_t n)
{
  double most = 0.0;
  for (size_t i = 0; i < n; i++)
    most = fmax(most, fabs(x[i]));
  return most;
}

static void same_point(fairu_context *ctx, const factor_model *m, const factor_model *twin, const double *x)
{
  enum { n = FACTOR_PARAMS };
  double a[2], b[2], ga[n], gb[n], ha[n * n], hb[n * n], nu_a[factor_bins], nu_b[factor_bins];
  CHECK_OK(ctx, fairu_likelihood_expected(m->likelihood, ctx, x, n, nu_a));
  CHECK_OK(ctx, fairu_likelihood_expected(twin->likelihood, ctx, x, n, nu_b));
  for (size_t j = 0; j < factor_bins; j++)
    CHECK_CLOSE(nu_a[j], nu_b[j], 1e-13);
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, n, a, ga, ha));
  CHECK_OK(ctx, fairu_likelihood_nll(twin->likelihood, ctx, twin->data, x, n, b, gb, hb));
  CHECK_CLOSE(a[0], b[0], 1e-12);
  const double g = largest(gb, n), h = largest(hb, n * n);
  for (size_t i = 0; i < n; i++)
    CHECK_NEAR(ga[i], gb[i], 1e-12 * g);
  for (size_t i = 0; i < n * n; i++)
    CHECK_NEAR(ha[i], hb[i], 1e-12 * h);
}

static void equal_to_the_model_of_channels(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  factor_model m, twin;
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  CHECK_OK(ctx, twin_create(ctx, &m, &twin));
  for (size_t i = 0; i < 4; i++)
    same_point(ctx, &m, &twin, points[i]);
  for (size_t i = FACTOR_TTBAR; i < FACTOR_PARAMS; i++) {
    const double aux = i < FACTOR_A ? 1.0 + 0.003 * (double)i : 0.4;
    CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, i, aux));
    CHECK_OK(ctx, fairu_data_set_aux(twin.data, ctx, i, aux));
  }
  for (size_t i = 0; i < 4; i++) {
    double a, b;
    const double *x = points[i], *y = points[(i + 1) % 4];
    same_point(ctx, &m, &twin, x);
    CHECK_OK(ctx, fairu_likelihood_nll_difference(m.likelihood, ctx, m.data, x, y, FACTOR_PARAMS, &a));
    CHECK_OK(ctx, fairu_likelihood_nll_difference(twin.likelihood, ctx, twin.data, x, y, FACTOR_PARAMS, &b));
    CHECK_CLOSE(a, b, 1e-11);
  }
  factor_destroy(&twin);
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static void processes_are_products(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  factor_model m;
  const double *x = points[1], *z = x + FACTOR_A;
  const double phi[factor_processes] = { x[FACTOR_BKG], x[FACTOR_DIBOSON] * x[FACTOR_BKG],
                                         x[FACTOR_TTBAR] * x[FACTOR_BKG], x[FACTOR_MU] };
  double nu[factor_bins], yields[factor_processes * factor_bins];
  CHECK_OK(ctx, factor_create(ctx, moving, &m));
  CHECK_OK(ctx, fairu_templates_evaluate(m.templates, ctx, z, 2, yields, NULL, NULL));
  for (size_t p = 0; p < factor_processes; p++) {
    CHECK_OK(ctx, fairu_likelihood_expected_sample(m.likelihood, ctx, p, x, FACTOR_PARAMS, nu));
    for (size_t j = 0; j < factor_bins; j++)
      CHECK_CLOSE(nu[j], phi[p] * yields[p * factor_bins + j], 1e-14);
  }
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Gammas profiled by hand with v = sum phi_p^2 V_p. */
static double nll_by_hand(fairu_context *ctx, const factor_model *m, const double *x)
{
  const double phi[factor_processes] = { x[FACTOR_BKG], x[FACTOR_DIBOSON] * x[FACTOR_BKG],
                                         x[FACTOR_TTBAR] * x[FACTOR_BKG], x[FACTOR_MU] };
  static const double width[FACTOR_PARAMS] = { 1.0, 0.02, 0.25, 0.004, 1.0, 0.5 };
  double y[factor_processes * factor_bins], v[factor_processes * factor_bins], sum = 0.0;
  CHECK_OK(ctx, fairu_templates_evaluate(m->templates, ctx, x + FACTOR_A, 2, y, NULL, NULL));
  CHECK_OK(ctx, fairu_templates_evaluate_variance(m->templates, ctx, x + FACTOR_A, 2, v, NULL, NULL));
  for (size_t j = 0; j < factor_bins; j++) {
    double nu = 0.0, variance = 0.0;
    for (size_t p = 0; p < factor_processes; p++) {
      nu += phi[p] * y[p * factor_bins + j];
      variance += phi[p] * phi[p] * v[p * factor_bins + j];
    }
    const double n = factor_observed[j], d = nu - variance;
    const double seen = 0.5 * (d + sqrt(d * d + 4.0 * n * variance));
    sum += seen - n + n * log(n / seen) + (seen - nu) * (seen - nu) / (2.0 * variance);
  }
  for (int i = FACTOR_TTBAR; i < FACTOR_PARAMS; i++) {
    const double t = i == FACTOR_DIBOSON ? log(x[i]) : x[i] - (i < FACTOR_A ? 1.0 : 0.0);
    sum += 0.5 * t * t / (width[i] * width[i]);
  }
  return sum;
}

static void variances_move_with_the_factors(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  factor_model m;
  double nll[2];
  CHECK_OK(ctx, factor_create(ctx, moving, &m));
  for (size_t i = 0; i < 4; i++) {
    CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, points[i], FACTOR_PARAMS, nll, NULL, NULL));
    CHECK_CLOSE(nll[0], nll_by_hand(ctx, &m, points[i]), 1e-11);
  }
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Central differences of value (0) or gradient component, extrapolated. */
static double difference(fairu_context *ctx, const factor_model *m, const double *x, size_t i, double h,
                         size_t component)
{
  double slope[3];
  for (int level = 0; level < 3; level++, h *= 0.5) {
    double at[2] = { 0.0, 0.0 };
    for (int side = 0; side < 2; side++) {
      double y[FACTOR_PARAMS], nll[2], g[FACTOR_PARAMS];
      memcpy(y, x, sizeof y);
      y[i] += side ? -h : h;
      CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, y, FACTOR_PARAMS, nll, g, NULL));
      at[side] = component < FACTOR_PARAMS ? g[component] : nll[0] + nll[1];
    }
    slope[level] = (at[0] - at[1]) / (2.0 * h);
  }
  const double a = (4.0 * slope[1] - slope[0]) / 3.0, b = (4.0 * slope[2] - slope[1]) / 3.0;
  return (16.0 * b - a) / 15.0;
}

static void derivatives_agree_with_differences(void **state)
{
  (void)state;
  enum { n = FACTOR_PARAMS };
  static const double step[n] = { 0.1, 0.01, 0.01, 0.005, 0.02, 0.02 };
  fairu_context *ctx = support_context();
  factor_model m;
  CHECK_OK(ctx, factor_create(ctx, moving, &m));
  for (size_t t = 0; t < 3; t++) {
    double nll[2], g[n], h[n * n];
    CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, points[t], n, nll, g, h));
    for (size_t i = 0; i < n; i++) {
      CHECK_NEAR(g[i], difference(ctx, &m, points[t], i, step[i], n), 1e-7 * fmax(1.0, fabs(g[i])));
      for (size_t k = 0; k < n; k++) {
        CHECK_NEAR(h[i * n + k], difference(ctx, &m, points[t], i, step[i], k),
                   1e-7 * fmax(1.0, sqrt(h[i * n + i] * h[k * n + k])));
        assert_true(h[i * n + k] == h[k * n + i]);
      }
    }
  }
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static void fits_are_those_of_the_model_of_channels(void **state)
{
  (void)state;
  enum { n = FACTOR_PARAMS };
  fairu_context *ctx = support_context();
  factor_model m, twin;
  double a[n], b[n], ca[n * n], cb[n * n];
  fairu_fit_result ra = { .struct_size = sizeof ra }, rb = { .struct_size = sizeof rb };
  fairu_interval ia = { .struct_size = sizeof ia }, ib = { .struct_size = sizeof ib };
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  CHECK_OK(ctx, twin_create(ctx, &m, &twin));
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, a, n, ca, &ra));
  CHECK_OK(ctx, fairu_likelihood_fit(twin.likelihood, ctx, twin.data, NULL, b, n, cb, &rb));
  assert_true(ra.status == FAIRU_OK && rb.status == FAIRU_OK);
  CHECK_NEAR(ra.nll[0], rb.nll[0], 1e-9);
  for (size_t i = 0; i < n; i++) {
    const double sigma = sqrt(cb[i * n + i]);
    CHECK_NEAR(a[i], b[i], 1e-5 * sigma);
    CHECK_CLOSE(sqrt(ca[i * n + i]), sigma, 1e-5);
  }
  CHECK_OK(ctx, fairu_likelihood_interval(m.likelihood, ctx, m.data, NULL, &ia, NULL, NULL, n));
  CHECK_OK(ctx, fairu_likelihood_interval(twin.likelihood, ctx, twin.data, NULL, &ib, NULL, NULL, n));
  CHECK_CLOSE(ia.lower, ib.lower, 1e-6);
  CHECK_CLOSE(ia.upper, ib.upper, 1e-6);
  factor_destroy(&twin);
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static void asimov_data_give_back_what_they_were_made_with(void **state)
{
  (void)state;
  enum { n = FACTOR_PARAMS };
  static const double truth[n] = { 1.8, 1.03, 1.4, 0.995, 0.4, -0.7 };
  fairu_context *ctx = support_context();
  factor_model m;
  double x[n], c[n * n], aux;
  fairu_fit_result r = { .struct_size = sizeof r };
  CHECK_OK(ctx, factor_create(ctx, moving, &m));
  CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, truth, n, m.data));
  for (size_t i = FACTOR_TTBAR; i < n; i++) {
    CHECK_OK(ctx, fairu_data_aux(m.data, ctx, i, &aux));
    assert_true(aux == truth[i]);
  }
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, n, c, &r));
  assert_int_equal(r.status, FAIRU_OK);
  assert_int_equal(r.n_minima, 1);
  CHECK_NEAR(r.nll[0], 0.0, 1e-10);
  for (size_t i = 0; i < n; i++)
    CHECK_NEAR(x[i], truth[i], 1e-4 * sqrt(c[i * n + i]));
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

/* Auxiliary values about the truth with the widths of their densities; counts about their expectation. */
static void toys_draw_auxiliary_values(void **state)
{
  (void)state;
  enum { n = FACTOR_PARAMS, n_toys = 4000 };
  static const double width[n] = { 0.0, 0.02, 0.25, 0.004, 1.0, 0.5 };
  fairu_context *ctx = support_context();
  factor_model m;
  const double *truth = points[2];
  double sum[n] = { 0.0 }, squares[n] = { 0.0 }, counts[factor_bins], nu[factor_bins], all = 0.0;
  CHECK_OK(ctx, factor_create(ctx, moving, &m));
  CHECK_OK(ctx, fairu_likelihood_expected(m.likelihood, ctx, truth, n, nu));
  for (uint64_t toy = 0; toy < n_toys; toy++) {
    CHECK_OK(ctx, fairu_likelihood_toy(m.likelihood, ctx, truth, n, 7, toy, m.data));
    CHECK_OK(ctx, fairu_data_observed(m.data, ctx, NULL, 0, counts));
    all += counts[3];
    for (size_t i = FACTOR_TTBAR; i < n; i++) {
      double aux;
      CHECK_OK(ctx, fairu_data_aux(m.data, ctx, i, &aux));
      const double d = i == FACTOR_DIBOSON ? log(aux / truth[i]) : aux - truth[i];
      sum[i] += d / width[i];
      squares[i] += d * d / (width[i] * width[i]);
    }
  }
  CHECK_NEAR(all / n_toys, nu[3], 4.5 * sqrt(nu[3] / n_toys));
  for (size_t i = FACTOR_TTBAR; i < n; i++) {
    CHECK_NEAR(sum[i] / n_toys, 0.0, 4.5 / sqrt(n_toys));
    CHECK_NEAR(squares[i] / n_toys, 1.0, 4.5 * sqrt(2.0 / n_toys));
  }
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

/* One background scale for two years: one measurement, counted once. */
static void combination_shares_a_constrained_factor(void **state)
{
  (void)state;
  enum { n = FACTOR_PARAMS };
  fairu_context *ctx = support_context();
  factor_model m, other;
  fairu_likelihood *both = NULL;
  fairu_data *data = NULL;
  const fairu_combine_options same = { .struct_size = sizeof same, .allow_same_events = 1 };
  double single[2], joint[2], g1[n], g2[n];
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  CHECK_OK(ctx, factor_create(ctx, exact, &other));
  const fairu_likelihood *parts[2] = { m.likelihood, other.likelihood };
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, &same, &both));
  assert_int_equal(fairu_likelihood_n_parameters(both), n);
  CHECK_OK(ctx, fairu_data_create(ctx, both, &data));
  for (size_t p = 0; p < 2; p++)
    CHECK_OK(ctx, fairu_data_set_observed(fairu_data_part(data, p), ctx, factor_observed, factor_bins));
  CHECK_OK(ctx, fairu_data_set_aux(data, ctx, FACTOR_BKG, 1.003));
  CHECK_OK(ctx, fairu_data_set_aux(m.data, ctx, FACTOR_BKG, 1.003));
  const double *x = points[1];
  CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, n, single, g1, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll(both, ctx, data, x, n, joint, g2, NULL));
  static const double width[n] = { 1.0, 0.02, 0.25, 0.004, 1.0, 0.5 };
  double constraints = 0.0;
  for (size_t i = FACTOR_TTBAR; i < n; i++) {
    const double centre = i == FACTOR_BKG ? 1.003 : i < FACTOR_A ? 1.0 : 0.0;
    const double t = (i == FACTOR_DIBOSON ? log(x[i]) : x[i] - centre) / width[i];
    const double slope = t / width[i] / (i == FACTOR_DIBOSON ? x[i] : 1.0);
    constraints += 0.5 * t * t;
    CHECK_NEAR(g2[i], 2.0 * g1[i] - slope, 1e-9 * fmax(1.0, fabs(slope)));
  }
  CHECK_CLOSE(joint[0], 2.0 * single[0] - constraints, 1e-12);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(both);
  factor_destroy(&other);
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static void refuse(fairu_context *ctx, const factor_model *m, const fairu_likelihood_options *o, int code,
                   const char *says)
{
  fairu_likelihood *likelihood = (fairu_likelihood *)&code; /* must become NULL */
  CHECK_FAILS(ctx, code, fairu_likelihood_create(ctx, m->templates, o, &likelihood));
  CHECK_SAYS(ctx, says);
  assert_null(likelihood);
}

static void wrong_factors_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  factor_model m;
  fairu_likelihood_options o;
  fairu_factor f[3] = { { "mu", "htautau", 1.0, 0.0, 5.0 },
                        { "bkg", "ttbar", 1.0, 0.5, 1.5 },
                        { "bkg", "ttbar", 1.0, 0.5, 1.5 } };
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  CHECK_OK(ctx, fairu_likelihood_options_init(&o, sizeof o));
  o.factors = f;
  o.n_factors = 3;
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "factor 'bkg' scales process 'ttbar' twice");
  f[2].process = "top";
  refuse(ctx, &m, &o, FAIRU_ERR_NOT_FOUND, "factor 'bkg': the templates have no process 'top'");
  f[2].process = "diboson";
  f[2].upper = 2.0;
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "factor 'bkg' starts at 1 within 0.5 to 1.5");
  f[2].upper = 1.5;
  f[2].process = NULL;
  refuse(ctx, &m, &o, FAIRU_ERR_NULL, "factor 'bkg': process is NULL");
  f[2].name = NULL;
  refuse(ctx, &m, &o, FAIRU_ERR_ARGUMENT, "factors[2] has no name");
  f[2].name = f[1].name = "a";
  f[2].process = "diboson";
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "two parameters are named 'a'");
  f[2].name = f[1].name = "bkg";
  o.poi = 4;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "poi is 4, the model has 4 parameters");
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static void wrong_constraints_of_factors_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  factor_model m;
  fairu_likelihood_options o;
  fairu_nuisance prior;
  fairu_factor f[2] = { { "bkg", "ttbar", 1.0, 0.5, 1.5 }, { "bkg", "diboson", 1.0, 0.5, 1.5 } };
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  fairu_constraint c[2] = { { "bkg", FAIRU_CONSTRAINT_PRIOR, &prior, NULL },
                            { "bkg", FAIRU_CONSTRAINT_PRIOR, &prior, NULL } };
  CHECK_OK(ctx, fairu_likelihood_options_init(&o, sizeof o));
  o.factors = f;
  o.n_factors = 2;
  o.constraints = c;
  o.n_constraints = 2;
  prior.nominal = 1.0;
  refuse(ctx, &m, &o, FAIRU_ERR_DUPLICATE, "'bkg' has two constraints");
  o.n_constraints = 1;
  prior.lower = 1.6;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "'bkg' and that of its prior have nothing in common");
  prior.lower = -HUGE_VAL;
  prior.upper = 0.0;
  prior.prior = FAIRU_PRIOR_LOG_NORMAL;
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "nothing in common");
  f[0] = (fairu_factor){ "bkg", "ttbar", -1.0, -1.0, 0.0 };
  f[1] = (fairu_factor){ "bkg", "diboson", 0.0, 0.0, 0.0 };
  refuse(ctx, &m, &o, FAIRU_ERR_RANGE, "a log-normal needs values > 0, the range is -1 to 0");
  c[0].prior = NULL;
  refuse(ctx, &m, &o, FAIRU_ERR_NULL, "constraint of 'bkg': prior is NULL");
  c[0].nuisance = "lumi";
  refuse(ctx, &m, &o, FAIRU_ERR_NOT_FOUND, "constraints[0]: the model has no nuisance 'lumi'");
  c[0] = (fairu_constraint){ "bkg", FAIRU_CONSTRAINT_AUXILIARY, NULL, m.templates };
  refuse(ctx, &m, &o, FAIRU_ERR_ARGUMENT, "a factor can have a prior");
  c[0].kind = FAIRU_CONSTRAINT_POISSON;
  refuse(ctx, &m, &o, FAIRU_ERR_ARGUMENT, "constraint of 'bkg': unknown kind 3");
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

/* No density at and below 0: such points are named, and fits stay away from them. */
static void log_normal_factors_stay_above_0(void **state)
{
  (void)state;
  enum { n = FACTOR_PARAMS };
  fairu_context *ctx = support_context();
  factor_model m;
  double x[n], nll[2];
  fairu_fit_result r = { .struct_size = sizeof r };
  CHECK_OK(ctx, factor_create(ctx, exact, &m));
  memcpy(x, points[0], sizeof x);
  x[FACTOR_DIBOSON] = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, n, nll, NULL, NULL));
  CHECK_SAYS(ctx, "'diboson_scale' does not allow 0");
  const double few[factor_bins] = { 700.0, 610.0, 480.0, 420.0, 350.0, 280.0 };
  CHECK_OK(ctx, fairu_data_set_observed(m.data, ctx, few, factor_bins));
  CHECK_OK(ctx, fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, n, NULL, &r));
  assert_int_equal(r.status, FAIRU_OK);
  assert_true(x[FACTOR_DIBOSON] > 0.0 && x[FACTOR_DIBOSON] < 1.0);
  factor_destroy(&m);
  fairu_context_destroy(ctx);
}

static int memory_body(fairu_context *ctx, void *data)
{
  enum { n = FACTOR_PARAMS };
  factor_model m;
  double x[n];
  fairu_fit_result r = { .struct_size = sizeof r };
  (void)data;
  int status = factor_create(ctx, moving, &m);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(m.likelihood, ctx, points[0], n, 1, 1, m.data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(m.likelihood, ctx, m.data, NULL, x, n, NULL, &r);
  factor_destroy(&m);
  return status;
}

static void no_memory(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(memory_body, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parameters_are_described),
    cmocka_unit_test(equal_to_the_model_of_channels),
    cmocka_unit_test(processes_are_products),
    cmocka_unit_test(variances_move_with_the_factors),
    cmocka_unit_test(derivatives_agree_with_differences),
    cmocka_unit_test(fits_are_those_of_the_model_of_channels),
    cmocka_unit_test(asimov_data_give_back_what_they_were_made_with),
    cmocka_unit_test(toys_draw_auxiliary_values),
    cmocka_unit_test(combination_shares_a_constrained_factor),
    cmocka_unit_test(wrong_factors_are_refused),
    cmocka_unit_test(wrong_constraints_of_factors_are_refused),
    cmocka_unit_test(log_normal_factors_stay_above_0),
    cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
