/* write_sets.c - the parameters of a model as the sets that a workspace names. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "likelihood/write.h"

/* How a parameter is used, as bits. */
enum { USED_AS_FACTOR = 1, USED_AS_NORM = 2, USED_AS_SHIFT = 4, USED_ON_BINS = 8, USED_OTHERWISE = 16 };

static int refuse(const fairu_writing *w, size_t p, const char *reason)
{
  return fairu_context__fail(w->ctx, FAIRU_ERR_UNSUPPORTED, "workspace: parameter '%.200s' %s",
                             w->model->params[p].name, reason);
}

/* ---- uses ---------------------------------------------------------------------------------------------- */

static void note_bins(fairu_writing *w, const fairu_sample *sample, const fairu_effect *effect,
                      unsigned char *uses)
{
  for (size_t b = 0; b < w->model->channels[sample->channel].n_bins; b++) {
    const size_t p = effect->parameters[b];
    if (p == FAIRU_NONE)
      continue;
    uses[p] |= USED_ON_BINS;
    w->n_users[p]++;
    w->yield[p] += sample->yields[b];
  }
}

static void note_effect(fairu_writing *w, const fairu_sample *sample, const fairu_effect *effect,
                        unsigned char *uses)
{
  switch (effect->kind) {
  case FAIRU_EFFECT_FACTOR:
    uses[effect->parameter] |= USED_AS_FACTOR;
    break;
  case FAIRU_EFFECT_NORM:
    uses[effect->parameter] |= effect->code == FAIRU_CODE_4 ? USED_AS_NORM : USED_OTHERWISE;
    break;
  case FAIRU_EFFECT_SHIFT:
    uses[effect->parameter] |= effect->code == FAIRU_CODE_4P ? USED_AS_SHIFT : USED_OTHERWISE;
    break;
  case FAIRU_EFFECT_SPLINE:
    uses[effect->parameter] |= USED_OTHERWISE;
    break;
  case FAIRU_EFFECT_BIN_FACTORS:
    note_bins(w, sample, effect, uses);
    break;
  }
}

/* ---- kinds --------------------------------------------------------------------------------------------- */

static bool is_gaussian(const fairu_param *param)
{
  return param->constraint == FAIRU_CONSTRAINT_PRIOR && param->prior == FAIRU_PRIOR_GAUSSIAN;
}

static int find_scalar_type(const fairu_writing *w, size_t p, unsigned uses, fairu_modifier_type *type)
{
  const fairu_param *param = &w->model->params[p];
  if (uses == USED_AS_FACTOR && param->constraint == FAIRU_CONSTRAINT_NONE)
    *type = FAIRU_MODIFIER_NORMFACTOR;
  else if (uses == USED_AS_FACTOR && is_gaussian(param) && strcmp(param->name, "lumi") == 0)
    *type = FAIRU_MODIFIER_LUMI;
  else if (uses == USED_AS_FACTOR)
    return refuse(
        w, p, "is a factor with a constraint; the format has one such, with a Gaussian, and calls it lumi");
  else if ((uses & (USED_AS_FACTOR | USED_ON_BINS)) != 0)
    return refuse(w, p, "acts in ways that no one type of modifier has");
  else if (!is_gaussian(param) || param->width != 1.0)
    return refuse(w, p, "shifts or scales yields, and its constraint is no Gaussian of width 1");
  else
    *type = FAIRU_MODIFIER_NORMSYS;
  return FAIRU_OK;
}

static int find_bin_type(const fairu_writing *w, size_t p, unsigned uses, fairu_modifier_type *type)
{
  const fairu_param *param = &w->model->params[p];
  if (uses != USED_ON_BINS)
    return refuse(w, p, "acts on single bins, and otherwise too");
  if (param->constraint == FAIRU_CONSTRAINT_NONE)
    *type = FAIRU_MODIFIER_SHAPEFACTOR;
  else if (param->constraint == FAIRU_CONSTRAINT_POISSON)
    *type = FAIRU_MODIFIER_SHAPESYS;
  else if (is_gaussian(param))
    *type = FAIRU_MODIFIER_STATERROR;
  else
    return refuse(w, p, "has a constraint on single bins that is no Gaussian and no count");
  if (*type == FAIRU_MODIFIER_SHAPESYS && w->n_users[p] > 1)
    return refuse(w, p, "has a count as its constraint and acts on several bins or samples");
  return FAIRU_OK;
}

