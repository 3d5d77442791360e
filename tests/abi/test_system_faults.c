/* Every kind of file with each call of the system failing in turn: FAIRU_ERR_IO with the path and the system's reason, no object,
 * no descriptor and no temporary file left, the old file untouched. Signals and short reads and writes change nothing. */
#include "abi/system_faults.h"

#include "abi/headers.h"
#include "abi/kinds.h"

typedef struct way {
  const char *what;
  int call, error;
  size_t most;
  int lasting;
  int status; /* FAIRU_OK: the work succeeds all the same */
} way;

/* Of reading. EIO of close after everything was read says nothing. */
static const way reading[] = {
  { "open, EACCES", CALL_OPEN, EACCES, 0, 0, FAIRU_ERR_IO },
  { "open, EMFILE", CALL_OPEN, EMFILE, 0, 1, FAIRU_ERR_IO },
  { "open, a signal", CALL_OPEN, EINTR, 0, 0, FAIRU_OK },
  { "stat", CALL_FSTAT, EIO, 0, 0, FAIRU_ERR_IO },
  { "read, EIO", CALL_READ, EIO, 0, 0, FAIRU_ERR_IO },
  { "read, EIO from there on", CALL_READ, EIO, 0, 1, FAIRU_ERR_IO },
  { "read, a signal", CALL_READ, EINTR, 0, 0, FAIRU_OK },
  { "short reads", CALL_READ, 0, 1, 1, FAIRU_OK },
  { "a short read", CALL_READ, 0, 100, 0, FAIRU_OK },
  { "the file is cut meanwhile", CALL_READ, 0, 0, 1, FAIRU_ERR_TRUNCATED },
  { "close", CALL_CLOSE, EIO, 0, 0, FAIRU_OK },
};

static const way writing[] = {
  { "create, EACCES", CALL_OPEN, EACCES, 0, 0, FAIRU_ERR_IO },
  { "create, ENOSPC", CALL_OPEN, ENOSPC, 0, 1, FAIRU_ERR_IO },
  { "create, a signal", CALL_OPEN, EINTR, 0, 0, FAIRU_OK },
  { "write, EIO", CALL_WRITE, EIO, 0, 0, FAIRU_ERR_IO },
  { "write, ENOSPC", CALL_WRITE, ENOSPC, 0, 0, FAIRU_ERR_IO },
  { "write, ENOSPC from there on", CALL_WRITE, ENOSPC, 0, 1, FAIRU_ERR_IO },
  { "write, a signal", CALL_WRITE, EINTR, 0, 0, FAIRU_OK },
  { "short writes", CALL_WRITE, 0, 1, 1, FAIRU_OK },
  { "a short write", CALL_WRITE, 0, 10, 0, FAIRU_OK },
  { "writes that take nothing", CALL_WRITE, 0, 0, 1, FAIRU_ERR_IO },
  { "sync, EIO", CALL_FSYNC, EIO, 0, 0, FAIRU_ERR_IO },
  { "sync, ENOSPC", CALL_FSYNC, ENOSPC, 0, 0, FAIRU_ERR_IO },
  { "sync, a signal", CALL_FSYNC, EINTR, 0, 0, FAIRU_OK },
  { "close, EIO", CALL_CLOSE, EIO, 0, 0, FAIRU_ERR_IO },
  { "close, a signal", CALL_CLOSE, EINTR, 0, 0, FAIRU_OK },
  { "rename", CALL_RENAME, EIO, 0, 0, FAIRU_ERR_IO },
};

enum { ERRNO_OF_THE_CALLER = 4711 };

/* What must be as before. */
typedef struct footprint {
  size_t files, descriptors;
} footprint;

static footprint footprint_now(void)
{
  return (footprint){ support_count_files(support_directory()), support_count_files("/proc/self/fd") };
}

/* Where and how a call failed, for what a test says. */
typedef struct place {
  const way *way;
  const char *path;
  size_t at;
} place;

static void check_place(const place *p, int holds, const fairu_context *ctx, int status, const char *wanted)
{
  if (!holds)
    fail_msg("%s, %s, call %zu: wanted %s; got %s: %s", p->path, p->way->what, p->at, wanted,
             fairu_status_name(status), fairu_context_message(ctx));
}

static void check_status(const place *p, const fairu_context *ctx, int status, int kept)
{
  const way *fails = p->way;
  const char *message = fairu_context_message(ctx);
  char reason[128];
  check_place(p, kept == ERRNO_OF_THE_CALLER, ctx, status, "errno of the caller");
  /* the last read finds the end of the file, whole or cut */
  if (fails->status == FAIRU_OK || (fails->status == FAIRU_ERR_TRUNCATED && status == FAIRU_OK)) {
    check_place(p, status == FAIRU_OK, ctx, status, "success");
    return;
  }
  check_place(p, status == fails->status, ctx, status, fairu_status_name(fails->status));
  check_place(p, strstr(message, p->path) != NULL, ctx, status, "the path");
  if (fails->error)
    check_place(p, strstr(message, strerror_r(fails->error, reason, sizeof reason)) != NULL, ctx, status,
                "the reason");
}

