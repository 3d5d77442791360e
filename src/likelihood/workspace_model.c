/* workspace_model.c - a measurement of a workspace as a model: parameters in pyhf's order, channels, samples, modifiers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "likelihood/build.h"
#include "likelihood/workspace_sets.h"

enum { INDEX_BYTES = 24 };

/* One translation. */
typedef struct translation {
  const fairu_workspace *workspace;
  fairu_context *ctx;
  fairu_workspace_options options;
  size_t measurement;
  fairu_sets sets;
  fairu_model *model;
  size_t most_bins;
  double *yields, *down, *up; /* [most_bins] */
  size_t *parameters;         /* [most_bins] */
} translation;

/* ---- configurations ------------------------------------------------------------------------------------ */

/* The set of a name learns where it is configured; a name of no set is passed over. */
static int assign_config(translation *t, const fairu_json_at *at, size_t place, fairu_name_index *seen)
{
  const char *name = NULL;
  int status = fairu_json__string(t->ctx, at, &name);
  if (status != FAIRU_OK)
    return status;
  if (fairu_name_index__find(seen, name) != FAIRU_NONE)
    return fairu_json__fail(t->ctx, at, FAIRU_ERR_DUPLICATE, "a second configuration of \"%.80s\"", name);
  status = fairu_name_index__reserve(seen, t->ctx, fairu_context__allocator(t->ctx));
  if (status != FAIRU_OK)
    return status;
  fairu_name_index__add(seen, name, place);
  fairu_parameter_set *set = fairu_sets__find(&t->sets, name);
  if (set)
    set->config = place;
  return FAIRU_OK;
}

static int assign_configs(translation *t)
{
  fairu_name_index seen = { 0 };
  fairu_way way;
  size_t n = 0;
  fairu_way__to_config(&way, t->workspace, t->measurement);
  int status = fairu_json__length(t->ctx, fairu_way__member(&way, "parameters"), 0, &n);
  const size_t depth = way.n;
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    way.n = depth;
    fairu_way__element(&way, i);
    status = assign_config(t, fairu_way__member(&way, "name"), i, &seen);
  }
  fairu_name_index__clear(&seen, fairu_context__allocator(t->ctx));
  return status;
}

/* ---- parameters ---------------------------------------------------------------------------------------- */

static void describe(const fairu_parameter_set *set, const fairu_set_values *values, size_t i,
                     fairu_parameter_options *options, fairu_nuisance *prior)
{
  options->start = values->start[i];
  options->lower = values->lower[i];
  options->upper = values->upper[i];
  options->fixed = values->fixed[i];
  options->aux = values->aux[i];
  if (set->type == FAIRU_MODIFIER_SHAPESYS) {
    options->poisson_scale = values->width[i];
  } else if (set->type != FAIRU_MODIFIER_NORMFACTOR && set->type != FAIRU_MODIFIER_SHAPEFACTOR) {
    prior->nominal = values->aux[i];
    prior->width = values->width[i];
    options->prior = prior;
  }
}

/* Two sets may give one name: "gamma" with components, and a scalar "gamma[0]". */
static int fail_name(const translation *t, const fairu_parameter_set *set, const char *name)
{
  fairu_way way;
  return fairu_json__fail(t->ctx, fairu_way__to_modifier(&way, t->workspace, set->first), FAIRU_ERR_DUPLICATE,
                          "a second parameter with the name \"%.80s\"", name);
}

