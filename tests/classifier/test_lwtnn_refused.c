/* lwtnn files with one thing wrong each: code, and a message that names the place. */
#include "support/support.h"

#include <fairu/formats.h>

#include "support/json_faults.h"

static const char sequential[] =
    "{\"inputs\": [{\"name\": \"a\", \"offset\": -0.5, \"scale\": 2}, {\"name\": \"b\", \"offset\": 1, "
    "\"scale\": 0.5}],\n"
    " \"layers\": [{\"architecture\": \"dense\", \"weights\": [1, 2, 3, 4], \"bias\": [0, 1], "
    "\"activation\": \"rectified\"},\n"
    "  {\"architecture\": \"normalization\", \"weights\": [2, -3], \"bias\": [0.5, 0.25]},\n"
    "  {\"architecture\": \"maxout\", \"sublayers\": [{\"weights\": [1, 2, 3, 4], \"bias\": [0.5, 0]}, "
    "{\"weights\": [], \"bias\": [-1, 1]}]},\n"
    "  {\"architecture\": \"highway\", \"activation\": \"tanh\", \"components\": "
    "{\"t\": {\"weights\": [1, -1, 0.5, 0.25], \"bias\": [0, 0.5]}, "
    "\"carry\": {\"weights\": [2, 0, 0, -1], \"bias\": []}}},\n"
    "  {\"architecture\": \"dense\", \"weights\": [1, -1], \"bias\": [0], \"activation\": "
    "{\"function\": \"leakyrelu\", \"alpha\": 0.3}}],\n"
    " \"outputs\": [\"y\"], \"defaults\": {\"a\": 1}}";

static const char graph[] =
    "{\"inputs\": [{\"name\": \"one\", \"variables\": [{\"name\": \"pt\", \"offset\": -1, \"scale\": 2}]}, "
    "{\"name\": \"two\", \"variables\": [{\"name\": \"eta\", \"offset\": 0, \"scale\": 3}]}],\n"
    " \"input_sequences\": [],\n"
    " \"nodes\": [{\"type\": \"input\", \"sources\": [0], \"size\": 1}, {\"type\": \"input\", \"sources\": "
    "[1]},\n"
    "  {\"type\": \"concatenate\", \"sources\": [0, 1]}, {\"type\": \"add\", \"sources\": [0, 1]},\n"
    "  {\"type\": \"concatenate\", \"sources\": [2, 3]}, "
    "{\"type\": \"feed_forward\", \"sources\": [4], \"layer_index\": 0}],\n"
    " \"layers\": [{\"architecture\": \"dense\", \"weights\": [1, 2, 3], \"bias\": [0.5], \"activation\": "
    "\"sigmoid\"}],\n"
    " \"outputs\": {\"o\": {\"labels\": [\"y\"], \"node_index\": 5}}}";

typedef struct fault {
  const char *from, *to; /* the first is replaced */
  int code;
  const char *says;
} fault;

