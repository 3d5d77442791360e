/* fixture.h - a method with what it is trained on: made by begin() of a test program, freed by end(). */
#ifndef FAIRU_TESTS_METHODS_FIXTURE_H
#define FAIRU_TESTS_METHODS_FIXTURE_H

#include <fairu/methods.h>

#include "support/support.h"

typedef struct fixture {
  fairu_context *ctx;
  fairu_events *events, *test;
  fairu_systematics *systematics;
  fairu_training_options training;
  fairu_method_options options;
  fairu_adversary_result *losses;
} fixture;

static inline void end(fixture *f)
{
  fairu_events_destroy(f->events);
  fairu_events_destroy(f->test);
  fairu_systematics_destroy(f->systematics);
  fairu_context_destroy(f->ctx);
}

static inline fairu_classifier *train(fixture *f, fairu_training_result *result)
{
  fairu_classifier *trained = NULL;
  f->options.training = &f->training;
  CHECK_OK(f->ctx,
           fairu_method_train(f->ctx, f->events, f->systematics, &f->options, result, f->losses, &trained));
  return trained;
}

/* Refused with this code and message, and nothing made; then the options are `good` again. */
static inline void refuse(fixture *f, const fairu_method_options *good, int code, const char *says)
{
  fairu_classifier *out = (fairu_classifier *)f->ctx; /* anything but NULL */
  f->options.training = &f->training;
  CHECK_FAILS(f->ctx, code,
              fairu_method_train(f->ctx, f->events, f->systematics, &f->options, NULL, f->losses, &out));
  CHECK_SAYS(f->ctx, says);
  assert_null(out);
  f->options = *good;
}

#endif /* FAIRU_TESTS_METHODS_FIXTURE_H */
