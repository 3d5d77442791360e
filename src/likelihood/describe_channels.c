/* describe_channels.c - channels and samples of a likelihood; templates are one channel without a name. */
#include "likelihood/build.h"
#include "likelihood/combine.h"

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
  size_t n = 0;
  for (size_t p = 0; lh && p < lh->n_parts; p++)
    n += fairu_likelihood_n_channels(lh->parts[p]);
  return !lh ? 0 : lh->n_parts ? n : lh->source ? lh->source->n_channels : 1;
}

/* The part a channel is of, and its place there; a likelihood without parts is its own. */
static const fairu_likelihood *part_of_channel(const fairu_likelihood *lh, size_t *channel)
{
  size_t part = 0;
  return lh && lh->n_parts ? fairu_combined__find(lh, fairu_likelihood_n_channels, *channel, &part, channel)
                           : lh;
}

const char *fairu_likelihood_channel_name(const fairu_likelihood *lh, size_t channel)
{
  lh = part_of_channel(lh, &channel);
  const fairu_channel *c = find_channel(lh, channel);
  return c ? c->name : is_whole(lh, channel) ? "" : NULL;
}

size_t fairu_likelihood_channel_n_bins(const fairu_likelihood *lh, size_t channel)
{
  lh = part_of_channel(lh, &channel);
  const fairu_channel *c = find_channel(lh, channel);
  return c ? c->n_bins : is_whole(lh, channel) ? lh->n_bins : 0;
}

size_t fairu_likelihood_channel_first_bin(const fairu_likelihood *lh, size_t channel)
{
  size_t before = 0, part = 0, within = channel;
  if (lh && lh->n_parts && !fairu_combined__find(lh, fairu_likelihood_n_channels, channel, &part, &within))
    return 0;
  for (size_t p = 0; p < part; p++)
    before += lh->parts[p]->n_bins;
  const fairu_channel *c = find_channel(lh && lh->n_parts ? lh->parts[part] : lh, within);
  return before + (c ? c->first_bin : 0);
}

size_t fairu_likelihood_n_samples(const fairu_likelihood *lh)
{
  size_t n = 0;
  for (size_t p = 0; lh && p < lh->n_parts; p++)
    n += fairu_likelihood_n_samples(lh->parts[p]);
  return !lh ? 0 : lh->n_parts ? n : lh->source ? lh->source->n_samples : lh->n_processes;
}

const char *fairu_likelihood_sample_name(const fairu_likelihood *lh, size_t sample)
{
  size_t part = 0;
  if (lh && lh->n_parts)
    lh = fairu_combined__find(lh, fairu_likelihood_n_samples, sample, &part, &sample);
  if (sample >= fairu_likelihood_n_samples(lh))
    return NULL;
  return lh->source ? lh->source->samples[sample].name : fairu_templates_process_name(lh->templates, sample);
}

size_t fairu_likelihood_sample_channel(const fairu_likelihood *lh, size_t sample)
{
  size_t before = 0, part = 0;
  if (lh && lh->n_parts) {
    const fairu_likelihood *whole = lh;
    lh = fairu_combined__find(whole, fairu_likelihood_n_samples, sample, &part, &sample);
    for (size_t p = 0; p < part && lh; p++)
      before += fairu_likelihood_n_channels(whole->parts[p]);
  }
  return sample < fairu_likelihood_n_samples(lh) && lh->source ? before + lh->source->samples[sample].channel
                                                               : before;
}
