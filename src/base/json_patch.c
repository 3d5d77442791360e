/* json_patch.c - RFC 6902: add, remove, replace, move, copy, test on a copy of a document. All of them, or none. */
#include <string.h>

#include "base/json_copy.h"
#include "base/json_pointer.h"

/* The copy, and the operation that is at work on it. */
typedef struct patching {
  fairu_context *ctx;
  json_t *root;
  uint64_t cost; /* of all that has ever been put in: copies can double a document again and again */
  fairu_json_at operation;
  const char *verb;
  fairu_json_pointer path, from;
} patching;

/* A place: the container and the last token; the root has no container. */
typedef struct place {
  json_t *container;
  const char *token;
  size_t index;  /* in an array */
  json_t *value; /* NULL: nothing is there yet */
} place;

static int fail(const patching *p, int code, const fairu_json_pointer *at, const char *reason)
{
  return fairu_json__fail(p->ctx, &p->operation, code, "%s \"%.200s\": %s", p->verb, at->text, reason);
}

/* ---- places -------------------------------------------------------------------------------------------- */

static int step_into_array(const patching *p, const fairu_json_pointer *pointer, place *at)
{
  const size_t n = json_array_size(at->container);
  if (!fairu_json_pointer__index(at->token, n, &at->index))
    return fairu_json__fail(p->ctx, &p->operation, FAIRU_ERR_FORMAT,
                            "%s \"%.200s\": \"%.40s\" is no index of an array", p->verb, pointer->text,
                            at->token);
  if (at->index > n)
    return fairu_json__fail(p->ctx, &p->operation, FAIRU_ERR_NOT_FOUND,
                            "%s \"%.200s\": no element %.40s, the array has %zu", p->verb, pointer->text,
                            at->token, n);
  at->value = json_array_get(at->container, at->index);
  return FAIRU_OK;
}

static int step_into(const patching *p, const fairu_json_pointer *pointer, place *at)
{
  if (json_is_array(at->container))
    return step_into_array(p, pointer, at);
  if (!json_is_object(at->container))
    return fairu_json__fail(p->ctx, &p->operation, FAIRU_ERR_NOT_FOUND,
                            "%s \"%.200s\": no \"%.40s\" inside a value that is no array or object", p->verb,
                            pointer->text, at->token);
  at->value = json_object_get(at->container, at->token);
  return FAIRU_OK;
}

static int fail_missing(const patching *p, const fairu_json_pointer *pointer, const char *token)
{
  return fairu_json__fail(p->ctx, &p->operation, FAIRU_ERR_NOT_FOUND, "%s \"%.200s\": there is no \"%.40s\"",
                          p->verb, pointer->text, token);
}

/* Where the pointer leads; its last token may lead to nothing unless `existing`. */
static int find(const patching *p, const fairu_json_pointer *pointer, bool existing, place *out)
{
  place at = { .value = p->root };
  const char *token = pointer->tokens;
  for (size_t i = 0; i < pointer->n_tokens; i++) {
    if (!at.value)
      return fail_missing(p, pointer, at.token);
    at = (place){ .container = at.value, .token = token };
    const int status = step_into(p, pointer, &at);
    if (status != FAIRU_OK)
      return status;
    token = fairu_json_pointer__next(token);
  }
  if (existing && !at.value)
    return fail_missing(p, pointer, at.token);
  *out = at;
  return FAIRU_OK;
}

/* ---- changes ------------------------------------------------------------------------------------------- */

