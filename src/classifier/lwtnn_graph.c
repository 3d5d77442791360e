/* lwtnn_graph.c - graph files of lwtnn: nodes in any order, ordered here without recursion; only what the output needs is built. */
#include <string.h>

#include "classifier/lwtnn.h"

enum node_state { NOT_SEEN, OPEN, DONE };

typedef struct graph {
  fairu_lwtnn *r;
  fairu_json_at inputs, nodes, layers;
  size_t n_inputs, n_nodes, n_layers;
  unsigned char *state; /* [n_nodes] */
  size_t *order;        /* [n_nodes] nodes after their sources */
  size_t n_ordered;
  size_t *stack, *next; /* [n_nodes] open nodes, and the source to visit next of each */
  unsigned char *used;  /* [n_inputs] */
  fairu_value *input_values, *values;
} graph;

/* ---- nodes -------------------------------------------------------------------------------------------- */

static int node_type(const graph *g, size_t node, fairu_json_at *at, const char **type)
{
  fairu_json_at member;
  int status = fairu_json__element(g->r->ctx, &g->nodes, node, at);
  if (status == FAIRU_OK)
    status = fairu_json__member(g->r->ctx, at, "type", &member);
  return status == FAIRU_OK ? fairu_json__string(g->r->ctx, &member, type) : status;
}

static int n_sources(const graph *g, const fairu_json_at *at, size_t *n)
{
  fairu_json_at sources;
  const int status = fairu_json__member(g->r->ctx, at, "sources", &sources);
  return status == FAIRU_OK ? fairu_json__length(g->r->ctx, &sources, 1, n) : status;
}

static int source(const graph *g, const fairu_json_at *at, size_t i, size_t end, size_t *index)
{
  fairu_json_at sources, element;
  int status = fairu_json__member(g->r->ctx, at, "sources", &sources);
  if (status == FAIRU_OK)
    status = fairu_json__element(g->r->ctx, &sources, i, &element);
  return status == FAIRU_OK ? fairu_lwtnn__index(g->r->ctx, &element, end, index) : status;
}

/* Type and number of sources of a node; an input marks what it reads and counts as one without sources. */
static int look_at(graph *g, size_t node, size_t *n)
{
  static const char *const sequences[] = { "input_sequence", "sequence", "time_distributed", "sum" };
  fairu_json_at at;
  const char *type = NULL;
  size_t input = 0;
  int status = node_type(g, node, &at, &type);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
    if (strcmp(type, sequences[i]) == 0)
      return fairu_json__fail(g->r->ctx, &at, FAIRU_ERR_UNSUPPORTED,
                              "node of type %s: sequences and recurrent layers", type);
  const int is_input = strcmp(type, "input") == 0, is_layer = strcmp(type, "feed_forward") == 0;
  if (!is_input && !is_layer && strcmp(type, "concatenate") != 0 && strcmp(type, "add") != 0)
    return fairu_json__fail(g->r->ctx, &at, FAIRU_ERR_UNSUPPORTED, "node of type \"%.100s\"", type);
  status = n_sources(g, &at, n);
  if (status == FAIRU_OK && (is_input || is_layer) && *n != 1)
    return fairu_json__fail(g->r->ctx, &at, FAIRU_ERR_SHAPE, "node of type %s with %zu sources", type, *n);
  if (status == FAIRU_OK && is_input)
    status = source(g, &at, 0, g->n_inputs, &input);
  if (status != FAIRU_OK || !is_input)
    return status;
  g->used[input] = 1;
  *n = 0;
  return FAIRU_OK;
}

/* ---- order -------------------------------------------------------------------------------------------- */

static int visit_source(graph *g, size_t node, size_t i, size_t *next)
{
  fairu_json_at at;
  int status = fairu_json__element(g->r->ctx, &g->nodes, node, &at);
  if (status == FAIRU_OK)
    status = source(g, &at, i, g->n_nodes, next);
  if (status == FAIRU_OK && g->state[*next] == OPEN)
    status = fairu_json__fail(g->r->ctx, &at, FAIRU_ERR_FORMAT, "a cycle: source %zu depends on node %zu",
                              *next, node);
  return status;
}

