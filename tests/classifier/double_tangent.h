/* double_tangent.h - the lines of src/classifier/pass_tangent_body.h in double. */
#ifndef FAIRU_TESTS_DOUBLE_TANGENT_H
#define FAIRU_TESTS_DOUBLE_TANGENT_H

#include "classifier/double_pass.h"
#include "classifier/pass_tangent.h"

void double_pass_forward_tangent(const double_engine *engine, const fairu_shape *shape,
                                 const double *parameters, const double *activations, double *tangent,
                                 double *spare);
void double_pass_backward_tangents(const double_engine *engine, const fairu_shape *shape,
                                   const double *parameters, const double *activations, size_t n,
                                   const double *tangents, double *d_out, double *d_tangents, double *d_work,
                                   double *gradient, double *spare);
void double_pass_bend_tangent(int activation, size_t n_units, const double *h, double *tangent);
void double_pass_unbend(int activation, size_t n_units, const double *h, double *d);
void double_pass_unbend_tangent(int activation, size_t n_units, const double *h, const double *tangent,
                                double *d_tangent, double *d_sums);

#include "classifier/pass_tangent_body.h"

#endif /* FAIRU_TESTS_DOUBLE_TANGENT_H */
