/* Programs: operations on lanes against the same in double, folding, chains, files, faults. */
#include "support/support.h"

#include <fairu/classifier.h>

#include "classifier/program_node.h"

static const char *const names[] = { "a", "b", "c", "d" };
static const char *const nuisances[] = { "u", "v" };

enum { ROWS = 150 }; /* two full blocks and a part */

static float *rows_of(size_t n_features)
{
  float *x = (float *)malloc(ROWS * n_features * sizeof *x);
  uint32_t state = 12345;
  assert_non_null(x);
  for (size_t i = 0; i < ROWS * n_features; i++) {
    state = state * 1664525u + 1013904223u;
    x[i] = (float)((double)(state >> 8) / 16777216.0 * 6.0 - 3.0);
  }
  return x;
}

static fairu_program_builder *builder_of(fairu_context *ctx)
{
  fairu_program_builder *b = NULL;
  CHECK_OK(ctx, fairu_program__create(ctx, &b));
  return b;
}

static fairu_classifier *finished(fairu_program_builder *b, fairu_context *ctx, fairu_value out)
{
  fairu_classifier *classifier = NULL;
  CHECK_OK(ctx, fairu_program__finish(b, ctx, out, &classifier));
  fairu_program__destroy(b);
  return classifier;
}

static double sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/* ---- a program with everything ------------------------------------------------------------------------ */

static const float w1[3 * 5] = { 0.3F, -0.2F, 0.5F,  0.1F,  0.7F,   -0.4F, 0.6F, 0.2F,
                                 0.9F, -0.8F, 0.25F, 0.15F, -0.35F, 0.45F, 0.05F };
static const float b1[3] = { 0.1F, -0.2F, 0.3F };
static const float slope[3] = { 0.5F, -0.25F, 2.0F };
static const float gamma3[3] = { 1.5F, 0.5F, -1.0F }, beta3[3] = { 0.25F, 0.0F, -0.5F };
static const float w2[2 * 6] = { 0.2F, -0.3F, 0.4F, 0.5F, -0.6F, 0.7F, -0.1F, 0.9F, 0.8F, -0.7F, 0.3F, 0.2F };
static const float half = 0.5F;

/* Inputs a b | u | c v in this order; a b scaled; u not used by the first branch. */
static fairu_value everything(fairu_program_builder *b)
{
  const double before[2] = { -1.0, 2.0 }, scale[2] = { 0.5, -0.25 };
  const fairu_value ab = fairu_program__affine(b, fairu_program__input(b, names, 2, 0), before, scale, NULL);
  const fairu_value u = fairu_program__input(b, nuisances, 1, 1),
                    c = fairu_program__input(b, names + 2, 1, 0);
  const fairu_value v = fairu_program__input(b, nuisances + 1, 1, 1);
  const fairu_value all[] = { ab, u, c, v };
  const fairu_value x = fairu_program__concat(b, all, 4);
  const fairu_value hidden = fairu_program__prelu(b, fairu_program__dense(b, x, 3, w1, b1), slope);
  const fairu_value normal = fairu_program__layer_norm(b, hidden, gamma3, beta3, 0.01);
  const fairu_value fixed = fairu_program__function(b, ab, FAIRU_FN_SOFTPLUS, 0, 0); /* Z does not move it */
  const fairu_value product =
      fairu_program__binary(b, FAIRU_BIN_MUL, fairu_program__slice(b, hidden, 1, 2), fixed);
  const fairu_value mixed =
      fairu_program__binary(b, FAIRU_BIN_MAX, product, fairu_program__slice(b, hidden, 0, 1));
  const fairu_value one = fairu_program__constant(b, 1, &half);
  const fairu_value parts[] = { normal, mixed, fairu_program__function(b, one, FAIRU_FN_EXP, 0, 0) };
  return fairu_program__dense(b, fairu_program__concat(b, parts, 3), 2, w2, NULL);
}