static const fault sequential_faults[] = {
  { "\"inputs\"", "\"inpots\"", FAIRU_ERR_FORMAT, "inputs" },
  { "{\"name\": \"a\", \"offset\": -0.5, \"scale\": 2}, {\"name\": \"b\", \"offset\": 1, \"scale\": 0.5}", "",
    FAIRU_ERR_SHAPE, "/inputs" },
  { "\"name\": \"b\", ", "", FAIRU_ERR_FORMAT, "/inputs/1" },
  { "\"name\": \"b\"", "\"name\": \"\"", FAIRU_ERR_FORMAT, "/inputs/1/name" },
  { "\"name\": \"b\"", "\"name\": \"a\"", FAIRU_ERR_DUPLICATE, "/inputs/1/name: input \"a\" occurs twice" },
  { "\"name\": \"b\"", "\"name\": 7", FAIRU_ERR_FORMAT, "/inputs/1/name" },
  { "\"offset\": 1, ", "", FAIRU_ERR_FORMAT, "/inputs/1" },
  { ", \"scale\": 0.5", "", FAIRU_ERR_FORMAT, "/inputs/1" },
  { "\"scale\": 0.5", "\"scale\": \"0.5\"", FAIRU_ERR_FORMAT, "/inputs/1/scale" },
  { "\"scale\": 0.5", "\"scale\": 0.5, \"default\": null", FAIRU_ERR_FORMAT, "/inputs/1/default" },
  { "\"a\": 1}}", "\"a\": \"one\"}}", FAIRU_ERR_FORMAT, "/defaults/a" },
  { "\"a\": 1}}", "\"a\": 1, \"a\": 2}}", FAIRU_ERR_DUPLICATE, "key \"a\"" },
  { "{\"a\": 1}}", "[1]}", FAIRU_ERR_FORMAT, "/defaults" },
  { "\"defaults\": {\"a\": 1}", "\"miscellaneous\": {\"fairu_nuisance_0\": \"c\"}", FAIRU_ERR_NOT_FOUND,
    "no input \"c\" for a nuisance" },
  { "\"defaults\": {\"a\": 1}",
    "\"miscellaneous\": {\"fairu_nuisance_0\": \"b\", \"fairu_lower_0\": 2, \"fairu_upper_0\": 1}",
    FAIRU_ERR_RANGE, "nuisance \"b\": range [2, 1]" },
  { "\"layers\"", "\"lairs\"", FAIRU_ERR_FORMAT, "layers" },
  { "\"dense\"", "\"lstm\"", FAIRU_ERR_UNSUPPORTED, "/layers/0: lstm, a recurrent layer" },
  { "\"normalization\"", "\"gru\"", FAIRU_ERR_UNSUPPORTED, "/layers/1: gru, a recurrent layer" },
  { "\"maxout\"", "\"simplernn\"", FAIRU_ERR_UNSUPPORTED, "/layers/2: simplernn, a recurrent layer" },
  { "\"maxout\"", "\"embedding\"", FAIRU_ERR_UNSUPPORTED, "/layers/2: embedding" },
  { "\"maxout\"", "\"transformer\"", FAIRU_ERR_UNSUPPORTED,
    "/layers/2/architecture: architecture \"transformer\"" },
  { "\"architecture\": \"maxout\", ", "", FAIRU_ERR_FORMAT, "/layers/2" },
  { ", \"activation\": \"rectified\"", "", FAIRU_ERR_FORMAT, "/layers/0" },
  { "\"rectified\"", "\"relu\"", FAIRU_ERR_UNSUPPORTED, "/layers/0/activation: activation \"relu\"" },
  { "\"rectified\"", "\"leakyrelu\"", FAIRU_ERR_FORMAT, "/layers/0/activation: leakyrelu without alpha" },
  { "\"rectified\"", "\"swish\"", FAIRU_ERR_FORMAT, "swish without alpha" },
  { "\"rectified\"", "{\"alpha\": 1}", FAIRU_ERR_FORMAT, "/layers/0/activation" },
  { "\"rectified\"", "null", FAIRU_ERR_FORMAT, "/layers/0/activation" },
  { ", \"alpha\": 0.3", "", FAIRU_ERR_FORMAT, "/layers/4/activation: leakyrelu without alpha" },
  { "[1, 2, 3, 4], \"bias\": [0, 1]", "[1, 2, 3], \"bias\": [0, 1]", FAIRU_ERR_SHAPE,
    "/layers/0/weights: 3 weights for 2 inputs" },
  { "\"bias\": [0, 1]", "\"bias\": [0, 1, 2]", FAIRU_ERR_SHAPE, "/layers/0/bias: 3 numbers for 2 outputs" },
  { "\"bias\": [0, 1], ", "", FAIRU_ERR_FORMAT, "/layers/0" },
  { "[1, 2, 3, 4]", "[1, 2, null, 4]", FAIRU_ERR_FORMAT, "/layers/0/weights/2" },
  { "[1, 2, 3, 4]", "[1, 2, 3, 1e39]", FAIRU_ERR_NON_FINITE, "/layers/0/weights: number 3, 1e+39" },
  { "\"weights\": [2, -3]", "\"weights\": [2]", FAIRU_ERR_SHAPE,
    "/layers/1/weights: 1 numbers for 2 inputs" },
  { "[0.5, 0.25]}", "[0.5, 0.25], \"activation\": \"tanh\"}", FAIRU_ERR_UNSUPPORTED,
    "/layers/1/activation: a normalization has activation tanh" },
  { "\"sublayers\": [{\"weights\": [1, 2, 3, 4], \"bias\": [0.5, 0]}, {\"weights\": [], \"bias\": [-1, 1]}]",
    "\"sublayers\": []", FAIRU_ERR_SHAPE, "/layers/2/sublayers" },
  { "{\"weights\": [], \"bias\": [-1, 1]}", "{\"weights\": [1, 2], \"bias\": [1]}", FAIRU_ERR_SHAPE,
    "/layers/2/sublayers/1: 1 outputs, those before have 2" },
  { "[2, 0, 0, -1]", "[2, 0]", FAIRU_ERR_SHAPE, "/layers/3/components/carry: 1 outputs of 2 inputs" },
  { "\"carry\"", "\"carries\"", FAIRU_ERR_FORMAT, "/layers/3/components" },
  { "[\"y\"]", "[\"y\", \"z\"]", FAIRU_ERR_SHAPE, "/outputs: 2 labels, the last layer has 1 outputs" },
  { "[\"y\"]", "[7]", FAIRU_ERR_FORMAT, "/outputs/0" },
  { "[\"y\"]", "\"y\"", FAIRU_ERR_FORMAT, "/outputs" },
  { "\"outputs\"", "\"out\"", FAIRU_ERR_FORMAT, "outputs" },
};

