/* poi_range.c - the profile of the parameter of interest counted from its minimum within a range. */
#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"
#include "likelihood/poi_profile.h"
#include "numeric/linalg.h"

static const double near_edm = 0.1;   /* of a point to start from */
static const double rough_edm = 1e-6; /* of a free fit whose place needs no more digits: it is taken off */
static const double loose = 1e-4;     /* edm of conditional fits: t loses its power 3/2 */

struct fairu_poi_range {
  fairu_poi_profile profile;
  double lower, upper;
  double floor;      /* q of the lowest point within the range */
  double lowest;     /* its place */
  int generation;    /* of floors; that of the profile is added */
  int seen;          /* generation of the profile that floor belongs to */
  double *direction; /* [plan.n] */
  fairu_poi_point hint;
};

/* The first start with the nuisances where they belong at mu = first: the free fit goes on from near the data, and does not run off along mu. Roughly; a point that
 * is not allowed leaves the start as it was. */
static int approach(fairu_context *ctx, fairu_poi_profile *p, double first)
{
  fairu_plan *plan = &p->plan;
  const double tolerance = plan->edm_tolerance;
  memcpy(p->state.x, plan->starts, plan->n * sizeof *p->state.x);
  p->state.x[p->coordinate] = first;
  plan->fixed[p->coordinate] = 1;
  plan->rough = 1;
  plan->edm_tolerance = fmax(tolerance, near_edm);
  const int status = fairu_plan__minimize(ctx, plan, &p->state);
  plan->edm_tolerance = tolerance;
  plan->rough = 0;
  plan->fixed[p->coordinate] = 0;
  if (status == FAIRU_OK && fairu_plan__settled(&p->state))
    memcpy(plan->starts, p->state.x, plan->n * sizeof *p->state.x);
  return fairu_plan__not_allowed(status) ? FAIRU_OK : status;
}

/* Theta moves along with mu by this much, by the Hessian at the best fit. 0 where that is not positive definite. */
static int set_direction(fairu_context *ctx, fairu_poi_range *range)
{
  const fairu_poi_profile *p = &range->profile;
  const fairu_minimize_state *state = &p->state;
  const size_t n = p->plan.n, c = p->coordinate;
  size_t m = 0;
  const fairu_mark mark = fairu_context__mark(ctx);
  size_t *index = fairu_context__scratch(ctx, n, sizeof *index, "profile within a range");
  double *matrix = fairu_context__scratch(ctx, n + 1, n * sizeof *matrix, "profile within a range");
  if (!index || !matrix)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(range->direction, 0, n * sizeof *range->direction);
  for (size_t i = 0; i < n; i++)
    if (i != c && !p->plan.fixed[i] && !state->at_bound[i])
      index[m++] = i;
  double *row = matrix + m * m;
  for (size_t i = 0; i < m; i++) {
    row[i] = -state->hessian[c * n + index[i]];
    for (size_t k = 0; k < m; k++)
      matrix[i * m + k] = state->hessian[index[i] * n + index[k]];
  }
  if (m && fairu_linalg__cholesky(ctx, matrix, m) == 0) {
    fairu_linalg__cholesky_solve(ctx, matrix, m, row);
    for (size_t i = 0; i < m; i++)
      range->direction[index[i]] = row[i];
  }
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}

/* Where the conditional fit at mu may start as long as no other one is known. */
static const fairu_poi_point *hint_at(fairu_poi_range *range, double mu)
{
  const fairu_poi_profile *p = &range->profile;
  for (size_t i = 0; i < p->plan.n; i++)
    range->hint.x[i] = fmin(fmax(p->best.x[i] + range->direction[i] * (mu - p->best.mu), p->plan.lower[i]),
                            p->plan.upper[i]);
  range->hint.x[p->coordinate] = mu;
  range->hint.mu = mu;
  return &range->hint;
}

