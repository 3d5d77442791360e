/* units.c - one block of events through one stack, there and back. */
#include "classifier/stack.h"

#include <string.h>

#include "numeric/philox.h"

int fairu_units__take(const fairu_stack *stack, fairu_context *worker, fairu_units *units)
{
  const size_t lane_bytes = FAIRU_LANES * sizeof(float);
  const size_t widest = fairu_shape__widest(&stack->shape), n_units = fairu_shape__n_units(&stack->shape);
  const size_t n_hidden = fairu_shape__n_hidden(&stack->shape);
  *units = (fairu_units){ .kernels = fairu_hidden__at(fairu_context__kernel_level(worker)) };
  units->hidden.steps = &units->kernels->steps;
  units->activations = fairu_context__scratch(worker, n_units, lane_bytes, "training units");
  units->d_out = fairu_context__scratch(worker, widest, lane_bytes, "training units");
  units->d_work = fairu_context__scratch(worker, widest, lane_bytes, "training units");
  if (!units->activations || !units->d_out || !units->d_work)
    return FAIRU_ERR_OUT_OF_MEMORY;
  units->out = units->activations + (n_units - stack->plan.n_outputs) * FAIRU_LANES;
  if (stack->plan.dropout > 0.0 && n_hidden > 0) {
    units->keep = fairu_context__scratch(worker, n_hidden, lane_bytes, "training units");
    if (!units->keep)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (stack->plan.batch_norm) {
    units->hidden.normal = fairu_context__scratch(worker, n_hidden, lane_bytes, "training units");
    units->hidden.inverse = fairu_context__scratch(worker, n_hidden, sizeof(float), "training units");
    /* moments that nobody wants */
    units->unwanted = fairu_context__scratch(worker, stack->n_moments, sizeof(float), "training units");
    if (!units->hidden.normal || !units->hidden.inverse || !units->unwanted)
      return FAIRU_ERR_OUT_OF_MEMORY;
    memset(units->unwanted, 0, stack->n_moments * sizeof(float));
  }
  return FAIRU_OK;
}

/* ---- dropout -------------------------------------------------------------------------------------------- */

/* Units of all hidden layers count on: layer and unit in one. */
static void draw_keep(const fairu_stack *stack, const fairu_block *block, fairu_units *units)
{
  const fairu_stack_plan *plan = &stack->plan;
  const uint32_t wanted = (uint32_t)(plan->dropout * 65536.0 + 0.5);
  const uint32_t below = wanted < 65536 ? wanted : 65535;
  const double share = 1.0 - (double)below / 65536.0;
  fairu_philox rng = fairu_philox__start(plan->seed, FAIRU_STREAM_DROPOUT, 2 * plan->id + block->side,
                                         stack->optimiser.steps);
  const uint64_t key = fairu_philox__u64(&rng);
  units->kernels->draw(key, block->rows, fairu_shape__n_hidden(&stack->shape), below, (float)(1.0 / share),
                       units->keep);
  units->hidden.keep = units->keep;
  units->hidden.share = (float)share;
}

/* ---- passes --------------------------------------------------------------------------------------------- */

void fairu_stack__forward(const fairu_stack *stack, const fairu_block *block, fairu_units *units,
                          float *gradient)
{
  if (!block->training) {
    fairu_pass__forward(block->engine, &stack->folded_shape,
                        stack->folded + block->side * stack->n_folded_side, NULL, units->activations);
    return;
  }
  units->hidden.lanes = block->lanes;
  units->hidden.moments =
      gradient ? gradient + stack->n_parameters + block->side * stack->n_moments : units->unwanted;
  if (units->keep)
    draw_keep(stack, block, units);
  fairu_pass__forward(block->engine, &stack->shape, stack->parameters + block->side * stack->n_side,
                      &units->hidden, units->activations);
}

void fairu_stack__backward(const fairu_stack *stack, const fairu_block *block, fairu_units *units,
                           float *gradient, float *d_inputs)
{
  const size_t side = block->side;
  if (block->training)
    fairu_pass__backward(block->engine, &stack->shape, stack->parameters + side * stack->n_side,
                         &units->hidden, units->activations, units->d_out, units->d_work,
                         gradient ? gradient + side * stack->n_side : NULL, d_inputs);
  else /* by the inputs alone: folded parameters are not learnt */
    fairu_pass__backward(block->engine, &stack->folded_shape, stack->folded + side * stack->n_folded_side,
                         NULL, units->activations, units->d_out, units->d_work, NULL, d_inputs);
}
