/* Functions of programs and their slopes over all floats, of every exponent and sign, against long double; lanes do not see each other. */
#include "classifier/plain_program.h"

#include <float.h>

enum { STRIDE = 700001, N_FLOATS = 0xFFFFFFFFu / STRIDE + 1, CHUNK = 97 };

typedef struct function_case {
  int function;
  double alpha, beta;
  double slope_slack; /* of slopes that cancel: they are right to so much of 1 */
} function_case;

static const function_case cases[] = {
  { FAIRU_FN_RELU, 0, 0, 0 },
  { FAIRU_FN_SIGMOID, 0, 0, 0 },
  { FAIRU_FN_TANH, 0, 0, 0 },
  { FAIRU_FN_ELU, 1, 0, 1e-6 },
  { FAIRU_FN_ELU, 0.25, 0, 1e-6 },
  { FAIRU_FN_ELU, -2, 0, 2e-6 },
  { FAIRU_FN_LEAKY_RELU, 0.125, 0, 0 },
  { FAIRU_FN_LEAKY_RELU, -3, 0, 0 },
  { FAIRU_FN_SELU, 1.625, 1.0625, 2e-6 },
  { FAIRU_FN_CELU, 0.5, 0, 0 },
  { FAIRU_FN_CELU, 16, 0, 0 },
  { FAIRU_FN_THRESHOLDED_RELU, 1.5, 0, 0 },
  { FAIRU_FN_THRESHOLDED_RELU, -1.5, 0, 0 },
  { FAIRU_FN_HARD_SIGMOID, 0.25, 0.5, 0 },
  { FAIRU_FN_HARD_SIGMOID, -0.5, 0.25, 0 },
  { FAIRU_FN_HARD_SWISH, 0, 0, 1e-6 },
  { FAIRU_FN_SWISH, 1, 0, 1e-6 },
  { FAIRU_FN_SWISH, 2.5, 0, 1e-6 },
  { FAIRU_FN_GELU, 0, 0, 1e-6 },
  { FAIRU_FN_GELU, 1, 0, 1e-6 },
  { FAIRU_FN_MISH, 0, 0, 1e-6 },
  { FAIRU_FN_SOFTPLUS, 0, 0, 0 },
  { FAIRU_FN_SOFTSIGN, 0, 0, 0 },
  { FAIRU_FN_ERF, 0, 0, 0 },
  { FAIRU_FN_EXP, 0, 0, 0 },
  { FAIRU_FN_LOG, 0, 0, 0 },
  { FAIRU_FN_SQRT, 0, 0, 0 },
  { FAIRU_FN_NEG, 0, 0, 0 },
  { FAIRU_FN_ABS, 0, 0, 0 },
  { FAIRU_FN_CLIP, -1, 6, 0 },
  { FAIRU_FN_CLIP, -HUGE_VAL, 1e20, 0 },
  { FAIRU_FN_POWER, 2, 0, 0 },
  { FAIRU_FN_POWER, 0.5, 0, 0 },
  { FAIRU_FN_POWER, -1.25, 0, 0 },
  { FAIRU_FN_POWER, 3, 0, 0 },
  { FAIRU_FN_RECIPROCAL, 0, 0, 0 },
};

static float float_of(uint32_t bits)
{
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Every STRIDE-th pattern of bits: all exponents, subnormal numbers too; infinities and NaN are left out. */
static size_t all_floats(float *x)
{
  size_t n = 0;
  for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STRIDE)
    if (isfinite(float_of((uint32_t)bits)))
      x[n++] = float_of((uint32_t)bits);
  return n;
}

static long double exact(const function_case *f, float x, long double *slope, long double *kink)
{
  const plain_step step = { .kind = f->function, .alpha = f->alpha, .beta = f->beta };
  long double y = 0.0L;
  if (!plain_pieces(&step, (long double)x, &y, slope, kink)) {
    plain_smooth(&step, (long double)x, &y, slope);
    *kink = HUGE_VALL;
  }
  return y;
}

