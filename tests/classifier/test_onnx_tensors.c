/* Tensors of ONNX files in every type and way of writing; names, properties and shapes of inputs. */
#include "classifier/onnx_text.h"

/* ---- tensors ------------------------------------------------------------------------------------------ */

typedef struct tensor_case {
  int type;
  size_t size; /* of a raw element */
  uint64_t bits[2];
  double values[2];
} tensor_case;

static const tensor_case tensors[] = {
  { 1, 4, { 0x3FC00000, 0xC0200000 }, { 1.5, -2.5 } },
  { 2, 1, { 1, 200 }, { 1, 200 } },
  { 3, 1, { 1, 0xFE }, { 1, -2 } },
  { 6, 4, { 5, 0xFFFFFFF9 }, { 5, -7 } },
  { 7, 8, { 9, UINT64_MAX }, { 9, -1 } },
  { 9, 1, { 1, 0 }, { 1, 0 } },
  { 10, 2, { 0x3E00, 0xC000 }, { 1.5, -2 } },
  { 10, 2, { 0x0200, 0x8000 }, { 0x1p-15, 0 } }, /* below the normal ones */
  { 11, 8, { UINT64_C(0x3FE0000000000000), UINT64_C(0xC008000000000000) }, { 0.5, -3 } },
};

static int import_sum(fairu_context *ctx, int type, const char *dims, const uint64_t *bits, size_t n,
                      size_t size, fairu_classifier **out)
{
  made m = made_begin(ctx, 13);
  made_port(&m, 11, "x", 2, 1);
  made_port(&m, 12, "y", 2, 1);
  const size_t at = fairu_proto_out__begin(&m.graph, 5);
  fairu_proto_out__string(&m.graph, 8, "k");
  made_tensor_fields(&m.graph, type, dims, bits, n, size);
  fairu_proto_out__end(&m.graph, at);
  made_node(&m, "Add", "x k", "y", NULL);
  return made_import(&m, NULL, out);
}

static void every_type_is_read(void **state)
{
  static const float x[2] = { 1.0F, 2.0F };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof tensors / sizeof *tensors; k++)
    for (int raw = 0; raw < 2; raw++) {
      const tensor_case *t = &tensors[k];
      fairu_classifier *c = NULL;
      float y[2];
      CHECK_OK(ctx, import_sum(ctx, t->type, "2", t->bits, 2, raw ? t->size : 0, &c));
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
      CHECK_NEAR((double)y[0], 1.0 + t->values[0], 1e-6);
      CHECK_NEAR((double)y[1], 2.0 + t->values[1], 1e-6);
      fairu_classifier_destroy(c);
    }
  fairu_context_destroy(ctx);
}

typedef struct bad_tensor {
  int type;
  const char *dims;
  size_t n, size;
  int code;
  const char *says;
} bad_tensor;

static const bad_tensor bad_tensors[] = {
  { 8, "2", 2, 4, FAIRU_ERR_UNSUPPORTED, "elements of data_type 8" },
  { 5, "2", 2, 0, FAIRU_ERR_UNSUPPORTED, "elements of data_type 5" },
  { 400, "2", 2, 0, FAIRU_ERR_UNSUPPORTED, "elements of data_type 100" },
  { 1, "2", 1, 4, FAIRU_ERR_SHAPE, "4 bytes, its dims say 2 elements of 4" },
  { 1, "2", 2, 3, FAIRU_ERR_SHAPE, "6 bytes, its dims say 2 elements of 4" },
  { 1, "2", 1, 0, FAIRU_ERR_SHAPE, "1 elements, its dims say 2" },
  { 1, "1", 2, 0, FAIRU_ERR_SHAPE, "more than the 1 elements of its dims" },
  { 1, "1,1,1,1,1,1,1,1,1", 1, 4, FAIRU_ERR_UNSUPPORTED, "a tensor of more than 8 axes" },
  { 1, "-1", 1, 4, FAIRU_ERR_FORMAT, "dims of a tensor overflow: axis of -1" },
  { 1, "2147483647,2147483647,2147483647", 1, 4, FAIRU_ERR_FORMAT, "dims of a tensor overflow" },
  { 1, "2147483647", 1, 4, FAIRU_ERR_SHAPE, "its dims say 2147483647 elements" },
  { 10, "2", 2, 2, FAIRU_ERR_NON_FINITE, "" }, /* infinity */
};

