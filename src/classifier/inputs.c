/* inputs.c - what becomes of features that are not finite, or outside their range: policies that a classifier carries. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "classifier/kind.h"

static const fairu_input_options input_defaults = { .struct_size = sizeof(fairu_input_options) };

int fairu_input_options_init(fairu_input_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &input_defaults, sizeof input_defaults);
}

void fairu_inputs__free(fairu_classifier *classifier)
{
  if (classifier->inputs)
    fairu_allocator__free(&classifier->allocator, classifier->inputs->values);
  fairu_allocator__free(&classifier->allocator, classifier->inputs);
  classifier->inputs = NULL;
}

/* ---- making ------------------------------------------------------------------------------------------- */

static int check_policies(fairu_context *ctx, const fairu_input_options *options)
{
  if (options->non_finite < FAIRU_INPUT_REFUSE || options->non_finite > FAIRU_INPUT_PASS)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "inputs: unknown policy %d for values not finite",
                               options->non_finite);
  if (options->outside < FAIRU_INPUT_REFUSE || options->outside > FAIRU_INPUT_CLIP)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "inputs: unknown policy %d for values out of range",
                               options->outside);
  return FAIRU_OK;
}

/* Bounds are finite: what is not finite is outside too. A range without a number would clip to an infinity. */
static int check_values(const fairu_classifier *classifier, fairu_context *ctx, size_t f)
{
  const fairu_inputs *inputs = classifier->inputs;
  if (isinf(inputs->defaults[f]))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "feature \"%s\": default %g",
                               classifier->features[f], (double)inputs->defaults[f]);
  if (!(inputs->lower[f] <= inputs->upper[f]) || inputs->lower[f] > FLT_MAX || inputs->upper[f] < -FLT_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "feature \"%s\": range [%g, %g]",
                               classifier->features[f], (double)inputs->lower[f], (double)inputs->upper[f]);
  inputs->lower[f] = fmaxf(inputs->lower[f], -FLT_MAX);
  inputs->upper[f] = fminf(inputs->upper[f], FLT_MAX);
  return FAIRU_OK;
}

static int make_inputs(fairu_classifier *classifier, fairu_context *ctx)
{
  const size_t n = classifier->n_features;
  fairu_inputs__free(classifier);
  fairu_inputs *inputs = fairu_context__new(ctx, 1, sizeof *inputs, "classifier inputs");
  if (!inputs)
    return FAIRU_ERR_OUT_OF_MEMORY;
  classifier->inputs = inputs;
  inputs->values = fairu_context__new(ctx, n, 3 * sizeof(float), "classifier inputs");
  if (!inputs->values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  inputs->defaults = inputs->values;
  inputs->lower = inputs->values + n;
  inputs->upper = inputs->values + 2 * n;
  return FAIRU_OK;
}

int fairu_inputs__set(fairu_classifier *classifier, fairu_context *ctx, const fairu_input_options *options)
{
  int status = check_policies(ctx, options);
  if (status == FAIRU_OK)
    status = make_inputs(classifier, ctx);
  for (size_t f = 0; f < classifier->n_features && status == FAIRU_OK; f++) {
    fairu_inputs *inputs = classifier->inputs;
    inputs->defaults[f] = options->defaults ? options->defaults[f] : NAN;
    inputs->lower[f] = options->lower ? options->lower[f] : -FLT_MAX;
    inputs->upper[f] = options->upper ? options->upper[f] : FLT_MAX;
    inputs->non_finite = options->non_finite;
    inputs->outside = options->outside;
    status = check_values(classifier, ctx, f);
  }
  return status;
}

int fairu_inputs__copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to)
{
  const fairu_inputs *inputs = from->inputs;
  if (!inputs)
    return FAIRU_OK;
  const fairu_input_options options = { .defaults = inputs->defaults,
                                        .lower = inputs->lower,
                                        .upper = inputs->upper,
                                        .non_finite = inputs->non_finite,
                                        .outside = inputs->outside };
  return fairu_inputs__set(to, ctx, &options);
}

int fairu_inputs__have_ranges(const fairu_classifier *classifier)
{
  const fairu_inputs *inputs = classifier->inputs;
  for (size_t f = 0; inputs && f < classifier->n_features && inputs->outside != FAIRU_INPUT_PASS; f++)
    if (inputs->lower[f] > -FLT_MAX || inputs->upper[f] < FLT_MAX)
      return 1;
  return 0;
}

/* Others let their parts read them. */
static int reads_features(const fairu_classifier *part)
{
  return part->kind != &fairu_kind__calibrated && part->kind != &fairu_kind__gated &&
         part->kind != &fairu_kind__ensemble;
}

