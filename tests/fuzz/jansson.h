/* jansson.h - jansson asks the program for its memory: here it is memory that the fault of an input is in, too. */
#ifndef FAIRU_TESTS_FUZZ_JANSSON_H
#define FAIRU_TESTS_FUZZ_JANSSON_H

#include "fuzz/fuzz.h"

#include <jansson.h>

/* Blocks of both kinds are freed alike. */
static void *fuzz_jansson_allocate(size_t size)
{
  fuzz_memory *memory = fuzz_faults();
  void *failing = memory->left > 0 ? fuzz_allocate(1, memory) : memory;
  if (failing && failing != (void *)memory)
    free(failing);
  return failing ? malloc(size) : NULL;
}

static inline void fuzz_jansson(int on)
{
  json_set_alloc_funcs(on ? fuzz_jansson_allocate : malloc, free);
}

#endif /* FAIRU_TESTS_FUZZ_JANSSON_H */
