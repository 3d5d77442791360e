/* protobuf.h - protocol buffers, read within bounds and written: the wire format alone; what fields mean is the caller's.
 *
 * A message is a stretch of the file; reading it is a walk over its fields, so nesting is the caller's fixed chain of calls and
 * never follows the input.
 */
#ifndef FAIRU_CLASSIFIER_PROTOBUF_H
#define FAIRU_CLASSIFIER_PROTOBUF_H

#include "base/context_internal.h"

enum fairu_proto_type {
  FAIRU_PROTO_VARINT = 0,
  FAIRU_PROTO_FIXED64 = 1,
  FAIRU_PROTO_BYTES = 2,
  FAIRU_PROTO_FIXED32 = 5
};

typedef struct fairu_proto {
  const unsigned char *file; /* places in messages count from here */
  const unsigned char *at, *end;
  const unsigned char *file_end;
} fairu_proto;

typedef struct fairu_proto_field {
  uint32_t number; /* 0: the message has ended */
  int type;        /* fairu_proto_type */
  uint64_t value;  /* of numbers; fixed ones as bits */
  fairu_proto bytes;
} fairu_proto_field;

fairu_proto fairu_proto__open(const unsigned char *bytes, size_t size);
size_t fairu_proto__size(const fairu_proto *message); /* bytes that are left */

/* The next field. FAIRU_ERR_TRUNCATED, FAIRU_ERR_FORMAT (groups, types that do not exist, lengths beyond the message). */
int fairu_proto__next(fairu_context *ctx, fairu_proto *message, fairu_proto_field *field);

/* The field is of this type, or FAIRU_ERR_FORMAT naming `what`. */
int fairu_proto__expect(fairu_context *ctx, const fairu_proto_field *field, int type, const char *what);

/* A string without NUL and within limits.name_bytes, copied to scratch. */
int fairu_proto__string(fairu_context *ctx, const fairu_proto_field *field, const char *what,
                        const char **text);

/* Repeated numbers of a type, packed or one by one: how many a field adds, and the numbers. */
int fairu_proto__count(fairu_context *ctx, const fairu_proto_field *field, int type, const char *what,
                       size_t *n);
int fairu_proto__numbers(fairu_context *ctx, const fairu_proto_field *field, int type, uint64_t *values);

static inline float fairu_proto__f32(uint64_t bits)
{
  const union {
    uint32_t bits;
    float value;
  } u = { .bits = (uint32_t)bits };
  return u.value;
}

static inline double fairu_proto__f64(uint64_t bits)
{
  const union {
    uint64_t bits;
    double value;
  } u = { .bits = bits };
  return u.value;
}

/* ---- writing: the first failure stays in `status`, and all later calls do nothing ---------------------- */

typedef struct fairu_proto_out {
  fairu_context *ctx;
  unsigned char *bytes; /* with the memory of ctx */
  size_t size, capacity;
  int status;
} fairu_proto_out;

fairu_proto_out fairu_proto_out__create(fairu_context *ctx);
void fairu_proto_out__clear(fairu_proto_out *out);
void fairu_proto_out__varint(fairu_proto_out *out, uint32_t number, uint64_t value);
void fairu_proto_out__f32(fairu_proto_out *out, uint32_t number, float value);
void fairu_proto_out__bytes(fairu_proto_out *out, uint32_t number, const void *bytes, size_t size);
void fairu_proto_out__string(fairu_proto_out *out, uint32_t number, const char *text);
/* Values as little-endian bytes. */
void fairu_proto_out__f32s(fairu_proto_out *out, uint32_t number, const float *values, size_t n);
/* Bytes as they are, inside a field that is being written. */
void fairu_proto_out__append(fairu_proto_out *out, const unsigned char *bytes, size_t size);
/* A message inside: what is written between begin and end. */
size_t fairu_proto_out__begin(fairu_proto_out *out, uint32_t number);
void fairu_proto_out__end(fairu_proto_out *out, size_t begun);

#endif /* FAIRU_CLASSIFIER_PROTOBUF_H */
