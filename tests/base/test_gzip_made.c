/* Gzip files made byte by byte: every header that RFC 1952 allows is read, in members of any number and blocks of any size, through
 * files and pipes; every lie is refused by name. */
#include "gzip_made.h"
#include "stream_files.h"

#include <pthread.h>

static const char text[] = "PRI_tau_pt,PRI_met,label\n27.5,31.25,1\n\xC3\xBC\xFF\x8F\x90 and more\n";
enum { TEXT = sizeof text - 1 };
_Static_assert(TEXT >= 7 + 6 * 7, "only_whole_members_are_files takes pieces of it");

static void *made_new(void)
{
  gzip_made *g = malloc(sizeof *g);
  assert_non_null(g);
  g->size = 0;
  return g;
}

static void check_made(fairu_context *ctx, const gzip_made *g, const char *wanted, size_t size)
{
  char path[512];
  support_write_file(support_path(path, sizeof path, "made.gz"), g->bytes, g->size);
  check_content(ctx, path, wanted, size);
}

static void check_refused(fairu_context *ctx, const gzip_made *g, int code, const char *says)
{
  char path[512], *bytes = NULL;
  size_t got = 0;
  support_write_file(support_path(path, sizeof path, "made.gz"), g->bytes, g->size);
  CHECK_FAILS(ctx, code, read_file(ctx, path, &bytes, &got));
  CHECK_SAYS(ctx, path);
  CHECK_SAYS(ctx, says);
}

static void every_header_is_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gzip_made *g = made_new();
  static const size_t blocks[] = { 0, 1, 7, TEXT - 1, TEXT, 60000 };
  for (unsigned flags = 0; flags < 32; flags++)
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
      g->size = 0;
      made_member(g, flags, text, TEXT, blocks[i]);
      check_made(ctx, g, text, TEXT);
      made_member(g, 31 - flags, "", 0, blocks[i]); /* an empty member behind it, then another full one */
      made_member(g, flags, text, TEXT, 0);
      char twice[2 * TEXT + 1];
      snprintf(twice, sizeof twice, "%s%s", text, text);
      check_made(ctx, g, twice, sizeof twice - 1);
    }
  free(g);
  fairu_context_destroy(ctx);
}

/* A field that ends with the file; a checksum of the header that is wrong; flags that mean nothing yet. */
static void headers_that_lie_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gzip_made *g = made_new();
  for (unsigned flags = 0; flags < 32; flags++) {
    g->size = 0;
    made_head(g, flags, 0);
    const size_t head = g->size;
    for (g->size = 2; g->size < head; g->size++)
      check_refused(ctx, g, FAIRU_ERR_TRUNCATED, "ends at byte");
    g->size = 0;
    made_head(g, flags | GZIP_HEAD_CRC, 1);
    made_stored(g, (const unsigned char *)text, TEXT, TEXT);
    made_tail(g, made_crc((const unsigned char *)text, TEXT), TEXT);
    check_refused(ctx, g, FAIRU_ERR_FORMAT, "compressed data: header crc mismatch");
    for (unsigned reserved = 32; reserved < 256; reserved *= 2) {
      g->size = 0;
      made_member(g, flags | reserved, text, TEXT, 10);
      check_refused(ctx, g, FAIRU_ERR_FORMAT, "compressed data: unknown header flags set");
    }
  }
  for (unsigned method = 0; method < 256; method++)
    if (method != 8) {
      g->size = 0;
      made_member(g, 0, text, TEXT, 10);
      g->bytes[2] = (unsigned char)method;
      check_refused(ctx, g, FAIRU_ERR_FORMAT, "compressed data: unknown compression method");
    }
  free(g);
  fairu_context_destroy(ctx);
}

/* Blocks and trailers: each of several members must be right. */
static void bodies_that_lie_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gzip_made *g = made_new();
  const unsigned char *bytes = (const unsigned char *)text;
  const uint32_t crc = made_crc(bytes, TEXT);
  for (size_t before = 0; before < 3; before++)
    for (int lie = 0; lie < 8; lie++) {
      g->size = 0;
      for (size_t i = 0; i < before; i++)
        made_member(g, GZIP_NAME, text, TEXT, 20);
      const size_t begin = g->size;
      made_head(g, 0, 0);
      made_stored(g, bytes, TEXT, TEXT);
      made_tail(g, lie == 0 ? crc ^ 0x80000000U : crc, (uint32_t)TEXT + (lie == 1) - (uint32_t)(lie == 2));
      if (lie == 3)
        g->bytes[begin + 11] ^= 1; /* the length of the block and its complement */
      if (lie == 4)
        g->bytes[begin + 10] |= 6; /* a block of the fourth kind */
      if (lie == 5)
        g->bytes[begin + 10] &= 0xfe; /* no last block */
      if (lie == 6)
        made_number(g, 0, 1);
      if (lie == 7)
        made_put(g, "\x1f\x8c", 2);
      static const struct {
        int code;
        const char *says;
      } wanted[] = { { FAIRU_ERR_CHECKSUM, "incorrect data check" },
                     { FAIRU_ERR_CHECKSUM, "incorrect length check" },
                     { FAIRU_ERR_CHECKSUM, "incorrect length check" },
                     { FAIRU_ERR_FORMAT, "invalid stored block lengths" },
                     { FAIRU_ERR_FORMAT, "invalid block type" },
                     { FAIRU_ERR_FORMAT, "compressed data: " },
                     { FAIRU_ERR_FORMAT, "bytes after the end of the gzip data" },
                     { FAIRU_ERR_FORMAT, "bytes after the end of the gzip data" } };
      check_refused(ctx, g, wanted[lie].code, wanted[lie].says);
    }
  free(g);
  fairu_context_destroy(ctx);
}

