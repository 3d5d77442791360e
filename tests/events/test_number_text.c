/* Numbers as text: what printf makes of them. */
#include "support/support.h"

#include "events/number_text.h"

static void check_float(float value)
{
  char got[FAIRU_NUMBER_TEXT + 1], wanted[64];
  const size_t n = fairu_number__float_text(value, got);
  assert_true(n <= FAIRU_NUMBER_TEXT);
  got[n] = '\0';
  snprintf(wanted, sizeof wanted, "%.9g", (double)value);
  if (strcmp(got, wanted) != 0)
    fail_msg("%a: \"%s\", printf writes \"%s\"", (double)value, got, wanted);
}

static float of_bits(uint32_t bits)
{
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Bit patterns all over the range, infinities and NaN among them; more of them where texts have no exponent. */
static void floats_of_any_kind(void **state)
{
  (void)state;
  for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 20011)
    check_float(of_bits((uint32_t)bits));
  uint32_t first, last;
  const float low = 5e-5f, high = 2e9f;
  memcpy(&first, &low, sizeof first);
  memcpy(&last, &high, sizeof last);
  for (uint32_t bits = first; bits < last; bits += 2003) {
    check_float(of_bits(bits));
    check_float(of_bits(bits | 0x80000000u));
  }
}

/* Neighbours of powers of ten and of ties, decimals, whole numbers. */
static void floats_with_an_edge(void **state)
{
  (void)state;
  const float alone[] = { 0.0f, -0.0f, HUGE_VALF, -HUGE_VALF, NAN, -NAN, 1e-45f, 3.4028235e38f };
  for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
    check_float(alone[i]);
  for (int power = -8; power <= 12; power++) {
    float value = (float)pow(10.0, power);
    for (int i = 0; i < 20; i++)
      value = nextafterf(value, 0.0f);
    for (int i = 0; i < 40; i++, value = nextafterf(value, HUGE_VALF)) {
      check_float(value);
      check_float(-value);
    }
  }
  for (int i = -30000; i < 30000; i++) {
    check_float((float)i);
    check_float((float)(1e-3 * i));
    check_float((float)i / 1024.0f);
    check_float(16777216.0f + (float)(64 * i));
  }
}

static void whole_numbers(void **state)
{
  (void)state;
  for (unsigned shift = 0; shift < 64; shift++)
    for (int step = -2; step <= 2; step++) {
      const uint64_t value = ((uint64_t)1 << shift) + (uint64_t)(int64_t)step;
      char got[FAIRU_NUMBER_TEXT + 1], wanted[64];
      got[fairu_number__u64_text(value, got)] = '\0';
      snprintf(wanted, sizeof wanted, "%llu", (unsigned long long)value);
      assert_string_equal(got, wanted);
      got[fairu_number__i64_text((int64_t)value, got)] = '\0';
      snprintf(wanted, sizeof wanted, "%lld", (long long)(int64_t)value);
      assert_string_equal(got, wanted);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(floats_of_any_kind),
                                      cmocka_unit_test(floats_with_an_edge),
                                      cmocka_unit_test(whole_numbers) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
