/* Text to numbers: correctly rounded where it is hardest, the same as strtod and strtof in any other spelling, and nothing read
 * that is no decimal number. */
#include "base/decimal_ties.h"

#include <ctype.h>
#include <float.h>

#include "events/number.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static double read_double(const char *text, void *data)
{
  char copy[TIE_ROOM + 80];
  double value = (double)NAN;
  strcpy(copy, text);
  assert_int_equal(fairu_number__double(copy, strlen(text), *(locale_t *)data, &value), FAIRU_NUMBER_OK);
  return value;
}

static double read_float(const char *text, void *data)
{
  char copy[TIE_ROOM + 80];
  float value = NAN;
  strcpy(copy, text);
  assert_int_equal(fairu_number__float(copy, strlen(text), *(locale_t *)data, &value), FAIRU_NUMBER_OK);
  return (double)value;
}

static void halfway_between_doubles(void **state)
{
  (void)state;
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  draws d = { 31 };
  for (int i = 0; i < 300; i++)
    check_double_ties(read_double, &c, tie_double(&d));
  for (int i = 0; i < 300; i++) /* where one multiplication is near to be enough */
    check_double_ties(read_double, &c, floor(ldexp(draw_unit(&d), 50 + i % 20)));
  freelocale(c);
}

static void halfway_between_floats(void **state)
{
  (void)state;
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  draws d = { 32 };
  for (int i = 0; i < 600; i++) {
    const uint32_t bits = i < 4 ? (uint32_t)i : (uint32_t)draw_below(&d, 0x7f7fffff);
    float low;
    memcpy(&low, &bits, sizeof low);
    check_ties(read_float, &c, (double)low, (double)nextafterf(low, INFINITY), bits % 2 == 0);
  }
  freelocale(c);
}

/* A decimal number in one of many spellings. */
static size_t spell(draws *d, char *text)
{
  char *to = text;
  const size_t whole = draw_below(d, 26), behind = draw_below(d, 26);
  to += sprintf(to, "%.*s%s", (int)draw_below(d, 3), " \t",
                draw_below(d, 3)   ? ""
                : draw_below(d, 2) ? "-"
                                   : "+");
  for (size_t i = 0; i < whole; i++)
    *to++ = (char)('0' + (draw_below(d, 3) ? draw_below(d, 10) : 0));
  if (behind > 0 || draw_below(d, 2))
    *to++ = '.';
  for (size_t i = 0; i < behind; i++)
    *to++ = (char)('0' + (draw_below(d, 3) ? draw_below(d, 10) : 0));
  if (whole + behind == 0)
    *to++ = '7';
  if (draw_below(d, 2))
    to += sprintf(to, "%c%s%zu", "eE"[draw_below(d, 2)],
                  draw_below(d, 2)   ? "-"
                  : draw_below(d, 2) ? "+"
                                     : "",
                  draw_below(d, draw_below(d, 4) ? 30 : 400));
  to += sprintf(to, "%.*s", (int)draw_below(d, 3), "\t ");
  return (size_t)(to - text);
}

static void any_spelling_reads_as_strtod_and_strtof_do(void **state)
{
  (void)state;
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  draws d = { 33 };
  size_t n_over = 0;
  for (int i = 0; i < 60000; i++) {
    char text[512], copy[512];
    const size_t n = spell(&d, text);
    const double wanted = strtod_l(text, NULL, c);
    const float wanted_float = strtof_l(text, NULL, c);
    double got = 1.5;
    float got_float = 1.5f;
    memcpy(copy, text, n);
    assert_int_equal(fairu_number__double(copy, n, c, &got),
                     isinf(wanted) ? FAIRU_NUMBER_OVERFLOW : FAIRU_NUMBER_OK);
    memcpy(copy, text, n);
    assert_int_equal(fairu_number__float(copy, n, c, &got_float),
                     isinf(wanted_float) ? FAIRU_NUMBER_OVERFLOW : FAIRU_NUMBER_OK);
    const double value = isinf(wanted) ? 1.5 : wanted; /* untouched where it is refused */
    const float value_float = isinf(wanted_float) ? 1.5f : wanted_float;
    if (memcmp(&got, &value, sizeof got) != 0 || memcmp(&got_float, &value_float, sizeof got_float) != 0)
      fail_msg("\"%s\" read as %a and %a", text, got, (double)got_float);
    n_over += isinf(wanted) != 0;
  }
  assert_true(n_over > 500);
  freelocale(c);
}

