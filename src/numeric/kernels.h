/* kernels.h - kernels compiled once per instruction set (kernels_generic.c, kernels_v3.c, kernels_v4.c include
 * kernels_body.h); fairu_kernels__of(ctx) picks by the level in the context.
 *
 * Events lie in lanes: a block is FAIRU_LANES events, activations are [n_units][FAIRU_LANES], so that every kernel is one
 * stream of full vectors whatever the width of the network, and a score does not depend on batch size or place in the batch:
 * each lane sums over inputs in input order.
 */
#ifndef FAIRU_NUMERIC_KERNELS_H
#define FAIRU_NUMERIC_KERNELS_H

#include "base/context_internal.h"

#define FAIRU_LANES 64

/* One interval of cubic splines of many functions at one point: values and moments at both ends, and what they are
 * multiplied with for the value, the first and the second derivative. */
typedef struct fairu_cubic {
  const double *column[4]; /* value and moment below, value and moment above */
  double weight[3][4];
  double constant[3];
  int add; /* to the value that is there; derivatives are always set */
} fairu_cubic;

typedef struct fairu_kernels {
  const char *name;
  /* out[o][lane] = start[o][lane] (or bias[o] if start is NULL) + sum_i w[o * n_in + i] in[i][lane] */
  void (*dense)(const float *w, const float *bias, const float *start, size_t n_in, size_t n_out,
                const float *in, float *out);
  /* d_in[i][lane] = sum_o w[o * n_in + i] d_out[o][lane] */
  void (*dense_backward)(const float *w, size_t n_in, size_t n_out, const float *d_out, float *d_in);
  /* d_w[o * n_in + i] += sum_lane d_out[o][lane] in[i][lane]; d_bias[o] += sum_lane d_out[o][lane]. Fixed order of lanes. */
  void (*dense_gradient)(size_t n_in, size_t n_out, const float *d_out, const float *in, float *d_w,
                         float *d_bias);
  /* In place on x [n]; at most 2 ulp (exp, log) and 3 ulp (tanh, sigmoid); right at +-inf and NaN. */
  void (*exp_f)(float *x, size_t n);
  void (*log_f)(float *x, size_t n);
  void (*tanh_f)(float *x, size_t n);
  void (*sigmoid_f)(float *x, size_t n);
  void (*exp_d)(double *x, size_t n); /* at most 1 ulp */
  void (*log_d)(double *x, size_t n);
  /* Pairs of rows (up, down), n pairs, each row [bins] and stride apart; weights c [2 n]. */
  void (*add_pairs)(size_t n, size_t bins, size_t stride, const double *rows, const double *c, double *total);
  /* out [n][bins]: each pair by itself */
  void (*mix_pairs)(size_t n, size_t bins, size_t stride, const double *rows, const double *c, double *out);
  /* out[r] += v . row r, for n single rows */
  void (*dot_rows)(size_t n, size_t bins, size_t stride, const double *rows, const double *v, double *out);
  /* Row at[r] of x += scale[r] a, for n rows of width doubles, a multiple of 8. */
  void (*add_to_rows)(size_t n, const size_t *at, size_t width, const double *scale, const double *a,
                      double *x);
  /* a += sum_r scale[r] times row at[r] of x */
  void (*sum_rows)(size_t n, const size_t *at, size_t width, const double *scale, const double *x, double *a);
  /* Upper triangle of c [width * width] += sum_k x_k y_k^T; x, y [k][width], width a multiple of 8. Up to 7 below the
   * diagonal are written too. */
  void (*add_outer)(size_t k, size_t width, const double *x, const double *y, double *c);
  /* fairu_linalg__cholesky, its solution and inverse, on lower triangles; see linalg.h */
  size_t (*cholesky)(double *a, size_t n);
  void (*cholesky_solve)(const double *l, size_t n, double *b);
  void (*cholesky_inverse)(const double *l, size_t n, double *out);
  /* The following take n in multiples of 8. order: 0 to 2, derivatives wanted. */
  void (*cubic_d)(const fairu_cubic *cubic, size_t order, size_t n, double *value, double *d1, double *d2);
  /* With rho = e^u / (1 + mu e^u): wr = w rho, v = w rho (1 - mu rho); sums of w ln(1 + mu e^u), w rho, w rho^2. Entries with
   * w = 0 do not count. 0 if any 1 + mu e^u is not > 0. */
  int (*mixture_d)(const double *u, const double *w, double mu, size_t n, double *wr, double *v,
                   double sums[3]);
  double (*dot_d)(const double *x, const double *y, size_t n);
  double (*dot3_d)(const double *x, const double *y, const double *z, size_t n);
} fairu_kernels;

const fairu_kernels *fairu_kernels__of(const fairu_context *ctx);

#endif /* FAIRU_NUMERIC_KERNELS_H */
