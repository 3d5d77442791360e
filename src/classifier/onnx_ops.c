/* onnx_ops.c - the operations an ONNX graph may have, and those of layers. */
#include <math.h>
#include <string.h>

#include "classifier/onnx_graph.h"

/* Something of the last axis of [batch, n]. */
static int last_axis(fairu_onnx_graph *graph, const fairu_onnx_call *call, int64_t axis)
{
  size_t at = 0;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK)
    status = fairu_onnx__axis(graph, axis, call->in[0]->n_dims, &at);
  if (status == FAIRU_OK && (call->in[0]->n_dims != 2 || at != 1))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "axis %lld of a tensor with %zu axes",
                               (long long)axis, call->in[0]->n_dims);
  return status;
}

/* ---- dense layers ------------------------------------------------------------------------------------- */

/* Weights [n_in, n_out] or, transposed, [n_out, n_in] of a constant as rows of outputs, times alpha. */
static int weights_of(fairu_onnx_graph *graph, const fairu_onnx_value *w, int transposed, double alpha,
                      size_t n_in, size_t *n_out, float **weights)
{
  if (w->n_dims != 2 || w->dims[transposed ? 1 : 0] != n_in)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE,
                               "weights '%s' are %zu x %zu%s, the input is %zu wide", w->name,
                               w->n_dims == 2 ? w->dims[0] : w->n, w->n_dims == 2 ? w->dims[1] : (size_t)1,
                               transposed ? " transposed" : "", n_in);
  if (w->type != FAIRU_ONNX_FLOAT && w->type != FAIRU_ONNX_DOUBLE && w->type != FAIRU_ONNX_FLOAT16)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "weights '%s' have data_type %d", w->name,
                               w->type);
  *n_out = w->dims[transposed ? 0 : 1];
  *weights = fairu_context__scratch(graph->ctx, w->n, sizeof **weights, "weights of a graph");
  if (!*weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t o = 0; o < *n_out; o++)
    for (size_t i = 0; i < n_in; i++)
      (*weights)[o * n_in + i] = (float)(alpha * w->numbers[transposed ? o * n_in + i : i * *n_out + o]);
  return FAIRU_OK;
}

static int op_matmul(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  float *weights = NULL;
  size_t n_out = 0;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK)
    status = fairu_onnx__need(graph, call, 1, FAIRU_ONNX_CONSTANT);
  if (status == FAIRU_OK && call->in[0]->n_dims != 2)
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "input with %zu axes", call->in[0]->n_dims);
  if (status == FAIRU_OK)
    status = weights_of(graph, call->in[1], 0, 1.0, call->in[0]->n, &n_out, &weights);
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live(graph, call,
                          fairu_program__dense(graph->builder, call->in[0]->value, n_out, weights, NULL));
}

static int gemm_bias(fairu_onnx_graph *graph, const fairu_onnx_call *call, double beta, size_t n_out,
                     float **bias)
{
  if (call->n_in < 3 || !call->in[2])
    return FAIRU_OK;
  double *numbers = NULL;
  const fairu_onnx_value shape = {
    .name = call->out->name, .n_dims = 2, .dims = { 0, n_out }, .n = n_out, .kind = FAIRU_ONNX_LIVE
  };
  int status = fairu_onnx__need(graph, call, 2, FAIRU_ONNX_CONSTANT);
  if (status == FAIRU_OK)
    status = fairu_onnx__stretch(graph, call->in[2], &shape, &numbers);
  for (size_t o = 0; o < n_out && status == FAIRU_OK; o++)
    numbers[o] *= beta;
  return status == FAIRU_OK ? fairu_onnx__floats(graph, numbers, n_out, bias) : status;
}

static int op_gemm(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  double alpha = 1.0, beta = 1.0;
  int64_t trans_a = 0, trans_b = 0;
  float *weights = NULL, *bias = NULL;
  size_t n_out = 0;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK)
    status = fairu_onnx__need(graph, call, 1, FAIRU_ONNX_CONSTANT);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_float(graph->ctx, call->node, "alpha", &alpha);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_float(graph->ctx, call->node, "beta", &beta);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_int(graph->ctx, call->node, "transA", &trans_a);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_int(graph->ctx, call->node, "transB", &trans_b);
  if (status == FAIRU_OK && (trans_a != 0 || call->in[0]->n_dims != 2))
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "events in columns (transA)");
  if (status == FAIRU_OK)
    status = weights_of(graph, call->in[1], trans_b != 0, alpha, call->in[0]->n, &n_out, &weights);
  if (status == FAIRU_OK)
    status = gemm_bias(graph, call, beta, n_out, &bias);
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live(graph, call,
                          fairu_program__dense(graph->builder, call->in[0]->value, n_out, weights, bias));
}

