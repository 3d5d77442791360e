/* lwtnn files at their edges: which default holds, which name means what, inputs and nuisances in any order, nodes used again and again,
 * long chains, limits, and labels that stand twice. */
#include "classifier/lwtnn_made.h"

#include <fairu/probability.h>

#define INPUT(name, offset, scale, more)                                                                     \
  "{\"name\": \"" name "\", \"offset\": " #offset ", \"scale\": " #scale more "}"
#define DENSE(weights, bias, activation)                                                                     \
  "{\"architecture\": \"dense\", \"weights\": [" weights "], \"bias\": [" bias                               \
  "], \"activation\": \"" activation "\"}"

static int import_status(fairu_context *ctx, const char *text, const fairu_import_options *options)
{
  char path[512];
  fairu_classifier *classifier = NULL;
  support_write_file(support_path(path, sizeof path, "edge.json"), text, strlen(text));
  const int status = fairu_classifier_import(ctx, path, options, &classifier);
  assert_true((status == FAIRU_OK) == (classifier != NULL));
  fairu_classifier_destroy(classifier);
  return status;
}

static double score_with(fairu_context *ctx, const fairu_classifier *c, const float *x, const double *z)
{
  float y = 0.0F;
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, fairu_classifier_n_features(c), z,
                                       fairu_classifier_n_nuisances(c), FAIRU_OUTPUT_SCORE, &y));
  return (double)y;
}

/* ---- defaults ------------------------------------------------------------------------------------------- */

/* 100 a + 10 b + c of what is there, or of the default in place of what is not finite: 1e9 in `wanted` if that is refused. */
static void check_defaults(fairu_context *ctx, const fairu_classifier *c, const double wanted[3])
{
  static const double weights[3] = { 100.0, 10.0, 1.0 };
  static const float broken[3] = { NAN, INFINITY, -INFINITY };
  for (int missing = 0; missing < 8; missing++)
    for (int k = 0; k < 3; k++) {
      float x[3], y = 0.0F;
      double sum = 0.0;
      int refused = -1;
      for (int i = 0; i < 3; i++) {
        const int is_missing = missing >> i & 1;
        x[i] = is_missing ? broken[k] : (float)(i + 1);
        sum += weights[i] * (is_missing ? wanted[i] : (double)(i + 1));
        if (is_missing && wanted[i] == 1e9 && refused < 0)
          refused = i;
      }
      const int status = fairu_classifier_score(c, ctx, x, 1, 3, NULL, 0, FAIRU_OUTPUT_SCORE, &y);
      assert_int_equal(status, refused < 0 ? FAIRU_OK : FAIRU_ERR_NON_FINITE);
      if (refused < 0)
        CHECK_NEAR((double)y, sum, 1e-4); /* sums up to 1000 of floats */
      else
        CHECK_SAYS(ctx, fairu_classifier_feature_name(c, (size_t)refused));
    }
}

#define ABC(a, b, c)                                                                                         \
  "{\"inputs\": [" INPUT("a", 0, 1, a) ", " INPUT("b", 0, 1, b) ", " INPUT(                                  \
      "c", 0, 1, c) "], \"layers\": [" DENSE("100, 10, 1", "0", "linear") "], \"outputs\": [\"y\"]"

