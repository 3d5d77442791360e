/* double_soft.h - the lines of src/classifier/soft_counts_body.h in double. */
#ifndef FAIRU_TESTS_DOUBLE_SOFT_H
#define FAIRU_TESTS_DOUBLE_SOFT_H

#include "classifier/double_tangent.h"
#include "classifier/soft_counts.h"

void double_soft_shares(const double_engine *engine, const fairu_soft_counts *soft, double *o,
                        double *shares);
void double_soft_backward(const double_engine *engine, const fairu_soft_counts *soft, const double *scores,
                          const double *d, double *d_o);
void double_soft_tangent(const double_engine *engine, const fairu_soft_counts *soft, const double *scores,
                         double *tangent, double *shares);
void double_soft_backward_tangent(const double_engine *engine, const fairu_soft_counts *soft,
                                  const double *scores, const double *tangent, const double *d,
                                  double *d_tangent, double *d_o);
void double_soft_add(const fairu_soft_counts *soft, const double *shares, const double *weights,
                     double *counts);
void double_soft_spread(const fairu_soft_counts *soft, const double *slopes, const double *weights,
                        double *d);

#define SOFT(name) double_soft_##name
#include "classifier/soft_counts_body.h"

#endif /* FAIRU_TESTS_DOUBLE_SOFT_H */
