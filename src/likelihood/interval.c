/* interval.c - profile-likelihood interval: outermost crossings over all branches of the profile that are known. */
#include <math.h>
#include <string.h>

#include "likelihood/crossing.h"
#include "numeric/special.h"

enum { max_rounds = 20 };
static const double lower_by = 1e-7; /* in NLL: a lower branch, not rounding */

int fairu_interval_options_init(fairu_interval_options *options, size_t struct_size)
{
  const fairu_interval_options defaults = { .struct_size = sizeof defaults,
                                            .parameter = FAIRU_NONE,
                                            .level = 0.6827,
                                            .delta_nll = 0.5,
                                            .nll_minimum = (double)NAN };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* What one call works with. */
typedef struct interval_work {
  fairu_plan plan;
  fairu_minima minima;
  fairu_minimize_state best, trial;
  size_t parameter;    /* coordinate */
  double delta, given; /* given: nll_minimum of the caller or NaN */
  double minimum;
  double *ends;   /* [2 * n] */
  int n_edges[2]; /* of the ends */
  double *x;      /* [n] */
  fairu_interval result;
} interval_work;

static int read_options(fairu_context *ctx, const fairu_likelihood *lh, const fairu_interval_options *theirs,
                        fairu_interval_options *ours)
{
  int status = fairu_interval_options_init(ours, sizeof *ours);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "interval options");
  if (status != FAIRU_OK)
    return status;
  if (ours->parameter == FAIRU_NONE)
    ours->parameter = lh->poi;
  if (ours->parameter >= lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "interval: parameter %zu of %zu", ours->parameter,
                               lh->n_params);
  if (!(ours->level >= 0.0 && ours->level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "interval: level is %g", ours->level);
  if (ours->level == 0.0 && !(ours->delta_nll > 0.0 && isfinite(ours->delta_nll)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "interval: delta_nll is %g", ours->delta_nll);
  if (isinf(ours->nll_minimum))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "interval: nll_minimum is %g", ours->nll_minimum);
  if (ours->level > 0.0) {
    const double z = fairu_normal__quantile_sf(0.5 * (1.0 - ours->level));
    ours->delta_nll = 0.5 * z * z;
  }
  return FAIRU_OK;
}

static int prepare(interval_work *w, fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                   const fairu_interval_options *options)
{
  int status = fairu_plan__create(ctx, lh, data, options->fit, &options->parameter, 1, &w->plan);
  if (status != FAIRU_OK)
    return status;
  w->parameter = w->plan.reduction.column[options->parameter];
  w->delta = options->delta_nll;
  w->given = options->nll_minimum;
  if (w->plan.fixed[w->parameter])
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "interval: '%s' is fixed",
                               fairu_plan__name(&w->plan, w->parameter));
  status = fairu_plan__state(ctx, &w->plan, &w->best);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, &w->plan, &w->trial);
  if (status == FAIRU_OK)
    status = fairu_plan__minima(ctx, &w->plan, max_rounds, &w->minima);
  w->ends = fairu_context__scratch(ctx, 3 * w->plan.n, sizeof *w->ends, "interval");
  if (status == FAIRU_OK && !w->ends)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  w->x = w->ends ? w->ends + 2 * w->plan.n : NULL;
  return status;
}

/* Minimise theta at mu from x; *lower 1 and x moved if that is below `value`. */
static int try_theta(interval_work *w, fairu_context *ctx, const double *from, double mu, double value,
                     int *lower)
{
  const size_t n = w->plan.n;
  memcpy(w->trial.x, from, n * sizeof *from);
  w->trial.x[w->parameter] = mu;
  w->plan.fixed[w->parameter] = 1;
  const int status = fairu_plan__minimize(ctx, &w->plan, &w->trial);
  w->plan.fixed[w->parameter] = 0;
  if (fairu_plan__not_allowed(status))
    return FAIRU_OK;
  if (status == FAIRU_OK && fairu_plan__settled(&w->trial) && w->trial.value < value - lower_by) {
    memcpy(w->x, w->trial.x, n * sizeof *w->x);
    *lower = 1;
  }
  return status;
}

