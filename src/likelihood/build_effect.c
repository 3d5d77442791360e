/* build_effect.c - how parameters act on the samples of a model being built. */
#include <math.h>
#include <string.h>

#include "likelihood/build.h"

/* A call in progress: what messages name. */
typedef struct target {
  fairu_model *model;
  fairu_context *ctx;
  const char *verb; /* "factor", "shift" */
  fairu_sample *sample;
  const fairu_channel *channel;
} target;

static int find_sample(fairu_model *model, fairu_context *ctx, const char *verb, size_t sample, target *t)
{
  if (!model)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s: model is NULL", verb);
  if (sample >= model->n_samples)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s: sample %zu of %zu", verb, sample, model->n_samples);
  t->model = model;
  t->ctx = ctx;
  t->verb = verb;
  t->sample = &model->samples[sample];
  t->channel = &model->channels[t->sample->channel];
  return FAIRU_OK;
}

/* FAIRU_ERR_DUPLICATE unless no effect of the kind does so already. */
static int check_unused(const target *t, fairu_effect_kind kind, size_t parameter)
{
  for (size_t e = 0; e < t->sample->n_effects; e++)
    if (t->sample->effects[e].kind == kind && t->sample->effects[e].parameter == parameter)
      return fairu_context__fail(t->ctx, FAIRU_ERR_DUPLICATE,
                                 "%s: '%s' already acts so on sample '%s' of channel '%s'", t->verb,
                                 t->model->params[parameter].name, t->sample->name, t->channel->name);
  return FAIRU_OK;
}

static int find_parameter(const target *t, fairu_effect_kind kind, size_t parameter)
{
  if (parameter >= t->model->n_params)
    return fairu_context__fail(t->ctx, FAIRU_ERR_RANGE,
                               "%s of sample '%s' in channel '%s': parameter %zu of %zu", t->verb,
                               t->sample->name, t->channel->name, parameter, t->model->n_params);
  return check_unused(t, kind, parameter);
}

/* Does a bin factor of the sample use this parameter in bins first .. last - 1? */
static int scales_bins(const target *t, size_t parameter, size_t first, size_t last)
{
  for (size_t e = 0; e < t->sample->n_effects; e++) {
    const fairu_effect *effect = &t->sample->effects[e];
    for (size_t b = first; effect->kind == FAIRU_EFFECT_BIN_FACTORS && b < last; b++)
      if (effect->parameters[b] == parameter)
        return 1;
  }
  return 0;
}

static int check_bins(const target *t, size_t n_bins)
{
  if (n_bins == t->channel->n_bins)
    return FAIRU_OK;
  return fairu_context__fail(t->ctx, FAIRU_ERR_SHAPE, "%s of sample '%s': channel '%s' has %zu bins, got %zu",
                             t->verb, t->sample->name, t->channel->name, t->channel->n_bins, n_bins);
}

static int check_yields(const target *t, const char *what, const double *yields)
{
  for (size_t b = 0; b < t->channel->n_bins; b++)
    if (!isfinite(yields[b]))
      return fairu_context__fail(t->ctx, FAIRU_ERR_NON_FINITE,
                                 "%s of sample '%s' in channel '%s': bin %zu of '%s' is %g", t->verb,
                                 t->sample->name, t->channel->name, b, what, yields[b]);
  return FAIRU_OK;
}

static int refuse_code(const target *t, int code)
{
  return fairu_context__fail(t->ctx, FAIRU_ERR_ARGUMENT,
                             "%s of sample '%s' in channel '%s': interpolation code %d is not for it",
                             t->verb, t->sample->name, t->channel->name, code);
}

/* Take over the memory of effect, or free it. */
static int append(const target *t, const fairu_effect *effect, int complete)
{
  fairu_sample *sample = t->sample;
  int status = complete ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_model__grow(t->model, t->ctx, &sample->effects, &sample->effect_capacity,
                               sample->n_effects, sizeof *sample->effects, "effects");
  if (status == FAIRU_OK) {
    sample->effects[sample->n_effects++] = *effect;
    return FAIRU_OK;
  }
  fairu_allocator__free(&t->model->allocator, effect->yields);
  fairu_allocator__free(&t->model->allocator, effect->knots);
  fairu_allocator__free(&t->model->allocator, effect->parameters);
  return status;
}

