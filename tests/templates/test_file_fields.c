/* Each field of a file of templates, written by hand: what it may say, and by which words it is refused, down to the checks of grids
 * and values. A file with a right checksum is believed no more than a caller. */
#include "support/support.h"

#include "base/pack_internal.h"

/* A file that is right: two axes with a pair, two processes, two bins. */
typedef struct fields {
  uint64_t interpolation, n_axes;
  const char *axis_names[2];
  double nominal[2];
  uint64_t n_knots[2], written_knots[2]; /* as said, as they are */
  double knots[2][6];
  uint64_t n_pairs, pair[4];
  uint64_t n_processes;
  const char *names[2];
  uint64_t n_bins, has_variances;
  double yield, variance; /* of process 1, point 3, bin 1 */
  uint64_t n_rows;        /* of values, of 2 * 2 * 16 */
  uint64_t row;           /* numbers in a row */
  uint64_t extra;         /* words at the end */
} fields;

static fields right(void)
{
  return (fields){ .interpolation = FAIRU_INTERPOLATION_LOG,
                   .n_axes = 2,
                   .axis_names = { "tes", "jes" },
                   .nominal = { 1.0, 0.0 },
                   .n_knots = { 4, 4 },
                   .written_knots = { 4, 4 },
                   .knots = { { 0.9, 1.0, 1.1, 1.2, 1.3, 1.4 }, { -1.0, 0.0, 1.0, 2.0, 3.0, 4.0 } },
                   .n_pairs = 1,
                   .pair = { 0, 1, 1, 0 },
                   .n_processes = 2,
                   .names = { "signal", "background" },
                   .n_bins = 2,
                   .has_variances = 1,
                   .yield = 5.0,
                   .variance = 0.5,
                   .n_rows = 2 * 2 * (1 + 3 + 3 + 9),
                   .row = 2 };
}

static void put_grid(const fields *f, fairu_pack *pack)
{
  fairu_pack__u64(pack, f->n_axes);
  for (size_t k = 0; k < (f->n_axes < 2 ? f->n_axes : 2); k++) {
    fairu_pack__string(pack, f->axis_names[k]);
    fairu_pack__f64(pack, f->nominal[k]);
    fairu_pack__u64(pack, f->n_knots[k]);
    fairu_pack__f64s(pack, f->knots[k], (size_t)f->written_knots[k]);
  }
  fairu_pack__u64(pack, f->n_pairs);
  for (size_t i = 0; i < 2 * f->n_pairs && i < 4; i++)
    fairu_pack__u64(pack, f->pair[i]);
}

/* All values are 5 and 0.5, but one of each. */
static void put_rows(const fields *f, fairu_pack *pack)
{
  const size_t odd = 16 + 3; /* process 1, point 3 */
  for (size_t i = 0; i < f->n_rows; i++) {
    double row[8] = { 0.0 };
    for (size_t b = 0; b < f->row; b++)
      row[b] = i < 32 ? 5.0 : 0.5;
    if (i == odd)
      row[1] = f->yield;
    if (i == 32 + odd)
      row[1] = f->variance;
    fairu_pack__f64s(pack, row, (size_t)f->row);
  }
}

static void write_fields(fairu_context *ctx, const fields *f, const char *path)
{
  fairu_pack *pack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__u64(pack, f->interpolation);
  put_grid(f, pack);
  fairu_pack__u64(pack, f->n_processes);
  for (size_t q = 0; q < (f->n_processes < 2 ? f->n_processes : 2); q++)
    fairu_pack__string(pack, f->names[q]);
  fairu_pack__u64(pack, f->n_bins);
  fairu_pack__u64(pack, f->has_variances);
  put_rows(f, pack);
  for (size_t i = 0; i < f->extra; i++)
    fairu_pack__u64(pack, i);
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, path, "FAIRUTPL", 1));
  fairu_pack__destroy(pack);
}

