/* plan_create.c - options of a fit into bounds, fixed parameters and starting points. */
#include <math.h>
#include <string.h>

#include "likelihood/plan.h"

enum { automatic = -1, automatic_starts = 3 }; /* of spread_starts */

int fairu_fit_options_init(fairu_fit_options *options, size_t struct_size)
{
  const fairu_fit_options defaults = {
    .struct_size = sizeof defaults, .spread_starts = automatic, .max_iterations = 200, .edm_tolerance = 1e-10
  };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

static int read_options(fairu_context *ctx, const fairu_fit_options *theirs, fairu_fit_options *ours)
{
  int status = fairu_fit_options_init(ours, sizeof *ours);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "fit options");
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

static int take(fairu_context *ctx, fairu_plan *plan)
{
  const size_t n = plan->n;
  plan->lower = fairu_context__scratch(ctx, n, 5 * sizeof(double), "bounds of a fit");
  plan->fixed = fairu_context__scratch(ctx, n, 1, "bounds of a fit");
  if (!plan->lower || !plan->fixed)
    return FAIRU_ERR_OUT_OF_MEMORY;
  plan->upper = plan->lower + n;
  plan->scale = plan->upper + n;
  plan->lowest_x = plan->scale + n;
  plan->point = plan->lowest_x + n;
  plan->lowest = HUGE_VAL;
  return fairu_plan__state(ctx, plan, &plan->trial);
}

static void set_bounds(fairu_plan *plan, const fairu_fit_options *options)
{
  for (size_t i = 0; i < plan->n; i++) {
    plan->lower[i] = fairu_likelihood__lower(plan->likelihood, i);
    plan->upper[i] = fairu_likelihood__upper(plan->likelihood, i);
    plan->scale[i] = fairu_likelihood__scale(plan->likelihood, i);
    plan->fixed[i] = (options->fixed ? options->fixed[i] : plan->likelihood->params[i].fixed) ||
                     plan->lower[i] == plan->upper[i];
  }
}

static int check_start(fairu_context *ctx, const fairu_plan *plan, const char *what, size_t s,
                       const double *x)
{
  for (size_t i = 0; i < plan->n; i++) {
    const char *name = fairu_likelihood__name(plan->likelihood, i);
    if (!isfinite(x[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "fit options: %s %zu: '%s' is %g", what, s, name,
                                 x[i]);
    if (plan->fixed[i] && (x[i] < plan->lower[i] || x[i] > plan->upper[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "fit options: %s %zu: '%s' is fixed at %g, allowed are %g to %g", what, s,
                                 name, x[i], plan->lower[i], plan->upper[i]);
  }
  return FAIRU_OK;
}

/* Where a second minimum is likely: a peaked density leaves room for one, an observation that moves makes its own. */
static int may_have_minima(const fairu_plan *plan, size_t i)
{
  const fairu_param *nuisance = &plan->likelihood->params[i];
  return plan->data->moves || nuisance->constraint == FAIRU_CONSTRAINT_NONE ||
         (nuisance->constraint == FAIRU_CONSTRAINT_PRIOR && nuisance->prior == FAIRU_PRIOR_UNIFORM);
}

/* Number of points spread over the range of nuisance parameter i. */
static size_t points_of(const fairu_plan *plan, const fairu_fit_options *options, size_t i)
{
  if (plan->fixed[i] || !isfinite(plan->upper[i] - plan->lower[i]))
    return 0;
  if (options->spread_starts == automatic)
    return may_have_minima(plan, i) ? automatic_starts : 0;
  return (size_t)options->spread_starts;
}

/* Room for one start, the caller's and k per nuisance that has a finite range. */
static size_t count_starts(const fairu_plan *plan, const fairu_fit_options *options)
{
  size_t n = 1 + options->n_starts;
  for (size_t i = plan->likelihood->n_factors; i < plan->n; i++)
    n += points_of(plan, options, i);
  return n;
}

static void spread(fairu_plan *plan, const fairu_fit_options *options)
{
  size_t s = 1 + options->n_starts;
  for (size_t i = plan->likelihood->n_factors; i < plan->n; i++) {
    const double range = plan->upper[i] - plan->lower[i];
    const size_t k = points_of(plan, options, i);
    for (size_t p = 0; p < k; p++, s++) {
      double *x = plan->starts + s * plan->n;
      memcpy(x, plan->starts, plan->n * sizeof *x);
      x[i] = plan->lower[i] + range * ((double)p + 0.5) / (double)k;
    }
  }
}

static int set_starts(fairu_context *ctx, fairu_plan *plan, const fairu_fit_options *options)
{
  const size_t n = plan->n;
  int status = FAIRU_OK;
  plan->n_starts = count_starts(plan, options);
  plan->starts = fairu_context__scratch(ctx, plan->n_starts, n * sizeof(double), "starts of a fit");
  if (!plan->starts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    plan->starts[i] = options->start ? options->start[i] : fairu_likelihood__start(plan->likelihood, i);
  status = check_start(ctx, plan, "start", 0, plan->starts);
  for (size_t s = 0; s < options->n_starts && status == FAIRU_OK; s++) {
    double *x = plan->starts + (1 + s) * n;
    memcpy(x, options->starts + s * n, n * sizeof *x);
    for (size_t i = 0; i < n; i++) /* fixed means fixed at start */
      x[i] = plan->fixed[i] ? plan->starts[i] : x[i];
    status = check_start(ctx, plan, "starts", s, x);
  }
  if (status == FAIRU_OK)
    spread(plan, options);
  return status;
}

int fairu_plan__create(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                       const fairu_fit_options *theirs, fairu_plan *plan)
{
  fairu_fit_options options;
  memset(plan, 0, sizeof *plan);
  if (!lh || !data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fit: likelihood or data is NULL");
  if (data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "fit: the data belong to another likelihood");
  plan->likelihood = lh;
  plan->data = data;
  plan->n = lh->n_params;
  int status = read_options(ctx, theirs, &options);
  if (status == FAIRU_OK)
    status = take(ctx, plan);
  if (status != FAIRU_OK)
    return status;
  plan->max_iterations = options.max_iterations;
  plan->edm_tolerance = options.edm_tolerance;
  set_bounds(plan, &options);
  return set_starts(ctx, plan, &options);
}
