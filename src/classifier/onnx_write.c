/* onnx_write.c - classifiers as ONNX models: one input [N, features and nuisances], one output [N, scores]; names, nuisances and
 * ranges of Z are kept as properties of the model. */
#include <math.h>
#include <string.h>

#include "base/double_text.h"
#include "base/stream_internal.h"
#include "classifier/onnx.h"
#include "classifier/onnx_write.h"

enum { TYPE_FLOAT = 1, TYPE_INT64 = 7, TYPE_DOUBLE = 11, IR_VERSION = 8 };

/* ---- nodes -------------------------------------------------------------------------------------------- */

fairu_onnx_name fairu_onnx__new_name(fairu_onnx_writer *w, const char *stem)
{
  fairu_onnx_name name = { "" };
  (void)fairu_text__format(name.text, sizeof name.text, "%s_%zu", stem, w->n_names++);
  return name;
}

size_t fairu_onnx__begin_node(fairu_onnx_writer *w, const char *op, const fairu_onnx_name *inputs, size_t n,
                              const fairu_onnx_name *output)
{
  const size_t begun = fairu_proto_out__begin(&w->graph, 1);
  for (size_t i = 0; i < n; i++)
    fairu_proto_out__string(&w->graph, 1, inputs[i].text);
  fairu_proto_out__string(&w->graph, 2, output->text);
  fairu_proto_out__string(&w->graph, 3, output->text);
  fairu_proto_out__string(&w->graph, 4, op);
  return begun;
}

void fairu_onnx__end_node(fairu_onnx_writer *w, size_t begun)
{
  fairu_proto_out__end(&w->graph, begun);
}

fairu_onnx_name fairu_onnx__put_node(fairu_onnx_writer *w, const char *op, const fairu_onnx_name *inputs,
                                     size_t n)
{
  const fairu_onnx_name output = fairu_onnx__new_name(w, op);
  fairu_onnx__end_node(w, fairu_onnx__begin_node(w, op, inputs, n, &output));
  return output;
}

static size_t begin_attribute(fairu_onnx_writer *w, const char *name, int type)
{
  const size_t begun = fairu_proto_out__begin(&w->graph, 5);
  fairu_proto_out__string(&w->graph, 1, name);
  fairu_proto_out__varint(&w->graph, 20, (uint64_t)type);
  return begun;
}

void fairu_onnx__put_int(fairu_onnx_writer *w, const char *name, int64_t value)
{
  const size_t begun = begin_attribute(w, name, 2);
  fairu_proto_out__varint(&w->graph, 3, (uint64_t)value);
  fairu_proto_out__end(&w->graph, begun);
}

void fairu_onnx__put_float(fairu_onnx_writer *w, const char *name, double value)
{
  const size_t begun = begin_attribute(w, name, 1);
  fairu_proto_out__f32(&w->graph, 2, (float)value);
  fairu_proto_out__end(&w->graph, begun);
}

void fairu_onnx__put_string(fairu_onnx_writer *w, const char *name, const char *text)
{
  const size_t begun = begin_attribute(w, name, 3);
  fairu_proto_out__string(&w->graph, 4, text);
  fairu_proto_out__end(&w->graph, begun);
}

/* ---- initializers ------------------------------------------------------------------------------------- */

static size_t begin_tensor(fairu_onnx_writer *w, const fairu_onnx_name *name, int type, const size_t *dims,
                           size_t n_dims)
{
  const size_t begun = fairu_proto_out__begin(&w->graph, 5);
  for (size_t i = 0; i < n_dims; i++)
    fairu_proto_out__varint(&w->graph, 1, dims[i]);
  fairu_proto_out__varint(&w->graph, 2, (uint64_t)type);
  fairu_proto_out__string(&w->graph, 8, name->text);
  return begun;
}

fairu_onnx_name fairu_onnx__put_f32s(fairu_onnx_writer *w, const char *stem, const float *values,
                                     const size_t *dims, size_t n_dims)
{
  const fairu_onnx_name name = fairu_onnx__new_name(w, stem);
  size_t n = 1;
  for (size_t i = 0; i < n_dims; i++)
    n *= dims[i];
  const size_t begun = begin_tensor(w, &name, TYPE_FLOAT, dims, n_dims);
  fairu_proto_out__f32s(&w->graph, 9, values, n);
  fairu_proto_out__end(&w->graph, begun);
  return name;
}

static void put_bits(fairu_onnx_writer *w, uint64_t bits)
{
  unsigned char bytes[8];
  for (unsigned k = 0; k < 8; k++)
    bytes[k] = (unsigned char)(bits >> (8 * k));
  fairu_proto_out__append(&w->graph, bytes, sizeof bytes);
}

