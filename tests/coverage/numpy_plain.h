/* numpy_plain.h - numpy.random.RandomState written down plainly from its papers: MT19937, the polar method, Poisson numbers by products and by
 * transformed rejection, shuffles by masked rejection. The second implementation that the challenge's draws are held against. */
#ifndef FAIRU_TESTS_COVERAGE_NUMPY_PLAIN_H
#define FAIRU_TESTS_COVERAGE_NUMPY_PLAIN_H

#include "support/support.h"

enum { PLAIN_WORDS = 624 };

typedef struct plain_numpy {
  uint32_t x[PLAIN_WORDS]; /* x[i] of the recurrence, the oldest at `next` */
  size_t next;
  double spare;
  int has_spare;
} plain_numpy;

static inline plain_numpy plain_seed(uint32_t seed)
{
  plain_numpy r = { .next = 0 };
  r.x[0] = seed;
  for (uint32_t i = 1; i < PLAIN_WORDS; i++)
    r.x[i] = 1812433253u * (r.x[i - 1] ^ r.x[i - 1] >> 30) + i;
  return r;
}

/* One word of the recurrence at a time. */
static inline uint32_t plain_word(plain_numpy *r)
{
  const size_t i = r->next;
  const uint32_t joined = (r->x[i] & 0x80000000u) | (r->x[(i + 1) % PLAIN_WORDS] & 0x7fffffffu);
  uint32_t y = r->x[(i + 397) % PLAIN_WORDS] ^ joined >> 1 ^ (joined & 1 ? 0x9908b0dfu : 0);
  r->x[i] = y;
  r->next = (i + 1) % PLAIN_WORDS;
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

static inline double plain_unit(plain_numpy *r)
{
  const double high = plain_word(r) >> 5, low = plain_word(r) >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

static inline double plain_normal(plain_numpy *r)
{
  double x, y, square;
  if (r->has_spare) {
    r->has_spare = 0;
    return r->spare;
  }
  do {
    x = 2.0 * plain_unit(r) - 1.0;
    y = 2.0 * plain_unit(r) - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  const double f = sqrt(-2.0 * log(square) / square);
  r->spare = f * x;
  r->has_spare = 1;
  return f * y;
}

/* PTRS (Hoermann 1993) from 10 on. */
static inline uint32_t plain_poisson(plain_numpy *r, double mean)
{
  if (mean == 0.0)
    return 0;
  if (mean < 10.0) {
    uint32_t n = 0;
    for (double product = plain_unit(r); product > exp(-mean); product *= plain_unit(r))
      n++;
    return n;
  }
  const double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = plain_unit(r) - 0.5, v = plain_unit(r), s = 0.5 - fabs(u);
    const double k = floor((2.0 * a / s + b) * u + mean + 0.43);
    if (s >= 0.07 && v <= v_r)
      return (uint32_t)k;
    if (k < 0.0 || (s < 0.013 && v > s))
      continue;
    if (log(v * inverse_alpha / (a / (s * s) + b)) <= k * log(mean) - mean - lgamma(k + 1.0))
      return (uint32_t)k;
  }
}

static inline void plain_shuffle(plain_numpy *r, uint64_t *items, size_t n)
{
  for (size_t i = n; i-- > 1;) {
    uint32_t mask = 1, j;
    while (mask < i)
      mask = mask << 1 | 1;
    do
      j = plain_word(r) & mask;
    while (j > i);
    const uint64_t kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
}

#endif /* FAIRU_TESTS_COVERAGE_NUMPY_PLAIN_H */
