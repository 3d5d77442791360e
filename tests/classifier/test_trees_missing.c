/* Trees where values are missing, infinite (which is missing) or equal to thresholds: every comparison at every special value, random forests with holes
 * against a plain walk, and what may not change a bit: the order of nodes, the words for a comparison, the scale of a feature. */
#include "classifier/kind.h"
#include "classifier/trees.h"
#include "numeric/philox.h"
#include "support/support.h"

#include <float.h>

enum { FEATURES = 6, TREES = 24, NODES = 31, OUTPUTS = 3, EVENTS = 161, MODES = 6 };

static const char *const names[FEATURES] = { "a", "b", "c", "d", "e", "f" };

/* ---- a plain reading -------------------------------------------------------------------------------------- */

static int asks_yes(const fairu_branch_node *node, float x)
{
  const double value = (double)x, threshold = (double)node->threshold;
  if (!isfinite(value)) /* the policy passes infinities on as NaN */
    return node->missing_true ||
           node->mode == FAIRU_BRANCH_NEQ; /* NaN is not equal to anything, and neither above nor below */
  const int sign = value < threshold ? -1 : value > threshold;
  static const unsigned char yes[][3] = {
    [FAIRU_BRANCH_LT] = { 1, 0, 0 },  [FAIRU_BRANCH_LEQ] = { 1, 1, 0 }, [FAIRU_BRANCH_GT] = { 0, 0, 1 },
    [FAIRU_BRANCH_GTE] = { 0, 1, 1 }, [FAIRU_BRANCH_EQ] = { 0, 1, 0 },  [FAIRU_BRANCH_NEQ] = { 1, 0, 1 }
  };
  return yes[node->mode][sign + 1];
}

static size_t leaf_of(const fairu_forest *forest, size_t tree, const float *x)
{
  size_t at = forest->roots[tree];
  while (forest->nodes[at].mode != FAIRU_BRANCH_LEAF) {
    const fairu_branch_node *node = &forest->nodes[at];
    at = asks_yes(node, x[node->feature]) ? node->yes : node->no;
  }
  return at;
}

static double answer(const fairu_forest *forest, const float *x, size_t output)
{
  double all[TREES] = { 0.0 }, sum = 0.0, least, most;
  for (size_t t = 0; t < forest->n_trees; t++)
    sum += all[t] = forest->values[leaf_of(forest, t, x) * forest->n_outputs + output];
  least = most = all[0];
  for (size_t t = 1; t < forest->n_trees; t++) {
    least = all[t] < least ? all[t] : least;
    most = all[t] > most ? all[t] : most;
  }
  const double by_rule[] = { [FAIRU_TREES_SUM] = sum,
                             [FAIRU_TREES_AVERAGE] = sum / (double)forest->n_trees,
                             [FAIRU_TREES_MIN] = least,
                             [FAIRU_TREES_MAX] = most };
  return by_rule[forest->aggregate] + (forest->base ? forest->base[output] : 0.0);
}

/* The classifier of a forest, which takes whatever comes. */
static fairu_classifier *open_forest(fairu_context *ctx, const fairu_forest *forest)
{
  fairu_classifier *strict = NULL, *c = NULL;
  fairu_input_options options;
  CHECK_OK(ctx, fairu_input_options_init(&options, sizeof options));
  options.non_finite = FAIRU_INPUT_PASS;
  CHECK_OK(ctx, fairu_trees__create(ctx, names, FEATURES, forest, FAIRU_ACTIVATION_LINEAR, &strict));
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, strict, &options, &c));
  fairu_classifier_destroy(strict);
  return c;
}

static void score(fairu_context *ctx, const fairu_classifier *c, const float *x, size_t n, float *scores)
{
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, n, FEATURES, NULL, 0, FAIRU_OUTPUT_SCORE, scores));
}

/* ---- every comparison at every special value --------------------------------------------------------------- */

static const float specials[] = { 0.0F,      -0.0F,       0x1p-149F,     -0x1p-149F,  0x1p-126F,  1.0F,
                                  -1.0F,     0.99999994F, 1.0000001F,    -1.0000001F, FLT_MAX,    -FLT_MAX,
                                  HUGE_VALF, -HUGE_VALF,  3.4028233e38F, 16777216.0F, 16777218.0F };
enum { SPECIALS = sizeof specials / sizeof *specials };

