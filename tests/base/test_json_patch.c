/* RFC 6902: the examples of its appendix A, the pointers of RFC 6901, and what must fail, with the place it fails at. */
#include "json_text.h"

/* Applies; *result is the canonical dump (free it). */
static int apply_text(fairu_context *ctx, const char *document, const char *patch, char **result)
{
  fairu_json *json = NULL, *operations = NULL, *patched = NULL;
  int status = fairu_json__parse(ctx, document, strlen(document), "a.json", &json);
  if (status == FAIRU_OK)
    status = fairu_json__parse(ctx, patch, strlen(patch), "patch.json", &operations);
  if (status == FAIRU_OK) {
    const fairu_json_at root = fairu_json__root(operations);
    status = fairu_json__patch(ctx, json, &root, &patched);
  }
  fairu_json_out out = fairu_json_out__create(ctx);
  if (status == FAIRU_OK)
    status = fairu_json__dump(patched, &out);
  if (status == FAIRU_OK && result) {
    *result = calloc(out.size + 1, 1);
    assert_non_null(*result);
    memcpy(*result, out.text, out.size);
  }
  fairu_json_out__clear(&out);
  fairu_json__destroy(patched);
  fairu_json__destroy(operations);
  fairu_json__destroy(json);
  return status;
}

typedef struct good {
  const char *document, *patch, *result;
} good;

static void check_good(const good *cases, size_t n)
{
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < n; i++) {
    char *result = NULL;
    support_check_status(ctx, apply_text(ctx, cases[i].document, cases[i].patch, &result), FAIRU_OK,
                         cases[i].patch, __FILE__, __LINE__);
    assert_string_equal(result, cases[i].result);
    free(result);
  }
  fairu_context_destroy(ctx);
}

/* RFC 6902, appendix A; the numbers are those of its sections. Results have sorted keys. */
static void appendix_a(void **state)
{
  (void)state;
  static const good cases[] = {
    /* A.1 */ { "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",
                "{\"baz\": \"qux\", \"foo\": \"bar\"}" },
    /* A.2 */
    { "{\"foo\":[\"bar\",\"baz\"]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",
      "{\"foo\": [\"bar\", \"qux\", \"baz\"]}" },
    /* A.3 */
    { "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\": \"bar\"}" },
    /* A.4 */
    { "{\"foo\":[\"bar\",\"qux\",\"baz\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]",
      "{\"foo\": [\"bar\", \"baz\"]}" },
    /* A.5 */
    { "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]",
      "{\"baz\": \"boo\", \"foo\": \"bar\"}" },
    /* A.6 */
    { "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",
      "[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]",
      "{\"foo\": {\"bar\": \"baz\"}, \"qux\": {\"corge\": \"grault\", \"thud\": \"fred\"}}" },
    /* A.7 */
    { "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}",
      "[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",
      "{\"foo\": [\"all\", \"cows\", \"eat\", \"grass\"]}" },
    /* A.8 */
    { "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
      "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},{\"op\":\"test\",\"path\":\"/foo/"
      "1\",\"value\":2}]",
      "{\"baz\": \"qux\", \"foo\": [\"a\", 2, \"c\"]}" },
    /* A.10 */
    { "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]",
      "{\"child\": {\"grandchild\": {}}, \"foo\": \"bar\"}" },
    /* A.11: unknown members are ignored */
    { "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"xyz\":123}]",
      "{\"baz\": \"qux\", \"foo\": \"bar\"}" },
    /* A.14 */
    { "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]", "{\"/\": 9, \"~1\": 10}" },
    /* A.16 */
    { "{\"foo\":[\"bar\"]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]",
      "{\"foo\": [\"bar\", [\"abc\", \"def\"]]}" }
  };
  check_good(cases, N_OF(cases));
}