/* What float can hold of it: beyond, infinity, and near its largest either. */
static void check(const function_case *f, const char *what, float x, float got, long double wanted,
                  long double within)
{
  const long double largest = (long double)FLT_MAX;
  int right = fabsl((long double)got - wanted) <= within;
  if (isnan(wanted))
    right = isnan(got);
  else if (fabsl(wanted) > largest * (1.0L - 1e-4L))
    right = fabsl((long double)got) >= largest * (1.0L - 2e-4L) && !signbit(got) == (wanted > 0.0L);
  if (!right)
    fail_msg("function %d (alpha %g, beta %g): %s at %.9g is %.9g, wanted %.9Lg", f->function, f->alpha,
             f->beta, what, (double)x, (double)got, wanted);
}

/* One function at the floats x[n]. */
typedef void (*function_check)(const fairu_engine *engine, const function_case *f, const float *x, size_t n);

static void for_all_functions(function_check check_one)
{
  static float x[N_FLOATS];
  const size_t n = all_floats(x);
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  assert_true(n > 6000);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    check_one(&engine, &cases[k], x, n);
  fairu_context_destroy(ctx);
}

static void apply(const fairu_engine *engine, const function_case *f, const float *x, float *y, size_t n)
{
  memcpy(y, x, n * sizeof *y);
  fairu_program__apply(engine, f->function, f->alpha, f->beta, y, n);
}

/* A rounding of the argument counts as often as the function is steeper than its argument. */
static void check_values(const fairu_engine *engine, const function_case *f, const float *x, size_t n)
{
  static float y[N_FLOATS];
  apply(engine, f, x, y, n);
  for (size_t i = 0; i < n; i++) {
    long double slope = 0.0L, kink = 0.0L;
    const long double wanted = exact(f, x[i], &slope, &kink);
    const long double steep = isfinite(slope) ? fabsl(slope * (long double)x[i]) : 0.0L;
    check(f, "the value", x[i], y[i], wanted, 1.5e-6L * fabsl(wanted) + 8.0L * plain_unit * steep + 1.5e-38L);
  }
}

static void values_are_right_at_every_float(void **state)
{
  (void)state;
  for_all_functions(check_values);
}

static void check_slopes(const fairu_engine *engine, const function_case *f, const float *x, size_t n)
{
  static float y[N_FLOATS], d[N_FLOATS];
  apply(engine, f, x, y, n);
  for (size_t i = 0; i < n; i++)
    d[i] = -1.5F; /* what slopes are multiplied to */
  fairu_program__slope(f->function, f->alpha, f->beta, x, y, d, n);
  for (size_t i = 0; i < n; i++) {
    long double slope = 0.0L, kink = 0.0L;
    const long double y_exact = exact(f, x[i], &slope, &kink);
    const int lost = fabsl(y_exact) < 1e-37L || fabsl(y_exact) > 1e37L; /* slopes that are made of it */
    if (kink < 1e-5L || !isfinite(slope) || (lost && f->function == FAIRU_FN_RECIPROCAL))
      continue;
    if (isnan(y_exact) || (lost && f->function == FAIRU_FN_EXP))
      continue;
    check(f, "-1.5 times the slope", x[i], d[i], -1.5L * slope,
          3e-6L * fabsl(slope) + 1.5L * (long double)f->slope_slack + 3e-38L);
  }
}

static void slopes_are_right_at_every_float(void **state)
{
  (void)state;
  for_all_functions(check_slopes);
}

