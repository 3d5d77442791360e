/* Reliability diagrams against slow, obvious ones: bins found by looking at every event, sums in long double, intervals by bisection of
 * binomial tails. */
#include <float.h>

#include "numeric/philox.h"
#include "support/support.h"

enum { EVENTS = 400, BINS = 40 };

typedef struct sample {
  size_t n;
  double p[EVENTS], w[EVENTS];
  int32_t y[EVENTS];
} sample;

/* tied: probabilities are hundredths, as of a histogram; else anything, 0 and 1 among them. */
static sample made(uint64_t seed, size_t n, int tied, int signs)
{
  sample s = { .n = n };
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 11);
  for (size_t i = 0; i < n; i++) {
    s.p[i] = tied ? (double)fairu_philox__below(&rng, 101) / 100.0 : fairu_philox__uniform(&rng);
    s.y[i] = fairu_philox__uniform(&rng) < 0.1 + 0.8 * s.p[i];
    if (s.p[i] == 0.0 || s.p[i] == 1.0) /* a certainty that was wrong costs infinity: elsewhere */
      s.y[i] = (int32_t)s.p[i];
    s.w[i] = 0.1 + 2.0 * fairu_philox__uniform(&rng);
    if (i % 9 == 4)
      s.w[i] = 0.0;
    if (signs && i % 13 == 5)
      s.w[i] *= -0.2;
  }
  return s;
}

/* ---- the diagram -------------------------------------------------------------------------------------- */

/* By the edges as they are told: bin k has k / n <= p < (k + 1) / n, the last one 1 too. */
static size_t bin_of_width(double p, size_t n_bins)
{
  size_t k = 0;
  while (k + 1 < n_bins && p >= (double)(k + 1) / (double)n_bins)
    k++;
  return k;
}

/* A bin is full once the events below have reached its share of |w|; equal p are not parted. */
static void bins_of_shares(const sample *s, size_t n_bins, size_t *bin)
{
  long double total = 0.0L;
  size_t last = 0;
  double next = 1.0;
  for (size_t i = 0; i < s->n; i++)
    total += (long double)fabs(s->w[i]);
  for (double at = -1.0;;) {
    double p = 2.0;
    long double below = 0.0L;
    for (size_t i = 0; i < s->n; i++)
      if (s->w[i] != 0.0 && s->p[i] > at)
        p = fmin(p, s->p[i]);
    if (p > 1.0)
      return;
    for (size_t i = 0; i < s->n; i++)
      below += s->p[i] < p ? (long double)fabs(s->w[i]) : 0.0L;
    const double share = (double)(below / total * (long double)n_bins);
    if (below > 0.0L && last + 1 < n_bins && share >= next - 1e-12) {
      last++;
      next = floor(share + 1e-12) + 1.0;
    }
    for (size_t i = 0; i < s->n; i++)
      if (s->p[i] == p)
        bin[i] = last;
    at = p;
  }
}

/* P(X >= k) of a binomial with real k and n: the regularised incomplete beta function I_p(k, n - k + 1), by Simpson's rule in t = sin^2,
 * where the integrand has no cusp. */
static double beta_tail(double p, double a, double b)
{
  enum { STEPS = 4000 };
  const double end = asin(sqrt(p)), all = asin(1.0);
  double part[2] = { 0.0, 0.0 };
  const double upper[2] = { end, all };
  for (int k = 0; k < 2; k++)
    for (int i = 0; i <= STEPS; i++) {
      const double u = upper[k] * i / STEPS, weight = i == 0 || i == STEPS ? 1.0 : i % 2 ? 4.0 : 2.0;
      const double f = i == 0 ? 0.0 : exp((2.0 * a - 1.0) * log(sin(u)) + (2.0 * b - 1.0) * log(cos(u)));
      part[k] += weight * upper[k] / STEPS / 3.0 * (isfinite(f) ? f : 0.0);
    }
  return part[0] / part[1];
}

