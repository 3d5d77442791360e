/* ONNX files: the shared networks, round trips, names and roles of inputs. */
#include "classifier/onnx_made.h"

static fairu_import_options plain_options(void)
{
  fairu_import_options options;
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  return options;
}

/* ---- the shared networks ------------------------------------------------------------------------------ */

typedef struct table {
  char *text;
  float *values;
  size_t n, n_columns;
} table;

static int read_table(table *t, const char *name)
{
  char path[512], relative[128];
  size_t size = 0, room = 0;
  snprintf(relative, sizeof relative, "networks/%s", name);
  if (!support_data(path, sizeof path, relative))
    return 0;
  memset(t, 0, sizeof *t);
  t->text = support_read_file(path, &size);
  char *p = strchr(t->text, '\n') + 1;
  for (char *c = t->text; c < p; c++)
    t->n_columns += *c == ',' || *c == '\n';
  while (*p) {
    if (t->n == room) {
      room = 2 * room + 64;
      t->values = realloc(t->values, room * sizeof *t->values);
      assert_non_null(t->values);
    }
    t->values[t->n++] = strtof(p, &p);
    p += *p != '\0';
    while (*p == '\n' || *p == '\r')
      p++;
  }
  return 1;
}

static void free_table(table *t)
{
  free(t->text);
  free(t->values);
}

static void check_scores(fairu_context *ctx, const fairu_classifier *c, const table *in, const table *wanted)
{
  float *scores = calloc(wanted->n, sizeof *scores);
  assert_non_null(scores);
  assert_int_equal(fairu_classifier_n_features(c), in->n_columns);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, in->values, wanted->n, in->n_columns, NULL, 0,
                                       FAIRU_OUTPUT_SCORE, scores));
  for (size_t i = 0; i < wanted->n; i++)
    CHECK_NEAR((double)scores[i], (double)wanted->values[i], 2e-6);
  free(scores);
}

/* Through each of the other formats and back. */
static void check_round_trips(fairu_context *ctx, const fairu_classifier *c, const table *in,
                              const table *wanted)
{
  static const char *const names[] = { "again.onnx", "again.fairu", "again.json" };
  char path[512];
  for (size_t i = 0; i < 3; i++) {
    fairu_classifier *again = NULL;
    CHECK_OK(ctx,
             fairu_classifier_export(c, ctx, support_path(path, sizeof path, names[i]), FAIRU_FORMAT_AUTO));
    CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &again));
    check_scores(ctx, again, in, wanted);
    for (size_t f = 0; f < in->n_columns; f++)
      assert_string_equal(fairu_classifier_feature_name(c, f), fairu_classifier_feature_name(again, f));
    fairu_classifier_destroy(again);
  }
}

