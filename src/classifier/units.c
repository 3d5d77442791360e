/* units.c - one block of events through one stack, there and back. */
#include "classifier/stack.h"

#include <string.h>

#include "numeric/philox.h"

int fairu_units__take(const fairu_stack *stack, fairu_context *worker, fairu_units *units)
{
  const size_t lane_bytes = FAIRU_LANES * sizeof(float);
  const size_t widest = fairu_shape__widest(&stack->shape), n_units = fairu_shape__n_units(&stack->shape);
  const size_t n_hidden = fairu_shape__n_hidden(&stack->shape);
  *units = (fairu_units){ 0 };
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

/* Sixteen bits decide on a unit of a row: one block of Philox on eight units. */
static void draw_lane(uint64_t key, uint32_t row, size_t n_hidden, uint32_t below, float scale, float *keep)
{
  for (size_t first = 0; first < n_hidden; first += 8) {
    const uint32_t counter[4] = { row, (uint32_t)(first / 8), 0, 0 };
    uint32_t words[4];
    fairu_philox__block(key, counter, words);
    for (size_t k = 0; k < 8 && first + k < n_hidden; k++)
      keep[(first + k) * FAIRU_LANES] = (words[k / 2] >> 16 * (k % 2) & 0xffffu) < below ? 0.0F : scale;
  }
}

/* Units of all hidden layers count on: layer and unit in one. */
static void draw_keep(const fairu_stack *stack, const fairu_block *block, fairu_units *units)
{
  const fairu_stack_plan *plan = &stack->plan;
  const uint32_t wanted = (uint32_t)(plan->dropout * 65536.0 + 0.5);
  const uint32_t below = wanted < 65536 ? wanted : 65535;
  const double share = 1.0 - (double)below / 65536.0;
  fairu_philox rng = fairu_philox__start(plan->seed, FAIRU_STREAM_DROPOUT, 2 * plan->id + block->side,
                                         stack->optimizer.steps);
  const uint64_t key = fairu_philox__u64(&rng);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    draw_lane(key, block->rows[lane], fairu_shape__n_hidden(&stack->shape), below, (float)(1.0 / share),
              units->keep + lane);
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
