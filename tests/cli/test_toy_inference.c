/* Fits of the toy: its likelihood against the sum over bins, its intervals against scans of that sum, its event-wise likelihood against the
 * Fisher matrix of the plane. */
#include "toy_plain.h"

#include "cli/toy_unbinned.h"

static double nll_of(fairu_context *ctx, const toy_problem *p, double mu, double z)
{
  const double params[TOY_PARAMETERS] = { mu, z };
  double nll[2];
  CHECK_OK(ctx, fairu_likelihood_nll(p->likelihood, ctx, p->data, params, TOY_PARAMETERS, nll, NULL, NULL));
  return nll[0] + nll[1];
}

/* Differences of the NLL between points, at knots of the templates: every method, constraint, constant, true angle. */
static void likelihood_is_the_sum_over_bins(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double knots[] = { -M_PI_4, 0.0, M_PI_4, M_PI_4 + M_PI / 160, 1.5 * M_PI_2 };
  for (int i = 0; i < 4 * 2 * 3 * 2; i++) {
    toy_problem problem;
    toy_settings s = toy_settings_default();
    s.method = i % 4;
    s.aux = i / 4 % 2;
    s.constant = i / 8 % 3;
    s.z_true = i / 24 ? M_PI_2 : M_PI_4;
    s.mu_true = i / 24 ? 2.0 : 1.0;
    s.n_bins = 7;
    s.binning = i % 3;
    s.prior_width = 0.3;
    CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
    const double base = nll_of(ctx, &problem, 1.0, M_PI_4), plain = plain_nll(&s, 1.0, M_PI_4);
    for (size_t k = 0; k < 5; k++)
      for (double mu = 0.0; mu < 4.0; mu += 1.7) {
        const double wanted = plain_nll(&s, mu, knots[k]) - plain;
        /* the plain sum of 50000 ln 50000 has 1e-10; knots of the library 1e-15 of the angle */
        CHECK_NEAR(nll_of(ctx, &problem, mu, knots[k]) - base, wanted, 2e-8 + 1e-10 * fabs(wanted));
      }
    toy_problem_clear(&problem);
  }
  fairu_context_destroy(ctx);
}

/* The truth is the best point of Asimov data if prior and truth agree, and not where they do not. */
static void auxiliary_value_stays_nominal(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int aux = 0; aux < 2; aux++)
    for (int far = 0; far < 2; far++) {
      toy_settings s = toy_settings_default();
      toy_problem problem;
      double gradient[TOY_PARAMETERS], nll[2];
      s.aux = aux;
      s.z_true = far ? M_PI_2 : M_PI_4;
      const double truth[TOY_PARAMETERS] = { s.mu_true, s.z_true };
      CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
      CHECK_OK(ctx,
               fairu_likelihood_nll(problem.likelihood, ctx, problem.data, truth, 2, nll, gradient, NULL));
      /* the prior pulls with (z - pi/4) / width^2; the auxiliary counts are those of the truth */
      CHECK_NEAR(gradient[TOY_Z], aux || !far ? 0.0 : M_PI_4 / 0.25, 1e-5);
      CHECK_NEAR(gradient[TOY_MU], 0.0, 1e-7);
      toy_problem_clear(&problem);
    }
  fairu_context_destroy(ctx);
}

/* ---- intervals ---------------------------------------------------------------------------------------- */

typedef struct at_angle {
  const toy_settings *s;
  double z;
} at_angle;

static double of_mu(double mu, const void *data)
{
  const at_angle *at = data;
  return plain_nll(at->s, mu, at->z);
}

typedef struct at_mu {
  const toy_settings *s;
  double mu;
} at_mu;

static double of_z(double z, const void *data)
{
  const at_mu *at = data;
  return plain_nll(at->s, at->mu, z);
}

/* Least over z: the best of 41 points, then between its neighbours. */
static double profile(double mu, const void *data)
{
  const at_mu at = { data, mu };
  const double step = M_PI / 40.0;
  double lowest = HUGE_VAL, place, z = 0.0;
  for (int k = 0; k <= 40; k++)
    if (of_z(-M_PI_4 + step * k, &at) < lowest) {
      z = -M_PI_4 + step * k;
      lowest = of_z(z, &at);
    }
  return plain_least(of_z, &at, fmax(z - step, -M_PI_4), fmin(z + step, 3.0 * M_PI_4), &place);
}

