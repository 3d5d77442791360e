/* Model files: what comes back is what went in, and no damage gets through. */
#include "base/pack_internal.h"
#include "classifier/random_network.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
static const float rows[12] = { 0.1F, -2, 3, 4, 0.5F, -6, 7, 8, -9, 1, 1, 2 };

static fairu_classifier *make_kind(fairu_context *ctx, int kind)
{
  const size_t widths[] = { 4, 9, 7, 2 };
  const double weights[3] = { 1.0, -2.0, 0.1 };
  static random_network net;
  fairu_classifier *c = NULL, *a = NULL, *b = NULL;
  random_network_fill(&net, 30 + (uint64_t)kind, 3, 1, widths, 3, FAIRU_ACTIVATION_ELU,
                      FAIRU_ACTIVATION_SOFTMAX);
  if (kind == 0) {
    CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  } else if (kind == 1) {
    CHECK_OK(ctx, random_network_make(&net, ctx, &a));
    net.weights[0][0] += 1.0F;
    CHECK_OK(ctx, random_network_make(&net, ctx, &b));
    CHECK_OK(ctx, fairu_classifier_create_gated(ctx, a, b, "z0", 0.25, &c));
    fairu_classifier_destroy(a);
    fairu_classifier_destroy(b);
  } else if (kind == 2) {
    CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, 3, 0.7, &c));
  } else {
    CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "angle\xC3\xA9", "z0", 4.08, &c));
  }
  return c;
}

static void score_rows(fairu_context *ctx, const fairu_classifier *c, double z, float scores[12])
{
  const size_t n = fairu_classifier_n_features(c);
  memset(scores, 0, 12 * sizeof *scores);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, rows, 4, n, &z, fairu_classifier_n_nuisances(c),
                                       FAIRU_OUTPUT_LOGIT, scores));
}

static void check_same(fairu_context *ctx, const fairu_classifier *a, const fairu_classifier *b)
{
  float scores[2][12];
  assert_int_equal(fairu_classifier_n_features(a), fairu_classifier_n_features(b));
  assert_int_equal(fairu_classifier_n_nuisances(a), fairu_classifier_n_nuisances(b));
  assert_int_equal(fairu_classifier_n_outputs(a), fairu_classifier_n_outputs(b));
  for (size_t i = 0; i < fairu_classifier_n_features(a); i++)
    assert_string_equal(fairu_classifier_feature_name(a, i), fairu_classifier_feature_name(b, i));
  for (size_t i = 0; i < fairu_classifier_n_nuisances(a); i++) {
    double range[4];
    assert_string_equal(fairu_classifier_nuisance_name(a, i), fairu_classifier_nuisance_name(b, i));
    CHECK_OK(ctx, fairu_classifier_nuisance_range(a, ctx, i, &range[0], &range[1]));
    CHECK_OK(ctx, fairu_classifier_nuisance_range(b, ctx, i, &range[2], &range[3]));
    assert_true(range[0] == range[2] && range[1] == range[3]);
  }
  for (double z = 0.0; z < 0.6; z += 0.5) {
    score_rows(ctx, a, z, scores[0]);
    score_rows(ctx, b, z, scores[1]);
    assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
  }
}

