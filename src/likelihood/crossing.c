/* crossing.c - outward along one branch of the profile f(mu) = min NLL(mu, theta) to f(mu) = target.
 *
 * Each evaluation at (mu, theta) gives the profile near it without a minimisation: with g, H of theta at fixed mu,
 *   f ~ NLL - g^T H^-1 g / 2,  f' ~ dNLL/dmu - H_mt H^-1 g,  f'' ~ H_mm - H_mt H^-1 H_tm,
 * and where theta moves: -H^-1 (g + H_tm dmu). Newton on both at once (Venzon and Moolgavkar 1988), inside a bracket; where that model is
 * not to be trusted (theta far from its minimum, curvature not positive, bounds) theta is minimised in full.
 */
#include "likelihood/crossing.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

enum { max_steps = 400 };
static const double trusted_edm = 0.02;   /* beyond, theta is minimised in full */
static const double settled_edm = 1e-8;   /* at the end */
static const double target_error = 1e-10; /* in NLL, times 1 + |target| 1e-4 */

static const double jump = 1e-5;      /* in NLL: more is no rounding where the bracket has closed */
static const double singular = 1e-10; /* pivot over diagonal: curvature that is rounding */
static const double ridge = 1e-6;     /* then: theta follows mu along the valley of least length */

/* Along the edge of a yield rounding decides on which side of it theta comes out: a little more of its move lies inside. */
static const double stretches[] = { 1.0 + 1e-9, 1.0 + 1e-4, 1.1, 2.0 };
enum { n_stretches = sizeof stretches / sizeof stretches[0] };

/* The profile about one point. */
typedef struct local_profile {
  double mu;
  double excess;           /* f - target */
  double slope, curvature; /* outward */
  double edm;
  int bounded;   /* theta on a bound */
  int n_edges;   /* yields at 0 */
  double *x;     /* [n] */
  double *now;   /* [n] correction of theta at this mu */
  double *along; /* [n] d theta / d mu */
} local_profile;

typedef struct search {
  fairu_context *ctx;
  fairu_plan *plan;
  fairu_crossing *crossing;
  fairu_minimize_state state; /* latest evaluation */
  local_profile here, inner, spare;
  double outer;           /* mu where the profile is above the target or nothing is allowed */
  int has_outer, blocked; /* blocked: nothing was allowed at outer with the theta of that time */
  int confirmed;          /* outer was looked at from theta of the inner point, and stays */
  double outer_excess;
  double retry_width, retry_gap; /* the bracket no wider, the gap in excess no smaller: look at outer again */
  double step;                   /* last step outward */
  size_t *index;                 /* free theta */
  double *matrix;                /* [n * n] */
} search;

static int take_profile(fairu_context *ctx, size_t n, local_profile *p)
{
  p->x = fairu_context__scratch(ctx, 3 * n, sizeof *p->x, "interval");
  if (!p->x)
    return FAIRU_ERR_OUT_OF_MEMORY;
  p->now = p->x + n;
  p->along = p->now + n;
  memset(p->x, 0, 3 * n * sizeof *p->x);
  return FAIRU_OK;
}

static void copy_profile(size_t n, const local_profile *from, local_profile *to)
{
  double *x = to->x;
  memcpy(x, from->x, 3 * n * sizeof *x); /* x, now and along are one block */
  *to = *from;
  to->x = x;
  to->now = x + n;
  to->along = to->now + n;
}

/* Free theta at the latest evaluation; returns their number. */
static size_t free_theta(search *s)
{
  size_t m = 0;
  for (size_t i = 0; i < s->plan->n; i++)
    if (i != s->crossing->parameter && !s->plan->fixed[i] && !s->state.at_bound[i])
      s->index[m++] = i;
  return m;
}

