/* calibration_limit.c - critical values of the Gaussian limit.
 *
 * Let the estimate be mu + z, z standard normal, and the range reach from mu - below to mu + above. Then t = z^2 as long as the estimate lies
 * within the range; beyond its lower end t = z^2 - (z + below)^2 = -2 z below - below^2, beyond its upper end alike. t <= c is therefore an interval
 * of z, from -a(below) to a(above), with a(d) = sqrt(c) where sqrt(c) <= d and (c + d^2) / (2 d) else.
 */
#include "coverage/calibration.h"

#include <math.h>

#include "numeric/special.h"

enum { HALVINGS = 60 };

static double reach(double root, double distance)
{
  if (root <= distance)
    return root;
  return distance > 0.0 ? 0.5 * (root * root / distance + distance) : HUGE_VAL;
}

static double content(double root, double below, double above)
{
  return fairu_normal__interval(-reach(root, below), reach(root, above));
}

double fairu_calibration__limit(double level, double below, double above)
{
  const double most = fairu_normal__quantile(0.5 + 0.5 * level); /* ends only lower it */
  double low = 0.0, high = most;
  if (below >= most && above >= most)
    return most * most;
  for (int k = 0; k < HALVINGS && high - low > 1e-15 * most; k++) {
    const double middle = 0.5 * (low + high);
    if (content(middle, below, above) < level)
      low = middle;
    else
      high = middle;
  }
  return high * high > 1e-12 ? high * high : 0.0;
}
