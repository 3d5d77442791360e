/* Any bytes as a JSON document; what is read can be walked, and is the same when written and read again. */
#include "fuzz/options.h"

#include <jansson.h>
#include <math.h>

#include "base/json_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

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
  FUZZ_LOAD(ctx, fairu_json__parse(ctx, (const char *)bytes, size, "fuzz", &json), json);
  if (json) {
    const fairu_json_at root = fairu_json__root(json);
    json_walk(ctx, &root);
    json_again(ctx, json);
  }
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
  return 0;
}
