/* Deviates of many rows: on every instruction set the bits of one row's own stream. */
#include "support/support.h"

#include "base/context_internal.h"
#include "numeric/normal_rows.h"
#include "numeric/philox.h"
#include "numeric/pinned.h"

enum { N = 20011 };

static const int levels[3] = { 0, 3, 4 };

static int best_level(void)
{
  fairu_context *ctx = support_context();
  const int level = fairu_context__kernel_level(ctx);
  fairu_context_destroy(ctx);
  return level;
}

static void rows_have_the_deviates_of_their_streams(void **state)
{
  const fairu_normal_stream streams[3] = { { 31415, 0, FAIRU_STREAM_SYSTEMATICS },
                                           { UINT64_C(0xfedcba9876543210), UINT64_C(0xabcdef01234), 7 },
                                           { 1, 17, 200 } };
  static uint64_t ids[N];
  static double x[N], y[N];
  (void)state;
  for (size_t i = 0; i < N; i++)
    ids[i] = i % 3 == 0 ? i : i % 3 == 1 ? i << 40 : UINT64_C(0x9e3779b97f4a7c15) * i;
  for (size_t l = 0; l < 3 && levels[l] <= best_level(); l++)
    for (size_t s = 0; s < 3; s++) {
      fairu_normal__rows(levels[l], &streams[s], ids, N, x, y);
      for (size_t i = 0; i < N; i++) {
        fairu_philox rng =
            fairu_philox__start(streams[s].seed, streams[s].stream, streams[s].toy ^ ids[i] >> 44, ids[i]);
        const double first = fairu_philox__normal(&rng), second = fairu_philox__normal(&rng);
        assert_memory_equal(&x[i], &first, sizeof first);
        assert_memory_equal(&y[i], &second, sizeof second);
      }
    }
}

static const fairu_normal_kernel *kernel_of(int level)
{
#if defined(__x86_64__)
  if (level >= 3)
    return level == 3 ? &fairu_normal__v3 : &fairu_normal__v4;
#endif
  (void)level;
  return &fairu_normal__generic;
}

/* Ends of the range, both sides of every border between formulas, and far tails that no stream will meet. */
static void words_at_the_borders(void **state)
{
  static const double near[7] = { 0.0, 0x1p-52, 1.3e-11, 1.4e-11, 0.0749999999999, 0.075, 0.5 };
  uint64_t words[FAIRU_NORMAL_ROWS];
  double x[FAIRU_NORMAL_ROWS];
  size_t n = 0;
  (void)state;
  for (size_t k = 0; k < 7; k++)
    for (int step = -1; step <= 1; step++) {
      const uint64_t low = (uint64_t)(near[k] * 0x1p52);
      const uint64_t word = (step < 0 && low == 0 ? 0 : low + (uint64_t)(int64_t)step) << 12;
      words[n++] = word;
      words[n++] = ~word;
    }
  for (size_t l = 0; l < 3 && levels[l] <= best_level(); l++) {
    kernel_of(levels[l])->quantiles(n, words, x);
    for (size_t i = 0; i < n; i++) {
      const double wanted = fairu_pinned__normal_quantile(((double)(words[i] >> 12) + 0.5) * 0x1p-52);
      assert_memory_equal(&x[i], &wanted, sizeof wanted);
    }
  }
}

static void ids_that_agree_in_44_bits_differ(void **state)
{
  const fairu_normal_stream stream = { 5, 0, FAIRU_STREAM_SYSTEMATICS };
  const uint64_t ids[3] = { 9, 9 | UINT64_C(1) << 44, 9 | UINT64_C(1) << 63 };
  double x[3], y[3];
  (void)state;
  fairu_normal__rows(best_level(), &stream, ids, 3, x, y);
  assert_true(x[0] != x[1] && x[0] != x[2] && x[1] != x[2] && y[0] != y[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_have_the_deviates_of_their_streams),
    cmocka_unit_test(words_at_the_borders),
    cmocka_unit_test(ids_that_agree_in_44_bits_differ),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
