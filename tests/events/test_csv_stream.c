/* CSV files in pieces: the same rows as in one go, the same faults found, nothing left of what was not finished. */
#include "support/support.h"

#include <zlib.h>

enum { N = 500 };

static const char header[] = "id,x,text,y,w,kind\n";

static fairu_csv_options options_of(void)
{
  fairu_csv_options options;
  assert_int_equal(fairu_csv_options_init(&options, sizeof options), FAIRU_OK);
  options.id = "id";
  options.weight = "w";
  options.label = "kind";
  return options;
}

/* N rows; names of kinds appear against their order. */
static char *make_text(void)
{
  static const char *const kinds[4] = { "zz", "m", "a,b", "k" };
  char *text = malloc(80 * (N + 1)), *end = text;
  end += sprintf(end, "%s", header);
  for (int i = 0; i < N; i++)
    end +=
        sprintf(end, "%d,%g,t%d,%d,%g,\"%s\"\n", 3 * (i ^ 5), 0.25 * i, i, -i, 1.5 - i, kinds[i * i / 9 % 4]);
  return text;
}

static const char *text_file(const char *name, const char *text)
{
  static char path[512];
  support_path(path, sizeof path, name);
  support_write_file(path, text, strlen(text));
  return path;
}

static const char *label_name(const fairu_events *events, size_t row)
{
  return fairu_events_category_name(events, (size_t)fairu_events_labels(events)[row]);
}

static void check_same_row(const fairu_events *a, size_t i, const fairu_events *b, size_t k)
{
  for (size_t c = 0; c < 2; c++)
    assert_true(fairu_events_column(a, c, NULL)[i] == fairu_events_column(b, c, NULL)[k]);
  assert_true(fairu_events_weights(a)[i] == fairu_events_weights(b)[k]);
  assert_true(fairu_events_ids(a)[i] == fairu_events_ids(b)[k]);
  assert_string_equal(label_name(a, i), label_name(b, k));
}

static void pieces_are_the_whole(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_csv_options options = options_of();
  char *text = make_text();
  const char *path = text_file("whole.csv", text);
  const size_t sizes[6] = { 1, 2, 7, N - 1, N, N + 1 };
  fairu_events *whole = NULL, *piece = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &whole));
  assert_string_equal(fairu_events_category_name(whole, 0), "a,b");
  for (size_t s = 0; s < 6; s++) {
    fairu_csv_reader *reader = NULL;
    size_t row = 0;
    CHECK_OK(ctx, fairu_csv_reader_create(ctx, path, &options, &reader));
    for (;;) {
      CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, sizes[s], &piece));
      if (!piece)
        break;
      const size_t n = fairu_events_n_events(piece);
      assert_true(n > 0 && (n == sizes[s] || row + n == N));
      assert_int_equal(fairu_events_n_columns(piece), 2);
      for (size_t i = 0; i < n; i++)
        check_same_row(piece, i, whole, row + i);
      assert_string_equal(fairu_events_category_name(piece, 0), "zz"); /* as they came */
      row += n;
      fairu_events_destroy(piece);
    }
    assert_int_equal(row, N);
    CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, 1, &piece)); /* the end stays the end */
    assert_null(piece);
    fairu_csv_reader_destroy(reader);
  }
  fairu_events_destroy(whole);
  free(text);
  fairu_context_destroy(ctx);
}

/* What comes of a text read in pieces of one row: rows read, and the status that ended it. */
static int drain(fairu_context *ctx, const char *path, const fairu_csv_options *options, size_t *n_rows)
{
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  int status = fairu_csv_reader_create(ctx, path, options, &reader);
  *n_rows = 0;
  while (status == FAIRU_OK) {
    status = fairu_csv_reader_next(reader, ctx, 1, &piece);
    if (!piece)
      break;
    *n_rows += fairu_events_n_events(piece);
    fairu_events_destroy(piece);
  }
  assert_null(piece);
  fairu_csv_reader_destroy(reader);
  return status;
}

