/* The Bayes classifier of all angles and the binned classifiers of the toy: sums, symmetries, refinement. */
#include "toy_plain.h"

#include "cli/toy_events.h"

/* The logit is that of two sums over the 21 angles; it is odd in the plane, even across its axis, and its slope is its derivative along it. */
static void logits_of_the_mixture(void **state)
{
  (void)state;
  for (uint64_t i = 0; i < 300; i++) {
    const double p = 6.0 * toy_uniform(1, i) - 3.0, q = 6.0 * toy_uniform(2, i) - 3.0, h = 1e-4;
    double slope, unused;
    long double up = 0.0L, down = 0.0L;
    for (size_t k = 0; k < TOY_ANGLES; k++) { /* densities of unit Gaussians about +-u(angle) */
      const double d = (double)k * M_PI / 40.0 - M_PI_4;
      const long double a = p - cos(d), b = q - sin(d), c = p + cos(d), e = q + sin(d);
      up += expl(-(a * a + b * b) / (2.0L * 0.49L));
      down += expl(-(c * c + e * e) / (2.0L * 0.49L));
    }
    const double logit = toy_mixture_logit(p, q, &slope);
    CHECK_NEAR(logit, (double)logl(up / down), 1e-11);
    CHECK_NEAR(toy_mixture_logit(-p, -q, &unused), -logit, 1e-12);
    CHECK_NEAR(toy_mixture_logit(p, -q, &unused), logit, 1e-12);
    CHECK_NEAR(slope,
               (toy_mixture_logit(p + h, q, &unused) - toy_mixture_logit(p - h, q, &unused)) / (2.0 * h),
               1e-6);
  }
}

/* Yields of any edges: all events, positive, the same for angles on both sides of the axis; joined bins are sums; background turned by pi is signal. */
static void yields_of_the_mixture(void **state)
{
  (void)state;
  static const double edges[5] = { -3.0, -1.0, 0.0, 1.0, 3.0 };
  toy_mixture *fine, *coarse;
  assert_int_equal(toy_mixture_create(edges, 5, &fine), 0);
  assert_int_equal(toy_mixture_create(edges + 2, 1, &coarse), 0);
  for (int i = 0; i < 12; i++)
    for (int process = 0; process < 2; process++) {
      const double z = M_PI_4 + 0.25 * (i - 6), total = process == TOY_SIGNAL_PROCESS ? 500.0 : 50000.0;
      double yields[6], mirrored[6], joined[2], other[6], sum = 0.0;
      toy_mixture_yields(fine, process, z, yields);
      toy_mixture_yields(fine, process, M_PI_2 - z, mirrored);
      toy_mixture_yields(fine, !process, z, other);
      toy_mixture_yields(coarse, process, z, joined);
      for (int j = 0; j < 6; j++) {
        assert_true(yields[j] > 0.0);
        sum += yields[j];
        CHECK_NEAR(mirrored[j], yields[j], 1e-9 * total);
        /* the logit is odd: what signal has above e background has below -e */
        CHECK_NEAR(other[5 - j] / (50500.0 - total), yields[j] / total, 1e-9);
      }
      CHECK_CLOSE(sum, total, 1e-9);
      CHECK_CLOSE(joined[0], yields[0] + yields[1] + yields[2], 1e-9);
      CHECK_CLOSE(joined[1], yields[3] + yields[4] + yields[5], 1e-9);
    }
  toy_mixture_destroy(fine);
  toy_mixture_destroy(coarse);
  toy_mixture_destroy(NULL);
}

/* Every classifier in n bins: all events whatever the angles, and in 2 n uniform bins of scores neighbours add up to those of n. */
static void classifiers_in_bins(void **state)
{
  (void)state;
  for (int method = 0; method < TOY_METHODS; method++)
    for (size_t n = 5; n <= 20; n += 5) {
      toy_classifier once, twice;
      assert_int_equal(toy_classifier_create(method, TOY_UNIFORM, n, toy_slope_optimal(), 1.2, &once), 0);
      assert_int_equal(toy_classifier_create(method, TOY_UNIFORM, 2 * n, toy_slope_optimal(), 1.2, &twice),
                       0);
      for (int i = 0; i < 6; i++) {
        const double z = 0.3 * i - 0.2, scored = 0.4 * i, total = i % 2 ? 50000.0 : 500.0;
        const int process = i % 2 ? TOY_BACKGROUND_PROCESS : TOY_SIGNAL_PROCESS;
        double a[TOY_MAX_BINS], b[TOY_MAX_BINS], sum = 0.0;
        toy_classifier_yields(&once, process, z, scored, a);
        toy_classifier_yields(&twice, process, z, scored, b);
        for (size_t j = 0; j < n; j++) {
          CHECK_NEAR(a[j], b[2 * j] + b[2 * j + 1], 1e-9 * total);
          sum += a[j];
        }
        CHECK_CLOSE(sum, total, 1e-9);
      }
      toy_classifier_clear(&once);
      toy_classifier_clear(&twice);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(logits_of_the_mixture),
    cmocka_unit_test(yields_of_the_mixture),
    cmocka_unit_test(classifiers_in_bins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
