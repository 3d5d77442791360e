/* hs3_sets.c - modifiers of HS3 name their parameters one by one: which of pyhf's sets they are. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "likelihood/hs3.h"

/* A modifier, where it stands. */
typedef struct modifier {
  const fairu_json_at *at;
  size_t channel;
  const fairu_json_at *sample;
  const char *type, *constraint; /* constraint: a kind or the name of a distribution, NULL: none */
  fairu_json_at names;           /* "parameters", or absent */
  const char *parameter;
  size_t n;
} modifier;

static int refuse(const fairu_hs3 *hs3, const fairu_json_at *at, const char *reason)
{
  return fairu_json__fail(hs3->ctx, at, FAIRU_ERR_UNSUPPORTED, "%s", reason);
}

static bool is_one_of(const char *text, const char *const *words, size_t n)
{
  for (size_t i = 0; text && i < n; i++)
    if (strcmp(text, words[i]) == 0)
      return true;
  return false;
}

static bool says_gauss(const char *text)
{
  static const char *const words[] = { "Gauss", "Gaussian", "gauss", "gaussian" };
  return is_one_of(text, words, 4);
}

static bool says_poisson(const char *text)
{
  static const char *const words[] = { "Poisson", "poisson" };
  return is_one_of(text, words, 2);
}

/* ---- reading a modifier -------------------------------------------------------------------------------- */

static int read_constraint(const fairu_hs3 *hs3, modifier *m)
{
  static const char *const keys[] = { "constraint_name", "constraint_type", "constraint" };
  int status = FAIRU_OK;
  m->constraint = NULL;
  for (size_t k = 0; status == FAIRU_OK && !m->constraint && k < 3; k++)
    status = fairu_hs3__text(hs3, m->at, keys[k], &m->constraint);
  return status;
}

static int read_names(const fairu_hs3 *hs3, modifier *m)
{
  fairu_json_at first;
  m->n = 1;
  int status = fairu_json__optional(hs3->ctx, m->at, "parameters", &m->names);
  if (status == FAIRU_OK && m->names.value) {
    status = fairu_json__length(hs3->ctx, &m->names, 1, &m->n);
    if (status == FAIRU_OK)
      status = fairu_json__element(hs3->ctx, &m->names, 0, &first);
    return status == FAIRU_OK ? fairu_json__name(hs3->ctx, &first, &m->parameter) : status;
  }
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, m->at, "parameter", &m->parameter);
  if (status == FAIRU_OK && !m->parameter)
    status = fairu_hs3__text(hs3, m->at, "name", &m->parameter);
  if (status == FAIRU_OK && !m->parameter)
    return fairu_json__fail(hs3->ctx, m->at, FAIRU_ERR_FORMAT, "no \"parameter\" and no \"parameters\"");
  return status;
}

static int check_interpolation(const fairu_hs3 *hs3, const modifier *m)
{
  fairu_json_at at;
  int status = fairu_json__optional(hs3->ctx, m->at, "interpolation", &at);
  if (status != FAIRU_OK || !at.value)
    return status;
  if (fairu_json__kind(&at) == FAIRU_JSON_NUMBER) {
    double code = 0.0;
    status = fairu_json__number(hs3->ctx, &at, &code);
    return status == FAIRU_OK && code != 4.0 ? refuse(hs3, &at, "an interpolation other than code 4")
                                             : status;
  }
  const char *text = NULL;
  status = fairu_json__string(hs3->ctx, &at, &text);
  if (status == FAIRU_OK && !(strcmp(text, "poly6") == 0 && strcmp(m->type, "histosys") == 0))
    return refuse(hs3, &at, "an interpolation other than code 4");
  return status;
}

static int read_modifier(const fairu_hs3 *hs3, modifier *m)
{
  static const char *const keys[] = { "name",         "type",       "parameter",       "parameters",
                                      "data",         "constraint", "constraint_name", "constraint_type",
                                      "interpolation" };
  int status = fairu_hs3__expect_keys(hs3, m->at, keys, 9);
  if (status == FAIRU_OK)
    status = fairu_hs3__text(hs3, m->at, "type", &m->type);
  if (status == FAIRU_OK && !m->type)
    return fairu_json__fail(hs3->ctx, m->at, FAIRU_ERR_FORMAT, "key \"type\" is missing");
  if (status == FAIRU_OK)
    status = read_constraint(hs3, m);
  if (status == FAIRU_OK)
    status = read_names(hs3, m);
  return status == FAIRU_OK ? check_interpolation(hs3, m) : status;
}

