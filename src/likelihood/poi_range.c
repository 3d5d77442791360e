/* poi_range.c - the profile of the parameter of interest counted from its minimum within a range. */
#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"
#include "likelihood/poi_profile.h"

struct fairu_poi_range {
  fairu_poi_profile profile;
  double lower, upper;
  double floor;   /* q of the lowest point within the range */
  double lowest;  /* its place */
  int generation; /* of floors; that of the profile is added */
  int seen;       /* generation of the profile that floor belongs to */
};

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
  const int status = fairu_poi_profile__at(ctx, &range->profile, mu, NULL, &point);
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

int fairu_poi_range__create(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
                            const fairu_fit_options *options, double lower, double upper,
                            fairu_poi_range **out)
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
  if (status == FAIRU_OK)
    status = fairu_poi_profile__fit(ctx, &range->profile);
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
  int status = fairu_poi_profile__at(ctx, &range->profile, mu, NULL, &point);
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
