/* json_dump.c - a document as Python's json.dumps(..., sort_keys=True, ensure_ascii=False) writes it, and digests of that text. */
#include "base/digest.h"
#include "base/json_out.h"
#include "base/json_tree.h"

static void put_scalar(fairu_json_out *out, const json_t *value)
{
  if (json_is_string(value))
    fairu_json_out__string(out, json_string_value(value));
  else if (json_is_integer(value))
    fairu_json_out__integer(out, json_integer_value(value));
  else if (json_is_real(value))
    fairu_json_out__number(out, json_real_value(value));
  else
    fairu_json_out__word(out, json_is_null(value) ? "null" : json_is_true(value) ? "true" : "false");
}

static int put_value(fairu_json_out *out, fairu_json_tree *tree, const json_t *value)
{
  if (!fairu_json_tree__is_container(value)) {
    put_scalar(out, value);
    return out->status;
  }
  fairu_json_out__begin(out, json_is_object(value) ? '{' : '[');
  return fairu_json_tree__enter(tree, value, NULL, true);
}

/* The next child of what is open, or its end. */
static int put_next(fairu_json_out *out, fairu_json_tree *tree)
{
  const char *key = NULL;
  const json_t *child = NULL;
  if (!fairu_json_tree__next(tree, &key, &child)) {
    fairu_json_out__end(out, json_is_object(tree->top->value) ? '}' : ']');
    fairu_json_tree__leave(tree);
    return out->status;
  }
  if (key)
    fairu_json_out__key(out, key);
  return put_value(out, tree, child);
}

int fairu_json__dump(const fairu_json *json, fairu_json_out *out)
{
  fairu_json_tree tree = { .ctx = out->ctx };
  int status = put_value(out, &tree, json->root);
  while (status == FAIRU_OK && tree.top)
    status = put_next(out, &tree);
  fairu_json_tree__leave_all(&tree);
  if (out->status == FAIRU_OK)
    out->status = status;
  return fairu_json_out__finish(out);
}

static int add_to_digest(void *data, const char *text, size_t size)
{
  fairu_digest__add((fairu_digest *)data, text, size);
  return FAIRU_OK;
}

int fairu_json__digest(fairu_context *ctx, const fairu_json *json, fairu_digest_kind kind,
                       char text[FAIRU_DIGEST_TEXT])
{
  if (json->long_integers)
    return fairu_context__fail(
        ctx, FAIRU_ERR_UNSUPPORTED,
        "%.400s: has an integer beyond 2^63, the digits of which are not kept: no digest", json->name);
  fairu_digest digest;
  fairu_digest__start(&digest, kind);
  fairu_json_out out = fairu_json_out__create(ctx);
  out.sink = add_to_digest;
  out.data = &digest;
  const int status = fairu_json__dump(json, &out);
  fairu_json_out__clear(&out);
  if (status == FAIRU_OK)
    fairu_digest__finish(&digest, text);
  return status;
}
