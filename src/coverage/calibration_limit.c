/* calibration_limit.c - critical values of the Gaussian limit.
 *
 * Let the estimate be mu + z, z standard normal, and the range reach from mu - below to mu + above. Then t = z^2 as long as the estimate lies
 * within the range; beyond its lower end t = z^2 - (z + below)^2 = -2 z below - below^2, beyond its upper end alike. t <= c is therefore an interval
 * of z, from -a(below) to a(above), with a(d) = sqrt(c) where sqrt(c) <= d and (c + d^2) / (2 d) else.
 */
#include "coverage/calibration.h"

#include <math.h>

#include "numeric/special.h"

enum { MOST_STEPS = 60 };
static const double inverse_root_2pi = 0.39894228040143267794;

/* a(distance) for sqrt(c) = root, and its derivative in root. */
static double reach(double root, double distance, double *slope)
{
  *slope = 1.0;
  if (root <= distance)
    return root;
  *slope = distance > 0.0 ? root / distance : 0.0;
  return distance > 0.0 ? 0.5 * (root * root / distance + distance) : HUGE_VAL;
}

static double density(double x)
{
  return inverse_root_2pi * exp(-0.5 * x * x);
}

/* P(t <= root^2), and its derivative in root. */
static double content(double root, double below, double above, double *slope)
{
  double lower_slope, upper_slope;
  const double lower = reach(root, below, &lower_slope), upper = reach(root, above, &upper_slope);
  *slope = density(lower) * lower_slope + density(upper) * upper_slope;
  return fairu_normal__interval(-lower, upper);
}

double fairu_interval_calibration__limit(double level, double below, double above)
{
  const double most = fairu_normal__quantile(0.5 + 0.5 * level); /* ends only lower it */
  double low = 0.0, high = most, root = most;
  if (below >= most && above >= most)
    return most * most;
  for (int k = 0; k < MOST_STEPS && high - low > 1e-14 * most; k++) { /* Newton within a bracket */
    double slope;
    const double miss = content(root, below, above, &slope) - level;
    if (miss < 0.0)
      low = root;
    else
      high = root;
    const double next = root - miss / slope;
    if (fabs(next - root) < 1e-14 * most)
      break;
    root = next > low && next < high ? next : 0.5 * (low + high);
  }
  return root * root > 1e-12 ? root * root : 0.0;
}