static int add_components(translation *t, fairu_parameter_set *set, const fairu_set_values *values)
{
  const size_t room = strlen(set->name) + INDEX_BYTES;
  char *name = (char *)fairu_context__scratch(t->ctx, room, 1, "name of a parameter");
  if (!name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    fairu_parameter_options options;
    fairu_nuisance prior;
    if (fairu_parameter_set__has_components(set))
      (void)snprintf(name, room, "%s[%zu]", set->name, i);
    else
      memcpy(name, set->name, strlen(set->name) + 1);
    status = fairu_parameter_options_init(&options, sizeof options);
    if (status == FAIRU_OK)
      status = fairu_nuisance_init(&prior, sizeof prior);
    if (status == FAIRU_OK && fairu_name_index__find(&t->model->param_names, name) != FAIRU_NONE)
      return fail_name(t, set, name);
    prior.name = name;
    describe(set, values, i, &options, &prior);
    if (status == FAIRU_OK)
      status =
          fairu_model_add_parameter(t->model, t->ctx, name, &options, i == 0 ? &set->first_parameter : NULL);
  }
  return status;
}

static int take_values(fairu_context *ctx, size_t n, fairu_set_values *values)
{
  double *numbers = (double *)fairu_context__scratch(ctx, n, 5 * sizeof *numbers, "values of parameters");
  values->n = n;
  values->fixed = (unsigned char *)fairu_context__scratch(ctx, n, 1, "values of parameters");
  if (!numbers || !values->fixed)
    return FAIRU_ERR_OUT_OF_MEMORY;
  values->start = numbers;
  values->lower = numbers + n;
  values->upper = numbers + 2 * n;
  values->aux = numbers + 3 * n;
  values->width = numbers + 4 * n;
  return FAIRU_OK;
}

static int add_set(translation *t, fairu_parameter_set *set)
{
  const fairu_mark mark = fairu_context__mark(t->ctx);
  fairu_set_values values;
  int status = take_values(t->ctx, set->n, &values);
  if (status == FAIRU_OK) {
    fairu_set_values__defaults(&values, t->workspace, &t->sets, set);
    status = fairu_set_values__configure(&values, t->ctx, t->workspace, t->measurement, set);
  }
  if (status == FAIRU_OK)
    status = add_components(t, set, &values);
  if (status == FAIRU_OK)
    status = fairu_context__poll(t->ctx);
  fairu_context__release(t->ctx, mark);
  return status;
}

/* ---- modifiers ----------------------------------------------------------------------------------------- */

static int read_member(translation *t, const fairu_json_at *at, const char *key, size_t n, double *values)
{
  fairu_json_at member;
  int status = fairu_json__member(t->ctx, at, key, &member);
  if (status != FAIRU_OK)
    return status;
  return n > 0 ? fairu_json__numbers(t->ctx, &member, n, values)
               : fairu_json__number(t->ctx, &member, values);
}

static int fail_factor(translation *t, size_t m, const char *key, double value)
{
  fairu_way way;
  fairu_way__to_modifier(&way, t->workspace, m);
  fairu_way__member(&way, "data");
  return fairu_json__fail(t->ctx, fairu_way__member(&way, key), FAIRU_ERR_RANGE,
                          "factor %.17g of a normsys, wanted a number > 0", value);
}

static int add_normsys(translation *t, size_t m, const fairu_json_at *data, size_t sample, size_t parameter)
{
  double low = 0.0, high = 0.0;
  int status = read_member(t, data, "lo", 0, &low);
  if (status == FAIRU_OK)
    status = read_member(t, data, "hi", 0, &high);
  if (status == FAIRU_OK && !(low > 0.0))
    return fail_factor(t, m, "lo", low);
  if (status == FAIRU_OK && !(high > 0.0))
    return fail_factor(t, m, "hi", high);
  return status == FAIRU_OK
             ? fairu_model_add_norm(t->model, t->ctx, sample, parameter, low, high, t->options.norm_code)
             : status;
}

static int add_histosys(translation *t, const fairu_json_at *data, size_t sample, size_t parameter,
                        size_t n_bins)
{
  int status = read_member(t, data, "lo_data", n_bins, t->down);
  if (status == FAIRU_OK)
    status = read_member(t, data, "hi_data", n_bins, t->up);
  return status == FAIRU_OK ? fairu_model_add_shift(t->model, t->ctx, sample, parameter, t->down, t->up,
                                                    n_bins, t->options.shift_code)
                            : status;
}

