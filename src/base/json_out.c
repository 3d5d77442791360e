/* json_out.c - JSON text from values: commas, escapes, numbers. */
#include "base/json_out.h"

#include <stdio.h>
#include <string.h>

#include "base/double_text.h"

enum { SINK_BYTES = 1 << 16, FIRST_BYTES = 1 << 12 };

fairu_json_out fairu_json_out__create(fairu_context *ctx)
{
  return (fairu_json_out){ .ctx = ctx };
}

void fairu_json_out__clear(fairu_json_out *out)
{
  fairu_context__free(out->ctx, out->text);
  *out = (fairu_json_out){ .ctx = out->ctx, .status = out->status };
}

static void drain(fairu_json_out *out)
{
  if (out->status == FAIRU_OK && out->size > 0)
    out->status = out->sink(out->data, out->text, out->size);
  out->size = 0;
  if (out->status == FAIRU_OK)
    out->status = fairu_context__poll(out->ctx);
}

static void grow(fairu_json_out *out, size_t wanted)
{
  size_t capacity = out->capacity > 0 ? out->capacity : FIRST_BYTES;
  while (capacity < wanted)
    capacity = capacity > SIZE_MAX / 2 ? wanted : 2 * capacity;
  char *larger = (char *)fairu_context__new_unset(out->ctx, capacity, 1, "JSON text");
  if (!larger) {
    out->status = FAIRU_ERR_OUT_OF_MEMORY;
    return;
  }
  if (out->size > 0)
    memcpy(larger, out->text, out->size);
  fairu_context__free(out->ctx, out->text);
  out->text = larger;
  out->capacity = capacity;
}

static void put(fairu_json_out *out, const char *bytes, size_t n)
{
  if (out->status == FAIRU_OK && out->sink && out->size > 0 && n > SINK_BYTES - out->size)
    drain(out);
  if (out->status == FAIRU_OK && n > out->capacity - out->size)
    grow(out, out->size + n);
  if (out->status != FAIRU_OK)
    return;
  memcpy(out->text + out->size, bytes, n);
  out->size += n;
}

static void new_line(fairu_json_out *out)
{
  put(out, "\n", 1);
  for (int i = 0; i < out->depth; i++)
    put(out, " ", 1);
}

/* What stands before a value or a key. */
static void lead(fairu_json_out *out)
{
  if (out->keyed) {
    put(out, ": ", 2);
  } else {
    if (out->comma)
      put(out, ", ", out->lines ? 1 : 2);
    if (out->lines && out->depth > 0)
      new_line(out);
  }
  out->keyed = false;
  out->comma = true;
}

void fairu_json_out__begin(fairu_json_out *out, char bracket)
{
  lead(out);
  put(out, &bracket, 1);
  out->depth++;
  out->comma = false;
}

void fairu_json_out__end(fairu_json_out *out, char bracket)
{
  out->depth--;
  if (out->lines && out->comma)
    new_line(out);
  put(out, &bracket, 1);
  out->comma = true;
}

static void put_escaped(fairu_json_out *out, unsigned char c)
{
  static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  const char *found = c ? strchr(named, c) : NULL;
  char text[8] = { '\\', found ? letters[found - named] : 'u' };
  if (!found)
    snprintf(text, sizeof text, "\\u%04x", c);
  put(out, text, found ? 2 : 6);
}

static void put_string(fairu_json_out *out, const char *text)
{
  put(out, "\"", 1);
  while (*text) {
    size_t n = 0;
    while ((unsigned char)text[n] >= 0x20 && text[n] != '"' && text[n] != '\\')
      n++;
    put(out, text, n);
    text += n;
    if (*text)
      put_escaped(out, (unsigned char)*text++);
  }
  put(out, "\"", 1);
}

void fairu_json_out__key(fairu_json_out *out, const char *key)
{
  lead(out);
  put_string(out, key);
  out->keyed = true;
}

void fairu_json_out__string(fairu_json_out *out, const char *text)
{
  lead(out);
  put_string(out, text);
}

void fairu_json_out__number(fairu_json_out *out, double value)
{
  char text[FAIRU_DOUBLE_TEXT];
  lead(out);
  put(out, text, fairu_double__text(value, text));
}

void fairu_json_out__integer(fairu_json_out *out, long long value)
{
  char text[24];
  lead(out);
  put(out, text, (size_t)snprintf(text, sizeof text, "%lld", value));
}

void fairu_json_out__word(fairu_json_out *out, const char *word)
{
  lead(out);
  put(out, word, strlen(word));
}

void fairu_json_out__numbers(fairu_json_out *out, const double *values, size_t n)
{
  const bool lines = out->lines;
  lead(out);
  out->lines = false;
  put(out, "[", 1);
  out->comma = false;
  for (size_t i = 0; i < n; i++)
    fairu_json_out__number(out, values[i]);
  put(out, "]", 1);
  out->comma = true;
  out->lines = lines;
}

void fairu_json_out__member_string(fairu_json_out *out, const char *key, const char *text)
{
  fairu_json_out__key(out, key);
  fairu_json_out__string(out, text);
}

void fairu_json_out__member_numbers(fairu_json_out *out, const char *key, const double *values, size_t n)
{
  fairu_json_out__key(out, key);
  fairu_json_out__numbers(out, values, n);
}

int fairu_json_out__terminate(fairu_json_out *out)
{
  put(out, "", 1);
  if (out->status == FAIRU_OK)
    out->size--;
  return out->status;
}

int fairu_json_out__finish(fairu_json_out *out)
{
  if (out->sink)
    drain(out);
  return out->status;
}
