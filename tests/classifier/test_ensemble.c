/* Ensembles: the mean of scores, its logit and derivatives; one event as a batch; files; what is refused. */
#include <fairu/formats.h>

#include "classifier/kind.h"
#include "classifier/made_columns.h"
#include "classifier/random_network.h"

enum { MEMBERS = 3, EVENTS = 1500, FEATURES = 3 };

static const double at[1] = { 0.3 };

static fairu_classifier *network(fairu_context *ctx, uint64_t seed, size_t n_outputs, int last, double scale)
{
  const size_t widths[] = { FEATURES + 1, 9, 7, n_outputs };
  static random_network net;
  fairu_classifier *c = NULL;
  random_network_fill(&net, seed, FEATURES, 1, widths, 3, FAIRU_ACTIVATION_TANH, last);
  for (size_t i = 0; i < 7 * n_outputs; i++)
    net.weights[2][i] = (float)(scale * (double)net.weights[2][i]);
  CHECK_OK(ctx, random_network_make(&net, ctx, &c));
  return c;
}

typedef struct party {
  fairu_classifier *members[MEMBERS], *all;
} party;

/* gated: the second member is a pair. */
static party make_party(fairu_context *ctx, size_t n_outputs, int last, double scale, int gated)
{
  party p;
  for (size_t m = 0; m < MEMBERS; m++)
    p.members[m] = network(ctx, 70 + m, n_outputs, last, scale);
  if (gated) {
    fairu_classifier *below = p.members[1], *above = network(ctx, 80, n_outputs, last, scale);
    CHECK_OK(ctx, fairu_classifier_create_gated(ctx, below, above, "z0", 0.25, &p.members[1]));
    fairu_classifier_destroy(below);
    fairu_classifier_destroy(above);
  }
  CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, (const fairu_classifier *const *)p.members, MEMBERS,
                                                 &p.all));
  return p;
}

static void free_party(party *p)
{
  for (size_t m = 0; m < MEMBERS; m++)
    fairu_classifier_destroy(p->members[m]);
  fairu_classifier_destroy(p->all);
}

static void score(const fairu_classifier *c, fairu_context *ctx, const float *x, int output, float *scores)
{
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, EVENTS, FEATURES, at, 1, output, scores));
}