/* Depth first from the output. */
static int order_nodes(graph *g, size_t out)
{
  size_t depth = 1, n = 0;
  int status = FAIRU_OK;
  g->stack[0] = out;
  g->next[0] = 0;
  g->state[out] = OPEN;
  while (depth > 0 && status == FAIRU_OK) {
    const size_t node = g->stack[depth - 1];
    size_t to = 0;
    status = look_at(g, node, &n);
    if (status != FAIRU_OK)
      break;
    if (g->next[depth - 1] == n) {
      g->state[node] = DONE;
      g->order[g->n_ordered++] = node;
      depth--;
      continue;
    }
    status = visit_source(g, node, g->next[depth - 1]++, &to);
    if (status == FAIRU_OK && g->state[to] == NOT_SEEN) {
      g->state[to] = OPEN;
      g->stack[depth] = to;
      g->next[depth++] = 0;
    }
    if (status == FAIRU_OK)
      status = fairu_context__poll(g->r->ctx);
  }
  return status;
}

/* ---- building ----------------------------------------------------------------------------------------- */

static int build_input(graph *g, const fairu_json_at *at, fairu_value *value)
{
  fairu_json_at size_at;
  size_t input = 0, size = 0;
  int status = source(g, at, 0, g->n_inputs, &input);
  if (status == FAIRU_OK)
    status = fairu_json__optional(g->r->ctx, at, "size", &size_at);
  if (status != FAIRU_OK)
    return status;
  *value = g->input_values[input];
  const size_t width = fairu_program__width(g->r->b, *value);
  if (!size_at.value)
    return FAIRU_OK;
  status = fairu_lwtnn__index(g->r->ctx, &size_at, SIZE_MAX, &size);
  if (status == FAIRU_OK && size != width)
    status = fairu_json__fail(g->r->ctx, &size_at, FAIRU_ERR_SHAPE, "size %zu, input %zu has %zu variables",
                              size, input, width);
  return status;
}

static int build_layer(graph *g, const fairu_json_at *at, fairu_value *value)
{
  fairu_json_at index_at, layer;
  size_t from = 0, index = 0;
  int status = source(g, at, 0, g->n_nodes, &from);
  if (status == FAIRU_OK)
    status = fairu_json__member(g->r->ctx, at, "layer_index", &index_at);
  if (status == FAIRU_OK)
    status = fairu_lwtnn__index(g->r->ctx, &index_at, g->n_layers, &index);
  if (status == FAIRU_OK)
    status = fairu_json__element(g->r->ctx, &g->layers, index, &layer);
  return status == FAIRU_OK ? fairu_lwtnn__layer(g->r, &layer, g->values[from], value) : status;
}

/* Sum of equal widths, or all side by side. */
static int build_join(graph *g, const fairu_json_at *at, int adds, fairu_value *value)
{
  size_t n = 0, from = 0;
  int status = n_sources(g, at, &n);
  const fairu_mark mark = fairu_context__mark(g->r->ctx);
  fairu_value *parts = fairu_context__scratch(g->r->ctx, n, sizeof *parts, "lwtnn sources");
  if (status == FAIRU_OK && !parts)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = source(g, at, i, g->n_nodes, &from);
    if (status != FAIRU_OK)
      break;
    parts[i] = g->values[from];
    const size_t width = fairu_program__width(g->r->b, parts[i]),
                 first = fairu_program__width(g->r->b, parts[0]);
    if (adds && width != first)
      status = fairu_json__fail(g->r->ctx, at, FAIRU_ERR_SHAPE, "add of widths %zu and %zu", first, width);
    if (adds && status == FAIRU_OK)
      *value = i == 0 ? parts[0] : fairu_program__binary(g->r->b, FAIRU_BIN_ADD, *value, parts[i]);
  }
  if (status == FAIRU_OK && !adds)
    *value = fairu_program__concat(g->r->b, parts, n);
  fairu_context__release(g->r->ctx, mark);
  return status == FAIRU_OK ? fairu_program__status(g->r->b) : status;
}

static int build_node(graph *g, size_t node)
{
  fairu_json_at at;
  const char *type = NULL;
  char place[48];
  int status = node_type(g, node, &at, &type);
  if (status != FAIRU_OK)
    return status;
  fairu_text__format(place, sizeof place, "node %zu", node);
  fairu_program__at(g->r->b, place);
  if (strcmp(type, "input") == 0)
    return build_input(g, &at, &g->values[node]);
  if (strcmp(type, "feed_forward") == 0)
    return build_layer(g, &at, &g->values[node]);
  return build_join(g, &at, strcmp(type, "add") == 0, &g->values[node]);
}

