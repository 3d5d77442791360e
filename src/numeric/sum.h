/* sum.h - compensated sum (Neumaier 1974): error independent of n to first order. Order matters: fix it. */
#ifndef FAIRU_NUMERIC_SUM_H
#define FAIRU_NUMERIC_SUM_H

#include <math.h>

typedef struct fairu_sum {
  double total, carry;
} fairu_sum;

static inline void fairu_sum__add(fairu_sum *sum, double x)
{
  const double t = sum->total + x;
  sum->carry += fabs(sum->total) >= fabs(x) ? (sum->total - t) + x : (x - t) + sum->total;
  sum->total = t;
}

static inline double fairu_sum__value(const fairu_sum *sum)
{
  return sum->total + sum->carry;
}

/* The power of two that weights of up to `largest` are multiplied with, so that their products neither overflow nor vanish. */
static inline double fairu_sum__unit(double largest)
{
  int exponent = 0;
  if (largest > 0.0)
    (void)frexp(largest, &exponent);
  return ldexp(1.0, exponent < -1022 ? 1022 : -exponent);
}

#endif /* FAIRU_NUMERIC_SUM_H */
