/* expected.c - expected yields of all bins, or of one sample. */
#include <math.h>
#include <string.h>

#include "likelihood/channels.h"
#include "likelihood/combine.h"
#include "likelihood/rows.h"
#include "templates/templates_internal.h"

int fairu_likelihood__expected(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                               double *nu)
{
  if (lh->n_parts)
    return fairu_combined__expected(lh, ctx, params, nu);
  return lh->channels ? fairu_channels__expected(lh->channels, ctx, params, nu)
                      : fairu_rows__expected(lh, ctx, params, nu);
}

static int check(const fairu_likelihood *lh, fairu_context *ctx, const double *params, size_t n_params,
                 const double *nu)
{
  if (!lh || !params || !nu)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "expected: likelihood, params or nu is NULL");
  if (!fairu_likelihood__is_binned(lh))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "expected: an event-wise model has no bins");
  return fairu_likelihood__check(lh, ctx, params, n_params);
}

/* Parameters far beyond their bounds are taken, as long as yields are numbers. */
static int write(fairu_context *ctx, const double *ours, size_t n_bins, double *nu)
{
  for (size_t j = 0; j < n_bins; j++)
    if (!isfinite(ours[j]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "expected: bin %zu expects %g", j, ours[j]);
  memcpy(nu, ours, n_bins * sizeof *nu);
  return FAIRU_OK;
}

int fairu_likelihood_expected(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                              size_t n_params, double *nu)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check(lh, ctx, params, n_params, nu);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *ours = fairu_context__scratch(ctx, lh->n_bins, sizeof *ours, "yields");
  status = ours ? fairu_likelihood__expected(lh, ctx, params, ours) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = write(ctx, ours, lh->n_bins, nu);
  fairu_context__release(ctx, mark);
  return status;
}

/* phi_p nu_pj(z) of process p */
static int expected_process(const fairu_likelihood *lh, fairu_context *ctx, size_t p, const double *params,
                            double *nu)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *phi = fairu_context__scratch(ctx, lh->n_processes, (1 + lh->n_bins) * sizeof *phi, "yields");
  if (!phi)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *yields = phi + lh->n_processes;
  const int status =
      fairu_templates__evaluate(lh->templates, ctx, params + lh->n_factors, yields, NULL, NULL);
  if (status == FAIRU_OK) {
    fairu_likelihood__scales(lh, params, phi, NULL);
    for (size_t j = 0; j < lh->n_bins; j++)
      nu[j] = phi[p] * yields[p * lh->n_bins + j];
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood_expected_sample(const fairu_likelihood *lh, fairu_context *ctx, size_t sample,
                                     const double *params, size_t n_params, double *nu)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check(lh, ctx, params, n_params, nu);
  if (status == FAIRU_OK && sample >= fairu_likelihood_n_samples(lh))
    status = fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected: sample %zu of %zu", sample,
                                 fairu_likelihood_n_samples(lh));
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *ours = fairu_context__scratch(ctx, lh->n_bins, sizeof *ours, "yields");
  if (!ours)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = lh->n_parts    ? fairu_combined__expected_sample(lh, ctx, sample, params, ours)
           : lh->channels ? fairu_channels__expected_sample(lh->channels, ctx, sample, params, ours)
                          : expected_process(lh, ctx, sample, params, ours);
  const size_t channel = fairu_likelihood_sample_channel(lh, sample);
  if (status == FAIRU_OK)
    status = write(ctx, ours, fairu_likelihood_channel_n_bins(lh, channel), nu);
  fairu_context__release(ctx, mark);
  return status;
}
