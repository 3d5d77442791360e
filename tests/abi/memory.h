/* memory.h - every function that takes a context, with an allocator that fails at each site, and with a deadline that passes: a
 * table and its completeness. A body makes what it changes, uses the shared world for the rest, and frees all. */
#ifndef FAIRU_TESTS_ABI_MEMORY_H
#define FAIRU_TESTS_ABI_MEMORY_H

#include "abi/headers.h"
#include "abi/world.h"
#include "support/late.h"

typedef struct memory_case {
  const char *name;
  support_body_fn body;
  int allocates; /* 0: a call that succeeds never asks for memory */
} memory_case;

static inline int memory_nothing(fairu_context *ctx, void *data)
{
  (void)ctx, (void)data;
  return FAIRU_OK;
}

/* A row of another program: ROW(name, ... or { "name", ... */
static inline int memory_elsewhere(const char *name)
{
  char row[80], entry[80];
  (void)snprintf(row, sizeof row, "ROW(%s,", name);
  (void)snprintf(entry, sizeof entry, "\"%s\",", name);
  return headers_elsewhere("tests/abi/test_memory_*.c", row) ||
         headers_elsewhere("tests/abi/test_memory_*.c", entry);
}

/* Functions of these headers that take a context but stand in no row have no way to their memory tested. */
static inline void memory_check_complete(const char *const *names, size_t n_names, const memory_case *cases,
                                         size_t n_cases)
{
  static headers h;
  int missing = 0;
  h.n = 0;
  for (size_t i = 0; i < n_names; i++)
    headers_read(&h, names[i]);
  for (size_t i = 0; i < h.n; i++) {
    size_t rows = 0;
    for (size_t k = 0; k < n_cases; k++)
      rows += strcmp(cases[k].name, h.functions[i].name) == 0;
    /* those that take no context have no allocator to ask, fairu_context_create() apart */
    if (rows == 0 && h.functions[i].context && !memory_elsewhere(h.functions[i].name)) {
      print_error("%s has no row\n", h.functions[i].name);
      missing++;
    }
  }
  for (size_t k = 0; k < n_cases; k++)
    assert_non_null(headers_find(&h, cases[k].name));
  assert_int_equal(missing, 0);
}

/* With FAIRU_TEST_HOSTILE=cancelled: the call on a context that is cancelled already. One that ends well all the same is named; test_hostile.sh
 * knows which may. */
static inline int memory_check_cancelled(const memory_case *c, world *w)
{
  const char *how = getenv("FAIRU_TEST_HOSTILE");
  if (!how || strcmp(how, "cancelled") != 0)
    return 0;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, c->body(ctx, w)); /* what it writes is there for others */
  fairu_context_cancel(ctx);
  const int status = c->body(ctx, w);
  if (status == FAIRU_OK)
    print_message("not stopped: %s\n", c->name);
  else
    support_check_status(ctx, status, FAIRU_ERR_CANCELLED, c->name, __FILE__, __LINE__);
  fairu_context_destroy(ctx);
  return 1;
}

static inline void memory_check_all(const memory_case *cases, size_t n_cases, world *w)
{
  const size_t context = support_every_allocation_fails(memory_nothing, NULL);
  int wrong = 0;
  for (size_t k = 0; k < n_cases; k++) {
    if (memory_check_cancelled(&cases[k], w))
      continue;
    const size_t sites = support_every_need_fails(cases[k].body, w) - context;
    (void)late_at_many_looks(cases[k].body, w);
    if ((sites > 0) == cases[k].allocates)
      continue;
    print_error("%s asks for memory %zu times\n", cases[k].name, sites);
    wrong++;
  }
  assert_int_equal(wrong, 0);
}

/* A program of one table. */
typedef struct memory_table {
  const char *const *names; /* of the headers whose functions it has */
  size_t n_names;
  const memory_case *cases;
  size_t n_cases;
  void (*prepare)(world *w); /* what the rows need beside the world; NULL: nothing */
  void (*forget)(void);      /* frees it */
} memory_table;

static inline void memory_is_complete(void **state)
{
  const memory_table *t = (const memory_table *)*state;
  memory_check_complete(t->names, t->n_names, t->cases, t->n_cases);
}

static inline void memory_may_fail(void **state)
{
  const memory_table *t = (const memory_table *)*state;
  world w = world_make();
  if (t->prepare)
    t->prepare(&w);
  memory_check_all(t->cases, t->n_cases, &w);
  if (t->forget)
    t->forget();
  world_free(&w);
}

static inline int memory_run(memory_table *table)
{
  const struct CMUnitTest tests[] = { { "no_function_is_forgotten", memory_is_complete, NULL, NULL, table },
                                      { "every_allocation_may_fail", memory_may_fail, NULL, NULL, table } };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

static inline int memory_main(const char *const *names, size_t n_names, const memory_case *cases,
                              size_t n_cases, void (*prepare)(world *w))
{
  memory_table table = { names, n_names, cases, n_cases, prepare, NULL };
  return memory_run(&table);
}

/* Body of a call that makes a handle. */
#define MAKES(function, type, ...)                                                                           \
  static int function##_body(fairu_context *ctx, void *data)                                                 \
  {                                                                                                          \
    const world *w = (const world *)data;                                                                    \
    type *out = NULL;                                                                                        \
    const int status = function(__VA_ARGS__);                                                                \
    (void)w;                                                                                                 \
    type##_destroy(out);                                                                                     \
    return status;                                                                                           \
  }

/* Body that is one expression with ctx and w. */
#define BODY(function, ...)                                                                                  \
  static int function##_body(fairu_context *ctx, void *data)                                                 \
  {                                                                                                          \
    const world *w = (const world *)data;                                                                    \
    (void)w;                                                                                                 \
    return __VA_ARGS__;                                                                                      \
  }

/* Body of a call that makes none. */
#define CALLS(function, ...) BODY(function, function(__VA_ARGS__))

#define ROW(function, allocates)                                                                             \
  {                                                                                                          \
#function, function##_body, allocates                                                                    \
  }

#endif /* FAIRU_TESTS_ABI_MEMORY_H */
