/* test_kernels.c - kernels of every instruction set this CPU has: dense layers against double sums, functions against long
 * double, and the promise that a lane's bits depend on nothing but its own input. */
#include "support/support.h"

#include <float.h>

#include "numeric/kernels_levels.h"
#include "numeric/philox.h"

enum { WIDEST = 100, LANES = FAIRU_LANES };

static const char *const names[] = { "generic", "x86-64-v3", "x86-64-v4" };

/* body(kernels) for each level; levels this CPU lacks are left out. */
static void for_all(void (*body)(const fairu_kernels *))
{
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < 3; i++)
    if (fairu_context_set_kernel(ctx, names[i]) == FAIRU_OK) {
      const fairu_kernels *kernels = fairu_kernels__of(ctx);
      assert_string_equal(kernels->name, fairu_context_kernel(ctx));
      body(kernels);
    }
  fairu_context_destroy(ctx);
}

typedef struct layer {
  size_t n_in, n_out;
  float w[WIDEST * WIDEST], bias[WIDEST], in[WIDEST * LANES], out[WIDEST * LANES], start[WIDEST * LANES];
  float d_w[WIDEST * WIDEST + 1], d_bias[WIDEST], work[(WIDEST + FAIRU_PAD) * LANES];
} layer;

static layer *random_layer(size_t n_in, size_t n_out)
{
  layer *l = calloc(1, sizeof *l);
  fairu_philox rng = fairu_philox__start(1, 0, n_in, n_out);
  float *parts[] = { l->w, l->bias, l->in, l->out, l->start, l->d_w, l->d_bias };
  const size_t sizes[] = { n_in * n_out,  n_out,        n_in * LANES, n_out * LANES,
                           n_out * LANES, n_in * n_out, n_out };
  for (size_t p = 0; p < 7; p++)
    for (size_t i = 0; i < sizes[p]; i++)
      parts[p][i] = (float)(2.0 * fairu_philox__uniform(&rng) - 1.0);
  l->n_in = n_in;
  l->n_out = n_out;
  return l;
}

static const size_t shapes[][2] = { { 1, 1 },  { 3, 64 }, { 29, 100 }, { 64, 64 }, { 64, 1 },   { 5, 3 },
                                    { 16, 8 }, { 31, 7 }, { 17, 33 },  { 100, 6 }, { 4, 15 },   { 15, 100 },
                                    { 33, 1 }, { 8, 9 },  { 68, 27 },  { 50, 25 }, { 100, 30 }, { 20, 10 } };
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void check_forward(const fairu_kernels *k, layer *l)
{
  for (int form = 0; form < 2; form++) {
    k->dense(l->w, l->bias, l->n_in, l->n_out, l->in, form, l->out);
    for (size_t o = 0; o < l->n_out; o++)
      for (size_t lane = 0; lane < LANES; lane++) {
        double s = (double)l->bias[o];
        for (size_t i = 0; i < l->n_in; i++)
          s += (double)l->w[o * l->n_in + i] * (double)l->in[i * LANES + lane];
        CHECK_NEAR((double)l->out[o * LANES + lane], form ? fmax(s, 0.0) : s, 1e-5);
      }
  }
}

static void check_backward(const fairu_kernels *k, layer *l)
{
  float d_in[WIDEST * LANES];
  k->dense_backward(l->w, l->n_in, l->n_out, l->out, d_in);
  for (size_t i = 0; i < l->n_in; i++)
    for (size_t lane = 0; lane < LANES; lane++) {
      double s = 0.0;
      for (size_t o = 0; o < l->n_out; o++)
        s += (double)l->w[o * l->n_in + i] * (double)l->out[o * LANES + lane];
      CHECK_NEAR((double)d_in[i * LANES + lane], s, 1e-5 * (double)l->n_in);
    }
}

