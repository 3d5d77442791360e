/* double_tangent.h - the lines of src/classifier/pass_tangent_body.h in double. */
#ifndef FAIRU_TESTS_DOUBLE_TANGENT_H
#define FAIRU_TESTS_DOUBLE_TANGENT_H

#include "classifier/double_pass.h"
#include "classifier/pass_tangent.h"

typedef struct double_tangent_units FAIRU_TANGENT_UNITS_OF(double) double_tangent_units;

void double_pass_forward_tangents(const double_engine *engine, const fairu_shape *shape,
                                  const double *parameters, const double_hidden *hidden,
                                  const double *activations, const double_tangent_units *tangents);
void double_pass_backward_tangents(const double_engine *engine, const fairu_shape *shape,
                                   const double *parameters, const double_hidden *hidden,
                                   const double *activations, const double_tangent_units *tangents,
                                   double *d_out, double *d_work, double *gradient);
void double_pass_bend_tangent(int activation, size_t n_units, const double *h, double *tangent);
void double_pass_unbend(int activation, size_t n_units, const double *h, double *d);
void double_pass_unbend_tangent(int activation, size_t n_units, const double *h, const double *tangent,
                                double *d_tangent, double *d_sums);

#define TANGENT_UNITS double_tangent_units
#include "classifier/pass_tangent_body.h"

#endif /* FAIRU_TESTS_DOUBLE_TANGENT_H */
