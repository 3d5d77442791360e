/* widths.h - how far a nuisance parameter is moved to see what it does. */
#ifndef FAIRU_METHODS_WIDTHS_H
#define FAIRU_METHODS_WIDTHS_H

#include "methods/method.h"

/* Standard deviation of the prior, in units of Z. */
double fairu_method__width(const fairu_nuisance *nuisance);

/* Steps of chosen nuisance k up and down, > 0, within its range; one of them is 0 where nominal is an end. */
typedef struct fairu_method_steps {
  double up, down;
} fairu_method_steps;

int fairu_method__steps(const fairu_method_job *job, fairu_context *ctx, size_t k, fairu_method_steps *steps);

#endif /* FAIRU_METHODS_WIDTHS_H */
