/* Our own file format: round trip to the bit; cut, flipped and lying files are refused before memory is taken. */
#include "support/support.h"

#include <zlib.h>

#include "base/pack_internal.h"

static const char magic[8] = "FAIRUT1";

enum { N = 100, HEAD = 24 };

typedef struct record {
  uint64_t count;
  double value;
  char *name;
  float f32s[N];
  double f64s[N];
  uint64_t u64s[N];
} record;

static void fill_record(record *r)
{
  r->count = UINT64_C(0xfedcba9876543210);
  r->value = -0.0;
  r->name = NULL;
  for (size_t i = 0; i < N; i++) {
    r->f32s[i] = 1.0f / (float)(i + 1);
    r->f64s[i] = 1e300 / (double)(i + 1);
    r->u64s[i] = (uint64_t)1 << (i % 64);
  }
  r->f64s[3] = INFINITY;
  r->f64s[4] = 5e-324;
  r->f32s[5] = -INFINITY;
}

static int save(fairu_context *ctx, const char *path, const record *r, uint32_t version)
{
  fairu_pack *pack = NULL;
  int status = fairu_pack__create(ctx, &pack);
  if (status != FAIRU_OK)
    return status;
  fairu_pack__u64(pack, r->count);
  fairu_pack__f64(pack, r->value);
  fairu_pack__string(pack, "tau energy scale");
  fairu_pack__string(pack, "");
  fairu_pack__f32s(pack, r->f32s, N);
  fairu_pack__f64s(pack, r->f64s, N);
  fairu_pack__u64s(pack, r->u64s, N);
  fairu_pack__f64s(pack, NULL, 0);
  status = fairu_pack__save(pack, ctx, path, magic, version);
  fairu_pack__destroy(pack);
  return status;
}

static int read_fields(fairu_unpack *unpack, fairu_context *ctx, record *r)
{
  char *empty = NULL;
  double none = 0.0;
  int status = fairu_unpack__u64(unpack, ctx, "count", &r->count);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64(unpack, ctx, "value", &r->value);
  if (status == FAIRU_OK)
    status = fairu_unpack__string(unpack, ctx, "name", &r->name);
  if (status == FAIRU_OK)
    status = fairu_unpack__string(unpack, ctx, "empty name", &empty);
  if (status == FAIRU_OK)
    assert_string_equal(empty, "");
  fairu_context__free(ctx, empty);
  if (status == FAIRU_OK)
    status = fairu_unpack__f32s(unpack, ctx, "floats", r->f32s, N);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "doubles", r->f64s, N);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64s(unpack, ctx, "words", r->u64s, N);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "nothing", &none, 0);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  return status;
}

static int load(fairu_context *ctx, const char *path, record *r, uint32_t *version)
{
  fairu_unpack *unpack = NULL;
  r->name = NULL;
  int status = fairu_unpack__load(ctx, path, magic, 3, &unpack, version);
  if (status != FAIRU_OK) {
    assert_null(unpack);
    return status;
  }
  status = read_fields(unpack, ctx, r);
  fairu_unpack__destroy(unpack);
  if (status != FAIRU_OK) {
    fairu_context__free(ctx, r->name);
    r->name = NULL;
  }
  return status;
}

static void check_same(const record *a, const record *b)
{
  assert_int_equal(a->count, b->count);
  assert_memory_equal(&a->value, &b->value, sizeof a->value);
  assert_memory_equal(a->f32s, b->f32s, sizeof a->f32s);
  assert_memory_equal(a->f64s, b->f64s, sizeof a->f64s);
  assert_memory_equal(a->u64s, b->u64s, sizeof a->u64s);
}

static void what_is_saved_is_loaded_to_the_bit(void **state)
{
  (void)state;
  const char *const names[] = { "record.fairu", "record.fairu.gz" };
  fairu_context *ctx = support_context();
  record wanted, got;
  char path[512];
  fill_record(&wanted);
  for (size_t n = 0; n < 2; n++) {
    uint32_t version = 0;
    CHECK_OK(ctx, save(ctx, support_path(path, sizeof path, names[n]), &wanted, 2));
    CHECK_OK(ctx, load(ctx, path, &got, &version));
    assert_int_equal(version, 2);
    assert_string_equal(got.name, "tau energy scale");
    check_same(&wanted, &got);
    fairu_context__free(ctx, got.name);
  }
  fairu_context_destroy(ctx);
}

