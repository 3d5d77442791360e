/* Where files are and what they become meanwhile: links, standard input and output that are pipes, folders or closed, files that shrink
 * and grow under a reader, descriptors of the host. */
#include "stream_files.h"

#include <errno.h>

/* ---- files named by other files -------------------------------------------------------------------------- */

static int open_named(fairu_context *ctx, const char *path)
{
  fairu_reader *reader = NULL;
  const int status = fairu_reader__open_named(ctx, path, &reader);
  assert_true((status == FAIRU_OK) == (reader != NULL));
  fairu_reader__close(reader);
  return status;
}

static void links_are_not_followed(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char path[512], link_path[512], folder[512];
  support_write_file(support_path(path, sizeof path, "weights.bin"), "12345", 5);
  CHECK_OK(ctx, open_named(ctx, path));
  support_path(link_path, sizeof link_path, "soft.bin");
  assert_int_equal(symlink(path, link_path), 0);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, open_named(ctx, link_path));
  CHECK_SAYS(ctx, "soft.bin: cannot open: ");
  check_content(ctx, link_path, "12345", 5);        /* one that the user names may be a link */
  support_path(folder, sizeof folder, "elsewhere"); /* a folder on the way may be one, too */
  assert_int_equal(symlink(support_directory(), folder), 0);
  CHECK_OK(ctx, open_named(ctx, support_path(link_path, sizeof link_path, "elsewhere/weights.bin")));
  support_path(link_path, sizeof link_path, "hard.bin");
  assert_int_equal(link(path, link_path), 0);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, open_named(ctx, link_path));
  CHECK_SAYS(ctx, "hard.bin: has another name elsewhere (a hard link)");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, open_named(ctx, path)); /* both names are */
  check_content(ctx, path, "12345", 5);
  assert_int_equal(unlink(link_path), 0);
  CHECK_OK(ctx, open_named(ctx, path));
  CHECK_FAILS(ctx, FAIRU_ERR_IO, open_named(ctx, support_directory()));
  CHECK_SAYS(ctx, "not a regular file");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, open_named(ctx, "-")); /* a file of that name, not standard input */
  CHECK_SAYS(ctx, "-: cannot open: ");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, open_named(ctx, NULL));
  fairu_context_destroy(ctx);
}

/* ---- files that change ----------------------------------------------------------------------------------- */

static void files_may_shrink_or_grow(void **state)
{
  (void)state;
  enum { SIZE = 200000 };
  fairu_context *ctx = support_context();
  char path[512], *bytes = NULL, *content = make_content(2 * SIZE);
  support_path(path, sizeof path, "moving");
  for (int grows = 0; grows < 3; grows++) { /* shorter, longer, longer than the limit */
    fairu_reader *reader = NULL;
    fairu_limits limits;
    char some[10];
    size_t got = 0;
    CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
    limits.file_bytes = grows == 2 ? 2 * SIZE - 1 : 2 * SIZE;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    support_write_file(path, content, SIZE);
    CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
    CHECK_OK(ctx, fairu_reader__read(reader, ctx, some, sizeof some, &got));
    assert_memory_equal(some, content, got);
    if (grows) {
      FILE *file = fopen(path, "ab");
      assert_int_equal(fwrite(content + SIZE, 1, SIZE, file), SIZE);
      fclose(file);
    } else {
      assert_int_equal(truncate(path, SIZE / 2), 0);
    }
    const int status = fairu_reader__read_all(reader, ctx, &bytes, &got);
    if (grows == 1) {
      CHECK_OK(ctx, status);
      assert_int_equal(got, 2 * SIZE - sizeof some);
      assert_memory_equal(bytes, content + sizeof some, got);
      assert_true(fairu_reader__fraction(reader) == 1.0);
      fairu_context__free(ctx, bytes);
    } else {
      assert_int_equal(status, grows ? FAIRU_ERR_LIMIT : FAIRU_ERR_TRUNCATED);
      CHECK_SAYS(ctx, grows ? "larger than the limit file_bytes 399999"
                            : "moving: ends at byte 100000, had 200000 bytes when it was opened");
      CHECK_FAILS(ctx, status, fairu_reader__read(reader, ctx, some, sizeof some, &got));
      CHECK_SAYS(ctx, "moving: reading has failed before");
    }
    fairu_reader__close(reader);
  }
  free(content);
  fairu_context_destroy(ctx);
}

/* ---- standard input and output --------------------------------------------------------------------------- */

/* Standard input is this descriptor, which is closed, while body runs. */
static int with_input(fairu_context *ctx, int fd, char **bytes, size_t *size)
{
  const int saved = dup(STDIN_FILENO);
  dup2(fd, STDIN_FILENO);
  close(fd);
  const int status = read_file(ctx, "-", bytes, size);
  assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1); /* the host's: not closed */
  dup2(saved, STDIN_FILENO);
  close(saved);
  return status;
}

static int pipe_of(const void *bytes, size_t size)
{
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], bytes, size), size); /* a pipe holds so much */
  close(ends[1]);
  return ends[0];
}

