/* onnx_graph.c - from the output back to the inputs of an ONNX graph, and forward again: only what the output needs is
 * translated, so the machinery around labels is passed over. */
#include <string.h>

#include "base/stream_internal.h"
#include "classifier/onnx_graph.h"

/* ---- names -------------------------------------------------------------------------------------------- */

static size_t hash_of(const char *name)
{
  uint64_t h = UINT64_C(14695981039346656037);
  for (; *name; name++)
    h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
  return (size_t)(h ^ h >> 29);
}

static size_t *slot_of(const fairu_onnx_graph *graph, const char *name)
{
  size_t i = hash_of(name) & (graph->table_size - 1);
  while (graph->table[i] != 0 && strcmp(graph->values[graph->table[i] - 1].name, name) != 0)
    i = (i + 1) & (graph->table_size - 1);
  return &graph->table[i];
}

fairu_onnx_value *fairu_onnx__find(const fairu_onnx_graph *graph, const char *name)
{
  const size_t slot = *slot_of(graph, name);
  return slot == 0 ? NULL : &graph->values[slot - 1];
}

fairu_onnx_value *fairu_onnx__add(fairu_onnx_graph *graph, const char *name)
{
  size_t *slot = slot_of(graph, name);
  if (*slot != 0)
    return NULL;
  fairu_onnx_value *value = &graph->values[graph->n_values++];
  memset(value, 0, sizeof *value);
  value->name = name;
  *slot = graph->n_values;
  return value;
}

static int make_table(fairu_onnx_graph *graph)
{
  const fairu_onnx_model *model = graph->model;
  size_t n = model->n_tensors + model->n_inputs;
  for (size_t i = 0; i < model->n_nodes; i++)
    n += model->nodes[i].n_outputs;
  graph->table_size = 16;
  while (graph->table_size / 2 < n)
    graph->table_size *= 2;
  graph->values = fairu_context__scratch(graph->ctx, n, sizeof *graph->values, "names of a model");
  graph->table =
      fairu_context__scratch(graph->ctx, graph->table_size, sizeof *graph->table, "names of a model");
  if (!graph->values || !graph->table)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(graph->table, 0, graph->table_size * sizeof *graph->table);
  return FAIRU_OK;
}

static int add_tensor(fairu_onnx_graph *graph, const fairu_onnx_tensor *tensor)
{
  fairu_onnx_value *value = fairu_onnx__add(graph, tensor->name);
  if (!value)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_DUPLICATE, "two initializers are named '%s'",
                               tensor->name);
  value->kind = FAIRU_ONNX_CONSTANT;
  value->type = tensor->type;
  value->n_dims = tensor->n_dims;
  value->n = tensor->n;
  memcpy(value->dims, tensor->dims, sizeof value->dims);
  return FAIRU_OK;
}

static int add_outputs(fairu_onnx_graph *graph, const fairu_onnx_node *node)
{
  for (size_t i = 0; i < node->n_outputs; i++) {
    if (node->outputs[i][0] == '\0')
      continue;
    fairu_onnx_value *value = fairu_onnx__add(graph, node->outputs[i]);
    if (!value)
      return fairu_onnx__within(graph->ctx, node,
                                fairu_context__fail(graph->ctx, FAIRU_ERR_DUPLICATE,
                                                    "makes '%s', which is there already", node->outputs[i]));
    value->node = node;
  }
  return FAIRU_OK;
}

static int add_names(fairu_onnx_graph *graph)
{
  const fairu_onnx_model *model = graph->model;
  int status = make_table(graph);
  for (size_t i = 0; i < model->n_tensors && status == FAIRU_OK; i++)
    status = add_tensor(graph, &model->tensors[i]);
  if (status == FAIRU_OK)
    status = fairu_onnx__add_inputs(graph);
  for (size_t i = 0; i < model->n_nodes && status == FAIRU_OK; i++)
    status = add_outputs(graph, &model->nodes[i]);
  return status;
}

/* ---- the way back and forward ------------------------------------------------------------------------- */

/* The numbers of an initializer are read when it is needed. */
static int know_initializer(fairu_onnx_graph *graph, fairu_onnx_value *value)
{
  const fairu_onnx_tensor *tensor = &graph->model->tensors[value - graph->values];
  value->known = 1;
  return fairu_onnx__values(graph->ctx, graph->path, tensor, &value->numbers);
}

static int call_node(fairu_onnx_graph *graph, fairu_onnx_value *value)
{
  const fairu_onnx_node *node = value->node;
  fairu_onnx_call call = { .node = node, .n_in = node->n_inputs, .out = value };
  call.in = fairu_context__scratch(graph->ctx, node->n_inputs, sizeof *call.in, "inputs of a node");
  if (!call.in)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < node->n_inputs; i++)
    call.in[i] = node->inputs[i][0] == '\0' ? NULL : fairu_onnx__find(graph, node->inputs[i]);
  value->known = 1;
  value->open = 0;
  int status = fairu_context__poll(graph->ctx);
  if (status == FAIRU_OK)
    status = fairu_onnx__apply(graph, &call);
  /* outputs beside the first are masks and statistics; trees say themselves what is what */
  if (value->kind != FAIRU_ONNX_FOREST && strcmp(value->name, node->outputs[0]) != 0)
    value->kind = FAIRU_ONNX_NOTHING;
  return status == FAIRU_OK ? status : fairu_onnx__within(graph->ctx, node, status);
}

