/* optimiser.h - steps down a gradient: Adam, RMSprop, momentum. */
#ifndef FAIRU_CLASSIFIER_OPTIMIZER_H
#define FAIRU_CLASSIFIER_OPTIMIZER_H

#include <fairu/training.h>

#include "numeric/kernels.h"

typedef struct fairu_optimiser_state {
  int rule; /* fairu_optimiser */
  double momentum;
  size_t n;
  float *first;  /* [n] zero at the start: mean gradient (Adam) or velocity (SGD) */
  float *second; /* [n] zero at the start: mean squared gradient */
  uint64_t steps;
  const fairu_kernels *kernels;
} fairu_optimiser_state;

void fairu_optimiser__step(fairu_optimiser_state *state, double rate, const float *gradient,
                           float *parameters);

/* Learning rate of step `step` (from 0) of `total`. */
double fairu_schedule__rate(const fairu_training_options *options, uint64_t step, uint64_t total);

#endif /* FAIRU_CLASSIFIER_OPTIMIZER_H */
