/* training_run.c - the loop over members and epochs, whatever the strategy. */
#include <math.h>
#include <string.h>

#include "classifier/run.h"

/* ---- epochs --------------------------------------------------------------------------------------------- */

static int report(const fairu_run *run, fairu_context *ctx)
{
  const uint64_t member = (uint64_t)run->trainer.steps * run->options.epochs;
  return fairu_context__progress(ctx, "train", run->n_members * member + run->trainer.stack.optimiser.steps,
                                 run->given->members * member);
}

static int run_batch(fairu_run *run, fairu_context *ctx, size_t first, double *loss)
{
  fairu_trainer *trainer = &run->trainer;
  const size_t left = trainer->set.training.n - first;
  double batch_loss = 0.0;
  int status = run->strategy->gradient(run->strategy->data, trainer, ctx, first,
                                       left < trainer->batch ? left : trainer->batch, &batch_loss);
  if (status != FAIRU_OK)
    return status;
  if (!isfinite(batch_loss))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "training diverged: loss is %g at step %llu",
                               batch_loss, (unsigned long long)trainer->stack.optimiser.steps);
  if (run->options.l2 > 0.0)
    fairu_stack__add_penalty(&trainer->stack);
  fairu_stack__step(&trainer->stack, fairu_trainer__rate(trainer, run->options.learning_rate));
  *loss += batch_loss;
  return report(run, ctx);
}

static int run_epoch(fairu_run *run, fairu_context *ctx, size_t epoch, double *loss)
{
  fairu_trainer *trainer = &run->trainer;
  int status = FAIRU_OK;
  *loss = 0.0;
  fairu_trainer__shuffle(trainer, epoch);
  if (run->strategy->prepare)
    status = run->strategy->prepare(run->strategy->data, trainer, ctx, epoch);
  for (size_t step = 0; step < trainer->steps && status == FAIRU_OK; step++)
    status = run_batch(run, ctx, step * trainer->batch, loss);
  *loss /= trainer->loss_unit;
  fairu_stack__fold(&trainer->stack);
  return status;
}

static void keep_best(fairu_run *run, size_t epoch, double validation)
{
  fairu_stack *stack = &run->trainer.stack;
  if (run->options.patience > 0 && epoch > 0 &&
      !fairu_trainer__is_better(validation, run->now.validation_loss))
    return;
  memcpy(stack->best, stack->folded, stack->n_folded * sizeof *stack->best);
  run->now.best_epoch = epoch;
  run->now.validation_loss = validation;
}

/* After run->now.epochs epochs. */
static int has_ended(const fairu_run *run)
{
  const size_t done = run->now.epochs, patience = run->options.patience;
  return done >= run->options.epochs ||
         (patience > 0 && done > 0 && done - 1 - run->now.best_epoch >= patience);
}

static int run_epochs(fairu_run *run, fairu_context *ctx)
{
  const fairu_training_options *options = &run->options;
  while (!has_ended(run) && !run->stops) {
    const size_t epoch = run->now.epochs;
    double validation = 0.0;
    int status = run_epoch(run, ctx, epoch, &run->now.training_loss);
    if (status == FAIRU_OK)
      status = run->strategy->validate(run->strategy->data, &run->trainer, ctx, &validation);
    if (status != FAIRU_OK)
      return status;
    keep_best(run, epoch, validation);
    run->now.epochs = epoch + 1;
    run->now.steps = run->trainer.stack.optimiser.steps;
    if (options->checkpoint && (run->now.epochs % options->checkpoint_every == 0 || has_ended(run)))
      status = fairu_checkpoint__write(run, ctx);
    if (status != FAIRU_OK)
      return status;
    run->stops = options->on_epoch && options->on_epoch(run->before.epochs + epoch, run->now.training_loss,
                                                        validation, options->user_data) != 0;
  }
  return FAIRU_OK;
}

/* ---- members -------------------------------------------------------------------------------------------- */

