/* Places in a JSON document: getters give values, and failures name the document, the JSON pointer and what was found. */
#include "json_text.h"

static const char workspace[] =
    "{\"channels\": [{\"name\": \"SR\", \"samples\": [{\"name\": \"signal\", \"data\": [1, 2.5, -3e2]},"
    " {\"name\": \"b\", \"data\": [1, 2, 3, \"4\"]}]}],"
    " \"a/b~c\": {\"d\\u001b[2J\": [true, false, null]}, \"empty\": [], \"none\": {}, \"blank\": \"\","
    " \"long\": \"0123456789012345678901234567890123456789 and more\", \"version\": \"1.0.0\", \"n\": "
    "9223372036854775808}";

static fairu_json *open_workspace(fairu_context *ctx)
{
  fairu_json *json = NULL;
  CHECK_OK(ctx, fairu_json__parse(ctx, workspace, sizeof workspace - 1, "workspace.json", &json));
  return json;
}

static void values_are_found(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_json *json = open_workspace(ctx);
  const fairu_json_at root = fairu_json__root(json);
  fairu_json_at channels, channel, samples, sample, data, at;
  const char *text = NULL;
  double values[3] = { 0 }, value = 0.0;
  size_t n = 0;
  CHECK_OK(ctx, fairu_json__member(ctx, &root, "channels", &channels));
  CHECK_OK(ctx, fairu_json__length(ctx, &channels, 1, &n));
  assert_int_equal(n, 1);
  CHECK_OK(ctx, fairu_json__element(ctx, &channels, 0, &channel));
  CHECK_OK(ctx, fairu_json__member(ctx, &channel, "samples", &samples));
  CHECK_OK(ctx, fairu_json__element(ctx, &samples, 0, &sample));
  CHECK_OK(ctx, fairu_json__member(ctx, &sample, "name", &at));
  CHECK_OK(ctx, fairu_json__name(ctx, &at, &text));
  assert_string_equal(text, "signal");
  CHECK_OK(ctx, fairu_json__member(ctx, &sample, "data", &data));
  CHECK_OK(ctx, fairu_json__numbers(ctx, &data, 3, values));
  assert_true(values[0] == 1.0 && values[1] == 2.5 && values[2] == -300.0);
  CHECK_OK(ctx, fairu_json__optional(ctx, &root, "n", &at));
  CHECK_OK(ctx, fairu_json__number(ctx, &at, &value));
  assert_true(value == 0x1p63);
  CHECK_OK(ctx, fairu_json__optional(ctx, &root, "absent", &at));
  assert_int_equal(fairu_json__kind(&at), FAIRU_JSON_ABSENT);
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
}

static void every_kind_is_told(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    fairu_json_kind kind;
    const char *found;
  } cases[] = { { "null", FAIRU_JSON_NULL, "found null" },
                { "true", FAIRU_JSON_BOOL, "found true" },
                { "false", FAIRU_JSON_BOOL, "found false" },
                { "0.1", FAIRU_JSON_NUMBER, "found a number, 0.1" },
                { "12", FAIRU_JSON_NUMBER, "found a number, 12" },
                { "\"ab\\n\"", FAIRU_JSON_STRING, "found a string, \"ab?\"" },
                { "[1]", FAIRU_JSON_ARRAY, "found an array" },
                { "{}", FAIRU_JSON_OBJECT, "found an object" } };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++) {
    fairu_json *json = NULL;
    CHECK_OK(ctx, parse(ctx, cases[i].text, strlen(cases[i].text), &json));
    const fairu_json_at root = fairu_json__root(json);
    assert_int_equal(fairu_json__kind(&root), cases[i].kind);
    for (fairu_json_kind k = FAIRU_JSON_NULL; k <= FAIRU_JSON_OBJECT; k++) {
      if (k == cases[i].kind) {
        CHECK_OK(ctx, fairu_json__expect(ctx, &root, k));
        continue;
      }
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__expect(ctx, &root, k));
      CHECK_SAYS(ctx, "a.json: wanted ");
      CHECK_SAYS(ctx, cases[i].found);
    }
    fairu_json__destroy(json);
  }
  fairu_context_destroy(ctx);
}