static void the_score_is_the_mean(void **state)
{
  (void)state;
  const int lasts[] = { FAIRU_ACTIVATION_SIGMOID, FAIRU_ACTIVATION_SOFTMAX, FAIRU_ACTIVATION_LINEAR,
                        FAIRU_ACTIVATION_TANH };
  static float scores[MEMBERS][4 * EVENTS], mean[4 * EVENTS], logit[4 * EVENTS];
  fairu_context *ctx = support_context();
  float *x = random_features(3, FEATURES * EVENTS);
  for (int i = 0; i < 8; i++) {
    const size_t n_outputs = i % 4 == 0 ? 1 : 4;
    party p = make_party(ctx, n_outputs, lasts[i % 4], 1.0, i > 3);
    for (size_t m = 0; m < MEMBERS; m++)
      score(p.members[m], ctx, x, FAIRU_OUTPUT_SCORE, scores[m]);
    score(p.all, ctx, x, FAIRU_OUTPUT_SCORE, mean);
    score(p.all, ctx, x, FAIRU_OUTPUT_LOGIT, logit);
    for (size_t e = 0; e < n_outputs * EVENTS; e++) {
      const double wanted = ((double)scores[0][e] + (double)scores[1][e] + (double)scores[2][e]) / MEMBERS;
      CHECK_NEAR((double)mean[e], wanted, 3e-7 * (1.0 + fabs(wanted)));
      const double back = i % 4 == 0 ? log(wanted / (1.0 - wanted)) : i % 4 == 1 ? log(wanted) : wanted;
      CHECK_NEAR((double)logit[e], back,
                 1e-6 * (1.0 + fabs(back)) + 3e-7 / fmin(wanted, 1.0 - wanted) * (i % 4 == 0));
    }
    free_party(&p);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* Far out sigmoids are 0 or 1 in float; the logit of the mean is not. */
static void logits_do_not_saturate(void **state)
{
  (void)state;
  const double weights[MEMBERS] = { 40.0, 60.0, 55.0 };
  const char *const name[1] = { "x" };
  const float x[5] = { -2.0F, -1.0F, 0.0F, 1.0F, 2.0F };
  float logits[5];
  fairu_context *ctx = support_context();
  fairu_classifier *members[MEMBERS], *all = NULL;
  for (size_t m = 0; m < MEMBERS; m++)
    CHECK_OK(ctx, fairu_classifier_create_linear(ctx, name, &weights[m], 1, 0.0, &members[m]));
  CHECK_OK(ctx,
           fairu_classifier_create_ensemble(ctx, (const fairu_classifier *const *)members, MEMBERS, &all));
  CHECK_OK(ctx, fairu_classifier_score(all, ctx, x, 5, 1, NULL, 0, FAIRU_OUTPUT_LOGIT, logits));
  for (size_t i = 0; i < 5; i++) {
    double near = 0.0, far = 0.0; /* mean of sigmoids of -|w x|, and of |w x| */
    for (size_t m = 0; m < MEMBERS; m++) {
      const double e = exp(-fabs(weights[m] * (double)x[i]));
      near += e / (1.0 + e);
      far += 1.0 / (1.0 + e);
    }
    CHECK_CLOSE((double)logits[i], x[i] < 0.0F ? log(near / far) : -log(near / far), 1e-6);
  }
  fairu_classifier_destroy(all);
  for (size_t m = 0; m < MEMBERS; m++)
    fairu_classifier_destroy(members[m]);
  fairu_context_destroy(ctx);
}

/* Batches of any size, one event, threads, many Z: the same bits. */
static void any_way_of_asking_gives_the_same_bits(void **state)
{
  (void)state;
  enum { POINTS = 40 };
  static float wanted[EVENTS], again[EVENTS], many[POINTS * EVENTS];
  fairu_context *ctx = support_context();
  float *x = random_features(4, FEATURES * EVENTS), *column[FEATURES];
  fairu_events *events = made_columns(ctx, feature_names, FEATURES, EVENTS, column);
  double z[POINTS];
  for (size_t f = 0; f < FEATURES; f++)
    for (size_t i = 0; i < EVENTS; i++)
      column[f][i] = x[i * FEATURES + f];
  for (size_t p = 0; p < POINTS; p++)
    z[p] = p == 7 ? at[0] : 0.05 * (double)p - 1.0;
  for (int i = 0; i < 4; i++) {
    party p = make_party(ctx, 1, FAIRU_ACTIVATION_SIGMOID, 1.0, i > 1);
    const int output = i % 2 ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    score(p.all, ctx, x, output, wanted);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 3));
    score(p.all, ctx, x, output, again);
    assert_memory_equal(wanted, again, sizeof wanted);
    for (size_t e = 0; e < 100; e++)
      CHECK_OK(ctx, fairu_classifier_score_event(p.all, ctx, x + e * FEATURES, FEATURES, at, 1, output,
                                                 &again[e]));
    CHECK_OK(ctx,
             fairu_classifier_score(p.all, ctx, x + 100 * FEATURES, 9, FEATURES, at, 1, output, &again[100]));
    CHECK_OK(ctx, fairu_classifier_score(p.all, ctx, x + 109 * FEATURES, 70, FEATURES, at, 1, output,
                                         &again[109]));
    assert_memory_equal(wanted, again, sizeof wanted);
    CHECK_OK(ctx, fairu_classifier_score_events(p.all, ctx, events, z, POINTS, 1, output, many));
    assert_memory_equal(wanted, many + 7 * EVENTS, sizeof wanted);
    free_party(&p);
  }
  free(x);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Central differences of the mean in double, from members whose scores are smooth in float: 1e-3 of the step's size. */
static void derivatives_equal_differences(void **state)
{
  (void)state;
  enum { N = 40 };
  static float scores[N], dx[N * FEATURES], dz[N], member_x[MEMBERS][N * FEATURES], member_z[MEMBERS][N],
      l[MEMBERS][N];
  fairu_context *ctx = support_context();
  float *x = random_features(5, FEATURES * N);
  for (int i = 0; i < 4; i++) {
    party p = make_party(ctx, 1, i < 2 ? FAIRU_ACTIVATION_SIGMOID : FAIRU_ACTIVATION_LINEAR, 3.0, i % 2);
    for (int output = FAIRU_OUTPUT_SCORE; output <= FAIRU_OUTPUT_LOGIT; output++) {
      CHECK_OK(ctx,
               fairu_classifier_score_derivative(p.all, ctx, x, N, FEATURES, at, 1, output, scores, dx, dz));
      for (size_t m = 0; m < MEMBERS; m++)
        CHECK_OK(ctx, fairu_classifier_score_derivative(p.members[m], ctx, x, N, FEATURES, at, 1,
                                                        FAIRU_OUTPUT_LOGIT, l[m], member_x[m], member_z[m]));
      for (size_t e = 0; e < N; e++) {
        double mean = 0.0, sum_x = 0.0, sum_z = 0.0; /* by the chain rule, in double */
        for (size_t m = 0; m < MEMBERS; m++) {
          const double s = 1.0 / (1.0 + exp(-(double)l[m][e])), w = i < 2 ? s * (1.0 - s) : 1.0;
          mean += (i < 2 ? s : (double)l[m][e]) / MEMBERS;
          sum_x += w * (double)member_x[m][e * FEATURES + 1] / MEMBERS;
          sum_z += w * (double)member_z[m][e] / MEMBERS;
        }
        const double outer = i < 2 && output == FAIRU_OUTPUT_LOGIT ? 1.0 / (mean * (1.0 - mean)) : 1.0;
        CHECK_NEAR((double)dx[e * FEATURES + 1], outer * sum_x, 2e-6 * (fabs(outer * sum_x) + outer * 0.1));
        CHECK_NEAR((double)dz[e], outer * sum_z, 2e-6 * (fabs(outer * sum_z) + outer * 0.1));
      }
      static float only[N];
      CHECK_OK(ctx, fairu_classifier_score(p.all, ctx, x, N, FEATURES, at, 1, output, only));
      assert_memory_equal(only, scores, sizeof only);
      CHECK_OK(ctx, fairu_classifier_score_derivative(p.all, ctx, x, N, FEATURES, at, 1, output, NULL, NULL,
                                                      only));
      assert_memory_equal(only, dz, sizeof only);
    }
    free_party(&p);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* ---- files ---------------------------------------------------------------------------------------------- */

static void files_bring_back_the_same_bits(void **state)
{
  (void)state;
  static float wanted[EVENTS], again[EVENTS];
  char path[512];
  fairu_context *ctx = support_context();
  float *x = random_features(6, FEATURES * EVENTS);
  for (int gated = 0; gated < 2; gated++) {
    party p = make_party(ctx, 1, FAIRU_ACTIVATION_SIGMOID, 1.0, gated);
    fairu_classifier *loaded = NULL;
    double lower = 0.0, upper = 0.0;
    support_path(path, sizeof path, "ensemble.model");
    CHECK_OK(ctx, fairu_classifier_save(p.all, ctx, path));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
    score(p.all, ctx, x, FAIRU_OUTPUT_LOGIT, wanted);
    score(loaded, ctx, x, FAIRU_OUTPUT_LOGIT, again);
    assert_memory_equal(wanted, again, sizeof wanted);
    CHECK_OK(ctx, fairu_classifier_nuisance_range(loaded, ctx, 0, &lower, &upper));
    assert_true(lower == -1.0 && upper == 1.0);
    fairu_classifier_destroy(loaded);
    free_party(&p);
  }
  free(x);
  fairu_context_destroy(ctx);
}

/* Policies of inputs reach the members. */
static void members_settle_their_inputs(void **state)
{
  (void)state;
  const float defaults[FEATURES] = { 0.5F, 0.25F, -1.0F }, x[FEATURES] = { 0.1F, NAN, 2.0F };
  const float y[FEATURES] = { 0.1F, 0.25F, 2.0F };
  float a = 0.0F, b = 0.0F;
  char path[512];
  fairu_context *ctx = support_context();
  for (int gated = 0; gated < 2; gated++) {
    party p = make_party(ctx, 1, FAIRU_ACTIVATION_SIGMOID, 1.0, gated);
    fairu_classifier *kind = NULL, *loaded = NULL;
    const fairu_input_options options = { .struct_size = sizeof options,
                                          .defaults = defaults,
                                          .non_finite = FAIRU_INPUT_DEFAULT };
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_classifier_score_event(p.all, ctx, x, FEATURES, at, 1, FAIRU_OUTPUT_SCORE, &a));
    CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, p.all, &options, &kind));
    CHECK_OK(ctx, fairu_classifier_save(kind, ctx, support_path(path, sizeof path, "ensemble.model")));
    CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
    CHECK_OK(ctx, fairu_classifier_score_event(loaded, ctx, x, FEATURES, at, 1, FAIRU_OUTPUT_SCORE, &a));
    CHECK_OK(ctx, fairu_classifier_score_event(p.all, ctx, y, FEATURES, at, 1, FAIRU_OUTPUT_SCORE, &b));
    assert_true(a == b);
    fairu_classifier_destroy(loaded);
    fairu_classifier_destroy(kind);
    free_party(&p);
  }
  fairu_context_destroy(ctx);
}

