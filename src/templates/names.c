/* names.c - lists of unique names. */
#include "templates/names.h"

#include <string.h>

int fairu_names__check(fairu_context *ctx, const char *const *names, size_t n)
{
  if (n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "templates need at least one process");
  for (size_t i = 0; i < n; i++) {
    if (!names[i])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "the name of process %zu is NULL", i);
    if (names[i][0] == '\0')
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "the name of process %zu is empty", i);
    for (size_t j = 0; j < i; j++)
      if (strcmp(names[j], names[i]) == 0)
        return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "processes %zu and %zu are both named '%s'", j,
                                   i, names[i]);
  }
  return FAIRU_OK;
}

int fairu_names__copy(fairu_context *ctx, const char *const *names, size_t n, char ***out)
{
  char **copy = fairu_context__new(ctx, n, sizeof *copy, "names of processes");
  if (!copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    copy[i] = fairu_context__copy_string(ctx, names[i], "name of a process");
    if (!copy[i]) {
      fairu_names__free(fairu_context__allocator(ctx), copy, n);
      return FAIRU_ERR_OUT_OF_MEMORY;
    }
  }
  *out = copy;
  return FAIRU_OK;
}

void fairu_names__free(const fairu_allocator *allocator, char **names, size_t n)
{
  for (size_t i = 0; names && i < n; i++)
    fairu_allocator__free(allocator, names[i]);
  fairu_allocator__free(allocator, names);
}

size_t fairu_names__find(char *const *names, size_t n, const char *name)
{
  size_t i = 0;
  while (i < n && strcmp(names[i], name) != 0)
    i++;
  return i;
}
