/* The likelihood of the comparison from made templates, against its formula: values, data, intervals, Gaussian limits. */
#include "made_problem.h"

#include "cli/study.h"
#include "support/thirds.h"

typedef struct made {
  fairu_context *ctx;
  compare_problem problem;
  fairu_templates *templates;
  fairu_likelihood *likelihood;
} made;

static void made_create(made *m, size_t n_axes, int mc_stat)
{
  m->ctx = support_context();
  m->problem = made_problem(1, n_axes);
  made_templates(m->ctx, &m->problem, &m->templates);
  CHECK_OK(m->ctx, compare_likelihood_create(m->ctx, &m->problem, m->templates, mc_stat, &m->likelihood));
}

static void made_clear(made *m)
{
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
  fairu_context_destroy(m->ctx);
}

static double nll_at(const made *m, const fairu_data *data, double mu, const double *z)
{
  double params[COMPARE_PARAMETERS] = { mu }, nll[2];
  memcpy(params + 1, z, m->problem.n_axes * sizeof *z);
  CHECK_OK(m->ctx,
           fairu_likelihood_nll(m->likelihood, m->ctx, data, params, 1 + m->problem.n_axes, nll, NULL, NULL));
  return nll[0];
}

static const double points[5][3] = {
  { 1.0, 0.0, 0.1 }, { 1.7, 0.35, 0.4 }, { 0.2, -0.5, -0.3 }, { -0.3, 0.1, 0.1 }, { 1.0, 0.8, -0.5 }
};

/* Differences between points: Poisson terms of mu s(z) + b(z), Gaussian priors about nominal Z whatever the truth is. */
static void values_follow_the_formula(void **state)
{
  (void)state;
  for (size_t axes = 1; axes <= 2; axes++)
    for (size_t truth = 0; truth < 3; truth++) {
      made m;
      fairu_data *data;
      double counts[MADE_BINS];
      const double *z = points[truth] + 1;
      made_create(&m, axes, FAIRU_MC_STAT_NONE);
      CHECK_OK(m.ctx, compare_data_create(m.ctx, &m.problem, m.likelihood, z, NULL, &data));
      made_counts(&m.problem, 1.0, z, counts); /* at mu = 1 */
      const double base = nll_at(&m, data, points[0][0], points[0] + 1),
                   plain = made_nll(&m.problem, counts, points[0][0], points[0] + 1);
      for (size_t i = 1; i < 5; i++)
        CHECK_NEAR(nll_at(&m, data, points[i][0], points[i] + 1) - base,
                   made_nll(&m.problem, counts, points[i][0], points[i] + 1) - plain, 1e-8);
      for (size_t k = 0; k < axes; k++) {
        double aux;
        CHECK_OK(m.ctx, fairu_data_aux(data, m.ctx, 1 + k, &aux));
        assert_true(aux == m.problem.axes[k].nominal);
      }
      fairu_data_destroy(data);
      made_clear(&m);
    }
}

/* mu has no limits, and it is the first parameter; the nuisances come in the order of the axes. */
static void parameters_of_the_likelihood(void **state)
{
  (void)state;
  for (size_t axes = 1; axes <= 2; axes++) {
    made m;
    made_create(&m, axes, FAIRU_MC_STAT_MOVING);
    assert_int_equal(fairu_likelihood_n_parameters(m.likelihood), 1 + axes);
    assert_int_equal(fairu_likelihood_n_bins(m.likelihood), MADE_BINS);
    static const char *const names[3] = { "mu", "a", "b" };
    for (size_t k = 0; k <= axes; k++) {
      fairu_parameter parameter = { .struct_size = sizeof parameter };
      CHECK_OK(m.ctx, fairu_likelihood_parameter(m.likelihood, m.ctx, k, &parameter));
      assert_string_equal(parameter.name, names[k]);
      if (k == 0)
        assert_true(isinf(parameter.lower) && isinf(parameter.upper));
    }
    made_clear(&m);
  }
}

/* ---- intervals ------------------------------------------------------------------------------------------ */

typedef struct curve {
  const compare_problem *problem;
  const double *counts;
  const double *z; /* known */
} curve;