static void the_object_of_defaults_stands_for_all(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double wanted[3];
  } cases[] = {
    { ABC("", "", "") "}", { 1e9, 1e9, 1e9 } },
    { ABC(", \"default\": 7", "", ", \"default\": -2.5") "}", { 7.0, 1e9, -2.5 } },
    { ABC(", \"default\": 7", "", "") ", \"defaults\": {\"b\": 4, \"c\": 0}}", { 1e9, 4.0, 0.0 } },
    { ABC(", \"default\": 7", ", \"default\": 8", "") ", \"defaults\": {}}", { 1e9, 1e9, 1e9 } },
    { ABC("", "", "") ", \"defaults\": {\"a\": 1.5, \"other\": 3, \"a/b\": 2}}", { 1.5, 1e9, 1e9 } },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fairu_classifier *c = import_text(ctx, cases[i].text, NULL);
    check_defaults(ctx, c, cases[i].wanted);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* Defaults come before offset and scale, and are those of features: a nuisance parameter has none. */
static void defaults_are_raw(void **state)
{
  (void)state;
  static const char text[] = "{\"inputs\": [" INPUT("a", 3, 0.5, ", \"default\": -1") ", " INPUT(
      "z", -1, 4, ", \"default\": 5") "], \"layers\": [" DENSE("1, 1", "0",
                                                               "linear") "], \"outputs\": [\"y\"]}";
  static const char *const nuisances[1] = { "z" };
  fairu_context *ctx = support_context();
  const fairu_import_options options = options_of(nuisances, 1, NULL);
  fairu_classifier *c = import_text(ctx, text, &options);
  const float hole = NAN, one = 1.0F;
  const double z = 2.0, none = (double)NAN;
  float y = 0.0F;
  CHECK_NEAR(score_with(ctx, c, &one, &z), 2.0 + 4.0, 1e-6);
  CHECK_NEAR(score_with(ctx, c, &hole, &z), 1.0 + 4.0, 1e-6);
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_score(c, ctx, &one, 1, 1, &none, 1, FAIRU_OUTPUT_SCORE, &y));
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

/* ---- inputs in any order -------------------------------------------------------------------------------- */

/* Five inputs with weights 1, 10, .., each of which may be a nuisance parameter, asked for in any order. */
static void nuisances_are_found_where_they_stand(void **state)
{
  (void)state;
  static const char *const all[5] = { "v0", "v1", "v2", "v3", "v4" };
  static const char text[] = "{\"inputs\": [" INPUT("v0", 1, 2, "") ", " INPUT("v1", -1, 1, "") ", " INPUT(
      "v2", 0, 3,
      "") ", " INPUT("v3", 2, -1,
                     "") ", " INPUT("v4", 0.5, 0.5,
                                    "") "], \"layers\": [" DENSE("1, 10, 100, 1000, 10000", "0.5",
                                                                 "linear") "], \"outputs\": [\"y\"]}";
  static const double before[5] = { 1.0, -1.0, 0.0, 2.0, 0.5 }, scale[5] = { 2.0, 1.0, 3.0, -1.0, 0.5 };
  fairu_context *ctx = support_context();
  for (unsigned chosen = 0; chosen < 31; chosen++)
    for (int backward = 0; backward < 2; backward++) {
      const char *nuisances[5];
      float x[5];
      double z[5], sum = 0.5, power = 1.0;
      size_t n_x = 0, n_z = 0;
      for (size_t k = 0; k < 5; k++) {
        const size_t i = backward ? 4 - k : k;
        if (chosen >> i & 1) {
          z[n_z] = 0.25 * (double)i - 0.5;
          nuisances[n_z++] = all[i];
        }
      }
      for (size_t i = 0; i < 5; i++, power *= 10.0) {
        const double value = chosen >> i & 1 ? 0.25 * (double)i - 0.5 : (double)i;
        if (!(chosen >> i & 1))
          x[n_x++] = (float)i;
        sum += power * (value + before[i]) * scale[i];
      }
      const fairu_import_options options = options_of(n_z ? nuisances : NULL, n_z, NULL);
      fairu_classifier *c = import_text(ctx, text, &options);
      assert_int_equal(fairu_classifier_n_features(c), n_x);
      assert_int_equal(fairu_classifier_n_nuisances(c), n_z);
      double by_name[5];
      for (size_t k = 0; k < n_z; k++)
        for (size_t m = 0; m < n_z; m++)
          if (strcmp(fairu_classifier_nuisance_name(c, k), nuisances[m]) == 0)
            by_name[k] = z[m];
      CHECK_CLOSE(score_with(ctx, c, x, by_name), sum, 1e-6);
      fairu_classifier_destroy(c);
    }
  fairu_context_destroy(ctx);
}

/* ---- graphs --------------------------------------------------------------------------------------------- */

/* A chain of additions that begins at its end, longer than any stack of calls would bear; one node used many times. */
static void chains_of_any_length_are_read(void **state)
{
  (void)state;
  enum { LENGTH = 3000, TEXT = LENGTH * 64 + 1000 };
  fairu_context *ctx = support_context();
  char *text = malloc(TEXT);
  assert_non_null(text);
  size_t n =
      (size_t)snprintf(text, TEXT,
                       "{\"inputs\": [{\"name\": \"i\", \"variables\": [" INPUT(
                           "x", 0, 1, "") "]}], \"input_sequences\": [], \"layers\": [], \"nodes\": [");
  for (int i = 0; i < LENGTH; i++)
    n += (size_t)snprintf(text + n, TEXT - n, "{\"type\": \"%s\", \"sources\": [%d]},",
                          i % 2 ? "add" : "concatenate", i + 1);
  snprintf(text + n, TEXT - n,
           "{\"type\": \"add\", \"sources\": [%d, %d, %d]}, {\"type\": \"input\", \"sources\": [0]}], "
           "\"outputs\": {\"o\": {\"labels\": [\"y\"], \"node_index\": 0}}}",
           LENGTH + 1, LENGTH + 1, LENGTH + 1);
  fairu_classifier *c = import_text(ctx, text, NULL);
  const float x = 1.25F;
  CHECK_NEAR(score_at(ctx, c, &x, 1, FAIRU_OUTPUT_SCORE), 3.75, 0.0);
  fairu_classifier_destroy(c);
  free(text);
  fairu_context_destroy(ctx);
}

#define GRAPH(nodes, layers, outputs)                                                                        \
  "{\"inputs\": [{\"name\": \"one\", \"variables\": [" INPUT(                                                \
      "pt", 1, 2, ", \"default\": 3") "]}, {\"name\": \"two\", "                                             \
                                      "\"variables\": [" INPUT("pt", 0, 1, "") ", " INPUT(                   \
                                          "one/pt", 0, 1,                                                    \
                                          "") "]}], \"input_sequences\": [], "                               \
                                              "\"nodes\": [{\"type\": \"input\", \"sources\": [0]}, "        \
                                              "{\"type\": \"input\", \"sources\": [1]}" nodes                \
                                              "], \"layers\": [" layers "], \"outputs\": {" outputs "}}"

/* Inputs that the output does not need are no features: the name of the other one stays as it is. */
static void only_what_is_needed_is_an_input(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *c =
      import_text(ctx, GRAPH("", "", "\"o\": {\"labels\": [\"y\"], \"node_index\": 0}"), NULL);
  const float x = 0.5F, hole = NAN, two[2] = { 4.0F, 5.0F };
  assert_int_equal(fairu_classifier_n_features(c), 1);
  assert_string_equal(fairu_classifier_feature_name(c, 0), "pt");
  CHECK_NEAR(score_at(ctx, c, &x, 1, FAIRU_OUTPUT_SCORE), 3.0, 0.0);
  CHECK_NEAR(score_at(ctx, c, &hole, 1, FAIRU_OUTPUT_SCORE), 8.0, 0.0);
  fairu_classifier_destroy(c);
  const fairu_import_options options = options_of(NULL, 0, "w"); /* by the label */
  c = import_text(ctx,
                  GRAPH("", "",
                        "\"o\": {\"labels\": [\"v\", \"w\"], \"node_index\": 1}, \"p\": {\"labels\": "
                        "[\"y\"], \"node_index\": 0}"),
                  &options);
  assert_int_equal(fairu_classifier_n_features(c), 2);
  assert_string_equal(fairu_classifier_feature_name(c, 0), "pt");
  assert_string_equal(fairu_classifier_feature_name(c, 1), "one/pt");
  CHECK_NEAR(score_at(ctx, c, two, 2, FAIRU_OUTPUT_SCORE), 5.0, 0.0);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

static void names_that_stand_twice_are_told(void **state)
{
  (void)state;
  static const char *const nodes = GRAPH(", {\"type\": \"concatenate\", \"sources\": [0, 1]}", "",
                                         "\"o\": {\"labels\": [\"a\", \"b\", \"c\"], \"node_index\": 2}");
  static const char *const labels =
      GRAPH("", "",
            "\"o\": {\"labels\": [\"y\"], \"node_index\": 0}, \"p\": {\"labels\": [\"v\", \"y\"], "
            "\"node_index\": 1}");
  fairu_context *ctx = support_context();
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, import_status(ctx, nodes, NULL)); /* one/pt, and pt of one */
  CHECK_SAYS(ctx, "edge.json");
  CHECK_SAYS(ctx, "one/pt");
  fairu_import_options options = options_of(NULL, 0, "y");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, import_status(ctx, labels, &options));
  CHECK_SAYS(ctx, "/outputs: several outputs have the label \"y\"");
  options.output = "v";
  CHECK_OK(ctx, import_status(ctx, labels, &options));
  options.output = "o"; /* the name of an output before any label */
  CHECK_OK(ctx, import_status(ctx, labels, &options));
  fairu_context_destroy(ctx);
}

