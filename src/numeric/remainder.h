/* remainder.h - what is left of y once its logarithm is taken: the heart of every Poisson term in deviance form. */
#ifndef FAIRU_NUMERIC_REMAINDER_H
#define FAIRU_NUMERIC_REMAINDER_H

#include <math.h>

/* y - ln(1 + y), y > -1, without cancellation for small y. */
static inline double fairu_remainder__log(double y)
{
  const double x = y / (2.0 + y);
  if (fabs(x) < 0.1) { /* ln(1 + y) = 2 atanh(x), y - 2 x = x y */
    const double q = x * x;
    const double s =
        1.0 / 3 +
        q * (1.0 / 5 +
             q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13 + q * (1.0 / 15 + q / 17))))));
    return x * (y - 2.0 * q * s);
  }
  return y - log1p(y);
}

#endif /* FAIRU_NUMERIC_REMAINDER_H */
