/* digest.c - the two digests that patch sets carry. Both take blocks of 64 bytes and end with the length in bits. */
#include "base/digest.h"

#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56, ROUNDS = 64 };

/* Fractional parts of the cube roots of the first 64 primes. */
static const uint32_t sha256_table[ROUNDS] = {
  0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U, 0x923F82A4U, 0xAB1C5ED5U,
  0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U, 0x72BE5D74U, 0x80DEB1FEU, 0x9BDC06A7U, 0xC19BF174U,
  0xE49B69C1U, 0xEFBE4786U, 0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU, 0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU,
  0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U, 0xC6E00BF3U, 0xD5A79147U, 0x06CA6351U, 0x14292967U,
  0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU, 0x53380D13U, 0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U,
  0xA2BFE8A1U, 0xA81A664BU, 0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U,
  0x19A4C116U, 0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU, 0x5B9CCA4FU, 0x682E6FF3U,
  0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U, 0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U, 0xC67178F2U
};

/* Whole part of 2^32 |sin(i + 1)|. */
static const uint32_t md5_table[ROUNDS] = {
  0xD76AA478U, 0xE8C7B756U, 0x242070DBU, 0xC1BDCEEEU, 0xF57C0FAFU, 0x4787C62AU, 0xA8304613U, 0xFD469501U,
  0x698098D8U, 0x8B44F7AFU, 0xFFFF5BB1U, 0x895CD7BEU, 0x6B901122U, 0xFD987193U, 0xA679438EU, 0x49B40821U,
  0xF61E2562U, 0xC040B340U, 0x265E5A51U, 0xE9B6C7AAU, 0xD62F105DU, 0x02441453U, 0xD8A1E681U, 0xE7D3FBC8U,
  0x21E1CDE6U, 0xC33707D6U, 0xF4D50D87U, 0x455A14EDU, 0xA9E3E905U, 0xFCEFA3F8U, 0x676F02D9U, 0x8D2A4C8AU,
  0xFFFA3942U, 0x8771F681U, 0x6D9D6122U, 0xFDE5380CU, 0xA4BEEA44U, 0x4BDECFA9U, 0xF6BB4B60U, 0xBEBFBC70U,
  0x289B7EC6U, 0xEAA127FAU, 0xD4EF3085U, 0x04881D05U, 0xD9D4D039U, 0xE6DB99E5U, 0x1FA27CF8U, 0xC4AC5665U,
  0xF4292244U, 0x432AFF97U, 0xAB9423A7U, 0xFC93A039U, 0x655B59C3U, 0x8F0CCC92U, 0xFFEFF47DU, 0x85845DD1U,
  0x6FA87E4FU, 0xFE2CE6E0U, 0xA3014314U, 0x4E0811A1U, 0xF7537E82U, 0xBD3AF235U, 0x2AD7D2BBU, 0xEB86D391U
};

static uint32_t rotate_left(uint32_t x, unsigned n)
{
  return x << n | x >> (32U - n);
}

static uint32_t rotate_right(uint32_t x, unsigned n)
{
  return x >> n | x << (32U - n);
}

