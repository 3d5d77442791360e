/* onnx_trees.h - TreeEnsembleClassifier and TreeEnsembleRegressor of ai.onnx.ml, with what may follow them. */
#ifndef FAIRU_CLASSIFIER_ONNX_TREES_H
#define FAIRU_CLASSIFIER_ONNX_TREES_H

#include "classifier/trees.h"

typedef struct fairu_onnx_forest {
  fairu_forest forest;
  const struct fairu_onnx_node *node; /* for messages */
  int activation;                     /* fairu_activation of what the trees sum up to */
} fairu_onnx_forest;

#endif /* FAIRU_CLASSIFIER_ONNX_TREES_H */
