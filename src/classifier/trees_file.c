/* trees_file.c - trees of a model file, checked as strictly as those of any other. */
#include <math.h>

#include "classifier/kind.h"
#include "classifier/trees_kind.h"

/* Numbers that sizes follow from: each node, leaf and root takes bytes of the file. */
static int load_sizes(fairu_context *ctx, fairu_unpack *unpack, fairu_classifier *classifier,
                      fairu_trees *trees)
{
  const uint64_t left = fairu_unpack__left(unpack);
  const uint64_t most = left < INT32_MAX / 2 ? left : INT32_MAX / 2;
  size_t activation = 0, aggregate = 0;
  int status = fairu_unpack__size(unpack, ctx, "outputs of trees", most, &classifier->n_outputs);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "activation of trees", FAIRU_ACTIVATION_SOFTMAX, &activation);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "aggregate of trees", FAIRU_TREES_MAX, &aggregate);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "trees", most, &trees->n_trees);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "nodes of trees", most, &trees->n_nodes);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "leaves of trees", most, &trees->n_leaves);
  if (status != FAIRU_OK)
    return status;
  classifier->activation = (int)activation;
  trees->aggregate = (int)aggregate;
  const size_t n = classifier->n_outputs;
  if (n == 0 || trees->n_trees == 0 || trees->n_trees > trees->n_nodes || trees->n_leaves > trees->n_nodes)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%zu trees with %zu nodes, %zu leaves and %zu outputs",
                               trees->n_trees, trees->n_nodes, trees->n_leaves, n);
  if (trees->n_leaves > left / sizeof(float) / n)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%zu leaves of %zu values: only %llu bytes are left",
                               trees->n_leaves, n, (unsigned long long)left);
  if ((classifier->activation != FAIRU_ACTIVATION_LINEAR &&
       classifier->activation != FAIRU_ACTIVATION_SIGMOID &&
       classifier->activation != FAIRU_ACTIVATION_SOFTMAX) ||
      (classifier->activation == FAIRU_ACTIVATION_SOFTMAX && n == 1))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "activation %zu of trees", activation);
  return FAIRU_OK;
}

static int load_number(fairu_context *ctx, fairu_unpack *unpack, const char *what, size_t most,
                       int32_t *value)
{
  size_t number = 0;
  int status = fairu_unpack__size(unpack, ctx, what, most, &number);
  if (status == FAIRU_OK)
    *value = (int32_t)number;
  return status;
}

static int load_roots(fairu_context *ctx, fairu_unpack *unpack, fairu_trees *trees)
{
  for (size_t t = 0; t < trees->n_trees; t++) {
    int status = load_number(ctx, unpack, "root of a tree", trees->n_nodes - 1, &trees->roots[t]);
    if (status == FAIRU_OK && (t == 0 ? trees->roots[t] != 0 : trees->roots[t] <= trees->roots[t - 1]))
      status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "root %d of tree %zu", trees->roots[t], t);
    if (status != FAIRU_OK)
      return status;
  }
  trees->roots[trees->n_trees] = (int32_t)trees->n_nodes;
  return FAIRU_OK;
}

/* Node i of the tree that ends at `end`: children lie behind it, within the tree. */
static int check_node(fairu_context *ctx, const fairu_trees *trees, int32_t i, int32_t end, int32_t *n_leaves)
{
  const fairu_tree_node *node = &trees->nodes[i];
  const fairu_tree_rest *rest = &trees->rest[i];
  const int is_leaf = rest->leaf >= 0;
  int good = is_leaf ? rest->leaf == *n_leaves && (size_t)rest->leaf < trees->n_leaves : 1;
  good = good && (rest->nan == node->child[0] || rest->nan == node->child[1] || !is_leaf);
  good = good && (is_leaf ? rest->nan == i : rest->nan > i && rest->nan < end);
  for (int k = 0; k < 2; k++)
    good = good && (is_leaf ? node->child[k] == i : node->child[k] > i && node->child[k] < end);
  *n_leaves += is_leaf;
  if (good && !isnan(node->threshold))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "node %d of the trees: children %d and %d, leaf %d", i,
                             node->child[0], node->child[1], rest->leaf);
}

static int load_node(fairu_context *ctx, fairu_unpack *unpack, size_t n_features, fairu_trees *trees,
                     size_t i)
{
  fairu_tree_node *node = &trees->nodes[i];
  fairu_tree_rest *rest = &trees->rest[i];
  const size_t last = trees->n_nodes - 1;
  int32_t leaf = 0;
  int status = fairu_unpack__f32s(unpack, ctx, "threshold", &node->threshold, 1);
  if (status == FAIRU_OK)
    status = load_number(ctx, unpack, "feature of a node", n_features - 1, &node->feature);
  if (status == FAIRU_OK)
    status = load_number(ctx, unpack, "child of a node", last, &node->child[0]);
  if (status == FAIRU_OK)
    status = load_number(ctx, unpack, "child of a node", last, &node->child[1]);
  if (status == FAIRU_OK)
    status = load_number(ctx, unpack, "child of a node", last, &rest->nan);
  if (status == FAIRU_OK)
    status = load_number(ctx, unpack, "leaf", trees->n_leaves, &leaf);
  rest->leaf = leaf - 1;
  return status;
}

static int load_nodes(fairu_context *ctx, fairu_unpack *unpack, size_t n_features, fairu_trees *trees)
{
  int32_t n_leaves = 0;
  int status = load_roots(ctx, unpack, trees);
  for (size_t i = 0; i < trees->n_nodes && status == FAIRU_OK; i++)
    status = load_node(ctx, unpack, n_features, trees, i);
  for (size_t t = 0; t < trees->n_trees && status == FAIRU_OK; t++)
    for (int32_t i = trees->roots[t]; i < trees->roots[t + 1] && status == FAIRU_OK; i++)
      status = check_node(ctx, trees, i, trees->roots[t + 1], &n_leaves);
  if (status == FAIRU_OK && (size_t)n_leaves != trees->n_leaves)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%d leaves of %zu", n_leaves, trees->n_leaves);
  return status;
}

static int load_values(fairu_context *ctx, fairu_unpack *unpack, size_t n_outputs, fairu_trees *trees)
{
  const size_t n = trees->n_leaves * n_outputs;
  int status = fairu_unpack__f32s(unpack, ctx, "leaves", trees->values, n);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "base values", trees->base, n_outputs);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    if (!isfinite(trees->values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "leaf value %zu is %g", i,
                                 (double)trees->values[i]);
  for (size_t o = 0; o < n_outputs && status == FAIRU_OK; o++)
    if (!isfinite(trees->base[o]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "base value %zu is %g", o, trees->base[o]);
  return status;
}

int fairu_trees__load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack)
{
  fairu_trees *trees = fairu_context__new(ctx, 1, sizeof *trees, "trees");
  classifier->as.trees = trees;
  if (!trees)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (classifier->n_features == 0 || classifier->n_nuisances != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "trees with %zu features and %zu nuisances",
                               classifier->n_features, classifier->n_nuisances);
  int status = load_sizes(ctx, unpack, classifier, trees);
  if (status == FAIRU_OK)
    status = fairu_trees__allocate(trees, ctx, classifier->n_outputs);
  if (status == FAIRU_OK)
    status = load_nodes(ctx, unpack, classifier->n_features, trees);
  if (status == FAIRU_OK)
    status = load_values(ctx, unpack, classifier->n_outputs, trees);
  return status == FAIRU_OK ? fairu_trees__measure(trees, ctx) : status;
}
