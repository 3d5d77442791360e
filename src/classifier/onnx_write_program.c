/* onnx_write_program.c - programs as ONNX nodes: one for one, but where ONNX has no such operation. */
#include <string.h>

#include "classifier/onnx_write.h"
#include "classifier/program_node.h"

/* ---- inputs ------------------------------------------------------------------------------------------- */

/* Columns of the input, scaled. */
static int put_load(fairu_onnx_writer *w, fairu_context *ctx, const fairu_node *node, fairu_onnx_name x,
                    fairu_onnx_name *y)
{
  const size_t n_features = w->classifier->n_features, n = node->width;
  int whole = n == n_features + w->classifier->n_nuisances;
  int64_t *columns = fairu_context__scratch(ctx, n, sizeof *columns, "columns of a program");
  if (!columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    columns[i] = (int64_t)(node->source[i] / 2 + (node->source[i] % 2 ? n_features : 0));
    whole = whole && columns[i] == (int64_t)i;
  }
  if (!whole) {
    const fairu_onnx_name in[2] = { x, fairu_onnx__put_i64s(w, "columns", columns, n) };
    x = fairu_onnx__new_name(w, "Gather");
    const size_t begun = fairu_onnx__begin_node(w, "Gather", in, 2, &x);
    fairu_onnx__put_int(w, "axis", 1);
    fairu_onnx__end_node(w, begun);
  }
  *y = fairu_onnx__put_affine(w, x, node->d, 1, node->d + n, node->d + 2 * n, n);
  return FAIRU_OK;
}

/* ---- functions ---------------------------------------------------------------------------------------- */

typedef struct function_row {
  int function;
  const char *op, *alpha, *beta; /* attributes */
  int64_t opset;
} function_row;

static const function_row functions[] = {
  { FAIRU_FN_IDENTITY, "Identity", NULL, NULL, 1 },
  { FAIRU_FN_RELU, "Relu", NULL, NULL, 1 },
  { FAIRU_FN_SIGMOID, "Sigmoid", NULL, NULL, 1 },
  { FAIRU_FN_TANH, "Tanh", NULL, NULL, 1 },
  { FAIRU_FN_ELU, "Elu", "alpha", NULL, 1 },
  { FAIRU_FN_LEAKY_RELU, "LeakyRelu", "alpha", NULL, 1 },
  { FAIRU_FN_SELU, "Selu", "alpha", "gamma", 1 },
  { FAIRU_FN_CELU, "Celu", "alpha", NULL, 12 },
  { FAIRU_FN_THRESHOLDED_RELU, "ThresholdedRelu", "alpha", NULL, 10 },
  { FAIRU_FN_HARD_SIGMOID, "HardSigmoid", "alpha", "beta", 1 },
  { FAIRU_FN_HARD_SWISH, "HardSwish", NULL, NULL, 14 },
  { FAIRU_FN_MISH, "Mish", NULL, NULL, 18 },
  { FAIRU_FN_SOFTPLUS, "Softplus", NULL, NULL, 1 },
  { FAIRU_FN_SOFTSIGN, "Softsign", NULL, NULL, 1 },
  { FAIRU_FN_ERF, "Erf", NULL, NULL, 9 },
  { FAIRU_FN_EXP, "Exp", NULL, NULL, 1 },
  { FAIRU_FN_LOG, "Log", NULL, NULL, 1 },
  { FAIRU_FN_SQRT, "Sqrt", NULL, NULL, 1 },
  { FAIRU_FN_NEG, "Neg", NULL, NULL, 1 },
  { FAIRU_FN_ABS, "Abs", NULL, NULL, 1 },
  { FAIRU_FN_RECIPROCAL, "Reciprocal", NULL, NULL, 1 },
};

static void need_opset(fairu_onnx_writer *w, int64_t opset)
{
  w->opset = opset > w->opset ? opset : w->opset;
}

static fairu_onnx_name put_scalar(fairu_onnx_writer *w, const char *stem, double value)
{
  const float number = (float)value;
  return fairu_onnx__put_f32s(w, stem, &number, NULL, 0);
}

