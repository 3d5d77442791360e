/* Significance losses: the table of the reference, derivatives against differences and against closed limits, bad input. */
#include <fairu/summary.h>

#include "numeric/significance.h"
#include "support/support.h"

/* s, b; Z with no, 10 %, 30 % uncertainty of b (reference/uncertainty-aware.md, section 6). */
static const double table[4][5] = {
  { 10.0, 100.0, 0.983992, 0.690196, 0.306735 },
  { 50.0, 1000.0, 1.568230, 0.469352, 0.163078 },
  { 5.0, 1.0, 3.391329, 3.355231, 3.110266 },
  { 690.0, 4500.0, 10.038546, 1.446046, 0.486528 },
};
static const double uncertainties[3] = { 0.0, 0.1, 0.3 };

enum { BINS = 3, VARIATIONS = 2, COUNTS = 2 * VARIATIONS * BINS };

/* Counts whose last bin has a share of 0.4 of the signal and 0.2 of the background, and other things around. */
static fairu_summary_counts made_counts(double counts[COUNTS])
{
  for (size_t i = 0; i < COUNTS; i++)
    counts[i] = 0.1 + 0.01 * (double)i;
  counts[BINS - 1] = 0.2;
  counts[VARIATIONS * BINS + BINS - 1] = 0.4;
  return (fairu_summary_counts){ 2, VARIATIONS, 0, BINS, counts, NULL };
}

static fairu_significance_options options_for(double s, double b, double f, int formula)
{
  fairu_significance_options options;
  assert_int_equal(fairu_significance_options_init(&options, sizeof options), FAIRU_OK);
  options.signal = s / 0.4;
  options.background = b / 0.2;
  options.uncertainty = f;
  options.formula = formula;
  return options;
}

static void losses_equal_the_table(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double counts[COUNTS], d[COUNTS], loss = 0.0;
  const fairu_summary_counts seen = made_counts(counts);
  for (size_t i = 0; i < 4; i++) {
    const double s = table[i][0], b = table[i][1];
    fairu_significance_options options = options_for(s, b, 0.0, FAIRU_SIGNIFICANCE_SIMPLE);
    CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &loss, d, NULL, &options));
    CHECK_CLOSE(loss, (s + b) / (s * s), 1e-14);
    for (size_t u = 0; u < 3; u++) {
      options = options_for(s, b, uncertainties[u], FAIRU_SIGNIFICANCE_ASIMOV);
      CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &loss, d, NULL, &options));
      CHECK_NEAR(1.0 / sqrt(loss), table[i][2 + u], 5.1e-7);
    }
  }
  fairu_context_destroy(ctx);
}

static double loss_at(fairu_context *ctx, double counts[COUNTS], size_t i, double h,
                      fairu_significance_options *options)
{
  const fairu_summary_counts seen = { 2, VARIATIONS, 0, BINS, counts, NULL };
  const double here = counts[i];
  double d[COUNTS], loss = 0.0;
  counts[i] = here + h;
  CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &loss, d, NULL, options));
  counts[i] = here;
  return loss;
}

static double difference(fairu_context *ctx, double counts[COUNTS], size_t i, double h,
                         fairu_significance_options *options)
{
  return (loss_at(ctx, counts, i, h, options) - loss_at(ctx, counts, i, -h, options)) / (2.0 * h);
}

/* All counts, both formulas; a tangent of the loss, which does not depend on tangents, is 0. */
static void gradients_equal_differences(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double counts[COUNTS], tangents[2 * BINS] = { 1.0, 2.0, 3.0 }, d[COUNTS], d_tangents[2 * BINS], loss = 0.0;
  fairu_summary_counts seen = made_counts(counts);
  seen.n_tangents = 1;
  seen.tangents = tangents;
  for (int k = 0; k < 16; k++) {
    const double *row = table[k % 4];
    fairu_significance_options options =
        options_for(row[0], row[1], k < 8 ? 0.0 : uncertainties[k / 4 - 1],
                    k < 4 ? FAIRU_SIGNIFICANCE_SIMPLE : FAIRU_SIGNIFICANCE_ASIMOV);
    memset(d, 0x5A, sizeof d);
    memset(d_tangents, 0x5A, sizeof d_tangents);
    CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &loss, d, d_tangents, &options));
    for (size_t i = 0; i < 2 * BINS; i++)
      assert_true(d_tangents[i] == 0.0);
    for (size_t i = 0; i < COUNTS; i++) {
      const double h = 1e-3;
      const double wanted =
          (4.0 * difference(ctx, counts, i, h / 2.0, &options) - difference(ctx, counts, i, h, &options)) /
          3.0;
      CHECK_NEAR(d[i], wanted, 1e-6 * fabs(wanted) + 1e-10 * loss);
    }
  }
  fairu_context_destroy(ctx);
}

