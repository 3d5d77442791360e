/* The second half of the study of untrained nuisances: one scale or several, against Fisher matrices of counts and closed forms. */
#include "toy_plain.h"

#include "cli/untrained_split.h"

static void models_and_truths(void **state)
{
  (void)state;
  static const size_t scales[SPLIT_ANALYSES][4] = { { 1, 2, 4, 8 }, { 1, 2, 4, 8 }, { 1, 2, 9, 0 } };
  static const char *const names[SPLIT_ANALYSES] = { "count", "shape", "control" };
  static const char *const truths[SPLIT_TRUTHS] = { "coherent", "nearly", "independent" };
  static const double correlations[SPLIT_TRUTHS] = { 1.0, 0.84, 0.0 };
  for (int a = 0; a < SPLIT_ANALYSES; a++) {
    assert_string_equal(split_analysis_name(a), names[a]);
    assert_int_equal(split_n_models(a), a == SPLIT_CONTROL ? 3 : 4);
    for (size_t m = 0; m < split_n_models(a); m++)
      assert_int_equal(split_scales(a, m), scales[a][m]);
  }
  for (size_t t = 0; t < SPLIT_TRUTHS; t++) {
    assert_string_equal(split_truth_name(t), truths[t]);
    assert_true(split_correlation(t) == correlations[t]);
  }
}

/* ---- expected counts ---------------------------------------------------------------------------------- */

/* Which scale a region has. */
static size_t scale_of(int analysis, size_t n_scales, size_t region)
{
  if (analysis == SPLIT_CONTROL)
    return n_scales == 1 ? 0 : n_scales == 2 ? region == 8 : region;
  return region / (8 / n_scales);
}

/* Expected count of bin j of a region at scale k. */
static double expected(int analysis, size_t region, size_t j, double mu, double k)
{
  const int control = region == 8, counted = analysis != SPLIT_SHAPE && !control;
  const double part = control ? 1.0 : 0.125;
  const double a = counted ? 1.0 : j == 0 ? -HUGE_VAL : -2.0 + 0.45 * (double)j;
  const double b = counted || j == 9 ? HUGE_VAL : -1.55 + 0.45 * (double)j;
  return part * ((control ? 0.0 : mu * plain_yield(1.0, 0.0, 0.0, a / k, b / k)) +
                 plain_yield(-1.0, 0.0, 0.0, a / k, b / k));
}

static size_t bins_of(int analysis, size_t region)
{
  return analysis == SPLIT_SHAPE || region == 8 ? 10 : 1;
}

/* The model's expectation, region by region, at scales of their own. */
static void yields_of_regions(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int i = 0; i < 11; i++) {
    const int analysis = i < 4 ? SPLIT_COUNT : i < 8 ? SPLIT_SHAPE : SPLIT_CONTROL;
    const size_t n_scales = split_scales(analysis, (size_t)(i < 8 ? i % 4 : i - 8)),
                 n_regions = analysis == SPLIT_CONTROL ? 9 : 8;
    split_model model;
    double params[SPLIT_PARAMETERS], nu[128];
    CHECK_OK(ctx, split_model_create(ctx, analysis, n_scales, &model));
    assert_int_equal(fairu_likelihood_n_parameters(model.likelihood), n_scales + 1);
    params[0] = 1.7;
    for (size_t s = 0; s < n_scales; s++)
      params[s + 1] = 0.9 + 0.04 * (double)((3 * s) % 7); /* knots of the templates */
    CHECK_OK(ctx, fairu_likelihood_expected(model.likelihood, ctx, params, n_scales + 1, nu));
    size_t at = 0;
    for (size_t r = 0; r < n_regions; r++)
      for (size_t j = 0; j < bins_of(analysis, r); j++, at++)
        CHECK_CLOSE(nu[at], expected(analysis, r, j, 1.7, params[1 + scale_of(analysis, n_scales, r)]),
                    1e-10);
    assert_int_equal(at, fairu_likelihood_n_bins(model.likelihood));
    split_model_clear(&model);
  }
  fairu_context_destroy(ctx);
}

/* ---- widths ------------------------------------------------------------------------------------------- */