static void every_kind_comes_back(void **state)
{
  (void)state;
  char path[512], again[512];
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < 4; kind++) {
    fairu_classifier *c = make_kind(ctx, kind), *loaded = NULL;
    CHECK_OK(ctx, fairu_classifier_save(c, ctx, support_path(path, sizeof path, "model.fairu")));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
    check_same(ctx, c, loaded);
    CHECK_OK(ctx, fairu_classifier_save(loaded, ctx, support_path(again, sizeof again, "again.fairu")));
    support_check_same_files(path, again);
    fairu_classifier_destroy(loaded);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

static int is_file_error(int status)
{
  return status >= FAIRU_ERR_IO && status <= FAIRU_ERR_UNSUPPORTED;
}

static void no_cut_and_no_flip_gets_through(void **state)
{
  (void)state;
  char path[512], damaged[512];
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < 3; kind++) {
    fairu_classifier *c = make_kind(ctx, kind), *loaded = NULL;
    size_t size = 0;
    CHECK_OK(ctx, fairu_classifier_save(c, ctx, support_path(path, sizeof path, "whole.fairu")));
    fairu_classifier_destroy(c);
    char *bytes = support_read_file(path, &size);
    support_path(damaged, sizeof damaged, "damaged.fairu");
    for (size_t cut = 0; cut < size; cut++) {
      support_write_file(damaged, bytes, cut);
      assert_true(is_file_error(fairu_classifier_load(ctx, damaged, &loaded)));
      assert_null(loaded);
      CHECK_SAYS(ctx, "damaged.fairu");
    }
    for (size_t byte = 0; byte < size; byte++) {
      bytes[byte] = (char)(bytes[byte] ^ (1 << (byte % 8)));
      support_write_file(damaged, bytes, size);
      const int status = fairu_classifier_load(ctx, damaged, &loaded);
      assert_true(is_file_error(status) || status == FAIRU_ERR_LIMIT);
      assert_null(loaded);
      bytes[byte] = (char)(bytes[byte] ^ (1 << (byte % 8)));
    }
    free(bytes);
  }
  fairu_context_destroy(ctx);
}

/* A well-formed file with a wrong meaning: a network x, z0 -> 1, one field changed at a time. */
typedef struct content {
  uint64_t kind, n_features, n_layers, n_in, n_out, activation, scaled, excess;
  double lower, scale;
  float weight;
} content;

static int load_content(fairu_context *ctx, const content *k)
{
  char path[512];
  const double lower[2] = { k->lower, 0.0 }, upper[2] = { 1.0, 0.0 }, scale[2] = { 1.0, k->scale };
  const float weights[4] = { 1.0F, k->weight, 0.0F, 0.0F };
  fairu_pack *pack = NULL;
  fairu_classifier *loaded = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__u64(pack, k->kind);
  fairu_pack__u64(pack, k->n_features);
  fairu_pack__string(pack, "x");
  fairu_pack__u64(pack, 1);
  fairu_pack__string(pack, "z0");
  fairu_pack__f64s(pack, lower, 1);
  fairu_pack__f64s(pack, upper, 1);
  fairu_pack__u64(pack, k->scaled);
  if (k->scaled) {
    fairu_pack__f64s(pack, upper, 2);
    fairu_pack__f64s(pack, scale, 2);
  }
  fairu_pack__u64(pack, k->n_layers);
  fairu_pack__u64(pack, k->n_in);
  fairu_pack__u64(pack, k->n_out);
  fairu_pack__u64(pack, k->activation);
  fairu_pack__f32s(pack, weights, 2);
  fairu_pack__f32s(pack, weights, 1);
  for (uint64_t i = 0; i < k->excess; i++)
    fairu_pack__u64(pack, i);
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, support_path(path, sizeof path, "content.fairu"), magic, 1));
  fairu_pack__destroy(pack);
  const int status = fairu_classifier_load(ctx, path, &loaded);
  assert_true((status == FAIRU_OK) == (loaded != NULL));
  if (status != FAIRU_OK)
    CHECK_SAYS(ctx, "content.fairu");
  fairu_classifier_destroy(loaded);
  return status;
}