static void pipes_are_read_to_their_end(void **state)
{
  (void)state;
  enum { SIZE = 60000 };
  fairu_context *ctx = support_context();
  char *content = make_content(SIZE), *bytes = NULL;
  unsigned char *packed = malloc(SIZE);
  size_t got = 0;
  fairu_limits limits;
  assert_non_null(packed);
  const size_t n_packed = gzip_member(content, SIZE, packed, SIZE);
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  for (int zipped = 0; zipped < 2; zipped++)
    for (uint64_t below = 0; below < 2; below++) {
      const size_t size = zipped ? n_packed : SIZE;
      limits.file_bytes = size - below; /* a pipe has no size: it is counted as it comes */
      CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
      const int status =
          with_input(ctx, pipe_of(zipped ? (const void *)packed : content, size), &bytes, &got);
      assert_int_equal(status, below ? FAIRU_ERR_LIMIT : FAIRU_OK);
      if (below) {
        CHECK_SAYS(ctx, "-: larger than the limit file_bytes");
        continue;
      }
      assert_int_equal(got, SIZE);
      assert_memory_equal(bytes, content, SIZE);
      fairu_context__free(ctx, bytes);
    }
  CHECK_OK(ctx, with_input(ctx, pipe_of("", 0), &bytes, &got));
  assert_int_equal(got, 0);
  fairu_context__free(ctx, bytes);
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, with_input(ctx, pipe_of(packed, 9), &bytes, &got));
  CHECK_SAYS(ctx, "-: ends at byte 9, inside gzip data");
  free(packed);
  free(content);
  fairu_context_destroy(ctx);
}

static void a_folder_is_no_standard_input(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char *bytes = NULL;
  size_t got = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              with_input(ctx, open(support_directory(), O_RDONLY | O_DIRECTORY), &bytes, &got));
  CHECK_SAYS(ctx, "-: cannot read: ");
  fairu_context_destroy(ctx);
}

/* How much has been read is known of files with a size alone. */
static void fractions_need_a_size(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reader *reader = NULL;
  char path[512], byte;
  size_t got = 0;
  support_write_file(support_path(path, sizeof path, "empty"), "", 0);
  CHECK_OK(ctx, fairu_reader__open(ctx, path, &reader));
  assert_true(isnan(fairu_reader__fraction(reader)));
  fairu_reader__close(reader);
  const int saved = dup(STDIN_FILENO), fd = pipe_of("abc", 3);
  dup2(fd, STDIN_FILENO);
  close(fd);
  CHECK_OK(ctx, fairu_reader__open(ctx, "-", &reader));
  CHECK_OK(ctx, fairu_reader__read(reader, ctx, &byte, 1, &got));
  assert_true(got == 1 && byte == 'a');
  assert_true(isnan(fairu_reader__fraction(reader)));
  fairu_reader__close(reader);
  dup2(saved, STDIN_FILENO);
  close(saved);
  fairu_context_destroy(ctx);
}

/* ---- a host without standard descriptors ------------------------------------------------------------------- */

enum { STANDARD = 3 };

static void close_standard(int saved[STANDARD])
{
  fflush(stdout);
  fflush(stderr);
  for (int fd = 0; fd < STANDARD; fd++) {
    saved[fd] = fcntl(fd, F_DUPFD, 10);
    close(fd);
  }
}

static void open_standard(const int saved[STANDARD])
{
  for (int fd = 0; fd < STANDARD; fd++) {
    dup2(saved[fd], fd);
    close(saved[fd]);
  }
}

/* What the host prints must not go into our files: none of them takes one of the three places. */
static void files_leave_the_standard_places_alone(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_writer *writer = NULL;
  fairu_reader *reader = NULL;
  char path[512];
  int saved[STANDARD], taken = 0, statuses[6];
  size_t got = 0;
  char bytes[10];
  support_path(path, sizeof path, "places.gz");
  close_standard(saved);
  errno = 77;
  statuses[0] = fairu_writer__open(ctx, path, &writer);
  for (int fd = 0; fd < STANDARD; fd++)
    taken += fcntl(fd, F_GETFD) != -1;
  errno = 77;
  statuses[1] = fairu_writer__write(writer, ctx, "content", 7);
  statuses[2] = fairu_writer__commit(writer, ctx);
  statuses[3] = fairu_reader__open(ctx, path, &reader);
  const int kept = errno; /* nothing went wrong: the host's is as it was */
  for (int fd = 0; fd < STANDARD; fd++)
    taken += fcntl(fd, F_GETFD) != -1;
  statuses[4] = fairu_reader__read(reader, ctx, bytes, sizeof bytes, &got);
  fairu_reader__close(reader);
  statuses[5] = write_file(ctx, "-", "nobody reads this", 17);
  open_standard(saved);
  for (int i = 0; i < 5; i++)
    assert_int_equal(statuses[i], FAIRU_OK);
  assert_int_equal(taken, 0);
  assert_int_equal(kept, 77);
  assert_int_equal(got, 7);
  assert_memory_equal(bytes, "content", 7);
  assert_int_equal(statuses[5], FAIRU_ERR_IO);
  CHECK_SAYS(ctx, "-: cannot write: ");
  fairu_context_destroy(ctx);
}

/* What has failed stays failed, whatever is asked of it, and leaves nothing. */
static void a_failed_writer_stays_failed(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_writer *writer = NULL;
  char *content = make_content(100000);
  int saved[STANDARD], statuses[4];
  CHECK_OK(ctx, fairu_writer__open(ctx, "-", &writer));
  close_standard(saved);
  statuses[0] = fairu_writer__write(writer, ctx, content, 100000);
  open_standard(saved);
  statuses[1] = fairu_writer__write(writer, ctx, "x", 1); /* now it could */
  statuses[2] = fairu_writer__printf(writer, ctx, "%d", 1);
  statuses[3] = fairu_writer__commit(writer, ctx);
  for (int i = 0; i < 4; i++)
    assert_int_equal(statuses[i], FAIRU_ERR_IO);
  CHECK_SAYS(ctx, "-: writing has failed before");
  free(content);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(links_are_not_followed),       cmocka_unit_test(files_may_shrink_or_grow),
    cmocka_unit_test(pipes_are_read_to_their_end),  cmocka_unit_test(a_folder_is_no_standard_input),
    cmocka_unit_test(fractions_need_a_size),        cmocka_unit_test(files_leave_the_standard_places_alone),
    cmocka_unit_test(a_failed_writer_stays_failed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
