/* data.c - what was observed: main counts, moving or not, auxiliary values and counts, weights of events. */
#include <math.h>
#include <string.h>

#include "likelihood/combine.h"
#include "numeric/sum.h"
#include "templates/templates_internal.h"

void fairu_data_destroy(fairu_data *data)
{
  if (!data)
    return;
  const fairu_allocator allocator = data->allocator;
  fairu_templates_destroy(data->moving);
  fairu_allocator__free(&allocator, data->observed);
  fairu_allocator__free(&allocator, data->moving_axes);
  fairu_allocator__free(&allocator, data->aux);
  fairu_allocator__free(&allocator, data->aux_counts);
  fairu_allocator__free(&allocator, data->weights);
  fairu_allocator__free(&allocator, data->density_sums);
  for (size_t p = 0; data->parts && p < data->likelihood->n_parts; p++)
    fairu_data_destroy(data->parts[p]);
  fairu_allocator__free(&allocator, data->parts);
  fairu_allocator__free(&allocator, data);
}

int fairu_data_create(fairu_context *ctx, const fairu_likelihood *lh, fairu_data **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "data: likelihood or out is NULL");
  fairu_data *data = fairu_context__new(ctx, 1, sizeof *data, "data");
  if (!data)
    return FAIRU_ERR_OUT_OF_MEMORY;
  data->allocator = *fairu_context__allocator(ctx);
  data->likelihood = lh;
  data->observed = fairu_context__new(ctx, lh->n_bins, sizeof *data->observed, "counts");
  data->moving_axes = fairu_context__new(ctx, lh->n_nuisances, sizeof *data->moving_axes, "axes");
  data->aux = fairu_context__new(ctx, lh->n_params, sizeof *data->aux, "auxiliary values");
  data->aux_counts = fairu_context__new(ctx, lh->n_aux_bins, sizeof *data->aux_counts, "auxiliary counts");
  if (!data->observed || !data->moving_axes || !data->aux || !data->aux_counts) {
    fairu_data_destroy(data);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t i = 0; i < lh->n_params; i++)
    data->aux[i] = lh->params[i].aux;
  fairu_data__refresh_aux(data);
  const int status = lh->n_parts ? fairu_combined__create_data(data, ctx) : FAIRU_OK;
  if (status != FAIRU_OK) {
    fairu_data_destroy(data);
    return status;
  }
  *out = data;
  return FAIRU_OK;
}

int fairu_data__moves(const fairu_data *data)
{
  int moves = data->moves;
  for (size_t p = 0; data->parts && p < data->likelihood->n_parts; p++)
    moves |= data->parts[p]->moves;
  return moves;
}

/* Of all constraint densities. */
static double density_constants(const fairu_data *data)
{
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t i = 0; i < data->likelihood->n_params; i++)
    fairu_sum__add(&sum, fairu_param__constant(&data->likelihood->params[i], data->aux[i]));
  return fairu_sum__value(&sum);
}

void fairu_data__refresh_aux(fairu_data *data)
{
  const fairu_likelihood *lh = data->likelihood;
  data->aux_constant = lh->channels ? density_constants(data)
                                    : fairu_likelihood__constant(lh, data->aux_counts, lh->n_aux_bins);
}

void fairu_data__fix(fairu_data *data)
{
  data->moves = 0;
  data->constant = fairu_likelihood__constant(data->likelihood, data->observed, data->likelihood->n_bins);
}

static int check_counts(fairu_context *ctx, const char *what, const double *counts, size_t n, size_t expected)
{
  if (n != expected)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%s: the model has %zu bins, got %zu", what, expected,
                               n);
  for (size_t j = 0; j < n; j++) {
    if (!isfinite(counts[j]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "%s: bin %zu is %g", what, j, counts[j]);
    if (counts[j] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s: bin %zu is %g, less than 0", what, j, counts[j]);
  }
  return FAIRU_OK;
}

int fairu_data_set_observed(fairu_data *data, fairu_context *ctx, const double *observed, size_t n_bins)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !observed)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "set observed: data or observed is NULL");
  if (!fairu_likelihood__is_binned(data->likelihood))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "set observed: an event-wise model has no bins");
  const int status = check_counts(ctx, "observed", observed, n_bins, data->likelihood->n_bins);
  if (status != FAIRU_OK)
    return status;
  if (data->parts)
    return fairu_combined__set_observed(data, ctx, observed);
  memcpy(data->observed, observed, n_bins * sizeof *observed);
  fairu_data__fix(data);
  return FAIRU_OK;
}

