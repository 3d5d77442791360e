/* workspace_sets.c - sets of parameters: found by name, checked for sharing, brought into pyhf's order. */
#include "likelihood/workspace_sets.h"

#include <string.h>

bool fairu_parameter_set__has_components(const fairu_parameter_set *set)
{
  return set->type == FAIRU_MODIFIER_SHAPEFACTOR || set->type == FAIRU_MODIFIER_SHAPESYS ||
         set->type == FAIRU_MODIFIER_STATERROR;
}

fairu_parameter_set *fairu_sets__find(const fairu_sets *sets, const char *name)
{
  const size_t index = fairu_name_index__find(&sets->names, name);
  return index == FAIRU_NONE ? NULL : &sets->sets[sets->place[index]];
}

static size_t bins_of(const fairu_workspace *workspace, const fairu_listed_modifier *modifier)
{
  return workspace->channels[workspace->samples[modifier->sample].channel].n_bins;
}

/* ---- sharing ------------------------------------------------------------------------------------------- */

static int fail_kinds(fairu_context *ctx, const fairu_workspace *workspace, const fairu_parameter_set *set,
                      size_t modifier)
{
  fairu_way way;
  return fairu_json__fail(ctx, fairu_way__to_modifier(&way, workspace, modifier), FAIRU_ERR_ARGUMENT,
                          "a %s cannot share the name \"%.80s\" with a %s",
                          fairu_workspace__type_name(workspace->modifiers[modifier].type), set->name,
                          fairu_workspace__type_name(set->type));
}

static bool may_share(fairu_modifier_type a, fairu_modifier_type b)
{
  return a == b || (a == FAIRU_MODIFIER_HISTOSYS && b == FAIRU_MODIFIER_NORMSYS) ||
         (a == FAIRU_MODIFIER_NORMSYS && b == FAIRU_MODIFIER_HISTOSYS);
}

static int join(fairu_context *ctx, const fairu_workspace *workspace, fairu_parameter_set *set, size_t m)
{
  const fairu_listed_modifier *modifier = &workspace->modifiers[m];
  fairu_way way;
  set->n_users++;
  if (!may_share(set->type, modifier->type))
    return fail_kinds(ctx, workspace, set, m);
  if (modifier->type < set->type) {
    set->type = modifier->type;
    set->first = m;
  }
  if (modifier->type == FAIRU_MODIFIER_SHAPESYS)
    return fairu_json__fail(ctx, fairu_way__to_modifier(&way, workspace, m), FAIRU_ERR_DUPLICATE,
                            "a second shapesys \"%.80s\": its parameters belong to one sample alone",
                            set->name);
  if (modifier->type == FAIRU_MODIFIER_SHAPEFACTOR && bins_of(workspace, modifier) != set->n)
    return fairu_json__fail(ctx, fairu_way__to_modifier(&way, workspace, m), FAIRU_ERR_SHAPE,
                            "shapefactor \"%.80s\" has %zu bins elsewhere, %zu here", set->name, set->n,
                            bins_of(workspace, modifier));
  return FAIRU_OK;
}

/* ---- collecting ---------------------------------------------------------------------------------------- */

static int collect_names(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace)
{
  for (size_t m = 0; m < workspace->n_modifiers; m++) {
    const char *name = workspace->modifiers[m].name;
    sets->set_of[m] = fairu_name_index__find(&sets->names, name);
    if (sets->set_of[m] != FAIRU_NONE)
      continue;
    const int status = fairu_name_index__reserve(&sets->names, ctx, fairu_context__allocator(ctx));
    if (status != FAIRU_OK)
      return status;
    fairu_name_index__add(&sets->names, name, sets->n);
    sets->set_of[m] = sets->n++;
  }
  return fairu_context__poll(ctx);
}

void fairu_sets__clear(fairu_sets *sets, fairu_context *ctx)
{
  fairu_name_index__clear(&sets->names, fairu_context__allocator(ctx));
}

static int collect_sets(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < sets->n; i++)
    sets->sets[i] = (fairu_parameter_set){ .config = FAIRU_NONE };
  for (size_t m = 0; status == FAIRU_OK && m < workspace->n_modifiers; m++) {
    const fairu_listed_modifier *modifier = &workspace->modifiers[m];
    fairu_parameter_set *set = &sets->sets[sets->set_of[m]];
    sets->offset[m] = 0;
    if (set->n_users > 0) {
      status = join(ctx, workspace, set, m);
      continue;
    }
    *set = (fairu_parameter_set){
      .name = modifier->name, .type = modifier->type, .first = m, .n = 1, .n_users = 1, .config = FAIRU_NONE
    };
    if (fairu_parameter_set__has_components(set))
      set->n = bins_of(workspace, modifier);
  }
  return status;
}

