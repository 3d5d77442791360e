/* stack.c - memory, start and steps of a network under training. */
#include "classifier/stack.h"

#include <math.h>
#include <string.h>

#include "numeric/philox.h"

/* What is new in running statistics after a step. */
#define NEWS 0.1F

/* ---- shape and memory --------------------------------------------------------------------------------- */

static int set_widths(fairu_stack *stack, fairu_context *ctx)
{
  const fairu_stack_plan *plan = &stack->plan;
  const uint64_t limit = fairu_context__limits(ctx)->model_bytes;
  const size_t n_layers = plan->n_hidden + 1;
  uint64_t left = limit / sizeof(float);
  stack->widths = fairu_context__new(ctx, n_layers + 1, sizeof *stack->widths, "training layers");
  stack->activations = fairu_context__new(ctx, n_layers, sizeof *stack->activations, "training layers");
  if (!stack->widths || !stack->activations)
    return FAIRU_ERR_OUT_OF_MEMORY;
  stack->widths[0] = plan->n_inputs;
  for (size_t l = 0; l < n_layers; l++) {
    const int last = l + 1 == n_layers;
    stack->widths[l + 1] = last ? plan->n_outputs : plan->hidden[l];
    stack->activations[l] = last                ? FAIRU_ACTIVATION_LINEAR
                            : plan->activations ? plan->activations[l]
                                                : plan->activation;
    if (stack->widths[l] >= left / stack->widths[l + 1])
      return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                                 "layer %zu, %zu -> %zu: model above the limit model_bytes, %llu", l,
                                 stack->widths[l], stack->widths[l + 1], (unsigned long long)limit);
    left -= (stack->widths[l] + 1) * stack->widths[l + 1];
  }
  stack->folded_shape = (fairu_shape){ n_layers, stack->widths, stack->activations, 0 };
  stack->shape = stack->folded_shape;
  stack->shape.batch_norm = plan->batch_norm;
  return FAIRU_OK;
}

static void count_parameters(fairu_stack *stack)
{
  const size_t n_sides = stack->plan.n_sides;
  stack->n_side = fairu_shape__n_parameters(&stack->shape);
  stack->n_parameters = stack->n_side * n_sides;
  stack->n_folded_side = fairu_shape__n_parameters(&stack->folded_shape);
  stack->n_folded = stack->n_folded_side * n_sides;
  stack->n_moments = stack->plan.batch_norm ? 2 * fairu_shape__n_hidden(&stack->shape) + 1 : 0;
  stack->n_gradient = stack->n_parameters + stack->n_moments * n_sides;
}

