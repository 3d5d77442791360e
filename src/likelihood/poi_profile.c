/* poi_profile.c - see poi_profile.h. */
#include "likelihood/poi_profile.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

enum { EXTRA_MINIMA = 8 };               /* room for those met later */
static const double lower_by = 1e-8;     /* in NLL: another minimum, not rounding */
static const double asimov_zero = 1e-9;  /* of the deviance: the minimum is where the data were made */
static const double precise_edm = 1e-22; /* an edm of e moves q of Asimov data by the root of e */
static const double rough_factor =
    100.0; /* on the tolerance of conditional fits: q loses the power 3/2 of edm, as edm is taken off */
static const double least_digits = 1e-8; /* of q^(2/3) for that edm: q keeps 12 digits */
static const double trusted_edm = 1e-6;  /* what the quadratic model says about the rest of the way */

static const char *name_of(const fairu_poi_profile *p)
{
  return fairu_likelihood__name(p->plan.likelihood, p->poi);
}

static int take_point(fairu_context *ctx, const fairu_poi_profile *p, fairu_poi_point *point)
{
  const size_t n = p->plan.n, n_params = p->plan.likelihood->n_params;
  point->x = fairu_context__scratch(ctx, n + n_params, sizeof *point->x, "conditional fits");
  point->params = point->x ? point->x + n : NULL;
  return point->x ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_poi_profile__create(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                              const fairu_fit_options *options, double lower, double upper,
                              fairu_poi_profile *p)
{
  memset(p, 0, sizeof *p);
  p->poi = lh->poi;
  int status = fairu_plan__create(ctx, lh, data, options, &lh->poi, 1, &p->plan);
  if (status != FAIRU_OK)
    return status;
  p->coordinate = p->plan.reduction.column[p->poi];
  p->lower = p->plan.lower[p->coordinate] = lower;
  p->upper = p->plan.upper[p->coordinate] = upper;
  status = fairu_plan__state(ctx, &p->plan, &p->state);
  if (status == FAIRU_OK)
    status = fairu_plan__state(ctx, &p->plan, &p->trial);
  p->points = fairu_context__scratch(ctx, FAIRU_POI_POINTS, sizeof *p->points, "conditional fits");
  if (status != FAIRU_OK || !p->points)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(p->points, 0, FAIRU_POI_POINTS * sizeof *p->points);
  return take_point(ctx, p, &p->best);
}

static double rest_of(const fairu_poi_profile *p, const fairu_minimize_state *state)
{
  return state->edm >= 0.0 && state->edm < fmax(trusted_edm, 10.0 * p->loose) ? state->edm : 0.0;
}

/* The latest minimum into a point; q is left to the caller. */
static int take_state(fairu_context *ctx, fairu_poi_profile *p, fairu_poi_point *point)
{
  const fairu_minimize_state *state = &p->state;
  point->mu = state->x[p->coordinate];
  point->slope = 2.0 * state->gradient[p->coordinate];
  point->edm = rest_of(p, state);
  memcpy(point->x, state->x, p->plan.n * sizeof *point->x);
  return fairu_plan__expand(ctx, &p->plan, state, point->params);
}

/* q of a point against the best one, summed from differences of terms; `value`, its NLL, is what is left where yields of 0 forbid that. */
static int set_q(fairu_context *ctx, const fairu_poi_profile *p, double value, fairu_poi_point *point,
                 double *rise)
{
  const fairu_likelihood *lh = p->plan.likelihood;
  int status = fairu_likelihood_nll_difference(lh, ctx, p->plan.data, point->params, p->best.params,
                                               lh->n_params, rise);
  if (fairu_plan__not_allowed(status)) {
    *rise = value - p->value;
    status = FAIRU_OK;
  }
  if (status == FAIRU_OK) {
    *rise -= point->edm - p->best.edm;
    point->q = 2.0 * fmax(*rise, 0.0);
  }
  return status;
}

static int not_converged(fairu_context *ctx, const fairu_poi_profile *p, double mu)
{
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "the fit at '%s' = %g did not converge (edm %g)",
                             name_of(p), mu, p->state.edm);
}

