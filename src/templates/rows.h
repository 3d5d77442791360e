/* rows.h - rows of bins: equal ones merged. */
#ifndef FAIRU_TEMPLATES_ROWS_H
#define FAIRU_TEMPLATES_ROWS_H

#include "base/context_internal.h"

typedef struct fairu_rows {
  size_t n, width; /* rows, points */
  uint16_t *bins;  /* [n][width] */
  double *weights; /* [n] */
} fairu_rows;

/* Equal rows of `in` as one row with the exact sum of their weights, in ascending order of bins, in new memory of ctx.
 * The same whatever the order of `in`. */
int fairu_rows__merge(fairu_context *ctx, const fairu_rows *in, fairu_rows *out);

#endif /* FAIRU_TEMPLATES_ROWS_H */
