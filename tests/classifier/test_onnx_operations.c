/* Operations of ONNX graphs, one by one, against closed forms, and written back. */
#include "classifier/model_memory.h"
#include "classifier/onnx_made.h"

enum { ROWS = 5 };
static const float points[ROWS][2] = {
  { 0.5F, 1.25F }, { -0.75F, 2.0F }, { 3.5F, -4.0F }, { 0.0F, 0.125F }, { -1.5F, -0.01F }
};

/* The graph x [N, 2] -> y [N, width]; wanted [width] for each of the points. */
static void check_graph(made *m, size_t width, const double (*wanted)[3])
{
  fairu_context *ctx = m->graph.ctx;
  fairu_classifier *c = NULL, *again = NULL;
  char path[512];
  float y[2][ROWS * 3];
  made_port(m, 11, "x", 2, 1);
  made_port(m, 12, "y", width, 1);
  CHECK_OK(ctx, made_import(m, NULL, &c));
  assert_int_equal(fairu_classifier_n_outputs(c), width);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, points[0], ROWS, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y[0]));
  for (size_t i = 0; i < ROWS * width; i++)
    CHECK_NEAR((double)y[0][i], wanted[i / width][i % width],
               2e-6 * (1.0 + fabs(wanted[i / width][i % width])));
  const int status =
      fairu_classifier_export(c, ctx, support_path(path, sizeof path, "op.onnx"), FAIRU_FORMAT_AUTO);
  if (status != FAIRU_ERR_UNSUPPORTED) {
    CHECK_OK(ctx, status);
    CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &again));
    CHECK_OK(ctx, fairu_classifier_score(again, ctx, points[0], ROWS, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y[1]));
    for (size_t i = 0; i < ROWS * width; i++)
      CHECK_NEAR((double)y[0][i], (double)y[1][i], 2e-6 * (1.0 + fabs((double)y[0][i])));
  }
  fairu_classifier_destroy(c);
  fairu_classifier_destroy(again);
  model_memory_check(support_path(path, sizeof path, "made.onnx"));
}

typedef struct function_case {
  const char *op, *attributes;
  double (*value)(double x);
  int64_t opset;
} function_case;

