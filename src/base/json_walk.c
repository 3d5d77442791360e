/* json_walk.c - places in a document: getters that check, and say where they failed by JSON pointer (RFC 6901). */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/context_private.h"
#include "base/json_private.h"

enum { POINTER_BYTES = 320, TEXT_BYTES = 400, SHOWN = 40, POLL_NUMBERS = 1 << 16 };

/* ---- messages ------------------------------------------------------------------------------------------ */

/* A pointer is written from its end; what does not fit is its beginning. */
typedef struct pointer {
  char text[POINTER_BYTES];
  size_t begin;
  bool full;
} pointer;

static void put_front(pointer *p, const char *bytes, size_t n)
{
  if (p->full || n > p->begin) {
    p->full = true;
    return;
  }
  p->begin -= n;
  memcpy(p->text + p->begin, bytes, n);
}

static void put_key(pointer *p, const char *key)
{
  for (size_t i = strlen(key); i-- > 0 && !p->full;) {
    const unsigned char c = (unsigned char)key[i];
    if (c == '~')
      put_front(p, "~0", 2);
    else if (c == '/')
      put_front(p, "~1", 2);
    else if (c < 0x20 || c == 0x7F)
      put_front(p, "?", 1); /* nothing that moves a terminal's cursor */
    else
      put_front(p, key + i, 1);
  }
  put_front(p, "/", 1);
}

/* "" for the root. No recursion: from the place up. */
static const char *write_pointer(pointer *p, const fairu_json_at *at)
{
  char index[24];
  const size_t end = sizeof p->text - 1;
  p->begin = end;
  p->text[end] = '\0';
  p->full = false;
  for (; at->parent && !p->full; at = at->parent) {
    if (at->key) {
      put_key(p, at->key);
      continue;
    }
    const int n = snprintf(index, sizeof index, "/%zu", at->index);
    put_front(p, index, (size_t)n);
  }
  if (!p->full)
    return p->text + p->begin;
  if (p->begin < 3)
    p->begin = 3;
  while (((unsigned char)p->text[p->begin] & 0xC0U) == 0x80U) /* no part of a character at the front */
    p->begin++;
  p->begin -= 3;
  memcpy(p->text + p->begin, "...", 3);
  return p->text + p->begin;
}

int fairu_json__fail(fairu_context *ctx, const fairu_json_at *at, int code, const char *format, ...)
{
  char text[TEXT_BYTES];
  pointer p;
  va_list args;
  va_start(args, format);
  fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  const char *where = write_pointer(&p, at);
  return fairu_context__fail(ctx, code, "%.280s: %s%s%s", at->document, where, where[0] ? ": " : "", text);
}

static const char *kind_text(fairu_json_kind kind)
{
  static const char *const texts[] = { "nothing",  "null",     "true or false", "a number",
                                       "a string", "an array", "an object" };
  return texts[kind];
}

/* At most SHOWN bytes of a string, whole characters, without control characters. */
static void show(char out[SHOWN + 4], const char *text)
{
  const size_t size = strlen(text);
  const size_t n = size > SHOWN ? fairu_json__cut(text, SHOWN) : size;
  for (size_t i = 0; i < n; i++)
    out[i] = (char)((unsigned char)text[i] < 0x20 || text[i] == 0x7F ? '?' : text[i]);
  memcpy(out + n, size > n ? "..." : "", size > n ? 4 : 1);
}

static int fail_kind(fairu_context *ctx, const fairu_json_at *at, fairu_json_kind wanted)
{
  const fairu_json_kind kind = fairu_json__kind(at);
  const char *want = kind_text(wanted), *found = kind_text(kind);
  char shown[SHOWN + 4];
  if (kind == FAIRU_JSON_STRING) {
    show(shown, json_string_value(at->value));
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "wanted %s, found %s, \"%s\"", want, found, shown);
  }
  if (kind == FAIRU_JSON_NUMBER)
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "wanted %s, found %s, %.15g", want, found,
                            json_number_value(at->value));
  if (kind == FAIRU_JSON_BOOL)
    found = json_is_true(at->value) ? "true" : "false";
  return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "wanted %s, found %s", want, found);
}

