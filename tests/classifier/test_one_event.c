/* One event at a time: the bits of a batch, without memory, on small stacks, from many threads. */
#include "classifier/counting.h"
#include "classifier/random_network.h"

#include <fenv.h>
#include <pthread.h>

static const char *const kernel_names[] = { "generic", "x86-64-v3", "x86-64-v4" };
enum { N_KERNELS = 3, EVENTS = 150, N_FEATURES = 5 };

static int use_kernel(fairu_context *ctx, int kernel)
{
  const int status = fairu_context_set_kernel(ctx, kernel_names[kernel]);
  assert_true(status == FAIRU_OK || status == FAIRU_ERR_UNSUPPORTED);
  return status == FAIRU_OK;
}

/* All rows in one batch, and again in parts of `size`, the first of them cut short so that places in a block differ. */
static void check_parts(fairu_context *ctx, const fairu_classifier *c, const float *x, const double *z,
                        size_t n_z, int output, const float *whole)
{
  static const size_t sizes[] = { 1, 2, 3, 16, 17, 63, 64, 65 };
  const size_t n_out = fairu_classifier_n_outputs(c), bytes = EVENTS * n_out * sizeof(float);
  float parts[EVENTS * 5];
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    memset(parts, 0x5A, sizeof parts);
    for (size_t e = 0, n = sizes[s] / 2 + 1; e < EVENTS; e += n, n = sizes[s]) {
      n = EVENTS - e < n ? EVENTS - e : n;
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x + e * N_FEATURES, n, N_FEATURES, z, n_z, output,
                                           parts + e * n_out));
    }
    assert_memory_equal(parts, whole, bytes);
  }
  memset(parts, 0x5A, sizeof parts);
  for (size_t e = 0; e < EVENTS; e++)
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + e * N_FEATURES, N_FEATURES, z, n_z, output,
                                               parts + e * n_out));
  assert_memory_equal(parts, whole, bytes);
}

static void check_bits(fairu_context *ctx, const fairu_classifier *c, const float *x, size_t n_z)
{
  const double z[2][2] = { { 0.7, -1.3 }, { -2.0, 0.1 } };
  float whole[EVENTS * 5];
  for (int point = 0; point < 2; point++)
    for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_FEATURES, z[point], n_z, output, whole));
      check_parts(ctx, c, x, z[point], n_z, output, whole);
    }
}

static void an_event_has_the_bits_of_a_batch(void **state)
{
  (void)state;
  static const size_t shapes[][4] = { { 64, 64, 0, 0 },   { 100, 100, 100, 0 }, { 3, 17, 9, 0 },
                                      { 160, 1, 130, 0 }, { 15, 16, 31, 33 },   { 65, 2, 68, 4 },
                                      { 0, 0, 0, 0 } };
  static const int lasts[][2] = { { FAIRU_ACTIVATION_SIGMOID, 1 }, { FAIRU_ACTIVATION_SOFTMAX, 5 },
                                  { FAIRU_ACTIVATION_LINEAR, 3 },  { FAIRU_ACTIVATION_TANH, 2 },
                                  { FAIRU_ACTIVATION_SOFTMAX, 4 }, { FAIRU_ACTIVATION_RELU, 1 },
                                  { FAIRU_ACTIVATION_ELU, 1 } };
  static random_network net;
  fairu_context *ctx = support_context();
  float *x = random_features(3, EVENTS * N_FEATURES);
  for (int hidden = FAIRU_ACTIVATION_LINEAR; hidden <= FAIRU_ACTIVATION_ELU; hidden++)
    for (size_t s = 0; s < 7; s++) {
      const size_t n_z = (s + (size_t)hidden) % 3;
      size_t widths[MOST_LAYERS + 1] = { N_FEATURES + n_z }, n_layers = 1;
      for (size_t l = 0; l < 4 && shapes[s][l] > 0; l++)
        widths[n_layers++] = shapes[s][l];
      const int *last = lasts[(s + (size_t)hidden) % 7];
      widths[n_layers] = (size_t)last[1];
      random_network_fill(&net, 10 * s + (size_t)hidden, N_FEATURES, n_z, widths, n_layers, hidden, last[0]);
      fairu_classifier *c = NULL;
      CHECK_OK(ctx, random_network_make(&net, ctx, &c));
      for (int kernel = 0; kernel < N_KERNELS; kernel++)
        if (use_kernel(ctx, kernel))
          check_bits(ctx, c, x, n_z);
      fairu_classifier_destroy(c);
    }
  free(x);
  fairu_context_destroy(ctx);
}

