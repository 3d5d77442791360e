/* Closed forms, callbacks, gates and getters. */
#include "classifier/random_network.h"

static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

static void linear_is_its_formula(void **state)
{
  (void)state;
  const double weights[3] = { 0.5, -2.0, 0.25 };
  float *x = random_features(1, 300), scores[100];
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, 3, 0.125, &c));
  assert_int_equal(fairu_classifier_n_nuisances(c), 0);
  for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 100, 3, NULL, 0, output, scores));
    for (int i = 0; i < 100; i++) {
      const double logit =
          0.125 + 0.5 * (double)x[3 * i] - 2.0 * (double)x[3 * i + 1] + 0.25 * (double)x[3 * i + 2];
      CHECK_NEAR((double)scores[i], output == FAIRU_OUTPUT_LOGIT ? logit : sigmoid(logit),
                 4e-7 * (1.0 + fabs(logit)));
    }
  }
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(x);
}

/* Turning events and axis together changes nothing. */
static void rotation_turns_with_its_axis(void **state)
{
  (void)state;
  const double slope = 2.0 / 0.49, pi = 3.14159265358979323846;
  const double z[3] = { 0.0, pi / 4.0, pi / 2.0 };
  const char *const names[2] = { "x", "y" };
  float *x = random_features(2, 200), scores[3 * 100];
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  const float *const columns[2] = { x, x + 1 };
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, 100, 2, names, columns, 2, &events));
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "angle", slope, &c));
  CHECK_OK(ctx, fairu_classifier_score_events(c, ctx, events, z, 3, 1, FAIRU_OUTPUT_LOGIT, scores));
  for (int i = 0; i < 100; i++) {
    const double px = (double)x[2 * i], py = (double)x[2 * i + 1], tol = 1e-6 * slope * (fabs(px) + fabs(py));
    CHECK_NEAR((double)scores[i], slope * px, tol);
    CHECK_NEAR((double)scores[100 + i], slope * (px + py) / sqrt(2.0), tol);
    CHECK_NEAR((double)scores[200 + i], slope * py, tol);
  }
  fairu_classifier_destroy(c);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  free(x);
}

/* user_data: how often to succeed. */
static int sums(const float *features, size_t n_events, size_t n_features, const double *z,
                size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances;
  int *left = user_data;
  if (left && (*left)-- == 0)
    return 42;
  for (size_t e = 0; e < n_events; e++) {
    logits[2 * e] = features[3 * e] + (float)z[0];
    logits[2 * e + 1] = features[3 * e + 1] - features[3 * e + 2];
  }
  return 0;
}

static void callbacks_see_rows_and_get_softmax(void **state)
{
  (void)state;
  enum { EVENTS = 2500 };
  const double z = 0.5;
  static float scores[2 * EVENTS], logits[2 * EVENTS];
  float *x = random_features(3, 3 * EVENTS);
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  CHECK_OK(ctx,
           fairu_classifier_create_callback(ctx, feature_names, 3, nuisance_names, 1, 2, sums, NULL, &c));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, 3, &z, 1, FAIRU_OUTPUT_SCORE, scores));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, 3, &z, 1, FAIRU_OUTPUT_LOGIT, logits));
  for (int i = 0; i < EVENTS; i++) {
    assert_true(logits[2 * i] == x[3 * i] + 0.5F && logits[2 * i + 1] == x[3 * i + 1] - x[3 * i + 2]);
    CHECK_NEAR((double)scores[2 * i], sigmoid((double)logits[2 * i] - (double)logits[2 * i + 1]), 1e-6);
    CHECK_NEAR((double)scores[2 * i] + (double)scores[2 * i + 1], 1.0, 3e-7);
  }
  fairu_classifier_destroy(c);
  int left = 1;
  CHECK_OK(ctx,
           fairu_classifier_create_callback(ctx, feature_names, 3, nuisance_names, 1, 2, sums, &left, &c));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_classifier_score(c, ctx, x, EVENTS, 3, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "returned 42 at event 1024");
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_save(c, ctx, "/nowhere/model"));
  CHECK_SAYS(ctx, "callback");
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(x);
}

