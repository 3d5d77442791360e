/* Asymptotic tests against what their formulas approximate: mu^ is Gaussian, each statistic a function of it, and a p-value the integral of
 * the Gaussian over all mu^ that are less compatible. Nothing here knows a distribution of a statistic. */
#include "likelihood/asymptotic.h"
#include "support/draws.h"
#include "support/support.h"

enum { STEPS = 4000 };
static const double far = 40.0; /* where a Gaussian has ended */

/* The statistic for a test of mu where mu^ is x and its error 1 (Cowan and others 2011, equations 8 to 16). */
static double statistic_of(int statistic, double mu, double x)
{
  switch (statistic) {
  case FAIRU_TEST_Q0:
    return x > 0.0 ? x * x : 0.0;
  case FAIRU_TEST_Q:
    return x > mu ? 0.0 : (mu - x) * (mu - x);
  case FAIRU_TEST_Q_TILDE:
    return x > mu ? 0.0 : x < 0.0 ? mu * mu - 2.0 * mu * x : (mu - x) * (mu - x);
  case FAIRU_TEST_T_TILDE:
    return x < 0.0 ? mu * mu - 2.0 * mu * x : (mu - x) * (mu - x);
  default:
    return (mu - x) * (mu - x);
  }
}

static double tail(double x)
{
  return 0.5 * erfc(x / sqrt(2.0));
}

/* Where the statistic crosses q between a and b, by halving. */
static double crossing(int statistic, double mu, double q, double a, double b)
{
  const int above = statistic_of(statistic, mu, a) >= q;
  for (int i = 0; i < 200; i++) {
    const double middle = 0.5 * (a + b);
    *((statistic_of(statistic, mu, middle) >= q) == above ? &a : &b) = middle;
  }
  return 0.5 * (a + b);
}

/* Probability that the statistic is at least q > 0 where mu^ ~ N(truth, 1): the sum of all stretches where it is. */
static double probability(int statistic, double mu, double q, double truth)
{
  double sum = 0.0, from = -HUGE_VAL, x = truth - far;
  int inside = statistic_of(statistic, mu, x) >= q;
  for (int i = 0; i < STEPS; i++) {
    const double next = x + 2.0 * far / STEPS;
    const int is = statistic_of(statistic, mu, next) >= q;
    if (is != inside) {
      const double end = crossing(statistic, mu, q, x, next);
      if (inside) /* from .. end, by the tail that is smaller */
        sum += from > truth ? tail(from - truth) - tail(end - truth) : tail(truth - end) - tail(truth - from);
      from = end;
    }
    inside = is;
    x = next;
  }
  return inside ? sum + tail(from - truth) : sum;
}

static const int statistics[5] = { FAIRU_TEST_T, FAIRU_TEST_T_TILDE, FAIRU_TEST_Q, FAIRU_TEST_Q_TILDE,
                                   FAIRU_TEST_Q0 };

/* q0 tests 0 against 1: q_A is the square of that distance. */
static double truth_of(int statistic, double mu, int hypothesis)
{
  if (statistic == FAIRU_TEST_Q0)
    return hypothesis ? mu : 0.0;
  return hypothesis ? 0.0 : mu;
}

static void p_values_are_probabilities_of_mu_hat(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 31 };
  for (int k = 0; k < 5; k++)
    for (int t = 0; t < 40; t++) {
      const double mu = draw_between(&d, 0.2, 5.0), q = draw_between(&d, 0.01, 30.0);
      double p[3];
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, statistics[k], q, mu * mu, p));
      const double sb = probability(statistics[k], mu, q, truth_of(statistics[k], mu, 0));
      const double b = probability(statistics[k], mu, q, truth_of(statistics[k], mu, 1));
      CHECK_CLOSE(p[0], sb, 1e-10); /* tails of erfc at places known to 1e-14 */
      CHECK_CLOSE(p[1], b, 1e-10);
      CHECK_CLOSE(p[2], statistics[k] == FAIRU_TEST_Q0 ? sb : sb / b, 1e-10);
    }
  fairu_context_destroy(ctx);
}

