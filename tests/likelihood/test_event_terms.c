/* Tables of event-wise terms and pools on the rotating toy: against the function they were made of, closure of Asimov data, toys. */
#include "likelihood/event_rotation.h"
#include "support/support.h"

/* ---- tables ------------------------------------------------------------------------------------------- */

static void a_table_gives_what_the_function_gives(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  rotation r;
  double f[6][9];
  const double z = 0.77;
  rotation_plane(&r, 21, 4.0);
  fairu_event_terms *terms = rotation_terms(ctx, &r, 41);
  assert_int_equal(fairu_event_terms_n_events(terms), r.n);
  assert_int_equal(fairu_event_terms_evaluate(200, 9, &z, 1, f[0], f[1], f[2], f[3], f[4], f[5], terms), 0);
  double e[6][9];
  assert_int_equal(rotation_term(200, 9, &z, 1, e[0], e[1], e[2], e[3], e[4], e[5], &r), 0);
  const double h = 3.14159265358979 / 40; /* error of a cubic spline: h^4, h^3, h^2 */
  for (int a = 0; a < 6; a++)
    for (int i = 0; i < 9; i++)
      CHECK_NEAR(f[a][i], e[a][i], 20.0 * pow(h, 4 - a % 3));
  fairu_event_terms_destroy(terms);
  rotation_free(&r);
  fairu_context_destroy(ctx);
}

/* The path through the table and the path through its function are the same model. */
static void both_paths_agree_and_threads_too(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  rotation r;
  rotation_plane(&r, 71, 5.0);
  fairu_event_terms *terms = rotation_terms(ctx, &r, 21);
  rotation_problem direct, called;
  rotation_problem_create(ctx, terms, NULL, &direct);
  rotation_problem_create(ctx, NULL, terms, &called);
  CHECK_OK(ctx, fairu_data_set_events(direct.data, ctx, r.weight, r.n));
  CHECK_OK(ctx, fairu_data_set_events(called.data, ctx, r.weight, r.n));
  const double points[3][2] = { { 1.0, 0.9 }, { 2.3, -0.2 }, { 0.0, 2.2 } };
  for (int i = 0; i < 3; i++) {
    double nll[3][2], g[3][2], h[3][4];
    CHECK_OK(ctx,
             fairu_likelihood_nll(direct.likelihood, ctx, direct.data, points[i], 2, nll[0], g[0], h[0]));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 3));
    CHECK_OK(ctx,
             fairu_likelihood_nll(direct.likelihood, ctx, direct.data, points[i], 2, nll[1], g[1], h[1]));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    CHECK_OK(ctx,
             fairu_likelihood_nll(called.likelihood, ctx, called.data, points[i], 2, nll[2], g[2], h[2]));
    assert_memory_equal(nll[0], nll[1], sizeof nll[0]);
    assert_memory_equal(g[0], g[1], sizeof g[0]);
    assert_memory_equal(h[0], h[1], sizeof h[0]);
    CHECK_CLOSE(nll[0][0], nll[2][0], 1e-11);
    CHECK_CLOSE(nll[0][1], nll[2][1], 1e-15);
    for (int k = 0; k < 2; k++)
      CHECK_NEAR(g[0][k], g[2][k], 1e-9 * rotation_b);
    for (int k = 0; k < 4; k++)
      CHECK_NEAR(h[0][k], h[2][k], 1e-9 * rotation_b);
  }
  rotation_problem_clear(&direct);
  rotation_problem_clear(&called);
  fairu_event_terms_destroy(terms);
  rotation_free(&r);
  fairu_context_destroy(ctx);
}