/* The nuisance of an axis; the axis must cover its range, so that no allowed Z lacks an observation. */
static int match_axis(const fairu_likelihood *lh, fairu_context *ctx, const fairu_templates *observed,
                      size_t a, size_t *k)
{
  fairu_axis axis;
  const int status = fairu_grid_axis(fairu_templates_grid(observed), ctx, a, &axis);
  if (status != FAIRU_OK)
    return status;
  for (*k = 0; *k < lh->n_nuisances && strcmp(lh->params[lh->n_factors + *k].name, axis.name) != 0; (*k)++)
    ;
  if (*k == lh->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "moving observation: the model has no nuisance '%s'",
                               axis.name);
  const fairu_param *nuisance = &lh->params[lh->n_factors + *k];
  if (axis.knots[0] > nuisance->lower || axis.knots[axis.n_knots - 1] < nuisance->upper)
    return fairu_context__fail(
        ctx, FAIRU_ERR_RANGE,
        "moving observation: '%s' is covered from %g to %g, the model goes from %g to %g", axis.name,
        axis.knots[0], axis.knots[axis.n_knots - 1], nuisance->lower, nuisance->upper);
  return FAIRU_OK;
}

int fairu_data__match(const fairu_data *data, fairu_context *ctx, const fairu_templates *observed,
                      size_t *axes)
{
  const fairu_likelihood *lh = data->likelihood;
  const size_t n = fairu_templates_n_axes(observed);
  if (fairu_templates_n_processes(observed) != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "moving observation: %zu processes, not 1",
                               fairu_templates_n_processes(observed));
  if (fairu_templates_n_bins(observed) != lh->n_bins)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "moving observation: the model has %zu bins, got %zu",
                               lh->n_bins, fairu_templates_n_bins(observed));
  if (n > lh->n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "moving observation: %zu axes, the model has %zu nuisances", n,
                               lh->n_nuisances);
  for (size_t a = 0; a < n; a++) {
    const int status = match_axis(lh, ctx, observed, a, &axes[a]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_data_set_observed_moving(fairu_data *data, fairu_context *ctx, const fairu_templates *observed)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !observed)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "set observed: data or observed is NULL");
  if (!data->likelihood->templates)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "set observed: only counts of templates can move with Z");
  fairu_templates *copy = NULL;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *axes = fairu_context__scratch(ctx, data->likelihood->n_nuisances, sizeof *axes, "axes");
  int status = axes ? fairu_data__match(data, ctx, observed, axes) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_templates__copy(observed, ctx, &copy);
  if (status == FAIRU_OK)
    fairu_data__move(data, copy, 0, axes);
  fairu_context__release(ctx, mark);
  return status;
}

void fairu_data__move(fairu_data *data, fairu_templates *observed, int is_toy, const size_t *axes)
{
  fairu_templates_destroy(data->moving);
  data->moving = observed;
  data->moving_is_toy = is_toy;
  data->moves = 1;
  data->n_moving = fairu_templates_n_axes(observed);
  memcpy(data->moving_axes, axes, data->n_moving * sizeof *axes);
}

static int check_parameter(const fairu_data *data, fairu_context *ctx, size_t parameter)
{
  const size_t n = data->likelihood->n_params;
  return parameter < n ? FAIRU_OK
                       : fairu_context__fail(ctx, FAIRU_ERR_RANGE, "parameter %zu of %zu", parameter, n);
}

static int check_prior(const fairu_data *data, fairu_context *ctx, size_t parameter)
{
  const int status = check_parameter(data, ctx, parameter);
  if (status != FAIRU_OK)
    return status;
  const fairu_param *param = &data->likelihood->params[parameter];
  if (param->constraint == FAIRU_CONSTRAINT_PRIOR || param->constraint == FAIRU_CONSTRAINT_POISSON)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "parameter '%s' has no prior", param->name);
}

