/* Programs event by event: the bits of a block, whatever the operations, the width of layers and what is not finite; and their slopes. */
#include "support/support.h"

#include <fairu/classifier.h>

#include "classifier/program_node.h"

enum { N_FEATURES = 21, ROWS = 96 };

static float next(uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (float)((double)(*state >> 8) / 16777216.0 * 4.0 - 2.0);
}

static fairu_program_builder *builder_of(fairu_context *ctx, fairu_value *x, fairu_value *z)
{
  static char text[N_FEATURES][8];
  static const char *const nuisance[] = { "z" };
  const char *names[N_FEATURES];
  fairu_program_builder *b = NULL;
  for (int i = 0; i < N_FEATURES; i++) {
    snprintf(text[i], sizeof text[i], "x%d", i);
    names[i] = text[i];
  }
  CHECK_OK(ctx, fairu_program__create(ctx, &b));
  *x = fairu_program__input(b, names, N_FEATURES, 0);
  *z = fairu_program__input(b, nuisance, 1, 1);
  return b;
}

static fairu_value layer(fairu_program_builder *b, fairu_value x, size_t n_out, uint32_t *state)
{
  const size_t n_in = fairu_program__width(b, x);
  float *w = (float *)malloc((n_in + 1) * n_out * sizeof *w);
  assert_non_null(w);
  for (size_t i = 0; i < (n_in + 1) * n_out; i++)
    w[i] = next(state) / sqrtf((float)n_in);
  const fairu_value out = fairu_program__dense(b, x, n_out, w, w + n_in * n_out);
  free(w);
  return out;
}

static void compare(fairu_context *ctx, const fairu_classifier *classifier, const float *x, int output)
{
  const double z = 0.75;
  const size_t n_out = fairu_classifier_n_outputs(classifier);
  float *batch = (float *)malloc(ROWS * n_out * sizeof *batch), *one = (float *)malloc(n_out * sizeof *one);
  assert_non_null(batch);
  assert_non_null(one);
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, ROWS, N_FEATURES, &z, 1, output, batch));
  for (size_t row = 0; row < ROWS; row++) {
    CHECK_OK(ctx, fairu_classifier_score_event(classifier, ctx, x + row * N_FEATURES, N_FEATURES, &z, 1,
                                               output, one));
    assert_memory_equal(one, batch + row * n_out, n_out * sizeof *one);
  }
  free(batch);
  free(one);
}

static fairu_classifier *finished(fairu_context *ctx, fairu_program_builder *b, fairu_value out)
{
  fairu_classifier *classifier = NULL;
  CHECK_OK(ctx, fairu_program__finish(b, ctx, out, &classifier));
  fairu_program__destroy(b);
  return classifier;
}

static float *events(void)
{
  float *x = (float *)malloc(ROWS * N_FEATURES * sizeof *x);
  uint32_t state = 7;
  assert_non_null(x);
  for (size_t i = 0; i < ROWS * N_FEATURES; i++)
    x[i] = next(&state);
  return x;
}

/* Two branches of a function each, joined by every operator, softmax or its logarithm, and layers of all orders of sums. */
static fairu_value network(fairu_program_builder *b, fairu_value x, fairu_value z, int function, size_t width,
                           uint32_t *state)
{
  const float gain[1] = { 0.75F };
  const fairu_value both[] = { x, z };
  const fairu_value h = layer(b, fairu_program__concat(b, both, 2), width, state);
  const fairu_value f = fairu_program__function(b, h, function, 0.5, function == FAIRU_FN_CLIP ? 1.5 : 1.25);
  const fairu_value g = fairu_program__function(b, layer(b, x, width, state), FAIRU_FN_TANH, 0, 0);
  const int op = function % (FAIRU_BIN_MIN + 1);
  const fairu_value joined = fairu_program__binary(b, op == FAIRU_BIN_DIV ? FAIRU_BIN_MUL : op, f,
                                                   fairu_program__layer_norm(b, g, NULL, NULL, 1e-5));
  const fairu_value scaled =
      fairu_program__binary(b, FAIRU_BIN_MUL, joined, fairu_program__constant(b, 1, gain));
  const fairu_value parts[] = { fairu_program__slice(b, scaled, width / 2, width - width / 2),
                                fairu_program__softmax(b, g, function % 2) };
  return layer(b, fairu_program__concat(b, parts, 2), width % 3 + 1, state);
}

