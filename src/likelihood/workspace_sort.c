/* workspace_sort.c - a merge sort in scratch memory; qsort may allocate behind our back. */
#include <string.h>

#include "likelihood/workspace.h"

int fairu_workspace__by_name(const void *a, const void *b)
{
  const char *const *first = (const char *const *)a, *const *second = (const char *const *)b;
  return strcmp(*first, *second);
}

static bool is_sorted(const char *items, size_t n, size_t size, fairu_order_fn order)
{
  for (size_t i = 1; i < n; i++)
    if (order(items + (i - 1) * size, items + i * size) > 0)
      return false;
  return true;
}

/* from[a .. b) and from[b .. c), each sorted, into to[a .. c). */
static void merge(const char *from, char *to, size_t a, size_t b, size_t c, size_t size, fairu_order_fn order)
{
  size_t i = a, k = b;
  for (size_t place = a; place < c; place++) {
    const bool first = k >= c || (i < b && order(from + i * size, from + k * size) <= 0);
    memcpy(to + place * size, from + (first ? i++ : k++) * size, size);
  }
}

int fairu_workspace__sort(fairu_context *ctx, void *items, size_t n, size_t size, fairu_order_fn order)
{
  if (is_sorted((const char *)items, n, size, order))
    return FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(ctx);
  char *from = (char *)items, *to = (char *)fairu_context__scratch(ctx, n, size, "sorting of names");
  if (!to)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t width = 1; width < n; width *= 2) {
    for (size_t a = 0; a < n; a += 2 * width) {
      const size_t b = n - a > width ? a + width : n, c = n - a > 2 * width ? a + 2 * width : n;
      merge(from, to, a, b, c, size, order);
    }
    char *swap = from;
    from = to;
    to = swap;
  }
  if (from != (char *)items)
    memcpy(items, from, n * size);
  fairu_context__release(ctx, mark);
  return FAIRU_OK;
}
