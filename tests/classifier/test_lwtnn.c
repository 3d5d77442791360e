/* lwtnn files: graphs, the shared networks, round trips. */
#include "classifier/lwtnn_made.h"

static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/* ---- graphs ------------------------------------------------------------------------------------------- */

/* Nodes out of order, a layer used twice, two inputs with a variable of the same name, one input unused. */
static const char graph_text[] =
    "{\"inputs\": [{\"name\": \"one\", \"variables\": [{\"name\": \"pt\", \"offset\": -1, \"scale\": 2}, "
    "{\"name\": \"eta\", \"offset\": 0, \"scale\": 1, \"default\": 0.5}]},\n"
    "{\"name\": \"two\", \"variables\": [{\"name\": \"pt\", \"offset\": 0, \"scale\": 3}, "
    "{\"name\": \"z\", \"offset\": 0.25, \"scale\": 1}]},\n"
    "{\"name\": \"three\", \"variables\": [{\"name\": \"unused\", \"offset\": 0, \"scale\": 1}]}],\n"
    "\"input_sequences\": [],\n"
    "\"nodes\": [{\"type\": \"concatenate\", \"sources\": [3, 4]}, {\"type\": \"input\", \"sources\": [0], "
    "\"size\": 2},\n"
    "{\"type\": \"input\", \"sources\": [1]}, {\"type\": \"feed_forward\", \"sources\": [1], "
    "\"layer_index\": 1},\n"
    "{\"type\": \"add\", \"sources\": [5, 3]}, {\"type\": \"feed_forward\", \"sources\": [2], "
    "\"layer_index\": 1},\n"
    "{\"type\": \"feed_forward\", \"sources\": [0], \"layer_index\": 0}, {\"type\": \"sum\", \"sources\": "
    "[0]}],\n"
    "\"layers\": [{\"architecture\": \"dense\", \"weights\": [1, -1, 0.5, 2], \"bias\": [0.125], "
    "\"activation\": \"sigmoid\"},\n"
    "{\"architecture\": \"dense\", \"weights\": [1, 1, 1, -1], \"bias\": [0, 0], \"activation\": "
    "\"tanh\"}],\n"
    "\"outputs\": {\"first\": {\"labels\": [\"score\"], \"node_index\": 6}, "
    "\"second\": {\"labels\": [\"u\", \"v\"], \"node_index\": 4}}}";

static void graphs_are_what_they_say(void **state)
{
  static const char *const nuisances[] = { "z" };
  fairu_context *ctx = support_context();
  const fairu_import_options first = options_of(nuisances, 1, "first"), label = options_of(NULL, 0, "v");
  const float x[3] = { 1.25F, -0.5F, 0.75F }, x4[4] = { 1.25F, -0.5F, 0.75F, 0.5F };
  const double z = 0.5, p = 0.5, q = -0.5, r = 2.25, s = 0.75;
  const double one[2] = { tanh(p + q), tanh(p - q) }, two[2] = { tanh(r + s), tanh(r - s) };
  const double logit = 0.125 + one[0] - one[1] + 0.5 * (one[0] + two[0]) + 2.0 * (one[1] + two[1]);
  float y;
  (void)state;
  fairu_classifier *classifier = import_text(ctx, graph_text, &first);
  assert_int_equal(fairu_classifier_n_features(classifier), 3);
  assert_string_equal(fairu_classifier_feature_name(classifier, 0), "one/pt");
  assert_string_equal(fairu_classifier_feature_name(classifier, 1), "eta");
  assert_string_equal(fairu_classifier_feature_name(classifier, 2), "two/pt");
  assert_string_equal(fairu_classifier_nuisance_name(classifier, 0), "z");
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, 3, &z, 1, FAIRU_OUTPUT_LOGIT, &y));
  CHECK_NEAR((double)y, logit, 3e-6);
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, 3, &z, 1, FAIRU_OUTPUT_SCORE, &y));
  CHECK_NEAR((double)y, sigmoid(logit), 1e-6);
  fairu_classifier_destroy(classifier);
  classifier = import_text(ctx, graph_text, &label);
  CHECK_NEAR(score_at(ctx, classifier, x4, 4, FAIRU_OUTPUT_SCORE), one[1] + two[1], 1e-6);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

/* ---- the shared networks ------------------------------------------------------------------------------ */

typedef struct table {
  fairu_events *events;
  size_t n, width;
} table;

