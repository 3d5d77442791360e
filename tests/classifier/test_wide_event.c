/* Single events of networks that are too wide for the stack: the bits of a batch, the numbers of a sum in double, memory that may fail; and
 * the size of a network at its limit. */
#include "numeric/philox.h"
#include "support/support.h"

enum { MOST = 1030, X = 3, EVENTS = 9 };

static const char *const names[X] = { "a", "b", "c" }, *const nuisances[1] = { "z" };

/* Two layers, tanh of `width` units and a sum. */
typedef struct wide {
  size_t width;
  float w1[MOST * (X + 1)], b1[MOST], w2[MOST], b2[1];
} wide;

static wide *make_wide(uint64_t seed, size_t width)
{
  wide *net = malloc(sizeof *net);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 3);
  assert_non_null(net);
  net->width = width;
  for (size_t i = 0; i < width * (X + 1); i++)
    net->w1[i] = (float)fairu_philox__normal(&rng);
  for (size_t i = 0; i < width; i++) {
    net->b1[i] = (float)fairu_philox__normal(&rng);
    net->w2[i] = (float)(fairu_philox__normal(&rng) / sqrt((double)width));
  }
  net->b2[0] = 0.25F;
  return net;
}

static int create(fairu_context *ctx, const wide *net, fairu_classifier **out)
{
  const fairu_layer layers[2] = { { X + 1, net->width, FAIRU_ACTIVATION_TANH, net->w1, net->b1 },
                                  { net->width, 1, FAIRU_ACTIVATION_SIGMOID, net->w2, net->b2 } };
  fairu_network_options options;
  const int status = fairu_network_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  options.features = names;
  options.n_features = X;
  options.nuisances = nuisances;
  options.n_nuisances = 1;
  return fairu_classifier_create_network(ctx, &options, layers, 2, out);
}

static double logit_of(const wide *net, const float x[X], double z)
{
  double sum = (double)net->b2[0];
  for (size_t u = 0; u < net->width; u++) {
    const float *w = net->w1 + u * (X + 1);
    double inner = (double)net->b1[u] + (double)w[X] * z;
    for (size_t i = 0; i < X; i++)
      inner += (double)w[i] * (double)x[i];
    sum += (double)net->w2[u] * tanh(inner);
  }
  return sum;
}

/* Memory for 3 values a unit, in whole vectors: beyond 240 units more than the stack gives. */
static void wide_networks_score_single_events(void **state)
{
  (void)state;
  static const size_t widths[] = { 239, 240, 241, 250, 255, 256, 257, 272, 512, MOST };
  fairu_context *ctx = support_context();
  float x[EVENTS * X], whole[EVENTS], one = 0.0F;
  for (size_t i = 0; i < EVENTS * X; i++)
    x[i] = 0.375F * (float)(i % 8) - 1.0F;
  for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
    const double z = 0.5 - 0.125 * (double)k;
    wide *net = make_wide(k, widths[k]);
    fairu_classifier *c = NULL;
    CHECK_OK(ctx, create(ctx, net, &c));
    for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, X, &z, 1, output, whole));
      for (size_t e = 0; e < EVENTS; e++) {
        const double t = logit_of(net, x + e * X, z);
        CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + e * X, X, &z, 1, output, &one));
        assert_memory_equal(&one, &whole[e], sizeof one);
        /* a thousand terms of 1 / sqrt(1000), each right to a few roundings */
        CHECK_NEAR((double)one, output == FAIRU_OUTPUT_LOGIT ? t : 1.0 / (1.0 + exp(-t)), 1e-5);
      }
    }
    x[4] = NAN;
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_classifier_score_event(c, ctx, x + X, X, &z, 1, FAIRU_OUTPUT_SCORE, &one));
    CHECK_SAYS(ctx, "\"b\" is nan");
    x[4] = 0.5F;
    fairu_classifier_destroy(c);
    free(net);
  }
  fairu_context_destroy(ctx);
}

static int score_once(fairu_context *ctx, void *data)
{
  const float x[X] = { 0.5F, -1.0F, 2.0F };
  const double z = 0.25;
  float y = 0.0F;
  fairu_classifier *c = NULL;
  int status = create(ctx, data, &c);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_event(c, ctx, x, X, &z, 1, FAIRU_OUTPUT_LOGIT, &y);
  if (status == FAIRU_OK)
    CHECK_NEAR((double)y, logit_of(data, x, z), 1e-5);
  fairu_classifier_destroy(c);
  return status;
}

/* A narrow network asks for nothing when it scores, a wide one once. */
static void memory_for_units_may_fail(void **state)
{
  (void)state;
  size_t sites[2];
  for (size_t k = 0; k < 2; k++) {
    wide *net = make_wide(7, k ? 600 : 60);
    sites[k] = support_every_need_fails(score_once, net);
    free(net);
  }
  assert_true(sites[1] > sites[0] || getenv("FAIRU_TEST_HOSTILE")); /* there nothing fails */
}

/* Four bytes for each weight and bias. */
static void sizes_hold_at_their_value(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  for (size_t width = 1; width <= 64; width += 9) {
    wide *net = make_wide(9, width);
    const uint64_t bytes[2] = { 4 * (X + 2) * width, 4 * (width + 1) };
    for (int layer = 0; layer < 2; layer++)
      for (uint64_t below = 0; below < 2; below++) {
        char says[128];
        fairu_classifier *c = NULL;
        limits.model_bytes = bytes[0] + (layer ? bytes[1] : 0) - below;
        CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
        const int status = create(ctx, net, &c);
        assert_int_equal(status, layer && !below ? FAIRU_OK : FAIRU_ERR_LIMIT);
        /* one byte less than all: the last layer; less than the first: that one */
        snprintf(says, sizeof says, "layer %d, ", layer == 0 && below ? 0 : 1);
        if (status != FAIRU_OK)
          CHECK_SAYS(ctx, says);
        fairu_classifier_destroy(c);
      }
    free(net);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(wide_networks_score_single_events),
                                      cmocka_unit_test(memory_for_units_may_fail),
                                      cmocka_unit_test(sizes_hold_at_their_value) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
