/* Documents are dumped as Python's json dumps them with sorted keys; the digests are those of that text. */
#include "json_text.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static char *dump_of(fairu_context *ctx, const char *text)
{
  fairu_json *json = NULL;
  CHECK_OK(ctx, parse(ctx, text, strlen(text), &json));
  fairu_json_out out = fairu_json_out__create(ctx);
  CHECK_OK(ctx, fairu_json__dump(json, &out));
  char *copy = calloc(out.size + 1, 1);
  assert_non_null(copy);
  memcpy(copy, out.text, out.size);
  fairu_json_out__clear(&out);
  fairu_json__destroy(json);
  return copy;
}

static void dumps(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
    { "{\"b\":[1,2.0,{}],\"a\":{\"z\":null,\"y\":true}}",
      "{\"a\": {\"y\": true, \"z\": null}, \"b\": [1, 2.0, {}]}" },
    { "[]", "[]" },
    { "[[[],[[]]],{\"a\":{}}]", "[[[], [[]]], {\"a\": {}}]" },
    { "1E5", "100000.0" },
    { "-0", "0" },
    { "-0.0", "-0.0" },
    { "9223372036854775807", "9223372036854775807" },
    { "\"\\u00e4\\/\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\\\u007f\"",
      "\"\xC3\xA4/\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\\x7f\"" },
    { "{\"\\uFFFF\":1,\"\\uD834\\uDD1E\":2,\"Z\":3,\"a\":4,\"\":5}",
      "{\"\": 5, \"Z\": 3, \"a\": 4, \"\xEF\xBF\xBF\": 1, \"\xF0\x9D\x84\x9E\": 2}" }
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(cases); i++) {
    char *dump = dump_of(ctx, cases[i][0]);
    assert_string_equal(dump, cases[i][1]);
    free(dump);
  }
  fairu_context_destroy(ctx);
}

static void digits_that_are_lost_give_no_digest(void **state)
{
  (void)state;
  static const char text[] = "{\"n\": 9223372036854775808}";
  fairu_context *ctx = support_context();
  fairu_json *json = NULL;
  char digest[FAIRU_DIGEST_TEXT];
  CHECK_OK(ctx, parse(ctx, text, sizeof text - 1, &json));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, fairu_json__digest(ctx, json, FAIRU_DIGEST_SHA256, digest));
  CHECK_SAYS(ctx, "a.json: has an integer beyond 2^63");
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
}

static void a_cancelled_dump_stops(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_json *json = NULL;
  char *text = calloc(1 << 18, 1), digest[FAIRU_DIGEST_TEXT];
  assert_non_null(text);
  memset(text, ' ', 1 << 18);
  for (size_t i = 0; i + 2 < 1 << 18; i += 2)
    memcpy(text + i, i == 0 ? "[1" : ",1", 2);
  text[(1 << 18) - 2] = ']';
  CHECK_OK(ctx, parse(ctx, text, 1 << 18, &json));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_json__digest(ctx, json, FAIRU_DIGEST_MD5, digest));
  fairu_json__destroy(json);
  fairu_context_destroy(ctx);
  free(text);
}

static int digest_once(fairu_context *ctx, void *data)
{
  static const char text[] = "{\"b\": [1, 2.5, {\"c\": \"text\"}], \"a\": null}";
  (void)data;
  fairu_json *json = NULL;
  char digest[FAIRU_DIGEST_TEXT];
  int status = fairu_json__parse(ctx, text, sizeof text - 1, "a.json", &json);
  if (status == FAIRU_OK)
    status = fairu_json__digest(ctx, json, FAIRU_DIGEST_SHA256, digest);
  fairu_json__destroy(json);
  return status;
}

static void memory_failures(void **state)
{
  (void)state;
  assert_true(support_every_allocation_fails(digest_once, NULL) > 3);
}

/* For test_json_dump.sh: the digests of a document, or "refused". */
static void print_digests(fairu_context *ctx, const char *bytes, size_t n)
{
  fairu_json *json = NULL;
  char md5[FAIRU_DIGEST_TEXT], sha256[FAIRU_DIGEST_TEXT];
  if (parse(ctx, bytes, n, &json) == FAIRU_OK &&
      fairu_json__digest(ctx, json, FAIRU_DIGEST_MD5, md5) == FAIRU_OK &&
      fairu_json__digest(ctx, json, FAIRU_DIGEST_SHA256, sha256) == FAIRU_OK)
    printf("%s %s\n", md5, sha256);
  else
    puts("refused");
  fairu_json__destroy(json);
}

/* A host may let denormals count as 0 (DAZ) and results become 0 that would be (FTZ): texts keep all digits. */
static void denormals_are_written_whatever_the_host_does(void **state)
{
  (void)state;
#if defined(__x86_64__)
  static const char text[] = "[5e-324, 2.225073858507201e-308, -1.2345678901234e-310]";
  fairu_context *ctx = support_context();
  const unsigned control = _mm_getcsr();
  _mm_setcsr(control | 0x8040u);
  char *dump = dump_of(ctx, text);
  _mm_setcsr(control);
  assert_string_equal(dump, text);
  free(dump);
  fairu_context_destroy(ctx);
#else
  skip();
#endif
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return for_each_document(argv[1], print_digests);
  const struct CMUnitTest tests[] = { cmocka_unit_test(dumps),
                                      cmocka_unit_test(denormals_are_written_whatever_the_host_does),
                                      cmocka_unit_test(digits_that_are_lost_give_no_digest),
                                      cmocka_unit_test(a_cancelled_dump_stops),
                                      cmocka_unit_test(memory_failures) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
