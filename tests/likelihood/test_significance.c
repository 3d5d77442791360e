/* Significance formulas against a table, arithmetic of 300 digits and identities; asymptotic p-values against their formulas. */
#include "support/support.h"

/* The rounding of its argument costs it x^2 / 2 ulp. */
static double sf(double x)
{
  return 0.5 * erfc(x / sqrt(2.0));
}

static double ams(fairu_context *ctx, double s, double b, double b_reg)
{
  double z = -1.0;
  CHECK_OK(ctx, fairu_significance_ams(ctx, s, b, b_reg, &z));
  return z;
}

static double asimov(fairu_context *ctx, double s, double b, double sigma_b)
{
  double z = -1.0;
  CHECK_OK(ctx, fairu_significance_asimov(ctx, s, b, sigma_b, &z));
  return z;
}

static double ams1(fairu_context *ctx, double s, double b, double sigma_b)
{
  double z = -1.0;
  CHECK_OK(ctx, fairu_significance_ams1(ctx, s, b, sigma_b, &z));
  return z;
}

static void the_table(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const double rows[4][8] = {
    { 10, 100, 0.983992, 0.939537, 0.690196, 0.695787, 0.306735, 0.314771 },
    { 50, 1000, 1.568230, 1.560572, 0.469352, 0.475719, 0.163078, 0.165703 },
    { 5, 1, 3.391329, 1.410741, 3.355231, 3.356316, 3.110266, 3.153935 },
    { 690, 4500, 10.038546, 10.027926, 1.446046, 1.514096, 0.486528, 0.510385 },
  };
  for (int i = 0; i < 4; i++) {
    const double *r = rows[i], s = r[0], b = r[1], half = 0.5000001e-6;
    CHECK_NEAR(ams(ctx, s, b, 0.0), r[2], half);
    CHECK_NEAR(ams(ctx, s, b, 10.0), r[3], half);
    CHECK_NEAR(asimov(ctx, s, b, 0.1 * b), r[4], half);
    CHECK_NEAR(ams1(ctx, s, b, 0.1 * b), r[5], half);
    CHECK_NEAR(asimov(ctx, s, b, 0.3 * b), r[6], half);
    CHECK_NEAR(ams1(ctx, s, b, 0.3 * b), r[7], half);
  }
  fairu_context_destroy(ctx);
}

/* The textbook forms, evaluated with 300 digits, where doubles would lose all of theirs. */
static void digits_survive_at_the_edges(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const double rows[9][6] = {
    { 1e-09, 1000000.0, 1000.0, 9.999999999999999e-13, 7.0710678118654739e-13, 7.0710678118654745e-13 },
    { 0.001, 1e-06, 1e-09, 0.10877190385475963, 0.10877190385016285, 0.10877190385016285 },
    { 100000000.0, 0.001, 1e-05, 69754.478025712137, 56775.126088970447, 63581.901192858484 },
    { 3.0, 1e-12, 2.0, 12.898751894181057, 1.2247448713856481e-6, 1.1969923344152197 },
    { 5.0, 7.0, 1e-30, 1.713451492626648, 1.713451492626648, 1.713451492626648 },
    { 1e-12, 2.0, 0.5, 7.0710678118648858e-13, 6.6666666666660492e-13, 6.666666666666063e-13 },
    { 0.1, 0.25, 10000.0, 0.18849553213497941, 8.9112122657308762e-6, 9.9999999825000006e-6 },
    { 200000.0, 100000.0, 50.0, 509.08483890297285, 499.56596350559761, 499.84548659779739 },
    { 1.0, 2.0, 1.0, 0.65786826086153928, 0.52410030630344992, 0.53311061531567403 },
  };
  for (int i = 0; i < 9; i++) {
    const double *r = rows[i];
    CHECK_CLOSE(ams(ctx, r[0], r[1], 0.0), r[3], 2e-15);
    CHECK_CLOSE(asimov(ctx, r[0], r[1], r[2]), r[4], 2e-15);
    CHECK_CLOSE(ams1(ctx, r[0], r[1], r[2]), r[5], 2e-15);
  }
  fairu_context_destroy(ctx);
}

