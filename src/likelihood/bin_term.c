/* bin_term.c - Poisson term of one bin, count fixed or moving, with or without a profiled gamma.
 *
 * With gamma: minimise nu g - n ln(nu g) + (g - 1)^2 nu^2 / (2 v) over g. In terms of the yield m = nu g this is
 *   m - n ln m + (m - nu)^2 / (2 v),  stationary where m^2 + (v - nu) m - n v = 0,
 * and (m - nu) / v = n / m - 1 has no 0/0 as v -> 0. With r = 1 - n / m and D = 2 m + v - nu:
 *   d/dnu = r, d/dn = -ln m, d/dv = -r^2 / 2; m_nu = m / D, m_n = v / D, m_v = -r m / D.
 */
#include "likelihood/bin_term.h"

#include <fairu/likelihood.h>

#include <float.h>
#include <math.h>

#include "numeric/stirling.h"

static const double digamma_1 = -0.57721566490153286061; /* minus Euler's constant */
static const double trigamma_1 = 1.64493406684822643647;

/* *deviance = m - n + n ln(n / m) and *ratio = ln(n / m), without cancellation near n = m (Loader's bd0). n, m > 0. */
static void deviance_of(double n, double m, double *deviance, double *ratio)
{
  const double d = n - m;
  const double x = d / (n + m);
  if (fabs(x) < 0.1) { /* ln(n / m) = 2 atanh(x) */
    const double y = x * x;
    const double s =
        1.0 / 3 +
        y * (1.0 / 5 +
             y * (1.0 / 7 + y * (1.0 / 9 + y * (1.0 / 11 + y * (1.0 / 13 + y * (1.0 / 15 + y / 17))))));
    *ratio = 2.0 * x * (1.0 + y * s);
    *deviance = d * x + 2.0 * n * x * y * s;
    return;
  }
  const double l = log(n / m);
  *ratio = isfinite(l) ? l : log(n) - log(m);
  *deviance = n * *ratio - d;
}

void fairu_bin_term__fixed(double nu, double n, fairu_bin_term *term)
{
  double ratio;
  term->constant = 0.0;
  if (n > 0.0) {
    deviance_of(n, nu, &term->deviance, &ratio);
    const double x = 1.0 / nu;
    term->first[FAIRU_BIN_NU] = (nu - n) * x;
    term->second[FAIRU_BIN_NU][FAIRU_BIN_NU] = n * x * x;
  } else {
    term->deviance = nu;
    term->first[FAIRU_BIN_NU] = 1.0;
    term->second[FAIRU_BIN_NU][FAIRU_BIN_NU] = 0.0;
  }
}

/* What the constant adds: value, and derivatives in n beyond those of the deviance. n > 0. */
static void add_constant(double n, int constant, fairu_bin_term *term)
{
  double s[3];
  if (constant == FAIRU_CONSTANT_SATURATED)
    return;
  fairu_stirling__terms(n, s);
  if (constant == FAIRU_CONSTANT_PUBLISHED) { /* ln Gamma(n) = ln Gamma(n + 1) - ln n */
    s[0] -= log(n);
    s[1] -= 1.0 / n;
    s[2] += 1.0 / (n * n);
  }
  term->constant = s[0];
  term->first[FAIRU_BIN_N] += s[1];
  term->second[FAIRU_BIN_N][FAIRU_BIN_N] += s[2];
}

/* n = 0: limits that stay finite; counts that touch 0 do so with zero slope. m may be 0. */
static void at_zero(double m, int constant, fairu_bin_term *term)
{
  const int poisson = constant == FAIRU_CONSTANT_POISSON;
  term->first[FAIRU_BIN_N] = (poisson ? digamma_1 : 0.0) - (m > 0.0 ? log(m) : 0.0);
  term->second[FAIRU_BIN_N][FAIRU_BIN_N] = poisson ? trigamma_1 : 0.0;
}