static int add_modifier(translation *t, size_t m, size_t sample, size_t n_bins)
{
  const fairu_listed_modifier *modifier = &t->workspace->modifiers[m];
  const fairu_json_at data = { .value = modifier->data, .document = "workspace" };
  const size_t first = t->sets.sets[t->sets.set_of[m]].first_parameter + t->sets.offset[m];
  switch (modifier->type) {
  case FAIRU_MODIFIER_HISTOSYS:
    return add_histosys(t, &data, sample, first, n_bins);
  case FAIRU_MODIFIER_NORMSYS:
    return add_normsys(t, m, &data, sample, first);
  case FAIRU_MODIFIER_LUMI:
  case FAIRU_MODIFIER_NORMFACTOR:
    return fairu_model_add_factor(t->model, t->ctx, sample, first);
  case FAIRU_MODIFIER_SHAPEFACTOR:
  case FAIRU_MODIFIER_SHAPESYS:
  case FAIRU_MODIFIER_STATERROR:
  case FAIRU_MODIFIER_TYPES:
    break;
  }
  for (size_t b = 0; b < n_bins; b++)
    t->parameters[b] = first + b;
  return fairu_model_add_bin_factors(t->model, t->ctx, sample, t->parameters, n_bins);
}

/* ---- channels ------------------------------------------------------------------------------------------ */

static int add_sample(translation *t, const fairu_listed_sample *listed, size_t channel, size_t n_bins)
{
  const fairu_json_at data = { .value = listed->data, .document = "workspace" };
  size_t sample = 0;
  int status = fairu_json__numbers(t->ctx, &data, n_bins, t->yields);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(t->model, t->ctx, channel, listed->name, t->yields, n_bins, &sample);
  for (size_t i = 0; status == FAIRU_OK && i < listed->n_modifiers; i++)
    status = add_modifier(t, listed->first_modifier + i, sample, n_bins);
  return status == FAIRU_OK ? fairu_context__poll(t->ctx) : status;
}

static int add_channel(translation *t, const fairu_listed_channel *listed)
{
  size_t channel = 0;
  int status = fairu_workspace__observed(t->workspace, t->ctx, listed->name, listed->n_bins, t->yields);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(t->model, t->ctx, listed->name, listed->n_bins, &channel);
  for (size_t i = 0; status == FAIRU_OK && i < listed->n_samples; i++)
    status = add_sample(t, &t->workspace->samples[listed->first_sample + i], channel, listed->n_bins);
  return status;
}

