/* The steps of a calibration one by one, without any toys: the Gaussian limit by its definition, quantiles by counting, curves
 * whose smoothing is known, because they are straight. */
#include "coverage/calibration_made.h"

/* ---- the Gaussian limit ---------------------------------------------------------------------------------- */

static const double levels[] = { 0.05, 0.3, 0.4999, 0.5001, 0.6827, 0.9, 0.95, 0.999 };
static const double distances[] = { 0.0, 1e-6, 1e-3, 0.05, 0.3, 0.7, 1.0, 1.3, 2.0, 3.1, 5.0, 40.0 };
enum { N_LEVELS = sizeof levels / sizeof *levels, N_DISTANCES = sizeof distances / sizeof *distances };

static void limits_are_quantiles_of_t(void **state)
{
  (void)state;
  for (size_t l = 0; l < N_LEVELS; l++)
    for (size_t a = 0; a < N_DISTANCES; a++)
      for (size_t b = 0; b < N_DISTANCES; b++) {
        const double c = fairu_interval_calibration__limit(levels[l], distances[a], distances[b]);
        const double plain = made_limit(levels[l], distances[a], distances[b]);
        CHECK_NEAR(c, plain, 1e-9 * (1.0 + plain)); /* erfc and the quantile are good to 1e-13 */
      }
}

static void limits_know_no_side_and_rise_with_room_and_level(void **state)
{
  (void)state;
  for (size_t l = 0; l < N_LEVELS; l++)
    for (size_t a = 0; a < N_DISTANCES; a++)
      for (size_t b = 0; b < N_DISTANCES; b++) {
        const double c = fairu_interval_calibration__limit(levels[l], distances[a], distances[b]);
        CHECK_NEAR(c, fairu_interval_calibration__limit(levels[l], distances[b], distances[a]), 1e-12);
        assert_true(c >= 0.0);
        if (b > 0)
          assert_true(c >=
                      fairu_interval_calibration__limit(levels[l], distances[a], distances[b - 1]) - 1e-12);
        if (l > 0)
          assert_true(c >=
                      fairu_interval_calibration__limit(levels[l - 1], distances[a], distances[b]) - 1e-12);
      }
}

/* With a range that has no end, t is a square of a normal deviate; on one end half of all t are 0. */
static void limits_have_closed_forms_far_out_and_on_an_end(void **state)
{
  static const struct {
    double level, z; /* P(|x| < z) = level */
  } known[] = { { 0.6826894921370859, 1.0 }, { 0.9544997361036416, 2.0 }, { 0.9973002039367398, 3.0 } };
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const double z = known[i].z, level = known[i].level;
    CHECK_NEAR(fairu_interval_calibration__limit(level, HUGE_VAL, HUGE_VAL), z * z, 1e-11);
    CHECK_NEAR(fairu_interval_calibration__limit(level, z, z), z * z, 1e-11);
    /* all z < 0 have t = 0: P(x < z) = 0.5 + level / 2 */
    CHECK_NEAR(fairu_interval_calibration__limit(0.5 + 0.5 * level, 0.0, HUGE_VAL), z * z, 1e-10);
    assert_true(fairu_interval_calibration__limit(level, 0.0, 0.0) == 0.0);
  }
  assert_true(fairu_interval_calibration__limit(0.49, 0.0, HUGE_VAL) == 0.0);
}

/* ---- hypotheses ------------------------------------------------------------------------------------------ */

