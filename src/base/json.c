/* json.c - text to a document: jansson behind an own scan, in the C locale, with messages that name the place. */
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <string.h>

#include <jansson.h>

#include "base/json_private.h"
#include "base/stream_internal.h"

enum { POLL_BYTES = 1 << 17, KEY_SHOWN = 200 }; /* a busy machine makes a tree of some 20 MB a second */

/* The text as jansson asks for it: in pieces, so that a long parse can be stopped; as second element of an array.
 *
 * jansson keeps a token in a buffer that doubles, and does not notice when it cannot: characters are lost, a lost quote has it read behind
 * the end, a lost end of a number has it abort. So the first element is a string longer than the longest token, which ends half-way between
 * two sizes of that buffer: if it comes back whole, the buffer need not grow again. */
typedef struct feed {
  fairu_context *ctx;
  const char *text;
  size_t size;
  size_t filler; /* length of the string before the text */
  size_t behind; /* 1: the array is closed */
  size_t at;     /* of all that is fed */
  size_t next_poll;
  int status;
} feed;

enum { BUFFER = 16, FRAME = 5 }; /* bytes of jansson's at first; of the array before the text, on one line */

static size_t filler_for(size_t longest)
{
  size_t room = 2 * BUFFER;
  while (room / 4 * 3 < longest + 2)
    room *= 2;
  return room / 4 * 3;
}

static char frame_byte(const feed *f, size_t at)
{
  if (at < 2)
    return at == 0 ? '[' : '"';
  return at < f->filler + 2 ? ' ' : "\",\n"[at - f->filler - 2];
}

static size_t feed_some(void *buffer, size_t room, void *data)
{
  feed *f = (feed *)data;
  char *to = (char *)buffer;
  const size_t ahead = f->filler + FRAME, end = ahead + f->size;
  if (f->at >= f->next_poll) {
    f->next_poll = f->at + POLL_BYTES;
    f->status = fairu_context__poll(f->ctx);
  }
  if (f->status != FAIRU_OK)
    return FAIRU_NONE;
  size_t n = 0;
  while (n < room && f->at < ahead)
    to[n++] = frame_byte(f, f->at++);
  if (f->at >= ahead && f->at < end) {
    const size_t some = room - n < end - f->at ? room - n : end - f->at;
    memcpy(to + n, f->text + (f->at - ahead), some);
    n += some;
    f->at += some;
  }
  if (n < room && f->at == end && f->behind) {
    to[n++] = ']';
    f->at++;
  }
  return n;
}

/* What the text says about its tokens and its end, as far as jansson would read it. */
typedef struct shape {
  size_t longest; /* token */
  size_t depth;   /* of brackets that are open at the end, or a string */
  size_t rest;    /* place of what follows the first value; size: nothing does */
} shape;

static bool is_blank(char c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_between(char c)
{
  return is_blank(c) || c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}';
}

static size_t token_end(const char *text, size_t size, size_t at)
{
  const bool quoted = text[at++] == '"';
  if (!quoted) {
    while (at < size && text[at] != '"' && !is_between(text[at]))
      at++;
    return at;
  }
  while (at < size && text[at] != '"')
    at += text[at] == '\\' ? 2 : 1;
  return at < size ? at + 1 : size + 1; /* a string without its end */
}

static shape shape_of(const char *text, size_t size)
{
  shape s = { .rest = size };
  bool is_whole = false;
  for (size_t at = 0; at < size;) {
    const char c = text[at];
    if (is_whole && s.rest == size && !is_blank(c))
      s.rest = at;
    const size_t end = is_between(c) ? at + 1 : token_end(text, size, at);
    if (!is_blank(c) && end - at > s.longest)
      s.longest = end - at;
    s.depth += c == '[' || c == '{' || end > size;
    s.depth -= s.depth > 0 && (c == ']' || c == '}');
    is_whole |= s.depth == 0 && !is_blank(c);
    at = end;
  }
  return s;
}