/* Functions that take their parameters as inputs, or have no operation of their own. */
static int put_special(fairu_onnx_writer *w, fairu_context *ctx, const fairu_node *node, fairu_onnx_name x,
                       fairu_onnx_name *y)
{
  fairu_onnx_name in[3] = { x, x, x };
  size_t begun;
  switch (node->function) {
  case FAIRU_FN_CLIP:
    in[1] = put_scalar(w, "min", node->alpha);
    in[2] = put_scalar(w, "max", node->beta);
    *y = fairu_onnx__put_node(w, "Clip", in, 3);
    return FAIRU_OK;
  case FAIRU_FN_POWER:
    in[1] = put_scalar(w, "exponent", node->alpha);
    *y = fairu_onnx__put_node(w, "Pow", in, 2);
    return FAIRU_OK;
  case FAIRU_FN_SWISH:
    if (node->alpha != 1.0) {
      in[1] = put_scalar(w, "alpha", node->alpha);
      in[1] = fairu_onnx__put_node(w, "Mul", in, 2);
    }
    in[1] = fairu_onnx__put_node(w, "Sigmoid", in + 1, 1);
    *y = fairu_onnx__put_node(w, "Mul", in, 2);
    return FAIRU_OK;
  case FAIRU_FN_GELU:
    need_opset(w, 20);
    *y = fairu_onnx__new_name(w, "Gelu");
    begun = fairu_onnx__begin_node(w, "Gelu", in, 1, y);
    fairu_onnx__put_string(w, "approximate", node->alpha != 0.0 ? "tanh" : "none");
    fairu_onnx__end_node(w, begun);
    return FAIRU_OK;
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "ONNX has no function %d", node->function);
  }
}

static int put_function(fairu_onnx_writer *w, fairu_context *ctx, const fairu_node *node, fairu_onnx_name x,
                        fairu_onnx_name *y)
{
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    const function_row *row = &functions[i];
    if (row->function != node->function)
      continue;
    need_opset(w, row->opset);
    *y = fairu_onnx__new_name(w, row->op);
    const size_t begun = fairu_onnx__begin_node(w, row->op, &x, 1, y);
    if (row->alpha)
      fairu_onnx__put_float(w, row->alpha, node->alpha);
    if (row->beta)
      fairu_onnx__put_float(w, row->beta, node->beta);
    fairu_onnx__end_node(w, begun);
    return FAIRU_OK;
  }
  return put_special(w, ctx, node, x, y);
}

/* ---- the other operations ----------------------------------------------------------------------------- */

static fairu_onnx_name put_along_axis(fairu_onnx_writer *w, const char *op, const fairu_onnx_name *in,
                                      size_t n)
{
  const fairu_onnx_name y = fairu_onnx__new_name(w, op);
  const size_t begun = fairu_onnx__begin_node(w, op, in, n, &y);
  fairu_onnx__put_int(w, "axis", 1);
  fairu_onnx__end_node(w, begun);
  return y;
}

static fairu_onnx_name put_slice(fairu_onnx_writer *w, const fairu_node *node, fairu_onnx_name x)
{
  const int64_t first = (int64_t)node->first, end = first + (int64_t)node->width, axis = 1;
  const fairu_onnx_name in[4] = { x, fairu_onnx__put_i64s(w, "starts", &first, 1),
                                  fairu_onnx__put_i64s(w, "ends", &end, 1),
                                  fairu_onnx__put_i64s(w, "axes", &axis, 1) };
  return fairu_onnx__put_node(w, "Slice", in, 4);
}

static int put_layer_norm(fairu_onnx_writer *w, fairu_context *ctx, const fairu_node *node, fairu_onnx_name x,
                          fairu_onnx_name *y)
{
  const size_t n = node->width;
  float *ones = fairu_context__scratch(ctx, n, sizeof *ones, "weights of a program");
  if (!ones)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    ones[i] = 1.0F;
  need_opset(w, 17);
  fairu_onnx_name in[3] = { x, fairu_onnx__put_f32s(w, "gamma", node->w ? node->w : ones, &n, 1), { "" } };
  if (node->v)
    in[2] = fairu_onnx__put_f32s(w, "beta", node->v, &n, 1);
  *y = fairu_onnx__new_name(w, "LayerNormalization");
  const size_t begun = fairu_onnx__begin_node(w, "LayerNormalization", in, node->v ? 3 : 2, y);
  fairu_onnx__put_int(w, "axis", -1);
  fairu_onnx__put_float(w, "epsilon", node->alpha);
  fairu_onnx__end_node(w, begun);
  return FAIRU_OK;
}

