/* numpy_random.c - MT19937 (Matsumoto and Nishimura 1998) and the deviates that NumPy's RandomState makes of it.
 *
 * The order of every operation is part of the interface: NumPy promises these streams for ever. */
#include <math.h>

#include "numeric/numpy_random.h"

enum { WORDS = FAIRU_NUMPY_RANDOM_WORDS, SHIFT = 397 };

void fairu_numpy_random__seed(fairu_numpy_random *rng, uint32_t seed)
{
  for (uint32_t i = 0; i < WORDS; i++) {
    rng->key[i] = seed;
    seed = UINT32_C(1812433253) * (seed ^ seed >> 30) + i + 1;
  }
  rng->used = WORDS;
  rng->has_gauss = 0;
  rng->gauss = 0.0;
}

/* The next word to mix, as an index in [1, WORDS): the first word follows the last. */
static uint32_t next_mixed(uint32_t *key, uint32_t i)
{
  if (++i < WORDS)
    return i;
  key[0] = key[WORDS - 1];
  return 1;
}

void fairu_numpy_random__seed_array(fairu_numpy_random *rng, const uint32_t *seed, size_t n)
{
  fairu_numpy_random__seed(rng, UINT32_C(19650218));
  uint32_t *key = rng->key, i = 1;
  const size_t rounds = n > WORDS ? n : WORDS;
  for (size_t k = 0, j = 0; k < rounds; k++, j = j + 1 < n ? j + 1 : 0) {
    key[i] = (key[i] ^ (key[i - 1] ^ key[i - 1] >> 30) * UINT32_C(1664525)) + seed[j] + (uint32_t)j;
    i = next_mixed(key, i);
  }
  for (uint32_t k = 1; k < WORDS; k++) {
    key[i] = (key[i] ^ (key[i - 1] ^ key[i - 1] >> 30) * UINT32_C(1566083941)) - i;
    i = next_mixed(key, i);
  }
  key[0] = UINT32_C(0x80000000);
}

static uint32_t twisted(uint32_t high, uint32_t low, uint32_t far)
{
  const uint32_t y = (high & UINT32_C(0x80000000)) | (low & UINT32_C(0x7fffffff));
  return far ^ y >> 1 ^ ((0u - (y & 1u)) & UINT32_C(0x9908b0df));
}

static void renew(uint32_t *key)
{
  uint32_t i = 0;
  for (; i < WORDS - SHIFT; i++)
    key[i] = twisted(key[i], key[i + 1], key[i + SHIFT]);
  for (; i < WORDS - 1; i++)
    key[i] = twisted(key[i], key[i + 1], key[i + SHIFT - WORDS]);
  key[WORDS - 1] = twisted(key[WORDS - 1], key[0], key[SHIFT - 1]);
}

uint32_t fairu_numpy_random__u32(fairu_numpy_random *rng)
{
  if (rng->used == WORDS) {
    renew(rng->key);
    rng->used = 0;
  }
  uint32_t y = rng->key[rng->used++];
  y ^= y >> 11;
  y ^= y << 7 & UINT32_C(0x9d2c5680);
  y ^= y << 15 & UINT32_C(0xefc60000);
  return y ^ y >> 18;
}

double fairu_numpy_random__sample(fairu_numpy_random *rng)
{
  const uint32_t a = fairu_numpy_random__u32(rng) >> 5;
  const uint32_t b = fairu_numpy_random__u32(rng) >> 6;
  return (a * 67108864.0 + b) / 9007199254740992.0;
}

double fairu_numpy_random__uniform(fairu_numpy_random *rng, double low, double high)
{
  return low + (high - low) * fairu_numpy_random__sample(rng);
}

double fairu_numpy_random__gauss(fairu_numpy_random *rng)
{
  if (rng->has_gauss) {
    rng->has_gauss = 0;
    return rng->gauss;
  }
  double x1, x2, r2;
  do {
    x1 = 2.0 * fairu_numpy_random__sample(rng) - 1.0;
    x2 = 2.0 * fairu_numpy_random__sample(rng) - 1.0;
    r2 = x1 * x1 + x2 * x2;
  } while (r2 >= 1.0 || !(r2 > 0.0));
  const double f = sqrt(-2.0 * log(r2) / r2);
  rng->gauss = f * x1;
  rng->has_gauss = 1;
  return f * x2;
}

