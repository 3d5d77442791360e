/* rows.h - expected yields, moving counts and variances with their derivatives in the parameters: rows over bins. */
#ifndef FAIRU_LIKELIHOOD_ROWS_H
#define FAIRU_LIKELIHOOD_ROWS_H

#include "likelihood/model.h"

/* One quantity of a bin: value [n_bins], jacobian [n_params * n_bins]. */
typedef struct fairu_rows {
  double *value, *jacobian;
} fairu_rows;

typedef struct fairu_row_space {
  size_t order;                                   /* 0: values, 1: and first, 2: and second derivatives */
  double *phi;                                    /* [n_processes] */
  double *without;                                /* [n_factors][n_processes] */
  double *yields, *d_yields, *d2_yields;          /* of the templates */
  double *variances, *d_variances, *d2_variances; /* NULL without gamma */
  double *d_counts, *d2_counts;                   /* of the moving observation, over its axes */
  double *row;                                    /* [n_bins] one second derivative */
  const double *params;
  fairu_rows nu, n, v;
} fairu_row_space;

/* Take scratch and evaluate; data NULL: expectation alone. n.jacobian is NULL when counts are fixed, v.value NULL without gamma. */
int fairu_rows__evaluate(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                         const double *params, size_t order, fairu_row_space *space);

/* Second derivative in parameters i <= k as a row over bins, or NULL when it is 0 everywhere. */
const double *fairu_rows__second_nu(const fairu_likelihood *likelihood, const fairu_row_space *space,
                                    size_t i, size_t k);
const double *fairu_rows__second_v(const fairu_likelihood *likelihood, const fairu_row_space *space, size_t i,
                                   size_t k);
const double *fairu_rows__second_n(const fairu_likelihood *likelihood, const fairu_data *data,
                                   const fairu_row_space *space, size_t i, size_t k);

/* Expected yields of templates [n_bins]. */
int fairu_rows__expected(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params,
                         double *nu);

#endif /* FAIRU_LIKELIHOOD_ROWS_H */
