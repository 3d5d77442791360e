/* json_pointer.h - RFC 6901: a pointer as its reference tokens. */
#ifndef FAIRU_BASE_JSON_POINTER_H
#define FAIRU_BASE_JSON_POINTER_H

#include "base/json_private.h"

typedef struct fairu_json_pointer {
  const char *text;
  char *tokens; /* unescaped, one behind the other, each with a NUL; in scratch */
  size_t n_tokens;
} fairu_json_pointer;

/* `at` is the string that holds the pointer. FAIRU_ERR_FORMAT. */
int fairu_json_pointer__read(fairu_context *ctx, const fairu_json_at *at, fairu_json_pointer *pointer);

const char *fairu_json_pointer__next(const char *token);

/* Does `pointer` begin with all tokens of `with`? */
bool fairu_json_pointer__begins(const fairu_json_pointer *pointer, const fairu_json_pointer *with);

/* An index written without sign or leading zeros; "-" is the number behind the last one, `n`. */
bool fairu_json_pointer__index(const char *token, size_t n, size_t *index);

#endif /* FAIRU_BASE_JSON_POINTER_H */
