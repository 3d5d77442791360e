/* trees.c - forests compiled to flat arrays. Every branch becomes "x < threshold": x <= t is x < the next float, x > t and x >= t
 * are those with their children exchanged, x == t is two nodes, one behind the other. */
#include <math.h>
#include <string.h>

#include "classifier/kind.h"
#include "classifier/trees_kind.h"

/* ---- order of the nodes ------------------------------------------------------------------------------- */

typedef struct order {
  size_t *queue;       /* [n_nodes] nodes of the forest, tree by tree, level by level */
  int32_t *place;      /* [n_nodes] number of the compiled node, -1: not met */
  size_t *first;       /* [n_trees + 1] where trees begin in the queue */
  size_t n_met, n_out; /* compiled nodes */
  size_t n_leaves;
} order;

static size_t n_compiled(const fairu_branch_node *node)
{
  return node->mode == FAIRU_BRANCH_EQ || node->mode == FAIRU_BRANCH_NEQ ? 2 : 1;
}

static int meet(fairu_context *ctx, const fairu_forest *forest, order *o, size_t node)
{
  if (node >= forest->n_nodes)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "node %zu of a forest with %zu", node, forest->n_nodes);
  if (o->place[node] >= 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "node %zu of the trees is reached twice", node);
  o->place[node] = (int32_t)o->n_out;
  o->n_out += n_compiled(&forest->nodes[node]);
  o->n_leaves += forest->nodes[node].mode == FAIRU_BRANCH_LEAF;
  o->queue[o->n_met++] = node;
  return FAIRU_OK;
}

static int order_tree(fairu_context *ctx, const fairu_forest *forest, order *o, size_t tree)
{
  o->first[tree] = o->n_met;
  int status = meet(ctx, forest, o, forest->roots[tree]);
  for (size_t at = o->first[tree]; status == FAIRU_OK && at < o->n_met; at++) {
    const fairu_branch_node *node = &forest->nodes[o->queue[at]];
    if (node->mode == FAIRU_BRANCH_LEAF)
      continue;
    status = meet(ctx, forest, o, node->no);
    if (status == FAIRU_OK)
      status = meet(ctx, forest, o, node->yes);
  }
  return status;
}

static int order_forest(fairu_context *ctx, const fairu_forest *forest, order *o)
{
  o->queue = fairu_context__scratch(ctx, forest->n_nodes, sizeof *o->queue, "nodes of trees");
  o->place = fairu_context__scratch(ctx, forest->n_nodes, sizeof *o->place, "nodes of trees");
  o->first = fairu_context__scratch(ctx, forest->n_trees + 1, sizeof *o->first, "nodes of trees");
  if (!o->queue || !o->place || !o->first)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(o->place, 0xFF, forest->n_nodes * sizeof *o->place);
  for (size_t t = 0; t < forest->n_trees; t++) {
    int status = order_tree(ctx, forest, o, t);
    if (status != FAIRU_OK)
      return status;
  }
  o->first[forest->n_trees] = o->n_met;
  if (o->n_met != forest->n_nodes)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "%zu nodes of the trees, from their roots %zu are reached", forest->n_nodes,
                               o->n_met);
  return FAIRU_OK;
}

/* ---- checks ------------------------------------------------------------------------------------------- */

static int check_node(fairu_context *ctx, const fairu_forest *forest, size_t i, size_t n_features)
{
  const fairu_branch_node *node = &forest->nodes[i];
  if (node->mode > FAIRU_BRANCH_NEQ)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "node %zu of the trees has mode %d", i, node->mode);
  if (node->mode == FAIRU_BRANCH_LEAF) {
    for (size_t o = 0; o < forest->n_outputs; o++)
      if (!isfinite((float)forest->values[i * forest->n_outputs + o]))
        return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "leaf %zu of the trees: value[%zu] is %g", i, o,
                                   forest->values[i * forest->n_outputs + o]);
    return FAIRU_OK;
  }
  if (node->feature >= n_features)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "node %zu of the trees: feature %zu of %zu", i,
                               node->feature, n_features);
  if (isnan(node->threshold))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "node %zu of the trees: threshold is %g", i,
                               (double)node->threshold);
  return FAIRU_OK;
}

