/* json_parse.c - text to a tree of jansson's, token by token.
 *
 * jansson's own reader takes tokens beyond 15 bytes for shorter ones when its buffer cannot grow for want of memory, reads behind the
 * end of it, or aborts, and reads numbers by the locale; so the tokens are read here, and only the tree is jansson's. Without recursion.
 */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json_private.h"

enum { POLL_BYTES = 1 << 17, KEY_SHOWN = 200, NEAR_SHOWN = 20, SHORT_NUMBER = 64 };
enum { DEEPEST = 2048 }; /* trees are freed by recursion */

typedef struct parser {
  fairu_context *ctx;
  const char *name;
  const char *text;
  size_t size, at;
  size_t next_poll;
  locale_t c; /* the locale of the format */
  json_t *root;
  json_t **open; /* containers around this place, owned by the root */
  size_t depth, deepest;
  char *key; /* of the member whose value comes next, in scratch behind key_mark; NULL: none */
  fairu_mark key_mark;
  bool as_doubles;    /* integers too */
  bool long_integers; /* one beyond 2^63 was met */
} parser;

/* ---- failures ----------------------------------------------------------------------------------------- */

/* At the byte `offset`. */
static int fail_at(const parser *p, size_t offset, int code, const char *what)
{
  size_t line = 1, column = 1;
  fairu_json__locate(p->text, offset, &line, &column);
  return fairu_context__fail(p->ctx, code, "%.400s:%zu:%zu: %s", p->name, line, column, what);
}

static int fail_end(const parser *p)
{
  return fail_at(p, p->size > 0 ? p->size - 1 : 0, FAIRU_ERR_TRUNCATED, "the text ends too early");
}

static int fail_memory(const parser *p)
{
  return fairu_context__fail(p->ctx, FAIRU_ERR_OUT_OF_MEMORY, "%.400s: out of memory: JSON document",
                             p->name);
}

static bool is_word(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
         c == '.' || c == '_';
}

/* "<what> near '<token>'" for the token from `begin` to `end`, at its last byte; end 0: whatever stands at begin. */
static int fail_near(const parser *p, size_t begin, size_t end, const char *what)
{
  char message[128];
  if (begin >= p->size)
    return fail_end(p);
  if (end == 0)
    for (end = begin + 1; is_word(p->text[begin]) && end < p->size && is_word(p->text[end]);)
      end++;
  const unsigned char first = (unsigned char)p->text[begin];
  size_t shown = end - begin;
  if (shown > NEAR_SHOWN)
    shown = fairu_json__cut(p->text + begin, NEAR_SHOWN);
  if (first >= ' ' && first < 0x7F)
    fairu_text__format(message, sizeof message, "%s near '%.*s'", what, (int)shown, p->text + begin);
  else
    fairu_text__format(message, sizeof message, "%s near byte 0x%02x", what, (unsigned)first);
  return fail_at(p, end - 1, FAIRU_ERR_FORMAT, message);
}

static int fail_duplicate(const parser *p, size_t begin, size_t end)
{
  size_t shown = end - begin, line = 1, column = 1;
  if (shown > KEY_SHOWN)
    shown = fairu_json__cut(p->text + begin, KEY_SHOWN);
  fairu_json__locate(p->text, begin, &line, &column);
  return fairu_context__fail(p->ctx, FAIRU_ERR_DUPLICATE,
                             "%.400s:%zu:%zu: key %.*s%s occurs twice in one object", p->name, line, column,
                             (int)shown, p->text + begin, shown < end - begin ? "..." : "");
}

/* ---- strings ------------------------------------------------------------------------------------------ */

