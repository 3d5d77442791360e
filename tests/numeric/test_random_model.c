/* Generators and deviates beside plain ones written from the papers: Matsumoto and Nishimura's MT19937 and what NumPy makes of it, calls of all kinds
 * in random order; Philox by 64-bit products (Salmon et al.) and deviates by their definitions in long double. */
#include "support/draws.h"
#include "support/support.h"

#include "numeric/numpy_random.h"
#include "numeric/philox.h"

/* ---- MT19937 as in the paper: one array, all words made at once ----------------------------------------- */

typedef struct twister {
  unsigned long mt[624];
  int at;
  int gauss_left;
  double gauss;
} twister;

static void twister_seed(twister *t, unsigned long seed)
{
  t->mt[0] = seed & 0xffffffffUL;
  for (int i = 1; i < 624; i++)
    t->mt[i] = (1812433253UL * (t->mt[i - 1] ^ (t->mt[i - 1] >> 30)) + (unsigned long)i) & 0xffffffffUL;
  t->at = 624;
  t->gauss_left = 0;
}

static void twister_seed_array(twister *t, const uint32_t *key, int length)
{
  twister_seed(t, 19650218UL);
  int i = 1, j = 0;
  for (int k = length > 624 ? length : 624; k > 0; k--) {
    const unsigned long before = t->mt[i - 1] ^ (t->mt[i - 1] >> 30);
    t->mt[i] = ((t->mt[i] ^ (before * 1664525UL)) + key[j] + (unsigned long)j) & 0xffffffffUL;
    if (++i >= 624) {
      t->mt[0] = t->mt[623];
      i = 1;
    }
    if (++j >= length)
      j = 0;
  }
  for (int k = 623; k > 0; k--) {
    const unsigned long before = t->mt[i - 1] ^ (t->mt[i - 1] >> 30);
    t->mt[i] = ((t->mt[i] ^ (before * 1566083941UL)) - (unsigned long)i) & 0xffffffffUL;
    if (++i >= 624) {
      t->mt[0] = t->mt[623];
      i = 1;
    }
  }
  t->mt[0] = 0x80000000UL;
}

static uint32_t twister_word(twister *t)
{
  if (t->at >= 624) {
    for (int k = 0; k < 624; k++) { /* in place: words behind 227 are new ones already */
      const unsigned long y = (t->mt[k] & 0x80000000UL) | (t->mt[(k + 1) % 624] & 0x7fffffffUL);
      t->mt[k] = t->mt[(k + 397) % 624] ^ (y >> 1) ^ (y % 2 ? 0x9908b0dfUL : 0UL);
    }
    t->at = 0;
  }
  unsigned long y = t->mt[t->at++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680UL;
  y ^= (y << 15) & 0xefc60000UL;
  return (uint32_t)(y ^ (y >> 18));
}

static double twister_sample(twister *t)
{
  const uint64_t a = twister_word(t) >> 5, b = twister_word(t) >> 6;
  return (double)(a << 26 | b) * 0x1p-53;
}

static double twister_gauss(twister *t)
{
  if (t->gauss_left) {
    t->gauss_left = 0;
    return t->gauss;
  }
  for (;;) {
    const double x = 2.0 * twister_sample(t) - 1.0, y = 2.0 * twister_sample(t) - 1.0, r2 = x * x + y * y;
    if (r2 >= 1.0 || r2 <= 0.0)
      continue;
    const double f = sqrt(-2.0 * log(r2) / r2);
    t->gauss = f * x;
    t->gauss_left = 1;
    return f * y;
  }
}

/* The decision in long double: NumPy's own rounding decides differently once in 1e13 draws. */
static int64_t twister_poisson(twister *t, double mean)
{
  int64_t k = 0;
  if (mean <= 0.0)
    return 0;
  if (mean < 10.0) {
    for (double product = twister_sample(t); product > exp(-mean); k++)
      product *= twister_sample(t);
    return k;
  }
  const double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b, v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = twister_sample(t) - 0.5, v = twister_sample(t), us = 0.5 - fabs(u);
    const double x = floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r)
      return (int64_t)x;
    if (x < 0.0 || (us < 0.013 && v > us))
      continue;
    const long double left = logl((long double)v * (1.1239L + 1.1328L / ((long double)b - 3.4L)) /
                                  ((long double)a / ((long double)us * (long double)us) + (long double)b));
    const long double right =
        -(long double)mean + (long double)x * logl((long double)mean) - lgammal((long double)x + 1.0L);
    if (left <= right)
      return (int64_t)x;
  }
}

