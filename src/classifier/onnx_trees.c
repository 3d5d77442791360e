/* onnx_trees.c - the flat lists of TreeEnsembleClassifier and TreeEnsembleRegressor as a forest. */
#include <math.h>
#include <string.h>

#include "classifier/onnx_graph.h"

typedef struct lists {
  size_t n; /* nodes */
  int64_t *trees, *ids, *features, *yes, *no, *missing;
  double *thresholds;
  unsigned char *modes;
  size_t n_leaf; /* entries of leaves */
  int64_t *leaf_trees, *leaf_nodes, *leaf_outputs;
  double *leaf_weights, *base;
  size_t n_base;
  size_t *table; /* [table_size] 1 + number of a node, by key */
  size_t table_size;
} lists;

static int wrong_length(fairu_context *ctx, const char *name, size_t n, size_t wanted)
{
  return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "attribute %s has %zu elements, not %zu", name, n, wanted);
}

static int ints(fairu_context *ctx, const fairu_onnx_node *node, const char *name, size_t wanted,
                int64_t **values)
{
  size_t n = 0;
  int status = fairu_onnx__get_ints(ctx, node, name, values, &n);
  return status == FAIRU_OK && n != wanted ? wrong_length(ctx, name, n, wanted) : status;
}

/* A list of floats, or under the name with "_as_tensor" a tensor. */
static int floats(fairu_onnx_graph *graph, const fairu_onnx_node *node, const char *name, double **values,
                  size_t *n)
{
  char tensor[64];
  (void)fairu_text__format(tensor, sizeof tensor, "%s_as_tensor", name);
  const fairu_onnx_attribute *attribute = fairu_onnx__attribute(node, tensor);
  *n = 0;
  if (!attribute)
    return fairu_onnx__get_floats(graph->ctx, node, name, values, n);
  if (attribute->type != FAIRU_ONNX_ATTRIBUTE_TENSOR || !attribute->t.message.at)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "attribute %s is no tensor", tensor);
  *n = attribute->t.n;
  return fairu_onnx__values(graph->ctx, graph->path, &attribute->t, values);
}

static int read_nodes(fairu_onnx_graph *graph, const fairu_onnx_node *node, lists *l)
{
  static const char *const modes[] = { "LEAF",       "BRANCH_LT", "BRANCH_LEQ", "BRANCH_GT",
                                       "BRANCH_GTE", "BRANCH_EQ", "BRANCH_NEQ" };
  size_t n = 0;
  int status = fairu_onnx__get_words(graph->ctx, node, "nodes_modes", modes, 7, &l->modes, &l->n);
  if (status == FAIRU_OK && l->n == 0)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "no nodes of trees");
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, "nodes_treeids", l->n, &l->trees);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, "nodes_nodeids", l->n, &l->ids);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, "nodes_featureids", l->n, &l->features);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, "nodes_truenodeids", l->n, &l->yes);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, "nodes_falsenodeids", l->n, &l->no);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_ints(graph->ctx, node, "nodes_missing_value_tracks_true", &l->missing, &n);
  if (status == FAIRU_OK && n > 0 && n != l->n)
    return wrong_length(graph->ctx, "nodes_missing_value_tracks_true", n, l->n);
  l->missing = n > 0 ? l->missing : NULL;
  if (status == FAIRU_OK)
    status = floats(graph, node, "nodes_values", &l->thresholds, &n);
  return status == FAIRU_OK && n != l->n ? wrong_length(graph->ctx, "nodes_values", n, l->n) : status;
}

static int read_leaves(fairu_onnx_graph *graph, const fairu_onnx_node *node, const char *stem, lists *l)
{
  char name[32];
  (void)fairu_text__format(name, sizeof name, "%s_weights", stem);
  int status = floats(graph, node, name, &l->leaf_weights, &l->n_leaf);
  (void)fairu_text__format(name, sizeof name, "%s_ids", stem);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, name, l->n_leaf, &l->leaf_outputs);
  (void)fairu_text__format(name, sizeof name, "%s_treeids", stem);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, name, l->n_leaf, &l->leaf_trees);
  (void)fairu_text__format(name, sizeof name, "%s_nodeids", stem);
  if (status == FAIRU_OK)
    status = ints(graph->ctx, node, name, l->n_leaf, &l->leaf_nodes);
  return status == FAIRU_OK ? floats(graph, node, "base_values", &l->base, &l->n_base) : status;
}

