/* number.c - decimal text to float, double and integers: correctly rounded in any locale.
 *
 * A number is read as digits x 10^exponent. Up to 2^53 and 10^22 both are exact doubles, so one multiplication or division
 * rounds correctly (Clinger 1990). For a float a double with a few units of error is enough unless it lies within them of
 * the midpoint of two floats. All else goes to strtod_l and strtof_l in the C locale.
 */
#include "events/number.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_OF_U64 = 19, LARGEST_EXACT_POWER = 22, EXPONENT_CAP = 100000 };

static const double powers[LARGEST_EXACT_POWER + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

typedef struct decimal {
  uint64_t digits; /* the first 19 significant ones */
  int exponent;
  int negative;
  int is_cut; /* digits beyond the 19th were left out */
} decimal;

static int is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static void trim(const char **text, const char **end)
{
  while (*text < *end && is_blank(**text))
    (*text)++;
  while (*text < *end && is_blank((*end)[-1]))
    (*end)--;
}

static int equals_word(const char *text, const char *end, const char *word)
{
  for (; text < end && *word; text++, word++)
    if ((*text | 0x20) != *word)
      return 0;
  return text == end && !*word;
}

static int scan_word(const char *text, const char *end)
{
  if (equals_word(text, end, "nan"))
    return FAIRU_NUMBER_NAN;
  if (equals_word(text, end, "inf") || equals_word(text, end, "infinity"))
    return FAIRU_NUMBER_INFINITE;
  return FAIRU_NUMBER_BAD;
}

/* Digits at text; returns behind them. scale: -1 behind the point, else 0. */
static const char *scan_digits(const char *text, const char *end, decimal *d, int *n_significant, int scale)
{
  for (; text < end; text++) {
    const unsigned digit = (unsigned)(unsigned char)*text - '0';
    if (digit > 9)
      break;
    if (*n_significant < DIGITS_OF_U64) {
      d->digits = 10 * d->digits + digit;
      *n_significant += d->digits != 0;
      d->exponent += scale;
    } else {
      d->is_cut = 1;
      d->exponent += scale + 1;
    }
  }
  return text;
}

/* "e-12" at text; NULL if no digit follows. */
static const char *scan_exponent(const char *text, const char *end, decimal *d)
{
  int value = 0, negative = 0;
  text++;
  if (text < end && (*text == '+' || *text == '-'))
    negative = *text++ == '-';
  const char *first = text;
  for (; text < end && *text >= '0' && *text <= '9'; text++)
    if (value < EXPONENT_CAP)
      value = 10 * value + (*text - '0');
  d->exponent += negative ? -value : value;
  return text > first ? text : NULL;
}

static int scan(const char *text, const char *end, decimal *d)
{
  trim(&text, &end);
  if (text == end)
    return FAIRU_NUMBER_EMPTY;
  *d = (decimal){ 0, 0, *text == '-', 0 };
  if (*text == '-' || *text == '+')
    text++;
  int n_significant = 0;
  const char *whole = text;
  text = scan_digits(text, end, d, &n_significant, 0);
  ptrdiff_t n_digits = text - whole;
  if (text < end && *text == '.') {
    const char *fraction = ++text;
    text = scan_digits(text, end, d, &n_significant, -1);
    n_digits += text - fraction;
  }
  if (n_digits == 0)
    return scan_word(whole, end);
  if (text < end && (*text | 0x20) == 'e') {
    text = scan_exponent(text, end, d);
    if (!text)
      return FAIRU_NUMBER_BAD;
  }
  return text == end ? FAIRU_NUMBER_OK : FAIRU_NUMBER_BAD;
}

static double with_sign(const decimal *d, double value)
{
  return d->negative ? -value : value;
}

static double scaled(const decimal *d)
{
  const double digits = (double)d->digits;
  return d->exponent < 0 ? digits / powers[-d->exponent] : digits * powers[d->exponent];
}

static int power_is_exact(const decimal *d)
{
  return d->exponent >= -LARGEST_EXACT_POWER && d->exponent <= LARGEST_EXACT_POWER;
}

int fairu_number__double(char *text, size_t size, locale_t c, double *value)
{
  decimal d;
  const int kind = scan(text, text + size, &d);
  if (kind != FAIRU_NUMBER_OK)
    return kind;
  if (!d.is_cut && (d.digits == 0 || (d.digits <= (uint64_t)1 << 53 && power_is_exact(&d)))) {
    *value = with_sign(&d, d.digits == 0 ? 0.0 : scaled(&d));
    return FAIRU_NUMBER_OK;
  }
  const int saved = errno;
  text[size] = '\0';
  const double slow = strtod_l(text, NULL, c);
  errno = saved;
  if (!isfinite(slow))
    return FAIRU_NUMBER_OVERFLOW;
  *value = slow;
  return FAIRU_NUMBER_OK;
}

/* `wide` is within 2 units of the true value: it rounds to the same float unless a midpoint is that near. */
static int rounds_safely(double wide)
{
  uint64_t bits;
  memcpy(&bits, &wide, sizeof bits);
  const uint64_t below = bits & 0x1fffffff, midpoint = 0x10000000;
  return (below < midpoint - 4 || below > midpoint + 4) && wide >= 2.0 * (double)FLT_MIN &&
         wide <= 0.5 * (double)FLT_MAX;
}

int fairu_number__float(char *text, size_t size, locale_t c, float *value)
{
  decimal d;
  const int kind = scan(text, text + size, &d);
  if (kind != FAIRU_NUMBER_OK)
    return kind;
  const double wide = d.digits != 0 && power_is_exact(&d) ? scaled(&d) : 0.0;
  if (d.digits == 0 || rounds_safely(wide)) {
    *value = (float)with_sign(&d, wide);
    return FAIRU_NUMBER_OK;
  }
  const int saved = errno;
  text[size] = '\0';
  const float slow = strtof_l(text, NULL, c);
  errno = saved;
  if (!isfinite(slow))
    return FAIRU_NUMBER_OVERFLOW;
  *value = slow;
  return FAIRU_NUMBER_OK;
}

int fairu_number__u64(const char *text, size_t size, uint64_t *value)
{
  const char *end = text + size;
  uint64_t sum = 0;
  trim(&text, &end);
  if (text == end)
    return FAIRU_NUMBER_EMPTY;
  for (; text < end; text++) {
    if (*text < '0' || *text > '9')
      return FAIRU_NUMBER_BAD;
    if (__builtin_mul_overflow(sum, (uint64_t)10, &sum) ||
        __builtin_add_overflow(sum, (uint64_t)(*text - '0'), &sum))
      return FAIRU_NUMBER_OVERFLOW;
  }
  *value = sum;
  return FAIRU_NUMBER_OK;
}
