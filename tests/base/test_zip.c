/* Zip archives built by hand: each field of each record wrong by itself, every prefix, limits at their exact value, content damaged bit by bit. */
#include "zip_made.h"

#include "support/draws.h"

#include "base/context_internal.h"
#include "base/zip.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

static const char *const names[] = { "first.npy", "x", "folder/second.npy" };
enum { MEMBERS = 3, CONTENT = 700 };

/* Content of member m: compressible, another for each. */
static void fill_content(size_t m, char content[CONTENT])
{
  draws d = { m };
  for (size_t i = 0; i < CONTENT; i++)
    content[i] = (char)('a' + draw_below(&d, 3 + m));
}

/* Three members, the second empty; how: ZIP_64 and ZIP_DEFLATED, for all of them. */
static void make_archive(zip_made *z, int how, const char *comment)
{
  char content[CONTENT];
  memset(z, 0, sizeof *z);
  for (size_t m = 0; m < MEMBERS; m++) {
    fill_content(m, content);
    zip_add(z, names[m], content, m == 1 ? 0 : CONTENT - m, how);
  }
  zip_end(z, how, comment);
}

/* Open and unpack all: the first status that is not FAIRU_OK. Content that comes out is the right one. */
static int read_archive(fairu_context *ctx, const unsigned char *bytes, size_t size, size_t *n)
{
  fairu_zip zip;
  uint64_t total = 0;
  unsigned char *exact = (unsigned char *)malloc(size + 1); /* no byte behind the end may be read */
  memcpy(exact, bytes, size);
  int status = fairu_zip__open(ctx, exact, size, &zip);
  *n = 0;
  for (size_t m = 0; status == FAIRU_OK && m < zip.n; m++) {
    char *got = NULL, wanted[CONTENT];
    status = fairu_zip__unpack(ctx, &zip.members[m], &total, &got);
    if (status != FAIRU_OK)
      break;
    fill_content(m, wanted);
    assert_int_equal(zip.members[m].size, m == 1 ? 0 : CONTENT - m);
    assert_memory_equal(got, wanted, (size_t)zip.members[m].size);
    assert_int_equal(got[zip.members[m].size], '\0');
    fairu_context__free(ctx, got);
    ++*n;
  }
  fairu_zip__close(&zip, ctx);
  free(exact);
  return status;
}

static void archives_of_all_kinds_are_read(void **state)
{
  (void)state;
  static zip_made z;
  size_t n;
  fairu_context *ctx = support_context();
  for (int how = 0; how < 4; how++)
    for (size_t length = 0; length < 3; length++) {
      static const char *const comments[] = { "", "a comment", "PK\5\6 with PK\5\6 inside, and PK\1\2" };
      make_archive(&z, how, comments[length]);
      CHECK_OK(ctx, read_archive(ctx, z.bytes, z.size, &n));
      assert_int_equal(n, MEMBERS);
    }
  memset(&z, 0, sizeof z);
  zip_end(&z, 0, ""); /* of nothing */
  CHECK_OK(ctx, read_archive(ctx, z.bytes, z.size, &n));
  assert_int_equal(n, 0);
  fairu_context_destroy(ctx);
}

/* ---- each field of each record ------------------------------------------------------------------------- */

typedef struct field_case {
  const char *name;
  size_t at, width;
  uint64_t value; /* what it is set to */
  int status;
  const char *says;
} field_case;

static void set_field(unsigned char *record, const field_case *c)
{
  size_t at = c->at;
  zip_put(record, &at, c->value, c->width);
}

static void check_cases(const zip_made *made, size_t record, const field_case *cases, size_t n_cases)
{
  static zip_made z;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < n_cases; i++) {
    size_t n;
    z = *made;
    set_field(z.bytes + record, &cases[i]);
    const int status = read_archive(ctx, z.bytes, z.size, &n);
    if (status != cases[i].status)
      fail_msg("%s: status %d, wanted %d (%s)", cases[i].name, status, cases[i].status,
               fairu_context_message(ctx));
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, cases[i].says);
    assert_true(status != FAIRU_OK || n == MEMBERS);
  }
  fairu_context_destroy(ctx);
}