/* Widen an interval by where f rises above `level`, on both sides of its minimum. */
static void widen(plain_fn f, const void *data, double level, double *lower, double *upper)
{
  double best;
  if (plain_least(f, data, -0.4, 3.4, &best) >= level)
    return;
  *lower = fmin(*lower, plain_crossing(f, data, best, best - 1.2, level));
  *upper = fmax(*upper, plain_crossing(f, data, best, best + 1.2, level));
}

/* mu_hat, then lower and upper of one and two sigma, by scans. */
static void plain_interval(const toy_settings *s, int z_mode, double found[5])
{
  static const double rises[2] = { 0.5, 2.0 };
  const size_t n = z_mode == TOY_GRID21 ? 21 : 1;
  double lowest = HUGE_VAL;
  for (size_t k = 0; k < n; k++) {
    const at_angle at = { s, n > 1 ? M_PI * (double)k / 40.0 : s->z_true };
    double place;
    const double least = z_mode == TOY_CONT ? plain_least(profile, s, -0.4, 3.4, &place)
                                            : plain_least(of_mu, &at, -0.4, 3.4, &place);
    if (least < lowest) {
      lowest = least;
      found[0] = place;
    }
  }
  for (int level = 0; level < 2; level++) {
    double *ends = found + 1 + 2 * level;
    ends[0] = HUGE_VAL, ends[1] = -HUGE_VAL;
    for (size_t k = 0; k < n; k++) {
      const at_angle at = { s, n > 1 ? M_PI * (double)k / 40.0 : s->z_true };
      if (z_mode == TOY_CONT)
        widen(profile, s, lowest + rises[level], &ends[0], &ends[1]);
      else
        widen(of_mu, &at, lowest + rises[level], &ends[0], &ends[1]);
    }
  }
}

static void check_interval(fairu_context *ctx, const toy_settings *s, int z_mode)
{
  toy_problem problem;
  toy_interval found;
  double wanted[5];
  CHECK_OK(ctx, toy_problem_create_closed(ctx, s, &problem));
  CHECK_OK(ctx, toy_problem_interval(&problem, ctx, z_mode, &found));
  plain_interval(s, z_mode, wanted);
  /* a minimum is flat: sqrt of the sum's 1e-10 by its curvature; crossings are steep. Between knots the splines are off by 1e-5 of a yield */
  const double part = z_mode == TOY_CONT ? 3e-5 : 2e-6;
  CHECK_NEAR(found.mu_hat, wanted[0], 5e-5);
  CHECK_NEAR(found.lower[0], wanted[1], part);
  CHECK_NEAR(found.upper[0], wanted[2], part);
  CHECK_NEAR(found.lower[1], wanted[3], part);
  CHECK_NEAR(found.upper[1], wanted[4], part);
  CHECK_CLOSE(found.half_width, 0.5 * (found.upper[0] - found.lower[0]), 1e-15);
  if (z_mode == TOY_FIXED)
    assert_true(found.z_hat == s->z_true);
  toy_problem_clear(&problem);
}

static void intervals_are_crossings_of_a_scan(void **state)
{
  (void)state;
  static const struct {
    int method, aux, z_mode, constant;
    double z_true, mu_true, prior;
  } cases[] = {
    { TOY_BASELINE, 0, TOY_FIXED, 0, M_PI_4, 1.0, 0.5 }, { TOY_AWARE, 0, TOY_FIXED, 0, M_PI_2, 2.0, 0.5 },
    { TOY_OPTIMAL, 0, TOY_FIXED, 0, 1.2, 1.0, 0.5 },     { TOY_AUG_LDA, 1, TOY_FIXED, 0, M_PI_2, 1.0, 0.5 },
    { TOY_BASELINE, 0, TOY_GRID21, 0, 1.2, 1.0, 0.5 },   { TOY_AWARE, 1, TOY_GRID21, 1, M_PI_2, 1.0, 0.5 },
    { TOY_AUG_LDA, 0, TOY_CONT, 0, M_PI_4, 1.0, 0.5 },   { TOY_AWARE, 0, TOY_CONT, 0, 1.2, 1.0, 0.5 },
    { TOY_OPTIMAL, 1, TOY_CONT, 0, M_PI_2, 2.0, 0.5 },   { TOY_BASELINE, 0, TOY_CONT, 2, 0.9, 1.5, 0.05 },
    { TOY_AWARE, 0, TOY_CONT, 1, M_PI_2, 1.0, 0.1 },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    toy_settings s = toy_settings_default();
    s.method = cases[i].method;
    s.aux = cases[i].aux;
    s.constant = cases[i].constant;
    s.z_true = cases[i].z_true;
    s.mu_true = cases[i].mu_true;
    s.prior_width = cases[i].prior;
    check_interval(ctx, &s, cases[i].z_mode);
  }
  fairu_context_destroy(ctx);
}

