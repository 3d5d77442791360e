/* hostile.h - a host that has set all that a host can set, and looks afterwards whether it finds it so. */
#ifndef FAIRU_TESTS_HOSTILE_H
#define FAIRU_TESTS_HOSTILE_H

#include "support/support.h"

enum {
  HOSTILE_FLUSHED = 1, /* FTZ and DAZ, as a library built with -ffast-math leaves it */
  HOSTILE_TRAPPED = 2, /* what raises FE_INVALID, FE_DIVBYZERO or FE_OVERFLOW is a signal */
  HOSTILE_UPWARD = 4,  /* rounding */
  HOSTILE_NEAREST = 3,
  HOSTILE_ALL = 7
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HOSTILE_STACK 0 /* frames of instrumented code are larger */
#else
#define HOSTILE_STACK ((size_t)128 * 1024)
#endif

/* One call in a thread of its own: the floating point state of `how`, that stack (0: the usual), a decimal comma, descriptors 0 to 2
 * closed, a working directory that is gone, an odd umask and environment, signals blocked, others arriving all the time, errno set. The test
 * fails if the call leaves any of it, or descriptors, handlers or threads, other than it found it. The call must not assert. */
void support_hostile_call(int how, size_t stack, void (*call)(void *data), void *data);

/* A locale with a decimal comma for setlocale, NULL if there is none. */
const char *support_comma_locale(void);

#endif /* FAIRU_TESTS_HOSTILE_H */
