/* Classifiers made of classifiers, at random: gates, ensembles, calibration and policies of inputs around networks, forms, forests and
 * callbacks, asked in every way there is, against a walk through the same parts in double. */
#include <fairu/probability.h>

#include "classifier/random_network.h"
#include "classifier/trees.h"

enum { FEATURES = 3, EVENTS = 130, POINTS = 4, MOST_PARTS = 4 };

enum kind { NETWORK, LINEAR, FOREST, CALLBACK, GATED, ENSEMBLE, CALIBRATED };

/* What the library was told, to be worked out again. */
typedef struct part {
  enum kind kind;
  struct part *inner[MOST_PARTS];
  size_t n;
  random_network *net;
  double weights[FEATURES + 2]; /* of a form: features, Z, bias */
  double threshold, nominal;
  fairu_probability_map *map;
  fairu_classifier *made;
} part;

static const double base_of_forest[1] = { 0.25 };

/* ---- parts ---------------------------------------------------------------------------------------------- */

static double weighted(const part *p, const double *x, double z)
{
  double sum = p->weights[FEATURES + 1] + p->weights[FEATURES] * z;
  for (size_t i = 0; i < FEATURES; i++)
    sum += p->weights[i] * x[i];
  return sum;
}

static int call_weighted(const float *features, size_t n_events, size_t n_features, const double *z,
                         size_t n_nuisances, float *logits, void *user_data)
{
  assert_int_equal(n_features, FEATURES);
  for (size_t e = 0; e < n_events; e++) {
    double x[FEATURES];
    for (size_t i = 0; i < FEATURES; i++)
      x[i] = (double)features[e * FEATURES + i];
    logits[e] = (float)weighted(user_data, x, n_nuisances > 0 ? z[0] : 0.0);
  }
  return 0;
}

/* Smaller values on one side of a threshold: weights[0] and weights[1] are the leaves. */
static void make_forest(part *p, fairu_context *ctx)
{
  const size_t root = 0;
  const fairu_branch_node nodes[3] = {
    { .mode = FAIRU_BRANCH_LT, .threshold = (float)p->threshold, .feature = 1, .yes = 1, .no = 2 },
    { .mode = FAIRU_BRANCH_LEAF },
    { .mode = FAIRU_BRANCH_LEAF }
  };
  const double values[3] = { 0.0, p->weights[0], p->weights[1] };
  const fairu_forest forest = { 1, 3, 1, &root, nodes, values, FAIRU_TREES_SUM, base_of_forest };
  CHECK_OK(ctx,
           fairu_trees__create(ctx, feature_names, FEATURES, &forest, FAIRU_ACTIVATION_SIGMOID, &p->made));
}

static part *leaf(fairu_context *ctx, fairu_philox *rng, enum kind kind, size_t n_nuisances)
{
  const size_t widths[4] = { FEATURES + n_nuisances, 7, 5, 1 };
  part *p = calloc(1, sizeof *p);
  assert_non_null(p);
  p->kind = kind;
  for (size_t i = 0; i < FEATURES + 2; i++)
    p->weights[i] = (double)(float)fairu_philox__normal(rng);
  p->threshold = (double)(float)fairu_philox__normal(rng);
  p->weights[FEATURES] *= n_nuisances > 0;
  if (kind == NETWORK) {
    p->net = calloc(1, sizeof *p->net);
    assert_non_null(p->net);
    random_network_fill(p->net, fairu_philox__u64(rng), FEATURES, n_nuisances, widths, 3,
                        1 + (int)fairu_philox__below(rng, 4), FAIRU_ACTIVATION_SIGMOID);
    CHECK_OK(ctx, random_network_make(p->net, ctx, &p->made));
  } else if (kind == LINEAR) {
    CHECK_OK(ctx, fairu_classifier_create_linear(ctx, feature_names, p->weights, FEATURES,
                                                 p->weights[FEATURES + 1], &p->made));
  } else if (kind == FOREST) {
    make_forest(p, ctx);
  } else {
    CHECK_OK(ctx, fairu_classifier_create_callback(ctx, feature_names, FEATURES, nuisance_names, n_nuisances,
                                                   1, call_weighted, p, &p->made));
  }
  return p;
}