/* Of what the background hypothesis (q0: the signal hypothesis) gives, where mu^ lies N sigma from its truth. */
static void expected_values_are_those_of_a_moved_mu_hat(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int k = 0; k < 5; k++)
    for (double mu = 0.3; mu < 5.0; mu += 0.47)
      for (int sigma = -2; sigma <= 2; sigma++) {
        double p[3], wanted[3];
        fairu_asymptotic__expected(statistics[k], mu * mu, sigma, 0, p);
        /* More signal makes a discovery easier and an exclusion harder: sigma counts upward in mu^ for limits, in p for q0. */
        const double x = statistics[k] == FAIRU_TEST_Q0 ? mu - sigma : (double)sigma;
        const double q = statistic_of(statistics[k], mu, x);
        if (q == 0.0 || (statistics[k] == FAIRU_TEST_Q_TILDE && x < 0.0))
          continue; /* both ends of a spike at 0; q~ below 0 is told by the form of q, as pyhf has it */
        CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, statistics[k], q, mu * mu, wanted));
        for (int i = 0; i < 3; i++)
          CHECK_CLOSE(p[i], wanted[i], 1e-12);
      }
  fairu_context_destroy(ctx);
}

/* Where mu^ may not be negative, what lies below 0 is told as 0. */
static void clipped_values_end_at_zero(void **state)
{
  (void)state;
  for (double root = 0.1; root < 4.0; root += 0.3)
    for (double sigma = -3.0; sigma <= 3.0; sigma += 0.5) {
      double p[3], free_p[3], end[3];
      fairu_asymptotic__expected(FAIRU_TEST_Q_TILDE, root * root, sigma, 1, p);
      fairu_asymptotic__expected(FAIRU_TEST_Q_TILDE, root * root, sigma, 0, free_p);
      fairu_asymptotic__expected(FAIRU_TEST_Q_TILDE, root * root, root, 0, end);
      for (int i = 0; i < 3; i++)
        assert_true(p[i] == (sigma > root ? end[i] : free_p[i]));
      CHECK_CLOSE(end[0], 0.5, 1e-15); /* mu^ = mu: nothing speaks against it */
      assert_true(p[0] <= 0.5 + 1e-15 && p[2] <= 1.0 + 1e-15);
    }
}

static long double log_cls(int statistic, double q, double q_asimov)
{
  double d[2];
  return fairu_asymptotic__log_cls(statistic, q, q_asimov, d);
}

static void logarithms_have_their_slopes(void **state)
{
  (void)state;
  draws d = { 33 };
  static const int limits[2] = { FAIRU_TEST_Q, FAIRU_TEST_Q_TILDE };
  for (int t = 0; t < 400; t++) {
    const int statistic = limits[t % 2];
    const double qa = exp(draw_between(&d, -3.0, 6.0)), q = qa * exp(draw_between(&d, -2.0, 2.0));
    const double h = 1e-4 * q, g = 1e-4 * qa;
    double slope[2], p[3];
    if (fabs(q - qa) < 4.0 * (h + g))
      continue; /* a curvature jumps there */
    const double value = fairu_asymptotic__log_cls(statistic, q, qa, slope);
    fairu_asymptotic__observed(statistic, q, qa, p);
    if (p[0] > 1e-300)
      CHECK_NEAR(value, log(p[2]), 1e-12 * (1.0 + fabs(value)));
    const double by_q = (double)((8.0L * (log_cls(statistic, q + h, qa) - log_cls(statistic, q - h, qa)) -
                                  (log_cls(statistic, q + 2 * h, qa) - log_cls(statistic, q - 2 * h, qa))) /
                                 (12.0L * h));
    const double by_a = (double)((8.0L * (log_cls(statistic, q, qa + g) - log_cls(statistic, q, qa - g)) -
                                  (log_cls(statistic, q, qa + 2 * g) - log_cls(statistic, q, qa - 2 * g))) /
                                 (12.0L * g));
    /* Rounding of values of some hundred over steps of 1e-4. */
    CHECK_NEAR(slope[0] * q, by_q * q, 1e-9 * (1.0 + fabs(value)));
    CHECK_NEAR(slope[1] * qa, by_a * qa, 1e-9 * (1.0 + fabs(value)));
  }
}

