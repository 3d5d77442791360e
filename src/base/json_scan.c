/* json_scan.c - a look over the text before jansson builds a tree of it: limits, NUL, byte order marks.
 *
 * Whether the text is JSON is jansson's to say. Up to the first error both see the same strings and brackets, and jansson stops at the
 * first error; so what passes here never takes it deeper or to longer strings than the limits.
 */
#include <string.h>

#include "base/json_private.h"

/* Bytes that the tree takes at most, about: malloc's rounding, tables that double, 64-bit pointers. */
enum { CONTAINER_COST = 256, MEMBER_COST = 160, ELEMENT_COST = 64, STRING_COST = 64 };
enum { POLL_BYTES = 1 << 20, LEAST_WORD = 4096 };

typedef struct scan {
  fairu_context *ctx;
  const fairu_limits *limits;
  const char *text;
  size_t size;
  const char *name;
  size_t at;
  size_t word; /* where the number or name begins that `at` is in */
  uint64_t depth;
  uint64_t cost;
  size_t next_poll;
} scan;

void fairu_json__locate(const char *text, size_t offset, size_t *line, size_t *column)
{
  *line = *column = 1;
  for (size_t i = 0; i < offset; i++) {
    if (text[i] == '\n') {
      ++*line;
      *column = 1;
    } else if (((unsigned char)text[i] & 0xC0U) != 0x80U) {
      ++*column;
    }
  }
}

size_t fairu_json__cut(const char *text, size_t at)
{
  while (at > 0 && ((unsigned char)text[at] & 0xC0U) == 0x80U)
    at--;
  return at;
}

static int fail_at(const scan *s, size_t offset, int code, const char *what, uint64_t limit)
{
  size_t line = 1, column = 1;
  fairu_json__locate(s->text, offset, &line, &column);
  if (code == FAIRU_ERR_LIMIT)
    return fairu_context__fail(s->ctx, code, "%.400s:%zu:%zu: %s %llu", s->name, line, column, what,
                               (unsigned long long)limit);
  return fairu_context__fail(s->ctx, code, "%.400s:%zu:%zu: %s", s->name, line, column, what);
}

static int scan_whole(const scan *s)
{
  if (s->size > s->limits->decompressed_bytes)
    return fairu_context__fail(s->ctx, FAIRU_ERR_LIMIT,
                               "%.400s: %zu bytes of JSON, limit decompressed_bytes is %llu", s->name,
                               s->size, (unsigned long long)s->limits->decompressed_bytes);
  if (s->size >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0)
    return fail_at(s, 0, FAIRU_ERR_FORMAT,
                   "the file begins with a byte order mark (EF BB BF); save it as UTF-8 without one", 0);
  if (s->size >= 2 && (memcmp(s->text, "\xFE\xFF", 2) == 0 || memcmp(s->text, "\xFF\xFE", 2) == 0))
    return fail_at(s, 0, FAIRU_ERR_FORMAT,
                   "the file begins with a byte order mark of UTF-16; save it as UTF-8", 0);
  return FAIRU_OK;
}

/* From the opening quote to behind the closing one, or to the end. */
static int fail_nul(const scan *s, size_t offset)
{
  return fail_at(s, offset, FAIRU_ERR_FORMAT, "a NUL byte, which JSON never has", 0);
}

/* From the opening quote to behind the closing one, or to the end; no further than the limit. */
static int scan_string(scan *s)
{
  const size_t begin = s->at++, left = s->size - s->at;
  const uint64_t limit = s->limits->json_string_bytes;
  const size_t end = left > limit ? s->at + (size_t)limit + 1 : s->size;
  while (s->at < end && s->text[s->at] != '"')
    s->at += s->text[s->at] == '\\' && s->size - s->at > 1 ? 2 : 1;
  const size_t length = s->at - begin - 1;
  const char *nul = length > 0 ? memchr(s->text + begin + 1, '\0', length) : NULL;
  if (nul)
    return fail_nul(s, (size_t)(nul - s->text));
  if (length > limit)
    return fail_at(s, begin, FAIRU_ERR_LIMIT, "a string is longer than the limit json_string_bytes,", limit);
  s->at += s->at < s->size;
  s->cost += STRING_COST + length;
  return FAIRU_OK;
}

/* Numbers, names, and what is neither. jansson asks nobody while it works on one, and takes several times its bytes. */
static int check_word(const scan *s)
{
  const uint64_t given = s->limits->json_string_bytes, most = given > LEAST_WORD ? given : LEAST_WORD;
  if (s->at - s->word <= most)
    return FAIRU_OK;
  return fail_at(s, s->word, FAIRU_ERR_LIMIT,
                 "a number or a name is longer than the limit json_string_bytes,", most);
}

static bool is_of_word(char c)
{
  return !(c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ',' || c == ':' || c == '[' || c == ']' ||
           c == '{' || c == '}' || c == '"');
}

static int scan_open(scan *s)
{
  if (s->depth >= s->limits->json_depth)
    return fail_at(s, s->at, FAIRU_ERR_LIMIT, "nested deeper than the limit json_depth,",
                   s->limits->json_depth);
  s->depth++;
  s->at++;
  s->cost += CONTAINER_COST;
  return FAIRU_OK;
}

static int scan_token(scan *s)
{
  switch (s->text[s->at]) {
  case '"':
    return scan_string(s);
  case '[':
  case '{':
    return scan_open(s);
  case ']':
  case '}':
    s->depth -= s->depth > 0;
    break;
  case '\0':
    return fail_nul(s, s->at);
  case ',':
    s->cost += ELEMENT_COST;
    break;
  case ':':
    s->cost += MEMBER_COST;
    break;
  default:
    break;
  }
  s->at++;
  return FAIRU_OK;
}

static int scan_tokens(scan *s)
{
  while (s->at < s->size) {
    const bool is_word = is_of_word(s->text[s->at]);
    int status = scan_token(s);
    if (!is_word)
      s->word = s->at;
    else if (status == FAIRU_OK)
      status = check_word(s);
    if (status == FAIRU_OK && s->at >= s->next_poll) {
      s->next_poll = s->at + POLL_BYTES;
      status = fairu_context__poll(s->ctx);
    }
    if (status != FAIRU_OK)
      return status;
  }
  if (s->cost > s->limits->decompressed_bytes)
    return fairu_context__fail(
        s->ctx, FAIRU_ERR_LIMIT,
        "%.400s: would take about %llu bytes of memory, limit decompressed_bytes is %llu", s->name,
        (unsigned long long)s->cost, (unsigned long long)s->limits->decompressed_bytes);
  return FAIRU_OK;
}

int fairu_json__scan(fairu_context *ctx, const char *text, size_t size, const char *name)
{
  scan s = { .ctx = ctx, .limits = fairu_context__limits(ctx), .text = text, .size = size, .name = name };
  int status = fairu_context__poll(ctx);
  if (status == FAIRU_OK)
    status = scan_whole(&s);
  return status == FAIRU_OK ? scan_tokens(&s) : status;
}
