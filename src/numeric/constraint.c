/* constraint.c - constraint densities. */
#include "numeric/constraint.h"

#include <math.h>

#include "numeric/remainder.h"
#include "numeric/spline.h"

void fairu_constraint__gaussian(double theta, double aux, double width, double value[3])
{
  const double pull = (theta - aux) / width;
  value[0] = 0.5 * pull * pull;
  value[1] = pull / width;
  value[2] = 1.0 / (width * width);
}

/* ln theta is normal about ln aux with the given width: f = (ln(theta / aux) / width)^2 / 2, theta > 0. */
void fairu_constraint__log_normal(double theta, double aux, double width, double value[3])
{
  const double l = log(theta / aux), w2 = 1.0 / (width * width);
  value[0] = 0.5 * l * l * w2;
  value[1] = l * w2 / theta;
  value[2] = (1.0 - l) * w2 / (theta * theta);
}

void fairu_constraint__poisson(double theta, double aux, double tau, double value[3])
{
  value[1] = value[2] = 0.0;
  if (!(theta >= 0.0) || (theta == 0.0 && aux > 0.0)) {
    value[0] = HUGE_VAL;
    return;
  }
  if (!(aux > 0.0)) {
    value[0] = tau * theta;
    value[1] = tau;
    return;
  }
  const double excess = fma(tau, theta, -aux); /* rounded once: tau may be 1e11 */
  const double y = excess / aux;
  /* far below the count y is -1 within rounding */
  value[0] = y > -0.5 ? aux * fairu_remainder__log(y) : excess - aux * log(tau * theta / aux);
  value[1] = excess / theta;
  value[2] = aux / (theta * theta);
}

void fairu_constraint__tabulated(const double *z, const double *log_density, const double *moments, size_t n,
                                 double theta, double value[3])
{
  const size_t i = fairu_spline__find(z, n, theta);
  fairu_spline__evaluate(z[i], z[i + 1], log_density[i], log_density[i + 1], moments[i], moments[i + 1],
                         theta, value);
  for (int d = 0; d < 3; d++)
    value[d] = -value[d];
}