/* Of the header before the data only its length counts: the directory is believed. */
static void fields_of_the_header_before_the_data(void **state)
{
  (void)state;
  static zip_made z;
  make_archive(&z, 0, "");
  const field_case cases[] = {
    { "signature", 0, 4, 0x04034b51, FAIRU_ERR_FORMAT, "zip member first.npy does not begin at byte 0" },
    { "version", 4, 2, 99, FAIRU_OK, "" },
    { "flags", 6, 2, 0x809, FAIRU_OK, "" },
    { "method", 8, 2, 12, FAIRU_OK, "" },
    { "time", 10, 4, 0xffffffff, FAIRU_OK, "" },
    { "crc", 14, 4, 0, FAIRU_OK, "" },
    { "packed", 18, 4, 0, FAIRU_OK, "" },
    { "size", 22, 4, 0xffffffff, FAIRU_OK, "" },
    { "name longer", 26, 2, 10, FAIRU_ERR_FORMAT, "first.npy has another name in front of its data" },
    { "name shorter", 26, 2, 8, FAIRU_ERR_FORMAT, "another name" },
    { "name beyond the end", 26, 2, 0xffff, FAIRU_ERR_FORMAT, "another name" },
    { "extra: data one byte later", 28, 2, 1, FAIRU_ERR_CHECKSUM, "zip member first.npy: CRC-32 is" },
    { "extra beyond the end", 28, 2, 0xffff, FAIRU_ERR_FORMAT, "another name" },
    { "extra up to the directory", 28, 2, z.size - z.entries_size - 22 - 39, FAIRU_ERR_FORMAT,
      "700 bytes from byte" },
    { "first letter", 30, 1, 'F', FAIRU_ERR_FORMAT, "another name" },
    { "last letter", 38, 1, 'Y', FAIRU_ERR_FORMAT, "another name" },
    { "first byte of the data", 39, 1, 'Z', FAIRU_ERR_CHECKSUM, "first.npy: CRC-32 is" },
  };
  check_cases(&z, 0, cases, N_OF(cases));
}

static void fields_of_the_directory(void **state)
{
  (void)state;
  static zip_made z;
  make_archive(&z, 0, "");
  const size_t record = z.size - 22 - z.entries_size;
  const field_case cases[] = {
    { "signature", 0, 4, 0x02014b51, FAIRU_ERR_FORMAT, "no zip directory entry at byte" },
    { "version made", 4, 2, 0xffff, FAIRU_OK, "" },
    { "version needed", 6, 2, 0xffff, FAIRU_OK, "" },
    { "flags but encryption", 8, 2, 0x080e, FAIRU_OK, "" },
    { "encryption", 8, 2, 1, FAIRU_ERR_UNSUPPORTED, "zip member first.npy is encrypted" },
    { "method shrink", 10, 2, 1, FAIRU_ERR_UNSUPPORTED, "method 1 (unknown)" },
    { "method deflate", 10, 2, 8, FAIRU_ERR_FORMAT, "first.npy" },
    { "method deflate64", 10, 2, 9, FAIRU_ERR_UNSUPPORTED, "method 9 (deflate64)" },
    { "method lzma", 10, 2, 14, FAIRU_ERR_UNSUPPORTED, "method 14 (lzma)" },
    { "method zstd", 10, 2, 93, FAIRU_ERR_UNSUPPORTED, "method 93 (zstd)" },
    { "method xz", 10, 2, 95, FAIRU_ERR_UNSUPPORTED, "method 95 (xz)" },
    { "method beyond all", 10, 2, 0xffff, FAIRU_ERR_UNSUPPORTED, "method 65535 (unknown)" },
    { "time and date", 12, 4, 0xffffffff, FAIRU_OK, "" },
    { "crc", 16, 4, 0x12345678, FAIRU_ERR_CHECKSUM, "wanted 12345678" },
    { "packed smaller", 20, 4, CONTENT - 1, FAIRU_ERR_FORMAT, "700 bytes cannot come from 699" },
    { "packed 4 GB", 20, 4, 0xfffffffe, FAIRU_ERR_FORMAT, "4294967294 bytes from byte 39 on are too many" },
    { "packed in no field", 20, 4, 0xffffffff, FAIRU_ERR_FORMAT, "its zip64 sizes are not there" },
    { "size smaller", 24, 4, CONTENT - 1, FAIRU_ERR_FORMAT, "699 bytes cannot come from 700" },
    { "size in no field", 24, 4, 0xffffffff, FAIRU_ERR_FORMAT, "its zip64 sizes are not there" },
    { "offset in no field", 42, 4, 0xffffffff, FAIRU_ERR_FORMAT, "its zip64 sizes are not there" },
    { "name shorter", 28, 2, 8, FAIRU_ERR_FORMAT, "another name" },
    { "name to the end", 28, 2, 0xffff, FAIRU_ERR_FORMAT, "is too long" },
    { "extra to the end", 30, 2, 0xffff, FAIRU_ERR_FORMAT, "is too long" },
    { "comment to the end", 32, 2, 0xffff, FAIRU_ERR_FORMAT, "is too long" },
    { "comment of a byte", 32, 2, 1, FAIRU_ERR_FORMAT, "no zip directory entry at byte" },
    { "disk", 34, 2, 7, FAIRU_OK, "" },
    { "attributes", 36, 2, 0xffff, FAIRU_OK, "" },
    { "system's attributes", 38, 4, 0xffffffff, FAIRU_OK, "" },
    { "offset by one", 42, 4, 1, FAIRU_ERR_FORMAT, "does not begin at byte 1" },
    { "offset of the directory", 42, 4, record, FAIRU_ERR_FORMAT, "does not begin at byte" },
    { "offset 4 GB", 42, 4, 0xfffffffe, FAIRU_ERR_FORMAT, "does not begin at byte 4294967294" },
    { "a NUL in the name", 50, 1, 0, FAIRU_ERR_FORMAT, "a NUL byte in its name" },
    { "another name", 50, 1, 'q', FAIRU_ERR_FORMAT, "another name in front" },
  };
  check_cases(&z, record, cases, N_OF(cases));
}

