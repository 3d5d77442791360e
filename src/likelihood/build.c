/* build.c - a model of channels being built: its life, its memory, its channels. */
#include "likelihood/build.h"

#include <string.h>

int fairu_model_create(fairu_context *ctx, fairu_model **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "model: out is NULL");
  fairu_model *model = fairu_context__new(ctx, 1, sizeof *model, "model");
  if (!model)
    return FAIRU_ERR_OUT_OF_MEMORY;
  model->allocator = *fairu_context__allocator(ctx);
  *out = model;
  return FAIRU_OK;
}

static void clear_sample(const fairu_allocator *allocator, fairu_sample *sample)
{
  for (size_t e = 0; e < sample->n_effects; e++) {
    fairu_allocator__free(allocator, sample->effects[e].yields);
    fairu_allocator__free(allocator, sample->effects[e].knots);
    fairu_allocator__free(allocator, sample->effects[e].parameters);
  }
  fairu_allocator__free(allocator, sample->effects);
  fairu_allocator__free(allocator, sample->yields);
  fairu_allocator__free(allocator, sample->name);
}

void fairu_model_destroy(fairu_model *model)
{
  if (!model)
    return;
  const fairu_allocator allocator = model->allocator;
  for (size_t i = 0; i < model->n_params; i++)
    fairu_param__clear(&allocator, &model->params[i]);
  for (size_t c = 0; c < model->n_channels; c++)
    fairu_allocator__free(&allocator, model->channels[c].name);
  for (size_t s = 0; s < model->n_samples; s++)
    clear_sample(&allocator, &model->samples[s]);
  fairu_allocator__free(&allocator, model->params);
  fairu_allocator__free(&allocator, model->channels);
  fairu_allocator__free(&allocator, model->samples);
  fairu_name_index__clear(&model->param_names, &allocator);
  fairu_name_index__clear(&model->channel_names, &allocator);
  fairu_allocator__free(&allocator, model);
}

int fairu_model__grow(fairu_model *model, fairu_context *ctx, void *items, size_t *capacity, size_t count,
                      size_t size, const char *what)
{
  if (count < *capacity)
    return FAIRU_OK;
  void *old = NULL;
  memcpy(&old, items, sizeof old); /* items: address of a pointer of any type */
  const size_t wider = *capacity ? 2 * *capacity : 4;
  void *grown = fairu_allocator__new(&model->allocator, ctx, wider, size, what);
  if (!grown)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (count)
    memcpy(grown, old, count * size);
  fairu_allocator__free(&model->allocator, old);
  memcpy(items, &grown, sizeof grown);
  *capacity = wider;
  return FAIRU_OK;
}

char *fairu_model__copy_name(fairu_model *model, fairu_context *ctx, const char *name)
{
  const size_t size = strlen(name) + 1;
  char *copy = fairu_allocator__new(&model->allocator, ctx, size, 1, "name");
  return copy ? memcpy(copy, name, size) : NULL;
}

double *fairu_model__copy_numbers(fairu_model *model, fairu_context *ctx, const double *numbers, size_t rows,
                                  size_t columns)
{
  double *copy = fairu_allocator__new(&model->allocator, ctx, rows, columns * sizeof *copy, "yields");
  return copy ? memcpy(copy, numbers, rows * columns * sizeof *copy) : NULL;
}

int fairu_model__check_name(fairu_context *ctx, const char *noun, const char *name)
{
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s: name is NULL", noun);
  if (!*name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "a %s has no name", noun);
  if (strlen(name) > fairu_context__limits(ctx)->name_bytes)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "name of a %s has %zu bytes, the limit name_bytes is %llu", noun, strlen(name),
                               (unsigned long long)fairu_context__limits(ctx)->name_bytes);
  return FAIRU_OK;
}

static int check_channel(const fairu_model *model, fairu_context *ctx, const char *name, size_t n_bins)
{
  const int status = fairu_model__check_name(ctx, "channel", name);
  if (status != FAIRU_OK)
    return status;
  const uint64_t limit = fairu_context__limits(ctx)->bins;
  if (n_bins == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "channel '%s' has no bins", name);
  if (n_bins > limit || model->n_bins > limit - n_bins)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "channel '%s': %zu bins beside %zu, the limit bins is %llu", name, n_bins,
                               model->n_bins, (unsigned long long)limit);
  if (fairu_name_index__find(&model->channel_names, name) != FAIRU_NONE)
    return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "two channels are named '%s'", name);
  return FAIRU_OK;
}

int fairu_model_add_channel(fairu_model *model, fairu_context *ctx, const char *name, size_t n_bins,
                            size_t *index)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!model)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "channel: model is NULL");
  int status = check_channel(model, ctx, name, n_bins);
  if (status == FAIRU_OK)
    status = fairu_model__grow(model, ctx, &model->channels, &model->channel_capacity, model->n_channels,
                               sizeof *model->channels, "channels");
  if (status == FAIRU_OK)
    status = fairu_name_index__reserve(&model->channel_names, ctx, &model->allocator);
  if (status != FAIRU_OK)
    return status;
  fairu_channel *channel = &model->channels[model->n_channels];
  channel->name = fairu_model__copy_name(model, ctx, name);
  if (!channel->name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  channel->n_bins = n_bins;
  channel->first_bin = model->n_bins;
  fairu_name_index__add(&model->channel_names, channel->name, model->n_channels);
  if (index)
    *index = model->n_channels;
  model->n_channels++;
  model->n_bins += n_bins;
  return FAIRU_OK;
}
