/* write.c - a likelihood and its data as a workspace, checked by reading before the file is made. */
#include "likelihood/write.h"

#include "base/stream_internal.h"

/* ---- modifiers ----------------------------------------------------------------------------------------- */

static void begin_modifier(fairu_json_out *out, const char *name, fairu_modifier_type type)
{
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", name);
  fairu_json_out__member_string(out, "type", fairu_workspace__type_name(type));
  fairu_json_out__key(out, "data");
}

static void put_factor(const fairu_writing *w, const fairu_effect *effect, fairu_json_out *out)
{
  const fairu_written_set *set = &w->sets[w->set_of[effect->parameter]];
  begin_modifier(out, set->name, set->type);
  fairu_json_out__word(out, "null");
}

static void put_norm(const fairu_writing *w, const fairu_effect *effect, fairu_json_out *out)
{
  begin_modifier(out, w->sets[w->set_of[effect->parameter]].name, FAIRU_MODIFIER_NORMSYS);
  fairu_json_out__begin(out, '{');
  fairu_json_out__key(out, "hi");
  fairu_json_out__number(out, effect->up);
  fairu_json_out__key(out, "lo");
  fairu_json_out__number(out, effect->down);
  fairu_json_out__end(out, '}');
}

static void put_shift(const fairu_writing *w, const fairu_effect *effect, size_t n_bins, fairu_json_out *out)
{
  begin_modifier(out, w->sets[w->set_of[effect->parameter]].name, FAIRU_MODIFIER_HISTOSYS);
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_numbers(out, "hi_data", effect->yields + n_bins, n_bins);
  fairu_json_out__member_numbers(out, "lo_data", effect->yields, n_bins);
  fairu_json_out__end(out, '}');
}

static void put_uncertainties(const fairu_writing *w, const fairu_effect *effect, size_t n_bins,
                              fairu_json_out *out)
{
  const bool lines = out->lines;
  out->lines = false;
  fairu_json_out__begin(out, '[');
  for (size_t b = 0; b < n_bins; b++)
    fairu_json_out__number(out, fairu_writing__uncertainty(w, effect->parameters[b]));
  fairu_json_out__end(out, ']');
  out->lines = lines;
}

static int put_bin_factors(const fairu_writing *w, const fairu_sample *sample, const fairu_effect *effect,
                           size_t n_bins, fairu_json_out *out)
{
  for (size_t b = 0; b < n_bins; b++)
    if (effect->parameters[b] == FAIRU_NONE)
      return fairu_context__fail(
          w->ctx, FAIRU_ERR_UNSUPPORTED,
          "workspace: sample '%.100s' of channel '%.100s' has parameters for some bins and "
          "none for bin %zu",
          sample->name, w->model->channels[sample->channel].name, b);
  const fairu_written_set *set = &w->sets[w->set_of[effect->parameters[0]]];
  begin_modifier(out, set->name, set->type);
  if (set->type == FAIRU_MODIFIER_SHAPEFACTOR)
    fairu_json_out__word(out, "null");
  else
    put_uncertainties(w, effect, n_bins, out);
  return out->status;
}

static int put_modifier(const fairu_writing *w, const fairu_sample *sample, const fairu_effect *effect,
                        fairu_json_out *out)
{
  const size_t n_bins = w->model->channels[sample->channel].n_bins;
  int status = out->status;
  switch (effect->kind) {
  case FAIRU_EFFECT_FACTOR:
    put_factor(w, effect, out);
    break;
  case FAIRU_EFFECT_NORM:
    put_norm(w, effect, out);
    break;
  case FAIRU_EFFECT_SHIFT:
    put_shift(w, effect, n_bins, out);
    break;
  case FAIRU_EFFECT_BIN_FACTORS:
    status = put_bin_factors(w, sample, effect, n_bins, out);
    break;
  case FAIRU_EFFECT_SPLINE: /* refused with its parameter */
    return FAIRU_ERR_INTERNAL;
  }
  fairu_json_out__end(out, '}');
  return status == FAIRU_OK ? out->status : status;
}

/* ---- channels ------------------------------------------------------------------------------------------ */

static int put_sample(const fairu_writing *w, const fairu_sample *sample, fairu_json_out *out)
{
  int status = fairu_context__poll(w->ctx);
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", sample->name);
  fairu_json_out__member_numbers(out, "data", sample->yields, w->model->channels[sample->channel].n_bins);
  fairu_json_out__key(out, "modifiers");
  fairu_json_out__begin(out, '[');
  for (size_t e = 0; status == FAIRU_OK && e < sample->n_effects; e++)
    status = put_modifier(w, sample, &sample->effects[e], out);
  fairu_json_out__end(out, ']');
  fairu_json_out__end(out, '}');
  return status;
}

static int put_channel(const fairu_writing *w, size_t c, fairu_json_out *out)
{
  int status = FAIRU_OK;
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", w->model->channels[c].name);
  fairu_json_out__key(out, "samples");
  fairu_json_out__begin(out, '[');
  for (size_t s = 0; status == FAIRU_OK && s < w->model->n_samples; s++)
    if (w->model->samples[s].channel == c)
      status = put_sample(w, &w->model->samples[s], out);
  fairu_json_out__end(out, ']');
  fairu_json_out__end(out, '}');
  return status;
}

