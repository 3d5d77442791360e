/* The edges of our own file format: limits at their very value, each part of the head wrong by itself, what cannot be held in memory,
 * calls that are stopped. The files are made here, by zlib alone. */
#include "support/support.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "base/pack_internal.h"

static const char magic[8] = "FAIRUT5";

enum { HEAD = 24, ZEROS = 1 << 21, FREE = 1 << 20 };

typedef struct made {
  unsigned char *bytes;
  size_t size;
} made;

static void put(unsigned char *at, uint64_t value, size_t n)
{
  for (size_t i = 0; i < n; i++)
    at[i] = (unsigned char)(value >> (8 * i));
}

static void seal(made *m, const unsigned char *body, size_t n)
{
  const uLong crc = crc32(crc32(0, m->bytes + 8, 4), m->bytes + 16, 8);
  put(m->bytes + 12, crc32(crc, body, (uInt)n), 4);
}

static made make(const unsigned char *body, size_t n, int level)
{
  uLongf packed = compressBound((uLong)n);
  made m = { malloc(HEAD + packed), 0 };
  assert_non_null(m.bytes);
  memcpy(m.bytes, magic, 8);
  put(m.bytes + 8, 1, 4);
  put(m.bytes + 16, n, 8);
  seal(&m, body, n);
  assert_int_equal(compress2(m.bytes + HEAD, &packed, body, (uLong)n, level), Z_OK);
  m.size = HEAD + packed;
  return m;
}

static int open_made(fairu_context *ctx, const made *m)
{
  fairu_unpack *unpack = NULL;
  uint32_t version = 77;
  const int status = fairu_unpack__open(ctx, m->bytes, m->size, "made", magic, 2, &unpack, &version);
  assert_true((status == FAIRU_OK) == (unpack != NULL));
  assert_int_equal(version, status == FAIRU_OK ? 1 : 77);
  if (unpack)
    assert_string_equal(fairu_unpack__name(unpack), "made");
  fairu_unpack__destroy(unpack);
  return status;
}

/* ---- limits --------------------------------------------------------------------------------------------- */

/* Nothing of the body is unpacked before its length is allowed. */
static void lengths_have_a_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char body[1000];
  fairu_limits limits;
  for (size_t i = 0; i < sizeof body; i++)
    body[i] = (unsigned char)(i * i % 251);
  const made m = make(body, sizeof body, 6);
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  for (uint64_t limit = 998; limit <= 1001; limit++) {
    char says[96];
    limits.decompressed_bytes = limit;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    if (limit >= 1000) {
      CHECK_OK(ctx, open_made(ctx, &m));
      continue;
    }
    CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, open_made(ctx, &m));
    snprintf(says, sizeof says, "made: body of 1000 bytes, limit decompressed_bytes is %d", (int)limit);
    CHECK_SAYS(ctx, says);
  }
  free(m.bytes);
  fairu_context_destroy(ctx);
}

/* Length over the bytes that are there and one, rounded down, is below the limit; bodies up to a megabyte are free. */
static void expansion_has_a_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char *zeros = calloc(1, ZEROS);
  fairu_limits limits;
  assert_non_null(zeros);
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  made m = make(zeros, ZEROS, 9);
  const uint64_t ratio = ZEROS / (m.size - HEAD + 1);
  assert_true(ratio > 900);
  for (int above = 0; above < 2; above++) {
    limits.decompressed_ratio = ratio + (uint64_t)above;
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    if (above) {
      CHECK_OK(ctx, open_made(ctx, &m));
    } else {
      char says[96];
      CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, open_made(ctx, &m));
      snprintf(says, sizeof says, "made: expands more than the limit decompressed_ratio %d allows",
               (int)ratio);
      CHECK_SAYS(ctx, says);
    }
  }
  free(m.bytes);
  limits.decompressed_ratio = 2;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  for (size_t n = FREE; n <= FREE + 1; n++) {
    m = make(zeros, n, 9);
    assert_int_equal(open_made(ctx, &m), n == FREE ? FAIRU_OK : FAIRU_ERR_LIMIT);
    free(m.bytes);
  }
  free(zeros);
  fairu_context_destroy(ctx);
}

