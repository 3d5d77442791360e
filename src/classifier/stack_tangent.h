/* stack_tangent.h - tangents of one block of events going through a stack under training.
 *
 * A training keeps tangents of its features as extra floats of each row, [n_features][n_tangents] d feature / dZ_k in units of the feature, as
 * fairu_systematics_tangents gives them; with the scales of the training set they become tangents of inputs. Nuisance
 * inputs have tangents of 0: Z as an input is the hypothesis, tangents are what moves the event. To use them in a strategy:
 *
 *   fairu_tangent_rows rows;                                         plan.n_extra = fairu_tangent_rows__n(...), plan.extra = ...__put
 *   fairu_tangent_units__take(stack, worker, rows.n_tangents, &tangents)    once per slice, after fairu_units__take
 *   fairu_stack__forward(...); fairu_tangent_units__put(...); fairu_stack__forward_tangents(...)    once per block
 *   set units.d_out, and fairu_tangent_units__d_out of each tangent
 *   fairu_stack__backward_tangents(...)                                     instead of fairu_stack__backward
 */
#ifndef FAIRU_CLASSIFIER_STACK_TANGENT_H
#define FAIRU_CLASSIFIER_STACK_TANGENT_H

#include "classifier/pass_tangent.h"
#include "classifier/stack.h"

/* Tangents of the options, as extra floats of rows. */
typedef struct fairu_tangent_rows {
  const float *tangents; /* [n_events][n_features * n_tangents] */
  const char *const *features;
  size_t n_features, n_tangents;
} fairu_tangent_rows;

/* Checks what options say about tangents; rows without any (n_tangents 0) if they have none. FAIRU_ERR_NULL, FAIRU_ERR_UNSUPPORTED (with
 * batch normalisation: statistics of a block would move with Z, those of the finished network do not), FAIRU_ERR_LIMIT */
int fairu_tangent_rows__of(fairu_context *ctx, const fairu_training_options *options,
                           fairu_tangent_rows *rows);

/* Floats of a row. */
size_t fairu_tangent_rows__n(const fairu_tangent_rows *rows);

/* Those of event `row` of the table to out. FAIRU_ERR_NON_FINITE */
int fairu_tangent_rows__put(const fairu_tangent_rows *rows, fairu_context *ctx, size_t row, float *out);

/* Memory for n tangents, from the scratch of worker. */
int fairu_tangent_units__take(const fairu_stack *stack, fairu_context *worker, size_t n,
                              fairu_tangent_units *tangents);

/* Tangents of the inputs of a block, from extra [n_features][n][FAIRU_LANES]. */
void fairu_tangent_units__put(const fairu_stack *stack, const fairu_training_set *set, const float *extra,
                              size_t n_features, const fairu_tangent_units *tangents);

/* After fairu_stack__forward: those of every layer. */
void fairu_stack__forward_tangents(const fairu_stack *stack, const fairu_block *block,
                                   const fairu_units *units, const fairu_tangent_units *tangents);

/* Tangent k [n_units][FAIRU_LANES], inputs first. */
float *fairu_tangent_units__of(const fairu_stack *stack, const fairu_tangent_units *tangents, size_t k);

/* Tangent k of the outputs, [n_outputs][FAIRU_LANES]. */
float *fairu_tangent_units__out(const fairu_stack *stack, const fairu_tangent_units *tangents, size_t k);

/* Where d loss / d tangent k of the outputs goes. */
float *fairu_tangent_units__d_out(const fairu_stack *stack, const fairu_tangent_units *tangents, size_t k);

/* gradient [n_gradient] +=; of a block of training. */
void fairu_stack__backward_tangents(const fairu_stack *stack, const fairu_block *block, fairu_units *units,
                                    const fairu_tangent_units *tangents, float *gradient);

#endif /* FAIRU_CLASSIFIER_STACK_TANGENT_H */
