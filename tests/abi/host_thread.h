/* host_thread.h - what hosts that are not tidy share: threads with a stack of a size of theirs, odd floating-point states, a locale
 * with a decimal comma, another thread that cancels. */
#ifndef FAIRU_TESTS_ABI_HOST_THREAD_H
#define FAIRU_TESTS_ABI_HOST_THREAD_H

#include "support/support.h"

#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <time.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

/* stack 0: as the system has it. */
static inline void host_thread_start(pthread_t *thread, void *(*run)(void *), void *host, size_t stack)
{
  pthread_attr_t attributes;
  assert_int_equal(pthread_attr_init(&attributes), 0);
  if (stack > 0)
    assert_int_equal(pthread_attr_setstacksize(&attributes, stack), 0);
  assert_int_equal(pthread_create(thread, &attributes, run, host), 0);
  pthread_attr_destroy(&attributes);
}

enum { TIDY, FLUSHED, TRAPPED, UPWARD };

/* A context of this thread, in this state of its floating-point unit. */
static inline int host_begin(int floats, int threads, fairu_context **ctx)
{
#if defined(__x86_64__)
  if (floats == FLUSHED)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ and DAZ, as a library built with -ffast-math leaves it */
#endif
  if (floats == TRAPPED) /* what raises a flag is a signal then */
    feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
  if (floats == UPWARD)
    fesetround(FE_UPWARD);
  const int status = fairu_context_create(NULL, ctx);
  return status == FAIRU_OK ? fairu_context_set_threads(*ctx, threads) : status;
}

static inline void host_end(fairu_context *ctx, char *message, size_t size)
{
  if (ctx)
    snprintf(message, size, "%s", fairu_context_message(ctx));
  fairu_context_destroy(ctx);
}

/* Sets a locale with a decimal comma and returns the one before, for host_locale_back(). Skips the test where there is none. */
static inline char *host_decimal_comma(void)
{
  char *before = strdup(setlocale(LC_ALL, NULL));
  if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "de_DE")) {
    free(before);
    before = NULL;
    support_skip("no locale de_DE");
  }
  return before;
}

static inline void host_locale_back(char *before)
{
  setlocale(LC_ALL, before);
  free(before);
}

/* Of a thread: the context is cancelled after 20 ms. */
static inline void *host_cancel_soon(void *data)
{
  const struct timespec wait = { 0, 20000000 };
  nanosleep(&wait, NULL);
  fairu_context_cancel((fairu_context *)data);
  return NULL;
}

#endif /* FAIRU_TESTS_ABI_HOST_THREAD_H */
