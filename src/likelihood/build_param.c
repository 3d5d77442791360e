/* build_param.c - parameters of a model being built: ranges and constraints. */
#include <math.h>

#include "likelihood/build.h"

int fairu_parameter_options_init(fairu_parameter_options *options, size_t struct_size)
{
  const fairu_parameter_options defaults = {
    .struct_size = sizeof defaults, .start = 1.0, .lower = -HUGE_VAL, .upper = HUGE_VAL, .aux = (double)NAN
  };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

static int check_options(fairu_context *ctx, const char *name, const fairu_parameter_options *o)
{
  if (!isfinite(o->start) || isnan(o->lower) || isnan(o->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "parameter '%s': start is %g, range %g to %g", name,
                               o->start, o->lower, o->upper);
  if (o->fixed != 0 && o->fixed != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "parameter '%s': fixed is %d, not 0 or 1", name,
                               o->fixed);
  if (!isfinite(o->poisson_scale))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "parameter '%s': poisson_scale is %g", name,
                               o->poisson_scale);
  if (o->poisson_scale < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "parameter '%s': poisson_scale is %g, less than 0", name,
                               o->poisson_scale);
  if (o->prior && o->poisson_scale > 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "parameter '%s' has two constraints, a prior and a Poisson count", name);
  return FAIRU_OK;
}

/* value NaN: the default stays */
static int set_aux(fairu_param *param, fairu_context *ctx, double value)
{
  if (isnan(value))
    return FAIRU_OK;
  const int status = fairu_param__check_aux(param, ctx, value);
  if (status == FAIRU_OK)
    param->aux = value;
  return status;
}

static int set_constraint(fairu_param *param, fairu_context *ctx, const fairu_allocator *allocator,
                          const fairu_parameter_options *o)
{
  if (o->poisson_scale > 0.0) {
    param->constraint = FAIRU_CONSTRAINT_POISSON;
    param->tau = param->aux = o->poisson_scale;
    param->scale = 1.0 / sqrt(param->tau);
  } else if (o->prior) {
    const int status = fairu_param__set_prior(param, ctx, allocator, o->prior);
    if (status != FAIRU_OK)
      return status;
  }
  const int status = set_aux(param, ctx, o->aux);
  if (status != FAIRU_OK)
    return status;
  if (param->constraint == FAIRU_CONSTRAINT_PRIOR && param->prior == FAIRU_PRIOR_LOG_NORMAL)
    param->scale = param->width * param->aux;
  if (param->constraint == FAIRU_CONSTRAINT_POISSON ||
      (param->constraint == FAIRU_CONSTRAINT_PRIOR && param->prior == FAIRU_PRIOR_LOG_NORMAL))
    param->lower = fmax(param->lower, 0.0); /* no density below */
  return FAIRU_OK;
}

/* A typical step of a parameter without a constraint. */
static double free_scale(const fairu_parameter_options *o)
{
  const double range = o->upper - o->lower, scale = fmax(0.5, 0.5 * fabs(o->start));
  return range > 0.0 ? fmin(scale, 0.25 * range) : scale;
}

static int fill(fairu_param *param, fairu_context *ctx, const fairu_allocator *allocator,
                const fairu_parameter_options *o)
{
  param->kind = FAIRU_PARAMETER_FACTOR;
  param->start = o->start;
  param->lower = o->lower;
  param->upper = o->upper;
  param->fixed = o->fixed != 0;
  const int status = set_constraint(param, ctx, allocator, o);
  if (status != FAIRU_OK)
    return status;
  if (!(param->scale > 0.0))
    param->scale = free_scale(o);
  if (!(param->lower <= param->start && param->start <= param->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "parameter '%s': start %g is not within %g to %g",
                               param->name, param->start, param->lower, param->upper);
  return FAIRU_OK;
}

/* Everything that may fail, with the model as it was. */
static int prepare(fairu_model *model, fairu_context *ctx, const char *name,
                   const fairu_parameter_options *theirs, fairu_param *param)
{
  fairu_parameter_options options;
  int status = fairu_model__check_name(ctx, "parameter", name);
  if (status == FAIRU_OK)
    status = fairu_parameter_options_init(&options, sizeof options);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, &options, sizeof options, theirs, sizeof options, "parameter options");
  if (status == FAIRU_OK && fairu_name_index__find(&model->param_names, name) != FAIRU_NONE)
    status = fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "two parameters are named '%s'", name);
  if (status == FAIRU_OK)
    status = check_options(ctx, name, &options);
  if (status == FAIRU_OK)
    status = fairu_model__grow(model, ctx, &model->params, &model->param_capacity, model->n_params,
                               sizeof *model->params, "parameters");
  if (status == FAIRU_OK)
    status = fairu_name_index__reserve(&model->param_names, ctx, &model->allocator);
  if (status != FAIRU_OK)
    return status;
  param->name = fairu_model__copy_name(model, ctx, name);
  return param->name ? fill(param, ctx, &model->allocator, &options) : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_model_add_parameter(fairu_model *model, fairu_context *ctx, const char *name,
                              const fairu_parameter_options *options, size_t *index)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!model)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "parameter: model is NULL");
  fairu_param param = { 0 };
  const int status = prepare(model, ctx, name, options, &param);
  if (status != FAIRU_OK) {
    fairu_param__clear(&model->allocator, &param);
    return status;
  }
  model->params[model->n_params] = param;
  fairu_name_index__add(&model->param_names, param.name, model->n_params);
  if (index)
    *index = model->n_params;
  model->n_params++;
  return FAIRU_OK;
}
