/* profile.c - profiles along one parameter and scans over two: neighbours start from each other. */
#include <math.h>
#include <string.h>

#include "likelihood/plan.h"

static int check_values(fairu_context *ctx, const fairu_plan *plan, size_t parameter, const double *values,
                        size_t n)
{
  const fairu_likelihood *lh = plan->likelihood;
  if (parameter >= lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "parameter %zu of %zu", parameter, lh->n_params);
  const char *name = fairu_likelihood__name(lh, parameter);
  const double lower = fairu_likelihood__lower(lh, parameter), upper = fairu_likelihood__upper(lh, parameter);
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "value %zu of '%s' is %g", i, name, values[i]);
    if (values[i] < lower || values[i] > upper)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "value %zu of '%s' is %g, allowed are %g to %g", i,
                                 name, values[i], lower, upper);
  }
  return FAIRU_OK;
}

/* Points of one profile: where they lie and what was found. */
typedef struct profile_line {
  size_t parameter, coordinate, n;
  const double *values;
  double *nll;   /* [n], NaN: nothing allowed there */
  double *x;     /* [n * plan->n] */
  int *n_edges;  /* [n] */
  int unsettled; /* points that did not converge */
} profile_line;

static void store(const fairu_plan *plan, profile_line *line, size_t i, const fairu_minimize_state *state)
{
  line->nll[i] = state->value;
  line->n_edges[i] = state->n_edges;
  memcpy(line->x + i * plan->n, state->x, plan->n * sizeof *state->x);
}

/* From a neighbour's solution; a point that is not allowed from there is left as it is. */
static int warm(fairu_context *ctx, fairu_plan *plan, profile_line *line, size_t i, const double *from,
                fairu_minimize_state *state)
{
  memcpy(state->x, from, plan->n * sizeof *state->x);
  state->x[line->coordinate] = line->values[i];
  const int status = fairu_plan__minimize(ctx, plan, state);
  if (fairu_plan__not_allowed(status))
    return FAIRU_OK;
  if (status == FAIRU_OK &&
      !isgreaterequal(state->value, line->nll[i] - 1e-12)) /* also when there is none yet */
    store(plan, line, i, state);
  return status;
}

/* From all starts. */
static int cold(fairu_context *ctx, fairu_plan *plan, profile_line *line, size_t i,
                fairu_minimize_state *state)
{
  const int status = fairu_plan__lowest(ctx, plan, line->coordinate, line->values[i], state, NULL);
  if (fairu_plan__not_allowed(status))
    return FAIRU_OK;
  if (status == FAIRU_OK && !isgreaterequal(state->value, line->nll[i] - 1e-12))
    store(plan, line, i, state);
  return status;
}

static int forward(fairu_context *ctx, fairu_plan *plan, profile_line *line, fairu_minimize_state *state)
{
  for (size_t i = 0; i < line->n; i++) {
    int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    line->nll[i] = (double)NAN;
    if (i > 0 && isfinite(line->nll[i - 1]))
      status = warm(ctx, plan, line, i, line->x + (i - 1) * plan->n, state);
    if (status == FAIRU_OK && (plan->n_starts > 1 || isnan(line->nll[i])))
      status = cold(ctx, plan, line, i, state);
    if (status != FAIRU_OK)
      return status;
    if (isfinite(line->nll[i]) && !fairu_plan__settled(state))
      line->unsettled++;
  }
  return FAIRU_OK;
}

