/* Sorting of toys: against the definition, for values that part badly too. Fractions and percentiles of the sample: against counting. */
#include "support/draws.h"
#include "support/support.h"

#include "coverage/toy_sample.h"

enum { N = 5000 };

static int is_sorted(const double *x, size_t n)
{
  for (size_t i = 1; i < n; i++)
    if (!(x[i - 1] <= x[i]))
      return 0;
  return 1;
}

/* Shapes: random, rising, falling, equal, few values, organ pipe, with NaN. */
static double value_of(int shape, size_t i, uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  const double random = (double)(*state >> 8);
  switch (shape) {
  case 1:
    return (double)i;
  case 2:
    return -(double)i;
  case 3:
    return 4.0;
  case 4:
    return (double)(*state >> 30);
  case 5:
    return i < N / 2 ? (double)i : (double)(N - i);
  case 6:
    return i % 3 ? random : (double)NAN;
  default:
    return random;
  }
}

static void values_come_out_in_order(void **state)
{
  static double x[N];
  (void)state;
  for (int shape = 0; shape < 7; shape++)
    for (size_t n = 0; n <= N; n = n < 60 ? n + 1 : 2 * n + 7) {
      uint32_t seed = (uint32_t)(n + 1);
      double sum = 0.0, again = 0.0;
      size_t numbers = 0;
      for (size_t i = 0; i < n; i++) {
        x[i] = value_of(shape, i, &seed);
        if (!isnan(x[i])) {
          sum += x[i];
          numbers++;
        }
      }
      const size_t m = fairu_toy_sample__sort(x, n);
      assert_int_equal(m, numbers);
      assert_true(is_sorted(x, m));
      for (size_t i = 0; i < m; i++)
        again += x[i];
      assert_true(sum == again); /* whole numbers: exact */
    }
}

/* ---- what parts badly ------------------------------------------------------------------------------------ */

/* 0 .. n - 1 in an order whose first, middle and last of what is left are the least, the second least and a large one, so that each time two values
 * are parted from all others: n^2 / 4 steps for a sort that has no way out. place [n]: room. */
static void fill_worst_rising(double *x, size_t n, size_t *place)
{
  for (size_t i = 0; i < n; i++)
    place[i] = i;
  size_t value = 0, low = 0;
  for (; n - low > 3; low += 2) {
    const size_t middle = low + (n - low - 1) / 2, kept = place[middle];
    x[place[low]] = (double)value++;
    x[kept] = (double)value++;
    place[middle] = place[low + 1];
    place[low + 1] = kept;
  }
  for (; low < n; low++)
    x[place[low]] = (double)value++;
}

/* The same with the two largest at the end: the large part stays in front. */
static void fill_worst_falling(double *x, size_t n, size_t *place)
{
  for (size_t i = 0; i < n; i++)
    place[i] = i;
  size_t value = n, high = n;
  for (; high > 3; high -= 2) {
    const size_t middle = (high - 1) / 2, kept = place[middle];
    x[place[high - 1]] = (double)--value;
    x[kept] = (double)--value;
    place[middle] = place[high - 2];
    place[high - 2] = kept;
  }
  while (high-- > 0)
    x[place[high]] = (double)--value;
}

static void no_order_takes_forever(void **state)
{
  enum { MANY = 300000 };
  (void)state;
  double *x = malloc(MANY * sizeof *x);
  size_t *place = malloc(MANY * sizeof *place);
  assert_true(x && place);
  for (int falling = 0; falling < 2; falling++)
    for (size_t n = 100; n <= MANY; n = n == 100 ? 4001 : n == 4001 ? MANY : MANY + 1) {
      if (falling)
        fill_worst_falling(x, n, place);
      else
        fill_worst_rising(x, n, place);
      assert_int_equal(fairu_toy_sample__sort(x, n), n);
      for (size_t i = 0; i < n; i++)
        assert_true(x[i] == (double)i);
    }
  free(place);
  free(x);
}

/* ---- fractions ------------------------------------------------------------------------------------------- */

/* q or more, where 1e-9 of q, and 1e-12 of anything, is no difference. */
static double counted(const double *values, size_t n, double q)
{
  size_t reach = 0;
  for (size_t i = 0; i < n; i++)
    reach += values[i] >= q - fmax(1e-9 * fabs(q), 1e-12);
  return (double)reach / (double)n;
}

/* Samples with many ties, exact ones, ones by rounding, and zeros that are not quite. */
static size_t fill_sample(draws *d, double *values, size_t most)
{
  const size_t n = 1 + draw_below(d, most);
  for (size_t i = 0; i < n; i++) {
    const double level = (double)draw_below(d, 6) * 0.37;
    values[i] = level * (1.0 + 1e-12 * draw_between(d, -1.0, 1.0));
    if (level == 0.0 && draw_below(d, 2))
      values[i] = pow(10.0, draw_between(d, -30.0, -13.0));
  }
  return n;
}

