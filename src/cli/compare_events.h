/* compare_events.h - events of a problem, made at nominal Z. */
#ifndef FAIRU_CLI_COMPARE_EVENTS_H
#define FAIRU_CLI_COMPARE_EVENTS_H

#include "compare_problem.h"

enum compare_sampling {
  COMPARE_RANDOM = 0, /* pseudo-random: fluctuates as simulation does */
  COMPARE_EVEN = 1    /* evenly spread over the unit cube (Halton): stands for the expectation */
};

/* n events of a class: its features and COMPARE_MOVES, its label, weights that add up to its yield at mu = 1. Other seeds and other
 * sampling give other events. */
int compare_events_create(fairu_context *ctx, const compare_problem *problem, int label, size_t n,
                          int sampling, uint64_t seed, fairu_events **out);

/* Both classes, for templates and data. */
typedef struct compare_pool {
  fairu_events *classes[COMPARE_CLASSES];
} compare_pool;

int compare_pool_create(fairu_context *ctx, const compare_problem *problem, size_t n_per_class, int sampling,
                        uint64_t seed, compare_pool *out);
void compare_pool_clear(compare_pool *pool);

#endif /* FAIRU_CLI_COMPARE_EVENTS_H */