fairu_onnx_name fairu_onnx__put_f64s(fairu_onnx_writer *w, const char *stem, const double *values, size_t n,
                                     int as_double)
{
  const fairu_onnx_name name = fairu_onnx__new_name(w, stem);
  const size_t begun = begin_tensor(w, &name, as_double ? TYPE_DOUBLE : TYPE_FLOAT, &n, 1);
  const size_t raw = fairu_proto_out__begin(&w->graph, 9);
  for (size_t i = 0; i < n; i++) {
    const union {
      double value;
      uint64_t bits;
    } d = { .value = values[i] };
    const union {
      float value;
      uint32_t bits;
    } f = { .value = (float)values[i] };
    if (as_double)
      put_bits(w, d.bits);
    else
      fairu_proto_out__append(&w->graph,
                              (const unsigned char[4]){ (unsigned char)f.bits, (unsigned char)(f.bits >> 8),
                                                        (unsigned char)(f.bits >> 16),
                                                        (unsigned char)(f.bits >> 24) },
                              4);
  }
  fairu_proto_out__end(&w->graph, raw);
  fairu_proto_out__end(&w->graph, begun);
  return name;
}

fairu_onnx_name fairu_onnx__put_i64s(fairu_onnx_writer *w, const char *stem, const int64_t *values, size_t n)
{
  const fairu_onnx_name name = fairu_onnx__new_name(w, stem);
  const size_t begun = begin_tensor(w, &name, TYPE_INT64, &n, 1);
  const size_t raw = fairu_proto_out__begin(&w->graph, 9);
  for (size_t i = 0; i < n; i++)
    put_bits(w, (uint64_t)values[i]);
  fairu_proto_out__end(&w->graph, raw);
  fairu_proto_out__end(&w->graph, begun);
  return name;
}

/* ---- layers ------------------------------------------------------------------------------------------- */

/* Floats hold all of these. */
static int are_floats(const double *values, size_t n)
{
  for (size_t i = 0; values && i < n; i++)
    if ((double)(float)values[i] != values[i])
      return 0;
  return 1;
}

static fairu_onnx_name put_cast(fairu_onnx_writer *w, fairu_onnx_name x, int type)
{
  const fairu_onnx_name y = fairu_onnx__new_name(w, "Cast");
  const size_t begun = fairu_onnx__begin_node(w, "Cast", &x, 1, &y);
  fairu_onnx__put_int(w, "to", type);
  fairu_onnx__end_node(w, begun);
  return y;
}

static int all_are(const double *values, size_t n, double value)
{
  for (size_t i = 0; values && i < n; i++)
    if (values[i] != value)
      return 0;
  return 1;
}

fairu_onnx_name fairu_onnx__put_affine(fairu_onnx_writer *w, fairu_onnx_name x, const double *before,
                                       int minus, const double *scale, const double *after, size_t n)
{
  const int as_double = !are_floats(before, n) || !are_floats(scale, n) || !are_floats(after, n);
  const double *const values[3] = { before, scale, after };
  const char *const ops[3] = { minus ? "Sub" : "Add", "Mul", "Add" };
  const char *const stems[3] = { "offset", "scale", "shift" };
  if (as_double)
    x = put_cast(w, x, TYPE_DOUBLE);
  for (size_t k = 0; k < 3; k++) {
    if (!values[k] || all_are(values[k], n, k == 1 ? 1.0 : 0.0))
      continue;
    const fairu_onnx_name in[2] = { x, fairu_onnx__put_f64s(w, stems[k], values[k], n, as_double) };
    x = fairu_onnx__put_node(w, ops[k], in, 2);
  }
  return as_double ? put_cast(w, x, TYPE_FLOAT) : x;
}

fairu_onnx_name fairu_onnx__put_dense(fairu_onnx_writer *w, fairu_onnx_name x, const float *weights,
                                      const float *bias, size_t n_in, size_t n_out)
{
  const size_t dims[2] = { n_out, n_in };
  fairu_onnx_name in[3] = { x, fairu_onnx__put_f32s(w, "weight", weights, dims, 2), { "" } };
  if (bias)
    in[2] = fairu_onnx__put_f32s(w, "bias", bias, dims, 1);
  const fairu_onnx_name y = fairu_onnx__new_name(w, "Gemm");
  const size_t begun = fairu_onnx__begin_node(w, "Gemm", in, bias ? 3 : 2, &y);
  fairu_onnx__put_float(w, "alpha", 1.0);
  fairu_onnx__put_float(w, "beta", 1.0);
  fairu_onnx__put_int(w, "transB", 1);
  fairu_onnx__end_node(w, begun);
  return y;
}