static int out_of_memory(const patching *p)
{
  return fairu_json__fail(p->ctx, &p->operation, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: patched document");
}

/* May a value of this size come to `path`? copied: it is new in the document. */
static int check_limits(patching *p, const json_t *value, bool copied)
{
  const fairu_limits *limits = fairu_context__limits(p->ctx);
  fairu_json_size size;
  const int status = fairu_json__measure(p->ctx, value, &size);
  if (status != FAIRU_OK)
    return status;
  if (size.depth > limits->json_depth || p->path.n_tokens > limits->json_depth - size.depth)
    return fail(p, FAIRU_ERR_LIMIT, &p->path, "nested deeper than the limit json_depth");
  if (copied)
    p->cost += size.cost;
  if (p->cost > limits->decompressed_bytes)
    return fail(p, FAIRU_ERR_LIMIT, &p->path, "takes more memory than the limit decompressed_bytes");
  return FAIRU_OK;
}

/* Put value at the place `path` as `add` does; takes over the reference. */
static int put(patching *p, json_t *value)
{
  place at;
  const int status = find(p, &p->path, false, &at);
  if (status != FAIRU_OK) {
    json_decref(value);
    return status;
  }
  if (!at.container) {
    json_decref(p->root);
    p->root = value;
    return FAIRU_OK;
  }
  const int failed = json_is_array(at.container) ? json_array_insert_new(at.container, at.index, value)
                                                 : json_object_set_new_nocheck(at.container, at.token, value);
  return failed ? out_of_memory(p) : FAIRU_OK;
}

static void take_away(const place *at)
{
  if (json_is_array(at->container))
    json_array_remove(at->container, at->index);
  else
    json_object_del(at->container, at->token);
}

static int put_copy(patching *p, const json_t *value)
{
  json_t *copy = NULL;
  int status = check_limits(p, value, true);
  if (status == FAIRU_OK)
    status = fairu_json__copy_tree(p->ctx, value, &copy);
  return status == FAIRU_OK ? put(p, copy) : status;
}

/* ---- operations ---------------------------------------------------------------------------------------- */

static int read_value(const patching *p, fairu_json_at *value)
{
  return fairu_json__member(p->ctx, &p->operation, "value", value);
}

static int read_from(patching *p)
{
  fairu_json_at from;
  const int status = fairu_json__member(p->ctx, &p->operation, "from", &from);
  return status == FAIRU_OK ? fairu_json_pointer__read(p->ctx, &from, &p->from) : status;
}

static int do_add(patching *p)
{
  fairu_json_at value;
  const int status = read_value(p, &value);
  return status == FAIRU_OK ? put_copy(p, value.value) : status;
}

static int do_remove(patching *p)
{
  place at;
  const int status = find(p, &p->path, true, &at);
  if (status != FAIRU_OK)
    return status;
  if (!at.container)
    return fail(p, FAIRU_ERR_ARGUMENT, &p->path, "nothing would be left");
  take_away(&at);
  return FAIRU_OK;
}

static int do_replace(patching *p)
{
  place at = { .container = NULL };
  fairu_json_at value;
  json_t *copy = NULL;
  int status = read_value(p, &value);
  if (status == FAIRU_OK)
    status = find(p, &p->path, true, &at);
  if (status == FAIRU_OK)
    status = check_limits(p, value.value, true);
  if (status == FAIRU_OK)
    status = fairu_json__copy_tree(p->ctx, value.value, &copy);
  if (status != FAIRU_OK)
    return status;
  if (!at.container || !json_is_array(at.container))
    return put(p, copy);
  return json_array_set_new(at.container, at.index, copy) ? out_of_memory(p) : FAIRU_OK;
}

static int do_move(patching *p)
{
  place at = { .container = NULL };
  int status = read_from(p);
  if (status == FAIRU_OK)
    status = find(p, &p->from, true, &at);
  if (status != FAIRU_OK)
    return status;
  const bool inside = fairu_json_pointer__begins(&p->path, &p->from);
  if (inside && p->path.n_tokens == p->from.n_tokens)
    return FAIRU_OK; /* onto itself */
  if (inside)
    return fairu_json__fail(p->ctx, &p->operation, FAIRU_ERR_ARGUMENT,
                            "move \"%.200s\" to \"%.200s\": that place is inside of what is moved",
                            p->from.text, p->path.text);
  status = check_limits(p, at.value, false);
  if (status != FAIRU_OK)
    return status;
  json_t *value = json_incref(at.value);
  take_away(&at);
  return put(p, value);
}

static int do_copy(patching *p)
{
  place at = { .container = NULL };
  int status = read_from(p);
  if (status == FAIRU_OK)
    status = find(p, &p->from, true, &at);
  return status == FAIRU_OK ? put_copy(p, at.value) : status;
}

static int do_test(patching *p)
{
  place at = { .container = NULL };
  fairu_json_at value;
  bool equal = false;
  int status = read_value(p, &value);
  if (status == FAIRU_OK)
    status = find(p, &p->path, true, &at);
  if (status == FAIRU_OK)
    status = fairu_json__compare(p->ctx, at.value, value.value, &equal);
  if (status == FAIRU_OK && !equal)
    return fail(p, FAIRU_ERR_ARGUMENT, &p->path, "the value there is another one");
  return status;
}

/* ---- the whole patch ----------------------------------------------------------------------------------- */

typedef int (*operation_fn)(patching *p);

static operation_fn find_operation(const char *verb)
{
  static const struct {
    const char *verb;
    operation_fn fn;
  } table[] = { { "add", do_add },   { "remove", do_remove }, { "replace", do_replace },
                { "move", do_move }, { "copy", do_copy },     { "test", do_test } };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strcmp(verb, table[i].verb) == 0)
      return table[i].fn;
  return NULL;
}

static int apply(patching *p)
{
  fairu_json_at verb, path;
  int status = fairu_json__member_string(p->ctx, &p->operation, "op", &verb, &p->verb);
  if (status != FAIRU_OK)
    return status;
  const operation_fn fn = find_operation(p->verb);
  if (!fn)
    return fairu_json__fail(p->ctx, &verb, FAIRU_ERR_FORMAT, "unknown operation \"%.40s\"", p->verb);
  status = fairu_json__member(p->ctx, &p->operation, "path", &path);
  if (status == FAIRU_OK)
    status = fairu_json_pointer__read(p->ctx, &path, &p->path);
  return status == FAIRU_OK ? fn(p) : status;
}

static int apply_all(patching *p, const fairu_json_at *operations)
{
  size_t n = 0;
  int status = fairu_json__length(p->ctx, operations, 0, &n);
  for (size_t i = 0; status == FAIRU_OK && i < n; i++) {
    const fairu_mark mark = fairu_context__mark(p->ctx);
    status = fairu_json__element(p->ctx, operations, i, &p->operation);
    if (status == FAIRU_OK)
      status = apply(p);
    if (status == FAIRU_OK)
      status = fairu_context__poll(p->ctx);
    fairu_context__release(p->ctx, mark);
  }
  return status;
}

int fairu_json__patch(fairu_context *ctx, const fairu_json *json, const fairu_json_at *operations,
                      fairu_json **out)
{
  patching p = { .ctx = ctx };
  fairu_json_size size = { 0 };
  *out = NULL;
  int status = fairu_json__measure(ctx, json->root, &size);
  if (status == FAIRU_OK)
    status = fairu_json__copy_tree(ctx, json->root, &p.root);
  p.cost = size.cost;
  if (status == FAIRU_OK)
    status = apply_all(&p, operations);
  if (status != FAIRU_OK) {
    json_decref(p.root);
    return status;
  }
  status = fairu_json__adopt(ctx, p.root, json->name, out);
  if (status == FAIRU_OK)
    (*out)->long_integers = json->long_integers;
  return status;
}