/* At the symmetric point the angle stays, and the interval is that of a known angle, until the prior lets the two mirror minima part;
 * from there on the less it knows the wider the interval. */
static void width_of_the_prior(void **state)
{
  (void)state;
  static const double widths[5] = { 1e-5, 0.1, 0.2, 0.5, 1.0 };
  fairu_context *ctx = support_context();
  double last = 0.0;
  for (int i = 0; i < 5; i++) {
    toy_settings s = toy_settings_default();
    toy_problem problem;
    toy_interval fixed, free;
    s.prior_width = widths[i];
    CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
    CHECK_OK(ctx, toy_problem_interval(&problem, ctx, TOY_FIXED, &fixed));
    CHECK_OK(ctx, toy_problem_interval(&problem, ctx, TOY_CONT, &free));
    if (i < 2)
      CHECK_CLOSE(free.half_width, fixed.half_width, 1e-9);
    else
      assert_true(free.half_width > last * 1.001);
    last = free.half_width;
    toy_problem_clear(&problem);
  }
  fairu_context_destroy(ctx);
}

/* Knots as far as half the step of the most that the study takes, and no farther. */
static void grids_of_the_angle(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const size_t sizes[] = { 4, TOY_KNOTS, TOY_MOST_KNOTS, 2 * TOY_MOST_KNOTS - 1, 2 * TOY_MOST_KNOTS };
  double z[2 * TOY_MOST_KNOTS];
  fairu_grid *grid;
  for (size_t i = 0; i < 5; i++) {
    const size_t n = sizes[i];
    CHECK_OK(ctx, toy_grid_create(ctx, n, &grid));
    assert_int_equal(fairu_grid_n_points(grid), n);
    CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
    assert_true(z[0] == -M_PI_4 && z[n - 1] == 3.0 * M_PI_4);
    for (size_t k = 0; k < n; k++)
      CHECK_NEAR(z[k], -M_PI_4 + M_PI * (double)k / (double)(n - 1), 1e-15);
    fairu_grid_destroy(grid);
  }
  assert_int_equal(toy_grid_create(ctx, 2 * TOY_MOST_KNOTS + 1, &grid), FAIRU_ERR_LIMIT);
  assert_null(grid);
  fairu_context_destroy(ctx);
}

/* ---- event-wise --------------------------------------------------------------------------------------- */

/* Fisher matrix of (mu, z) of the extended likelihood in the plane, by sums over a lattice and differences of densities. */
static void plain_fisher(double mu, double z, double matrix[3])
{
  const double step = 0.05, h = 1e-4;
  matrix[0] = matrix[1] = matrix[2] = 0.0;
  for (double x = -6.0; x < 6.0; x += step)
    for (double y = -6.0; y < 6.0; y += step) {
      double s[3], b[3];
      for (int k = -1; k <= 1; k++) {
        const double c = cos(z + h * k), n = sin(z + h * k);
        s[k + 1] = 500.0 / (2.0 * M_PI * 0.49) * exp(-((x - c) * (x - c) + (y - n) * (y - n)) / 0.98);
        b[k + 1] = 50000.0 / (2.0 * M_PI * 0.49) * exp(-((x + c) * (x + c) + (y + n) * (y + n)) / 0.98);
      }
      const double nu = mu * s[1] + b[1], d_z = (mu * (s[2] - s[0]) + b[2] - b[0]) / (2.0 * h);
      matrix[0] += step * step * s[1] * s[1] / nu;
      matrix[1] += step * step * s[1] * d_z / nu;
      matrix[2] += step * step * d_z * d_z / nu;
    }
}