static void check_gradient(const fairu_kernels *k, layer *l)
{
  float before[WIDEST * WIDEST], bias_before[WIDEST];
  memcpy(before, l->d_w, sizeof before);
  memcpy(bias_before, l->d_bias, sizeof bias_before);
  l->d_w[l->n_in * l->n_out] = 7.0f; /* nothing is written behind */
  k->dense_gradient(l->n_in, l->n_out, l->out, l->in, l->work, l->d_w, l->d_bias);
  assert_true(l->d_w[l->n_in * l->n_out] == 7.0f);
  for (size_t o = 0; o < l->n_out; o++) {
    double bias = (double)bias_before[o];
    for (size_t lane = 0; lane < LANES; lane++)
      bias += (double)l->out[o * LANES + lane];
    CHECK_NEAR((double)l->d_bias[o], bias, 1e-4);
    for (size_t i = 0; i < l->n_in; i++) {
      double s = (double)before[o * l->n_in + i];
      for (size_t lane = 0; lane < LANES; lane++)
        s += (double)l->out[o * LANES + lane] * (double)l->in[i * LANES + lane];
      CHECK_NEAR((double)l->d_w[o * l->n_in + i], s, 1e-4);
    }
  }
}

static void dense_body(const fairu_kernels *k)
{
  for (size_t s = 0; s < SHAPES; s++) {
    layer *l = random_layer(shapes[s][0], shapes[s][1]);
    check_backward(k, l);
    check_gradient(k, l);
    check_forward(k, l);
    free(l);
  }
}

static void dense_layers_agree_with_double_sums(void **state)
{
  (void)state;
  for_all(dense_body);
}

/* The same event in every lane gives the same bits in every lane, and as alone. */
static void lanes_body(const fairu_kernels *k)
{
  layer *l = random_layer(29, 50);
  for (size_t i = 0; i < 29; i++)
    for (size_t lane = 0; lane < LANES; lane++)
      l->in[i * LANES + lane] = l->in[i * LANES];
  k->dense(l->w, l->bias, 29, 50, l->in, 0, l->out);
  for (size_t o = 0; o < 50; o++)
    for (size_t lane = 1; lane < LANES; lane++)
      assert_memory_equal(&l->out[o * LANES], &l->out[o * LANES + lane], sizeof(float));
  free(l);
}

static void lanes_do_not_depend_on_their_place(void **state)
{
  (void)state;
  for_all(lanes_body);
}

/* ---- functions ---------------------------------------------------------------------------------------- */

typedef long double (*exact_fn)(long double);

static long double sigmoid_exact(long double x)
{
  return 1.0L / (1.0L + expl(-x));
}