static void test_event_is_block(void **unused)
{
  (void)unused;
  static const size_t widths[] = { 3, 17, 40, 70 };
  fairu_context *ctx = support_context();
  float *x = events();
  for (int function = 0; function <= FAIRU_FN_RECIPROCAL; function++)
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
      uint32_t state = (uint32_t)function + 1;
      fairu_value in, z;
      fairu_program_builder *b = builder_of(ctx, &in, &z);
      fairu_value out = network(b, in, z, function, widths[w], &state);
      if (w % 2 == 1)
        out = fairu_program__width(b, out) > 1 ? fairu_program__softmax(b, out, 0)
                                               : fairu_program__function(b, out, FAIRU_FN_SIGMOID, 0, 0);
      fairu_classifier *classifier = finished(ctx, b, out), *copy = NULL;
      fairu_input_options pass;
      CHECK_OK(ctx, fairu_input_options_init(&pass, sizeof pass));
      pass.non_finite = FAIRU_INPUT_PASS;
      compare(ctx, classifier, x, FAIRU_OUTPUT_SCORE);
      compare(ctx, classifier, x, FAIRU_OUTPUT_LOGIT);
      CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, classifier, &pass, &copy));
      compare(ctx, copy, x, FAIRU_OUTPUT_SCORE);
      fairu_classifier_destroy(copy);
      fairu_classifier_destroy(classifier);
    }
  free(x);
  fairu_context_destroy(ctx);
}

static void test_refused_as_in_a_block(void **unused)
{
  (void)unused;
  fairu_context *ctx = support_context();
  float *x = events(), scores[ROWS * 2];
  const double z = 0.0;
  uint32_t state = 5;
  fairu_value in, at;
  fairu_program_builder *b = builder_of(ctx, &in, &at);
  const fairu_value out = network(b, in, at, FAIRU_FN_SWISH, 4, &state);
  fairu_classifier *classifier = finished(ctx, b, out);
  x[N_FEATURES * 3 + 2] = (float)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_score(classifier, ctx, x, 5, N_FEATURES, &z, 1, FAIRU_OUTPUT_SCORE, scores));
  CHECK_SAYS(ctx, "row 3: feature \"x2\" is nan");
  CHECK_FAILS(
      ctx, FAIRU_ERR_NON_FINITE,
      fairu_classifier_score(classifier, ctx, x, ROWS, N_FEATURES, &z, 1, FAIRU_OUTPUT_SCORE, scores));
  CHECK_SAYS(ctx, "row 3: feature \"x2\" is nan");
  fairu_classifier_destroy(classifier);
  free(x);
  fairu_context_destroy(ctx);
}

/* ---- derivatives -------------------------------------------------------------------------------------- */

/* Differences of the logit along every input; false where the two step lengths do not agree: a kink is near. */
static int difference(fairu_context *ctx, const fairu_classifier *classifier, const float *x, double z,
                      size_t i, double *slope)
{
  double d[2];
  for (int k = 0; k < 2; k++) {
    const float step = k == 0 ? 0.02F : 0.01F;
    float side[2], moved[N_FEATURES];
    memcpy(moved, x, sizeof moved);
    for (int up = 0; up < 2; up++) {
      const double at = i == N_FEATURES ? z + (double)(up ? step : -step) : z;
      if (i < N_FEATURES)
        moved[i] = x[i] + (up ? step : -step);
      CHECK_OK(ctx, fairu_classifier_score_event(classifier, ctx, moved, N_FEATURES, &at, 1,
                                                 FAIRU_OUTPUT_LOGIT, &side[up]));
    }
    d[k] = ((double)side[1] - (double)side[0]) / (2.0 * (double)step);
  }
  *slope = d[1] + (d[1] - d[0]) / 3.0;
  return fabs(d[1] - d[0]) < 3e-3 * (1.0 + fabs(d[1]));
}