/* Two nuisances add: a table with two axes against two tables with one, around nominal. */
static void nuisances_add(void **state)
{
  (void)state;
  enum { n = 5, knots = 6, points = 2 * knots - 1 };
  static const double x[knots] = { -2, -1, 0, 0.5, 1, 2 };
  const fairu_axis axes[2] = { { "a", x, knots, 0.0 }, { "b", x, knots, 0.5 } };
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  fairu_event_terms *terms = NULL;
  double z[points][2], ratio[points][n], density[points][n];
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 2, NULL, 0, &grid));
  assert_int_equal(fairu_grid_n_points(grid), points);
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z[0]));
  for (int p = 0; p < points; p++)
    for (int i = 0; i < n; i++) { /* cubics, which the spline has exactly */
      const double a = z[p][0], b = z[p][1];
      ratio[p][i] = 0.3 * i + a * (1 + i) - 0.1 * a * a * a + b * b * (0.5 - 0.2 * i);
      density[p][i] = 0.1 * i * a * a - 0.3 * b + 0.05 * b * b * b;
    }
  CHECK_OK(ctx, fairu_event_terms_create(ctx, grid, n, ratio[0], density[0], &terms));
  const double at[2] = { -1.3, 1.7 };
  double r[n], dr[2 * n], d2r[4 * n], d[n], dd[2 * n], d2d[4 * n];
  assert_int_equal(fairu_event_terms_evaluate(0, n, at, 2, r, dr, d2r, d, dd, d2d, terms), FAIRU_OK);
  for (int i = 0; i < n; i++) {
    const double a = at[0], b = at[1], c = 0.5 - 0.2 * i;
    CHECK_NEAR(r[i], 0.3 * i + a * (1 + i) - 0.1 * a * a * a + b * b * c, 1e-13);
    CHECK_NEAR(dr[2 * i], 1 + i - 0.3 * a * a, 1e-13);
    CHECK_NEAR(dr[2 * i + 1], 2 * b * c, 1e-13);
    CHECK_NEAR(d2r[4 * i], -0.6 * a, 1e-13);
    CHECK_NEAR(d2r[4 * i + 1], 0.0, 0.0);
    CHECK_NEAR(d2r[4 * i + 3], 2 * c, 1e-13);
    CHECK_NEAR(d[i], 0.1 * i * a * a - 0.3 * b + 0.05 * b * b * b, 1e-13);
    CHECK_NEAR(dd[2 * i + 1], -0.3 + 0.15 * b * b, 1e-13);
  }
  const double far[2] = { 0.0, 2.1 };
  assert_int_equal(fairu_event_terms_evaluate(0, n, far, 2, r, dr, d2r, d, dd, d2d, terms), FAIRU_ERR_RANGE);
  assert_int_equal(fairu_event_terms_evaluate(1, n, at, 2, r, dr, d2r, d, dd, d2d, terms), FAIRU_ERR_SHAPE);
  fairu_event_terms_destroy(terms);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* The logit of the closed-form classifier is ln r of the rotation itself. */
static void a_classifier_gives_its_logit(void **state)
{
  (void)state;
  enum { n = 3000 };
  static const char *const names[2] = { "x", "y" };
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  fairu_classifier *classifier = NULL;
  fairu_event_terms *terms = NULL, *priced = NULL;
  fairu_event_classifiers options;
  float *x, *y;
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, names, &events));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &x));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 1, &y));
  for (int i = 0; i < n; i++) {
    x[i] = (float)sin(i);
    y[i] = (float)cos(1.7 * i);
  }
  fairu_grid *grid = rotation_grid(ctx, 9);
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 4.0, &classifier));
  CHECK_OK(ctx, fairu_event_classifiers_init(&options, sizeof options));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL,
              fairu_event_terms_create_from_classifiers(ctx, grid, events, &options, &terms));
  options.ratio = classifier;
  CHECK_OK(ctx, fairu_event_terms_create_from_classifiers(ctx, grid, events, &options, &terms));
  options.ratio_prior = 0.25;
  options.density = classifier;
  options.density_prior = -1.0;
  CHECK_OK(ctx, fairu_event_terms_create_from_classifiers(ctx, grid, events, &options, &priced));
  const double z = 0.25 * 3.14159265358979324; /* a knot */
  static double r[n], d[n], r2[n], d2[n];
  assert_int_equal(fairu_event_terms_evaluate(0, n, &z, 1, r, NULL, NULL, d, NULL, NULL, terms), FAIRU_OK);
  assert_int_equal(fairu_event_terms_evaluate(0, n, &z, 1, r2, NULL, NULL, d2, NULL, NULL, priced), FAIRU_OK);
  for (int i = 0; i < n; i++) {
    CHECK_NEAR(r[i], 4.0 * ((double)x[i] * cos(z) + (double)y[i] * sin(z)), 3e-6);
    CHECK_NEAR(d[i], 0.0, 0.0);
    CHECK_NEAR(r2[i], r[i] - 0.25, 1e-12);
    CHECK_NEAR(d2[i], r[i] + 1.0, 1e-12);
  }
  fairu_event_terms_destroy(terms);
  fairu_event_terms_destroy(priced);
  fairu_grid_destroy(grid);
  fairu_classifier_destroy(classifier);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* ---- pools -------------------------------------------------------------------------------------------- */

