/* Layers and activations of lwtnn files against closed forms. */
#include "classifier/lwtnn_made.h"

/* ---- activations -------------------------------------------------------------------------------------- */

typedef struct activation_case {
  const char *json;
  double (*value)(double x);
} activation_case;

static double linear(double x)
{
  return x;
}
static double rectified(double x)
{
  return x < 0.0 ? 0.0 : x;
}
static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}
static double hard_sigmoid(double x)
{
  return fmax(0.0, fmin(1.0, 0.2 * x + 0.5));
}
static double elu(double x)
{
  return x < 0.0 ? expm1(x) : x;
}
static double elu3(double x)
{
  return x < 0.0 ? 0.3 * expm1(x) : x;
}
static double leaky(double x)
{
  return x < 0.0 ? 0.1 * x : x;
}
static double swish(double x)
{
  return x / (1.0 + exp(-x));
}
static double swish2(double x)
{
  return x / (1.0 + exp(-2.0 * x));
}

static const activation_case activations[] = {
  { "\"linear\"", linear },
  { "\"rectified\"", rectified },
  { "\"rectified_legacy\"", rectified },
  { "\"sigmoid\"", sigmoid },
  { "\"sigmoid_legacy\"", sigmoid },
  { "\"hard_sigmoid\"", hard_sigmoid },
  { "\"hard_sigmoid_legacy\"", hard_sigmoid },
  { "\"tanh\"", tanh },
  { "\"tanh_legacy\"", tanh },
  { "\"abs\"", fabs },
  { "\"elu\"", elu },
  { "{\"function\": \"elu\"}", elu },
  { "{\"function\": \"elu\", \"alpha\": 0.3}", elu3 },
  { "{\"function\": \"leakyrelu\", \"alpha\": 0.1}", leaky },
  { "{\"function\": \"swish\", \"alpha\": 1}", swish },
  { "{\"function\": \"swish\", \"alpha\": 2.0}", swish2 },
  { "{\"function\": \"tanh\", \"alpha\": 0.0}", tanh },
};

/* Once inside and once at the end: 0.5 f(2 x - 1) + 0.25, then f of it. */
static void activations_are_what_they_say(void **state)
{
  fairu_context *ctx = support_context();
  (void)state;
  for (size_t k = 0; k < sizeof activations / sizeof *activations; k++) {
    char text[1024];
    snprintf(
        text, sizeof text,
        "{\"inputs\": [{\"name\": \"x\", \"offset\": -0.5, \"scale\": 2}],\n"
        " \"layers\": [{\"architecture\": \"dense\", \"weights\": [1], \"bias\": [0], \"activation\": %s},\n"
        "  {\"architecture\": \"dense\", \"weights\": [0.5], \"bias\": [0.25], \"activation\": %s}],\n"
        " \"outputs\": [\"y\"]}",
        activations[k].json, activations[k].json);
    fairu_classifier *classifier = import_text(ctx, text, NULL);
    for (double x = -4.0; x <= 4.0; x += 0.125) {
      const float in = (float)x;
      const double wanted = activations[k].value(0.5 * activations[k].value(2.0 * x - 1.0) + 0.25);
      CHECK_NEAR(score_at(ctx, classifier, &in, 1, FAIRU_OUTPUT_SCORE), wanted, 6e-7 * (1.0 + fabs(wanted)));
    }
    fairu_classifier_destroy(classifier);
  }
  fairu_context_destroy(ctx);
}

/* ---- layers ------------------------------------------------------------------------------------------- */

#define HEAD                                                                                                 \
  "{\"inputs\": [{\"name\": \"a\", \"offset\": 0.0, \"scale\": 1.0}, "                                       \
  "{\"name\": \"b\", \"offset\": 1.0, \"scale\": 0.5, \"default\": 3}], \"layers\": ["
#define TAIL "], \"outputs\": [\"y\"], \"unknown\": {\"key\": null}}"
#define SUM "{\"architecture\": \"dense\", \"weights\": [1, 1], \"bias\": [], \"activation\": \"linear\"}"

