/* diagnose_fake.c - constraints that template statistics make up.
 *
 * Up and down variations filled from samples of finite size differ by fluctuations even where the nuisance does nothing, and a fit takes
 * the difference delta = (up - down) / 2 for knowledge: with independent samples as large as the nominal one, each bin of template
 * error e and expectation n gives e^2 / 2 to delta^2 on average, so that the fitted width is 1/sqrt(1 + sum delta^2 / n), down to
 * 1/sqrt(1 + sum e^2 / 2n) of the prior for nothing. Template errors are those of the gammas that scale the sample; what the fit
 * allows for them adds e^2 to n. Where the difference is smaller than that, the samples share events and fluctuate together.
 */
#include <math.h>
#include <string.h>

#include "likelihood/covariance_fill.h"
#include "likelihood/diagnose.h"

static const double narrow = 0.9;    /* fitted over prior width: less is a constraint */
static const double explained = 0.5; /* part of the information that fluctuations make up */

/* Information about one parameter, in units of that of its prior. */
typedef struct information {
  double apparent; /* sum delta^2 / n */
  double noise;    /* of which fluctuations make up this on average */
  size_t n_bins;
} information;

/* Template error of a gamma, relative; 0: no template statistics. */
static double gamma_error(const fairu_param *p)
{
  if (p->fixed)
    return 0.0;
  if (p->constraint == FAIRU_CONSTRAINT_POISSON)
    return 1.0 / sqrt(p->tau);
  return p->constraint == FAIRU_CONSTRAINT_PRIOR && p->prior == FAIRU_PRIOR_GAUSSIAN ? p->width : 0.0;
}

/* Squared template error of a sample in bin b of its channel. Gammas shared with other samples know the error of their sum: the part
 * that goes with the yield. */
static double template_variance(const fairu_diagnosis *d, const fairu_sample *sample, size_t b)
{
  const double expected = d->expected[d->model->channels[sample->channel].first_bin + b];
  double variance = 0.0;
  for (size_t e = 0; e < sample->n_effects; e++) {
    const fairu_effect *effect = &sample->effects[e];
    if (effect->kind != FAIRU_EFFECT_BIN_FACTORS || effect->parameters[b] == FAIRU_NONE)
      continue;
    const double relative = gamma_error(&d->model->params[effect->parameters[b]]);
    variance += relative * relative * fabs(sample->yields[b]) * fmax(fabs(sample->yields[b]), expected);
  }
  return variance;
}

static double width_of(const fairu_param *p)
{
  return p->constraint == FAIRU_CONSTRAINT_PRIOR && p->prior == FAIRU_PRIOR_GAUSSIAN ? p->width : (double)NAN;
}

/* Sums over the bins of one channel: delta of all samples together, fluctuations of those shifted. */
static void add_channel(const fairu_diagnosis *d, size_t c, size_t parameter, double *delta, double *noise,
                        information *out)
{
  const fairu_channel *channel = &d->model->channels[c];
  const double width = width_of(&d->model->params[parameter]);
  memset(delta, 0, channel->n_bins * sizeof *delta);
  memset(noise, 0, channel->n_bins * sizeof *noise);
  for (size_t s = 0; s < d->model->n_samples; s++) {
    const fairu_sample *sample = &d->model->samples[s];
    for (size_t e = 0; sample->channel == c && e < sample->n_effects; e++) {
      const fairu_effect *effect = &sample->effects[e];
      if (effect->kind != FAIRU_EFFECT_SHIFT || effect->parameter != parameter)
        continue;
      for (size_t b = 0; b < channel->n_bins; b++) {
        delta[b] += 0.5 * (effect->yields[channel->n_bins + b] - effect->yields[b]);
        noise[b] += template_variance(d, sample, b);
      }
    }
  }
  for (size_t b = 0; b < channel->n_bins; b++) {
    const double n = d->expected[channel->first_bin + b] + noise[b];
    if (!(n > 0.0) || !(noise[b] > 0.0))
      continue;
    out->apparent += delta[b] * delta[b] / n * width * width;
    out->noise += 0.5 * noise[b] / n * width * width;
    out->n_bins++;
  }
}

static information information_of(const fairu_diagnosis *d, size_t parameter, double *work)
{
  information out = { 0 };
  for (size_t c = 0; c < d->model->n_channels; c++)
    add_channel(d, c, parameter, work, work + d->model->n_bins, &out);
  return out;
}