/* Bytes of the UTF-8 character at text, which has at least `left` bytes; 0: is none. */
static size_t utf8_length(const unsigned char *text, size_t left)
{
  static const unsigned smallest[5] = { 0, 0, 0x80, 0x800, 0x10000 };
  if (text[0] < 0x80)
    return 1;
  const size_t n = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
  if (text[0] < 0xC2 || text[0] > 0xF4 || n > left)
    return 0;
  unsigned code = text[0] & (0xFFU >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if ((text[i] & 0xC0U) != 0x80U)
      return 0;
    code = code << 6 | (text[i] & 0x3FU);
  }
  return code < smallest[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? 0 : n;
}

static char *put_utf8(char *to, unsigned code)
{
  if (code < 0x80) {
    *to++ = (char)code;
    return to;
  }
  const unsigned n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  *to++ = (char)((0xF00U >> n & 0xFFU) | code >> (6 * (n - 1)));
  for (unsigned i = n - 1; i-- > 0;)
    *to++ = (char)(0x80U | (code >> (6 * i) & 0x3FU));
  return to;
}

/* The four digits of an escape whose \u stands at `at`; -1: there is none. */
static int hexadecimal(const parser *p, size_t at)
{
  int value = 0;
  if (p->size - at < 6 || p->text[at] != '\\' || p->text[at + 1] != 'u')
    return -1;
  for (size_t i = at + 2; i < at + 6; i++) {
    const char c = p->text[i];
    const int lower = c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c;
    if (!(lower >= '0' && lower <= '9') && !(lower >= 'a' && lower <= 'f'))
      return -1;
    value = 16 * value + (lower <= '9' ? lower - '0' : lower - 'a' + 10);
  }
  return value;
}

static int unicode_escape(parser *p, char **to)
{
  const size_t begin = p->at;
  char message[64];
  const int first = hexadecimal(p, begin);
  if (first < 0)
    return p->size - begin < 6 ? fail_end(p) : fail_near(p, begin, begin + 2, "invalid escape");
  p->at += 6;
  unsigned code = (unsigned)first;
  if (code >= 0xD800 && code <= 0xDFFF) {
    const int second = code < 0xDC00 && p->at < p->size ? hexadecimal(p, p->at) : -1;
    p->at += second >= 0 ? 6 : 0;
    if (second < 0xDC00 || second > 0xDFFF) {
      fairu_text__format(message, sizeof message, "invalid Unicode '%.*s'", (int)(p->at - begin),
                         p->text + begin);
      return fail_at(p, p->at - 1, FAIRU_ERR_FORMAT, message);
    }
    code = 0x10000 + ((code & 0x3FFU) << 10 | ((unsigned)second & 0x3FFU));
  }
  if (code == 0)
    return fail_at(p, p->at - 1, FAIRU_ERR_FORMAT, "\\u0000 is not allowed");
  *to = put_utf8(*to, code);
  return FAIRU_OK;
}

static int escape(parser *p, char **to)
{
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  if (p->at + 1 >= p->size)
    return fail_end(p);
  const char letter = p->text[p->at + 1];
  if (letter == 'u')
    return unicode_escape(p, to);
  const char *found = letter ? strchr(letters, letter) : NULL;
  if (!found)
    return fail_near(p, p->at, p->at + 2, "invalid escape");
  *(*to)++ = meant[found - letters];
  p->at += 2;
  return FAIRU_OK;
}

/* One character as it stands. */
static int plain(parser *p, char **to)
{
  char message[64];
  const unsigned char *from = (const unsigned char *)p->text + p->at;
  const size_t n = utf8_length(from, p->size - p->at);
  if (from[0] < ' ')
    fairu_text__format(message, sizeof message, "control character 0x%02x in a string", from[0]);
  else if (n == 0)
    fairu_text__format(message, sizeof message, "unable to decode byte 0x%02x", from[0]);
  else {
    memcpy(*to, from, n);
    *to += n;
    p->at += n;
    return FAIRU_OK;
  }
  return fail_at(p, p->at - 1, FAIRU_ERR_FORMAT, message);
}

/* From the opening quote to behind the closing one, into scratch; decoded text is never longer. */
static int read_string(parser *p, char **text, size_t *length)
{
  size_t end = p->at + 1;
  while (end < p->size && p->text[end] != '"')
    end += p->text[end] == '\\' ? 2 : 1;
  if (end >= p->size)
    end = p->size;
  char *to = (char *)fairu_context__scratch(p->ctx, end - p->at + 1, 1, "JSON string");
  if (!to)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *text = to;
  for (p->at++; p->at < end;) {
    const int status = p->text[p->at] == '\\' ? escape(p, &to) : plain(p, &to);
    if (status != FAIRU_OK)
      return status;
  }
  if (end == p->size)
    return fail_end(p);
  p->at++;
  *to = '\0';
  *length = (size_t)(to - *text);
  return FAIRU_OK;
}

static int make_string(parser *p, json_t **value)
{
  const fairu_mark mark = fairu_context__mark(p->ctx);
  char *text = NULL;
  size_t length = 0;
  const int status = read_string(p, &text, &length);
  *value = status == FAIRU_OK ? json_stringn_nocheck(text, length) : NULL;
  fairu_context__release(p->ctx, mark);
  return status != FAIRU_OK || *value ? status : fail_memory(p);
}

/* ---- numbers and words -------------------------------------------------------------------------------- */

static size_t digits(const parser *p, size_t at)
{
  while (at < p->size && p->text[at] >= '0' && p->text[at] <= '9')
    at++;
  return at;
}

/* Where the number at p->at ends; 0: there is none. */
static size_t number_end(const parser *p, bool *integer)
{
  size_t at = p->at + (p->text[p->at] == '-'), end = digits(p, at);
  if (end == at || (p->text[at] == '0' && end > at + 1))
    return 0;
  *integer = true;
  if (end < p->size && p->text[end] == '.') {
    *integer = false;
    at = end + 1;
    end = digits(p, at);
    if (end == at)
      return 0;
  }
  if (end < p->size && (p->text[end] == 'e' || p->text[end] == 'E')) {
    *integer = false;
    at = end + 1;
    at += at < p->size && (p->text[at] == '+' || p->text[at] == '-');
    end = digits(p, at);
    if (end == at)
      return 0;
  }
  return end;
}

/* false: beyond 64 bits. */
static bool integer_value(const parser *p, size_t end, json_int_t *value)
{
  const bool negative = p->text[p->at] == '-';
  json_int_t sum = 0;
  for (size_t i = p->at + negative; i < end; i++) {
    const json_int_t digit = p->text[i] - '0';
    if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, negative ? -digit : digit, &sum))
      return false;
  }
  *value = sum;
  return true;
}

