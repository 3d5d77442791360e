/* curve.h - losses of a training as its callback is told them. */
#ifndef FAIRU_TESTS_CURVE_H
#define FAIRU_TESTS_CURVE_H

#include "support/support.h"

/* Losses of every epoch, and of how many the callback wants. */
typedef struct curve {
  double training[64], validation[64];
  size_t n, stop_after;
} curve;

static inline int note_epoch(size_t epoch, double training, double validation, void *user_data)
{
  curve *c = user_data;
  assert_int_equal(epoch, c->n);
  c->training[epoch] = training;
  c->validation[epoch] = validation;
  c->n++;
  return c->stop_after > 0 && c->n == c->stop_after;
}

#endif /* FAIRU_TESTS_CURVE_H */
