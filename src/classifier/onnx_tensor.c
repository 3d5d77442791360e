/* onnx_tensor.c - tensors of ONNX files as doubles: raw bytes, typed fields, and files beside the model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream_internal.h"
#include "classifier/onnx_model.h"

/* ---- the message -------------------------------------------------------------------------------------- */

static int add_dims(fairu_context *ctx, const fairu_proto_field *field, fairu_onnx_tensor *tensor)
{
  uint64_t dims[FAIRU_ONNX_DIMS];
  size_t n = 0;
  int status = fairu_proto__count(ctx, field, FAIRU_PROTO_VARINT, "dims", &n);
  if (status == FAIRU_OK && n > FAIRU_ONNX_DIMS - tensor->n_dims)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "a tensor of more than %d axes", FAIRU_ONNX_DIMS);
  if (status == FAIRU_OK)
    status = fairu_proto__numbers(ctx, field, FAIRU_PROTO_VARINT, dims);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    if (dims[i] > INT32_MAX || (dims[i] > 0 && tensor->n > SIZE_MAX / 64 / (size_t)dims[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "dims of a tensor overflow: axis of %lld",
                                 (long long)dims[i]);
    tensor->dims[tensor->n_dims++] = (size_t)dims[i];
    tensor->n *= (size_t)dims[i];
  }
  return status;
}

/* Decimal digits alone; 0 if they are not. */
static int read_count(const char *text, uint64_t *value)
{
  *value = 0;
  for (; *text >= '0' && *text <= '9' && *value < UINT64_MAX / 16; text++)
    *value = 10 * *value + (uint64_t)(*text - '0');
  return *text == '\0';
}

static int add_external(fairu_context *ctx, fairu_proto message, fairu_onnx_tensor *tensor)
{
  fairu_proto_field field;
  const char *key = "", *value = "";
  int status;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number == 1 || field.number == 2)
      status = fairu_proto__string(ctx, &field, "external_data", field.number == 1 ? &key : &value);
    if (status != FAIRU_OK)
      return status;
  }
  if (strcmp(key, "location") == 0)
    tensor->location = value;
  else if (strcmp(key, "offset") == 0 && !read_count(value, &tensor->offset))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "external_data: offset '%s'", value);
  else if (strcmp(key, "length") == 0) {
    tensor->has_length = 1;
    if (!read_count(value, &tensor->length))
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "external_data: length '%s'", value);
  }
  return status;
}

static int parse_field(fairu_context *ctx, const fairu_proto_field *field, fairu_onnx_tensor *tensor)
{
  int status = FAIRU_OK;
  switch (field->number) {
  case 1:
    return add_dims(ctx, field, tensor);
  case 2:
    tensor->type = field->value < 100 ? (int)field->value : 100;
    return fairu_proto__expect(ctx, field, FAIRU_PROTO_VARINT, "data_type");
  case 3:
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "a tensor in segments");
  case 8:
    return fairu_proto__string(ctx, field, "name of a tensor", &tensor->name);
  case 9:
    tensor->raw = field->bytes;
    tensor->has_raw = 1;
    return fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "raw_data");
  case 13:
    status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "external_data");
    return status == FAIRU_OK ? add_external(ctx, field->bytes, tensor) : status;
  case 14:
    tensor->external = field->value == 1;
    return FAIRU_OK;
  default:
    return FAIRU_OK;
  }
}

int fairu_onnx__parse_tensor(fairu_context *ctx, const fairu_proto *message, fairu_onnx_tensor *tensor)
{
  fairu_proto rest = *message;
  fairu_proto_field field;
  int status;
  memset(tensor, 0, sizeof *tensor);
  tensor->name = "";
  tensor->n = 1;
  tensor->message = *message;
  while ((status = fairu_proto__next(ctx, &rest, &field)) == FAIRU_OK && field.number != 0) {
    status = parse_field(ctx, &field, tensor);
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "tensor '%s'", tensor->name);
  }
  return status;
}

/* ---- values ------------------------------------------------------------------------------------------- */

static size_t element_size(int type)
{
  switch (type) {
  case FAIRU_ONNX_UINT8:
  case FAIRU_ONNX_INT8:
  case FAIRU_ONNX_BOOL:
    return 1;
  case FAIRU_ONNX_FLOAT16:
    return 2;
  case FAIRU_ONNX_FLOAT:
  case FAIRU_ONNX_INT32:
    return 4;
  case FAIRU_ONNX_DOUBLE:
  case FAIRU_ONNX_INT64:
    return 8;
  default:
    return 0;
  }
}