static void the_head_is_little_endian_and_documented(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  record r;
  char path[512];
  size_t size = 0;
  fill_record(&r);
  CHECK_OK(ctx, save(ctx, support_path(path, sizeof path, "head"), &r, 3));
  unsigned char *bytes = (unsigned char *)support_read_file(path, &size);
  const size_t body = 9 + 9 + 9 + 16 + 9 + (9 + 4 * N) + 2 * (9 + 8 * N) + 9;
  assert_memory_equal(bytes, magic, 8);
  assert_memory_equal(bytes + 8, "\3\0\0\0", 4);
  assert_int_equal(bytes[16] + 256 * bytes[17], body);
  unsigned char plain[4096];
  uLongf length = sizeof plain;
  assert_int_equal(uncompress(plain, &length, bytes + HEAD, (uLong)(size - HEAD)), Z_OK);
  assert_int_equal(length, body);
  assert_memory_equal(plain, "u\x10\x32\x54\x76\x98\xba\xdc\xfe", 9);
  free(bytes);
  fairu_context_destroy(ctx);
}

static void a_cut_file_is_refused_at_every_byte(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  record wanted, got;
  uint32_t version = 0;
  char path[512], cut_path[512];
  size_t size = 0;
  fill_record(&wanted);
  CHECK_OK(ctx, save(ctx, support_path(path, sizeof path, "whole"), &wanted, 1));
  char *bytes = support_read_file(path, &size);
  support_path(cut_path, sizeof cut_path, "cut");
  for (size_t cut = 0; cut < size; cut++) {
    support_write_file(cut_path, bytes, cut);
    CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, load(ctx, cut_path, &got, &version));
    CHECK_SAYS(ctx, cut_path);
  }
  char *longer = (char *)calloc(1, size + 1);
  memcpy(longer, bytes, size);
  support_write_file(cut_path, longer, size + 1);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, load(ctx, cut_path, &got, &version));
  CHECK_SAYS(ctx, "bytes after the end");
  free(longer);
  free(bytes);
  fairu_context_destroy(ctx);
}

static void a_flipped_bit_is_found(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  record wanted, got;
  uint32_t version = 0;
  char path[512];
  size_t size = 0, tolerated = 0;
  fill_record(&wanted);
  CHECK_OK(ctx, save(ctx, support_path(path, sizeof path, "flips"), &wanted, 2));
  unsigned char *bytes = (unsigned char *)support_read_file(path, &size);
  for (size_t bit = 0; bit < 8 * size; bit++) {
    bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
    support_write_file(path, bytes, size);
    const int status = load(ctx, path, &got, &version);
    if (status == FAIRU_OK) { /* padding bits between the blocks of deflate carry nothing */
      check_same(&wanted, &got);
      fairu_context__free(ctx, got.name);
      tolerated++;
    }
    bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
  }
  assert_true(tolerated <= 8);
  free(bytes);
  fairu_context_destroy(ctx);
}

/* ---- lies --------------------------------------------------------------------------------------------- */

/* A file with a right checksum around any body. */
static void forge(const char *path, uint32_t version, const void *body, size_t size, uint64_t claimed)
{
  unsigned char file[2000] = { 0 };
  uLongf length = sizeof file - HEAD;
  memcpy(file, magic, 8);
  for (size_t i = 0; i < 4; i++)
    file[8 + i] = (unsigned char)(version >> (8 * i));
  for (size_t i = 0; i < 8; i++)
    file[16 + i] = (unsigned char)(claimed >> (8 * i));
  uLong crc = crc32(crc32(0, file + 8, 4), file + 16, 8);
  crc = crc32(crc, (const Bytef *)body, (uInt)size);
  for (size_t i = 0; i < 4; i++)
    file[12 + i] = (unsigned char)(crc >> (8 * i));
  assert_int_equal(compress(file + HEAD, &length, (const Bytef *)body, (uLong)size), Z_OK);
  support_write_file(path, file, HEAD + length);
}

