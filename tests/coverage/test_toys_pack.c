/* Results of toys as bytes: back to the bit, NaNs and statuses too; damaged or lying bytes give a code and no result. */
#include "support/damage.h"

#include <limits.h>

#include "base/pack_internal.h"

enum { N = 4 };

static const fairu_toy_result results[N] = {
  { 0, 1.2, -0.0, 1.3, 0.5, FAIRU_OK },
  { UINT64_MAX, 0x1p-1074, -INFINITY, INFINITY, NAN, FAIRU_ERR_NOT_CONVERGED },
  { 4711, -1e308, 0.1, 0.30000000000000004, -NAN, INT_MIN },
  { UINT64_C(1) << 63, 1.0 / 3.0, 0.0, 5e300, 1.0, INT_MAX },
};

/* Field by field: bytes between fields mean nothing. */
static void check_same(const fairu_toy_result *a, const fairu_toy_result *b, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    assert_true(a[i].toy == b[i].toy);
    assert_int_equal(a[i].status, b[i].status);
    assert_memory_equal(&a[i].estimate, &b[i].estimate, 4 * sizeof(double));
  }
}

static int unpack(fairu_context *ctx, const void *bytes, size_t size, damage_bytes *again)
{
  fairu_toy_result out[N + 1], before;
  size_t n = 77;
  memset(out, 0x5a, sizeof out);
  memset(&before, 0x5a, sizeof before);
  const int status = fairu_toys_unpack(ctx, bytes, size, out, N, &n);
  assert_memory_equal(&out[N], &before, sizeof before);
  if (status != FAIRU_OK) {
    assert_int_equal(n, 77);
    assert_memory_equal(&out[0], &before, sizeof before);
    return status;
  }
  DAMAGE_PACK(ctx, again, fairu_toys_pack, ctx, out, n);
  return status;
}

static void results_come_back_to_the_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_result back[N];
  damage_bytes packed;
  for (size_t n = 0; n <= N; n++) {
    size_t got = 99;
    DAMAGE_PACK(ctx, &packed, fairu_toys_pack, ctx, results, n);
    CHECK_OK(ctx, fairu_toys_unpack(ctx, packed.bytes, packed.size, NULL, 0, &got));
    assert_int_equal(got, n);
    CHECK_OK(ctx, fairu_toys_unpack(ctx, packed.bytes, packed.size, back, N, &got));
    assert_int_equal(got, n);
    check_same(results, back, n);
    free(packed.bytes);
  }
  fairu_context_destroy(ctx);
}

static void damaged_bytes_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  damage_bytes packed;
  DAMAGE_PACK(ctx, &packed, fairu_toys_pack, ctx, results, (size_t)N);
  damage_check(ctx, unpack, &packed, "packed toys");
  free(packed.bytes);
  fairu_context_destroy(ctx);
}

static void too_little_room_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_toy_result back[N];
  char room[1024] = { 0 };
  size_t size = 0, n = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_toys_pack(ctx, results, N, room, 30, &size));
  CHECK_SAYS(ctx, "packed toys: takes");
  assert_int_equal(room[0], 0);
  CHECK_OK(ctx, fairu_toys_pack(ctx, results, N, room, sizeof room, &size));
  memset(back, 0, sizeof back);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_toys_unpack(ctx, room, size, back, N - 1, &n));
  CHECK_SAYS(ctx, "4 results, capacity is 3");
  assert_int_equal(n, N);
  assert_true(back[0].estimate == 0.0);
  fairu_context_destroy(ctx);
}

/* With a right checksum: a count without its columns, a status that is no int, a field too many. */
static void lies_are_refused(void **state)
{
  static const struct {
    uint64_t n, status;
    int more, code;
    const char *says;
  } lies[] = {
    { 1, 0, 0, FAIRU_OK, "" },
    { UINT64_C(1) << 60, 0, 0, FAIRU_ERR_FORMAT, "number of results is 1152921504606846976" },
    { 2, 0, 0, FAIRU_ERR_FORMAT, "numbers of toys has 1 elements, not 2" },
    { 0, 0, 0, FAIRU_ERR_FORMAT, "numbers of toys has 1 elements, not 0" },
    { 1, UINT64_C(1) << 31, 0, FAIRU_ERR_FORMAT, "status of result 0 is 0x80000000" },
    { 1, UINT64_MAX - (UINT64_C(1) << 31), 0, FAIRU_ERR_FORMAT, "status of result 0 is 0xffffffff7fffffff" },
    { 1, 0, 1, FAIRU_ERR_FORMAT, "9 bytes left over" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    const uint64_t word = 5;
    fairu_pack *pack = NULL;
    fairu_toy_result back[2];
    char bytes[1024];
    size_t size = 0, n = 0;
    CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
    fairu_pack__u64(pack, lies[i].n);
    fairu_pack__u64s(pack, &word, 1);
    fairu_pack__u64s(pack, &lies[i].status, 1);
    for (int k = 0; k < 4; k++)
      fairu_pack__u64s(pack, &word, 1);
    if (lies[i].more)
      fairu_pack__u64(pack, word);
    CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "lies", "FAIRUTOY", 1, bytes, sizeof bytes, &size));
    fairu_pack__destroy(pack);
    CHECK_FAILS(ctx, lies[i].code, fairu_toys_unpack(ctx, bytes, size, back, 2, &n));
    if (lies[i].code != FAIRU_OK)
      CHECK_SAYS(ctx, lies[i].says);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(results_come_back_to_the_bit),
    cmocka_unit_test(damaged_bytes_are_refused),
    cmocka_unit_test(too_little_room_is_refused),
    cmocka_unit_test(lies_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