static double half(uint64_t bits)
{
  const int exponent = (int)(bits >> 10 & 31);
  const double mantissa = (double)(bits & 1023), sign = bits & 0x8000 ? -1.0 : 1.0;
  if (exponent == 31)
    return mantissa > 0.0 ? (double)NAN : sign * (double)INFINITY;
  return sign * (exponent == 0 ? ldexp(mantissa, -24) : ldexp(mantissa + 1024.0, exponent - 25));
}

static double value_of(int type, uint64_t bits)
{
  switch (type) {
  case FAIRU_ONNX_FLOAT:
    return (double)fairu_proto__f32(bits);
  case FAIRU_ONNX_DOUBLE:
    return fairu_proto__f64(bits);
  case FAIRU_ONNX_FLOAT16:
    return half(bits);
  case FAIRU_ONNX_INT32:
    return (double)(int32_t)(uint32_t)bits;
  case FAIRU_ONNX_INT8:
    return (double)(int8_t)(uint8_t)bits;
  case FAIRU_ONNX_INT64:
    return (double)(int64_t)bits;
  default:
    return (double)(bits & 0xFF);
  }
}

static void raw_values(const unsigned char *raw, int type, size_t n, double *values)
{
  const size_t each = element_size(type);
  for (size_t i = 0; i < n; i++, raw += each) {
    uint64_t bits = 0;
    for (size_t k = 0; k < each; k++)
      bits |= (uint64_t)raw[k] << (8 * k);
    values[i] = value_of(type, bits);
  }
}

/* Field that holds elements of a type, and how they are written there. */
static uint32_t typed_field(int type, int *wire)
{
  *wire = type == FAIRU_ONNX_FLOAT    ? FAIRU_PROTO_FIXED32
          : type == FAIRU_ONNX_DOUBLE ? FAIRU_PROTO_FIXED64
                                      : FAIRU_PROTO_VARINT;
  return type == FAIRU_ONNX_FLOAT ? 4 : type == FAIRU_ONNX_DOUBLE ? 10 : type == FAIRU_ONNX_INT64 ? 7 : 5;
}

static int add_typed(fairu_context *ctx, const fairu_onnx_tensor *tensor, const fairu_proto_field *field,
                     int wire, double *values, size_t *n)
{
  size_t more = 0;
  int status = fairu_proto__count(ctx, field, wire, "data of a tensor", &more);
  if (status != FAIRU_OK)
    return status;
  if (more > tensor->n - *n)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "more than the %zu elements of its dims", tensor->n);
  const fairu_mark mark = fairu_context__mark(ctx);
  uint64_t *bits = fairu_context__scratch(ctx, more, sizeof *bits, "data of a tensor");
  status = bits ? fairu_proto__numbers(ctx, field, wire, bits) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < more && status == FAIRU_OK; i++)
    values[(*n)++] = value_of(tensor->type, bits[i]);
  fairu_context__release(ctx, mark);
  return status;
}

static int typed_values(fairu_context *ctx, const fairu_onnx_tensor *tensor, double *values)
{
  fairu_proto message = tensor->message;
  fairu_proto_field field;
  int wire = 0, status;
  const uint32_t number = typed_field(tensor->type, &wire);
  size_t n = 0;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number != number)
      continue;
    status = add_typed(ctx, tensor, &field, wire, values, &n);
    if (status != FAIRU_OK)
      return status;
  }
  if (status == FAIRU_OK && n != tensor->n)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu elements, its dims say %zu", n, tensor->n);
  return status;
}

static int has_typed(fairu_context *ctx, const fairu_onnx_tensor *tensor)
{
  fairu_proto message = tensor->message;
  fairu_proto_field field;
  while (fairu_proto__next(ctx, &message, &field) == FAIRU_OK && field.number != 0)
    if ((field.number >= 4 && field.number <= 7) || field.number == 10 || field.number == 11)
      return 1;
  return 0;
}

/* ---- files beside the model --------------------------------------------------------------------------- */

