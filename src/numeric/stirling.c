/* stirling.c - Stirling's series from 10 on (seven terms: 1e-16), the recurrence n -> n + 1 below. */
#include "numeric/stirling.h"

#include <math.h>

static const double half_ln_2pi = 0.91893853320467274178;

/* n >= 10. Bernoulli numbers over 2k (2k - 1), 2k and 1. */
static void series(double n, double value[3])
{
  const double x = 1.0 / n;
  const double y = x * x;
  const double s =
      x * (1.0 / 12 -
           y * (1.0 / 360 -
                y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * (691.0 / 360360 - y / 156))))));
  const double d =
      y *
      (1.0 / 12 -
       y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760 - y / 12))))));
  const double t =
      x * y *
      (1.0 / 6 -
       y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66 - y * (691.0 / 2730 - y * 7.0 / 6))))));
  value[0] = half_ln_2pi + 0.5 * log(n) + s;
  value[1] = 0.5 * x - d;
  value[2] = t - 0.5 * y;
}

void fairu_stirling__terms(double n, double value[3])
{
  if (n >= 10.0) {
    series(n, value);
    return;
  }
  /* Gamma(m + 1) = Gamma(n + 1) (n + 1) ... m with m = n + k */
  double product = 1.0, inverse = 0.0, squares = 0.0;
  double m = n;
  while (m < 10.0) {
    m += 1.0;
    product *= m;
    inverse += 1.0 / m;
    squares += 1.0 / (m * m);
  }
  double at_m[3];
  series(m, at_m);
  const double ln_n = log(n), ln_m = log(m);
  value[0] = (at_m[0] + m * ln_m - m) - log(product) - (n * ln_n - n);
  value[1] = at_m[1] + ln_m - inverse - ln_n;
  value[2] = at_m[2] + 1.0 / m + squares - 1.0 / n;
}
