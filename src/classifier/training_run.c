/* training_run.c - the loop over epochs, whatever the strategy. */
#include <math.h>
#include <string.h>

#include "classifier/trainer.h"

static int run_batch(fairu_trainer *trainer, fairu_context *ctx, size_t first, double *loss)
{
  const uint64_t step = trainer->stack.optimizer.steps;
  const uint64_t total = (uint64_t)trainer->steps * trainer->options->epochs;
  const size_t left = trainer->set.training.n - first;
  double batch_loss = 0.0;
  int status = trainer->strategy->gradient(trainer->strategy->data, trainer, ctx, first,
                                           left < trainer->batch ? left : trainer->batch, &batch_loss);
  if (status != FAIRU_OK)
    return status;
  if (!isfinite(batch_loss))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "training diverged: loss is %g at step %llu",
                               batch_loss, (unsigned long long)step);
  if (trainer->options->l2 > 0.0)
    fairu_stack__add_penalty(&trainer->stack);
  fairu_stack__step(&trainer->stack, fairu_trainer__rate(trainer, trainer->options->learning_rate));
  *loss += batch_loss;
  return fairu_context__progress(ctx, "train", step + 1, total);
}

static int run_epoch(fairu_trainer *trainer, fairu_context *ctx, size_t epoch, double *loss)
{
  const fairu_strategy *strategy = trainer->strategy;
  int status = FAIRU_OK;
  *loss = 0.0;
  fairu_trainer__shuffle(trainer, epoch);
  if (strategy->prepare)
    status = strategy->prepare(strategy->data, trainer, ctx, epoch);
  for (size_t step = 0; step < trainer->steps && status == FAIRU_OK; step++)
    status = run_batch(trainer, ctx, step * trainer->batch, loss);
  *loss /= trainer->loss_unit;
  fairu_stack__fold(&trainer->stack);
  return status;
}

static void keep_best(fairu_trainer *trainer, size_t epoch, double validation, fairu_training_result *result)
{
  fairu_stack *stack = &trainer->stack;
  if (trainer->options->patience > 0 && epoch > 0 && !(validation < result->validation_loss))
    return;
  memcpy(stack->best, stack->folded, stack->n_folded * sizeof *stack->best);
  result->best_epoch = epoch;
  result->validation_loss = validation;
}

static int run_epochs(fairu_trainer *trainer, fairu_context *ctx, fairu_training_result *result)
{
  const fairu_training_options *options = trainer->options;
  const fairu_strategy *strategy = trainer->strategy;
  for (size_t epoch = 0; epoch < options->epochs; epoch++) {
    double training = 0.0, validation = 0.0;
    int status = run_epoch(trainer, ctx, epoch, &training);
    if (status == FAIRU_OK)
      status = strategy->validate(strategy->data, trainer, ctx, &validation);
    if (status != FAIRU_OK)
      return status;
    result->epochs = epoch + 1;
    result->training_loss = training;
    keep_best(trainer, epoch, validation, result);
    if (options->on_epoch && options->on_epoch(epoch, training, validation, options->user_data) != 0)
      break;
    if (options->patience > 0 && epoch - result->best_epoch >= options->patience)
      break;
  }
  result->steps = trainer->stack.optimizer.steps;
  return FAIRU_OK;
}

/* Input index of the gate, or the number of inputs without one. */
static int find_gate(fairu_context *ctx, const fairu_training_options *options, size_t *gate)
{
  *gate = options->n_features + options->n_nuisances;
  if (!options->gate)
    return FAIRU_OK;
  if (!isfinite(options->gate_nominal))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "gate_nominal is %g", options->gate_nominal);
  for (size_t i = 0; i < options->n_nuisances; i++)
    if (options->nuisances[i] && strcmp(options->nuisances[i], options->gate) == 0) {
      *gate = options->n_features + i;
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "gate \"%s\" is not among the nuisances",
                             options->gate);
}

int fairu_training__run(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
                        const fairu_training_plan *plan, const fairu_strategy *strategy,
                        fairu_training_result *result, fairu_classifier **out)
{
  fairu_trainer trainer;
  fairu_training_result summary = { .struct_size = sizeof summary };
  size_t gate = 0;
  *out = NULL;
  if (result && result->struct_size < sizeof *result)
    return fairu_context__fail(ctx, FAIRU_ERR_STRUCT_SIZE, "training result: struct_size is %zu",
                               result->struct_size);
  int status = find_gate(ctx, options, &gate);
  if (status != FAIRU_OK)
    return status;
  status = fairu_trainer__create(&trainer, ctx, events, options, gate, plan, strategy);
  const int starts = status == FAIRU_OK;
  if (starts && strategy->start)
    status = strategy->start(strategy->data, &trainer, ctx);
  if (status == FAIRU_OK)
    status = run_epochs(&trainer, ctx, &summary);
  if (status == FAIRU_OK)
    status = fairu_trainer__classifier(&trainer, ctx, trainer.stack.best, out);
  if (starts && strategy->stop)
    strategy->stop(strategy->data, &trainer, ctx);
  fairu_trainer__free(&trainer, ctx);
  if (status == FAIRU_OK && result)
    status = fairu_result__write(ctx, result, &summary, sizeof summary, "training result");
  if (status != FAIRU_OK) {
    fairu_classifier_destroy(*out);
    *out = NULL;
  }
  return status;
}