static void hypotheses_are_even_in_the_angle(void **state)
{
  static const double ranges[][2] = { { 0.1, 3.0 }, { -5.0, 5.0 }, { 0.0, 1e-8 }, { -1e12, -1e11 } };
  static const size_t numbers[] = { 5, 6, 15, 64, 65, 200 };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
    for (size_t m = 0; m < sizeof numbers / sizeof *numbers; m++) {
      const size_t n = numbers[m];
      const double lower = ranges[r][0], width = ranges[r][1] - lower;
      const fairu_interval_calibration_options o = made_options(n, lower, ranges[r][1], 0.6827);
      fairu_interval_calibration *c = NULL;
      CHECK_OK(ctx, fairu_interval_calibration__allocate(ctx, &o, 1, &c));
      assert_int_equal(fairu_interval_calibration_n_mu(c), n);
      assert_true(c->points.mu[0] == lower && c->points.mu[n - 1] == ranges[r][1]);
      for (size_t i = 0; i < n; i++) {
        const double x = (double)i / (double)(n - 1), pi = acos(-1.0);
        CHECK_NEAR(c->points.mu[i], lower + 0.5 * width * (1.0 - cos(pi * x)),
                   1e-14 * fmax(fabs(lower), width));
        CHECK_NEAR(c->points.angle[i], x, 1e-15);
        CHECK_NEAR(fairu_interval_calibration__angle(c, c->points.mu[i]), x, 1e-7); /* acos near its ends */
        assert_true(i == 0 || c->points.mu[i] > c->points.mu[i - 1]);
      }
      assert_true(fairu_interval_calibration__angle(c, lower - width) == 0.0);
      CHECK_NEAR(fairu_interval_calibration__angle(c, lower + 2.0 * width), 1.0, 1e-15);
      fairu_interval_calibration_destroy(c);
    }
  fairu_context_destroy(ctx);
}

/* ---- toys of one hypothesis ------------------------------------------------------------------------------- */

/* Of values that are numbers: the one that k of them come before, ties in any order. */
static double at_rank(const double *values, size_t n, size_t k)
{
  for (size_t i = 0; i < n; i++) {
    size_t less = 0, same = 0;
    for (size_t j = 0; j < n; j++) {
      less += values[j] < values[i];
      same += values[j] == values[i];
    }
    if (less <= k && k < less + same)
      return values[i];
  }
  fail();
  return 0.0;
}

static size_t count_numbers(const double *values, size_t n)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    count += isnan(values[i]) ? 0 : 1;
  return count;
}

typedef struct plain_quantile {
  double value, error;
} plain_quantile;

/* The definition in the header: ranks one deviation below and above, taken at two, outwards to whole ranks within the toys. */
static plain_quantile quantile_of(const double *values, size_t n_toys, double p)
{
  const double n = (double)count_numbers(values, n_toys), deviation = sqrt(n * p * (1.0 - p));
  size_t k = 0, first = 0, last = (size_t)n - 1;
  while ((double)(k + 1) < n * p)
    k++;
  while ((double)(first + 1) <= n * p - 2.0 * deviation)
    first++;
  while (last > 0 && (double)(last - 1) >= n * p + 2.0 * deviation)
    last--;
  first = first < last ? first : last - 1; /* a level so close to 1 that all ranks are the last */
  const double distance = at_rank(values, n_toys, last) - at_rank(values, n_toys, first);
  return (plain_quantile){ at_rank(values, n_toys, k), distance / (double)(last - first) * deviation };
}

static void check_distance(double log_value, double log_error, double distance, double half, double error)
{
  const double d = fmax(distance, 0.5 * half);
  CHECK_NEAR(log_value, log(d), 1e-12);
  CHECK_NEAR(log_error, fmin(fmax(error / d, 1e-4), 1.0), 1e-12);
}

static void check_summary(const fairu_interval_calibration *c, size_t i, const double *statistics,
                          const double *estimates)
{
  const fairu_interval_calibration_points *p = &c->points;
  const size_t n = (size_t)c->options.n_toys;
  const plain_quantile q = quantile_of(statistics, n, c->options.level);
  const plain_quantile low = quantile_of(estimates, n, 0.5 * erfc(sqrt(0.5)));
  const plain_quantile high = quantile_of(estimates, n, 1.0 - 0.5 * erfc(sqrt(0.5)));
  const double half = 0.5 * (high.value - low.value);
  assert_true(p->quantile[i] == q.value);
  CHECK_NEAR(p->error[i], q.error, 1e-13 * (1.0 + q.error));
  assert_int_equal(p->n_failed[i], n - count_numbers(statistics, n));
  check_distance(p->below[i], p->below_error[i], p->mu[i] - low.value, half, low.error);
  check_distance(p->above[i], p->above_error[i], high.value - p->mu[i], half, high.error);
}