static void more_that_works(void **state)
{
  (void)state;
  static const good cases[] = {
    { "[1]", "[]", "[1]" },
    { "[1]", "[{\"op\":\"add\",\"path\":\"\",\"value\":{\"a\":1}}]", "{\"a\": 1}" },
    { "[1]", "[{\"op\":\"replace\",\"path\":\"\",\"value\":3.0}]", "3.0" },
    { "[1]", "[{\"op\":\"add\",\"path\":\"/1\",\"value\":2},{\"op\":\"add\",\"path\":\"/0\",\"value\":0}]",
      "[0, 1, 2]" },
    { "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":2}]", "{\"a\": 2}" },
    { "{\"\":{\"\":1}}", "[{\"op\":\"replace\",\"path\":\"//\",\"value\":2}]", "{\"\": {\"\": 2}}" },
    { "{\"a/b\":1,\"m~n\":2}",
      "[{\"op\":\"remove\",\"path\":\"/a~1b\"},{\"op\":\"replace\",\"path\":\"/m~0n\",\"value\":3}]",
      "{\"m~n\": 3}" },
    { "{\"0\":1}",
      "[{\"op\":\"add\",\"path\":\"/00\",\"value\":2},{\"op\":\"add\",\"path\":\"/-\",\"value\":3}]",
      "{\"-\": 3, \"0\": 1, \"00\": 2}" },
    { "{\"a\":[1,2]}", "[{\"op\":\"replace\",\"path\":\"/a/0\",\"value\":[3]}]", "{\"a\": [[3], 2]}" },
    { "{\"a\":[1,2]}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}]", "{\"a\": [1, 2, [1, 2]]}" },
    { "{\"a\":1}",
      "[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/b\"},{\"op\":\"replace\",\"path\":\"/a\",\"value\":0}]",
      "{\"a\": 0, \"b\": {\"a\": 1}}" },
    { "{\"a\":{\"b\":{\"c\":1}}}", "[{\"op\":\"move\",\"from\":\"/a/b/c\",\"path\":\"/a\"}]", "{\"a\": 1}" },
    { "{\"a\":{\"b\":1}}", "[{\"op\":\"move\",\"from\":\"/a/b\",\"path\":\"\"}]", "1" },
    { "{\"a\":1}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a\"}]", "{\"a\": 1}" },
    { "{\"a\":1,\"ab\":{}}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/ab/c\"}]",
      "{\"ab\": {\"c\": 1}}" },
    { "{\"a\":[1,{\"x\":1.0,\"y\":null}]}",
      "[{\"op\":\"test\",\"path\":\"\",\"value\":{\"a\":[1.0,{\"y\":null,\"x\":1}]}}]",
      "{\"a\": [1, {\"x\": 1.0, \"y\": null}]}" },
    /* as published patches do: a sample in front, then channels away from the end */
    { "{\"c\":[{\"s\":[1]},2,3,4]}",
      "[{\"op\":\"add\",\"path\":\"/c/0/s/0\",\"value\":9},{\"op\":\"remove\",\"path\":\"/c/3\"},"
      "{\"op\":\"remove\",\"path\":\"/c/1\"}]",
      "{\"c\": [{\"s\": [9, 1]}, 3]}" }
  };
  check_good(cases, N_OF(cases));
}

typedef struct bad {
  const char *document, *patch;
  int code;
  const char *says;
} bad;

