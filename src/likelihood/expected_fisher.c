/* expected_fisher.c - the information of counts on the signal and on nuisances at nominal, and what follows from its inverse. */
#include <math.h>
#include <string.h>

#include "likelihood/expected_loss.h"
#include "numeric/linalg.h"

/* A pivot of the matrix with unit diagonal below this says: nothing is known beyond rounding. */
#define PIVOT_LEAST 1e-13

static void fill_yields(const fairu_expected *e, double *nu)
{
  for (size_t b = 0; b < e->n_bins; b++)
    nu[b] = e->options.floor;
  for (size_t p = 0; p < e->n_processes; p++)
    for (size_t b = 0; b < e->n_bins; b++)
      nu[b] += e->options.yields[p] * e->counts->counts[fairu_expected__nominal(e, p, b)];
}

static void fill_rate(const fairu_expected *e, size_t process, double *d)
{
  for (size_t b = 0; b < e->n_bins; b++)
    d[b] = e->options.yields[process] * e->counts->counts[fairu_expected__nominal(e, process, b)];
}

static void fill_shift(const fairu_expected *e, const fairu_expected_nuisance *nuisance, double *d)
{
  const fairu_stencil slope = fairu_stencil__at(nuisance, FAIRU_CODE_4P, 0.0, 1);
  memset(d, 0, e->n_bins * sizeof *d);
  for (size_t p = 0; p < e->n_processes; p++)
    for (size_t b = 0; b < e->n_bins; b++)
      d[b] += e->options.yields[p] * fairu_stencil__share(e, nuisance, &slope, p, b);
}

static void fill_slopes(const fairu_expected *e, double *d)
{
  for (size_t b = 0; b < e->n_bins; b++)
    d[b] = e->counts->counts[fairu_expected__nominal(e, e->options.signal, b)];
  for (size_t k = 0; k < e->n_nuisances; k++) {
    const fairu_expected_nuisance *nuisance = &e->nuisances[k];
    if (nuisance->source == FAIRU_SOURCE_RATE)
      fill_rate(e, nuisance->process, d + (k + 1) * e->n_bins);
    else
      fill_shift(e, nuisance, d + (k + 1) * e->n_bins);
  }
}

/* Bins where nothing is expected say nothing, unless a parameter would change that. */
static int check_bins(fairu_context *ctx, const fairu_expected *e, const fairu_fisher *f)
{
  for (size_t b = 0; b < e->n_bins; b++) {
    if (f->nu[b] > 0.0)
      continue;
    if (f->nu[b] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                                 "expected loss: %g events expected in bin %zu", f->nu[b], b);
    for (size_t i = 1; i < e->n; i++)
      if (f->d[i * e->n_bins + b] != 0.0)
        return fairu_context__fail(
            ctx, FAIRU_ERR_NEGATIVE_YIELD,
            "expected loss: no events expected in bin %zu, which nuisance %zu changes: a floor > 0 helps", b,
            i - 1);
  }
  return FAIRU_OK;
}

static void fill_matrix(const fairu_expected *e, const fairu_fisher *f)
{
  const size_t n = e->n, m = e->n_bins;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = 0.0;
      for (size_t b = 0; b < m; b++)
        if (f->nu[b] > 0.0)
          sum += f->d[i * m + b] * f->d[j * m + b] / f->nu[b];
      const double width = i == j && i > 0 ? e->nuisances[i - 1].width : 0.0;
      if (width > 0.0)
        sum += 1.0 / (width * width);
      f->matrix[i * n + j] = f->matrix[j * n + i] = sum;
    }
}

static int is_singular(fairu_context *ctx, size_t i)
{
  if (i == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_POSITIVE_DEFINITE,
                               "expected loss: these counts hold no signal, the Fisher matrix is singular");
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_POSITIVE_DEFINITE,
                             "expected loss: the Fisher matrix is singular: these counts cannot tell "
                             "nuisance %zu from the signal and "
                             "the nuisances before it, and it has no width",
                             i - 1);
}