static void layers_are_what_they_say(void **state)
{
  static const char normal[] =
      HEAD "{\"architecture\": \"normalization\", \"weights\": [2, -3], \"bias\": [0.5, 0.25]}, " SUM TAIL;
  static const char maxout[] = HEAD
      "{\"architecture\": \"maxout\", \"sublayers\": [{\"weights\": [1, 2, 3, 4], \"bias\": [0.5, 0]}, "
      "{\"weights\": [-1, 0, 0, -1], \"bias\": [0, 0]}, {\"weights\": [], \"bias\": [-1, 1]}]}, " SUM TAIL;
  static const char highway[] =
      HEAD "{\"architecture\": \"highway\", \"activation\": \"tanh\", \"components\": "
           "{\"t\": {\"weights\": [1, -1, 0.5, 0.25], \"bias\": [0, 0.5]}, "
           "\"carry\": {\"weights\": [2, 0, 0, -1], \"bias\": [-0.5, 0]}}}, " SUM TAIL;
  static const char only[] = HEAD
      "{\"architecture\": \"dense\", \"weights\": [], \"bias\": [], \"activation\": \"abs\"}, "
      "{\"architecture\": \"dense\", \"weights\": [], \"bias\": [1, -1], \"activation\": \"rectified\"}, " SUM
          TAIL;
  fairu_context *ctx = support_context();
  fairu_classifier *c[] = { import_text(ctx, normal, NULL), import_text(ctx, maxout, NULL),
                            import_text(ctx, highway, NULL), import_text(ctx, only, NULL) };
  (void)state;
  assert_ptr_equal(c[0]->kind, &fairu_kind__network); /* folded */
  for (int i = 0; i < 25; i++) {
    const float in[2] = { (float)(i % 5) - 2.0F, 1.5F * (float)(i / 5) - 3.0F };
    const double a = (double)in[0], b = ((double)in[1] + 1.0) * 0.5;
    const double gate[2] = { sigmoid(2.0 * a - 0.5), sigmoid(-b) };
    const double t[2] = { tanh(a - b), tanh(0.5 * a + 0.25 * b + 0.5) };
    CHECK_NEAR(score_at(ctx, c[0], in, 2, FAIRU_OUTPUT_SCORE), 2.0 * (a + 0.5) - 3.0 * (b + 0.25), 4e-6);
    CHECK_NEAR(score_at(ctx, c[1], in, 2, FAIRU_OUTPUT_SCORE),
               fmax(fmax(a + 2.0 * b + 0.5, -a), a - 1.0) + fmax(fmax(3.0 * a + 4.0 * b, -b), b + 1.0), 4e-6);
    CHECK_NEAR(score_at(ctx, c[2], in, 2, FAIRU_OUTPUT_SCORE),
               gate[0] * t[0] + (1.0 - gate[0]) * a + gate[1] * t[1] + (1.0 - gate[1]) * b, 4e-6);
    CHECK_NEAR(score_at(ctx, c[3], in, 2, FAIRU_OUTPUT_SCORE), fabs(a) + 1.0 + rectified(fabs(b) - 1.0),
               4e-6);
  }
  for (int k = 0; k < 4; k++)
    fairu_classifier_destroy(c[k]);
  fairu_context_destroy(ctx);
}

/* Three classes; one of them by its label; its place in the middle. */
static void labels_choose_outputs(void **state)
{
  static const char text[] =
      HEAD "{\"architecture\": \"dense\", \"weights\": [1, 0, 0, 1, 0.5, 0.5], \"bias\": [0, 0, 1], "
           "\"activation\": \"softmax\"}], \"outputs\": [\"p\", \"q\", \"r\"]}";
  fairu_context *ctx = support_context();
  const fairu_import_options options = options_of(NULL, 0, "r");
  const float in[2] = { 0.5F, 2.0F };
  const double e[3] = { exp(0.5), exp(1.5), exp(2.0) };
  float all[3];
  (void)state;
  fairu_classifier *classifier = import_text(ctx, text, NULL);
  assert_int_equal(fairu_classifier_n_outputs(classifier), 3);
  assert_ptr_equal(classifier->kind, &fairu_kind__network);
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, in, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, all));
  for (int k = 0; k < 3; k++)
    CHECK_NEAR((double)all[k], e[k] / (e[0] + e[1] + e[2]), 1e-6);
  fairu_classifier_destroy(classifier);
  classifier = import_text(ctx, text, &options);
  assert_int_equal(fairu_classifier_n_outputs(classifier), 1);
  CHECK_NEAR(score_at(ctx, classifier, in, 2, FAIRU_OUTPUT_SCORE), e[2] / (e[0] + e[1] + e[2]), 1e-6);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(activations_are_what_they_say),
                                      cmocka_unit_test(layers_are_what_they_say),
                                      cmocka_unit_test(labels_choose_outputs) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
