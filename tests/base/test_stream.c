/* Files: what is written is read back; damaged, cut, lying and oversized files are refused by name. */
#include "stream_files.h"

static void what_is_written_is_read(void **state)
{
  (void)state;
  const size_t sizes[] = { 0, 1, 2, 3, 1000, 65535, 65536, 65537, 65538, 131072, 3000000 };
  const char *const names[] = { "plain.csv", "packed.csv.gz" };
  fairu_context *ctx = support_context();
  char *content = make_content(3000000);
  char path[512];
  for (size_t n = 0; n < 2; n++)
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
      support_path(path, sizeof path, names[n]);
      CHECK_OK(ctx, write_file(ctx, path, content, sizes[s]));
      check_content(ctx, path, content, sizes[s]);
      size_t on_disk = 0;
      free(support_read_file(path, &on_disk));
      assert_true(n == 0 ? on_disk == sizes[s] : on_disk < sizes[s] || sizes[s] < 100);
    }
  assert_int_equal(support_count_files(support_directory()), 2);
  free(content);
  fairu_context_destroy(ctx);
}

static void the_same_content_gives_the_same_bytes(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[2][512];
  support_path(path[0], sizeof path[0], "once.gz");
  support_path(path[1], sizeof path[1], "twice.gz");
  for (int i = 0; i < 2; i++)
    CHECK_OK(ctx, write_file(ctx, path[i], "a,b\n1,2\n", 8));
  support_check_same_files(path[0], path[1]);
  fairu_context_destroy(ctx);
}

static void reading_in_pieces_gives_the_same(void **state)
{
  (void)state;
  const size_t steps[] = { 1, 7, 4096, 65536, 100000 };
  const char *const names[] = { "pieces", "pieces.gz" };
  const size_t size = 200001;
  fairu_context *ctx = support_context();
  char *content = make_content(size), *piece = (char *)malloc(100000);
  char path[512];
  for (size_t n = 0; n < 2; n++) {
    CHECK_OK(ctx, write_file(ctx, support_path(path, sizeof path, names[n]), content, size));
    for (size_t s = 0; s < 5; s++) {
      fairu_reader *reader = NULL;
      size_t at = 0, got = 1;
      CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
      assert_string_equal(fairu_reader__path(reader), path);
      while (got > 0) {
        CHECK_OK(ctx, fairu_reader__read(reader, ctx, piece, steps[s], &got));
        assert_memory_equal(piece, content + at, got);
        at += got;
        assert_true(got == steps[s] || at == size);
      }
      assert_int_equal(at, size);
      fairu_reader__close(reader);
    }
  }
  free(piece);
  free(content);
  fairu_context_destroy(ctx);
}

static void formatted_text_is_written(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_writer *writer = NULL;
  char path[512], longer[5000];
  memset(longer, 'y', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  CHECK_OK(ctx, fairu_writer__open(ctx, support_path(path, sizeof path, "text"), &writer));
  CHECK_OK(ctx, fairu_writer__printf(writer, ctx, "%s,%.17g\n", "mu", 0.1));
  CHECK_OK(ctx, fairu_writer__printf(writer, ctx, "%s!", longer));
  CHECK_OK(ctx, fairu_writer__commit(writer, ctx));
  char *text = support_read_file(path, NULL);
  assert_memory_equal(text, "mu,0.10000000000000001\n", 23);
  assert_memory_equal(text + 23, longer, 4999);
  assert_string_equal(text + 23 + 4999, "!");
  free(text);
  fairu_context_destroy(ctx);
}

/* ---- gzip that is not as it should be ----------------------------------------------------------------- */

static void all_members_are_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char file[300];
  char path[512];
  size_t size = gzip_member("one,", 4, file, sizeof file);
  size += gzip_member("", 0, file + size, sizeof file - size);
  size += gzip_member("two", 3, file + size, sizeof file - size);
  support_write_file(support_path(path, sizeof path, "members"), file, size); /* known by content */
  check_content(ctx, path, "one,two", 7);
  fairu_context_destroy(ctx);
}

static void a_cut_gzip_file_is_truncated(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char file[600];
  char path[512], *bytes = NULL;
  char *content = make_content(300);
  const size_t first = gzip_member(content, 300, file, sizeof file);
  const size_t size = first + gzip_member("more", 4, file + first, sizeof file - first);
  support_path(path, sizeof path, "cut.gz");
  for (size_t cut = 0; cut < size; cut++) {
    size_t got = 0;
    support_write_file(path, file, cut);
    if (cut == first) {
      check_content(ctx, path, content, 300);
    } else if (cut == first + 1) { /* one stray byte could be anything */
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_file(ctx, path, &bytes, &got));
    } else {
      CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, read_file(ctx, path, &bytes, &got));
      CHECK_SAYS(ctx, path);
      CHECK_SAYS(ctx, "ends at byte");
    }
  }
  free(content);
  fairu_context_destroy(ctx);
}

