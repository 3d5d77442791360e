/* Closed forms of the toy against sums over the plane and direct formulas: distribution, edges, yields, the classifier of all angles. */
#include "toy_plain.h"

#include "cli/toy_results.h"

static void intervals_of_the_normal(void **state)
{
  (void)state;
  const double ends[] = {
    -HUGE_VAL, -30.0, -9.0, -3.3, -1.0, -1e-9, 0.0, 1e-9, 0.7, 4.0, 8.5, 20.0, HUGE_VAL
  };
  enum { ENDS = sizeof ends / sizeof *ends };
  for (size_t i = 0; i < ENDS; i++)
    for (size_t j = i; j < ENDS; j++)
      CHECK_CLOSE(toy_normal_interval(ends[i], ends[j]), plain_between(ends[i], ends[j]), 2e-13);
  CHECK_CLOSE(toy_normal_interval(-HUGE_VAL, HUGE_VAL), 1.0, 0.0);
}

static void quantiles_of_the_normal(void **state)
{
  (void)state;
  /* 16 digits of tables; both branches and their border */
  static const double known[][2] = { { 0.5, 0.0 },
                                     { 0.975, 1.959963984540054 },
                                     { 0.8413447460685429, 1.0 },
                                     { 0.02425, -1.9729610513118849 },
                                     { 1e-10, -6.361340902404056 },
                                     { 0.9999, 3.719016485455709 } };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    CHECK_NEAR(toy_normal_quantile(known[i][0]), known[i][1], 2e-13 + 1e-12 * (i == 5));
  for (double x = -8.0; x < 5.0; x += 0.0937) /* above 5, 1 - p has lost digits */
    CHECK_NEAR(toy_normal_quantile(plain_between(-HUGE_VAL, x)), x,
               1e-13 + 3e-16 / exp(-0.5 * x * x) * (x > 0));
}

