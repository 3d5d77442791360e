/* Reliability diagrams: by hand, of probabilities that are right, with weights, and what is refused. */
#include "classifier/made_scores.h"

static fairu_reliability_options reliability_options(fairu_context *ctx, size_t n_bins, int equal_weights)
{
  fairu_reliability_options o;
  CHECK_OK(ctx, fairu_reliability_options_init(&o, sizeof o));
  o.n_bins = n_bins;
  o.equal_weights = equal_weights;
  return o;
}

/* Five events in two bins of width 1/2, one of three bins empty of four. */
static void a_diagram_by_hand(void **state)
{
  fairu_context *ctx = support_context();
  static const double p[5] = { 0.1, 0.2, 0.3, 0.75, 1.0 };
  static const int32_t y[5] = { 0, 1, 0, 1, 1 };
  fairu_reliability_options o = reliability_options(ctx, 4, 0);
  fairu_reliability r = { .struct_size = sizeof r };
  fairu_reliability_bin b[4];
  double lower, upper;
  (void)state;
  o.level = 0.9;
  CHECK_OK(ctx, fairu_reliability_measure(ctx, p, y, NULL, 5, &o, b, &r));
  assert_int_equal(r.n, 5);
  assert_int_equal(r.n_filled, 3);
  CHECK_NEAR(b[0].mean, 0.15, 1e-15);
  CHECK_NEAR(b[0].fraction, 0.5, 0.0);
  CHECK_NEAR(b[0].spread, sqrt(0.1 * 0.9 + 0.2 * 0.8) / 2.0, 1e-15);
  CHECK_NEAR(b[1].fraction, 0.0, 0.0);
  assert_true(b[2].n == 0 && isnan(b[2].mean) && isnan(b[2].fraction_upper));
  CHECK_NEAR(b[2].lower, 0.5, 0.0);
  CHECK_NEAR(b[2].upper, 0.75, 0.0);
  assert_int_equal(b[3].n, 2);
  CHECK_OK(ctx, fairu_binomial_interval(ctx, 1, 2, 0.9, &lower, &upper));
  CHECK_NEAR(b[0].fraction_lower, lower, 1e-12);
  CHECK_NEAR(b[0].fraction_upper, upper, 1e-12);
  CHECK_NEAR(r.expected_error, (2.0 * 0.35 + 0.3 + 2.0 * 0.125) / 5.0, 1e-15);
  CHECK_NEAR(r.maximum_error, 0.35, 1e-15);
  CHECK_NEAR(r.mean, 2.35 / 5.0, 1e-15);
  CHECK_NEAR(r.fraction, 0.6, 1e-15);
  CHECK_NEAR(r.brier, (0.01 + 0.64 + 0.09 + 0.0625) / 5.0, 1e-15);
  CHECK_NEAR(r.log_loss, -(log(0.9) + log(0.2) + log(0.7) + log(0.75)) / 5.0, 1e-15);
  CHECK_NEAR(r.chi_square, 0.35 * 0.35 * 4.0 / 0.25 + 0.3 * 0.3 / 0.21 + 0.125 * 0.125 * 4.0 / 0.1875, 1e-12);
  fairu_context_destroy(ctx);
}

