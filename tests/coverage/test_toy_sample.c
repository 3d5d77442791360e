/* Sorting of toys: against the definition, for values that part badly too. */
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

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(values_come_out_in_order) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