static int take(fairu_context *ctx, fairu_poi_range *range)
{
  const size_t n = range->profile.plan.n;
  range->direction = fairu_context__scratch(ctx, 2 * n, sizeof *range->direction, "profile within a range");
  range->hint.x = range->direction ? range->direction + n : NULL;
  return range->direction ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Bounds of the free fit: none for a factor, whose yields say where it ends. */
static void free_bounds(const fairu_likelihood *lh, double bounds[2])
{
  const fairu_param *poi = &lh->params[lh->poi];
  const int is_free = poi->kind == FAIRU_PARAMETER_FACTOR;
  bounds[0] = is_free ? -HUGE_VAL : poi->lower;
  bounds[1] = is_free ? HUGE_VAL : poi->upper;
}

static int is_inside(const fairu_poi_range *range, double mu)
{
  return mu >= range->lower && mu <= range->upper;
}

/* The lowest point known: the best fit, local minima that it met, points asked for. */
static void lower_to(fairu_poi_range *range, double q, double mu)
{
  if (!(q < range->floor))
    return;
  range->floor = q;
  range->lowest = mu;
}

static int try_point(fairu_context *ctx, fairu_poi_range *range, double mu)
{
  const fairu_poi_point *point = NULL;
  const int status = fairu_poi_profile__at(ctx, &range->profile, mu, hint_at(range, mu), &point);
  if (status == FAIRU_OK)
    lower_to(range, point->q, mu);
  return status;
}

static int find_floor(fairu_context *ctx, fairu_poi_range *range)
{
  const fairu_poi_profile *p = &range->profile;
  int status = FAIRU_OK;
  range->floor = HUGE_VAL;
  range->seen = p->generation;
  if (is_inside(range, p->best.mu)) {
    lower_to(range, 0.0, p->best.mu);
    return FAIRU_OK;
  }
  for (size_t m = 0; m < p->minima.count && status == FAIRU_OK; m++) {
    const double mu = p->minima.x[m * p->plan.n + p->coordinate];
    if (is_inside(range, mu))
      status = try_point(ctx, range, mu);
  }
  if (status == FAIRU_OK)
    status = try_point(ctx, range, p->best.mu < range->lower ? range->lower : range->upper);
  return status;
}

static int fit(fairu_context *ctx, fairu_poi_profile *p, int rough)
{
  const double tolerance = p->plan.edm_tolerance;
  p->plan.rough = rough;
  p->plan.edm_tolerance = rough ? fmax(tolerance, rough_edm) : tolerance;
  const int status = fairu_poi_profile__fit(ctx, p);
  p->plan.edm_tolerance = tolerance;
  p->plan.rough = 0;
  return status;
}

int fairu_poi_range__create(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                            const fairu_fit_options *options, double lower, double upper, double first,
                            int rough, fairu_poi_range **out)
{
  double bounds[2];
  fairu_poi_range *range = fairu_context__scratch(ctx, 1, sizeof *range, "profile within a range");
  if (!range)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(range, 0, sizeof *range);
  range->lower = lower;
  range->upper = upper;
  free_bounds(lh, bounds);
  int status = fairu_poi_profile__create(ctx, lh, data, options, bounds[0], bounds[1], &range->profile);
  range->profile.all_branches = 1;
  range->profile.loose = loose;
  if (status == FAIRU_OK)
    status = take(ctx, range);
  if (status == FAIRU_OK)
    status = approach(ctx, &range->profile, first);
  if (status == FAIRU_OK)
    status = fit(ctx, &range->profile, rough);
  if (status == FAIRU_OK)
    status = set_direction(ctx, range);
  if (status == FAIRU_OK)
    status = find_floor(ctx, range);
  *out = range;
  return status;
}

double fairu_poi_range__estimate(const fairu_poi_range *range, double *params)
{
  const fairu_poi_profile *p = &range->profile;
  if (params)
    memcpy(params, p->best.params, p->plan.likelihood->n_params * sizeof *params);
  return p->best.mu;
}

double fairu_poi_range__lowest(const fairu_poi_range *range)
{
  return range->lowest;
}

int fairu_poi_range__at(fairu_context *ctx, fairu_poi_range *range, double mu, double *t, double *slope)
{
  const fairu_poi_point *point = NULL;
  int status = fairu_poi_profile__at(ctx, &range->profile, mu, hint_at(range, mu), &point);
  if (status == FAIRU_OK && range->profile.generation != range->seen) {
    status = find_floor(ctx, range);
    range->generation++;
  }
  if (status != FAIRU_OK)
    return status;
  if (point->q < range->floor - 1e-8)
    range->generation++;
  lower_to(range, point->q, mu);
  *t = point->q - range->floor;
  if (slope)
    *slope = point->slope;
  return FAIRU_OK;
}

int fairu_poi_range__curvature(fairu_context *ctx, fairu_poi_range *range, double *curvature)
{
  const int status = fairu_poi_profile__curvature(ctx, &range->profile, curvature);
  *curvature *= 2.0;
  return status;
}

int fairu_poi_range__generation(const fairu_poi_range *range)
{
  return range->generation;
}
