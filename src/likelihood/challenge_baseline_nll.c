/* challenge_baseline_nll.c - polynomials, yields and NLL of the baseline likelihood, with derivatives. */
#include <math.h>
#include <string.h>

#include "likelihood/challenge_baseline.h"
#include "likelihood/bin_term.h"
#include "numeric/sum.h"

static const double least_yield = 1e-10; /* of the original */

void fairu_challenge_baseline__polynomial(const fairu_challenge_baseline *b, const double *coefficients,
                                          size_t k, double alpha, double *value, double *first,
                                          double *second)
{
  const size_t n = b->n_bins;
  const double x = 1.0 / b->half[k], t = (alpha - b->middle[k]) * x;
  const double *c = coefficients + k * b->n_powers * n;
  memcpy(value, c, n * sizeof *value);
  if (first)
    memset(first, 0, n * sizeof *first);
  if (second)
    memset(second, 0, n * sizeof *second);
  for (size_t p = 1; p < b->n_powers; p++) { /* Horner */
    c += n;
    for (size_t i = 0; second && i < n; i++)
      second[i] = second[i] * t + first[i];
    for (size_t i = 0; first && i < n; i++)
      first[i] = first[i] * t + value[i];
    for (size_t i = 0; i < n; i++)
      value[i] = value[i] * t + c[i];
  }
  for (size_t i = 0; first && i < n; i++)
    first[i] *= x;
  for (size_t i = 0; second && i < n; i++)
    second[i] *= 2.0 * x * x;
}

int fairu_challenge_baseline_polynomials(const fairu_challenge_baseline *b, fairu_context *ctx,
                                         size_t nuisance, double value, double *signal, double *background)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!b)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "polynomials: baseline is NULL");
  if (nuisance >= b->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "polynomials: nuisance %zu of %zu", nuisance,
                               b->n_nuisances);
  if (!isfinite(value))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "polynomials: '%s' is %g",
                               b->nuisances[nuisance].name, value);
  if (signal)
    fairu_challenge_baseline__polynomial(b, b->signal, nuisance, value, signal, NULL, NULL);
  if (background)
    fairu_challenge_baseline__polynomial(b, b->background, nuisance, value, background, NULL, NULL);
  return FAIRU_OK;
}

/* nu [n_bins] and its derivatives in (mu, nuisances). A row that no order needs is NULL. */
typedef struct yields {
  double *nu;
  double *slope;  /* [n_params][n_bins] of nu; that of mu is S */
  double *mixed;  /* [n_nuisances][n_bins] d2 nu / (d mu d alpha) */
  double *square; /* [n_nuisances][n_bins] d2 nu / d alpha^2 */
  double *work;   /* [3][n_bins] */
} yields;

static int take_yields(const fairu_challenge_baseline *b, fairu_context *ctx, yields *y)
{
  const size_t n = b->n_bins, k = b->n_nuisances;
  y->nu = fairu_context__scratch(ctx, n, (5 + 3 * k) * sizeof *y->nu, "yields");
  if (!y->nu)
    return FAIRU_ERR_OUT_OF_MEMORY;
  y->slope = y->nu + n;
  y->mixed = y->slope + (1 + k) * n;
  y->square = y->mixed + k * n;
  y->work = y->square + k * n;
  return FAIRU_OK;
}

/* What nuisance k adds: 1/K of its polynomials. */
static void add_nuisance(const fairu_challenge_baseline *b, size_t k, double mu, double alpha, yields *y)
{
  const size_t n = b->n_bins;
  const double share = 1.0 / (double)b->n_nuisances;
  double *value = y->work, *first = value + n, *second = first + n;
  double *slope = y->slope + (1 + k) * n, *mixed = y->mixed + k * n, *square = y->square + k * n;
  fairu_challenge_baseline__polynomial(b, b->signal, k, alpha, value, first, second);
  for (size_t i = 0; i < n; i++) {
    y->slope[i] += share * value[i];
    mixed[i] = share * first[i];
    square[i] = share * mu * second[i];
  }
  fairu_challenge_baseline__polynomial(b, b->background, k, alpha, value, first, second);
  for (size_t i = 0; i < n; i++) {
    y->nu[i] += share * value[i];
    slope[i] = mu * mixed[i] + share * first[i];
    square[i] += share * second[i];
  }
}

/* Where the floor takes over nothing moves. */
static void apply_floor(const fairu_challenge_baseline *b, yields *y)
{
  const size_t n = b->n_bins;
  for (size_t i = 0; i < n; i++) {
    if (!(y->nu[i] < least_yield))
      continue;
    y->nu[i] = least_yield;
    for (size_t k = 0; k <= b->n_nuisances; k++)
      y->slope[k * n + i] = 0.0;
    for (size_t k = 0; k < b->n_nuisances; k++)
      y->mixed[k * n + i] = y->square[k * n + i] = 0.0;
  }
}

static void evaluate_yields(const fairu_challenge_baseline *b, const double *params, yields *y)
{
  const size_t n = b->n_bins;
  memset(y->nu, 0, 2 * n * sizeof *y->nu);
  for (size_t k = 0; k < b->n_nuisances; k++)
    add_nuisance(b, k, params[0], params[1 + k], y);
  for (size_t i = 0; i < n; i++)
    y->nu[i] += params[0] * y->slope[i];
  apply_floor(b, y);
}