static int make_vectors(fairu_stack *stack, fairu_context *ctx)
{
  const size_t n = stack->n_parameters;
  const struct {
    float **vector;
    size_t n;
  } vectors[] = { { &stack->parameters, n },         { &stack->gradient, stack->n_gradient },
                  { &stack->best, stack->n_folded }, { &stack->optimiser.first, n },
                  { &stack->optimiser.second, n },   { &stack->running, stack->n_gradient - n } };
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    *vectors[i].vector = fairu_context__new(ctx, vectors[i].n, sizeof(float), "training parameters");
    if (!*vectors[i].vector)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  stack->folded = stack->plan.batch_norm
                      ? fairu_context__new(ctx, stack->n_folded, sizeof(float), "training parameters")
                      : stack->parameters;
  return stack->folded ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* He for ReLU and ELU (normal of variance 2 / n_in), Glorot for the others (uniform within sqrt(6 / (n_in + n_out))). */
static void start_layer(fairu_philox *rng, int activation, size_t n_in, size_t n_out, float *weights)
{
  const double deviation = sqrt(2.0 / (double)n_in), limit = sqrt(6.0 / (double)(n_in + n_out));
  const int he = activation == FAIRU_ACTIVATION_RELU || activation == FAIRU_ACTIVATION_ELU;
  for (size_t i = 0; i < n_in * n_out; i++)
    weights[i] = (float)(he ? deviation * fairu_philox__normal(rng)
                            : limit * (2.0 * fairu_philox__uniform(rng) - 1.0));
}

static void start_parameters(fairu_stack *stack)
{
  const fairu_shape *shape = &stack->shape;
  for (size_t side = 0; side < stack->plan.n_sides; side++)
    for (size_t l = 0; l < shape->n_layers; l++) {
      const size_t n_in = stack->widths[l], n_out = stack->widths[l + 1];
      float *weights = stack->parameters + side * stack->n_side + fairu_shape__layer(shape, l);
      fairu_philox rng =
          fairu_philox__start(stack->plan.seed, FAIRU_STREAM_WEIGHTS, 2 * stack->plan.id + side, l);
      start_layer(&rng, stack->activations[l], n_in, n_out, weights);
      for (size_t o = 0; shape->batch_norm && l + 1 < shape->n_layers && o < n_out; o++)
        weights[(n_in + 1) * n_out + o] = 1.0F;
    }
}

int fairu_stack__create(fairu_stack *stack, fairu_context *ctx, const fairu_stack_plan *plan)
{
  memset(stack, 0, sizeof *stack);
  stack->plan = *plan;
  int status = set_widths(stack, ctx);
  if (status != FAIRU_OK)
    return status;
  count_parameters(stack);
  status = make_vectors(stack, ctx);
  if (status != FAIRU_OK)
    return status;
  stack->optimiser.rule = plan->optimiser;
  stack->optimiser.momentum = plan->momentum;
  stack->optimiser.n = stack->n_parameters;
  stack->optimiser.kernels = fairu_kernels__of(ctx);
  start_parameters(stack);
  fairu_stack__fold(stack);
  return FAIRU_OK;
}

void fairu_stack__free(fairu_stack *stack, fairu_context *ctx)
{
  if (stack->folded != stack->parameters)
    fairu_context__free(ctx, stack->folded);
  fairu_context__free(ctx, stack->widths);
  fairu_context__free(ctx, stack->activations);
  fairu_context__free(ctx, stack->parameters);
  fairu_context__free(ctx, stack->gradient);
  fairu_context__free(ctx, stack->best);
  fairu_context__free(ctx, stack->running);
  fairu_context__free(ctx, stack->optimiser.first);
  fairu_context__free(ctx, stack->optimiser.second);
}

/* ---- steps -------------------------------------------------------------------------------------------- */

void fairu_stack__add_penalty(fairu_stack *stack)
{
  const float factor = (float)(2.0 * stack->plan.l2);
  for (size_t side = 0; side < stack->plan.n_sides; side++)
    for (size_t l = 1; l + 1 < stack->shape.n_layers; l++) {
      const size_t at = side * stack->n_side + fairu_shape__layer(&stack->shape, l);
      const size_t end = at + stack->widths[l] * stack->widths[l + 1];
      for (size_t i = at; i < end; i++)
        stack->gradient[i] += factor * stack->parameters[i];
    }
}

/* moments: sums of lanes * mean, lanes * variance and lanes over the blocks of a batch, in any unit. */
static void learn_moments(const float *moments, size_t n, float *running)
{
  const float lanes = moments[n - 1], share = running[n - 1] > 0.0F ? NEWS : 1.0F;
  if (!(lanes > 0.0F))
    return;
  for (size_t i = 0; i + 1 < n; i++)
    running[i] += share * (moments[i] / lanes - running[i]);
  running[n - 1] = 1.0F;
}

void fairu_stack__step(fairu_stack *stack, double rate)
{
  const size_t n = stack->n_moments;
  for (size_t side = 0; n > 0 && side < stack->plan.n_sides; side++)
    learn_moments(stack->gradient + stack->n_parameters + side * n, n, stack->running + side * n);
  fairu_optimiser__step(&stack->optimiser, rate, stack->gradient, stack->parameters);
}

/* Layer l of one side: gain (s - mean) / deviation + bias is a dense layer of s. Before the first step sums are taken as they are. */
static void fold_layer(const fairu_stack *stack, size_t l, const float *from, const float *running,
                       size_t unit, float *to)
{
  const size_t n_in = stack->widths[l], n_out = stack->widths[l + 1];
  const size_t n_hidden = fairu_shape__n_hidden(&stack->shape);
  const int known = running[2 * n_hidden] > 0.0F;
  for (size_t o = 0; o < n_out; o++) {
    const double mean = known ? (double)running[unit + o] : 0.0;
    const double variance = known ? (double)running[n_hidden + unit + o] : 1.0;
    const double factor = (double)from[(n_in + 1) * n_out + o] / sqrt(variance + FAIRU_NORM_EPSILON);
    for (size_t i = 0; i < n_in; i++)
      to[o * n_in + i] = (float)(factor * (double)from[o * n_in + i]);
    to[n_in * n_out + o] = (float)((double)from[n_in * n_out + o] - factor * mean);
  }
}

void fairu_stack__fold(fairu_stack *stack)
{
  const size_t n_layers = stack->shape.n_layers;
  for (size_t side = 0; stack->plan.batch_norm && side < stack->plan.n_sides; side++) {
    size_t unit = 0;
    for (size_t l = 0; l < n_layers; l++) {
      const float *from = stack->parameters + side * stack->n_side + fairu_shape__layer(&stack->shape, l);
      float *to = stack->folded + side * stack->n_folded_side + fairu_shape__layer(&stack->folded_shape, l);
      if (l + 1 < n_layers)
        fold_layer(stack, l, from, stack->running + side * stack->n_moments, unit, to);
      else
        memcpy(to, from, (stack->widths[l] + 1) * stack->widths[l + 1] * sizeof *to);
      unit += stack->widths[l + 1];
    }
  }
}

/* ---- files -------------------------------------------------------------------------------------------- */

void fairu_stack__save(const fairu_stack *stack, fairu_pack *pack)
{
  fairu_pack__f32s(pack, stack->parameters, stack->n_parameters);
  fairu_pack__f32s(pack, stack->best, stack->n_folded);
  fairu_pack__f32s(pack, stack->running, stack->n_gradient - stack->n_parameters);
  fairu_pack__f32s(pack, stack->optimiser.first, stack->n_parameters);
  fairu_pack__f32s(pack, stack->optimiser.second, stack->n_parameters);
  fairu_pack__u64(pack, stack->optimiser.steps);
}

int fairu_stack__restore(fairu_stack *stack, fairu_context *ctx, fairu_unpack *unpack)
{
  const size_t n = stack->n_parameters;
  int status = fairu_unpack__f32s(unpack, ctx, "parameters", stack->parameters, n);
  if (status == FAIRU_OK)
    status = fairu_unpack__f32s(unpack, ctx, "best parameters", stack->best, stack->n_folded);
  if (status == FAIRU_OK)
    status = fairu_unpack__f32s(unpack, ctx, "running statistics", stack->running, stack->n_gradient - n);
  if (status == FAIRU_OK)
    status = fairu_unpack__f32s(unpack, ctx, "optimiser", stack->optimiser.first, n);
  if (status == FAIRU_OK)
    status = fairu_unpack__f32s(unpack, ctx, "optimiser", stack->optimiser.second, n);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64(unpack, ctx, "steps", &stack->optimiser.steps);
  if (status == FAIRU_OK)
    fairu_stack__fold(stack);
  return status;
}
