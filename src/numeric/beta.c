/* beta.c - incomplete beta function, its inverse, binomial intervals. */
#include <math.h>

#include "numeric/special.h"

/* x^a y^b / B(a, b), y = 1 - x, in deviance form: no cancellation at large a and b (Loader 2000). */
static double beta_front(double a, double b, double x, double y)
{
  const double n = a + b;
  const double nx = x < y ? n * x : n - n * y, ny = x < y ? n - n * x : n * y;
  const double rest = fairu_poisson__saturated(n) - fairu_poisson__saturated(a) - fairu_poisson__saturated(b);
  return exp(rest - fairu_poisson__deviance(a, nx) - fairu_poisson__deviance(b, ny)) * a / n * b;
}

static double away_from_zero(double x)
{
  return fabs(x) < 0x1p-1000 ? 0x1p-1000 : x;
}

/* Continued fraction of I_x(a, b) (modified Lentz), good for x below the mean. */
static double beta_fraction(double a, double b, double x)
{
  double c = 1.0, d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0)), h = d;
  double last = 1.0;
  for (double m = 1.0; m < 1e8; m += 1.0) {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    h *= d * c;
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    h *= d * c;
    const double off = fabs(d * c - 1.0);
    if (off < 0x1p-52 || (off < 0x1p-49 && off >= last)) /* rounded upward it never gets to 1 */
      break;
    last = off;
  }
  return h;
}

/* I_x(a, b) (upper 0) or its complement (upper 1), from x and y = 1 - x, whichever is small being exact. */
static double beta_tail(double a, double b, double x, double y, int upper)
{
  if (x <= 0.0 || y <= 0.0)
    return (x <= 0.0) == upper ? 1.0 : 0.0;
  const int swap = x > (a + 1.0) / (a + b + 2.0);
  const double front = beta_front(a, b, x, y);
  const double tail = swap ? front * beta_fraction(b, a, y) / b : front * beta_fraction(a, b, x) / a;
  return swap == upper ? tail : 1.0 - tail;
}

double fairu_beta__i(double a, double b, double x)
{
  if (!(a > 0.0) || !(b > 0.0) || !(x >= 0.0 && x <= 1.0))
    return NAN;
  return beta_tail(a, b, x, 1.0 - x, 0);
}

static double log_tail(double a, double b, double t, int upper, double *slope)
{
  const double x = 1.0 / (1.0 + exp(-t)), y = 1.0 / (1.0 + exp(t));
  const double tail = beta_tail(a, b, x, y, upper);
  *slope = beta_front(a, b, x, y) / tail * (upper ? -1.0 : 1.0);
  return log(tail);
}

/* Newton on the logarithm of the smaller tail over t = logit x, where it is concave, inside a bracket. */
double fairu_beta__i_inverse(double a, double b, double p)
{
  if (!(a > 0.0) || !(b > 0.0) || !(p >= 0.0 && p <= 1.0))
    return NAN;
  if (p == 0.0 || p == 1.0)
    return p;
  const int upper = p > 0.5;
  const double target = log(upper ? 1.0 - p : p);
  double low = -745.0, high = 745.0, t = log(a) - log(b);
  for (int i = 0; i < 200; i++) {
    double slope;
    const double miss = log_tail(a, b, t, upper, &slope) - target;
    if ((miss > 0.0) == !upper)
      high = t;
    else
      low = t;
    double next = t - miss / slope;
    if (!(next > low && next < high))
      next = fabs(next - t) <= 0x1p-50 * fmax(1.0, fabs(t)) ? t : 0.5 * (low + high);
    const double step = fabs(next - t);
    t = next;
    if (step <= 0x1p-52 * fmax(1.0, fabs(t)))
      break;
  }
  return 1.0 / (1.0 + exp(-t));
}

void fairu_binomial__interval(double k, double n, double level, double *lower, double *upper)
{
  const double tail = 0.5 * (1.0 - level);
  *lower = k > 0.0 ? fairu_beta__i_inverse(k, n - k + 1.0, tail) : 0.0;
  *upper = k < n ? fairu_beta__i_inverse(k + 1.0, n - k, 1.0 - tail) : 1.0;
}
