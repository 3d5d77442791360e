/* workspace_check.c - a document against the schema: closed objects, lengths, names that occur once. Fills the index. */
#include <string.h>

#include "likelihood/workspace.h"

enum { POLL_SAMPLES = 64 };

/* ---- modifiers ----------------------------------------------------------------------------------------- */

static int by_name_and_type(const void *a, const void *b)
{
  const fairu_listed_modifier *first = (const fairu_listed_modifier *)a,
                              *second = (const fairu_listed_modifier *)b;
  const int names = strcmp(first->name, second->name);
  return names != 0 ? names : (first->type > second->type) - (first->type < second->type);
}

static int check_modifiers(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at, size_t s)
{
  fairu_listed_sample *sample = &workspace->samples[s];
  fairu_listed_modifier *modifiers = workspace->modifiers + workspace->n_modifiers;
  int status = fairu_json__length(ctx, at, 0, &sample->n_modifiers);
  sample->first_modifier = workspace->n_modifiers;
  for (size_t i = 0; status == FAIRU_OK && i < sample->n_modifiers; i++) {
    fairu_json_at element;
    modifiers[i].place = i;
    modifiers[i].sample = s;
    status = fairu_json__element(ctx, at, i, &element);
    if (status == FAIRU_OK)
      status = fairu_workspace__check_modifier(ctx, &element, workspace->channels[sample->channel].n_bins,
                                               &modifiers[i]);
  }
  workspace->n_modifiers += sample->n_modifiers;
  if (status == FAIRU_OK)
    status = fairu_workspace__sort(ctx, modifiers, sample->n_modifiers, sizeof *modifiers, by_name_and_type);
  for (size_t i = 1; status == FAIRU_OK && i < sample->n_modifiers; i++)
    if (by_name_and_type(&modifiers[i - 1], &modifiers[i]) == 0) {
      fairu_json_at element;
      status = fairu_json__element(ctx, at, modifiers[i].place, &element);
      return status != FAIRU_OK
                 ? status
                 : fairu_json__fail(ctx, &element, FAIRU_ERR_DUPLICATE,
                                    "a second modifier \"%.80s\" of type %s in one sample", modifiers[i].name,
                                    fairu_workspace__type_name(modifiers[i].type));
    }
  return status;
}

/* ---- what has a name ----------------------------------------------------------------------------------- */

/* Closed object with a name; *name belongs to the document. */
static int open_named(fairu_context *ctx, const fairu_json_at *array, size_t place, const char *const *keys,
                      size_t n_keys, fairu_json_at *element, const char **name)
{
  fairu_json_at member;
  int status = fairu_json__element(ctx, array, place, element);
  if (status == FAIRU_OK)
    status = fairu_json__expect_keys(ctx, element, keys, n_keys);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, element, "name", &member);
  return status == FAIRU_OK ? fairu_json__name(ctx, &member, name) : status;
}

static int fail_twice(fairu_context *ctx, const fairu_json_at *array, size_t place, const char *what,
                      const char *name)
{
  fairu_json_at element, member;
  int status = fairu_json__element(ctx, array, place, &element);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, &element, "name", &member);
  return status == FAIRU_OK
             ? fairu_json__fail(ctx, &member, FAIRU_ERR_DUPLICATE, "a second %s \"%.80s\"", what, name)
             : status;
}

/* ---- samples ------------------------------------------------------------------------------------------- */

static const char *const sample_keys[] = { "name", "data", "modifiers" };

static int list_samples(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at, size_t c)
{
  fairu_listed_channel *channel = &workspace->channels[c];
  fairu_listed_sample *samples = workspace->samples + workspace->n_samples;
  int status = fairu_json__length(ctx, at, 1, &channel->n_samples);
  channel->first_sample = workspace->n_samples;
  for (size_t i = 0; status == FAIRU_OK && i < channel->n_samples; i++) {
    fairu_json_at element, data;
    samples[i].place = i;
    samples[i].channel = c;
    status = open_named(ctx, at, i, sample_keys, 3, &element, &samples[i].name);
    if (status == FAIRU_OK)
      status = fairu_json__member(ctx, &element, "data", &data);
    if (status == FAIRU_OK)
      status = i == 0 ? fairu_json__expect_numbers(ctx, &data, 1, &channel->n_bins)
                      : fairu_workspace__check_yields(ctx, &data, channel->n_bins);
    if (status == FAIRU_OK)
      samples[i].data = data.value;
  }
  workspace->n_samples += channel->n_samples;
  return status == FAIRU_OK ? fairu_workspace__sort(ctx, samples, channel->n_samples, sizeof *samples,
                                                    fairu_workspace__by_name)
                            : status;
}

