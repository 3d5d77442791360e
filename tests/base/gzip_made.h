/* gzip_made.h - gzip files built byte by byte as RFC 1952 and RFC 1951 say, without zlib: any header, stored blocks, any lie. */
#ifndef FAIRU_TESTS_BASE_GZIP_MADE_H
#define FAIRU_TESTS_BASE_GZIP_MADE_H

#include "support/draws.h"
#include "support/support.h"

enum { GZIP_TEXT = 1, GZIP_HEAD_CRC = 2, GZIP_EXTRA = 4, GZIP_NAME = 8, GZIP_COMMENT = 16 };
enum { GZIP_MADE_MOST = 1 << 16 };

typedef struct gzip_made {
  unsigned char bytes[GZIP_MADE_MOST];
  size_t size;
} gzip_made;

/* CRC-32 bit by bit. */
static inline uint32_t made_crc(const unsigned char *bytes, size_t size)
{
  uint32_t crc = 0xffffffffU;
  for (size_t i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc & 1U ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
  }
  return ~crc;
}

static inline void made_put(gzip_made *g, const void *bytes, size_t size)
{
  assert_true(g->size + size <= GZIP_MADE_MOST);
  if (size > 0)
    memcpy(g->bytes + g->size, bytes, size);
  g->size += size;
}

static inline void made_number(gzip_made *g, uint64_t value, size_t width)
{
  for (size_t i = 0; i < width; i++) {
    const unsigned char byte = (unsigned char)(value >> 8 * i & 0xff);
    made_put(g, &byte, 1);
  }
}

/* The header with all fields of `flags`; damage: added to the CRC of the header. */
static inline void made_head(gzip_made *g, unsigned flags, unsigned damage)
{
  static const unsigned char extra[] = { 'f', 'a', 3, 0, 1, 0x1f, 0x8b };
  const size_t begin = g->size;
  made_put(g, "\x1f\x8b\x08", 3);
  made_number(g, flags, 1);
  made_put(g, "\x12\x34\x56\x78\x02\x03", 6); /* time, extra flags, system */
  if (flags & GZIP_EXTRA) {
    made_number(g, sizeof extra, 2);
    made_put(g, extra, sizeof extra);
  }
  if (flags & GZIP_NAME)
    made_put(g, "events.csv", 11);
  if (flags & GZIP_COMMENT)
    made_put(g, "no \x1f\x8b comment", 14);
  if (flags & GZIP_HEAD_CRC)
    made_number(g, (made_crc(g->bytes + begin, g->size - begin) & 0xffffU) ^ damage, 2);
}

/* Stored blocks of at most `most` bytes; the last one marked. */
static inline void made_stored(gzip_made *g, const unsigned char *bytes, size_t size, size_t most)
{
  size_t at = 0;
  do {
    const size_t n = size - at < most ? size - at : most;
    made_number(g, at + n == size, 1);
    made_number(g, n, 2);
    made_number(g, ~(uint64_t)n & 0xffffU, 2);
    made_put(g, bytes + at, n);
    at += n;
  } while (at < size);
}

/* A block of literals in the fixed code of Huffman: 8 bits for bytes below 144, 9 above, most significant bit first; then seven zeros. */
static inline void made_fixed(gzip_made *g, const unsigned char *bytes, size_t size)
{
  uint64_t held = 3; /* final, kind 1 */
  unsigned n_held = 3;
  for (size_t i = 0; i <= size; i++) {
    const unsigned n = i == size ? 7 : bytes[i] < 144 ? 8 : 9;
    const unsigned code = i == size ? 0 : bytes[i] < 144 ? 48U + bytes[i] : 400U + (bytes[i] - 144U);
    for (unsigned bit = n; bit-- > 0;)
      held |= (uint64_t)(code >> bit & 1U) << n_held++;
    while (n_held >= 8 || (i == size && n_held > 0)) {
      made_number(g, held & 0xff, 1);
      held >>= 8;
      n_held = n_held > 8 ? n_held - 8 : 0;
    }
  }
}

static inline void made_tail(gzip_made *g, uint32_t crc, uint32_t size)
{
  made_number(g, crc, 4);
  made_number(g, size, 4);
}

/* A whole member, right in everything; most 0: in the fixed code. */
static inline void made_member(gzip_made *g, unsigned flags, const void *content, size_t size, size_t most)
{
  made_head(g, flags, 0);
  if (most > 0)
    made_stored(g, (const unsigned char *)content, size, most);
  else
    made_fixed(g, (const unsigned char *)content, size);
  made_tail(g, made_crc((const unsigned char *)content, size), (uint32_t)size);
}

#endif /* FAIRU_TESTS_BASE_GZIP_MADE_H */
