/* json_copy.c - what a tree costs, a copy of it, and whether two are equal. */
#include "base/json_copy.h"

#include <string.h>

/* As json_scan.c reckons. */
enum { CONTAINER_COST = 256, MEMBER_COST = 160, ELEMENT_COST = 64, STRING_COST = 64 };

static uint64_t cost_of(const json_t *value, const char *key)
{
  uint64_t cost = key ? MEMBER_COST + STRING_COST + strlen(key) : ELEMENT_COST;
  if (json_is_string(value))
    cost += STRING_COST + json_string_length(value);
  else if (fairu_json_tree__is_container(value))
    cost += CONTAINER_COST;
  return cost;
}

int fairu_json__measure(fairu_context *ctx, const json_t *value, fairu_json_size *size)
{
  fairu_json_tree tree = { .ctx = ctx };
  const char *key = NULL;
  const json_t *child = value;
  int status = FAIRU_OK;
  *size = (fairu_json_size){ .cost = 0 };
  for (bool more = true; more && status == FAIRU_OK;) {
    size->cost += cost_of(child, key);
    if (fairu_json_tree__is_container(child))
      status = fairu_json_tree__enter(&tree, child, NULL, false);
    if (tree.depth > size->depth)
      size->depth = tree.depth;
    if (status == FAIRU_OK)
      status = fairu_json_tree__step(&tree);
    more = false;
    while (status == FAIRU_OK && tree.top && !(more = fairu_json_tree__next(&tree, &key, &child)))
      fairu_json_tree__leave(&tree);
  }
  fairu_json_tree__leave_all(&tree);
  return status;
}

/* ---- copies -------------------------------------------------------------------------------------------- */

/* A new value; containers empty. */
static json_t *copy_one(const json_t *value)
{
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return json_object();
  case JSON_ARRAY:
    return json_array();
  case JSON_STRING:
    return json_stringn_nocheck(json_string_value(value), json_string_length(value));
  case JSON_INTEGER:
    return json_integer(json_integer_value(value));
  case JSON_REAL:
    return json_real(json_real_value(value));
  case JSON_TRUE:
    return json_true();
  case JSON_FALSE:
    return json_false();
  case JSON_NULL:
    break;
  }
  return json_null();
}

static int copy_child(fairu_json_tree *tree, const char *key, const json_t *child)
{
  json_t *into = (json_t *)tree->top->other, *copy = copy_one(child);
  const int failed = key ? json_object_set_new_nocheck(into, key, copy) : json_array_append_new(into, copy);
  if (failed) /* also for a NULL copy, and frees it */
    return fairu_context__fail(tree->ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: copy of a JSON document");
  return fairu_json_tree__is_container(child) ? fairu_json_tree__enter(tree, child, copy, false) : FAIRU_OK;
}

int fairu_json__copy_tree(fairu_context *ctx, const json_t *value, json_t **out)
{
  fairu_json_tree tree = { .ctx = ctx };
  json_t *copy = copy_one(value);
  if (!copy)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: copy of a JSON document");
  int status = FAIRU_OK;
  if (fairu_json_tree__is_container(value))
    status = fairu_json_tree__enter(&tree, value, copy, false);
  while (status == FAIRU_OK && tree.top) {
    const char *key = NULL;
    const json_t *child = NULL;
    status = fairu_json_tree__step(&tree);
    if (!fairu_json_tree__next(&tree, &key, &child))
      fairu_json_tree__leave(&tree);
    else if (status == FAIRU_OK)
      status = copy_child(&tree, key, child);
  }
  fairu_json_tree__leave_all(&tree);
  if (status == FAIRU_OK)
    *out = copy;
  else
    json_decref(copy);
  return status;
}

/* ---- equality ------------------------------------------------------------------------------------------ */

static bool numbers_equal(const json_t *a, const json_t *b)
{
  if (json_is_integer(a) && json_is_integer(b))
    return json_integer_value(a) == json_integer_value(b);
  const double x = json_number_value(a), y = json_number_value(b);
  return x == y;
}

/* Without what is inside containers but for their lengths. */
static bool alike(const json_t *a, const json_t *b)
{
  if (json_is_number(a) && json_is_number(b))
    return numbers_equal(a, b);
  if (json_typeof(a) != json_typeof(b))
    return false;
  switch (json_typeof(a)) {
  case JSON_OBJECT:
    return json_object_size(a) == json_object_size(b);
  case JSON_ARRAY:
    return json_array_size(a) == json_array_size(b);
  case JSON_STRING:
    return json_string_length(a) == json_string_length(b) &&
           memcmp(json_string_value(a), json_string_value(b), json_string_length(a)) == 0;
  default:
    return true;
  }
}

/* The partner of the child that was given last. */
static json_t *partner(const fairu_json_tree *tree, const char *key)
{
  const json_t *other = (const json_t *)tree->top->other;
  return key ? json_object_get(other, key) : json_array_get(other, tree->top->next - 1);
}

int fairu_json__compare(fairu_context *ctx, const json_t *a, const json_t *b, bool *equal)
{
  fairu_json_tree tree = { .ctx = ctx };
  int status = FAIRU_OK;
  bool same = alike(a, b);
  if (same && fairu_json_tree__is_container(a))
    status = fairu_json_tree__enter(&tree, a, (json_t *)(uintptr_t)b, false);
  while (status == FAIRU_OK && same && tree.top) {
    const char *key = NULL;
    const json_t *child = NULL;
    status = fairu_json_tree__step(&tree);
    if (status != FAIRU_OK)
      break;
    if (!fairu_json_tree__next(&tree, &key, &child)) {
      fairu_json_tree__leave(&tree);
      continue;
    }
    json_t *other = partner(&tree, key);
    same = other && alike(child, other);
    if (same && fairu_json_tree__is_container(child))
      status = fairu_json_tree__enter(&tree, child, other, false);
  }
  fairu_json_tree__leave_all(&tree);
  if (status == FAIRU_OK)
    *equal = same;
  return status;
}
