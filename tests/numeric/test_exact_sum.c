/* test_exact_sum.c - exact sums against integers, in any order and grouping. */
#include "support/support.h"

#include <float.h>

#include "numeric/exact_sum.h"
#include "numeric/philox.h"
#include "numeric/sum.h"

static fairu_exact_sum sum_of(const double *x, size_t n)
{
  fairu_exact_sum sum;
  memset(&sum, 0, sizeof sum);
  for (size_t i = 0; i < n; i++)
    fairu_exact_sum__add(&sum, x[i]);
  return sum;
}

static void check_sum(const double *x, size_t n, double wanted)
{
  const fairu_exact_sum sum = sum_of(x, n);
  const double got = fairu_exact_sum__value(&sum);
  assert_memory_equal(&got, &wanted, sizeof got);
}

static void sums_are_rounded_once(void **state)
{
  (void)state;
  check_sum(NULL, 0, 0.0);
  check_sum((double[]){ 1e308, 1.0, -1e308 }, 3, 1.0);
  check_sum((double[]){ 1.0, 0x1p-53 }, 2, 1.0);                      /* tie to even */
  check_sum((double[]){ 1.0, 0x1p-53, 0x1p-1074 }, 3, 1.0 + 0x1p-52); /* just above the tie */
  check_sum((double[]){ 1.0 + 0x1p-52, 0x1p-53 }, 2, 1.0 + 0x1p-51);  /* tie, odd below */
  check_sum((double[]){ -1.0, -0x1p-53, -0x1p-1074 }, 3, -1.0 - 0x1p-52);
  check_sum((double[]){ 0x1p-1074, 0x1p-1074 }, 2, 0x1p-1073);
  check_sum((double[]){ DBL_MIN, -0x1p-1074 }, 2, DBL_MIN - 0x1p-1074); /* subnormal */
  check_sum((double[]){ DBL_MAX, DBL_MAX, -DBL_MAX }, 3, DBL_MAX);
  check_sum((double[]){ DBL_MAX, DBL_MAX }, 2, (double)INFINITY);
  check_sum((double[]){ -DBL_MAX, -DBL_MAX }, 2, -(double)INFINITY);
  check_sum((double[]){ 0x1.fffffffffffffp52, 0.5, 0.25 }, 3, 0x1p53); /* carries into a new bit */
  check_sum((double[]){ 0.1, -0.1 }, 2, 0.0);
}

/* Numbers k 2^e with |k| < 2^30 and few e: the sum is an integer that fits into 64 bits. */
static void sums_agree_with_integers(void **state)
{
  (void)state;
  fairu_philox rng = fairu_philox__start(1, 0, 0, 0);
  for (int trial = 0; trial < 200; trial++) {
    double x[300];
    int64_t total = 0;
    for (int i = 0; i < 300; i++) {
      const int64_t k = (int64_t)(fairu_philox__u32(&rng) >> 2) - (INT64_C(1) << 29);
      const int shift = (int)fairu_philox__below(&rng, 24);
      total += k * (INT64_C(1) << shift);
      x[i] = ldexp((double)k, shift - 40);
    }
    check_sum(x, 300, ldexp((double)total, -40));
  }
}

static void shuffle(double *x, size_t n, fairu_philox *rng)
{
  for (size_t i = n; i > 1; i--) {
    const size_t j = (size_t)fairu_philox__below(rng, i);
    const double t = x[i - 1];
    x[i - 1] = x[j];
    x[j] = t;
  }
}

static void any_order_and_grouping_gives_the_same_bytes(void **state)
{
  (void)state;
  fairu_philox rng = fairu_philox__start(2, 0, 0, 0);
  double x[500];
  for (int i = 0; i < 500; i++)
    x[i] = ldexp(fairu_philox__uniform(&rng) - 0.5, (int)fairu_philox__below(&rng, 1800) - 900);
  fairu_exact_sum first = sum_of(x, 500);
  fairu_exact_sum__normalise(&first);
  for (int trial = 0; trial < 50; trial++) {
    shuffle(x, 500, &rng);
    fairu_exact_sum total;
    memset(&total, 0, sizeof total);
    for (size_t at = 0, n; at < 500; at += n) {
      n = 1 + (size_t)fairu_philox__below(&rng, 100);
      n = n > 500 - at ? 500 - at : n;
      const fairu_exact_sum part = sum_of(x + at, n);
      fairu_exact_sum__merge(&total, &part);
    }
    fairu_exact_sum__normalise(&total);
    assert_memory_equal(&first, &total, sizeof total);
  }
}

static void products_are_exact(void **state)
{
  (void)state;
  fairu_philox rng = fairu_philox__start(3, 0, 0, 0);
  fairu_exact_sum sum;
  memset(&sum, 0, sizeof sum);
  double x[100], y[100];
  for (int i = 0; i < 100; i++) {
    x[i] = ldexp(fairu_philox__uniform(&rng), (int)fairu_philox__below(&rng, 200) - 100);
    y[i] = ldexp(fairu_philox__uniform(&rng), (int)fairu_philox__below(&rng, 200) - 100);
    fairu_exact_sum__add_product(&sum, x[i], y[i]);
  }
  for (int i = 0; i < 100; i++) /* the product of the halves takes all away again */
    fairu_exact_sum__add_product(&sum, -2.0 * y[i], 0.5 * x[i]);
  assert_true(fairu_exact_sum__value(&sum) == 0.0);
  fairu_exact_sum__add_product(&sum, 1.0 + 0x1p-52, 1.0 + 0x1p-52);
  fairu_exact_sum__add(&sum, -1.0 - 0x1p-51);
  assert_true(fairu_exact_sum__value(&sum) == 0x1p-104);
}

static void many_additions_carry_in_time(void **state)
{
  (void)state;
  fairu_exact_sum sum;
  memset(&sum, 0, sizeof sum);
  sum.adds = (UINT64_C(1) << 30) - 1000; /* as if that many had come before */
  for (int i = 0; i < 100000; i++)
    fairu_exact_sum__add(&sum, 0.1);
  assert_true(sum.adds < 100000);
  assert_true(fairu_exact_sum__value(&sum) == (double)(100000.0L * (long double)0.1));
}

/* Neumaier's sum keeps what a plain sum loses. */
static void compensated_sums_keep_small_terms(void **state)
{
  (void)state;
  fairu_sum sum = { 0.0, 0.0 };
  fairu_sum__add(&sum, 1.0);
  for (int i = 0; i < 1000000; i++)
    fairu_sum__add(&sum, 1e-17);
  CHECK_CLOSE(fairu_sum__value(&sum), 1.0 + 1e-11, 1e-15);
  fairu_sum big = { 0.0, 0.0 };
  const double x[] = { 1.0, 1e100, 1.0, -1e100 };
  for (int i = 0; i < 4; i++)
    fairu_sum__add(&big, x[i]);
  assert_true(fairu_sum__value(&big) == 2.0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sums_are_rounded_once),
    cmocka_unit_test(sums_agree_with_integers),
    cmocka_unit_test(any_order_and_grouping_gives_the_same_bytes),
    cmocka_unit_test(products_are_exact),
    cmocka_unit_test(many_additions_carry_in_time),
    cmocka_unit_test(compensated_sums_keep_small_terms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