/* Is any branch lower than the target at w->x[parameter]? Then w->x is moved onto it. */
static int look_around(interval_work *w, fairu_context *ctx, double target, int *lower)
{
  const size_t n = w->plan.n;
  const double mu = w->x[w->parameter];
  const size_t n_starts = w->plan.n_starts > 1 ? w->plan.n_starts : 0;
  *lower = 0;
  for (size_t m = 0; m < w->minima.count && w->minima.count > 1 && !*lower; m++) {
    const int status = try_theta(w, ctx, w->minima.x + m * n, mu, target, lower);
    if (status != FAIRU_OK)
      return status;
  }
  for (size_t s = 0; s < n_starts && !*lower; s++) {
    const int status = try_theta(w, ctx, w->plan.starts + s * n, mu, target, lower);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* From w->x outward to the crossing that stands up to all branches. */
static int outward(interval_work *w, fairu_context *ctx, int side, int *end, int *n_edges)
{
  fairu_crossing crossing = {
    .parameter = w->parameter, .side = side, .target = w->minimum + w->delta, .x = w->x
  };
  for (int round = 0; round < max_rounds; round++) {
    int lower = 0;
    int status = fairu_crossing__find(ctx, &w->plan, &crossing);
    *end = crossing.end;
    *n_edges = crossing.n_edges;
    if (status == FAIRU_OK && crossing.end == FAIRU_INTERVAL_CROSSING)
      status = look_around(w, ctx, crossing.target, &lower);
    if (status != FAIRU_OK || !lower)
      return status;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "interval: more than %d branches met",
                             (int)max_rounds);
}

/* The outermost end over all minima below the target. */
static int find_end(interval_work *w, fairu_context *ctx, int side, double *out, double *mu, int *end,
                    int *n_edges)
{
  const size_t n = w->plan.n;
  const double target = w->minimum + w->delta;
  int found = 0;
  for (size_t m = 0; m < w->minima.count; m++) {
    const double *x = w->minima.x + m * n;
    int this_end, edges;
    if (w->minima.value[m] > target || (found && side * (x[w->parameter] - *mu) <= 0.0))
      continue; /* inside: its branch was looked at where the end is */
    memcpy(w->x, x, n * sizeof *x);
    const int status = outward(w, ctx, side, &this_end, &edges);
    if (status != FAIRU_OK)
      return status;
    if (!found || side * (w->x[w->parameter] - *mu) > 0.0) {
      memcpy(out, w->x, n * sizeof *x);
      *mu = w->x[w->parameter];
      *end = this_end;
      *n_edges = edges;
    }
    found = 1;
  }
  return FAIRU_OK;
}

static int find_ends(interval_work *w, fairu_context *ctx)
{
  const size_t n = w->plan.n;
  fairu_interval *r = &w->result;
  int status = find_end(w, ctx, -1, w->ends, &r->lower, &r->lower_end, &w->n_edges[0]);
  if (status == FAIRU_OK)
    status = find_end(w, ctx, +1, w->ends + n, &r->upper, &r->upper_end, &w->n_edges[1]);
  return status;
}

static void set_empty(interval_work *w)
{
  fairu_interval *r = &w->result;
  r->lower = r->upper = (double)NAN;
  r->lower_end = r->upper_end = FAIRU_INTERVAL_EMPTY;
  for (size_t i = 0; i < 2 * w->plan.n; i++)
    w->ends[i] = w->best.x[i % w->plan.n];
}

/* Somewhere on the way the NLL was lower than at what we took for the minimum: go there; *moved 1. */
static int adopt_lower(interval_work *w, fairu_context *ctx, int *moved)
{
  fairu_plan *plan = &w->plan;
  *moved = 0;
  if (!(plan->lowest < w->best.value - lower_by))
    return FAIRU_OK;
  memcpy(w->trial.x, plan->lowest_x, plan->n * sizeof *w->trial.x);
  const int status = fairu_plan__minimize(ctx, plan, &w->trial);
  if (status != FAIRU_OK || !(w->trial.value < w->best.value - lower_by))
    return status;
  fairu_context__log(ctx, FAIRU_LOG_INFO, "interval: a minimum lower by %g was met on the way and is used",
                     w->best.value - w->trial.value);
  fairu_minima__add(&w->minima, plan->n, &w->trial);
  fairu_plan__copy(plan, &w->trial, &w->best);
  *moved = 1;
  return FAIRU_OK;
}

static int search_ends(interval_work *w, fairu_context *ctx)
{
  int moved = 1;
  for (int round = 0; moved; round++) {
    if (round == max_rounds)
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "interval: the minimum keeps moving");
    w->minimum = isnan(w->given) ? w->best.value : w->given;
    moved = 0;
    if (w->best.value > w->minimum + w->delta) {
      set_empty(w);
      return FAIRU_OK;
    }
    int status = find_ends(w, ctx);
    if (status == FAIRU_OK)
      status = adopt_lower(w, ctx, &moved);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int run(interval_work *w, fairu_context *ctx)
{
  int status = fairu_plan__lowest(ctx, &w->plan, w->plan.n, 0.0, &w->best, &w->minima);
  if (status != FAIRU_OK)
    return status;
  if (!fairu_plan__settled(&w->best))
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                               "interval: the unconditional fit did not converge (edm %g)", w->best.edm);
  status = search_ends(w, ctx);
  w->result.struct_size = sizeof w->result;
  w->result.best = w->best.x[w->parameter];
  w->result.nll_minimum = w->minimum;
  w->result.evaluations = w->plan.evaluations;
  return status;
}

/* All parameters at one end into out. */
static int expand_end(interval_work *w, fairu_context *ctx, int upper, double *out)
{
  const fairu_minimize_state at = { .x = w->ends + (upper ? w->plan.n : 0), .n_edges = w->n_edges[upper] };
  return fairu_plan__expand(ctx, &w->plan, &at, out);
}

static int interval(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                    const fairu_interval_options *options, fairu_interval *result, double *params_lower,
                    double *params_upper)
{
  interval_work w;
  memset(&w, 0, sizeof w);
  int status = prepare(&w, ctx, lh, data, options);
  if (status == FAIRU_OK)
    status = run(&w, ctx);
  double *full = fairu_context__scratch(ctx, 2 * lh->n_params, sizeof *full, "interval");
  if (!full)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK && params_lower)
    status = expand_end(&w, ctx, 0, full);
  if (status == FAIRU_OK && params_upper)
    status = expand_end(&w, ctx, 1, full + lh->n_params);
  if (status == FAIRU_OK)
    status = fairu_result__write(ctx, result, &w.result, sizeof w.result, "interval");
  if (status == FAIRU_OK && params_lower)
    memcpy(params_lower, full, lh->n_params * sizeof *full);
  if (status == FAIRU_OK && params_upper)
    memcpy(params_upper, full + lh->n_params, lh->n_params * sizeof *full);
  return status;
}

int fairu_likelihood_interval(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                              const fairu_interval_options *options, fairu_interval *result,
                              double *params_lower, double *params_upper, size_t n_params)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "interval: likelihood, data or interval is NULL");
  if (n_params != lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", lh->n_params,
                               n_params);
  fairu_interval_options ours;
  int status = read_options(ctx, lh, options, &ours);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = interval(ctx, lh, data, &ours, result, params_lower, params_upper);
  fairu_context__release(ctx, mark);
  return status;
}
