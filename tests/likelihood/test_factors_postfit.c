/* What follows a fit, for a likelihood with constrained factors: all as for the same model made of channels. */
#include "likelihood/factor_model.h"

enum { N = FACTOR_PARAMS };

typedef struct pair {
  fairu_context *ctx;
  factor_model m, twin;
} pair;

static pair pair_create(void)
{
  static const factor_options exact = { .mc_stat = FAIRU_MC_STAT_NONE,
                                        .interpolation = FAIRU_INTERPOLATION_LINEAR };
  pair p = { .ctx = support_context() };
  CHECK_OK(p.ctx, factor_create(p.ctx, exact, &p.m));
  CHECK_OK(p.ctx, twin_create(p.ctx, &p.m, &p.twin));
  return p;
}

static void pair_destroy(pair *p)
{
  factor_destroy(&p->twin);
  factor_destroy(&p->m);
  fairu_context_destroy(p->ctx);
}

static void alike(double a, double b, double tolerance)
{
  if (isnan(a) || isnan(b))
    assert_true(isnan(a) && isnan(b));
  else
    CHECK_NEAR(a, b, tolerance);
}

static size_t impacts_of(fairu_context *ctx, const factor_model *m, fairu_impact *impacts)
{
  size_t n = 0;
  impacts[0].struct_size = sizeof impacts[0];
  CHECK_OK(ctx, fairu_likelihood_impacts(m->likelihood, ctx, m->data, NULL, impacts, N, &n));
  return n;
}

static void impacts_and_pulls(void **state)
{
  (void)state;
  pair p = pair_create();
  fairu_impact a[N], b[N];
  assert_int_equal(impacts_of(p.ctx, &p.m, a), N - 1);
  assert_int_equal(impacts_of(p.ctx, &p.twin, b), N - 1);
  for (size_t i = 0; i < N - 1; i++) {
    assert_int_equal(a[i].parameter, i + 1);
    const double width = b[i].prefit_error;
    assert_true(width > 0.0);
    alike(a[i].prefit_error, width, 0.0);
    alike(a[i].value, b[i].value, 1e-6 * width);
    alike(a[i].pull, b[i].pull, 1e-6);
    alike(a[i].constraint, b[i].constraint, 1e-6);
    alike(a[i].impact_up, b[i].impact_up, 1e-6);
    alike(a[i].impact_down, b[i].impact_down, 1e-6);
    alike(a[i].prefit_up, b[i].prefit_up, 1e-6);
    alike(a[i].contribution, b[i].contribution, 1e-6);
  }
  pair_destroy(&p);
}

static void goodness_and_breakdown(void **state)
{
  (void)state;
  static const size_t normalisations[3] = { FACTOR_TTBAR, FACTOR_DIBOSON, FACTOR_BKG };
  static const fairu_group group = { "normalisation", normalisations, 3 };
  pair p = pair_create();
  fairu_goodness a = { .struct_size = sizeof a }, b = { .struct_size = sizeof b };
  fairu_breakdown x[3] = { { .struct_size = sizeof x[0] } }, y[3] = { { .struct_size = sizeof y[0] } };
  CHECK_OK(p.ctx, fairu_likelihood_goodness(p.m.likelihood, p.ctx, p.m.data, NULL, &a));
  CHECK_OK(p.ctx, fairu_likelihood_goodness(p.twin.likelihood, p.ctx, p.twin.data, NULL, &b));
  assert_true(a.n_data == b.n_data && a.n_free == b.n_free && a.dof == b.dof && a.n_data == factor_bins + 5);
  CHECK_NEAR(a.deviance, b.deviance, 1e-8);
  CHECK_OK(p.ctx, fairu_likelihood_breakdown(p.m.likelihood, p.ctx, p.m.data, NULL, &group, 1, x));
  CHECK_OK(p.ctx, fairu_likelihood_breakdown(p.twin.likelihood, p.ctx, p.twin.data, NULL, &group, 1, y));
  alike(x[0].error_up, y[0].error_up, 1e-6);
  for (size_t i = 0; i < 3; i++) {
    alike(x[i].part_up, y[i].part_up, 1e-5);
    alike(x[i].fixed_down, y[i].fixed_down, 1e-5);
  }
  pair_destroy(&p);
}

