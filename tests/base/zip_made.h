/* zip_made.h - zip archives built member by member, by the rules of the format and against them. */
#ifndef FAIRU_TESTS_BASE_ZIP_MADE_H
#define FAIRU_TESTS_BASE_ZIP_MADE_H

#include "support/support.h"

#include <zlib.h>

enum { ZIP_MOST_BYTES = 8192, ZIP_MOST_MEMBERS = 8 };
enum {
  ZIP_DEFLATED = 1,
  ZIP_64 = 2,
  ZIP_ENCRYPTED = 4,
  ZIP_BAD_CRC = 8,
  ZIP_BZIP2 = 16,
  ZIP_OTHER_NAME = 32
};

typedef struct zip_made {
  unsigned char bytes[ZIP_MOST_BYTES];
  size_t size;
  unsigned char entries[2048]; /* of the directory */
  size_t entries_size;
  size_t n;
} zip_made;

static inline void zip_put(unsigned char *bytes, size_t *at, uint64_t value, size_t width)
{
  for (size_t i = 0; i < width; i++)
    bytes[(*at)++] = (unsigned char)(value >> 8 * i & 0xff);
}

static inline size_t zip_pack(const void *content, size_t size, int how, unsigned char *packed)
{
  if (!(how & ZIP_DEFLATED)) {
    memcpy(packed, content, size);
    return size;
  }
  z_stream s;
  memset(&s, 0, sizeof s);
  assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
  s.next_in = (Bytef *)(uintptr_t)content;
  s.avail_in = (uInt)size;
  s.next_out = packed;
  s.avail_out = 4096;
  assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
  const size_t n = 4096 - s.avail_out;
  deflateEnd(&s);
  return n;
}

/* What both the header of a member and its directory entry say, from the flags to the sizes; with ZIP_64 those are in an
 * extra field. */
static inline void zip_put_common(unsigned char *to, size_t *at, int how, uint32_t crc, size_t packed,
                                  size_t size)
{
  zip_put(to, at, how & ZIP_ENCRYPTED ? 1 : 0, 2);
  zip_put(to, at, how & ZIP_BZIP2 ? 12 : how & ZIP_DEFLATED ? 8 : 0, 2);
  zip_put(to, at, 0x5a21, 2);
  zip_put(to, at, 0x5a21, 2);
  zip_put(to, at, crc, 4);
  zip_put(to, at, how & ZIP_64 ? 0xffffffff : packed, 4);
  zip_put(to, at, how & ZIP_64 ? 0xffffffff : size, 4);
}

static inline void zip_put_extra(unsigned char *to, size_t *at, int how, size_t packed, size_t size)
{
  if (!(how & ZIP_64))
    return;
  zip_put(to, at, 0x9999, 2); /* a field that nobody knows comes first */
  zip_put(to, at, 3, 2);
  zip_put(to, at, 0, 3);
  zip_put(to, at, 1, 2);
  zip_put(to, at, 16, 2);
  zip_put(to, at, size, 8);
  zip_put(to, at, packed, 8);
}

static inline void zip_add(zip_made *z, const char *name, const void *content, size_t size, int how)
{
  unsigned char packed[4096];
  const size_t n = zip_pack(content, size, how, packed), offset = z->size, length = strlen(name);
  const uint32_t crc = (uint32_t)crc32(0, content, (uInt)size) ^ (how & ZIP_BAD_CRC ? 1 : 0);
  const size_t extra = how & ZIP_64 ? 27 : 0;
  memcpy(z->bytes + z->size, "PK\3\4\24\0", 6);
  z->size += 6;
  zip_put_common(z->bytes, &z->size, how, crc, n, size);
  zip_put(z->bytes, &z->size, length, 2);
  zip_put(z->bytes, &z->size, extra, 2);
  memcpy(z->bytes + z->size, name, length);
  z->bytes[z->size] = (unsigned char)(z->bytes[z->size] ^ (how & ZIP_OTHER_NAME ? 1 : 0));
  z->size += length;
  zip_put_extra(z->bytes, &z->size, how, n, size);
  memcpy(z->bytes + z->size, packed, n);
  z->size += n;
  memcpy(z->entries + z->entries_size, "PK\1\2\24\3\24\0", 8);
  z->entries_size += 8;
  zip_put_common(z->entries, &z->entries_size, how, crc, n, size);
  zip_put(z->entries, &z->entries_size, length, 2);
  zip_put(z->entries, &z->entries_size, extra, 2);
  memset(z->entries + z->entries_size, 0, 10); /* comment, disk, attributes */
  z->entries_size += 10;
  zip_put(z->entries, &z->entries_size, offset, 4);
  memcpy(z->entries + z->entries_size, name, length);
  z->entries_size += length;
  zip_put_extra(z->entries, &z->entries_size, how, n, size);
  z->n++;
}

/* The directory and the records behind it. */
static inline void zip_end(zip_made *z, int how, const char *comment)
{
  const size_t offset = z->size, large = how & ZIP_64 ? 0xffffffff : 0;
  memcpy(z->bytes + z->size, z->entries, z->entries_size);
  z->size += z->entries_size;
  if (how & ZIP_64) {
    const size_t record = z->size;
    memcpy(z->bytes + z->size, "PK\6\6\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0", 24);
    z->size += 24;
    zip_put(z->bytes, &z->size, z->n, 8);
    zip_put(z->bytes, &z->size, z->n, 8);
    zip_put(z->bytes, &z->size, z->entries_size, 8);
    zip_put(z->bytes, &z->size, offset, 8);
    memcpy(z->bytes + z->size, "PK\6\7\0\0\0\0", 8);
    z->size += 8;
    zip_put(z->bytes, &z->size, record, 8);
    zip_put(z->bytes, &z->size, 1, 4);
  }
  memcpy(z->bytes + z->size, "PK\5\6\0\0\0\0", 8);
  z->size += 8;
  zip_put(z->bytes, &z->size, z->n, 2);
  zip_put(z->bytes, &z->size, z->n, 2);
  zip_put(z->bytes, &z->size, large ? large : z->entries_size, 4);
  zip_put(z->bytes, &z->size, large ? large : offset, 4);
  zip_put(z->bytes, &z->size, strlen(comment), 2);
  memcpy(z->bytes + z->size, comment, strlen(comment));
  z->size += strlen(comment);
}

#endif /* FAIRU_TESTS_BASE_ZIP_MADE_H */
