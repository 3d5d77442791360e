/* Networks against plain loops in double; bits that do not move; memory that is not asked for twice. */
#include "classifier/counting.h"
#include "classifier/random_network.h"

static const char *const kernel_names[] = { "generic", "x86-64-v3", "x86-64-v4" };
enum { N_KERNELS = 3 };

/* 0 where this CPU lacks the kernels. */
static int use_kernel(fairu_context *ctx, int kernel)
{
  const int status = fairu_context_set_kernel(ctx, kernel_names[kernel]);
  assert_true(status == FAIRU_OK || status == FAIRU_ERR_UNSUPPORTED);
  return status == FAIRU_OK;
}

static void check_against_oracle(fairu_context *ctx, const random_network *net, int output)
{
  enum { EVENTS = 130 };
  const double z[2][2] = { { 0.7, -1.3 }, { -2.0, 0.1 } };
  const size_t n_out = net->layers[net->n_layers - 1].n_out;
  float *features = random_features(3, EVENTS * net->n_features);
  float *scores = malloc(EVENTS * n_out * sizeof *scores);
  fairu_classifier *classifier = NULL;
  CHECK_OK(ctx, random_network_make(net, ctx, &classifier));
  for (int p = 0; p < 2; p++) {
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features, EVENTS, net->n_features, z[p],
                                         net->n_nuisances, output, scores));
    for (size_t e = 0; e < EVENTS; e++) {
      double h[MOST_WIDTH], error[MOST_WIDTH];
      oracle_score(net, features + e * net->n_features, z[p], output == FAIRU_OUTPUT_LOGIT, h, error);
      for (size_t o = 0; o < n_out; o++)
        CHECK_NEAR((double)scores[e * n_out + o], h[o], error[o]);
    }
  }
  fairu_classifier_destroy(classifier);
  free(scores);
  free(features);
}

static void networks_equal_plain_loops_in_double(void **state)
{
  (void)state;
  const int lasts[][2] = { { FAIRU_ACTIVATION_SIGMOID, 1 },
                           { FAIRU_ACTIVATION_SOFTMAX, 5 },
                           { FAIRU_ACTIVATION_LINEAR, 3 },
                           { FAIRU_ACTIVATION_TANH, 2 } };
  static random_network net;
  fairu_context *ctx = support_context();
  for (int kernel = 0; kernel < N_KERNELS; kernel++)
    for (size_t depth = 1; depth <= 5 && use_kernel(ctx, kernel); depth++)
      for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
        for (size_t last = 0; last < 4; last++) {
          size_t widths[MOST_LAYERS + 1] = { 6, 33, 17, 48, 9, 0, 0 };
          widths[depth] = (size_t)lasts[last][1];
          const size_t n_nuisances = (depth + last) % 3;
          random_network_fill(&net, 100 * depth + last, 6 - n_nuisances, n_nuisances, widths, depth, hidden,
                              lasts[last][0]);
          check_against_oracle(ctx, &net, (int)(depth % 2) ? FAIRU_OUTPUT_SCORE : FAIRU_OUTPUT_LOGIT);
        }
  fairu_context_destroy(ctx);
}

static void blas_and_own_kernels_agree(void **state)
{
  (void)state;
  const size_t widths[] = { 5, 48, 31, 1 };
  static random_network net;
  fairu_context *ctx = support_context();
  random_network_fill(&net, 8, 4, 1, widths, 3, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_ALWAYS));
  check_against_oracle(ctx, &net, FAIRU_OUTPUT_LOGIT);
  CHECK_OK(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_NEVER));
  check_against_oracle(ctx, &net, FAIRU_OUTPUT_LOGIT);
  fairu_context_destroy(ctx);
}

