/* channels_gammas.c - which gammas can be profiled bin by bin: those of one bin, constrained, that do nothing else. */
#include <math.h>

#include "likelihood/channels_private.h"

/* Where a parameter is met. */
typedef struct meeting {
  size_t bin; /* the one bin it scales */
  int times;  /* 0: nowhere, 1: this bin alone, 2: elsewhere or more than once in a sample */
} meeting;

static void exclude_wide(const fairu_channels *channels, meeting *meetings)
{
  for (size_t i = 0; i < channels->n_channels; i++) {
    const fairu_flat_channel *channel = &channels->channels[i];
    for (size_t j = 0; j < channel->n_wide; j++)
      meetings[channels->wide[channel->wide + j]].times = 2;
  }
}

static void meet_slots(const fairu_channels *channels, meeting *meetings)
{
  for (size_t b = 0; b < channels->n_bins; b++)
    for (size_t i = channels->first_slot[b]; i < channels->first_slot[b + 1]; i++) {
      meeting *m = &meetings[channels->slots[i]];
      m->times = m->times ? 2 : 1;
      m->bin = b;
    }
}

/* Twice in one sample: a square, not a line. */
static void exclude_squares(const fairu_channels *channels, const fairu_flat_channel *channel, size_t b,
                            meeting *meetings)
{
  const uint32_t *slots = channels->slots + channels->first_slot[channel->first_bin + b];
  for (size_t s = channel->samples; s < channel->samples + channel->n_samples; s++) {
    const fairu_flat_sample *sample = &channels->samples[s];
    const uint32_t *positions = channels->positions + sample->gammas + b;
    for (size_t g = 0; g < sample->n_gammas; g++)
      for (size_t h = 0; h < g; h++)
        if (positions[g * channel->n_bins] != FAIRU_NOWHERE &&
            positions[g * channel->n_bins] == positions[h * channel->n_bins])
          meetings[slots[positions[g * channel->n_bins]]].times = 2;
  }
}

static int is_candidate(const fairu_param *param, const meeting *m)
{
  const int gaussian = param->constraint == FAIRU_CONSTRAINT_PRIOR && param->prior == FAIRU_PRIOR_GAUSSIAN;
  return m->times == 1 && !param->fixed && (gaussian || param->constraint == FAIRU_CONSTRAINT_POISSON);
}

/* 1 if no gamma already chosen scales one of the samples that this slot scales. */
static int is_alone(const fairu_channels *channels, const fairu_flat_channel *channel, size_t b, size_t slot)
{
  const uint32_t *slots = channels->slots + channels->first_slot[channel->first_bin + b];
  for (size_t s = channel->samples; s < channel->samples + channel->n_samples; s++) {
    const fairu_flat_sample *sample = &channels->samples[s];
    int holds = 0, taken = 0;
    for (size_t g = 0; g < sample->n_gammas; g++) {
      const uint32_t position = channels->positions[sample->gammas + g * channel->n_bins + b];
      holds |= position == slot;
      taken |= position != FAIRU_NOWHERE && channels->gammas[slots[position]].profilable;
    }
    if (holds && taken)
      return 0;
  }
  return 1;
}

/* In the order of parameters: counts of single samples come before the statistics they share. */
static void choose_in_bin(fairu_channels *channels, const fairu_model *model,
                          const fairu_flat_channel *channel, size_t b, const meeting *meetings)
{
  const size_t first = channels->first_slot[channel->first_bin + b];
  const size_t end = channels->first_slot[channel->first_bin + b + 1];
  size_t after = 0;
  for (size_t round = first; round < end; round++) {
    size_t next = FAIRU_NONE;
    for (size_t i = first; i < end; i++)
      if (channels->slots[i] >= after && (next == FAIRU_NONE || channels->slots[i] < channels->slots[next]))
        next = i;
    const size_t parameter = channels->slots[next];
    after = parameter + 1;
    if (is_candidate(&model->params[parameter], &meetings[parameter]) &&
        is_alone(channels, channel, b, next - first))
      channels->gammas[parameter].profilable = 1;
  }
}

static void describe(const fairu_param *param, fairu_gamma *gamma)
{
  gamma->poisson = param->constraint == FAIRU_CONSTRAINT_POISSON;
  gamma->lower = gamma->poisson && !(param->lower > 0.0) ? 0.0 : param->lower;
  gamma->upper = param->upper;
  gamma->strength = gamma->poisson       ? param->tau
                    : param->width > 0.0 ? 1.0 / (param->width * param->width)
                                         : 0.0; /* no constraint */
  gamma->profilable = 0;
}

int fairu_channels__find_gammas(fairu_channels *channels, fairu_context *ctx, const fairu_model *model)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  meeting *meetings = fairu_context__scratch(ctx, channels->n_params, sizeof *meetings, "gammas");
  if (!meetings)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < channels->n_params; i++) {
    meetings[i] = (meeting){ 0, 0 };
    describe(&model->params[i], &channels->gammas[i]);
  }
  exclude_wide(channels, meetings);
  meet_slots(channels, meetings);
  for (size_t i = 0; i < channels->n_channels; i++)
    for (size_t b = 0; b < channels->channels[i].n_bins; b++) {
      exclude_squares(channels, &channels->channels[i], b, meetings);
      choose_in_bin(channels, model, &channels->channels[i], b, meetings);
    }
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}

int fairu_channels__can_profile(const fairu_channels *channels, size_t parameter)
{
  return channels->gammas[parameter].profilable;
}
