/* Any bytes as a JSON document; what is read can be walked and asked for anything, and is the same when written and read again. The
 * memory of jansson is that of the input's fault too. */
#include "fuzz/jansson.h"
#include "fuzz/options.h"

#include <math.h>

#include "base/json_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Whatever is asked of a place: it is right, or refused with a reason. */
static void json_ask(fairu_context *ctx, const fairu_json_at *at)
{
  static const char *const keys[] = { "a", "b" };
  const fairu_json_kind kind = fairu_json__kind(at);
  fairu_json_at found = { 0 };
  const char *text = NULL;
  double values[2];
  size_t n = 0;
  bool truth = false;
  int status = fairu_json__name(ctx, at, &text);
  fuzz_check(ctx, status, status == FAIRU_OK ? text : NULL);
  status = fairu_json__bool(ctx, at, &truth);
  fuzz_must((status == FAIRU_OK) == (kind == FAIRU_JSON_BOOL));
  status = fairu_json__expect_numbers(ctx, at, 1, &n);
  fuzz_must(status == FAIRU_OK ? n > 0 : n == 0);
  for (size_t i = 0; i <= 2; i++) {
    const int numbers = fairu_json__numbers(ctx, at, i, values);
    fuzz_must(i == 0 || (numbers == FAIRU_OK) == (status == FAIRU_OK && n == i));
  }
  status = fairu_json__length(ctx, at, 0, &n);
  fuzz_must((status == FAIRU_OK) == (kind == FAIRU_JSON_ARRAY));
  fuzz_must(fairu_json__element(ctx, at, n, &found) != FAIRU_OK);
  fuzz_must(fairu_json__next(at, &found) == (kind == FAIRU_JSON_OBJECT && json_object_size(at->value) > 0));
  status = fairu_json__expect_keys(ctx, at, keys, 2);
  fuzz_must(status == FAIRU_OK || kind != FAIRU_JSON_OBJECT || json_object_size(at->value) > 0);
  status = fairu_json__optional(ctx, at, "a", &found);
  fuzz_must((status == FAIRU_OK) == (kind == FAIRU_JSON_OBJECT));
  if (status == FAIRU_OK && fairu_json__kind(&found) == FAIRU_JSON_ABSENT)
    fuzz_must(fairu_json__member(ctx, at, "a", &found) == FAIRU_ERR_FORMAT);
}

static void json_value_at(fairu_context *ctx, const fairu_json_at *at)
{
  double value = (double)NAN;
  const char *text = NULL;
  if (fairu_json__kind(at) == FAIRU_JSON_NUMBER) {
    fuzz_must(fairu_json__number(ctx, at, &value) == FAIRU_OK);
    fuzz_must(value - value == 0.0);
  } else {
    const int status = fairu_json__string(ctx, at, &text);
    fuzz_must((status == FAIRU_OK) == (fairu_json__kind(at) == FAIRU_JSON_STRING));
    fuzz_check(ctx, status, text);
  }
}

/* Goes down as deep as the limit, which is small. */
static void json_walk(fairu_context *ctx, const fairu_json_at *at)
{
  fairu_json_at inner = { 0 };
  size_t n = 0;
  if (fairu_json__kind(at) == FAIRU_JSON_ARRAY) {
    fuzz_must(fairu_json__length(ctx, at, 0, &n) == FAIRU_OK);
    for (size_t i = 0; i < n; i++) {
      fuzz_must(fairu_json__element(ctx, at, i, &inner) == FAIRU_OK);
      json_walk(ctx, &inner);
    }
  } else if (fairu_json__kind(at) == FAIRU_JSON_OBJECT) {
    while (fairu_json__next(at, &inner))
      json_walk(ctx, &inner);
  }
  json_value_at(ctx, at);
  json_ask(ctx, at);
}

/* From a file, it is the same; and what a fault in the middle let through is no other document. */
static void json_file(fairu_context *ctx, const fairu_json *json, const uint8_t *bytes, size_t size)
{
  fairu_json *other = NULL;
  fuzz_file file;
  fuzz_open(&file, bytes, size);
  FUZZ_LOAD(ctx, fairu_json__read(ctx, file.path, &other), other);
  fuzz_close(&file);
  fuzz_must(other && json_equal(fairu_json__root(json).value, fairu_json__root(other).value));
  fairu_json__destroy(other);
}

static void json_wrong(fairu_context *ctx)
{
  fairu_json *json = NULL;
  FUZZ_WRONG(fairu_json__parse(ctx, "1", 1, "name", NULL));
  FUZZ_WRONG(fairu_json__parse(NULL, "1", 1, "name", &json));
  FUZZ_WRONG(fairu_json__parse(ctx, NULL, 1, "name", &json));
  FUZZ_WRONG(fairu_json__parse(ctx, "1", 1, NULL, &json));
  FUZZ_WRONG(fairu_json__read(ctx, "-", NULL));
  FUZZ_WRONG(fairu_json__read(NULL, "-", &json));
  FUZZ_WRONG(fairu_json__read(ctx, NULL, &json));
  fuzz_must(fairu_json__read(ctx, "/nowhere", &json) == FAIRU_ERR_IO && !json);
}

static void json_again(fairu_context *ctx, const fairu_json *json)
{
  fairu_json *other = NULL;
  const fairu_json_at root = fairu_json__root(json);
  char *text = json_dumps(root.value, JSON_ENCODE_ANY);
  fuzz_must(text != NULL);
  fuzz_must(fairu_json__parse(ctx, text, strlen(text), "again", &other) == FAIRU_OK);
  const fairu_json_at copy = fairu_json__root(other);
  fuzz_must(json_equal(root.value, copy.value));
  fairu_json__destroy(other);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  fairu_json *json = NULL;
  if (size == 0 && words.n == 0)
    json_wrong(ctx);
  fuzz_jansson(1);
  FUZZ_LOAD(ctx, fairu_json__parse(ctx, (const char *)bytes, size, "fuzz", &json), json);
  if (json) {
    const fairu_json_at root = fairu_json__root(json);
    json_walk(ctx, &root);
    if (!fuzz_word(&words, 'l')) { /* a file, and what is written, may be longer than a limit */
      json_file(ctx, json, bytes, size);
      json_again(ctx, json);
    }
  }
  fuzz_jansson(0);
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
  return 0;
}
