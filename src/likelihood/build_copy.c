/* build_copy.c - a model copied, and what its parameters turn out to be. */
#include <string.h>

#include "likelihood/build.h"

static const size_t none = FAIRU_NONE, several = (size_t)-2;

static int copy_effect(fairu_context *ctx, const fairu_effect *from, size_t n_bins, fairu_effect *to)
{
  const size_t rows = from->kind == FAIRU_EFFECT_SPLINE ? from->n_knots : 2;
  *to = *from;
  to->yields = to->knots = NULL;
  to->parameters = NULL;
  if (from->yields)
    to->yields = fairu_context__copy(ctx, from->yields, rows, n_bins * sizeof *to->yields, "yields");
  if (from->knots)
    to->knots = fairu_context__copy(ctx, from->knots, from->n_knots, sizeof *to->knots, "knots");
  if (from->parameters)
    to->parameters =
        fairu_context__copy(ctx, from->parameters, n_bins, sizeof *to->parameters, "bin factors");
  return !from->yields == !to->yields && !from->knots == !to->knots && !from->parameters == !to->parameters
             ? FAIRU_OK
             : FAIRU_ERR_OUT_OF_MEMORY;
}

static int copy_sample(fairu_context *ctx, const fairu_sample *from, size_t n_bins, fairu_sample *to)
{
  to->channel = from->channel;
  to->name = fairu_context__copy_string(ctx, from->name, "sample");
  to->yields = fairu_context__copy(ctx, from->yields, n_bins, sizeof *to->yields, "yields");
  to->effects = fairu_context__new(ctx, from->n_effects, sizeof *to->effects, "effects");
  if (!to->name || !to->yields || !to->effects)
    return FAIRU_ERR_OUT_OF_MEMORY;
  to->effect_capacity = from->n_effects;
  for (size_t e = 0; e < from->n_effects; e++) {
    to->n_effects++; /* first: what is half copied is freed */
    const int status = copy_effect(ctx, &from->effects[e], n_bins, &to->effects[e]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int copy_params(fairu_context *ctx, const fairu_model *from, fairu_model *to)
{
  to->params = fairu_context__new(ctx, from->n_params, sizeof *to->params, "parameters");
  if (!to->params)
    return FAIRU_ERR_OUT_OF_MEMORY;
  to->param_capacity = from->n_params;
  for (size_t i = 0; i < from->n_params; i++) {
    to->n_params++;
    int status = fairu_param__copy(ctx, &from->params[i], &to->params[i]);
    if (status == FAIRU_OK)
      status = fairu_name_index__reserve(&to->param_names, ctx, &to->allocator);
    if (status != FAIRU_OK)
      return status;
    fairu_name_index__add(&to->param_names, to->params[i].name, i);
  }
  return FAIRU_OK;
}

static int copy_channels(fairu_context *ctx, const fairu_model *from, fairu_model *to)
{
  to->channels = fairu_context__new(ctx, from->n_channels, sizeof *to->channels, "channels");
  if (!to->channels)
    return FAIRU_ERR_OUT_OF_MEMORY;
  to->channel_capacity = from->n_channels;
  for (size_t c = 0; c < from->n_channels; c++) {
    to->channels[c] = from->channels[c];
    to->channels[c].name = fairu_context__copy_string(ctx, from->channels[c].name, "channel");
    if (!to->channels[c].name)
      return FAIRU_ERR_OUT_OF_MEMORY;
    to->n_channels++;
    if (fairu_name_index__reserve(&to->channel_names, ctx, &to->allocator) != FAIRU_OK)
      return FAIRU_ERR_OUT_OF_MEMORY;
    fairu_name_index__add(&to->channel_names, to->channels[c].name, c);
  }
  to->n_bins = from->n_bins;
  return FAIRU_OK;
}

static int copy_samples(fairu_context *ctx, const fairu_model *from, fairu_model *to)
{
  to->samples = fairu_context__new(ctx, from->n_samples, sizeof *to->samples, "samples");
  if (!to->samples)
    return FAIRU_ERR_OUT_OF_MEMORY;
  to->sample_capacity = from->n_samples;
  for (size_t s = 0; s < from->n_samples; s++) {
    to->n_samples++;
    const size_t n_bins = from->channels[from->samples[s].channel].n_bins;
    int status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = copy_sample(ctx, &from->samples[s], n_bins, &to->samples[s]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_model__copy(fairu_context *ctx, const fairu_model *model, fairu_model **out)
{
  fairu_model *copy = NULL;
  int status = fairu_model_create(ctx, &copy);
  if (status == FAIRU_OK)
    status = copy_params(ctx, model, copy);
  if (status == FAIRU_OK)
    status = copy_channels(ctx, model, copy);
  if (status == FAIRU_OK)
    status = copy_samples(ctx, model, copy);
  if (status != FAIRU_OK) {
    fairu_model_destroy(copy);
    copy = NULL;
  }
  *out = copy;
  return status;
}

/* bin [n_params]: the one bin each parameter scales and nothing else, none or several */
static void mark_effect(const fairu_channel *channel, const fairu_effect *effect, size_t *bin)
{
  if (effect->kind != FAIRU_EFFECT_BIN_FACTORS) {
    bin[effect->parameter] = several;
    return;
  }
  for (size_t b = 0; b < channel->n_bins; b++) {
    const size_t i = effect->parameters[b], here = channel->first_bin + b;
    if (i != none)
      bin[i] = bin[i] == none || bin[i] == here ? here : several;
  }
}

int fairu_model__find_kinds(fairu_context *ctx, const fairu_model *model, fairu_param *params)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *bin = fairu_context__scratch(ctx, model->n_params, sizeof *bin, "kinds of parameters");
  if (!bin)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < model->n_params; i++)
    bin[i] = none;
  for (size_t s = 0; s < model->n_samples; s++)
    for (size_t e = 0; e < model->samples[s].n_effects; e++)
      mark_effect(&model->channels[model->samples[s].channel], &model->samples[s].effects[e], bin);
  for (size_t i = 0; i < model->n_params; i++)
    params[i].kind = params[i].constraint == FAIRU_CONSTRAINT_NONE ? FAIRU_PARAMETER_FACTOR
                     : bin[i] < several                            ? FAIRU_PARAMETER_GAMMA
                                                                   : FAIRU_PARAMETER_NUISANCE;
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}
