/* writer.c - files that appear complete or not at all. What the system says of them is in messages; errno of the host is kept. */
#include "base/stream_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/context_private.h"
#include "base/descriptor.h"
#include "base/gzip_private.h"

enum { OUTPUT_BYTES = 65536 };

struct fairu_writer {
  fairu_allocator allocator;
  char *path;
  char *temporary; /* "" for standard output and until the file is made */
  int fd;
  fairu_gzip *gzip; /* NULL: plain */
  int failed;       /* status of the first failure */
  unsigned char *output;
  size_t used;
};

static void free_writer(fairu_writer *writer)
{
  const int kept = errno;
  if (writer->gzip)
    fairu_gzip__close(writer->gzip);
  if (writer->fd >= 0 && writer->fd != STDOUT_FILENO)
    close(writer->fd);
  if (writer->temporary && writer->temporary[0])
    unlink(writer->temporary);
  const fairu_allocator allocator = writer->allocator;
  fairu_allocator__free(&allocator, writer->gzip);
  fairu_allocator__free(&allocator, writer->output);
  fairu_allocator__free(&allocator, writer->temporary);
  fairu_allocator__free(&allocator, writer->path);
  fairu_allocator__free(&allocator, writer);
  errno = kept;
}

void fairu_writer__abort(fairu_writer *writer)
{
  if (writer)
    free_writer(writer);
}

int fairu_writer__end(fairu_writer *writer, fairu_context *ctx, int status)
{
  if (status == FAIRU_OK)
    return fairu_writer__commit(writer, ctx);
  fairu_writer__abort(writer);
  return status;
}

static int fail_io(fairu_writer *writer, fairu_context *ctx, const char *verb, int error)
{
  char text[128];
  return fairu_context__fail(ctx, FAIRU_ERR_IO, "%.400s: cannot %s: %s", writer->path, verb,
                             strerror_r(error, text, sizeof text));
}

/* ---- opening ------------------------------------------------------------------------------------------ */

/* A new file beside path; its name only has to be free, O_EXCL sees to that. */
static int create_temporary(fairu_writer *writer, fairu_context *ctx, size_t room)
{
  const int kept = errno;
  struct stat info;
  if (stat(writer->path, &info) == 0 && !S_ISREG(info.st_mode)) /* never rename over a device */
    return fairu_context__fail(ctx, FAIRU_ERR_IO, "%.400s: exists and is not a regular file", writer->path);
  uint64_t number = (uint64_t)fairu_clock__now() ^ ((uint64_t)getpid() << 32);
  for (int attempt = 0; attempt < 100; attempt++) {
    number = number * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    snprintf(writer->temporary, room, "%s.tmp-%08llx", writer->path, (unsigned long long)(number >> 32));
    writer->fd = fairu_descriptor__open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (writer->fd >= 0 || errno != EEXIST)
      break;
  }
  const int error = errno;
  errno = kept;
  if (writer->fd >= 0)
    return FAIRU_OK;
  writer->temporary[0] = '\0';
  return fail_io(writer, ctx, "create", error);
}

/* ---- bytes to the file -------------------------------------------------------------------------------- */

static int put(fairu_writer *writer, fairu_context *ctx, const unsigned char *bytes, size_t size)
{
  const int kept = errno;
  while (size > 0) {
    const ssize_t n = write(writer->fd, bytes, size < SSIZE_MAX ? size : SSIZE_MAX);
    const int error = errno;
    errno = kept;
    if (n < 0 && error == EINTR) { /* a signal may have cancelled the call */
      const int status = fairu_context__poll(ctx);
      if (status != FAIRU_OK)
        return status;
      continue;
    }
    if (n <= 0) /* a device that takes nothing would be asked for ever */
      return fail_io(writer, ctx, "write", n < 0 ? error : ENOSPC);
    bytes += n;
    size -= (size_t)n;
  }
  return FAIRU_OK;
}

static int flush(fairu_writer *writer, fairu_context *ctx)
{
  const size_t used = writer->used;
  writer->used = 0;
  return put(writer, ctx, writer->output, used);
}

static int write_plain(fairu_writer *writer, fairu_context *ctx, const unsigned char *bytes, size_t size)
{
  if (size > OUTPUT_BYTES - writer->used) {
    const int status = flush(writer, ctx);
    if (status != FAIRU_OK)
      return status;
  }
  if (size > OUTPUT_BYTES)
    return put(writer, ctx, bytes, size);
  memcpy(writer->output + writer->used, bytes, size);
  writer->used += size;
  return FAIRU_OK;
}

static int start_gzip(fairu_writer *writer, fairu_context *ctx)
{
  const size_t length = strlen(writer->path);
  if (length <= 3 || strcmp(writer->path + length - 3, ".gz") != 0)
    return FAIRU_OK;
  writer->gzip = (fairu_gzip *)fairu_context__new(ctx, 1, sizeof *writer->gzip, "gzip");
  if (!writer->gzip)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_gzip__open(ctx, &writer->allocator, writer->path, writer->gzip);
  unsigned char head[FAIRU_GZIP_HEAD];
  fairu_gzip__head(head);
  return status == FAIRU_OK ? write_plain(writer, ctx, head, sizeof head) : status;
}

