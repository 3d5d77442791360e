/* pvalues.c: B6, p-values under the null, of toys and of the asymptotic formulas, and pulls. */
#include "likelihood/counting.h"
#include "numeric/special.h"
#include "validate/peak.h"
#include "validate/table.h"

/* ---- uniform under the null -------------------------------------------------------------------------------- */

typedef struct null_study {
  fairu_likelihood *likelihood;
  const double *truth;
  size_t n_params;
  double *p[2]; /* two-sided, and one-sided from the signed root */
} null_study;

static int null_estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const null_study *s = user_data;
  fairu_hypotest_options options;
  fairu_fit_options fit;
  fairu_data *data = NULL;
  double t = 0.0;
  int status = fairu_hypotest_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = fairu_fit_options_init(&fit, sizeof fit);
  options.statistic = FAIRU_TEST_T;
  options.fit = &fit;
  fit.start = s->truth;
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, s->likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(s->likelihood, ctx, s->truth, s->n_params, 61, toy, data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_test_statistic(s->likelihood, ctx, data, &options, s->truth[0], &t,
                                             &result->estimate);
  fairu_data_destroy(data);
  const double root = result->estimate > s->truth[0] ? sqrt(t) : -sqrt(t);
  s->p[0][toy] = 2.0 * fairu_normal__sf(sqrt(t));
  s->p[1][toy] = fairu_normal__cdf(root);
  return status;
}

static int by_value(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* sqrt(n) times the largest distance of the empirical distribution from the uniform one */
static double kolmogorov(double *p, size_t n)
{
  double d = 0.0;
  qsort(p, n, sizeof *p, by_value);
  for (size_t i = 0; i < n; i++)
    d = fmax(d, fmax((double)(i + 1) / (double)n - p[i], p[i] - (double)i / (double)n));
  return d * sqrt((double)n);
}

/* P(sqrt(n) D > x) */
static double kolmogorov_tail(double x)
{
  double sum = 0.0;
  for (int k = 1; k < 100; k++)
    sum += (k % 2 ? 2.0 : -2.0) * exp(-2.0 * k * k * x * x);
  return fmin(fmax(sum, 0.0), 1.0);
}

static void null_row(validation *v, fairu_context *ctx, const char *model, fairu_likelihood *likelihood,
                     const double *truth)
{
  const size_t n = v->quick ? 4000 : 100000;
  fairu_toy_result *results = calloc(n, sizeof *results);
  null_study s = { .likelihood = likelihood, .truth = truth };
  s.n_params = fairu_likelihood_n_parameters(likelihood);
  for (int k = 0; k < 2; k++)
    s.p[k] = calloc(n, sizeof *s.p[k]);
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, n, null_estimate, &s, results));
  for (int k = 0; k < 2; k++) {
    const double d = kolmogorov(s.p[k], n), tail = kolmogorov_tail(d);
    table_row(
        v, tail >= 1e-6,
        "\"model\": \"%s\", \"p-value\": \"%s\", \"toys\": %zu, \"sqrt(N) D\": %.3f, \"probability\": %.2g",
        model, k ? "one-sided, signed root of t" : "two-sided, t", n, d, tail);
    free(s.p[k]);
  }
  free(results);
  fairu_likelihood_destroy(likelihood);
}

/* Templates of 4 times the data with statistics in the likelihood: toys draw the auxiliary values of the gammas. */
static fairu_likelihood *with_gammas(fairu_context *ctx)
{
  finite_templates t = { .n_bins = 20,
                         .events = 4e6,
                         .signal_events = 1e5,
                         .signal_weight = 0.025,
                         .k = 4.0,
                         .statistics = 1,
                         .lower = -100.0 };
  fairu_philox rng = fairu_philox__start(62, FAIRU_STREAM_USER, 0, 0);
  fairu_likelihood *likelihood = NULL;
  finite_exact(&t);
  finite_fluctuate(&t, &rng);
  CHECK_OK(ctx, finite_likelihood(ctx, &t, &likelihood));
  return likelihood;
}