static void yields_with_prefit_errors(void **state)
{
  (void)state;
  pair p = pair_create();
  static const double point[N] = { 1.4, 1.02, 0.8, 1.003, 0.3, -0.2 };
  double a[N * N], b[N * N], nu[2][factor_bins], error[2][factor_bins];
  CHECK_OK(p.ctx, fairu_likelihood_prefit_covariance(p.m.likelihood, p.ctx, a, N));
  CHECK_OK(p.ctx, fairu_likelihood_prefit_covariance(p.twin.likelihood, p.ctx, b, N));
  assert_memory_equal(a, b, sizeof a);
  assert_true(a[0] == 0.0 && a[FACTOR_BKG * (N + 1)] == 0.004 * 0.004);
  CHECK_OK(p.ctx, fairu_likelihood_yields(p.m.likelihood, p.ctx, point, a, N, nu[0], error[0], NULL, NULL));
  CHECK_OK(p.ctx,
           fairu_likelihood_yields(p.twin.likelihood, p.ctx, point, a, N, nu[1], error[1], NULL, NULL));
  for (size_t j = 0; j < factor_bins; j++) {
    CHECK_CLOSE(nu[0][j], nu[1][j], 1e-13);
    CHECK_CLOSE(error[0][j], error[1][j], 1e-12);
  }
  pair_destroy(&p);
}

static void tests_and_limits(void **state)
{
  (void)state;
  pair p = pair_create();
  fairu_hypotest_result a = { .struct_size = sizeof a }, b = { .struct_size = sizeof b };
  fairu_limit x = { .struct_size = sizeof x }, y = { .struct_size = sizeof y };
  CHECK_OK(p.ctx, fairu_likelihood_hypotest(p.m.likelihood, p.ctx, p.m.data, NULL, 2.0, &a));
  CHECK_OK(p.ctx, fairu_likelihood_hypotest(p.twin.likelihood, p.ctx, p.twin.data, NULL, 2.0, &b));
  CHECK_NEAR(a.statistic, b.statistic, 1e-7);
  CHECK_NEAR(a.asimov, b.asimov, 1e-7);
  CHECK_NEAR(a.cls, b.cls, 1e-7);
  CHECK_OK(p.ctx, fairu_likelihood_limit(p.m.likelihood, p.ctx, p.m.data, NULL, 0.95, &x));
  CHECK_OK(p.ctx, fairu_likelihood_limit(p.twin.likelihood, p.ctx, p.twin.data, NULL, 0.95, &y));
  CHECK_CLOSE(x.observed, y.observed, 1e-5);
  CHECK_CLOSE(x.expected[2], y.expected[2], 1e-5);
  pair_destroy(&p);
}

/* Profiles of a constrained factor, and of mu. */
static void profiles(void **state)
{
  (void)state;
  pair p = pair_create();
  static const double values[2][3] = { { -2.0, 0.5, 4.0 }, { 0.98, 1.0, 1.03 } };
  for (size_t i = 0; i < 2; i++) {
    double a[3], b[3];
    CHECK_OK(p.ctx,
             fairu_likelihood_profile(p.m.likelihood, p.ctx, p.m.data, NULL, i, values[i], 3, a, NULL, N));
    CHECK_OK(p.ctx, fairu_likelihood_profile(p.twin.likelihood, p.ctx, p.twin.data, NULL, i, values[i], 3, b,
                                             NULL, N));
    for (size_t k = 1; k < 3; k++) /* constants differ */
      CHECK_NEAR(a[k] - a[0], b[k] - b[0], 1e-8);
  }
  pair_destroy(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(impacts_and_pulls),
    cmocka_unit_test(goodness_and_breakdown),
    cmocka_unit_test(yields_with_prefit_errors),
    cmocka_unit_test(tests_and_limits),
    cmocka_unit_test(profiles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