/* ---- inputs ------------------------------------------------------------------------------------------- */

typedef struct other_inputs {
  const graph *graph;
  size_t but;
} other_inputs;

static int has_variable(const graph *g, size_t input, const char *name)
{
  fairu_json_at at, list, variable, name_at;
  const char *other = NULL;
  size_t n = 0;
  if (fairu_json__element(g->r->ctx, &g->inputs, input, &at) != FAIRU_OK ||
      fairu_json__member(g->r->ctx, &at, "variables", &list) != FAIRU_OK ||
      fairu_json__length(g->r->ctx, &list, 0, &n) != FAIRU_OK)
    return 0; /* told when that input is read */
  for (size_t i = 0; i < n; i++)
    if (fairu_json__element(g->r->ctx, &list, i, &variable) == FAIRU_OK &&
        fairu_json__member(g->r->ctx, &variable, "name", &name_at) == FAIRU_OK &&
        fairu_json__string(g->r->ctx, &name_at, &other) == FAIRU_OK && strcmp(other, name) == 0)
      return 1;
  return 0;
}

static int in_other_input(const fairu_lwtnn *r, const void *data, const char *name)
{
  const other_inputs *others = (const other_inputs *)data;
  (void)r;
  for (size_t i = 0; i < others->graph->n_inputs; i++)
    if (i != others->but && others->graph->used[i] && has_variable(others->graph, i, name))
      return 1;
  return 0;
}

static int build_inputs(graph *g)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < g->n_inputs && status == FAIRU_OK; i++) {
    const other_inputs others = { g, i };
    fairu_json_at at, name_at, list;
    const char *name = NULL;
    if (!g->used[i])
      continue;
    status = fairu_json__element(g->r->ctx, &g->inputs, i, &at);
    if (status == FAIRU_OK)
      status = fairu_json__member(g->r->ctx, &at, "name", &name_at);
    if (status == FAIRU_OK)
      status = fairu_json__name(g->r->ctx, &name_at, &name);
    if (status == FAIRU_OK)
      status = fairu_json__member(g->r->ctx, &at, "variables", &list);
    if (status == FAIRU_OK)
      status = fairu_lwtnn__inputs(g->r, &list, name, in_other_input, &others, &g->input_values[i]);
  }
  return status;
}

/* ---- outputs ------------------------------------------------------------------------------------------ */

/* An output: where it stands, and which of its labels alone is wanted, SIZE_MAX for all. */
typedef struct choice {
  fairu_json_at at;
  size_t label, n_labels, node;
} choice;

static int find_label(graph *g, const fairu_json_at *output, const char *label, choice *found,
                      size_t *n_found)
{
  fairu_json_at labels, element;
  const char *text = NULL;
  size_t n = 0;
  int status = fairu_json__member(g->r->ctx, output, "labels", &labels);
  if (status == FAIRU_OK)
    status = fairu_json__length(g->r->ctx, &labels, 0, &n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = fairu_json__element(g->r->ctx, &labels, i, &element);
    if (status == FAIRU_OK)
      status = fairu_json__string(g->r->ctx, &element, &text);
    if (status == FAIRU_OK && strcmp(text, label) == 0) {
      found->at = *output;
      found->label = i;
      ++*n_found;
    }
  }
  return status;
}

/* The output asked for by its name or by a label, or the only one. `outputs` is found->at's parent and stays. */
static int choose_output(graph *g, const fairu_json_at *outputs, choice *found)
{
  const char *wanted = g->r->options->output;
  size_t n = 0, n_labels = 0;
  int status = fairu_json__expect(g->r->ctx, outputs, FAIRU_JSON_OBJECT);
  fairu_json_at at = { .value = NULL };
  while (status == FAIRU_OK && fairu_json__next(outputs, &at)) {
    n++;
    if (wanted && strcmp(at.key, wanted) == 0) {
      *found = (choice){ .at = at, .label = SIZE_MAX };
      return FAIRU_OK;
    }
    if (wanted)
      status = find_label(g, &at, wanted, found, &n_labels);
    else
      *found = (choice){ .at = at, .label = SIZE_MAX };
  }
  if (status != FAIRU_OK)
    return status;
  if (!wanted && n != 1)
    return fairu_json__fail(g->r->ctx, outputs, FAIRU_ERR_ARGUMENT, "%zu outputs, none chosen", n);
  if (wanted && n_labels != 1)
    return fairu_json__fail(
        g->r->ctx, outputs, n_labels ? FAIRU_ERR_DUPLICATE : FAIRU_ERR_NOT_FOUND,
        n_labels ? "several outputs have the label \"%.200s\"" : "no output or label \"%.200s\"", wanted);
  return FAIRU_OK;
}

