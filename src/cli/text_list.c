#include "text_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t count_parts(const char *text)
{
  size_t n = 1;
  for (; *text; text++)
    n += *text == ',';
  return n;
}

int text_list_read(cli *c, const char *option, const char *text, text_list *list)
{
  const size_t n = count_parts(text);
  *list = (text_list){ .copy = strdup(text), .items = calloc(n, sizeof *list->items) };
  if (!list->copy || !list->items)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (char *at = list->copy; at; list->n++) {
    char *comma = strchr(at, ',');
    if (comma)
      *comma++ = '\0';
    if (!*at)
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s: part %zu of '%s' is empty", option, list->n + 1, text);
    list->items[list->n] = at;
    at = comma;
  }
  return FAIRU_OK;
}

void text_list_free(text_list *list)
{
  free(list->copy);
  free((void *)list->items);
  *list = (text_list){ NULL, NULL, 0 };
}

int text_list_numbers(cli *c, const char *option, const text_list *list, double **values)
{
  *values = calloc(list->n + 1, sizeof **values);
  if (!*values)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < list->n; i++) {
    char *end = NULL;
    (*values)[i] = strtod(list->items[i], &end);
    if (*end || !isfinite((*values)[i]))
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s: '%s' is not a finite number", option, list->items[i]);
  }
  return FAIRU_OK;
}
