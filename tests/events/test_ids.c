/* Ids of two tables that have to be disjoint. */
#include "support/draws.h"
#include "support/support.h"

enum { N = 30000 };

/* A permutation of the 64-bit integers: ids without order that differ where their numbers do. */
static uint64_t mixed(uint64_t number)
{
  uint64_t x = number;
  x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
  return x ^ x >> 31;
}

static uint64_t rising(uint64_t number)
{
  return number;
}

/* n rows with the ids of first, first + step ... */
static fairu_events *table(fairu_context *ctx, uint64_t (*id)(uint64_t), size_t n, uint64_t first,
                           uint64_t step)
{
  fairu_events *events = NULL;
  uint64_t *ids = malloc((n + 1) * sizeof *ids);
  for (size_t i = 0; i < n; i++)
    ids[i] = id(first + step * i);
  CHECK_OK(ctx, fairu_events_create(ctx, n, 0, NULL, &events));
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, n));
  free(ids);
  return events;
}

static void disjoint_tables_are_accepted(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  uint64_t (*const orders[2])(uint64_t) = { rising, mixed };
  for (size_t i = 0; i < 2; i++) { /* even and odd numbers: side by side all along */
    fairu_events *a = table(ctx, orders[i], N, 0, 2), *b = table(ctx, orders[i], N, 1, 2);
    CHECK_OK(ctx, fairu_events_check_disjoint(a, ctx, b));
    CHECK_OK(ctx, fairu_events_check_disjoint(b, ctx, a));
    fairu_events_destroy(a);
    fairu_events_destroy(b);
  }
  fairu_context_destroy(ctx);
}

/* Planted in any two places, found and named, whichever table comes first; the lowest id if there are more. */
static void a_common_id_is_named_with_its_rows(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const size_t rows[4][2] = { { 0, 0 }, { N - 1, N - 1 }, { 0, N - 1 }, { 777, 12345 } };
  uint64_t *ids = malloc(N * sizeof *ids);
  for (size_t order = 0; order < 2; order++)
    for (size_t i = 0; i < 4; i++) {
      uint64_t (*const id)(uint64_t) = order ? mixed : rising;
      fairu_events *a = table(ctx, id, N, 2 * N, 1), *b = table(ctx, id, N, 0, 1);
      memcpy(ids, fairu_events_ids(b), N * sizeof *ids);
      ids[rows[i][1]] = fairu_events_ids(a)[rows[i][0]]; /* b is not rising then, unless it is the last row */
      CHECK_OK(ctx, fairu_events_set_ids(b, ctx, ids, N));
      char text[120];
      snprintf(text, sizeof text, "id %llu is in both tables: row %zu of a, row %zu of b",
               (unsigned long long)ids[rows[i][1]], rows[i][0], rows[i][1]);
      CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_check_disjoint(a, ctx, b));
      CHECK_SAYS(ctx, text);
      snprintf(text, sizeof text, "row %zu of a, row %zu of b", rows[i][1], rows[i][0]);
      CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_check_disjoint(b, ctx, a));
      CHECK_SAYS(ctx, text);
      fairu_events_destroy(a);
      fairu_events_destroy(b);
    }
  free(ids);
  fairu_events *a = table(ctx, rising, 10, 5, 1), *b = table(ctx, rising, 10, 8, 1);
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_check_disjoint(a, ctx, b));
  CHECK_SAYS(ctx, "id 8 is in both tables: row 3 of a, row 0 of b");
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_check_disjoint(a, ctx, a));
  fairu_events_destroy(a);
  fairu_events_destroy(b);
  fairu_context_destroy(ctx);
}

static void parts_of_a_split_are_disjoint(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *all = table(ctx, mixed, N, 0, 1), *part[2] = { NULL, NULL };
  uint32_t *parts = malloc(N * sizeof *parts);
  unsigned char *mask = malloc(N);
  CHECK_OK(ctx, fairu_events_split(all, ctx, 7, 2, parts));
  for (uint32_t p = 0; p < 2; p++) {
    for (size_t i = 0; i < N; i++)
      mask[i] = parts[i] == p;
    CHECK_OK(ctx, fairu_events_select_mask(all, ctx, mask, N, &part[p]));
  }
  CHECK_OK(ctx, fairu_events_check_disjoint(part[0], ctx, part[1]));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_check_disjoint(part[0], ctx, all));
  free(parts);
  free(mask);
  fairu_events_destroy(part[0]);
  fairu_events_destroy(part[1]);
  fairu_events_destroy(all);
  fairu_context_destroy(ctx);
}

