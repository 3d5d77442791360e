/* Maps from logits to probabilities against slow ones: optimality in long double, the min-max formula, bins by sorting. */
#include <float.h>

#include "classifier/made_scores.h"

/* Logits with ties, of a size and around a middle; weights of one sign or both. */
static made random_made(uint64_t seed, size_t n, double size, double middle, int signs)
{
  made m = made_new(n);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 21);
  for (size_t i = 0; i < n; i++) {
    m.y[i] = i < 4 ? (int32_t)(i & 1) : (int32_t)fairu_philox__below(&rng, 2);
    double t = (m.y[i] ? 0.6 : -0.6) + fairu_philox__normal(&rng);
    if (i % 3 == 0)
      t = rint(4.0 * t) / 4.0;
    m.t[i] = (float)(middle + size * t);
    m.w[i] = i % 10 == 9 ? 0.0 : 0.1 + fairu_philox__uniform(&rng);
    if (signs && i % 17 == 3)
      m.w[i] *= -0.3;
  }
  return m;
}

/* ---- Platt -------------------------------------------------------------------------------------------- */

typedef struct platt_sums {
  long double loss, g[2], h[3], j[3], w;
} platt_sums;

static platt_sums platt_at(const made *m, const double target[2], long double slope, long double offset)
{
  platt_sums s = { 0 };
  for (size_t i = 0; i < m->n; i++) {
    const long double w = (long double)m->w[i], t = (long double)m->t[i], y = (long double)target[m->y[i]];
    const long double u = slope * t + offset, p = 1.0L / (1.0L + expl(-u)), bend = p * (1.0L - p);
    s.loss += w * (fmaxl(u, 0.0L) + log1pl(expl(-fabsl(u))) - y * u);
    s.g[0] += w * (p - y) * t;
    s.g[1] += w * (p - y);
    const long double xx[3] = { t * t, t, 1.0L };
    for (int k = 0; k < 3; k++) {
      s.h[k] += w * bend * xx[k];
      s.j[k] += w * w * bend * xx[k];
    }
    s.w += fabsl(w) * fmaxl(fabsl(t), 1.0L);
  }
  return s;
}

/* H^-1 J H^-1 of two by two matrices, element by element. */
static void sandwich(const platt_sums *s, double c[3])
{
  const long double det = s->h[0] * s->h[2] - s->h[1] * s->h[1];
  const long double v[2][2] = { { s->h[2] / det, -s->h[1] / det }, { -s->h[1] / det, s->h[0] / det } };
  const long double j[2][2] = { { s->j[0], s->j[1] }, { s->j[1], s->j[2] } };
  long double out[2][2] = { { 0.0L } };
  for (int a = 0; a < 2; a++)
    for (int b = 0; b < 2; b++)
      for (int k = 0; k < 2; k++)
        for (int l = 0; l < 2; l++)
          out[a][b] += v[a][k] * j[k][l] * v[l][b];
  c[0] = (double)out[0][0];
  c[1] = (double)out[0][1];
  c[2] = (double)out[1][1];
}

static void targets_of(const made *m, int soft, double target[2])
{
  double sum[2] = { 0.0 }, square[2] = { 0.0 };
  for (size_t i = 0; i < m->n; i++) {
    sum[m->y[i]] += m->w[i];
    square[m->y[i]] += m->w[i] * m->w[i];
  }
  target[0] = soft ? 1.0 / (sum[0] * sum[0] / square[0] + 2.0) : 0.0;
  target[1] = soft ? 1.0 - 1.0 / (sum[1] * sum[1] / square[1] + 2.0) : 1.0;
}

