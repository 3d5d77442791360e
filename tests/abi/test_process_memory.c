/* No memory for the libraries below this one: jansson, zlib, the C library take theirs from malloc. Every call of it fails in turn,
 * alone and with all after it, while each kind of file is read and written: FAIRU_ERR_OUT_OF_MEMORY or the right content, nothing
 * leaks, nothing is left half-written. (The allocator of a context fails in test_memory_*.c.) */
#include "abi/process_memory.h"

#include "abi/kinds.h"

static process_memory memory_done; /* of the last attempt */

static void work_done(void)
{
  memory_now.fails = 0;
}

typedef struct attempt {
  int status;
  uint64_t print;
  char message[300];
} attempt;

static attempt try_once(const file_kind *kind, const world *w, const char *path, int write, size_t fail_at,
                        int from_there, size_t largest)
{
  attempt a = { 0 };
  memory_now =
      (process_memory){ .follows = 1, .fail_at = fail_at, .from_there = from_there, .largest = largest };
  fairu_context *ctx = support_context();
  memory_now.fails = 1;
  a.status = write ? kind->write(ctx, w, path) : kind->read(ctx, w, path, &a.print);
  work_done();
  snprintf(a.message, sizeof a.message, "%s", fairu_context_message(ctx));
  fairu_context_destroy(ctx);
  memory_now.follows = 0;
  memory_done = memory_now;
  return a;
}

static void check_attempt(const attempt *a, const attempt *whole, const char *path)
{
  const char *how = memory_done.from_there ? "and all after it" : "alone";
  if (a->status == FAIRU_OK ? a->print != whole->print : a->status != FAIRU_ERR_OUT_OF_MEMORY)
    fail_msg("%s: malloc %zu failing %s: %s, print %llx: %s", path, memory_done.fail_at, how,
             fairu_status_name(a->status), (unsigned long long)a->print, a->message);
  if (memory_done.live != 0)
    fail_msg("%s: malloc %zu failing %s: %ld blocks live", path, memory_done.fail_at, how, memory_done.live);
}

/* How many calls were made to fail. */
static size_t fail_each(const file_kind *kind, const world *w, const char *path, int write)
{
  size_t n = 0;
  const attempt whole = try_once(kind, w, path, write, 0, 0, 0);
  assert_int_equal(whole.status, FAIRU_OK);
  const size_t files = support_count_files(support_directory());
  for (int from_there = 0; from_there < 2; from_there++)
    for (n = 1;; n++) {
      const attempt a = try_once(kind, w, path, write, n, from_there, 0);
      if (memory_done.failed == 0)
        break;
      check_attempt(&a, &whole, path);
      assert_int_equal(support_count_files(support_directory()), files);
    }
  return n - 1;
}

/* Small requests are granted, large ones are not, as where memory runs out. */
static void refuse_large(const file_kind *kind, const world *w, const char *path)
{
  const attempt whole = try_once(kind, w, path, 0, 0, 0, 0);
  size_t failed = 0;
  for (size_t largest = 16; largest < 20000; largest += largest / 7) {
    const attempt a = try_once(kind, w, path, 0, 0, 0, largest);
    check_attempt(&a, &whole, path);
    failed += memory_done.failed > 0;
  }
  assert_true(failed > 0);
}

static void every_malloc_of_other_libraries_fails(void **state)
{
  (void)state;
  if (!PROCESS_MEMORY_OURS)
    support_skip("malloc of this build cannot be replaced");
  world w = world_make();
  size_t calls = 0;
  kind_work_done = work_done;
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    kind_make(&w, &kinds[k], support_path(path, sizeof path, kinds[k].name));
    /* what resumes works on a copy, made by the test */
    const size_t read = kinds[k].read == kind_resume ? 0 : fail_each(&kinds[k], &w, path, 0);
    const size_t written = kinds[k].write ? fail_each(&kinds[k], &w, path, 1) : 0;
    if (strstr(path, ".json") && read < 20)
      fail_msg("%s: malloc was called %zu times by other libraries; is it replaced?", path, read);
    if (strstr(path, ".json"))
      refuse_large(&kinds[k], &w, path);
    calls += read + written;
  }
  print_message("%zu calls of malloc from other libraries failed, twice each\n", calls);
  kind_work_done = NULL;
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_malloc_of_other_libraries_fails) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