static void a_gate_is_one_side_or_the_other(void **state)
{
  (void)state;
  enum { EVENTS = 200, POINTS = 5 };
  const size_t widths[] = { 4, 12, 1 };
  const double z[POINTS] = { 0.49999, 0.5, -3.0, 0.7, 0.5 - 1e-16 };
  static random_network nets[2];
  static float gated[POINTS * EVENTS], sides[2][POINTS * EVENTS];
  float *x = random_features(4, 3 * EVENTS);
  const float *const columns[3] = { x, x + 1, x + 2 };
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  fairu_classifier *side[2] = { NULL, NULL }, *gate = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, EVENTS, 3, feature_names, columns, 3, &events));
  for (int s = 0; s < 2; s++) {
    random_network_fill(&nets[s], 20 + (uint64_t)s, 3, 1, widths, 2, FAIRU_ACTIVATION_RELU,
                        FAIRU_ACTIVATION_SIGMOID);
    CHECK_OK(ctx, random_network_make(&nets[s], ctx, &side[s]));
    CHECK_OK(ctx, fairu_classifier_score_events(side[s], ctx, events, z, POINTS, 1, 0, sides[s]));
  }
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, side[0], side[1], "z0", 0.5, &gate));
  fairu_classifier_destroy(side[0]); /* copied */
  fairu_classifier_destroy(side[1]);
  CHECK_OK(ctx, fairu_classifier_score_events(gate, ctx, events, z, POINTS, 1, 0, gated));
  for (size_t p = 0; p < POINTS; p++)
    assert_memory_equal(gated + p * EVENTS, sides[z[p] >= 0.5] + p * EVENTS, EVENTS * sizeof(float));
  fairu_classifier_destroy(gate);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  free(x);
}

static void wrong_gates_are_refused(void **state)
{
  (void)state;
  const double weights[2] = { 1.0, 1.0 };
  const char *const swapped[2] = { "y", "x" };
  fairu_context *ctx = support_context();
  fairu_classifier *a = NULL, *b = NULL, *linear = NULL, *gate = NULL, *out = NULL;
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 1.0, &a));
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, swapped[0], swapped[1], "z", 1.0, &b));
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, swapped, weights, 2, 0.0, &linear));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_create_gated(ctx, a, b, "z", 0.0, &out));
  CHECK_SAYS(ctx, "order");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_create_gated(ctx, a, linear, "z", 0.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_classifier_create_gated(ctx, a, a, "tes", 0.0, &out));
  CHECK_SAYS(ctx, "\"tes\"");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_create_gated(ctx, a, a, "z", (double)NAN, &out));
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, a, a, "z", 0.0, &gate));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_create_gated(ctx, gate, gate, "z", 0.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_create_gated(ctx, NULL, a, "z", 0.0, &out));
  assert_null(out);
  fairu_classifier_destroy(gate);
  fairu_classifier_destroy(linear);
  fairu_classifier_destroy(b);
  fairu_classifier_destroy(a);
  fairu_context_destroy(ctx);
}

