/* pass_tangent.h - passes of a dense network that carry tangents: derivatives of everything by some nuisance parameters.
 *
 * A tangent travels next to the activations, through the same weights without the bias and times f' behind each layer: more lanes for
 * the same matrices. A loss may depend on outputs and on their tangents; backwards f'' couples the two. As all f here have
 * f' and f'' / f' as functions of the output, nothing but outputs and their tangents is kept.
 * The mathematics is in pass_tangent_body.h, over the number type.
 */
#ifndef FAIRU_CLASSIFIER_PASS_TANGENT_H
#define FAIRU_CLASSIFIER_PASS_TANGENT_H

#include "classifier/pass.h"

/* n tangents of a block. units: those of the inputs are filled in, every layer follows. d_out: d loss / d tangents of outputs, filled in, spoilt
 * on the way back. */
#define FAIRU_TANGENT_UNITS_OF(REAL)                                                                         \
  {                                                                                                          \
    size_t n;                                                                                                \
    REAL *units;  /* [n][n_units][FAIRU_LANES] */                                                            \
    REAL *d_out;  /* [n][widest][FAIRU_LANES] */                                                             \
    REAL *d_work; /* [n][widest][FAIRU_LANES] */                                                             \
    REAL *spare;  /* [widest] */                                                                             \
  }
typedef struct fairu_tangent_units FAIRU_TANGENT_UNITS_OF(float) fairu_tangent_units;

/* Behind a forward pass that left `activations`. The shape has no batch normalisation: statistics of a block would have tangents, too. */
void fairu_pass__forward_tangents(const fairu_engine *engine, const fairu_shape *shape,
                                  const float *parameters, const fairu_hidden *hidden,
                                  const float *activations, const fairu_tangent_units *tangents);

/* fairu_pass__backward of a loss of outputs and tangents: gradient [n_parameters] += sum over lanes. d_out [widest][FAIRU_LANES] holds d loss
 * / d outputs and is spoilt, d_work [widest][FAIRU_LANES] too. */
void fairu_pass__backward_tangents(const fairu_engine *engine, const fairu_shape *shape,
                                   const float *parameters, const fairu_hidden *hidden,
                                   const float *activations, const fairu_tangent_units *tangents,
                                   float *d_out, float *d_work, float *gradient);

/* Tangents of one layer, [n_units][FAIRU_LANES], from before its activation to after it; h are its outputs. */
void fairu_pass__bend_tangent(int activation, size_t n_units, const float *h, float *tangent);

/* Backwards through an activation: d [n_units][FAIRU_LANES] and d_tangent [n_units][FAIRU_LANES] of one tangent, from d loss / d outputs to d loss /
 * d sums. Of several tangents d goes through once, by fairu_pass__unbend, before or after them; each adds to d_sums what it
 * has by f''. */
void fairu_pass__unbend(int activation, size_t n_units, const float *h, float *d);
void fairu_pass__unbend_tangent(int activation, size_t n_units, const float *h, const float *tangent,
                                float *d_tangent, float *d_sums);

#endif /* FAIRU_CLASSIFIER_PASS_TANGENT_H */
