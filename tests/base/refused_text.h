/* refused_text.h - texts that are refused, with what is said of them. */
#ifndef FAIRU_TESTS_BASE_REFUSED_TEXT_H
#define FAIRU_TESTS_BASE_REFUSED_TEXT_H

#include "support/support.h"

typedef struct refused_text {
  const char *text;
  int code;
  const char *says;
} refused_text;

static inline void check_refused_text(fairu_context *ctx, int status, const refused_text *wanted)
{
  support_check_status(ctx, status, wanted->code, wanted->text, __FILE__, __LINE__);
  support_check_says(ctx, wanted->says, __FILE__, __LINE__);
}

#endif /* FAIRU_TESTS_BASE_REFUSED_TEXT_H */