static void failures_name_the_place(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_json *json = open_workspace(ctx);
  const fairu_json_at root = fairu_json__root(json);
  fairu_json_at channels, channel, samples, sample, data, at = { 0 }, deep;
  double values[4];
  size_t n = 7;
  bool yes = true;
  const char *text = "kept";
  CHECK_OK(ctx, fairu_json__member(ctx, &root, "channels", &channels));
  CHECK_OK(ctx, fairu_json__element(ctx, &channels, 0, &channel));
  CHECK_OK(ctx, fairu_json__member(ctx, &channel, "samples", &samples));
  CHECK_OK(ctx, fairu_json__element(ctx, &samples, 1, &sample));
  CHECK_OK(ctx, fairu_json__member(ctx, &sample, "data", &data));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__numbers(ctx, &data, 4, values));
  CHECK_SAYS(ctx, "workspace.json: /channels/0/samples/1/data/3: wanted a number, found a string, \"4\"");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_json__numbers(ctx, &data, 3, values));
  CHECK_SAYS(ctx, "workspace.json: /channels/0/samples/1/data: wanted 3 numbers, found 4 elements");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_json__element(ctx, &data, 4, &at));
  CHECK_SAYS(ctx, "/data: wanted element 4, found 4 elements");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__member(ctx, &sample, "modifiers", &at));
  CHECK_SAYS(ctx, "workspace.json: /channels/0/samples/1: key \"modifiers\" is missing");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__member(ctx, &data, "x", &at));
  CHECK_SAYS(ctx, "/data: wanted an object, found an array");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__element(ctx, &root, 0, &at));
  CHECK_SAYS(ctx, "workspace.json: wanted an array, found an object");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_json__fail(ctx, &data, FAIRU_ERR_RANGE, "%g is negative", -1.5));
  CHECK_SAYS(ctx, "workspace.json: /channels/0/samples/1/data: -1.5 is negative");
  CHECK_OK(ctx, fairu_json__member(ctx, &root, "empty", &at));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_json__length(ctx, &at, 1, &n));
  CHECK_SAYS(ctx, "workspace.json: /empty: wanted 1 elements or more, found 0");
  CHECK_OK(ctx, fairu_json__member(ctx, &root, "blank", &at));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__name(ctx, &at, &text));
  CHECK_SAYS(ctx, "workspace.json: /blank: wanted a name, found an empty string");
  CHECK_OK(ctx, fairu_json__member(ctx, &root, "long", &at));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__bool(ctx, &at, &yes));
  CHECK_SAYS(ctx,
             "/long: wanted true or false, found a string, \"0123456789012345678901234567890123456789...\"");
  CHECK_OK(ctx, fairu_json__member(ctx, &root, "a/b~c", &at));
  deep = (fairu_json_at){ 0 };
  assert_true(fairu_json__next(&at, &deep));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__string(ctx, &deep, &text));
  CHECK_SAYS(ctx, "workspace.json: /a~1b~0c/d?[2J: wanted a string, found an array");
  CHECK_OK(ctx, fairu_json__optional(ctx, &root, "absent", &at));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__string(ctx, &at, &text));
  CHECK_SAYS(ctx, "workspace.json: /absent: wanted a string, found nothing");
  assert_string_equal(text, "kept"); /* outputs only on success */
  assert_true(n == 7 && yes);
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
}

static void unknown_keys_are_refused(void **state)
{
  (void)state;
  static const char *const keys[] = { "name", "data", "modifiers" };
  fairu_context *ctx = support_context();
  fairu_json *json = NULL;
  static const char text[] = "{\"data\":1, \"nmae\":2}";
  CHECK_OK(ctx, parse(ctx, text, sizeof text - 1, &json));
  const fairu_json_at root = fairu_json__root(json);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__expect_keys(ctx, &root, keys, N_OF(keys)));
  CHECK_SAYS(ctx, "a.json: unknown key \"nmae\"");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__expect_keys(ctx, &root, NULL, 0));
  CHECK_SAYS(ctx, "a.json: unknown key \"data\"");
  fairu_json__destroy(json);
  CHECK_OK(ctx, parse(ctx, "{\"data\":1}", 10, &json));
  const fairu_json_at fine = fairu_json__root(json);
  CHECK_OK(ctx, fairu_json__expect_keys(ctx, &fine, keys, N_OF(keys)));
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
}

