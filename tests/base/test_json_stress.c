/* JSON under stress: limits, damage, foreign locales, small stacks, cancelled work, no memory. */
#include "json_text.h"

#include <errno.h>
#include <pthread.h>

#include <jansson.h> /* its allocator hook is set in one test, never in the library */

/* n brackets open and, when closed, close again; "[" and "{\"\":" in turn. */
static char *make_nested(size_t n, int closed, size_t *size)
{
  char *text = malloc(6 * n + 1), *end = text;
  assert_non_null(text);
  for (size_t i = 0; i < n; i++)
    end = i % 2 ? stpcpy(end, "{\"\":") : stpcpy(end, "[");
  if (n % 2 == 0)
    *end++ = '1';
  for (size_t i = n; closed && i-- > 0;)
    *end++ = i % 2 ? '}' : ']';
  *size = (size_t)(end - text);
  return text;
}

static int parse_nested(fairu_context *ctx, size_t n, int closed)
{
  size_t size = 0;
  char *text = make_nested(n, closed, &size);
  const int status = try_parse(ctx, text, size);
  free(text);
  return status;
}

static void limits_hold(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, parse_nested(ctx, 64, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, parse_nested(ctx, 65, 1));
  CHECK_SAYS(ctx, "nested deeper than the limit json_depth, 64");
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, parse_nested(ctx, 1000000, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, parse_nested(ctx, 1000000, 0));
  CHECK_SAYS(ctx, "a.json:1:161: "); /* 32 pairs of 5 bytes before it */
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, parse_nested(ctx, 64, 0));

  enum { MEGA = 1 << 20 };
  char *text = malloc(MEGA + 4);
  memset(text, 'x', MEGA + 4);
  text[0] = text[MEGA + 1] = '"';
  CHECK_OK(ctx, try_parse(ctx, text, MEGA + 2));
  text[MEGA + 1] = 'x';
  text[MEGA + 2] = '"';
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, try_parse(ctx, text, MEGA + 3));
  CHECK_SAYS(ctx, "a.json:1:1: a string is longer than the limit json_string_bytes, 1048576");
  CHECK_FAILS(ctx, FAIRU_ERR_TRUNCATED, try_parse(ctx, text, MEGA));
  free(text);

  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.decompressed_bytes = 1000;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  char wide[1002];
  memset(wide, ' ', sizeof wide);
  wide[0] = '1';
  CHECK_OK(ctx, try_parse(ctx, wide, 1000));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, try_parse(ctx, wide, 1001));
  CHECK_SAYS(ctx, "a.json: 1001 bytes of JSON, limit decompressed_bytes is 1000");
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, try_parse(ctx, "[[],[],[],[],[],[]]", 19)); /* small text, large tree */
  CHECK_SAYS(ctx, "bytes of memory, limit decompressed_bytes is 1000");
  fairu_context_destroy(ctx);
}

/* One page of the kinds of things a workspace has. */
static const char sample[] =
    "{\"channels\": [{\"name\": \"SR\", \"samples\": [{\"name\": \"s\\u00e4\", \"data\": [5.0, 1e1, -0.25],\n"
    " \"modifiers\": [{\"name\": \"mu\", \"type\": \"normfactor\", \"data\": null}, {\"on\": true}]}]}],\n"
    " \"version\": \"1.0.0\", \"e\": [[], {}, false, \"\\uD834\\uDD1E \xE2\x82\xAC\"]}";

static void damage_gives_a_code(void **state)
{
  (void)state;
  const size_t size = sizeof sample - 1;
  fairu_context *ctx = support_context();
  char changed[sizeof sample];
  size_t n_valid = 0;
  CHECK_OK(ctx, try_parse(ctx, sample, size));
  for (size_t i = 0; i < size; i++) {
    const int status = try_parse(ctx, sample, i);
    assert_true(status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_FORMAT);
    CHECK_SAYS(ctx, "a.json:");
  }
  for (size_t bit = 0; bit < 8 * size; bit++) {
    memcpy(changed, sample, sizeof sample);
    changed[bit / 8] = (char)(changed[bit / 8] ^ (1 << bit % 8));
    const int status = try_parse(ctx, changed, size);
    n_valid += status == FAIRU_OK; /* another letter or digit */
    assert_true(status == FAIRU_OK || status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_FORMAT ||
                status == FAIRU_ERR_DUPLICATE);
  }
  assert_true(n_valid > size / 2 && n_valid < 6 * size);
  fairu_context_destroy(ctx);
}

