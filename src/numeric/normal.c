/* normal.c - the normal distribution, with relative accuracy in both tails. */
#include <math.h>

#include "numeric/pinned.h"
#include "numeric/special.h"

#define SQRT_HALF 0.70710678118654752440
#define SQRT_2 1.41421356237309504880
#define SQRT_2_REST (-0x1.bdd3413b26456p-54) /* sqrt(2) - SQRT_2 */
#define TWO_OVER_SQRT_PI 1.12837916709551257390
#define ONE_OVER_SQRT_2PI 0.39894228040143267794
#define LN_SQRT_2PI 0.91893853320467274178

/* erfc(x / sqrt 2) / 2. The rounding of the quotient would cost x^2 ulp in the tail: put back to first order. */
static double upper_tail(double x)
{
  const double t = x * SQRT_HALF;
  if (!(x > 1.0) || x > 40.0)
    return 0.5 * erfc(t);
  const double lost = (fma(-t, SQRT_2, x) - t * SQRT_2_REST) * SQRT_HALF;
  return 0.5 * (erfc(t) - TWO_OVER_SQRT_PI * exp(-t * t) * lost);
}

double fairu_normal__cdf(double x)
{
  return upper_tail(-x);
}

double fairu_normal__sf(double x)
{
  return upper_tail(x);
}

/* 1 - 1/x^2 + 3/x^4 - ...: ratio of sf to its leading term, minus one; x >= 37. */
static double mills_rest(double x)
{
  const double z = 1.0 / (x * x);
  double s = 0.0;
  for (int k = 8; k >= 1; k--)
    s = -(2.0 * k - 1.0) * z * (1.0 + s);
  return s;
}

double fairu_normal__log_sf(double x)
{
  if (x < 0.0)
    return log1p(-upper_tail(-x));
  if (x < 37.0)
    return log(upper_tail(x));
  return -0.5 * x * x - log(x) - LN_SQRT_2PI + log1p(mills_rest(x));
}

/* Narrow interval of width h about m: density times h times a series in h. */
static double narrow(double m, double h)
{
  const double m2 = m * m, h2 = h * h;
  const double series = 1.0 + h2 / 24.0 * (m2 - 1.0) + h2 * h2 / 1920.0 * ((m2 - 6.0) * m2 + 3.0);
  const double lost = fma(m, m, -m2); /* of m^2: it would cost m^2 ulp */
  return exp(-0.5 * m2) * ONE_OVER_SQRT_2PI * (1.0 - 0.5 * lost) * h * series;
}

double fairu_normal__interval(double a, double b)
{
  if (!(a < b))
    return a >= b ? 0.0 : (double)NAN;
  const double h = b - a, m = 0.5 * (a + b);
  if (h * fmax(1.0, fabs(m)) < 0.02)
    return narrow(m, h);
  if (a > 0.0)
    return upper_tail(a) - upper_tail(b);
  if (b < 0.0)
    return upper_tail(-b) - upper_tail(-a);
  return 0.5 * (erf(b * SQRT_HALF) - erf(a * SQRT_HALF));
}

double fairu_normal__quantile(double p)
{
  if (!(p > 0.0 && p < 1.0))
    return p == 0.0 ? -(double)INFINITY : p == 1.0 ? (double)INFINITY : (double)NAN;
  return fairu_pinned__normal_quantile(p);
}

double fairu_normal__quantile_sf(double p)
{
  return -fairu_normal__quantile(p);
}