static int take_best(fairu_context *ctx, fairu_poi_profile *p)
{
  if (!fairu_plan__settled(&p->state))
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                               "the unconditional fit did not converge ('%s' %g, edm %g)", name_of(p),
                               p->state.x[p->coordinate], p->state.edm);
  p->value = p->state.value;
  p->best.q = 0.0;
  return take_state(ctx, p, &p->best);
}

static void start_from_minima(fairu_poi_profile *p, const fairu_minima *minima)
{
  if (minima->count == 0)
    return;
  p->plan.starts = minima->x;
  p->plan.n_starts = minima->count;
}

int fairu_poi_profile__fit(fairu_context *ctx, fairu_poi_profile *p)
{
  int status = fairu_plan__minima(ctx, &p->plan, EXTRA_MINIMA, &p->minima);
  if (status == FAIRU_OK)
    status = fairu_plan__lowest(ctx, &p->plan, p->plan.n, 0.0, &p->state, &p->minima);
  start_from_minima(p, &p->minima);
  return status == FAIRU_OK ? take_best(ctx, p) : status;
}

int fairu_poi_profile__share_minima(fairu_context *ctx, fairu_poi_profile *p, const fairu_poi_profile *from)
{
  start_from_minima(p, &from->minima);
  return p->plan.trial.x ? FAIRU_OK : fairu_plan__state(ctx, &p->plan, &p->plan.trial);
}

int fairu_poi_profile__fit_at(fairu_context *ctx, fairu_poi_profile *p, double mu)
{
  p->plan.edm_tolerance = fmin(p->plan.edm_tolerance, precise_edm);
  p->plan.fixed[p->coordinate] = 1;
  int status = fairu_plan__lowest(ctx, &p->plan, p->coordinate, mu, &p->state, NULL);
  p->plan.fixed[p->coordinate] = 0;
  if (status == FAIRU_OK && !fairu_plan__settled(&p->state))
    status = not_converged(ctx, p, mu);
  return status == FAIRU_OK ? take_best(ctx, p) : status;
}

static int minimize_from(fairu_context *ctx, fairu_poi_profile *p, const double *x)
{
  memcpy(p->state.x, x, p->plan.n * sizeof *x);
  return fairu_plan__minimize(ctx, &p->plan, &p->state);
}

int fairu_poi_profile__fit_asimov(fairu_context *ctx, fairu_poi_profile *p, const double *params)
{
  const fairu_likelihood *lh = p->plan.likelihood;
  double nll[2];
  memcpy(p->best.params, params, lh->n_params * sizeof *params);
  for (size_t c = 0; c < p->plan.n; c++)
    p->best.x[c] = params[p->plan.reduction.index[c]];
  p->best.mu = params[p->poi];
  p->plan.evaluations++;
  int status = fairu_likelihood__evaluate(lh, ctx, p->plan.data, NULL, p->best.params, nll, NULL, NULL);
  if (status != FAIRU_OK)
    return status;
  p->value = nll[0] + nll[1];
  p->best.q = p->best.slope = p->best.edm = 0.0;
  if (nll[0] <= asimov_zero && p->best.mu >= p->lower && p->best.mu <= p->upper)
    return FAIRU_OK;
  status = minimize_from(ctx, p, p->best.x);
  return status == FAIRU_OK ? take_best(ctx, p) : status;
}

/* ---- where a conditional fit starts ------------------------------------------------------------------- */

/* The (at most three) known points nearest to mu, nearest first; returns their number. */
static size_t nearest(const fairu_poi_profile *p, double mu, const fairu_poi_point *found[3])
{
  size_t n = 1;
  found[0] = &p->best;
  for (size_t i = 0; i < p->n_points; i++) {
    const fairu_poi_point *point = &p->points[i];
    size_t k = n < 3 ? n++ : 3;
    while (k > 0 && fabs(point->mu - mu) < fabs(found[k - 1]->mu - mu)) {
      if (k < 3)
        found[k] = found[k - 1];
      k--;
    }
    if (k < 3)
      found[k] = point;
  }
  return n;
}

