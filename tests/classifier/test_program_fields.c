/* Programs of model files written field by field: what a good one scores, in double, and each field with wrong values. */
#include "base/pack_internal.h"
#include "classifier/kind.h"
#include "classifier/program_node.h"
#include "support/support.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };

enum { NODES = 10, OUT = 4 };

typedef struct node {
  uint64_t op, function, width, first;
  double alpha, beta;
  uint64_t n_args, args[3];
  size_t n_w, n_v, n_d, n_source;
  float w[6], v[4];
  double d[9];
  uint64_t source[3];
} node;

typedef struct fields {
  uint64_t activation, n_nodes;
  node nodes[NODES];
} fields;

/* Of features x and y and a nuisance z. */
static const fields good = {
  FAIRU_ACTIVATION_LINEAR,
  NODES,
  { { .op = FAIRU_OP_LOAD, /* 2 (y - 1), x + 0.25, 0.5 - z */
      .width = 3,
      .n_d = 9,
      .d = { 1.0, 0.0, 0.5, 2.0, 1.0, -1.0, 0.0, 0.25, 0.0 },
      .n_source = 3,
      .source = { 2, 0, 1 } },
    { .op = FAIRU_OP_DENSE,
      .width = 2,
      .n_args = 1,
      .n_w = 6,
      .w = { 0.5F, -1.0F, 0.25F, 1.0F, 0.75F, -0.5F },
      .n_v = 2,
      .v = { 0.125F, -0.25F } },
    { .op = FAIRU_OP_FUNCTION,
      .function = FAIRU_FN_ELU,
      .width = 2,
      .alpha = 0.5,
      .n_args = 1,
      .args = { 1 } },
    { .op = FAIRU_OP_BINARY, .function = FAIRU_BIN_MAX, .width = 2, .n_args = 2, .args = { 1, 2 } },
    { .op = FAIRU_OP_CONSTANT, .width = 2, .n_v = 2, .v = { 0.5F, -1.0F } },
    { .op = FAIRU_OP_PRELU, .width = 2, .n_args = 1, .args = { 3 }, .n_v = 2, .v = { 0.5F, 2.0F } },
    { .op = FAIRU_OP_CONCAT, .width = 7, .n_args = 3, .args = { 5, 4, 0 } },
    { .op = FAIRU_OP_SLICE, .width = 4, .first = 1, .n_args = 1, .args = { 6 } },
    { .op = FAIRU_OP_LAYER_NORM,
      .width = 4,
      .alpha = 0.01,
      .n_args = 1,
      .args = { 7 },
      .n_w = 4,
      .w = { 1.0F, 0.5F, -1.0F, 2.0F },
      .n_v = 4,
      .v = { 0.0F, 1.0F, 0.5F, -0.5F } },
    { .op = FAIRU_OP_SOFTMAX, .width = 4, .n_args = 1, .args = { 8 } } }
};

static void put_node(fairu_pack *pack, const node *n)
{
  const uint64_t head[4] = { n->op, n->function, n->width, n->first };
  for (size_t i = 0; i < 4; i++)
    fairu_pack__u64(pack, head[i]);
  fairu_pack__f64(pack, n->alpha);
  fairu_pack__f64(pack, n->beta);
  fairu_pack__u64(pack, n->n_args);
  for (size_t i = 0; i < n->n_args && i < 3; i++)
    fairu_pack__u64(pack, n->args[i]);
  fairu_pack__f32s(pack, n->w, n->n_w);
  fairu_pack__f32s(pack, n->v, n->n_v);
  fairu_pack__f64s(pack, n->d, n->n_d);
  fairu_pack__u64s(pack, n->source, n->n_source);
}

