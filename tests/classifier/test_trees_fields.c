/* Trees of a model file written field by field: what a good one scores, each field with each wrong value, and forests in memory at the
 * limits that files do not reach. */
#include "base/pack_internal.h"
#include "classifier/kind.h"
#include "classifier/trees.h"
#include "support/support.h"

enum { NODES = 6, LEAVES = 4, TREES = 2 };

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
static const char *const names[2] = { "p", "q" };

/* ---- files ---------------------------------------------------------------------------------------------- */

typedef struct node {
  float threshold;
  uint64_t feature, child[2], nan, leaf; /* leaf: its number and 1, 0 for branches */
} node;

typedef struct fields {
  uint64_t n_features, n_nuisances, n_outputs, activation, aggregate, n_trees, n_nodes, n_leaves;
  uint64_t roots[TREES];
  node nodes[NODES];
  float values[LEAVES];
  double base[1];
} fields;

/* q < 0.5: 1, else or NaN: 2; p < -1 or NaN: 0.25, else 0.5; with 0.125 the sum of both. */
static const fields good = { 2,
                             0,
                             1,
                             FAIRU_ACTIVATION_LINEAR,
                             FAIRU_TREES_SUM,
                             TREES,
                             NODES,
                             LEAVES,
                             { 0, 3 },
                             { { 0.5F, 1, { 1, 2 }, 1, 0 },
                               { 0.0F, 0, { 1, 1 }, 1, 1 },
                               { 0.0F, 0, { 2, 2 }, 2, 2 },
                               { -1.0F, 0, { 4, 5 }, 5, 0 },
                               { 0.0F, 0, { 4, 4 }, 4, 3 },
                               { 0.0F, 0, { 5, 5 }, 5, 4 } },
                             { 2.0F, 1.0F, 0.5F, 0.25F },
                             { 0.125 } };

static void put_fields(fairu_pack *pack, const fields *f)
{
  fairu_pack__u64(pack, 6);
  fairu_pack__u64(pack, f->n_features);
  for (size_t i = 0; i < f->n_features; i++)
    fairu_pack__string(pack, names[i]);
  fairu_pack__u64(pack, f->n_nuisances);
  for (size_t i = 0; i < f->n_nuisances; i++)
    fairu_pack__string(pack, "z");
  const double bounds[1] = { 0.0 };
  fairu_pack__f64s(pack, bounds, f->n_nuisances);
  fairu_pack__f64s(pack, bounds, f->n_nuisances);
  const uint64_t sizes[] = { f->n_outputs, f->activation, f->aggregate, f->n_trees, f->n_nodes, f->n_leaves };
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    fairu_pack__u64(pack, sizes[i]);
  for (size_t t = 0; t < TREES; t++)
    fairu_pack__u64(pack, f->roots[t]);
  for (size_t i = 0; i < NODES; i++) {
    const node *n = &f->nodes[i];
    const uint64_t words[] = { n->feature, n->child[0], n->child[1], n->nan, n->leaf };
    fairu_pack__f32s(pack, &n->threshold, 1);
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
      fairu_pack__u64(pack, words[k]);
  }
  fairu_pack__f32s(pack, f->values, LEAVES);
  fairu_pack__f64s(pack, f->base, 1);
}

static int load_fields(fairu_context *ctx, const fields *f, fairu_classifier **out)
{
  char path[512];
  fairu_pack *pack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  put_fields(pack, f);
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, support_path(path, sizeof path, "trees.fairu"), magic, 1));
  fairu_pack__destroy(pack);
  const int status = fairu_classifier_load(ctx, path, out);
  assert_true((status == FAIRU_OK) == (*out != NULL));
  return status;
}

static float score_at(fairu_context *ctx, const fairu_classifier *c, float p, float q)
{
  const float x[2] = { p, q };
  float y = 0.0F;
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, &y));
  return y;
}