static part *gate(fairu_context *ctx, fairu_philox *rng)
{
  part *p = calloc(1, sizeof *p);
  assert_non_null(p);
  p->kind = GATED;
  p->n = 2;
  p->nominal = fairu_philox__normal(rng);
  for (size_t i = 0; i < 2; i++)
    p->inner[i] = leaf(ctx, rng, fairu_philox__below(rng, 3) ? NETWORK : CALLBACK, 1);
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, p->inner[0]->made, p->inner[1]->made, nuisance_names[0],
                                              p->nominal, &p->made));
  return p;
}

static part *any_but_ensembles(fairu_context *ctx, fairu_philox *rng, size_t n_nuisances)
{
  static const enum kind told[2] = { NETWORK, CALLBACK }, blind[4] = { NETWORK, LINEAR, FOREST, CALLBACK };
  if (n_nuisances == 0)
    return leaf(ctx, rng, blind[fairu_philox__below(rng, 4)], 0);
  return fairu_philox__below(rng, 2) ? gate(ctx, rng) : leaf(ctx, rng, told[fairu_philox__below(rng, 2)], 1);
}

static part *ensemble(fairu_context *ctx, fairu_philox *rng, size_t n_nuisances)
{
  const fairu_classifier *members[MOST_PARTS];
  part *p = calloc(1, sizeof *p);
  assert_non_null(p);
  p->kind = ENSEMBLE;
  p->n = 1 + (size_t)fairu_philox__below(rng, MOST_PARTS);
  for (size_t i = 0; i < p->n; i++) {
    p->inner[i] = any_but_ensembles(ctx, rng, n_nuisances);
    members[i] = p->inner[i]->made;
  }
  CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, members, p->n, &p->made));
  return p;
}

/* Platt or isotonic: a rising map without steps. */
static fairu_probability_map *some_map(fairu_context *ctx, fairu_philox *rng)
{
  float t[80];
  int32_t y[80];
  fairu_probability_options o;
  fairu_probability_map *map = NULL;
  CHECK_OK(ctx, fairu_probability_options_init(&o, sizeof o));
  o.method = (int)fairu_philox__below(rng, 2);
  for (size_t i = 0; i < 80; i++) {
    y[i] = i < 2 ? (int32_t)i : (int32_t)fairu_philox__below(rng, 2);
    t[i] = (float)(rint(fairu_philox__normal(rng) * 2.0) + (double)y[i]);
  }
  CHECK_OK(ctx, fairu_probability_map_create(ctx, t, y, NULL, 80, &o, &map));
  return map;
}

static part *calibrated(fairu_context *ctx, fairu_philox *rng, part *inner)
{
  part *p = calloc(1, sizeof *p);
  assert_non_null(p);
  p->kind = CALIBRATED;
  p->n = 1;
  p->inner[0] = inner;
  p->map = some_map(ctx, rng);
  CHECK_OK(ctx, fairu_classifier_create_calibrated(ctx, inner->made, p->map, &p->made));
  return p;
}

static void free_part(part *p)
{
  for (size_t i = 0; i < p->n; i++)
    free_part(p->inner[i]);
  fairu_classifier_destroy(p->made);
  fairu_probability_map_destroy(p->map);
  free(p->net);
  free(p);
}

static int has_callback(const part *p)
{
  int any = p->kind == CALLBACK;
  for (size_t i = 0; i < p->n; i++)
    any |= has_callback(p->inner[i]);
  return any;
}

/* ---- the walk ------------------------------------------------------------------------------------------- */

