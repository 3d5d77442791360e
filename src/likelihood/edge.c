/* edge.c - minima where the expectation of a bin without counts ends at 0.
 *
 * Without counts a bin adds nu to the NLL, which falls until nu = 0: no bound of a parameter stops the search, the edge of what is
 * allowed does. The way there is that of interior point methods: with a count of eps in place of 0 the bin adds nu - eps ln nu, a
 * barrier; its minimum is an ordinary one and moves to the edge as eps goes to 0, nu in proportion to eps. The derivatives of the last
 * stage are kept: they hold the edge as a very stiff direction, so that what is computed from them (slopes of
 * profiles, covariance) is that of the minimum on the edge.
 */
#include "likelihood/edge.h"

#include <math.h>
#include <string.h>

/* Counts in place of 0, stage by stage. */
static const double stages[] = { 1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10, FAIRU_EDGE_COUNT };
static const double coarse[] = { 10.0, 1.0, 0.1 }; /* before the first, where it is too far */
enum { n_stages = sizeof stages / sizeof stages[0] };

typedef struct edge_path {
  fairu_data soft;
  double *observed;     /* [n_bins] of soft, part by part */
  double *counts;       /* [n_bins] without barriers; 1 where they move */
  size_t *bins, *found; /* [n] that are softened: no counts, some yield */
  size_t n;
  double *x, *before; /* [plan->n] of the last two stages */
  double *nu;         /* [n_bins] */
  double *
      size; /* [n_bins] yields at the first start, at least 1e2, in units of that: rounding grows with them */
  fairu_minimize_state s; /* of the stage */
} edge_path;

static void soften(edge_path *e, double eps)
{
  for (size_t k = 0; k < e->n; k++)
    e->observed[e->bins[k]] = eps * e->size[e->bins[k]];
}

/* Bins without counts that have a yield at params or had one already. */
static int add_bins(fairu_context *ctx, fairu_plan *plan, edge_path *e)
{
  const int status = fairu_likelihood__expected(plan->likelihood, ctx, plan->full, e->nu);
  size_t n = 0;
  for (size_t j = 0, k = 0; j < plan->likelihood->n_bins && status == FAIRU_OK; j++) {
    const int known = k < e->n && e->bins[k] == j;
    k += (size_t)known;
    if (e->counts[j] == 0.0 && (known || e->nu[j] > 0.0))
      e->found[n++] = j;
  }
  if (status == FAIRU_OK) {
    memcpy(e->bins, e->found, n * sizeof *e->bins);
    e->n = n;
  }
  return status;
}

static void gather(const fairu_data *data, double *counts)
{
  const size_t bins = data->likelihood->n_bins;
  const int known = data->observed && !data->moves && !data->parts;
  for (size_t j = 0; j < bins; j++)
    counts[j] = known ? data->observed[j] : 1.0;
}

/* Data with counts of e->observed, also those of parts; scratch of ctx. */
static int make_soft(fairu_context *ctx, const fairu_data *data, edge_path *e)
{
  const size_t n_parts = data->parts ? data->likelihood->n_parts : 0;
  fairu_data *parts = fairu_context__scratch(ctx, n_parts, sizeof *parts, "edge of a fit");
  fairu_data **list = fairu_context__scratch(ctx, n_parts, sizeof *list, "edge of a fit");
  size_t first = 0;
  if (!parts || !list)
    return FAIRU_ERR_OUT_OF_MEMORY;
  e->soft = *data;
  gather(data, e->counts);
  for (size_t p = 0; p < n_parts; p++) {
    parts[p] = *data->parts[p];
    list[p] = &parts[p];
    gather(data->parts[p], e->counts + first);
    if (!parts[p].moves && !parts[p].parts && parts[p].observed)
      parts[p].observed = e->observed + first;
    first += parts[p].likelihood->n_bins;
  }
  if (n_parts)
    e->soft.parts = list;
  else
    e->soft.observed = e->observed;
  memcpy(e->observed, e->counts, data->likelihood->n_bins * sizeof *e->observed);
  return FAIRU_OK;
}

/* Bins whose yield can be positive: it is at the first start or at x. */
static int prepare(fairu_context *ctx, fairu_plan *plan, const double *x, edge_path *e)
{
  const size_t bins = plan->likelihood->n_bins;
  e->observed = fairu_context__scratch(ctx, 4 * bins, sizeof *e->observed, "edge of a fit");
  e->bins = fairu_context__scratch(ctx, 2 * bins, sizeof *e->bins, "edge of a fit");
  if (!e->observed || !e->bins)
    return FAIRU_ERR_OUT_OF_MEMORY;
  e->nu = e->observed + bins;
  e->size = e->nu + bins;
  e->counts = e->size + bins;
  e->found = e->bins + bins;
  e->n = 0;
  int status = make_soft(ctx, plan->data, e);
  if (status != FAIRU_OK)
    return status;
  fairu_plan__set_full(plan, plan->starts);
  status = add_bins(ctx, plan, e);
  for (size_t j = 0; j < bins; j++)
    e->size[j] = fmax(1.0, 1e-2 * e->nu[j]);
  fairu_plan__set_full(plan, x);
  if (status == FAIRU_OK)
    status = add_bins(ctx, plan, e);
  return status;
}

