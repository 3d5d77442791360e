/* toy_plain.h - the rotation toy once more, slow and obvious: what the tests of its studies compare with. */
#ifndef FAIRU_TESTS_CLI_TOY_PLAIN_H
#define FAIRU_TESTS_CLI_TOY_PLAIN_H

#include "support/support.h"

#include "cli/toy_problem.h"

/* Probability of a standard normal number between a and b. */
static inline double plain_between(double a, double b)
{
  const long double r = sqrtl(0.5L), x = (long double)a * r, y = (long double)b * r;
  if (fabs(a) < 1.0 && fabs(b) < 1.0)
    return (double)(0.5L * (erfl(y) - erfl(x)));
  return (double)(a > 0.0 ? 0.5L * (erfcl(x) - erfcl(y)) : 0.5L * (erfcl(-y) - erfcl(-x)));
}

/* Edge j of n in t, the projection on the axis. */
static inline double plain_edge(int binning, size_t n, double slope, size_t j)
{
  const double f = (double)j / (double)n;
  if (j == 0 || j == n)
    return j ? HUGE_VAL : -HUGE_VAL;
  return binning == TOY_UNIFORM ? log(f / (1.0 - f)) / slope
         : binning == TOY_T     ? -2.0 + 4.5 * f
                                : (-4.0 + 11.0 * f) / slope;
}

/* Yield of a bin: events made at z, projected on the axis; sign +1 signal, -1 background. */
static inline double plain_yield(double sign, double z, double axis, double lower, double upper)
{
  const double mean = sign * cos(z - axis);
  return (sign > 0.0 ? 500.0 : 50000.0) * plain_between((lower - mean) / 0.7, (upper - mean) / 0.7);
}

/* Axis under the hypothesis z. */
static inline double plain_axis(const toy_settings *s, double z)
{
  return s->method == TOY_AWARE ? z : s->method == TOY_OPTIMAL ? s->z_true : M_PI_4;
}

/* ln of what a count adds whatever its expectation. */
static inline double plain_constant(int constant, double n)
{
  return constant == FAIRU_CONSTANT_POISSON     ? lgamma(n + 1.0)
         : constant == FAIRU_CONSTANT_PUBLISHED ? lgamma(n)
                                                : n * log(n) - n;
}

/* NLL of Asimov data of the settings at (mu, z), up to a number that does not depend on them. Not of the mixture classifier. */
static inline double plain_nll(const toy_settings *s, double mu, double z)
{
  const double slope = s->method == TOY_AUG_LDA ? toy_slope_lda() : s->slope;
  const double axis = plain_axis(s, z), data_axis = s->method == TOY_AWARE ? z : axis;
  double sum = 0.0;
  for (size_t j = 0; j < s->n_bins; j++) {
    const double a = plain_edge(s->binning, s->n_bins, slope, j),
                 b = plain_edge(s->binning, s->n_bins, slope, j + 1);
    const double nu = mu * plain_yield(1.0, z, axis, a, b) + plain_yield(-1.0, z, axis, a, b);
    const double n = s->mu_true * plain_yield(1.0, s->z_true, data_axis, a, b) +
                     plain_yield(-1.0, s->z_true, data_axis, a, b);
    sum += nu - n * log(nu) + plain_constant(s->constant, n);
  }
  if (!s->aux)
    return sum + 0.5 * (z - M_PI_4) * (z - M_PI_4) / (s->prior_width * s->prior_width);
  for (int k = 0; k < 4; k++) {
    const double a = -1.0 + 0.875 * k, b = a + 0.875;
    const double nu = 1e4 * plain_between((a - z) / 0.5, (b - z) / 0.5);
    const double n = 1e4 * plain_between((a - s->z_true) / 0.5, (b - s->z_true) / 0.5);
    sum += nu - n * log(nu);
  }
  return sum;
}

/* Least value of f between a and b where it has one minimum there, and its place. */
typedef double (*plain_fn)(double x, const void *data);
static inline double plain_least(plain_fn f, const void *data, double a, double b, double *place)
{
  const double g = 0.5 * (sqrt(5.0) - 1.0);
  double c = b - g * (b - a), d = a + g * (b - a), fc = f(c, data), fd = f(d, data);
  for (int i = 0; i < 45; i++) {
    if (fc < fd) {
      b = d, d = c, fd = fc;
      c = b - g * (b - a), fc = f(c, data);
    } else {
      a = c, c = d, fc = fd;
      d = a + g * (b - a), fd = f(d, data);
    }
  }
  *place = 0.5 * (a + b);
  return f(*place, data);
}

/* Where f, below `level` at a and above it at b, crosses. */
static inline double plain_crossing(plain_fn f, const void *data, double a, double b, double level)
{
  for (int i = 0; i < 45; i++) {
    const double x = 0.5 * (a + b);
    if (f(x, data) < level)
      a = x;
    else
      b = x;
  }
  return 0.5 * (a + b);
}

#endif /* FAIRU_TESTS_CLI_TOY_PLAIN_H */
