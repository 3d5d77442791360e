/* param_difference.c - constraint terms at two values, subtracted before they are rounded. */
#include <math.h>

#include "likelihood/param.h"
#include "numeric/remainder.h"

/* ln(a / b) of a, b > 0 */
static double log_ratio(double a, double b)
{
  const double y = (a - b) / b;
  return fabs(y) < 0.5 ? log1p(y) : log(a / b);
}

/* tau (a - b) - aux ln(a / b) */
static double poisson(const fairu_param *param, double a, double b, double aux)
{
  if (!(aux > 0.0))
    return param->tau * (a - b);
  const double y = (a - b) / b;
  if (!(fabs(y) < 0.5))
    return param->tau * (a - b) - aux * log(a / b);
  return fma(param->tau, b, -aux) * y + aux * fairu_remainder__log(y);
}

static double prior(const fairu_param *param, double a, double b, double aux)
{
  double at_a[3], at_b[3];
  const double w2 = 1.0 / (param->width * param->width);
  switch (param->prior) {
  case FAIRU_PRIOR_GAUSSIAN:
    return 0.5 * (a - b) * ((a - aux) + (b - aux)) * w2;
  case FAIRU_PRIOR_LOG_NORMAL:
    return 0.5 * log_ratio(a, b) * (log_ratio(a, aux) + log_ratio(b, aux)) * w2;
  default:
    fairu_param__constraint(param, a, aux, at_a);
    fairu_param__constraint(param, b, aux, at_b);
    return at_a[0] - at_b[0];
  }
}

double fairu_param__difference(const fairu_param *param, double a, double b, double aux)
{
  if (a == b)
    return 0.0;
  if (param->constraint == FAIRU_CONSTRAINT_POISSON)
    return poisson(param, a, b, aux);
  return param->constraint == FAIRU_CONSTRAINT_PRIOR ? prior(param, a, b, aux) : 0.0;
}
