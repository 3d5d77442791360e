/* stream_files.h - what the tests of files share: whole files in and out, gzip members made by zlib itself. */
#ifndef FAIRU_TESTS_BASE_STREAM_FILES_H
#define FAIRU_TESTS_BASE_STREAM_FILES_H

#include "support/support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/stream_internal.h"

static inline int read_file(fairu_context *ctx, const char *path, char **bytes, size_t *size)
{
  fairu_reader *reader = NULL;
  int status = fairu_reader__open(ctx, path, &reader);
  if (status != FAIRU_OK)
    return status;
  status = fairu_reader__read_all(reader, ctx, bytes, size);
  fairu_reader__close(reader);
  return status;
}

static inline int write_file(fairu_context *ctx, const char *path, const void *bytes, size_t size)
{
  fairu_writer *writer = NULL;
  int status = fairu_writer__open(ctx, path, &writer);
  if (status != FAIRU_OK)
    return status;
  status = fairu_writer__write(writer, ctx, bytes, size);
  if (status == FAIRU_OK)
    return fairu_writer__commit(writer, ctx);
  fairu_writer__abort(writer);
  return status;
}

/* Numbers as text: compressible, but not extremely. malloc'd. */
static inline char *make_content(size_t size)
{
  char *bytes = (char *)malloc(size + 32);
  uint32_t x = 1;
  for (size_t at = 0; at < size;) {
    x = x * 1664525u + 1013904223u;
    at += (size_t)snprintf(bytes + at, 32, "%u,%u\n", x >> 8, x >> 24);
  }
  bytes[size] = '\0';
  return bytes;
}

/* One gzip member made by zlib itself, not by the code under test. */
static inline size_t gzip_member(const void *bytes, size_t size, unsigned char *out, size_t room)
{
  z_stream stream = { 0 };
  assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = (Bytef *)(uintptr_t)bytes;
  stream.avail_in = (uInt)size;
  stream.next_out = out;
  stream.avail_out = (uInt)room;
  assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
  const size_t length = room - stream.avail_out;
  deflateEnd(&stream);
  return length;
}

static inline void check_content(fairu_context *ctx, const char *path, const char *wanted, size_t size)
{
  char *bytes = NULL;
  size_t got = 0;
  CHECK_OK(ctx, read_file(ctx, path, &bytes, &got));
  assert_int_equal(got, size);
  assert_memory_equal(bytes, wanted, size);
  assert_int_equal(bytes[got], '\0');
  fairu_context__free(ctx, bytes);
}

#endif /* FAIRU_TESTS_BASE_STREAM_FILES_H */
