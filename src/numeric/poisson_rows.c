/* poisson_rows.c - Poisson multiplicities of many rows with small means.
 *
 * Row r takes word r % 4 of block r / 4. With U = (word + V) / 2^32, V uniform, the multiplicity is the number of
 * tails P(K > k), k = 0, 1, ..., above U. As P(K > 0) <= mean, a word above mean 2^32 means 0 at once; below, V is
 * drawn (from a stream of the row) only when a tail falls into the same 2^-32. Means of 10 and more use the row's own
 * stream altogether. Words are integers: the instruction set cannot change them. */
#include <string.h>

#include "numeric/philox.h"
#include "numeric/pinned.h"

enum { GROUP = 16, GROUP_ROWS = 4 * GROUP, BEST_LEVEL = 4 };

/* Streams of single rows: out of reach of enum fairu_stream. */
#define STREAM_ROW (FAIRU_STREAM_ROWS | 0x80u)

typedef struct group_key {
  uint64_t key;
  uint32_t c0, c2, c3; /* table, toy, stream word without the high bits of the block number */
} group_key;

/* The two inner loops. Each form gives the same bits. */
typedef struct row_loops {
  /* Words of GROUP blocks from `block` on, in order of rows. */
  void (*words)(const group_key *at, uint64_t block, uint32_t words[GROUP_ROWS]);
  /* Rows i < n whose word is not above means[i] * to_words; returns how many. */
  size_t (*scan)(const uint32_t *words, const double *means, double to_words, size_t n, unsigned char *hits);
} row_loops;

static void words_plain(const group_key *at, uint64_t block, uint32_t words[GROUP_ROWS])
{
  for (uint32_t i = 0; i < GROUP; i++) {
    const uint64_t b = block + i;
    const uint32_t counter[4] = { at->c0, (uint32_t)b, at->c2, at->c3 | (uint32_t)(b >> 32) << 20 };
    fairu_philox__block(at->key, counter, words + 4 * (size_t)i);
  }
}

static size_t scan_plain(const uint32_t *words, const double *means, double to_words, size_t n,
                         unsigned char *hits)
{
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    hits[found] = (unsigned char)i;
    found += (double)words[i] <= means[i] * to_words;
  }
  return found;
}

static const row_loops plain_loops = { words_plain, scan_plain };

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))

/* Four blocks side by side, each word in the low half of 64 bits: what the multiplication takes. */
typedef struct four_blocks {
  __m256i c0, c1, c2, c3;
} four_blocks;

AVX2 static inline four_blocks four_counters(const group_key *at, uint64_t block)
{
  const __m256i b = _mm256_add_epi64(_mm256_set1_epi64x((long long)block), _mm256_set_epi64x(3, 2, 1, 0));
  const __m256i high = _mm256_slli_epi64(_mm256_srli_epi64(b, 32), 20);
  return (four_blocks){ _mm256_set1_epi64x(at->c0), b, _mm256_set1_epi64x(at->c2),
                        _mm256_or_si256(_mm256_set1_epi64x(at->c3), high) };
}

/* High halves collect rubbish that no multiplication reads. */
AVX2 static inline four_blocks four_rounds(four_blocks f, __m256i k0, __m256i k1)
{
  const __m256i p0 = _mm256_mul_epu32(f.c0, _mm256_set1_epi64x(0xd2511f53));
  const __m256i p1 = _mm256_mul_epu32(f.c2, _mm256_set1_epi64x(0xcd9e8d57));
  return (four_blocks){ _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), f.c1), k0), p1,
                        _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), f.c3), k1), p0 };
}

AVX2 static inline void four_store(four_blocks f, uint32_t words[16])
{
  const __m256i c01 = _mm256_blend_epi32(f.c0, _mm256_slli_epi64(f.c1, 32), 0xaa);
  const __m256i c23 = _mm256_blend_epi32(f.c2, _mm256_slli_epi64(f.c3, 32), 0xaa);
  const __m256i even = _mm256_unpacklo_epi64(c01, c23), odd = _mm256_unpackhi_epi64(c01, c23);
  _mm256_storeu_si256((__m256i *)(void *)words, _mm256_permute2x128_si256(even, odd, 0x20));
  _mm256_storeu_si256((__m256i *)(void *)(words + 8), _mm256_permute2x128_si256(even, odd, 0x31));
}