static void ends_of_files(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  size_t n = 0;
  CHECK_OK(ctx, fairu_csv_reader_create(ctx, text_file("t.csv", "a,b"), NULL, &reader));
  CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, 5, &piece)); /* no rows: the columns at least */
  assert_int_equal(fairu_events_n_columns(piece), 2);
  assert_int_equal(fairu_events_n_events(piece), 0);
  fairu_events_destroy(piece);
  CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, 5, &piece));
  assert_null(piece);
  fairu_csv_reader_destroy(reader);
  assert_int_equal(drain(ctx, text_file("t.csv", "a\n1\n2\n\n\n\r\n"), NULL, &n), FAIRU_OK);
  assert_int_equal(n, 2);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, drain(ctx, text_file("t.csv", "a\n1\n2\n\n\n3\n"), NULL, &n));
  CHECK_SAYS(ctx, "t.csv:4: column a: empty line");
  assert_int_equal(n, 2);
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, drain(ctx, text_file("t.csv", ""), NULL, &n));
  fairu_context_destroy(ctx);
}

/* The first piece says what a column is; a later one that contradicts is refused by place, and the reader is done. */
static void later_pieces_keep_to_the_first(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_csv_options options = options_of();
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  size_t n = 0;
  options.weight = options.id = NULL;
  const char *path = text_file("t.csv", "x,note,kind\n1,a,1\n2,3,2\nlow,b,3\n");
  CHECK_OK(ctx, fairu_csv_reader_create(ctx, path, &options, &reader));
  CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, 2, &piece));
  assert_int_equal(fairu_events_n_columns(piece), 1);
  fairu_events_destroy(piece);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_csv_reader_next(reader, ctx, 2, &piece));
  CHECK_SAYS(ctx, "t.csv:4: column x: \"low\" is not a number");
  assert_null(piece);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_csv_reader_next(reader, ctx, 2, &piece));
  CHECK_SAYS(ctx, "reading has failed before");
  fairu_csv_reader_destroy(reader);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, drain(ctx, text_file("t.csv", "kind\n1\nsignal\n"), &options, &n));
  CHECK_SAYS(ctx, "t.csv:3: column kind: label \"signal\" is not a 32-bit integer as the first one");
  options = options_of();
  options.label = options.weight = NULL;
  CHECK_OK(ctx, fairu_csv_reader_create(ctx, text_file("t.csv", "id\n7\n8\n9\n9\n"), &options, &reader));
  CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, 2, &piece));
  fairu_events_destroy(piece);
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_csv_reader_next(reader, ctx, 2, &piece));
  CHECK_SAYS(ctx, "t.csv: column id, counted from row 2: id 9 stands in rows 0 and 1");
  fairu_csv_reader_destroy(reader);
  CHECK_OK(ctx, fairu_csv_reader_create(ctx, text_file("t.csv", "id\n7\n"), NULL, &reader));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_csv_reader_next(reader, ctx, 0, &piece));
  CHECK_SAYS(ctx, "max_rows is 0");
  fairu_csv_reader_destroy(reader);
  fairu_context_destroy(ctx);
}

static void columns_may_be_optional(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_csv_options options = options_of();
  fairu_events *events = NULL;
  const char *path = text_file("t.csv", "x,w\n1,2\n");
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_read_csv(ctx, path, &options, &events));
  CHECK_SAYS(ctx, "no column \"kind\"");
  options.optional = 1;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &events));
  assert_true(fairu_events_weights(events)[0] == 2.0);
  assert_null(fairu_events_labels(events));
  assert_null(fairu_events_ids(events));
  assert_int_equal(fairu_events_n_columns(events), 1);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* A gzip file that is cut or damaged: pieces before are fine, the end is never reached. */
