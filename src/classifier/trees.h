/* trees.h - ensembles of decision trees, as files describe them. */
#ifndef FAIRU_CLASSIFIER_TREES_H
#define FAIRU_CLASSIFIER_TREES_H

#include <fairu/classifier.h>

#include "base/context_internal.h"

enum fairu_branch {
  FAIRU_BRANCH_LEAF,
  FAIRU_BRANCH_LT,
  FAIRU_BRANCH_LEQ,
  FAIRU_BRANCH_GT,
  FAIRU_BRANCH_GTE,
  FAIRU_BRANCH_EQ,
  FAIRU_BRANCH_NEQ
};

enum fairu_aggregate { FAIRU_TREES_SUM, FAIRU_TREES_AVERAGE, FAIRU_TREES_MIN, FAIRU_TREES_MAX };

typedef struct fairu_branch_node {
  unsigned char mode;         /* fairu_branch */
  unsigned char missing_true; /* NaN takes the branch `yes`, too */
  float threshold;
  size_t feature, yes, no; /* numbers of nodes */
} fairu_branch_node;

/* Trees as files describe them. */
typedef struct fairu_forest {
  size_t n_trees, n_nodes, n_outputs;
  const size_t *roots;            /* [n_trees] */
  const fairu_branch_node *nodes; /* [n_nodes] */
  const double *values;           /* [n_nodes * n_outputs] of leaves */
  int aggregate;
  const double *base; /* [n_outputs] added at the end, NULL: 0 */
} fairu_forest;

/* A classifier over features alone. activation: FAIRU_ACTIVATION_LINEAR, FAIRU_ACTIVATION_SIGMOID, or FAIRU_ACTIVATION_SOFTMAX. FAIRU_ERR_FORMAT (children out
 * of range, used twice, in a circle), FAIRU_ERR_SHAPE (features), FAIRU_ERR_NON_FINITE, FAIRU_ERR_LIMIT. */
int fairu_trees__create(fairu_context *ctx, const char *const *features, size_t n_features,
                        const fairu_forest *forest, int activation, fairu_classifier **out);

#endif /* FAIRU_CLASSIFIER_TREES_H */
