/* refused.h - what fairu_method_train refuses. */
#ifndef FAIRU_TESTS_METHODS_REFUSED_H
#define FAIRU_TESTS_METHODS_REFUSED_H

#include <fairu/methods.h>

#include "support/support.h"

/* With this code and message, and nothing made. options->training is set to training. */
static inline void method_refused(fairu_context *ctx, const fairu_events *events,
                                  const fairu_systematics *systematics, fairu_method_options *options,
                                  const fairu_training_options *training, int code, const char *says)
{
  fairu_classifier *out = (fairu_classifier *)ctx; /* anything but NULL */
  options->training = training;
  CHECK_FAILS(ctx, code, fairu_method_train(ctx, events, systematics, options, NULL, NULL, &out));
  CHECK_SAYS(ctx, says);
  assert_null(out);
}

#endif /* FAIRU_TESTS_METHODS_REFUSED_H */