static void fractions_are_counted(void **state)
{
  double values[80];
  (void)state;
  draws d = { .state = 41 };
  for (int round = 0; round < 400; round++) {
    const size_t n = fill_sample(&d, values, 80);
    size_t place = 0;
    assert_int_equal(fairu_toy_sample__sort(values, n), n);
    for (size_t i = 0; i < n; i++) { /* rising q: the same by going up */
      const double p = fairu_toy_sample__fraction(values, n, values[i]);
      assert_true(p == counted(values, n, values[i]));
      assert_true(p == fairu_toy_sample__fraction_from(values, n, values[i], &place));
    }
    for (int k = -1; k < 14; k++) {
      const double q = 0.185 * k;
      assert_true(fairu_toy_sample__fraction(values, n, q) == counted(values, n, q));
    }
    assert_true(fairu_toy_sample__fraction(values, n, 0.0) == 1.0);
    assert_true(fairu_toy_sample__fraction(values, n, 1e-13) == 1.0); /* as is 0 */
    assert_true(fairu_toy_sample__fraction(values, n, 3.0) == 0.0);
  }
}

/* Where a tie begins and ends: 1e-9 of q, and 1e-12 below q = 0.001. */
static void ties_have_a_width(void **state)
{
  static const struct {
    double value, q, p;
  } rows[] = {
    { 2.0, 2.0 * (1.0 + 0.9e-9), 1.0 },
    { 2.0, 2.0 * (1.0 + 1.1e-9), 0.0 },
    { 1e-3, 1e-3 + 0.9e-12, 1.0 },
    { 1e-3, 1e-3 + 1.1e-12, 0.0 },
    { 1e-6, 1e-6 + 0.9e-12, 1.0 },
    { 1e-6, 1e-6 + 1.1e-12, 0.0 },
    { 0.0, 0.9e-12, 1.0 },
    { 0.0, 1.1e-12, 0.0 },
    { 5e-22, 1e-20, 1.0 },
    { 0.0, 2e-12, 0.0 },
    { 1e300, 1e300, 1.0 },
    { 0.0, 1e-300, 1.0 },
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t place = 0;
    assert_true(fairu_toy_sample__fraction(&rows[i].value, 1, rows[i].q) == rows[i].p);
    assert_true(fairu_toy_sample__fraction_from(&rows[i].value, 1, rows[i].q, &place) == rows[i].p);
  }
}

static void without_toys_there_is_no_number(void **state)
{
  const double none = 1.0;
  size_t place = 0;
  double gone[3] = { (double)NAN, (double)NAN, (double)NAN };
  (void)state;
  assert_int_equal(fairu_toy_sample__sort(gone, 3), 0);
  assert_true(isnan(fairu_toy_sample__fraction(&none, 0, 1.0)));
  assert_true(isnan(fairu_toy_sample__fraction_from(&none, 0, 1.0, &place)) && place == 0);
  assert_true(isnan(fairu_toy_sample__percentile(&none, 0, 0.5)));
}

/* A straight line between order statistics at i / (n - 1). */
static void percentiles_are_on_the_line(void **state)
{
  double values[40];
  (void)state;
  draws d = { .state = 42 };
  for (int round = 0; round < 300; round++) {
    const size_t n = 1 + draw_below(&d, 40);
    for (size_t i = 0; i < n; i++)
      values[i] = draw_between(&d, -5.0, 5.0);
    assert_int_equal(fairu_toy_sample__sort(values, n), n);
    assert_true(fairu_toy_sample__percentile(values, n, 0.0) == values[0]);
    assert_true(fairu_toy_sample__percentile(values, n, 1.0) == values[n - 1]);
    for (int k = 0; k < 20; k++) {
      const double fraction = draw_between(&d, 0.0, 1.0);
      double line = values[0];
      for (size_t i = 1; i < n; i++) {
        const double share = fmin(fmax(fraction * (double)(n - 1) - (double)(i - 1), 0.0), 1.0);
        line += share * (values[i] - values[i - 1]);
      }
      CHECK_NEAR(fairu_toy_sample__percentile(values, n, fraction), line, 1e-13); /* sums of 40 terms of 5 */
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_come_out_in_order),        cmocka_unit_test(no_order_takes_forever),
    cmocka_unit_test(fractions_are_counted),           cmocka_unit_test(ties_have_a_width),
    cmocka_unit_test(without_toys_there_is_no_number), cmocka_unit_test(percentiles_are_on_the_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
