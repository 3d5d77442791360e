/* unpack.c - reading of our own file format: nothing in it is believed before it is checked. */
#include "base/pack_internal.h"

#include <string.h>

#include "base/pack_private.h"
#include "base/stream_internal.h"
#include "base/zlib_private.h"

enum { LARGEST_EXPANSION = 1032, FREE_RATIO_BYTES = 1 << 20 };

struct fairu_unpack {
  fairu_allocator allocator;
  char *path;
  unsigned char *body;
  size_t size;
  size_t at;
};

void fairu_bytes__put(unsigned char *place, uint64_t value, size_t width)
{
  for (size_t i = 0; i < width; i++)
    place[i] = (unsigned char)(value >> (8 * i) & 0xff);
}

uint64_t fairu_bytes__get(const unsigned char *place, size_t width)
{
  uint64_t value = 0;
  for (size_t i = 0; i < width; i++)
    value |= (uint64_t)place[i] << (8 * i);
  return value;
}

uint32_t fairu_pack__crc(const unsigned char *head, const unsigned char *body, size_t size)
{
  uLong crc = crc32(0, head + 8, 4);
  crc = crc32(crc, head + 16, 8);
  for (size_t at = 0; at < size; at += FAIRU_ZLIB_STEP)
    crc = crc32(crc, body + at, (uInt)(size - at < FAIRU_ZLIB_STEP ? size - at : FAIRU_ZLIB_STEP));
  return (uint32_t)crc;
}

void fairu_unpack__destroy(fairu_unpack *unpack)
{
  if (!unpack)
    return;
  const fairu_allocator allocator = unpack->allocator;
  fairu_allocator__free(&allocator, unpack->body);
  fairu_allocator__free(&allocator, unpack->path);
  fairu_allocator__free(&allocator, unpack);
}

/* ---- loading ------------------------------------------------------------------------------------------ */

typedef struct content {
  const unsigned char *bytes; /* the file */
  size_t size;
  uint32_t version;
  uint64_t length; /* of the body, as the file claims */
} content;

static int check_head(fairu_context *ctx, const char *path, const char magic[8], uint32_t newest,
                      content *file)
{
  const size_t common = file->size < 8 ? file->size : 8;
  if (memcmp(file->bytes, magic, common) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: does not begin as a \"%.7s\" file", path,
                               magic);
  if (file->size < FAIRU_PACK_HEAD)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: ends at byte %zu, inside the header", path,
                               file->size);
  file->version = (uint32_t)fairu_bytes__get(file->bytes + 8, 4);
  file->length = fairu_bytes__get(file->bytes + 16, 8);
  if (file->version > newest)
    return fairu_context__fail(ctx, FAIRU_ERR_VERSION, "%.400s: has format version %lu, newest known is %lu",
                               path, (unsigned long)file->version, (unsigned long)newest);
  if (file->version == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: has format version 0", path);
  return FAIRU_OK;
}

/* Before memory is taken for it: can a body of that length come out of so few bytes? */
static int check_length(fairu_context *ctx, const char *path, const content *file)
{
  const fairu_limits *limits = fairu_context__limits(ctx);
  const uint64_t packed = file->size - FAIRU_PACK_HEAD;
  if (file->length > limits->decompressed_bytes)
    return fairu_context__fail(
        ctx, FAIRU_ERR_LIMIT, "%.400s: body of %llu bytes, limit decompressed_bytes is %llu", path,
        (unsigned long long)file->length, (unsigned long long)limits->decompressed_bytes);
  if (file->length / LARGEST_EXPANSION > packed)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: body of %llu bytes cannot come from %llu",
                               path, (unsigned long long)file->length, (unsigned long long)packed);
  if (file->length > FREE_RATIO_BYTES && file->length / (packed + 1) >= limits->decompressed_ratio)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "%.400s: expands more than the limit decompressed_ratio %llu allows", path,
                               (unsigned long long)limits->decompressed_ratio);
  return FAIRU_OK;
}

/* Run inflate over everything; the last code it gave. One spare byte of room shows a body that is too long. */
static int inflate_all(fairu_context *ctx, z_stream *stream, const content *file, unsigned char *body,
                       size_t *got)
{
  size_t from = FAIRU_PACK_HEAD, to = 0;
  const size_t room = (size_t)file->length + 1;
  int code;
  do {
    const size_t in = file->size - from < FAIRU_ZLIB_STEP ? file->size - from : FAIRU_ZLIB_STEP;
    const size_t out = room - to < FAIRU_ZLIB_STEP ? room - to : FAIRU_ZLIB_STEP;
    stream->next_in = file->bytes + from;
    stream->avail_in = (uInt)in;
    stream->next_out = body + to;
    stream->avail_out = (uInt)out;
    if (fairu_context__poll(ctx) != FAIRU_OK)
      return Z_ERRNO;
    code = inflate(stream, Z_NO_FLUSH);
    from += in - stream->avail_in;
    to += out - stream->avail_out;
  } while (code == Z_OK && to < room);
  *got = to;
  stream->avail_in = (uInt)(from < file->size); /* bytes behind the stream */
  return code;
}

