/* Arrays of every type, byte order, memory order and version, with headers in any spelling, held against their numbers rounded digit by digit;
 * alone, compressed, as many members of an archive; cut, lengthened and with numbers that no float holds; and the library's own files
 * byte by byte. */
#include "npy_made.h"
#include "base/zip_made.h"

static const char *path_of(const char *name)
{
  static char path[512];
  return support_path(path, sizeof path, name);
}

static const char *write_made(const npy_made *a, size_t size)
{
  const char *path = path_of("m.npy");
  support_write_file(path, a->bytes, size);
  return path;
}

/* Column `column` of the table is the one of the array, to the bit: the sign of 0 too. */
static void check_column(const fairu_events *events, size_t column, const npy_made *a, size_t of)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  for (size_t r = 0; r < a->n_rows; r++) {
    const float wanted = (float)npy_value(a, r, of, 24), got = values[r * stride];
    assert_memory_equal(&got, &wanted, sizeof got);
  }
}

static void check_table(const fairu_events *events, const npy_made *a)
{
  char name[32];
  assert_int_equal(fairu_events_n_events(events), a->n_rows);
  assert_int_equal(fairu_events_n_columns(events), a->n_columns);
  assert_null(fairu_events_weights(events));
  for (size_t c = 0; c < a->n_columns; c++) {
    snprintf(name, sizeof name, "x%zu", c);
    assert_string_equal(fairu_events_column_name(events, c), name);
    check_column(events, c, a, c);
  }
}

static void any_array_in_any_form_is_its_numbers(void **state)
{
  (void)state;
  draws d = { .state = 41 };
  fairu_context *ctx = support_context();
  npy_made a;
  for (int round = 0; round < 1500; round++) {
    fairu_events *events = NULL;
    npy_draw(&d, &a, draw_below(&d, 60), (int)draw_below(&d, 2));
    npy_build(&d, &a);
    const char *path = write_made(&a, a.size);
    if (round % 8 == 0) { /* compressed, which the name does not tell */
      gzFile file = gzopen(path, "wb");
      assert_int_equal(gzwrite(file, a.bytes, (unsigned)a.size), a.size);
      assert_int_equal(gzclose(file), Z_OK);
    }
    CHECK_OK(ctx, fairu_events_read_npy(ctx, path, NULL, round % 2 ? a.n_columns : 0, &events));
    check_table(events, &a);
    fairu_events_destroy(events);
    events = NULL;
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_read_npy(ctx, path, NULL, a.n_columns + 1, &events));
    assert_null(events);
  }
  fairu_context_destroy(ctx);
}

/* ---- files that end elsewhere -------------------------------------------------------------------------- */

static void files_end_where_their_numbers_do(void **state)
{
  (void)state;
  draws d = { .state = 42 };
  fairu_context *ctx = support_context();
  npy_made a;
  for (int round = 0; round < 150; round++) {
    fairu_events *events = NULL;
    npy_draw(&d, &a, 1 + draw_below(&d, 20), (int)draw_below(&d, 2));
    npy_build(&d, &a);
    for (size_t i = 0; i < 4; i++) {
      const size_t cut = draw_below(&d, a.size);
      CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED,
                  fairu_events_read_npy(ctx, write_made(&a, cut), NULL, 0, &events));
      assert_null(events);
    }
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED,
                fairu_events_read_npy(ctx, write_made(&a, a.size - 1), NULL, 0, &events));
    a.bytes[a.size] = 0;
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT,
                fairu_events_read_npy(ctx, write_made(&a, a.size + 1), NULL, 0, &events));
    CHECK_SAYS(ctx, "1 bytes behind");
    assert_null(events);
  }
  fairu_context_destroy(ctx);
}

/* ---- numbers that are none --------------------------------------------------------------------------------- */