int fairu_classifier_create_with_inputs(fairu_context *ctx, const fairu_classifier *classifier,
                                        const fairu_input_options *options, fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!classifier || !options || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "inputs: classifier, options or out is NULL");
  fairu_input_options ours = input_defaults;
  fairu_classifier *copy = NULL;
  int status = fairu_options__read(ctx, &ours, sizeof ours, options, sizeof input_defaults, "input options");
  if (status == FAIRU_OK)
    status = fairu_classifier__copy(classifier, ctx, &copy);
  if (status != FAIRU_OK)
    return status;
  size_t next = 0;
  for (const fairu_classifier *part; status == FAIRU_OK && (part = fairu_classifier__part(copy, &next));)
    if (reads_features(part))
      status = fairu_inputs__set((fairu_classifier *)(uintptr_t)part, ctx, &ours);
  return fairu_classifier__finish(copy, status, out);
}

/* ---- use ---------------------------------------------------------------------------------------------- */

static int refuse(const fairu_classifier *classifier, fairu_context *ctx, size_t f, size_t row, float value)
{
  const fairu_inputs *inputs = classifier->inputs;
  const char *name = classifier->features[f];
  if (!isfinite(value))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: feature \"%s\" is %g%s", row, name,
                               (double)value,
                               inputs->non_finite == FAIRU_INPUT_DEFAULT ? " and has no default" : "");
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %zu: feature \"%s\" is %g, outside [%g, %g]%s", row,
                             name, (double)value, (double)inputs->lower[f], (double)inputs->upper[f],
                             inputs->outside == FAIRU_INPUT_DEFAULT ? ", and has no default" : "");
}

/* One value that is outside its range or not finite. */
static int settle(const fairu_classifier *classifier, fairu_context *ctx, size_t f, size_t row, float *value)
{
  const fairu_inputs *inputs = classifier->inputs;
  const int finite = isfinite(*value);
  const int policy = finite ? inputs->outside : inputs->non_finite;
  if (policy == FAIRU_INPUT_DEFAULT && !isnan(inputs->defaults[f]))
    *value = inputs->defaults[f];
  else if (policy == FAIRU_INPUT_CLIP)
    *value = *value < inputs->lower[f] ? inputs->lower[f] : inputs->upper[f];
  else if (policy != FAIRU_INPUT_PASS)
    return refuse(classifier, ctx, f, row, *value);
  else if (!finite)
    *value = NAN;
  return FAIRU_OK;
}

int fairu_inputs__settle(const fairu_classifier *classifier, fairu_context *ctx, size_t feature, size_t row,
                         float *values, size_t n)
{
  const float lower = classifier->inputs->lower[feature], upper = classifier->inputs->upper[feature];
  int outside = 0, status = FAIRU_OK;
  for (size_t i = 0; i < n; i++)
    outside |= !(values[i] >= lower) | !(values[i] <= upper);
  for (size_t i = 0; outside && i < n && status == FAIRU_OK; i++)
    if (!(values[i] >= lower && values[i] <= upper))
      status = settle(classifier, ctx, feature, row + i, &values[i]);
  return status;
}

int fairu_inputs__settle_row(const fairu_classifier *classifier, fairu_context *ctx, size_t row,
                             const float *x, float *settled)
{
  int status = FAIRU_OK;
  memcpy(settled, x, classifier->n_features * sizeof *settled);
  for (size_t f = 0; f < classifier->n_features && status == FAIRU_OK; f++)
    status = fairu_inputs__settle(classifier, ctx, f, row, &settled[f], 1);
  return status;
}

/* ---- file --------------------------------------------------------------------------------------------- */

void fairu_inputs__put(const fairu_classifier *classifier, fairu_pack *pack)
{
  const fairu_inputs *inputs = classifier->inputs;
  fairu_pack__f32s(pack, inputs->values, 3 * classifier->n_features);
  fairu_pack__u64(pack, (uint64_t)inputs->non_finite);
  fairu_pack__u64(pack, (uint64_t)inputs->outside);
}

int fairu_inputs__get(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  size_t non_finite = 0, outside = 0;
  int status = make_inputs(classifier, ctx);
  if (status == FAIRU_OK)
    status =
        fairu_unpack__f32s(unpack, ctx, "inputs", classifier->inputs->values, 3 * classifier->n_features);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "policy of inputs", FAIRU_INPUT_PASS, &non_finite);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "policy of inputs", FAIRU_INPUT_CLIP, &outside);
  if (status != FAIRU_OK)
    return status;
  classifier->inputs->non_finite = (int)non_finite;
  classifier->inputs->outside = (int)outside;
  for (size_t f = 0; f < classifier->n_features && status == FAIRU_OK; f++)
    status = check_values(classifier, ctx, f);
  return status;
}