static void everything_in_double(const float *f, const double *z, double out[2])
{
  const double x[5] = { ((double)f[0] - 1.0) * 0.5, ((double)f[1] + 2.0) * -0.25, z[0], (double)f[2], z[1] };
  double h[3], mean = 0.0, variance = 0.0, last[6];
  for (int o = 0; o < 3; o++) {
    h[o] = (double)b1[o];
    for (int i = 0; i < 5; i++)
      h[o] += (double)w1[5 * o + i] * x[i];
    h[o] = h[o] < 0.0 ? h[o] * (double)slope[o] : h[o];
    mean += h[o] / 3.0;
  }
  for (int o = 0; o < 3; o++)
    variance += (h[o] - mean) * (h[o] - mean) / 3.0;
  for (int o = 0; o < 3; o++)
    last[o] = (h[o] - mean) / sqrt(variance + 0.01) * (double)gamma3[o] + (double)beta3[o];
  for (int o = 0; o < 2; o++)
    last[3 + o] = fmax(h[1 + o] * log1p(exp(x[o])), h[0]);
  last[5] = exp(0.5);
  for (int o = 0; o < 2; o++) {
    out[o] = 0.0;
    for (int i = 0; i < 6; i++)
      out[o] += (double)w2[6 * o + i] * last[i];
  }
}

enum { POINTS = 3 };
static const double points[2 * POINTS] = { 0.5, -1.0, 1.25, 0.0, -2.0, 0.75 };

/* scores [POINTS][ROWS][2] of the program with everything. */
static float *score_everything(fairu_context *ctx, const fairu_classifier *classifier, const float *x,
                               int output)
{
  float *scores = (float *)malloc(2 * POINTS * ROWS * sizeof *scores);
  fairu_events *events = NULL;
  assert_non_null(scores);
  const float *const columns[] = { x, x + 1, x + 2 };
  CHECK_OK(ctx, fairu_events_create_view(ctx, ROWS, 3, names, columns, 3, &events));
  CHECK_OK(ctx, fairu_classifier_score_events(classifier, ctx, events, points, POINTS, 2, output, scores));
  fairu_events_destroy(events);
  return scores;
}

static fairu_classifier *everything_made(fairu_context *ctx, int last)
{
  fairu_program_builder *b = builder_of(ctx);
  const fairu_value out = everything(b);
  return finished(b, ctx, last ? fairu_program__softmax(b, out, 0) : out);
}

static void every_operation_as_in_double(void **state)
{
  fairu_context *ctx = support_context();
  float *x = rows_of(3);
  fairu_classifier *classifier = everything_made(ctx, 0);
  (void)state;
  assert_ptr_equal(classifier->kind, &fairu_kind__program);
  assert_int_equal(fairu_classifier_n_features(classifier), 3);
  assert_string_equal(fairu_classifier_feature_name(classifier, 2), "c");
  assert_string_equal(fairu_classifier_nuisance_name(classifier, 1), "v");
  float *scores = score_everything(ctx, classifier, x, FAIRU_OUTPUT_SCORE);
  for (size_t p = 0; p < POINTS; p++)
    for (size_t r = 0; r < ROWS; r++) {
      double wanted[2];
      everything_in_double(x + 3 * r, points + 2 * p, wanted);
      for (size_t o = 0; o < 2; o++)
        CHECK_NEAR((double)scores[(p * ROWS + r) * 2 + o], wanted[o], 4e-6);
    }
  free(scores);
  free(x);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

/* The same bits for one event and many, one point and several, one thread and three. */
static void bits_do_not_depend_on_company(void **state)
{
  fairu_context *ctx = support_context(), *three = support_context();
  float *x = rows_of(3);
  fairu_classifier *classifier = everything_made(ctx, 1);
  (void)state;
  CHECK_OK(three, fairu_context_set_threads(three, 3));
  float *scores = score_everything(ctx, classifier, x, FAIRU_OUTPUT_SCORE);
  float *others = score_everything(three, classifier, x, FAIRU_OUTPUT_SCORE);
  assert_memory_equal(scores, others, 2 * POINTS * ROWS * sizeof *scores);
  for (size_t p = 0; p < POINTS; p++)
    for (size_t r = 0; r < ROWS; r += 17) {
      float alone[2];
      CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x + 3 * r, 1, 3, points + 2 * p, 2,
                                           FAIRU_OUTPUT_SCORE, alone));
      assert_memory_equal(alone, scores + (p * ROWS + r) * 2, sizeof alone);
    }
  free(scores);
  free(others);
  free(x);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
  fairu_context_destroy(three);
}

