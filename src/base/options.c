/* options.c - structs that grow: the caller's struct_size decides how much is read and written. */
#include "base/context_internal.h"

#include <string.h>

enum { LARGEST_STRUCT = 65536 }; /* a larger struct_size was never set */

static int check_size(fairu_context *ctx, size_t theirs, size_t minimum, const char *what)
{
  if (theirs >= minimum && theirs <= LARGEST_STRUCT)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_STRUCT_SIZE,
                             "%s: struct_size is %zu, must be at least %zu (call its _init function)", what,
                             theirs, minimum);
}

int fairu_options__read(fairu_context *ctx, void *ours, size_t ours_size, const void *theirs, size_t minimum,
                        const char *what)
{
  if (!theirs)
    return FAIRU_OK;
  size_t size = 0;
  memcpy(&size, theirs, sizeof size);
  const int status = check_size(ctx, size, minimum, what);
  if (status != FAIRU_OK)
    return status;
  const unsigned char *bytes = (const unsigned char *)theirs;
  for (size_t i = ours_size; i < size; i++)
    if (bytes[i] != 0)
      return fairu_context__fail(ctx, FAIRU_ERR_STRUCT_SIZE,
                                 "%s: a field beyond byte %zu is set, which this version does not know", what,
                                 ours_size);
  memcpy(ours, theirs, size < ours_size ? size : ours_size);
  memcpy(ours, &ours_size, sizeof ours_size);
  return FAIRU_OK;
}

int fairu_options__init(void *options, size_t struct_size, const void *defaults, size_t defaults_size)
{
  if (!options)
    return FAIRU_ERR_NULL;
  if (struct_size < sizeof(size_t) || struct_size > LARGEST_STRUCT)
    return FAIRU_ERR_STRUCT_SIZE;
  memset(options, 0, struct_size);
  memcpy(options, defaults, struct_size < defaults_size ? struct_size : defaults_size);
  memcpy(options, &struct_size, sizeof struct_size);
  return FAIRU_OK;
}

int fairu_result__write(fairu_context *ctx, void *theirs, const void *ours, size_t ours_size,
                        const char *what)
{
  size_t size = 0;
  memcpy(&size, theirs, sizeof size);
  const int status = check_size(ctx, size, sizeof(size_t) + 1, what);
  if (status != FAIRU_OK)
    return status;
  const size_t common = size < ours_size ? size : ours_size;
  memcpy((unsigned char *)theirs + sizeof size, (const unsigned char *)ours + sizeof size,
         common - sizeof size);
  memset((unsigned char *)theirs + common, 0, size - common); /* fields of a newer header: not filled */
  return FAIRU_OK;
}

int fairu_result__check(fairu_context *ctx, const void *theirs, size_t minimum, const char *what)
{
  size_t size = minimum;
  if (theirs)
    memcpy(&size, theirs, sizeof size);
  return check_size(ctx, size, minimum, what);
}