static void gates_and_blas_keep_the_bits_too(void **state)
{
  (void)state;
  const size_t widths[] = { N_FEATURES + 2, 40, 1 };
  static random_network net;
  fairu_context *ctx = support_context();
  float *x = random_features(4, EVENTS * N_FEATURES);
  fairu_classifier *side[2] = { NULL, NULL }, *gated = NULL;
  for (size_t i = 0; i < 2; i++) {
    random_network_fill(&net, 70 + i, N_FEATURES, 2, widths, 2, FAIRU_ACTIVATION_TANH,
                        FAIRU_ACTIVATION_SIGMOID);
    CHECK_OK(ctx, random_network_make(&net, ctx, &side[i]));
  }
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, side[0], side[1], "z1", 0.0, &gated));
  check_bits(ctx, gated, x, 2);
  CHECK_OK(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_ALWAYS));
  check_bits(ctx, gated, x, 2);
  for (size_t i = 0; i < 2; i++)
    fairu_classifier_destroy(side[i]);
  fairu_classifier_destroy(gated);
  free(x);
  fairu_context_destroy(ctx);
}

static void bad_events_are_refused(void **state)
{
  (void)state;
  const size_t widths[] = { N_FEATURES + 1, 20, 1 };
  const double z = 0.1, infinite = (double)INFINITY;
  float x[2 * N_FEATURES] = { 0 }, scores[2] = { 7.0F, 7.0F };
  static random_network net;
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  random_network_fill(&net, 5, N_FEATURES, 1, widths, 2, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  const float bad[] = { NAN, INFINITY, -INFINITY };
  for (int i = 0; i < 3; i++) {
    x[3] = bad[i];
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_classifier_score_event(c, ctx, x, N_FEATURES, &z, 1, 0, scores));
    CHECK_SAYS(ctx, "row 0: feature \"f3\" is");
    x[3] = 0.0F;
    x[N_FEATURES + 4] = bad[i];
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_classifier_score(c, ctx, x, 2, N_FEATURES, &z, 1, 0, scores));
    CHECK_SAYS(ctx, "row 1: feature \"f4\" is");
    x[N_FEATURES + 4] = 0.0F;
  }
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_score_event(c, ctx, x, N_FEATURES, &infinite, 1, 0, scores));
  CHECK_SAYS(ctx, "nuisance \"z0\" is inf");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_classifier_score_event(c, ctx, x, N_FEATURES - 1, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "5 features, got 4");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_score_event(c, ctx, x, N_FEATURES, &z, 0, 0, scores));
  CHECK_SAYS(ctx, "1 nuisances, got 0");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_score_event(c, ctx, x, N_FEATURES, &z, 1, 9, scores));
  CHECK_SAYS(ctx, "unknown output 9");
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED,
              fairu_classifier_score_event(c, ctx, x, N_FEATURES, &z, 1, 0, scores));
  CHECK_SAYS(ctx, "cancelled");
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

