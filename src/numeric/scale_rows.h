/* scale_rows.h - numbers of rows times the factors of their classes. */
#ifndef FAIRU_NUMERIC_SCALE_ROWS_H
#define FAIRU_NUMERIC_SCALE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* What rows were met, starting from { INFINITY, -INFINITY, 0 }. */
typedef struct fairu_rows_range {
  double least; /* x */
  double most;  /* product */
  uint32_t top; /* class; a negative one is large */
} fairu_rows_range;

/* out[i] = factors[classes[i]] * x[i] for finite x [n], and widens range. Where a class is no index of factors [n_factors >= 1], out
 * is any number; range tells. level: fairu_context__kernel_level; all of them give the same bits. */
void fairu_rows__scale(int level, const double *factors, size_t n_factors, size_t n, const int32_t *classes,
                       const double *x, double *out, fairu_rows_range *range);

#endif /* FAIRU_NUMERIC_SCALE_ROWS_H */