static void what_fails(void **state)
{
  (void)state;
  static const bad cases[] = {
    /* A.9 */ { "{\"baz\":\"qux\"}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]",
                FAIRU_ERR_ARGUMENT, "patch.json: /0: test \"/baz\": the value there is another one" },
    /* A.12 */
    { "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]", FAIRU_ERR_NOT_FOUND,
      "patch.json: /0: add \"/baz/bat\": there is no \"baz\"" },
    /* A.13 */
    { "{}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"op\":\"remove\"}]", FAIRU_ERR_DUPLICATE,
      "key \"op\" occurs twice" },
    /* A.15 */
    { "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]", FAIRU_ERR_ARGUMENT,
      "test \"/~01\"" },
    { "{}", "{}", FAIRU_ERR_FORMAT, "patch.json: wanted an array, found an object" },
    { "{}", "[1]", FAIRU_ERR_FORMAT, "patch.json: /0: wanted an object" },
    { "{}", "[{\"path\":\"/a\"}]", FAIRU_ERR_FORMAT, "/0: key \"op\" is missing" },
    { "{}", "[{\"op\":1,\"path\":\"/a\"}]", FAIRU_ERR_FORMAT, "/0/op: wanted a string" },
    { "{}", "[{\"op\":\"spam\",\"path\":\"/a\"}]", FAIRU_ERR_FORMAT, "/0/op: unknown operation \"spam\"" },
    { "{}", "[{\"op\":\"add\",\"value\":1}]", FAIRU_ERR_FORMAT, "/0: key \"path\" is missing" },
    { "{}", "[{\"op\":\"add\",\"path\":\"/a\"}]", FAIRU_ERR_FORMAT, "/0: key \"value\" is missing" },
    { "{}", "[{\"op\":\"add\",\"path\":null,\"value\":1}]", FAIRU_ERR_FORMAT, "/0/path: wanted a string" },
    { "{}", "[{\"op\":\"add\",\"path\":\"a\",\"value\":1}]", FAIRU_ERR_FORMAT,
      "pointer \"a\" does not begin with /" },
    { "{}", "[{\"op\":\"add\",\"path\":\"/a~2\",\"value\":1}]", FAIRU_ERR_FORMAT,
      "~ stands before 0 or 1 only" },
    { "{}", "[{\"op\":\"add\",\"path\":\"/a~\",\"value\":1}]", FAIRU_ERR_FORMAT,
      "~ stands before 0 or 1 only" },
    { "{\"a\":1}", "[{\"op\":\"copy\",\"path\":\"/b\"}]", FAIRU_ERR_FORMAT, "/0: key \"from\" is missing" },
    { "{\"a\":1}", "[{\"op\":\"move\",\"path\":\"/b\",\"from\":\"a\"}]", FAIRU_ERR_FORMAT,
      "/0/from: pointer \"a\"" },
    { "{\"a\":1}", "[{\"op\":\"move\",\"path\":\"/b\",\"from\":\"/c\"}]", FAIRU_ERR_NOT_FOUND,
      "move \"/c\": there is no \"c\"" },
    { "{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"/b\",\"value\":1}]", FAIRU_ERR_NOT_FOUND,
      "replace \"/b\": there is no \"b\"" },
    { "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/b\"}]", FAIRU_ERR_NOT_FOUND,
      "remove \"/b\": there is no \"b\"" },
    { "{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/b\",\"value\":null}]", FAIRU_ERR_NOT_FOUND, "test \"/b\"" },
    { "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"\"}]", FAIRU_ERR_ARGUMENT, "nothing would be left" },
    { "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":1}]", FAIRU_ERR_NOT_FOUND,
      "no \"b\" inside a value that is no array or object" },
    { "[1,2]", "[{\"op\":\"add\",\"path\":\"/3\",\"value\":1}]", FAIRU_ERR_NOT_FOUND,
      "add \"/3\": no element 3, the array has 2" },
    { "[1,2]", "[{\"op\":\"replace\",\"path\":\"/2\",\"value\":1}]", FAIRU_ERR_NOT_FOUND,
      "there is no \"2\"" },
    { "[1,2]", "[{\"op\":\"remove\",\"path\":\"/-\"}]", FAIRU_ERR_NOT_FOUND, "there is no \"-\"" },
    { "[1,2]", "[{\"op\":\"add\",\"path\":\"/01\",\"value\":1}]", FAIRU_ERR_FORMAT, "\"01\" is no index" },
    { "[1,2]", "[{\"op\":\"add\",\"path\":\"/+1\",\"value\":1}]", FAIRU_ERR_FORMAT, "\"+1\" is no index" },
    { "[1,2]", "[{\"op\":\"add\",\"path\":\"/\",\"value\":1}]", FAIRU_ERR_FORMAT, "\"\" is no index" },
    { "[1,2]", "[{\"op\":\"add\",\"path\":\"/1e0\",\"value\":1}]", FAIRU_ERR_FORMAT, "\"1e0\" is no index" },
    { "[1,2]", "[{\"op\":\"remove\",\"path\":\"/99999999999999999999999999\"}]", FAIRU_ERR_NOT_FOUND,
      "the array has 2" },
    { "{\"a\":{\"b\":1}}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/c\"}]", FAIRU_ERR_ARGUMENT,
      "/0: move \"/a\" to \"/a/c\": that place is inside of what is moved" },
    { "{\"a\":1}", "[{\"op\":\"move\",\"from\":\"\",\"path\":\"/b\"}]", FAIRU_ERR_ARGUMENT,
      "inside of what is moved" },
    { "[1,[2]]",
      "[{\"op\":\"test\",\"path\":\"/1\",\"value\":[2]},{\"op\":\"test\",\"path\":\"/1\",\"value\":[2,3]}]",
      FAIRU_ERR_ARGUMENT, "patch.json: /1: test \"/1\"" },
    { "{\"a\":null}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":false}]", FAIRU_ERR_ARGUMENT,
      "test \"/a\"" },
    { "{\"a\":{\"b\":1}}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":{\"c\":1}}]", FAIRU_ERR_ARGUMENT,
      "test \"/a\"" }
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++) {
    const int status = apply_text(ctx, cases[i].document, cases[i].patch, NULL);
    support_check_status(ctx, status, cases[i].code, cases[i].patch, __FILE__, __LINE__);
    support_check_says(ctx, cases[i].says, __FILE__, __LINE__);
  }
  fairu_context_destroy(ctx);
}

