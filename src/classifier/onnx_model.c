/* onnx_model.c - the messages of an ONNX file: each is walked twice, to count what repeats and to take it. */
#include <string.h>

#include "classifier/onnx.h"
#include "classifier/onnx_model.h"

int fairu_onnx__within(fairu_context *ctx, const fairu_onnx_node *node, int status)
{
  return fairu_context__within(ctx, status, "node %zu '%s' (%s)", node->index, node->name, node->op);
}

/* How often fields of these numbers occur. */
static int count_fields(fairu_context *ctx, fairu_proto message, const uint32_t *numbers, size_t n_numbers,
                        size_t *counts)
{
  fairu_proto_field field;
  memset(counts, 0, n_numbers * sizeof *counts);
  for (;;) {
    int status = fairu_proto__next(ctx, &message, &field);
    if (status != FAIRU_OK || field.number == 0)
      return status;
    for (size_t i = 0; i < n_numbers; i++)
      counts[i] += field.number == numbers[i];
  }
}

static void *take(fairu_context *ctx, size_t n, size_t size)
{
  void *memory = fairu_context__scratch(ctx, n, size, "model of an ONNX file");
  if (memory && n > 0)
    memset(memory, 0, n * size);
  return memory;
}

static int parse_entry(fairu_context *ctx, fairu_proto message, fairu_onnx_property *entry)
{
  fairu_proto_field field;
  int status;
  entry->key = entry->value = "";
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0 &&
         status == FAIRU_OK) {
    if (field.number == 1)
      status = fairu_proto__string(ctx, &field, "a key", &entry->key);
    else if (field.number == 2)
      status = fairu_proto__string(ctx, &field, "a value", &entry->value);
    if (status != FAIRU_OK)
      return status;
  }
  return status;
}

/* ---- attributes and nodes ----------------------------------------------------------------------------- */

static int parse_attribute_field(fairu_context *ctx, const fairu_proto_field *field, fairu_onnx_attribute *a)
{
  int status = FAIRU_OK;
  switch (field->number) {
  case 1:
    return fairu_proto__string(ctx, field, "name of an attribute", &a->name);
  case 2:
    status = fairu_proto__expect(ctx, field, FAIRU_PROTO_FIXED32, "attribute f");
    a->f = fairu_proto__f32(field->value);
    a->type = a->type ? a->type : FAIRU_ONNX_ATTRIBUTE_FLOAT;
    return status;
  case 3:
    status = fairu_proto__expect(ctx, field, FAIRU_PROTO_VARINT, "attribute i");
    a->i = (int64_t)field->value;
    a->type = a->type ? a->type : FAIRU_ONNX_ATTRIBUTE_INT;
    return status;
  case 4:
    a->s = field->bytes;
    return fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "attribute s");
  case 5:
    status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "attribute t");
    return status == FAIRU_OK ? fairu_onnx__parse_tensor(ctx, &field->bytes, &a->t) : status;
  case 20:
    status = fairu_proto__expect(ctx, field, FAIRU_PROTO_VARINT, "type of an attribute");
    a->type = field->value < 100 ? (int)field->value : 100;
    return status;
  case 21:
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "an attribute refers to one of a function");
  default:
    return FAIRU_OK;
  }
}

static int parse_attribute(fairu_context *ctx, fairu_proto message, fairu_onnx_attribute *attribute)
{
  fairu_proto_field field;
  int status;
  attribute->name = "";
  attribute->message = message;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    status = parse_attribute_field(ctx, &field, attribute);
    if (status != FAIRU_OK)
      return status;
  }
  return status;
}

static int parse_node_field(fairu_context *ctx, const fairu_proto_field *field, fairu_onnx_node *node)
{
  switch (field->number) {
  case 1:
    return fairu_proto__string(ctx, field, "input of a node", &node->inputs[node->n_inputs++]);
  case 2:
    return fairu_proto__string(ctx, field, "output of a node", &node->outputs[node->n_outputs++]);
  case 3:
    return fairu_proto__string(ctx, field, "name of a node", &node->name);
  case 4:
    return fairu_proto__string(ctx, field, "operation of a node", &node->op);
  case 5: {
    int status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "attribute");
    return status == FAIRU_OK ? parse_attribute(ctx, field->bytes, &node->attributes[node->n_attributes++])
                              : status;
  }
  case 7:
    return fairu_proto__string(ctx, field, "domain of a node", &node->domain);
  default:
    return FAIRU_OK;
  }
}

