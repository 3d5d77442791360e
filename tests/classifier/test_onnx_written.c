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
    cmocka_unit_test(networks),  cmocka_unit_test(closed_forms),
    cmocka_unit_test(trees),     cmocka_unit_test(graphs),
    cmocka_unit_test(functions), cmocka_unit_test(ranges_of_inputs_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