static size_t largest;

static void *watching_allocate(size_t size, void *user_data)
{
  (void)user_data;
  largest = size > largest ? size : largest;
  return malloc(size);
}

static void watching_release(void *pointer, void *user_data)
{
  (void)user_data;
  free(pointer);
}

static void huge_lengths_are_refused_before_memory_is_taken(void **state)
{
  (void)state;
  const fairu_allocator allocator = { watching_allocate, watching_release, NULL };
  const uint64_t claims[] = { 1 << 20, UINT64_C(1) << 31, UINT64_C(1) << 40, UINT64_MAX, UINT64_MAX - 1 };
  fairu_context *ctx = NULL;
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  char path[512];
  assert_int_equal(fairu_context_create(&allocator, &ctx), FAIRU_OK);
  support_path(path, sizeof path, "huge");
  for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
    largest = 0;
    forge(path, 1, "abc", 3, claims[i]);
    const int status = fairu_unpack__load(ctx, path, magic, 1, &unpack, &version);
    assert_true(status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_LIMIT);
    assert_true(largest <= 70000);
  }
  forge(path, 1, "abc", 3, 2);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__load(ctx, path, magic, 1, &unpack, &version));
  CHECK_SAYS(ctx, "its header says");
  fairu_context_destroy(ctx);
}

static void other_formats_and_versions_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  char path[512];
  support_path(path, sizeof path, "other");
  forge(path, 2, "abc", 3, 3);
  CHECK_FAILS(ctx, FAIRU_ERR_VERSION, fairu_unpack__load(ctx, path, magic, 1, &unpack, &version));
  CHECK_SAYS(ctx, "format version 2, newest known is 1");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__load(ctx, path, "FAIRUX1", 2, &unpack, &version));
  CHECK_SAYS(ctx, "FAIRUX1");
  forge(path, 0, "abc", 3, 3);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__load(ctx, path, magic, 1, &unpack, &version));
  CHECK_FAILS(ctx, FAIRU_ERR_IO,
              fairu_unpack__load(ctx, support_path(path, sizeof path, "none"), magic, 1, &unpack, &version));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_unpack__load(ctx, NULL, magic, 1, &unpack, &version));
  fairu_context_destroy(ctx);
}

static fairu_unpack *forged(fairu_context *ctx, const void *body, size_t size)
{
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  char path[512];
  forge(support_path(path, sizeof path, "forged"), 1, body, size, size);
  CHECK_OK(ctx, fairu_unpack__load(ctx, path, magic, 1, &unpack, &version));
  return unpack;
}

static void fields_out_of_step_are_found(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  uint64_t word = 0;
  size_t size = 0;
  double value = 0.0, many[4];
  char *text = NULL;
  fairu_unpack *unpack = forged(ctx, "u\7\0\0\0\0\0\0\0X", 10);
  assert_int_equal(fairu_unpack__left(unpack), 10);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__f64(unpack, ctx, "edge", &value));
  CHECK_SAYS(ctx, "body byte 0: edge is of kind 0x75");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__size(unpack, ctx, "n_bins", 6, &size));
  CHECK_SAYS(ctx, "n_bins is 7");
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, fairu_unpack__u64(unpack, ctx, "seed", &word));
  CHECK_SAYS(ctx, "inside seed");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__finish(unpack, ctx));
  CHECK_SAYS(ctx, "1 bytes left over");
  fairu_unpack__destroy(unpack);
  unpack = forged(ctx, "D\3\0\0\0\0\0\0\0abcdefgh", 17);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__f64s(unpack, ctx, "edges", many, 4));
  CHECK_SAYS(ctx, "edges has 3 elements, not 4");
  fairu_unpack__destroy(unpack);
  unpack = forged(ctx, "D\3\0\0\0\0\0\0\0abcdefgh", 17);
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, fairu_unpack__f64s(unpack, ctx, "edges", many, 3));
  fairu_unpack__destroy(unpack);
  unpack = forged(ctx, "s\3\0\0\0\0\0\0\0a\0c", 12);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_unpack__string(unpack, ctx, "name", &text));
  CHECK_SAYS(ctx, "NUL");
  fairu_unpack__destroy(unpack);
  unpack = forged(ctx,
                  "s\xff\xff\xff\xff\xff\xff\xff\xff"
                  "abc",
                  12);
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, fairu_unpack__string(unpack, ctx, "name", &text));
  assert_null(text);
  fairu_unpack__destroy(unpack);
  fairu_unpack__destroy(NULL);
  fairu_pack__destroy(NULL);
  fairu_context_destroy(ctx);
}

