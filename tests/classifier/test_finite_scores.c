/* Finite events have finite scores, or the call says which event has none: two sums beyond the range of float, of opposite sign, meet in a
 * unit behind them. Every way of scoring says the same. */
#include <math.h>

#include <fairu/events.h>
#include <fairu/probability.h>

#include "classifier/lwtnn_made.h"

enum { MOST = 3000 };

static const char *const names[2] = { "a", "b" }, *const z_names[1] = { "z" };

/* h = relu(4 a + z, 4 a + b), logit = h0 - h1: minus b, as far as 4 a is a float. */
static fairu_classifier *difference(fairu_context *ctx)
{
  static const float w0[6] = { 4, 0, 1, 4, 1, 0 }, b0[2] = { 0, 0 }, w1[2] = { 1, -1 }, b1[1] = { 0 };
  const fairu_layer layers[2] = { { 3, 2, FAIRU_ACTIVATION_RELU, w0, b0 },
                                  { 2, 1, FAIRU_ACTIVATION_SIGMOID, w1, b1 } };
  fairu_network_options o;
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_network_options_init(&o, sizeof o));
  o.features = names;
  o.n_features = 2;
  o.nuisances = z_names;
  o.n_nuisances = 1;
  CHECK_OK(ctx, fairu_classifier_create_network(ctx, &o, layers, 2, &c));
  return c;
}

typedef struct made {
  fairu_context *ctx;
  fairu_classifier *c;
  float x[MOST * 2], scores[2 * MOST], slopes[MOST * 2];
} made;

static made m;

static void fill(size_t n)
{
  for (size_t i = 0; i < n; i++) {
    m.x[2 * i] = (float)(i % 7);
    m.x[2 * i + 1] = (float)(i % 5) - 2.0F;
  }
}

static int start(void **state)
{
  (void)state;
  m.ctx = support_context();
  m.c = difference(m.ctx);
  fill(MOST);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  fairu_classifier_destroy(m.c);
  fairu_context_destroy(m.ctx);
  return 0;
}

static const double zero[2] = { 0.0, 0.0 };

static int score(const fairu_classifier *c, size_t n, int output)
{
  return fairu_classifier_score(c, m.ctx, m.x, n, 2, zero, 1, output, m.scores);
}

static int score_table(const fairu_classifier *c, size_t n)
{
  static float columns[2][MOST];
  const float *const at[2] = { columns[0], columns[1] };
  fairu_events *events = NULL;
  for (size_t i = 0; i < n; i++)
    for (size_t f = 0; f < 2; f++)
      columns[f][i] = m.x[2 * i + f];
  CHECK_OK(m.ctx, fairu_events_create_view(m.ctx, n, 2, names, at, 1, &events));
  const int status =
      fairu_classifier_score_events(c, m.ctx, events, zero, 2, 1, FAIRU_OUTPUT_LOGIT, m.scores);
  fairu_events_destroy(events);
  return status;
}

static int derive(const fairu_classifier *c, size_t n)
{
  return fairu_classifier_score_derivative(c, m.ctx, m.x, n, 2, zero, 1, FAIRU_OUTPUT_LOGIT, NULL, m.slopes,
                                           NULL);
}

/* The one row that has no score is named, by events alone, in few, in blocks, and in chunks of several threads. */
static void the_event_without_a_score_is_named(void **state)
{
  (void)state;
  const size_t sizes[5] = { 1, 3, 40, 700, MOST };
  for (int threads = 1; threads <= 2; threads++) {
    CHECK_OK(m.ctx, fairu_context_set_threads(m.ctx, threads));
    for (size_t s = 0; s < 5; s++) {
      const size_t n = sizes[s], row = n * 2 / 3;
      char where[64];
      snprintf(where, sizeof where, "row %zu: the score is", row);
      m.x[2 * row] = 1e38F;
      CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, score(m.c, n, FAIRU_OUTPUT_SCORE));
      CHECK_SAYS(m.ctx, where);
      CHECK_SAYS(m.ctx, "pass the range of float");
      CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, score(m.c, n, FAIRU_OUTPUT_LOGIT));
      CHECK_SAYS(m.ctx, where);
      CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, score_table(m.c, n));
      CHECK_SAYS(m.ctx, where);
      CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, derive(m.c, n));
      CHECK_SAYS(m.ctx, where);
      CHECK_FAILS(
          m.ctx, FAIRU_ERR_NON_FINITE,
          fairu_classifier_score_event(m.c, m.ctx, m.x + 2 * row, 2, zero, 1, FAIRU_OUTPUT_SCORE, m.scores));
      CHECK_SAYS(m.ctx, "row 0: the score is");
      m.x[2 * row] = 8e37F; /* 3.2e38 is a float: what is left of b is lost, but the score is one */
      CHECK_OK(m.ctx, score(m.c, n, FAIRU_OUTPUT_SCORE));
      CHECK_NEAR((double)m.scores[row], 0.5, 0.0);
      fill(n);
    }
  }
}

