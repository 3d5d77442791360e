/* Numbers of JSON in any spelling: rounded correctly where it is hardest, and the same however the point and the exponent share the
 * digits. What is no number is none wherever it stands. */
#include "decimal_ties.h"
#include "json_text.h"

static double read_number(const char *text, void *data)
{
  return number_of((fairu_context *)data, text);
}

/* Half-way between two doubles, and one unit of the 1081st decimal beside it. */
static void halfway_is_rounded_to_even_and_nothing_else(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 21 };
  for (int i = 0; i < 300; i++)
    check_double_ties(read_number, ctx, tie_double(&d));
  static const double special[] = { 0x1p-1074,           0x1p-1022, 0x1.fffffffffffffp-1023, 1.0,
                                    0x1.fffffffffffffp0, 0x1p53,    0x1.ffffffffffffep1023 };
  for (size_t i = 0; i < N_OF(special); i++)
    check_double_ties(read_number, ctx, special[i]);
  fairu_context_destroy(ctx);
}

/* Half of the smallest double is 0, any more is the double; beyond the largest and a half unit is refused. */
static void the_ends_of_the_range(void **state)
{
  (void)state;
  static char low[TIE_ROOM], high[TIE_ROOM], middle[TIE_ROOM], text[TIE_ROOM + 64];
  fairu_context *ctx = support_context();
  tie_digits(0.0, low);
  tie_digits(0x1p-1074, high);
  tie_middle(low, high, middle);
  tie_text(middle, text, sizeof text);
  assert_true(number_of(ctx, text) == 0.0);
  middle[strlen(middle) - 1]++;
  tie_text(middle, text, sizeof text);
  assert_true(number_of(ctx, text) == 0x1p-1074);
  tie_digits(0x1.fffffffffffffp1023, low); /* its half unit is 2^970 */
  char unit[TIE_ROOM], sum[TIE_ROOM];
  tie_digits(0x1p971, unit);
  int carry = 0;
  for (size_t i = strlen(low); i-- > 0; carry = carry > 9) { /* the number above, which is no double */
    carry += low[i] - '0' + unit[i] - '0';
    sum[i] = (char)('0' + carry % 10);
  }
  sum[strlen(low)] = '\0';
  tie_middle(low, sum, middle);
  tie_text(middle, text, sizeof text);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, try_parse(ctx, text, strlen(text)));
  CHECK_SAYS(ctx, "overflow");
  tie_below(middle);
  tie_text(middle, text, sizeof text);
  assert_true(number_of(ctx, text) == 0x1.fffffffffffffp1023);
  fairu_context_destroy(ctx);
}

/* digits with the point after the first `whole` of them, and an exponent that makes up for it. */
static void spell(const char *digits, size_t whole, long exponent, draws *d, char *text, size_t room)
{
  const size_t n = strlen(digits);
  const long e = exponent - (long)whole;
  size_t at = (size_t)snprintf(text, room, "%s%.*s", draw_below(d, 2) ? "-" : "", (int)whole, digits);
  if (whole < n)
    at += (size_t)snprintf(text + at, room - at, ".%s%.*s", digits + whole, (int)draw_below(d, 30),
                           "000000000000000000000000000000");
  if (e != 0 || draw_below(d, 2))
    snprintf(text + at, room - at, "%c%s%s%ld", "eE"[draw_below(d, 2)],
             e < 0              ? "-"
             : draw_below(d, 2) ? "+"
                                : "",
             draw_below(d, 4) ? "" : "000", labs(e));
}

static void the_point_may_stand_anywhere(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 22 };
  char digits[64], text[256];
  for (int round = 0; round < 4000; round++) {
    const size_t n = 1 + draw_below(&d, 40);
    const long exponent = (long)draw_below(&d, 640) - 330;
    for (size_t i = 0; i < n; i++)
      digits[i] = (char)('0' + draw_below(&d, 10));
    digits[0] = (char)('1' + draw_below(&d, 9)); /* JSON has no leading zero */
    digits[n] = '\0';
    snprintf(text, sizeof text, "0.%se%ld", digits, exponent);
    const double wanted = strtod(text, NULL);
    spell(digits, 1 + draw_below(&d, n), exponent, &d, text, sizeof text);
    if (isinf(wanted)) {
      CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, try_parse(ctx, text, strlen(text)));
      continue;
    }
    const double got = number_of(ctx, text);

    assert_true(fabs(got) == wanted);
    assert_true(got == 0.0 || (got < 0.0) == (*text == '-'));
  }
  fairu_context_destroy(ctx);
}

/* The same number twice among others: alone, in arrays and behind keys, between integers that do not fit into 64 bits. */
static void a_long_integer_changes_no_other_number(void **state)
{
  (void)state;
  static const char *const numbers[] = {
    "0",   "-0",   "7",      "-7",    "9007199254740993",    "9223372036854775807",
    "0.1", "-0.0", "1e-320", "1.5e3", "-9223372036854775808"
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(numbers); i++) {
    char text[256];
    double all[4], alone = number_of(ctx, numbers[i]);
    snprintf(text, sizeof text, "[%s, 123456789012345678901234567890, %s, -9223372036854775809]", numbers[i],
             numbers[i]);
    fairu_json *json = NULL;
    CHECK_OK(ctx, parse(ctx, text, strlen(text), &json));
    const fairu_json_at root = fairu_json__root(json);
    CHECK_OK(ctx, fairu_json__numbers(ctx, &root, 4, all));
    assert_true(all[0] == alone && all[2] == alone);
    assert_true(all[1] == 123456789012345678901234567890.0 && all[3] == -0x1p63);
    fairu_json__destroy(json);
  }
  fairu_context_destroy(ctx);
}

static const char *const spellings[] = { "01",
                                         "-01",
                                         "1.",
                                         ".5",
                                         "-.5",
                                         "+1",
                                         "1e",
                                         "1e+",
                                         "1E-",
                                         "1.e1",
                                         "0x10",
                                         "1_000",
                                         "1,5",
                                         "NaN",
                                         "nan",
                                         "Inf",
                                         "-Infinity",
                                         "--1",
                                         "1e1.5",
                                         "1 2",
                                         "1f",
                                         "0b1",
                                         "1e1e1",
                                         "-",
                                         "1-",
                                         "\xE2\x88\x92"
                                         "1",
                                         "00",
                                         "0.0.0",
                                         "1e 5",
                                         "0e",
                                         "\xD9\xA1",
                                         "1.5L" };

static void what_is_no_number_is_refused_wherever_it_stands(void **state)
{
  (void)state;
  static const char *const places[] = { "%s", "[%s]", "[1,%s]", "[%s,1]", "{\"a\":%s}", "{\"a\":[0,%s,0]}" };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < N_OF(spellings); i++)
    for (size_t j = 0; j < N_OF(places); j++) {
      char text[64];
      if (strcmp(spellings[i], "1,5") == 0 && j > 0 && j != 4)
        continue; /* two numbers of an array */
      snprintf(text, sizeof text, places[j], spellings[i]);
      const int status = try_parse(ctx, text, strlen(text));
      if (status != FAIRU_ERR_FORMAT && status != FAIRU_ERR_TRUNCATED)
        fail_msg("%s: status %d", text, status);
      CHECK_SAYS(ctx, "a.json:1:");
    }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(halfway_is_rounded_to_even_and_nothing_else),
                                      cmocka_unit_test(the_ends_of_the_range),
                                      cmocka_unit_test(the_point_may_stand_anywhere),
                                      cmocka_unit_test(a_long_integer_changes_no_other_number),
                                      cmocka_unit_test(what_is_no_number_is_refused_wherever_it_stands) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