/* ---- sets ---------------------------------------------------------------------------------------------- */

/* The other names of a set lead to it too: nothing else may use them. */
static int add_components(fairu_hs3 *hs3, const modifier *m, size_t place)
{
  int status = FAIRU_OK;
  for (size_t i = 1; status == FAIRU_OK && m->names.value && i < m->n; i++) {
    const char *name = NULL;
    status = fairu_hs3__component(hs3, &hs3->sets[place], i, &name);
    if (status == FAIRU_OK && fairu_name_index__find(&hs3->places, name) != FAIRU_NONE)
      return refuse(hs3, m->at, "its parameters are those of something else, in part");
    if (status == FAIRU_OK)
      status = fairu_name_index__reserve(&hs3->places, hs3->ctx, fairu_context__allocator(hs3->ctx));
    if (status == FAIRU_OK)
      fairu_name_index__add(&hs3->places, name, place);
  }
  return status;
}

static int add_set(fairu_hs3 *hs3, const modifier *m, fairu_hs3_set **set)
{
  if (hs3->n_sets == hs3->capacity) {
    const size_t capacity = hs3->capacity ? 2 * hs3->capacity : 64;
    fairu_hs3_set *larger =
        (fairu_hs3_set *)fairu_context__scratch(hs3->ctx, capacity, sizeof *larger, "sets of parameters");
    if (!larger)
      return FAIRU_ERR_OUT_OF_MEMORY;
    if (hs3->n_sets > 0)
      memcpy(larger, hs3->sets, hs3->n_sets * sizeof *larger);
    hs3->sets = larger;
    hs3->capacity = capacity;
  }
  const int status = fairu_name_index__reserve(&hs3->places, hs3->ctx, fairu_context__allocator(hs3->ctx));
  if (status != FAIRU_OK)
    return status;
  *set = &hs3->sets[hs3->n_sets];
  **set = (fairu_hs3_set){ .name = m->parameter,
                           .type = FAIRU_MODIFIER_TYPES,
                           .components = m->names.value,
                           .parameter = m->parameter,
                           .n = m->n,
                           .channel = m->channel };
  fairu_name_index__add(&hs3->places, m->parameter, hs3->n_sets++);
  return add_components(hs3, m, hs3->n_sets - 1);
}

/* What all names of a set begin with, without an index at its end: "gamma_stat_SR_bin_0" is of "gamma_stat_SR". */
static int name_set(fairu_hs3 *hs3, const modifier *m, fairu_hs3_set *set)
{
  size_t length = strlen(m->parameter);
  int status = FAIRU_OK;
  for (size_t i = 1; status == FAIRU_OK && i < m->n; i++) {
    const char *name = NULL;
    size_t same = 0;
    status = fairu_hs3__component(hs3, set, i, &name);
    while (status == FAIRU_OK && same < length && name[same] == m->parameter[same])
      same++;
    length = same;
  }
  while (length > 0 && m->parameter[length - 1] >= '0' && m->parameter[length - 1] <= '9')
    length--;
  while (length > 0 && (m->parameter[length - 1] == '_' || m->parameter[length - 1] == '['))
    length--;
  if (length > 4 && strncmp(m->parameter + length - 4, "_bin", 4) == 0)
    length -= 4;
  char *name = (char *)fairu_context__scratch(hs3->ctx, strlen(m->parameter) + 1, 1, "name of a set");
  if (!name || status != FAIRU_OK)
    return name ? status : FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(name, m->parameter, strlen(m->parameter) + 1);
  if (length > 0)
    name[length] = '\0';
  set->name = name;
  for (size_t i = 0; i + 1 < hs3->n_sets; i++)
    if (strcmp(hs3->sets[i].name, name) == 0)
      set->name = m->parameter; /* taken: the first name itself */
  return FAIRU_OK;
}

