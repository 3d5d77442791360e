/* trainer.h - one network under training: its rows, its stack, and passes over them. */
#ifndef FAIRU_CLASSIFIER_TRAINER_H
#define FAIRU_CLASSIFIER_TRAINER_H

#include <math.h>

#include "classifier/strategy.h"

struct fairu_trainer {
  const fairu_training_options *options;
  const fairu_training_plan *plan;
  const fairu_strategy *strategy;
  fairu_training_set set;
  fairu_stack stack;
  uint32_t *shuffled; /* [training.n] all rows, from epoch to epoch */
  uint32_t *order;    /* [training.n] rows in the order of this epoch */
  size_t batch;       /* rows of a step */
  size_t steps;       /* batches of an epoch: all rows; start and prepare may take fewer */
  /* training loss of an epoch = sum of the losses of batches / loss_unit: the sum of weights, unless start changes it */
  double loss_unit;
  fairu_slices slices;
};

/* gate: input index, or the number of inputs for none. Free in any case. The strategy is started by the loop. */
int fairu_trainer__create(fairu_trainer *trainer, fairu_context *ctx, const fairu_events *events,
                          const fairu_training_options *options, size_t gate, const fairu_training_plan *plan,
                          const fairu_strategy *strategy);
void fairu_trainer__free(fairu_trainer *trainer, fairu_context *ctx);

/* New order of rows for an epoch, from that of the epoch before. */
void fairu_trainer__shuffle(fairu_trainer *trainer, size_t epoch);

/* Rows of the training part in today's order, and all rows of the validation part. */
fairu_rows fairu_trainer__batch(const fairu_trainer *trainer, size_t first, size_t n);
fairu_rows fairu_trainer__validation(const fairu_trainer *trainer);

/* Rows through a stack, whose inputs are the inputs of the training set, block by block, into a loss. */
typedef struct fairu_pass_plan {
  const fairu_stack *stack;
  const fairu_block_loss *loss;
  fairu_rows rows;
  int training; /* 1: as in a step (dropout, statistics of blocks); 0: as in validation (folded parameters, no gradient) */
  float *gradient; /* [stack->n_gradient] = of the mean over rows; NULL: no backward pass through the stack */
  float *more;     /* [loss->n_more] = of the mean over rows; NULL: not wanted */
} fairu_pass_plan;

/* losses: sums over rows. Several stacks: one is here, others inside the loss (fairu_units__take, fairu_stack__forward,
 * fairu_stack__backward with d_inputs on block and its scratch). */
int fairu_trainer__pass(fairu_trainer *trainer, fairu_context *ctx, const fairu_pass_plan *pass,
                        double losses[FAIRU_MOST_LOSSES]);
/* The pass of a training step through the network's own stack, its gradient into that stack. */
int fairu_trainer__learn(fairu_trainer *trainer, fairu_context *ctx, const fairu_block_loss *loss,
                         fairu_rows rows, double losses[FAIRU_MOST_LOSSES]);

/* Learning rate of the next step: by the schedule of the options over all steps of all epochs; `full` instead of options->learning_rate. */
double fairu_trainer__rate(const fairu_trainer *trainer, double full);

/* Of two losses of the validation part; one that is a number is better than none. */
static inline int fairu_trainer__is_better(double loss, double best)
{
  return loss < best || (isnan(best) && !isnan(loss));
}

/* The network of `folded` parameters [stack.n_folded]. */
int fairu_trainer__classifier(const fairu_trainer *trainer, fairu_context *ctx, const float *folded,
                              fairu_classifier **out);

#endif /* FAIRU_CLASSIFIER_TRAINER_H */
