/* json_model.h - a second, plain implementation of JSON documents: a tree of values that writes itself, with
 * RFC 6901 pointers and RFC 6902 operations as their texts say them, and random ones of it all. */
#ifndef FAIRU_TESTS_BASE_JSON_MODEL_H
#define FAIRU_TESTS_BASE_JSON_MODEL_H

#include "json_text.h"
#include "support/draws.h"

enum { MODEL_CHILDREN = 8, MODEL_TEXT = 24 };

/* A leaf is its canonical text; numbers know their value. */
typedef struct model {
  char kind;             /* one of n t f s i r a o: null, true, false, string, integer, real, array, object */
  char text[MODEL_TEXT]; /* the canonical text of a leaf; a string's without quotes and escapes */
  double number;
  size_t n;
  struct model *children[MODEL_CHILDREN];
  char keys[MODEL_CHILDREN][MODEL_TEXT];
} model;

static inline model *model_new(char kind)
{
  model *m = (model *)calloc(1, sizeof *m);
  assert_non_null(m);
  m->kind = kind;
  return m;
}

static inline void model_free(model *m)
{
  if (!m)
    return;
  for (size_t i = 0; i < m->n; i++)
    model_free(m->children[i]);
  free(m);
}

static inline model *model_copy(const model *m)
{
  model *copy = model_new(m->kind);
  *copy = *m;
  for (size_t i = 0; i < m->n; i++)
    copy->children[i] = model_copy(m->children[i]);
  return copy;
}

static inline size_t model_depth(const model *m)
{
  size_t most = 0;
  for (size_t i = 0; i < m->n; i++) {
    const size_t depth = model_depth(m->children[i]);
    most = depth > most ? depth : most;
  }
  return m->kind == 'a' || m->kind == 'o' ? most + 1 : 0;
}

static inline size_t model_find(const model *m, const char *key)
{
  for (size_t i = 0; i < m->n; i++)
    if (strcmp(m->keys[i], key) == 0)
      return i;
  return m->n;
}

static inline bool model_equal(const model *a, const model *b)
{
  const bool numbers = (a->kind == 'i' || a->kind == 'r') && (b->kind == 'i' || b->kind == 'r');
  if (numbers)
    return a->number == b->number;
  if (a->kind != b->kind || a->n != b->n || strcmp(a->text, b->text) != 0)
    return false;
  for (size_t i = 0; i < a->n; i++) {
    const size_t j = a->kind == 'o' ? model_find(b, a->keys[i]) : i;
    if (j == b->n || !model_equal(a->children[i], b->children[j]))
      return false;
  }
  return true;
}

/* ---- random ones ---------------------------------------------------------------------------------------- */

/* Keys and strings that need escapes in JSON or in a pointer, of one to four bytes a character. */
static inline const char *model_word(draws *d)
{
  static const char *const words[] = { "a",     "b",    "c",        "/",      "~",
                                       "~1",    "0",    "1",        "-",      "",
                                       "a/b",   "m~n",  "q\"q",     "back\\", "tab\t",
                                       " ",     "\x01", "\xC3\xA4", "01",     "\xE2\x82\xAC",
                                       "x~01y", "\x7F", "~0",       "\r\n\f", "\xF0\x9D\x84\x9E" };
  return words[draw_below(d, N_OF(words))];
}

static inline model *model_leaf(draws *d)
{
  model *m = model_new("ntfsir"[draw_below(d, 6)]);
  const long eighths = (long)draw_below(d, 161) - 80;
  switch (m->kind) {
  case 's':
    strcpy(m->text, model_word(d));
    break;
  case 'i':
    m->number = (double)(eighths / 8);
    snprintf(m->text, sizeof m->text, "%ld", eighths / 8);
    break;
  case 'r': /* an eighth has at most three decimals, all exact */
    m->number = (double)eighths / 8.0;
    snprintf(m->text, sizeof m->text,
             eighths % 8 == 0   ? "%.1f"
             : eighths % 4 == 0 ? "%.1f"
             : eighths % 2 == 0 ? "%.2f"
                                : "%.3f",
             m->number);
    break;
  default:
    strcpy(m->text, m->kind == 'n' ? "null" : m->kind == 't' ? "true" : "false");
  }
  return m;
}

static inline void model_append(model *m, const char *key, model *child)
{
  assert_true(m->n < MODEL_CHILDREN);
  strcpy(m->keys[m->n], key);
  m->children[m->n++] = child;
}

static inline model *model_random(draws *d, int depth)
{
  if (depth == 0 || draw_below(d, 4) == 0)
    return model_leaf(d);
  model *m = model_new(draw_below(d, 2) ? 'a' : 'o');
  for (size_t i = draw_below(d, 5); i > 0; i--) {
    const char *key = m->kind == 'o' ? model_word(d) : "";
    if (m->kind == 'a' || model_find(m, key) == m->n)
      model_append(m, key, model_random(d, depth - 1));
  }
  return m;
}

/* ---- texts ---------------------------------------------------------------------------------------------- */

/* Text that grows; d NULL: canonical, else written in one of many ways. */
typedef struct model_text {
  char *bytes;
  size_t n, room;
  draws *d;
} model_text;

static inline void model_put(model_text *t, const char *bytes, size_t n)
{
  if (t->n + n + 1 > t->room) {
    t->room = 2 * (t->n + n + 1);
    t->bytes = (char *)realloc(t->bytes, t->room);
    assert_non_null(t->bytes);
  }
  memcpy(t->bytes + t->n, bytes, n);
  t->bytes[t->n += n] = '\0';
}

