/* JSON texts: what RFC 8259 allows is read, exactly; all else is refused by name and place. */
#include "base/refused_text.h"
#include "json_text.h"

#include <jansson.h>

static void check_valid(fairu_context *ctx, const char *const *texts, size_t n)
{
  for (size_t i = 0; i < n; i++)
    support_check_status(ctx, try_parse(ctx, texts[i], strlen(texts[i])), FAIRU_OK, texts[i], __FILE__,
                         __LINE__);
}

static void check_invalid(fairu_context *ctx, const char *const *texts, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const int status = try_parse(ctx, texts[i], strlen(texts[i]));
    if (status != FAIRU_ERR_FORMAT && status != FAIRU_ERR_TRUNCATED)
      fail_msg("%s: %s", texts[i], fairu_status_name(status));
    CHECK_SAYS(ctx, "a.json:");
  }
}

static void structure(void **state)
{
  (void)state;
  static const char *const valid[] = { "[]",
                                       "{}",
                                       "[[]]",
                                       "[{}]",
                                       "{\"a\":[]}",
                                       " [ ] ",
                                       "\t\r\n[1\n]\n",
                                       "null",
                                       "true",
                                       "false",
                                       "1",
                                       "\"a\"",
                                       "\"\"",
                                       "[null, 1, \"1\", {}]",
                                       "[1,null,null,2]",
                                       "{\"\":0}",
                                       "{\"a\":\"b\",\"A\":1}",
                                       "{\"a\":{\"a\":1}}",
                                       "[[1],[2]]",
                                       "[true,false,null]",
                                       "{\"\\u0061\":1,\"b\":2}",
                                       "{\"x\":[{\"id\":\"xxxx\"}],\"id\":\"y\"}" };
  static const char *const invalid[] = { "",
                                         " ",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "[1",
                                         "[1,",
                                         "[1,]",
                                         "[,1]",
                                         "[,]",
                                         "[1,,2]",
                                         "[1 2]",
                                         "[1:2]",
                                         "[1}",
                                         "{1:1}",
                                         "{a:1}",
                                         "{'a':1}",
                                         "{\"a\"}",
                                         "{\"a\":}",
                                         "{\"a\" 1}",
                                         "{\"a\":1,}",
                                         "{,}",
                                         "{\"a\":1,,}",
                                         "{null:1}",
                                         "{\"a\":1 \"b\":2}",
                                         "{\"a\"::1}",
                                         "[]]",
                                         "{}}",
                                         "[1]x",
                                         "1 2",
                                         "\"a\" \"b\"",
                                         "[][]",
                                         "[1]//c",
                                         "/*c*/[]",
                                         "[1/*c*/]",
                                         "#\n[]",
                                         "nul",
                                         "nulll",
                                         "True",
                                         "TRUE",
                                         "[tru]",
                                         "undefined",
                                         "[a]",
                                         "[\\u0061]",
                                         "'a'",
                                         "*",
                                         "<a/>",
                                         "[\f1]",
                                         "[\v1]",
                                         "\xC2\xA0[]",
                                         "\xE2\x81\xA0[]",
                                         "[\"a\",\n4\n,1,",
                                         "[{",
                                         "{\"a\":[",
                                         "{[1]:1}",
                                         "[\"a\": 1]",
                                         "{\"a\",\"b\"}",
                                         "abc",
                                         "[1,\n1\n,1" };
  fairu_context *ctx = support_context();
  check_valid(ctx, valid, N_OF(valid));
  check_invalid(ctx, invalid, N_OF(invalid));
  for (unsigned byte = 0; byte < 256; byte++) { /* one byte as a document: only a digit is one */
    const char text = (char)byte;
    assert_true((try_parse(ctx, &text, 1) == FAIRU_OK) == (byte >= '0' && byte <= '9'));
  }
  fairu_context_destroy(ctx);
}

