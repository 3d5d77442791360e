/* limit.c - upper limits: where CLs, observed and expected, falls to 1 - level.
 *
 * Two curves rise nearly straight with mu and carry all six limits: sqrt(qA), which at an expected limit takes a value known in
 * closed form, and sqrt(-2 ln CLs) for the observed one. Slopes come with the conditional fits (envelope theorem), so that each point tells
 * the next by inverse cubic interpolation; all points of Asimov data serve all limits.
 */
#include <math.h>
#include <string.h>

#include "likelihood/asymptotic.h"
#include "likelihood/test_statistic.h"
#include "numeric/special.h"

enum { POINTS_MOST = 100 };
static const double near_enough = 2e-6; /* relative: from here the interpolation is good to 1e-11 */
static const double grow_most = 8.0;    /* mu per step outward */
static const double bracket_least =
    1e-10; /* relative width of a bracket that has no room for another point */

typedef struct curve_point {
  double mu, y, slope;
} curve_point;

/* y(mu), rising from 0 at mu = 0; points in the order of mu. */
typedef struct curve {
  curve_point points[POINTS_MOST];
  size_t n;
  double blocked; /* at and beyond this mu expected yields are not allowed */
} curve;

typedef struct limit_search {
  fairu_context *ctx;
  fairu_test test;
  double alpha;
  double sigma; /* of mu, from the curvature at the Asimov point; 0: not known */
  curve asimov, observed;
} limit_search;

static void add_to_curve(curve *c, curve_point point)
{
  if (c->n == POINTS_MOST)
    return;
  size_t i = c->n++;
  for (; i > 0 && c->points[i - 1].mu > point.mu; i--)
    c->points[i] = c->points[i - 1];
  c->points[i] = point;
}

/* ---- points of the curves ----------------------------------------------------------------------------- */

/* A new conditional fit to Asimov data is a point of the curve sqrt(qA). */
static int asimov_at(limit_search *s, double mu, const fairu_poi_point *hint, const fairu_poi_point **point)
{
  const int status = fairu_poi_profile__at(s->ctx, &s->test.asimov, mu, hint, point);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < s->asimov.n; i++)
    if (s->asimov.points[i].mu == mu)
      return FAIRU_OK;
  const double y = sqrt((*point)->q);
  add_to_curve(&s->asimov, (curve_point){ mu, y, y > 0.0 ? 0.5 * (*point)->slope / y : 0.0 });
  return FAIRU_OK;
}

static int look_at_asimov(limit_search *s, double mu)
{
  const fairu_poi_point *point;
  return asimov_at(s, mu, NULL, &point);
}

static int look_at_observed(limit_search *s, double mu)
{
  const fairu_poi_point *point = NULL, *asimov = NULL;
  double q = 0.0, d[2] = { 0.0, 0.0 }, log_cls = 0.0, slope = 0.0;
  int status = fairu_test__statistic(s->ctx, &s->test, &s->test.observed, mu, NULL, &q, &point);
  const int statistic = s->test.options.statistic;
  if (status == FAIRU_OK)
    status = asimov_at(s, mu, point, &asimov);
  if (status != FAIRU_OK)
    return status;
  if (asimov->q > 0.0)
    log_cls = fairu_asymptotic__log_cls(statistic, q, asimov->q, d);
  if (q > 0.0)
    slope = d[0] * point->slope;
  slope += d[1] * asimov->slope;
  const double y = sqrt(fmax(-2.0 * log_cls, 0.0));
  add_to_curve(&s->observed, (curve_point){ mu, y, y > 0.0 ? -slope / y : 0.0 });
  return FAIRU_OK;
}

/* ---- solving ------------------------------------------------------------------------------------------ */

typedef int (*look_fn)(limit_search *s, double mu);

/* Index of the first point at or above the target. */
static size_t first_above(const curve *c, double target)
{
  size_t i = 0;
  while (i < c->n && c->points[i].y < target)
    i++;
  return i;
}

static double newton(const curve_point *from, double target)
{
  return from->mu + (target - from->y) / from->slope;
}

/* mu where the inverse cubic through a and b, with their slopes, takes the target; Newton's step if a slope is missing; the middle where the
 * slopes bend the cubic so much that it need not rise from a to b (Fritsch and Carlson 1980): its points would tell nothing. */
