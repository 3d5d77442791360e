/* counting.h - an allocator that counts its allocations in the size_t that is its user_data. */
#ifndef FAIRU_TESTS_COUNTING_H
#define FAIRU_TESTS_COUNTING_H

#include <stdlib.h>

static inline void *counting_allocate(size_t size, void *user_data)
{
  ++*(size_t *)user_data;
  return malloc(size);
}

static inline void counting_release(void *pointer, void *user_data)
{
  (void)user_data;
  free(pointer);
}

#endif /* FAIRU_TESTS_COUNTING_H */
