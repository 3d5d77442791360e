/* Doubles as text against the definition: the text reads back, no decimal of fewer digits does, none of as many lies nearer, and it is laid out
 * as Python's repr lays it out. */
#include "support/draws.h"
#include "support/support.h"

#include "base/double_text.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

/* Significant digits of a text, without zeros at both ends, and the power of ten of the first one. */
typedef struct digits {
  char d[40];
  int n;
  int power;
} digits;

static digits digits_of(const char *text)
{
  digits r = { .n = 0 };
  int seen_point = 0, before = 0, leading = 0, started = 0;
  for (; *text && *text != 'e'; text++) {
    if (*text == '.')
      seen_point = 1;
    if (*text < '0' || *text > '9')
      continue;
    started |= *text != '0';
    if (started)
      r.d[r.n++] = *text;
    before += started && !seen_point;
    leading += !started && seen_point;
  }
  r.power = (before > 0 ? before - 1 : -leading - 1) + (*text == 'e' ? atoi(text + 1) : 0);
  while (r.n > 0 && r.d[r.n - 1] == '0')
    r.n--;
  r.d[r.n] = '\0';
  return r;
}

/* The text of Python's float.__repr__ from its digits. */
static void lay_out(const digits *r, int negative, char *text, size_t room)
{
  char body[64];
  size_t at = 0;
  if (r->power >= 16 || r->power < -4) {
    at += (size_t)snprintf(body, sizeof body, "%c", r->d[0]);
    if (r->n > 1)
      at += (size_t)snprintf(body + at, sizeof body - at, ".%s", r->d + 1);
    snprintf(body + at, sizeof body - at, "e%+03d", r->power);
  } else {
    for (int p = r->power > 0 ? r->power : 0; p >= 0 || r->power - p < r->n; p--) {
      const int i = r->power - p;
      if (p == -1)
        body[at++] = '.';
      body[at++] = i >= 0 && i < r->n ? r->d[i] : '0';
    }
    body[at] = '\0';
    if (!strchr(body, '.'))
      snprintf(body + at, sizeof body - at, ".0");
  }
  snprintf(text, room, "%s%s", negative ? "-" : "", body);
}

static int same_bits(double a, double b)
{
  return memcmp(&a, &b, sizeof a) == 0;
}

/* Do both decimals of n digits around the value read back as something else? Written down exactly, cut, and raised by one. */
static int none_of(double magnitude, int n)
{
  char exact[1100], low[64], high[64];
  snprintf(exact, sizeof exact, "%.800e", magnitude); /* every double has at most 767 digits */
  const int power = atoi(strchr(exact, 'e') + 1);
  char cut[32];
  cut[0] = exact[0];
  memcpy(cut + 1, exact + 2, (size_t)n - 1);
  cut[n] = '\0';
  snprintf(low, sizeof low, "%se%d", cut, power - n + 1);
  int i = n - 1;
  while (i >= 0 && cut[i] == '9')
    cut[i--] = '0';
  if (i >= 0)
    cut[i]++;
  snprintf(high, sizeof high, "%s%se%d", i < 0 ? "1" : "", cut, power - n + 1);
  return !same_bits(strtod(low, NULL), magnitude) && !same_bits(strtod(high, NULL), magnitude);
}

/* The distance in long double is exact enough: 11 bits more than the value has. */
static int is_nearest(double magnitude, const digits *r)
{
  char text[64];
  if (magnitude < 1e-290) /* neighbours would be subnormal */
    return 1;
  snprintf(text, sizeof text, "%se%d", r->d, r->power - r->n + 1);
  const long double ours = fabsl(strtold(text, NULL) - (long double)magnitude);
  for (int step = -1; step <= 1; step += 2) {
    char other[48];
    const unsigned long long whole = strtoull(r->d, NULL, 10);
    snprintf(other, sizeof other, "%llue%d", step < 0 ? whole - 1 : whole + 1, r->power - r->n + 1);
    const long double theirs = fabsl(strtold(other, NULL) - (long double)magnitude);
    if (theirs < ours * (1.0L - 0x1p-8L) && same_bits(strtod(other, NULL), magnitude))
      return 0;
  }
  return 1;
}

static void check_value(double value)
{
  char text[FAIRU_DOUBLE_TEXT], wanted[80];
  memset(text, 'x', sizeof text);
  const size_t length = fairu_double__text(value, text);
  assert_int_equal(length, strlen(text));
  if (!same_bits(strtod(text, NULL), value))
    fail_msg("%a is written %s", value, text);
  const double magnitude = fabs(value);
  const digits r = digits_of(text);
  if (magnitude > 0.0) {
    if (r.n > 1 && !none_of(magnitude, r.n - 1))
      fail_msg("%a needs fewer digits than %s", value, text);
    if (!is_nearest(magnitude, &r))
      fail_msg("%a has a nearer decimal than %s", value, text);
    lay_out(&r, signbit(value) != 0, wanted, sizeof wanted);
    assert_string_equal(text, wanted);
  }
}

