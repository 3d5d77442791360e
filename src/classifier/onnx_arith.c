/* onnx_arith.c - elementwise operations of ONNX graphs, on constants and on values of each event. */
#include <math.h>
#include <string.h>

#include "classifier/onnx_graph.h"

/* ---- functions of one argument ------------------------------------------------------------------------ */

typedef struct function_row {
  const char *name;
  int function;
  const char *alpha_name, *beta_name; /* attributes */
  double alpha, beta;                 /* where they are missing */
} function_row;

static const function_row functions[] = {
  { "Relu", FAIRU_FN_RELU, NULL, NULL, 0.0, 0.0 },
  { "Sigmoid", FAIRU_FN_SIGMOID, NULL, NULL, 0.0, 0.0 },
  { "Tanh", FAIRU_FN_TANH, NULL, NULL, 0.0, 0.0 },
  { "Softplus", FAIRU_FN_SOFTPLUS, NULL, NULL, 0.0, 0.0 },
  { "Softsign", FAIRU_FN_SOFTSIGN, NULL, NULL, 0.0, 0.0 },
  { "Erf", FAIRU_FN_ERF, NULL, NULL, 0.0, 0.0 },
  { "Exp", FAIRU_FN_EXP, NULL, NULL, 0.0, 0.0 },
  { "Log", FAIRU_FN_LOG, NULL, NULL, 0.0, 0.0 },
  { "Sqrt", FAIRU_FN_SQRT, NULL, NULL, 0.0, 0.0 },
  { "Neg", FAIRU_FN_NEG, NULL, NULL, 0.0, 0.0 },
  { "Abs", FAIRU_FN_ABS, NULL, NULL, 0.0, 0.0 },
  { "Reciprocal", FAIRU_FN_RECIPROCAL, NULL, NULL, 0.0, 0.0 },
  { "LeakyRelu", FAIRU_FN_LEAKY_RELU, "alpha", NULL, 0.01, 0.0 },
  { "Elu", FAIRU_FN_ELU, "alpha", NULL, 1.0, 0.0 },
  { "Selu", FAIRU_FN_SELU, "alpha", "gamma", 1.67326319217681884765625, 1.05070102214813232421875 },
  { "Celu", FAIRU_FN_CELU, "alpha", NULL, 1.0, 0.0 },
  { "ThresholdedRelu", FAIRU_FN_THRESHOLDED_RELU, "alpha", NULL, 1.0, 0.0 },
  { "HardSigmoid", FAIRU_FN_HARD_SIGMOID, "alpha", "beta", 0.2, 0.5 },
  { "HardSwish", FAIRU_FN_HARD_SWISH, NULL, NULL, 0.0, 0.0 },
  { "Swish", FAIRU_FN_SWISH, "alpha", NULL, 1.0, 0.0 },
  { "Gelu", FAIRU_FN_GELU, NULL, NULL, 0.0, 0.0 },
  { "Mish", FAIRU_FN_MISH, NULL, NULL, 0.0, 0.0 },
  { "Clip", FAIRU_FN_CLIP, NULL, NULL, 0.0, 0.0 },
};

/* Of constants: what exporters leave to be worked out. */
static int fold_function(fairu_onnx_graph *graph, const fairu_onnx_call *call, int function)
{
  const fairu_onnx_value *in = call->in[0];
  double *numbers = NULL;
  int status = fairu_onnx__constant(graph, call, in->type, in->dims, in->n_dims, &numbers);
  for (size_t i = 0; i < in->n && status == FAIRU_OK; i++) {
    const double x = in->numbers[i];
    double y;
    if (function == FAIRU_FN_NEG)
      y = -x;
    else if (function == FAIRU_FN_ABS)
      y = fabs(x);
    else if (function == FAIRU_FN_SQRT)
      y = sqrt(x);
    else if (function == FAIRU_FN_EXP)
      y = exp(x);
    else if (function == FAIRU_FN_LOG)
      y = log(x);
    else if (function == FAIRU_FN_RECIPROCAL)
      y = 1.0 / x;
    else
      return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "of the constant '%s'", in->name);
    numbers[i] = in->type == FAIRU_ONNX_FLOAT ? (double)(float)y : y;
  }
  return status;
}

