/* workspace_config.c - what a measurement says about parameters: inits, bounds, auxdata, sigmas, factors, fixed. */
#include <math.h>
#include <string.h>

#include "likelihood/workspace_sets.h"

/* The configuration of one set, for the attributes to look into. */
typedef struct config {
  fairu_context *ctx;
  const fairu_parameter_set *set;
  fairu_json_at at; /* absent value: no configuration */
} config;

static bool is_gaussian(fairu_modifier_type type)
{
  return type == FAIRU_MODIFIER_HISTOSYS || type == FAIRU_MODIFIER_NORMSYS || type == FAIRU_MODIFIER_LUMI ||
         type == FAIRU_MODIFIER_STATERROR;
}

static int fail_attribute(const config *c, const fairu_json_at *at)
{
  return fairu_json__fail(c->ctx, at, FAIRU_ERR_ARGUMENT, "\"%.80s\" is a %s, which has no %s", c->set->name,
                          fairu_workspace__type_name(c->set->type), at->key);
}

static int fail_length(const config *c, const fairu_json_at *at, size_t found)
{
  return fairu_json__fail(c->ctx, at, FAIRU_ERR_SHAPE, "%zu elements, \"%.80s\" has %zu parameters", found,
                          c->set->name, c->set->n);
}

/* A member of right length, or absent. */
static int find(const config *c, const char *key, bool is_known, fairu_json_at *member)
{
  size_t n = 0;
  *member = (fairu_json_at){ 0 };
  if (!c->at.value)
    return FAIRU_OK;
  int status = fairu_json__optional(c->ctx, &c->at, key, member);
  if (status != FAIRU_OK || !member->value)
    return status;
  if (!is_known)
    return fail_attribute(c, member);
  status = fairu_json__length(c->ctx, member, 1, &n);
  return status == FAIRU_OK && n != c->set->n ? fail_length(c, member, n) : status;
}

/* numbers [n] of an attribute, left as they are if it is absent; those below `least` (or equal, with `above`) are refused. */
static int read_numbers(const config *c, const char *key, bool is_known, double least, bool above,
                        double *numbers)
{
  fairu_json_at member, element;
  int status = find(c, key, is_known, &member);
  if (status != FAIRU_OK || !member.value)
    return status;
  status = fairu_json__numbers(c->ctx, &member, c->set->n, numbers);
  for (size_t i = 0; status == FAIRU_OK && i < c->set->n; i++) {
    if (above ? numbers[i] > least : numbers[i] >= least)
      continue;
    status = fairu_json__element(c->ctx, &member, i, &element);
    return status != FAIRU_OK
               ? status
               : fairu_json__fail(c->ctx, &element, FAIRU_ERR_RANGE, "%.17g, wanted a number %s %g",
                                  numbers[i], above ? ">" : ">=", least);
  }
  return status;
}

static int read_bounds(const config *c, double *lower, double *upper)
{
  fairu_json_at member;
  int status = find(c, "bounds", true, &member);
  for (size_t i = 0; status == FAIRU_OK && member.value && i < c->set->n; i++) {
    fairu_json_at pair;
    double ends[2] = { 0.0, 0.0 };
    status = fairu_json__element(c->ctx, &member, i, &pair);
    if (status == FAIRU_OK)
      status = fairu_json__numbers(c->ctx, &pair, 2, ends);
    if (status == FAIRU_OK && ends[0] > ends[1])
      return fairu_json__fail(c->ctx, &pair, FAIRU_ERR_RANGE, "lower bound %.17g is above upper bound %.17g",
                              ends[0], ends[1]);
    lower[i] = ends[0];
    upper[i] = ends[1];
  }
  return status;
}

static int read_fixed(const config *c, unsigned char *fixed)
{
  fairu_json_at member = { 0 };
  bool is_fixed = false;
  int status = c->at.value ? fairu_json__optional(c->ctx, &c->at, "fixed", &member) : FAIRU_OK;
  if (status != FAIRU_OK || !member.value)
    return status;
  status = fairu_json__bool(c->ctx, &member, &is_fixed);
  if (status == FAIRU_OK)
    memset(fixed, is_fixed, c->set->n);
  return status;
}

/* The start stands in the configuration, or the bounds do: one of them is the place. */
static int fail_start(const config *c, const fairu_set_values *values, size_t i)
{
  fairu_json_at member, element;
  int status = fairu_json__optional(c->ctx, &c->at, "inits", &member);
  if (status == FAIRU_OK && !member.value)
    status = fairu_json__optional(c->ctx, &c->at, "bounds", &member);
  if (status == FAIRU_OK)
    status = fairu_json__element(c->ctx, &member, i, &element);
  if (status != FAIRU_OK)
    return status;
  return fairu_json__fail(c->ctx, &element, FAIRU_ERR_RANGE,
                          "start value %.17g of \"%.80s\" is outside its bounds [%.17g, %.17g]",
                          values->start[i], c->set->name, values->lower[i], values->upper[i]);
}

/* Only a lumi has no values of its own. */
static int check_given(const config *c, const fairu_set_values *values, const fairu_json_at *parameters)
{
  if (c->set->type != FAIRU_MODIFIER_LUMI)
    return FAIRU_OK;
  const char *missing = isnan(values->start[0])   ? "inits"
                        : isnan(values->lower[0]) ? "bounds"
                        : isnan(values->aux[0])   ? "auxdata"
                                                  : NULL;
  if (!missing)
    return FAIRU_OK;
  return fairu_json__fail(c->ctx, c->at.value ? &c->at : parameters, FAIRU_ERR_NOT_FOUND,
                          "\"lumi\" needs %s from the measurement", missing);
}

static int configure(const config *c, fairu_set_values *values, const fairu_json_at *parameters)
{
  const fairu_modifier_type type = c->set->type;
  const bool is_counted = type == FAIRU_MODIFIER_SHAPESYS;
  const bool has_width = type == FAIRU_MODIFIER_LUMI || type == FAIRU_MODIFIER_STATERROR;
  int status = read_numbers(c, "inits", true, -HUGE_VAL, false, values->start);
  if (status == FAIRU_OK)
    status = read_bounds(c, values->lower, values->upper);
  if (status == FAIRU_OK)
    status = read_numbers(c, "auxdata", is_counted || is_gaussian(type), is_counted ? 0.0 : -HUGE_VAL, false,
                          values->aux);
  if (status == FAIRU_OK)
    status = read_numbers(c, "sigmas", has_width, 0.0, true, values->width);
  if (status == FAIRU_OK)
    status = read_numbers(c, "factors", is_counted, 0.0, true, values->width);
  if (status == FAIRU_OK)
    status = read_fixed(c, values->fixed);
  if (status == FAIRU_OK)
    status = check_given(c, values, parameters);
  for (size_t i = 0; status == FAIRU_OK && i < values->n; i++)
    if (!(values->start[i] >= values->lower[i] && values->start[i] <= values->upper[i]))
      return fail_start(c, values, i);
  return status;
}

int fairu_set_values__configure(fairu_set_values *values, fairu_context *ctx,
                                const fairu_workspace *workspace, size_t measurement,
                                const fairu_parameter_set *set)
{
  fairu_way way;
  config c = { .ctx = ctx, .set = set };
  fairu_way__to_config(&way, workspace, measurement);
  const fairu_json_at *parameters = fairu_way__member(&way, "parameters");
  if (set->config != FAIRU_NONE)
    c.at = *fairu_way__element(&way, set->config);
  return configure(&c, values, parameters);
}