int fairu_data_set_aux(fairu_data *data, fairu_context *ctx, size_t parameter, double value)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "set aux: data is NULL");
  int status = check_prior(data, ctx, parameter);
  if (status == FAIRU_OK)
    status = fairu_param__check_aux(&data->likelihood->params[parameter], ctx, value);
  if (status != FAIRU_OK)
    return status;
  if (data->parts)
    return fairu_combined__set_aux(data, ctx, parameter, value);
  const fairu_param *param = &data->likelihood->params[parameter];
  const double before = data->aux[parameter];
  data->aux[parameter] = value;
  if (fairu_param__constant(param, before) != fairu_param__constant(param, value))
    fairu_data__refresh_aux(data);
  return FAIRU_OK;
}

int fairu_data_set_aux_counts(fairu_data *data, fairu_context *ctx, size_t parameter, const double *counts,
                              size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !counts)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "set aux counts: data or counts is NULL");
  int status = check_parameter(data, ctx, parameter);
  if (status != FAIRU_OK)
    return status;
  const fairu_param *param = &data->likelihood->params[parameter];
  if (param->constraint != FAIRU_CONSTRAINT_AUXILIARY)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "parameter '%s' has no auxiliary measurement",
                               param->name);
  status = check_counts(ctx, "auxiliary counts", counts, n, param->n_aux_bins);
  if (status != FAIRU_OK)
    return status;
  memcpy(data->aux_counts + param->first_aux, counts, n * sizeof *counts);
  fairu_data__refresh_aux(data);
  return FAIRU_OK;
}

/* Everything but main counts that move and weights: their memory is ready. */
static void copy_values(fairu_data *data, const fairu_data *from)
{
  const fairu_likelihood *lh = data->likelihood;
  memcpy(data->observed, from->observed, lh->n_bins * sizeof *data->observed);
  memcpy(data->aux, from->aux, lh->n_params * sizeof *data->aux);
  memcpy(data->aux_counts, from->aux_counts, lh->n_aux_bins * sizeof *data->aux_counts);
  data->constant = from->constant;
  data->aux_constant = from->aux_constant;
}

int fairu_data_copy(fairu_data *data, fairu_context *ctx, const fairu_data *from)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !from)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "copy of data: data or from is NULL");
  if (data->likelihood != from->likelihood)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "copy of data: they belong to two likelihoods");
  if (data == from)
    return FAIRU_OK;
  for (size_t p = 0; p < data->likelihood->n_parts; p++) {
    const int copied = fairu_data_copy(data->parts[p], ctx, from->parts[p]);
    if (copied != FAIRU_OK)
      return copied;
  }
  fairu_templates *moving = NULL;
  if (from->moves && fairu_templates__copy(from->moving, ctx, &moving) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_data__copy_events(data, ctx, from);
  if (status != FAIRU_OK) {
    fairu_templates_destroy(moving);
    return status;
  }
  copy_values(data, from);
  data->moves = 0;
  if (moving)
    fairu_data__move(data, moving, from->moving_is_toy, from->moving_axes);
  return FAIRU_OK;
}

int fairu_data_observed(const fairu_data *data, fairu_context *ctx, const double *params, size_t n_params,
                        double *observed)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !observed)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "observed: data or observed is NULL");
  const fairu_likelihood *lh = data->likelihood;
  if (!fairu_likelihood__is_binned(lh))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "observed: an event-wise model has no bins");
  if (data->parts)
    return fairu_combined__observed(data, ctx, params, observed);
  if (!data->moves) {
    memcpy(observed, data->observed, lh->n_bins * sizeof *observed);
    return FAIRU_OK;
  }
  if (!params)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "observed: counts move with Z and params is NULL");
  int status = fairu_likelihood__check(lh, ctx, params, n_params);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *z = fairu_context__scratch(ctx, data->n_moving, sizeof *z, "point");
  for (size_t a = 0; z && a < data->n_moving; a++)
    z[a] = params[lh->n_factors + data->moving_axes[a]];
  status = z ? fairu_templates_evaluate(data->moving, ctx, z, data->n_moving, observed, NULL, NULL)
             : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_data_aux(const fairu_data *data, fairu_context *ctx, size_t parameter, double *value)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !value)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "aux: data or value is NULL");
  const int status = check_prior(data, ctx, parameter);
  if (status == FAIRU_OK)
    *value = data->parts ? fairu_combined__aux(data, parameter) : data->aux[parameter];
  return status;
}
