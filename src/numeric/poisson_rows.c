/* poisson_rows.c - Poisson multiplicities of many rows with small means.
 *
 * Row r takes word r % 4 of block r / 4. With U = (word + V) / 2^32, V uniform, the multiplicity is the number of
 * tails P(K > k), k = 0, 1, ..., above U. As P(K > 0) <= mean, a word above mean 2^32 means 0 at once; below, V is
 * drawn (from a stream of the row) only when a tail falls into the same 2^-32. Means of 10 and more use the row's own
 * stream altogether. Words are integers: the instruction set cannot change them. */
#include <string.h>

#include "numeric/philox.h"
#include "numeric/pinned.h"

enum { GROUP = 16, GROUP_ROWS = 4 * GROUP };

/* Streams of single rows: out of reach of enum fairu_stream. */
#define STREAM_ROW (FAIRU_STREAM_ROWS | 0x80u)

typedef struct group_key {
  uint64_t key;
  uint32_t c0, c2, c3; /* table, toy, stream word without the high bits of the block number */
} group_key;

typedef void (*group_fn)(const group_key *at, uint64_t block, uint32_t words[4][GROUP]);

#define INLINE static inline __attribute__((always_inline))

/* GROUP blocks side by side: fixed trip counts, for the vectoriser. */
INLINE void group_words(const group_key *at, uint64_t block, uint32_t words[4][GROUP])
{
  uint32_t c0[GROUP], c1[GROUP], c2[GROUP], c3[GROUP];
  uint32_t k0 = (uint32_t)at->key, k1 = (uint32_t)(at->key >> 32);
  for (uint32_t i = 0; i < GROUP; i++) {
    const uint64_t b = block + i;
    c0[i] = at->c0;
    c1[i] = (uint32_t)b;
    c2[i] = at->c2;
    c3[i] = at->c3 | (uint32_t)(b >> 32) << 20;
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < GROUP; i++) {
      const uint64_t p0 = (uint64_t)0xd2511f53u * c0[i], p1 = (uint64_t)0xcd9e8d57u * c2[i];
      c0[i] = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0;
      c1[i] = (uint32_t)p1;
      c2[i] = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
      c3[i] = (uint32_t)p0;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  memcpy(words[0], c0, sizeof c0);
  memcpy(words[1], c1, sizeof c1);
  memcpy(words[2], c2, sizeof c2);
  memcpy(words[3], c3, sizeof c3);
}

static void group_plain(const group_key *at, uint64_t block, uint32_t words[4][GROUP])
{
  group_words(at, block, words);
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"), optimize("O3"))) static void group_avx2(const group_key *at, uint64_t block,
                                                                       uint32_t words[4][GROUP])
{
  group_words(at, block, words);
}

static group_fn choose_group(void)
{
  return __builtin_cpu_supports("avx2") ? group_avx2 : group_plain;
}
#else
static group_fn choose_group(void)
{
  return group_plain;
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

static void count_rows(const row_maker *maker, uint64_t row, size_t n, const uint32_t words[4][GROUP],
                       size_t skip, const double *means, uint32_t *out)
{
  const double to_words = maker->scale * 0x1p32;
  for (size_t i = 0; i < n; i++) {
    const size_t at = skip + i;
    const uint32_t word = words[at & 3][at >> 2];
    out[i] = 0;
    if ((double)word <= means[i] * to_words)
      out[i] = row_count(maker, row + i, means[i] * maker->scale, word);
  }
}

void fairu_philox__poisson_rows(uint64_t seed, uint64_t toy, uint32_t table, uint64_t first, size_t n,
                                const double *means, double scale, uint32_t *out)
{
  const fairu_philox start = fairu_philox__start(seed, FAIRU_STREAM_ROWS, toy, 0);
  const group_key at = { seed, table, start.counter[2], start.counter[3] };
  const group_fn make_words = choose_group();
  fairu_philox keys =
      fairu_philox__start(seed, STREAM_ROW, UINT64_C(0xfffffffffff), table); /* a key per table */
  const row_maker maker = { fairu_philox__u64(&keys), toy, scale };
  size_t skip = (size_t)(first & 3), done = 0;
  while (done < n) {
    const uint64_t row = first + done;
    const size_t room = GROUP_ROWS - skip, take = n - done < room ? n - done : room;
    uint32_t words[4][GROUP];
    make_words(&at, row >> 2, words);
    count_rows(&maker, row, take, (const uint32_t(*)[GROUP])words, skip, means + done, out + done);
    done += take;
    skip = 0;
  }
}
