/* test_philox.c - known answers of Random123, and deviates against their exact distributions. */
#include "support/support.h"

#include "numeric/philox.h"
#include "numeric/pinned.h"
#include "numeric/special.h"

static void words_are_those_of_random123(void **state)
{
  (void)state;
  const struct {
    uint64_t key;
    uint32_t counter[4], words[4];
  } known[] = {
    { 0, { 0, 0, 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { UINT64_MAX,
      { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { UINT64_C(0x299f31d0a4093822),
      { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    uint32_t words[4];
    fairu_philox__block(known[i].key, known[i].counter, words);
    assert_memory_equal(words, known[i].words, sizeof words);
  }
}

static void streams_toys_and_indices_never_share_a_block(void **state)
{
  (void)state;
  const uint64_t values[] = { 0, 1, UINT64_C(1) << 32, UINT64_C(1) << 43 };
  uint32_t counters[128][4];
  size_t n = 0;
  for (uint32_t stream = 0; stream < 8; stream++)
    for (int toy = 0; toy < 4; toy++)
      for (int index = 0; index < 4; index++) {
        const fairu_philox rng = fairu_philox__start(1, stream, values[toy], values[index]);
        for (size_t k = 0; k < n; k++)
          assert_memory_not_equal(counters[k], rng.counter, sizeof rng.counter);
        memcpy(counters[n++], rng.counter, sizeof rng.counter);
      }
}

static void uniform_numbers_have_the_moments_of_the_unit_interval(void **state)
{
  (void)state;
  fairu_philox rng = fairu_philox__start(7, FAIRU_STREAM_USER, 0, 0);
  const int n = 1000000;
  double sum[4] = { 0 };
  for (int i = 0; i < n; i++) {
    const double u = fairu_philox__uniform(&rng);
    assert_true(u > 0.0 && u < 1.0);
    double power = u;
    for (int k = 0; k < 4; k++, power *= u)
      sum[k] += power;
  }
  for (int k = 0; k < 4; k++) {
    const double m = k + 1.0, spread = sqrt((1.0 / (2.0 * m + 1.0) - 1.0 / ((m + 1.0) * (m + 1.0))) / n);
    CHECK_NEAR(sum[k] / n, 1.0 / (m + 1.0), 5.0 * spread);
  }
}

/* Pearson's chi^2 of counts against probabilities: the tail probability is not absurd on either side. */
static void check_counts(const double *observed, const double *expected, size_t n)
{
  double chi2 = 0.0, degrees = -1.0, rest_o = 0.0, rest_e = 0.0;
  for (size_t i = 0; i <= n; i++) {
    const double o = i < n ? observed[i] : rest_o, e = i < n ? expected[i] : rest_e;
    if (i < n && e < 10.0) { /* joined */
      rest_o += o;
      rest_e += e;
    } else if (e > 1.0) {
      chi2 += (o - e) * (o - e) / e;
      degrees += 1.0;
    }
  }
  const double p = fairu_gamma__q(0.5 * degrees, 0.5 * chi2);
  if (!(p > 1e-6 && p < 1.0 - 1e-6))
    fail_msg("chi2 %g of %g: p %g", chi2, degrees, p);
}

enum { BINS = 400 };

static void check_poisson(double (*draw)(void *, double), void *data, double mean, int n)
{
  double observed[BINS] = { 0 }, expected[BINS], sum = 0.0, square = 0.0;
  const double first = floor(fmax(0.0, mean - 8.0 * sqrt(mean) - 2.0));
  const double width = fmax(1.0, ceil(16.0 * sqrt(mean) / (BINS - 4)));
  for (int i = 0; i < n; i++) {
    const double k = draw(data, mean);
    assert_true(k >= 0.0 && k == floor(k));
    sum += k - mean;
    square += (k - mean) * (k - mean);
    const double bin = fmin(fmax(floor((k - first) / width), 0.0), BINS - 1);
    observed[(int)bin] += 1.0;
  }
  for (int b = 0; b < BINS; b++) { /* P(K < low edge of b + 1) - P(K < low edge of b) */
    const double low = first + b * width, high = low + width;
    const double below = b > 0 && low > 0.0 ? fairu_gamma__q(low, mean) : 0.0;
    expected[b] = n * ((b < BINS - 1 ? fairu_gamma__q(high, mean) : 1.0) - below);
  }
  check_counts(observed, expected, BINS);
  CHECK_NEAR(sum / n, 0.0, 5.0 * sqrt(mean / n));
  CHECK_NEAR(square / n / mean, 1.0, 5.0 * sqrt((2.0 + 1.0 / mean) / n));
}

static double draw_one(void *rng, double mean)
{
  return fairu_philox__poisson((fairu_philox *)rng, mean);
}

static void poisson_numbers_follow_the_exact_distribution(void **state)
{
  (void)state;
  const double means[] = { 1e-3, 0.1, 1.0, 3.3, 9.999, 10.0, 17.5, 100.0, 1e4, 1e8, 1e12 };
  for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
    fairu_philox rng = fairu_philox__start(11, FAIRU_STREAM_COUNTS, 3, i);
    check_poisson(draw_one, &rng, means[i], means[i] > 1e6 ? 20000 : 200000);
  }
  fairu_philox rng = fairu_philox__start(1, 0, 0, 0);
  assert_true(fairu_philox__poisson(&rng, 0.0) == 0.0);
  CHECK_CLOSE(fairu_philox__poisson(&rng, 1e18), 1e18, 1e-8);
}

static void normal_numbers_follow_the_exact_distribution(void **state)
{
  (void)state;
  fairu_philox rng = fairu_philox__start(5, FAIRU_STREAM_AUX, 0, 0);
  const int n = 500000;
  double observed[120] = { 0 }, expected[120];
  for (int i = 0; i < n; i++) {
    const double x = fairu_philox__normal(&rng);
    observed[(int)fmin(fmax(floor((x + 6.0) * 10.0), 0.0), 119.0)] += 1.0;
  }
  for (int b = 0; b < 120; b++)
    expected[b] = n * fairu_normal__interval(0.1 * b - 6.0, 0.1 * b - 5.9);
  check_counts(observed, expected, 120);
}

static void bounded_integers_are_even(void **state)
{
  (void)state;
  fairu_philox rng = fairu_philox__start(9, FAIRU_STREAM_SHUFFLE, 0, 0);
  double observed[7] = { 0 }, expected[7], high[4] = { 0 }, even[4];
  for (int i = 0; i < 70000; i++)
    observed[fairu_philox__below(&rng, 7)] += 1.0;
  for (int k = 0; k < 7; k++)
    expected[k] = 10000.0;
  check_counts(observed, expected, 7);
  const uint64_t most = UINT64_C(3) << 62; /* three quarters of the words: rejection at work */
  for (int i = 0; i < 30000; i++)
    high[fairu_philox__below(&rng, most) >> 62] += 1.0;
  for (int k = 0; k < 3; k++)
    even[k] = 10000.0;
  check_counts(high, even, 3);
  assert_int_equal(fairu_philox__below(&rng, 1), 0);
}

/* ---- rows --------------------------------------------------------------------------------------------- */

enum { ROWS = 1000 };

static void rows_do_not_depend_on_chunks(void **state)
{
  (void)state;
  double means[ROWS];
  uint32_t all[ROWS], parts[ROWS];
  for (int i = 0; i < ROWS; i++)
    means[i] = i % 10 == 0 ? 15.0 : 0.01 * (i % 150);
  fairu_philox__poisson_rows(3, 17, 2, 5, ROWS, means, 1.0, all);
  const size_t chunks[] = { 1, 2, 3, 5, 64, 65, 100, 257 };
  for (size_t c = 0; c < sizeof chunks / sizeof chunks[0]; c++) {
    for (size_t at = 0; at < ROWS; at += chunks[c]) {
      const size_t n = ROWS - at < chunks[c] ? ROWS - at : chunks[c];
      fairu_philox__poisson_rows(3, 17, 2, 5 + at, n, means + at, 1.0, parts + at);
    }
    assert_memory_equal(all, parts, sizeof all);
  }
  uint32_t other[ROWS];
  fairu_philox__poisson_rows(3, 17, 3, 5, ROWS, means, 1.0, other);
  assert_memory_not_equal(all, other, sizeof all);
  fairu_philox__poisson_rows(3, 18, 2, 5, ROWS, means, 1.0, other);
  assert_memory_not_equal(all, other, sizeof all);
}

typedef struct row_source {
  uint64_t toy;
  uint32_t out[ROWS];
  size_t used;
} row_source;

static double draw_row(void *data, double mean)
{
  row_source *source = data;
  if (source->used == ROWS) {
    double means[ROWS];
    for (size_t i = 0; i < ROWS; i++)
      means[i] = 4.0 * mean;
    fairu_philox__poisson_rows(21, source->toy++, 0, UINT64_C(1) << 33, ROWS, means, 0.25, source->out);
    source->used = 0;
  }
  return source->out[source->used++];
}

static void rows_follow_the_exact_distribution(void **state)
{
  (void)state;
  const double means[] = { 1e-4, 0.009, 0.011, 0.3, 1.0, 5.0, 9.9, 12.0 };
  for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
    row_source source = { 1000 * i, { 0 }, ROWS };
    check_poisson(draw_row, &source, means[i], means[i] < 0.1 ? 2000000 : 300000);
  }
}

/* A row is empty exactly if its word, plus a fraction, is above P(K > 0) 2^32: words straight from the block function,
 * whatever vector instructions made those of the rows. */
static void rows_use_the_words_of_their_block(void **state)
{
  (void)state;
  double means[ROWS];
  uint32_t out[ROWS];
  for (int i = 0; i < ROWS; i++)
    means[i] = 0.001 * (i % 900);
  const uint64_t first = (UINT64_C(1) << 34) - 401; /* the block number leaves 32 bits on the way */
  fairu_philox__poisson_rows(UINT64_C(0x123456789abcdef), 5, 9, first, ROWS, means, 2.0, out);
  for (uint64_t i = 0; i < ROWS; i++) {
    const uint64_t block = (first + i) / 4;
    const uint32_t counter[4] = { 9, (uint32_t)block, 5, FAIRU_STREAM_ROWS | (uint32_t)(block >> 32) << 20 };
    uint32_t words[4];
    fairu_philox__block(UINT64_C(0x123456789abcdef), counter, words);
    const double edge = -expm1(-2.0 * means[i]) * 0x1p32, word = words[(first + i) % 4];
    assert_true(out[i] > 0 ? word <= edge : word >= edge - 1.0);
  }
}

static void rows_are_the_same_on_every_level(void **state)
{
  static const int levels[2] = { 0, 3 };
  (void)state;
  double means[ROWS];
  uint32_t best[ROWS], out[ROWS];
  for (int i = 0; i < ROWS; i++)
    means[i] = i % 7 == 0 ? 0.0 : 0.001 * (i % 900);
  const uint64_t first = (UINT64_C(1) << 34) - 403;
  for (size_t n = 1; n <= ROWS; n += n < 140 ? 1 : 101) {
    fairu_philox__poisson_rows(77, 5, 9, first + n, n, means, 1.5, best);
    for (size_t l = 0; l < 2; l++) {
      fairu_philox__poisson_rows_on(levels[l], 77, 5, 9, first + n, n, means, 1.5, out);
      assert_memory_equal(out, best, n * sizeof *out);
    }
  }
}

static void rows_without_mean_stay_empty(void **state)
{
  (void)state;
  double means[ROWS] = { 0 };
  uint32_t out[ROWS];
  means[3] = -1.0;
  for (uint64_t toy = 0; toy < 200; toy++) {
    fairu_philox__poisson_rows(1, toy, 0, 0, ROWS, means, 1.0, out);
    for (int i = 0; i < ROWS; i++)
      assert_int_equal(out[i], 0);
  }
}

/* The same numbers for ever, on any machine. */
static void numbers_are_pinned(void **state)
{
  (void)state;
  uint64_t hash = UINT64_C(14695981039346656037);
  for (uint64_t toy = 0; toy < 50; toy++) {
    fairu_philox rng = fairu_philox__start(42, FAIRU_STREAM_COUNTS, toy, 1);
    double v[44];
    for (int i = 0; i < 40; i++)
      v[i] = fairu_philox__poisson(&rng, ldexp(1.0, i - 4));
    for (int i = 40; i < 44; i++)
      v[i] = fairu_philox__normal(&rng);
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
      uint64_t bits;
      memcpy(&bits, &v[i], sizeof bits);
      hash = (hash ^ bits) * UINT64_C(1099511628211);
    }
  }
  if (hash != UINT64_C(0x38d4d1d119b031cf))
    fail_msg("hash 0x%llx", (unsigned long long)hash);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(words_are_those_of_random123),
    cmocka_unit_test(streams_toys_and_indices_never_share_a_block),
    cmocka_unit_test(uniform_numbers_have_the_moments_of_the_unit_interval),
    cmocka_unit_test(poisson_numbers_follow_the_exact_distribution),
    cmocka_unit_test(normal_numbers_follow_the_exact_distribution),
    cmocka_unit_test(bounded_integers_are_even),
    cmocka_unit_test(rows_do_not_depend_on_chunks),
    cmocka_unit_test(rows_follow_the_exact_distribution),
    cmocka_unit_test(rows_use_the_words_of_their_block),
    cmocka_unit_test(rows_are_the_same_on_every_level),
    cmocka_unit_test(rows_without_mean_stay_empty),
    cmocka_unit_test(numbers_are_pinned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
