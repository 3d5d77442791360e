/* nll_bins.c - main term of the binned model: terms of all bins, then the chain rule, each sum compensated in bin order. */
#include "likelihood/bin_term.h"
#include "likelihood/rows.h"

#include <math.h>

#include "numeric/sum.h"

/* Derivatives of all bins in (nu, n, v), as rows [n_bins]; only those in use are filled. */
typedef struct term_rows {
  double *first[3];
  double *second[3][3];
} term_rows;

static double sum_row(const double *x, size_t n)
{
  double total = 0.0, carry = 0.0;
  for (size_t j = 0; j < n; j++) { /* two-sum: no branch (Knuth) */
    const double t = total + x[j];
    const double back = t - total;
    carry += (total - (t - back)) + (x[j] - back);
    total = t;
  }
  return total + carry;
}

static int used(const fairu_row_space *s, int q)
{
  return q == FAIRU_BIN_NU || (q == FAIRU_BIN_N && s->n.jacobian) || (q == FAIRU_BIN_V && s->v.jacobian);
}

static const fairu_rows *quantity(const fairu_row_space *s, int q)
{
  return q == FAIRU_BIN_NU ? &s->nu : q == FAIRU_BIN_N ? &s->n : &s->v;
}

static int take_rows(fairu_context *ctx, size_t bins, term_rows *rows)
{
  double *block = fairu_context__scratch(ctx, 9 * bins, sizeof *block, "terms of bins");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (int q = 0; q < 3; q++) {
    rows->first[q] = block;
    block += bins;
    for (int r = q; r < 3; r++, block += bins)
      rows->second[q][r] = block;
  }
  return FAIRU_OK;
}

static void store(const fairu_bin_term *term, const fairu_row_space *s, size_t j, term_rows *rows)
{
  for (int q = 0; q < 3; q++) {
    if (!used(s, q))
      continue;
    rows->first[q][j] = term->first[q];
    for (int r = q; r < 3; r++)
      rows->second[q][r][j] = term->second[q][r];
  }
}

/* An expectation of 0 is allowed where nothing is seen. Written so that NaN fails. */
static int check_yield(fairu_context *ctx, size_t j, double nu, double n)
{
  if (nu > 0.0 || (nu == 0.0 && n == 0.0))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "bin %zu expects %g", j, nu);
}

static int evaluate_bin(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                        const fairu_row_space *s, size_t j, fairu_bin_term *term)
{
  const double nu = s->nu.value[j], n = s->n.value[j];
  if (check_yield(ctx, j, nu, n) != FAIRU_OK)
    return FAIRU_ERR_NEGATIVE_YIELD;
  if (s->v.value)
    fairu_bin_term__gamma(nu, n, s->v.value[j], data->moves, lh->constant, term);
  else if (data->moves)
    fairu_bin_term__moving(nu, n, lh->constant, term);
  else
    fairu_bin_term__fixed(nu, n, term);
  return FAIRU_OK;
}

static int fill_terms(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                      const fairu_row_space *s, double *nll, term_rows *rows)
{
  fairu_sum deviance = { 0.0, 0.0 }, constant = { 0.0, 0.0 };
  fairu_bin_term term = { 0 };
  for (size_t j = 0; j < lh->n_bins; j++) {
    if (evaluate_bin(lh, ctx, data, s, j, &term) != FAIRU_OK)
      return FAIRU_ERR_NEGATIVE_YIELD;
    fairu_sum__add(&deviance, term.deviance);
    fairu_sum__add(&constant, term.constant);
    if (s->order > 0)
      store(&term, s, j, rows);
  }
  nll[0] = fairu_sum__value(&deviance);
  nll[1] = data->moves ? fairu_sum__value(&constant) : data->constant;
  return FAIRU_OK;
}

int fairu_likelihood__bin_terms(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                                const double *params, double *terms)
{
  fairu_row_space space;
  fairu_bin_term term = { 0 };
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_rows__evaluate(lh, ctx, data, params, 0, &space);
  for (size_t j = 0; j < lh->n_bins && status == FAIRU_OK; j++) {
    status = evaluate_bin(lh, ctx, data, &space, j, &term);
    terms[j] = term.deviance + term.constant;
  }
  fairu_context__release(ctx, mark);
  return status;
}

