/* onnx_fields.h - fields of protobuf messages, by the published wire format alone. */
#ifndef FAIRU_TESTS_ONNX_FIELDS_H
#define FAIRU_TESTS_ONNX_FIELDS_H

#include "support/support.h"

typedef struct walk_bytes {
  const unsigned char *at, *end;
} walk_bytes;

typedef struct walk_field {
  unsigned number, wire;
  uint64_t varint; /* of wire 0, or the bits of wire 5 */
  walk_bytes bytes;
} walk_field;

static inline uint64_t walk_varint(walk_bytes *b)
{
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    assert_true(b->at < b->end && shift < 64);
    const unsigned char byte = *b->at++;
    value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128)
      return value;
  }
}

static inline int walk_next(walk_bytes *b, walk_field *f)
{
  if (b->at == b->end)
    return 0;
  const uint64_t key = walk_varint(b);
  *f = (walk_field){ .number = (unsigned)(key >> 3), .wire = (unsigned)(key & 7) };
  if (f->wire == 0) {
    f->varint = walk_varint(b);
  } else if (f->wire == 5) {
    assert_true(b->end - b->at >= 4);
    for (int k = 3; k >= 0; k--)
      f->varint = f->varint << 8 | b->at[k];
    b->at += 4;
  } else {
    assert_int_equal(f->wire, 2);
    const uint64_t n = walk_varint(b);
    assert_true(n <= (uint64_t)(b->end - b->at));
    f->bytes = (walk_bytes){ b->at, b->at + n };
    b->at += n;
  }
  return 1;
}

static inline int walk_is(walk_bytes b, const char *text)
{
  return (size_t)(b.end - b.at) == strlen(text) && memcmp(b.at, text, strlen(text)) == 0;
}

static inline double walk_float(uint64_t bits)
{
  const uint32_t low = (uint32_t)bits;
  float value;
  memcpy(&value, &low, sizeof value);
  return (double)value;
}

/* Field `number` of a message for the i-th time; 0: not there. */
static inline int walk_find(walk_bytes message, unsigned number, size_t i, walk_field *f)
{
  while (walk_next(&message, f))
    if (f->number == number && i-- == 0)
      return 1;
  return 0;
}

#endif /* FAIRU_TESTS_ONNX_FIELDS_H */
