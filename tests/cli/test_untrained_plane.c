/* The first half of the study of untrained nuisances: closed forms against sums over the plane, fits against scans. */
#include "toy_plain.h"

#include "cli/untrained_problem.h"

static const plane_point points[] = { { M_PI_4, 1.0 }, { M_PI_4, 1.4 }, { 0.3, 0.7 }, { 1.5, 1.2 } };
enum { POINTS = sizeof points / sizeof *points };

static double edge_of(size_t j)
{
  return j == 0 ? -HUGE_VAL : j == PLANE_BINS ? HUGE_VAL : -2.0 + 0.45 * (double)j;
}

/* What a method looks at: x a + y b, y as measured. */
static void direction(int method, plane_point scored, double *a, double *b)
{
  *a = method == PLANE_FROZEN ? M_SQRT1_2 : cos(scored.z);
  *b = method == PLANE_FROZEN ? M_SQRT1_2 : sin(scored.z) / (method == PLANE_BOTH ? scored.k : 1.0);
}

/* Bins of the projection: x by a sum, y = k y0 by the normal distribution. */
static void yields_are_sums_over_the_plane(void **state)
{
  (void)state;
  for (int i = 0; i < PLANE_METHODS * POINTS * POINTS * 2; i++) {
    const int method = i % PLANE_METHODS, process = i / PLANE_METHODS / POINTS / POINTS;
    const plane_point made = points[i / PLANE_METHODS % POINTS],
                      scored = points[i / PLANE_METHODS / POINTS % POINTS];
    const double sign = process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0, total = sign > 0.0 ? 500.0 : 50000.0;
    double yields[PLANE_BINS], sums[PLANE_BINS] = { 0.0 }, a, b;
    direction(method, scored, &a, &b);
    for (double u = -8.0; u < 8.0; u += 0.05) {
      const double x = sign * cos(made.z) + 0.7 * u, y = sign * sin(made.z);
      for (size_t j = 0; j < PLANE_BINS; j++)
        sums[j] += 0.05 * exp(-0.5 * u * u) / sqrt(2.0 * M_PI) *
                   plain_between(((edge_of(j) - a * x) / (b * made.k) - y) / 0.7,
                                 ((edge_of(j + 1) - a * x) / (b * made.k) - y) / 0.7);
    }
    plane_yields(method, process, made, scored, yields);
    for (size_t j = 0; j < PLANE_BINS; j++)
      CHECK_NEAR(yields[j] / total, sums[j], 1e-12);
  }
}

/* Points of the truth: in widths of both priors. */
static void truths_in_widths(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    double z, k;
  } rows[PLANE_TRUTHS] = {
    { "nominal", 0, 0 }, { "k+0.1s", 0, 0.1 }, { "k+1s", 0, 1 }, { "k+2s", 0, 2 }, { "z+1s k+1s", 1, 1 }
  };
  for (size_t t = 0; t < PLANE_TRUTHS; t++) {
    assert_string_equal(plane_truth_name(t), rows[t].name);
    CHECK_NEAR((plane_truth(t).z - M_PI_4) / 0.2, rows[t].z, 1e-14);
    CHECK_NEAR((plane_truth(t).k - 1.0) / 0.2, rows[t].k, 1e-14);
  }
}

/* Density of the measured (x, y) of a class. */
static double density(double sign, double z, double k, double x, double y)
{
  const double a = (x - sign * cos(z)) / 0.7, b = (y / k - sign * sin(z)) / 0.7;
  return exp(-0.5 * (a * a + b * b)) / (2.0 * M_PI * 0.49 * k);
}

/* Element (0, 0) and the diagonal of the inverse of a symmetric matrix of 3. */
static void inverse_diagonal(double m[3][3], double out[3])
{
  const double d = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[1][2]) -
                   m[0][1] * (m[0][1] * m[2][2] - m[1][2] * m[0][2]) +
                   m[0][2] * (m[0][1] * m[1][2] - m[1][1] * m[0][2]);
  out[0] = (m[1][1] * m[2][2] - m[1][2] * m[1][2]) / d;
  out[1] = (m[0][0] * m[2][2] - m[0][2] * m[0][2]) / d;
  out[2] = (m[0][0] * m[1][1] - m[0][1] * m[0][1]) / d;
}

