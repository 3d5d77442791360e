/* keep_rows.c - rows taken out of a column, in place. Nothing is computed: any instruction set gives the same. */
#include "numeric/keep_rows.h"

/* Without a branch per row: what goes is overwritten by the next. */
static size_t keep_plain(const unsigned char *mask, size_t first, size_t n, float *x, size_t kept)
{
  for (size_t i = first; i < n; i++) {
    x[kept] = x[i];
    kept += mask[i] != 0;
  }
  return kept;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* Sixteen rows that stay are written over the sixteen read, or before them. */
__attribute__((target("avx512f,avx512bw,avx512vl,popcnt"))) static size_t keep_v4(const unsigned char *mask,
                                                                                  size_t n, float *x)
{
  size_t kept = 0, i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(mask + i));
    const __mmask16 stays = _mm_cmpneq_epi8_mask(bytes, _mm_setzero_si128());
    _mm512_storeu_ps(x + kept, _mm512_maskz_compress_ps(stays, _mm512_loadu_ps(x + i)));
    kept += (size_t)__builtin_popcount(stays);
  }
  return keep_plain(mask, i, n, x, kept);
}
#endif

size_t fairu_rows__keep(int level, const unsigned char *mask, size_t n, float *x)
{
#if defined(__x86_64__) && defined(__GNUC__)
  if (level >= 4)
    return keep_v4(mask, n, x);
#endif
  (void)level;
  return keep_plain(mask, 0, n, x, 0);
}
