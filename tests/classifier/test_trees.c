/* Tree ensembles: random forests against a plain walk of the same nodes, files of every mode, what is refused. */
#include "classifier/model_memory.h"
#include "classifier/onnx_made.h"

#include "classifier/kind.h"
#include "classifier/trees.h"
#include "numeric/philox.h"

enum { FEATURES = 5, MOST_NODES = 8192, MOST_OUTPUTS = 3, EVENTS = 203 };

static const char *const names[FEATURES] = { "a", "b", "c", "d", "e" };

typedef struct made_forest {
  fairu_forest forest;
  fairu_branch_node nodes[MOST_NODES];
  double values[MOST_NODES * MOST_OUTPUTS], base[MOST_OUTPUTS];
  size_t roots[512];
} made_forest;

/* Thresholds on a grid that features share, so that equality happens. */
static float grid(fairu_philox *rng)
{
  return (float)floor(8.0 * fairu_philox__uniform(rng)) / 4.0F - 1.0F;
}

/* Trees grow at random leaves; every mode occurs. */
static made_forest *make_forest(uint64_t seed, size_t n_trees, size_t n_splits, size_t n_outputs,
                                int aggregate, int modes)
{
  made_forest *m = (made_forest *)calloc(1, sizeof *m);
  assert_non_null(m);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  size_t n = 0;
  for (size_t t = 0; t < n_trees; t++) {
    const size_t root = n++;
    m->roots[t] = root;
    for (size_t s = 0; s < n_splits; s++) {
      size_t at = root;
      while (m->nodes[at].mode != FAIRU_BRANCH_LEAF)
        at = fairu_philox__uniform(&rng) < 0.5 ? m->nodes[at].yes : m->nodes[at].no;
      m->nodes[at] = (fairu_branch_node){
        .mode = (unsigned char)(1 + (int)(fairu_philox__uniform(&rng) * modes)),
        .missing_true = fairu_philox__uniform(&rng) < 0.5,
        .threshold = grid(&rng),
        .feature = (size_t)(fairu_philox__uniform(&rng) * FEATURES),
        .yes = n,
        .no = n + 1,
      };
      n += 2;
    }
  }
  assert_true(n <= MOST_NODES);
  for (size_t i = 0; i < n * n_outputs; i++)
    m->values[i] = (double)(float)(fairu_philox__uniform(&rng) - 0.5);
  for (size_t o = 0; o < n_outputs; o++)
    m->base[o] = 0.25 * (double)o - 0.125;
  m->forest = (fairu_forest){ n_trees, n, n_outputs, m->roots, m->nodes, m->values, aggregate, m->base };
  return m;
}

static int goes_yes(const fairu_branch_node *node, float x)
{
  switch (node->mode) {
  case FAIRU_BRANCH_LT:
    return x < node->threshold;
  case FAIRU_BRANCH_LEQ:
    return x <= node->threshold;
  case FAIRU_BRANCH_GT:
    return x > node->threshold;
  case FAIRU_BRANCH_GTE:
    return x >= node->threshold;
  case FAIRU_BRANCH_EQ:
    return x == node->threshold;
  default:
    return x != node->threshold;
  }
}

static double walk(const made_forest *m, const float *x, size_t output)
{
  double sum = 0.0, low = HUGE_VAL, high = -HUGE_VAL;
  for (size_t t = 0; t < m->forest.n_trees; t++) {
    size_t at = m->roots[t];
    while (m->nodes[at].mode != FAIRU_BRANCH_LEAF)
      at = goes_yes(&m->nodes[at], x[m->nodes[at].feature]) ? m->nodes[at].yes : m->nodes[at].no;
    const double value = m->values[at * m->forest.n_outputs + output];
    sum += value;
    low = fmin(low, value);
    high = fmax(high, value);
  }
  const int aggregate = m->forest.aggregate;
  return m->base[output] + (aggregate == FAIRU_TREES_SUM       ? sum
                            : aggregate == FAIRU_TREES_AVERAGE ? sum / (double)m->forest.n_trees
                            : aggregate == FAIRU_TREES_MIN     ? low
                                                               : high);
}

