/* binning.h - what a binning holds. */
#ifndef FAIRU_TEMPLATES_BINNING_H
#define FAIRU_TEMPLATES_BINNING_H

#include <fairu/templates.h>

#include "base/pack_internal.h"

struct fairu_binning {
  fairu_allocator allocator;
  size_t n_bins;
  int variable;
  double *edges; /* [n_bins - 1] inner edges */
  float *steps;  /* [n_bins - 1] smallest float >= edge: (double)v >= edge if and only if v >= step */
};

/* Bins of values [n]; index of the first NaN, or n if there is none. */
size_t fairu_binning__index(const fairu_binning *binning, const float *values, size_t n, uint16_t *bins);

/* Inner edges of `variable`, checked and copied. */
int fairu_binning__create(fairu_context *ctx, int variable, const double *edges, size_t n_edges,
                          fairu_binning **out);

int fairu_binning__create_classes(fairu_context *ctx, size_t n_classes, fairu_binning **out);

int fairu_binning__copy(const fairu_binning *binning, fairu_context *ctx, fairu_binning **out);

/* NULL if equal to the bit, else what differs, in words. */
const char *fairu_binning__difference(const fairu_binning *a, const fairu_binning *b);

void fairu_binning__put(const fairu_binning *binning, fairu_pack *pack);
int fairu_binning__get(fairu_unpack *unpack, fairu_context *ctx, fairu_binning **out);

/* Power of two above the largest of weights [n] (NULL: 1 each): sums of ldexp(weight, -exponent) and of their squares stay numbers. */
int fairu_binning__exponent(const double *weights, size_t n);

#endif /* FAIRU_TEMPLATES_BINNING_H */
