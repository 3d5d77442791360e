/* goodness.c - the saturated model as a measure of fit: the deviance at the minimum against chi^2 (Baker and Cousins 1984). */
#include <fairu/postfit.h>

#include <math.h>
#include <string.h>

#include "likelihood/prefit.h"
#include "likelihood/refit.h"
#include "numeric/special.h"

/* Auxiliary data of parameters that a fit moves; those of others tell nothing. */
static int count_data(const fairu_refit *refit, fairu_context *ctx, fairu_goodness *out)
{
  size_t n_data = fairu_likelihood_n_bins(refit->likelihood), n_free = 0;
  for (size_t i = 0; i < refit->n; i++) {
    fairu_prefit prefit;
    const int status = fairu_prefit__read(refit->likelihood, ctx, refit->data, i, &prefit);
    if (status != FAIRU_OK)
      return status;
    if (refit->held[i])
      continue;
    n_data += prefit.n_data;
    n_free += refit->best[i] > refit->lower[i] && refit->best[i] < refit->upper[i];
  }
  out->n_data = (int)n_data;
  out->n_free = (int)n_free;
  out->dof = out->n_data - out->n_free;
  return FAIRU_OK;
}

static int run(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, fairu_goodness *goodness)
{
  fairu_refit refit;
  fairu_goodness ours;
  memset(&ours, 0, sizeof ours);
  ours.struct_size = sizeof ours;
  if (fairu_likelihood_n_bins(lh) == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "goodness: an event-wise model has no saturated model to compare with");
  int status = fairu_refit__create(ctx, lh, data, options, 0, "goodness", &refit);
  if (status == FAIRU_OK)
    status = count_data(&refit, ctx, &ours);
  if (status != FAIRU_OK)
    return status;
  ours.deviance = 2.0 * refit.result.nll[0];
  ours.p_value = ours.dof > 0 ? fairu_gamma__q(0.5 * ours.dof, 0.5 * fmax(0.0, ours.deviance)) : (double)NAN;
  return fairu_result__write(ctx, goodness, &ours, sizeof ours, "goodness");
}

int fairu_likelihood_goodness(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                              const fairu_fit_options *options, fairu_goodness *goodness)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !goodness)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "goodness: likelihood, data or goodness is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run(ctx, lh, data, options, goodness);
  fairu_context__release(ctx, mark);
  return status;
}
