/* draws.h - numbers for tests of random inputs: splitmix64, none of the library's own generators. */
#ifndef FAIRU_TESTS_SUPPORT_DRAWS_H
#define FAIRU_TESTS_SUPPORT_DRAWS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct draws {
  uint64_t state;
} draws;

static inline uint64_t draw(draws *d)
{
  uint64_t x = d->state += UINT64_C(0x9E3779B97F4A7C15);
  x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
  return x ^ (x >> 31);
}

/* 0 .. n-1 */
static inline size_t draw_below(draws *d, size_t n)
{
  return (size_t)(draw(d) % n);
}

/* [0, 1) */
static inline double draw_unit(draws *d)
{
  return (double)(draw(d) >> 11) * 0x1p-53;
}

static inline double draw_between(draws *d, double low, double high)
{
  return low + (high - low) * draw_unit(d);
}

/* Any 64 bits as a double: NaN and infinities too. */
static inline double draw_bits(draws *d)
{
  const uint64_t bits = draw(d);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#endif /* FAIRU_TESTS_SUPPORT_DRAWS_H */