/* Estimates about mu, or all on one side of it; some toys failed, no more than 1 %. */
static void draw_toys(draws *d, double mu, size_t n, size_t n_failed, double *statistics, double *estimates)
{
  const double shift = draw_between(d, -2.0, 2.0), width = exp(draw_between(d, -5.0, 1.0));
  const int ties = draw_below(d, 3) == 0;
  for (size_t k = 0; k < n; k++) {
    const double x = draw_unit(d) + draw_unit(d) + draw_unit(d) - 1.5, u = draw_unit(d);
    estimates[k] = mu + width * (x + shift * (double)(draw_below(d, 2)));
    statistics[k] = ties ? floor(6.0 * u) : -log(1.0 - u);
  }
  for (size_t k = 0; k < n_failed; k++)
    statistics[(k * 97) % n] = estimates[(k * 97) % n] = (double)NAN;
}

static void summaries_are_counted(void **state)
{
  enum { MOST = 700 };
  static const size_t toys[] = { 100, 101, 257, 700 };
  static const double asked[] = { 0.01, 0.3, 0.6827, 0.95, 0.999 };
  double statistics[MOST], estimates[MOST], kept[2][MOST];
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 41 };
  for (size_t t = 0; t < sizeof toys / sizeof *toys; t++)
    for (size_t l = 0; l < sizeof asked / sizeof *asked; l++) {
      fairu_interval_calibration_options o = made_options(5, -1.0, 4.0, asked[l]);
      fairu_interval_calibration *c = NULL;
      o.n_toys = toys[t];
      CHECK_OK(ctx, fairu_interval_calibration__allocate(ctx, &o, 1, &c));
      for (size_t i = 0; i < c->n; i++) {
        draw_toys(&d, c->points.mu[i], toys[t], i % (toys[t] / 100 + 1), statistics, estimates);
        memcpy(kept[0], statistics, toys[t] * sizeof *statistics);
        memcpy(kept[1], estimates, toys[t] * sizeof *estimates);
        CHECK_OK(ctx, fairu_interval_calibration__summarise(ctx, c, i, statistics, estimates));
        check_summary(c, i, kept[0], kept[1]);
      }
      fairu_interval_calibration_destroy(c);
    }
  fairu_context_destroy(ctx);
}

/* One in a hundred may fail, not one more; the message has both numbers and the hypothesis. */
static void more_failures_than_one_percent_are_refused(void **state)
{
  static const struct {
    size_t n, n_failed;
    const char *says; /* NULL: taken */
  } rows[] = { { 100, 1, NULL }, { 100, 2, "2 of 100 toys at hypothesis 1.5 failed, more than 1 %" },
               { 199, 1, NULL }, { 199, 2, "2 of 199 toys at hypothesis 1.5 failed, more than 1 %" },
               { 500, 5, NULL }, { 500, 6, "6 of 500 toys at hypothesis 1.5 failed, more than 1 %" } };
  double statistics[500], estimates[500];
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 42 };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    fairu_interval_calibration_options o = made_options(5, -1.0, 4.0, 0.6827);
    fairu_interval_calibration *c = NULL;
    o.n_toys = rows[r].n;
    CHECK_OK(ctx, fairu_interval_calibration__allocate(ctx, &o, 1, &c));
    draw_toys(&d, 1.5, rows[r].n, rows[r].n_failed, statistics, estimates);
    const int status = fairu_interval_calibration__summarise(ctx, c, 2, statistics, estimates);
    assert_int_equal(status, rows[r].says ? FAIRU_ERR_NOT_CONVERGED : FAIRU_OK);
    if (rows[r].says)
      CHECK_SAYS(ctx, rows[r].says);
    assert_int_equal(c->points.n_failed[2], rows[r].n_failed);
    fairu_interval_calibration_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- the curve ------------------------------------------------------------------------------------------- */

static const made_lines lines[] = { { { -1.0, 0.0 }, { -1.0, 0.0 }, { 1.0, 0.0 } },
                                    { { -3.0, 2.0 }, { 0.5, -1.5 }, { 0.8, 0.4 } },
                                    { { 1.5, 0.3 }, { 1.0, -0.2 }, { 1.3, -0.5 } },
                                    { { -6.0, 0.0 }, { 2.0, 0.0 }, { 0.5, 1.0 } } };
enum { N_LINES = sizeof lines / sizeof *lines };