/* One end of Clip: attribute below opset 11, input from there on. */
static int clip_bound(fairu_onnx_graph *graph, const fairu_onnx_call *call, const char *name, size_t i,
                      double *bound)
{
  if (i >= call->n_in || !call->in[i])
    return fairu_onnx__get_float(graph->ctx, call->node, name, bound);
  int status = fairu_onnx__need(graph, call, i, FAIRU_ONNX_CONSTANT);
  if (status == FAIRU_OK && call->in[i]->n != 1)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "%s '%s' has %zu elements", name,
                               call->in[i]->name, call->in[i]->n);
  if (status == FAIRU_OK)
    *bound = call->in[i]->numbers[0];
  return status;
}

static int parameters(fairu_onnx_graph *graph, const fairu_onnx_call *call, const function_row *row,
                      double *alpha, double *beta)
{
  static const char *const forms[2] = { "none", "tanh" };
  size_t form = 0;
  *alpha = row->alpha;
  *beta = row->beta;
  if (row->function == FAIRU_FN_CLIP) {
    *alpha = -(double)INFINITY;
    *beta = (double)INFINITY;
    int status = clip_bound(graph, call, "min", 1, alpha);
    return status == FAIRU_OK ? clip_bound(graph, call, "max", 2, beta) : status;
  }
  if (row->function == FAIRU_FN_GELU) {
    int status = fairu_onnx__get_word(graph->ctx, call->node, "approximate", forms, 2, &form);
    *alpha = (double)form;
    return status;
  }
  int status =
      row->alpha_name ? fairu_onnx__get_float(graph->ctx, call->node, row->alpha_name, alpha) : FAIRU_OK;
  if (status == FAIRU_OK && row->beta_name)
    status = fairu_onnx__get_float(graph->ctx, call->node, row->beta_name, beta);
  return status;
}

int fairu_onnx__op_unary(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const function_row *row = functions;
  const fairu_onnx_value *in = call->in[0];
  double alpha = 0.0, beta = 0.0;
  while (strcmp(row->name, call->node->op) != 0)
    row++; /* the table of operations holds no other names */
  int status = parameters(graph, call, row, &alpha, &beta);
  if (status != FAIRU_OK)
    return status;
  if (in->kind == FAIRU_ONNX_CONSTANT)
    return fold_function(graph, call, row->function);
  if (in->kind == FAIRU_ONNX_FOREST && row->function == FAIRU_FN_SIGMOID) {
    fairu_onnx__take(call->out, in);
    return fairu_onnx__activate(graph, call->out, FAIRU_ACTIVATION_SIGMOID);
  }
  status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status != FAIRU_OK)
    return status;
  return fairu_onnx__live_like(
      graph, call, fairu_program__function(graph->builder, in->value, row->function, alpha, beta), in);
}

/* ---- functions of two arguments ----------------------------------------------------------------------- */

static double apply(char op, double a, double b)
{
  switch (op) {
  case '+':
    return a + b;
  case '-':
    return a - b;
  case '*':
    return a * b;
  case '/':
    return a / b;
  default:
    return pow(a, b);
  }
}

static char op_of(const fairu_onnx_node *node)
{
  static const char *const names[] = { "Add", "Sub", "Mul", "Div" };
  for (size_t i = 0; i < 4; i++)
    if (strcmp(names[i], node->op) == 0)
      return "+-*/"[i];
  return '^';
}

/* Shape that two constants are stretched to, and how far apart their elements are on each axis. */
static int join_shapes(fairu_onnx_graph *graph, const fairu_onnx_value *const in[2], size_t *dims,
                       size_t *n_dims, size_t steps[2][FAIRU_ONNX_DIMS])
{
  *n_dims = in[0]->n_dims > in[1]->n_dims ? in[0]->n_dims : in[1]->n_dims;
  for (size_t i = 0; i < *n_dims; i++)
    dims[i] = 1;
  for (size_t k = 0; k < 2; k++) {
    size_t stride = 1;
    const size_t extra = *n_dims - in[k]->n_dims;
    for (size_t i = *n_dims; i-- > extra;) {
      const size_t dim = in[k]->dims[i - extra];
      if (dim != 1 && dims[i] != 1 && dims[i] != dim)
        return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "'%s' and '%s' do not fit each other",
                                   in[0]->name, in[1]->name);
      dims[i] = dim == 1 ? dims[i] : dim;
      steps[k][i] = dim == 1 ? 0 : stride;
      stride *= dim;
    }
  }
  return FAIRU_OK;
}

