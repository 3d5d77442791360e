/* Policies of inputs: refused, replaced, clipped, passed on; alone and in a batch; saved with the model. */
#include "classifier/random_network.h"

#include <jansson.h>

#include "classifier/trees.h"

enum { N_X = 5, EVENTS = 100 };

static fairu_classifier *network(fairu_context *ctx, uint64_t seed)
{
  static random_network net;
  const size_t widths[] = { N_X + 1, 33, 20, 1 };
  fairu_classifier *c = NULL;
  random_network_fill(&net, seed, N_X, 1, widths, 3, FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  return c;
}

static fairu_input_options policies(int non_finite, int outside)
{
  static const float defaults[N_X] = { 0.5F, NAN, -1.0F, 0.25F, 2.0F };
  static const float lower[N_X] = { -1.0F, -2.0F, -INFINITY, -3.0F, -1.0F },
                     upper[N_X] = { 1.0F, 2.0F, 1.5F, INFINITY, 1.0F };
  return (fairu_input_options){ .struct_size = sizeof(fairu_input_options),
                                .defaults = defaults,
                                .lower = lower,
                                .upper = upper,
                                .non_finite = non_finite,
                                .outside = outside };
}

static fairu_classifier *with(fairu_context *ctx, const fairu_classifier *c, int non_finite, int outside)
{
  const fairu_input_options options = policies(non_finite, outside);
  fairu_classifier *out = NULL;
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, c, &options, &out));
  return out;
}

static const double z[1] = { 0.3 };

/* Scores of rows x by c, equal to those of rows `plain` by the classifier without policies; in one batch and one by one. */
static void check_same(fairu_context *ctx, const fairu_classifier *c, const float *x,
                       const fairu_classifier *bare, const float *plain)
{
  float expected[EVENTS], got[EVENTS];
  CHECK_OK(ctx, fairu_classifier_score(bare, ctx, plain, EVENTS, N_X, z, 1, 0, expected));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, 1, 0, got));
  assert_memory_equal(got, expected, sizeof got);
  for (size_t e = 0; e < EVENTS; e++)
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + e * N_X, N_X, z, 1, 0, &got[e]));
  assert_memory_equal(got, expected, sizeof got);
}

static void values_are_replaced_and_clipped(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *bare = network(ctx, 1),
                   *replaced = with(ctx, bare, FAIRU_INPUT_DEFAULT, FAIRU_INPUT_DEFAULT),
                   *clipped = with(ctx, bare, FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP),
                   *kept = with(ctx, bare, FAIRU_INPUT_DEFAULT, FAIRU_INPUT_PASS);
  const fairu_input_options p = policies(0, 0);
  float *x = random_features(2, EVENTS * N_X), as_default[EVENTS * N_X], as_clipped[EVENTS * N_X],
        as_kept[EVENTS * N_X];
  for (size_t i = 0; i < EVENTS * N_X; i++) {
    const size_t f = i % N_X;
    if (f == 1) /* has no default */
      x[i] = fmaxf(-2.0F, fminf(2.0F, x[i]));
    else if (i % 7 == 0)
      x[i] = i % 2 ? NAN : i % 3 ? INFINITY : -INFINITY;
    const float filled = isfinite(x[i]) ? x[i] : p.defaults[f];
    const int outside = isfinite(x[i]) && (x[i] < p.lower[f] || x[i] > p.upper[f]);
    as_kept[i] = filled;
    as_default[i] = outside ? p.defaults[f] : filled;
    as_clipped[i] = outside ? fmaxf(p.lower[f], fminf(p.upper[f], x[i])) : filled;
  }
  check_same(ctx, replaced, x, bare, as_default);
  check_same(ctx, clipped, x, bare, as_clipped);
  check_same(ctx, kept, x, bare, as_kept);
  fairu_classifier_destroy(bare);
  fairu_classifier_destroy(replaced);
  fairu_classifier_destroy(clipped);
  fairu_classifier_destroy(kept);
  free(x);
  fairu_context_destroy(ctx);
}

