/* Calibrated intervals of few counts against a plain scan: t in closed form, the library's critical values, every sign change on a fine grid; no events at all; far beyond the
 * range. */
#include "likelihood/counting.h"
#include "support/support.h"

enum { STEPS = 20000 };

typedef struct calibrated {
  counting c;
  fairu_interval_calibration *calibration;
  double lower, upper;
} calibrated;

static calibrated make(fairu_context *ctx, double s, double b, double level)
{
  calibrated m = { .c = { .s = s, .b = b, .n = 1.0, .lower = -HUGE_VAL, .upper = HUGE_VAL } };
  fairu_interval_calibration_options o;
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  m.lower = o.lower;
  m.upper = o.upper;
  o.n_toys = 500;
  o.level = level;
  o.seed = UINT64_MAX;
  CHECK_OK(ctx, counting_create(ctx, &m.c));
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, m.c.likelihood, &o, &m.calibration));
  return m;
}

static void destroy(calibrated *m)
{
  fairu_interval_calibration_destroy(m->calibration);
  counting_destroy(&m->c);
}

/* t - c, t counted from the least NLL in the range. */
static double excess(fairu_context *ctx, const calibrated *m, double n, double mu)
{
  const double best = fmin(fmax((n - m->c.b) / m->c.s, m->lower), m->upper);
  double critical;
  CHECK_OK(ctx, fairu_interval_calibration_critical(m->calibration, ctx, mu, &critical, NULL));
  return 2.0 * (counting_nll(&m->c, n, 0.0, mu) - counting_nll(&m->c, n, 0.0, best)) - critical;
}

static double on_grid(const calibrated *m, int i)
{
  return i == STEPS ? m->upper : m->lower + (m->upper - m->lower) * i / STEPS;
}

/* First and last grid point inside, number of pieces. */
static fairu_calibrated_interval scan(fairu_context *ctx, const calibrated *m, double n)
{
  fairu_calibrated_interval r = { .lower = (double)NAN };
  int before = 0;
  for (int i = 0; i <= STEPS; i++) {
    const double mu = on_grid(m, i);
    const int inside = excess(ctx, m, n, mu) <= 0.0;
    if (inside && r.n_pieces == 0) {
      r.lower = mu;
      r.lower_end = i == 0 ? FAIRU_INTERVAL_BOUND : FAIRU_INTERVAL_CROSSING;
    }
    if (inside) {
      r.upper = mu;
      r.upper_end = i == STEPS ? FAIRU_INTERVAL_BOUND : FAIRU_INTERVAL_CROSSING;
    }
    r.n_pieces += inside && !before;
    before = inside;
  }
  return r;
}

static void check_count(fairu_context *ctx, const calibrated *m, double n)
{
  const double step = (m->upper - m->lower) / STEPS;
  fairu_calibrated_interval r = { .struct_size = sizeof r };
  double params;
  CHECK_OK(ctx, fairu_data_set_observed(m->c.data, ctx, &n, 1));
  CHECK_OK(ctx, fairu_interval_calibration_interval(m->calibration, ctx, m->c.likelihood, m->c.data, NULL, &r,
                                                    &params, 1));
  const fairu_calibrated_interval wanted = scan(ctx, m, n);
  assert_int_equal(r.n_pieces, wanted.n_pieces);
  assert_int_equal(r.lower_end, wanted.lower_end);
  assert_int_equal(r.upper_end, wanted.upper_end);
  CHECK_NEAR(r.lower, wanted.lower, 1.01 * step); /* the scan sees the end from within */
  CHECK_NEAR(r.upper, wanted.upper, 1.01 * step);
  if (r.lower_end == FAIRU_INTERVAL_CROSSING) /* ends are good to 1e-7 of the range; slopes are below 10 s */
    CHECK_NEAR(excess(ctx, m, n, r.lower), 0.0, 1e-6 * m->c.s * (m->upper - m->lower));
  if (r.upper_end == FAIRU_INTERVAL_CROSSING)
    CHECK_NEAR(excess(ctx, m, n, r.upper), 0.0, 1e-6 * m->c.s * (m->upper - m->lower));
  if (n > 0.0)
    CHECK_NEAR(r.estimate, (n - m->c.b) / m->c.s, 1e-6);
  assert_true(params == r.estimate);
}

static void ends_are_those_of_a_plain_scan(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  calibrated m = make(ctx, 6.0, 4.0, 0.6827);
  for (int n = 1; n <= 40; n += n < 8 ? 1 : 4)
    check_count(ctx, &m, n);
  destroy(&m);
  m = make(ctx, 3.0, 0.5, 0.95);
  for (int n = 1; n <= 20; n += 3)
    check_count(ctx, &m, n);
  destroy(&m);
  fairu_context_destroy(ctx);
}

/* Without events t is a line, 2 s (mu - lower), which has no curvature; with very many all of the range lies on one side. */
static void nothing_and_very_much(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  calibrated m = make(ctx, 6.0, 4.0, 0.9);
  check_count(ctx, &m, 0.0);
  check_count(ctx, &m, 300.0);
  destroy(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(ends_are_those_of_a_plain_scan),
                                      cmocka_unit_test(nothing_and_very_much) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
