/* A context: settings, messages, limits, growing structs, memory and scratch. */
#include "support/support.h"

#include <locale.h>

#include "base/context_internal.h"

static void *refuse(size_t size, void *user_data)
{
  (void)size, (void)user_data;
  return NULL;
}

static void ignore(void *pointer, void *user_data)
{
  (void)pointer, (void)user_data;
}

static void creation_checks_its_arguments(void **state)
{
  (void)state;
  fairu_context *ctx = (fairu_context *)(uintptr_t)1;
  const fairu_allocator half = { refuse, NULL, NULL }, other_half = { NULL, ignore, NULL };
  const fairu_allocator empty = { refuse, ignore, NULL };
  assert_int_equal(fairu_context_create(NULL, NULL), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_create(&half, &ctx), FAIRU_ERR_ARGUMENT);
  assert_null(ctx);
  assert_int_equal(fairu_context_create(&other_half, &ctx), FAIRU_ERR_ARGUMENT);
  assert_int_equal(fairu_context_create(&empty, &ctx), FAIRU_ERR_OUT_OF_MEMORY);
  assert_null(ctx);
  fairu_context_destroy(NULL);
}

static void settings_are_kept_and_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  assert_string_equal(fairu_context_message(ctx), "");
  assert_int_equal(fairu_context_status(ctx), FAIRU_OK);
  assert_int_equal(fairu_context_threads(ctx), 1);
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1024));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_context_set_threads(ctx, 0));
  CHECK_SAYS(ctx, "n_threads is 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_context_set_threads(ctx, 1025));
  assert_int_equal(fairu_context_threads(ctx), 1024);
  assert_int_equal(fairu_context__blas_policy(ctx), FAIRU_BLAS_AUTO);
  CHECK_OK(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_NEVER));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_context_set_blas(ctx, 3));
  CHECK_SAYS(ctx, "3");
  assert_int_equal(fairu_context__blas_policy(ctx), FAIRU_BLAS_NEVER);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_context_set_log(ctx, 0, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_context_set_log(ctx, 4, NULL, NULL));
  CHECK_OK(ctx, fairu_context_set_log(ctx, FAIRU_LOG_DEBUG, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_context_set_deadline(ctx, NAN));
  CHECK_SAYS(ctx, "nan");
  assert_int_equal(fairu_context_status(ctx), FAIRU_ERR_NON_FINITE);
  fairu_context_destroy(ctx);
}

static void no_context_is_an_error_not_a_crash(void **state)
{
  (void)state;
  fairu_limits limits;
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  assert_int_equal(fairu_context_set_threads(NULL, 1), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_executor(NULL, NULL, NULL), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_progress(NULL, NULL, NULL), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_log(NULL, 1, NULL, NULL), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_blas(NULL, 0), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_kernel(NULL, "auto"), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_deadline(NULL, 1.0), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_set_limits(NULL, &limits), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context__fail(NULL, FAIRU_ERR_RANGE, "x"), FAIRU_ERR_RANGE);
  assert_string_equal(fairu_context_message(NULL), "");
  assert_string_equal(fairu_context_kernel(NULL), "generic");
  assert_int_equal(fairu_context_status(NULL), FAIRU_ERR_NULL);
  assert_int_equal(fairu_context_threads(NULL), 0);
  fairu_context_cancel(NULL);
  fairu_context_resume(NULL);
}

static void kernels_are_those_of_the_cpu(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const char *best = fairu_context_kernel(ctx);
  const char *const names[] = { "generic", "x86-64-v3", "x86-64-v4" };
  int beyond = 0;
  for (size_t k = 0; k < 3; k++) {
    if (!beyond) {
      CHECK_OK(ctx, fairu_context_set_kernel(ctx, names[k]));
      assert_string_equal(fairu_context_kernel(ctx), names[k]);
    } else {
      CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_context_set_kernel(ctx, names[k]));
      CHECK_SAYS(ctx, names[k]);
    }
    beyond |= strcmp(names[k], best) == 0;
  }
  CHECK_OK(ctx, fairu_context_set_kernel(ctx, "generic"));
  assert_int_equal(fairu_context__kernel_level(ctx), 0);
  CHECK_OK(ctx, fairu_context_set_kernel(ctx, "auto"));
  assert_string_equal(fairu_context_kernel(ctx), best);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_context_set_kernel(ctx, "mmx"));
  CHECK_SAYS(ctx, "mmx");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_context_set_kernel(ctx, NULL));
  fairu_context_destroy(ctx);
}

