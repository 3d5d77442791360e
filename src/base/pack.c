/* pack.c - writing of our own file format. */
#include "base/pack_internal.h"

#include <string.h>

#include "base/pack_private.h"
#include "base/stream_internal.h"
#include "base/zlib_private.h"

enum { FIRST_BYTES = 4096 };

struct fairu_pack {
  fairu_allocator allocator;
  unsigned char *body;
  size_t size;
  size_t capacity;
  int failed; /* no memory: further puts do nothing */
};

int fairu_pack__create(fairu_context *ctx, fairu_pack **out)
{
  *out = NULL;
  fairu_pack *pack = (fairu_pack *)fairu_context__new(ctx, 1, sizeof *pack, "pack");
  if (!pack)
    return FAIRU_ERR_OUT_OF_MEMORY;
  pack->allocator = *fairu_context__allocator(ctx);
  *out = pack;
  return FAIRU_OK;
}

void fairu_pack__destroy(fairu_pack *pack)
{
  if (!pack)
    return;
  const fairu_allocator allocator = pack->allocator;
  fairu_allocator__free(&allocator, pack->body);
  fairu_allocator__free(&allocator, pack);
}

/* ---- collecting --------------------------------------------------------------------------------------- */

static int grow(fairu_pack *pack, size_t needed)
{
  size_t capacity = pack->capacity ? pack->capacity : FIRST_BYTES;
  while (capacity < needed)
    capacity *= 2;
  unsigned char *body = (unsigned char *)pack->allocator.allocate(capacity, pack->allocator.user_data);
  if (!body)
    return 0;
  if (pack->size > 0)
    memcpy(body, pack->body, pack->size);
  fairu_allocator__free(&pack->allocator, pack->body);
  pack->body = body;
  pack->capacity = capacity;
  return 1;
}

/* Room for size bytes, or NULL and failed. */
static unsigned char *extend(fairu_pack *pack, size_t size)
{
  if (pack->failed)
    return NULL;
  if (size > PTRDIFF_MAX / 2 - pack->size ||
      (pack->size + size > pack->capacity && !grow(pack, pack->size + size))) {
    pack->failed = 1;
    return NULL;
  }
  unsigned char *place = pack->body + pack->size;
  pack->size += size;
  return place;
}

void fairu_pack__u64(fairu_pack *pack, uint64_t value)
{
  unsigned char *place = extend(pack, 9);
  if (!place)
    return;
  place[0] = FAIRU_TAG_U64;
  fairu_bytes__put(place + 1, value, 8);
}

void fairu_pack__f64(fairu_pack *pack, double value)
{
  unsigned char *place = extend(pack, 9);
  uint64_t bits;
  if (!place)
    return;
  memcpy(&bits, &value, sizeof bits);
  place[0] = FAIRU_TAG_F64;
  fairu_bytes__put(place + 1, bits, 8);
}

/* Tag, number of elements, elements of `width` bytes. */
static unsigned char *array(fairu_pack *pack, int tag, size_t n, size_t width)
{
  if (n > (PTRDIFF_MAX / 2 - 9) / width) {
    pack->failed = 1;
    return NULL;
  }
  unsigned char *place = extend(pack, 9 + n * width);
  if (!place)
    return NULL;
  place[0] = (unsigned char)tag;
  fairu_bytes__put(place + 1, n, 8);
  return place + 9;
}

void fairu_pack__string(fairu_pack *pack, const char *text)
{
  const size_t length = strlen(text);
  unsigned char *place = array(pack, FAIRU_TAG_STRING, length, 1);
  if (place && length > 0)
    memcpy(place, text, length);
}

void fairu_pack__f32s(fairu_pack *pack, const float *values, size_t n)
{
  unsigned char *place = array(pack, FAIRU_TAG_F32S, n, 4);
  for (size_t i = 0; place && i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    fairu_bytes__put(place + 4 * i, bits, 4);
  }
}

void fairu_pack__f64s(fairu_pack *pack, const double *values, size_t n)
{
  unsigned char *place = array(pack, FAIRU_TAG_F64S, n, 8);
  for (size_t i = 0; place && i < n; i++) {
    uint64_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    fairu_bytes__put(place + 8 * i, bits, 8);
  }
}

void fairu_pack__u64s(fairu_pack *pack, const uint64_t *values, size_t n)
{
  unsigned char *place = array(pack, FAIRU_TAG_U64S, n, 8);
  for (size_t i = 0; place && i < n; i++)
    fairu_bytes__put(place + 8 * i, values[i], 8);
}

/* ---- saving ------------------------------------------------------------------------------------------- */

