/* Event-wise models whose yields depend on Z: derivatives against differences in long double, closed-form estimators. */
#include "support/support.h"

enum { n_events = 700 };

static const char *const names[2] = { "a", "b" };
static double weights[n_events];

/* ---- the model, in any precision ---------------------------------------------------------------------- */

#define LOG_RATIO(sin_, i, a, b)                                                                             \
  (sin_(0.37L * (i)) * (1.0L + 0.3L * (a)-0.2L * (b) + 0.15L * (a) * (b)) + 0.1L * (a) * (a)-2.0L)
#define LOG_DENSITY(sin_, i, a, b) (0.2L * sin_(1.1L * (i)) * ((a) - (b) * (b)) + 0.07L * (a) * (b))

static int yields(const double *z, size_t n_z, double *y, double *d, double *d2, void *user_data)
{
  const double s = 40.0 * exp(0.3 * z[0] - 0.1 * z[1]), b = 600.0 + 50.0 * z[0] * z[1] + 20.0 * z[1] * z[1];
  (void)user_data;
  assert_int_equal(n_z, 2);
  y[0] = s;
  y[1] = b;
  d[0] = 0.3 * s;
  d[1] = -0.1 * s;
  d[2] = 50.0 * z[1];
  d[3] = 50.0 * z[0] + 40.0 * z[1];
  d2[0] = 0.09 * s;
  d2[1] = d2[2] = -0.03 * s;
  d2[3] = 0.01 * s;
  d2[5] = d2[6] = 50.0;
  d2[7] = 40.0;
  return z[0] > 9.0 ? 7 : 0;
}

static int term(size_t first, size_t n, const double *z, size_t n_z, double *r, double *dr, double *d2r,
                double *d, double *dd, double *d2d, void *user_data)
{
  const double a = z[0], b = z[1];
  (void)user_data, (void)n_z;
  for (size_t k = 0; k < n; k++) {
    const size_t i = first + k;
    const double p = sin(0.37 * (double)i), q = 0.2 * sin(1.1 * (double)i);
    r[k] = (double)LOG_RATIO(sinl, (long double)i, (long double)a, (long double)b);
    d[k] = (double)LOG_DENSITY(sinl, (long double)i, (long double)a, (long double)b);
    if (dr) {
      dr[2 * k] = p * (0.3 + 0.15 * b) + 0.2 * a;
      dr[2 * k + 1] = p * (-0.2 + 0.15 * a);
      dd[2 * k] = q + 0.07 * b;
      dd[2 * k + 1] = -2.0 * q * b + 0.07 * a;
    }
    if (d2r) {
      d2r[4 * k] = 0.2;
      d2r[4 * k + 1] = d2r[4 * k + 2] = 0.15 * p;
      d2d[4 * k + 1] = d2d[4 * k + 2] = 0.07;
      d2d[4 * k + 3] = -2.0 * q;
    }
  }
  return 0;
}

static long double nll_long(const long double *x)
{
  const long double mu = x[0], a = x[1], b = x[2];
  const long double s = 40.0L * expl(0.3L * a - 0.1L * b), bkg = 600.0L + 50.0L * a * b + 20.0L * b * b;
  long double sum = mu * s + bkg + 0.5L * ((a - 0.1L) * (a - 0.1L) + b * b / 0.25L);
  for (int i = 0; i < n_events; i++)
    sum -= (long double)weights[i] * (logl(bkg + mu * s * expl(LOG_RATIO(sinl, (long double)i, a, b))) +
                                      LOG_DENSITY(sinl, (long double)i, a, b));
  return sum;
}

/* Five points, error h^4. */
static long double slope(const long double *at, int i, long double h, long double (*f)(const long double *))
{
  long double x[3], v[4];
  static const int steps[4] = { -2, -1, 1, 2 };
  for (int s = 0; s < 4; s++) {
    memcpy(x, at, sizeof x);
    x[i] += h * steps[s];
    v[s] = f(x);
  }
  return (8.0L * (v[2] - v[1]) - (v[3] - v[0])) / (12.0L * h);
}

