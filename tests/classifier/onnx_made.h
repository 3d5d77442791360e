/* onnx_made.h - ONNX models made in a few words, for tests of the reader. */
#ifndef FAIRU_TESTS_ONNX_MADE_H
#define FAIRU_TESTS_ONNX_MADE_H

#include "support/support.h"

#include <fairu/formats.h>

#include "classifier/protobuf.h"

typedef struct made {
  fairu_proto_out graph;
  fairu_proto_out model; /* fields beside the graph */
  int64_t opset;
  size_t n_nodes;
} made;

static inline made made_begin(fairu_context *ctx, int64_t opset)
{
  return (made){ fairu_proto_out__create(ctx), fairu_proto_out__create(ctx), opset, 0 };
}

/* Words of a text, one after the other; "-": empty. */
static inline const char *made_word(const char *text, char word[128])
{
  const size_t n = strcspn(text, " ");
  snprintf(word, 128, "%.*s", (int)n, text);
  if (strcmp(word, "-") == 0)
    word[0] = '\0';
  return text[n] == ' ' ? text + n + 1 : NULL;
}

static inline void made_words(fairu_proto_out *out, uint32_t field, const char *text)
{
  char word[128];
  while (text && *text) {
    text = made_word(text, word);
    fairu_proto_out__string(out, field, word);
  }
}

static inline void made_dims(fairu_proto_out *out, const char *dims)
{
  for (const char *p = dims; p && *p; p = strchr(p, ',')) {
    p += *p == ',';
    fairu_proto_out__varint(out, 1, (uint64_t)strtoll(p, NULL, 10));
  }
}

/* The fields of a tensor: its type, dims and the bits of its elements, each of `size` bytes in raw_data (size 0: one by one in
 * the field of the type). */
static inline void made_tensor_fields(fairu_proto_out *out, int type, const char *dims, const uint64_t *bits,
                                      size_t n, size_t size)
{
  static const unsigned char wire64 = 10 << 3 | 1;
  made_dims(out, dims);
  fairu_proto_out__varint(out, 2, (uint64_t)type);
  const size_t raw = size > 0 ? fairu_proto_out__begin(out, 9) : 0;
  for (size_t i = 0; i < n; i++) {
    unsigned char bytes[8];
    for (size_t k = 0; k < 8; k++)
      bytes[k] = (unsigned char)(bits[i] >> (8 * k));
    if (size > 0)
      fairu_proto_out__append(out, bytes, size);
    else if (type == 1)
      fairu_proto_out__f32(out, 4, fairu_proto__f32(bits[i]));
    else if (type == 11) {
      fairu_proto_out__append(out, &wire64, 1);
      fairu_proto_out__append(out, bytes, 8);
    } else
      fairu_proto_out__varint(out, type == 7 ? 7 : 5, bits[i]);
  }
  if (size > 0)
    fairu_proto_out__end(out, raw);
}

/* "alpha=f0.5", "axis=i1", "mode=sNONE", "perm=I1,0", "scale=F1,2.5", "modes=SLEAF,LEAF", "value=t1,2" (a tensor of floats): types
 * 1, 2, 3, 7, 6, 8, 4. */
static inline void made_attribute(fairu_proto_out *out, const char *text)
{
  const char *value = strchr(text, '=') + 1;
  const char type = *value++;
  const size_t at = fairu_proto_out__begin(out, 5);
  fairu_proto_out__bytes(out, 1, text, (size_t)(value - text) - 2);
  fairu_proto_out__varint(out, 20, (uint64_t)(strchr(" fist FIS", type) - " fist FIS"));
  if (type == 's')
    fairu_proto_out__string(out, 4, value);
  const size_t tensor = type == 't' ? fairu_proto_out__begin(out, 5) : 0;
  size_t n_values = 0;
  for (const char *p = value; type != 's' && p; p = strchr(p, ',')) {
    p += *p == ',';
    const size_t n = strcspn(p, ",");
    if (type == 'f' || type == 'F' || type == 't')
      fairu_proto_out__f32(out, type == 'f' ? 2 : type == 't' ? 4 : 7, strtof(p, NULL));
    else if (type == 'S')
      fairu_proto_out__bytes(out, 9, p, n);
    else
      fairu_proto_out__varint(out, type == 'i' ? 3 : 8, (uint64_t)strtoll(p, NULL, 10));
    n_values++;
  }
  if (type == 't') {
    fairu_proto_out__varint(out, 1, n_values);
    fairu_proto_out__varint(out, 2, 1);
    fairu_proto_out__end(out, tensor);
  }
  fairu_proto_out__end(out, at);
}