/* Inverse by elimination, in place. */
static void invert(double *m, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    const double pivot = m[k * n + k];
    m[k * n + k] = 1.0;
    for (size_t j = 0; j < n; j++)
      m[k * n + j] /= pivot;
    for (size_t i = 0; i < n; i++) {
      const double factor = m[i * n + k];
      if (i == k)
        continue;
      m[i * n + k] = 0.0;
      for (size_t j = 0; j < n; j++)
        m[i * n + j] -= factor * m[k * n + j];
    }
  }
}

/* Covariance of mu and the scales at the nominal point, from differences of counts. */
static void covariance_of(int analysis, size_t n_scales, double *m)
{
  const size_t n = n_scales + 1;
  const double h = 1e-5;
  memset(m, 0, n * n * sizeof *m);
  for (size_t r = 0; r < (analysis == SPLIT_CONTROL ? 9 : 8); r++)
    for (size_t j = 0; j < bins_of(analysis, r); j++) {
      double d[SPLIT_PARAMETERS] = { 0.0 };
      d[0] = expected(analysis, r, j, 2.0, 1.0) - expected(analysis, r, j, 1.0, 1.0);
      d[1 + scale_of(analysis, n_scales, r)] =
          (expected(analysis, r, j, 1.0, 1.0 + h) - expected(analysis, r, j, 1.0, 1.0 - h)) / (2.0 * h);
      for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
          m[a * n + b] += d[a] * d[b] / expected(analysis, r, j, 1.0, 1.0);
    }
  for (size_t s = 1; s < n; s++)
    m[s * n + s] += 1.0 / (0.05 * 0.05);
  invert(m, n);
}

static void widths_from_fisher_matrices(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int i = 0; i < 11; i++) {
    const int analysis = i < 4 ? SPLIT_COUNT : i < 8 ? SPLIT_SHAPE : SPLIT_CONTROL;
    const size_t n_scales = split_scales(analysis, (size_t)(i < 8 ? i % 4 : i - 8)), n = n_scales + 1;
    double covariance[SPLIT_PARAMETERS * SPLIT_PARAMETERS], mean = 0.0, statistical = 0.0;
    split_model model;
    split_width found;
    CHECK_OK(ctx, split_model_create(ctx, analysis, n_scales, &model));
    CHECK_OK(ctx, split_model_width(&model, ctx, &found));
    covariance_of(analysis, n_scales, covariance);
    for (size_t a = 0; a < 8; a++)
      for (size_t b = 0; b < 8; b++)
        mean += covariance[(1 + scale_of(analysis, n_scales, a)) * n + 1 + scale_of(analysis, n_scales, b)] /
                64.0;
    CHECK_CLOSE(found.sigma_scale, sqrt(covariance[n + 1]),
                1e-4); /* curvature of a spline of steps of 0.02 */
    CHECK_CLOSE(found.sigma_mean, sqrt(mean), 1e-4);
    CHECK_CLOSE(found.half_width, sqrt(covariance[0]),
                1e-2); /* ends of a profile that is nearly a parabola */
    for (size_t r = 0; r < 8; r++)
      for (size_t j = 0; j < bins_of(analysis, r); j++) {
        const double s = expected(analysis, r, j, 2.0, 1.0) - expected(analysis, r, j, 1.0, 1.0);
        statistical += s * s / expected(analysis, r, j, 1.0, 1.0);
      }
    CHECK_CLOSE(found.statistical, 1.0 / sqrt(statistical), 2e-3);
    CHECK_CLOSE(hypot(found.statistical, found.systematic), found.half_width,
                1e-3); /* the parts add up in squares */
    split_model_clear(&model);
  }
  fairu_context_destroy(ctx);
}

/* ---- pseudo-experiments ------------------------------------------------------------------------------- */

typedef struct pair {
  split_model model, generator;
} pair;

static void pair_create(fairu_context *ctx, int analysis, size_t n_scales, pair *p)
{
  CHECK_OK(ctx, split_model_create(ctx, analysis, n_scales, &p->model));
  CHECK_OK(ctx, split_model_create(ctx, analysis, split_scales(analysis, split_n_models(analysis) - 1),
                                   &p->generator));
}

static void pair_clear(pair *p)
{
  split_model_clear(&p->model);
  split_model_clear(&p->generator);
}

/* Counts above a cut: mu_hat is linear in the counts, so it spreads as one scale where the truth is coherent and as eight where it is
 * independent, whatever the model; 16 % of the variance is their own where it is nearly coherent. */
