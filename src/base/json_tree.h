/* json_tree.h - walking a whole tree of jansson's without recursion: a stack of open containers in scratch. */
#ifndef FAIRU_BASE_JSON_TREE_H
#define FAIRU_BASE_JSON_TREE_H

#include <jansson.h>

#include "base/json_private.h"

/* An open array or object, and where the walk is in it. */
typedef struct fairu_json_frame {
  struct fairu_json_frame *below;
  fairu_mark mark;
  const json_t *value;
  void *other;       /* the user's: a partner of value */
  const char **keys; /* of an object */
  size_t n, next;
} fairu_json_frame;

typedef struct fairu_json_tree {
  fairu_context *ctx;
  fairu_json_frame *top; /* NULL: nothing is open */
  size_t depth, steps;
} fairu_json_tree;

/* Open a container; keys in the document's order, or by their bytes with `sorted`. */
int fairu_json_tree__enter(fairu_json_tree *tree, const json_t *container, void *other, bool sorted);
void fairu_json_tree__leave(fairu_json_tree *tree);
void fairu_json_tree__leave_all(fairu_json_tree *tree);

/* The next child of the container on top; *key is NULL in an array. False: there is none left. */
bool fairu_json_tree__next(fairu_json_tree *tree, const char **key, const json_t **child);

/* Polls now and then. */
int fairu_json_tree__step(fairu_json_tree *tree);

static inline bool fairu_json_tree__is_container(const json_t *value)
{
  return json_is_array(value) || json_is_object(value);
}

#endif /* FAIRU_BASE_JSON_TREE_H */
