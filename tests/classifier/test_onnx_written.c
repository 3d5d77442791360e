/* ONNX files that are written, read by another reader: the same scores from what the file says alone. */
#include "classifier/lwtnn_graph_made.h"
#include "classifier/onnx_text.h"
#include "classifier/onnx_walk.h"
#include "classifier/random_network.h"
#include "classifier/trees.h"

static walker reader;

/* Random events through the classifier and through its file. within: in units of the score, at least 1. */
static void compare_written(fairu_context *ctx, const fairu_classifier *c, uint64_t seed, double within)
{
  char path[512];
  const size_t n_x = fairu_classifier_n_features(c), n_z = fairu_classifier_n_nuisances(c);
  const size_t n_out = fairu_classifier_n_outputs(c);
  float *x = random_features(seed, 20 * n_x), scores[64];
  double in[64], out[64], z[8];
  assert_true(n_x + n_z <= 64 && n_out <= 64 && n_z <= 8);
  CHECK_OK(ctx, fairu_classifier_export(c, ctx, support_path(path, sizeof path, "written.onnx"),
                                        FAIRU_FORMAT_AUTO));
  walk_open(&reader, path);
  walk_check_port(&reader, 11, "x", n_x + n_z);
  walk_check_port(&reader, 12, "score", n_out);
  for (size_t e = 0; e < 20; e++) {
    for (size_t i = 0; i < n_x; i++)
      in[i] = (double)x[e * n_x + i];
    for (size_t k = 0; k < n_z; k++) /* of a file that has one input, Z is a float too */
      in[n_x + k] = z[k] = 0.25 * (double)(e % 5) - 0.5 * (double)k;
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x + e * n_x, 1, n_x, n_z ? z : NULL, n_z, FAIRU_OUTPUT_SCORE,
                                         scores));
    walk_event(&reader, in, n_x + n_z, out, n_out);
    for (size_t o = 0; o < n_out; o++)
      CHECK_NEAR((double)scores[o], out[o], within * (1.0 + fabs(out[o])));
  }
  walk_close(&reader);
  free(x);
}

static void networks(void **state)
{
  (void)state;
  static random_network net;
  const size_t widths[3][4] = { { 5, 1, 0, 0 }, { 5, 7, 1, 0 }, { 5, 9, 6, 3 } };
  fairu_context *ctx = support_context();
  for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
    for (int last = FAIRU_ACTIVATION_LINEAR; last <= FAIRU_ACTIVATION_SOFTMAX; last++)
      for (size_t n_layers = 1; n_layers <= 3; n_layers++) {
        fairu_classifier *c = NULL;
        if (last == FAIRU_ACTIVATION_SOFTMAX && n_layers < 3)
          continue;
        random_network_fill(&net, (uint64_t)(hidden * 10 + last), 3, 2, widths[n_layers - 1], n_layers,
                            hidden, last);
        CHECK_OK(ctx, random_network_make(&net, ctx, &c));
        compare_written(ctx, c, 1, 1e-5);
        fairu_classifier_destroy(c);
      }
  fairu_context_destroy(ctx);
}

static void closed_forms(void **state)
{
  (void)state;
  const double weights[4] = { 0.5, -2.0, 0.0, 1.25 };
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, 4, -0.75, &c));
  compare_written(ctx, c, 2, 1e-6);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

