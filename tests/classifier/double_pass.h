/* double_pass.h - the lines of src/classifier/pass_body.h in double, on plain loops instead of lane kernels. */
#ifndef FAIRU_TESTS_DOUBLE_PASS_H
#define FAIRU_TESTS_DOUBLE_PASS_H

#include "classifier/pass.h"
#include "support/support.h"

typedef struct double_kernels {
  void (*exp_f)(double *x, size_t n);
  void (*log_f)(double *x, size_t n);
  void (*tanh_f)(double *x, size_t n);
  void (*sigmoid_f)(double *x, size_t n);
  void (*relu_f)(double *x, size_t n);
  void (*relu_slope_f)(const double *h, double *d, size_t n);
} double_kernels;

typedef struct double_engine {
  const double_kernels *kernels;
} double_engine;

static inline void double_exp(double *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = exp(x[i]);
}

static inline void double_log(double *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = log(x[i]);
}

static inline void double_tanh(double *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = tanh(x[i]);
}

static inline void double_sigmoid(double *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = 1.0 / (1.0 + exp(-x[i]));
}

static inline void double_relu(double *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] < 0 ? 0 : x[i];
}

static inline void double_relu_slope(const double *h, double *d, size_t n)
{
  for (size_t i = 0; i < n; i++)
    d[i] = h[i] > 0 ? d[i] : 0;
}

static inline void double_dense(const double_engine *engine, const double *w, const double *bias, size_t n_in,
                                size_t n_out, const double *in, double *out)
{
  (void)engine;
  for (size_t o = 0; o < n_out; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      double sum = bias[o];
      for (size_t i = 0; i < n_in; i++)
        sum += w[o * n_in + i] * in[i * FAIRU_LANES + lane];
      out[o * FAIRU_LANES + lane] = sum;
    }
}

static inline void double_dense_relu(const double_engine *engine, const double *w, const double *bias,
                                     size_t n_in, size_t n_out, const double *in, double *out)
{
  double_dense(engine, w, bias, n_in, n_out, in, out);
  engine->kernels->relu_f(out, n_out * FAIRU_LANES);
}

static inline void double_backward(const double_engine *engine, const double *w, size_t n_in, size_t n_out,
                                   const double *d_out, double *d_in)
{
  (void)engine;
  memset(d_in, 0, n_in * FAIRU_LANES * sizeof *d_in);
  for (size_t o = 0; o < n_out; o++)
    for (size_t i = 0; i < n_in; i++)
      for (size_t lane = 0; lane < FAIRU_LANES; lane++)
        d_in[i * FAIRU_LANES + lane] += w[o * n_in + i] * d_out[o * FAIRU_LANES + lane];
}

static inline void double_gradient(const double_engine *engine, size_t n_in, size_t n_out,
                                   const double *d_out, const double *in, double *work, double *d_w,
                                   double *d_bias)
{
  (void)engine;
  (void)work;
  for (size_t o = 0; o < n_out; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const double d = d_out[o * FAIRU_LANES + lane];
      for (size_t i = 0; i < n_in; i++)
        d_w[o * n_in + i] += d * in[i * FAIRU_LANES + lane];
      d_bias[o] += d;
    }
}

void double_pass_activate(const double_engine *engine, int activation, double *x, size_t n_units);
void double_pass_slope(int activation, const double *restrict h, double *restrict d);
typedef struct double_steps FAIRU_HIDDEN_STEPS_OF(double) double_steps;
typedef struct double_hidden FAIRU_HIDDEN_OF(double, double_steps) double_hidden;

#define REAL double
#define STEP(name) double_hidden_##name
#include "numeric/hidden_body.h"
#undef STEP
#undef REAL

static const double_steps double_hidden_steps = { double_hidden_normalise, double_hidden_normalise_back,
                                                  double_hidden_drop };

void double_pass_forward(const double_engine *engine, const fairu_shape *shape, const double *parameters,
                         const double_hidden *hidden, double *activations);
void double_pass_backward(const double_engine *engine, const fairu_shape *shape, const double *parameters,
                          const double_hidden *hidden, const double *activations, double *d_out,
                          double *d_work, double *gradient, double *d_inputs);
double double_pass_cross_entropy(const double_engine *engine, const double *logits, const double *labels,
                                 const double *weights, double *d_logits);
double double_pass_categorical(const double_engine *engine, size_t n_classes, const double *logits,
                               const double *labels, const double *weights, double *d_logits);
double double_pass_squared(size_t n_out, const double *out, const double *targets, const double *weights,
                           double *d_out);

#define REAL double
#define PASS(name) double_pass_##name
#define HIDDEN double_hidden
#define ENGINE double_engine
#define ENGINE_DENSE double_dense
#define ENGINE_DENSE_RELU double_dense_relu
#define ENGINE_BACKWARD double_backward
#define ENGINE_GRADIENT double_gradient
#include "classifier/pass_body.h"
#include "classifier/loss_body.h"

static const double_kernels double_table = { double_exp,     double_log,  double_tanh,
                                             double_sigmoid, double_relu, double_relu_slope };
static const double_engine in_double = { &double_table };

#endif /* FAIRU_TESTS_DOUBLE_PASS_H */
