/* onnx_graph.h - an ONNX graph being translated: names, what is known of each, and the operations. */
#ifndef FAIRU_CLASSIFIER_ONNX_GRAPH_H
#define FAIRU_CLASSIFIER_ONNX_GRAPH_H

#include "classifier/onnx.h"
#include "classifier/onnx_model.h"
#include "classifier/onnx_trees.h"
#include "classifier/program.h"

enum fairu_onnx_kind {
  FAIRU_ONNX_NOTHING,  /* not worked out: labels, masks, unused outputs */
  FAIRU_ONNX_CONSTANT, /* numbers known now */
  FAIRU_ONNX_LIVE,     /* a value of the program */
  FAIRU_ONNX_FOREST    /* what a tree ensemble gives */
};

typedef struct fairu_onnx_value {
  const char *name;
  const fairu_onnx_node *node; /* that makes it; NULL: input, initializer or never made */
  size_t done;                 /* inputs of the node that are there */
  int open;                    /* on the way to the output, not there yet */
  int known;
  int kind;
  int type;                     /* of the elements */
  size_t n_dims, n;             /* n of constants: elements; of others: width */
  size_t dims[FAIRU_ONNX_DIMS]; /* of others than constants dims[0] is the batch, 0 */
  double *numbers;              /* [n] of constants */
  fairu_value value;
  const size_t *columns; /* [n] inputs of the model that it holds as they came; NULL: something else */
  const struct fairu_onnx_value *complement; /* it is one minus this */
  fairu_onnx_forest *forest;
} fairu_onnx_value;

typedef struct fairu_onnx_graph {
  fairu_context *ctx;
  const char *path;
  const fairu_import_options *options;
  const fairu_onnx_model *model;
  fairu_program_builder *builder;
  fairu_onnx_value *values; /* all names */
  size_t n_values;
  size_t *table; /* [table_size] 1 + index of a value, by hash of the name */
  size_t table_size;
  const char **columns; /* [n_columns] names of all inputs */
  unsigned char *is_nuisance;
  size_t n_columns;
  size_t n_named; /* columns with names of the options */
} fairu_onnx_graph;

/* Inputs of the operation at hand: NULL where absent. */
typedef struct fairu_onnx_call {
  const fairu_onnx_node *node;
  const fairu_onnx_value **in;
  size_t n_in;
  fairu_onnx_value *out; /* the first output; made from it: name and node are kept */
} fairu_onnx_call;

typedef int (*fairu_onnx_op)(fairu_onnx_graph *graph, const fairu_onnx_call *call);

fairu_onnx_value *fairu_onnx__find(const fairu_onnx_graph *graph, const char *name);
/* NULL: the name is taken. */
fairu_onnx_value *fairu_onnx__add(fairu_onnx_graph *graph, const char *name);
/* A finite number of a property. */
int fairu_onnx__number(fairu_context *ctx, const char *what, const char *text, double *value);

/* Columns of the model's inputs: names, which are nuisances, values of the program. */
int fairu_onnx__add_inputs(fairu_onnx_graph *graph);

/* Work a call out. */
int fairu_onnx__apply(fairu_onnx_graph *graph, const fairu_onnx_call *call);

/* ---- for operations ----------------------------------------------------------------------------------- */

/* Input i is there and of a kind, or a failure that names it. */
int fairu_onnx__need(fairu_onnx_graph *graph, const fairu_onnx_call *call, size_t i, int kind);
/* What the output takes over from an input: everything but name and place. */
void fairu_onnx__take(fairu_onnx_value *out, const fairu_onnx_value *in);
/* The output is this value of the program, [batch][width]. */
int fairu_onnx__live(fairu_onnx_graph *graph, const fairu_onnx_call *call, fairu_value value);
/* The same with the shape of `like`. */
int fairu_onnx__live_like(fairu_onnx_graph *graph, const fairu_onnx_call *call, fairu_value value,
                          const fairu_onnx_value *like);
/* The output is a constant of this shape; numbers [product of dims] in scratch. */
int fairu_onnx__constant(fairu_onnx_graph *graph, const fairu_onnx_call *call, int type, const size_t *dims,
                         size_t n_dims, double **numbers);
/* A constant stretched over the width of a live value, [n] in scratch. */
int fairu_onnx__stretch(fairu_onnx_graph *graph, const fairu_onnx_value *constant,
                        const fairu_onnx_value *live, double **numbers);
int fairu_onnx__floats(fairu_onnx_graph *graph, const double *numbers, size_t n, float **floats);
/* An axis counted from either end. */
int fairu_onnx__axis(fairu_onnx_graph *graph, int64_t axis, size_t n_dims, size_t *out);
/* A list of integers: attribute, or input i as a constant; *n left alone if neither is there. */
int fairu_onnx__list(fairu_onnx_graph *graph, const fairu_onnx_call *call, const char *attribute, size_t i,
                     int64_t **values, size_t *n);

/* What the trees sum up to goes through this activation; only what is linear so far can. */
int fairu_onnx__activate(fairu_onnx_graph *graph, fairu_onnx_value *value, int activation);
/* A constant with trees: 1 - p, and factors and shifts of what is linear. */
int fairu_onnx__forest_binary(fairu_onnx_graph *graph, const fairu_onnx_call *call, char op);

/* The families of operations, each by the name in the node. */
int fairu_onnx__op_unary(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_binary(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_extreme(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_cast(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_constant(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_same(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_reshape(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_flatten(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_squeeze(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_unsqueeze(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_transpose(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_concat(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_slice(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_gather(fairu_onnx_graph *graph, const fairu_onnx_call *call);
int fairu_onnx__op_trees(fairu_onnx_graph *graph, const fairu_onnx_call *call);

#endif /* FAIRU_CLASSIFIER_ONNX_GRAPH_H */