/* Two trees of depth 2 with every comparison but equality, of every aggregate and activation. */
static void trees(void **state)
{
  (void)state;
  const size_t roots[2] = { 0, 5 };
  const double base[2] = { 0.5, -0.25 };
  double values[20];
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < 20; i++)
    values[i] = (double)(i * 7 % 11) / 4.0 - 1.0;
  for (int mode = FAIRU_BRANCH_LT; mode <= FAIRU_BRANCH_GTE; mode++)
    for (int aggregate = FAIRU_TREES_SUM; aggregate <= FAIRU_TREES_MAX; aggregate++)
      for (size_t n_out = 1; n_out <= 2; n_out++) {
        fairu_branch_node nodes[10] = { { .mode = FAIRU_BRANCH_LEAF } };
        fairu_classifier *c = NULL;
        for (size_t t = 0; t < 2; t++) {
          fairu_branch_node *root = nodes + 5 * t;
          root[0] = (fairu_branch_node){ (unsigned char)mode, t == 1, 0.25F, 0, 5 * t + 1, 5 * t + 2 };
          root[1] = (fairu_branch_node){ (unsigned char)mode, 0, -0.5F, 1 + t, 5 * t + 3, 5 * t + 4 };
        }
        const fairu_forest forest = { 2, 10, n_out, roots, nodes, values, aggregate, base };
        CHECK_OK(ctx,
                 fairu_trees__create(ctx, feature_names, 3, &forest,
                                     n_out == 2 ? FAIRU_ACTIVATION_SOFTMAX : FAIRU_ACTIVATION_SIGMOID, &c));
        compare_written(ctx, c, 3, 1e-6);
        fairu_classifier_destroy(c);
      }
  fairu_context_destroy(ctx);
}

/* Highways, maxouts, concatenations, sums: what becomes of random graphs of lwtnn. */
static void graphs(void **state)
{
  (void)state;
  static graph g;
  graph_text t = { .at = malloc(TEXT) };
  fairu_context *ctx = support_context();
  assert_non_null(t.at);
  for (uint64_t seed = 500; seed < 560; seed++) {
    make_graph(&g, seed);
    t.used = 0;
    put_graph(&t, &g);
    fairu_classifier *c = import_text(ctx, t.at, NULL);
    compare_written(ctx, c, seed, 2e-4); /* some of these graphs square a difference of large numbers */
    fairu_classifier_destroy(c);
  }
  free(t.at);
  fairu_context_destroy(ctx);
}

/* Each function, with attributes other than the defaults and without: the file says those that matter. */
static void functions(void **state)
{
  (void)state;
  static const char *const lines[] = {
    "Elu x > y",
    "Elu x > y alpha=f0.3",
    "LeakyRelu x > y",
    "LeakyRelu x > y alpha=f0.2",
    "Selu x > y",
    "Selu x > y alpha=f1.2 gamma=f0.8",
    "Celu x > y alpha=f0.4",
    "ThresholdedRelu x > y alpha=f0.3",
    "HardSigmoid x > y",
    "HardSigmoid x > y alpha=f0.4 beta=f0.25",
    "HardSwish x > y",
    "Mish x > y",
    "Softplus x > y",
    "Softsign x > y",
    "Erf x > y",
    "Exp x > y",
    "Abs x > a; Sqrt a > y",
    "Neg x > y",
    "Abs x > a; Add a one > b; Log b > y",
    "Abs x > a; Add a one > b; Reciprocal b > y",
    "Gelu x > y",
    "Gelu x > y approximate=stanh",
    "Abs x > a; Pow a two > y",
    "Softmax x > y axis=i1",
    "LogSoftmax x > y axis=i-1",
    "PRelu x v > y",
    "Max x v > y",
    "Min x v > y",
    "Div x v > y",
    "Clip x one two > y",
    "Sigmoid x > a; Mul x a > y",
    "Tanh x > a; Concat x a > y axis=i1",
    "LayerNormalization x v > y epsilon=f0.1",
    "LayerNormalization x v signs > y",
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    made m = made_begin(ctx, 20);
    fairu_classifier *c = NULL;
    text_initializers(&m);
    text_nodes(&m, lines[i]);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", strstr(lines[i], "Concat") ? 4 : 2, 1);
    CHECK_OK(ctx, made_import(&m, NULL, &c));
    compare_written(ctx, c, i, 2e-5);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- derivatives ---------------------------------------------------------------------------------------- */

static double walk_at(const double *in, size_t n)
{
  double out;
  walk_event(&reader, in, n, &out, 1);
  return out;
}

/* Slopes of the one output by every input, against differences of the written file in double. Corners are left out: where both sides
 * differ. The number of slopes compared. */
static size_t compare_slopes(fairu_context *ctx, const fairu_classifier *c, const float *x, size_t n_events)
{
  char path[512];
  size_t compared = 0;
  const size_t n_x = fairu_classifier_n_features(c), n_z = fairu_classifier_n_nuisances(c);
  const double z[2] = { 0.375, -0.5 }, h = 1e-5;
  float d_x[8], d_z[2];
  assert_true(n_x <= 8 && n_z <= 2);
  CHECK_OK(ctx, fairu_classifier_export(c, ctx, support_path(path, sizeof path, "slopes.onnx"),
                                        FAIRU_FORMAT_AUTO));
  walk_open(&reader, path);
  for (size_t e = 0; e < n_events; e++) {
    double in[10];
    for (size_t i = 0; i < n_x + n_z; i++)
      in[i] = i < n_x ? (double)x[e * n_x + i] : z[i - n_x];
    CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, x + e * n_x, 1, n_x, n_z ? z : NULL, n_z,
                                                    FAIRU_OUTPUT_SCORE, NULL, d_x, n_z ? d_z : NULL));
    for (size_t i = 0; i < n_x + n_z; i++) {
      const double here = in[i], value = walk_at(in, n_x + n_z);
      in[i] = here - h;
      const double below = (value - walk_at(in, n_x + n_z)) / h;
      in[i] = here + h;
      const double above = (walk_at(in, n_x + n_z) - value) / h, slope = (above + below) / 2.0;
      in[i] = here;
      if (!isfinite(slope) || fabs(above - below) > 2e-3 * (1.0 + fabs(slope)))
        continue;
      CHECK_NEAR((double)(i < n_x ? d_x[i] : d_z[i - n_x]), slope, 3e-5 * (1.0 + fabs(slope)));
      compared++;
    }
  }
  walk_close(&reader);
  return compared;
}

