/* trainer.c - memory of a training, order of rows, passes over them. */
#include "classifier/trainer.h"

#include <string.h>

#include "numeric/philox.h"
#include "numeric/sum.h"

enum { ROWS_BETWEEN_POLLS = 1 << 14 };

/* The best constant is where regression starts: its distance need not be learnt in steps of the learning rate. */
static int start_at_means(fairu_trainer *trainer, fairu_context *ctx)
{
  const fairu_training_set *set = &trainer->set;
  const fairu_training_part *part = &set->training;
  const size_t n_out = trainer->plan->n_outputs;
  fairu_stack *stack = &trainer->stack;
  for (size_t o = 0; o < n_out; o++) {
    fairu_sum sum = { 0.0, 0.0 };
    for (size_t row = 0; row < part->n; row++) {
      const float *at = part->rows + row * set->width;
      const int status = row % ROWS_BETWEEN_POLLS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
      if (status != FAIRU_OK)
        return status;
      fairu_sum__add(&sum, (double)at[set->n_inputs] * (double)at[set->first_extra + o]);
    }
    for (size_t side = 0; side < stack->plan.n_sides; side++)
      stack->parameters[(side + 1) * stack->n_side - n_out + o] =
          (float)(fairu_sum__value(&sum) / part->sum_weights);
  }
  fairu_stack__fold(stack);
  return FAIRU_OK;
}

int fairu_trainer__create(fairu_trainer *trainer, fairu_context *ctx, const fairu_events *events,
                          const fairu_training_options *options, size_t gate, const fairu_training_plan *plan,
                          const fairu_strategy *strategy)
{
  memset(trainer, 0, sizeof *trainer);
  trainer->options = options;
  trainer->plan = plan;
  trainer->strategy = strategy;
  const size_t n_inputs = options->n_features + options->n_nuisances;
  const fairu_stack_plan stack = { n_inputs,
                                   plan->n_outputs,
                                   options->hidden,
                                   options->n_hidden,
                                   options->activation,
                                   options->activations,
                                   gate < n_inputs ? 2 : 1,
                                   options->l2,
                                   options->dropout,
                                   options->batch_norm,
                                   options->optimiser,
                                   options->momentum,
                                   options->seed,
                                   0 };
  int status = fairu_stack__create(&trainer->stack, ctx, &stack);
  if (status == FAIRU_OK)
    status = fairu_training_set__fill(&trainer->set, ctx, events, options, plan, gate);
  if (status != FAIRU_OK)
    return status;
  const size_t n = trainer->set.training.n;
  trainer->batch = options->batch < n ? options->batch : n;
  trainer->steps = (n + trainer->batch - 1) / trainer->batch;
  trainer->loss_unit = trainer->set.training.sum_weights;
  fairu_slices__cut(&trainer->slices, trainer->batch);
  trainer->order = fairu_context__new(ctx, n, sizeof *trainer->order, "training order");
  trainer->shuffled = fairu_context__new(ctx, n, sizeof *trainer->shuffled, "training order");
  if (!trainer->order || !trainer->shuffled)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    trainer->shuffled[i] = (uint32_t)i;
  return plan->targets_first ? start_at_means(trainer, ctx) : FAIRU_OK;
}

void fairu_trainer__free(fairu_trainer *trainer, fairu_context *ctx)
{
  fairu_training_set__free(&trainer->set, ctx);
  fairu_stack__free(&trainer->stack, ctx);
  fairu_slices__free(&trainer->slices, ctx);
  fairu_context__free(ctx, trainer->order);
  fairu_context__free(ctx, trainer->shuffled);
}

void fairu_trainer__shuffle(fairu_trainer *trainer, size_t epoch)
{
  fairu_philox rng = fairu_philox__start(trainer->options->seed, FAIRU_STREAM_SHUFFLE, 0, epoch);
  for (size_t i = trainer->set.training.n; i > 1; i--) {
    const size_t j = (size_t)fairu_philox__below(&rng, i);
    const uint32_t swap = trainer->shuffled[i - 1];
    trainer->shuffled[i - 1] = trainer->shuffled[j];
    trainer->shuffled[j] = swap;
  }
  memcpy(trainer->order, trainer->shuffled, trainer->set.training.n * sizeof *trainer->order);
}