static int other;

static long double slope_other(const long double *x)
{
  return slope(x, other, 1e-3L, nll_long);
}

static void create(fairu_context *ctx, fairu_event_model *model, fairu_likelihood **likelihood,
                   fairu_data **data)
{
  const fairu_factor mu = { "mu", NULL, 1.0, -HUGE_VAL, HUGE_VAL };
  static const double start[2] = { 0.0, 0.0 };
  fairu_nuisance priors[2];
  fairu_likelihood_options options;
  for (int k = 0; k < 2; k++) {
    CHECK_OK(ctx, fairu_nuisance_init(&priors[k], sizeof priors[k]));
    priors[k].name = names[k];
    priors[k].nominal = k ? 0.0 : 0.1;
    priors[k].width = k ? 0.5 : 1.0;
  }
  const fairu_constraint constraints[2] = { { "a", FAIRU_CONSTRAINT_PRIOR, &priors[0], NULL },
                                            { "b", FAIRU_CONSTRAINT_PRIOR, &priors[1], NULL } };
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = constraints;
  options.n_constraints = 2;
  model->yields = yields;
  if (model->term) {
    model->nuisances = names;
    model->n_nuisances = 2;
  }
  model->start = start;
  for (int i = 0; i < n_events; i++)
    weights[i] = 0.5 + (i % 7) * 0.25;
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, model, &options, likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, *likelihood, data));
  CHECK_OK(ctx, fairu_data_set_events(*data, ctx, weights, n_events));
}

static void derivatives_are_those_of_long_double(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_event_model model;
  fairu_likelihood *likelihood;
  fairu_data *data;
  CHECK_OK(ctx, fairu_event_model_init(&model, sizeof model));
  model.term = term;
  create(ctx, &model, &likelihood, &data);
  const double points[3][3] = { { 1.0, 0.3, -0.4 }, { -0.2, -1.0, 0.7 }, { 25.0, 0.0, 0.0 } };
  for (int p = 0; p < 3; p++) {
    double nll[2], g[3], h[9];
    const long double x[3] = { points[p][0], points[p][1], points[p][2] };
    CHECK_OK(ctx, fairu_likelihood_nll(likelihood, ctx, data, points[p], 3, nll, g, h));
    CHECK_CLOSE(nll[0] + nll[1], (double)nll_long(x), 2e-14);
    for (int i = 0; i < 3; i++) {
      CHECK_NEAR(g[i], (double)slope(x, i, 1e-3L, nll_long), 1e-9);
      for (int k = 0; k < 3; k++) {
        other = k;
        CHECK_NEAR(h[3 * i + k], (double)slope(x, i, 1e-3L, slope_other), 2e-8);
      }
    }
  }
  const double far[3] = { 1.0, 9.5, 0.0 };
  double nll[2];
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_likelihood_nll(likelihood, ctx, data, far, 3, nll, NULL, NULL));
  CHECK_SAYS(ctx, "yields of the event model returned 7");
  const double empty[3] = { 1.0, 8.0, -2.0 };
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
              fairu_likelihood_nll(likelihood, ctx, data, empty, 3, nll, NULL, NULL));
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

