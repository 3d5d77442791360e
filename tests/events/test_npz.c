/* NumPy archives: built here by the rules of the format, and damaged. */
#include "base/zip_made.h"

#include <sys/mman.h>
#include <unistd.h>

typedef struct npy {
  unsigned char bytes[1024];
  size_t size;
} npy;

/* Version 1 with n numbers of `size` bytes. */
static npy array_of(const char *type, const char *shape, const void *numbers, size_t n, size_t size)
{
  npy a = { { 0 }, 128 };
  char text[128];
  const int length =
      snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
  memset(a.bytes, ' ', 128);
  memcpy(a.bytes, "\x93NUMPY\1\0\x76\0", 10);
  memcpy(a.bytes + 10, text, (size_t)length);
  a.bytes[127] = '\n';
  memcpy(a.bytes + 128, numbers, n * size);
  a.size += n * size;
  return a;
}

static void add(zip_made *z, const char *name, const npy *a, int how)
{
  zip_add(z, name, a->bytes, a->size, how);
}

static const float pt[3] = { 20.5f, 31.25f, 42.0f };
static const double matrix[6] = { 1, 2, 3, 4, 5, 6 };
static const double weights[3] = { 0.1, -0.2, 0.3 };
static const int8_t labels[3] = { 1, -1, 0 };
static const uint64_t ids[3] = { UINT64_MAX, 5, 7 };

static zip_made events_of(int how)
{
  zip_made z = { .size = 0 };
  const npy a = array_of("<f4", "(3,)", pt, 3, sizeof *pt),
            x = array_of("<f8", "(3, 2)", matrix, 6, sizeof *matrix),
            w = array_of("<f8", "(3,)", weights, 3, sizeof *weights),
            y = array_of("|i1", "(3,)", labels, 3, sizeof *labels),
            id = array_of("<u8", "(3, 1)", ids, 3, sizeof *ids);
  add(&z, "pt.npy", &a, how);
  add(&z, "x.npy", &x, how);
  zip_add(&z, "notes.txt", "free text", 9, how);
  add(&z, "w.npy", &w, how);
  add(&z, "y.npy", &y, how);
  add(&z, "event.npy", &id, how);
  zip_end(&z, how, "");
  return z;
}

static const char *write_zip(const zip_made *z, size_t size)
{
  static char path[512];
  support_path(path, sizeof path, "t.npz");
  support_write_file(path, z->bytes, size);
  return path;
}

static fairu_npz_options options_of(void)
{
  fairu_npz_options options;
  assert_int_equal(fairu_npz_options_init(&options, sizeof options), FAIRU_OK);
  options.weight = "w";
  options.label = "y";
  options.id = "event";
  return options;
}

static float at(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  return values[row * stride];
}

static void check_events(const fairu_events *e)
{
  static const char *const names[3] = { "pt", "x0", "x1" };
  assert_int_equal(fairu_events_n_events(e), 3);
  assert_int_equal(fairu_events_n_columns(e), 3);
  for (size_t c = 0; c < 3; c++)
    assert_string_equal(fairu_events_column_name(e, c), names[c]);
  for (size_t r = 0; r < 3; r++) {
    assert_true(at(e, 0, r) == pt[r]);
    assert_true(at(e, 1, r) == (float)matrix[2 * r] && at(e, 2, r) == (float)matrix[2 * r + 1]);
    assert_true(fairu_events_weights(e)[r] == weights[r]);
    assert_true(fairu_events_labels(e)[r] == labels[r]);
    assert_true(fairu_events_ids(e)[r] == ids[r]);
  }
}