static double interpolate(const curve_point *a, const curve_point *b, double target)
{
  const double h = b->y - a->y, t = (target - a->y) / h, width = b->mu - a->mu;
  if (!(a->slope > 0.0 && b->slope > 0.0))
    return b->slope > 0.0 ? newton(b, target) : a->slope > 0.0 ? newton(a, target) : a->mu + t * width;
  if (h > 3.0 * width * fmin(a->slope, b->slope))
    return a->mu + 0.5 * width;
  const double da = h / a->slope - width, db = width - h / b->slope;
  return a->mu + t * width + t * (1.0 - t) * ((1.0 - t) * da + t * db);
}

static double beyond(const curve_point *last, double target, double first)
{
  const double most = fmax(grow_most * last->mu, first);
  if (!(last->slope > 0.0))
    return last->mu > 0.0 ? fmin(2.0 * last->mu, most) : first;
  return fmin(newton(last, target), most);
}

/* mu is the answer: a known point beside it, whose own slope leads no further away. */
static int is_answer(const curve_point *known, double mu, double target)
{
  const double close = near_enough * fabs(mu);
  return known->slope > 0.0 && fabs(mu - known->mu) <= close &&
         fabs(newton(known, target) - known->mu) <= 2.0 * close;
}

/* The next mu to look at, from the points there are, or the answer: *done 1. */
static double propose(const curve *c, double target, double first, int *done)
{
  const size_t i = first_above(c, target);
  const curve_point *low = &c->points[i - 1];
  double mu, high;
  if (i == c->n) {
    high = c->blocked;
    mu = beyond(low, target, first);
  } else {
    high = c->points[i].mu;
    mu = interpolate(low, &c->points[i], target);
  }
  *done = is_answer(low, mu, target) || (i < c->n && is_answer(&c->points[i], mu, target));
  if (*done && mu < c->blocked)
    return mu;
  *done = i < c->n && high - low->mu <= bracket_least * high;
  if (!(mu > low->mu && mu < high) && isfinite(high))
    mu = 0.5 * (low->mu + high);
  return mu;
}

static int no_limit(const limit_search *s, const curve *c)
{
  const curve_point *last = &c->points[c->n - 1];
  if (isfinite(c->blocked))
    return fairu_context__fail(s->ctx, FAIRU_ERR_NEGATIVE_YIELD,
                               "limit: expected yields end at '%s' = %g, before CLs has fallen to %g",
                               s->test.name, c->blocked, s->alpha);
  return fairu_context__fail(s->ctx, FAIRU_ERR_FLAT,
                             "limit: the data do not bound '%s': CLs has not fallen to %g at %g",
                             s->test.name, s->alpha, last->mu);
}

/* Where the curve meets the target; first: mu to look at before anything is known. */
static int solve(limit_search *s, curve *c, look_fn look, double target, double first, double *out)
{
  const int generation = s->test.observed.generation;
  for (int round = 0; round < POINTS_MOST; round++) {
    int done = 0;
    const double mu = propose(c, target, first, &done);
    if (done) {
      *out = mu;
      return FAIRU_OK;
    }
    if (c->n == POINTS_MOST || mu > 1e15 * first ||
        (isfinite(c->blocked) && c->blocked - c->points[c->n - 1].mu <= bracket_least * c->blocked))
      break;
    int status = fairu_context__poll(s->ctx);
    if (status == FAIRU_OK)
      status = look(s, mu);
    if (status == FAIRU_ERR_NEGATIVE_YIELD && mu < c->blocked) {
      c->blocked = mu;
      continue;
    }
    if (status != FAIRU_OK)
      return status;
    if (s->test.observed.generation !=
        generation) /* the minimum of the data has moved: what was known of them is void */
      return FAIRU_OK;
  }
  return no_limit(s, c);
}

static void clear(curve *c)
{
  c->n = 1;
  c->points[0] = (curve_point){ 0.0, 0.0, 0.0 };
  c->blocked = HUGE_VAL;
}

/* The limit if the profile were a parabola of width sigma; at a bound its minimum lies beyond it. */
static double parabolic_limit(const limit_search *s)
{
  const fairu_poi_point *best = &s->test.observed.best;
  const double top = best->mu - 0.5 * best->slope * s->sigma * s->sigma;
  const double room = fairu_normal__cdf(top / s->sigma);
  const double mu = top + s->sigma * fairu_normal__quantile_sf(s->alpha * room);
  return isfinite(mu) && mu > 1e-3 * s->sigma ? mu : 2.0 * s->sigma;
}

