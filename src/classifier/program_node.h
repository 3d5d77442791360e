/* program_node.h - what a program is made of. For program*.c alone. */
#ifndef FAIRU_CLASSIFIER_PROGRAM_NODE_H
#define FAIRU_CLASSIFIER_PROGRAM_NODE_H

#include "classifier/program.h"

enum {
  FAIRU_PROGRAM_MOST_NODES = 16384,
  FAIRU_PROGRAM_MOST_WIDTH = 1 << 20,
  FAIRU_PROGRAM_MOST_NAMES = 16384
};

typedef enum fairu_op {
  FAIRU_OP_LOAD, /* ((source - d[0]) * d[1] + d[2]), columns of features and Z */
  FAIRU_OP_CONSTANT,
  FAIRU_OP_DENSE,
  FAIRU_OP_AFFINE, /* (x + d[0]) * d[1] + d[2] */
  FAIRU_OP_FUNCTION,
  FAIRU_OP_PRELU,
  FAIRU_OP_BINARY,
  FAIRU_OP_CONCAT,
  FAIRU_OP_SLICE,
  FAIRU_OP_SOFTMAX,
  FAIRU_OP_LAYER_NORM,
  FAIRU_N_OPS
} fairu_op;

typedef struct fairu_node {
  int op;
  int function; /* fairu_function, fairu_binary; of a softmax: its logarithm */
  size_t width;
  size_t n_in;  /* width of the first argument; of a load 0 */
  size_t first; /* of a slice */
  double alpha, beta;
  size_t n_args;
  size_t *args;              /* [n_args] earlier nodes */
  float *w;                  /* dense: [width * n_in]; layer norm: gamma */
  float *v;                  /* [width] dense: bias; prelu: slope; constant; layer norm: beta */
  double *d;                 /* [3][width] of load and affine */
  uint64_t *source;          /* [width] of a load: 2 * feature, or 2 * nuisance + 1 */
  size_t row;                /* where its value lies */
  size_t own_row;            /* and where no other value does */
  int moves;                 /* depends on Z */
  fairu_packed_dense packed; /* dense: for one event */
  float *packed_memory;
} fairu_node;

/* Numbers in the arrays of a node. */
size_t fairu_node__n_w(const fairu_node *node);
size_t fairu_node__n_v(const fairu_node *node);
size_t fairu_node__n_d(const fairu_node *node);
size_t fairu_node__n_source(const fairu_node *node);
void fairu_node__clear(const fairu_allocator *allocator, fairu_node *node);

/* Nodes in order, those that Z does not move first; the output is the last. */
typedef struct fairu_program {
  size_t n_nodes;
  fairu_node *nodes;
  size_t n_fixed; /* nodes worked out once for all points of Z */
  size_t n_rows, n_own_rows;
  size_t event_width; /* widest dense layer, in whole vectors */
} fairu_program;

typedef struct fairu_name_list {
  char **names;
  size_t n;
} fairu_name_list;

struct fairu_program_builder {
  fairu_context *ctx;
  int status;
  char at[192];
  fairu_node *nodes;
  size_t n, capacity;
  fairu_name_list names[2]; /* features, nuisances */
  uint64_t bytes;           /* of arrays, against limits.model_bytes */
};

/* A load of columns; d [3][width]. */
fairu_value fairu_program__load(fairu_program_builder *b, size_t width, const uint64_t *source,
                                const double *d);

/* Append a node with these arguments; its arrays are the builder's whatever happens. */
fairu_value fairu_program__append(fairu_program_builder *b, fairu_node node, const size_t *args,
                                  size_t n_args);

/* An argument of a call, NULL after a failure. */
fairu_node *fairu_program__node(fairu_program_builder *b, fairu_value x);

/* Move what `out` needs into a classifier of the program kind, without its own parts yet. */
int fairu_program__compile(fairu_program_builder *b, fairu_value out, int activation,
                           fairu_classifier *classifier);

/* Rows of all values. FAIRU_ERR_LIMIT. */
int fairu_program__lay_out(fairu_program *program, fairu_context *ctx);

/* Of the kind: copy, destroy, save, load. */
int fairu_program__copy(const fairu_classifier *from, fairu_context *ctx, fairu_classifier *to);
void fairu_program__clear(fairu_classifier *classifier);
void fairu_program__save(const fairu_classifier *classifier, fairu_pack *pack);
int fairu_program__restore(fairu_classifier *classifier, fairu_context *ctx, fairu_unpack *unpack);

/* In place on x [n]. */
void fairu_program__apply(const fairu_engine *engine, int function, double alpha, double beta, float *x,
                          size_t n);

/* What a program works on: a block of lanes, or one event with `wide`. */
typedef struct fairu_values {
  const float *x;  /* features [n_features][lanes] */
  const double *z; /* [n_nuisances]; not read by nodes that Z does not move */
  float *rows;     /* [n_rows][lanes], for one event with FAIRU_PAD more behind them */
  float *wide;     /* one event: [event_width]; a block: NULL */
  int apart;       /* all values are kept, each in its own rows: rows [n_own_rows][lanes] */
} fairu_values;

static inline size_t fairu_node__row(const fairu_node *node, const fairu_values *values)
{
  return values->apart ? node->own_row : node->row;
}

/* Work out nodes first .. end - 1. */
void fairu_program__run(const fairu_program *program, const fairu_engine *engine, const fairu_values *values,
                        size_t first, size_t end);

/* Dense layers once more, in the order in which one event needs them; says which programs are for blocks only. */
int fairu_program__pack(fairu_classifier *classifier, fairu_context *ctx);

/* d [n] *= f'(x), y = f(x); at a kink the slope of the side above, ReLU 0. */
void fairu_program__slope(int function, double alpha, double beta, const float *x, const float *y, float *d,
                          size_t n);

/* Of the kind: scores and derivatives of events. */
int fairu_program__derive(const fairu_classifier *classifier, fairu_context *worker, const fairu_job *job,
                          const fairu_slopes *slopes, size_t first, size_t n);

/* Of the kind: a few events, one by one, with the bits of a block. */
int fairu_program__few(const fairu_classifier *classifier, fairu_context *ctx, const fairu_few *few);

#endif /* FAIRU_CLASSIFIER_PROGRAM_NODE_H */