static float float_of(uint32_t bits)
{
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static void check_float(float x, float y, exact_fn exact, double most)
{
  const long double wanted = exact((long double)x);
  const float rounded = (float)wanted;
  if (isnan(rounded) || isinf(rounded)) {
    if (isnan(rounded) ? !isnan(y) : y != rounded)
      fail_msg("f(%a) is %a, wanted %a", (double)x, (double)y, (double)rounded);
    return;
  }
  const float size = fabsf(rounded);
  const double ulp = (double)(nextafterf(size, INFINITY) - size);
  const int overflow = isinf(y) && size > 0.999999f * FLT_MAX;
  if (!(fabs((double)((long double)y - wanted)) <= most * ulp) && !overflow)
    fail_msg("f(%a) is %a, wanted %a: %g ulp", (double)x, (double)y, (double)wanted,
             (double)((long double)y - wanted) / ulp);
}

/* Every 1499th bit pattern, and all neighbours of the powers of two and of the specials. */
static void check_function(void (*function)(float *, size_t), exact_fn exact, double most)
{
  enum { N = 4096 };
  static const uint32_t special[] = {
    0x00000000, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
    0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,
    0x3f800000, 0xbf800000, 0x42b17217, 0x42b17218, 0xc2cff1b4, 0xc2aeac50
  };
  float x[N], y[N];
  uint64_t bits = 0;
  for (int block = 0; bits < UINT64_C(1) << 32; block++) {
    size_t n = 0;
    for (; block == 0 && n < sizeof special / sizeof special[0]; n++)
      x[n] = float_of(special[n]);
    for (uint32_t e = 0; block == 0 && e < 512; e++)
      for (uint32_t d = 0; d < 3; d++)
        x[n++] = float_of((e << 23) + d - 1);
    for (; n < N; n++, bits += 1499 * 8)
      x[n] = float_of((uint32_t)bits);
    memcpy(y, x, sizeof x);
    function(y, N);
    for (size_t i = 0; i < N; i++)
      check_float(x[i], y[i], exact, most);
  }
  for (int i = 0; i < N; i++) /* dense about zero and one */
    x[i] = (float)(i < N / 2 ? ldexp(i - 1024, -7) : 0.5 + ldexp(i - N / 2, -10));
  memcpy(y, x, sizeof x);
  function(y, N);
  for (size_t i = 0; i < N; i++)
    check_float(x[i], y[i], exact, most);
}

static void float_body(const fairu_kernels *k)
{
  check_function(k->exp_f, expl, 2.0);
  check_function(k->log_f, logl, 2.0);
  check_function(k->tanh_f, tanhl, 3.0);
  check_function(k->sigmoid_f, sigmoid_exact, 3.0);
}

static void float_functions_keep_their_promise(void **state)
{
  (void)state;
  for_all(float_body);
}

static void check_double(double x, double y, long double wanted, double most)
{
  const double rounded = (double)wanted, size = fabs(rounded);
  if (isnan(rounded) ? isnan(y) : isinf(rounded) && y == rounded)
    return;
  const double ulp = nextafter(size, (double)INFINITY) - size;
  if (!(fabsl((long double)y - wanted) <= (long double)(most * ulp)))
    fail_msg("f(%a) is %a, wanted %a", x, y, rounded);
}

static void double_body(const fairu_kernels *k)
{
  enum { N = 20000 };
  static double x[N], y[N];
  fairu_philox rng = fairu_philox__start(6, 0, 0, 0);
  const double special[] = { 0.0,
                             -0.0,
                             (double)INFINITY,
                             -(double)INFINITY,
                             (double)NAN,
                             1.0,
                             -1.0,
                             DBL_MIN,
                             0x1p-1074,
                             DBL_MAX,
                             709.782712893384,
                             709.7827128933841,
                             -745.1332191019412,
                             -745.13321910194 };
  const size_t specials = sizeof special / sizeof special[0];
  for (int round = 0; round < 8; round++) {
    for (size_t i = 0; i < N; i++)
      x[i] = (fairu_philox__uniform(&rng) - 0.5) * (round % 2 ? 1490.0 : 3.0);
    memcpy(x, special, sizeof special);
    memcpy(y, x, sizeof x);
    k->exp_d(y, N);
    for (size_t i = 0; i < N; i++)
      check_double(x[i], y[i], expl((long double)x[i]), 1.0);
    for (size_t i = specials; i < N; i++)
      x[i] = round % 2 ? exp(x[i]) : 0.5 + fairu_philox__uniform(&rng);
    memcpy(y, x, sizeof x);
    k->log_d(y, N);
    for (size_t i = 0; i < N; i++)
      check_double(x[i], y[i], logl((long double)x[i]), 1.0);
  }
}

static void double_functions_keep_their_promise(void **state)
{
  (void)state;
  for_all(double_body);
}

/* One value at a time, in any tail, at any place: the bits of the whole array. */
static void place_body(const fairu_kernels *k)
{
  float all[67], whole[67];
  double all_d[67], whole_d[67];
  void (*const functions[])(float *, size_t) = { k->exp_f, k->log_f, k->tanh_f, k->sigmoid_f };
  void (*const functions_d[])(double *, size_t) = { k->exp_d, k->log_d };
  for (size_t i = 0; i < 67; i++)
    all_d[i] = (double)(all[i] = 0.03f + 0.11f * (float)i);
  for (size_t f = 0; f < 4; f++) {
    memcpy(whole, all, sizeof all);
    functions[f](whole, 67);
    for (size_t i = 0; i < 67; i++)
      for (size_t n = 1; n <= 67 - i; n += 5) {
        float part[67];
        memcpy(part, all + i, n * sizeof *part);
        functions[f](part, n);
        assert_memory_equal(part, whole + i, n * sizeof *part);
      }
  }
  for (size_t f = 0; f < 2; f++) {
    memcpy(whole_d, all_d, sizeof all_d);
    functions_d[f](whole_d, 67);
    for (size_t i = 0; i < 67; i++) {
      double one = all_d[i];
      functions_d[f](&one, 1);
      assert_memory_equal(&one, whole_d + i, sizeof one);
    }
  }
}

static void values_do_not_depend_on_their_place(void **state)
{
  (void)state;
  for_all(place_body);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(dense_layers_agree_with_double_sums),
    cmocka_unit_test(lanes_do_not_depend_on_their_place),
    cmocka_unit_test(float_functions_keep_their_promise),
    cmocka_unit_test(double_functions_keep_their_promise),
    cmocka_unit_test(values_do_not_depend_on_their_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
