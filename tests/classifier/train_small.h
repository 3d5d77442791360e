/* train_small.h - one training with options that may fail. */
#ifndef FAIRU_TESTS_TRAIN_SMALL_H
#define FAIRU_TESTS_TRAIN_SMALL_H

#include <fairu/training.h>

#include "support/support.h"

typedef struct case_data {
  fairu_events *events;
  fairu_training_options options;
} case_data;

static inline int train_small(fairu_context *ctx, void *data)
{
  const case_data *c = data;
  fairu_classifier *trained = NULL;
  const int status = fairu_classifier_train(ctx, c->events, &c->options, NULL, &trained);
  assert_true((status == FAIRU_OK) == (trained != NULL));
  fairu_classifier_destroy(trained);
  return status;
}

/* The options of c are refused with a code and words; then c has those of `good` again. */
#define REFUSED(code, says)                                                                                  \
  do {                                                                                                       \
    CHECK_FAILS(ctx, code, train_small(ctx, &c));                                                            \
    CHECK_SAYS(ctx, says);                                                                                   \
    c.options = good;                                                                                        \
  } while (0)

#endif /* FAIRU_TESTS_TRAIN_SMALL_H */
