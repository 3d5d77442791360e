/* plan.c - running a minimisation problem from one start or from all. */
#include "likelihood/plan.h"

#include <math.h>
#include <string.h>

#include "likelihood/edge.h"

enum {
  edge_patience = 12, /* steps in a row that left what is allowed */
  retreats = 6        /* halvings, then the start itself */
};

int fairu_plan__not_allowed(int status)
{
  return status == FAIRU_ERR_NEGATIVE_YIELD || status == FAIRU_ERR_RANGE;
}

int fairu_plan__settled(const fairu_minimize_state *state)
{
  return state->status != FAIRU_ERR_NOT_CONVERGED;
}

const char *fairu_plan__name(const fairu_plan *plan, size_t coordinate)
{
  return fairu_likelihood__name(plan->likelihood, plan->reduction.index[coordinate]);
}

void fairu_plan__set_full(fairu_plan *plan, const double *x)
{
  for (size_t i = 0; i < plan->n; i++)
    plan->full[plan->reduction.index[i]] = x[i];
}

int fairu_plan__evaluate(fairu_context *ctx, fairu_plan *plan, const double *x, double *value,
                         double *gradient, double *hessian)
{
  double nll[2];
  plan->evaluations++;
  fairu_plan__set_full(plan, x);
  const int status = fairu_likelihood__evaluate(plan->likelihood, ctx, plan->data, &plan->reduction,
                                                plan->full, nll, gradient, hessian);
  if (status != FAIRU_OK)
    return status;
  *value = nll[0] + nll[1];
  if (*value < plan->lowest) {
    plan->lowest = *value;
    memcpy(plan->lowest_x, x, plan->n * sizeof *x);
  }
  return FAIRU_OK;
}

static int objective(fairu_context *ctx, const double *x, double *value, double *gradient, double *hessian,
                     void *data)
{
  return fairu_plan__evaluate(ctx, data, x, value, gradient, hessian);
}

int fairu_plan__descend(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state)
{
  const fairu_minimize_problem problem = { .n = plan->n,
                                           .objective = objective,
                                           .data = plan,
                                           .lower = plan->lower,
                                           .upper = plan->upper,
                                           .fixed = plan->fixed,
                                           .scale = plan->scale,
                                           .max_iterations = plan->max_iterations,
                                           .rough = plan->rough,
                                           .patience = plan->n_zero ? edge_patience : 0,
                                           .edm_tolerance = plan->edm_tolerance,
                                           .wants_eigenvalue = plan->wants_eigenvalue };
  const int status = fairu_minimize(ctx, &problem, state);
  if (status == FAIRU_OK)
    plan->iterations += state->iterations;
  return status;
}

