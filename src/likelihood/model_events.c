/* model_events.c - building an event-wise likelihood. */
#include <math.h>

#include "likelihood/model_build.h"

int fairu_event_model_init(fairu_event_model *model, size_t struct_size)
{
  const fairu_event_model defaults = { .struct_size = sizeof defaults };
  return fairu_options__init(model, struct_size, &defaults, sizeof defaults);
}

static int read_model(fairu_context *ctx, const fairu_event_model *theirs, fairu_event_model *ours)
{
  int status = fairu_event_model_init(ours, sizeof *ours);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "event model");
  if (status != FAIRU_OK)
    return status;
  if (!ours->term)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event model: term is NULL");
  if (ours->n_nuisances && (!ours->nuisances || !ours->start))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event model: nuisances or start is NULL");
  if (!(ours->signal_yield > 0.0 && isfinite(ours->signal_yield)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "event model: signal_yield is %g", ours->signal_yield);
  if (!(ours->background_yield > 0.0 && isfinite(ours->background_yield)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "event model: background_yield is %g",
                               ours->background_yield);
  return FAIRU_OK;
}

static int add_nuisance(fairu_likelihood *lh, fairu_context *ctx, const fairu_event_model *model, size_t k)
{
  fairu_param *nuisance = &lh->params[lh->n_factors + k];
  const char *name = model->nuisances[k];
  if (!name || !*name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "event model: nuisances[%zu] has no name", k);
  for (size_t i = 0; i < k; i++)
    if (!strcmp(lh->params[lh->n_factors + i].name, name))
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "two parameters are named '%s'", name);
  nuisance->lower = model->lower ? model->lower[k] : -HUGE_VAL;
  nuisance->upper = model->upper ? model->upper[k] : HUGE_VAL;
  nuisance->start = model->start[k];
  if (!isfinite(nuisance->start) ||
      !(nuisance->lower <= nuisance->start && nuisance->start <= nuisance->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "event model: '%s' starts at %g, range %g to %g", name,
                               nuisance->start, nuisance->lower, nuisance->upper);
  nuisance->scale = 0.1 * (nuisance->upper - nuisance->lower);
  nuisance->name = fairu_context__copy_string(ctx, name, "nuisance");
  return nuisance->name ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Starts given by the caller come before the centre of a prior. */
static void keep_starts(fairu_likelihood *lh, const fairu_event_model *model)
{
  for (size_t k = 0; k < lh->n_nuisances; k++) {
    fairu_param *nuisance = &lh->params[lh->n_factors + k];
    nuisance->start = fmin(fmax(model->start[k], nuisance->lower), nuisance->upper);
  }
}

static int build(fairu_likelihood *lh, fairu_context *ctx, const fairu_event_model *model,
                 const fairu_likelihood_options *options)
{
  int status = FAIRU_OK;
  lh->constant = options->constant;
  lh->event.signal_yield = model->signal_yield;
  lh->event.background_yield = model->background_yield;
  lh->event.term = model->term;
  lh->event.user_data = model->user_data;
  for (size_t k = 0; k < lh->n_nuisances && status == FAIRU_OK; k++)
    status = add_nuisance(lh, ctx, model, k);
  if (status == FAIRU_OK)
    status = fairu_model__set_factor(lh, ctx, 0, &options->factors[0]);
  if (status == FAIRU_OK)
    status = fairu_model__set_poi(lh, ctx, options->poi);
  if (status == FAIRU_OK)
    status = fairu_model__add_constraints(lh, ctx, options->constraints, options->n_constraints);
  keep_starts(lh, model);
  return status;
}

int fairu_likelihood_create_events(fairu_context *ctx, const fairu_event_model *model,
                                   const fairu_likelihood_options *options, fairu_likelihood **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!model || !options || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event likelihood: model, options or out is NULL");
  fairu_likelihood_options ours;
  fairu_event_model event;
  fairu_likelihood *lh = NULL;
  int status = fairu_model__read_options(ctx, options, &ours);
  if (status == FAIRU_OK)
    status = read_model(ctx, model, &event);
  if (status == FAIRU_OK && ours.n_factors != 1)
    status = fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "an event-wise model has 1 factor, got %zu",
                                 ours.n_factors);
  if (status == FAIRU_OK)
    status = fairu_model__allocate(ctx, 1, event.n_nuisances, &lh);
  if (status != FAIRU_OK)
    return status;
  status = build(lh, ctx, &event, &ours);
  if (status != FAIRU_OK) {
    fairu_likelihood_destroy(lh);
    return status;
  }
  *out = lh;
  return FAIRU_OK;
}