/* Solve H_tt out = -v on the free theta, v a row of length n. */
static void solve(const search *s, size_t m, const double *v, double *out)
{
  double *packed = s->matrix + m * m;
  for (size_t i = 0; i < m; i++)
    packed[i] = -v[s->index[i]];
  fairu_linalg__cholesky_solve(s->ctx, s->matrix, m, packed);
  memset(out, 0, s->plan->n * sizeof *out);
  for (size_t i = 0; i < m; i++)
    out[s->index[i]] = packed[i];
}

/* Factorise H_tt with its diagonal raised by a part; 0 if it is not positive definite beyond rounding. */
static int factor_theta(search *s, size_t m, double part)
{
  const size_t n = s->plan->n;
  const double *h = s->state.hessian;
  for (size_t i = 0; i < m; i++)
    for (size_t k = 0; k < m; k++)
      s->matrix[i * m + k] = h[s->index[i] * n + s->index[k]] * (i == k ? 1.0 + part : 1.0);
  if (fairu_linalg__cholesky(s->ctx, s->matrix, m) != 0)
    return 0;
  for (size_t i = 0; i < m; i++) {
    const double pivot = s->matrix[i * m + i];
    if (!(pivot * pivot > singular * h[s->index[i] * n + s->index[i]]))
      return 0;
  }
  return 1;
}

/* The local profile of the latest evaluation; 0 if theta has no positive curvature. */
static int reduce(search *s)
{
  const size_t n = s->plan->n, p = s->crossing->parameter, m = free_theta(s);
  const double *g = s->state.gradient, *h = s->state.hessian;
  local_profile *here = &s->here;
  double slope = g[p], curvature = h[p * n + p];
  memcpy(here->x, s->state.x, n * sizeof *here->x);
  memset(here->now, 0, 2 * n * sizeof *here->now);
  here->mu = s->state.x[p];
  here->edm = 0.0;
  here->bounded = 0;
  here->n_edges = s->state.n_edges;
  for (size_t i = 0; i < n; i++)
    here->bounded |= s->state.at_bound[i] && i != p;
  const int ok = m == 0 || factor_theta(s, m, 0.0);
  const int solvable = ok || factor_theta(s, m, ridge);
  if (solvable && m) {
    solve(s, m, g, here->now);
    solve(s, m, h + p * n, here->along);
    for (size_t i = 0; i < m; i++) {
      const size_t t = s->index[i];
      here->edm -= 0.5 * g[t] * here->now[t];
      slope += h[p * n + t] * here->now[t];
      curvature += h[p * n + t] * here->along[t];
    }
  }
  here->excess = s->state.value - here->edm - s->crossing->target;
  here->slope = s->crossing->side * slope;
  here->curvature = curvature;
  return ok;
}

/* Does the correction of theta stay within its bounds? */
static int within_bounds(const search *s, const double *x, const double *dx, double t)
{
  for (size_t i = 0; i < s->plan->n; i++)
    if (x[i] + t * dx[i] < s->plan->lower[i] || x[i] + t * dx[i] > s->plan->upper[i])
      return 0;
  return 1;
}

static int minimize_theta(search *s)
{
  const size_t p = s->crossing->parameter;
  s->plan->fixed[p] = 1;
  const int status = fairu_plan__minimize(s->ctx, s->plan, &s->state);
  s->plan->fixed[p] = 0;
  s->state.at_bound[p] = 0;
  return status;
}

/* Would the correction of theta make a yield negative? Its minimum is then on that edge. */
static int leaves_edge(search *s, int *leaves)
{
  double value;
  *leaves = 0;
  if (!s->plan->n_zero)
    return FAIRU_OK;
  for (size_t i = 0; i < s->plan->n; i++)
    s->spare.x[i] = s->here.x[i] + s->here.now[i];
  const int status = fairu_plan__evaluate(s->ctx, s->plan, s->spare.x, &value, NULL, NULL);
  *leaves = fairu_plan__not_allowed(status);
  return *leaves ? FAIRU_OK : status;
}

