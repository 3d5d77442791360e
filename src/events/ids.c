/* ids.c - ids occur once.
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

/* Sorted rows, in a or b. */
static const tagged *radix_sort(tagged *a, tagged *b, size_t n)
{
  for (unsigned shift = 0; shift < 64; shift += 8)
    if (radix_pass(a, b, n, shift)) {
      tagged *swap = a;
      a = b;
      b = swap;
    }
  return a;
}

int fairu_ids__find_duplicate(fairu_context *ctx, const uint64_t *ids, size_t n, size_t rows[2], int *found)
{
  *found = 0;
  if (is_rising(ids, n))
    return FAIRU_OK;
  tagged *a = fairu_context__new(ctx, n, 2 * sizeof *a, "search for duplicate ids");
  if (!a)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = 0; row < n; row++)
    a[row] = (tagged){ ids[row], row };
  const tagged *sorted = radix_sort(a, a + n, n);
  for (size_t i = 1; i < n && !*found; i++)
    if (sorted[i - 1].id == sorted[i].id) {
      rows[0] = sorted[i - 1].row;
      rows[1] = sorted[i].row;
      *found = 1;
    }
  fairu_context__free(ctx, a);
  return FAIRU_OK;
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
