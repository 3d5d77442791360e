/* polygamma.h - digamma and trigamma on their own, an oracle for numeric/stirling.h, which has them beside ln Gamma. */
#ifndef FAIRU_TESTS_NUMERIC_POLYGAMMA_H
#define FAIRU_TESTS_NUMERIC_POLYGAMMA_H

#include <math.h>

/* Up to 12 by recurrence, asymptotic series beyond. */
static inline double digamma(double x)
{
  double below = 0.0;
  for (; x < 12.0; x += 1.0)
    below += 1.0 / x;
  const double z = 1.0 / (x * x);
  double s = 3617.0 / 8160 * z;
  s = (1.0 / 12 - s) * z;
  s = (691.0 / 32760 - s) * z;
  s = (1.0 / 132 - s) * z;
  s = (1.0 / 240 - s) * z;
  s = (1.0 / 252 - s) * z;
  s = (1.0 / 120 - s) * z;
  s = (1.0 / 12 - s) * z;
  return log(x) - 0.5 / x - s - below;
}

static inline double trigamma(double x)
{
  double below = 0.0;
  for (; x < 12.0; x += 1.0)
    below += 1.0 / (x * x);
  const double z = 1.0 / (x * x);
  double s = 3617.0 / 510 * z;
  s = (7.0 / 6 - s) * z;
  s = (691.0 / 2730 - s) * z;
  s = (5.0 / 66 - s) * z;
  s = (1.0 / 30 - s) * z;
  s = (1.0 / 42 - s) * z;
  s = (1.0 / 30 - s) * z;
  s = (1.0 / 6 - s) * z;
  return (1.0 + 0.5 / x + s) / x + below;
}

#endif /* FAIRU_TESTS_NUMERIC_POLYGAMMA_H */