static int check_forest(fairu_context *ctx, const fairu_forest *forest, size_t n_features, int activation)
{
  const uint64_t limit = fairu_context__limits(ctx)->model_bytes;
  if (forest->n_trees == 0 || forest->n_outputs == 0 || n_features == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "%zu trees with %zu outputs", forest->n_trees,
                               forest->n_outputs);
  if (forest->n_nodes > INT32_MAX / 4 || forest->n_nodes > limit / (16 + sizeof(float) * forest->n_outputs))
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT,
                               "%zu nodes of trees: model above the limit model_bytes, %llu", forest->n_nodes,
                               (unsigned long long)limit);
  if ((activation != FAIRU_ACTIVATION_LINEAR && activation != FAIRU_ACTIVATION_SIGMOID &&
       activation != FAIRU_ACTIVATION_SOFTMAX) ||
      (activation == FAIRU_ACTIVATION_SOFTMAX && forest->n_outputs == 1))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "activation %d of trees with %zu outputs", activation,
                               forest->n_outputs);
  for (size_t i = 0; i < forest->n_nodes; i++) {
    int status = check_node(ctx, forest, i, n_features);
    if (status != FAIRU_OK)
      return status;
  }
  for (size_t o = 0; forest->base && o < forest->n_outputs; o++)
    if (!isfinite(forest->base[o]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "base value %zu is %g", o, forest->base[o]);
  return FAIRU_OK;
}

/* ---- compiled nodes ----------------------------------------------------------------------------------- */

static float next_up(float x)
{
  return nextafterf(x, INFINITY);
}

static void set_node(fairu_tree_node *to, float threshold, size_t feature, int32_t below, int32_t other)
{
  to->threshold = threshold;
  to->feature = (int32_t)feature;
  to->child[0] = other;
  to->child[1] = below;
}

static void compile_branch(const fairu_branch_node *node, const order *o, size_t at, fairu_tree_node *to,
                           fairu_tree_rest *rest)
{
  const int32_t yes = o->place[node->yes], no = o->place[node->no], next = (int32_t)at + 1;
  const float t = node->threshold, above = next_up(t);
  rest->nan = node->missing_true ? yes : no;
  switch (node->mode) {
  case FAIRU_BRANCH_LT:
    set_node(to, t, node->feature, yes, no);
    return;
  case FAIRU_BRANCH_LEQ:
    set_node(to, above, node->feature, yes, no);
    return;
  case FAIRU_BRANCH_GT:
    set_node(to, above, node->feature, no, yes);
    return;
  case FAIRU_BRANCH_GTE:
    set_node(to, t, node->feature, no, yes);
    return;
  default:
    break;
  }
  const int32_t equal = node->mode == FAIRU_BRANCH_EQ ? yes : no;
  const int32_t other = node->mode == FAIRU_BRANCH_EQ ? no : yes;
  rest[0].nan = rest[1].nan = node->missing_true ? yes : other; /* NaN equals nothing */
  set_node(to, t, node->feature, other, next);
  set_node(to + 1, above, node->feature, equal, other);
}

static size_t depth_of(const fairu_trees *trees, int32_t first, int32_t end, int32_t *level)
{
  int32_t deepest = 0;
  level[0] = 0;
  for (int32_t i = first; i < end; i++) {
    const fairu_tree_node *node = &trees->nodes[i];
    deepest = level[i - first] > deepest ? level[i - first] : deepest;
    for (int k = 0; k < 2 && trees->rest[i].leaf < 0; k++)
      if (level[node->child[k] - first] < level[i - first] + 1)
        level[node->child[k] - first] = level[i - first] + 1;
  }
  return (size_t)deepest;
}

int fairu_trees__measure(fairu_trees *trees, fairu_context *ctx)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  int32_t *level = fairu_context__scratch(ctx, trees->n_nodes, sizeof *level, "nodes of trees");
  if (!level)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(level, 0, trees->n_nodes * sizeof *level);
  for (size_t t = 0; t < trees->n_trees; t++)
    trees->depths[t] = (int32_t)depth_of(trees, trees->roots[t], trees->roots[t + 1], level);
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}

