/* training_set.h - labelled events as training wants them: one packed row per event, in the training or the validation part. */
#ifndef FAIRU_CLASSIFIER_TRAINING_SET_H
#define FAIRU_CLASSIFIER_TRAINING_SET_H

#include <fairu/training.h>

#include "base/context_internal.h"

typedef struct fairu_training_plan fairu_training_plan; /* strategy.h */

/* A row: inputs (standardised), weight, label, the side of the gate if there is one, and what the plan has more. Random access
 * touches one place. */
typedef struct fairu_training_part {
  float *rows; /* [n * width] */
  size_t n;
  double sum_weights;
} fairu_training_part;

typedef struct fairu_training_set {
  size_t n_inputs, width;
  int gated;
  size_t n_extra, first_extra;              /* floats of a row, and where they start */
  fairu_training_part training, validation; /* weights of training sum to n */
  double *offset, *scale;                   /* [n_inputs] or NULL */
  double *lower, *upper;                    /* [n_inputs] range in the training part */
} fairu_training_set;

/* Read, check, split, weigh and standardise. gate: input index, or n_inputs for none. Free in any case. */
int fairu_training_set__fill(fairu_training_set *set, fairu_context *ctx, const fairu_events *events,
                             const fairu_training_options *options, const fairu_training_plan *plan,
                             size_t gate);
void fairu_training_set__free(fairu_training_set *set, fairu_context *ctx);

#endif /* FAIRU_CLASSIFIER_TRAINING_SET_H */