static double logit_of(fairu_context *ctx, const part *p, const float *row, double z)
{
  double x[FEATURES], h[MOST_WIDTH], error[MOST_WIDTH], here = 0.0, not_here = 0.0, out;
  for (size_t i = 0; i < FEATURES; i++)
    x[i] = (double)row[i];
  switch (p->kind) {
  case NETWORK:
    oracle_score(p->net, row, &z, 1, h, error);
    return h[0];
  case FOREST:
    return base_of_forest[0] + p->weights[x[1] < p->threshold ? 0 : 1];
  case GATED:
    return logit_of(ctx, p->inner[z < p->nominal ? 0 : 1], row, z);
  case ENSEMBLE:
    for (size_t i = 0; i < p->n; i++) {
      const double logit = logit_of(ctx, p->inner[i], row, z);
      here += 1.0 / (1.0 + exp(-logit)) / (double)p->n;
      not_here += 1.0 / (1.0 + exp(logit)) / (double)p->n;
    }
    return log(here) - log(not_here);
  case CALIBRATED: {
    const float inner = (float)logit_of(ctx, p->inner[0], row, z);
    CHECK_OK(ctx, fairu_probability_map_apply(p->map, ctx, &inner, 1, FAIRU_OUTPUT_LOGIT, &out));
    return out;
  }
  default:
    return weighted(p, x, z);
  }
}

/* ---- comparisons ---------------------------------------------------------------------------------------- */

typedef struct answers {
  float logits[POINTS][EVENTS], scores[POINTS][EVENTS];
} answers;

/* By rows, one Z at a time; and the same by columns, all Z at once, and event by event: the same bits. */
static void ask_in_every_way(fairu_context *ctx, const fairu_classifier *c, const float *x, const double *z,
                             answers *a)
{
  static float table[POINTS][EVENTS];
  const size_t n_z = fairu_classifier_n_nuisances(c), n_points = n_z > 0 ? POINTS : 1;
  const float *const columns[FEATURES] = { x, x + 1, x + 2 };
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, EVENTS, FEATURES, feature_names, columns, FEATURES, &events));
  for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
    float(*to)[EVENTS] = output == FAIRU_OUTPUT_SCORE ? a->scores : a->logits;
    for (size_t p = 0; p < n_points; p++)
      CHECK_OK(ctx,
               fairu_classifier_score(c, ctx, x, EVENTS, FEATURES, n_z ? z + p : NULL, n_z, output, to[p]));
    CHECK_OK(ctx,
             fairu_classifier_score_events(c, ctx, events, n_z ? z : NULL, n_points, n_z, output, table[0]));
    assert_memory_equal(table, to, n_points * sizeof table[0]);
    for (size_t p = 0; p < n_points; p++)
      for (size_t i = 0; i < EVENTS; i += 13) {
        float one;
        CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, x + i * FEATURES, FEATURES, n_z ? z + p : NULL,
                                                   n_z, output, &one));
        assert_memory_equal(&one, &to[p][i], sizeof one);
      }
  }
  fairu_events_destroy(events);
}

static void check_part(fairu_context *ctx, const part *p, const float *x, const double *z)
{
  static answers a, b;
  const size_t n_points = fairu_classifier_n_nuisances(p->made) > 0 ? POINTS : 1;
  ask_in_every_way(ctx, p->made, x, z, &a);
  for (size_t k = 0; k < n_points; k++)
    for (size_t i = 0; i < EVENTS; i++) {
      const double logit = logit_of(ctx, p, x + i * FEATURES, z[k]);
      CHECK_NEAR((double)a.logits[k][i], logit,
                 2e-5 * (1.0 + fabs(logit))); /* three layers of floats, then a map of slope 4 */
      CHECK_NEAR((double)a.scores[k][i], 1.0 / (1.0 + exp(-logit)), 2e-5);
    }
  char path[512];
  (void)support_path(path, sizeof path, "composed.fairu");
  if (has_callback(p)) {
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_save(p->made, ctx, path));
    CHECK_SAYS(ctx, "callback");
    return;
  }
  fairu_classifier *back = NULL;
  CHECK_OK(ctx, fairu_classifier_save(p->made, ctx, path));
  CHECK_OK(ctx, fairu_classifier_load(ctx, path, &back));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  ask_in_every_way(ctx, back, x, z, &b);
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
  assert_memory_equal(a.logits, b.logits, n_points * sizeof a.logits[0]);
  assert_memory_equal(a.scores, b.scores, n_points * sizeof a.scores[0]);
  fairu_classifier_destroy(back);
}