/* op: "Gemm" or "ai.onnx.ml:Scaler"; inputs, outputs and attributes as words. The node is named n0, n1, ... */
static inline void made_node(made *m, const char *op, const char *inputs, const char *outputs,
                             const char *attributes)
{
  char word[128], name[16];
  const char *colon = strchr(op, ':');
  const size_t at = fairu_proto_out__begin(&m->graph, 1);
  snprintf(name, sizeof name, "n%zu", m->n_nodes++);
  made_words(&m->graph, 1, inputs);
  made_words(&m->graph, 2, outputs);
  fairu_proto_out__string(&m->graph, 3, name);
  fairu_proto_out__string(&m->graph, 4, colon ? colon + 1 : op);
  while (attributes && *attributes) {
    const size_t n = strcspn(attributes, " ");
    char *whole = (char *)malloc(n + 1);
    assert_non_null(whole);
    memcpy(whole, attributes, n);
    whole[n] = '\0';
    made_attribute(&m->graph, whole);
    free(whole);
    attributes = attributes[n] == ' ' ? attributes + n + 1 : NULL;
  }
  if (colon) {
    snprintf(word, sizeof word, "%.*s", (int)(colon - op), op);
    fairu_proto_out__string(&m->graph, 7, word);
  }
  fairu_proto_out__end(&m->graph, at);
}

/* dims: "2,3"; "": a scalar. Numbers and fairu_proto_out__end() follow. */
static inline size_t made_tensor(made *m, const char *name, const char *dims, uint64_t type)
{
  const size_t at = fairu_proto_out__begin(&m->graph, 5);
  made_dims(&m->graph, dims);
  fairu_proto_out__varint(&m->graph, 2, type);
  fairu_proto_out__string(&m->graph, 8, name);
  return at;
}

/* Raw bytes. */
static inline void made_floats(made *m, const char *name, const char *dims, size_t n, const float *values)
{
  const size_t at = made_tensor(m, name, dims, 1);
  fairu_proto_out__f32s(&m->graph, 9, values, n);
  fairu_proto_out__end(&m->graph, at);
}

/* In the typed field, one key each. */
static inline void made_ints(made *m, const char *name, const char *dims, size_t n, const int64_t *values)
{
  const size_t at = made_tensor(m, name, dims, 7);
  for (size_t i = 0; i < n; i++)
    fairu_proto_out__varint(&m->graph, 7, (uint64_t)values[i]);
  fairu_proto_out__end(&m->graph, at);
}

/* field 11: input, 12: output; width 0: not said; type 1: float. */
static inline void made_port(made *m, uint32_t field, const char *name, size_t width, uint64_t type)
{
  fairu_proto_out *out = &m->graph;
  const size_t port = fairu_proto_out__begin(out, field);
  fairu_proto_out__string(out, 1, name);
  const size_t value = fairu_proto_out__begin(out, 2), tensor = fairu_proto_out__begin(out, 1);
  fairu_proto_out__varint(out, 1, type);
  const size_t shape = fairu_proto_out__begin(out, 2);
  size_t dim = fairu_proto_out__begin(out, 1);
  fairu_proto_out__string(out, 2, "N");
  fairu_proto_out__end(out, dim);
  dim = fairu_proto_out__begin(out, 1);
  if (width > 0)
    fairu_proto_out__varint(out, 1, width);
  fairu_proto_out__end(out, dim);
  fairu_proto_out__end(out, shape);
  fairu_proto_out__end(out, tensor);
  fairu_proto_out__end(out, value);
  fairu_proto_out__end(out, port);
}

/* Into a file of the test; the model is used up. */
static inline const char *made_write(made *m, char path[512], const char *name)
{
  fairu_proto_out whole = fairu_proto_out__create(m->graph.ctx);
  fairu_proto_out__varint(&whole, 1, 8);
  fairu_proto_out__bytes(&whole, 7, m->graph.bytes, m->graph.size);
  for (int ml = 0; ml < 2; ml++) {
    const size_t at = fairu_proto_out__begin(&whole, 8);
    fairu_proto_out__string(&whole, 1, ml ? "ai.onnx.ml" : "");
    fairu_proto_out__varint(&whole, 2, ml ? 3 : (uint64_t)m->opset);
    fairu_proto_out__end(&whole, at);
  }
  fairu_proto_out__append(&whole, m->model.bytes, m->model.size);
  assert_int_equal(m->graph.status, FAIRU_OK);
  assert_int_equal(whole.status, FAIRU_OK);
  support_write_file(support_path(path, 512, name), whole.bytes, whole.size);
  fairu_proto_out__clear(&whole);
  fairu_proto_out__clear(&m->graph);
  fairu_proto_out__clear(&m->model);
  return path;
}

static inline int made_import(made *m, const fairu_import_options *options, fairu_classifier **out)
{
  char path[512];
  fairu_context *ctx = m->graph.ctx;
  return fairu_classifier_import(ctx, made_write(m, path, "made.onnx"), options, out);
}

#endif /* FAIRU_TESTS_ONNX_MADE_H */