/* The NLL at mu: Z known, or at the minimum over it by steps that halve. */
static double curve_at(const curve *c, double mu, int profiled)
{
  double z[COMPARE_AXES] = { 0.0 }, step = 0.2;
  memcpy(z, c->z, c->problem->n_axes * sizeof *z);
  double best = made_nll(c->problem, c->counts, mu, z);
  while (profiled && step > 1e-8) {
    int moved = 0;
    for (size_t k = 0; k < c->problem->n_axes; k++)
      for (int sign = -1; sign <= 1; sign += 2) {
        const double old = z[k];
        z[k] += sign * step;
        const double value = made_nll(c->problem, c->counts, mu, z);
        if (fabs(z[k]) < 0.78 && value < best) { /* inside the templates */
          best = value;
          moved = 1;
        } else
          z[k] = old;
      }
    step *= moved ? 1.0 : 0.5;
  }
  return best;
}

static double fixed_at(double mu, const void *data)
{
  return curve_at((const curve *)data, mu, 0);
}

static double profiled_at(double mu, const void *data)
{
  return curve_at((const curve *)data, mu, 1);
}

static double least_mu(const curve *c, int profiled, double *nll)
{
  const double mu = thirds_lowest(profiled ? profiled_at : fixed_at, c, -1.0, 3.0, 80);
  *nll = curve_at(c, mu, profiled);
  return mu;
}

static double plain_half_width(const curve *c, int profiled, double *best)
{
  double least, ends[2];
  *best = least_mu(c, profiled, &least);
  for (int side = 0; side < 2; side++) {
    double near = *best, far = *best + (side ? 3.0 : -2.0);
    for (int i = 0; i < 40; i++) {
      const double mu = 0.5 * (near + far);
      *(curve_at(c, mu, profiled) - least < 0.5 ? &near : &far) = mu;
    }
    ends[side] = near;
  }
  return 0.5 * (ends[1] - ends[0]);
}

static void intervals_are_crossings(void **state)
{
  (void)state;
  for (size_t i = 0; i < 4; i++) {
    const size_t axes = 1 + i / 2;
    const double *z = points[i % 2] + 1;
    made m;
    fairu_data *data;
    double counts[MADE_BINS];
    made_create(&m, axes, FAIRU_MC_STAT_NONE);
    made_counts(&m.problem, 1.0, z, counts);
    CHECK_OK(m.ctx, compare_data_create(m.ctx, &m.problem, m.likelihood, z, NULL, &data));
    const curve c = { &m.problem, counts, z };
    for (int profiled = 0; profiled < 2; profiled++) {
      double half, mu_hat, best;
      const double wanted = plain_half_width(&c, profiled, &best);
      CHECK_OK(m.ctx, compare_interval(m.ctx, &m.problem, m.likelihood, data, z, profiled, &half, &mu_hat));
      CHECK_CLOSE(half, wanted, 1e-4);
      CHECK_NEAR(mu_hat, best, 1e-4);
      if (!profiled)
        CHECK_NEAR(mu_hat, 1.0, 1e-5);
      double same; /* mu_hat need not be asked for */
      CHECK_OK(m.ctx, compare_interval(m.ctx, &m.problem, m.likelihood, data, z, profiled, &same, NULL));
      assert_true(same == half);
    }
    fairu_data_destroy(data);
    made_clear(&m);
  }
}

/* Counts that move with Z replace those of the likelihood: here they are the expectation at mu = 2 of the hypothesis itself, so that every Z fits as
 * well and only its prior tells. */
static int moving_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  (void)process, (void)variances, (void)user_data;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = 2.0 * made_yield(1, j, z, n_axes) + made_yield(0, j, z, n_axes);
  return 0;
}

static void data_that_move(void **state)
{
  (void)state;
  static const char *const names[1] = { "observed" };
  for (size_t axes = 1; axes <= 2; axes++) {
    made m;
    fairu_grid *grid;
    fairu_templates *moving;
    fairu_data *data;
    double params[COMPARE_PARAMETERS], half, mu_hat;
    made_create(&m, axes, FAIRU_MC_STAT_NONE);
    CHECK_OK(m.ctx, compare_grid_create(m.ctx, &m.problem, 0, &grid));
    CHECK_OK(m.ctx, fairu_templates_create_from_function(m.ctx, grid, names, 1, MADE_BINS, moving_yields,
                                                         NULL, FAIRU_INTERPOLATION_LINEAR, &moving));
    CHECK_OK(m.ctx, compare_data_create(m.ctx, &m.problem, m.likelihood, points[1] + 1, moving, &data));
    for (size_t i = 0; i < 3; i++) {
      double counts[MADE_BINS], wanted[MADE_BINS];
      memcpy(params, points[i], sizeof params);
      CHECK_OK(m.ctx, fairu_data_observed(data, m.ctx, params, 1 + axes, counts));
      made_counts(&m.problem, 2.0, points[i] + 1, wanted);
      for (size_t j = 0; j < MADE_BINS; j++)
        CHECK_CLOSE(counts[j], wanted[j], 1e-12);
    }
    const double z[2] = { m.problem.axes[0].nominal, m.problem.axes[1].nominal };
    CHECK_OK(m.ctx, compare_interval(m.ctx, &m.problem, m.likelihood, data, z, 0, &half, &mu_hat));
    CHECK_NEAR(mu_hat, 2.0, 1e-4);
    fairu_data_destroy(data);
    fairu_templates_destroy(moving);
    fairu_grid_destroy(grid);
    made_clear(&m);
  }
}

