/* folds.c - nuisances whose up and down variations lie on the same side of the nominal yields: the likelihood may then have two minima. */
#include <math.h>

#include "likelihood/build.h"

/* Significance from which two minima are looked for: sum over bins of shift^2 / yield, the shift being the smaller of the two. */
static const double significant = 1.0;

/* The smaller of two shifts of the same sign; 0 for opposite ones. */
static double same_side(double down, double up)
{
  return down * up > 0.0 ? fmin(fabs(down), fabs(up)) : 0.0;
}

static void add_effect(const fairu_sample *sample, const fairu_effect *effect, size_t n_bins,
                       const double *nu, double *folds)
{
  for (size_t b = 0; b < n_bins; b++) {
    const double y = sample->yields[b];
    double shift = 0.0;
    if (effect->kind == FAIRU_EFFECT_NORM)
      shift = same_side((effect->down - 1.0) * y, (effect->up - 1.0) * y);
    else if (effect->kind == FAIRU_EFFECT_SHIFT)
      shift = same_side(effect->yields[b] - y, effect->yields[n_bins + b] - y);
    if (shift != 0.0 && nu[b] > 0.0)
      folds[effect->parameter] += shift * shift / nu[b];
  }
}

static void add_samples(const fairu_model *model, double *nu, double *folds)
{
  for (size_t b = 0; b < model->n_bins; b++)
    nu[b] = 0.0;
  for (size_t p = 0; p < model->n_params; p++)
    folds[p] = 0.0;
  for (size_t s = 0; s < model->n_samples; s++) {
    const fairu_channel *channel = &model->channels[model->samples[s].channel];
    for (size_t b = 0; b < channel->n_bins; b++)
      nu[channel->first_bin + b] += model->samples[s].yields[b];
  }
  for (size_t s = 0; s < model->n_samples; s++) {
    const fairu_sample *sample = &model->samples[s];
    const fairu_channel *channel = &model->channels[sample->channel];
    for (size_t e = 0; e < sample->n_effects; e++)
      if (sample->effects[e].kind == FAIRU_EFFECT_NORM || sample->effects[e].kind == FAIRU_EFFECT_SHIFT)
        add_effect(sample, &sample->effects[e], channel->n_bins, nu + channel->first_bin, folds);
  }
}

int fairu_model__find_folds(fairu_context *ctx, const fairu_model *model, fairu_param *params)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *nu = fairu_context__scratch(ctx, model->n_bins + model->n_params, sizeof *nu, "variations");
  if (!nu)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *folds = nu + model->n_bins;
  add_samples(model, nu, folds);
  for (size_t p = 0; p < model->n_params; p++)
    params[p].folds = folds[p] > significant;
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}