/* Fisher matrix from differences of densities at fixed measurements. */
static void floors_from_differences(void **state)
{
  (void)state;
  const double h = 1e-4, step = 0.06;
  for (size_t t = 0; t < PLANE_TRUTHS; t += 2) {
    const plane_point at = plane_truth(t);
    for (int mu = 1; mu <= 2; mu++) {
      double m[3][3] = { { 0.0 } }, sigmas[3];
      for (double x = -6.0; x < 6.0; x += step)
        for (double y = -6.0 * at.k; y < 6.0 * at.k; y += step) {
          double nu[3][3]; /* at z - h, z, z + h and k - h, k, k + h: the middle row and column are enough */
          for (int i = -1; i <= 1; i++)
            for (int j = -1; j <= 1; j++)
              nu[i + 1][j + 1] = i && j ? 0.0
                                        : mu * 500.0 * density(1.0, at.z + h * i, at.k + h * j, x, y) +
                                              50000.0 * density(-1.0, at.z + h * i, at.k + h * j, x, y);
          const double d[3] = { 500.0 * density(1.0, at.z, at.k, x, y), (nu[2][1] - nu[0][1]) / (2.0 * h),
                                (nu[1][2] - nu[1][0]) / (2.0 * h) };
          for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
              m[i][j] += step * step * d[i] * d[j] / nu[1][1];
        }
      m[1][1] += 1.0 / 0.04;
      m[2][2] += 1.0 / 0.04;
      inverse_diagonal(m, sigmas);
      const plane_floor found = plane_floor_at(at, mu);
      CHECK_CLOSE(found.both, sqrt(sigmas[0]), 1e-5); /* h^2 and the rim of the lattice */
      CHECK_CLOSE(found.sigma_z, sqrt(sigmas[1]), 1e-5);
      CHECK_CLOSE(found.sigma_k, sqrt(sigmas[2]), 1e-5);
      CHECK_CLOSE(found.z_alone, sqrt(m[1][1] / (m[0][0] * m[1][1] - m[0][1] * m[0][1])), 1e-5);
      assert_true(found.z_alone < found.both);
    }
  }
}

/* ---- handles ------------------------------------------------------------------------------------------ */

static void scores_of_classifiers(void **state)
{
  (void)state;
  static const float x[8] = { 0.3f, -1.2f, 2.0f, 0.7f, -0.4f, 0.0f, 1.0f, 1.0f };
  static const size_t n_z[PLANE_METHODS] = { 2, 1, 1, 0 };
  fairu_context *ctx = support_context();
  for (int method = 0; method < PLANE_METHODS; method++) {
    fairu_classifier *classifier;
    CHECK_OK(ctx, plane_classifier_create(ctx, method, &classifier));
    assert_int_equal(fairu_classifier_n_nuisances(classifier), n_z[method]);
    for (size_t p = 0; p < POINTS; p++) {
      const double z[2] = { points[p].z, points[p].k };
      float logits[4];
      double a, b;
      direction(method, points[p], &a, &b);
      CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 4, 2, n_z[method] ? z : NULL, n_z[method],
                                           FAIRU_OUTPUT_LOGIT, logits));
      for (size_t i = 0; i < 4; i++)
        CHECK_NEAR((double)logits[i], 2.0 / 0.49 * (a * (double)x[2 * i] + b * (double)x[2 * i + 1]), 4e-6);
    }
    fairu_classifier_destroy(classifier);
  }
  fairu_context_destroy(ctx);
}

/* Turned from pi/4 to z, then y stretched by k. */
static void what_the_nuisances_do(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *systematics;
  fairu_events *events, *moved;
  CHECK_OK(ctx, plane_systematics_create(ctx, &systematics));
  CHECK_OK(ctx, toy_events_create(ctx, TOY_SIGNAL_PROCESS, 20, TOY_RANDOM, 3, &events));
  for (size_t p = 0; p < POINTS; p++) {
    const double z[2] = { points[p].z, points[p].k }, turn = points[p].z - M_PI_4;
    size_t stride;
    CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, events, z, 2, 1, NULL, &moved));
    for (size_t i = 0; i < 20; i++) {
      const double x = (double)fairu_events_column(events, 0, &stride)[i],
                   y = (double)fairu_events_column(events, 1, &stride)[i];
      CHECK_NEAR((double)fairu_events_column(moved, 0, &stride)[i], x * cos(turn) - y * sin(turn), 1e-6);
      CHECK_NEAR((double)fairu_events_column(moved, 1, &stride)[i], z[1] * (x * sin(turn) + y * cos(turn)),
                 1e-6);
    }
    fairu_events_destroy(moved);
  }
  fairu_events_destroy(events);
  fairu_systematics_destroy(systematics);
  fairu_context_destroy(ctx);
}