static void fill_events(float *x)
{
  fairu_philox rng = fairu_philox__start(9, FAIRU_STREAM_USER, 0, 0);
  for (size_t i = 0; i < EVENTS * FEATURES; i++)
    x[i] = i % 3 ? grid(&rng) : (float)(2.0 * fairu_philox__uniform(&rng) - 1.0);
}

static void check_against_walk(fairu_context *ctx, const fairu_classifier *c, const made_forest *m)
{
  static float x[EVENTS * FEATURES], scores[EVENTS * MOST_OUTPUTS], one[MOST_OUTPUTS];
  const size_t n = m->forest.n_outputs;
  fill_events(x);
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, FEATURES, NULL, 0, FAIRU_OUTPUT_LOGIT, scores));
  for (size_t i = 0; i < EVENTS; i++) {
    for (size_t o = 0; o < n; o++)
      CHECK_NEAR((double)scores[i * n + o], walk(m, x + i * FEATURES, o), 1e-6);
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + i * FEATURES, FEATURES, NULL, 0,
                                               FAIRU_OUTPUT_LOGIT, one));
    assert_memory_equal(one, scores + i * n, n * sizeof *one);
  }
}

typedef struct forest_case {
  size_t n_trees, n_splits, n_outputs;
  int aggregate, activation, modes;
} forest_case;

static const forest_case cases[] = {
  { 1, 0, 1, FAIRU_TREES_SUM, FAIRU_ACTIVATION_LINEAR, 6 },
  { 1, 1, 1, FAIRU_TREES_SUM, FAIRU_ACTIVATION_SIGMOID, 1 },
  { 7, 5, 1, FAIRU_TREES_SUM, FAIRU_ACTIVATION_SIGMOID, 2 },
  { 9, 31, 1, FAIRU_TREES_SUM, FAIRU_ACTIVATION_LINEAR, 6 },
  { 100, 31, 1, FAIRU_TREES_SUM, FAIRU_ACTIVATION_SIGMOID, 4 },
  { 21, 12, 3, FAIRU_TREES_SUM, FAIRU_ACTIVATION_SOFTMAX, 6 },
  { 20, 40, 2, FAIRU_TREES_AVERAGE, FAIRU_ACTIVATION_LINEAR, 6 },
  { 8, 9, 1, FAIRU_TREES_MIN, FAIRU_ACTIVATION_LINEAR, 6 },
  { 8, 9, 2, FAIRU_TREES_MAX, FAIRU_ACTIVATION_LINEAR, 4 },
};

/* In memory, from a model file, and from ONNX where it can say them. */
static void random_forests_are_walked_right(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const forest_case *f = &cases[k];
    made_forest *m = make_forest(50 + k, f->n_trees, f->n_splits, f->n_outputs, f->aggregate, f->modes);
    fairu_classifier *c = NULL, *again = NULL;
    CHECK_OK(ctx, fairu_trees__create(ctx, names, FEATURES, &m->forest, f->activation, &c));
    check_against_walk(ctx, c, m);
    CHECK_OK(ctx, fairu_classifier_save(c, ctx, support_path(path, sizeof path, "trees.fairu")));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &again));
    check_against_walk(ctx, again, m);
    fairu_classifier_destroy(again);
    again = NULL;
    CHECK_OK(ctx, fairu_classifier__copy(c, ctx, &again));
    check_against_walk(ctx, again, m);
    fairu_classifier_destroy(again);
    support_path(path, sizeof path, "trees.onnx");
    if (f->modes <= 4) {
      CHECK_OK(ctx, fairu_classifier_export(c, ctx, path, FAIRU_FORMAT_AUTO));
      CHECK_OK(ctx, fairu_classifier_import(ctx, path, NULL, &again));
      check_against_walk(ctx, again, m);
      assert_string_equal(fairu_classifier_feature_name(again, 3), "d");
      fairu_classifier_destroy(again);
    } else if (f->n_splits > 0) {
      CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_export(c, ctx, path, FAIRU_FORMAT_AUTO));
      CHECK_SAYS(ctx, "asks for x ==");
    }
    fairu_classifier_destroy(c);
    free(m);
  }
  fairu_context_destroy(ctx);
}