/* The next input of the node that is not there yet, *wanted NULL if all are. */
static int next_wanted(fairu_onnx_graph *graph, fairu_onnx_value *value, fairu_onnx_value **wanted)
{
  const fairu_onnx_node *node = value->node;
  *wanted = NULL;
  for (; value->done < node->n_inputs; value->done++) {
    const char *name = node->inputs[value->done];
    fairu_onnx_value *input = name[0] ? fairu_onnx__find(graph, name) : NULL;
    if (name[0] == '\0' || (input && input->known))
      continue;
    if (!input)
      return fairu_onnx__within(
          graph->ctx, node,
          fairu_context__fail(graph->ctx, FAIRU_ERR_NOT_FOUND, "input '%s' is made by no node", name));
    if (input->open)
      return fairu_onnx__within(
          graph->ctx, node,
          fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "input '%s' depends on its own output", name));
    *wanted = input;
    return FAIRU_OK;
  }
  return FAIRU_OK;
}

static int work_out(fairu_onnx_graph *graph, fairu_onnx_value *output)
{
  size_t depth = 0;
  fairu_onnx_value **stack =
      fairu_context__scratch(graph->ctx, graph->n_values + 1, sizeof *stack, "names of a model");
  int status = stack ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    stack[depth++] = output;
  while (status == FAIRU_OK && depth > 0) {
    fairu_onnx_value *top = stack[depth - 1], *wanted = NULL;
    if (top->known || !top->node) {
      status = top->known ? FAIRU_OK : know_initializer(graph, top);
      depth--;
      continue;
    }
    top->open = 1;
    status = next_wanted(graph, top, &wanted);
    if (status == FAIRU_OK && wanted) {
      stack[depth++] = wanted;
    } else if (status == FAIRU_OK) {
      status = call_node(graph, top);
      depth--;
    }
  }
  return status;
}

/* ---- the output --------------------------------------------------------------------------------------- */

static int is_label(const fairu_onnx_graph *graph, const fairu_onnx_port *port)
{
  (void)graph;
  return port->is_tensor && (port->type == FAIRU_ONNX_INT64 || port->type == FAIRU_ONNX_INT32 ||
                             port->type == FAIRU_ONNX_STRING || port->type == FAIRU_ONNX_BOOL);
}

static int find_named(fairu_onnx_graph *graph, const char *name, fairu_onnx_value **output)
{
  *output = fairu_onnx__find(graph, name);
  for (size_t i = 0; i < graph->model->n_nodes && !*output; i++) {
    const fairu_onnx_node *node = &graph->model->nodes[i];
    if (strcmp(node->name, name) == 0 && node->n_outputs > 0)
      *output = fairu_onnx__find(graph, node->outputs[0]);
  }
  if (*output)
    return FAIRU_OK;
  return fairu_context__fail(graph->ctx, FAIRU_ERR_NOT_FOUND, "no tensor or node is named '%s'", name);
}

/* The one asked for, else the only one that is no label. */
static int find_output(fairu_onnx_graph *graph, fairu_onnx_value **output)
{
  const fairu_onnx_model *model = graph->model;
  const char *name = NULL;
  size_t n = 0;
  if (graph->options->output)
    return find_named(graph, graph->options->output, output);
  for (size_t i = 0; i < model->n_outputs; i++)
    if (model->n_outputs == 1 || !is_label(graph, &model->outputs[i])) {
      name = model->outputs[i].name;
      n++;
    }
  if (n != 1)
    return fairu_context__fail(graph->ctx, n == 0 ? FAIRU_ERR_NOT_FOUND : FAIRU_ERR_ARGUMENT,
                               n == 0 ? "the graph has no output" : "%zu outputs: name one", n);
  return find_named(graph, name, output);
}

/* Probabilities of two classes are one score, that of the second, but where the file is our own and says otherwise. */
static int is_pair(const fairu_onnx_graph *graph, const fairu_onnx_value *output)
{
  return output->n == 2 && !fairu_onnx__property(graph->model, "fairu.outputs");
}

static fairu_value one_of_pair(fairu_onnx_graph *graph, const fairu_onnx_value *output)
{
  const fairu_onnx_node *node = output->node;
  if (node && strcmp(node->op, "Concat") == 0 && node->n_inputs == 2) {
    const fairu_onnx_value *first = fairu_onnx__find(graph, node->inputs[0]);
    const fairu_onnx_value *second = fairu_onnx__find(graph, node->inputs[1]);
    if (first->complement == second && second->kind == FAIRU_ONNX_LIVE)
      return second->value;
  }
  if (node && strcmp(node->op, "Softmax") == 0)
    return fairu_program__slice(graph->builder, output->value, 1, 1);
  return output->value;
}

