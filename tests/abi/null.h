/* null.h - NULL for every pointer of every function, one at a time: a row each, and a count that none is forgotten. */
#ifndef FAIRU_TESTS_ABI_NULL_H
#define FAIRU_TESTS_ABI_NULL_H

#include "abi/headers.h"
#include "abi/world.h"

/* Where rows let functions write; refused calls must leave it as it was. */
typedef struct null_outputs {
  void *handle; /* of creators */
  double d[128];
  float f[128];
  uint16_t u16[128];
  uint32_t u32[128];
  size_t size;
  float *values;
  fairu_nuisance nuisance;
  fairu_axis axis;
  fairu_parameter parameter;
  fairu_training_result training;
  fairu_fit_result fit;
  fairu_interval interval;
  fairu_coverage coverage;
  fairu_toy_result toys[2];
} null_outputs;

typedef struct null_test {
  world w;
  null_outputs out, before;
  headers declared;
  int rows[HEADERS_FUNCTIONS];
  int failed;
} null_test;

static inline void null_reset(null_test *t)
{
  memset(&t->out, 0x5A, sizeof t->out);
  t->out.nuisance.struct_size = sizeof t->out.nuisance;
  t->out.parameter.struct_size = sizeof t->out.parameter;
  t->out.training.struct_size = sizeof t->out.training;
  t->out.fit.struct_size = sizeof t->out.fit;
  t->out.interval.struct_size = sizeof t->out.interval;
  t->out.coverage.struct_size = sizeof t->out.coverage;
  memcpy(&t->before, &t->out, sizeof t->out);
  (void)!fairu_context_set_threads(t->w.ctx, 0); /* leaves FAIRU_ERR_RANGE: a message of this call shows */
}

static inline null_test *null_begin(const char *const *names, size_t n_names)
{
  null_test *t = (null_test *)calloc(1, sizeof *t);
  assert_non_null(t);
  t->w = world_make();
  for (size_t i = 0; i < n_names; i++)
    headers_read(&t->declared, names[i]);
  null_reset(t);
  return t;
}

/* The program that has one row of a function has them all: REFUSES(name(... */
static inline int null_elsewhere(const null_test *t, size_t i)
{
  char row[80];
  (void)snprintf(row, sizeof row, "(%s(", t->declared.functions[i].name);
  return t->rows[i] == 0 && headers_elsewhere("tests/abi/test_null_*.c", row);
}

static inline void null_end(null_test *t)
{
  for (size_t i = 0; i < t->declared.n; i++)
    if (t->rows[i] != t->declared.functions[i].pointers && !null_elsewhere(t, i)) {
      print_error("%s: %d rows for %d pointers\n", t->declared.functions[i].name, t->rows[i],
                  t->declared.functions[i].pointers);
      t->failed++;
    }
  const int failed = t->failed;
  world_free(&t->w);
  free(t);
  assert_int_equal(failed, 0);
}

static inline void null_wrong(null_test *t, const char *call, const char *what)
{
  print_error("%s\n  %s; message: %s\n", call, what, fairu_context_message(t->w.ctx));
  t->failed++;
}

static inline void null_count(null_test *t, const char *call)
{
  const size_t length = strcspn(call, "(");
  for (size_t i = 0; i < t->declared.n; i++)
    if (strlen(t->declared.functions[i].name) == length &&
        strncmp(t->declared.functions[i].name, call, length) == 0) {
      t->rows[i]++;
      return;
    }
  null_wrong(t, call, "is not declared");
}

enum { NULL_CONTEXT = 1, NULL_MAKER = 2 };

static inline void null_refused(null_test *t, const char *call, int status, int kind)
{
  null_count(t, call);
  if (status != FAIRU_ERR_NULL)
    null_wrong(t, call, fairu_status_name(status));
  const int wanted = kind & NULL_CONTEXT ? FAIRU_ERR_RANGE : FAIRU_ERR_NULL;
  if (fairu_context_status(t->w.ctx) != wanted ||
      !strstr(fairu_context_message(t->w.ctx), kind & NULL_CONTEXT ? "" : "NULL"))
    null_wrong(t, call, "the message is not about it");
  if (kind & NULL_MAKER) {
    if (t->out.handle)
      null_wrong(t, call, "the handle is not NULL");
    t->out.handle = t->before.handle;
  }
  if (memcmp(&t->out, &t->before, sizeof t->out) != 0)
    null_wrong(t, call, "an output is changed");
  null_reset(t);
}

static inline void null_answered(null_test *t, const char *call, int right)
{
  null_count(t, call);
  if (!right)
    null_wrong(t, call, "is not so");
  null_reset(t);
}

/* The call refuses its NULL: REFUSES says why in the context, REFUSES_CTX has none; creators also give a NULL handle. */
#define REFUSES(call) null_refused(t, #call, (call), 0)
#define REFUSES_CTX(call) null_refused(t, #call, (call), NULL_CONTEXT)
#define NO_OBJECT(call) null_refused(t, #call, (call), NULL_MAKER)
#define NO_OBJECT_CTX(call) null_refused(t, #call, (call), NULL_MAKER | NULL_CONTEXT)
/* NULL is allowed here: `call OP value` holds. */
#define ANSWERS(comparison) null_answered(t, #comparison, (comparison))
/* A void function, for which NULL is nothing to do. */
#define IGNORES(call) ((call), null_answered(t, #call, 1))
/* The handle of a creator, as its type. */
#define OUT(type) ((type **)(void *)&t->out.handle)
/* NULL is allowed for a creator: it makes an object. */
#define MAKES(call, type)                                                                                    \
  (null_answered_made(t, #call, (call)), type##_destroy((type *)t->out.handle), null_reset(t))

static inline void null_answered_made(null_test *t, const char *call, int status)
{
  null_count(t, call);
  if (status != FAIRU_OK) {
    null_wrong(t, call, fairu_status_name(status));
    t->out.handle = NULL;
  }
}

/* A program: the rows of these headers. */
typedef struct null_table {
  const char *const *names;
  size_t n_names;
  void (*rows)(null_test *t);
} null_table;

static inline void null_trusts_nothing(void **state)
{
  const null_table *table = (const null_table *)*state;
  null_test *t = null_begin(table->names, table->n_names);
  table->rows(t);
  null_end(t);
}

static inline int null_main(const char *const *names, size_t n_names, void (*rows)(null_test *t))
{
  null_table table = { names, n_names, rows };
  const struct CMUnitTest tests[] = { { "no_pointer_is_taken_on_trust", null_trusts_nothing, NULL, NULL,
                                        &table } };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif /* FAIRU_TESTS_ABI_NULL_H */