/* Polynomial through the points: x at mu as a sum of weights times theirs. Points that are too near to each other, compared with the way to
 * mu, foretell nothing: fewer are used. */
static size_t weights_of(const fairu_poi_point *const found[3], size_t n, double mu, double weight[3])
{
  for (; n > 1; n--) {
    int good = 1;
    for (size_t i = 0; i < n; i++) {
      weight[i] = 1.0;
      for (size_t k = 0; k < n && good; k++) {
        const double apart = found[i]->mu - found[k]->mu;
        good = k == i || apart != 0.0;
        if (k != i && good)
          weight[i] *= (mu - found[k]->mu) / apart;
      }
      good &= fabs(weight[i]) < 4.0;
    }
    if (good)
      return n;
  }
  weight[0] = 1.0;
  return 1;
}

static void predict(const fairu_poi_profile *p, double mu, const fairu_poi_point *hint, double *x)
{
  const fairu_poi_point *found[3];
  double weight[3];
  size_t n = nearest(p, mu, found);
  if (hint && n == 1)
    found[0] = hint;
  n = weights_of(found, n, mu, weight);
  for (size_t i = 0; i < p->plan.n; i++) {
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
      sum += weight[k] * found[k]->x[i];
    x[i] = p->plan.fixed[i] ? found[0]->x[i] : fmin(fmax(sum, p->plan.lower[i]), p->plan.upper[i]);
  }
  x[p->coordinate] = mu;
}

/* ---- conditional fits --------------------------------------------------------------------------------- */

static int is_better(const fairu_minimize_state *a, const fairu_minimize_state *b)
{
  if (fairu_plan__settled(a) != fairu_plan__settled(b))
    return fairu_plan__settled(a);
  return a->value < b->value - 1e-9;
}

/* From all starts; the lower of this and the present state stays. */
static int try_starts(fairu_context *ctx, fairu_poi_profile *p, double mu, int *found)
{
  const int status = fairu_plan__lowest(ctx, &p->plan, p->coordinate, mu, &p->trial, NULL);
  if (status == FAIRU_OK && (!*found || is_better(&p->trial, &p->state))) {
    fairu_plan__copy(&p->plan, &p->trial, &p->state);
    *found = 1;
  }
  return fairu_plan__not_allowed(status) && *found ? FAIRU_OK : status;
}

static int minimize_at(fairu_context *ctx, fairu_poi_profile *p, double mu, const fairu_poi_point *hint)
{
  predict(p, mu, hint, p->state.x);
  int status = fairu_plan__minimize(ctx, &p->plan, &p->state);
  if (fairu_plan__not_allowed(status)) { /* the polynomial led astray: theta of the best point may do */
    memcpy(p->state.x, p->best.x, p->plan.n * sizeof *p->state.x);
    p->state.x[p->coordinate] = mu;
    status = fairu_plan__minimize(ctx, &p->plan, &p->state);
  }
  int found = status == FAIRU_OK;
  if (!found && !fairu_plan__not_allowed(status))
    return status;
  if (!found || (p->plan.n_starts > 1 && p->all_branches) || !fairu_plan__settled(&p->state))
    status = try_starts(ctx, p, mu, &found);
  if (status == FAIRU_OK && !fairu_plan__settled(&p->state))
    status = not_converged(ctx, p, mu);
  return status;
}

/* The conditional minimum lies below the unconditional one: go on from there with the parameter of interest free. */
static int adopt_lower(fairu_context *ctx, fairu_poi_profile *p)
{
  const double before = p->value;
  int status = fairu_plan__minimize(ctx, &p->plan, &p->state);
  if (status == FAIRU_OK && !p->plan.trial.x) /* there may be two minima now */
    status = fairu_plan__state(ctx, &p->plan, &p->plan.trial);
  if (status == FAIRU_OK)
    status = take_best(ctx, p);
  if (status != FAIRU_OK)
    return status;
  fairu_context__log(ctx, FAIRU_LOG_INFO,
                     "a minimum lower by %g was met in a conditional fit and is used ('%s' %g)",
                     before - p->value, name_of(p), p->best.mu);
  p->generation++;
  fairu_minima__add(&p->minima, p->plan.n, &p->state);
  start_from_minima(p, &p->minima);
  for (size_t i = 0; i < p->n_points && status == FAIRU_OK; i++) {
    double rise;
    status = set_q(ctx, p, before + 0.5 * p->points[i].q, &p->points[i], &rise);
  }
  return status;
}

