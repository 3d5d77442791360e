/* onnx_attribute.c - attributes of nodes, by name and type. */
#include <string.h>

#include "classifier/onnx_model.h"

const fairu_onnx_attribute *fairu_onnx__attribute(const fairu_onnx_node *node, const char *name)
{
  for (size_t i = 0; i < node->n_attributes; i++)
    if (strcmp(node->attributes[i].name, name) == 0)
      return &node->attributes[i];
  return NULL;
}

/* *attribute NULL: absent. */
static int find(fairu_context *ctx, const fairu_onnx_node *node, const char *name, int type,
                const fairu_onnx_attribute **attribute)
{
  *attribute = fairu_onnx__attribute(node, name);
  if (!*attribute || (*attribute)->type == type)
    return FAIRU_OK;
  if ((*attribute)->type == 0 && type != FAIRU_ONNX_ATTRIBUTE_FLOAT && type != FAIRU_ONNX_ATTRIBUTE_INT)
    return FAIRU_OK; /* the oldest files do not say it */
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "attribute %s has type %d, not %d", name,
                             (*attribute)->type, type);
}

int fairu_onnx__get_float(fairu_context *ctx, const fairu_onnx_node *node, const char *name, double *value)
{
  const fairu_onnx_attribute *attribute;
  int status = find(ctx, node, name, FAIRU_ONNX_ATTRIBUTE_FLOAT, &attribute);
  if (status == FAIRU_OK && attribute)
    *value = (double)attribute->f;
  return status;
}

int fairu_onnx__get_int(fairu_context *ctx, const fairu_onnx_node *node, const char *name, int64_t *value)
{
  const fairu_onnx_attribute *attribute;
  int status = find(ctx, node, name, FAIRU_ONNX_ATTRIBUTE_INT, &attribute);
  if (status == FAIRU_OK && attribute)
    *value = attribute->i;
  return status;
}

static int word_of(fairu_context *ctx, const fairu_proto *text, const char *name, const char *const *words,
                   size_t n_words, size_t *value)
{
  const size_t size = fairu_proto__size(text);
  for (size_t i = 0; i < n_words; i++)
    if (strlen(words[i]) == size && memcmp(words[i], text->at, size) == 0) {
      *value = i;
      return FAIRU_OK;
    }
  char shown[33];
  size_t n = 0;
  for (; n < size && n < sizeof shown - 1; n++)
    shown[n] = (char)(text->at[n] > 0x20 && text->at[n] < 0x7F ? text->at[n] : '?');
  shown[n] = '\0';
  return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "attribute %s: '%s'", name, shown);
}

int fairu_onnx__get_word(fairu_context *ctx, const fairu_onnx_node *node, const char *name,
                         const char *const *words, size_t n_words, size_t *value)
{
  const fairu_onnx_attribute *attribute;
  int status = find(ctx, node, name, FAIRU_ONNX_ATTRIBUTE_STRING, &attribute);
  if (status != FAIRU_OK || !attribute)
    return status;
  return word_of(ctx, &attribute->s, name, words, n_words, value);
}

/* Fields `number` of an attribute that is a list, as numbers. */
static int get_numbers(fairu_context *ctx, const fairu_onnx_attribute *attribute, uint32_t number, int type,
                       uint64_t **values, size_t *n)
{
  fairu_proto message = attribute->message;
  fairu_proto_field field;
  size_t total = 0, more = 0;
  int status;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0)
    if (field.number == number) {
      status = fairu_proto__count(ctx, &field, type, attribute->name, &more);
      if (status != FAIRU_OK)
        return status;
      total += more;
    }
  *values = fairu_context__scratch(ctx, total, sizeof **values, "list of an ONNX file");
  if (status == FAIRU_OK && !*values)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  message = attribute->message;
  *n = 0;
  while (status == FAIRU_OK && fairu_proto__next(ctx, &message, &field) == FAIRU_OK && field.number != 0)
    if (field.number == number) {
      status = fairu_proto__numbers(ctx, &field, type, *values + *n);
      (void)!fairu_proto__count(ctx, &field, type, attribute->name, &more);
      *n += more;
    }
  return status;
}

int fairu_onnx__get_ints(fairu_context *ctx, const fairu_onnx_node *node, const char *name, int64_t **values,
                         size_t *n)
{
  const fairu_onnx_attribute *attribute;
  uint64_t *bits = NULL;
  int status = find(ctx, node, name, FAIRU_ONNX_ATTRIBUTE_INTS, &attribute);
  if (status != FAIRU_OK || !attribute)
    return status;
  status = get_numbers(ctx, attribute, 8, FAIRU_PROTO_VARINT, &bits, n);
  if (status == FAIRU_OK)
    *values = (int64_t *)bits;
  return status;
}

int fairu_onnx__get_floats(fairu_context *ctx, const fairu_onnx_node *node, const char *name, double **values,
                           size_t *n)
{
  const fairu_onnx_attribute *attribute;
  uint64_t *bits = NULL;
  int status = find(ctx, node, name, FAIRU_ONNX_ATTRIBUTE_FLOATS, &attribute);
  if (status != FAIRU_OK || !attribute)
    return status;
  status = get_numbers(ctx, attribute, 7, FAIRU_PROTO_FIXED32, &bits, n);
  if (status != FAIRU_OK)
    return status;
  *values = fairu_context__scratch(ctx, *n, sizeof **values, "list of an ONNX file");
  if (!*values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < *n; i++)
    (*values)[i] = (double)fairu_proto__f32(bits[i]);
  return FAIRU_OK;
}

int fairu_onnx__get_words(fairu_context *ctx, const fairu_onnx_node *node, const char *name,
                          const char *const *words, size_t n_words, unsigned char **values, size_t *n)
{
  const fairu_onnx_attribute *attribute;
  fairu_proto_field field;
  size_t total = 0, word = 0;
  int status = find(ctx, node, name, FAIRU_ONNX_ATTRIBUTE_STRINGS, &attribute);
  if (status != FAIRU_OK || !attribute)
    return status;
  fairu_proto message = attribute->message;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0)
    total += field.number == 9;
  *values = fairu_context__scratch(ctx, total, sizeof **values, "list of an ONNX file");
  if (status == FAIRU_OK && !*values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  message = attribute->message;
  *n = 0;
  while (status == FAIRU_OK && (status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK &&
         field.number != 0) {
    if (field.number != 9)
      continue;
    status = fairu_proto__expect(ctx, &field, FAIRU_PROTO_BYTES, name);
    if (status == FAIRU_OK)
      status = word_of(ctx, &field.bytes, name, words, n_words, &word);
    (*values)[(*n)++] = (unsigned char)word;
  }
  return status;
}