static table read_table(fairu_context *ctx, const char *network, const char *what)
{
  char path[1024], name[128];
  fairu_csv_options options;
  table t = { .events = NULL };
  snprintf(name, sizeof name, "networks/%s.%s.csv", network, what);
  if (!support_data(path, sizeof path, name))
    support_skip("no ../shared/data");
  const fairu_missing missing[] = { { NULL, (double)NAN, NAN },
                                    { NULL, (double)INFINITY, INFINITY },
                                    { NULL, -(double)INFINITY, -INFINITY } };
  CHECK_OK(ctx, fairu_csv_options_init(&options, sizeof options));
  options.missing = missing;
  options.n_missing = 3;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &t.events));
  t.n = fairu_events_n_events(t.events);
  t.width = fairu_events_n_columns(t.events);
  return t;
}

/* Doubles of a file with one column and a header. */
static double *read_column(const char *network, const char *what, size_t n)
{
  char path[1024], name[128];
  double *values = (double *)calloc(n, sizeof *values);
  snprintf(name, sizeof name, "networks/%s.%s.csv", network, what);
  assert_non_null(values);
  assert_non_null(support_data(path, sizeof path, name));
  char *text = support_read_file(path, NULL), *at = strchr(text, '\n');
  for (size_t i = 0; i < n; i++) {
    assert_non_null(at);
    values[i] = strtod(at + 1, &at);
  }
  free(text);
  return values;
}

static fairu_classifier *import_shared(fairu_context *ctx, const char *network, const char *ending)
{
  char path[1024], name[128];
  fairu_classifier *classifier = NULL;
  snprintf(name, sizeof name, "networks/%s.%s", network, ending);
  if (!support_data(path, sizeof path, name))
    support_skip("no ../shared/data");
  CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &classifier));
  return classifier;
}

static float *scores_of(fairu_context *ctx, const fairu_classifier *classifier, const table *t, int output)
{
  float *scores = (float *)calloc(t->n, sizeof *scores);
  assert_non_null(scores);
  CHECK_OK(ctx, fairu_classifier_score_events(classifier, ctx, t->events, NULL, 1, 0, output, scores));
  return scores;
}

static double largest_difference(const float *scores, const double *wanted, size_t n)
{
  double largest = 0.0;
  for (size_t i = 0; i < n; i++)
    largest = fmax(largest, fabs((double)scores[i] - wanted[i]));
  return largest;
}

static const char *const networks[] = { "param_toy", "higgs29" };

static void shared_networks_give_the_expected_scores(void **state)
{
  static const char *const endings[] = { "lwtnn.json", "lwtnn-graph.json" };
  fairu_context *ctx = support_context();
  (void)state;
  for (int k = 0; k < 2; k++) {
    const table t = read_table(ctx, networks[k], "inputs");
    double *wanted = read_column(networks[k], "expected", t.n),
           *logits = read_column(networks[k], "expected-logit", t.n);
    for (int e = 0; e < 2; e++) {
      fairu_classifier *classifier = import_shared(ctx, networks[k], endings[e]);
      assert_ptr_equal(classifier->kind, &fairu_kind__network);
      float *scores = scores_of(ctx, classifier, &t, FAIRU_OUTPUT_SCORE);
      assert_true(largest_difference(scores, wanted, t.n) <= 2e-6);
      free(scores);
      scores = scores_of(ctx, classifier, &t, FAIRU_OUTPUT_LOGIT);
      for (size_t i = 0; i < 160; i++) /* of the training distribution: no large terms cancel */
        CHECK_NEAR((double)scores[i], logits[i], 1e-5 * (1.0 + fabs(logits[i])));
      free(scores);
      fairu_classifier_destroy(classifier);
    }
    free(wanted);
    free(logits);
    fairu_events_destroy(t.events);
  }
  fairu_context_destroy(ctx);
}

