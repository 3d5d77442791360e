/* plan_create.c - options of a fit into bounds, fixed parameters and starting points. */
#include <math.h>
#include <string.h>

#include "likelihood/channels.h"
#include "likelihood/combine.h"
#include "likelihood/likelihood_internal.h"
#include "likelihood/plan.h"

enum { automatic = -1, automatic_starts = 3, folded_starts = 2 }; /* of spread_starts */

int fairu_fit_options_init(fairu_fit_options *options, size_t struct_size)
{
  const fairu_fit_options defaults = {
    .struct_size = sizeof defaults, .spread_starts = automatic, .max_iterations = 200, .edm_tolerance = 1e-10
  };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

int fairu_fit_options__read(fairu_context *ctx, const fairu_fit_options *theirs, fairu_fit_options *ours)
{
  const int status = fairu_fit_options_init(ours, sizeof *ours);
  if (status != FAIRU_OK || !theirs)
    return status;
  return fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "fit options");
}

static int read_options(fairu_context *ctx, const fairu_fit_options *theirs, fairu_fit_options *ours)
{
  const int status = fairu_fit_options__read(ctx, theirs, ours);
  if (status != FAIRU_OK)
    return status;
  if (ours->n_starts && !ours->starts)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fit options: starts is NULL");
  if (ours->spread_starts < automatic || ours->spread_starts > 10000)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "fit options: spread_starts is %d", ours->spread_starts);
  if (ours->max_iterations <= 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "fit options: max_iterations is %d",
                               ours->max_iterations);
  if (!(ours->edm_tolerance > 0.0 && isfinite(ours->edm_tolerance)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "fit options: edm_tolerance is %g", ours->edm_tolerance);
  return FAIRU_OK;
}

/* A gamma that each evaluation profiles. */
static int is_profiled(const fairu_likelihood *lh, size_t i)
{
  return lh->n_parts ? fairu_combined__can_profile(lh, i)
                     : lh->channels && fairu_channels__can_profile(lh->channels, i);
}

static int is_fixed(const fairu_likelihood *lh, const fairu_fit_options *options, size_t i)
{
  const fairu_param *p = &lh->params[i];
  return (options->fixed ? options->fixed[i] : p->fixed) || p->lower == p->upper;
}

static int contains(const size_t *subjects, size_t n_subjects, size_t i)
{
  for (size_t s = 0; s < n_subjects; s++)
    if (subjects[s] == i)
      return 1;
  return 0;
}

/* Which parameters are coordinates, and which are profiled. */
static int reduce(fairu_context *ctx, fairu_plan *plan, const fairu_fit_options *options,
                  const size_t *subjects, size_t n_subjects)
{
  const fairu_likelihood *lh = plan->likelihood;
  const size_t n = lh->n_params;
  size_t *index = fairu_context__scratch(ctx, 2 * n, sizeof *index, "coordinates of a fit");
  unsigned char *profiled = fairu_context__scratch(ctx, 2 * n, 1, "coordinates of a fit");
  if (!index || !profiled)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t *column = index + n, count = 0;
  plan->fixed = profiled + n;
  for (size_t i = 0; i < n; i++) {
    const int subject = contains(subjects, n_subjects, i), fixed = is_fixed(lh, options, i);
    profiled[i] = (unsigned char)(!subject && !fixed && is_profiled(lh, i));
    column[i] = FAIRU_NONE;
    if ((fixed && !subject) || profiled[i])
      continue;
    plan->fixed[count] = (unsigned char)fixed;
    column[i] = count;
    index[count++] = i;
  }
  plan->n = count;
  plan->reduction = (fairu_reduction){ .n = count, .index = index, .column = column, .profiled = profiled };
  return FAIRU_OK;
}

static int take(fairu_context *ctx, fairu_plan *plan)
{
  const size_t n = plan->n;
  plan->lower =
      fairu_context__scratch(ctx, 4 * n + plan->likelihood->n_params, sizeof(double), "bounds of a fit");
  if (!plan->lower)
    return FAIRU_ERR_OUT_OF_MEMORY;
  plan->upper = plan->lower + n;
  plan->scale = plan->upper + n;
  plan->lowest_x = plan->scale + n;
  plan->full = plan->lowest_x + n;
  plan->lowest = HUGE_VAL;
  for (size_t c = 0; c < n; c++) {
    const size_t i = plan->reduction.index[c];
    plan->lower[c] = fairu_likelihood__lower(plan->likelihood, i);
    plan->upper[c] = fairu_likelihood__upper(plan->likelihood, i);
    plan->scale[c] = fairu_likelihood__scale(plan->likelihood, i);
  }
  return FAIRU_OK;
}

