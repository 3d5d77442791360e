/* describe.c - what a model says about its parameters. */
#include <math.h>
#include <string.h>

#include "likelihood/build.h"
#include "likelihood/model.h"

double fairu_likelihood__lower(const fairu_likelihood *lh, size_t i)
{
  return lh->params[i].lower;
}

double fairu_likelihood__upper(const fairu_likelihood *lh, size_t i)
{
  return lh->params[i].upper;
}

double fairu_likelihood__start(const fairu_likelihood *lh, size_t i)
{
  return lh->params[i].start;
}

double fairu_likelihood__scale(const fairu_likelihood *lh, size_t i)
{
  const double scale = lh->params[i].scale;
  return scale > 0.0 && isfinite(scale) ? scale : 1.0;
}

const char *fairu_likelihood__name(const fairu_likelihood *lh, size_t i)
{
  return lh->params[i].name;
}

int fairu_likelihood__is_two_point(const fairu_likelihood *lh, size_t i)
{
  return lh->params[i].is_two_point;
}

int fairu_likelihood__is_binned(const fairu_likelihood *lh)
{
  return lh->templates != NULL || lh->channels != NULL || lh->n_bins > 0;
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
  const fairu_param *p = &lh->params[i];
  const fairu_parameter ours = { .struct_size = sizeof ours,
                                 .name = p->name,
                                 .kind = p->kind,
                                 .start = p->start,
                                 .lower = p->lower,
                                 .upper = p->upper,
                                 .constraint = p->constraint,
                                 .fixed = p->fixed,
                                 .width = fairu_param__error(p),
                                 .aux = fairu_param__has_aux(p) ? p->aux : (double)NAN,
                                 .statistical_origin = !p->is_two_point };
  return fairu_result__write(ctx, parameter, &ours, sizeof ours, "parameter");
}

int fairu_likelihood_find_parameter(const fairu_likelihood *lh, fairu_context *ctx, const char *name,
                                    size_t *index)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !name || !index)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "find parameter: likelihood, name or index is NULL");
  size_t i = lh->source ? fairu_name_index__find(&lh->source->param_names, name) : 0;
  while (!lh->source && i < lh->n_params && strcmp(lh->params[i].name, name) != 0)
    i++;
  if (i < lh->n_params) {
    *index = i;
    return FAIRU_OK;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "the model has no parameter '%s'", name);
}
