/* significance.c - AMS, Asimov significance with background uncertainty, AMS1; Z of p-values.
 *
 * All are made of h(x) = (1 + x) ln(1 + x) - x >= 0: the deviance of a count n from nu is nu h(n / nu - 1).
 */
#include "numeric/significance.h"

#include <math.h>

#include "numeric/special.h"

/* h(x) / x^2 for x > -1; y = 1 + x, which near x = -1 has digits that x lacks. With v = x / (2 + x),
 * ln(1 + x) = 2 (v + v^3/3 + ...): for small v a sum of terms that do not cancel. */
static double h_over_square(double x, double y)
{
  const double v = x / (2.0 + x), v2 = v * v;
  if (fabs(v) > 0.2)
    return (y > 0.0 ? y * log(y) - x : 1.0) / x / x;
  double tail = 0.0;
  for (int k = 25; k >= 3; k -= 2)
    tail = tail * v2 + 1.0 / k;
  return (1.0 + (1.0 + v) * v * tail) * 0.5 * (1.0 - v);
}

double fairu_significance__ams(double s, double b)
{
  const double x = s / b;
  return s == 0.0 ? 0.0 : sqrt(2.0 * s * (x * h_over_square(x, 1.0 + x)));
}

/* A count n = s + b beside a control count b^2 / v of expectation (b / v) b: the background that fits both is b^ = (s v + b (b + v)) / (b + v),
 * and the two counts lie s b / c above and s v / c below it, relative to their expectation, c = s v + b (b + v). */
double fairu_significance__asimov(double s, double b, double sigma_b)
{
  const double r = sigma_b * (sigma_b / b); /* v / b */
  if (s == 0.0 || !isfinite(r))             /* control counts without end, none of them seen */
    return 0.0;
  const double c = s * r + b + b * r; /* c / b */
  const double fitted = c / (1.0 + r);
  const double main = s / c, control = s * r / c;
  const double first = main * h_over_square(main, 1.0 + main);
  const double second = r > 0.0 ? control * h_over_square(-control, b * (1.0 + r) / c) : 0.0;
  return sqrt(2.0 * main * fitted) * sqrt(first + second); /* main may be so small that its square is 0 */
}

/* With k = f^2 and n = s + b, Z^2 / 2 is n ln(n / b) - (n + 1 / k) ln[(1 + k n) / (1 + k b)]: its derivative in n is ln(1 + x),
 * x = s / (b (1 + k n)), the one in b at fixed n is -y, y = s / (b (1 + k b)). ln(1 + x) - y is taken as
 * (ln(1 + x) - x) + (x - y), in which nothing cancels. */
double fairu_significance__asimov_square(double s, double b, double f, double d[2])
{
  const double z = fairu_significance__asimov(s, b, f * b);
  const double k = f * f, above = 1.0 + k * (s + b), below = 1.0 + k * b;
  const double x = s / (b * above);
  const double curved = x * (x / (1.0 + x)) * (h_over_square(x, 1.0 + x) - 1.0);
  d[0] = 2.0 * log1p(x);
  d[1] = 2.0 * (curved - x * (k * s / below));
  return z * z;
}

/* The fitted background is b + d with d (b + v + sqrt((b + v)^2 + 4 s v)) = 2 s v, and (n - b - d) / (b + d) = d / v. */
double fairu_significance__ams1(double s, double b, double sigma_b)
{
  const double v = sigma_b * sigma_b;
  const double x = 2.0 * s / (b + v + hypot(b + v, 2.0 * sqrt(s) * sigma_b));
  if (s == 0.0)
    return 0.0;
  return x * sqrt(2.0 * (b + v * x) * h_over_square(x, 1.0 + x) + v);
}

/* The quantile is good to 1e-15 relative; one step of Newton's method on ln p puts back what the rounding of its argument cost. */
double fairu_significance__of_p(double p)
{
  const double z = fairu_normal__quantile_sf(p);
  if (!(p < 0.1) || !isfinite(z))
    return z;
  const double log_sf = fairu_normal__log_sf(z);
  const double hazard = exp(-0.5 * z * z - 0.91893853320467274178 - log_sf);
  return z + (log_sf - log(p)) / hazard;
}

double fairu_significance__p_of(double z)
{
  return fairu_normal__sf(z);
}