/* By way of the process's locale: newlocale() of glibc loses the path it makes of LOCPATH. */
static locale_t german_locale(void)
{
  if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "de_DE"))
    return (locale_t)0;
  const locale_t german = duplocale(LC_GLOBAL_LOCALE);
  setlocale(LC_ALL, "C");
  return german;
}

static void locale_of_the_host_is_kept(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const locale_t german = german_locale();
  if (!german) {
    fairu_context_destroy(ctx);
    support_skip("skipped: no locale de_DE");
    return;
  }
  const locale_t before = uselocale(german);
  char text[8];
  numbers_are_exact(ctx);
  doubles_come_back(ctx, 100);
  assert_int_not_equal(try_parse(ctx, "[1,5", 4), FAIRU_OK);
  assert_int_not_equal(try_parse(ctx, "1e999", 5), FAIRU_OK);
  const locale_t after = uselocale((locale_t)0);
  snprintf(text, sizeof text, "%.1f", 1.5);
  uselocale(before);
  freelocale(german);
  assert_true(after == german);
  assert_string_equal(text, "1,5");
  fairu_context_destroy(ctx);
}

static void errno_is_kept(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_json *json = NULL;
  errno = ERANGE;
  assert_int_equal(fairu_json__parse(ctx, "[1e-400]", 8, "a.json", &json), FAIRU_OK);
  assert_int_equal(errno, ERANGE);
  fairu_json__destroy(json);
  errno = 0;
  assert_int_equal(fairu_json__parse(ctx, "[1e400]", 7, "a.json", &json), FAIRU_ERR_FORMAT);
  assert_int_equal(fairu_json__read(ctx, "no/such/file.json", &json), FAIRU_ERR_IO);
  assert_int_equal(errno, 0);
  fairu_context_destroy(ctx);
}

static void *parse_in_thread(void *data)
{
  (void)data;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, parse_nested(ctx, 64, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, parse_nested(ctx, 1000000, 0));
  CHECK_OK(ctx, try_parse(ctx, sample, sizeof sample - 1));
  fairu_context_destroy(ctx);
  return NULL;
}

static void a_small_stack_will_do(void **state)
{
  (void)state;
  pthread_attr_t attributes;
  pthread_t thread;
  assert_int_equal(pthread_attr_init(&attributes), 0);
  assert_int_equal(pthread_attr_setstacksize(&attributes, 128 * 1024), 0);
  assert_int_equal(pthread_create(&thread, &attributes, parse_in_thread, NULL), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attributes);
}

/* They cost jansson time that nobody can stop, and memory; a small limit of strings is none of numbers. */
static void numbers_and_names_have_a_limit(void **state)
{
  (void)state;
  enum { MEGA = 1 << 20 };
  static const char first[] = { '3', 'n', '#', '\xC3' };
  fairu_context *ctx = support_context();
  char *text = malloc(MEGA + 8);
  for (size_t i = 0; i < sizeof first; i++) {
    memset(text, first[i], MEGA + 8);
    memcpy(text, "[1,\n ", 5);
    CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, try_parse(ctx, text, 5 + MEGA + 1));
    CHECK_SAYS(ctx, "a.json:2:2: a number or a name is longer than the limit json_string_bytes, 1048576");
    text[5 + MEGA] = ']';
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, try_parse(ctx, text, 5 + MEGA + 1));
  }
  memset(text + 5, '3', MEGA);
  text[6] = '.';
  CHECK_OK(ctx, try_parse(ctx, text, 5 + MEGA + 1));
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.json_string_bytes = 2;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_OK(ctx, try_parse(ctx, "[3.14159, true, \"pi\"]", 21));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, try_parse(ctx, text, 5 + MEGA + 1));
  CHECK_SAYS(ctx, "json_string_bytes, 4096");
  free(text);
  fairu_context_destroy(ctx);
}

