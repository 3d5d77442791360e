/* contour.c - where the profile over all other parameters lies delta_nll above its minimum, as seen along rays.
 *
 * Rays leave the best fit evenly in the metric of the covariance: (first, second) = best + r L (cos phi, sin phi), L L^T its 2 x 2 block, so
 * that a quadratic profile is a circle r = sqrt(2 delta). h(r) = sqrt(2 (f - f_min)) is then straight, and nearly so elsewhere:
 * Newton on h = sqrt(2 delta), f' by the envelope theorem, inside a bracket. Each ray starts where the one before ended.
 */
#include <math.h>
#include <string.h>

#include "likelihood/contour.h"

enum { max_looks = 200, max_rounds = 5, max_minima = 16, n_probes = 16 };
static const double near_target = 1e-6; /* in NLL: one more Newton step, not looked at, squares it */
static const double lower_by = 1e-7;    /* in NLL: a lower minimum, not rounding */
static const double closed = 1e-10;     /* width of the bracket over the radius */
static const double circle = 6.283185307179586;

/* One point of a ray. */
typedef struct look {
  double r, excess, slope; /* of the profile over the target */
  int allowed;
} look;

/* Within the bounds, where rounding would lead out of them. */
static double value_at(const fairu_contour *c, size_t which, double r)
{
  const size_t p = c->parameter[which];
  return fmin(fmax(c->refit.best[p] + r * c->direction[which], c->refit.lower[p]), c->refit.upper[p]);
}

/* The profile at r of the ray, theta starting from c->x (the nearest solution) moved along the covariance. */
static void predict(fairu_contour *c, double r)
{
  fairu_refit *refit = &c->refit;
  for (size_t k = 0; k < refit->n; k++) {
    double along = 0.0;
    for (size_t w = 0; w < 2; w++)
      along += c->along[w * refit->n + k] * (value_at(c, w, r) - c->x[c->parameter[w]]);
    refit->start[k] = along == 0.0 ? c->x[k] : fmin(fmax(c->x[k] + along, refit->lower[k]), refit->upper[k]);
  }
  for (size_t w = 0; w < 2; w++)
    refit->start[c->parameter[w]] = value_at(c, w, r);
}

static int not_allowed(int status)
{
  return status == FAIRU_ERR_NEGATIVE_YIELD || status == FAIRU_ERR_RANGE;
}

static int minimise(fairu_contour *c, fairu_context *ctx, double *nll)
{
  fairu_refit *refit = &c->refit;
  refit->fixed[c->parameter[0]] = refit->fixed[c->parameter[1]] = 1;
  const int status = c->n_minima > 1 ? fairu_refit__run_all(refit, ctx, refit->start, nll)
                                     : fairu_refit__run(refit, ctx, refit->start, nll);
  fairu_refit__release(refit);
  return status;
}

static int look_at(fairu_contour *c, fairu_context *ctx, double r, look *out)
{
  fairu_refit *refit = &c->refit;
  double nll = 0.0, terms[2];
  predict(c, r);
  int status = minimise(c, ctx, &nll);
  if (not_allowed(status)) { /* theta of the last solution may still do */
    memcpy(refit->start, c->x, refit->n * sizeof *c->x);
    for (size_t w = 0; w < 2; w++)
      refit->start[c->parameter[w]] = value_at(c, w, r);
    status = minimise(c, ctx, &nll);
  }
  out->r = r;
  out->allowed = !not_allowed(status);
  if (!out->allowed)
    return FAIRU_OK;
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(refit->likelihood, ctx, refit->data, refit->start, refit->n, terms,
                                  c->gradient, NULL);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "contour: at (%g, %g)", value_at(c, 0, r), value_at(c, 1, r));
  out->excess = nll - c->target;
  out->slope =
      c->gradient[c->parameter[0]] * c->direction[0] + c->gradient[c->parameter[1]] * c->direction[1];
  if (nll < c->lowest) {
    c->lowest = nll;
    memcpy(c->lowest_x, refit->start, refit->n * sizeof *c->x);
  }
  memcpy(c->x, refit->start, refit->n * sizeof *c->x);
  return FAIRU_OK;
}

/* Newton on h(r) = sqrt(2 (f - f_min)); 0: no step to be had. */
static double newton(const fairu_contour *c, const look *at)
{
  const double rise = c->target - c->minimum;
  const double above = at->excess + rise;
  if (!(at->slope > 0.0) || !(above > 0.0))
    return 0.0;
  const double h = sqrt(2.0 * above);
  return (sqrt(2.0 * rise) - h) * h / at->slope;
}

/* Radius where the ray meets the first bound of its two parameters. */
static double reach_of(const fairu_contour *c)
{
  double reach = HUGE_VAL;
  for (size_t w = 0; w < 2; w++) {
    const size_t p = c->parameter[w];
    const double d = c->direction[w];
    if (d != 0.0)
      reach = fmin(reach, ((d > 0.0 ? c->refit.upper[p] : c->refit.lower[p]) - c->refit.best[p]) / d);
  }
  return fmax(0.0, reach);
}