/* Templates and moving observation at the knots; edges of the bins in the logit. */
static void tables_at_the_knots(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_binning *binning;
  CHECK_OK(ctx, plane_binning_create(ctx, &binning));
  for (size_t j = 1; j < PLANE_BINS; j++)
    CHECK_NEAR(fairu_binning_edges(binning)[j - 1], 2.0 / 0.49 * edge_of(j), 1e-13);
  fairu_binning_destroy(binning);
  for (int method = 0; method < PLANE_METHODS; method++) {
    fairu_templates *templates, *observed;
    fairu_grid *grid;
    double z[2 * PLANE_Z_KNOTS * PLANE_K_KNOTS], yields[PLANE_BINS], signal[PLANE_BINS];
    const int with_k = method == PLANE_BOTH;
    CHECK_OK(ctx, plane_templates_closed(ctx, method, &templates));
    CHECK_OK(ctx, fairu_grid_points(fairu_templates_grid(templates), ctx, z));
    for (size_t i = 0; i < fairu_grid_n_points(fairu_templates_grid(templates)); i++)
      for (int process = 0; process < 2; process++) {
        const plane_point at = { z[2 * i], z[2 * i + 1] };
        plane_yields(method, process, at, at, yields);
        for (size_t j = 0; j < PLANE_BINS; j++)
          assert_true(fairu_templates_yields(templates, (size_t)process, i)[j] == yields[j]);
      }
    fairu_templates_destroy(templates);
    CHECK_OK(ctx, plane_grid_create(ctx, with_k, &grid));
    assert_int_equal(fairu_grid_n_axes(grid), 1 + with_k);
    CHECK_OK(ctx, plane_observed_closed(ctx, method, grid, points[3], 2.0, &observed));
    CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
    for (size_t i = 0; i < fairu_grid_n_points(grid); i++) {
      const plane_point at = with_k ? (plane_point){ z[2 * i], z[2 * i + 1] } : (plane_point){ z[i], 1.0 };
      plane_yields(method, TOY_BACKGROUND_PROCESS, points[3], at, yields);
      plane_yields(method, TOY_SIGNAL_PROCESS, points[3], at, signal);
      for (size_t j = 0; j < PLANE_BINS; j++)
        CHECK_CLOSE(fairu_templates_yields(observed, 0, i)[j], yields[j] + 2.0 * signal[j], 1e-15);
    }
    fairu_templates_destroy(observed);
    fairu_grid_destroy(grid);
  }
  fairu_context_destroy(ctx);
}

/* ---- fits --------------------------------------------------------------------------------------------- */

typedef struct trial {
  int method;
  plane_point truth;
  double mu, k; /* held */
} trial;

static double plain_sum(const trial *t, double mu, double z, double k)
{
  const plane_point at = { z, k };
  double s[PLANE_BINS], b[PLANE_BINS], made_s[PLANE_BINS], made_b[PLANE_BINS];
  plane_yields(t->method, TOY_SIGNAL_PROCESS, at, at, s);
  plane_yields(t->method, TOY_BACKGROUND_PROCESS, at, at, b);
  plane_yields(t->method, TOY_SIGNAL_PROCESS, t->truth, at, made_s);
  plane_yields(t->method, TOY_BACKGROUND_PROCESS, t->truth, at, made_b);
  /* auxiliary values of both nuisances stand at the truth */
  double sum = 0.5 * (pow((z - t->truth.z) / 0.2, 2) + pow((k - t->truth.k) / 0.2, 2));
  for (size_t j = 0; j < PLANE_BINS; j++) {
    const double n = made_s[j] + made_b[j], nu = mu * s[j] + b[j];
    sum += nu - n * log(nu) + lgamma(n + 1.0);
  }
  return sum;
}

static double over_z(double z, const void *data)
{
  const trial *t = data;
  return plain_sum(t, t->mu, z, t->k);
}

/* Least over z: the best of 60 points, then between its neighbours; there may be two minima. */
static double over_mu(double mu, const void *data)
{
  trial t = *(const trial *)data;
  const double step = 1.5 / 60.0;
  double lowest = HUGE_VAL, place, z = 0.0;
  t.mu = mu;
  for (int i = 0; i <= 60; i++)
    if (over_z(0.04 + step * i, &t) < lowest) {
      z = 0.04 + step * i;
      lowest = over_z(z, &t);
    }
  return plain_least(over_z, &t, z - step, z + step, &place);
}

