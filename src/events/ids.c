/* ids.c - ids occur once, in a table and in two that have to be disjoint.
 *
 * Rising ids, as most files have them, are seen to be unique in one pass. Others are sorted by radix (linear time, 32
 * bytes a row, no worst case that a hostile file could aim at) and neighbours compared.
 */
#include "events/table.h"

#include <string.h>

typedef struct tagged {
  uint64_t id;
  size_t row;
} tagged;

static int is_rising(const uint64_t *ids, size_t n)
{
  for (size_t row = 1; row < n; row++)
    if (ids[row - 1] >= ids[row])
      return 0;
  return 1;
}

/* One stable pass over byte `shift / 8`; 0 if all rows have the same byte there and nothing moved. */
static int radix_pass(const tagged *from, tagged *to, size_t n, unsigned shift)
{
  size_t place[256] = { 0 }, total = 0;
  for (size_t i = 0; i < n; i++)
    place[from[i].id >> shift & 255]++;
  if (place[from[0].id >> shift & 255] == n)
    return 0;
  for (size_t byte = 0; byte < 256; byte++) {
    const size_t count = place[byte];
    place[byte] = total;
    total += count;
  }
  for (size_t i = 0; i < n; i++)
    to[place[from[i].id >> shift & 255]++] = from[i];
  return 1;
}

/* rows [2 n], the lower half filled; *sorted: in which half the order by id came to be. */
static int radix_sort(fairu_context *ctx, tagged *rows, size_t n, const tagged **sorted)
{
  tagged *from = rows, *to = rows + n;
  for (unsigned shift = 0; shift < 64 && n > 0; shift += 8) {
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    if (radix_pass(from, to, n, shift)) {
      tagged *swap = from;
      from = to;
      to = swap;
    }
  }
  *sorted = from;
  return FAIRU_OK;
}

static tagged *new_rows(fairu_context *ctx, size_t n)
{
  return fairu_context__new_unset(ctx, n, 2 * sizeof(tagged), "search for duplicate ids");
}

int fairu_ids__find_duplicate(fairu_context *ctx, const uint64_t *ids, size_t n, size_t rows[2], int *found)
{
  *found = 0;
  if (is_rising(ids, n))
    return FAIRU_OK;
  tagged *all = new_rows(ctx, n);
  if (!all)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = 0; row < n; row++)
    all[row] = (tagged){ ids[row], row };
  const tagged *sorted = NULL;
  const int status = radix_sort(ctx, all, n, &sorted);
  for (size_t i = 1; status == FAIRU_OK && i < n && !*found; i++)
    if (sorted[i - 1].id == sorted[i].id) {
      rows[0] = sorted[i - 1].row;
      rows[1] = sorted[i].row;
      *found = 1;
    }
  fairu_context__free(ctx, all);
  return status;
}

int fairu_ids__check_unique(fairu_context *ctx, const uint64_t *ids, size_t n)
{
  size_t rows[2];
  int found;
  const int status = fairu_ids__find_duplicate(ctx, ids, n, rows, &found);
  if (status == FAIRU_OK && found)
    return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "id %llu stands in rows %zu and %zu",
                               (unsigned long long)ids[rows[0]], rows[0], rows[1]);
  return status;
}

/* ---- two tables --------------------------------------------------------------------------------------- */

/* The lowest id in both of two rising lists, and its rows. */
static int meet_rising(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b, size_t rows[2])
{
  for (size_t i = 0, k = 0; i < n_a && k < n_b;) {
    if (a[i] == b[k]) {
      rows[0] = i;
      rows[1] = k;
      return 1;
    }
    if (a[i] < b[k])
      i++;
    else
      k++;
  }
  return 0;
}

/* The same for lists in any order: rows of b are counted from n_a on, and sorting is stable, so a common id has a row of a
 * right before one of b. */
static int meet(fairu_context *ctx, const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b,
                size_t rows[2], int *found)
{
  const size_t n = n_a + n_b; /* both lists are in memory */
  tagged *all = new_rows(ctx, n);
  if (!all)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    all[i] = (tagged){ i < n_a ? a[i] : b[i - n_a], i };
  const tagged *sorted = NULL;
  const int status = radix_sort(ctx, all, n, &sorted);
  for (size_t i = 1; status == FAIRU_OK && i < n && !*found; i++)
    if (sorted[i - 1].id == sorted[i].id && sorted[i - 1].row < n_a && sorted[i].row >= n_a) {
      rows[0] = sorted[i - 1].row;
      rows[1] = sorted[i].row - n_a;
      *found = 1;
    }
  fairu_context__free(ctx, all);
  return status;
}

int fairu_events_check_disjoint(const fairu_events *a, fairu_context *ctx, const fairu_events *b)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!a || !b)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "table %s is NULL", !a ? "a" : "b");
  if (!a->ids || !b->ids)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "table %s has no ids: whether events are in both cannot be told",
                               !a->ids ? "a" : "b");
  size_t rows[2] = { 0, 0 };
  int found = 0, status = FAIRU_OK;
  if (is_rising(a->ids, a->n_events) && is_rising(b->ids, b->n_events))
    found = meet_rising(a->ids, a->n_events, b->ids, b->n_events, rows);
  else
    status = meet(ctx, a->ids, a->n_events, b->ids, b->n_events, rows, &found);
  if (found)
    return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE,
                               "id %llu is in both tables: row %zu of a, row %zu of b",
                               (unsigned long long)a->ids[rows[0]], rows[0], rows[1]);
  return status;
}
