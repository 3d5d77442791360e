/* adversary.h - what an adversary adds to a block of events: it sees the outputs of the classifier and describes Z.
 *
 * The mathematics is in adversary_body.h, written over the number type, so that the tests run the same lines in double.
 */
#ifndef FAIRU_CLASSIFIER_ADVERSARY_H
#define FAIRU_CLASSIFIER_ADVERSARY_H

#include "classifier/density.h"
#include "classifier/pass.h"

typedef struct fairu_adversary_net {
  fairu_shape shape; /* of r; its last layer is linear */
  int sees;          /* activation that turns logits of f into what r sees: linear, sigmoid or softmax */
  fairu_density_form form;
} fairu_adversary_net;

/* Rows of lanes that one block needs. */
#define FAIRU_ADVERSARY_MEMORY_OF(REAL)                                                                      \
  {                                                                                                          \
    REAL *activations;    /* [n_units] of r */                                                               \
    REAL *d_out, *d_work; /* [widest] of r */                                                                \
    REAL *d_seen;         /* [n_inputs] of r */                                                              \
  }
typedef struct fairu_adversary_memory FAIRU_ADVERSARY_MEMORY_OF(float) fairu_adversary_memory;

/* Returns the sum of w * loss over lanes, for logits [n_inputs of r][FAIRU_LANES] of f, z and weights [FAIRU_LANES] (see density.h).
 * gradient [n_parameters of r] += derivatives in r; NULL: not wanted. d_logits += factor * derivatives in the logits; NULL: not
 * wanted. */
double fairu_adversary__block(const fairu_engine *engine, const fairu_adversary_net *net,
                              const float *parameters, const float *logits, const float *z,
                              const float *weights, const fairu_adversary_memory *memory, float *gradient,
                              float factor, float *d_logits);

#endif /* FAIRU_CLASSIFIER_ADVERSARY_H */