AVX2 static void words_avx2(const group_key *at, uint64_t block, uint32_t words[GROUP_ROWS])
{
  four_blocks f0 = four_counters(at, block), f1 = four_counters(at, block + 4);
  four_blocks f2 = four_counters(at, block + 8), f3 = four_counters(at, block + 12);
  uint32_t k0 = (uint32_t)at->key, k1 = (uint32_t)(at->key >> 32);
  for (int round = 0; round < 10; round++) { /* four chains hide the latency of the multiplication */
    const __m256i v0 = _mm256_set1_epi64x(k0), v1 = _mm256_set1_epi64x(k1);
    f0 = four_rounds(f0, v0, v1);
    f1 = four_rounds(f1, v0, v1);
    f2 = four_rounds(f2, v0, v1);
    f3 = four_rounds(f3, v0, v1);
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  four_store(f0, words);
  four_store(f1, words + 16);
  four_store(f2, words + 32);
  four_store(f3, words + 48);
}

AVX2 static size_t scan_avx2(const uint32_t *words, const double *means, double to_words, size_t n,
                             unsigned char *hits)
{
  const __m256d scale = _mm256_set1_pd(to_words), half = _mm256_set1_pd(0x1p31);
  size_t found = 0, i = 0;
  for (; i + 4 <= n; i += 4) { /* signed conversion of word - 2^31, exact */
    const __m128i w = _mm_loadu_si128((const __m128i *)(const void *)(words + i));
    const __m256d word = _mm256_add_pd(_mm256_cvtepi32_pd(_mm_xor_si128(w, _mm_set1_epi32(INT32_MIN))), half);
    const __m256d limit = _mm256_mul_pd(_mm256_loadu_pd(means + i), scale);
    unsigned bits = (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(word, limit, _CMP_LE_OQ));
    for (; bits; bits &= bits - 1)
      hits[found++] = (unsigned char)(i + (unsigned)__builtin_ctz(bits));
  }
  for (; i < n; i++)
    if ((double)words[i] <= means[i] * to_words)
      hits[found++] = (unsigned char)i;
  return found;
}

static const row_loops avx2_loops = { words_avx2, scan_avx2 };

#define AVX512 __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl")))

/* The same, eight blocks side by side. */
typedef struct eight_blocks {
  __m512i c0, c1, c2, c3;
} eight_blocks;

AVX512 static inline eight_blocks eight_counters(const group_key *at, uint64_t block)
{
  const __m512i b =
      _mm512_add_epi64(_mm512_set1_epi64((long long)block), _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
  const __m512i high = _mm512_slli_epi64(_mm512_srli_epi64(b, 32), 20);
  return (eight_blocks){ _mm512_set1_epi64(at->c0), b, _mm512_set1_epi64(at->c2),
                         _mm512_or_si512(_mm512_set1_epi64(at->c3), high) };
}

AVX512 static inline eight_blocks eight_rounds(eight_blocks f, __m512i k0, __m512i k1)
{
  const __m512i p0 = _mm512_mul_epu32(f.c0, _mm512_set1_epi64(0xd2511f53));
  const __m512i p1 = _mm512_mul_epu32(f.c2, _mm512_set1_epi64(0xcd9e8d57));
  const __m512i h0 = _mm512_srli_epi64(p0, 32), h1 = _mm512_srli_epi64(p1, 32);
  return (eight_blocks){ _mm512_ternarylogic_epi64(h1, f.c1, k0, 0x96), p1,
                         _mm512_ternarylogic_epi64(h0, f.c3, k1, 0x96), p0 };
}

/* Words 0 1 and 2 3 of each block as 64 bits, then block after block. */
AVX512 static inline void eight_store(eight_blocks f, uint32_t words[32])
{
  const __m512i c01 = _mm512_mask_blend_epi32(0xaaaa, f.c0, _mm512_slli_epi64(f.c1, 32));
  const __m512i c23 = _mm512_mask_blend_epi32(0xaaaa, f.c2, _mm512_slli_epi64(f.c3, 32));
  const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
  const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
  _mm512_storeu_si512((void *)words, _mm512_permutex2var_epi64(c01, low, c23));
  _mm512_storeu_si512((void *)(words + 16), _mm512_permutex2var_epi64(c01, high, c23));
}

AVX512 static void words_avx512(const group_key *at, uint64_t block, uint32_t words[GROUP_ROWS])
{
  eight_blocks f0 = eight_counters(at, block), f1 = eight_counters(at, block + 8);
  uint32_t k0 = (uint32_t)at->key, k1 = (uint32_t)(at->key >> 32);
  for (int round = 0; round < 10; round++) {
    const __m512i v0 = _mm512_set1_epi64(k0), v1 = _mm512_set1_epi64(k1);
    f0 = eight_rounds(f0, v0, v1);
    f1 = eight_rounds(f1, v0, v1);
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  eight_store(f0, words);
  eight_store(f1, words + 32);
}

AVX512 static size_t scan_avx512(const uint32_t *words, const double *means, double to_words, size_t n,
                                 unsigned char *hits)
{
  const __m512d scale = _mm512_set1_pd(to_words);
  size_t found = 0, i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m512d word = _mm512_cvtepu32_pd(_mm256_loadu_si256((const __m256i *)(const void *)(words + i)));
    const __m512d limit = _mm512_mul_pd(_mm512_loadu_pd(means + i), scale);
    unsigned bits = _mm512_cmp_pd_mask(word, limit, _CMP_LE_OQ);
    for (; bits; bits &= bits - 1)
      hits[found++] = (unsigned char)(i + (unsigned)__builtin_ctz(bits));
  }
  for (; i < n; i++)
    if ((double)words[i] <= means[i] * to_words)
      hits[found++] = (unsigned char)i;
  return found;
}

static const row_loops avx512_loops = { words_avx512, scan_avx512 };

static const row_loops *choose_loops(int level)
{
  if (level >= 4 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return &avx512_loops;
  return level >= 3 && __builtin_cpu_supports("avx2") ? &avx2_loops : &plain_loops;
}
#else
static const row_loops *choose_loops(int level)
{
  (void)level;
  return &plain_loops;
}
#endif

typedef struct row_maker {
  uint64_t row_key, toy;
  double scale;
} row_maker;

/* Number of tails above u; they fall from P(K > 0) on. */
static uint32_t tails_above(double u, double mean, double p)
{
  double tail =
      mean < 0.01 ? mean * (1.0 - mean * (0.5 - mean * (1.0 / 6 - mean * (1.0 / 24 - mean / 120)))) : 1.0 - p;
  uint32_t k = 0;
  while (u < tail) {
    k++;
    p *= mean / k;
    tail -= p;
  }
  return k;
}

static uint32_t row_count(const row_maker *maker, uint64_t row, double mean, uint32_t word)
{
  if (!(mean > 0.0))
    return 0;
  fairu_philox rng = fairu_philox__start(maker->row_key, STREAM_ROW, maker->toy, row);
  if (mean >= 10.0) {
    const double k = fairu_philox__poisson(&rng, mean);
    return k < 4294967295.0 ? (uint32_t)k : UINT32_MAX;
  }
  const double p = fairu_pinned__exp(-mean);
  const uint32_t most = tails_above((double)word * 0x1p-32, mean, p);
  const uint32_t least = tails_above(((double)word + 1.0) * 0x1p-32, mean, p);
  return most == least ? most : tails_above(((double)word + fairu_philox__uniform(&rng)) * 0x1p-32, mean, p);
}

void fairu_philox__poisson_rows_on(int level, uint64_t seed, uint64_t toy, uint32_t table, uint64_t first,
                                   size_t n, const double *means, double scale, uint32_t *out)
{
  const fairu_philox start = fairu_philox__start(seed, FAIRU_STREAM_ROWS, toy, 0);
  const group_key at = { seed, table, start.counter[2], start.counter[3] };
  const row_loops *loops = choose_loops(level);
  fairu_philox keys =
      fairu_philox__start(seed, STREAM_ROW, UINT64_C(0xfffffffffff), table); /* a key per table */
  const row_maker maker = { fairu_philox__u64(&keys), toy, scale };
  memset(out, 0, n * sizeof *out);
  size_t skip = (size_t)(first & 3), done = 0;
  while (done < n) {
    const uint64_t row = first + done;
    const size_t room = GROUP_ROWS - skip, take = n - done < room ? n - done : room;
    uint32_t words[GROUP_ROWS];
    unsigned char hits[GROUP_ROWS + 1];
    loops->words(&at, row >> 2, words);
    const size_t found = loops->scan(words + skip, means + done, scale * 0x1p32, take, hits);
    for (size_t h = 0; h < found; h++) {
      const size_t i = hits[h];
      out[done + i] = row_count(&maker, row + i, means[done + i] * scale, words[skip + i]);
    }
    done += take;
    skip = 0;
  }
}

void fairu_philox__poisson_rows(uint64_t seed, uint64_t toy, uint32_t table, uint64_t first, size_t n,
                                const double *means, double scale, uint32_t *out)
{
  fairu_philox__poisson_rows_on(BEST_LEVEL, seed, toy, table, first, n, means, scale, out);
}