static void names_have_a_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  char body[9 + 5000], *text = NULL;
  memset(body, 'n', sizeof body);
  memcpy(body, "s\x88\x13\0\0\0\0\0\0", 9); /* 5000 */
  fairu_unpack *unpack = forged(ctx, body, sizeof body);
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_unpack__string(unpack, ctx, "column", &text));
  CHECK_SAYS(ctx, "column has 5000 bytes, limit name_bytes is 4096");
  fairu_unpack__destroy(unpack);
  fairu_context_destroy(ctx);
}

static void long_runs_of_zeros_can_be_read_back(void **state)
{
  (void)state;
  const size_t n = 500000;
  fairu_context *ctx = support_context();
  fairu_pack *pack = NULL;
  fairu_unpack *unpack = NULL;
  uint32_t version = 0;
  double *zeros = (double *)calloc(n, sizeof *zeros), *got = (double *)malloc(n * sizeof *got);
  char path[512];
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_pack__f64s(pack, zeros, n);
  CHECK_OK(ctx, fairu_pack__save(pack, ctx, support_path(path, sizeof path, "zeros"), magic, 1));
  fairu_pack__destroy(pack);
  CHECK_OK(ctx, fairu_unpack__load(ctx, path, magic, 1, &unpack, &version));
  CHECK_OK(ctx, fairu_unpack__f64s(unpack, ctx, "zeros", got, n));
  CHECK_OK(ctx, fairu_unpack__finish(unpack, ctx));
  assert_memory_equal(zeros, got, n * sizeof *got);
  fairu_unpack__destroy(unpack);
  free(got);
  free(zeros);
  fairu_context_destroy(ctx);
}

static void failures_of_saving_are_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  record r;
  uint32_t version = 0;
  char path[512];
  fill_record(&r);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, save(ctx, NULL, &r, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_IO, save(ctx, support_path(path, sizeof path, "no/where"), &r, 1));
  CHECK_SAYS(ctx, "no/where");
  CHECK_OK(ctx, save(ctx, support_path(path, sizeof path, "stopped"), &r, 1));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, save(ctx, path, &r, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, load(ctx, path, &r, &version));
  fairu_context_resume(ctx);
  CHECK_OK(ctx, load(ctx, path, &r, &version));
  assert_int_equal(version, 1); /* the old file stayed */
  fairu_context__free(ctx, r.name);
  fairu_context_destroy(ctx);
}

static int round_trip(fairu_context *ctx, void *data)
{
  record got;
  uint32_t version = 0;
  char path[512];
  int status = save(ctx, support_path(path, sizeof path, "memory"), (const record *)data, 1);
  if (status == FAIRU_OK)
    status = load(ctx, path, &got, &version);
  if (status == FAIRU_OK)
    fairu_context__free(ctx, got.name);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  record r;
  fill_record(&r);
  assert_true(support_every_allocation_fails(round_trip, &r) >= 15);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_saved_is_loaded_to_the_bit),
    cmocka_unit_test(the_head_is_little_endian_and_documented),
    cmocka_unit_test(a_cut_file_is_refused_at_every_byte),
    cmocka_unit_test(a_flipped_bit_is_found),
    cmocka_unit_test(huge_lengths_are_refused_before_memory_is_taken),
    cmocka_unit_test(other_formats_and_versions_are_named),
    cmocka_unit_test(fields_out_of_step_are_found),
    cmocka_unit_test(names_have_a_limit),
    cmocka_unit_test(long_runs_of_zeros_can_be_read_back),
    cmocka_unit_test(failures_of_saving_are_told),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