static int load_fields(fairu_context *ctx, const fields *f, fairu_classifier **out)
{
  static const double range[1] = { 0.0 };
  char path[512];
  fairu_pack *pack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__u64(pack, 5);
  fairu_pack__u64(pack, 2);
  fairu_pack__string(pack, "x");
  fairu_pack__string(pack, "y");
  fairu_pack__u64(pack, 1);
  fairu_pack__string(pack, "z");
  fairu_pack__f64s(pack, range, 1);
  fairu_pack__f64s(pack, range, 1);
  fairu_pack__u64(pack, f->activation);
  fairu_pack__u64(pack, f->n_nodes);
  for (size_t i = 0; i < NODES; i++)
    put_node(pack, &f->nodes[i]);
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, support_path(path, sizeof path, "program.fairu"), magic, 1));
  fairu_pack__destroy(pack);
  const int status = fairu_classifier_load(ctx, path, out);
  assert_true((status == FAIRU_OK) == (*out != NULL));
  return status;
}

/* ---- what it says --------------------------------------------------------------------------------------- */

static void in_double(double x, double y, double z, double out[OUT])
{
  const double load[3] = { 2.0 * (y - 1.0), x + 0.25, 0.5 - z };
  const double a[2] = { 0.5 * load[0] - load[1] + 0.25 * load[2] + 0.125,
                        load[0] + 0.75 * load[1] - 0.5 * load[2] - 0.25 };
  const double slope[2] = { 0.5, 2.0 }, gamma[OUT] = { 1.0, 0.5, -1.0, 2.0 },
               beta[OUT] = { 0.0, 1.0, 0.5, -0.5 };
  double kept[2], sum = 0.0;
  for (int i = 0; i < 2; i++) {
    const double most = fmax(a[i], a[i] < 0.0 ? 0.5 * expm1(a[i]) : a[i]);
    kept[i] = most < 0.0 ? slope[i] * most : most;
  }
  const double slice[OUT] = { kept[1], 0.5, -1.0, load[0] };
  const double mean = (slice[0] + slice[1] + slice[2] + slice[3]) / 4.0;
  double variance = 0.0;
  for (int i = 0; i < OUT; i++)
    variance += (slice[i] - mean) * (slice[i] - mean) / 4.0;
  for (int i = 0; i < OUT; i++)
    sum += out[i] = exp((slice[i] - mean) / sqrt(variance + 0.01) * gamma[i] + beta[i]);
  for (int i = 0; i < OUT; i++)
    out[i] /= sum;
}

static void a_file_says_what_is_worked_out(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, load_fields(ctx, &good, &c));
  assert_int_equal(fairu_classifier_n_outputs(c), OUT);
  for (int i = 0; i < 60; i++) {
    const float x[2] = { 0.25F * (float)(i % 13) - 1.5F, 0.5F * (float)(i % 7) - 1.0F };
    const double z = 0.125 * (double)(i % 11) - 0.5;
    double wanted[OUT];
    float got[OUT];
    in_double((double)x[0], (double)x[1], z, wanted);
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, &z, 1, FAIRU_OUTPUT_SCORE, got));
    for (int k = 0; k < OUT; k++)
      CHECK_NEAR((double)got[k], wanted[k], 2e-6); /* of floats up to 10 before the softmax */
  }
  fairu_classifier_destroy(c);
  fairu_context_destroy(ctx);
}

/* ---- wrong values --------------------------------------------------------------------------------------- */

typedef struct fault {
  size_t at;
  double number;
  int kind; /* 'u' word, 'f' float, 'd' double */
  int code;
  const char *says;
} fault;

#define WORD(node, member) offsetof(fields, nodes[node].member)
#define WORD_OF_FILE(member) offsetof(fields, member)

