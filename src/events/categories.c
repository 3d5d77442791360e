/* categories.c - text labels while a file is read. Few and sorted: found by halving, which no file can make slow. */
#include "events/categories.h"

#include <string.h>

/* First place whose name is not below text. */
static size_t place_of(const fairu_categories *cats, const char *text)
{
  size_t low = 0, high = cats->n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strcmp(cats->names[middle], text) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int grow(fairu_categories *cats, fairu_context *ctx)
{
  const size_t capacity = cats->capacity ? 2 * cats->capacity : 16;
  char **names = fairu_allocator__new(&cats->allocator, ctx, capacity, sizeof *names, "categories");
  int32_t *codes =
      names ? fairu_allocator__new(&cats->allocator, ctx, capacity, sizeof *codes, "categories") : NULL;
  if (!codes) {
    fairu_allocator__free(&cats->allocator, names);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (cats->n > 0) {
    memcpy(names, cats->names, cats->n * sizeof *names);
    memcpy(codes, cats->codes, cats->n * sizeof *codes);
  }
  fairu_allocator__free(&cats->allocator, cats->names);
  fairu_allocator__free(&cats->allocator, cats->codes);
  cats->names = names;
  cats->codes = codes;
  cats->capacity = capacity;
  return FAIRU_OK;
}

static int insert(fairu_categories *cats, fairu_context *ctx, const char *text, size_t place)
{
  const uint64_t most = fairu_context__limits(ctx)->csv_columns;
  if (cats->n >= most)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "more than %llu categories (limit csv_columns)",
                               (unsigned long long)most);
  if (cats->n == cats->capacity) {
    const int status = grow(cats, ctx);
    if (status != FAIRU_OK)
      return status;
  }
  const size_t size = strlen(text) + 1;
  char *name = fairu_allocator__new(&cats->allocator, ctx, size, 1, "category");
  if (!name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(name, text, size);
  memmove(cats->names + place + 1, cats->names + place, (cats->n - place) * sizeof *cats->names);
  memmove(cats->codes + place + 1, cats->codes + place, (cats->n - place) * sizeof *cats->codes);
  cats->names[place] = name;
  cats->codes[place] = (int32_t)cats->n++;
  return FAIRU_OK;
}

int fairu_categories__code(fairu_categories *categories, fairu_context *ctx, const char *text, int32_t *code)
{
  if (categories->n == 0 || strcmp(categories->names[categories->last], text) != 0) {
    const size_t place = place_of(categories, text);
    if (place == categories->n || strcmp(categories->names[place], text) != 0) {
      const int status = insert(categories, ctx, text, place);
      if (status != FAIRU_OK)
        return status;
    }
    categories->last = place;
  }
  *code = categories->codes[categories->last];
  return FAIRU_OK;
}

void fairu_categories__places(const fairu_categories *categories, int32_t *places)
{
  for (size_t i = 0; i < categories->n; i++)
    places[categories->codes[i]] = (int32_t)i;
}

void fairu_categories__by_code(const fairu_categories *categories, const char **names)
{
  for (size_t i = 0; i < categories->n; i++)
    names[categories->codes[i]] = categories->names[i];
}

void fairu_categories__free(fairu_categories *categories)
{
  for (size_t i = 0; i < categories->n; i++)
    fairu_allocator__free(&categories->allocator, categories->names[i]);
  fairu_allocator__free(&categories->allocator, categories->names);
  fairu_allocator__free(&categories->allocator, categories->codes);
}