static int parse_node(fairu_context *ctx, fairu_proto message, fairu_onnx_node *node)
{
  static const uint32_t numbers[] = { 1, 2, 5 };
  size_t counts[3];
  fairu_proto_field field;
  node->name = node->op = node->domain = "";
  int status = count_fields(ctx, message, numbers, 3, counts);
  if (status != FAIRU_OK)
    return status;
  node->inputs = take(ctx, counts[0], sizeof *node->inputs);
  node->outputs = take(ctx, counts[1], sizeof *node->outputs);
  node->attributes = take(ctx, counts[2], sizeof *node->attributes);
  if (!node->inputs || !node->outputs || !node->attributes)
    return FAIRU_ERR_OUT_OF_MEMORY;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    status = parse_node_field(ctx, &field, node);
    if (status != FAIRU_OK)
      return fairu_onnx__within(ctx, node, status);
  }
  return status;
}

/* ---- inputs and outputs of the graph ------------------------------------------------------------------ */

/* Field `number` as a message inside; what else there is is passed over. *found: it was there. */
static int find_message(fairu_context *ctx, fairu_proto message, uint32_t number, fairu_proto *inside,
                        int *found)
{
  fairu_proto_field field;
  int status;
  *found = 0;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number != number)
      continue;
    status = fairu_proto__expect(ctx, &field, FAIRU_PROTO_BYTES, "type of a tensor");
    if (status != FAIRU_OK)
      return status;
    *inside = field.bytes;
    *found = 1;
  }
  return status;
}

static int parse_dim(fairu_context *ctx, fairu_proto message, size_t *dim)
{
  fairu_proto_field field;
  int status;
  *dim = 0;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0)
    if (field.number == 1 && field.type == FAIRU_PROTO_VARINT && field.value <= SIZE_MAX / 2)
      *dim = (size_t)field.value;
  return status;
}

static int parse_shape(fairu_context *ctx, fairu_proto message, fairu_onnx_port *port)
{
  fairu_proto_field field;
  int status;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number != 1)
      continue;
    if (port->n_dims == FAIRU_ONNX_DIMS)
      return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "'%s' has more than %d axes", port->name,
                                 FAIRU_ONNX_DIMS);
    status = fairu_proto__expect(ctx, &field, FAIRU_PROTO_BYTES, "axis of a tensor");
    if (status == FAIRU_OK)
      status = parse_dim(ctx, field.bytes, &port->dims[port->n_dims++]);
    if (status != FAIRU_OK)
      return status;
  }
  return status;
}

static int parse_tensor_type(fairu_context *ctx, fairu_proto message, fairu_onnx_port *port)
{
  fairu_proto_field field;
  int status;
  port->is_tensor = 1;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number == 1 && field.value < 100)
      port->type = (int)field.value;
    else if (field.number == 2 && field.type == FAIRU_PROTO_BYTES)
      status = parse_shape(ctx, field.bytes, port);
    if (status != FAIRU_OK)
      return status;
  }
  return status;
}

static int parse_port(fairu_context *ctx, fairu_proto message, fairu_onnx_port *port)
{
  fairu_proto_field field;
  fairu_proto rest = message, type = message, tensor = message;
  int found = 0, status;
  port->name = "";
  while ((status = fairu_proto__next(ctx, &rest, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number == 1)
      status = fairu_proto__string(ctx, &field, "name of an input or output", &port->name);
    if (status != FAIRU_OK)
      return status;
  }
  if (status == FAIRU_OK)
    status = find_message(ctx, message, 2, &type, &found);
  if (status == FAIRU_OK && found)
    status = find_message(ctx, type, 1, &tensor, &found);
  return status == FAIRU_OK && found ? parse_tensor_type(ctx, tensor, port) : status;
}

/* ---- graph and model ---------------------------------------------------------------------------------- */

static int parse_graph_field(fairu_context *ctx, const fairu_proto_field *field, fairu_onnx_model *model)
{
  int status = FAIRU_OK;
  if (field->number != 1 && field->number != 5 && field->number != 11 && field->number != 12 &&
      field->number != 15)
    return FAIRU_OK;
  status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "part of the graph");
  if (status != FAIRU_OK)
    return status;
  switch (field->number) {
  case 1:
    model->nodes[model->n_nodes].index = model->n_nodes;
    return parse_node(ctx, field->bytes, &model->nodes[model->n_nodes++]);
  case 5:
    return fairu_onnx__parse_tensor(ctx, &field->bytes, &model->tensors[model->n_tensors++]);
  case 11:
    return parse_port(ctx, field->bytes, &model->inputs[model->n_inputs++]);
  case 12:
    return parse_port(ctx, field->bytes, &model->outputs[model->n_outputs++]);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "sparse_initializer: sparse weights");
  }
}

