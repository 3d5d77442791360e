/* Files of maps and models that cannot be read say which file it is, and why; nothing is made, and the file stays. */
#include <errno.h>
#include <unistd.h>

#include <fairu/formats.h>
#include <fairu/probability.h>

#include "base/pack_internal.h"
#include "support/support.h"

static const char map_magic[8] = { 'F', 'A', 'I', 'R', 'U', 'P', 'R', 'B' };

/* A map as its file has it: method, slope, offset, covariance, prior odds, margin, knots. */
typedef struct fields {
  uint64_t method;
  double numbers[7];
  size_t n;
  double logits[4], values[4];
  int more; /* bytes behind the end */
} fields;

static const fields platt = { .method = FAIRU_PROBABILITY_PLATT,
                              .numbers = { 1.5, -0.25, 0.1, 0.0, 0.2, 0.5, (double)NAN } };
static const fields isotonic = { .method = FAIRU_PROBABILITY_ISOTONIC,
                                 .numbers = { (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN,
                                              0.5, 0.01 },
                                 .n = 3,
                                 .logits = { -1.0, 0.0, 2.0 },
                                 .values = { 0.1, 0.1, 0.75 } };

static void write_fields(fairu_context *ctx, const char *path, const char magic[8], uint32_t version,
                         const fields *f)
{
  fairu_pack *pack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__u64(pack, f->method);
  fairu_pack__f64s(pack, f->numbers, 7);
  fairu_pack__u64(pack, f->n);
  fairu_pack__f64s(pack, f->logits, f->n);
  fairu_pack__f64s(pack, f->values, f->n);
  if (f->more)
    fairu_pack__u64(pack, 7);
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, path, magic, version));
  fairu_pack__destroy(pack);
}

static int load(fairu_context *ctx, const char *path, fairu_probability_map **map)
{
  *map = (fairu_probability_map *)ctx; /* anything */
  const int status = fairu_probability_map_load(ctx, path, map);
  assert_true((status == FAIRU_OK) == (*map != NULL));
  return status;
}

/* The magic of maps is that of a map that was saved. */
static void the_format_is_that_of_saved_maps(void **state)
{
  (void)state;
  char path[512];
  size_t size = 0;
  fairu_context *ctx = support_context();
  const float t[4] = { -1.0F, 0.5F, 0.0F, 1.0F };
  const int32_t y[4] = { 0, 0, 1, 1 };
  fairu_probability_map *map = NULL;
  CHECK_OK(ctx, fairu_probability_map_create(ctx, t, y, NULL, 4, NULL, &map));
  CHECK_OK(ctx, fairu_probability_map_save(map, ctx, support_path(path, sizeof path, "saved.map")));
  fairu_probability_map_destroy(map);
  char *bytes = support_read_file(path, &size);
  assert_memory_equal(bytes, map_magic, sizeof map_magic);
  free(bytes);
  fairu_context_destroy(ctx);
}

static void good_fields_are_taken(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  const fields *const good[2] = { &platt, &isotonic };
  (void)support_path(path, sizeof path, "fields.map");
  for (int k = 0; k < 2; k++) {
    fairu_probability_map *map = NULL;
    fairu_probability_summary s = { .struct_size = sizeof s };
    const float t = 1.0F;
    double p;
    write_fields(ctx, path, map_magic, 1, good[k]);
    CHECK_OK(ctx, load(ctx, path, &map));
    CHECK_OK(ctx, fairu_probability_map_describe(map, ctx, &s));
    CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, &t, 1, FAIRU_OUTPUT_SCORE, &p));
    assert_int_equal(s.method, (int)good[k]->method);
    assert_int_equal(s.n_knots, good[k]->n);
    CHECK_NEAR(s.log_prior_odds, 0.5, 0.0);
    CHECK_NEAR(p, k == 0 ? 1.0 / (1.0 + exp(-1.25)) : 0.1 + 0.65 / 2.0, 1e-15);
    fairu_probability_map_destroy(map);
  }
  fairu_context_destroy(ctx);
}