static void bits_do_not_depend_on_batch_or_threads(void **state)
{
  (void)state;
  enum { EVENTS = 5000 };
  const size_t widths[] = { 6, 33, 20, 3 }, batches[] = { 1, 7, 64, 1000 };
  const double z = 0.3;
  static random_network net;
  static float whole[EVENTS * 3], parts[EVENTS * 3];
  float *features = random_features(4, EVENTS * 5);
  fairu_context *ctx = support_context();
  fairu_classifier *classifier = NULL;
  random_network_fill(&net, 9, 5, 1, widths, 3, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SOFTMAX);
  CHECK_OK(ctx, random_network_make(&net, ctx, &classifier));
  for (int kernel = 0; kernel < N_KERNELS; kernel++) {
    if (!use_kernel(ctx, kernel))
      continue;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features, EVENTS, 5, &z, 1, 0, whole));
    for (size_t b = 0; b < 4; b++) {
      for (size_t e = 0; e < EVENTS; e += batches[b])
        CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features + e * 5,
                                             EVENTS - e < batches[b] ? EVENTS - e : batches[b], 5, &z, 1, 0,
                                             parts + e * 3));
      assert_memory_equal(parts, whole, sizeof whole);
    }
    for (int threads = 2; threads <= 3; threads++) {
      CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
      CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features, EVENTS, 5, &z, 1, 0, parts));
      assert_memory_equal(parts, whole, sizeof whole);
    }
  }
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
  free(features);
}

/* The table has other columns too, in another order. */
static fairu_events *table_of(fairu_context *ctx, const float *features, size_t n_events)
{
  const char *const names[] = { "f4", "other", "f0", "f2", "f1", "f3" };
  const float *const columns[] = {
    features + 4, features, features, features + 2, features + 1, features + 3
  };
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, n_events, 6, names, columns, 5, &events));
  return events;
}

/* Scores of both fused families of one random network of every activation; 0 where this CPU lacks one. */
static int both_families(fairu_context *ctx, const random_network *net, const float *features,
                         size_t n_events, float *const scores[2])
{
  const double z[2] = { 0.7, -1.3 };
  for (int family = 0; family < 2; family++) {
    fairu_classifier *classifier = NULL;
    if (!use_kernel(ctx, family + 1))
      return 0;
    CHECK_OK(ctx, random_network_make(net, ctx, &classifier));
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features, n_events, net->n_features, z,
                                         net->n_nuisances, FAIRU_OUTPUT_SCORE, scores[family]));
    fairu_classifier_destroy(classifier);
  }
  return 1;
}

/* The same operations in the same order, fused alike, in wider or narrower vectors: a CPU with AVX2 and one with AVX-512 agree. */
static void cpus_with_fused_kernels_agree_to_the_bit(void **state)
{
  (void)state;
  enum { EVENTS = 150 };
  static random_network net;
  fairu_context *ctx = support_context();
  for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
    for (int last = 0; last < 2; last++) {
      const size_t widths[MOST_LAYERS + 1] = { 12, 33, 80, 17, 64, last ? 5 : 1, 0 };
      random_network_fill(&net, 7 + (size_t)hidden, 10, 2, widths, 5, hidden,
                          last ? FAIRU_ACTIVATION_SOFTMAX : FAIRU_ACTIVATION_SIGMOID);
      float *features = random_features(5, EVENTS * 10);
      float v3[EVENTS * 5], v4[EVENTS * 5], *const scores[2] = { v3, v4 };
      for (size_t n = 1; n <= EVENTS; n = n == 1 ? EVENTS : EVENTS + 1)
        if (both_families(ctx, &net, features, n, scores))
          assert_memory_equal(v3, v4, n * widths[5] * sizeof *v3);
      free(features);
    }
  fairu_context_destroy(ctx);
}

static void many_points_equal_one_call_each(void **state)
{
  (void)state;
  enum { EVENTS = 1500, POINTS = 21 };
  const size_t widths[] = { 7, 33, 20, 2 };
  static random_network net;
  static float many[POINTS * EVENTS * 2], one[EVENTS * 2];
  double z[POINTS * 2];
  float *features = random_features(5, EVENTS * 5);
  fairu_context *ctx = support_context();
  fairu_events *events = table_of(ctx, features, EVENTS);
  fairu_classifier *classifier = NULL;
  random_network_fill(&net, 10, 5, 2, widths, 3, FAIRU_ACTIVATION_ELU, FAIRU_ACTIVATION_SOFTMAX);
  CHECK_OK(ctx, random_network_make(&net, ctx, &classifier));
  for (int i = 0; i < POINTS * 2; i++)
    z[i] = 0.1 * i - 1.7;
  CHECK_OK(ctx,
           fairu_classifier_score_events(classifier, ctx, events, z, POINTS, 2, FAIRU_OUTPUT_LOGIT, many));
  for (size_t p = 0; p < POINTS; p++) {
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features, EVENTS, 5, z + 2 * p, 2,
                                         FAIRU_OUTPUT_LOGIT, one));
    assert_memory_equal(many + p * EVENTS * 2, one, sizeof one);
  }
  fairu_classifier_destroy(classifier);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  free(features);
}