/* A flipped bit is found, or sits where gzip keeps nothing that matters (time, system, flags of the header). */
static void a_flipped_bit_never_changes_the_content(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char file[400];
  char path[512];
  char *content = make_content(200);
  const size_t size = gzip_member(content, 200, file, sizeof file);
  size_t refused = 0;
  support_path(path, sizeof path, "flipped.gz");
  for (size_t bit = 0; bit < 8 * size; bit++) {
    char *bytes = NULL;
    size_t got = 0;
    file[bit / 8] ^= (unsigned char)(1u << (bit % 8));
    support_write_file(path, file, size);
    const int status = read_file(ctx, path, &bytes, &got);
    if (status == FAIRU_OK) {
      assert_int_equal(got, 200);
      assert_memory_equal(bytes, content, 200);
      fairu_context__free(ctx, bytes);
    } else {
      assert_true(status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_CHECKSUM ||
                  status == FAIRU_ERR_TRUNCATED);
      CHECK_SAYS(ctx, path);
      refused++;
    }
    if (bit >= 8 * (size - 8))
      assert_int_equal(status, FAIRU_ERR_CHECKSUM); /* CRC and length */
    file[bit / 8] ^= (unsigned char)(1u << (bit % 8));
  }
  assert_true(refused > 8 * (size - 10));
  free(content);
  fairu_context_destroy(ctx);
}

static void names_and_content_must_agree(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char file[300];
  char path[512], *bytes = NULL;
  size_t got = 0;
  support_write_file(support_path(path, sizeof path, "liar.gz"), "a,b\n1,2\n", 8);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_file(ctx, path, &bytes, &got));
  CHECK_SAYS(ctx, "liar.gz: named .gz");
  const size_t size = gzip_member("data", 4, file, sizeof file);
  memcpy(file + size, "junk", 4);
  support_write_file(path, file, size + 4);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_file(ctx, path, &bytes, &got));
  CHECK_SAYS(ctx, "bytes after the end");
  memset(file + size, 0, 4);
  support_write_file(path, file, size + 4);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_file(ctx, path, &bytes, &got));
  fairu_context_destroy(ctx);
}

static void limits_hold(void **state)
{
  (void)state;
  const size_t size = 8 << 20;
  fairu_context *ctx = support_context();
  char *zeros = (char *)calloc(1, size), *bytes = NULL;
  char bomb[512], plain[512];
  size_t got = 0;
  fairu_limits limits;
  CHECK_OK(ctx, write_file(ctx, support_path(bomb, sizeof bomb, "bomb.gz"), zeros, size));
  CHECK_OK(ctx, write_file(ctx, support_path(plain, sizeof plain, "plain"), zeros, 5000));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, read_file(ctx, bomb, &bytes, &got));
  CHECK_SAYS(ctx, "decompressed_ratio 200");
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  limits.decompressed_ratio = 2000;
  limits.decompressed_bytes = size - 1;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, read_file(ctx, bomb, &bytes, &got));
  CHECK_SAYS(ctx, "decompressed_bytes");
  limits.decompressed_bytes = size;
  limits.file_bytes = 4999;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, read_file(ctx, plain, &bytes, &got));
  CHECK_SAYS(ctx, "file_bytes 4999");
  limits.file_bytes = 10000;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  check_content(ctx, bomb, zeros, size);
  check_content(ctx, plain, zeros, 5000);
  free(zeros);
  fairu_context_destroy(ctx);
}

/* ---- files that are none ------------------------------------------------------------------------------ */

static void only_regular_files_are_opened(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reader *reader = NULL;
  fairu_writer *writer = NULL;
  char path[512];
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_reader__open(ctx, NULL, &reader));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_writer__open(ctx, NULL, &writer));
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_reader__open(ctx, support_path(path, sizeof path, "none"), &reader));
  CHECK_SAYS(ctx, "cannot open");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_reader__open(ctx, support_directory(), &reader));
  CHECK_SAYS(ctx, "not a regular file");
  assert_int_equal(mkfifo(support_path(path, sizeof path, "fifo"), 0600), 0);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_reader__open(ctx, path, &reader)); /* does not wait for a writer */
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_writer__open(ctx, path, &writer));
  assert_null(reader);
  assert_null(writer);
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_writer__open(ctx, "/dev/null", &writer)); /* or rename would replace it */
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_writer__open(ctx, support_path(path, sizeof path, "no/where"), &writer));
  CHECK_SAYS(ctx, "no/where: cannot create");
  fairu_context_destroy(ctx);
}