static void shared_networks_are_read(void **state)
{
  static const char *const files[][3] = {
    { "param_toy.onnx", "param_toy.inputs.csv", "param_toy.expected.csv" },
    { "param_toy.torch13.onnx", "param_toy.inputs.csv", "param_toy.expected.csv" },
    { "higgs29.onnx", "higgs29.inputs.csv", "higgs29.expected.csv" },
    { "higgs29.torch9.onnx", "higgs29.inputs.csv", "higgs29.expected.csv" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[512], relative[128];
    table in, wanted;
    fairu_classifier *c = NULL;
    if (!read_table(&in, files[i][1]) || !read_table(&wanted, files[i][2]))
      support_skip("no ../shared/data");
    snprintf(relative, sizeof relative, "networks/%s", files[i][0]);
    CHECK_OK(ctx, fairu_classifier_import(ctx, support_data(path, sizeof path, relative), NULL, &c));
    check_scores(ctx, c, &in, &wanted);
    check_round_trips(ctx, c, &in, &wanted);
    fairu_classifier_destroy(c);
    free_table(&in);
    free_table(&wanted);
  }
  fairu_context_destroy(ctx);
}

/* z as a nuisance parameter: by name in the options, and kept in our own file with its range. */
static void roles_and_names_stay(void **state)
{
  static const char *const features[] = { "x1", "x2", "z" }, *const nuisances[] = { "z" };
  static const float x[2] = { 0.5F, -1.5F }, row[3] = { 0.5F, -1.5F, 0.25F };
  const double z = 0.25;
  float scores[3];
  char path[512];
  fairu_import_options options = plain_options();
  fairu_context *ctx = support_context();
  fairu_classifier *plain = NULL, *aware = NULL, *again = NULL;
  (void)state;
  if (!support_data(path, sizeof path, "networks/param_toy.onnx"))
    support_skip("no ../shared/data");
  CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &plain));
  options.features = features;
  options.n_features = 3;
  options.nuisances = nuisances;
  options.n_nuisances = 1;
  CHECK_OK(ctx, fairu_classifier_import(ctx, path, &options, &aware));
  CHECK_OK(ctx, fairu_classifier_export(aware, ctx, support_path(path, sizeof path, "aware.onnx"),
                                        FAIRU_FORMAT_AUTO));
  CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &again));
  assert_string_equal(fairu_classifier_feature_name(again, 1), "x2");
  assert_string_equal(fairu_classifier_nuisance_name(again, 0), "z");
  CHECK_OK(ctx, fairu_classifier_score(plain, ctx, row, 1, 3, NULL, 0, FAIRU_OUTPUT_LOGIT, &scores[0]));
  CHECK_OK(ctx, fairu_classifier_score(aware, ctx, x, 1, 2, &z, 1, FAIRU_OUTPUT_LOGIT, &scores[1]));
  CHECK_OK(ctx, fairu_classifier_score(again, ctx, x, 1, 2, &z, 1, FAIRU_OUTPUT_LOGIT, &scores[2]));
  CHECK_NEAR((double)scores[0], (double)scores[1], 2e-6);
  CHECK_NEAR((double)scores[1], (double)scores[2], 2e-6);
  fairu_classifier_destroy(plain);
  fairu_classifier_destroy(aware);
  fairu_classifier_destroy(again);
  fairu_context_destroy(ctx);
}

/* ---- inputs and outputs ------------------------------------------------------------------------------- */

/* Features and nuisances as two inputs, joined in the graph; an intermediate tensor or a node as the output. */
static void inputs_and_outputs_are_found(void **state)
{
  static const char *const nuisances[] = { "z" };
  const float x[2] = { 0.5F, -2.0F }, w[3] = { 1.0F, 2.0F, 3.0F };
  const double z = 3.0;
  float y = 0.0F;
  (void)state;
  for (int k = 0; k < 3; k++) {
    fairu_context *ctx = support_context();
    fairu_import_options options = plain_options();
    fairu_classifier *c = NULL;
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 11, "z", 1, 1);
    made_node(&m, "Concat", "x z", "all", "axis=i1");
    made_floats(&m, "w", "3,1", 3, w);
    made_node(&m, "MatMul", "all w", "/logit:0", NULL);
    made_node(&m, "Sigmoid", "/logit:0", "p", NULL);
    made_node(&m, "NoSuchThing", "p", "label", NULL);
    made_port(&m, 12, "label", 1, 7);
    made_port(&m, 12, "p", 1, 1);
    options.nuisances = nuisances;
    options.n_nuisances = 1;
    options.output = k == 0 ? NULL : k == 1 ? "/logit:0" : "n1";
    CHECK_OK(ctx, made_import(&m, &options, &c));
    assert_int_equal(fairu_classifier_n_nuisances(c), 1);
    assert_string_equal(fairu_classifier_feature_name(c, 1), "x1");
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, &z, 1, FAIRU_OUTPUT_SCORE, &y));
    CHECK_NEAR((double)y, k == 0 ? 1.0 / (1.0 + exp(-5.5)) : 5.5, 2e-6);
    fairu_classifier_destroy(c);
    fairu_context_destroy(ctx);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(shared_networks_are_read),
                                      cmocka_unit_test(roles_and_names_stay),
                                      cmocka_unit_test(inputs_and_outputs_are_found) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
