/* Ensembles of trees in ONNX files: what they add up to, in every form a file may give it, and lists that do not fit together. */
#include "classifier/onnx_text.h"

/* x1 < 0.5: 1, else -1; x0 >= -1: 0.5, else 0.25; and 0.125. */
static const char *const good[] = {
  "nodes_treeids=I0,0,0,1,1,1",
  "nodes_nodeids=I0,1,2,0,1,2",
  "nodes_featureids=I1,0,0,0,0,0",
  "nodes_modes=SBRANCH_LT,LEAF,LEAF,BRANCH_GTE,LEAF,LEAF",
  "nodes_values=F0.5,0,0,-1,0,0",
  "nodes_truenodeids=I1,0,0,1,0,0",
  "nodes_falsenodeids=I2,0,0,2,0,0",
  "nodes_missing_value_tracks_true=I1,0,0,0,0,0",
  "target_treeids=I0,0,1,1",
  "target_nodeids=I1,2,1,2",
  "target_ids=I0,0,0,0",
  "target_weights=F1,-1,0.5,0.25",
  "base_values=F0.125",
};

/* The attributes with one of the name replaced (or added), and those of `more`; "name" alone: left out. */
static void put_attributes(char text[2048], const char *const *all, size_t n, const char *change,
                           const char *more)
{
  const size_t n_name = strcspn(change, "=");
  text[0] = '\0';
  for (size_t i = 0; i < n; i++)
    if (n_name == 0 || strncmp(all[i], change, n_name) != 0 || all[i][n_name] != '=') {
      strcat(text, all[i]);
      strcat(text, " ");
    }
  if (change[n_name] == '=')
    strcat(text, change);
  strcat(text, " ");
  strcat(text, more);
}

static int import_trees(fairu_context *ctx, const char *op, const char *attributes, const char *after,
                        fairu_classifier **out)
{
  made m = made_begin(ctx, 13);
  char word[2048];
  made_port(&m, 11, "x", 2, 1);
  made_port(&m, 12, "y", 0, 1);
  text_initializers(&m);
  (void)snprintf(word, sizeof word, "%s", attributes);
  for (char *p = word + strlen(word); p > word && p[-1] == ' ';)
    *--p = '\0'; /* words are parted by one space */
  made_node(&m, op, "x", strstr(op, "Classifier") ? "label s" : "s", word);
  text_nodes(&m, after);
  return made_import(&m, NULL, out);
}

static double score_of(fairu_context *ctx, const fairu_classifier *c, float a, float b)
{
  const float x[2] = { a, b };
  float y[4] = { 0.0F };
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
  return (double)y[0];
}

/* ---- sums --------------------------------------------------------------------------------------------- */

typedef struct sum_case {
  const char *change, *more, *after;
  double at[2]; /* of (0, 0) and (-2, 1) */
} sum_case;

static const sum_case sums[] = {
  { "", "", "Identity s > y", { 1.625, -0.625 } },
  { "", "aggregate_function=sSUM", "Identity s > y", { 1.625, -0.625 } },
  { "", "aggregate_function=sAVERAGE", "Identity s > y", { 0.875, -0.25 } },
  { "", "aggregate_function=sMIN", "Identity s > y", { 0.625, -0.875 } },
  { "", "aggregate_function=sMAX", "Identity s > y", { 1.125, 0.375 } },
  { "base_values", "", "Identity s > y", { 1.5, -0.75 } },
  { "target_nodeids=I1,1,1,2",
    "",
    "Identity s > y",
    { 0.625, 0.375 } }, /* both weights of a leaf, none of another */
  { "nodes_missing_value_tracks_true", "", "Identity s > y", { 1.625, -0.625 } },
  { "nodes_values=t0.5,0,0,-1,0,0", "", "Identity s > y", { 1.625, -0.625 } },
  { "nodes_modes=SBRANCH_LEQ,LEAF,LEAF,BRANCH_GT,LEAF,LEAF", "", "Identity s > y", { 1.625, -0.625 } },
  { "nodes_modes=SBRANCH_EQ,LEAF,LEAF,BRANCH_NEQ,LEAF,LEAF", "", "Identity s > y", { -0.375, -0.375 } },
  { "", "", "Mul s two > y", { 3.25, -1.25 } },
  { "", "", "Div s two > y", { 0.8125, -0.3125 } },
  { "", "", "Add s two > y", { 3.625, 1.375 } },
  { "", "", "Sub s two > y", { -0.375, -2.625 } },
  { "", "", "Sub two s > y", { 0.375, 2.625 } },
  { "", "", "Add one s > t; Mul two t > y", { 5.25, 0.75 } },
  { "", "", "Mul s one > t; Identity t > y", { 1.625, -0.625 } },
  { "base_values", "", "Mul s two > y", { 3.0, -1.5 } },
};