static int take_rows(translation *t)
{
  for (size_t c = 0; c < t->workspace->n_channels; c++)
    if (t->workspace->channels[c].n_bins > t->most_bins)
      t->most_bins = t->workspace->channels[c].n_bins;
  t->yields = (double *)fairu_context__scratch(t->ctx, t->most_bins, sizeof *t->yields, "yields");
  t->down = (double *)fairu_context__scratch(t->ctx, t->most_bins, sizeof *t->down, "yields");
  t->up = (double *)fairu_context__scratch(t->ctx, t->most_bins, sizeof *t->up, "yields");
  t->parameters = (size_t *)fairu_context__scratch(t->ctx, t->most_bins, sizeof *t->parameters, "yields");
  return t->yields && t->down && t->up && t->parameters ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int fill_model(translation *t)
{
  int status = take_rows(t);
  if (status == FAIRU_OK)
    status = fairu_sets__collect(&t->sets, t->ctx, t->workspace);
  if (status == FAIRU_OK)
    status = assign_configs(t);
  for (size_t i = 0; status == FAIRU_OK && i < t->sets.n; i++)
    status = add_set(t, &t->sets.sets[i]);
  for (size_t c = 0; status == FAIRU_OK && c < t->workspace->n_channels; c++)
    status = add_channel(t, &t->workspace->channels[c]);
  return status;
}

/* ---- parameter of interest ----------------------------------------------------------------------------- */

static int fail_poi(const translation *t, int code, const char *format, const char *poi)
{
  fairu_way way;
  fairu_way__to_config(&way, t->workspace, t->measurement);
  return fairu_json__fail(t->ctx, fairu_way__member(&way, "poi"), code, format, poi);
}

/* A set of one parameter by its name, or any parameter by its own; *poi belongs to the model. */
static int find_poi(const translation *t, const char **poi)
{
  const char *wanted =
      t->options.poi ? t->options.poi : fairu_workspace_measurement_poi(t->workspace, t->measurement);
  const fairu_parameter_set *set = fairu_sets__find(&t->sets, wanted);
  *poi = "";
  if (wanted[0] == '\0')
    return FAIRU_OK;
  if (set && set->n > 1)
    return fail_poi(
        t, FAIRU_ERR_ARGUMENT,
        "parameter of interest \"%.80s\" has several components: name one of them, with its [index]", wanted);
  for (size_t i = set ? set->first_parameter : 0; i < t->model->n_params; i++)
    if (set || strcmp(t->model->params[i].name, wanted) == 0) {
      *poi = t->model->params[i].name;
      return FAIRU_OK;
    }
  return fail_poi(t, FAIRU_ERR_NOT_FOUND, "parameter of interest \"%.80s\" is not a parameter of the model",
                  wanted);
}

/* ---- public -------------------------------------------------------------------------------------------- */

static int translate(translation *t, const char **poi)
{
  int status = fairu_workspace__choose(t->workspace, t->ctx, t->options.measurement, &t->measurement);
  if (status == FAIRU_OK)
    status = fairu_model_create(t->ctx, &t->model);
  if (status == FAIRU_OK)
    status = fill_model(t);
  return status == FAIRU_OK ? find_poi(t, poi) : status;
}

static int mark_two_points(const translation *t)
{
  const char *const *names = t->options.two_points;
  for (size_t i = 0; i < t->options.n_two_points; i++) {
    if (!names || !names[i])
      return fairu_context__fail(t->ctx, FAIRU_ERR_NULL, "workspace options: two_points[%zu] is NULL", i);
    const size_t index = fairu_name_index__find(&t->model->param_names, names[i]);
    if (index == FAIRU_NONE)
      return fairu_context__fail(t->ctx, FAIRU_ERR_NOT_FOUND,
                                 "two_points[%zu]: the model has no parameter '%s'", i, names[i]);
    if (t->model->params[index].constraint != FAIRU_CONSTRAINT_PRIOR)
      return fairu_context__fail(t->ctx, FAIRU_ERR_ARGUMENT, "two_points[%zu]: '%s' has no prior", i,
                                 names[i]);
    t->model->params[index].is_two_point = 1;
  }
  return FAIRU_OK;
}

int fairu_model_create_from_workspace(fairu_context *ctx, const fairu_workspace *workspace,
                                      const fairu_workspace_options *options, const char **poi,
                                      fairu_model **out)
{
  const char *found = NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  if (!workspace)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "workspace is NULL");
  if (!ctx)
    return FAIRU_ERR_NULL;
  translation t = { .workspace = workspace, .ctx = ctx };
  int status = fairu_workspace__options(ctx, options, &t.options);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = translate(&t, &found);
  if (status == FAIRU_OK)
    status = mark_two_points(&t);
  fairu_sets__clear(&t.sets, ctx);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK) {
    fairu_model_destroy(t.model);
    return status;
  }
  *out = t.model;
  if (poi)
    *poi = found;
  return FAIRU_OK;
}

int fairu_likelihood_create_from_workspace(fairu_context *ctx, const fairu_workspace *workspace,
                                           const fairu_workspace_options *options, fairu_likelihood **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  fairu_model *model = NULL;
  const char *poi = NULL;
  const int status = fairu_model_create_from_workspace(ctx, workspace, options, &poi, &model);
  return status == FAIRU_OK ? fairu_likelihood__own_model(ctx, model, poi, out) : status;
}
