/* host_thread.h - threads of hosts with a stack of a size of theirs. */
#ifndef FAIRU_TESTS_ABI_HOST_THREAD_H
#define FAIRU_TESTS_ABI_HOST_THREAD_H

#include "support/support.h"

#include <pthread.h>

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

#endif /* FAIRU_TESTS_ABI_HOST_THREAD_H */