static int check_samples(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at, size_t c)
{
  const fairu_listed_channel *channel = &workspace->channels[c];
  const size_t first = channel->first_sample;
  int status = FAIRU_OK;
  for (size_t s = first; status == FAIRU_OK && s < first + channel->n_samples; s++) {
    const fairu_listed_sample *sample = &workspace->samples[s];
    fairu_json_at element, modifiers;
    if (s > first && strcmp(sample->name, workspace->samples[s - 1].name) == 0)
      return fail_twice(ctx, at, sample->place, "sample of this channel is called", sample->name);
    status = fairu_json__element(ctx, at, sample->place, &element);
    if (status == FAIRU_OK)
      status = fairu_json__member(ctx, &element, "modifiers", &modifiers);
    if (status == FAIRU_OK)
      status = check_modifiers(workspace, ctx, &modifiers, s);
    if (status == FAIRU_OK && s % POLL_SAMPLES == 0)
      status = fairu_context__poll(ctx);
  }
  return status;
}

/* ---- channels ------------------------------------------------------------------------------------------ */

static const char *const channel_keys[] = { "name", "samples" };

static int list_channels(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at)
{
  int status = FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < workspace->n_channels; i++) {
    fairu_json_at element;
    workspace->channels[i].place = i;
    status = open_named(ctx, at, i, channel_keys, 2, &element, &workspace->channels[i].name);
  }
  return status == FAIRU_OK ? fairu_workspace__sort(ctx, workspace->channels, workspace->n_channels,
                                                    sizeof *workspace->channels, fairu_workspace__by_name)
                            : status;
}

/* Elements of all arrays `key` in the elements of an array, as far as there are such. */
static size_t count_within(fairu_context *ctx, const fairu_json_at *at, const char *key, const char *below)
{
  size_t n = 0, sum = 0;
  if (fairu_json__kind(at) != FAIRU_JSON_ARRAY || fairu_json__length(ctx, at, 0, &n) != FAIRU_OK)
    return 0;
  for (size_t i = 0; i < n; i++) {
    fairu_json_at element, member;
    size_t length = 0;
    if (fairu_json__element(ctx, at, i, &element) != FAIRU_OK ||
        fairu_json__kind(&element) != FAIRU_JSON_OBJECT ||
        fairu_json__optional(ctx, &element, key, &member) != FAIRU_OK ||
        fairu_json__kind(&member) != FAIRU_JSON_ARRAY ||
        fairu_json__length(ctx, &member, 0, &length) != FAIRU_OK)
      continue;
    sum += below ? count_within(ctx, &member, below, NULL) : length;
  }
  return sum;
}

static int make_room(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at)
{
  const int status = fairu_json__length(ctx, at, 1, &workspace->n_channels);
  if (status != FAIRU_OK)
    return status;
  const size_t n_samples = count_within(ctx, at, "samples", NULL);
  const size_t n_modifiers = count_within(ctx, at, "samples", "modifiers");
  workspace->channels = (fairu_listed_channel *)fairu_context__new(
      ctx, workspace->n_channels, sizeof *workspace->channels, "channels of a workspace");
  workspace->samples = (fairu_listed_sample *)fairu_context__new(ctx, n_samples, sizeof *workspace->samples,
                                                                 "samples of a workspace");
  workspace->modifiers = (fairu_listed_modifier *)fairu_context__new(
      ctx, n_modifiers, sizeof *workspace->modifiers, "modifiers of a workspace");
  return workspace->channels && workspace->samples && workspace->modifiers ? FAIRU_OK
                                                                           : FAIRU_ERR_OUT_OF_MEMORY;
}