/* jansson stops behind the key; only an opening quote is a quote without a backslash before it. */
static int fail_duplicate(const feed *f, const char *name, size_t end)
{
  size_t begin = end - 1, line = 1, column = 1;
  while (begin > 0) {
    size_t slashes = 0;
    begin--;
    while (slashes < begin && f->text[begin - slashes - 1] == '\\')
      slashes++;
    if (f->text[begin] == '"' && slashes % 2 == 0)
      break;
  }
  fairu_json__locate(f->text, begin, &line, &column);
  size_t shown = end - begin;
  if (shown > KEY_SHOWN)
    shown = fairu_json__cut(f->text + begin, KEY_SHOWN);
  return fairu_context__fail(f->ctx, FAIRU_ERR_DUPLICATE,
                             "%.400s:%zu:%zu: key %.*s%s occurs twice in one object", name, line, column,
                             (int)shown, f->text + begin, shown < end - begin ? "..." : "");
}

static int out_of_memory(const feed *f, const char *name)
{
  return fairu_context__fail(f->ctx, FAIRU_ERR_OUT_OF_MEMORY, "%.400s: out of memory: JSON document", name);
}

/* Without memory jansson either says nothing, or takes a string that it has read to its end for a wrong token, also
 * where any string would do. */
static bool was_memory(const feed *f, const json_error_t *error)
{
  static const char invalid[] = "invalid token", key[] = "string or '}' expected";
  if (error->text[0] == '\0' || json_error_code(error) == json_error_out_of_memory || error->line < 1)
    return true;
  const size_t end = error->position > 0 ? (size_t)error->position : 0;
  return end > 0 && end <= f->size && f->text[end - 1] == '"' &&
         (strncmp(error->text, invalid, sizeof invalid - 1) == 0 ||
          strncmp(error->text, key, sizeof key - 1) == 0);
}

static int fail_parse(const feed *f, const char *name, json_error_t *error)
{
  if (f->status != FAIRU_OK)
    return f->status; /* the message is there */
  /* of one line; positions beyond 2 GiB have wrapped around before */
  error->position = (int)((unsigned)error->position - (unsigned)(f->filler + FRAME));
  error->line--;
  if (was_memory(f, error))
    return out_of_memory(f, name);
  int code = FAIRU_ERR_FORMAT;
  switch (json_error_code(error)) {
  case json_error_duplicate_key:
    if (error->position > 0 && (size_t)error->position <= f->size)
      return fail_duplicate(f, name, (size_t)error->position);
    code = FAIRU_ERR_DUPLICATE;
    break;
  case json_error_premature_end_of_input:
    code = FAIRU_ERR_TRUNCATED;
    break;
  case json_error_stack_overflow: /* jansson's own limit, for hosts that raise json_depth beyond 2048 */
    code = FAIRU_ERR_LIMIT;
    break;
  default:
    break;
  }
  return fairu_context__fail(f->ctx, code, "%.400s:%d:%d: %s", name, error->line, error->column, error->text);
}

static bool is_long_integer(const json_error_t *error)
{
  static const char words[] = "too big ";
  return json_error_code(error) == json_error_numeric_overflow && strncmp(error->text, words, 8) == 0 &&
         strstr(error->text, "integer") != NULL;
}

/* The second element, if the first says that nothing was lost. */
static json_t *take(const feed *f, json_t *array)
{
  const int whole = json_array_size(array) == 2 && json_string_length(json_array_get(array, 0)) == f->filler;
  json_t *root = whole ? json_incref(json_array_get(array, 1)) : NULL;
  json_decref(array);
  return root;
}

/* Is there memory for what the buffer grows to, and for the copy of the filler, right before it grows? Where large requests fail and small
 * ones do not, it would stay small, and the copy be made of it. Asked of jansson, whose allocator the host may have set. */
static bool has_room(const feed *f)
{
  const size_t wanted = 4 * f->filler; /* three times the largest buffer */
  json_t *room = json_sprintf("%*s", wanted < INT_MAX ? (int)wanted : INT_MAX, "");
  json_decref(room);
  return room != NULL;
}

/* jansson reads numbers by the thread's locale: 1.5 ends at the point in some. An integer beyond 2^63 has no place in its
 * tree: then all integers are read as doubles, from the start. */
