/* The inner loop of surfaces: each set of instructions gives the bits of the sum as it is written. */
#include "support/support.h"

#include "numeric/philox.h"
#include "templates/blend.h"

enum { WIDEST = 37 };

typedef struct rows {
  double nodes[FAIRU_BLEND_NODES][4 * WIDEST], out[FAIRU_BLEND_OUTPUTS][WIDEST];
} rows;

static void fill(double *x, size_t n, fairu_philox *rng)
{
  for (size_t i = 0; i < n; i++)
    x[i] = fairu_philox__normal(rng);
}

static void plain(const fairu_blend *b)
{
  for (size_t o = 0; o < b->n_out; o++)
    for (size_t n = 0; n < b->n_nodes; n++) {
      const double *w = b->weights + (o * b->n_nodes + n) * 4;
      for (size_t i = 0; i < b->width; i++) {
        const double *r = b->nodes[n] + i;
        b->out[o][i] +=
            (w[0] * r[0] + w[2] * r[2 * b->width]) + (w[1] * r[b->width] + w[3] * r[3 * b->width]);
      }
    }
}

static fairu_blend of(rows *r, size_t n_nodes, size_t n_out, size_t width, fairu_philox *rng)
{
  fairu_blend b = { .n_nodes = n_nodes, .n_out = n_out, .width = width };
  for (size_t n = 0; n < n_nodes; n++)
    b.nodes[n] = r->nodes[n];
  for (size_t o = 0; o < n_out; o++)
    b.out[o] = r->out[o];
  fill(b.weights, n_out * n_nodes * 4, rng);
  return b;
}

static void check(fairu_blend_fn run, size_t n_nodes, size_t n_out)
{
  static rows r, wanted;
  for (size_t width = 1; width <= WIDEST; width++) {
    fairu_philox rng = fairu_philox__start(3, FAIRU_STREAM_COUNTS, width, n_out);
    fill(r.nodes[0], sizeof r.nodes / sizeof(double), &rng);
    fill(r.out[0], sizeof r.out / sizeof(double), &rng);
    wanted = r;
    fairu_blend b = of(&r, n_nodes, n_out, width, &rng);
    run(&b);
    for (size_t o = 0; o < n_out; o++)
      b.out[o] = wanted.out[o];
    plain(&b);
    assert_memory_equal(r.out, wanted.out, sizeof r.out);
  }
}

static void check_all(fairu_blend_fn run)
{
  for (size_t n_out = 1; n_out <= 3; n_out++)
    check(run, 1, n_out);
  check(run, FAIRU_BLEND_NODES, 1);
  check(run, FAIRU_BLEND_NODES, 3);
  check(run, FAIRU_BLEND_NODES, 6);
}

static void every_set_of_instructions_gives_the_same_bits(void **state)
{
  (void)state;
  check_all(fairu_blend__run_generic);
#if defined(__x86_64__)
  fairu_context *ctx = support_context();
  if (fairu_context_set_kernel(ctx, "x86-64-v3") == FAIRU_OK)
    check_all(fairu_blend__run_v3);
  if (fairu_context_set_kernel(ctx, "x86-64-v4") == FAIRU_OK)
    check_all(fairu_blend__run_v4);
  fairu_context_destroy(ctx);
#endif
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_set_of_instructions_gives_the_same_bits) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
