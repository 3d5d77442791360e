/* The inverse Fisher information of the three-dimensional mixture of INFERNO (arXiv:1806.04743) against exact numbers:
 * ../shared/data/synthetic-mixtures/inferno3d.csv. Signal (x0, x1) ~ N(0, 1), x2 ~ Exp(2); background x0 ~ N(2 + r, sqrt 5), x1 ~ N(0, 3),
 * x2 ~ Exp(lambda); s = 50, b = 1000, r = 0, lambda = 3. */
#include "support/support.h"

enum { BENCHMARKS = 5 };

static double normal(double x, double mean, double sigma)
{
  const double t = (x - mean) / sigma;
  return exp(-0.5 * t * t) / (sigma * 2.5066282746310005024);
}

/* r and lambda by tangents or by variations, and the rate of the background: none, r, r and lambda free, both known, b known too. */
static size_t nuisances_of(int benchmark, fairu_expected_nuisance *n)
{
  const int known = benchmark >= 3;
  n[0].width = known ? 0.4 : 0.0;
  n[1].width = known ? 1.0 : 0.0;
  n[2] = (fairu_expected_nuisance){ .struct_size = sizeof *n, .source = FAIRU_SOURCE_RATE, .width = 0.1 };
  return benchmark == 4 ? 3 : benchmark < 2 ? (size_t)benchmark : 2;
}

static double sigma_of(fairu_context *ctx, const fairu_summary_counts *counts,
                       fairu_expected_nuisance *nuisances, int benchmark)
{
  static const double yields[2] = { 1000.0, 50.0 };
  fairu_expected_loss_options options;
  assert_int_equal(fairu_expected_loss_options_init(&options, sizeof options), FAIRU_OK);
  options.yields = yields;
  options.n_processes = 2;
  options.nuisances = nuisances;
  options.n_nuisances = nuisances_of(benchmark, nuisances);
  options.floor = 0.0;
  double variance = 0.0;
  CHECK_OK(ctx, fairu_expected_loss(ctx, counts, &variance, NULL, NULL, &options));
  return sqrt(variance);
}

/* ---- every point a bin: the full likelihood ------------------------------------------------------------ */

enum { N0 = 110, N1 = 46, N2 = 64, POINTS = N0 * N1 * N2 };

typedef struct points {
  double counts[2 * POINTS], tangents[4 * POINTS];
} points;

static void fill_points(points *p)
{
  size_t i = 0;
  for (int a = 0; a < N0; a++)
    for (int b = 0; b < N1; b++)
      for (int c = 0; c < N2; c++, i++) {
        const double x0 = -11.0 + 0.25 * a, x1 = 0.4 * b, u = -3.4 + 0.1 * c;
        const double x2 = exp(u - exp(-u)); /* double exponential: trapezoids converge at once */
        const double cell = 0.25 * (b ? 0.8 : 0.4) * 0.1 * x2 * (1.0 + exp(-u));
        const double background = normal(x0, 2.0, sqrt(5.0)) * normal(x1, 0.0, 3.0) * 3.0 * exp(-3.0 * x2);
        p->counts[i] = cell * background;
        p->counts[POINTS + i] = cell * normal(x0, 0.0, 1.0) * normal(x1, 0.0, 1.0) * 2.0 * exp(-2.0 * x2);
        p->tangents[i] = cell * background * (x0 - 2.0) / 5.0;
        p->tangents[POINTS + i] = cell * background * (1.0 / 3.0 - x2);
      }
}

static void floors_of_the_full_likelihood(void **state)
{
  (void)state;
  static const double wanted[BENCHMARKS] = { 14.7046, 15.5026, 15.6344, 15.6051, 16.8770 };
  fairu_context *ctx = support_context();
  points *p = calloc(1, sizeof *p);
  assert_non_null(p);
  fill_points(p);
  const fairu_summary_counts counts = { 2, 1, 2, POINTS, p->counts, p->tangents };
  fairu_expected_nuisance nuisances[3] = {
    { .struct_size = sizeof *nuisances, .source = FAIRU_SOURCE_TANGENT, .tangent = 0 },
    { .struct_size = sizeof *nuisances, .source = FAIRU_SOURCE_TANGENT, .tangent = 1 },
  };
  for (int k = 0; k < BENCHMARKS; k++)
    CHECK_NEAR(sigma_of(ctx, &counts, nuisances, k), wanted[k], 6e-5);
  free(p);
  fairu_context_destroy(ctx);
}

