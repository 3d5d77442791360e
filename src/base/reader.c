/* reader.c - reading of plain and gzip files under limits. */
#include "base/stream_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/zlib_private.h"

enum { INPUT_BYTES = 65536, FREE_RATIO_BYTES = 1 << 20 };

struct fairu_reader {
  fairu_allocator allocator;
  char *path;
  int fd;
  int standard; /* descriptor 0 of the host, of any kind, not ours to close */
  int named;    /* by another file: no links */
  int at_end;   /* the system has no more bytes */
  int gzip;
  int in_member; /* a gzip member has begun and not ended */
  int failed;    /* status of the first failure */
  z_stream stream;
  unsigned char *input;
  size_t begin, end; /* unread part of input */
  uint64_t taken;    /* bytes from the file */
  uint64_t given;    /* bytes to the caller */
  uint64_t size;     /* of the file, 0 if not known */
};

const char *fairu_reader__path(const fairu_reader *reader)
{
  return reader->path;
}

double fairu_reader__fraction(const fairu_reader *reader)
{
  if (reader->size == 0)
    return (double)NAN;
  return reader->taken < reader->size ? (double)reader->taken / (double)reader->size : 1.0;
}

void fairu_reader__close(fairu_reader *reader)
{
  if (!reader)
    return;
  const int kept = errno;
  if (reader->gzip)
    inflateEnd(&reader->stream);
  if (!reader->standard && reader->fd >= 0)
    close(reader->fd);
  errno = kept;
  const fairu_allocator allocator = reader->allocator;
  fairu_allocator__free(&allocator, reader->input);
  fairu_allocator__free(&allocator, reader->path);
  fairu_allocator__free(&allocator, reader);
}

static int fail_io(const fairu_reader *reader, fairu_context *ctx, const char *verb, int error)
{
  char text[128];
  return fairu_context__fail(ctx, FAIRU_ERR_IO, "%.400s: cannot %s: %s", reader->path, verb,
                             strerror_r(error, text, sizeof text));
}

/* ---- bytes as they lie in the file -------------------------------------------------------------------- */

static int check_file_size(const fairu_reader *reader, fairu_context *ctx, uint64_t size)
{
  const uint64_t limit = fairu_context__limits(ctx)->file_bytes;
  if (size <= limit)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%.400s: larger than the limit file_bytes %llu",
                             reader->path, (unsigned long long)limit);
}

static int read_some(fairu_reader *reader, fairu_context *ctx, unsigned char *bytes, size_t size, size_t *got)
{
  *got = 0;
  if (reader->at_end)
    return FAIRU_OK;
  const int kept = errno;
  int error = 0;
  ssize_t n;
  do { /* a signal may have cancelled the call */
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    n = read(reader->fd, bytes, size < SSIZE_MAX ? size : SSIZE_MAX);
    error = errno;
    errno = kept;
  } while (n < 0 && error == EINTR);
  if (n < 0)
    return fail_io(reader, ctx, "read", error);
  reader->at_end = n == 0;
  if (reader->at_end && reader->taken < reader->size)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED,
                               "%.400s: ends at byte %llu, had %llu bytes when it was opened", reader->path,
                               (unsigned long long)reader->taken, (unsigned long long)reader->size);
  reader->taken += (uint64_t)n;
  *got = (size_t)n;
  return check_file_size(reader, ctx, reader->taken);
}

/* Have at least `wanted` unread bytes in the input buffer unless the file ends before. */
static int fill(fairu_reader *reader, fairu_context *ctx, size_t wanted)
{
  const size_t have = reader->end - reader->begin;
  if (have >= wanted)
    return FAIRU_OK;
  memmove(reader->input, reader->input + reader->begin, have);
  reader->begin = 0;
  reader->end = have;
  while (reader->end < wanted && !reader->at_end) {
    size_t got = 0;
    const int status = read_some(reader, ctx, reader->input + reader->end, INPUT_BYTES - reader->end, &got);
    if (status != FAIRU_OK)
      return status;
    reader->end += got;
  }
  return FAIRU_OK;
}