static void put_observation(const fairu_writing *w, const fairu_channel *channel, fairu_json_out *out)
{
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", channel->name);
  fairu_json_out__member_numbers(out, "data", w->observed + channel->first_bin, channel->n_bins);
  fairu_json_out__end(out, '}');
}

static int put_measurement(const fairu_writing *w, fairu_json_out *out)
{
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "name", w->measurement);
  fairu_json_out__key(out, "config");
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "poi", w->poi);
  const int status = fairu_writing__put_config(w, out);
  fairu_json_out__end(out, '}');
  fairu_json_out__end(out, '}');
  return status;
}

static int put_workspace(const fairu_writing *w, fairu_json_out *out)
{
  int status = FAIRU_OK;
  fairu_json_out__begin(out, '{');
  fairu_json_out__key(out, "channels");
  fairu_json_out__begin(out, '[');
  for (size_t c = 0; status == FAIRU_OK && c < w->model->n_channels; c++)
    status = put_channel(w, c, out);
  fairu_json_out__end(out, ']');
  fairu_json_out__key(out, "measurements");
  fairu_json_out__begin(out, '[');
  if (status == FAIRU_OK)
    status = put_measurement(w, out);
  fairu_json_out__end(out, ']');
  fairu_json_out__key(out, "observations");
  fairu_json_out__begin(out, '[');
  for (size_t c = 0; c < w->model->n_channels; c++)
    put_observation(w, &w->model->channels[c], out);
  fairu_json_out__end(out, ']');
  fairu_json_out__member_string(out, "version", "1.0.0");
  fairu_json_out__end(out, '}');
  return status == FAIRU_OK ? fairu_json_out__finish(out) : status;
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static int save(fairu_context *ctx, const char *path, const char *text, size_t size)
{
  fairu_writer *writer = NULL;
  int status = fairu_writer__open(ctx, path, &writer);
  if (status != FAIRU_OK)
    return status;
  status = fairu_writer__write(writer, ctx, text, size);
  if (status == FAIRU_OK)
    status = fairu_writer__write(writer, ctx, "\n", 1);
  return fairu_writer__end(writer, ctx, status);
}

static int find_poi(fairu_writing *w, size_t poi)
{
  w->poi = "";
  if (poi == FAIRU_NONE)
    return FAIRU_OK;
  const fairu_written_set *set = &w->sets[w->set_of[poi]];
  w->poi = set->name;
  if (w->n_users[poi] > 0)
    return fairu_context__fail(w->ctx, FAIRU_ERR_UNSUPPORTED,
                               "workspace: the parameter of interest '%.200s' is that of one bin",
                               w->model->params[poi].name);
  return FAIRU_OK;
}

static int write_all(fairu_writing *w, size_t poi, const char *path)
{
  int status = fairu_writing__collect(w);
  if (status == FAIRU_OK)
    status = find_poi(w, poi);
  if (status != FAIRU_OK)
    return status;
  fairu_json_out out = fairu_json_out__create(w->ctx);
  out.lines = true;
  status = put_workspace(w, &out);
  if (status == FAIRU_OK)
    status = fairu_writing__check(w, out.text, out.size);
  if (status == FAIRU_OK)
    status = save(w->ctx, path, out.text, out.size);
  fairu_json_out__clear(&out);
  return status;
}

static int check_arguments(fairu_context *ctx, const char *path, const fairu_likelihood *likelihood,
                           const fairu_data *data, const char *measurement)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !likelihood || !data || !measurement)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "workspace: %s is NULL",
                               !path         ? "path"
                               : !likelihood ? "likelihood"
                               : !data       ? "data"
                                             : "measurement");
  if (data->likelihood != likelihood)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "workspace: data of another likelihood");
  if (!likelihood->source)
    return fairu_context__fail(
        ctx, FAIRU_ERR_UNSUPPORTED,
        "workspace: this likelihood was not made from a model of channels and samples");
  if (measurement[0] == '\0')
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "workspace: the measurement has no name");
  return FAIRU_OK;
}

int fairu_likelihood_write_workspace(const fairu_likelihood *likelihood, fairu_context *ctx,
                                     const fairu_data *data, const char *path, const char *measurement)
{
  int status = check_arguments(ctx, path, likelihood, data, measurement);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *observed =
      (double *)fairu_context__scratch(ctx, likelihood->n_bins, sizeof *observed, "observed counts");
  status = observed ? fairu_data_observed(data, ctx, NULL, 0, observed) : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_writing w = { .ctx = ctx,
                      .model = likelihood->source,
                      .aux = data->aux,
                      .observed = observed,
                      .measurement = measurement };
  if (status == FAIRU_OK)
    status = write_all(&w, likelihood->poi, path);
  fairu_context__release(ctx, mark);
  return status;
}