/* ---- normalisation ------------------------------------------------------------------------------------ */

static int op_batch_norm(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  double epsilon = 1e-5, *part[4] = { NULL };
  int64_t training = 0;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_float(graph->ctx, call->node, "epsilon", &epsilon);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_int(graph->ctx, call->node, "training_mode", &training);
  if (status == FAIRU_OK && training != 0)
    status =
        fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "training_mode %lld", (long long)training);
  for (size_t i = 0; i < 4 && status == FAIRU_OK; i++) {
    status = fairu_onnx__need(graph, call, i + 1, FAIRU_ONNX_CONSTANT);
    if (status == FAIRU_OK && (call->in[0]->n_dims != 2 || call->in[i + 1]->n != call->in[0]->n))
      status =
          fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "'%s' has %zu elements, the input is %zu wide",
                              call->in[i + 1]->name, call->in[i + 1]->n, call->in[0]->n);
    if (status == FAIRU_OK)
      status = fairu_onnx__stretch(graph, call->in[i + 1], call->in[0], &part[i]);
  }
  for (size_t k = 0; status == FAIRU_OK && k < call->in[0]->n; k++) {
    part[0][k] /= sqrt(part[3][k] + epsilon);
    part[2][k] = -part[2][k];
  }
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live(
      graph, call, fairu_program__affine(graph->builder, call->in[0]->value, part[2], part[0], part[1]));
}

static int op_layer_norm(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  double epsilon = 1e-5, *numbers = NULL;
  float *part[2] = { NULL, NULL };
  int64_t axis = -1;
  int status = fairu_onnx__get_int(graph->ctx, call->node, "axis", &axis);
  if (status == FAIRU_OK)
    status = last_axis(graph, call, axis);
  if (status == FAIRU_OK)
    status = fairu_onnx__get_float(graph->ctx, call->node, "epsilon", &epsilon);
  for (size_t i = 0; i < 2 && status == FAIRU_OK; i++) {
    if (i + 1 >= call->n_in || !call->in[i + 1])
      continue;
    status = fairu_onnx__need(graph, call, i + 1, FAIRU_ONNX_CONSTANT);
    if (status == FAIRU_OK)
      status = fairu_onnx__stretch(graph, call->in[i + 1], call->in[0], &numbers);
    if (status == FAIRU_OK)
      status = fairu_onnx__floats(graph, numbers, call->in[0]->n, &part[i]);
  }
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live(
      graph, call, fairu_program__layer_norm(graph->builder, call->in[0]->value, part[0], part[1], epsilon));
}

/* (x - offset) scale, of ai.onnx.ml. */
static int op_scaler(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  static const char *const attributes[2] = { "offset", "scale" };
  double *part[2] = { NULL, NULL };
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  for (size_t i = 0; i < 2 && status == FAIRU_OK; i++) {
    double *numbers = NULL;
    size_t n = 0;
    status = fairu_onnx__get_floats(graph->ctx, call->node, attributes[i], &numbers, &n);
    const size_t dims[1] = { n };
    const fairu_onnx_value list = {
      .name = attributes[i], .n_dims = 1, .dims = { dims[0] }, .n = n, .numbers = numbers
    };
    if (status == FAIRU_OK && numbers)
      status = fairu_onnx__stretch(graph, &list, call->in[0], &part[i]);
  }
  for (size_t k = 0; part[0] && status == FAIRU_OK && k < call->in[0]->n; k++)
    part[0][k] = -part[0][k];
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live(graph, call,
                          fairu_program__affine(graph->builder, call->in[0]->value, part[0], part[1], NULL));
}

