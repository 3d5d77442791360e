/* Functions of programs against closed forms in double. */
#include "support/support.h"

#include <fairu/classifier.h>

#include "classifier/program_node.h"

/* ---- functions ---------------------------------------------------------------------------------------- */

static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

static double function_value(int function, double x, double a, double b)
{
  switch (function) {
  case FAIRU_FN_IDENTITY:
    return x;
  case FAIRU_FN_RELU:
    return fmax(x, 0.0);
  case FAIRU_FN_SIGMOID:
    return sigmoid(x);
  case FAIRU_FN_TANH:
    return tanh(x);
  case FAIRU_FN_ELU:
    return x < 0.0 ? a * expm1(x) : x;
  case FAIRU_FN_LEAKY_RELU:
    return x < 0.0 ? a * x : x;
  case FAIRU_FN_SELU:
    return b * (x < 0.0 ? a * expm1(x) : x);
  case FAIRU_FN_CELU:
    return fmax(0.0, x) + fmin(0.0, a * expm1(x / a));
  case FAIRU_FN_THRESHOLDED_RELU:
    return x > a ? x : 0.0;
  case FAIRU_FN_HARD_SIGMOID:
    return fmax(0.0, fmin(1.0, a * x + b));
  case FAIRU_FN_HARD_SWISH:
    return x * fmax(0.0, fmin(1.0, x / 6.0 + 0.5));
  case FAIRU_FN_SWISH:
    return x * sigmoid(a * x);
  case FAIRU_FN_GELU:
    if (a == 1.0)
      return x * sigmoid(2.0 * sqrt(2.0 / 3.14159265358979323846) * (x + 0.044715 * x * x * x));
    return 0.5 * x * erfc(-x / sqrt(2.0));
  case FAIRU_FN_MISH:
    return x * tanh(log1p(exp(x)));
  case FAIRU_FN_SOFTPLUS:
    return log1p(exp(x));
  case FAIRU_FN_SOFTSIGN:
    return x / (1.0 + fabs(x));
  case FAIRU_FN_ERF:
    return erf(x);
  case FAIRU_FN_EXP:
    return exp(x);
  case FAIRU_FN_LOG:
    return log(x);
  case FAIRU_FN_SQRT:
    return sqrt(x);
  case FAIRU_FN_NEG:
    return -x;
  case FAIRU_FN_ABS:
    return fabs(x);
  case FAIRU_FN_CLIP:
    return fmin(fmax(x, a), b);
  case FAIRU_FN_POWER:
    return pow(x, a);
  default:
    return 1.0 / x;
  }
}

typedef struct function_case {
  int function;
  double alpha, beta, lower, upper;
} function_case;

static const function_case functions[] = {
  { FAIRU_FN_IDENTITY, 0, 0, -9, 9 },
  { FAIRU_FN_RELU, 0, 0, -9, 9 },
  { FAIRU_FN_SIGMOID, 0, 0, -85, 30 },
  { FAIRU_FN_TANH, 0, 0, -20, 20 },
  { FAIRU_FN_ELU, 1, 0, -60, 9 },
  { FAIRU_FN_ELU, 0.3, 0, -60, 9 },
  { FAIRU_FN_ELU, 1, 0, -1e-3, 1e-3 },
  { FAIRU_FN_LEAKY_RELU, 0.01, 0, -9, 9 },
  { FAIRU_FN_SELU, 1.67326, 1.0507, -60, 9 },
  { FAIRU_FN_CELU, 0.7, 0, -60, 9 },
  { FAIRU_FN_CELU, -2, 0, -6, 6 },
  { FAIRU_FN_THRESHOLDED_RELU, 1.5, 0, -9, 9 },
  { FAIRU_FN_HARD_SIGMOID, 0.25, 0.5, -9, 9 },
  { FAIRU_FN_HARD_SWISH, 0, 0, -9, 9 },
  { FAIRU_FN_SWISH, 1, 0, -85, 9 },
  { FAIRU_FN_SWISH, 1.5, 0, -50, 9 },
  { FAIRU_FN_GELU, 0, 0, -12, 9 },
  { FAIRU_FN_GELU, 1, 0, -6, 9 },
  { FAIRU_FN_MISH, 0, 0, -85, 60 },
  { FAIRU_FN_SOFTPLUS, 0, 0, -85, 60 },
  { FAIRU_FN_SOFTSIGN, 0, 0, -1e6, 1e6 },
  { FAIRU_FN_ERF, 0, 0, -5, 5 },
  { FAIRU_FN_EXP, 0, 0, -80, 80 },
  { FAIRU_FN_LOG, 0, 0, 1e-30, 1e3 },
  { FAIRU_FN_SQRT, 0, 0, 0, 1e3 },
  { FAIRU_FN_NEG, 0, 0, -9, 9 },
  { FAIRU_FN_ABS, 0, 0, -9, 9 },
  { FAIRU_FN_CLIP, -1, 6, -9, 9 },
  { FAIRU_FN_POWER, 2, 0, -9, 9 },
  { FAIRU_FN_POWER, -1.5, 0, 0.1, 9 },
  { FAIRU_FN_RECIPROCAL, 0, 0, 0.1, 9 },
};

/* Relative, so that tails count; the argument's own rounding in products with alpha is what the slack is for. */
static void functions_are_right_in_their_tails(void **state)
{
  enum { N = 1003 };
  float x[N], y[N];
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  (void)state;
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    const function_case *f = &functions[k];
    for (size_t i = 0; i < N; i++)
      x[i] = y[i] = (float)(f->lower + (f->upper - f->lower) * (double)i / (N - 1));
    fairu_program__apply(&engine, f->function, f->alpha, f->beta, y, N);
    for (size_t i = 0; i < N; i++) {
      const double wanted = function_value(f->function, (double)x[i], f->alpha, f->beta);
      const double slack = f->function == FAIRU_FN_GELU || f->function == FAIRU_FN_SWISH ? 1e-5 : 1.5e-6;
      if (!(fabs((double)y[i] - wanted) <= slack * fabs(wanted) + 1e-37))
        fail_msg("function %d (case %zu) at %g: %.9g, wanted %.9g", f->function, k, (double)x[i],
                 (double)y[i], wanted);
    }
  }
  fairu_context_destroy(ctx);
}

static void nan_passes_through_every_function(void **state)
{
  fairu_context *ctx = support_context();
  const fairu_engine engine = fairu_engine__of(ctx);
  (void)state;
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    float y[3] = { 0.5F, NAN, 0.5F };
    fairu_program__apply(&engine, functions[k].function, functions[k].alpha, functions[k].beta, y, 3);
    assert_true(isnan(y[1]));
    assert_true(isfinite(y[0]) && y[0] == y[2]);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(functions_are_right_in_their_tails),
                                      cmocka_unit_test(nan_passes_through_every_function) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