typedef struct fault {
  const fields *of;
  void (*make)(fields *f);
  int code;
  const char *says;
} fault;

#define FAULT(name, what)                                                                                    \
  static void name(fields *f)                                                                                \
  {                                                                                                          \
    what;                                                                                                    \
  }

FAULT(method, f->method = 3)
FAULT(odds, f->numbers[5] = (double)INFINITY)
FAULT(slope, f->numbers[0] = (double)NAN)
FAULT(offset, f->numbers[1] = -(double)INFINITY)
FAULT(platt_with_knots, f->n = 1)
FAULT(no_knots, f->n = 0)
FAULT(falling_logits, f->logits[2] = -0.5)
FAULT(equal_logits, f->logits[1] = -1.0)
FAULT(nan_logit, f->logits[0] = (double)NAN)
FAULT(falling_values, f->values[2] = 0.05)
FAULT(negative_value, f->values[0] = -0.01)
FAULT(large_value, f->values[2] = 1.01)
FAULT(nan_value, f->values[1] = (double)NAN)
FAULT(longer, f->more = 1)

static const fault faults[] = {
  { &platt, method, FAIRU_ERR_FORMAT, "probability method" },
  { &platt, odds, FAIRU_ERR_NON_FINITE, "prior odds inf" },
  { &platt, slope, FAIRU_ERR_NON_FINITE, "slope nan, offset -0.25" },
  { &platt, offset, FAIRU_ERR_NON_FINITE, "offset -inf" },
  { &platt, platt_with_knots, FAIRU_ERR_FORMAT, "method 0 with 1 knots" },
  { &isotonic, no_knots, FAIRU_ERR_FORMAT, "method 1 with 0 knots" },
  { &isotonic, falling_logits, FAIRU_ERR_FORMAT, "knot 2 is 0.75 at logit -0.5" },
  { &isotonic, equal_logits, FAIRU_ERR_FORMAT, "knot 1 is 0.1 at logit -1" },
  { &isotonic, nan_logit, FAIRU_ERR_FORMAT, "knot 0 is 0.1 at logit nan" },
  { &isotonic, falling_values, FAIRU_ERR_FORMAT, "knot 2 is 0.05" },
  { &isotonic, negative_value, FAIRU_ERR_FORMAT, "knot 0 is -0.01" },
  { &isotonic, large_value, FAIRU_ERR_FORMAT, "knot 2 is 1.01" },
  { &isotonic, nan_value, FAIRU_ERR_FORMAT, "knot 1 is nan" },
  { &isotonic, longer, FAIRU_ERR_FORMAT, "" },
};

static void fields_without_meaning_are_named(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  (void)support_path(path, sizeof path, "faulty.map");
  for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
    fairu_probability_map *map = NULL;
    fields f = *faults[k].of;
    faults[k].make(&f);
    write_fields(ctx, path, map_magic, 1, &f);
    CHECK_FAILS(ctx, faults[k].code, load(ctx, path, &map));
    CHECK_SAYS(ctx, faults[k].says);
    CHECK_SAYS(ctx, "faulty.map");
  }
  /* a histogram may fall */
  fields falls = isotonic;
  fairu_probability_map *map = NULL;
  falls.method = FAIRU_PROBABILITY_HISTOGRAM;
  falling_values(&falls);
  write_fields(ctx, path, map_magic, 1, &falls);
  CHECK_OK(ctx, load(ctx, path, &map));
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
}

typedef int (*read_fn)(fairu_context *ctx, const char *path);

static int read_map(fairu_context *ctx, const char *path)
{
  fairu_probability_map *map = NULL;
  return load(ctx, path, &map);
}