static int check_names(const fairu_hs3 *hs3, const modifier *m, const fairu_hs3_set *set)
{
  const fairu_hs3_set mine = { .components = m->names.value, .parameter = m->parameter };
  int status = FAIRU_OK;
  for (size_t i = 0; status == FAIRU_OK && i < m->n; i++) {
    const char *here = NULL, *there = NULL;
    status = fairu_hs3__component(hs3, &mine, i, &here);
    if (status == FAIRU_OK)
      status = fairu_hs3__component(hs3, set, i, &there);
    if (status == FAIRU_OK && strcmp(here, there) != 0)
      return refuse(hs3, m->at, "its parameters are those of something else, in part");
  }
  return status;
}

/* A set keeps its type, its names and, for bins, its channel. */
static int join(const fairu_hs3 *hs3, const modifier *m, fairu_hs3_set *set, fairu_modifier_type type)
{
  const bool first = set->type == FAIRU_MODIFIER_TYPES;
  if (first)
    set->type = type;
  if (set->type != type)
    return fairu_json__fail(hs3->ctx, m->at, FAIRU_ERR_UNSUPPORTED, "\"%.80s\" is a %s elsewhere",
                            m->parameter, fairu_workspace__type_name(set->type));
  if (set->n != m->n)
    return fairu_json__fail(hs3->ctx, m->at, FAIRU_ERR_SHAPE, "%zu parameters, elsewhere %zu", m->n, set->n);
  if ((set->components != NULL) != (m->names.value != NULL))
    return refuse(hs3, m->at, "one parameter, and elsewhere an array of them");
  const int status = check_names(hs3, m, set);
  if (status != FAIRU_OK)
    return status;
  if (!set->components || type == FAIRU_MODIFIER_SHAPEFACTOR)
    return FAIRU_OK;
  if (set->channel != m->channel)
    return refuse(hs3, m->at, "constrained parameters of bins in two channels");
  set->n_samples++;
  if (type == FAIRU_MODIFIER_SHAPESYS && set->n_samples > 1)
    return refuse(hs3, m->at, "parameters of bins with Poisson constraints in two samples");
  return FAIRU_OK;
}

/* ---- widths of bins ------------------------------------------------------------------------------------ */

/* Sums over samples: yields in widths [0 .. n), squares of uncertainties in [n .. 2n), until all are known. */
static int add_errors(const fairu_hs3 *hs3, const modifier *m, fairu_hs3_set *set)
{
  fairu_json_at data, contents, errors;
  const fairu_mark mark = fairu_context__mark(hs3->ctx);
  double *numbers = (double *)fairu_context__scratch(hs3->ctx, set->n, 2 * sizeof *numbers, "uncertainties");
  int status = numbers ? fairu_json__member(hs3->ctx, m->sample, "data", &data) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &data, "contents", &contents);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &data, "errors", &errors);
  if (status == FAIRU_OK)
    status = fairu_json__numbers(hs3->ctx, &contents, set->n, numbers);
  if (status == FAIRU_OK)
    status = fairu_json__numbers(hs3->ctx, &errors, set->n, numbers + set->n);
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    set->widths[i] += numbers[i];
    set->widths[set->n + i] += numbers[set->n + i] * numbers[set->n + i];
  }
  fairu_context__release(hs3->ctx, mark);
  return status;
}

static int read_vals(const fairu_hs3 *hs3, const modifier *m, fairu_hs3_set *set)
{
  fairu_json_at data, vals;
  int status = fairu_json__member(hs3->ctx, m->at, "data", &data);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &data, "vals", &vals);
  if (status == FAIRU_OK)
    status = fairu_json__numbers(hs3->ctx, &vals, set->n, set->widths + set->n);
  for (size_t i = 0; status == FAIRU_OK && i < set->n; i++) {
    set->widths[i] = 1.0;
    set->widths[set->n + i] *= set->widths[set->n + i];
  }
  return status;
}