/* Each operation of x [N, 2], both numbers of its outcome by themselves; columns of one number against rows of two. */
static void every_operation_has_its_slope(void **state)
{
  (void)state;
  static const char *const lines[] = {
    "Elu x > p alpha=f0.3",
    "LeakyRelu x > p alpha=f0.2",
    "Selu x > p",
    "Celu x > p alpha=f0.4",
    "ThresholdedRelu x > p alpha=f0.3",
    "HardSigmoid x > p alpha=f0.1 beta=f0.25",
    "HardSwish x > p",
    "Mish x > p",
    "Softplus x > p",
    "Softsign x > p",
    "Erf x > p",
    "Exp x > p",
    "Neg x > p",
    "Abs x > p",
    "Relu x > p",
    "Sigmoid x > p",
    "Tanh x > p",
    "Gelu x > p",
    "Gelu x > p approximate=stanh",
    "Mul x x > a; Sqrt a > p",
    "Mul x x > a; Add a one > b; Log b > p",
    "Mul x x > a; Add a one > b; Reciprocal b > p",
    "Abs x > a; Pow a three > p",
    "Mul x x > a; Add a one > b; Pow b signs > p",
    "PRelu x v > p",
    "Clip x one two > p",
    "Sigmoid x > a; Mul x a > p",
    "Softmax x > p axis=i1",
    "LogSoftmax x > p axis=i1",
    "LayerNormalization x v signs > p epsilon=f0.5",
    "Slice x i0 i1 i1 > a; Add x a > p",
    "Slice x i0 i1 i1 > a; Sub a x > p",
    "Slice x i0 i1 i1 > a; Mul x a > p",
    "Slice x i0 i1 i1 > a; Mul a a > b; Add b one > c; Div x c > p",
    "Slice x i1 i2 i1 > a; Max x a > p",
    "Slice x i1 i2 i1 > a; Min a x > p",
    "Mul x x > a; Add a one > b; Slice x i0 i1 i1 > c; Div c b > p",
    "Tanh x > a; Mul x a > p",
    "Sub two x > a; Sigmoid a > s; Sub one s > p",
    "Max x signs > p",
    "Div signs x > p",
  };
  static const char *const halves[2] = { "; Slice p i0 i1 i1 > y", "; Slice p i1 i2 i1 > y" };
  enum { ROWS = 60 };
  fairu_context *ctx = support_context();
  float *x = random_features(5, 2 * ROWS);
  for (size_t i = 0; i < 2 * (sizeof lines / sizeof *lines); i++) {
    char line[512];
    made m = made_begin(ctx, 20);
    fairu_classifier *c = NULL;
    text_initializers(&m);
    snprintf(line, sizeof line, "%s%s", lines[i / 2], halves[i % 2]);
    if (strstr(line, "Pow a three")) /* a scalar exponent */
      snprintf(line, sizeof line, "Abs x > a; Pow a two > p%s", halves[i % 2]);
    text_nodes(&m, line);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 1, 1);
    const int status = made_import(&m, NULL, &c);
    if (status == FAIRU_ERR_UNSUPPORTED) /* exponents that differ */
      continue;
    CHECK_OK(ctx, status);
    if (compare_slopes(ctx, c, x, ROWS) < ROWS)
      fail_msg("few slopes of %s", line);
    fairu_classifier_destroy(c);
  }
  free(x);
  fairu_context_destroy(ctx);
}