/* Single precision tells differences over 0.01 to some 1e-4 of the values. */
static void check_slopes(fairu_context *ctx, const fairu_classifier *classifier, const float *x)
{
  const double z = 0.75;
  float d_x[ROWS * N_FEATURES], d_z[ROWS], scores[ROWS], same[ROWS];
  size_t checked = 0;
  CHECK_OK(ctx, fairu_classifier_score_derivative(classifier, ctx, x, ROWS, N_FEATURES, &z, 1,
                                                  FAIRU_OUTPUT_LOGIT, scores, d_x, d_z));
  CHECK_OK(ctx,
           fairu_classifier_score(classifier, ctx, x, ROWS, N_FEATURES, &z, 1, FAIRU_OUTPUT_LOGIT, same));
  assert_memory_equal(scores, same, sizeof same);
  for (size_t row = 0; row < ROWS; row += 7)
    for (size_t i = 0; i <= N_FEATURES; i++) {
      double expected = 0.0;
      const double got = i < N_FEATURES ? (double)d_x[row * N_FEATURES + i] : (double)d_z[row];
      if (!difference(ctx, classifier, x + row * N_FEATURES, z, i, &expected))
        continue;
      CHECK_NEAR(got, expected, 3e-3 * (1.0 + fabs(expected)));
      checked++;
    }
  assert_true(checked > 100);
}

/* Of the functions by themselves, between inputs that keep logarithms and roots real. */
static void test_slopes_of_functions(void **unused)
{
  (void)unused;
  fairu_context *ctx = support_context();
  float *x = events();
  for (int function = 0; function <= FAIRU_FN_RECIPROCAL; function++) {
    const int wants_positive = function == FAIRU_FN_LOG || function == FAIRU_FN_SQRT ||
                               function == FAIRU_FN_POWER || function == FAIRU_FN_RECIPROCAL;
    const float lift[1] = { wants_positive ? 8.0F : 0.0F };
    uint32_t state = 3 + (uint32_t)function;
    fairu_value in, z;
    fairu_program_builder *b = builder_of(ctx, &in, &z);
    const fairu_value both[] = { in, z };
    fairu_value h = layer(b, fairu_program__concat(b, both, 2), 6, &state);
    h = fairu_program__binary(b, FAIRU_BIN_ADD, h, fairu_program__constant(b, 1, lift));
    h = fairu_program__function(b, h, function, 0.5, function == FAIRU_FN_CLIP ? 1.5 : 1.25);
    fairu_classifier *classifier = finished(ctx, b, layer(b, h, 1, &state));
    check_slopes(ctx, classifier, x);
    fairu_classifier_destroy(classifier);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* Every operation in one network, by each operator. */
static void test_slopes_of_operations(void **unused)
{
  (void)unused;
  fairu_context *ctx = support_context();
  float *x = events();
  for (int op = FAIRU_BIN_ADD; op <= FAIRU_BIN_MIN; op++)
    for (int log = 0; log < 2; log++) {
      const double before[5] = { 0.5, -0.25, 0.0, 1.0, 2.0 }, scale[5] = { 2.0, -1.0, 0.5, 1.5, 1.0 };
      const float slopes[5] = { 0.5F, -0.25F, 2.0F, 0.1F, 0.3F },
                  gamma[5] = { 1.5F, 0.5F, -1.0F, 1.0F, 0.25F };
      const float beta[5] = { 3.0F, 4.0F, 3.5F, 5.0F, 4.5F };
      uint32_t state = (uint32_t)(op + 7 * log) + 1;
      fairu_value in, z;
      fairu_program_builder *b = builder_of(ctx, &in, &z);
      const fairu_value both[] = { in, z };
      const fairu_value h = layer(b, fairu_program__concat(b, both, 2), 5, &state);
      const fairu_value f = fairu_program__prelu(b, fairu_program__affine(b, h, before, scale, NULL), slopes);
      const fairu_value n = fairu_program__layer_norm(b, layer(b, in, 5, &state), gamma, beta, 0.01);
      const fairu_value parts[] = { fairu_program__binary(b, op, f, n),
                                    fairu_program__binary(b, op, fairu_program__slice(b, h, 3, 1), n),
                                    fairu_program__softmax(b, h, log), fairu_program__slice(b, f, 1, 3) };
      fairu_classifier *classifier =
          finished(ctx, b, layer(b, fairu_program__concat(b, parts, 4), 1, &state));
      check_slopes(ctx, classifier, x);
      fairu_classifier_destroy(classifier);
    }
  free(x);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_event_is_block),
    cmocka_unit_test(test_refused_as_in_a_block),
    cmocka_unit_test(test_slopes_of_functions),
    cmocka_unit_test(test_slopes_of_operations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