fairu_onnx_name fairu_onnx__put_activation(fairu_onnx_writer *w, fairu_onnx_name x, int activation)
{
  static const char *const ops[] = { NULL, "Relu", "Tanh", "Sigmoid", "Elu", "Softmax" };
  if (activation == FAIRU_ACTIVATION_LINEAR)
    return x;
  const fairu_onnx_name y = fairu_onnx__new_name(w, ops[activation]);
  const size_t begun = fairu_onnx__begin_node(w, ops[activation], &x, 1, &y);
  if (activation == FAIRU_ACTIVATION_ELU)
    fairu_onnx__put_float(w, "alpha", 1.0);
  if (activation == FAIRU_ACTIVATION_SOFTMAX)
    fairu_onnx__put_int(w, "axis", 1);
  fairu_onnx__end_node(w, begun);
  return y;
}

static int put_network(fairu_onnx_writer *w, fairu_onnx_name x, fairu_onnx_name *y)
{
  const fairu_network *network = &w->classifier->as.network;
  const size_t n = w->classifier->n_features + w->classifier->n_nuisances;
  *y = network->offset ? fairu_onnx__put_affine(w, x, network->offset, 1, network->scale, NULL, n) : x;
  for (size_t l = 0; l < network->n_layers; l++) {
    const fairu_layer *layer = &network->layers[l];
    *y = fairu_onnx__put_dense(w, *y, layer->weights, layer->bias, layer->n_in, layer->n_out);
    if (l + 1 < network->n_layers)
      *y = fairu_onnx__put_activation(w, *y, layer->activation);
  }
  return FAIRU_OK;
}

static int put_linear(fairu_onnx_writer *w, fairu_context *ctx, fairu_onnx_name x, fairu_onnx_name *y)
{
  const fairu_linear *linear = &w->classifier->as.linear;
  const size_t n = w->classifier->n_features;
  const fairu_mark mark = fairu_context__mark(ctx);
  float *weights = fairu_context__scratch(ctx, n, sizeof *weights, "linear weights");
  const float bias = (float)linear->bias;
  for (size_t i = 0; weights && i < n; i++)
    weights[i] = (float)linear->weights[i];
  if (weights)
    *y = fairu_onnx__put_dense(w, x, weights, &bias, n, 1);
  fairu_context__release(ctx, mark);
  return weights ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* ---- model -------------------------------------------------------------------------------------------- */

static void put_port(fairu_proto_out *out, uint32_t number, const char *name, size_t width)
{
  const size_t port = fairu_proto_out__begin(out, number);
  fairu_proto_out__string(out, 1, name);
  const size_t type = fairu_proto_out__begin(out, 2), tensor = fairu_proto_out__begin(out, 1);
  fairu_proto_out__varint(out, 1, TYPE_FLOAT);
  const size_t shape = fairu_proto_out__begin(out, 2);
  size_t dim = fairu_proto_out__begin(out, 1);
  fairu_proto_out__string(out, 2, "N");
  fairu_proto_out__end(out, dim);
  dim = fairu_proto_out__begin(out, 1);
  fairu_proto_out__varint(out, 1, width);
  fairu_proto_out__end(out, dim);
  fairu_proto_out__end(out, shape);
  fairu_proto_out__end(out, tensor);
  fairu_proto_out__end(out, type);
  fairu_proto_out__end(out, port);
}

static void put_opset(fairu_proto_out *out, const char *domain, int64_t version)
{
  const size_t begun = fairu_proto_out__begin(out, 8);
  fairu_proto_out__string(out, 1, domain);
  fairu_proto_out__varint(out, 2, (uint64_t)version);
  fairu_proto_out__end(out, begun);
}

static void put_property(fairu_proto_out *out, const char *key, const char *value)
{
  const size_t begun = fairu_proto_out__begin(out, 14);
  fairu_proto_out__string(out, 1, key);
  fairu_proto_out__string(out, 2, value);
  fairu_proto_out__end(out, begun);
}

static void put_bound(fairu_proto_out *out, size_t i, const char *end, double bound)
{
  char key[64], text[FAIRU_DOUBLE_TEXT];
  if (!isfinite(bound))
    return;
  (void)fairu_text__format(key, sizeof key, "fairu.nuisance.%zu.%s", i, end);
  (void)fairu_double__text(bound, text);
  put_property(out, key, text);
}

static void put_properties(fairu_proto_out *out, const fairu_classifier *classifier)
{
  char key[64];
  for (size_t i = 0; i < classifier->n_features; i++) {
    (void)fairu_text__format(key, sizeof key, "fairu.feature.%zu", i);
    put_property(out, key, classifier->features[i]);
  }
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    (void)fairu_text__format(key, sizeof key, "fairu.nuisance.%zu", i);
    put_property(out, key, classifier->nuisances[i]);
    put_bound(out, i, "lower", classifier->z_lower[i]);
    put_bound(out, i, "upper", classifier->z_upper[i]);
  }
  (void)fairu_text__format(key, sizeof key, "%zu", classifier->n_outputs);
  put_property(out, "fairu.outputs", key);
}

