/* Isotonic and histogram maps, and files of maps. */
#include "classifier/made_scores.h"

enum { MOST = 10 };

/* Points of a small problem: weight and fraction of signal at rising logits. */
typedef struct points {
  size_t n;
  double weight[MOST], mean[MOST];
} points;

/* The non-decreasing values nearest to the means, by trying every division into blocks. */
static void brute_force(const points *p, double *best)
{
  double least = HUGE_VAL;
  for (unsigned cuts = 0; cuts < 1U << (p->n - 1); cuts++) {
    double value[MOST], loss = 0.0;
    int rises = 1;
    for (size_t first = 0; first < p->n;) {
      double w = 0.0, sum = 0.0;
      size_t end = first;
      do {
        w += p->weight[end];
        sum += p->weight[end] * p->mean[end];
        end++;
      } while (end < p->n && !(cuts >> (end - 1) & 1U));
      for (size_t i = first; i < end; i++) {
        value[i] = sum / w;
        loss += p->weight[i] * (p->mean[i] - value[i]) * (p->mean[i] - value[i]);
      }
      rises &= first == 0 || value[first] >= value[first - 1];
      first = end;
    }
    if (rises && loss < least) {
      least = loss;
      memcpy(best, value, p->n * sizeof *best);
    }
  }
}

/* Events with ties and random weights, out of order. */
static void isotonic_is_the_quadratic_programme(void **state)
{
  fairu_context *ctx = support_context();
  const fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_ISOTONIC, 0.0);
  (void)state;
  for (uint64_t seed = 0; seed < 300; seed++) {
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
    points p = { .n = 2 + (size_t)fairu_philox__below(&rng, MOST - 1) };
    double best[MOST], signal[MOST] = { 0.0 };
    made m = made_new(4 * p.n); /* each point has one event at least */
    for (size_t i = 0; i < m.n; i++) {
      const size_t point = i < p.n ? i : (size_t)fairu_philox__below(&rng, p.n);
      m.t[i] = (float)point - 4.0F;
      m.y[i] = i < 2 ? (int32_t)i : (int32_t)fairu_philox__below(&rng, 2);
      m.w[i] = 0.1 + fairu_philox__uniform(&rng);
      p.weight[point] += m.w[i];
      signal[point] += m.y[i] ? m.w[i] : 0.0;
    }
    for (size_t k = 0; k < p.n; k++)
      p.mean[k] = signal[k] / p.weight[k];
    brute_force(&p, best);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    for (size_t k = 0; k < p.n; k++)
      CHECK_NEAR(made_at(ctx, map, (float)k - 4.0F), best[k], 1e-12);
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* y = 1 0 1 0 1 at t = 1 .. 5: one block of 1/2 up to 4, then 1; as scikit-learn's IsotonicRegression with out_of_bounds="clip". */
static void between_blocks_the_map_is_linear(void **state)
{
  fairu_context *ctx = support_context();
  fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_ISOTONIC, 0.0);
  made m = made_new(5);
  (void)state;
  for (size_t i = 0; i < 5; i++) {
    m.t[i] = (float)(5 - i);
    m.y[i] = i % 2 == 0;
  }
  fairu_probability_map *map = made_map(ctx, &o, &m);
  static const double at[7][2] = { { -9.0, 0.5 }, { 1.0, 0.5 }, { 3.3, 0.5 }, { 4.0, 0.5 },
                                   { 4.5, 0.75 }, { 5.0, 1.0 }, { 99.0, 1.0 } };
  for (int k = 0; k < 7; k++)
    CHECK_NEAR(made_at(ctx, map, (float)at[k][0]), at[k][1], 1e-15);
  assert_int_equal(made_summary(ctx, map).n_knots, 3);
  double t, p, logit;
  const float high = 99.0F;
  CHECK_OK(ctx, fairu_probability_map_knot(map, ctx, 1, &t, &p));
  CHECK_NEAR(t, 4.0, 0.0);
  CHECK_NEAR(p, 0.5, 0.0);
  CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, &high, 1, FAIRU_OUTPUT_LOGIT, &logit));
  assert_true(isinf(logit) && logit > 0.0);
  fairu_probability_map_destroy(map);
  o.margin = (double)NAN; /* 1 / (5 + 2) */
  map = made_map(ctx, &o, &m);
  CHECK_NEAR(made_at(ctx, map, 5.0F), 6.0 / 7.0, 1e-15);
  CHECK_NEAR(made_summary(ctx, map).margin, 1.0 / 7.0, 1e-15);
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* The isotonic map depends on the order of the logits alone: any rising function gives the same values at the events. */
static void only_the_order_matters(void **state)
{
  fairu_context *ctx = support_context();
  const fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_ISOTONIC, 0.0);
  made m = made_gaussian(8, 3000, 1.0, 1.0, 0.4), bent = made_gaussian(8, 3000, 1.0, 1.0, 0.4);
  (void)state;
  for (size_t i = 0; i < bent.n; i++)
    bent.t[i] = (float)sinh((double)bent.t[i]);
  fairu_probability_map *a = made_map(ctx, &o, &m), *b = made_map(ctx, &o, &bent);
  double last = 0.0;
  for (size_t i = 0; i < m.n; i++)
    CHECK_NEAR(made_at(ctx, a, m.t[i]), made_at(ctx, b, bent.t[i]), 1e-12);
  for (float t = -6.0F; t < 6.0F; t += 0.003F) {
    const double p = made_at(ctx, a, t);
    assert_true(p >= last);
    last = p;
  }
  fairu_probability_map_destroy(a);
  fairu_probability_map_destroy(b);
  made_free(&m);
  made_free(&bent);
  fairu_context_destroy(ctx);
}