/* The largest float and half a unit above it are one float and no float. */
static void the_largest_numbers(void **state)
{
  (void)state;
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  static const struct {
    const char *text;
    int kind_float, kind_double;
  } cases[] = { { "340282346638528859811704183484516925440", FAIRU_NUMBER_OK, FAIRU_NUMBER_OK },
                { "340282356779733661637539395458142568447.999", FAIRU_NUMBER_OK, FAIRU_NUMBER_OK },
                { "340282356779733661637539395458142568448", FAIRU_NUMBER_OVERFLOW, FAIRU_NUMBER_OK },
                { "-3.4028236e38", FAIRU_NUMBER_OVERFLOW, FAIRU_NUMBER_OK },
                { "1.7976931348623158e308", FAIRU_NUMBER_OVERFLOW, FAIRU_NUMBER_OK },
                { "1.7976931348623159e308", FAIRU_NUMBER_OVERFLOW, FAIRU_NUMBER_OVERFLOW },
                { "0e99999999999999999999", FAIRU_NUMBER_OK, FAIRU_NUMBER_OK },
                { "1e-99999999999999999999", FAIRU_NUMBER_OK, FAIRU_NUMBER_OK },
                { "-1e99999999999999999999", FAIRU_NUMBER_OVERFLOW, FAIRU_NUMBER_OVERFLOW } };
  for (size_t i = 0; i < N_OF(cases); i++) {
    char copy[64];
    float f = 0.0f;
    double x = 0.0;
    strcpy(copy, cases[i].text);
    assert_int_equal(fairu_number__float(copy, strlen(cases[i].text), c, &f), cases[i].kind_float);
    strcpy(copy, cases[i].text);
    assert_int_equal(fairu_number__double(copy, strlen(cases[i].text), c, &x), cases[i].kind_double);
    if (i < 2)
      assert_true(f == FLT_MAX);
  }
  freelocale(c);
}

/* What else a cell may hold, in any capitals and between blanks. */
static void what_is_no_number_is_told_apart(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int kind;
  } cases[] = { { "", FAIRU_NUMBER_EMPTY },
                { "nan", FAIRU_NUMBER_NAN },
                { "+nan", FAIRU_NUMBER_NAN },
                { "-nan", FAIRU_NUMBER_NAN },
                { "inf", FAIRU_NUMBER_INFINITE },
                { "-inf", FAIRU_NUMBER_INFINITE },
                { "+infinity", FAIRU_NUMBER_INFINITE },
                { "infinit", FAIRU_NUMBER_BAD },
                { "infinityy", FAIRU_NUMBER_BAD },
                { "nan(1)", FAIRU_NUMBER_BAD },
                { "na", FAIRU_NUMBER_BAD },
                { "nanx", FAIRU_NUMBER_BAD },
                { ".", FAIRU_NUMBER_BAD },
                { "-", FAIRU_NUMBER_BAD },
                { "+", FAIRU_NUMBER_BAD },
                { "-.", FAIRU_NUMBER_BAD },
                { "e5", FAIRU_NUMBER_BAD },
                { ".e5", FAIRU_NUMBER_BAD },
                { "1e", FAIRU_NUMBER_BAD },
                { "1e+", FAIRU_NUMBER_BAD },
                { "1e5.", FAIRU_NUMBER_BAD },
                { "1.2.3", FAIRU_NUMBER_BAD },
                { "1 2", FAIRU_NUMBER_BAD },
                { "1,2", FAIRU_NUMBER_BAD },
                { "0x10", FAIRU_NUMBER_BAD },
                { "--1", FAIRU_NUMBER_BAD },
                { "+-1", FAIRU_NUMBER_BAD },
                { "- 1", FAIRU_NUMBER_BAD },
                { "1f", FAIRU_NUMBER_BAD },
                { "1d5", FAIRU_NUMBER_BAD },
                { "1_0", FAIRU_NUMBER_BAD },
                { "1\n", FAIRU_NUMBER_BAD },
                { "\v1", FAIRU_NUMBER_BAD },
                { "1e 5", FAIRU_NUMBER_BAD },
                { "\xC2\xA0"
                  "1",
                  FAIRU_NUMBER_BAD },
                { "0b1", FAIRU_NUMBER_BAD } };
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  for (size_t i = 0; i < N_OF(cases); i++)
    for (int form = 0; form < 6;
         form++) { /* as it is, in capitals, with the first one only; between blanks */
      char text[64];
      const size_t n = (size_t)sprintf(text, form % 2 ? " \t%s \t " : "%s", cases[i].text),
                   first = form % 2 ? 2 : 0;
      for (size_t k = first; k < n; k++)
        if (form / 2 == 1 || (form / 2 == 2 && k == first))
          text[k] = (char)toupper((unsigned char)text[k]);
      double x = 1.5;
      float f = 1.5f;
      assert_int_equal(fairu_number__double(text, n, c, &x), cases[i].kind);
      assert_int_equal(fairu_number__float(text, n, c, &f), cases[i].kind);
      assert_true(x == 1.5 && f == 1.5f);
    }
  freelocale(c);
}

