/* Loops over rows that have a form for each instruction set: the plain words they stand for, on all of them. */
#include "support/support.h"

#include "base/context_internal.h"
#include "numeric/keep_rows.h"
#include "numeric/scale_rows.h"

enum { MOST = 300 };

static int best_level(void)
{
  fairu_context *ctx = support_context();
  const int level = fairu_context__kernel_level(ctx);
  fairu_context_destroy(ctx);
  return level;
}

static void check_kept(int level, size_t n, unsigned scheme)
{
  float x[MOST] = { 0 }, wanted[MOST];
  unsigned char mask[MOST] = { 0 };
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    x[i] = (float)i + 0.5f;
    mask[i] = (unsigned char)(scheme == 0 ? 0 : scheme == 1 ? 1 : (i * scheme) % 5 != 0 ? 200 : 0);
    if (mask[i])
      wanted[kept++] = x[i];
  }
  assert_int_equal(fairu_rows__keep(level, mask, n, x), kept);
  if (kept > 0)
    assert_memory_equal(x, wanted, kept * sizeof *x);
}

static void rows_that_stay_keep_their_order(void **state)
{
  (void)state;
  for (int level = 0; level <= best_level(); level += level == 0 ? 3 : 1)
    for (size_t n = 0; n <= MOST; n += n < 70 ? 1 : 23)
      for (unsigned scheme = 0; scheme < 5; scheme++)
        check_kept(level, n, scheme);
}

static void check_scaled(int level, size_t n_factors, size_t n, size_t bad)
{
  double factors[12], x[MOST] = { 0 }, out[MOST], least = INFINITY, most = -INFINITY;
  int32_t classes[MOST] = { 0 };
  fairu_rows_range range = { (double)INFINITY, -(double)INFINITY, 0 };
  for (size_t f = 0; f < n_factors; f++)
    factors[f] = 1.0 / (double)(f + 3);
  for (size_t i = 0; i < n; i++) {
    classes[i] = (int32_t)(i * 7 % n_factors);
    x[i] = 3.7 * (double)((i + 5) * 37 % 101) - (i == 9 ? 1000.0 : 0.0);
    least = fmin(least, x[i]);
    most = fmax(most, factors[classes[i]] * x[i]);
  }
  if (bad < n)
    classes[bad] = bad % 2 ? -1 : (int32_t)n_factors;
  fairu_rows__scale(level, factors, n_factors, n, classes, x, out, &range);
  assert_int_equal(range.top >= n_factors, bad < n);
  assert_true(n == 0 || (range.least <= least && range.least >= least));
  for (size_t i = 0; i < n; i++)
    assert_true(i == bad || (out[i] <= factors[classes[i]] * x[i] && out[i] >= factors[classes[i]] * x[i]));
  assert_true(n == 0 || bad < n || (range.most <= most && range.most >= most));
}

static void rows_take_the_factor_of_their_class(void **state)
{
  (void)state;
  for (int level = 0; level <= best_level(); level += level == 0 ? 3 : 1)
    for (size_t n_factors = 1; n_factors <= 12; n_factors++)
      for (size_t n = 0; n <= MOST; n += n < 20 ? 1 : 41) {
        check_scaled(level, n_factors, n, MOST);
        check_scaled(level, n_factors, n, n / 2);
        check_scaled(level, n_factors, n, n - (n > 0));
      }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_that_stay_keep_their_order),
    cmocka_unit_test(rows_take_the_factor_of_their_class),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
