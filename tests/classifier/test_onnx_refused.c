/* ONNX files that are broken, and those that say what is not done here: a status and a message that names the node. */
#include <unistd.h>

#include "classifier/model_memory.h"
#include "classifier/onnx_made.h"

static const float four[4] = { 1.0F, 2.0F, 3.0F, 4.0F };

static int is_file_error(int status)
{
  return status >= FAIRU_ERR_ARGUMENT && status != FAIRU_ERR_INTERNAL && status != FAIRU_ERR_OUT_OF_MEMORY;
}

/* A small model with one of most messages: dense, normalised, with trees unused beside it. */
static void make_small(made *m)
{
  made_port(m, 11, "x", 2, 1);
  made_port(m, 12, "y", 1, 1);
  made_floats(m, "w", "2,2", 4, four);
  made_floats(m, "b", "2", 2, four);
  made_floats(m, "v", "2,1", 2, four);
  made_node(m, "Gemm", "x w b", "h", "transB=i1 alpha=f1");
  made_node(m, "Elu", "h", "r", "alpha=f0.5");
  made_node(m, "BatchNormalization", "r b b b b", "n", NULL);
  made_node(m, "MatMul", "n v", "l", NULL);
  made_node(m, "Sigmoid", "l", "y", NULL);
}

static void make_trees(made *m)
{
  made_port(m, 11, "x", 2, 1);
  made_port(m, 12, "y", 1, 1);
  made_node(m, "ai.onnx.ml:TreeEnsembleRegressor", "x", "s",
            "nodes_treeids=I0,0,0 nodes_nodeids=I0,1,2 nodes_featureids=I1,0,0 "
            "nodes_modes=SBRANCH_LT,LEAF,LEAF nodes_values=F0.5,0,0 nodes_truenodeids=I1,0,0 "
            "nodes_falsenodeids=I2,0,0 target_treeids=I0,0 target_nodeids=I1,2 target_ids=I0,0 "
            "target_weights=F1,-1");
  made_node(m, "Sigmoid", "s", "y", NULL);
}

static void score_once(fairu_context *ctx, const fairu_classifier *c)
{
  float x[64] = { 0.25F }, y[64];
  if (fairu_classifier_n_features(c) <= 64 && fairu_classifier_n_outputs(c) <= 64)
    (void)!fairu_classifier_score(c, ctx, x, 1, fairu_classifier_n_features(c), NULL, 0, FAIRU_OUTPUT_SCORE,
                                  y);
}

/* Cut at every byte, bits turned: a model or a status, never a crash, and never a cut model. */
static void no_damage_brings_it_down(void **state)
{
  (void)state;
  char path[512], damaged[512];
  fairu_context *ctx = support_context();
  fairu_import_options options;
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  options.format = FAIRU_FORMAT_ONNX;
  for (int k = 0; k < 2; k++) {
    made m = made_begin(ctx, 13);
    size_t size = 0, loaded = 0;
    (k ? make_trees : make_small)(&m);
    char *bytes = support_read_file(made_write(&m, path, "whole.onnx"), &size);
    support_path(damaged, sizeof damaged, "damaged.onnx");
    for (size_t cut = 0; cut < size; cut++) {
      fairu_classifier *c = NULL;
      support_write_file(damaged, bytes, cut);
      const int status = fairu_classifier_import(ctx, damaged, &options, &c);
      if (status == FAIRU_OK) { /* all that is missing is the opset that nothing needs */
        score_once(ctx, c);
        loaded++;
      } else {
        assert_true(is_file_error(status));
        CHECK_SAYS(ctx, "damaged.onnx");
      }
      fairu_classifier_destroy(c);
    }
    assert_true(loaded <= 2);
    for (size_t bit = 0; bit < 8 * size; bit += 3) { /* of each byte two or three */
      fairu_classifier *c = NULL;
      bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << (bit % 8)));
      support_write_file(damaged, bytes, size);
      const int status = fairu_classifier_import(ctx, damaged, &options, &c);
      assert_true(status == FAIRU_OK || is_file_error(status));
      assert_true((status == FAIRU_OK) == (c != NULL));
      if (c)
        score_once(ctx, c);
      fairu_classifier_destroy(c);
      bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
    free(bytes);
  }
  fairu_context_destroy(ctx);
}