static void messages_are_bounded_and_nest(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char longer[3000];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  assert_int_equal(fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %d is %g", 7, 1.5), FAIRU_ERR_RANGE);
  assert_string_equal(fairu_context_message(ctx), "row 7 is 1.5");
  assert_int_equal(fairu_context__within(ctx, FAIRU_ERR_RANGE, "%s", "a.csv"), FAIRU_ERR_RANGE);
  assert_string_equal(fairu_context_message(ctx), "a.csv: row 7 is 1.5");
  fairu_context__fail(ctx, FAIRU_ERR_RANGE, "again: %s", fairu_context_message(ctx));
  assert_string_equal(fairu_context_message(ctx), "again: a.csv: row 7 is 1.5");
  fairu_context__fail(ctx, FAIRU_ERR_IO, "%s", longer);
  const size_t length = strlen(fairu_context_message(ctx));
  assert_true(length > 500 && length < 2000);
  fairu_context__within(ctx, FAIRU_ERR_IO, "place");
  assert_memory_equal(fairu_context_message(ctx), "place: xxx", 10);
  assert_true(strlen(fairu_context_message(ctx)) <= length);
  fairu_context__within(ctx, FAIRU_ERR_IO, "%s", longer);
  assert_true(strlen(fairu_context_message(ctx)) <= length);
  fairu_context_destroy(ctx);
}

static void messages_do_not_follow_the_locale(void **state)
{
  (void)state;
  const char *const candidates[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8" };
  int set = 0;
  for (size_t i = 0; i < 3 && !set; i++)
    set = setlocale(LC_NUMERIC, candidates[i]) != NULL;
  if (!set)
    support_skip("no locale with a decimal comma on this machine");
  fairu_context *ctx = support_context();
  fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%g", 0.5);
  assert_string_equal(fairu_context_message(ctx), "0.5");
  assert_string_equal(localeconv()->decimal_point, ",");
  setlocale(LC_NUMERIC, "C");
  fairu_context_destroy(ctx);
}

/* ---- cancel, deadline, progress ----------------------------------------------------------------------- */

static void cancel_and_deadline_show_at_the_next_poll(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_context__poll(ctx));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_context__poll(ctx));
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_context__progress(ctx, "x", 0, 1));
  fairu_context_resume(ctx);
  CHECK_OK(ctx, fairu_context__poll(ctx));
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 1e-9));
  CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE, fairu_context__poll(ctx));
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 1000.0));
  CHECK_OK(ctx, fairu_context__poll(ctx));
  const double never[] = { 0.0, -1.0, INFINITY, -INFINITY, 1e300 };
  for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
    CHECK_OK(ctx, fairu_context_set_deadline(ctx, 1e-9));
    CHECK_OK(ctx, fairu_context_set_deadline(ctx, never[i]));
    CHECK_OK(ctx, fairu_context__poll(ctx));
  }
  fairu_context_destroy(ctx);
}

static int count_calls(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  assert_string_equal(what, "fits");
  assert_int_equal(total, 3);
  return ++*(int *)user_data, done == 2;
}