static void a_failed_reader_stays_failed(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reader *reader = NULL;
  unsigned char file[300];
  char path[512], buffer[64];
  size_t got = 0;
  const size_t size = gzip_member("data", 4, file, sizeof file);
  support_write_file(support_path(path, sizeof path, "short.gz"), file, size - 4);
  CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, fairu_reader__read(reader, ctx, buffer, sizeof buffer, &got));
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, fairu_reader__read(reader, ctx, buffer, sizeof buffer, &got));
  assert_int_equal(got, 0);
  fairu_reader__close(reader);
  fairu_reader__close(NULL);
  fairu_context_destroy(ctx);
}

static void cancelling_stops_reading(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reader *reader = NULL;
  char path[512], *bytes = NULL, *content = make_content(300000);
  size_t got = 0;
  CHECK_OK(ctx, write_file(ctx, support_path(path, sizeof path, "big"), content, 300000));
  CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_reader__read_all(reader, ctx, &bytes, &got));
  fairu_reader__close(reader);
  free(content);
  fairu_context_destroy(ctx);
}

/* ---- nothing half written ----------------------------------------------------------------------------- */

static void standard_input_and_output_are_files_too(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[512], *bytes = NULL;
  size_t got = 0;
  support_path(path, sizeof path, "standard");
  fflush(stdout);
  const int out = dup(STDOUT_FILENO), in = dup(STDIN_FILENO);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  dup2(file, STDOUT_FILENO);
  close(file);
  const int wrote = write_file(ctx, "-", "hello\n", 6);
  dup2(out, STDOUT_FILENO);
  close(out);
  assert_int_equal(wrote, FAIRU_OK);
  check_content(ctx, path, "hello\n", 6);
  file = open(path, O_RDONLY);
  dup2(file, STDIN_FILENO);
  close(file);
  const int read = read_file(ctx, "-", &bytes, &got);
  dup2(in, STDIN_FILENO);
  close(in);
  assert_int_equal(read, FAIRU_OK);
  assert_int_equal(got, 6);
  assert_memory_equal(bytes, "hello\n", 6);
  fairu_context__free(ctx, bytes);
  fairu_context_destroy(ctx);
}

/* ---- memory ------------------------------------------------------------------------------------------- */

static int round_trip(fairu_context *ctx, void *data)
{
  char path[512], *bytes = NULL;
  size_t got = 0;
  const char *content = (const char *)data;
  int status = write_file(ctx, support_path(path, sizeof path, "memory.gz"), content, 200000);
  if (status == FAIRU_OK)
    status = read_file(ctx, path, &bytes, &got);
  if (status == FAIRU_OK)
    assert_memory_equal(bytes, content, got);
  fairu_context__free(ctx, bytes);
  return status;
}

static int long_text(fairu_context *ctx, void *data)
{
  char path[512];
  fairu_writer *writer = NULL;
  int status = fairu_writer__open(ctx, support_path(path, sizeof path, "memory"), &writer);
  if (status != FAIRU_OK)
    return status;
  status = fairu_writer__printf(writer, ctx, "%s", (const char *)data);
  if (status == FAIRU_OK)
    return fairu_writer__commit(writer, ctx);
  fairu_writer__abort(writer);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  char *content = make_content(200000);
  assert_true(support_every_allocation_fails(round_trip, content) >= 15);
  content[10000] = '\0';
  assert_true(support_every_allocation_fails(long_text, content) >= 6);
  free(content);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_written_is_read),
    cmocka_unit_test(the_same_content_gives_the_same_bytes),
    cmocka_unit_test(reading_in_pieces_gives_the_same),
    cmocka_unit_test(formatted_text_is_written),
    cmocka_unit_test(all_members_are_read),
    cmocka_unit_test(a_cut_gzip_file_is_truncated),
    cmocka_unit_test(a_flipped_bit_never_changes_the_content),
    cmocka_unit_test(names_and_content_must_agree),
    cmocka_unit_test(limits_hold),
    cmocka_unit_test(only_regular_files_are_opened),
    cmocka_unit_test(a_failed_reader_stays_failed),
    cmocka_unit_test(cancelling_stops_reading),
    cmocka_unit_test(standard_input_and_output_are_files_too),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
