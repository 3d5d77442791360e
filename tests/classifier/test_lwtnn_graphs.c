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

static void forget_defaults(graph *g)
{
  for (size_t i = 0; i < g->n_inputs; i++)
    for (size_t v = 0; v < g->width[i]; v++)
      g->fallback[i][v] = (double)NAN;
}

/* What was read is written as a model file, as ONNX and as lwtnn, and read again: the same classifier, or a refusal that says what the
 * format cannot say. */
static void other_formats_bring_them_back(void **state)
{
  (void)state;
  static const char *const files[] = { "graph.fairu", "graph.json", "graph.onnx" };
  static const int formats[] = { FAIRU_FORMAT_FAIRU, FAIRU_FORMAT_LWTNN_GRAPH, FAIRU_FORMAT_ONNX };
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
      if (k == 2) /* ONNX has no defaults */
        forget_defaults(&g);
      if (k == 1 && status == FAIRU_ERR_UNSUPPORTED) {
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
  assert_true(written[0] == 60 && written[1] > 0 && written[2] == 60);
  free(t.at);
  fairu_context_destroy(ctx);
}

/* d output / d x by central differences of the walk; NaN at a corner, where both sides differ. */
static double difference(const graph *g, double x[INPUTS][WIDTH], double *at)
{
  const double here = *at, h = 1e-5;
  double out[3][NODES][2 * WIDTH];
  for (int k = 0; k < 3; k++) {
    *at = here + h * (double)(k - 1);
    walk(g, x, out[k]);
  }
  *at = here;
  const double below = (out[1][g->output][0] - out[0][g->output][0]) / h,
               above = (out[2][g->output][0] - out[1][g->output][0]) / h;
  return fabs(above - below) > 1e-3 * (1.0 + fabs(above)) ? (double)NAN : (above + below) / 2.0;
}

/* Of one output, by every feature, and by those that are read as nuisances. */
static void derivatives_are_those_of_the_walk(void **state)
{
  (void)state;
  static graph g;
  size_t compared = 0, corners = 0;
  graph_text t = { .at = malloc(TEXT) };
  fairu_context *ctx = support_context();
  assert_non_null(t.at);
  for (uint64_t seed = 600; seed < 760; seed++) {
    make_graph(&g, seed);
    forget_defaults(&g);
    t.used = 0;
    put_graph(&t, &g);
    const fairu_import_options options = options_of(NULL, 0, "y0");
    fairu_classifier *c = import_text(ctx, t.at, &options);
    const places at = find_features(&g, c);
    for (int e = 0; e < 8; e++) {
      float row[INPUTS * WIDTH], d[INPUTS * WIDTH];
      double x[INPUTS][WIDTH] = { { 0.0 } };
      fill_event(&g, &at, row, x);
      CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, row, 1, at.n, NULL, 0, FAIRU_OUTPUT_SCORE, NULL,
                                                      d, NULL));
      for (size_t f = 0; f < at.n; f++) {
        const double wanted = difference(&g, x, &x[at.input[f]][at.variable[f]]);
        corners += isnan(wanted) != 0;
        compared += isnan(wanted) == 0;
        if (!isnan(wanted))
          CHECK_NEAR((double)d[f], wanted,
                     1e-3 * (1.0 + fabs(wanted))); /* slopes of several layers in float */
      }
    }
    fairu_classifier_destroy(c);
  }
  assert_true(compared > 20 * corners);
  free(t.at);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_graphs_are_what_they_say),
    cmocka_unit_test(labels_are_single_outputs),
    cmocka_unit_test(other_formats_bring_them_back),
    cmocka_unit_test(derivatives_are_those_of_the_walk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