/* ---- nodes by tree and number ------------------------------------------------------------------------- */

static size_t *find_slot(const lists *l, int64_t tree, int64_t id)
{
  uint64_t h = (uint64_t)tree * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)id * UINT64_C(0xC2B2AE3D27D4EB4F);
  size_t i = (size_t)(h ^ h >> 31) & (l->table_size - 1);
  while (l->table[i] != 0 && (l->trees[l->table[i] - 1] != tree || l->ids[l->table[i] - 1] != id))
    i = (i + 1) & (l->table_size - 1);
  return &l->table[i];
}

static int index_nodes(fairu_context *ctx, lists *l)
{
  l->table_size = 16;
  while (l->table_size / 2 < l->n)
    l->table_size *= 2;
  l->table = fairu_context__scratch(ctx, l->table_size, sizeof *l->table, "nodes of trees");
  if (!l->table)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(l->table, 0, l->table_size * sizeof *l->table);
  for (size_t i = 0; i < l->n; i++) {
    size_t *slot = find_slot(l, l->trees[i], l->ids[i]);
    if (*slot != 0)
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "tree %lld has two nodes %lld",
                                 (long long)l->trees[i], (long long)l->ids[i]);
    *slot = i + 1;
  }
  return FAIRU_OK;
}

static int child(fairu_context *ctx, const lists *l, size_t node, int64_t id, size_t *out)
{
  const size_t slot = *find_slot(l, l->trees[node], id);
  if (slot == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "tree %lld, node %lld: child %lld does not exist",
                               (long long)l->trees[node], (long long)l->ids[node], (long long)id);
  *out = slot - 1;
  return FAIRU_OK;
}

/* Features of the trees are columns of their input. */
static int make_node(fairu_onnx_graph *graph, const lists *l, const fairu_onnx_value *in, size_t i,
                     fairu_branch_node *node)
{
  *node = (fairu_branch_node){ .mode = l->modes[i] };
  if (node->mode == FAIRU_BRANCH_LEAF)
    return FAIRU_OK;
  if (l->features[i] < 0 || (uint64_t)l->features[i] >= in->n)
    return fairu_context__fail(
        graph->ctx, FAIRU_ERR_SHAPE, "tree %lld, node %lld: feature %lld, the input is %zu wide",
        (long long)l->trees[i], (long long)l->ids[i], (long long)l->features[i], in->n);
  node->feature = in->columns[l->features[i]];
  node->threshold = (float)l->thresholds[i];
  node->missing_true = l->missing && l->missing[i] != 0;
  int status = child(graph->ctx, l, i, l->yes[i], &node->yes);
  return status == FAIRU_OK ? child(graph->ctx, l, i, l->no[i], &node->no) : status;
}

/* Roots: first nodes of each tree in the order of the list. */
static int make_nodes(fairu_onnx_graph *graph, const lists *l, const fairu_onnx_value *in,
                      fairu_forest *forest)
{
  fairu_branch_node *nodes = fairu_context__scratch(graph->ctx, l->n, sizeof *nodes, "nodes of trees");
  size_t *roots = fairu_context__scratch(graph->ctx, l->n, sizeof *roots, "nodes of trees");
  unsigned char *is_child = fairu_context__scratch(graph->ctx, l->n, 1, "nodes of trees");
  if (!nodes || !roots || !is_child)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(is_child, 0, l->n);
  for (size_t i = 0; i < l->n; i++) {
    int status = make_node(graph, l, in, i, &nodes[i]);
    if (status != FAIRU_OK)
      return status;
    if (nodes[i].mode != FAIRU_BRANCH_LEAF)
      is_child[nodes[i].yes] = is_child[nodes[i].no] = 1;
  }
  for (size_t i = 0; i < l->n; i++)
    if (!is_child[i])
      roots[forest->n_trees++] = i;
  for (size_t t = 1; t < forest->n_trees; t++)
    if (l->trees[roots[t]] == l->trees[roots[t - 1]])
      return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "tree %lld has two roots",
                                 (long long)l->trees[roots[t]]);
  forest->roots = roots;
  forest->nodes = nodes;
  forest->n_nodes = l->n;
  return FAIRU_OK;
}