static void every_form_of_archive_is_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_npz_options options = options_of();
  const int forms[4] = { 0, ZIP_DEFLATED, ZIP_64, ZIP_64 | ZIP_DEFLATED };
  for (size_t i = 0; i < 4; i++) {
    const zip_made z = events_of(forms[i]);
    fairu_events *events = NULL;
    CHECK_OK(ctx, fairu_events_read_npz(ctx, write_zip(&z, z.size), &options, &events));
    check_events(events);
    fairu_events_destroy(events);
  }
  zip_made z = { .size = 0 };
  const npy a = array_of("<f4", "(3,)", pt, 3, sizeof *pt);
  add(&z, "a.npy", &a, 0);
  zip_end(&z, 0, "with a comment, even one with PK\5\6 in it");
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_npz(ctx, write_zip(&z, z.size), NULL, &events));
  assert_int_equal(fairu_events_n_columns(events), 1);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void arrays_are_chosen_and_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const zip_made z = events_of(ZIP_DEFLATED);
  const char *path = write_zip(&z, z.size);
  const char *const features[2] = { "x", "pt" }, *const names[3] = { "eta", "phi", "p" };
  fairu_npz_options options;
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_npz_options_init(&options, sizeof options));
  options.features = features;
  options.n_features = 2;
  options.names = names;
  options.n_names = 3;
  CHECK_OK(ctx, fairu_events_read_npz(ctx, path, &options, &events));
  assert_string_equal(fairu_events_column_name(events, 2), "p");
  assert_true(at(events, 2, 1) == 31.25f && at(events, 1, 2) == 6.0f);
  assert_null(fairu_events_weights(events));
  fairu_events_destroy(events);
  options.n_names = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "t.npz: 2 names for 3 columns");
  options.names = NULL;
  options.n_names = 0;
  options.weight = "x";
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "array \"x\" is asked for twice");
  options.n_features = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_events_read_npz(ctx, path, &options, &events));
  options = options_of();
  options.weight = "W";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "t.npz: no array \"W\"");
  options.weight = "x";
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "array x has 2 columns, the weight is one");
  options.weight = NULL;
  options.id = "w";
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "array w: the numbers are floats, wanted integers");
  options.id = "y";
  options.label = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "array y: row 1 is -1, wanted >= 0");
  options.id = NULL;
  options.label = "w";
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_events_read_npz(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "array w: row 0 is 0.1");
  options.label = NULL;
  options.struct_size = 4;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_events_read_npz(ctx, path, &options, &events));
  assert_null(events);
  fairu_context_destroy(ctx);
}

/* An archive of one or two arrays is refused. */
static void check_refused(fairu_context *ctx, const npy *a, int how, const npy *b, int code, const char *says)
{
  zip_made z = { .size = 0 };
  fairu_events *events = NULL;
  add(&z, "a.npy", a, how);
  if (b)
    add(&z, "b.npy", b, 0);
  zip_end(&z, 0, "");
  CHECK_FAILS(ctx, code, fairu_events_read_npz(ctx, write_zip(&z, z.size), NULL, &events));
  CHECK_SAYS(ctx, "t.npz: ");
  CHECK_SAYS(ctx, says);
  assert_null(events);
}

static void bad_archives_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const float nan[3] = { 1, NAN, 2 };
  const npy a = array_of("<f4", "(3,)", pt, 3, sizeof *pt), two = array_of("<f4", "(2,)", pt, 2, sizeof *pt),
            bad = array_of("<f4", "(3,)", nan, 3, sizeof *nan),
            longer = array_of("<f4", "(4,)", pt, 3, sizeof *pt),
            text = array_of("<U4", "(3,)", pt, 3, sizeof *pt);
  check_refused(ctx, &a, ZIP_ENCRYPTED, NULL, FAIRU_ERR_UNSUPPORTED, "zip member a is encrypted");
  check_refused(ctx, &a, ZIP_BZIP2, NULL, FAIRU_ERR_UNSUPPORTED, "compression method 12 (bzip2)");
  check_refused(ctx, &a, ZIP_BAD_CRC, NULL, FAIRU_ERR_CHECKSUM, "zip member a: CRC-32 is");
  check_refused(ctx, &a, ZIP_BAD_CRC | ZIP_DEFLATED, NULL, FAIRU_ERR_CHECKSUM, "zip member a: CRC-32 is");
  check_refused(ctx, &a, ZIP_OTHER_NAME, NULL, FAIRU_ERR_FORMAT, "another name in front of its data");
  check_refused(ctx, &a, 0, &two, FAIRU_ERR_SHAPE, "array b has 2 rows, array a has 3");
  check_refused(ctx, &bad, 0, NULL, FAIRU_ERR_NON_FINITE, "row 1, column a is nan");
  check_refused(ctx, &longer, 0, NULL, FAIRU_ERR_TRUNCATED, "array a: 4 x 1 numbers of 4 bytes");
  check_refused(ctx, &text, 0, NULL, FAIRU_ERR_UNSUPPORTED, "array a: .npy type '<U4' is not read");
  fairu_events *events = NULL;
  zip_made z = { .size = 0 };
  zip_end(&z, 0, "");
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_events_read_npz(ctx, write_zip(&z, z.size), NULL, &events));
  z = (zip_made){ .size = 0 };
  add(&z, "a.npy", &a, 0);
  add(&z, "a.npy", &a, 0);
  zip_end(&z, 0, "");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_read_npz(ctx, write_zip(&z, z.size), NULL, &events));
  CHECK_SAYS(ctx, "\"a.npy\" occurs twice");
  memcpy(z.bytes, "\x93NUMPY", 6);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_events_read_npz(ctx, write_zip(&z, 100), NULL, &events));
  CHECK_SAYS(ctx, "not a zip archive");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_events_read_npz(ctx, "/nonexistent/a.npz", NULL, &events));
  fairu_context_destroy(ctx);
}

