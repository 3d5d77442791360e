/* The AUC where sorting and sums are at their limits: every kind of float, weights of any size, and what may not change it. */
#include <float.h>

#include "numeric/philox.h"
#include "support/support.h"

enum { MOST = 600 };

typedef struct sample {
  size_t n;
  float scores[MOST];
  int32_t labels[MOST];
  double weights[MOST];
} sample;

static double auc_of(fairu_context *ctx, const sample *s)
{
  double auc = -1.0;
  CHECK_OK(ctx, fairu_auc(ctx, s->scores, s->labels, s->weights, s->n, &auc));
  return auc;
}

/* Random bits that are finite floats: both signs, denormals, ties of 0 and -0, neighbours. */
static sample any_floats(uint64_t seed, size_t n)
{
  sample s = { .n = n };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 3);
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = fairu_philox__u32(&rng);
    if (i % 3 == 0)
      bits &= 0x807fffffU; /* denormal or zero */
    if (i % 7 == 0)
      bits &= 0x80000000U;
    memcpy(&s.scores[i], &bits, sizeof bits);
    if (!isfinite(s.scores[i]))
      s.scores[i] = i % 2 ? FLT_MAX : -FLT_MAX;
    if (i % 5 == 4)
      s.scores[i] = i % 2 ? s.scores[i - 1] : nextafterf(s.scores[i - 1], 0.0F);
    s.labels[i] = i < 2 ? (int32_t)i : (int32_t)fairu_philox__below(&rng, 2);
    s.weights[i] = 1.0 + (double)fairu_philox__below(&rng, 9);
  }
  return s;
}

/* Twice the sum over pairs and the sum of weights, in whole numbers: exact. */
static void count_pairs(const sample *s, int64_t *twice, int64_t *total)
{
  *twice = *total = 0;
  for (size_t i = 0; i < s->n; i++)
    for (size_t j = 0; j < s->n; j++) {
      const int64_t w = (int64_t)s->weights[i] * (int64_t)s->weights[j];
      if (s->labels[i] != 1 || s->labels[j] != 0)
        continue;
      *total += w;
      *twice += s->scores[i] > s->scores[j] ? 2 * w : s->scores[i] == s->scores[j] ? w : 0;
    }
}

static void whole_weights_are_counted_exactly(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 40; seed++) {
    const sample s = any_floats(seed, 2 + (size_t)seed * 7);
    int64_t twice, total;
    count_pairs(&s, &twice, &total);
    CHECK_NEAR(auc_of(ctx, &s), (double)twice / (2.0 * (double)total),
               2.3e-16); /* one division and its product */
  }
  fairu_context_destroy(ctx);
}

/* Each byte of a float decides on its own in one of the passes of the sort. */
static void every_bit_of_a_score_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (unsigned bit = 0; bit < 31; bit++)
    for (uint32_t sign = 0; sign < 2; sign++) {
      const uint32_t low = (sign << 31) | (bit < 23 ? 0x3f000000U : 0U), high = low | 1U << bit;
      sample s = { .n = 2, .labels = { 1, 0 }, .weights = { 1.0, 1.0 } };
      memcpy(&s.scores[0], &high, sizeof high);
      memcpy(&s.scores[1], &low, sizeof low);
      assert_true(high != low && s.scores[0] != s.scores[1]);
      CHECK_NEAR(auc_of(ctx, &s), sign ? 0.0 : 1.0, 0.0);
    }
  sample zeros = { .n = 2, .labels = { 1, 0 }, .weights = { 1.0, 1.0 }, .scores = { 0.0F, -0.0F } };
  CHECK_NEAR(auc_of(ctx, &zeros), 0.5, 0.0);
  fairu_context_destroy(ctx);
}

static void swap_events(sample *s, size_t i, size_t j)
{
  const float score = s->scores[i];
  const int32_t label = s->labels[i];
  const double weight = s->weights[i];
  s->scores[i] = s->scores[j], s->labels[i] = s->labels[j], s->weights[i] = s->weights[j];
  s->scores[j] = score, s->labels[j] = label, s->weights[j] = weight;
}