static int inflate_body(fairu_context *ctx, const char *path, const content *file, unsigned char *body)
{
  z_stream stream;
  fairu_allocator allocator = *fairu_context__allocator(ctx);
  size_t got = 0;
  fairu_zlib__prepare(&stream, &allocator);
  int code = inflateInit(&stream);
  if (code != Z_OK)
    return fairu_zlib__fail(ctx, &stream, code, path);
  code = inflate_all(ctx, &stream, file, body, &got);
  int status = FAIRU_OK;
  if (code == Z_ERRNO)
    status = fairu_context_status(ctx); /* cancelled, or late */
  else if (code == Z_BUF_ERROR)
    status = fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: ends at byte %zu, inside the body", path,
                                 file->size);
  else if (code != Z_OK && code != Z_STREAM_END)
    status = fairu_zlib__fail(ctx, &stream, code, path);
  else if (got != file->length)
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: body has not the %llu bytes its header says",
                                 path, (unsigned long long)file->length);
  else if (stream.avail_in > 0)
    status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: bytes after the end of the body", path);
  inflateEnd(&stream);
  return status;
}

static int fill(fairu_unpack *unpack, fairu_context *ctx, const content *file)
{
  int status = check_length(ctx, unpack->path, file);
  if (status != FAIRU_OK)
    return status;
  unpack->size = (size_t)file->length;
  unpack->body = (unsigned char *)fairu_context__new(ctx, unpack->size + 1, 1, "body of a file");
  if (!unpack->body)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = inflate_body(ctx, unpack->path, file, unpack->body);
  if (status != FAIRU_OK)
    return status;
  if (fairu_pack__crc(file->bytes, unpack->body, unpack->size) != fairu_bytes__get(file->bytes + 12, 4))
    return fairu_context__fail(ctx, FAIRU_ERR_CHECKSUM, "%.400s: content does not match its checksum",
                               unpack->path);
  return FAIRU_OK;
}

int fairu_unpack__open(fairu_context *ctx, const void *bytes, size_t size, const char *what,
                       const char magic[8], uint32_t newest_version, fairu_unpack **out, uint32_t *version)
{
  content file = { .bytes = (const unsigned char *)bytes, .size = size };
  *out = NULL;
  int status = check_head(ctx, what, magic, newest_version, &file);
  if (status != FAIRU_OK)
    return status;
  fairu_unpack *unpack = (fairu_unpack *)fairu_context__new(ctx, 1, sizeof *unpack, "unpack");
  if (!unpack)
    return FAIRU_ERR_OUT_OF_MEMORY;
  unpack->allocator = *fairu_context__allocator(ctx);
  unpack->path = fairu_context__copy_string(ctx, what, "path");
  status = unpack->path ? fill(unpack, ctx, &file) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status != FAIRU_OK) {
    fairu_unpack__destroy(unpack);
    return status;
  }
  *out = unpack;
  *version = file.version;
  return FAIRU_OK;
}

int fairu_unpack__load(fairu_context *ctx, const char *path, const char magic[8], uint32_t newest_version,
                       fairu_unpack **out, uint32_t *version)
{
  char *bytes = NULL;
  size_t size = 0;
  *out = NULL;
  int status = fairu_reader__read_path(ctx, path, &bytes, &size);
  if (status == FAIRU_OK)
    status = fairu_unpack__open(ctx, bytes, size, path, magic, newest_version, out, version);
  fairu_context__free(ctx, bytes);
  return status;
}

const char *fairu_unpack__name(const fairu_unpack *unpack)
{
  return unpack->path;
}

/* ---- fields ------------------------------------------------------------------------------------------- */

size_t fairu_unpack__left(const fairu_unpack *unpack)
{
  return unpack->size - unpack->at;
}

static int fail_truncated(const fairu_unpack *unpack, fairu_context *ctx, const char *what)
{
  return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: body ends at byte %zu, inside %s",
                             unpack->path, unpack->size, what);
}

/* The 8 bytes after a tag: a value or a count. */
static int take_word(fairu_unpack *unpack, fairu_context *ctx, int tag, const char *what, uint64_t *word)
{
  if (fairu_unpack__left(unpack) < 9)
    return fail_truncated(unpack, ctx, what);
  const unsigned char *place = unpack->body + unpack->at;
  if (place[0] != tag)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: body byte %zu: %s is of kind 0x%02x, not '%c'",
                               unpack->path, unpack->at, what, place[0], tag);
  *word = fairu_bytes__get(place + 1, 8);
  unpack->at += 9;
  return FAIRU_OK;
}