static void damage_is_found_at_the_end(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_csv_options options = options_of();
  char *text = make_text(), path[512], damaged[512];
  gzFile gz = gzopen(support_path(path, sizeof path, "t.csv.gz"), "wb");
  assert_int_equal(gzwrite(gz, text, (unsigned)strlen(text)), (int)strlen(text));
  gzclose(gz);
  free(text);
  size_t size = 0, n = 0;
  char *packed = support_read_file(path, &size);
  support_path(damaged, sizeof damaged, "damaged.csv.gz");
  for (size_t cut = 0; cut < size; cut += cut < 20 || cut + 20 > size ? 1 : 97) {
    support_write_file(damaged, packed, cut);
    assert_int_not_equal(drain(ctx, damaged, &options, &n), FAIRU_OK);
    CHECK_SAYS(ctx, "damaged.csv.gz");
  }
  packed[size - 8] = (char)(packed[size - 8] ^ 1); /* CRC-32 */
  support_write_file(damaged, packed, size);
  CHECK_FAILS(ctx, FAIRU_ERR_CHECKSUM, drain(ctx, damaged, &options, &n));
  free(packed);
  fairu_context_destroy(ctx);
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static int copy_in_pieces(fairu_context *ctx, const char *from, const char *to,
                          const fairu_csv_options *options, size_t max_rows)
{
  fairu_csv_reader *reader = NULL;
  fairu_csv_writer *writer = NULL;
  fairu_events *piece = NULL;
  int status = fairu_csv_reader_create(ctx, from, options, &reader);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_create(ctx, to, options, &writer);
  while (status == FAIRU_OK) {
    status = fairu_csv_reader_next(reader, ctx, max_rows, &piece);
    if (!piece)
      break;
    if (status == FAIRU_OK)
      status = fairu_csv_writer_add(writer, ctx, piece);
    fairu_events_destroy(piece);
  }
  if (status == FAIRU_OK)
    status = fairu_csv_writer_close(writer, ctx);
  fairu_csv_writer_destroy(writer);
  fairu_csv_reader_destroy(reader);
  return status;
}

static void written_pieces_are_the_whole(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_csv_options options = options_of();
  static const char *const ends[2] = { "csv", "csv.gz" };
  char *text = make_text(), from[512], name[32], to[512], whole[512];
  support_write_file(support_path(from, sizeof from, "from.csv"), text, strlen(text));
  free(text);
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, from, &options, &events));
  for (size_t e = 0; e < 2; e++) {
    snprintf(name, sizeof name, "whole.%s", ends[e]);
    CHECK_OK(ctx, fairu_events_write_csv(events, ctx, support_path(whole, sizeof whole, name), &options));
    for (size_t rows = 1; rows < 2 * N; rows *= 6) {
      snprintf(name, sizeof name, "pieces.%s", ends[e]);
      CHECK_OK(ctx, copy_in_pieces(ctx, from, support_path(to, sizeof to, name), &options, rows));
      support_check_same_files(whole, to);
    }
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static fairu_events *one_column(fairu_context *ctx, const char *name)
{
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, 2, 1, &name, &events));
  return events;
}

static void a_file_appears_when_it_is_closed(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_csv_writer *writer = NULL;
  char path[512];
  const size_t files = support_count_files(support_directory());
  support_path(path, sizeof path, "never.csv.gz");
  fairu_events *x = one_column(ctx, "x"), *y = one_column(ctx, "y");
  CHECK_OK(ctx, fairu_csv_writer_create(ctx, path, NULL, &writer));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_csv_writer_close(writer, ctx));
  CHECK_SAYS(ctx, "no table has been added");
  CHECK_OK(ctx, fairu_csv_writer_add(writer, ctx, x));
  fairu_csv_writer_destroy(writer);
  assert_int_equal(support_count_files(support_directory()), files);
  CHECK_OK(ctx, fairu_csv_writer_create(ctx, path, NULL, &writer));
  CHECK_OK(ctx, fairu_csv_writer_add(writer, ctx, x));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_csv_writer_add(writer, ctx, y));
  CHECK_SAYS(ctx, "column 0 to write is \"y\", that of the first table \"x\"");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_csv_writer_add(writer, ctx, x));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_csv_writer_close(writer, ctx));
  CHECK_SAYS(ctx, "has failed before");
  fairu_csv_writer_destroy(writer);
  assert_int_equal(support_count_files(support_directory()), files);
  CHECK_OK(ctx, fairu_csv_writer_create(ctx, path, NULL, &writer));
  CHECK_OK(ctx, fairu_csv_writer_add(writer, ctx, x));
  const int32_t labels[2] = { 0, 1 };
  CHECK_OK(ctx, fairu_events_set_labels(x, ctx, labels, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_csv_writer_add(writer, ctx, x));
  CHECK_SAYS(ctx, "the table has 2 columns to write, the first had 1");
  fairu_csv_writer_destroy(writer);
  CHECK_OK(ctx, fairu_csv_writer_create(ctx, path, NULL, &writer));
  CHECK_OK(ctx, fairu_csv_writer_add(writer, ctx, x));
  CHECK_OK(ctx, fairu_csv_writer_close(writer, ctx));
  assert_int_equal(support_count_files(support_directory()), files + 1);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_csv_writer_add(writer, ctx, x));
  CHECK_SAYS(ctx, "the writer is closed");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_csv_writer_close(writer, ctx));
  fairu_csv_writer_destroy(writer);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_csv_writer_create(ctx, "/nonexistent/t.csv", NULL, &writer));
  assert_null(writer);
  fairu_events_destroy(x);
  fairu_events_destroy(y);
  fairu_context_destroy(ctx);
}