static int backward(fairu_context *ctx, fairu_plan *plan, profile_line *line, fairu_minimize_state *state)
{
  for (size_t i = line->n - 1; i-- > 0;) {
    if (!isfinite(line->nll[i + 1]))
      continue;
    const int status = warm(ctx, plan, line, i, line->x + (i + 1) * plan->n, state);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int run_line(fairu_context *ctx, fairu_plan *plan, profile_line *line, fairu_minimize_state *state)
{
  const unsigned char kept = plan->fixed[line->coordinate];
  plan->fixed[line->coordinate] = 1;
  int status = forward(ctx, plan, line, state);
  if (status == FAIRU_OK)
    status = backward(ctx, plan, line, state);
  plan->fixed[line->coordinate] = kept;
  return status;
}

static int take_line(fairu_context *ctx, const fairu_plan *plan, size_t n_lines, profile_line *line)
{
  line->coordinate = plan->reduction.column[line->parameter];
  line->nll = fairu_context__scratch(ctx, n_lines, line->n * sizeof *line->nll, "profile");
  line->x = fairu_context__scratch(ctx, line->n, plan->n * sizeof *line->x, "profile");
  line->n_edges = fairu_context__scratch(ctx, line->n, sizeof *line->n_edges, "profile");
  return line->nll && line->x && line->n_edges ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* All parameters at the points of a profile. */
static int expand_line(fairu_context *ctx, fairu_plan *plan, const profile_line *line, double *params)
{
  const size_t n = plan->likelihood->n_params;
  double *all = fairu_context__scratch(ctx, line->n, n * sizeof *all, "profile");
  if (!all)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < line->n; i++) {
    const fairu_minimize_state at = { .x = line->x + i * plan->n, .n_edges = line->n_edges[i] };
    const int status = fairu_plan__expand(ctx, plan, &at, all + i * n);
    if (status != FAIRU_OK)
      return status;
  }
  memcpy(params, all, line->n * n * sizeof *params);
  return FAIRU_OK;
}

static int profile(fairu_context *ctx, fairu_plan *plan, profile_line *line, double *nll, double *params)
{
  fairu_minimize_state state;
  int status = check_values(ctx, plan, line->parameter, line->values, line->n);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, plan, &state);
  if (status == FAIRU_OK)
    status = take_line(ctx, plan, 1, line);
  if (status == FAIRU_OK)
    status = run_line(ctx, plan, line, &state);
  for (size_t i = 0; i < line->n && status == FAIRU_OK; i++)
    if (isnan(line->nll[i]))
      status =
          fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "profile: no allowed point at '%s' = %g",
                              fairu_likelihood__name(plan->likelihood, line->parameter), line->values[i]);
  if (status == FAIRU_OK && params)
    status = expand_line(ctx, plan, line, params);
  if (status != FAIRU_OK)
    return status;
  memcpy(nll, line->nll, line->n * sizeof *nll);
  if (line->unsettled)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "profile: %d of %zu points did not converge",
                               line->unsettled, line->n);
  return FAIRU_OK;
}

int fairu_likelihood_profile(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                             const fairu_fit_options *options, size_t parameter, const double *values,
                             size_t n, double *nll, double *params, size_t n_params)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !values || !nll)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "profile: likelihood, data, values or nll is NULL");
  if (n_params != lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", lh->n_params,
                               n_params);
  if (n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "profile: no values");
  fairu_plan plan;
  profile_line line = { .parameter = parameter, .n = n, .values = values };
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_plan__create(ctx, lh, data, options, &parameter, 1, &plan);
  if (status == FAIRU_OK)
    status = profile(ctx, &plan, &line, nll, params);
  fairu_context__release(ctx, mark);
  return status;
}

static int scan(fairu_context *ctx, fairu_plan *plan, size_t first, const double *first_values,
                size_t n_first, profile_line *line, double *nll)
{
  fairu_minimize_state state;
  int status = check_values(ctx, plan, first, first_values, n_first);
  if (status == FAIRU_OK)
    status = check_values(ctx, plan, line->parameter, line->values, line->n);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, plan, &state);
  if (status == FAIRU_OK)
    status = take_line(ctx, plan, n_first, line);
  if (status != FAIRU_OK)
    return status;
  double *all = line->nll;
  const size_t c = plan->reduction.column[first];
  plan->fixed[c] = 1;
  for (size_t i = 0; i < n_first && status == FAIRU_OK; i++) {
    for (size_t s = 0; s < plan->n_starts; s++)
      plan->starts[s * plan->n + c] = first_values[i];
    line->nll = all + i * line->n;
    status = fairu_context__progress(ctx, "scan", i, n_first);
    if (status == FAIRU_OK)
      status = run_line(ctx, plan, line, &state);
  }
  if (status != FAIRU_OK)
    return status;
  memcpy(nll, all, n_first * line->n * sizeof *nll);
  if (line->unsettled)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "scan: %d of %zu points did not converge",
                               line->unsettled, n_first * line->n);
  return FAIRU_OK;
}

int fairu_likelihood_scan(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                          const fairu_fit_options *options, size_t first, const double *first_values,
                          size_t n_first, size_t second, const double *second_values, size_t n_second,
                          double *nll)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !first_values || !second_values || !nll)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "scan: likelihood, data, values or nll is NULL");
  if (first == second)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "scan: both parameters are number %zu", first);
  if (n_first == 0 || n_second == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "scan: no values");
  fairu_plan plan;
  profile_line line = { .parameter = second, .n = n_second, .values = second_values };
  const fairu_mark mark = fairu_context__mark(ctx);
  const size_t subjects[2] = { first, second };
  int status = fairu_plan__create(ctx, lh, data, options, subjects, 2, &plan);
  if (status == FAIRU_OK)
    status = scan(ctx, &plan, first, first_values, n_first, &line, nll);
  fairu_context__release(ctx, mark);
  return status;
}