static void floors_of_the_plane(void **state)
{
  (void)state;
  for (int mu = 1; mu <= 2; mu++) {
    double m[3];
    plain_fisher(mu, 1.0, m);
    m[2] += 1.0 / 0.25;
    CHECK_NEAR(toy_unbinned_floor(mu), sqrt(m[2] / (m[0] * m[2] - m[1] * m[1])), 2e-6); /* its digits */
  }
  assert_true(isnan(toy_unbinned_floor(1.5)) && isnan(toy_unbinned_floor(0.0)));
}

/* Asimov data of the closed-form ratios: the truth comes back if the prior stands there, errors are those of the Fisher matrix. */
static void event_wise_fit(void **state)
{
  (void)state;
  static const double truths[][3] = { { 1.0, M_PI_4, 0.5 },
                                      { 2.0, M_PI_2, 0.5 },
                                      { 1.3, M_PI_4 - 0.02, 0.01 } };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < 3; i++) {
    toy_settings s = toy_settings_default();
    toy_unbinned problem;
    toy_unbinned_fit fit;
    double m[3];
    s.mu_true = truths[i][0];
    s.z_true = truths[i][1];
    s.prior_width = truths[i][2];
    CHECK_OK(ctx, toy_unbinned_create(ctx, &s, &problem));
    CHECK_OK(ctx, toy_unbinned_measure(problem.likelihood, problem.data, ctx, &fit));
    plain_fisher(s.mu_true, s.z_true, m);
    const double prior = 1.0 / (s.prior_width * s.prior_width), pull = (M_PI_4 - s.z_true) * prior;
    const double information = m[2] + prior, determinant = m[0] * information - m[1] * m[1];
    /* one Newton step from the truth, which the prior alone pulls at */
    const double z_hat = s.z_true + m[0] * pull / determinant, mu_hat = s.mu_true - m[1] * pull / determinant;
    CHECK_NEAR(fit.z_hat, z_hat, 1e-5 + 1e-2 * fabs(z_hat - s.z_true));
    CHECK_NEAR(fit.mu_hat, mu_hat, 1e-4 + 2e-2 * fabs(mu_hat - s.mu_true));
    CHECK_CLOSE(fit.sigma_mu, sqrt(information / determinant), 2e-3);
    CHECK_CLOSE(fit.sigma_z, sqrt(m[0] / determinant), 2e-3);
    CHECK_CLOSE(0.5 * (fit.upper - fit.lower), fit.sigma_mu, 5e-3); /* nearly a parabola */
    assert_true(fit.upper - fit.mu_hat > fit.mu_hat - fit.lower);   /* Poisson: wider above */
    toy_unbinned_clear(&problem);
  }
  fairu_context_destroy(ctx);
}

/* Ratios of an event against the densities they stand for. */
static void ratios_of_events(void **state)
{
  (void)state;
  double x[3] = { 0.3, -1.7, 2.0 }, y[3] = { 0.9, 0.4, -3.0 }, ratio[2], density[2];
  toy_plane plane = { .n = 3, .x = x, .y = y };
  for (double z = -0.7; z < 2.3; z += 0.5) {
    assert_int_equal(toy_plane_terms(1, 2, &z, 1, ratio, NULL, NULL, density, NULL, NULL, &plane), 0);
    for (int i = 0; i < 2; i++) {
      const double a = x[i + 1], b = y[i + 1], c = cos(z), s = sin(z), h = M_SQRT1_2;
      const double signal = -((a - c) * (a - c) + (b - s) * (b - s)) / 0.98;
      const double background = -((a + c) * (a + c) + (b + s) * (b + s)) / 0.98;
      CHECK_NEAR(ratio[i], signal - background, 1e-13);
      CHECK_NEAR(density[i], background + ((a + h) * (a + h) + (b + h) * (b + h)) / 0.98, 1e-13);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(likelihood_is_the_sum_over_bins),
    cmocka_unit_test(auxiliary_value_stays_nominal),
    cmocka_unit_test(intervals_are_crossings_of_a_scan),
    cmocka_unit_test(width_of_the_prior),
    cmocka_unit_test(grids_of_the_angle),
    cmocka_unit_test(floors_of_the_plane),
    cmocka_unit_test(event_wise_fit),
    cmocka_unit_test(ratios_of_events),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
