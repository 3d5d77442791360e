/* Exact sums against sums of long integers, done bit by bit: any doubles, any order, split, merged, packed; and the rounding at the end. */
#include "support/draws.h"
#include "support/support.h"

#include "base/pack_internal.h"
#include "numeric/exact_sum.h"
#include "numeric/exact_sum_pack.h"

enum { BITS = 2240, MOST = 400 };

/* A number >= 0 in units of 2^-1074, a bit in each byte. */
typedef struct natural {
  unsigned char bit[BITS];
} natural;

static void natural_add(natural *a, uint64_t m, int at)
{
  int carry = 0;
  for (int i = 0; m != 0 || carry; i++, m >>= 1) {
    const int sum = a->bit[at + i] + (int)(m & 1) + carry;
    a->bit[at + i] = (unsigned char)(sum & 1);
    carry = sum >> 1;
  }
}

static int natural_compare(const natural *a, const natural *b)
{
  for (int i = BITS; i-- > 0;)
    if (a->bit[i] != b->bit[i])
      return a->bit[i] - b->bit[i];
  return 0;
}

/* a - b, a >= b */
static natural natural_subtract(const natural *a, const natural *b)
{
  natural out = { { 0 } };
  int borrow = 0;
  for (int i = 0; i < BITS; i++) {
    const int difference = a->bit[i] - b->bit[i] - borrow;
    borrow = difference < 0;
    out.bit[i] = (unsigned char)(difference & 1);
  }
  return out;
}

/* To 53 bits, half to even, and back to a double. */
static double natural_round(const natural *a)
{
  int top = BITS - 1;
  while (top >= 0 && !a->bit[top])
    top--;
  const int low = top > 52 ? top - 52 : 0;
  uint64_t m = 0;
  for (int i = top; i >= low; i--)
    m = 2 * m + a->bit[i];
  int rest = 0;
  for (int i = 0; i < low - 1; i++)
    rest |= a->bit[i];
  if (low > 0 && a->bit[low - 1] && (rest || (m & 1)))
    m++;
  return ldexp((double)m, low - 1074);
}

/* Sums of what is positive and of what is negative, each a natural number. */
typedef struct ledger {
  natural side[2];
} ledger;

static void ledger_add(ledger *l, double x)
{
  int exponent = 0;
  const double f = frexp(fabs(x), &exponent); /* x = f 2^exponent */
  if (x == 0.0)
    return;
  const int shift = exponent - 53 < -1074 ? -1074 : exponent - 53;
  natural_add(&l->side[x < 0.0], (uint64_t)ldexp(f, exponent - shift), shift + 1074);
}

static double ledger_value(const ledger *l)
{
  const int order = natural_compare(&l->side[0], &l->side[1]);
  const natural rest =
      order >= 0 ? natural_subtract(&l->side[0], &l->side[1]) : natural_subtract(&l->side[1], &l->side[0]);
  const double value = natural_round(&rest);
  return order >= 0 ? value : -value;
}

/* ---- random terms ---------------------------------------------------------------------------------------- */

static double draw_finite(draws *d)
{
  for (;;) {
    const double x = draw_bits(d);
    if (isfinite(x))
      return x;
  }
}

/* Kinds: any double; of one size; what cancels but for a rest; subnormals; powers of two beside halves of their last bit. */
static size_t draw_terms(draws *d, double *x)
{
  const size_t n = draw_below(d, MOST), kind = draw_below(d, 5);
  for (size_t i = 0; i < n; i++)
    switch (kind) {
    case 0:
      x[i] = draw_finite(d);
      break;
    case 1:
      x[i] = draw_between(d, -1.0, 1.0);
      break;
    case 2:
      x[i] = i % 2 && i + 1 < n ? -x[i - 1] : draw_finite(d);
      break;
    case 3:
      x[i] = ldexp(draw_between(d, -1.0, 1.0), -1022);
      break;
    default:
      x[i] = ldexp(draw_below(d, 2) ? 1.0 : -1.0, (int)draw_below(d, 3) * -53 - (int)draw_below(d, 2));
    }
  return n;
}

static int same_bits(double a, double b)
{
  return memcmp(&a, &b, sizeof a) == 0;
}

static void check_value(const fairu_exact_sum *sum, const ledger *l)
{
  const double is = fairu_exact_sum__value(sum), wanted = ledger_value(l);
  if (!same_bits(is, wanted))
    fail_msg("sum is %a, wanted %a", is, wanted);
}

static void sums_are_those_of_integers(void **state)
{
  (void)state;
  draws d = { 111 };
  double x[MOST];
  for (int round = 0; round < 400; round++) {
    ledger l = { .side = { { { 0 } } } };
    fairu_exact_sum sum = { { 0 }, 0 };
    const size_t n = draw_terms(&d, x);
    for (size_t i = 0; i < n; i++) {
      ledger_add(&l, x[i]);
      fairu_exact_sum__add(&sum, x[i]);
      if (i % 97 == 0 || i + 1 == n)
        check_value(&sum, &l);
    }
    check_value(&sum, &l);
  }
}

