/* pass.h - forward and backward pass of a dense network over one block of lanes, and its cross-entropy.
 *
 * The mathematics is in pass_body.h, written over the number type, so that the tests run the same lines in double.
 * Parameters of a network are one vector: per layer weights [n_out * n_in] row-major, then bias [n_out].
 */
#ifndef FAIRU_CLASSIFIER_PASS_H
#define FAIRU_CLASSIFIER_PASS_H

#include "classifier/engine.h"

typedef struct fairu_shape {
  size_t n_layers;
  const size_t *widths;   /* [n_layers + 1] inputs, then outputs of each layer */
  const int *activations; /* [n_layers] fairu_activation */
} fairu_shape;

size_t fairu_shape__n_parameters(const fairu_shape *shape);
size_t fairu_shape__widest(const fairu_shape *shape);
size_t fairu_shape__n_units(const fairu_shape *shape); /* inputs and all layers */

/* activations [n_units][FAIRU_LANES]: inputs are there already; the outputs of every layer follow. */
void fairu_pass__forward(const fairu_engine *engine, const fairu_shape *shape, const float *parameters,
                         float *activations);

/* gradient [n_parameters] += sum over lanes; d_out [widest][FAIRU_LANES] holds d loss / d (last layer after its activation) and
 * is spoilt, d_work [widest][FAIRU_LANES] too. */
void fairu_pass__backward(const fairu_engine *engine, const fairu_shape *shape, const float *parameters,
                          const float *activations, float *d_out, float *d_work, float *gradient);

/* Activation in place on x [n_units][FAIRU_LANES]. */
void fairu_pass__activate(const fairu_engine *engine, int activation, float *x, size_t n_units);

/* d [FAIRU_LANES] *= f'(.) for one unit, from its output h = f(.). ReLU has slope 0 at 0. */
void fairu_pass__slope(int activation, const float *restrict h, float *restrict d);

/* Weighted binary cross-entropy of logits, labels and weights [FAIRU_LANES]: returns the sum over lanes, d_logits = w (sigmoid - y). */
double fairu_pass__cross_entropy(const fairu_engine *engine, const float *logits, const float *labels,
                                 const float *weights, float *d_logits);

#endif /* FAIRU_CLASSIFIER_PASS_H */
