/* numpy_random.h - the random numbers of numpy.random.RandomState, word for word and bit for bit.
 *
 * For work that must repeat draws made by Python (pseudo-experiments of a challenge, bootstrap replicas); everything
 * else takes numeric/philox.h. The state is the caller's (2.5 kB). log, exp and sqrt are those of libm, as in NumPy:
 * words, doubles and bounded integers are the same on any machine, Gaussians and Poisson numbers wherever libm is
 * (glibc since 2.28; its log and exp are within one unit in the last place and may differ there with and without FMA).
 */
#ifndef FAIRU_NUMERIC_NUMPY_RANDOM_H
#define FAIRU_NUMERIC_NUMPY_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { FAIRU_NUMPY_RANDOM_WORDS = 624 };

typedef struct fairu_numpy_random {
  uint32_t key[FAIRU_NUMPY_RANDOM_WORDS]; /* MT19937 */
  uint32_t used;                          /* words of key that were handed out */
  uint32_t has_gauss;
  double gauss; /* second deviate of a pair, for the next call */
} fairu_numpy_random;

/* RandomState(seed) of an integer and of an array of n >= 1 integers. */
void fairu_numpy_random__seed(fairu_numpy_random *rng, uint32_t seed);
void fairu_numpy_random__seed_array(fairu_numpy_random *rng, const uint32_t *seed, size_t n);

uint32_t fairu_numpy_random__u32(fairu_numpy_random *rng);
double fairu_numpy_random__sample(fairu_numpy_random *rng); /* random_sample(): 53 bits, in [0, 1) */
double fairu_numpy_random__uniform(fairu_numpy_random *rng, double low, double high);
double fairu_numpy_random__gauss(fairu_numpy_random *rng); /* standard_normal(): polar method, in pairs */
double fairu_numpy_random__normal(fairu_numpy_random *rng, double mean, double sigma);
double fairu_numpy_random__lognormal(fairu_numpy_random *rng, double mean, double sigma);
/* mean in [0, 9.2e18]: products of uniforms below 10, PTRS (Hoermann 1993) above; no draw for 0. */
int64_t fairu_numpy_random__poisson(fairu_numpy_random *rng, double mean);
/* randint(0, max + 1) of 64-bit integers: masked rejection, in [0, max]; no draw for 0. */
uint64_t fairu_numpy_random__bounded(fairu_numpy_random *rng, uint64_t max);
void fairu_numpy_random__shuffle(fairu_numpy_random *rng, size_t n, size_t *items);
void fairu_numpy_random__permutation(fairu_numpy_random *rng, size_t n, size_t *items); /* of 0 ... n - 1 */
/* choice(n, size): with replacement, n >= 1. (Without: the first `size` of permutation(n).) */
void fairu_numpy_random__choice(fairu_numpy_random *rng, size_t n, size_t size, size_t *items);

#endif /* FAIRU_NUMERIC_NUMPY_RANDOM_H */