static void estimates_spread_as_the_truth(void **state)
{
  (void)state;
  enum { TOYS = 300 };
  fairu_context *ctx = support_context();
  double one[4], eight[81];
  covariance_of(SPLIT_COUNT, 1, one);
  covariance_of(SPLIT_COUNT, 8, eight);
  for (int i = 0; i < 6; i++) {
    const size_t truth = (size_t)i % SPLIT_TRUTHS;
    const double c = split_correlation(truth), sigma = sqrt(c * one[0] + (1.0 - c) * eight[0]);
    const double width = sqrt(i < 3 ? one[0] : eight[0]);
    pair p;
    split_coverage found;
    pair_create(ctx, SPLIT_COUNT, i < 3 ? 1 : 8, &p);
    CHECK_OK(ctx, split_model_coverage(&p.model, &p.generator, ctx, truth, TOYS, 5, &found));
    assert_int_equal(found.found.n, TOYS);
    CHECK_CLOSE(found.found.std_estimate, sigma, 4.5 / sqrt(2.0 * TOYS) + 0.03); /* and what is not linear */
    CHECK_NEAR(found.found.mean_estimate, 1.0, 4.5 * sigma / sqrt(TOYS) + 0.03);
    CHECK_CLOSE(found.found.mean_half_width, width, 0.03);
    const double coverage = erf(width / sigma / M_SQRT2);
    CHECK_NEAR(found.found.coverage, coverage, 4.5 * sqrt(coverage * (1.0 - coverage) / TOYS) + 0.02);
    pair_clear(&p);
  }
  fairu_context_destroy(ctx);
}

/* The same on any number of threads; seeds and truths are streams of their own; models of one analysis see the same counts. */
static void streams_of_pseudo_experiments(void **state)
{
  (void)state;
  enum { TOYS = 6 };
  fairu_context *ctx = support_context();
  split_coverage found[6];
  for (int i = 0; i < 6; i++) { /* again; two threads; another seed; another truth; other scales */
    pair p;
    pair_create(ctx, SPLIT_SHAPE, i == 5 ? 2 : 1, &p);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, i == 2 ? 2 : 1));
    CHECK_OK(ctx, split_model_coverage(&p.model, &p.generator, ctx, i == 4 ? 1 : 0, TOYS, i == 3 ? 8 : 7,
                                       &found[i]));
    pair_clear(&p);
  }
  for (int i = 1; i < 6; i++) {
    const int same = found[i].found.mean_estimate == found[0].found.mean_estimate &&
                     found[i].found.std_estimate == found[0].found.std_estimate &&
                     found[i].mean_p_value == found[0].mean_p_value;
    assert_int_equal(same, i < 3);
  }
  /* a scale more changes mu_hat by far less than other counts would */
  assert_true(fabs(found[5].found.mean_estimate - found[0].found.mean_estimate) <
              0.1 * found[0].found.std_estimate);
  fairu_context_destroy(ctx);
}

/* p-values of a right model are uniform; of one scale where there are eight, and ten bins each to tell, they are not. */
static void goodness_of_fits(void **state)
{
  (void)state;
  enum { TOYS = 60 };
  fairu_context *ctx = support_context();
  pair p;
  split_coverage right, wrong;
  pair_create(ctx, SPLIT_SHAPE, 1, &p);
  CHECK_OK(ctx, split_model_coverage(&p.model, &p.generator, ctx, 0, TOYS, 3, &right));
  CHECK_OK(ctx, split_model_coverage(&p.model, &p.generator, ctx, 2, TOYS, 3, &wrong));
  CHECK_NEAR(right.mean_p_value, 0.5, 4.5 / sqrt(12.0 * TOYS));
  assert_true(right.alarm < 0.05 + 4.5 * sqrt(0.05 * 0.95 / TOYS));
  assert_true(wrong.mean_p_value < 0.05 && wrong.alarm > 0.9);
  pair_clear(&p);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(models_and_truths),
    cmocka_unit_test(yields_of_regions),
    cmocka_unit_test(widths_from_fisher_matrices),
    cmocka_unit_test(estimates_spread_as_the_truth),
    cmocka_unit_test(streams_of_pseudo_experiments),
    cmocka_unit_test(goodness_of_fits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
