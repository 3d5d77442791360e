/* stack_tangent.c - tangents of rows, and of a block in a stack. */
#include "classifier/stack_tangent.h"

#include <math.h>
#include <string.h>

/* ---- rows ------------------------------------------------------------------------------------------------ */

int fairu_tangent_rows__of(fairu_context *ctx, const fairu_training_options *options,
                           fairu_tangent_rows *rows)
{
  *rows =
      (fairu_tangent_rows){ options->tangents, options->features, options->n_features, options->n_tangents };
  if (options->n_tangents > 0 && !options->tangents)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "training: %zu tangents, and tangents is NULL",
                               options->n_tangents);
  if (options->n_tangents > SIZE_MAX / sizeof(float) / options->n_features)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "training: %zu tangents of %zu features",
                               options->n_tangents, options->n_features);
  if (options->n_tangents > 0 && options->batch_norm)
    return fairu_context__fail(
        ctx, FAIRU_ERR_UNSUPPORTED,
        "training: tangents with batch normalisation, whose statistics would move with Z");
  return FAIRU_OK;
}

size_t fairu_tangent_rows__n(const fairu_tangent_rows *rows)
{
  return rows->n_features * rows->n_tangents;
}

int fairu_tangent_rows__put(const fairu_tangent_rows *rows, fairu_context *ctx, size_t row, float *out)
{
  const size_t n = fairu_tangent_rows__n(rows);
  const float *from = rows->tangents + row * n;
  for (size_t i = 0; i < n; i++) {
    out[i] = from[i];
    if (!isfinite(from[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: tangent %zu of feature \"%s\" is %g",
                                 row, i % rows->n_tangents, rows->features[i / rows->n_tangents],
                                 (double)from[i]);
  }
  return FAIRU_OK;
}

/* ---- blocks ---------------------------------------------------------------------------------------------- */

int fairu_tangent_units__take(const fairu_stack *stack, fairu_context *worker, size_t n,
                              fairu_tangent_units *tangents)
{
  const char *what = "tangents of units";
  const size_t widest = fairu_shape__widest(&stack->folded_shape);
  const size_t n_units = fairu_shape__n_units(&stack->folded_shape), lane_bytes = FAIRU_LANES * sizeof(float);
  *tangents = (fairu_tangent_units){ .n = n };
  if (n > SIZE_MAX / lane_bytes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  tangents->units = fairu_context__scratch(worker, n_units, n * lane_bytes, what);
  tangents->d_out = fairu_context__scratch(worker, widest, n * lane_bytes, what);
  tangents->d_work = fairu_context__scratch(worker, widest, n * lane_bytes, what);
  tangents->spare = fairu_context__scratch(worker, widest, sizeof(float), what);
  return tangents->units && tangents->d_out && tangents->d_work && tangents->spare ? FAIRU_OK
                                                                                   : FAIRU_ERR_OUT_OF_MEMORY;
}

float *fairu_tangent_units__of(const fairu_stack *stack, const fairu_tangent_units *tangents, size_t k)
{
  return tangents->units + k * fairu_shape__n_units(&stack->folded_shape) * FAIRU_LANES;
}

float *fairu_tangent_units__out(const fairu_stack *stack, const fairu_tangent_units *tangents, size_t k)
{
  return fairu_tangent_units__of(stack, tangents, k + 1) - stack->plan.n_outputs * FAIRU_LANES;
}

float *fairu_tangent_units__d_out(const fairu_stack *stack, const fairu_tangent_units *tangents, size_t k)
{
  return tangents->d_out + k * fairu_shape__widest(&stack->folded_shape) * FAIRU_LANES;
}

void fairu_tangent_units__put(const fairu_stack *stack, const fairu_training_set *set, const float *extra,
                              size_t n_features, const fairu_tangent_units *tangents)
{
  for (size_t k = 0; k < tangents->n; k++) {
    float *to = fairu_tangent_units__of(stack, tangents, k);
    for (size_t f = 0; f < n_features; f++, to += FAIRU_LANES) {
      const float *from = extra + (f * tangents->n + k) * FAIRU_LANES;
      const float scale = set->scale ? (float)set->scale[f] : 1.0F;
      for (size_t lane = 0; lane < FAIRU_LANES; lane++)
        to[lane] = from[lane] * scale;
    }
    memset(to, 0, (set->n_inputs - n_features) * FAIRU_LANES * sizeof *to);
  }
}

void fairu_stack__forward_tangents(const fairu_stack *stack, const fairu_block *block,
                                   const fairu_units *units, const fairu_tangent_units *tangents)
{
  const float *parameters = block->training ? stack->parameters + block->side * stack->n_side
                                            : stack->folded + block->side * stack->n_folded_side;
  fairu_pass__forward_tangents(block->engine, &stack->folded_shape, parameters,
                               block->training ? &units->hidden : NULL, units->activations, tangents);
}

void fairu_stack__backward_tangents(const fairu_stack *stack, const fairu_block *block, fairu_units *units,
                                    const fairu_tangent_units *tangents, float *gradient)
{
  fairu_pass__backward_tangents(block->engine, &stack->shape, stack->parameters + block->side * stack->n_side,
                                &units->hidden, units->activations, tangents, units->d_out, units->d_work,
                                gradient + block->side * stack->n_side);
}