static const fault faults[] = {
  { WORD_OF_FILE(activation), FAIRU_ACTIVATION_RELU, 'u', FAIRU_ERR_FORMAT, "activation 1 of 4 outputs" },
  { WORD_OF_FILE(activation), 6, 'u', FAIRU_ERR_FORMAT, "output activation is 6, at most 5" },
  { WORD_OF_FILE(n_nodes), 0, 'u', FAIRU_ERR_FORMAT, "a program without nodes" },
  { WORD_OF_FILE(n_nodes), 9, 'u', FAIRU_ERR_FORMAT, "bytes left over in the body" },
  { WORD_OF_FILE(n_nodes), 11, 'u', FAIRU_ERR_TRUNCATED, "inside operation" },
  { WORD_OF_FILE(n_nodes), 16385, 'u', FAIRU_ERR_FORMAT, "nodes is 16385, at most 16384" },
  { WORD(0, op), 11, 'u', FAIRU_ERR_FORMAT, "operation is 11, at most 10" },
  { WORD(0, op), FAIRU_OP_DENSE, 'u', FAIRU_ERR_FORMAT, "operation 2 of 0 arguments" },
  { WORD(0, op), FAIRU_OP_CONSTANT, 'u', FAIRU_ERR_FORMAT, "bias has 0 elements, not 3" },
  { WORD(0, function), 25, 'u', FAIRU_ERR_FORMAT, "function is 25, at most 24" },
  { WORD(0, width), 1048577, 'u', FAIRU_ERR_FORMAT, "width is 1048577, at most 1048576" },
  { WORD(0, width), 1048576, 'u', FAIRU_ERR_TRUNCATED, "3145728 numbers, " },
  { WORD(0, width), 0, 'u', FAIRU_ERR_FORMAT, "scaling has 9 elements, not 0" },
  { WORD(0, first), 1048577, 'u', FAIRU_ERR_FORMAT, "first is 1048577, at most 1048576" },
  { WORD(0, source[1]), 4, 'u', FAIRU_ERR_FORMAT, "column 2 of 2 features" },
  { WORD(0, source[2]), 3, 'u', FAIRU_ERR_FORMAT, "column 1 of 1 nuisances" },
  { WORD(0, d[4]), HUGE_VAL, 'd', FAIRU_ERR_NON_FINITE, "node 0: scaling of column 1 is inf" },
  { WORD(0, n_source), 2, 'u', FAIRU_ERR_FORMAT, "columns has 2 elements, not 3" },
  { WORD(0, n_d), 8, 'u', FAIRU_ERR_FORMAT, "scaling has 8 elements, not 9" },
  { WORD(1, args[0]), 1, 'u', FAIRU_ERR_FORMAT, "argument 1 is not made before it is used" },
  { WORD(1, n_args), 2, 'u', FAIRU_ERR_FORMAT, "operation 2 of 2 arguments" },
  { WORD(1, n_w), 5, 'u', FAIRU_ERR_FORMAT, "weights has 5 elements, not 6" },
  { WORD(1, n_v), 3, 'u', FAIRU_ERR_FORMAT, "bias has 3 elements, not 2" },
  { WORD(1, w[5]), HUGE_VAL, 'f', FAIRU_ERR_NON_FINITE, "node 1: " },
  { WORD(1, v[1]), HUGE_VAL, 'f', FAIRU_ERR_NON_FINITE, "node 1: " },
  { WORD(2, width), 3, 'u', FAIRU_ERR_FORMAT, "width 3 of a value of width 2" },
  { WORD(2, alpha), HUGE_VAL, 'd', FAIRU_ERR_NON_FINITE, "node 2: alpha is inf, beta 0" },
  { WORD(2, args[0]), 0, 'u', FAIRU_ERR_FORMAT, "width 2 of a value of width 3" },
  { WORD(3, function), FAIRU_BIN_MIN + 1, 'u', FAIRU_ERR_FORMAT,
    "node 3: unknown operation 6 of two values" },
  { WORD(3, args[1]), 0, 'u', FAIRU_ERR_SHAPE, "node 3: widths 2 and 3 do not fit" },
  { WORD(3, width), 1, 'u', FAIRU_ERR_FORMAT, "node 3: width 2, found 1" },
  { WORD(3, n_args), 1, 'u', FAIRU_ERR_FORMAT, "operation 6 of 1 arguments" },
  { WORD(4, v[0]), HUGE_VAL, 'f', FAIRU_ERR_NON_FINITE, "node 4: " },
  { WORD(4, width), 0, 'u', FAIRU_ERR_FORMAT, "bias has 2 elements, not 0" },
  { WORD(5, v[1]), HUGE_VAL, 'f', FAIRU_ERR_NON_FINITE, "node 5: " },
  { WORD(6, width), 6, 'u', FAIRU_ERR_FORMAT, "node 6: width 7, found 6" },
  { WORD(6, args[2]), 6, 'u', FAIRU_ERR_FORMAT, "argument 6 is not made before it is used" },
  { WORD(7, first), 4, 'u', FAIRU_ERR_SHAPE, "node 7: 4 columns from 4 of a value of width 7" },
  { WORD(7, width), 7, 'u', FAIRU_ERR_SHAPE, "node 7: 7 columns from 1 of a value of width 7" },
  { WORD(7, width), 0, 'u', FAIRU_ERR_SHAPE, "node 7: " },
  { WORD(8, alpha), -0.01, 'd', FAIRU_ERR_RANGE, "node 8: epsilon is -0.01" },
  { WORD(8, w[3]), HUGE_VAL, 'f', FAIRU_ERR_NON_FINITE, "node 8: " },
  { WORD(9, width), 3, 'u', FAIRU_ERR_FORMAT, "width 3 of a value of width 4" },
};

