/* Single fields of ONNX files that say what is not done here, or are of the wrong kind, at each depth of the file: a status, and a
 * message with the byte or the part. Fields that mean nothing to the reader change nothing. */
#include "classifier/onnx_text.h"

enum level { OF_MODEL, OF_GRAPH, OF_NODE, OF_ATTRIBUTE, OF_TENSOR, OF_INPUT, OF_OPSET, OF_PROPERTY, LEVELS };

/* Bytes put at the end of one message of a small model that is right without them. */
typedef struct byte_case {
  int level;
  size_t n;
  unsigned char bytes[16];
  int code;
  const char *says;
} byte_case;

#define KEY(number, type) (unsigned char)((number) << 3 | (type))
#define KEY2(number, type) (unsigned char)((((number) << 3 | (type)) & 0x7F) | 0x80), (number) >> 4

static const byte_case cases[] = {
  /* not known, of every wire type: passed over */
  { OF_MODEL, 3, { KEY2(99, 0), 5 }, FAIRU_OK, "" },
  { OF_GRAPH, 10, { KEY2(99, 1), 1, 2, 3, 4, 5, 6, 7, 8 }, FAIRU_OK, "" },
  { OF_NODE, 5, { KEY2(99, 2), 2, 0xFF, 0xFF }, FAIRU_OK, "" },
  { OF_ATTRIBUTE, 6, { KEY2(99, 5), 1, 2, 3, 4 }, FAIRU_OK, "" },
  { OF_TENSOR, 3, { KEY2(99, 2), 0 }, FAIRU_OK, "" },
  { OF_INPUT, 3, { KEY2(99, 2), 0 }, FAIRU_OK, "" },
  { OF_OPSET, 3, { KEY2(99, 2), 0 }, FAIRU_OK, "" },
  { OF_PROPERTY, 3, { KEY2(99, 2), 0 }, FAIRU_OK, "" },
  /* said, and not done here */
  { OF_MODEL, 3, { KEY2(20, 2), 0 }, FAIRU_ERR_UNSUPPORTED, "training_info in the model" },
  { OF_MODEL, 3, { KEY2(25, 2), 0 }, FAIRU_ERR_UNSUPPORTED, "functions in the model" },
  { OF_GRAPH, 2, { KEY(15, 2), 0 }, FAIRU_ERR_UNSUPPORTED, "sparse_initializer" },
  { OF_ATTRIBUTE, 4, { KEY2(21, 2), 1, 'a' }, FAIRU_ERR_UNSUPPORTED, "refers to one of a function" },
  { OF_TENSOR, 2, { KEY(3, 2), 0 }, FAIRU_ERR_UNSUPPORTED, "tensor 'w': a tensor in segments" },
  { OF_TENSOR,
    5,
    { KEY(4, 5), 0, 0, 0x80, 0x3F },
    FAIRU_ERR_FORMAT,
    "raw_data and typed data in one tensor" },
  { OF_TENSOR, 2, { KEY(7, 0), 1 }, FAIRU_ERR_FORMAT, "raw_data and typed data in one tensor" },
  { OF_TENSOR, 9, { KEY(10, 1), 0 }, FAIRU_ERR_FORMAT, "raw_data and typed data in one tensor" },
  { OF_TENSOR, 2, { KEY(11, 0), 1 }, FAIRU_ERR_FORMAT, "raw_data and typed data in one tensor" },
  { OF_TENSOR, 2, { KEY(1, 0), 3 }, FAIRU_ERR_SHAPE, "8 bytes, its dims say 6 elements of 4" },
  { OF_TENSOR, 2, { KEY(2, 0), 11 }, FAIRU_ERR_SHAPE, "8 bytes, its dims say 2 elements of 8" },
  { OF_TENSOR, 3, { KEY(2, 0), 0xF4, 3 }, FAIRU_ERR_UNSUPPORTED, "elements of data_type 100" },
  { OF_TENSOR,
    6,
    { KEY(1, 0), 0xFF, 0xFF, 0xFF, 0xFF, 0x0F },
    FAIRU_ERR_FORMAT,
    "dims of a tensor overflow" },
  { OF_TENSOR, 9, { KEY(1, 2), 7, 1, 1, 1, 1, 1, 1, 1 }, FAIRU_OK, "" }, /* eight axes, seven of them 1 */
  { OF_TENSOR, 10, { KEY(1, 2), 8, 1, 1, 1, 1, 1, 1, 1, 1 }, FAIRU_ERR_UNSUPPORTED, "more than 8 axes" },
  { OF_TENSOR, 4, { KEY(1, 2), 2, 1, 0x81 }, FAIRU_ERR_FORMAT, "dims ends inside a number" },
  { OF_TENSOR, 2, { KEY(14, 0), 1 }, FAIRU_ERR_UNSUPPORTED, "external data at ''" },
  { OF_TENSOR, 2, { KEY(14, 0), 2 }, FAIRU_OK, "" },
  /* of another wire type */
  { OF_MODEL, 9, { KEY(1, 1) }, FAIRU_ERR_FORMAT, "ir_version has wire type 1, not 0" },
  { OF_MODEL, 2, { KEY(7, 0), 1 }, FAIRU_ERR_FORMAT, "part of the model has wire type 0, not 2" },
  { OF_MODEL, 2, { KEY(8, 0), 1 }, FAIRU_ERR_FORMAT, "part of the model has wire type 0, not 2" },
  { OF_MODEL, 5, { KEY(14, 5) }, FAIRU_ERR_FORMAT, "part of the model has wire type 5, not 2" },
  { OF_GRAPH, 2, { KEY(1, 0), 1 }, FAIRU_ERR_FORMAT, "part of the graph has wire type 0, not 2" },
  { OF_GRAPH, 2, { KEY(12, 0), 1 }, FAIRU_ERR_FORMAT, "part of the graph has wire type 0, not 2" },
  { OF_NODE, 2, { KEY(1, 0), 1 }, FAIRU_ERR_FORMAT, "input of a node has wire type 0, not 2" },
  { OF_NODE, 2, { KEY(2, 0), 1 }, FAIRU_ERR_FORMAT, "output of a node has wire type 0, not 2" },
  { OF_NODE, 2, { KEY(3, 0), 1 }, FAIRU_ERR_FORMAT, "name of a node has wire type 0, not 2" },
  { OF_NODE, 2, { KEY(4, 0), 1 }, FAIRU_ERR_FORMAT, "operation of a node has wire type 0, not 2" },
  { OF_NODE, 2, { KEY(5, 0), 1 }, FAIRU_ERR_FORMAT, "attribute has wire type 0, not 2" },
  { OF_NODE, 2, { KEY(7, 0), 1 }, FAIRU_ERR_FORMAT, "domain of a node has wire type 0, not 2" },
  { OF_ATTRIBUTE, 2, { KEY(1, 0), 1 }, FAIRU_ERR_FORMAT, "name of an attribute has wire type 0, not 2" },
  { OF_ATTRIBUTE, 2, { KEY(2, 0), 1 }, FAIRU_ERR_FORMAT, "attribute f has wire type 0, not 5" },
  { OF_ATTRIBUTE, 2, { KEY(3, 2), 0 }, FAIRU_ERR_FORMAT, "attribute i has wire type 2, not 0" },
  { OF_ATTRIBUTE, 2, { KEY(4, 0), 1 }, FAIRU_ERR_FORMAT, "attribute s has wire type 0, not 2" },
  { OF_ATTRIBUTE, 2, { KEY(5, 0), 1 }, FAIRU_ERR_FORMAT, "attribute t has wire type 0, not 2" },
  { OF_ATTRIBUTE, 3, { KEY2(20, 2), 0 }, FAIRU_ERR_FORMAT, "type of an attribute has wire type 2, not 0" },
  { OF_ATTRIBUTE, 4, { KEY2(20, 0), 0xF4, 3 }, FAIRU_ERR_FORMAT, "alpha has type 100, not 1" },
  { OF_TENSOR, 2, { KEY(2, 2), 0 }, FAIRU_ERR_FORMAT, "data_type has wire type 2, not 0" },
  { OF_TENSOR, 2, { KEY(8, 0), 1 }, FAIRU_ERR_FORMAT, "name of a tensor has wire type 0, not 2" },
  { OF_TENSOR, 2, { KEY(9, 0), 1 }, FAIRU_ERR_FORMAT, "raw_data has wire type 0, not 2" },
  { OF_TENSOR, 2, { KEY(13, 0), 1 }, FAIRU_ERR_FORMAT, "external_data has wire type 0, not 2" },
  { OF_INPUT, 2, { KEY(1, 0), 1 }, FAIRU_ERR_FORMAT, "name of an input or output has wire type 0, not 2" },
  { OF_INPUT, 2, { KEY(2, 0), 1 }, FAIRU_ERR_FORMAT, "type of a tensor has wire type 0, not 2" },
  { OF_INPUT,
    4,
    { KEY(2, 2), 2, KEY(1, 0), 1 },
    FAIRU_ERR_FORMAT,
    "type of a tensor has wire type 0, not 2" },
  { OF_OPSET, 2, { KEY(1, 0), 1 }, FAIRU_ERR_FORMAT, "domain of an opset has wire type 0, not 2" },
  { OF_PROPERTY, 2, { KEY(1, 0), 1 }, FAIRU_ERR_FORMAT, "a key has wire type 0, not 2" },
  { OF_PROPERTY, 2, { KEY(2, 0), 1 }, FAIRU_ERR_FORMAT, "a value has wire type 0, not 2" },
  /* no field at all */
  { OF_GRAPH, 1, { 0x00 }, FAIRU_ERR_FORMAT, "field number 0" },
  { OF_NODE, 1, { KEY(1, 3) }, FAIRU_ERR_FORMAT, "field 1 of wire type 3" },
  { OF_ATTRIBUTE, 1, { KEY(1, 4) }, FAIRU_ERR_FORMAT, "field 1 of wire type 4" },
  { OF_TENSOR, 1, { KEY(1, 7) }, FAIRU_ERR_FORMAT, "field 1 of wire type 7" },
  { OF_NODE, 4, { KEY(3, 2), 2, 'a', 0 }, FAIRU_ERR_FORMAT, "name of a node with a NUL byte" },
  { OF_INPUT, 2, { KEY(1, 2), 100 }, FAIRU_ERR_FORMAT, "a field runs over the end of its message" },
  { OF_PROPERTY, 1, { 0x80 }, FAIRU_ERR_TRUNCATED, "" },
};

