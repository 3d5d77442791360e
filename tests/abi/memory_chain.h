/* memory_chain.h - for tests without memory: a chain of systematics that steps are appended to. */
#ifndef FAIRU_TESTS_ABI_MEMORY_CHAIN_H
#define FAIRU_TESTS_ABI_MEMORY_CHAIN_H

#include "abi/memory.h"

typedef int (*memory_append_fn)(fairu_systematics *s, fairu_context *ctx, int which);

/* An empty one with one nuisance. */
static inline int memory_chain(fairu_context *ctx, fairu_systematics **out)
{
  fairu_nuisance nuisance;
  const int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  nuisance.name = "z";
  return status == FAIRU_OK ? fairu_systematics_create(ctx, &nuisance, 1, out) : status;
}

static inline int memory_with_chain(fairu_context *ctx, memory_append_fn append, int which)
{
  fairu_systematics *s = NULL;
  int status = memory_chain(ctx, &s);
  for (int again = 0; again < 5 && status == FAIRU_OK; again++) /* so that the chain grows, too */
    status = append(s, ctx, which);
  fairu_systematics_destroy(s);
  return status;
}

/* The body of a function that `append`, of the test, appends steps with. */
#define CHANGES_CHAIN(function, which) BODY(function, memory_with_chain(ctx, append, which))

#endif /* FAIRU_TESTS_ABI_MEMORY_CHAIN_H */
