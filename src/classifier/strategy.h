/* strategy.h - how a step of training is made. The trainer owns the loop (epochs, order of rows, optimiser, schedule, best network,
 * early stopping, checkpoints, progress, cancel); a strategy owns what becomes of a batch.
 *
 * To write one: fill a fairu_training_plan (outputs, labels, what to keep per row) and a fairu_strategy, then call
 * fairu_training__run. In `gradient`, let fairu_trainer__pass (trainer.h) run blocks of the batch through a stack with a
 * fairu_block_loss; or, for anything else, fairu_slices__run with fairu_block__fill, fairu_stack__forward and
 * fairu_stack__backward. The smallest example is plain.c.
 *
 * Bits must not depend on threads: what a block or slice adds may depend on its rows alone.
 */
#ifndef FAIRU_CLASSIFIER_STRATEGY_H
#define FAIRU_CLASSIFIER_STRATEGY_H

#include "base/digest.h"
#include "classifier/slices.h"
#include "classifier/stack.h"

typedef struct fairu_trainer fairu_trainer;

/* What a block of outputs costs. */
typedef struct fairu_block_loss {
  /* Add sum over lanes of weight * loss to losses[0] (and what else the strategy wants to know to losses[1 .. FAIRU_MOST_LOSSES - 1]); set
   * d_out [n_outputs][FAIRU_LANES] = weight * d loss / d out; out [n_outputs][FAIRU_LANES] are logits. more [n_more]: add
   * the gradient of parameters that are not the stack's own (an adversary's); NULL: not wanted. Scratch of block->worker is
   * given back after the block. Runs on any thread: data is read only. */
  int (*evaluate)(const void *data, const fairu_block *block, const float *out, float *d_out, float *more,
                  double *losses);
  const void *data;
  size_t n_more;
} fairu_block_loss;

/* What training needs of events and network. */
typedef struct fairu_training_plan {
  size_t n_outputs;
  int output; /* fairu_activation of the last layer of the finished network */
  double
      output_scale; /* weights and biases of that layer are multiplied by it in the finished network; 0: 1 */
  size_t
      n_classes; /* labels 0 .. n_classes - 1 are required, each with events; 0: labels are not read (they are 0) */
  int balance; /* 1: each class has the same sum of weights; 0: weights are only scaled to a mean of 1 */
  /* Floats per row that blocks have as block->extra: targets, Z as an adversary sees it, tangents, rows of variations. */
  size_t n_extra;
  /* Set out [n_extra] for event `row` of the table; errors name row and column. */
  int (*extra)(const void *extra_data, fairu_context *ctx, size_t row, float *out);
  const void *extra_data;
  int targets_first; /* 1: the first n_outputs of these are targets: biases of the last layer start at their means */
} fairu_training_plan;

typedef struct fairu_strategy {
  const char *name; /* in messages and checkpoints: "plain" */
  /* Once rows and stack are there: own stacks and memory. Free that in stop, which is called even if start failed. Once per member of an
   * ensemble. May be NULL. */
  int (*start)(void *data, fairu_trainer *trainer, fairu_context *ctx);
  void (*stop)(void *data, fairu_trainer *trainer, fairu_context *ctx);
  /* Before an epoch, after trainer->order was shuffled: another order, pre-training. May be NULL. */
  int (*prepare)(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t epoch);
  /* d (mean loss) / d parameters of rows order[first .. first + n - 1] into trainer->stack.gradient [n_gradient]; *loss is what the
   * epoch adds up, see trainer->loss_unit. The step, and the l2 penalty, are the trainer's. */
  int (*gradient)(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n,
                  double *loss);
  /* Loss of the validation part by trainer->stack.folded (up to date), NaN without validation rows: decides on the best network. */
  int (*validate)(void *data, fairu_trainer *trainer, fairu_context *ctx, double *loss);
  /* Options of the strategy that a resumed training must share. May be NULL. */
  void (*describe)(const void *data, fairu_digest *digest);
  /* Own state (stacks by fairu_stack__save) at the end of an epoch, as restore takes it back after start. May be NULL. */
  void (*save)(void *data, const fairu_trainer *trainer, fairu_pack *pack);
  int (*restore)(void *data, fairu_trainer *trainer, fairu_context *ctx, fairu_unpack *unpack);
  void *data;
} fairu_strategy;

/* Options with defaults filled in, checked. Everybody's first call. */
int fairu_training__read_options(fairu_context *ctx, const fairu_training_options *theirs,
                                 fairu_training_options *ours);

/* The whole training: options as read above. result may be NULL. *out NULL on failure. */
int fairu_training__run(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
                        const fairu_training_plan *plan, const fairu_strategy *strategy,
                        fairu_training_result *result, fairu_classifier **out);

/* Loss, plan and strategy of fairu_classifier_train: a loss per event. */
typedef struct fairu_plain {
  const fairu_training_options *options;
  fairu_block_loss loss;
  size_t n_outputs;
  const float **targets; /* [n_targets] columns of the squared loss, and their strides */
  size_t *strides;
} fairu_plain;

/* plan, strategy and plain point at each other and at options; targets lie in the scratch of ctx. */
int fairu_plain__make(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
                      fairu_plain *plain, fairu_training_plan *plan, fairu_strategy *strategy);

#endif /* FAIRU_CLASSIFIER_STRATEGY_H */