static void tensors_that_do_not_fit_are_refused(void **state)
{
  static const uint64_t bits[2] = { 0x7C00, 0xFC01 };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof bad_tensors / sizeof *bad_tensors; k++) {
    const bad_tensor *b = &bad_tensors[k];
    fairu_classifier *c = NULL;
    CHECK_FAILS(ctx, b->code, import_sum(ctx, b->type, b->dims, bits, b->n, b->size, &c));
    CHECK_SAYS(ctx, b->says);
    assert_null(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- data beside the model ----------------------------------------------------------------------------- */

typedef struct beside_case {
  const char *entries; /* key=value, parted by spaces */
  int code;
  const char *says;
} beside_case;

static const beside_case besides[] = {
  { "location=two.bin", FAIRU_OK, "" },
  { "location=two.bin offset=0 length=8 checksum=none", FAIRU_OK, "" },
  { "location=two.bin offset=4x", FAIRU_ERR_FORMAT, "external_data: offset '4x'" },
  { "location=two.bin length=-8", FAIRU_ERR_FORMAT, "external_data: length '-8'" },
  { "location=two.bin length=9", FAIRU_ERR_SHAPE, "9 bytes of external data, its dims say 8" },
  { "location=two.bin offset=4", FAIRU_ERR_TRUNCATED, "two.bin: ends before the data of a tensor" },
  { "location=two.bin offset=5000", FAIRU_ERR_TRUNCATED, "two.bin: ends before the data of a tensor" },
  { "location=two.bin offset=99999999999999999999", FAIRU_ERR_FORMAT, "offset '99999999999999999999'" },
  { "location=nobody.bin", FAIRU_ERR_IO, "nobody.bin" },
  { "location=a/..", FAIRU_ERR_UNSUPPORTED, "only files in the folder of the model are read" },
  { "length=8", FAIRU_ERR_UNSUPPORTED, "external data at ''" },
};

static void put_beside(made *m, const char *entries)
{
  char word[128];
  const size_t at = fairu_proto_out__begin(&m->graph, 5);
  fairu_proto_out__varint(&m->graph, 1, 2);
  fairu_proto_out__varint(&m->graph, 2, 1);
  fairu_proto_out__string(&m->graph, 8, "k");
  fairu_proto_out__varint(&m->graph, 14, 1);
  while (entries) {
    entries = made_word(entries, word);
    char *value = strchr(word, '=');
    *value++ = '\0';
    const size_t entry = fairu_proto_out__begin(&m->graph, 13);
    fairu_proto_out__string(&m->graph, 1, word);
    fairu_proto_out__string(&m->graph, 2, value);
    fairu_proto_out__end(&m->graph, entry);
  }
  fairu_proto_out__end(&m->graph, at);
}

static void data_beside_the_model(void **state)
{
  static const float two[2] = { 3.0F, 4.0F }, x[2] = { 1.0F, 2.0F };
  char path[512];
  (void)state;
  fairu_context *ctx = support_context();
  support_write_file(support_path(path, sizeof path, "two.bin"), two, sizeof two);
  for (size_t k = 0; k < sizeof besides / sizeof *besides; k++) {
    fairu_classifier *c = NULL;
    float y[2] = { 0.0F };
    made m = made_begin(ctx, 13);
    made_port(&m, 11, "x", 2, 1);
    made_port(&m, 12, "y", 2, 1);
    put_beside(&m, besides[k].entries);
    made_node(&m, "Add", "x k", "y", NULL);
    const int status = made_import(&m, NULL, &c);
    assert_int_equal(status, besides[k].code);
    if (status != FAIRU_OK) {
      CHECK_SAYS(ctx, besides[k].says);
      CHECK_SAYS(ctx, "made.onnx");
      continue;
    }
    CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, NULL, 0, FAIRU_OUTPUT_SCORE, y));
    CHECK_NEAR((double)y[1], 6.0, 0.0);
    fairu_classifier_destroy(c);
  }
  fairu_context_destroy(ctx);
}