/* The first number in columns' order that is none, since a column is read at a time; half a unit above FLT_MAX is where floats end. */
static void what_no_float_holds_is_named(void **state)
{
  (void)state;
  static const uint64_t bad[5] = { 0x47effffff0000000u, 0xc7effffff0000000u, 0x7ff0000000000000u,
                                   0xfff8000000000001u, 0x7fefffffffffffffu };
  static const uint64_t good[4] = { 0x47efffffefffffffu, 0xc7efffffefffffffu, 1, 0x8000000000000000u };
  draws d = { .state = 43 };
  fairu_context *ctx = support_context();
  npy_made a;
  for (int round = 0; round < 300; round++) {
    char text[64];
    fairu_events *events = NULL;
    do
      npy_draw(&d, &a, 1 + draw_below(&d, 30), (int)draw_below(&d, 2));
    while (a.kind != 'f' || a.item != 8);
    for (size_t i = 0; i < 4; i++)
      a.bits[draw_below(&d, a.n_rows * a.n_columns)] = good[i];
    npy_build(&d, &a);
    CHECK_OK(ctx, fairu_events_read_npy(ctx, write_made(&a, a.size), NULL, 0, &events));
    check_table(events, &a);
    fairu_events_destroy(events);
    events = NULL;
    const size_t row = draw_below(&d, a.n_rows), column = draw_below(&d, a.n_columns);
    a.bits[row * a.n_columns + column] = bad[round % 5];
    npy_build(&d, &a);
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_events_read_npy(ctx, write_made(&a, a.size), NULL, 0, &events));
    snprintf(text, sizeof text, "row %zu, column x%zu is ", row, column);
    CHECK_SAYS(ctx, text);
    assert_null(events);
  }
  fairu_context_destroy(ctx);
}

/* ---- archives ------------------------------------------------------------------------------------------------ */

enum { MOST_ARRAYS = 4 };

typedef struct archive {
  npy_made features[MOST_ARRAYS], label, weight, id;
  size_t n;
  zip_made zip;
} archive;

static void draw_integers(draws *d, npy_made *a, size_t n_rows)
{
  do
    npy_draw(d, a, n_rows, 0);
  while (a->kind != 'i' && a->kind != 'u');
}

static void add_member(draws *d, zip_made *zip, const char *name, npy_made *a)
{
  npy_build(d, a);
  zip_add(zip, name, a->bytes, a->size, (int)draw_below(d, 2) * ZIP_DEFLATED);
}

/* Labels of at most one byte or 31 bits, ids of any width, no two alike. */
static void draw_archive(draws *d, archive *z)
{
  const size_t n_rows = draw_below(d, 21);
  const char *const names[MOST_ARRAYS] = { "b.npy", "a.npy", "d.npy", "c.npy" };
  memset(&z->zip, 0, sizeof z->zip);
  z->n = 1 + draw_below(d, MOST_ARRAYS);
  npy_draw(d, &z->weight, n_rows, 0);
  draw_integers(d, &z->label, n_rows);
  draw_integers(d, &z->id, n_rows);
  for (size_t i = 0; i < n_rows; i++) {
    z->label.bits[i] &= z->label.item == 1 ? 0x7f : 0x7fff;
    if (z->label.kind == 'i' && z->label.item == 8 && draw_below(d, 2))
      z->label.bits[i] = UINT64_MAX - 0x7fffffff + z->label.bits[i];
    z->id.bits[i] = 3 + 6 * i + (z->id.item == 8 && z->id.kind == 'u' ? UINT64_C(1) << 63 : 0);
  }
  add_member(d, &z->zip, "w.npy", &z->weight);
  for (size_t k = 0; k < z->n; k++) {
    npy_draw(d, &z->features[k], n_rows, (int)draw_below(d, 2));
    add_member(d, &z->zip, names[k], &z->features[k]);
    if (k == 0)
      add_member(d, &z->zip, "y.npy", &z->label);
  }
  add_member(d, &z->zip, "i.npy", &z->id);
  zip_end(&z->zip, 0, "");
  support_write_file(path_of("m.npz"), z->zip.bytes, z->zip.size);
}

static void check_attributes(const fairu_events *events, const archive *z)
{
  for (size_t r = 0; r < z->weight.n_rows; r++) {
    assert_true(fairu_events_weights(events)[r] == npy_value(&z->weight, r, 0, 53));
    assert_true((double)fairu_events_labels(events)[r] == npy_value(&z->label, r, 0, 53));
    assert_true(fairu_events_ids(events)[r] == z->id.bits[r]);
  }
}

/* Column `at` on; returns the next. Named as the array, with a number if it has two dimensions. */
static size_t check_array(const fairu_events *events, size_t at, const npy_made *a, char letter)
{
  for (size_t c = 0; c < a->n_columns; c++, at++) {
    char name[32];
    if (a->is_matrix)
      snprintf(name, sizeof name, "%c%zu", letter, c);
    else
      snprintf(name, sizeof name, "%c", letter);
    assert_string_equal(fairu_events_column_name(events, at), name);
    check_column(events, at, a, c);
  }
  return at;
}

