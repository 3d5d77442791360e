/* protobuf.c - protocol buffers within bounds: every length is checked against what remains of its message. */
#include "classifier/protobuf.h"

#include <string.h>

fairu_proto fairu_proto__open(const unsigned char *bytes, size_t size)
{
  return (fairu_proto){ bytes, bytes, bytes + size, bytes + size };
}

size_t fairu_proto__size(const fairu_proto *message)
{
  return (size_t)(message->end - message->at);
}

static size_t place(const fairu_proto *message)
{
  return (size_t)(message->at - message->file);
}

/* Something runs over the end of the message: of the file, or of a message inside it. */
static int fail_end(fairu_context *ctx, const fairu_proto *message, const char *what)
{
  if (message->end == message->file_end)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "byte %zu: the file ends inside %s", place(message),
                               what);
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: %s runs over the end of its message",
                             place(message), what);
}

static int take_varint(fairu_context *ctx, fairu_proto *message, const char *what, uint64_t *value)
{
  uint64_t sum = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (message->at == message->end)
      return fail_end(ctx, message, what);
    const unsigned char byte = *message->at++;
    if (shift == 63 && byte > 1)
      break;
    sum |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) {
      *value = sum;
      return FAIRU_OK;
    }
  }
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: %s of more than 64 bits", place(message),
                             what);
}

static int take_fixed(fairu_context *ctx, fairu_proto *message, size_t size, uint64_t *value)
{
  if (fairu_proto__size(message) < size)
    return fail_end(ctx, message, "a number");
  *value = 0;
  for (size_t i = 0; i < size; i++)
    *value |= (uint64_t)message->at[i] << (8 * i);
  message->at += size;
  return FAIRU_OK;
}

static int take_bytes(fairu_context *ctx, fairu_proto *message, fairu_proto *bytes)
{
  uint64_t size = 0;
  int status = take_varint(ctx, message, "a length", &size);
  if (status != FAIRU_OK)
    return status;
  if (size > fairu_proto__size(message))
    return fail_end(ctx, message, "a field");
  *bytes = *message;
  bytes->end = message->at + (size_t)size;
  message->at = bytes->end;
  return FAIRU_OK;
}

static int take_number(fairu_context *ctx, fairu_proto *message, int type, uint64_t *value)
{
  if (type == FAIRU_PROTO_VARINT)
    return take_varint(ctx, message, "a number", value);
  return take_fixed(ctx, message, type == FAIRU_PROTO_FIXED32 ? 4 : 8, value);
}

int fairu_proto__next(fairu_context *ctx, fairu_proto *message, fairu_proto_field *field)
{
  uint64_t key = 0;
  memset(field, 0, sizeof *field);
  field->bytes = *message;
  if (message->at == message->end)
    return FAIRU_OK;
  int status = take_varint(ctx, message, "a key", &key);
  if (status != FAIRU_OK)
    return status;
  const int type = (int)(key & 7);
  if (key >> 3 == 0 || key >> 32 != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: field number %llu", place(&field->bytes),
                               (unsigned long long)(key >> 3));
  if (type != FAIRU_PROTO_VARINT && type != FAIRU_PROTO_FIXED64 && type != FAIRU_PROTO_BYTES &&
      type != FAIRU_PROTO_FIXED32)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: field %u of wire type %d",
                               place(&field->bytes), (unsigned)(key >> 3), type);
  field->type = type;
  status = type == FAIRU_PROTO_BYTES ? take_bytes(ctx, message, &field->bytes)
                                     : take_number(ctx, message, type, &field->value);
  field->number = (uint32_t)(key >> 3);
  return status;
}

int fairu_proto__expect(fairu_context *ctx, const fairu_proto_field *field, int type, const char *what)
{
  if (field->type == type)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: %s has wire type %d, not %d",
                             place(&field->bytes), what, field->type, type);
}

int fairu_proto__string(fairu_context *ctx, const fairu_proto_field *field, const char *what,
                        const char **text)
{
  int status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, what);
  if (status != FAIRU_OK)
    return status;
  const size_t size = fairu_proto__size(&field->bytes);
  if (size > fairu_context__limits(ctx)->name_bytes)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "byte %zu: %s of %zu bytes (limit name_bytes)",
                               place(&field->bytes), what, size);
  if (size > 0 && memchr(field->bytes.at, '\0', size))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: %s with a NUL byte", place(&field->bytes),
                               what);
  char *copy = fairu_context__scratch(ctx, size + 1, 1, "names of a model");
  if (!copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (size > 0)
    memcpy(copy, field->bytes.at, size);
  copy[size] = '\0';
  *text = copy;
  return FAIRU_OK;
}

static int count_varints(fairu_context *ctx, const fairu_proto_field *field, const char *what, size_t *n)
{
  const size_t size = fairu_proto__size(&field->bytes);
  size_t ends = 0;
  for (size_t i = 0; i < size; i++)
    ends += field->bytes.at[i] < 0x80;
  if (size > 0 && field->bytes.end[-1] >= 0x80)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: %s ends inside a number",
                               place(&field->bytes), what);
  *n = ends;
  return FAIRU_OK;
}