static int double_value(parser *p, size_t end, double *value)
{
  char few[SHORT_NUMBER];
  const size_t length = end - p->at;
  const fairu_mark mark = fairu_context__mark(p->ctx);
  char *text =
      length < sizeof few ? few : (char *)fairu_context__scratch(p->ctx, length + 1, 1, "JSON number");
  if (!text)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(text, p->text + p->at, length);
  text[length] = '\0';
  *value = strtod_l(text, NULL, p->c);
  fairu_context__release(p->ctx, mark);
  return isfinite(*value) ? FAIRU_OK : fail_near(p, p->at, end, "real number overflow");
}

static int make_number(parser *p, json_t **value)
{
  bool integer = false;
  json_int_t whole = 0;
  double real = 0.0;
  const size_t end = number_end(p, &integer);
  if (end == 0)
    return fail_near(p, p->at, 0, "invalid token");
  if (integer && !p->as_doubles && integer_value(p, end, &whole)) {
    *value = json_integer(whole);
  } else {
    p->long_integers = p->long_integers || (integer && !p->as_doubles);
    const int status = double_value(p, end, &real);
    if (status != FAIRU_OK)
      return status;
    *value = json_real(real);
  }
  p->at = end;
  return *value ? FAIRU_OK : fail_memory(p);
}

static int make_word(parser *p, json_t **value)
{
  static const char *const words[3] = { "null", "true", "false" };
  size_t end = p->at;
  while (end < p->size && is_word(p->text[end]))
    end++;
  for (size_t i = 0; i < 3; i++)
    if (end - p->at == strlen(words[i]) && memcmp(p->text + p->at, words[i], end - p->at) == 0) {
      *value = i == 0 ? json_null() : json_boolean(i == 1);
      p->at = end;
      return FAIRU_OK;
    }
  return fail_near(p, p->at, 0, end > p->at ? "invalid token" : "unexpected token");
}

/* ---- the tree ----------------------------------------------------------------------------------------- */

static json_t *container(const parser *p)
{
  return p->depth > 0 ? p->open[p->depth - 1] : NULL;
}

/* Give the value its place in the tree, which owns it from now on. */
static int attach(parser *p, json_t *value)
{
  json_t *around = container(p);
  int failed = 0;
  if (!around)
    p->root = value;
  else if (json_is_array(around))
    failed = json_array_append_new(around, value);
  else
    failed = json_object_set_new_nocheck(around, p->key, value);
  if (p->key)
    fairu_context__release(p->ctx, p->key_mark);
  p->key = NULL;
  return failed ? fail_memory(p) : FAIRU_OK;
}

static int open_container(parser *p)
{
  if (p->depth >= p->deepest)
    return fail_at(p, p->at, FAIRU_ERR_LIMIT, "nested deeper than can be freed again");
  json_t *value = p->text[p->at] == '{' ? json_object() : json_array();
  if (!value)
    return fail_memory(p);
  p->at++;
  const int status = attach(p, value);
  if (status == FAIRU_OK)
    p->open[p->depth++] = value;
  return status;
}

