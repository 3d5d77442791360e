/* thirds.h - where a function with one minimum has it, by thirds of a range: slow and obvious. */
#ifndef FAIRU_TESTS_SUPPORT_THIRDS_H
#define FAIRU_TESTS_SUPPORT_THIRDS_H

typedef double (*thirds_fn)(double x, const void *data);

static inline double thirds_lowest(thirds_fn f, const void *data, double low, double high, int steps)
{
  for (int i = 0; i < steps; i++) {
    const double a = low + (high - low) / 3.0, b = high - (high - low) / 3.0;
    if (f(a, data) < f(b, data))
      high = b;
    else
      low = a;
  }
  return 0.5 * (low + high);
}

#endif /* FAIRU_TESTS_SUPPORT_THIRDS_H */
