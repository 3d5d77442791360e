/* philox_between.h - numbers of a range by a generator of the library. */
#ifndef FAIRU_TESTS_LIKELIHOOD_PHILOX_BETWEEN_H
#define FAIRU_TESTS_LIKELIHOOD_PHILOX_BETWEEN_H

#include "numeric/philox.h"

static inline double philox_between(fairu_philox *rng, double low, double high)
{
  return low + (high - low) * fairu_philox__uniform(rng);
}

/* 0 to n - 1 */
static inline size_t philox_below(fairu_philox *rng, size_t n)
{
  return (size_t)((double)n * fairu_philox__uniform(rng));
}

#endif /* FAIRU_TESTS_LIKELIHOOD_PHILOX_BETWEEN_H */