static void uniformity(validation *v, fairu_context *ctx)
{
  static const double peak[PEAK_PARAMS] = { 0.3, 1.0, 0.0, 0.0, 0.0 };
  static const double gammas[PEAK_PARAMS + 20] = { 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0,
                                                   1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
                                                   1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0 };
  static const double on_off[2] = { 0.2, 1.0 };
  counting c = { .s = 1e5, .b = 4e5, .tau = 2.0, .n = 1.0, .m = 1.0, .lower = -HUGE_VAL, .upper = HUGE_VAL };
  CHECK_OK(ctx, counting_create(ctx, &c));
  fairu_data_destroy(c.data);
  table_begin("B6", "Asymptotic p-values of toys drawn under the null: uniform?",
              "Kolmogorov probability at least 1e-6");
  null_row(v, ctx, "bin and control bin of 4e5 and 8e5", c.likelihood, on_off);
  null_row(v, ctx, "peak, 20 bins, free background, three shapes", peak_create(ctx, 20, -100.0), peak);
  null_row(v, ctx, "98 % like background, 20 bins, a gamma a bin", with_gammas(ctx), gammas);
}

/* ---- toys and asymptotic formulas -------------------------------------------------------------------------- */

static const char *const statistics[] = { "", "t", "t~", "q", "q~", "q0" };

static uint64_t toys_above(fairu_context *ctx, const counting *c, int statistic, double mu, uint64_t n,
                           fairu_hypotest_result *asymptotic)
{
  fairu_hypotest_options options;
  fairu_toy_test test;
  fairu_toy_test_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_toy_test_init(&test, sizeof test));
  options.statistic = statistic;
  options.model_bounds = 0;
  test.options = &options;
  test.n_toys = n;
  test.seed = 63;
  CHECK_OK(ctx, fairu_likelihood_hypotest(c->likelihood, ctx, c->data, &options, mu, asymptotic));
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c->likelihood, c->data, &test, mu, &result, NULL, NULL));
  assert_true(result.n_failed_sb == 0 && result.n_sb == n);
  return (uint64_t)llround(result.p_sb * (double)n);
}

/* P(N <= n) and P(N >= n) by summing */
static double poisson_tail(double n, double nu, int above)
{
  double sum = 0.0;
  for (double k = above ? n : 0.0; k <= (above ? nu + n + 200.0 : n); k += 1.0)
    sum += exp(-fairu_poisson__deviance(k, nu) - fairu_poisson__saturated(k));
  return sum;
}

static void test_row(validation *v, fairu_context *ctx, int statistic, double s, double b, double n,
                     double mu, int many)
{
  const uint64_t toys = v->quick ? 5000 : 100000;
  counting c = { .s = s, .b = b, .n = n, .lower = -HUGE_VAL, .upper = HUGE_VAL };
  fairu_hypotest_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, counting_create(ctx, &c));
  const uint64_t above = toys_above(ctx, &c, statistic, mu, toys, &result);
  const double exact = statistic == FAIRU_TEST_Q0 ? poisson_tail(n, b, 1) : poisson_tail(n, mu * s + b, 0);
  const band good = band_of(toys, many ? result.p_sb : exact);
  table_row(v, band_holds(good, above),
            "\"statistic\": \"%s\", \"s\": %g, \"b\": %g, \"n\": %g, \"mu\": %g, \"toys\": %llu, \"p of "
            "toys\": %.5f, "
            "\"asymptotic\": %.5f, \"exact\": %.5f, \"asymptotic over exact\": %.3f",
            statistics[statistic], s, b, n, mu, (unsigned long long)toys, (double)above / (double)toys,
            result.p_sb, exact, result.p_sb / exact);
  counting_destroy(&c);
}