static void a_long_parse_can_be_stopped(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, try_parse(ctx, "[]", 2));
  fairu_context_resume(ctx);
  CHECK_OK(ctx, try_parse(ctx, "[]", 2));
  enum { SIZE = 24000000 }; /* takes longer than the deadline, whatever the machine */
  char *text = malloc(SIZE);
  for (size_t i = 0; i < SIZE; i += 2)
    memcpy(text + i, "1,", 2);
  text[0] = '[';
  text[1] = ' ';
  fairu_json *json = NULL;
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.05));
  CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE, fairu_json__parse(ctx, text, SIZE, "a.json", &json));
  free(text);
  fairu_context_destroy(ctx);
}

static int read_file(fairu_context *ctx, void *data)
{
  fairu_json *json = NULL;
  const int status = fairu_json__read(ctx, (const char *)data, &json);
  assert_true((status == FAIRU_OK) == (json != NULL));
  fairu_json__destroy(json);
  return status;
}

static void files_are_read(void **state)
{
  (void)state;
  char path[512];
  fairu_context *ctx = support_context();
  support_path(path, sizeof path, "workspace.json");
  support_write_file(path, sample, sizeof sample - 1);
  CHECK_OK(ctx, read_file(ctx, path));
  assert_true(support_every_allocation_fails(read_file, path) >= 4);
  support_write_file(path, "{\"a\":\n1;}", 9);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_file(ctx, path));
  CHECK_SAYS(ctx, "workspace.json:2:2: ");
  support_path(path, sizeof path, "absent.json");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, read_file(ctx, path));
  CHECK_SAYS(ctx, "absent.json");
  fairu_context_destroy(ctx);
}

/* What jansson takes comes from malloc, not from the context, so each of these calls fails here by jansson's hook, which is for
 * the whole process; tests/abi/test_process_memory.c does the same for files, without it. */
static const char small[] =
    "{\"channels\": [{\"name\": \"s\\u00e4\", \"data\": [5.0, 1e1, -0.25, 3, 4, 5, 6, 7, 8, 9]}],"
    " \"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":[[], {}, false, null, true],\"f\":1,\"g\":{\"h\":\"i\"},"
    " \"j\": 10,\"k\": \"l\",\"a key of more than 15 bytes\": \"and a string, of more than 63 bytes, as a "
    "value of"
    " it, to be sure\", \"x\": [0.12345678901234567, 1234567890123456789], \"version\": \"1.0.0\"}";
static size_t jansson_calls, jansson_fails_at, jansson_live;
static int jansson_keeps_failing;

static void *jansson_allocate(size_t size)
{
  jansson_calls++;
  if (jansson_calls == jansson_fails_at || (jansson_keeps_failing && jansson_calls > jansson_fails_at))
    return NULL;
  jansson_live++;
  return malloc(size);
}

static void jansson_release(void *pointer)
{
  jansson_live -= pointer != NULL;
  free(pointer);
}

static void out_of_memory_within_jansson(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t n = 0;
  json_set_alloc_funcs(jansson_allocate, jansson_release);
  for (jansson_keeps_failing = 0; jansson_keeps_failing < 2; jansson_keeps_failing++) {
    int status = FAIRU_ERR_OUT_OF_MEMORY;
    for (n = 1; status != FAIRU_OK && n < 10000; n++) {
      jansson_calls = 0;
      jansson_fails_at = n;
      status = try_parse(ctx, small, sizeof small - 1);
      if (status != FAIRU_OK && status != FAIRU_ERR_OUT_OF_MEMORY)
        print_error("allocation %zu: %s\n", n, fairu_context_message(ctx));
      assert_true(status == FAIRU_OK || status == FAIRU_ERR_OUT_OF_MEMORY);
      assert_int_equal(jansson_live, 0);
    }
    assert_true(n > 50 && jansson_calls < n);
  }
  json_set_alloc_funcs(malloc, free);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(limits_hold),
                                      cmocka_unit_test(damage_gives_a_code),
                                      cmocka_unit_test(locale_of_the_host_is_kept),
                                      cmocka_unit_test(errno_is_kept),
                                      cmocka_unit_test(a_small_stack_will_do),
                                      cmocka_unit_test(numbers_and_names_have_a_limit),
                                      cmocka_unit_test(a_long_parse_can_be_stopped),
                                      cmocka_unit_test(files_are_read),
                                      cmocka_unit_test(out_of_memory_within_jansson) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
