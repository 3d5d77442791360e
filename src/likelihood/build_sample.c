/* build_sample.c - samples of a model being built. */
#include <math.h>
#include <string.h>

#include "likelihood/build.h"

static int check_yields(const fairu_model *model, fairu_context *ctx, size_t channel, const char *name,
                        const double *yields, size_t n_bins)
{
  const fairu_channel *c = &model->channels[channel];
  if (n_bins != c->n_bins)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "sample '%s': channel '%s' has %zu bins, got %zu", name,
                               c->name, c->n_bins, n_bins);
  for (size_t b = 0; b < n_bins; b++)
    if (!isfinite(yields[b]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "sample '%s' of channel '%s': bin %zu is %g",
                                 name, c->name, b, yields[b]);
  for (size_t s = 0; s < model->n_samples; s++)
    if (model->samples[s].channel == channel && !strcmp(model->samples[s].name, name))
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "two samples of channel '%s' are named '%s'",
                                 c->name, name);
  return FAIRU_OK;
}

static int check(const fairu_model *model, fairu_context *ctx, size_t channel, const char *name,
                 const double *yields, size_t n_bins)
{
  const int status = fairu_model__check_name(ctx, "sample", name);
  if (status != FAIRU_OK)
    return status;
  if (channel >= model->n_channels)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "sample '%s': channel %zu of %zu", name, channel,
                               model->n_channels);
  return check_yields(model, ctx, channel, name, yields, n_bins);
}

int fairu_model_add_sample(fairu_model *model, fairu_context *ctx, size_t channel, const char *name,
                           const double *yields, size_t n_bins, size_t *index)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!model || !yields)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "sample: model or yields is NULL");
  int status = check(model, ctx, channel, name, yields, n_bins);
  if (status == FAIRU_OK)
    status = fairu_model__grow(model, ctx, &model->samples, &model->sample_capacity, model->n_samples,
                               sizeof *model->samples, "samples");
  if (status != FAIRU_OK)
    return status;
  fairu_sample sample = { .channel = channel };
  sample.name = fairu_model__copy_name(model, ctx, name);
  sample.yields = fairu_model__copy_numbers(model, ctx, yields, 1, n_bins);
  if (!sample.name || !sample.yields) {
    fairu_allocator__free(&model->allocator, sample.name);
    fairu_allocator__free(&model->allocator, sample.yields);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  model->samples[model->n_samples] = sample;
  if (index)
    *index = model->n_samples;
  model->n_samples++;
  return FAIRU_OK;
}