/* ---- bins of the optimal score ------------------------------------------------------------------------- */

enum { BINS = 10, VARIATIONS = 5 };

/* Shares of Exp(rate) in bins whose lower edges in x2 are at[]. */
static void add_column(double weight, double rate, const double *at, double *counts)
{
  for (int j = 0; j < BINS; j++) {
    const double below = fmax(at[j], 0.0), above = j + 1 < BINS ? fmax(at[j + 1], 0.0) : (double)INFINITY;
    counts[j] += weight * (exp(-rate * below) - exp(-rate * above));
  }
}

/* x2 integrates in closed form: a uniform edge of the score is an edge in x2. */
static void fill_score_bins(double *counts)
{
  static const double r[VARIATIONS] = { 0.0, 0.2, -0.2, 0.0, 0.0 },
                      rate[VARIATIONS] = { 3.0, 3.0, 3.0, 3.5, 2.5 };
  const double h0 = 0.02, h1 = 0.04;
  for (int a = 0; a < 1500; a++)
    for (int b = 0; b < 450; b++) {
      const double x0 = -12.0 + h0 * a, x1 = h1 * b, cell = h0 * (b ? 2.0 : 1.0) * h1;
      const double rest = 0.5 * ((x0 - 2.0) * (x0 - 2.0) / 5.0 + x1 * x1 / 9.0 - x0 * x0 - x1 * x1) +
                          0.5 * log(45.0) + log(2.0 / 3.0);
      double at[BINS] = { 0.0 };
      for (int j = 1; j < BINS; j++)
        at[j] = log(0.1 * j / (1.0 - 0.1 * j)) - rest;
      add_column(cell * normal(x0, 0.0, 1.0) * normal(x1, 0.0, 1.0), 2.0, at, counts + VARIATIONS * BINS);
      for (int v = 0; v < VARIATIONS; v++)
        add_column(cell * normal(x0, 2.0 + r[v], sqrt(5.0)) * normal(x1, 0.0, 3.0), rate[v], at,
                   counts + v * BINS);
    }
  for (int v = 1; v < VARIATIONS; v++)
    memcpy(counts + (VARIATIONS + v) * BINS, counts + VARIATIONS * BINS, BINS * sizeof *counts);
}

static void ten_bins_of_the_optimal_score(void **state)
{
  (void)state;
  static const double wanted[BENCHMARKS] = { 14.9919, 19.3825, 24.8084, 22.2169, 28.1666 };
  fairu_context *ctx = support_context();
  double shares[2 * VARIATIONS * BINS] = { 0.0 };
  fill_score_bins(shares);
  const fairu_summary_counts counts = { 2, VARIATIONS, 0, BINS, shares, NULL };
  fairu_expected_nuisance nuisances[3] = { { .struct_size = sizeof *nuisances,
                                             .source = FAIRU_SOURCE_VARIATIONS,
                                             .up = 1,
                                             .down = 2,
                                             .step_up = 0.2,
                                             .step_down = -0.2 },
                                           { .struct_size = sizeof *nuisances,
                                             .source = FAIRU_SOURCE_VARIATIONS,
                                             .up = 3,
                                             .down = 4,
                                             .step_up = 0.5,
                                             .step_down = -0.5 } };
  for (int k = 0; k < BENCHMARKS; k++)
    CHECK_NEAR(sigma_of(ctx, &counts, nuisances, k), wanted[k], 1e-3); /* the file's bins are of points */
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(floors_of_the_full_likelihood),
                                      cmocka_unit_test(ten_bins_of_the_optimal_score) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
