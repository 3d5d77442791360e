/* calibration_interval.c - {mu in [lower, upper]: t(mu) <= c(mu)}: all pieces of it, their hull.
 *
 * t is known at a grid with its slopes; between two points its cubic says where t - c changes sign, and each sign change is then
 * solved for with fits. The grid has the hypotheses, whose spacing follows the ends of the range, and steps of a standard deviation about
 * the minimum.
 */
#include "coverage/calibration.h"

#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"

enum {
  NEAR = 3,         /* points on either side of the minimum */
  MOST_POINTS = 64, /* hypotheses used for the grid, at most */
  LOOKS = 12,       /* of the cubic between two points */
  STEPS = 40,       /* to solve for an end */
  HALVINGS = 60,    /* of the cubic */
  MOST_RESTARTS = 8 /* because of lower minima */
};
static const double near_step = 1.0; /* in standard deviations */
static const double accuracy = 1e-7; /* of the ends, in units of the range */
static const double distinct = 1e-9; /* of points, the same */

/* A point of the profile. */
typedef struct interval_point {
  double mu, t, slope;
} interval_point;

typedef struct interval_search {
  const fairu_interval_calibration *calibration;
  fairu_poi_range *range;
  interval_point *points; /* [n] rising mu */
  size_t n, capacity;
  double lower, upper; /* hull so far */
  int n_pieces, lower_end, upper_end;
} interval_search;

static double excess_of(const interval_search *s, const interval_point *p)
{
  return p->t - fairu_interval_calibration__critical(s->calibration, p->mu, NULL);
}

static int evaluate(fairu_context *ctx, const interval_search *s, double mu, interval_point *p)
{
  p->mu = mu;
  return fairu_poi_range__at(ctx, s->range, mu, &p->t, &p->slope);
}

/* The cubic through two points with their slopes. */
static double cubic(const interval_point *a, const interval_point *b, double mu)
{
  const double h = b->mu - a->mu, x = (mu - a->mu) / h, y = 1.0 - x;
  return a->t * y * y * (1.0 + 2.0 * x) + b->t * x * x * (1.0 + 2.0 * y) +
         h * x * y * (a->slope * y - b->slope * x);
}

/* Where the cubic crosses c: a and b lie on either side. */
static double cubic_root(const interval_search *s, const interval_point *a, const interval_point *b)
{
  const int inside = excess_of(s, a) <= 0.0;
  double low = a->mu, high = b->mu;
  for (int k = 0; k < HALVINGS && high - low > 1e-3 * accuracy; k++) {
    const interval_point middle = { .mu = 0.5 * (low + high), .t = cubic(a, b, 0.5 * (low + high)) };
    if ((excess_of(s, &middle) <= 0.0) == inside)
      low = middle.mu;
    else
      high = middle.mu;
  }
  return 0.5 * (low + high);
}

/* Crossing between a and b, one of which lies inside: roots of the cubic, halvings where these do not close in. *end is on the inner side. */
static int solve(fairu_context *ctx, const interval_search *s, interval_point a, interval_point b,
                 double *end)
{
  const fairu_interval_calibration_options *o = &s->calibration->options;
  const double wanted = accuracy * (o->upper - o->lower);
  const int inside = excess_of(s, &a) <= 0.0;
  double before = HUGE_VAL;
  for (int k = 0; k < STEPS && b.mu - a.mu > wanted; k++) {
    const double width = b.mu - a.mu, root = cubic_root(s, &a, &b);
    /* a step beyond the root makes the bracket small at once */
    const double past = root - a.mu < b.mu - root ? 0.3 * wanted : -0.3 * wanted;
    const double mu = width > 0.5 * before
                          ? 0.5 * (a.mu + b.mu)
                          : fmin(fmax(root + past, a.mu + 0.25 * wanted), b.mu - 0.25 * wanted);
    interval_point p;
    const int status = evaluate(ctx, s, mu, &p);
    if (status != FAIRU_OK)
      return status;
    if ((excess_of(s, &p) <= 0.0) == inside)
      a = p;
    else
      b = p;
    before = width;
  }
  *end = inside ? a.mu : b.mu;
  return FAIRU_OK;
}

/* ---- the grid ------------------------------------------------------------------------------------------ */