static void progress_reports_and_may_stop(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  int calls = 0;
  CHECK_OK(ctx, fairu_context__progress(ctx, "fits", 0, 3));
  CHECK_OK(ctx, fairu_context_set_progress(ctx, count_calls, &calls));
  CHECK_OK(ctx, fairu_context__progress(ctx, "fits", 1, 3));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_context__progress(ctx, "fits", 2, 3));
  assert_int_equal(calls, 2);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, NULL, NULL));
  CHECK_OK(ctx, fairu_context__progress(ctx, "fits", 2, 3));
  fairu_context_destroy(ctx);
}

/* ---- limits and structs that grow --------------------------------------------------------------------- */

static void limits_have_defaults_and_are_copied(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_limits limits;
  assert_int_equal(fairu_limits_init(NULL, sizeof limits), FAIRU_ERR_NULL);
  assert_int_equal(fairu_limits_init(&limits, 4), FAIRU_ERR_STRUCT_SIZE);
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  assert_int_equal(limits.struct_size, sizeof limits);
  assert_int_equal(limits.decompressed_ratio, 200);
  limits.rows = 5;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  assert_int_equal(fairu_context__limits(ctx)->rows, 5);
  assert_int_equal(fairu_context__limits(ctx)->json_depth, 64);
  limits.struct_size = 16;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_context_set_limits(ctx, &limits));
  CHECK_SAYS(ctx, "fairu_limits: struct_size is 16");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_context_set_limits(ctx, NULL));
  assert_int_equal(fairu_context__limits(ctx)->rows, 5);
  fairu_context_destroy(ctx);
}

typedef struct old_options {
  size_t struct_size;
  double a;
} old_options;

typedef struct new_options {
  size_t struct_size;
  double a, b;
} new_options;

static void options_of_other_versions_are_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const new_options defaults = { sizeof defaults, 1.0, 2.0 };
  new_options ours = defaults;
  const old_options older = { sizeof older, 5.0 };
  CHECK_OK(ctx, fairu_options__read(ctx, &ours, sizeof ours, &older, sizeof older, "fit"));
  assert_true(ours.a == 5.0 && ours.b == 2.0 && ours.struct_size == sizeof ours);
  CHECK_OK(ctx, fairu_options__read(ctx, &ours, sizeof ours, NULL, sizeof older, "fit"));
  /* newer callers: unknown fields must be zero */
  old_options library = { sizeof library, 1.0 };
  new_options newer = { sizeof newer, 7.0, 0.0 };
  CHECK_OK(ctx, fairu_options__read(ctx, &library, sizeof library, &newer, sizeof library, "fit"));
  assert_true(library.a == 7.0 && library.struct_size == sizeof library);
  newer.b = 3.0;
  newer.a = 8.0;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_options__read(ctx, &library, sizeof library, &newer, sizeof library, "fit"));
  CHECK_SAYS(ctx, "fit: a field beyond byte 16");
  newer.struct_size = SIZE_MAX; /* never initialised */
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_options__read(ctx, &library, sizeof library, &newer, sizeof library, "fit"));
  assert_true(library.a == 7.0);
  fairu_context_destroy(ctx);
}

static void init_and_results_fit_the_callers_struct(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const old_options defaults = { sizeof defaults, 1.0 };
  new_options newer = { 1, 9.0, 9.0 };
  assert_int_equal(fairu_options__init(&newer, sizeof newer, &defaults, sizeof defaults), FAIRU_OK);
  assert_true(newer.struct_size == sizeof newer && newer.a == 1.0 && newer.b == 0.0);
  const new_options result = { sizeof result, 3.0, 4.0 };
  struct {
    old_options options;
    double guard;
  } older = { { sizeof(old_options), 0.0 }, 77.0 };
  CHECK_OK(ctx, fairu_result__write(ctx, &older.options, &result, sizeof result, "fit result"));
  assert_true(older.options.a == 3.0 && older.guard == 77.0);
  assert_int_equal(older.options.struct_size, sizeof(old_options));
  const old_options small = { sizeof small, 6.0 };
  CHECK_OK(ctx, fairu_result__write(ctx, &newer, &small, sizeof small, "fit result"));
  assert_true(newer.a == 6.0 && newer.b == 0.0 && newer.struct_size == sizeof newer);
  newer.struct_size = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_result__write(ctx, &newer, &small, sizeof small, "fit result"));
  CHECK_SAYS(ctx, "fit result");
  fairu_context_destroy(ctx);
}