static void files_and_copies_keep_the_bits(void **state)
{
  fairu_context *ctx = support_context();
  float *x = rows_of(3);
  char path[512];
  fairu_classifier *loaded = NULL, *gated = NULL, *classifier = everything_made(ctx, 1);
  (void)state;
  CHECK_OK(ctx, fairu_classifier_save(classifier, ctx, support_path(path, sizeof path, "program.fairu")));
  CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
  assert_ptr_equal(loaded->kind, &fairu_kind__program);
  CHECK_OK(ctx, fairu_classifier_create_gated(ctx, classifier, loaded, "u", 0.0, &gated));
  CHECK_OK(ctx, fairu_classifier_save(gated, ctx, path));
  fairu_classifier_destroy(loaded);
  CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
  float *scores = score_everything(ctx, classifier, x, FAIRU_OUTPUT_LOGIT);
  float *others = score_everything(ctx, loaded, x, FAIRU_OUTPUT_LOGIT);
  assert_memory_equal(scores, others, 2 * POINTS * ROWS * sizeof *scores);
  free(scores);
  free(others);
  free(x);
  fairu_classifier_destroy(classifier);
  fairu_classifier_destroy(loaded);
  fairu_classifier_destroy(gated);
  fairu_context_destroy(ctx);
}

/* ---- folding ------------------------------------------------------------------------------------------ */