fairu_rows fairu_trainer__batch(const fairu_trainer *trainer, size_t first, size_t n)
{
  return (fairu_rows){ &trainer->set.training, trainer->order, first, n };
}

fairu_rows fairu_trainer__validation(const fairu_trainer *trainer)
{
  return (fairu_rows){ &trainer->set.validation, NULL, 0, trainer->set.validation.n };
}

double fairu_trainer__rate(const fairu_trainer *trainer, double full)
{
  fairu_training_options unit = *trainer->options;
  unit.learning_rate = 1.0;
  return full * fairu_schedule__rate(&unit, trainer->stack.optimiser.steps,
                                     (uint64_t)trainer->steps * trainer->options->epochs);
}

/* ---- passes --------------------------------------------------------------------------------------------- */

typedef struct walk_data {
  const fairu_training_set *set;
  const fairu_pass_plan *pass;
} walk_data;

/* The gradients of a slice: of the stack, then more. */
static int run_block(const fairu_pass_plan *pass, const fairu_block *block, fairu_units *units,
                     const fairu_slice *slice)
{
  float *gradient = pass->gradient ? slice->gradient : NULL;
  float *more = pass->more ? slice->gradient + (pass->gradient ? pass->stack->n_gradient : 0) : NULL;
  const fairu_mark mark = fairu_context__mark(block->worker);
  int status = fairu_context__poll(block->worker);
  if (status != FAIRU_OK)
    return status;
  fairu_stack__forward(pass->stack, block, units, gradient);
  status = pass->loss->evaluate(pass->loss->data, block, units->out, units->d_out, more, slice->losses);
  if (status == FAIRU_OK && gradient)
    fairu_stack__backward(pass->stack, block, units, gradient, NULL);
  fairu_context__release(block->worker, mark);
  return status;
}

static int walk_slice(fairu_context *worker, const fairu_slice *slice, const void *data)
{
  const walk_data *walk = data;
  const fairu_engine engine = fairu_engine__of(worker);
  fairu_block block = { .worker = worker, .engine = &engine, .training = walk->pass->training };
  fairu_units units;
  int status = fairu_units__take(walk->pass->stack, worker, &units);
  if (status == FAIRU_OK)
    status = fairu_block__take(&block, walk->set);
  for (; block.side < walk->pass->stack->plan.n_sides && status == FAIRU_OK; block.side++) {
    fairu_walk rows = { walk->set, slice->rows, 0, slice->place };
    while (status == FAIRU_OK && fairu_block__fill(&block, &rows, units.activations) > 0)
      status = run_block(walk->pass, &block, &units, slice);
  }
  return status;
}

int fairu_trainer__pass(fairu_trainer *trainer, fairu_context *ctx, const fairu_pass_plan *pass,
                        double losses[FAIRU_MOST_LOSSES])
{
  const walk_data walk = { &trainer->set, pass };
  const size_t n_own = pass->gradient ? pass->stack->n_gradient : 0;
  const size_t n_more = pass->more ? pass->loss->n_more : 0;
  const float scale = 1.0F / (float)pass->rows.n;
  fairu_slices *slices = &trainer->slices;
  if (n_more == 0 || n_own == 0)
    return fairu_slices__run(slices, ctx, &pass->rows, walk_slice, &walk, n_own + n_more, scale,
                             n_own > 0 ? pass->gradient : pass->more, losses);
  const fairu_mark mark = fairu_context__mark(ctx);
  float *both = fairu_context__scratch(ctx, n_own + n_more, sizeof *both, "training gradients");
  int status = both ? fairu_slices__run(slices, ctx, &pass->rows, walk_slice, &walk, n_own + n_more, scale,
                                        both, losses)
                    : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK) {
    memcpy(pass->gradient, both, n_own * sizeof *both);
    memcpy(pass->more, both + n_own, n_more * sizeof *both);
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_trainer__learn(fairu_trainer *trainer, fairu_context *ctx, const fairu_block_loss *loss,
                         fairu_rows rows, double losses[FAIRU_MOST_LOSSES])
{
  const fairu_pass_plan pass = {
    .stack = &trainer->stack, .loss = loss, .rows = rows, .training = 1, .gradient = trainer->stack.gradient
  };
  return fairu_trainer__pass(trainer, ctx, &pass, losses);
}
