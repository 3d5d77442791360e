/* Steps of hidden layers: the same bits from every set of instructions; dropout is Philox, block by block. */
#include "numeric/hidden.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { UNITS = 19, CELLS = UNITS * FAIRU_LANES };

typedef struct numbers {
  float x[CELLS], normal[CELLS], d[CELLS], keep[CELLS];
  float inverse[UNITS], moments[UNITS], spreads[UNITS], d_gain[UNITS], d_bias[UNITS];
} numbers;

static void run(const fairu_hidden_kernels *kernels, size_t lanes, numbers *n)
{
  fairu_philox rng = fairu_philox__start(lanes, FAIRU_STREAM_USER, 0, 8);
  float gain[UNITS], bias[UNITS];
  uint32_t rows[FAIRU_LANES];
  memset(n, 0, sizeof *n);
  for (size_t i = 0; i < CELLS; i++) {
    n->x[i] = (float)fairu_philox__normal(&rng);
    n->d[i] = i % FAIRU_LANES < lanes ? (float)fairu_philox__normal(&rng) : 0.0F;
  }
  for (size_t u = 0; u < UNITS; u++) {
    gain[u] = (float)fairu_philox__normal(&rng);
    bias[u] = (float)fairu_philox__normal(&rng);
  }
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    rows[lane] = fairu_philox__u32(&rng);
  kernels->draw(UINT64_C(0x123456789abcdef0), rows, UNITS, 20000, 1.5F, n->keep);
  kernels->steps.normalise(lanes, UNITS, gain, bias, n->x, n->normal, n->inverse, n->moments, n->spreads);
  kernels->steps.drop(CELLS, n->keep, n->x);
  kernels->steps.normalise_back(lanes, UNITS, gain, n->normal, n->inverse, n->d, n->d_gain, n->d_bias);
  for (size_t u = 0; u < UNITS; u++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const uint32_t counter[4] = { rows[lane], (uint32_t)(u / 8), 0, 0 };
      uint32_t words[4];
      fairu_philox__block(UINT64_C(0x123456789abcdef0), counter, words);
      const uint32_t bits = words[u % 8 / 2] >> 16 * (u % 2) & 0xffffu;
      assert_true(n->keep[u * FAIRU_LANES + lane] == (bits < 20000 ? 0.0F : 1.5F));
      assert_true(lane < lanes ||
                  (n->d[u * FAIRU_LANES + lane] == 0.0F && n->normal[u * FAIRU_LANES + lane] == 0.0F));
    }
}

static void every_instruction_set_gives_the_same_bits(void **state)
{
  (void)state;
  static numbers plain, other;
  const char *const names[] = { "x86-64-v3", "x86-64-v4" };
  const size_t lanes[] = { 1, 2, 17, 63, 64 };
  fairu_context *ctx = support_context();
  for (size_t l = 0; l < sizeof lanes / sizeof *lanes; l++) {
    run(fairu_hidden__at(0), lanes[l], &plain);
    for (int k = 0; k < 2; k++)
      if (fairu_context_set_kernel(ctx, names[k]) == FAIRU_OK) {
        run(fairu_hidden__at(fairu_context__kernel_level(ctx)), lanes[l], &other);
        assert_memory_equal(&plain, &other, sizeof plain);
      }
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_instruction_set_gives_the_same_bits) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
