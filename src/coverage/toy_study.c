/* toy_study.c - the estimator most people want: one toy of a likelihood, one profile interval. */
#include <fairu/coverage.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "likelihood/likelihood_internal.h"

int fairu_toy_study_init(fairu_toy_study *study, size_t struct_size)
{
  const fairu_toy_study defaults = { .struct_size = sizeof defaults, .seed = 1, .nuisance = FAIRU_NONE };
  return fairu_options__init(study, struct_size, &defaults, sizeof defaults);
}

static int check_study(fairu_context *ctx, const fairu_toy_study *s)
{
  if (!s->likelihood || !s->truth)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy study: %s is NULL",
                               s->likelihood ? "truth" : "likelihood");
  const size_t n = fairu_likelihood_n_parameters(s->likelihood);
  if (s->n_params != n)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "toy study: model has %zu parameters, truth has %zu", n,
                               s->n_params);
  if (s->nuisance != FAIRU_NONE && s->nuisance >= n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "toy study: nuisance %zu of %zu parameters", s->nuisance,
                               n);
  if (s->n_tables > 0 && (!s->tables || !s->grid || !s->scales))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy study: %zu tables but %s is NULL", s->n_tables,
                               !s->tables ? "tables"
                               : !s->grid ? "grid"
                                          : "scales");
  return FAIRU_OK;
}

static int draw(fairu_context *ctx, uint64_t toy, const fairu_toy_study *s, fairu_data *data)
{
  if (s->n_tables > 0)
    return fairu_likelihood_toy_events(s->likelihood, ctx, s->truth, s->n_params, s->grid, s->tables,
                                       s->scales, s->n_tables, s->seed, toy, data);
  return fairu_likelihood_toy(s->likelihood, ctx, s->truth, s->n_params, s->seed, toy, data);
}

/* Where the user's options do not say otherwise, the search begins at the truth: a toy is never far from it. */
static int interval_of(fairu_context *ctx, const fairu_toy_study *s, const fairu_data *data,
                       fairu_toy_result *result, double *best)
{
  fairu_interval_options options;
  fairu_fit_options fit;
  int status = fairu_interval_options_init(&options, sizeof options);
  if (status == FAIRU_OK && s->interval)
    status = fairu_options__read(ctx, &options, sizeof options, s->interval, sizeof options,
                                 "fairu_interval_options");
  if (status == FAIRU_OK)
    status = fairu_fit_options__read(ctx, options.fit, &fit);
  if (status != FAIRU_OK)
    return status;
  options.fit = &fit;
  if (!fit.start)
    fit.start = s->truth;
  if (s->nuisance != FAIRU_NONE) { /* the interval does not hear of it: it is the same without */
    status = fairu_likelihood_fit(s->likelihood, ctx, data, &fit, best, s->n_params, NULL, NULL);
    if (status != FAIRU_OK)
      return status;
    result->nuisance = best[s->nuisance];
  }
  fairu_interval interval = { .struct_size = sizeof interval };
  status = fairu_likelihood_interval(s->likelihood, ctx, data, &options, &interval, NULL, NULL, s->n_params);
  if (status != FAIRU_OK)
    return status;
  result->estimate = interval.best;
  result->lower = interval.lower;
  result->upper = interval.upper;
  const int empty = interval.lower_end == FAIRU_INTERVAL_EMPTY || interval.upper_end == FAIRU_INTERVAL_EMPTY;
  const int finite = isfinite(interval.best) && isfinite(interval.lower) && isfinite(interval.upper);
  result->status = empty ? FAIRU_ERR_EMPTY : finite ? FAIRU_OK : FAIRU_ERR_NON_FINITE;
  return FAIRU_OK;
}

/* A fit that fails on one toy is a result; a machine that fails ends the run. */
static int belongs_to_toy(int status)
{
  return status == FAIRU_ERR_NOT_CONVERGED || status == FAIRU_ERR_NOT_POSITIVE_DEFINITE ||
         status == FAIRU_ERR_FLAT || status == FAIRU_ERR_NEGATIVE_YIELD;
}

/* Nothing is known yet. The padding is set too, so that results compare as bytes. */
static void start_result(uint64_t toy, fairu_toy_result *result)
{
  memset(result, 0, sizeof *result);
  result->toy = toy;
  result->estimate = result->lower = result->upper = result->nuisance = (double)NAN;
}

int fairu_toy_study_estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *study)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!result || !study)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy study: %s is NULL", result ? "study" : "result");
  fairu_toy_study s;
  int status = fairu_toy_study_init(&s, sizeof s);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, &s, sizeof s, study, sizeof s, "fairu_toy_study");
  if (status == FAIRU_OK)
    status = check_study(ctx, &s);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_toy_result ours;
  start_result(toy, &ours);
  fairu_data *data = NULL;
  double *best = fairu_context__scratch(ctx, s.n_params, sizeof *best, "best fit of a toy");
  status = best ? fairu_data_create(ctx, s.likelihood, &data) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = draw(ctx, toy, &s, data);
  if (status == FAIRU_OK) {
    status = interval_of(ctx, &s, data, &ours, best);
    if (belongs_to_toy(status)) {
      ours.status = status;
      status = FAIRU_OK;
    }
  }
  if (status == FAIRU_OK)
    memcpy(result, &ours, sizeof ours);
  fairu_data_destroy(data);
  fairu_context__release(ctx, mark);
  return status;
}