static double scale_of(const fairu_plan *plan, size_t i)
{
  return plan->scale[i] > 0.0 ? plan->scale[i] : 1.0;
}

/* Where the yields that are 0 at x rise, by differences, in units of the scale: direction [n] and its longest component. */
static int rise_of(fairu_context *ctx, fairu_plan *plan, const double *x, const edge_path *e, double *there,
                   double *direction, double *longest)
{
  const fairu_likelihood *lh = plan->likelihood;
  fairu_plan__set_full(plan, x);
  int status = fairu_likelihood__expected(lh, ctx, plan->full, e->nu);
  *longest = 0.0;
  for (size_t i = 0; i < plan->n && status == FAIRU_OK; i++) {
    direction[i] = 0.0;
    if (plan->fixed[i])
      continue;
    plan->full[plan->reduction.index[i]] = x[i] + 1e-6 * scale_of(plan, i);
    status = fairu_likelihood__expected(lh, ctx, plan->full, there);
    for (size_t k = 0; k < e->n && status == FAIRU_OK; k++)
      if (!(e->nu[e->bins[k]] > 0.0))
        direction[i] += there[e->bins[k]] - e->nu[e->bins[k]];
    plan->full[plan->reduction.index[i]] = x[i];
    *longest = fmax(*longest, fabs(direction[i]));
    status = fairu_plan__not_allowed(status) ? FAIRU_OK : status;
  }
  return status;
}

/* x lies on the edge to the last digit, where no count is allowed however small: a little to where its yields are above 0. */
static int step_inside(fairu_context *ctx, fairu_plan *plan, const double *x, edge_path *e)
{
  const size_t n = plan->n;
  double value, longest;
  double *there = fairu_context__scratch(ctx, plan->likelihood->n_bins + n, sizeof *there, "edge of a fit");
  if (!there)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *direction = there + plan->likelihood->n_bins;
  int status = rise_of(ctx, plan, x, e, there, direction, &longest);
  int refused = FAIRU_ERR_NEGATIVE_YIELD;
  for (double step = 1e-2; step > 1e-11 && status == FAIRU_OK && longest > 0.0 && refused; step *= 0.1) {
    for (size_t i = 0; i < n; i++)
      e->s.x[i] = fmin(fmax(x[i] + step * scale_of(plan, i) * direction[i] / longest, plan->lower[i]),
                       plan->upper[i]);
    refused = fairu_plan__evaluate(ctx, plan, e->s.x, &value, NULL, NULL);
    if (refused && !fairu_plan__not_allowed(refused))
      status = refused;
  }
  return status;
}

/* Where the path begins: x, which may lie on the edge, and a little toward the first start. */
static int begin(fairu_context *ctx, fairu_plan *plan, const double *x, edge_path *e)
{
  double value;
  for (size_t i = 0; i < plan->n; i++)
    e->s.x[i] = plan->fixed[i] ? x[i] : x[i] + 0.01 * (plan->starts[i] - x[i]);
  int status = fairu_plan__evaluate(ctx, plan, e->s.x, &value, NULL, NULL);
  if (!fairu_plan__not_allowed(status))
    return status;
  memcpy(e->s.x, x, plan->n * sizeof *x);
  status = fairu_plan__evaluate(ctx, plan, x, &value, NULL, NULL);
  return fairu_plan__not_allowed(status) ? step_inside(ctx, plan, x, e) : status;
}

/* From x to where the last two stages point, if the model allows that. */
static int predict(fairu_context *ctx, fairu_plan *plan, edge_path *e, int stage)
{
  double value;
  const double ratio = (stages[stage] - stages[stage - 1]) / (stages[stage - 1] - stages[stage - 2]);
  for (size_t i = 0; i < plan->n; i++) {
    const double x = e->x[i] + ratio * (e->x[i] - e->before[i]);
    e->s.x[i] = fmin(fmax(x, plan->lower[i]), plan->upper[i]);
  }
  const int status = fairu_plan__evaluate(ctx, plan, e->s.x, &value, NULL, NULL);
  if (fairu_plan__not_allowed(status))
    memcpy(e->s.x, e->x, plan->n * sizeof *e->x);
  return fairu_plan__not_allowed(status) ? FAIRU_OK : status;
}

/* The first stage: through wider barriers if it is far away, as several bins may be. */
static int first_stage(fairu_context *ctx, fairu_plan *plan, edge_path *e, const double *x)
{
  soften(e, stages[0]);
  int status = begin(ctx, plan, x, e);
  if (status == FAIRU_OK)
    status = fairu_plan__descend(ctx, plan, &e->s);
  if (status != FAIRU_OK || e->s.edm <= stages[0])
    return status;
  for (size_t k = 0; k <= sizeof coarse / sizeof coarse[0] && status == FAIRU_OK; k++) {
    soften(e, k < sizeof coarse / sizeof coarse[0] ? coarse[k] : stages[0]);
    status = fairu_plan__descend(ctx, plan, &e->s);
  }
  return status;
}

