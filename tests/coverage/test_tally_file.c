/* Tallies in files and as bytes: back to the bit, whatever the grouping; damaged or lying content gives a code and no tally. */
#include "support/damage.h"

#include "coverage/tally.h"
#include "numeric/exact_sum_pack.h"

enum { N = 240 };

static int unpack(fairu_context *ctx, const void *bytes, size_t size, damage_bytes *again)
{
  fairu_tally *tally = (fairu_tally *)ctx; /* anything but NULL */
  const int status = fairu_tally_unpack(ctx, bytes, size, &tally);
  if (status != FAIRU_OK) {
    assert_null(tally);
    return status;
  }
  DAMAGE_PACK(ctx, again, fairu_tally_pack, tally, ctx);
  fairu_tally_destroy(tally);
  return status;
}

/* Results first .. first + n - 1: sums of them depend on the order if rounded. */
static fairu_tally *make(fairu_context *ctx, uint64_t first, size_t n)
{
  fairu_tally *tally = NULL;
  CHECK_OK(ctx, fairu_tally_create(ctx, 0.1, &tally));
  for (uint64_t toy = first; toy < first + n; toy++) {
    const double big = toy % 7 == 0 ? 1e15 : 1.0, u = 1.0 / (double)(toy + 3);
    fairu_toy_result r = { toy,     u * big, (u - 0.3) * big, (u + 0.1) * big, toy % 5 ? -u : (double)NAN,
                           FAIRU_OK };
    r.status = toy % 11 == 4 ? FAIRU_ERR_NOT_CONVERGED : FAIRU_OK;
    CHECK_OK(ctx, fairu_tally_add(tally, ctx, &r, 1));
  }
  return tally;
}

static void check_same(fairu_context *ctx, const fairu_tally *a, const fairu_tally *b)
{
  damage_bytes packed[2];
  fairu_coverage c[2];
  memset(c, 0, sizeof c);
  c[0].struct_size = c[1].struct_size = sizeof c[0];
  CHECK_OK(ctx, fairu_tally_coverage(a, ctx, 0.9, &c[0]));
  CHECK_OK(ctx, fairu_tally_coverage(b, ctx, 0.9, &c[1]));
  assert_memory_equal(&c[0], &c[1], sizeof c[0]);
  DAMAGE_PACK(ctx, &packed[0], fairu_tally_pack, a, ctx);
  DAMAGE_PACK(ctx, &packed[1], fairu_tally_pack, b, ctx);
  assert_int_equal(packed[0].size, packed[1].size);
  assert_memory_equal(packed[0].bytes, packed[1].bytes, packed[0].size);
  free(packed[0].bytes);
  free(packed[1].bytes);
}

/* Parts by file and by bytes, merged in three groupings, against one tally of all. */
static void parts_that_travel_add_up_to_the_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_tally *whole = make(ctx, 0, N), *parts[3], *back = NULL, *loaded = NULL;
  damage_bytes packed;
  char path[1024];
  support_path(path, sizeof path, "part.tally");
  for (size_t k = 0; k < 3; k++)
    parts[k] = make(ctx, k * N / 3, N / 3);
  DAMAGE_PACK(ctx, &packed, fairu_tally_pack, parts[1], ctx);
  CHECK_OK(ctx, fairu_tally_unpack(ctx, packed.bytes, packed.size, &back));
  free(packed.bytes);
  CHECK_OK(ctx, fairu_tally_save(parts[2], ctx, path));
  CHECK_OK(ctx, fairu_tally_load(ctx, path, &loaded));
  assert_true(fairu_tally_truth(loaded) == 0.1);
  CHECK_OK(ctx, fairu_tally_merge(loaded, ctx, parts[0])); /* (c + a) + b */
  CHECK_OK(ctx, fairu_tally_merge(loaded, ctx, back));
  check_same(ctx, loaded, whole);
  CHECK_OK(ctx, fairu_tally_merge(back, ctx, parts[2])); /* a + (b + c) */
  CHECK_OK(ctx, fairu_tally_merge(parts[0], ctx, back));
  check_same(ctx, parts[0], whole);
  fairu_tally *all[] = { parts[0], parts[1], parts[2], whole, back, loaded };
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    fairu_tally_destroy(all[k]);
  fairu_context_destroy(ctx);
}