/* Asimov data of a pool by quadrature: the fit returns the truth, errors are those of the Fisher information. */
static void asimov_data_close(void **state)
{
  (void)state;
  const double truth[3][2] = { { 1.0, 1.1 }, { 2.0, 1.23 }, { 0.3, 0.97 } };
  fairu_context *ctx = support_context();
  rotation r;
  rotation_plane(&r, 121, 7.0);
  fairu_event_terms *pool = NULL;
  fairu_grid *grid =
      rotation_grid_between(ctx, 41, 0.9, 1.3); /* between knots densities integrate to 1 + h^4 */
  CHECK_OK(ctx, fairu_event_terms_create_from_function(ctx, grid, r.n, rotation_term, &r, &pool));
  fairu_grid_destroy(grid);
  CHECK_OK(ctx, fairu_event_terms_set_pool(pool, ctx, r.background, r.n));
  rotation_problem p;
  rotation_problem_create(ctx, pool, NULL, &p);
  for (int i = 0; i < 3; i++) {
    double params[2], covariance[4];
    CHECK_OK(ctx, fairu_likelihood_asimov(p.likelihood, ctx, truth[i], 2, p.data));
    CHECK_OK(ctx, fairu_likelihood_fit(p.likelihood, ctx, p.data, NULL, params, 2, covariance, NULL));
    CHECK_NEAR(params[0], truth[i][0], 1e-6 * 0.07);
    CHECK_NEAR(params[1], truth[i][1], 1e-6 * 0.003);
    if (i == 0)
      CHECK_CLOSE(sqrt(covariance[0]), 0.067582, 2e-5);
    if (i == 1)
      CHECK_CLOSE(sqrt(covariance[0]), 0.087689, 2e-5);
    if (i == 0)
      CHECK_CLOSE(sqrt(covariance[3]), 0.0031502, 1e-4);
  }
  rotation_problem_clear(&p);
  fairu_event_terms_destroy(pool);
  rotation_free(&r);
  fairu_context_destroy(ctx);
}

/* The same distribution from background rows, and from rows of which half are signal: equal integrals, equal fits within the
 * error of the pools. */