static void numbers(void **state)
{
  (void)state;
  static const char *const invalid[] = {
    "NaN",     "nan",     "Infinity", "-Infinity", "inf",   "[-NaN]", "1e309", "-1e309", "1e999999999999",
    "[1e400]", "01",      "-01",      "00",        "+1",    "-",      "--1",   "1.",     ".5",
    "-.5",     "1.e1",    "1e",       "1e+",       "1E-",   "1e1.5",  "0x1",   "0xFF",   "1_000",
    "1,5",     "1.5.2",   "1e1e1",    "- 1",       "1 000", "0b1",    "1f",    "1L",     "\xEF\xBC\x91",
    "[0.e1]",  "[2.e-3]", "-foo",     "[1+2]",     "1eE2",  "0e+-1",  "1a"
  };
  fairu_context *ctx = support_context();
  numbers_are_exact(ctx);
  doubles_come_back(ctx, 5000);
  check_invalid(ctx, invalid, N_OF(invalid));
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, try_parse(ctx, "[1,\n 1e999]", 11));
  CHECK_SAYS(ctx, "a.json:2:6: real number overflow near '1e999'");

  char *digits = malloc(100003); /* a number may have any length */
  memset(digits, '3', 100002);
  digits[1] = '.';
  digits[100002] = '\0';
  assert_true(number_of(ctx, digits) == 10.0 / 3.0);
  free(digits);
  fairu_context_destroy(ctx);
}

static void check_string(fairu_context *ctx, const char *text, const char *wanted)
{
  fairu_json *json = NULL;
  const char *got = NULL;
  support_check_status(ctx, parse(ctx, text, strlen(text), &json), FAIRU_OK, text, __FILE__, __LINE__);
  const fairu_json_at root = fairu_json__root(json);
  CHECK_OK(ctx, fairu_json__string(ctx, &root, &got));
  assert_string_equal(got, wanted);
  fairu_json__destroy(json);
}

static void strings(void **state)
{
  (void)state;
  static const char *const invalid[] = { "\"",
                                         "\"\\\"",
                                         "\"a",
                                         "\"\\",
                                         "\"\\u",
                                         "\"\\u12",
                                         "\"\\x41\"",
                                         "\"\\a\"",
                                         "\"\\'\"",
                                         "\"\\u00G0\"",
                                         "\"\\u 041\"",
                                         "\"\\U0041\"",
                                         "\"\n\"",
                                         "\"\t\"",
                                         "\"\x1f\"",
                                         "\"\\\n\"",
                                         "\"\\u0000\"",
                                         "{\"\\u0000\":1}",
                                         "{\"a\\u0000b\":1}",
                                         "\"\\uD800\"",
                                         "\"\\uD834x\"",
                                         "\"\\uDD1E\"",
                                         "\"\\uD834\\n\"",
                                         "\"\\uD834\\uD834\"",
                                         "\"\\uDD1E\\uD834\"",
                                         "{\"\\uD800\":1}",
                                         "\"\xC3\"",
                                         "\"\x80\"",
                                         "\"\xFF\"",
                                         "\"\xC0\xAF\"",
                                         "\"\xE0\x80\xAF\"",
                                         "\"\xED\xA0\x80\"",
                                         "\"\xF4\x90\x80\x80\"",
                                         "\"\xF0\x80\x80\xAF\"",
                                         "\"\xF8\x88\x80\x80\x80\"",
                                         "\"\xE2\x82\"",
                                         "\"\xF0\x9D\x84\"",
                                         "{\"\xFF\":1}",
                                         "[\xC3\xA4]",
                                         "\"\\\xC3\xA4\"",
                                         "\"\xE9\"" };
  fairu_context *ctx = support_context();
  check_string(ctx, "\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "a\"\\/\b\f\n\r\tz");
  check_string(ctx, "\"\\u0041\\u00e4\\u20AC\\uD834\\uDD1E\"", "A\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E");
  check_string(ctx, "\"\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E\x7F\"",
               "\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E\x7F");
  check_string(ctx, "\"\\\\u0000\"", "\\u0000");
  check_string(ctx, "\"\xF4\x8F\xBF\xBF\xEF\xBF\xBF\xEF\xBB\xBF\"",
               "\xF4\x8F\xBF\xBF\xEF\xBF\xBF\xEF\xBB\xBF");
  check_string(ctx, "\"[[[{{{\"", "[[[{{{"); /* brackets in strings are no depth */
  check_invalid(ctx, invalid, N_OF(invalid));
  fairu_context_destroy(ctx);
}

