/* kernels.h - kernels compiled once per instruction set (kernels_generic.c, kernels_v3.c, kernels_v4.c include
 * kernels_body.h); fairu_kernels__of(ctx) picks by the level in the context.
 *
 * Events lie in lanes: a block is FAIRU_LANES events, activations are [n_units][FAIRU_LANES], so that every kernel is one
 * stream of full vectors whatever the width of the network. A single event has its outputs in lanes instead and the same bits:
 * the order of the sums of a layer depends on its shape alone (fairu_dense__order), so a score does not depend on batch
 * size or place in the batch.
 */
#ifndef FAIRU_NUMERIC_KERNELS_H
#define FAIRU_NUMERIC_KERNELS_H

#include "base/context_internal.h"

#define FAIRU_LANES 64
#define FAIRU_PAD 16 /* rows for one event are padded to a multiple */

/* How a layer sums over its inputs, after the bias, each chain in input order and fused where the CPU can: one chain; or one
 * over the first half (the longer one) and one from 0 over the second, then their sum; or eight from 0, chain c over inputs c,
 * c + 8, ..., then bias + (((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7))). */
enum { FAIRU_WHOLE = 0, FAIRU_HALVES = 1, FAIRU_EIGHTHS = 2 };

static inline int fairu_dense__order(size_t n_in, size_t n_out)
{
  if (n_in < 16 || n_out > 64)
    return FAIRU_WHOLE;
  return n_out <= 4 ? FAIRU_EIGHTHS : FAIRU_HALVES;
}

static inline size_t fairu_dense__pad(size_t n)
{
  return (n + FAIRU_PAD - 1) / FAIRU_PAD * FAIRU_PAD;
}

/* A dense layer for one event. */
typedef struct fairu_packed_dense {
  size_t n_in, n_out;
  size_t width;      /* n_out, padded */
  const float *w;    /* [n_in][width]; in eighths: [n_out][n_in, padded] */
  const float *bias; /* [width] */
} fairu_packed_dense;

/* What a layer for one event ends with; FAIRU_THEN_SIGMOID is for layers summed in eighths alone. */
enum fairu_then { FAIRU_THEN_NOTHING = 0, FAIRU_THEN_RELU = 1, FAIRU_THEN_SIGMOID = 2 };

/* One interval of cubic splines of many functions at one point: values and moments at both ends, and what they are
 * multiplied with for the value, the first and the second derivative. */
typedef struct fairu_cubic {
  const double *column[4]; /* value and moment below, value and moment above */
  double weight[3][4];
  double constant[3];
  int add; /* to the value that is there; derivatives are always set */
} fairu_cubic;

/* Kingma and Ba, arXiv:1412.6980: 0.9, 0.999, 1e-8. */
typedef struct fairu_adam {
  float rate; /* over 1 - 0.9^t */
  float root; /* 1 / sqrt(1 - 0.999^t) */
} fairu_adam;

typedef struct fairu_kernels {
  const char *name;
  size_t floats; /* in a vector */
  /* out[o][lane] = bias[o] + sum_i w[o * n_in + i] in[i][lane]; relu: at least 0 */
  void (*dense)(const float *w, const float *bias, size_t n_in, size_t n_out, const float *in, int relu,
                float *out);
  /* out[u][lane] = start[u][lane] + shift[u]; relu: at least 0 */
  void (*shift_lanes)(const float *start, const float *shift, size_t n_units, int relu, float *out);
  /* shift[u] = sum_j w[j * width + u] z[j], summed in double */
  void (*shift_units)(const float *w, const double *z, size_t n_z, size_t width, float *shift);
  /* One event: out[o] = bias[o] + sum_i + shift[o] (NULL: none), then what fairu_then says. in and out are padded, anything may be
   * behind their ends. */
  void (*dense_one)(const fairu_packed_dense *layer, const float *in, const float *shift, int then,
                    float *out);
  /* out = (x - offset) * scale in double, or x where offset is NULL; 0 if any x is not finite. */
  int (*take_event)(const float *x, const double *offset, const double *scale, size_t n, float *out);
  /* d_in[i][lane] = sum_o w[o * n_in + i] d_out[o][lane] */
  void (*dense_backward)(const float *w, size_t n_in, size_t n_out, const float *d_out, float *d_in);
  /* d_w[o * n_in + i] += sum_lane d_out[o][lane] in[i][lane]; d_bias[o] += sum_lane d_out[o][lane]. Fixed order of lanes.
   * work: room for [n_in, padded][FAIRU_LANES]. */
  void (*dense_gradient)(size_t n_in, size_t n_out, const float *d_out, const float *in, float *work,
                         float *d_w, float *d_bias);
  /* Events rows[0 .. lanes - 1] of n values each to out [n][FAIRU_LANES]; 0 in the other lanes. */
  void (*rows_to_lanes)(const float *const *rows, size_t lanes, size_t n, float *out);
  int (*all_finite)(const float *x, size_t n);
  /* x [n][FAIRU_LANES] = (x - offset) * scale in double, as take_event does it */
  void (*standardise)(const double *offset, const double *scale, size_t n, float *x);
  /* out[i] = scale * sum_s slices[s * stride + i], in the order of the slices */
  void (*add_slices)(size_t n_slices, size_t stride, const float *slices, float scale, size_t n, float *out);
  void (*adam)(const fairu_adam *step, size_t n, const float *gradient, float *first, float *second,
               float *parameters);
  void (*relu_f)(float *x, size_t n);
  void (*relu_slope_f)(const float *h, float *d, size_t n); /* d = 0 where h is not > 0 */
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
