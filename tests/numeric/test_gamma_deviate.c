/* test_gamma_deviate.c - Gamma numbers against their exact distribution and moments, and pinned. */
#include "support/support.h"

#include "numeric/philox.h"
#include "numeric/special.h"

enum { CELLS = 40, N = 40000 };

/* P(shape, x) is even on (0, 1): Pearson's chi^2 of 40 cells has mean 39, variance 78. */
static void check_shape(double shape, uint64_t seed)
{
  int counts[CELLS] = { 0 };
  double sum = 0.0, squares = 0.0, chi2 = 0.0;
  for (uint64_t k = 0; k < N; k++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, k, 0);
    const double x = fairu_philox__gamma(&rng, shape);
    assert_true(x >= 0.0 && isfinite(x));
    const int cell = (int)(CELLS * fairu_gamma__p(shape, x));
    counts[cell < CELLS ? cell : CELLS - 1]++;
    sum += x / shape - 1.0;
    squares += (x / shape - 1.0) * (x / shape - 1.0);
  }
  for (int c = 0; c < CELLS; c++)
    chi2 += (counts[c] - (double)N / CELLS) * (counts[c] - (double)N / CELLS) / ((double)N / CELLS);
  CHECK_NEAR(chi2, CELLS - 1.0, 5.0 * sqrt(2.0 * (CELLS - 1)));
  CHECK_NEAR(sum / N, 0.0, 5.0 / sqrt(shape * N));
  const double fourth = 3.0 / (shape * shape) + 6.0 / (shape * shape * shape); /* central moment */
  CHECK_NEAR(squares / N, 1.0 / shape, 6.0 * sqrt((fourth - 1.0 / (shape * shape)) / N));
}

static void numbers_follow_the_exact_distribution(void **state)
{
  static const double shapes[] = { 0.02, 0.3, 0.9999, 1.0, 1.5, 7.0, 100.0, 1e4, 1e8 };
  (void)state;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    check_shape(shapes[i], 5 + i);
}

static void numbers_of_all_sizes_are_finite(void **state)
{
  (void)state;
  for (int e = -300; e <= 300; e += 50) {
    fairu_philox rng = fairu_philox__start(3, FAIRU_STREAM_USER, 1, 0);
    const double shape = pow(10.0, e), x = fairu_philox__gamma(&rng, shape);
    assert_true(x >= 0.0 && isfinite(x));
    if (e >= 50)
      CHECK_CLOSE(x, shape, 1e-12);
  }
}

/* FNV-1a of the bits: the same on any machine and with any compiler. */
static void numbers_are_pinned(void **state)
{
  uint64_t hash = UINT64_C(14695981039346656037);
  (void)state;
  for (uint64_t k = 0; k < 1000; k++) {
    fairu_philox rng = fairu_philox__start(17, FAIRU_STREAM_USER, k, 3);
    const double x = fairu_philox__gamma(&rng, ldexp(1.0, (int)(k % 20) - 6));
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    hash = (hash ^ bits) * UINT64_C(1099511628211);
  }
  assert_int_equal(hash, UINT64_C(0x9495fa831df7bca2));
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(numbers_follow_the_exact_distribution),
                                      cmocka_unit_test(numbers_of_all_sizes_are_finite),
                                      cmocka_unit_test(numbers_are_pinned) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
