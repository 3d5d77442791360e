/* json_copy.h - whole trees: size, copy, equality; without recursion, obeying cancel and deadline. */
#ifndef FAIRU_BASE_JSON_COPY_H
#define FAIRU_BASE_JSON_COPY_H

#include "base/json_tree.h"

typedef struct fairu_json_size {
  uint64_t cost; /* bytes of memory, about */
  size_t depth;  /* of nested containers; 0 for a scalar */
} fairu_json_size;

int fairu_json__measure(fairu_context *ctx, const json_t *value, fairu_json_size *size);

/* *out: a new reference. */
int fairu_json__copy_tree(fairu_context *ctx, const json_t *value, json_t **out);

/* As RFC 6902 compares: numbers by value (1 is 1.0), objects without regard to order. */
int fairu_json__compare(fairu_context *ctx, const json_t *a, const json_t *b, bool *equal);

#endif /* FAIRU_BASE_JSON_COPY_H */