/* For s << b, Z^2 -> s^2 / (b + v): derivatives keep their digits down to there, and at uncertainties from none to all there is. */
static void derivatives_keep_their_digits(void **state)
{
  (void)state;
  const double b = 2000.0;
  for (double f = 0.0; f <= 10.0; f += 0.5)
    for (double s = 1e-9; s < 1e-2; s *= 10.0) {
      double d[2];
      const double v = f * f * b * b, square = fairu_significance__asimov_square(s, b, f, d);
      CHECK_CLOSE(square, s * s / (b + v), 1e-4);
      CHECK_CLOSE(d[0], 2.0 * s / (b + v), 1e-4);
      CHECK_CLOSE(d[1], -s * s * (1.0 + 2.0 * f * f * b) / ((b + v) * (b + v)), 1e-4);
    }
}

/* Background fading away: the loss goes to what it is at the smallest background that counts, and stays finite. */
static void no_background_is_no_division_by_zero(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double counts[COUNTS], d[COUNTS], loss = 0.0, least = 0.0;
  const fairu_summary_counts seen = made_counts(counts);
  for (int formula = FAIRU_SIGNIFICANCE_SIMPLE; formula <= FAIRU_SIGNIFICANCE_ASIMOV; formula++) {
    fairu_significance_options options = options_for(10.0, 100.0, 0.1, formula);
    counts[BINS - 1] = 1e-12;
    CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &least, d, NULL, &options));
    counts[BINS - 1] = 0.0;
    CHECK_OK(ctx, fairu_significance_loss(ctx, &seen, &loss, d, NULL, &options));
    assert_true(loss == least && isfinite(d[BINS - 1]) && d[BINS - 1] >= 0.0);
  }
  fairu_context_destroy(ctx);
}

static void bad_input_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double counts[COUNTS], d[COUNTS], loss = 7.0;
  fairu_summary_counts seen = made_counts(counts);
  const fairu_significance_options good = options_for(10.0, 100.0, 0.1, FAIRU_SIGNIFICANCE_ASIMOV);
  fairu_significance_options options = good;
#define LOSS fairu_significance_loss(ctx, &seen, &loss, d, NULL, &options)
  options.signal = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, LOSS);
  CHECK_SAYS(ctx, "signal is 0");
  options = good;
  options.background = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, LOSS);
  CHECK_SAYS(ctx, "background nan");
  options = good;
  options.uncertainty = -0.5;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, LOSS);
  CHECK_SAYS(ctx, "uncertainty is -0.5");
  options = good;
  options.formula = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, LOSS);
  CHECK_SAYS(ctx, "formula 3");
  options = good;
  options.struct_size = 8;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, LOSS);
  options = good;
  seen.n_processes = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, LOSS);
  CHECK_SAYS(ctx, "3 processes");
  seen.n_processes = 2;
  counts[VARIATIONS * BINS + BINS - 1] = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD, LOSS);
  CHECK_SAYS(ctx, "last bin is 0");
  counts[VARIATIONS * BINS + BINS - 1] = (double)INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, LOSS);
  CHECK_SAYS(ctx, "inf of signal");
  counts[VARIATIONS * BINS + BINS - 1] = 1e-170; /* s^2 underflows */
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, LOSS);
#undef LOSS
  assert_true(loss == 7.0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(losses_equal_the_table),        cmocka_unit_test(gradients_equal_differences),
    cmocka_unit_test(derivatives_keep_their_digits), cmocka_unit_test(no_background_is_no_division_by_zero),
    cmocka_unit_test(bad_input_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
