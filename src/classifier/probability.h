/* probability.h - what a map from logits to probabilities holds, and the steps that fill it. */
#ifndef FAIRU_CLASSIFIER_PROBABILITY_H
#define FAIRU_CLASSIFIER_PROBABILITY_H

#include <fairu/probability.h>

#include "base/pack_internal.h"

struct fairu_probability_map {
  fairu_allocator allocator;
  int method; /* fairu_probability_method */
  double slope, offset, covariance[3];
  double log_prior_odds, margin;
  size_t n_knots;
  double *logits; /* [n_knots] rising */
  double *values; /* [n_knots] probabilities */
};

/* Events a map is made of, checked. */
typedef struct fairu_probability_sample {
  size_t n;
  const float *logits;
  const int32_t *labels;
  const double *weights;       /* or NULL */
  double total[2], squares[2]; /* sums of w and w^2 per class */
  int signed_weights;
} fairu_probability_sample;

enum { FAIRU_PROBABILITY_STRIDE = 8192 }; /* events between polls */

static inline double fairu_probability_sample__weight(const fairu_probability_sample *sample, size_t i)
{
  return sample->weights ? sample->weights[i] : 1.0;
}

/* Rows in rising order of a number, equal ones in order of rows. */
typedef struct fairu_ranked {
  uint64_t key;
  uint32_t row;
} fairu_ranked;

/* order [2 n], keys and rows of its first half set; sorted there. */
int fairu_ranked__sort(fairu_context *ctx, fairu_ranked *order, size_t n);
uint64_t fairu_ranked__key(double value); /* finite */

/* Make slope and offset, or knots. */
int fairu_probability__platt(fairu_probability_map *map, fairu_context *ctx,
                             const fairu_probability_sample *sample, int soft_targets);
int fairu_probability__isotonic(fairu_probability_map *map, fairu_context *ctx,
                                const fairu_probability_sample *sample);
int fairu_probability__histogram(fairu_probability_map *map, fairu_context *ctx,
                                 const fairu_probability_sample *sample, size_t n_bins, int equal_width);

/* Events of weight other than 0 in rising order of logits; fairu_context__free *order. */
int fairu_probability_sample__sort(const fairu_probability_sample *sample, fairu_context *ctx,
                                   fairu_ranked **order, size_t *n);

/* Room for knots, of the map's allocator. */
int fairu_probability__reserve(fairu_probability_map *map, fairu_context *ctx, size_t n_knots);

int fairu_probability__new(fairu_context *ctx, int method, fairu_probability_map **out);
int fairu_probability__copy(const fairu_probability_map *from, fairu_context *ctx,
                            fairu_probability_map **out);

/* Logit of the probability at a logit, and the probability. */
double fairu_probability__logit_at(const fairu_probability_map *map, double logit);
double fairu_probability__at(const fairu_probability_map *map, double logit);

/* Parts of files. */
void fairu_probability__put(const fairu_probability_map *map, fairu_pack *pack);
int fairu_probability__get(fairu_context *ctx, fairu_unpack *unpack, fairu_probability_map **out);

#endif /* FAIRU_CLASSIFIER_PROBABILITY_H */
