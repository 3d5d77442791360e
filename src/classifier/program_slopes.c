/* program_slopes.c - slopes of the functions of programs, in double where digits would cancel. */
#include <math.h>

#include "classifier/program_node.h"

typedef struct slope_call {
  double alpha, beta;
} slope_call;

typedef double (*slope_fn)(const slope_call *call, double x, double y);

static double logistic(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

static double relu(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return x > 0.0;
}

static double sigmoid(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return logistic(x) * logistic(-x);
}

static double hyperbolic(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  const double c = cosh(x);
  return 1.0 / (c * c);
}

static double elu(const slope_call *call, double x, double y)
{
  return x < 0.0 ? y + call->alpha : 1.0;
}

static double leaky_relu(const slope_call *call, double x, double y)
{
  (void)y;
  return x < 0.0 ? call->alpha : 1.0;
}

static double selu(const slope_call *call, double x, double y)
{
  return x < 0.0 ? y + call->alpha * call->beta : call->beta;
}

/* min(0, alpha (e^(x / alpha) - 1)) is below 0 where x is, for either sign of alpha. */
static double celu(const slope_call *call, double x, double y)
{
  (void)y;
  return x < 0.0 ? exp(x / call->alpha) : call->alpha < 0.0 ? 1.0 + exp(x / call->alpha) : 1.0;
}

static double thresholded_relu(const slope_call *call, double x, double y)
{
  (void)y;
  return x > call->alpha;
}

static double hard_sigmoid(const slope_call *call, double x, double y)
{
  (void)x;
  return y > 0.0 && y < 1.0 ? call->alpha : 0.0;
}

static double hard_swish(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return x <= -3.0 ? 0.0 : x >= 3.0 ? 1.0 : (2.0 * x + 3.0) / 6.0;
}

static double swish(const slope_call *call, double x, double y)
{
  (void)y;
  const double s = logistic(call->alpha * x);
  return s + call->alpha * x * s * logistic(-call->alpha * x);
}

static double gelu(const slope_call *call, double x, double y)
{
  (void)y;
  const double root = 0.79788456080286535588; /* sqrt(2 / pi) */
  if (call->alpha != 1.0)
    return 0.5 * erfc(-x * 0.70710678118654752440) + 0.5 * root * x * exp(-0.5 * x * x);
  const double s = logistic(2.0 * root * (x + 0.044715 * x * x * x));
  return s + x * s * (1.0 - s) * 2.0 * root * (1.0 + 3.0 * 0.044715 * x * x);
}

/* x tanh(s), s = softplus(x) */
static double mish(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  const double s = (x < 0.0 ? 0.0 : x) + log1p(exp(-fabs(x))), t = tanh(s);
  return t + x * (1.0 - t) * (1.0 + t) * logistic(x);
}

static double softplus(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return logistic(x);
}

static double softsign(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return 1.0 / ((1.0 + fabs(x)) * (1.0 + fabs(x)));
}

static double error_function(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return 1.12837916709551257390 * exp(-x * x); /* 2 / sqrt(pi) */
}

static double exponential(const slope_call *call, double x, double y)
{
  (void)call, (void)x;
  return y;
}

static double logarithm(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return 1.0 / x;
}

static double square_root(const slope_call *call, double x, double y)
{
  (void)call, (void)x;
  return 0.5 / y;
}

static double negation(const slope_call *call, double x, double y)
{
  (void)call, (void)x, (void)y;
  return -1.0;
}

static double magnitude(const slope_call *call, double x, double y)
{
  (void)call, (void)y;
  return x < 0.0 ? -1.0 : x > 0.0;
}

static double clip(const slope_call *call, double x, double y)
{
  (void)y;
  return x >= call->alpha && x <= call->beta;
}

static double power(const slope_call *call, double x, double y)
{
  (void)y;
  return call->alpha == 0.0 ? 0.0 : call->alpha * pow(x, call->alpha - 1.0);
}

static double reciprocal(const slope_call *call, double x, double y)
{
  (void)call, (void)x;
  return -y * y;
}

static slope_fn slope_of(int function)
{
  static const slope_fn slopes[] = {
    [FAIRU_FN_RELU] = relu,
    [FAIRU_FN_SIGMOID] = sigmoid,
    [FAIRU_FN_TANH] = hyperbolic,
    [FAIRU_FN_ELU] = elu,
    [FAIRU_FN_LEAKY_RELU] = leaky_relu,
    [FAIRU_FN_SELU] = selu,
    [FAIRU_FN_CELU] = celu,
    [FAIRU_FN_THRESHOLDED_RELU] = thresholded_relu,
    [FAIRU_FN_HARD_SIGMOID] = hard_sigmoid,
    [FAIRU_FN_HARD_SWISH] = hard_swish,
    [FAIRU_FN_SWISH] = swish,
    [FAIRU_FN_GELU] = gelu,
    [FAIRU_FN_MISH] = mish,
    [FAIRU_FN_SOFTPLUS] = softplus,
    [FAIRU_FN_SOFTSIGN] = softsign,
    [FAIRU_FN_ERF] = error_function,
    [FAIRU_FN_EXP] = exponential,
    [FAIRU_FN_LOG] = logarithm,
    [FAIRU_FN_SQRT] = square_root,
    [FAIRU_FN_NEG] = negation,
    [FAIRU_FN_ABS] = magnitude,
    [FAIRU_FN_CLIP] = clip,
    [FAIRU_FN_POWER] = power,
    [FAIRU_FN_RECIPROCAL] = reciprocal,
  };
  return slopes[function]; /* NULL: identity */
}

void fairu_program__slope(int function, double alpha, double beta, const float *x, const float *y, float *d,
                          size_t n)
{
  const slope_call call = { alpha, beta };
  const slope_fn slope = slope_of(function);
  for (size_t i = 0; slope && i < n; i++)
    d[i] = (float)((double)d[i] * slope(&call, (double)x[i], (double)y[i]));
}
