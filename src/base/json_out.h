/* json_out.h - JSON text, written piece by piece into memory or into a sink.
 *
 * Separators are those of Python's json: ", " and ": "; strings as with ensure_ascii=False; numbers by double_text.h. The first failure
 * stays in `status` and all later calls do nothing, so one look at the end is enough.
 */
#ifndef FAIRU_BASE_JSON_OUT_H
#define FAIRU_BASE_JSON_OUT_H

#include <stdbool.h>

#include "base/context_internal.h"

/* Takes the text that is ready. */
typedef int (*fairu_json_sink)(void *data, const char *text, size_t size);

typedef struct fairu_json_out {
  fairu_context *ctx;
  char *text; /* with the memory of ctx */
  size_t size, capacity;
  fairu_json_sink sink; /* NULL: all text stays in memory */
  void *data;
  bool lines; /* objects and arrays but those of numbers on lines of their own, indented by one space */
  int depth;
  bool comma; /* a value stands before in the same array or object */
  bool keyed; /* a key stands before */
  int status;
} fairu_json_out;

fairu_json_out fairu_json_out__create(fairu_context *ctx);
void fairu_json_out__clear(fairu_json_out *out); /* frees the text */

void fairu_json_out__begin(fairu_json_out *out, char bracket); /* '{' or '[' */
void fairu_json_out__end(fairu_json_out *out, char bracket);   /* '}' or ']' */
void fairu_json_out__key(fairu_json_out *out, const char *key);
void fairu_json_out__string(fairu_json_out *out, const char *text);
void fairu_json_out__number(fairu_json_out *out, double value); /* finite */
void fairu_json_out__integer(fairu_json_out *out, long long value);
void fairu_json_out__word(fairu_json_out *out, const char *word); /* true, false, null */
void fairu_json_out__numbers(fairu_json_out *out, const double *values, size_t n);

/* A key and its value. */
void fairu_json_out__member_string(fairu_json_out *out, const char *key, const char *text);
void fairu_json_out__member_numbers(fairu_json_out *out, const char *key, const double *values, size_t n);

/* A NUL behind the text, not counted. */
int fairu_json_out__terminate(fairu_json_out *out);

/* Hand what is left to the sink; the status of it all. */
int fairu_json_out__finish(fairu_json_out *out);

#endif /* FAIRU_BASE_JSON_OUT_H */