static void names_are_found_whole(void **state)
{
  (void)state;
  static const struct {
    const char *choices, *name;
    int index;
  } rows[] = { { "a|bc|d", "a", 0 },  { "a|bc|d", "bc", 1 },  { "a|bc|d", "d", 2 },
               { "a|bc|d", "b", -1 }, { "a|bc|d", "", -1 },   { "a|bc|d", "c", -1 },
               { "a|bc|d", "e", -1 }, { "g1|g10", "g10", 1 }, { "g10|g1", "g1", 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(toy_choice(rows[i].choices, rows[i].name), rows[i].index);
  for (int m = 0; m < TOY_METHODS; m++)
    assert_int_equal(toy_choice("baseline|aware|optimal|aug_lda|aug_bayes", toy_method_name(m)), m);
  for (int b = TOY_UNIFORM; b <= TOY_QUANTILE; b++)
    assert_int_equal(toy_choice("uniform|t|logit|quantile", toy_binning_name(b)), b);
  for (int z = 0; z < TOY_Z_MODES; z++)
    assert_int_equal(toy_choice("fixed|grid21|cont", toy_z_mode_name(z)), z);
}

/* P(t of signal > t of background), by the trapezoid rule. */
static void area_under_the_curve(void **state)
{
  (void)state;
  for (double d = 0.0; d < 3.2; d += 0.4) {
    double area = 0.0;
    for (double t = -9.0; t < 9.0; t += 0.01) {
      const double u = (t - cos(d)) / 0.7;
      area +=
          0.01 / 0.7 * exp(-0.5 * u * u) / sqrt(2.0 * M_PI) * plain_between(-HUGE_VAL, (t + cos(d)) / 0.7);
    }
    CHECK_NEAR(toy_auc(d), area, 1e-12);
  }
}

/* Every binning, by what it says of itself. */
static void edges_are_what_they_are_called(void **state)
{
  (void)state;
  const double slope = toy_slope_published();
  for (size_t n = 2; n <= TOY_MAX_BINS; n = 3 * n - 1) {
    double edges[TOY_MAX_BINS];
    for (int binning = TOY_UNIFORM; binning <= TOY_LOGIT; binning++) {
      toy_logit_edges(TOY_AWARE, binning, n, slope, edges);
      for (size_t j = 1; j < n; j++)
        CHECK_NEAR(edges[j - 1], slope * plain_edge(binning, n, slope, j), 1e-13);
    }
    toy_logit_edges(TOY_BASELINE, TOY_UNIFORM, n, slope, edges);
    for (size_t j = 1; j < n; j++)
      CHECK_CLOSE(1.0 / (1.0 + exp(-edges[j - 1])), (double)j / (double)n, 1e-14);
  }
}

/* Quantiles: every bin has the same signal, at the nominal angle or of all angles together. */
static void quantile_bins_hold_equal_signal(void **state)
{
  (void)state;
  for (int method = 0; method < TOY_METHODS; method++) {
    const int augmented = method == TOY_AUG_LDA || method == TOY_AUG_BAYES;
    toy_classifier classifier;
    double sum[7] = { 0.0 }, yields[7];
    const size_t n_angles = augmented ? TOY_ANGLES : 1;
    if (method == TOY_AUG_BAYES)
      continue; /* its logit is no projection; its edges are those of the linear one */
    assert_int_equal(toy_classifier_create(method, TOY_QUANTILE, 7, toy_slope_optimal(), M_PI_4, &classifier),
                     0);
    for (size_t k = 0; k < n_angles; k++) {
      const double z = augmented ? M_PI_2 * (double)k / 20.0 : M_PI_4;
      toy_classifier_yields(&classifier, TOY_SIGNAL_PROCESS, z, z, yields);
      for (size_t j = 0; j < 7; j++)
        sum[j] += yields[j] / (double)n_angles;
    }
    for (size_t j = 0; j < 7; j++)
      CHECK_CLOSE(sum[j], 500.0 / 7.0, 1e-12);
    toy_classifier_clear(&classifier);
  }
}

/* Fixed axes, turning axis and the axis of the truth. */
static void yields_are_integrals(void **state)
{
  (void)state;
  static const double angles[] = { -0.7, 0.0, M_PI_4, 1.3, 2.3 };
  for (int method = 0; method < TOY_AUG_BAYES; method++)
    for (int binning = TOY_UNIFORM; binning <= TOY_LOGIT; binning++)
      for (int i = 0; i < 25; i++) {
        const double made = angles[i / 5], scored = angles[i % 5];
        toy_settings s = { .method = method, .z_true = 1.3, .slope = 3.0 };
        toy_classifier classifier;
        double yields[9];
        const double slope = method == TOY_AUG_LDA ? toy_slope_lda() : s.slope;
        assert_int_equal(toy_classifier_create(method, binning, 9, s.slope, s.z_true, &classifier), 0);
        for (int process = 0; process < 2; process++) {
          toy_classifier_yields(&classifier, process, made, scored, yields);
          for (size_t j = 0; j < 9; j++)
            CHECK_CLOSE(yields[j],
                        plain_yield(process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0, made, plain_axis(&s, scored),
                                    plain_edge(binning, 9, slope, j), plain_edge(binning, 9, slope, j + 1)),
                        1e-11); /* in the far tail x^2 ulp of the argument */
        }
        toy_classifier_clear(&classifier);
      }
}

static void auxiliary_measurement(void **state)
{
  (void)state;
  for (double z = -0.7; z < 2.4; z += 0.31) {
    double yields[TOY_AUX_BINS], sum = 0.0;
    toy_aux_yields(z, yields);
    for (int k = 0; k < TOY_AUX_BINS; k++) {
      CHECK_CLOSE(yields[k],
                  1e4 * plain_between((-1.0 + 0.875 * k - z) / 0.5, (-0.125 + 0.875 * k - z) / 0.5), 1e-12);
      sum += yields[k];
    }
    CHECK_CLOSE(sum, 1e4 * plain_between((-1.0 - z) / 0.5, (2.5 - z) / 0.5), 1e-12);
  }
}

/* ---- all angles together ------------------------------------------------------------------------------ */

/* ln of the density of a class of all angles at (p along pi/4, q across). */
static double mixture_log_density(double sign, double p, double q)
{
  long double sum = 0.0L;
  for (int k = 0; k < 21; k++) {
    const double d = M_PI * k / 40.0 - M_PI_4, a = p - sign * cos(d), b = q - sign * sin(d);
    sum += expl(-0.5L * (long double)((a * a + b * b) / 0.49)) / 21.0L;
  }
  return (double)logl(sum) - log(2.0 * M_PI * 0.49);
}

static void bayes_score_of_all_angles(void **state)
{
  (void)state;
  for (double p = -6.0; p < 6.1; p += 0.5)
    for (double q = -5.0; q < 5.1; q += 1.0) {
      double slope, unused;
      CHECK_NEAR(toy_mixture_logit(p, q, &slope),
                 mixture_log_density(1.0, p, q) - mixture_log_density(-1.0, p, q),
                 1e-12 * (1.0 + p * p + q * q));
      const double up = toy_mixture_logit(p + 1e-5, q, &unused),
                   down = toy_mixture_logit(p - 1e-5, q, &unused);
      CHECK_NEAR(slope, (up - down) / 2e-5, 1e-8);
      CHECK_NEAR(toy_mixture_logit(-p, q, &unused), -toy_mixture_logit(p, -q, &unused), 1e-12);
    }
}

/* The best line: distance of the class means over the variance within a class, both from sums over the plane. */
static void linear_discriminant(void **state)
{
  (void)state;
  double weight = 0.0, first = 0.0, second = 0.0;
  for (double p = -6.0; p < 6.0; p += 0.05)
    for (double q = -6.0; q < 6.0; q += 0.05) {
      const double density = exp(mixture_log_density(1.0, p, q)) * 0.05 * 0.05;
      weight += density;
      first += density * p;
      second += density * p * p;
    }
  CHECK_NEAR(weight, 1.0, 1e-10);
  CHECK_CLOSE(toy_slope_lda(), 2.0 * first / (second - first * first), 1e-9);
}

/* Density of one class at one angle. */
static double density_at(double sign, double z, double p, double q)
{
  const double a = p - sign * cos(z - M_PI_4), b = q - sign * sin(z - M_PI_4);
  return exp(-0.5 * (a * a + b * b) / 0.49) / (2.0 * M_PI * 0.49);
}

/* Bins of the plane by the exact score: cells of a lattice, cut by the edges, against curves and normal integrals. */
static void yields_of_all_angles(void **state)
{
  (void)state;
  enum { BINS = 6 };
  const double step = 0.04, angles[3] = { 0.2, M_PI_4, 1.7 };
  double edges[BINS - 1], yields[BINS], sums[3][2][BINS] = { { { 0.0 } } };
  toy_mixture *mixture;
  toy_logit_edges(TOY_AUG_BAYES, TOY_UNIFORM, BINS, 0.0, edges);
  for (double q = -4.6; q < 4.6; q += step) {
    double low = -HUGE_VAL, high;
    for (double p = -4.6; p < 4.6; p += step, low = high) {
      high = mixture_log_density(1.0, p + 0.5 * step, q) - mixture_log_density(-1.0, p + 0.5 * step, q);
      for (size_t bin = 0; bin < BINS; bin++) {
        const double a = fmax(low, bin ? edges[bin - 1] : low),
                     b = fmin(high, bin < BINS - 1 ? edges[bin] : high);
        const double part = low < -1e9 ? bin == 0 : fmax(b - a, 0.0) / (high - low);
        for (int i = 0; i < 6; i++)
          sums[i / 2][i % 2][bin] += part * step * step * density_at(i % 2 ? -1.0 : 1.0, angles[i / 2], p, q);
      }
    }
  }
  assert_int_equal(toy_mixture_create(edges, BINS - 1, &mixture), 0);
  for (int i = 0; i < 6; i++) {
    const double total = i % 2 ? 50000.0 : 500.0;
    double sum = 0.0;
    toy_mixture_yields(mixture, i % 2 ? TOY_BACKGROUND_PROCESS : TOY_SIGNAL_PROCESS, angles[i / 2], yields);
    for (size_t j = 0; j < BINS; j++) {
      CHECK_NEAR(yields[j] / total, sums[i / 2][i % 2][j],
                 1e-4); /* curvature within a cell: step^2 / 24 of the density's second derivative */
      sum += yields[j];
    }
    CHECK_CLOSE(sum, total, 1e-12);
  }
  toy_mixture_destroy(mixture);
  toy_mixture_destroy(NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(intervals_of_the_normal),        cmocka_unit_test(quantiles_of_the_normal),
    cmocka_unit_test(names_are_found_whole),          cmocka_unit_test(area_under_the_curve),
    cmocka_unit_test(edges_are_what_they_are_called), cmocka_unit_test(quantile_bins_hold_equal_signal),
    cmocka_unit_test(yields_are_integrals),           cmocka_unit_test(auxiliary_measurement),
    cmocka_unit_test(bayes_score_of_all_angles),      cmocka_unit_test(linear_discriminant),
    cmocka_unit_test(yields_of_all_angles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