static int op_softmax(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const int log = call->node->op[0] == 'L';
  int64_t axis = graph->model->opset >= 13 ? -1 : 1;
  int status = fairu_onnx__get_int(graph->ctx, call->node, "axis", &axis);
  if (status == FAIRU_OK && call->in[0] && call->in[0]->kind == FAIRU_ONNX_FOREST && !log) {
    fairu_onnx__take(call->out, call->in[0]);
    return fairu_onnx__activate(graph, call->out, FAIRU_ACTIVATION_SOFTMAX);
  }
  if (status == FAIRU_OK)
    status = last_axis(graph, call, axis);
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live(graph, call, fairu_program__softmax(graph->builder, call->in[0]->value, log));
}

/* Mean or sum over the last axis, which stays: a dense layer. */
static int op_reduce(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const int mean = strcmp(call->node->op, "ReduceMean") == 0;
  int64_t keep = 1, *axes = NULL;
  size_t n = 0;
  float *weights = NULL;
  int status = fairu_onnx__get_int(graph->ctx, call->node, "keepdims", &keep);
  if (status == FAIRU_OK)
    status = fairu_onnx__list(graph, call, "axes", 1, &axes, &n);
  if (status == FAIRU_OK && (n != 1 || keep != 1))
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "over %zu axes, keepdims %lld", n,
                                 (long long)keep);
  if (status == FAIRU_OK)
    status = last_axis(graph, call, axes[0]);
  if (status != FAIRU_OK)
    return status;
  const size_t width = call->in[0]->n;
  weights = fairu_context__scratch(graph->ctx, width, sizeof *weights, "weights of a graph");
  if (!weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < width; i++)
    weights[i] = mean ? (float)(1.0 / (double)width) : 1.0F;
  return fairu_onnx__live(graph, call,
                          fairu_program__dense(graph->builder, call->in[0]->value, 1, weights, NULL));
}

static int op_prelu(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  double *numbers = NULL;
  float *slope = NULL;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK)
    status = fairu_onnx__need(graph, call, 1, FAIRU_ONNX_CONSTANT);
  if (status == FAIRU_OK)
    status = fairu_onnx__stretch(graph, call->in[1], call->in[0], &numbers);
  if (status == FAIRU_OK)
    status = fairu_onnx__floats(graph, numbers, call->in[0]->n, &slope);
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live_like(graph, call, fairu_program__prelu(graph->builder, call->in[0]->value, slope),
                               call->in[0]);
}

/* Inference passes through; a file that asks for training is refused. */
static int op_dropout(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  if (call->n_in > 2 && call->in[2]) {
    int status = fairu_onnx__need(graph, call, 2, FAIRU_ONNX_CONSTANT);
    if (status != FAIRU_OK)
      return status;
    if (call->in[2]->n != 1 || call->in[2]->numbers[0] != 0.0)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "training_mode");
  }
  return fairu_onnx__op_same(graph, call);
}

/* ---- the table ---------------------------------------------------------------------------------------- */

typedef struct op_row {
  const char *name;
  int ml; /* of ai.onnx.ml */
  size_t least, most;
  fairu_onnx_op run;
} op_row;

enum { MANY = 100000 };

