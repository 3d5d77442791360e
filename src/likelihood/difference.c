/* difference.c - NLL at one point minus that at another, subtracted term by term. */
#include <math.h>

#include "likelihood/channels.h"
#include "likelihood/combine.h"
#include "numeric/sum.h"

/* Main terms of templates, bin by bin. */
static int of_templates(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                        const double *a, const double *b, double *difference)
{
  const size_t n = lh->n_bins;
  double *terms = fairu_context__scratch(ctx, n, 2 * sizeof *terms, "terms of bins");
  if (!terms)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_likelihood__bin_terms(lh, ctx, data, a, terms);
  if (status == FAIRU_OK)
    status = fairu_likelihood__bin_terms(lh, ctx, data, b, terms + n);
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t j = 0; j < n && status == FAIRU_OK; j++)
    fairu_sum__add(&sum, terms[j] - terms[n + j]);
  *difference = fairu_sum__value(&sum);
  return status;
}

static int of_events(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data, const double *a,
                     const double *b, double *difference)
{
  double at_a[2], at_b[2];
  int status = fairu_likelihood__events(lh, ctx, data, a, at_a, NULL, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood__events(lh, ctx, data, b, at_b, NULL, NULL);
  *difference = status == FAIRU_OK ? (at_a[0] - at_b[0]) + (at_a[1] - at_b[1]) : 0.0;
  return status;
}

int fairu_likelihood__main_difference(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                                      const double *a, const double *b, double *difference)
{
  return lh->channels    ? fairu_channels__difference(lh->channels, ctx, data->observed, a, b, difference)
         : lh->templates ? of_templates(lh, ctx, data, a, b, difference)
                         : of_events(lh, ctx, data, a, b, difference);
}

static int difference_of(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                         const double *a, const double *b, double *difference)
{
  double main_terms, constraints;
  if (lh->n_parts)
    return fairu_combined__difference(lh, ctx, data, a, b, difference);
  int status = fairu_likelihood__main_difference(lh, ctx, data, a, b, &main_terms);
  if (status == FAIRU_OK)
    status = fairu_likelihood__constraint_difference(lh, ctx, data, NULL, a, b, &constraints);
  if (status == FAIRU_OK)
    *difference = main_terms + constraints;
  return status;
}

int fairu_likelihood_nll_difference(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                                    const double *a, const double *b, size_t n_params, double *difference)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !a || !b || !difference)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "nll difference: likelihood, data, a, b or difference is NULL");
  if (data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "nll difference: the data belong to another likelihood");
  int status = fairu_likelihood__check(lh, ctx, a, n_params);
  if (status == FAIRU_OK)
    status = fairu_likelihood__check(lh, ctx, b, n_params);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  double value = 0.0;
  status = difference_of(lh, ctx, data, a, b, &value);
  if (status == FAIRU_OK && !isfinite(value))
    status = fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "nll difference: %g", value);
  if (status == FAIRU_OK)
    *difference = value;
  fairu_context__release(ctx, mark);
  return status;
}
