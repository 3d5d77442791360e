/* zlib.c - zlib on the caller's memory, and its errors as ours. */
#include "base/zlib_private.h"

#include <string.h>

static voidpf allocate(voidpf opaque, uInt items, uInt size)
{
  const fairu_allocator *allocator = (const fairu_allocator *)opaque;
  void *memory = allocator->allocate((size_t)items * size, allocator->user_data);
  if (memory) /* zlib reads bytes it has not written in places, harmlessly; memory checkers complain */
    memset(memory, 0, (size_t)items * size);
  return memory;
}

static void release(voidpf opaque, voidpf pointer)
{
  fairu_allocator__free((const fairu_allocator *)opaque, pointer);
}

void fairu_zlib__prepare(z_stream *stream, fairu_allocator *allocator)
{
  memset(stream, 0, sizeof *stream);
  stream->zalloc = allocate;
  stream->zfree = release;
  stream->opaque = allocator;
}

int fairu_zlib__fail(fairu_context *ctx, const z_stream *stream, int code, const char *place)
{
  const char *reason = stream->msg ? stream->msg : "zlib failed";
  if (code == Z_MEM_ERROR)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %.400s: zlib", place);
  if (strcmp(reason, "incorrect data check") == 0 || strcmp(reason, "incorrect length check") == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_CHECKSUM, "%.400s: compressed data: %s", place, reason);
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: compressed data: %s", place, reason);
}