static int fold_binary(fairu_onnx_graph *graph, const fairu_onnx_call *call, char op)
{
  size_t dims[FAIRU_ONNX_DIMS], steps[2][FAIRU_ONNX_DIMS] = { { 0 } }, n_dims = 0;
  double *numbers = NULL;
  const int type = call->in[0]->type;
  const fairu_onnx_value *const in[2] = { call->in[0], call->in[1] };
  int status = join_shapes(graph, in, dims, &n_dims, steps);
  if (status == FAIRU_OK)
    status = fairu_onnx__constant(graph, call, type, dims, n_dims, &numbers);
  for (size_t k = 0; status == FAIRU_OK && k < call->out->n; k++) {
    size_t rest = k, at[2] = { 0, 0 };
    for (size_t i = n_dims; i-- > 0;) {
      at[0] += rest % dims[i] * steps[0][i];
      at[1] += rest % dims[i] * steps[1][i];
      rest /= dims[i];
    }
    const double y = apply(op, in[0]->numbers[at[0]], in[1]->numbers[at[1]]);
    numbers[k] = type == FAIRU_ONNX_FLOAT ? (double)(float)y : type == FAIRU_ONNX_DOUBLE ? y : trunc(y);
  }
  return status;
}

/* A single column beside a constant of many is repeated. */
static int widen(fairu_onnx_graph *graph, const fairu_onnx_value *constant, fairu_onnx_value *live)
{
  if (live->n != 1 || live->n_dims != 2 || constant->n <= 1 || constant->n_dims > 2 ||
      constant->dims[constant->n_dims - 1] != constant->n)
    return FAIRU_OK;
  float *ones = fairu_context__scratch(graph->ctx, constant->n, sizeof *ones, "weights of a graph");
  if (!ones)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < constant->n; i++)
    ones[i] = 1.0F;
  live->value = fairu_program__dense(graph->builder, live->value, constant->n, ones, NULL);
  live->n = live->dims[1] = constant->n;
  return fairu_program__status(graph->builder);
}

static int all_are(const double *numbers, size_t n, double value)
{
  for (size_t i = 0; i < n; i++)
    if (numbers[i] != value)
      return 0;
  return 1;
}

/* c [n] with x: c is the second argument, or the first where `reversed`. */
static fairu_value with_constant(fairu_onnx_graph *graph, char op, fairu_value x, double *c, size_t n,
                                 int reversed, double *minus)
{
  fairu_program_builder *b = graph->builder;
  for (size_t i = 0; i < n; i++)
    minus[i] = -1.0;
  if (op == '/' && reversed) {
    x = fairu_program__function(b, x, FAIRU_FN_RECIPROCAL, 0.0, 0.0);
    op = '*';
  }
  for (size_t i = 0; i < n && (op == '/' || (op == '-' && !reversed)); i++)
    c[i] = op == '/' ? 1.0 / c[i] : -c[i];
  if (op == '+' || (op == '-' && !reversed))
    return fairu_program__affine(b, x, c, NULL, NULL);
  if (op == '-')
    return fairu_program__affine(b, x, NULL, minus, c);
  return fairu_program__affine(b, x, NULL, c, NULL);
}

/* Powers of one exponent alone. */
static int op_power(fairu_onnx_graph *graph, const fairu_onnx_call *call, const fairu_onnx_value *base,
                    const double *c)
{
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK && !all_are(c, base->n, c[0]))
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "'%s' holds different exponents",
                                 call->in[1]->name);
  if (status != FAIRU_OK)
    return status;
  const fairu_value y = fairu_program__function(graph->builder, base->value, FAIRU_FN_POWER, c[0], 0.0);
  return fairu_onnx__live_like(graph, call, y, base);
}

static int live_and_constant(fairu_onnx_graph *graph, const fairu_onnx_call *call, char op)
{
  const int reversed = call->in[0]->kind == FAIRU_ONNX_CONSTANT;
  const fairu_onnx_value *constant = call->in[reversed ? 0 : 1], *given = call->in[reversed ? 1 : 0];
  fairu_onnx_value live = *given;
  double *c = NULL;
  int status = widen(graph, constant, &live);
  if (status == FAIRU_OK)
    status = fairu_onnx__stretch(graph, constant, &live, &c);
  if (status != FAIRU_OK)
    return status;
  if (op == '^')
    return op_power(graph, call, &live, c);
  double *minus = fairu_context__scratch(graph->ctx, live.n, sizeof *minus, "constant of a graph");
  if (!minus)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int is_complement = op == '-' && reversed && all_are(c, live.n, 1.0);
  const fairu_value y = with_constant(graph, op, live.value, c, live.n, reversed, minus);
  status = fairu_onnx__live_like(graph, call, y, &live);
  call->out->complement = is_complement ? given : NULL;
  return status;
}

