/* program_functions.c - functions of programs on lanes: right in the tails, NaN stays NaN. With kernels where there are some. */
#include "classifier/program_node.h"

#include <math.h>

enum { CHUNK = FAIRU_LANES };

typedef struct function_call {
  const fairu_engine *engine;
  float alpha, beta;
} function_call;

typedef void (*chunk_fn)(const function_call *call, float *x, size_t n); /* n <= CHUNK */

/* alpha (e^x - 1) below 0, with e^x - 1 = 2 t / (1 - t), t = tanh(x / 2): small x keep their digits. scale is of x. */
static void grow_below(const function_call *call, float *x, size_t n, float inner, float outer)
{
  float t[CHUNK];
  for (size_t i = 0; i < n; i++)
    t[i] = x[i] < 0.0F ? 0.5F * (x[i] * inner) : 0.0F;
  call->engine->kernels->tanh_f(t, n);
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < 0.0F ? outer * (2.0F * t[i] / (1.0F - t[i])) : x[i];
}

static void elu(const function_call *call, float *x, size_t n)
{
  grow_below(call, x, n, 1.0F, call->alpha);
}

static void selu(const function_call *call, float *x, size_t n)
{
  grow_below(call, x, n, 1.0F, call->alpha);
  for (size_t i = 0; i < n; i++)
    x[i] *= call->beta;
}

/* max(0, x) + min(0, alpha (e^(x / alpha) - 1)) in double: alpha may be negative. */
static void celu(const function_call *call, float *x, size_t n)
{
  const double alpha = (double)call->alpha;
  for (size_t i = 0; i < n; i++) {
    const double v = (double)x[i], below = alpha * expm1(v / alpha);
    x[i] = v != v ? x[i] : (float)((v > 0.0 ? v : 0.0) + (below < 0.0 ? below : 0.0));
  }
}

static void relu(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < 0.0F ? 0.0F : x[i];
}

static void leaky_relu(const function_call *call, float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < 0.0F ? call->alpha * x[i] : x[i];
}

static void thresholded_relu(const function_call *call, float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] <= call->alpha ? 0.0F : x[i];
}

static float clamp_unit(float x)
{
  return x < 0.0F ? 0.0F : x > 1.0F ? 1.0F : x;
}

static void hard_sigmoid(const function_call *call, float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = clamp_unit(call->alpha * x[i] + call->beta);
}

static void hard_swish(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] *= clamp_unit((x[i] + 3.0F) / 6.0F); /* x + 3 is exact near -3 */
}

static void swish(const function_call *call, float *x, size_t n)
{
  float s[CHUNK];
  for (size_t i = 0; i < n; i++)
    s[i] = call->alpha * x[i];
  call->engine->kernels->sigmoid_f(s, n);
  for (size_t i = 0; i < n; i++)
    x[i] *= s[i];
}

/* (1 + tanh u) / 2 = sigmoid(2 u) */
static void gelu_tanh(const function_call *call, float *x, size_t n)
{
  float s[CHUNK];
  for (size_t i = 0; i < n; i++)
    s[i] = 1.5957691216F * (x[i] + 0.044715F * x[i] * x[i] * x[i]); /* 2 sqrt(2 / pi) */
  call->engine->kernels->sigmoid_f(s, n);
  for (size_t i = 0; i < n; i++)
    x[i] *= s[i];
}

static void gelu(const function_call *call, float *x, size_t n)
{
  if (call->alpha == 1.0F) {
    gelu_tanh(call, x, n);
    return;
  }
  for (size_t i = 0; i < n; i++)
    x[i] = (float)(0.5 * (double)x[i] * erfc(-(double)x[i] * 0.70710678118654752440));
}

/* tanh(ln(1 + e^x)) = q / (q + 2), q = e^x (e^x + 2) */
static void mish(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++) {
    const double v = (double)x[i], e = exp(v > 40.0 ? 40.0 : v), q = e * (e + 2.0);
    x[i] = (float)(v * (q / (q + 2.0)));
  }
}

static void softplus(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++) {
    const double v = (double)x[i];
    x[i] = (float)((v < 0.0 ? 0.0 : v) + log1p(exp(-fabs(v))));
  }
}

static void softsign(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = isinf(x[i]) ? copysignf(1.0F, x[i]) : x[i] / (1.0F + fabsf(x[i]));
}

static void error_function(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = (float)erf((double)x[i]);
}

static void square_root(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = sqrtf(x[i]);
}

static void negate(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = -x[i];
}

static void magnitude(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = fabsf(x[i]);
}

static void clip(const function_call *call, float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < call->alpha ? call->alpha : x[i] > call->beta ? call->beta : x[i];
}

static void power(const function_call *call, float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = call->alpha == 2.0F ? x[i] * x[i] : (float)pow((double)x[i], (double)call->alpha);
}

static void reciprocal(const function_call *call, float *x, size_t n)
{
  (void)call;
  for (size_t i = 0; i < n; i++)
    x[i] = 1.0F / x[i];
}

static chunk_fn chunk_function(int function)
{
  switch (function) {
  case FAIRU_FN_RELU:
    return relu;
  case FAIRU_FN_ELU:
    return elu;
  case FAIRU_FN_LEAKY_RELU:
    return leaky_relu;
  case FAIRU_FN_SELU:
    return selu;
  case FAIRU_FN_CELU:
    return celu;
  case FAIRU_FN_THRESHOLDED_RELU:
    return thresholded_relu;
  case FAIRU_FN_HARD_SIGMOID:
    return hard_sigmoid;
  case FAIRU_FN_HARD_SWISH:
    return hard_swish;
  case FAIRU_FN_SWISH:
    return swish;
  case FAIRU_FN_GELU:
    return gelu;
  case FAIRU_FN_MISH:
    return mish;
  case FAIRU_FN_SOFTPLUS:
    return softplus;
  case FAIRU_FN_SOFTSIGN:
    return softsign;
  case FAIRU_FN_ERF:
    return error_function;
  case FAIRU_FN_SQRT:
    return square_root;
  case FAIRU_FN_NEG:
    return negate;
  case FAIRU_FN_ABS:
    return magnitude;
  case FAIRU_FN_CLIP:
    return clip;
  case FAIRU_FN_POWER:
    return power;
  case FAIRU_FN_RECIPROCAL:
    return reciprocal;
  default:
    return NULL;
  }
}

void fairu_program__apply(const fairu_engine *engine, int function, double alpha, double beta, float *x,
                          size_t n)
{
  const function_call call = { engine, (float)alpha, (float)beta };
  const chunk_fn chunk = chunk_function(function);
  for (size_t i = 0; chunk && i < n; i += CHUNK)
    chunk(&call, x + i, n - i < CHUNK ? n - i : CHUNK);
  if (function == FAIRU_FN_SIGMOID)
    engine->kernels->sigmoid_f(x, n);
  if (function == FAIRU_FN_TANH)
    engine->kernels->tanh_f(x, n);
  if (function == FAIRU_FN_EXP)
    engine->kernels->exp_f(x, n);
  if (function == FAIRU_FN_LOG)
    engine->kernels->log_f(x, n);
}