/* A logit of 30 has a sigmoid that rounds to 1; the logit keeps telling events apart. */
static void logits_do_not_saturate(void **state)
{
  (void)state;
  const float weight = 10.0F, bias = 0.0F, x[3] = { 3.0F, 4.0F, -20.0F };
  const fairu_layer layer = { 1, 1, FAIRU_ACTIVATION_SIGMOID, &weight, &bias };
  float out[3];
  fairu_context *ctx = support_context();
  fairu_classifier *classifier = NULL;
  fairu_network_options options;
  CHECK_OK(ctx, fairu_network_options_init(&options, sizeof options));
  options.features = feature_names;
  options.n_features = 1;
  CHECK_OK(ctx, fairu_classifier_create_network(ctx, &options, &layer, 1, &classifier));
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 3, 1, NULL, 0, FAIRU_OUTPUT_SCORE, out));
  assert_true(out[0] == 1.0F && out[1] == 1.0F && out[2] >= 0.0F);
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 3, 1, NULL, 0, FAIRU_OUTPUT_LOGIT, out));
  assert_true(out[0] == 30.0F && out[1] == 40.0F && out[2] == -200.0F);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

static void a_warm_context_allocates_nothing(void **state)
{
  (void)state;
  if (getenv("FAIRU_SITES"))
    support_skip("scratch of this build has no spare room");
  const size_t widths[] = { 6, 33, 20, 1 };
  const double z[2] = { 0.1, 0.2 };
  size_t n_allocations = 0;
  const fairu_allocator allocator = { counting_allocate, counting_release, &n_allocations };
  static random_network net;
  static float scores[2 * 3000];
  float *features = random_features(6, 3000 * 5);
  fairu_context *ctx = NULL;
  fairu_classifier *classifier = NULL;
  random_network_fill(&net, 11, 5, 1, widths, 3, FAIRU_ACTIVATION_ELU, FAIRU_ACTIVATION_SIGMOID);
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  fairu_events *events = table_of(ctx, features, 3000);
  CHECK_OK(ctx, random_network_make(&net, ctx, &classifier));
  for (int warm = 0; warm < 3; warm++) {
    const size_t before = n_allocations;
    CHECK_OK(ctx, fairu_classifier_score_events(classifier, ctx, events, z, 2, 1, 0, scores));
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, features, 3000, 5, z, 1, 0, scores));
    assert_true(warm < 2 || n_allocations == before); /* the second call joins blocks of scratch */
  }
  fairu_classifier_destroy(classifier);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  free(features);
}

static int create_and_score(fairu_context *ctx, void *data)
{
  const random_network *net = data;
  const double z[3] = { 0.1, 0.2, 0.3 };
  const float features[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
  float scores[6];
  fairu_classifier *classifier = NULL, *gated = NULL;
  int status = random_network_make(net, ctx, &classifier);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_gated(ctx, classifier, classifier, "z0", 0.2, &gated);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(gated, ctx, features, 2, 5, z, 1, 0, scores);
  assert_true((status == FAIRU_OK) == (gated != NULL) || status == FAIRU_ERR_OUT_OF_MEMORY);
  fairu_classifier_destroy(gated);
  fairu_classifier_destroy(classifier);
  return status;
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  const size_t widths[] = { 6, 8, 1 };
  static random_network net;
  random_network_fill(&net, 12, 5, 1, widths, 2, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  assert_true(support_every_need_fails(create_and_score, &net) > 20);
}

static void wrong_networks_are_refused(void **state)
{
  (void)state;
  const size_t widths[] = { 6, 8, 4, 1 };
  static random_network net;
  fairu_context *ctx = support_context();
  fairu_classifier *out = (fairu_classifier *)&net;
  random_network_fill(&net, 13, 5, 1, widths, 3, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  net.layers[1].n_in = 9;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, random_network_make(&net, ctx, &out));
  assert_null(out);
  CHECK_SAYS(ctx, "layer 1 has 9 inputs, 8 come in");
  net.layers[1].n_in = 8;
  net.layers[1].activation = 17;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, random_network_make(&net, ctx, &out));
  CHECK_SAYS(ctx, "layer 1: unknown activation 17");
  net.layers[1].activation = FAIRU_ACTIVATION_SOFTMAX;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, random_network_make(&net, ctx, &out));
  CHECK_SAYS(ctx, "softmax");
  net.layers[1].activation = FAIRU_ACTIVATION_RELU;
  net.weights[2][3] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, random_network_make(&net, ctx, &out));
  CHECK_SAYS(ctx, "layer 2: weights[3] is nan");
  net.weights[2][3] = 0.0F;
  net.bias[0][2] = INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, random_network_make(&net, ctx, &out));
  CHECK_SAYS(ctx, "layer 0: bias[2] is inf");
  net.bias[0][2] = 0.0F;
  net.n_layers = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, random_network_make(&net, ctx, &out));
  net.n_layers = 3;
  net.scale[1] = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, random_network_make(&net, ctx, &out));
  net.scale[1] = 1.0;
  net.z_lower[0] = 7.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, random_network_make(&net, ctx, &out));
  CHECK_SAYS(ctx, "\"z0\"");
  net.z_lower[0] = 0.0;
  net.layers[2].weights = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, random_network_make(&net, ctx, &out));
  net.layers[2].n_out = SIZE_MAX / 2;
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, random_network_make(&net, ctx, &out));
  fairu_context_destroy(ctx);
}