/* Evaluate at state.x and make the local profile, minimising theta where the quadratic model will not do. */
static int look(search *s, int in_full)
{
  fairu_minimize_state *state = &s->state;
  int status = FAIRU_OK;
  if (!in_full) {
    state->n_edges = 0;
    status = fairu_plan__evaluate(s->ctx, s->plan, state->x, &state->value, state->gradient, state->hessian);
    if (status != FAIRU_OK)
      return status;
    if (reduce(s) && s->here.edm < trusted_edm && !s->here.bounded &&
        within_bounds(s, s->here.x, s->here.now, 1.0)) {
      int leaves;
      status = leaves_edge(s, &leaves);
      if (status != FAIRU_OK || !leaves)
        return status;
    }
  }
  status = minimize_theta(s);
  if (status == FAIRU_OK && !fairu_plan__settled(state))
    status = fairu_context__fail(s->ctx, FAIRU_ERR_NOT_CONVERGED,
                                 "interval: the conditional fit at %g did not converge (edm %g)",
                                 state->x[s->crossing->parameter], state->edm);
  if (status == FAIRU_OK)
    reduce(s);
  return status;
}

/* Step outward to where the parabola meets the target; <= 0 if it does not. */
static double parabola_step(const local_profile *p)
{
  const double discriminant = p->slope * p->slope - 2.0 * p->curvature * p->excess;
  if (!(discriminant > 0.0))
    return 0.0;
  const double root = sqrt(discriminant);
  if (p->slope > 0.0)
    return -2.0 * p->excess / (p->slope + root);
  return p->curvature > 0.0 ? (root - p->slope) / p->curvature : 0.0;
}

static double bound_of(const search *s)
{
  const size_t p = s->crossing->parameter;
  return s->crossing->side > 0 ? s->plan->upper[p] : s->plan->lower[p];
}

/* mu of the next look. */
static double propose(const search *s)
{
  const int side = s->crossing->side;
  const double step = parabola_step(&s->here);
  const double lowest = s->inner.mu;
  double mu = s->here.mu + side * step;
  if (s->has_outer) {
    const double width = side * (s->outer - lowest);
    if (step == 0.0 || !(side * (mu - lowest) > 0.0) || !(side * (s->outer - mu) > 0.0))
      mu = lowest + side * 0.5 * width;
    return mu;
  }
  const double most = 4.0 * s->step;
  const int far = s->step > 0.0 && side * (mu - lowest) > most;
  return step == 0.0 || !(side * (mu - lowest) > 0.0) || far ? lowest + side * most : mu;
}

/* state.x for a look at mu: from the nearer of the two known points, theta moved along (stretch 1, or beyond). Returns 1 if theta
 * met a bound or lies on the edge of a yield. */
static int predict(search *s, double mu, double stretch)
{
  const size_t n = s->plan->n;
  const local_profile *from =
      fabs(mu - s->here.mu) <= fabs(mu - s->inner.mu) && !s->blocked ? &s->here : &s->inner;
  int clipped = from->bounded || from->n_edges;
  for (size_t i = 0; i < n; i++) {
    double x = from->x[i] + from->now[i] + from->along[i] * stretch * (mu - from->mu);
    clipped |= i != s->crossing->parameter && (x < s->plan->lower[i] || x > s->plan->upper[i]);
    x = fmin(fmax(x, s->plan->lower[i]), s->plan->upper[i]);
    s->state.x[i] = s->plan->fixed[i] ? from->x[i] : x;
  }
  s->state.x[s->crossing->parameter] = mu;
  return clipped;
}

/* Above the target, or nothing is allowed, at mu from where theta was then. It moves with the inner point, so that this
 * may not last. */
static void set_outer(search *s, double mu, double excess, int blocked)
{
  if (!s->has_outer || blocked || s->blocked || mu == s->outer) {
    s->retry_width = fabs(mu - s->inner.mu) / 16.0;
    s->retry_gap = (excess - s->inner.excess) / 4.0;
  }
  s->confirmed = s->has_outer && mu == s->outer;
  s->outer = mu;
  s->outer_excess = excess;
  s->has_outer = 1;
  s->blocked = blocked;
}

