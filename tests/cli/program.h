/* program.h - runs commands of the program inside the test: what they print goes to files and is read back. */
#ifndef FAIRU_TESTS_CLI_PROGRAM_H
#define FAIRU_TESTS_CLI_PROGRAM_H

#include "support/support.h"

#include "cli/cli.h"

#include <fcntl.h>
#include <unistd.h>

enum { MOST_WORDS = 64 };

typedef struct printed {
  int status;
  char *out, *err;
} printed;

/* Standard output and error go to files from here to take_back(). */
typedef struct taken {
  int out, err;
  char out_path[512], err_path[512];
} taken;

static inline int redirect(int fd, const char *path)
{
  const int kept = dup(fd), file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  assert_true(kept >= 0 && file >= 0);
  assert_int_equal(dup2(file, fd), fd);
  close(file);
  return kept;
}

static inline taken take_output(void)
{
  taken t;
  fflush(stdout);
  fflush(stderr);
  support_path(t.out_path, sizeof t.out_path, "printed.out");
  support_path(t.err_path, sizeof t.err_path, "printed.err");
  t.out = redirect(STDOUT_FILENO, t.out_path);
  t.err = redirect(STDERR_FILENO, t.err_path);
  return t;
}

static inline void take_back(const taken *t, printed *p)
{
  fflush(stdout);
  fflush(stderr);
  assert_int_equal(dup2(t->out, STDOUT_FILENO), STDOUT_FILENO);
  assert_int_equal(dup2(t->err, STDERR_FILENO), STDERR_FILENO);
  close(t->out);
  close(t->err);
  p->out = support_read_file(t->out_path, NULL);
  p->err = support_read_file(t->err_path, NULL);
  unlink(t->out_path);
  unlink(t->err_path);
}

/* command(argc, argv) of `words` (its own name first), at most MOST_WORDS, which it may put in another order. */
static inline printed run_words(int (*command)(int argc, char **argv), const char *const *words, int n)
{
  char *argv[MOST_WORDS + 1] = { NULL };
  printed p = { 0 };
  assert_true(n <= MOST_WORDS);
  for (int i = 0; i < n; i++)
    argv[i] = (char *)(uintptr_t)words[i];
  const taken t = take_output();
  p.status = command(n, argv);
  take_back(&t, &p);
  return p;
}

static inline void forget(printed *p)
{
  free(p->out);
  free(p->err);
  *p = (printed){ 0 };
}

static inline void check_says(const char *text, const char *wanted, const char *file, int line)
{
  if (strstr(text, wanted))
    return;
  print_error("\"%s\" is not in \"%.600s\"\n", wanted, text);
  _fail(file, line);
}
#define CHECK_HAS(text, wanted) check_says((text), (wanted), __FILE__, __LINE__)

/* The file of this name in the test's folder holds these bytes. */
static inline void check_file(const char *name, const char *wanted, size_t size)
{
  char path[512];
  size_t n = 0;
  char *bytes = support_read_file(support_path(path, sizeof path, name), &n);
  assert_int_equal(n, size);
  assert_memory_equal(bytes, wanted, size);
  free(bytes);
}

/* A command that runs, for what wants one. end_command() returns the exit status. */
static inline void begin_command(cli *c, const cli_usage *usage)
{
  char name[] = "command", *argv[] = { name, NULL };
  assert_int_equal(cli_begin(c, usage, 1, argv), CLI_CONTINUE);
}

/* The call fails with this code and leaves `text` in the message of the command. */
#define CHECK_REFUSED(c, code, text, call)                                                                   \
  do {                                                                                                       \
    (c)->status = 0;                                                                                         \
    (c)->message[0] = '\0';                                                                                  \
    assert_int_equal((call), (code));                                                                        \
    assert_int_equal((c)->status, (code));                                                                   \
    CHECK_HAS((c)->message, (text));                                                                         \
  } while (0)

#endif /* FAIRU_TESTS_CLI_PROGRAM_H */
