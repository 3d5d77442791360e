/* exact_sum.c - small superaccumulator (R. M. Neal, arXiv:1505.05571): a fixed-point number of 68 limbs of 32 bits, lowest
 * bit 2^-1074, each in an int64_t with room for 2^30 pending carries. */
#include "numeric/exact_sum.h"

#include <math.h>
#include <string.h>

#define LOW 0xffffffff
enum { TOP = FAIRU_EXACT_LIMBS - 1 };

void fairu_exact_sum__add(fairu_exact_sum *sum, double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const unsigned exponent = (unsigned)(bits >> 52) & 0x7ff;
  uint64_t m = bits & UINT64_C(0xfffffffffffff);
  if (exponent)
    m |= UINT64_C(1) << 52;
  const unsigned at = exponent ? exponent - 1 : 0, shift = at & 31; /* x = m 2^(at - 1074) */
  int64_t *limb = sum->limb + (at >> 5);
  const uint64_t low = (m & LOW) << shift, high = ((m >> 32) << shift) + (low >> 32);
  const int64_t sign = (bits >> 63) ? -1 : 1;
  limb[0] += sign * (int64_t)(low & LOW);
  limb[1] += sign * (int64_t)(high & LOW);
  limb[2] += sign * (int64_t)(high >> 32);
  if (++sum->adds >= UINT64_C(1) << 30)
    fairu_exact_sum__normalise(sum);
}

/* The rest of the rounded product is a double too, unless the product is below 2^-968. */
void fairu_exact_sum__add_product(fairu_exact_sum *sum, double x, double y)
{
  const double product = x * y;
  fairu_exact_sum__add(sum, product);
  fairu_exact_sum__add(sum, fma(x, y, -product));
}

/* Limbs below the top into [0, 2^32); the top one carries the sign. */
void fairu_exact_sum__normalise(fairu_exact_sum *sum)
{
  int64_t carry = 0;
  for (int i = 0; i < TOP; i++) {
    const int64_t v = sum->limb[i] + carry;
    const int64_t kept = (int64_t)((uint64_t)v & LOW);
    carry = (v - kept) / (INT64_C(1) << 32);
    sum->limb[i] = kept;
  }
  sum->limb[TOP] += carry;
  sum->adds = 0;
}

void fairu_exact_sum__merge(fairu_exact_sum *sum, const fairu_exact_sum *other)
{
  fairu_exact_sum copy = *other;
  fairu_exact_sum__normalise(&copy);
  fairu_exact_sum__normalise(sum);
  for (int i = 0; i < FAIRU_EXACT_LIMBS; i++)
    sum->limb[i] += copy.limb[i];
  fairu_exact_sum__normalise(sum);
}

static int bit_at(const fairu_exact_sum *sum, int position)
{
  return (int)(sum->limb[position >> 5] >> (position & 31)) & 1;
}

static int any_below(const fairu_exact_sum *sum, int position)
{
  for (int i = 0; i < position >> 5; i++)
    if (sum->limb[i])
      return 1;
  return (sum->limb[position >> 5] & ((INT64_C(1) << (position & 31)) - 1)) != 0;
}

/* Bits position .. position + 63, zero beyond the top. */
static uint64_t bits_from(const fairu_exact_sum *sum, int position)
{
  const int i = position >> 5, shift = position & 31;
  const uint64_t l0 = (uint64_t)sum->limb[i];
  const uint64_t l1 = i < TOP ? (uint64_t)sum->limb[i + 1] : 0,
                 l2 = i + 1 < TOP ? (uint64_t)sum->limb[i + 2] : 0;
  const uint64_t low = (l0 | l1 << 32) >> shift;
  return shift ? low | l2 << (64 - shift) : low;
}

/* Highest set bit of a normalised sum >= 0, -1 if zero. */
static int highest_bit(const fairu_exact_sum *sum)
{
  int i = TOP;
  while (i >= 0 && sum->limb[i] == 0)
    i--;
  if (i < 0)
    return -1;
  int position = 32 * i;
  for (uint64_t v = (uint64_t)sum->limb[i]; v > 1; v >>= 1)
    position++;
  return position;
}

double fairu_exact_sum__value(const fairu_exact_sum *sum)
{
  fairu_exact_sum copy = *sum;
  fairu_exact_sum__normalise(&copy);
  const int negative = copy.limb[TOP] < 0;
  if (negative) {
    for (int i = 0; i < FAIRU_EXACT_LIMBS; i++)
      copy.limb[i] = -copy.limb[i];
    fairu_exact_sum__normalise(&copy);
  }
  const int highest = highest_bit(&copy), lowest = highest > 52 ? highest - 52 : 0;
  if (highest < 0)
    return 0.0;
  if (highest > 32 * TOP)
    return negative ? -(double)INFINITY : (double)INFINITY;
  uint64_t m = bits_from(&copy, lowest) & ((UINT64_C(1) << 53) - 1);
  if (lowest > 0 && bit_at(&copy, lowest - 1) && ((m & 1) || any_below(&copy, lowest - 1)))
    m++;
  const double value = ldexp((double)m, lowest - 1074);
  return negative ? -value : value;
}
