/* challenge.h - what the files of pseudo-experiments share. */
#ifndef FAIRU_COVERAGE_CHALLENGE_H
#define FAIRU_COVERAGE_CHALLENGE_H

#include <fairu/challenge.h>

/* Beyond its own seed, a pseudo-experiment of NumPy's generator uses seeds up to this much higher. */
enum { FAIRU_CHALLENGE_SEED_SPAN = 6 };

int fairu_challenge__check_generator(fairu_context *ctx, int generator);

/* Shuffle items [n] with a fresh generator of `seed`; toy tells shuffles of one seed apart (PHILOX). */
void fairu_challenge__shuffle(int generator, uint64_t seed, uint64_t toy, size_t n, size_t *items);

/* The pool as its processes: process_of [n_categories] by label. FAIRU_ERR_ARGUMENT, FAIRU_ERR_NOT_FOUND. */
int fairu_challenge__processes(fairu_context *ctx, const fairu_events *pool, int *process_of);

/* A pool ready to be drawn from. Arrays belong to the events and to scratch. */
typedef struct fairu_pool {
  fairu_challenge_experiment experiment;
  const double *weights;
  const int32_t *labels;
  const int *process_of; /* [n_categories] */
  const double *rate_of; /* [n_categories] */
  size_t n, n_categories;
  uint64_t first_row;
} fairu_pool;

#define FAIRU_POOL_MOST_MEAN 2147483648.0

/* Check experiment and events, without a look at single rows; scratch of ctx. */
int fairu_pool__open(fairu_context *ctx, const fairu_challenge_experiment *experiment,
                     const fairu_events *events, uint64_t first_row, fairu_pool *pool);

/* Process of a row, or -1 if it has none. */
int fairu_pool__process(const fairu_pool *pool, size_t row);

/* Say what is wrong with a row that cannot be drawn. */
int fairu_pool__refuse(const fairu_pool *pool, fairu_context *ctx, size_t row);

/* PHILOX: multiplicities of rows first .. first + n - 1 into counts [n]; means [n] is work space. */
int fairu_pool__draw(const fairu_pool *pool, fairu_context *worker, size_t first, size_t n, double *means,
                     uint32_t *counts);

/* Multiplicities of all, and their sum. */
int fairu_pool__counts(const fairu_pool *pool, fairu_context *ctx, uint32_t *counts, uint64_t *total);

/* Each row as often as counts says, in the order of the generator: rows [sum of counts]. Labels have been checked. */
int fairu_pool__rows(const fairu_pool *pool, fairu_context *ctx, const uint32_t *counts, size_t *rows);

#endif /* FAIRU_COVERAGE_CHALLENGE_H */