/* ---- Gaussian limits ------------------------------------------------------------------------------------ */

/* The expected information of (mu, z...) at mu = 1: sums of products of derivatives over yields, and the priors. */
static void limits_are_sums(void **state)
{
  (void)state;
  for (size_t i = 0; i < 6; i++) {
    const size_t axes = 1 + i / 3, n = 1 + axes;
    const double *z = points[i % 3] + 1;
    made m;
    double info[9] = { 0.0 }, known, profiled;
    made_create(&m, axes, FAIRU_MC_STAT_NONE);
    for (size_t j = 0; j < MADE_BINS; j++) {
      double d[3] = { made_yield(1, j, z, axes) }, nu = d[0] + made_yield(0, j, z, axes);
      for (size_t k = 0; k < axes; k++) { /* linear in each z: a difference is the derivative */
        double up[2] = { z[0], z[1] };
        up[k] += 1.0;
        d[1 + k] = made_yield(1, j, up, axes) + made_yield(0, j, up, axes) - nu;
      }
      for (size_t k = 0; k < n * n; k++)
        info[k] += d[k / n] * d[k % n] / nu;
    }
    for (size_t k = 0; k < axes; k++)
      info[(k + 1) * (n + 1)] += 1.0 / (m.problem.axes[k].width * m.problem.axes[k].width);
    CHECK_OK(m.ctx, compare_fisher(m.ctx, &m.problem, m.likelihood, z, &known, &profiled));
    CHECK_CLOSE(known, 1.0 / sqrt(info[0]), 1e-9);
    CHECK_CLOSE(profiled, compare_sigma(info, n), 1e-7);
    made_clear(&m);
  }
}

/* Statistics of templates widen the interval; a prior that is 1e-4 wide leaves nothing to be profiled. */
static void what_widens(void **state)
{
  (void)state;
  double half[2], limit[2];
  const double *z = points[0] + 1;
  for (int moving = 0; moving < 2; moving++) {
    made m;
    fairu_data *data;
    made_create(&m, 2, moving ? FAIRU_MC_STAT_MOVING : FAIRU_MC_STAT_NONE);
    CHECK_OK(m.ctx, compare_data_create(m.ctx, &m.problem, m.likelihood, z, NULL, &data));
    CHECK_OK(m.ctx, compare_interval(m.ctx, &m.problem, m.likelihood, data, z, 0, &half[moving], NULL));
    fairu_data_destroy(data);
    made_clear(&m);
  }
  /* weights of 1/4: the variance of counts grows by a quarter */
  CHECK_CLOSE(half[1], sqrt(1.25) * half[0], 0.02);
  made m;
  made_create(&m, 2, FAIRU_MC_STAT_NONE);
  m.problem.axes[0].width = m.problem.axes[1].width = 1e-4;
  fairu_likelihood *tight;
  CHECK_OK(m.ctx, compare_likelihood_create(m.ctx, &m.problem, m.templates, FAIRU_MC_STAT_NONE, &tight));
  CHECK_OK(m.ctx, compare_fisher(m.ctx, &m.problem, tight, z, &limit[0], &limit[1]));
  CHECK_CLOSE(limit[0], limit[1], 1e-4);
  fairu_likelihood_destroy(tight);
  made_clear(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_follow_the_formula), cmocka_unit_test(parameters_of_the_likelihood),
    cmocka_unit_test(intervals_are_crossings),   cmocka_unit_test(data_that_move),
    cmocka_unit_test(limits_are_sums),           cmocka_unit_test(what_widens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