/* ---- what is said of a node --------------------------------------------------------------------------- */

typedef struct fault_case {
  const char *op, *inputs, *attributes;
  int code;
  const char *says;
} fault_case;

/* A graph x [N, 2], w [2, 2], b [2], long [3], counts (integers) -> the node -> y. */
static const fault_case faults[] = {
  { "Frobnicate", "x", NULL, FAIRU_ERR_UNSUPPORTED, "operation 'Frobnicate'" },
  { "LSTM", "x w w", NULL, FAIRU_ERR_UNSUPPORTED, "'LSTM'" },
  { "If", "x", NULL, FAIRU_ERR_UNSUPPORTED, "'If'" },
  { "com.else:Gemm", "x w", NULL, FAIRU_ERR_UNSUPPORTED, "domain 'com.else'" },
  { "Elu", "x", "alpha=i1", FAIRU_ERR_FORMAT, "alpha has type 2, not 1" },
  { "Elu", "x x", NULL, FAIRU_ERR_FORMAT, "2 inputs" },
  { "Elu", "-", NULL, FAIRU_ERR_FORMAT, "no name" },
  { "Gemm", "x long2", NULL, FAIRU_ERR_SHAPE, "weights 'long2' are 3 x 1, the input is 2 wide" },
  { "Gemm", "x x", NULL, FAIRU_ERR_UNSUPPORTED, "'x' is neither initializer nor constant" },
  { "Gemm", "x w long", NULL, FAIRU_ERR_SHAPE, "'long' with 3 elements does not fit" },
  { "Gemm", "x w", "transA=i1", FAIRU_ERR_UNSUPPORTED, "transA" },
  { "MatMul", "w x", NULL, FAIRU_ERR_UNSUPPORTED, "'w' is no value of each event" },
  { "MatMul", "x counts", NULL, FAIRU_ERR_UNSUPPORTED, "data_type 7" },
  { "Add", "x long", NULL, FAIRU_ERR_SHAPE, "'long' with 3 elements does not fit 'x'" },
  { "Add", "x nowhere", NULL, FAIRU_ERR_NOT_FOUND, "'nowhere' is made by no node" },
  { "Add", "x y", NULL, FAIRU_ERR_FORMAT, "'y' depends on its own output" },
  { "Add", "x short", NULL, FAIRU_ERR_SHAPE, "tensor 'short'" },
  { "Add", "x huge", NULL, FAIRU_ERR_SHAPE, "tensor 'huge'" },
  { "Softmax", "x", "axis=i0", FAIRU_ERR_UNSUPPORTED, "axis 0" },
  { "Softmax", "x", "axis=i7", FAIRU_ERR_SHAPE, "axis 7" },
  { "Concat", "x w", "axis=i1", FAIRU_ERR_UNSUPPORTED, "'w' is no value" },
  { "Reshape", "x counts", NULL, FAIRU_ERR_SHAPE, "'x' has 2 elements an event" },
  { "Transpose", "x", NULL, FAIRU_ERR_UNSUPPORTED, "'x', which depends on the inputs" },
  { "Cast", "x", "to=i7", FAIRU_ERR_UNSUPPORTED, "data_type 7" },
  { "Squeeze", "x", "axes=I1", FAIRU_ERR_SHAPE, "axis 1 of 'x' is not 1" },
  { "Unsqueeze", "x", "axes=I0", FAIRU_ERR_UNSUPPORTED, "before the batch" },
  { "BatchNormalization", "x b b b long", NULL, FAIRU_ERR_SHAPE, "'long' has 3 elements" },
  { "BatchNormalization", "x b b b b", "training_mode=i1", FAIRU_ERR_UNSUPPORTED, "training_mode" },
  { "Gather", "x counts", "axis=i1", FAIRU_ERR_SHAPE, "column 5 of 'x'" },
  { "Pow", "x b", NULL, FAIRU_ERR_UNSUPPORTED, "different exponents" },
  { "Gelu", "x", "approximate=sfast", FAIRU_ERR_UNSUPPORTED, "'fast'" },
  { "Constant", "", "value_strings=Sa", FAIRU_ERR_UNSUPPORTED, "value_strings" },
};