/* ---- order --------------------------------------------------------------------------------------------- */

static int by_pyhf(const void *a, const void *b)
{
  const fairu_parameter_set *first = (const fairu_parameter_set *)a, *second = (const fairu_parameter_set *)b;
  if (first->type != second->type)
    return first->type < second->type ? -1 : 1;
  if (first->type == FAIRU_MODIFIER_STATERROR)
    return strcmp(first->name, second->name);
  return (first->first > second->first) - (first->first < second->first);
}

static int order_sets(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace)
{
  const int status = fairu_workspace__sort(ctx, sets->sets, sets->n, sizeof *sets->sets, by_pyhf);
  if (status != FAIRU_OK)
    return status;
  size_t users = 0;
  for (size_t i = 0; i < sets->n; i++) {
    sets->place[sets->set_of[sets->sets[i].first]] = i;
    sets->sets[i].first_user = users;
    users += sets->sets[i].n_users;
    sets->sets[i].n_users = 0;
  }
  for (size_t m = 0; m < workspace->n_modifiers; m++) {
    sets->set_of[m] = sets->place[sets->set_of[m]];
    fairu_parameter_set *set = &sets->sets[sets->set_of[m]];
    sets->users[set->first_user + set->n_users++] = m;
  }
  return FAIRU_OK;
}

/* ---- staterror ----------------------------------------------------------------------------------------- */

static const fairu_listed_sample *sample_of(const fairu_workspace *workspace, size_t modifier)
{
  return &workspace->samples[workspace->modifiers[modifier].sample];
}

static int fail_users(fairu_context *ctx, const fairu_workspace *workspace, const fairu_parameter_set *set,
                      size_t modifier)
{
  fairu_way way;
  return fairu_json__fail(
      ctx, fairu_way__to_modifier(&way, workspace, modifier), FAIRU_ERR_ARGUMENT,
      "the samples with staterror \"%.80s\" are not the same in all of its channels, like \"%.80s\"",
      set->name, sample_of(workspace, modifier)->name);
}

/* Parameters of one channel after another; the samples of each channel must be those of the first. */
static int spread_staterror(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace,
                            fairu_parameter_set *set)
{
  const size_t *users = sets->users + set->first_user;
  size_t n_samples = 0, place = 0; /* of the first channel; in this channel */
  set->n = 0;
  for (size_t i = 0; i < set->n_users; i++) {
    const fairu_listed_sample *sample = sample_of(workspace, users[i]);
    if (i == 0 || sample->channel != sample_of(workspace, users[i - 1])->channel) {
      if (i > 0 && n_samples == 0)
        n_samples = i;
      if (i > 0 && place != n_samples)
        return fail_users(ctx, workspace, set, users[place]);
      place = 0;
      set->n += workspace->channels[sample->channel].n_bins;
    }
    if (n_samples > 0 &&
        (place >= n_samples || strcmp(sample->name, sample_of(workspace, users[place])->name) != 0))
      return fail_users(ctx, workspace, set, users[i]);
    sets->offset[users[i]] = set->n - workspace->channels[sample->channel].n_bins;
    place++;
  }
  return n_samples > 0 && place != n_samples ? fail_users(ctx, workspace, set, users[place]) : FAIRU_OK;
}

int fairu_sets__collect(fairu_sets *sets, fairu_context *ctx, const fairu_workspace *workspace)
{
  const size_t n = workspace->n_modifiers;
  *sets = (fairu_sets){ 0 };
  sets->set_of = (size_t *)fairu_context__scratch(ctx, n, sizeof *sets->set_of, "modifiers");
  sets->offset = (size_t *)fairu_context__scratch(ctx, n, sizeof *sets->offset, "modifiers");
  sets->users = (size_t *)fairu_context__scratch(ctx, n, sizeof *sets->users, "modifiers");
  if (!sets->set_of || !sets->offset || !sets->users)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = collect_names(sets, ctx, workspace);
  if (status != FAIRU_OK)
    return status;
  sets->sets =
      (fairu_parameter_set *)fairu_context__scratch(ctx, sets->n, sizeof *sets->sets, "sets of parameters");
  sets->place = (size_t *)fairu_context__scratch(ctx, sets->n, sizeof *sets->place, "sets of parameters");
  if (!sets->sets || !sets->place)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = collect_sets(sets, ctx, workspace);
  if (status == FAIRU_OK)
    status = order_sets(sets, ctx, workspace);
  for (size_t i = 0; status == FAIRU_OK && i < sets->n; i++)
    if (sets->sets[i].type == FAIRU_MODIFIER_STATERROR)
      status = spread_staterror(sets, ctx, workspace, &sets->sets[i]);
  return status;
}