static int find_type(const fairu_writing *w, size_t p, unsigned uses, fairu_modifier_type *type)
{
  const fairu_param *param = &w->model->params[p];
  if (uses == 0)
    return refuse(w, p, "acts on nothing");
  if ((uses & USED_OTHERWISE) != 0)
    return refuse(w, p, "acts along a spline, or by an interpolation code other than 4 and 4p");
  if (!isfinite(param->lower) || !isfinite(param->upper))
    return refuse(w, p, "has no finite bounds");
  return (uses & USED_ON_BINS) != 0 ? find_bin_type(w, p, uses, type) : find_scalar_type(w, p, uses, type);
}

/* ---- sets ---------------------------------------------------------------------------------------------- */

/* Length of the name before "[index]", or 0. */
static size_t base_length(const char *name, size_t index)
{
  char ending[32];
  const size_t length = strlen(name);
  const size_t n = (size_t)snprintf(ending, sizeof ending, "[%zu]", index);
  return length > n && strcmp(name + length - n, ending) == 0 ? length - n : 0;
}

static const char *copy_base(const fairu_writing *w, const char *name, size_t length)
{
  char *copy = (char *)fairu_context__scratch(w->ctx, length + 1, 1, "name of a set");
  if (!copy)
    return NULL;
  memcpy(copy, name, length);
  copy[length] = '\0';
  return copy;
}

/* name[k] goes on with the set before it. */
static bool goes_on(const fairu_writing *w, size_t p, fairu_modifier_type type)
{
  if (w->n_sets == 0)
    return false;
  const fairu_written_set *set = &w->sets[w->n_sets - 1];
  const size_t length = base_length(w->model->params[p].name, set->n);
  return set->type == type && length == strlen(set->name) &&
         strncmp(w->model->params[p].name, set->name, length) == 0;
}

static int begin_set(fairu_writing *w, size_t p, bool on_bins, fairu_modifier_type type)
{
  const char *name = w->model->params[p].name;
  const size_t length = on_bins ? base_length(name, 0) : strlen(name);
  if (length == 0)
    return refuse(w, p, "acts on single bins; those are called name[0], name[1] and so on, in this order");
  if (!on_bins && base_length(name, 0) > 0)
    return refuse(w, p, "is called like one of a set for single bins, which it is not");
  fairu_written_set *set = &w->sets[w->n_sets];
  *set = (fairu_written_set){ .name = copy_base(w, name, length), .type = type, .first = p };
  if (!set->name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  w->n_sets++;
  return FAIRU_OK;
}

static int place_parameter(fairu_writing *w, size_t p, unsigned uses)
{
  fairu_modifier_type type = FAIRU_MODIFIER_TYPES;
  int status = find_type(w, p, uses, &type);
  if (status != FAIRU_OK)
    return status;
  const bool on_bins = (uses & USED_ON_BINS) != 0;
  if (!on_bins || !goes_on(w, p, type))
    status = begin_set(w, p, on_bins, type);
  if (status != FAIRU_OK)
    return status;
  fairu_written_set *set = &w->sets[w->n_sets - 1];
  set->mixed |= w->model->params[p].fixed != w->model->params[set->first].fixed;
  set->n++;
  w->set_of[p] = w->n_sets - 1;
  return FAIRU_OK;
}

int fairu_writing__collect(fairu_writing *w)
{
  const size_t n = w->model->n_params;
  unsigned char *uses = (unsigned char *)fairu_context__scratch(w->ctx, n, 1, "sets of parameters");
  w->sets = (fairu_written_set *)fairu_context__scratch(w->ctx, n, sizeof *w->sets, "sets of parameters");
  w->set_of = (size_t *)fairu_context__scratch(w->ctx, n, sizeof *w->set_of, "sets of parameters");
  w->n_users = (size_t *)fairu_context__scratch(w->ctx, n, sizeof *w->n_users, "sets of parameters");
  w->yield = (double *)fairu_context__scratch(w->ctx, n, sizeof *w->yield, "sets of parameters");
  if (!uses || !w->sets || !w->set_of || !w->n_users || !w->yield)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t p = 0; p < n; p++) {
    uses[p] = 0;
    w->n_users[p] = 0;
    w->yield[p] = 0.0;
  }
  for (size_t s = 0; s < w->model->n_samples; s++)
    for (size_t e = 0; e < w->model->samples[s].n_effects; e++)
      note_effect(w, &w->model->samples[s], &w->model->samples[s].effects[e], uses);
  int status = FAIRU_OK;
  for (size_t p = 0; status == FAIRU_OK && p < n; p++)
    status = place_parameter(w, p, uses[p]);
  return status;
}