/* ---- inputs ------------------------------------------------------------------------------------------- */

static void put_property(made *m, const char *text)
{
  const char *value = strchr(text, '=');
  const size_t at = fairu_proto_out__begin(&m->model, 14);
  fairu_proto_out__bytes(&m->model, 1, text, (size_t)(value - text));
  fairu_proto_out__string(&m->model, 2, value + 1);
  fairu_proto_out__end(&m->model, at);
}

typedef struct input_case {
  const char *inputs;   /* name:width:type, parted by spaces; width 0: not said */
  const char *text;     /* of the graph */
  const char *features; /* of the options, parted by spaces; NULL: none */
  const char *nuisances;
  const char *properties; /* parted by "|" */
  int code;
  const char *says; /* or the names of the features and, behind "|", of the nuisances */
} input_case;

static const input_case inputs[] = {
  { "x:2:1", "Identity x > y", NULL, NULL, NULL, FAIRU_OK, "x0 x1 |" },
  { "x:2:1", "Identity x > y", "a b", NULL, NULL, FAIRU_OK, "a b |" },
  { "x:0:1", "Identity x > y", "a b", NULL, NULL, FAIRU_OK, "a b |" },
  { "x:2:1", "Identity x > y", "a b", "b", NULL, FAIRU_OK, "a |b " },
  { "x:2:1", "Identity x > y", NULL, "x0", NULL, FAIRU_OK, "x1 |x0 " },
  { "x:2:1 z:1:1", "Add x z > y", NULL, "z", NULL, FAIRU_OK, "x0 x1 |z " },
  { "x:2:1 z:1:1", "Add x z > y", "a b", "z", NULL, FAIRU_OK, "a b |z " },
  { "x:2:1 w:2:1", "Add x w > y", NULL, NULL, NULL, FAIRU_OK, "x0 x1 w0 w1 |" },
  { "a:1:1 b:1:1", "Concat a b > y axis=i1", NULL, NULL, NULL, FAIRU_OK, "a b |" },
  { "a:1:1 b:1:1", "Concat a b > y axis=i1", "p q", NULL, NULL, FAIRU_OK, "p q |" },
  { "x:2:1", "Identity x > y", NULL, NULL,
    "fairu.feature.0=a|fairu.nuisance.0=b|fairu.nuisance.0.lower=-1|fairu.nuisance.0.upper=2", FAIRU_OK,
    "a |b " },
  { "x:2:1", "Identity x > y", NULL, NULL, "fairu.feature.0=a", FAIRU_OK, "x0 x1 |" }, /* too few: not ours */
  { "x:2:1", "Identity x > y", NULL, NULL, "fairu.feature.0=a|fairu.feature.1=b|fairu.feature.2=c", FAIRU_OK,
    "x0 x1 |" },
  { "x:2:1", "Identity x > y", NULL, NULL, "fairu.feature.a=a|fairu.feature.=b|other=c", FAIRU_OK,
    "x0 x1 |" },
  { "x:2:1", "Identity x > y", NULL, NULL, "fairu.feature.0=a|fairu.nuisance.0=b|fairu.nuisance.0.lower=low",
    FAIRU_ERR_FORMAT, "property fairu.nuisance.0.lower: 'low' is no finite number" },
  { "x:2:1", "Identity x > y", NULL, NULL, "fairu.feature.0=a|fairu.nuisance.0=b|fairu.nuisance.0.lower=",
    FAIRU_ERR_FORMAT, "'' is no finite number" },
  { "x:2:1", "Identity x > y", NULL, NULL, "fairu.feature.0=a|fairu.nuisance.0=b|fairu.nuisance.0.upper=inf",
    FAIRU_ERR_FORMAT, "'inf' is no finite number" },
  { "x:2:1", "Identity x > y", NULL, NULL,
    "fairu.feature.0=a|fairu.nuisance.0=b|fairu.nuisance.0.lower=3|fairu.nuisance.0.upper=2",
    FAIRU_ERR_FORMAT, "nuisance \"b\": range [3, 2]" },
  { "x:2:8", "Identity x > y", NULL, NULL, NULL, FAIRU_ERR_UNSUPPORTED, "input 'x' is no tensor of numbers" },
  { "x:0:1", "Identity x > y", NULL, NULL, NULL, FAIRU_ERR_SHAPE,
    "does not say how many columns it has; name them" },
  { "x:99999:1", "Identity x > y", NULL, NULL, NULL, FAIRU_ERR_LIMIT, "input 'x' has 99999 columns" },
  { "x:2:1", "Identity x > y", "a", NULL, NULL, FAIRU_ERR_SHAPE,
    "input 'x': 1 names are too few for its columns" },
  { "x:2:1", "Identity x > y", "a b c", NULL, NULL, FAIRU_ERR_SHAPE, "3 names for 2 columns" },
  { "x:2:1", "Identity x > y", NULL, "q", NULL, FAIRU_ERR_NOT_FOUND, "no input is named \"q\"" },
  { "x:2:1", "Identity x > y", "a a", NULL, NULL, FAIRU_ERR_DUPLICATE, "\"a\"" },
  { "x:2:1", "Identity x > z", NULL, NULL, NULL, FAIRU_ERR_NOT_FOUND, "no tensor or node is named 'y'" },
  { "x:2:1", "Constant > y value_float=f1", NULL, NULL, NULL, FAIRU_ERR_UNSUPPORTED,
    "output 'y' does not depend on the inputs" },
};