/* Names that only pass a value on. */
static fairu_onnx_value *behind_names(fairu_onnx_graph *graph, fairu_onnx_value *output)
{
  while (output->node && output->node->n_inputs > 0 &&
         (strcmp(output->node->op, "Identity") == 0 || strcmp(output->node->op, "Cast") == 0 ||
          strcmp(output->node->op, "ZipMap") == 0))
    output = fairu_onnx__find(graph, output->node->inputs[0]);
  return output;
}

/* Trees have features alone, in the order of the columns they were given. */
static int finish_forest(fairu_onnx_graph *graph, const fairu_onnx_value *output, fairu_classifier **out)
{
  if (output->complement)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "output '%s' is one minus that of trees",
                               output->name);
  for (size_t i = 0; i < graph->n_columns; i++)
    if (graph->is_nuisance[i])
      return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "nuisance \"%s\" as an input of trees",
                                 graph->columns[i]);
  int status = fairu_trees__create(graph->ctx, graph->columns, graph->n_columns, &output->forest->forest,
                                   output->forest->activation, out);
  return status == FAIRU_OK ? status : fairu_onnx__within(graph->ctx, output->forest->node, status);
}

/* Ranges of Z that our own files keep. */
static int set_ranges(fairu_onnx_graph *graph, fairu_classifier *classifier)
{
  for (size_t i = 0; i < classifier->n_nuisances; i++) {
    char key[64];
    for (int upper = 0; upper < 2; upper++) {
      double *bound = upper ? &classifier->z_upper[i] : &classifier->z_lower[i];
      (void)fairu_text__format(key, sizeof key, "fairu.nuisance.%zu.%s", i, upper ? "upper" : "lower");
      const char *text = fairu_onnx__property(graph->model, key);
      int status = text ? fairu_onnx__number(graph->ctx, key, text, bound) : FAIRU_OK;
      if (status != FAIRU_OK)
        return status;
    }
    if (!(classifier->z_lower[i] <= classifier->z_upper[i]))
      return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "nuisance \"%s\": range [%g, %g]",
                                 classifier->nuisances[i], classifier->z_lower[i], classifier->z_upper[i]);
  }
  return FAIRU_OK;
}

static int finish(fairu_onnx_graph *graph, fairu_onnx_value *named, fairu_classifier **out)
{
  fairu_onnx_value *output = behind_names(graph, named);
  if (output->kind == FAIRU_ONNX_FOREST)
    return finish_forest(graph, output, out);
  if (output->kind != FAIRU_ONNX_LIVE)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "output '%s' does not depend on the inputs",
                               named->name);
  const fairu_value value = is_pair(graph, output) ? one_of_pair(graph, output) : output->value;
  int status = fairu_program__finish(graph->builder, graph->ctx, value, out);
  if (status != FAIRU_OK)
    return status;
  status = set_ranges(graph, *out);
  return fairu_classifier__finish(*out, status, out);
}

static int translate(fairu_onnx_graph *graph, fairu_classifier **out)
{
  fairu_onnx_value *output = NULL;
  int status = add_names(graph);
  if (status == FAIRU_OK)
    status = find_output(graph, &output);
  if (status == FAIRU_OK)
    status = work_out(graph, output);
  return status == FAIRU_OK ? finish(graph, output, out) : status;
}

static int read_bytes(fairu_onnx_graph *graph, const char *bytes, size_t size, fairu_classifier **out)
{
  const fairu_mark mark = fairu_context__mark(graph->ctx);
  fairu_onnx_model *model = fairu_context__scratch(graph->ctx, 1, sizeof *model, "a model");
  graph->model = model;
  int status = model ? fairu_onnx__parse(graph->ctx, (const unsigned char *)bytes, size, model)
                     : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_program__create(graph->ctx, &graph->builder);
  if (status == FAIRU_OK)
    status = translate(graph, out);
  fairu_program__destroy(graph->builder);
  fairu_context__release(graph->ctx, mark);
  return status == FAIRU_OK ? status : fairu_context__within(graph->ctx, status, "%s", graph->path);
}

int fairu_onnx__read(fairu_context *ctx, const char *path, const fairu_import_options *options,
                     fairu_classifier **out)
{
  fairu_onnx_graph graph = { .ctx = ctx, .path = path, .options = options };
  char *bytes = NULL;
  size_t size = 0;
  *out = NULL;
  int status = fairu_reader__read_path(ctx, path, &bytes, &size);
  if (status == FAIRU_OK)
    status = read_bytes(&graph, bytes, size, out);
  fairu_context__free(ctx, bytes);
  return status;
}