/* Next radius: Newton's if it lies inside the bracket, else its middle, or further out. */
static double propose(const look *at, double step, double inner, double outer)
{
  const double r = at->r + step;
  if (at->allowed && step != 0.0 && r > inner && r < outer)
    return isinf(outer) ? fmin(r, 4.0 * fmax(at->r, r - step)) : r;
  return isinf(outer) ? 2.0 * inner : 0.5 * (inner + outer);
}

/* The crossing between inner (at or below the target) and outer (above it, not allowed, or unknown), first look at r. */
static int solve(fairu_contour *c, fairu_context *ctx, double inner, double outer, double r, double *end)
{
  const double bound = reach_of(c);
  for (int k = 0; k < max_looks; k++) {
    look at = { 0 };
    r = fmin(r, bound);
    int status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = look_at(c, ctx, r, &at);
    if (status != FAIRU_OK)
      return status;
    const double step = at.allowed ? newton(c, &at) : 0.0;
    if (at.allowed && fabs(at.excess) <= near_target && step != 0.0) {
      *end = fmin(r + step, bound);
      return FAIRU_OK;
    }
    if (at.allowed && at.excess <= 0.0)
      inner = r;
    else
      outer = r;
    if (inner >= bound || outer - inner <= closed * inner) {
      *end = inner;
      return FAIRU_OK;
    }
    r = propose(&at, step, inner, outer);
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "contour: no end found on a ray beyond (%g, %g)",
                             value_at(c, 0, inner), value_at(c, 1, inner));
}

/* Other minima may lie beyond the first crossing: the outermost crossing counts. */
static int look_beyond(fairu_contour *c, fairu_context *ctx, double *r)
{
  const double from = *r, to = fmin(c->beyond, reach_of(c)), step = (to - from) / n_probes;
  for (int k = n_probes; k > 0 && step > 0.0; k--) {
    look at;
    const double here = from + k * step;
    int status = look_at(c, ctx, here, &at);
    if (status != FAIRU_OK)
      return status;
    if (at.allowed && at.excess <= 0.0)
      return solve(c, ctx, here, HUGE_VAL, here + 0.5 * step, r);
  }
  return FAIRU_OK;
}

/* Along an axis exactly: rounding must not turn a ray along a bound out of it. */
static double snap(double x)
{
  return fabs(x) < 1e-12 ? 0.0 : x;
}

static int run_ray(fairu_contour *c, fairu_context *ctx, size_t k, double first_r)
{
  const double phi = circle * (double)k / (double)c->n_points;
  const double x = snap(cos(phi)), y = snap(sin(phi));
  c->direction[0] = c->metric[0] * x;
  c->direction[1] = c->metric[1] * x + c->metric[2] * y;
  c->radius[k] = 0.0;
  if (reach_of(c) == 0.0)
    return FAIRU_OK;
  int status = solve(c, ctx, 0.0, HUGE_VAL, first_r, &c->radius[k]);
  if (status == FAIRU_OK && c->beyond > 0.0)
    status = look_beyond(c, ctx, &c->radius[k]);
  c->first[k] = value_at(c, 0, c->radius[k]);
  c->second[k] = value_at(c, 1, c->radius[k]);
  return status;
}