static void a_file_says_how_trees_are_walked(void **state)
{
  (void)state;
  static const float points[] = { -3e38F, -2.0F, -1.0F, -0.99999994F, 0.0F, 0.49999997F, 0.5F, 3e38F };
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, load_fields(ctx, &good, &c));
  for (size_t i = 0; i < 8; i++)
    for (size_t k = 0; k < 8; k++) {
      const float p = points[i], q = points[k];
      assert_true(score_at(ctx, c, p, q) == (q < 0.5F ? 1.0F : 2.0F) + (p < -1.0F ? 0.25F : 0.5F) + 0.125F);
    }
  fairu_classifier_destroy(c);
  fields f = good; /* other sums of the same leaves */
  const float wanted[4] = { 1.25F, 0.625F, 0.25F, 1.0F };
  for (f.aggregate = FAIRU_TREES_SUM; f.aggregate <= FAIRU_TREES_MAX; f.aggregate++) {
    CHECK_OK(ctx, load_fields(ctx, &f, &c));
    assert_true(score_at(ctx, c, -3.0F, -3.0F) == wanted[f.aggregate] + 0.125F);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- wrong values --------------------------------------------------------------------------------------- */

#define FIELD(member) offsetof(fields, member), sizeof(((fields *)0)->member)

typedef struct fault {
  size_t at, size;
  uint64_t word; /* for a float its bits */
  int code;
  const char *says;
} fault;

static const fault faults[] = {
  { FIELD(n_features), 0, FAIRU_ERR_FORMAT, "trees with 0 features and 0 nuisances" },
  { FIELD(n_nuisances), 1, FAIRU_ERR_FORMAT, "trees with 2 features and 1 nuisances" },
  { FIELD(n_outputs), 0, FAIRU_ERR_FORMAT, "2 trees with 6 nodes, 4 leaves and 0 outputs" },
  { FIELD(n_outputs), 2, FAIRU_ERR_FORMAT, "leaves has 4 elements, not 8" },
  { FIELD(n_outputs), 28, FAIRU_ERR_FORMAT, "leaves has 4 elements, not 112" },
  { FIELD(n_outputs), 29, FAIRU_ERR_TRUNCATED, "4 leaves of 29 values: only 462 bytes are left" },
  { FIELD(n_outputs), 463, FAIRU_ERR_FORMAT, "outputs of trees is 463, at most 462 makes sense" },
  { FIELD(n_outputs), UINT64_MAX, FAIRU_ERR_FORMAT, "outputs of trees is 18446744073709551615, at most " },
  { FIELD(activation), FAIRU_ACTIVATION_RELU, FAIRU_ERR_FORMAT, "activation 1 of trees" },
  { FIELD(activation), FAIRU_ACTIVATION_SOFTMAX, FAIRU_ERR_FORMAT,
    "activation 5 of trees" }, /* of one output */
  { FIELD(activation), 6, FAIRU_ERR_FORMAT, "activation of trees is 6, at most 5" },
  { FIELD(aggregate), 4, FAIRU_ERR_FORMAT, "aggregate of trees is 4, at most 3" },
  { FIELD(n_trees), 0, FAIRU_ERR_FORMAT, "0 trees with 6 nodes, 4 leaves and 1 outputs" },
  { FIELD(n_trees), 7, FAIRU_ERR_FORMAT, "7 trees with 6 nodes" },
  { FIELD(n_trees), 1, FAIRU_ERR_FORMAT, "threshold is of kind 0x75, not 'F'" },
  { FIELD(n_nodes), 1, FAIRU_ERR_FORMAT, "2 trees with 1 nodes" },
  { FIELD(n_nodes), 7, FAIRU_ERR_FORMAT, "threshold has 4 elements, not 1" },
  { FIELD(n_nodes), UINT32_MAX, FAIRU_ERR_FORMAT, "nodes of trees is 4294967295, at most " },
  { FIELD(n_leaves), 7, FAIRU_ERR_FORMAT, "2 trees with 6 nodes, 7 leaves" },
  { FIELD(n_leaves), 5, FAIRU_ERR_FORMAT, "4 leaves of 5" },
  { FIELD(n_leaves), 3, FAIRU_ERR_FORMAT, "leaf is 4, at most 3 makes sense" },
  { FIELD(roots[0]), 1, FAIRU_ERR_FORMAT, "root 1 of tree 0" },
  { FIELD(roots[1]), 0, FAIRU_ERR_FORMAT, "root 0 of tree 1" },
  { FIELD(roots[1]), 2, FAIRU_ERR_FORMAT, "node 0 of the trees: children 1 and 2, leaf -1" },
  { FIELD(roots[1]), 6, FAIRU_ERR_FORMAT, "root of a tree is 6, at most 5" },
  { FIELD(nodes[0].threshold), 0x7fc00000, FAIRU_ERR_FORMAT, "node 0 of the trees" },
  { FIELD(nodes[0].feature), 2, FAIRU_ERR_FORMAT, "feature of a node is 2, at most 1" },
  { FIELD(nodes[0].child[0]), 0, FAIRU_ERR_FORMAT, "node 0 of the trees: children 0 and 2" },
  { FIELD(nodes[0].child[1]), 3, FAIRU_ERR_FORMAT, "node 0 of the trees: children 1 and 3" },
  { FIELD(nodes[0].child[1]), 6, FAIRU_ERR_FORMAT, "child of a node is 6, at most 5" },
  { FIELD(nodes[3].child[0]), 2, FAIRU_ERR_FORMAT, "node 3 of the trees: children 2 and 5" },
  { FIELD(nodes[3].nan), 3, FAIRU_ERR_FORMAT, "node 3 of the trees" },
  { FIELD(nodes[3].leaf), 1, FAIRU_ERR_FORMAT, "node 3 of the trees: children 4 and 5, leaf 0" },
  { FIELD(nodes[1].child[0]), 2, FAIRU_ERR_FORMAT, "node 1 of the trees: children 2 and 1, leaf 0" },
  { FIELD(nodes[1].nan), 2, FAIRU_ERR_FORMAT, "node 1 of the trees" },
  { FIELD(nodes[1].leaf), 0, FAIRU_ERR_FORMAT, "node 1 of the trees: children 1 and 1, leaf -1" },
  { FIELD(nodes[4].leaf), 4, FAIRU_ERR_FORMAT, "node 4 of the trees: children 4 and 4, leaf 3" },
  { FIELD(values[2]), 0x7f800000, FAIRU_ERR_NON_FINITE, "leaf value 2 is inf" },
  { FIELD(base[0]), UINT64_C(0x7ff8000000000000), FAIRU_ERR_NON_FINITE, "base value 0 is nan" },
  { FIELD(base[0]), UINT64_C(0xfff0000000000000), FAIRU_ERR_NON_FINITE, "base value 0 is -inf" },
};

/* The good fields with one wrong. */
static void check_fault(fairu_context *ctx, const fault *wrong)
{
  fields f = good;
  const uint32_t low = (uint32_t)wrong->word;
  if (wrong->size == 4)
    memcpy((char *)&f + wrong->at, &low, 4);
  else
    memcpy((char *)&f + wrong->at, &wrong->word, 8);
  fairu_classifier *c = NULL;
  CHECK_FAILS(ctx, wrong->code, load_fields(ctx, &f, &c));
  CHECK_SAYS(ctx, wrong->says);
  CHECK_SAYS(ctx, "trees.fairu: ");
}

static void each_field_of_trees_is_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    check_fault(ctx, &faults[i]);
  fairu_context_destroy(ctx);
}