/* A root and two leaves; thresholds themselves are finite. */
static void check_stump(fairu_context *ctx, unsigned char mode, unsigned char missing, float threshold)
{
  const size_t root = 0;
  const fairu_branch_node nodes[3] = {
    { .mode = mode, .missing_true = missing, .threshold = threshold, .feature = 2, .yes = 2, .no = 1 },
    { .mode = FAIRU_BRANCH_LEAF },
    { .mode = FAIRU_BRANCH_LEAF }
  };
  const double values[3] = { 0.0, 1.0, 2.0 };
  const fairu_forest forest = { 1, 3, 1, &root, nodes, values, FAIRU_TREES_SUM, NULL };
  fairu_classifier *c = open_forest(ctx, &forest);
  float x[(SPECIALS + 1) * FEATURES], all[SPECIALS + 1], one;
  memset(x, 0, sizeof x);
  for (size_t i = 0; i <= SPECIALS; i++)
    x[i * FEATURES + 2] = i < SPECIALS ? specials[i] : NAN;
  score(ctx, c, x, SPECIALS + 1, all);
  for (size_t i = 0; i <= SPECIALS; i++) {
    const double wanted = asks_yes(&nodes[0], x[i * FEATURES + 2]) ? 2.0 : 1.0;
    score(ctx, c, x + i * FEATURES, 1, &one);
    if ((double)all[i] != wanted || (double)one != wanted)
      fail_msg("mode %d, missing %d: %g against %g gives %g and %g, wanted %g", mode, missing,
               (double)x[i * FEATURES + 2], (double)threshold, (double)all[i], (double)one, wanted);
  }
  fairu_classifier_destroy(c);
}

static void comparisons_hold_at_every_special_value(void **state)
{
  fairu_context *ctx = support_context();
  (void)state;
  for (unsigned char mode = FAIRU_BRANCH_LT; mode <= FAIRU_BRANCH_NEQ; mode++)
    for (unsigned char missing = 0; missing < 2; missing++)
      for (size_t t = 0; t < SPECIALS; t++)
        if (isfinite(specials[t]))
          check_stump(ctx, mode, missing, specials[t]);
  fairu_context_destroy(ctx);
}

/* ---- random forests ---------------------------------------------------------------------------------------- */

typedef struct wood {
  fairu_forest forest;
  size_t roots[TREES];
  fairu_branch_node nodes[TREES * NODES];
  double values[TREES * NODES * OUTPUTS], base[OUTPUTS];
} wood;

static size_t any_below(fairu_philox *rng, size_t n)
{
  return (size_t)(fairu_philox__uniform(rng) * (double)n) % n;
}

/* Each node is a leaf or has the next two free ones as children; NODES is odd. Half of all questions are of one feature. */
static void plant(wood *w, uint64_t seed, size_t n_trees, size_t n_outputs, int aggregate)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 3, 1);
  memset(w, 0, sizeof *w);
  for (size_t t = 0; t < n_trees; t++) {
    const size_t root = t * NODES;
    size_t open = root + 1;
    w->roots[t] = root;
    for (size_t i = root; i < open; i++) {
      fairu_branch_node *node = &w->nodes[i];
      if (open + 2 > root + NODES || (i > root && any_below(&rng, 5) == 0))
        continue;
      node->mode = (unsigned char)(1 + any_below(&rng, MODES));
      node->missing_true = (unsigned char)any_below(&rng, 2);
      node->threshold = (float)any_below(&rng, 7) * 0.5F - 1.5F;
      node->feature = any_below(&rng, 2) ? any_below(&rng, FEATURES) : 4;
      node->yes = open + any_below(&rng, 2);
      node->no = 2 * open + 1 - node->yes;
      open += 2;
    }
  }
  for (size_t i = 0; i < n_trees * NODES * n_outputs; i++)
    w->values[i] = (double)any_below(&rng, 4096) / 1024.0 - 2.0; /* sums are exact */
  for (size_t o = 0; o < n_outputs; o++)
    w->base[o] = (double)o - 0.5;
  w->forest = (fairu_forest){ n_trees,  n_trees * NODES, n_outputs, w->roots,
                              w->nodes, w->values,       aggregate, w->base };
}

/* On the grid of thresholds, some of it missing or infinite; every third event is whole. */
static void fill(float *x, uint64_t seed)
{
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 3, 2);
  for (size_t i = 0; i < EVENTS * FEATURES; i++) {
    const size_t kind = (i / FEATURES) % 3 ? any_below(&rng, 8) : 7;
    x[i] = (float)any_below(&rng, 15) * 0.25F - 1.75F;
    if (kind < 3)
      x[i] = kind == 0 ? NAN : kind == 1 ? HUGE_VALF : -HUGE_VALF;
  }
}

