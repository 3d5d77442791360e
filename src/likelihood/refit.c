/* refit.c - the best fit, and conditional fits that start from the point it foretells. */
#include "likelihood/refit.h"

#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"

static int take(fairu_refit *refit, fairu_context *ctx, int with_covariance, const char *what)
{
  const size_t n = refit->n;
  refit->lower = fairu_context__scratch(ctx, n, 4 * sizeof(double), what);
  refit->held = fairu_context__scratch(ctx, n, 2, what);
  if (with_covariance)
    refit->covariance = fairu_context__scratch(ctx, n, n * sizeof(double), what);
  if (!refit->lower || !refit->held || (with_covariance && !refit->covariance))
    return FAIRU_ERR_OUT_OF_MEMORY;
  refit->upper = refit->lower + n;
  refit->best = refit->upper + n;
  refit->start = refit->best + n;
  refit->fixed = refit->held + n;
  return FAIRU_OK;
}

static int read_parameters(fairu_refit *refit, fairu_context *ctx)
{
  for (size_t i = 0; i < refit->n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    const int status = fairu_likelihood_parameter(refit->likelihood, ctx, i, &p);
    if (status != FAIRU_OK)
      return status;
    refit->lower[i] = p.lower;
    refit->upper[i] = p.upper;
    refit->held[i] =
        (refit->options.fixed ? refit->options.fixed[i] != 0 : p.fixed != 0) || p.lower == p.upper;
  }
  fairu_refit__release(refit);
  return FAIRU_OK;
}

int fairu_refit__create(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                        const fairu_fit_options *options, int with_covariance, const char *what,
                        fairu_refit *refit)
{
  memset(refit, 0, sizeof *refit);
  refit->likelihood = lh;
  refit->data = data;
  refit->n = fairu_likelihood_n_parameters(lh);
  int status = fairu_fit_options__read(ctx, options, &refit->options);
  if (status == FAIRU_OK)
    status = take(refit, ctx, with_covariance, what);
  if (status == FAIRU_OK)
    status = read_parameters(refit, ctx);
  if (status == FAIRU_OK)
    status = fairu_refit__best(refit, ctx, refit->options.start);
  return status == FAIRU_OK ? FAIRU_OK : fairu_context__within(ctx, status, "%s", what);
}

int fairu_refit__best(fairu_refit *refit, fairu_context *ctx, const double *from)
{
  fairu_fit_options options = refit->options;
  options.start = from;
  refit->result.struct_size = sizeof refit->result;
  return fairu_likelihood_fit(refit->likelihood, ctx, refit->data, &options, refit->best, refit->n,
                              refit->covariance, &refit->result);
}

static int run(fairu_refit *refit, fairu_context *ctx, const fairu_fit_options *theirs, double *params,
               double *nll)
{
  fairu_fit_result result = { .struct_size = sizeof result };
  fairu_fit_options options = *theirs;
  options.start = refit->start;
  options.fixed = refit->fixed;
  const int status = fairu_likelihood_fit(refit->likelihood, ctx, refit->data, &options, params, refit->n,
                                          NULL, nll ? &result : NULL);
  if (nll && status == FAIRU_OK)
    *nll = result.nll[0] + result.nll[1];
  return status;
}

int fairu_refit__run(fairu_refit *refit, fairu_context *ctx, double *params, double *nll)
{
  fairu_fit_options options = refit->options;
  options.starts = NULL;
  options.n_starts = 0;
  options.spread_starts = 0;
  return run(refit, ctx, &options, params, nll);
}

int fairu_refit__run_all(fairu_refit *refit, fairu_context *ctx, double *params, double *nll)
{
  return run(refit, ctx, &refit->options, params, nll);
}

static double clip(const fairu_refit *refit, size_t i, double x)
{
  return fmin(fmax(x, refit->lower[i]), refit->upper[i]);
}

double fairu_refit__move(fairu_refit *refit, size_t i, double shift)
{
  const double *row = refit->covariance + i * refit->n;
  const double at = clip(refit, i, refit->best[i] + shift);
  shift = at - refit->best[i];
  for (size_t k = 0; k < refit->n; k++) {
    const double along = row[i] > 0.0 && !refit->held[k] ? row[k] / row[i] * shift : 0.0;
    refit->start[k] = along == 0.0 ? refit->best[k] : clip(refit, k, refit->best[k] + along);
  }
  refit->start[i] = at;
  refit->fixed[i] = 1;
  return shift;
}

void fairu_refit__release(fairu_refit *refit)
{
  memcpy(refit->fixed, refit->held, refit->n);
}

int fairu_refit__need_poi(const fairu_refit *refit, fairu_context *ctx, const char *what)
{
  const size_t poi = fairu_likelihood_poi_index(refit->likelihood);
  if (poi >= refit->n)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "%s: the model has no parameter of interest", what);
  if (refit->held[poi])
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "%s: the parameter of interest is fixed", what);
  return FAIRU_OK;
}
