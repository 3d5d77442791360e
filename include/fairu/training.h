/* fairu/training.h - training dense networks on labelled events.
 *
 * Deterministic: the same events, options and seed give the same bits with any number of threads and any
 * batch of calls (batches are cut into fixed slices whose gradients are added in slice order).
 * The method is what the training table holds: baseline: nominal events; augmented: events at many Z, Z hidden;
 * aware: the same with Z as a column named in `nuisances`.
 */
#ifndef FAIRU_TRAINING_H
#define FAIRU_TRAINING_H

#include <fairu/classifier.h>

FAIRU_BEGIN_DECLS

enum fairu_optimizer { FAIRU_ADAM = 1, FAIRU_SGD = 2, FAIRU_RMSPROP = 3 };

enum fairu_schedule {
  FAIRU_SCHEDULE_CONSTANT = 0,
  FAIRU_SCHEDULE_COSINE = 1, /* from learning_rate to learning_rate * final_rate over all steps */
  FAIRU_SCHEDULE_STEP = 2    /* times 1/5 after 3/5 and again after 4/5 of the steps */
};

/* Called after each epoch (from the calling thread). Non-zero ends training with the best network so far,
 * FAIRU_OK. validation_loss is NaN without a validation part. */
typedef int (*fairu_epoch_fn)(size_t epoch, double training_loss, double validation_loss, void *user_data);

typedef struct fairu_training_options {
  size_t struct_size;
  const char *const *features; /* columns used as features, required */
  size_t n_features;
  const char *const *nuisances; /* columns used as Z inputs, may be none */
  size_t n_nuisances;
  const size_t *hidden; /* widths of the hidden layers, default {64, 64} */
  size_t n_hidden;
  int activation;             /* of hidden layers, default FAIRU_RELU */
  int optimizer;              /* fairu_optimizer, default FAIRU_ADAM */
  int schedule;               /* fairu_schedule, default FAIRU_SCHEDULE_STEP */
  double learning_rate;       /* > 0, default 1e-3 */
  double final_rate;          /* of the cosine schedule, default 0.01 */
  double momentum;            /* SGD, default 0.9 */
  double l2;                  /* penalty l2 * |W|^2 on hidden weight matrices but the first, default 0 */
  size_t batch;               /* events a step, default 2048 */
  size_t epochs;              /* default 10 */
  double validation_fraction; /* 0 (default) <= f < 1, split by hash of (seed, id) */
  size_t patience;  /* epochs without improvement of the validation loss before stopping, 0: never */
  int standardise;  /* 1 (default): inputs get offset and scale from the training part */
  int balance;      /* 1 (default): class weight sums are scaled to be equal */
  const char *gate; /* nuisance that gates two sub-networks at gate_nominal; NULL: one network */
  double gate_nominal;
  uint64_t seed;           /* default 1 */
  fairu_epoch_fn on_epoch; /* may be NULL */
  void *user_data;
} fairu_training_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_training_options_init(fairu_training_options *options,
                                                          size_t struct_size);

typedef struct fairu_training_result {
  size_t struct_size;
  size_t epochs;          /* run */
  size_t best_epoch;      /* whose network is returned: last one, or best on validation with patience > 0 */
  uint64_t steps;         /* optimiser steps */
  double training_loss;   /* mean weighted binary cross-entropy of the last epoch, natural logarithm */
  double validation_loss; /* of best_epoch; NaN without a validation part */
} fairu_training_result;

/* Train a network with one sigmoid output by weighted binary cross-entropy on `events` (labels 0 and 1 required,
 * weights optional; signed weights enter the loss as they are). He-normal start for ReLU and ELU, Glorot for
 * the others. result may be NULL (else set struct_size first). Polls cancel and deadline, reports progress.
 * FAIRU_ERR_NOT_FOUND, FAIRU_ERR_EMPTY (a class without events), FAIRU_ERR_NON_FINITE (names row and column;
 * or the loss diverged), FAIRU_ERR_RANGE, FAIRU_ERR_ARGUMENT, FAIRU_ERR_OUT_OF_MEMORY. Since 0.1 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_train(fairu_context *ctx, const fairu_events *events,
                                                     const fairu_training_options *options,
                                                     fairu_training_result *result, fairu_classifier **out);

FAIRU_END_DECLS

#endif /* FAIRU_TRAINING_H */
