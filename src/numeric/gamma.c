/* gamma.c - the gamma function's logarithm and its derivatives, Poisson terms, incomplete gamma. */
#include <math.h>

#include "numeric/pinned.h"
#include "numeric/special.h"

static const double pi = 3.14159265358979323846;
static const double large = 1e8; /* the expansion is good to rounding, series and fraction need 1e5 terms */

double fairu_log_gamma(double x)
{
  int sign = 0;
  return lgamma_r(x, &sign);
}

double fairu_poisson__deviance(double n, double nu)
{
  return fairu_pinned__deviance(n, nu);
}

double fairu_poisson__saturated(double n)
{
  return fairu_pinned__saturated(n);
}

/* x^a e^-x / Gamma(a + 1), without cancellation at large a. */
static double gamma_front(double a, double x)
{
  return exp(-fairu_poisson__deviance(a, x) - fairu_poisson__saturated(a));
}

/* P by its series, good for x < a + 1; about 9 sqrt(a) terms. */
static double p_series(double a, double x)
{
  double term = 1.0, sum = 1.0;
  for (double n = 1.0; n < 1e9 && term > sum * 0x1p-56; n += 1.0) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * gamma_front(a, x);
}

/* Q by its continued fraction (modified Lentz), good for x >= a + 1. */
static double q_fraction(double a, double x)
{
  const double tiny = 0x1p-1000;
  double b = x + 1.0 - a, c = 1.0 / tiny, d = 1.0 / b, h = d, last = 1.0;
  for (double n = 1.0; n < 1e9; n += 1.0) {
    const double an = -n * (n - a);
    b += 2.0;
    d = an * d + b;
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    c = b + an / c;
    if (fabs(c) < tiny)
      c = tiny;
    h *= d * c;
    const double off = fabs(d * c - 1.0);
    if (off < 0x1p-52 || (off < 0x1p-49 && off >= last)) /* rounded upward it never gets to 1 */
      break;
    last = off;
  }
  return h * a * gamma_front(a, x);
}

/* Q at large a by Temme's uniform expansion (DLMF 8.12.4, 8.12.7); mirrored: P. Where |eta| is not small, e^-deviance is 0. */
static double uniform(double a, double x, int mirrored)
{
  const double deviance = fairu_poisson__deviance(a, x), side = (x > a) != mirrored ? 1.0 : -1.0;
  if (!(deviance <= 800.0)) /* or the deviance itself is beyond range */
    return side > 0.0 ? 0.0 : 1.0;
  const double eta = copysign(sqrt(2.0 * deviance / a), x - a);
  const double c0 = -1.0 / 3.0 + eta * (1.0 / 12.0 - eta * (2.0 / 135.0 - eta / 864.0));
  const double c1 = -1.0 / 540.0 - eta / 288.0;
  const double s = exp(-deviance) / sqrt(2.0 * pi * a) * (c0 + c1 / a);
  return 0.5 * erfc(side * sqrt(deviance)) + (mirrored ? -s : s);
}

double fairu_gamma__p(double a, double x)
{
  if (!(a > 0.0) || !(x >= 0.0))
    return NAN;
  if (x == 0.0 || isinf(x))
    return x == 0.0 ? 0.0 : 1.0;
  if (a > large)
    return uniform(a, x, 1);
  return x < a + 1.0 ? p_series(a, x) : 1.0 - q_fraction(a, x);
}

double fairu_gamma__q(double a, double x)
{
  if (!(a > 0.0) || !(x >= 0.0))
    return NAN;
  if (x == 0.0 || isinf(x))
    return x == 0.0 ? 1.0 : 0.0;
  if (a > large)
    return uniform(a, x, 0);
  return x < a + 1.0 ? 1.0 - p_series(a, x) : q_fraction(a, x);
}
