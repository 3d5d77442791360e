/* adversarial.c - steps of a classifier f and of an adversary r. */
#include <math.h>
#include <string.h>

#include "classifier/adversarial.h"
#include "numeric/philox.h"

/* ---- losses of a block ------------------------------------------------------------------------------------ */

static void weigh(const fairu_adversarial *a, const fairu_block *block, float weights[FAIRU_LANES],
                  double *losses)
{
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    weights[lane] = fairu_adversary_target__counts(&a->target, block->labels[lane])
                        ? a->factor * block->weights[lane]
                        : 0.0F;
    losses[FAIRU_WEIGHT_F] += (double)block->weights[lane];
    losses[FAIRU_WEIGHT_R] += (double)weights[lane];
  }
}

/* r on a block; its loss is losses[FAIRU_LOSS_R], d_logits -= lambda times its derivatives (NULL: not wanted). */
static int oppose(const fairu_adversarial *a, const fairu_block *block, const float *logits, float *gradient,
                  float *d_logits, double *losses)
{
  float weights[FAIRU_LANES];
  fairu_units units;
  int status = fairu_units__take(&a->r, block->worker, &units);
  if (status != FAIRU_OK)
    return status;
  const fairu_adversary_memory memory = {
    units.activations, units.d_out, units.d_work,
    fairu_context__scratch(block->worker, a->r.plan.n_inputs, FAIRU_LANES * sizeof(float), "training units")
  };
  if (!memory.d_seen)
    return FAIRU_ERR_OUT_OF_MEMORY;
  weigh(a, block, weights, losses);
  losses[FAIRU_LOSS_R] += fairu_adversary__block(block->engine, &a->net, a->r.parameters, logits,
                                                 block->extra + a->plain_plan.n_extra * FAIRU_LANES, weights,
                                                 &memory, gradient, (float)-a->options.lambda, d_logits);
  return FAIRU_OK;
}

static int evaluate_both(const void *data, const fairu_block *block, const float *out, float *d_out,
                         float *more, double *losses)
{
  const fairu_adversarial *a = data;
  const fairu_block_loss *own = &a->plain.loss;
  int status = own->evaluate(own->data, block, out, d_out, NULL, losses);
  return status == FAIRU_OK ? oppose(a, block, out, more, a->options.lambda > 0.0 ? d_out : NULL, losses)
                            : status;
}

static int evaluate_alone(const void *data, const fairu_block *block, const float *out, float *d_out,
                          float *more, double *losses)
{
  (void)d_out;
  return oppose(data, block, out, more, NULL, losses);
}

void fairu_adversarial__losses(fairu_adversarial *a)
{
  a->both = (fairu_block_loss){ evaluate_both, a, a->r.n_parameters };
  a->alone = (fairu_block_loss){ evaluate_alone, a, a->r.n_parameters };
}

/* ---- one player alone --------------------------------------------------------------------------------------- */

/* A new order, the same whenever it is the same pass. */
void fairu_adversarial__shuffle(fairu_adversarial *a, size_t n)
{
  fairu_philox rng = fairu_philox__start(a->r.plan.seed, FAIRU_STREAM_SHUFFLE, 1, a->passes);
  for (size_t i = 0; i < n; i++)
    a->order[i] = (uint32_t)i;
  for (size_t i = n; i > 1; i--) {
    const size_t j = (size_t)fairu_philox__below(&rng, i);
    const uint32_t swap = a->order[i - 1];
    a->order[i - 1] = a->order[j];
    a->order[j] = swap;
  }
}

/* Rows of the next batch; after the last one the rows are shuffled. */
static fairu_rows next_batch(fairu_adversarial *a, const fairu_trainer *trainer)
{
  const size_t n = trainer->set.training.n;
  if (a->next >= n) {
    a->next = 0;
    a->passes++;
    fairu_adversarial__shuffle(a, n);
  }
  const size_t left = n - a->next, batch = left < trainer->batch ? left : trainer->batch;
  const fairu_rows rows = { &trainer->set.training, a->order, a->next, batch };
  a->next += batch;
  return rows;
}

static double full_rate(const fairu_adversarial *a)
{
  return a->options.learning_rate > 0.0 ? a->options.learning_rate : a->training.learning_rate;
}

