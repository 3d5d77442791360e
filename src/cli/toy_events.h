/* toy_events.h - events of the toy: made at the nominal angle, turned by the systematics layer. */
#ifndef FAIRU_CLI_TOY_EVENTS_H
#define FAIRU_CLI_TOY_EVENTS_H

#include <fairu/fairu.h>

#include "toy_model.h"

enum toy_sampling {
  TOY_RANDOM = 0, /* pseudo-random: fluctuates as real simulation does */
  TOY_EVEN =
      1 /* additive recurrence of two irrationals (R2), importance-weighted: stands for the expectation */
};

/* SplitMix64 as a function of its counter; number i of a stream in (0, 1). */
uint64_t toy_mix(uint64_t x);
double toy_uniform(uint64_t key, uint64_t i);

/* n events of one process with columns x, y, label 1 (signal) or 0, weights that add up to its yield at mu = 1. */
int toy_events_create(fairu_context *ctx, int process, size_t n, int sampling, uint64_t seed,
                      fairu_events **out);

/* n of each process, signal first. */
int toy_events_both(fairu_context *ctx, size_t n, int sampling, uint64_t seed, fairu_events **out);

/* Nuisance z that rotates (x, y) from the nominal angle. */
int toy_systematics_create(fairu_context *ctx, fairu_systematics **out);

/* The same for training: z is flat between two angles. */
int toy_training_create(fairu_context *ctx, double lower, double upper, fairu_systematics **out);

/* Both processes, for filling, data and toys. */
typedef struct toy_pool {
  fairu_events *events[2]; /* by toy_process */
  fairu_systematics *systematics;
} toy_pool;

int toy_pool_create(fairu_context *ctx, size_t n_per_class, int sampling, uint64_t seed, toy_pool *out);
void toy_pool_clear(toy_pool *pool);

#endif /* FAIRU_CLI_TOY_EVENTS_H */