/* At the kink itself: the slope of the side above, ReLU 0, and the value that both sides have. */
static void kinks_have_the_side_that_is_promised(void **state)
{
  static const struct {
    int function;
    double alpha, beta;
    float x, y, slope;
  } kinks[] = {
    { FAIRU_FN_RELU, 0, 0, 0.0F, 0.0F, 0.0F },
    { FAIRU_FN_RELU, 0, 0, -0.0F, 0.0F, 0.0F },
    { FAIRU_FN_RELU, 0, 0, 0x1p-149F, 0x1p-149F, 1.0F },
    { FAIRU_FN_LEAKY_RELU, 0.5, 0, 0.0F, 0.0F, 1.0F },
    { FAIRU_FN_LEAKY_RELU, 0.5, 0, -0x1p-126F, -0x1p-127F, 0.5F },
    { FAIRU_FN_ELU, 0.5, 0, 0.0F, 0.0F, 1.0F },
    { FAIRU_FN_SELU, 0.5, 2, 0.0F, 0.0F, 2.0F },
    { FAIRU_FN_CELU, 0.5, 0, 0.0F, 0.0F, 1.0F },
    { FAIRU_FN_THRESHOLDED_RELU, 1.5, 0, 1.5F, 0.0F, 0.0F },
    { FAIRU_FN_CLIP, -1, 2, -1.0F, -1.0F, 1.0F },
    { FAIRU_FN_CLIP, -1, 2, 2.0F, 2.0F, 1.0F },
    { FAIRU_FN_CLIP, -1, 2, 2.0000002F, 2.0F, 0.0F },
    { FAIRU_FN_HARD_SIGMOID, 0.25, 0.5, -2.0F, 0.0F, 0.0F },
    { FAIRU_FN_HARD_SIGMOID, 0.25, 0.5, 2.0F, 1.0F, 0.0F },
    { FAIRU_FN_HARD_SWISH, 0, 0, -3.0F, 0.0F, 0.0F },
    { FAIRU_FN_HARD_SWISH, 0, 0, 3.0F, 3.0F, 1.0F },
    { FAIRU_FN_POWER, 2, 0, 0.0F, 0.0F, 0.0F },
    { FAIRU_FN_POWER, 0, 0, 0.0F, 1.0F, 0.0F },
    { FAIRU_FN_POWER, 1, 0, 0.0F, 0.0F, 1.0F },
  };
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  (void)state;
  for (size_t k = 0; k < sizeof kinks / sizeof *kinks; k++) {
    float y = kinks[k].x, d = 1.0F;
    fairu_program__apply(&engine, kinks[k].function, kinks[k].alpha, kinks[k].beta, &y, 1);
    fairu_program__slope(kinks[k].function, kinks[k].alpha, kinks[k].beta, &kinks[k].x, &y, &d, 1);
    if (y != kinks[k].y || d != kinks[k].slope)
      fail_msg("kink %zu: value %g and slope %g, wanted %g and %g", k, (double)y, (double)d,
               (double)kinks[k].y, (double)kinks[k].slope);
  }
  fairu_context_destroy(ctx);
}

/* Bits of a value do not depend on what stands beside it, nor on how many do. */
static void check_lanes(const fairu_engine *engine, const function_case *f, const float *x, size_t n)
{
  static float whole[N_FLOATS];
  const size_t k = (size_t)(f - cases);
  apply(engine, f, x, whole, n);
  for (size_t i = 0; i < n; i += CHUNK + k) {
    float part[CHUNK];
    const size_t size = n - i < CHUNK ? n - i : 1 + (i + k) % CHUNK;
    for (size_t j = 0; j < size; j++)
      part[j] = x[i + size - 1 - j]; /* backwards */
    fairu_program__apply(engine, f->function, f->alpha, f->beta, part, size);
    for (size_t j = 0; j < size; j++)
      assert_memory_equal(&part[j], &whole[i + size - 1 - j], isnan(part[j]) ? 0 : sizeof *part);
  }
}

static void lanes_do_not_see_each_other(void **state)
{
  (void)state;
  for_all_functions(check_lanes);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(values_are_right_at_every_float),
                                      cmocka_unit_test(slopes_are_right_at_every_float),
                                      cmocka_unit_test(kinks_have_the_side_that_is_promised),
                                      cmocka_unit_test(lanes_do_not_see_each_other) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