static double relu(double x)
{
  return x > 0.0 ? x : 0.0;
}
static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}
static double softplus(double x)
{
  return log1p(exp(x));
}
static double softsign(double x)
{
  return x / (1.0 + fabs(x));
}
static double negative(double x)
{
  return -x;
}
static double leaky(double x)
{
  return x < 0.0 ? 0.01 * x : x;
}
static double elu2(double x)
{
  return x < 0.0 ? 2.0 * expm1(x) : x;
}
static double selu(double x)
{
  return 1.0507009873554805 * (x > 0.0 ? x : 1.6732632423543772 * expm1(x));
}
static double celu(double x)
{
  return fmax(0.0, x) + fmin(0.0, 0.5 * expm1(x / 0.5));
}
static double thresholded(double x)
{
  return x > 1.0 ? x : 0.0;
}
static double hard_sigmoid(double x)
{
  return fmax(0.0, fmin(1.0, x / 6.0 + 0.5));
}
static double hard_swish(double x)
{
  return x * hard_sigmoid(x);
}
static double gelu(double x)
{
  return 0.5 * x * (1.0 + erf(x / sqrt(2.0)));
}
static double gelu_tanh(double x)
{
  return 0.5 * x * (1.0 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}
static double mish(double x)
{
  return x * tanh(softplus(x));
}
static double clip(double x)
{
  return fmax(-1.0, fmin(2.0, x));
}

static void functions_are_right(void **state)
{
  static const function_case cases[] = {
    { "Relu", NULL, relu, 13 },
    { "Sigmoid", NULL, sigmoid, 13 },
    { "Tanh", NULL, tanh, 13 },
    { "Softplus", NULL, softplus, 13 },
    { "Softsign", NULL, softsign, 13 },
    { "Erf", NULL, erf, 13 },
    { "Exp", NULL, exp, 13 },
    { "Neg", NULL, negative, 13 },
    { "Abs", NULL, fabs, 13 },
    { "LeakyRelu", NULL, leaky, 13 },
    { "Elu", "alpha=f2", elu2, 13 },
    { "Selu", NULL, selu, 13 },
    { "Celu", "alpha=f0.5", celu, 13 },
    { "ThresholdedRelu", NULL, thresholded, 13 },
    { "HardSigmoid", "alpha=f0.16666667", hard_sigmoid, 13 },
    { "HardSwish", NULL, hard_swish, 14 },
    { "Gelu", NULL, gelu, 20 },
    { "Gelu", "approximate=stanh", gelu_tanh, 20 },
    { "Mish", NULL, mish, 18 },
    { "Clip", "min=f-1 max=f2", clip, 9 },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    double wanted[ROWS][3];
    made m = made_begin(ctx, cases[k].opset);
    made_node(&m, cases[k].op, "x", "y", cases[k].attributes);
    for (size_t i = 0; i < ROWS; i++)
      for (size_t j = 0; j < 2; j++)
        wanted[i][j] = cases[k].value((double)points[i][j]);
    check_graph(&m, 2, (const double(*)[3])wanted);
  }
  fairu_context_destroy(ctx);
}

/* Chains of operations with what they say of (a, b), up to three numbers. */
typedef struct chain_case {
  void (*make)(made *m);
  void (*value)(double a, double b, double *y);
  size_t width;
  int64_t opset;
} chain_case;

static const float four[4] = { 1.0F, 2.0F, 3.0F, 4.0F };
static const int64_t numbers[4] = { 0, 1, -1, 2 };

static void make_gemm(made *m)
{
  made_floats(m, "w", "2,2", 4, four);
  made_floats(m, "c", "1,2", 2, four);
  made_node(m, "Gemm", "x w c", "y", "alpha=f0.5 beta=f2 transB=i0");
}
static void value_gemm(double a, double b, double *y)
{
  y[0] = 0.5 * (a + 3.0 * b) + 2.0;
  y[1] = 0.5 * (2.0 * a + 4.0 * b) + 4.0;
}

/* Transposed weight in front, bias first, Identity from initializer to name. */
static void make_matmul(made *m)
{
  made_floats(m, "w", "2,2", 4, four);
  made_floats(m, "c", "2", 2, four);
  made_node(m, "Identity", "c", "bias", NULL);
  made_node(m, "Transpose", "w", "wt", "perm=I1,0");
  made_node(m, "MatMul", "x wt", "p", NULL);
  made_node(m, "Add", "bias p", "y", NULL);
}
static void value_matmul(double a, double b, double *y)
{
  y[0] = a + 2.0 * b + 1.0;
  y[1] = 3.0 * a + 4.0 * b + 2.0;
}

static void make_scaling(made *m)
{
  made_floats(m, "mean", "1,2", 2, four);
  made_floats(m, "std", "2", 2, four + 2);
  made_floats(m, "one", "", 1, four);
  made_node(m, "Sub", "x mean", "a", NULL);
  made_node(m, "Div", "a std", "b", NULL);
  made_node(m, "Sub", "one b", "y", NULL);
}
static void value_scaling(double a, double b, double *y)
{
  y[0] = 1.0 - (a - 1.0) / 3.0;
  y[1] = 1.0 - (b - 2.0) / 4.0;
}

static void make_batch_norm(made *m)
{
  made_floats(m, "g", "2", 2, four);
  made_floats(m, "v", "2", 2, four + 2);
  made_node(m, "BatchNormalization", "x g g g v", "y", "epsilon=f0.5");
}
static void value_batch_norm(double a, double b, double *y)
{
  y[0] = (a - 1.0) / sqrt(3.5) + 1.0;
  y[1] = (b - 2.0) / sqrt(4.5) * 2.0 + 2.0;
}

/* A layer norm as exporters wrote it before there was one, and SiLU; shapes around it. */
static void make_norm_chain(made *m)
{
  static const float small[2] = { 2.0F, 1e-5F };
  made_floats(m, "two", "", 1, small);
  made_floats(m, "eps", "1", 1, small + 1);
  made_ints(m, "shape", "2", 2, (const int64_t[2]){ -1, 2 });
  made_node(m, "Reshape", "x shape", "r", NULL);
  made_node(m, "ReduceMean", "r", "mean", "axes=I-1 keepdims=i1");
  made_node(m, "Sub", "r mean", "d", NULL);
  made_node(m, "Pow", "d two", "d2", NULL);
  made_node(m, "ReduceMean", "d2", "var", "axes=I1");
  made_node(m, "Add", "var eps", "ve", NULL);
  made_node(m, "Sqrt", "ve", "sd", NULL);
  made_node(m, "Div", "d sd", "n", NULL);
  made_node(m, "Sigmoid", "n", "s", NULL);
  made_node(m, "Mul", "n s", "y", NULL);
}
static void value_norm_chain(double a, double b, double *y)
{
  const double half = 0.5 * (a - b), n = half / sqrt(half * half + 1e-5);
  y[0] = n * sigmoid(n);
  y[1] = -n * sigmoid(-n);
}

static void make_layer_norm(made *m)
{
  made_floats(m, "g", "2", 2, four);
  made_node(m, "LayerNormalization", "x g g", "y", NULL);
}
static void value_layer_norm(double a, double b, double *y)
{
  const double half = 0.5 * (a - b), n = half / sqrt(half * half + 1e-5);
  y[0] = n + 1.0;
  y[1] = -2.0 * n + 2.0;
}

static void make_columns(made *m)
{
  made_ints(m, "i", "2", 2, numbers + 1);
  made_ints(m, "from", "1", 1, numbers);
  made_ints(m, "to", "1", 1, numbers + 1);
  made_ints(m, "axis", "1", 1, numbers + 1);
  made_node(m, "Gather", "x i", "g", "axis=i1");
  made_node(m, "Slice", "x from to axis", "s", NULL);
  made_node(m, "Dropout", "s", "drop mask", NULL);
  made_node(m, "Concat", "g drop", "y", "axis=i-1");
}
static void value_columns(double a, double b, double *y)
{
  y[0] = y[1] = b;
  y[2] = a;
}

static void make_extremes(made *m)
{
  made_floats(m, "c", "2", 2, four);
  made_node(m, "Max", "x c", "hi", NULL);
  made_node(m, "Min", "x hi", "lo", NULL);
  made_floats(m, "slope", "2", 2, four);
  made_node(m, "PRelu", "lo slope", "p", NULL);
  made_node(m, "Add", "p hi", "y", NULL);
}
static void value_extremes(double a, double b, double *y)
{
  y[0] = (a > 0.0 ? a : a) + fmax(a, 1.0);
  y[1] = (b > 0.0 ? b : 2.0 * b) + fmax(b, 2.0);
}

static void make_softmax(made *m)
{
  made_floats(m, "w", "2,3", 6, (const float[6]){ 1.0F, 0.0F, -1.0F, 0.5F, 1.0F, 0.25F });
  made_node(m, "MatMul", "x w", "p", NULL);
  made_node(m, "Softmax", "p", "y", NULL);
}
static void value_softmax(double a, double b, double *y)
{
  const double e[3] = { exp(a + 0.5 * b), exp(b), exp(-a + 0.25 * b) }, sum = e[0] + e[1] + e[2];
  for (size_t i = 0; i < 3; i++)
    y[i] = e[i] / sum;
}

/* Two classes are one score: by softmax, and as 1 - p beside p. */
static void make_pair(made *m)
{
  made_floats(m, "w", "2,2", 4, four);
  made_node(m, "Gemm", "x w", "p", NULL);
  made_node(m, "Softmax", "p", "s", "axis=i1");
  made_node(m, "ai.onnx.ml:ZipMap", "s", "y", "classlabels_int64s=I0,1");
}
static void value_pair(double a, double b, double *y)
{
  y[0] = sigmoid(a + b);
}
static void make_complement(made *m)
{
  made_floats(m, "w", "2,1", 2, four);
  made_floats(m, "one", "1", 1, four);
  made_node(m, "MatMul", "x w", "l", NULL);
  made_node(m, "Sigmoid", "l", "p", NULL);
  made_node(m, "Sub", "one p", "q", NULL);
  made_node(m, "Concat", "q p", "pair", "axis=i1");
  made_node(m, "ArgMax", "pair", "label", "axis=i1");
  made_node(m, "Identity", "pair", "y", NULL);
}
static void value_complement(double a, double b, double *y)
{
  y[0] = sigmoid(a + 2.0 * b);
}

static void make_scaler(made *m)
{
  made_node(m, "Cast", "x", "c", "to=i1");
  made_node(m, "ai.onnx.ml:Scaler", "c", "y", "offset=F1,2 scale=F0.5,4");
}
static void value_scaler(double a, double b, double *y)
{
  y[0] = (a - 1.0) * 0.5;
  y[1] = (b - 2.0) * 4.0;
}

/* [batch] instead of [batch, 1], and constants worked out here. */
/* One column and a constant of two. */
static void make_widened(made *m)
{
  static const float ones[2] = { 1.0F, 1.0F }, constant[2] = { 3.0F, -4.0F };
  made_floats(m, "ones", "2,1", 2, ones);
  made_floats(m, "constant", "2", 2, constant);
  made_node(m, "MatMul", "x ones", "sum", NULL);
  made_node(m, "Add", "sum constant", "y", NULL);
}
static void value_widened(double a, double b, double *y)
{
  y[0] = a + b + 3.0;
  y[1] = a + b - 4.0;
}

static void make_squeezed(made *m)
{
  made_floats(m, "w", "2,1", 2, four);
  made_node(m, "Constant", "", "k", "value_float=f4");
  made_node(m, "Sqrt", "k", "root", NULL);
  made_node(m, "Mul", "w root", "w2", NULL);
  made_node(m, "MatMul", "x w2", "l", NULL);
  made_node(m, "Squeeze", "l", "s", "axes=I1");
  made_node(m, "Add", "s root", "t", NULL);
  made_node(m, "Unsqueeze", "t", "u", "axes=I1");
  made_node(m, "Flatten", "u", "y", NULL);
}
static void value_squeezed(double a, double b, double *y)
{
  y[0] = 2.0 * a + 4.0 * b + 2.0;
}

static void chains_are_right(void **state)
{
  static const chain_case cases[] = {
    { make_gemm, value_gemm, 2, 13 },
    { make_matmul, value_matmul, 2, 13 },
    { make_scaling, value_scaling, 2, 13 },
    { make_batch_norm, value_batch_norm, 2, 13 },
    { make_norm_chain, value_norm_chain, 2, 13 },
    { make_layer_norm, value_layer_norm, 2, 17 },
    { make_columns, value_columns, 3, 13 },
    { make_extremes, value_extremes, 2, 13 },
    { make_softmax, value_softmax, 3, 11 },
    { make_pair, value_pair, 1, 13 },
    { make_complement, value_complement, 1, 13 },
    { make_scaler, value_scaler, 2, 13 },
    { make_squeezed, value_squeezed, 1, 11 },
    { make_widened, value_widened, 2, 13 },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    double wanted[ROWS][3];
    made m = made_begin(ctx, cases[k].opset);
    cases[k].make(&m);
    for (size_t i = 0; i < ROWS; i++)
      cases[k].value((double)points[i][0], (double)points[i][1], wanted[i]);
    check_graph(&m, cases[k].width, (const double(*)[3])wanted);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(functions_are_right),
                                      cmocka_unit_test(chains_are_right) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