int fairu_unpack__u64(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t *value)
{
  return take_word(unpack, ctx, FAIRU_TAG_U64, what, value);
}

int fairu_unpack__size(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t maximum,
                       size_t *value)
{
  uint64_t word = 0;
  const size_t at = unpack->at;
  const int status = take_word(unpack, ctx, FAIRU_TAG_U64, what, &word);
  if (status != FAIRU_OK)
    return status;
  if (word > maximum || word > SIZE_MAX)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "%.400s: body byte %zu: %s is %llu, at most %llu makes sense", unpack->path,
                               at, what, (unsigned long long)word, (unsigned long long)maximum);
  *value = (size_t)word;
  return FAIRU_OK;
}

int fairu_unpack__f64(fairu_unpack *unpack, fairu_context *ctx, const char *what, double *value)
{
  uint64_t word = 0;
  const int status = take_word(unpack, ctx, FAIRU_TAG_F64, what, &word);
  if (status == FAIRU_OK)
    memcpy(value, &word, sizeof *value);
  return status;
}

/* The elements of an array of exactly n, which are there. */
static int take_array(fairu_unpack *unpack, fairu_context *ctx, int tag, const char *what, size_t n,
                      size_t width, const unsigned char **place)
{
  uint64_t count = 0;
  const size_t at = unpack->at;
  const int status = take_word(unpack, ctx, tag, what, &count);
  if (status != FAIRU_OK)
    return status;
  if (count != n)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: body byte %zu: %s has %llu elements, not %zu",
                               unpack->path, at, what, (unsigned long long)count, n);
  if (n > fairu_unpack__left(unpack) / width)
    return fail_truncated(unpack, ctx, what);
  *place = unpack->body + unpack->at;
  unpack->at += n * width;
  return FAIRU_OK;
}

int fairu_unpack__string(fairu_unpack *unpack, fairu_context *ctx, const char *what, char **text)
{
  uint64_t length = 0;
  const size_t at = unpack->at;
  const uint64_t limit = fairu_context__limits(ctx)->name_bytes;
  const int status = take_word(unpack, ctx, FAIRU_TAG_STRING, what, &length);
  if (status != FAIRU_OK)
    return status;
  if (length > fairu_unpack__left(unpack))
    return fail_truncated(unpack, ctx, what);
  if (length > limit)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%.400s: %s has %llu bytes, limit name_bytes is %llu",
                               unpack->path, what, (unsigned long long)length, (unsigned long long)limit);
  const unsigned char *place = unpack->body + unpack->at;
  if (memchr(place, '\0', (size_t)length))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: body byte %zu: %s has a NUL inside",
                               unpack->path, at, what);
  char *copy = (char *)fairu_context__new(ctx, (size_t)length + 1, 1, what);
  if (!copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(copy, place, (size_t)length);
  unpack->at += (size_t)length;
  *text = copy;
  return FAIRU_OK;
}

int fairu_unpack__f32s(fairu_unpack *unpack, fairu_context *ctx, const char *what, float *values, size_t n)
{
  const unsigned char *place = NULL;
  const int status = take_array(unpack, ctx, FAIRU_TAG_F32S, what, n, 4, &place);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const uint32_t bits = (uint32_t)fairu_bytes__get(place + 4 * i, 4);
    memcpy(&values[i], &bits, sizeof bits);
  }
  return status;
}

int fairu_unpack__f64s(fairu_unpack *unpack, fairu_context *ctx, const char *what, double *values, size_t n)
{
  const unsigned char *place = NULL;
  const int status = take_array(unpack, ctx, FAIRU_TAG_F64S, what, n, 8, &place);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const uint64_t bits = fairu_bytes__get(place + 8 * i, 8);
    memcpy(&values[i], &bits, sizeof bits);
  }
  return status;
}

int fairu_unpack__u64s(fairu_unpack *unpack, fairu_context *ctx, const char *what, uint64_t *values, size_t n)
{
  const unsigned char *place = NULL;
  const int status = take_array(unpack, ctx, FAIRU_TAG_U64S, what, n, 8, &place);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++)
    values[i] = fairu_bytes__get(place + 8 * i, 8);
  return status;
}

int fairu_unpack__finish(fairu_unpack *unpack, fairu_context *ctx)
{
  const size_t left = fairu_unpack__left(unpack);
  if (left == 0)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s: %zu bytes left over in the body", unpack->path,
                             left);
}
