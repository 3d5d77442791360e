/* Every byte of the body of a model, changed behind the checksum's back: refused with a message, or taken as what it then says, so that
 * saving it gives these very bytes again. */
#include <fairu/probability.h>

#include "classifier/kind.h"
#include "classifier/lwtnn_made.h"
#include "classifier/packed_body.h"
#include "classifier/random_network.h"
#include "classifier/trees.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };

static void take_apart(fairu_context *ctx, const fairu_classifier *c, uint32_t version, body *b)
{
  static unsigned char file[MOST];
  size_t size = 0;
  fairu_pack *pack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_classifier__put(c, pack);
  CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "model", magic, version, file, sizeof file, &size));
  fairu_pack__destroy(pack);
  open_file(file, size, b);
}

/* ---- models ----------------------------------------------------------------------------------------------- */

static fairu_classifier *small_network(fairu_context *ctx, uint64_t seed)
{
  static random_network net;
  const size_t widths[3] = { 3, 2, 1 };
  fairu_classifier *c = NULL;
  random_network_fill(&net, seed, 2, 1, widths, 2, FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SIGMOID);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  return c;
}

static fairu_classifier *small_trees(fairu_context *ctx)
{
  const size_t roots[2] = { 0, 3 };
  const double values[8] = { 0, 1, -1, 0, 0, 0.5, 0.25, 2 }, base[1] = { 0.125 };
  const fairu_branch_node nodes[8] = {
    { FAIRU_BRANCH_LT, 1, 0.5F, 0, 1, 2 },   { .mode = FAIRU_BRANCH_LEAF },
    { .mode = FAIRU_BRANCH_LEAF },           { FAIRU_BRANCH_GTE, 0, 1.5F, 1, 4, 5 },
    { FAIRU_BRANCH_LEQ, 0, -0.5F, 0, 6, 7 }, { .mode = FAIRU_BRANCH_LEAF },
    { .mode = FAIRU_BRANCH_LEAF },           { .mode = FAIRU_BRANCH_LEAF }
  };
  const fairu_forest forest = { 2, 8, 1, roots, nodes, values, FAIRU_TREES_SUM, base };
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_trees__create(ctx, feature_names, 2, &forest, FAIRU_ACTIVATION_SIGMOID, &c));
  return c;
}

static fairu_classifier *small_calibrated(fairu_context *ctx, int method)
{
  const float t[6] = { -2.0F, -1.0F, -0.5F, 0.0F, 1.0F, 2.0F };
  const int32_t y[6] = { 0, 1, 0, 0, 1, 1 };
  const double weights[2] = { 1.0, 0.5 };
  fairu_probability_options o;
  fairu_probability_map *map = NULL;
  fairu_classifier *inner = NULL, *c = NULL;
  CHECK_OK(ctx, fairu_probability_options_init(&o, sizeof o));
  o.method = method;
  o.n_bins = 3;
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, 2, 0.25, &inner));
  CHECK_OK(ctx, fairu_probability_map_create(ctx, t, y, NULL, 6, &o, &map));
  CHECK_OK(ctx, fairu_classifier_create_calibrated(ctx, inner, map, &c));
  fairu_probability_map_destroy(map);
  fairu_classifier_destroy(inner);
  return c;
}

/* Every operation that a graph of lwtnn becomes. */
static const char program_text[] =
    "{\"inputs\": [{\"name\": \"f0\", \"offset\": 0.5, \"scale\": 2, \"default\": 1}, "
    "{\"name\": \"f1\", \"offset\": 1, \"scale\": 0.5}], \"layers\": ["
    "{\"architecture\": \"highway\", \"activation\": \"tanh\", \"components\": "
    "{\"t\": {\"weights\": [1, -1, 0.5, 0.25], \"bias\": [0, 0.5]}, "
    "\"carry\": {\"weights\": [2, 0, 0, -1], \"bias\": [-0.5, 0]}}}, "
    "{\"architecture\": \"maxout\", \"sublayers\": [{\"weights\": [1, 2], \"bias\": [0.5]}, "
    "{\"weights\": [-1, 0], \"bias\": [0]}]}], \"outputs\": [\"y\"]}";

enum { KINDS = 11 };

static fairu_classifier *make_kind(fairu_context *ctx, int kind)
{
  fairu_classifier *a = small_network(ctx, 1), *b = small_network(ctx, 2), *c = NULL;
  const fairu_classifier *const both[2] = { a, b };
  const double weights[2] = { 1.0, -0.5 };
  fairu_input_options inputs;
  CHECK_OK(ctx, fairu_input_options_init(&inputs, sizeof inputs));
  inputs.outside = FAIRU_INPUT_CLIP;
  if (kind == 0)
    c = small_network(ctx, 3);
  else if (kind == 1)
    CHECK_OK(ctx, fairu_classifier_create_gated(ctx, a, b, "z0", 0.25, &c));
  else if (kind == 2)
    CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, weights, 2, 0.5, &c));
  else if (kind == 3)
    CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z0", 2.0, &c));
  else if (kind == 4)
    c = import_text(ctx, program_text, NULL);
  else if (kind == 5)
    c = small_trees(ctx);
  else if (kind <= 8)
    c = small_calibrated(ctx, kind - 6);
  else if (kind == 9)
    CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, both, 2, &c));
  else
    CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, a, &inputs, &c));
  fairu_classifier_destroy(a);
  fairu_classifier_destroy(b);
  return c;
}