static void messages_name_the_place(void **state)
{
  (void)state;
  static const refused_text cases[] = {
    { "[1,\n  2,\n  x]", FAIRU_ERR_FORMAT, "a.json:3:3: invalid token near 'x'" },
    { "[1,\n  2", FAIRU_ERR_TRUNCATED, "a.json:2:3: " },
    { "\n", FAIRU_ERR_TRUNCATED, "a.json: empty, wanted JSON" },
    { "[1] [2]", FAIRU_ERR_FORMAT, "a.json:1:5: end of file expected near '['" },
    { "[\"\xC3\xA4\", \"\xC3\"]", FAIRU_ERR_FORMAT, "a.json:1:7: unable to decode byte 0xc3" },
    { "[\"\\uD800\"]", FAIRU_ERR_FORMAT, "invalid Unicode '\\uD800'" },
    { "\xEF\xBB\xBF[]", FAIRU_ERR_FORMAT, "a.json:1:1: the file begins with a byte order mark (EF BB BF)" },
    { "\xFF\xFE[", FAIRU_ERR_FORMAT, "byte order mark of UTF-16" },
    { "{\"a\": 1,\n \"b\": 2, \"a\": 3}", FAIRU_ERR_DUPLICATE, "a.json:2:10: key \"a\" occurs twice" },
    { "{\"a\":1,\"\\u0061\":2}", FAIRU_ERR_DUPLICATE, "a.json:1:8: key \"\\u0061\" occurs twice" },
    { "{\"\xC3\xA4\\\"\\\\\":1,\"\xC3\xA4\\\"\\\\\":2}", FAIRU_ERR_DUPLICATE,
      "1:12: key \"\xC3\xA4\\\"\\\\\" occurs" },
    { "{\"\":1,\"\":2}", FAIRU_ERR_DUPLICATE, "a.json:1:7: key \"\" occurs twice" },
    { "[{\"a\":{\"k\":1,\"k\":1}}]", FAIRU_ERR_DUPLICATE, "a.json:1:14: key \"k\" occurs twice" }
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++)
    check_refused_text(ctx, try_parse(ctx, cases[i].text, strlen(cases[i].text)), &cases[i]);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, try_parse(ctx, "[1]\n\0", 5));
  CHECK_SAYS(ctx, "a.json:2:1: a NUL byte");
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, try_parse(ctx, "[\"a\0b\"]", 7));
  CHECK_SAYS(ctx, "a.json:1:4: a NUL byte");
  char text[700]; /* a long key is shown by its beginning */
  snprintf(text, sizeof text, "{\"%0300d\":1,\"%0300d\":2}", 7, 7);
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, try_parse(ctx, text, strlen(text)));
  CHECK_SAYS(ctx, "000... occurs twice in one object");
  fairu_json *json = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_json__parse(ctx, NULL, 0, "a.json", &json));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_json__parse(ctx, "1", 1, NULL, &json));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_json__parse(ctx, "1", 1, "a.json", NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_json__read(ctx, NULL, &json));
  assert_int_equal(fairu_json__parse(NULL, "1", 1, "a.json", &json), FAIRU_ERR_NULL);
  fairu_json__destroy(NULL);
  fairu_context_destroy(ctx);
}

/* For test_json.sh: what was read of a document, or "refused". */
static void print_document(fairu_context *ctx, const char *bytes, size_t n)
{
  fairu_json *json = NULL;
  char *dump = NULL;
  if (parse(ctx, bytes, n, &json) == FAIRU_OK) {
    const fairu_json_at root = fairu_json__root(json);
    dump = json_dumps(root.value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(17));
    assert_non_null(dump);
  }
  puts(dump ? dump : "refused");
  free(dump);
  fairu_json__destroy(json);
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return for_each_document(argv[1], print_document);
  const struct CMUnitTest tests[] = { cmocka_unit_test(structure), cmocka_unit_test(numbers),
                                      cmocka_unit_test(strings), cmocka_unit_test(messages_name_the_place) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