static void wrong_formulas_are_refused(void **state)
{
  (void)state;
  const double weights[2] = { 1.0, (double)NAN };
  const char *const twice[2] = { "x", "x" }, *const gap[2] = { "x", NULL }, *const empty[2] = { "x", "" };
  fairu_context *ctx = support_context();
  fairu_classifier *out = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_create_linear(ctx, feature_names, weights, 2, 0.0, &out));
  CHECK_SAYS(ctx, "weight of \"f1\" is nan");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_create_linear(ctx, feature_names, weights, 1, (double)INFINITY, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_classifier_create_linear(ctx, twice, weights, 2, 0.0, &out));
  CHECK_SAYS(ctx, "\"x\"");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_create_linear(ctx, gap, weights, 2, 0.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_create_linear(ctx, empty, weights, 2, 0.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_create_linear(ctx, twice, weights, 0, 0.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_create_rotation(ctx, "x", "y", "z", (double)NAN, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_classifier_create_rotation(ctx, "x", "x", "z", 1.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_create_rotation(ctx, "x", "y", NULL, 1.0, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_classifier_create_callback(ctx, twice, 2, NULL, 0, 0, sums, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL,
              fairu_classifier_create_callback(ctx, twice, 2, NULL, 0, 1, NULL, NULL, &out));
  assert_null(out);
  fairu_context_destroy(ctx);
}

/* Names of a wide model are looked through once, not each beside each. */
static void one_name_of_very_many_twice(void **state)
{
  (void)state;
  enum { MANY = 200000, LENGTH = 8 };
  fairu_context *ctx = support_context();
  fairu_classifier *out = NULL;
  char *text = (char *)malloc((size_t)MANY * LENGTH);
  const char **names = (const char **)malloc(MANY * sizeof *names);
  double *weights = (double *)calloc(MANY, sizeof *weights);
  assert_true(text && names && weights);
  for (size_t i = 0; i < MANY; i++) {
    snprintf(text + i * LENGTH, LENGTH, "x%zu", i);
    names[i] = text + i * LENGTH;
  }
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, names, weights, MANY, 0.0, &out));
  assert_string_equal(fairu_classifier_feature_name(out, MANY - 1), "x199999");
  fairu_classifier_destroy(out);
  names[MANY - 2] = "x777";
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_classifier_create_linear(ctx, names, weights, MANY, 0.0, &out));
  CHECK_SAYS(ctx, "features 777 and 199998 are both named \"x777\"");
  assert_null(out);
  free(weights);
  free(names);
  free(text);
  fairu_context_destroy(ctx);
}

static void getters_tell_names_shapes_and_ranges(void **state)
{
  (void)state;
  const size_t widths[] = { 5, 4, 3 };
  static random_network net;
  double lower = 0.0, upper = 0.0;
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL, *rotation = NULL;
  random_network_fill(&net, 1, 3, 2, widths, 2, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SOFTMAX);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  assert_int_equal(fairu_classifier_n_features(c), 3);
  assert_int_equal(fairu_classifier_n_nuisances(c), 2);
  assert_int_equal(fairu_classifier_n_outputs(c), 3);
  assert_string_equal(fairu_classifier_feature_name(c, 2), "f2");
  assert_string_equal(fairu_classifier_nuisance_name(c, 1), "z1");
  assert_null(fairu_classifier_feature_name(c, 3));
  assert_null(fairu_classifier_nuisance_name(c, 2));
  CHECK_OK(ctx, fairu_classifier_nuisance_range(c, ctx, 1, &lower, &upper));
  assert_true(lower == -2.0 && upper == 2.0);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_classifier_nuisance_range(c, ctx, 2, &lower, &upper));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_nuisance_range(c, ctx, 0, NULL, &upper));
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 1.0, &rotation));
  CHECK_OK(ctx, fairu_classifier_nuisance_range(rotation, ctx, 0, &lower, &upper));
  assert_true(isinf(lower) && lower < 0.0 && isinf(upper) && upper > 0.0);
  assert_int_equal(fairu_classifier_n_features(NULL), 0);
  assert_int_equal(fairu_classifier_n_nuisances(NULL), 0);
  assert_int_equal(fairu_classifier_n_outputs(NULL), 0);
  assert_null(fairu_classifier_feature_name(NULL, 0));
  assert_null(fairu_classifier_nuisance_name(NULL, 0));
  fairu_classifier_destroy(NULL);
  fairu_classifier_destroy(rotation);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

static int make_all(fairu_context *ctx, void *data)
{
  const double weights[2] = { 1.0, 2.0 };
  const float x[6] = { 1, 2, 3, 4, 5, 6 };
  float scores[6];
  fairu_classifier *c[3] = { NULL, NULL, NULL };
  (void)data;
  int status = fairu_classifier_create_linear(ctx, feature_names, weights, 2, 0.0, &c[0]);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(c[0], ctx, x, 3, 2, NULL, 0, 0, scores);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_rotation(ctx, "x", "y", "z", 1.0, &c[1]);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(c[1], ctx, x, 3, 2, weights, 1, 0, scores);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_callback(ctx, feature_names, 3, nuisance_names, 1, 2, sums, NULL, &c[2]);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(c[2], ctx, x, 2, 3, weights, 1, 0, scores);
  for (int i = 0; i < 3; i++)
    fairu_classifier_destroy(c[i]);
  return status;
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(make_all, NULL) > 15);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(linear_is_its_formula),
    cmocka_unit_test(rotation_turns_with_its_axis),
    cmocka_unit_test(callbacks_see_rows_and_get_softmax),
    cmocka_unit_test(a_gate_is_one_side_or_the_other),
    cmocka_unit_test(wrong_gates_are_refused),
    cmocka_unit_test(wrong_formulas_are_refused),
    cmocka_unit_test(one_name_of_very_many_twice),
    cmocka_unit_test(getters_tell_names_shapes_and_ranges),
    cmocka_unit_test(failing_allocations_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