/* The good fields with one wrong. */
static void check_fault(fairu_context *ctx, const fault *wrong)
{
  fields f = good;
  const uint64_t word = wrong->kind == 'u' ? (uint64_t)wrong->number : 0;
  const float single = (float)wrong->number;
  char *at = (char *)&f + wrong->at;
  if (wrong->kind == 'u')
    memcpy(at, &word, sizeof word);
  else if (wrong->kind == 'f')
    memcpy(at, &single, sizeof single);
  else
    memcpy(at, &wrong->number, sizeof wrong->number);
  fairu_classifier *c = NULL;
  CHECK_FAILS(ctx, wrong->code, load_fields(ctx, &f, &c));
  CHECK_SAYS(ctx, wrong->says);
  CHECK_SAYS(ctx, "program.fairu: ");
}

static void each_field_of_a_program_is_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    check_fault(ctx, &faults[i]);
  fairu_context_destroy(ctx);
}

/* Functions with the numbers that they do not take. */
static void functions_know_their_numbers(void **state)
{
  (void)state;
  static const struct {
    int function;
    double alpha, beta;
    int code;
    const char *says;
  } cases[] = {
    { FAIRU_FN_CLIP, 1.0, -1.0, FAIRU_ERR_RANGE, "node 2: clip to [1, -1]" },
    { FAIRU_FN_CLIP, -HUGE_VAL, HUGE_VAL, FAIRU_OK, "" },
    { FAIRU_FN_CLIP, 0.5, 0.5, FAIRU_OK, "" },
    { FAIRU_FN_CELU, 0.0, 0.0, FAIRU_ERR_RANGE, "node 2: celu of alpha 0" },
    { FAIRU_FN_CELU, -1.0, 0.0, FAIRU_OK, "" },
    { FAIRU_FN_HARD_SIGMOID, 0.2, HUGE_VAL, FAIRU_ERR_NON_FINITE, "node 2: alpha is 0.2, beta inf" },
    { FAIRU_FN_POWER, -HUGE_VAL, 0.0, FAIRU_ERR_NON_FINITE, "node 2: alpha is -inf" },
    { FAIRU_FN_POWER, 0.0, 0.0, FAIRU_OK, "" },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fields f = good;
    fairu_classifier *c = NULL;
    f.nodes[2].function = (uint64_t)cases[i].function;
    f.nodes[2].alpha = cases[i].alpha;
    f.nodes[2].beta = cases[i].beta;
    assert_int_equal(load_fields(ctx, &f, &c), cases[i].code);
    if (cases[i].code != FAIRU_OK)
      CHECK_SAYS(ctx, cases[i].says);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_says_what_is_worked_out),
                                      cmocka_unit_test(each_field_of_a_program_is_checked),
                                      cmocka_unit_test(functions_know_their_numbers) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