static int read_value(parser *p)
{
  json_t *value = NULL;
  const char c = p->text[p->at];
  if (c == '{' || c == '[')
    return open_container(p);
  const int status = c == '"'                             ? make_string(p, &value)
                     : c == '-' || (c >= '0' && c <= '9') ? make_number(p, &value)
                                                          : make_word(p, &value);
  return status == FAIRU_OK ? attach(p, value) : status;
}

static void skip_blanks(parser *p)
{
  while (p->at < p->size && (p->text[p->at] == ' ' || p->text[p->at] == '\t' || p->text[p->at] == '\n' ||
                             p->text[p->at] == '\r'))
    p->at++;
}

/* Key and colon. */
static int read_key(parser *p)
{
  size_t length = 0;
  char *key = NULL;
  const size_t begin = p->at;
  if (begin >= p->size || p->text[begin] != '"')
    return fail_near(p, begin, 0, "string or '}' expected");
  p->key_mark = fairu_context__mark(p->ctx);
  const int status = read_string(p, &key, &length);
  if (status != FAIRU_OK)
    return status;
  if (json_object_get(container(p), key))
    return fail_duplicate(p, begin, p->at);
  skip_blanks(p);
  if (p->at >= p->size || p->text[p->at] != ':')
    return fail_near(p, p->at, 0, "':' expected");
  p->at++;
  p->key = key;
  return FAIRU_OK;
}

/* Behind a value, or behind the opening bracket (first): brackets that close, and the comma before the next value, if any. */
static int leave_value(parser *p, bool first)
{
  for (; p->depth > 0; first = false) {
    const char close = json_is_array(container(p)) ? ']' : '}';
    skip_blanks(p);
    if (p->at < p->size && p->text[p->at] == close) {
      p->depth--;
      p->at++;
      continue;
    }
    if (first)
      return FAIRU_OK;
    if (p->at >= p->size || p->text[p->at] != ',')
      return fail_near(p, p->at, 0, close == ']' ? "']' expected" : "'}' expected");
    p->at++;
    return FAIRU_OK;
  }
  skip_blanks(p);
  return p->at == p->size ? FAIRU_OK : fail_near(p, p->at, 0, "end of file expected");
}

/* One value, or the opening of one, and what stands behind it. */
static int step(parser *p)
{
  int status = FAIRU_OK;
  skip_blanks(p);
  if (p->depth > 0 && json_is_object(container(p)))
    status = read_key(p);
  skip_blanks(p);
  if (status == FAIRU_OK && p->at >= p->size)
    status = fail_end(p);
  const size_t depth = p->depth;
  if (status == FAIRU_OK)
    status = read_value(p);
  return status == FAIRU_OK ? leave_value(p, p->depth > depth) : status;
}

static int read_tree(parser *p)
{
  int status = FAIRU_OK;
  do {
    if (p->at >= p->next_poll) {
      p->next_poll = p->at + POLL_BYTES;
      status = fairu_context__poll(p->ctx);
    }
    if (status == FAIRU_OK)
      status = step(p);
  } while (status == FAIRU_OK && p->depth > 0);
  if (status == FAIRU_OK)
    return FAIRU_OK;
  json_decref(p->root);
  p->root = NULL;
  return status;
}

int fairu_json__build(fairu_context *ctx, const char *text, size_t size, const char *name, fairu_json *json)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  const uint64_t limit = fairu_context__limits(ctx)->json_depth;
  parser p = { .ctx = ctx, .name = name, .text = text, .size = size };
  p.deepest = limit < DEEPEST ? (size_t)limit : DEEPEST;
  p.c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!p.c)
    return fail_memory(&p);
  p.open = (json_t **)fairu_context__scratch(ctx, p.deepest, sizeof(json_t *), "JSON walk");
  int status = p.open ? read_tree(&p) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK &&
      p.long_integers) { /* one has no place in jansson's integers: then all are doubles */
    json_decref(p.root);
    p.root = NULL;
    p.at = p.next_poll = 0;
    p.as_doubles = true;
    status = read_tree(&p);
  }
  freelocale(p.c);
  fairu_context__release(ctx, mark);
  json->root = p.root;
  json->long_integers = p.long_integers;
  return status;
}