/* ---- in memory ------------------------------------------------------------------------------------------ */

static const size_t roots[1] = { 0 };

static int create(fairu_context *ctx, const fairu_forest *forest, int activation)
{
  fairu_classifier *c = NULL;
  const int status = fairu_trees__create(ctx, names, 2, forest, activation, &c);
  assert_true((status == FAIRU_OK) == (c != NULL));
  fairu_classifier_destroy(c);
  return status;
}

static void forests_are_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_branch_node nodes[3] = { { FAIRU_BRANCH_NEQ, 0, 1.0F, 0, 1, 2 },
                                 { .mode = FAIRU_BRANCH_LEAF },
                                 { .mode = FAIRU_BRANCH_LEAF } };
  double values[6] = { (double)NAN, 0.0, 1.0, 2.0, 3.0, 4.0 }; /* of a branch: nobody reads it */
  fairu_forest forest = { 1, 3, 2, roots, nodes, values, FAIRU_TREES_SUM, NULL };
  for (int activation = -1; activation <= 6; activation++) {
    const int good_one = activation == FAIRU_ACTIVATION_LINEAR || activation == FAIRU_ACTIVATION_SIGMOID ||
                         activation == FAIRU_ACTIVATION_SOFTMAX;
    assert_int_equal(create(ctx, &forest, activation), good_one ? FAIRU_OK : FAIRU_ERR_ARGUMENT);
  }
  CHECK_SAYS(ctx, "activation 6 of trees with 2 outputs");
  nodes[0].mode = FAIRU_BRANCH_NEQ + 1;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, create(ctx, &forest, FAIRU_ACTIVATION_LINEAR));
  CHECK_SAYS(ctx, "node 0 of the trees has mode 7");
  nodes[0].mode = FAIRU_BRANCH_LT;
  const double wrong[3] = { (double)NAN, 1e39, -(double)INFINITY }; /* values are kept as floats */
  for (size_t i = 0; i < 3; i++) {
    values[3] = wrong[i];
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, create(ctx, &forest, FAIRU_ACTIVATION_LINEAR));
    CHECK_SAYS(ctx, "leaf 1 of the trees: value[1] is ");
  }
  values[3] = 3e38;
  CHECK_OK(ctx, create(ctx, &forest, FAIRU_ACTIVATION_LINEAR));
  forest.n_outputs = 1;
  values[1] = 0.0;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, create(ctx, &forest, FAIRU_ACTIVATION_SOFTMAX));
  forest.n_outputs = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, create(ctx, &forest, FAIRU_ACTIVATION_LINEAR));
  fairu_context_destroy(ctx);
}

/* 16 bytes and its values for each node. */
static void forests_have_a_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_branch_node nodes[3] = { { FAIRU_BRANCH_GT, 0, 1.0F, 0, 1, 2 },
                                       { .mode = FAIRU_BRANCH_LEAF },
                                       { .mode = FAIRU_BRANCH_LEAF } };
  const double values[15] = { 0.0 };
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  for (size_t n = 1; n <= 5; n++) {
    const fairu_forest forest = { 1, 3, n, roots, nodes, values, FAIRU_TREES_SUM, NULL };
    for (uint64_t below = 0; below < 2; below++) {
      char says[96];
      limits.model_bytes = 3 * (16 + 4 * n) - below;
      CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
      const int status = create(ctx, &forest, FAIRU_ACTIVATION_LINEAR);
      assert_int_equal(status, below ? FAIRU_ERR_LIMIT : FAIRU_OK);
      snprintf(says, sizeof says, "3 nodes of trees: model above the limit model_bytes, %d",
               (int)limits.model_bytes);
      if (below)
        CHECK_SAYS(ctx, says);
    }
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_file_says_how_trees_are_walked),
    cmocka_unit_test(each_field_of_trees_is_checked),
    cmocka_unit_test(forests_are_checked),
    cmocka_unit_test(forests_have_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