/* 1000 events at rising logits in 10 bins of 100: fractions counted by hand. */
static void bins_of_equal_sum(void **state)
{
  fairu_context *ctx = support_context();
  fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_HISTOGRAM, 0.0);
  made m = made_new(1000);
  double counted[10] = { 0.0 };
  (void)state;
  for (size_t i = 0; i < m.n; i++) {
    const size_t place = (i * 377) % 1000; /* a permutation */
    m.t[i] = (float)sqrt((double)place);
    m.y[i] = (place * place / 7) % 11 < place / 100;
    counted[place / 100] += (double)m.y[i] / 100.0;
  }
  o.n_bins = 10;
  fairu_probability_map *map = made_map(ctx, &o, &m);
  assert_int_equal(made_summary(ctx, map).n_knots, 10);
  for (size_t i = 0; i < m.n; i++)
    CHECK_NEAR(made_at(ctx, map, m.t[i]), counted[(i * 377) % 1000 / 100], 1e-14);
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* Ties stay together: 60 of 100 events at one logit are one bin, and the rest is shared evenly. */
static void ties_stay_together(void **state)
{
  fairu_context *ctx = support_context();
  fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_HISTOGRAM, 0.0);
  made m = made_new(100);
  (void)state;
  for (size_t i = 0; i < m.n; i++) {
    m.t[i] = i < 60 ? -1.0F : (float)i;
    m.y[i] = i % 3 == 0;
  }
  o.n_bins = 5;
  fairu_probability_map *map = made_map(ctx, &o, &m);
  assert_int_equal(made_summary(ctx, map).n_knots, 3);
  double t[3], p;
  for (size_t k = 0; k < 3; k++)
    CHECK_OK(ctx, fairu_probability_map_knot(map, ctx, k, &t[k], &p));
  CHECK_NEAR(t[0], -1.0, 0.0);
  CHECK_NEAR(t[1], 29.5, 1e-12);
  CHECK_NEAR(t[2], 79.5, 1e-12);
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* Bins of width 1 from 0 to 10; nothing between 3 and 8. Beyond the ends the outer bins go on. */
static void bins_of_equal_width(void **state)
{
  fairu_context *ctx = support_context();
  fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_HISTOGRAM, 0.0);
  static const float t[8] = { 0.0F, 0.5F, 2.5F, 2.75F, 8.0F, 8.5F, 9.5F, 10.0F };
  static const int32_t y[8] = { 0, 0, 1, 0, 1, 1, 1, 0 };
  static const double w[8] = { 1.0, 1.0, 3.0, 1.0, 2.0, -0.5, 1.0, 3.0 };
  static const double at[8][2] = { { -5.0, 0.0 }, { 0.9, 0.0 }, { 1.5, 0.0 },  { 2.0, 0.75 },
                                   { 7.9, 0.75 }, { 8.0, 1.0 }, { 9.0, 0.25 }, { 50.0, 0.25 } };
  made m = made_new(8);
  (void)state;
  memcpy(m.t, t, sizeof t);
  memcpy(m.y, y, sizeof y);
  memcpy(m.w, w, sizeof w);
  o.n_bins = 10;
  o.equal_width = 1;
  fairu_probability_map *map = made_map(ctx, &o, &m);
  for (int k = 0; k < 8; k++)
    CHECK_NEAR(made_at(ctx, map, (float)at[k][0]), at[k][1], 1e-15);
  fairu_probability_map_destroy(map);
  m.w[5] = -2.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
              fairu_probability_map_create(ctx, m.t, m.y, m.w, m.n, &o, &map));
  CHECK_SAYS(ctx, "the bin from logit 8 has sum of weights 0; take fewer bins");
  assert_null(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

static void files_keep_every_bit(void **state)
{
  fairu_context *ctx = support_context();
  made m = made_gaussian(4, 500, 1.0, 1.0, 0.5);
  char path[512];
  (void)state;
  support_path(path, sizeof path, "a.map");
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    const fairu_probability_options o = made_options(ctx, method, (double)NAN);
    fairu_probability_map *map = made_map(ctx, &o, &m), *again = NULL;
    double a[500], b[500];
    CHECK_OK(ctx, fairu_probability_map_save(map, ctx, path));
    CHECK_OK(ctx, fairu_probability_map_load(ctx, path, &again));
    CHECK_OK(ctx, fairu_probability_map_log_ratio(map, ctx, m.t, m.n, a));
    CHECK_OK(ctx, fairu_probability_map_log_ratio(again, ctx, m.t, m.n, b));
    assert_memory_equal(a, b, sizeof a);
    const fairu_probability_summary s = made_summary(ctx, map), t = made_summary(ctx, again);
    assert_memory_equal(&s.slope, &t.slope, sizeof s - offsetof(fairu_probability_summary, slope));
    fairu_probability_map_destroy(map);
    fairu_probability_map_destroy(again);
  }
  made_free(&m);
  fairu_context_destroy(ctx);
}