static double bisect_tail(double a, double b, double wanted)
{
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 40; i++) {
    const double middle = (low + high) / 2.0;
    if (beta_tail(middle, a, b) < wanted)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void check_interval(const fairu_reliability_bin *b, double level)
{
  const double k = fmin(fmax(b->fraction, 0.0), 1.0) * b->effective, out = (1.0 - level) / 2.0;
  /* 1e-4: a quantile near the ends bends the integrand; a wrong side or tail is off by far more */
  if (k >= 1.0)
    CHECK_NEAR(b->fraction_lower, bisect_tail(k, b->effective - k + 1.0, out), 1e-4);
  else if (k == 0.0)
    CHECK_NEAR(b->fraction_lower, 0.0, 0.0);
  if (b->effective - k >= 1.0)
    CHECK_NEAR(b->fraction_upper, bisect_tail(k + 1.0, b->effective - k, 1.0 - out), 1e-4);
  else if (k == b->effective)
    CHECK_NEAR(b->fraction_upper, 1.0, 0.0);
}

typedef struct slow_bin {
  long double w, ww, wp, wy, v;
  size_t n;
  double low, high;
} slow_bin;

static void fill(const sample *s, const fairu_reliability_options *o, slow_bin *bins)
{
  size_t bin[EVENTS];
  memset(bins, 0, BINS * sizeof *bins);
  if (o->equal_weights)
    bins_of_shares(s, o->n_bins, bin);
  for (size_t i = 0; i < s->n; i++) {
    if (s->w[i] == 0.0)
      continue;
    slow_bin *b = &bins[o->equal_weights ? bin[i] : bin_of_width(s->p[i], o->n_bins)];
    const long double w = (long double)s->w[i], p = (long double)s->p[i];
    b->low = b->n == 0 ? s->p[i] : fmin(b->low, s->p[i]);
    b->high = b->n == 0 ? s->p[i] : fmax(b->high, s->p[i]);
    b->w += w;
    b->ww += w * w;
    b->wp += w * p;
    b->wy += s->y[i] ? w : 0.0L;
    b->v += w * w * p * (1.0L - p);
    b->n++;
  }
}

static void compare_bins(const fairu_reliability_options *o, const slow_bin *slow,
                         const fairu_reliability_bin *b, int intervals)
{
  for (size_t k = 0; k < o->n_bins; k++) {
    const slow_bin *s = &slow[k];
    assert_int_equal(b[k].n, s->n);
    if (!o->equal_weights) {
      CHECK_NEAR(b[k].lower, (double)k / (double)o->n_bins, 0.0);
      CHECK_NEAR(b[k].upper, (double)(k + 1) / (double)o->n_bins, 0.0);
    } else if (s->n > 0) {
      assert_true(b[k].lower == s->low && b[k].upper == s->high);
    }
    if (s->n == 0) {
      assert_true(isnan(b[k].mean) && isnan(b[k].fraction) && isnan(b[k].spread) && b[k].weight == 0.0);
      continue;
    }
    CHECK_CLOSE(b[k].weight, (double)s->w, 1e-12);
    CHECK_CLOSE(b[k].effective, (double)(s->w * s->w / s->ww), 1e-12);
    CHECK_NEAR(b[k].mean, (double)(s->wp / s->w), 1e-12);
    CHECK_NEAR(b[k].fraction, (double)(s->wy / s->w), 1e-12);
    CHECK_NEAR(b[k].spread, (double)(sqrtl(s->v) / s->w), 1e-12);
    if (intervals && k % 5 == 0)
      check_interval(&b[k], o->level);
  }
}

static void compare_result(const sample *s, const slow_bin *slow, size_t n_bins, const fairu_reliability *r)
{
  long double w = 0.0L, brier = 0.0L, loss = 0.0L, error = 0.0L, sampling = 0.0L, worst = 0.0L, chi = 0.0L;
  long double mean = 0.0L, fraction = 0.0L;
  size_t filled = 0, n = 0;
  for (size_t i = 0; i < s->n; i++) {
    const long double off = (long double)s->p[i] - (long double)s->y[i], wi = (long double)s->w[i];
    w += wi;
    mean += wi * (long double)s->p[i];
    fraction += s->y[i] ? wi : 0.0L;
    brier += wi * off * off;
    loss -= wi * logl(s->y[i] ? (long double)s->p[i] : 1.0L - (long double)s->p[i]);
  }
  for (size_t k = 0; k < n_bins; k++)
    if (slow[k].n > 0) {
      const slow_bin *b = &slow[k];
      const long double off = fabsl(b->wy / b->w - b->wp / b->w), spread = sqrtl(b->v) / b->w;
      error += b->w / w * off;
      sampling += b->w / w * spread * sqrtl(2.0L / acosl(-1.0L));
      worst = fmaxl(worst, off);
      chi += off > 0.0L ? off * off / (spread * spread) : 0.0L;
      filled++;
      n += b->n;
    }
  assert_int_equal(r->n, n);
  assert_int_equal(r->n_filled, filled);
  CHECK_CLOSE(r->weight, (double)w, 1e-12);
  CHECK_NEAR(r->mean, (double)(mean / w), 1e-12);
  CHECK_NEAR(r->fraction, (double)(fraction / w), 1e-12);
  CHECK_NEAR(r->brier, (double)(brier / w), 1e-12);
  CHECK_NEAR(r->log_loss, (double)(loss / w), 1e-12);
  CHECK_NEAR(r->expected_error, (double)error, 1e-12);
  CHECK_NEAR(r->sampling_error, (double)sampling, 1e-12);
  CHECK_NEAR(r->maximum_error, (double)worst, 1e-12);
  CHECK_CLOSE(r->chi_square, (double)chi, 1e-9);
}

static void measure(fairu_context *ctx, const sample *s, const fairu_reliability_options *o,
                    fairu_reliability_bin *bins, fairu_reliability *r)
{
  *r = (fairu_reliability){ .struct_size = sizeof *r };
  CHECK_OK(ctx, fairu_reliability_measure(ctx, s->p, s->y, s->w, s->n, o, bins, r));
}

static fairu_reliability_options begin(fairu_context *ctx, size_t n_bins, int equal_weights)
{
  fairu_reliability_options o;
  CHECK_OK(ctx, fairu_reliability_options_init(&o, sizeof o));
  assert_int_equal(o.n_bins, 15);
  assert_int_equal(o.equal_weights, 0);
  CHECK_NEAR(o.level, 0.6827, 0.0);
  o.n_bins = n_bins;
  o.equal_weights = equal_weights;
  return o;
}

static void diagrams_equal_slow_ones(void **state)
{
  (void)state;
  const size_t n_bins[] = { 1, 2, 3, 7, 10, 15, 25, 40 };
  fairu_context *ctx = support_context();
  fairu_reliability_bin bins[BINS];
  slow_bin slow[BINS];
  fairu_reliability r;
  for (uint64_t kind = 0; kind < 8; kind++) /* widths or shares; tied or not; signed or not */
    for (size_t k = 0; k < sizeof n_bins / sizeof *n_bins; k++) {
      const int few = n_bins[k] <= 10; /* a bin of many with signs may have no weight */
      const sample s = made(kind * 100 + k, EVENTS, kind & 2 ? 1 : 0, few && (kind & 4));
      fairu_reliability_options o = begin(ctx, n_bins[k], kind & 1);
      o.level = kind & 4 ? 0.95 : 0.6827;
      measure(ctx, &s, &o, bins, &r);
      fill(&s, &o, slow);
      compare_bins(&o, slow, bins, n_bins[k] == 10);
      compare_result(&s, slow, o.n_bins, &r);
    }
  fairu_context_destroy(ctx);
}

/* A probability that is an edge begins the bin above it, as told: k / n times n may be less than k in double. */
static void an_edge_belongs_to_the_bin_above(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reliability_bin *bins = calloc(1000, sizeof *bins);
  assert_non_null(bins);
  for (size_t n = 1; n <= 1000; n += n < 130 ? 1 : 217) {
    const fairu_reliability_options o = begin(ctx, n, 0);
    for (size_t k = 0; k <= n; k++) {
      const double edge = (double)k / (double)n, p[3] = { edge, nextafter(edge, 0.0), nextafter(edge, 1.0) };
      const int32_t y[3] = { 0, 0, 1 };
      fairu_reliability r = { .struct_size = sizeof r };
      CHECK_OK(ctx, fairu_reliability_measure(ctx, p, y, NULL, 3, &o, bins, &r));
      const size_t above = k < n ? k : n - 1, below = k > 0 ? k - 1 : 0;
      assert_int_equal(bins[above].n, above == below ? 3 : 2);
      assert_int_equal(bins[below].n, above == below ? 3 : 1);
    }
  }
  free(bins);
  fairu_context_destroy(ctx);
}

/* Order of events, and a unit of the weights up to the ends of double, change what they should alone. */
static void order_and_unit_of_weights_do_not_matter(void **state)
{
  (void)state;
  const int shift[4] = { -900, -3, 5, 990 };
  fairu_context *ctx = support_context();
  fairu_reliability_bin a[10], b[10];
  fairu_reliability r, q;
  for (int shares = 0; shares < 2; shares++)
    for (int k = 0; k < 4; k++) {
      const fairu_reliability_options o = begin(ctx, 10, shares);
      const sample s = made(7, EVENTS, 0, 0);
      sample turned = s;
      for (size_t i = 0; i < s.n; i++) {
        turned.p[i] = s.p[s.n - 1 - i];
        turned.y[i] = s.y[s.n - 1 - i];
        turned.w[i] = ldexp(s.w[s.n - 1 - i], shift[k]);
      }
      measure(ctx, &s, &o, a, &r);
      measure(ctx, &turned, &o, b, &q);
      for (int i = 0; i < 10; i++) {
        assert_int_equal(a[i].n, b[i].n);
        assert_true(a[i].lower == b[i].lower && a[i].upper == b[i].upper);
        CHECK_CLOSE(ldexp(a[i].weight, shift[k]), b[i].weight, 1e-13);
        CHECK_CLOSE(a[i].effective, b[i].effective, 1e-13);
        CHECK_NEAR(a[i].mean, b[i].mean, 1e-13);
        CHECK_NEAR(a[i].spread, b[i].spread, 1e-13);
        CHECK_NEAR(a[i].fraction_lower, b[i].fraction_lower, 1e-11);
      }
      CHECK_CLOSE(ldexp(r.weight, shift[k]), q.weight, 1e-13);
      CHECK_NEAR(r.brier, q.brier, 1e-13);
      CHECK_NEAR(r.log_loss, q.log_loss, 1e-13);
      CHECK_NEAR(r.chi_square, q.chi_square, 1e-10);
      CHECK_NEAR(r.sampling_error, q.sampling_error, 1e-13);
    }
  fairu_context_destroy(ctx);
}

/* The Brier score parts into what calibration and resolution say: with one p a bin,
 * brier = sum_b W_b (p_b - f_b)^2 / W + sum_b W_b f_b (1 - f_b) / W (Murphy 1973). */
static void brier_is_reliability_and_refinement(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reliability_bin b[BINS];
  fairu_reliability r;
  const fairu_reliability_options o = begin(ctx, 20, 0);
  for (uint64_t seed = 0; seed < 10; seed++) {
    sample s = made(seed, EVENTS, 1, 0);
    double sum = 0.0;
    for (size_t i = 0; i < s.n; i++)
      s.p[i] = (floor(s.p[i] * 19.999) + 0.5) / 20.0;
    measure(ctx, &s, &o, b, &r);
    for (size_t k = 0; k < 20; k++)
      if (b[k].n > 0)
        sum += b[k].weight / r.weight *
               (pow(b[k].mean - b[k].fraction, 2.0) + b[k].fraction * (1.0 - b[k].fraction));
    CHECK_NEAR(r.brier, sum, 1e-13);
    assert_true(r.expected_error <= r.maximum_error);
  }
  fairu_context_destroy(ctx);
}

/* Merging bins never raises the expected error: |sum| <= sum of | |. */
static void coarser_bins_see_less(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_reliability fine, coarse;
  for (uint64_t seed = 0; seed < 30; seed++) {
    const sample s = made(seed, 200, 0, 0);
    fairu_reliability_options o = begin(ctx, 32, 0);
    measure(ctx, &s, &o, NULL, &fine);
    while (o.n_bins > 1) {
      o.n_bins /= 2;
      measure(ctx, &s, &o, NULL, &coarse);
      assert_true(coarse.expected_error <= fine.expected_error + 1e-15);
      fine = coarse;
    }
    CHECK_NEAR(fine.expected_error, fabs(fine.mean - fine.fraction), 1e-15);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(diagrams_equal_slow_ones),
    cmocka_unit_test(an_edge_belongs_to_the_bin_above),
    cmocka_unit_test(order_and_unit_of_weights_do_not_matter),
    cmocka_unit_test(brier_is_reliability_and_refinement),
    cmocka_unit_test(coarser_bins_see_less),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