/* Order of rows; classes swapped; scores negated; events of weight 0; weights split over rows. */
static void what_may_not_matter(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 50; seed < 60; seed++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 4);
    sample s = any_floats(seed, 300);
    const double auc = auc_of(ctx, &s);
    for (size_t i = s.n; i > 1; i--)
      swap_events(&s, i - 1, (size_t)fairu_philox__below(&rng, i));
    CHECK_NEAR(auc_of(ctx, &s), auc, 0.0); /* sums of whole numbers */
    sample other = s;
    for (size_t i = 0; i < s.n; i++)
      other.scores[i] = -s.scores[i];
    CHECK_NEAR(auc_of(ctx, &other), 1.0 - auc, 2e-16);
    for (size_t i = 0; i < s.n; i++)
      other.labels[i] = 1 - s.labels[i];
    CHECK_NEAR(auc_of(ctx, &other), auc, 2e-16);
    other = s;
    for (size_t i = 0; i < s.n; i++) /* coarser: many ties */
      other.scores[i] = s.scores[i] > 0.0F ? 3.0F : s.scores[i] < 0.0F ? -1e-40F : -0.0F;
    int64_t twice, total;
    count_pairs(&other, &twice, &total);
    CHECK_NEAR(auc_of(ctx, &other), (double)twice / (2.0 * (double)total), 2.3e-16);
    other = s;
    for (size_t i = 0; i < 100; i++) { /* half of an event, and the other half at the end */
      other.weights[i] /= 2.0;
      other.scores[300 + i] = s.scores[i];
      other.labels[300 + i] = s.labels[i];
      other.weights[300 + i] = other.weights[i];
      other.scores[400 + i] = FLT_MAX; /* and events that weigh nothing */
      other.labels[400 + i] = (int32_t)(i & 1);
      other.weights[400 + i] = 0.0;
    }
    other.n = 500;
    CHECK_NEAR(auc_of(ctx, &other), auc, 0.0);
  }
  fairu_context_destroy(ctx);
}

/* A unit of the weights of a class cancels, at both ends of what a double can hold. */
static void units_of_weights_cancel(void **state)
{
  (void)state;
  const int shift[6][2] = { { 0, 3 },       { -700, -700 }, { 700, 700 },
                            { 1019, 1010 }, { -1060, 5 },   { 900, -1074 } };
  fairu_context *ctx = support_context();
  for (uint64_t seed = 70; seed < 75; seed++) {
    const sample s = any_floats(seed, 200);
    const double auc = auc_of(ctx, &s);
    for (size_t k = 0; k < 6; k++) {
      sample scaled = s;
      for (size_t i = 0; i < s.n; i++)
        scaled.weights[i] = ldexp(s.weights[i], shift[k][s.labels[i]]);
      CHECK_NEAR(auc_of(ctx, &scaled), auc, 0.0);
    }
  }
  fairu_context_destroy(ctx);
}

/* Signed weights may give anything; the formula stays. Two events a class: sum_ij w_i w_j [..] by hand. */
static void signed_weights_may_leave_the_unit_interval(void **state)
{
  (void)state;
  const sample s = { .n = 4,
                     .scores = { 0.1F, 0.2F, 0.3F, 0.4F },
                     .labels = { 0, 1, 0, 1 },
                     .weights = { -1.0, 4.0, 2.0, -3.0 } };
  fairu_context *ctx = support_context();
  /* pairs: 1 over 0: -4; 3 over 0: 3; 3 over 2: -6; W_S = 1, W_B = 1 */
  CHECK_NEAR(auc_of(ctx, &s), -7.0, 0.0);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(whole_weights_are_counted_exactly),
    cmocka_unit_test(every_bit_of_a_score_counts),
    cmocka_unit_test(what_may_not_matter),
    cmocka_unit_test(units_of_weights_cancel),
    cmocka_unit_test(signed_weights_may_leave_the_unit_interval),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
