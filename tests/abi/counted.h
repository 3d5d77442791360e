/* counted.h - a context whose memory is counted. */
#ifndef FAIRU_TESTS_ABI_COUNTED_H
#define FAIRU_TESTS_ABI_COUNTED_H

#include "support/support.h"

typedef struct counted {
  size_t live, most;
} counted;

enum { HEAD = 64 }; /* keeps the alignment */

static inline void *count_allocate(size_t size, void *data)
{
  counted *c = (counted *)data;
  size_t *pointer = (size_t *)malloc(size + HEAD);
  if (!pointer)
    return NULL;
  *pointer = size;
  /* workers allocate at the same time */
  const size_t live = __atomic_add_fetch(&c->live, size, __ATOMIC_SEQ_CST);
  size_t most = __atomic_load_n(&c->most, __ATOMIC_SEQ_CST);
  while (live > most &&
         !__atomic_compare_exchange_n(&c->most, &most, live, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
    continue;
  return (char *)pointer + HEAD;
}

static inline void count_release(void *pointer, void *data)
{
  counted *c = (counted *)data;
  size_t *begin = (size_t *)(void *)((char *)pointer - HEAD);
  __atomic_sub_fetch(&c->live, *begin, __ATOMIC_SEQ_CST);
  free(begin);
}

static inline fairu_context *counted_context(counted *memory)
{
  const fairu_allocator allocator = { count_allocate, count_release, memory };
  fairu_context *ctx = NULL;
  memset(memory, 0, sizeof *memory);
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  return ctx;
}

/* Nothing is left, and reading the file took at most 64 MiB and ten times its size. */
static inline void counted_check(const counted *memory, const char *path, size_t size)
{
  if (memory->live != 0 || memory->most > ((size_t)64 << 20) + 10 * size)
    fail_msg("%s of %zu bytes took %zu bytes of memory, %zu are left", path, size, memory->most,
             memory->live);
}

#endif /* FAIRU_TESTS_ABI_COUNTED_H */
