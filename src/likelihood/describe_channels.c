/* describe_channels.c - channels and samples of a likelihood; templates are one channel without a name. */
#include "likelihood/build.h"
#include "likelihood/model.h"

static const fairu_channel *find_channel(const fairu_likelihood *lh, size_t channel)
{
  return lh && lh->source && channel < lh->source->n_channels ? &lh->source->channels[channel] : NULL;
}

/* The one channel of a likelihood not made from a model. */
static int is_whole(const fairu_likelihood *lh, size_t channel)
{
  return lh && !lh->source && channel == 0;
}

size_t fairu_likelihood_n_channels(const fairu_likelihood *lh)
{
  return !lh ? 0 : lh->source ? lh->source->n_channels : 1;
}

const char *fairu_likelihood_channel_name(const fairu_likelihood *lh, size_t channel)
{
  const fairu_channel *c = find_channel(lh, channel);
  return c ? c->name : is_whole(lh, channel) ? "" : NULL;
}

size_t fairu_likelihood_channel_n_bins(const fairu_likelihood *lh, size_t channel)
{
  const fairu_channel *c = find_channel(lh, channel);
  return c ? c->n_bins : is_whole(lh, channel) ? lh->n_bins : 0;
}

size_t fairu_likelihood_channel_first_bin(const fairu_likelihood *lh, size_t channel)
{
  const fairu_channel *c = find_channel(lh, channel);
  return c ? c->first_bin : 0;
}

size_t fairu_likelihood_n_samples(const fairu_likelihood *lh)
{
  return !lh ? 0 : lh->source ? lh->source->n_samples : lh->n_processes;
}

const char *fairu_likelihood_sample_name(const fairu_likelihood *lh, size_t sample)
{
  if (sample >= fairu_likelihood_n_samples(lh))
    return NULL;
  return lh->source ? lh->source->samples[sample].name : fairu_templates_process_name(lh->templates, sample);
}

size_t fairu_likelihood_sample_channel(const fairu_likelihood *lh, size_t sample)
{
  return sample < fairu_likelihood_n_samples(lh) && lh->source ? lh->source->samples[sample].channel : 0;
}