void fairu_bin_term__moving(double nu, double n, int constant, fairu_bin_term *term)
{
  term->constant = 0.0;
  if (n < DBL_MIN) {
    fairu_bin_term__fixed(nu, 0.0, term);
    at_zero(nu, constant, term);
  } else {
    const double x = 1.0 / nu;
    deviance_of(n, nu, &term->deviance, &term->first[FAIRU_BIN_N]);
    term->first[FAIRU_BIN_NU] = (nu - n) * x;
    term->second[FAIRU_BIN_NU][FAIRU_BIN_NU] = n * x * x;
    term->second[FAIRU_BIN_N][FAIRU_BIN_N] = 1.0 / n;
    add_constant(n, constant, term);
  }
  term->second[FAIRU_BIN_NU][FAIRU_BIN_N] = nu > 0.0 ? -1.0 / nu : 0.0;
}

/* Yield m = nu gamma at the profiled gamma: the larger root, without cancellation. */
static double profiled_yield(double nu, double n, double v, double *d)
{
  const double b = nu - v;
  *d = sqrt(b * b + 4.0 * n * v);
  return b >= 0.0 ? 0.5 * (b + *d) : 2.0 * n * v / (*d - b);
}

/* n = 0 and v >= nu: gamma is 0 and the bin costs nu^2 / (2 v). */
static void gamma_at_zero(double nu, double v, fairu_bin_term *term)
{
  const double x = nu / v;
  term->deviance = 0.5 * nu * x;
  term->first[FAIRU_BIN_NU] = x;
  term->first[FAIRU_BIN_V] = -0.5 * x * x;
  term->second[FAIRU_BIN_NU][FAIRU_BIN_NU] = 1.0 / v;
  term->second[FAIRU_BIN_NU][FAIRU_BIN_V] = -x / v;
  term->second[FAIRU_BIN_V][FAIRU_BIN_V] = x * x / v;
  term->second[FAIRU_BIN_NU][FAIRU_BIN_N] = 0.0;
  term->second[FAIRU_BIN_N][FAIRU_BIN_V] = 0.0;
}

void fairu_bin_term__gamma(double nu, double n, double v, int moving, int constant, fairu_bin_term *term)
{
  double d, ratio = 0.0, deviance;
  const double m = profiled_yield(nu, n, v, &d);
  term->constant = 0.0;
  if (!(m > 0.0) && v > 0.0) {
    gamma_at_zero(nu, v, term);
    at_zero(m, constant, term);
    return;
  }
  if (n >= DBL_MIN)
    deviance_of(n, m, &deviance, &ratio);
  else
    deviance = m;
  const double x = d > 0.0 ? 1.0 / d : 0.0; /* d = 0: an empty bin without expectation */
  const double r = m > 0.0 ? (m - n) / m : 1.0;
  const double r_nu = m > 0.0 ? n * x / m : 0.0;
  term->deviance = deviance + 0.5 * v * r * r;
  term->first[FAIRU_BIN_NU] = r;
  term->first[FAIRU_BIN_V] = -0.5 * r * r;
  term->second[FAIRU_BIN_NU][FAIRU_BIN_NU] = r_nu;
  term->second[FAIRU_BIN_NU][FAIRU_BIN_V] = -r * r_nu;
  term->second[FAIRU_BIN_V][FAIRU_BIN_V] = r * r * r_nu;
  if (!moving)
    return;
  term->second[FAIRU_BIN_NU][FAIRU_BIN_N] = -x;
  term->second[FAIRU_BIN_N][FAIRU_BIN_V] = r * x;
  if (n < DBL_MIN) {
    at_zero(m, constant, term);
    return;
  }
  term->first[FAIRU_BIN_N] = ratio;
  term->second[FAIRU_BIN_N][FAIRU_BIN_N] = 1.0 / n - v * x / m;
  add_constant(n, constant, term);
}

double fairu_bin_term__constant(double n, int constant)
{
  fairu_bin_term term = { 0 };
  if (n > 0.0)
    add_constant(n, constant, &term);
  return term.constant;
}