static void every_composition_is_what_its_parts_say(void **state)
{
  (void)state;
  const double z[POINTS] = { -1.2, 0.05, 0.9, 3.0 };
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 60; seed++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 5);
    const size_t n_nuisances = seed & 1;
    float *x = random_features(seed, EVENTS * FEATURES);
    part *p = seed % 3 ? ensemble(ctx, &rng, n_nuisances) : any_but_ensembles(ctx, &rng, n_nuisances);
    if (seed & 2)
      p = calibrated(ctx, &rng, p);
    check_part(ctx, p, x, z);
    free_part(p);
    free(x);
  }
  fairu_context_destroy(ctx);
}

/* The gate is at z >= nominal to the last bit, whatever is around it. */
static void gates_switch_at_the_last_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  float *x = random_features(3, EVENTS * FEATURES);
  for (uint64_t seed = 0; seed < 8; seed++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 6);
    part *p = gate(ctx, &rng);
    const double z[3] = { nextafter(p->nominal, -9.0), p->nominal, nextafter(p->nominal, 9.0) };
    for (size_t k = 0; k < 3; k++) {
      static float gated[EVENTS], side[EVENTS];
      const part *wanted = p->inner[k > 0];
      CHECK_OK(ctx, fairu_classifier_score(p->made, ctx, x, EVENTS, FEATURES, z + k, 1, 0, gated));
      CHECK_OK(ctx, fairu_classifier_score(wanted->made, ctx, x, EVENTS, FEATURES, z + k, 1, 0, side));
      assert_memory_equal(gated, side, sizeof side);
    }
    free_part(p);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* An ensemble of one is its member; members twice, in any order, change nothing beyond rounding. */
static void ensembles_are_means(void **state)
{
  (void)state;
  static float one[EVENTS], other[EVENTS];
  fairu_context *ctx = support_context();
  float *x = random_features(4, EVENTS * FEATURES);
  for (uint64_t seed = 0; seed < 12; seed++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 7);
    part *p[3];
    fairu_classifier *a = NULL, *b = NULL;
    for (size_t i = 0; i < 3; i++)
      p[i] = any_but_ensembles(ctx, &rng, 0);
    const fairu_classifier *three[3] = { p[0]->made, p[1]->made, p[2]->made };
    const fairu_classifier *six[6] = {
      p[2]->made, p[0]->made, p[1]->made, p[0]->made, p[1]->made, p[2]->made
    };
    CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, three, 1, &a));
    for (int output = 0; output < 2; output++) {
      CHECK_OK(ctx, fairu_classifier_score(a, ctx, x, EVENTS, FEATURES, NULL, 0, output, one));
      CHECK_OK(ctx, fairu_classifier_score(three[0], ctx, x, EVENTS, FEATURES, NULL, 0, output, other));
      for (size_t i = 0; i < EVENTS; i++)
        CHECK_NEAR((double)one[i], (double)other[i], 2.4e-7 * (1.0 + fabs((double)other[i])));
    }
    fairu_classifier_destroy(a);
    CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, three, 3, &a));
    CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, six, 6, &b));
    for (int output = 0; output < 2; output++) {
      CHECK_OK(ctx, fairu_classifier_score(a, ctx, x, EVENTS, FEATURES, NULL, 0, output, one));
      CHECK_OK(ctx, fairu_classifier_score(b, ctx, x, EVENTS, FEATURES, NULL, 0, output, other));
      for (size_t i = 0; i < EVENTS; i++)
        CHECK_NEAR((double)one[i], (double)other[i], 2.4e-7 * (1.0 + fabs((double)other[i])));
    }
    fairu_classifier_destroy(b);
    fairu_classifier_destroy(a);
    for (size_t i = 0; i < 3; i++)
      free_part(p[i]);
  }
  free(x);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_composition_is_what_its_parts_say),
    cmocka_unit_test(gates_switch_at_the_last_bit),
    cmocka_unit_test(ensembles_are_means),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
