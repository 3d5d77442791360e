/* trainer.h - parameters under training, and one optimiser step on a batch. */
#ifndef FAIRU_CLASSIFIER_TRAINER_H
#define FAIRU_CLASSIFIER_TRAINER_H

#include "classifier/optimizer.h"
#include "classifier/pass.h"
#include "classifier/training_set.h"

typedef struct fairu_trainer {
  const fairu_training_options *options;
  fairu_training_set set;
  fairu_shape shape;                    /* of one stack; its last layer is linear: the logit */
  size_t *widths;                       /* [n_layers + 1] */
  int *activations;                     /* [n_layers] */
  size_t n_stacks;                      /* 2 behind a gate, else 1 */
  size_t n_stack, n_parameters;         /* parameters of one stack, of all */
  float *parameters, *gradient, *best;  /* [n_parameters] */
  uint32_t *order;                      /* [training.n] rows in the order of this epoch */
  size_t batch, slice_events, n_slices; /* slices of a batch: fixed by the batch alone, so the bits are too */
  float *slice_gradient;                /* [n_slices * n_parameters] */
  double *losses;                       /* [n_slices or chunks of validation] */
  fairu_optimizer_state optimizer;
} fairu_trainer;

int fairu_trainer__create(fairu_trainer *trainer, fairu_context *ctx, const fairu_events *events,
                          const fairu_training_options *options, size_t gate);
void fairu_trainer__free(fairu_trainer *trainer, fairu_context *ctx);

/* New order of rows for an epoch. */
void fairu_trainer__shuffle(fairu_trainer *trainer, size_t epoch);

/* Gradient of the mean loss over order[first .. first + n - 1] into gradient (penalty included); *loss = sum of weight * loss. */
int fairu_trainer__gradient(fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n, double *loss);

/* Mean loss of the validation part. */
int fairu_trainer__validate(fairu_trainer *trainer, fairu_context *ctx, double *loss);

/* The network of `parameters`. */
int fairu_trainer__classifier(const fairu_trainer *trainer, fairu_context *ctx, const float *parameters,
                              fairu_classifier **out);

#endif /* FAIRU_CLASSIFIER_TRAINER_H */