/* work[j] += or = a[j] * b[j] */
static void product(double *work, const double *a, const double *b, size_t n, int add)
{
  if (add)
    for (size_t j = 0; j < n; j++)
      work[j] += a[j] * b[j];
  else
    for (size_t j = 0; j < n; j++)
      work[j] = a[j] * b[j];
}

static double gradient_of(const fairu_row_space *s, const term_rows *rows, size_t bins, size_t i,
                          double *work)
{
  product(work, rows->first[FAIRU_BIN_NU], s->nu.jacobian + i * bins, bins, 0);
  for (int q = 1; q < 3; q++)
    if (used(s, q))
      product(work, rows->first[q], quantity(s, q)->jacobian + i * bins, bins, 1);
  return sum_row(work, bins);
}

/* work += f_qr (q_i r_k + r_i q_k), or half of it for q = r */
static void add_outer(const double *f, const double *q, const double *r, size_t bins, size_t i, size_t k,
                      double *work)
{
  const double *qi = q + i * bins, *qk = q + k * bins, *ri = r + i * bins, *rk = r + k * bins;
  if (q == r)
    for (size_t j = 0; j < bins; j++)
      work[j] += f[j] * (qi[j] * qk[j]);
  else
    for (size_t j = 0; j < bins; j++)
      work[j] += f[j] * (qi[j] * rk[j] + ri[j] * qk[j]);
}

static double hessian_of(const fairu_likelihood *lh, const fairu_data *data, const fairu_row_space *s,
                         const term_rows *rows, size_t i, size_t k, double *work)
{
  const size_t bins = lh->n_bins;
  for (size_t j = 0; j < bins; j++)
    work[j] = 0.0;
  for (int q = 0; q < 3; q++) {
    if (!used(s, q))
      continue;
    const double *d2 = q == FAIRU_BIN_NU  ? fairu_rows__second_nu(lh, s, i, k)
                       : q == FAIRU_BIN_N ? fairu_rows__second_n(lh, data, s, i, k)
                                          : fairu_rows__second_v(lh, s, i, k);
    if (d2)
      product(work, rows->first[q], d2, bins, 1);
    for (int r = q; r < 3; r++)
      if (used(s, r))
        add_outer(rows->second[q][r], quantity(s, q)->jacobian, quantity(s, r)->jacobian, bins, i, k, work);
  }
  return sum_row(work, bins);
}

static int evaluate(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                    const double *params, double *nll, double *gradient, double *hessian)
{
  const size_t order = hessian ? 2 : gradient ? 1 : 0;
  fairu_row_space space;
  term_rows rows;
  int status = fairu_rows__evaluate(lh, ctx, data, params, order, &space);
  if (status == FAIRU_OK && order > 0)
    status = take_rows(ctx, lh->n_bins, &rows);
  if (status == FAIRU_OK)
    status = fill_terms(lh, ctx, data, &space, nll, &rows);
  if (status != FAIRU_OK)
    return status;
  double *work = space.yields; /* read no more once the Hessian is done */
  if (order == 2) {
    work = fairu_context__scratch(ctx, lh->n_bins, sizeof *work, "terms of bins");
    if (!work)
      return FAIRU_ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < lh->n_params; i++)
      for (size_t k = i; k < lh->n_params; k++)
        hessian[i * lh->n_params + k] = hessian_of(lh, data, &space, &rows, i, k, work);
  }
  for (size_t i = 0; gradient && i < lh->n_params; i++)
    gradient[i] = gradient_of(&space, &rows, lh->n_bins, i, work);
  return FAIRU_OK;
}

int fairu_likelihood__bins(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                           const double *params, double *nll, double *gradient, double *hessian)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = evaluate(lh, ctx, data, params, nll, gradient, hessian);
  fairu_context__release(ctx, mark);
  return status;
}

double fairu_likelihood__constant(const fairu_likelihood *lh, const double *counts, size_t n)
{
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t j = 0; j < n; j++)
    fairu_sum__add(&sum, fairu_bin_term__constant(counts[j], lh->constant));
  return fairu_sum__value(&sum);
}