/* The gradient is 0 there, the Hessian positive, and steps in any direction cost; the covariance is the sandwich. */
static void platt_is_where_the_loss_is_least(void **state)
{
  (void)state;
  const double size[4] = { 1.0, 1e-3, 300.0, 5.0 }, middle[4] = { 0.0, 0.5, -2e4, 40.0 };
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 48; seed++) {
    made m = random_made(seed, 60 + 5 * seed, size[seed % 4], middle[seed % 4], seed & 8);
    fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_PLATT, (double)NAN);
    double target[2], c[3];
    o.soft_targets = (seed & 16) != 0;
    targets_of(&m, o.soft_targets, target);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    const fairu_probability_summary s = made_summary(ctx, map);
    const platt_sums at = platt_at(&m, target, (long double)s.slope, (long double)s.offset);
    CHECK_NEAR((double)(at.g[0] / at.w), 0.0,
               1e-10); /* a mean; Newton ends where the next step is below rounding */
    CHECK_NEAR((double)(at.g[1] / at.w), 0.0, 1e-10);
    for (int k = 0; k < 8;
         k++) { /* in units of the width of the minimum, so that the loss must rise by about 1/2 */
      const long double a = cosl((long double)k), b = sinl((long double)k);
      const long double bend = a * a * at.h[0] + 2.0L * a * b * at.h[1] + b * b * at.h[2],
                        d = 1.0L / sqrtl(bend);
      const platt_sums away =
          platt_at(&m, target, (long double)s.slope + d * a, (long double)s.offset + d * b);
      assert_true(bend > 0.0L && away.loss > at.loss + 0.2L);
    }
    sandwich(&at, c);
    for (int k = 0; k < 3; k++)
      CHECK_NEAR(s.covariance[k], c[k], 1e-6 * sqrt(c[0] * c[2]));
    assert_true(s.n_knots == 0 && isnan(s.margin) && s.method == FAIRU_PROBABILITY_PLATT);
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* Multiples of 1/256. */
static made rounded(uint64_t seed)
{
  made m = random_made(seed, 200, 1.0, 0.0, 0);
  for (size_t i = 0; i < m.n; i++)
    m.t[i] = (float)(rint(256.0 * (double)m.t[i]) / 256.0);
  return m;
}

/* t -> a t + b (exact in float): slope / a, offset - slope b / a. Weights times 2^k: nothing. Classes swapped and t -> -t: p -> 1 - p. */
static void platt_follows_its_units(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_PLATT, (double)NAN);
  for (uint64_t seed = 0; seed < 10; seed++) {
    made m = rounded(seed);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    const fairu_probability_summary s = made_summary(ctx, map);
    fairu_probability_map_destroy(map);
    made_free(&m);
    for (int k = -400; k <= 400; k += 400) {
      m = rounded(seed);
      for (size_t i = 0; i < m.n; i++) {
        m.t[i] = -(4.0F * m.t[i] + 3.0F);
        m.y[i] = 1 - m.y[i];
        m.w[i] = ldexp(m.w[i], k);
      }
      map = made_map(ctx, &o, &m);
      const fairu_probability_summary u = made_summary(ctx, map);
      CHECK_CLOSE(u.slope, s.slope / 4.0, 1e-9);
      CHECK_NEAR(u.offset, -(s.offset - s.slope * 0.75), 1e-9);
      CHECK_NEAR(u.log_prior_odds, -s.log_prior_odds, 2e-13); /* of two logarithms of 277 */
      CHECK_CLOSE(u.covariance[0], s.covariance[0] / 16.0, 1e-8);
      fairu_probability_map_destroy(map);
      made_free(&m);
    }
  }
  fairu_context_destroy(ctx);
}

/* ---- isotonic ----------------------------------------------------------------------------------------- */

/* max over a <= i of min over b >= i of the mean of points a .. b: the isotonic regression, without pooling. */
static double min_max(const made *m, float t)
{
  double best = -1.0;
  for (size_t a = 0; a < m->n; a++) {
    double least = 2.0;
    if (m->t[a] > t || m->w[a] == 0.0)
      continue;
    for (size_t b = 0; b < m->n; b++) {
      double w = 0.0, s = 0.0;
      if (m->t[b] < t || m->w[b] == 0.0)
        continue;
      for (size_t i = 0; i < m->n; i++)
        if (m->t[i] >= m->t[a] && m->t[i] <= m->t[b]) {
          w += m->w[i];
          s += m->y[i] ? m->w[i] : 0.0;
        }
      least = fmin(least, s / w);
    }
    best = fmax(best, least);
  }
  return best;
}