static void damaged_bytes_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_tally *tally = make(ctx, 0, 5);
  damage_bytes packed;
  DAMAGE_PACK(ctx, &packed, fairu_tally_pack, tally, ctx);
  damage_check(ctx, unpack, &packed, "packed tally");
  free(packed.bytes);
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

/* With a right checksum: more toys than add up, counts that do not agree, a truth that is none, a sum of squares below 0. */
static void lies_are_refused(void **state)
{
  static const struct {
    double truth;
    uint64_t n, n_failed, n_covered, n_estimates, n_nuisances;
    double squares;
    int code;
    const char *says;
  } lies[] = {
    { 1.0, 3, 1, 2, 3, 1, 1.0, FAIRU_OK, "" },
    { NAN, 3, 1, 2, 3, 1, 1.0, FAIRU_ERR_FORMAT, "truth is nan" },
    { 1.0, UINT64_C(1) << 54, 1, 2, 3, 1, 1.0, FAIRU_ERR_FORMAT, "number of toys is 18014398509481984" },
    { 1.0, 3, UINT64_MAX, 2, 3, 1, 1.0, FAIRU_ERR_FORMAT, "failed toys" },
    { 1.0, 3, 1, 4, 3, 1, 1.0, FAIRU_ERR_FORMAT, "covering toys is 4, at most 3" },
    { 1.0, 3, 1, 2, 2, 1, 1.0, FAIRU_ERR_FORMAT, "3 toys with 2 estimates" },
    { 1.0, 3, 1, 2, 3, 4, 1.0, FAIRU_ERR_FORMAT, "number of values is 4" },
    { 1.0, 3, 1, 2, 3, 1, -1.0, FAIRU_ERR_FORMAT, "out of range" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    const uint64_t counts[3] = { lies[i].n_estimates, lies[i].n_nuisances, 1 };
    fairu_exact_sum sum = { { 0 }, 0 }, squares = { { 0 }, 0 };
    fairu_pack *pack = NULL;
    fairu_tally *tally = NULL;
    char bytes[4096];
    size_t size = 0;
    fairu_exact_sum__add(&sum, 2.5);
    fairu_exact_sum__add(&squares, lies[i].squares);
    CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
    fairu_pack__f64(pack, lies[i].truth);
    fairu_pack__u64(pack, lies[i].n);
    fairu_pack__u64(pack, lies[i].n_failed);
    fairu_pack__u64(pack, lies[i].n_covered);
    fairu_exact_sum__put(&sum, pack);
    for (int k = 0; k < 3; k++) {
      fairu_pack__u64(pack, counts[k]);
      fairu_exact_sum__put(&sum, pack);
      fairu_exact_sum__put(&squares, pack);
    }
    CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "lies", "FAIRUTAL", 1, bytes, sizeof bytes, &size));
    fairu_pack__destroy(pack);
    CHECK_FAILS(ctx, lies[i].code, fairu_tally_unpack(ctx, bytes, size, &tally));
    assert_true((tally != NULL) == (lies[i].code == FAIRU_OK));
    if (!tally)
      CHECK_SAYS(ctx, lies[i].says);
    fairu_tally_destroy(tally);
  }
  fairu_context_destroy(ctx);
}

static void what_does_not_fit_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_tally *tally = make(ctx, 0, 9), *out = NULL;
  size_t needed = 0, size = 0;
  char room[8192] = { 0 };
  CHECK_OK(ctx, fairu_tally_pack(tally, ctx, NULL, 0, &needed));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_tally_pack(tally, ctx, room, needed - 1, &size));
  CHECK_SAYS(ctx, "packed tally: takes");
  assert_int_equal(size, needed);
  assert_int_equal(room[0], 0);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_tally_unpack(ctx, "FAIRUFIL", 8, &out));
  CHECK_SAYS(ctx, "does not begin as a \"FAIRUTA\" file");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_tally_load(ctx, "/nonexistent/part.tally", &out));
  CHECK_SAYS(ctx, "/nonexistent/part.tally");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_tally_save(tally, ctx, "/nonexistent/part.tally"));
  assert_true(isnan(fairu_tally_truth(NULL)));
  fairu_tally_destroy(tally);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(parts_that_travel_add_up_to_the_bit),
    cmocka_unit_test(damaged_bytes_are_refused),
    cmocka_unit_test(lies_are_refused),
    cmocka_unit_test(what_does_not_fit_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
