/* exact_sum.h - exact sum of doubles (small superaccumulator, Neal, arXiv:1505.05571): any order, any grouping, the
 * same bits; rounded once when read. Canonical form (after __normalise) is unique for a value, so states compare and
 * serialise by bytes. Inputs must be finite. */
#ifndef FAIRU_NUMERIC_EXACT_SUM_H
#define FAIRU_NUMERIC_EXACT_SUM_H

#include <stddef.h>
#include <stdint.h>

#define FAIRU_EXACT_LIMBS 68

typedef struct fairu_exact_sum {
  int64_t
      limb[FAIRU_EXACT_LIMBS]; /* limb i counts 2^(32 i - 1075 - ...), carries pending in the upper bits */
  uint64_t adds;               /* since the last normalisation; < 2^30 */
} fairu_exact_sum;

void fairu_exact_sum__add(fairu_exact_sum *sum, double x);
void fairu_exact_sum__add_product(fairu_exact_sum *sum, double x,
                                  double y); /* exactly x * y, by two-product */
void fairu_exact_sum__normalise(fairu_exact_sum *sum);
void fairu_exact_sum__merge(fairu_exact_sum *sum, const fairu_exact_sum *other);
double fairu_exact_sum__value(const fairu_exact_sum *sum); /* correctly rounded, to nearest even */

#endif /* FAIRU_NUMERIC_EXACT_SUM_H */