static int find_observed(limit_search *s, double *limit)
{
  int generation;
  int status;
  do {
    generation = s->test.observed.generation;
    clear(&s->observed);
    const double first = fmax(s->sigma > 0.0 ? parabolic_limit(s) : 1.0, s->test.observed.best.mu);
    status = solve(s, &s->observed, look_at_observed, sqrt(-2.0 * log(s->alpha)), first, limit);
  } while (status == FAIRU_OK && generation != s->test.observed.generation);
  return status;
}

/* From the middle outward, so that the outer ones lie beside points that are known. */
static int find_expected(limit_search *s, double expected[5])
{
  static const int order[5] = { 2, 4, 0, 3, 1 };
  int status = FAIRU_OK;
  for (int k = 0; k < 5 && status == FAIRU_OK; k++) {
    const double root = fairu_asymptotic__root_at(s->alpha, order[k] - 2.0, s->test.options.clipped_normal);
    const double first = s->sigma > 0.0 ? s->sigma * root : 1.0;
    status = solve(s, &s->asimov, look_at_asimov, root, first, &expected[order[k]]);
  }
  return status;
}

static int check(const limit_search *s, double level)
{
  const int statistic = s->test.options.statistic;
  if (!(level > 0.0 && level < 1.0))
    return fairu_context__fail(s->ctx, FAIRU_ERR_RANGE, "limit: level is %g, must lie between 0 and 1",
                               level);
  if (statistic != FAIRU_TEST_Q && statistic != FAIRU_TEST_Q_TILDE)
    return fairu_context__fail(s->ctx, FAIRU_ERR_ARGUMENT,
                               "limit: an upper limit needs the statistic q or q~, not %d", statistic);
  return FAIRU_OK;
}

static int begin(limit_search *s, const fairu_likelihood *lh, const fairu_data *data,
                 const fairu_hypotest_options *options)
{
  double curvature = 0.0;
  int status = fairu_test__begin(s->ctx, lh, data, options, &s->test);
  if (status == FAIRU_OK)
    status = fairu_test__make_asimov(s->ctx, &s->test, 0.0);
  if (status == FAIRU_OK)
    status = fairu_poi_profile__curvature(s->ctx, &s->test.asimov, &curvature);
  s->sigma = curvature > 0.0 ? 1.0 / sqrt(curvature) : 0.0;
  clear(&s->asimov);
  s->asimov.points[0].slope = sqrt(curvature);
  return status;
}

/* Another valley below that of the best fit at the limit is told in the log. */
static int look_below(limit_search *s, double mu)
{
  const fairu_poi_point *point = NULL;
  double q, depth;
  const int status = fairu_test__statistic(s->ctx, &s->test, &s->test.observed, mu, NULL, &q, &point);
  return status == FAIRU_OK && point
             ? fairu_poi_profile__lower_branch(s->ctx, &s->test.observed, point, &depth)
             : status;
}

static int run(limit_search *s, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_hypotest_options *options, double level, fairu_limit *limit)
{
  fairu_limit ours = { .struct_size = sizeof ours };
  s->alpha = 1.0 - level;
  int status = begin(s, lh, data, options);
  if (status == FAIRU_OK)
    status = check(s, level);
  if (status == FAIRU_OK)
    status = find_observed(s, &ours.observed);
  if (status == FAIRU_OK)
    status = look_below(s, ours.observed);
  if (status == FAIRU_OK)
    status = find_expected(s, ours.expected);
  ours.mu_hat = s->test.observed.best.mu;
  ours.evaluations = s->test.observed.plan.evaluations + s->test.asimov.plan.evaluations;
  return status == FAIRU_OK ? fairu_result__write(s->ctx, limit, &ours, sizeof ours, "limit") : status;
}

int fairu_likelihood_limit(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                           const fairu_hypotest_options *options, double level, fairu_limit *limit)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !limit)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "limit: likelihood, data or limit is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  limit_search *s = fairu_context__scratch(ctx, 1, sizeof *s, "limit");
  if (!s)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(s, 0, sizeof *s);
  s->ctx = ctx;
  const int status = run(s, lh, data, options, level, limit);
  fairu_test__end(&s->test);
  fairu_context__release(ctx, mark);
  return status;
}
