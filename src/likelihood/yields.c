/* yields.c - expected yields and their errors, sqrt(J C J^T), of bins and of channels. */
#include <fairu/postfit.h>

#include <math.h>
#include <string.h>

#include "likelihood/channels.h"
#include "likelihood/rows.h"
#include "numeric/sum.h"

/* Expected yields with their derivatives: nu [n_bins], jacobian [n_params * n_bins]. */
typedef struct yield_rows {
  size_t n_params, n_bins;
  double *nu, *jacobian;
} yield_rows;

static int take_rows(const fairu_likelihood *lh, fairu_context *ctx, yield_rows *rows)
{
  rows->n_params = lh->n_params;
  rows->n_bins = lh->n_bins;
  rows->nu = fairu_context__scratch(ctx, lh->n_bins, sizeof *rows->nu, "yields");
  rows->jacobian = fairu_context__scratch(ctx, lh->n_bins, lh->n_params * sizeof *rows->nu, "yields");
  return rows->nu && rows->jacobian ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int template_rows(const fairu_likelihood *lh, fairu_context *ctx, const double *params, double *nu,
                         double *jacobian)
{
  fairu_row_space space;
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = fairu_rows__evaluate(lh, ctx, NULL, params, 1, &space);
  if (status == FAIRU_OK) {
    memcpy(nu, space.nu.value, lh->n_bins * sizeof *nu);
    memcpy(jacobian, space.nu.jacobian, lh->n_params * lh->n_bins * sizeof *nu);
  }
  fairu_context__release(ctx, mark);
  return status;
}

/* Of a likelihood that is no combination. */
static int own_rows(const fairu_likelihood *lh, fairu_context *ctx, const double *params, double *nu,
                    double *jacobian)
{
  if (lh->n_bins == 0)
    return FAIRU_OK;
  if (lh->channels)
    return fairu_channels__jacobian(lh->channels, ctx, params, nu, jacobian);
  return template_rows(lh, ctx, params, nu, jacobian);
}

/* Rows of part `p`, whose bins begin at `first`, into those of the whole. */
static int part_rows(const fairu_likelihood *whole, fairu_context *ctx, size_t p, size_t first,
                     const double *params, yield_rows *rows)
{
  const fairu_likelihood *part = whole->parts[p];
  yield_rows own;
  int status = take_rows(part, ctx, &own);
  double *theirs = fairu_context__scratch(ctx, part->n_params, sizeof *theirs, "yields");
  if (status != FAIRU_OK || !theirs)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < part->n_params; i++)
    theirs[i] = params[whole->part_params[p][i]];
  status = own_rows(part, ctx, theirs, own.nu, own.jacobian);
  if (status != FAIRU_OK)
    return status;
  memcpy(rows->nu + first, own.nu, part->n_bins * sizeof *own.nu);
  for (size_t i = 0; i < part->n_params; i++)
    memcpy(rows->jacobian + whole->part_params[p][i] * rows->n_bins + first, own.jacobian + i * part->n_bins,
           part->n_bins * sizeof *own.nu);
  return FAIRU_OK;
}

static int all_rows(const fairu_likelihood *lh, fairu_context *ctx, const double *params, yield_rows *rows)
{
  int status = FAIRU_OK;
  size_t first = 0;
  if (lh->n_parts == 0)
    return own_rows(lh, ctx, params, rows->nu, rows->jacobian);
  memset(rows->jacobian, 0, rows->n_params * rows->n_bins * sizeof *rows->jacobian);
  for (size_t p = 0; p < lh->n_parts && status == FAIRU_OK; p++) {
    const fairu_mark mark = fairu_context__mark(ctx);
    status = part_rows(lh, ctx, p, first, params, rows);
    fairu_context__release(ctx, mark);
    first += lh->parts[p]->n_bins;
  }
  return status;
}

/* sqrt(j C j^T), j = sum of the Jacobian over n bins from first on; index [n_params] and row [n_params] are workspace. */
static double error_of(const yield_rows *rows, const double *covariance, size_t first, size_t n,
                       size_t *index, double *row)
{
  size_t m = 0;
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t i = 0; i < rows->n_params; i++) {
    double slope = 0.0;
    for (size_t b = first; b < first + n; b++)
      slope += rows->jacobian[i * rows->n_bins + b];
    if (slope != 0.0) { /* few parameters act on a bin */
      index[m] = i;
      row[m++] = slope;
    }
  }
  for (size_t i = 0; i < m; i++) {
    const double *c = covariance + index[i] * rows->n_params;
    double along = 0.0;
    for (size_t k = 0; k < m; k++)
      along += c[index[k]] * row[k];
    fairu_sum__add(&sum, row[i] * along);
  }
  return sqrt(fmax(0.0, fairu_sum__value(&sum)));
}

