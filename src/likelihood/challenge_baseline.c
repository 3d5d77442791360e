/* challenge_baseline.c - the baseline likelihood: its nuisances, making it from coefficients, memory, shape. */
#include "likelihood/challenge_baseline.h"

#include <math.h>
#include <string.h>

enum { highest_degree = 30 };

const fairu_challenge_baseline_nuisance *fairu_challenge_baseline_nuisance_default(size_t i)
{
  static const fairu_challenge_baseline_nuisance six[] = {
    { "tes", 1.0, 0.03, 0.9, 1.1 },         { "bkg_scale", 1.0, 0.003, 0.99, 1.01 },
    { "jes", 1.0, 0.03, 0.9, 1.1 },         { "soft_met", 0.0, 3.0, 0.0, 5.0 },
    { "ttbar_scale", 1.0, 0.06, 0.8, 1.2 }, { "diboson_scale", 1.0, 0.75, 0.0, 2.0 },
  };
  return i < sizeof six / sizeof *six ? &six[i] : NULL;
}

void fairu_challenge_baseline_destroy(fairu_challenge_baseline *b)
{
  if (!b)
    return;
  const fairu_allocator allocator = b->allocator;
  for (size_t k = 0; b->nuisances && k < b->n_nuisances; k++)
    fairu_allocator__free(&allocator, (void *)(uintptr_t)b->nuisances[k].name);
  fairu_allocator__free(&allocator, b->nuisances);
  fairu_allocator__free(&allocator, b->middle);
  fairu_allocator__free(&allocator, b->signal);
  fairu_allocator__free(&allocator, b);
}

size_t fairu_challenge_baseline_n_bins(const fairu_challenge_baseline *b)
{
  return b ? b->n_bins : 0;
}

size_t fairu_challenge_baseline_n_nuisances(const fairu_challenge_baseline *b)
{
  return b ? b->n_nuisances : 0;
}