static int read_model(fairu_context *ctx, const char *path)
{
  fairu_classifier *c = NULL;
  const int status = fairu_classifier_load(ctx, path, &c);
  assert_true(status != FAIRU_OK && !c);
  return status;
}

static int read_any(fairu_context *ctx, const char *path)
{
  fairu_classifier *c = NULL;
  const int status = fairu_classifier_import(ctx, path, NULL, &c);
  assert_true(status != FAIRU_OK && !c);
  return status;
}

/* Absent, empty, a folder, of another kind, of a version to come: the code of each, and the path. */
static void files_that_are_none_are_named(void **state)
{
  (void)state;
  static const read_fn reads[3] = { read_map, read_model, read_any };
  char path[512];
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < 3; k++) {
    CHECK_FAILS(ctx, FAIRU_ERR_IO, reads[k](ctx, support_path(path, sizeof path, "absent.file")));
    CHECK_SAYS(ctx, "absent.file");
    CHECK_FAILS(ctx, FAIRU_ERR_IO, reads[k](ctx, support_directory()));
    support_write_file(support_path(path, sizeof path, "empty.file"), "", 0);
    const int status = reads[k](ctx, path);
    assert_true(status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_FORMAT);
    CHECK_SAYS(ctx, "empty.file");
    support_write_file(support_path(path, sizeof path, "text.file"), "hello, world, this is no model", 30);
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, reads[k](ctx, path));
    CHECK_SAYS(ctx, "text.file");
  }
  write_fields(ctx, support_path(path, sizeof path, "new.map"), map_magic, 99, &platt);
  CHECK_FAILS(ctx, FAIRU_ERR_VERSION, read_map(ctx, path));
  CHECK_SAYS(ctx, "new.map");
  write_fields(ctx, support_path(path, sizeof path, "map.fairu"), map_magic, 1, &platt);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_model(ctx, path)); /* a map is no model */
  CHECK_SAYS(ctx, "map.fairu");
  fairu_context_destroy(ctx);
}

/* What cannot be written, or not in this format, leaves no file, and no part of one. */
static void refused_exports_leave_nothing(void **state)
{
  (void)state;
  static const char *const names[2] = { "x", "y" };
  static const int formats[3] = { FAIRU_FORMAT_LWTNN, FAIRU_FORMAT_LWTNN_GRAPH, FAIRU_FORMAT_ONNX };
  const float lower[2] = { 0.0F, 0.0F };
  const double weights[2] = { 1.0, 2.0 };
  char path[512];
  fairu_context *ctx = support_context();
  fairu_classifier *rotation = NULL, *linear = NULL, *bounded = NULL;
  fairu_input_options inputs;
  CHECK_OK(ctx, fairu_input_options_init(&inputs, sizeof inputs));
  inputs.lower = lower;
  inputs.outside = FAIRU_INPUT_CLIP;
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 1.0, &rotation));
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, names, weights, 2, 0.0, &linear));
  CHECK_OK(ctx, fairu_classifier_create_with_inputs(ctx, linear, &inputs, &bounded));
  const fairu_classifier *const refused[2] = { rotation, bounded };
  const size_t before = support_count_files(support_directory());
  for (size_t k = 0; k < 2; k++)
    for (size_t f = 0; f < 3; f++) {
      (void)support_path(path, sizeof path, "refused.export");
      CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_classifier_export(refused[k], ctx, path, formats[f]));
      CHECK_SAYS(ctx, "refused.export");
      assert_true(access(path, F_OK) != 0);
      assert_int_equal(support_count_files(support_directory()), before);
    }
  fairu_classifier_destroy(bounded);
  fairu_classifier_destroy(linear);
  fairu_classifier_destroy(rotation);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_format_is_that_of_saved_maps), cmocka_unit_test(good_fields_are_taken),
    cmocka_unit_test(fields_without_meaning_are_named), cmocka_unit_test(files_that_are_none_are_named),
    cmocka_unit_test(refused_exports_leave_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