static void fields_of_the_end_record(void **state)
{
  (void)state;
  static zip_made z;
  make_archive(&z, ZIP_DEFLATED, "");
  const size_t offset = z.size - 22 - z.entries_size;
  const field_case cases[] = {
    { "signature", 0, 4, 0x06054b51, FAIRU_ERR_TRUNCATED, "the directory at the end" },
    { "disk", 4, 2, 1, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "disk of the directory", 6, 2, 1, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "entries on this disk", 8, 2, 2, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "entries in all", 10, 2, 4, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "one entry less", 8, 4, 0x00020002, FAIRU_ERR_FORMAT, "bytes behind the entries" },
    { "one entry more", 8, 4, 0x00040004, FAIRU_ERR_FORMAT, "of 165 bytes has no 4 entries" },
    { "entries that have no room", 8, 4, 0x00100010, FAIRU_ERR_FORMAT, "has no 16 entries" },
    { "entries of zip64", 8, 4, 0xffffffff, FAIRU_ERR_FORMAT, "zip64 locator is not at byte" },
    { "size smaller", 12, 4, z.entries_size - 1, FAIRU_ERR_FORMAT, "does not end at byte" },
    { "size larger", 12, 4, z.entries_size + 1, FAIRU_ERR_FORMAT, "does not end at byte" },
    { "size beyond the file", 12, 4, 0xfffffffe, FAIRU_ERR_FORMAT, "of 4294967294 bytes" },
    { "size of zip64", 12, 4, 0xffffffff, FAIRU_ERR_FORMAT, "zip64 locator" },
    { "offset smaller", 16, 4, offset - 1, FAIRU_ERR_FORMAT, "does not end at byte" },
    { "offset larger", 16, 4, offset + 1, FAIRU_ERR_FORMAT, "does not end at byte" },
    { "offset of zip64", 16, 4, 0xffffffff, FAIRU_ERR_FORMAT, "zip64 locator" },
    { "comment that is not there", 20, 2, 1, FAIRU_ERR_TRUNCATED, "is not there" },
  };
  check_cases(&z, z.size - 22, cases, N_OF(cases));
}