int fairu_model_add_factor(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter)
{
  target t;
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = find_sample(model, ctx, "factor", sample, &t);
  if (status == FAIRU_OK)
    status = find_parameter(&t, FAIRU_EFFECT_FACTOR, parameter);
  if (status == FAIRU_OK && scales_bins(&t, parameter, 0, t.channel->n_bins))
    status = fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE,
                                 "factor: '%s' already scales bins of sample '%s' of channel '%s'",
                                 model->params[parameter].name, t.sample->name, t.channel->name);
  if (status != FAIRU_OK)
    return status;
  const fairu_effect effect = { .kind = FAIRU_EFFECT_FACTOR, .parameter = parameter };
  return append(&t, &effect, 1);
}

static int check_norm(const target *t, double down, double up, int code)
{
  if (!isfinite(down) || !isfinite(up))
    return fairu_context__fail(t->ctx, FAIRU_ERR_NON_FINITE,
                               "norm of sample '%s' in channel '%s': down is %g, up is %g", t->sample->name,
                               t->channel->name, down, up);
  if (!(down > 0.0 && up > 0.0))
    return fairu_context__fail(t->ctx, FAIRU_ERR_RANGE,
                               "norm of sample '%s' in channel '%s': down is %g, up is %g, both must be > 0",
                               t->sample->name, t->channel->name, down, up);
  return code == FAIRU_CODE_1 || code == FAIRU_CODE_4 ? FAIRU_OK : refuse_code(t, code);
}

int fairu_model_add_norm(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter, double down,
                         double up, int code)
{
  target t;
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = find_sample(model, ctx, "norm", sample, &t);
  if (status == FAIRU_OK)
    status = find_parameter(&t, FAIRU_EFFECT_NORM, parameter);
  if (status == FAIRU_OK)
    status = check_norm(&t, down, up, code);
  if (status != FAIRU_OK)
    return status;
  const fairu_effect effect = {
    .kind = FAIRU_EFFECT_NORM, .code = code, .parameter = parameter, .down = down, .up = up
  };
  return append(&t, &effect, 1);
}

static int is_shift_code(int code)
{
  return code == FAIRU_CODE_0 || code == FAIRU_CODE_2 || code == FAIRU_CODE_4P || code == FAIRU_CODE_2_PYHF;
}

int fairu_model_add_shift(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter,
                          const double *down, const double *up, size_t n_bins, int code)
{
  target t;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!down || !up)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "shift: down or up is NULL");
  int status = find_sample(model, ctx, "shift", sample, &t);
  if (status == FAIRU_OK)
    status = find_parameter(&t, FAIRU_EFFECT_SHIFT, parameter);
  if (status == FAIRU_OK)
    status = check_bins(&t, n_bins);
  if (status == FAIRU_OK)
    status = check_yields(&t, "down", down);
  if (status == FAIRU_OK)
    status = check_yields(&t, "up", up);
  if (status == FAIRU_OK && !is_shift_code(code))
    status = refuse_code(&t, code);
  if (status != FAIRU_OK)
    return status;
  fairu_effect effect = { .kind = FAIRU_EFFECT_SHIFT, .code = code, .parameter = parameter };
  effect.yields = fairu_allocator__new(&model->allocator, ctx, n_bins, 2 * sizeof *effect.yields, "yields");
  if (effect.yields) {
    memcpy(effect.yields, down, n_bins * sizeof *down);
    memcpy(effect.yields + n_bins, up, n_bins * sizeof *up);
  }
  return append(&t, &effect, effect.yields != NULL);
}

/* Rising, and which of them is nominal. */
static int check_knots(const target *t, const double *knots, size_t n, double nominal, size_t *at)
{
  const char *sample = t->sample->name, *channel = t->channel->name;
  *at = FAIRU_NONE;
  if (n < 4)
    return fairu_context__fail(t->ctx, FAIRU_ERR_RANGE,
                               "spline of sample '%s' in channel '%s': %zu knots, needs at least 4", sample,
                               channel, n);
  for (size_t k = 0; k < n; k++) {
    if (!isfinite(knots[k]))
      return fairu_context__fail(t->ctx, FAIRU_ERR_NON_FINITE,
                                 "spline of sample '%s' in channel '%s': knot %zu is %g", sample, channel, k,
                                 knots[k]);
    if (k > 0 && !(knots[k] > knots[k - 1]))
      return fairu_context__fail(t->ctx, FAIRU_ERR_RANGE,
                                 "spline of sample '%s' in channel '%s': knot %zu is %g, not above %g",
                                 sample, channel, k, knots[k], knots[k - 1]);
    if (knots[k] == nominal)
      *at = k;
  }
  if (*at == FAIRU_NONE)
    return fairu_context__fail(t->ctx, FAIRU_ERR_RANGE,
                               "spline of sample '%s' in channel '%s': nominal %g is not one of the knots",
                               sample, channel, nominal);
  return FAIRU_OK;
}

