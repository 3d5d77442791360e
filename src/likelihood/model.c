/* model.c - building a likelihood: factors, nuisances, what the two forms share. */
#include <math.h>

#include "likelihood/channels.h"
#include "likelihood/combine.h"
#include "likelihood/model_build.h"
#include "templates/templates_internal.h"

int fairu_likelihood_options_init(fairu_likelihood_options *options, size_t struct_size)
{
  const fairu_likelihood_options defaults = { .struct_size = sizeof defaults,
                                              .mc_stat = FAIRU_MC_STAT_MOVING,
                                              .constant = FAIRU_CONSTANT_POISSON };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

int fairu_model__read_options(fairu_context *ctx, const fairu_likelihood_options *theirs,
                              fairu_likelihood_options *ours)
{
  int status = fairu_likelihood_options_init(ours, sizeof *ours);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "likelihood options");
  if (status != FAIRU_OK)
    return status;
  if (ours->n_factors && !ours->factors)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "likelihood options: factors is NULL");
  if (ours->n_constraints && !ours->constraints)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "likelihood options: constraints is NULL");
  if (ours->mc_stat != FAIRU_MC_STAT_NONE && ours->mc_stat != FAIRU_MC_STAT_MOVING)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "likelihood options: mc_stat is %d", ours->mc_stat);
  if (ours->constant < FAIRU_CONSTANT_POISSON || ours->constant > FAIRU_CONSTANT_SATURATED)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "likelihood options: constant is %d", ours->constant);
  return FAIRU_OK;
}

int fairu_model__allocate(fairu_context *ctx, size_t n_factors, size_t n_nuisances, fairu_likelihood **out)
{
  fairu_likelihood *lh = fairu_context__new(ctx, 1, sizeof *lh, "likelihood");
  if (!lh)
    return FAIRU_ERR_OUT_OF_MEMORY;
  lh->allocator = *fairu_context__allocator(ctx);
  lh->n_factors = n_factors;
  lh->n_nuisances = n_nuisances;
  lh->n_params = n_factors + n_nuisances;
  lh->params = fairu_context__new(ctx, lh->n_params, sizeof *lh->params, "parameters");
  if (!lh->params) {
    fairu_likelihood_destroy(lh);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t i = 0; i < lh->n_params; i++)
    lh->params[i].kind = i < n_factors ? FAIRU_PARAMETER_FACTOR : FAIRU_PARAMETER_NUISANCE;
  *out = lh;
  return FAIRU_OK;
}

void fairu_likelihood_destroy(fairu_likelihood *lh)
{
  if (!lh)
    return;
  const fairu_allocator allocator = lh->allocator;
  for (size_t i = 0; lh->params && i < lh->n_params; i++)
    fairu_param__clear(&allocator, &lh->params[i]);
  fairu_allocator__free(&allocator, lh->params);
  fairu_allocator__free(&allocator, lh->scales);
  fairu_templates_destroy(lh->templates);
  fairu_channels__destroy(lh->channels);
  fairu_model_destroy(lh->source);
  fairu_combined__clear(lh);
  fairu_allocator__free(&allocator, lh);
}

int fairu_model__set_poi(fairu_likelihood *lh, fairu_context *ctx, size_t poi)
{
  if (lh->n_params == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "the model has no parameters");
  if (poi >= lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "poi is %zu, the model has %zu parameters", poi,
                               lh->n_params);
  lh->poi = poi;
  return FAIRU_OK;
}

/* Nuisances are the axes: within the knots, start at nominal. */
static int add_axes(fairu_likelihood *lh, fairu_context *ctx)
{
  const fairu_grid *grid = fairu_templates_grid(lh->templates);
  for (size_t k = 0; k < lh->n_nuisances; k++) {
    fairu_param *nuisance = &lh->params[lh->n_factors + k];
    fairu_axis axis;
    const int status = fairu_grid_axis(grid, ctx, k, &axis);
    if (status != FAIRU_OK)
      return status;
    nuisance->name = fairu_context__copy_string(ctx, axis.name, "nuisance");
    if (!nuisance->name)
      return FAIRU_ERR_OUT_OF_MEMORY;
    nuisance->lower = axis.knots[0];
    nuisance->upper = axis.knots[axis.n_knots - 1];
    nuisance->start = fmin(fmax(axis.nominal, nuisance->lower), nuisance->upper);
    nuisance->scale = 0.1 * (nuisance->upper - nuisance->lower);
  }
  return FAIRU_OK;
}

static int build(fairu_likelihood *lh, fairu_context *ctx, const fairu_templates *templates,
                 const fairu_likelihood_options *options)
{
  lh->n_processes = fairu_templates_n_processes(templates);
  lh->n_bins = fairu_templates_n_bins(templates);
  lh->constant = options->constant;
  lh->mc_stat = fairu_templates__has_variances(templates) ? options->mc_stat : FAIRU_MC_STAT_NONE;
  int status = fairu_templates__copy(templates, ctx, &lh->templates);
  if (status == FAIRU_OK)
    status = add_axes(lh, ctx);
  if (status == FAIRU_OK)
    status = fairu_model__add_factors(lh, ctx, options->factors, options->n_factors);
  if (status == FAIRU_OK)
    status = fairu_model__set_poi(lh, ctx, options->poi);
  if (status == FAIRU_OK)
    status = fairu_model__add_constraints(lh, ctx, options->constraints, options->n_constraints);
  if (status == FAIRU_OK && lh->mc_stat == FAIRU_MC_STAT_MOVING)
    status = fairu_model__check_gammas(lh, ctx);
  return status;
}

int fairu_likelihood_create(fairu_context *ctx, const fairu_templates *templates,
                            const fairu_likelihood_options *options, fairu_likelihood **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!templates || !options || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "likelihood: templates, options or out is NULL");
  fairu_likelihood_options ours;
  fairu_likelihood *lh = NULL;
  int status = fairu_model__read_options(ctx, options, &ours);
  if (status == FAIRU_OK)
    status = fairu_model__allocate(ctx, fairu_model__count_factors(ours.factors, ours.n_factors),
                                   fairu_templates_n_axes(templates), &lh);
  if (status != FAIRU_OK)
    return status;
  status = build(lh, ctx, templates, &ours);
  if (status != FAIRU_OK) {
    fairu_likelihood_destroy(lh);
    return status;
  }
  *out = lh;
  return FAIRU_OK;
}
