#include "config_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int wrong(cli *c, const char *place, const config_field *f, const char *wanted)
{
  return cli_fail(c, FAIRU_ERR_FORMAT, "%s: \"%s\" must be %s", place, f->name, wanted);
}

static int read_texts(cli *c, const char *place, const config_field *f, const json_t *value)
{
  config_texts *texts = f->target;
  if (!json_is_array(value))
    return wrong(c, place, f, "a list of texts");
  texts->items = calloc(json_array_size(value) + 1, sizeof *texts->items);
  if (!texts->items)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (; texts->n < json_array_size(value); texts->n++) {
    texts->items[texts->n] = json_string_value(json_array_get(value, texts->n));
    if (!texts->items[texts->n])
      return wrong(c, place, f, "a list of texts");
  }
  return FAIRU_OK;
}

static int read_numbers(cli *c, const char *place, const config_field *f, const json_t *value)
{
  config_numbers *numbers = f->target;
  if (!json_is_array(value))
    return wrong(c, place, f, "a list of numbers");
  numbers->items = calloc(json_array_size(value) + 1, sizeof *numbers->items);
  if (!numbers->items)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (; numbers->n < json_array_size(value); numbers->n++) {
    const json_t *item = json_array_get(value, numbers->n);
    if (!json_is_number(item))
      return wrong(c, place, f, "a list of numbers");
    numbers->items[numbers->n] = json_number_value(item);
  }
  return FAIRU_OK;
}

static int read_choice(cli *c, const char *place, const config_field *f, const json_t *value)
{
  const char *text = json_is_string(value) ? json_string_value(value) : "";
  const size_t length = strlen(text);
  int k = f->first;
  for (const char *at = f->choices; length && at; k++) {
    if (strcspn(at, "|") == length && memcmp(at, text, length) == 0) {
      *(int *)f->target = k;
      return FAIRU_OK;
    }
    at = strchr(at, '|');
    at = at ? at + 1 : NULL;
  }
  return cli_fail(c, FAIRU_ERR_FORMAT, "%s: \"%s\" must be one of %s", place, f->name, f->choices);
}

static int read_value(cli *c, const char *place, const config_field *f, const json_t *value)
{
  switch (f->kind) {
  case CONFIG_TEXTS:
    return read_texts(c, place, f, value);
  case CONFIG_NUMBERS:
    return read_numbers(c, place, f, value);
  case CONFIG_CHOICE:
    return read_choice(c, place, f, value);
  case CONFIG_TEXT:
    if (!json_is_string(value))
      return wrong(c, place, f, "a text");
    *(const char **)f->target = json_string_value(value);
    return FAIRU_OK;
  case CONFIG_FLAG:
    if (!json_is_boolean(value))
      return wrong(c, place, f, "true or false");
    *(int *)f->target = json_is_true(value);
    return FAIRU_OK;
  default:
    if (json_is_number(value))
      *(double *)f->target = json_number_value(value);
    return json_is_number(value) || json_is_null(value) ? FAIRU_OK : wrong(c, place, f, "a number");
  }
}

/* "a, b, c" */
static const char *list_names(char *text, size_t size, const config_field *fields, size_t n)
{
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < n && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", fields[i].name);
  return text;
}

static int check_names(cli *c, const char *place, const json_t *object, const char *skipped,
                       const config_field *fields, size_t n)
{
  for (void *at = json_object_iter((json_t *)object); at; at = json_object_iter_next((json_t *)object, at)) {
    const char *name = json_object_iter_key(at);
    char names[512];
    size_t i = 0;
    while (i < n && strcmp(fields[i].name, name) != 0)
      i++;
    if (i == n && !(skipped && strcmp(skipped, name) == 0))
      return cli_fail(c, FAIRU_ERR_FORMAT, "%s: unknown field \"%s\"; there are %s", place, name,
                      list_names(names, sizeof names, fields, n));
  }
  return FAIRU_OK;
}

int config_read(cli *c, const char *place, const json_t *object, const char *skipped,
                const config_field *fields, size_t n)
{
  if (!json_is_object(object))
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: must be an object", place);
  int status = check_names(c, place, object, skipped, fields, n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const json_t *value = json_object_get(object, fields[i].name);
    if (value)
      status = read_value(c, place, &fields[i], value);
    else if (fields[i].required)
      status = cli_fail(c, FAIRU_ERR_FORMAT, "%s: lacks \"%s\"", place, fields[i].name);
  }
  return status;
}

void config_free(const config_field *fields, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (fields[i].kind == CONFIG_TEXTS)
      free((void *)((config_texts *)fields[i].target)->items);
    else if (fields[i].kind == CONFIG_NUMBERS)
      free(((config_numbers *)fields[i].target)->items);
  }
}