/* Bits do not depend on how many events come together, nor on threads. */
static void bits_do_not_depend_on_the_batch(void **state)
{
  (void)state;
  static float x[EVENTS * FEATURES], whole[EVENTS], part[EVENTS];
  made_forest *m = make_forest(3, 60, 20, 1, FAIRU_TREES_SUM, 6);
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  fill_events(x);
  CHECK_OK(ctx, fairu_trees__create(ctx, names, FEATURES, &m->forest, FAIRU_ACTIVATION_SIGMOID, &c));
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, FEATURES, NULL, 0, FAIRU_OUTPUT_SCORE, whole));
  for (size_t size = 1; size < EVENTS; size += 1 + size / 3) {
    for (size_t at = 0; at < EVENTS; at += size)
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x + at * FEATURES, EVENTS - at < size ? EVENTS - at : size,
                                           FEATURES, NULL, 0, FAIRU_OUTPUT_SCORE, part + at));
    assert_memory_equal(whole, part, sizeof whole);
  }
  x[7] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_classifier_score(c, ctx, x, 3, FEATURES, NULL, 0, FAIRU_OUTPUT_SCORE, part));
  CHECK_SAYS(ctx, "row 1: feature \"c\" is nan");
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
  free(m);
}

static void faults_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int fault = 0; fault < 8; fault++) {
    made_forest *m = make_forest(11, 2, 4, 1, FAIRU_TREES_SUM, 2);
    fairu_classifier *c = NULL;
    int code = FAIRU_ERR_FORMAT;
    const char *says = "reached twice";
    fairu_branch_node *root = &m->nodes[m->roots[1]];
    if (fault == 0)
      root->yes = m->roots[1]; /* a circle */
    if (fault == 1)
      root->yes = root->no;
    if (fault == 2)
      root->yes = 100000, says = "node 100000 of a forest with 18";
    if (fault == 3)
      root->mode = FAIRU_BRANCH_LEAF, says = "from their roots";
    if (fault == 4)
      root->feature = FEATURES, code = FAIRU_ERR_SHAPE, says = "feature 5 of 5";
    if (fault == 5)
      root->threshold = NAN, code = FAIRU_ERR_NON_FINITE, says = "threshold is nan";
    if (fault == 6)
      m->base[0] = (double)INFINITY, code = FAIRU_ERR_NON_FINITE, says = "base value 0";
    if (fault == 7)
      m->forest.n_trees = 0, code = FAIRU_ERR_SHAPE, says = "0 trees";
    CHECK_FAILS(ctx, code,
                fairu_trees__create(ctx, names, FEATURES, &m->forest, FAIRU_ACTIVATION_LINEAR, &c));
    CHECK_SAYS(ctx, says);
    assert_null(c);
    free(m);
  }
  fairu_context_destroy(ctx);
}

static int make_save_load(fairu_context *ctx, void *data)
{
  static const float x[FEATURES] = { 0.0F };
  const made_forest *m = (const made_forest *)data;
  char path[512];
  float y = 0.0F;
  fairu_classifier *c = NULL, *loaded = NULL;
  int status = fairu_trees__create(ctx, names, FEATURES, &m->forest, FAIRU_ACTIVATION_SIGMOID, &c);
  for (int onnx = 0; onnx < 2 && status == FAIRU_OK; onnx++) {
    support_path(path, sizeof path, onnx ? "memory.onnx" : "memory.fairu");
    status = fairu_classifier_export(c, ctx, path, FAIRU_FORMAT_AUTO);
    if (status == FAIRU_OK)
      status = fairu_classifier_import(ctx, path, NULL, &loaded);
    if (status == FAIRU_OK)
      status = fairu_classifier_score(loaded, ctx, x, 1, FEATURES, NULL, 0, FAIRU_OUTPUT_SCORE, &y);
    fairu_classifier_destroy(loaded);
    loaded = NULL;
  }
  fairu_classifier_destroy(c);
  return status;
}

