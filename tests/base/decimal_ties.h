/* decimal_ties.h - decimal texts about half-way between two neighbouring doubles, exact to the last digit, and what they must read
 * as: done on digits alone, as on paper. */
#ifndef FAIRU_TESTS_BASE_DECIMAL_TIES_H
#define FAIRU_TESTS_BASE_DECIMAL_TIES_H

#include "support/draws.h"
#include "support/support.h"

enum { TIE_DECIMALS = 1080, TIE_ROOM = 1500 };

/* x written out; any double ends within so many decimals. Without its point: the value times 10^TIE_DECIMALS. */
static inline void tie_digits(double x, char text[TIE_ROOM])
{
  const int length = snprintf(text, TIE_ROOM, "%0*.*f", 312 + TIE_DECIMALS, TIE_DECIMALS, x);
  char *point = strchr(text, '.');
  assert_non_null(point);
  memmove(point, point + 1, (size_t)(text + length - point));
}

/* (a + b) / 2 of digit strings of equal length, times 10: one digit more. */
static inline void tie_middle(const char *a, const char *b, char out[TIE_ROOM])
{
  const size_t n = strlen(a);
  int carry = 0;
  assert_int_equal(strlen(b), n);
  out[n + 1] = '\0';
  for (size_t i = n; i-- > 0;) { /* (a + b) * 5 */
    const int sum = 5 * (a[i] - '0' + b[i] - '0') + carry;
    out[i + 1] = (char)('0' + sum % 10);
    carry = sum / 10;
  }
  out[0] = (char)('0' + carry);
}

/* One less in the last digit that counts, then nines: just below. */
static inline void tie_below(char *digits)
{
  size_t i = strlen(digits);
  while (digits[i - 1] == '0')
    i--;
  digits[i - 1]--;
  for (; digits[i]; i++)
    digits[i] = '9';
}

/* As a number of one digit before the point; leading zeros away. */
static inline void tie_text(const char *digits, char *text, size_t room)
{
  while (*digits == '0' && digits[1])
    digits++;
  snprintf(text, room, "%c.%se%d", digits[0], digits + 1, (int)strlen(digits) - 1 - TIE_DECIMALS - 1);
}

/* A positive finite double with a finite neighbour above. */
static inline double tie_double(draws *d)
{
  for (;;) {
    const double x = fabs(draw_bits(d));
    if (isfinite(x) && isfinite(nextafter(x, (double)INFINITY)))
      return x;
  }
}

/* read(text) gives the number of a text; low and above are neighbours of its type. */
static inline void check_ties(double (*read)(const char *text, void *data), void *data, double low,
                              double above, int low_is_even)
{
  static char digits[2][TIE_ROOM], middle[TIE_ROOM], text[TIE_ROOM + 64];
  tie_digits(low, digits[0]);
  tie_digits(above, digits[1]);
  tie_middle(digits[0], digits[1], middle);
  tie_text(middle, text, sizeof text);
  assert_true(read(text, data) == (low_is_even ? low : above));
  middle[strlen(middle) - 1]++; /* was 0 or 5 */
  tie_text(middle, text, sizeof text);
  assert_true(read(text, data) == above);
  middle[strlen(middle) - 1]--;
  tie_below(middle);
  tie_text(middle, text, sizeof text);
  assert_true(read(text, data) == low);
}

/* x and the double above it. */
static inline void check_double_ties(double (*read)(const char *text, void *data), void *data, double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  check_ties(read, data, x, nextafter(x, (double)INFINITY), bits % 2 == 0);
}

#endif /* FAIRU_TESTS_BASE_DECIMAL_TIES_H */