static void a_mixed_pool_stands_for_the_same(void **state)
{
  (void)state;
  enum { n = 60000 };
  fairu_context *ctx = support_context();
  const double truth[2] = { 1.0, 1.0 };
  double estimates[2], errors[2];
  for (int mixed = 0; mixed < 2; mixed++) {
    rotation r;
    rotation_draw(&r, mixed ? n / 2 : 0, mixed ? n / 2 : n, rotation_z_ref, 12 + (uint64_t)mixed);
    fairu_event_terms *pool = rotation_terms(ctx, &r, 41);
    double ratio, density, sum = 0.0;
    double *weights = malloc(n * sizeof *weights);
    for (size_t i = 0; i < n; i++) {
      const double z = rotation_z_ref;
      assert_int_equal(
          fairu_event_terms_evaluate(i, 1, &z, 1, &ratio, NULL, NULL, &density, NULL, NULL, pool), 0);
      weights[i] = mixed ? 1.0 / (n / 2.0 + n / 2.0 * exp(ratio)) : 1.0 / n;
      sum += weights[i];
    }
    CHECK_NEAR(sum, 1.0, 0.02); /* integral of p_b */
    CHECK_OK(ctx, fairu_event_terms_set_pool(pool, ctx, weights, n));
    CHECK_OK(ctx, fairu_event_terms_normalise(pool, ctx, pool,
                                              FAIRU_NORMALISE_BACKGROUND | FAIRU_NORMALISE_SIGNAL));
    rotation_problem p;
    rotation_problem_create(ctx, pool, NULL, &p);
    double params[2], covariance[4];
    CHECK_OK(ctx, fairu_likelihood_asimov(p.likelihood, ctx, truth, 2, p.data));
    CHECK_OK(ctx, fairu_likelihood_fit(p.likelihood, ctx, p.data, NULL, params, 2, covariance, NULL));
    estimates[mixed] = params[0];
    errors[mixed] = sqrt(covariance[0]);
    free(weights);
    rotation_problem_clear(&p);
    fairu_event_terms_destroy(pool);
    rotation_free(&r);
  }
  CHECK_NEAR(estimates[0], 1.0, 2e-4); /* normalised: only the knots between are left */
  CHECK_NEAR(estimates[1], 1.0, 2e-4);
  CHECK_CLOSE(errors[1], 0.067582, 0.01);
  CHECK_CLOSE(errors[0], 0.067582, 0.2); /* few background rows where signal is rich: the pool to avoid */
  fairu_context_destroy(ctx);
}

/* Normalisation takes out what a learner adds to its logits, whatever the function of Z. */
static void normalisation_removes_offsets(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  rotation r;
  rotation_plane(&r, 61, 6.0);
  fairu_event_terms *clean = rotation_terms(ctx, &r, 21);
  r.wrong = 0.3;
  fairu_event_terms *shifted = rotation_terms(ctx, &r, 21);
  CHECK_FAILS(
      ctx, FAIRU_ERR_ARGUMENT,
      fairu_event_terms_normalise(shifted, ctx, clean, FAIRU_NORMALISE_BACKGROUND | FAIRU_NORMALISE_SIGNAL));
  CHECK_SAYS(ctx, "pool");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_event_terms_normalise(shifted, ctx, clean, 4));
  CHECK_SAYS(ctx, "4 is no sum");
  CHECK_OK(ctx, fairu_event_terms_set_pool(shifted, ctx, r.background, r.n));
  CHECK_OK(ctx, fairu_event_terms_normalise(shifted, ctx, shifted,
                                            FAIRU_NORMALISE_BACKGROUND | FAIRU_NORMALISE_SIGNAL));
  const double z = 1.234;
  double a[2][50], b[2][50];
  assert_int_equal(fairu_event_terms_evaluate(1500, 50, &z, 1, a[0], NULL, NULL, a[1], NULL, NULL, clean), 0);
  assert_int_equal(fairu_event_terms_evaluate(1500, 50, &z, 1, b[0], NULL, NULL, b[1], NULL, NULL, shifted),
                   0);
  for (int i = 0; i < 50; i++) {
    CHECK_NEAR(a[0][i], b[0][i], 1e-9);
    CHECK_NEAR(a[1][i], b[1][i], 1e-9);
  }
  fairu_event_terms_destroy(clean);
  fairu_event_terms_destroy(shifted);
  rotation_free(&r);
  fairu_context_destroy(ctx);
}

/* ---- toys --------------------------------------------------------------------------------------------- */

static int estimate_one(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *study)
{
  return fairu_toy_study_estimate(ctx, toy, result, study);
}