static uint64_t twister_bounded(twister *t, uint64_t most)
{
  uint64_t mask = 0;
  while (mask < most)
    mask = 2 * mask + 1;
  for (uint64_t value = 0; most > 0;) {
    value = twister_word(t);
    if (mask > 0xffffffffU)
      value = value << 32 | twister_word(t);
    if ((value & mask) <= most)
      return value & mask;
  }
  return 0;
}

static void twister_shuffle(twister *t, size_t n, size_t *items)
{
  while (n > 1) {
    const size_t j = (size_t)twister_bounded(t, n - 1), last = items[n - 1];
    items[--n] = items[j];
    items[j] = last;
  }
}

/* ---- calls in random order ----------------------------------------------------------------------------- */

static void check_items(fairu_numpy_random *rng, twister *t, draws *d, int kind)
{
  size_t ours[40], theirs[40];
  const size_t n = draw_below(d, 40), size = n ? draw_below(d, 40) : 0;
  for (size_t i = 0; i < n; i++)
    ours[i] = theirs[i] = kind ? i : 100 - i;
  if (kind == 0)
    fairu_numpy_random__shuffle(rng, n, ours);
  else if (kind == 1)
    fairu_numpy_random__permutation(rng, n, ours);
  else
    fairu_numpy_random__choice(rng, n, size, ours);
  if (kind < 2)
    twister_shuffle(t, n, theirs);
  for (size_t i = 0; kind == 2 && i < size; i++)
    theirs[i] = (size_t)twister_bounded(t, n - 1);
  assert_memory_equal(ours, theirs, (kind < 2 ? n : size) * sizeof *ours);
}

static void check_bounded(fairu_numpy_random *rng, twister *t, draws *d)
{
  const uint64_t power = UINT64_C(1) << draw_below(d, 64);
  const uint64_t most = draw_below(d, 2) ? draw(d) >> draw_below(d, 64) : power - draw_below(d, 3);
  assert_true(fairu_numpy_random__bounded(rng, most) == twister_bounded(t, most));
}

static void check_call(fairu_numpy_random *rng, twister *t, draws *d)
{
  const double low = draw_between(d, -5.0, 5.0), high = low + draw_unit(d);
  switch (draw_below(d, 10)) {
  case 0:
    assert_true(fairu_numpy_random__u32(rng) == twister_word(t));
    break;
  case 1:
    assert_true(fairu_numpy_random__sample(rng) == twister_sample(t));
    break;
  case 2:
    assert_true(fairu_numpy_random__uniform(rng, low, high) == low + (high - low) * twister_sample(t));
    break;
  case 3:
    assert_true(fairu_numpy_random__gauss(rng) == twister_gauss(t));
    break;
  case 4:
    assert_true(fairu_numpy_random__normal(rng, low, high) == low + high * twister_gauss(t));
    break;
  case 5:
    assert_true(fairu_numpy_random__lognormal(rng, low, 0.5) == exp(low + 0.5 * twister_gauss(t)));
    break;
  case 6: {
    const double mean = pow(10.0, draw_between(d, -4.0, 6.0));
    assert_true(fairu_numpy_random__poisson(rng, mean) == twister_poisson(t, mean));
    break;
  }
  case 7:
    check_bounded(rng, t, d);
    break;
  default:
    check_items(rng, t, d, (int)draw_below(d, 3));
  }
}

static void calls_in_any_order_are_those_of_the_papers(void **state)
{
  (void)state;
  static fairu_numpy_random rng;
  static twister t;
  for (uint32_t seed = 0; seed < 60; seed++) {
    draws d = { seed };
    uint32_t key[700];
    const size_t n = 1 + (seed % 3 ? draw_below(&d, 9) : draw_below(&d, 700));
    for (size_t i = 0; i < n; i++)
      key[i] = (uint32_t)draw(&d) >> draw_below(&d, 32);
    if (seed % 2) {
      fairu_numpy_random__seed_array(&rng, key, n);
      twister_seed_array(&t, key, (int)n);
    } else {
      fairu_numpy_random__seed(&rng, key[0]);
      twister_seed(&t, key[0]);
    }
    for (int call = 0; call < 400; call++)
      check_call(&rng, &t, &d);
  }
}