static inline void model_say(model_text *t, const char *text)
{
  model_put(t, text, strlen(text));
}

static inline void model_blanks(model_text *t, const char *canonical)
{
  if (!t->d)
    model_say(t, canonical);
  for (size_t n = t->d ? draw_below(t->d, 3) : 0; n > 0; n--)
    model_put(t, " \t\r\n" + draw_below(t->d, 4), 1);
}

/* The character at *text, and its bytes. */
static inline uint32_t model_character(const char **text)
{
  const unsigned char *b = (const unsigned char *)*text;
  const int more = b[0] < 0x80 ? 0 : b[0] < 0xE0 ? 1 : b[0] < 0xF0 ? 2 : 3;
  uint32_t c = more == 0 ? b[0] : b[0] & (0x3FU >> more);
  for (int i = 1; i <= more; i++)
    c = c << 6 | (b[i] & 0x3FU);
  *text += more + 1;
  return c;
}

static inline void model_escape(model_text *t, uint32_t c)
{
  char text[16];
  if (c >= 0x10000)
    snprintf(text, sizeof text, "\\u%04x\\u%04X", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + (c & 0x3FF));
  else
    snprintf(text, sizeof text, "\\u%04x", c);
  model_say(t, text);
}

static inline void model_string(model_text *t, const char *text)
{
  static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  model_say(t, "\"");
  for (const char *p = text; *p;) {
    const char *from = p;
    const uint32_t c = model_character(&p);
    const char *found = c < 0x80 ? strchr(named, (int)c) : NULL;
    const bool may_choose = t->d && draw_below(t->d, 3) == 0;
    if (may_choose || (c < 0x20 && !found)) {
      model_escape(t, c);
    } else if (found) {
      model_say(t, "\\");
      model_put(t, letters + (found - named), 1);
    } else if (t->d && c == '/' && draw_below(t->d, 2)) {
      model_say(t, "\\/");
    } else {
      model_put(t, from, (size_t)(p - from));
    }
  }
  model_say(t, "\"");
}

static inline void model_number(model_text *t, const model *m)
{
  char text[48];
  if (!t->d || m->kind == 'i' || m->number == 0.0) {
    model_say(t, m->text);
    return;
  }
  static const char *const forms[] = { "%.3f", "%.7E", "%.12f" }; /* all exact */
  snprintf(text, sizeof text, forms[draw_below(t->d, 3)], m->number);
  model_say(t, text);
}

static inline void model_order(const model *m, draws *d, size_t order[MODEL_CHILDREN])
{
  for (size_t i = 0; i < m->n; i++)
    order[i] = i;
  for (size_t i = 1; i < m->n && m->kind == 'o'; i++) { /* sorted by bytes, or shuffled */
    size_t j = i;
    const size_t moved = order[i];
    for (; j > 0 && (d ? draw_below(d, 2) : (size_t)(strcmp(m->keys[order[j - 1]], m->keys[moved]) > 0)); j--)
      order[j] = order[j - 1];
    order[j] = moved;
  }
}

static inline void model_write(model_text *t, const model *m)
{
  size_t order[MODEL_CHILDREN] = { 0 };
  if (m->kind == 's') {
    model_string(t, m->text);
  } else if (m->kind == 'i' || m->kind == 'r') {
    model_number(t, m);
  } else if (m->kind != 'a' && m->kind != 'o') {
    model_say(t, m->text);
  } else {
    model_order(m, t->d, order);
    model_say(t, m->kind == 'a' ? "[" : "{");
    model_blanks(t, "");
    for (size_t i = 0; i < m->n; i++) {
      if (i > 0)
        model_say(t, ",");
      model_blanks(t, i > 0 ? " " : "");
      if (m->kind == 'o') {
        model_string(t, m->keys[order[i]]);
        model_blanks(t, "");
        model_say(t, ":");
        model_blanks(t, " ");
      }
      model_write(t, m->children[order[i]]);
      model_blanks(t, "");
    }
    model_say(t, m->kind == 'a' ? "]" : "}");
  }
}

/* As Python's json.dumps(sort_keys=True, ensure_ascii=False), or with d in any other form; free() it. */
static inline char *model_dump(const model *m, draws *d)
{
  model_text t = { .d = d };
  model_blanks(&t, "");
  model_write(&t, m);
  model_blanks(&t, "");
  return t.bytes;
}

/* ---- the library --------------------------------------------------------------------------------------- */

static inline fairu_json *model_read(fairu_context *ctx, const char *text, const char *name)
{
  fairu_json *json = NULL;
  support_check_status(ctx, fairu_json__parse(ctx, text, strlen(text), name, &json), FAIRU_OK, text, __FILE__,
                       __LINE__);
  return json;
}

static inline char *model_library_dump(fairu_context *ctx, const fairu_json *json)
{
  fairu_json_out out = fairu_json_out__create(ctx);
  CHECK_OK(ctx, fairu_json__dump(json, &out));
  CHECK_OK(ctx, fairu_json_out__terminate(&out));
  char *text = strdup(out.text);
  assert_non_null(text);
  fairu_json_out__clear(&out);
  return text;
}

static inline void model_check(fairu_context *ctx, const fairu_json *json, const char *wanted)
{
  char *text = model_library_dump(ctx, json);
  assert_string_equal(text, wanted);
  free(text);
}

#endif /* FAIRU_TESTS_BASE_JSON_MODEL_H */
