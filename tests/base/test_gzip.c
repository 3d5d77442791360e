/* Packed files: what zlib unpacks, whatever the length, the pieces written and the threads that pack. */
#include "base/gzip_private.h"
#include "base/stream_internal.h"
#include "support/support.h"

enum { BATCH = FAIRU_GZIP_PIECES * FAIRU_GZIP_PIECE, MOST = 2 * BATCH + FAIRU_GZIP_PIECE + 1 };

/* Numbers as in a table, and noise that does not shrink. */
static unsigned char *make_bytes(void)
{
  unsigned char *bytes = malloc(MOST + 64);
  uint64_t x = 5;
  for (size_t at = 0; at < MOST;) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    if (at / 50000 % 3 == 0) {
      memcpy(bytes + at, &x, sizeof x);
      at += sizeof x;
    } else {
      at += (size_t)sprintf((char *)bytes + at, "%.3f,", 1e-3 * (double)(x % 200000));
    }
  }
  return bytes;
}

static void write_packed(fairu_context *ctx, const char *path, const unsigned char *bytes, size_t size,
                         size_t step)
{
  fairu_writer *writer = NULL;
  CHECK_OK(ctx, fairu_writer__open(ctx, path, &writer));
  for (size_t at = 0; at < size; at += step)
    CHECK_OK(ctx, fairu_writer__write(writer, ctx, bytes + at, size - at < step ? size - at : step));
  CHECK_OK(ctx, fairu_writer__commit(writer, ctx));
}

static void check_unpacked(const char *path, const unsigned char *bytes, size_t size)
{
  unsigned char *back = malloc(MOST + 1);
  gzFile file = gzopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(gzread(file, back, MOST + 1), (int)size);
  assert_int_equal(gzdirect(file), 0);
  assert_int_equal(gzclose(file), Z_OK);
  assert_memory_equal(back, bytes, size);
  free(back);
}

static void any_length_comes_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char *bytes = make_bytes();
  char path[512];
  const size_t sizes[] = {
    0,         1,   FAIRU_GZIP_PIECE - 1, FAIRU_GZIP_PIECE, FAIRU_GZIP_PIECE + 1, BATCH - 1, BATCH, BATCH + 1,
    2 * BATCH, MOST
  };
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    write_packed(ctx, support_path(path, sizeof path, "t.gz"), bytes, sizes[i], 65536);
    check_unpacked(path, bytes, sizes[i]);
  }
  free(bytes);
  fairu_context_destroy(ctx);
}

static void threads_and_steps_give_the_same_bytes(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char *bytes = make_bytes();
  char path[512], one[512];
  write_packed(ctx, support_path(one, sizeof one, "one.gz"), bytes, MOST, MOST);
  const size_t steps[3] = { 1000, 65536, MOST };
  for (int threads = 1; threads <= 3; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    write_packed(ctx, support_path(path, sizeof path, "more.gz"), bytes, MOST, steps[threads - 1]);
    support_check_same_files(one, path);
  }
  free(bytes);
  fairu_context_destroy(ctx);
}

/* Packing in pieces costs little: within 2 % of one zlib stream of the same level. */
static void pieces_are_packed_as_well(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char *bytes = make_bytes(), *whole = malloc(MOST + 1000);
  char path[512];
  size_t size = 0;
  write_packed(ctx, support_path(path, sizeof path, "t.gz"), bytes, MOST, MOST);
  free(support_read_file(path, &size));
  uLongf packed = MOST + 1000;
  assert_int_equal(compress2(whole, &packed, bytes, MOST, 4), Z_OK);
  assert_true((double)size < 1.02 * (double)packed);
  free(whole);
  free(bytes);
  fairu_context_destroy(ctx);
}

static int write_some(fairu_context *ctx, void *data)
{
  fairu_writer *writer = NULL;
  char path[512];
  int status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = fairu_writer__open(ctx, support_path(path, sizeof path, "a.gz"), &writer);
  if (status == FAIRU_OK)
    status = fairu_writer__write(writer, ctx, data, BATCH + 1);
  if (status == FAIRU_OK)
    return fairu_writer__commit(writer, ctx);
  fairu_writer__abort(writer);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  unsigned char *bytes = make_bytes();
  assert_true(support_every_allocation_fails(write_some, bytes) > 10);
  free(bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(any_length_comes_back),
    cmocka_unit_test(threads_and_steps_give_the_same_bytes),
    cmocka_unit_test(pieces_are_packed_as_well),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