/* Spreads and ratios on straight lines: between the hypotheses, too, c is the ratio times the limit. */
static void straight_curves_are_kept_between_hypotheses(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < N_LINES; k++)
    for (size_t l = 1; l < N_LEVELS; l += 3) {
      const fairu_interval_calibration_options o = made_options(5 + 7 * k, 0.1, 3.0, levels[l]);
      fairu_interval_calibration *c = made_calibration(ctx, &o, 1, &lines[k]);
      for (int i = 0; i <= 40; i++) {
        const double mu = i == 40 ? 3.0 : 0.1 + 2.9 * i / 40.0,
                     x = acos(1.0 - 2.0 * (mu - 0.1) / 2.9) / acos(-1.0);
        double critical, error;
        const double wanted = made_on(lines[k].ratio, x) * made_limit_at(&o, &lines[k], mu, x);
        CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, mu, &critical, &error));
        CHECK_NEAR(critical, wanted, 1e-6 * (1.0 + wanted)); /* solved for within the smoothing */
        assert_true(error > 0.0);
      }
      fairu_interval_calibration_destroy(c);
    }
  fairu_context_destroy(ctx);
}

static void points_have_what_the_curve_says(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_interval_calibration_options o = made_options(23, -2.0, 1.0, 0.9);
  fairu_interval_calibration *c = made_calibration(ctx, &o, 3, &lines[1]);
  for (size_t i = 0; i < 23; i++) {
    double mu, quantile, error, critical, again;
    uint64_t n_failed;
    CHECK_OK(ctx, fairu_interval_calibration_point(c, ctx, i, &mu, &quantile, &error, &critical, &n_failed));
    CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, mu, &again, NULL));
    assert_true(again == critical);
    CHECK_NEAR(critical, quantile, 1e-6 * (1.0 + quantile));
    assert_true(mu == c->points.mu[i] && error == c->points.error[i] && n_failed == i % 3);
    CHECK_OK(ctx, fairu_interval_calibration_point(c, ctx, i, NULL, NULL, NULL, NULL, NULL));
  }
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_calibration_point(c, ctx, 23, NULL, NULL, NULL, NULL, NULL));
  CHECK_SAYS(ctx, "hypothesis 23 of 23");
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

/* Smoothing of no freedom is a straight line by least squares, whose error has a closed form. */
static void errors_are_those_of_a_line(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_interval_calibration_options o = made_options(31, 0.1, 3.0, 0.6827);
  fairu_interval_calibration *c = made_calibration(ctx, &o, 1, &lines[1]);
  c->lambda[0] = c->lambda[1] = c->lambda[2] = 1e9;
  CHECK_OK(ctx, fairu_interval_calibration__smooth(ctx, c));
  for (size_t at = 0; at < 31; at++) {
    double w = 0.0, wx = 0.0, wxx = 0.0, critical, error;
    for (size_t i = 0; i < 31; i++) {
      const double x = (double)i / 30.0,
                   e = c->points.error[i] / made_limit_at(&o, &lines[1], c->points.mu[i], x);
      w += 1.0 / (e * e);
      wx += x / (e * e);
      wxx += x * x / (e * e);
    }
    const double x = (double)at / 30.0, variance = (wxx - 2.0 * x * wx + x * x * w) / (w * wxx - wx * wx);
    const double limit = made_limit_at(&o, &lines[1], c->points.mu[at], x);
    CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, c->points.mu[at], &critical, &error));
    CHECK_CLOSE(error, limit * sqrt(variance), 1e-3); /* what freedom is left at this stiffness */
  }
  fairu_interval_calibration_destroy(c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(limits_are_quantiles_of_t),
    cmocka_unit_test(limits_know_no_side_and_rise_with_room_and_level),
    cmocka_unit_test(limits_have_closed_forms_far_out_and_on_an_end),
    cmocka_unit_test(hypotheses_are_even_in_the_angle),
    cmocka_unit_test(summaries_are_counted),
    cmocka_unit_test(more_failures_than_one_percent_are_refused),
    cmocka_unit_test(straight_curves_are_kept_between_hypotheses),
    cmocka_unit_test(points_have_what_the_curve_says),
    cmocka_unit_test(errors_are_those_of_a_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