/* Claims that memory could not hold are refused before it is asked for. */
static void limits_hold(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const zip_made z = events_of(ZIP_DEFLATED);
  const char *path = write_zip(&z, z.size);
  fairu_events *events = NULL;
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.decompressed_bytes = 500; /* three arrays of some 150 bytes */
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_read_npz(ctx, path, NULL, &events));
  CHECK_SAYS(ctx, "decompressed_bytes 500");
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.csv_columns = 5;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_read_npz(ctx, path, NULL, &events));
  CHECK_SAYS(ctx, "6 members in the zip archive");
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.rows = 2;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_read_npz(ctx, path, NULL, &events));
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  zip_made huge = { .size = 0 }; /* an entry of 3 GB out of nothing */
  const npy a = array_of("<f4", "(3,)", pt, 3, sizeof *pt);
  add(&huge, "a.npy", &a, ZIP_DEFLATED);
  memcpy(huge.entries + 24, "\0\0\0\xc0", 4);
  zip_end(&huge, 0, "");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_events_read_npz(ctx, write_zip(&huge, huge.size), NULL, &events));
  CHECK_SAYS(ctx, "3221225472 bytes cannot come from");
  fairu_context_destroy(ctx);
}

/* A file in memory: thousands of them are written. */
static const char *rewrite(int fd, const zip_made *z, size_t size)
{
  static char path[64];
  assert_int_equal(ftruncate(fd, 0), 0);
  assert_int_equal(pwrite(fd, z->bytes, size, 0), (ssize_t)size);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return path;
}

static void damage_anywhere_is_clean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const int fd = memfd_create("t.npz", MFD_CLOEXEC);
  assert_true(fd >= 0);
  const fairu_npz_options options = options_of();
  const int forms[3] = { 0, ZIP_DEFLATED, ZIP_64 | ZIP_DEFLATED };
  for (size_t f = 0; f < 3; f++) {
    zip_made z = events_of(forms[f]);
    fairu_events *events = NULL;
    for (size_t cut = 0; cut < z.size; cut++) {
      assert_int_equal(fairu_events_read_npz(ctx, rewrite(fd, &z, cut), &options, &events),
                       FAIRU_ERR_TRUNCATED);
      assert_null(events);
    }
    for (size_t bit = 0; bit < 8 * z.size; bit += f == 0 ? 1 : 3) { /* refused, or the same numbers */
      z.bytes[bit / 8] = (unsigned char)(z.bytes[bit / 8] ^ (1u << bit % 8));
      const int status = fairu_events_read_npz(ctx, rewrite(fd, &z, z.size), &options, &events);
      z.bytes[bit / 8] = (unsigned char)(z.bytes[bit / 8] ^ (1u << bit % 8));
      if (status == FAIRU_OK)
        check_events(events);
      assert_true((status == FAIRU_OK) == (events != NULL));
      fairu_events_destroy(events);
    }
  }
  close(fd);
  fairu_context_destroy(ctx);
}

static int read_all(fairu_context *ctx, void *data)
{
  const fairu_npz_options options = options_of();
  fairu_events *events = NULL;
  const int status = fairu_events_read_npz(ctx, data, &options, &events);
  fairu_events_destroy(events);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  const zip_made z = events_of(ZIP_DEFLATED);
  char path[512];
  snprintf(path, sizeof path, "%s", write_zip(&z, z.size));
  assert_true(support_every_need_fails(read_all, path) > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_form_of_archive_is_read), cmocka_unit_test(arrays_are_chosen_and_named),
    cmocka_unit_test(bad_archives_are_named),        cmocka_unit_test(limits_hold),
    cmocka_unit_test(damage_anywhere_is_clean),      cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