/* ---- changes ---------------------------------------------------------------------------------------------- */

/* Scores of what was loaded: whatever they are, the call ends. */
static void use(fairu_context *ctx, const fairu_classifier *c)
{
  float x[3 * 64], *scores;
  double z[64] = { 0.0 };
  const size_t n_x = fairu_classifier_n_features(c), n_z = fairu_classifier_n_nuisances(c);
  if (n_x > 64 || n_z > 64)
    return;
  for (size_t i = 0; i < 3 * 64; i++)
    x[i] = (float)(i % 5) - 2.0F;
  scores = malloc(3 * fairu_classifier_n_outputs(c) * sizeof *scores);
  assert_non_null(scores);
  (void)!fairu_classifier_score(c, ctx, x, 3, n_x, n_z ? z : NULL, n_z, 0, scores);
  free(scores);
}

/* 1: taken. What is saved then is what was loaded, or, saved and loaded again, the same for good. */
static int try_body(fairu_context *ctx, const body *b)
{
  static unsigned char file[2 * MOST];
  uint32_t version = 0;
  fairu_unpack *unpack = NULL;
  fairu_classifier *c = NULL;
  const size_t size = put_together(b, magic, file);
  CHECK_OK(ctx, fairu_unpack__open(ctx, file, size, "changed model", magic, 3, &unpack, &version));
  int status = fairu_classifier__get(ctx, unpack, FAIRU_OUTERMOST, &c);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  fairu_unpack__destroy(unpack);
  if (status == FAIRU_OK) {
    body *again = calloc(1, sizeof *again);
    assert_non_null(again);
    take_apart(ctx, c, b->version, again);

    const int same = again->n == b->n && memcmp(again->bytes, b->bytes, b->n) == 0;
    /* of composed ones, ranges of Z around the parts are worked out again; of programs, words that an operation does not use are 0;
     * infinite bounds of inputs are finite ones */
    assert_true(same || c->inputs ||
                (c->kind != &fairu_kind__network && c->kind != &fairu_kind__linear &&
                 c->kind != &fairu_kind__rotation && c->kind != &fairu_kind__trees));
    if (!same)
      assert_true(try_body(ctx, again));
    free(again);
    use(ctx, c);
  } else {
    assert_true(strlen(fairu_context_message(ctx)) > 0);
    assert_true(status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_TRUNCATED ||
                status == FAIRU_ERR_NON_FINITE || status == FAIRU_ERR_SHAPE || status == FAIRU_ERR_LIMIT ||
                status == FAIRU_ERR_ARGUMENT || status == FAIRU_ERR_RANGE || status == FAIRU_ERR_DUPLICATE ||
                status == FAIRU_ERR_UNSUPPORTED || status == FAIRU_ERR_NOT_FOUND);
  }
  fairu_classifier_destroy(c);
  return status == FAIRU_OK;
}

static void every_byte_counts(void **state)
{
  (void)state;
  static body whole, changed;
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < KINDS; kind++) {
    fairu_classifier *c = make_kind(ctx, kind);
    size_t taken = 0, tried = 0;
    take_apart(ctx, c, 3, &whole);
    assert_true(try_body(ctx, &whole));
    for (size_t at = 0; at<whole.n; at += whole.n> 600 ? 2 : 1)
      for (int k = 0; k < 5; k++) {
        static const unsigned char with[5] = { 0x01, 0x80, 0x40, 0xff, 0x06 };
        changed = whole;
        changed.bytes[at] ^= with[k];
        taken += (size_t)try_body(ctx, &changed);
        tried++;
      }
    assert_true(taken > 0 && taken < tried); /* numbers may be others, tags and counts may not */
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* Cut off, or longer, at every byte. */
static void no_body_is_shorter_or_longer(void **state)
{
  (void)state;
  static body whole, cut;
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < KINDS; kind++) {
    fairu_classifier *c = make_kind(ctx, kind);
    take_apart(ctx, c, 3, &whole);
    for (size_t n = 0; n <= whole.n + 16; n++) {
      cut = whole;
      memset(cut.bytes + whole.n, 0, 32);
      cut.n = n;
      assert_int_equal(try_body(ctx, &cut), n == whole.n);
    }
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* The most and the least that a word may say, at every word that could be a count, an index or a number. */
static void extreme_words(void **state)
{
  (void)state;
  static const uint64_t words[] = { 0,
                                    1,
                                    2,
                                    7,
                                    UINT32_MAX,
                                    1ULL << 31,
                                    1ULL << 32,
                                    1ULL << 62,
                                    1ULL << 63,
                                    UINT64_MAX,
                                    0x7ff0000000000000ULL,
                                    0x7ff8000000000000ULL,
                                    0xfff0000000000000ULL,
                                    0x3ff0000000000000ULL,
                                    0xbff0000000000000ULL,
                                    0x7fefffffffffffffULL };
  static body whole, changed;
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < KINDS; kind++) {
    fairu_classifier *c = make_kind(ctx, kind);
    take_apart(ctx, c, 3, &whole);
    for (size_t at = 0; at + 8 <= whole.n; at += whole.n > 600 ? 4 : 1)
      for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        changed = whole;
        put_little(changed.bytes + at, words[k], 8);
        (void)try_body(ctx, &changed);
      }
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_byte_counts),
    cmocka_unit_test(no_body_is_shorter_or_longer),
    cmocka_unit_test(extreme_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