static void sums_are_right(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof sums / sizeof *sums; k++) {
    fairu_classifier *c = NULL;
    char attributes[2048];
    const sum_case *s = &sums[k];
    const int tensor = strstr(s->change, "=t") != NULL;
    put_attributes(attributes, good, sizeof good / sizeof *good, tensor ? "nodes_values" : s->change,
                   s->more);
    if (tensor)
      strcat(attributes, "nodes_values_as_tensor=t0.5,0,0,-1,0,0");
    /* two spaces where nothing was put */
    for (char *p; (p = strstr(attributes, "  ")) != NULL;)
      memmove(p, p + 1, strlen(p));
    CHECK_OK(ctx, import_trees(ctx, "ai.onnx.ml:TreeEnsembleRegressor", attributes, s->after, &c));
    CHECK_NEAR(score_of(ctx, c, 0.0F, 0.0F), s->at[0], 1e-6);
    CHECK_NEAR(score_of(ctx, c, -2.0F, 1.0F), s->at[1], 1e-6);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- classes ------------------------------------------------------------------------------------------ */

typedef struct class_case {
  const char *labels, *ids, *weights, *base, *post, *after;
  double at; /* of (0, 0): the second class */
} class_case;

static const class_case classes[] = {
  { "classlabels_int64s=I0,1", "class_ids=I1,1,1,1", "F1,-1,0.5,0.25", "", "LOGISTIC", "Identity s > y",
    0.81757448 },
  { "classlabels_strings=Sno,yes", "class_ids=I0,0,0,0", "F1,-1,0.5,0.25", "", "LOGISTIC",
    "ai.onnx.ml:ZipMap s > y", 0.81757448 },
  /* both classes have weights: softmax is the sigmoid of their difference, 0.5 - 1 */
  { "classlabels_int64s=I0,1", "class_ids=I0,0,1,1", "F1,-1,0.5,0.25", "", "SOFTMAX", "Identity s > y",
    0.37754067 },
  { "classlabels_int64s=I0,1", "class_ids=I0,0,1,1", "F1,-1,0.5,0.25", "base_values=F0.25,1", "SOFTMAX",
    "Identity s > y", 0.5621765 },
  { "classlabels_int64s=I0,1", "class_ids=I0,0,1,1", "F1,-1,0.5,0.25", "base_values=F0.25,1", "LOGISTIC",
    "Identity s > y", 0.81757448 },
  { "classlabels_int64s=I0,1", "class_ids=I1,1,1,1", "F1,-1,0.5,0.25", "", "NONE", "Sigmoid s > y",
    0.81757448 },
  { "classlabels_int64s=I0,1", "class_ids=I1,1,1,1", "F1,-1,0.5,0.25", "", "LOGISTIC",
    "Sub one s > q; Concat q s > y axis=i1", 0.81757448 },
  { "classlabels_int64s=I0,1,2", "class_ids=I0,0,1,1", "F1,-1,0.5,0.25", "", "NONE", "Softmax s > y",
    0.5064804 },
};

static void classes_are_right(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof classes / sizeof *classes; k++) {
    fairu_classifier *c = NULL;
    const class_case *p = &classes[k];
    char attributes[2048];
    snprintf(attributes, sizeof attributes,
             "%s %s %s %s %s %s %s %s class_treeids=I0,0,1,1 class_nodeids=I1,2,1,2 %s class_weights=%s "
             "post_transform=s%s%s%s",
             good[0], good[1], good[2], good[3], good[4], good[5], good[6], p->labels, p->ids, p->weights,
             p->post, p->base[0] ? " " : "", p->base);
    CHECK_OK(ctx, import_trees(ctx, "ai.onnx.ml:TreeEnsembleClassifier", attributes, p->after, &c));
    CHECK_NEAR(score_of(ctx, c, 0.0F, 0.0F), p->at, 1e-6);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- refused ------------------------------------------------------------------------------------------ */

typedef struct refused_case {
  const char *change, *more, *after;
  int code;
  const char *says;
} refused_case;

static const refused_case refused[] = {
  { "nodes_modes", "", "Identity s > y", FAIRU_ERR_FORMAT, "no nodes of trees" },
  { "nodes_modes=SBRANCH_LT,LEAF,LEAF,BRANCH_IF,LEAF,LEAF", "", "Identity s > y", FAIRU_ERR_UNSUPPORTED,
    "'BRANCH_IF'" },
  { "nodes_modes=I1", "", "Identity s > y", FAIRU_ERR_FORMAT, "nodes_modes has type 7, not 8" },
  { "nodes_treeids=I0,0,0", "", "Identity s > y", FAIRU_ERR_SHAPE, "nodes_treeids has 3 elements, not 6" },
  { "nodes_treeids=F0", "", "Identity s > y", FAIRU_ERR_FORMAT, "nodes_treeids has type 6, not 7" },
  { "nodes_nodeids=I0", "", "Identity s > y", FAIRU_ERR_SHAPE, "nodes_nodeids has 1 elements, not 6" },
  { "nodes_nodeids=I0,1,1,0,1,2", "", "Identity s > y", FAIRU_ERR_DUPLICATE, "tree 0 has two nodes 1" },
  { "nodes_featureids", "", "Identity s > y", FAIRU_ERR_SHAPE, "nodes_featureids has 0 elements, not 6" },
  { "nodes_featureids=I2,0,0,0,0,0", "", "Identity s > y", FAIRU_ERR_SHAPE,
    "tree 0, node 0: feature 2, the input is 2 wide" },
  { "nodes_featureids=I-1,0,0,0,0,0", "", "Identity s > y", FAIRU_ERR_SHAPE, "feature -1" },
  { "nodes_truenodeids=I7,0,0,1,0,0", "", "Identity s > y", FAIRU_ERR_FORMAT,
    "tree 0, node 0: child 7 does not exist" },
  { "nodes_falsenodeids=I7,0,0,1,0,0", "", "Identity s > y", FAIRU_ERR_FORMAT, "child 7 does not exist" },
  { "nodes_falsenodeids=I1,0,0,2,0,0", "", "Identity s > y", FAIRU_ERR_FORMAT, "tree 0 has two roots" },
  { "nodes_truenodeids=I1", "", "Identity s > y", FAIRU_ERR_SHAPE, "nodes_truenodeids has 1 elements" },
  { "nodes_falsenodeids=I1", "", "Identity s > y", FAIRU_ERR_SHAPE, "nodes_falsenodeids has 1 elements" },
  { "nodes_truenodeids=I0,0,0,1,0,0", "", "Identity s > y", FAIRU_ERR_FORMAT, "tree" },
  { "nodes_missing_value_tracks_true=I1", "", "Identity s > y", FAIRU_ERR_SHAPE,
    "nodes_missing_value_tracks_true has 1 elements, not 6" },
  { "nodes_missing_value_tracks_true=F1", "", "Identity s > y", FAIRU_ERR_FORMAT, "has type 6, not 7" },
  { "nodes_values=F1", "", "Identity s > y", FAIRU_ERR_SHAPE, "nodes_values has 1 elements, not 6" },
  { "nodes_values=I1", "", "Identity s > y", FAIRU_ERR_FORMAT, "nodes_values has type 7, not 6" },
  { "nodes_values", "nodes_values_as_tensor=i1", "Identity s > y", FAIRU_ERR_FORMAT,
    "attribute nodes_values_as_tensor is no tensor" },
  { "target_weights=I1", "", "Identity s > y", FAIRU_ERR_FORMAT, "target_weights has type 7" },
  { "target_ids=I0", "", "Identity s > y", FAIRU_ERR_SHAPE, "target_ids has 1 elements, not 4" },
  { "target_ids=I0,0,0,1", "", "Identity s > y", FAIRU_ERR_SHAPE, "weight 3: output 1 of 1" },
  { "target_ids=I0,0,0,-1", "", "Identity s > y", FAIRU_ERR_SHAPE, "weight 3: output -1 of 1" },
  { "target_treeids=I0", "", "Identity s > y", FAIRU_ERR_SHAPE, "target_treeids has 1 elements, not 4" },
  { "target_nodeids=I0", "", "Identity s > y", FAIRU_ERR_SHAPE, "target_nodeids has 1 elements, not 4" },
  { "target_nodeids=I1,0,1,2", "", "Identity s > y", FAIRU_ERR_FORMAT, "weight 1: tree 0 has no leaf 0" },
  { "target_nodeids=I1,9,1,2", "", "Identity s > y", FAIRU_ERR_FORMAT, "weight 1: tree 0 has no leaf 9" },
  { "base_values=F1,2", "", "Identity s > y", FAIRU_ERR_SHAPE, "base_values has 2 elements, not 1" },
  { "base_values=I1", "", "Identity s > y", FAIRU_ERR_FORMAT, "base_values has type 7, not 6" },
  { "", "post_transform=sPROBIT", "Identity s > y", FAIRU_ERR_UNSUPPORTED, "'PROBIT'" },
  { "", "post_transform=i1", "Identity s > y", FAIRU_ERR_FORMAT, "post_transform has type 2, not 3" },
  { "", "aggregate_function=sPRODUCT", "Identity s > y", FAIRU_ERR_UNSUPPORTED, "'PRODUCT'" },
  { "", "n_targets=i0", "Identity s > y", FAIRU_ERR_FORMAT, "no outputs" },
  { "", "n_targets=i70000", "Identity s > y", FAIRU_ERR_FORMAT, "no outputs" },
  { "", "n_targets=f1", "Identity s > y", FAIRU_ERR_FORMAT, "n_targets has type 1, not 2" },
  { "", "", "Tanh s > y", FAIRU_ERR_UNSUPPORTED, "'s' is no value of each event" },
  { "", "", "Sub one s > y", FAIRU_ERR_UNSUPPORTED, "output 'y' is one minus that of trees" },
  { "", "", "Sub one s > q; Sigmoid q > y", FAIRU_ERR_UNSUPPORTED, "activated already" },
  { "", "", "Sigmoid s > p; Sigmoid p > y", FAIRU_ERR_UNSUPPORTED, "activated already" },
  { "", "", "Softmax s > y", FAIRU_ERR_UNSUPPORTED, "activated already" },
  { "", "", "Sigmoid s > p; Mul p two > y", FAIRU_ERR_UNSUPPORTED, "trees with the constant 'two'" },
  { "", "", "Div two s > y", FAIRU_ERR_UNSUPPORTED, "trees with the constant 'two'" },
  { "", "", "Pow s two > y", FAIRU_ERR_UNSUPPORTED, "trees with the constant 'two'" },
  { "", "", "Mul s v > y", FAIRU_ERR_UNSUPPORTED, "trees with 'v'" },
  { "", "", "Mul s x > y", FAIRU_ERR_UNSUPPORTED, "trees with 'x'" },
  { "", "", "Mul x s > y", FAIRU_ERR_UNSUPPORTED, "trees with 's'" },
  { "", "aggregate_function=sMIN", "Sub two s > y", FAIRU_ERR_UNSUPPORTED, "trees with the constant 'two'" },
  { "target_nodeids=I1,1,1,2", "aggregate_function=sMIN", "Identity s > y", FAIRU_ERR_UNSUPPORTED,
    "tree 0, leaf 1: several weights for output 0, of which MIN or MAX is taken" },
  { "target_treeids=I0,0,1,0", "aggregate_function=sMAX", "Identity s > y", FAIRU_ERR_UNSUPPORTED,
    "tree 0, leaf 2: several weights for output 0" },
  { "base_values", "aggregate_function=sMAX n_targets=i2", "Identity s > y", FAIRU_ERR_UNSUPPORTED,
    "tree 0, leaf 1: no weight for output 1" },
};

static void lists_that_do_not_fit_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  int wrong = 0;
  for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
    const refused_case *r = &refused[k];
    fairu_classifier *c = NULL;
    char attributes[2048];
    put_attributes(attributes, good, sizeof good / sizeof *good, r->change, r->more);
    for (char *p; (p = strstr(attributes, "  ")) != NULL;)
      memmove(p, p + 1, strlen(p));
    const int status = import_trees(ctx, "ai.onnx.ml:TreeEnsembleRegressor", attributes, r->after, &c);
    if (status != r->code || c || !strstr(fairu_context_message(ctx), r->says)) {
      print_error("%s %s %s: %s, '%s'; wanted %s, '%s'\n", r->change, r->more, r->after,
                  fairu_status_name(status), fairu_context_message(ctx), fairu_status_name(r->code), r->says);
      wrong++;
    }
    fairu_classifier_destroy(c);
  }
  assert_int_equal(wrong, 0);
  fairu_context_destroy(ctx);
}

/* Trees over something that is no column, and a nuisance among their columns. */
static void inputs_of_trees_are_columns(void **state)
{
  static const char *const nuisance[1] = { "x1" };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_import_options options;
  fairu_classifier *c = NULL;
  char attributes[2048];
  put_attributes(attributes, good, sizeof good / sizeof *good, "", "post_transform=sNONE");
  for (char *p; (p = strstr(attributes, "  ")) != NULL;)
    memmove(p, p + 1, strlen(p));
  for (int k = 0; k < 2; k++) {
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 1, 1);
    made_node(&m, k ? "Identity" : "Tanh", "x", "t", NULL);
    made_node(&m, "ai.onnx.ml:TreeEnsembleRegressor", "t", "y", attributes);
    assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
    options.nuisances = nuisance;
    options.n_nuisances = k ? 1 : 0;
    CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, made_import(&m, &options, &c));
    CHECK_SAYS(ctx, k ? "nuisance \"x1\" as an input of trees" : "trees over 't', which is worked out");
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(sums_are_right), cmocka_unit_test(classes_are_right),
                                      cmocka_unit_test(lists_that_do_not_fit_are_refused),
                                      cmocka_unit_test(inputs_of_trees_are_columns) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