static const fault graph_faults[] = {
  { "\"input_sequences\": [],", "", FAIRU_ERR_FORMAT, "input_sequences" },
  { "\"variables\"", "\"variable\"", FAIRU_ERR_FORMAT, "/inputs/0" },
  { "\"sources\": [0], \"size\": 1", "\"sources\": [0], \"size\": 2", FAIRU_ERR_SHAPE,
    "/nodes/0/size: size 2, input 0 has 1 variables" },
  { "\"sources\": [0], \"size\": 1", "\"sources\": [2], \"size\": 1", FAIRU_ERR_RANGE,
    "/nodes/0/sources/0: index 2 of 2" },
  { "\"sources\": [0], \"size\": 1", "\"sources\": [0.5], \"size\": 1", FAIRU_ERR_FORMAT,
    "wanted an index, found 0.5" },
  { "\"sources\": [0], \"size\": 1", "\"sources\": [-1], \"size\": 1", FAIRU_ERR_FORMAT,
    "wanted an index, found -1" },
  { "\"sources\": [0], \"size\": 1", "\"sources\": [0, 1], \"size\": 1", FAIRU_ERR_SHAPE,
    "/nodes/0: node of type input with 2 sources" },
  { "\"sources\": [2, 3]", "\"sources\": []", FAIRU_ERR_SHAPE, "/nodes/4/sources" },
  { "\"sources\": [2, 3]", "\"sources\": [2, 9]", FAIRU_ERR_RANGE, "/nodes/4/sources/1: index 9 of 6" },
  { "\"sources\": [2, 3]", "\"sources\": [2, 5]", FAIRU_ERR_FORMAT,
    "/nodes/4: a cycle: source 5 depends on node 4" },
  { "\"sources\": [2, 3]", "\"sources\": [2, 4]", FAIRU_ERR_FORMAT, "a cycle: source 4 depends on node 4" },
  { "\"add\", \"sources\": [0, 1]", "\"add\", \"sources\": [0, 2]", FAIRU_ERR_SHAPE,
    "/nodes/3: add of widths 1 and 2" },
  { "\"add\"", "\"sum\"", FAIRU_ERR_UNSUPPORTED, "/nodes/3: node of type sum" },
  { "\"add\"", "\"sequence\"", FAIRU_ERR_UNSUPPORTED, "/nodes/3: node of type sequence" },
  { "\"add\"", "\"multiply\"", FAIRU_ERR_UNSUPPORTED, "/nodes/3: node of type \"multiply\"" },
  { "\"sources\": [4], ", "\"sources\": [4, 3], ", FAIRU_ERR_SHAPE,
    "/nodes/5: node of type feed_forward with 2 sources" },
  { "\"layer_index\": 0", "\"layer_index\": 1", FAIRU_ERR_RANGE, "/nodes/5/layer_index: index 1 of 1" },
  { ", \"layer_index\": 0", "", FAIRU_ERR_FORMAT, "/nodes/5" },
  { "[1, 2, 3]", "[1, 2]", FAIRU_ERR_SHAPE, "/layers/0/weights: 2 weights for 3 inputs" },
  { "\"labels\": [\"y\"]", "\"labels\": [\"y\", \"z\"]", FAIRU_ERR_SHAPE,
    "/outputs/o: 2 labels, node 5 has 1 outputs" },
  { "\"labels\": [\"y\"], ", "", FAIRU_ERR_FORMAT, "/outputs/o" },
  { "\"node_index\": 5", "\"node_index\": 6", FAIRU_ERR_RANGE, "/outputs/o/node_index: index 6 of 6" },
  { "\"node_index\": 5}", "\"node_index\": 5}, \"p\": {\"labels\": [\"y\"], \"node_index\": 5}",
    FAIRU_ERR_ARGUMENT, "/outputs: 2 outputs, none chosen" },
};