static int has_magic(const fairu_reader *reader)
{
  const unsigned char *bytes = reader->input + reader->begin;
  return reader->end - reader->begin >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static int open_file(fairu_reader *reader, fairu_context *ctx)
{
  const int kept = errno;
  struct stat info;
  if (reader->standard)
    return FAIRU_OK;
  /* O_NONBLOCK: opening a FIFO must not wait; the kind is asked of what was opened, not of the name */
  const int fd =
      fairu_descriptor__open(reader->path, O_RDONLY | O_NONBLOCK | (reader->named ? O_NOFOLLOW : 0), 0);
  reader->fd = fd;
  const int found = fd >= 0 && fstat(fd, &info) == 0, error = errno;
  errno = kept;
  if (!found)
    return fail_io(reader, ctx, fd < 0 ? "open" : "stat", error);
  if (!S_ISREG(info.st_mode))
    return fairu_context__fail(ctx, FAIRU_ERR_IO, "%.400s: not a regular file", reader->path);
  if (reader->named && info.st_nlink > 1)
    return fairu_context__fail(ctx, FAIRU_ERR_IO, "%.400s: has another name elsewhere (a hard link)",
                               reader->path);
  reader->size = info.st_size > 0 ? (uint64_t)info.st_size : 0;
  return check_file_size(reader, ctx, reader->size);
}

static int ends_with_gz(const char *path)
{
  const size_t length = strlen(path);
  return length > 3 && strcmp(path + length - 3, ".gz") == 0;
}

static int recognise(fairu_reader *reader, fairu_context *ctx)
{
  const int status = fill(reader, ctx, 2);
  if (status != FAIRU_OK)
    return status;
  if (!has_magic(reader)) {
    if (!ends_with_gz(reader->path))
      return FAIRU_OK;
    if (reader->end == 0 || (reader->end == 1 && reader->input[0] == 0x1f))
      return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: ends at byte %zu, inside the gzip header",
                                 reader->path, reader->end);
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: named .gz, but the content is not gzip",
                               reader->path);
  }
  fairu_zlib__prepare(&reader->stream, &reader->allocator);
  const int code = inflateInit2(&reader->stream, 15 + 16); /* 16: gzip with its CRC and length */
  if (code != Z_OK)
    return fairu_zlib__fail(ctx, &reader->stream, code, reader->path);
  reader->gzip = 1;
  reader->in_member = 1;
  return FAIRU_OK;
}

static int open_reader(fairu_context *ctx, const char *path, int named, fairu_reader **out)
{
  *out = NULL;
  if (!path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "path of the file to read is NULL");
  fairu_reader *reader = (fairu_reader *)fairu_context__new(ctx, 1, sizeof *reader, "reader");
  if (!reader)
    return FAIRU_ERR_OUT_OF_MEMORY;
  reader->allocator = *fairu_context__allocator(ctx);
  reader->named = named;
  reader->standard = !named && strcmp(path, "-") == 0;
  reader->fd = reader->standard ? STDIN_FILENO : -1;
  reader->path = fairu_context__copy_string(ctx, path, "path");
  reader->input = (unsigned char *)fairu_context__new(ctx, INPUT_BYTES, 1, "file buffer");
  int status = reader->path && reader->input ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = open_file(reader, ctx);
  if (status == FAIRU_OK)
    status = recognise(reader, ctx);
  if (status == FAIRU_OK)
    *out = reader;
  else
    fairu_reader__close(reader);
  return status;
}

int fairu_reader__open(fairu_context *ctx, const char *path, fairu_reader **out)
{
  return open_reader(ctx, path, 0, out);
}

int fairu_reader__open_named(fairu_context *ctx, const char *path, fairu_reader **out)
{
  return open_reader(ctx, path, 1, out);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static int read_plain(fairu_reader *reader, fairu_context *ctx, unsigned char *bytes, size_t size,
                      size_t *got)
{
  if (reader->begin == reader->end && size >= INPUT_BYTES)
    return read_some(reader, ctx, bytes, size, got); /* straight into the caller's memory */
  const int status = fill(reader, ctx, 1);
  if (status != FAIRU_OK)
    return status;
  const size_t have = reader->end - reader->begin;
  *got = have < size ? have : size;
  memcpy(bytes, reader->input + reader->begin, *got);
  reader->begin += *got;
  return FAIRU_OK;
}

/* After a member: the file ends, or another member begins. */
static int next_member(fairu_reader *reader, fairu_context *ctx, int *more)
{
  *more = 0;
  const int status = fill(reader, ctx, 2);
  if (status != FAIRU_OK || reader->begin == reader->end)
    return status;
  if (!has_magic(reader))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: bytes after the end of the gzip data",
                               reader->path);
  inflateReset(&reader->stream);
  reader->in_member = 1;
  *more = 1;
  return FAIRU_OK;
}