/* The gap is closed in rounding: what lies beyond decides what the end is. */
static int is_closed(const search *s)
{
  return s->has_outer && fabs(s->outer - s->inner.mu) <= 4e-16 * fmax(fabs(s->outer), fabs(s->inner.mu)) +
                                                             1e-13 * s->plan->scale[s->crossing->parameter];
}

/* A profile rises step by step; one that jumps between inner and outer point is two valleys of theta. */
static int is_retry(const search *s)
{
  if (is_closed(s) && !s->confirmed)
    return s->blocked || s->inner.excess < -jump;
  return s->has_outer && fabs(s->outer - s->inner.mu) <= s->retry_width &&
         (s->blocked || s->outer_excess - s->inner.excess > s->retry_gap);
}

/* Take the point found into the bracket. Estimates that may lie on either side are left out. */
static void update_bracket(search *s)
{
  if (s->here.excess <= 0.0 && s->has_outer && s->crossing->side * (s->here.mu - s->outer) >= 0.0)
    s->has_outer = s->blocked = 0;
  if (fabs(s->here.excess) < s->here.edm)
    return;
  if (s->here.excess > 0.0) {
    set_outer(s, s->here.mu, s->here.excess, 0);
  } else if (s->crossing->side * (s->here.mu - s->inner.mu) >= 0.0) {
    const double step = fabs(s->here.mu - s->inner.mu);
    s->step = step > 0.0 ? step : s->step;
    copy_profile(s->plan->n, &s->here, &s->inner);
  }
}

static int finish(search *s, const local_profile *at, int end)
{
  for (size_t i = 0; i < s->plan->n; i++)
    s->crossing->x[i] = fmin(fmax(at->x[i] + at->now[i], s->plan->lower[i]), s->plan->upper[i]);
  s->crossing->x[s->crossing->parameter] = at->mu;
  s->crossing->end = end;
  s->crossing->n_edges = at->n_edges;
  return FAIRU_OK;
}

static int at_end(const search *s)
{
  const double error = target_error * (1.0 + 1e-4 * fabs(s->crossing->target));
  return fabs(s->here.excess) <= error && s->here.edm <= settled_edm;
}

static void theta_of_inner(search *s, double mu)
{
  memcpy(s->state.x, s->inner.x, s->plan->n * sizeof *s->state.x);
  s->state.x[s->crossing->parameter] = mu;
}

/* The inner point foretells a crossing about here, but the profile came out far above: theta may have left its valley on
 * the way. From theta of the inner point the search can only go down; the lower of the two counts. */
static int look_again(search *s)
{
  const double surprise = 0.5 * fabs(s->inner.excess);
  if (!(s->here.excess > surprise) || s->crossing->side * (s->here.mu - s->inner.mu) <= 0.0)
    return FAIRU_OK;
  copy_profile(s->plan->n, &s->here, &s->spare);
  theta_of_inner(s, s->here.mu);
  const int status = look(s, 1);
  if (fairu_plan__not_allowed(status) || status == FAIRU_ERR_NOT_CONVERGED ||
      (status == FAIRU_OK && s->spare.excess <= s->here.excess)) {
    copy_profile(s->plan->n, &s->spare, &s->here);
    return FAIRU_OK;
  }
  return status;
}

/* No room is left between inner and outer point. */
static int close_bracket(search *s, int is_bound, int *done)
{
  if (!is_bound && !s->blocked && s->inner.excess < -jump)
    return fairu_context__fail(
        s->ctx, FAIRU_ERR_NOT_CONVERGED, "interval: the profile of '%s' jumps by %g at %.9g",
        fairu_plan__name(s->plan, s->crossing->parameter), s->outer_excess - s->inner.excess, s->inner.mu);
  *done = 1;
  return finish(s, &s->inner,
                is_bound     ? FAIRU_INTERVAL_BOUND
                : s->blocked ? FAIRU_INTERVAL_YIELD
                             : FAIRU_INTERVAL_CROSSING);
}