static void isotonic_is_the_min_max_formula(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 12; seed++) {
    made m = random_made(seed + 100, 30 + seed, seed % 3 ? 1.0 : 1e30, 0.0, 0);
    fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_ISOTONIC, seed & 1 ? 0.1 : 0.0);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    for (size_t i = 0; i < m.n; i++)
      if (m.w[i] > 0.0)
        CHECK_NEAR(made_at(ctx, map, m.t[i]), fmin(fmax(min_max(&m, m.t[i]), o.margin), 1.0 - o.margin),
                   1e-12);
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* Knots rise in t and never fall in p; between two of them the map is the straight line, before and behind all it is flat. */
static void isotonic_is_linear_between_its_knots(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 6; seed++) {
    made m = random_made(seed + 200, 300, 1.0, 0.0, 0);
    const fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_ISOTONIC, (double)NAN);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    const size_t n = made_summary(ctx, map).n_knots;
    double t = 0.0, p = 0.0, next_t, next_p;
    CHECK_OK(ctx, fairu_probability_map_knot(map, ctx, 0, &t, &p));
    CHECK_NEAR(made_at(ctx, map, -FLT_MAX), p, 0.0);
    for (size_t k = 1; k < n; k++, t = next_t, p = next_p) {
      CHECK_OK(ctx, fairu_probability_map_knot(map, ctx, k, &next_t, &next_p));
      assert_true(next_t > t && next_p >= p);
      for (int part = 1; part < 4; part++) {
        const float at = (float)(t + (next_t - t) * part / 4.0);
        const double share = ((double)at - t) / (next_t - t);
        CHECK_NEAR(made_at(ctx, map, at), p + fmin(share, 1.0) * (next_p - p), 1e-12);
      }
    }
    CHECK_NEAR(made_at(ctx, map, FLT_MAX), p, 0.0);
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_probability_map_knot(map, ctx, n, &t, &p));
    CHECK_SAYS(ctx, "knot ");
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* Mean of p over the events is the fraction of signal (the sum over each block is kept), if no margin cuts. */
static void isotonic_and_platt_keep_the_fraction(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 20; seed++) {
    made m = random_made(seed + 300, 250, 1.0, 0.0, 0);
    for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
      const fairu_probability_options o = made_options(ctx, method, 0.0);
      fairu_probability_map *map = made_map(ctx, &o, &m);
      double sum = 0.0, signal = 0.0, total = 0.0;
      for (size_t i = 0; i < m.n; i++) {
        sum += m.w[i] * made_at(ctx, map, m.t[i]);
        signal += m.y[i] ? m.w[i] : 0.0;
        total += m.w[i];
      }
      CHECK_NEAR(sum / total, signal / total, 1e-9);
      CHECK_NEAR(made_summary(ctx, map).log_prior_odds, log(signal / (total - signal)), 1e-13);
      fairu_probability_map_destroy(map);
    }
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* ---- histogram ---------------------------------------------------------------------------------------- */

typedef struct slow_histogram {
  size_t n;
  double edge[64], value[64];
} slow_histogram;

static int in_order(const void *a, const void *b)
{
  const float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Points of the sample: logits of events that weigh something, each once. */
static size_t points_of(const made *m, float *t)
{
  size_t n = 0, kept = 0;
  for (size_t i = 0; i < m->n; i++)
    if (m->w[i] != 0.0)
      t[n++] = m->t[i];
  qsort(t, n, sizeof *t, in_order);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || t[i] != t[kept - 1])
      t[kept++] = t[i];
  return kept;
}

static double size_below(const made *m, float t)
{
  double sum = 0.0;
  for (size_t i = 0; i < m->n; i++)
    sum += m->t[i] < t ? fabs(m->w[i]) : 0.0;
  return sum;
}

/* A point opens a bin if the events below it have filled the ones before (sum), or if it lies in another cell (width). */
static slow_histogram make_slow(const made *m, const fairu_probability_options *o, const float *t, size_t n)
{
  slow_histogram h = { .n = 1, .edge = { (double)t[0] } };
  const double width = ((double)t[n - 1] - (double)t[0]) / (double)o->n_bins, last = (double)o->n_bins - 1.0;
  double next = 1.0;
  for (size_t k = 1; k < n; k++) {
    const double here = fmin(floor(((double)t[k] - (double)t[0]) / width), last);
    const double there = fmin(floor(((double)t[k - 1] - (double)t[0]) / width), last);
    const double share = size_below(m, t[k]) / size_below(m, INFINITY) * (double)o->n_bins;
    if (h.n < o->n_bins && (o->equal_width ? here > there : share >= next - 1e-9)) {
      h.edge[h.n++] = o->equal_width ? (double)t[0] + width * here : ((double)t[k - 1] + (double)t[k]) / 2.0;
      next = floor(share + 1e-9) + 1.0;
    }
  }
  for (size_t b = 0; b < h.n; b++) {
    double w = 0.0, s = 0.0;
    for (size_t i = 0; i < m->n; i++)
      if ((b == 0 || (double)m->t[i] >= h.edge[b]) && (b + 1 == h.n || (double)m->t[i] < h.edge[b + 1])) {
        w += m->w[i];
        s += m->y[i] ? m->w[i] : 0.0;
      }
    h.value[b] = fmin(fmax(s / w, o->margin), 1.0 - o->margin);
  }
  return h;
}