/* Nuisance between two features, scaled in two steps, batch normalisation on both sides of a layer: one network. */
static void chains_become_networks(void **state)
{
  fairu_context *ctx = support_context();
  float *x = rows_of(2);
  const double before[3] = { 0.5, -1.0, 2.0 }, scale[3] = { 2.0, 0.5, -1.5 }, shift[3] = { 0.1, 0.2, -0.3 };
  const float w[3 * 3] = { 0.3F, -0.2F, 0.5F, 0.1F, 0.7F, -0.4F, 0.6F, 0.2F, 0.9F },
                    wo[3] = { 0.5F, -0.6F, 0.7F };
  (void)state;
  fairu_program_builder *b = builder_of(ctx);
  const fairu_value parts[] = { fairu_program__input(b, names, 1, 0),
                                fairu_program__input(b, nuisances, 1, 1),
                                fairu_program__input(b, names + 1, 1, 0) };
  fairu_value v = fairu_program__affine(b, fairu_program__concat(b, parts, 3), before, NULL, NULL);
  v = fairu_program__affine(b, v, NULL, scale, shift);
  v = fairu_program__affine(b, fairu_program__dense(b, v, 3, w, b1), shift, scale, before);
  v = fairu_program__affine(b, fairu_program__function(b, v, FAIRU_FN_TANH, 0, 0), before, scale, NULL);
  v = fairu_program__dense(b, fairu_program__affine(b, v, NULL, NULL, shift), 1, wo, &half);
  fairu_classifier *classifier = finished(b, ctx, fairu_program__function(b, v, FAIRU_FN_SIGMOID, 0, 0));
  assert_ptr_equal(classifier->kind, &fairu_kind__network);
  assert_int_equal(classifier->as.network.n_layers, 2);
  for (size_t r = 0; r < ROWS; r++) {
    const double z = 0.75, in[3] = { (double)x[2 * r], z, (double)x[2 * r + 1] };
    double logit = 0.5;
    float score;
    for (size_t o = 0; o < 3; o++) {
      double h = (double)b1[o];
      for (size_t i = 0; i < 3; i++)
        h += (double)w[3 * o + i] * ((in[i] + before[i]) * scale[i] + shift[i]);
      h = tanh((h + shift[o]) * scale[o] + before[o]);
      logit += (double)wo[o] * ((h + before[o]) * scale[o] + shift[o]);
    }
    CHECK_OK(ctx,
             fairu_classifier_score(classifier, ctx, x + 2 * r, 1, 2, &z, 1, FAIRU_OUTPUT_LOGIT, &score));
    CHECK_NEAR((double)score, logit, 3e-6);
    CHECK_OK(ctx,
             fairu_classifier_score(classifier, ctx, x + 2 * r, 1, 2, &z, 1, FAIRU_OUTPUT_SCORE, &score));
    CHECK_NEAR((double)score, sigmoid(logit), 1e-6);
  }
  free(x);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

/* One class of two: the logit is the difference, as a network. */
static void one_of_two_classes_has_a_logit(void **state)
{
  fairu_context *ctx = support_context();
  const float w[4] = { 1.0F, 2.0F, -0.5F, 0.25F }, bias[2] = { 0.5F, -0.25F }, x[2] = { 0.75F, -1.5F };
  float logit;
  (void)state;
  fairu_program_builder *b = builder_of(ctx);
  const fairu_value v = fairu_program__dense(b, fairu_program__input(b, names, 2, 0), 2, w, bias);
  fairu_classifier *classifier =
      finished(b, ctx, fairu_program__slice(b, fairu_program__softmax(b, v, 0), 1, 1));
  assert_ptr_equal(classifier->kind, &fairu_kind__network);
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, &logit));
  CHECK_NEAR((double)logit, (-0.5 * 0.75 - 0.25 * 1.5 - 0.25) - (0.75 - 3.0 + 0.5), 1e-6);
  fairu_classifier_destroy(classifier);
  b = builder_of(ctx);
  const fairu_value in = fairu_program__input(b, names, 2, 0);
  const fairu_value log = fairu_program__softmax(b, fairu_program__function(b, in, FAIRU_FN_ABS, 0, 0), 1);
  classifier = finished(b, ctx, log);
  float logs[2];
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, logs));
  CHECK_NEAR((double)logs[0], -log1p(exp(0.75)), 1e-6);
  CHECK_NEAR((double)logs[1], -log1p(exp(-0.75)), 1e-6);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

/* Constants on either side of an operation are scalings; a feature far from zero keeps its digits. */
static void constants_fold_in_double(void **state)
{
  static const float two = 2.0F, big = 16777216.0F;
  fairu_context *ctx = support_context();
  const float x[1] = { 16777218.0F };
  float y;
  (void)state;
  fairu_program_builder *b = builder_of(ctx);
  const fairu_value in = fairu_program__input(b, names, 1, 0);
  const fairu_value c = fairu_program__constant(b, 1, &two), far = fairu_program__constant(b, 1, &big);
  fairu_value v = fairu_program__binary(b, FAIRU_BIN_SUB, far, in); /* -2 */
  v = fairu_program__binary(b, FAIRU_BIN_DIV, v, c);                /* -1 */
  v = fairu_program__binary(b, FAIRU_BIN_ADD, c, v);                /* 1 */
  v = fairu_program__binary(b, FAIRU_BIN_SUB, v, fairu_program__constant(b, 1, &half));
  v = fairu_program__binary(b, FAIRU_BIN_MUL, v, c); /* 1 */
  v = fairu_program__binary(b, FAIRU_BIN_MIN, v, c);
  v = fairu_program__binary(b, FAIRU_BIN_DIV, c, v); /* 2 */
  fairu_classifier *classifier = finished(b, ctx, v);
  assert_int_equal(classifier->as.program->n_nodes, 4); /* load, constant, minimum, quotient */
  CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, 1, 1, NULL, 0, FAIRU_OUTPUT_SCORE, &y));
  assert_true(y == 2.0F);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