static void check_refused(fairu_context *ctx, const fields *f, int code, const char *says)
{
  char path[512];
  fairu_templates *t = NULL;
  write_fields(ctx, f, support_path(path, sizeof path, "fields"));
  CHECK_FAILS(ctx, code, fairu_templates_load(ctx, path, &t));
  CHECK_SAYS(ctx, says);
  CHECK_SAYS(ctx, "fields"); /* the path */
  assert_null(t);
}

static void the_right_file_is_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[512];
  fields f = right();
  f.yield = 7.25;
  f.variance = 0.125;
  fairu_templates *t = NULL;
  write_fields(ctx, &f, support_path(path, sizeof path, "right"));
  CHECK_OK(ctx, fairu_templates_load(ctx, path, &t));
  assert_int_equal(fairu_templates_n_processes(t), 2);
  assert_int_equal(fairu_templates_n_bins(t), 2);
  assert_int_equal(fairu_templates_n_axes(t), 2);
  assert_string_equal(fairu_templates_process_name(t, 1), "background");
  assert_int_equal(fairu_grid_n_points(fairu_templates_grid(t)), 16);
  for (size_t q = 0; q < 2; q++)
    for (size_t p = 0; p < 16; p++)
      for (size_t b = 0; b < 2; b++) {
        const int odd = q == 1 && p == 3 && b == 1;
        assert_true(fairu_templates_yields(t, q, p)[b] == (odd ? 7.25 : 5.0));
        assert_true(fairu_templates_variances(t, q, p)[b] == (odd ? 0.125 : 0.5));
      }
  fairu_templates_destroy(t);
  fairu_context_destroy(ctx);
}

/* Places of the fields below. */
#define WORD(field, value) offsetof(fields, field), value, 0.0, 0, NULL
#define REAL(field, value) offsetof(fields, field), 0, value, 1, NULL
#define TEXT(field, value) offsetof(fields, field), 0, 0.0, 2, value