/* NaN for the event with a NaN or an infinity, and the bits of all others. */
static void nan_passes_and_stays_in_its_event(void **state)
{
  (void)state;
  static const int levels[] = { FAIRU_INPUT_PASS, FAIRU_INPUT_PASS };
  fairu_context *ctx = support_context();
  fairu_classifier *bare = network(ctx, 3), *c = with(ctx, bare, levels[0], levels[1]);
  float *x = random_features(4, EVENTS * N_X), *bad = random_features(4, EVENTS * N_X);
  float expected[EVENTS], got[EVENTS], alone, d_x[EVENTS * N_X];
  for (size_t e = 0; e < EVENTS; e += 9)
    bad[e * N_X + e % N_X] = e % 2 ? NAN : e % 4 ? INFINITY : -INFINITY;
  CHECK_OK(ctx, fairu_classifier_score(bare, ctx, x, EVENTS, N_X, z, 1, 0, expected));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, bad, EVENTS, N_X, z, 1, 0, got));
  CHECK_OK(ctx, fairu_classifier_score_derivative(c, ctx, bad, EVENTS, N_X, z, 1, 0, NULL, d_x, NULL));
  for (size_t e = 0; e < EVENTS; e++) {
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, bad + e * N_X, N_X, z, 1, 0, &alone));
    assert_int_equal(isnan(got[e]) != 0, e % 9 == 0);
    assert_int_equal(isnan(alone) != 0, e % 9 == 0);
    assert_true(e % 9 == 0 ||
                (memcmp(&got[e], &expected[e], 4) == 0 && memcmp(&alone, &expected[e], 4) == 0));
    assert_true(e % 9 == 0 || isfinite(d_x[e * N_X]));
  }
  fairu_classifier_destroy(bare);
  fairu_classifier_destroy(c);
  free(x);
  free(bad);
  fairu_context_destroy(ctx);
}

static void check_refused(fairu_context *ctx, const fairu_classifier *c, const float *x, int code,
                          const char *text)
{
  float scores[EVENTS];
  CHECK_FAILS(ctx, code, fairu_classifier_score(c, ctx, x, 2, N_X, z, 1, 0, scores));
  CHECK_SAYS(ctx, text);
  float *many = calloc(EVENTS * N_X, sizeof *many);
  memcpy(many, x, 2 * N_X * sizeof *many);
  CHECK_FAILS(ctx, code, fairu_classifier_score(c, ctx, many, EVENTS, N_X, z, 1, 0, scores));
  CHECK_SAYS(ctx, text);
  free(many);
}

static void what_is_refused_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *bare = network(ctx, 5), *strict = with(ctx, bare, FAIRU_INPUT_REFUSE, FAIRU_INPUT_REFUSE),
                   *filling = with(ctx, bare, FAIRU_INPUT_DEFAULT, FAIRU_INPUT_DEFAULT);
  float x[2 * N_X] = { 0 };
  x[N_X + 4] = NAN;
  check_refused(ctx, strict, x, FAIRU_ERR_NON_FINITE, "row 1: feature \"f4\" is nan");
  x[N_X + 4] = -7.5F;
  check_refused(ctx, strict, x, FAIRU_ERR_RANGE, "row 1: feature \"f4\" is -7.5, outside [-1, 1]");
  x[N_X + 4] = 0.0F;
  x[N_X + 1] = INFINITY;
  check_refused(ctx, filling, x, FAIRU_ERR_NON_FINITE, "row 1: feature \"f1\" is inf and has no default");
  x[N_X + 1] = 3.0F;
  check_refused(ctx, filling, x, FAIRU_ERR_RANGE, "feature \"f1\" is 3, outside [-2, 2], and has no default");
  fairu_classifier_destroy(bare);
  fairu_classifier_destroy(strict);
  fairu_classifier_destroy(filling);
  fairu_context_destroy(ctx);
}

static void wrong_policies_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *bare = network(ctx, 6), *out = NULL;
  fairu_input_options options = policies(FAIRU_INPUT_CLIP, FAIRU_INPUT_REFUSE);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_create_with_inputs(ctx, bare, &options, &out));
  CHECK_SAYS(ctx, "unknown policy 3 for values not finite");
  options = policies(FAIRU_INPUT_REFUSE, 4);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_create_with_inputs(ctx, bare, &options, &out));
  CHECK_SAYS(ctx, "unknown policy 4 for values out of range");
  options = policies(FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP);
  const float infinite[N_X] = { 0.0F, 0.0F, INFINITY, 0.0F, 0.0F };
  options.defaults = infinite;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_create_with_inputs(ctx, bare, &options, &out));
  CHECK_SAYS(ctx, "feature \"f2\": default inf");
  options = policies(FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP);
  options.lower = options.upper;
  options.upper = infinite;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_classifier_create_with_inputs(ctx, bare, &options, &out));
  CHECK_SAYS(ctx, "feature \"f0\": range [1, 0]");
  assert_null(out);
  fairu_classifier_destroy(bare);
  fairu_context_destroy(ctx);
}

