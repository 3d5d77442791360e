/* philox.c - Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC11) and plain words drawn from it.
 *
 * Counter: { draw, low 32 bits of index, low 32 bits of toy, stream | toy bits 32..43 << 8 | index bits 32..43 << 20 }:
 * 2^44 indices and toys, 2^8 streams. */
#include "numeric/philox.h"

void fairu_philox__block(uint64_t key, const uint32_t counter[4], uint32_t words[4])
{
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)0xd2511f53u * c0, p1 = (uint64_t)0xcd9e8d57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

fairu_philox fairu_philox__start(uint64_t seed, uint32_t stream, uint64_t toy, uint64_t index)
{
  fairu_philox rng = { seed, { 0, (uint32_t)index, (uint32_t)toy, 0 }, { 0, 0, 0, 0 }, 4 };
  rng.counter[3] =
      (stream & 0xffu) | (((uint32_t)(toy >> 32) & 0xfffu) << 8) | ((uint32_t)(index >> 32) << 20);
  return rng;
}

uint32_t fairu_philox__u32(fairu_philox *rng)
{
  if (rng->used == 4) {
    fairu_philox__block(rng->key, rng->counter, rng->words);
    rng->counter[0]++;
    rng->used = 0;
  }
  return rng->words[rng->used++];
}

uint64_t fairu_philox__u64(fairu_philox *rng)
{
  const uint64_t low = fairu_philox__u32(rng);
  return low | (uint64_t)fairu_philox__u32(rng) << 32;
}

double fairu_philox__uniform(fairu_philox *rng)
{
  return ((double)(fairu_philox__u64(rng) >> 12) + 0.5) * 0x1p-52;
}

/* Lemire's multiplication where 32 bits suffice, rejection of the incomplete last round beyond. */
uint64_t fairu_philox__below(fairu_philox *rng, uint64_t n)
{
  if (n <= 1)
    return 0;
  if (n <= UINT32_MAX) {
    const uint32_t m = (uint32_t)n, reject = (0u - m) % m;
    uint64_t product;
    do
      product = (uint64_t)fairu_philox__u32(rng) * m;
    while ((uint32_t)product < reject);
    return product >> 32;
  }
  const uint64_t reject = (UINT64_C(0) - n) % n;
  uint64_t x;
  do
    x = fairu_philox__u64(rng);
  while (x < reject);
  return x % n;
}
