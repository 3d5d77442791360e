/* json.c - text to a document: jansson behind an own scan, in the C locale, with messages that name the place. */
#include <errno.h>
#include <locale.h>
#include <string.h>

#include <jansson.h>

#include "base/json_private.h"
#include "base/stream_internal.h"

enum { POLL_BYTES = 1 << 17, KEY_SHOWN = 200 }; /* a busy machine makes a tree of some 20 MB a second */

/* The text as jansson asks for it: in pieces, so that a long parse can be stopped. */
typedef struct feed {
  fairu_context *ctx;
  const char *text;
  size_t size;
  size_t at;
  size_t next_poll;
  int status;
} feed;

static size_t feed_some(void *buffer, size_t room, void *data)
{
  feed *f = (feed *)data;
  if (f->at >= f->next_poll) {
    f->next_poll = f->at + POLL_BYTES;
    f->status = fairu_context__poll(f->ctx);
  }
  if (f->status != FAIRU_OK)
    return FAIRU_NONE;
  const size_t n = room < f->size - f->at ? room : f->size - f->at;
  if (n > 0)
    memcpy(buffer, f->text + f->at, n);
  f->at += n;
  return n;
}

/* jansson stops behind the key; only an opening quote is a quote without a backslash before it. */
static int fail_duplicate(const feed *f, const char *name, size_t end)
{
  size_t begin = end > 1 ? end - 1 : 0, line = 1, column = 1;
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
  if (error->text[0] == '\0' || json_error_code(error) == json_error_out_of_memory)
    return true;
  const size_t end = error->position > 0 ? (size_t)error->position : 0;
  return end > 0 && end <= f->size && f->text[end - 1] == '"' &&
         (strncmp(error->text, invalid, sizeof invalid - 1) == 0 ||
          strncmp(error->text, key, sizeof key - 1) == 0);
}

static int fail_parse(const feed *f, const char *name, const json_error_t *error)
{
  if (f->status != FAIRU_OK)
    return f->status; /* the message is there */
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

/* jansson reads numbers by the thread's locale: 1.5 ends at the point in some. An integer beyond 2^63 has no place in its
 * tree: then all integers are read as doubles, from the start. */
static int load(feed *f, const char *name, fairu_json *json)
{
  const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
  json_error_t error;
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!plain)
    return out_of_memory(f, name);
  const locale_t before = uselocale(plain);
  json->root = json_load_callback(feed_some, f, flags, &error);
  if (!json->root && f->status == FAIRU_OK && is_long_integer(&error)) {
    f->at = f->next_poll = 0;
    json->long_integers = true;
    json->root = json_load_callback(feed_some, f, flags | JSON_DECODE_INT_AS_REAL, &error);
  }
  uselocale(before);
  freelocale(plain);
  return json->root ? FAIRU_OK : fail_parse(f, name, &error);
}

static bool is_blank(const char *text, size_t size)
{
  size_t i = 0;
  while (i < size && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'))
    i++;
  return i == size;
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
  if (is_blank(text, size))
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "%.400s: empty, wanted JSON", name);
  fairu_json *json = make(ctx, name);
  if (!json)
    return FAIRU_ERR_OUT_OF_MEMORY;
  feed f = { .ctx = ctx, .text = text, .size = size };
  status = load(&f, name, json);
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
  fairu_reader *reader = NULL;
  char *text = NULL;
  size_t size = 0;
  int status = fairu_reader__open(ctx, path, &reader);
  if (status == FAIRU_OK)
    status = fairu_reader__read_all(reader, ctx, &text, &size);
  fairu_reader__close(reader);
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