static const op_row rows[] = {
  { "Gemm", 0, 2, 3, op_gemm },
  { "MatMul", 0, 2, 2, op_matmul },
  { "Add", 0, 2, 2, fairu_onnx__op_binary },
  { "Sub", 0, 2, 2, fairu_onnx__op_binary },
  { "Mul", 0, 2, 2, fairu_onnx__op_binary },
  { "Div", 0, 2, 2, fairu_onnx__op_binary },
  { "Pow", 0, 2, 2, fairu_onnx__op_binary },
  { "Max", 0, 1, MANY, fairu_onnx__op_extreme },
  { "Min", 0, 1, MANY, fairu_onnx__op_extreme },
  { "Relu", 0, 1, 1, fairu_onnx__op_unary },
  { "Sigmoid", 0, 1, 1, fairu_onnx__op_unary },
  { "Tanh", 0, 1, 1, fairu_onnx__op_unary },
  { "Softplus", 0, 1, 1, fairu_onnx__op_unary },
  { "Softsign", 0, 1, 1, fairu_onnx__op_unary },
  { "Erf", 0, 1, 1, fairu_onnx__op_unary },
  { "Exp", 0, 1, 1, fairu_onnx__op_unary },
  { "Log", 0, 1, 1, fairu_onnx__op_unary },
  { "Sqrt", 0, 1, 1, fairu_onnx__op_unary },
  { "Neg", 0, 1, 1, fairu_onnx__op_unary },
  { "Abs", 0, 1, 1, fairu_onnx__op_unary },
  { "Reciprocal", 0, 1, 1, fairu_onnx__op_unary },
  { "LeakyRelu", 0, 1, 1, fairu_onnx__op_unary },
  { "Elu", 0, 1, 1, fairu_onnx__op_unary },
  { "Selu", 0, 1, 1, fairu_onnx__op_unary },
  { "Celu", 0, 1, 1, fairu_onnx__op_unary },
  { "ThresholdedRelu", 0, 1, 1, fairu_onnx__op_unary },
  { "HardSigmoid", 0, 1, 1, fairu_onnx__op_unary },
  { "HardSwish", 0, 1, 1, fairu_onnx__op_unary },
  { "Swish", 0, 1, 1, fairu_onnx__op_unary },
  { "Gelu", 0, 1, 1, fairu_onnx__op_unary },
  { "Mish", 0, 1, 1, fairu_onnx__op_unary },
  { "Clip", 0, 1, 3, fairu_onnx__op_unary },
  { "PRelu", 0, 2, 2, op_prelu },
  { "Softmax", 0, 1, 1, op_softmax },
  { "LogSoftmax", 0, 1, 1, op_softmax },
  { "BatchNormalization", 0, 5, 5, op_batch_norm },
  { "LayerNormalization", 0, 2, 3, op_layer_norm },
  { "ReduceMean", 0, 1, 2, op_reduce },
  { "ReduceSum", 0, 1, 2, op_reduce },
  { "Dropout", 0, 1, 3, op_dropout },
  { "Identity", 0, 1, 1, fairu_onnx__op_same },
  { "Cast", 0, 1, 1, fairu_onnx__op_cast },
  { "Constant", 0, 0, 0, fairu_onnx__op_constant },
  { "Flatten", 0, 1, 1, fairu_onnx__op_flatten },
  { "Reshape", 0, 2, 2, fairu_onnx__op_reshape },
  { "Squeeze", 0, 1, 2, fairu_onnx__op_squeeze },
  { "Unsqueeze", 0, 1, 2, fairu_onnx__op_unsqueeze },
  { "Transpose", 0, 1, 1, fairu_onnx__op_transpose },
  { "Concat", 0, 1, MANY, fairu_onnx__op_concat },
  { "Slice", 0, 1, 5, fairu_onnx__op_slice },
  { "Gather", 0, 2, 2, fairu_onnx__op_gather },
  { "ArrayFeatureExtractor", 1, 2, 2, fairu_onnx__op_gather },
  { "FeatureVectorizer", 1, 1, MANY, fairu_onnx__op_concat },
  { "Scaler", 1, 1, 1, op_scaler },
  { "ZipMap", 1, 1, 1, fairu_onnx__op_same },
  { "TreeEnsembleClassifier", 1, 1, 1, fairu_onnx__op_trees },
  { "TreeEnsembleRegressor", 1, 1, 1, fairu_onnx__op_trees },
};

int fairu_onnx__apply(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_node *node = call->node;
  const int ml = strcmp(node->domain, "ai.onnx.ml") == 0;
  if (!ml && node->domain[0] != '\0' && strcmp(node->domain, "ai.onnx") != 0)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "operation of the domain '%s'",
                               node->domain);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const op_row *row = &rows[i];
    if (row->ml != ml || strcmp(row->name, node->op) != 0)
      continue;
    if (call->n_in < row->least || call->n_in > row->most)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "%zu inputs", call->n_in);
    for (size_t k = 0; k < row->least; k++)
      if (!call->in[k] || call->in[k]->kind == FAIRU_ONNX_NOTHING)
        return fairu_context__fail(graph->ctx, call->in[k] ? FAIRU_ERR_UNSUPPORTED : FAIRU_ERR_FORMAT,
                                   call->in[k] ? "input '%s' is a label or a mask" : "an input has no name%s",
                                   call->in[k] ? call->in[k]->name : "");
    return row->run(graph, call);
  }
  return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "operation '%s'", node->op);
}