/* A few copies of everything into itself would fill any memory, and nest without end. */
static void growth_has_limits(void **state)
{
  (void)state;
  static char patch[8192];
  size_t at = 0;
  for (int i = 0; i < 100; i++)
    at += (size_t)snprintf(patch + at, sizeof patch - at, "%c{\"op\":\"copy\",\"from\":\"\",\"path\":\"/-\"}",
                           i == 0 ? '[' : ',');
  snprintf(patch + at, sizeof patch - at, "]");
  fairu_context *ctx = support_context();
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.decompressed_bytes = 1 << 20;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, apply_text(ctx, "[1]", patch, NULL));
  CHECK_SAYS(ctx, "more memory than the limit decompressed_bytes");
  limits.decompressed_bytes = 1 << 30;
  limits.json_depth = 5;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, apply_text(ctx, "[1]", patch, NULL));
  CHECK_SAYS(ctx, "/4: copy \"/-\": nested deeper than the limit json_depth");
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT,
              apply_text(ctx, "{\"a\":[[1]],\"b\":[[[[1]]]]}",
                         "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b/0/0/0/-\"}]", NULL));
  fairu_context_destroy(ctx);
}

static int patch_once(fairu_context *ctx, void *data)
{
  (void)data;
  return apply_text(
      ctx, "{\"a\":{\"b\":[1,2,\"x\"]},\"c\":null}",
      "[{\"op\":\"add\",\"path\":\"/d\",\"value\":[true,{\"e\":1.5}]},"
      "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/d/-\"},{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/f\"},"
      "{\"op\":\"test\",\"path\":\"/f/b\",\"value\":[1,2,\"x\"]},"
      "{\"op\":\"replace\",\"path\":\"/d/0\",\"value\":{}},{\"op\":\"remove\",\"path\":\"/c\"}]",
      NULL);
}

static void memory_failures(void **state)
{
  (void)state;
  assert_true(support_every_allocation_fails(patch_once, NULL) > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(appendix_a), cmocka_unit_test(more_that_works),
                                      cmocka_unit_test(what_fails), cmocka_unit_test(growth_has_limits),
                                      cmocka_unit_test(memory_failures) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
