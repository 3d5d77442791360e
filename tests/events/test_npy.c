/* NumPy files: bytes built here by the rules of the format, and back. */
#include "support/support.h"

typedef struct file {
  unsigned char bytes[2048];
  size_t size;
} file;

/* Header of the version with this dictionary, blank-padded to 64 bytes as NumPy does. */
static file header_of(int version, const char *dictionary)
{
  file f = { { 0 }, 0 };
  const size_t fixed = version == 1 ? 10 : 12, length = strlen(dictionary);
  const size_t total = (fixed + length + 1 + 63) / 64 * 64, text = total - fixed;
  memcpy(f.bytes, "\x93NUMPY", 6);
  f.bytes[6] = (unsigned char)version;
  for (size_t i = 0; i < fixed - 8; i++)
    f.bytes[8 + i] = (unsigned char)(text >> 8 * i);
  memset(f.bytes + fixed, ' ', text);
  memcpy(f.bytes + fixed, dictionary, length);
  f.bytes[total - 1] = '\n';
  f.size = total;
  return f;
}

static void append(file *f, const void *value, size_t size, int swapped)
{
  const unsigned char *p = value;
  for (size_t i = 0; i < size; i++)
    f->bytes[f->size++] = p[swapped ? size - 1 - i : i];
}

static void append_number(file *f, double value, const char *type)
{
  const int swapped = type[0] == '>';
  const float f4 = (float)value;
  const int32_t i4 = (int32_t)value;
  const int64_t i8 = (int64_t)value;
  if (type[1] == 'f')
    append(f, type[2] == '4' ? (const void *)&f4 : &value, type[2] == '4' ? 4 : 8, swapped);
  else
    append(f, type[2] == '4' ? (const void *)&i4 : &i8, type[2] == '4' ? 4 : 8, swapped);
}

static const char *write_file(const file *f, size_t size)
{
  static char path[512];
  support_path(path, sizeof path, "t.npy");
  support_write_file(path, f->bytes, size);
  return path;
}

static float at(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  return values[row * stride];
}

static file matrix_of(const char *type, int fortran, int version)
{
  char text[120];
  snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': %s, 'shape': (3, 2), }", type,
           fortran ? "True" : "False");
  file f = header_of(version, text);
  for (size_t i = 0; i < 6; i++) {
    const size_t row = fortran ? i % 3 : i / 2, column = fortran ? i / 3 : i % 2;
    append_number(&f, 100.0 * (double)row - (double)column, type);
  }
  return f;
}

static void every_type_order_and_version_is_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const char *const types[8] = { "<f4", ">f4", "<f8", ">f8", "<i4", ">i4", "<i8", ">i8" };
  for (size_t t = 0; t < 8; t++)
    for (int fortran = 0; fortran < 2; fortran++)
      for (int version = 1; version <= 3; version++) {
        const file f = matrix_of(types[t], fortran, version);
        fairu_events *events = NULL;
        CHECK_OK(ctx, fairu_events_read_npy(ctx, write_file(&f, f.size), NULL, 0, &events));
        assert_int_equal(fairu_events_n_events(events), 3);
        assert_string_equal(fairu_events_column_name(events, 1), "x1");
        for (size_t r = 0; r < 3; r++)
          for (size_t c = 0; c < 2; c++)
            assert_true(at(events, c, r) == 100.0f * (float)r - (float)c);
        fairu_events_destroy(events);
      }
  fairu_context_destroy(ctx);
}

static void headers_may_be_written_otherwise(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  file f = header_of(1, "{\"shape\":(2L,),\"descr\":\"<f8\",\"fortran_order\":False}");
  append_number(&f, 1.5, "<f8");
  append_number(&f, -2, "<f8");
  const char *const name[1] = { "score" };
  CHECK_OK(ctx, fairu_events_read_npy(ctx, write_file(&f, f.size), name, 1, &events));
  assert_string_equal(fairu_events_column_name(events, 0), "score");
  assert_true(at(events, 0, 1) == -2.0f);
  fairu_events_destroy(events);
  f = header_of(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5), }");
  CHECK_OK(ctx, fairu_events_read_npy(ctx, write_file(&f, f.size), NULL, 5, &events));
  assert_int_equal(fairu_events_n_events(events), 0);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void check_refused(fairu_context *ctx, const char *dictionary, size_t n_numbers, int code,
                          const char *says)
{
  file f = header_of(1, dictionary);
  fairu_events *events = NULL;
  for (size_t i = 0; i < n_numbers; i++)
    append_number(&f, 1, "<f4");
  CHECK_FAILS(ctx, code, fairu_events_read_npy(ctx, write_file(&f, f.size), NULL, 0, &events));
  CHECK_SAYS(ctx, "t.npy: ");
  CHECK_SAYS(ctx, says);
  assert_null(events);
}

