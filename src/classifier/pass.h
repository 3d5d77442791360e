/* pass.h - forward and backward pass of a dense network over one block of lanes, and losses of its outputs.
 *
 * The mathematics is in pass_body.h and loss_body.h, written over the number type, so that the tests run the same lines in
 * double. Parameters of a network are one vector: per layer weights [n_out * n_in] row-major, then bias [n_out], then, of
 * hidden layers with batch normalisation, gains [n_out].
 */
#ifndef FAIRU_CLASSIFIER_PASS_H
#define FAIRU_CLASSIFIER_PASS_H

#include "classifier/engine.h"
#include "numeric/hidden.h"

typedef struct fairu_shape {
  size_t n_layers;
  const size_t *widths;   /* [n_layers + 1] inputs, then outputs of each layer */
  const int *activations; /* [n_layers] fairu_activation */
  int batch_norm;         /* of hidden layers: all but the last */
} fairu_shape;

size_t fairu_shape__n_parameters(const fairu_shape *shape);
size_t fairu_shape__widest(const fairu_shape *shape);   /* padded, as kernels that work on d_work want it */
size_t fairu_shape__n_units(const fairu_shape *shape);  /* inputs and all layers */
size_t fairu_shape__n_hidden(const fairu_shape *shape); /* units between */

/* Parameters of layer l: where its weights start in the vector. */
size_t fairu_shape__layer(const fairu_shape *shape, size_t l);

/* What hidden layers do in training alone; all units of hidden layers in one row after the other. */
#define FAIRU_HIDDEN_OF(REAL, STEPS)                                                                         \
  {                                                                                                          \
    size_t lanes;     /* events in the block: statistics are taken over them */                              \
    const REAL *keep; /* dropout: [n_hidden][FAIRU_LANES] 0 or 1 / share; NULL: none */                      \
    REAL share;       /* of units that are kept */                                                           \
    /* batch normalisation: */                                                                               \
    REAL *normal;  /* [n_hidden][FAIRU_LANES] sums of mean 0 and variance 1 */                               \
    REAL *inverse; /* [n_hidden] 1 / deviation over the block */                                             \
    REAL *moments; /* [2 n_hidden + 1] += lanes * mean without bias, lanes * variance, lanes */              \
    const STEPS *steps;                                                                                      \
  }
typedef struct fairu_hidden FAIRU_HIDDEN_OF(float, fairu_hidden_steps) fairu_hidden;

/* activations [n_units][FAIRU_LANES]: inputs are there already; the outputs of every layer follow. hidden: NULL where the shape has no
 * batch normalisation and nothing is dropped. */
void fairu_pass__forward(const fairu_engine *engine, const fairu_shape *shape, const float *parameters,
                         const fairu_hidden *hidden, float *activations);

/* gradient [n_parameters] += sum over lanes; d_out [widest][FAIRU_LANES] holds d loss / d (last layer after its activation) and
 * is spoilt, d_work [widest][FAIRU_LANES] too. d_inputs [n_inputs][FAIRU_LANES] is set, NULL: not wanted. gradient NULL: d_inputs alone. */
void fairu_pass__backward(const fairu_engine *engine, const fairu_shape *shape, const float *parameters,
                          const fairu_hidden *hidden, const float *activations, float *d_out, float *d_work,
                          float *gradient, float *d_inputs);

/* Activation in place on x [n_units][FAIRU_LANES]. */
void fairu_pass__activate(const fairu_engine *engine, int activation, float *x, size_t n_units);

/* d [FAIRU_LANES] *= f'(.) for one unit, from its output h = f(.). ReLU has slope 0 at 0. */
void fairu_pass__slope(int activation, const float *restrict h, float *restrict d);

/* Weighted binary cross-entropy of logits, labels and weights [FAIRU_LANES]: returns the sum over lanes, d_logits = w (sigmoid - y). */
double fairu_pass__cross_entropy(const fairu_engine *engine, const float *logits, const float *labels,
                                 const float *weights, float *d_logits);

/* Weighted cross-entropy of the softmax of logits [n_classes][FAIRU_LANES], labels 0 .. n_classes - 1: the sum over lanes;
 * d_logits = w (softmax - [class is label]). */
double fairu_pass__categorical(const fairu_engine *engine, size_t n_classes, const float *logits,
                               const float *labels, const float *weights, float *d_logits);

/* Weighted squared distance of out from targets [n_out][FAIRU_LANES], mean over n_out: the sum over lanes. */
double fairu_pass__squared(size_t n_out, const float *out, const float *targets, const float *weights,
                           float *d_out);

#endif /* FAIRU_CLASSIFIER_PASS_H */