/* A second deviate that waits does not outlive a new seed; a copy of the state goes on alike. */
static void a_seed_forgets_the_waiting_deviate(void **state)
{
  (void)state;
  static fairu_numpy_random a, b;
  fairu_numpy_random__seed(&a, 5);
  const double first = fairu_numpy_random__gauss(&a);
  b = a;
  for (int i = 0; i < 1000; i++)
    assert_true(fairu_numpy_random__gauss(&a) == fairu_numpy_random__gauss(&b));
  (void)fairu_numpy_random__gauss(&a); /* one more waits now, or does not */
  fairu_numpy_random__seed(&a, 5);
  assert_true(fairu_numpy_random__gauss(&a) == first);
  fairu_numpy_random__seed_array(&b, (const uint32_t[1]){ 5 }, 1);
  assert_true(fairu_numpy_random__gauss(&b) != first); /* an array of one number is another seed */
}

/* ---- Philox -------------------------------------------------------------------------------------------- */

/* Ten rounds of S-P boxes on (R0, L0, R1, L1), keys raised by Weyl's sequence after each. */
static void plain_block(uint64_t seed, const uint32_t counter[4], uint32_t out[4])
{
  uint64_t x[4] = { counter[0], counter[1], counter[2], counter[3] };
  uint64_t k0 = seed & 0xffffffffU, k1 = seed >> 32;
  for (int round = 0; round < 10; round++) {
    const uint64_t a = x[0] * 0xD2511F53U, b = x[2] * 0xCD9E8D57U;
    const uint64_t y[4] = { (b >> 32) ^ x[1] ^ k0, b & 0xffffffffU, (a >> 32) ^ x[3] ^ k1, a & 0xffffffffU };
    memcpy(x, y, sizeof x);
    k0 = (k0 + 0x9E3779B9U) % (UINT64_C(1) << 32);
    k1 = (k1 + 0xBB67AE85U) % (UINT64_C(1) << 32);
  }
  for (int i = 0; i < 4; i++)
    out[i] = (uint32_t)x[i];
}

/* A stream as a function: word number i of (seed, stream, toy, index). */
typedef struct plain_stream {
  uint64_t seed, toy, index, at;
  uint32_t stream;
} plain_stream;

static uint32_t plain_word(plain_stream *s)
{
  const uint64_t toy = s->toy % (UINT64_C(1) << 44), index = s->index % (UINT64_C(1) << 44);
  const uint32_t counter[4] = { (uint32_t)(s->at / 4), (uint32_t)index, (uint32_t)toy,
                                (uint32_t)(s->stream % 256 + 256 * (toy >> 32) + 1048576 * (index >> 32)) };
  uint32_t words[4];
  plain_block(s->seed, counter, words);
  return words[s->at++ % 4];
}

static uint64_t plain_long_word(plain_stream *s)
{
  const uint64_t low = plain_word(s);
  return low + (UINT64_C(1) << 32) * plain_word(s);
}

static long double plain_uniform(plain_stream *s)
{
  return ((long double)(plain_long_word(s) >> 12) + 0.5L) / 4503599627370496.0L;
}

/* Definition: x such that the probability below it is u. */
static void check_normal(fairu_philox *rng, plain_stream *s)
{
  const double x = fairu_philox__normal(rng);
  const long double u = plain_uniform(s), tail = u < 0.5L ? u : 1.0L - u;
  const long double got = 0.5L * erfcl(fabsl((long double)x) / sqrtl(2.0L));
  assert_true((x < 0.0) == (u < 0.5L));
  const double slack = 4e-15 * (1.0 + x * x); /* d ln tail = x dx, dx = 1e-15 x */
  assert_true(fabsl(got / tail - 1.0L) < (long double)slack);
}

/* Definition: the smallest k whose probability of at most k reaches u. */
static void check_small_poisson(fairu_philox *rng, plain_stream *s, double mean)
{
  const double k = fairu_philox__poisson(rng, mean);
  const long double u = plain_uniform(s);
  long double term = expl(-(long double)mean), below = 0.0L, upto = term;
  for (double i = 1.0; i <= k; i += 1.0) {
    below = upto;
    term *= (long double)mean / (long double)i;
    upto += term;
  }
  assert_true(u > below - 1e-14L && u <= upto + 1e-14L);
}

/* Every number below n alike often: words of 32 bits by multiplication, larger ones by the rest of a division. */
static void check_below(fairu_philox *rng, plain_stream *s, draws *d)
{
  const uint64_t n = draw(d) >> draw_below(d, 64);
  const uint64_t got = fairu_philox__below(rng, n);
  uint64_t wanted = 0;
  if (n > 1 && n <= 0xffffffffU) {
    const uint64_t left_over = (UINT64_C(1) << 32) % n;
    uint64_t product;
    do
      product = plain_word(s) * n;
    while (product % (UINT64_C(1) << 32) < left_over);
    wanted = product / (UINT64_C(1) << 32);
  } else if (n > 1) {
    const uint64_t left_over = (UINT64_MAX % n + 1) % n;
    uint64_t x;
    do
      x = plain_long_word(s);
    while (x < left_over);
    wanted = x % n;
  }
  assert_true(got == wanted);
}