double fairu_numpy_random__normal(fairu_numpy_random *rng, double mean, double sigma)
{
  return mean + sigma * fairu_numpy_random__gauss(rng);
}

double fairu_numpy_random__lognormal(fairu_numpy_random *rng, double mean, double sigma)
{
  return exp(fairu_numpy_random__normal(rng, mean, sigma));
}

/* exp(-mean) >= 1 - mean: most draws of small means need no exponential. The margin covers both roundings. */
static int64_t poisson_product(fairu_numpy_random *rng, double mean)
{
  double product = fairu_numpy_random__sample(rng);
  if (product < 1.0 - mean - 0x1p-50)
    return 0;
  const double limit = exp(-mean);
  int64_t k = 0;
  while (product > limit) {
    product *= fairu_numpy_random__sample(rng);
    k++;
  }
  return k;
}

/* ln Gamma(x), x >= 1, as NumPy rounds it. */
static double log_gamma(double x)
{
  static const double series[10] = { 8.333333333333333e-02,  -2.777777777777778e-03, 7.936507936507937e-04,
                                     -5.952380952380952e-04, 8.417508417508418e-04,  -1.917526917526918e-03,
                                     6.410256410256410e-03,  -2.955065359477124e-02, 1.796443723688307e-01,
                                     -1.39243221690590e+00 };
  if (x <= 1.0 || (x >= 2.0 && x <= 2.0))
    return 0.0;
  const int shifted = x < 7.0 ? (int)(7.0 - x) : 0;
  double x0 = x + shifted;
  const double x2 = (1.0 / x0) * (1.0 / x0);
  double sum = series[9];
  for (int k = 8; k >= 0; k--)
    sum = sum * x2 + series[k];
  double result = sum / x0 + 0.5 * 1.8378770664093453e+00 + (x0 - 0.5) * log(x0) - x0;
  for (int k = 0; k < shifted; k++) {
    x0 -= 1.0;
    result -= log(x0);
  }
  return result;
}

static int64_t poisson_ptrs(fairu_numpy_random *rng, double mean)
{
  const double log_mean = log(mean), b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = fairu_numpy_random__sample(rng) - 0.5, v = fairu_numpy_random__sample(rng);
    const double us = 0.5 - fabs(u), k = floor((2.0 * a / us + b) * u + mean + 0.43);
    if (!(k < 9223372036854775808.0)) /* NumPy converts to the least integer, which is negative */
      continue;
    if (us >= 0.07 && v <= v_r)
      return (int64_t)k;
    if (k < 0.0 || (us < 0.013 && v > us))
      continue;
    if (log(v) + log(inverse_alpha) - log(a / (us * us) + b) <= -mean + k * log_mean - log_gamma(k + 1.0))
      return (int64_t)k;
  }
}

int64_t fairu_numpy_random__poisson(fairu_numpy_random *rng, double mean)
{
  if (mean >= 10.0)
    return poisson_ptrs(rng, mean);
  return mean > 0.0 ? poisson_product(rng, mean) : 0;
}

static uint64_t masked_word(fairu_numpy_random *rng, uint64_t mask)
{
  if (mask <= UINT32_MAX)
    return fairu_numpy_random__u32(rng) & mask;
  const uint64_t high = fairu_numpy_random__u32(rng);
  return (high << 32 | fairu_numpy_random__u32(rng)) & mask;
}

uint64_t fairu_numpy_random__bounded(fairu_numpy_random *rng, uint64_t max)
{
  if (max == 0)
    return 0;
  uint64_t mask = max, value;
  for (unsigned shift = 1; shift < 64; shift *= 2)
    mask |= mask >> shift;
  do
    value = masked_word(rng, mask);
  while (value > max);
  return value;
}

void fairu_numpy_random__shuffle(fairu_numpy_random *rng, size_t n, size_t *items)
{
  for (size_t i = n; i-- > 1;) {
    const size_t j = (size_t)fairu_numpy_random__bounded(rng, i), item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
}

void fairu_numpy_random__permutation(fairu_numpy_random *rng, size_t n, size_t *items)
{
  for (size_t i = 0; i < n; i++)
    items[i] = i;
  fairu_numpy_random__shuffle(rng, n, items);
}

void fairu_numpy_random__choice(fairu_numpy_random *rng, size_t n, size_t size, size_t *items)
{
  for (size_t i = 0; i < size; i++)
    items[i] = (size_t)fairu_numpy_random__bounded(rng, (uint64_t)n - 1);
}