typedef struct yield_outputs {
  double *nu, *error, *nu_channel, *error_channel;
} yield_outputs;

/* Scratch for those that are asked for; all four are written at the end. */
static int take_outputs(const fairu_likelihood *lh, fairu_context *ctx, const yield_outputs *asked,
                        yield_outputs *ours)
{
  const size_t n_channels = fairu_likelihood_n_channels(lh);
  ours->nu = NULL;
  ours->error = asked->error ? fairu_context__scratch(ctx, lh->n_bins, sizeof(double), "yields") : NULL;
  ours->nu_channel = fairu_context__scratch(ctx, n_channels, 2 * sizeof(double), "yields");
  ours->error_channel = asked->error_channel && ours->nu_channel ? ours->nu_channel + n_channels : NULL;
  return (asked->error && !ours->error) || !ours->nu_channel ? FAIRU_ERR_OUT_OF_MEMORY : FAIRU_OK;
}

static void write_output(double *theirs, const double *ours, size_t n)
{
  if (theirs && n > 0)
    memcpy(theirs, ours, n * sizeof *theirs);
}

static int fill_channels(const fairu_likelihood *lh, fairu_context *ctx, const yield_rows *rows,
                         const double *covariance, size_t *index, double *row, const yield_outputs *out)
{
  int status = FAIRU_OK;
  for (size_t c = 0; c < fairu_likelihood_n_channels(lh) && status == FAIRU_OK; c++) {
    const size_t first = fairu_likelihood_channel_first_bin(lh, c),
                 n = fairu_likelihood_channel_n_bins(lh, c);
    fairu_sum sum = { 0.0, 0.0 };
    for (size_t b = first; b < first + n; b++)
      fairu_sum__add(&sum, rows->nu[b]);
    out->nu_channel[c] = fairu_sum__value(&sum);
    if (out->error_channel)
      out->error_channel[c] = error_of(rows, covariance, first, n, index, row);
    status = fairu_context__poll(ctx);
  }
  return status;
}

static int run(const fairu_likelihood *lh, fairu_context *ctx, const double *params, const double *covariance,
               const yield_outputs *out)
{
  yield_rows rows;
  int status = take_rows(lh, ctx, &rows);
  size_t *index = fairu_context__scratch(ctx, lh->n_params, sizeof *index, "yields");
  double *row = fairu_context__scratch(ctx, lh->n_params, sizeof *row, "yields");
  if (status != FAIRU_OK || !index || !row)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = all_rows(lh, ctx, params, &rows);
  if (status != FAIRU_OK)
    return status;
  yield_outputs ours;
  status = take_outputs(lh, ctx, out, &ours);
  for (size_t b = 0; b < rows.n_bins && status == FAIRU_OK; b++)
    if (!isfinite(rows.nu[b]))
      status = fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "yields: bin %zu expects %g", b, rows.nu[b]);
  for (size_t b = 0; out->error && b < rows.n_bins && status == FAIRU_OK; b++) {
    ours.error[b] = error_of(&rows, covariance, b, 1, index, row);
    status = fairu_context__poll(ctx);
  }
  if (status == FAIRU_OK && (out->nu_channel || out->error_channel))
    status = fill_channels(lh, ctx, &rows, covariance, index, row, &ours);
  if (status != FAIRU_OK)
    return status;
  write_output(out->nu, rows.nu, rows.n_bins);
  write_output(out->error, ours.error, rows.n_bins);
  write_output(out->nu_channel, ours.nu_channel, fairu_likelihood_n_channels(lh));
  write_output(out->error_channel, ours.error_channel, fairu_likelihood_n_channels(lh));
  return FAIRU_OK;
}

static int check_covariance(fairu_context *ctx, const double *covariance, size_t n)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    for (size_t k = 0; k < n; k++)
      if (!isfinite(covariance[i * n + k]))
        return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "yields: covariance (%zu, %zu) is %g", i, k,
                                   covariance[i * n + k]);
    status = fairu_context__poll(ctx);
  }
  return status;
}

int fairu_likelihood_yields(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                            const double *covariance, size_t n_params, double *nu, double *error,
                            double *nu_channel, double *error_channel)
{
  const yield_outputs out = { nu, error, nu_channel, error_channel };
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !params || (!covariance && (error || error_channel)))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "yields: likelihood, params or covariance is NULL");
  int status = fairu_likelihood__check(lh, ctx, params, n_params);
  if (status == FAIRU_OK && covariance)
    status = check_covariance(ctx, covariance, n_params);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = run(lh, ctx, params, covariance, &out);
  fairu_context__release(ctx, mark);
  return status;
}