/* Training can only begin once rows are there; a checkpoint can only be taken up once the strategy has begun. */
static int begin_member(fairu_run *run, fairu_context *ctx)
{
  const fairu_strategy *strategy = run->strategy;
  int status = strategy->start ? strategy->start(strategy->data, &run->trainer, ctx) : FAIRU_OK;
  if (status == FAIRU_OK && run->unpack)
    status = fairu_checkpoint__restore(run, ctx);
  return status == FAIRU_OK ? run_epochs(run, ctx) : status;
}

/* Steps are short and many: threads wait for them. */
static int begin_together(fairu_run *run, fairu_context *ctx)
{
  int status = fairu_context__convene(ctx);
  if (status != FAIRU_OK)
    return status;
  status = begin_member(run, ctx);
  fairu_context__disband(ctx);
  return status;
}

static void add_result(fairu_run *run)
{
  if (run->n_members == 0)
    run->before.best_epoch = run->now.best_epoch;
  run->before.epochs += run->now.epochs;
  run->before.steps += run->now.steps;
  run->before.training_loss += run->now.training_loss;
  run->before.validation_loss += run->now.validation_loss;
}

static int run_member(fairu_run *run, fairu_context *ctx)
{
  const fairu_strategy *strategy = run->strategy;
  memset(&run->now, 0, sizeof run->now);
  run->rows_digest[0] = '\0';
  run->options.seed = run->given->seed + run->n_members;
  int status =
      fairu_trainer__create(&run->trainer, ctx, run->events, &run->options, run->gate, run->plan, strategy);
  if (status == FAIRU_OK) {
    status = begin_together(run, ctx);
    if (status == FAIRU_OK)
      status = fairu_trainer__classifier(&run->trainer, ctx, run->trainer.stack.best,
                                         &run->members[run->n_members]);
    if (strategy->stop)
      strategy->stop(strategy->data, &run->trainer, ctx);
  }
  fairu_trainer__free(&run->trainer, ctx);
  if (status != FAIRU_OK)
    return status;
  add_result(run);
  run->n_members++;
  return FAIRU_OK;
}

static int run_members(fairu_run *run, fairu_context *ctx)
{
  int status = FAIRU_OK;
  if (run->given->checkpoint && run->given->resume)
    status = fairu_checkpoint__open(run, ctx);
  while (status == FAIRU_OK && run->n_members < run->given->members && !run->stops) {
    status = run_member(run, ctx);
    fairu_checkpoint__close(run);
  }
  fairu_checkpoint__close(run);
  return status;
}

static int hand_out(fairu_run *run, fairu_context *ctx, fairu_classifier **out)
{
  if (run->n_members > 1)
    return fairu_classifier_create_ensemble(ctx, (const fairu_classifier *const *)run->members,
                                            run->n_members, out);
  *out = run->members[0];
  run->members[0] = NULL;
  return FAIRU_OK;
}

static int hand_result(const fairu_run *run, fairu_context *ctx, fairu_training_result *result)
{
  fairu_training_result mean = run->before;
  mean.struct_size = sizeof mean;
  mean.training_loss /= (double)run->n_members;
  mean.validation_loss /= (double)run->n_members;
  return result ? fairu_result__write(ctx, result, &mean, sizeof mean, "training result") : FAIRU_OK;
}

/* ---- the call ------------------------------------------------------------------------------------------- */

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
  fairu_run run = {
    .events = events, .given = options, .options = *options, .plan = plan, .strategy = strategy
  };
  *out = NULL;
  int status = fairu_result__check(ctx, result, sizeof *result, "training result");
  if (status == FAIRU_OK)
    status = find_gate(ctx, options, &run.gate);
  if (status != FAIRU_OK)
    return status;
  run.members = fairu_context__new(ctx, options->members, sizeof *run.members, "members");
  if (!run.members)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = run_members(&run, ctx);
  if (status == FAIRU_OK)
    status = hand_result(&run, ctx, result);
  if (status == FAIRU_OK)
    status = hand_out(&run, ctx, out);
  for (size_t m = 0; m < options->members; m++)
    fairu_classifier_destroy(run.members[m]);
  fairu_context__free(ctx, run.members);
  return status;
}
