#include "input.h"

#include "interrupt.h"
#include "option.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int copy_all(int from, int to)
{
  char bytes[1 << 16];
  for (;;) {
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR && !interrupt_signal())
      continue;
    if (n <= 0)
      return (int)n;
    for (ssize_t done = 0, step = 0; done < n; done += step) {
      step = write(to, bytes + done, (size_t)(n - done));
      if (step < 0)
        return -1;
    }
  }
}

int input_path(cli *c, const char *name, char buffer[INPUT_PATH], const char **path)
{
  *path = name;
  if (strcmp(name, "-") != 0)
    return FAIRU_OK;
  int fd = memfd_create("standard input", MFD_CLOEXEC);
  const int failed = fd < 0 || copy_all(STDIN_FILENO, fd) != 0;
  if (failed && interrupt_signal())
    return cli_fail(c, FAIRU_ERR_CANCELLED, "interrupted");
  if (failed)
    return cli_fail(c, FAIRU_ERR_IO, "standard input cannot be read: %s", strerror(errno));
  snprintf(buffer, INPUT_PATH, "/proc/self/fd/%d", fd);
  snprintf(c->input, sizeof c->input, "%s:", buffer);
  *path = buffer;
  return FAIRU_OK;
}

int input_row(const char *message, uint64_t *row, const char **rest)
{
  return strncmp(message, "row ", 4) == 0 && option_whole(message + 4, rest, row);
}
