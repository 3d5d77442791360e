/* Events of a batch do not see each other: beside the most extreme neighbours an event has the bits that it has alone, in every kind of
 * classifier, of scores and of derivatives. */
#include <float.h>

#include <fairu/probability.h>

#include "classifier/lwtnn_made.h"
#include "classifier/random_network.h"
#include "classifier/trees.h"

enum { FEATURES = 3, EVENTS = 200, KINDS = 14 };

static const float extremes[] = { FLT_MAX, -FLT_MAX, 1e30F, -1e20F, FLT_MIN, 1e-45F, -0.0F, 65504.0F };

static fairu_classifier *network(fairu_context *ctx, uint64_t seed, int hidden, int last, size_t n_out)
{
  static random_network net;
  const size_t widths[4] = { FEATURES, 20, 9, n_out };
  fairu_classifier *c = NULL;
  random_network_fill(&net, seed, FEATURES, 0, widths, 3, hidden, last);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  return c;
}

static fairu_classifier *ensemble(fairu_context *ctx, int last, size_t n_out)
{
  fairu_classifier *members[3], *c = NULL;
  for (size_t m = 0; m < 3; m++)
    members[m] = network(ctx, 40 + m, FAIRU_ACTIVATION_RELU, last, n_out);
  CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, (const fairu_classifier *const *)members, 3, &c));
  for (size_t m = 0; m < 3; m++)
    fairu_classifier_destroy(members[m]);
  return c;
}

static fairu_classifier *forest(fairu_context *ctx, int aggregate)
{
  const size_t roots[2] = { 0, 3 };
  const double values[12] = { 0, 0, 1, 2, -1, 0.5, 0, 0, 0.25, -2, 3, 1 };
  const fairu_branch_node nodes[6] = {
    { FAIRU_BRANCH_LT, 1, 0.5F, 0, 1, 2 },   { .mode = FAIRU_BRANCH_LEAF }, { .mode = FAIRU_BRANCH_LEAF },
    { FAIRU_BRANCH_GTE, 0, -0.5F, 2, 4, 5 }, { .mode = FAIRU_BRANCH_LEAF }, { .mode = FAIRU_BRANCH_LEAF }
  };
  const fairu_forest f = { 2, 6, 2, roots, nodes, values, aggregate, NULL };
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_trees__create(ctx, feature_names, FEATURES, &f, FAIRU_ACTIVATION_SOFTMAX, &c));
  return c;
}

static fairu_classifier *calibrated(fairu_context *ctx, int method)
{
  float t[50];
  int32_t y[50];
  fairu_probability_options o;
  fairu_probability_map *map = NULL;
  fairu_classifier *inner = network(ctx, 50, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID, 1), *c = NULL;
  for (size_t i = 0; i < 50; i++) {
    t[i] = 0.1F * (float)i - 2.5F;
    y[i] = i * 7 % 50 < i;
  }
  CHECK_OK(ctx, fairu_probability_options_init(&o, sizeof o));
  o.method = method;
  CHECK_OK(ctx, fairu_probability_map_create(ctx, t, y, NULL, 50, &o, &map));
  CHECK_OK(ctx, fairu_classifier_create_calibrated(ctx, inner, map, &c));
  fairu_probability_map_destroy(map);
  fairu_classifier_destroy(inner);
  return c;
}

/* Highway, maximum and softmax over three inputs. */
static const char program_text[] =
    "{\"inputs\": [{\"name\": \"f0\", \"offset\": 0, \"scale\": 1}, {\"name\": \"f1\", \"offset\": 0, "
    "\"scale\": 1}, "
    "{\"name\": \"f2\", \"offset\": 0, \"scale\": 1}], \"layers\": ["
    "{\"architecture\": \"highway\", \"activation\": \"tanh\", \"components\": "
    "{\"t\": {\"weights\": [1, -1, 0.5, 0.25, 1, 1, 0, 2, -1], \"bias\": [0, 0.5, 1]}, "
    "\"carry\": {\"weights\": [2, 0, 0, -1, 1, 1, 0, 0, 1], \"bias\": [-0.5, 0, 0]}}}, "
    "{\"architecture\": \"maxout\", \"sublayers\": [{\"weights\": [1, 2, 0, 1, 0, 1], \"bias\": [0.5, 0]}, "
    "{\"weights\": [-1, 0, 2, 0, 1, 1], \"bias\": [0, 1]}]}, "
    "{\"architecture\": \"dense\", \"weights\": [1, -1, 0.5, 2], \"bias\": [0, 0], \"activation\": "
    "\"softmax\"}], "
    "\"outputs\": [\"y\", \"n\"]}";

