/* deviates.c - normal, Poisson and Gamma numbers from Philox words, by pinned arithmetic. */
#include <math.h>

#include "numeric/philox.h"
#include "numeric/pinned.h"

/* One uniform number each, so that a stream can be aligned between two runs. */
double fairu_philox__normal(fairu_philox *rng)
{
  return fairu_pinned__normal_quantile(fairu_philox__uniform(rng));
}

/* Inversion by sequential search. */
static double poisson_small(fairu_philox *rng, double mean)
{
  const double u = fairu_philox__uniform(rng);
  double p = fairu_pinned__exp(-mean), sum = p, k = 0.0;
  while (u > sum && p > 0x1p-70) {
    k += 1.0;
    p *= mean / k;
    sum += p;
  }
  return k;
}

/* Transformed rejection with squeeze, PTRS: W. Hoermann, Insurance: Mathematics and Economics 12 (1993) 39. The acceptance
 * test uses the deviance form: k ln mean - mean - ln k! has no correct digit left at means of 1e15. */
static double poisson_large(fairu_philox *rng, double mean)
{
  const double root = sqrt(mean), b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = fairu_philox__uniform(rng) - 0.5, v = fairu_philox__uniform(rng);
    const double us = 0.5 - fabs(u);
    const double k = floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r)
      return k;
    if (k < 0.0 || (us < 0.013 && v > us))
      continue;
    const double bound = -fairu_pinned__deviance(k, mean) - fairu_pinned__saturated(k);
    if (fairu_pinned__log(v * inverse_alpha / (a / (us * us) + b)) <= bound)
      return k;
  }
}

double fairu_philox__poisson(fairu_philox *rng, double mean)
{
  if (!(mean > 0.0))
    return 0.0;
  return mean < 10.0 ? poisson_small(rng, mean) : poisson_large(rng, mean);
}

/* shape >= 1 */
static double gamma_large(fairu_philox *rng, double shape)
{
  const double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
  for (;;) {
    const double x = fairu_philox__normal(rng), root = 1.0 + c * x, square = x * x;
    if (!(root > 0.0))
      continue;
    const double v = root * root * root, u = fairu_philox__uniform(rng);
    if (u < 1.0 - 0.0331 * square * square ||
        fairu_pinned__log(u) < 0.5 * square + d * (1.0 - v + fairu_pinned__log(v)))
      return d * v;
  }
}

double fairu_philox__gamma(fairu_philox *rng, double shape)
{
  if (shape >= 1.0)
    return gamma_large(rng, shape);
  const double u = fairu_philox__uniform(rng); /* Gamma(a) = Gamma(a + 1) U^(1/a) */
  return gamma_large(rng, shape + 1.0) * fairu_pinned__exp(fairu_pinned__log(u) / shape);
}