/* Nodes that nothing leads to are refused, so only those that are reached are handed over, in any order. */
static void shuffle(const wood *from, wood *to, uint64_t seed)
{
  static size_t place[TREES * NODES];
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 3, 3);
  const size_t n_outputs = from->forest.n_outputs;
  unsigned char met[TREES * NODES] = { 0 };
  size_t n = 0, order[TREES * NODES];
  for (size_t t = 0; t < from->forest.n_trees; t++)
    met[from->roots[t]] = 1;
  for (size_t i = 0; i < from->forest.n_nodes; i++) {
    const fairu_branch_node *node = &from->nodes[i];
    if (!met[i])
      continue;
    order[n++] = i;
    if (node->mode != FAIRU_BRANCH_LEAF)
      met[node->yes] = met[node->no] = 1;
  }
  for (size_t k = n; seed > 0 && k > 1; k--) {
    const size_t other = any_below(&rng, k), swap = order[k - 1];
    order[k - 1] = order[other];
    order[other] = swap;
  }
  *to = *from;
  for (size_t k = 0; k < n; k++)
    place[order[k]] = k;
  for (size_t k = 0; k < n; k++) {
    to->nodes[k] = from->nodes[order[k]];
    to->nodes[k].yes = place[to->nodes[k].yes];
    to->nodes[k].no = place[to->nodes[k].no];
    memcpy(to->values + k * n_outputs, from->values + order[k] * n_outputs, n_outputs * sizeof(double));
  }
  for (size_t t = 0; t < from->forest.n_trees; t++)
    to->roots[t] = place[from->roots[t]];
  to->forest.n_nodes = n;
  to->forest.roots = to->roots;
  to->forest.nodes = to->nodes;
  to->forest.values = to->values;
  to->forest.base = to->base;
}

static void check_answers(fairu_context *ctx, const fairu_classifier *c, const wood *w, const float *x)
{
  static float all[EVENTS * OUTPUTS], one[OUTPUTS];
  const size_t n = w->forest.n_outputs;
  score(ctx, c, x, EVENTS, all);
  for (size_t e = 0; e < EVENTS; e++) {
    score(ctx, c, x + e * FEATURES, 1, one);
    assert_memory_equal(one, all + e * n, n * sizeof *one);
    for (size_t o = 0; o < n; o++)
      assert_true(all[e * n + o] == (float)answer(&w->forest, x + e * FEATURES, o));
  }
}

static wood made, shuffled;
static float events[EVENTS * FEATURES];

static void forests_with_holes_are_walked_right(void **state)
{
  char path[512];
  fairu_context *ctx = support_context();
  (void)state;
  support_path(path, sizeof path, "holes.fairu");
  for (uint64_t seed = 0; seed < 40; seed++) {
    fairu_classifier *again = NULL;
    plant(&made, seed, 1 + seed % TREES, 1 + seed % OUTPUTS, (int)(seed / 3 % 4));
    shuffle(&made, &shuffled, 0);
    fill(events, seed);
    fairu_classifier *c = open_forest(ctx, &shuffled.forest);
    check_answers(ctx, c, &made, events);
    CHECK_OK(ctx, fairu_classifier_save(c, ctx, path));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &again));
    check_answers(ctx, again, &made, events);
    fairu_classifier_destroy(again);
    CHECK_OK(ctx, fairu_classifier__copy(c, ctx, &again));
    fairu_classifier_destroy(c);
    check_answers(ctx, again, &made, events);
    fairu_classifier_destroy(again);
  }
  fairu_context_destroy(ctx);
}

/* ---- what may not change a bit ------------------------------------------------------------------------------ */

enum change { NO_CHANGE, OTHER_ORDER, OTHER_WORDS, OTHER_SCALE, TREES_TWICE, N_CHANGES };

/* "not below" for "at least", children exchanged: what is missing goes the same way. */
static void say_otherwise(wood *w)
{
  static const unsigned char opposite[] = { [FAIRU_BRANCH_LT] = FAIRU_BRANCH_GTE,
                                            [FAIRU_BRANCH_LEQ] = FAIRU_BRANCH_GT,
                                            [FAIRU_BRANCH_GT] = FAIRU_BRANCH_LEQ,
                                            [FAIRU_BRANCH_GTE] = FAIRU_BRANCH_LT };
  for (size_t i = 0; i < w->forest.n_nodes; i++) {
    fairu_branch_node *node = &w->nodes[i];
    if (node->mode < FAIRU_BRANCH_LT || node->mode > FAIRU_BRANCH_GTE)
      continue;
    const size_t yes = node->yes;
    node->mode = opposite[node->mode];
    node->yes = node->no;
    node->no = yes;
    node->missing_true = !node->missing_true;
  }
}

