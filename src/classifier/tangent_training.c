/* tangent_training.c - the strategy of tangent propagation: a loss per event, and lambda times the squared derivatives of the logits by the
 * nuisance parameters. */
#include "classifier/tangent_training.h"

#include <math.h>

/* ---- a block --------------------------------------------------------------------------------------------- */

typedef struct walk_data {
  const fairu_trainer *trainer;
  const fairu_tangent_training *tangent;
  int training;
} walk_data;

/* Sum over lanes of weight * lambda * sum over tangents and outputs of their squares, and its derivatives. */
static double penalise(const fairu_tangent_training *tangent, const fairu_stack *stack, const float *weights,
                       const fairu_tangent_units *units)
{
  const float factor = (float)(2.0 * tangent->lambda);
  double loss = 0.0;
  for (size_t k = 0; k < units->n; k++) {
    const float *out = fairu_tangent_units__out(stack, units, k);
    float *d_out = fairu_tangent_units__d_out(stack, units, k);
    for (size_t o = 0; o < stack->plan.n_outputs; o++, out += FAIRU_LANES, d_out += FAIRU_LANES)
      for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
        loss += (double)weights[lane] * (double)out[lane] * (double)out[lane];
        d_out[lane] = factor * weights[lane] * out[lane];
      }
  }
  return tangent->lambda * loss;
}

static int run_block(const walk_data *walk, const fairu_block *block, fairu_units *units,
                     const fairu_tangent_units *tangents, const fairu_slice *slice)
{
  const fairu_stack *stack = &walk->trainer->stack;
  const fairu_block_loss *loss = &walk->tangent->plain.loss;
  const fairu_mark mark = fairu_context__mark(block->worker);
  int status = fairu_context__poll(block->worker);
  if (status != FAIRU_OK)
    return status;
  fairu_stack__forward(stack, block, units, slice->gradient);
  fairu_tangent_units__put(stack, &walk->trainer->set, block->extra + walk->tangent->n_plain * FAIRU_LANES,
                           walk->tangent->rows.n_features, tangents);
  fairu_stack__forward_tangents(stack, block, units, tangents);
  status = loss->evaluate(loss->data, block, units->out, units->d_out, NULL, slice->losses);
  if (status == FAIRU_OK) {
    slice->losses[0] += penalise(walk->tangent, stack, block->weights, tangents);
    if (slice->gradient)
      fairu_stack__backward_tangents(stack, block, units, tangents, slice->gradient);
  }
  fairu_context__release(block->worker, mark);
  return status;
}

static int walk_slice(fairu_context *worker, const fairu_slice *slice, const void *data)
{
  const walk_data *walk = data;
  const fairu_trainer *trainer = walk->trainer;
  const fairu_engine engine = fairu_engine__of(worker);
  fairu_block block = { .worker = worker, .engine = &engine, .training = walk->training };
  fairu_units units;
  fairu_tangent_units tangents;
  int status = fairu_units__take(&trainer->stack, worker, &units);
  if (status == FAIRU_OK)
    status = fairu_tangent_units__take(&trainer->stack, worker, walk->tangent->rows.n_tangents, &tangents);
  if (status == FAIRU_OK)
    status = fairu_block__take(&block, &trainer->set);
  for (; block.side < trainer->stack.plan.n_sides && status == FAIRU_OK; block.side++) {
    fairu_walk rows = { &trainer->set, slice->rows, 0, slice->place };
    while (status == FAIRU_OK && fairu_block__fill(&block, &rows, units.activations) > 0)
      status = run_block(walk, &block, &units, &tangents, slice);
  }
  return status;
}

/* ---- strategy -------------------------------------------------------------------------------------------- */

static int gradient(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n,
                    double *loss)
{
  const walk_data walk = { trainer, data, 1 };
  const fairu_rows rows = fairu_trainer__batch(trainer, first, n);
  double losses[FAIRU_MOST_LOSSES];
  int status = fairu_slices__run(&trainer->slices, ctx, &rows, walk_slice, &walk, trainer->stack.n_gradient,
                                 1.0F / (float)n, trainer->stack.gradient, losses);
  if (status == FAIRU_OK)
    *loss = losses[0];
  return status;
}

static int validate(void *data, fairu_trainer *trainer, fairu_context *ctx, double *loss)
{
  const walk_data walk = { trainer, data, 0 };
  const fairu_rows rows = fairu_trainer__validation(trainer);
  double losses[FAIRU_MOST_LOSSES];
  *loss = (double)NAN;
  if (rows.n == 0)
    return FAIRU_OK;
  int status = fairu_slices__run(&trainer->slices, ctx, &rows, walk_slice, &walk, 0, 1.0F, NULL, losses);
  if (status == FAIRU_OK)
    *loss = losses[0] / trainer->set.validation.sum_weights;
  return status;
}

/* A training that is resumed must have the same tangents. */
static void describe(const void *data, fairu_digest *digest)
{
  const fairu_tangent_training *tangent = data;
  const size_t n = tangent->n_events * fairu_tangent_rows__n(&tangent->rows);
  if (tangent->inner.describe)
    tangent->inner.describe(tangent->inner.data, digest);
  fairu_digest__add(digest, &tangent->lambda, sizeof tangent->lambda);
  fairu_digest__add(digest, tangent->rows.tangents, n * sizeof *tangent->rows.tangents);
}

/* What the plain loss keeps, then the tangents. */
static int put_extra(const void *data, fairu_context *ctx, size_t row, float *out)
{
  const fairu_tangent_training *tangent = data;
  int status = tangent->n_plain > 0 ? tangent->plan.extra(tangent->plan.extra_data, ctx, row, out) : FAIRU_OK;
  return status == FAIRU_OK ? fairu_tangent_rows__put(&tangent->rows, ctx, row, out + tangent->n_plain)
                            : status;
}

int fairu_tangent_training__make(fairu_context *ctx, const fairu_events *events,
                                 const fairu_training_options *options, fairu_tangent_training *tangent,
                                 fairu_training_plan *plan, fairu_strategy *strategy)
{
  *tangent = (fairu_tangent_training){ .lambda = options->tangent_penalty,
                                       .n_events = fairu_events_n_events(events) };
  int status = fairu_tangent_rows__of(ctx, options, &tangent->rows);
  if (status == FAIRU_OK && options->n_tangents == 0)
    status = fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "tangent_penalty is %g, and there are no tangents",
                                 options->tangent_penalty);
  if (status == FAIRU_OK)
    status = fairu_plain__make(ctx, events, options, &tangent->plain, &tangent->plan, &tangent->inner);
  if (status != FAIRU_OK)
    return status;
  tangent->n_plain = tangent->plan.n_extra;
  *plan = tangent->plan;
  plan->n_extra += fairu_tangent_rows__n(&tangent->rows);
  plan->extra = put_extra;
  plan->extra_data = tangent;
  *strategy = (fairu_strategy){
    .name = "tangent", .gradient = gradient, .validate = validate, .describe = describe, .data = tangent
  };
  return FAIRU_OK;
}