static int check_channels(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at)
{
  int status = make_room(workspace, ctx, at);
  if (status == FAIRU_OK)
    status = list_channels(workspace, ctx, at);
  for (size_t c = 0; status == FAIRU_OK && c < workspace->n_channels; c++) {
    const fairu_listed_channel *channel = &workspace->channels[c];
    fairu_json_at element, samples;
    if (c > 0 && strcmp(channel->name, workspace->channels[c - 1].name) == 0)
      return fail_twice(ctx, at, channel->place, "channel is called", channel->name);
    status = fairu_json__element(ctx, at, channel->place, &element);
    if (status == FAIRU_OK)
      status = fairu_json__member(ctx, &element, "samples", &samples);
    if (status == FAIRU_OK)
      status = list_samples(workspace, ctx, &samples, c);
    if (status == FAIRU_OK)
      status = check_samples(workspace, ctx, &samples, c);
  }
  return status;
}

/* ---- observations -------------------------------------------------------------------------------------- */

static const char *const observation_keys[] = { "name", "data" };

static int check_observation(fairu_context *ctx, const fairu_json_at *at, size_t place,
                             fairu_listed_observation *observation)
{
  fairu_json_at element, data;
  size_t n = 0;
  observation->place = place;
  int status = open_named(ctx, at, place, observation_keys, 2, &element, &observation->name);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, &element, "data", &data);
  return status == FAIRU_OK ? fairu_json__expect_numbers(ctx, &data, 1, &n) : status;
}

static int check_observations(fairu_workspace *workspace, fairu_context *ctx, const fairu_json_at *at)
{
  int status = fairu_json__length(ctx, at, 1, &workspace->n_observations);
  if (status != FAIRU_OK)
    return status;
  const size_t n = workspace->n_observations;
  fairu_listed_observation *observations = (fairu_listed_observation *)fairu_context__new(
      ctx, n, sizeof *observations, "observations of a workspace");
  workspace->observations = observations;
  if (!observations)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; status == FAIRU_OK && i < n; i++)
    status = check_observation(ctx, at, i, &observations[i]);
  if (status == FAIRU_OK)
    status = fairu_workspace__sort(ctx, observations, n, sizeof *observations, fairu_workspace__by_name);
  for (size_t i = 1; status == FAIRU_OK && i < n; i++)
    if (strcmp(observations[i].name, observations[i - 1].name) == 0)
      return fail_twice(ctx, at, observations[i].place, "observation is one of channel",
                        observations[i].name);
  return status;
}

/* ---- the document -------------------------------------------------------------------------------------- */

static int check_version(fairu_context *ctx, const fairu_json_at *root)
{
  fairu_json_at version;
  const char *text = NULL;
  int status = fairu_json__member_string(ctx, root, "version", &version, &text);
  if (status == FAIRU_OK && strcmp(text, "1.0.0") != 0)
    return fairu_json__fail(ctx, &version, FAIRU_ERR_VERSION,
                            "version \"%.80s\" of the format, known is \"1.0.0\"", text);
  return status;
}

int fairu_workspace__check(fairu_workspace *workspace, fairu_context *ctx)
{
  static const char *const keys[] = { "channels", "observations", "measurements", "version" };
  const fairu_json_at root = fairu_json__root(workspace->document);
  fairu_json_at part[3];
  int status = check_version(ctx, &root);
  if (status == FAIRU_OK)
    status = fairu_json__expect_keys(ctx, &root, keys, 4);
  for (size_t i = 0; status == FAIRU_OK && i < 3; i++)
    status = fairu_json__member(ctx, &root, keys[i], &part[i]);
  if (status == FAIRU_OK)
    status = check_channels(workspace, ctx, &part[0]);
  if (status == FAIRU_OK)
    status = check_observations(workspace, ctx, &part[1]);
  return status == FAIRU_OK ? fairu_workspace__check_measurements(workspace, ctx, &part[2]) : status;
}