static void identities(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (double s = 1e-8; s < 1e8; s *= 7.3)
    for (double b = 1e-4; b < 1e7; b *= 11.7) {
      const double z = ams(ctx, s, b, 0.0);
      CHECK_CLOSE(ams(ctx, 16.0 * s, 16.0 * b, 0.0), 4.0 * z, 1e-15);
      CHECK_CLOSE(ams(ctx, s, 0.0, b), z, 0.0); /* the regulator is background */
      CHECK_CLOSE(asimov(ctx, s, b, 0.0), z, 2e-15);
      CHECK_CLOSE(ams1(ctx, s, b, 1e-12 * sqrt(b / (1.0 + s / b))), z, 1e-14);
      assert_true(z <= s / sqrt(b) * (1.0 + 1e-15));
      for (double sigma = 0.01 * b; sigma < 2.0 * b; sigma *= 3.0) {
        const double za = asimov(ctx, s, b, sigma), z1 = ams1(ctx, s, b, sigma);
        assert_true(za <= z && z1 <= z);
        CHECK_CLOSE(asimov(ctx, 4.0 * s, 4.0 * b, 2.0 * sigma) / 2.0, asimov(ctx, s, b, sigma),
                    1e-15); /* events and control events four times */
        if (s < 1e-6 * b * b / (b + sigma * sigma)) {
          CHECK_CLOSE(za, s / hypot(sqrt(b), sigma), 1e-6);
          CHECK_CLOSE(z1, s / hypot(sqrt(b), sigma), 1e-6);
        }
      }
    }
  CHECK_NEAR(ams(ctx, 0.0, 0.0, 0.0), 0.0, 0.0);
  CHECK_NEAR(asimov(ctx, 3.0, 0.0, 1.0), 0.0, 0.0);
  CHECK_NEAR(asimov(ctx, 0.0, 2.0, 1.0), 0.0, 0.0);
  CHECK_NEAR(ams1(ctx, 0.0, 2.0, 1.0), 0.0, 0.0);
  fairu_context_destroy(ctx);
}

static void p_values_and_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const double known[10][2] = {
    { -5.0, 0.99999971334842812 },     { -1.0, 0.84134474606854295 },   { 0.25, 0.40129367431707628 },
    { 1.0, 0.15865525393145705 },      { 2.0, 0.022750131948179207 },   { 3.0, 0.0013498980316300945 },
    { 5.0, 2.8665157187919391e-7 },    { 8.2, 1.2019351542735858e-16 }, { 20.0, 2.7536241186062337e-89 },
    { 37.0, 5.7255712225245768e-300 },
  };
  double p, z;
  for (int i = 0; i < 10; i++) {
    CHECK_OK(ctx, fairu_p_of_significance(ctx, known[i][0], &p));
    CHECK_CLOSE(p, known[i][1], 1e-15);
  }
  for (double at = 0.3; at < 37.5; at += 0.0371) {
    CHECK_OK(ctx, fairu_p_of_significance(ctx, at, &p));
    CHECK_OK(ctx, fairu_significance_of_p(ctx, p, &z));
    CHECK_CLOSE(z, at, 1e-14);
  }
  CHECK_OK(ctx, fairu_significance_of_p(ctx, 0.5, &z));
  CHECK_NEAR(z, 0.0, 0.0);
  CHECK_OK(ctx, fairu_significance_of_p(ctx, 4.94e-324, &z)); /* the least p there is */
  CHECK_NEAR(z, 38.48540833, 0.02);
  CHECK_OK(ctx, fairu_p_of_significance(ctx, (double)INFINITY, &p));
  CHECK_NEAR(p, 0.0, 0.0);
  fairu_context_destroy(ctx);
}

