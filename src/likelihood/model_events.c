/* model_events.c - building an event-wise likelihood. */
#include <math.h>

#include "likelihood/event_terms.h"
#include "likelihood/model_build.h"

int fairu_event_model_init(fairu_event_model *model, size_t struct_size)
{
  const fairu_event_model defaults = { .struct_size = sizeof defaults };
  return fairu_options__init(model, struct_size, &defaults, sizeof defaults);
}

static int check_yields(fairu_context *ctx, const fairu_event_model *model)
{
  if (model->yields)
    return FAIRU_OK;
  if (!(model->signal_yield > 0.0 && isfinite(model->signal_yield)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "event model: signal_yield is %g", model->signal_yield);
  if (!(model->background_yield > 0.0 && isfinite(model->background_yield)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "event model: background_yield is %g",
                               model->background_yield);
  return FAIRU_OK;
}

static int check_model(fairu_context *ctx, const fairu_event_model *model)
{
  if (!model->term && !model->terms)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event model: term and terms are NULL");
  if (model->term && model->terms)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "event model: term and terms exclude each other");
  if (model->terms && (model->n_nuisances || model->nuisances || model->lower || model->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "event model: nuisances and their ranges are those of the table");
  if (model->n_nuisances && (!model->nuisances || !model->start))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event model: nuisances or start is NULL");
  return check_yields(ctx, model);
}

static int read_model(fairu_context *ctx, const fairu_event_model *theirs, fairu_event_model *ours)
{
  int status = fairu_event_model_init(ours, sizeof *ours);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "event model");
  if (status != FAIRU_OK)
    return status;
  return check_model(ctx, ours);
}

/* Name, range and start of nuisance k. */
typedef struct nuisance_spec {
  const char *name;
  double lower, upper, start;
} nuisance_spec;

/* From the table: knots as ranges; an axis of one knot is the same at any Z. */
static nuisance_spec of_table(const fairu_event_model *model, size_t k)
{
  const fairu_axis *axis = &model->terms->axes[k].axis;
  const int flat = axis->n_knots == 1;
  return (nuisance_spec){ axis->name, flat ? -HUGE_VAL : axis->knots[0],
                          flat ? HUGE_VAL : axis->knots[axis->n_knots - 1],
                          model->start ? model->start[k] : axis->nominal };
}

static nuisance_spec spec_of(const fairu_event_model *model, size_t k)
{
  if (model->terms)
    return of_table(model, k);
  return (nuisance_spec){ model->nuisances[k], model->lower ? model->lower[k] : -HUGE_VAL,
                          model->upper ? model->upper[k] : HUGE_VAL, model->start[k] };
}

static int add_nuisance(fairu_likelihood *lh, fairu_context *ctx, const fairu_event_model *model, size_t k)
{
  fairu_param *nuisance = &lh->params[lh->n_factors + k];
  const nuisance_spec spec = spec_of(model, k);
  const char *name = spec.name;
  if (!name || !*name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "event model: nuisances[%zu] has no name", k);
  for (size_t i = 0; i < k; i++)
    if (!strcmp(lh->params[lh->n_factors + i].name, name))
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "two parameters are named '%s'", name);
  nuisance->lower = spec.lower;
  nuisance->upper = spec.upper;
  nuisance->start = spec.start;
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
    nuisance->start = fmin(fmax(spec_of(model, k).start, nuisance->lower), nuisance->upper);
  }
}

static int build(fairu_likelihood *lh, fairu_context *ctx, const fairu_event_model *model,
                 const fairu_likelihood_options *options)
{
  int status = FAIRU_OK;
  lh->constant = options->constant;
  lh->event.signal_yield = model->signal_yield;
  lh->event.background_yield = model->background_yield;
  lh->event.term = model->terms ? fairu_event_terms_evaluate : model->term;
  lh->event.user_data = model->term_data;
  lh->event.terms = model->terms;
  lh->event.yields = model->yields;
  lh->event.yield_data = model->yield_data;
  for (size_t k = 0; k < lh->n_nuisances && status == FAIRU_OK; k++)
    status = add_nuisance(lh, ctx, model, k);
  if (status == FAIRU_OK)
    status = fairu_model__set_factor(lh, ctx, 0, 0, &options->factors[0]);
  if (status == FAIRU_OK)
    status = fairu_model__set_poi(lh, ctx, options->poi);
  if (status == FAIRU_OK)
    status = fairu_model__add_constraints(lh, ctx, options->constraints, options->n_constraints);
  keep_starts(lh, model);
  return status;
}

int fairu_likelihood_create_unbinned(fairu_context *ctx, const fairu_event_model *model,
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
    status = fairu_model__allocate(ctx, 1, event.terms ? event.terms->n_axes : event.n_nuisances, &lh);
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