/* Through the stages as far as they go; *reached: the last one. The plan works on softened data meanwhile. */
static int follow(fairu_context *ctx, fairu_plan *plan, edge_path *e, fairu_minimize_state *state,
                  int *reached)
{
  int status = FAIRU_OK;
  const size_t n = plan->n;
  const double tolerance = plan->edm_tolerance;
  *reached = -1;
  for (int k = 0; k < n_stages && status == FAIRU_OK; k++) {
    plan->edm_tolerance = fmin(tolerance, 1e-3 * stages[k]);
    if (k == 0) {
      status = first_stage(ctx, plan, e, state->x);
    } else {
      soften(e, stages[k]);
      if (k == 1)
        memcpy(e->s.x, e->x, n * sizeof *e->x);
      else
        status = predict(ctx, plan, e, k);
      if (status == FAIRU_OK)
        status = fairu_plan__descend(ctx, plan, &e->s);
    }
    if (status != FAIRU_OK || e->s.edm > stages[k])
      break;
    memcpy(e->before, e->x, n * sizeof *e->x);
    memcpy(e->x, e->s.x, n * sizeof *e->x);
    fairu_plan__copy(plan, &e->s, state);
    *reached = k;
  }
  plan->edm_tolerance = tolerance;
  return fairu_plan__not_allowed(status) ? FAIRU_OK : status;
}

/* Bins that ended at 0. */
static int count_edges(const edge_path *e, double eps)
{
  int n = 0;
  for (size_t k = 0; k < e->n; k++)
    n += e->nu[e->bins[k]] < sqrt(eps) * 1e-1 * e->size[e->bins[k]];
  return n;
}

static int run(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state, edge_path *e)
{
  const size_t n = plan->n;
  const fairu_data *data = plan->data;
  double nll[2];
  int reached = -1;
  int status = prepare(ctx, plan, state->x, e);
  if (status != FAIRU_OK || e->n == 0)
    return status;
  status = fairu_plan__state(ctx, plan, &e->s);
  e->x = fairu_context__scratch(ctx, 2 * n, sizeof *e->x, "edge of a fit");
  if (status != FAIRU_OK || !e->x)
    return FAIRU_ERR_OUT_OF_MEMORY;
  e->before = e->x + n;
  plan->data = &e->soft;
  plan->n_zero = 0; /* barriers refuse many steps, but lead somewhere */
  status = follow(ctx, plan, e, state, &reached);
  if (status == FAIRU_OK && reached >= 0) /* gammas of the last stage into full */
    status = fairu_plan__evaluate(ctx, plan, state->x, &state->value, NULL, NULL);
  plan->data = data;
  if (status != FAIRU_OK || reached < 0)
    return status;
  status = fairu_likelihood__expected(plan->likelihood, ctx, plan->full, e->nu);
  if (status != FAIRU_OK)
    return status;
  state->n_edges = reached == n_stages - 1 ? count_edges(e, stages[reached]) : 0;
  if (state->n_edges == 0)
    return fairu_plan__descend(ctx, plan, state);
  status = fairu_likelihood__evaluate(plan->likelihood, ctx, data, NULL, plan->full, nll, NULL, NULL);
  state->value = nll[0] + nll[1];
  state->status = FAIRU_OK;
  return status;
}

int fairu_edge__follow(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state)
{
  edge_path e;
  const double lowest = plan->lowest;
  const size_t n_zero = plan->n_zero;
  const fairu_mark mark = fairu_context__mark(ctx);
  plan->lowest = -HUGE_VAL; /* values of softened data are not of this likelihood */
  const int status = run(ctx, plan, state, &e);
  plan->lowest = lowest;
  plan->n_zero = n_zero;
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_edge__count_held(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *state, int *n)
{
  edge_path e;
  fairu_minimize_state soft = *state;
  const fairu_mark mark = fairu_context__mark(ctx);
  *n = 0;
  int status = prepare(ctx, plan, state->x, &e);
  if (status == FAIRU_OK)
    status = fairu_plan__expand(ctx, plan, state, plan->full);
  if (status == FAIRU_OK)
    status = fairu_likelihood__expected(plan->likelihood, ctx, plan->full, e.nu);
  if (status == FAIRU_OK)
    soft.n_edges = count_edges(&e, FAIRU_EDGE_COUNT);
  if (status == FAIRU_OK &&
      soft.n_edges) { /* a yield that is 0 because parameters are at their bounds is not held */
    status = fairu_plan__expand(ctx, plan, &soft, plan->full);
    *n = status == FAIRU_OK ? soft.n_edges : 0;
    status = fairu_plan__not_allowed(status) ? FAIRU_OK : status;
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_edge__soften(fairu_context *ctx, fairu_plan *plan, const double *x, double count, fairu_data *soft)
{
  edge_path e;
  const int status = prepare(ctx, plan, x, &e);
  if (status != FAIRU_OK)
    return status;
  soften(&e, count);
  *soft = e.soft;
  return FAIRU_OK;
}
