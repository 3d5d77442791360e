/* double_text.c - shortest round trip: the fewest digits that read back, found by trying.
 *
 * printf and strtod_l are correctly rounded here; digits are taken out of %e, so that the locale's decimal point never matters. Doubles are compared by
 * their bits: a host that lets denormals count as 0 (DAZ) gets them written all the same.
 */
#include "base/double_text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 17 };

/* 0.d1d2d3... * 10^point */
typedef struct decimal {
  char digits[MOST_DIGITS + 1];
  int n;
  int point;
} decimal;

static void round_to(double magnitude, int n, decimal *out)
{
  char text[64];
  snprintf(text, sizeof text, "%.*e", n - 1, magnitude);
  out->n = 0;
  const char *p = text;
  for (; *p != 'e'; p++)
    if (*p >= '0' && *p <= '9' && out->n < MOST_DIGITS)
      out->digits[out->n++] = *p;
  out->digits[out->n] = '\0';
  int exponent = 0;
  for (const char *digit = p + 2; *digit; digit++) /* behind the sign, which is always there */
    exponent = 10 * exponent + (*digit - '0');
  out->point = (p[1] == '-' ? -exponent : exponent) + 1;
}

static uint64_t bits_of(double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static bool reads_back(const decimal *d, double magnitude)
{
  char text[64];
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* takes no memory: there is one */
  if (!plain)
    return false; /* all digits then: longer, not wrong */
  snprintf(text, sizeof text, "%se%d", d->digits, d->point - d->n);
  const bool same = bits_of(strtod_l(text, NULL, plain)) ==
                    bits_of(magnitude); /* beyond the largest: infinity, which is no match */
  freelocale(plain);
  return same;
}

/* The next decimal of as many digits, upwards. */
static void step_up(decimal *d)
{
  int i = d->n;
  while (i > 0 && d->digits[i - 1] == '9')
    d->digits[--i] = '0';
  if (i > 0) {
    d->digits[i - 1]++;
    return;
  }
  d->digits[0] = '1'; /* 999 -> 1000 */
  d->point++;
}

/* Doubles below a power of two are twice as dense as above it: there the nearest decimal of n digits, below, may miss, and the
 * next one, above, hit. */
static bool fits(double magnitude, bool power, int n, decimal *d)
{
  round_to(magnitude, n, d);
  if (reads_back(d, magnitude))
    return true;
  if (!power)
    return false;
  step_up(d);
  return reads_back(d, magnitude);
}

static void shortest(double magnitude, decimal *d)
{
  int exponent = 0;
  const bool power = frexp(magnitude, &exponent) == 0.5;
  int n = magnitude < DBL_MIN
              ? 1
              : DBL_DIG; /* any decimal of DBL_DIG digits survives, so fewer are found by cutting zeros */
  while (n < MOST_DIGITS && !fits(magnitude, power, n, d))
    n++;
  if (n == MOST_DIGITS)
    round_to(magnitude, n, d);
  while (d->n > 1 && d->digits[d->n - 1] == '0')
    d->digits[--d->n] = '\0';
}

static int write_plain(const decimal *d, char *text, size_t room)
{
  if (d->point <= 0)
    return snprintf(text, room, "0.%.*s%s", -d->point, "0000", d->digits);
  if (d->point >= d->n)
    return snprintf(text, room, "%s%.*s.0", d->digits, d->point - d->n, "0000000000000000");
  return snprintf(text, room, "%.*s.%s", d->point, d->digits, d->digits + d->point);
}

static int write_exponent(const decimal *d, char *text, size_t room)
{
  const int exponent = d->point - 1;
  return snprintf(text, room, "%c%s%se%c%02d", d->digits[0], d->n > 1 ? "." : "", d->digits + 1,
                  exponent < 0 ? '-' : '+', abs(exponent));
}

/* Whole numbers are frequent and need no trying. */
static int write_whole(double magnitude, char *text, size_t room)
{
  return snprintf(text, room, "%lld.0", (long long)magnitude);
}

size_t fairu_double__text(double value, char text[FAIRU_DOUBLE_TEXT])
{
  const double magnitude = fabs(value);
  const size_t sign = signbit(value) != 0;
  char *out = text + sign;
  const size_t room = FAIRU_DOUBLE_TEXT - sign;
  int length;
  text[0] = '-';
  if (isnan(value))
    return (size_t)snprintf(text, FAIRU_DOUBLE_TEXT,
                            "NaN"); /* as Python's json; no reader of ours takes it */
  if (isinf(value))
    return sign + (size_t)snprintf(out, room, "Infinity");
  if (bits_of(magnitude) == 0 || (magnitude >= 1.0 && magnitude < 1e15 && magnitude == floor(magnitude))) {
    length = write_whole(magnitude, out, room);
  } else {
    decimal d;
    shortest(magnitude, &d);
    length = d.point > -4 && d.point <= 16 ? write_plain(&d, out, room) : write_exponent(&d, out, room);
  }
  return sign + (size_t)length;
}