/* base with the first `from` replaced. */
static char *changed(const char *base, const fault *f)
{
  const char *at = strstr(base, f->from);
  char *text = (char *)malloc(strlen(base) + strlen(f->to) + 1);
  assert_non_null(at);
  assert_non_null(text);
  const size_t head = (size_t)(at - base);
  memcpy(text, base, head);
  strcpy(text + head, f->to);
  strcat(text, at + strlen(f->from));
  return text;
}

static void check_faults(const char *base, const fault *faults, size_t n)
{
  fairu_context *ctx = support_context();
  char path[512];
  support_path(path, sizeof path, "wrong.json");
  for (size_t i = 0; i < n; i++) {
    fairu_classifier *classifier = (fairu_classifier *)(void *)path;
    char *text = changed(base, &faults[i]);
    support_write_file(path, text, strlen(text));
    CHECK_FAILS(ctx, faults[i].code, fairu_classifier_import(ctx, path, NULL, &classifier));
    CHECK_SAYS(ctx, faults[i].says);
    CHECK_SAYS(ctx, "wrong.json");
    assert_null(classifier);
    free(text);
  }
  fairu_context_destroy(ctx);
}

static void faults_of_sequential_files(void **state)
{
  (void)state;
  check_faults(sequential, sequential_faults, sizeof sequential_faults / sizeof *sequential_faults);
}

static void faults_of_graphs(void **state)
{
  (void)state;
  check_faults(graph, graph_faults, sizeof graph_faults / sizeof *graph_faults);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
  static const char *const files[] = { sequential, graph };
  fairu_context *ctx = support_context();
  fairu_import_options options;
  char path[512];
  (void)state;
  support_path(path, sizeof path, "cut.json");
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  options.format = FAIRU_FORMAT_LWTNN;
  for (int k = 0; k < 2; k++)
    for (size_t size = 0; size < strlen(files[k]); size++) {
      fairu_classifier *classifier = NULL;
      support_write_file(path, files[k], size);
      const int status = fairu_classifier_import(ctx, path, &options, &classifier);
      if (status != FAIRU_ERR_TRUNCATED) { /* inside a number: half of one is a wrong token */
        assert_int_equal(status, FAIRU_ERR_FORMAT);
        assert_non_null(strchr("-.", files[k][size - 1]));
      }
      CHECK_SAYS(ctx, "cut.json");
      assert_null(classifier);
    }
  fairu_context_destroy(ctx);
}

