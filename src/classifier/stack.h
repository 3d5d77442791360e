/* stack.h - one network under training: shape, parameters, optimiser; dropout and batch normalisation of its hidden layers.
 *
 * Behind a gate a stack has two sides: networks of one shape, each with parameters of its own (side 0 below the nominal value, 1
 * above), one behind the other in every vector here.
 * Its last layer is linear: outputs are logits, losses apply sigmoid or softmax.
 */
#ifndef FAIRU_CLASSIFIER_STACK_H
#define FAIRU_CLASSIFIER_STACK_H

#include "base/pack_internal.h"
#include "classifier/block.h"
#include "classifier/optimiser.h"

/* What a stack is to be. */
typedef struct fairu_stack_plan {
  size_t n_inputs, n_outputs;
  const size_t *hidden; /* [n_hidden] */
  size_t n_hidden;
  int activation;
  const int *activations; /* [n_hidden] instead, or NULL */
  size_t n_sides;         /* 1, or 2 behind a gate */
  double l2, dropout;
  int batch_norm;
  int optimiser;
  double momentum;
  uint64_t seed;
  uint64_t
      id; /* 0 the network of the training options; others (an adversary) have numbers of their own, for other random numbers */
} fairu_stack_plan;

typedef struct fairu_stack {
  fairu_stack_plan plan;
  fairu_shape shape, folded_shape; /* of one side; folded: without batch normalisation */
  size_t *widths;                  /* [n_layers + 1] */
  int *activations;                /* [n_layers] */
  size_t n_side, n_parameters;     /* parameters of one side, of all */
  size_t n_folded_side, n_folded;
  size_t n_moments;  /* of one side, behind the gradient: see fairu_hidden; 0 without batch normalisation */
  size_t n_gradient; /* n_parameters + n_sides * n_moments */
  float *parameters; /* [n_parameters] */
  float *gradient;   /* [n_gradient] */
  /* [n_sides * n_moments] running mean and variance of sums; the last of a side: 1 once there are some */
  float *running;
  /* [n_folded] parameters for validation and for the finished network, by fairu_stack__fold; `parameters` itself without batch
   * normalisation */
  float *folded;
  float *best; /* [n_folded] of the best epoch */
  fairu_optimiser_state optimiser;
} fairu_stack;

/* Memory and start: He or Glorot. Free in any case. FAIRU_ERR_LIMIT, FAIRU_ERR_OUT_OF_MEMORY */
int fairu_stack__create(fairu_stack *stack, fairu_context *ctx, const fairu_stack_plan *plan);
void fairu_stack__free(fairu_stack *stack, fairu_context *ctx);

/* gradient += that of l2 |W|^2 of hidden weight matrices but the first. */
void fairu_stack__add_penalty(fairu_stack *stack);

/* One optimiser step along stack->gradient; running statistics learn from what is behind it. */
void fairu_stack__step(fairu_stack *stack, double rate);

/* Bring `folded` up to date. */
void fairu_stack__fold(fairu_stack *stack);

/* All that a later step depends on, and `best`. */
void fairu_stack__save(const fairu_stack *stack, fairu_pack *pack);
int fairu_stack__restore(fairu_stack *stack, fairu_context *ctx, fairu_unpack *unpack);

/* ---- one block of events -------------------------------------------------------------------------------- */

/* Memory of one block going through one stack. */
typedef struct fairu_units {
  float *activations;  /* [n_units][FAIRU_LANES]: inputs, to be filled; then every layer */
  float *out;          /* [n_outputs][FAIRU_LANES], the last of these */
  float *d_out;        /* [widest][FAIRU_LANES] d loss / d out, to be filled; spoilt by backward */
  float *d_work;       /* [widest][FAIRU_LANES] */
  float *keep;         /* dropout: [n_hidden][FAIRU_LANES] or NULL */
  float *unwanted;     /* [n_moments] of a pass without gradient */
  fairu_hidden hidden; /* for the pass */
  const fairu_hidden_kernels *kernels;
} fairu_units;

/* From the scratch of worker. */
int fairu_units__take(const fairu_stack *stack, fairu_context *worker, fairu_units *units);

/* Inputs in units->activations to units->out, through side block->side. block->training: parameters of the stack as they are, with
 * dropout (by seed, step, row, layer and unit) and statistics of this block; else its folded parameters and nothing random.
 * gradient [n_gradient] of backward; may be NULL. */
void fairu_stack__forward(const fairu_stack *stack, const fairu_block *block, fairu_units *units,
                          float *gradient);

/* After forward, units->d_out set: gradient [n_gradient] += (NULL: not wanted), d_inputs [n_inputs][FAIRU_LANES] = (NULL: not wanted). */
void fairu_stack__backward(const fairu_stack *stack, const fairu_block *block, fairu_units *units,
                           float *gradient, float *d_inputs);

#endif /* FAIRU_CLASSIFIER_STACK_H */