static int add_bins(fairu_hs3 *hs3, const modifier *m, fairu_hs3_set *set)
{
  fairu_modifier_type type = FAIRU_MODIFIER_SHAPEFACTOR;
  const bool factor = strcmp(m->type, "shapefactor") == 0;
  if (!m->names.value)
    return refuse(hs3, m->at, "per-bin parameters that are not listed as \"parameters\"");
  if (!factor && says_gauss(m->constraint))
    type = FAIRU_MODIFIER_STATERROR;
  else if (!factor && says_poisson(m->constraint))
    type = FAIRU_MODIFIER_SHAPESYS;
  else if (!factor || m->constraint)
    return refuse(hs3, m->at,
                  "the constraint of per-bin parameters has to be Gauss or Poisson, and said here");
  int status = set->type == FAIRU_MODIFIER_TYPES ? name_set(hs3, m, set) : FAIRU_OK;
  if (status == FAIRU_OK)
    status = join(hs3, m, set, type);
  if (status != FAIRU_OK || factor)
    return status;
  if (!set->widths) {
    set->widths = (double *)fairu_context__scratch(hs3->ctx, set->n, 2 * sizeof *set->widths, "widths");
    for (size_t i = 0; set->widths && i < 2 * set->n; i++)
      set->widths[i] = 0.0;
  }
  if (!set->widths)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (strcmp(m->type, "staterror") == 0)
    return add_errors(hs3, m, set);
  return set->n_samples > 1 ? refuse(hs3, m->at, "a shapesys in two samples") : read_vals(hs3, m, set);
}

/* ---- modifiers ----------------------------------------------------------------------------------------- */

static int add_scalar(fairu_hs3 *hs3, const modifier *m, fairu_hs3_set *set)
{
  const bool factor = strcmp(m->type, "normfactor") == 0;
  if (!factor && strcmp(m->type, "normsys") != 0 && strcmp(m->type, "histosys") != 0)
    return fairu_json__fail(hs3->ctx, m->at, FAIRU_ERR_UNSUPPORTED, "a modifier of type \"%.40s\"", m->type);
  if (m->names.value)
    return refuse(hs3, m->at, "several parameters where one is due");
  int status = join(hs3, m, set, factor ? FAIRU_MODIFIER_NORMFACTOR : FAIRU_MODIFIER_NORMSYS);
  if (status != FAIRU_OK || !m->constraint)
    return status;
  if (!says_gauss(m->constraint))
    return fairu_hs3__constrain_by(hs3, m->at, m->constraint, set);
  if (factor)
    return refuse(hs3, m->at, "a Gaussian factor whose width is not said");
  if (!set->constrained)
    set->width = 1.0;
  set->constrained = true;
  return FAIRU_OK;
}

static int add_modifier(fairu_hs3 *hs3, modifier *m)
{
  int status = read_modifier(hs3, m);
  if (status != FAIRU_OK)
    return status;
  const size_t place = fairu_name_index__find(&hs3->places, m->parameter);
  fairu_hs3_set *set = place == FAIRU_NONE ? NULL : &hs3->sets[place];
  if (!set)
    status = add_set(hs3, m, &set);
  if (status != FAIRU_OK)
    return status;
  static const char *const of_bins[] = { "shapefactor", "shapesys", "staterror" };
  return is_one_of(m->type, of_bins, 3) ? add_bins(hs3, m, set) : add_scalar(hs3, m, set);
}

static int add_sample(fairu_hs3 *hs3, const fairu_json_at *sample, size_t channel)
{
  static const char *const keys[] = { "name", "data", "modifiers" };
  fairu_json_at modifiers, at;
  size_t n = 0;
  int status = fairu_hs3__expect_keys(hs3, sample, keys, 3);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, sample, "modifiers", &modifiers);
  if (status == FAIRU_OK && modifiers.value)
    status = fairu_json__length(hs3->ctx, &modifiers, 0, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    modifier m = { .at = &at, .channel = channel, .sample = sample };
    status = fairu_json__element(hs3->ctx, &modifiers, i, &at);
    if (status == FAIRU_OK)
      status = add_modifier(hs3, &m);
  }
  return status;
}

