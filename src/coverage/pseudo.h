/* pseudo.h - what the files of pseudo-experiments share. */
#ifndef FAIRU_COVERAGE_PSEUDO_H
#define FAIRU_COVERAGE_PSEUDO_H

#include <fairu/pseudo.h>

/* Beyond its own seed, a pseudo-experiment of NumPy's generator uses seeds up to this much higher. */
enum { FAIRU_PSEUDO_SEED_SPAN = 6 };

int fairu_pseudo__check_generator(fairu_context *ctx, int generator);

/* Shuffle items [n] with a fresh generator of `seed`; toy tells shuffles of one seed apart (PHILOX). */
void fairu_pseudo__shuffle(int generator, uint64_t seed, uint64_t toy, size_t n, size_t *items);

/* The pool as its processes: process_of [n_categories] by label. FAIRU_ERR_ARGUMENT, FAIRU_ERR_NOT_FOUND. */
int fairu_pseudo__processes(fairu_context *ctx, const fairu_events *pool, int *process_of);

#endif /* FAIRU_COVERAGE_PSEUDO_H */