/* Inverse by way of the matrix with unit diagonal. scale [n], work [n * n]. */
static int invert(fairu_context *ctx, size_t n, fairu_fisher *f, double *scale, double *work)
{
  for (size_t i = 0; i < n; i++) {
    if (!(f->matrix[i * n + i] > 0.0))
      return is_singular(ctx, i);
    scale[i] = 1.0 / sqrt(f->matrix[i * n + i]);
  }
  for (size_t i = 0; i < n * n; i++)
    work[i] = f->matrix[i] * scale[i / n] * scale[i % n];
  const size_t failed = fairu_linalg__cholesky(ctx, work, n);
  if (failed)
    return is_singular(ctx, failed - 1);
  f->log_determinant = 0.0;
  for (size_t i = 0; i < n; i++) {
    const double pivot = work[i * n + i];
    if (pivot * pivot < PIVOT_LEAST)
      return is_singular(ctx, i);
    f->log_determinant += 2.0 * log(scale[i] / pivot);
  }
  fairu_linalg__cholesky_inverse(ctx, work, n, f->covariance);
  for (size_t i = 0; i < n * n; i++)
    f->covariance[i] *= scale[i / n] * scale[i % n];
  return FAIRU_OK;
}

int fairu_fisher__create(fairu_context *ctx, const fairu_expected *e, fairu_fisher *f)
{
  const size_t n = e->n, m = e->n_bins;
  double *block = fairu_context__scratch(ctx, (n + 1) * m + (3 * n + 1) * n, sizeof *block, "expected loss");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *f = (fairu_fisher){
    .nu = block, .d = block + m, .matrix = block + (n + 1) * m, .covariance = block + (n + 1) * m + n * n
  };
  double *work = f->covariance + n * n;
  fill_yields(e, f->nu);
  fill_slopes(e, f->d);
  const int status = check_bins(ctx, e, f);
  if (status != FAIRU_OK)
    return status;
  fill_matrix(e, f);
  return invert(ctx, n, f, work + n * n, work);
}

/* ---- quantities ---------------------------------------------------------------------------------------- */

double fairu_fisher__quantity(const fairu_expected *e, const fairu_fisher *f, int quantity, double *weights)
{
  const size_t n = e->n;
  const double *v = f->covariance, signal = e->options.yields[e->options.signal];
  const double sigma = sqrt(v[0]);
  const double value = quantity == FAIRU_EXPECTED_VARIANCE ? v[0]
                       : quantity == FAIRU_EXPECTED_SIGMA  ? sigma / signal
                                                           : exp(f->log_determinant) / (signal * signal);
  if (!weights)
    return value;
  if (quantity == FAIRU_EXPECTED_DETERMINANT) {
    for (size_t i = 0; i < n * n; i++)
      weights[i] = -value * v[i];
    return value;
  }
  const double scale = quantity == FAIRU_EXPECTED_VARIANCE ? 1.0 : 0.5 / (sigma * signal);
  for (size_t i = 0; i < n * n; i++)
    weights[i] = -scale * v[i / n] * v[i % n];
  return value;
}

/* d quantity / d d_ib. */
static double slope_of(const fairu_expected *e, const fairu_fisher *f, const double *weights, size_t i,
                       size_t b)
{
  double sum = 0.0;
  for (size_t j = 0; j < e->n; j++)
    sum += weights[i * e->n + j] * f->d[j * e->n_bins + b];
  return 2.0 * sum / f->nu[b];
}

static void spread_parameter(const fairu_expected *e, size_t i, size_t b, double slope,
                             const fairu_expected_gradient *gradient)
{
  const double *yields = e->options.yields;
  if (i == 0) {
    gradient->counts[fairu_expected__nominal(e, e->options.signal, b)] += slope;
    return;
  }
  const fairu_expected_nuisance *nuisance = &e->nuisances[i - 1];
  if (nuisance->source == FAIRU_SOURCE_RATE) {
    const size_t p = nuisance->process;
    gradient->counts[fairu_expected__nominal(e, p, b)] += slope * yields[p];
    return;
  }
  const fairu_stencil stencil = fairu_stencil__at(nuisance, FAIRU_CODE_4P, 0.0, 1);
  for (size_t p = 0; p < e->n_processes; p++)
    fairu_stencil__spread(e, nuisance, &stencil, p, b, slope * yields[p], gradient);
}

void fairu_fisher__spread(const fairu_expected *e, const fairu_fisher *f, const double *weights,
                          const fairu_expected_gradient *gradient)
{
  for (size_t b = 0; b < e->n_bins; b++) {
    if (!(f->nu[b] > 0.0))
      continue;
    double by_nu = 0.0;
    for (size_t i = 0; i < e->n; i++) {
      const double slope = slope_of(e, f, weights, i, b);
      by_nu -= 0.5 * slope * f->d[i * e->n_bins + b] / f->nu[b];
      spread_parameter(e, i, b, slope, gradient);
    }
    for (size_t p = 0; p < e->n_processes; p++)
      gradient->counts[fairu_expected__nominal(e, p, b)] += by_nu * e->options.yields[p];
  }
}