/* Deflate makes at most 1032 bytes of one: a longer claim is a file that was cut, and is told before memory is taken. */
static void claims_beyond_deflate_are_cuts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const unsigned char body[3] = { 1, 2, 3 };
  made m = make(body, 3, 6);
  const uint64_t packed = m.size - HEAD, most = 1032 * (packed + 1) - 1;
  char says[96];
  put(m.bytes + 16, most, 8); /* could be: so it is unpacked */
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, open_made(ctx, &m));
  snprintf(says, sizeof says, "made: body has not the %d bytes its header says", (int)most);
  CHECK_SAYS(ctx, says);
  put(m.bytes + 16, most + 1, 8);
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, open_made(ctx, &m));
  snprintf(says, sizeof says, "made: body of %d bytes cannot come from %d", (int)most + 1, (int)packed);
  CHECK_SAYS(ctx, says);
  free(m.bytes);
  fairu_context_destroy(ctx);
}

/* ---- heads and bodies ------------------------------------------------------------------------------------ */

/* Every byte of the head, with each other value: what it spoils is told by its own code. */
static void every_byte_of_the_head_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char body[300];
  for (size_t i = 0; i < sizeof body; i++)
    body[i] = (unsigned char)(i % 7 * 31);
  made m = make(body, sizeof body, 6);
  for (size_t at = 0; at < HEAD; at++)
    for (int other = 1; other < 256; other++) {
      m.bytes[at] ^= (unsigned char)other;
      const int status = open_made(ctx, &m);
      const uint64_t version = m.bytes[8];
      if (at < 8)
        assert_int_equal(status, FAIRU_ERR_FORMAT);
      else if (at < 12) /* 0; 2, which the checksum is not of; one that is too new */
        assert_int_equal(status, at > 8 || version > 2 ? FAIRU_ERR_VERSION
                                 : version == 0        ? FAIRU_ERR_FORMAT
                                                       : FAIRU_ERR_CHECKSUM);
      else if (at < 16)
        assert_int_equal(status, FAIRU_ERR_CHECKSUM);
      else
        assert_true(status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_LIMIT);
      CHECK_SAYS(ctx, "made: ");
      m.bytes[at] ^= (unsigned char)other;
    }
  CHECK_OK(ctx, open_made(ctx, &m));
  free(m.bytes);
  fairu_context_destroy(ctx);
}

/* However a body was packed, and none at all. */
static void any_packing_will_do(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char body[4000];
  for (size_t i = 0; i < sizeof body; i++)
    body[i] = (unsigned char)(i % 97 * i % 13);
  for (size_t n = 0; n <= sizeof body; n += 500)
    for (int level = 0; level <= 9; level++) {
      const made m = make(body, n, level);
      CHECK_OK(ctx, open_made(ctx, &m));
      free(m.bytes);
    }
  fairu_context_destroy(ctx);
}

/* A stream that wants a dictionary, that is raw, that is gzip, that ends in the middle of a block. */
static void other_streams_are_no_bodies(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned char body[64] = "body body body body body body";
  for (int kind = 0; kind < 3; kind++) {
    made m = make(body, sizeof body, 6);
    unsigned char other[200];
    z_stream stream = { 0 };
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, kind == 0 ? 15 : kind == 1 ? -15 : 31, 8, 0), Z_OK);
    if (kind == 0)
      assert_int_equal(deflateSetDictionary(&stream, body, 5), Z_OK);
    stream.next_in = body;
    stream.avail_in = sizeof body;
    stream.next_out = other;
    stream.avail_out = sizeof other;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    m.bytes = realloc(m.bytes, HEAD + sizeof other);
    assert_non_null(m.bytes);
    memcpy(m.bytes + HEAD, other, sizeof other);
    m.size = HEAD + sizeof other - stream.avail_out;
    deflateEnd(&stream);
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, open_made(ctx, &m));
    CHECK_SAYS(ctx, "made");
    free(m.bytes);
  }
  fairu_context_destroy(ctx);
}

