/* onnx_model.h - the messages of an ONNX file as structs. Everything lies in scratch or in the bytes of the file. */
#ifndef FAIRU_CLASSIFIER_ONNX_MODEL_H
#define FAIRU_CLASSIFIER_ONNX_MODEL_H

#include "classifier/protobuf.h"

enum { FAIRU_ONNX_DIMS = 8 }; /* of a tensor, at most */

enum fairu_onnx_type { /* of elements */
                       FAIRU_ONNX_FLOAT = 1,
                       FAIRU_ONNX_UINT8 = 2,
                       FAIRU_ONNX_INT8 = 3,
                       FAIRU_ONNX_INT32 = 6,
                       FAIRU_ONNX_INT64 = 7,
                       FAIRU_ONNX_STRING = 8,
                       FAIRU_ONNX_BOOL = 9,
                       FAIRU_ONNX_FLOAT16 = 10,
                       FAIRU_ONNX_DOUBLE = 11
};

enum fairu_onnx_attribute_type {
  FAIRU_ONNX_ATTRIBUTE_FLOAT = 1,
  FAIRU_ONNX_ATTRIBUTE_INT = 2,
  FAIRU_ONNX_ATTRIBUTE_STRING = 3,
  FAIRU_ONNX_ATTRIBUTE_TENSOR = 4,
  FAIRU_ONNX_ATTRIBUTE_GRAPH = 5,
  FAIRU_ONNX_ATTRIBUTE_FLOATS = 6,
  FAIRU_ONNX_ATTRIBUTE_INTS = 7,
  FAIRU_ONNX_ATTRIBUTE_STRINGS = 8
};

typedef struct fairu_onnx_tensor {
  const char *name; /* "" if it has none */
  int type;
  size_t n_dims, n; /* n: elements */
  size_t dims[FAIRU_ONNX_DIMS];
  fairu_proto message, raw;
  int has_raw, external;
  const char *location; /* of external data, NULL: not given */
  uint64_t offset, length;
  int has_length;
} fairu_onnx_tensor;

typedef struct fairu_onnx_attribute {
  const char *name;
  int type;
  float f;
  int64_t i;
  fairu_proto s, message; /* message: lists are read from it when they are wanted */
  fairu_onnx_tensor t;
} fairu_onnx_attribute;

typedef struct fairu_onnx_node {
  size_t index;
  const char *name, *op, *domain;
  const char **inputs, **outputs; /* "": absent */
  size_t n_inputs, n_outputs, n_attributes;
  fairu_onnx_attribute *attributes;
} fairu_onnx_node;

typedef struct fairu_onnx_port { /* an input or output of the graph */
  const char *name;
  int is_tensor, type;
  size_t n_dims;
  size_t dims[FAIRU_ONNX_DIMS]; /* 0: not fixed */
} fairu_onnx_port;

typedef struct fairu_onnx_property {
  const char *key, *value;
} fairu_onnx_property;

typedef struct fairu_onnx_model {
  int64_t ir_version, opset, ml_opset; /* opset 0: not named */
  fairu_onnx_node *nodes;
  fairu_onnx_tensor *tensors;
  fairu_onnx_port *inputs, *outputs;
  fairu_onnx_property *properties;
  size_t n_nodes, n_tensors, n_inputs, n_outputs, n_properties;
} fairu_onnx_model;

/* Read the messages; what they say is not checked beyond types, sizes and sections that are refused whole. */
int fairu_onnx__parse(fairu_context *ctx, const unsigned char *bytes, size_t size, fairu_onnx_model *model);

/* "node 3 'Gemm_1' (Gemm)" before the message of a failure. */
int fairu_onnx__within(fairu_context *ctx, const fairu_onnx_node *node, int status);

/* Value of a property, NULL if it is not there. */
const char *fairu_onnx__property(const fairu_onnx_model *model, const char *key);

/* ---- attributes: absent ones leave *value; FAIRU_ERR_FORMAT for another type --------------------------- */

const fairu_onnx_attribute *fairu_onnx__attribute(const fairu_onnx_node *node, const char *name);
int fairu_onnx__get_float(fairu_context *ctx, const fairu_onnx_node *node, const char *name, double *value);
int fairu_onnx__get_int(fairu_context *ctx, const fairu_onnx_node *node, const char *name, int64_t *value);
/* Which of the words, by number. FAIRU_ERR_UNSUPPORTED for others. */
int fairu_onnx__get_word(fairu_context *ctx, const fairu_onnx_node *node, const char *name,
                         const char *const *words, size_t n_words, size_t *value);
/* Lists in scratch, as doubles or integers. */
int fairu_onnx__get_floats(fairu_context *ctx, const fairu_onnx_node *node, const char *name, double **values,
                           size_t *n);
int fairu_onnx__get_ints(fairu_context *ctx, const fairu_onnx_node *node, const char *name, int64_t **values,
                         size_t *n);
/* A list of words, by number. */
int fairu_onnx__get_words(fairu_context *ctx, const fairu_onnx_node *node, const char *name,
                          const char *const *words, size_t n_words, unsigned char **values, size_t *n);

/* ---- tensors ------------------------------------------------------------------------------------------ */

/* Elements as doubles in scratch: all but 64-bit integers beyond 2^53 exactly. path: of the model, for external data. */
int fairu_onnx__values(fairu_context *ctx, const char *path, const fairu_onnx_tensor *tensor,
                       double **values);

/* One tensor message. */
int fairu_onnx__parse_tensor(fairu_context *ctx, const fairu_proto *message, fairu_onnx_tensor *tensor);

#endif /* FAIRU_CLASSIFIER_ONNX_MODEL_H */
