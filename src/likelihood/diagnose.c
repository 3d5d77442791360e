/* diagnose.c - fairu_likelihood_diagnose: the model at its start values, then all checks. */
#include "likelihood/diagnose.h"

#include <stdio.h>
#include <string.h>

enum { sentence_bytes = 1024 };

int fairu_diagnosis__report(const fairu_diagnosis *d, const fairu_finding *f, const char *format, ...)
{
  char text[sentence_bytes];
  va_list args;
  va_start(args, format);
  fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  if (d->fn(f->code, f->severity, f->parameter, f->sample, f->bin, f->n, text, d->user_data) != 0)
    return fairu_context__fail(d->ctx, FAIRU_ERR_CALLBACK, "diagnose: stopped by the callback");
  return fairu_context__poll(d->ctx);
}

static int is_scaled(const fairu_sample *sample, size_t parameter)
{
  for (size_t e = 0; e < sample->n_effects; e++)
    if (sample->effects[e].kind == FAIRU_EFFECT_FACTOR && sample->effects[e].parameter == parameter)
      return 1;
  return 0;
}

/* Expected yields of each sample at the start into the sums. */
static int add_samples(fairu_diagnosis *d)
{
  const fairu_model *model = d->model;
  double *nu = fairu_context__scratch(d->ctx, model->n_bins, sizeof *nu, "diagnose");
  int status = nu ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t s = 0; s < model->n_samples && status == FAIRU_OK; s++) {
    const fairu_sample *sample = &model->samples[s];
    const fairu_channel *channel = &model->channels[sample->channel];
    status = fairu_likelihood_expected_sample(d->likelihood, d->ctx, s, d->start, model->n_params, nu);
    for (size_t b = 0; b < channel->n_bins && status == FAIRU_OK; b++) {
      d->expected[channel->first_bin + b] += nu[b];
      if (d->background && !is_scaled(sample, d->likelihood->poi))
        d->background[channel->first_bin + b] += nu[b];
    }
    if (status == FAIRU_OK)
      status = fairu_context__poll(d->ctx);
  }
  return status;
}

static int prepare(fairu_diagnosis *d)
{
  const fairu_model *model = d->model;
  const int has_poi = d->likelihood->poi < model->n_params;
  d->start = fairu_context__scratch(d->ctx, model->n_params, sizeof *d->start, "diagnose");
  d->expected = fairu_context__scratch(d->ctx, model->n_bins, 3 * sizeof *d->expected, "diagnose");
  if (!d->start || !d->expected)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(d->expected, 0, 3 * model->n_bins * sizeof *d->expected);
  d->background = has_poi ? d->expected + model->n_bins : NULL;
  d->observed = d->data ? d->expected + 2 * model->n_bins : NULL;
  for (size_t i = 0; i < model->n_params; i++)
    d->start[i] = model->params[i].start;
  const int status =
      d->data ? fairu_data_observed(d->data, d->ctx, d->start, model->n_params, d->observed) : FAIRU_OK;
  return status == FAIRU_OK ? add_samples(d) : status;
}

static int run(fairu_diagnosis *d)
{
  int status = prepare(d);
  if (status == FAIRU_OK)
    status = fairu_diagnosis__variations(d);
  if (status == FAIRU_OK)
    status = fairu_diagnosis__bins(d);
  if (status == FAIRU_OK)
    status = fairu_diagnosis__parameters(d);
  return status == FAIRU_OK ? fairu_diagnosis__fake_constraints(d) : status;
}

int fairu_likelihood_diagnose(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                              fairu_finding_fn fn, void *user_data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !fn)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "diagnose: likelihood or fn is NULL");
  if (!lh->source)
    return fairu_context__fail(
        ctx, FAIRU_ERR_UNSUPPORTED,
        "diagnose: only a likelihood made from a model of channels and samples can be checked");
  if (data && data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "diagnose: the data belong to another likelihood");
  fairu_diagnosis d = {
    .ctx = ctx, .likelihood = lh, .model = lh->source, .data = data, .fn = fn, .user_data = user_data
  };
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run(&d);
  fairu_context__release(ctx, mark);
  return status;
}
