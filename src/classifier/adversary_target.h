/* adversary_target.h - the nuisance that an adversary is to find: its values, spread, and the weights with which events count. */
#ifndef FAIRU_CLASSIFIER_ADVERSARY_TARGET_H
#define FAIRU_CLASSIFIER_ADVERSARY_TARGET_H

#include "classifier/density.h"
#include "classifier/training_set.h"

enum { FAIRU_TARGET_VALUES = 64 };

typedef struct fairu_adversary_target {
  fairu_density_form
      form; /* kind: asked for, then what it comes to; n: components of a mixture, then as density.h says */
  int only_label;      /* -1: all */
  size_t column;       /* of a row of the training set */
  double mean, spread; /* over the training part; rows hold (Z - mean) / spread, or the index of the value */
  size_t n_values;
  double values[FAIRU_TARGET_VALUES]; /* of the discrete density, rising; their sums of weights: */
  double sums[FAIRU_TARGET_VALUES];
  double weight[2]; /* sums of weights over the training and the validation part */
  double
      blind; /* loss of the best adversary of this form that sees nothing, NaN where that is not known; Z as it comes */
} fairu_adversary_target;

/* Learn from the rows of a set, and bring Z in them to what density.h wants. form.kind, form.n, only_label, column are
 * set. FAIRU_ERR_EMPTY, FAIRU_ERR_FLAT, FAIRU_ERR_LIMIT, FAIRU_ERR_ARGUMENT,
 * FAIRU_ERR_RANGE */
int fairu_adversary_target__take(fairu_adversary_target *target, fairu_context *ctx, fairu_training_set *set,
                                 const char *name);

/* 1: an event of this label counts. */
static inline int fairu_adversary_target__counts(const fairu_adversary_target *target, float label)
{
  return target->only_label < 0 || label == (float)target->only_label;
}

#endif /* FAIRU_CLASSIFIER_ADVERSARY_TARGET_H */