static void a_model_above_the_limit_is_refused(void **state)
{
  (void)state;
  const size_t widths[] = { 6, 8, 1 };
  static random_network net;
  fairu_limits limits;
  fairu_context *ctx = support_context();
  fairu_classifier *out = NULL;
  random_network_fill(&net, 13, 5, 1, widths, 2, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.model_bytes = 100;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, random_network_make(&net, ctx, &out));
  CHECK_SAYS(ctx, "the limit model_bytes, 100");
  fairu_context_destroy(ctx);
}

static void wrong_events_are_refused(void **state)
{
  (void)state;
  const size_t widths[] = { 6, 8, 1 };
  double z = 0.5;
  static random_network net;
  float scores[100], *features = random_features(7, 500);
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  random_network_fill(&net, 14, 5, 1, widths, 2, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  features[77 * 5 + 2] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_score(c, ctx, features, 100, 5, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "row 77: feature \"f2\" is nan");
  features[77 * 5 + 2] = -INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_score(c, ctx, features, 100, 5, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "row 77: feature \"f2\" is -inf");
  features[77 * 5 + 2] = 0.0F;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_score(c, ctx, features, 100, 4, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "5 features, got 4");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_score(c, ctx, features, 100, 5, &z, 2, 0, scores));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_score(c, ctx, features, 100, 5, NULL, 1, 0, scores));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_score(c, ctx, features, 100, 5, &z, 1, 7, scores));
  z = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_score(c, ctx, features, 100, 5, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "\"z0\" is nan");
  z = 0.5;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_score(NULL, ctx, features, 100, 5, &z, 1, 0, scores));
  assert_int_equal(fairu_classifier_score(c, NULL, features, 100, 5, &z, 1, 0, scores), FAIRU_ERR_NULL);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, NULL, 0, 5, &z, 1, 0, NULL));

  const char *const names[] = { "f0", "f1", "f2", "f3" };
  const float *const columns[] = { features, features, features, features };
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, 100, 4, names, columns, 1, &events));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_classifier_score_events(c, ctx, events, &z, 1, 1, 0, scores));
  CHECK_SAYS(ctx, "f4");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_score_events(c, ctx, NULL, &z, 1, 1, 0, scores));
  fairu_events_destroy(events);
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_classifier_score(c, ctx, features, 100, 5, &z, 1, 0, scores));
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(features);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(networks_equal_plain_loops_in_double),
    cmocka_unit_test(blas_and_own_kernels_agree),
    cmocka_unit_test(bits_do_not_depend_on_batch_or_threads),
    cmocka_unit_test(cpus_with_fused_kernels_agree_to_the_bit),
    cmocka_unit_test(many_points_equal_one_call_each),
    cmocka_unit_test(logits_do_not_saturate),
    cmocka_unit_test(a_warm_context_allocates_nothing),
    cmocka_unit_test(failing_allocations_are_clean),
    cmocka_unit_test(wrong_networks_are_refused),
    cmocka_unit_test(a_model_above_the_limit_is_refused),
    cmocka_unit_test(wrong_events_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