/* A long chain of widths needs two of them at a time. */
static void rows_are_used_again(void **state)
{
  fairu_context *ctx = support_context();
  (void)state;
  fairu_program_builder *b = builder_of(ctx);
  fairu_value v = fairu_program__input(b, names, 3, 0);
  for (int i = 0; i < 40; i++) {
    const fairu_value twice[] = { v, v };
    v = fairu_program__function(b, v, FAIRU_FN_SOFTSIGN, 0, 0);
    v = fairu_program__slice(b, fairu_program__concat(b, twice, 2), 1, 3);
  }
  fairu_classifier *classifier = finished(b, ctx, v);
  assert_true(classifier->as.program->n_rows <= 9);
  fairu_classifier_destroy(classifier);
  fairu_context_destroy(ctx);
}

/* ---- faults ------------------------------------------------------------------------------------------- */

static void faults_name_the_node(void **state)
{
  static const float weights[4] = { 1.0F, NAN, 0.0F, 1.0F };
  static const char *const both[] = { "a", "u" };
  const double infinite[4] = { 1.0, (double)INFINITY, 0.0, 0.0 };
  fairu_context *ctx = support_context();
  (void)state;
  for (int fault = 0; fault < 14; fault++) {
    static const char *const says[] = { "node 3 'x': weights[1] is nan",
                                        "scaling of column 1",
                                        "widths 4 and 3",
                                        "columns from 3",
                                        "clip to [2, 1]",
                                        "celu of alpha 0",
                                        "epsilon is -1",
                                        "unknown function 99",
                                        "nothing makes",
                                        "width 0",
                                        "alpha is inf",
                                        "concatenation of nothing",
                                        "\"a\" is a feature and a nuisance",
                                        "constant[1] is nan" };
    static const int codes[] = { FAIRU_ERR_NON_FINITE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_SHAPE,
                                 FAIRU_ERR_SHAPE,      FAIRU_ERR_RANGE,      FAIRU_ERR_RANGE,
                                 FAIRU_ERR_RANGE,      FAIRU_ERR_FORMAT,     FAIRU_ERR_NOT_FOUND,
                                 FAIRU_ERR_SHAPE,      FAIRU_ERR_NON_FINITE, FAIRU_ERR_SHAPE,
                                 FAIRU_ERR_DUPLICATE,  FAIRU_ERR_NON_FINITE };
    fairu_program_builder *b = builder_of(ctx);
    fairu_classifier *classifier = (fairu_classifier *)(void *)b;
    fairu_value v = fairu_program__input(b, names, 4, 0);
    fairu_program__at(b, "node 3 'x'");
    if (fault == 0)
      v = fairu_program__dense(b, v, 1, weights, NULL);
    else if (fault == 1)
      v = fairu_program__affine(b, v, NULL, infinite, NULL);
    else if (fault == 2)
      v = fairu_program__binary(b, FAIRU_BIN_ADD, v, fairu_program__slice(b, v, 0, 3));
    else if (fault == 3)
      v = fairu_program__slice(b, v, 3, 2);
    else if (fault == 4)
      v = fairu_program__function(b, v, FAIRU_FN_CLIP, 2, 1);
    else if (fault == 5)
      v = fairu_program__function(b, v, FAIRU_FN_CELU, 0, 0);
    else if (fault == 6)
      v = fairu_program__layer_norm(b, v, NULL, NULL, -1);
    else if (fault == 7)
      v = fairu_program__function(b, v, 99, 0, 0);
    else if (fault == 8)
      v = fairu_program__softmax(b, 77, 0);
    else if (fault == 9)
      v = fairu_program__dense(b, v, 0, weights, NULL);
    else if (fault == 10)
      v = fairu_program__function(b, v, FAIRU_FN_ELU, (double)INFINITY, 0);
    else if (fault == 11)
      v = fairu_program__concat(b, NULL, 0);
    else if (fault == 12)
      (void)fairu_program__input(b, both, 2, 1);
    else
      v = fairu_program__constant(b, 2, weights);
    CHECK_FAILS(ctx, codes[fault], fairu_program__finish(b, ctx, v, &classifier));
    CHECK_SAYS(ctx, says[fault]);
    assert_null(classifier);
    fairu_program__destroy(b);
  }
  fairu_context_destroy(ctx);
}