/* One layer: an infinite logit is refused, its score is 1 or 0. */
static void a_logit_beyond_float_has_a_score(void **state)
{
  (void)state;
  const float w[3] = { 4, 0, 0 }, b[1] = { 0 };
  const fairu_layer layer = { 3, 1, FAIRU_ACTIVATION_SIGMOID, w, b };
  const float values[2] = { 1e38F, -1e38F };
  fairu_network_options o;
  fairu_classifier *c = NULL;
  CHECK_OK(m.ctx, fairu_network_options_init(&o, sizeof o));
  o.features = names;
  o.n_features = 2;
  o.nuisances = z_names;
  o.n_nuisances = 1;
  CHECK_OK(m.ctx, fairu_classifier_create_network(m.ctx, &o, &layer, 1, &c));
  for (size_t n = 1; n <= 200; n += 199)
    for (int sign = 0; sign < 2; sign++) {
      m.x[2 * (n - 1)] = values[sign];
      CHECK_OK(m.ctx, score(c, n, FAIRU_OUTPUT_SCORE));
      CHECK_NEAR((double)m.scores[n - 1], sign ? 0.0 : 1.0, 0.0);
      CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, score(c, n, FAIRU_OUTPUT_LOGIT));
      CHECK_SAYS(m.ctx, sign ? "is -inf" : "is inf");
      fill(n);
    }
  fairu_classifier_destroy(c);
}

static fairu_classifier *calibrated(void)
{
  const float t[4] = { -2, -1, 1, 2 };
  const int32_t y[4] = { 0, 1, 0, 1 };
  fairu_probability_options o;
  fairu_probability_map *map = NULL;
  fairu_classifier *c = NULL;
  CHECK_OK(m.ctx, fairu_probability_options_init(&o, sizeof o));
  CHECK_OK(m.ctx, fairu_probability_map_create(m.ctx, t, y, NULL, 4, &o, &map));
  CHECK_OK(m.ctx, fairu_classifier_create_calibrated(m.ctx, m.c, map, &c));
  fairu_probability_map_destroy(map);
  return c;
}

/* What holds such a network refuses as it does. */
static void so_do_classifiers_made_of_it(void **state)
{
  (void)state;
  const fairu_classifier *const two[2] = { m.c, m.c };
  fairu_classifier *of[3] = { NULL };
  CHECK_OK(m.ctx, fairu_classifier_create_ensemble(m.ctx, two, 2, &of[0]));
  CHECK_OK(m.ctx, fairu_classifier_create_gated(m.ctx, m.c, m.c, "z", 0.0, &of[1]));
  of[2] = calibrated();
  for (size_t k = 0; k < 3; k++) {
    for (size_t n = 2; n <= 202; n += 100) {
      m.x[2] = 1e38F;
      CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, score(of[k], n, FAIRU_OUTPUT_SCORE));
      CHECK_SAYS(m.ctx, "row 1: the score is");
      fill(n);
      CHECK_OK(m.ctx, score(of[k], n, FAIRU_OUTPUT_SCORE));
    }
    fairu_classifier_destroy(of[k]);
  }
}