/* A start that the model does not allow, with yields below 0: part of the way from its own start. */
static int retreat(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state, int refused)
{
  double value, t = 1.0;
  int status = refused;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *from = fairu_context__scratch(ctx, plan->n, sizeof *from, "start of a fit");
  if (!from)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(from, state->x, plan->n * sizeof *from);
  for (int k = 0; k < retreats && fairu_plan__not_allowed(status); k++) {
    t = k + 1 < retreats ? 0.5 * t : 0.0;
    for (size_t i = 0; i < plan->n; i++) {
      const double own = fairu_likelihood__start(plan->likelihood, plan->reduction.index[i]);
      state->x[i] = plan->fixed[i] ? from[i] : own + t * (from[i] - own);
    }
    status = fairu_plan__evaluate(ctx, plan, state->x, &value, NULL, NULL);
  }
  if (fairu_plan__not_allowed(status))
    memcpy(state->x, from, plan->n * sizeof *from);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_plan__minimize(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state)
{
  int status = fairu_plan__descend(ctx, plan, state);
  if (fairu_plan__not_allowed(status)) {
    status = retreat(ctx, plan, state, status);
    if (status == FAIRU_OK)
      status = fairu_plan__descend(ctx, plan, state);
  }
  if (status != FAIRU_OK || state->status == FAIRU_OK || !plan->n_zero)
    return status;
  return fairu_edge__follow(ctx, plan, state);
}

int fairu_plan__expand(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *state,
                       double *params)
{
  const fairu_likelihood *lh = plan->likelihood;
  fairu_data soft;
  double nll[2];
  int status = FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(ctx);
  const fairu_data *data = plan->data;
  if (state->n_edges) {
    status = fairu_edge__soften(ctx, plan, state->x, FAIRU_EDGE_COUNT, &soft);
    data = &soft;
  }
  fairu_plan__set_full(plan, state->x);
  if (status == FAIRU_OK && (lh->channels || lh->n_parts))
    status = fairu_likelihood__evaluate(lh, ctx, data, &plan->reduction, plan->full, nll, NULL, NULL);
  fairu_context__release(ctx, mark);
  if (status == FAIRU_OK && params != plan->full)
    memcpy(params, plan->full, lh->n_params * sizeof *params);
  return status;
}

int fairu_plan__state(fairu_context *ctx, const fairu_plan *plan, fairu_minimize_state *state)
{
  const size_t n = plan->n;
  memset(state, 0, sizeof *state);
  state->x = fairu_context__scratch(ctx, n * (2 + n), sizeof *state->x, "state of a fit");
  state->at_bound = fairu_context__scratch(ctx, n, 1, "state of a fit");
  if (!state->x || !state->at_bound)
    return FAIRU_ERR_OUT_OF_MEMORY;
  state->gradient = state->x + n;
  state->hessian = state->gradient + n;
  memset(state->x, 0, n * (2 + n) * sizeof *state->x);
  memset(state->at_bound, 0, n);
  return FAIRU_OK;
}

void fairu_plan__copy(const fairu_plan *plan, const fairu_minimize_state *from, fairu_minimize_state *to)
{
  const size_t n = plan->n;
  fairu_minimize_state copy = *from;
  copy.x = to->x;
  copy.gradient = to->gradient;
  copy.hessian = to->hessian;
  copy.at_bound = to->at_bound;
  memcpy(to->x, from->x, n * sizeof *to->x);
  memcpy(to->gradient, from->gradient, n * sizeof *to->gradient);
  memcpy(to->hessian, from->hessian, n * n * sizeof *to->hessian);
  memcpy(to->at_bound, from->at_bound, n);
  *to = copy;
}

int fairu_plan__minima(fairu_context *ctx, const fairu_plan *plan, size_t extra, fairu_minima *minima)
{
  minima->count = 0;
  minima->capacity = plan->n_starts + extra;
  minima->x = fairu_context__scratch(ctx, minima->capacity, plan->n * sizeof(double), "minima");
  minima->value = fairu_context__scratch(ctx, minima->capacity, sizeof(double), "minima");
  minima->n_edges = fairu_context__scratch(ctx, minima->capacity, sizeof(int), "minima");
  return minima->x && minima->value && minima->n_edges ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Distance in units of the curvature at the new minimum: less than 1e-3 of NLL apart is the same place. */
static int same_place(size_t n, const double *x, const fairu_minimize_state *state)
{
  double rise = 0.0;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      rise += 0.5 * (x[i] - state->x[i]) * state->hessian[i * n + k] * (x[k] - state->x[k]);
  return fabs(rise) < 1e-3;
}

void fairu_minima__add(fairu_minima *minima, size_t n, const fairu_minimize_state *state)
{
  for (size_t m = 0; m < minima->count; m++)
    if (same_place(n, minima->x + m * n, state)) {
      if (state->value < minima->value[m]) {
        memcpy(minima->x + m * n, state->x, n * sizeof *state->x);
        minima->n_edges[m] = state->n_edges;
        minima->value[m] = state->value;
      }
      return;
    }
  if (minima->count == minima->capacity)
    return;
  memcpy(minima->x + minima->count * n, state->x, n * sizeof *state->x);
  minima->n_edges[minima->count] = state->n_edges;
  minima->value[minima->count++] = state->value;
}

/* Equal within rounding: the earlier start keeps the place, so that ties do not flip. */
static int better(const fairu_minimize_state *a, const fairu_minimize_state *b)
{
  if (fairu_plan__settled(a) != fairu_plan__settled(b))
    return a->value < b->value - (fairu_plan__settled(a) ? -1e-6 : 1e-6);
  return a->value < b->value - 1e-9;
}

/* Fix the free factors, which have no constraint to hold them; returns how many, and *others that stay free. kept [n] gets plan->fixed. */
static size_t hold_factors(fairu_plan *plan, unsigned char *kept, size_t *others)
{
  size_t held = 0;
  *others = 0;
  memcpy(kept, plan->fixed, plan->n);
  for (size_t c = 0; c < plan->n; c++) {
    const fairu_param *p = &plan->likelihood->params[plan->reduction.index[c]];
    if (plan->fixed[c])
      continue;
    if (p->kind == FAIRU_PARAMETER_FACTOR && p->constraint == FAIRU_CONSTRAINT_NONE) {
      plan->fixed[c] = 1;
      held++;
    } else {
      ++*others;
    }
  }
  return held;
}

/* A search that began far from the data may run off along a factor that nothing holds, and end at the edge of what is allowed. Once more,
 * with these factors at the start until the nuisances have come near. state->x holds the start. */
static int minimize_in_stages(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state)
{
  size_t others;
  const fairu_mark mark = fairu_context__mark(ctx);
  unsigned char *kept = fairu_context__scratch(ctx, plan->n, 1, "stages of a fit");
  int status = kept ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK) {
    if (hold_factors(plan, kept, &others) && others)
      status = fairu_plan__minimize(ctx, plan, state);
    memcpy(plan->fixed, kept, plan->n);
  }
  if (status == FAIRU_OK)
    status = fairu_plan__minimize(ctx, plan, state);
  fairu_context__release(ctx, mark);
  return status;
}

/* coordinate < n: it stays at value. */
static void set_start(const fairu_plan *plan, size_t s, size_t coordinate, double value, double *x)
{
  memcpy(x, plan->starts + s * plan->n, plan->n * sizeof *x);
  if (coordinate < plan->n)
    x[coordinate] = value;
}

int fairu_plan__lowest(fairu_context *ctx, fairu_plan *plan, size_t coordinate, double value,
                       fairu_minimize_state *best, fairu_minima *minima)
{
  int found = 0, refused = FAIRU_OK;
  for (size_t s = 0; s < plan->n_starts; s++) {
    fairu_minimize_state *state = found ? &plan->trial : best;
    set_start(plan, s, coordinate, value, state->x);
    int status = fairu_plan__minimize(ctx, plan, state);
    if (status == FAIRU_OK && !fairu_plan__settled(state)) {
      set_start(plan, s, coordinate, value, state->x);
      status = minimize_in_stages(ctx, plan, state);
    }
    if (fairu_plan__not_allowed(status)) {
      refused = status;
      continue;
    }
    if (status != FAIRU_OK)
      return status;
    if (minima && fairu_plan__settled(state))
      fairu_minima__add(minima, plan->n, state);
    if (found && better(state, best))
      fairu_plan__copy(plan, state, best);
    found = 1;
  }
  return found ? FAIRU_OK : refused;
}
