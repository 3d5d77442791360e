/* json_internal.h - reading JSON: a document of untrusted bytes, and places in it that know their JSON pointer.
 *
 * RFC 8259, strictly: UTF-8 without a byte order mark, one value of any kind, no duplicate keys, no NaN or Infinity, no
 * number that overflows a double, no lone surrogate, no NUL (written out or as \u0000), nothing behind the value. Every
 * number reads as a double, correctly rounded in any locale, integers beyond 2^63 too. A number may have any length. Whether it
 * was written as 1 or as 1.0 is kept for the digest alone, unless some integer lies beyond 2^63.
 *
 * jansson builds the tree after an own scan has checked size, depth, string lengths and what the tree will need; its
 * memory comes from malloc, not from the allocator of ctx, because json_set_alloc_funcs is for the whole process.
 * A weakness of jansson 2.14 that would lose characters of long tokens without memory is kept from showing (json.c). Another one stays: numbers
 * are read through localeconv(), whose buffer a host that calls it from another thread in another locale, at the same time, shares.
 * At the default depth limit, parsing and freeing fit in a thread with 128 KiB of stack.
 */
#ifndef FAIRU_BASE_JSON_INTERNAL_H
#define FAIRU_BASE_JSON_INTERNAL_H

#include <stdbool.h>

#include "base/context_internal.h"
#include "base/digest.h"
#include "base/json_out.h"

struct json_t; /* jansson's */

typedef struct fairu_json fairu_json;

/* Parse size bytes; name stands before every message (copied). FAIRU_ERR_FORMAT or FAIRU_ERR_TRUNCATED with
 * "name:line:column: ..." (column: characters from 1; of a wrong token, its last one); FAIRU_ERR_LIMIT beyond
 * limits.json_depth, limits.json_string_bytes (as written, escapes included) or limits.decompressed_bytes (for the text,
 * and for an estimate of the tree). Obeys cancel and deadline. */
int fairu_json__parse(fairu_context *ctx, const char *text, size_t size, const char *name, fairu_json **out);

/* Parse a file, plain or gzip, "-" for standard input. */
int fairu_json__read(fairu_context *ctx, const char *path, fairu_json **out);

/* A document of a tree of jansson's, whose reference it takes: also on failure. Strings in it hold no NUL. */
int fairu_json__adopt(fairu_context *ctx, struct json_t *root, const char *name, fairu_json **out);

/* Frees all strings and values got from it. NULL is a no-op. */
void fairu_json__destroy(fairu_json *json);

/* ---- whole documents ------------------------------------------------------------------------------------ */

/* Write what Python's json.dumps(document, sort_keys=True, ensure_ascii=False) gives. */
int fairu_json__dump(const fairu_json *json, fairu_json_out *out);

/* The digest of that text. FAIRU_ERR_UNSUPPORTED for a document with integers beyond 2^63. */
int fairu_json__digest(fairu_context *ctx, const fairu_json *json, fairu_digest_kind kind,
                       char text[FAIRU_DIGEST_TEXT]);

struct fairu_json_at;

/* Apply RFC 6902 operations, an array anywhere in another document, to a copy. Failures name the operation's place, and the pointer
 * it gives. FAIRU_ERR_FORMAT, FAIRU_ERR_NOT_FOUND, FAIRU_ERR_ARGUMENT (a test that fails, a move into itself), FAIRU_ERR_LIMIT. */
int fairu_json__patch(fairu_context *ctx, const fairu_json *json, const struct fairu_json_at *operations,
                      fairu_json **out);

const char *fairu_json__document(const fairu_json *json); /* its name */

/* ---- walking ------------------------------------------------------------------------------------------- */

/* A value and the way to it, on the caller's stack. It points to the place it was taken from, which must stay where it
 * is, unchanged, as long as this one is used. */
typedef struct fairu_json_at {
  const struct json_t *value; /* NULL: an optional member that is absent */
  const struct fairu_json_at *parent;
  const char *key; /* member of parent; NULL: element `index` */
  size_t index;
  const char *document;
} fairu_json_at;

typedef enum fairu_json_kind {
  FAIRU_JSON_ABSENT,
  FAIRU_JSON_NULL,
  FAIRU_JSON_BOOL,
  FAIRU_JSON_NUMBER,
  FAIRU_JSON_STRING,
  FAIRU_JSON_ARRAY,
  FAIRU_JSON_OBJECT
} fairu_json_kind;

fairu_json_at fairu_json__root(const fairu_json *json);
fairu_json_kind fairu_json__kind(const fairu_json_at *at);

/* Everything below fails with "name: /json/pointer: ..."; outputs are written on success alone. */

/* A failure at this place, in the words of the reader. */
int fairu_json__fail(fairu_context *ctx, const fairu_json_at *at, int code, const char *format, ...)
    FAIRU_PRINTF(4, 5);

/* Is of this kind, or FAIRU_ERR_FORMAT: "wanted a number, found a string". */
int fairu_json__expect(fairu_context *ctx, const fairu_json_at *at, fairu_json_kind wanted);

/* Is an object and has no member but these; n_keys 0: is empty. */
int fairu_json__expect_keys(fairu_context *ctx, const fairu_json_at *at, const char *const *keys,
                            size_t n_keys);

/* Member of an object. `key` must live as long as *member. An absent one is FAIRU_ERR_FORMAT, or with `optional`
 * success and member->value NULL (fairu_json__kind: FAIRU_JSON_ABSENT). null is not absent. */
int fairu_json__member(fairu_context *ctx, const fairu_json_at *at, const char *key, fairu_json_at *member);
int fairu_json__optional(fairu_context *ctx, const fairu_json_at *at, const char *key, fairu_json_at *member);

/* Members in the order of the document: *member zeroed gives the first; false after the last, and for anything
 * that is no object. member->key is the key. */
bool fairu_json__next(const fairu_json_at *at, fairu_json_at *member);

/* Number of elements of an array; at least `minimum`, or FAIRU_ERR_SHAPE. */
int fairu_json__length(fairu_context *ctx, const fairu_json_at *at, size_t minimum, size_t *length);
int fairu_json__element(fairu_context *ctx, const fairu_json_at *at, size_t index, fairu_json_at *element);

/* UTF-8 without NUL; belongs to the document. */
int fairu_json__string(fairu_context *ctx, const fairu_json_at *at, const char **text);
/* Of a member that must be there: *member is its place. */
int fairu_json__member_string(fairu_context *ctx, const fairu_json_at *at, const char *key,
                              fairu_json_at *member, const char **text);
/* The same, not empty and within limits.name_bytes. */
int fairu_json__name(fairu_context *ctx, const fairu_json_at *at, const char **text);
/* Finite, always. */
int fairu_json__number(fairu_context *ctx, const fairu_json_at *at, double *value);
int fairu_json__bool(fairu_context *ctx, const fairu_json_at *at, bool *value);

/* Is an array of numbers, at least `minimum`, or FAIRU_ERR_SHAPE; *n: how many. */
int fairu_json__expect_numbers(fairu_context *ctx, const fairu_json_at *at, size_t minimum, size_t *n);

/* An array of exactly n numbers; FAIRU_ERR_SHAPE for another length. values: n doubles, undefined on failure. */
int fairu_json__numbers(fairu_context *ctx, const fairu_json_at *at, size_t n, double *values);

#endif /* FAIRU_BASE_JSON_INTERNAL_H */
