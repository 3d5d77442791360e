/* onnx_write.h - an ONNX graph being written: nodes and initializers as they come. For onnx_write*.c alone. */
#ifndef FAIRU_CLASSIFIER_ONNX_WRITE_H
#define FAIRU_CLASSIFIER_ONNX_WRITE_H

#include "classifier/kind.h"
#include "classifier/protobuf.h"

enum { FAIRU_ONNX_NAME = 40 };

typedef struct fairu_onnx_name {
  char text[FAIRU_ONNX_NAME];
} fairu_onnx_name;

typedef struct fairu_onnx_writer {
  const fairu_classifier *classifier;
  fairu_proto_out graph;
  int64_t opset, ml_opset; /* that the nodes written so far need */
  size_t n_names;
} fairu_onnx_writer;

/* A name nobody has: stem and a number. */
fairu_onnx_name fairu_onnx__new_name(fairu_onnx_writer *w, const char *stem);

/* A node: attributes are written between begin and end. */
size_t fairu_onnx__begin_node(fairu_onnx_writer *w, const char *op, const fairu_onnx_name *inputs, size_t n,
                              const fairu_onnx_name *output);
void fairu_onnx__end_node(fairu_onnx_writer *w, size_t begun);
void fairu_onnx__put_int(fairu_onnx_writer *w, const char *name, int64_t value);
void fairu_onnx__put_float(fairu_onnx_writer *w, const char *name, double value);
void fairu_onnx__put_string(fairu_onnx_writer *w, const char *name, const char *text);

/* A node without attributes. */
fairu_onnx_name fairu_onnx__put_node(fairu_onnx_writer *w, const char *op, const fairu_onnx_name *inputs,
                                     size_t n);

/* Initializers. dims NULL: one axis of n; doubles are written as such. */
fairu_onnx_name fairu_onnx__put_f32s(fairu_onnx_writer *w, const char *stem, const float *values,
                                     const size_t *dims, size_t n_dims);
fairu_onnx_name fairu_onnx__put_f64s(fairu_onnx_writer *w, const char *stem, const double *values, size_t n,
                                     int as_double);
fairu_onnx_name fairu_onnx__put_i64s(fairu_onnx_writer *w, const char *stem, const int64_t *values, size_t n);

/* (x + before) * scale + after, each [n] or NULL; in double where floats do not hold the numbers. minus: x - before. */
fairu_onnx_name fairu_onnx__put_affine(fairu_onnx_writer *w, fairu_onnx_name x, const double *before,
                                       int minus, const double *scale, const double *after, size_t n);
fairu_onnx_name fairu_onnx__put_dense(fairu_onnx_writer *w, fairu_onnx_name x, const float *weights,
                                      const float *bias, size_t n_in, size_t n_out);
/* fairu_activation */
fairu_onnx_name fairu_onnx__put_activation(fairu_onnx_writer *w, fairu_onnx_name x, int activation);

/* The bodies: from the input to what the output's activation is applied to. FAIRU_ERR_UNSUPPORTED. */
int fairu_onnx__put_program(fairu_onnx_writer *w, fairu_context *ctx, fairu_onnx_name x, fairu_onnx_name *y);
int fairu_onnx__put_trees(fairu_onnx_writer *w, fairu_context *ctx, fairu_onnx_name x, fairu_onnx_name *y);

#endif /* FAIRU_CLASSIFIER_ONNX_WRITE_H */
