/* diagnose_bins.c - bins that expect nothing or less, have no background, or observed nothing. */
#include <math.h>

#include "likelihood/diagnose.h"

/* Negative nominal yields of a sample. */
static int check_sample(const fairu_diagnosis *d, size_t s)
{
  const fairu_sample *sample = &d->model->samples[s];
  const fairu_channel *channel = &d->model->channels[sample->channel];
  size_t n = 0, lowest = 0;
  for (size_t b = 0; b < channel->n_bins; b++) {
    n += sample->yields[b] < 0.0;
    lowest = sample->yields[b] < sample->yields[lowest] ? b : lowest;
  }
  if (n == 0)
    return FAIRU_OK;
  const fairu_finding f = {
    FAIRU_FINDING_NEGATIVE_YIELD, FAIRU_SEVERITY_WARNING, FAIRU_NONE, s, channel->first_bin + lowest, n
  };
  return fairu_diagnosis__report(
      d, &f,
      "channel '%s', sample '%s': %zu of %zu bins have a nominal yield below 0, the lowest is %.4g (bin %zu)",
      channel->name, sample->name, n, channel->n_bins, sample->yields[lowest], lowest);
}

/* Where some bins of a channel are so. */
typedef struct bin_count {
  size_t n, first; /* first: within the channel */
  double sum;      /* of what is told about them */
} bin_count;

static void count_bin(bin_count *count, size_t b, double value)
{
  if (count->n++ == 0)
    count->first = b;
  count->sum += value;
}

static int report_empty(const fairu_diagnosis *d, const fairu_channel *channel, const bin_count *empty,
                        const bin_count *filled)
{
  if (empty->n == 0)
    return FAIRU_OK;
  const bin_count *worst = filled->n ? filled : empty;
  const fairu_finding f = { FAIRU_FINDING_EMPTY_BIN,
                            filled->n ? FAIRU_SEVERITY_ERROR : FAIRU_SEVERITY_NOTE,
                            FAIRU_NONE,
                            FAIRU_NONE,
                            channel->first_bin + worst->first,
                            empty->n };
  if (filled->n)
    return fairu_diagnosis__report(d, &f,
                                   "channel '%s': nothing is expected in %zu of %zu bins, but %g events are "
                                   "observed in %zu of them (first: bin "
                                   "%zu): the likelihood is 0 there",
                                   channel->name, empty->n, channel->n_bins, filled->sum, filled->n,
                                   filled->first);
  return fairu_diagnosis__report(d, &f,
                                 "channel '%s': nothing is expected in %zu of %zu bins (first: bin %zu)",
                                 channel->name, empty->n, channel->n_bins, empty->first);
}

static int check_empty(const fairu_diagnosis *d, const fairu_channel *channel)
{
  bin_count empty = { 0 }, filled = { 0 };
  for (size_t b = 0; b < channel->n_bins; b++) {
    const size_t bin = channel->first_bin + b;
    if (d->expected[bin] != 0.0)
      continue;
    count_bin(&empty, b, 0.0);
    if (d->observed && d->observed[bin] > 0.0)
      count_bin(&filled, b, d->observed[bin]);
  }
  return report_empty(d, channel, &empty, &filled);
}

static int check_negative(const fairu_diagnosis *d, const fairu_channel *channel)
{
  bin_count negative = { 0 };
  double lowest = 0.0;
  for (size_t b = 0; b < channel->n_bins; b++) {
    const double nu = d->expected[channel->first_bin + b];
    if (nu < 0.0)
      count_bin(&negative, b, nu);
    lowest = fmin(lowest, nu);
  }
  if (negative.n == 0)
    return FAIRU_OK;
  const fairu_finding f = { FAIRU_FINDING_NEGATIVE_TOTAL,
                            FAIRU_SEVERITY_ERROR,
                            FAIRU_NONE,
                            FAIRU_NONE,
                            channel->first_bin + negative.first,
                            negative.n };
  return fairu_diagnosis__report(
      d, &f, "channel '%s': %zu of %zu bins expect less than 0 in total, the lowest %.4g (first: bin %zu)",
      channel->name, negative.n, channel->n_bins, lowest, negative.first);
}

static int check_background(const fairu_diagnosis *d, const fairu_channel *channel)
{
  bin_count bare = { 0 };
  for (size_t b = 0; d->background && b < channel->n_bins; b++) {
    const double background = d->background[channel->first_bin + b];
    const double signal = d->expected[channel->first_bin + b] - background;
    if (background == 0.0 && signal > 0.0)
      count_bin(&bare, b, signal);
  }
  if (bare.n == 0)
    return FAIRU_OK;
  const fairu_finding f = { FAIRU_FINDING_NO_BACKGROUND,
                            FAIRU_SEVERITY_WARNING,
                            FAIRU_NONE,
                            FAIRU_NONE,
                            channel->first_bin + bare.first,
                            bare.n };
  return fairu_diagnosis__report(d, &f,
                                 "channel '%s': %zu of %zu bins have signal (%.4g events) and no background "
                                 "(first: bin %zu): '%s' = 0 allows no "
                                 "event there",
                                 channel->name, bare.n, channel->n_bins, bare.sum, bare.first,
                                 d->model->params[d->likelihood->poi].name);
}

static int check_observed(const fairu_diagnosis *d, const fairu_channel *channel)
{
  double expected = 0.0;
  for (size_t b = 0; b < channel->n_bins; b++) {
    if (!d->observed || d->observed[channel->first_bin + b] > 0.0)
      return FAIRU_OK;
    expected += d->expected[channel->first_bin + b];
  }
  const fairu_finding f = { FAIRU_FINDING_OBSERVED_ZERO, FAIRU_SEVERITY_WARNING, FAIRU_NONE, FAIRU_NONE,
                            channel->first_bin,          channel->n_bins };
  return fairu_diagnosis__report(
      d, &f, "channel '%s': no event is observed in any of %zu bins, where %.4g are expected", channel->name,
      channel->n_bins, expected);
}

int fairu_diagnosis__bins(const fairu_diagnosis *d)
{
  int status = FAIRU_OK;
  for (size_t s = 0; s < d->model->n_samples && status == FAIRU_OK; s++)
    status = check_sample(d, s);
  for (size_t c = 0; c < d->model->n_channels && status == FAIRU_OK; c++) {
    const fairu_channel *channel = &d->model->channels[c];
    status = check_empty(d, channel);
    if (status == FAIRU_OK)
      status = check_negative(d, channel);
    if (status == FAIRU_OK)
      status = check_background(d, channel);
    if (status == FAIRU_OK)
      status = check_observed(d, channel);
  }
  return status;
}