static size_t begin_with(fairu_proto_out *out, uint32_t number)
{
  return fairu_proto_out__begin(out, number);
}

static void end_with(fairu_proto_out *out, size_t at, const byte_case *c, int level)
{
  if (c->level == level)
    fairu_proto_out__append(out, c->bytes, c->n);
  fairu_proto_out__end(out, at);
}

/* y = Elu(x) + w, with alpha = 0.5, a property and an opset, and the bytes of the case. */
static void put_graph(fairu_proto_out *out, const byte_case *c)
{
  static const float w[2] = { 1.0F, 2.0F };
  const size_t graph = begin_with(out, 7);
  made m = { .graph = *out };
  const size_t input = begin_with(&m.graph, 11);
  fairu_proto_out__string(&m.graph, 1, "x");
  static const unsigned char type[] = { KEY(2, 2), 12, KEY(1, 2), 10, KEY(1, 0), 1, KEY(2, 2), 6,
                                        KEY(1, 2), 0,  KEY(1, 2), 2,  KEY(1, 0), 2 };
  fairu_proto_out__append(&m.graph, type, sizeof type);
  end_with(&m.graph, input, c, OF_INPUT);
  made_port(&m, 12, "y", 2, 1);
  const size_t tensor = begin_with(&m.graph, 5);
  fairu_proto_out__varint(&m.graph, 1, 2);
  fairu_proto_out__varint(&m.graph, 2, 1);
  fairu_proto_out__string(&m.graph, 8, "w");
  fairu_proto_out__f32s(&m.graph, 9, w, 2);
  end_with(&m.graph, tensor, c, OF_TENSOR);
  const size_t node = begin_with(&m.graph, 1);
  made_words(&m.graph, 1, "x");
  made_words(&m.graph, 2, "e");
  fairu_proto_out__string(&m.graph, 4, "Elu");
  const size_t attribute = begin_with(&m.graph, 5);
  fairu_proto_out__string(&m.graph, 1, "alpha");
  fairu_proto_out__f32(&m.graph, 2, 0.5F);
  fairu_proto_out__varint(&m.graph, 20, 1);
  end_with(&m.graph, attribute, c, OF_ATTRIBUTE);
  end_with(&m.graph, node, c, OF_NODE);
  made_node(&m, "Reshape", "w shape", "row", NULL);
  made_node(&m, "Add", "e row", "y", NULL);
  static const int64_t shape[1] = { 2 };
  made_ints(&m, "shape", "1", 1, shape);
  *out = m.graph;
  end_with(out, graph, c, OF_GRAPH);
}