/* ---- memory and scratch ------------------------------------------------------------------------------- */

static void sizes_that_overflow_are_no_memory(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  assert_null(fairu_context__new(ctx, SIZE_MAX / 2, 3, "many things"));
  CHECK_SAYS(ctx, "many things");
  assert_int_equal(fairu_context_status(ctx), FAIRU_ERR_OUT_OF_MEMORY);
  assert_null(fairu_context__new(ctx, SIZE_MAX / 2 + 10, 1, "x"));
  assert_null(fairu_context__copy(ctx, "", SIZE_MAX, 2, "x"));
  assert_null(fairu_context__scratch(ctx, SIZE_MAX / 2, 3, "much scratch"));
  CHECK_SAYS(ctx, "much scratch");
  assert_null(fairu_context__scratch(ctx, SIZE_MAX, 1, "x"));
  assert_null(fairu_context__scratch(ctx, PTRDIFF_MAX, 1, "x"));
  void *nothing = fairu_context__new(ctx, 0, 8, "nothing");
  assert_non_null(nothing);
  fairu_context__free(ctx, nothing);
  fairu_context__free(ctx, NULL);
  fairu_context_destroy(ctx);
}

typedef struct counting {
  size_t allocations;
} counting;

static void *counting_allocate(size_t size, void *user_data)
{
  ((counting *)user_data)->allocations++;
  return malloc(size);
}

static void counting_release(void *pointer, void *user_data)
{
  (void)user_data;
  free(pointer);
}

/* Uneven pieces, nested marks, every byte written; returns whether all was in order. */
static int use_scratch(fairu_context *ctx)
{
  const fairu_mark outer = fairu_context__mark(ctx);
  unsigned char *first = (unsigned char *)fairu_context__scratch(ctx, 1000, 1, "first");
  if (!first)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(first, 1, 1000);
  for (size_t i = 1; i < 40; i++) {
    const fairu_mark inner = fairu_context__mark(ctx);
    unsigned char *pieces[3];
    for (size_t p = 0; p < 3; p++) {
      const size_t size = i * 7919 * (p + 1) % 200000;
      pieces[p] = (unsigned char *)fairu_context__scratch(ctx, size, 1, "piece");
      if (!pieces[p]) {
        fairu_context__release(ctx, outer);
        return FAIRU_ERR_OUT_OF_MEMORY;
      }
      assert_int_equal((uintptr_t)pieces[p] % 64, 0);
      memset(pieces[p], (int)(p + 2), size);
      if (p > 0)
        assert_int_equal(pieces[0][0], 2);
    }
    fairu_context__release(ctx, inner);
  }
  for (size_t i = 0; i < 1000; i++)
    assert_int_equal(first[i], 1);
  fairu_context__release(ctx, outer);
  return FAIRU_OK;
}

static void scratch_allocates_nothing_once_warm(void **state)
{
  (void)state;
  counting c = { 0 };
  const fairu_allocator allocator = { counting_allocate, counting_release, &c };
  fairu_context *ctx = NULL;
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  for (int warm = 0; warm < 2; warm++)
    CHECK_OK(ctx, use_scratch(ctx));
  const size_t before = c.allocations;
  for (int again = 0; again < 5; again++)
    CHECK_OK(ctx, use_scratch(ctx));
  assert_int_equal(c.allocations, before);
  fairu_context_destroy(ctx);
}

/* An allocator that has no more than `room` bytes in one piece. */
typedef struct small_machine {
  size_t room, live;
} small_machine;

static void *allocate_small(size_t size, void *data)
{
  small_machine *machine = (small_machine *)data;
  size_t *block = size <= machine->room ? (size_t *)malloc(size + 16) : NULL;
  if (!block)
    return NULL;
  *block = size;
  machine->live += size;
  return (unsigned char *)block + 16;
}

