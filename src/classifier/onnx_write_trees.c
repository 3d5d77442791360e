/* onnx_write_trees.c - compiled trees as a TreeEnsembleRegressor of branches x < threshold; the activation follows as a node. */
#include <string.h>

#include "classifier/onnx_write.h"
#include "classifier/trees_kind.h"

typedef int64_t (*node_number)(const fairu_trees *trees, size_t tree, size_t node);

static int64_t tree_of(const fairu_trees *trees, size_t tree, size_t node)
{
  (void)trees, (void)node;
  return (int64_t)tree;
}

static int64_t id_of(const fairu_trees *trees, size_t tree, size_t node)
{
  return (int64_t)node - trees->roots[tree];
}

static int64_t feature_of(const fairu_trees *trees, size_t tree, size_t node)
{
  (void)tree;
  return trees->nodes[node].feature;
}

static int64_t yes_of(const fairu_trees *trees, size_t tree, size_t node)
{
  return trees->rest[node].leaf >= 0 ? 0 : trees->nodes[node].child[1] - trees->roots[tree];
}

static int64_t no_of(const fairu_trees *trees, size_t tree, size_t node)
{
  return trees->rest[node].leaf >= 0 ? 0 : trees->nodes[node].child[0] - trees->roots[tree];
}

static int64_t missing_of(const fairu_trees *trees, size_t tree, size_t node)
{
  (void)tree;
  return trees->rest[node].leaf < 0 && trees->rest[node].nan == trees->nodes[node].child[1];
}

static size_t begin_list(fairu_onnx_writer *w, const char *name, int type)
{
  const size_t begun = fairu_proto_out__begin(&w->graph, 5);
  fairu_proto_out__string(&w->graph, 1, name);
  fairu_proto_out__varint(&w->graph, 20, (uint64_t)type);
  return begun;
}

static void put_node_ints(fairu_onnx_writer *w, const char *name, node_number number)
{
  const fairu_trees *trees = w->classifier->as.trees;
  const size_t begun = begin_list(w, name, 7);
  for (size_t t = 0; t < trees->n_trees; t++)
    for (int32_t i = trees->roots[t]; i < trees->roots[t + 1]; i++)
      fairu_proto_out__varint(&w->graph, 8, (uint64_t)number(trees, t, (size_t)i));
  fairu_proto_out__end(&w->graph, begun);
}

static void put_thresholds(fairu_onnx_writer *w)
{
  const fairu_trees *trees = w->classifier->as.trees;
  size_t begun = begin_list(w, "nodes_values", 6);
  for (size_t i = 0; i < trees->n_nodes; i++)
    fairu_proto_out__f32(&w->graph, 7, trees->nodes[i].threshold);
  fairu_proto_out__end(&w->graph, begun);
  begun = begin_list(w, "nodes_modes", 8);
  for (size_t i = 0; i < trees->n_nodes; i++)
    fairu_proto_out__string(&w->graph, 9, trees->rest[i].leaf >= 0 ? "LEAF" : "BRANCH_LT");
  fairu_proto_out__end(&w->graph, begun);
}

/* Entries of leaves, output by output: the number of the tree, of its node, of the output. */
static void put_leaf_ints(fairu_onnx_writer *w, const char *name, node_number number)
{
  const fairu_trees *trees = w->classifier->as.trees;
  const size_t begun = begin_list(w, name, 7);
  for (size_t t = 0; t < trees->n_trees; t++)
    for (int32_t i = trees->roots[t]; i < trees->roots[t + 1]; i++)
      for (size_t o = 0; trees->rest[i].leaf >= 0 && o < w->classifier->n_outputs; o++)
        fairu_proto_out__varint(&w->graph, 8, number ? (uint64_t)number(trees, t, (size_t)i) : (uint64_t)o);
  fairu_proto_out__end(&w->graph, begun);
}

static void put_leaves(fairu_onnx_writer *w)
{
  const fairu_trees *trees = w->classifier->as.trees;
  const size_t n_outputs = w->classifier->n_outputs;
  put_leaf_ints(w, "target_treeids", tree_of);
  put_leaf_ints(w, "target_nodeids", id_of);
  put_leaf_ints(w, "target_ids", NULL);
  size_t begun = begin_list(w, "target_weights", 6);
  for (size_t i = 0; i < trees->n_nodes; i++)
    for (size_t o = 0; trees->rest[i].leaf >= 0 && o < n_outputs; o++)
      fairu_proto_out__f32(&w->graph, 7, trees->values[(size_t)trees->rest[i].leaf * n_outputs + o]);
  fairu_proto_out__end(&w->graph, begun);
  begun = begin_list(w, "base_values", 6);
  for (size_t o = 0; o < n_outputs; o++)
    fairu_proto_out__f32(&w->graph, 7, (float)trees->base[o]);
  fairu_proto_out__end(&w->graph, begun);
}

/* Branches x == t are two nodes with a child in common here: no tree in the words of ONNX. */
static int check_trees(fairu_context *ctx, const fairu_trees *trees)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  unsigned char *met = fairu_context__scratch(ctx, trees->n_nodes, 1, "nodes of trees");
  int status = met ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (met)
    memset(met, 0, trees->n_nodes);
  for (size_t i = 0; i < trees->n_nodes && status == FAIRU_OK; i++)
    for (int k = 0; k < 2 && trees->rest[i].leaf < 0 && status == FAIRU_OK; k++)
      if (met[trees->nodes[i].child[k]]++)
        status = fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "node %zu of the trees asks for x == %g", i,
                                     (double)trees->nodes[i].threshold);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_onnx__put_trees(fairu_onnx_writer *w, fairu_context *ctx, fairu_onnx_name x, fairu_onnx_name *y)
{
  static const char *const aggregates[] = { "SUM", "AVERAGE", "MIN", "MAX" };
  const fairu_trees *trees = w->classifier->as.trees;
  int status = check_trees(ctx, trees);
  if (status != FAIRU_OK)
    return status;
  w->ml_opset = 1;
  *y = fairu_onnx__new_name(w, "TreeEnsembleRegressor");
  const size_t begun = fairu_onnx__begin_node(w, "TreeEnsembleRegressor", &x, 1, y);
  fairu_proto_out__string(&w->graph, 7, "ai.onnx.ml");
  fairu_onnx__put_int(w, "n_targets", (int64_t)w->classifier->n_outputs);
  fairu_onnx__put_string(w, "aggregate_function", aggregates[trees->aggregate]);
  fairu_onnx__put_string(w, "post_transform", "NONE");
  put_node_ints(w, "nodes_treeids", tree_of);
  put_node_ints(w, "nodes_nodeids", id_of);
  put_node_ints(w, "nodes_featureids", feature_of);
  put_node_ints(w, "nodes_truenodeids", yes_of);
  put_node_ints(w, "nodes_falsenodeids", no_of);
  put_node_ints(w, "nodes_missing_value_tracks_true", missing_of);
  put_thresholds(w);
  put_leaves(w);
  fairu_onnx__end_node(w, begun);
  return FAIRU_OK;
}