static void whole_numbers_are_digits_alone(void **state)
{
  (void)state;
  draws d = { 34 };
  char text[64];
  uint64_t value = 0;
  for (int i = 0; i < 5000; i++) {
    const uint64_t wanted = draw(&d) >> draw_below(&d, 64);
    const size_t n = (size_t)sprintf(text, "%s%.*s%llu%s", i % 3 ? "" : " \t", (int)draw_below(&d, 4), "000",
                                     (unsigned long long)wanted, i % 5 ? "" : " ");
    assert_int_equal(fairu_number__u64(text, n, &value), FAIRU_NUMBER_OK);
    assert_true(value == wanted);
  }
  static const struct {
    const char *text;
    int kind;
  } cases[] = { { "18446744073709551615", FAIRU_NUMBER_OK },
                { "000000000000000000000000018446744073709551615", FAIRU_NUMBER_OK },
                { "18446744073709551616", FAIRU_NUMBER_OVERFLOW },
                { "18446744073709551620", FAIRU_NUMBER_OVERFLOW },
                { "184467440737095516150", FAIRU_NUMBER_OVERFLOW },
                { "99999999999999999999999", FAIRU_NUMBER_OVERFLOW },
                { "", FAIRU_NUMBER_EMPTY },
                { " \t ", FAIRU_NUMBER_EMPTY },
                { "+1", FAIRU_NUMBER_BAD },
                { "-0", FAIRU_NUMBER_BAD },
                { "1.0", FAIRU_NUMBER_BAD },
                { "1e3", FAIRU_NUMBER_BAD },
                { "1 0", FAIRU_NUMBER_BAD },
                { "0x1", FAIRU_NUMBER_BAD } };
  for (size_t i = 0; i < N_OF(cases); i++) {
    value = 42;
    assert_int_equal(fairu_number__u64(cases[i].text, strlen(cases[i].text), &value), cases[i].kind);
    assert_true(cases[i].kind == FAIRU_NUMBER_OK ? value == UINT64_MAX : value == 42);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(halfway_between_doubles),
                                      cmocka_unit_test(halfway_between_floats),
                                      cmocka_unit_test(any_spelling_reads_as_strtod_and_strtof_do),
                                      cmocka_unit_test(the_largest_numbers),
                                      cmocka_unit_test(what_is_no_number_is_told_apart),
                                      cmocka_unit_test(whole_numbers_are_digits_alone) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
