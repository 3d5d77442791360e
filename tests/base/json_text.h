/* json_text.h - what the tests of JSON share: parse a text, and numbers whose every bit is known. */
#ifndef FAIRU_TESTS_BASE_JSON_TEXT_H
#define FAIRU_TESTS_BASE_JSON_TEXT_H

#include "support/support.h"

#include <locale.h>

#include "base/json_internal.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static inline int parse(fairu_context *ctx, const char *text, size_t size, fairu_json **json)
{
  /* a copy of exact size: the sanitizer sees a read behind the end */
  char *copy = malloc(size > 0 ? size : 1);
  assert_non_null(copy);
  memcpy(copy, text, size);
  const int status = fairu_json__parse(ctx, copy, size, "a.json", json);
  free(copy);
  assert_true((status == FAIRU_OK) == (*json != NULL));
  return status;
}

static inline int try_parse(fairu_context *ctx, const char *text, size_t size)
{
  fairu_json *json = NULL;
  const int status = parse(ctx, text, size, &json);
  fairu_json__destroy(json);
  return status;
}

static inline double number_of(fairu_context *ctx, const char *text)
{
  fairu_json *json = NULL;
  double value = NAN;
  support_check_status(ctx, parse(ctx, text, strlen(text), &json), FAIRU_OK, text, __FILE__, __LINE__);
  const fairu_json_at root = fairu_json__root(json);
  CHECK_OK(ctx, fairu_json__number(ctx, &root, &value));
  fairu_json__destroy(json);
  return value;
}

static inline void numbers_are_exact(fairu_context *ctx)
{
  static const struct {
    const char *text;
    double value;
  } cases[] = { { "0", 0.0 },
                { "-0", 0.0 }, /* an integer has one zero */
                { "-0.0", -0.0 },
                { "0e0", 0.0 },
                { "1E+2", 100.0 },
                { "1e-2", 0.01 },
                { "0.1", 0.1 },
                { "1.5", 1.5 },
                { "9007199254740993", 9007199254740992.0 }, /* halfway: to even */
                { "9007199254740993.00000000000000000000000000000000000001", 9007199254740994.0 },
                { "9223372036854775807", 0x1p63 },
                { "9223372036854775808", 0x1p63 },
                { "-9223372036854775809", -0x1p63 },
                { "123456789012345678901234567890", 123456789012345678901234567890.0 },
                { "2.2250738585072011e-308", 2.2250738585072011e-308 },
                { "2.2250738585072014e-308", 0x1p-1022 },
                { "4.9406564584124654e-324", 0x1p-1074 },
                { "1e-400", 0.0 },
                { "-1e-400", -0.0 },
                { "0e999999999999", 0.0 },
                { "1.7976931348623157e308", 0x1.fffffffffffffp1023 },
                { "1.7976931348623158e+308", 0x1.fffffffffffffp1023 } };
  for (size_t i = 0; i < N_OF(cases); i++) {
    const double value = number_of(ctx, cases[i].text);
    if (memcmp(&value, &cases[i].value, sizeof value) != 0)
      fail_msg("%s read as %a, not %a", cases[i].text, value, cases[i].value);
  }
}

/* Any double survives its 17 digits. */
static inline void doubles_come_back(fairu_context *ctx, unsigned n)
{
  uint64_t x = 88172645463325252U;
  for (unsigned i = 0; i < n; i++) {
    char text[40];
    double value;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    memcpy(&value, &x, sizeof value);
    if (!isfinite(value))
      continue;
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c);
    snprintf(text, sizeof text, "%.17g", value);
    uselocale(before);
    freelocale(c);
    assert_true(number_of(ctx, text) == value);
  }
}

/* For the scripts that compare with Python: each line of the file is a document in hexadecimal, for body to tell what it made of it. */
static inline int for_each_document(const char *path,
                                    void (*body)(fairu_context *ctx, const char *bytes, size_t n))
{
  size_t size = 0;
  char *lines = support_read_file(path, &size), *bytes = (char *)malloc(size + 1), *end = NULL;
  fairu_context *ctx = support_context();
  assert_non_null(bytes);
  for (char *line = lines; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    size_t n = 0;
    unsigned byte = 0;
    for (; line + 2 * n < end && sscanf(line + 2 * n, "%2x", &byte) == 1; n++)
      bytes[n] = (char)byte;
    body(ctx, bytes, n);
  }
  fairu_context_destroy(ctx);
  free(bytes);
  free(lines);
  return 0;
}

#endif /* FAIRU_TESTS_BASE_JSON_TEXT_H */