static int run_rays(fairu_contour *c, fairu_context *ctx)
{
  const double usual = sqrt(2.0 * (c->target - c->minimum));
  memcpy(c->x, c->refit.best, c->refit.n * sizeof *c->x);
  for (size_t k = 0; k < c->n_points; k++) {
    const double before = k ? c->radius[k - 1] : usual;
    c->first[k] = c->refit.best[c->parameter[0]];
    c->second[k] = c->refit.best[c->parameter[1]];
    int status = fairu_context__progress(ctx, "contour", k, c->n_points);
    if (status == FAIRU_OK)
      status = run_ray(c, ctx, k, before > 0.1 * usual ? before : usual);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* A parameter on a bound has no variance: the step inward to where gradient and curvature reach the target, as one of the ellipse. */
static double scale_on_bound(const fairu_contour *c, size_t p, const double *hessian)
{
  const double delta = c->target - c->minimum, slope = fabs(c->gradient[p]);
  const double curvature = fmax(0.0, hessian[p * c->refit.n + p]);
  const double root = slope + sqrt(slope * slope + 2.0 * curvature * delta);
  const double range = c->refit.upper[p] - c->refit.lower[p];
  if (root > 0.0)
    return 2.0 * delta / root / sqrt(2.0 * delta);
  return isfinite(range) ? 0.05 * range : fmax(0.5, fabs(c->refit.best[p]));
}

static int set_scales(fairu_contour *c, fairu_context *ctx, double *scale)
{
  const fairu_refit *refit = &c->refit;
  const size_t n = refit->n;
  double terms[2];
  const fairu_mark mark = fairu_context__mark(ctx);
  double *hessian = fairu_context__scratch(ctx, n, n * sizeof *hessian, "contour");
  int status = hessian ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(refit->likelihood, ctx, refit->data, refit->best, n, terms, c->gradient,
                                  hessian);
  for (size_t w = 0; w < 2 && status == FAIRU_OK; w++) {
    const double variance = refit->covariance[c->parameter[w] * (n + 1)];
    scale[w] = variance > 0.0 ? sqrt(variance) : scale_on_bound(c, c->parameter[w], hessian);
  }
  fairu_context__release(ctx, mark);
  return status;
}

/* The 2 x 2 block as L L^T. */
static int set_metric(fairu_contour *c, fairu_context *ctx)
{
  const size_t n = c->refit.n, a = c->parameter[0], b = c->parameter[1];
  const double *v = c->refit.covariance;
  double scale[2];
  const int status = set_scales(c, ctx, scale);
  if (status != FAIRU_OK)
    return status;
  const int both = v[a * n + a] > 0.0 && v[b * n + b] > 0.0;
  const double rho = both ? v[a * n + b] / (scale[0] * scale[1]) : 0.0;
  c->metric[0] = scale[0];
  c->metric[1] = rho * scale[1];
  c->metric[2] = sqrt(fmax(1e-12, (1.0 - rho) * (1.0 + rho))) * scale[1];
  return FAIRU_OK;
}

/* d theta / d (first, second) of the conditional minimum, from the covariance: C_t,12 C_12^-1. */
static void set_along(fairu_contour *c)
{
  const fairu_refit *refit = &c->refit;
  const size_t n = refit->n, a = c->parameter[0], b = c->parameter[1];
  const double *v = refit->covariance;
  const double aa = v[a * n + a], ab = v[a * n + b], bb = v[b * n + b], det = aa * bb - ab * ab;
  memset(c->along, 0, 2 * n * sizeof *c->along);
  for (size_t k = 0; k < n; k++) {
    const double ka = v[k * n + a], kb = v[k * n + b];
    if (refit->held[k] || k == a || k == b)
      continue;
    if (det > 1e-12 * aa * bb) {
      c->along[k] = (ka * bb - kb * ab) / det;
      c->along[n + k] = (kb * aa - ka * ab) / det;
    } else {
      c->along[k] = aa > 0.0 ? ka / aa : 0.0;
      c->along[n + k] = aa > 0.0 ? 0.0 : bb > 0.0 ? kb / bb : 0.0;
    }
  }
}

/* How far out other minima below the target lie, in the metric; 0: none. */
static int find_others(fairu_contour *c, fairu_context *ctx)
{
  fairu_refit *refit = &c->refit;
  const size_t n = refit->n;
  double nll[max_minima];
  size_t found = 0;
  c->beyond = 0.0;
  if (c->n_minima < 2)
    return FAIRU_OK;
  double *x = fairu_context__scratch(ctx, max_minima, n * sizeof *x, "contour");
  if (!x)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_likelihood_minima(refit->likelihood, ctx, refit->data, &refit->options, max_minima,
                                             nll, x, n, &found);
  if (status != FAIRU_OK)
    return status;
  for (size_t m = 0; m < found && m < max_minima; m++) {
    const double u = (x[m * n + c->parameter[0]] - refit->best[c->parameter[0]]) / c->metric[0];
    const double w =
        (x[m * n + c->parameter[1]] - refit->best[c->parameter[1]] - c->metric[1] * u) / c->metric[2];
    if (nll[m] <= c->target)
      c->beyond = fmax(c->beyond, hypot(u, w) + 2.0 * sqrt(2.0 * (c->target - c->minimum)));
  }
  return FAIRU_OK;
}

/* From the best fit: target, metric, other minima. */
static int begin(fairu_contour *c, fairu_context *ctx)
{
  const fairu_refit *refit = &c->refit;
  const double at = refit->result.nll[0] + refit->result.nll[1];
  c->minimum = c->lowest = at;
  c->target = (isnan(c->given) ? at : c->given) + c->delta;
  c->n_minima = refit->result.n_minima;
  if (!(at < c->target))
    return isnan(c->given)
               ? fairu_context__fail(ctx, FAIRU_ERR_EMPTY,
                                     "contour: a rise of %g is nothing beside an NLL of %g", c->delta, at)
               : fairu_context__fail(ctx, FAIRU_ERR_EMPTY,
                                     "contour: the best fit lies %g above nll_minimum, the contour at %g",
                                     at - c->given, c->delta);
  const int status = set_metric(c, ctx);
  set_along(c);
  return status == FAIRU_OK ? find_others(c, ctx) : status;
}

int fairu_contour__run(fairu_contour *c, fairu_context *ctx)
{
  for (int round = 0; round < max_rounds; round++) {
    int status = begin(c, ctx);
    if (status == FAIRU_OK)
      status = run_rays(c, ctx);
    if (status != FAIRU_OK || !(c->lowest < c->minimum - lower_by))
      return status;
    fairu_context__log(ctx, FAIRU_LOG_INFO, "contour: a minimum lower by %g was met on the way and is used",
                       c->minimum - c->lowest);
    status = fairu_refit__best(&c->refit, ctx, c->lowest_x);
    if (status != FAIRU_OK)
      return status;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED, "contour: the minimum keeps moving");
}