/* Members of many lengths, the file cut anywhere: what is between two members is a whole file, and nothing else is. */
static void only_whole_members_are_files(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gzip_made *g = made_new();
  char path[512], all[512], *bytes = NULL;
  size_t ends[8], n_all = 0, given[8];
  for (size_t i = 0; i < 8; i++) {
    made_member(g, (unsigned)(5 * i % 32), text + i, 6 * i, i % 2 ? 3 : 0);
    memcpy(all + n_all, text + i, 6 * i);
    given[i] = n_all += 6 * i;
    ends[i] = g->size;
  }
  support_path(path, sizeof path, "whole.gz");
  for (size_t cut = 2, next = 0; cut <= g->size; cut++) {
    size_t got = 0;
    support_write_file(path, g->bytes, cut);
    if (cut == ends[next]) {
      check_content(ctx, path, all, given[next++]);
    } else if (next > 0 && cut == ends[next - 1] + 1) {
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_file(ctx, path, &bytes, &got));
    } else {
      CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, read_file(ctx, path, &bytes, &got));
    }
  }
  free(g);
  fairu_context_destroy(ctx);
}

/* ---- pipes ---------------------------------------------------------------------------------------------- */

typedef struct pipe_job {
  const unsigned char *bytes;
  size_t size, step;
  int fd;
} pipe_job;

static void *write_slowly(void *data)
{
  const pipe_job *job = data;
  for (size_t at = 0; at < job->size; at += job->step) {
    const size_t n = job->size - at < job->step ? job->size - at : job->step;
    if (write(job->fd, job->bytes + at, n) != (ssize_t)n)
      break;
  }
  close(job->fd);
  return NULL;
}

/* Standard input is a pipe into which another thread writes `step` bytes at a time; the status of reading it. */
static int read_piped(fairu_context *ctx, const unsigned char *given, size_t size, size_t step, char **bytes,
                      size_t *got)
{
  int ends[2];
  pthread_t thread;
  const int kept = dup(STDIN_FILENO);
  assert_int_equal(pipe(ends), 0);
  pipe_job job = { given, size, step, ends[1] };
  assert_int_not_equal(dup2(ends[0], STDIN_FILENO), -1);
  close(ends[0]);
  assert_int_equal(pthread_create(&thread, NULL, write_slowly, &job), 0);
  const int status = read_file(ctx, "-", bytes, got);
  pthread_join(thread, NULL); /* at most 64 KiB: never blocks */
  dup2(kept, STDIN_FILENO);
  close(kept);
  return status;
}

static void a_pipe_that_trickles_gives_the_same(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  gzip_made *g = made_new();
  static const size_t steps[] = { 1, 2, 3, 5, 11, 64, 100000 };
  char twice[2 * TEXT + 1];
  snprintf(twice, sizeof twice, "%s%s", text, text);
  made_member(g, 31, text, TEXT, 9);
  const size_t first = g->size;
  made_member(g, GZIP_COMMENT, text, TEXT, 0);
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    char *bytes = NULL;
    size_t got = 0;
    CHECK_OK(ctx, read_piped(ctx, g->bytes, g->size, steps[i], &bytes, &got));
    assert_int_equal(got, 2 * TEXT);
    assert_memory_equal(bytes, twice, got);
    fairu_context__free(ctx, bytes);
    CHECK_OK(ctx,
             read_piped(ctx, (const unsigned char *)twice, 2 * TEXT, steps[i], &bytes, &got)); /* plain */
    assert_int_equal(got, 2 * TEXT);
    assert_memory_equal(bytes, twice, got);
    fairu_context__free(ctx, bytes);
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, read_piped(ctx, g->bytes, g->size - 1, steps[i], &bytes, &got));
    CHECK_SAYS(ctx, "-: ends at byte");
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, read_piped(ctx, g->bytes, first + 5, steps[i], &bytes, &got));
    CHECK_OK(ctx, read_piped(ctx, g->bytes, 0, steps[i], &bytes, &got));
    assert_int_equal(got, 0);
    fairu_context__free(ctx, bytes);
    CHECK_OK(ctx, read_piped(ctx, g->bytes, 1, steps[i], &bytes, &got)); /* half a magic number is a byte */
    assert_int_equal(got, 1);
    fairu_context__free(ctx, bytes);
  }
  free(g);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_header_is_read),
                                      cmocka_unit_test(headers_that_lie_are_refused),
                                      cmocka_unit_test(bodies_that_lie_are_refused),
                                      cmocka_unit_test(only_whole_members_are_files),
                                      cmocka_unit_test(a_pipe_that_trickles_gives_the_same) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
