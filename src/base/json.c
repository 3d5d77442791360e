/* json.c - documents: text to a tree of jansson's, after a scan for limits. */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "base/json_private.h"
#include "base/stream_internal.h"

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
  status = fairu_json__build(ctx, text, size, name, json);
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