/* One look further out; *done 1 when crossing->end is known. */
static int advance(search *s, int *done)
{
  const double bound = bound_of(s);
  const int retry = is_retry(s);
  double mu = retry ? s->outer : propose(s);
  if (s->crossing->side * (mu - bound) >= 0.0)
    mu = bound;
  if (s->inner.mu == bound || (is_closed(s) && !retry))
    return close_bracket(s, s->inner.mu == bound, done);
  const int clipped = predict(s, mu, 1.0);
  if (retry)
    theta_of_inner(s, mu);
  int status = look(s, clipped || retry);
  for (int k = 0; k < n_stretches && fairu_plan__not_allowed(status) && s->inner.n_edges; k++) {
    predict(s, mu, stretches[k]);
    status = look(s, 1);
  }
  if (fairu_plan__not_allowed(status)) { /* theta of the inner point may still do */
    theta_of_inner(s, mu);
    status = look(s, 1);
  }
  if (fairu_plan__not_allowed(status)) {
    set_outer(s, mu, 0.0, 1);
    copy_profile(s->plan->n, &s->inner, &s->here);
    return FAIRU_OK;
  }
  if (status == FAIRU_OK)
    status = look_again(s);
  if (status != FAIRU_OK)
    return status;
  if (at_end(s)) {
    *done = 1;
    return finish(s, &s->here, FAIRU_INTERVAL_CROSSING);
  }
  update_bracket(s);
  return FAIRU_OK;
}

static int begin(search *s)
{
  const size_t n = s->plan->n;
  int status = take_profile(s->ctx, n, &s->here);
  if (status == FAIRU_OK)
    status = take_profile(s->ctx, n, &s->inner);
  if (status == FAIRU_OK)
    status = take_profile(s->ctx, n, &s->spare);
  if (status == FAIRU_OK)
    status = fairu_plan__state(s->ctx, s->plan, &s->state);
  s->index = fairu_context__scratch(s->ctx, n, sizeof *s->index, "interval");
  s->matrix = fairu_context__scratch(s->ctx, n + 1, n * sizeof *s->matrix, "interval");
  if (status != FAIRU_OK || !s->index || !s->matrix)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(s->state.x, s->crossing->x, n * sizeof *s->state.x);
  for (size_t i = 0; i < n; i++) /* a start on a bound: the active set is not known yet */
    s->here.bounded |= !s->plan->fixed[i] && i != s->crossing->parameter &&
                       (s->state.x[i] <= s->plan->lower[i] || s->state.x[i] >= s->plan->upper[i]);
  status = look(s, s->here.bounded);
  if (status != FAIRU_OK)
    return status;
  copy_profile(n, &s->here, &s->inner);
  s->step = 0.25 * s->plan->scale[s->crossing->parameter];
  if (s->here.curvature > 0.0) /* a few sigma at most for the first step */
    s->step = fmax(sqrt(fabs(s->here.excess) / s->here.curvature), 1e-12);
  return FAIRU_OK;
}

int fairu_crossing__find(fairu_context *ctx, fairu_plan *plan, fairu_crossing *crossing)
{
  search s = { .ctx = ctx, .plan = plan, .crossing = crossing };
  int done = 0;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = begin(&s);
  for (int i = 0; i < max_steps && status == FAIRU_OK && !done; i++) {
    status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = advance(&s, &done);
  }
  if (status == FAIRU_OK && !done)
    status = fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                                 "interval: no end of '%s' found %s %g after %d steps",
                                 fairu_plan__name(plan, crossing->parameter),
                                 crossing->side > 0 ? "above" : "below", s.inner.mu, max_steps);
  fairu_context__release(ctx, mark);
  return status;
}
