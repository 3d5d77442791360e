/* binomial.c - exact interval of a binomial probability (Clopper and Pearson, Biometrika 26 (1934) 404). */
#include <fairu/coverage.h>

#include <math.h>

#include "base/context_internal.h"
#include "numeric/special.h"

int fairu_binomial_interval(fairu_context *ctx, uint64_t k, uint64_t n, double level, double *lower,
                            double *upper)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lower || !upper)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "binomial interval: %s is NULL",
                               lower ? "upper" : "lower");
  if (n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "binomial interval: n is 0");
  if (k > n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "binomial interval: k is %llu, more than n = %llu",
                               (unsigned long long)k, (unsigned long long)n);
  if (!(level > 0.0 && level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "binomial interval: level is %g, must lie between 0 and 1", level);
  fairu_binomial__interval((double)k, (double)n, level, lower, upper);
  return FAIRU_OK;
}
