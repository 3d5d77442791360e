/* process_memory.h - memory of the process that is not given when told to. malloc and its kin below stand before those of the C library
 * for the program and the libraries under it, as with a preloaded library; a program includes this file once. Only calls from
 * elsewhere than the program itself fail, unless it asks for its own: libfairu, which is linked in, asks the allocator of its context. */
#ifndef FAIRU_TESTS_ABI_PROCESS_MEMORY_H
#define FAIRU_TESTS_ABI_PROCESS_MEMORY_H

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define PROCESS_MEMORY_OURS 0
#endif
#endif
#if !defined(PROCESS_MEMORY_OURS)
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define PROCESS_MEMORY_OURS 0 /* another malloc is there already */
#else
#define PROCESS_MEMORY_OURS 1
#endif
#endif

typedef struct process_memory {
  int follows;    /* blocks are counted */
  int fails;      /* calls may fail */
  int own;        /* those of the program itself, too */
  size_t fail_at; /* from 1; 0: none */
  int from_there;
  size_t largest; /* of a request that is granted; 0: any */
  size_t seen;    /* calls that may fail */
  size_t failed;  /* of those */
  long live;      /* blocks of anybody that were taken and not given back */
} process_memory;

static process_memory memory_now;

#if PROCESS_MEMORY_OURS
/* by the libraries */
#define PROCESS_MEMORY_SEEN __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void __libc_free(void *pointer);

static int process_memory_own(const void *caller)
{
  extern const char __executable_start, etext; /* of the linker */
  return (const char *)caller >= &__executable_start && (const char *)caller < &etext;
}

static int process_memory_refuses(const void *caller, size_t size)
{
  if (!memory_now.fails || (!memory_now.own && process_memory_own(caller)))
    return 0;
  memory_now.seen++;
  const int too_large = memory_now.largest && size > memory_now.largest;
  const int refused =
      too_large || (memory_now.fail_at && (memory_now.seen == memory_now.fail_at ||
                                           (memory_now.from_there && memory_now.seen > memory_now.fail_at)));
  memory_now.failed += (size_t)refused;
  if (refused)
    errno = ENOMEM;
  return refused;
}

static void *process_memory_given(void *pointer)
{
  memory_now.live += memory_now.follows && pointer;
  return pointer;
}

PROCESS_MEMORY_SEEN void *malloc(size_t size)
{
  return process_memory_refuses(__builtin_return_address(0), size)
             ? NULL
             : process_memory_given(__libc_malloc(size));
}

PROCESS_MEMORY_SEEN void *calloc(size_t n, size_t size)
{
  return process_memory_refuses(__builtin_return_address(0), n * size)
             ? NULL
             : process_memory_given(__libc_calloc(n, size));
}

PROCESS_MEMORY_SEEN void *realloc(void *pointer, size_t size)
{
  if (process_memory_refuses(__builtin_return_address(0), size))
    return NULL;
  void *moved = __libc_realloc(pointer, size);
  return pointer ? moved : process_memory_given(moved);
}

PROCESS_MEMORY_SEEN void free(void *pointer)
{
  memory_now.live -= memory_now.follows && pointer;
  __libc_free(pointer);
}
#endif

#endif /* FAIRU_TESTS_ABI_PROCESS_MEMORY_H */
