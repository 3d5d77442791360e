/* Ids of two tables that have to be disjoint. */
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

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(disjoint_tables_are_accepted),  cmocka_unit_test(a_common_id_is_named_with_its_rows),
    cmocka_unit_test(parts_of_a_split_are_disjoint), cmocka_unit_test(tables_without_rows_or_ids),
    cmocka_unit_test(a_cancelled_search_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