/* Numbers of labels may differ from table to table, names are what is written; options are the writer's own. */
static void labels_are_written_by_name(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_csv_writer *writer = NULL;
  char path[512], label[16] = "kind", column[16] = "x";
  const char *const wanted[2] = { label, column };
  fairu_csv_options options;
  CHECK_OK(ctx, fairu_csv_options_init(&options, sizeof options));
  options.label = label;
  options.columns = wanted;
  options.n_columns = 2;
  CHECK_OK(ctx, fairu_csv_writer_create(ctx, support_path(path, sizeof path, "l.csv"), &options, &writer));
  memset(label, '?', 4);
  memset(column, '?', 1);
  for (int32_t turn = 0; turn < 2; turn++) {
    const char *const names[2] = { turn ? "b" : "s", turn ? "s" : "b" };
    const int32_t labels[2] = { 0, 1 };
    fairu_events *events = one_column(ctx, "x");
    CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, 2));
    CHECK_OK(ctx, fairu_events_set_categories(events, ctx, names, 2));
    CHECK_OK(ctx, fairu_csv_writer_add(writer, ctx, events));
    fairu_events_destroy(events);
  }
  CHECK_OK(ctx, fairu_csv_writer_close(writer, ctx));
  fairu_csv_writer_destroy(writer);
  char *text = support_read_file(path, NULL);
  assert_string_equal(text, "kind,x\ns,0\nb,0\nb,0\ns,0\n");
  free(text);
  fairu_context_destroy(ctx);
}

static int stop(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  (void)what, (void)total, (void)user_data;
  return done > 0;
}

static void a_stopped_copy_leaves_nothing(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char from[512], to[512];
  char *text = malloc(1 << 18), *end = text;
  end += sprintf(end, "x\n");
  for (int i = 0; i < 40000; i++)
    end += sprintf(end, "%d\n", i % 10);
  support_write_file(support_path(from, sizeof from, "many.csv"), text, (size_t)(end - text));
  free(text);
  const size_t files = support_count_files(support_directory());
  CHECK_OK(ctx, fairu_context_set_progress(ctx, stop, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK,
              copy_in_pieces(ctx, from, support_path(to, sizeof to, "stopped.csv"), NULL, 1000));
  assert_int_equal(support_count_files(support_directory()), files);
  fairu_context_destroy(ctx);
}

static int copy_all(fairu_context *ctx, void *data)
{
  const char *const *paths = data;
  const fairu_csv_options options = options_of();
  return copy_in_pieces(ctx, paths[0], paths[1], &options, 3);
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  char *text = make_text(), from[512], to[512];
  const char *const paths[2] = { from, to };
  text[600] = '\0';
  *strrchr(text, '\n') = '\0';
  support_write_file(support_path(from, sizeof from, "some.csv"), text, strlen(text));
  support_path(to, sizeof to, "copied.csv.gz");
  free(text);
  assert_true(support_every_need_fails(copy_all, (void *)(uintptr_t)paths) > 60);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(pieces_are_the_whole),
    cmocka_unit_test(ends_of_files),
    cmocka_unit_test(later_pieces_keep_to_the_first),
    cmocka_unit_test(columns_may_be_optional),
    cmocka_unit_test(damage_is_found_at_the_end),
    cmocka_unit_test(written_pieces_are_the_whole),
    cmocka_unit_test(a_file_appears_when_it_is_closed),
    cmocka_unit_test(labels_are_written_by_name),
    cmocka_unit_test(a_stopped_copy_leaves_nothing),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
