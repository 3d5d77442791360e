/* philox.h - counter-based random numbers: Philox4x32-10 (Salmon et al., SC11) and deviates pinned to it.
 *
 * key = seed, counter = (draw, row or bin, toy, stream). All words of a counter are one block of four 32-bit numbers.
 * Deviates are plain scalar arithmetic without fused operations: the same on any machine.
 */
#ifndef FAIRU_NUMERIC_PHILOX_H
#define FAIRU_NUMERIC_PHILOX_H

#include <stddef.h>
#include <stdint.h>

void fairu_philox__block(uint64_t key, const uint32_t counter[4], uint32_t words[4]);

/* A position in the stream of one (seed, stream, toy, index): each draw advances `draw`. */
typedef struct fairu_philox {
  uint64_t key;
  uint32_t counter
      [4]; /* draw, index, toy, stream: 64-bit index and toy are folded with the stream word, see philox.c */
  uint32_t words[4];
  unsigned used;
} fairu_philox;

/* Streams in use, so that two purposes never share numbers. */
enum fairu_stream {
  FAIRU_STREAM_USER = 0,
  FAIRU_STREAM_SPLIT = 1,
  FAIRU_STREAM_SHUFFLE = 2,
  FAIRU_STREAM_WEIGHTS = 3, /* initial network weights */
  FAIRU_STREAM_COUNTS = 4,  /* main counts of toys, per bin */
  FAIRU_STREAM_ROWS = 5,    /* multiplicities of toys, per row */
  FAIRU_STREAM_AUX = 6,     /* auxiliary data of toys */
  FAIRU_STREAM_SYSTEMATICS = 7,
  FAIRU_STREAM_PSEUDO = 8,               /* true values, nuisances and seeds of pseudo-experiments */
  FAIRU_STREAM_PRIOR = 9,                /* values of nuisances, by name */
  FAIRU_STREAM_METHOD = 10,              /* seeds of the parts of a training */
  FAIRU_STREAM_DROPOUT = 11,             /* units left out of a step of training */
  FAIRU_STREAM_HYPOTHESIS = 16,          /* keys of the hypotheses of a calibration; with these keys: */
  FAIRU_STREAM_TRUE_NUISANCE = 17,       /* true values of nuisances, per parameter */
  FAIRU_STREAM_TEMPLATE_STATISTICS = 18, /* factors of templates, per process and bin */
  FAIRU_STREAM_POOL_STATISTICS = 19      /* factors of the pool of the data, per process and bin */
};

fairu_philox fairu_philox__start(uint64_t seed, uint32_t stream, uint64_t toy, uint64_t index);
uint32_t fairu_philox__u32(fairu_philox *rng);
uint64_t fairu_philox__u64(fairu_philox *rng);
double fairu_philox__uniform(fairu_philox *rng); /* 52 bits, in (0, 1): (k + 1/2) 2^-52, exact */
double fairu_philox__normal(fairu_philox *rng);  /* one uniform through the inverse CDF: pinned */
double fairu_philox__poisson(fairu_philox *rng,
                             double mean); /* exact for any mean >= 0 (PTRS, Hoermann 1993, above 10) */
/* Gamma deviate of mean `shape` and variance `shape`, shape > 0: Marsaglia and Tsang, ACM TOMS 26 (2000) 363. */
double fairu_philox__gamma(fairu_philox *rng, double shape);
uint64_t fairu_philox__below(fairu_philox *rng, uint64_t n); /* unbiased in [0, n) */

/* Poisson multiplicities of rows first .. first + n - 1 (stream ROWS; four rows share a block, so any chunking gives the same
 * numbers): means [n], out [n]. Fast for means << 1. */
void fairu_philox__poisson_rows(uint64_t seed, uint64_t toy, uint32_t table, uint64_t first, size_t n,
                                const double *means, double scale, uint32_t *out);

/* The same on machines of at most this level (0, 3, 4): for tests, which find the same numbers. */
void fairu_philox__poisson_rows_on(int level, uint64_t seed, uint64_t toy, uint32_t table, uint64_t first,
                                   size_t n, const double *means, double scale, uint32_t *out);

#endif /* FAIRU_NUMERIC_PHILOX_H */