static void members_come_in_their_order(void **state)
{
  (void)state;
  enum { N = 1000 };
  char *text = malloc(N * 16), *end = text, key[16];
  fairu_context *ctx = support_context();
  fairu_json *json = NULL;
  end += sprintf(end, "{");
  for (unsigned i = 0; i < N; i++)
    end += sprintf(end, "%s\"k%u\":%u", i > 0 ? "," : "", i * 7919U % N, i);
  end += sprintf(end, "}");
  CHECK_OK(ctx, parse(ctx, text, (size_t)(end - text), &json));
  free(text);
  const fairu_json_at root = fairu_json__root(json);
  fairu_json_at member = { 0 };
  unsigned n = 0;
  for (; fairu_json__next(&root, &member); n++) {
    double value = -1.0;
    snprintf(key, sizeof key, "k%u", n * 7919U % N);
    assert_string_equal(member.key, key);
    CHECK_OK(ctx, fairu_json__number(ctx, &member, &value));
    assert_true(value == n);
  }
  assert_int_equal(n, N);
  fairu_json_at inner = { 0 };
  member = (fairu_json_at){ 0 };
  assert_true(fairu_json__next(&root, &member));
  assert_false(fairu_json__next(&member, &inner)); /* a number has none */
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
}

/* The end of a pointer says more than its beginning; no character is cut in two. */
static void long_pointers_keep_their_end(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t keys = 1; keys < 60; keys++) {
    char text[4096], *end = text;
    for (size_t i = 0; i < keys; i++)
      end += sprintf(end, "{\"\xE2\x82\xAC\xE2\x82\xAC~%zu\":", i);
    end += sprintf(end, "1");
    for (size_t i = 0; i < keys; i++)
      *end++ = '}';
    fairu_json *json = NULL;
    fairu_json_at places[64] = { { 0 } };
    CHECK_OK(ctx, parse(ctx, text, (size_t)(end - text), &json));
    places[0] = fairu_json__root(json);
    for (size_t i = 0; i < keys; i++)
      assert_true(fairu_json__next(&places[i], &places[i + 1]));
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, fairu_json__expect(ctx, &places[keys], FAIRU_JSON_NULL));
    char tail[64];
    snprintf(tail, sizeof tail, "/\xE2\x82\xAC\xE2\x82\xAC~0%zu: wanted null, found a number, 1", keys - 1);
    CHECK_SAYS(ctx, tail);
    CHECK_SAYS(ctx, keys < 25 ? "a.json: /\xE2\x82\xAC" : "a.json: ");
    const unsigned char after = (unsigned char)fairu_context_message(ctx)[keys < 40 ? 8 : 11];
    assert_true((after & 0xC0U) != 0x80U);
    if (keys >= 40)
      CHECK_SAYS(ctx, "a.json: ...");
    fairu_json__destroy(json);
  }
  fairu_context_destroy(ctx);
}

static void names_have_a_limit(void **state)
{
  (void)state;
  enum { LIMIT = 4096 };
  char text[LIMIT + 3];
  const char *name = NULL;
  fairu_context *ctx = support_context();
  for (size_t n = LIMIT; n <= LIMIT + 1; n++) {
    fairu_json *json = NULL;
    memset(text, 'n', sizeof text);
    text[0] = text[n + 1] = '"';
    CHECK_OK(ctx, parse(ctx, text, n + 2, &json));
    const fairu_json_at root = fairu_json__root(json);
    if (n == LIMIT)
      CHECK_OK(ctx, fairu_json__name(ctx, &root, &name));
    else
      CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_json__name(ctx, &root, &name));
    fairu_json__destroy(json);
  }
  CHECK_SAYS(ctx, "a.json: a name of 4097 bytes, limit name_bytes is 4096");
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(values_are_found),
                                      cmocka_unit_test(every_kind_is_told),
                                      cmocka_unit_test(failures_name_the_place),
                                      cmocka_unit_test(unknown_keys_are_refused),
                                      cmocka_unit_test(members_come_in_their_order),
                                      cmocka_unit_test(long_pointers_keep_their_end),
                                      cmocka_unit_test(names_have_a_limit) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
