/* hidden.c - which table serves a level. */
#include "numeric/hidden_levels.h"

const fairu_hidden_kernels *fairu_hidden__at(int level)
{
#if defined(__x86_64__)
  if (level >= 4)
    return &fairu_hidden__v4;
  if (level == 3)
    return &fairu_hidden__v3;
#endif
  (void)level;
  return &fairu_hidden__generic;
}