static void fields_of_the_zip64_records(void **state)
{
  (void)state;
  static zip_made z;
  make_archive(&z, ZIP_64, "");
  const size_t record = z.size - 22 - 20 - 56;
  const field_case cases[] = {
    { "signature", 0, 4, 0x06064b51, FAIRU_ERR_FORMAT, "zip64 end record is not at byte" },
    { "its size", 4, 8, UINT64_MAX, FAIRU_OK, "" }, /* fields of later versions follow */
    { "versions", 12, 4, 0xffffffff, FAIRU_OK, "" },
    { "disk", 16, 4, 1, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "disk of the directory", 20, 4, 1, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "entries here", 24, 8, 2, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "entries in all", 32, 8, UINT64_MAX, FAIRU_ERR_UNSUPPORTED, "on several disks" },
    { "size", 40, 8, UINT64_MAX, FAIRU_ERR_FORMAT, "of 18446744073709551615 bytes" },
    { "size smaller", 40, 8, z.entries_size - 1, FAIRU_ERR_FORMAT, "does not end at byte" },
    { "offset", 48, 8, UINT64_MAX, FAIRU_ERR_FORMAT, "at byte 18446744073709551615" },
    { "locator's signature", 56, 4, 0x07064b51, FAIRU_ERR_FORMAT, "zip64 locator is not at byte" },
    { "locator's disk", 60, 4, 9, FAIRU_OK, "" },
    { "locator: one byte early", 64, 8, record - 1, FAIRU_ERR_FORMAT, "end record is not at byte" },
    { "locator: itself", 64, 8, record + 56, FAIRU_ERR_FORMAT, "end record is not at byte" },
    { "locator: beyond all", 64, 8, UINT64_MAX, FAIRU_ERR_FORMAT, "not at byte 18446744073709551615" },
    { "number of disks", 72, 4, 77, FAIRU_OK, "" },
  };
  check_cases(&z, record, cases, N_OF(cases));
}

/* The field of a member with its sizes: too short for both, of another kind, longer than its place. */
static void fields_of_zip64_sizes(void **state)
{
  (void)state;
  static zip_made z;
  make_archive(&z, ZIP_64, "");
  const size_t record = z.size - 22 - 20 - 56 - z.entries_size + 46 + strlen(names[0]);
  const field_case cases[] = {
    { "kind", 7, 2, 2, FAIRU_ERR_FORMAT, "its zip64 sizes are not there" },
    { "shorter: one size is left", 9, 2, 8, FAIRU_ERR_FORMAT, "bytes from byte" },
    { "longer than its place", 9, 2, 17, FAIRU_ERR_FORMAT, "its zip64 sizes are not there" },
    { "the field before is longer", 2, 2, 4, FAIRU_ERR_FORMAT, "its zip64 sizes are not there" },
    { "size 2^64 - 1", 11, 8, UINT64_MAX, FAIRU_ERR_LIMIT, "beyond the limit decompressed_bytes" },
    { "size and one", 11, 8, CONTENT + 1, FAIRU_ERR_FORMAT, "701 bytes cannot come from 700" },
    { "packed 2^64 - 1", 19, 8, UINT64_MAX, FAIRU_ERR_FORMAT, "18446744073709551615 bytes from byte" },
  };
  check_cases(&z, record, cases, N_OF(cases));
}

/* ---- prefixes, limits, damage --------------------------------------------------------------------------- */

static void no_prefix_is_an_archive(void **state)
{
  (void)state;
  static zip_made z;
  size_t n;
  fairu_context *ctx = support_context();
  for (int how = 0; how < 4; how++) {
    make_archive(&z, how, "a comment of some length");
    for (size_t size = 0; size < z.size; size++) {
      CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, read_archive(ctx, z.bytes, size, &n));
      CHECK_SAYS(ctx, "the directory at the end of the zip archive is not there");
    }
  }
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_archive(ctx, (const unsigned char *)"PK\3\5", 4, &n));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_archive(ctx, (const unsigned char *)"QK", 2, &n));
  CHECK_SAYS(ctx, "not a zip archive");
  fairu_context_destroy(ctx);
}

typedef struct limit_case {
  size_t offset; /* in fairu_limits */
  uint64_t exact;
  const char *says;
} limit_case;

static void limits_hold_at_their_exact_value(void **state)
{
  (void)state;
  static zip_made z;
  const limit_case cases[] = {
    { offsetof(fairu_limits, csv_columns), MEMBERS, "3 members in the zip archive (limit csv_columns 2)" },
    { offsetof(fairu_limits, name_bytes), 17, "name of 17 bytes, limit name_bytes 16" },
    { offsetof(fairu_limits, decompressed_bytes), CONTENT + CONTENT - 2, "limit decompressed_bytes 1397" },
  };
  for (size_t i = 0; i < N_OF(cases); i++)
    for (int below = 0; below < 2; below++) {
      fairu_limits limits;
      size_t n;
      fairu_context *ctx = support_context();
      assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
      const uint64_t value = cases[i].exact - (uint64_t)below;
      memcpy((char *)&limits + cases[i].offset, &value, sizeof value);
      CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
      make_archive(&z, ZIP_DEFLATED, "");
      if (below) {
        CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, read_archive(ctx, z.bytes, z.size, &n));
        CHECK_SAYS(ctx, cases[i].says);
      } else {
        CHECK_OK(ctx, read_archive(ctx, z.bytes, z.size, &n));
      }
      fairu_context_destroy(ctx);
    }
}

