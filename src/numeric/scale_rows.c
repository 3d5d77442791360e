/* scale_rows.c - numbers of rows times the factors of their classes. Few factors fit into a register, which is a table then. */
#include "numeric/scale_rows.h"

static void scale_plain(const double *factors, size_t n_factors, size_t n, const int32_t *classes,
                        const double *x, double *out, fairu_rows_range *range)
{
  const uint32_t last = (uint32_t)(n_factors - 1);
  fairu_rows_range r = *range;
  for (size_t i = 0; i < n; i++) {
    const uint32_t class = (uint32_t)classes[i];
    out[i] = factors[class < last ? class : last] * x[i];
    r.top = class > r.top ? class : r.top;
    r.least = x[i] < r.least ? x[i] : r.least;
    r.most = out[i] > r.most ? out[i] : r.most;
  }
  *range = r;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

enum { TABLE = 8 };

__attribute__((target("avx512f,avx512dq,avx512vl"))) static void scale_v4(const double *factors,
                                                                          size_t n_factors, size_t n,
                                                                          const int32_t *classes,
                                                                          const double *x, double *out,
                                                                          fairu_rows_range *range)
{
  const __m512d table = _mm512_maskz_loadu_pd((__mmask8)((1u << n_factors) - 1u), factors);
  const __m256i last = _mm256_set1_epi32((int)(n_factors - 1));
  __m512d least = _mm512_set1_pd(range->least), most = _mm512_set1_pd(range->most);
  __m256i top = _mm256_set1_epi32((int)range->top);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256i class = _mm256_loadu_si256((const __m256i *)(const void *)(classes + i));
    const __m512i at = _mm512_cvtepu32_epi64(_mm256_min_epu32(class, last));
    const __m512d value = _mm512_loadu_pd(x + i);
    const __m512d product = _mm512_mul_pd(_mm512_permutexvar_pd(at, table), value);
    _mm512_storeu_pd(out + i, product);
    top = _mm256_max_epu32(top, class);
    least = _mm512_min_pd(least, value);
    most = _mm512_max_pd(most, product);
  }
  uint32_t tops[8];
  _mm256_storeu_si256((__m256i *)(void *)tops, top);
  for (size_t k = 0; k < 8; k++)
    range->top = tops[k] > range->top ? tops[k] : range->top;
  range->least = _mm512_reduce_min_pd(least);
  range->most = _mm512_reduce_max_pd(most);
  scale_plain(factors, n_factors, n - i, classes + i, x + i, out + i, range);
}
#endif

void fairu_rows__scale(int level, const double *factors, size_t n_factors, size_t n, const int32_t *classes,
                       const double *x, double *out, fairu_rows_range *range)
{
#if defined(__x86_64__) && defined(__GNUC__)
  if (level >= 4 && n_factors <= TABLE) {
    scale_v4(factors, n_factors, n, classes, x, out, range);
    return;
  }
#endif
  (void)level;
  scale_plain(factors, n_factors, n, classes, x, out, range);
}
