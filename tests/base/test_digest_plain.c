/* Digests against the words of their standards, written out plainly: the whole message padded in memory, constants worked out from
 * primes and sines, letters for the registers. */
#include "support/draws.h"
#include "support/support.h"

#include "base/digest.h"

enum { MOST = 400, ROOM = MOST + 128 };

/* ---- FIPS 180-4, RFC 1321 ------------------------------------------------------------------------------- */

typedef struct message {
  unsigned char bytes[ROOM];
  size_t n; /* a multiple of 64 */
} message;

/* A bit 1, as few zeros as make 8 bytes less than a multiple of 64, the length in bits. */
static void pad(message *m, const unsigned char *bytes, size_t n, int big)
{
  memset(m, 0, sizeof *m);
  memcpy(m->bytes, bytes, n);
  m->bytes[n] = 0x80;
  m->n = n + 1;
  while (m->n % 64 != 56)
    m->n++;
  for (int i = 0; i < 8; i++)
    m->bytes[m->n++] = (unsigned char)((uint64_t)n * 8 >> (big ? 56 - 8 * i : 8 * i));
}

static uint32_t word_at(const unsigned char *p, int big)
{
  uint32_t word = 0;
  for (int i = 0; i < 4; i++)
    word = word << 8 | p[big ? i : 3 - i];
  return word;
}

static uint32_t left(uint32_t x, unsigned n)
{
  return x << n | x >> (32 - n);
}

static uint32_t right(uint32_t x, unsigned n)
{
  return left(x, 32 - n);
}

static int is_prime(unsigned n)
{
  for (unsigned d = 2; d * d <= n; d++)
    if (n % d == 0)
      return 0;
  return n > 1;
}

static unsigned prime(size_t i)
{
  unsigned n = 2;
  for (size_t seen = 0; !is_prime(n) || seen++ < i;)
    n++;
  return n;
}

/* The first 32 bits behind the point of the root of p: the largest x with x^power <= p 2^(32 power), in digits of 16 bits. */
static uint32_t root_bits(unsigned p, int power)
{
  uint64_t x = 0;
  for (uint64_t bit = UINT64_C(1) << 36; bit > 0; bit >>= 1) {
    const uint64_t try = x + bit;
    uint64_t digits[8] = { 1 };
    for (int k = 0; k < power; k++) { /* times try = low + 2^16 middle + 2^32 high */
      const uint64_t by[3] = { try & 0xFFFF, try >> 16 & 0xFFFF, try >> 32 };
      uint64_t sums[11] = { 0 };
      for (int i = 0; i < 8; i++)
        for (int j = 0; j < 3; j++)
          sums[i + j] += digits[i] * by[j];
      for (int i = 0; i < 8; i++) {
        digits[i] = sums[i] & 0xFFFF;
        sums[i + 1] += sums[i] >> 16;
      }
    }
    uint64_t above = 0; /* the whole part of (try 2^-32)^power */
    for (int i = 7; i >= 2 * power; i--)
      above = above << 16 | digits[i];
    if (above < p)
      x = try;
  }
  return (uint32_t)x;
}

static void plain_sha256(const message *m, uint32_t h[8])
{
  static uint32_t k[64];
  uint32_t w[64];
  for (size_t t = 0; t < 64 && k[63] == 0; t++)
    k[t] = root_bits(prime(t), 3);
  for (size_t i = 0; i < 8; i++)
    h[i] = root_bits(prime(i), 2);
  for (size_t block = 0; block < m->n; block += 64) {
    for (size_t t = 0; t < 64; t++)
      w[t] = t < 16 ? word_at(m->bytes + block + 4 * t, 1)
                    : (right(w[t - 2], 17) ^ right(w[t - 2], 19) ^ w[t - 2] >> 10) + w[t - 7] +
                          (right(w[t - 15], 7) ^ right(w[t - 15], 18) ^ w[t - 15] >> 3) + w[t - 16];
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], i = h[7];
    for (size_t t = 0; t < 64; t++) {
      const uint32_t t1 =
          i + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & f) ^ (~e & g)) + k[t] + w[t];
      const uint32_t t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      i = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += i;
  }
}

