/* fairu/training.h - training dense networks on labelled events.
 *
 * Deterministic: the same events, options and seed give the same bits with any number of threads and any
 * batch of calls (batches are cut into fixed slices whose gradients are added in slice order). The method is
 * what the training table holds: baseline: nominal events; augmented: events at many Z, Z hidden; aware: the
 * same with Z as a column named in `nuisances`.
 */
#ifndef FAIRU_TRAINING_H
#define FAIRU_TRAINING_H

#include <fairu/classifier.h>

FAIRU_BEGIN_DECLS

enum fairu_optimiser { FAIRU_OPTIMISER_ADAM = 1, FAIRU_OPTIMISER_SGD = 2, FAIRU_OPTIMISER_RMSPROP = 3 };

enum fairu_loss {
  FAIRU_LOSS_BINARY = 1, /* weighted binary cross-entropy of labels 0 and 1, one sigmoid output */
  /* weighted cross-entropy of labels 0 .. n_classes - 1, softmax outputs */
  FAIRU_LOSS_CATEGORICAL = 2,
  FAIRU_LOSS_SQUARED = 3 /* weighted mean squared error of columns `targets`, linear outputs */
};

enum fairu_schedule {
  FAIRU_SCHEDULE_CONSTANT = 0,
  FAIRU_SCHEDULE_COSINE = 1, /* from learning_rate to learning_rate * final_rate over all steps */
  FAIRU_SCHEDULE_STEP = 2    /* times 1/5 after 3/5 and again after 4/5 of the steps */
};

/* Called after each epoch (from the calling thread). Non-zero ends training with the best network so far (and
 * the members before it), FAIRU_OK. validation_loss is NaN without a validation part. Epochs count on from
 * member to member; those that a checkpoint holds are not told again. */
typedef int (*fairu_epoch_fn)(size_t epoch, double training_loss, double validation_loss, void *user_data);

typedef struct fairu_training_options {
  size_t struct_size;
  const char *const *features; /* columns used as features, required */
  size_t n_features;
  const char *const *nuisances; /* columns used as Z inputs, may be none */
  size_t n_nuisances;
  int loss;                   /* fairu_loss, default FAIRU_LOSS_BINARY */
  size_t n_classes;           /* of the categorical loss; 0 (default): the largest label + 1 */
  const char *const *targets; /* [n_targets] columns of the squared loss */
  size_t n_targets;
  const size_t *hidden; /* widths of the hidden layers, default {64, 64} */
  size_t n_hidden;
  int activation; /* of hidden layers, default FAIRU_ACTIVATION_RELU */
  /* [n_hidden] one for each hidden layer instead of `activation`; NULL (default): that one for all */
  const int *activations;
  /* 0 (default) <= p < 1: share of hidden units set to 0 in training, to 1/65536; the others are scaled up
   * (arXiv:1207.0580) */
  double dropout;
  /* 1: sums of hidden layers are normalised before the activation, with statistics of blocks of 64 events
   * ("ghost batches", arXiv:1705.08741); folded into weights and biases of the finished network. Default 0 */
  int batch_norm;
  int optimiser;              /* fairu_optimiser, default FAIRU_OPTIMISER_ADAM */
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
  /* 1 (default) to 4096 networks trained with seeds seed, seed + 1, ..., whose mean is the classifier: see
   * fairu_classifier_create_ensemble */
  size_t members;
  /* [n_events * n_features * n_tangents] d feature / d Z_k in units of the feature, as from
   * fairu_systematics_tangents; finite. NULL: none. Nuisances as inputs do not move along. Not with
   * batch_norm, whose statistics would move with Z (FAIRU_ERR_UNSUPPORTED) */
  const float *tangents;
  size_t n_tangents;
  /* lambda >= 0, > 0 wants tangents: adds lambda times the weighted mean over events of sum_k (d logit / d
   * Z_k)^2 to training and validation loss (tangent propagation); of several outputs the sum over their
   * logits. What only moves by cuts and sentinels is not seen (fairu_systematics_migration), and where the
   * features that move are the only ones that inform, it can only lower confidence. Default 0 */
  double tangent_penalty;
  /* file written after every checkpoint_every epochs, atomically; NULL: none */
  const char *checkpoint;
  size_t checkpoint_every; /* default 1 */
  /* 1: go on from `checkpoint` if it is there: the same bits as a training that was never interrupted */
  int resume;
  uint64_t seed;           /* default 1 */
  fairu_epoch_fn on_epoch; /* may be NULL */
  void *user_data;
} fairu_training_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_training_options_init(fairu_training_options *options,
                                                          size_t struct_size);

typedef struct fairu_training_result {
  size_t struct_size;
  /* of several members: sums of epochs and steps, best_epoch of the first, means of losses */
  size_t epochs; /* run */
  /* whose network is returned: last one, or best on validation with patience > 0 */
  size_t best_epoch;
  uint64_t steps;         /* optimiser steps */
  double training_loss;   /* mean weighted loss of the last epoch, natural logarithm */
  double validation_loss; /* of best_epoch; NaN without a validation part */
} fairu_training_result;

/* Train a network on `events` by the loss of the options; weights are optional, signed ones enter the loss as
 * they are. Binary: labels 0 and 1 are required, one sigmoid output. Categorical: labels 0 .. n_classes - 1,
 * softmax outputs. Squared: labels are not read, one linear output per target, in the unit of its column; a
 * spread of order 1 is best. He-normal start for ReLU and ELU, Glorot for the others. result may be NULL
 * (else set struct_size first). Polls cancel and deadline, reports progress. FAIRU_ERR_NOT_FOUND,
 * FAIRU_ERR_DUPLICATE (a feature or nuisance twice), FAIRU_ERR_EMPTY (a class without events),
 * FAIRU_ERR_NON_FINITE (names row and column; or the loss diverged), FAIRU_ERR_RANGE, FAIRU_ERR_ARGUMENT (an
 * option; or the checkpoint is of other options or events), FAIRU_ERR_OUT_OF_MEMORY; of the checkpoint
 * FAIRU_ERR_IO, FAIRU_ERR_FORMAT and the other codes of files. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_train(fairu_context *ctx, const fairu_events *events,
                                                     const fairu_training_options *options,
                                                     fairu_training_result *result, fairu_classifier **out);

FAIRU_END_DECLS

#endif /* FAIRU_TRAINING_H */