/* in: names of its arguments. */
static int put_op(fairu_onnx_writer *w, fairu_context *ctx, const fairu_node *node, fairu_onnx_name x,
                  fairu_onnx_name *in, fairu_onnx_name *y)
{
  static const char *const binary[] = { "Add", "Sub", "Mul", "Div", "Max", "Min" };
  const size_t n = node->width;
  switch (node->op) {
  case FAIRU_OP_LOAD:
    return put_load(w, ctx, node, x, y);
  case FAIRU_OP_CONSTANT:
    *y = fairu_onnx__put_f32s(w, "constant", node->v, &n, 1);
    return FAIRU_OK;
  case FAIRU_OP_DENSE:
    *y = fairu_onnx__put_dense(w, in[0], node->w, node->v, node->n_in, n);
    return FAIRU_OK;
  case FAIRU_OP_AFFINE:
    *y = fairu_onnx__put_affine(w, in[0], node->d, 0, node->d + n, node->d + 2 * n, n);
    return FAIRU_OK;
  case FAIRU_OP_FUNCTION:
    return put_function(w, ctx, node, in[0], y);
  case FAIRU_OP_PRELU:
    in[1] = fairu_onnx__put_f32s(w, "slope", node->v, &n, 1);
    *y = fairu_onnx__put_node(w, "PRelu", in, 2);
    return FAIRU_OK;
  case FAIRU_OP_BINARY:
    *y = fairu_onnx__put_node(w, binary[node->function], in, 2);
    return FAIRU_OK;
  case FAIRU_OP_CONCAT:
    *y = put_along_axis(w, "Concat", in, node->n_args);
    return FAIRU_OK;
  case FAIRU_OP_SLICE:
    *y = put_slice(w, node, in[0]);
    return FAIRU_OK;
  case FAIRU_OP_SOFTMAX:
    *y = put_along_axis(w, node->function ? "LogSoftmax" : "Softmax", in, 1);
    return FAIRU_OK;
  case FAIRU_OP_LAYER_NORM:
    return put_layer_norm(w, ctx, node, in[0], y);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "ONNX has no operation %d", node->op);
  }
}

/* A constant has no batch: it can be an operand, but not a part of something joined. */
static int check_arguments(fairu_context *ctx, const fairu_program *program, const fairu_node *node)
{
  for (size_t k = 0; k < node->n_args; k++)
    if (program->nodes[node->args[k]].op == FAIRU_OP_CONSTANT && node->op != FAIRU_OP_BINARY)
      return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "a constant that is no operand");
  return FAIRU_OK;
}

static int put_node(fairu_onnx_writer *w, fairu_context *ctx, size_t i, fairu_onnx_name x,
                    fairu_onnx_name *names)
{
  const fairu_program *program = w->classifier->as.program;
  const fairu_node *node = &program->nodes[i];
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_onnx_name *in = fairu_context__scratch(ctx, node->n_args + 2, sizeof *in, "names of a program");
  int status = in ? check_arguments(ctx, program, node) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < node->n_args && status == FAIRU_OK; k++)
    in[k] = names[node->args[k]];
  if (status == FAIRU_OK)
    status = put_op(w, ctx, node, x, in, &names[i]);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_onnx__put_program(fairu_onnx_writer *w, fairu_context *ctx, fairu_onnx_name x, fairu_onnx_name *y)
{
  const fairu_program *program = w->classifier->as.program;
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_onnx_name *names = fairu_context__scratch(ctx, program->n_nodes, sizeof *names, "names of a program");
  int status = names ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < program->n_nodes && status == FAIRU_OK; i++)
    status = put_node(w, ctx, i, x, names);
  if (status == FAIRU_OK)
    *y = names[program->n_nodes - 1];
  fairu_context__release(ctx, mark);
  return status;
}
