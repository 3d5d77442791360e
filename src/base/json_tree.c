/* json_tree.c - frames of a walk, each with the keys of its object. */
#include "base/json_tree.h"

#include "base/texts.h"

enum { POLL_STEPS = 1 << 12 };

static int collect_keys(fairu_json_tree *tree, fairu_json_frame *frame, bool sorted)
{
  frame->keys = (const char **)fairu_context__scratch(tree->ctx, frame->n, sizeof *frame->keys, "JSON keys");
  if (!frame->keys)
    return FAIRU_ERR_OUT_OF_MEMORY;
  json_t *object = (json_t *)(uintptr_t)frame->value; /* iterators of jansson know no const */
  size_t i = 0;
  for (void *at = json_object_iter(object); at && i < frame->n; at = json_object_iter_next(object, at))
    frame->keys[i++] = json_object_iter_key(at);
  if (sorted)
    fairu_texts__sort(frame->keys, frame->n);
  return FAIRU_OK;
}

int fairu_json_tree__enter(fairu_json_tree *tree, const json_t *container, void *other, bool sorted)
{
  const fairu_mark mark = fairu_context__mark(tree->ctx);
  fairu_json_frame *frame =
      (fairu_json_frame *)fairu_context__scratch(tree->ctx, 1, sizeof *frame, "JSON walk");
  if (!frame)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *frame = (fairu_json_frame){
    .below = tree->top, .mark = mark, .value = container, .other = other, .keys = NULL
  };
  frame->n = json_is_object(container) ? json_object_size(container) : json_array_size(container);
  tree->top = frame;
  tree->depth++;
  return json_is_object(container) && frame->n > 0 ? collect_keys(tree, frame, sorted) : FAIRU_OK;
}

void fairu_json_tree__leave(fairu_json_tree *tree)
{
  const fairu_json_frame *frame = tree->top;
  tree->top = frame->below;
  tree->depth--;
  fairu_context__release(tree->ctx, frame->mark);
}

void fairu_json_tree__leave_all(fairu_json_tree *tree)
{
  while (tree->top)
    fairu_json_tree__leave(tree);
}

bool fairu_json_tree__next(fairu_json_tree *tree, const char **key, const json_t **child)
{
  fairu_json_frame *frame = tree->top;
  if (frame->next >= frame->n)
    return false;
  const size_t i = frame->next++;
  *key = frame->keys ? frame->keys[i] : NULL;
  *child = frame->keys ? json_object_get(frame->value, frame->keys[i]) : json_array_get(frame->value, i);
  return true;
}

int fairu_json_tree__step(fairu_json_tree *tree)
{
  return ++tree->steps % POLL_STEPS == 0 ? fairu_context__poll(tree->ctx) : FAIRU_OK;
}
