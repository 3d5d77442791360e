/* channels_effects.c - what norms and shifts are at one value of their parameter, with two derivatives. */
#include <math.h>

#include "likelihood/channels_private.h"
#include "numeric/spline.h"

/* Coefficients that match value, slope and curvature of the exponentials at -1 and +1. In long double: differences of nearly
 * equal terms when up and down are close to 1. */
static void polynomial(double down, double up, double a[6])
{
  const long double u = (long double)up, d = (long double)down, lu = logl(u), ld = logl(d);
  const long double s0 = 0.5L * ((u - 1.0L) + (d - 1.0L)), a0 = 0.5L * (u - d);
  const long double a1 = 0.5L * (u * lu - d * ld), s1 = 0.5L * (u * lu + d * ld);
  const long double s2 = 0.5L * (u * lu * lu + d * ld * ld), a2 = 0.5L * (u * lu * lu - d * ld * ld);
  a[0] = (double)((15.0L * a0 - 7.0L * a1 + a2) / 8.0L);
  a[1] = (double)((24.0L * s0 - 9.0L * s1 + s2) / 8.0L);
  a[2] = (double)((-5.0L * a0 + 5.0L * a1 - a2) / 4.0L);
  a[3] = (double)((-12.0L * s0 + 7.0L * s1 - s2) / 4.0L);
  a[4] = (double)((3.0L * a0 - 3.0L * a1 + a2) / 8.0L);
  a[5] = (double)((8.0L * s0 - 5.0L * s1 + s2) / 8.0L);
}

void fairu_norm__prepare(double down, double up, int code, fairu_norm *norm)
{
  norm->log_up = log(up);
  norm->log_down = log(down);
  norm->code = code;
  polynomial(down, up, norm->a);
}

void fairu_norm__evaluate(const fairu_norm *norm, double x, double value[3])
{
  if (norm->code == FAIRU_CODE_4 && fabs(x) < 1.0) {
    const double *a = norm->a;
    value[0] = 1.0 + x * (a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * (a[4] + x * a[5])))));
    value[1] =
        a[0] + x * (2.0 * a[1] + x * (3.0 * a[2] + x * (4.0 * a[3] + x * (5.0 * a[4] + x * 6.0 * a[5]))));
    value[2] = 2.0 * a[1] + x * (6.0 * a[2] + x * (12.0 * a[3] + x * (20.0 * a[4] + x * 30.0 * a[5])));
    return;
  }
  const double rate = x > 0.0 ? norm->log_up : -norm->log_down;
  value[0] = exp(x * rate);
  value[1] = rate * value[0];
  value[2] = rate * value[1];
}

static void linear(double x, fairu_weights *w)
{
  const int side = x > 0.0 ? 0 : 1;
  w->c[0][side] = x;
  w->c[1][side] = 1.0;
}

static void quadratic(double x, int with_constant, fairu_weights *w)
{
  if (fabs(x) <= 1.0) {
    w->c[0][0] = 0.5 * x * (x + 1.0);
    w->c[0][1] = 0.5 * x * (1.0 - x);
    w->c[1][0] = x + 0.5;
    w->c[1][1] = 0.5 - x;
    w->c[2][0] = 1.0;
    w->c[2][1] = -1.0;
    return;
  }
  const int near = x > 0.0 ? 0 : 1;
  const double sign = x > 0.0 ? 1.0 : -1.0;
  w->c[0][near] = 1.5 * (x - sign) + (with_constant ? sign : 0.0);
  w->c[0][1 - near] = -0.5 * (x - sign);
  w->c[1][near] = 1.5;
  w->c[1][1 - near] = -0.5;
}

static void sextic(double x, fairu_weights *w)
{
  if (fabs(x) > 1.0) {
    linear(x, w);
    return;
  }
  const double y = x * x;
  const double odd[3] = { 0.5 * x, 0.5, 0.0 };
  const double even[3] = { y * (15.0 - y * (10.0 - 3.0 * y)) / 16.0,
                           x * (30.0 - y * (40.0 - 18.0 * y)) / 16.0,
                           (30.0 - y * (120.0 - 90.0 * y)) / 16.0 };
  for (int order = 0; order < 3; order++) {
    w->c[order][0] = odd[order] + even[order];
    w->c[order][1] = odd[order] - even[order];
  }
}

/* Straight on outside the knots. */
static void spline(const double *x, size_t n, double theta, fairu_weights *w)
{
  const double t = theta < x[0] ? x[0] : theta > x[n - 1] ? x[n - 1] : theta;
  const size_t i = fairu_spline__find(x, n, t);
  w->interval = i;
  for (int k = 0; k < 4; k++) {
    double unit[4] = { 0.0, 0.0, 0.0, 0.0 }, value[3];
    unit[k] = 1.0;
    fairu_spline__evaluate(x[i], x[i + 1], unit[0], unit[1], unit[2], unit[3], t, value);
    w->c[0][k] = value[0] + (theta - t) * value[1];
    w->c[1][k] = value[1];
    w->c[2][k] = theta - t == 0.0 ? value[2] : 0.0;
  }
}

void fairu_base__weigh(const fairu_channels *channels, const fairu_base *base, double theta,
                       fairu_weights *weights)
{
  *weights = (fairu_weights){ .interval = 0 };
  if (base->n_knots)
    spline(channels->knots + base->knots, base->n_knots, theta, weights);
  else if (base->code == FAIRU_CODE_0)
    linear(theta, weights);
  else if (base->code == FAIRU_CODE_4P)
    sextic(theta, weights);
  else
    quadratic(theta, base->code == FAIRU_CODE_2, weights);
}