static fairu_classifier *make_kind(fairu_context *ctx, int kind)
{
  const double weights[FEATURES] = { 1.0, -2.0, 0.5 };
  fairu_classifier *c = NULL;
  if (kind < 6)
    return network(ctx, (uint64_t)kind, kind, FAIRU_ACTIVATION_SIGMOID, 1);
  switch (kind) {
  case 6:
    return network(ctx, 6, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SOFTMAX, 4);
  case 7:
    return ensemble(ctx, FAIRU_ACTIVATION_SIGMOID, 1);
  case 8:
    return ensemble(ctx, FAIRU_ACTIVATION_SOFTMAX, 3);
  case 9:
    return forest(ctx, FAIRU_TREES_SUM);
  case 10:
    return calibrated(ctx, FAIRU_PROBABILITY_PLATT);
  case 11:
    return calibrated(ctx, FAIRU_PROBABILITY_ISOTONIC);
  case 12:
    return import_text(ctx, program_text, NULL);
  default:
    CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, FEATURES, 0.5, &c));
    return c;
  }
}

/* Softmax is for last layers alone. */
static int is_kind(int kind)
{
  return kind != FAIRU_ACTIVATION_SOFTMAX;
}

/* Neighbours whose sums pass the range of float have no score: such a batch would be refused, so they leave it. */
static void drop_unscored(const fairu_classifier *c, fairu_context *ctx, float *x)
{
  float scores[4];
  for (size_t i = 1; i < EVENTS; i += 2) {
    int status = FAIRU_OK;
    for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT && status == FAIRU_OK; output++)
      status = fairu_classifier_score_event(c, ctx, x + i * FEATURES, FEATURES, NULL, 0, output, scores);
    if (status != FAIRU_OK)
      memset(x + i * FEATURES, 0, FEATURES * sizeof *x);
  }
}

static void beside_extremes_an_event_is_itself(void **state)
{
  (void)state;
  static float scores[EVENTS * 4], d[EVENTS * FEATURES], alone[4], d_alone[FEATURES];
  fairu_context *ctx = support_context();
  float *x = random_features(1, EVENTS * FEATURES);
  for (int kind = 0; kind < KINDS; kind++) {
    if (!is_kind(kind))
      continue;
    fairu_classifier *c = make_kind(ctx, kind);
    for (size_t i = 1; i < EVENTS; i += 2)
      for (size_t f = 0; f < FEATURES; f++)
        x[i * FEATURES + f] = extremes[(i / 2 + 3 * f) % (sizeof extremes / sizeof *extremes)];
    drop_unscored(c, ctx, x);
    const size_t n_out = fairu_classifier_n_outputs(c);
    for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, FEATURES, NULL, 0, output, scores));
      const int slopes = n_out == 1 && fairu_classifier_score_derivative(c, ctx, x, EVENTS, FEATURES, NULL, 0,
                                                                         output, NULL, d, NULL) == FAIRU_OK;
      for (size_t i = 0; i < EVENTS; i += 2) {
        const float *row = x + i * FEATURES;
        CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, row, FEATURES, NULL, 0, output, alone));
        assert_memory_equal(alone, scores + i * n_out, n_out * sizeof *alone);
        if (!slopes)
          continue;
        CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, row, 1, FEATURES, NULL, 0, output, NULL,
                                                        d_alone, NULL));
        assert_memory_equal(d_alone, d + i * FEATURES, sizeof d_alone);
      }
    }
    fairu_classifier_destroy(c);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* Any finite input has a score in [0, 1], as far as sums of it are floats; outputs of a softmax add up to 1. */