static const char *put_model(fairu_context *ctx, const byte_case *c, char path[512])
{
  fairu_proto_out out = fairu_proto_out__create(ctx);
  fairu_proto_out__varint(&out, 1, 8);
  put_graph(&out, c);
  const size_t opset = begin_with(&out, 8);
  fairu_proto_out__varint(&out, 2, 13);
  end_with(&out, opset, c, OF_OPSET);
  const size_t property = begin_with(&out, 14);
  fairu_proto_out__string(&out, 1, "author");
  fairu_proto_out__string(&out, 2, "nobody");
  end_with(&out, property, c, OF_PROPERTY);
  if (c->level == OF_MODEL)
    fairu_proto_out__append(&out, c->bytes, c->n);
  assert_int_equal(out.status, FAIRU_OK);
  support_write_file(support_path(path, 512, "field.onnx"), out.bytes, out.size);
  fairu_proto_out__clear(&out);
  return path;
}

static void fields_are_known_or_refused(void **state)
{
  static const float x[2] = { 3.0F, -1.0F };
  (void)state;
  fairu_context *ctx = support_context();
  int wrong = 0;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char path[512];
    float y[2] = { 0 };
    fairu_classifier *c = NULL;
    const int status = fairu_classifier_import(ctx, put_model(ctx, &cases[k], path), NULL, &c);
    if (status != cases[k].code || !strstr(fairu_context_message(ctx), cases[k].says)) {
      print_error("case %zu: %s, '%s'; wanted %s, '%s'\n", k, fairu_status_name(status),
                  fairu_context_message(ctx), fairu_status_name(cases[k].code), cases[k].says);
      wrong++;
    } else if (c) {
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
      CHECK_NEAR((double)y[0], 4.0, 1e-6);
      CHECK_NEAR((double)y[1], 2.0 + 0.5 * expm1(-1.0), 1e-6);
    }
    assert_true((status == FAIRU_OK) == (c != NULL));
    fairu_classifier_destroy(c);
  }
  assert_int_equal(wrong, 0);
  fairu_context_destroy(ctx);
}

/* ---- limits -------------------------------------------------------------------------------------------- */

/* Each at its value, and one below. */
static void limits_hold_to_the_last(void **state)
{
  static const byte_case none = { .level = LEVELS };
  static const struct {
    uint64_t model_bytes, name_bytes;
    int code;
    const char *says;
  } wanted[] = {
    { 1000000, 7, FAIRU_OK, "" }, /* "Reshape" */
    { 1000000, 6, FAIRU_ERR_LIMIT, "operation of a node of 7 bytes (limit name_bytes)" },
    { 3, 4096, FAIRU_ERR_LIMIT, "numbers more: model above the limit model_bytes, 3" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  char path[512];
  put_model(ctx, &none, path);
  for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
    fairu_limits limits;
    fairu_classifier *c = NULL;
    assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
    limits.model_bytes = wanted[k].model_bytes;
    limits.name_bytes = wanted[k].name_bytes;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    support_check_status(ctx, fairu_classifier_import(ctx, path, NULL, &c), wanted[k].code, wanted[k].says,
                         __FILE__, __LINE__);
    if (!c)
      CHECK_SAYS(ctx, wanted[k].says);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(fields_are_known_or_refused),
                                      cmocka_unit_test(limits_hold_to_the_last) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
