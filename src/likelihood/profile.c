/* profile.c - profiles along one parameter and scans over two: neighbours start from each other. */
#include <math.h>
#include <string.h>

#include "likelihood/plan.h"

static int check_values(fairu_context *ctx, const fairu_plan *plan, size_t parameter, const double *values,
                        size_t n)
{
  if (parameter >= plan->n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "parameter %zu of %zu", parameter, plan->n);
  const char *name = fairu_likelihood__name(plan->likelihood, parameter);
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "value %zu of '%s' is %g", i, name, values[i]);
    if (values[i] < plan->lower[parameter] || values[i] > plan->upper[parameter])
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "value %zu of '%s' is %g, allowed are %g to %g", i,
                                 name, values[i], plan->lower[parameter], plan->upper[parameter]);
  }
  return FAIRU_OK;
}

/* Points of one profile: where they lie and what was found. */
typedef struct profile_line {
  size_t parameter, n;
  const double *values;
  double *nll;    /* [n], NaN: nothing allowed there */
  double *params; /* [n * n_params] */
  int unsettled;  /* points that did not converge */
} profile_line;

static void store(const fairu_plan *plan, profile_line *line, size_t i, const fairu_minimize_state *state)
{
  line->nll[i] = state->value;
  memcpy(line->params + i * plan->n, state->x, plan->n * sizeof *state->x);
}

/* From a neighbour's solution; a point that is not allowed from there is left as it is. */
static int warm(fairu_context *ctx, fairu_plan *plan, profile_line *line, size_t i, const double *from,
                fairu_minimize_state *state)
{
  memcpy(state->x, from, plan->n * sizeof *state->x);
  state->x[line->parameter] = line->values[i];
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
  const int status = fairu_plan__lowest(ctx, plan, line->parameter, line->values[i], state, NULL);
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
      status = warm(ctx, plan, line, i, line->params + (i - 1) * plan->n, state);
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
    const int status = warm(ctx, plan, line, i, line->params + (i + 1) * plan->n, state);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int run_line(fairu_context *ctx, fairu_plan *plan, profile_line *line, fairu_minimize_state *state)
{
  const unsigned char kept = plan->fixed[line->parameter];
  plan->fixed[line->parameter] = 1;
  int status = forward(ctx, plan, line, state);
  if (status == FAIRU_OK)
    status = backward(ctx, plan, line, state);
  plan->fixed[line->parameter] = kept;
  return status;
}

static int profile(fairu_context *ctx, fairu_plan *plan, profile_line *line, double *nll, double *params)
{
  fairu_minimize_state state;
  int status = check_values(ctx, plan, line->parameter, line->values, line->n);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, plan, &state);
  if (status != FAIRU_OK)
    return status;
  line->nll = fairu_context__scratch(ctx, line->n, sizeof *line->nll, "profile");
  line->params = fairu_context__scratch(ctx, line->n, plan->n * sizeof *line->params, "profile");
  if (!line->nll || !line->params)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = run_line(ctx, plan, line, &state);
  for (size_t i = 0; i < line->n && status == FAIRU_OK; i++)
    if (isnan(line->nll[i]))
      status =
          fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "profile: no allowed point at '%s' = %g",
                              fairu_likelihood__name(plan->likelihood, line->parameter), line->values[i]);
  if (status != FAIRU_OK)
    return status;
  memcpy(nll, line->nll, line->n * sizeof *nll);
  if (params)
    memcpy(params, line->params, line->n * plan->n * sizeof *params);
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
  int status = fairu_plan__create(ctx, lh, data, options, &plan);
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
  if (status != FAIRU_OK)
    return status;
  line->nll = fairu_context__scratch(ctx, n_first, line->n * sizeof *line->nll, "scan");
  line->params = fairu_context__scratch(ctx, line->n, plan->n * sizeof *line->params, "scan");
  if (!line->nll || !line->params)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *all = line->nll;
  plan->fixed[first] = 1;
  for (size_t i = 0; i < n_first && status == FAIRU_OK; i++) {
    for (size_t s = 0; s < plan->n_starts; s++)
      plan->starts[s * plan->n + first] = first_values[i];
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
  int status = fairu_plan__create(ctx, lh, data, options, &plan);
  if (status == FAIRU_OK)
    status = scan(ctx, &plan, first, first_values, n_first, &line, nll);
  fairu_context__release(ctx, mark);
  return status;
}