static void sizes_are_limited(void **state)
{
  fairu_context *ctx = support_context();
  fairu_limits limits;
  fairu_classifier *classifier = NULL;
  (void)state;
  fairu_program_builder *b = builder_of(ctx);
  fairu_value v = fairu_program__function(b, fairu_program__input(b, names, 4, 0), FAIRU_FN_ABS, 0, 0);
  for (int i = 0; i < 40; i++) {
    const fairu_value twice[] = { v, v };
    v = fairu_program__concat(b, twice, 2);
  }
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_program__finish(b, ctx, v, &classifier));
  CHECK_SAYS(ctx, "wider than 1048576");
  fairu_program__destroy(b);
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  limits.model_bytes = 4096;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  b = builder_of(ctx);
  v = fairu_program__input(b, names, 4, 0);
  for (int i = 0; i < 400; i++)
    v = fairu_program__function(b, v, FAIRU_FN_ABS, 0, 0);
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_program__finish(b, ctx, v, &classifier));
  CHECK_SAYS(ctx, "model above the limit model_bytes, 4096");
  fairu_program__destroy(b);
  fairu_context_destroy(ctx);
}

/* ---- memory ------------------------------------------------------------------------------------------- */

static int make_everything(fairu_context *ctx, void *data)
{
  fairu_classifier *classifier = NULL, *gated = NULL;
  fairu_program_builder *b = NULL;
  char path[512];
  (void)data;
  int status = fairu_program__create(ctx, &b);
  if (status == FAIRU_OK)
    status = fairu_program__finish(b, ctx, everything(b), &classifier);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_gated(ctx, classifier, classifier, "v", 0.5, &gated);
  if (status == FAIRU_OK)
    status = fairu_classifier_save(gated, ctx, support_path(path, sizeof path, "memory.fairu"));
  fairu_classifier_destroy(gated);
  fairu_classifier_destroy(classifier);
  gated = NULL;
  if (status == FAIRU_OK)
    status = fairu_classifier_load(ctx, path, &gated);
  fairu_classifier_destroy(gated);
  fairu_program__destroy(b);
  return status;
}

static int make_chain(fairu_context *ctx, void *data)
{
  const float w[4] = { 1.0F, 2.0F, -0.5F, 0.25F };
  const double scale[2] = { 2.0, 3.0 };
  fairu_classifier *classifier = NULL;
  fairu_program_builder *b = NULL;
  (void)data;
  int status = fairu_program__create(ctx, &b);
  if (status != FAIRU_OK)
    return status;
  fairu_value v = fairu_program__affine(b, fairu_program__input(b, names, 2, 0), NULL, scale, NULL);
  v = fairu_program__binary(b, FAIRU_BIN_ADD, v, fairu_program__constant(b, 1, &half));
  v = fairu_program__affine(b, fairu_program__dense(b, v, 2, w, NULL), NULL, scale, NULL);
  v = fairu_program__slice(b, fairu_program__softmax(b, v, 0), 0, 1);
  status = fairu_program__finish(b, ctx, v, &classifier);
  fairu_classifier_destroy(classifier);
  fairu_program__destroy(b);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(make_everything, NULL) > 50);
  assert_true(support_every_need_fails(make_chain, NULL) > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_operation_as_in_double),
    cmocka_unit_test(bits_do_not_depend_on_company),
    cmocka_unit_test(files_and_copies_keep_the_bits),
    cmocka_unit_test(chains_become_networks),
    cmocka_unit_test(one_of_two_classes_has_a_logit),
    cmocka_unit_test(constants_fold_in_double),
    cmocka_unit_test(rows_are_used_again),
    cmocka_unit_test(faults_name_the_node),
    cmocka_unit_test(sizes_are_limited),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
