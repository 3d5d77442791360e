/* Classifiers followed by a map: scores, bits, files, and what is refused. */
#include "classifier/made_scores.h"

static const char *const xy[2] = { "x", "y" };

static fairu_classifier *linear(fairu_context *ctx)
{
  static const double weights[2] = { 2.0, -0.5 };
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, xy, weights, 2, 0.25, &c));
  return c;
}

static fairu_probability_map *some_map(fairu_context *ctx, int method, double margin)
{
  made m = made_gaussian(12, 400, 1.0, 1.5, 0.4);
  const fairu_probability_options o = made_options(ctx, method, margin);
  fairu_probability_map *map = made_map(ctx, &o, &m);
  made_free(&m);
  return map;
}

static fairu_classifier *calibrated(fairu_context *ctx, const fairu_classifier *c,
                                    const fairu_probability_map *map)
{
  fairu_classifier *out = NULL;
  CHECK_OK(ctx, fairu_classifier_create_calibrated(ctx, c, map, &out));
  return out;
}

static void rows_of(float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = (float)sin(1.7 * (double)i) * 2.0F;
}

/* The scores are the map of the logits, as floats, for few events and for many, one by one and at once. */
static void scores_are_mapped_logits(void **state)
{
  enum { N = 3000 };
  fairu_context *ctx = support_context();
  fairu_classifier *c = linear(ctx);
  static float x[2 * N], logits[N], scores[N], one;
  static double p[N];
  (void)state;
  rows_of(x, (size_t)2 * N);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, N, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, logits));
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    fairu_probability_map *map = some_map(ctx, method, (double)NAN);
    fairu_classifier *good = calibrated(ctx, c, map);
    for (int output = 0; output < 2; output++) {
      CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, logits, N, output, p));
      CHECK_OK(ctx, fairu_classifier_score(good, ctx, x, N, 2, NULL, 0, output, scores));
      for (size_t i = 0; i < N; i++)
        CHECK_NEAR((double)scores[i], (double)(float)p[i], 0.0);
      for (size_t i = 0; i < N; i += 97) {
        CHECK_OK(ctx, fairu_classifier_score_event(good, ctx, x + 2 * i, 2, NULL, 0, output, &one));
        CHECK_NEAR((double)scores[i], (double)one, 0.0);
      }
    }
    fairu_probability_map_destroy(map);
    fairu_classifier_destroy(good);
  }
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

static fairu_classifier *rotation(fairu_context *ctx, double slope)
{
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "angle", slope, &c));
  return c;
}

/* A gated pair at several points, on two threads, saved and loaded: names, ranges and scores are those of the pair. */
static void gated_pairs_at_several_points(void **state)
{
  enum { N = 2500, POINTS = 4 };
  fairu_context *ctx = support_context();
  static const double z[POINTS] = { -0.5, 0.1, 0.7, 1.5 };
  static float x[2 * N], logits[POINTS * N], scores[POINTS * N], again[POINTS * N];
  static double p[POINTS * N];
  fairu_classifier *below = rotation(ctx, 1.0), *above = rotation(ctx, 3.0), *pair = NULL, *loaded = NULL;
  fairu_probability_map *map = some_map(ctx, FAIRU_PROBABILITY_ISOTONIC, 0.01);
  fairu_events *events = NULL;
  const float *const columns[2] = { x, x + N };
  char path[512];
  (void)state;
  rows_of(x, (size_t)2 * N);
  CHECK_OK(ctx, fairu_events_create_view(ctx, N, 2, xy, columns, 1, &events));
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, below, above, "angle", 0.4, &pair));
  fairu_classifier *good = calibrated(ctx, pair, map);
  CHECK_OK(ctx, fairu_classifier_score_events(pair, ctx, events, z, POINTS, 1, FAIRU_OUTPUT_LOGIT, logits));
  CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, logits, POINTS * N, FAIRU_OUTPUT_SCORE, p));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, fairu_classifier_score_events(good, ctx, events, z, POINTS, 1, FAIRU_OUTPUT_SCORE, scores));
  for (size_t i = 0; i < (size_t)POINTS * N; i++)
    CHECK_NEAR((double)scores[i], (double)(float)p[i], 0.0);
  CHECK_OK(ctx, fairu_classifier_save(good, ctx, support_path(path, sizeof path, "calibrated.model")));
  CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
  assert_string_equal(fairu_classifier_nuisance_name(loaded, 0), "angle");
  CHECK_OK(ctx, fairu_classifier_score_events(loaded, ctx, events, z, POINTS, 1, FAIRU_OUTPUT_SCORE, again));
  assert_memory_equal(scores, again, sizeof scores);
  fairu_classifier *const all[5] = { below, above, pair, good, loaded };
  for (int k = 0; k < 5; k++)
    fairu_classifier_destroy(all[k]);
  fairu_events_destroy(events);
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
}

static int no_logits(const float *features, size_t n, size_t n_features, const double *z, size_t n_nuisances,
                     float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances, (void)features, (void)z, (void)user_data;
  memset(logits, 0, n * sizeof *logits);
  return 0;
}