static int add_channel(fairu_hs3 *hs3, const fairu_json_at *names, size_t c)
{
  fairu_json_at channel, samples, sample;
  size_t n = 0;
  int status = fairu_hs3__channel(hs3, names, c, &channel);
  if (status == FAIRU_OK)
    status = fairu_json__member(hs3->ctx, &channel, "samples", &samples);
  if (status == FAIRU_OK)
    status = fairu_json__length(hs3->ctx, &samples, 1, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    status = fairu_json__element(hs3->ctx, &samples, i, &sample);
    if (status == FAIRU_OK)
      status = add_sample(hs3, &sample, c);
  }
  return status == FAIRU_OK ? fairu_context__poll(hs3->ctx) : status;
}

/* A parameter that is a function of others has no place in pyhf's form. */
static int check_functions(const fairu_hs3 *hs3)
{
  fairu_json_at functions, function;
  size_t n = 0;
  int status = fairu_json__optional(hs3->ctx, &hs3->root, "functions", &functions);
  if (status == FAIRU_OK && functions.value)
    status = fairu_json__length(hs3->ctx, &functions, 0, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const char *name = NULL;
    status = fairu_json__element(hs3->ctx, &functions, i, &function);
    if (status == FAIRU_OK)
      status = fairu_hs3__text(hs3, &function, "name", &name);
    if (status == FAIRU_OK && name && fairu_name_index__find(&hs3->places, name) != FAIRU_NONE)
      return refuse(hs3, &function, "a function in the place of a parameter");
  }
  return status;
}

/* ---- when all is known --------------------------------------------------------------------------------- */

static int finish_scalar(const fairu_hs3 *hs3, fairu_hs3_set *set, bool *has_lumi)
{
  if (set->type == FAIRU_MODIFIER_NORMFACTOR && set->constrained) {
    set->type = FAIRU_MODIFIER_LUMI;
    set->name = "lumi";
    if (*has_lumi)
      return fairu_json__fail(hs3->ctx, &hs3->root, FAIRU_ERR_UNSUPPORTED,
                              "\"%.80s\" is a second factor with a Gaussian constraint, pyhf's form has one",
                              set->parameter);
    *has_lumi = true;
  }
  if (set->type == FAIRU_MODIFIER_NORMSYS && (!set->constrained || set->width != 1.0))
    return fairu_json__fail(hs3->ctx, &hs3->root, FAIRU_ERR_UNSUPPORTED,
                            "\"%.80s\" has no Gaussian constraint of width 1", set->parameter);
  return FAIRU_OK;
}

static void finish_bins(const fairu_hs3 *hs3, fairu_hs3_set *set)
{
  if (fairu_name_index__find(&hs3->places, set->name) != FAIRU_NONE)
    set->name = set->parameter; /* one parameter has that name, which came later */
  for (size_t i = 0; set->widths && i < set->n; i++)
    set->widths[i] = set->widths[i] > 0.0 ? sqrt(set->widths[set->n + i]) / set->widths[i] : 0.0;
}

int fairu_hs3__collect(fairu_hs3 *hs3, const fairu_json_at *likelihood)
{
  fairu_json_at names, aux, at;
  size_t n = 0, n_aux = 0;
  bool has_lumi = false;
  int status = fairu_json__member(hs3->ctx, likelihood, "distributions", &names);
  if (status == FAIRU_OK)
    status = fairu_json__length(hs3->ctx, &names, 1, &n);
  for (size_t c = 0; status == FAIRU_OK && c < n; c++)
    status = add_channel(hs3, &names, c);
  if (status == FAIRU_OK)
    status = check_functions(hs3);
  if (status == FAIRU_OK)
    status = fairu_json__optional(hs3->ctx, likelihood, "aux_distributions", &aux);
  if (status == FAIRU_OK && aux.value)
    status = fairu_json__length(hs3->ctx, &aux, 0, &n_aux);
  for (size_t i = 0; status == FAIRU_OK && i < n_aux; i++) {
    status = fairu_json__element(hs3->ctx, &aux, i, &at);
    if (status == FAIRU_OK)
      status = fairu_hs3__constrain_aux(hs3, &at);
  }
  for (size_t i = 0; status == FAIRU_OK && i < hs3->n_sets; i++) {
    if (hs3->sets[i].components)
      finish_bins(hs3, &hs3->sets[i]);
    else
      status = finish_scalar(hs3, &hs3->sets[i], &has_lumi);
  }
  return status;
}