static int check_spline(const target *t, const double *yields, size_t n_knots, size_t nominal)
{
  const size_t n_bins = t->channel->n_bins;
  int status = FAIRU_OK;
  for (size_t k = 0; k < n_knots && status == FAIRU_OK; k++)
    status = check_yields(t, "yields", yields + k * n_bins);
  for (size_t b = 0; b < n_bins && status == FAIRU_OK; b++) {
    const double here = yields[nominal * n_bins + b], own = t->sample->yields[b];
    if (fabs(here - own) > 1e-9 * fmax(fabs(here), fabs(own)))
      status = fairu_context__fail(
          t->ctx, FAIRU_ERR_ARGUMENT,
          "spline of sample '%s' in channel '%s': bin %zu is %g at the nominal knot, the sample has %g",
          t->sample->name, t->channel->name, b, here, own);
  }
  return status;
}

int fairu_model_add_spline(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter,
                           const double *knots, size_t n_knots, double nominal, const double *yields,
                           size_t n_bins)
{
  target t;
  size_t at = FAIRU_NONE;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!knots || !yields)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "spline: knots or yields is NULL");
  int status = find_sample(model, ctx, "spline", sample, &t);
  if (status == FAIRU_OK)
    status = find_parameter(&t, FAIRU_EFFECT_SPLINE, parameter);
  if (status == FAIRU_OK)
    status = check_bins(&t, n_bins);
  if (status == FAIRU_OK)
    status = check_knots(&t, knots, n_knots, nominal, &at);
  if (status == FAIRU_OK)
    status = check_spline(&t, yields, n_knots, at);
  if (status != FAIRU_OK)
    return status;
  fairu_effect effect = {
    .kind = FAIRU_EFFECT_SPLINE, .parameter = parameter, .n_knots = n_knots, .nominal = nominal
  };
  effect.yields = fairu_model__copy_numbers(model, ctx, yields, n_knots, n_bins);
  effect.knots = effect.yields ? fairu_model__copy_numbers(model, ctx, knots, 1, n_knots) : NULL;
  return append(&t, &effect, effect.knots != NULL);
}

static int check_bin_factor(const target *t, size_t bin, size_t parameter)
{
  if (parameter == FAIRU_NONE)
    return FAIRU_OK;
  if (parameter >= t->model->n_params)
    return fairu_context__fail(t->ctx, FAIRU_ERR_RANGE,
                               "bin factors of sample '%s' in channel '%s': bin %zu has parameter %zu of %zu",
                               t->sample->name, t->channel->name, bin, parameter, t->model->n_params);
  if (scales_bins(t, parameter, bin, bin + 1) || check_unused(t, FAIRU_EFFECT_FACTOR, parameter) != FAIRU_OK)
    return fairu_context__fail(t->ctx, FAIRU_ERR_DUPLICATE,
                               "bin factors: '%s' already scales bin %zu of sample '%s' of channel '%s'",
                               t->model->params[parameter].name, bin, t->sample->name, t->channel->name);
  return FAIRU_OK;
}

int fairu_model_add_bin_factors(fairu_model *model, fairu_context *ctx, size_t sample,
                                const size_t *parameters, size_t n_bins)
{
  target t;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!parameters)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "bin factors: parameters is NULL");
  int status = find_sample(model, ctx, "bin factors", sample, &t);
  if (status == FAIRU_OK)
    status = check_bins(&t, n_bins);
  for (size_t b = 0; b < n_bins && status == FAIRU_OK; b++)
    status = check_bin_factor(&t, b, parameters[b]);
  if (status != FAIRU_OK)
    return status;
  fairu_effect effect = { .kind = FAIRU_EFFECT_BIN_FACTORS, .parameter = FAIRU_NONE };
  effect.parameters =
      fairu_allocator__new(&model->allocator, ctx, n_bins, sizeof *effect.parameters, "bin factors");
  if (effect.parameters)
    memcpy(effect.parameters, parameters, n_bins * sizeof *parameters);
  return append(&t, &effect, effect.parameters != NULL);
}