/* ---- places -------------------------------------------------------------------------------------------- */

fairu_json_at fairu_json__root(const fairu_json *json)
{
  return (fairu_json_at){ .value = json->root, .document = json->name };
}

fairu_json_kind fairu_json__kind(const fairu_json_at *at)
{
  if (!at->value)
    return FAIRU_JSON_ABSENT;
  switch (json_typeof(at->value)) {
  case JSON_OBJECT:
    return FAIRU_JSON_OBJECT;
  case JSON_ARRAY:
    return FAIRU_JSON_ARRAY;
  case JSON_STRING:
    return FAIRU_JSON_STRING;
  case JSON_INTEGER:
  case JSON_REAL:
    return FAIRU_JSON_NUMBER;
  case JSON_TRUE:
  case JSON_FALSE:
    return FAIRU_JSON_BOOL;
  case JSON_NULL:
    break;
  }
  return FAIRU_JSON_NULL;
}

int fairu_json__expect(fairu_context *ctx, const fairu_json_at *at, fairu_json_kind wanted)
{
  return fairu_json__kind(at) == wanted ? FAIRU_OK : fail_kind(ctx, at, wanted);
}

static bool is_known(const char *key, const char *const *keys, size_t n_keys)
{
  for (size_t i = 0; i < n_keys; i++)
    if (strcmp(key, keys[i]) == 0)
      return true;
  return false;
}

int fairu_json__expect_keys(fairu_context *ctx, const fairu_json_at *at, const char *const *keys,
                            size_t n_keys)
{
  const int status = fairu_json__expect(ctx, at, FAIRU_JSON_OBJECT);
  fairu_json_at member = { 0 };
  while (status == FAIRU_OK && fairu_json__next(at, &member))
    if (!is_known(member.key, keys, n_keys)) {
      char shown[SHOWN + 4];
      show(shown, member.key);
      return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "unknown key \"%s\"", shown);
    }
  return status;
}

int fairu_json__optional(fairu_context *ctx, const fairu_json_at *at, const char *key, fairu_json_at *member)
{
  const int status = fairu_json__expect(ctx, at, FAIRU_JSON_OBJECT);
  if (status == FAIRU_OK)
    *member = (fairu_json_at){
      .value = json_object_get(at->value, key), .parent = at, .key = key, .document = at->document
    };
  return status;
}

int fairu_json__member(fairu_context *ctx, const fairu_json_at *at, const char *key, fairu_json_at *member)
{
  fairu_json_at found;
  const int status = fairu_json__optional(ctx, at, key, &found);
  if (status != FAIRU_OK)
    return status;
  if (!found.value)
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "key \"%.80s\" is missing", key);
  *member = found;
  return FAIRU_OK;
}

bool fairu_json__next(const fairu_json_at *at, fairu_json_at *member)
{
  if (!json_is_object(at->value))
    return false;
  json_t *object =
      (json_t *)(uintptr_t)at->value; /* iterators of jansson know no const; nothing is changed */
  void *iterator = member->key ? json_object_iter_next(object, json_object_iter_at(object, member->key))
                               : json_object_iter(object);
  if (!iterator)
    return false;
  *member = (fairu_json_at){ .value = json_object_iter_value(iterator),
                             .parent = at,
                             .key = json_object_iter_key(iterator),
                             .document = at->document };
  return true;
}

int fairu_json__length(fairu_context *ctx, const fairu_json_at *at, size_t minimum, size_t *length)
{
  const int status = fairu_json__expect(ctx, at, FAIRU_JSON_ARRAY);
  if (status != FAIRU_OK)
    return status;
  const size_t n = json_array_size(at->value);
  if (n < minimum)
    return fairu_json__fail(ctx, at, FAIRU_ERR_SHAPE, "wanted %zu elements or more, found %zu", minimum, n);
  *length = n;
  return FAIRU_OK;
}