/* ---- refused -------------------------------------------------------------------------------------------- */

static int callback(const float *features, size_t n, size_t n_features, const double *z, size_t n_nuisances,
                    float *logits, void *data)
{
  (void)n_features, (void)n_nuisances, (void)z;
  (void)data;
  for (size_t i = 0; i < n; i++)
    logits[i] = features[i];
  return 0;
}

static void what_does_not_fit_is_refused(void **state)
{
  (void)state;
  const char *const one[1] = { "f0" };
  const double weight = 1.0;
  char path[512];
  fairu_context *ctx = support_context();
  party p = make_party(ctx, 1, FAIRU_ACTIVATION_SIGMOID, 1.0, 0);
  const fairu_classifier *list[2] = { p.members[0], NULL };
  fairu_classifier *other = NULL, *out = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_create_ensemble(ctx, list, 2, &out));
  CHECK_SAYS(ctx, "member 1 of 2 is NULL");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_classifier_create_ensemble(ctx, list, 0, &out));
  CHECK_SAYS(ctx, "ensemble of 0 members");
  list[1] = p.all;
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_create_ensemble(ctx, list, 2, &out));
  CHECK_SAYS(ctx, "member 1 is an ensemble");
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_create_gated(ctx, p.all, p.all, "z0", 0.0, &out));
  CHECK_SAYS(ctx, "a side of a gate is an ensemble");
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_classifier_export(p.all, ctx, support_path(path, sizeof path, "ensemble.onnx"),
                                      FAIRU_FORMAT_ONNX));
  CHECK_SAYS(ctx, "ONNX cannot say an ensemble");
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, one, &weight, 1, 0.0, &other));
  list[1] = other;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_create_ensemble(ctx, list, 2, &out));
  CHECK_SAYS(ctx, "members 0 and 1 differ in names");
  fairu_classifier_destroy(other);
  list[1] = other = network(ctx, 5, 2, FAIRU_ACTIVATION_SOFTMAX, 1.0);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_classifier_create_ensemble(ctx, list, 2, &out));
  CHECK_SAYS(ctx, "member 1 2 with 5");
  fairu_classifier_destroy(other);
  assert_null(out);
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, one, 1, NULL, 0, 1, callback, NULL, &other));
  list[0] = list[1] = other;
  CHECK_OK(ctx, fairu_classifier_create_ensemble(ctx, list, 2, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_classifier_save(out, ctx, support_path(path, sizeof path, "callback.model")));
  fairu_classifier_destroy(out);
  fairu_classifier_destroy(other);
  free_party(&p);
  fairu_context_destroy(ctx);
}