/* Each tree a second time, behind all others: no smallest, largest or mean value changes. */
static void grow_twice(wood *w)
{
  const size_t n = w->forest.n_nodes, n_trees = w->forest.n_trees, n_outputs = w->forest.n_outputs;
  for (size_t i = 0; i < n; i++) {
    w->nodes[n + i] = w->nodes[i];
    w->nodes[n + i].yes += n;
    w->nodes[n + i].no += n;
  }
  memcpy(w->values + n * n_outputs, w->values, n * n_outputs * sizeof(double));
  for (size_t t = 0; t < n_trees; t++)
    w->roots[n_trees + t] = w->roots[t] + n;
  w->forest.n_nodes *= 2;
  w->forest.n_trees *= 2;
}

/* Features scaled by powers of two, so that no comparison changes. */
static void scale_features(wood *w, float *x)
{
  static const float scale[FEATURES] = { 1.0F, 2.0F, 0.25F, 0x1p-100F, 0x1p100F, 0.5F };
  for (size_t i = 0; i < w->forest.n_nodes; i++)
    if (w->nodes[i].mode != FAIRU_BRANCH_LEAF)
      w->nodes[i].threshold *= scale[w->nodes[i].feature];
  for (size_t i = 0; i < EVENTS * FEATURES; i++)
    x[i] *= scale[i % FEATURES];
}

static void bits_depend_on_the_questions_alone(void **state)
{
  static float wanted[EVENTS * OUTPUTS], got[EVENTS * OUTPUTS], moved[EVENTS * FEATURES];
  fairu_context *ctx = support_context();
  (void)state;
  for (uint64_t seed = 0; seed < 24; seed++) {
    plant(&made, 100 + seed, 1 + seed % (TREES / 2), 1 + seed % OUTPUTS, (int)(seed % 4));
    fill(events, 100 + seed);
    for (int change = NO_CHANGE; change < N_CHANGES; change++) {
      if (change == TREES_TWICE && made.forest.aggregate == FAIRU_TREES_SUM)
        continue;
      memcpy(moved, events, sizeof moved);
      shuffle(&made, &shuffled, change == OTHER_ORDER ? seed + 1 : 0);
      if (change == OTHER_WORDS)
        say_otherwise(&shuffled);
      if (change == TREES_TWICE)
        grow_twice(&shuffled);
      if (change == OTHER_SCALE)
        scale_features(&shuffled, moved);
      fairu_classifier *c = open_forest(ctx, &shuffled.forest);
      score(ctx, c, moved, EVENTS, change == NO_CHANGE ? wanted : got);
      if (change != NO_CHANGE)
        assert_memory_equal(got, wanted, EVENTS * made.forest.n_outputs * sizeof *got);
      fairu_classifier_destroy(c);
    }
  }
  fairu_context_destroy(ctx);
}

/* A hole in one event is seen by no other of its block. */
static void a_hole_stays_in_its_event(void **state)
{
  static float whole[EVENTS], holed[EVENTS];
  fairu_context *ctx = support_context();
  (void)state;
  plant(&made, 7, TREES, 1, FAIRU_TREES_SUM);
  shuffle(&made, &shuffled, 0);
  fairu_classifier *c = open_forest(ctx, &shuffled.forest);
  for (size_t i = 0; i < EVENTS * FEATURES; i++)
    events[i] = (float)(i * 7 % 15) * 0.25F - 1.75F;
  score(ctx, c, events, EVENTS, whole);
  for (size_t e = 0; e < EVENTS; e += 5) {
    float kept[FEATURES];
    memcpy(kept, events + e * FEATURES, sizeof kept);
    for (size_t i = 0; i < FEATURES; i++)
      events[e * FEATURES + i] = NAN;
    score(ctx, c, events, EVENTS, holed);
    assert_true(holed[e] == (float)answer(&made.forest, events + e * FEATURES, 0));
    holed[e] = whole[e];
    assert_memory_equal(holed, whole, sizeof whole);
    memcpy(events + e * FEATURES, kept, sizeof kept);
  }
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(comparisons_hold_at_every_special_value),
                                      cmocka_unit_test(forests_with_holes_are_walked_right),
                                      cmocka_unit_test(bits_depend_on_the_questions_alone),
                                      cmocka_unit_test(a_hole_stays_in_its_event) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