/* Probabilities that are right: the error is what sampling makes of it, chi^2 has one unit a bin, the interval covers. */
static void right_probabilities_leave_the_sampling_error(void **state)
{
  enum { SETS = 1200, N = 1500, BINS = 10 };
  fairu_context *ctx = support_context();
  static double p[N], w[N];
  static int32_t y[N];
  (void)state;
  for (int kind = 0; kind < 4; kind++) { /* widths or shares; without and with weights */
    const fairu_reliability_options o = reliability_options(ctx, BINS, kind % 2);
    double error = 0.0, expected = 0.0, chi = 0.0, off = 0.0, covered = 0.0;
    for (uint64_t set = 0; set < SETS; set++) {
      fairu_philox rng = fairu_philox__start(set, FAIRU_STREAM_USER, (uint64_t)kind, 0);
      fairu_reliability r = { .struct_size = sizeof r };
      fairu_reliability_bin b[BINS];
      for (size_t i = 0; i < N; i++) {
        p[i] = 0.05 + 0.9 * fairu_philox__uniform(&rng);
        y[i] = fairu_philox__uniform(&rng) < p[i];
        w[i] = 0.2 + fairu_philox__uniform(&rng);
      }
      CHECK_OK(ctx, fairu_reliability_measure(ctx, p, y, kind < 2 ? NULL : w, N, &o, b, &r));
      error += r.expected_error / SETS;
      expected += r.sampling_error / SETS;
      chi += r.chi_square / SETS;
      off += (r.fraction - r.mean) / SETS;
      for (int k = 0; k < BINS; k++)
        covered +=
            (b[k].mean >= b[k].fraction_lower && b[k].mean <= b[k].fraction_upper) / (double)(SETS * BINS);
    }
    CHECK_CLOSE(error, expected, 0.03);
    CHECK_NEAR(chi, BINS, 4.0 * sqrt(2.0 * BINS / SETS) + 0.1);
    CHECK_NEAR(off, 0.0, 4.0 * 0.5 / sqrt((double)SETS * N));
    assert_true(covered > 0.68 && covered < 0.80); /* Clopper and Pearson never cover less than 0.6827 */
  }
  fairu_context_destroy(ctx);
}

/* A score that is too sure by a factor 2 in the logit is found out, and each map on other events repairs it. */
static void maps_repair_a_sure_classifier(void **state)
{
  enum { N = 40000 };
  fairu_context *ctx = support_context();
  const fairu_reliability_options o = reliability_options(ctx, 15, 0);
  made train = made_gaussian(21, N, 1.0, 1.0, 0.5), test = made_gaussian(22, N, 1.0, 1.0, 0.5);
  double *p = calloc(N, sizeof *p);
  fairu_reliability r = { .struct_size = sizeof r };
  (void)state;
  assert_non_null(p);
  for (size_t i = 0; i < N; i++) { /* the true logit is 2 t */
    train.t[i] *= 4.0F;
    test.t[i] *= 4.0F;
    p[i] = 1.0 / (1.0 + exp(-(double)test.t[i]));
  }
  CHECK_OK(ctx, fairu_reliability_measure(ctx, p, test.y, NULL, N, &o, NULL, &r));
  const double sure = r.log_loss;
  assert_true(r.expected_error > 8.0 * r.sampling_error && r.chi_square > 1000.0);
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    fairu_probability_options how = made_options(ctx, method, (double)NAN);
    how.n_bins = 100;
    fairu_probability_map *map = made_map(ctx, &how, &train);
    CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, test.t, N, FAIRU_OUTPUT_SCORE, p));
    CHECK_OK(ctx, fairu_reliability_measure(ctx, p, test.y, NULL, N, &o, NULL, &r));
    assert_true(r.expected_error < 2.5 * r.sampling_error);
    assert_true(r.log_loss < sure - 0.02);
    fairu_probability_map_destroy(map);
  }
  free(p);
  made_free(&train);
  made_free(&test);
  fairu_context_destroy(ctx);
}

/* Means and errors of weighted events are those of repeated ones; only N differs. */
static void weights_are_repeated_events(void **state)
{
  fairu_context *ctx = support_context();
  double p[60], pp[180], w[60];
  int32_t y[60], yy[180];
  size_t n = 0;
  (void)state;
  for (size_t i = 0; i < 60; i++) {
    p[i] = (double)(i * 37 % 60) / 60.0;
    y[i] = i % 3 == 0;
    w[i] = (double)(i % 4);
    for (size_t k = 0; k < i % 4; k++, n++) {
      pp[n] = p[i];
      yy[n] = y[i];
    }
  }
  for (int shares = 0; shares < 2; shares++) {
    const fairu_reliability_options o = reliability_options(ctx, 6, shares);
    fairu_reliability a = { .struct_size = sizeof a }, b = { .struct_size = sizeof b };
    fairu_reliability_bin x[6], z[6];
    CHECK_OK(ctx, fairu_reliability_measure(ctx, p, y, w, 60, &o, x, &a));
    CHECK_OK(ctx, fairu_reliability_measure(ctx, pp, yy, NULL, n, &o, z, &b));
    CHECK_NEAR(a.expected_error, b.expected_error, 1e-14);
    CHECK_NEAR(a.maximum_error, b.maximum_error, 1e-14);
    CHECK_NEAR(a.brier, b.brier, 1e-14);
    CHECK_NEAR(a.log_loss, b.log_loss, 1e-14);
    CHECK_NEAR(a.weight, b.weight, 0.0);
    for (size_t k = 0; k < 6; k++) {
      CHECK_NEAR(x[k].lower, z[k].lower, 0.0);
      CHECK_NEAR(x[k].mean, z[k].mean, 1e-14);
      CHECK_NEAR(x[k].fraction, z[k].fraction, 1e-14);
      assert_true(x[k].effective < z[k].effective && x[k].spread > z[k].spread);
    }
  }
  fairu_context_destroy(ctx);
}