static void release_small(void *pointer, void *data)
{
  size_t *block = (size_t *)(void *)((unsigned char *)pointer - 16);
  ((small_machine *)data)->live -= *block;
  free(block);
}

/* A call that needed too much leaves a context that serves the next one, and does not keep what it had taken. */
static void scratch_recovers_from_large_calls(void **state)
{
  (void)state;
  small_machine machine = { .room = 700u << 20 };
  const fairu_allocator allocator = { allocate_small, release_small, &machine };
  fairu_context *ctx = NULL;
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  const size_t before = machine.live;
  const fairu_mark mark = fairu_context__mark(ctx);
  assert_non_null(fairu_context__scratch(ctx, 600, 1 << 20, "large"));
  assert_non_null(fairu_context__scratch(ctx, 500, 1 << 20, "large"));
  assert_null(fairu_context__scratch(ctx, 800, 1 << 20, "too large"));
  fairu_context__release(ctx, mark);
  for (int call = 0; call < 3; call++) {
    assert_non_null(fairu_context__scratch(ctx, 100, 1, "small"));
    fairu_context__release(ctx, mark);
  }
  assert_true(machine.live < before + (1u << 20));
  machine.room = 1u << 20; /* less than what two blocks of before would be as one */
  assert_non_null(fairu_context__scratch(ctx, 900, 1 << 10, "one"));
  assert_non_null(fairu_context__scratch(ctx, 900, 1 << 10, "two"));
  fairu_context__release(ctx, mark);
  assert_null(fairu_context__scratch(ctx, 1, 1, "both as one"));
  assert_non_null(fairu_context__scratch(ctx, 1, 1, "small again"));
  fairu_context__release(ctx, mark);
  fairu_context_destroy(ctx);
  assert_int_equal(machine.live, 0);
}

static int scratch_body(fairu_context *ctx, void *data)
{
  (void)data;
  const int status = use_scratch(ctx);
  return status == FAIRU_OK ? use_scratch(ctx) : status;
}

static int memory_body(fairu_context *ctx, void *data)
{
  (void)data;
  char *text = fairu_context__copy_string(ctx, "mu", "name");
  double *zeros = text ? (double *)fairu_context__new(ctx, 10, sizeof *zeros, "zeros") : NULL;
  double *copy = zeros ? (double *)fairu_context__copy(ctx, zeros, 10, sizeof *zeros, "copy") : NULL;
  for (size_t i = 0; copy && i < 10; i++)
    assert_true(copy[i] == 0.0);
  const fairu_allocator allocator = *fairu_context__allocator(ctx);
  fairu_context__free(ctx, text);
  fairu_context__free(ctx, zeros);
  fairu_allocator__free(&allocator, copy);
  return copy ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_int_equal(support_every_allocation_fails(memory_body, NULL), 4);
  assert_true(support_every_allocation_fails(scratch_body, NULL) >= 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(creation_checks_its_arguments),
    cmocka_unit_test(settings_are_kept_and_checked),
    cmocka_unit_test(no_context_is_an_error_not_a_crash),
    cmocka_unit_test(kernels_are_those_of_the_cpu),
    cmocka_unit_test(messages_are_bounded_and_nest),
    cmocka_unit_test(messages_do_not_follow_the_locale),
    cmocka_unit_test(cancel_and_deadline_show_at_the_next_poll),
    cmocka_unit_test(progress_reports_and_may_stop),
    cmocka_unit_test(limits_have_defaults_and_are_copied),
    cmocka_unit_test(options_of_other_versions_are_read),
    cmocka_unit_test(init_and_results_fit_the_callers_struct),
    cmocka_unit_test(sizes_that_overflow_are_no_memory),
    cmocka_unit_test(scratch_allocates_nothing_once_warm),
    cmocka_unit_test(scratch_recovers_from_large_calls),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