/* A place for one more, behind the others: the oldest goes when all are taken. */
static int next_point(fairu_context *ctx, fairu_poi_profile *p, fairu_poi_point **point)
{
  if (p->n_points == FAIRU_POI_POINTS) {
    const fairu_poi_point first = p->points[0];
    memmove(p->points, p->points + 1, (FAIRU_POI_POINTS - 1) * sizeof *p->points);
    p->points[--p->n_points] = first;
  }
  *point = &p->points[p->n_points];
  return (*point)->x ? FAIRU_OK : take_point(ctx, p, *point);
}

/* Down to rounding from the present state. */
static int refine(fairu_context *ctx, fairu_poi_profile *p, double mu)
{
  const int status = fairu_plan__minimize(ctx, &p->plan, &p->state);
  return status == FAIRU_OK && !fairu_plan__settled(&p->state) ? not_converged(ctx, p, mu) : status;
}

/* The conditional minimum into *point, which has arrays: roughly first, and further where q needs more. */
static int fill_point(fairu_context *ctx, fairu_poi_profile *p, double mu, const fairu_poi_point *hint,
                      int precise, fairu_poi_point *point, double *rise)
{
  const double tolerance = p->plan.edm_tolerance;
  p->plan.rough = !precise;
  p->plan.edm_tolerance = precise ? fmin(tolerance, precise_edm) : fmax(rough_factor * tolerance, p->loose);
  int status = minimize_at(ctx, p, mu, hint);
  if (status == FAIRU_OK)
    status = take_state(ctx, p, point);
  if (status == FAIRU_OK)
    status = set_q(ctx, p, p->state.value, point, rise);
  p->plan.rough = 0;
  const double least = p->loose > 0.0 ? p->loose : least_digits;
  p->plan.edm_tolerance = fmin(tolerance, p->loose > 0.0 ? tolerance : precise_edm);
  if (status == FAIRU_OK && !precise &&
      point->edm > least * cbrt(point->q * point->q) + p->plan.edm_tolerance) {
    status = refine(ctx, p, mu);
    if (status == FAIRU_OK)
      status = take_state(ctx, p, point);
    if (status == FAIRU_OK)
      status = set_q(ctx, p, p->state.value, point, rise);
  }
  p->plan.edm_tolerance = tolerance;
  return status;
}

static int add_point(fairu_context *ctx, fairu_poi_profile *p, double mu, const fairu_poi_point *hint,
                     int precise, fairu_poi_point **point)
{
  double rise = 0.0;
  int status = next_point(ctx, p, point);
  if (status != FAIRU_OK)
    return status;
  p->plan.fixed[p->coordinate] = 1;
  status = fill_point(ctx, p, mu, hint, precise, *point, &rise);
  p->plan.fixed[p->coordinate] = 0;
  if (status != FAIRU_OK)
    return status;
  p->n_points++;
  return rise < -lower_by && mu >= p->lower && mu <= p->upper ? adopt_lower(ctx, p) : FAIRU_OK;
}

int fairu_poi_profile__at(fairu_context *ctx, fairu_poi_profile *p, double mu, const fairu_poi_point *hint,
                          const fairu_poi_point **point)
{
  fairu_poi_point *added = NULL;
  *point = &p->best;
  if (mu == p->best.mu)
    return FAIRU_OK;
  for (size_t i = 0; i < p->n_points; i++)
    if (p->points[i].mu == mu) {
      *point = &p->points[i];
      return FAIRU_OK;
    }
  const int status = add_point(ctx, p, mu, hint, 0, &added);
  *point = added;
  return status;
}