/* Any one bit of the whole archive: refused, or the content is the same. */
static void a_bit_turned_never_changes_content(void **state)
{
  (void)state;
  static zip_made z;
  fairu_context *ctx = support_context();
  size_t n, refused = 0;
  make_archive(&z, ZIP_DEFLATED, "c");
  for (size_t bit = 0; bit < 8 * z.size; bit++) {
    z.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    const int status = read_archive(ctx, z.bytes, z.size, &n);
    refused += status != FAIRU_OK;
    assert_true(status == FAIRU_OK || status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_CHECKSUM ||
                status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_UNSUPPORTED ||
                status == FAIRU_ERR_LIMIT);
    assert_true(status != FAIRU_OK || n == MEMBERS);
    z.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
  }
  assert_true(refused > 4 * z.size);
  fairu_context_destroy(ctx);
}

/* Larger than the steps of unpacking, and the ratio at its exact value: 2 MB of zeros. */
static void the_ratio_holds_at_its_exact_value(void **state)
{
  (void)state;
  enum { LARGE = 2 << 20 };
  char *zeros = (char *)calloc(LARGE, 1), *got = NULL;
  unsigned char packed[4096];
  const size_t n = zip_pack(zeros, LARGE, ZIP_DEFLATED, packed);
  fairu_zip_member m = { (char *)(uintptr_t) "zeros", packed, n, LARGE, 0, 8, 0 };
  m.crc = (uint32_t)crc32(0, (const Bytef *)zeros, LARGE);
  for (int below = 0; below < 2; below++) {
    fairu_limits limits;
    uint64_t total = 0;
    fairu_context *ctx = support_context();
    assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
    limits.decompressed_ratio = LARGE / (n + 1) + (below ? 0 : 1);
    CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
    if (below) {
      CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_zip__unpack(ctx, &m, &total, &got));
      CHECK_SAYS(ctx, "expands more than the limit decompressed_ratio");
    } else {
      CHECK_OK(ctx, fairu_zip__unpack(ctx, &m, &total, &got));
      assert_true(total == LARGE && memcmp(got, zeros, LARGE) == 0);
      fairu_context__free(ctx, got);
      m.packed--; /* the end of the stream is missing */
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_zip__unpack(ctx, &m, &total, &got));
      m.packed += 2; /* a byte behind it */
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_zip__unpack(ctx, &m, &total, &got));
      m.packed--;
      assert_true(total == LARGE); /* failures do not count */
      fairu_context_cancel(ctx);
      CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_zip__unpack(ctx, &m, &total, &got));
    }
    fairu_context_destroy(ctx);
  }
  free(zeros);
}

static int open_and_unpack(fairu_context *ctx, void *data)
{
  const zip_made *z = (const zip_made *)data;
  size_t n;
  return read_archive(ctx, z->bytes, z->size, &n);
}

static void memory_that_fails_is_clean(void **state)
{
  (void)state;
  static zip_made z;
  make_archive(&z, ZIP_DEFLATED, "");
  assert_true(support_every_allocation_fails(open_and_unpack, &z) >= 7);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(archives_of_all_kinds_are_read),
    cmocka_unit_test(fields_of_the_header_before_the_data),
    cmocka_unit_test(fields_of_the_directory),
    cmocka_unit_test(fields_of_the_end_record),
    cmocka_unit_test(fields_of_the_zip64_records),
    cmocka_unit_test(fields_of_zip64_sizes),
    cmocka_unit_test(no_prefix_is_an_archive),
    cmocka_unit_test(limits_hold_at_their_exact_value),
    cmocka_unit_test(a_bit_turned_never_changes_content),
    cmocka_unit_test(the_ratio_holds_at_its_exact_value),
    cmocka_unit_test(memory_that_fails_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
