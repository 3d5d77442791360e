/* hidden.h - what hidden layers do in training beside their products, on rows of FAIRU_LANES events: batch normalisation and dropout.
 *
 * Compiled once per instruction set without fused operations (lanes_*.c): all of them give the same bits.
 */
#ifndef FAIRU_NUMERIC_HIDDEN_H
#define FAIRU_NUMERIC_HIDDEN_H

#include "numeric/kernels.h"

#define FAIRU_NORM_EPSILON 1e-5 /* added to variances */

/* n_units rows; the first `lanes` lanes count, those behind are 0 in `normal` and in d. */
#define FAIRU_HIDDEN_STEPS_OF(REAL)                                                                              \
  {                                                                                                              \
    /* x = gain * normal + bias, normal = (x - mean) * inverse, inverse [n_units] = 1 / deviation; moments += */ \
    /* lanes * (mean - bias), spreads += lanes * variance (lanes - 1 in the denominator), if lanes > 1 */        \
    void (*normalise)(size_t lanes, size_t n_units, const REAL *gain, const REAL *bias, REAL *x,                 \
                      REAL *normal, REAL *inverse, REAL *moments, REAL *spreads);                                \
    /* d by x becomes d by the sums; d_bias and d_gain [n_units] +=, both NULL: not wanted */                    \
    void (*normalise_back)(size_t lanes, size_t n_units, const REAL *gain, const REAL *normal,                   \
                           const REAL *inverse, REAL *d, REAL *d_gain, REAL *d_bias);                            \
    /* x [n] *= keep [n] */                                                                                      \
    void (*drop)(size_t n, const REAL *keep, REAL *x);                                                           \
  }
typedef struct fairu_hidden_steps FAIRU_HIDDEN_STEPS_OF(float) fairu_hidden_steps;

typedef struct fairu_hidden_kernels {
  fairu_hidden_steps steps;
  /* keep [n_units][FAIRU_LANES] = 0 where sixteen bits of (key, row, unit) are < below, else scale. One block of Philox decides on
   * eight units of a row. */
  void (*draw)(uint64_t key, const uint32_t *rows, size_t n_units, uint32_t below, float scale, float *keep);
} fairu_hidden_kernels;

const fairu_hidden_kernels *fairu_hidden__at(int level);

#endif /* FAIRU_NUMERIC_HIDDEN_H */