static int read_output(graph *g, choice *found)
{
  fairu_json_at member;
  int status = fairu_json__member(g->r->ctx, &found->at, "labels", &member);
  if (status == FAIRU_OK)
    status = fairu_json__length(g->r->ctx, &member, 1, &found->n_labels);
  if (status == FAIRU_OK)
    status = fairu_json__member(g->r->ctx, &found->at, "node_index", &member);
  return status == FAIRU_OK ? fairu_lwtnn__index(g->r->ctx, &member, g->n_nodes, &found->node) : status;
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

static int take_list(graph *g, const char *key, size_t minimum, fairu_json_at *at, size_t *n)
{
  const int status = fairu_json__member(g->r->ctx, &g->r->root, key, at);
  return status == FAIRU_OK ? fairu_json__length(g->r->ctx, at, minimum, n) : status;
}

static int take_memory(graph *g)
{
  fairu_context *ctx = g->r->ctx;
  g->state = fairu_context__scratch(ctx, g->n_nodes, 1, "lwtnn nodes");
  g->order = fairu_context__scratch(ctx, g->n_nodes, sizeof *g->order, "lwtnn nodes");
  g->stack = fairu_context__scratch(ctx, g->n_nodes, sizeof *g->stack, "lwtnn nodes");
  g->next = fairu_context__scratch(ctx, g->n_nodes, sizeof *g->next, "lwtnn nodes");
  g->values = fairu_context__scratch(ctx, g->n_nodes, sizeof *g->values, "lwtnn nodes");
  g->used = g->r->used = fairu_context__new(ctx, g->n_inputs, 1, "lwtnn inputs");
  g->input_values = fairu_context__scratch(ctx, g->n_inputs, sizeof *g->input_values, "lwtnn inputs");
  if (!g->state || !g->order || !g->stack || !g->next || !g->values || !g->used || !g->input_values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(g->state, NOT_SEEN, g->n_nodes);
  return FAIRU_OK;
}

static int build(graph *g, choice *found, fairu_value *value)
{
  int status = order_nodes(g, found->node);
  if (status == FAIRU_OK)
    status = build_inputs(g);
  for (size_t i = 0; i < g->n_ordered && status == FAIRU_OK; i++)
    status = build_node(g, g->order[i]);
  if (status != FAIRU_OK)
    return status;
  *value = g->values[found->node];
  const size_t width = fairu_program__width(g->r->b, *value);
  if (width != found->n_labels)
    return fairu_json__fail(g->r->ctx, &found->at, FAIRU_ERR_SHAPE, "%zu labels, node %zu has %zu outputs",
                            found->n_labels, found->node, width);
  if (found->label != SIZE_MAX)
    *value = fairu_program__slice(g->r->b, *value, found->label, 1);
  return fairu_program__status(g->r->b);
}

int fairu_lwtnn__graph(fairu_lwtnn *r, fairu_value *value)
{
  graph g = { .r = r };
  fairu_json_at sequences, outputs;
  choice found = { .node = 0 };
  size_t n_sequences = 0;
  const fairu_mark mark = fairu_context__mark(r->ctx);
  int status = take_list(&g, "inputs", 0, &g.inputs, &g.n_inputs);
  if (status == FAIRU_OK)
    status = take_list(&g, "input_sequences", 0, &sequences, &n_sequences);
  if (status == FAIRU_OK)
    status = take_list(&g, "nodes", 1, &g.nodes, &g.n_nodes);
  if (status == FAIRU_OK)
    status = take_list(&g, "layers", 0, &g.layers, &g.n_layers);
  if (status == FAIRU_OK)
    status = fairu_json__member(r->ctx, &r->root, "outputs", &outputs);
  if (status == FAIRU_OK)
    status = choose_output(&g, &outputs, &found);
  if (status == FAIRU_OK)
    status = read_output(&g, &found);
  if (status == FAIRU_OK)
    status = take_memory(&g);
  if (status == FAIRU_OK)
    status = build(&g, &found, value);
  fairu_context__release(r->ctx, mark);
  return status;
}
