/* kernels_body.h - all kernels of one instruction set. Before it is included: VECTOR_BYTES, TILE_VECTORS x
 * TILE_OUTPUTS registers of sums, KERNELS_TABLE, KERNELS_NAME. GCC vectors, no intrinsics: one source for every CPU.
 * No include guard: a body, not an interface. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/kernels_levels.h"

#define INLINE static inline __attribute__((always_inline))
#define FLOATS (VECTOR_BYTES / 4)  /* floats in a vector */
#define DOUBLES (VECTOR_BYTES / 8) /* doubles in a vector */

typedef float vf __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t vi __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t vu
    __attribute__((vector_size(VECTOR_BYTES))); /* bits of any float: wraps without overflow */
typedef double vd __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t vl __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t vm __attribute__((vector_size(VECTOR_BYTES)));
typedef vf vf_in_memory __attribute__((aligned(4), may_alias));

INLINE vf load(const float *p)
{
  return *(const vf_in_memory *)p;
}

INLINE void store(float *p, vf v)
{
  *(vf_in_memory *)p = v;
}

#include "numeric/kernels_float.h"
#include "numeric/kernels_dense.h"
#include "numeric/kernels_gradient.h"
#include "numeric/kernels_lanes.h"
#include "numeric/kernels_steps.h"
#include "numeric/kernels_event.h"
#include "numeric/kernels_double.h"
#include "numeric/kernels_bins.h"
#include "numeric/kernels_cholesky.h"
#include "numeric/kernels_events.h"

const fairu_kernels KERNELS_TABLE = {
  .name = KERNELS_NAME,
  .floats = FLOATS,
  .dense = dense,
  .shift_lanes = shift_lanes,
  .shift_units = shift_units,
  .dense_one = dense_one,
  .take_event = take_event,
  .dense_backward = dense_backward,
  .dense_gradient = dense_gradient,
  .rows_to_lanes = rows_to_lanes,
  .all_finite = all_finite,
  .standardise = standardise,
  .add_slices = add_slices,
  .adam = adam,
  .relu_f = relu_f,
  .relu_slope_f = relu_slope_f,
  .exp_f = exp_f,
  .log_f = log_f,
  .tanh_f = tanh_f,
  .sigmoid_f = sigmoid_f,
  .exp_d = exp_d,
  .log_d = log_d,
  .add_pairs = add_pairs,
  .mix_pairs = mix_pairs,
  .dot_rows = dot_rows,
  .add_to_rows = add_to_rows,
  .sum_rows = sum_rows,
  .add_outer = add_outer,
  .cholesky = cholesky,
  .cholesky_solve = cholesky_solve,
  .cholesky_inverse = cholesky_inverse,
  .cubic_d = cubic_d,
  .mixture_d = mixture_d,
  .dot_d = dot_d,
  .dot3_d = dot3_d,
};