static void memory_may_fail(void **state)
{
  (void)state;
  made_forest *m = make_forest(4, 3, 4, 1, FAIRU_TREES_SUM, 2);
  assert_true(support_every_need_fails(make_save_load, m) > 10);
  free(m);
}

/* ---- as files say it ---------------------------------------------------------------------------------- */

/* One tree: x0 <= 0.5 ? leaf 1 : (x1 > -1 ? leaf 3 : leaf 4), and a stump. */
#define NODES                                                                                                \
  "nodes_treeids=I0,0,0,0,0,1,1,1 nodes_nodeids=I0,1,2,3,4,0,1,2 nodes_featureids=I0,0,1,0,0,1,0,0 "         \
  "nodes_modes=SBRANCH_LEQ,LEAF,BRANCH_GT,LEAF,LEAF,BRANCH_LT,LEAF,LEAF "                                    \
  "nodes_values=F0.5,0,-1,0,0,2,0,0 nodes_truenodeids=I1,0,3,0,0,1,0,0 nodes_falsenodeids=I2,0,4,0,0,2,0,0"

static double ensemble(double a, double b)
{
  return (a <= 0.5 ? 1.0 : b > -1.0 ? 2.0 : 3.0) + (b < 2.0 ? 0.5 : -0.25);
}

static void check_memory_of_made(void)
{
  char path[512];
  model_memory_check(support_path(path, sizeof path, "made.onnx"));
}