static void archives_hold_their_arrays(void **state)
{
  (void)state;
  static const char letters[] = "badc";
  draws d = { .state = 44 };
  fairu_context *ctx = support_context();
  archive *z = malloc(sizeof *z);
  for (int round = 0; round < 400; round++) {
    fairu_npz_options options;
    fairu_events *events = NULL;
    draw_archive(&d, z);
    CHECK_OK(ctx, fairu_npz_options_init(&options, sizeof options));
    options.label = "y";
    options.weight = "w";
    options.id = "i";
    CHECK_OK(ctx, fairu_events_read_npz(ctx, path_of("m.npz"), &options, &events));
    size_t at = 0;
    for (size_t k = 0; k < z->n; k++)
      at = check_array(events, at, &z->features[k], letters[k]);
    assert_int_equal(fairu_events_n_columns(events), at);
    assert_int_equal(fairu_events_n_events(events), z->weight.n_rows);
    check_attributes(events, z);
    fairu_events_destroy(events);
    const char *const last_first[2] = { "i", (char[2]){ letters[z->n - 1], 0 } };
    CHECK_OK(ctx, fairu_npz_options_init(&options, sizeof options));
    options.features = last_first;
    options.n_features = 2;
    CHECK_OK(ctx, fairu_events_read_npz(ctx, path_of("m.npz"), &options, &events));
    check_array(events, check_array(events, 0, &z->id, 'i'), &z->features[z->n - 1], letters[z->n - 1]);
    assert_null(fairu_events_weights(events));
    assert_null(fairu_events_labels(events));
    assert_null(fairu_events_ids(events));
    fairu_events_destroy(events);
  }
  free(z);
  fairu_context_destroy(ctx);
}

/* ---- what the library writes --------------------------------------------------------------------------------- */

/* As numpy.save writes it: version 1, padded to 64 bytes, little-endian floats row by row. */
static void files_are_what_numpy_would_write(void **state)
{
  (void)state;
  static const char *const names[4] = { "p", "q", "r", "s" };
  draws d = { .state = 45 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 200; round++) {
    const size_t n_rows = draw_below(&d, 50), n_columns = draw_below(&d, 5),
                 stride = n_columns + draw_below(&d, 3);
    float matrix[50 * 7];
    const float *columns[4];
    char text[128];
    fairu_events *events = NULL;
    for (size_t i = 0; i < sizeof matrix / sizeof *matrix; i++)
      matrix[i] = (float)draw_between(&d, -1e30, 1e30);
    for (size_t c = 0; c < n_columns; c++)
      columns[c] = matrix + c;
    CHECK_OK(ctx,
             fairu_events_create_view(ctx, n_rows, n_columns, names, columns, stride ? stride : 1, &events));
    CHECK_OK(ctx, fairu_events_write_npy(events, ctx, path_of("w.npy")));
    size_t size = 0;
    unsigned char *bytes = (unsigned char *)support_read_file(path_of("w.npy"), &size);
    const int length =
        snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", n_rows,
                 n_columns);
    const size_t start = (10 + (size_t)length + 1 + 63) / 64 * 64;
    assert_int_equal(size, start + 4 * n_rows * n_columns);
    assert_memory_equal(bytes, "\x93NUMPY\1\0", 8);
    assert_int_equal(bytes[8] + 256 * bytes[9], start - 10);
    assert_memory_equal(bytes + 10, text, (size_t)length);
    for (size_t i = 10 + (size_t)length; i < start; i++)
      assert_int_equal(bytes[i], i + 1 < start ? ' ' : '\n');
    for (size_t i = 0; i < n_rows * n_columns; i++) {
      const unsigned char *b = bytes + start + 4 * i;
      const uint32_t is = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
      uint32_t wanted;
      memcpy(&wanted, &matrix[i / n_columns * stride + i % n_columns], sizeof wanted);
      assert_true(is == wanted);
    }
    free(bytes);
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(any_array_in_any_form_is_its_numbers),
                                      cmocka_unit_test(files_end_where_their_numbers_do),
                                      cmocka_unit_test(what_no_float_holds_is_named),
                                      cmocka_unit_test(archives_hold_their_arrays),
                                      cmocka_unit_test(files_are_what_numpy_would_write) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