/* Published: CLs of 5 % is expected at 1.96 errors for an excess of 0, at sqrt(q_A) = N + quantile(1 - alpha Phi(N)) in general. */
static void expected_limits_are_roots(void **state)
{
  (void)state;
  CHECK_NEAR(fairu_asymptotic__root_at(0.05, 0.0, 0), 1.959963984540054, 1e-12);
  for (double alpha = 0.01; alpha < 0.4; alpha *= 1.7)
    for (double sigma = -2.0; sigma <= 2.0; sigma += 0.5)
      for (int clipped = 0; clipped < 2; clipped++) {
        const double root = fairu_asymptotic__root_at(alpha, sigma, clipped);
        double low = 1e-6, high = 12.0, p[3];
        for (int i = 0; i < 100; i++) { /* CLs falls with sqrt(q_A) */
          const double middle = 0.5 * (low + high);
          fairu_asymptotic__expected(FAIRU_TEST_Q_TILDE, middle * middle, sigma, clipped, p);
          *(p[2] > alpha ? &low : &high) = middle;
        }
        CHECK_NEAR(root, low, 1e-10);
        fairu_asymptotic__expected(FAIRU_TEST_Q_TILDE, root * root, sigma, clipped, p);
        CHECK_CLOSE(p[2], alpha, 1e-11);
      }
}

static void significances_are_those_of_p(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 35 };
  for (int k = 0; k < 5; k++) {
    const int two_sided = statistics[k] == FAIRU_TEST_T || statistics[k] == FAIRU_TEST_T_TILDE;
    for (int t = 0; t < 60; t++) {
      const double qa = draw_between(&d, 0.5, 30.0), q = draw_between(&d, 0.5, 200.0);
      double p[3], z;
      CHECK_OK(ctx, fairu_asymptotic_pvalues(ctx, statistics[k], q, qa, p));
      if (p[0] < 1e-300)
        continue; /* behind the last p */
      CHECK_OK(ctx, fairu_significance_of_p(ctx, two_sided ? 0.5 * p[0] : p[0], &z));
      CHECK_CLOSE(fairu_asymptotic__significance(statistics[k], q, qa), z, 1e-11);
    }
    const double huge = fairu_asymptotic__significance(statistics[k], 1e6, 1e6);
    CHECK_CLOSE(huge, 1000.0, 1e-12); /* far behind the last p */
  }
  fairu_context_destroy(ctx);
}

/* More disagreement never raises a p-value, and a test that can tell less never has a smaller CLs of the same q. */
static void p_values_are_monotonic(void **state)
{
  (void)state;
  for (int k = 0; k < 5; k++)
    for (double qa = 0.1; qa < 50.0; qa *= 1.6) {
      double before[3], p[3];
      fairu_asymptotic__observed(statistics[k], 0.0, qa, before);
      for (double q = 0.02; q < 300.0; q *= 1.15) {
        fairu_asymptotic__observed(statistics[k], q, qa, p);
        for (int i = 0; i < 2; i++)
          assert_true(p[i] <= before[i] && p[i] >= 0.0);
        if (statistics[k] == FAIRU_TEST_Q || statistics[k] == FAIRU_TEST_Q_TILDE) {
          double other[3];
          assert_true(p[2] <= before[2] && p[2] <= 1.0);
          fairu_asymptotic__observed(FAIRU_TEST_Q, q, 1.1 * qa, other);
          if (statistics[k] == FAIRU_TEST_Q)
            assert_true(other[2] <= p[2]);
        }
        memcpy(before, p, sizeof p);
      }
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(p_values_are_probabilities_of_mu_hat),
    cmocka_unit_test(expected_values_are_those_of_a_moved_mu_hat),
    cmocka_unit_test(clipped_values_end_at_zero),
    cmocka_unit_test(logarithms_have_their_slopes),
    cmocka_unit_test(expected_limits_are_roots),
    cmocka_unit_test(significances_are_those_of_p),
    cmocka_unit_test(p_values_are_monotonic),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