/* Columns are beside columns: ONNX aligns the last axes, which are none of [batch]. */
static int same_axes(fairu_onnx_graph *graph, const fairu_onnx_value *a, const fairu_onnx_value *b)
{
  if (a->n_dims != b->n_dims || (a->n_dims > 2 && memcmp(a->dims, b->dims, sizeof a->dims) != 0))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "'%s' has %zu axes, '%s' %zu", a->name, a->n_dims,
                               b->name, b->n_dims);
  return FAIRU_OK;
}

static int both_live(fairu_onnx_graph *graph, const fairu_onnx_call *call, char op)
{
  static const int ops[] = {
    ['+'] = FAIRU_BIN_ADD, ['-'] = FAIRU_BIN_SUB, ['*'] = FAIRU_BIN_MUL, ['/'] = FAIRU_BIN_DIV
  };
  const fairu_onnx_value *a = call->in[0], *b = call->in[1];
  if (op == '^')
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "an exponent that depends on the inputs");
  int status = same_axes(graph, a, b);
  if (status != FAIRU_OK)
    return status;
  if (a->n != b->n && a->n != 1 && b->n != 1)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "'%s' is %zu wide, '%s' %zu", a->name, a->n,
                               b->name, b->n);
  const fairu_value y = fairu_program__binary(graph->builder, ops[(int)op], a->value, b->value);
  return fairu_onnx__live_like(graph, call, y, a->n >= b->n ? a : b);
}

int fairu_onnx__op_binary(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_value *a = call->in[0], *b = call->in[1];
  const char op = op_of(call->node);
  const int constants = (a->kind == FAIRU_ONNX_CONSTANT) + (b->kind == FAIRU_ONNX_CONSTANT);
  if (constants == 2)
    return fold_binary(graph, call, op);
  if (a->kind == FAIRU_ONNX_FOREST || b->kind == FAIRU_ONNX_FOREST)
    return fairu_onnx__forest_binary(graph, call, op);
  if (constants == 1)
    return live_and_constant(graph, call, op);
  return both_live(graph, call, op);
}

/* Argument i of Max or Min beside the widest one. */
static int extreme_argument(fairu_onnx_graph *graph, const fairu_onnx_call *call, size_t i,
                            const fairu_onnx_value *widest, fairu_value *x)
{
  const fairu_onnx_value *in = call->in[i];
  double *numbers = NULL;
  float *floats = NULL;
  if (!in || in->kind != FAIRU_ONNX_CONSTANT) {
    int status = fairu_onnx__need(graph, call, i, FAIRU_ONNX_LIVE);
    if (status == FAIRU_OK)
      status = same_axes(graph, widest, in);
    *x = status == FAIRU_OK ? in->value : FAIRU_NO_VALUE;
    return status;
  }
  int status = fairu_onnx__stretch(graph, in, widest, &numbers);
  if (status == FAIRU_OK)
    status = fairu_onnx__floats(graph, numbers, widest->n, &floats);
  if (status == FAIRU_OK)
    *x = fairu_program__constant(graph->builder, widest->n, floats);
  return status;
}

/* Max and Min of any number of arguments. The widest is the first, so that no step is one of constants alone, which could not be
 * written and read again. */
int fairu_onnx__op_extreme(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const int op = call->node->op[1] == 'a' ? FAIRU_BIN_MAX : FAIRU_BIN_MIN;
  const fairu_onnx_value *widest = NULL;
  for (size_t i = 0; i < call->n_in; i++)
    if (call->in[i] && call->in[i]->kind == FAIRU_ONNX_LIVE && (!widest || call->in[i]->n > widest->n))
      widest = call->in[i];
  if (!widest)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "of constants");
  fairu_value y = widest->value;
  for (size_t i = 0; i < call->n_in; i++) {
    fairu_value x = FAIRU_NO_VALUE;
    int status = call->in[i] == widest ? FAIRU_OK : extreme_argument(graph, call, i, widest, &x);
    if (status != FAIRU_OK)
      return status;
    if (call->in[i] != widest)
      y = fairu_program__binary(graph->builder, op, y, x);
  }
  return fairu_onnx__live_like(graph, call, y, widest);
}