/* Terms that add over nuisances and are cubic in each: a table has them exactly, and is the same model as a function. */
static void a_table_with_yields_is_the_same_model(void **state)
{
  (void)state;
  static const double x[5] = { -2, -1, 0, 1, 2 };
  const fairu_axis axes[2] = { { "a", x, 5, 0.0 }, { "b", x, 5, 0.0 } };
  enum { points = 9 };
  static double z[points][2], ratio[points][n_events], density[points][n_events];
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  fairu_event_terms *terms = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 2, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z[0]));
  for (int p = 0; p < points; p++)
    for (int i = 0; i < n_events; i++) {
      ratio[p][i] = sin(i) + 0.3 * z[p][0] * cos(i) - 0.1 * pow(z[p][1], 3.0) * sin(2.0 * i);
      density[p][i] = 0.2 * z[p][0] * z[p][0] * sin(3.0 * i) + 0.1 * z[p][1];
    }
  CHECK_OK(ctx, fairu_event_terms_create(ctx, grid, n_events, ratio[0], density[0], &terms));
  fairu_event_model model[2];
  fairu_likelihood *likelihood[2];
  fairu_data *data[2];
  double nll[2][2], g[2][3], h[2][9], best[2][3], covariance[2][9];
  const double at[3] = { 2.0, 0.7, -1.2 };
  for (int i = 0; i < 2; i++) {
    CHECK_OK(ctx, fairu_event_model_init(&model[i], sizeof model[i]));
    model[i].terms = i ? terms : NULL;
    model[i].term = i ? NULL : fairu_event_terms_evaluate;
    model[i].term_data = i ? NULL : terms;
    static const double lower[2] = { -2, -2 }, upper[2] = { 2, 2 };
    model[i].lower = i ? NULL : lower;
    model[i].upper = i ? NULL : upper;
    create(ctx, &model[i], &likelihood[i], &data[i]);
    CHECK_OK(ctx, fairu_likelihood_nll(likelihood[i], ctx, data[i], at, 3, nll[i], g[i], h[i]));
    CHECK_OK(ctx, fairu_likelihood_fit(likelihood[i], ctx, data[i], NULL, best[i], 3, covariance[i], NULL));
  }
  CHECK_CLOSE(nll[0][0], nll[1][0], 1e-13);
  for (int i = 0; i < 3; i++) {
    CHECK_NEAR(g[0][i], g[1][i], 1e-11);
    CHECK_NEAR(best[0][i], best[1][i], 1e-6);
    for (int k = 0; k < 3; k++)
      CHECK_NEAR(h[0][3 * i + k], h[1][3 * i + k], 1e-10);
  }
  for (int i = 0; i < 2; i++) {
    fairu_data_destroy(data[i]);
    fairu_likelihood_destroy(likelihood[i]);
  }
  fairu_event_terms_destroy(terms);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* r the same for all events: mu_hat = (N r - B) / (S r), sigma = sqrt(N) / S. */
static void one_ratio_has_its_estimator(void **state)
{
  (void)state;
  enum { n = 130 };
  static const double knot = 0.0;
  const fairu_axis axis = { "z", &knot, 1, 0.0 };
  const double r = 2.5, s = 20.0, b = 80.0;
  double ratio[n];
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  fairu_event_terms *terms = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  const fairu_factor mu = { "mu", NULL, 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_likelihood_options options;
  fairu_event_model model;
  for (int i = 0; i < n; i++)
    ratio[i] = log(r);
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 0, NULL, 0, &grid)); /* no nuisance at all */
  CHECK_OK(ctx, fairu_event_terms_create(ctx, grid, n, ratio, NULL, &terms));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_event_model_init(&model, sizeof model));
  options.factors = &mu;
  options.n_factors = 1;
  model.signal_yield = s;
  model.background_yield = b;
  model.terms = terms;
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, &model, &options, &likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_data_set_event_terms(data, ctx, terms, NULL, n));
  double best, covariance;
  CHECK_OK(ctx, fairu_likelihood_fit(likelihood, ctx, data, NULL, &best, 1, &covariance, NULL));
  CHECK_CLOSE(best, (n * r - b) / (s * r), 1e-9);
  CHECK_CLOSE(sqrt(covariance), sqrt((double)n) / s, 1e-7);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_event_terms_destroy(terms);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(derivatives_are_those_of_long_double),
    cmocka_unit_test(a_table_with_yields_is_the_same_model),
    cmocka_unit_test(one_ratio_has_its_estimator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