static int load(feed *f, const char *name, fairu_json *json)
{
  json_error_t error;
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!plain)
    return out_of_memory(f, name);
  if (!has_room(f)) {
    freelocale(plain);
    return out_of_memory(f, name);
  }
  const locale_t before = uselocale(plain);
  json_t *array = json_load_callback(feed_some, f, JSON_REJECT_DUPLICATES, &error);
  if (!array && f->status == FAIRU_OK && is_long_integer(&error)) {
    f->at = f->next_poll = 0;
    json->long_integers = true;
    array = json_load_callback(feed_some, f, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
  }
  uselocale(before);
  freelocale(plain);
  if (!array)
    return fail_parse(f, name, &error);
  json->root = take(f, array);
  return json->root ? FAIRU_OK : out_of_memory(f, name);
}

/* What stands behind the value. */
static int fail_rest(fairu_context *ctx, const char *text, size_t size, size_t at, const char *name)
{
  size_t line = 1, column = 1, end = is_between(text[at]) ? at + 1 : token_end(text, size, at);
  end = end - at > KEY_SHOWN || end > size ? at + 1 : end;
  fairu_json__locate(text, at, &line, &column);
  return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%.400s:%zu:%zu: end of file expected near '%.*s'", name,
                             line, column, (int)(end - at), text + at);
}

/* A document without a tree. */
static fairu_json *make(fairu_context *ctx, const char *name)
{
  fairu_json *json = (fairu_json *)fairu_context__new(ctx, 1, sizeof *json, "JSON document");
  if (!json)
    return NULL;
  json->allocator = *fairu_context__allocator(ctx);
  json->name = fairu_context__copy_string(ctx, name, "name of a JSON document");
  if (json->name)
    return json;
  fairu_json__destroy(json);
  return NULL;
}

int fairu_json__adopt(fairu_context *ctx, json_t *root, const char *name, fairu_json **out)
{
  fairu_json *json = make(ctx, name);
  *out = json;
  if (!json) {
    json_decref(root);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  json->root = root;
  return FAIRU_OK;
}

static int parse(fairu_context *ctx, const char *text, size_t size, const char *name, fairu_json **out)
{
  int status = fairu_json__scan(ctx, text, size, name);
  if (status != FAIRU_OK)
    return status;
  const shape s = shape_of(text, size);
  if (s.longest == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: empty, wanted JSON", name);
  fairu_json *json = make(ctx, name);
  if (!json)
    return FAIRU_ERR_OUT_OF_MEMORY;
  /* a text that ends too early is not closed here, and what follows a value is not read */
  feed f = { .ctx = ctx,
             .text = text,
             .size = s.rest,
             .filler = filler_for(s.longest),
             .behind = s.depth == 0 || s.rest < size };
  status = load(&f, name, json);
  if (status == FAIRU_OK && s.rest < size)
    status = fail_rest(ctx, text, size, s.rest, name);
  if (status == FAIRU_OK)
    *out = json;
  else
    fairu_json__destroy(json);
  return status;
}

int fairu_json__parse(fairu_context *ctx, const char *text, size_t size, const char *name, fairu_json **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!text || !name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", text ? "name" : "text");
  const int kept = errno;
  const int status = parse(ctx, text, size, name, out);
  errno = kept;
  return status;
}

int fairu_json__read(fairu_context *ctx, const char *path, fairu_json **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "path is NULL");
  const int kept = errno;
  char *text = NULL;
  size_t size = 0;
  int status = fairu_reader__read_path(ctx, path, &text, &size);
  if (status == FAIRU_OK)
    status = fairu_json__parse(ctx, text, size, path, out);
  fairu_context__free(ctx, text);
  errno = kept;
  return status;
}

const char *fairu_json__document(const fairu_json *json)
{
  return json->name;
}

void fairu_json__destroy(fairu_json *json)
{
  if (!json)
    return;
  const fairu_allocator allocator = json->allocator;
  json_decref(json->root);
  fairu_allocator__free(&allocator, json->name);
  fairu_allocator__free(&allocator, json);
}