static void bad_files_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  check_refused(ctx, "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 1, FAIRU_ERR_UNSUPPORTED,
                "'|O'");
  check_refused(ctx, "{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", 1, FAIRU_ERR_UNSUPPORTED,
                "'<f2'");
  check_refused(ctx, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 1,
                FAIRU_ERR_UNSUPPORTED, "structured");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 1, FAIRU_ERR_SHAPE,
                "without");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1), }", 1, FAIRU_ERR_SHAPE,
                "more than 2");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 5, FAIRU_ERR_TRUNCATED,
                "3 x 2 numbers of 4 bytes, the file has 20 bytes");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 7, FAIRU_ERR_FORMAT,
                "4 bytes behind");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 4096), }", 1,
                FAIRU_ERR_TRUNCATED, "999999999");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }", 1,
                FAIRU_ERR_FORMAT, "smaller dimension");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 2), }", 1,
                FAIRU_ERR_LIMIT, "rows");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }", 1, FAIRU_ERR_FORMAT,
                "True or False");
  check_refused(ctx, "{'descr': '<f4', 'shape': (1,), }", 1, FAIRU_ERR_FORMAT, "fortran_order");
  check_refused(ctx, "{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", 1, FAIRU_ERR_FORMAT,
                "stands twice");
  check_refused(ctx, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", 1, FAIRU_ERR_FORMAT,
                "nothing behind");
  check_refused(ctx, "__import__('os')", 1, FAIRU_ERR_FORMAT, "'{'");
  const char *const name[1] = { "a" };
  fairu_events *events = NULL;
  file f = matrix_of("<f4", 0, 1);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_read_npy(ctx, write_file(&f, f.size), name, 1, &events));
  CHECK_SAYS(ctx, "2 columns, wanted 1");
  f.bytes[6] = 4;
  CHECK_FAILS(ctx, FAIRU_ERR_VERSION, fairu_events_read_npy(ctx, write_file(&f, f.size), NULL, 0, &events));
  f = header_of(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }");
  append_number(&f, 1, "<f8");
  append_number(&f, 1e39, "<f8");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_events_read_npy(ctx, write_file(&f, f.size), NULL, 0, &events));
  CHECK_SAYS(ctx, "row 1, column x0");
  fairu_context_destroy(ctx);
}

static void cuts_anywhere_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const file f = matrix_of("<f8", 1, 2);
  for (size_t cut = 0; cut < f.size; cut++) {
    fairu_events *events = NULL;
    const int status = fairu_events_read_npy(ctx, write_file(&f, cut), NULL, 0, &events);
    assert_true(status == FAIRU_ERR_TRUNCATED);
    assert_null(events);
  }
  for (size_t bit = 0; bit < 8 * f.size; bit++) { /* no crash, and a table only if the header still holds */
    file flipped = f;
    fairu_events *events = NULL;
    flipped.bytes[bit / 8] = (unsigned char)(flipped.bytes[bit / 8] ^ (1u << bit % 8));
    const int status = fairu_events_read_npy(ctx, write_file(&flipped, f.size), NULL, 0, &events);
    assert_true((status == FAIRU_OK) == (events != NULL));
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

static void tables_come_back_as_written(void **state)
{
  (void)state;
  enum { N = 5000 };
  fairu_context *ctx = support_context();
  float *matrix = malloc(3 * N * sizeof *matrix);
  for (size_t i = 0; i < 3 * N; i++)
    matrix[i] = (float)i / 7.0f;
  const float *columns[3] = { matrix, matrix + 1, matrix + 2 };
  const char *const names[3] = { "a", "b", "c" };
  static const char *const files[2] = { "back.npy", "back.npy.gz" };
  fairu_events *view = NULL, *back = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, N, 3, names, columns, 3, &view));
  for (size_t i = 0; i < 2; i++) {
    char path[512];
    support_path(path, sizeof path, files[i]);
    CHECK_OK(ctx, fairu_events_write_npy(view, ctx, path));
    CHECK_OK(ctx, fairu_events_read_npy(ctx, path, names, 3, &back));
    for (size_t r = 0; r < N; r++)
      for (size_t c = 0; c < 3; c++)
        assert_true(at(back, c, r) == matrix[3 * r + c]);
    fairu_events_destroy(back);
  }
  char path[512];
  size_t size = 0;
  support_path(path, sizeof path, "back.npy");
  char *bytes = support_read_file(path, &size);
  assert_int_equal((size - 3 * N * sizeof(float)) % 64, 0); /* numbers begin aligned */
  assert_memory_equal(bytes + size - 3 * N * sizeof(float), matrix, 3 * N * sizeof(float));
  free(bytes);
  free(matrix);
  fairu_events_destroy(view);
  fairu_context_destroy(ctx);
}

static int read_and_write(fairu_context *ctx, void *data)
{
  fairu_events *events = NULL;
  char path[512];
  int status = fairu_events_read_npy(ctx, data, NULL, 2, &events);
  if (status == FAIRU_OK)
    status = fairu_events_write_npy(events, ctx, support_path(path, sizeof path, "out.npy.gz"));
  fairu_events_destroy(events);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  const file f = matrix_of(">f4", 0, 1);
  char path[512];
  snprintf(path, sizeof path, "%s", write_file(&f, f.size));
  assert_true(support_every_need_fails(read_and_write, path) > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_type_order_and_version_is_read),
    cmocka_unit_test(headers_may_be_written_otherwise),
    cmocka_unit_test(bad_files_are_named),
    cmocka_unit_test(cuts_anywhere_are_refused),
    cmocka_unit_test(tables_come_back_as_written),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