/* One field is wrong, all others are right. */
static void every_wrong_field_is_named(void **state)
{
  static const struct {
    size_t at;
    uint64_t word;
    double real;
    int kind;
    const char *text;
    int code;
    const char *says;
  } rows[] = {
    { WORD(interpolation, 3), FAIRU_ERR_FORMAT, "interpolation is 3, at most 2 makes sense" },
    { WORD(interpolation, UINT64_MAX), FAIRU_ERR_FORMAT, "interpolation is 18446744073709551615" },
    { WORD(n_axes, UINT64_C(1) << 62), FAIRU_ERR_FORMAT, "number of axes is 4611686018427387904" },
    { TEXT(axis_names[0], ""), FAIRU_ERR_ARGUMENT, "axis 0 has an empty name" },
    { TEXT(axis_names[1], "tes"), FAIRU_ERR_DUPLICATE, "axes 0 and 1 are both named 'tes'" },
    { REAL(nominal[0], 1.05), FAIRU_ERR_RANGE,
      "axis 'tes': with several axes nominal must be one of the knots" },
    { REAL(nominal[1], -2.0), FAIRU_ERR_RANGE, "axis 'jes': nominal -2 is outside the knots [-1, 2]" },
    { REAL(nominal[1], NAN), FAIRU_ERR_NON_FINITE, "axis 'jes': nominal is" },
    { WORD(n_knots[0], UINT64_C(1) << 61), FAIRU_ERR_FORMAT, "number of knots is 2305843009213693952" },
    { WORD(n_knots[0], 5), FAIRU_ERR_FORMAT, "knots of an axis has 4 elements, not 5" },
    { WORD(written_knots[1], 5), FAIRU_ERR_FORMAT, "knots of an axis has 5 elements, not 4" },
    { WORD(n_knots[1], 0), FAIRU_ERR_FORMAT, "knots of an axis has 4 elements, not 0" },
    { REAL(knots[0][3], INFINITY), FAIRU_ERR_NON_FINITE, "axis 'tes': knot 3 is inf" },
    { REAL(knots[0][2], 1.0), FAIRU_ERR_RANGE,
      "axis 'tes': knots must rise strictly, but knot 2 is 1 after 1" },
    { REAL(knots[1][0], 0.5), FAIRU_ERR_RANGE,
      "axis 'jes': knots must rise strictly, but knot 1 is 0 after 0.5" },
    { WORD(n_pairs, UINT64_C(1) << 63), FAIRU_ERR_FORMAT, "number of pairs is 9223372036854775808" },
    { WORD(n_pairs, 2), FAIRU_ERR_DUPLICATE, "pairs 0 and 1 are both of 'jes' and 'tes'" },
    { WORD(pair[0], 1), FAIRU_ERR_RANGE, "pair 0 is (1, 1): two different axes below 2 are needed" },
    { WORD(pair[1], 2), FAIRU_ERR_RANGE, "pair 0 is (0, 2): two different axes below 2 are needed" },
    { WORD(n_processes, UINT64_C(1) << 60), FAIRU_ERR_FORMAT, "number of processes is 1152921504606846976" },
    { WORD(n_processes, 0), FAIRU_ERR_EMPTY, "process" },
    { TEXT(names[0], ""), FAIRU_ERR_ARGUMENT, "the name of process 0 is empty" },
    { TEXT(names[1], "signal"), FAIRU_ERR_DUPLICATE, "processes 0 and 1 are both named 'signal'" },
    { WORD(n_bins, UINT64_C(1) << 61), FAIRU_ERR_FORMAT, "number of bins is 2305843009213693952" },
    { WORD(n_bins, 1), FAIRU_ERR_FORMAT, "yields or variances has 2 elements, not 1" },
    { WORD(n_bins, 3), FAIRU_ERR_FORMAT, "yields or variances has 2 elements, not 3" },
    { WORD(has_variances, 2), FAIRU_ERR_FORMAT, "presence of variances is 2, at most 1 makes sense" },
    { WORD(has_variances, 0), FAIRU_ERR_FORMAT, "bytes left over in the body" },
    { REAL(yield, 0.0), FAIRU_ERR_NEGATIVE_YIELD,
      "process 'background', bin 1, at tes = 1.2, jes = 0: yield is 0 but positive at other points" },
    { REAL(yield, -2.5), FAIRU_ERR_NEGATIVE_YIELD,
      "process 'background', bin 1, at tes = 1.2, jes = 0: yield is -2.5" },
    { REAL(yield, NAN), FAIRU_ERR_NON_FINITE,
      "process 'background', bin 1, at tes = 1.2, jes = 0: yield is" },
    { REAL(variance, -1.0), FAIRU_ERR_RANGE,
      "process 'background', bin 1, at tes = 1.2, jes = 0: variance is -1" },
    { REAL(variance, INFINITY), FAIRU_ERR_NON_FINITE, "bin 1, at tes = 1.2, jes = 0: variance is inf" },
    { WORD(n_rows, 63), FAIRU_ERR_TRUNCATED, "inside yields or variances" },
    { WORD(n_rows, 3), FAIRU_ERR_TRUNCATED, "2 processes x 16 points x 2 bins, but fewer numbers follow" },
    { WORD(n_rows, 65), FAIRU_ERR_FORMAT, "bytes left over in the body" },
    { WORD(extra, 1), FAIRU_ERR_FORMAT, "bytes left over in the body" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fields f = right();
    char *at = (char *)&f + rows[i].at;
    if (rows[i].kind == 0)
      memcpy(at, &rows[i].word, sizeof rows[i].word);
    else if (rows[i].kind == 1)
      memcpy(at, &rows[i].real, sizeof rows[i].real);
    else
      memcpy(at, &rows[i].text, sizeof rows[i].text);
    check_refused(ctx, &f, rows[i].code, rows[i].says);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_right_file_is_read),
    cmocka_unit_test(every_wrong_field_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