static void step_adversary(fairu_adversarial *a, double rate)
{
  if (a->r.plan.l2 > 0.0)
    fairu_stack__add_penalty(&a->r);
  fairu_stack__step(&a->r, rate);
}

static int check_loss(fairu_context *ctx, const char *who, double loss, uint64_t step)
{
  return isfinite(loss) ? FAIRU_OK
                        : fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                                              "training diverged: loss of the %s is %g at its step %llu", who,
                                              loss, (unsigned long long)step);
}

static int adversary_step(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx, double rate)
{
  double losses[FAIRU_MOST_LOSSES];
  const fairu_pass_plan pass = { .stack = &trainer->stack,
                                 .loss = &a->alone,
                                 .rows = next_batch(a, trainer),
                                 .training = 1,
                                 .more = a->r.gradient };
  int status = fairu_trainer__pass(trainer, ctx, &pass, losses);
  if (status == FAIRU_OK)
    status = check_loss(ctx, "adversary", losses[FAIRU_LOSS_R], a->r.optimiser.steps);
  if (status == FAIRU_OK)
    step_adversary(a, rate);
  return status;
}

static int classifier_step(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx)
{
  double losses[FAIRU_MOST_LOSSES];
  int status = fairu_trainer__learn(trainer, ctx, &a->plain.loss, next_batch(a, trainer), losses);
  if (status == FAIRU_OK)
    status = check_loss(ctx, "classifier", losses[FAIRU_LOSS_F], trainer->stack.optimiser.steps);
  if (status != FAIRU_OK)
    return status;
  if (trainer->stack.plan.l2 > 0.0)
    fairu_stack__add_penalty(&trainer->stack);
  fairu_stack__step(&trainer->stack, a->training.learning_rate);
  return FAIRU_OK;
}

/* The rounds begin with an optimiser that knows nothing: schedules count from here. */
static void restart(fairu_optimiser_state *optimiser)
{
  memset(optimiser->first, 0, optimiser->n * sizeof *optimiser->first);
  memset(optimiser->second, 0, optimiser->n * sizeof *optimiser->second);
  optimiser->steps = 0;
}

int fairu_adversarial__train_alone(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx)
{
  const size_t batches = (trainer->set.training.n + trainer->batch - 1) / trainer->batch;
  const size_t of_f = a->options.classifier_epochs * batches, of_r = a->options.adversary_epochs * batches;
  int status = FAIRU_OK;
  a->next = trainer->set.training.n; /* a new pass */
  for (size_t i = 0; i < of_f + of_r && status == FAIRU_OK; i++) {
    status = i < of_f ? classifier_step(a, trainer, ctx) : adversary_step(a, trainer, ctx, full_rate(a));
    if (status == FAIRU_OK)
      status =
          fairu_context__progress(ctx, i < of_f ? "train classifier" : "train adversary", i + 1, of_f + of_r);
  }
  a->next = trainer->set.training.n;
  restart(&trainer->stack.optimiser);
  return status;
}

/* ---- rounds ------------------------------------------------------------------------------------------------- */

int fairu_adversarial__round(fairu_adversarial *a, fairu_trainer *trainer, fairu_context *ctx,
                             fairu_rows rows, double losses[FAIRU_MOST_LOSSES])
{
  const double rate = fairu_trainer__rate(trainer, full_rate(a));
  const size_t steps = a->options.reversal ? 0 : a->options.adversary_steps;
  const fairu_pass_plan pass = { .stack = &trainer->stack,
                                 .loss = &a->both,
                                 .rows = rows,
                                 .training = 1,
                                 .gradient = trainer->stack.gradient,
                                 .more = a->options.reversal ? a->r.gradient : NULL };
  int status = FAIRU_OK;
  for (size_t k = 0; k < steps && status == FAIRU_OK; k++)
    status = adversary_step(a, trainer, ctx, rate);
  if (status == FAIRU_OK)
    status = fairu_trainer__pass(trainer, ctx, &pass, losses);
  if (status == FAIRU_OK)
    status = check_loss(ctx, "adversary", losses[FAIRU_LOSS_R], a->r.optimiser.steps);
  if (status == FAIRU_OK && a->options.reversal)
    step_adversary(a, rate);
  return status;
}
