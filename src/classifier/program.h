/* program.h - networks as lists of operations on blocks of lanes: what files of other programs are translated to. For the files of
 * classifier/ alone.
 *
 * A value is [width][FAIRU_LANES]. Operations come in an order in which each value is made before it is used; the builder checks
 * widths at once and names the node at fault. Scale and shift of inputs, constants as an operand, identities, slices and concatenations
 * of inputs are folded as they come; fairu_program__finish() folds scale and shift into the dense layer before or behind, drops what
 * nothing needs, lays values out in as few rows as their lives allow, and makes a plain fairu_network of a chain of dense layers, so
 * that the fast path serves files from anywhere.
 */
#ifndef FAIRU_CLASSIFIER_PROGRAM_H
#define FAIRU_CLASSIFIER_PROGRAM_H

#include "classifier/kind.h"

typedef struct fairu_program_builder fairu_program_builder;

/* Number of a value. FAIRU_NO_VALUE after a failure, and as an argument: then the call does nothing, so that calls can follow each
 * other unchecked. */
typedef size_t fairu_value;
#define FAIRU_NO_VALUE SIZE_MAX

enum fairu_function {
  FAIRU_FN_IDENTITY,
  FAIRU_FN_RELU,
  FAIRU_FN_SIGMOID,
  FAIRU_FN_TANH,
  FAIRU_FN_ELU,              /* alpha */
  FAIRU_FN_LEAKY_RELU,       /* alpha */
  FAIRU_FN_SELU,             /* alpha, beta = gamma */
  FAIRU_FN_CELU,             /* alpha, not 0 */
  FAIRU_FN_THRESHOLDED_RELU, /* alpha */
  FAIRU_FN_HARD_SIGMOID,     /* clamp(alpha x + beta, 0, 1) */
  FAIRU_FN_HARD_SWISH,       /* x clamp(x / 6 + 1 / 2, 0, 1) */
  FAIRU_FN_SWISH,            /* x sigmoid(alpha x) */
  FAIRU_FN_GELU,             /* alpha 1: tanh form, 0: erf */
  FAIRU_FN_MISH,
  FAIRU_FN_SOFTPLUS,
  FAIRU_FN_SOFTSIGN,
  FAIRU_FN_ERF,
  FAIRU_FN_EXP,
  FAIRU_FN_LOG,
  FAIRU_FN_SQRT,
  FAIRU_FN_NEG,
  FAIRU_FN_ABS,
  FAIRU_FN_CLIP,  /* to [alpha, beta], which may be infinite */
  FAIRU_FN_POWER, /* x^alpha */
  FAIRU_FN_RECIPROCAL
};

enum fairu_binary {
  FAIRU_BIN_ADD,
  FAIRU_BIN_SUB,
  FAIRU_BIN_MUL,
  FAIRU_BIN_DIV,
  FAIRU_BIN_MAX, /* NaN of either passes through */
  FAIRU_BIN_MIN
};

int fairu_program__create(fairu_context *ctx, fairu_program_builder **out);
void fairu_program__destroy(fairu_program_builder *b); /* NULL is a no-op */

/* The node that following calls belong to, before their messages: "node 7 'Gemm_3'". Copied. */
void fairu_program__at(fairu_program_builder *b, const char *node);

/* A failure at this node in the words of a reader: the builder's status, if it is the first. */
int fairu_program__fail(fairu_program_builder *b, int code, const char *format, ...) FAIRU_PRINTF(3, 4);

/* First failure. */
int fairu_program__status(const fairu_program_builder *b);

/* Inputs: names are copied; is_nuisance: they come from Z. Features and nuisances of the classifier are those of all calls, in order. */
fairu_value fairu_program__input(fairu_program_builder *b, const char *const *names, size_t width,
                                 int is_nuisance);

/* Arrays are copied, everywhere. w [n_out * width of x] row-major, bias [n_out] or NULL. */
fairu_value fairu_program__dense(fairu_program_builder *b, fairu_value x, size_t n_out, const float *w,
                                 const float *bias);
/* (x + before) * scale + after in double; each [width of x] or NULL. Of inputs themselves nothing is rounded in between. */
fairu_value fairu_program__affine(fairu_program_builder *b, fairu_value x, const double *before,
                                  const double *scale, const double *after);
fairu_value fairu_program__function(fairu_program_builder *b, fairu_value x, int function, double alpha,
                                    double beta);
fairu_value fairu_program__prelu(fairu_program_builder *b, fairu_value x, const float *slope); /* [width] */
fairu_value fairu_program__binary(fairu_program_builder *b, int op, fairu_value x,
                                  fairu_value y); /* widths equal, or one of them 1 */
fairu_value fairu_program__constant(fairu_program_builder *b, size_t width, const float *values);
fairu_value fairu_program__concat(fairu_program_builder *b, const fairu_value *x, size_t n);
fairu_value fairu_program__slice(fairu_program_builder *b, fairu_value x, size_t first, size_t width);
fairu_value fairu_program__softmax(fairu_program_builder *b, fairu_value x, int log);
/* gamma and beta [width] or NULL. */
fairu_value fairu_program__layer_norm(fairu_program_builder *b, fairu_value x, const float *gamma,
                                      const float *beta, double epsilon);

size_t fairu_program__width(const fairu_program_builder *b, fairu_value x); /* 0 for FAIRU_NO_VALUE */

/* Make the classifier whose output is `out`: where that is a sigmoid or softmax, or one of the two of a softmax, the logit is its argument. Once
 * per builder, which is destroyed all the same; ctx is the one it was made with. */
int fairu_program__finish(fairu_program_builder *b, fairu_context *ctx, fairu_value out,
                          fairu_classifier **classifier);

#endif /* FAIRU_CLASSIFIER_PROGRAM_H */