static void check_footprint(const place *p, const fairu_context *ctx, footprint before)
{
  const footprint now = footprint_now();
  check_place(p, now.files == before.files, ctx, 0, "no file left");
  check_place(p, now.descriptors == before.descriptors, ctx, 0, "no descriptor left");
}

/* The call with its n-th call of the system failing, n = 1, 2, ... until all have been reached; the number of those. */
static size_t fail_each(const way *fails, const file_kind *kind, const world *w, const char *path, int write,
                        void (*check)(const place *p, const world *w, const file_kind *kind, int status))
{
  for (size_t at = 1;; at++) {
    const place p = { fails, path, at };
    const footprint before = footprint_now();
    uint64_t print = 0;
    fairu_context *ctx = support_context();
    fault_now = (fault){ fails->call, fails->error, fails->most, fails->lasting, at, 0 };
    errno = ERRNO_OF_THE_CALLER;
    const int status = write ? kind->write(ctx, w, path) : kind->read(ctx, w, path, &print);
    const int kept = errno;
    const int reached = fault_now.seen >= at;
    fault_now.at = 0;
    if (reached) {
      check_status(&p, ctx, status, kept);
      check_footprint(&p, ctx, before);
      check(&p, w, kind, status);
    }
    fairu_context_destroy(ctx);
    if (!reached)
      return at - 1;
    if (fails->lasting && fails->status == FAIRU_OK)
      return at;
  }
}

static void check_read(const place *p, const world *w, const file_kind *kind, int status)
{
  uint64_t whole = 0, print = 0;
  if (status != FAIRU_OK)
    return;
  /* what was read under the fault is read once more: with it, and without */
  CHECK_OK(w->ctx, kind->read(w->ctx, w, p->path, &whole));
  fault_now = (fault){ p->way->call, p->way->error, p->way->most, p->way->lasting, p->at, 0 };
  CHECK_OK(w->ctx, kind->read(w->ctx, w, p->path, &print));
  fault_now.at = 0;
  assert_true(print == whole);
}

static void every_call_of_reading_fails(void **state)
{
  (void)state;
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    kind_make(&w, &kinds[k], support_path(path, sizeof path, kinds[k].name));
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
      if (fail_each(&reading[i], &kinds[k], &w, path, 0, check_read) == 0)
        fail_msg("%s, %s: never called", kinds[k].name, reading[i].what);
  }
  world_free(&w);
}

static const char old_text[] = "what was there before";

/* After a failure the old file is there, after success the one that is written without a fault. */
static void check_written(const place *p, const world *w, const file_kind *kind, int status)
{
  char again[600];
  size_t size = 0, wanted_size = sizeof old_text - 1;
  char *bytes = support_read_file(p->path, &size), *wanted = NULL;
  if (status == FAIRU_OK) {
    const char *dot = strchr(strrchr(p->path, '/'), '.'); /* .gz is known by its name */
    snprintf(again, sizeof again, "%s/again%s", support_directory(), dot);
    CHECK_OK(w->ctx, kind->write(w->ctx, w, again));
    wanted = support_read_file(again, &wanted_size);
    assert_int_equal(unlink(again), 0);
  }
  if (size != wanted_size || memcmp(bytes, wanted ? wanted : old_text, size) != 0)
    fail_msg("%s, %s, call %zu: after %s the file is another", p->path, p->way->what, p->at,
             fairu_status_name(status));
  support_write_file(p->path, old_text, sizeof old_text - 1);
  free(bytes);
  free(wanted);
}

static void every_call_of_writing_fails(void **state)
{
  (void)state;
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    if (!kinds[k].write)
      continue;
    support_path(path, sizeof path, kinds[k].name);
    for (size_t i = 0; i < sizeof writing / sizeof *writing; i++) {
      support_write_file(path, old_text, sizeof old_text - 1);
      if (fail_each(&writing[i], &kinds[k], &w, path, 1, check_written) == 0)
        fail_msg("%s, %s: never called", kinds[k].name, writing[i].what);
    }
  }
  world_free(&w);
}

/* Functions that take a path, each in a row of kinds.h. */
static void no_function_is_forgotten(void **state)
{
  (void)state;
  static headers h;
  glob_t files;
  int missing = 0, found = 0;
  assert_int_equal(glob("include/fairu/*.h", 0, NULL, &files), 0);
  for (size_t i = 0; i < files.gl_pathc; i++) {
    char name[64] = "", call[80];
    assert_int_equal(sscanf(files.gl_pathv[i], "include/fairu/%63[a-z_]", name), 1);
    h.n = 0;
    headers_read(&h, name);
    for (size_t k = 0; k < h.n; k++) {
      snprintf(call, sizeof call, "%s(", h.functions[k].name);
      found += h.functions[k].path;
      if (!h.functions[k].path || headers_elsewhere("tests/abi/kinds.h", call))
        continue;
      print_error("%s takes a path and is not in tests/abi/kinds.h\n", h.functions[k].name);
      missing++;
    }
  }
  globfree(&files);
  assert_int_equal(missing, 0);
  assert_true(found > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_function_is_forgotten),
    cmocka_unit_test(every_call_of_reading_fails),
    cmocka_unit_test(every_call_of_writing_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