/* Of the least or the largest of trees, each leaf has to say one number for each output: none would count as 0. */
static int check_order(fairu_onnx_graph *graph, const lists *l, const fairu_forest *forest)
{
  const size_t n_outputs = forest->n_outputs;
  if (forest->aggregate != FAIRU_TREES_MIN && forest->aggregate != FAIRU_TREES_MAX)
    return FAIRU_OK;
  unsigned char *counts =
      fairu_context__scratch(graph->ctx, forest->n_nodes * n_outputs, 1, "leaves of trees");
  if (!counts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(counts, 0, forest->n_nodes * n_outputs);
  for (size_t i = 0; i < l->n_leaf; i++) {
    const size_t node = *find_slot(l, l->leaf_trees[i], l->leaf_nodes[i]) - 1;
    unsigned char *count = &counts[node * n_outputs + (n_outputs == 1 ? 0 : (size_t)l->leaf_outputs[i])];
    *count = *count > 0 ? 2 : 1;
  }
  for (size_t i = 0; i < forest->n_nodes * n_outputs; i++)
    if (forest->nodes[i / n_outputs].mode == FAIRU_BRANCH_LEAF && counts[i] != 1)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED,
                                 "tree %lld, leaf %lld: %s for output %zu, of which MIN or MAX is taken",
                                 (long long)l->trees[i / n_outputs], (long long)l->ids[i / n_outputs],
                                 counts[i] ? "several weights" : "no weight", i % n_outputs);
  return FAIRU_OK;
}

/* What leaf entries add: the output of each, or one column where `column` picks a class of two. */
static int make_values(fairu_onnx_graph *graph, const lists *l, size_t n_given, fairu_forest *forest)
{
  const uint64_t limit = fairu_context__limits(graph->ctx)->model_bytes / sizeof(float);
  if (forest->n_outputs > limit / forest->n_nodes)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_LIMIT, "%zu nodes with %zu outputs: model too large",
                               forest->n_nodes, forest->n_outputs);
  const size_t n = forest->n_nodes * forest->n_outputs;
  double *values = fairu_context__scratch(graph->ctx, n, sizeof *values, "leaves of trees");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(values, 0, n * sizeof *values);
  for (size_t i = 0; i < l->n_leaf; i++) {
    const size_t slot = *find_slot(l, l->leaf_trees[i], l->leaf_nodes[i]);
    if (slot == 0 || forest->nodes[slot - 1].mode != FAIRU_BRANCH_LEAF)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "weight %zu: tree %lld has no leaf %lld", i,
                                 (long long)l->leaf_trees[i], (long long)l->leaf_nodes[i]);
    if (l->leaf_outputs[i] < 0 || (uint64_t)l->leaf_outputs[i] >= n_given)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "weight %zu: output %lld of %zu", i,
                                 (long long)l->leaf_outputs[i], n_given);
    const size_t output = forest->n_outputs == 1 ? 0 : (size_t)l->leaf_outputs[i];
    values[(slot - 1) * forest->n_outputs + output] += l->leaf_weights[i];
  }
  forest->values = values;
  return FAIRU_OK;
}

/* Class labels: how many, whatever they are. */
static int count_classes(fairu_onnx_graph *graph, const fairu_onnx_node *node, size_t *n)
{
  const fairu_onnx_attribute *strings = fairu_onnx__attribute(node, "classlabels_strings");
  int64_t *labels = NULL;
  fairu_proto_field field;
  *n = 0;
  int status = fairu_onnx__get_ints(graph->ctx, node, "classlabels_int64s", &labels, n);
  if (status != FAIRU_OK || *n > 0 || !strings)
    return status;
  fairu_proto message = strings->message;
  while ((status = fairu_proto__next(graph->ctx, &message, &field)) == FAIRU_OK && field.number != 0)
    *n += field.number == 9;
  return status;
}

/* Two classes are one score, that of the second. Files give weights for one of them, or for both: then softmax is the sigmoid
 * of the difference, and everything else needs the second class alone. */
