/* system_faults.h - calls of the system that fail when told to. The functions below stand before those of the C library for
 * everything in the program, as with a preloaded library; a program includes this file once. */
#ifndef FAIRU_TESTS_ABI_SYSTEM_FAULTS_H
#define FAIRU_TESTS_ABI_SYSTEM_FAULTS_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum fault_call { CALL_OPEN, CALL_FSTAT, CALL_READ, CALL_WRITE, CALL_FSYNC, CALL_CLOSE, CALL_RENAME };

typedef struct fault {
  int call;
  int error; /* errno of the failure; 0: a read or write of `most` bytes */
  size_t most;
  int lasting; /* this one and all after it */
  size_t at;   /* the call that fails first, from 1; 0: none */
  size_t seen;
} fault;

static fault fault_now;

static int fault_strikes(int call)
{
  if (fault_now.at == 0 || fault_now.call != call)
    return 0;
  fault_now.seen++;
  return fault_now.seen == fault_now.at || (fault_now.lasting && fault_now.seen > fault_now.at);
}

/* -1 and errno if this call is to fail, else 0. */
static int fault_fails(int call)
{
  if (!fault_strikes(call))
    return 0;
  errno = fault_now.error;
  return -1;
}

static inline void fault_find(void *function, size_t size, const char *name)
{
  void *found = dlsym(RTLD_NEXT, name);
  memcpy(function, &found, size);
}

int open(const char *path, int flags, ...)
{
  static int (*real)(const char *, int, ...);
  va_list args;
  va_start(args, flags);
  const unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;
  va_end(args);
  if (!real)
    fault_find(&real, sizeof real, "open");
  return fault_fails(CALL_OPEN) ? -1 : real(path, flags, mode);
}

int fstat(int fd, struct stat *info)
{
  static int (*real)(int, struct stat *);
  if (!real)
    fault_find(&real, sizeof real, "fstat");
  return fault_fails(CALL_FSTAT) ? -1 : real(fd, info);
}

ssize_t read(int fd, void *bytes, size_t size)
{
  static ssize_t (*real)(int, void *, size_t);
  if (!real)
    fault_find(&real, sizeof real, "read");
  const int strikes = fault_strikes(CALL_READ);
  if (strikes && fault_now.error) {
    errno = fault_now.error;
    return -1;
  }
  return real(fd, bytes, strikes && fault_now.most < size ? fault_now.most : size);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
  static ssize_t (*real)(int, const void *, size_t);
  if (!real)
    fault_find(&real, sizeof real, "write");
  const int strikes = fault_strikes(CALL_WRITE);
  if (strikes && fault_now.error) {
    errno = fault_now.error;
    return -1;
  }
  return real(fd, bytes, strikes && fault_now.most < size ? fault_now.most : size);
}

/* Not done in earnest: what it is for cannot be seen here, and it takes long. */
int fsync(int fd)
{
  (void)fd;
  return fault_fails(CALL_FSYNC);
}

/* Closed in any case, as Linux does. */
int close(int fd)
{
  static int (*real)(int);
  if (!real)
    fault_find(&real, sizeof real, "close");
  const int closed = real(fd);
  return fault_fails(CALL_CLOSE) ? -1 : closed;
}

int rename(const char *from, const char *to)
{
  static int (*real)(const char *, const char *);
  if (!real)
    fault_find(&real, sizeof real, "rename");
  return fault_fails(CALL_RENAME) ? -1 : real(from, to);
}

#endif /* FAIRU_TESTS_ABI_SYSTEM_FAULTS_H */
