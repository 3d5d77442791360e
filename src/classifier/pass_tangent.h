/* pass_tangent.h - passes of a dense network that carry tangents: derivatives of everything by some nuisance parameters.
 *
 * A tangent travels next to the activations, through the same weights without the bias and times f' behind each layer: more lanes for
 * the same matrices. A loss may depend on outputs and on their tangents; backwards f'' couples the two. As all f here have
 * f' and f'' / f' as functions of the output, nothing but outputs and their tangents is kept.
 * The mathematics is in pass_tangent_body.h, over the number type. spare [widest] is spoilt by all of these.
 */
#ifndef FAIRU_CLASSIFIER_PASS_TANGENT_H
#define FAIRU_CLASSIFIER_PASS_TANGENT_H

#include "classifier/pass.h"

/* One tangent [n_units][FAIRU_LANES] whose inputs are there already, behind a forward pass that left `activations`. */
void fairu_pass__forward_tangent(const fairu_engine *engine, const fairu_shape *shape,
                                 const float *parameters, const float *activations, float *tangent,
                                 float *spare);

/* gradient [n_parameters] += sum over lanes. tangents [n][n_units][FAIRU_LANES]; d_out [widest][FAIRU_LANES] holds d loss / d
 * outputs, d_tangents [n][widest][FAIRU_LANES] d loss / d tangents of outputs; both are spoilt, and d_work [1 + n][widest][FAIRU_LANES]. n may
 * be 0. */
void fairu_pass__backward_tangents(const fairu_engine *engine, const fairu_shape *shape,
                                   const float *parameters, const float *activations, size_t n,
                                   const float *tangents, float *d_out, float *d_tangents, float *d_work,
                                   float *gradient, float *spare);

/* Tangents of one layer, [n_units][FAIRU_LANES], from before its activation to after it; h are its outputs. */
void fairu_pass__bend_tangent(int activation, size_t n_units, const float *h, float *tangent);

/* Backwards through an activation: d [n_units][FAIRU_LANES] and d_tangent [n_units][FAIRU_LANES] of one tangent, from d loss / d outputs to d loss /
 * d sums. Of several tangents d goes through once, by fairu_pass__unbend, before or after them; each adds to d_sums what it
 * has by f''. */
void fairu_pass__unbend(int activation, size_t n_units, const float *h, float *d);
void fairu_pass__unbend_tangent(int activation, size_t n_units, const float *h, const float *tangent,
                                float *d_tangent, float *d_sums);

#endif /* FAIRU_CLASSIFIER_PASS_TANGENT_H */
