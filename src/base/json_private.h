/* json_private.h - what the files of JSON reading share. */
#ifndef FAIRU_BASE_JSON_PRIVATE_H
#define FAIRU_BASE_JSON_PRIVATE_H

#include "base/json_internal.h"

struct fairu_json {
  fairu_allocator allocator;
  char *name;
  struct json_t *root;
  bool long_integers; /* some lie beyond 2^63; then all integers are kept as doubles */
};

/* What jansson must not see: oversized, deep, long strings, NUL, a byte order mark. Without recursion. */
int fairu_json__scan(fairu_context *ctx, const char *text, size_t size, const char *name);

/* Line and column of a byte, both from 1. */
void fairu_json__locate(const char *text, size_t offset, size_t *line, size_t *column);

/* Bytes of text[0 .. at) when cut at `at` or just before, so that no UTF-8 character is split. */
size_t fairu_json__cut(const char *text, size_t at);

#endif /* FAIRU_BASE_JSON_PRIVATE_H */
