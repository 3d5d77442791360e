/* lwtnn_defaults.c - defaults of inputs in lwtnn files become the policy of the classifier: what is not finite is replaced. */
#include <math.h>
#include <string.h>

#include "classifier/lwtnn.h"

/* ---- reading ------------------------------------------------------------------------------------------ */

/* feature is name, or input/name. */
static int is_feature(const char *feature, const char *input, const char *name)
{
  const size_t n = input ? strlen(input) : 0;
  if (strcmp(feature, name) == 0)
    return 1;
  return input && strncmp(feature, input, n) == 0 && feature[n] == '/' && strcmp(feature + n + 1, name) == 0;
}

static void set(const fairu_classifier *classifier, const char *input, const char *name, double value,
                float *defaults)
{
  for (size_t f = 0; f < classifier->n_features; f++)
    if (is_feature(classifier->features[f], input, name))
      defaults[f] = (float)value;
}

/* Variables of a list that have a default of their own. Names have been read before. */
static int from_variables(const fairu_lwtnn *r, const fairu_json_at *list, const char *input,
                          const fairu_classifier *classifier, float *defaults)
{
  fairu_json_at at, name_at, member;
  const char *name = NULL;
  double value = 0.0;
  size_t n = 0;
  int status = fairu_json__length(r->ctx, list, 0, &n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = fairu_json__element(r->ctx, list, i, &at);
    if (status == FAIRU_OK)
      status = fairu_json__optional(r->ctx, &at, "default", &member);
    if (status != FAIRU_OK || !member.value)
      continue;
    status = fairu_json__number(r->ctx, &member, &value);
    if (status == FAIRU_OK)
      status = fairu_json__member_string(r->ctx, &at, "name", &name_at, &name);
    if (status == FAIRU_OK)
      set(classifier, input, name, value, defaults);
    if (status == FAIRU_OK)
      status = fairu_context__poll(r->ctx);
  }
  return status;
}

/* What the output does not depend on is no feature, and must not stand for one of that name. */
static int from_graph_inputs(const fairu_lwtnn *r, const fairu_json_at *inputs,
                             const fairu_classifier *classifier, float *defaults)
{
  fairu_json_at at, name_at, list;
  const char *name = NULL;
  size_t n = 0;
  int status = fairu_json__length(r->ctx, inputs, 0, &n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    if (!r->used[i])
      continue;
    status = fairu_json__element(r->ctx, inputs, i, &at);
    if (status == FAIRU_OK)
      status = fairu_json__member_string(r->ctx, &at, "name", &name_at, &name);
    if (status == FAIRU_OK)
      status = fairu_json__member(r->ctx, &at, "variables", &list);
    if (status == FAIRU_OK)
      status = from_variables(r, &list, name, classifier, defaults);
  }
  return status;
}

/* The object `defaults`, if there is one, stands for all of them. */
static int collect(const fairu_lwtnn *r, const fairu_classifier *classifier, float *defaults)
{
  fairu_json_at object = { .value = NULL }, inputs, at = { .value = NULL };
  double value = 0.0;
  int status = fairu_json__member(r->ctx, &r->root, "inputs", &inputs);
  if (status == FAIRU_OK && r->is_graph)
    return from_graph_inputs(r, &inputs, classifier, defaults);
  if (status == FAIRU_OK)
    status = fairu_json__optional(r->ctx, &r->root, "defaults", &object);
  if (status != FAIRU_OK || !object.value)
    return status == FAIRU_OK ? from_variables(r, &inputs, NULL, classifier, defaults) : status;
  status = fairu_json__expect(r->ctx, &object, FAIRU_JSON_OBJECT);
  while (status == FAIRU_OK && fairu_json__next(&object, &at)) {
    status = fairu_json__number(r->ctx, &at, &value);
    if (status == FAIRU_OK)
      set(classifier, NULL, at.key, value, defaults);
  }
  return status;
}

int fairu_lwtnn__defaults(const fairu_lwtnn *r, fairu_classifier *classifier)
{
  const size_t n = classifier->n_features;
  int any = 0;
  const fairu_mark mark = fairu_context__mark(r->ctx);
  float *defaults = fairu_context__scratch(r->ctx, n, sizeof *defaults, "lwtnn defaults");
  int status = defaults ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t f = 0; f < n && status == FAIRU_OK; f++)
    defaults[f] = NAN;
  if (status == FAIRU_OK)
    status = collect(r, classifier, defaults);
  for (size_t f = 0; f < n && status == FAIRU_OK; f++)
    any = any || !isnan(defaults[f]);
  const fairu_input_options options = { .defaults = defaults, .non_finite = FAIRU_INPUT_DEFAULT };
  if (status == FAIRU_OK && any)
    status = fairu_inputs__set(classifier, r->ctx, &options);
  fairu_context__release(r->ctx, mark);
  return status;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

int fairu_lwtnn__has_default(const fairu_classifier *classifier, size_t i)
{
  const fairu_inputs *inputs = classifier->inputs;
  return inputs && inputs->non_finite == FAIRU_INPUT_DEFAULT && i < classifier->n_features &&
         !isnan(inputs->defaults[i]);
}

/* Bounds that refuse or replace what lies outside, and NaN that passes, have no place in lwtnn's files. */
int fairu_lwtnn__says_inputs(const fairu_classifier *classifier)
{
  const fairu_inputs *inputs = classifier->inputs;
  return !inputs || (!fairu_inputs__have_ranges(classifier) && inputs->non_finite != FAIRU_INPUT_PASS);
}
