/* normal_body.h - the kernels of normal_rows.h. Included once per instruction set with NORMAL_KERNEL as the name of the table. */
#include "numeric/normal_rows.h"
#include "numeric/philox.h"
#include "numeric/pinned.h"
#include "numeric/pinned_body.h"

#if defined(__AVX512F__)
#include <immintrin.h>
enum { LANES = 8 };
typedef __m512i lanes;
#define LANES_SET(x) _mm512_set1_epi64((long long)(x))
#define LANES_MULTIPLY(a, b) _mm512_mul_epu32(a, b)
#define LANES_XOR(a, b) _mm512_xor_si512(a, b)
#define LANES_OR(a, b) _mm512_or_si512(a, b)
#define LANES_AND(a, b) _mm512_and_si512(a, b)
#define LANES_LEFT(a, k) _mm512_slli_epi64(a, k)
#define LANES_RIGHT(a, k) _mm512_srli_epi64(a, k)
#define LANES_LOAD(from) _mm512_loadu_si512((const void *)(from))
#define LANES_STORE(to, a) _mm512_storeu_si512((void *)(to), a)
#elif defined(__AVX2__)
#include <immintrin.h>
enum { LANES = 4 };
typedef __m256i lanes;
#define LANES_SET(x) _mm256_set1_epi64x((long long)(x))
#define LANES_MULTIPLY(a, b) _mm256_mul_epu32(a, b)
#define LANES_XOR(a, b) _mm256_xor_si256(a, b)
#define LANES_OR(a, b) _mm256_or_si256(a, b)
#define LANES_AND(a, b) _mm256_and_si256(a, b)
#define LANES_LEFT(a, k) _mm256_slli_epi64(a, k)
#define LANES_RIGHT(a, k) _mm256_srli_epi64(a, k)
#define LANES_LOAD(from) _mm256_loadu_si256((const __m256i *)(const void *)(from))
#define LANES_STORE(to, a) _mm256_storeu_si256((__m256i *)(void *)(to), a)
#endif

/* ---- words --------------------------------------------------------------------------------------------- */

static void words_of_one(const fairu_normal_stream *stream, uint64_t id, uint64_t *first, uint64_t *second)
{
  fairu_philox rng = fairu_philox__start(stream->seed, stream->stream, stream->toy ^ id >> 44, id);
  *first = fairu_philox__u64(&rng);
  *second = fairu_philox__u64(&rng);
}

#ifdef LANES_SET

/* Blocks side by side, each word in the low half of 64 bits; high halves collect rubbish that no multiplication reads. */
typedef struct blocks {
  lanes c0, c1, c2, c3;
} blocks;

static inline blocks counters(const fairu_normal_stream *stream, const uint64_t *ids)
{
  const lanes id = LANES_LOAD(ids), toy = LANES_XOR(LANES_SET(stream->toy), LANES_RIGHT(id, 44));
  const lanes toy_bits = LANES_LEFT(LANES_AND(LANES_RIGHT(toy, 32), LANES_SET(0xfff)), 8);
  const lanes id_bits = LANES_LEFT(LANES_RIGHT(id, 32), 20);
  return (blocks){ LANES_SET(0), id, toy,
                   LANES_OR(LANES_OR(LANES_SET(stream->stream & 0xffu), toy_bits), id_bits) };
}

static inline blocks round_of(blocks b, lanes k0, lanes k1)
{
  const lanes p0 = LANES_MULTIPLY(b.c0, LANES_SET(0xd2511f53u));
  const lanes p1 = LANES_MULTIPLY(b.c2, LANES_SET(0xcd9e8d57u));
  return (blocks){ LANES_XOR(LANES_XOR(LANES_RIGHT(p1, 32), b.c1), k0), p1,
                   LANES_XOR(LANES_XOR(LANES_RIGHT(p0, 32), b.c3), k1), p0 };
}

static inline void store(blocks b, uint64_t *first, uint64_t *second)
{
  const lanes low = LANES_SET(0xffffffffu);
  LANES_STORE(first, LANES_OR(LANES_AND(b.c0, low), LANES_LEFT(b.c1, 32)));
  LANES_STORE(second, LANES_OR(LANES_AND(b.c2, low), LANES_LEFT(b.c3, 32)));
}

/* Two chains hide the latency of the multiplication. */
static void words_of_many(const fairu_normal_stream *stream, const uint64_t *ids, uint64_t *first,
                          uint64_t *second)
{
  blocks a = counters(stream, ids), b = counters(stream, ids + LANES);
  uint32_t k0 = (uint32_t)stream->seed, k1 = (uint32_t)(stream->seed >> 32);
  for (int round = 0; round < 10; round++) {
    a = round_of(a, LANES_SET(k0), LANES_SET(k1));
    b = round_of(b, LANES_SET(k0), LANES_SET(k1));
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  store(a, first, second);
  store(b, first + LANES, second + LANES);
}

static void words(const fairu_normal_stream *stream, const uint64_t *ids, size_t n, uint64_t *first,
                  uint64_t *second)
{
  size_t i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES)
    words_of_many(stream, ids + i, first + i, second + i);
  for (; i < n; i++)
    words_of_one(stream, ids[i], first + i, second + i);
}

#else

static void words(const fairu_normal_stream *stream, const uint64_t *ids, size_t n, uint64_t *first,
                  uint64_t *second)
{
  for (size_t i = 0; i < n; i++)
    words_of_one(stream, ids[i], first + i, second + i);
}

#endif

/* ---- deviates ------------------------------------------------------------------------------------------ */

/* fairu_philox__uniform: 52 bits as the fraction of a number in [2^52, 2^53). */
static inline double uniform_of(uint64_t word)
{
  return ((from_bits(word >> 12 | UINT64_C(0x4330000000000000)) - 0x1p52) + 0.5) * 0x1p-52;
}

/* Those beyond the centre, one after the other. What lies beyond 1e-11 is left to the scalar function. */
static void quantiles_beyond(size_t n, const unsigned char *which, const double *p, double *x)
{
  double tail[FAIRU_NORMAL_ROWS], value[FAIRU_NORMAL_ROWS];
  int far = 0;
  for (size_t k = 0; k < n; k++)
    tail[k] = p[which[k]] - 0.5 < 0.0 ? p[which[k]] : 1.0 - p[which[k]];
  for (size_t k = 0; k < n; k++) {
    const double r = sqrt(-log_of_normal(tail[k], 0));
    value[k] = quantile_middle(r - 1.6);
    far |= !(r <= 5.0);
  }
  for (size_t k = 0; k < n; k++)
    x[which[k]] = p[which[k]] - 0.5 < 0.0 ? -value[k] : value[k];
  for (size_t k = 0; far && k < n; k++)
    x[which[k]] = fairu_pinned__normal_quantile(p[which[k]]);
}

static void quantiles(size_t n, const uint64_t *word, double *x)
{
  double p[FAIRU_NORMAL_ROWS];
  unsigned char which[FAIRU_NORMAL_ROWS + 1];
  size_t n_beyond = 0;
  for (size_t i = 0; i < n; i++) {
    p[i] = uniform_of(word[i]);
    const double q = p[i] - 0.5;
    x[i] = q * quantile_centre(0.180625 - q * q);
  }
  for (size_t i = 0; i < n; i++) {
    which[n_beyond] = (unsigned char)i;
    n_beyond += (size_t)(fabs(p[i] - 0.5) > QUANTILE_CENTRE);
  }
  if (n_beyond > 0)
    quantiles_beyond(n_beyond, which, p, x);
}

const fairu_normal_kernel NORMAL_KERNEL = { words, quantiles };