static size_t split(const char *text, char words[4][128], const char *list[4])
{
  size_t n = 0;
  while (text && n < 4) {
    text = made_word(text, words[n]);
    list[n] = words[n];
    n++;
  }
  return n;
}

static int import_inputs(fairu_context *ctx, const input_case *p, fairu_classifier **out)
{
  char words[3][4][128];
  const char *ports[4], *features[4], *nuisances[4];
  made m = made_begin(ctx, 13);
  const size_t n_ports = split(p->inputs, words[0], ports);
  for (size_t i = 0; i < n_ports; i++) {
    char *name = strtok(words[0][i], ":"), *width = strtok(NULL, ":");
    made_port(&m, 11, name, (size_t)atoi(width), (uint64_t)atoi(strtok(NULL, ":")));
  }
  made_port(&m, 12, "y", 2, 1);
  text_nodes(&m, p->text);
  char properties[512], *rest = NULL;
  snprintf(properties, sizeof properties, "%s", p->properties ? p->properties : "");
  for (char *one = strtok_r(properties, "|", &rest); one; one = strtok_r(NULL, "|", &rest))
    put_property(&m, one);
  fairu_import_options options;
  assert_int_equal(fairu_import_options_init(&options, sizeof options), FAIRU_OK);
  options.n_features = split(p->features, words[1], features);
  options.features = options.n_features ? features : NULL;
  options.n_nuisances = split(p->nuisances, words[2], nuisances);
  options.nuisances = options.n_nuisances ? nuisances : NULL;
  return made_import(&m, &options, out);
}

static void inputs_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  int wrong = 0;
  for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) {
    fairu_classifier *c = NULL;
    char names[256] = "";
    const int status = import_inputs(ctx, &inputs[k], &c);
    for (size_t i = 0; c && i < fairu_classifier_n_features(c); i++)
      strcat(strcat(names, fairu_classifier_feature_name(c, i)), " ");
    strcat(names, "|");
    for (size_t i = 0; c && i < fairu_classifier_n_nuisances(c); i++)
      strcat(strcat(names, fairu_classifier_nuisance_name(c, i)), " ");
    if (status != inputs[k].code || !strstr(c ? names : fairu_context_message(ctx), inputs[k].says)) {
      print_error("case %zu: %s, '%s'; wanted %s, '%s'\n", k, fairu_status_name(status),
                  c ? names : fairu_context_message(ctx), fairu_status_name(inputs[k].code), inputs[k].says);
      wrong++;
    }
    fairu_classifier_destroy(c);
  }
  assert_int_equal(wrong, 0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_type_is_read),
                                      cmocka_unit_test(tensors_that_do_not_fit_are_refused),
                                      cmocka_unit_test(data_beside_the_model),
                                      cmocka_unit_test(inputs_are_named) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