/* From lwtnn to every format we write and back: the same bits. */
static void round_trips_keep_the_bits(void **state)
{
  static const struct {
    const char *name;
    int format;
  } ways[] = { { "r.json", FAIRU_FORMAT_AUTO },
               { "r.json", FAIRU_FORMAT_LWTNN_GRAPH },
               { "r.json.gz", FAIRU_FORMAT_LWTNN },
               { "r.fairu", FAIRU_FORMAT_AUTO } };
  fairu_context *ctx = support_context();
  (void)state;
  for (int k = 0; k < 2; k++) {
    const table t = read_table(ctx, networks[k], "inputs");
    fairu_classifier *classifier = import_shared(ctx, networks[k], "lwtnn.json"), *back = NULL;
    float *scores = scores_of(ctx, classifier, &t, FAIRU_OUTPUT_LOGIT);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
      char path[512];
      CHECK_OK(ctx, fairu_classifier_export(classifier, ctx, support_path(path, sizeof path, ways[w].name),
                                            ways[w].format));
      CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &back));
      float *again = scores_of(ctx, back, &t, FAIRU_OUTPUT_LOGIT);
      assert_memory_equal(scores, again, t.n * sizeof *scores);
      free(again);
      fairu_classifier_destroy(back);
    }
    free(scores);
    fairu_classifier_destroy(classifier);
    fairu_events_destroy(t.events);
  }
  fairu_context_destroy(ctx);
}

/* What is not finite is replaced by the defaults of the file, before offset and scale; and again after a round trip. */
static void shared_networks_replace_what_is_not_finite(void **state)
{
  static const char *const endings[] = { "lwtnn.json", "lwtnn-graph.json" };
  fairu_context *ctx = support_context();
  (void)state;
  for (int k = 0; k < 4; k++) {
    const char *network = networks[k / 2];
    const table t = read_table(ctx, network, "special-inputs");
    double *wanted = read_column(network, "special-expected", t.n);
    fairu_classifier *classifier = import_shared(ctx, network, endings[k % 2]), *back = NULL;
    char path[512];
    assert_true(t.n > 2);
    CHECK_OK(ctx, fairu_classifier_export(classifier, ctx, support_path(path, sizeof path, "special.json"),
                                          k % 2 ? FAIRU_FORMAT_LWTNN : FAIRU_FORMAT_LWTNN_GRAPH));
    CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &back));
    float *scores = scores_of(ctx, classifier, &t, FAIRU_OUTPUT_SCORE);
    float *again = scores_of(ctx, back, &t, FAIRU_OUTPUT_SCORE);
    assert_true(largest_difference(scores, wanted, t.n) <= 2e-6);
    assert_memory_equal(scores, again, t.n * sizeof *scores);
    free(scores);
    free(again);
    free(wanted);
    fairu_classifier_destroy(classifier);
    fairu_classifier_destroy(back);
    fairu_events_destroy(t.events);
  }
  fairu_context_destroy(ctx);
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static fairu_classifier *aware(fairu_context *ctx, int last)
{
  static const char *const features[] = { "a", "b" }, *const nuisances[] = { "u", "v" };
  static const float w[8] = { 0.1F, -0.2F, 0.3F, 1e-30F, 3e38F, -0.0F, 0.7F, 0.8F },
                     bias[2] = { 0.25F, -1.1F };
  static const double offset[4] = { 1.0 / 3.0, 0.0, -1e-3, 7.0 }, scale[4] = { 0.1, 1.0, 3.3, 1.0 };
  static const double lower[2] = { 0.9, -(double)INFINITY }, upper[2] = { 1.1, 2.0 };
  const fairu_layer layer = { 4, 2, last, w, bias };
  fairu_network_options options;
  fairu_classifier *classifier = NULL;
  CHECK_OK(ctx, fairu_network_options_init(&options, sizeof options));
  options.features = features;
  options.n_features = 2;
  options.nuisances = nuisances;
  options.n_nuisances = 2;
  options.offset = offset;
  options.scale = scale;
  options.z_lower = lower;
  options.z_upper = upper;
  CHECK_OK(ctx, fairu_classifier_create_network(ctx, &options, &layer, 1, &classifier));
  return classifier;
}

/* Nuisances, their ranges, and every number. */
static void what_is_written_comes_back(void **state)
{
  fairu_context *ctx = support_context();
  char path[512];
  (void)state;
  for (int last = FAIRU_ACTIVATION_LINEAR; last <= FAIRU_ACTIVATION_SOFTMAX; last++)
    for (int format = FAIRU_FORMAT_LWTNN; format <= FAIRU_FORMAT_LWTNN_GRAPH; format++) {
      fairu_classifier *classifier = aware(ctx, last), *back = NULL;
      double lower = 0.0, upper = 0.0;
      CHECK_OK(ctx,
               fairu_classifier_export(classifier, ctx, support_path(path, sizeof path, "w.json"), format));
      CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &back));
      const fairu_network *a = &classifier->as.network, *b = &back->as.network;
      assert_ptr_equal(back->kind, &fairu_kind__network);
      assert_memory_equal(a->layers[0].weights, b->layers[0].weights, 8 * sizeof(float));
      assert_memory_equal(a->layers[0].bias, b->layers[0].bias, 2 * sizeof(float));
      for (int i = 0; i < 4; i++)
        assert_true(a->offset[i] == b->offset[i] && a->scale[i] == b->scale[i]);
      assert_int_equal(back->activation, last);
      assert_string_equal(fairu_classifier_nuisance_name(back, 1), "v");
      CHECK_OK(ctx, fairu_classifier_nuisance_range(back, ctx, 0, &lower, &upper));
      assert_true(lower == 0.9 && upper == 1.1);
      CHECK_OK(ctx, fairu_classifier_nuisance_range(back, ctx, 1, &lower, &upper));
      assert_true(isinf(lower) && upper == 2.0);
      fairu_classifier_destroy(back);
      fairu_classifier_destroy(classifier);
    }
  fairu_context_destroy(ctx);
}

