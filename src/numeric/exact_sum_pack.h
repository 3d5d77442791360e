/* exact_sum_pack.h - exact sums as fields of our own file format: of the canonical form the limbs from the first to the last that is
 * not 0, so equal sums give equal bytes however they were added. */
#ifndef FAIRU_NUMERIC_EXACT_SUM_PACK_H
#define FAIRU_NUMERIC_EXACT_SUM_PACK_H

#include "base/pack_internal.h"
#include "numeric/exact_sum.h"

void fairu_exact_sum__put(const fairu_exact_sum *sum, fairu_pack *pack);

/* Into a sum of zeros: canonical and far from overflow, or FAIRU_ERR_FORMAT. */
int fairu_exact_sum__get(fairu_unpack *unpack, fairu_context *ctx, int negative_allowed,
                         fairu_exact_sum *sum);

#endif /* FAIRU_NUMERIC_EXACT_SUM_PACK_H */