static int check_expansion(const fairu_reader *reader, fairu_context *ctx, uint64_t given)
{
  const fairu_limits *limits = fairu_context__limits(ctx);
  const uint64_t taken = reader->taken - (reader->end - reader->begin);
  if (given > limits->decompressed_bytes)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "%.400s: expands beyond the limit decompressed_bytes %llu", reader->path,
                               (unsigned long long)limits->decompressed_bytes);
  if (given > FREE_RATIO_BYTES && given / (taken > 0 ? taken : 1) >= limits->decompressed_ratio)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "%.400s: expands more than the limit decompressed_ratio %llu allows",
                               reader->path, (unsigned long long)limits->decompressed_ratio);
  return FAIRU_OK;
}

/* One step of inflate; may give nothing. */
static int inflate_some(fairu_reader *reader, fairu_context *ctx, unsigned char *bytes, size_t size,
                        size_t *got)
{
  int status = fill(reader, ctx, 1);
  if (status != FAIRU_OK)
    return status;
  if (reader->begin == reader->end)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: ends at byte %llu, inside gzip data",
                               reader->path, (unsigned long long)reader->taken);
  z_stream *stream = &reader->stream;
  const uInt room = size < INPUT_BYTES ? (uInt)size : INPUT_BYTES; /* limits are looked at between steps */
  stream->next_in = reader->input + reader->begin;
  stream->avail_in = (uInt)(reader->end - reader->begin);
  stream->next_out = bytes;
  stream->avail_out = room;
  const int code = inflate(stream, Z_NO_FLUSH);
  reader->begin = reader->end - stream->avail_in;
  *got = room - stream->avail_out;
  if (code == Z_STREAM_END)
    reader->in_member = 0;
  else if (code != Z_OK && code != Z_BUF_ERROR)
    return fairu_zlib__fail(ctx, stream, code == Z_NEED_DICT ? Z_DATA_ERROR : code, reader->path);
  return check_expansion(reader, ctx, reader->given + *got);
}

static int read_gzip(fairu_reader *reader, fairu_context *ctx, unsigned char *bytes, size_t size, size_t *got)
{
  while (*got == 0) {
    int more = 1;
    const int status =
        reader->in_member ? inflate_some(reader, ctx, bytes, size, got) : next_member(reader, ctx, &more);
    if (status != FAIRU_OK || !more)
      return status;
  }
  return FAIRU_OK;
}

int fairu_reader__read(fairu_reader *reader, fairu_context *ctx, void *buffer, size_t size, size_t *got)
{
  unsigned char *bytes = (unsigned char *)buffer;
  size_t sum = 0;
  *got = 0;
  if (reader->failed)
    return fairu_context__fail(ctx, reader->failed, "%.400s: reading has failed before", reader->path);
  while (sum < size) {
    size_t some = 0;
    const int status = reader->gzip ? read_gzip(reader, ctx, bytes + sum, size - sum, &some)
                                    : read_plain(reader, ctx, bytes + sum, size - sum, &some);
    if (status != FAIRU_OK)
      return reader->failed = status;
    if (some == 0)
      break;
    sum += some;
    reader->given += some;
  }
  *got = sum;
  return FAIRU_OK;
}

static char *grow(fairu_context *ctx, char *bytes, size_t used, size_t capacity)
{
  char *larger = (char *)fairu_context__new(ctx, capacity, 1, "content of a file");
  if (larger && used > 0)
    memcpy(larger, bytes, used);
  fairu_context__free(ctx, bytes);
  return larger;
}

int fairu_reader__read_all(fairu_reader *reader, fairu_context *ctx, char **bytes, size_t *size)
{
  size_t used = 0;
  /* one byte more than a plain file has: its end is then seen without growing */
  size_t capacity = reader->gzip || reader->size < INPUT_BYTES ? INPUT_BYTES : (size_t)reader->size + 2;
  char *all = grow(ctx, NULL, 0, capacity);
  int status = all ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  while (status == FAIRU_OK) {
    size_t got = 0;
    status = fairu_reader__read(reader, ctx, all + used, capacity - 1 - used, &got);
    used += got;
    if (status != FAIRU_OK || used < capacity - 1)
      break;
    capacity *= 2;
    all = grow(ctx, all, used, capacity);
    status = all ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (status != FAIRU_OK) {
    fairu_context__free(ctx, all);
    return status;
  }
  all[used] = '\0';
  *bytes = all;
  *size = used;
  return FAIRU_OK;
}

int fairu_reader__read_path(fairu_context *ctx, const char *path, char **bytes, size_t *size)
{
  fairu_reader *reader = NULL;
  int status = fairu_reader__open(ctx, path, &reader);
  if (status == FAIRU_OK)
    status = fairu_reader__read_all(reader, ctx, bytes, size);
  fairu_reader__close(reader);
  return status;
}
