/* feldman_cousins.c - exact Feldman-Cousins interval of a counting experiment, arXiv:physics/9711021.
 *
 * n is accepted at nu = mu + b if the counts that rank before it by R(k) = P(k | nu) / P(k | max(k, b)) have together less
 * than `level`. R has one peak in k, so these are neighbours of n on the side of the peak: n+1 .. m above the peak's n, m .. n-1 below. R(m) = R(n) where
 * ln nu = [h(m) - h(n)] / (m - n), h(k) = k ln max(k, b) - max(k, b): in closed form, rising with m as h is convex. Between two such
 * nu the set stays, and its probability F, whose derivative is P(n) - P(m) or alike, rises and then falls: it is below `level` at one of the two
 * ends or nowhere.
 * Far out all is rejected: 1 - F <= 2 R(n), by Chernoff's bound on both tails. */
#include <fairu/coverage.h>

#include <math.h>

#include "base/context_internal.h"
#include "numeric/special.h"

typedef struct fc_belt {
  double n, b, level;
  int side; /* +1: upper end, where n lies below the peak; -1: lower end */
} fc_belt;

static double h_of(const fc_belt *belt, double k)
{
  const double best = fmax(k, belt->b);
  return best > 0.0 ? k * log(best) - best : 0.0;
}

/* nu at which m ranks like n. Counts up to b all have their best at mu = 0, and are equal there. */
static double breakpoint(const fc_belt *belt, double m)
{
  if (m < 0.0)
    return belt->b;
  if (fmax(m, belt->n) <= belt->b)
    return belt->b;
  return fmax(exp((h_of(belt, m) - h_of(belt, belt->n)) / (m - belt->n)), belt->b);
}

/* ln R(n) */
static double rank_of(const fc_belt *belt, double nu)
{
  const double best = fmax(belt->n, belt->b);
  return best > 0.0 ? belt->n * log(nu / best) - nu + best : -nu;
}

/* P(0 .. k) */
static double cumulative(double k, double nu)
{
  if (k < 0.0)
    return 0.0;
  return nu > 0.0 ? fairu_gamma__q(k + 1.0, nu) : 1.0;
}

/* Probability of the counts between n, which is left out, and m. */
static double before(const fc_belt *belt, double m, double nu)
{
  const double n = belt->n;
  return belt->side > 0 ? cumulative(m, nu) - cumulative(n, nu)
                        : cumulative(n - 1.0, nu) - cumulative(m - 1.0, nu);
}

/* nu where `before` crosses the level, between one that is accepted and one that is not. */
static double cross(const fc_belt *belt, double m, double accepted, double rejected)
{
  for (int i = 0; i < 200; i++) {
    const double middle = 0.5 * (accepted + rejected);
    if (middle == accepted || middle == rejected)
      break;
    if (before(belt, m, middle) < belt->level)
      accepted = middle;
    else
      rejected = middle;
  }
  return accepted;
}

/* The accepted nu that is farthest out. */
static int find_end(fairu_context *ctx, const fc_belt *belt, double *end)
{
  const double step = belt->side, hopeless = log(0.5 * (1.0 - belt->level));
  double m = belt->n + step, near = breakpoint(belt, m);
  *end = near;
  for (uint64_t i = 0; near > belt->b || belt->side > 0; i++, m += step) {
    int status = (i & 255) == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    if (rank_of(belt, near) <= hopeless)
      break;
    const double far = breakpoint(belt, m + step);
    if (near != far) {
      if (before(belt, m, far) < belt->level)
        *end = far;
      else if (before(belt, m, near) < belt->level)
        *end = cross(belt, m, near, far);
    }
    near = far;
  }
  return FAIRU_OK;
}

/* ---- upper ends that do not rise with b --------------------------------------------------------------- */

/* The background above n at which m + 1 ranks like n at nu: b' - n ln b' = r, rising; 0: none. */
static double background_at(const fc_belt *belt, double m, double nu)
{
  const double n = belt->n, r = (m + 1.0 - n) * log(nu) - (m + 1.0) * log(m + 1.0) + m + 1.0;
  double low = fmax(n, belt->b), high = fmin(nu, m + 1.0);
  if (!(low < high) || (low > 0.0 && low - n * log(low) > r) || high - n * log(high) < r)
    return 0.0;
  for (int i = 0; i < 200; i++) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high)
      break;
    if (middle - n * log(middle) < r)
      low = middle;
    else
      high = middle;
  }
  return high;
}

static void lengthen_to(const fc_belt *belt, double m, double nu, double *mu)
{
  const double b = background_at(belt, m, nu);
  if (b > 0.0)
    *mu = fmax(*mu, nu - b);
}

/* The largest upper end of all b' >= b, as in the tables of the paper (its section IV.A). At fixed nu a larger b' takes counts out of the set, so nu - b' is largest at the
 * least b' that accepts nu. With m the last count that may be in the set, that is convex in nu: largest where m begins or ceases to be the last, at
 * nu where the set n + 1 .. m has just `level`. The maxima get lower with b', to those soon after b it suffices to look. */
static int lengthen(fairu_context *ctx, const fc_belt *belt, double *mu)
{
  const double n = belt->n, last = belt->b + 40.0 + 12.0 * sqrt(belt->b);
  uint64_t i = 0;
  for (double m = fmax(n + 1.0, floor(belt->b)); m <= last; m += 1.0, i++) {
    const int status = (i & 255) == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    const double peak = exp((fairu_log_gamma(m + 1.0) - fairu_log_gamma(n + 1.0)) / (m - n));
    if (before(belt, m, peak) < belt->level)
      continue;
    double beyond = 2.0 * peak;
    while (before(belt, m, beyond) >= belt->level)
      beyond *= 2.0;
    lengthen_to(belt, m, cross(belt, m, 0.0, peak), mu);
    lengthen_to(belt, m, cross(belt, m, beyond, peak), mu);
  }
  return FAIRU_OK;
}

static int check(fairu_context *ctx, uint64_t n, double background, double level)
{
  if (n > (uint64_t)1 << 20)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "Feldman-Cousins: n is %llu, more than 2^20",
                               (unsigned long long)n);
  if (!(background >= 0.0 && background <= 0x1p20))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "Feldman-Cousins: background is %g, must lie between 0 and 2^20", background);
  if (!(level > 0.0 && level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "Feldman-Cousins: level is %g, must lie between 0 and 1",
                               level);
  return FAIRU_OK;
}

int fairu_feldman_cousins(fairu_context *ctx, uint64_t n, double background, double level, double *lower,
                          double *upper)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lower || !upper)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "Feldman-Cousins: %s is NULL", lower ? "upper" : "lower");
  fc_belt belt = { .n = (double)n, .b = background, .level = level, .side = 1 };
  double ends[2] = { background, background };
  int status = check(ctx, n, background, level);
  if (status == FAIRU_OK)
    status = find_end(ctx, &belt, &ends[1]);
  belt.side = -1;
  if (status == FAIRU_OK && belt.n > background)
    status = find_end(ctx, &belt, &ends[0]);
  double mu = ends[1] - background;
  belt.side = 1;
  if (status == FAIRU_OK)
    status = lengthen(ctx, &belt, &mu);
  if (status != FAIRU_OK)
    return status;
  *lower = fmax(ends[0] - background, 0.0);
  *upper = fmax(mu, 0.0);
  return FAIRU_OK;
}
