/* names.c - lists of names: checked, copied into one block. */
#include "events/names.h"

#include <string.h>

#include "base/texts.h"

static int check_one(fairu_context *ctx, const char *name, size_t i, const char *noun)
{
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of %s %zu is NULL", noun, i);
  if (!*name)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "name of %s %zu is empty", noun, i);
  const uint64_t most = fairu_context__limits(ctx)->name_bytes;
  const size_t length = strlen(name);
  if (length > most)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "name of %s %zu has %zu bytes, limit name_bytes %llu",
                               noun, i, length, (unsigned long long)most);
  return FAIRU_OK;
}

int fairu_event_names__check(fairu_context *ctx, const char *const *names, size_t n, const char *noun)
{
  if (n == 0)
    return FAIRU_OK;
  if (!names)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "names of %zu %ss are NULL", n, noun);
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    status = check_one(ctx, names[i], i, noun);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **sorted = fairu_context__scratch(ctx, n, sizeof *sorted, "names");
  if (!sorted)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(sorted, names, n * sizeof *sorted);
  fairu_texts__sort(sorted, n);
  for (size_t i = 1; i < n && status == FAIRU_OK; i++)
    if (strcmp(sorted[i - 1], sorted[i]) == 0)
      status = fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "%s \"%s\" occurs twice", noun, sorted[i]);
  fairu_context__release(ctx, mark);
  return status;
}

void *fairu_object__new(fairu_context *ctx, const fairu_allocator *allocator, size_t count, size_t size,
                        const char *what)
{
  size_t bytes = 0;
  void *pointer = NULL;
  if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= PTRDIFF_MAX)
    pointer = allocator->allocate(bytes > 0 ? bytes : 1, allocator->user_data);
  if (!pointer)
    fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %s (%zu x %zu bytes)", what, count,
                        size);
  else
    memset(pointer, 0, bytes);
  return pointer;
}

char **fairu_event_names__copy(fairu_context *ctx, const fairu_allocator *allocator, const char *const *names,
                               size_t n, const char *what)
{
  size_t bytes = n * sizeof(char *); /* n names are in memory already: no overflow */
  for (size_t i = 0; i < n; i++)
    bytes += strlen(names[i]) + 1;
  char **copy = fairu_object__new(ctx, allocator, bytes, 1, what);
  if (!copy)
    return NULL;
  char *text = (char *)(copy + n);
  for (size_t i = 0; i < n; i++) {
    const size_t size = strlen(names[i]) + 1;
    copy[i] = memcpy(text, names[i], size);
    text += size;
  }
  return copy;
}