static void histograms_equal_slow_ones(void **state)
{
  (void)state;
  static float t[1000];
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 60; seed++) {
    made m = random_made(seed + 400, 100 + 10 * seed, 1.0, 3.0, seed % 3 == 2);
    fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_HISTOGRAM, 0.02);
    o.equal_width = seed & 1;
    o.n_bins = seed % 3 == 2 ? 1 + seed % 4 : 1 + seed % 31;
    fairu_probability_map *map = NULL;
    const slow_histogram h = make_slow(&m, &o, t, points_of(&m, t));
    const int status = fairu_probability_map_create(ctx, m.t, m.y, m.w, m.n, &o, &map);
    if (seed % 3 == 2 &&
        status == FAIRU_ERR_NEGATIVE_WEIGHT) { /* a bin at the end without weight left: told */
      made_free(&m);
      continue;
    }
    CHECK_OK(ctx, status);
    assert_int_equal(made_summary(ctx, map).n_knots, h.n);
    for (size_t k = 0; k < h.n; k++) {
      double at, p;
      CHECK_OK(ctx, fairu_probability_map_knot(map, ctx, k, &at, &p));
      CHECK_NEAR(at, h.edge[k], 1e-12);
      CHECK_NEAR(p, h.value[k], 1e-12);
    }
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* ---- outputs ------------------------------------------------------------------------------------------ */

/* logit, probability and ln r of each map belong together, at any size of logit. */
static void outputs_belong_together(void **state)
{
  (void)state;
  const float t[9] = { -FLT_MAX, -1e5F, -40.0F, -1.0F, 0.0F, 1e-40F, 2.0F, 90.0F, FLT_MAX };
  fairu_context *ctx = support_context();
  made m = random_made(500, 400, 1.0, 0.0, 0);
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    const fairu_probability_options o = made_options(ctx, method, (double)NAN);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    const fairu_probability_summary s = made_summary(ctx, map);
    double p[9], logit[9], ratio[9], plain[9];
    CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, t, 9, FAIRU_OUTPUT_SCORE, p));
    CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, t, 9, FAIRU_OUTPUT_LOGIT, logit));
    CHECK_OK(ctx, fairu_probability_map_log_ratio(map, ctx, t, 9, ratio));
    CHECK_OK(ctx, fairu_probability_log_ratio(ctx, t, 9, 3.0, 0.5, plain));
    for (int i = 0; i < 9; i++) {
      CHECK_NEAR(p[i], 1.0 / (1.0 + exp(-logit[i])), 1e-15);
      CHECK_NEAR(ratio[i], logit[i] - s.log_prior_odds, 0.0);
      CHECK_NEAR(plain[i], (double)t[i] - (log(3.0) - log(0.5)), 0.0);
      if (method == FAIRU_PROBABILITY_PLATT)
        CHECK_NEAR(logit[i], s.slope * (double)t[i] + s.offset, 0.0);
      else
        assert_true(p[i] >= s.margin && p[i] <= 1.0 - s.margin);
    }
    fairu_probability_map_destroy(map);
  }
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* margin NaN: 1 / (N + 2) with N = (sum w)^2 / sum w^2 of both classes together. */
static void the_margin_is_of_the_effective_number(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  made m = random_made(600, 123, 1.0, 0.0, 0);
  double sum = 0.0, square = 0.0;
  for (size_t i = 0; i < m.n; i++) {
    sum += m.w[i];
    square += m.w[i] * m.w[i];
  }
  for (int method = FAIRU_PROBABILITY_ISOTONIC; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    const fairu_probability_options o = made_options(ctx, method, (double)NAN);
    fairu_probability_map *map = made_map(ctx, &o, &m);
    CHECK_CLOSE(made_summary(ctx, map).margin, 1.0 / (sum * sum / square + 2.0), 1e-13);
    fairu_probability_map_destroy(map);
  }
  made_free(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(platt_is_where_the_loss_is_least),
    cmocka_unit_test(platt_follows_its_units),
    cmocka_unit_test(isotonic_is_the_min_max_formula),
    cmocka_unit_test(isotonic_is_linear_between_its_knots),
    cmocka_unit_test(isotonic_and_platt_keep_the_fraction),
    cmocka_unit_test(histograms_equal_slow_ones),
    cmocka_unit_test(outputs_belong_together),
    cmocka_unit_test(the_margin_is_of_the_effective_number),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