int fairu_trees__allocate(fairu_trees *trees, fairu_context *ctx, size_t n_outputs)
{
  trees->nodes = fairu_context__new(ctx, trees->n_nodes, sizeof *trees->nodes, "trees");
  trees->rest = fairu_context__new(ctx, trees->n_nodes, sizeof *trees->rest, "trees");
  trees->roots = fairu_context__new(ctx, trees->n_trees + 1, sizeof *trees->roots, "trees");
  trees->depths = fairu_context__new(ctx, trees->n_trees, sizeof *trees->depths, "trees");
  trees->base = fairu_context__new(ctx, n_outputs, sizeof *trees->base, "trees");
  if (n_outputs > 0 && trees->n_leaves > SIZE_MAX / n_outputs)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu leaves of %zu values", trees->n_leaves, n_outputs);
  trees->values = fairu_context__new(ctx, trees->n_leaves * n_outputs, sizeof *trees->values, "trees");
  return trees->nodes && trees->rest && trees->roots && trees->depths && trees->base && trees->values
             ? FAIRU_OK
             : FAIRU_ERR_OUT_OF_MEMORY;
}

static void compile_nodes(fairu_trees *trees, const fairu_forest *forest, const order *o)
{
  int32_t leaf = 0;
  for (size_t i = 0; i < o->n_met; i++) {
    const fairu_branch_node *node = &forest->nodes[o->queue[i]];
    const size_t at = (size_t)o->place[o->queue[i]];
    fairu_tree_node *to = &trees->nodes[at];
    fairu_tree_rest *rest = &trees->rest[at];
    if (node->mode != FAIRU_BRANCH_LEAF) {
      rest[0].leaf = rest[n_compiled(node) - 1].leaf = -1;
      compile_branch(node, o, at, to, rest);
      continue;
    }
    set_node(to, 0.0F, 0, (int32_t)at, (int32_t)at);
    rest->nan = (int32_t)at;
    for (size_t k = 0; k < forest->n_outputs; k++)
      trees->values[(size_t)leaf * forest->n_outputs + k] =
          (float)forest->values[o->queue[i] * forest->n_outputs + k];
    rest->leaf = leaf++;
  }
  for (size_t t = 0; t < forest->n_trees; t++)
    trees->roots[t] = o->place[forest->roots[t]];
  trees->roots[forest->n_trees] = (int32_t)o->n_out;
}

static int compile(fairu_classifier *classifier, fairu_context *ctx, const fairu_forest *forest)
{
  order o;
  memset(&o, 0, sizeof o);
  int status = order_forest(ctx, forest, &o);
  if (status != FAIRU_OK)
    return status;
  fairu_trees *trees = fairu_context__new(ctx, 1, sizeof *trees, "trees");
  classifier->as.trees = trees;
  if (!trees)
    return FAIRU_ERR_OUT_OF_MEMORY;
  trees->n_trees = forest->n_trees;
  trees->n_nodes = o.n_out;
  trees->n_leaves = o.n_leaves;
  trees->aggregate = forest->aggregate;
  status = fairu_trees__allocate(trees, ctx, forest->n_outputs);
  if (status != FAIRU_OK)
    return status;
  if (forest->base)
    memcpy(trees->base, forest->base, forest->n_outputs * sizeof *trees->base);
  compile_nodes(trees, forest, &o);
  return fairu_trees__measure(trees, ctx);
}

int fairu_trees__create(fairu_context *ctx, const char *const *features, size_t n_features,
                        const fairu_forest *forest, int activation, fairu_classifier **out)
{
  fairu_classifier *classifier = NULL;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_classifier__new(ctx, &fairu_kind__trees, features, n_features, NULL, 0, &classifier);
  if (status == FAIRU_OK)
    status = check_forest(ctx, forest, n_features, activation);
  if (status == FAIRU_OK) {
    classifier->n_outputs = forest->n_outputs;
    classifier->activation = activation;
    status = compile(classifier, ctx, forest);
  }
  fairu_context__release(ctx, mark);
  return fairu_classifier__finish(classifier, status, out);
}