static void asymptotic_p_values(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double p[3], other[3];
  for (double q = 0.0; q < 40.0; q += 0.83)
    for (double a = 0.2; a < 30.0; a *= 1.7) {
      const double s = sqrt(q), sa = sqrt(a);
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q, q, a, p));
      CHECK_CLOSE(p[0], sf(s), 5e-13);
      CHECK_CLOSE(p[1], sf(s - sa), 5e-13);
      CHECK_CLOSE(p[2], p[0] / p[1], 5e-13);
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q_TILDE, q, a, other));
      CHECK_CLOSE(other[0], q > a ? sf((q + a) / (2.0 * sa)) : p[0], 5e-13);
      CHECK_CLOSE(other[1], q > a ? sf((q - a) / (2.0 * sa)) : p[1], 5e-13);
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_T, q, a, p));
      CHECK_CLOSE(p[0], 2.0 * sf(s), 5e-13);
      CHECK_CLOSE(p[1], sf(s + sa) + sf(s - sa), 5e-13);
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_T_TILDE, q, a, p));
      CHECK_CLOSE(p[0], sf(s) + other[0], 5e-13);
      CHECK_CLOSE(p[1], sf(s + sa) + other[1], 5e-13);
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q0, q, a, p));
      CHECK_CLOSE(p[0], sf(s), 5e-13);
      CHECK_CLOSE(p[2], p[0], 0.0);
    }
  CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q_TILDE, 3000.0, 40.0, p)); /* both tails are 0 */
  const double up = 3040.0 / (2.0 * sqrt(40.0)), down = 2960.0 / (2.0 * sqrt(40.0));
  CHECK_CLOSE(p[2], exp(0.5 * (down * down - up * up)) * down / up, 1e-4);
  CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q_TILDE, 0.0, 0.0, p));
  CHECK_NEAR(p[2], 1.0, 0.0);
  fairu_context_destroy(ctx);
}

/* The distribution of t~ itself: toys of a Gaussian mu^ in closed form, by numerical integration over mu^. */
static void two_sided_distributions(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double mu = 1.3; /* sigma is 1: qA = mu^2 */
  for (double t = 0.4; t < 9.0; t += 0.9) {
    double p[3], above[2] = { 0.0, 0.0 };
    const double h = 1e-4;
    for (double mu_hat = -9.0; mu_hat < 11.0; mu_hat += h) {
      const double x = mu_hat + 0.5 * h;
      const double value = x < 0.0 ? mu * mu - 2.0 * mu * x : (mu - x) * (mu - x);
      if (value >= t) {
        above[0] += h * exp(-0.5 * (x - mu) * (x - mu)) / sqrt(2.0 * acos(-1.0));
        above[1] += h * exp(-0.5 * x * x) / sqrt(2.0 * acos(-1.0));
      }
    }
    CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_T_TILDE, t, mu * mu, p));
    CHECK_NEAR(p[0], above[0], 1e-4);
    CHECK_NEAR(p[1], above[1], 1e-4);
  }
  fairu_context_destroy(ctx);
}

static void refusals_say_why(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double z = -7.0, p[3] = { -7.0, 0.0, 0.0 };
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_ams(ctx, -1.0, 2.0, 0.0, &z));
  CHECK_SAYS(ctx, "AMS: s is -1");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_ams(ctx, 1.0, 0.0, 0.0, &z));
  CHECK_SAYS(ctx, "no background");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_asimov(ctx, 1.0, 0.0, 0.0, &z));
  CHECK_SAYS(ctx, "no background");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_significance_asimov(ctx, 1.0, (double)INFINITY, 0.0, &z));
  CHECK_SAYS(ctx, "b is inf");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_ams1(ctx, 1.0, 2.0, 0.0, &z));
  CHECK_SAYS(ctx, "sigma_b is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_of_p(ctx, 0.0, &z));
  CHECK_SAYS(ctx, "p is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_of_p(ctx, 1.0, &z));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_significance_of_p(ctx, (double)NAN, &z));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_p_of_significance(ctx, (double)NAN, &z));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_asymptotic_pvalues(ctx, 0, 1.0, 1.0, p));
  CHECK_SAYS(ctx, "unknown statistic 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_asymptotic_pvalues(ctx, FAIRU_TEST_Q, 1.0, -1.0, p));
  CHECK_SAYS(ctx, "q_asimov is -1");
  assert_true(z == -7.0 && p[0] == -7.0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_table),           cmocka_unit_test(digits_survive_at_the_edges),
    cmocka_unit_test(identities),          cmocka_unit_test(p_values_and_back),
    cmocka_unit_test(asymptotic_p_values), cmocka_unit_test(two_sided_distributions),
    cmocka_unit_test(refusals_say_why)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
