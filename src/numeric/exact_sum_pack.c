/* exact_sum_pack.c - exact sums in files and messages. */
#include "numeric/exact_sum_pack.h"

#include <string.h>

enum { TOP = FAIRU_EXACT_LIMBS - 1 };

/* Limbs first .. first + n - 1 of a canonical sum, none of 0. */
static void find_limbs(const fairu_exact_sum *sum, size_t *first, size_t *n)
{
  size_t end = FAIRU_EXACT_LIMBS;
  *first = 0;
  while (end > 0 && sum->limb[end - 1] == 0)
    end--;
  while (*first < end && sum->limb[*first] == 0)
    ++*first;
  *n = end - *first;
}

void fairu_exact_sum__put(const fairu_exact_sum *sum, fairu_pack *pack)
{
  fairu_exact_sum canonical = *sum;
  uint64_t limbs[FAIRU_EXACT_LIMBS];
  size_t first, n;
  fairu_exact_sum__normalise(&canonical);
  find_limbs(&canonical, &first, &n);
  for (size_t i = 0; i < n; i++)
    limbs[i] = (uint64_t)canonical.limb[first + i];
  fairu_pack__u64(pack, n > 0 ? first : 0);
  fairu_pack__u64(pack, n);
  fairu_pack__u64s(pack, limbs, n);
}

int fairu_exact_sum__get(fairu_unpack *unpack, fairu_context *ctx, int negative_allowed, fairu_exact_sum *sum)
{
  size_t first = 0, n = 0;
  uint64_t limbs[FAIRU_EXACT_LIMBS];
  int status = fairu_unpack__size(unpack, ctx, "first limb of a sum", TOP, &first);
  if (status == FAIRU_OK)
    status = fairu_unpack__size(unpack, ctx, "limbs of a sum", FAIRU_EXACT_LIMBS - first, &n);
  if (status == FAIRU_OK)
    status = fairu_unpack__u64s(unpack, ctx, "limbs of a sum", limbs, n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    int64_t limb;
    memcpy(&limb, &limbs[i], sizeof limb);
    const int64_t lowest = first + i == TOP && negative_allowed ? -INT64_C(0x80000000) : 0;
    if (limb < lowest || limb > INT64_C(0xffffffff))
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "limb %zu of a sum is out of range", first + i);
    sum->limb[first + i] = limb;
  }
  return status;
}