/* ensembles inside ensembles would nest without end: a file may not. */
static void nested_files_are_refused(void **state)
{
  (void)state;
  const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
  char path[512];
  fairu_context *ctx = support_context();
  party p = make_party(ctx, 1, FAIRU_ACTIVATION_SIGMOID, 1.0, 0);
  fairu_classifier *out = NULL;
  support_path(path, sizeof path, "nested.model");
  for (int empty = 0; empty < 2; empty++) {
    const size_t n = p.all->as.ensemble.n;
    fairu_pack *pack = NULL;
    CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
    p.all->as.ensemble.n = empty ? 0 : n;
    if (!empty) { /* an ensemble of one ensemble: written by hand */
      fairu_classifier shell = *p.all;
      fairu_classifier *inner[1] = { p.all };
      shell.as.ensemble = (fairu_ensemble){ inner, 1 };
      fairu_classifier__put(&shell, pack);
    } else {
      fairu_classifier__put(p.all, pack);
    }
    CHECK_OK(ctx, fairu_pack__save(pack, ctx, path, magic, 3));
    fairu_pack__destroy(pack);
    p.all->as.ensemble.n = n;
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_classifier_load(ctx, path, &out));
    CHECK_SAYS(ctx, empty ? "ensemble without members" : "kind 8 of classifier as a member of an ensemble");
  }
  free_party(&p);
  fairu_context_destroy(ctx);
}

