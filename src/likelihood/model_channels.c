/* model_channels.c - a likelihood made from a model of channels. */
#include "likelihood/channels.h"
#include "likelihood/model_build.h"

/* A likelihood of nothing is no likelihood. */
static int check_complete(fairu_context *ctx, const fairu_model *model)
{
  if (model->n_channels == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "the model has no channel");
  if (model->n_params == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "the model has no parameters");
  const fairu_mark mark = fairu_context__mark(ctx);
  unsigned char *filled = fairu_context__scratch(ctx, model->n_channels, 1, "channels");
  int status = filled ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (filled)
    memset(filled, 0, model->n_channels);
  for (size_t s = 0; filled && s < model->n_samples; s++)
    filled[model->samples[s].channel] = 1;
  for (size_t c = 0; c < model->n_channels && status == FAIRU_OK; c++)
    if (!filled[c])
      status =
          fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "channel '%s' has no samples", model->channels[c].name);
  fairu_context__release(ctx, mark);
  return status;
}

static int find_poi(fairu_context *ctx, const fairu_model *model, const char *poi, size_t *index)
{
  *index = FAIRU_NONE;
  if (!poi || !*poi)
    return FAIRU_OK;
  *index = fairu_name_index__find(&model->param_names, poi);
  return *index < model->n_params ? FAIRU_OK
                                  : fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                                                        "parameter of interest: the model has no '%s'", poi);
}

static int copy_params(fairu_likelihood *lh, fairu_context *ctx, const fairu_model *model)
{
  lh->params = fairu_context__new(ctx, model->n_params, sizeof *lh->params, "parameters");
  if (!lh->params)
    return FAIRU_ERR_OUT_OF_MEMORY;
  lh->n_params = model->n_params;
  for (size_t i = 0; i < model->n_params; i++) {
    const int status = fairu_param__copy(ctx, &model->params[i], &lh->params[i]);
    if (status != FAIRU_OK)
      return status;
  }
  const int status = fairu_model__find_kinds(ctx, model, lh->params);
  return status != FAIRU_OK ? status : fairu_model__find_folds(ctx, model, lh->params);
}

/* Compiles lh->source. */
static int build(fairu_likelihood *lh, fairu_context *ctx)
{
  const fairu_model *model = lh->source;
  lh->constant = FAIRU_CONSTANT_POISSON;
  lh->n_bins = model->n_bins;
  const int status = copy_params(lh, ctx, model);
  return status == FAIRU_OK ? fairu_channels__compile(ctx, model, &lh->channels) : status;
}

int fairu_likelihood__own_model(fairu_context *ctx, fairu_model *model, const char *poi,
                                fairu_likelihood **out)
{
  fairu_likelihood *lh = fairu_context__new(ctx, 1, sizeof *lh, "likelihood");
  if (!lh) {
    fairu_model_destroy(model);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  lh->allocator = *fairu_context__allocator(ctx);
  lh->source = model;
  int status = check_complete(ctx, model);
  if (status == FAIRU_OK)
    status = find_poi(ctx, model, poi, &lh->poi);
  if (status == FAIRU_OK)
    status = build(lh, ctx);
  if (status != FAIRU_OK) {
    fairu_likelihood_destroy(lh);
    return status;
  }
  *out = lh;
  return FAIRU_OK;
}

int fairu_likelihood_create_from_model(fairu_context *ctx, const fairu_model *model, const char *poi,
                                       fairu_likelihood **out)
{
  fairu_model *copy = NULL;
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!model || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "likelihood: model or out is NULL");
  const int status = fairu_model__copy(ctx, model, &copy);
  return status == FAIRU_OK ? fairu_likelihood__own_model(ctx, copy, poi, out) : status;
}