static int check_start(fairu_context *ctx, const fairu_plan *plan, const char *what, size_t s,
                       const double *params)
{
  const fairu_likelihood *lh = plan->likelihood;
  for (size_t i = 0; i < lh->n_params; i++) {
    const double lower = fairu_likelihood__lower(lh, i), upper = fairu_likelihood__upper(lh, i);
    const size_t c = plan->reduction.column[i];
    const int fixed = c == FAIRU_NONE ? !plan->reduction.profiled[i] : plan->fixed[c];
    if (!isfinite(params[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "fit options: %s %zu: '%s' is %g", what, s,
                                 fairu_likelihood__name(lh, i), params[i]);
    if (fixed && (params[i] < lower || params[i] > upper))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "fit options: %s %zu: '%s' is fixed at %g, allowed are %g to %g", what, s,
                                 fairu_likelihood__name(lh, i), params[i], lower, upper);
  }
  return FAIRU_OK;
}

/* Number of points spread over the range of coordinate c, a nuisance. Automatic: where a second minimum is likely. */
static size_t points_of(const fairu_plan *plan, const fairu_fit_options *options, size_t c)
{
  const fairu_param *p = &plan->likelihood->params[plan->reduction.index[c]];
  if (p->kind != FAIRU_PARAMETER_NUISANCE || plan->fixed[c] || !isfinite(plan->upper[c] - plan->lower[c]))
    return 0;
  if (options->spread_starts != automatic)
    return (size_t)options->spread_starts;
  /* a peaked density leaves room for one, an observation that moves makes its own */
  if (fairu_data__moves(plan->data) || p->constraint == FAIRU_CONSTRAINT_NONE ||
      (p->constraint == FAIRU_CONSTRAINT_PRIOR && p->prior == FAIRU_PRIOR_UNIFORM))
    return automatic_starts;
  return p->folds ? folded_starts : 0;
}

/* Room for one start, the caller's and k per nuisance that has a finite range. */
static size_t count_starts(const fairu_plan *plan, const fairu_fit_options *options)
{
  size_t n = 1 + options->n_starts;
  for (size_t c = 0; c < plan->n; c++)
    n += points_of(plan, options, c);
  return n;
}

static void spread(fairu_plan *plan, const fairu_fit_options *options)
{
  size_t s = 1 + options->n_starts;
  for (size_t c = 0; c < plan->n; c++) {
    const double range = plan->upper[c] - plan->lower[c];
    const size_t k = points_of(plan, options, c);
    for (size_t p = 0; p < k; p++, s++) {
      double *x = plan->starts + s * plan->n;
      memcpy(x, plan->starts, plan->n * sizeof *x);
      x[c] = plan->lower[c] + range * ((double)p + 0.5) / (double)k;
    }
  }
}

/* Coordinates of params; fixed means fixed at the first start. */
static void set_start(fairu_plan *plan, size_t s, const double *params)
{
  for (size_t c = 0; c < plan->n; c++)
    plan->starts[s * plan->n + c] = plan->fixed[c] ? plan->starts[c] : params[plan->reduction.index[c]];
}

static int set_starts(fairu_context *ctx, fairu_plan *plan, const fairu_fit_options *options)
{
  const fairu_likelihood *lh = plan->likelihood;
  const size_t n_params = lh->n_params;
  plan->n_starts = count_starts(plan, options);
  plan->starts = fairu_context__scratch(ctx, plan->n_starts, plan->n * sizeof(double), "starts of a fit");
  if (!plan->starts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n_params; i++)
    plan->full[i] = options->start ? options->start[i] : fairu_likelihood__start(lh, i);
  for (size_t c = 0; c < plan->n; c++)
    plan->starts[c] = plan->full[plan->reduction.index[c]];
  int status = check_start(ctx, plan, "start", 0, plan->full);
  for (size_t s = 0; s < options->n_starts && status == FAIRU_OK; s++) {
    const double *params = options->starts + s * n_params;
    set_start(plan, 1 + s, params);
    for (size_t i = 0; i < n_params && status == FAIRU_OK; i++)
      if (!isfinite(params[i]))
        status = fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "fit options: starts %zu: '%s' is %g", s,
                                     fairu_likelihood__name(lh, i), params[i]);
  }
  if (status == FAIRU_OK)
    spread(plan, options);
  return status;
}

static size_t zeros_of(const fairu_data *data)
{
  size_t n = 0;
  for (size_t j = 0; j < data->likelihood->n_bins && !data->moves && data->observed && !data->parts; j++)
    n += data->observed[j] == 0.0;
  return n;
}

/* Of parts too; not of parts of parts. */
static size_t count_zeros(const fairu_data *data)
{
  size_t n = zeros_of(data);
  for (size_t p = 0; data->parts && p < data->likelihood->n_parts; p++)
    n += zeros_of(data->parts[p]);
  return n;
}

int fairu_plan__create(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                       const fairu_fit_options *theirs, const size_t *subjects, size_t n_subjects,
                       fairu_plan *plan)
{
  fairu_fit_options options;
  memset(plan, 0, sizeof *plan);
  if (!lh || !data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fit: likelihood or data is NULL");
  if (data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "fit: the data belong to another likelihood");
  plan->likelihood = lh;
  plan->data = data;
  int status = read_options(ctx, theirs, &options);
  if (status == FAIRU_OK)
    status = reduce(ctx, plan, &options, subjects, n_subjects);
  if (status == FAIRU_OK)
    status = take(ctx, plan);
  if (status != FAIRU_OK)
    return status;
  plan->max_iterations = options.max_iterations;
  plan->edm_tolerance = options.edm_tolerance;
  plan->n_zero = count_zeros(data);
  status = set_starts(ctx, plan, &options);
  if (status == FAIRU_OK && plan->n_starts > 1)
    status = fairu_plan__state(ctx, plan, &plan->trial);
  return status;
}

int fairu_fit_options__check(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                             const fairu_fit_options *options)
{
  fairu_plan plan;
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = fairu_plan__create(ctx, lh, data, options, NULL, 0, &plan);
  fairu_context__release(ctx, mark);
  return status;
}