static fairu_json_at element_at(const fairu_json_at *at, size_t index)
{
  return (fairu_json_at){
    .value = json_array_get(at->value, index), .parent = at, .index = index, .document = at->document
  };
}

int fairu_json__element(fairu_context *ctx, const fairu_json_at *at, size_t index, fairu_json_at *element)
{
  size_t n = 0;
  const int status = fairu_json__length(ctx, at, 0, &n);
  if (status != FAIRU_OK)
    return status;
  if (index >= n)
    return fairu_json__fail(ctx, at, FAIRU_ERR_SHAPE, "wanted element %zu, found %zu elements", index, n);
  *element = element_at(at, index);
  return FAIRU_OK;
}

/* ---- values -------------------------------------------------------------------------------------------- */

int fairu_json__string(fairu_context *ctx, const fairu_json_at *at, const char **text)
{
  const int status = fairu_json__expect(ctx, at, FAIRU_JSON_STRING);
  if (status == FAIRU_OK)
    *text = json_string_value(at->value);
  return status;
}

int fairu_json__member_string(fairu_context *ctx, const fairu_json_at *at, const char *key,
                              fairu_json_at *member, const char **text)
{
  const int status = fairu_json__member(ctx, at, key, member);
  return status == FAIRU_OK ? fairu_json__string(ctx, member, text) : status;
}

int fairu_json__name(fairu_context *ctx, const fairu_json_at *at, const char **text)
{
  const uint64_t limit = fairu_context__limits(ctx)->name_bytes;
  const char *name = NULL;
  const int status = fairu_json__string(ctx, at, &name);
  if (status != FAIRU_OK)
    return status;
  if (name[0] == '\0')
    return fairu_json__fail(ctx, at, FAIRU_ERR_FORMAT, "wanted a name, found an empty string");
  if (strlen(name) > limit)
    return fairu_json__fail(ctx, at, FAIRU_ERR_LIMIT, "a name of %zu bytes, limit name_bytes is %llu",
                            strlen(name), (unsigned long long)limit);
  *text = name;
  return FAIRU_OK;
}

int fairu_json__number(fairu_context *ctx, const fairu_json_at *at, double *value)
{
  const int status = fairu_json__expect(ctx, at, FAIRU_JSON_NUMBER);
  if (status == FAIRU_OK)
    *value = json_number_value(at->value);
  return status;
}

int fairu_json__bool(fairu_context *ctx, const fairu_json_at *at, bool *value)
{
  const int status = fairu_json__expect(ctx, at, FAIRU_JSON_BOOL);
  if (status == FAIRU_OK)
    *value = json_is_true(at->value);
  return status;
}

int fairu_json__expect_numbers(fairu_context *ctx, const fairu_json_at *at, size_t minimum, size_t *n)
{
  size_t found = 0;
  int status = fairu_json__length(ctx, at, minimum, &found);
  for (size_t i = 0; status == FAIRU_OK && i < found; i++) {
    const fairu_json_at element = element_at(at, i);
    status = fairu_json__expect(ctx, &element, FAIRU_JSON_NUMBER);
    if (status == FAIRU_OK && i % POLL_NUMBERS == POLL_NUMBERS - 1)
      status = fairu_context__poll(ctx);
  }
  if (status == FAIRU_OK)
    *n = found;
  return status;
}

int fairu_json__numbers(fairu_context *ctx, const fairu_json_at *at, size_t n, double *values)
{
  size_t found = 0;
  int status = fairu_json__length(ctx, at, 0, &found);
  if (status == FAIRU_OK && found != n)
    return fairu_json__fail(ctx, at, FAIRU_ERR_SHAPE, "wanted %zu numbers, found %zu elements", n, found);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const fairu_json_at element = element_at(at, i);
    status = fairu_json__number(ctx, &element, &values[i]);
  }
  return status;
}