static void check_draw(fairu_philox *rng, plain_stream *s, draws *d)
{
  switch (draw_below(d, 6)) {
  case 0:
    assert_true(fairu_philox__u32(rng) == plain_word(s));
    break;
  case 1:
    assert_true(fairu_philox__u64(rng) == plain_long_word(s));
    break;
  case 2:
    assert_true((long double)fairu_philox__uniform(rng) == plain_uniform(s));
    break;
  case 3:
    check_normal(rng, s);
    break;
  case 4:
    check_small_poisson(rng, s, draw_below(d, 9) ? draw_between(d, 0.0, 10.0) : 1e-9);
    break;
  default:
    check_below(rng, s, d);
  }
}

static void streams_are_functions_of_their_place(void **state)
{
  (void)state;
  for (uint64_t round = 0; round < 300; round++) {
    draws d = { round };
    plain_stream s = { draw(&d), draw(&d) >> draw_below(&d, 64), draw(&d) >> draw_below(&d, 64), 0,
                       (uint32_t)draw_below(&d, 256) };
    fairu_philox rng = fairu_philox__start(s.seed, s.stream, s.toy, s.index);
    for (int call = 0; call < 100; call++)
      check_draw(&rng, &s, &d);
  }
}

/* ---- rejection: the draws of Hoermann's and of Marsaglia and Tsang's algorithms, decided in long double -------- */

static double plain_poisson(plain_stream *s, double mean)
{
  const double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
  for (;;) {
    const double u = (double)plain_uniform(s) - 0.5, v = (double)plain_uniform(s), us = 0.5 - fabs(u);
    const double k = floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2.0))
      return k;
    if (k < 0.0 || (us < 0.013 && v > us))
      continue;
    const long double density =
        (long double)k * logl((long double)mean) - (long double)mean - lgammal((long double)k + 1.0L);
    const double hat = v * (1.1239 + 1.1328 / (b - 3.4)) / (a / (us * us) + b);
    if (logl((long double)hat) <= density)
      return k;
  }
}

static long double plain_gamma(plain_stream *s, fairu_philox *normals, double shape)
{
  const long double small = shape < 1.0 ? powl(plain_uniform(s), 1.0L / (long double)shape) : 1.0L;
  const long double d = (long double)shape + (shape < 1.0 ? 1.0L : 0.0L) - 1.0L / 3.0L;
  for (;;) {
    *normals = fairu_philox__start(s->seed, s->stream, s->toy, s->index);
    for (uint64_t i = 0; i < s->at; i++)
      (void)fairu_philox__u32(normals);
    const long double x = (long double)fairu_philox__normal(normals), root = 1.0L + x / sqrtl(9.0L * d);
    s->at += 2;
    if (root <= 0.0L)
      continue;
    const long double v = root * root * root;
    if (logl(plain_uniform(s)) < 0.5L * x * x + d - d * v + d * logl(v))
      return small * d * v;
  }
}

static void rejection_takes_the_decisions_of_the_papers(void **state)
{
  (void)state;
  for (uint64_t round = 0; round < 400; round++) {
    draws d = { 1000 + round };
    plain_stream s = { draw(&d), round, draw(&d), 0, FAIRU_STREAM_USER };
    fairu_philox rng = fairu_philox__start(s.seed, s.stream, s.toy, s.index), normals;
    for (int call = 0; call < 20; call++) {
      const double mean = pow(10.0, draw_between(&d, 1.0, 7.0));
      const double shape = pow(10.0, draw_between(&d, -1.5, 5.0));
      assert_true(fairu_philox__poisson(&rng, mean) == plain_poisson(&s, mean));
      CHECK_CLOSE(fairu_philox__gamma(&rng, shape), (double)plain_gamma(&s, &normals, shape), 1e-13);
    }
    assert_true(fairu_philox__u32(&rng) == plain_word(&s)); /* as many words were taken */
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(calls_in_any_order_are_those_of_the_papers),
    cmocka_unit_test(a_seed_forgets_the_waiting_deviate),
    cmocka_unit_test(streams_are_functions_of_their_place),
    cmocka_unit_test(rejection_takes_the_decisions_of_the_papers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