/* Through a file, also as sides of a gate. */
static void policies_are_saved(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *side[2] = { network(ctx, 7), network(ctx, 8) }, *gated = NULL, *loaded = NULL,
                   *again = NULL;
  char path[512];
  support_path(path, sizeof path, "inputs.fairu");
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, side[0], side[1], "z0", 0.0, &gated));
  const fairu_classifier *const plain[] = { side[0], gated };
  float *x = random_features(9, EVENTS * N_X), expected[EVENTS], got[EVENTS];
  for (size_t i = 0; i < EVENTS * N_X; i += 11)
    if (i % N_X != 1)
      x[i] = NAN;
  for (int i = 0; i < 2; i++) {
    fairu_classifier *c = with(ctx, plain[i], FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP);
    CHECK_OK(ctx, fairu_classifier_save(c, ctx, path));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, N_X, z, 1, 0, expected));
    CHECK_OK(ctx, fairu_classifier_score(loaded, ctx, x, EVENTS, N_X, z, 1, 0, got));
    assert_memory_equal(got, expected, sizeof got);
    again =
        with(ctx, loaded, FAIRU_INPUT_REFUSE, FAIRU_INPUT_PASS); /* new policies take the place of the old */
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_score(again, ctx, x, EVENTS, N_X, z, 1, 0, got));
    fairu_classifier_destroy(c);
    fairu_classifier_destroy(loaded);
    fairu_classifier_destroy(again);
  }
  for (int i = 0; i < 2; i++)
    fairu_classifier_destroy(side[i]);
  fairu_classifier_destroy(gated);
  free(x);
  fairu_context_destroy(ctx);
}

/* Trees send NaN their own way, but only where it may pass; one by one as in a batch. */
static void trees_follow_policies(void **state)
{
  (void)state;
  static const fairu_branch_node nodes[3] = { { FAIRU_BRANCH_LT, 1, 0.0F, 0, 1, 2 },
                                              { .mode = FAIRU_BRANCH_LEAF },
                                              { .mode = FAIRU_BRANCH_LEAF } };
  static const double values[3] = { 0.0, 1.5, -2.5 };
  static const size_t root = 0;
  const fairu_forest forest = { 1, 3, 1, &root, nodes, values, FAIRU_TREES_SUM, NULL };
  const float at[] = { 0.75F, NAN, -0.5F }, fill = 3.0F;
  const float passed[] = { -2.5F, 1.5F, 1.5F }, filled[] = { -2.5F, -2.5F, 1.5F };
  float x[EVENTS], got[EVENTS], alone;
  fairu_context *ctx = support_context();
  fairu_classifier *bare = NULL, *c = NULL;
  CHECK_OK(ctx, fairu_trees__create(ctx, feature_names, 1, &forest, FAIRU_ACTIVATION_LINEAR, &bare));
  for (size_t e = 0; e < EVENTS; e++)
    x[e] = at[e % 3];
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_classifier_score(bare, ctx, x, EVENTS, 1, NULL, 0, 1, got));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_score_event(bare, ctx, x + 1, 1, NULL, 0, 1, &alone));
  for (int policy = FAIRU_INPUT_DEFAULT; policy <= FAIRU_INPUT_PASS; policy++) {
    const fairu_input_options options = { .struct_size = sizeof options,
                                          .defaults = &fill,
                                          .non_finite = policy };
    CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, bare, &options, &c));
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, 1, NULL, 0, 1, got));
    for (size_t e = 0; e < EVENTS; e++) {
      CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + e, 1, NULL, 0, 1, &alone));
      assert_true(got[e] == (policy == FAIRU_INPUT_PASS ? passed : filled)[e % 3] && alone == got[e]);
    }
    fairu_classifier_destroy(c);
  }
  fairu_classifier_destroy(bare);
  fairu_context_destroy(ctx);
}

