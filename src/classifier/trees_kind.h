/* trees_kind.h - compiled trees: flat arrays that events walk without a branch of the processor. */
#ifndef FAIRU_CLASSIFIER_TREES_KIND_H
#define FAIRU_CLASSIFIER_TREES_KIND_H

#include "base/pack_internal.h"
#include "classifier/trees.h"

/* What every step reads: x < threshold goes to child[1], all else to child[0]. A leaf is its own child. Children come behind their
 * parents. */
typedef struct fairu_tree_node {
  float threshold;
  int32_t feature;
  int32_t child[2];
} fairu_tree_node;

typedef struct fairu_tree_rest {
  int32_t nan;  /* child that NaN takes */
  int32_t leaf; /* number of its values, -1 for branches */
} fairu_tree_rest;

typedef struct fairu_trees {
  size_t n_trees, n_nodes, n_leaves;
  fairu_tree_node *nodes; /* [n_nodes] tree by tree, the root first */
  fairu_tree_rest *rest;  /* [n_nodes] */
  int32_t *roots;         /* [n_trees + 1] */
  int32_t *depths;        /* [n_trees] */
  float *values;          /* [n_leaves * n_outputs] */
  double *base;           /* [n_outputs] */
  int aggregate;          /* fairu_aggregate */
} fairu_trees;

/* Arrays by the numbers that are set, owned by the classifier. */
int fairu_trees__allocate(fairu_trees *trees, fairu_context *ctx, size_t n_outputs);
/* Of the kind. */
int fairu_trees__load(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack);
/* Depths of the trees. */
int fairu_trees__measure(fairu_trees *trees, fairu_context *ctx);

#endif /* FAIRU_CLASSIFIER_TREES_KIND_H */