static void networks_have_their_slopes(void **state)
{
  (void)state;
  enum { ROWS = 12 };
  static random_network net;
  const size_t widths[4] = { 5, 9, 6, 1 };
  fairu_context *ctx = support_context();
  float *x = random_features(6, 3 * ROWS);
  for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
    for (int last = FAIRU_ACTIVATION_LINEAR; last <= FAIRU_ACTIVATION_ELU; last++) {
      fairu_classifier *c = NULL;
      random_network_fill(&net, (uint64_t)(hidden * 10 + last), 3, 2, widths, 3, hidden, last);
      CHECK_OK(ctx, random_network_make(&net, ctx, &c));
      assert_true(compare_slopes(ctx, c, x, ROWS) > ROWS);
      fairu_classifier_destroy(c);
    }
  free(x);
  fairu_context_destroy(ctx);
}

/* Ranges that a classifier clips to, or refuses, are no part of ONNX: its scores would be others there. */
static void ranges_of_inputs_are_refused(void **state)
{
  (void)state;
  const float lower[2] = { -1.0F, -INFINITY }, defaults[2] = { 0.0F, 0.0F };
  const double weights[2] = { 1.0, 2.0 };
  char path[512];
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL, *with = NULL;
  (void)support_path(path, sizeof path, "ranges.onnx");
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, 2, 0.0, &c));
  for (int outside = FAIRU_INPUT_REFUSE; outside <= FAIRU_INPUT_CLIP; outside++)
    for (int bounded = 0; bounded < 2; bounded++) {
      fairu_input_options options;
      CHECK_OK(ctx, fairu_input_options_init(&options, sizeof options));
      options.lower = bounded ? lower : NULL;
      options.defaults = defaults;
      options.non_finite = FAIRU_INPUT_DEFAULT;
      options.outside = outside;
      CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, c, &options, &with));
      const int status = fairu_classifier_export(with, ctx, path, FAIRU_FORMAT_ONNX);
      if (bounded && outside != FAIRU_INPUT_PASS) {
        assert_int_equal(status, FAIRU_ERR_UNSUPPORTED);
        CHECK_SAYS(ctx, "ranges.onnx: ONNX cannot say valid ranges of inputs");
      } else {
        CHECK_OK(ctx, status);
        compare_written(ctx, with, 4, 1e-6);
      }
      fairu_classifier_destroy(with);
    }
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(networks),
    cmocka_unit_test(closed_forms),
    cmocka_unit_test(trees),
    cmocka_unit_test(graphs),
    cmocka_unit_test(functions),
    cmocka_unit_test(every_operation_has_its_slope),
    cmocka_unit_test(networks_have_their_slopes),
    cmocka_unit_test(ranges_of_inputs_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