static void join_classes(lists *l, int softmax)
{
  int both = 0;
  size_t kept = 0;
  for (size_t i = 1; i < l->n_leaf && !both; i++)
    both = l->leaf_outputs[i] != l->leaf_outputs[0];
  if (l->n_base == 2) {
    l->base[0] = both && softmax ? l->base[1] - l->base[0] : l->base[1];
    l->n_base = 1;
  }
  for (size_t i = 0; i < l->n_leaf && both; i++) {
    if (l->leaf_outputs[i] == 0 && !softmax)
      continue;
    l->leaf_trees[kept] = l->leaf_trees[i];
    l->leaf_nodes[kept] = l->leaf_nodes[i];
    l->leaf_weights[kept] = l->leaf_outputs[i] == 0 ? -l->leaf_weights[i] : l->leaf_weights[i];
    l->leaf_outputs[kept++] = 1;
  }
  l->n_leaf = both ? kept : l->n_leaf;
}

static int make_base(fairu_onnx_graph *graph, const lists *l, fairu_forest *forest)
{
  if (l->n_base > 0 && l->n_base != forest->n_outputs)
    return wrong_length(graph->ctx, "base_values", l->n_base, forest->n_outputs);
  forest->base = l->n_base > 0 ? l->base : NULL;
  return FAIRU_OK;
}

/* Outputs of the ensemble, what is summed and how. */
static int read_outputs(fairu_onnx_graph *graph, const fairu_onnx_node *node, lists *l, size_t *n_given,
                        fairu_onnx_forest *out)
{
  static const char *const posts[] = { "NONE", "LOGISTIC", "SOFTMAX" };
  static const char *const aggregates[] = { "SUM", "AVERAGE", "MIN", "MAX" };
  static const int activations[] = { FAIRU_ACTIVATION_LINEAR, FAIRU_ACTIVATION_SIGMOID,
                                     FAIRU_ACTIVATION_SOFTMAX };
  const int classifier = strcmp(node->op, "TreeEnsembleClassifier") == 0;
  size_t post = 0, aggregate = 0;
  int64_t n_targets = 1;
  int status = fairu_onnx__get_word(graph->ctx, node, "post_transform", posts, 3, &post);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_word(graph->ctx, node, "aggregate_function", aggregates, 4, &aggregate);
  if (status == FAIRU_OK && classifier)
    status = count_classes(graph, node, n_given);
  if (status == FAIRU_OK && !classifier) {
    status = fairu_onnx__get_int(graph->ctx, node, "n_targets", &n_targets);
    *n_given = n_targets > 0 && n_targets < 65536 ? (size_t)n_targets : 0;
  }
  if (status == FAIRU_OK && *n_given == 0)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "no outputs");
  if (status != FAIRU_OK)
    return status;
  out->forest.n_outputs = *n_given;
  out->forest.aggregate = (int)aggregate;
  out->activation = activations[post];
  if (classifier && *n_given == 2) {
    join_classes(l, out->activation == FAIRU_ACTIVATION_SOFTMAX);
    out->forest.n_outputs = 1;
  }
  if (out->forest.n_outputs == 1 && out->activation == FAIRU_ACTIVATION_SOFTMAX)
    out->activation = FAIRU_ACTIVATION_SIGMOID;
  return FAIRU_OK;
}

/* The scores: second output of a classifier, first of a regressor. Labels stay unknown. */
int fairu_onnx__op_trees(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_node *node = call->node;
  const int classifier = strcmp(node->op, "TreeEnsembleClassifier") == 0;
  lists l;
  size_t n_given = 0;
  memset(&l, 0, sizeof l);
  fairu_onnx_forest *forest = fairu_context__scratch(graph->ctx, 1, sizeof *forest, "trees");
  if (!forest)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(forest, 0, sizeof *forest);
  forest->node = node;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK && !call->in[0]->columns)
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED,
                                 "trees over '%s', which is worked out from the inputs", call->in[0]->name);
  if (status == FAIRU_OK)
    status = read_nodes(graph, node, &l);
  if (status == FAIRU_OK)
    status = read_leaves(graph, node, classifier ? "class" : "target", &l);
  if (status == FAIRU_OK)
    status = read_outputs(graph, node, &l, &n_given, forest);
  if (status == FAIRU_OK)
    status = index_nodes(graph->ctx, &l);
  if (status == FAIRU_OK)
    status = make_nodes(graph, &l, call->in[0], &forest->forest);
  if (status == FAIRU_OK)
    status = make_values(graph, &l, n_given, &forest->forest);
  if (status == FAIRU_OK)
    status = check_order(graph, &l, &forest->forest);
  if (status == FAIRU_OK)
    status = make_base(graph, &l, &forest->forest);
  if (status != FAIRU_OK)
    return status;
  const char *name = classifier ? (node->n_outputs > 1 ? node->outputs[1] : "") : node->outputs[0];
  fairu_onnx_value *out = name[0] ? fairu_onnx__find(graph, name) : NULL;
  call->out->kind = FAIRU_ONNX_NOTHING;
  if (!out)
    return FAIRU_OK;
  out->known = 1;
  out->kind = FAIRU_ONNX_FOREST;
  out->type = FAIRU_ONNX_FLOAT;
  out->n_dims = 2;
  out->n = out->dims[1] = forest->forest.n_outputs;
  out->forest = forest;
  return FAIRU_OK;
}

