/* Random graph files of lwtnn against a walk in double, and through the other formats and back. */
#include "classifier/lwtnn_graph_made.h"

/* Sums of a few floats of the size of the largest. */
static const double within = 4e-6;

static void random_graphs_are_what_they_say(void **state)
{
  (void)state;
  static graph g;
  graph_text t = { .at = malloc(TEXT) };
  fairu_context *ctx = support_context();
  assert_non_null(t.at);
  for (uint64_t seed = 0; seed < 250; seed++) {
    make_graph(&g, seed);
    t.used = 0;
    put_graph(&t, &g);
    fairu_classifier *c = import_text(ctx, t.at, NULL);
    compare(ctx, &g, c, within);
    fairu_classifier_destroy(c);
  }
  free(t.at);
  fairu_context_destroy(ctx);
}

/* Each label alone is that output of all of them, with nothing else changed. */
static void labels_are_single_outputs(void **state)
{
  (void)state;
  static graph g;
  graph_text t = { .at = malloc(TEXT) };
  fairu_context *ctx = support_context();
  assert_non_null(t.at);
  for (uint64_t seed = 300; seed < 340; seed++) {
    float row[INPUTS * WIDTH], all[2 * WIDTH], alone;
    make_graph(&g, seed);
    t.used = 0;
    put_graph(&t, &g);
    fairu_classifier *c = import_text(ctx, t.at, NULL);
    const size_t n = fairu_classifier_n_features(c);
    for (size_t f = 0; f < n; f++)
      row[f] = (float)number(&g, 1.0);
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, row, 1, n, NULL, 0, FAIRU_OUTPUT_SCORE, all));
    for (size_t k = 0; k < g.nodes[g.output].width; k++) {
      char label[16];
      snprintf(label, sizeof label, "y%zu", k);
      const fairu_import_options options = options_of(NULL, 0, label);
      fairu_classifier *single = import_text(ctx, t.at, &options);
      assert_int_equal(fairu_classifier_n_outputs(single), 1);
      CHECK_OK(ctx, fairu_classifier_score(single, ctx, row, 1, n, NULL, 0, FAIRU_OUTPUT_SCORE, &alone));
      CHECK_NEAR((double)alone, (double)all[k], 4e-6 * (1.0 + fabs((double)all[k])));
      fairu_classifier_destroy(single);
    }
    fairu_classifier_destroy(c);
  }
  free(t.at);
  fairu_context_destroy(ctx);
}

/* What was read is written as a model file, as ONNX and as lwtnn, and read again: the same classifier, or a refusal that says what the
 * format cannot say. */
static void other_formats_bring_them_back(void **state)
{
  (void)state;
  static const char *const files[] = { "graph.fairu", "graph.onnx", "graph.json" };
  static const int formats[] = { FAIRU_FORMAT_FAIRU, FAIRU_FORMAT_ONNX, FAIRU_FORMAT_LWTNN_GRAPH };
  static graph g;
  size_t written[3] = { 0, 0, 0 };
  graph_text t = { .at = malloc(TEXT) };
  fairu_context *ctx = support_context();
  assert_non_null(t.at);
  for (uint64_t seed = 400; seed < 460; seed++) {
    make_graph(&g, seed);
    t.used = 0;
    put_graph(&t, &g);
    fairu_classifier *c = import_text(ctx, t.at, NULL);
    for (size_t k = 0; k < 3; k++) {
      char path[512];
      fairu_classifier *back = NULL;
      (void)support_path(path, sizeof path, files[k]);
      const int status = fairu_classifier_export(c, ctx, path, formats[k]);
      if (k == 2 && status == FAIRU_ERR_UNSUPPORTED) {
        CHECK_SAYS(ctx, "lwtnn");
        continue;
      }
      CHECK_OK(ctx, status);
      CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &back));
      for (size_t f = 0; f < fairu_classifier_n_features(c); f++)
        assert_string_equal(fairu_classifier_feature_name(back, f), fairu_classifier_feature_name(c, f));
      compare(ctx, &g, back, within);
      fairu_classifier_destroy(back);
      written[k]++;
    }
    fairu_classifier_destroy(c);
  }
  assert_true(written[0] == 60 && written[1] == 60 && written[2] > 0);
  free(t.at);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_graphs_are_what_they_say),
    cmocka_unit_test(labels_are_single_outputs),
    cmocka_unit_test(other_formats_bring_them_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
