/* describe.c - what a model says about its parameters. */
#include <math.h>
#include <string.h>

#include "likelihood/model.h"

double fairu_likelihood__lower(const fairu_likelihood *lh, size_t i)
{
  return i < lh->n_factors ? lh->factors[i].lower : lh->nuisances[i - lh->n_factors].lower;
}

double fairu_likelihood__upper(const fairu_likelihood *lh, size_t i)
{
  return i < lh->n_factors ? lh->factors[i].upper : lh->nuisances[i - lh->n_factors].upper;
}

double fairu_likelihood__start(const fairu_likelihood *lh, size_t i)
{
  return i < lh->n_factors ? lh->factors[i].start : lh->nuisances[i - lh->n_factors].start;
}

double fairu_likelihood__scale(const fairu_likelihood *lh, size_t i)
{
  if (i < lh->n_factors)
    return fmax(0.5, 0.5 * fabs(lh->factors[i].start));
  const double scale = lh->nuisances[i - lh->n_factors].scale;
  return scale > 0.0 && isfinite(scale) ? scale : 1.0;
}

const char *fairu_likelihood__name(const fairu_likelihood *lh, size_t i)
{
  return i < lh->n_factors ? lh->factors[i].name : lh->nuisances[i - lh->n_factors].name;
}

size_t fairu_likelihood_n_parameters(const fairu_likelihood *lh)
{
  return lh ? lh->n_params : 0;
}

size_t fairu_likelihood_n_bins(const fairu_likelihood *lh)
{
  return lh ? lh->n_bins : 0;
}

size_t fairu_likelihood_poi_index(const fairu_likelihood *lh)
{
  return lh ? lh->poi : 0;
}

int fairu_likelihood_parameter(const fairu_likelihood *lh, fairu_context *ctx, size_t i,
                               fairu_parameter *parameter)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !parameter)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "parameter: likelihood or parameter is NULL");
  if (i >= lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "parameter %zu of %zu", i, lh->n_params);
  const int is_factor = i < lh->n_factors;
  const fairu_parameter ours = { .struct_size = sizeof ours,
                                 .name = fairu_likelihood__name(lh, i),
                                 .kind = is_factor ? FAIRU_PARAMETER_FACTOR : FAIRU_PARAMETER_NUISANCE,
                                 .start = fairu_likelihood__start(lh, i),
                                 .lower = fairu_likelihood__lower(lh, i),
                                 .upper = fairu_likelihood__upper(lh, i),
                                 .constraint = is_factor ? FAIRU_CONSTRAINT_NONE
                                                         : lh->nuisances[i - lh->n_factors].kind };
  return fairu_result__write(ctx, parameter, &ours, sizeof ours, "parameter");
}

int fairu_likelihood_find_parameter(const fairu_likelihood *lh, fairu_context *ctx, const char *name,
                                    size_t *index)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !name || !index)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "find parameter: likelihood, name or index is NULL");
  for (size_t i = 0; i < lh->n_params; i++)
    if (!strcmp(fairu_likelihood__name(lh, i), name)) {
      *index = i;
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "the model has no parameter '%s'", name);
}
