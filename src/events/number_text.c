/* number_text.c - numbers as decimal text: what printf writes in the C locale.
 *
 * Between 1e-4 and 1e9 "%.9g" writes a float without an exponent. Its nine digits are value x 10^k with k <= 12; a float has
 * 24 bits and 5^12 has 28, so the product is exact in double and rounding it to even is what printf does. All else goes to
 * printf.
 */
#include "events/number_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 9, LARGEST_POWER = 12 };

static const double powers[LARGEST_POWER + 1] = { 1e0, 1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
                                                  1e7, 1e8, 1e9, 1e10, 1e11, 1e12 };

size_t fairu_number__u64_text(uint64_t value, char *text)
{
  char reversed[20];
  size_t n = 0;
  do
    reversed[n++] = (char)('0' + value % 10);
  while (value /= 10);
  for (size_t i = 0; i < n; i++)
    text[i] = reversed[n - 1 - i];
  return n;
}

size_t fairu_number__i64_text(int64_t value, char *text)
{
  if (value >= 0)
    return fairu_number__u64_text((uint64_t)value, text);
  text[0] = '-';
  return 1 + fairu_number__u64_text(0 - (uint64_t)value, text + 1);
}

/* Place of the first digit of a in [1e-4, 1e9): 0 for units. */
static int place_of(double a)
{
  int place = a < 1.0 ? -4 : 0;
  while (place < 0 ? a >= 1.0 / powers[-place - 1] : a >= powers[place + 1])
    place++;
  return place;
}

/* Nine digits without the zeros behind, the point after the one of units. */
static size_t put_digits(uint32_t digits, int place, char *text)
{
  char all[DIGITS];
  for (int i = DIGITS - 1; i >= 0; i--, digits /= 10)
    all[i] = (char)('0' + digits % 10);
  int n = DIGITS, whole = place < 0 ? 0 : place + 1;
  while (n > whole && all[n - 1] == '0')
    n--;
  char *to = text;
  if (whole == 0)
    *to++ = '0';
  memcpy(to, all, (size_t)whole);
  to += whole;
  if (n > whole)
    *to++ = '.';
  for (int zeros = place + 1; n > whole && zeros < 0; zeros++)
    *to++ = '0';
  memcpy(to, all + whole, (size_t)(n - whole));
  return (size_t)(to - text) + (size_t)(n - whole);
}

size_t fairu_number__float_text(float value, char *text)
{
  const double a = fabs((double)value);
  const size_t sign = signbit(value) ? 1 : 0;
  text[0] = '-';
  if (!(a >= 1e-4 && a < 1e9)) {
    if (a > 0.0 || isnan(value))
      return (size_t)snprintf(text, FAIRU_NUMBER_TEXT, "%.9g", (double)value);
    text[sign] = '0';
    return sign + 1;
  }
  const int place = place_of(a); /* a float below a power of ten stays below it when rounded to nine digits */
  return sign + put_digits((uint32_t)lrint(a * powers[DIGITS - 1 - place]), place, text + sign);
}
