/* SHA-256 and MD5 give the published digests, however the bytes come; doubles become the shortest text that reads back. */
#include "support/support.h"

#include <float.h>
#include <locale.h>

#include "base/digest.h"
#include "base/double_text.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void check_digest(fairu_digest_kind kind, const char *bytes, size_t size, const char *wanted)
{
  for (size_t step = 1; step <= 200; step = step < 3 ? step + 1 : 3 * step) {
    fairu_digest digest;
    char text[FAIRU_DIGEST_TEXT];
    fairu_digest__start(&digest, kind);
    for (size_t at = 0; at < size; at += step)
      fairu_digest__add(&digest, bytes + at, size - at < step ? size - at : step);
    fairu_digest__finish(&digest, text);
    assert_string_equal(text, wanted);
  }
}

/* RFC 1321 A.5; FIPS 180-2 B.1, B.2 and the empty message. */
static void published_digests(void **state)
{
  (void)state;
  static const struct {
    fairu_digest_kind kind;
    const char *text, *digest;
  } cases[] = {
    { FAIRU_DIGEST_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
    { FAIRU_DIGEST_MD5, "a", "0cc175b9c0f1b6a831c399e269772661" },
    { FAIRU_DIGEST_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72" },
    { FAIRU_DIGEST_MD5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
    { FAIRU_DIGEST_MD5, "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
    { FAIRU_DIGEST_MD5, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "d174ab98d277d9f5a5611c2c9f419d9f" },
    { FAIRU_DIGEST_MD5, "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a" },
    { FAIRU_DIGEST_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { FAIRU_DIGEST_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { FAIRU_DIGEST_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" }
  };
  for (size_t i = 0; i < N_OF(cases); i++)
    check_digest(cases[i].kind, cases[i].text, strlen(cases[i].text), cases[i].digest);
}

/* FIPS 180-2 B.3: a million times the letter a. */
static void a_million_letters(void **state)
{
  (void)state;
  static char text[1000000];
  memset(text, 'a', sizeof text);
  fairu_digest digest;
  char hex[FAIRU_DIGEST_TEXT];
  fairu_digest__start(&digest, FAIRU_DIGEST_SHA256);
  fairu_digest__add(&digest, text, sizeof text);
  fairu_digest__finish(&digest, hex);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void doubles_as_python_writes_them(void **state)
{
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = { { 0.0, "0.0" },
                { -0.0, "-0.0" },
                { 100.0, "100.0" },
                { 0.1, "0.1" },
                { -2.5, "-2.5" },
                { 1e-4, "0.0001" },
                { 1e-5, "1e-05" },
                { 1.5e-5, "1.5e-05" },
                { 123456.789, "123456.789" },
                { 1e15, "1000000000000000.0" },
                { 1e16, "1e+16" },
                { 1e22, "1e+22" },
                { 1e100, "1e+100" },
                { 9007199254740993.0, "9007199254740992.0" },
                { 12345678901234567.0, "1.2345678901234568e+16" },
                { 5.000000074505806, "5.000000074505806" },
                { 0.30000000000000004, "0.30000000000000004" },
                { 0x1p-44, "5.684341886080802e-14" }, /* not the nearest decimal of 16 digits, which misses */
                { 0x1p-1074, "5e-324" },
                { DBL_MIN, "2.2250738585072014e-308" },
                { DBL_MAX, "1.7976931348623157e+308" },
                { 9.5367431640625e-07, "9.5367431640625e-07" },
                { (double)INFINITY, "Infinity" },
                { -(double)INFINITY, "-Infinity" },
                { (double)NAN, "NaN" } };
  for (size_t i = 0; i < N_OF(cases); i++) {
    char text[FAIRU_DOUBLE_TEXT];
    assert_int_equal(fairu_double__text(cases[i].value, text), strlen(cases[i].text));
    assert_string_equal(text, cases[i].text);
  }
}

/* Every double reads back, and no shorter text does. */
static void doubles_read_back(void **state)
{
  (void)state;
  uint64_t x = 88172645463325252U;
  for (int i = 0; i < 100000; i++) {
    double value;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    const uint64_t bits = i % 4 == 0   ? x & ~UINT64_C(0xFFFFFFFFFFFFF)
                          : i % 4 == 1 ? x & 0x800FFFFFFFFFFFFF
                                       : x;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
      continue;
    char text[FAIRU_DOUBLE_TEXT], shorter[40];
    fairu_double__text(value, text);
    assert_true(strtod(text, NULL) == value);
    size_t digits = 0;
    for (const char *p = text; *p && *p != 'e'; p++)
      digits += *p >= '0' && *p <= '9' && (digits > 0 || *p > '0');
    if (strchr(text, 'e') && digits > 1) {
      snprintf(shorter, sizeof shorter, "%.*e", (int)digits - 2, value);
      assert_true(strtod(shorter, NULL) != value);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(published_digests),
                                      cmocka_unit_test(a_million_letters),
                                      cmocka_unit_test(doubles_as_python_writes_them),
                                      cmocka_unit_test(doubles_read_back) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
