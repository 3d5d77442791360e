/* packed_body.h - bodies of our own files (pack_internal.h), taken out and put back behind the checksum's back, without the library. */
#ifndef FAIRU_TESTS_CLASSIFIER_PACKED_BODY_H
#define FAIRU_TESTS_CLASSIFIER_PACKED_BODY_H

#include "support/support.h"

#include <zlib.h>

enum { MOST = 1 << 12, HEADER = 24 };

typedef struct body {
  unsigned char bytes[MOST];
  size_t n;
  uint32_t version;
} body;

static inline uint64_t little(const unsigned char *at, size_t n)
{
  uint64_t value = 0;
  while (n-- > 0)
    value = value << 8 | at[n];
  return value;
}

static inline void put_little(unsigned char *at, uint64_t value, size_t n)
{
  for (size_t k = 0; k < n; k++)
    at[k] = (unsigned char)(value >> (8 * k));
}

static inline uint32_t checksum(const body *b)
{
  unsigned char head[12];
  put_little(head, b->version, 4);
  put_little(head + 4, b->n, 8);
  return (uint32_t)crc32(crc32(0, head, sizeof head), b->bytes, (uInt)b->n);
}

static inline void open_file(const unsigned char *file, size_t size, body *b)
{
  uLongf n = MOST;
  assert_int_equal(uncompress(b->bytes, &n, file + HEADER, (uLong)(size - HEADER)), Z_OK);
  b->n = n;
  b->version = (uint32_t)little(file + 8, 4);
  assert_int_equal(little(file + 16, 8), n);
  assert_int_equal(little(file + 12, 4), checksum(b));
}

/* The body as one stored block of a zlib stream (RFC 1950, 1951): nothing to compress, thousands of times. */
static inline size_t put_together(const body *b, const char magic[8], unsigned char *file)
{
  unsigned char *at = file + HEADER;
  const uint32_t sum = (uint32_t)adler32(adler32(0, NULL, 0), b->bytes, (uInt)b->n);
  memcpy(file, magic, 8);
  put_little(file + 8, b->version, 4);
  put_little(file + 12, checksum(b), 4);
  put_little(file + 16, b->n, 8);
  *at++ = 0x78;
  *at++ = 0x01;
  *at++ = 0x01; /* the last block, stored */
  put_little(at, b->n, 2);
  put_little(at + 2, ~b->n & 0xffff, 2);
  memcpy(at + 4, b->bytes, b->n);
  at += 4 + b->n;
  for (int k = 3; k >= 0; k--)
    *at++ = (unsigned char)(sum >> (8 * k));
  return (size_t)(at - file);
}

/* ---- fields ----------------------------------------------------------------------------------------------- */

typedef struct field {
  size_t at, size; /* in the body, with the tag */
} field;

/* Of an element; 0: no array. */
static inline size_t width_of(char kind)
{
  return kind == 's' ? 1 : kind == 'F' ? 4 : kind == 'D' || kind == 'U' ? 8 : 0;
}

/* All fields, in order; returns their number. */
static inline size_t fields_of(const body *b, field *fields, size_t most)
{
  size_t n = 0;
  for (size_t at = 0; at < b->n; n++) {
    const char kind = (char)b->bytes[at];
    assert_true(n < most);
    assert_non_null(strchr("udsFDU", kind)); /* tags of the format */
    fields[n] = (field){ at, 9 };
    if (width_of(kind) > 0)
      fields[n].size += width_of(kind) * (size_t)little(b->bytes + at + 1, 8);
    at += fields[n].size;
    assert_true(at <= b->n);
  }
  return n;
}

#endif /* FAIRU_TESTS_CLASSIFIER_PACKED_BODY_H */
