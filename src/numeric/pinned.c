/* pinned.c - scalar functions whose bits depend on nothing but IEEE arithmetic. See pinned.h. */
#include "numeric/pinned.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "numeric/pinned_body.h"

#define HALF_LN_2PI 0.91893853320467274178

double fairu_pinned__log(double x)
{
  if (!(x > 0.0))
    return x == 0.0 ? -INFINITY : NAN;
  if (!(x <= DBL_MAX))
    return x;
  return x < DBL_MIN ? log_of_normal(x * 0x1p54, -54) : log_of_normal(x, 0);
}

/* 1/2!, 1/3!, ... 1/13! */
static const double inverse_factorial[12] = { 1.0 / 2,        1.0 / 6,         1.0 / 24,
                                              1.0 / 120,      1.0 / 720,       1.0 / 5040,
                                              1.0 / 40320,    1.0 / 362880,    1.0 / 3628800,
                                              1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0 };

double fairu_pinned__exp(double x)
{
  if (!(x >= -745.5))
    return x < 0.0 ? 0.0 : x;
  if (x > 709.8)
    return INFINITY;
  const double shifter = 0x1.8p52;
  const double k = (x * 1.44269504088896340736 + shifter) - shifter;
  const double high = x - k * LN2_HIGH, low = k * LN2_LOW, r = high - low;
  double p = inverse_factorial[11];
  for (int i = 10; i >= 0; i--)
    p = p * r + inverse_factorial[i];
  const double e = 1.0 + (high - (low - p * r * r)); /* 1 + r + r^2 p */
  const int64_t n = (int64_t)k, first = n / 2;       /* in two steps: the result may be subnormal */
  return e * from_bits((uint64_t)(1023 + first) << 52) * from_bits((uint64_t)(1023 + n - first) << 52);
}

/* n ln(n / nu) - n + nu where it cancels, Loader's series in v = (n - nu) / (n + nu): |v| < 1/2 takes up to 27 terms. */
static double deviance_near(double n, double nu)
{
  const double d = n - nu, v = d / (n + nu), z = v * v;
  double sum = d * v, term = 2.0 * n * v;
  for (int j = 3; j < 60; j += 2) {
    term *= z;
    const double next = sum + term / j;
    if (next == sum)
      break;
    sum = next;
  }
  return sum;
}

double fairu_pinned__deviance(double n, double nu)
{
  if (!(nu > 0.0))
    return nu == 0.0 && n == 0.0 ? 0.0 : (double)(isnan(nu) || isnan(n) ? NAN : INFINITY);
  if (n == 0.0)
    return nu;
  if (fabs(n - nu) < 0.5 * (n + nu)) /* beyond, less than a digit cancels */
    return deviance_near(n, nu);
  const double ratio = n / nu;
  if (ratio > DBL_MAX || ratio < DBL_MIN)
    return n * (fairu_pinned__log(n) - fairu_pinned__log(nu)) + nu - n;
  return n * fairu_pinned__log(ratio) + nu - n;
}

/* ln Gamma(n + 1) - n ln n + n for n = 0 .. 15, rounded from 50 digits. */
static const double saturated_table[16] = { 0.0,
                                            1.0,
                                            1.3068528194400546,
                                            1.4959226032237258,
                                            1.6328763858683832,
                                            1.7403021806115442,
                                            1.828694396641771,
                                            1.9037903176782212,
                                            1.9690705693065629,
                                            2.0268062840554952,
                                            2.0785616431350586,
                                            2.12545984509181,
                                            2.168334698205882,
                                            2.207822206123445,
                                            2.244418568125061,
                                            2.2785183673077407 };

/* Stirling's series for ln Gamma(n + 1) - (n + 1/2) ln n + n - ln(2 pi) / 2, n >= 15. */
static double stirling_rest(double n)
{
  const double z = 1.0 / (n * n);
  double s = 1.0 / 1188;
  s = 1.0 / 1680 - s * z;
  s = 1.0 / 1260 - s * z;
  s = 1.0 / 360 - s * z;
  s = 1.0 / 12 - s * z;
  return s / n;
}

/* Not an integer and below 15: step up by ln((m + 1) / m) until Stirling's series holds; near 0, where that cancels and the ratio may
 * overflow, by the Taylor series of ln Gamma(n + 1), to the last bit. */
static double saturated_small(double n)
{
  if (n < 0x1p-10) {
    const double slope =
        ((1.0369277551433699 / 5 * n - 1.0823232337111382 / 4) * n + 1.2020569031595943 / 3) * n;
    return n * (1.0 - 0.57721566490153286 + (1.6449340668482264 / 2 - slope) * n - fairu_pinned__log(n));
  }
  double rest = 0.0, m = n;
  for (; m < 15.0; m += 1.0)
    rest += (m + 0.5) * (fairu_pinned__log((m + 1.0) / m)) - 1.0;
  return rest + stirling_rest(m) + HALF_LN_2PI + 0.5 * fairu_pinned__log(n);
}

double fairu_pinned__saturated(double n)
{
  if (n < 16.0 && n >= 0.0) {
    const int i = (int)n;
    return (double)i == n ? saturated_table[i] : saturated_small(n);
  }
  return stirling_rest(n) + HALF_LN_2PI + 0.5 * fairu_pinned__log(n);
}

double fairu_pinned__normal_quantile(double p)
{
  const double q = p - 0.5;
  if (fabs(q) <= QUANTILE_CENTRE)
    return q * quantile_centre(0.180625 - q * q);
  const double r = sqrt(-fairu_pinned__log(q < 0.0 ? p : 1.0 - p));
  const double x = r <= 5.0 ? quantile_middle(r - 1.6) : quantile_tail(r - 5.0);
  return q < 0.0 ? -x : x;
}
