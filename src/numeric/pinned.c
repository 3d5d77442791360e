/* pinned.c - scalar functions whose bits depend on nothing but IEEE arithmetic. See pinned.h. */
#include "numeric/pinned.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the first has 32 significant bits, so that k * LN2_HIGH is exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define HALF_LN_2PI 0.91893853320467274178

static double from_bits(uint64_t bits)
{
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint64_t to_bits(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* 2 atanh(s) - 2 s for |s| <= 3 - 2 sqrt(2), over s: the Taylor series to the last bit. */
static double atanh_tail(double s)
{
  const double z = s * s;
  double t = 2.0 / 23;
  for (int k = 21; k >= 3; k -= 2)
    t = t * z + 2.0 / k;
  return t * z;
}

double fairu_pinned__log(double x)
{
  if (!(x > 0.0))
    return x == 0.0 ? -INFINITY : NAN;
  if (!(x <= DBL_MAX))
    return x;
  int64_t k = 0;
  if (x < DBL_MIN) {
    x *= 0x1p54;
    k = -54;
  }
  /* x = 2^k m with m in [sqrt(1/2), sqrt(2)) */
  const uint64_t shifted = to_bits(x) - UINT64_C(0x3fe6a09e667f3bcd);
  const int64_t e = (int64_t)shifted >> 52;
  k += e;
  const double f = from_bits(to_bits(x) - ((uint64_t)e << 52)) - 1.0;
  /* ln(1 + f) = f - (f^2/2 - s (f^2/2 + R)), s = f / (2 + f): nothing but the small terms is rounded */
  const double s = f / (2.0 + f), h = 0.5 * f * f;
  const double d = (double)k;
  return d * LN2_HIGH - ((h - (s * (h + atanh_tail(s)) + d * LN2_LOW)) - f);
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

/* n ln(n / nu) - n + nu near n = nu, Loader's series in v = (n - nu) / (n + nu). */
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
  if (fabs(n - nu) < 0.1 * (n + nu))
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

/* Not an integer and below 15: step up by ln((m + 1) / m) until Stirling's series holds. */
static double saturated_small(double n)
{
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

static double ratio_of(const double *num, const double *den, double r)
{
  double p = num[7], q = den[7];
  for (int i = 6; i >= 0; i--) {
    p = p * r + num[i];
    q = q * r + den[i];
  }
  return p / q;
}

/* Coefficients: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988) 477. */
static const double centre_num[8] = { 3.3871328727963666080e0,  1.3314166789178437745e+2,
                                      1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                      4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                      3.3430575583588128105e+4, 2.5090809287301226727e+3 };
static const double centre_den[8] = { 1.0,
                                      4.2313330701600911252e+1,
                                      6.8718700749205790830e+2,
                                      5.3941960214247511077e+3,
                                      2.1213794301586595867e+4,
                                      3.9307895800092710610e+4,
                                      2.8729085735721942674e+4,
                                      5.2264952788528545610e+3 };
static const double middle_num[8] = { 1.42343711074968357734e0,  4.63033784615654529590e0,
                                      5.76949722146069140550e0,  3.64784832476320460504e0,
                                      1.27045825245236838258e0,  2.41780725177450611770e-1,
                                      2.27238449892691845833e-2, 7.74545014278341407640e-4 };
static const double middle_den[8] = { 1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9 };
static const double tail_num[8] = { 6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7 };
static const double tail_den[8] = { 1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15 };

double fairu_pinned__normal_quantile(double p)
{
  const double q = p - 0.5;
  if (fabs(q) <= 0.425)
    return q * ratio_of(centre_num, centre_den, 0.180625 - q * q);
  const double r = sqrt(-fairu_pinned__log(q < 0.0 ? p : 1.0 - p));
  const double x =
      r <= 5.0 ? ratio_of(middle_num, middle_den, r - 1.6) : ratio_of(tail_num, tail_den, r - 5.0);
  return q < 0.0 ? -x : x;
}