/* Small networks and one whose rows do not fit on the stack. */
static void a_million_events_allocate_nothing(void **state)
{
  (void)state;
  enum { CALLS = 500000 };
  static const size_t hidden[2] = { 24, 160 };
  static random_network net;
  float *x = random_features(6, 1000 * N_FEATURES), score;
  double z = 0.2;
  for (int i = 0; i < 2; i++) {
    const size_t widths[] = { N_FEATURES + 1, hidden[i], i == 0 ? 24 : 4, 1 };
    size_t n_allocations = 0;
    const fairu_allocator allocator = { counting_allocate, counting_release, &n_allocations };
    fairu_context *ctx = NULL;
    fairu_classifier *c = NULL;
    assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
    random_network_fill(&net, 8, N_FEATURES, 1, widths, 3, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
    CHECK_OK(ctx, random_network_make(&net, ctx, &c));
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x, N_FEATURES, &z, 1, 0, &score));
    const size_t before = n_allocations;
    for (int call = 0; call < CALLS; call++) {
      z = 1e-6 * call;
      assert_int_equal(
          fairu_classifier_score_event(c, ctx, x + call % 1000 * N_FEATURES, N_FEATURES, &z, 1, 0, &score),
          FAIRU_OK);
    }
    assert_int_equal(n_allocations, before);
    fairu_classifier_destroy(c);
    fairu_context_destroy(ctx);
  }
  free(x);
}

typedef struct caller {
  const fairu_classifier *c;
  const float *x, *expected;
  int different;
} caller;

/* A host's thread: a context of its own, the model shared. */
static void *call(void *data)
{
  caller *own = (caller *)data;
  const double z = -0.4;
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    return NULL;
  own->different = 0;
  for (int round = 0; round < 20; round++)
    for (size_t e = 0; e < EVENTS; e++) {
      float score = 0.0F;
      if (fairu_classifier_score_event(own->c, ctx, own->x + e * N_FEATURES, N_FEATURES, &z, 1, 0, &score) !=
              FAIRU_OK ||
          memcmp(&score, own->expected + e, sizeof score) != 0)
        own->different++;
    }
  fairu_context_destroy(ctx);
  return NULL;
}

static void sixteen_threads_share_a_model(void **state)
{
  (void)state;
  enum { THREADS = 16 };
  const size_t widths[] = { N_FEATURES + 1, 100, 64, 1 };
  const double z = -0.4;
  static random_network net;
  float *x = random_features(7, EVENTS * N_FEATURES), expected[EVENTS];
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  random_network_fill(&net, 9, N_FEATURES, 1, widths, 3, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_FEATURES, &z, 1, 0, expected));
  caller callers[THREADS];
  pthread_t threads[THREADS];
  pthread_attr_t small;
  assert_int_equal(pthread_attr_init(&small), 0);
  assert_int_equal(pthread_attr_setstacksize(&small, 128 * 1024), 0);
  for (int t = 0; t < THREADS; t++) {
    callers[t] = (caller){ c, x, expected, -1 };
    assert_int_equal(pthread_create(&threads[t], &small, call, &callers[t]), 0);
  }
  for (int t = 0; t < THREADS; t++) {
    assert_int_equal(pthread_join(threads[t], NULL), 0);
    assert_int_equal(callers[t].different, 0);
  }
  pthread_attr_destroy(&small);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(x);
}

/* Rounding, masks and flushing stay as the host set them; nothing but inexact and the like is raised on ordinary events. */
static void the_floating_point_state_is_left_alone(void **state)
{
  (void)state;
  const size_t widths[] = { N_FEATURES + 1, 33, 1 };
  const double z = 0.3;
  static random_network net;
  float *x = random_features(8, EVENTS * N_FEATURES), score;
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  random_network_fill(&net, 9, N_FEATURES, 1, widths, 2, FAIRU_ACTIVATION_SIGMOID, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  for (int kernel = 0; kernel < N_KERNELS; kernel++) {
    if (!use_kernel(ctx, kernel))
      continue;
    assert_int_equal(fesetround(FE_UPWARD), 0);
    feclearexcept(FE_ALL_EXCEPT);
    for (size_t e = 0; e < EVENTS; e++)
      CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + e * N_FEATURES, N_FEATURES, &z, 1, 0, &score));
    assert_int_equal(fegetround(), FE_UPWARD);
    assert_int_equal(fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW), 0);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
  }
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(x);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_event_has_the_bits_of_a_batch),
    cmocka_unit_test(gates_and_blas_keep_the_bits_too),
    cmocka_unit_test(bad_events_are_refused),
    cmocka_unit_test(a_million_events_allocate_nothing),
    cmocka_unit_test(sixteen_threads_share_a_model),
    cmocka_unit_test(the_floating_point_state_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