/* Parts put together in any way have the bytes of the whole. */
static void parts_make_the_whole(void **state)
{
  (void)state;
  enum { PARTS = 7 };
  draws d = { 112 };
  double x[MOST];
  for (int round = 0; round < 400; round++) {
    const size_t n = draw_terms(&d, x);
    fairu_exact_sum whole = { { 0 }, 0 }, parts[PARTS] = { { { 0 }, 0 } };
    for (size_t i = 0; i < n; i++) {
      fairu_exact_sum__add(&whole, x[i]);
      fairu_exact_sum__add(&parts[draw_below(&d, PARTS)], x[i]);
      if (draw_below(&d, 10) == 0)
        fairu_exact_sum__normalise(&parts[draw_below(&d, PARTS)]);
    }
    for (size_t left = PARTS; left > 1; left--) {
      const size_t into = draw_below(&d, left - 1);
      fairu_exact_sum__merge(&parts[into], &parts[left - 1]);
    }
    fairu_exact_sum__normalise(&whole);
    fairu_exact_sum__normalise(&parts[0]);
    assert_memory_equal(whole.limb, parts[0].limb, sizeof whole.limb);
    fairu_exact_sum doubled = whole; /* with itself, too */
    fairu_exact_sum__merge(&doubled, &doubled);
    const double once = fairu_exact_sum__value(&whole);
    if (fabs(once) > 0x1p-1000 && fabs(once) < 0x1p1000)
      assert_true(fairu_exact_sum__value(&doubled) == 2.0 * once);
  }
}

/* x y in whole numbers: both factors have 26 bits, so the product is a double; and with 53 each, against the sum of its two parts. */
static void products_are_exact(void **state)
{
  (void)state;
  draws d = { 113 };
  for (int round = 0; round < 400; round++) {
    ledger l = { .side = { { { 0 } } } };
    fairu_exact_sum sum = { { 0 }, 0 };
    for (int i = 0; i < 60; i++) {
      const int64_t a = (int64_t)(draw(&d) >> 11) - (INT64_C(1) << 52),
                    b = (int64_t)(draw(&d) >> 11) - (INT64_C(1) << 52);
      const int64_t high = b >> 26, low = b - high * (INT64_C(1) << 26); /* a b = a high 2^26 + a low */
      const int64_t a1 = a >> 26, a0 = a - a1 * (INT64_C(1) << 26);
      const double scale = ldexp(1.0, (int)draw_below(&d, 300) - 150);
      fairu_exact_sum__add_product(&sum, (double)a, (double)b * scale);
      ledger_add(&l, (double)(a1 * high) * 0x1p52 * scale); /* each has at most 53 bits */
      ledger_add(&l, (double)(a0 * high) * 0x1p26 * scale);
      ledger_add(&l, (double)(a1 * low) * 0x1p26 * scale);
      ledger_add(&l, (double)(a0 * low) * scale);
    }
    check_value(&sum, &l);
  }
}

/* ---- packed ------------------------------------------------------------------------------------------------ */

static const char magic[8] = "FAIRUT2";

static int through_bytes(fairu_context *ctx, const fairu_exact_sum *sum, int negative_allowed,
                         fairu_exact_sum *back)
{
  unsigned char bytes[4096];
  size_t size = 0;
  uint32_t version = 0;
  fairu_pack *pack = NULL;
  fairu_unpack *unpack = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &pack));
  fairu_exact_sum__put(sum, pack);
  CHECK_OK(ctx, fairu_pack__copy(pack, ctx, "sum", magic, 1, bytes, sizeof bytes, &size));
  fairu_pack__destroy(pack);
  CHECK_OK(ctx, fairu_unpack__open(ctx, bytes, size, "sum", magic, 1, &unpack, &version));
  memset(back, 0, sizeof *back);
  const int status = fairu_exact_sum__get(unpack, ctx, negative_allowed, back);
  if (status == FAIRU_OK)
    CHECK_OK(ctx, fairu_unpack__finish(unpack, ctx));
  fairu_unpack__destroy(unpack);
  return status;
}

static void packed_sums_go_on_where_they_were(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 114 };
  double x[MOST];
  size_t n_negative = 0;
  for (int round = 0; round < 300; round++) {
    fairu_exact_sum sum = { { 0 }, 0 }, back;
    const size_t n = draw_terms(&d, x);
    for (size_t i = 0; i < n / 2; i++)
      fairu_exact_sum__add(&sum, x[i]);
    CHECK_OK(ctx, through_bytes(ctx, &sum, 1, &back));
    fairu_exact_sum canonical = sum;
    fairu_exact_sum__normalise(&canonical);
    assert_memory_equal(back.limb, canonical.limb, sizeof back.limb);
    const int is_negative = fairu_exact_sum__value(&sum) < 0.0;
    assert_int_equal(through_bytes(ctx, &sum, 0, &back), is_negative ? FAIRU_ERR_FORMAT : FAIRU_OK);
    if (is_negative)
      CHECK_SAYS(ctx, "of a sum is out of range");
    n_negative += (size_t)is_negative;
    CHECK_OK(ctx, through_bytes(ctx, &sum, 1, &back));
    for (size_t i = n / 2; i < n; i++) {
      fairu_exact_sum__add(&sum, x[i]);
      fairu_exact_sum__add(&back, x[i]);
    }
    assert_true(same_bits(fairu_exact_sum__value(&sum), fairu_exact_sum__value(&back)));
  }
  assert_true(n_negative > 50);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(sums_are_those_of_integers),
                                      cmocka_unit_test(parts_make_the_whole),
                                      cmocka_unit_test(products_are_exact),
                                      cmocka_unit_test(packed_sums_go_on_where_they_were) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