/* gap: to the points there are, in units of the range; 0: any distance but none. */
static void add_point(interval_search *s, double mu, double gap)
{
  const fairu_interval_calibration_options *o = &s->calibration->options;
  size_t k = s->n;
  if (!(mu >= o->lower && mu <= o->upper) || s->n == s->capacity)
    return;
  while (k > 0 && s->points[k - 1].mu > mu)
    k--;
  const double least = gap * (o->upper - o->lower);
  if ((k > 0 && mu - s->points[k - 1].mu <= least) || (k < s->n && s->points[k].mu - mu <= least))
    return;
  memmove(s->points + k + 1, s->points + k, (s->n - k) * sizeof *s->points);
  s->points[k].mu = mu;
  s->n++;
}

static int make_grid(fairu_context *ctx, interval_search *s)
{
  const fairu_interval_calibration *c = s->calibration;
  const double lowest = fairu_poi_range__lowest(s->range);
  const size_t every = (c->n - 1) / MOST_POINTS + 1;
  double curvature = 0.0;
  const int status = fairu_poi_range__curvature(ctx, s->range, &curvature);
  const double sigma = curvature > 0.0 ? sqrt(2.0 / curvature) : 0.0;
  s->n = 0;
  add_point(s, lowest, 0.0); /* these three make the set complete */
  add_point(s, c->options.lower, 0.0);
  add_point(s, c->options.upper, 0.0);
  for (int k = 1; k <= NEAR && sigma > 0.0; k++) {
    add_point(s, lowest - near_step * k * sigma, distinct);
    add_point(s, lowest + near_step * k * sigma, distinct);
  }
  for (size_t i = 0; i < c->n; i += every)
    add_point(s, c->points.mu[i], distinct);
  return status;
}

/* From the minimum outwards, so that fits start from their neighbours. */
static int fill_grid(fairu_context *ctx, interval_search *s)
{
  size_t first = 0;
  while (first + 1 < s->n && s->points[first].mu < fairu_poi_range__lowest(s->range))
    first++;
  int status = FAIRU_OK;
  for (size_t k = first; k < s->n && status == FAIRU_OK; k++)
    status = evaluate(ctx, s, s->points[k].mu, &s->points[k]);
  for (size_t k = first; k-- > 0 && status == FAIRU_OK;)
    status = evaluate(ctx, s, s->points[k].mu, &s->points[k]);
  return status;
}

/* A lower minimum voids all values of t. */
static int settle_grid(fairu_context *ctx, interval_search *s)
{
  int generation, status = FAIRU_OK;
  for (int k = 0; k < MOST_RESTARTS && status == FAIRU_OK; k++) {
    generation = fairu_poi_range__generation(s->range);
    status = make_grid(ctx, s);
    if (status == FAIRU_OK)
      status = fill_grid(ctx, s);
    if (status == FAIRU_OK && fairu_poi_range__generation(s->range) == generation)
      return FAIRU_OK;
  }
  return status == FAIRU_OK ? fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                                                  "calibrated interval: lower minima without end")
                            : status;
}

/* ---- pieces -------------------------------------------------------------------------------------------- */

/* A sign change of the cubic where both points lie on one side: the point between them that is farthest on the other, if there is
 * one. */
static int find_between(const interval_search *s, const interval_point *a, const interval_point *b,
                        double *mu)
{
  const int inside = excess_of(s, a) <= 0.0;
  double farthest = 0.0;
  for (int k = 1; k < LOOKS; k++) {
    const double x = a->mu + (b->mu - a->mu) * k / LOOKS;
    const interval_point p = { .mu = x, .t = cubic(a, b, x) };
    const double beyond = inside ? excess_of(s, &p) : -excess_of(s, &p);
    if (beyond > farthest) {
      farthest = beyond;
      *mu = x;
    }
  }
  return farthest > 0.0;
}

/* The grid gets the points where the cubic says that c is crossed twice in between. */
static int refine_grid(fairu_context *ctx, interval_search *s)
{
  int status = FAIRU_OK;
  for (size_t k = 0; k + 1 < s->n && status == FAIRU_OK; k++) {
    const interval_point *a = &s->points[k], *b = a + 1;
    double mu = a->mu;
    if ((excess_of(s, a) <= 0.0) != (excess_of(s, b) <= 0.0) || !find_between(s, a, b, &mu))
      continue;
    const size_t before = s->n;
    add_point(s, mu, distinct);
    if (s->n > before)
      status = evaluate(ctx, s, mu, &s->points[k + 1]);
    k++; /* once is enough */
  }
  return status;
}

