/* Feldman-Cousins intervals: columns of the paper's other tables, levels near 0 and 1 where ends have closed forms or bounds, limits of what may be asked, refusals. */
#include "support/support.h"

/* arXiv:physics/9711021, b = 0 in tables II (68.27 %), VI (95 %) and VIII (99 %), two printed digits; NaN: not compared. */
static const double levels[3] = { 0.6827, 0.95, 0.99 };
static const double lowers[3][11] = { { 0.00, 0.37, 0.74, 1.10, 2.34, 2.75, 3.82, 4.25, 5.30, 6.33, 6.78 },
                                      { 0.00, 0.05, 0.36, 0.82, 1.37, 1.84, 2.21, 2.58, 2.94, 4.36, 4.75 },
                                      { 0.00, 0.01, 0.15, 0.44, 0.82, 1.28, 1.79, 2.33, 2.91, (double)NAN,
                                        (double)NAN } };
static const double uppers[3][11] = {
  { 1.29, 2.75, 4.25, 5.30, 6.78, 7.81, 9.28, 10.30, 11.32, 12.79, 13.81 },
  { 3.09, 5.14, 6.72, 8.25, 9.76, 11.26, 12.75, 13.81, 15.29, 16.77, 17.82 },
  { 4.74, 6.91, 8.71, 10.47, 12.23, 13.75, (double)NAN, 16.77, 18.27, 19.46, 20.83 },
};

typedef struct interval {
  double lower, upper;
} interval;

static interval ask(fairu_context *ctx, uint64_t n, double background, double level)
{
  interval i = { -1.0, -1.0 };
  CHECK_OK(ctx, fairu_feldman_cousins(ctx, n, background, level, &i.lower, &i.upper));
  assert_true(0.0 <= i.lower && i.lower <= i.upper);
  return i;
}

static void check_printed(double value, double printed)
{
  if (!isnan(printed))
    CHECK_NEAR(value, printed, 0.0055);
}

static void columns_of_the_paper_come_out(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int i = 0; i < 3; i++)
    for (int n = 0; n <= 10; n++) {
      const interval here = ask(ctx, (uint64_t)n, 0.0, levels[i]);
      check_printed(here.lower, lowers[i][n]);
      check_printed(here.upper, uppers[i][n]);
    }
  const interval seven = ask(ctx, 7, 3.0, 0.95); /* the example of many programs */
  check_printed(seven.lower, 0.29);
  check_printed(seven.upper, 10.81);
  fairu_context_destroy(ctx);
}

/* k ln k - k */
static double h_of(double k)
{
  return k > 0.0 ? k * log(k) - k : 0.0;
}

/* At a level of nothing mu is accepted where n itself ranks first: between the nu at which n - 1 and n + 1 rank alike with it. */
static void at_level_zero_n_ranks_first(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int n = 1; n < 40; n++)
    for (int i = 0; i < 9; i++) {
      const double level = pow(10.0, -6.0 * (1 << 2 * (i % 3))), b = 0.33 * (n - 1) * (i / 3);
      const interval here = ask(ctx, (uint64_t)n, b, level); /* 1e-6, 1e-24, 1e-96 */
      CHECK_NEAR(here.lower, exp(h_of(n) - h_of(n - 1.0)) - b, 1e-11 * n);
      CHECK_NEAR(here.upper, exp(h_of(n + 1.0) - h_of(n)) - b, 1e-11 * n);
    }
  fairu_context_destroy(ctx);
}

/* P(0 .. n), smallest terms first. */
static double at_most(int n, double nu)
{
  double sum = 0.0;
  for (int k = 0; k <= n; k++)
    sum += exp(k * log(nu) - nu - lgamma(k + 1.0));
  return sum;
}

/* Near level 1 the counts that do not rank before n at the upper end are 0 .. n and what lies far above: together 1 - level. */
static void upper_ends_leave_what_the_level_leaves(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int n = 0; n < 30; n += n < 5 ? 1 : 5) {
    double before = 0.0;
    for (int digits = 1; digits <= 15; digits++) {
      const double level = 1.0 - pow(10.0, -digits), rest = 1.0 - level; /* of the rounded level: exact */
      const interval here = ask(ctx, (uint64_t)n, 0.0, level);
      const double below = at_most(n, here.upper);
      assert_true(below <= rest * (1.0 + 1e-6) && below > 0.02 * rest); /* 1e-6: of a level near 1 */
      assert_true(here.upper > before);
      before = here.upper;
    }
  }
  fairu_context_destroy(ctx);
}

static void what_may_be_asked_has_limits(void **state)
{
  static const struct {
    uint64_t n;
    double b, level;
    const char *says;
  } rows[] = {
    { (UINT64_C(1) << 20) + 1, 1.0, 0.9, "n is 1048577, more than 2^20" },
    { 1, 1048576.0000001, 0.9, "background is 1.04858e+06, must lie between 0 and 2^20" },
    { 1, -1e-300, 0.9, "background is -1e-300" },
    { 1, HUGE_VAL, 0.9, "background is inf" },
    { 1, 1.0, 0.0, "level is 0, must lie between 0 and 1" },
    { 1, 1.0, -0.1, "level is -0.1" },
    { 1, 1.0, (double)NAN, "level is nan" },
    { 1, 1.0, 1.5, "level is 1.5" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  double ends[2] = { 7.0, 8.0 };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
                fairu_feldman_cousins(ctx, rows[i].n, rows[i].b, rows[i].level, &ends[0], &ends[1]));
    CHECK_SAYS(ctx, rows[i].says);
  }
  /* the largest of all is begun, and can be stopped */
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 1e-9));
  CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE,
              fairu_feldman_cousins(ctx, UINT64_C(1) << 20, 0x1p20, 0.9, &ends[0], &ends[1]));
  CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE, fairu_feldman_cousins(ctx, 0, 1.0, 0.9, &ends[0], &ends[1]));
  assert_true(ends[0] == 7.0 && ends[1] == 8.0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(columns_of_the_paper_come_out),
    cmocka_unit_test(at_level_zero_n_ranks_first),
    cmocka_unit_test(upper_ends_leave_what_the_level_leaves),
    cmocka_unit_test(what_may_be_asked_has_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