/* ---- what may follow ---------------------------------------------------------------------------------- */

int fairu_onnx__activate(fairu_onnx_graph *graph, fairu_onnx_value *value, int activation)
{
  fairu_onnx_forest *forest = fairu_context__scratch(graph->ctx, 1, sizeof *forest, "trees");
  if (!forest)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *forest = *value->forest;
  if (forest->activation != FAIRU_ACTIVATION_LINEAR || value->complement ||
      (activation == FAIRU_ACTIVATION_SOFTMAX && forest->forest.n_outputs == 1))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "of trees that are activated already");
  forest->activation = activation;
  value->forest = forest;
  return FAIRU_OK;
}

/* Factors and shifts of trees that are summed up. */
static int rescale(fairu_onnx_graph *graph, fairu_onnx_value *value, double factor, double shift)
{
  fairu_onnx_forest *forest = fairu_context__scratch(graph->ctx, 1, sizeof *forest, "trees");
  const fairu_forest *old = &value->forest->forest;
  const size_t n = old->n_nodes * old->n_outputs;
  double *values = fairu_context__scratch(graph->ctx, n, sizeof *values, "leaves of trees");
  double *base = fairu_context__scratch(graph->ctx, old->n_outputs, sizeof *base, "leaves of trees");
  if (!forest || !values || !base)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    values[i] = factor * old->values[i];
  for (size_t o = 0; o < old->n_outputs; o++)
    base[o] = factor * (old->base ? old->base[o] : 0.0) + shift;
  *forest = *value->forest;
  forest->forest.values = values;
  forest->forest.base = base;
  value->forest = forest;
  return FAIRU_OK;
}

int fairu_onnx__forest_binary(fairu_onnx_graph *graph, const fairu_onnx_call *call, char op)
{
  const int reversed = call->in[0]->kind == FAIRU_ONNX_CONSTANT;
  const fairu_onnx_value *constant = call->in[reversed ? 0 : 1], *trees = call->in[reversed ? 1 : 0];
  if (constant->kind != FAIRU_ONNX_CONSTANT || trees->kind != FAIRU_ONNX_FOREST || constant->n != 1)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "trees with '%s'", call->in[1]->name);
  const double c = constant->numbers[0];
  fairu_onnx__take(call->out, trees);
  if (op == '-' && reversed && c == 1.0) {
    call->out->complement = trees;
    return FAIRU_OK;
  }
  const fairu_forest *forest = &trees->forest->forest;
  const double factor = op == '*' ? c : op == '/' ? 1.0 / c : reversed && op == '-' ? -1.0 : 1.0;
  const double shift = op == '+' ? c : op == '-' ? (reversed ? c : -c) : 0.0;
  if (factor == 1.0 && shift == 0.0 && op != '^' && !(reversed && op == '/'))
    return FAIRU_OK;
  const int order = forest->aggregate == FAIRU_TREES_MIN || forest->aggregate == FAIRU_TREES_MAX;
  if (trees->forest->activation != FAIRU_ACTIVATION_LINEAR || trees->complement || op == '^' ||
      (reversed && op == '/') || (order && factor < 0.0))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "trees with the constant '%s'",
                               constant->name);
  return rescale(graph, call->out, factor, shift);
}