static void tables_without_rows_or_ids(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *empty = table(ctx, rising, 0, 0, 1), *some = table(ctx, mixed, 5, 0, 1), *nameless = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, 5, 0, NULL, &nameless));
  CHECK_OK(ctx, fairu_events_check_disjoint(empty, ctx, some));
  CHECK_OK(ctx, fairu_events_check_disjoint(some, ctx, empty));
  CHECK_OK(ctx, fairu_events_check_disjoint(empty, ctx, empty));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_check_disjoint(nameless, ctx, some));
  CHECK_SAYS(ctx, "table a has no ids");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_check_disjoint(some, ctx, nameless));
  CHECK_SAYS(ctx, "table b has no ids");
  fairu_events_destroy(empty);
  fairu_events_destroy(some);
  fairu_events_destroy(nameless);
  fairu_context_destroy(ctx);
}

static void a_cancelled_search_stops(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *a = table(ctx, mixed, N, 0, 2), *b = table(ctx, mixed, N, 1, 2);
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_events_check_disjoint(a, ctx, b));
  fairu_context_resume(ctx);
  CHECK_OK(ctx, fairu_events_check_disjoint(a, ctx, b));
  fairu_events_destroy(a);
  fairu_events_destroy(b);
  fairu_context_destroy(ctx);
}

/* ---- by hand ------------------------------------------------------------------------------------------------ */

/* The lowest id that stands twice in one list, or once in each of two, with its first rows; 0: there is none. */
static int find_by_hand(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b, int within,
                        size_t rows[2])
{
  int found = 0;
  for (size_t i = 0; i < n_a; i++)
    for (size_t k = within ? i + 1 : 0; k < n_b; k++)
      if (a[i] == b[k] && (!found || a[i] < a[rows[0]])) {
        rows[0] = i;
        rows[1] = k;
        found = 1;
      }
  return found;
}

/* Few bits, somewhere in the 64: then many collide, in any byte. */
static size_t draw_ids(draws *d, uint64_t *ids, size_t shift, int distinct)
{
  const size_t n = draw_below(d, 40), bits = 3 + draw_below(d, 10);
  for (size_t i = 0; i < n; i++) {
    size_t rows[2];
    do
      ids[i] = (draw(d) >> (64 - bits)) << shift;
    while (distinct && bits > 6 && find_by_hand(ids, i + 1, ids, i + 1, 1, rows));
  }
  if (draw_below(d, 3) == 0) /* in order */
    for (size_t i = 1; i < n; i++)
      for (size_t k = i; k > 0 && ids[k - 1] > ids[k]; k--) {
        const uint64_t kept = ids[k];
        ids[k] = ids[k - 1];
        ids[k - 1] = kept;
      }
  return n;
}

static void any_lists_are_told_apart_as_by_hand(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 151 };
  size_t n_twice = 0, n_common = 0, n_apart = 0;
  for (int round = 0; round < 4000; round++) {
    uint64_t ids[2][40];
    size_t n[2], rows[2] = { 0, 0 };
    fairu_events *tables[2] = { NULL, NULL };
    char says[128];
    int unique = 1;
    for (int t = 0; t < 2; t++) {
      n[t] = draw_ids(&d, ids[t], (size_t)round % 50, round % 4);
      CHECK_OK(ctx, fairu_events_create(ctx, n[t], 0, NULL, &tables[t]));
      const int twice = find_by_hand(ids[t], n[t], ids[t], n[t], 1, rows);
      assert_int_equal(fairu_events_set_ids(tables[t], ctx, ids[t], n[t]),
                       twice ? FAIRU_ERR_DUPLICATE : FAIRU_OK);
      if (twice) {
        snprintf(says, sizeof says, "id %llu stands in rows %zu and %zu", (unsigned long long)ids[t][rows[0]],
                 rows[0], rows[1]);
        assert_string_equal(fairu_context_message(ctx), says);
        assert_null(fairu_events_ids(tables[t]));
      }
      unique &= !twice;
      n_twice += (size_t)twice;
    }
    if (unique) {
      const int common = find_by_hand(ids[0], n[0], ids[1], n[1], 0, rows);
      assert_int_equal(fairu_events_check_disjoint(tables[0], ctx, tables[1]),
                       common ? FAIRU_ERR_DUPLICATE : FAIRU_OK);
      if (common) {
        snprintf(says, sizeof says, "id %llu is in both tables: row %zu of a, row %zu of b",
                 (unsigned long long)ids[0][rows[0]], rows[0], rows[1]);
        assert_string_equal(fairu_context_message(ctx), says);
      }
      n_common += (size_t)common;
      n_apart += (size_t)!common;
    }
    fairu_events_destroy(tables[0]);
    fairu_events_destroy(tables[1]);
  }
  assert_true(n_twice > 300 && n_common > 300 && n_apart > 300);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(any_lists_are_told_apart_as_by_hand), cmocka_unit_test(disjoint_tables_are_accepted),
    cmocka_unit_test(a_common_id_is_named_with_its_rows),  cmocka_unit_test(parts_of_a_split_are_disjoint),
    cmocka_unit_test(tables_without_rows_or_ids),          cmocka_unit_test(a_cancelled_search_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