static void put_external(made *m, const char *location)
{
  const size_t at = fairu_proto_out__begin(&m->graph, 5);
  fairu_proto_out__varint(&m->graph, 1, 2);
  fairu_proto_out__varint(&m->graph, 2, 1);
  fairu_proto_out__string(&m->graph, 8, "outside");
  fairu_proto_out__varint(&m->graph, 14, 1);
  const char *const entries[2][2] = { { "location", location }, { "offset", "4" } };
  for (int k = 0; k < 2; k++) {
    const size_t entry = fairu_proto_out__begin(&m->graph, 13);
    fairu_proto_out__string(&m->graph, 1, entries[k][0]);
    fairu_proto_out__string(&m->graph, 2, entries[k][1]);
    fairu_proto_out__end(&m->graph, entry);
  }
  fairu_proto_out__end(&m->graph, at);
}

static void nodes_at_fault_are_named(void **state)
{
  static const int64_t counts[4] = { 0, 5, 1, 1 };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
    const fault_case *f = &faults[k];
    fairu_classifier *c = NULL;
    made m = made_begin(ctx, 11);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 2, 1);
    made_floats(&m, "w", "2,2", 4, four);
    made_floats(&m, "b", "2", 2, four);
    made_floats(&m, "long", "3", 3, four);
    made_floats(&m, "long2", "3,1", 3, four);
    made_floats(&m, "short", "2", 1, four);
    made_floats(&m, "huge", "2147483647,1", 2, four);
    made_ints(&m, "counts", "2,2", 4, counts);
    made_node(&m, f->op, f->inputs, "y", f->attributes);
    CHECK_FAILS(ctx, f->code, made_import(&m, NULL, &c));
    CHECK_SAYS(ctx, f->says);
    CHECK_SAYS(ctx, "made.onnx: ");
    if (strstr(f->says, "tensor") == NULL)
      CHECK_SAYS(ctx, "node 0 'n0'");
    assert_null(c);
  }
  fairu_context_destroy(ctx);
}

/* Weights beside the model: in its folder, and nowhere else. */
static void files_outside_are_not_followed(void **state)
{
  static const char *const bad[] = { "/etc/passwd",   "../weights", "a/../../weights", "", "a\\b",
                                     "a/weights.bin", "." };
  enum { BAD = sizeof bad / sizeof *bad };
  char path[512];
  (void)state;
  fairu_context *ctx = support_context();
  support_write_file(support_path(path, sizeof path, "weights.bin"), four, sizeof four);
  for (size_t k = 0; k <= BAD; k++) {
    fairu_classifier *c = NULL;
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 2, 1);
    put_external(&m, k < BAD ? bad[k] : "weights.bin");
    made_node(&m, "Add", "x outside", "y", NULL);
    if (k < BAD) {
      CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, made_import(&m, NULL, &c));
      CHECK_SAYS(ctx, "only files in the folder of the model");
      continue;
    }
    char made_path[512];
    float y[2];
    CHECK_OK(ctx, made_import(&m, NULL, &c));
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, four, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
    CHECK_NEAR((double)y[1], 5.0, 0.0);
    fairu_classifier_destroy(c);
    model_memory_check(support_path(made_path, sizeof made_path, "made.onnx"));
  }
  fairu_context_destroy(ctx);
}