static void any_bits_are_written_shortest(void **state)
{
  (void)state;
  draws d = { 1 };
  for (int i = 0; i < 12000; i++) {
    const double value = draw_bits(&d);
    if (isfinite(value))
      check_value(value);
  }
}

/* Around each power of two the spacing changes: the rule of the nearer neighbour fails there alone. */
static void powers_of_two_and_their_neighbours(void **state)
{
  (void)state;
  for (int e = -1074; e < 1024; e++) {
    const double power = ldexp(1.0, e);
    check_value(power);
    check_value(-nextafter(power, 0.0));
    check_value(nextafter(power, HUGE_VAL));
  }
}

/* Around each power of ten the layout changes and carries run through. */
static void powers_of_ten_and_their_neighbours(void **state)
{
  (void)state;
  for (int e = -323; e <= 308; e++) {
    char text[16];
    snprintf(text, sizeof text, "1e%d", e);
    const double power = strtod(text, NULL);
    check_value(power);
    double down = power, up = power;
    for (int i = 0; i < 3; i++) {
      down = nextafter(down, 0.0);
      up = nextafter(up, HUGE_VAL);
      check_value(down);
      check_value(up);
    }
  }
}

/* Decimals of k digits for every k up to 15 come back as they were typed; 16 and 17 digits at the borders of whole numbers. */
static void decimals_come_back_as_they_were_typed(void **state)
{
  (void)state;
  draws d = { 2 };
  for (int round = 0; round < 6000; round++) {
    digits typed = { .n = 1 + (int)draw_below(&d, 15), .power = (int)draw_below(&d, 600) - 300 };
    char text[64], wanted[80], got[FAIRU_DOUBLE_TEXT];
    if (round % 2)
      typed.power = (int)draw_below(&d, 30) - 10;
    for (int i = 0; i < typed.n; i++)
      typed.d[i] = (char)('0' + draw_below(&d, 10));
    typed.d[0] = typed.d[0] == '0' ? '7' : typed.d[0];
    typed.d[typed.n - 1] = typed.d[typed.n - 1] == '0' ? '3' : typed.d[typed.n - 1];
    typed.d[typed.n] = '\0';
    snprintf(text, sizeof text, "%se%d", typed.d, typed.power - typed.n + 1);
    lay_out(&typed, 0, wanted, sizeof wanted);
    fairu_double__text(strtod(text, NULL), got);
    assert_string_equal(got, wanted);
  }
}

/* Whole numbers take a way of their own below 1e15. */
static void whole_numbers_at_every_size(void **state)
{
  (void)state;
  draws d = { 3 };
  for (int bits = 0; bits < 64; bits++)
    for (int i = 0; i < 40; i++)
      check_value((double)(draw(&d) >> bits));
  for (double x = 999999999999990.0; x < 1000000000000010.0; x += 0.5)
    check_value(x);
  for (double x = 9007199254740980.0; x < 9007199254741004.0; x = nextafter(x, HUGE_VAL))
    check_value(x);
  for (double x = 9999999999999980.0; x < 10000000000000020.0; x += 2.0)
    check_value(x);
}

typedef struct text_case {
  double value;
  const char *text;
} text_case;

static void what_python_writes(void **state)
{
  (void)state;
  const text_case cases[] = {
    { 0.0, "0.0" },
    { -0.0, "-0.0" },
    { 1.0, "1.0" },
    { 0.1, "0.1" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1e-4, "0.0001" },
    { 1e-5, "1e-05" },
    { 0.00012345678901234567, "0.00012345678901234567" },
    { 9.9999999999999991e-05, "9.999999999999999e-05" },
    { 1e15, "1000000000000000.0" },
    { 1e16, "1e+16" },
    { 9999999999999998.0, "9999999999999998.0" },
    { 123456789012345680.0, "1.2345678901234568e+17" },
    { 5e-324, "5e-324" },
    { 2.2250738585072014e-308, "2.2250738585072014e-308" },
    { 2.225073858507201e-308, "2.225073858507201e-308" },
    { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 9007199254740993.0, "9007199254740992.0" },
    { 2e23, "2e+23" },
    { 1e23, "1e+23" },
    { 9.5367431640625e-07, "9.5367431640625e-07" },
    { 4.35, "4.35" },
    { -2.5e-100, "-2.5e-100" },
  };
  char text[FAIRU_DOUBLE_TEXT];
  for (size_t i = 0; i < N_OF(cases); i++) {
    assert_int_equal(fairu_double__text(cases[i].value, text), strlen(cases[i].text));
    assert_string_equal(text, cases[i].text);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(any_bits_are_written_shortest),
    cmocka_unit_test(powers_of_two_and_their_neighbours),
    cmocka_unit_test(powers_of_ten_and_their_neighbours),
    cmocka_unit_test(decimals_come_back_as_they_were_typed),
    cmocka_unit_test(whole_numbers_at_every_size),
    cmocka_unit_test(what_python_writes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
