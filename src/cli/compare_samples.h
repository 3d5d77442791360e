/* compare_samples.h - the events of one seed: for training, for templates, as data. Disjoint. */
#ifndef FAIRU_CLI_COMPARE_SAMPLES_H
#define FAIRU_CLI_COMPARE_SAMPLES_H

#include "compare_results.h"

typedef struct compare_samples {
  compare_pool training, templates, data;
} compare_samples;

/* Made events: random ones of the seed for training and templates, even ones, the same for all seeds, as data. Simulated events: three parts
 * by a hash of the id and the seed, each with the weights of the whole. */
int compare_samples_create(cli *c, const compare_options *options, uint64_t seed, compare_samples *out);
void compare_samples_clear(compare_samples *samples);

#endif /* FAIRU_CLI_COMPARE_SAMPLES_H */