static double half_width_of(const trial *t, double *best)
{
  const double level = plain_least(over_mu, t, -0.5, 3.0, best) + 0.5;
  return 0.5 * (plain_crossing(over_mu, t, *best, *best + 0.6, level) -
                plain_crossing(over_mu, t, *best, *best - 0.6, level));
}

/* Asimov data of a fixed axis at any truth: the best fit is the truth, not a mirror minimum on the way to it. */
static void expected_data_are_fitted_by_the_truth(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_templates *templates;
  CHECK_OK(ctx, plane_templates_closed(ctx, PLANE_FROZEN, &templates));
  const plane_model model = { PLANE_FROZEN, 0, NULL, templates };
  for (size_t t = 0; t < PLANE_TRUTHS; t++) {
    plane_problem problem;
    plane_interval found;
    CHECK_OK(ctx, plane_problem_create(ctx, &model, NULL, NULL, plane_truth(t), 1.0, &problem));
    CHECK_OK(ctx, plane_problem_interval(&problem, ctx, &found));
    CHECK_NEAR(found.mu_hat, 1.0, 1e-6);
    CHECK_NEAR(found.k_hat, plane_truth(t).k, 1e-6);
    CHECK_NEAR(found.z_hat, plane_truth(t).z, 1e-6);
    plane_problem_clear(&problem);
  }
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

/* k known and k ignored: two parameters, whose templates are exact at the knots of k = 1. */
static void widths_are_crossings_of_a_scan(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *systematics;
  toy_pool pool;
  CHECK_OK(ctx, plane_systematics_create(ctx, &systematics));
  CHECK_OK(ctx, toy_pool_create(ctx, 512, TOY_EVEN, 1, &pool));
  for (int i = 0; i < 4; i++) {
    const int method = i == 0 ? PLANE_FROZEN : i == 1 ? PLANE_BOTH : PLANE_IGNORED;
    const size_t truth = i < 3 ? 0 : 2;
    fairu_classifier *classifier;
    fairu_templates *templates;
    plane_problem problem;
    plane_interval found;
    double best, ignored_best;
    CHECK_OK(ctx, plane_classifier_create(ctx, method, &classifier));
    CHECK_OK(ctx, plane_templates_closed(ctx, method, &templates));
    const plane_model model = { method, 0, classifier, templates };
    CHECK_OK(ctx, plane_problem_create(ctx, &model, &pool, systematics, plane_truth(truth), 1.0, &problem));
    CHECK_OK(ctx, plane_problem_interval(&problem, ctx, &found));
    const trial known = { .method = method, .truth = plane_truth(truth), .k = plane_truth(truth).k };
    const trial ignored = { .method = method, .truth = plane_truth(truth), .k = 1.0 };
    CHECK_CLOSE(found.half_width_k_known, half_width_of(&known, &best), 2e-3); /* splines of few knots */
    CHECK_CLOSE(found.half_width, 0.5 * (found.upper - found.lower), 1e-14);
    assert_true(found.half_width > 0.999 * found.half_width_k_known || method == PLANE_IGNORED);
    if (method == PLANE_IGNORED) {
      CHECK_CLOSE(found.half_width, half_width_of(&ignored, &ignored_best), 2e-3);
      CHECK_NEAR(found.mu_hat, ignored_best, 2e-3);
      assert_true(found.k_hat == 1.0);
    } else {
      CHECK_NEAR(found.mu_hat, 1.0, 1e-3);
      CHECK_NEAR(found.k_hat, 1.0, 1e-3);
    }
    plane_problem_clear(&problem);
    fairu_templates_destroy(templates);
    fairu_classifier_destroy(classifier);
  }
  toy_pool_clear(&pool);
  fairu_systematics_destroy(systematics);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yields_are_sums_over_the_plane),
    cmocka_unit_test(truths_in_widths),
    cmocka_unit_test(floors_from_differences),
    cmocka_unit_test(scores_of_classifiers),
    cmocka_unit_test(what_the_nuisances_do),
    cmocka_unit_test(tables_at_the_knots),
    cmocka_unit_test(expected_data_are_fitted_by_the_truth),
    cmocka_unit_test(widths_are_crossings_of_a_scan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