static void classifiers_of_files_are_read(void **state)
{
  static const char binary[] =
      NODES " class_treeids=I0,0,0,1,1 class_nodeids=I1,3,4,1,2 class_ids=I1,1,1,1,1 "
            "class_weights=F1,2,3,0.5,-0.25 classlabels_int64s=I0,1 base_values=F-2 post_transform=sLOGISTIC";
  static const char both[] =
      NODES " class_treeids=I0,0,0,1,1,1 class_nodeids=I1,3,4,1,2,2 class_ids=I1,1,1,1,1,0 "
            "class_weights=F1,2,3,0.5,-0.25,0.5 classlabels_strings=Sbad,good post_transform=sSOFTMAX";
  static const float x[4][2] = { { 0.5F, 1.0F }, { 0.75F, -1.0F }, { 0.75F, 2.5F }, { 0.0F, 2.0F } };
  (void)state;
  fairu_context *ctx = support_context();
  for (int k = 0; k < 2; k++) {
    fairu_classifier *c = NULL;
    float y[4];
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "input", 2, 1);
    made_port(&m, 12, "label", 1, 7);
    made_port(&m, 12, "probabilities", 2, 1);
    made_node(&m, "Cast", "input", "cast", "to=i1");
    made_node(&m, "ai.onnx.ml:TreeEnsembleClassifier", "cast", "label scores", k ? both : binary);
    made_node(&m, "ai.onnx.ml:ZipMap", "scores", "probabilities", NULL);
    CHECK_OK(ctx, made_import(&m, NULL, &c));
    check_memory_of_made();
    assert_int_equal(fairu_classifier_n_outputs(c), 1);
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x[0], 4, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, y));
    for (size_t i = 0; i < 4; i++) {
      const double s = ensemble((double)x[i][0], (double)x[i][1]);
      CHECK_NEAR((double)y[i], k ? s - (x[i][1] < 2.0F ? 0.0 : 0.5) : s - 2.0, 1e-6);
    }
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* A regressor, scaled and turned into a score behind; its columns exchanged before. */
static void regressors_of_files_are_read(void **state)
{
  static const char target[] =
      NODES " target_treeids=I0,0,0,1,1 target_nodeids=I1,3,4,1,2 target_ids=I0,0,0,0,0 "
            "target_weights=F1,2,3,0.5,-0.25 n_targets=i1";
  static const float x[3][2] = { { 1.0F, 0.5F }, { -1.0F, 0.75F }, { 2.5F, 0.75F } };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  float y[3];
  const float half = 0.5F;
  made m = made_begin(ctx, 13);
  made_port(&m, 11, "b", 1, 1);
  made_port(&m, 11, "a", 1, 1);
  made_port(&m, 12, "p", 1, 1);
  made_floats(&m, "half", "1", 1, &half);
  made_node(&m, "Concat", "a b", "x", "axis=i1");
  made_node(&m, "ai.onnx.ml:TreeEnsembleRegressor", "x", "sum", target);
  made_node(&m, "Mul", "sum half", "scaled", NULL);
  made_node(&m, "Sigmoid", "scaled", "p", NULL);
  CHECK_OK(ctx, made_import(&m, NULL, &c));
  check_memory_of_made();
  assert_string_equal(fairu_classifier_feature_name(c, 0), "b");
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x[0], 3, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
  for (size_t i = 0; i < 3; i++)
    CHECK_NEAR((double)y[i], 1.0 / (1.0 + exp(-0.5 * ensemble((double)x[i][1], (double)x[i][0]))), 1e-6);
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

typedef struct fault_case {
  const char *attributes, *says;
  int code;
} fault_case;

#define ONE(modes, feature, yes)                                                                             \
  "nodes_treeids=I0,0,0 nodes_nodeids=I0,1,2 nodes_featureids=I" feature ",0,0 nodes_modes=S" modes          \
  ",LEAF,LEAF nodes_values=F0,0,0 nodes_truenodeids=I" yes ",0,0 nodes_falsenodeids=I2,0,0 "
#define TARGET "target_treeids=I0 target_nodeids=I1 target_ids=I0 target_weights=F1"

static void faults_of_files_are_named(void **state)
{
  static const fault_case faults[] = {
    { ONE("BRANCH_LT", "9", "1") TARGET, "tree 0, node 0: feature 9", FAIRU_ERR_SHAPE },
    { ONE("BRANCH_LT", "0", "7") TARGET, "child 7 does not exist", FAIRU_ERR_FORMAT },
    { ONE("BRANCH_LT", "0", "2") TARGET, "two roots", FAIRU_ERR_FORMAT },
    { ONE("BRANCH_LT", "0", "0") TARGET, "tree", FAIRU_ERR_FORMAT },
    { ONE("BRANCH_MEMBER", "0", "1") TARGET, "'BRANCH_MEMBER'", FAIRU_ERR_UNSUPPORTED },
    { ONE("BRANCH_LT", "0", "1") "target_treeids=I0 target_nodeids=I0 target_ids=I0 target_weights=F1",
      "has no leaf 0", FAIRU_ERR_FORMAT },
    { ONE("BRANCH_LT", "0", "1") "target_treeids=I0 target_nodeids=I1 target_ids=I4 target_weights=F1",
      "output 4 of 1", FAIRU_ERR_SHAPE },
    { ONE("BRANCH_LT", "0", "1") TARGET " post_transform=sPROBIT", "'PROBIT'", FAIRU_ERR_UNSUPPORTED },
    { ONE("BRANCH_LT", "0", "1") TARGET " n_targets=f1", "n_targets has type 1", FAIRU_ERR_FORMAT },
    { ONE("BRANCH_LT", "0", "1") TARGET " base_values=F1,2", "base_values has 2", FAIRU_ERR_SHAPE },
    { "nodes_treeids=I0 nodes_modes=SLEAF,LEAF", "nodes_treeids has 1", FAIRU_ERR_SHAPE },
    { TARGET, "no nodes", FAIRU_ERR_FORMAT },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
    fairu_classifier *c = NULL;
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 1, 1);
    made_node(&m, "ai.onnx.ml:TreeEnsembleRegressor", "x", "y", faults[k].attributes);
    CHECK_FAILS(ctx, faults[k].code, made_import(&m, NULL, &c));
    CHECK_SAYS(ctx, faults[k].says);
    CHECK_SAYS(ctx, "made.onnx: node 0 'n0' (TreeEnsembleRegressor)");
    assert_null(c);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(random_forests_are_walked_right),
                                      cmocka_unit_test(bits_do_not_depend_on_the_batch),
                                      cmocka_unit_test(faults_are_refused),
                                      cmocka_unit_test(memory_may_fail),
                                      cmocka_unit_test(classifiers_of_files_are_read),
                                      cmocka_unit_test(regressors_of_files_are_read),
                                      cmocka_unit_test(faults_of_files_are_named) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