/* What is read scores and is written again, or said to be beyond the format. */
static int import_and_export(fairu_context *ctx, const char *text, size_t size, void *data)
{
  char written[512];
  float x[8] = { 0.5F, -1.0F }, y[8];
  fairu_classifier *classifier = NULL;
  fairu_import_options options;
  CHECK_OK(ctx, fairu_import_options_init(&options, sizeof options));
  options.format = FAIRU_FORMAT_LWTNN;
  support_write_file((const char *)data, text, size);
  const int status = fairu_classifier_import(ctx, (const char *)data, &options, &classifier);
  assert_true((status == FAIRU_OK) == (classifier != NULL));
  if (classifier) {
    const double z[4] = { 1.0 };
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, fairu_classifier_n_features(classifier), z,
                                         fairu_classifier_n_nuisances(classifier), FAIRU_OUTPUT_LOGIT, y));
    const int exported = fairu_classifier_export(
        classifier, ctx, support_path(written, sizeof written, "again.json"), FAIRU_FORMAT_LWTNN_GRAPH);
    assert_true(exported == FAIRU_OK || exported == FAIRU_ERR_UNSUPPORTED);
  }
  fairu_classifier_destroy(classifier);
  return status;
}

static void every_single_fault_is_named(void **state)
{
  char path[512], *layers = support_read_file("tests/fuzz/corpus/lwtnn/layers", NULL);
  char *other = support_read_file("tests/fuzz/corpus/lwtnn/sequential", NULL);
  const char *const files[] = { sequential, graph, layers, other };
  (void)state;
  support_path(path, sizeof path, "fault.json");
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const support_json_faults n = support_json_try_faults(files[i], path, import_and_export, path);
    assert_true(10 * n.refused > 5 * n.tried);
  }
  free(layers);
  free(other);
}

/* Options that do not fit the file; files that are something else. */
static void choices_that_are_not_there(void **state)
{
  static const char *const nobody[] = { "phi" }, *const everybody[] = { "a", "b" };
  fairu_context *ctx = support_context();
  fairu_import_options options;
  fairu_classifier *classifier = NULL;
  char path[512];
  (void)state;
  support_path(path, sizeof path, "choices.json");
  support_write_file(path, sequential, strlen(sequential));
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  options.nuisances = nobody;
  options.n_nuisances = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_classifier_import(ctx, path, &options, &classifier));
  CHECK_SAYS(ctx, "no input \"phi\" for a nuisance");
  options.nuisances = everybody;
  options.n_nuisances = 2;
  CHECK_OK(ctx,
           fairu_classifier_import(ctx, path, &options, &classifier)); /* all of them: no feature is left */
  assert_int_equal(fairu_classifier_n_features(classifier), 0);
  fairu_classifier_destroy(classifier);
  options.n_nuisances = 0;
  options.output = "z";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_classifier_import(ctx, path, &options, &classifier));
  CHECK_SAYS(ctx, "/outputs: no label \"z\"");
  support_write_file(path, graph, strlen(graph));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_classifier_import(ctx, path, &options, &classifier));
  CHECK_SAYS(ctx, "/outputs: no output or label \"z\"");
  options.format = 99;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_import(ctx, path, &options, &classifier));
  CHECK_SAYS(ctx, "unknown format 99");
  options.format = FAIRU_FORMAT_AUTO;
  support_write_file(path, "a,b\n1,2\n", 8);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_classifier_import(ctx, path, &options, &classifier));
  CHECK_SAYS(ctx, "choices.json");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_import(ctx, "-", &options, &classifier));
  CHECK_SAYS(ctx, "the format has to be given");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_classifier_import(ctx, "/nonexistent.json", &options, &classifier));
  options.struct_size = 8;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_classifier_import(ctx, path, &options, &classifier));
  assert_null(classifier);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(faults_of_sequential_files),
                                      cmocka_unit_test(faults_of_graphs),
                                      cmocka_unit_test(a_file_cut_anywhere_is_refused),
                                      cmocka_unit_test(every_single_fault_is_named),
                                      cmocka_unit_test(choices_that_are_not_there) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
