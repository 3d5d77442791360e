/* seeds.h - seeds of the parts of a training, all from one. */
#ifndef FAIRU_METHODS_SEEDS_H
#define FAIRU_METHODS_SEEDS_H

#include "numeric/philox.h"

enum fairu_method_seed { FAIRU_SEED_DRAWS = 0, FAIRU_SEED_SHARES = 1, FAIRU_SEED_SHIFTS = 2 };

static inline uint64_t fairu_method__seed(uint64_t seed, int purpose, uint64_t k)
{
  const uint32_t counter[4] = { (uint32_t)k, (uint32_t)(k >> 32), (uint32_t)purpose, FAIRU_STREAM_METHOD };
  uint32_t words[4];
  fairu_philox__block(seed, counter, words);
  return (uint64_t)words[1] << 32 | words[0];
}

#endif /* FAIRU_METHODS_SEEDS_H */
