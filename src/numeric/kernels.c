/* kernels.c - which table of kernels serves a context. */
#include "numeric/kernels_levels.h"

const fairu_kernels *fairu_kernels__at(int level)
{
#if defined(__x86_64__)
  if (level >= 4)
    return &fairu_kernels__v4;
  if (level == 3)
    return &fairu_kernels__v3;
#endif
  (void)level;
  return &fairu_kernels__generic;
}

const fairu_kernels *fairu_kernels__of(const fairu_context *ctx)
{
  return fairu_kernels__at(fairu_context__kernel_level(ctx));
}