static int find_pieces(fairu_context *ctx, interval_search *s)
{
  int inside = 0, status = FAIRU_OK;
  s->n_pieces = 0;
  for (size_t k = 0; k < s->n && status == FAIRU_OK; k++) {
    const int now = excess_of(s, &s->points[k]) <= 0.0;
    double end = s->points[k].mu;
    if (now == inside)
      continue;
    if (k > 0)
      status = solve(ctx, s, s->points[k - 1], s->points[k], &end);
    if (now && s->n_pieces++ == 0) {
      s->lower = end;
      s->lower_end = k > 0 ? FAIRU_INTERVAL_CROSSING : FAIRU_INTERVAL_BOUND;
    } else if (!now) {
      s->upper = end;
      s->upper_end = FAIRU_INTERVAL_CROSSING;
    }
    inside = now;
  }
  if (inside) {
    s->upper = s->points[s->n - 1].mu;
    s->upper_end = FAIRU_INTERVAL_BOUND;
  }
  return status;
}

/* A lower minimum met while ends are solved for starts all again. */
static int search(fairu_context *ctx, interval_search *s)
{
  int status = FAIRU_OK;
  for (int k = 0; k < MOST_RESTARTS && status == FAIRU_OK; k++) {
    status = settle_grid(ctx, s);
    const int generation = fairu_poi_range__generation(s->range);
    if (status == FAIRU_OK)
      status = refine_grid(ctx, s);
    if (status == FAIRU_OK)
      status = find_pieces(ctx, s);
    if (status == FAIRU_OK && fairu_poi_range__generation(s->range) == generation)
      break;
  }
  return status;
}

/* ---- call ---------------------------------------------------------------------------------------------- */

static int check(fairu_context *ctx, const fairu_interval_calibration *c, const fairu_likelihood *lh,
                 size_t n_params, const double *params)
{
  if (fairu_likelihood_n_parameters(lh) != c->n_params || fairu_likelihood_n_bins(lh) != c->n_bins ||
      fairu_likelihood_poi_index(lh) != c->poi)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "calibrated interval: the calibration is of %zu parameters and %zu bins, the "
                               "likelihood has %zu and %zu",
                               c->n_params, c->n_bins, fairu_likelihood_n_parameters(lh),
                               fairu_likelihood_n_bins(lh));
  for (size_t i = 0; i < c->n_params; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    const int status = fairu_likelihood_parameter(lh, ctx, i, &parameter);
    if (status != FAIRU_OK)
      return status;
    if (strcmp(parameter.name, c->names[i]) != 0)
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                                 "calibrated interval: parameter %zu of the calibration is '%s', of the "
                                 "likelihood '%s'",
                                 i, c->names[i], parameter.name);
  }
  if (params && n_params != c->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", c->n_params,
                               n_params);
  return FAIRU_OK;
}

static int run(fairu_context *ctx, interval_search *s, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, fairu_calibrated_interval *interval, double *params)
{
  const fairu_interval_calibration *c = s->calibration;
  s->capacity = 2 * (MOST_POINTS + 2 * NEAR + 4);
  s->points = fairu_context__scratch(ctx, s->capacity, sizeof *s->points, "calibrated interval");
  double *fit = fairu_context__scratch(ctx, c->n_params, sizeof *fit, "calibrated interval");
  if (!s->points || !fit)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_poi_range__create(ctx, lh, data, options, c->options.lower, c->options.upper,
                                       0.5 * (c->options.lower + c->options.upper), 0, &s->range);
  if (status == FAIRU_OK)
    status = search(ctx, s);
  if (status != FAIRU_OK)
    return status;
  const fairu_calibrated_interval ours = { .struct_size = sizeof ours,
                                           .estimate = fairu_poi_range__estimate(s->range, fit),
                                           .lower = s->lower,
                                           .upper = s->upper,
                                           .n_pieces = s->n_pieces,
                                           .lower_end = s->lower_end,
                                           .upper_end = s->upper_end };
  status = fairu_result__write(ctx, interval, &ours, sizeof ours, "calibrated interval");
  if (status == FAIRU_OK && params)
    memcpy(params, fit, c->n_params * sizeof *params);
  return status;
}

int fairu_interval_calibration_interval(const fairu_interval_calibration *c, fairu_context *ctx,
                                        const fairu_likelihood *lh, const fairu_data *data,
                                        const fairu_fit_options *options, fairu_calibrated_interval *interval,
                                        double *params, size_t n_params)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!c || !lh || !data || !interval)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "calibrated interval: calibration, likelihood, data or interval is NULL");
  interval_search s = { .calibration = c };
  int status = check(ctx, c, lh, n_params, params);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__check_likelihood(ctx, lh, &c->options, options);
  const fairu_mark mark = fairu_context__mark(ctx);
  if (status == FAIRU_OK)
    status = run(ctx, &s, lh, data, options, interval, params);
  fairu_context__release(ctx, mark);
  return status;
}