/* ---- limits and refusals -------------------------------------------------------------------------------- */

/* 16384 inputs are looked at (the first has no name), one more is not. */
static void inputs_have_a_limit(void **state)
{
  (void)state;
  enum { MOST = 16384 };
  fairu_context *ctx = support_context();
  char *text = malloc(4 * MOST + 1000);
  assert_non_null(text);
  for (size_t n = MOST; n <= MOST + 1; n++) {
    size_t used = (size_t)sprintf(text, "{\"layers\": [], \"outputs\": [], \"inputs\": [{}");
    for (size_t i = 1; i < n; i++, used += 3)
      memcpy(text + used, ",{}", 3);
    strcpy(text + used, "]}");
    CHECK_FAILS(ctx, n > MOST ? FAIRU_ERR_LIMIT : FAIRU_ERR_FORMAT, import_status(ctx, text, NULL));
    CHECK_SAYS(ctx, n > MOST ? "/inputs: 16385 inputs, above 16384" : "/inputs/0");
  }
  free(text);
  fairu_context_destroy(ctx);
}

static void maps_are_beyond_the_format(void **state)
{
  (void)state;
  static const char text[] = "{\"inputs\": [" INPUT("a", 0, 1, "") "], \"layers\": [" DENSE(
      "1", "0", "sigmoid") "], \"outputs\": [\"y\"]}";
  static const float logits[4] = { -1.0F, 0.0F, 0.5F, 1.0F };
  static const int32_t labels[4] = { 0, 1, 0, 1 };
  fairu_context *ctx = support_context();
  fairu_probability_map *map = NULL;
  fairu_classifier *calibrated = NULL, *inner = import_text(ctx, text, NULL);
  char path[512];
  CHECK_OK(ctx, fairu_probability_map_create(ctx, logits, labels, NULL, 4, NULL, &map));
  CHECK_OK(ctx, fairu_classifier_create_calibrated(ctx, inner, map, &calibrated));
  support_path(path, sizeof path, "map.json");
  for (int format = FAIRU_FORMAT_LWTNN; format <= FAIRU_FORMAT_LWTNN_GRAPH; format++) {
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_export(calibrated, ctx, path, format));
    CHECK_SAYS(ctx, "map.json: lwtnn JSON cannot say a calibrated classifier");
    assert_null(fopen(path, "r"));
  }
  fairu_classifier_destroy(calibrated);
  fairu_probability_map_destroy(map);
  fairu_classifier_destroy(inner);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_object_of_defaults_stands_for_all),
    cmocka_unit_test(defaults_are_raw),
    cmocka_unit_test(nuisances_are_found_where_they_stand),
    cmocka_unit_test(chains_of_any_length_are_read),
    cmocka_unit_test(only_what_is_needed_is_an_input),
    cmocka_unit_test(names_that_stand_twice_are_told),
    cmocka_unit_test(inputs_have_a_limit),
    cmocka_unit_test(maps_are_beyond_the_format),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