/* The output keeps one name whatever was before it. */
static void end_graph(fairu_onnx_writer *w, fairu_onnx_name y)
{
  static const fairu_onnx_name score = { "score" };
  const fairu_classifier *classifier = w->classifier;
  y = fairu_onnx__put_activation(w, y, classifier->activation);
  fairu_onnx__end_node(w, fairu_onnx__begin_node(w, "Identity", &y, 1, &score));
  fairu_proto_out__string(&w->graph, 2, "fairu");
  put_port(&w->graph, 11, "x", classifier->n_features + classifier->n_nuisances);
  put_port(&w->graph, 12, "score", classifier->n_outputs);
}

static int put_body(fairu_onnx_writer *w, fairu_context *ctx)
{
  static const fairu_onnx_name x = { "x" };
  fairu_onnx_name y = x;
  const fairu_kind *kind = w->classifier->kind;
  int status;
  if (fairu_inputs__have_ranges(w->classifier)) /* scores would be others there */
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "ONNX cannot say valid ranges of inputs");
  if (kind == &fairu_kind__network)
    status = put_network(w, x, &y);
  else if (kind == &fairu_kind__linear)
    status = put_linear(w, ctx, x, &y);
  else if (kind == &fairu_kind__program)
    status = fairu_onnx__put_program(w, ctx, x, &y);
  else if (kind == &fairu_kind__trees)
    status = fairu_onnx__put_trees(w, ctx, x, &y);
  else
    status = fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "ONNX cannot say %s",
                                 kind == &fairu_kind__gated        ? "a gated classifier"
                                 : kind == &fairu_kind__calibrated ? "a calibrated classifier"
                                 : kind == &fairu_kind__ensemble   ? "an ensemble"
                                 : kind == &fairu_kind__rotation   ? "a rotation classifier"
                                                                   : "a callback classifier");
  if (status == FAIRU_OK)
    end_graph(w, y);
  return status;
}

static int write_file(fairu_context *ctx, const char *path, const fairu_proto_out *model)
{
  fairu_writer *writer = NULL;
  int status = fairu_writer__open(ctx, path, &writer);
  if (status == FAIRU_OK)
    status = fairu_writer__write(writer, ctx, model->bytes, model->size);
  return fairu_writer__end(writer, ctx, status);
}

/* The graph in its frame. */
static int put_model(const fairu_onnx_writer *w, fairu_proto_out *model)
{
  fairu_proto_out__varint(model, 1, IR_VERSION);
  fairu_proto_out__string(model, 2, "libfairu");
  fairu_proto_out__string(model, 3, fairu_version_string());
  fairu_proto_out__bytes(model, 7, w->graph.bytes, w->graph.size);
  put_opset(model, "", w->opset);
  if (w->ml_opset > 0)
    put_opset(model, "ai.onnx.ml", w->ml_opset);
  put_properties(model, w->classifier);
  return model->status;
}

int fairu_onnx__write(const fairu_classifier *classifier, fairu_context *ctx, const char *path)
{
  fairu_onnx_writer w = { .classifier = classifier, .graph = fairu_proto_out__create(ctx), .opset = 13 };
  fairu_proto_out model = fairu_proto_out__create(ctx);
  int status = put_body(&w, ctx);
  if (w.graph.status != FAIRU_OK && status != FAIRU_OK) /* what followed it is not the reason */
    fairu_context__fail(ctx, w.graph.status, "out of memory: model to write");
  if (w.graph.status != FAIRU_OK)
    status = w.graph.status;
  if (status == FAIRU_OK)
    status = put_model(&w, &model);
  if (status == FAIRU_OK)
    status = write_file(ctx, path, &model);
  else
    status = fairu_context__within(ctx, status, "%s", path);
  fairu_proto_out__clear(&w.graph);
  fairu_proto_out__clear(&model);
  return status;
}