static int parse_graph(fairu_context *ctx, fairu_proto message, fairu_onnx_model *model)
{
  static const uint32_t numbers[] = { 1, 5, 11, 12 };
  size_t counts[4];
  fairu_proto_field field;
  int status = count_fields(ctx, message, numbers, 4, counts);
  if (status != FAIRU_OK)
    return status;
  model->nodes = take(ctx, counts[0], sizeof *model->nodes);
  model->tensors = take(ctx, counts[1], sizeof *model->tensors);
  model->inputs = take(ctx, counts[2], sizeof *model->inputs);
  model->outputs = take(ctx, counts[3], sizeof *model->outputs);
  if (!model->nodes || !model->tensors || !model->inputs || !model->outputs)
    return FAIRU_ERR_OUT_OF_MEMORY;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    status = parse_graph_field(ctx, &field, model);
    if (status != FAIRU_OK)
      return status;
  }
  return status;
}

static int parse_opset(fairu_context *ctx, fairu_proto message, fairu_onnx_model *model)
{
  fairu_proto_field field;
  const char *domain = "";
  int64_t version = 0;
  int status;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    if (field.number == 1)
      status = fairu_proto__string(ctx, &field, "domain of an opset", &domain);
    else if (field.number == 2)
      version = (int64_t)field.value;
    if (status != FAIRU_OK)
      return status;
  }
  if (domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0)
    model->opset = version;
  else if (strcmp(domain, "ai.onnx.ml") == 0)
    model->ml_opset = version;
  return status;
}

static int parse_model_field(fairu_context *ctx, const fairu_proto_field *field, fairu_onnx_model *model,
                             fairu_proto *graph)
{
  if (field->number == 1) {
    model->ir_version = (int64_t)field->value;
    return fairu_proto__expect(ctx, field, FAIRU_PROTO_VARINT, "ir_version");
  }
  if (field->number == 20 || field->number == 25)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               field->number == 20 ? "training_info in the model" : "functions in the model");
  if (field->number != 7 && field->number != 8 && field->number != 14)
    return FAIRU_OK;
  int status = fairu_proto__expect(ctx, field, FAIRU_PROTO_BYTES, "part of the model");
  if (status != FAIRU_OK)
    return status;
  if (field->number == 8)
    return parse_opset(ctx, field->bytes, model);
  if (field->number == 14)
    return parse_entry(ctx, field->bytes, &model->properties[model->n_properties++]);
  if (graph->at)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "two graphs in one model");
  *graph = field->bytes;
  return FAIRU_OK;
}

static int check_versions(fairu_context *ctx, const fairu_onnx_model *model)
{
  if (model->ir_version < 3)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "ir_version %lld, 3 is the oldest that is read",
                               (long long)model->ir_version);
  if (model->opset == 0 && model->ml_opset == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "no opset_import");
  if (model->opset != 0 && model->opset < 7)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "opset %lld, 7 is the oldest that is read",
                               (long long)model->opset);
  return FAIRU_OK;
}

int fairu_onnx__parse(fairu_context *ctx, const unsigned char *bytes, size_t size, fairu_onnx_model *model)
{
  static const uint32_t properties = 14;
  size_t n_properties = 0;
  fairu_proto message = fairu_proto__open(bytes, size), graph = { 0 };
  fairu_proto_field field;
  memset(model, 0, sizeof *model);
  int status = count_fields(ctx, message, &properties, 1, &n_properties);
  if (status != FAIRU_OK)
    return status;
  model->properties = take(ctx, n_properties, sizeof *model->properties);
  if (!model->properties)
    return FAIRU_ERR_OUT_OF_MEMORY;
  while ((status = fairu_proto__next(ctx, &message, &field)) == FAIRU_OK && field.number != 0) {
    status = parse_model_field(ctx, &field, model, &graph);
    if (status != FAIRU_OK)
      return status;
  }
  if (status != FAIRU_OK)
    return status;
  if (!graph.at)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "no graph: not an ONNX model");
  status = check_versions(ctx, model);
  return status == FAIRU_OK ? parse_graph(ctx, graph, model) : status;
}

const char *fairu_onnx__property(const fairu_onnx_model *model, const char *key)
{
  for (size_t i = 0; i < model->n_properties; i++)
    if (strcmp(model->properties[i].key, key) == 0)
      return model->properties[i].value;
  return NULL;
}

/* Version number or producer first, as all writers do: 08 for the first, then a small number. */
int fairu_onnx__recognise(const char *bytes, size_t size)
{
  if (size < 2 || bytes[1] <= 0)
    return 0;
  return bytes[0] == 0x08 || bytes[0] == 0x12 || bytes[0] == 0x3A || bytes[0] == 0x42;
}