static void tests_of_toys(validation *v, fairu_context *ctx)
{
  table_begin("B6", "p-values of toys and of the asymptotic formulas: large counts",
              "toys within the binomial band (5e-7 a side) of the asymptotic p");
  test_row(v, ctx, FAIRU_TEST_Q0, 1e3, 1e5, 100500.0, 0.0, 1);
  test_row(v, ctx, FAIRU_TEST_Q0, 1e3, 1e5, 100800.0, 0.0, 1);
  test_row(v, ctx, FAIRU_TEST_Q, 1e3, 1e5, 100400.0, 1.0, 1);
  test_row(v, ctx, FAIRU_TEST_Q_TILDE, 1e3, 1e5, 100400.0, 1.0, 1);
  table_begin("B6", "p-values of toys and of the asymptotic formulas: small counts",
              "toys within the band of the exact p, by enumeration; asymptotic p differ by what is shown");
  test_row(v, ctx, FAIRU_TEST_Q0, 3.0, 1.0, 5.0, 0.0, 0);
  test_row(v, ctx, FAIRU_TEST_Q0, 3.0, 1.0, 3.0, 0.0, 0);
  test_row(v, ctx, FAIRU_TEST_Q0, 5.0, 10.0, 16.0, 0.0, 0);
  test_row(v, ctx, FAIRU_TEST_Q, 5.0, 1.0, 2.0, 1.0, 0);
  test_row(v, ctx, FAIRU_TEST_Q_TILDE, 5.0, 3.0, 3.0, 1.3, 0);
  test_row(v, ctx, FAIRU_TEST_Q_TILDE, 5.0, 10.0, 9.0, 1.1, 0);
}

/* ---- pulls ------------------------------------------------------------------------------------------------- */

static void pull_row(validation *v, fairu_context *ctx, size_t n_bins, double mu)
{
  const size_t n = v->quick ? 4000 : 100000;
  const double truth[PEAK_PARAMS] = { mu, 1.0, 0.0, 0.0, 0.0 };
  fairu_likelihood *likelihood = peak_create(ctx, n_bins, -100.0);
  fairu_toy_result *results = calloc(n, sizeof *results);
  fairu_toy_study study;
  fairu_tally *tally = NULL;
  fairu_coverage c = { .struct_size = sizeof c };
  CHECK_OK(ctx, fairu_toy_study_init(&study, sizeof study));
  study.likelihood = likelihood;
  study.truth = truth;
  study.n_params = PEAK_PARAMS;
  study.seed = 64;
  fairu_interval_options interval;
  CHECK_OK(ctx, fairu_interval_options_init(&interval, sizeof interval));
  interval.level = 0.0; /* delta_nll 0.5: one sigma */
  study.interval = &interval;
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, n, fairu_toy_study_estimate, &study, results));
  CHECK_OK(ctx, fairu_tally_create(ctx, mu, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, n));
  CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.95, &c));
  const double mean = 5.0 / sqrt((double)n), width = 5.0 / sqrt(2.0 * (double)n);
  table_row(
      v, fabs(c.pull_mean) <= mean && fabs(c.pull_width - 1.0) <= width && c.n_failed == 0,
      "\"bins\": %zu, \"mu\": %g, \"toys\": %zu, \"mean\": %.4f, \"allowed\": \"+- %.4f\", \"width\": %.4f, "
      "\"allowed of the width\": \"1 +- %.4f\"",
      n_bins, mu, n, c.pull_mean, mean, c.pull_width, width);
  fairu_tally_destroy(tally);
  free(results);
  fairu_likelihood_destroy(likelihood);
}

static void pulls(validation *v, fairu_context *ctx)
{
  table_begin("B6", "Pulls of mu by the half width of its interval on the side of the truth",
              "mean 0 +- 5 / sqrt(N), width 1 +- 5 / sqrt(2 N)");
  pull_row(v, ctx, 5, 1.0);
  pull_row(v, ctx, 20, 0.0);
  pull_row(v, ctx, 20, 1.0);
  pull_row(v, ctx, 40, 2.0);
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  uniformity(&v, ctx);
  tests_of_toys(&v, ctx);
  pulls(&v, ctx);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
