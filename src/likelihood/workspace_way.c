/* workspace_way.c - from the index of a workspace back to places of its document. */
#include "likelihood/workspace.h"

/* The document has been checked: what is looked up is there, and these calls do not fail. */
const fairu_json_at *fairu_way__member(fairu_way *way, const char *key)
{
  const fairu_json_at *at = &way->at[way->n - 1];
  if (fairu_json__optional(NULL, at, key, &way->at[way->n]) != FAIRU_OK)
    return at;
  return &way->at[way->n++];
}

const fairu_json_at *fairu_way__element(fairu_way *way, size_t index)
{
  const fairu_json_at *at = &way->at[way->n - 1];
  if (fairu_json__element(NULL, at, index, &way->at[way->n]) != FAIRU_OK)
    return at;
  return &way->at[way->n++];
}

static void start(fairu_way *way, const fairu_workspace *workspace)
{
  way->at[0] = fairu_json__root(workspace->document);
  way->n = 1;
}

const fairu_json_at *fairu_way__to_channel(fairu_way *way, const fairu_workspace *workspace, size_t channel)
{
  start(way, workspace);
  fairu_way__member(way, "channels");
  return fairu_way__element(way, workspace->channels[channel].place);
}

const fairu_json_at *fairu_way__to_sample(fairu_way *way, const fairu_workspace *workspace, size_t sample)
{
  fairu_way__to_channel(way, workspace, workspace->samples[sample].channel);
  fairu_way__member(way, "samples");
  return fairu_way__element(way, workspace->samples[sample].place);
}

const fairu_json_at *fairu_way__to_modifier(fairu_way *way, const fairu_workspace *workspace, size_t modifier)
{
  fairu_way__to_sample(way, workspace, workspace->modifiers[modifier].sample);
  fairu_way__member(way, "modifiers");
  return fairu_way__element(way, workspace->modifiers[modifier].place);
}

const fairu_json_at *fairu_way__to_observation(fairu_way *way, const fairu_workspace *workspace,
                                               size_t observation)
{
  start(way, workspace);
  fairu_way__member(way, "observations");
  return fairu_way__element(way, workspace->observations[observation].place);
}

const fairu_json_at *fairu_way__to_config(fairu_way *way, const fairu_workspace *workspace,
                                          size_t measurement)
{
  start(way, workspace);
  fairu_way__member(way, "measurements");
  fairu_way__element(way, measurement);
  return fairu_way__member(way, "config");
}