static void damaged_files_are_refused(void **state)
{
  fairu_context *ctx = support_context();
  made m = made_gaussian(4, 500, 1.0, 1.0, 0.5);
  const fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_ISOTONIC, 0.0);
  fairu_probability_map *map = made_map(ctx, &o, &m), *again = NULL;
  char path[512];
  size_t size;
  (void)state;
  CHECK_OK(ctx, fairu_probability_map_save(map, ctx, support_path(path, sizeof path, "b.map")));
  char *bytes = support_read_file(path, &size);
  for (size_t cut = 0; cut < size; cut += 1 + size / 40) {
    support_write_file(path, bytes, cut);
    assert_int_not_equal(fairu_probability_map_load(ctx, path, &again), FAIRU_OK);
    assert_null(again);
  }
  for (size_t at = 0; at < size; at += 1 + size / 100) {
    bytes[at] ^= 0x10;
    support_write_file(path, bytes, size);
    if (fairu_probability_map_load(ctx, path, &again) == FAIRU_OK) { /* another stream of the same bytes */
      const fairu_probability_summary x = made_summary(ctx, map), y = made_summary(ctx, again);
      CHECK_NEAR((double)x.n_knots, (double)y.n_knots, 0.0);
      for (size_t i = 0; i < m.n; i++)
        CHECK_NEAR(made_at(ctx, map, m.t[i]), made_at(ctx, again, m.t[i]), 0.0);
    } else {
      CHECK_SAYS(ctx, "b.map");
      assert_null(again);
    }
    fairu_probability_map_destroy(again);
    again = NULL;
    bytes[at] ^= 0x10;
  }
  free(bytes);
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(isotonic_is_the_quadratic_programme),
    cmocka_unit_test(between_blocks_the_map_is_linear),
    cmocka_unit_test(only_the_order_matters),
    cmocka_unit_test(bins_of_equal_sum),
    cmocka_unit_test(ties_stay_together),
    cmocka_unit_test(bins_of_equal_width),
    cmocka_unit_test(files_keep_every_bit),
    cmocka_unit_test(damaged_files_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