/* ---- calls that do not end well ------------------------------------------------------------------------- */

static void a_stopped_call_has_nothing(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const unsigned char body[9] = "u12345678";
  const made m = make(body, sizeof body, 6);
  fairu_pack *pack = NULL;
  size_t size = 77;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__u64(pack, 1);
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, open_made(ctx, &m));
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_pack__copy(pack, ctx, "made", magic, 1, NULL, 0, &size));
  assert_int_equal(size, 77);
  fairu_context_resume(ctx);
  CHECK_OK(ctx, open_made(ctx, &m));
  CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "made", magic, 1, NULL, 0, &size));
  assert_true(size > HEAD && size < 60);
  fairu_pack__destroy(pack);
  free(m.bytes);
  fairu_context_destroy(ctx);
}

/* Arrays that no memory holds are not looked at; nothing that comes behind them makes a file of what was left out. */
static void arrays_beyond_all_memory(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double one = 1.0;
  const float half = 0.5F;
  const uint64_t word = 7;
  for (int kind = 0; kind < 4; kind++) {
    fairu_pack *pack = NULL;
    size_t size = 77;
    char bytes[100], path[512];
    CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
    fairu_pack__string(pack, "before");
    if (kind == 0)
      fairu_pack__f64s(pack, &one, PTRDIFF_MAX / 16);
    else if (kind == 1)
      fairu_pack__f32s(pack, &half, PTRDIFF_MAX / 8);
    else if (kind == 2)
      fairu_pack__u64s(pack, &word, SIZE_MAX);
    else
      fairu_pack__f64s(pack, &one, (PTRDIFF_MAX / 2 - 9) / 8); /* by itself it might: not behind the text */
    fairu_pack__u64(pack, 1);
    fairu_pack__f64(pack, one);
    fairu_pack__string(pack, "behind");
    CHECK_FAILS(ctx, FAIRU_ERR_OUT_OF_MEMORY,
                fairu_pack__copy(pack, ctx, "packed test", magic, 1, bytes, sizeof bytes, &size));
    CHECK_SAYS(ctx, "out of memory: content of packed test");
    assert_int_equal(size, 77);
    support_path(path, sizeof path, "never");
    CHECK_FAILS(ctx, FAIRU_ERR_OUT_OF_MEMORY, fairu_pack__save(pack, ctx, path, magic, 1));
    assert_int_not_equal(access(path, F_OK), 0);
    fairu_pack__destroy(pack);
  }
  fairu_context_destroy(ctx);
}

/* Standard output can be full. */
static void a_full_device_is_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_pack *pack = NULL;
  uint64_t words[20000];
  const int full = open("/dev/full", O_WRONLY);
  if (full < 0)
    support_skip("no /dev/full");
  for (size_t i = 0; i < 20000; i++)
    words[i] = i * UINT64_C(0x9E3779B97F4A7C15); /* takes more room than a writer keeps back */
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__u64s(pack, words, 20000);
  fflush(stdout);
  const int saved = dup(STDOUT_FILENO);
  dup2(full, STDOUT_FILENO);
  const int status = fairu_pack__save(pack, ctx, "-", magic, 1);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  close(full);
  assert_int_equal(status, FAIRU_ERR_IO);
  CHECK_SAYS(ctx, "-: cannot write");
  fairu_pack__destroy(pack);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(lengths_have_a_limit),
    cmocka_unit_test(expansion_has_a_limit),
    cmocka_unit_test(claims_beyond_deflate_are_cuts),
    cmocka_unit_test(every_byte_of_the_head_counts),
    cmocka_unit_test(any_packing_will_do),
    cmocka_unit_test(other_streams_are_no_bodies),
    cmocka_unit_test(a_stopped_call_has_nothing),
    cmocka_unit_test(arrays_beyond_all_memory),
    cmocka_unit_test(a_full_device_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