static uint32_t load_big(const unsigned char *p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static uint32_t load_little(const unsigned char *p)
{
  return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | (uint32_t)p[0];
}

static void expand_sha256(uint32_t w[ROUNDS], const unsigned char *block)
{
  for (size_t t = 0; t < 16; t++)
    w[t] = load_big(block + 4 * t);
  for (size_t t = 16; t < ROUNDS; t++) {
    const uint32_t a = w[t - 15], b = w[t - 2];
    const uint32_t s0 = rotate_right(a, 7) ^ rotate_right(a, 18) ^ a >> 3;
    const uint32_t s1 = rotate_right(b, 17) ^ rotate_right(b, 19) ^ b >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
}

static void take_sha256(uint32_t state[8], const unsigned char *block)
{
  uint32_t w[ROUNDS], v[8];
  expand_sha256(w, block);
  memcpy(v, state, sizeof v);
  for (size_t t = 0; t < ROUNDS; t++) {
    const uint32_t a = v[0], e = v[4];
    const uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
    const uint32_t choice = (e & v[5]) ^ (~e & v[6]);
    const uint32_t t1 = v[7] + sum1 + choice + sha256_table[t] + w[t];
    const uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
    const uint32_t majority = (a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += t1;
    v[0] = t1 + sum0 + majority;
  }
  for (size_t i = 0; i < 8; i++)
    state[i] += v[i];
}

static void take_md5(uint32_t state[8], const unsigned char *block)
{
  static const unsigned char turns[16] = { 7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21 };
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  for (uint32_t t = 0; t < ROUNDS; t++) {
    uint32_t f, word;
    switch (t / 16) {
    case 0:
      f = (b & c) | (~b & d);
      word = t;
      break;
    case 1:
      f = (d & b) | (~d & c);
      word = 5 * t + 1;
      break;
    case 2:
      f = b ^ c ^ d;
      word = 3 * t + 5;
      break;
    default:
      f = c ^ (b | ~d);
      word = 7 * t;
      break;
    }
    const uint32_t sum = a + f + md5_table[t] + load_little(block + (size_t)4 * (word % 16));
    a = d;
    d = c;
    c = b;
    b += rotate_left(sum, turns[t / 16 * 4 + t % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

static void take(fairu_digest *digest, const unsigned char *block)
{
  if (digest->kind == FAIRU_DIGEST_SHA256)
    take_sha256(digest->state, block);
  else
    take_md5(digest->state, block);
}

void fairu_digest__start(fairu_digest *digest, fairu_digest_kind kind)
{
  static const uint32_t sha256[8] = { 0x6A09E667U, 0xBB67AE85U, 0x3C6EF372U, 0xA54FF53AU,
                                      0x510E527FU, 0x9B05688CU, 0x1F83D9ABU, 0x5BE0CD19U };
  static const uint32_t md5[8] = { 0x67452301U, 0xEFCDAB89U, 0x98BADCFEU, 0x10325476U };
  *digest = (fairu_digest){ .kind = kind };
  memcpy(digest->state, kind == FAIRU_DIGEST_SHA256 ? sha256 : md5, sizeof digest->state);
}

void fairu_digest__add(fairu_digest *digest, const void *bytes, size_t size)
{
  const unsigned char *from = (const unsigned char *)bytes;
  const size_t waiting = (size_t)(digest->size % BLOCK);
  digest->size += size;
  if (waiting > 0) {
    const size_t n = size < BLOCK - waiting ? size : BLOCK - waiting;
    memcpy(digest->block + waiting, from, n);
    from += n;
    size -= n;
    if (waiting + n < BLOCK)
      return;
    take(digest, digest->block);
  }
  for (; size >= BLOCK; from += BLOCK, size -= BLOCK)
    take(digest, from);
  if (size > 0)
    memcpy(digest->block, from, size);
}

/* A bit 1, zeros, the number of bits in the last 8 bytes of a block. */
static void end_blocks(fairu_digest *digest)
{
  static const unsigned char padding[BLOCK] = { 0x80 };
  unsigned char length[8];
  const uint64_t bits = digest->size * 8;
  const size_t waiting = (size_t)(digest->size % BLOCK);
  for (unsigned i = 0; i < 8; i++) {
    const unsigned shift = digest->kind == FAIRU_DIGEST_SHA256 ? 56 - 8 * i : 8 * i;
    length[i] = (unsigned char)(bits >> shift & 0xFFU);
  }
  fairu_digest__add(digest, padding, waiting < LENGTH_AT ? LENGTH_AT - waiting : BLOCK + LENGTH_AT - waiting);
  fairu_digest__add(digest, length, sizeof length);
}

void fairu_digest__finish(fairu_digest *digest, char text[FAIRU_DIGEST_TEXT])
{
  static const char hex[] = "0123456789abcdef";
  end_blocks(digest);
  const size_t n = digest->kind == FAIRU_DIGEST_SHA256 ? 32 : 16;
  for (size_t i = 0; i < n; i++) {
    const uint32_t word = digest->state[i / 4];
    const unsigned shift = (unsigned)(digest->kind == FAIRU_DIGEST_SHA256 ? 24 - 8 * (i % 4) : 8 * (i % 4));
    text[2 * i] = hex[word >> shift >> 4 & 0xFU];
    text[2 * i + 1] = hex[word >> shift & 0xFU];
  }
  text[2 * n] = '\0';
}
