/* What is opened: the path that was given and nothing else; links lead to regular files only; and with descriptors 0, 1 and 2 closed no file
 * takes their place. For every kind of file. */
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/kinds.h"

static char opened[64][600]; /* since n_opened was set to 0 */
static size_t n_opened;

/* Stands before the C library's, also for the libraries below. */
__attribute__((visibility("default"))) int open(const char *path, int flags, ...)
{
  static int (*real)(const char *, int, ...);
  va_list args;
  va_start(args, flags);
  const unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;
  va_end(args);
  if (!real) {
    void *found = dlsym(RTLD_NEXT, "open");
    memcpy(&real, &found, sizeof real);
  }
  if (n_opened < 64)
    snprintf(opened[n_opened++], sizeof *opened, "%s", path);
  return real(path, flags, mode);
}

/* jansson takes the seed of its tables from there, once in a process. */
static int is_seed(const char *path)
{
  return strcmp(path, "/dev/urandom") == 0;
}

static void check_opened(const char *path, size_t least)
{
  assert_true(n_opened >= least && n_opened < 64);
  for (size_t i = 0; i < n_opened; i++)
    if (strncmp(opened[i], path, strlen(path)) != 0 && !is_seed(opened[i]))
      fail_msg("%s was opened for %s", opened[i], path);
}

static void nothing_else_is_opened(void **state)
{
  (void)state;
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    uint64_t print = 0;
    kind_make(&w, &kinds[k], support_path(path, sizeof path, kinds[k].name));
    n_opened = 0;
    CHECK_OK(w.ctx, kinds[k].read(w.ctx, &w, path, &print));
    check_opened(path, 1);
    n_opened = 0;
    if (kinds[k].write) {
      CHECK_OK(w.ctx, kinds[k].write(w.ctx, &w, path));
      check_opened(path, 1);
    }
  }
  world_free(&w);
}

/* As a link in the same folder says it. */
static const char *beside(const char *path)
{
  return strrchr(path, '/') + 1;
}

static void check_link_read(const world *w, const file_kind *kind, const char *path, const char *link)
{
  uint64_t direct = 0, through = 0;
  CHECK_OK(w->ctx, kind->read(w->ctx, w, path, &direct));
  assert_int_equal(symlink(beside(path), link), 0);
  CHECK_OK(w->ctx, kind->read(w->ctx, w, link, &through));
  assert_true(direct == through);
  assert_int_equal(unlink(link), 0);
  const char *const nowhere[] = { beside(link), "/nowhere/at/all", "/dev/zero",
                                  "/proc/self" }; /* the first: a loop */
  for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
    assert_int_equal(symlink(nowhere[i], link), 0);
    if (kind->read != kind_resume) { /* the test copies the file first */
      CHECK_FAILS(w->ctx, FAIRU_ERR_IO, kind->read(w->ctx, w, link, &through));
      CHECK_SAYS(w->ctx, link);
    }
    assert_int_equal(unlink(link), 0);
  }
}

/* A link that is written to is replaced; what it led to stays. One to a device is refused. */
static void check_link_written(const world *w, const file_kind *kind, const char *path, const char *link)
{
  struct stat info;
  size_t size = 0;
  support_write_file(path, "old", 3);
  assert_int_equal(symlink(beside(path), link), 0);
  CHECK_OK(w->ctx, kind->write(w->ctx, w, link));
  assert_int_equal(lstat(link, &info), 0);
  assert_true(S_ISREG(info.st_mode));
  char *bytes = support_read_file(path, &size);
  assert_true(size == 3 && memcmp(bytes, "old", 3) == 0);
  free(bytes);
  assert_int_equal(unlink(link), 0);
  assert_int_equal(symlink("/dev/null", link), 0);
  CHECK_FAILS(w->ctx, FAIRU_ERR_IO, kind->write(w->ctx, w, link));
  assert_int_equal(unlink(link), 0);
}

static void links_lead_to_files_only(void **state)
{
  (void)state;
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512], link[520];
    kind_make(&w, &kinds[k], support_path(path, sizeof path, kinds[k].name));
    snprintf(link, sizeof link, "%s/link-%s", support_directory(), kinds[k].name);
    check_link_read(&w, &kinds[k], path, link);
    if (kinds[k].write)
      check_link_written(&w, &kinds[k], path, link);
  }
  world_free(&w);
}

/* Every kind is written and read; 0, or the first step that went wrong. Without standard output there is nobody to tell. */
static int work_in_silence(const world *w)
{
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    uint64_t print = 0;
    support_path(path, sizeof path, kinds[k].name);
    if (kinds[k].write && kinds[k].write(w->ctx, w, path) != FAIRU_OK)
      return 10 + (int)k;
    if (kinds[k].read != kind_resume && kinds[k].read(w->ctx, w, path, &print) != FAIRU_OK)
      return 100 + (int)k;
    for (int fd = 0; fd < 3; fd++)
      if (fcntl(fd, F_GETFD) != -1)
        return 200 + fd;
  }
  return 0;
}

static void closed_descriptors_are_not_taken(void **state)
{
  (void)state;
  world w = world_make();
  int status = 0;
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[512];
    kind_make(&w, &kinds[k], support_path(path, sizeof path, kinds[k].name));
  }
  fflush(NULL);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    for (int fd = 0; fd < 3; fd++)
      close(fd);
    _exit(work_in_silence(&w));
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(nothing_else_is_opened),
    cmocka_unit_test(links_lead_to_files_only),
    cmocka_unit_test(closed_descriptors_are_not_taken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