static int nothing(const float *features, size_t n_events, size_t n_features, const double *z,
                   size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances, (void)features;
  (void)n_events;
  (void)z;
  (void)logits;
  (void)user_data;
  return 0;
}

/* Ranges of inputs and NaN that passes; but a policy that says nothing new is no obstacle. */
static void policies_of_inputs_are_said_or_refused(void **state)
{
  const float lower[2] = { -1.0F, -INFINITY };
  fairu_context *ctx = support_context();
  fairu_classifier *network = aware(ctx, FAIRU_ACTIVATION_SIGMOID);
  char path[512];
  (void)state;
  support_path(path, sizeof path, "policies.json");
  for (int k = 0; k < 4; k++) {
    fairu_input_options options;
    fairu_classifier *with = NULL;
    CHECK_OK(ctx, fairu_input_options_init(&options, sizeof options));
    options.non_finite = k == 1 ? FAIRU_INPUT_PASS : FAIRU_INPUT_REFUSE;
    options.lower = k >= 2 ? lower : NULL;
    options.outside = k == 3 ? FAIRU_INPUT_PASS : FAIRU_INPUT_CLIP;
    CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, network, &options, &with));
    if (k == 1 || k == 2) {
      CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_export(with, ctx, path, FAIRU_FORMAT_AUTO));
      CHECK_SAYS(ctx, "valid ranges of inputs, or NaN that passes");
    } else {
      CHECK_OK(ctx, fairu_classifier_export(with, ctx, path, FAIRU_FORMAT_AUTO));
    }
    fairu_classifier_destroy(with);
  }
  fairu_classifier_destroy(network);
  fairu_context_destroy(ctx);
}

static void what_lwtnn_cannot_say_is_refused_by_name(void **state)
{
  static const char *const names[] = { "x", "y" };
  const double weights[2] = { 1.0, 2.0 };
  fairu_context *ctx = support_context();
  fairu_classifier *c[4] = { NULL }, *side = aware(ctx, FAIRU_ACTIVATION_SIGMOID);
  const char *const says[] = { "a gated pair", "a closed form", "a callback", "not a chain of dense layers" };
  char path[512];
  (void)state;
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, side, side, "u", 1.0, &c[0]));
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, names, weights, 2, 0.5, &c[1]));
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, names, 2, NULL, 0, 1, nothing, NULL, &c[2]));
  const fairu_import_options options = options_of(NULL, 0, "first");
  c[3] = import_text(ctx, graph_text, &options);
  support_path(path, sizeof path, "refused.json");
  for (int k = 0; k < 4; k++) {
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_export(c[k], ctx, path, FAIRU_FORMAT_AUTO));
    CHECK_SAYS(ctx, says[k]);
    CHECK_SAYS(ctx, "refused.json");
    fairu_classifier_destroy(c[k]);
  }
  assert_null(fopen(path, "r"));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_export(side, ctx, path, 77));
  CHECK_SAYS(ctx, "unknown format 77");
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_classifier_export(side, ctx, "/nonexistent/x.json", FAIRU_FORMAT_AUTO));
  fairu_classifier_destroy(side);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(graphs_are_what_they_say),
    cmocka_unit_test(shared_networks_give_the_expected_scores),
    cmocka_unit_test(shared_networks_replace_what_is_not_finite),
    cmocka_unit_test(round_trips_keep_the_bits),
    cmocka_unit_test(what_is_written_comes_back),
    cmocka_unit_test(policies_of_inputs_are_said_or_refused),
    cmocka_unit_test(what_lwtnn_cannot_say_is_refused_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