static void what_has_no_probability_is_refused(void **state)
{
  fairu_context *ctx = support_context();
  fairu_classifier *c = linear(ctx), *several = NULL, *out = NULL, *callback = NULL,
                   *angles = rotation(ctx, 1.0);
  fairu_probability_map *sharp = some_map(ctx, FAIRU_PROBABILITY_ISOTONIC, 0.0), *map = some_map(ctx, 0, 0.0);
  char path[512];
  (void)state;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_classifier_create_calibrated(ctx, c, sharp, &out));
  CHECK_SAYS(ctx, "probability 0 at knot 0 has no logit");
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, xy, 2, NULL, 0, 3, no_logits, NULL, &several));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_create_calibrated(ctx, several, map, &out));
  CHECK_SAYS(ctx, "3 outputs");
  fairu_classifier *good = calibrated(ctx, c, map);
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_create_calibrated(ctx, good, map, &out));
  CHECK_SAYS(ctx, "calibrated already");
  assert_null(out);
  fairu_classifier *turning = calibrated(ctx, angles, map);
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_classifier_create_gated(ctx, turning, turning, "angle", 0.0, &out));
  CHECK_SAYS(ctx, "calibrate the gated pair");
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, xy, 2, NULL, 0, 1, no_logits, NULL, &callback));
  fairu_classifier *called = calibrated(ctx, callback, map);
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_classifier_save(called, ctx, support_path(path, sizeof path, "never.model")));
  CHECK_SAYS(ctx, "a callback cannot be saved");
  fairu_classifier *const all[7] = { c, several, callback, angles, good, turning, called };
  for (int k = 0; k < 7; k++)
    fairu_classifier_destroy(all[k]);
  fairu_probability_map_destroy(sharp);
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
}

/* Where a classifier passes features on that are not numbers, no bin of a map makes a probability of them. */
static void what_is_not_a_number_stays_none(void **state)
{
  fairu_context *ctx = support_context();
  static const float x[2] = { NAN, 1.0F };
  fairu_input_options o;
  (void)state;
  CHECK_OK(ctx, fairu_input_options_init(&o, sizeof o));
  o.non_finite = FAIRU_INPUT_PASS;
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    fairu_classifier *c = linear(ctx), *passing = NULL;
    fairu_probability_map *map = some_map(ctx, method, (double)NAN);
    CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, c, &o, &passing));
    fairu_classifier *good = calibrated(ctx, passing, map);
    for (int output = 0; output < 2; output++) {
      float score = 0.0F;
      CHECK_OK(ctx, fairu_classifier_score_event(good, ctx, x, 2, NULL, 0, output, &score));
      assert_true(isnan(score));
    }
    fairu_classifier_destroy(good);
    fairu_classifier_destroy(passing);
    fairu_classifier_destroy(c);
    fairu_probability_map_destroy(map);
  }
  fairu_context_destroy(ctx);
}

/* Policies of inputs are those of the classifier inside, before or after it is calibrated, also from a file. */
static void policies_of_inputs_hold(void **state)
{
  fairu_context *ctx = support_context();
  static const float defaults[2] = { 0.5F, 0.0F }, x[2] = { NAN, 1.0F }, filled[2] = { 0.5F, 1.0F };
  fairu_classifier *c = linear(ctx), *lenient = NULL, *after = NULL, *loaded = NULL;
  fairu_probability_map *map = some_map(ctx, FAIRU_PROBABILITY_PLATT, 0.0);
  fairu_input_options o;
  float wanted, got;
  char path[512];
  (void)state;
  CHECK_OK(ctx, fairu_input_options_init(&o, sizeof o));
  o.defaults = defaults;
  o.non_finite = FAIRU_INPUT_DEFAULT;
  fairu_classifier *strict = calibrated(ctx, c, map);
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, c, &o, &lenient));
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, strict, &o, &after));
  fairu_classifier *before = calibrated(ctx, lenient, map);
  CHECK_OK(ctx, fairu_classifier_save(before, ctx, support_path(path, sizeof path, "lenient.model")));
  CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
  CHECK_OK(ctx, fairu_classifier_score_event(strict, ctx, filled, 2, NULL, 0, FAIRU_OUTPUT_SCORE, &wanted));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_score_event(strict, ctx, x, 2, NULL, 0, FAIRU_OUTPUT_SCORE, &got));
  fairu_classifier *const all[6] = { before, after, loaded, c, strict, lenient };
  for (int k = 0; k < 3; k++) {
    CHECK_OK(ctx, fairu_classifier_score_event(all[k], ctx, x, 2, NULL, 0, FAIRU_OUTPUT_SCORE, &got));
    CHECK_NEAR((double)got, (double)wanted, 0.0);
  }
  for (int k = 0; k < 6; k++)
    fairu_classifier_destroy(all[k]);
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(scores_are_mapped_logits),
                                      cmocka_unit_test(gated_pairs_at_several_points),
                                      cmocka_unit_test(policies_of_inputs_hold),
                                      cmocka_unit_test(what_is_not_a_number_stays_none),
                                      cmocka_unit_test(what_has_no_probability_is_refused) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