static void toys_cover_and_repeat(void **state)
{
  (void)state;
  enum { n_toys = 60 };
  fairu_context *ctx = support_context();
  rotation r;
  rotation_plane(&r, 41, 4.0);
  fairu_event_terms *pool = rotation_terms(ctx, &r, 21);
  CHECK_OK(ctx, fairu_event_terms_set_pool(pool, ctx, r.background, r.n));
  rotation_problem p;
  rotation_problem_create(ctx, pool, NULL, &p);
  const double truth[2] = { 1.0, 1.0 };
  fairu_toy_study study;
  fairu_toy_result results[n_toys], again[4];
  CHECK_OK(ctx, fairu_toy_study_init(&study, sizeof study));
  study.likelihood = p.likelihood;
  study.truth = truth;
  study.n_params = 2;
  study.seed = 5;
  study.nuisance = 1;
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, n_toys, estimate_one, &study, results));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, fairu_toys_run(ctx, 17, 4, estimate_one, &study, again));
  assert_memory_equal(&results[17], again, sizeof again);
  double mean = 0.0, square = 0.0, z = 0.0;
  int covered = 0;
  for (int i = 0; i < n_toys; i++) {
    assert_int_equal(results[i].status, FAIRU_OK);
    mean += results[i].estimate / n_toys;
    square += results[i].estimate * results[i].estimate / n_toys;
    z += results[i].nuisance / n_toys;
    covered += results[i].lower <= 1.0 && results[i].upper >= 1.0;
  }
  CHECK_NEAR(mean, 1.0, 5.0 * 0.0676 / sqrt(n_toys));
  CHECK_NEAR(sqrt(square - mean * mean), 0.0676, 5.0 * 0.0676 / sqrt(2.0 * n_toys));
  CHECK_NEAR(z, 1.0, 5.0 * 0.0032 / sqrt(n_toys));
  assert_true(covered >= 26 && covered <= 56); /* binomial, beyond four sigma */
  rotation_problem_clear(&p);
  fairu_event_terms_destroy(pool);
  rotation_free(&r);
  fairu_context_destroy(ctx);
}

/* Observed events are rows of another table; a toy from means of one's own equals the model's toy of equal means. */
static void data_may_have_their_own_table(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  rotation r, seen;
  rotation_plane(&r, 41, 4.0);
  rotation_draw(&seen, 510, 50100, 1.0, 77);
  fairu_event_terms *pool = rotation_terms(ctx, &r, 21), *own = rotation_terms(ctx, &seen, 21);
  fairu_event_terms *other = rotation_terms(ctx, &seen, 22);
  CHECK_OK(ctx, fairu_event_terms_set_pool(pool, ctx, r.background, r.n));
  rotation_problem p;
  rotation_problem_create(ctx, pool, NULL, &p);
  double params[2], covariance[4], nll[2][2];
  const double at[2] = { 1.2, 0.9 };
  CHECK_OK(ctx, fairu_data_set_event_terms(p.data, ctx, own, NULL, seen.n));
  CHECK_OK(ctx, fairu_likelihood_fit(p.likelihood, ctx, p.data, NULL, params, 2, covariance, NULL));
  CHECK_NEAR(params[0], 1.0, 4.5 * 0.0676);
  CHECK_NEAR(params[1], 1.0, 4.5 * 0.0032);
  CHECK_CLOSE(sqrt(covariance[0]), 0.0676, 0.05);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_event_terms(p.data, ctx, other, NULL, seen.n));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_event_terms(p.data, ctx, own, NULL, 3));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_data_set_events(p.data, ctx, r.weight, r.n));

  CHECK_OK(ctx, fairu_likelihood_toy(p.likelihood, ctx, at, 2, 3, 8, p.data));
  CHECK_OK(ctx, fairu_likelihood_nll(p.likelihood, ctx, p.data, at, 2, nll[0], NULL, NULL));
  double *means = malloc(r.n * sizeof *means);
  rotation_expected(&r, 1.2, 0.9, means);
  CHECK_OK(ctx, fairu_data_draw_events(p.data, ctx, means, r.n, 3, 8));
  CHECK_OK(ctx, fairu_likelihood_nll(p.likelihood, ctx, p.data, at, 2, nll[1], NULL, NULL));
  CHECK_CLOSE(nll[0][0], nll[1][0], 1e-6);
  CHECK_CLOSE(nll[0][1], nll[1][1], 1e-15); /* the same number of events */
  means[3] = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, fairu_data_draw_events(p.data, ctx, means, r.n, 3, 8));
  CHECK_SAYS(ctx, "mean 3 is -1");
  free(means);
  rotation_problem_clear(&p);
  fairu_event_terms_destroy(pool);
  fairu_event_terms_destroy(own);
  fairu_event_terms_destroy(other);
  rotation_free(&r);
  rotation_free(&seen);
  fairu_context_destroy(ctx);
}