int fairu_proto__count(fairu_context *ctx, const fairu_proto_field *field, int type, const char *what,
                       size_t *n)
{
  *n = 1;
  if (field->type == type)
    return FAIRU_OK;
  int status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, what);
  if (status != FAIRU_OK)
    return status;
  if (type == FAIRU_PROTO_VARINT)
    return count_varints(ctx, field, what, n);
  const size_t each = type == FAIRU_PROTO_FIXED32 ? 4 : 8, size = fairu_proto__size(&field->bytes);
  if (size % each != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte %zu: %s of %zu bytes, no multiple of %zu",
                               place(&field->bytes), what, size, each);
  *n = size / each;
  return FAIRU_OK;
}

int fairu_proto__numbers(fairu_context *ctx, const fairu_proto_field *field, int type, uint64_t *values)
{
  if (field->type == type) {
    *values = field->value;
    return FAIRU_OK;
  }
  fairu_proto packed = field->bytes;
  int status = FAIRU_OK;
  while (packed.at != packed.end && status == FAIRU_OK)
    status = take_number(ctx, &packed, type, values++);
  return status;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

fairu_proto_out fairu_proto_out__create(fairu_context *ctx)
{
  return (fairu_proto_out){ .ctx = ctx, .status = FAIRU_OK };
}

void fairu_proto_out__clear(fairu_proto_out *out)
{
  fairu_context__free(out->ctx, out->bytes);
  out->bytes = NULL;
  out->size = out->capacity = 0;
}

/* Room for `more` bytes behind the text; NULL after a failure. */
static unsigned char *room(fairu_proto_out *out, size_t more)
{
  if (out->status != FAIRU_OK)
    return NULL;
  if (more > out->capacity - out->size) {
    const size_t wanted = out->size + more < out->size ? SIZE_MAX : out->size + more;
    const size_t capacity = wanted > SIZE_MAX / 2 ? wanted : 2 * wanted + 256;
    unsigned char *bytes = fairu_context__new_unset(out->ctx, capacity, 1, "model to write");
    if (!bytes) {
      out->status = FAIRU_ERR_OUT_OF_MEMORY;
      return NULL;
    }
    if (out->size > 0)
      memcpy(bytes, out->bytes, out->size);
    fairu_context__free(out->ctx, out->bytes);
    out->bytes = bytes;
    out->capacity = capacity;
  }
  return out->bytes + out->size;
}

static size_t put_varint(unsigned char to[10], uint64_t value)
{
  size_t n = 0;
  for (; value >= 0x80; value >>= 7)
    to[n++] = (unsigned char)(value | 0x80);
  to[n++] = (unsigned char)value;
  return n;
}

static void add_varint(fairu_proto_out *out, uint64_t value)
{
  unsigned char *to = room(out, 10);
  if (to)
    out->size += put_varint(to, value);
}

static void add_key(fairu_proto_out *out, uint32_t number, int type)
{
  add_varint(out, (uint64_t)number << 3 | (unsigned)type);
}

static void add_f32(fairu_proto_out *out, float value)
{
  const union {
    float value;
    uint32_t bits;
  } u = { .value = value };
  unsigned char *to = room(out, 4);
  for (unsigned i = 0; to && i < 4; i++)
    to[i] = (unsigned char)(u.bits >> (8 * i));
  if (to)
    out->size += 4;
}

void fairu_proto_out__varint(fairu_proto_out *out, uint32_t number, uint64_t value)
{
  add_key(out, number, FAIRU_PROTO_VARINT);
  add_varint(out, value);
}

void fairu_proto_out__f32(fairu_proto_out *out, uint32_t number, float value)
{
  add_key(out, number, FAIRU_PROTO_FIXED32);
  add_f32(out, value);
}

void fairu_proto_out__bytes(fairu_proto_out *out, uint32_t number, const void *bytes, size_t size)
{
  add_key(out, number, FAIRU_PROTO_BYTES);
  add_varint(out, size);
  fairu_proto_out__append(out, bytes, size);
}

void fairu_proto_out__append(fairu_proto_out *out, const unsigned char *bytes, size_t size)
{
  unsigned char *to = room(out, size);
  if (!to || size == 0)
    return;
  memcpy(to, bytes, size);
  out->size += size;
}

void fairu_proto_out__string(fairu_proto_out *out, uint32_t number, const char *text)
{
  fairu_proto_out__bytes(out, number, text, strlen(text));
}

void fairu_proto_out__f32s(fairu_proto_out *out, uint32_t number, const float *values, size_t n)
{
  add_key(out, number, FAIRU_PROTO_BYTES);
  add_varint(out, 4 * (uint64_t)n);
  for (size_t i = 0; i < n; i++)
    add_f32(out, values[i]);
}

size_t fairu_proto_out__begin(fairu_proto_out *out, uint32_t number)
{
  add_key(out, number, FAIRU_PROTO_BYTES);
  return out->size;
}

void fairu_proto_out__end(fairu_proto_out *out, size_t begun)
{
  unsigned char length[10];
  if (!room(out, sizeof length))
    return;
  const size_t size = out->size - begun, n = put_varint(length, size);
  memmove(out->bytes + begun + n, out->bytes + begun, size);
  memcpy(out->bytes + begun, length, n);
  out->size += n;
}