static void certainties(void **state)
{
  fairu_context *ctx = support_context();
  static const double p[2] = { 0.0, 1.0 };
  static const int32_t right[2] = { 0, 1 }, wrong[2] = { 1, 1 };
  fairu_reliability r = { .struct_size = sizeof r };
  (void)state;
  CHECK_OK(ctx, fairu_reliability_measure(ctx, p, right, NULL, 2, NULL, NULL, &r));
  CHECK_NEAR(r.log_loss, 0.0, 0.0);
  CHECK_NEAR(r.chi_square, 0.0, 0.0);
  CHECK_OK(ctx, fairu_reliability_measure(ctx, p, wrong, NULL, 2, NULL, NULL, &r));
  assert_true(isinf(r.log_loss) && r.log_loss > 0.0);
  CHECK_NEAR(r.expected_error, 0.5, 0.0);
  fairu_context_destroy(ctx);
}

static void bad_input_is_refused(void **state)
{
  fairu_context *ctx = support_context();
  double p[3] = { 0.1, 0.5, 0.9 }, w[3] = { 1.0, 1.0, 1.0 };
  int32_t y[3] = { 0, 1, 1 };
  fairu_reliability_options o = reliability_options(ctx, 2, 0);
  fairu_reliability r = { .struct_size = sizeof r };
  fairu_reliability_bin b[2] = { { .mean = 7.0 } };
  (void)state;
#define REFUSED(code, text)                                                                                  \
  CHECK_FAILS(ctx, code, fairu_reliability_measure(ctx, p, y, w, 3, &o, b, &r));                             \
  CHECK_SAYS(ctx, text)
  p[1] = 1.5;
  REFUSED(FAIRU_ERR_RANGE, "probabilities[1] is 1.5");
  p[1] = (double)NAN;
  REFUSED(FAIRU_ERR_NON_FINITE, "event 1 has probability nan");
  p[1] = 0.5;
  y[2] = -1;
  REFUSED(FAIRU_ERR_RANGE, "labels[2] is -1");
  y[2] = 1;
  w[0] = -0.5;
  REFUSED(FAIRU_ERR_NEGATIVE_WEIGHT, "bin 0, from 0 to 0.5, has sum of weights -0.5");
  w[0] = -3.0;
  REFUSED(FAIRU_ERR_EMPTY, "sum of weights of 3 events is -1");
  w[0] = 1.0;
  o.level = 1.0;
  REFUSED(FAIRU_ERR_RANGE, "level is 1");
  o.n_bins = 0;
  REFUSED(FAIRU_ERR_RANGE, "n_bins is 0");
  o.n_bins = 2;
  o.level = 0.5;
  r.struct_size = 3;
  REFUSED(FAIRU_ERR_STRUCT_SIZE, "reliability");
  CHECK_NEAR(b[0].mean, 7.0, 0.0);
#undef REFUSED
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_diagram_by_hand),
    cmocka_unit_test(right_probabilities_leave_the_sampling_error),
    cmocka_unit_test(maps_repair_a_sure_classifier),
    cmocka_unit_test(weights_are_repeated_events),
    cmocka_unit_test(certainties),
    cmocka_unit_test(bad_input_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