/* Clipped, the event has a score; passed on, what is not finite has NaN, and what is finite is refused all the same. */
static void policies_of_inputs_come_first(void **state)
{
  (void)state;
  const float lower[2] = { -1e6F, -1e6F }, upper[2] = { 1e6F, 1e6F };
  fairu_input_options o;
  fairu_classifier *clips = NULL, *passes = NULL;
  CHECK_OK(m.ctx, fairu_input_options_init(&o, sizeof o));
  o.non_finite = FAIRU_INPUT_PASS;
  CHECK_OK(m.ctx, fairu_classifier_create_with_inputs(m.ctx, m.c, &o, &passes));
  o.outside = FAIRU_INPUT_CLIP;
  o.lower = lower;
  o.upper = upper;
  CHECK_OK(m.ctx, fairu_classifier_create_with_inputs(m.ctx, m.c, &o, &clips));
  for (size_t n = 2; n <= 202; n += 100) {
    m.x[0] = 1e38F;
    CHECK_OK(m.ctx, score(clips, n, FAIRU_OUTPUT_LOGIT));
    CHECK_NEAR((double)m.scores[0], -(double)m.x[1], 0.0); /* 4e6 and the digits of b */
    m.x[0] = (float)NAN;
    CHECK_OK(m.ctx, score(passes, n, FAIRU_OUTPUT_LOGIT));
    assert_true(isnan(m.scores[0]));
    CHECK_NEAR((double)m.scores[1], -(double)m.x[3], 0.0);
    m.x[2] = 1e38F;
    CHECK_FAILS(m.ctx, FAIRU_ERR_NON_FINITE, score(passes, n, FAIRU_OUTPUT_LOGIT));
    CHECK_SAYS(m.ctx, "row 1: the score is");
    fill(n);
  }
  fairu_classifier_destroy(clips);
  fairu_classifier_destroy(passes);
}

static int answers_nan(const float *x, size_t n, size_t n_features, const double *z, size_t n_nuisances,
                       float *logits, void *data)
{
  (void)z, (void)n_nuisances, (void)data;
  for (size_t i = 0; i < n; i++)
    logits[i] = x[i * n_features] > 3 ? (float)NAN : 0.0F;
  return 0;
}

/* The arithmetic of a callback, and of a program that was imported, is not ours to judge. */
static void the_answers_of_others_are_theirs(void **state)
{
  (void)state;
  static const char text[] =
      "{\"inputs\": [{\"name\": \"a\", \"offset\": 0, \"scale\": 1}, {\"name\": \"b\", \"offset\": 0, "
      "\"scale\": 1}], \"layers\": [{\"architecture\": \"highway\", \"activation\": \"linear\", "
      "\"components\": {\"t\": {\"weights\": [4, 0, 0, 4], \"bias\": [0, 0]}, \"carry\": {\"weights\": "
      "[0, 0, 0, 0], \"bias\": [0, 0]}}}, {\"architecture\": \"dense\", \"weights\": [1, -1], \"bias\": [0], "
      "\"activation\": \"sigmoid\"}], \"outputs\": [\"y\"]}";
  fairu_classifier *theirs = NULL;
  CHECK_OK(m.ctx,
           fairu_classifier_create_callback(m.ctx, names, 2, z_names, 1, 1, answers_nan, NULL, &theirs));
  CHECK_OK(m.ctx, score(theirs, 300, FAIRU_OUTPUT_SCORE));
  for (size_t i = 0; i < 300; i++)
    if (m.x[2 * i] > 3)
      assert_true(isnan(m.scores[i]) != 0);
    else
      CHECK_NEAR((double)m.scores[i], 0.5, 0.0);
  fairu_classifier_destroy(theirs);
  theirs = import_text(m.ctx, text, NULL);
  for (size_t n = 2; n <= 202; n += 100) {
    m.x[0] = m.x[1] = 3e38F;
    CHECK_OK(m.ctx, fairu_classifier_score(theirs, m.ctx, m.x, n, 2, NULL, 0, FAIRU_OUTPUT_SCORE, m.scores));
    assert_true(isnan(m.scores[0]));
    assert_true(isfinite(m.scores[1]));
    fill(n);
  }
  fairu_classifier_destroy(theirs);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(the_event_without_a_score_is_named, start, stop),
    cmocka_unit_test_setup_teardown(a_logit_beyond_float_has_a_score, start, stop),
    cmocka_unit_test_setup_teardown(so_do_classifiers_made_of_it, start, stop),
    cmocka_unit_test_setup_teardown(policies_of_inputs_come_first, start, stop),
    cmocka_unit_test_setup_teardown(the_answers_of_others_are_theirs, start, stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