/* ---- bad input ---------------------------------------------------------------------------------------- */

static void bad_input_is_named(void **state)
{
  (void)state;
  static const double x[4] = { 0, 1, 2, 3 };
  const fairu_axis axes[2] = { { "a", x, 4, 1.0 }, { "b", x, 4, 2.0 } };
  const size_t pair[2] = { 0, 1 };
  double values[4 * 2] = { 0, 1, 2, 3, 4, 5, NAN, 7 }, weights[2] = { 1.0, -2.0 };
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL, *pairs = NULL;
  fairu_event_terms *terms = NULL;
  fairu_likelihood *likelihood = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 2, pair, 1, &pairs));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_event_terms_create(ctx, grid, 2, values, NULL, &terms));
  CHECK_SAYS(ctx, "event 0");
  assert_null(terms);
  values[6] = 6.0;
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_event_terms_create(ctx, pairs, 2, values, NULL, &terms));
  CHECK_SAYS(ctx, "pairs");
  CHECK_OK(ctx, fairu_event_terms_create(ctx, grid, 2, values, NULL, &terms));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_event_terms_set_pool(terms, ctx, weights, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, fairu_event_terms_set_pool(terms, ctx, weights, 2));
  CHECK_SAYS(ctx, "weight 1 is -2");
  weights[0] = weights[1] = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_event_terms_set_pool(terms, ctx, weights, 2));
  fairu_likelihood_options options;
  fairu_event_model model;
  rotation_model_of_mu(ctx, &model, &options);
  model.signal_yield = model.background_yield = 10.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_likelihood_create_unbinned(ctx, &model, &options, &likelihood));
  CHECK_SAYS(ctx, "term and terms");
  model.terms = terms;
  model.n_nuisances = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_create_unbinned(ctx, &model, &options, &likelihood));
  model.n_nuisances = 0;
  CHECK_OK(ctx, fairu_likelihood_create_unbinned(ctx, &model, &options, &likelihood));
  fairu_data *data = NULL;
  const double at[2] = { 1.0, 1.5 };
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_toy(likelihood, ctx, at, 2, 1, 1, data));
  CHECK_SAYS(ctx, "no pool");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_event_terms_destroy(terms);
  fairu_grid_destroy(grid);
  fairu_grid_destroy(pairs);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_table_gives_what_the_function_gives),
    cmocka_unit_test(both_paths_agree_and_threads_too),
    cmocka_unit_test(nuisances_add),
    cmocka_unit_test(a_classifier_gives_its_logit),
    cmocka_unit_test(asimov_data_close),
    cmocka_unit_test(a_mixed_pool_stands_for_the_same),
    cmocka_unit_test(normalisation_removes_offsets),
    cmocka_unit_test(toys_cover_and_repeat),
    cmocka_unit_test(data_may_have_their_own_table),
    cmocka_unit_test(bad_input_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
