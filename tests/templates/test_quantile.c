/* Quantile binnings against a search over all places for each edge; widths of kernels against their formulas; both for weights of any
 * size. */
#include "support/support.h"

#include "numeric/philox.h"

enum { MOST = 400 };

typedef struct values {
  fairu_philox rng;
  float x[MOST];
  double w[MOST];
  size_t n;
} values;

/* Few distinct values, integer weights, some 0. */
static void draw(values *v, uint64_t number)
{
  memset(v, 0, sizeof *v);
  v->rng = fairu_philox__start(47, 0, number, 0);
  v->n = 20 + (size_t)(300.0 * fairu_philox__uniform(&v->rng));
  const double distinct = number % 2 ? 12.0 : 1e6;
  for (size_t i = 0; i < v->n; i++) {
    v->x[i] = (float)(floor(distinct * fairu_philox__uniform(&v->rng)) - distinct / 3.0);
    v->w[i] = floor(6.0 * fairu_philox__uniform(&v->rng));
  }
}

/* Distinct values of positive weight in order, and the weight up to and with each. */
static size_t steps_of(const values *v, double *x, double *cumulated)
{
  size_t n = 0;
  double last = -HUGE_VAL, sum = 0.0;
  for (;;) {
    double next = HUGE_VAL;
    for (size_t i = 0; i < v->n; i++)
      if (v->w[i] > 0.0 && (double)v->x[i] > last)
        next = fmin(next, (double)v->x[i]);
    if (isinf(next))
      return n;
    for (size_t i = 0; i < v->n; i++)
      sum += (double)v->x[i] == next ? v->w[i] : 0.0;
    x[n] = last = next;
    cumulated[n++] = sum;
  }
}

/* Each edge behind the step that comes nearest to its share, the first of two; a step for every bin. */
static void edges_are_nearest_to_their_share(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < 60; k++) {
    values v;
    double x[MOST], cumulated[MOST];
    fairu_binning *binning = NULL;
    draw(&v, k);
    const size_t n = steps_of(&v, x, cumulated), n_bins = (size_t)1 << (k % 4); /* shares are exact */
    CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, v.x, v.w, v.n, n_bins, &binning));
    assert_int_equal(fairu_binning_n_bins(binning), n_bins);
    size_t first = 0;
    for (size_t j = 1; j < n_bins; j++) {
      const double share = cumulated[n - 1] * (double)j / (double)n_bins;
      size_t best = first;
      for (size_t i = first; i + (n_bins - j) < n; i++)
        if (fabs(cumulated[i] - share) < fabs(cumulated[best] - share))
          best = i;
      assert_true(fairu_binning_edges(binning)[j - 1] == 0.5 * (x[best] + x[best + 1]));
      first = best + 1;
    }
    fairu_binning_destroy(binning);
  }
  fairu_context_destroy(ctx);
}

/* The bins of n weights are those of 2^k times them, to the bit, as far as numbers go; also where their sum is beyond all numbers. */
static void only_ratios_of_weights_count(void **state)
{
  (void)state;
  static const int powers[] = { 1, -30, 700, -700, 1020, -1070 };
  fairu_context *ctx = support_context();
  values v;
  draw(&v, 2);
  double width[2], w[MOST], scaled;
  fairu_binning *binning = NULL, *other = NULL;
  CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, v.x, v.w, v.n, 7, &binning));
  for (int rule = 0; rule < 2; rule++)
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, rule, v.x, v.w, v.n, &width[rule]));
  for (size_t k = 0; k < sizeof powers / sizeof powers[0]; k++) {
    for (size_t i = 0; i < v.n; i++)
      w[i] = ldexp(v.w[i], powers[k]);
    CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, v.x, w, v.n, 7, &other));
    assert_memory_equal(fairu_binning_edges(binning), fairu_binning_edges(other), 6 * sizeof(double));
    fairu_binning_destroy(other);
    for (int rule = 0; rule < 2; rule++) {
      CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, rule, v.x, w, v.n, &scaled));
      assert_true(scaled == width[rule]);
    }
  }
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

/* A weight that is nothing beside the others is one all the same: its value is a value. */
static void the_smallest_weight_has_a_value(void **state)
{
  (void)state;
  static const float x[4] = { 4.0f, 3.0f, 2.0f, 1.0f };
  static const double w[4] = { 1e300, 1e-300, 5e-324, 1e308 };
  fairu_context *ctx = support_context();
  fairu_binning *binning = NULL;
  CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, x, w, 4, 4, &binning));
  for (size_t j = 0; j < 3; j++)
    assert_true(fairu_binning_edges(binning)[j] == 1.5 + (double)j);
  fairu_binning_destroy(binning);
  fairu_context_destroy(ctx);
}

/* 1.06 sigma n^-1/5 and 0.9 min(sigma, IQR / 1.34) n^-1/5 with the effective number; quartiles are those of a binning in four. */
static void widths_are_their_formulas(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < 40; k++) {
    values v;
    long double w = 0.0L, w2 = 0.0L, first = 0.0L, second = 0.0L;
    double width;
    fairu_binning *quartiles = NULL;
    draw(&v, k);
    for (size_t i = 0; i < v.n; i++) {
      w += (long double)v.w[i];
      w2 += (long double)v.w[i] * (long double)v.w[i];
      first += (long double)v.w[i] * (long double)v.x[i];
    }
    for (size_t i = 0; i < v.n; i++) {
      const long double d = (long double)v.x[i] - first / w;
      second += (long double)v.w[i] * d * d;
    }
    const double sigma = (double)sqrtl(second / w), factor = pow((double)(w * w / w2), -0.2);
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SCOTT, v.x, v.w, v.n, &width));
    CHECK_CLOSE(width, 1.06 * sigma * factor, 1e-13);
    CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, v.x, v.w, v.n, 4, &quartiles));
    const double range = fairu_binning_edges(quartiles)[2] - fairu_binning_edges(quartiles)[0];
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SILVERMAN, v.x, v.w, v.n, &width));
    CHECK_CLOSE(width, 0.9 * fmin(sigma, range / 1.34) * factor, 1e-13);
    fairu_binning_destroy(quartiles);
  }
  fairu_context_destroy(ctx);
}

/* Rows in another order, a row in two halves, rows of weight 0: the same bins. */
static void rows_are_a_distribution(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < 20; k++) {
    values v;
    float x[2 * MOST];
    double w[2 * MOST];
    fairu_binning *binning = NULL, *other = NULL;
    draw(&v, 100 + k);
    for (size_t i = 0; i < v.n; i++) {
      const size_t at = v.n - 1 - i; /* the other way round, in halves */
      x[2 * i] = x[2 * i + 1] = v.x[at];
      w[2 * i] = k % 3 ? 0.5 * v.w[at] : v.w[at];
      w[2 * i + 1] = k % 3 ? 0.5 * v.w[at] : 0.0;
    }
    CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, v.x, v.w, v.n, 5, &binning));
    CHECK_OK(ctx, fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, x, w, 2 * v.n, 5, &other));
    assert_memory_equal(fairu_binning_edges(binning), fairu_binning_edges(other), 4 * sizeof(double));
    fairu_binning_destroy(binning);
    fairu_binning_destroy(other);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(edges_are_nearest_to_their_share), cmocka_unit_test(only_ratios_of_weights_count),
    cmocka_unit_test(the_smallest_weight_has_a_value),  cmocka_unit_test(widths_are_their_formulas),
    cmocka_unit_test(rows_are_a_distribution),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