/* A link would lead elsewhere, a second name may be that of a file which is none of the model's business. */
static void links_beside_are_refused(void **state)
{
  char path[512], target[512];
  (void)state;
  fairu_context *ctx = support_context();
  support_write_file(support_path(target, sizeof target, "elsewhere"), four, sizeof four);
  support_path(path, sizeof path, "linked.bin");
  for (int hard = 0; hard < 2; hard++) {
    fairu_classifier *c = NULL;
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 2, 1);
    put_external(&m, "linked.bin");
    made_node(&m, "Add", "x outside", "y", NULL);
    assert_int_equal(hard ? link(target, path) : symlink(target, path), 0);
    CHECK_FAILS(ctx, FAIRU_ERR_IO, made_import(&m, NULL, &c));
    CHECK_SAYS(ctx, hard ? "has another name" : "linked.bin");
    assert_null(c);
    assert_int_equal(unlink(path), 0);
  }
  fairu_context_destroy(ctx);
}

/* ---- what is said of the whole ------------------------------------------------------------------------ */

static void whole_files_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int k = 0; k < 9; k++) {
    fairu_classifier *c = NULL;
    fairu_import_options options;
    static const char *const none[] = { "nobody" };
    int code = FAIRU_ERR_FORMAT;
    const char *says = "no graph";
    assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
    made m = made_begin(ctx, k == 0 ? 6 : 13);
    make_small(&m);
    if (k == 0)
      code = FAIRU_ERR_UNSUPPORTED, says = "opset 6";
    if (k == 1)
      fairu_proto_out__bytes(&m.model, 25, "", 0), code = FAIRU_ERR_UNSUPPORTED, says = "functions";
    if (k == 2)
      fairu_proto_out__bytes(&m.model, 20, "", 0), code = FAIRU_ERR_UNSUPPORTED, says = "training_info";
    if (k == 3)
      fairu_proto_out__bytes(&m.model, 7, "", 0), says = "two graphs";
    if (k == 4)
      fairu_proto_out__append(&m.model, (const unsigned char[1]){ 0x0B }, 1), says = "wire type 3";
    if (k == 5)
      made_node(&m, "Neg", "x", "h", NULL), code = FAIRU_ERR_DUPLICATE, says = "'h', which is there already";
    if (k == 6)
      made_port(&m, 12, "h", 2, 1), code = FAIRU_ERR_ARGUMENT, says = "2 outputs: name one";
    if (k == 7)
      options.output = "nobody", code = FAIRU_ERR_NOT_FOUND, says = "named 'nobody'";
    if (k == 8)
      options.nuisances = none, options.n_nuisances = 1, code = FAIRU_ERR_NOT_FOUND, says = "\"nobody\"";
    CHECK_FAILS(ctx, code, made_import(&m, &options, &c));
    CHECK_SAYS(ctx, says);
    assert_null(c);
  }
  fairu_context_destroy(ctx);
}

static int import_small(fairu_context *ctx, void *data)
{
  fairu_classifier *c = NULL;
  const int status = fairu_classifier_import(ctx, (const char *)data, NULL, &c);
  fairu_classifier_destroy(c);
  return status;
}

static void memory_may_fail(void **state)
{
  (void)state;
  char path[2][512];
  fairu_context *ctx = support_context();
  for (int k = 0; k < 2; k++) {
    made m = made_begin(ctx, 13);
    (k ? make_trees : make_small)(&m);
    made_write(&m, path[k], k ? "memory_trees.onnx" : "memory.onnx");
  }
  fairu_context_destroy(ctx);
  for (int k = 0; k < 2; k++)
    assert_true(support_every_need_fails(import_small, path[k]) > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_damage_brings_it_down),       cmocka_unit_test(nodes_at_fault_are_named),
    cmocka_unit_test(files_outside_are_not_followed), cmocka_unit_test(links_beside_are_refused),
    cmocka_unit_test(whole_files_are_refused),        cmocka_unit_test(memory_may_fail)
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