/* ---- ../shared/data/networks: special inputs, with the defaults of the file ------------------------------------ */

enum { MOST_SHARED = 32 };

static void check_special(fairu_context *ctx, const char *name)
{
  char text[128], path[512], line[8192], answer[256];
  float defaults[MOST_SHARED], x[MOST_SHARED], score;
  fairu_import_options import;
  const fairu_input_options refusing = { .struct_size = sizeof refusing };
  fairu_classifier *bare = NULL, *c = NULL, *strict = NULL;
  size_t rows = 0;
  CHECK_OK(ctx, fairu_import_options_init(&import, sizeof import));
  snprintf(text, sizeof text, "networks/%s.lwtnn.json", name);
  CHECK_OK(ctx, fairu_classifier_import(ctx, support_data(path, sizeof path, text), &import, &bare));
  json_t *root = json_load_file(path, 0, NULL);
  const size_t n = fairu_classifier_n_features(bare);
  for (size_t f = 0; f < n; f++)
    defaults[f] = (float)json_number_value(
        json_object_get(json_object_get(root, "defaults"), fairu_classifier_feature_name(bare, f)));
  const fairu_input_options options = { .struct_size = sizeof options,
                                        .defaults = defaults,
                                        .non_finite = FAIRU_INPUT_DEFAULT };
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, bare, &options, &c));
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, bare, &refusing, &strict));
  snprintf(text, sizeof text, "networks/%s.special-inputs.csv", name);
  FILE *in = fopen(support_data(path, sizeof path, text), "r");
  snprintf(text, sizeof text, "networks/%s.special-expected.csv", name);
  FILE *expected = fopen(support_data(path, sizeof path, text), "r");
  assert_true(in && expected && fgets(line, sizeof line, in) && fgets(answer, sizeof answer, expected));
  while (fgets(line, sizeof line, in)) {
    char *at = line;
    assert_non_null(fgets(answer, sizeof answer, expected));
    for (size_t f = 0; f < n; f++, at += *at == ',')
      x[f] = strtof(at, &at);
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x, n, NULL, 0, FAIRU_OUTPUT_SCORE, &score));
    CHECK_NEAR((double)score, strtod(answer, NULL), 2e-6);
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_classifier_score_event(strict, ctx, x, n, NULL, 0, FAIRU_OUTPUT_SCORE, &score));
    rows++;
  }
  assert_true(rows >= 3);
  fclose(in);
  fclose(expected);
  json_decref(root);
  fairu_classifier_destroy(strict);
  fairu_classifier_destroy(bare);
  fairu_classifier_destroy(c);
}

static void shared_special_inputs_take_defaults(void **state)
{
  (void)state;
  char path[512];
  if (!support_data(path, sizeof path, "networks/README.md"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  check_special(ctx, "param_toy");
  check_special(ctx, "higgs29");
  fairu_context_destroy(ctx);
}

static int make_with_inputs(fairu_context *ctx, void *data)
{
  const fairu_input_options options = policies(FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP);
  fairu_classifier *out = NULL;
  const int status = fairu_classifier_create_with_inputs(ctx, data, &options, &out);
  fairu_classifier_destroy(out);
  return status;
}

static int load_with_inputs(fairu_context *ctx, void *data)
{
  fairu_classifier *out = NULL;
  const int status = fairu_classifier_load(ctx, data, &out);
  fairu_classifier_destroy(out);
  return status;
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_classifier *bare = network(ctx, 10), *c = with(ctx, bare, FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP);
  support_path(path, sizeof path, "memory_inputs.fairu");
  CHECK_OK(ctx, fairu_classifier_save(c, ctx, path));
  assert_true(support_every_need_fails(make_with_inputs, c) > 0);
  assert_true(support_every_need_fails(load_with_inputs, path) > 0);
  fairu_classifier_destroy(bare);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_are_replaced_and_clipped),
    cmocka_unit_test(nan_passes_and_stays_in_its_event),
    cmocka_unit_test(what_is_refused_is_named),
    cmocka_unit_test(wrong_policies_are_refused),
    cmocka_unit_test(trees_follow_policies),
    cmocka_unit_test(policies_are_saved),
    cmocka_unit_test(shared_special_inputs_take_defaults),
    cmocka_unit_test(failing_allocations_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