static void large_inputs_have_scores(void **state)
{
  (void)state;
  static float scores[EVENTS * 4];
  fairu_context *ctx = support_context();
  float *x = random_features(2, EVENTS * FEATURES);
  for (size_t i = 0; i < EVENTS * FEATURES; i++)
    x[i] *= (float)pow(10.0, (double)(i % 31)); /* to 1e31, and a few layers of weights of order 1 */
  for (int kind = 0; kind < KINDS; kind++) {
    if (!is_kind(kind))
      continue;
    fairu_classifier *c = make_kind(ctx, kind);
    const size_t n_out = fairu_classifier_n_outputs(c);
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, FEATURES, NULL, 0, FAIRU_OUTPUT_SCORE, scores));
    for (size_t i = 0; i < EVENTS; i++) {
      double sum = 0.0;
      for (size_t o = 0; o < n_out; o++) {
        const double p = (double)scores[i * n_out + o];
        assert_true(p >= 0.0 && p <= 1.0);
        sum += p;
      }
      if (n_out > 1)
        CHECK_NEAR(sum, 1.0, 1e-6);
    }
    fairu_classifier_destroy(c);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* A gate takes neither an ensemble, nor a gated, nor a calibrated classifier, on either side; an ensemble takes no ensemble and no calibrated
 * one, in any place; a calibrated one is not calibrated again. */
static void what_may_not_be_inside_is_refused_in_every_place(void **state)
{
  (void)state;
  const size_t widths[3] = { 4, 5, 1 };
  static random_network net;
  fairu_context *ctx = support_context();
  fairu_classifier *plain = NULL, *odd[3] = { NULL }, *out = NULL;
  const char *const says[3] = { "ensemble", "gated", "calibrated" };
  float t[2] = { -1.0F, 1.0F };
  const int32_t y[2] = { 0, 1 };
  fairu_probability_options o;
  fairu_probability_map *map = NULL;
  random_network_fill(&net, 7, 3, 1, widths, 2, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &plain));
  CHECK_OK(ctx, fairu_probability_options_init(&o, sizeof o));
  o.soft_targets = 1;
  CHECK_OK(ctx, fairu_probability_map_create(ctx, t, y, NULL, 2, &o, &map));
  const fairu_classifier *one[1] = { plain };
  CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, one, 1, &odd[0]));
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, plain, plain, "z0", 0.0, &odd[1]));
  CHECK_OK(ctx, fairu_classifier_create_calibrated(ctx, plain, map, &odd[2]));
  for (int k = 0; k < 3; k++) {
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
                fairu_classifier_create_gated(ctx, odd[k], plain, "z0", 0.0, &out));
    CHECK_SAYS(ctx, says[k]);
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
                fairu_classifier_create_gated(ctx, plain, odd[k], "z0", 0.0, &out));
    CHECK_SAYS(ctx, says[k]);
    for (size_t place = 0; place < 3; place++) {
      const fairu_classifier *members[3] = { plain, plain, plain };
      char member[32];
      members[place] = odd[k];
      if (k == 1) {
        CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, members, 3, &out));
        fairu_classifier_destroy(out);
        out = NULL;
        continue;
      }
      CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_create_ensemble(ctx, members, 3, &out));
      snprintf(member, sizeof member, "member %zu is", place);
      CHECK_SAYS(ctx, member);
    }
  }
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_create_calibrated(ctx, odd[2], map, &out));
  CHECK_SAYS(ctx, "calibrated already");
  assert_null(out);
  for (int k = 0; k < 3; k++)
    fairu_classifier_destroy(odd[k]);
  fairu_probability_map_destroy(map);
  fairu_classifier_destroy(plain);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(beside_extremes_an_event_is_itself),
    cmocka_unit_test(large_inputs_have_scores),
    cmocka_unit_test(what_may_not_be_inside_is_refused_in_every_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