static int judge(const fairu_diagnosis *d, size_t parameter, double fitted, double *work)
{
  const information made = information_of(d, parameter, work);
  const double gained = 1.0 / (fitted * fitted) - 1.0;
  if (!(fitted < narrow) || !(fmin(made.noise, made.apparent) > explained * gained))
    return FAIRU_OK;
  const fairu_finding f = {
    FAIRU_FINDING_FAKE_CONSTRAINT, FAIRU_SEVERITY_WARNING, parameter, FAIRU_NONE, FAIRU_NONE, made.n_bins
  };
  return fairu_diagnosis__report(d, &f,
                                 "the fit constrains '%s' to %.3g of its prior width (shape effects alone: "
                                 "%.3g), but fluctuations of templates of "
                                 "this size would do so to %.3g without any effect, in %zu bins: larger "
                                 "samples or smoother variations are needed",
                                 d->model->params[parameter].name, fitted, 1.0 / sqrt(1.0 + made.apparent),
                                 1.0 / sqrt(1.0 + made.noise), made.n_bins);
}

/* Variances of a fit to the data, or to the expectation at the start; *ok 0 if there are none. */
static int fit_of(const fairu_diagnosis *d, const fairu_data *data, double *variances, int *ok)
{
  fairu_fit_options options;
  int status = fairu_fit_options_init(&options, sizeof options);
  options.spread_starts = 0;
  if (status == FAIRU_OK)
    status = fairu_fit__variances(d->likelihood, d->ctx, data, &options, variances);
  *ok = status == FAIRU_OK;
  const int is_mathematics = status == FAIRU_ERR_NOT_CONVERGED || status == FAIRU_ERR_FLAT ||
                             status == FAIRU_ERR_NOT_POSITIVE_DEFINITE || status == FAIRU_ERR_NEGATIVE_YIELD;
  return is_mathematics ? FAIRU_OK : status; /* other findings tell why */
}

static int variances_of(const fairu_diagnosis *d, double *variances, int *ok)
{
  if (d->data)
    return fit_of(d, d->data, variances, ok);
  fairu_data *asimov = NULL;
  int status = fairu_data_create(d->ctx, d->likelihood, &asimov);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(d->likelihood, d->ctx, d->start, d->model->n_params, asimov);
  if (status == FAIRU_OK)
    status = fit_of(d, asimov, variances, ok);
  else if (status == FAIRU_ERR_NEGATIVE_YIELD || status == FAIRU_ERR_RANGE)
    status = FAIRU_OK;
  fairu_data_destroy(asimov);
  return status;
}

/* Parameters with a prior width and shifts; the others, gammas among them, are many. */
static void find_shapes(const fairu_diagnosis *d, unsigned char *asked)
{
  memset(asked, 0, d->model->n_params);
  for (size_t s = 0; s < d->model->n_samples; s++)
    for (size_t e = 0; e < d->model->samples[s].n_effects; e++) {
      const fairu_effect *effect = &d->model->samples[s].effects[e];
      if (effect->kind == FAIRU_EFFECT_SHIFT && isfinite(width_of(&d->model->params[effect->parameter])))
        asked[effect->parameter] = 1;
    }
}

/* Of which those whose samples have template statistics at all. */
static int ask(const fairu_diagnosis *d, unsigned char *asked, double *work, int *any)
{
  int status = FAIRU_OK;
  *any = 0;
  find_shapes(d, asked);
  for (size_t i = 0; i < d->model->n_params && status == FAIRU_OK; i++) {
    if (!asked[i])
      continue;
    asked[i] = information_of(d, i, work).noise > 0.0;
    *any |= asked[i];
    status = fairu_context__poll(d->ctx);
  }
  return status;
}

int fairu_diagnosis__fake_constraints(const fairu_diagnosis *d)
{
  const size_t n = d->model->n_params;
  double *work = fairu_context__scratch(d->ctx, d->model->n_bins, 2 * sizeof *work, "diagnose");
  double *variances = fairu_context__scratch(d->ctx, n, sizeof *variances, "diagnose");
  unsigned char *asked = fairu_context__scratch(d->ctx, n, 1, "diagnose");
  int ok = 0, any = 0;
  if (!work || !variances || !asked)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = ask(d, asked, work, &any);
  if (status == FAIRU_OK && any)
    status = variances_of(d, variances, &ok);
  for (size_t i = 0; ok && i < n && status == FAIRU_OK; i++)
    if (asked[i] && variances[i] > 0.0)
      status = judge(d, i, sqrt(variances[i]) / width_of(&d->model->params[i]), work);
  return status;
}
