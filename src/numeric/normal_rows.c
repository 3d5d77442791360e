/* normal_rows.c - deviates of rows, by the kernel the machine can run. */
#include "numeric/normal_rows.h"

static const fairu_normal_kernel *kernel_of(int level)
{
#if defined(__x86_64__)
  if (level >= 4)
    return &fairu_normal__v4;
  if (level == 3)
    return &fairu_normal__v3;
#endif
  (void)level;
  return &fairu_normal__generic;
}

void fairu_normal__rows(int level, const fairu_normal_stream *stream, const uint64_t *ids, size_t n,
                        double *first, double *second)
{
  const fairu_normal_kernel *kernel = kernel_of(level);
  for (size_t done = 0; done < n; done += FAIRU_NORMAL_ROWS) {
    const size_t take = n - done < FAIRU_NORMAL_ROWS ? n - done : FAIRU_NORMAL_ROWS;
    uint64_t words[2][FAIRU_NORMAL_ROWS];
    kernel->words(stream, ids + done, take, words[0], words[1]);
    kernel->quantiles(take, words[0], first + done);
    kernel->quantiles(take, words[1], second + done);
  }
}