/* A name beside the model: no path, no step up. */
static int is_beside(const char *location)
{
  return location[0] != '\0' && !strpbrk(location, "/\\") && strcmp(location, ".") != 0 &&
         strcmp(location, "..") != 0;
}

static char *path_beside(fairu_context *ctx, const char *path, const char *location)
{
  const char *slash = strrchr(path, '/');
  const size_t folder = slash ? (size_t)(slash - path) + 1 : 0, n = strlen(location);
  char *beside = fairu_context__scratch(ctx, folder + n + 1, 1, "path of external data");
  if (beside) {
    memcpy(beside, path, folder);
    memcpy(beside + folder, location, n + 1);
  }
  return beside;
}

/* Bytes offset .. offset + size of a file. */
static int read_slice(fairu_context *ctx, const char *path, uint64_t offset, size_t size,
                      unsigned char *bytes)
{
  fairu_reader *reader = NULL;
  unsigned char skipped[1024];
  size_t got = 1;
  int status = fairu_reader__open_named(ctx, path, &reader);
  while (status == FAIRU_OK && offset > 0 && got > 0) {
    const size_t step = offset < sizeof skipped ? (size_t)offset : sizeof skipped;
    status = fairu_reader__read(reader, ctx, skipped, step, &got);
    offset -= got;
  }
  if (status == FAIRU_OK && offset == 0)
    status = fairu_reader__read(reader, ctx, bytes, size, &got);
  if (status == FAIRU_OK && (offset > 0 || got < size))
    status = fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%s: ends before the data of a tensor", path);
  fairu_reader__close(reader);
  return status;
}

static int external_values(fairu_context *ctx, const char *path, const fairu_onnx_tensor *tensor,
                           double *values)
{
  const size_t size = tensor->n * element_size(tensor->type);
  if (!tensor->location || !is_beside(tensor->location))
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "external data at '%s': only files in the folder of the model are read",
                               tensor->location ? tensor->location : "");
  if (tensor->has_length && tensor->length != size)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%llu bytes of external data, its dims say %zu",
                               (unsigned long long)tensor->length, size);
  const fairu_mark mark = fairu_context__mark(ctx);
  const char *beside = path_beside(ctx, path, tensor->location);
  unsigned char *bytes = fairu_context__scratch(ctx, size, 1, "external data");
  int status =
      beside && bytes ? read_slice(ctx, beside, tensor->offset, size, bytes) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    raw_values(bytes, tensor->type, tensor->n, values);
  fairu_context__release(ctx, mark);
  return status;
}

static int take_values(fairu_context *ctx, const char *path, const fairu_onnx_tensor *tensor, double *values)
{
  if (tensor->external)
    return external_values(ctx, path, tensor, values);
  if (!tensor->has_raw)
    return typed_values(ctx, tensor, values);
  if (has_typed(ctx, tensor))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "raw_data and typed data in one tensor");
  const size_t size = fairu_proto__size(&tensor->raw), each = element_size(tensor->type);
  if (size % each != 0 || size / each != tensor->n)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu bytes, its dims say %zu elements of %zu", size,
                               tensor->n, each);
  raw_values(tensor->raw.at, tensor->type, tensor->n, values);
  return FAIRU_OK;
}

static int check_tensor(fairu_context *ctx, const fairu_onnx_tensor *tensor)
{
  const uint64_t limit = fairu_context__limits(ctx)->model_bytes;
  if (element_size(tensor->type) == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "elements of data_type %d", tensor->type);
  if (!tensor->external && tensor->n > fairu_proto__size(&tensor->message))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "its dims say %zu elements, it has %zu bytes", tensor->n,
                               fairu_proto__size(&tensor->message));
  if (tensor->n > limit / sizeof(float))
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu elements: model above the limit model_bytes, %llu",
                               tensor->n, (unsigned long long)limit);
  return FAIRU_OK;
}

int fairu_onnx__values(fairu_context *ctx, const char *path, const fairu_onnx_tensor *tensor, double **values)
{
  int status = check_tensor(ctx, tensor);
  if (status == FAIRU_OK) {
    *values = fairu_context__scratch(ctx, tensor->n, sizeof **values, "data of a tensor");
    status = *values ? take_values(ctx, path, tensor, *values) : FAIRU_ERR_OUT_OF_MEMORY;
  }
  return status == FAIRU_OK ? status : fairu_context__within(ctx, status, "tensor '%s'", tensor->name);
}