/* Bytes of a file but for its head, for which there is room in front. */
static int deflate_body(fairu_context *ctx, const fairu_pack *pack, int level, const char *path,
                        unsigned char **bytes, size_t *size)
{
  z_stream stream;
  fairu_allocator allocator = *fairu_context__allocator(ctx);
  fairu_zlib__prepare(&stream, &allocator);
  int code = deflateInit(&stream, level);
  if (code != Z_OK)
    return fairu_zlib__fail(ctx, &stream, code, path);
  const size_t room = FAIRU_PACK_HEAD + deflateBound(&stream, (uLong)pack->size);
  unsigned char *packed = (unsigned char *)fairu_context__new(ctx, room, 1, "compressed body");
  if (!packed) {
    deflateEnd(&stream);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  size_t from = 0, to = FAIRU_PACK_HEAD;
  int stopped = FAIRU_OK;
  do { /* zlib counts in 32 bits */
    const size_t in = pack->size - from < FAIRU_ZLIB_STEP ? pack->size - from : FAIRU_ZLIB_STEP;
    const size_t out = room - to < FAIRU_ZLIB_STEP ? room - to : FAIRU_ZLIB_STEP;
    stream.next_in = pack->body + from;
    stream.avail_in = (uInt)in;
    stream.next_out = packed + to;
    stream.avail_out = (uInt)out;
    code = deflate(&stream, from + in == pack->size ? Z_FINISH : Z_NO_FLUSH);
    stopped = fairu_context__poll(ctx);
    from += in - stream.avail_in;
    to += out - stream.avail_out;
  } while (code == Z_OK && stopped == FAIRU_OK);
  int status = stopped;
  if (status == FAIRU_OK)
    status = code == Z_STREAM_END ? FAIRU_OK : fairu_zlib__fail(ctx, &stream, code, path);
  deflateEnd(&stream);
  if (status != FAIRU_OK) {
    fairu_context__free(ctx, packed);
    return status;
  }
  *bytes = packed;
  *size = to;
  return FAIRU_OK;
}

/* A body that shrinks more than readers accept (long runs of zeros) is stored as it is. */
static int compress_body(fairu_context *ctx, const fairu_pack *pack, const char *path, unsigned char **bytes,
                         size_t *size)
{
  const int status = deflate_body(ctx, pack, Z_DEFAULT_COMPRESSION, path, bytes, size);
  if (status != FAIRU_OK || pack->size / (*size - FAIRU_PACK_HEAD) < FAIRU_PACK_RATIO)
    return status;
  fairu_context__free(ctx, *bytes);
  return deflate_body(ctx, pack, Z_NO_COMPRESSION, path, bytes, size);
}

static int write_file(fairu_context *ctx, const char *path, const unsigned char *bytes, size_t size)
{
  fairu_writer *writer = NULL;
  int status = fairu_writer__open(ctx, path, &writer);
  if (status != FAIRU_OK)
    return status;
  status = fairu_writer__write(writer, ctx, bytes, size);
  return fairu_writer__end(writer, ctx, status);
}

static void put_head(const fairu_pack *pack, const char magic[8], uint32_t version, unsigned char *head)
{
  memcpy(head, magic, 8);
  fairu_bytes__put(head + 8, version, 4);
  fairu_bytes__put(head + 16, pack->size, 8);
  fairu_bytes__put(head + 12, fairu_pack__crc(head, pack->body, pack->size), 4);
}

/* Head and compressed body, in memory of ctx. `what`: a path, or what the bytes are, for messages. */
static int assemble(fairu_context *ctx, const fairu_pack *pack, const char *what, const char magic[8],
                    uint32_t version, unsigned char **bytes, size_t *size)
{
  if (pack->failed)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: content of %.400s", what);
  const int status = compress_body(ctx, pack, what, bytes, size);
  if (status == FAIRU_OK)
    put_head(pack, magic, version, *bytes);
  return status;
}

int fairu_pack__save(fairu_pack *pack, fairu_context *ctx, const char *path, const char magic[8],
                     uint32_t version)
{
  unsigned char *bytes = NULL;
  size_t size = 0;
  if (!path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "path of the file to write is NULL");
  int status = assemble(ctx, pack, path, magic, version, &bytes, &size);
  if (status != FAIRU_OK)
    return status;
  status = write_file(ctx, path, bytes, size);
  fairu_context__free(ctx, bytes);
  return status;
}

int fairu_pack__copy(fairu_pack *pack, fairu_context *ctx, const char *what, const char magic[8],
                     uint32_t version, void *bytes, size_t capacity, size_t *size)
{
  unsigned char *whole = NULL;
  size_t needed = 0;
  int status = assemble(ctx, pack, what, magic, version, &whole, &needed);
  if (status != FAIRU_OK)
    return status;
  *size = needed;
  if (bytes && capacity >= needed)
    memcpy(bytes, whole, needed);
  else if (bytes)
    status = fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%.400s: takes %zu bytes, capacity is %zu", what,
                                 needed, capacity);
  fairu_context__free(ctx, whole);
  return status;
}