int fairu_writer__open(fairu_context *ctx, const char *path, fairu_writer **out)
{
  *out = NULL;
  if (!path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "path of the file to write is NULL");
  const int standard = strcmp(path, "-") == 0;
  const size_t room = strlen(path) + 16;
  fairu_writer *writer = (fairu_writer *)fairu_context__new(ctx, 1, sizeof *writer, "writer");
  if (!writer)
    return FAIRU_ERR_OUT_OF_MEMORY;
  writer->allocator = *fairu_context__allocator(ctx);
  writer->fd = standard ? STDOUT_FILENO : -1;
  writer->path = fairu_context__copy_string(ctx, path, "path");
  writer->temporary = (char *)fairu_context__new(ctx, room, 1, "temporary path");
  writer->output = (unsigned char *)fairu_context__new(ctx, OUTPUT_BYTES, 1, "file buffer");
  int status = FAIRU_OK;
  if (!writer->path || !writer->temporary || !writer->output)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = start_gzip(writer, ctx);
  if (status == FAIRU_OK && !standard)
    status = create_temporary(writer, ctx, room);
  if (status == FAIRU_OK)
    *out = writer;
  else
    free_writer(writer);
  return status;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

/* Pieces that have been packed since the last time. */
static int write_packed(fairu_writer *writer, fairu_context *ctx)
{
  for (size_t i = 0; i < writer->gzip->n_pieces; i++) {
    size_t size = 0;
    const unsigned char *piece = fairu_gzip__piece(writer->gzip, i, &size);
    const int status = write_plain(writer, ctx, piece, size);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int write_gzip(fairu_writer *writer, fairu_context *ctx, const unsigned char *bytes, size_t size)
{
  for (size_t at = 0, taken = 0; at < size; at += taken) {
    int status = fairu_context__poll(ctx);
    if (status == FAIRU_OK)
      status = fairu_gzip__add(writer->gzip, ctx, bytes + at, size - at, &taken);
    if (status == FAIRU_OK)
      status = write_packed(writer, ctx);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int finish_gzip(fairu_writer *writer, fairu_context *ctx)
{
  unsigned char tail[FAIRU_GZIP_TAIL];
  int status = fairu_gzip__finish(writer->gzip, ctx);
  if (status == FAIRU_OK)
    status = write_packed(writer, ctx);
  fairu_gzip__tail(writer->gzip, tail);
  return status == FAIRU_OK ? write_plain(writer, ctx, tail, sizeof tail) : status;
}

int fairu_writer__write(fairu_writer *writer, fairu_context *ctx, const void *bytes, size_t size)
{
  if (writer->failed)
    return fairu_context__fail(ctx, writer->failed, "%.400s: writing has failed before", writer->path);
  const unsigned char *from = (const unsigned char *)bytes;
  writer->failed = writer->gzip ? write_gzip(writer, ctx, from, size) : write_plain(writer, ctx, from, size);
  return writer->failed;
}

int fairu_writer__printf(fairu_writer *writer, fairu_context *ctx, const char *format, ...)
{
  char text[1024];
  va_list args;
  va_start(args, format);
  const int length = fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  if (length < 0)
    return writer->failed = fairu_context__fail(ctx, FAIRU_ERR_INTERNAL, "cannot format \"%.100s\"", format);
  if ((size_t)length < sizeof text)
    return fairu_writer__write(writer, ctx, text, (size_t)length);
  const fairu_mark mark = fairu_context__mark(ctx);
  char *larger = (char *)fairu_context__scratch(ctx, (size_t)length + 1, 1, "text to write");
  if (!larger)
    return writer->failed = FAIRU_ERR_OUT_OF_MEMORY;
  va_start(args, format);
  fairu_text__vformat(larger, (size_t)length + 1, format, args);
  va_end(args);
  const int status = fairu_writer__write(writer, ctx, larger, (size_t)length);
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- ending ------------------------------------------------------------------------------------------- */

static int to_disk(fairu_writer *writer, fairu_context *ctx)
{
  while (fsync(writer->fd) != 0) {
    const int error = errno;
    if (error == EINVAL || error == EROFS) /* some file systems cannot */
      return FAIRU_OK;
    const int status = error == EINTR ? fairu_context__poll(ctx) : fail_io(writer, ctx, "sync", error);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int settle(fairu_writer *writer, fairu_context *ctx)
{
  const int status = to_disk(writer, ctx);
  if (status != FAIRU_OK)
    return status;
  const int closed = close(writer->fd); /* network file systems report full disks here */
  const int error = errno;
  writer->fd = -1;
  if (closed != 0 && error != EINTR)
    return fail_io(writer, ctx, "close", error);
  if (rename(writer->temporary, writer->path) != 0)
    return fail_io(writer, ctx, "rename the finished file", errno);
  writer->temporary[0] = '\0';
  return FAIRU_OK;
}

static int complete(fairu_writer *writer, fairu_context *ctx)
{
  const int kept = errno;
  int status = writer->gzip ? finish_gzip(writer, ctx) : FAIRU_OK;
  if (status == FAIRU_OK)
    status = flush(writer, ctx);
  if (status == FAIRU_OK && writer->temporary[0])
    status = settle(writer, ctx);
  errno = kept;
  return status;
}

int fairu_writer__commit(fairu_writer *writer, fairu_context *ctx)
{
  int status = writer->failed;
  if (status != FAIRU_OK)
    fairu_context__fail(ctx, status, "%.400s: writing has failed before", writer->path);
  else
    status = complete(writer, ctx);
  free_writer(writer);
  return status;
}
