/* test_kernels_steps.c - what is done beside the layers, with every instruction set this CPU has: events into lanes, checked and
 * standardised, ReLU and its slope, sums of slices, steps of Adam. */
#include "support/support.h"

#include "numeric/kernels_levels.h"
#include "numeric/philox.h"

enum { LANES = FAIRU_LANES };

/* body(kernels) for each level; levels this CPU lacks are left out. */
static void for_all(void (*body)(const fairu_kernels *))
{
  static const char *const names[] = { "generic", "x86-64-v3", "x86-64-v4" };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < 3; i++)
    if (fairu_context_set_kernel(ctx, names[i]) == FAIRU_OK)
      body(fairu_kernels__of(ctx));
  fairu_context_destroy(ctx);
}

static void fill(float *x, size_t n, uint64_t stream)
{
  fairu_philox rng = fairu_philox__start(3, 0, stream, n);
  for (size_t i = 0; i < n; i++)
    x[i] = (float)(2.0 * fairu_philox__uniform(&rng) - 1.0);
}

/* Rows in any order, any number of them, of any width: nothing else is read, nothing behind is written. */
static void check_rows(const fairu_kernels *k, size_t lanes, size_t n)
{
  float *table = malloc(LANES * n * sizeof *table), *out = malloc((n * LANES + 1) * sizeof *out);
  const float *rows[LANES];
  fill(table, LANES * n, lanes);
  for (size_t lane = 0; lane < lanes; lane++)
    rows[lane] = table + lane * 37 % LANES * n;
  for (size_t i = 0; i <= n * LANES; i++)
    out[i] = 7.0F;
  k->rows_to_lanes(rows, lanes, n, out);
  for (size_t i = 0; i < n; i++)
    for (size_t lane = 0; lane < LANES; lane++)
      assert_true(out[i * LANES + lane] == (lane < lanes ? rows[lane][i] : 0.0F));
  assert_true(out[n * LANES] == 7.0F);
  free(table);
  free(out);
}

static void rows_body(const fairu_kernels *k)
{
  const size_t widths[] = { 1, 2, 3, 4, 5, 7, 8, 29, 33 };
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
    for (size_t lanes = 0; lanes <= LANES; lanes += lanes < 9 || lanes > 60 ? 1 : 9)
      check_rows(k, lanes, widths[w]);
}

static void rows_become_lanes(void **state)
{
  (void)state;
  for_all(rows_body);
}

/* The same bits as one event at a time. */
static void standardise_body(const fairu_kernels *k)
{
  enum { N = 5 };
  const double offset[N] = { 0.0, 1e6, -3.25, 0.1, 1e-3 }, scale[N] = { 1.0, 0.3, 7.0, -2.0, 1e5 };
  float x[N * LANES], before[N * LANES];
  fill(before, N * LANES, 3);
  memcpy(x, before, sizeof x);
  k->standardise(offset, scale, N, x);
  for (size_t lane = 0; lane < LANES; lane++) {
    float event[N], one[FAIRU_PAD];
    for (size_t i = 0; i < N; i++)
      event[i] = before[i * LANES + lane];
    assert_true(k->take_event(event, offset, scale, N, one));
    for (size_t i = 0; i < N; i++) {
      assert_true(x[i * LANES + lane] == one[i]);
      assert_true(one[i] == (float)(((double)event[i] - offset[i]) * scale[i]));
    }
  }
}

static void lanes_are_standardised(void **state)
{
  (void)state;
  for_all(standardise_body);
}

static void finite_body(const fairu_kernels *k)
{
  const float bad[] = { NAN, -NAN, INFINITY, -INFINITY };
  float x[77];
  fill(x, 77, 6);
  x[5] = 0.0F;
  x[6] = 3.4e38F;
  x[7] = 1e-45F;
  for (size_t n = 0; n <= 77; n++)
    assert_true(k->all_finite(x, n));
  for (size_t i = 0; i < 77; i++)
    for (size_t b = 0; b < 4; b++) {
      const float kept = x[i];
      x[i] = bad[b];
      assert_false(k->all_finite(x, 77));
      assert_false(k->all_finite(x, i + 1));
      assert_true(k->all_finite(x, i));
      x[i] = kept;
    }
}

static void what_is_not_finite_is_found(void **state)
{
  (void)state;
  for_all(finite_body);
}

static void relu_body(const fairu_kernels *k)
{
  float x[101], y[101], d[101], before[101];
  fill(x, 101, 1);
  fill(before, 101, 2);
  x[3] = NAN;
  x[5] = 0.0F;
  x[7] = -INFINITY;
  x[9] = INFINITY;
  memcpy(y, x, sizeof x);
  memcpy(d, before, sizeof d);
  k->relu_f(y, 101);
  k->relu_slope_f(y, d, 101);
  for (size_t i = 0; i < 101; i++) {
    assert_true(isnan(x[i]) ? isnan(y[i]) : y[i] == fmaxf(x[i], 0.0F));
    assert_true(d[i] == (x[i] > 0.0F ? before[i] : 0.0F));
  }
}

static void relu_and_its_slope(void **state)
{
  (void)state;
  for_all(relu_body);
}

/* In the order of the slices, whatever the length: the bits of single sums. */
static void slices_body(const fairu_kernels *k)
{
  enum { MOST = 200, SLICES = 5 };
  float slices[SLICES * (MOST + 3)], out[MOST + 1];
  fill(slices, SLICES * (MOST + 3), 4);
  for (size_t n = 1; n <= MOST; n += n < 70 ? 1 : 13)
    for (size_t n_slices = 1; n_slices <= SLICES; n_slices++) {
      out[n] = 7.0F;
      k->add_slices(n_slices, n + 3, slices, 0.125F, n, out);
      assert_true(out[n] == 7.0F);
      for (size_t i = 0; i < n; i++) {
        float sum = slices[i];
        for (size_t s = 1; s < n_slices; s++)
          sum += slices[s * (n + 3) + i];
        assert_true(out[i] == 0.125F * sum);
      }
    }
}

static void slices_are_added_in_order(void **state)
{
  (void)state;
  for_all(slices_body);
}

static void adam_body(const fairu_kernels *k)
{
  enum { N = 75, STEPS = 4 };
  float x[N], gradient[N], first[N] = { 0 }, second[N] = { 0 };
  double exact[N], m[N] = { 0 }, v[N] = { 0 };
  fill(x, N, 5);
  for (size_t i = 0; i < N; i++)
    exact[i] = (double)x[i];
  for (int t = 1; t <= STEPS; t++) {
    const fairu_adam step = { (float)(1e-2 / (1.0 - pow(0.9, t))), (float)(1.0 / sqrt(1.0 - pow(0.999, t))) };
    fill(gradient, N, 5 + (uint64_t)t);
    k->adam(&step, N, gradient, first, second, x);
    for (size_t i = 0; i < N; i++) {
      const double g = (double)gradient[i];
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      exact[i] -= 1e-2 * m[i] / (1.0 - pow(0.9, t)) / (sqrt(v[i] / (1.0 - pow(0.999, t))) + 1e-8);
      CHECK_NEAR((double)x[i], exact[i], 1e-6);
    }
  }
}

static void adam_is_its_formula(void **state)
{
  (void)state;
  for_all(adam_body);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(lanes_are_standardised),    cmocka_unit_test(what_is_not_finite_is_found),
    cmocka_unit_test(rows_become_lanes),         cmocka_unit_test(relu_and_its_slope),
    cmocka_unit_test(slices_are_added_in_order), cmocka_unit_test(adam_is_its_formula),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