int fairu_poi_profile__precisely_at(fairu_context *ctx, fairu_poi_profile *p, double mu,
                                    const fairu_poi_point **point)
{
  fairu_poi_point *added = NULL;
  *point = &p->best;
  if (mu == p->best.mu && p->best.edm <= precise_edm)
    return FAIRU_OK;
  const int status = add_point(ctx, p, mu, NULL, 1, &added);
  *point = added;
  return status;
}

/* ---- curvature ---------------------------------------------------------------------------------------- */

/* Free theta at the best point. */
static size_t free_theta(const fairu_poi_profile *p, size_t *index)
{
  const fairu_plan *plan = &p->plan;
  size_t m = 0;
  for (size_t i = 0; i < plan->n; i++)
    if (i != p->coordinate && !plan->fixed[i] && p->best.x[i] > plan->lower[i] &&
        p->best.x[i] < plan->upper[i])
      index[m++] = i;
  return m;
}

/* H_mm - H_mt H_tt^-1 H_tm; 0 if H_tt is not positive definite. */
static double schur(fairu_context *ctx, const fairu_poi_profile *p, const size_t *index, size_t m,
                    double *matrix)
{
  const size_t n = p->plan.n, c = p->coordinate;
  const double *h = p->state.hessian;
  double *row = matrix + m * m, *solved = row + m, curvature = h[c * n + c];
  for (size_t i = 0; i < m; i++) {
    row[i] = solved[i] = h[c * n + index[i]];
    for (size_t k = 0; k < m; k++)
      matrix[i * m + k] = h[index[i] * n + index[k]];
  }
  if (m && fairu_linalg__cholesky(ctx, matrix, m) != 0)
    return 0.0;
  fairu_linalg__cholesky_solve(ctx, matrix, m, solved);
  for (size_t i = 0; i < m; i++)
    curvature -= row[i] * solved[i];
  return curvature > 1e-12 * h[c * n + c] ? curvature : 0.0;
}

int fairu_poi_profile__lower_branch(fairu_context *ctx, fairu_poi_profile *p, const fairu_poi_point *point,
                                    double *depth)
{
  double rise = 0.0;
  *depth = 0.0;
  if (p->plan.n_starts < 2 || p->all_branches || !p->trial.x)
    return FAIRU_OK;
  p->plan.fixed[p->coordinate] = 1;
  int status = fairu_plan__lowest(ctx, &p->plan, p->coordinate, point->mu, &p->trial, NULL);
  p->plan.fixed[p->coordinate] = 0;
  if (fairu_plan__not_allowed(status))
    return FAIRU_OK;
  if (status != FAIRU_OK || !fairu_plan__settled(&p->trial))
    return status;
  status = fairu_plan__expand(ctx, &p->plan, &p->trial, p->plan.full);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll_difference(p->plan.likelihood, ctx, p->plan.data, p->plan.full,
                                             point->params, p->plan.likelihood->n_params, &rise);
  if (status != FAIRU_OK || !(rise < -1e-6))
    return fairu_plan__not_allowed(status) ? FAIRU_OK : status;
  *depth = -2.0 * rise;
  fairu_context__log(ctx, FAIRU_LOG_WARNING,
                     "at '%s' = %g another valley of the nuisance parameters lies lower by %g in 2 NLL than "
                     "that of the best "
                     "fit, which the test follows; all_branches takes it",
                     name_of(p), point->mu, *depth);
  return FAIRU_OK;
}

int fairu_poi_profile__curvature(fairu_context *ctx, fairu_poi_profile *p, double *curvature)
{
  const size_t n = p->plan.n;
  fairu_minimize_state *state = &p->state;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *index = fairu_context__scratch(ctx, n, sizeof *index, "curvature");
  double *matrix = fairu_context__scratch(ctx, n + 2, n * sizeof *matrix, "curvature");
  int status = index && matrix ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_plan__evaluate(ctx, &p->plan, p->best.x, &state->value, state->gradient, state->hessian);
  if (status == FAIRU_OK)
    *curvature = schur(ctx, p, index, free_theta(p, index), matrix);
  fairu_context__release(ctx, mark);
  return status;
}