static void meanings_are_checked(void **state)
{
  (void)state;
  const content good = { 1, 1, 1, 2, 1, FAIRU_ACTIVATION_SIGMOID, 1, 0, 0.0, 1.0, 1.0F };
  content k = good;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, load_content(ctx, &k));
  k.kind = 9;
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, load_content(ctx, &k));
  CHECK_SAYS(ctx, "kind 9");
  k = good;
  k.weight = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, load_content(ctx, &k));
  CHECK_SAYS(ctx, "weights[1]");
  k = good;
  k.scale = (double)INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, load_content(ctx, &k));
  k = good;
  k.lower = 2.0;
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, load_content(ctx, &k));
  k = good;
  k.activation = 6;
  assert_true(is_file_error(load_content(ctx, &k)));
  k = good;
  k.activation = FAIRU_ACTIVATION_SOFTMAX; /* over one output */
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, load_content(ctx, &k));
  k = good;
  k.excess = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, load_content(ctx, &k));
  k = good;
  k.n_layers = 0;
  assert_true(load_content(ctx, &k) != FAIRU_OK);
  const uint64_t sizes[] = { 0, 1, 3, 1000, 1ULL << 32, 1ULL << 62, UINT64_MAX };
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    k = good;
    k.n_features = sizes[i] == 1 ? 2 : sizes[i];
    assert_true(load_content(ctx, &k) != FAIRU_OK);
    k = good;
    k.n_in = sizes[i];
    assert_true(load_content(ctx, &k) != FAIRU_OK);
    k = good;
    k.n_out = sizes[i] == 1 ? 2 : sizes[i];
    assert_true(load_content(ctx, &k) != FAIRU_OK);
    k = good;
    k.n_layers = sizes[i] == 1 ? 2 : sizes[i];
    assert_true(load_content(ctx, &k) != FAIRU_OK);
    k = good;
    k.n_in = k.n_out = sizes[i];
    assert_true(load_content(ctx, &k) != FAIRU_OK);
  }
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.model_bytes = 8;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  k = good;
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, load_content(ctx, &k));
  fairu_context_destroy(ctx);
}

static void a_gate_inside_a_gate_is_refused(void **state)
{
  (void)state;
  char path[512];
  fairu_pack *pack = NULL;
  fairu_classifier *loaded = NULL;
  fairu_context *ctx = support_context();
  const double zero = 0.0;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  for (int depth = 0; depth < 1000; depth++) { /* a reader that calls itself would run out of stack */
    fairu_pack__u64(pack, 2);
    fairu_pack__u64(pack, 0);
    fairu_pack__u64(pack, 1);
    fairu_pack__string(pack, "z");
    fairu_pack__f64s(pack, &zero, 1);
    fairu_pack__f64s(pack, &zero, 1);
    fairu_pack__u64(pack, 0);
    fairu_pack__f64(pack, 0.0);
  }
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, support_path(path, sizeof path, "deep.fairu"), magic, 1));
  fairu_pack__destroy(pack);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_classifier_load(ctx, path, &loaded));
  CHECK_SAYS(ctx, "side of a gate");
  fairu_context_destroy(ctx);
}

static void wrong_calls_are_refused(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  fairu_classifier *c = make_kind(ctx, 2), *out = c;
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_classifier_load(ctx, support_path(path, sizeof path, "none.fairu"), &out));
  assert_null(out);
  CHECK_SAYS(ctx, "none.fairu");
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_classifier_save(c, ctx, support_path(path, sizeof path, "no/such/dir")));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_save(c, ctx, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_save(NULL, ctx, path));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_load(ctx, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_load(ctx, path, NULL));
  assert_int_equal(fairu_classifier_save(c, NULL, path), FAIRU_ERR_NULL);
  assert_int_equal(fairu_classifier_load(NULL, path, &out), FAIRU_ERR_NULL);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

static int save_and_load(fairu_context *ctx, void *data)
{
  char path[512];
  fairu_classifier *loaded = NULL;
  int status = fairu_classifier_save(data, ctx, support_path(path, sizeof path, "failing.fairu"));
  if (status == FAIRU_OK)
    status = fairu_classifier_load(ctx, path, &loaded);
  fairu_classifier_destroy(loaded);
  return status;
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < 4; kind++) {
    fairu_classifier *c = make_kind(ctx, kind);
    assert_true(support_every_need_fails(save_and_load, c) > 10);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_comes_back),   cmocka_unit_test(no_cut_and_no_flip_gets_through),
    cmocka_unit_test(meanings_are_checked),    cmocka_unit_test(a_gate_inside_a_gate_is_refused),
    cmocka_unit_test(wrong_calls_are_refused), cmocka_unit_test(failing_allocations_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