static int everything(fairu_context *ctx, void *data)
{
  const party *p = data;
  static float scores[4], dx[4 * FEATURES];
  char path[512];
  const float x[4 * FEATURES] = { 0.5F, 1.0F, -1.0F };
  fairu_classifier *made = NULL, *loaded = NULL;
  int status =
      fairu_classifier_create_ensemble(ctx, (const fairu_classifier *const *)p->members, MEMBERS, &made);
  support_path(path, sizeof path, "memory.model");
  if (status == FAIRU_OK)
    status = fairu_classifier_save(made, ctx, path);
  if (status == FAIRU_OK)
    status = fairu_classifier_load(ctx, path, &loaded);
  if (status == FAIRU_OK)
    status = fairu_classifier_score(loaded, ctx, x, 4, FEATURES, at, 1, 0, scores);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_derivative(loaded, ctx, x, 4, FEATURES, at, 1, 0, scores, dx, NULL);
  assert_true((made != NULL) || status != FAIRU_OK);
  fairu_classifier_destroy(made);
  fairu_classifier_destroy(loaded);
  return status;
}

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  party p = make_party(ctx, 1, FAIRU_ACTIVATION_SIGMOID, 1.0, 1);
  assert_true(support_every_allocation_fails(everything, &p) > 60);
  free_party(&p);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_score_is_the_mean),
    cmocka_unit_test(logits_do_not_saturate),
    cmocka_unit_test(any_way_of_asking_gives_the_same_bits),
    cmocka_unit_test(derivatives_equal_differences),
    cmocka_unit_test(files_bring_back_the_same_bits),
    cmocka_unit_test(members_settle_their_inputs),
    cmocka_unit_test(what_does_not_fit_is_refused),
    cmocka_unit_test(nested_files_are_refused),
    cmocka_unit_test(failing_allocations_are_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