static int check_nuisance(fairu_context *ctx, const fairu_challenge_baseline_nuisance *all, size_t k)
{
  const fairu_challenge_baseline_nuisance *n = &all[k];
  if (!n->name || !*n->name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "baseline: nuisances[%zu] has no name", k);
  for (size_t i = 0; i < k; i++)
    if (strcmp(all[i].name, n->name) == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "baseline: two nuisances are named '%s'", n->name);
  if (!isfinite(n->nominal) || isnan(n->lower) || isnan(n->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "baseline: '%s' is nominally %g, within %g to %g",
                               n->name, n->nominal, n->lower, n->upper);
  if (!(n->lower <= n->nominal && n->nominal <= n->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "baseline: '%s' is nominally %g, not within %g to %g",
                               n->name, n->nominal, n->lower, n->upper);
  if (!(n->width > 0.0 && isfinite(n->width)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "baseline: width of '%s' is %g", n->name, n->width);
  return FAIRU_OK;
}

static int check(fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances, size_t n_nuisances,
                 size_t n_bins, size_t degree)
{
  if (n_nuisances == 0 || n_bins == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "baseline: %zu nuisances, %zu bins", n_nuisances,
                               n_bins);
  if (degree > highest_degree)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "baseline: polynomials of degree %zu, at most %d",
                               degree, highest_degree);
  if (n_nuisances > SIZE_MAX / 1024 || n_bins > SIZE_MAX / 1024 / n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "baseline: %zu bins of %zu nuisances", n_bins,
                               n_nuisances);
  int status = FAIRU_OK;
  for (size_t k = 0; k < n_nuisances && status == FAIRU_OK; k++)
    status = check_nuisance(ctx, nuisances, k);
  return status;
}

static int fill(fairu_challenge_baseline *b, fairu_context *ctx,
                const fairu_challenge_baseline_nuisance *nuisances)
{
  b->nuisances = fairu_context__new(ctx, b->n_nuisances, sizeof *b->nuisances, "nuisances");
  b->middle = fairu_context__new(ctx, b->n_nuisances, 2 * sizeof *b->middle, "nuisances");
  b->signal =
      fairu_context__new(ctx, b->n_nuisances * b->n_bins, 2 * b->n_powers * sizeof *b->signal, "polynomials");
  if (!b->nuisances || !b->middle || !b->signal)
    return FAIRU_ERR_OUT_OF_MEMORY;
  b->half = b->middle + b->n_nuisances;
  b->background = b->signal + b->n_nuisances * b->n_powers * b->n_bins;
  for (size_t k = 0; k < b->n_nuisances; k++) {
    b->nuisances[k] = nuisances[k];
    b->nuisances[k].name = fairu_context__copy_string(ctx, nuisances[k].name, "nuisance");
    if (!b->nuisances[k].name)
      return FAIRU_ERR_OUT_OF_MEMORY;
    b->half[k] = 1.0;
  }
  return FAIRU_OK;
}

int fairu_challenge_baseline__create(fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances,
                                     size_t n_nuisances, size_t n_bins, size_t degree,
                                     fairu_challenge_baseline **out)
{
  int status = check(ctx, nuisances, n_nuisances, n_bins, degree);
  if (status != FAIRU_OK)
    return status;
  fairu_challenge_baseline *b = fairu_context__new(ctx, 1, sizeof *b, "baseline");
  if (!b)
    return FAIRU_ERR_OUT_OF_MEMORY;
  b->allocator = *fairu_context__allocator(ctx);
  b->n_nuisances = n_nuisances;
  b->n_bins = n_bins;
  b->n_powers = degree + 1;
  status = fill(b, ctx, nuisances);
  if (status == FAIRU_OK)
    *out = b;
  else
    fairu_challenge_baseline_destroy(b);
  return status;
}

/* Coefficients c [n] of powers of x, highest first, to those of (x - middle) / half, each in two parts: powers of x nearly cancel where the range
 * is narrow and far from 0. */
static void move(double *c, size_t n, double middle, double half)
{
  double rest[highest_degree + 1] = { 0.0 };
  for (size_t last = n; last > 1; last--) /* synthetic division by x - middle */
    for (size_t p = 1; p < last; p++) {
      const double product = c[p - 1] * middle, sum = c[p] + product, back = sum - c[p];
      const double lost = (c[p] - (sum - back)) + (product - back);
      rest[p] += lost + (fma(c[p - 1], middle, -product) + rest[p - 1] * middle);
      c[p] = sum;
    }
  double power = 1.0;
  for (size_t p = n; p-- > 0; power *= half)
    c[p] = (c[p] + rest[p]) * power;
}

static void set_scale(fairu_challenge_baseline *b)
{
  for (size_t k = 0; k < b->n_nuisances; k++) {
    const fairu_challenge_baseline_nuisance *n = &b->nuisances[k];
    const double range = n->upper - n->lower;
    const int is_range = isfinite(range) && range > 0.0;
    b->middle[k] = is_range ? 0.5 * (n->lower + n->upper) : n->nominal;
    b->half[k] = is_range ? 0.5 * range : 1.0;
  }
}

/* From [nuisance][bin][power] to rows over bins. */
static int take(const fairu_challenge_baseline *b, fairu_context *ctx, const char *what, const double *theirs,
                double *ours)
{
  const size_t n = b->n_powers;
  double c[highest_degree + 1];
  for (size_t k = 0; k < b->n_nuisances; k++)
    for (size_t i = 0; i < b->n_bins; i++) {
      memcpy(c, theirs + (k * b->n_bins + i) * n, n * sizeof *c);
      move(c, n, b->middle[k], b->half[k]);
      for (size_t p = 0; p < n; p++) {
        if (!isfinite(c[p]))
          return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                                     "baseline: %s of '%s', bin %zu: coefficient %zu is %g, or too large",
                                     what, b->nuisances[k].name, i, p, theirs[(k * b->n_bins + i) * n + p]);
        ours[(k * n + p) * b->n_bins + i] = c[p];
      }
    }
  return FAIRU_OK;
}

int fairu_challenge_baseline_create(fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances,
                                    size_t n_nuisances, size_t n_bins, size_t degree, const double *signal,
                                    const double *background, fairu_challenge_baseline **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!nuisances || !signal || !background || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "baseline: nuisances, signal, background or out is NULL");
  fairu_challenge_baseline *b = NULL;
  int status = fairu_challenge_baseline__create(ctx, nuisances, n_nuisances, n_bins, degree, &b);
  if (status == FAIRU_OK) {
    set_scale(b);
    status = take(b, ctx, "signal", signal, b->signal);
  }
  if (status == FAIRU_OK)
    status = take(b, ctx, "background", background, b->background);
  if (status == FAIRU_OK)
    *out = b;
  else
    fairu_challenge_baseline_destroy(b);
  return status;
}
