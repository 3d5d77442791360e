/* write_check.c - a written workspace read again and held against the model: what reading does not give back, the format
 * cannot say. */
#include <math.h>
#include <string.h>

#include "likelihood/write.h"

static const double tolerance = 1e-13;

static bool near(double a, double b)
{
  return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static int refuse_parameter(const fairu_writing *w, const fairu_param *param)
{
  return fairu_context__fail(w->ctx, FAIRU_ERR_UNSUPPORTED,
                             "workspace: the format does not keep parameter '%.200s'", param->name);
}

static bool same_parameter(const fairu_param *a, const fairu_param *b, double aux)
{
  if (a->constraint != b->constraint || a->fixed != b->fixed || a->start != b->start ||
      a->lower != b->lower || a->upper != b->upper)
    return false;
  if (a->constraint == FAIRU_CONSTRAINT_NONE)
    return true;
  return near(b->aux, aux) &&
         (a->constraint == FAIRU_CONSTRAINT_POISSON ? near(a->tau, b->tau) : near(a->width, b->width));
}

static int check_parameters(const fairu_writing *w, const fairu_model *read)
{
  for (size_t p = 0; p < w->model->n_params; p++) {
    const fairu_param *param = &w->model->params[p];
    const size_t q = fairu_name_index__find(&read->param_names, param->name);
    if (q == FAIRU_NONE || !same_parameter(param, &read->params[q], w->aux[p]))
      return refuse_parameter(w, param);
  }
  return FAIRU_OK;
}

static int refuse_sample(const fairu_writing *w, const fairu_sample *sample)
{
  return fairu_context__fail(
      w->ctx, FAIRU_ERR_UNSUPPORTED,
      "workspace: the format does not keep what acts on sample '%.100s' of channel '%.100s'", sample->name,
      w->model->channels[sample->channel].name);
}

static bool same_name(const fairu_model *a, size_t p, const fairu_model *b, size_t q)
{
  return strcmp(a->params[p].name, b->params[q].name) == 0;
}

static bool same_effect(const fairu_model *a, const fairu_effect *x, const fairu_model *b,
                        const fairu_effect *y, size_t n_bins)
{
  if (x->kind != y->kind)
    return false;
  if (x->kind != FAIRU_EFFECT_BIN_FACTORS)
    return same_name(a, x->parameter, b, y->parameter); /* their numbers were written as they are */
  for (size_t i = 0; i < n_bins; i++)
    if (!same_name(a, x->parameters[i], b, y->parameters[i]))
      return false;
  return true;
}

static bool has_effect(const fairu_writing *w, const fairu_effect *effect, const fairu_model *read,
                       const fairu_sample *sample, size_t n_bins)
{
  for (size_t e = 0; e < sample->n_effects; e++)
    if (same_effect(w->model, effect, read, &sample->effects[e], n_bins))
      return true;
  return false;
}

static const fairu_sample *find_sample(const fairu_model *model, const char *channel, const char *name)
{
  for (size_t s = 0; s < model->n_samples; s++)
    if (strcmp(model->samples[s].name, name) == 0 &&
        strcmp(model->channels[model->samples[s].channel].name, channel) == 0)
      return &model->samples[s];
  return NULL;
}

static int check_samples(const fairu_writing *w, const fairu_model *read)
{
  for (size_t s = 0; s < w->model->n_samples; s++) {
    const fairu_sample *sample = &w->model->samples[s];
    const fairu_channel *channel = &w->model->channels[sample->channel];
    const fairu_sample *other = find_sample(read, channel->name, sample->name);
    if (!other || other->n_effects != sample->n_effects)
      return refuse_sample(w, sample);
    for (size_t e = 0; e < sample->n_effects; e++)
      if (!has_effect(w, &sample->effects[e], read, other, channel->n_bins))
        return refuse_sample(w, sample);
    const int status = fairu_context__poll(w->ctx);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static bool is_fault_of_content(int status)
{
  return status == FAIRU_ERR_ARGUMENT || status == FAIRU_ERR_DUPLICATE || status == FAIRU_ERR_SHAPE ||
         status == FAIRU_ERR_RANGE || status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_NOT_FOUND ||
         status == FAIRU_ERR_EMPTY;
}

int fairu_writing__check(const fairu_writing *w, const char *text, size_t size)
{
  fairu_workspace *workspace = NULL;
  fairu_model *read = NULL;
  int status = fairu_workspace_parse(w->ctx, text, size, "workspace to be written", &workspace);
  if (status == FAIRU_OK)
    status = fairu_model_create_from_workspace(w->ctx, workspace, NULL, NULL, &read);
  if (is_fault_of_content(status))
    status = fairu_context__within(w->ctx, FAIRU_ERR_UNSUPPORTED, "the format cannot say this model");
  if (status == FAIRU_OK)
    status = check_parameters(w, read);
  if (status == FAIRU_OK)
    status = check_samples(w, read);
  if (status == FAIRU_OK && read->n_params != w->model->n_params)
    status = fairu_context__fail(w->ctx, FAIRU_ERR_INTERNAL, "workspace: %zu parameters became %zu",
                                 w->model->n_params, read->n_params);
  fairu_model_destroy(read);
  fairu_workspace_destroy(workspace);
  return status;
}
