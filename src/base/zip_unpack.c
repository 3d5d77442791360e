/* zip_unpack.c - content of one member of a zip archive. */
#include "base/zip.h"

#include <string.h>

#include "base/pack_private.h"
#include "base/zlib_private.h"

enum { ENCRYPTED = 1, STORED = 0, DEFLATED = 8, LARGEST_EXPANSION = 1032, FREE_RATIO_BYTES = 1 << 20 };

static int check_kind(fairu_context *ctx, const fairu_zip_member *m)
{
  static const char *const methods[] = {
    [9] = "deflate64", [12] = "bzip2", [14] = "lzma", [93] = "zstd", [95] = "xz"
  };
  const size_t n = sizeof methods / sizeof *methods;
  if (m->flags & ENCRYPTED)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "zip member %.60s is encrypted", m->name);
  if (m->method == STORED || m->method == DEFLATED)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                             "zip member %.60s has compression method %u (%s); stored and deflated are read",
                             m->name, m->method,
                             m->method < n && methods[m->method] ? methods[m->method] : "unknown");
}

/* Before memory is taken for it: may the member be as large, and can it be? */
static int check_size(fairu_context *ctx, const fairu_zip_member *m, uint64_t total)
{
  const fairu_limits *limits = fairu_context__limits(ctx);
  if (total > limits->decompressed_bytes || m->size > limits->decompressed_bytes - total)
    return fairu_context__fail(
        ctx, FAIRU_ERR_LIMIT, "zip member %.60s of %llu bytes goes beyond the limit decompressed_bytes %llu",
        m->name, (unsigned long long)m->size, (unsigned long long)limits->decompressed_bytes);
  if (m->method == STORED ? m->size != m->packed : m->size / LARGEST_EXPANSION > m->packed)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "zip member %.60s: %llu bytes cannot come from %llu",
                               m->name, (unsigned long long)m->size, (unsigned long long)m->packed);
  if (m->size > FREE_RATIO_BYTES && m->size / (m->packed + 1) >= limits->decompressed_ratio)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "zip member %.60s expands more than the limit decompressed_ratio %llu allows",
                               m->name, (unsigned long long)limits->decompressed_ratio);
  return FAIRU_OK;
}

static int copy_stored(fairu_context *ctx, const fairu_zip_member *m, unsigned char *content)
{
  for (size_t at = 0; at < m->size; at += FAIRU_ZLIB_STEP) {
    const size_t left = (size_t)m->size - at;
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    memcpy(content + at, m->data + at, left < FAIRU_ZLIB_STEP ? left : FAIRU_ZLIB_STEP);
  }
  return FAIRU_OK;
}

/* Content must come out as long as the directory says, of all the bytes there are. */
static int inflate_member(fairu_context *ctx, const fairu_zip_member *m, z_stream *stream,
                          unsigned char *content)
{
  size_t from = 0, to = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    const size_t in_left = (size_t)m->packed - from, out_left = (size_t)m->size + 1 - to;
    const size_t in = in_left < FAIRU_ZLIB_STEP ? in_left : FAIRU_ZLIB_STEP;
    const size_t out = out_left < FAIRU_ZLIB_STEP ? out_left : FAIRU_ZLIB_STEP;
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    stream->next_in = (Bytef *)(uintptr_t)(m->data + from); /* zlib does not write there */
    stream->avail_in = (uInt)in;
    stream->next_out = content + to;
    stream->avail_out = (uInt)out;
    code = inflate(stream, Z_NO_FLUSH);
    from += in - stream->avail_in;
    to += out - stream->avail_out;
  }
  if (code == Z_STREAM_END && from == m->packed && to == m->size)
    return FAIRU_OK;
  if (code == Z_STREAM_END || code == Z_BUF_ERROR)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "zip member %.60s: %zu of %llu bytes gave %zu, the directory says %llu",
                               m->name, from, (unsigned long long)m->packed, to, (unsigned long long)m->size);
  return fairu_zlib__fail(ctx, stream, code == Z_NEED_DICT ? Z_DATA_ERROR : code, m->name);
}

static int inflate_deflated(fairu_context *ctx, const fairu_zip_member *m, unsigned char *content)
{
  fairu_allocator allocator = *fairu_context__allocator(ctx);
  z_stream stream;
  fairu_zlib__prepare(&stream, &allocator);
  const int code = inflateInit2(&stream, -15); /* no header: raw deflate */
  if (code != Z_OK)
    return fairu_zlib__fail(ctx, &stream, code, m->name);
  const int status = inflate_member(ctx, m, &stream, content);
  inflateEnd(&stream);
  return status;
}

static int check_crc(fairu_context *ctx, const fairu_zip_member *m, const unsigned char *content)
{
  uLong crc = crc32(0, NULL, 0);
  for (size_t at = 0; at < m->size; at += FAIRU_ZLIB_STEP) {
    const size_t left = (size_t)m->size - at;
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    crc = crc32(crc, content + at, (uInt)(left < FAIRU_ZLIB_STEP ? left : FAIRU_ZLIB_STEP));
  }
  if (crc == m->crc)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_CHECKSUM, "zip member %.60s: CRC-32 is %08lx, wanted %08lx",
                             m->name, crc, (unsigned long)m->crc);
}

int fairu_zip__unpack(fairu_context *ctx, const fairu_zip_member *member, uint64_t *total, char **content)
{
  int status = check_kind(ctx, member);
  if (status == FAIRU_OK)
    status = check_size(ctx, member, *total);
  if (status != FAIRU_OK)
    return status;
  unsigned char *bytes = fairu_context__new_unset(ctx, (size_t)member->size + 1, 1, "zip member");
  if (!bytes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = member->method == STORED ? copy_stored(ctx, member, bytes) : inflate_deflated(ctx, member, bytes);
  if (status == FAIRU_OK)
    status = check_crc(ctx, member, bytes);
  if (status != FAIRU_OK) {
    fairu_context__free(ctx, bytes);
    return status;
  }
  bytes[member->size] = '\0';
  *total += member->size;
  *content = (char *)bytes;
  return FAIRU_OK;
}