/* Bin i, whose term has derivatives f and ff in nu. */
static void add_derivatives(const fairu_challenge_baseline *b, const yields *y, size_t i, double f, double ff,
                            double *gradient, double *hessian)
{
  const size_t n = b->n_bins, m = 1 + b->n_nuisances;
  for (size_t a = 0; a < m; a++) {
    const double slope = y->slope[a * n + i];
    if (gradient)
      gradient[a] += f * slope;
    for (size_t c = a; hessian && c < m; c++)
      hessian[a * m + c] += ff * slope * y->slope[c * n + i];
  }
  for (size_t k = 0; hessian && k < b->n_nuisances; k++) {
    hessian[1 + k] += f * y->mixed[k * n + i];
    hessian[(1 + k) * (m + 1)] += f * y->square[k * n + i];
  }
}

static void add_penalties(const fairu_challenge_baseline *b, const double *params, fairu_sum *sum,
                          double *gradient, double *hessian)
{
  const size_t m = 1 + b->n_nuisances;
  for (size_t k = 0; k < b->n_nuisances; k++) {
    const double w = b->nuisances[k].width, t = (params[1 + k] - b->nuisances[k].nominal) / w;
    fairu_sum__add(sum, 0.5 * t * t);
    if (gradient)
      gradient[1 + k] += t / w;
    if (hessian)
      hessian[(1 + k) * (m + 1)] += 1.0 / (w * w);
  }
  for (size_t a = 0; hessian && a < m; a++)
    for (size_t c = 0; c < a; c++)
      hessian[a * m + c] = hessian[c * m + a];
}

int fairu_challenge_baseline__deviance(const fairu_challenge_baseline *b, fairu_context *ctx,
                                       const double *observed, const double *params, double *value,
                                       double *gradient, double *hessian)
{
  const size_t m = 1 + b->n_nuisances;
  yields y;
  fairu_sum sum = { 0.0, 0.0 };
  const fairu_mark mark = fairu_context__mark(ctx);
  if (take_yields(b, ctx, &y) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  evaluate_yields(b, params, &y);
  if (gradient)
    memset(gradient, 0, m * sizeof *gradient);
  if (hessian)
    memset(hessian, 0, m * m * sizeof *hessian);
  for (size_t i = 0; i < b->n_bins; i++) {
    fairu_bin_term term = { 0 };
    fairu_bin_term__fixed(y.nu[i], observed[i], &term);
    fairu_sum__add(&sum, term.deviance);
    if (gradient || hessian)
      add_derivatives(b, &y, i, term.first[FAIRU_BIN_NU], term.second[FAIRU_BIN_NU][FAIRU_BIN_NU], gradient,
                      hessian);
  }
  add_penalties(b, params, &sum, gradient, hessian);
  *value = fairu_sum__value(&sum);
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}

double fairu_challenge_baseline__constant(const double *observed, size_t n_bins)
{
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t i = 0; i < n_bins; i++)
    if (observed[i] > 0.0) {
      fairu_sum__add(&sum, observed[i]);
      fairu_sum__add(&sum, -observed[i] * log(observed[i]));
    }
  return fairu_sum__value(&sum);
}

int fairu_challenge_baseline__check_counts(const fairu_challenge_baseline *b, fairu_context *ctx,
                                           const double *observed, size_t n_bins)
{
  if (n_bins != b->n_bins)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "baseline: observed has %zu bins, not %zu", n_bins,
                               b->n_bins);
  for (size_t i = 0; i < n_bins; i++) {
    if (!isfinite(observed[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "baseline: observed[%zu] is %g", i, observed[i]);
    if (observed[i] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "baseline: observed[%zu] is %g, less than 0", i,
                                 observed[i]);
  }
  return FAIRU_OK;
}

static int check(const fairu_challenge_baseline *b, fairu_context *ctx, const double *observed, size_t n_bins,
                 const double *params, size_t n_params)
{
  if (n_params != 1 + b->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "baseline: %zu parameters, not %zu", n_params,
                               1 + b->n_nuisances);
  for (size_t i = 0; i < n_params; i++)
    if (!isfinite(params[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "baseline: params[%zu] (%s) is %g", i,
                                 i ? b->nuisances[i - 1].name : "mu", params[i]);
  return fairu_challenge_baseline__check_counts(b, ctx, observed, n_bins);
}

/* Into scratch first: outputs are written on success alone. */
static int write_nll(const fairu_challenge_baseline *b, fairu_context *ctx, const double *observed,
                     const double *params, double *nll, double *gradient, double *hessian)
{
  const size_t m = 1 + b->n_nuisances;
  double value = 0.0;
  double *g = fairu_context__scratch(ctx, m, (1 + m) * sizeof *g, "gradient and Hessian");
  if (!g)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_challenge_baseline__deviance(b, ctx, observed, params, &value, gradient ? g : NULL,
                                                        hessian ? g + m : NULL);
  if (status != FAIRU_OK)
    return status;
  value += fairu_challenge_baseline__constant(observed, b->n_bins);
  if (!isfinite(value))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "baseline: NLL is %g", value);
  *nll = value;
  if (gradient)
    memcpy(gradient, g, m * sizeof *g);
  if (hessian)
    memcpy(hessian, g + m, m * m * sizeof *g);
  return FAIRU_OK;
}

int fairu_challenge_baseline_nll(const fairu_challenge_baseline *b, fairu_context *ctx,
                                 const double *observed, size_t n_bins, const double *params, size_t n_params,
                                 double *nll, double *gradient, double *hessian)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!b || !observed || !params || !nll)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "baseline: baseline, observed, params or nll is NULL");
  int status = check(b, ctx, observed, n_bins, params, n_params);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = write_nll(b, ctx, observed, params, nll, gradient, hessian);
  fairu_context__release(ctx, mark);
  return status;
}