static void plain_md5(const message *m, uint32_t h[8])
{
  static const unsigned turns[4][4] = {
    { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 }
  };
  static const unsigned from[4] = { 0, 1, 5, 0 }, step[4] = { 1, 5, 3, 7 };
  h[0] = 0x67452301, h[1] = 0xefcdab89, h[2] = 0x98badcfe, h[3] = 0x10325476;
  for (size_t block = 0; block < m->n; block += 64) {
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    for (unsigned t = 0; t < 64; t++) {
      const unsigned round = t / 16, x = (from[round] + step[round] * t) % 16;
      const uint32_t f = round == 0   ? (b & c) | (~b & d)
                         : round == 1 ? (b & d) | (c & ~d)
                         : round == 2 ? b ^ c ^ d
                                      : c ^ (b | ~d);
      /* 2^32 |sin| has 32 bits before the point and 20 behind it: no sine of these lies that near to a whole number */
      const uint32_t sine = (uint32_t)floor(0x1p32 * fabs(sin((double)(t + 1))));
      const uint32_t next =
          b + left(a + f + word_at(m->bytes + block + 4 * x, 0) + sine, turns[round][t % 4]);
      a = d, d = c, c = b, b = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d;
  }
}

static void plain_text(fairu_digest_kind kind, const unsigned char *bytes, size_t n, char text[80])
{
  static message m;
  uint32_t h[8];
  const int big = kind == FAIRU_DIGEST_SHA256;
  pad(&m, bytes, n, big);
  (big ? plain_sha256 : plain_md5)(&m, h);
  for (int i = 0; i < (big ? 32 : 16); i++)
    snprintf(text + 2 * i, 3, "%02x", (unsigned)(h[i / 4] >> (big ? 24 - 8 * (i % 4) : 8 * (i % 4))) & 0xFF);
}

/* ---- comparisons ---------------------------------------------------------------------------------------- */

static const fairu_digest_kind kinds[2] = { FAIRU_DIGEST_MD5, FAIRU_DIGEST_SHA256 };

static void draw_bytes(draws *d, unsigned char *bytes, size_t n)
{
  for (size_t i = 0; i < n; i++)
    bytes[i] = (unsigned char)draw(d);
}

/* In pieces of any size, none too: what has been added is what counts. */
static void add_in_pieces(fairu_digest *digest, draws *d, const unsigned char *bytes, size_t n)
{
  for (size_t at = 0, size; at < n; at += size) {
    size = draw_below(d, 4) ? draw_below(d, 20) : draw_below(d, 200);
    size = size < n - at ? size : n - at;
    fairu_digest__add(digest, bytes + at, size);
  }
}

/* Every length around the ends of blocks: where the length has room in the last block, and where it has not. */
static void every_length_is_as_the_standard_says(void **state)
{
  (void)state;
  unsigned char bytes[MOST];
  draws d = { 501 };
  for (int k = 0; k < 2; k++)
    for (size_t n = 0; n <= 200; n++) {
      char wanted[80], got[FAIRU_DIGEST_TEXT];
      fairu_digest digest;
      draw_bytes(&d, bytes, n);
      plain_text(kinds[k], bytes, n, wanted);
      fairu_digest__start(&digest, kinds[k]);
      fairu_digest__add(&digest, bytes, n);
      fairu_digest__finish(&digest, got);
      assert_string_equal(got, wanted);
    }
}

/* Three messages at once, their pieces by turns: nothing is shared, and how they were cut does not show. */
static void digests_are_on_their_own(void **state)
{
  (void)state;
  static unsigned char bytes[3][MOST];
  draws d = { 502 };
  for (int round = 0; round < 40; round++) {
    fairu_digest digests[3];
    size_t n[3], half[3];
    for (int i = 0; i < 3; i++) {
      n[i] = draw_below(&d, MOST + 1);
      half[i] = draw_below(&d, n[i] + 1);
      draw_bytes(&d, bytes[i], n[i]);
      fairu_digest__start(&digests[i], kinds[(i + round) % 2]);
    }
    for (int i = 0; i < 3; i++)
      add_in_pieces(&digests[i], &d, bytes[i], half[i]);
    for (int i = 2; i >= 0; i--)
      add_in_pieces(&digests[i], &d, bytes[i] + half[i], n[i] - half[i]);
    for (int i = 0; i < 3; i++) {
      char wanted[80], got[FAIRU_DIGEST_TEXT];
      plain_text(kinds[(i + round) % 2], bytes[i], n[i], wanted);
      fairu_digest__finish(&digests[i], got);
      assert_string_equal(got, wanted);
    }
  }
}

/* A copy of a digest goes its own way: that of what both have in common is that of the common bytes. */
static void a_copy_goes_on(void **state)
{
  (void)state;
  unsigned char bytes[MOST];
  draws d = { 503 };
  draw_bytes(&d, bytes, MOST);
  for (int k = 0; k < 2; k++) {
    fairu_digest whole;
    char wanted[80], got[FAIRU_DIGEST_TEXT];
    fairu_digest__start(&whole, kinds[k]);
    for (size_t n = 0; n + 7 <= MOST; n += 7) {
      fairu_digest part = whole;
      fairu_digest__finish(&part, got);
      plain_text(kinds[k], bytes, n, wanted);
      assert_string_equal(got, wanted);
      fairu_digest__add(&whole, bytes + n, 7);
    }
  }
}

/* Any single bit changes about half of the bits; each byte of the text is a digit of its own. */
static void every_bit_counts(void **state)
{
  (void)state;
  unsigned char bytes[130];
  char before[FAIRU_DIGEST_TEXT], after[FAIRU_DIGEST_TEXT];
  draws d = { 504 };
  draw_bytes(&d, bytes, sizeof bytes);
  for (int k = 0; k < 2; k++) {
    size_t same = 0, digits = 0;
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
      for (int changed = 0; changed < 2; changed++) {
        fairu_digest digest;
        fairu_digest__start(&digest, kinds[k]);
        bytes[bit / 8] ^= (unsigned char)(changed << bit % 8);
        fairu_digest__add(&digest, bytes, sizeof bytes);
        bytes[bit / 8] ^= (unsigned char)(changed << bit % 8);
        fairu_digest__finish(&digest, changed ? after : before);
      }
      assert_string_not_equal(before, after);
      assert_int_equal(strlen(after), k == 0 ? 32 : 64);
      for (size_t i = 0; before[i]; i++, digits++)
        same += before[i] == after[i];
    }
    CHECK_NEAR((double)same / (double)digits, 1.0 / 16.0, 0.01); /* 33000 digits or more: 0.0014 */
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_length_is_as_the_standard_says),
                                      cmocka_unit_test(digests_are_on_their_own),
                                      cmocka_unit_test(a_copy_goes_on), cmocka_unit_test(every_bit_counts) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
